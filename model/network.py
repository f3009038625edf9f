"""Queues that share callers: many rows (scenario, draw, month) of channels solved for repeats and staffing.

Compiled with numba because one slider move needs tens of thousands of Erlang A values: measured at .3 to .7
microseconds each here against 3 to 6 for vectorised scipy, with no temporaries. Every row is iterated on its own until
it stands, so a row's bits do not depend on what else is in the batch.

Points are (channel, point, 6), as in `model._week`, whose table stands in for the sums where few digits are enough;
`hours` are the weeks whose queues carry over, wholly or in part, as in `model._surface`.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled
from model._erlang import erlang_a_multi
from model._surface import WEIGHT as HOW_FAR
from model._surface import Hours, of_channel, of_team
from model._week import AGENTS, IDEAL, WEIGHT, Table, arrivals, figures

Array = NDArray[np.float64]
R, P_WAIT, P_ABANDON, WAIT, WAIT_SQ, LEVEL = range(6)
"""Columns of the result: repeat multiplier, shares of offered, E[W; served] and E[W^2; served] over offered, level."""


class Queues(NamedTuple):
    """What rows of channels are solved for: (row, channel), or (row,) where said.

    load : factor on the points' arrivals, repeats aside. handle : s. servers : factor on the points' agents.
    flex (row,) : way from today's shape to the ideal one. peak (row,) : factor on the busiest fifth. cv (row,) :
    forecast error. theta : 1/patience, 1/s. target : s. sessions : chats at once. gain : way from today's sharing to
    one team. retrial (row,) : q. repeat : (1-FCR) p. constant : N. vendor : share outsourced. vendor_abandon : its
    abandonment. path (row,) : rows that follow each other with one number are months of one path.
    """

    load: Array
    handle: Array
    servers: Array
    flex: Array
    peak: Array
    cv: Array
    theta: Array
    target: Array
    sessions: Array
    gain: Array
    retrial: Array
    repeat: Array
    constant: Array
    vendor: Array
    vendor_abandon: Array
    path: Array


@compiled()
def _pooled(points: Array, hours: Hours, load: Array, servers: Array, q: Queues, i: int, out: Array) -> None:
    """The same for all channels of row i as one team: agents add up, a chat takes 1/sessions of an agent."""
    channels = points.shape[0]
    rates, offered, found = np.empty(channels), np.zeros(channels), np.empty(4 + channels)
    hourly = hours.team.facts[0, HOW_FAR] if len(hours.team.facts) else 0.0
    out[:, 1:] = 0.0
    for k in range(points.shape[1] if hourly < 1.0 else 0):
        total, work, agents, patience = 0.0, 0.0, 0.0, 0.0
        for c in range(channels):
            point = points[c, k]
            rates[c] = arrivals(point, load[c], q.peak[i], q.cv[i])
            total += rates[c]
            work += rates[c] * q.handle[i, c] / q.sessions[i, c]
            patience += rates[c] * q.theta[i, c]
            shape = point[AGENTS] + q.flex[i] * (point[IDEAL] - point[AGENTS])
            agents += servers[c] / q.sessions[i, c] * shape
        if total <= 0.0:
            continue
        erlang_a_multi(total, total / work, patience / total, agents, q.target[i], found)
        for c in range(channels):
            weight = points[c, k, WEIGHT] * rates[c]
            offered[c] += weight
            for j in range(4):
                out[c, 1 + j] += weight * found[j]
            out[c, LEVEL] += weight * found[4 + c]
    for c in range(channels):
        out[c, 1:] /= max(offered[c], 1e-300)
    if hourly > 0.0:
        moving = np.empty((channels, 5))
        of_team(hours.team, load, q.handle[i], servers, q.sessions[i], q.flex[i], q.peak[i], q.cv[i], moving)
        for c in range(channels):
            for j in range(5):
                out[c, 1 + j] += hourly * (moving[c, j] - out[c, 1 + j])


_MISS = 10.0
"""What a straight line misses of r and shares, at most, by the product of the last two steps."""


@compiled()
def _metrics(
    points: Array, pool: Array, table: Table, hours: Hours, r: Array, servers: Array, q: Queues, i: int, anew: bool,
    out: Array, pooled: Array,
) -> None:  # fmt: skip
    """Dedicated metrics of row i, blended towards the pool's by `gain`, which is 0 at today's cross-training.

    The pool's stay as they are in `pooled` unless wanted `anew`.
    """
    channels = points.shape[0]
    for c in range(channels):
        hourly = hours.own.facts[c, HOW_FAR] if len(hours.own.facts) else 0.0
        if hourly < 1.0:
            figures(
                points[c], table, c, q.load[i, c] * r[c], q.handle[i, c], servers[c], q.flex[i], q.peak[i], q.cv[i],
                q.theta[i, c], q.target[i, c], out[c, 1:],
            )  # fmt: skip
        if hourly > 0.0:
            moving = np.empty(5)
            of_channel(
                hours.own, c, q.load[i, c] * r[c], q.handle[i, c], servers[c], q.flex[i], q.peak[i], q.cv[i], moving
            )
            for j in range(5):
                out[c, 1 + j] = moving[j] if hourly >= 1.0 else out[c, 1 + j] + hourly * (moving[j] - out[c, 1 + j])
    if pool.shape[1] > 0 and np.max(np.abs(q.gain[i])) > 0.0:
        if anew:
            _pooled(pool, hours, q.load[i] * r, servers, q, i, pooled)
        for c in range(channels):
            for j in range(1, 6):
                value = out[c, j] + q.gain[i, c] * (pooled[c, j] - out[c, j])
                out[c, j] = max(value, 0.0) if j in (WAIT, WAIT_SQ) else min(max(value, 0.0), 1.0)


@compiled()
def _again(q: Queues, i: int, c: int, abandoned: float) -> float:
    """r at this abandonment: N / [1 - q Pab - (1-FCR) p (1-Pab)], the vendor's share abandoning as it does."""
    lost = (1.0 - q.vendor[i, c]) * abandoned + q.vendor[i, c] * q.vendor_abandon[i, c]
    again: float = q.constant[i, c] / (1.0 - q.retrial[i] * lost - q.repeat[i, c] * (1.0 - lost))
    return again


