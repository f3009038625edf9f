"""Tables of an unusual shape: hours as columns, dates merged over rows, headers in two rows, units said by clocks."""

import io

import numpy as np
import openpyxl
import pytest

from model import intake
from model.intake.hours import hour_columns, hour_of, two_rows
from tests.test_intake_measuring import MONDAY

HOURS = range(8, 18)


def pivoted(names: list[str], total: bool = True, separator: str = ",") -> bytes:
    head = ["Date", *names, *(["Total"] if total else [])]
    lines = [separator.join(head)]
    for day in range(21):
        cells = [str((day % 7 < 5) * (10 + hour + day % 3)) for hour in HOURS]
        lines.append(separator.join([str(MONDAY + np.timedelta64(day, "D")), *cells,
                                     *([str(sum(map(int, cells)))] if total else [])]))  # fmt: skip
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    "names",
    [[f"{h:02d}:00" for h in HOURS], [str(h) for h in HOURS], [f"{h}h" for h in HOURS], [f"Hour {h}" for h in HOURS],
     [f"{h:02d}:00-{h + 1:02d}:00" for h in HOURS], [f"{(h - 1) % 12 + 1} {'AM' if h < 12 else 'PM'}" for h in HOURS]],
)  # fmt: skip
def test_hours_as_columns_become_rows(names: list[str]) -> None:
    file = intake.read(pivoted(names), "calls.csv")
    assert file.kind == "intervals" and len(file.table) == 210
    (channel,) = intake.measure(file).channels
    week = np.array(channel.arrivals).reshape(7, 24, 2).sum(axis=2)
    # Three Mondays of day % 3 = 0, 1, 2: on average one more than ten and the hour.
    np.testing.assert_allclose(week[0, 8:18], [11 + h for h in HOURS], rtol=0.02)
    assert week[:, :8].sum() == 0 and week[5:].sum() == 0
    assert any("Hours stand as columns" in problem.text for problem in file.problems)


def test_half_hours_as_columns_of_a_workbook_too() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Contacts of spring"])
    sheet.append(["Day", *(f"{h // 2:02d}:{30 * (h % 2):02d}" for h in range(16, 36))])
    for day in range(14):
        sheet.append([str(MONDAY + np.timedelta64(day, "D")), *([20] * 20)])
    out = io.BytesIO()
    book.save(out)
    (channel,) = intake.measure(intake.read(out.getvalue(), "calls.xlsx")).channels
    assert channel.weekly_arrivals == pytest.approx(20 * 20 * 7)


def test_other_tables_of_numbered_columns_stay_as_they_are() -> None:
    assert hour_columns(["Date", "Q1", "Q2", "Q3", "Q4", "Q5", "Q6"]) == []
    assert hour_columns(["Date", "8", "9", "10"]) == []  # too few
    assert hour_columns(["Date", "1", "5", "6", "9", "10", "20"]) == []  # in no order
    assert hour_of("30") is None and hour_of("08:30") == 8.5 and hour_of("2 pm") == 14


def table(rows: list[list[str]], merged: list[str] | None) -> intake.File:
    """Rows as a text file, or as a workbook with cells merged."""
    if merged is None:
        return intake.read("\n".join(map(",".join, rows)).encode(), "calls.csv")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append([cell or None for cell in row])
    for cells in merged:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return intake.read(out.getvalue(), "calls.xlsx")


@pytest.mark.parametrize("workbook", [False, True])
def test_a_date_merged_over_its_rows_is_carried_down(workbook: bool) -> None:
    rows = [["Date", "Interval", "Calls offered", "Calls abandoned"]]
    for day in range(14):
        for slot in range(18, 30):
            date = str(MONDAY + np.timedelta64(day, "D")) if slot == 18 else ""
            rows.append([date, f"{slot // 2:02d}:{30 * (slot % 2):02d}", "20", "2"])
    file = table(rows, [f"A{2 + 12 * day}:A{13 + 12 * day}" for day in range(14)] if workbook else None)
    assert len(file.table) == 14 * 12
    assert intake.measure(file).channels[0].weekly_arrivals == pytest.approx(7 * 12 * 20)
    assert any("carried down" in problem.text and problem.done == "repaired" for problem in file.problems)


