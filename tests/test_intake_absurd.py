"""Single values beyond any sense do not make the mean, and no figure at a limit is said to be measured."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from model import intake

HEAD = "Call ID,Start time,Outcome,Wait (s),Handle time (s)"


def calls(wait: Callable[[int], object], handle: Callable[[int], object], rows: int = 560) -> intake.File:
    lines = [HEAD]
    for n in range(rows):
        at = datetime(2024, 3, 4, 8) + timedelta(days=n // 20, minutes=30 * (n % 20))
        lines.append(f"{n},{at},answered,{wait(n)},{handle(n)}")
    return intake.read("\n".join(lines).encode(), "calls.csv")


def test_one_absurd_value_among_many_is_left_empty_and_said() -> None:
    file = calls(lambda n: 9_999_999 if n == 7 else 10 + n % 30, lambda n: 999_999 if n == 9 else 280 + n % 41)
    (channel,) = intake.measure(file).channels
    assert channel.asa == pytest.approx(24, rel=0.05) and channel.handle_time_s == pytest.approx(300, rel=0.01)
    said = {p.kind: (p.count, p.rows) for p in file.problems}
    assert said["absurd_wait"] == (1, (9,)) and said["absurd_handle"] == (1, (11,))


def test_a_long_wait_of_a_bad_day_counts() -> None:
    file = calls(lambda n: 3_500 if n % 50 == 0 else 5, lambda n: 300)
    assert [p.kind for p in file.problems if p.kind.startswith("absurd")] == []
    mails = calls(lambda n: 3600 * (1 + n % 40), lambda n: 300)
    assert [p.kind for p in mails.problems if p.kind.startswith("absurd")] == []


def test_an_absurd_mean_of_an_interval_is_left_empty() -> None:
    lines = ["Interval start,Offered,Answered,Abandoned,ASA"]
    for n in range(140):
        at = datetime(2024, 3, 4, 8) + timedelta(days=n // 10, hours=n % 10)
        lines.append(f"{at},10,8,2,{8_888_888 if n == 3 else 10}")
    assert intake.measure(intake.read("\n".join(lines).encode(), "calls.csv")).channels[0].asa == 10


def test_a_figure_beyond_its_limit_is_assumed_and_said() -> None:
    found = intake.measurement(calls(lambda n: 10, lambda n: 9_000_000))
    (channel,) = found.baseline.channels
    assert channel.grades["handle_time_s"] == "assumed" and channel.handle_time_s == 360
    assert "A handle time of 9,000,000 s cannot be" in found.conflicts[0].text


def test_a_help_desk_s_milliseconds_are_such_whatever_hours_its_header_ends_in() -> None:
    lines = ["Ticket ID,createdate,closedate,hs_time_to_first_response_in_operating_hours"]
    for n in range(560):
        at = datetime(2024, 3, 4, 8) + timedelta(days=n // 20, minutes=30 * (n % 20))
        lines.append(f"{n},{at},{at + timedelta(hours=8)},7200000")
    (channel,) = intake.measure(intake.read("\n".join(lines).encode(), "tickets.csv")).channels
    assert channel.asa == 7200
