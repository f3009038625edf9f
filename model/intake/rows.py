"""Where the table is: its header, and the rows and columns around and within it that are no data.

The same for text files and workbooks. What is left out is named in the report, with the rows of the file.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from model.intake.hours import is_day_header, is_hour_header
from model.intake.problems import Problems, joined

MISSING = (
    "", "-", "--", "---", "?", "??", "N/A", "n/a", "N.A.", "n.a.", "#N/A", "NA", "N/D", "n/d", "S/D", "s/d", "NaN",
    "nan", "NaT", "NULL", "null", "Null", "None", "none", "nil", "NIL", "#VALOR!", "#VALUE!", "#¡VALOR!", "#DIV/0!",
    "#¡DIV/0!", "#REF!", "#REF", "#¡REF!", "#NAME?", "#NOMBRE?", "#¿NOMBRE?", "#NOME?", "#NUM!", "#¡NUM!", "#NÚM!",
    "#NULL!", "#N/D", "#GETTING_DATA", "#SPILL!", "[None]", "(null)", "(blank)", "(en blanco)", "(vazio)", "\\N", "—",
    "–", "*", "**", "0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "sin dato", "sin datos", "sem dados", "No Data",
    "no data",
)  # fmt: skip
"""Marks that systems write where they have nothing to say."""
TOTAL = r"^((grand |sub)?total(es|s|is)?( general| geral)?:?|suma:?|soma:?|sum:?|summary:?|overall:?)$"
MOST_TOTALS = 0.2
VALUE = re.compile(r"[\s$€£+-]*\d[\d\s.,:/%-]*([ap]\.?m\.?)?\s*%?|\d{4}-\d\d-\d\d[T ].*", re.IGNORECASE)
"""A cell that is a value, never a name of a column."""


def header_row(rows: Sequence[Sequence[str]], width: int) -> int | None:
    """Position of the header among the first rows; None where the first full row holds values."""
    for number, row in enumerate(rows):
        filled = [cell.strip() for cell in row if cell.strip()]
        if len(filled) < max(1, 0.6 * width) or len(row) < min(width, 2):
            continue  # a title, or a blank line
        if is_hour_header(row) or is_day_header(row):
            return number
        values = sum(bool(VALUE.fullmatch(cell)) for cell in filled)
        if values > 0.4 * len(filled):
            return None
        # Of a title as wide as the table (Calls, from, 2024-03-04, to, ...) the row of names right below it is better.
        return number + 1 if values and _all_names(rows[number + 1 : number + 2], filled) else number
    return None


def _all_names(below: Sequence[Sequence[str]], above: Sequence[str]) -> bool:
    """Whether a row holds nothing but names, as many as there are cells above it."""
    cells = [cell.strip() for row in below for cell in row]
    named = all(any(c.isalpha() for c in cell) and not VALUE.fullmatch(cell) for cell in cells)
    return bool(cells) and named and len(cells) >= len(above) and len(set(cells)) == len(cells)


def first_full_row(rows: Sequence[Sequence[str]], width: int) -> int:
    """Position of the first row that is as full as the table; for files without a header."""
    full = (i for i, row in enumerate(rows) if sum(bool(c.strip()) for c in row) >= max(1, 0.6 * width))
    return next(full, 0)


def unique_names(names: Sequence[str]) -> list[str]:
    """Column names, none empty, none twice."""
    seen: Counter[str] = Counter()
    out: list[str] = []
    for position, name in enumerate(names, 1):
        name = " ".join(name.split())[:80] or f"Column {position}"
        seen[name] += 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out if len(set(out)) == len(out) else [f"{n} #{i}" for i, n in enumerate(out, 1)]


def only_data(table: pa.Table, problems: Problems) -> pd.DataFrame:
    """Drop blank columns, blank rows, repeated headers, total rows and notes; the report names all of them.

    `problems.rows` follows the rows that stay.
    """
    size = table.num_rows
    table = table.select([name for name in table.column_names if table[name].null_count < size])
    frame: pd.DataFrame = table.to_pandas()
    if frame.empty:
        return frame
    filled = np.zeros(size, dtype=np.int64)
    again, total = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
    for position, (name, cells) in enumerate(zip(table.column_names, table.columns, strict=True)):
        filled += _mask(pc.is_valid(cells))
        again += _mask(pc.equal(cells, name))
        if position < 3:
            total |= _mask(pc.match_substring_regex(cells, TOTAL, ignore_case=True))
    blank = filled == 0
    repeated = (again >= 2) & (again >= 0.6 * filled) if len(frame.columns) > 1 else again == 1
    total &= ~repeated
    # A total row is rare; a column where "total" is common says something else.
    if total.sum() > MOST_TOTALS * size:
        total &= False
    note = _notes(frame, filled) & ~total & ~repeated
    problems.frame_ = frame
    problems.add("blank", "Blank rows", blank, "dropped")
    problems.add("total", "Total rows", total, "dropped")
    problems.add("header", "Header rows repeated among the data", repeated, "dropped")
    problems.add("note", "Lines of text among the data, such as titles or notes", note, "dropped")
    keep = ~(blank | total | repeated | note)
    if keep.all():
        return frame
    if problems.rows is not None:
        problems.rows = problems.rows[keep]
    frame = frame.loc[keep].reset_index(drop=True)
    problems.frame_ = frame
    return frame


def _mask(found: pa.ChunkedArray) -> NDArray[np.bool_]:
    out: NDArray[np.bool_] = pc.fill_null(found, False).to_numpy()
    return out


def _notes(frame: pd.DataFrame, filled: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Rows of one cell, in a table of wider rows, whose cell is words in a column of values."""
    note = np.zeros(len(frame), dtype=bool)
    if len(frame.columns) < 3 or np.median(filled) < 3:
        return note
    first = frame.columns[0]
    lonely = (filled == 1) & frame[first].notna().to_numpy()
    if not lonely.any() or lonely.sum() > 0.2 * len(frame):
        return note
    usual = frame[first][~lonely].dropna().head(200)
    if usual.str.fullmatch(VALUE.pattern, flags=re.IGNORECASE).mean() < 0.8:
        return note
    where = np.flatnonzero(lonely)
    words = [not VALUE.fullmatch(text.strip()) for text in frame[first].iloc[where]]
    note[where[words]] = True
    return note