def test_a_date_that_is_simply_missing_here_and_there_is_not_made_up() -> None:
    lines = ["Date,Interval,Calls offered"]
    for day in range(14):
        for slot in range(18, 30):
            date = "" if slot % 6 == 5 else str(MONDAY + np.timedelta64(day, "D"))
            lines.append(f"{date},{slot // 2:02d}:{30 * (slot % 2):02d},20")
    file = intake.read("\n".join(lines).encode(), "calls.csv")
    assert len(file.table) == 14 * 10
    assert any("date or time cannot be read" in problem.text for problem in file.problems)


@pytest.mark.parametrize("workbook", [False, True])
def test_a_header_in_two_rows_is_put_together(workbook: bool) -> None:
    rows = [["Date", "Time", "Calls", "", "", "Handle time", ""],
            ["", "", "Offered", "Answered", "Abandoned", "(s)", "max"]]  # fmt: skip
    for day in range(14):
        for slot in range(18, 30):
            date = str(MONDAY + np.timedelta64(day, "D"))
            rows.append([date, f"{slot // 2:02d}:{30 * (slot % 2):02d}", "20", "18", "2", "240", "900"])
    file = table(rows, ["A1:A2", "B1:B2", "C1:E1", "F1:G1"] if workbook else None)
    assert file.columns["offered"] == "Calls Offered" and file.columns["abandoned"] == "Calls Abandoned"
    (channel,) = intake.measure(file).channels
    assert channel.handle_time_s == pytest.approx(240) and channel.abandonment == pytest.approx(0.1)


def test_a_title_of_two_cells_is_no_group_of_columns() -> None:
    rows = [["Report", "March"], ["Date", "Time", "Calls offered"]]
    assert two_rows(rows, 1) == ["Date", "Time", "Calls offered"]


@pytest.mark.parametrize("unit, size", [("s", 1), ("min", 60), ("ms", 0.001)])
def test_two_clocks_say_the_unit_of_the_time_between_them(unit: str, size: float) -> None:
    draw = np.random.default_rng(2)
    lines = ["Date,Entered,Left,Queue time,Outcome"]
    for i in range(400):
        start, wait = int(draw.integers(30_000, 60_000)), int(draw.integers(1, 12)) * 60
        clocks = [f"{t // 3600}:{t // 60 % 60:02d}:{t % 60:02d}" for t in (start, start + wait)]
        lines.append(f"{MONDAY + np.timedelta64(i % 20, 'D')},{clocks[0]},{clocks[1]},{wait / size:.0f},Answered")
    file = intake.read("\n".join(lines).encode(), "calls.csv")
    setting = next(setting for setting in file.settings if setting.key == "unit_wait")
    assert setting.value == unit and not setting.open
    assert file.table["wait_s"].max() == pytest.approx(660)


def test_clocks_of_something_else_leave_the_unit_to_be_asked() -> None:
    draw = np.random.default_rng(2)
    lines = ["Date,Entered,Left,Queue time,Outcome"]
    for i in range(400):
        start, wait = int(draw.integers(30_000, 60_000)), int(draw.integers(1, 700))
        clocks = [f"{t // 3600}:{t // 60 % 60:02d}:{t % 60:02d}" for t in (start, start + int(draw.integers(1, 700)))]
        lines.append(f"{MONDAY + np.timedelta64(i % 20, 'D')},{clocks[0]},{clocks[1]},{wait},Answered")
    file = intake.read("\n".join(lines).encode(), "calls.csv")
    assert next(setting for setting in file.settings if setting.key == "unit_wait").open
