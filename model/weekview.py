"""The week behind the run rate: service in every half-hour, with season and forecast error averaged in."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import deferred, network, quadrature
from model.scenario import CELLS

if TYPE_CHECKING:
    from model.chain import Chain

Array = NDArray[np.float64]
NODES = 5
"""Gauss nodes for season and forecast error together in each half-hour."""
COLUMNS = ("arrivals", "agents", "service_level", "abandonment", "asa", "occupancy")


def week_table(chain: "Chain") -> pd.DataFrame:
    """A row a channel and half-hour at the chain's last node: arrivals, agents, and how they fare (COLUMNS).

    Half-hours without contacts are left out.
    """
    frames = []
    spoken = _live(chain) if len(chain.known.live) else {}
    for i, channel in enumerate(chain.channels):
        table = spoken[i] if i in spoken else _later(chain, i)
        frame = pd.DataFrame(table, columns=list(COLUMNS))
        frame.insert(0, "half_hour", np.arange(CELLS))
        frame.insert(0, "channel", channel.name)
        frames.append(frame[frame["arrivals"] > 0])
    return pd.concat(frames, ignore_index=True)


def _live(chain: "Chain") -> dict[int, Array]:
    """Phone and chat: each half-hour's queue at the solved repeats, blended towards the pool as the engine does."""
    from model._erlang import erlang_a_batch

    known, base = chain.known, chain.base
    q = network.Queues(*(a[-1] for a in chain.queues(chain.servers_used)))
    values, weights = quadrature.joint_nodes(base.month_factors, float(q.cv), NODES)
    count = len(known.live)
    rate = np.empty((count, CELLS, NODES))
    agents = np.empty((count, CELLS, 1))
    for c, (w, i) in enumerate(zip(known.weeks, known.live, strict=True)):
        busiest = 1 + (q.peak - 1) * w.busy
        rate[c] = (w.rate * q.load[c] * chain.live[0, 0, -1, c, network.R] * busiest)[:, None] * values
        agents[c, :, 0] = known.efficiency[i] * q.servers[c] * (w.agents + q.flex * (w.ideal - w.agents))

    def queues(arrivals: Array, mu: Array, leave: Array, staff: Array, seconds: float) -> Array:
        shape = arrivals.shape
        wide = [np.ascontiguousarray(np.broadcast_to(x, shape)).ravel() for x in (arrivals, mu, leave, staff)]
        out = np.empty((len(wide[0]), 5))
        erlang_a_batch(wide[0], wide[1], wide[2], wide[3], np.full(len(wide[0]), seconds), out)
        return out.reshape(*shape, 5)

    result: dict[int, Array] = {}
    together = rate.sum(axis=0)
    for c, i in enumerate(known.live):
        found = queues(rate[c], np.asarray(1 / q.handle[c]), np.asarray(q.theta[c]), agents[c], float(q.target[c]))
        if q.gain[c] and count > 1:
            work = (rate * (q.handle / q.sessions)[:, None, None]).sum(axis=0)
            leave = (rate * q.theta[:, None, None]).sum(axis=0) / np.maximum(together, 1e-300)
            staff = (agents / q.sessions[:, None, None]).sum(axis=0)
            speed = np.maximum(together, 1e-300) / np.maximum(work, 1e-300)
            pooled = queues(together, speed, leave, staff, float(q.target[c]))
            found = np.maximum(found + q.gain[c] * (pooled - found), 0)
        share = weights * values  # contacts fall where demand is high
        mean = (found * share[:, None]).sum(axis=1) / share.sum()
        table = np.empty((CELLS, len(COLUMNS)))
        table[:, 0] = rate[c] @ weights * 1800
        table[:, 1] = agents[c, :, 0] / q.sessions[c]
        table[:, 2], table[:, 3] = np.clip(mean[:, 4], 0, 1), np.clip(mean[:, 1], 0, 1)
        table[:, 4] = mean[:, 2] / np.maximum(1 - mean[:, 1], 1e-9)
        table[:, 5] = table[:, 0] / 1800 * (1 - table[:, 3]) * q.handle[c] / np.maximum(agents[c, :, 0], 1e-9)
        result[int(i)] = table
    return result


def _later(chain: "Chain", i: int) -> Array:
    """E-mail and tickets: share within the target and response time of what arrives in each half-hour."""
    known = chain.known
    row = int(np.flatnonzero(known.deferred == i)[0])
    q = deferred.Backlogs(*(a[-1, row] for a in chain.backlogs))
    arrivals = known.week_arrivals[row] * q.load
    agents = known.week_agents[row] * q.servers
    out, cells = np.empty(4), np.zeros((CELLS, 2))
    capacity = agents * q.rate
    carried, target, error = float(q.carried), float(q.target), float(q.error)
    deferred.week_cells(arrivals, capacity, carried, target, error, out, cells)
    table = np.zeros((CELLS, len(COLUMNS)))
    table[:, 0], table[:, 1], table[:, 2], table[:, 4] = arrivals, agents, cells[:, 0], cells[:, 1] * 3600
    table[:, 5] = out[deferred.SERVED] / max(capacity.sum(), 1e-9)
    return table


def consistency(intervals: pd.DataFrame, goals: dict[str, float]) -> float:
    """Demand-weighted sigma((service level - target)/.02) over half-hours: customers feel the worst hour."""
    goal = intervals["channel"].map(goals).to_numpy(dtype=float)
    met = 1 / (1 + np.exp(-np.clip((intervals["service_level"].to_numpy() - goal) / 0.02, -40, 40)))
    weight = intervals["arrivals"].to_numpy()
    known = ~np.isnan(goal)
    return float((met * weight)[known].sum() / weight[known].sum()) if known.any() else float("nan")
