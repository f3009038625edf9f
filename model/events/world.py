"""A scenario's operation in one month as the hours of an event need it: the week, the teams, and who they serve."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import byhour, economics, network
from model.adoption import saturation
from model.chain import Chain
from model.fitted import fitted, wait_scale
from model.results import Results
from model.scenario import WEEKS_A_YEAR, Scenario

Array = NDArray[np.float64]
NEEDED = (
    "fcr", "transfer_rate", "critical_error_rate", "learning", "late_share", "vendor_extra", "occupancy", "callbacks",
    "offered",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class World:
    """One scenario in one month, in an average season and with the forecast coming true: the event is the surprise.

    Attributes
    ----------
    came, staff : (channel, 336) contacts, and servers (live) or contacts' capacity (deferred), of each half-hour.
    handle, theta, target, sessions, gain, new_share, repeat : (channel,) seconds, 1/s, seconds (live) or open
        half-hours (deferred), chats at once, way to one team, share of contacts that are first attempts, and share of
        the answered who come back unsolved.
    removed, contained : (channel,) shares of new contacts that self-service keeps away, and ends, above today's.
    already : share of new contacts that self-service ends today.
    goals : (channel,) share answered in time aimed at; nan where none is.
    shares : what satisfaction needs of each channel, by name of the results' flows.
    p : assumptions, each (1, 1, 1, 1); `error` the relative error of deferred capacity.
    """

    scenario: Scenario
    names: tuple[str, ...]
    live: NDArray[np.int64]
    later: NDArray[np.int64]
    came: Array
    staff: Array
    agents: Array
    handle: Array
    theta: Array
    target: Array
    sessions: Array
    gain: Array
    new_share: Array
    repeat: Array
    removed: Array
    contained: Array
    already: float
    late: float
    vendor: Array
    vendor_price: Array
    goals: Array
    shares: dict[str, Array]
    intercept: Array
    wait_scale: Array
    carried: Array
    error: float
    unsatisfied_cost: float
    p: dict[str, Array]

    @property
    def open(self) -> Array:
        """(channel, 336): 1 in half-hours in which somebody is there to answer."""
        return np.where(self.staff > 0, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Week:
    """What comes and who is there, (channel, half-hour), and what goes with it by channel, as in `World`; `again` how
    often an issue comes."""

    came: Array
    staff: Array
    agents: Array
    target: Array
    sessions: Array
    gain: Array
    again: Array


def _week(c: Chain, row: int, month: int, node: int, here: Callable[[Array], Array]) -> _Week:
    """The week of one of the chain's scenarios at a month, the results' node `node`; `here` picks a value of
    the chain there, by channel."""
    known, n = c.known, len(c.channels)
    came, staff, agents = np.zeros((n, 336)), np.zeros((n, 336)), np.zeros((n, 336))
    target, sessions, gain, again = np.zeros(n), np.ones(n), np.zeros(n), np.ones(n)
    if len(known.live):
        q = c.live_row(row, month)
        live_again = c.live[row, 0, node, :, network.R]
        came[known.live] = byhour.rates(known, q, live_again, np.ones(1))[:, 0] * 1800
        staff[known.live] = byhour.servers(known, q)
        target[known.live], sessions[known.live] = q.target, q.sessions
        gain[known.live] = q.gain if len(known.live) > 1 else 0.0
        again[known.live] = live_again
        agents[known.live] = staff[known.live] / q.sessions[:, None]
    if len(known.deferred):
        rows = c.backlog_row(row, month)
        came[known.deferred] = known.week_arrivals * rows.load[:, None]
        agents[known.deferred] = known.week_agents * rows.servers[:, None]
        staff[known.deferred] = agents[known.deferred] * rows.rate[:, None]
        target[known.deferred] = rows.target
        again[known.deferred] = here(c.again)[known.deferred]
    return _Week(came, staff, agents, target, sessions, gain, again)


def world(scenario: Scenario, found: Results, row: int, month: int, mood: float = 0.0) -> World:
    """The world of one of a batch's scenarios at a month that is among the results' nodes; first draw.

    mood : log-odds of satisfaction that a long event adds in that month.
    """
    c = found.chain
    known, base, n = c.known, c.base, len(c.channels)
    node = int(np.flatnonzero(found.months == month)[0])

    def here(values: Array | float, path: bool = True) -> Array:
        """A value of this scenario in this month, by channel: of the chain's months, or of the results' nodes."""
        wide = np.asarray(values, dtype=float)
        wide = wide.reshape((1,) * (4 - wide.ndim) + wide.shape)
        place = month if path else node
        one = wide[min(row, wide.shape[0] - 1), 0, place if wide.shape[2] > 1 else 0]
        return np.broadcast_to(one, (n,)).copy()

    p = {key: v[min(row, v.shape[0] - 1) :][:1, :1, (month if v.shape[2] > 1 else 0) :][:, :, :1] for key, v in
         c.p.items()}  # fmt: skip
    week = _week(c, row, month, node, here)
    flows = {key: here(found.channel[key], path=False) for key in NEEDED}
    answered0 = c.weekly * (1 - c.first["abandon"])
    today = base.levers["self_service_spend"] / base.labour_cost
    ceiling = here(p["containment_ceiling"])[0]
    contacts = float((flows["offered"].sum() + here(found.channel["contained"], path=False).sum()) * WEEKS_A_YEAR)
    dearest = economics.margin_at_risk(p, base, np.full((1, 1, 1, 1), contacts / WEEKS_A_YEAR), np.zeros((1, 1, 1, 1)))
    return World(
        scenario=scenario,
        names=tuple(ch.name for ch in c.channels),
        live=known.live,
        later=known.deferred,
        came=week.came,
        staff=week.staff,
        agents=week.agents,
        handle=here(c.handle),
        theta=1 / c.field["patience_s"],
        target=week.target,
        sessions=week.sessions,
        gain=week.gain,
        new_share=here(c.first["first"]) / week.again,
        repeat=(1 - here(c.fcr)) * here(p["repeat_share"]),
        removed=here(c.removed),
        contained=here(c.contained),
        already=float(ceiling * saturation(np.asarray(today), p["self_service_half"]).ravel()[0]),
        late=float(here(c.late)[0]),
        vendor=here(c.vendor),
        vendor_price=here(economics.vendor_price(p, base, c.fte0, answered0)),
        goals=here(c.b.goals),
        shares=flows | {"learning": here(c.of_all(c.learning, c.learning0)), "occupancy0": c.first["occupancy"]},
        intercept=here(fitted(c).intercept) + mood,
        wait_scale=wait_scale(c),
        carried=here(c.carried) if len(known.deferred) else np.zeros(n),
        error=float(c.capacity_error()[min(row, c.shape[0] - 1), 0, month, 0]),
        unsatisfied_cost=float(dearest.ravel()[0]) / max(contacts, 1e-9),
        p=p,
    )  # fmt: skip
