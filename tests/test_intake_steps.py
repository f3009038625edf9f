"""What a row of totals is the total of, by how far apart the rows lie: 140 contacts a week whatever the layout."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from model import intake
from model.scenario import Channel

A_DAY = 20


def export(header: str, cells: list[str], offered: list[int]) -> bytes:
    rows = [f"{cell},{n},{n * 4 // 5}" for cell, n in zip(cells, offered, strict=True)]
    return "\n".join([f"{header},Offered,Answered", *rows]).encode()


def measured(data: bytes, kind: str) -> Channel:
    file = intake.read(data, "totals.csv")
    assert file.kind == kind
    (channel,) = intake.measure(file).channels
    assert channel.abandonment == pytest.approx(0.2)
    assert channel.grades["arrivals"] == "inferred"
    return channel


@pytest.mark.parametrize(
    ("freq", "form"),
    [("ME", "%Y-%m-%d"), ("ME", "%d/%m/%Y"), ("MS", "%Y-%m-%d"), ("ME", "%Y-%m-%d 23:59"), ("MS", "%Y-%m-%d 06:00")],
)
def test_months_dated_by_their_first_or_last_day(freq: str, form: str) -> None:
    ends = pd.date_range("2023-01-01", periods=12, freq=freq)
    data = export("Month", [f"{m:{form}}" for m in ends], [m.days_in_month * A_DAY for m in ends])
    assert sum(measured(data, "monthly").arrivals) == pytest.approx(140, rel=0.01)


@pytest.mark.parametrize(("header", "first"), [("Week starting", "2024-01-01"), ("Date", "2024-01-07")])
def test_weeks_are_spread_over_their_days(header: str, first: str) -> None:
    days = [f"{day:%Y-%m-%d}" for day in pd.date_range(first, periods=12, freq="7D")]
    data = export(header, days, [140] * 12)
    channel = measured(data, "weekly")
    by_day = np.array(channel.arrivals).reshape(7, 48).sum(axis=1)
    assert by_day.sum() == pytest.approx(140, rel=1e-4)
    assert by_day.min() > 5
    baseline = intake.measure(intake.read(data, "weeks.csv"))
    assert baseline.period.startswith(f"{pd.Timestamp(first).day} January 2024")


def test_a_week_dated_by_its_last_day_began_six_days_before() -> None:
    days = [f"{day:%Y-%m-%d}" for day in pd.date_range("2024-01-07", periods=12, freq="7D")]
    baseline = intake.measure(intake.read(export("Week ending", days, [140] * 12), "weeks.csv"))
    assert baseline.period == "1 January 2024 to 24 March 2024"


def test_weeks_of_two_queues_and_a_week_missing() -> None:
    days = [day for day in pd.date_range("2024-01-01", periods=12, freq="7D") if day.month != 2 or day.day > 7]
    rows = [f"{day:%Y-%m-%d},{queue},70,56" for day in days for queue in ("Sales", "Help")]
    file = intake.read("\n".join(["Week,Queue,Offered,Answered", *rows]).encode(), "weeks.csv")
    assert file.kind == "weekly"
    assert sum(sum(channel.arrivals) for channel in intake.measure(file).channels) == pytest.approx(140, rel=1e-4)


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/Chicago", "Asia/Kolkata", "UTC"])
def test_days_stamped_in_utc_across_a_change_of_the_clock_stay_days(zone: str) -> None:
    days = pd.date_range("2024-03-04", periods=42, freq="D", tz=zone)
    offered = [30 if day.day_of_week < 4 else 20 if day.day_of_week == 4 else 0 for day in days]
    data = export("Interval Start", [f"{d:%Y-%m-%dT%H:%M:%SZ}" for d in days.tz_convert("UTC")], offered)
    by_day = np.array(measured(data, "daily").arrivals).reshape(7, 48).sum(axis=1)
    np.testing.assert_allclose(by_day, [30, 30, 30, 30, 20, 0, 0], rtol=0.01)


def test_days_that_carry_the_hour_of_their_first_call_stay_days() -> None:
    days = [f"{day + pd.Timedelta(minutes=480 + 7 * (day.day % 9))}" for day in pd.date_range("2024-03-04", periods=28)]
    assert sum(measured(export("Date", days, [A_DAY] * 28), "daily").arrivals) == pytest.approx(140, rel=1e-4)


@pytest.mark.parametrize("minutes", [15, 30, 60, 240])
def test_intervals_stay_intervals(minutes: int) -> None:
    moments = [day + pd.Timedelta(minutes=m) for day in pd.date_range("2024-03-04", periods=14)
               for m in range(480, 960, minutes)]  # fmt: skip
    file = intake.read(export("Interval", [str(m) for m in moments], [10] * len(moments)), "intervals.csv")
    assert file.kind == "intervals"


@pytest.mark.parametrize(
    ("freq", "contacts"),
    [("7D", lambda day: 140), ("ME", lambda day: day.days_in_month * A_DAY)],
    ids=["week", "month"],
)
def test_a_table_of_weeks_or_months_in_a_warehouse(
    tmp_path: Path, freq: str, contacts: Callable[[pd.Timestamp], int]
) -> None:
    days = pd.date_range("2024-01-01", periods=12, freq=freq)
    rows = pd.DataFrame({"date": days.date, "offered": [contacts(d) for d in days]})
    rows["answered"] = rows["offered"] * 4 // 5
    with duckdb.connect(tmp_path / "totals.duckdb") as link:
        link.register("rows", rows)
        link.execute('CREATE TABLE totals AS SELECT CAST("date" AS DATE) AS "date", offered, answered FROM rows')
    (channel,) = intake.measure(intake.warehouse(str(tmp_path / "totals.duckdb"), "totals")).channels
    assert sum(channel.arrivals) == pytest.approx(140, rel=0.01)
