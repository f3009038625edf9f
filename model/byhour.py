"""The week of phone and chat hour by hour: for the full grid, and for every half-hour on show.

Channels whose baseline asks for it (`quadrature.hourly_weight`) carry queues from one half-hour to the next. The few
points stand for that week's averages; here is the week itself.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model import lookup, network, quadrature, service, surface

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
    shapes = np.array([w.shifted(float(q.flex)) for w in known.weeks])
    found: Array = (known.efficiency[known.live] * q.servers)[:, None] * shapes
    return found


def apart(q: network.Queues, c: int, rate: Array, agents: Array) -> Array:
    """Channel c on its own hour by hour: (node, 336, 6), as `quadrature.team_weeks`."""
    one = np.ones_like(rate[c : c + 1])
    found: Array = quadrature.team_weeks(
        rate[c : c + 1], q.handle[c] * one, q.theta[c] * one, agents[c], q.target[c : c + 1]
    )[0]
    return found


def together(q: network.Queues, rate: Array, agents: Array) -> Array:
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

    less, gain = bool((gain < 0).any()), np.maximum(gain, 0.0)
    found = still(gain)
    values, weights = quadrature.joint_nodes(known.baseline.month_factors, float(q.cv), NODES)
    rate, agents = rates(known, q, repeats, values), servers(known, q)
    share = rate * weights[:, None]
    share /= share.sum(axis=(1, 2), keepdims=True)
    alone = still(np.zeros(count))
    for c in np.flatnonzero((known.hourly > 0) & (gain < 1)):
        hours = (apart(q, int(c), rate, agents) * share[c, ..., None]).sum(axis=(0, 1))[:5]
        found[c, 1:] += known.hourly[c] * (1 - gain[c]) * (hours - alone[c, 1:])
    if known.hourly_pool and gain.any():
        team = (together(q, rate, agents) * share[..., None]).sum(axis=(1, 2))[:, :5]
        found[:, 1:] += known.hourly_pool * gain[:, None] * (team - still(np.ones(count))[:, 1:])
    shares = [network.P_WAIT, network.P_ABANDON, network.LEVEL]
    found[:, shares] = np.clip(found[:, shares], 0.0, 1.0)
    found = np.maximum(found, 0.0)
    if less:
        found[:, 1:] = service.moved(found[:, 1:], q.held_apart)
    return found


def as_one_team(known: "Calibrated") -> Array:
    """Day zero's metrics of the live channels if all of them were one team, (live, 6)."""
    live = [known.baseline.channels[i] for i in known.live]
    count, one, none = len(live), np.ones(len(live)), np.zeros(len(live))
    slots = np.array([known.baseline.levers["chat_concurrency"] if c.kind == "chat" else 1.0 for c in live])
    row = network.Queues(
        one, np.array([c.handle_time_s for c in live]), one, np.zeros(()), np.ones(()),
        np.array(known.baseline.forecast_cv), np.array([1 / c.patience_s for c in live]), known.target_s[known.live],
        slots, one, np.zeros(()), none, one, none, none, np.zeros(()), np.zeros((count, 0)),
    )  # fmt: skip
    if known.hourly_pool and not len(known.team.surface.facts):
        return _row_metrics(known, row, one)
    rows, out = network.Queues(*(a[None] for a in row)), np.ones((1, count, 6))
    network.solve(known.points, known.pool, lookup.NONE, known.hours(rows), rows, 1e-10, out)
    team: Array = out[0]
    return team


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


def _above(metrics: Array, held: NDArray[np.int64], goal: Array) -> Array:
    """How far each channel's metric is on the good side of its goal, in logits."""
    return np.array([network.above(m[h], g, h) for m, h, g in zip(metrics, held, goal, strict=True)])


def _zero(above: Callable[[Array], Array], x: Array) -> Array:
    """x (channel,) at which none of `above`, each of its own x and rising with it, is above or below: secant."""
    before, y_before, slope = x, np.zeros(len(x)), np.full(len(x), 10.0)
    for step in range(60):
        y = above(x)
        if np.max(np.abs(y)) < 1e-5:
            break
        moved = x - before
        if step:
            some = np.where(moved == 0, 1.0, moved)
            slope = np.where(np.abs(moved) > 1e-10, np.clip((y - y_before) / some, 1.0, 100.0), slope)
        before, y_before = x, y
        x = x - np.clip(y / slope, -0.3, 0.3)
    return x


