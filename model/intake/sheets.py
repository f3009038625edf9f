"""Excel workbooks to the same table of text as any other file: a sheet chosen, titles and side tables skipped.

Read row by row by openpyxl, values only: no formula is run. A workbook is a ZIP archive of XML, so its size unpacked is
bounded before anything is read.
"""

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from model.errors import IntakeError
from model.intake.hours import two_rows
from model.intake.problems import Problems, joined
from model.intake.rows import first_full_row, header_row, main_block, unique_names
from model.intake.text_table import MAX_CELL, MAX_COLUMNS, TextTable, kept, without_marks
from model.intake.unpack import Brought
from model.progress import Progress

MAX_UNPACKED = 1_500 * 2**20
MAX_STRINGS = 300 * 2**20
MAX_CELLS = 8_000_000
RATIO = 400
"""A workbook's XML shrinks to a tenth or so; what shrinks to less than this part was made to blow up."""
LOOKED = 400
"""Rows of each sheet read to choose one."""
_FORMULA = re.compile(rb"<f[ />](?:(?!</c>).){0,2000}?</c>", re.DOTALL)
_RESULT = re.compile(rb"<v>[^<]|<t>|<is>")
_FIRST_DATE = dt.datetime(1900, 3, 1)
"""Before it a date is the length of something: a duration of days in a cell formatted as a time of day."""


def read_workbook(found: Brought, sheet: str | None, progress: Progress) -> TextTable:
    """One sheet of a workbook as text.

    Raises
    ------
    IntakeError
        Damaged, too large unpacked, without a table, or without the sheet asked for.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    name = found.name
    _checked(found.data, name)
    try:
        progress(0.02, "Opening the workbook")
        book = openpyxl.load_workbook(io.BytesIO(found.data), read_only=True, data_only=True, keep_links=False)
        try:
            pages = {page.title: page for page in book.worksheets if page.sheet_state == "visible"}
            if not pages:
                raise IntakeError(f"{name} has no sheet with cells.", "Export it again.")
            if sheet is not None and sheet not in pages:
                raise IntakeError(f"{name} has no sheet {sheet!r}.", f"It has: {', '.join(list(pages)[:10])}.")
            chosen = sheet or _fullest(pages, found.data)
            grid = list(_cells(pages[chosen], name, None, progress))
            empty = _without_result(found.data, pages[chosen])
            alike = [] if sheet else _alike(pages, chosen, grid, name)
        finally:
            book.close()
    except IntakeError:
        raise
    except (
        InvalidFileException, zipfile.BadZipFile, zlib.error, SyntaxError, KeyError, ValueError, TypeError, IndexError,
        AttributeError, OSError, EOFError, NotImplementedError, OverflowError, AssertionError, RuntimeError,
    ) as fault:  # fmt: skip
        # Either reader of XML raises a SyntaxError. openpyxl says in any of these
        # words that a part of the workbook is missing or not what it should be.
        raise IntakeError(f"{name} is a damaged workbook.", "Open it in Excel and save it again.") from fault
    sheets = tuple(pages)
    table = _table(found, grid, chosen, sheets, empty)
    if alike:
        said = ", ".join(repr(title) for title in alike[:6])
        text = f"Only the sheet {chosen!r} is read; others have the same columns (put them into one sheet): {said}"
        table.problems.add("sheets", text, len(alike), "kept")
    return table


def _alike(pages: dict[str, Any], chosen: str, grid: list[list[str]], name: str) -> list[str]:
    """Sheets with the same names of columns as the one read: a month each, most often."""

    def names(rows: list[list[str]]) -> list[str]:
        widths = [sum(bool(c) for c in row) for row in rows if any(row)]
        at = header_row(rows, int(np.median(widths))) if widths else None
        return [] if at is None else [cell for cell in rows[at] if cell]

    mine = names(grid[:50])
    others = [title for title in pages if title != chosen]
    return [title for title in others if mine and names(list(_cells(pages[title], name, 50, None))) == mine]


def _checked(data: bytes, name: str) -> None:
    """Refuse what would not fit in memory before a byte of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            total = sum(m.file_size for m in members)
            strings = sum(m.file_size for m in members if m.filename.lower().endswith("sharedstrings.xml"))
            packed = max(sum(m.compress_size for m in members), 1)
            if total > MAX_UNPACKED or strings > MAX_STRINGS or (total > 50 * 2**20 and total > RATIO * packed):
                raise IntakeError(
                    f"{name} is too large to open as a workbook.", "Save the sheet as CSV UTF-8 and upload that."
                )
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(member) as opened:
                        if b"<!DOCTYPE" in (start := opened.read(2048)) or b"<!ENTITY" in start:
                            raise IntakeError(f"{name} is no ordinary workbook.", "Save it again in Excel.")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise IntakeError(f"{name} is a damaged workbook.", "Open it in Excel and save it again.") from fault