def main_block(grid: list[list[str]], problems: Problems) -> list[list[str]]:
    """The largest table of a sheet: side tables, set apart by blank columns, are left out and named.

    A blank column within the table does not part it: what stands on both sides of it then runs over the same rows.
    """
    width = max((len(row) for row in grid), default=0)
    rows_of = [set[int]() for _ in range(width)]
    for number, row in enumerate(grid):
        for column, cell in enumerate(row):
            if cell:
                rows_of[column].add(number)
    groups: list[list[int]] = []
    for column in range(width):
        # A single title above a blank column does not fill it.
        if len(rows_of[column]) > 1 or (rows_of[column] and max(rows_of[column]) > 0.5 * len(grid)):
            if groups and groups[-1][-1] == column - 1:
                groups[-1].append(column)
            else:
                groups.append([column])
    if len(groups) < 2:
        return grid
    extent = [set().union(*(rows_of[c] for c in group)) for group in groups]
    main = max(range(len(groups)), key=lambda i: sum(len(rows_of[c]) for c in groups[i]))
    body = {row for row in extent[main] if sum(row in rows_of[c] for c in groups[main]) > 0.5 * len(groups[main])}
    keep = [i for i in range(len(groups)) if i == main or len(extent[i] & body) >= 0.7 * len(body)]
    left = [i for i in range(len(groups)) if i not in keep]
    if not left:
        return grid
    for i in left:
        first = sorted(extent[i])
        said = tuple(joined([grid[row][c] if c < len(grid[row]) else "" for c in groups[i]]) for row in first[:3])
        problems.numbered("side", "Rows of another table beside the main one", [r + 1 for r in first], "dropped", said)
    low, high = groups[keep[0]][0], groups[keep[-1]][-1] + 1
    drop = {c for i in left for c in groups[i]}
    return [[cell for c, cell in enumerate(row[:high]) if c >= low and c not in drop] for row in grid]