@compiled()
def solve(points: Array, pool: Array, table: Table, hours: Hours, q: Queues, tolerance: float, out: Array) -> None:
    """Repeat multiplier r and the metrics of every row, in place: r [1 - q Pab(r) - (1-FCR) p (1-Pab(r))] = N.

    points, pool (channel, point, 6); out (row, channel, 6), whose first column is the start of r. Secant, to the
    relative tolerance; a month of a path goes on from how the one before it came from its start, and where queues are
    not pooled figures follow the last step in a straight line once that is near enough. With a table figures are looked
    up, and the pool's are reckoned anew only where r has moved by more than .0003 since: they count by `gain`, and move
    with r about as much as r does.
    """
    channels = points.shape[0]
    pooled, last = np.empty(out.shape[1:]), np.empty(out.shape[1:])
    r, before, gap, gap_before = np.empty(channels), np.empty(channels), np.empty(channels), np.empty(channels)
    slope, moved = np.empty(channels), np.empty(channels)
    exact = table.values.shape[0] == 0
    for i in range(out.shape[0]):
        if i == 0 or q.path[i] != q.path[i - 1]:
            # The true slope lies between -1 (no feedback) and 0 (retrials feed on themselves).
            slope[:], moved[:] = -1.0, 0.0
        for c in range(channels):
            r[c] = max(out[i, c, R] + moved[c], 1e-3)
        pooled_at, alone = np.zeros(channels), pool.shape[1] == 0 or np.max(np.abs(q.gain[i])) == 0.0
        for step in range(60):
            anew = exact or np.max(np.abs(r - pooled_at)) > max(tolerance, 3e-4)
            if anew:
                pooled_at[:] = r
            _metrics(points, pool, table, hours, r, q.servers[i], q, i, anew, out[i], pooled)
            worst = 0.0
            for c in range(channels):
                gap[c] = _again(q, i, c, out[i, c, P_ABANDON]) - r[c]
                worst = max(worst, abs(gap[c]) / r[c])
            if worst <= tolerance:
                break
            nearly = step > 0 and alone
            for c in range(channels):
                if step > 0 and abs(r[c] - before[c]) > 1e-13 * r[c]:
                    slope[c] = min(max((gap[c] - gap_before[c]) / (r[c] - before[c]), -2.0), -0.15)
                nearly = nearly and _MISS * abs(gap[c] / slope[c] * (r[c] - before[c])) <= tolerance
            for c in range(channels):
                step_before = r[c] - before[c]
                before[c], gap_before[c] = r[c], gap[c]
                r[c] = max(r[c] - gap[c] / slope[c], 1e-3)
                if nearly and step_before != 0.0:
                    ahead = (r[c] - before[c]) / step_before
                    for j in range(1, 6):
                        value = out[i, c, j] + ahead * (out[i, c, j] - last[c, j])
                        out[i, c, j] = max(value, 0.0) if j in (WAIT, WAIT_SQ) else min(max(value, 0.0), 1.0)
            if nearly:
                break
            last[:] = out[i]
        for c in range(channels):
            moved[c] = r[c] - out[i, c, R]
            out[i, c, R] = r[c]


