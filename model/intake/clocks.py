"""The unit of a duration without one, from two columns of clock times that it lies between."""

from itertools import permutations

import numpy as np
import pandas as pd

from model.intake import dates
from model.intake.durations import UNITS
from model.intake.values import Floats

SAMPLE, FEWEST, MOST_COLUMNS = 400, 20, 8
AGREE = 0.9
LONG = 5.0
DAY = 86_400.0


def unit_of(frame: pd.DataFrame, numbers: Floats) -> str | None:
    """The unit in which a column's numbers are the seconds between two other columns of the file; None where none is.

    Both must be times of day (or moments) in most rows; the numbers looked at are above zero.
    """
    rows = np.flatnonzero(numbers > 0)
    if len(rows) < FEWEST:
        return None
    rows = rows[:: max(1, len(rows) // SAMPLE)]
    found: list[Floats] = []
    for name in frame.columns:
        cells = frame[name].iloc[rows]
        if not cells.head(40).astype("str").str.contains(":", regex=False).mean() > AGREE:
            continue
        clock = dates.times(cells)
        if np.isnan(clock).mean() > 1 - AGREE:
            moments = dates.dates(cells).values
            clock = np.where(np.isnat(moments), np.nan, moments.astype("datetime64[s]").astype(np.int64) % DAY)
        if np.isnan(clock).mean() <= 1 - AGREE:
            found.append(clock)
        if len(found) == MOST_COLUMNS:
            break
    own = numbers[rows]
    for first, last in permutations(found, 2):
        gap = (last - first) % DAY
        for unit, size in UNITS.items():
            # Clocks to the second are a second off at each end; a unit's own rounding is half of it. Where most times
            # are hardly longer than that, any two clocks would agree.
            off = max(1.0, 0.5 * size)
            long = np.median(own * size) >= LONG * off and np.ptp(own) > 0
            if long and (np.abs(gap - own * size) <= off).mean() >= AGREE:
                return unit
    return None
