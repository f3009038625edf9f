"""Bytes to a table of text: encoding, separator, header, quoted line breaks, blank and total rows.

Nothing is interpreted here: every cell stays text (or missing), so that a wrong guess later can be taken back.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

from model.errors import IntakeError
from model.intake.problems import Problems

MAX_BYTES = 200 * 1024 * 1024
MAX_COLUMNS = 500
HEAD = 256 * 1024
MISSING = (
    "", "-", "--", "?", "N/A", "n/a", "#N/A", "NA", "NaN", "nan", "NULL", "null", "None", "#VALOR!", "#VALUE!", 
    "#¡VALOR!", "#DIV/0!", "#¡DIV/0!", "#REF!", "#REF", "#¡REF!", "#NAME?", "#NUM!", "[None]", "(null)", "\\N",
)  # fmt: skip
"""Marks that systems write where they have nothing to say."""
_SEPARATORS = ",;\t|"
_TOTAL = re.compile(r"(grand |sub)?total(es|s|is)?( general| geral)?:?|suma:?|sum:?|summary:?", re.IGNORECASE)
_VALUE = re.compile(r"[\s$€£+-]*\d[\d\s.,:/%-]*([ap]\.?m\.?)?\s*%?|\d{4}-\d\d-\d\d[T ].*", re.IGNORECASE)
_MAGIC = (
    (
        b"PK\x03\x04",
        "It is an Excel workbook or a ZIP archive.",
        "In Excel choose Save as, CSV UTF-8; or unpack it first.",
    ),
    (b"\xd0\xcf\x11\xe0", "It is an old Excel workbook.", "In Excel choose Save as, CSV UTF-8."),
    (b"\x1f\x8b", "It is a compressed file.", "Unpack it first."),
    (b"%PDF", "It is a PDF.", "Export the report as CSV instead."),
    (b"PAR1", "It is a Parquet file.", "Export it as CSV."),
    (b"SQLite format 3", "It is a database.", "Export the table as CSV."),
)


@dataclass(frozen=True, slots=True)
class TextTable:
    """A file as text: one column of `str` (missing where a mark says so) for each header, in the file's order."""

    name: str
    frame: pd.DataFrame
    encoding: str
    separator: str
    problems: Problems


def read_table(source: Any, name: str | None = None, limit: int = MAX_BYTES) -> TextTable:
    """Read a delimited text file.

    Parameters
    ----------
    source : str, Path, bytes or a file object (opened in text or binary mode)
    name : str, optional
        Shown in messages; the file's own name where known.
    limit : int
        Most bytes accepted.

    Raises
    ------
    IntakeError
        Empty, too large, binary, without a header, with a single row, or with more columns than a report has.
    """
    data, name = _bytes(source, name, limit)
    data, encoding = _utf8(data, name)
    head = data[:HEAD].decode("utf-8", errors="ignore")
    if len(data) > HEAD:
        head = head[: head.rfind("\n") + 1] or head
    separator, width = _layout(head)
    if width > MAX_COLUMNS:
        raise IntakeError(f"{name} has {width:,} columns.", f"Export a report with at most {MAX_COLUMNS} columns.")
    header, skip = _header(head, separator, width, name)
    problems = Problems()
    frame = _rows(data, header, skip, separator, name, problems)
    frame = _without_blanks_and_totals(frame, header, problems)
    if len(frame) < 2:
        what = "no rows below its header" if frame.empty else "a single row"
        raise IntakeError(f"{name} has {what}.", "Export at least one full week, two or more rows.")
    return TextTable(name, frame, encoding, separator, problems)


