"""An event month by month: what lasts for more than two weeks goes through the engine itself.

Resignations, freezes, failing suppliers and back-office queues work through what the hours of a week cannot show: who
leaves and is not yet replaced, who is still learning, what piles up. Those move over months, a queue over hours: a day
after a change in staff or demand a queue stands where the new staff and demand put it. So each month is a run rate of
the engine, with seasons and forecast error as in all its figures, and the week of the worst month is then followed
hour by hour like every other event. Nobody plans for an event: agents are those that the scenario has without it.

What builds up slowly and how is in `model.events.shapes`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model import demand, people, results
from model.batch import Batch, batch
from model.chain import Chain
from model.events import shapes
from model.events.table import MONTH, Event
from model.fitted import fitted
from model.results import Results
from model.scenario import MONTHS, Scenario

Array = NDArray[np.float64]
TO_RECOVER = 6
"""Months that an event leaves for recovery where nobody says when it begins."""
EVERY = np.arange(MONTHS + 1)


@dataclass(frozen=True, eq=False)
class Paths:
    """All months of scenarios with their events and without, as results of the engine; rows (scenario, case) in order.

    `begins` (row,) is the month before which nothing happens; `ends` (row,) the end of the last event, in months;
    `saved` (row, 37) what a month costs less by hiring nobody and by roll-outs that stand still; `mood` (row, 37)
    log-odds of satisfaction that the events add.
    """

    without: Results
    struck: Results
    begins: NDArray[np.int64]
    ends: Array
    saved: Array
    mood: Array


def begins(event: Event, scenario: Scenario) -> int:
    """The month in which a long event begins."""
    length = int(np.ceil(event.length_h / MONTH))
    if event.start_month is not None:
        return min(event.start_month, MONTHS)
    return max(min(scenario.month, MONTHS - length - TO_RECOVER), 1)


def follow(rows: Sequence[tuple[Scenario, Sequence[Event]]]) -> Paths:
    """Scenarios of one baseline, targets and month, each with its long events, as one batch through the engine."""
    made = batch([scenario for scenario, _ in rows])
    without = results.run(made, EVERY, path=False)
    effects, saved_hiring = _effects(rows, without)
    chain = _Struck(made, without.chain, effects)
    chain.solve(False)
    flows = results.flows_of(chain)
    flows["late_share"] = np.minimum(flows["late_share"] + effects["late_cases"], 0.9)
    fit = fitted(without.chain)
    results.add_satisfaction(chain, flows, fit.intercept + effects["mood"])
    chain.b = made  # set-ups are paid when they were planned
    struck = results.account(chain, flows, chain.nodes, fit.residual)
    starts = [[begins(event, scenario) for event in events] for scenario, events in rows]
    ends = [[m - 1 + (e.length_h + e.recovery_h) / MONTH for m, e in zip(months, events, strict=True)]
            for months, (_, events) in zip(starts, rows, strict=True)]  # fmt: skip
    saved = _hiring(struck, saved_hiring) + _spend(chain, effects)
    return Paths(without, struck, np.array([min(m, default=1) for m in starts]),
                 np.array([max(e, default=0.0) for e in ends]), saved, effects["mood"][:, 0, :, 0])  # fmt: skip


def _effects(rows: Sequence[tuple[Scenario, Sequence[Event]]], without: Results) -> tuple[dict[str, Array], Array]:
    """Factors by name, (row, 1, 37, 1), and hires against leavers (row, 37)."""
    p = without.chain.p
    every: dict[str, list[Array]] = {}
    fewer = []
    for row, (scenario, events) in enumerate(rows):
        started = [(event, (begins(event, scenario) - 1) * MONTH) for event in events]
        s = shapes.series(started, MONTHS, MONTH)
        one = {key: float(p[key][min(row, len(p[key]) - 1), 0, 0, 0]) for key in (
            "attrition", "replace_years", "ramp_months")}  # fmt: skip
        present, learners, hired = shapes.people(
            s["attrition"], s["hiring"], one["attrition"], 12 * one["replace_years"], one["ramp_months"], 1.0
        )  # fmt: skip
        chases = shapes.chases(s["back_office"], MONTH / 168)
        s |= {"present": present, "learners": learners, "chases": chases, "late_cases": chases / (1 + chases),
              "behind": shapes.stands_still(s["programmes"])}  # fmt: skip
        fewer.append(hired - s["attrition"])
        for key, values in s.items():
            still = 0.0 if key in ("mood", "chases", "late_cases", "behind", "put_off") else 1.0
            every.setdefault(key, []).append(np.concatenate([[still], values]))
    wide = {key: np.stack(values)[:, None, :, None] for key, values in every.items()}
    return wide, np.concatenate([np.zeros((len(rows), 1)), np.stack(fewer)], axis=1)


def _hiring(found: Results, fewer: Array) -> Array:
    """What a month costs less because fewer are hired than leave, (row, 37); made good when open places are filled."""
    c = found.chain
    filled = (found.channel["fte"] * (1 - found.channel["vacant"]) / (1 - found.channel["vacant0"])).sum(-1)[:, 0]
    each: Array = c.p["attrition"][:, 0, :, 0] * c.p["replacement_cost"][:, 0, :, 0] / 12 * filled * -fewer
    return each


def _spend(chain: "_Struck", effects: dict[str, Array]) -> Array:
    """Spend of a month on what has begun and is not rolled out yet, while roll-outs stand still, (row, 37)."""
    stopped = (1 - effects["programmes"])[:, 0, :, 0]
    total = np.zeros_like(stopped)
    for key in ("self_service_spend", "agent_assist_spend", "routing_spend", "back_office_spend"):
        rise = np.maximum(chain.b.levers[key] - chain.today[key], 0) * chain.p["cost_overrun"]
        total = total + (rise * (1 - chain.adopted[key]) * chain.begun(key))[:, 0, :, 0] / 12
    return total * stopped


def _held_up(start: Array, behind: Array) -> Array:
    """Month in which what begins in month `start` would have had to begin to be as far, of each month: later by the
    months that roll-outs have stood still since (`behind` in all so far); what is not there yet cannot stand still."""
    wide = np.broadcast_to(behind, (*behind.shape[:3], start.shape[-1]))
    begun = np.broadcast_to(start.astype(np.int64), (len(behind), 1, 1, start.shape[-1]))
    later: Array = start + np.maximum(wide - np.take_along_axis(wide, begun, axis=2), 0.0)
    return later


class _Struck(Chain):
    """The chain of relations with events in it; with none of them it is the chain to the last bit."""

    def __init__(self, b: Batch, usual: Chain, effects: dict[str, Array]) -> None:
        self.usual, self.e = usual, effects
        behind = effects["behind"]
        nothing = np.zeros((1, 1, 1, 1))
        # Those that act at once, too: chats at once, say, begin when they are planned, freeze or none.
        starts = {key: _held_up(b.starts.get(key, nothing), behind) for key in (*usual.adopted, *b.starts)}
        agents = _held_up(nothing if b.staffing_starts is None else b.staffing_starts, behind)
        solved = {"contained_resolved": b.p["contained_resolved"] * effects["resolved"]}
        struck = replace(b, p=b.p | solved)
        if behind.any():
            struck = replace(struck, starts=starts, staffing_starts=agents)
        super().__init__(struck, EVERY)

    def prepare(self) -> None:
        """The relations of every month, then what an event does to demand."""
        super().prepare()
        e, p, b = self.e, self.p, self.usual.p
        today, orders = np.asarray(self.today["late_order_rate"]), self.base.orders_per_week
        late = np.minimum(self.late * e["late_orders"], 1.0)
        more = demand.late_order_factor(p, orders, late, today, self.come) / demand.late_order_factor(
            p, orders, self.late, today, self.come
        )
        self.late = late
        already = self._already()
        calls, usual = demand.falsely_contained_callbacks(p), demand.falsely_contained_callbacks(b)
        still = (1 - already * e["self_service"] * (1 - calls)) / (1 - already * (1 - usual))
        factor = e["arrivals"] * more * still * (1 + e["chases"])
        before = self.removed
        self.contained = self.contained * e["self_service"]
        self.removed = demand.net_removed(p, self.contained)
        self.volume = self.volume * factor
        self.load = self.load * factor * ((1 - self.removed) / (1 - before))
        self.fcr = self.fcr * (1 - e["put_off"])

    def _already(self) -> Array:
        from model.adoption import saturation

        today = np.asarray(self.today["self_service_spend"] / self.labour)
        return self.p["containment_ceiling"] * saturation(today, self.p["self_service_half"])

    def staff(self, occupancy: Array | None) -> None:
        """Who leaves, is missing and learns, with the event's; learners slow everybody's mean handle time."""
        super().staff(occupancy)
        e, p = self.e, self.p
        self.leaving = self.leaving * e["attrition"]
        # As 1 - (1 - v) f, and v to the last bit where nobody is missing.
        self.vacant = self.vacant + (1 - self.vacant) * (1 - e["present"])
        learning = np.minimum(self.learning * e["learners"], 0.95)
        self.handle = self.handle * e["handle_time"] * (
            people.proficiency(p, self.learning) / people.proficiency(p, learning)
        )  # fmt: skip
        self.learning = learning

    def servers(self, fte: Array) -> Array:
        """Factor on today's servers, with those whom the event keeps from working."""
        return super().servers(fte) * self.e["agents"]

    def _required_with_help(self) -> tuple[Array, Array]:
        return np.zeros(1), np.zeros(1)  # the plan is made without knowing of the event

    def follow_path(self, required: Array, left: people.Open | None = None) -> Array:
        """FTE as planned without the event; where hiring stops they do not rise."""
        plan = np.where(self.b.follow, self.usual.fte, self.paid_fte)
        held = np.array(np.broadcast_to(plan, (*self.shape, *plan.shape[2:])))
        for month in range(1, held.shape[2]):
            hiring = self.e["hiring"][:, :, month]
            rise = np.maximum(held[:, :, month] - held[:, :, month - 1], 0)
            held[:, :, month] = held[:, :, month] - (1 - hiring) * rise
        return held
