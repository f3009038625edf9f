"""The chain of relations from levers to queues, for a batch of scenarios and draws.

Axes everywhere: scenario, draw, month, channel. The cheap relations are computed for every month; the queues are
solved at a few months (nodes) and interpolated, since between them only adoption and growth move, smoothly.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from model import adoption, byhour, deferred, demand, lookup, network, people, service
from model._surface import Hours
from model._week import Table
from model.batch import RANGE_NODES, STAFFING_NODES, Batch
from model.months import every_month, linear
from model.scenario import WEEKS_A_YEAR

Array = NDArray[np.float64]


class Chain:
    """One pass of a batch through the relations, at some months. Reads top to bottom as the chain of the model."""

    def __init__(self, b: Batch, nodes: NDArray[np.int64]) -> None:
        self.b, self.base, self.known, self.p = b, b.known.baseline, b.known, b.p
        self.nodes = nodes
        # Nothing looks ahead: months after the last one asked for are not reckoned.
        self.horizon = max(int(nodes[-1]), 1)
        self.path = np.arange(self.horizon + 1.0)[None, None, :, None]
        self.channels = self.base.channels
        self.fte0 = np.array([self.base.levers[f"staffing.{c.name}"] for c in self.channels])
        self.labour = self.base.labour_cost
        self.today = self.base.levers
        self.field = {
            name: np.array([float(getattr(c, name)) for c in self.channels])
            for name in ("handle_time_s", "patience_s", "fcr", "transfer_rate", "critical_error_rate", "csat")
        }
        self.weekly = self.known.weekly
        self.first = self._day_zero()
        # A flexible agent who takes a contact comes from another queue with that queue's share of the team's hours.
        team = np.array([0.0 if c.kind == "deferred" else self.fte0[i] for i, c in enumerate(self.channels)])
        self.others = np.where(team > 0, 1 - team / max(team.sum(), 1e-9), 0.0)

    def _day_zero(self) -> dict[str, Array]:
        """Today's speeds by channel, and what is fitted a draw: first attempts N."""
        k, n = self.known, len(self.channels)
        abandon, occupancy = np.zeros(n), np.zeros(n)
        abandon[k.live] = k.metrics0[:, network.P_ABANDON]
        busy = self.weekly * (1 - abandon) * self.field["handle_time_s"] / 3600
        occupancy = busy / k.hours0
        first = demand.first_attempts(self.p, abandon, self.field["fcr"])
        return {"abandon": abandon, "occupancy": occupancy, "first": first}

    # --- the cheap relations, every month -------------------------------------------------------------------------
    def prepare(self) -> None:
        """Demand, effects and handle time without the load's effect on people; (scenario, draw, 37, channel)."""
        p, t, levers, today, b = self.p, self.path, self.b.levers, self.today, self.b
        self.started = np.where(t > 0, 1.0, 0.0)
        self.adopted = adoption.delays(p, t, b.starts)
        a = self.adopted
        self.contained = demand.containment(
            p,
            levers["self_service_spend"],
            np.asarray(today["self_service_spend"]),
            self.labour,
            a["self_service_spend"],
        )
        self.removed = demand.net_removed(p, self.contained)
        self.late = today["late_order_rate"] + a["late_order_rate"] * (
            levers["late_order_rate"] - today["late_order_rate"]
        )
        late = demand.late_order_factor(
            p, self.base.orders_per_week, self.late, np.asarray(today["late_order_rate"]), self.weekly.sum()
        )
        peak = b.conditions["peak"]
        busy = np.zeros(len(self.channels))
        busy[self.known.live] = self.known.busy_share
        self.peak = 1 + self.started * (peak - 1)
        self.peak_factor = 1 + (self.peak - 1) * busy
        self.volume = demand.volume(t, b.conditions["demand"], b.conditions["growth"], b.added, self.weekly) * late
        if b.calendar is not None:
            months = slice(self.horizon + 1)
            added = b.calendar.added[:, :, months] / (self.weekly * self.peak_factor)
            self.volume = self.volume * b.calendar.factor[:, :, months] + added
        share0 = today["outsourced_share"]
        self.vendor = share0 + a["outsourced_share"] * (levers["outsourced_share"] - share0)
        # Factor on in-house arrivals, repeats aside.
        self.load = self.volume * (1 - self.removed) * (1 - self.vendor) / (1 - share0)
        self.training = a["training_hours"] * (
            adoption.training_progress(p, levers["training_hours"])
            - adoption.training_progress(p, np.asarray(today["training_hours"]))
        )
        self.reviews = a["qa_coverage"] * (
            adoption.review_progress(p, levers["qa_coverage"])
            - adoption.review_progress(p, np.asarray(today["qa_coverage"]))
        )
        self.effects = service.automation_effects(p, levers, today, self.labour, a)
        self.cross = today["cross_training"] + a["cross_training"] * (
            levers["cross_training"] - today["cross_training"]
        )
        load0 = np.ones(len(self.channels))
        load0[self.known.live] = self.known.load0
        self.gain = service.pooling_gain(self.cross, np.asarray(today["cross_training"]), load0)
        self.sessions = today["chat_concurrency"] + self.begun("chat_concurrency") * (
            levers["chat_concurrency"] - today["chat_concurrency"]
        )
        programme = a["fcr_programme"] * (levers["fcr_programme"] - today["fcr_programme"])
        is_chat = np.array([c.kind == "chat" for c in self.channels])
        more_chats = np.where(is_chat, self.sessions - today["chat_concurrency"], 0.0)
        self.fcr_house = service.fcr(
            p, self.field["fcr"], self.effects, programme, self.training, self.reviews, more_chats
        )
        self.fcr = np.clip(self.fcr_house + p["vendor_fcr_points"] * (self.vendor - share0), 0.01, 0.99)
        self.transfers = service.transfer_rate(p, self.field["transfer_rate"], self.effects)
        self.errors = service.critical_error_rate(p, self.field["critical_error_rate"], self.training, self.reviews)
        self.chat_duration = np.where(
            is_chat, service.chat_duration(p, self.sessions, np.asarray(today["chat_concurrency"])), 1.0
        )
        self.chat_slots = np.where(is_chat, self.sessions / today["chat_concurrency"], 1.0)
        rises = {key: service.automation_rise(p, key, levers[key], today[key], self.labour) for key in service.HALVES}
        rises |= {key: levers[key] - today[key] for key in ("fcr_programme", "cross_training")}
        self.dip = adoption.learning_dip(p, a, rises)
        self.shrinkage = (
            today["shrinkage"]
            + self.begun("shrinkage") * (levers["shrinkage"] - today["shrinkage"])
            + self.begun("training_hours") * (levers["training_hours"] - today["training_hours"]) / people.HOURS_A_YEAR
        )
        self.shrinkage = np.minimum(self.shrinkage, 0.95)
        agents = t if b.staffing_starts is None else t - b.staffing_starts
        self.paid_fte, self.able_fte = people.staffing_as_set(p, agents, b.staffing, self.fte0)

    def begun(self, lever: str, months: Array | None = None) -> Array:
        """1 in the months in which a lever stands where it is set, 0 before it begins; every month unless given."""
        month = self.path if months is None else months
        return np.where(month > self.b.starts.get(lever, 0), 1.0, 0.0)

    def staff(self, occupancy: Array | None) -> None:
        """Leaving, vacancies, learning and handle time, given the share of time busy (None: as today)."""
        p, base = self.p, self.today
        occupancy0 = self.first["occupancy"]
        withdrawn = self.begun("shrinkage") * (base["shrinkage"] - self.b.levers["shrinkage"])
        now = occupancy0 if occupancy is None else occupancy
        premium = base["wage_premium"] + self.begun("wage_premium") * (
            self.b.levers["wage_premium"] - base["wage_premium"]
        )
        premium0 = np.asarray(base["wage_premium"])
        paid = self.adopted["wage_premium"]
        self.leaving = people.attrition(p, now, occupancy0, premium, premium0, paid, withdrawn)
        leaving0 = p["attrition"]
        self.vacant, self.vacant0 = people.vacancy(p, self.leaving), people.vacancy(p, leaving0)
        nothing = np.zeros(1)
        self.learning = people.learning_share(p, self.leaving, self.training, nothing)
        self.learning0 = people.learning_share(p, leaving0, nothing, nothing)
        complexity = demand.residual_complexity(p, self.removed)
        cross0 = np.asarray(base["cross_training"])
        self.handle = (
            service.handle_time(
                p,
                self.field["handle_time_s"],
                people.proficiency(p, self.learning),
                people.proficiency(p, self.learning0),
                complexity,
                self.effects,
                self.learning,
                self.learning0,
                self.transfers,
                self.field["transfer_rate"],
                self.cross * self.others,
                cross0 * self.others,
                self.dip,
            )
            * self.chat_duration
        )

    def servers(self, fte: Array) -> Array:
        """Factor on today's servers for so many FTE: people present, times chat slots."""
        return self.chat_slots * people.capacity(
            fte, self.fte0, self.vacant, self.vacant0, self.shrinkage, np.asarray(self.today["shrinkage"])
        )

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

    @property
    def shape(self) -> tuple[int, int]:
        draws = next(iter(self.p.values())).shape[1]
        return len(self.b.staffing), draws

    def queues(self, servers: Array, nodes: NDArray[np.int64] | None = None) -> network.Queues:
        """The live channels' rows for the kernels, at the nodes."""
        live, p = self.known.live, self.p
        flex0 = self.today["schedule_flex"]
        flex = self.adopted["schedule_flex"] * (self.b.levers["schedule_flex"] - flex0) / max(1 - flex0, 1e-9)
        cv = self.base.forecast_cv + self.started * (self.b.conditions["forecast_cv"] - self.base.forecast_cv)
        slots = np.where([c.kind == "chat" for c in self.channels], self.sessions, 1.0)

        def each(values: Array) -> Array:
            return self._rows(values, live, nodes)

        return network.Queues(
            load=each(self.load),
            handle=each(self.handle),
            servers=each(servers),
            flex=self._rows(flex, None, nodes),
            peak=self._rows(self.peak, None, nodes),
            cv=self._rows(cv, None, nodes),
            theta=each(1 / self.field["patience_s"]),
            target=each(self.known.target_s),
            sessions=each(slots),
            gain=each(self.gain),
            retrial=self._rows(p["retrial_share"], None, nodes),
            repeat=each((1 - self.fcr) * p["repeat_share"]),
            constant=each(self.first["first"]),
            vendor=each(self.vendor),
            vendor_abandon=each(self.first["abandon"]),
        )

    def solve_live(self, servers: Array, start: Array | None, tolerance: float) -> Array:
        """Metrics of the live channels at the nodes, (scenario, draw, node, live, 6)."""
        rows = self.queues(servers)
        shape = (len(rows.load), len(self.known.live), 6)
        out = np.ones(shape) if start is None else start.reshape(shape).copy()
        if self._hours_themselves():
            byhour.solve(self.known, rows, tolerance, out)
            return out.reshape(*self.shape, len(self.nodes), len(self.known.live), 6)
        # Of one team's figures only the gain counts, so that fewer points do where tables do.
        pool, hours = self.known.pool_roughly if self.b.rough else self.known.pool, self.known.hours(rows)
        for table, which in self._tables(rows, self.b.rough):
            some, part = network.Queues(*(a[which] for a in rows)), out[which]
            _in_two(self.known.points, pool, table, hours, some, tolerance, part)
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
        (held, goal), shape = self._held(), (*self.shape, len(nodes), len(self.known.live))
        goals = np.ascontiguousarray(np.broadcast_to(goal, shape).reshape(-1, len(held)))
        # Scenarios whose staffing is as set keep their start: nothing is asked of them.
        run = self.shape[1] * len(nodes)
        asked = np.repeat(self.b.follow.ravel(), run)
        servers = np.empty((int(asked.sum()), len(held)))
        some, goals = network.Queues(*(a[asked] for a in rows)), goals[asked]
        k, hours, each = self.known, self.known.hours(some), run if nodes[0] else 1
        # A scenario's rows come as one run, at one peak and forecast error: these begin in month 1. Plans are made from
        # tables even where queues are then solved exactly: right to a millionth, and many months can have one.
        for table, which in self._tables(some, not self.b.full):
            group, part = network.Queues(*(a[which] for a in some)), servers[which]
            network.solve_staffing(k.points, k.pool, table, hours, group, held, goals[which], each, k.week, part)
            servers[which] = part
        if self._hours_themselves():
            byhour.solve_staffing(self.known, some, held, goals, servers)
        found = rows.servers
        found[asked] = servers
        return found.reshape(shape)

    def _held(self) -> tuple[NDArray[np.int64], Array]:
        """What *follow the work* holds: the service target, or day zero's abandonment where none is set."""
        goals = self.b.goals[..., self.known.live]
        open_goal = np.isnan(goals).any(axis=(0, 1, 2))
        held = np.where(open_goal, network.P_ABANDON, network.LEVEL)
        return held, np.where(open_goal, np.clip(self.known.metrics0[:, network.P_ABANDON], 1e-4, 0.9), goals)

    def solve_deferred(self, servers: Array, spare: Array) -> tuple[Array, Array]:
        """Deferred channels at the nodes: results (.., deferred, 4) and r of every month (.., 37, channel)."""
        k, later = self.known, self.known.deferred
        repeat = (1 - self.fcr) * self.p["repeat_share"]
        again = demand.repeats_without_waiting(self.first["first"], repeat)
        factor = self.load * again
        offered = servers + spare * self._help_share() / k.hours0
        rate = self._rate()
        capacity = (k.week_agents.sum(axis=1) * rate[..., later]) * offered[..., later]
        self.surplus = surplus = self.weekly[later] * factor[..., later] - capacity
        carried = np.zeros(np.broadcast_shapes(surplus.shape, (*self.shape, self.horizon + 1, 1)))
        for t in range(1, self.horizon + 1):
            carried[:, :, t] = np.maximum(
                carried[:, :, t - 1] + surplus[:, :, min(t, surplus.shape[2] - 1)] * WEEKS_A_YEAR / 12, 0
            )
        self.carried = np.zeros((*carried.shape[:3], len(self.channels)))
        self.carried[..., later] = carried
        target = np.zeros(len(self.channels))
        target[later] = k.open_half_hours
        out = np.empty((*self.shape, len(self.nodes), len(later), 4))
        rows = out.reshape(-1, len(later), 4)
        wide_error = self.capacity_error() * np.ones(len(self.channels))
        parts = (factor, rate, offered, self.carried, target, wide_error)
        self.backlogs = deferred.Backlogs(*(self._rows(x, later) for x in parts))
        deferred.solve_week(k.week_arrivals, k.week_agents, self.backlogs, rows)
        return out, again

    def capacity_error(self) -> Array:
        """Relative error of the capacity ahead of a deferred contact: the forecast's, at least 2 %; every month."""
        own = self.base.forecast_cv
        error = np.maximum(own + self.started * (self.b.conditions["forecast_cv"] - own), 0.02)
        return np.broadcast_to(error, (*self.shape, self.horizon + 1, 1))

    def _rate(self) -> Array:
        """Deferred contacts an agent finishes in a half-hour; what is measured of agents is inside the efficiency."""
        from model.assumptions import ASSUMPTIONS

        return ASSUMPTIONS["deferred_utilisation"].mode * 1800 / self.handle

    def required_deferred(self, nodes: NDArray[np.int64]) -> Array:
        """Servers at which each deferred channel meets its share within target without a backlog, at the nodes."""
        later = self.known.deferred
        wanted = np.where(
            np.isnan(self.b.goals[..., later]), self.known.deferred0[:, deferred.LEVEL], self.b.goals[..., later]
        )
        wanted = np.clip(wanted, 0.02, 0.995)
        repeat = (1 - self.fcr) * self.p["repeat_share"]
        factor = self.load * demand.repeats_without_waiting(self.first["first"], repeat)
        parts = (factor, self._rate(), self.capacity_error() * np.ones(len(self.channels)))
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
        """Servers that the targets require, every month, (scenario, draw, 37, channel)."""
        nodes = np.unique([*(RANGE_NODES if self.shape[1] > 1 else STAFFING_NODES), *self.b.turns, self.b.month])
        if self.b.full and not self._hours_themselves():
            nodes = np.arange(self.horizon + 1)
        if self.nodes[-1] == self.b.month:  # nobody asks for later months
            nodes = nodes[nodes <= self.b.month]
        ratio = self.servers(self.fte0 * np.ones(1))
        found = np.empty((*self.shape, len(nodes), len(self.channels)))
        if len(self.known.live):
            found[..., self.known.live] = self.required_live(ratio, nodes)
        if len(self.known.deferred):
            found[..., self.known.deferred] = self.required_deferred(nodes)
        return linear(nodes, found, self.horizon)

    def required_fte(self) -> Array:
        """FTE that the targets require in every month, (scenario, draw, 37, channel), of scenarios that follow them."""
        fte: Array = self._required_with_help() / self.servers(self.fte0 * np.ones(1)) * self.fte0
        return fte

    def _required_with_help(self) -> Array:
        """The same, with what busier or idler phone and chat agents take from or give to deferred work."""
        required = self.required()
        later = self.known.deferred
        if len(later) and len(self.known.live):
            servers = self.servers(self.follow_path(required))
            helped = self._spare(servers) * self._help_share() / self.known.hours0
            required[..., later] = np.maximum((required - helped)[..., later], 0.05 * required[..., later])
        return required

    def _help_share(self) -> Array:
        """How spare hours are shared among deferred channels: by their hours."""
        share: Array = self.known.hours0 / max(self.known.hours0[self.known.deferred].sum(), 1e-9)
        return share

    def follow_path(self, required: Array) -> Array:
        """FTE of every month where staffing follows the work; as set elsewhere."""
        ratio = self.servers(self.fte0 * np.ones(1))  # servers that today's FTE gives, every month
        months = required / ratio * self.fte0
        today = np.broadcast_to(self.fte0, (*self.shape, 1, len(self.channels)))
        return np.where(
            self.b.follow, people.staffing_following(self.p, months, today, self.leaving_wide()), self.paid_fte
        )

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
        # Plans are made on today's turnover: what the second pass finds moves who is there, not the plan.
        self.fte = self.follow_path(self._required_with_help()) if self.b.follow.any() else self.paid_fte
        self.planned_leaving = self.leaving_wide()
        able = np.where(self.b.follow, self.fte, self.able_fte)
        rough, exact = (1e-2, 1e-6) if self.b.rough else (1e-3, 1e-10)
        for tolerance in (rough, exact):
            servers = self.servers(able)
            if len(live):
                start = self.live = self.solve_live(servers, start, tolerance)
            self.occupancy = np.broadcast_to(
                self.first["occupancy"], (*self.shape, len(self.nodes), len(self.channels))
            ).copy()
            if len(live):
                work = (
                    self.weekly[live]
                    * self.at_nodes(self.load * self.peak_factor)[..., live]
                    * self.live[..., network.R]
                )
                busy = work * (1 - self.live[..., network.P_ABANDON]) * self.at_nodes(self.handle)[..., live] / 3600
                hours = self.known.hours0[live] * self.at_nodes(servers)[..., live]
                self.occupancy[..., live] = self._time_busy(busy, hours)
            if tolerance == rough:
                spare = self._spare(servers) if len(later) else np.zeros(1)
            if tolerance == rough and len(live):
                self.staff(linear(self.nodes, self.occupancy, self.horizon))
        self.able, self.servers_used = able, servers
        if path:
            if len(live):
                self.live = every_month(self.nodes, self.live)
            self.occupancy = every_month(self.nodes, self.occupancy)
            self.nodes = np.arange(self.horizon + 1)
        if len(later):
            self.late_answers, self.again = self.solve_deferred(servers, spare)

    def _time_busy(self, busy: Array, hours: Array) -> Array:
        """Share of time busy of each live channel's own agents, who share their work as far as queues are pooled."""
        # Where other queues' agents take nearly all of a channel's work, it may need hardly any of its own.
        alone = busy / np.maximum(hours, 1e-9)
        if self.gain.any():
            live = self.known.live
            slots = self.at_nodes(np.where([c.kind == "chat" for c in self.channels], self.sessions, 1.0))[..., live]
            team = (busy / slots).sum(axis=-1) / np.maximum((hours / slots).sum(axis=-1), 1e-9)
            alone = alone + self.at_nodes(self.gain)[..., live] * (team[..., None] - alone)
        shared: Array = np.clip(alone, 0.0, 1.0)
        return shared

    def _spare(self, servers: Array) -> Array:
        """Hours a week for deferred work from cross-trained agents, above today's; every month.

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
        return now - service.spare_hours(self.p, np.asarray(self.today["cross_training"]), hours0, occupancy0)

    def at_nodes(self, values: Array) -> Array:
        """A path's values at the nodes; what does not change over months stays as it is."""
        return values[:, :, self.nodes] if values.ndim == 4 and values.shape[2] > 1 else values


_HELPER = ThreadPoolExecutor(max_workers=2, thread_name_prefix="queues")
_WORTH_IT = 20_000
"""Queues (rows x points) above which a second thread pays; kernels hold no lock, and rows do not see each other."""


def _in_two(
    points: Array, pool: Array, table: Table, hours: Hours, rows: network.Queues, tolerance: float, out: Array
) -> None:
    """`network.solve` with the rows in two halves at once where there are many to sum."""
    pooled = bool(pool.shape[1] and rows.gain.any())
    if (len(table.values) and not pooled) or len(out) * points.shape[0] * points.shape[1] < _WORTH_IT:
        network.solve(points, pool, table, hours, rows, tolerance, out)
        return
    half = len(out) // 2
    first, second = (network.Queues(*(a[part] for a in rows)) for part in (slice(half), slice(half, None)))
    other = _HELPER.submit(network.solve, points, pool, table, hours, second, tolerance, out[half:])
    network.solve(points, pool, table, hours, first, tolerance, out[:half])
    other.result()
