"""E-mail and tickets: a fluid backlog worked off in opening hours, first in first out."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled
from model._week import stencil

Array = NDArray[np.float64]
HALF_HOURS = 336
LEVEL, RESPONSE_H, BACKLOG, SERVED = range(4)
MOST = 0.9999
"""In time at the most, of a share that staffing is found for: from there on more agents hardly add to it."""


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
    near, far, weeks = 0, 0, math.floor(backlog / total)
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
            # Each of the half-hour's contacts is done when the capacity before it is used up: the mean over all of them
            # moves smoothly where the time of the one in the middle leaps over a night.
            at, stop, spent = ahead[cell] + backlog, ahead[cell] + backlog + arriving, 0.0
            while at < stop:
                upto, step = weeks * total + ahead[far + 1], ahead[far + 1] - ahead[far]
                if upto > at and step > 0.0:  # a long backlog's last digits differ where nobody is there
                    upto = min(upto, stop)
                    inside = (0.5 * (at + upto) - weeks * total - ahead[far]) / step
                    spent += (upto - at) * (weeks * HALF_HOURS + far + inside - cell)
                    at = upto
                if at < stop:
                    far += 1
                    if far == HALF_HOURS:
                        far, weeks = 0, weeks + 1
            hours = max(0.5 * spent / arriving, 0.0)
            # They come in the middle of it on average, the count began at its start: h - 1/4 for long waits, never
            # below nothing for those answered within their own half-hour.
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


WORK = (-1.25, 1 / 256, 513)
"""ln of the work that comes for the capacity there is, over today's, in a `WeekTable`: lowest, step, number."""
SPEED = (-1.5, 0.25, 13)
"""ln of contacts worked off by an agent's half-hour, over today's, likewise."""


class WeekTable(NamedTuple):
    """Weeks without a backlog carried along, of one baseline's deferred channels at one error of the capacity ahead.

    Measured at random places of it: share in time within .02 points for the samples, .2 for a company by hand that all
    but fills its agents at an error of 2 %; response within .3 % where it is hours. values (channel, work, speed, 4) :
    nan where nobody has asked yet. speed, target (channel,) : today's contacts an agent's half-hour, opening
    half-hours. error : as in `Backlogs`.
    """

    values: Array
    speed: Array
    target: Array
    error: float


def table(speed: Array, target: Array, error: float) -> WeekTable:
    """An empty table for channels of these speeds and targets."""
    return WeekTable(np.full((len(speed), WORK[2], SPEED[2], 4), np.nan), speed, target, error)


@compiled()
def _read(table: WeekTable, c: int, i: int, stop: int, weights: Array, j: int, part: float, out: Array) -> None:
    """Cubic in work, from nodes i to before `stop`, linear in speed, from j: nan where one is missing."""
    out[:] = 0.0
    for m in range(i, stop):
        here, there = table.values[c, m, j], table.values[c, m, j + 1]
        for k in range(4):
            out[k] += weights[m - i] * (here[k] + part * (there[k] - here[k]))


@compiled()
def look_up_week(arrivals: Array, agents: Array, q: Backlogs, table: WeekTable, out: Array) -> None:
    """`solve_week` where few digits are enough: read from the table, whose nodes are reckoned when first touched.

    They do not depend on who asks, and today is one. Where a backlog is carried along, all agents are busy, or the
    table does not reach, the week is reckoned itself. Another thread may be at the same node: both write the same.
    """
    none, node, weights = np.empty((0, 2)), np.empty(4), np.empty(4)
    for c in range(arrivals.shape[0]):
        ahead, opened = _summed(agents[c])
        room = math.log(max(agents[c].sum(), 1e-300) * table.speed[c] / arrivals[c].sum())
        last = min((room - WORK[0]) / WORK[1], WORK[2] - 1.0)
        for row in range(out.shape[0]):
            speed, found = q.servers[row, c] * q.rate[row, c], out[row, c]
            work, pace = -1.0, -1.0
            if q.carried[row, c] <= 0.0 and q.load[row, c] > 0.0 and speed > 0.0:
                work = (math.log(q.load[row, c] * table.speed[c] / speed) - WORK[0]) / WORK[1]
                pace = (math.log(speed / table.speed[c]) - SPEED[0]) / SPEED[1]
            i, j = int(math.floor(work)), int(math.floor(pace))
            if i < 1 or i + 2 > last or j < 0 or j > SPEED[2] - 2:
                _week(
                    arrivals[c], ahead, opened, q.load[row, c], speed, q.carried[row, c], table.target[c], table.error,
                    found, none,
                )  # fmt: skip
                continue
            first, stop = stencil(work, WORK[2], weights)
            _read(table, c, first, stop, weights, j, pace - j, found)
            if math.isnan(found[0] + found[1] + found[2] + found[3]):
                for m in range(first, stop):
                    for n in range(j, j + 2):
                        if math.isnan(np.sum(table.values[c, m, n])):
                            at = table.speed[c] * math.exp(SPEED[0] + n * SPEED[1])
                            load = math.exp(WORK[0] + m * WORK[1]) * at / table.speed[c]
                            _week(arrivals[c], ahead, opened, load, at, 0.0, table.target[c], table.error, node, none)
                            node[BACKLOG] /= at
                            node[SERVED] /= at
                            table.values[c, m, n] = node
                _read(table, c, first, stop, weights, j, pace - j, found)
            found[LEVEL] = min(max(found[LEVEL], 0.0), 1.0)
            found[RESPONSE_H] = max(found[RESPONSE_H], 0.0)
            found[BACKLOG] = max(found[BACKLOG], 0.0) * speed
            found[SERVED] *= speed


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
