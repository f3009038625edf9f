"""Compiled kernels of a channel's week: its points summed exactly, or looked up where few digits are enough.

Points are (point, 6): weight, arrival rate (a second), normal node of the forecast error, effective agents, agents of
the ideal shape, and 1 where the cell is among the busiest fifth.

A week's sums are smooth in the work that comes, the staff for it, the handle time and the shifts, though each costs
some sixty queues. Likely ranges and the causes of a change ask for thousands close to each other. A table on a fixed
grid keeps what was reckoned and is read by cubic interpolation: nodes are filled when first touched, stand for all
later moves, and do not depend on who asked, so a value has the same bits in every batch.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled
from model._erlang import erlang_a_scalar

Array = NDArray[np.float64]
WEIGHT, RATE, NODE, AGENTS, IDEAL, BUSY = range(6)
FIGURES = 5
"""P(wait), P(abandon), E[W; served], E[W^2; served], service level: demand-weighted, of offered."""
_TINY = 1e-12


class Table(NamedTuple):
    """Figures of the weeks of one baseline's channels at one peak and forecast error, transformed to be smooth.

    values (channel, work, staff, handle, shifts, FIGURES) : nan where nobody has asked yet. low, step (4,) : of ln
    work against today, ln staff for that work, ln handle time against today, and `flex`. handle (channel,) : today's
    handle time, s. No values: everything is summed.
    """

    values: Array
    low: Array
    step: Array
    handle: Array


@compiled()
def arrivals(point: Array, load: float, peak: float, cv: float) -> float:
    """Rate of a point under a factor on demand, one on the busiest fifth, and the forecast's error."""
    sigma = math.sqrt(math.log(1.0 + cv * cv))
    factor: float = math.exp(sigma * point[NODE] - 0.5 * sigma * sigma)
    arriving: float = point[RATE] * load * factor * (1.0 + (peak - 1.0) * point[BUSY])
    return arriving


@compiled()
def summed(
    points: Array, load: float, handle: float, servers: float, flex: float, peak: float, cv: float, theta: float,
    target: float, out: Array,
) -> None:  # fmt: skip
    """Demand-weighted figures of a channel on its own, each point's queue solved; out (FIGURES,)."""
    offered = 0.0
    out[:] = 0.0
    for k in range(points.shape[0]):
        rate = arrivals(points[k], load, peak, cv)
        if rate <= 0.0:
            continue
        agents = servers * max(points[k, AGENTS] + flex * (points[k, IDEAL] - points[k, AGENTS]), 0.0)
        result = erlang_a_scalar(rate, 1.0 / handle, theta, agents, target)
        weight = points[k, WEIGHT] * rate
        offered += weight
        for j in range(FIGURES):
            out[j] += weight * result[j]
    out /= offered


@compiled()
def _smooth(out: Array) -> None:
    """Shares to log-odds, waits to logarithms, in place."""
    for j in (0, 1, 4):
        share = min(max(out[j], _TINY), 1.0 - _TINY)
        out[j] = math.log(share / (1.0 - share))
    for j in (2, 3):
        out[j] = math.log(max(out[j], _TINY))


@compiled()
def moved(out: Array, by: Array) -> None:
    """Figures (FIGURES,) moved by log-odds, waits by logarithms, in place: `service.moved`."""
    for j in range(FIGURES):
        value = out[j] * math.exp(by[j])
        if j not in (2, 3):
            value /= max(1.0 - out[j], _TINY)
            value /= 1.0 + value
        out[j] = value


@compiled()
def stencil(position: float, count: int, weights: Array) -> tuple[int, int]:
    """First and one past the last of the neighbours of a position on the grid, and their cubic weights.

    Four neighbours; the node alone where the position is on one; (-1, 0) outside of the grid.
    """
    if not 0.0 <= position <= count - 1.0:
        return -1, 0
    if position == math.floor(position):
        weights[0] = 1.0
        return int(position), int(position) + 1
    first = min(max(int(position) - 1, 0), count - 4)
    s = position - first
    weights[0] = -(s - 1.0) * (s - 2.0) * (s - 3.0) / 6.0
    weights[1] = s * (s - 2.0) * (s - 3.0) / 2.0
    weights[2] = -s * (s - 1.0) * (s - 3.0) / 2.0
    weights[3] = s * (s - 1.0) * (s - 2.0) / 6.0
    return first, first + 4


