"""What levers and the world do in every month before any queue is solved: demand, effects, people, handle time.

Axes everywhere: scenario, draw, month, channel.
"""

import numpy as np
from numpy.typing import NDArray

from model import adoption, demand, network, people, service
from model.batch import Batch
from model.sums import over_channels

Array = NDArray[np.float64]


class Effects:
    """The cheap relations of a batch, every month; of it `model.chain` makes queues."""

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
        # Late orders are the whole company's: they bring contacts to its vendor too.
        self.come = float(self.weekly.sum()) / (1 - self.today["outsourced_share"])
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
        # Who waits as a day closes counts as answered, after hours: nobody is busy for longer than that for it.
        occupancy = np.minimum(busy / k.hours0, 1.0)
        first = demand.first_attempts(self.p, abandon, self.field["fcr"])
        return {"abandon": abandon, "occupancy": occupancy, "first": first}

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
            p, self.base.orders_per_week, self.late, np.asarray(today["late_order_rate"]), self.come
        )
        self._demand(late)
        self._service()
        self._staff()

    def _demand(self, late: Array) -> None:
        """Volume against today, and what of it in-house agents have to do; `late` the contacts over late orders."""
        t, levers, today, b, a = self.path, self.b.levers, self.today, self.b, self.adopted
        peak = b.conditions["peak"]
        busy = np.zeros(len(self.channels))
        busy[self.known.live] = self.known.busy_share
        self.peak = 1 + self.started * (peak - 1)
        self.peak_factor = 1 + (self.peak - 1) * busy
        # What is added is of all who come: a vendor takes its share of it.
        come = self.weekly / (1 - self.today["outsourced_share"])
        self.volume = demand.volume(t, b.conditions["demand"], b.conditions["growth"], b.added, come) * late
        self.everyday = self.volume
        # Orders come with contacts: of as many more the late ones bring contacts, and are made to come on time.
        orders = self.volume / late * self.peak_factor
        if b.calendar is not None:
            months = slice(self.horizon + 1)
            orders = orders * b.calendar.factor[:, :, months]
            added = b.calendar.added[:, :, months] / (come * self.peak_factor)
            self.volume = self.volume * b.calendar.factor[:, :, months] + added
        self.orders = self.base.orders_per_week / self.weekly.sum() * over_channels(self.weekly * orders)
        share0 = today["outsourced_share"]
        self.vendor = share0 + a["outsourced_share"] * (levers["outsourced_share"] - share0)
        # Factor on in-house arrivals, repeats aside.
        self.load = self.volume * (1 - self.removed) * (1 - self.vendor) / (1 - share0)

    def _service(self) -> None:
        """What programmes do to solving, errors, transfers and chats at once."""
        p, levers, today, a = self.p, self.b.levers, self.today, self.adopted
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
        own = self.field["fcr"]
        fcr_house = service.fcr(p, own, self.effects, programme, self.training, self.reviews, more_chats)
        fcr = self.of_all(fcr_house, own) + p["vendor_fcr_points"] * (self.vendor - today["outsourced_share"])
        self.fcr = np.clip(fcr, np.minimum(own, 0.01), np.maximum(own, 0.99))
        self.transfers = service.transfer_rate(p, self.field["transfer_rate"], self.effects)
        self.errors = service.critical_error_rate(p, self.field["critical_error_rate"], self.training, self.reviews)
        self.chat_duration = np.where(
            is_chat, service.chat_duration(p, self.sessions, np.asarray(today["chat_concurrency"])), 1.0
        )
        self.slots = np.where(is_chat, self.sessions, 1.0)  # an agent has so many contacts at once
        self.chat_slots = np.where(is_chat, self.sessions / today["chat_concurrency"], 1.0)

    def _staff(self) -> None:
        """What roll-outs cost people in speed, time away from customers, and people as they are set."""
        p, t, levers, today, b, a = self.p, self.path, self.b.levers, self.today, self.b, self.adopted
        rises = {key: service.automation_rise(p, key, levers[key], today[key], self.labour) for key in service.HALVES}
        rises |= {key: levers[key] - today[key] for key in ("fcr_programme", "cross_training")}
        self.dip = adoption.learning_dip(p, a, rises)
        self.shrinkage = (
            today["shrinkage"]
            + self.begun("shrinkage") * (levers["shrinkage"] - today["shrinkage"])
            + self.begun("training_hours")
            * (levers["training_hours"] - today["training_hours"])
            / self.base.hours_per_fte
        )
        self.shrinkage = np.minimum(self.shrinkage, 0.95)
        agents = t if b.staffing_starts is None else t - b.staffing_starts
        self.paid_fte, self.able_fte = people.staffing_as_set(p, agents, b.staffing, self.fte0)

    def of_all(self, own: Array, today: Array) -> Array:
        """A figure of all contacts, v of them the vendor's: today + (1 - v) (own agents' - today).

        Programmes, training, reviews and tools are paid for own agents; a vendor goes on as it works today.
        """
        found: Array = today + (1 - self.vendor) * (own - today)
        return found

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

    @property
    def shape(self) -> tuple[int, int]:
        draws = next(iter(self.p.values())).shape[1]
        return len(self.b.staffing), draws

    def at_nodes(self, values: Array) -> Array:
        """A path's values at the nodes; what does not change over months stays as it is."""
        return values[:, :, self.nodes] if values.ndim == 4 and values.shape[2] > 1 else values
