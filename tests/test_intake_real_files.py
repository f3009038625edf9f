"""Files that nobody here wrote, against figures counted by hand (awk and a few lines of pandas beside the reader).

The folder is named by the environment variable TRILEVER_REAL_FILES; without it these tests skip.
"""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from model import intake, queueing
from model.errors import IntakeError
from model.scenario import Channel

FOLDER = os.environ.get("TRILEVER_REAL_FILES", "")
pytestmark = pytest.mark.skipif(
    not Path(FOLDER).is_dir() or not FOLDER, reason="TRILEVER_REAL_FILES names no folder with the real files"
)


def only_channel(name: str, **options: float) -> Channel:
    (channel,) = intake.measure(intake.read(Path(FOLDER) / name), **options).channels  # type: ignore[arg-type]
    return channel


def explained(channel: Channel) -> tuple[float, float]:
    """Abandonment and service level that Erlang A gives the measured week with the inferred agents."""
    arrivals, agents = np.array(channel.arrivals), np.array(channel.agents)
    busy = arrivals > 0
    speed = queueing.erlang_a(
        arrivals[busy] / 1800, 1 / channel.handle_time_s, 1 / channel.patience_s, agents[busy], channel.target_s
    )
    weight = arrivals[busy] / arrivals[busy].sum()
    return float(speed.p_abandon @ weight), float(speed.service_level @ weight)


class TestBank:
    """17,456 calls: 14,405 AGENT (275 of them NO_SERVER), 2,908 HANG (1,868 after queueing), 143 PHANTOM."""

    def test_calls_are_told_apart_by_what_became_of_them(self) -> None:
        file = intake.read(Path(FOLDER) / "bank_calls_first_half.txt")
        assert file.kind == "contacts"
        assert Counter(file.table["state"]) == {
            "answered": 14_130, "unserved": 275, "abandoned": 1_868, "left": 1_040, "other": 143,
        }  # fmt: skip
        assert {p.kind: p.count for p in file.problems} == {
            "other_end": 143, "left": 1_040, "unserved": 275, "no_handle": 41,
            # Counted by awk: rows with 0:00:00 for the start (and end) of service; call numbers seen before.
            "midnight_answered_at": 2_883, "midnight_ended_at": 2_883, "same_id": 6_473,
        }  # fmt: skip
        # No header names the unit of q_time and ser_time, but the clocks they lie between do.
        units = {s.key: (s.value, s.open) for s in file.settings if s.key.startswith("unit")}
        assert units == {"unit_wait": ("s", False), "unit_handle": ("s", False)}

    def test_columns_are_guessed_right(self) -> None:
        file = intake.read(Path(FOLDER) / "bank_calls_first_half.txt")
        assert file.columns == {
            "date": "date", "time": "vru_entry", "outcome": "outcome", "wait": "q_time", "handle": "ser_time",
            "agent": "server", "customer": "customer_id", "id": "call_id", "answered_at": "ser_start",
            "ended_at": "ser_exit",
        }  # fmt: skip
        assert all(len(guess.samples) == 3 and guess.confidence >= 0.85 for guess in file.guesses.values())

    def test_speeds_are_those_counted_by_hand(self) -> None:
        channel = only_channel("bank_calls_first_half.txt")
        assert channel.abandonment == pytest.approx(1868 / 16273, abs=5e-5)
        assert channel.patience_s == pytest.approx(603_720 / 1868, abs=0.05)
        assert channel.handle_time_s == pytest.approx(169.93, abs=0.05)  # mean of 14,089 answers longer than zero
        assert channel.asa == pytest.approx(35.05, abs=0.01)
        assert channel.service_level == pytest.approx(8892 / 15998, abs=5e-5)
        assert channel.weekly_arrivals == pytest.approx(16273 / 2, rel=1e-5)

    def test_by_weekday_arrivals_are_those_counted_by_hand(self) -> None:
        days = np.array(only_channel("bank_calls_first_half.txt").arrivals).reshape(7, 48).sum(axis=1)
        np.testing.assert_allclose(days * 2, [2657, 3173, 3139, 2999, 939, 367, 2999], rtol=0.05)

    def test_the_inferred_staffing_explains_the_waits(self) -> None:
        channel = only_channel("bank_calls_first_half.txt")
        abandonment, level = explained(channel)
        assert abandonment == pytest.approx(0.1148, abs=0.015)
        assert level == pytest.approx(0.556, abs=0.07)
        hours = sum(channel.agents) / 2
        assert 440 < hours < 560  # 5.8 agents explain the waits; 9.5 are seen
        assert channel.grades["agents"] == "inferred"


