"""Files of one queue that follow or overlap each other make one channel, in which no row counts twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from model import intake
from model.intake import Measurement

START = datetime(2024, 3, 4, 8)


def calls(first: int, last: int, rating: bool = False, numbers: str = "own", late: int = 0, ends: bool = True) -> str:
    """Calls `first` to `last` of a company with twenty a day, one in five given up; `numbers` their own, those of the
    rows, or none; `late` seconds after the half-hour."""
    lines = [",".join([*(["Call ID"] if numbers else []), "Start time", *(["Outcome"] if ends else []), "Wait (s)",
                       "Handle time (s)", *(["CSAT"] if rating else [])])]  # fmt: skip
    for n in range(first, last):
        at = START + timedelta(days=n // 20, minutes=30 * (n % 20), seconds=n % 60 + late)
        gone = n % 5 == 4
        number = {"own": f"C{n}", "rows": str(len(lines)), "": None}[numbers]
        end = ("abandoned" if gone else "answered") if ends else None
        cells = [number, f"{at:%Y-%m-%d %H:%M:%S}", end, str(60 if gone else 8 + n % 5),
                 "" if gone else str(280 + n % 41), "5" if rating else None]  # fmt: skip
        lines.append(",".join(cell for cell in cells if cell is not None))
    return "\n".join(lines)


def measured(*texts: str, **wishes: object) -> Measurement:
    files = [intake.read(text.encode(), f"{'abc'[i]}.csv") for i, text in enumerate(texts)]
    return intake.measurement(*files, **wishes)  # type: ignore[arg-type]


def said(found: Measurement) -> list[tuple[str, int]]:
    return [(one.text, one.count) for one in found.conflicts]


@pytest.mark.parametrize("numbers", ["own", "rows", ""])
def test_rows_of_a_day_that_two_exports_hold_count_once(numbers: str) -> None:
    found = measured(calls(0, 280, numbers=numbers), calls(260, 560, numbers=numbers))
    assert found.baseline.channels == measured(calls(0, 560, numbers=numbers)).baseline.channels
    assert said(found) == [("a.csv and b.csv hold the same rows: they count once", 20)]


def test_the_same_file_given_twice_counts_once() -> None:
    text = calls(0, 560)
    file = intake.read(text.encode(), "a.csv")
    assert measured(text, text, text).baseline == measured(text).baseline == intake.measure(file, file)
    counts = half_hours(0)
    assert measured(counts, counts).baseline == measured(counts).baseline


def test_of_three_exports_that_overlap_each_row_counts_once() -> None:
    found = measured(calls(0, 280), calls(260, 420), calls(270, 560))
    assert found.baseline.channels == measured(calls(0, 560)).baseline.channels


def test_halves_cut_at_noon_are_one_channel() -> None:
    found = measured(calls(0, 288), calls(288, 560))
    assert found.baseline.channels == measured(calls(0, 560)).baseline.channels
    assert said(found) == []


def test_a_column_that_only_one_half_has_is_told_of_that_half() -> None:
    found = measured(calls(0, 288), calls(288, 560, rating=True))
    (channel,) = found.baseline.channels
    assert channel.weekly_arrivals == pytest.approx(140) and channel.abandonment == 0.2
    assert (channel.grades["csat"], channel.survey_rate) == ("measured", pytest.approx(0.8 / 0.8))
    assert said(found) == [("a.csv and b.csv are taken as one; only b.csv says: Satisfaction", 0)]


def test_queues_of_the_same_days_stay_apart_and_it_is_said() -> None:
    found = measured(calls(0, 560), calls(0, 560, late=7))
    assert [c.name for c in found.baseline.channels] == ["phone", "phone_2"]
    ((text, count),) = said(found)
    assert "a.csv and b.csv both hold Phone" in text and "kept apart" in text and count == 0
    wish = {"a.csv": "Phone", "b.csv": "Phone"}
    (both,) = measured(calls(0, 560), calls(0, 560, late=7), channels=wish).baseline.channels
    assert both.weekly_arrivals == pytest.approx(280)


def test_a_half_that_is_silent_on_how_contacts_ended_does_not_thin_out_those_who_gave_up() -> None:
    found = measured(calls(0, 280), calls(280, 560, ends=False))
    assert found.baseline.channel("phone").abandonment == 0.2
    assert "only one of them says how contacts ended" in said(found)[0][0]


def half_hours(more: int, first: int = 0, days: int = 14) -> str:
    """Counts by half-hour, none at night; two queues of them differ by `more`."""
    lines = ["Interval start,Offered,Answered,Abandoned"]
    for slot in range(48 * first, 48 * days):
        open_ = 16 <= slot % 48 < 36
        n = (8 + slot % 5 + more) * open_
        lines.append(
            f"{datetime(2024, 3, 4) + timedelta(minutes=30 * slot):%Y-%m-%d %H:%M},{n},{n - open_},{1 * open_}"
        )
    return "\n".join(lines)


def test_counts_of_two_queues_are_not_taken_for_the_same_because_both_are_closed_at_night() -> None:
    assert len(measured(half_hours(0), half_hours(3)).baseline.channels) == 2


def test_counts_of_a_day_that_two_exports_hold_count_once() -> None:
    found = measured(half_hours(0, 0, 8), half_hours(0, 7, 14))
    assert found.baseline.channels == measured(half_hours(0, 0, 14)).baseline.channels
    assert said(found)[0][1] == 48


def tickets(numbers: Sequence[int], closed_until: int) -> str:
    lines = ["Ticket ID,Created at,Closed at"]
    for n in numbers:
        at = START + timedelta(hours=n)
        lines.append(f"T{n},{at},{at + timedelta(hours=5) if n < closed_until else ''}")
    return "\n".join(lines)


def test_a_ticket_in_two_exports_is_as_the_later_one_knows_it() -> None:
    found = measured(tickets(range(300), 250), tickets(range(200, 500), 500))
    one = measured(tickets(range(500), 500))
    assert found.baseline.channels[0].weekly_arrivals == one.baseline.channels[0].weekly_arrivals
    assert found.parts[0].total("contacts") == 500 and found.parts[0].table("replies")["ended"].sum() == 500