_HELPER = ThreadPoolExecutor(max_workers=2, thread_name_prefix="queues")
_WORTH_IT = 20_000
"""Queues (rows x points) above which a second thread pays; kernels hold no lock, and rows do not see each other."""


def solve_in_two(
    points: Array, pool: Array, table: Table, hours: Hours, rows: Queues, tolerance: float, out: Array
) -> None:
    """`solve` with the rows in two halves at once where there are many to sum."""
    pooled = bool(pool.shape[1] and rows.gain.any())
    if (len(table.values) and not pooled) or len(out) * points.shape[0] * points.shape[1] < _WORTH_IT:
        solve(points, pool, table, hours, rows, tolerance, out)
        return
    half = int(np.searchsorted(rows.path, rows.path[len(out) // 2]))  # a path stays whole
    first, second = (Queues(*(a[part] for a in rows)) for part in (slice(half), slice(half, None)))
    other = _HELPER.submit(solve, points, pool, table, hours, second, tolerance, out[half:])
    solve(points, pool, table, hours, first, tolerance, out[:half])
    other.result()


@compiled()
def _logit(share: float) -> float:
    share = min(max(share, 1e-9), 1.0 - 1e-9)
    return math.log(share / (1.0 - share))


@compiled()
def solve_staffing(
    points: Array,
    pool: Array,
    table: Table,
    hours: Hours,
    q: Queues,
    held: NDArray[np.int64],
    goal: Array,
    run: int,
    servers: Array,
) -> None:
    """Servers of every channel at which its metric meets the goal, (row, channel), in place from `q.servers`.

    `held` (channel,) names the metric by its column (LEVEL or P_ABANDON); `goal` (row, channel) its value. Secant in
    ln(servers / repeats) on the logit of the metric: against their load, servers hardly depend on repeats, which follow
    by their own fixed point. Rows come in runs of one scenario, and each row starts where the one before it ended.
    """
    channels = points.shape[0]
    out, pooled = np.empty((channels, 6)), np.empty((channels, 6))
    for i in range(servers.shape[0]):
        if i % run == 0:
            x, y, r, slope = np.log(q.servers[i]), np.zeros(channels), np.ones(channels), np.full(channels, 10.0)
        x_before, y_before = np.zeros(channels), np.zeros(channels)
        for step in range(80):
            _metrics(points, pool, table, hours, r, np.exp(x) * r, q, i, True, out, pooled)
            worst = 0.0
            for c in range(channels):
                again = _again(q, i, c, out[c, P_ABANDON])
                sign = 1.0 if held[c] == LEVEL else -1.0
                y[c] = sign * (_logit(out[c, held[c]]) - _logit(goal[i, c]))
                worst = max(worst, abs(y[c]), 10.0 * abs(again / r[c] - 1.0))
                r[c] = again
            if worst < 1e-6:
                break
            for c in range(channels):
                if step > 0 and abs(x[c] - x_before[c]) > 1e-10:
                    slope[c] = min(max((y[c] - y_before[c]) / (x[c] - x_before[c]), 1.0), 100.0)
                x_before[c], y_before[c] = x[c], y[c]
                x[c] -= min(max(y[c] / slope[c], -0.3), 0.3)
        servers[i] = np.exp(x) * r