class TestRatings:
    """5,000 calls in 90 days, 946 unanswered and blank."""

    def test_figures_are_those_counted_by_hand(self) -> None:
        channel = only_channel("calls_ratings.csv")
        assert channel.abandonment == pytest.approx(946 / 5000, abs=5e-5)
        assert channel.handle_time_s == pytest.approx(224.92, abs=0.05)
        assert channel.asa == pytest.approx(67.52, abs=0.01)
        assert channel.service_level == pytest.approx(374 / 5000, abs=5e-5)
        assert channel.patience_s == pytest.approx(273_729 / 946, abs=0.1)
        assert channel.fcr == pytest.approx(0.89936, abs=1e-4)
        assert channel.csat == pytest.approx(0.49901, abs=1e-4)
        assert channel.survey_rate == 1
        assert channel.weekly_arrivals == pytest.approx(5000 / 90 * 7, rel=0.01)

    def test_each_field_says_where_it_comes_from(self) -> None:
        grades = only_channel("calls_ratings.csv").grades
        assert {k for k, v in grades.items() if v == "measured"} == {
            "arrivals", "abandonment", "handle_time_s", "asa", "service_level", "fcr", "csat", "survey_rate",
        }  # fmt: skip
        assert {k for k, v in grades.items() if v == "inferred"} == {"patience_s", "agents"}


class TestHourlySpanish:
    """30,071 hours from 2022 to July 2025: 3,500,939 offered, 3,181,333 answered, 311,885 abandoned."""

    def test_figures_are_those_counted_by_hand(self) -> None:
        channel = only_channel("hourly_spanish.csv")
        assert channel.abandonment == pytest.approx(311_885 / 3_500_939, abs=5e-6)
        assert channel.handle_time_s == pytest.approx(300.99, abs=0.05)
        assert channel.weekly_arrivals == pytest.approx(18_886.06, rel=1e-5)  # sum of 168 means over the hours present
        assert (channel.patience_s, channel.grades["patience_s"]) == (180, "assumed")

    def test_missing_hours_and_the_imbalance_are_reported(self) -> None:
        file = intake.read(Path(FOLDER) / "hourly_spanish.csv")
        assert file.kind == "intervals"
        assert {p.kind: p.count for p in file.problems} == {"balance": 137}

    def test_months_and_growth_come_from_three_and_a_half_years(self) -> None:
        baseline = intake.measure(intake.read(Path(FOLDER) / "hourly_spanish.csv"))
        assert baseline.grades["month_factors"] == baseline.grades["growth"] == "measured"
        assert -0.08 < baseline.growth < 0.05  # 981, 957, 1,024 thousand in the whole years
        # The file ends in July: August comes first. August 2024 held a surge, the last quarter is the quiet one.
        assert baseline.month_factors[0] > 1.1 > 0.9 > baseline.month_factors[3]


def test_quarter_hours_apart_from_their_date_are_read() -> None:
    channel = only_channel("interval_15min.csv")
    assert channel.weekly_arrivals == pytest.approx(3147, rel=0.01)
    assert channel.abandonment == pytest.approx(0.0404, abs=1e-4)
    assert max(np.array(channel.arrivals)[:16]) == 0  # closed before 8
    assert min(np.array(channel.arrivals)[16:34]) > 0


def test_totals_by_day_or_month_become_a_baseline_with_an_assumed_week() -> None:
    days = only_channel("daily_semicolon.csv")
    assert days.target_s == 20  # its header says so
    assert days.grades["arrivals"] == "inferred"
    months = only_channel("monthly_providers.csv")
    assert months.target_s == 60
    assert months.grades["arrivals"] == "inferred"