def _fullest(pages: dict[str, Any], data: bytes) -> str:
    """The sheet whose first rows hold most rows of its usual width; of several that go on below, the longest.

    How long a sheet is, is seen by the size of its part: what it says of its own size is often missing or wrong.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}

    def weight(title: str) -> tuple[int, int]:
        rows = [sum(bool(c) for c in row) for row in _cells(pages[title], title, LOOKED, None)]
        usual = max(set(rows), key=rows.count) if rows else 0
        wide = sum(count >= max(2, 0.5 * usual) for count in rows)
        return min(wide, LOOKED), sizes.get(_part(pages[title]), 0) if len(rows) >= LOOKED else sum(rows)

    return max(pages, key=weight)


def _part(page: Any) -> str:
    """The part of the archive that holds a sheet."""
    return str(page._worksheet_path)  # openpyxl tells the part's name nowhere else


def _cells(page: Any, name: str, most: int | None, progress: Progress | None) -> Iterator[list[str]]:
    """Rows of a sheet as text, as far as they go; never padded to what the sheet says of its own size."""
    rows = int(page.max_row or 0) if progress else 0
    page.reset_dimensions()
    seen = 0
    for number, row in enumerate(page.iter_rows(values_only=True), 1):
        seen += len(row) + 1
        if seen > MAX_CELLS:
            raise IntakeError(
                f"{name} has more than {MAX_CELLS:,} cells.", "Save the sheet as CSV UTF-8 and upload that."
            )
        if most is not None and number > most:
            return
        if progress and number % 500 == 0:
            progress(0.05 + 0.85 * number / max(rows, number), "Reading rows")
        texts = [cell_text(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        yield texts


def cell_text(value: Any) -> str:
    """A cell as the text that says the same: ISO dates, `hh:mm:ss`, numbers with all their digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        if value < _FIRST_DATE:
            return _clock((value - dt.datetime(1899, 12, 31)).total_seconds())
        whole = value + dt.timedelta(microseconds=500_000)
        plain = whole.replace(microsecond=0)
        return plain.date().isoformat() if plain.time() == dt.time() else plain.isoformat(" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return _clock(value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6)
    if isinstance(value, dt.timedelta):
        return _clock(value.total_seconds())
    return str(value).strip()[:MAX_CELL]


def _clock(seconds: float) -> str:
    """`h:mm:ss` of any length; what is left below a second is Excel's own rounding."""
    sign, whole = "-" if seconds < 0 else "", round(abs(seconds))
    return f"{sign}{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _without_result(data: bytes, page: Any) -> int:
    """Formulas whose result the workbook does not hold: written by a program, never opened in a spreadsheet."""
    count, rest = 0, b""
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_part(page)) as opened:
        while piece := opened.read(2**20):
            rest += piece
            end = rest.rfind(b"</row>")
            if b"<f" in rest:
                whole = rest[:end] if end > 0 else b""
                count += sum(not _RESULT.search(found[0]) for found in _FORMULA.finditer(whole))
            rest = rest[end:] if end > 0 else rest[-4096:]
    return count


def _table(found: Brought, grid: list[list[str]], sheet: str, sheets: tuple[str, ...], empty: int) -> TextTable:
    name, problems = found.name, Problems()
    grid = main_block(grid, problems)
    widths = [sum(bool(c) for c in row) for row in grid if any(row)]
    if not widths:
        raise IntakeError(f"The sheet {sheet!r} of {name} is empty.", "Choose another sheet, or export it again.")
    wide = [w for w in widths if w >= 0.5 * max(widths)]
    width = max(int(np.median(wide)), 1)
    columns = max(len(row) for row in grid)
    if columns > MAX_COLUMNS:
        raise IntakeError(f"{name} has {columns:,} columns.", f"Export a report with at most {MAX_COLUMNS} columns.")
    at = header_row(grid[:200], width)
    if at is None:
        first = first_full_row(grid, width)
        said = (joined(list(grid[first])),)
        text = f"No header row: columns are called Column 1 to Column {columns}"
        problems.numbered("no_header", text, [first + 1], "kept", said)
        header, body, start = unique_names([""] * columns), grid[first:], first
    else:
        header, body, start = unique_names((two_rows(grid, at) + [""] * columns)[:columns]), grid[at + 1 :], at + 1
    problems.rows = np.arange(start + 1, start + 1 + len(body), dtype=np.int64)
    problems.add("formula", "Formulas without a result: open the workbook in Excel and save it", empty, "kept")
    cells = [pa.array([row[i] if i < len(row) else "" for row in body], pa.string()) for i in range(columns)]
    text, marks = without_marks(pa.table(cells, names=header))
    frame = kept(text, problems, marks)
    unpacked = found.data if len(sheets) > 1 else b""
    return TextTable(name, frame, "workbook", "", problems, marks, sheets, sheet, unpacked)