@compiled()
def _fill(
    points: Array, table: Table, c: int, place: NDArray[np.int64], peak: float, cv: float, theta: float, target: float,
) -> None:  # fmt: skip
    """Reckon the missing nodes of channel c at `place` (axis, 2).

    Another thread may be at the same node: both write the same digits, and whoever sees one missing reckons it anew.
    """
    node = np.empty(FIGURES)
    for i in range(place[0, 0], place[0, 1]):
        for j in range(place[1, 0], place[1, 1]):
            for k in range(place[2, 0], place[2, 1]):
                for m in range(place[3, 0], place[3, 1]):
                    kept = table.values[c, i, j, k, m]
                    if not math.isnan(np.sum(kept)):
                        continue
                    work, staff = table.low[0] + table.step[0] * i, table.low[1] + table.step[1] * j
                    longer, shifts = table.low[2] + table.step[2] * k, table.low[3] + table.step[3] * m
                    load, handle = math.exp(work - longer), table.handle[c] * math.exp(longer)
                    summed(points, load, handle, math.exp(work + staff), shifts, peak, cv, theta, target, node)
                    _smooth(node)
                    for f in range(FIGURES):
                        kept[f] = node[f]


@compiled()
def _read(table: Table, c: int, place: NDArray[np.int64], weights: Array, out: Array) -> None:
    """Weighted sum of the nodes at `place`: nan where one is missing."""
    a0, a1, a2, a3, a4 = 0.0, 0.0, 0.0, 0.0, 0.0
    v = table.values
    for i in range(place[0, 0], place[0, 1]):
        for j in range(place[1, 0], place[1, 1]):
            outer = weights[0, i - place[0, 0]] * weights[1, j - place[1, 0]]
            for k in range(place[2, 0], place[2, 1]):
                inner = outer * weights[2, k - place[2, 0]]
                for m in range(place[3, 0], place[3, 1]):
                    weight = inner * weights[3, m - place[3, 0]]
                    # One by one: a slice of its own for each node takes half as long again.
                    a0 += weight * v[c, i, j, k, m, 0]
                    a1 += weight * v[c, i, j, k, m, 1]
                    a2 += weight * v[c, i, j, k, m, 2]
                    a3 += weight * v[c, i, j, k, m, 3]
                    a4 += weight * v[c, i, j, k, m, 4]
    out[0], out[1], out[2], out[3], out[4] = a0, a1, a2, a3, a4


@compiled()
def figures(
    points: Array, table: Table, c: int, load: float, handle: float, servers: float, flex: float, peak: float,
    cv: float, theta: float, target: float, out: Array,
) -> None:  # fmt: skip
    """`summed` for channel c, read from the table where there is one and it reaches so far; out (FIGURES,)."""
    if table.values.shape[0] == 0 or servers <= 0.0 or load <= 0.0:
        summed(points, load, handle, servers, flex, peak, cv, theta, target, out)
        return
    weights, place, at = np.empty((4, 4)), np.empty((4, 2), np.int64), np.empty(4)
    longer = math.log(handle / table.handle[c])
    work = math.log(load) + longer
    at[0], at[1], at[2], at[3] = work, math.log(servers) - work, longer, flex
    for axis in range(4):
        position = (at[axis] - table.low[axis]) / table.step[axis]
        place[axis, 0], place[axis, 1] = stencil(position, table.values.shape[1 + axis], weights[axis])
        if place[axis, 0] < 0:
            summed(points, load, handle, servers, flex, peak, cv, theta, target, out)
            return
    _read(table, c, place, weights, out)
    if math.isnan(out[0] + out[1] + out[2] + out[3] + out[4]):
        _fill(points, table, c, place, peak, cv, theta, target)
        _read(table, c, place, weights, out)
    for f in (0, 1, 4):
        out[f] = 1.0 / (1.0 + math.exp(-out[f]))
    for f in (2, 3):
        out[f] = math.exp(out[f])
