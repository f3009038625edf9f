"""Tables of counts beside which stands what did not come: forecasts, templates filled ahead, periods cut off."""

import datetime as dt

import pytest

from model import intake
from model.errors import IntakeError

MONDAY = dt.datetime(2024, 3, 4, 8)
DAYS, SLOTS = 28, 20
OFFERED, ANSWERED, HANDLE = 20, 18, 300


def moments(first: int = 0, days: int = DAYS) -> list[dt.datetime]:
    return [MONDAY + dt.timedelta(days=first + d, minutes=30 * s) for d in range(days) for s in range(SLOTS)]


def table(head: str, rows: list[str]) -> bytes:
    return ("\n".join([head, *rows]) + "\n").encode()


def assert_measured(file: intake.File, agents: float | None = None) -> None:
    channel = intake.measure(file).channels[0]
    assert sum(channel.arrivals) == pytest.approx(7 * SLOTS * OFFERED, rel=1e-3)
    assert channel.handle_time_s == HANDLE
    assert channel.abandonment == pytest.approx(1 - ANSWERED / OFFERED, rel=1e-3)
    if agents is not None:
        assert sum(channel.agents) / 2 == pytest.approx(agents * 7 * SLOTS / 2, rel=0.01)


def test_actual_columns_beside_forecasts_are_the_ones_that_count() -> None:
    head = (
        "Date,Interval,Forecast calls,Actual calls,Forecast AHT,Actual AHT (s),Abandoned,Required agents,Actual agents"
    )
    rows = [f"{m:%Y-%m-%d,%H:%M},35,{OFFERED},400,{HANDLE},2,30,12" for m in moments()]
    assert_measured(intake.read(table(head, rows)), 12)


def test_rows_of_a_forecast_beside_those_of_what_came_are_left_out() -> None:
    rows = [f"{m:%Y-%m-%d,%H:%M},{kind}" for m in moments() for kind in ("Forecast,35,34,400", "Actual,20,18,300")]
    file = intake.read(table("Date,Interval,Type,Offered,Answered,AHT (s)", rows))
    assert_measured(file)
    assert [each.count for each in file.problems if each.kind == "forecast"] == [DAYS * SLOTS]


def test_forecasts_alone_are_refused() -> None:
    rows = [f"{m:%Y-%m-%d,%H:%M},35,400" for m in moments()]
    with pytest.raises(IntakeError, match="'Forecast calls' is a forecast, and no column counts"):
        intake.read(table("Date,Interval,Forecast calls,Forecast AHT", rows))


@pytest.mark.parametrize("first", [DAYS, -DAYS])
def test_a_template_filled_ahead_is_no_time_without_contacts(first: int) -> None:
    rows = [f"{m:%Y-%m-%d,%H:%M},{OFFERED},{ANSWERED},{HANDLE}" for m in moments()]
    rows += [f"{m:%Y-%m-%d,%H:%M},0,0,0" for m in moments(first)]
    file = intake.read(table("Date,Interval,Offered,Answered,AHT (s)", rows))
    assert_measured(file)
    assert [each.count for each in file.problems if each.kind == "empty_end"] == [DAYS * SLOTS]


def test_a_quiet_weekend_at_the_end_is_a_weekend() -> None:
    rows = [f"{m:%Y-%m-%d,%H:%M},{OFFERED if m.weekday() < 5 else 0},0,0" for m in moments()]
    channel = intake.measure(intake.read(table("Date,Interval,Offered,Answered,AHT (s)", rows))).channels[0]
    assert sum(channel.arrivals) == pytest.approx(5 * SLOTS * OFFERED, rel=1e-3)


def by_period(first: dt.date, last: dt.date, monthly: bool) -> bytes:
    """100 contacts each working day, by month or by week."""
    counts: dict[dt.date, int] = {}
    for day in (first + dt.timedelta(days=d) for d in range((last - first).days + 1)):
        period = day.replace(day=1) if monthly else day - dt.timedelta(days=day.weekday())
        counts[period] = counts.get(period, 0) + 100 * (day.weekday() < 5)
    head = "Month,Calls offered" if monthly else "Week of,Calls offered"
    return table(
        head, [f"{period:%Y-%m}" + ("" if monthly else f"-{period:%d}") + f",{n}" for period, n in counts.items()]
    )


@pytest.mark.parametrize(
    ("first", "last", "monthly", "left_out"),
    [
        (dt.date(2022, 1, 1), dt.date(2024, 1, 5), True, 1), (dt.date(2022, 1, 25), dt.date(2023, 6, 9), True, 2),
        (dt.date(2023, 1, 2), dt.date(2023, 6, 6), False, 1), (dt.date(2022, 1, 1), dt.date(2023, 12, 31), True, 0),
    ],
)  # fmt: skip
def test_a_month_or_week_that_is_not_whole_does_not_count(
    first: dt.date, last: dt.date, monthly: bool, left_out: int
) -> None:
    file = intake.read(by_period(first, last, monthly))
    assert sum(intake.measure(file).channels[0].arrivals) == pytest.approx(500, rel=0.01)
    assert sum(each.count for each in file.problems if each.kind == "cut_off") == left_out


def test_the_day_of_each_agent_is_a_count_of_contacts_not_one_contact() -> None:
    rows = [f"{name},{MONDAY + dt.timedelta(days=d):%Y-%m-%d},60,300,0.8" for d in range(DAYS) for name in "ABCDE"]
    channel = intake.measure(
        intake.read(table("Agent,Date,Calls answered,Average handle time (s),CSAT", rows))
    ).channels[0]
    assert sum(channel.arrivals) == pytest.approx(7 * 5 * 60, rel=1e-3)
    assert (channel.handle_time_s, channel.csat) == (300, pytest.approx(0.8))