def _bytes(source: Any, name: str | None, limit: int) -> tuple[bytes, str]:
    try:
        if isinstance(source, bytes | bytearray | memoryview):
            data = bytes(source)
        elif isinstance(source, str | Path):
            path = Path(source)
            name = name or path.name
            if path.stat().st_size > limit:
                data = b" " * (limit + 1)
            else:
                data = path.read_bytes()
        elif hasattr(source, "read"):
            name = name or Path(str(getattr(source, "name", "") or "file")).name
            if hasattr(source, "seek"):
                source.seek(0)
            data = source.read(limit + 1)
            data = data.encode() if isinstance(data, str) else bytes(data)
        else:
            raise IntakeError("This is not a file.", "Give a path, bytes or an open file.")
    except (OSError, ValueError) as fault:
        raise IntakeError(f"{name or 'The file'} cannot be opened.", "Check that it exists and can be read.") from fault
    name = name or "The file"
    if len(data) > limit:
        raise IntakeError(
            f"{name} is larger than {limit / 2**20:,.0f} MB.",
            "Export a shorter period or fewer columns; eight weeks are plenty.",
        )
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise IntakeError(f"{name} is empty.", "Export it again, with its header row.")
    return data, name


def _utf8(data: bytes, name: str) -> tuple[bytes, str]:
    """The same text in UTF-8 with LF line ends, and the encoding it came in."""
    for magic, what, hint in _MAGIC:
        if data.startswith(magic):
            raise IntakeError(f"{name} is not a text file. {what}", hint)
    encoding = "utf-8"
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in data[:4096]:
        head = data[:4096]
        odd, even = head[1::2].count(0), head[0::2].count(0)
        if max(odd, even) > 0.3 * len(head) / 2 and min(odd, even) < 0.05 * len(head) / 2:
            encoding = "utf-16-le" if odd > even else "utf-16-be"
    if encoding != "utf-8":
        try:
            data = data.decode(encoding).encode("utf-8")
        except UnicodeError as fault:
            raise IntakeError(f"{name} is cut short or damaged.", "Export it again.") from fault
    if b"\x00" in data:
        raise IntakeError(f"{name} is not a text file: it holds characters that no text has.", "Export it as CSV.")
    control = len(data[:HEAD].translate(None, bytes(b for b in range(256) if b >= 32 or b in b"\t\r\n\f\x1a")))
    if control > 0.01 * len(data[:HEAD]):
        raise IntakeError(f"{name} is not a text file.", "Export it as CSV, a text file with a header row.")
    try:
        data.decode("utf-8") if not data.isascii() else None
    except UnicodeDecodeError:
        encoding = _eight_bit(data)
        data = data.decode(encoding, errors="replace").encode("utf-8")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data, encoding


def _eight_bit(data: bytes) -> str:
    """cp1252 (with Latin-1) or cp850, by which of them makes letters of what is not ASCII."""
    sample = bytes(b for b in data[: 4 * HEAD] if b >= 128)
    likely = set("áéíóúàâêôãõñçüöäÁÉÍÓÚÂÊÔÃÕÑÇÜÖÄßº°ª¿¡€–’“”")
    score = {e: sum(c in likely for c in sample.decode(e, errors="replace")) for e in ("cp1252", "cp850")}
    return "cp850" if score["cp850"] > score["cp1252"] else "cp1252"


def _layout(head: str) -> tuple[str, int]:
    """Separator and number of columns: the separator under which most rows have the same number of fields."""
    best = (-1.0, ",", 1)
    for separator in _SEPARATORS:
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
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            rows.append(row)
            if len(rows) >= most:
                break
    except csv.Error:
        pass
    return rows


def _header(head: str, separator: str, width: int, name: str) -> tuple[list[str], int]:
    """Column names (unique, none empty) and the number of lines up to the first data row."""
    reader = csv.reader(io.StringIO(head), delimiter=separator)
    try:
        for row in reader:
            filled = [cell.strip() for cell in row if cell.strip()]
            if len(filled) < max(1, 0.6 * width) or len(row) < min(width, 2):
                continue  # a title, or a blank line
            values = sum(bool(_VALUE.fullmatch(cell)) for cell in filled)
            if values > 0.4 * len(filled):
                raise IntakeError(
                    f"{name} has no header row: its first row holds values.",
                    "Add a first row with the name of each column, such as date, time, wait, handle time.",
                )
            row = row[:width] + [""] * (width - len(row))
            return _unique([" ".join(cell.split())[:80] for cell in row]), reader.line_num
    except csv.Error as fault:
        raise IntakeError(f"{name} cannot be read as a table.", "Export it as CSV with a header row.") from fault
    raise IntakeError(f"{name} has no header row.", "Export it as CSV with the column names in the first row.")


