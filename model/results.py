"""From the solved chain to outcomes: flows, satisfaction and the ledger, a channel and in all.

Arrays are (scenario, draw, month, channel); totals have one channel. Months are those of the chain's nodes, or every
month 0 to 36 where a path is asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import deferred, demand, economics, network, people, satisfaction, service
from model.batch import Batch
from model.chain import Chain
from model.fitted import day_zero, fitted, wait_scale
from model.months import every_month
from model.scenario import MONTHS, WEEKS_A_YEAR, Baseline
from model.sums import over_channels

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Results:
    """Outcomes by name. `channel` (scenario, draw, month, channel), `total` (.., 1), `items` of yearly cost (.., 1).

    `months` names the third axis. `once` (scenario, draw, 37) are one-off costs by month, `fte` and `redundancies`
    (scenario, draw, 37, channel) paths; `rate` the discount rate (scenario, draw, 1); `chain` what they were
    reckoned from.
    """

    months: NDArray[np.int64]
    channel: dict[str, Array]
    total: dict[str, Array]
    items: dict[str, Array]
    once: dict[str, Array]
    fte: Array
    redundancies: Array
    rate: Array
    chain: Chain

    @property
    def side(self) -> "Side":
        once = np.sum(list(self.once.values()), axis=0)
        work, fte, level = (self.channel[key] for key in ("workload", "fte", "service_level"))
        return Side(self.months, self.total, work, fte, level, once, self.rate)


@dataclass(frozen=True)
class Side:
    """What one side of a comparison is about; all that is kept of draws. Axes as in `Results`."""

    months: NDArray[np.int64]
    total: dict[str, Array]
    workload: Array
    fte: Array
    service_level: Array
    once: Array
    rate: Array


def run(batch: Batch, nodes: NDArray[np.int64], path: bool) -> Results:
    """Evaluate a batch at the nodes; with `path` every month, interpolated between them and where a plan turns."""
    if path and batch.turns:
        nodes = np.union1d(nodes, batch.turns)
    chain = Chain(batch, nodes)
    # Draws are too many to satisfy customers in every month, and none of theirs is shown alone.
    carried = path and chain.shape[1] == 1 and len(nodes) <= MONTHS
    chain.solve(carried)
    flows = flows_of(chain)
    today = fitted(chain)
    add_satisfaction(chain, flows, today.intercept)
    months = np.arange(MONTHS + 1) if path else chain.nodes
    channel = _every_month(chain.nodes, flows) if path and len(chain.nodes) <= MONTHS else flows
    return account(chain, channel, months, today.residual)


def _every_month(nodes: NDArray[np.int64], flows: dict[str, Array]) -> dict[str, Array]:
    result = every_month(nodes, np.stack(list(flows.values()), axis=-1))
    return {key: result[..., i] for i, key in enumerate(flows)}


def _lines(c: Chain, shape: tuple[int, ...], node: Callable[[Array], Array]) -> tuple[Array, ...]:
    """The company's own waiting lines at the nodes: how often issues come, wait, its square, the share that waits, the
    shares given up and answered in time, and what lies open."""
    live, later = c.known.live, c.known.deferred
    r, wait, wait_square, p_wait = np.ones(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape)
    abandon, level, backlog = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    if len(live):
        answered = np.maximum(1 - c.live[..., network.P_ABANDON], 1e-12)
        r[..., live], abandon[..., live], level[..., live] = (
            c.live[..., network.R],
            c.live[..., network.P_ABANDON],
            c.live[..., network.LEVEL],
        )
        wait[..., live] = c.live[..., network.WAIT] / answered
        wait_square[..., live] = c.live[..., network.WAIT_SQ] / answered
        p_wait[..., live] = np.clip((c.live[..., network.P_WAIT] - c.live[..., network.P_ABANDON]) / answered, 0, 1)
    if len(later):
        r[..., later] = node(c.again)[..., later]
        wait[..., later] = c.late_answers[..., deferred.RESPONSE_H] * 3600
        wait_square[..., later] = 2 * wait[..., later] ** 2  # ages of a fluid queue spread like an exponential
        p_wait[..., later] = 1.0
        level[..., later] = c.late_answers[..., deferred.LEVEL]
        backlog[..., later] = c.late_answers[..., deferred.BACKLOG]
    return r, wait, wait_square, p_wait, abandon, level, backlog


def _late_share(c: Chain) -> Array:
    """The share of contacts that are about a late order; (scenario, draw, 37, channel)."""
    late0, orders = np.asarray(c.today["late_order_rate"]), c.base.orders_per_week
    factor = demand.late_order_factor(c.p, orders, c.late, late0, c.come)
    return demand.late_order_share(c.p, orders, c.late, c.come * factor)


def flows_of(c: Chain) -> dict[str, Array]:
    """Contacts a week and speeds of every channel at the nodes, vendor included."""
    p = c.p
    shape = (*c.shape, len(c.nodes), len(c.channels))

    def node(values: Array) -> Array:
        wide = np.empty(shape)  # filled: a third of the time of broadcast_to, which is asked for some thirty times
        wide[...] = c.at_nodes(np.asarray(values))
        return wide

    r, wait, wait_square, p_wait, abandon, level, backlog = _lines(c, shape, node)
    share0 = c.today["outsourced_share"]
    vendor = node(c.vendor)
    issues = c.weekly / (1 - share0) * node(c.volume * c.peak_factor)
    offered = issues * (1 - node(c.removed)) * r
    first = node(c.first["first"])
    contained = first * issues * node(c.contained)
    # The vendor answers at today's speed of the channel.
    level0, wait0, square0, p_wait0, abandon0 = day_zero(c)
    house, sent = offered * (1 - vendor), offered * vendor
    answered_house, answered_vendor = house * (1 - abandon), sent * (1 - abandon0)
    answered = answered_house + answered_vendor

    # Where nobody at all is answered, the weights are those who ask.
    in_house, at_vendor = answered_house + 1e-12 * house, answered_vendor + 1e-12 * sent

    def mixed(own: Array, other: Array) -> Array:
        return (own * in_house + other * at_vendor) / (in_house + at_vendor)

    fcr = node(c.fcr)
    abandoned = house * abandon + sent * abandon0
    return {
        "offered": offered,
        "answered": answered,
        "answered_house": answered_house,
        "vendor": sent,
        "abandoned": abandoned,
        "contained": contained,
        "callbacks": contained * demand.falsely_contained_callbacks(p),
        "new_issues": first * issues,
        "repeats": (1 - fcr) * node(p["repeat_share"]) * answered,
        "retrials": node(p["retrial_share"]) * abandoned,
        "service_level": (1 - vendor) * level + vendor * level0,
        "abandonment": abandoned / offered,
        "asa": mixed(wait, wait0),
        "wait_square": mixed(wait_square, square0),
        "p_wait": mixed(p_wait, p_wait0),
        "fcr": fcr,
        "occupancy": c.occupancy,
        "handle_time_s": node(c.handle),
        "attrition": node(c.leaving),
        "vacant": node(c.vacant),
        "vacant0": node(c.vacant0),
        "learning": node(c.learning),
        "transfer_rate": node(c.of_all(c.transfers, c.field["transfer_rate"])),
        "critical_error_rate": node(c.of_all(c.errors, c.field["critical_error_rate"])),
        "vendor_extra": vendor - share0,
        "late_share": np.minimum(node(_late_share(c)), 0.9),
        "backlog": backlog,
        "workload": house * node(c.handle / c.slots) / 3600,
        "resolution_time": service.resolution_time(p, mixed(wait, wait0), node(c.handle), fcr),
    }


def add_satisfaction(c: Chain, flows: dict[str, Array], b0: Array) -> None:
    """Adds `satisfied` (share of answered) and `contained_satisfied`."""
    p = c.p
    flows["satisfied"] = satisfaction.satisfied_share(
        p,
        satisfaction.with_vendor(p, b0, c.at_nodes(c.vendor), c.occupancy, c.first["occupancy"]),
        flows["fcr"],
        flows["p_wait"],
        flows["asa"],
        flows["wait_square"],
        wait_scale(c),
        c.occupancy,
        {
            "transfer": flows["transfer_rate"],
            "failed_self_service": flows["callbacks"] / flows["offered"],
            "critical_error": flows["critical_error_rate"],
            "new_agent": c.at_nodes(c.of_all(c.learning, c.learning0)),
            "late_order": flows["late_share"],
            "vendor": flows["vendor_extra"],
        },
        c.b.full,
    )
    flows["contained_satisfied"] = np.broadcast_to(satisfaction.contained_satisfied(p, b0), flows["satisfied"].shape)


def account(c: Chain, channel: dict[str, Array], months: NDArray[np.int64], residual: Array) -> Results:
    """Totals over channels and the ledger at the given months."""
    p = c.p
    shape = (*c.shape, c.horizon + 1, len(c.channels))
    fte = np.broadcast_to(c.fte, shape)
    cuts = people.redundancies(fte, c.planned_leaving)
    channel["fte"] = fte[:, :, months]
    channel["redundancies"] = np.cumsum(cuts, axis=2)[:, :, months]
    items = _ledger(c, channel, months, fte, residual)
    total = _totals(c, channel)
    cost = sum(items.values())
    assert isinstance(cost, np.ndarray)
    answered = over_channels(channel["answered"]) * WEEKS_A_YEAR
    solved = over_channels(channel["answered"] * channel["fcr"]) * WEEKS_A_YEAR
    solved = solved + over_channels(channel["contained"]) * p["contained_resolved"] * WEEKS_A_YEAR
    total |= {"operating_cost": cost, "cost_per_contact": cost / answered, "cost_per_resolution": cost / solved}
    events = over_channels(channel["answered"] + channel["abandoned"] + channel["contained"])
    total["revenue_at_risk"] = economics.margin_at_risk(p, c.base, events, total["csat"])
    once = {key: np.zeros((*c.shape, c.horizon + 1)) for key in economics.ONE_OFF}
    for start in _beginnings(c):
        setup = economics.set_up(p, c.base, _beginning(c, start), c.fte0, _moved(c, start))
        once["set_up"][:, :, start + 1] = np.broadcast_to(setup, (*c.shape, 1, 1))[..., 0, 0]
    if c.b.calendar is not None:
        once["calendar"][...] = c.b.calendar.once[:, :, : c.horizon + 1]
    joining = people.hires_added(fte)
    if len(months) == c.horizon + 1:  # the run rate replaces all who leave; over a path some are not
        leavers = channel["attrition"] * economics.filled(*(channel[k] for k in ("fte", "vacant", "vacant0"))) / 12
        joining = joining - people.not_replaced(fte, c.planned_leaving) * leavers
    once["joining"] = (over_channels(joining) * p["replacement_cost"])[..., 0]
    premium0 = c.today["wage_premium"]
    premium = premium0 + c.begun("wage_premium") * (c.b.levers["wage_premium"] - premium0)
    once["severance"] = economics.severance(p, c.base, over_channels(cuts), premium)[..., 0]
    return Results(months, channel, total, items, once, fte, cuts, p["discount_rate"][..., 0], c)


def _beginnings(c: Chain) -> list[int]:
    """Months from now in which levers begin, within the horizon; now is always one."""
    found = {0, *(int(start) for months in c.b.starts.values() for start in months.ravel())}
    return [start for start in sorted(found) if start < c.horizon]


def _beginning(c: Chain, start: int) -> dict[str, Array]:
    """The levers as set where they begin in that month, as today elsewhere."""
    return {
        key: np.where(c.b.starts[key] == start, value, c.today[key]) if key in c.b.starts
        else value if start == 0 else np.full_like(value, c.today[key])
        for key, value in c.b.levers.items()
    }  # fmt: skip


def _moved(c: Chain, start: int) -> Array:
    """Contacts a week that the vendor takes on once its share is reached, of those that come as it begins, campaigns
    aside; 0 where outsourcing does not begin in that month."""
    share0 = c.today["outsourced_share"]
    begins = np.where(c.b.starts.get("outsourced_share", np.zeros(1)) == start, 1.0, 0.0)
    come = over_channels(c.weekly / (1 - share0) * c.everyday[:, :, start + 1 : start + 2])
    return come * (c.b.levers["outsourced_share"] - share0) * begins


def _totals(c: Chain, channel: dict[str, Array]) -> dict[str, Array]:
    """Company figures: each mean weighted by the contacts or hours it is about."""
    p, live = c.p, c.known.live

    everything = np.arange(len(c.channels))

    def mean(key: str, weight: Array, which: NDArray[np.int64] = everything) -> Array:
        w = weight[..., which]
        return over_channels(channel[key][..., which] * w) / np.maximum(over_channels(w), 1e-12)

    offered, answered = channel["offered"], channel["answered"]
    spoken = live if len(live) else everything
    agent_hours = c.known.hours0 / np.where([ch.kind == "chat" for ch in c.channels], c.today["chat_concurrency"], 1.0)
    hours = agent_hours * channel["fte"] / c.fte0
    csat_all = satisfaction.of_all_contacts(
        channel["satisfied"], answered, channel["contained_satisfied"], channel["contained"], channel["abandoned"], p
    )
    events = answered + channel["abandoned"] + channel["contained"]
    channel["csat"], channel["csat_surveyed"] = csat_all, channel["satisfied"]
    surveyed = mean("satisfied", answered)
    total = {
        "fte": over_channels(channel["fte"]),
        "asa": mean("asa", answered, spoken),
        "service_level": mean("service_level", offered),
        "abandonment": mean("abandonment", offered, spoken),
        "resolution_time": mean("resolution_time", answered),
        "fcr": mean("fcr", answered),
        "csat": over_channels(csat_all * events) / over_channels(events),
        "csat_surveyed": surveyed,
        "occupancy": mean("occupancy", hours, spoken),
        "attrition": mean("attrition", channel["fte"]),
        "backlog": over_channels(channel["backlog"]),
        "containment": over_channels(channel["contained"]) / over_channels(channel["new_issues"]),
        "redundancies": over_channels(channel["redundancies"]),
        "workload": over_channels(channel["workload"]),
    }
    weight = c.weekly * (1 - c.first["abandon"])
    csat0 = np.asarray((c.field["csat"] * weight).sum() / weight.sum())
    total["nps"] = satisfaction.nps(surveyed, csat0, c.base.nps)
    total["ces"] = satisfaction.ces(surveyed, csat0, c.base.ces)
    return total


def _ledger(
    c: Chain, channel: dict[str, Array], months: NDArray[np.int64], fte: Array, residual: Array
) -> dict[str, Array]:
    """Yearly cost items at the months; overhead carries the residual that makes day zero the stated cost a draw."""
    p = c.p
    chat = np.array([float(ch.kind == "chat") for ch in c.channels])
    answered0 = c.weekly * (1 - c.first["abandon"])
    work = economics.Work(
        fte[:, :, months],
        channel["vacant"],
        channel["vacant0"],
        channel["attrition"],
        channel["answered_house"],
        channel["vendor"],
        channel["contained"],
        economics.vendor_price(p, c.base, c.fte0, answered0),
        chat,
        np.broadcast_to(c.orders, (*c.orders.shape[:2], c.horizon + 1, 1))[:, :, months],
    )
    month = months.astype(float)[None, None, :, None]
    items = economics.recurring(p, c.base, c.b.levers, lambda key: c.begun(key, month), work)
    items["overhead"] = items["overhead"] + residual
    return items


def against(this: Side, nothing: Side) -> dict[str, Array]:
    """Totals with what only makes sense against doing nothing: npv, npv_with_revenue, payback_months, freed_fte.

    Values over 36 months need paths on both sides; they are left out where there are none.
    """
    total = dict(this.total)
    ratio = this.workload / np.maximum(nothing.workload, 1e-12)
    total["freed_fte"] = over_channels(nothing.fte * (1 - ratio))
    if len(this.months) == MONTHS + 1:
        once = this.once - nothing.once
        saving = (nothing.total["operating_cost"] - this.total["operating_cost"])[..., 1:, 0] / 12 - once[..., 1:]
        kept = (nothing.total["revenue_at_risk"] - this.total["revenue_at_risk"])[..., 1:, 0] / 12
        npv = economics.present_value(saving, this.rate)
        total["npv"] = npv[..., None, None]
        total["npv_with_revenue"] = (npv + economics.present_value(kept, this.rate))[..., None, None]
        total["payback_months"] = economics.payback_months(saving)[..., None, None]
    return total


def figure(key: str, baseline: Baseline, total: Mapping[str, Array], channel: Mapping[str, Array]) -> Array:
    """An outcome by its key, or one channel's ("service_level.phone"): (scenario, draw, month)."""
    family, _, name = key.partition(".")
    if not name:
        return total[family][..., 0]
    return channel[family][..., [one.name for one in baseline.channels].index(name)]


_PARTS = ("workload", "fte", "service_level", "once", "rate")


def cut(values: Array, scenario: int) -> Array:
    """One scenario's values of a batch's; those that all share have one row only."""
    return values[scenario : scenario + 1] if values.shape[0] > 1 else values


def row(side: Side, scenario: int) -> Side:
    """One scenario of a batch."""
    total = {key: cut(values, scenario) for key, values in side.total.items()}
    return Side(side.months, total, **{key: cut(getattr(side, key), scenario) for key in _PARTS})


def joined(parts: Sequence[Side]) -> Side:
    """Draws reckoned in several batches, one after another."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]

    def side_by_side(arrays: Sequence[Array]) -> Array:
        draws = [part.rate.shape[1] for part in parts]
        wide = [np.broadcast_to(a, (a.shape[0], n, *a.shape[2:])) for a, n in zip(arrays, draws, strict=True)]
        return np.concatenate(wide, axis=1)

    total = {key: side_by_side([part.total[key] for part in parts]) for key in first.total}
    rest = {key: side_by_side([getattr(part, key) for part in parts]) for key in _PARTS}
    return Side(first.months, total, **rest)
