"""Lengths of time as systems write them, and what a ticket export says of first replies."""

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from model import intake
from model.intake.durations import durations

MONDAY = dt.datetime(2024, 3, 4, 9)


@pytest.mark.parametrize(
    ("cell", "header", "seconds"),
    [
        ("3' 12''", "Handle time", 192), ("3'12\"", "Handle time", 192), ("5' 0''", "Handle time", 300),
        ("0.00:03:12", "Handle time", 192), ("P0DT0H3M12S", "Handle time", 192), ("PT3M12S", "Handle time", 192),
        ("P1DT1H", "Time to close", 90_000), ("1899-12-30 00:03:12", "Handle time", 192),
        ("1/0/1900 0:03:12", "Handle time", 192), ("12:03:12 AM", "Handle time", 192),
        ("192000", "handleDurationMs", 192), ("192000", "time_to_first_agent_reply", 192),
        ("192000", "time_to_close", 192), ("1'200", "Handle time", 1200), ("192", "HandleTimeSec", 192),
        ("1h 02m", "Handle time", 3720), ("00:03:12.5", "Handle time", 192.5), ("3:12", "Handle time", 192),
    ],
)  # fmt: skip
def test_a_length_of_time_is_read_as_it_was_written(cell: str, header: str, seconds: float) -> None:
    assert durations(pd.Series([cell], dtype="str"), header).seconds[0] == pytest.approx(seconds)


def tickets(head: str, row: Callable[[int, dt.datetime, float], str]) -> bytes:
    """Tickets, each answered after an hour or two and solved after two days."""
    rows = [f"Ticket ID,Created at,Solved at{head}"]
    for i in range(600):
        start = MONDAY + dt.timedelta(days=i // 30, minutes=10 * (i % 30))
        rows.append(f"{i},{start},{start + dt.timedelta(days=2)}{row(i, start, 3600.0 * (1 + i % 2))}")
    return ("\n".join(rows) + "\n").encode()


@pytest.mark.parametrize(
    ("header", "size"),
    [
        ("Time to first agent email reply (HH:mm:ss)", "clock"), ("First reply (hrs)", 1 / 3600),
        ("time_to_first_agent_reply", 1000.0), ("Custom field (Time to first response)", 1000.0),
    ],
)  # fmt: skip
def test_the_time_to_a_first_reply_is_found_and_in_its_unit(header: str, size: float | str) -> None:
    def cell(_: int, start: dt.datetime, reply: float) -> str:
        return f",{int(reply // 3600):02d}:00:00" if isinstance(size, str) else f",{reply * size:g}"

    file = intake.read(tickets(f",{header}", cell))
    assert file.kind == "tickets"
    assert intake.measure(file).channels[0].asa == pytest.approx(5400, rel=1e-3)


def test_a_solution_that_stands_in_for_a_reply_is_named() -> None:
    file = intake.read(tickets("", lambda i, start, reply: ""))
    assert [each.count for each in file.problems if each.kind == "no_reply"] == [600]
    assert intake.measure(file).channels[0].asa == pytest.approx(2 * 86_400, rel=1e-3)


def test_handle_times_of_days_without_a_unit_are_milliseconds_and_asked_about() -> None:
    rows = ["Date,Answered,Wait (s),Duration"]
    rows += [f"{MONDAY + dt.timedelta(days=i // 30, minutes=10 * (i % 30))},Yes,20,{190_000 + i}" for i in range(600)]
    file = intake.read("\n".join(rows).encode())
    assert intake.measure(file).channels[0].handle_time_s == pytest.approx(190.3, rel=1e-3)
    assert any(each.key == "unit_handle" and each.open for each in file.settings)
