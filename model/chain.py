"""The chain of relations from levers to queues, for a batch of scenarios and draws.

Axes everywhere: scenario, draw, month, channel. The cheap relations are computed for every month; the queues are
solved at a few months (nodes) and interpolated, since between them only adoption and growth move, smoothly.
"""

import math

import numpy as np
from numpy.typing import NDArray

from model import byhour, deferred, demand, lookup, network, people, service
from model._week import Table
from model.assumptions import ASSUMPTIONS
from model.batch import RANGE_NODES, STAFFING_NODES
from model.effects import Effects
from model.months import along, linear
from model.scenario import WEEKS_A_YEAR
from model.sums import over_channels

Array = NDArray[np.float64]
TINY = 1e-12
_FIRST_LOOK = 7
"""Months of a path that are all looked at for who leaves; of those after them, where less moves, every other one."""


def _worked_share() -> float:
    """Share of a deferred channel's time that is worked: by its mode, as it is calibrated."""
    return float(ASSUMPTIONS["deferred_utilisation"].mode)


class Chain(Effects):
    """One pass of a batch through the relations, at some months. Reads top to bottom as the chain of the model."""

    solved_at: NDArray[np.int64]
    """Months that rows of phone and chat stand for."""
    per_work: Array | None = None
    """Servers that live channels' targets require for a unit of work, at the months that plans are made from."""

    # --- queues, at the nodes -------------------------------------------------------------------------------------
    def _rows(
        self, values: Array, which: NDArray[np.int64] | None = None, nodes: NDArray[np.int64] | None = None
    ) -> Array:
        """(scenario, draw, node[, channel]) as contiguous rows for the kernels, of the channels `which`."""
        nodes = self.nodes if nodes is None else nodes
        if values.ndim == 4 and values.shape[2] > 1:
            values = values[:, :, nodes]
        if which is not None and values.shape[-1] > 1:
            values = values[..., which]
        rows = np.empty((*self.shape, len(nodes), 1 if which is None else len(which)))
        rows[...] = values
        return rows.reshape(-1) if which is None else rows.reshape(-1, len(which))

    def queues(self, servers: Array, nodes: NDArray[np.int64] | None = None) -> network.Queues:
        """The live channels' rows for the kernels, at the nodes."""
        live, p = self.known.live, self.p
        flex = self._towards_ideal()
        cv = self.base.forecast_cv + self.started * (self.b.conditions["forecast_cv"] - self.base.forecast_cv)

        def each(values: Array) -> Array:
            return self._rows(values, live, nodes)

        return network.Queues(
            load=each(self.load),
            handle=each(self.handle),
            servers=each(servers * self._hours_kept()),
            flex=self._rows(flex, None, nodes),
            peak=self._rows(self.peak, None, nodes),
            cv=self._rows(cv, None, nodes),
            theta=each(1 / self.field["patience_s"]),
            target=each(self.known.target_s),
            sessions=each(self.slots),
            gain=each(self.gain),
            retrial=self._rows(p["retrial_share"], None, nodes),
            repeat=each((1 - self.fcr) * p["repeat_share"]),
            constant=each(self.first["first"]),
            vendor=each(self.vendor),
            vendor_abandon=each(self.first["abandon"]),
            path=np.repeat(np.arange(float(math.prod(self.shape))), len(self.nodes if nodes is None else nodes)),
            held_apart=self._held_apart(each(self.gain)),
        )

    def _held_apart(self, gain: Array) -> Array:
        """What less sharing than today moves figures by, (row, live, 5); (row, live, 0) where it nowhere is less."""
        k = self.known
        if not (gain < 0).any() or not k.pool.shape[1]:
            return np.zeros((*gain.shape, 0))
        return service.held_apart(k.metrics0[:, 1:], k.as_one_team[:, 1:], gain[..., None])

    def _towards_ideal(self) -> Array:
        """Way from today's shifts to the ideal ones, every month; below 0: away from them.

        (flex - flex0)/(1 - flex0), down (flex - flex0)/max(flex0, 1 - flex0): where shifts are nearly ideal today, what
        fixed ones would be cannot be told by the little that is left. No half-hour falls below nobody.
        """
        flex0 = self.today["schedule_flex"]
        more = self.b.levers["schedule_flex"] - flex0
        way = more / max(1 - flex0, 1e-9)
        if (more < 0).any():
            down = np.maximum(more / max(flex0, 1 - flex0), -self.known.fixed_most)
            way = np.where(more < 0, down, way)
        found: Array = self.adopted["schedule_flex"] * way
        return found

    def _hours_kept(self) -> Array:
        """Factor on servers where shifts are less flexible than today, every month, (.., channel); 1 elsewhere.

        1 / (1 - way u), u the share of the ideal hours that lie where nobody is today. There none can be taken away, so
        that hours which are not moved there must not turn up beside the others.
        """
        unmanned = np.zeros(len(self.channels))
        if (self.b.levers["schedule_flex"] >= self.today["schedule_flex"]).all():
            return 1 + unmanned
        unmanned[self.known.live] = [week.unmanned for week in self.known.weeks]
        found: Array = 1 / (1 - np.minimum(self._towards_ideal(), 0.0) * unmanned)
        return found

    def _live_rows(self, servers: Array, start: Array | None) -> network.Queues:
        """The live channels' rows at the nodes; in the second pass only who is there and how long they take differ."""
        if start is None or self.solved_at is not self.nodes:
            self.live_rows, self.solved_at = self.queues(servers), self.nodes
        else:
            both = (self.handle, servers * self._hours_kept())
            handle, servers = (self._rows(x, self.known.live) for x in both)
            self.live_rows = self.live_rows._replace(handle=handle, servers=servers)
        return self.live_rows

    def live_row(self, scenario: int, month: int) -> network.Queues:
        """What one scenario's phone and chat were solved for at a month that is a node, first draw, by channel."""
        at = self._row_of(scenario, month, self.solved_at)
        return network.Queues(*(a[at] for a in self.live_rows))

    def backlog_row(self, scenario: int, month: int) -> deferred.Backlogs:
        """The same of e-mail and tickets."""
        at = self._row_of(scenario, month, self.nodes)
        return deferred.Backlogs(*(a[at] for a in self.backlogs))

    def _row_of(self, scenario: int, month: int, nodes: NDArray[np.int64]) -> int:
        return scenario * self.shape[1] * len(nodes) + int(np.flatnonzero(nodes == month)[0])

    def solve_live(self, servers: Array, start: Array | None, tolerance: float) -> Array:
        """Metrics of the live channels at the nodes, (scenario, draw, node, live, 6)."""
        rows = self._live_rows(servers, start)
        shape = (len(rows.load), len(self.known.live), 6)
        out = np.ones(shape) if start is None else start.reshape(shape).copy()
        if self._hours_themselves():
            byhour.solve(self.known, rows, tolerance, out)
            return out.reshape(*self.shape, len(self.nodes), len(self.known.live), 6)
        # Of one team's figures only the gain counts, so that fewer points do where tables do.
        pool, hours = self.known.pool_roughly if self.b.rough else self.known.pool, self.known.hours(rows)
        for table, which in self._tables(rows, self.b.rough):
            some, part = network.Queues(*(a[which] for a in rows)), out[which]
            network.solve_in_two(self.known.points, pool, table, hours, some, tolerance, part)
            out[which] = part
        return out.reshape(*self.shape, len(self.nodes), len(self.known.live), 6)

    def _hours_themselves(self) -> bool:
        """Whether to follow weeks hour by hour rather than by points that stand for them: on the full grid."""
        return self.b.full and bool(self.known.hourly.any() or self.known.hourly_pool)

    def _tables(self, rows: network.Queues, looked_up: bool) -> list[tuple[Table, slice | NDArray[np.bool_]]]:
        """Where rows look their figures up: nowhere if solved exactly, else a table a peak and forecast error."""
        if not looked_up:
            return [(lookup.NONE, slice(None))]
        worlds = set(zip(rows.peak.tolist(), rows.cv.tolist(), strict=True))
        if len(worlds) == 1:
            return [(self.known.table(*worlds.pop()), slice(None))]
        return [(self.known.table(peak, cv), (rows.peak == peak) & (rows.cv == cv)) for peak, cv in sorted(worlds)]

    def required_live(self, start: Array, nodes: NDArray[np.int64]) -> Array:
        """Servers at which each live channel's target holds, at the nodes, (scenario, draw, node, live)."""
        rows = self.queues(start, nodes)
        (held, goal), shape = self._held(nodes), (*self.shape, len(nodes), len(self.known.live))
        goals = np.ascontiguousarray(np.broadcast_to(goal, shape).reshape(-1, len(held)))
        # Scenarios whose staffing is as set keep their start: nothing is asked of them.
        run = self.shape[1] * len(nodes)
        asked = np.repeat(self.b.follow.ravel(), run)
        servers = np.empty((int(asked.sum()), len(held)))
        some, goals = network.Queues(*(a[asked] for a in rows)), goals[asked]
        k, hours, each = self.known, self.known.hours(some), run if nodes[0] else 1
        near = 1e-3 if self.b.rough else 1e-6
        # A scenario's rows come as one run, at one peak and forecast error: these begin in month 1. Plans are made from
        # tables even where queues are then solved exactly: right to a millionth, and many months can have one.
        for table, which in self._tables(some, not self.b.full):
            group, part = network.Queues(*(a[which] for a in some)), servers[which]
            network.solve_staffing(k.points, k.pool, table, hours, group, held, goals[which], each, k.week, near, part)
            servers[which] = part
        if self._hours_themselves():
            byhour.solve_staffing(self.known, some, held, goals, servers)
        found = rows.servers
        found[asked] = np.minimum(servers, self._most(some))
        kept = self._hours_kept()
        return found.reshape(shape) / (kept[:, :, nodes] if kept.ndim > 1 else kept)[..., self.known.live]

    def _most(self, rows: network.Queues) -> Array:
        """Servers beyond which a target is out of reach, (row, live): ten times the work, and twenty at all hours."""
        k, (contacts, agents) = self.known, self.known.week
        work = contacts * rows.load * rows.handle / 3600 * np.maximum(rows.peak, 1.0)[:, None]
        hours = np.array([np.count_nonzero(week.agents) / 2 for week in k.weeks])
        return np.asarray((10 * work + 20 * hours) / agents)

    def _held(self, nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], Array]:
        """What *follow the work* holds: the service target, or day zero's abandonment where none is set.

        Where some come while nobody is there, `plannable` says what part of the target is held; day zero's abandonment
        is held for the others, as many as they are at this peak. As shifts follow the work, somebody is there at all
        times: the way that they have come, that much less is missed.
        """
        goals, day0 = self.b.goals[..., self.known.live], self.known.metrics0[:, network.P_ABANDON]
        open_goal = np.isnan(goals).any(axis=(0, 1, 2))
        held = np.where(open_goal, network.P_ABANDON, network.LEVEL)
        # Nobody is answered in time while nobody is there, however many are at other hours.
        reach, reach0 = self.known.reach(self.peak[:, :, nodes]), self.known.reach(np.ones((1, 1, 1, 1)))
        lower = service.plannable(goals, reach)
        if (lower < goals).any():
            way = np.maximum(self._towards_ideal(), 0.0)
            goals = lower + way[:, :, nodes] * (goals - lower)
        unmet = np.minimum(1 - reach0, day0)
        lost = unmet * (1 - reach) / np.maximum(1 - reach0, 1e-12) + (day0 - unmet) * reach / reach0
        return held, np.where(open_goal, np.clip(np.where(reach == reach0, day0, lost), 1e-4, 0.9), goals)

    def solve_deferred(self, servers: Array, spare: Array) -> tuple[Array, Array]:
        """Deferred channels at the nodes: results (.., deferred, 4) and r of every month (.., 37, channel)."""
        k, later = self.known, self.known.deferred
        factor, again = self._deferred_work()
        offered = np.maximum(servers + spare * self._help_share() / k.hours0, 0.05 * servers)
        rate = self._rate()
        capacity = (k.week_agents.sum(axis=1) * rate[..., later]) * offered[..., later]
        self.surplus = surplus = self.weekly[later] * factor[..., later] - capacity
        # What comes above capacity adds up, and is worked off later: a sum that never falls below nothing.
        months = np.empty((*self.shape, self.horizon + 1, len(later)))
        months[...] = surplus * WEEKS_A_YEAR / 12
        months[:, :, 0] = k.carried0
        grown = np.cumsum(months, axis=2)
        carried = grown - np.minimum(np.minimum.accumulate(grown, axis=2), 0.0)
        self.carried = np.zeros((*carried.shape[:3], len(self.channels)))
        self.carried[..., later] = carried
        target = np.zeros(len(self.channels))
        target[later] = k.open_half_hours
        out = np.empty((*self.shape, len(self.nodes), len(later), 4))
        rows = out.reshape(-1, len(later), 4)
        wide_error = self.capacity_error() * np.ones(len(self.channels))
        parts = (factor, rate, offered, self.carried, target, wide_error)
        self.backlogs = deferred.Backlogs(*(self._rows(x, later) for x in parts))
        k.work_off(self.backlogs, self.b.rough, rows)
        return out, again

    def capacity_error(self) -> Array:
        """Relative error of the capacity ahead of a deferred contact: the forecast's, at least 2 %; every month."""
        own = self.base.forecast_cv
        error = np.maximum(own + self.started * (self.b.conditions["forecast_cv"] - own), 0.02)
        return np.broadcast_to(error, (*self.shape, self.horizon + 1, 1))

    def _rate(self) -> Array:
        """Deferred contacts an agent finishes in a half-hour; what is measured of agents is inside the efficiency."""
        return _worked_share() * 1800 / self.handle

    def required_deferred(self, nodes: NDArray[np.int64]) -> Array:
        """Servers at which each deferred channel meets its share within target without a backlog, at the nodes."""
        later = self.known.deferred
        wanted = np.where(
            np.isnan(self.b.goals[..., later]), self.known.deferred0[:, deferred.LEVEL], self.b.goals[..., later]
        )
        wanted = np.clip(wanted, 0.02, deferred.MOST)
        parts = (self._deferred_work()[0], self._rate(), self.capacity_error() * np.ones(len(self.channels)))
        load, rate, error = (self._rows(x, later, nodes) for x in parts)
        shape = (*self.shape, len(nodes), len(later))
        goal = np.ascontiguousarray(np.broadcast_to(wanted, shape).reshape(-1, len(later)))
        target = np.ascontiguousarray(np.broadcast_to(self.known.open_half_hours, goal.shape))
        servers = np.empty_like(goal)
        if not self.b.full:
            need = load * self.weekly[later] / (self.known.week_agents.sum(axis=1) * rate)
            for place in range(len(later)):
                worlds = np.stack([goal[:, place], error[:, place]], axis=1)
                for held, spread in np.unique(worlds, axis=0).tolist():
                    those = (worlds == (held, spread)).all(axis=1)
                    over = self.known.margin(place, held, spread, load[those, place])
                    servers[those, place] = need[those, place] * np.exp(over)
            return servers.reshape(shape)
        rows = deferred.Backlogs(load, rate, servers, np.zeros_like(goal), target, error)
        run = self.shape[1] * len(nodes)
        deferred.solve_staffing(self.known.week_arrivals, self.known.week_agents, rows, goal, run, servers)
        return servers.reshape(shape)

    # --- staffing that follows the work ---------------------------------------------------------------------------
    def required(self) -> Array:
        """Servers that the targets require, every month, (scenario, draw, 37, channel).

        Solved at some months (deferred channels' come from a table: at every month, but for draws); between them the
        staff for a unit of work changes evenly, and the work of every month is known.
        """
        nodes = np.unique([*(RANGE_NODES if self.shape[1] > 1 else STAFFING_NODES), *self.b.turns, self.b.month])
        every = np.arange(self.horizon + 1)
        if self.b.full and not self._hours_themselves():
            nodes = every
        if self.nodes[-1] == self.b.month:  # nobody asks for later months
            nodes = nodes[nodes <= self.b.month]
        live, later = self.known.live, self.known.deferred
        work = self.load * self.peak_factor * self.handle * np.ones(len(self.channels))
        work = np.broadcast_to(work, (*self.shape, self.horizon + 1, len(self.channels)))
        required = np.empty(work.shape)
        if len(live):
            # A second plan meets other handle times, not another week: of draws, the staff for a unit of work stands.
            if self.per_work is None or not self.b.rough:
                found = self.required_live(self.servers(self.fte0 * np.ones(1)), nodes)
                self.per_work = found / work[:, :, nodes][..., live]
            required[..., live] = work[..., live] * linear(nodes, self.per_work, self.horizon)
        if len(later):
            nodes = nodes if self.shape[1] > 1 else every
            found = self.required_deferred(nodes) / work[:, :, nodes][..., later]
            required[..., later] = work[..., later] * linear(nodes, found, self.horizon)
        return required

    def required_fte(self) -> Array:
        """FTE that the targets require in every month, (scenario, draw, 37, channel), of scenarios that follow them."""
        fte: Array = self._required_with_help()[0] / self.servers(self.fte0 * np.ones(1)) * self.fte0
        return fte

    def _required_with_help(self) -> tuple[Array, Array]:
        """Servers that the targets require, less those whose deferred work other agents do, and those (0 for others).

        Busier or idler phone and chat agents take from it or give to it.
        """
        required, helped = self.required(), np.zeros(1)
        later = self.known.deferred
        if len(later) and len(self.known.live):
            servers = self.servers(self.follow_path(required))
            helped = self._spare(servers) * self._help_share() / self.known.hours0
            required[..., later] = np.maximum((required - helped)[..., later], 0.05 * required[..., later])
        return required, helped

    def _left(self, helped: Array) -> people.Open | None:
        """What deferred channels have left over, come in and finish, by which staffing that follows them plans."""
        k, later = self.known, self.known.deferred
        if not len(later):
            return None
        today, comes, does = np.zeros((3, *self.shape, self.horizon + 1, len(self.channels)))
        today[..., later] = k.carried0
        factor, agents = self._deferred_work()[0], self._finished()
        comes[..., later] = (self.weekly * factor - agents * helped)[..., later] * WEEKS_A_YEAR / 12
        does[..., later] = (agents * self.servers(self.fte0 * np.ones(1)) / self.fte0)[..., later] * WEEKS_A_YEAR / 12
        return people.Open(today[:, :, :1], comes, does)

    def _deferred_work(self) -> tuple[Array, Array]:
        """Deferred contacts that come, over today's, and r of every month: nobody gives up, so it takes no queue."""
        again = demand.repeats_without_waiting(self.first["first"], (1 - self.fcr) * self.p["repeat_share"])
        return self.load * again, again

    def _finished(self) -> Array:
        """Deferred contacts a week that today's agents finish, every month, (.., channel); 0 for other channels."""
        agents = np.zeros(len(self.channels))
        agents[self.known.deferred] = self.known.week_agents.sum(axis=1)
        finished: Array = agents * self._rate()
        return finished

    def _help_share(self) -> Array:
        """How spare hours are shared among deferred channels: by their hours."""
        share: Array = self.known.hours0 / max(self.known.hours0[self.known.deferred].sum(), 1e-9)
        return share

    def follow_path(self, required: Array, left: people.Open | None = None) -> Array:
        """FTE of every month where staffing follows the work and works off what is left over; as set elsewhere."""
        ratio = self.servers(self.fte0 * np.ones(1))  # servers that today's FTE gives, every month
        months = required / ratio * self.fte0
        today = np.broadcast_to(self.fte0, (*self.shape, 1, len(self.channels)))
        following = people.staffing_following(self.p, months, today, self.leaving_wide(), left)
        return np.where(self.b.follow, following, self.paid_fte)

    def leaving_wide(self) -> Array:
        return np.broadcast_to(self.leaving, (*self.shape, self.horizon + 1, len(self.channels)))

    # --- the whole chain ------------------------------------------------------------------------------------------
    def solve(self, path: bool = False) -> None:
        """Two passes: the load of the first tells who leaves, the second stands.

        With `path` queues are carried to every month, and deferred channels solved there: a backlog starts at once.
        """
        self.prepare()
        self.staff(None)
        later, live = self.known.deferred, self.known.live
        start: Array | None = None
        self.planned_leaving, self.per_work = self.leaving_wide(), None
        able = self._plan()
        rough, exact = (1e-3, 1e-6) if self.b.rough else (1e-4, 1e-9)
        nodes, every = self.nodes, np.arange(self.horizon + 1)
        servers = self.servers(able)
        spare = self._spare(servers) if len(later) else np.zeros(1)
        if len(live):
            # Who leaves for being busy: the work of every month is known, and how much of it is answered moves slowly.
            few = path and not (self.b.full or self.b.turns)
            self.nodes = self._looked_at(few)
            start = self.live = self.solve_live(servers, None, rough)
            first, self.nodes = self.nodes, every
            if few:
                self.live = self._every_month(first, servers)
            answered = self._answered() if few else linear(first, self._answered(), self.horizon)
            if first is not nodes:
                start = np.ascontiguousarray(self.live[:, :, nodes if few else np.searchsorted(first, nodes)])
            self.staff(self._busy(servers, answered))
            self.nodes = nodes
            if self.b.follow.any():
                # As many were there as the targets take: who leaves at that load, and is then missing, is planned for.
                self.planned_leaving = np.where(self.b.follow, self.leaving_wide(), self.planned_leaving)
                able = self._plan()
            servers = self.servers(able)
            self.live = self.solve_live(servers, start, exact)
        self.able, self.servers_used = able, servers
        if path:
            self.nodes = every
            if len(live):
                self.live = self._every_month(nodes, servers)
        self.occupancy = self._busy(servers, self._answered() if len(live) else np.ones(1))
        if len(later):
            self.late_answers, self.again = self.solve_deferred(servers, spare)

    def _looked_at(self, few: bool) -> NDArray[np.int64]:
        """Nodes of the first pass: fewer of a path's later ones, and more than one month alone where a plan is made."""
        nodes = self.nodes
        if few:
            return np.union1d(nodes[:_FIRST_LOOK], [*nodes[_FIRST_LOOK::2], nodes[-1]])
        if len(nodes) == 1 and self.b.follow.any():
            # Who left up to this month, while agents were busier or idler than in it, is missing now.
            return np.union1d([1, nodes[0] // 2], nodes)
        return nodes

    def _plan(self) -> Array:
        """FTE's worth of experienced work of every month; `fte` are those paid."""
        self.fte = self.paid_fte
        if self.b.follow.any():
            required, helped = self._required_with_help()
            self.fte = self.follow_path(required, self._left(helped))
        return np.where(self.b.follow, self.fte, self.able_fte)

    def _every_month(self, nodes: NDArray[np.int64], servers: Array) -> Array:
        """The live channels' figures at some nodes carried to every month along the work there is for who is there."""
        shares = [network.P_WAIT, network.P_ABANDON, network.LEVEL]
        smooth = np.log(np.maximum(self.live, TINY))
        smooth[..., shares] -= np.log(np.maximum(1 - self.live[..., shares], TINY))
        every = np.exp(along(nodes, smooth, np.log(self._work_for(servers, 1.0))))
        every[..., shares] /= 1 + every[..., shares]
        every[:, :, nodes] = self.live
        return every

    def _answered(self) -> Array:
        """Repeats and who does not give up, on top of the contacts that come, of the live channels at the nodes."""
        return self.live[..., network.R] * (1 - self.live[..., network.P_ABANDON])

    def _busy(self, servers: Array, answered: Array) -> Array:
        """Share of time busy at the nodes, (scenario, draw, node, channel); of deferred channels as today."""
        busy = np.empty((*self.shape, len(self.nodes), len(self.channels)))
        busy[...] = self.first["occupancy"]
        if len(self.known.live):
            busy[..., self.known.live] = np.clip(self._work_for(servers, answered), 0.0, 1.0)
        return busy

    def _work_for(self, servers: Array, answered: Array | float) -> Array:
        """Work for each live channel's agents over their time at the nodes, as far as queues are pooled the team's.

        `answered` : repeats and who does not give up, on top of the contacts that come.
        """
        live = self.known.live
        contacts = self.weekly[live] * self.at_nodes(self.load * self.peak_factor)[..., live] * answered
        work = contacts * self.at_nodes(self.handle)[..., live] / 3600
        hours = self.known.hours0[live] * self.at_nodes(servers)[..., live]
        # Where other queues' agents take nearly all of a channel's work, it may need hardly any of its own.
        alone: Array = work / np.maximum(hours, 1e-9)
        if self.gain.any():
            slots = self.at_nodes(self.slots)[..., live]
            team = over_channels(work / slots) / np.maximum(over_channels(hours / slots), 1e-9)
            gain = self.at_nodes(self.gain)[..., live]
            alone = (alone + np.maximum(gain, 0.0) * (team - alone)) * self.busy_apart(gain)
        return alone

    def busy_apart(self, gain: Array) -> Array:
        """Factor on the live channels' time busy where sharing is less than today's."""
        k, own = self.known, self.first["occupancy"][self.known.live]
        slots = [self.today["chat_concurrency"] if self.channels[i].kind == "chat" else 1.0 for i in k.live]
        return service.busy_apart(own, np.asarray(np.average(own, weights=k.hours0[k.live] / slots)), gain)

    def _spare(self, servers: Array) -> Array:
        """Hours a week for deferred work from cross-trained agents, above today's; every month.

        As own agents' hours, of which a share is worked. No more can be lost than is in today's work: what gets done
        beyond what the channels' own agents would get done.

        Time busy is today's times work offered over servers, repeats aside: a backlog has a history, and every month of
        it is wanted without solving the queues of every month.
        """
        live = self.known.live
        if not len(live):
            return np.zeros(1)
        slots0 = np.array([self.today["chat_concurrency"] if self.channels[i].kind == "chat" else 1.0 for i in live])
        hours0 = self.known.hours0[live] / slots0
        work = (self.load * self.peak_factor * self.handle / self.field["handle_time_s"] / servers)[..., live]
        hours = hours0 * (servers / self.chat_slots)[..., live]
        occupancy0 = self.first["occupancy"][live]
        now = service.spare_hours(self.p, self.cross, hours, occupancy0 * work)
        more = now - service.spare_hours(self.p, np.asarray(self.today["cross_training"]), hours0, occupancy0)
        found: Array = np.maximum(more / _worked_share(), -self.known.helped0)
        return found
