"""A file to a table of text: packed or not, encoding, separator, header, quoted line breaks, blank and total rows.

Nothing is interpreted here: every cell stays text (or missing), so that a wrong guess later can be taken back.
"""

import csv
import io
import re
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from model.errors import IntakeError
from model.intake.encodings import HEAD, as_text
from model.intake.hours import two_rows
from model.intake.problems import Problems, joined
from model.intake.rows import first_full_row, header_row, unique_names
from model.intake.sheets import read_workbook
from model.intake.text_table import MAX_COLUMNS, TextTable, kept, without_marks
from model.intake.unpack import Brought, brought
from model.progress import Progress, part, silent

MAX_BYTES = 200 * 1024 * 1024
BLOCK = 8 * 2**20
_SEPARATORS = ",;\t|"
_SEPARATOR = re.compile(rb'"sep=[,;\t|]"\n', re.IGNORECASE)
MOST_LINES = 20
"""Lines of a cell that look like rows of the table; a note of more of them is none."""


def read_table(
    source: Any, name: str | None = None, limit: int = MAX_BYTES, progress: Progress = silent, sheet: str | None = None
) -> TextTable:
    """Read a delimited text file or a workbook, packed or not.

    Parameters
    ----------
    source : str, Path, bytes or a file object (opened in text or binary mode)
    name : str, optional
        Shown in messages; the file's own name where known.
    limit : int
        Most bytes accepted, packed and unpacked.
    progress : callable
        Told the share done and the step; what it raises ends the reading.
    sheet : str, optional
        Of a workbook; else the one with the largest table.

    Raises
    ------
    IntakeError
        Empty, too large, binary, locked or damaged, with a single row, or with more columns than a report has.
    """
    found = brought(source, name, limit, part(progress, 0.0, 0.1))
    if found.workbook:
        table = read_workbook(found, sheet, part(progress, 0.1, 1.0))
    else:
        table = _read_text(found, part(progress, 0.1, 1.0))
    if len(table.frame) < 2:
        what = "no rows below its header" if table.frame.empty else "a single row"
        raise IntakeError(f"{table.name} has {what}.", "Export at least one full week, two or more rows.")
    return table


def _unwrapped(data: bytes) -> bytes:
    """A file whose every row is quoted as a whole, as spreadsheets save what they took for one column; else nothing."""
    head = data[:HEAD].split(b"\n", 50)[:-1][:40]
    if len(head) < 2 or not all(line.startswith(b'"') and line.endswith(b'"') for line in head):
        return b""
    rows = _parse(b"\n".join(head).decode("utf-8", errors="ignore"), ",", len(head))
    if not all(len(row) == 1 for row in rows) or len({row[0].count(",") + row[0].count(";") for row in rows}) != 1:
        return b""
    if rows[0][0].count(",") + rows[0][0].count(";") == 0:
        return b""
    lines = csv.reader(io.StringIO(data.decode("utf-8", errors="replace"), newline=""))
    try:
        return "\n".join(",".join(row) for row in lines).encode() + b"\n"
    except csv.Error:  # a cell beyond all measure: it is told of where rows are read
        return b""


def _read_text(found: Brought, progress: Progress) -> TextTable:
    name = found.name
    progress(0.0, "Reading letters")
    data, encoding = as_text(found.data, name)
    progress(0.15, "Finding columns")
    separator = ""
    told = 0
    if data[:4].lower() == b"sep=" and data[5:6] == b"\n":
        # Excel's own first line, which names the separator.
        separator, told = chr(data[4]), data.index(b"\n") + 1
    elif _SEPARATOR.match(data):
        # The same line written by a program that quotes it.
        separator, told = chr(data[5]), data.index(b"\n") + 1
    if unwrapped := _unwrapped(data[told:]):
        data = data[:told] + unwrapped
    head = data[told : told + HEAD].decode("utf-8", errors="ignore")
    if len(data) > told + HEAD:
        head = head[: head.rfind("\n") + 1] or head
    separator, width = _layout(head, separator)
    if width > MAX_COLUMNS:
        raise IntakeError(f"{name} has {width:,} columns.", f"Export a report with at most {MAX_COLUMNS} columns.")
    problems = Problems()
    header, skip, records = _header(head, separator, width, name, problems)
    first_row = records + (told > 0)
    table, rows = _rows(data[told:], header, skip, first_row, separator, name, problems, part(progress, 0.2, 0.8))
    progress(0.8, "Looking for what is no data")
    _whole(table, rows, separator, name)
    problems.rows = rows
    table, marks = without_marks(table)
    frame = kept(table, problems, marks)
    return TextTable(name, frame, encoding, separator, problems, marks)


def _whole(table: pa.Table, rows: NDArray[np.int64], separator: str, name: str) -> None:
    """Refuse a table of which a part lies within one cell: a quotation mark that nothing closes swallows all below."""
    if not table.num_rows:
        return
    for column in table.columns:
        last = str(column[table.num_rows - 1].as_py() or "")
        lines = last.split("\n")[1:]
        like_rows = sum(line.count(separator) >= max(1, table.num_columns - 2) for line in lines)
        if like_rows > MOST_LINES and like_rows > 0.8 * len(lines):
            raise IntakeError(
                f"Row {int(rows[-1]):,} of {name} opens a quotation mark that nothing closes: the {like_rows:,} rows "
                "below it would be lost.",
                "Take the lone quotation mark out of that row, or export the file again.",
            )


