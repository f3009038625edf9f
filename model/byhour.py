"""The week of phone and chat hour by hour: for the full grid, and for every half-hour on show.

Channels whose baseline asks for it (`quadrature.hourly_weight`) carry queues from one half-hour to the next. The few
points stand for that week's averages; here is the week itself.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model import lookup, network, quadrature, surface

if TYPE_CHECKING:
    from model.calibrate import Calibrated

Array = NDArray[np.float64]
NODES = 9
"""Gauss nodes for season and forecast error together."""


def rates(known: "Calibrated", q: network.Queues, repeats: Array, values: Array) -> Array:
    """Contacts a second as they arrive, (channel, node, 336), of one row of queues with season and error `values`."""
    peaks = np.array([w.came * (1 + (q.peak - 1) * w.busy) for w in known.weeks])
    found: Array = (q.load * repeats)[:, None, None] * peaks[:, None, :] * values[:, None]
    return found


def servers(known: "Calibrated", q: network.Queues) -> Array:
    """Servers in each half-hour, (channel, 336), of one row of queues."""
    shapes = np.array([w.agents + q.flex * (w.ideal - w.agents) for w in known.weeks])
    found: Array = (known.efficiency[known.live] * q.servers)[:, None] * shapes
    return found


def apart(known: "Calibrated", q: network.Queues, c: int, rate: Array, agents: Array) -> Array:
    """Channel c on its own hour by hour: (node, 336, 6), as `quadrature.team_weeks`."""
    one = np.ones_like(rate[c : c + 1])
    found: Array = quadrature.team_weeks(
        rate[c : c + 1], q.handle[c] * one, q.theta[c] * one, agents[c], q.target[c : c + 1]
    )[0]
    return found


def together(known: "Calibrated", q: network.Queues, rate: Array, agents: Array) -> Array:
    """All channels as one team hour by hour: (channel, node, 336, 6)."""
    one = np.ones_like(rate)
    handle, leave = (q.handle / q.sessions)[:, None, None] * one, q.theta[:, None, None] * one
    return quadrature.team_weeks(rate, handle, leave, (agents / q.sessions[:, None]).sum(axis=0), q.target)


def _row_metrics(known: "Calibrated", q: network.Queues, repeats: Array) -> Array:
    """Demand-weighted metrics of one row at given repeats, (channel, 6): stationary grid and hours, blended."""
    count = len(known.live)
    fixed = q._replace(retrial=np.zeros(()), repeat=np.zeros(count), constant=repeats, vendor=np.zeros(count))
    gain = q.gain if known.pool.shape[1] else np.zeros(count)

    def still(share: Array) -> Array:
        out = np.ones((1, count, 6))
        out[0, :, network.R] = repeats
        wide = network.Queues(*(np.array([a], dtype=float) for a in fixed._replace(gain=share)))
        network.solve(known.points, known.pool, lookup.NONE, surface.NONE, wide, 1e-10, out)
        one: Array = out[0]
        return one

    found = still(gain)
    values, weights = quadrature.joint_nodes(known.baseline.month_factors, float(q.cv), NODES)
    rate, agents = rates(known, q, repeats, values), servers(known, q)
    share = rate * weights[:, None]
    share /= share.sum(axis=(1, 2), keepdims=True)
    alone = still(np.zeros(count))
    for c in np.flatnonzero((known.hourly > 0) & (gain < 1)):
        hours = (apart(known, q, int(c), rate, agents) * share[c, ..., None]).sum(axis=(0, 1))[:5]
        found[c, 1:] += known.hourly[c] * (1 - gain[c]) * (hours - alone[c, 1:])
    if known.hourly_pool and gain.any():
        team = (together(known, q, rate, agents) * share[..., None]).sum(axis=(1, 2))[:, :5]
        found[:, 1:] += known.hourly_pool * gain[:, None] * (team - still(np.ones(count))[:, 1:])
    shares = [network.P_WAIT, network.P_ABANDON, network.LEVEL]
    found[:, shares] = np.clip(found[:, shares], 0.0, 1.0)
    return np.maximum(found, 0.0)


def solve(known: "Calibrated", q: network.Queues, tolerance: float, out: Array) -> None:
    """`network.solve` on the full grid with the hours themselves: repeats by the same fixed point, row by row."""
    for i in range(len(out)):
        row = network.Queues(*(a[i] for a in q))
        r = out[i, :, network.R].copy()
        before, gap_before = r, np.zeros(len(r))
        for step in range(60):
            found = _row_metrics(known, row, r)
            gap = again(row, found[:, network.P_ABANDON]) - r
            if np.max(np.abs(gap) / r) <= max(tolerance, 1e-8):
                break
            moved = r - before
            slope = np.full(len(r), -1.0)
            if step:
                some = np.where(moved == 0, 1.0, moved)
                slope = np.where(np.abs(moved) > 1e-12, np.clip((gap - gap_before) / some, -2.0, -0.15), slope)
            before, gap_before = r, gap
            r = np.maximum(r - gap / slope, 1e-3)
        out[i] = found
        out[i, :, network.R] = r


def again(q: network.Queues, abandoned: Array) -> Array:
    """Repeats at this abandonment, as in `network`."""
    lost = (1 - q.vendor) * abandoned + q.vendor * q.vendor_abandon
    value: Array = q.constant / (1 - q.retrial * lost - q.repeat * (1 - lost))
    return value


def solve_staffing(known: "Calibrated", q: network.Queues, held: NDArray[np.int64], goal: Array, found: Array) -> None:
    """`network.solve_staffing` likewise, from its answer in `found`, (row, channel)."""
    for i in range(len(found)):
        row = network.Queues(*(a[i] for a in q))
        x, r = np.log(found[i]), np.ones(len(held))
        x_before, y_before, slope = x, np.zeros(len(held)), np.full(len(held), 10.0)
        for step in range(60):
            metrics = _row_metrics(known, row._replace(servers=np.exp(x)), r)
            r = again(row, metrics[:, network.P_ABANDON])
            now = np.clip(metrics[np.arange(len(held)), held], 1e-9, 1 - 1e-9)
            y = np.where(held == network.LEVEL, 1, -1) * (np.log(now / (1 - now)) - np.log(goal[i] / (1 - goal[i])))
            if np.max(np.abs(y)) < 1e-5:
                break
            moved = x - x_before
            if step:
                some = np.where(moved == 0, 1.0, moved)
                slope = np.where(np.abs(moved) > 1e-10, np.clip((y - y_before) / some, 1.0, 100.0), slope)
            x_before, y_before = x, y
            x = x - np.clip(y / slope, -0.3, 0.3)
        found[i] = np.exp(x)
