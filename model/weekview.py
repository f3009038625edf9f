"""The week behind the run rate: service in every half-hour, with season and forecast error averaged in."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import byhour, deferred, network, quadrature, service
from model.scenario import CELLS

if TYPE_CHECKING:
    from model.chain import Chain

Array = NDArray[np.float64]
_NODES = ((0.25, 3), (0.33, 4), (0.4, 5), (0.48, 6), (0.57, 7), (0.7, 9), (0.85, 11), (1.1, 13), (1.5, 17), (2.2, 25),
          (np.inf, 41))  # fmt: skip
"""Gauss nodes for season and forecast error together in each half-hour, up to a spread: those of a large team have to
be as many as those of a wide spread. A half-hour's service is then within about a tenth of a point of many nodes'."""
COLUMNS = ("arrivals", "agents", "service_level", "abandonment", "asa", "occupancy")
_INDEX = pd.Index(COLUMNS)


@dataclass(frozen=True)
class Week:
    """Each channel's half-hours: tables (336, COLUMNS) by the channel's place."""

    names: tuple[str, ...]
    tables: tuple[Array, ...]

    def frame(self) -> pd.DataFrame:
        """A row a channel and half-hour with contacts: channel, half_hour and COLUMNS."""
        kept = [table[:, 0] > 0 for table in self.tables]
        values = np.concatenate([table[k] for table, k in zip(self.tables, kept, strict=True)])
        frame = pd.DataFrame(values, columns=_INDEX)
        frame.insert(0, "half_hour", np.concatenate([np.flatnonzero(k) for k in kept]))
        codes = np.repeat(np.arange(len(kept)), [int(k.sum()) for k in kept])
        frame.insert(0, "channel", pd.Series(pd.Categorical.from_codes(codes, pd.Index(list(self.names)))))
        return frame

    def consistency(self, goals: Sequence[float]) -> float:
        """Demand-weighted sigma((service level - target)/.02) over half-hours: customers feel the worst hour.

        nan goals leave a channel out; nan where no channel has a target.
        """
        met, weight = 0.0, 0.0
        for table, goal in zip(self.tables, goals, strict=True):
            if not np.isnan(goal):
                met += float(table[:, 0] @ (1 / (1 + np.exp(-np.clip((table[:, 2] - goal) / 0.02, -40, 40)))))
                weight += float(table[:, 0].sum())
        return met / weight if weight else float("nan")


def week_of(chain: "Chain", scenario: int = 0, month: int | None = None) -> Week:
    """The week of one of the chain's scenarios at its month, or another that is a node; first draw."""
    at = chain.b.month if month is None else month
    node = int(np.flatnonzero(chain.nodes == at)[0])
    spoken = _live(chain, scenario, at, chain.live[scenario, 0, node]) if len(chain.known.live) else {}
    tables = tuple(spoken[i] if i in spoken else _later(chain, i, scenario, at) for i in range(len(chain.channels)))
    return Week(tuple(c.name for c in chain.channels), tables)