def test_channels_of_one_file_are_told_apart() -> None:
    baseline = intake.measure(intake.read(Path(FOLDER) / "calls_channels_csat.csv"))
    assert {c.name: c.kind for c in baseline.channels} == {
        "phone": "live", "chat": "chat", "email": "deferred", "tickets": "deferred",
    }  # fmt: skip
    # Its last day, 31 October, holds a single contact: the export was cut there.
    assert sum(c.weekly_arrivals for c in baseline.channels) == pytest.approx(32_940 / 30 * 7, rel=0.005)


def test_the_last_row_of_an_incident_counts() -> None:
    file = intake.read(Path(FOLDER) / "incidents_event_log.csv")
    assert (file.kind, len(file.table)) == ("tickets", 890)
    assert intake.measure(file).channels[0].kind == "deferred"


def test_the_workbook_says_what_the_text_file_says() -> None:
    text, book = (intake.read(Path(FOLDER) / f"calls_ratings.{kind}") for kind in ("csv", "xlsx"))
    assert book.sheets == ("Call center data", "info to be showed in dashboard") and book.sheet == book.sheets[0]
    assert book.columns == text.columns
    assert book.table.equals(text.table)


def test_tickets_without_a_creation_are_read_but_not_measured_until_the_user_picks_a_date() -> None:
    file = intake.read(Path(FOLDER) / "support_tickets.csv")
    assert len(file.text) == 8_469 and file.trouble is not None
    with pytest.raises(IntakeError, match="does not say when each contact began") as refused:
        intake.measure(file)
    assert "'First Response Time'" in refused.value.hint
    picked = file.with_columns({"date": "First Response Time"})
    assert len(picked.table) == 5_650  # tickets with a first reply
    said = {p.kind: p.count for p in picked.problems}
    assert said["replied_at_is_start"] == 5_650 and said["no_date"] == 2_819
    assert said["resolved_at"] == 1_365  # solved before the first reply
    assert "reply_s" not in picked.table, "no speed is made of a reply that is its own start"


def test_contradictions_within_the_real_files_are_counted() -> None:
    """Counted with pandas: two waits further apart than 2 s and 2 %; rates more than half a point from the counts."""
    said = {
        name: {p.kind: p.count for p in intake.read(Path(FOLDER) / name).problems}
        for name in ("daily_semicolon.csv", "interval_15min.csv", "incidents_event_log.csv")
    }
    assert said["daily_semicolon.csv"] == {"undated": 1_251, "two_waits": 1_246}
    assert said["interval_15min.csv"] == {"rate": 11_409}
    assert said["incidents_event_log.csv"] == {"mark": 1_799, "log": 5_108, "no_reply": 5_939}


def test_totals_are_those_counted_by_hand() -> None:
    days = intake.read(Path(FOLDER) / "daily_semicolon.csv").table
    assert (days["offered"].sum(), days["answered"].sum(), days["abandoned"].sum()) == (248_373, 221_234, 27_139)
    assert (days["wait_s"] * days["answered"]).sum() / 221_234 == pytest.approx(29.8356, abs=1e-3)
    months = intake.read(Path(FOLDER) / "monthly_providers.csv").table
    assert len(months) == 534 and months["start"].nunique() == 12
    assert (months["offered"].sum(), months["answered"].sum()) == (14_039_579, 13_009_408)
    assert (months["abandoned"].sum(), months["in_time"].sum()) == (440_988, 11_423_835)
    quarters = intake.read(Path(FOLDER) / "interval_15min.csv").table
    assert (quarters["offered"].sum(), quarters["abandoned"].sum()) == (164_182, 6_633)
    answered = quarters["answered"]
    assert (quarters["handle_s"] * answered).sum() / answered.sum() == pytest.approx(270.1434, abs=1e-3)
    assert (quarters["wait_s"] * answered).sum() / answered.sum() == pytest.approx(34.5501, abs=1e-3)


def test_no_name_of_an_agent_or_customer_reaches_the_baseline() -> None:
    for name, word in (("bank_calls_first_half.txt", "MICHAL"), ("calls_ratings.csv", "Stewart")):
        assert word not in intake.measure(intake.read(Path(FOLDER) / name)).model_dump_json()
