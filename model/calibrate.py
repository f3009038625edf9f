"""Day zero: one efficiency factor a channel makes the model show the company's own speed.

Solved once a baseline, on the reduced points that every later evaluation uses; the other speeds are shown beside the
measured ones. Satisfaction's intercept and the overhead residual depend on the draw and are solved in the engine.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from model import deferred, network, quadrature
from model.scenario import CELLS, Baseline, Channel

Array = NDArray[np.float64]
EFFICIENCY = (0.3, 3.0)
TRUSTED = (0.6, 1.4)
Targets = tuple[tuple[str, float], ...]
"""Seconds of every channel, by name: part of the cache key, since points are chosen for a target."""


@dataclass(frozen=True)
class Calibrated:
    """A baseline made ready for the engine.

    `live` and `deferred` are indices of channels; points (channel, point, 6) of the live ones, `pool` the same for all
    of them as one team (no points where there is one or none). `metrics0` (live, 6) and `deferred0` (deferred, 4) are
    day zero. `efficiency` is e of each channel; `notes` what the user should know.
    """

    baseline: Baseline
    target_s: Array
    live: NDArray[np.int64]
    deferred: NDArray[np.int64]
    points: Array
    pool: Array
    efficiency: Array
    metrics0: Array
    deferred0: Array
    weekly: Array
    hours0: Array
    load0: Array
    open_half_hours: Array
    week_arrivals: Array
    week_agents: Array
    busy_share: Array
    weeks: tuple[quadrature.Week, ...]
    notes: tuple[str, ...] = field(default=())


def sessions(channel: Channel, baseline: Baseline) -> float:
    """Chats an agent holds at once today; 1 elsewhere."""
    return baseline.levers["chat_concurrency"] if channel.kind == "chat" else 1.0


def observed(channel: Channel) -> tuple[str, float] | None:
    """What the efficiency factor is solved for: abandonment, else service level, else average wait."""
    if channel.kind == "deferred":
        return None if channel.service_level is None else ("service_level", channel.service_level)
    if channel.abandonment is not None and channel.abandonment > 0:
        return "abandonment", channel.abandonment
    if channel.service_level is not None and 0 < channel.service_level < 1:
        return "service_level", channel.service_level
    return ("asa", channel.asa) if channel.asa else None


def metrics(points: Array, channel: Channel, target_s: float, efficiency: float, cv: float) -> Array:
    """Day-zero metrics of one channel at an efficiency, (6,) in the columns of `network`; r stands at 1."""
    scaled = points.copy()
    scaled[:, network.AGENTS] *= efficiency
    scaled[:, network.IDEAL] *= efficiency
    one: Array = _solved(scaled[None], channel, target_s, cv)[0]
    return one


def _solved(points: Array, channel: Channel, target_s: float, cv: float) -> Array:
    one, none = np.ones((1, 1)), np.zeros((1, 1))
    rows = network.Queues(
        load=one,
        handle=one * channel.handle_time_s,
        servers=one,
        flex=np.zeros(1),
        peak=np.ones(1),
        cv=np.full(1, cv),
        theta=one / channel.patience_s,
        target=one * target_s,
        sessions=one,
        gain=none,
        retrial=np.zeros(1),
        repeat=none,
        constant=one,
        vendor=none,
        vendor_abandon=none,
    )
    out = np.ones((1, 1, 6))
    network.solve(points, np.empty((1, 0, 6)), rows, 1e-10, out)
    solved: Array = out[0]
    return solved


def _metric(row: Array, name: str) -> float:
    if name == "abandonment":
        return float(row[network.P_ABANDON])
    if name == "service_level":
        return float(row[network.LEVEL])
    return float(row[network.WAIT] / max(1 - row[network.P_ABANDON], 1e-12))


def _solve_efficiency(points: Array, channel: Channel, cv: float) -> tuple[float, str | None]:
    """e in [.3, 3] at which the model shows the observed figure, and a note where it cannot or should not."""
    seen = observed(channel)
    title = channel.title
    if seen is None:
        return 1.0, f"{title}: no waits are known, so the model's own waits stand; nothing checks them."
    name, goal = seen
    assert channel.target_s is not None
    seconds = channel.target_s

    def gap(log_e: float) -> float:
        value = _metric(metrics(points, channel, seconds, float(np.exp(log_e)), cv), name)
        if name == "asa":
            return value / goal - 1
        value, wanted = min(max(value, 1e-12), 1 - 1e-12), goal
        return float(np.log(value / (1 - value)) - np.log(wanted / (1 - wanted)))

    low, high = np.log(EFFICIENCY)
    left, right = gap(low), gap(high)
    if left * right > 0:
        e = EFFICIENCY[0] if abs(left) < abs(right) else EFFICIENCY[1]
        return (
            e,
            f"{title}: no staffing between 0.3 and 3 times the given explains the observed waits; the nearest is used.",
        )
    e = float(np.exp(brentq(gap, low, high, xtol=1e-14, rtol=1e-14)))
    if not TRUSTED[0] <= e <= TRUSTED[1]:
        return (
            e,
            f"{title}: agents as given do not explain the waits; they work like {e:.2f} times as many.",
        )
    return e, None


def _deferred_level(
    channel: Channel, target_half_hours: float, efficiency: float, utilisation: float, cv: float
) -> Array:
    one = np.ones((1, 1))
    rate = one * utilisation * 1800 / channel.handle_time_s
    rows = deferred.Backlogs(one, rate, one, 0 * one, one * target_half_hours, one * cv)
    out = np.empty((1, 1, 4))
    agents = np.asarray(channel.agents)[None] * efficiency
    deferred.solve_week(np.asarray(channel.arrivals)[None], agents, rows, out)
    level: Array = out[0, 0]
    return level


def _solve_deferred(channel: Channel, half_hours: float, utilisation: float, cv: float) -> tuple[float, str | None]:
    seen = observed(channel)
    need = sum(channel.arrivals) * channel.handle_time_s / (sum(channel.agents) * 1800 * utilisation)
    if seen is None:
        return max(1.0, 1.03 * need), f"{channel.title}: no answer times are known, so the model's own stand."
    goal = min(max(seen[1], 0.02), 0.995)

    def gap(log_e: float) -> float:
        return float(_deferred_level(channel, half_hours, float(np.exp(log_e)), utilisation, cv)[deferred.LEVEL]) - goal

    # Below the work that arrives, today's backlog would grow without end: day zero cannot be there.
    low, high = np.log(need * 1.0001), np.log(max(EFFICIENCY[1], need * 3))
    if gap(low) > 0:
        e = float(np.exp(low))
    elif gap(high) < 0:
        best = _deferred_level(channel, half_hours, float(np.exp(high)), utilisation, cv)[deferred.LEVEL]
        return float(np.exp(high)), (
            f"{channel.title}: {goal:.0%} in time is above the {best:.0%} that opening hours allow; that is used."
        )
    else:
        e = float(np.exp(brentq(gap, low, high, xtol=1e-13)))
    if not TRUSTED[0] <= e <= TRUSTED[1]:
        return (
            e,
            f"{channel.title}: agents as given do not explain the answer times (they work like {e:.2f} times as many).",
        )
    return e, None


@lru_cache(maxsize=64)
def _calibrate(baseline: Baseline, targets: Targets, full: bool) -> Calibrated:
    from model.assumptions import ASSUMPTIONS

    seconds = dict(targets)
    channels = baseline.channels
    target_s = np.array([seconds[c.name] for c in channels])
    live = np.array([i for i, c in enumerate(channels) if c.kind != "deferred"], dtype=int)
    later = np.array([i for i, c in enumerate(channels) if c.kind == "deferred"], dtype=int)
    efficiency, notes = np.ones(len(channels)), list[str]()
    cv, factors = baseline.forecast_cv, baseline.month_factors
    weeks = {i: quadrature.week(channels[i], sessions(channels[i], baseline)) for i in live}
    own, metrics0 = [], np.zeros((len(live), 6))
    for i in live:
        channel = channels[i].model_copy(update={"target_s": float(target_s[i])})
        # Points are chosen around the staffing that explains the waits, so e is found twice: roughly, then on them.
        grid = quadrature.full_grid([weeks[i]], factors)
        if full:
            points = grid
        else:
            rough, _ = _solve_efficiency(_coarse(grid[0]), channels[i], cv)
            scaled = quadrature.Week(weeks[i].rate, weeks[i].agents * rough, weeks[i].ideal * rough, weeks[i].busy)
            points = quadrature.reduced([scaled], factors, [channel])
            points[0, :, network.AGENTS : network.IDEAL + 1] /= rough
        efficiency[i], note = _solve_efficiency(points[0], channels[i], cv)
        notes += [note] if note else []
        points[0, :, network.AGENTS : network.IDEAL + 1] *= efficiency[i]
        own.append(points[0])
        metrics0[len(own) - 1] = _solved(points, channel, float(target_s[i]), cv)[0]
    count = max((len(points) for points in own), default=0)
    stacked = np.zeros((len(live), count, 6))
    for row, points in zip(stacked, own, strict=True):
        row[: len(points)] = points
    pool = np.zeros((max(len(live), 1), 0, 6))
    if len(live) > 1:
        team = [
            quadrature.Week(
                w.rate,
                w.agents * efficiency[i] / sessions(channels[i], baseline),
                w.ideal * efficiency[i] / sessions(channels[i], baseline),
                w.busy,
            )
            for i, w in weeks.items()
        ]
        members = [
            channels[i].model_copy(
                update={
                    "target_s": float(target_s[i]),
                    "handle_time_s": channels[i].handle_time_s / sessions(channels[i], baseline),
                }
            )
            for i in live
        ]
        pool = quadrature.full_grid(team, factors) if full else quadrature.reduced(team, factors, members)
        for row, i in zip(pool, live, strict=True):  # the kernel divides by the sessions itself
            row[:, network.AGENTS : network.IDEAL + 1] *= sessions(channels[i], baseline)
    open_half_hours = np.array([target_s[i] / 1800 for i in later])
    deferred0 = np.zeros((len(later), 4))
    utilisation = ASSUMPTIONS["deferred_utilisation"].mode
    for place, i in enumerate(later):
        own_target = channels[i].target_s
        assert own_target is not None
        efficiency[i], note = _solve_deferred(channels[i], own_target / 1800, utilisation, max(cv, 0.02))
        notes += [note] if note else []
        deferred0[place] = _deferred_level(
            channels[i], open_half_hours[place], efficiency[i], utilisation, max(cv, 0.02)
        )
    busy = np.array([_busy_share(weeks[i]) for i in live]) if len(live) else np.zeros(0)
    hours = np.array([sum(c.agents) / 2 * sessions(c, baseline) for c in channels]) * efficiency
    load0 = np.array([_mean_load(channels[i]) / sessions(channels[i], baseline) for i in live])
    return Calibrated(
        baseline,
        target_s,
        live,
        later,
        np.ascontiguousarray(stacked),
        np.ascontiguousarray(pool),
        efficiency,
        metrics0,
        deferred0,
        np.array([c.weekly_arrivals for c in channels]),
        hours,
        load0,
        open_half_hours,
        np.array([channels[i].arrivals for i in later]).reshape(-1, CELLS),
        np.array([np.asarray(channels[i].agents) * efficiency[i] for i in later]).reshape(-1, CELLS),
        busy,
        tuple(weeks[i] for i in live),
        tuple(notes),
    )


def _coarse(grid: Array) -> Array:
    """A rough stand-in for the full grid, for the first guess of e: every n-th point."""
    step = max(1, len(grid) // 3000)
    return grid[::step] if step % quadrature.NODES else grid[:: step + 1]


def _busy_share(week: quadrature.Week) -> float:
    return float((week.rate * week.busy).sum() / week.rate.sum())


def _mean_load(channel: Channel) -> float:
    arrivals = np.asarray(channel.arrivals)
    return float((arrivals**2).sum() / arrivals.sum() * channel.handle_time_s / 1800)


def calibrate(baseline: Baseline, targets: dict[str, float] | None = None, full: bool = False) -> Calibrated:
    """The baseline made ready, cached by its content and targets; `full` keeps every half-hour, season and node."""
    seconds = {c.name: float((targets or {}).get(f"target_s.{c.name}", c.target_s or 0)) for c in baseline.channels}
    return _calibrate(baseline, tuple(seconds.items()), full)
