"""What a file holds twice counts once: totals beside their queues, and rows without a number that are there twice."""

import random
from datetime import datetime, timedelta

import pytest

from model import intake


def table(word: str, total: int, header: str = "Queue") -> bytes:
    """Two queues of ten an interval, and a row of `total` called `word`."""
    lines = [f"Interval Start,Offered,Answered,Abandoned,{header}"]
    for i in range(140):
        at = datetime(2024, 3, 4, 8) + timedelta(days=i // 10, hours=i % 10)
        lines += [f"{at},10,8,2,Sales", f"{at},10,8,2,Support", f"{at},{total},{total - 4},4,{word}"]
    return "\n".join(lines).encode()


def weekly(content: bytes) -> float:
    return sum(c.weekly_arrivals for c in intake.measure(intake.read(content, "calls.csv")).channels)


def found(content: bytes, kind: str) -> list[int]:
    return [p.count for p in intake.read(content, "calls.csv").problems if p.kind == kind]


@pytest.mark.parametrize("word", ["Total", "All queues", "All", "TOTAL:", "Todas las colas", "Grand total"])
@pytest.mark.parametrize("header", ["Queue", "Queue name"])
def test_rows_that_add_up_the_queues_beside_them_are_left_out_and_said(word: str, header: str) -> None:
    content = table(word, 20, header)
    assert weekly(content) == pytest.approx(1400)
    assert found(content, "total") == [140]


@pytest.mark.parametrize("word, total", [("All", 7), ("Allstate", 20), ("Returns", 20)])
def test_a_queue_that_is_no_sum_of_the_others_counts(word: str, total: int) -> None:
    content = table(word, total)
    assert weekly(content) == pytest.approx(1400 + 70 * total)
    assert found(content, "total") == []


def calls(rows: int, form: str = "%Y-%m-%d %H:%M:%S", busy: int = 36_000, times: int = 1) -> bytes:
    """Calls at random within two weeks' `busy` seconds a day, each there so many `times`."""
    draw = random.Random(2)
    lines = []
    for _ in range(rows):
        at = datetime(2024, 3, 4 + draw.randrange(14), 8) + timedelta(seconds=draw.randrange(busy))
        gone = draw.random() < 0.2
        lines += [f"{at.strftime(form)},{'abandoned,60,' if gone else 'answered,10,300'}"] * times
    return "\n".join(["Start time,Outcome,Wait (s),Handle time (s)", *lines]).encode()


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"])
def test_rows_without_a_number_that_are_there_twice_count_once(form: str) -> None:
    content = calls(400, form, times=2)
    assert weekly(content) == pytest.approx(200, rel=0.02)
    assert found(content, "twice")[0] == pytest.approx(400, rel=0.02)


@pytest.mark.parametrize(
    "rows, form, busy",
    [(20_000, "%Y-%m-%d %H:%M:%S", 3_600), (4_000, "%Y-%m-%d %H:%M", 36_000), (600, "%Y-%m-%d", 36_000)],
    ids=["a crowd within seconds", "moments to the minute", "days alone"],
)
def test_contacts_that_are_alike_by_chance_all_count(rows: int, form: str, busy: int) -> None:
    content = calls(rows, form, busy)
    assert len(set(content.splitlines())) < 0.99 * rows
    assert weekly(content) == pytest.approx(rows / 2, rel=0.02)
    assert found(content, "twice") == []
