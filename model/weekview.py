"""The week behind the run rate: service in every half-hour, with season and forecast error averaged in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import byhour, deferred, network, quadrature
from model.scenario import CELLS

if TYPE_CHECKING:
    from model.chain import Chain

Array = NDArray[np.float64]
NODES = 5
"""Gauss nodes for season and forecast error together in each half-hour."""
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


def week_of(chain: "Chain", scenario: int = 0) -> Week:
    """The week of one of the chain's scenarios at its month, first draw."""
    node = int(np.flatnonzero(chain.nodes == chain.b.month)[0])
    spoken = _live(chain, scenario, chain.live[scenario, 0, node, :, network.R]) if len(chain.known.live) else {}
    tables = tuple(spoken[i] if i in spoken else _later(chain, i, scenario) for i in range(len(chain.channels)))
    return Week(tuple(c.name for c in chain.channels), tables)


def _live(chain: "Chain", scenario: int, repeats: Array) -> dict[int, Array]:
    """Phone and chat: each half-hour's queue at the solved repeats, blended towards the pool as the engine does.

    Where the week is taken hour by hour, by the same weight as the points are.
    """
    from model._erlang import erlang_a_batch

    known, base = chain.known, chain.base
    q = chain.live_row(scenario, chain.b.month)
    values, weights = quadrature.joint_nodes(base.month_factors, float(q.cv), NODES)
    count = len(known.live)
    rate = np.empty((count, CELLS, NODES))
    agents = np.empty((count, CELLS, 1))
    for c, (w, i) in enumerate(zip(known.weeks, known.live, strict=True)):
        busiest = 1 + (q.peak - 1) * w.busy
        rate[c] = (w.rate * q.load[c] * repeats[c] * busiest)[:, None] * values
        agents[c, :, 0] = known.efficiency[i] * q.servers[c] * (w.agents + q.flex * (w.ideal - w.agents))

    def queues(arrivals: Array, mu: Array, leave: Array, staff: Array, seconds: float) -> Array:
        shape = arrivals.shape
        wide = [np.ascontiguousarray(np.broadcast_to(x, shape)).ravel() for x in (arrivals, mu, leave, staff)]
        out = np.empty((len(wide[0]), 5))
        erlang_a_batch(wide[0], wide[1], wide[2], wide[3], np.full(len(wide[0]), seconds), out)
        return out.reshape(*shape, 5)

    result: dict[int, Array] = {}
    together = rate.sum(axis=0)
    came = byhour.rates(known, q, repeats, values)
    present = byhour.servers(known, q)
    team = byhour.together(known, q, came, present).swapaxes(1, 2) if known.hourly_pool and q.gain.any() else None
    for c, i in enumerate(known.live):
        found = queues(rate[c], np.asarray(1 / q.handle[c]), np.asarray(q.theta[c]), agents[c], float(q.target[c]))
        busy = None
        if known.hourly[c]:
            hours = byhour.apart(known, q, c, came, present).swapaxes(0, 1)
            found += known.hourly[c] * (hours[..., :5] - found)
            busy = hours[..., 5] @ weights / np.maximum(agents[c, :, 0], 1e-9)
        if q.gain[c] and count > 1:
            work = (rate * (q.handle / q.sessions)[:, None, None]).sum(axis=0)
            leave = (rate * q.theta[:, None, None]).sum(axis=0) / np.maximum(together, 1e-300)
            staff = (agents / q.sessions[:, None, None]).sum(axis=0)
            speed = np.maximum(together, 1e-300) / np.maximum(work, 1e-300)
            pooled = queues(together, speed, leave, staff, float(q.target[c]))
            if team is not None:
                pooled += known.hourly_pool * (team[c, ..., :5] - pooled)
            found = np.maximum(found + q.gain[c] * (pooled - found), 0)
        share = weights * values  # contacts fall where demand is high
        mean = (found * share[:, None]).sum(axis=1) / share.sum()
        table = np.empty((CELLS, len(COLUMNS)))
        table[:, 0] = (rate[c] + known.hourly[c] * (came[c].T - rate[c])) @ weights * 1800
        table[:, 1] = agents[c, :, 0] / q.sessions[c]
        table[:, 2], table[:, 3] = np.clip(mean[:, 4], 0, 1), np.clip(mean[:, 1], 0, 1)
        table[:, 4] = mean[:, 2] / np.maximum(1 - mean[:, 1], 1e-9)
        table[:, 5] = table[:, 0] / 1800 * (1 - table[:, 3]) * q.handle[c] / np.maximum(agents[c, :, 0], 1e-9)
        if busy is not None:  # served later than they came
            table[:, 5] += known.hourly[c] * (busy - table[:, 5])
        result[int(i)] = table
    return result


def _later(chain: "Chain", i: int, scenario: int) -> Array:
    """E-mail and tickets: share within the target and response time of what arrives in each half-hour."""
    known = chain.known
    place = int(np.flatnonzero(known.deferred == i)[0])
    q = deferred.Backlogs(*(a[place] for a in chain.backlog_row(scenario, chain.b.month)))
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
