"""E-mail and tickets: a fluid backlog worked off in opening hours, first in first out."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled

Array = NDArray[np.float64]
HALF_HOURS = 336
LEVEL, RESPONSE_H, BACKLOG, SERVED = range(4)


class Backlogs(NamedTuple):
    """Rows of deferred channels, all (row, channel).

    load : factor on arrivals, repeats included. rate : contacts an agent's half-hour. servers : factor on agents.
    carried : backlog brought along. target : opening half-hours. error : relative error of the capacity ahead.
    """

    load: Array
    rate: Array
    servers: Array
    carried: Array
    target: Array
    error: Array


@compiled()
def _place(table: Array, value: float, start: int) -> int:
    """Least j with table[j] >= value, looked for from `start`: neighbouring half-hours look at neighbouring places."""
    j = start
    while j > 0 and table[j - 1] >= value:
        j -= 1
    while j < table.shape[0] - 1 and table[j] < value:
        j += 1
    return j


@compiled()
def _summed(agents: Array) -> tuple[Array, Array]:
    """Agents and open half-hours summed from Monday 00:00 over two weeks, so that a look ahead is a difference."""
    ahead, opened = np.zeros(2 * HALF_HOURS + 1), np.zeros(2 * HALF_HOURS + 1)
    for week in range(2):
        for cell in range(HALF_HOURS):
            i = week * HALF_HOURS + cell
            ahead[i + 1] = ahead[i] + agents[cell]
            opened[i + 1] = opened[i] + (1.0 if agents[cell] > 0.0 else 0.0)
    return ahead, opened


@compiled()
def _week(
    arrivals: Array, ahead: Array, opened: Array, factor: float, speed: float, carried: float, target: float,
    error: float, out: Array, cells: Array,
) -> None:  # fmt: skip
    """One channel, one row, arrivals times `factor`, agents times `speed`. See `solve_week`.

    All is reckoned in what an agent does in a half-hour, so that the sums over agents serve every row.
    """
    total, open_week = ahead[HALF_HOURS], opened[HALF_HOURS]
    if total * speed <= 0.0:
        out[LEVEL], out[RESPONSE_H], out[BACKLOG], out[SERVED] = 0.0, 1e6, carried, 0.0
        return
    inflow = factor / speed
    backlog, served, level, response, waiting, offered = carried / speed, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(HALF_HOURS):  # a week to settle
        backlog = max(backlog + arrivals[i] * inflow - (ahead[i + 1] - ahead[i]), 0.0)
    target_weeks = math.floor(target / open_week)
    target_rest = target - target_weeks * open_week
    near, far = 0, 0
    scatter = 1.0 / speed  # the variance of the contacts ahead is their number, and one for this one
    for cell in range(HALF_HOURS):
        arriving = arrivals[cell] * inflow
        if arriving > 0.0:
            queue = backlog + 0.5 * arriving
            # Opening hours of the target: whole weeks, then what the look ahead holds, interpolated within a cell.
            near = _place(opened, opened[cell] + target_rest, near)
            within = target_weeks * total + ahead[near] - ahead[cell]
            over = opened[near] - opened[cell] - target_rest
            if over > 0.0:
                within -= over * (ahead[near] - ahead[near - 1])
            spread = math.sqrt(scatter * (queue + scatter) + (error * within) ** 2)
            z = (within - queue) / spread
            # Beyond eight deviations it is certain to the last digit.
            in_time = 0.5 * math.erfc(-z * 0.7071067811865476) if abs(z) < 8.0 else 1.0 if z > 0.0 else 0.0
            level += arriving * in_time
            weeks = math.floor(queue / total)
            rest = ahead[cell] + queue - weeks * total
            far = max(_place(ahead, rest, far), cell + 1)
            step = ahead[far] - ahead[far - 1]
            part = (rest - ahead[far - 1]) / step if step > 0.0 else 1.0
            hours = (weeks * HALF_HOURS + (far - 1 - cell) + min(max(part, 0.0), 1.0)) * 0.5
            # Contacts come in the middle of their half-hour on average, the count began at its start: h - 1/4 for
            # long waits, never below nothing for those answered within their own half-hour.
            hours *= hours / (hours + 0.25)
            response += arriving * hours
            offered += arriving
            if cells.shape[0] > 0:
                cells[cell, 0], cells[cell, 1] = in_time, hours
        done = min(backlog + arriving, ahead[cell + 1] - ahead[cell])
        backlog += arriving - done
        served += done
        waiting += backlog
    out[LEVEL] = level / offered
    out[RESPONSE_H] = response / offered
    out[BACKLOG] = waiting / HALF_HOURS * speed
    out[SERVED] = served * speed


@compiled()
def solve_week(arrivals: Array, agents: Array, q: Backlogs, out: Array) -> None:
    """Level, response time, backlog and served of deferred channels over a week.

    Parameters
    ----------
    arrivals, agents : (channel, 336)
        Contacts and agents in each half-hour.
    out : (row, channel, 4)
        Share within the target, mean response in clock hours, mean backlog, contacts served in the week.

    dB/dt = arrivals - min(B + arrivals, capacity); the second of two weeks is measured. The share within the target is
    the normal probability that the capacity ahead exceeds the queue.
    """
    none = np.empty((0, 2))
    for c in range(arrivals.shape[0]):
        ahead, opened = _summed(agents[c])
        for i in range(out.shape[0]):
            speed = q.servers[i, c] * q.rate[i, c]
            _week(
                arrivals[c], ahead, opened, q.load[i, c], speed, q.carried[i, c], q.target[i, c], q.error[i, c],
                out[i, c], none,
            )  # fmt: skip


@compiled()
def week_cells(
    arrivals: Array, capacity: Array, carried: float, target: float, error: float, out: Array, cells: Array
) -> None:
    """The same for one channel, with each half-hour's share in time and response in hours in `cells` (336, 2)."""
    ahead, opened = _summed(capacity)
    _week(arrivals, ahead, opened, 1.0, 1.0, carried, target, error, out, cells)