def _unique(names: list[str]) -> list[str]:
    seen: Counter[str] = Counter()
    out: list[str] = []
    for position, name in enumerate(names, 1):
        name = name or f"Column {position}"
        seen[name] += 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out if len(set(out)) == len(out) else [f"{n} #{i}" for i, n in enumerate(out, 1)]


def _rows(data: bytes, header: list[str], skip: int, separator: str, name: str, problems: Problems) -> pd.DataFrame:
    bad: list[int] = []

    def skip_row(row: pacsv.InvalidRow) -> str:
        bad.append(row.actual_columns)
        return "skip"

    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(
                column_names=header,
                skip_rows=skip,
                block_size=min(len(data) + 1, 32 * 1024 * 1024),
                use_threads=len(data) > 2**24,
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=separator,
                newlines_in_values=b'"' in data,
                invalid_row_handler=skip_row,
                ignore_empty_lines=True,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                null_values=list(MISSING),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        if len(bad) <= max(1, 0.02 * table.num_rows):
            problems.add("ragged", "Rows with too many or too few cells", len(bad), "dropped")
            frame: pd.DataFrame = table.to_pandas()
            return frame
    except pa.ArrowException:
        pass
    return _rows_slowly(data, header, skip, separator, name, problems)


def _rows_slowly(
    data: bytes, header: list[str], skip: int, separator: str, name: str, problems: Problems
) -> pd.DataFrame:
    """Row by row, padding short rows: for files whose rows differ in length."""
    width, missing = len(header), frozenset(MISSING)
    rows: list[list[str | None]] = []
    ragged: list[int] = []
    lines = io.StringIO(data.decode("utf-8", errors="replace"))
    for _ in range(skip):
        lines.readline()
    try:
        for row in csv.reader(lines, delimiter=separator):
            if not any(row):
                continue
            if len(row) != width and any(cell.strip() for cell in row[width:]) or len(row) < 0.5 * width:
                ragged.append(len(rows))
            padded = row[:width] + [""] * (width - len(row))
            rows.append([None if cell in missing else cell for cell in padded])
    except csv.Error as fault:
        raise IntakeError(
            f"{name} is damaged after row {len(rows):,}: a cell has no end.",
            "Export it again; check for a lone quotation mark.",
        ) from fault
    problems.add("ragged", "Rows with too many or too few cells", ragged, "repaired")
    return pd.DataFrame(rows, columns=header, dtype="str")


def _without_blanks_and_totals(frame: pd.DataFrame, header: list[str], problems: Problems) -> pd.DataFrame:
    """Drop rows without any cell, repeated headers and total rows; the report names them."""
    frame = frame.dropna(axis="columns", how="all")
    if frame.empty:
        return frame
    blank = (
        frame.isna().all(axis="columns").to_numpy()
        if len(frame) < 2_000_000
        else frame.iloc[:, 0].isna().to_numpy() & False
    )
    total = blank & False
    for column in frame.columns[:2]:
        codes, uniques = pd.factorize(frame[column])
        hits = [i for i, u in enumerate(uniques[:2_000_000]) if len(u) < 16 and _TOTAL.fullmatch(u.strip())]
        if hits:
            total |= pd.Series(codes).isin(hits).to_numpy()
    # A total row is rare; a column where "total" is common says something else.
    if total.sum() > 0.2 * len(frame):
        total &= False
    first = frame.columns[0]
    again = (frame[first] == first).to_numpy(dtype=bool, na_value=False) if first in header else blank & False
    problems.add("blank", "Blank rows", blank, "dropped")
    problems.add("total", "Total rows", total, "dropped")
    problems.add("header", "Header rows repeated among the data", again, "dropped")
    drop = blank | total | again
    return frame.loc[~drop].reset_index(drop=True) if drop.any() else frame