_ALL_QUEUES = re.compile(
    r"\W*((grand |sub)?total(es|s|is)?( general| geral)?|overall|summary|sum|suma|soma|tod[oa]s|"
    r"(all|total|tod[oa]s)( (the|las|los|as|os|of))*( (our|my))? (queues?|skills?|splits?|channels?|calls?|contacts?|"
    r"agents?|teams?|sites?|groups?|colas|filas|canales|canais|llamadas|chamadas)|all|alle)\W*",
    re.IGNORECASE,
)
"""What a queue's name is in a row that adds up the queues beside it."""
EQUAL_SHARE, EQUAL = 0.9, 0.01
"""Share of such rows that must equal the sum of the others of their time, and how exactly."""


def sums_of_others(
    text: pd.DataFrame, start: NDArray[np.datetime64], offered: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Rows of totals beside the rows that they add up: called so in some column, and equal to the others' sum."""
    called = np.zeros(len(text), dtype=bool)
    for column in text.columns:
        codes, uniques = pd.factorize(text[column])
        called |= np.append([bool(_ALL_QUEUES.fullmatch(str(u))) for u in uniques], False).astype(bool)[codes]
    if not called.any() or called.all():
        return called & False
    of = pd.DataFrame({"start": start, "offered": np.nan_to_num(offered)})
    others = of["start"].map(of[~called].groupby("start")["offered"].sum()).to_numpy(dtype=float)
    mine = of["offered"].to_numpy(dtype=float)[called]
    with np.errstate(invalid="ignore"):
        equal = np.abs(others[called] - mine) <= np.maximum(0.5, EQUAL * mine)
    return called if equal.mean() >= EQUAL_SHARE else called & False


BEYOND, FEWEST, TWICE_SHARE = 5.0, 3, 0.02
"""Rows that are there twice: so many times as many as chance would make and so many more, and so great a share."""


def there_twice(frame: pd.DataFrame, start: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Rows equal in all cells to an earlier one, where these are more than contacts that are alike by chance.

    Of n contacts an hour, n^2 / (2 slots) pairs begin at the same moment (slots: seconds or minutes of an hour), and
    the share p of these is alike in all other cells, as any two contacts are.
    """
    again = frame.duplicated(keep="first").to_numpy(dtype=bool) & ~np.isnat(start)
    if again.sum() <= max(FEWEST, TWICE_SHARE * len(frame)):
        return again & False
    seconds = start[~np.isnat(start)].astype("datetime64[s]").astype(np.int64)
    slots = 3600 if (seconds % 60 > 0).mean() > 0.5 else 60 if (seconds % 3600 > 0).mean() > 0.5 else 1
    _, hourly = np.unique(seconds // 3600, return_counts=True)
    more = more_than_chance(int(again.sum()), hourly.astype(float), slots, alike_by_chance(frame, again))
    return again if more else again & False


def alike_by_chance(frame: pd.DataFrame, again: NDArray[np.bool_]) -> float:
    """Share of pairs of rows that are alike in all cells but those that tell most rows apart."""
    rest = frame.drop(columns=[name for name in frame.columns if frame[name].nunique() > 0.5 * (~again).sum()])
    if not len(rest.columns):
        return 1.0
    _, counts = np.unique(pd.util.hash_pandas_object(rest[~again], index=False), return_counts=True)
    return float(((counts / counts.sum()) ** 2).sum())


def more_than_chance(again: float, hourly: NDArray[np.float64], slots: int, alike: float) -> bool:
    """Whether so many rows are like an earlier one that chance does not explain it."""
    return again > BEYOND * float((hourly**2).sum()) / 2 / slots * alike + FEWEST
