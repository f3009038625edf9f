"""What is in a file and not used is said: columns that are not understood, sheets of the same columns."""

import datetime as dt
import io

import openpyxl
import pytest

from model import intake

MONDAY = dt.datetime(2024, 3, 4, 9)


def calls(head: str, cell: str, number: str = "{}") -> bytes:
    rows = [f"Call ID,Start time,Answered,Wait (s){head}"]
    for i in range(600):
        start = MONDAY + dt.timedelta(days=i // 30, minutes=10 * (i % 30))
        rows.append(f"{number.format(i)},{start},Yes,20{cell}")
    return ("\n".join(rows) + "\n").encode()


@pytest.mark.parametrize(
    ("column", "cell", "role"),
    [("Resolved", "Perhaps", "resolved"), ("Handle time (s)", "soon", "handle"), ("CSAT", "purple", "csat")],
)
def test_a_column_that_promises_a_figure_and_is_not_understood_is_named(column: str, cell: str, role: str) -> None:
    file = intake.read(calls(f",{column}", f",{cell}"))
    assert role not in file.columns
    (one,) = [each for each in file.problems if each.kind == f"unused_{role}"]
    assert (one.count, one.done) == (600, "kept")
    assert column in one.text


def test_columns_in_use_and_columns_of_other_things_are_not_named() -> None:
    file = intake.read(calls(",Resolved,Resolved by,Rating remark", ",Yes,Ann,fine"))
    assert not [each for each in file.problems if each.kind.startswith("unused")]


def test_sheets_of_the_same_columns_are_named() -> None:
    book = openpyxl.Workbook()
    for title, days in (("March", 20), ("April", 10), ("Notes", 0)):
        sheet = book.create_sheet(title)
        sheet.append(["Start", "Offered", "Answered"] if days else ["Written", "by"])
        for d in range(days):
            sheet.append([MONDAY + dt.timedelta(days=d), 30, 28])
    del book["Sheet"]
    book.save(data := io.BytesIO())
    file = intake.read(data.getvalue(), "calls.xlsx")
    (one,) = [each for each in file.problems if each.kind == "sheets"]
    assert "Only the sheet 'March' is read" in one.text
    assert one.text.endswith(": 'April'")


def test_numbers_whose_zeros_a_spreadsheet_took_are_the_same_numbers() -> None:
    rows = ["Call ID,Survey date,CSAT"] + [f"{i},{MONDAY:%Y-%m-%d},{5 if i % 4 else 1}" for i in range(600)]
    survey = intake.read("\n".join(rows).encode(), "survey.csv")
    baseline = intake.measure(intake.read(calls("", "", "{:06d}"), "calls.csv"), survey)
    assert baseline.channels[0].csat == pytest.approx(0.75)
