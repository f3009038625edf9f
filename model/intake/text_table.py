"""A file as text, whatever it came as: one column of strings for each header, and what is taken out of it."""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from model.intake.problems import Problems
from model.intake.rows import MISSING, only_data

MAX_COLUMNS = 500
MAX_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class TextTable:
    """A file as text: one column of `str` (missing where a mark says so) for each header, in the file's order.

    `marks` has the rows (positions) of each column whose cell is a mark for missing, not blank; `sheets` are those of
    a workbook, `sheet` the one read; `unpacked` is a workbook's bytes where another sheet may be chosen.
    """

    name: str
    frame: pd.DataFrame
    encoding: str
    separator: str
    problems: Problems
    marks: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    unpacked: bytes = b""


def without_marks(table: pa.Table) -> tuple[pa.Table, dict[str, NDArray[np.int64]]]:
    """Cells trimmed, marks for missing taken out; and the rows where such a mark stood."""
    columns, marks = [], dict[str, NDArray[np.int64]]()
    missing = pa.array(MISSING[1:], pa.string())
    for name, column in zip(table.column_names, table.columns, strict=True):
        cells = _unguarded(pc.utf8_trim_whitespace(column))
        marked = pc.fill_null(pc.is_in(cells, value_set=missing), False)
        if pc.any(marked).as_py():
            marks[name] = np.flatnonzero(marked.to_numpy())
        nothing = pc.or_(marked, pc.fill_null(pc.equal(cells, ""), False))
        columns.append(pc.if_else(nothing, pa.scalar(None, pa.string()), cells))
    return pa.table(columns, names=table.column_names), marks


def _unguarded(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells without what keeps a spreadsheet from reading them as numbers: `="0012"`, an apostrophe in front."""
    if pc.any(pc.starts_with(cells, '="')).as_py():
        cells = pc.replace_substring_regex(cells, r'^="([^"]*)"$', r"\1")
    if pc.any(pc.starts_with(cells, "'")).as_py():
        cells = pc.replace_substring_regex(cells, r"^'([^']+)$", r"\1")
    return cells


def unguarded(cell: str) -> str:
    """One cell without it."""
    found = re.fullmatch(r'="([^"]*)"|\'([^\']+)', cell)
    return (found[1] or found[2] or "") if found else cell


def kept(table: pa.Table, problems: Problems, marks: dict[str, NDArray[np.int64]]) -> pd.DataFrame:
    """The rows that are data; positions of marks follow them."""
    numbers = np.arange(1, table.num_rows + 1) if problems.rows is None else problems.rows
    problems.rows = numbers
    after = only_data(table, problems)
    if len(after) < table.num_rows:
        place = np.full(table.num_rows, -1)
        place[np.searchsorted(numbers, problems.rows)] = np.arange(len(after))
        for name, where in list(marks.items()):
            marks[name] = place[where][place[where] >= 0]
    return after
