"""One channel measured from counts an interval: offered, answered, abandoned, times, agents."""

import numpy as np
from numpy.typing import NDArray

from model.intake import staffing, week
from model.intake.aggregates import CELLS, Part
from model.intake.channel import FEWEST_RATINGS, Measured, staff, start
from model.intake.queues import Wishes

Array = NDArray[np.float64]


def from_intervals(part: Part, wishes: Wishes) -> Measured:
    """Any kind of channel from rows of intervals."""
    cells = part.cells
    moments = cells["start"].to_numpy(dtype="datetime64[s]")
    length = int(part.whole.interval_s or 0) or week.interval_length(moments)
    grid = week.grid_of_intervals(moments, cells["offered"].to_numpy(), length, part.total("zeros") > 0)
    out = start(part, grid, wishes)
    speeds(out, part)
    parts = max(1, round(length / 1800))
    cell = (cells["start"].to_numpy() + 3 * 86_400) // 1800 % CELLS

    def spread(values: Array) -> Array:
        total = np.zeros(CELLS)
        for k in range(parts):
            total += np.bincount((cell + k) % CELLS, weights=values / parts, minlength=CELLS)
        return total

    def sums(name: str) -> Array:
        return spread(cells[name].to_numpy(dtype=float))

    if part.told("agents") and part.total("agents") > 0:
        # Queues of one channel are staffed beside each other: their agents add up before moments are averaged.
        there = spread((cells["agents_rows"].to_numpy() > 0).astype(np.float64))
        out.staffed(np.where(there > 0, sums("agents") / np.maximum(there, 1e-9), 0.0), "measured",
                    part.total("agents_rows"))  # fmt: skip
        return out
    if part.queue.kind == "deferred":
        done = week.opening_hours(sums("answered")) if part.told("answered") else None
        opening = np.array(out.fields["arrivals"]) > 0 if done is None else done
        out.staffed(staffing.deferred(np.array(out.fields["arrivals"]), out.fields["handle_time_s"], opening),
                    "inferred", part.total("offered"))  # fmt: skip
        return out
    unknown = np.full(CELLS, np.nan)
    waited = part.told("wait") and part.told("abandon_wait") and part.told("answered") and has_lost(part)
    staff(out, staffing.Seen(
        sums("offered"),
        sums("lost") if has_lost(part) and part.total("lost") >= 5 else unknown,
        sums("waited_s") if waited else unknown,
        sums(good) if (good := in_time_of(part)) else unknown,
    ), part.total("offered"))  # fmt: skip
    return out


def has_lost(part: Part) -> bool:
    """Whether contacts given up are known: as counted, else offered less answered, else as their rate makes them."""
    return part.told("abandoned", "answered") or (part.told("abandon_rate") and part.total("lost") > 0)


def in_time_of(part: Part) -> str | None:
    """The sum of contacts answered in time: as counted, else the share stated of those offered; None without either."""
    return "in_time" if part.told("in_time") else "level" if part.told("service_level") else None


def speeds(out: Measured, part: Part) -> None:
    """Everything a table of counts says but volumes: times, abandonment, patience, service level, satisfaction."""
    offered, answered = part.total("offered"), part.total("answered")
    out.put("handle_time_s", part.mean("handle_sum", "handle_of"), "measured", 1.0, 1e6, rows=part.total("handle_of"))
    wait = part.mean("wait_sum", "wait_of")
    out.put("asa", wait, "measured", rows=part.total("wait_of"))
    gone = part.total("lost") if has_lost(part) else 0.0
    if has_lost(part) and part.queue.kind != "deferred":
        out.share("abandonment", gone, offered, "measured" if part.told("abandoned") else "inferred", high=0.95)
        if wait is not None and gone >= 10:
            own = part.mean("own_wait_sum", "own_wait_of")
            patience = (wait * answered + (own or 0.0) * gone) / gone
            out.put("patience_s", patience, "inferred" if own is None else "measured", 5.0, rows=offered,
                    error=patience / gone**0.5)  # fmt: skip
    if good := in_time_of(part):
        of = part.total("offered" if good == "in_time" else "level_of")
        out.share("service_level", part.total(good), max(of, 1.0))
    if part.told("resolved"):
        out.put("fcr", part.mean("resolved_sum", "resolved_of"), "measured", 0.01, 0.99, rows=part.total("resolved_of"))
    if part.told("transferred"):
        out.share("transfer_rate", part.total("transferred"), max(answered, 1.0), high=0.95)
    if part.told("csat"):
        if part.total("raters") >= FEWEST_RATINGS:
            out.put("csat", part.mean("csat_sum", "csat_of"), "measured", 0.01, 0.99, rows=part.total("csat_of"))
        if part.told("surveys"):
            out.share("survey_rate", part.total("surveys"), max(answered, 1.0))
