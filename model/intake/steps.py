"""How far apart rows of totals lie in time, and so what each of them is the total of: an interval, day, week, month."""

import re
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.intake.dates import Moments
from model.intake.words import normalised

TotalsKind = Literal["intervals", "daily", "weekly", "monthly"]
DAY_S = 86_400
MOST_ROWS = 20_000
"""Rows of a queue that are looked at: decades of days."""
_WEEK = re.compile(r"\b(weeks?|semanas?|wochen?|semaines?|settimana)\b")
_LAST_DAY = re.compile(r"\b(end(s|ing|ed)?|to|until|till|fin|fim|final|hasta|ate|termino|bis|ende|fine?)\b")


def kind_of(moments: Moments, queues: NDArray[np.int64], has_time: bool, header: str) -> TotalsKind:
    """What a row is the total of: by the usual distance between the moments of the queue with the most rows.

    Parameters
    ----------
    moments, queues : of each row; NaT where unknown
    has_time : whether moments carry a time of day
    header : of their column; a week needs no third row where it says so
    """
    known = ~np.isnat(moments)
    moments, queues = moments[known], queues[known]
    if not len(moments):
        return "daily"
    _, place, rows = np.unique(queues, return_inverse=True, return_counts=True)
    mine = np.unique(moments[place == np.argmax(rows)][:MOST_ROWS].astype("datetime64[s]"))
    gaps = np.diff(mine).astype(np.int64) / DAY_S
    step = float(np.median(gaps)) if len(gaps) else None
    days = mine.astype("datetime64[D]")
    firsts = len(days) > 2 and bool((days == days.astype("datetime64[M]")).all()) and not has_time
    if firsts or (len(gaps) > 1 and step is not None and 27 < step < 32):
        return "monthly"
    if step is not None and 6.5 < step < 7.5 and (len(gaps) > 1 or _WEEK.search(normalised(header))):
        return "weekly"
    # A total of a day may carry any hour: that of its first or last call, or midnight in another time zone.
    return "intervals" if has_time and (step is None or step < 0.9) else "daily"


def first_days(moments: Moments, kind: str, elsewhere: bool, header: str) -> Moments:
    """The first day of each row's total, of totals by day, week or month.

    `elsewhere`: the clock is that of another time zone. A full hour after noon is then the midnight that follows, where
    the day began in the company's own.
    """
    days = moments.astype("datetime64[D]")
    if elsewhere:
        clock = moments.astype("datetime64[s]").astype(np.int64) % DAY_S
        days = days + ((clock >= DAY_S // 2) & (clock % 1800 == 0) & ~np.isnat(moments))
    if kind == "weekly" and _LAST_DAY.search(normalised(header)):
        days = days - 6
    return days.astype("datetime64[s]")
