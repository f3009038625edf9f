"""The model held against days it has not seen: what is held back stays unseen, and a bad fit is called one."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import vl_convert

from model import fit, intake
from model.calibrate import calibrate
from model.fit import Fit
from model.intake.held import Held, before, by_half_hour, held_back
from model.report import fit_chart
from tests.test_intake_measuring import MONDAY, as_csv, intervals, simulated

Rows = list[tuple[np.datetime64, float, float, str]]
MOST_CONTACTS = 5


def held(rows: Rows) -> Held:
    (found,) = held_back(intake.measurement(intake.read(as_csv(rows), "calls.csv")))
    return found


def fitted(rows: Rows) -> Fit:
    found = held(rows)
    assert found.fit is not None, found.reason
    return found.fit


@pytest.fixture(scope="module")
def queue() -> Fit:
    """Days of a queue that is as the model says: twelve weeks of it."""
    return fitted(simulated(weeks=12))


def test_a_queue_as_the_model_says_is_explained(queue: Fit) -> None:
    assert (queue.fitted_days, queue.tested_days) == (39, 21)
    assert queue.verdict == "good" and not fit_chart.warnings(queue)
    for speed in queue.speeds:
        errors = {"asa": 3.0, "service_level": 0.03, "abandonment": 0.015}
        assert speed.modelled == pytest.approx(speed.actual, abs=errors[speed.key]), speed.key


def test_knowing_the_volume_of_a_day_beats_taking_it_for_an_average_one(queue: Fit) -> None:
    for speed in queue.speeds:
        assert speed.gap < speed.plain_gap


def test_the_band_holds_about_eight_days_in_ten(queue: Fit) -> None:
    inside = np.mean([speed.inside / speed.days for speed in queue.speeds])
    assert 0.6 <= inside <= 0.95


def test_half_hours_and_weekdays_add_up_to_the_days_held_back(queue: Fit) -> None:
    tested = queue.days[queue.days["held"]]
    for table in (queue.hours, queue.weekdays):
        assert table["contacts"].sum() == tested["contacts"].sum()
        assert (table["contacts"] >= fit.GROUP).all()
        for key in ("abandonment", "service_level"):
            total = np.average(table[f"{key}_actual"], weights=table["contacts"])
            assert total == pytest.approx(next(s.actual for s in queue.speeds if s.key == key), abs=1e-9)
    assert queue.weekdays["first"].tolist() == [0, 1, 2, 3, 4]
    assert queue.hours["asa_modelled"].iloc[0] < queue.hours["asa_modelled"].iloc[3:].mean()


def test_a_line_by_half_hour_does_not_bridge_closed_hours() -> None:
    def closed(moment: np.datetime64) -> bool:
        hour = int(moment.astype("datetime64[h]").astype(int) % 24)
        return 12 <= hour < 14

    found = fitted([row for row in simulated(weeks=8) if not closed(row[0])])
    before, after = (found.hours.loc[found.hours["last"] < 24], found.hours.loc[found.hours["first"] >= 28])
    assert len(before) and len(after) and len(before) + len(after) == len(found.hours)
    assert before["run"].nunique() == after["run"].nunique() == 1
    assert before["run"].iloc[0] != after["run"].iloc[0]
    spec = fit_chart.groups_spec("asa", True)
    assert spec["layer"][0]["encoding"]["detail"]["field"] == "run"


def test_groups_reach_over_closed_hours_only_where_a_run_is_small() -> None:
    contacts = np.array([40.0, 10, 0, 10, 40, 0, 8])
    assert fit._enough([[0], [1]], contacts) == [[0, 1]]
    assert fit._enough([[0, 1], [3, 4], [6]], contacts) == [[0, 1], [3, 4, 6]]


def test_the_days_held_back_are_not_looked_at_when_fitting() -> None:
    rows = simulated(weeks=6)
    cut = MONDAY + np.timedelta64(29, "D")
    worse = [(m, w * 3, h, o) if m >= cut else (m, w, h, o) for m, w, h, o in rows]
    same, other = fitted(rows), fitted(worse)
    known = [f.days.loc[~f.days["held"], [c for c in f.days if not c.endswith(("low", "high"))]] for f in (same, other)]
    pd.testing.assert_frame_equal(*known)
    by_key = {s.key: s for s in other.speeds}
    assert by_key["asa"].modelled == pytest.approx(next(s.modelled for s in same.speeds if s.key == "asa"))
    assert by_key["asa"].verdict == "poor" and other.verdict == "poor"
    warned = fit_chart.warnings(other)[0]
    assert warned.startswith("Do not rely on the model for this channel yet: on the days held")
    assert re.search(r"puts average waits at \d[^(]* \(\d[^)]* was measured\)", warned)


@pytest.mark.parametrize(("days", "named"), [(1300, "Jan 2023"), (40, "16 Jan")])
def test_a_picture_of_years_names_them(days: int, named: str) -> None:
    dates = pd.date_range("2022-01-10", periods=days)
    rows = [{"date": f"{day:%Y-%m-%d}", "actual": 50, "modelled": 60, "low": 40, "high": 80} for day in dates]
    spec = {**fit_chart.days_spec("service_level"), "data": {"values": rows}, "width": 420, "height": 200}
    labels = re.findall(r">([^<>]+)</text>", vl_convert.vegalite_to_svg(spec))
    assert named in labels and len(labels) == len(set(labels))


def test_days_with_fewer_people_than_before_are_found_out() -> None:
    first, later = simulated(weeks=4, seed=1), simulated(weeks=6, seed=2, agents=5)
    shift = MONDAY + np.timedelta64(28, "D")
    mixed = fitted([r for r in first if r[0] < shift] + [r for r in later if r[0] >= shift])
    asa = next(s for s in mixed.speeds if s.key == "asa")
    assert asa.modelled < 0.75 * asa.actual
    assert mixed.verdict != "good"


def test_a_volume_that_grew_is_named_as_the_likely_cause(queue: Fit) -> None:
    days = queue.days.assign(contacts=np.where(queue.days["held"], 2.0, 1.0) * queue.days["contacts"])
    bad = tuple(replace(s, modelled=10 * s.actual) for s in queue.speeds)
    grown = replace(queue, days=days, speeds=bad)
    assert fit_chart.drift(grown) == pytest.approx(1.0, abs=0.1)
    assert any("more contacts than the days before" in line for line in fit_chart.warnings(grown))


def test_special_days_and_gaps_are_in_neither_part() -> None:
    rows = simulated(weeks=8)
    gap, busy = MONDAY + np.timedelta64(9, "D"), MONDAY + np.timedelta64(44, "D")
    crowd = [r for r in rows if r[0].astype("datetime64[D]") == busy] * 3
    found = fitted([r for r in rows if r[0].astype("datetime64[D]") != gap] + crowd)
    shown = set(found.days["day"].to_numpy().astype("datetime64[D]"))
    assert gap not in shown and busy not in shown
    assert found.left_out == 1
    assert "1 day unlike the others" in fit_chart.method(found)


def test_a_week_of_calls_says_that_it_is_too_short() -> None:
    found = held(simulated(weeks=1))
    assert found.fit is None and "too few to hold some back" in found.reason


@pytest.mark.parametrize(
    "content, name, word",
    [
        ("Month,Calls offered,Calls answered\n" + "\n".join(f"2024-{m:02d}-01,{9000 + m},{8500 + m}"
         for m in range(1, 13)), "months.csv", "by month"),
        ("Ticket ID,Created at,Resolved at\n" + "\n".join(f"{i},2024-03-{4 + i % 3:02d} 10:{i % 60:02d}:00,"
         f"2024-03-{5 + i % 3:02d} 12:00:00" for i in range(400)), "tickets.csv", "Answer times are known on 3 days"),
        ("Call date,Channel,Handle time (s)\n" + "\n".join(f"2024-03-{1 + i % 28:02d},Phone,{200 + i % 90}"
         for i in range(600)), "calls.csv", "neither how long people waited nor who gave up"),
        ("Created at,Channel,Handle time (s)\n" + "\n".join(f"2024-03-{1 + i % 28:02d} 10:00:00,E-mail,{200 + i % 90}"
         for i in range(600)), "mails.csv", "does not say when messages were answered"),
    ],
)  # fmt: skip
def test_where_no_day_can_be_held_back_it_says_why(content: str, name: str, word: str) -> None:
    (found,) = held_back(intake.measurement(intake.read(content.encode(), name)))
    assert found.fit is None and word in found.reason


def test_days_of_whose_contacts_hardly_any_wait_is_known_are_no_fit() -> None:
    """One contact in twenty says how long it waited: some fifty of the days held back, which is chance."""
    rng = np.random.default_rng(1)
    lines = ["start,queue,wait_s,handle_s"]
    for day in range(28):
        for hour in np.repeat(np.arange(9, 17), 16):
            start = np.datetime64("2025-03-03") + np.timedelta64(int(day * 1440 + hour * 60 + rng.integers(60)), "m")
            wait = f"{rng.exponential(30):.0f}" if rng.random() < 0.05 else ""
            lines.append(f"{start},phone,{wait},{rng.exponential(300) + 20:.0f}")
    (found,) = held_back(intake.measurement(intake.read("\n".join(lines).encode(), "calls.csv")))
    assert found.fit is None and found.reason.startswith("Too few contacts whose waits are known lie in the days held")


def test_counts_by_half_hour_and_by_hour_are_fitted_too() -> None:
    for hour in (False, True):
        (found,) = held_back(intake.measurement(intake.read(intervals(6, hour=hour), "calls.csv")))
        assert found.fit is not None, found.reason
        assert [s.key for s in found.fit.speeds] == ["abandonment"]
        assert found.fit.speeds[0].actual == pytest.approx(0.1, abs=1e-9)
        assert found.fit.hours["contacts"].sum() == found.fit.days.loc[found.fit.days["held"], "contacts"].sum()


def test_totals_by_day_are_fitted_by_day_alone() -> None:
    lines = ["Date,Calls offered,Calls abandoned"]
    draw = np.random.default_rng(5)
    for day in range(70):
        if day % 7 < 5:
            calls = int(draw.poisson(500))
            lines.append(f"{MONDAY + np.timedelta64(day, 'D')},{calls},{draw.binomial(calls, 0.06)}")
    (found,) = held_back(intake.measurement(intake.read("\n".join(lines).encode(), "days.csv")))
    assert found.fit is not None, found.reason
    assert not len(found.fit.hours) and len(found.fit.weekdays) == 5


def test_a_rota_twice_too_long_shows_in_the_factor_and_in_words() -> None:
    draw = np.random.default_rng(6)
    lines = ["Date,Interval,Calls Offered,Calls Abandoned,Average wait (s),AHT (s),Agents"]
    for day in range(42):
        for slot in range(18, 34):
            calls = int(draw.poisson(40)) if day % 7 < 5 else 0
            gone = int(draw.binomial(calls, 0.08))
            lines.append(f"{MONDAY + np.timedelta64(day, 'D')},{slot // 2:02d}:{30 * (slot % 2):02d},{calls},{gone},"
                         f"30,300,{14 if calls else 0}")  # fmt: skip
    (found,) = held_back(intake.measurement(intake.read("\n".join(lines).encode(), "calls.csv")))
    assert found.fit is not None and found.fit.efficiency < 0.6
    assert found.fit.verdict == "poor"
    assert any("staffing given does not explain" in line for line in fit_chart.warnings(found.fit))
    assert "fewer of them than on the rota" in fit_chart.meaning(found.fit, "measured")
    assert "by construction" in fit_chart.meaning(found.fit, "inferred")


def test_thin_half_hours_are_merged_until_five_contacts_and_more_stand_behind_each() -> None:
    thin = [row for i, row in enumerate(simulated(weeks=12)) if i % 50 == 0]
    found = fitted(thin)
    assert (found.hours["contacts"] >= MOST_CONTACTS).all() and (found.days["contacts"] >= MOST_CONTACTS).all()
    assert (found.hours["last"] > found.hours["first"]).any()


def test_sums_of_a_file_and_of_its_days_are_the_same() -> None:
    measured = intake.measurement(intake.read(as_csv(simulated(weeks=2)), "calls.csv"))
    (part,) = measured.parts
    cells = by_half_hour(part)
    assert cells["abandonment"].sum() / cells["abandonment_of"].sum() == pytest.approx(
        measured.baseline.channels[0].abandonment, rel=1e-3)  # fmt: skip
    first = before(part, int(cells["day"].median()))
    assert 0 < first.cells["contacts"].sum() < cells["contacts"].sum()
    assert first.waits is None


def test_the_words_are_plain(queue: Fit) -> None:
    said = fit_chart.finding(queue)
    asa = queue.speeds[0]
    assert said == f"Explains average waits within {asa.gap:.0f} s on 9 days of 10 it had not seen"
    few = replace(asa, days=5, within=4)
    assert fit_chart.on_days(few) == "on 4 of 5 days"
    assert fit_chart.on_days(replace(asa, days=3, within=3)) == "on all 3 days"
    assert len(fit_chart.lines(queue)) == 3


def test_pictures_hold_every_point_and_their_specification_no_number(queue: Fit) -> None:
    days = fit_chart.days_data(queue, "service_level").to_pandas()
    assert len(days) == 60 and (days["part"] == "Held back").sum() == 21
    assert (days["low"] <= days["high"]).all() and days["actual"].max() > 1.5
    hours = fit_chart.hours_data(queue, "asa").to_pandas()
    assert hours["span"].iloc[0] == "09:00 to 09:30" and len(hours) == 16
    assert fit_chart.weekdays_data(queue, "asa").to_pandas()["span"].iloc[0] == "Monday"
    assert "data" not in fit_chart.days_spec("asa") and "data" not in fit_chart.groups_spec("asa", True)


def test_a_day_of_twice_the_contacts_is_modelled_at_twice_the_load(queue: Fit) -> None:
    measured = intake.measurement(intake.read(as_csv(simulated(weeks=6)), "calls.csv"))
    known = calibrate(measured.baseline)
    seen = by_half_hour(measured.parts[0])
    days = np.unique(seen["day"])
    seen["held"] = seen["day"] >= days[20]
    double = seen.assign(contacts=np.where(seen["held"], 2.0, 1.0) * seen["contacts"])
    one, two = (fit.compare(known, 0, each, np.zeros(0, dtype=np.int64)) for each in (seen, double))
    assert one is not None and two is not None
    gone = [next(s.modelled for s in f.speeds if s.key == "abandonment") for f in (one, two)]
    # Twice the load on the same people: at best half of it more can be served than is.
    assert gone[1] > 0.45 > 0.25 > gone[0]


def tickets(weeks: int = 12, slower_from: int = 99) -> bytes:
    """Tickets of office hours that one after the other are worked off, in weeks of differing volume."""
    draw = np.random.default_rng(11)
    minutes = np.array([(week * 7 + day) * 1440 + 540 + m for week in range(weeks) for day in range(5)
                        for m in range(480)])  # fmt: skip
    volume = np.repeat(np.exp(draw.normal(0, 0.06, weeks)), 2400)
    morning = np.where((minutes % 1440) < 780, 0.55, 0.25)
    came = np.sort(draw.choice(minutes, size=weeks * 900, p=volume * morning / np.sum(volume * morning)))
    lines, free = ["Ticket ID,Created at,First response,Handle time (s)"], 0
    for number, at in enumerate(came):
        free = max(free, int(np.searchsorted(minutes, at)) * 60)
        free += 155 if at < slower_from * 10_080 else 180
        done = min(free // 60, len(minutes) - 1)
        first, last = (MONDAY.astype("datetime64[m]") + np.timedelta64(int(m), "m") for m in (at, minutes[done]))
        lines.append(f"{number},{str(first).replace('T', ' ')},{str(last).replace('T', ' ')},{120 + number % 40}")
    return "\n".join(lines).encode()


def of_tickets(data: bytes) -> Fit:
    found = intake.measurement(intake.read(data, "tickets.csv"), target_s={"tickets": 3 * 3600.0})
    (one,) = held_back(found)
    assert one.fit is not None, one.reason
    return one.fit


def test_tickets_are_held_against_the_share_in_time_and_the_time_to_an_answer() -> None:
    found = of_tickets(tickets())
    assert found.deferred and [speed.key for speed in found.speeds] == ["service_level", "response"]
    level, response = found.speeds
    assert level.modelled == pytest.approx(level.actual, abs=0.03)
    assert response.modelled == pytest.approx(response.actual, rel=0.3)
    assert response.gap < 0.3 * response.plain_gap, "far better than an average day"
    assert found.verdict == "good" and found.efficiency == pytest.approx(1.0, abs=0.03)
    assert fit_chart.finding(found).startswith("Explains the share answered in time within")
    assert "worked out from the messages" in fit_chart.meaning(found, "inferred")
    assert fit_chart.days_data(found, "response").to_pandas()["actual"].max() < 48, "in hours"


def test_tickets_that_fell_behind_are_found_out() -> None:
    found = of_tickets(tickets(slower_from=8))
    assert found.verdict == "poor"
    assert any("in the order they came" in line for line in fit_chart.warnings(found))


def test_tickets_whose_target_had_not_passed_are_not_counted_as_late() -> None:
    whole = intake.measurement(intake.read(tickets(4), "tickets.csv"), target_s={"tickets": 3 * 3600.0})
    replies = whole.parts[0].table("replies")
    assert replies["due"].sum() < replies["replied"].sum()
    assert replies["due_in_time"].iloc[-1] <= replies["due"].iloc[-1] < replies["replied"].iloc[-1]


def test_a_share_in_time_that_tells_nothing_of_the_pace_is_said_to_be_one() -> None:
    file = intake.read(tickets(6), "tickets.csv")
    for target, word in ((40 * 3600.0, "Nearly all messages (100.0 %) were answered in time"), (1e6, "Of too few")):
        (found,) = held_back(intake.measurement(file, target_s={"tickets": target}))
        assert found.fit is None and found.reason.startswith(word)
