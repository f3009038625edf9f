"""Tables turned on their side, made upright: hours as columns, cells merged over rows, headers in two rows."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from model.intake.hours import hour_columns, hour_of
from model.intake.problems import Problems
from model.intake.text_table import TextTable

INTERVAL, COUNT = "Interval", "Contacts offered"
_TOTAL = re.compile(r"(grand )?(total|sum|suma|soma)(es|s)?( (calls|day|del dia|do dia))?", re.IGNORECASE)


def upright(table: TextTable) -> TextTable:
    """A table of a row a day and a column an hour as one of a row an hour; any other as it is."""
    names = list(table.frame.columns)
    places = hour_columns(names)
    if not places or places[0] == 0:
        return table
    frame = table.frame
    hours = [names[i] for i in places]
    others = [name for i, name in enumerate(names) if i not in places and not _TOTAL.fullmatch(name)]
    cells = len(frame) * len(hours)
    made = {name: np.repeat(frame[name].to_numpy(dtype=object), len(hours)) for name in others}
    called = [f"{int(h):02d}:{round(h % 1 * 60):02d}" for h in (hour_of(name) or 0.0 for name in hours)]
    made[INTERVAL] = np.tile(np.array(called, dtype=object), len(frame))
    made[COUNT] = frame[hours].to_numpy(dtype=object).reshape(cells)
    long = pd.DataFrame(made).astype("str").where(pd.DataFrame(made).notna())
    problems = table.problems.copy()
    before = problems.rows
    problems.rows = None if before is None else np.repeat(before, len(hours))
    text = f"Hours stand as columns ({called[0]} to {called[-1]}): each became a row"
    problems.counted("pivot", text, len(frame), [])
    problems.frame_ = long
    marks = {name: (where[:, None] * len(hours) + np.arange(len(hours))).ravel() for name, where in table.marks.items()
             if name in others}  # fmt: skip
    return replace(table, frame=long, problems=problems, marks=marks)


def carried_down(column: pd.Series, beside: pd.Series | None, problems: Problems, key: str, what: str) -> pd.Series:
    """A column whose cell stands once for several rows (merged, or left blank below), filled down.

    Only where the first row has one, at least half of the rows have none, and those rows are rows: `beside` has a cell.
    """
    empty = column.isna().to_numpy()
    if not len(column) or empty[0] or empty.mean() < 0.5 or beside is None:
        return column
    rows = beside.notna().to_numpy()
    if not rows[empty].mean() > 0.9:
        return column
    problems.add(key, f"{what} stands once for several rows: carried down", empty & rows, "repaired")
    filled: pd.Series = column.ffill()
    return filled.where(rows | ~empty)
