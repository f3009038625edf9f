"""Nasty files, each as some system writes it, each with the figures it holds: dialects, layouts, marks, workbooks."""

import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pandas as pd
import pytest

from model import intake
from model.errors import IntakeError

DAY = dt.datetime(2024, 3, 4)
SIZE = 60


def moment(i: int) -> dt.datetime:
    """Contact i: ten a day, from 8:00:07 on, in steps of 47 minutes."""
    return DAY + dt.timedelta(days=i // 10, hours=8, seconds=7 + 2820 * (i % 10))


def text(header: str, row: Callable[[int], str], size: int = SIZE, newline: str = "\n") -> str:
    return newline.join([header, *(row(i) for i in range(size))]) + newline


def waits(file: intake.File) -> list[float]:
    assert file.trouble is None
    return [float(w) for w in file.table["wait_s"]]


WAITS = [float(10 + i) for i in range(SIZE)]
PLAIN = text("Date,Time,Queue time (s),Outcome", lambda i: f"{moment(i):%Y-%m-%d,%H:%M:%S},{10 + i},answered")


def contact(header: str, row: Callable[[int], str], **more: Any) -> bytes:
    return text(header, row, **more).encode()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def book(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    made = openpyxl.Workbook()
    fill(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def rows_of_calls(sheet: Any, first: int = 1) -> None:
    for column, name in enumerate(("Date", "Time", "Queue time (s)", "Outcome"), 1):
        sheet.cell(first, column, name)
    for i in range(SIZE):
        cells = (moment(i).date(), moment(i).time(), 10 + i, "answered")
        for column, cell in enumerate(cells, 1):
            sheet.cell(first + 1 + i, column, cell)


def with_side_table(made: openpyxl.Workbook) -> None:
    made.active.title = "Calls"
    made.active["A1"] = "Calls of March"
    rows_of_calls(made.active, 4)
    for row, cells in enumerate((("Queue", "Code"), ("Sales", 1), ("Help", 2)), 4):
        made.active.cell(row, 8, cells[0])
        made.active.cell(row, 9, cells[1])


def several_sheets(made: openpyxl.Workbook) -> None:
    made.active.title = "Cover"
    made.active.append(["Report"])
    rows_of_calls(made.create_sheet("Calls"))
    notes = made.create_sheet("Notes")
    for i in range(5):
        notes.append([f"note {i}", "x", "y", "z"])


def durations_of_days(made: openpyxl.Workbook) -> None:
    sheet = made.active
    sheet.append(["Created at", "Wait", "Outcome"])
    for i in range(SIZE):
        sheet.append([moment(i), (10 + i) / 86_400, "answered"])
        sheet.cell(i + 2, 2).number_format = "[h]:mm:ss"


SAME: dict[str, tuple[bytes, str]] = {
    "a separator named in the first line": (("sep=;\n" + PLAIN.replace(",", ";")).encode(), "a.csv"),
    "title rows with commas of their own": (("Report, March\nBy: A, B\n\n" + PLAIN).encode(), "a.csv"),
    "CR line ends": (PLAIN.replace("\n", "\r").encode(), "a.csv"),
    "UTF-16 with tabs, as Excel's Unicode text": (PLAIN.replace(",", "\t").encode("utf-16"), "a.txt"),
    "UTF-32": (PLAIN.encode("utf-32"), "a.csv"),
    "every cell quoted": (
        "\n".join('"' + line.replace(",", '","') + '"' for line in PLAIN.split("\n")[:-1]).encode(), "a.csv"),
    "blanks around every cell": (PLAIN.replace(",", " , ").encode(), "a.csv"),
    "blank lines between rows": (PLAIN.replace("\n", "\n\n").encode(), "a.csv"),
    "blank columns at both ends": ("\n".join(f",{line}," for line in PLAIN.split("\n")[:-1]).encode(), "a.csv"),
    "end-of-file mark of DOS": (PLAIN.encode() + b"\x1a", "a.csv"),
    "no line end at the end": (PLAIN.rstrip().encode(), "a.csv"),
    "gzip": (gzip.compress(PLAIN.encode()), "a.csv.gz"),
    "gzip in two pieces": (gzip.compress(PLAIN[:400].encode()) + gzip.compress(PLAIN[400:].encode()), "a.csv.gz"),
    "zip of one file": (zipped(a__csv=PLAIN.encode()), "a.zip"),
    "zip with a Mac's extra file": (zipped(**{"a.csv": PLAIN.encode(), "__MACOSX/._a.csv": b"x"}), "a.zip"),
    "zip of a gzip": (zipped(**{"a.csv.gz": gzip.compress(PLAIN.encode())}), "a.zip"),
    "a workbook with titles and a side table": (book(with_side_table), "a.xlsx"),
    "a workbook of several sheets": (book(several_sheets), "a.xlsx"),
    "a workbook in a zip": (zipped(**{"a.xlsx": book(several_sheets)}), "a.zip"),
    "a workbook with durations as days": (book(durations_of_days), "a.xlsx"),
    "day numbers of Excel with decimal commas": (
        contact("Fecha;Espera (seg);Resultado", lambda i: (
            f"{(moment(i) - dt.datetime(1899, 12, 30)).total_seconds() / 86400:.8f}".replace(".", ",")
            + f";{10 + i};contestada")), "a.csv"),
    "seconds since 1970": (
        contact("created_at,wait_time_ms,outcome", lambda i: (
            f"{int((moment(i) - dt.datetime(1970, 1, 1)).total_seconds())},{1000 * (10 + i)},answered")), "a.csv"),
    "digits only, date and time together": (
        contact("start_time,wait (s),outcome", lambda i: f"{moment(i):%Y%m%d%H%M%S},{10 + i},answered"), "a.csv"),
    "American clock": (
        contact("Call Date,Call Time,Wait (sec),Result", lambda i: (
            f"{moment(i):%m/%d/%Y,%I:%M:%S %p},{10 + i},Answered")), "a.csv"),
    "weekday before the date": (
        contact("Date|Wait (s)|Outcome", lambda i: f"{moment(i):%A, %d/%m/%Y %H:%M:%S}|{10 + i}|answered"), "a.csv"),
    "dots between day, month and year": (
        contact("Data;Hora;Tempo de espera;Situação", lambda i: (
            f"{moment(i):%d.%m.%Y;%H.%M.%S};00:00:{10 + i:02d};atendida" if i < 50 else
            f"{moment(i):%d.%m.%Y;%H.%M.%S};00:01:{i - 50:02d};atendida")), "a.csv"),
    "time zones behind the values": (
        contact("Start time,Wait (s),Outcome", lambda i: f"{moment(i):%Y-%m-%dT%H:%M:%S}.000+01:00,{10 + i},answered"),
        "a.csv"),
    "a time zone in the header": (
        contact("Conversation started at (America/New_York),Queue time (s),Outcome", lambda i: (
            f"{moment(i):%Y-%m-%d %H:%M:%S},{10 + i},answered")), "a.csv"),
    "waits in words": (
        contact("Date,Time,Wait,Outcome", lambda i: (
            f"{moment(i):%Y-%m-%d,%H:%M:%S},{(10 + i) // 60} min {(10 + i) % 60} s,answered")), "a.csv"),
    "waits in hours with decimals": (
        contact("Date,Time,Wait (hrs),Outcome", lambda i: (
            f"{moment(i):%Y-%m-%d,%H:%M:%S},{(10 + i) / 3600:.7f},answered")), "a.csv"),
    "two-digit years first": (
        contact("Date,Time,Queue time (s),Outcome", lambda i: f"{moment(i):%y-%m-%d,%H:%M:%S},{10 + i},answered"),
        "a.csv"),
    "totals, repeated headers and notes": (
        "\n".join([*PLAIN.split("\n")[:30], PLAIN.split("\n")[0], *PLAIN.split("\n")[30:-1], "Total,,9999,",
                   "Printed by the switch,,,"]).encode(), "a.csv"),
    "code page 850": (PLAIN.replace("Outcome", "Situação").replace("answered", "não sei").encode("cp850"), "a.csv"),
    "Latin-1": (PLAIN.replace("Outcome", "Situação").replace("answered", "não sei").encode("latin-1"), "a.csv"),
    "moments of answer and end instead of durations": (
        contact("Call start,Answered at,Call end,Outcome", lambda i: (
            f"{moment(i):%Y-%m-%d %H:%M:%S},{moment(i) + dt.timedelta(seconds=10 + i):%Y-%m-%d %H:%M:%S},"
            f"{moment(i) + dt.timedelta(seconds=200 + i):%Y-%m-%d %H:%M:%S},answered")), "a.csv"),
}  # fmt: skip
"""The same sixty calls in every dialect: arrival to the second and waits of 10 to 69 s."""


@pytest.mark.parametrize("case", SAME)
def test_the_same_calls_come_out_of_every_file(case: str) -> None:
    data, name = SAME[case]
    file = intake.read(data, name)
    assert waits(file) == pytest.approx(WAITS, abs=0.01)
    assert list(file.table["arrived"]) == [pd.Timestamp(moment(i)) for i in range(SIZE)]


def test_a_file_without_a_header_is_read_by_its_content_and_said_to_be_so() -> None:
    file = intake.read("\n".join(PLAIN.split("\n")[1:]).encode(), "a.csv")
    assert file.columns["date"] == "Column 1" and file.columns["time"] == "Column 2"
    assert [p.kind for p in file.problems] == ["no_header", "bare"]
    assert waits(file.with_columns({"wait": "Column 3"})) == WAITS


def intervals(header: str, row: Callable[[int, dt.datetime], str], size: int = 40) -> intake.File:
    return intake.read(
        contact(header, lambda i: row(i, DAY + dt.timedelta(days=i // 20, hours=8, minutes=30 * (i % 20))), size=size),
        "a.csv",
    )


COUNTED: dict[str, tuple[str, Callable[[int, dt.datetime], str]]] = {
    "an interval in one cell with its date": (
        "Interval,Calls Offered,Calls Answered,Calls Abandoned",
        lambda i, t: f"{t:%Y-%m-%d %H:%M}-{t + dt.timedelta(minutes=30):%H:%M},{1040 + i},{1000 + i},40"),
    "Spanish with dots for thousands": (
        "Fecha;Franja;Llamadas recibidas;Contestadas;Abandonadas",
        lambda i, t: f"{t:%d/%m/%Y};{t:%H:%M} a {t + dt.timedelta(minutes=30):%H:%M};1.{40 + i:03d};1.{i:03d};40"),
    "commas for thousands, quoted": (
        "Date,Time,Offered,Answered,Abandoned",
        lambda i, t: f'{t:%m/%d/%Y},{t:%I:%M %p},"1,{40 + i:03d}","1,{i:03d}",40'),
    "blanks for thousands": (
        "Data;Hora;Recebidas;Atendidas;Abandonadas",
        lambda i, t: f"{t:%d/%m/%Y};{t:%H:%M};1 {40 + i:03d};1 {i:03d};40"),
    "four digits for the time of day": (
        "Date,Time,Offered,Answered,Abandoned", lambda i, t: f"{t:%d-%b-%Y},{t:%H%M},{1040 + i},{1000 + i},40"),
    "fractions of a day for the time of day": (
        "Date,Time,Offered,Answered,Abandoned",
        lambda i, t: f"{t:%Y/%m/%d},{(t - DAY).total_seconds() % 86400 / 86400:.9f},{1040 + i},{1000 + i},40"),
    "the share given up instead of a count": (
        "Date,Time,Calls Offered,Abandonment Rate",
        lambda i, t: f"{t:%Y-%m-%d},{t:%H:%M},{1040 + i},{100 * 40 / (1040 + i):.8f}%"),
    "counts written with decimals": (
        "Date,Time,Offered,Answered,Abandoned", lambda i, t: f"{t:%Y-%m-%d},{t:%H:%M},{1040 + i}.0,{1000 + i}.0,40.0"),
}  # fmt: skip


@pytest.mark.parametrize("case", COUNTED)
def test_the_same_counts_come_out_of_every_file(case: str) -> None:
    file = intervals(*COUNTED[case])
    assert file.kind == "intervals" and file.trouble is None
    assert list(file.table["offered"]) == [1040 + i for i in range(40)]
    assert list(file.table["abandoned"]) == pytest.approx([40] * 40)
    assert file.table["start"].iloc[21] == pd.Timestamp(DAY + dt.timedelta(days=1, hours=8, minutes=30))


def problems(file: intake.File) -> dict[str, int]:
    return {p.kind: p.count for p in file.problems}


TOLD: dict[str, tuple[bytes, dict[str, int]]] = {
    "cells that are no times": (
        PLAIN.replace(",17,", ",soon,").replace(",18,", ",later,").encode(), {"unread_wait": 2}),
    "negative waits": (PLAIN.replace(",17,", ",-17,").encode(), {"negative_wait": 1}),
    "dates that no calendar has": (PLAIN.replace("2024-03-05", "2024-02-31").encode(), {"no_date": 10}),
    "marks for nothing": (PLAIN.replace(",17,", ",#VALOR!,").replace(",18,", ",?,").encode(), {"mark": 2}),
    "rows that are there twice": (
        contact("Call ID,Date,Time,Queue time (s),Outcome", lambda i: (
            f"C{i % 50},{moment(i % 50):%Y-%m-%d,%H:%M:%S},{10 + i % 50},answered")), {"twice": 10}),
    "offered that is not answered and given up": (
        contact("Date,Time,Offered,Answered,Abandoned", lambda i: (
            f"{moment(i):%Y-%m-%d,%H:%M},{60 if i == 7 else 50},45,5")), {"balance": 1}),
    "two columns for waiting that disagree": (
        contact("Date,Offered,Answered,Abandoned,ASA (s),Average wait time (s)", lambda i: (
            f"{DAY + dt.timedelta(days=i):%Y-%m-%d},50,45,5,20,{20 if i else 90}")), {"two_waits": 1}),
    "answers after the end": (
        contact("Call start,Answered at,Call end,Outcome", lambda i: (
            f"{moment(i):%Y-%m-%d %H:%M:%S},{moment(i) + dt.timedelta(seconds=90):%Y-%m-%d %H:%M:%S},"
            f"{moment(i) + dt.timedelta(seconds=60 if i == 3 else 200):%Y-%m-%d %H:%M:%S},answered")),
        {"answer_after_end": 1, "negative_handle": 1}),
    "a rate that is not what the counts give": (
        contact("Date,Offered,Answered,Abandoned,Abandonment Rate", lambda i: (
            f"{DAY + dt.timedelta(days=i):%Y-%m-%d},50,45,5,{10 if i else 3}%")), {"rate": 1}),
    "an order of day and month that nothing decides": (
        contact("Date,Time,Queue time (s),Outcome", lambda i: f"{moment(i % 20):%m/%d/%Y,%H:%M:%S},{10 + i},answered"),
        {"day_month": 60}),
    "waits without a unit": (PLAIN.replace(" (s)", "").encode(), {"unit_wait": 60}),
    "midnight as a mark for nothing": (
        contact("Date,Time,Queue time (s),Outcome", lambda i: (
            f"{moment(i):%Y-%m-%d},{'0:00:00' if i % 10 == 3 else format(moment(i), '%H:%M:%S')},{10 + i},answered")),
        {"midnight": 6, "no_date": 6}),
    "one midnight as the time of answer of a call that nobody took": (
        contact("Date,Time,Answered at,End time,Outcome", lambda i: (
            f"{moment(i):%Y-%m-%d,%H:%M:%S},0:00:00,0:00:00,abandoned" if i == 3 else
            f"{moment(i):%Y-%m-%d,%H:%M:%S},{moment(i) + dt.timedelta(seconds=31):%H:%M:%S},"
            f"{moment(i) + dt.timedelta(seconds=200):%H:%M:%S},answered")),
        {"midnight_answered_at": 1, "midnight_ended_at": 1}),
    "different time zones in one column": (
        contact("Start time,Queue time (s),Outcome", lambda i: (
            f"{moment(i):%Y-%m-%dT%H:%M:%S}{'Z' if i % 2 else '-05:00'},{10 + i},answered")), {"zones": 60}),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_what_is_wrong_is_counted_and_named(case: str) -> None:
    data, expected = TOLD[case]
    file = intake.read(data, "a.csv")
    assert problems(file) == expected
    for problem in file.problems:
        assert problem.rows == () or problem.rows[0] >= 2, "rows are those of the file, its header is row 1"


REFUSED = {
    "several files in a zip": (zipped(a__csv=b"x", b__csv=b"y"), "a.zip", "holds 2 files"),
    "an empty zip": (zipped(), "a.zip", "holds no file"),
    "a cut gzip": (gzip.compress(PLAIN.encode())[:-30], "a.gz", "cut short"),
    "a damaged gzip": (gzip.compress(PLAIN.encode())[:20] + b"\xff" * 60, "a.gz", "damaged"),
    "packed too often": (gzip.compress(gzip.compress(gzip.compress(PLAIN.encode()))), "a.gz", "packed more than"),
    "a gzip larger than the limit once unpacked": (gzip.compress(b"0," * 2**20), "a.gz", "unpacked is larger"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + bytes(600), "a.xls", "old Excel workbook"),
    "a workbook without a table": (book(lambda made: None), "a.xlsx", "is empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_opened_is_refused_in_plain_words(case: str) -> None:
    data, name, words = REFUSED[case]
    with pytest.raises(IntakeError, match=words) as refused:
        intake.read(data, name, limit=1_000_000)
    assert refused.value.hint


def test_the_longer_of_two_long_sheets_is_read() -> None:
    for first, second in (("Little", "Much"), ("Much", "Little")):
        made = openpyxl.Workbook(write_only=True)
        for title in (first, second):
            sheet = made.create_sheet(title)
            sheet.append(["Created at", "Wait (s)", "Outcome"])
            for i in range(900 if title == "Much" else 450):
                # As its first rows go, the shorter sheet is the fuller one.
                sheet.append([moment(i), 10, "answered" if title == "Little" or i % 2 else None])
        out = io.BytesIO()
        made.save(out)
        assert intake.read(out.getvalue(), "a.xlsx").sheet == "Much"


def two_quarters(first: str, second: str, longer: int) -> bytes:
    """Two sheets with the same columns; the second has more rows."""

    def fill(made: openpyxl.Workbook) -> None:
        for title, rows in ((first, 40), (second, 40 + longer)):
            sheet = made.create_sheet(title)
            sheet.append(["Created at", "Wait (s)", "Outcome"])
            for i in range(rows):
                sheet.append([moment(i), 10, "answered"])

    return book(fill)


def test_a_recipe_chooses_the_sheet_of_a_workbook() -> None:
    fullest = intake.read(data := two_quarters("Mine", "Others", 20), "a.xlsx")
    assert fullest.sheet == "Others"
    recipe = intake.load_recipe(intake.recipe_of([fullest.with_columns({}, choices={"sheet": "Mine"})]).text().encode())
    next_quarter = intake.read(two_quarters("Mine", "Others", 30), "b.xlsx", recipes=recipe.files)
    assert (next_quarter.sheet, len(next_quarter.table)) == ("Mine", 40)
    assert intake.recipe_of([next_quarter]).files == recipe.files
    assert fullest.following(recipe.files).sheet == "Mine"
    assert intake.read(data, "a.xlsx", sheet="Others", recipes=recipe.files).sheet == "Others"


def test_where_the_recipe_s_sheet_is_gone_the_fullest_is_read_by_it() -> None:
    recipe = intake.read(two_quarters("Q1", "Q2", 20), "a.xlsx", sheet="Q1").with_columns({"wait": None}).recipe()
    later = intake.read(two_quarters("Q3", "Q4", 20), "b.xlsx", recipes=[recipe])
    assert later.sheet == "Q4" and "wait" not in later.columns


def test_a_recipe_for_a_sheet_of_other_columns_is_not_followed() -> None:
    data = book(several_sheets)
    recipe = {**intake.read(data, "a.xlsx").recipe(), "header": "another", "choices": {"sheet": "Notes"}}
    assert intake.read(data, "a.xlsx", recipes=[recipe, {**recipe, "choices": {"sheet": "Cover"}}]).sheet == "Calls"


def test_a_sheet_can_be_chosen_and_the_fullest_is_guessed() -> None:
    data = book(several_sheets)
    file = intake.read(data, "a.xlsx")
    assert (file.sheets, file.sheet) == (("Cover", "Calls", "Notes"), "Calls")
    assert file.with_columns({}, choices={"sheet": "Calls"}).table.equals(file.table)
    with pytest.raises(IntakeError):
        file.with_columns({}, choices={"sheet": "Cover"})
    with pytest.raises(IntakeError, match="no sheet 'None such'"):
        intake.read(data, "a.xlsx", sheet="None such")


def test_formulas_without_a_result_are_counted() -> None:
    def fill(made: openpyxl.Workbook) -> None:
        rows_of_calls(made.active)
        for i in range(3):
            made.active.cell(2 + i, 3, "=10+1")

    assert problems(intake.read(book(fill), "a.xlsx"))["formula"] == 3


def test_an_order_that_nothing_decides_is_asked_and_the_answer_holds() -> None:
    data, _ = TOLD["an order of day and month that nothing decides"]
    file = intake.read(data, "a.csv")
    (asked,) = [setting for setting in file.settings if setting.open]
    assert asked.key == "order"
    answered = file.with_columns({}, choices={"order": "month"})
    assert list(answered.table["arrived"]) == [pd.Timestamp(moment(i % 20)) for i in range(SIZE)]
    assert "day_month" not in problems(answered) or not [s for s in answered.settings if s.open]


def test_a_time_zone_moves_the_clock_only_when_asked() -> None:
    data, name = SAME["a time zone in the header"]
    file = intake.read(data, name)
    assert file.notes["zone"] == "America/New_York"
    moved = file.with_columns({}, choices={"zone": "Europe/Madrid"})
    assert moved.table["arrived"].iloc[0] == pd.Timestamp(moment(0) + dt.timedelta(hours=6))
    with pytest.raises(IntakeError, match="no time zone"):
        file.with_columns({}, choices={"zone": "Nowhere/Here"})


def test_a_correction_is_remembered_for_files_of_the_same_header() -> None:
    data = PLAIN.replace("Queue time (s)", "Blurb").encode()
    first = intake.read(data, "march.csv")
    corrected = first.with_columns({"wait": "Blurb"}, choices={"unit_wait": "min"})
    again = intake.read(data, "april.csv", recipes=[{"header": "another"}, corrected.recipe()])
    assert waits(again) == [60 * w for w in WAITS]
    assert again.recipe() == corrected.recipe()
    other = intake.read(PLAIN.encode(), "x.csv", recipes=[corrected.recipe()])
    assert waits(other) == WAITS, "another header, another file"


def test_without_a_date_the_user_can_pick_one() -> None:
    data = contact("Ticket ID,Purchased on,First Response Time,Status", lambda i: (
        f"T{i},{moment(i) - dt.timedelta(days=400):%Y-%m-%d},{moment(i):%Y-%m-%d %H:%M:%S},closed"))  # fmt: skip
    file = intake.read(data, "tickets.csv")
    assert file.trouble is not None and "First Response Time" in file.trouble.hint
    with pytest.raises(IntakeError):
        intake.measure(file)
    picked = file.with_columns({"date": "First Response Time"})
    assert picked.trouble is None and len(picked.table) == SIZE


@pytest.mark.parametrize(("cells", "scale", "share"), [
    (("5", "4", "3", "1"), "1 to 5, satisfied from 4", 0.5), (("10", "8", "7", "1"), "1 to 10, satisfied from 8", 0.5),
    (("90%", "10%", "30%", "70%"), "per cent", 0.5), (("Good", "Bad", "Offered", "Good"), "good or bad", 2 / 3),
    (("5/5", "2/5", "4/5", "1/5"), "1 to 5, satisfied from 4", 0.5),
    (("5 - Excellent", "1 - Poor", "4 - Good", "2 - Fair"), "1 to 5, satisfied from 4", 0.5),
])  # fmt: skip
def test_a_scale_of_ratings_is_recognised_and_can_be_corrected(
    cells: tuple[str, ...], scale: str, share: float
) -> None:
    file = intake.read(contact("Date,Time,Queue time (s),Rating", lambda i: (
        f"{moment(i):%Y-%m-%d,%H:%M:%S},{10 + i},{cells[i % 4]}")), "a.csv")  # fmt: skip
    assert file.notes["csat"] == scale
    assert file.table["csat"].mean() == pytest.approx(share)
    if scale.startswith("1 to 5"):
        wider = file.with_columns({}, choices={"scale": "1-10"})
        assert wider.table["csat"].mean() == 0


def test_reading_tells_how_far_it_is_and_stops_when_asked() -> None:
    told: list[float] = []
    intake.read(PLAIN.encode(), "a.csv", progress=lambda share, step: told.append(share))
    assert told == sorted(told) and told[-1] == 1.0 and len(told) > 4

    def stop(share: float, _step: str) -> None:
        if share > 0.3:
            raise intake.Cancelled

    with pytest.raises(intake.Cancelled):
        intake.read(PLAIN.encode(), "a.csv", progress=stop)


def test_the_report_shows_rows_to_the_one_who_brought_them_and_no_baseline_holds_any() -> None:
    data = PLAIN.replace("Outcome", "Outcome,Agent").replace("answered", "answered,MICHAL").replace(",17,", ",soon,")
    file = intake.read(data.encode(), "a.csv")
    (problem,) = [p for p in file.problems if p.kind == "unread_wait"]
    assert problem.rows == (9,) and "soon" in problem.samples[0]
    assert "MICHAL" not in intake.measure(file).model_dump_json()
