"""Headers of an unusual make: hours of the day as columns, and names in two rows."""

import re
from collections.abc import Sequence

import numpy as np

FEWEST_HOURS = 6
FEWEST_DAYS = 5
"""Columns of days from which a table is on its side."""
_DAY = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})|\d{1,2}[- ][^\W\d_]{3,9}[- ](\d{4}|\d{2})"
)
_HOUR = re.compile(r"(?:h|hour|hora)?\s*(\d{1,2})(?:\s*[:.h]\s*([0-5]\d)(?::00)?)?\s*(?:h|hs|hrs|horas?)?\s*"
                   r"([ap]\.?m\.?)?"
                   r"(?:\s*(?:-|–|to|a|hasta|até)\s*\d{1,2}(?:[:.h][0-5]\d)?\s*(?:h|hs)?\s*(?:[ap]\.?m\.?)?)?",
                   re.IGNORECASE)  # fmt: skip


def hour_of(name: str) -> float | None:
    """The hour of the day that a header names (8.5 for `08:30`), None where it names none."""
    found = _HOUR.fullmatch(name.strip())
    if not found:
        return None
    hour, minute, half = float(found[1]), float(found[2] or 0), found[3]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    out = hour + minute / 60
    return out if out < 24 else None


def hour_columns(names: Sequence[str]) -> list[int]:
    """Places of the columns that are hours of the day in a row; none where they are too few, or in no order."""
    hours = [hour_of(name) for name in names]
    places = [i for i, hour in enumerate(hours) if hour is not None]
    told = [hour for hour in hours if hour is not None]
    if len(told) < FEWEST_HOURS or len(told) < 0.6 * len(names):
        return []
    steps = np.diff(told)
    even = len(set(np.round(steps, 4))) == 1 and steps[0] > 0
    return places if even and places == list(range(places[0], places[-1] + 1)) else []


def is_hour_header(row: Sequence[str]) -> bool:
    """Whether a row of cells names the columns of such a table: words first, then hours."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    places = hour_columns(cells)
    return bool(places) and places[0] > 0 and not any(c.isdigit() for c in cells[0])


def is_day_header(row: Sequence[str]) -> bool:
    """Whether a row of cells names the columns of a table of a column a day: words first, then dates."""
    cells = [cell.strip() for cell in row if cell.strip()]
    days = [cell for cell in cells[1:] if _DAY.fullmatch(cell)]
    if len(days) < FEWEST_DAYS or len(days) < 0.6 * len(cells) or len(set(days)) < len(days):
        return False
    return not any(c.isdigit() for c in cells[0])


def two_rows(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    """Names of columns of the header at this row, with the groups above them: `Calls` over `Offered`.

    Only where the row above completes it: where it has a cell over one that the header leaves empty (merged over both
    rows). A group stands once over several columns; a cell merged over both rows is a name of its own.
    """
    names = [cell.strip() for cell in rows[at]]
    above = [cell.strip() for cell in rows[at - 1]] if at else []
    above += [""] * (len(names) - len(above))
    names += [""] * (len(above) - len(names))
    if sum(map(bool, above)) < 2 or not any(a and not n for a, n in zip(above, names, strict=True)):
        return list(rows[at])
    out, group = [], ""
    for over, name in zip(above, names, strict=True):
        if over:
            group = over if name else ""
        out.append(over or name if not name or not group else f"{group} {name}")
    return out