def solve_staffing(known: "Calibrated", q: network.Queues, held: NDArray[np.int64], goal: Array, found: Array) -> None:
    """`network.solve_staffing` likewise, from its answer in `found`, (row, channel)."""
    for i in range(len(found)):
        row = network.Queues(*(a[i] for a in q))
        shared = bool(known.pool.shape[1] and row.gain.max() > 0)
        asked = _together if shared else _exactly
        x, r = asked(known, row, held, goal[i], np.log(found[i]))
        found[i] = np.exp(x) * r


def _exactly(
    known: "Calibrated", row: network.Queues, held: NDArray[np.int64], goal: Array, x: Array
) -> tuple[Array, Array]:
    """ln(servers / repeats) and repeats (channel,) of one row of queues at which every metric is its goal."""
    r = np.ones(len(x))

    def above(x: Array) -> Array:
        metrics = _row_metrics(known, row._replace(servers=np.exp(x) * r), r)
        r[:] = again(row, metrics[:, network.P_ABANDON])
        return _above(metrics, held, goal)

    return _zero(above, x), r


def _together(
    known: "Calibrated", row: network.Queues, held: NDArray[np.int64], goal: Array, x: Array
) -> tuple[Array, Array]:
    """The same of channels that share a team, found as `network` finds it."""
    count, each = len(x), np.arange(len(x))
    nobody, everybody = row._replace(gain=np.zeros(count)), row._replace(gain=np.ones(count))
    odds = goal / (1 - goal) * np.where(held == network.LEVEL, network.STRICTER, 1 / network.STRICTER)
    (alone, _), (most, _) = (_exactly(known, nobody, held, goals, x) for goals in (goal, odds / (1 + odds)))
    per_server = known.week[1] / row.sessions
    work = np.log(row.load * row.handle / 3600 * known.week[0] / known.week[1])
    repeats = np.ones((count, count))

    def as_one_team(level: Array) -> Array:
        y = np.empty(count)
        for c in each:
            servers = np.exp(level[c] + work) * repeats[c]
            team = _row_metrics(known, everybody._replace(servers=servers), repeats[c])
            repeats[c] = again(row, team[:, network.P_ABANDON])
            y[c] = _above(team, held, goal)[c]
        return y

    level = _zero(as_one_team, np.full(count, np.log((np.exp(alone) @ per_server) / (np.exp(work) @ per_server))))
    r, gain, step = np.ones(count), np.minimum(row.gain, network.NEARLY_ONE), np.empty(count)
    bounds = np.stack([np.minimum(alone, work + level), most])
    x, stiff, worst_before = np.clip(alone, *bounds), 1e-3, np.inf
    for _ in range(60):
        own, team, own_more, team_more = (
            _row_metrics(known, part._replace(servers=np.exp(x + nudge) * r), r)
            for nudge in (0.0, network.NUDGE)
            for part in (nobody, everybody)
        )
        blend = own + gain[:, None] * (team - own)
        share = np.exp(x) * r * per_server
        share /= share.sum()
        r = again(row, blend[:, network.P_ABANDON])
        now = blend[each, held]
        sign = np.where(held == network.LEVEL, 1.0, -1.0) / (np.maximum(now * (1 - now), 1e-9) * network.NUDGE)
        b = gain * sign * (team_more - team)[each, held]
        d = (1 - gain) * sign * (own_more - own)[each, held] + stiff * b + 1e-6
        network.step_together(_above(blend, held, goal), d, b, share, x, bounds, work, level.max() + 0.1, step)
        x, worst = x + step, float(np.max(np.abs(step)))
        if worst < 1e-5:
            break
        stiff, worst_before = stiff if worst < 0.8 * worst_before else min(2 * stiff, 0.3), worst
    return x, r
