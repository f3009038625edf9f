"""Day zero: one efficiency factor a channel makes the model show the company's own speed.

Solved once a baseline, on the reduced points that every later evaluation uses; the other speeds are shown beside the
measured ones. Satisfaction's intercept and the overhead residual depend on the draw and are solved in the engine.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from model import _surface, byhour, deferred, lookup, network, quadrature, service, surface
from model._week import AGENTS, IDEAL, Table
from model.assumptions import ASSUMPTIONS
from model.deferred import Backlogs, WeekTable
from model.scenario import CELLS, Baseline, Channel

Array = NDArray[np.float64]
EFFICIENCY = (0.3, 3.0)
TRUSTED = (0.6, 1.4)
_MOST_TABLES = 4
_MOST_MARGINS = 64
_MARGIN_STEP = 0.1
_NOBODY = np.zeros((1, 1, 6))
Targets = tuple[tuple[str, float], ...]
"""Seconds of every channel, by name: part of the cache key, since points are chosen for a target."""


@dataclass(frozen=True)
class Calibrated:
    """A baseline made ready for the engine.

    `live` and `deferred` are indices of channels; points (channel, point, 6) of the live ones, `pool` the same for all
    of them as one team (no points where there is one or none), `pool_roughly` with fewer points. `metrics0` (live, 6)
    and `deferred0` (deferred, 4) are day zero; `carried0` (deferred,) contacts are left over then. `efficiency` is e
    of each channel; `notes` what the user should know. `hourly` (live,) and `hourly_pool` tell how far the week is
    taken hour by hour, 0 to 1; `own` and `team` hold what those weeks come to, where the grid is not full.
    """

    baseline: Baseline
    target_s: Array
    live: NDArray[np.int64]
    deferred: NDArray[np.int64]
    points: Array
    pool: Array
    pool_roughly: Array
    efficiency: Array
    metrics0: Array
    deferred0: Array
    carried0: Array
    weekly: Array
    hours0: Array
    load0: Array
    open_half_hours: Array
    week_arrivals: Array
    week_agents: Array
    busy_share: Array
    weeks: tuple[quadrature.Week, ...]
    notes: tuple[str, ...] = field(default=())
    hourly: Array = field(default_factory=lambda: np.zeros(0))
    hourly_pool: float = 0.0
    own: surface.Weeks = field(default_factory=lambda: surface.Weeks(0, 1), compare=False, repr=False)
    team: surface.Weeks = field(default_factory=lambda: surface.Weeks(0, 1), compare=False, repr=False)
    tables: dict[tuple[float, float], Table] = field(default_factory=dict, compare=False, repr=False)
    margins: dict[tuple[int, float, float], lookup.Curve] = field(default_factory=dict, compare=False, repr=False)
    backlogs: dict[float, WeekTable] = field(default_factory=dict, compare=False, repr=False)

    @property
    def week(self) -> Array:
        """Contacts and hours of servers a week of the live channels today, (2, live)."""
        return np.ascontiguousarray([self.weekly[self.live], self.hours0[self.live]])

    def reach(self, peak: Array) -> Array:
        """Share of a week's contacts that come while somebody is scheduled, of the live channels, at a peak (.., 1)."""
        return np.stack([week.reach(peak[..., 0]) for week in self.weeks], axis=-1)

    @cached_property
    def as_one_team(self) -> Array:
        """Day zero's metrics of the live channels if all of them were one team, (live, 6)."""
        return byhour.as_one_team(self)

    @cached_property
    def fixed_most(self) -> float:
        """How far away from the ideal shifts leaves nobody out of a live channel's half-hours; 1 at most."""
        return min([1.0, *(week.fixed_most for week in self.weeks)])

    @cached_property
    def helped0(self) -> float:
        """Hours a week of deferred work that gets done today beyond what the channels' own agents would get done."""
        own = np.array([sum(self.baseline.channels[i].agents) / 2 for i in self.deferred])
        return float(np.maximum(self.hours0[self.deferred] - own, 0).sum())

    def table(self, peak: float, cv: float) -> Table:
        """Where the live channels' figures at this peak and forecast error are looked up; others' work is there."""
        found = self.tables.get((peak, cv))
        if found is None:
            if len(self.tables) >= _MOST_TABLES:
                self.tables.clear()
            handle = np.array([self.baseline.channels[i].handle_time_s for i in self.live])
            found = self.tables.setdefault((peak, cv), lookup.table(handle, self.load0, cv))
        return found

    def work_off(self, rows: Backlogs, looked_up: bool, out: Array) -> None:
        """Deferred weeks of the rows, into out (row, channel, 4), looked up where few digits are enough."""
        if not looked_up:
            deferred.solve_week(self.week_arrivals, self.week_agents, rows, out)
            return
        for error in np.unique(rows.error).tolist():
            which = (rows.error == error).all(axis=1)
            some, part = Backlogs(*(a[which] for a in rows)), out[which]
            deferred.look_up_week(self.week_arrivals, self.week_agents, some, self._backlog(error), part)
            out[which] = part

    def _backlog(self, error: float) -> WeekTable:
        """Where deferred weeks at this error of the capacity ahead are looked up; others' work is there."""
        found = self.backlogs.get(error)
        if found is None:
            if len(self.backlogs) >= _MOST_TABLES:
                self.backlogs.clear()
            handle = np.array([self.baseline.channels[i].handle_time_s for i in self.deferred])
            speed = ASSUMPTIONS["deferred_utilisation"].mode * 1800 / handle
            found = self.backlogs.setdefault(error, deferred.table(speed, self.open_half_hours, error))
        return found

    def hours(self, rows: network.Queues) -> _surface.Hours:
        """Weeks taken hour by hour, followed through as far as these rows ask for."""
        if rows.gain.any():
            self.team.ready(rows.flex, rows.peak)
        return _surface.Hours(self.own.ready(rows.flex, rows.peak), self.team.surface)

    def margin(self, place: int, goal: float, error: float, load: Array) -> Array:
        """ln of a deferred channel's staff over the work that arrives, at which its share in time is the goal."""
        key = (place, goal, error)
        found = self.margins.get(key)
        if found is None:
            if len(self.margins) >= _MOST_MARGINS:
                self.margins.clear()
            curve = lookup.Curve(lambda at: self._margin(place, goal, error, at), _MARGIN_STEP)
            found = self.margins.setdefault(key, curve)
        return found(np.log(load))

    def _margin(self, place: int, goal: float, error: float, log_load: Array) -> Array:
        one = np.ones((len(log_load), 1))
        load = np.exp(log_load)[:, None]
        target = one * self.open_half_hours[place]
        servers = np.empty_like(one)
        rows = Backlogs(load, one, servers, 0 * one, target, one * error)
        arrivals, agents = self.week_arrivals[place : place + 1], self.week_agents[place : place + 1]
        deferred.solve_staffing(arrivals, agents, rows, one * goal, 1, servers)
        log_over: Array = np.log(servers * agents.sum() / (arrivals.sum() * load))[:, 0]
        return log_over


