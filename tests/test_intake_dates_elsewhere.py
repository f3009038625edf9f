"""Dates as other places and programs write them, tables with a column a day, and a year in a column of its own."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from model import intake
from model.errors import IntakeError
from model.intake.dates import dates

NOON = "2024-05-03T14:05:09"


@pytest.mark.parametrize(
    "cell",
    [
        "3. Mai 2024 14:05:09", "3 mai 2024 14:05:09", "3 мая 2024 14:05:09", "3 mei 2024 14:05:09",
        "Fri May 03 14:05:09 2024", "Fri May 03 2024 14:05:09 GMT+0200 (CEST)", "Fr, 3. Mai 2024 14:05:09",
        "20240503T140509Z", "2024-05-03_14:05:09", "2024年5月3日 14:05:09", "2024年05月03日14時05分09秒",
        "2024/05/03 下午 02:05:09", "2024/05/03 午後 02:05:09", "03/05/2567 14:05:09",
    ],
)  # fmt: skip
def test_a_moment_is_read_as_it_was_written(cell: str) -> None:
    found = dates(pd.Series([cell], dtype="str"), compact=True, order="day")
    assert found.values[0] == np.datetime64(NOON)
    assert found.buddhist == ("2567" in cell)


@pytest.mark.parametrize(
    ("cell", "month"),
    [("4. März 2024", 3), ("4 Okt 2024", 10), ("4 Dez. 2024", 12), ("4 févr. 2024", 2), ("4 avr. 2024", 4),
     ("4 juin 2024", 6), ("4 juil. 2024", 7), ("4 août 2024", 8), ("4 giugno 2024", 6), ("4 lug 2024", 7),
     ("4 mag 2024", 5), ("4 ott 2024", 10), ("4 mrt 2024", 3), ("4 июня 2024", 6), ("4 июля 2024", 7),
     ("4 de março de 2024", 3), ("Mar 4, 2024", 3)],
)  # fmt: skip
def test_months_are_known_by_their_names(cell: str, month: int) -> None:
    assert dates(pd.Series([cell], dtype="str")).values[0] == np.datetime64(f"2024-{month:02d}-04")


@pytest.mark.parametrize("cell", ["2024-W18", "2024W18", "KW 18 2024", "W18-2024"])
def test_a_week_of_the_year_is_its_monday(cell: str) -> None:
    assert dates(pd.Series([cell], dtype="str")).values[0] == np.datetime64("2024-04-29")


def calls(cell: Callable[[dt.datetime], str]) -> bytes:
    rows = ["Call ID,Start time,Answered,Wait (s),Handle time (s)"]
    for i in range(560):
        moment = dt.datetime(2024, 3, 4, 9) + dt.timedelta(days=i // 20, minutes=10 * (i % 20))
        rows.append(f"{i},{cell(moment)},Yes,20,300")
    return ("\n".join(rows) + "\n").encode()


@pytest.mark.parametrize("cell", ["'{:%Y-%m-%d %H:%M:%S}", '"=""{:%Y-%m-%d %H:%M:%S}"""'])
def test_what_keeps_a_spreadsheet_from_reading_a_cell_is_no_part_of_it(cell: str) -> None:
    assert sum(intake.measure(intake.read(calls(cell.format))).channels[0].arrivals) == pytest.approx(140)


def test_years_of_the_thai_calendar_are_taken_back_and_that_is_said() -> None:
    file = intake.read(calls(lambda m: f"{m:%d/%m/}{m.year + 543}{m: %H:%M}"))
    assert any(each.kind == "buddhist" for each in file.problems)
    assert intake.measure(file).period == "4 March 2024 to 31 March 2024"


def test_years_of_another_calendar_are_refused_by_their_column() -> None:
    with pytest.raises(IntakeError, match="The column 'Start time' of calls.csv holds no dates that can be read"):
        intake.read(calls(lambda m: f"1445-{m:%m-%d %H:%M}"), "calls.csv")


def test_moments_that_a_spreadsheet_rounded_are_refused() -> None:
    """To six digits, milliseconds since 1970 are a step of three hours: the week's shape would be lost."""
    file = intake.read(calls(lambda m: f"{m.replace(tzinfo=dt.UTC).timestamp() * 1000:.5E}"), "calls.csv")
    with pytest.raises(IntakeError, match=r"rounded the moments in the column 'Start time'.*1\.7\d+E\+12"):
        intake.measure(file)


DAYS = [dt.date(2024, 3, 4) + dt.timedelta(days=d) for d in range(28)]


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d/%m/%Y", "%d-%b-%y"])
def test_a_table_of_a_column_a_day_is_set_upright(form: str) -> None:
    head = ",".join(["Interval", *(day.strftime(form) for day in DAYS), "Total"])
    rows = [f"{8 + s // 2:02d}:{30 * (s % 2):02d}," + ",".join(str(10 + day.weekday()) for day in DAYS) + ",1"
            for s in range(20)]  # fmt: skip
    file = intake.read("\n".join([head, *rows]).encode())
    assert any("Days stand as columns (2024-03-04 to 2024-03-31)" in each.text for each in file.problems)
    arrivals = intake.measure(file).channels[0].arrivals
    assert sum(arrivals) == pytest.approx(20 * sum(range(10, 17)), rel=1e-4)
    assert arrivals[16] == pytest.approx(10, rel=0.02)
    assert arrivals[6 * 48 + 16] == pytest.approx(16, rel=0.02)


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("Year,Month,Calls offered", [f"{y},{m},2167" for y in (2022, 2023) for m in range(1, 13)]),
        ("Year,Month,Calls offered", [f"2023,{m},2167" for m in ("January February March April May June").split()]),
        ("Year,Week,Calls offered", [f"2023,{w},500" for w in range(1, 53)]),
        ("Year,Month,Day,Calls offered", [f"{d.year},{d.month},{d.day},{100 * (d.weekday() < 5)}" for d in DAYS]),
    ],
)  # fmt: skip
def test_a_year_in_a_column_of_its_own_belongs_to_its_month_or_week(head: str, rows: list[str]) -> None:
    file = intake.read("\n".join([head, *rows]).encode())
    assert sum(intake.measure(file).channels[0].arrivals) == pytest.approx(500, rel=0.02)
    assert any(each.kind == "year" for each in file.problems)
