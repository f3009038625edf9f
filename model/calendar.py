"""The demand calendar: what campaigns, launches, sites, markets and month factors do to each month's contacts.

Doing nothing meets the same calendar: it is the world, not a choice. Months are 0 to 36; an entry that starts s months
from now acts in months s+1 onwards, as everything that starts now acts in month 1.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.scenario import MONTHS, WEEKS_A_YEAR, Baseline, CalendarEntry

Array = NDArray[np.float64]
WEEKS_A_MONTH = WEEKS_A_YEAR / 12


def share(entry: CalendarEntry) -> Array:
    """How much of an entry is there in each month, (37,): 0 to 1.

    The mean over the month of clip((x - start) / ramp, 0, 1), so that a ramp of r months costs r/2 months of the full
    size, whatever its length; 0 outside start+1 to start+months.
    """
    month = np.arange(MONTHS + 1.0)

    def grown(x: Array) -> Array:
        since = np.maximum(x - entry.start, 0.0)
        if not entry.ramp:
            return since
        within = np.minimum(since, entry.ramp)
        grown_so_far: Array = within**2 / (2 * entry.ramp) + since - within
        return grown_so_far

    acting = (month > entry.start) & (month <= entry.until)
    return np.where(acting, grown(month) - grown(month - 1), 0.0)


def factors(calendar: Sequence[CalendarEntry], names: Sequence[str]) -> Array:
    """Factor on contacts by month and channel, (37, channel): the product of 1 + share (factor - 1)."""
    found = np.ones((MONTHS + 1, len(names)))
    for entry in calendar:
        found[:, _of(entry, names)] *= (1 + share(entry) * (entry.factor - 1))[:, None]
    return found


def added(calendar: Sequence[CalendarEntry], baseline: Baseline) -> Array:
    """Contacts a week that entries add by month and channel, (37, channel); a month has 365.25/84 weeks.

    Those of an entry for several channels are shared out by their weekly volume.
    """
    names = [c.name for c in baseline.channels]
    weekly = np.array([c.weekly_arrivals for c in baseline.channels])
    found = np.zeros((MONTHS + 1, len(names)))
    for entry in calendar:
        which = _of(entry, names)
        parts = weekly[which] / weekly[which].sum()
        found[:, which] += share(entry)[:, None] * entry.contacts / WEEKS_A_MONTH * parts
    return found


def once(calendar: Sequence[CalendarEntry]) -> Array:
    """What entries cost as they begin, (37,): paid in their first month."""
    found = np.zeros(MONTHS + 1)
    for entry in calendar:
        found[entry.start + 1] += entry.one_off
    return found


def turns(calendar: Sequence[CalendarEntry]) -> set[int]:
    """Months at which demand turns: each side of a beginning, of a ramp's end and of an end."""
    found: set[int] = set()
    for entry in calendar:
        edges = {entry.start, entry.until}
        if entry.ramp:
            edges |= {entry.start + entry.ramp // 2, entry.start + entry.ramp}
        found |= {month for edge in edges for month in (edge, edge + 1) if 0 < month <= MONTHS}
    return found


def _of(entry: CalendarEntry, names: Sequence[str]) -> NDArray[np.int64]:
    chosen = [i for i, name in enumerate(names) if not entry.channels or name in entry.channels]
    return np.array(chosen, dtype=np.int64)
