"""Measuring: known truths come back within their errors; gaps, thin cells and names are handled."""

import heapq

import numpy as np
import pytest

from model import intake
from model.errors import IntakeError
from model.intake import week
from model.scenario import Baseline, Channel

MONDAY = np.datetime64("2024-03-04", "D")
AGENTS, HANDLE_S, PATIENCE_S, AN_HOUR = 6, 180.0, 240.0, 118


def simulated(weeks: int = 6, seed: int = 3, agents: int = AGENTS) -> list[tuple[np.datetime64, float, float, str]]:
    """Contacts of an M/M/n+M queue open 9 to 17, Monday to Friday: arrival, wait, handle time, outcome."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(weeks * 7):
        if day % 7 > 4:
            continue
        clock, free = 9 * 3600.0, [0.0] * agents
        heapq.heapify(free)
        while (clock := clock + rng.exponential(3600 / AN_HOUR)) < 17 * 3600:
            patience, service = rng.exponential(PATIENCE_S), rng.exponential(HANDLE_S)
            wait = max(free[0] - clock, 0.0)
            moment = MONDAY + np.timedelta64(day, "D") + np.timedelta64(int(clock), "s")
            if wait > patience:
                rows.append((moment, patience, 0.0, "abandoned"))
            else:
                heapq.heapreplace(free, clock + wait + service)
                rows.append((moment, wait, service, "answered"))
    return rows


def as_csv(rows: list[tuple[np.datetime64, float, float, str]]) -> bytes:
    lines = [f"{str(m).replace('T', ' ')},{w:.1f},{h:.1f},{o},Agent {i % 5}" for i, (m, w, h, o) in enumerate(rows)]
    return ("Start time,Queue time (s),Handle time (s),Outcome,Agent\n" + "\n".join(lines)).encode()


@pytest.fixture(scope="module")
def measured() -> Baseline:
    return intake.measure(intake.read(as_csv(simulated()), "calls.csv"))


def test_rates_times_and_patience_come_back_within_their_errors(measured: Baseline) -> None:
    (channel,) = measured.channels
    contacts = AN_HOUR * 8 * 30
    assert channel.weekly_arrivals == pytest.approx(AN_HOUR * 40, rel=3 / np.sqrt(contacts))
    assert channel.handle_time_s == pytest.approx(HANDLE_S, rel=3 / np.sqrt(contacts * 0.85))
    assert channel.abandonment is not None
    gave_up = channel.abandonment * contacts
    assert channel.patience_s == pytest.approx(PATIENCE_S, rel=3 / np.sqrt(gave_up))


def test_the_agents_on_duty_come_back_not_the_agents_seen(measured: Baseline) -> None:
    agents = np.array(measured.channels[0].agents).reshape(7, 24, 2).mean(axis=2)
    on_duty = agents[:5, 9:17]
    assert on_duty.mean() == pytest.approx(AGENTS, rel=0.06)
    assert np.abs(on_duty - AGENTS).max() < 0.35 * AGENTS
    assert agents[5:].sum() == 0
    assert measured.channels[0].grades["agents"] == "inferred"


def test_no_noise_beyond_poisson_is_a_small_forecast_error(measured: Baseline) -> None:
    assert measured.forecast_cv < 0.07


def test_names_stay_behind(measured: Baseline) -> None:
    assert "Agent" not in measured.model_dump_json()


def intervals(weeks: int, drop: set[int] = frozenset(), hour: bool = False) -> bytes:  # type: ignore[assignment]
    """Offered 30 a half-hour from 8 to 18 on weekdays, 10 from 10 to 12 on Saturdays; rows in `drop` are missing."""
    lines, row = ["Date,Interval,Calls Offered,Calls Answered,Calls Abandoned,AHT (s)"], 0
    for day in range(weeks * 7):
        for slot in range(0, 48, 2 if hour else 1):
            weekday = day % 7
            count = 30 if weekday < 5 and 16 <= slot < 36 else 10 if weekday == 5 and 20 <= slot < 24 else 0
            count *= 2 if hour else 1
            row += 1
            if row in drop:
                continue
            date = MONDAY + np.timedelta64(day, "D")
            lines.append(
                f"{date},{slot // 2:02d}:{30 * (slot % 2):02d},{count},{count - count // 10},{count // 10},300"
            )
    return "\n".join(lines).encode()


def test_missing_intervals_do_not_lower_the_week() -> None:
    rng = np.random.default_rng(1)
    drop = set(rng.integers(1, 4 * 336, 200).tolist())
    (channel,) = intake.measure(intake.read(intervals(4, drop), "calls.csv")).channels
    assert channel.weekly_arrivals == pytest.approx(5 * 20 * 30 + 40, rel=1e-5)
    assert channel.abandonment == pytest.approx(0.1, abs=0.002)


def test_hours_are_split_evenly_and_agree_with_half_hours() -> None:
    half = intake.measure(intake.read(intervals(3), "calls.csv")).channels[0]
    hour = intake.measure(intake.read(intervals(3, hour=True), "calls.csv")).channels[0]
    np.testing.assert_allclose(half.arrivals, hour.arrivals, rtol=1e-5)


def test_a_holiday_without_contacts_is_a_gap_not_a_quiet_day() -> None:
    rows = simulated(weeks=4)
    holiday = MONDAY + np.timedelta64(9, "D")
    kept = [row for row in rows if row[0].astype("datetime64[D]") != holiday]
    whole, gap = (intake.measure(intake.read(as_csv(r), "c.csv")).channels[0].weekly_arrivals for r in (rows, kept))
    assert gap == pytest.approx(whole, rel=0.02)


def test_days_never_covered_are_not_closed_days() -> None:
    rows = [row for row in simulated(weeks=1) if row[0] < MONDAY + np.timedelta64(2, "D")]
    (channel,) = intake.measure(intake.read(as_csv(rows), "c.csv")).channels
    days = np.array(channel.arrivals).reshape(7, 48).sum(axis=1)
    assert days[2:5].min() > 0.6 * days[0]
    assert channel.grades["arrivals"] == "inferred"


def test_thin_cells_are_merged_with_their_neighbours_and_nothing_is_lost() -> None:
    seen = np.zeros(336)
    seen[20:26] = [1, 2, 9, 30, 3, 1]
    seen[100] = 2
    profile = seen / 4
    merged = week.merged(profile, seen)
    assert merged.sum() == pytest.approx(profile.sum())
    assert merged[100] == 0
    assert merged[20] == merged[21] == merged[22]  # 1, 2 and 9 stand together
    assert merged[23] == merged[24] == merged[25]  # 30 takes in what is left


def test_repeat_contacts_count_only_customers_that_have_a_key() -> None:
    rows = simulated(weeks=4)
    rng = np.random.default_rng(4)
    lines = ["Start time,Queue time (s),Handle time (s),Outcome,Customer ID"]
    number = 1000
    for moment, wait, handle, outcome in rows:
        back = rng.random() < 0.3
        number += not back  # three in ten come from the customer before
        key = "0" if rng.random() < 0.2 else str(number)
        lines.append(f"{str(moment).replace('T', ' ')},{wait:.0f},{handle:.0f},{outcome},{key}")
    (channel,) = intake.measure(intake.read("\n".join(lines).encode(), "c.csv")).channels
    assert channel.grades["fcr"] == "inferred"
    assert channel.fcr == pytest.approx(0.74, abs=0.05)


def test_a_correction_of_a_column_changes_what_is_measured() -> None:
    text = as_csv(simulated(weeks=2)).decode().replace("Queue time (s)", "Blurb")
    file = intake.read(text.encode(), "c.csv")
    assert "wait" not in file.columns
    corrected = file.with_columns({"wait": "Blurb", "agent": None})
    assert corrected.guesses["wait"].confidence == 1
    assert "agent" not in corrected.columns
    assert intake.measure(corrected).channels[0].grades["asa"] == "measured"
    with pytest.raises(IntakeError, match="no column 'Nothing'"):
        file.with_columns({"wait": "Nothing"})
    with pytest.raises(IntakeError, match="not something a column can be"):
        file.with_columns({"speed": "Blurb"})


def test_several_files_make_one_baseline_with_a_channel_each() -> None:
    calls = intake.read(as_csv(simulated(weeks=2)), "phone.csv")
    chats = intake.read(as_csv(simulated(weeks=2, seed=4)), "chat.csv")
    more = intake.read(as_csv(simulated(weeks=2, seed=5)), "phone_2.csv")
    baseline = intake.measure(calls, chats, more, name="Three", target_s={"phone": 30, "chat": 45}, target_share=0.7)
    assert {c.name: (c.kind, c.target_s, c.target_share) for c in baseline.channels} == {
        "phone": ("live", 30, 0.7), "phone_2": ("live", 30, 0.7), "chat": ("chat", 45, 0.7),
    }  # fmt: skip


def test_money_is_taken_as_typed_and_marked_so() -> None:
    file = intake.read(as_csv(simulated(weeks=2)), "phone.csv")
    baseline = intake.measure(file, finance={"wage": 21.5, "customers": 12_345, "currency": "EUR"})
    assert (baseline.wage, baseline.customers, baseline.currency) == (21.5, 12_345, "EUR")
    assert (baseline.grades["wage"], baseline.grades["overhead"]) == ("measured", "assumed")
    with pytest.raises(IntakeError, match="not a known figure"):
        intake.measure(file, finance={"profit": 1})
    with pytest.raises(IntakeError, match="wage"):
        intake.measure(file, finance={"wage": -3})


def test_fewer_than_fifty_contacts_are_refused() -> None:
    with pytest.raises(IntakeError, match="fewer than 50"):
        intake.measure(intake.read(as_csv(simulated(weeks=1)[:40]), "c.csv"))


@pytest.mark.parametrize("kind", ["live", "chat", "deferred"])
def test_ten_typed_numbers_make_a_baseline(kind: str) -> None:
    target = {"live": 20, "chat": 60, "deferred": 28_800}[kind]
    baseline = intake.typed("Ours", kind=kind, contacts_a_week=4200, fte=26, open_days=5, target_s=target, csat=0.8)  # type: ignore[arg-type]
    (channel,) = baseline.channels
    assert channel.weekly_arrivals == pytest.approx(4200, rel=1e-5)
    assert baseline.levers[f"staffing.{channel.name}"] == 26
    assert sum(channel.agents) / 2 == pytest.approx(26 * 40 * 0.68, rel=0.02)
    assert np.array(channel.arrivals).reshape(7, 48)[5:].sum() == 0
    assert (channel.grades["csat"], channel.grades["fcr"], channel.grades["arrivals"]) == (
        "measured",
        "assumed",
        "inferred",
    )


def test_typed_numbers_out_of_range_are_named() -> None:
    assert len(intake.TYPED) == 10
    with pytest.raises(IntakeError, match="CSAT"):
        intake.typed(csat=7)
    with pytest.raises(IntakeError, match="not one of the numbers"):
        intake.typed(calls=7)
    with pytest.raises(IntakeError, match="hours of work a week"):
        intake.typed(contacts_a_week=100_000, fte=10)


def test_rounding_keeps_totals_and_rounds_only_once(measured: Baseline) -> None:
    assert intake.rounded(measured) == measured
    rng = np.random.default_rng(2)
    arrivals = np.where(rng.random(336) < 0.3, 0, rng.gamma(2, 30, 336))
    agents = np.where(arrivals > 0, rng.gamma(3, 5, 336), 0)
    raw = Channel(name="phone", arrivals=tuple(arrivals), agents=tuple(agents), handle_time_s=123.456789)
    baseline = intake.rounded(Baseline(name="x", channels=(raw,), month_factors=tuple(rng.uniform(0.8, 1.2, 12))))
    (channel,) = baseline.channels
    assert channel.weekly_arrivals == pytest.approx(arrivals.sum(), rel=2e-6)
    assert len(set(channel.arrivals)) <= 110
    assert len(set(channel.agents)) <= 62
    assert ((np.array(channel.agents) > 0) == (agents > 0)).all()
    assert channel.handle_time_s == 123.5
    assert sum(baseline.month_factors) == pytest.approx(12, abs=1e-12)
    assert intake.rounded(baseline) == baseline


def test_two_ways_of_saying_the_end_agree() -> None:
    rows = simulated(weeks=2)
    words = intake.measure(intake.read(as_csv(rows), "c.csv")).channels[0]
    text = (
        as_csv(rows)
        .decode()
        .replace("Outcome", "Answered (Y/N)")
        .replace(",answered,", ",Y,")
        .replace(",abandoned,", ",N,")
    )
    flags = intake.measure(intake.read(text.encode(), "c.csv")).channels[0]
    assert words.abandonment == flags.abandonment
    assert words.patience_s == flags.patience_s