def sessions(channel: Channel, baseline: Baseline) -> float:
    """Chats an agent holds at once today; 1 elsewhere."""
    return baseline.levers["chat_concurrency"] if channel.kind == "chat" else 1.0


def observed(channel: Channel) -> tuple[str, float] | None:
    """What the efficiency factor is solved for: abandonment, else service level, else average wait."""
    if channel.kind == "deferred":
        # All in time says that enough are there; how many more than enough, it does not.
        return ("service_level", channel.service_level) if channel.service_level not in (None, 1.0) else None
    if channel.abandonment is not None and channel.abandonment > 0:
        return "abandonment", channel.abandonment
    if channel.service_level is not None and 0 < channel.service_level < 1:
        return "service_level", channel.service_level
    return ("asa", channel.asa) if channel.asa else None


def metrics(points: Array, channel: Channel, target_s: float, efficiency: float, cv: float) -> Array:
    """Day-zero metrics of one channel at an efficiency, (6,) in the columns of `network`; r stands at 1."""
    scaled = points.copy()
    scaled[:, AGENTS] *= efficiency
    scaled[:, IDEAL] *= efficiency
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
        path=np.zeros(1),
        held_apart=np.zeros((1, 1, 0)),
    )
    out = np.ones((1, 1, 6))
    network.solve(points, np.empty((1, 0, 6)), lookup.NONE, surface.NONE, rows, 1e-10, out)
    solved: Array = out[0]
    return solved


