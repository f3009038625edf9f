"""One channel from totals by day, week or month: volumes are measured, the shape of the week below them is assumed."""

import numpy as np
from numpy.typing import NDArray

from model.intake import staffing, week
from model.intake.aggregates import CELLS, Part
from model.intake.channel import Measured, staff, start
from model.intake.counts import has_lost, speeds
from model.intake.queues import Wishes

Array = NDArray[np.float64]


def from_totals(part: Part, wishes: Wishes) -> Measured:
    """A channel from totals by day, week or month."""
    dated, longer = part.whole.dated, part.whole.kind in ("weekly", "monthly")
    moments, offered = part.cells["start"].to_numpy(dtype="datetime64[s]"), part.cells["offered"].to_numpy()
    if dated:
        grid = _spread(moments, offered, part.whole.kind) if longer else _days(moments, offered)
    else:
        grid = _undated(moments, offered)
    out = start(part, grid, wishes)
    out.grades["arrivals"] = "inferred"
    if longer or not dated:
        # Days were made here: their spread says nothing.
        out.forecast_cv, out.special = None, ()
    if not dated:
        out.season, out.dated = week.Season(None, None), False
    speeds(out, part)
    profile = np.array(out.fields["arrivals"])
    if part.queue.kind == "deferred":
        agents = staffing.deferred(profile, out.fields["handle_time_s"], profile > 0)
        out.staffed(agents, "inferred", part.total("offered"))
        return out
    unknown = np.full(CELLS, np.nan)
    level = out.fields.get("service_level")
    gone = profile * out.fields["abandonment"] if has_lost(part) and part.total("lost") >= 5 else unknown
    weeks = 1000.0  # every hour is given the source's own total, so there is no noise to smooth
    staff(
        out,
        staffing.Seen(profile * weeks, gone * weeks, unknown, unknown if level is None else profile * level * weeks),
        part.total("offered"),
    )
    return out


def _days(moments: NDArray[np.datetime64], offered: Array) -> week.Grid:
    day = moments.astype("datetime64[D]")
    offset = (day - day.min()).astype(int)
    totals = np.bincount(offset, weights=offered)
    seen = np.bincount(offset) > 0
    return week.Grid(day.min(), np.where(seen, totals, np.nan)[:, None] * week.assumed_day())


def _spread(moments: NDArray[np.datetime64], offered: Array, kind: str) -> week.Grid:
    """Each week's or month's total spread over its days by the assumed weights of weekdays."""
    firsts = moments.astype("datetime64[M]" if kind == "monthly" else "datetime64[D]")
    first, of_row = np.unique(firsts, return_inverse=True)
    ends = (first + (1 if kind == "monthly" else 7)).astype("datetime64[D]")
    days = np.arange(first[0].astype("datetime64[D]"), ends[-1])
    rows = week.assumed_week(7, 14, 7).reshape(7, 48)[(days.astype(int) + 3) % 7]
    weight = rows.sum(axis=1)
    of = np.searchsorted(first.astype("datetime64[D]"), days, side="right") - 1
    seen = days < ends[of]
    totals = np.bincount(of_row, weights=offered)
    share = weight / np.bincount(of, weights=np.where(seen, weight, 0.0))[of]
    daily = np.where(seen, totals[of] * share, np.nan)
    return week.Grid(days[0], daily[:, None] * (rows / weight[:, None]))


def _undated(moments: NDArray[np.datetime64], offered: Array) -> week.Grid:
    """Days in their order without dates: five, six or seven to a week, by which rhythm the volumes repeat best."""
    rhythm = 7
    if len(offered) >= 42:
        centred = offered - offered.mean()
        fits = {lag: float((centred[lag:] * centred[:-lag]).mean() / max(offered.var(), 1e-9)) for lag in (5, 6, 7)}
        best = max(fits, key=lambda lag: fits[lag])
        rhythm = best if fits[best] > 0.2 else 7
    shape = week.assumed_week(rhythm, 10).reshape(7, 48)
    return week.Grid(moments[0].astype("datetime64[D]"), shape / shape.sum() * offered.mean() * rhythm)
