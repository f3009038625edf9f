"""How the cells of a large file become numbers: plain ones as DuckDB converts them, all others as texts of an upload.

A sample's cells show both: the conversion that gives what the reader of uploads gives, and never another value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import IntakeError
from model.intake import dates, durations, values
from model.intake.canonical import DURATIONS
from model.intake.cells import NUMERIC
from model.intake.file import File

MOMENTS = frozenset({"date", "answered_at", "ended_at", "replied_at", "resolved_at"})
KEYS = frozenset({"customer", "id"})
"""Read as bare numbers: who or what they are does not go further."""
UNUSED = frozenset({"reason", "team"})
"""Roles that no figure is made of."""
CLASSES = frozenset({
    "channel", "outcome", "direction", "agent", "answered", "abandoned", "resolved", "transferred", "csat",
})  # fmt: skip
WITHIN = {True: (0, 4_133_894_399), False: (-values.LARGEST, values.LARGEST)}
"""Between which a figure is one, to the reader of uploads: moments (in s since 1970, to the end of 2100) and others."""
_DAYS = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%Y{0}%m{0}%d", "%d{0}%m{0}%y", "%m{0}%d{0}%y")
_CLOCKS = (" %H:%M:%S", " %H:%M", "T%H:%M:%S", " %I:%M:%S %p", " %I:%M %p", "")
FORMATS = tuple(day.format(sign) + clock for sign in "/-." for day in _DAYS for clock in _CLOCKS)


@dataclass(frozen=True)
class Form:
    """How the texts of a role become numbers: `sql` of a text {0} where they are plain (None: never), `parse` for all
    others. Moments become seconds since 1970, or since midnight where they are a bare `clock`. `cells` of the sample
    are for trying, `known` what they become."""

    sql: str | None
    parse: Callable[[pd.Series], NDArray[np.float64]]
    cells: pd.Series
    known: NDArray[np.float64]
    clock: bool = False


def decimal_mark(file: File) -> values.Decimal | None:
    """The decimal mark that the user names, the sample shows, or its separator suggests."""
    if (chosen := file.choices.get("decimal")) in ("comma", "point"):
        return "comma" if chosen == "comma" else "point"
    shown = values.decimal_of(file.text[column] for role, column in file.columns.items() if role in NUMERIC)
    return shown or ("comma" if file.source is not None and file.source.separator == ";" else None)


def forms_of(file: File, link: Any) -> dict[str, Form]:
    """The form of each role in use that is no class, by the sample's cells."""
    out: dict[str, Form] = {}
    decimal = decimal_mark(file)
    for role, column in file.columns.items():
        if role in CLASSES | KEYS | UNUSED:
            continue
        seen = file.text[column]
        clock = role in MOMENTS - {"date"} and bool(np.isnat(dates.dates(seen, since_1970=True).values).all())
        order, unit = _order(file, role, column), _unit(file, role, column, decimal)

        def parse(
            cells: pd.Series, role: str = role, column: str = column, clock: bool = clock,
            order: dates.Order | None = order, unit: str | None = unit,
        ) -> NDArray[np.float64]:  # fmt: skip
            if role == "time" or clock:
                return dates.times(cells)
            if role in MOMENTS:
                found = dates.dates(cells, compact=role == "date", order=order, since_1970=True)
                moment = np.where(np.isnat(found.values), np.nan, found.values.astype("datetime64[s]").astype(np.int64))
                return moment + _ahead(file, found, role)
            if role in DURATIONS:
                return durations.durations(cells, column, unit, decimal).seconds
            return values.numbers(cells, decimal)

        cells = seen.dropna()
        cells = cells.iloc[:: max(1, len(cells) // 4000)].reset_index(drop=True)
        known = parse(cells)
        plain = None if role == "time" or clock else _plain(cells, known, link)
        out[role] = Form(plain, parse, cells, known, clock)
    return out


def _order(file: File, role: str, column: str) -> dates.Order | None:
    """The order of day and month: the user's, else the one in which the whole sample was read."""
    said = file.choices.get("order")
    if role not in MOMENTS or said:
        return None if not said else "day" if said == "day" else "month"
    found = dates.dates(file.text[column], compact=role == "date", since_1970=True).order
    return found or None


def _unit(file: File, role: str, column: str, decimal: values.Decimal | None) -> str | None:
    """The unit of a duration: the user's, else what the sample says of it beyond the column's own cells and name."""
    key = f"unit_{role}"
    if role not in DURATIONS or key in file.choices:
        return file.choices.get(key)
    read = next((setting.value for setting in file.settings if setting.key == key), None)
    own = durations.durations(file.text[column], column, None, decimal).unit
    return read if read in durations.UNITS and read != own else None


def _ahead(file: File, found: dates.Dates, role: str) -> NDArray[np.float64] | float:
    """Seconds to add to clocks of another time zone than that of the starts, to have them by one clock."""
    if role == "date" or found.offset_s is None:
        return 0.0
    starts = {dates.offset_s(zone) for zone in dates.dates(file.text[file.columns["date"]]).zones}
    own = set(found.offset_s[~np.isnan(found.offset_s)].tolist())
    if not starts or own <= starts and len(starts) > 1:
        return 0.0
    if len(starts) > 1:
        raise IntakeError(
            f"{file.columns['date']!r} and {file.columns[role]!r} of {file.name} are in different time zones.",
            "Export a file of this size with all its times in one time zone.",
        )
    return np.nan_to_num(starts.pop() - found.offset_s)


_ISO = (
    "epoch(CASE WHEN length({0}) IN (10, 16, 19) AND {0}[5] = '-' AND {0}[14] IN ('', ':') AND {0}[17] IN ('', ':') "
    "THEN TRY_CAST({0} AS TIMESTAMP) END)"
)
_NUMBERS = ("TRY_CAST({0} AS DOUBLE)", "TRY_CAST(replace({0}, ',', '.') AS DOUBLE)")


def _plain(cells: pd.Series, known: NDArray[np.float64], link: Any) -> str | None:
    """The conversion that gives what the reader gives, for nine in ten of the sample and never another value."""
    link.register("sampled", pd.DataFrame({"cell": cells.astype(object)}))

    def got(sql: str) -> NDArray[np.float64]:
        found = link.execute(f"SELECT ({sql.format('cell')})::DOUBLE AS value FROM sampled").fetchnumpy()["value"]
        return np.ma.filled(found, np.nan)

    best: tuple[float, str | None] = (0.9, None)
    for sql in (*_NUMBERS, _ISO, *(f"epoch(TRY_STRPTIME({{0}}, '{form}'))" for form in FORMATS)):
        value = got(sql)
        if sql in _NUMBERS:
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = known / value
            ratio = ratio[np.isfinite(ratio)]
            if not len(ratio):
                continue
            # Minutes, say, are seconds by one factor; moments are no multiple of their text.
            sql, value = f"{sql} * {float(ratio[0])!r}", value * float(ratio[0])
        fits = np.abs(value - known) <= 1e-9 * np.maximum(np.abs(known), 1)
        if (fits | np.isnan(value)).all() and fits.mean() >= best[0]:
            best = (float(fits.mean()) + 1e-9, sql)
            if fits.all():
                break
    link.unregister("sampled")
    return best[1]
