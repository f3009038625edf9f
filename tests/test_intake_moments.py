"""Moments as systems write them: seconds since 1970 in any column, clocks of two time zones, dates that say never."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from model import intake
from model.errors import IntakeError
from model.intake import dates
from model.scenario import Channel

UTC = dt.UTC
START = dt.datetime(2024, 3, 18, 8, tzinfo=UTC)
SIZE = 280
Way = Callable[[bytes, Path], "intake.File | intake.Big"]
WAYS: dict[str, Way] = {}


def way(function: Way) -> Way:
    WAYS[function.__name__] = function
    return function


@way
def upload(data: bytes, folder: Path) -> intake.File:
    return intake.read(data, "rows.csv")


@way
def large(data: bytes, folder: Path) -> intake.Big:
    (folder / "rows.csv").write_bytes(data)
    return intake.big(folder / "rows.csv")


def moment(i: int) -> dt.datetime:
    """Contact i: ten a day, 47 minutes apart, across the change of the clock of 31 March 2024."""
    return START + dt.timedelta(days=i // 10, minutes=47 * (i % 10))


def rows(header: str, row: Callable[[int], str]) -> bytes:
    return "\n".join([header, *(row(i) for i in range(SIZE))]).encode()


def one(data: bytes, name: str, folder: Path) -> Channel:
    (channel,) = intake.measure(WAYS[name](data, folder)).channels
    return channel


def epoch(when: dt.datetime) -> int:
    return int(when.timestamp())


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("scale", [1, 1000])
def test_seconds_since_1970_in_every_column_of_moments(name: str, scale: int, tmp_path: Path) -> None:
    data = rows("Call ID,Start time,Answer time,End time", lambda i: (
        f"{i},{epoch(moment(i)) * scale},{(epoch(moment(i)) + 10) * scale},{(epoch(moment(i)) + 310) * scale}"
    ))  # fmt: skip
    channel = one(data, name, tmp_path)
    assert sum(channel.arrivals) == pytest.approx(70, rel=1e-3)
    assert (channel.asa, channel.handle_time_s) == (10, 300)


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("header", ["Ticket ID,created,closed", "Ticket ID,created_at,closed_at"])
def test_a_column_created_that_holds_moments_is_no_count(name: str, header: str, tmp_path: Path) -> None:
    channel = one(rows(header, lambda i: f"{i},{epoch(moment(i))},{epoch(moment(i)) + 3600}"), name, tmp_path)
    assert (channel.kind, channel.asa) == ("deferred", 3600)
    assert sum(channel.arrivals) == pytest.approx(70, rel=1e-3)


def test_days_without_signs_are_no_counts_either() -> None:
    file = intake.read(rows("Ticket ID,Created,Status", lambda i: f"{i},{moment(i):%Y%m%d},Closed"), "tickets.csv")
    (channel,) = intake.measure(file).channels
    assert sum(channel.arrivals) == pytest.approx(70, rel=1e-3)


def test_counts_named_created_stay_counts() -> None:
    days = pd.date_range("2024-03-04", periods=28)
    data = "\n".join(["Date,Created,Completed", *(f"{day:%Y-%m-%d},{1000 + day.day},900" for day in days)]).encode()
    assert intake.read(data, "tickets.csv").columns["offered"] == "Created"


def test_milliseconds_of_a_wait_are_no_days_of_excel() -> None:
    data = rows("Call ID,Start time,Outcome,Answer time (ms)",
                lambda i: f"{i},{moment(i):%Y-%m-%d %H:%M},answered,{25_000 + i}")  # fmt: skip
    assert "answered_at" not in intake.read(data, "calls.csv").columns


@pytest.mark.parametrize("name", WAYS)
def test_an_answer_in_another_time_zone_than_the_start(name: str, tmp_path: Path) -> None:
    east = dt.timezone(dt.timedelta(hours=1))
    data = rows("Call ID,Outcome,Start time,Answer time", lambda i: (
        f"{i},answered,{moment(i).astimezone(east).isoformat()},"
        f"{moment(i) + dt.timedelta(seconds=10):%Y-%m-%dT%H:%M:%SZ}"
    ))  # fmt: skip
    channel = one(data, name, tmp_path)
    assert channel.asa == 10
    # The clock of the starts stays as written: nine in the morning.
    assert min(i % 48 for i, n in enumerate(channel.arrivals) if n > 0) == 18


def both_clocks() -> bytes:
    """Starts by a clock that is put forward on 31 March, answers in UTC."""

    def row(i: int) -> str:
        zone = dt.timezone(dt.timedelta(hours=1 if moment(i).month == 3 and moment(i).day < 31 else 2))
        answer = moment(i) + dt.timedelta(seconds=10)
        return f"{i},answered,{moment(i).astimezone(zone).isoformat()},{answer:%Y-%m-%dT%H:%M:%SZ}"

    return rows("Call ID,Outcome,Start time,Answer time", row)


def test_starts_in_summer_and_winter_time_beside_answers_in_utc(tmp_path: Path) -> None:
    assert one(both_clocks(), "upload", tmp_path).asa == 10
    with pytest.raises(IntakeError, match="'Start time' and 'Answer time'"):
        one(both_clocks(), "large", tmp_path)


def test_times_shown_in_the_users_zone_keep_their_distances() -> None:
    data = rows("Call ID,Outcome,Start time,Answer time", lambda i: (
        f"{i},answered,{moment(i):%Y-%m-%dT%H:%M:%SZ},{moment(i) + dt.timedelta(seconds=10):%Y-%m-%dT%H:%M:%SZ}"
    ))  # fmt: skip
    file = intake.read(data, "calls.csv").with_columns({}, choices={"zone": "America/Chicago"})
    (channel,) = intake.measure(file).channels
    assert channel.asa == 10
    assert min(i % 48 for i, n in enumerate(channel.arrivals) if n > 0) == 6


@pytest.mark.parametrize(
    ("mark", "seconds"), [("Z", 0), ("UTC", 0), ("+01:00", 3600), ("-0530", -19_800), ("GMT+2", 7200), ("CET", np.nan)]
)
def test_how_far_a_zone_is_ahead(mark: str, seconds: float) -> None:
    np.testing.assert_equal(dates.offset_s(mark), seconds)


@pytest.mark.parametrize("name", WAYS)
def test_a_date_far_in_the_future_says_not_closed(name: str, tmp_path: Path) -> None:
    def row(i: int) -> str:
        end = "2099-12-31 00:00:00" if i % 10 == 0 else f"{moment(i) + dt.timedelta(hours=8):%Y-%m-%d %H:%M:%S}"
        return f"{i},{moment(i):%Y-%m-%d %H:%M:%S},{end}"

    source = WAYS[name](rows("Ticket ID,Created at,Closed at", row), tmp_path)
    (channel,) = intake.measure(source).channels
    assert channel.asa == pytest.approx(8 * 3600)
    (never,) = [each for each in source.problems if each.kind == "never_resolved_at"]
    assert never.count == SIZE // 10


def test_a_warehouse_may_hold_milliseconds_since_1970_and_never(tmp_path: Path) -> None:
    began = [epoch(moment(i)) for i in range(SIZE)]
    ends = [4_102_358_400 if i % 10 == 0 else start + 28_800 for i, start in enumerate(began)]
    table = pd.DataFrame({"ticket_id": range(SIZE), "created_at": began, "closed_at": ends})
    table[["created_at", "closed_at"]] *= 1000
    with duckdb.connect(tmp_path / "rows.duckdb") as link:
        link.register("rows", table)
        link.execute("CREATE TABLE tickets AS SELECT * FROM rows")
    columns = {"date": "created_at", "resolved_at": "closed_at", "id": "ticket_id"}
    (channel,) = intake.measure(intake.warehouse(str(tmp_path / "rows.duckdb"), "tickets", columns, "tickets")).channels
    assert channel.asa == pytest.approx(28_800)