def _layout(head: str, told: str) -> tuple[str, int]:
    """Separator and number of columns: the separator under which most rows have the same number of fields."""
    best = (-1.0, told or ",", 1)
    for separator in told or _SEPARATORS:
        counts = Counter(len(row) for row in _parse(head, separator, 100) if any(row))
        if not counts:
            continue
        total = counts.total()
        width, rows = max(counts.items(), key=lambda item: (item[1] if item[0] > 1 else 0, item[0]))
        if width > 1:
            best = max(best, ((rows / total) + 0.02 * min(width, 20), separator, width))
    return best[1], best[2]


def _parse(text: str, separator: str, most: int) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) >= most:
                break
    except csv.Error:
        pass
    return rows


def _header(head: str, separator: str, width: int, name: str, problems: Problems) -> tuple[list[str], int, int]:
    """Column names (unique, none empty); lines and rows (records) up to the first data row."""
    rows: list[list[str]] = []
    lines: list[int] = [0]
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    try:
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
            if len(rows) >= 200:
                break
    except csv.Error as fault:
        if not rows:
            raise IntakeError(f"{name} cannot be read as a table.", "Export it as CSV with a header row.") from fault
    at = header_row(rows, width)
    if at is not None:
        _same_width(rows, at, width, name)
        row = (two_rows(rows, at) + [""] * width)[:width]
        return unique_names(row), lines[at + 1], at + 1
    if width < 2:
        raise IntakeError(f"{name} has no header row.", "Export it as CSV with the column names in the first row.")
    first = first_full_row(rows, width)
    problems.numbered(
        "no_header", f"No header row: columns are called Column 1 to Column {width}", [first + 1], "kept",
        (joined(rows[first]),),
    )  # fmt: skip
    return unique_names([""] * width), lines[first], first


def _same_width(rows: list[list[str]], at: int, width: int, name: str) -> None:
    """Refuse a header whose names would stand over the wrong cells: as many more or fewer in all rows below it."""
    named = len(rows[at])
    while named and not rows[at][named - 1].strip():
        named -= 1
    below = [row for row in rows[at + 1 :] if any(cell.strip() for cell in row)]
    if at and len(rows[at - 1]) > named:
        return  # names in two rows complete each other
    more = [any(cell.strip() for cell in row[len(rows[at]) :]) for row in below]
    fewer = [len(row) < named for row in below]
    if len(below) < 2 or not (sum(more) > 0.5 * len(below) or (all(fewer) and named > width)):
        return
    cells = Counter(len(row) for row in below).most_common(1)[0][0]
    raise IntakeError(
        f"The header of {name} names {named} columns, but its rows have {cells} cells: names and cells do not match.",
        "Put cells that hold the separator (such as Mar 4, 2024) in quotation marks, or name every column.",
    )


def _rows(
    data: bytes, header: list[str], skip: int, first_row: int, separator: str, name: str, problems: Problems,
    progress: Progress,
) -> tuple[pa.Table, NDArray[np.int64]]:  # fmt: skip
    """All cells as text, and each row's number in the file (from 1)."""
    bad: list[tuple[int, str]] = []

    def skip_row(row: pacsv.InvalidRow) -> str:
        bad.append((int(row.number), str(row.text)[:400]))
        return "skip"

    try:
        # Block by block, so that progress is told and the work can be cancelled.
        reader = pacsv.open_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(
                column_names=header, skip_rows=skip, block_size=min(len(data) + 1, BLOCK), use_threads=False
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=separator, newlines_in_values=b'"' in data, invalid_row_handler=skip_row,
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )  # fmt: skip
        batches, size = [], 0
        for batch in reader:
            batches.append(batch)
            size += batch.nbytes
            progress(size / len(data), "Reading rows")
        table = pa.Table.from_batches(batches, reader.schema)
        if len(bad) <= max(1, 0.02 * table.num_rows):
            # Numbers of rows that could not be parsed are lines of the file; blank lines count as rows.
            ragged = [number - skip + first_row for number, _ in bad]
            samples = tuple(joined(text.split(separator)) for _, text in bad[:3])
            problems.numbered("ragged", "Rows with too many or too few cells", ragged, "dropped", samples)
            numbers = np.arange(first_row + 1, first_row + 1 + table.num_rows + len(bad), dtype=np.int64)
            return table, np.setdiff1d(numbers, ragged) if ragged else numbers
    except pa.ArrowException:
        pass
    return _rows_slowly(data, header, skip, first_row, separator, name, problems, progress)


def _rows_slowly(
    data: bytes, header: list[str], skip: int, first_row: int, separator: str, name: str, problems: Problems,
    progress: Progress,
) -> tuple[pa.Table, NDArray[np.int64]]:  # fmt: skip
    """Row by row, padding short rows: for files whose rows differ in length."""
    width = len(header)
    rows: list[list[str]] = []
    numbers: list[int] = []
    ragged: list[int] = []
    lines = io.StringIO(data.decode("utf-8", errors="replace"), newline="")
    for _ in range(skip):
        lines.readline()
    try:
        for number, row in enumerate(csv.reader(lines, delimiter=separator), first_row + 1):
            if any(row) and (any(cell.strip() for cell in row[width:]) or len(row) < 0.5 * width):
                ragged.append(number)
            rows.append(row[:width] + [""] * (width - len(row)))
            numbers.append(number)
            if number % 20_000 == 0:
                progress(lines.tell() / max(len(data), 1), "Reading rows")
    except csv.Error as fault:
        raise IntakeError(
            f"{name} is damaged after row {first_row + len(rows):,}: a cell has no end.",
            "Export it again; check for a lone quotation mark.",
        ) from fault
    problems.numbered("ragged", "Rows with too many or too few cells", ragged, "repaired")
    cells = [pa.array([row[i] for row in rows], pa.string()) for i in range(width)]
    return pa.table(cells, names=header), np.array(numbers, dtype=np.int64)
