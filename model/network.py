"""Queues that share callers: many rows (scenario, draw, month) of channels solved for repeats and staffing.

Compiled with numba because one slider move needs tens of thousands of Erlang A values: measured at .5 to 1.6
microseconds each here against 3 to 6 for vectorised scipy, with no temporaries. Every row is iterated on its own until
it stands, so a row's bits do not depend on what else is in the batch.

Points are (channel, point, 6): weight, arrival rate (a second), normal node of the forecast error, effective agents,
agents of the ideal shape, and 1 where the cell is among the busiest fifth.
"""

import math

import numpy as np
from model._compiled import compiled
from model._erlang import erlang_a_scalar

WEIGHT, RATE, NODE, AGENTS, IDEAL, BUSY = range(6)
R, P_WAIT, P_ABANDON, WAIT, WAIT_SQ, LEVEL = range(6)
"""Columns of the result: repeat multiplier, shares of offered, E[W; served] and E[W^2; served] over offered, level."""


@compiled()
def _arrivals(point, load, peak, cv):  # type: ignore[no-untyped-def]
    sigma = math.sqrt(math.log(1.0 + cv * cv))
    factor = math.exp(sigma * point[NODE] - 0.5 * sigma * sigma)
    return point[RATE] * load * factor * (1.0 + (peak - 1.0) * point[BUSY])


@compiled()
def _dedicated(points, load, handle, servers, flex, peak, cv, theta, target, out):  # type: ignore[no-untyped-def]
    """Demand-weighted metrics of one channel on its own."""
    offered = 0.0
    out[1:] = 0.0
    for k in range(points.shape[0]):
        rate = _arrivals(points[k], load, peak, cv)
        if rate <= 0.0:
            continue
        agents = servers * (points[k, AGENTS] + flex * (points[k, IDEAL] - points[k, AGENTS]))
        result = erlang_a_scalar(rate, 1.0 / handle, theta, agents, target)
        weight = points[k, WEIGHT] * rate
        offered += weight
        for j in range(5):
            out[1 + j] += weight * result[j]
    out[1:] /= offered


@compiled()
def _pooled(points, load, handle, servers, flex, peak, cv, theta, target, sessions, penalty, out):  # type: ignore[no-untyped-def]
    """The same for all channels served by one team: agents add up, a chat takes 1/sessions of an agent."""
    channels = points.shape[0]
    rates = np.empty(channels)
    offered = np.zeros(channels)
    out[:, 1:] = 0.0
    for k in range(points.shape[1]):
        total, work, agents, patience = 0.0, 0.0, 0.0, 0.0
        for c in range(channels):
            point = points[c, k]
            rates[c] = _arrivals(point, load[c], peak, cv)
            total += rates[c]
            work += rates[c] * handle[c] / sessions[c]
            patience += rates[c] * theta[c]
            agents += servers[c] / sessions[c] * (point[AGENTS] + flex * (point[IDEAL] - point[AGENTS]))
        if total <= 0.0:
            continue
        for c in range(channels):
            result = erlang_a_scalar(total, total / (work * penalty), patience / total, agents, target[c])
            weight = points[c, k, WEIGHT] * rates[c]
            offered[c] += weight
            for j in range(5):
                out[c, 1 + j] += weight * result[j]
    for c in range(channels):
        out[c, 1:] /= max(offered[c], 1e-300)


@compiled()
def _metrics(points, pool, load, handle, servers, flex, peak, cv, theta, target, sessions, gain, penalty, out, spare):  # type: ignore[no-untyped-def]
    """Dedicated metrics, blended towards the pool's by `gain`, which is 0 at today's cross-training."""
    channels = points.shape[0]
    for c in range(channels):
        _dedicated(points[c], load[c], handle[c], servers[c], flex, peak, cv, theta[c], target[c], out[c])
    if pool.shape[1] > 0 and np.max(np.abs(gain)) > 0.0:
        _pooled(pool, load, handle, servers, flex, peak, cv, theta, target, sessions, penalty, spare)
        for c in range(channels):
            for j in range(1, 6):
                value = out[c, j] + gain[c] * (spare[c, j] - out[c, j])
                out[c, j] = max(value, 0.0) if j in (WAIT, WAIT_SQ) else min(max(value, 0.0), 1.0)


