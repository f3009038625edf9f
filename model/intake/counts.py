"""One channel measured from counts an interval: offered, answered, abandoned, times, agents."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.intake import staffing, week
from model.intake.channel import CELLS, FEWEST_RATINGS, Measured, staff, start
from model.intake.file import File
from model.scenario import Kind

Array = NDArray[np.float64]


def from_intervals(
    name: str,
    kind: Kind,
    label: str,
    table: pd.DataFrame,
    file: File,
    target_s: float | None,
    target_share: float | None,
) -> Measured:
    """Any kind of channel from rows of intervals. Means are weighted by the contacts they are means of."""
    moments = table["start"].to_numpy(dtype="datetime64[s]")
    length = int(float(file.notes.get("interval_s", 0))) or week.interval_length(moments)
    offered = table["offered"].to_numpy(dtype=float)
    out = start(name, kind, label, week.grid_of_intervals(moments, offered, length), target_s, target_share)
    speeds(out, table)
    parts = max(1, round(length / 1800))
    cell = week.cell_of(moments)

    def sums(role: str, values: Array | None = None) -> Array:
        if values is None and role not in table:
            return np.full(CELLS, np.nan)
        data = table[role].to_numpy(dtype=float) if values is None else values
        total = np.zeros(CELLS)
        for part in range(parts):
            total += np.bincount((cell + part) % CELLS, weights=np.nan_to_num(data) / parts, minlength=CELLS)
        return total

    if "agents" in table and table["agents"].sum() > 0:
        there = table["agents"].notna().to_numpy().astype(np.float64)
        rows = sums("", there) * parts
        agents = np.where(rows > 0, sums("agents") * parts / np.maximum(rows, 1e-9), 0.0)
        out.fields["agents"], out.grades["agents"] = tuple(agents), "measured"
        return out
    if kind == "deferred":
        opening = _opening(sums("answered")) if "answered" in table else np.array(out.fields["arrivals"]) > 0
        agents = staffing.deferred(np.array(out.fields["arrivals"]), out.fields["handle_time_s"], opening)
        out.fields["agents"], out.grades["agents"] = tuple(agents), "inferred"
        return out
    known = table["offered"].to_numpy(dtype=float)
    lost = lost_of(table)
    waited = np.full(CELLS, np.nan)
    if {"wait_s", "abandon_wait_s", "answered"} <= set(table.columns) and lost is not None:
        both = np.nan_to_num(table["wait_s"] * table["answered"]) + np.nan_to_num(table["abandon_wait_s"] * lost)
        waited = sums("", both)
    in_time = np.full(CELLS, np.nan)
    if (good := in_time_of(table)) is not None:
        in_time = sums("", good)
    gone = sums("", lost) if lost is not None and lost.sum() >= 5 else np.full(CELLS, np.nan)
    staff(out, staffing.Seen(sums("", known), gone, waited, in_time))
    return out


def _opening(done: Array) -> NDArray[np.bool_]:
    by_hour = done.reshape(168, 2).sum(axis=1)
    return np.repeat(by_hour >= 0.2 * np.sort(by_hour)[-8:].mean(), 2)


def numbers_of(column: pd.Series) -> Array:
    """A column's numbers, 0 where missing."""
    out: Array = np.nan_to_num(column.to_numpy(dtype=np.float64))
    return out


def lost_of(table: pd.DataFrame) -> Array | None:
    """Contacts given up, of each row: as counted, else offered less answered."""
    if "abandoned" in table:
        return numbers_of(table["abandoned"])
    if "answered" in table:
        return numbers_of((table["offered"] - table["answered"]).clip(lower=0))
    return None


def in_time_of(table: pd.DataFrame) -> Array | None:
    """Contacts answered in time, of each row: as counted, else the share stated of those offered."""
    if "in_time" in table:
        return numbers_of(table["in_time"])
    if "service_level" in table:
        return numbers_of(table["service_level"] * table["offered"])
    return None


def mean_of(values: pd.Series, weights: pd.Series) -> float | None:
    """Weighted mean over rows where both are known; None where none is."""
    v, w = values.to_numpy(dtype=float), weights.to_numpy(dtype=float)
    good = ~np.isnan(v) & (w > 0)
    return float((v[good] * w[good]).sum() / w[good].sum()) if good.any() else None


def speeds(out: Measured, table: pd.DataFrame) -> None:
    """Everything a table of counts says but volumes: times, abandonment, patience, service level, satisfaction."""
    offered = float(table["offered"].sum())
    answered = table["answered"] if "answered" in table else table["offered"]
    if "handle_s" in table:
        out.put(
            "handle_time_s", mean_of(table["handle_s"].where(table["handle_s"] > 0), answered), "measured", 1.0, 1e6
        )
    wait = mean_of(table["wait_s"], answered) if "wait_s" in table else None
    out.put("asa", wait, "measured")
    lost = lost_of(table)
    gone = 0.0 if lost is None else float(lost.sum())
    if lost is not None and out.fields["kind"] != "deferred":
        out.put("abandonment", gone / offered, "measured" if "abandoned" in table else "inferred", 0.0, 0.95)
        if wait is not None and gone >= 10:
            waited = wait * float(answered.sum())
            whole = "abandon_wait_s" in table and (own := mean_of(table["abandon_wait_s"], pd.Series(lost))) is not None
            waited += own * gone if whole and own is not None else 0.0
            out.put("patience_s", waited / gone, "measured" if whole else "inferred", 5.0)
    if (good := in_time_of(table)) is not None:
        known = table["offered"] if "in_time" in table else table["offered"].where(table["service_level"].notna())
        out.put("service_level", float(good.sum() / max(float(known.sum()), 1.0)), "measured", 0.0, 1.0)
    if "resolved" in table:
        out.put("fcr", mean_of(table["resolved"], answered), "measured", 0.01, 0.99)
    if "transferred" in table:
        out.put(
            "transfer_rate", float(table["transferred"].sum()) / max(float(answered.sum()), 1.0), "measured", 0.0, 0.95
        )
    if "csat" in table:
        weights = table["surveys"] if "surveys" in table else answered
        if float(weights.sum()) >= FEWEST_RATINGS:
            out.put("csat", mean_of(table["csat"], weights), "measured", 0.01, 0.99)
        if "surveys" in table:
            out.put(
                "survey_rate", float(table["surveys"].sum()) / max(float(answered.sum()), 1.0), "measured", 0.0, 1.0
            )