def _at(
    points: Array,
    channel: Channel,
    cv: float,
    hourly: float = 0.0,
    week: quadrature.Week | None = None,
    factors: tuple[float, ...] = (),
    moving: Callable[[float], Array] | None = None,
) -> Callable[[float], Array]:
    """Day-zero metrics of a channel by its efficiency, (6,); `hourly` adds the week's hours, or what they come to."""
    seconds = channel.target_s

    def at(efficiency: float) -> Array:
        if moving is not None and hourly == 1:
            return np.concatenate([[1.0], moving(efficiency)])
        found = metrics(points, channel, seconds, efficiency, cv)
        if moving is not None:
            found[1:] += hourly * (moving(efficiency) - found[1:])
        elif hourly and week is not None:
            values, weights = quadrature.joint_nodes(factors, cv, byhour.NODES)
            rate = week.came * values[:, None]
            one, goal = np.ones((1, *rate.shape)), np.array([seconds])
            handle, leave = channel.handle_time_s * one, one / channel.patience_s
            hours = quadrature.team_weeks(rate[None], handle, leave, week.agents * efficiency, goal)
            share = rate * weights[:, None]
            mean = (hours[0, ..., :5] * share[..., None]).sum(axis=(0, 1)) / share.sum()
            found[1:] += hourly * (mean - found[1:])
        return found

    return at


def _one(channel: Channel, week: quadrature.Week) -> surface.Team:
    parts = (channel.handle_time_s, channel.patience_s, channel.target_s)
    return surface.Team([week], *(np.array([part]) for part in parts))


def _metric(row: Array, name: str) -> float:
    if name == "abandonment":
        return float(row[network.P_ABANDON])
    if name == "service_level":
        return float(row[network.LEVEL])
    return float(row[network.WAIT] / max(1 - row[network.P_ABANDON], 1e-12))


def _solve_efficiency(channel: Channel, metrics_at: Callable[[float], Array]) -> tuple[float, str | None]:
    """e in [.3, 3] at which the metrics show the observed figure, and a note where they cannot or should not."""
    seen = observed(channel)
    title = channel.title
    if seen is None:
        if any(value is not None for value in (channel.abandonment, channel.service_level, channel.asa)):
            return 1.0, f"{title}: all or none in time fits any staffing far enough; the model's own waits stand."
        return 1.0, f"{title}: no waits are known, so the model's own waits stand; nothing checks them."
    name, goal = seen

    def gap(log_e: float) -> float:
        value = _metric(metrics_at(float(np.exp(log_e))), name)
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


def _reach(channel: Channel) -> float:
    """Share of a week's contacts that come while somebody is scheduled."""
    arrivals = np.asarray(channel.arrivals)
    return float(arrivals[np.asarray(channel.agents) > 0].sum() / arrivals.sum())


def _deferred_level(
    channel: Channel, target_half_hours: float, efficiency: float, utilisation: float, cv: float, carried: float = 0.0
) -> Array:
    one = np.ones((1, 1))
    rate = one * utilisation * 1800 / channel.handle_time_s
    rows = Backlogs(one, rate, one, carried * one, one * target_half_hours, one * cv)
    out = np.empty((1, 1, 4))
    agents = np.asarray(channel.agents)[None] * efficiency
    deferred.solve_week(np.asarray(channel.arrivals)[None], agents, rows, out)
    level: Array = out[0, 0]
    return level