@compiled()
def _solve_row(points, pool, load, handle, servers, flex, peak, cv, theta, target, sessions, gain, penalty,
               retrial, repeat, constant, vendor, vendor_abandon, tolerance, out, spare):  # type: ignore[no-untyped-def]  # fmt: skip
    """Repeat multiplier r of every channel: r [1 - q Pab(r) - (1-FCR) p (1-Pab(r))] = N, by secant."""
    channels = points.shape[0]
    r, before, gap, gap_before = out[:, R].copy(), np.zeros(channels), np.zeros(channels), np.zeros(channels)
    for step in range(60):
        _metrics(
            points, pool, load * r, handle, servers, flex, peak, cv, theta, target, sessions, gain, penalty, out, spare
        )
        worst = 0.0
        for c in range(channels):
            lost = (1.0 - vendor[c]) * out[c, P_ABANDON] + vendor[c] * vendor_abandon[c]
            gap[c] = constant[c] / (1.0 - retrial * lost - repeat[c] * (1.0 - lost)) - r[c]
            worst = max(worst, abs(gap[c]) / r[c])
        if worst <= tolerance:
            break
        for c in range(channels):
            slope = -1.0
            if step > 0 and abs(r[c] - before[c]) > 1e-13 * r[c]:
                # The true slope lies between -1 (no feedback) and 0 (retrials feed on themselves).
                slope = min(max((gap[c] - gap_before[c]) / (r[c] - before[c]), -2.0), -0.15)
            before[c], gap_before[c] = r[c], gap[c]
            r[c] = max(r[c] - gap[c] / slope, 1e-3)
    for c in range(channels):
        out[c, R] = r[c]


@compiled()
def solve(points, pool, load, handle, servers, flex, peak, cv, theta, target, sessions, gain, penalty,
          retrial, repeat, constant, vendor, vendor_abandon, tolerance, out):  # type: ignore[no-untyped-def]  # fmt: skip
    """Solve rows in place.

    Shapes: load, handle, servers, theta, target, sessions, gain, repeat, constant, vendor, vendor_abandon
    (row, channel); flex, peak, cv, penalty, retrial (row,); out (row, channel, 6), whose first column is the start.
    """
    spare = np.empty(out.shape[1:])
    for i in range(load.shape[0]):
        _solve_row(points, pool, load[i], handle[i], servers[i], flex[i], peak[i], cv[i], theta[i], target[i], sessions[i],
                   gain[i], penalty[i], retrial[i], repeat[i], constant[i], vendor[i], vendor_abandon[i], tolerance,
                   out[i], spare)  # fmt: skip


@compiled()
def _logit(share):  # type: ignore[no-untyped-def]
    share = min(max(share, 1e-9), 1.0 - 1e-9)
    return math.log(share / (1.0 - share))


@compiled()
def solve_staffing(points, pool, load, handle, servers, flex, peak, cv, theta, target, sessions, gain, penalty,
                   retrial, repeat, constant, vendor, vendor_abandon, held, goal, run, out):  # type: ignore[no-untyped-def]  # fmt: skip
    """Servers of every channel so that its metric meets the goal, in place of `servers`.

    `held` (channel,) names the metric by its column (LEVEL, P_ABANDON or P_WAIT); `goal` (row, channel) its value.
    Secant in ln(servers / repeats) on the logit of the metric: against their load, servers hardly depend on repeats,
    which follow by their own fixed point; rows come in runs
    of one scenario, and each row starts where the one before it ended.
    """
    channels = points.shape[0]
    spare = np.empty(out.shape[1:])
    for i in range(load.shape[0]):
        if i % run == 0:
            x, y, r, slope = np.log(servers[i]), np.zeros(channels), np.ones(channels), np.full(channels, 10.0)
        x_before, y_before = np.zeros(channels), np.zeros(channels)
        for step in range(80):
            _metrics(points, pool, load[i] * r, handle[i], np.exp(x) * r, flex[i], peak[i], cv[i], theta[i], target[i], sessions[i],
                     gain[i], penalty[i], out[i], spare)  # fmt: skip
            worst = 0.0
            for c in range(channels):
                lost = (1.0 - vendor[i, c]) * out[i, c, P_ABANDON] + vendor[i, c] * vendor_abandon[i, c]
                again = constant[i, c] / (1.0 - retrial[i] * lost - repeat[i, c] * (1.0 - lost))
                sign = 1.0 if held[c] == LEVEL else -1.0
                y[c] = sign * (_logit(out[i, c, held[c]]) - _logit(goal[i, c]))
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
        out[i, :, R] = r
