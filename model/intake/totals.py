"""One channel from totals by day or month: volumes are measured, the shape of the week below them is assumed."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.intake import staffing, week
from model.intake.channel import CELLS, Measured, staff, start
from model.intake.counts import lost_of, speeds
from model.intake.file import File
from model.scenario import Kind

Array = NDArray[np.float64]
ANY_MONDAY = np.datetime64("2024-01-01", "D")


def from_totals(
    name: str,
    kind: Kind,
    label: str,
    table: pd.DataFrame,
    file: File,
    target_s: float | None,
    target_share: float | None,
) -> Measured:
    """A channel from daily or monthly totals."""
    dated = "start" in table
    if file.kind == "monthly":
        grid = _months(table)
    elif dated:
        grid = _days(table)
    else:
        grid = _undated(table)
    out = start(name, kind, label, grid, target_s, target_share)
    out.grades["arrivals"] = "inferred"
    if file.kind == "monthly" or not dated:
        out.forecast_cv = None  # days were made here: their spread says nothing
    if not dated:
        out.season, out.dated = week.Season(None, None), False
    speeds(out, table)
    profile = np.array(out.fields["arrivals"])
    if kind == "deferred":
        agents = staffing.deferred(profile, out.fields["handle_time_s"], profile > 0)
        out.fields["agents"], out.grades["agents"] = tuple(agents), "inferred"
        return out
    unknown = np.full(CELLS, np.nan)
    lost = lost_of(table)
    level = out.fields.get("service_level")
    gone = unknown if lost is None or lost.sum() < 5 else profile * out.fields["abandonment"]
    weeks = 1000.0  # every hour is given the file's own total, so there is no noise to smooth
    staff(
        out,
        staffing.Seen(profile * weeks, gone * weeks, unknown, unknown if level is None else profile * level * weeks),
    )
    return out


def _days(table: pd.DataFrame) -> week.Grid:
    day = table["start"].to_numpy(dtype="datetime64[D]")
    offset = (day - day.min()).astype(int)
    totals = np.bincount(offset, weights=table["offered"].to_numpy(dtype=float))
    seen = np.bincount(offset) > 0
    return week.Grid(day.min(), np.where(seen, totals, np.nan)[:, None] * week.assumed_day())


def _months(table: pd.DataFrame) -> week.Grid:
    """Each month's total spread over its days by the assumed weights of weekdays."""
    month = table["start"].to_numpy(dtype="datetime64[M]")
    first, last = month.min(), month.max()
    days = np.arange(first.astype("datetime64[D]"), (last + 1).astype("datetime64[D]"))
    weight = week.assumed_week(7, 14, 7).reshape(7, 48)
    rows = weight[(days.astype(int) + 3) % 7]
    of = (days.astype("datetime64[M]") - first).astype(int)
    totals = np.bincount(
        (month - first).astype(int), weights=table["offered"].to_numpy(dtype=float), minlength=of.max() + 1
    )
    seen = np.bincount((month - first).astype(int), minlength=of.max() + 1) > 0
    share = rows.sum(axis=1) / np.bincount(of, weights=rows.sum(axis=1))[of]
    daily = np.where(seen[of], totals[of] * share, np.nan)
    return week.Grid(days[0], daily[:, None] * (rows / rows.sum(axis=1, keepdims=True)))


def _undated(table: pd.DataFrame) -> week.Grid:
    """Days in their order without dates: five, six or seven to a week, by which rhythm the volumes repeat best."""
    offered = table["offered"].to_numpy(dtype=float)
    rhythm = 7
    if len(offered) >= 42:
        centred = offered - offered.mean()
        fits = {lag: float((centred[lag:] * centred[:-lag]).mean() / max(offered.var(), 1e-9)) for lag in (5, 6, 7)}
        best = max(fits, key=lambda lag: fits[lag])
        rhythm = best if fits[best] > 0.2 else 7
    shape = week.assumed_week(rhythm, 10).reshape(7, 48)
    counts = shape / shape.sum() * offered.mean() * rhythm
    return week.Grid(ANY_MONDAY, counts * 1.0)