def _live(chain: "Chain", scenario: int, month: int, solved: Array) -> dict[int, Array]:
    """Phone and chat: each half-hour's queue at the `solved` repeats, blended towards the pool as the engine does.

    Where the week is taken hour by hour, by the same weight as the points are.
    """
    from model._weekview import half_hours

    known, base = chain.known, chain.base
    q, repeats = chain.live_row(scenario, month), solved[:, network.R]
    count, agents = len(known.live), byhour.servers(known, q)
    mean = np.empty((count, CELLS))
    for c, w in enumerate(known.weeks):
        mean[c] = w.rate * q.load[c] * repeats[c] * (1 + (q.peak - 1) * w.busy)
    values, weights = _joint_nodes(base.month_factors, float(q.cv), mean * (q.handle / q.sessions)[:, None])
    rate = mean[..., None] * values
    contacts, busy = rate @ weights * 1800, np.zeros((count, CELLS))
    hours = team = np.empty((0, 0, 0, 0))
    team_hourly = known.hourly_pool if count > 1 and (q.gain > 0).any() else 0.0
    if known.hourly.any() or team_hourly:
        came = byhour.rates(known, q, repeats, values)
        if team_hourly:
            team = byhour.together(q, came, agents)
        hours = np.zeros((count, len(values), CELLS, 6))
        for c in np.flatnonzero(known.hourly).tolist():
            hours[c] = byhour.apart(q, c, came, agents)
            busy[c] = weights @ hours[c, ..., 5] / np.maximum(agents[c], 1e-9)
            contacts[c] += known.hourly[c] * (weights @ came[c] * 1800 - contacts[c])
    share = weights * values  # contacts fall where demand is high
    found = np.empty((count, CELLS, 5))
    gain = np.maximum(q.gain, 0.0)
    queues = np.array([q.handle, q.theta, q.target, q.sessions, gain])
    half_hours(rate, agents, queues, share / share.sum(), known.hourly, hours, team_hourly, team, found)
    apart = q.gain < 0  # others of a batch may share less than today where this one does not
    if q.held_apart.shape[1] and apart.any():
        found[apart] = _held_apart(found[apart], contacts[apart], solved[apart, 1:], q.held_apart[apart])
    tables = np.empty((count, CELLS, len(COLUMNS)))
    tables[..., 0], tables[..., 1] = contacts, agents / q.sessions[:, None]
    tables[..., 2:4] = np.clip(found[..., [4, 1]], 0, 1)
    answered = 1 - tables[..., 3]
    tables[..., 4] = found[..., 2] / np.maximum(1 - found[..., 1], 1e-9)
    work = contacts / 1800 * answered * q.handle[:, None]
    stood = work / np.maximum(agents, 1e-9)
    alone = stood + known.hourly[:, None] * (busy - stood)  # hour by hour, served later than they came
    everyone = (agents / q.sessions[:, None]).sum(axis=0)  # others' agents take their part, as far as they share it
    team = (work / q.sessions[:, None]).sum(axis=0) / np.maximum(everyone, 1e-9)
    alone = (alone + gain[:, None] * (team - alone)) * chain.busy_apart(q.gain)[:, None]
    tables[..., 5] = np.clip(alone, 0.0, 1.0)
    return dict(zip(known.live.tolist(), tables, strict=True))


def _held_apart(found: Array, contacts: Array, mean: Array, by: Array) -> Array:
    """Half-hours' figures (channel, cell, figure) where sharing is less than today's: moved in log-odds alike, so far
    that their mean is the solved one (channel, figure); `by` moves the mean itself."""
    share = (contacts / contacts.sum(axis=1, keepdims=True))[..., None]
    for _ in range(20):
        moved = service.moved(found, by[:, None])
        by = by + np.clip(service.log_odds(mean) - service.log_odds((share * moved).sum(axis=1)), -3.0, 3.0)
    return moved


def _joint_nodes(factors: tuple[float, ...], cv: float, work: Array) -> tuple[Array, Array]:
    """Nodes and weights of season and forecast error, as many as half-hours with this work (channel, cell) ask for."""
    most = float(work.sum(axis=0).max())
    spread = math.sqrt(max((1 + cv**2) * float(np.mean(np.square(factors))) - 1, 0.0))
    spread *= max(most**0.25, 0.3 * most**0.5)  # a large team's service falls within few hundredths of its load
    return quadrature.joint_nodes(factors, cv, next(count for up_to, count in _NODES if spread <= up_to))


def _later(chain: "Chain", i: int, scenario: int, month: int) -> Array:
    """E-mail and tickets: share within the target and response time of what arrives in each half-hour."""
    known = chain.known
    place = int(np.flatnonzero(known.deferred == i)[0])
    q = deferred.Backlogs(*(a[place] for a in chain.backlog_row(scenario, month)))
    arrivals = known.week_arrivals[place] * q.load
    agents = known.week_agents[place] * q.servers
    out, cells = np.empty(4), np.zeros((CELLS, 2))
    capacity = agents * q.rate
    carried, target, error = float(q.carried), float(q.target), float(q.error)
    deferred.week_cells(arrivals, capacity, carried, target, error, out, cells)
    table = np.zeros((CELLS, len(COLUMNS)))
    table[:, 0], table[:, 1], table[:, 2], table[:, 4] = arrivals, agents, cells[:, 0], cells[:, 1] * 3600
    table[:, 5] = out[deferred.SERVED] / max(capacity.sum(), 1e-9)
    return table
