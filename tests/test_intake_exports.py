"""Exports as well-known systems write them: headers, marks, clocks and languages differ, the meaning does not."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest

from model import intake
from model.scenario import Channel

START = dt.datetime(2024, 3, 4)
Row = Callable[[int, random.Random], list[Any]]


def export(header: str, row: Row, separator: str = ",", count: int = 1200, before: str = "", after: str = "") -> bytes:
    """A file of `count` rows; each row of `row` is joined by the separator."""
    rng = random.Random(1)
    lines = [separator.join(header.split(",")), *(separator.join(map(str, row(i, rng))) for i in range(count))]
    return (before + "\n".join(lines) + "\n" + after).encode()


def contact(i: int, rng: random.Random) -> dt.datetime:
    return START + dt.timedelta(days=i % 28, hours=8 + rng.random() * 10)


def half_hour(i: int) -> dt.datetime:
    return START + dt.timedelta(days=i // 20, hours=8, minutes=30 * (i % 20))


def one(data: bytes, name: str = "export.csv") -> tuple[intake.File, Channel]:
    file = intake.read(data, name)
    (channel,) = intake.measure(file).channels
    return file, channel


def test_a_help_desk_with_a_dash_for_nothing() -> None:
    def row(i: int, rng: random.Random) -> list[Any]:
        t = contact(i, rng)
        solved = t + dt.timedelta(hours=20)
        rating = ("Good", "Good", "Bad", "Offered", "-")[i % 5]
        return [i, f"{t:%Y-%m-%d %H:%M}", f"{solved:%Y-%m-%d %H:%M}", "Ann", rating, 45, int(i % 4 == 0)]

    header = "Ticket ID,Created at,Solved at,Assignee,Satisfaction Score,First reply time (min),Reopens"
    file, channel = one(export(header, row))
    assert (file.kind, channel.kind, channel.name) == ("tickets", "deferred", "tickets")
    assert channel.csat == pytest.approx(2 / 3, abs=0.001)
    assert channel.survey_rate == pytest.approx(0.6)
    assert channel.fcr == pytest.approx(0.75)
    assert channel.asa == 2700
    assert channel.service_level == 1


def test_a_contact_log_with_zero_and_one_for_abandoned_and_none_for_the_agent() -> None:
    def row(i: int, rng: random.Random) -> list[Any]:
        t, lost = contact(i, rng), i % 10 == 0
        return [i, f"{t:%m/%d/%Y}", f"{t:%H:%M:%S}", "[None]" if lost else "Joe", "00:00:00" if lost else "00:04:30",
                "00:00:40" if lost else f"00:00:{10 + i % 20}", int(lost)]  # fmt: skip

    header = "CALL ID,DATE,TIME,AGENT NAME,HANDLE TIME,QUEUE WAIT TIME,ABANDONED"
    file, channel = one(export(header, row))
    assert file.kind == "contacts"
    assert channel.abandonment == pytest.approx(0.1)
    assert channel.handle_time_s == 270
    assert channel.grades["patience_s"] == "measured"


def test_a_switch_with_title_lines_totals_twelve_hour_clock_and_bare_seconds() -> None:
    def row(i: int, rng: random.Random) -> list[Any]:
        t = half_hour(i)
        return [f"{t:%m/%d/%Y}", f"{t:%I:%M %p}", 40, 38, 2, ":14", "00:40", 300, 40, "78.2", 9]

    header = (
        "Date,Time Start,Calls Offered,ACD Calls,Aban Calls,Avg Speed Ans,Avg Aban Time,Avg ACD Time,Avg ACW Time,"
        "% Within Service Level,Agents Staffed"
    )
    data = export(header, row, before="Interval report\nSkill: Sales\n\n", after="Totals,,48000,,,,,,,,\n")
    file, channel = one(data)
    assert file.kind == "intervals"
    # ":14" can only be seconds; "00:40", 300 and 40 are read as seconds, and the report says that nothing names them.
    assert [p.kind for p in file.problems] == ["total", "unit_abandon_wait", "unit_handle", "unit_wrap"]
    assert (channel.handle_time_s, channel.asa, channel.service_level) == (340, 14, 0.782)
    assert channel.patience_s == pytest.approx((14 * 38 + 40 * 2) / 2)
    assert channel.grades["agents"] == "measured"
    assert max(channel.agents) == 9


def test_cloud_intervals_in_utc_with_the_target_in_a_header() -> None:
    def row(i: int, rng: random.Random) -> list[Any]:
        return [f"{half_hour(i):%Y-%m-%dT%H:%M:%SZ}", 40, 38, 2, 30, "00:00:14", "00:05:10"]

    header = (
        "StartInterval,Contacts queued,Contacts handled,Contacts abandoned,Contacts answered in 30 seconds,"
        "Average queue answer time,Average handle time"
    )
    file, channel = one(export(header, row))
    assert file.kind == "intervals"
    assert (channel.target_s, channel.service_level, channel.handle_time_s) == (30, 0.75, 310)


def test_conversations_with_a_time_zone_in_the_header() -> None:
    def row(i: int, rng: random.Random) -> list[Any]:
        return [i, f"{contact(i, rng):%Y-%m-%d %H:%M:%S}", "Jo", 90, (5, 4, 1, "")[i % 4]]

    header = (
        "Conversation ID,Conversation started at (America/New_York),Teammate currently assigned,"
        "First response time (seconds),Conversation rating"
    )
    file, channel = one(export(header, row))
    assert file.notes["csat"] == "1 to 5, satisfied from 4"
    assert channel.csat == pytest.approx(2 / 3, abs=0.001)


def test_portuguese_totals_with_dots_for_thousands_and_decimal_commas() -> None:
    def row(i: int, rng: random.Random) -> list[Any]:
        t = half_hour(i)
        return [f"{t:%d/%m/%Y}", f"{t:%H:%M}", "1.040", "1.000", "40", "00:05:10", "00:00:20", "81,5%"]

    header = "DATA,HORA,RECEBIDAS,ATENDIDAS,ABANDONADAS,TMA,TME,NÍVEL DE SERVIÇO"
    file, channel = one(export(header, row, ";"))
    assert list(file.problems) == []
    assert channel.abandonment == pytest.approx(40 / 1040, abs=1e-5)
    assert (channel.asa, channel.handle_time_s, channel.service_level) == (20, 310, 0.815)
    assert channel.weekly_arrivals == pytest.approx(1040 * 20 * 7, rel=1e-4)


def test_spanish_intervals_written_from_to() -> None:
    def row(i: int, rng: random.Random) -> list[Any]:
        t = half_hour(i)
        return [f"{t:%d-%m-%Y}", f"{t:%H:%M} - {t + dt.timedelta(minutes=30):%H:%M}", 40, 36, 4, "5:10", 9]

    header = "Fecha,Hora,Llamadas recibidas,Llamadas atendidas,Llamadas abandonadas,TMO,Agentes efectivos"
    file, channel = one(export(header, row, ";"))
    assert file.notes["interval_s"] == "1800.0"
    assert (channel.abandonment, channel.handle_time_s, max(channel.agents)) == (0.1, 310, 9)


def test_daily_totals_of_three_years_tell_months_and_growth() -> None:
    def row(i: int, rng: random.Random) -> list[Any]:
        day = dt.date(2022, 1, 1) + dt.timedelta(days=i)
        calls = round(1000 * 1.1 ** (i / 365) * (1.3 if day.month == 12 else 1.0) * (0.5 if day.weekday() > 4 else 1))
        return [f"{day:%d %b %Y}", calls, calls - calls // 20, calls // 20, 300]

    file = intake.read(export("Day,Calls,Answered,Abandoned,AHT", row, count=1095), "daily.csv")
    baseline = intake.measure(file)
    assert file.kind == "daily"
    assert baseline.growth == pytest.approx(0.1, abs=0.01)
    assert baseline.month_factors[11] / baseline.month_factors[0] == pytest.approx(1.3, abs=0.02)  # January comes first
    assert baseline.channels[0].grades["arrivals"] == "inferred"