@compiled()
def solve_staffing(arrivals: Array, agents: Array, q: Backlogs, goal: Array, run: int, servers: Array) -> None:
    """Servers (row, channel), in place, at which the share within the target is the goal and no backlog is carried.

    Rows come in runs of one scenario. The share rises with servers: secant on its logit within a bracket that starts at
    the work that arrives.
    """
    none = np.empty((0, 2))
    out = np.empty(4)
    for c in range(arrivals.shape[0]):
        ahead, opened = _summed(agents[c])
        margin = 0.08  # over the work that arrives, as the row before had it
        for i in range(servers.shape[0]):
            if i % run == 0:
                margin = 0.08
            need = arrivals[c].sum() * q.load[i, c] / (agents[c].sum() * q.rate[i, c])
            low, high = math.log(need * 1.0001), math.log(need * 4.0)
            x, x_before, y_before = math.log(need) + margin, 0.0, 0.0
            wanted = math.log(goal[i, c] / (1.0 - goal[i, c]))
            for step in range(60):
                speed = math.exp(x) * q.rate[i, c]
                _week(arrivals[c], ahead, opened, q.load[i, c], speed, 0.0, q.target[i, c], q.error[i, c], out, none)
                share = min(max(out[LEVEL], 1e-12), 1.0 - 1e-12)
                y = math.log(share / (1.0 - share)) - wanted
                if y > 0.0:
                    high = x
                else:
                    low = x
                if abs(y) < 1e-7 or high - low < 1e-12:
                    break
                following = 0.5 * (low + high)
                if step > 0 and y != y_before:
                    secant = x - y * (x - x_before) / (y - y_before)
                    if low < secant < high:
                        following = secant
                x_before, y_before = x, y
                x = following
            servers[i, c] = math.exp(x)
            margin = max(x - math.log(need), 2e-4)