def _solve_deferred(
    channel: Channel, half_hours: float, utilisation: float, cv: float
) -> tuple[float, float, str | None]:
    """e, contacts left over today, and a note where the share in time cannot be shown or should not be taken as is.

    With as many as the work takes, all but a few are in time. Where fewer were, contacts stand waiting that nobody is
    there for: so many that the share is the observed one.
    """
    seen = observed(channel)
    need = sum(channel.arrivals) * channel.handle_time_s / (sum(channel.agents) * 1800 * utilisation)
    if seen is None:
        said = "all in time fits any staffing far enough" if channel.service_level else "no answer times are known"
        return max(1.0, 1.03 * need), 0.0, f"{channel.title}: {said}, so the model's own stand."
    goal = min(max(seen[1], 0.02), deferred.MOST)

    def gap(log_e: float) -> float:
        return float(_deferred_level(channel, half_hours, float(np.exp(log_e)), utilisation, cv)[deferred.LEVEL]) - goal

    # Below the work that arrives, today's backlog would grow without end: day zero cannot be there.
    low, high = np.log(need * 1.0001), np.log(max(EFFICIENCY[1], need * 3))
    if gap(low) > 0:
        e, most = need * (1 + 1e-9), sum(channel.arrivals)  # as many as come are done: those left over stay

        def missed(carried: float) -> float:
            return float(_deferred_level(channel, half_hours, e, utilisation, cv, carried)[deferred.LEVEL]) - goal

        while missed(most) > 0:
            most *= 2
        carried = float(brentq(missed, 0.0, most, xtol=1e-9 * most)) if missed(0.0) > 0 else 0.0
        note = f"{goal * 100:.0f} % in time is explained by some {carried:,.0f} contacts left over, which wait until"
        return e, carried, f"{channel.title}: {note} more are done than come."
    if gap(high) < 0:
        best = _deferred_level(channel, half_hours, float(np.exp(high)), utilisation, cv)[deferred.LEVEL]
        note = f"{goal * 100:.0f} % in time is above the {best * 100:.0f} % that opening hours allow; that is used."
        return float(np.exp(high)), 0.0, f"{channel.title}: {note}"
    e = float(np.exp(brentq(gap, low, high, xtol=1e-13)))
    if not TRUSTED[0] <= e <= TRUSTED[1]:
        return (
            e,
            0.0,
            f"{channel.title}: agents as given do not explain the answer times (they work like {e:.2f} times as many).",
        )
    return e, 0.0, None


