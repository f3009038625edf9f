"""Tables turned on their side, made upright: hours as columns, cells merged over rows, headers in two rows."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from model.intake import dates, values
from model.intake.hours import FEWEST_DAYS, hour_columns, hour_of
from model.intake.problems import Problems
from model.intake.text_table import TextTable
from model.intake.words import normalised

INTERVAL, DATE, COUNT = "Interval", "Date", "Contacts offered"
_PARTS = {
    "year": ("year", "ano", "jahr", "annee", "anno", "jaar"),
    "month": ("month", "mes", "monat", "mois", "mese", "maand", "month number", "month name"),
    "week": ("week", "semana", "kw", "woche", "semaine", "settimana", "week number", "iso week"),
    "day": ("day", "dia", "tag", "jour", "giorno", "dag"),
}
"""What columns of a part of a date are called."""
_TOTAL = re.compile(r"(grand )?(total|sum|suma|soma)(es|s)?( (calls|day|del dia|do dia))?", re.IGNORECASE)


def upright(table: TextTable) -> TextTable:
    """A table of a row a day and a column an hour, or of a column a day, as one of a row each; any other as it is."""
    table = with_year(table)
    names = list(table.frame.columns)
    places = hour_columns(names)
    if not places or places[0] == 0:
        return _days_down(table)
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


def _days_down(table: TextTable) -> TextTable:
    """A table with a column a day as one of a row a day, whose cells are counts."""
    names = list(table.frame.columns)
    parsed = dates.dates(pd.Series(names, dtype="str"))
    places = np.flatnonzero(~np.isnat(parsed.values))
    if len(places) < FEWEST_DAYS or places[0] == 0 or len(places) < 0.6 * len(names):
        return table
    if np.ptp(places) + 1 != len(places) or (np.diff(parsed.values[places]).astype(np.int64) <= 0).any():
        return table
    frame, days = table.frame, [names[i] for i in places]
    cells = frame[days].to_numpy(dtype=object).ravel()
    number = values.numbers(pd.Series(cells, dtype="str"))
    if not (~np.isnan(number)).sum() > 0.8 * pd.notna(cells).sum() or DATE in names or COUNT in names:
        return table
    others = [name for i, name in enumerate(names) if i not in places and not _TOTAL.fullmatch(name)]
    made = {name: np.repeat(frame[name].to_numpy(dtype=object), len(days)) for name in others}
    called = [str(moment.astype("datetime64[D]")) for moment in parsed.values[places]]
    made[DATE] = np.tile(np.array(called, dtype=object), len(frame))
    made[COUNT] = cells
    long = pd.DataFrame(made).astype("str").where(pd.DataFrame(made).notna())
    problems = table.problems.copy()
    before = problems.rows
    problems.rows = None if before is None else np.repeat(before, len(days))
    text = f"Days stand as columns ({called[0]} to {called[-1]}): each became a row"
    problems.counted("pivot", text, len(frame), [])
    if parsed.undecided:
        text = f"Dates of columns that could be day first or month first; read as {parsed.order} first"
        problems.counted("day_month", text, len(days), [])
    problems.frame_ = long
    return replace(table, frame=long, problems=problems, marks={})


def with_year(table: TextTable) -> TextTable:
    """A table whose year stands in one column and whose month, week or day in others: joined in the first of these."""
    words = {normalised(name): name for name in table.frame.columns}
    parts = {part: next((words[each] for each in called if each in words), None) for part, called in _PARTS.items()}
    year, month, week, day = (parts[part] for part in ("year", "month", "week", "day"))
    if year is None or (month is None) == (week is None):
        return table
    frame = table.frame
    said = frame[year].dropna().str.fullmatch(r"(19|20)\d\d(\.0)?")
    if not len(said) or not said.all():
        return table
    bare = frame[year].str.slice(0, 4)
    target = month or week
    assert target is not None
    part = frame[target].str.replace(r"\.0$", "", regex=True)
    if not part.dropna().str.fullmatch(r"\d{1,2}" if week else r"\d{1,2}|[^\W\d_]{3,}\.?").all():
        return table
    if week:
        joined = bare + "-W" + part
    elif day is not None and frame[day].dropna().str.fullmatch(r"\d{1,2}").all():
        if not part.dropna().str.fullmatch(r"\d{1,2}").all():
            return table
        joined = bare + "-" + part + "-" + frame[day]
    else:
        joined = (bare + "-" + part).where(part.str.fullmatch(r"\d{1,2}").fillna(False), part + " " + bare)
    text = f"{year!r} and {target!r} are read together as the date"
    problems = table.problems.copy()
    problems.counted("year", text, len(frame), [])
    return replace(table, frame=frame.assign(**{target: joined.where(frame[target].notna())}), problems=problems)


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