@lru_cache(maxsize=64)
def _calibrate(baseline: Baseline, targets: Targets, full: bool) -> Calibrated:
    seconds = dict(targets)
    channels = baseline.channels
    target_s = np.array([seconds[c.name] for c in channels])
    live = np.array([i for i, c in enumerate(channels) if c.kind != "deferred"], dtype=int)
    later = np.array([i for i, c in enumerate(channels) if c.kind == "deferred"], dtype=int)
    efficiency, notes = np.ones(len(channels)), list[str]()
    cv, factors = baseline.forecast_cv, baseline.month_factors
    weeks = {i: quadrature.week(channels[i], sessions(channels[i], baseline)) for i in live}
    own, metrics0, hourly = [], np.zeros((len(live), 6)), np.zeros(len(live))
    shift = baseline.levers.get("schedule_flex", 0.0)
    alone, together = surface.Weeks(len(live), 1, factors, shift), surface.Weeks(0, max(len(live), 1))
    for place, i in enumerate(live):
        channel = channels[i].model_copy(update={"target_s": float(target_s[i])})
        # Points are chosen around the staffing that explains the waits, so e is found twice: roughly, then on them.
        grid = quadrature.full_grid([weeks[i]], factors)
        rough, _ = _solve_efficiency(channels[i], _at(_coarse(grid[0]), channels[i], cv))
        around = weeks[i].scaled(rough)
        hourly[place] = quadrature.hourly_weight([around], [channel])
        points = grid
        if not full:
            # Where all is taken hour by hour no points are asked.
            points = _NOBODY if hourly[place] == 1 else quadrature.reduced([around], factors, [channel])
            points[0, :, AGENTS : IDEAL + 1] /= rough

        def day_zero(
            of: Channel, place: int, points: Array = points, around: quadrature.Week = around, rough: float = rough
        ) -> Callable[[float], Array]:
            weight = float(hourly[place])
            if full or not weight:
                return _at(points[0], of, cv, weight, weeks[live[place]], factors)
            alone.put(place, _one(of, around), weight)
            return _at(points[0], of, cv, weight, moving=lambda e: alone.today(place, e / rough, cv))

        reach, goal = _reach(channel), channel.target_share or 0.0
        if goal > (most := float(service.plannable(np.asarray(goal), np.asarray(reach)))) + 0.005:
            notes.append(f"{channel.title}: {(1 - reach) * 100:.0f} % of contacts come while nobody is scheduled. "
                         "Staffing that follows the work "
                         f"aims at {most * 100:.0f} % in time, not {goal * 100:.0f} %.")  # fmt: skip
        # The observed figures were measured against the company's own target, whatever a scenario's is.
        efficiency[i], note = _solve_efficiency(channels[i], day_zero(channels[i], place))
        notes += [note] if note else []
        metrics0[place] = day_zero(channel, place)(efficiency[i])
        alone.surface.facts[place, _surface.SERVERS] = efficiency[i] / rough
        points[0, :, AGENTS : IDEAL + 1] *= efficiency[i]
        own.append(points[0])
    count = max((len(points) for points in own), default=0)
    stacked = np.zeros((len(live), count, 6))
    for row, points in zip(stacked, own, strict=True):
        row[: len(points)] = points
    pool = roughly = np.zeros((max(len(live), 1), 0, 6))
    hourly_pool = 0.0
    if len(live) > 1:
        team = [w.scaled(efficiency[i] / sessions(channels[i], baseline)) for i, w in weeks.items()]
        members = [
            channels[i].model_copy(
                update={
                    "target_s": float(target_s[i]),
                    "handle_time_s": channels[i].handle_time_s / sessions(channels[i], baseline),
                }
            )
            for i in live
        ]
        hourly_pool = quadrature.hourly_weight(team, members)
        found = (quadrature.full_grid(team, factors),) * 2
        if not full:
            found = (np.repeat(_NOBODY, len(live), axis=0),) * 2
            if hourly_pool < 1:
                found = quadrature.reductions(team, factors, members)
            if hourly_pool:
                slots = np.array([sessions(channels[i], baseline) for i in live])
                handle, patience = (
                    np.array([getattr(c, key) for c in members]) for key in ("handle_time_s", "patience_s")
                )
                together = surface.Weeks(1, len(live), factors, shift)
                together.put(0, surface.Team(team, handle, patience, target_s[live]), hourly_pool, slots)
        # The kernel divides by the sessions itself.
        held = np.array([sessions(channels[i], baseline) for i in live])[:, None, None]
        pool, roughly = (np.concatenate([p[..., :AGENTS], held * p[..., AGENTS : IDEAL + 1], p[..., IDEAL + 1 :]], -1)
                         for p in found)  # fmt: skip
    if baseline.stated_cost is not None and baseline.stated_cost < baseline.labour_cost:
        notes.append("The stated cost is below what the paid hours cost at this wage: savings will look too large.")
    open_half_hours = np.array([target_s[i] / 1800 for i in later])
    deferred0, carried0 = np.zeros((len(later), 4)), np.zeros(len(later))
    utilisation = ASSUMPTIONS["deferred_utilisation"].mode
    for place, i in enumerate(later):
        half_hours = channels[i].target_s / 1800
        efficiency[i], carried0[place], note = _solve_deferred(channels[i], half_hours, utilisation, max(cv, 0.02))
        notes += [note] if note else []
        deferred0[place] = _deferred_level(
            channels[i], open_half_hours[place], efficiency[i], utilisation, max(cv, 0.02), carried0[place]
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
        np.ascontiguousarray(roughly),
        efficiency,
        metrics0,
        deferred0,
        carried0,
        np.array([c.weekly_arrivals for c in channels]),
        hours,
        load0,
        open_half_hours,
        np.array([channels[i].arrivals for i in later]).reshape(-1, CELLS),
        np.array([np.asarray(channels[i].agents) * efficiency[i] for i in later]).reshape(-1, CELLS),
        busy,
        tuple(weeks[i] for i in live),
        tuple(notes),
        hourly,
        hourly_pool,
        alone if hourly.any() and not full else surface.Weeks(0, 1),
        together,
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
    seconds = {c.name: float((targets or {}).get(f"target_s.{c.name}", c.target_s)) for c in baseline.channels}
    return _calibrate(baseline, tuple(seconds.items()), full)
