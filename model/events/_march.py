"""Compiled kernels of an event: histories half-hour by half-hour, with those who come back. See `model.events.hours`.

Row 0 is the history without the event. The arrivals given hold what usually comes back; a row adds only what its own
history sends back beyond row 0's: a share of those who gave up, of the unsolved, and whoever was told to come later.
A row in which nothing differs therefore repeats row 0 to the last bit.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled
from model._transient import ROWS, VARIANCE, WIDTH, drain, follow_interval, relation, stationary

Array = NDArray[np.float64]
(OFFERED, SERVED, ABANDONED, IN_SYSTEM, BACKLOG, BUSY, P_WAIT, P_ABANDON, WAIT, WAIT_SQ, LEVEL, VIRTUAL,
 CAME_BACK) = range(13)  # fmt: skip
COLUMNS = 13
NOBODY = 1e-6
WEEKS_AHEAD = 12
"""Weeks that go on like the last one, for whoever still waits at the end."""
HARDLY_ANY = 1e-4
"""Contacts of a half-hour below which the one in the middle stands for all: digits cancel in a mean over so few."""
PARTS = 3
"""Parts of a half-hour in which those who call again come: few at first, more by its end. Against the exact chain
of callers and callers-to-be a queue's peak is within two hundredths so; it was a twentieth too low where they came
evenly."""
SETTLED = 0.02
"""Contacts by which a row may still differ from row 0 when its event is over and the rest is taken as row 0's."""


class Returns(NamedTuple):
    """Who comes back. `retrial` : share of those who gave up. `repeat`, `put_off` (row, interval) : shares of the
    served. `out` (3,) : share of each stock (gave up, unsolved, put off) that comes in an open half-hour; `open`
    (interval,) : 1 where customers can come. `soon` : share of those who give up in a half-hour and come
    back within it; `when` (2, PARTS) : in which part of it come, of 1, those who gave up before it, and those who do
    in it. `begins`, `over` (row,) : first interval that differs, and the first after the event."""

    retrial: float
    repeat: Array
    put_off: Array
    out: Array
    soon: float
    when: Array
    open: Array
    begins: NDArray[np.int64]
    over: NDArray[np.int64]


@compiled()
def _release(stock: Array, planned: float, who: Returns, r: int, i: int) -> float:
    """Contacts that come back in this half-hour, taken from the stocks; never more are missing than were to come."""
    if who.open[i] <= 0.0:
        return 0.0
    total = 0.0
    for k in range(3):
        if k < 2 or who.put_off[r, i] <= 0.0:  # while it lasts, those put off wait for its end
            total += stock[k] * who.out[k]
    part = 1.0
    if planned + total < 0.0:
        part = -planned / total
        total = -planned
    for k in range(3):
        if k < 2 or who.put_off[r, i] <= 0.0:
            stock[k] -= stock[k] * who.out[k] * part
    return total


@compiled()
def _keep(stock: Array, who: Returns, r: int, i: int, served: float, gone: float, served0: float, gone0: float) -> None:
    """Those who will come back beyond row 0's, into the stocks."""
    put = who.put_off[r, i]
    stock[0] += who.retrial * (gone - gone0)
    stock[1] += who.repeat[r, i] * (served * (1.0 - put)) - who.repeat[0, i] * served0
    stock[2] += put * served


@compiled()
def march(lam: Array, mu: Array, theta: Array, servers: Array, target: float, interval: float, who: Returns,
          out: Array) -> None:  # fmt: skip
    """Live histories (row, interval) into out (row, interval, COLUMNS).

    lam a second, mu 1/s, theta (interval,) 1/s, servers real. Rows share a table of the stationary relation where they
    can.
    """
    table, row, mean, part = np.empty((ROWS, WIDTH)), np.empty(WIDTH), np.empty(WIDTH), np.empty(WIDTH)
    rows, intervals = lam.shape
    x, variance, stocks = np.zeros(rows), np.zeros(rows), np.zeros((rows, 3))
    back_again = np.zeros(rows, np.bool_)
    for i in range(intervals):
        count, reached, made_n, made_mu = -1, 0.0, -1.0, -1.0
        for r in range(rows):
            if r > 0 and (i < who.begins[r] or back_again[r]):
                x[r], variance[r] = x[0], variance[0]
                out[r, i] = out[0, i]
                continue
            n, m, t = servers[r, i], mu[r, i], theta[i]
            again = stocks[r, 0]
            returned = _release(stocks[r], lam[r, i] * interval, who, r, i) if r > 0 else 0.0
            again -= stocks[r, 0]
            rate_in = lam[r, i] + returned / interval
            begin, done = x[r], 0.0
            if n < 1e-9 and i > 0 and servers[0, i] < 1e-9 and servers[0, i - 1] >= 1e-9:
                # At closing time agents finish what they have begun: only those who still wait are left alone.
                done = min(begin, out[r, i - 1, BUSY])
                variance[r] *= (begin - done) / max(begin, 1e-300)
                begin -= done
            if rate_in <= 0.0 and begin < NOBODY:
                x[r], variance[r] = 0.0, 0.0
                out[r, i] = 0.0
                out[r, i, LEVEL] = 1.0
                out[r, i, SERVED] = done
            else:
                own = 0.0
                some = 0
                if n >= 1e-9:
                    rest = stationary(rate_in / m, n, m, t, target, row)
                    if i == 0:
                        begin = min(rest, rate_in * interval + n)
                        variance[r] = row[VARIANCE]
                    highest = min(max(begin, rest), begin + rate_in * interval) * 1.001 + 1e-9
                    if count < 1 or highest > reached or n != made_n or m != made_mu:
                        reached, made_n, made_mu = highest * 1.3, n, m
                        count = relation(n, m, t, target, reached, table)
                    some = count
                first_variance = variance[r]
                x[r], variance[r], in_system, queue, half_way = follow_interval(
                    rate_in, m, t, n, target, interval, begin, first_variance, table, some, row, mean
                )
                gone = t * queue * interval
                # Who gives up in this half-hour and calls again within it is known at its end: once more then.
                if r > 0 and who.open[i] > 0.0:
                    own = max(who.retrial * who.soon * (gone - out[0, i, ABANDONED]), -rate_in * interval)
                if own != 0.0:
                    even = rate_in - again / interval
                    rate_in += own / interval
                    if n >= 1e-9:
                        rest = stationary(max(even + PARTS * (again + max(own, 0.0)) / interval, 0.0) / m, n, m, t,
                                           target, row)  # fmt: skip
                        highest = min(max(begin, rest), begin + rate_in * interval) * 1.001 + 1e-9
                        if highest > reached:
                            reached = highest * 1.3
                            count = relation(n, m, t, target, reached, table)
                        some = count
                    x[r], variance[r] = begin, first_variance
                    mean[:] = 0.0
                    in_system, queue, half_way = 0.0, 0.0, 0.0
                    for k in range(PARTS):
                        now = even + PARTS * (again * who.when[0, k] + own * who.when[1, k]) / interval
                        x[r], variance[r], held, waiting, middle = follow_interval(
                            max(now, 0.0), m, t, n, target, interval / PARTS, x[r], variance[r], table, some, row, part
                        )
                        in_system += held / PARTS
                        queue += waiting / PARTS
                        if k == PARTS // 2:
                            half_way = middle
                        for j in range(WIDTH):
                            mean[j] += part[j] / PARTS
                    gone = t * queue * interval
                stocks[r, 0] -= own
                returned += own
                out[r, i, OFFERED] = rate_in * interval
                out[r, i, SERVED] = max(0.0, rate_in * interval - gone - (x[r] - begin)) + done
                out[r, i, ABANDONED] = gone
                out[r, i, IN_SYSTEM] = x[r]
                out[r, i, BACKLOG] = x[r] - row[1]
                out[r, i, BUSY] = in_system - queue
                for j in range(5):
                    out[r, i, P_WAIT + j] = mean[2 + j]
                out[r, i, VIRTUAL] = half_way
                out[r, i, CAME_BACK] = returned
            if r > 0:
                _keep(stocks[r], who, r, i, out[r, i, SERVED], out[r, i, ABANDONED], out[0, i, SERVED],
                      out[0, i, ABANDONED])  # fmt: skip
                left = abs(stocks[r, 0]) + abs(stocks[r, 1]) + abs(stocks[r, 2]) + abs(x[r] - x[0])
                back_again[r] = i >= who.over[r] and left < SETTLED
    for r in range(rows):
        for i in range(intervals):
            if out[r, i, VIRTUAL] > 0.0:
                out[r, i, VIRTUAL] = drain(out[r, i, VIRTUAL], i, mu[r], theta, servers[r], interval)


@compiled()
def march_later(lam: Array, capacity: Array, carried: float, who: Returns, out: Array) -> None:
    """Histories of e-mails and tickets (row, interval), contacts and contacts' capacity a half-hour, likewise.

    dB/dt = arrivals - min(B + arrivals, capacity), as `model.deferred`. OFFERED, SERVED, BACKLOG, IN_SYSTEM (the
    backlog at the start) and CAME_BACK are filled.
    """
    rows, intervals = lam.shape
    backlog, stocks = np.full(rows, carried), np.zeros((rows, 3))
    back_again = np.zeros(rows, np.bool_)
    for i in range(intervals):
        for r in range(rows):
            if r > 0 and (i < who.begins[r] or back_again[r]):
                backlog[r] = backlog[0]
                out[r, i] = out[0, i]
                continue
            returned = _release(stocks[r], lam[r, i], who, r, i) if r > 0 else 0.0
            arriving = lam[r, i] + returned
            done = min(backlog[r] + arriving, capacity[r, i])
            out[r, i] = 0.0
            out[r, i, IN_SYSTEM] = backlog[r]
            backlog[r] += arriving - done
            out[r, i, OFFERED], out[r, i, SERVED], out[r, i, BACKLOG] = arriving, done, backlog[r]
            out[r, i, CAME_BACK] = returned
            if r > 0:
                _keep(stocks[r], who, r, i, done, 0.0, out[0, i, SERVED], 0.0)
                left = abs(stocks[r, 0]) + abs(stocks[r, 1]) + abs(stocks[r, 2]) + abs(backlog[r] - backlog[0])
                back_again[r] = i >= who.over[r] and left < SETTLED


def waits_of_later(done: Array, capacity: Array, opened: Array, target: float, error: float) -> tuple[Array, Array]:
    """Share in time and response time of e-mails and tickets that arrive in each half-hour.

    done (interval, COLUMNS) of one row, capacity (interval,) in contacts, opened (interval,) 1 where open, target in
    open half-hours, error of the capacity ahead. As `model.deferred.week_cells`, with the capacity that really
    comes; after the last half-hour the last week goes on. Returns shares and seconds, (interval,).
    """
    from scipy.special import ndtr

    cell = np.arange(len(capacity))
    ahead, hours = (np.concatenate([[0.0], np.cumsum(each), each.sum() + np.cumsum(np.tile(each[-336:], WEEKS_AHEAD))])
                    for each in (capacity, opened))  # fmt: skip
    queue = done[:, IN_SYSTEM] + 0.5 * done[:, OFFERED]
    within = np.interp(_place(hours, hours[cell] + target, cell), np.arange(len(ahead)), ahead) - ahead[cell]
    level: Array = ndtr((within - queue) / np.sqrt(queue + 1 + (error * within) ** 2))
    # The mean over all that come in a half-hour; where hardly anything does, the one in the middle.
    came, first = done[:, OFFERED], ahead[cell] + done[:, IN_SYSTEM]
    some = came > HARDLY_ANY
    mean = (_turned_in(ahead, first + came) - _turned_in(ahead, first)) / np.where(some, came, 1.0)
    waited = (np.where(some, mean, _place(ahead, first + 0.5 * came, cell + 1)) - cell) * 0.5
    # They come in the middle of their half-hour on average, the count began at its start.
    return level, waited * waited / np.maximum(waited + 0.25, 1e-9) * 3600


def _place(table: Array, value: Array, least: NDArray[np.int64]) -> Array:
    """Where a running sum reaches a value, in half-hours, not before `least`; beyond its end at its mean pace."""
    at = np.clip(np.searchsorted(table, value), np.maximum(least, 1), len(table) - 1)
    step = np.maximum(table[at] - table[at - 1], 1e-300)
    beyond = np.maximum(value - table[-1], 0.0) * len(table) / max(float(table[-1]), 1e-300)
    found: Array = at - 1 + np.clip((value - table[at - 1]) / step, 0.0, 1.0) + beyond
    return found


def _turned_in(table: Array, value: Array) -> Array:
    """The times at which a running sum reaches all that is below a value, summed up, in half-hours."""
    step = np.diff(table)
    whole = np.concatenate([[0.0], np.cumsum(step * (np.arange(len(step)) + 0.5))])
    at = np.clip(np.searchsorted(table, value), 1, len(table) - 1)
    inside, beyond = np.minimum(value, table[-1]) - table[at - 1], np.maximum(value - table[-1], 0.0)
    pace = len(table) / max(float(table[-1]), 1e-300)
    part = at - 1 + 0.5 * inside / np.maximum(step[at - 1], 1e-300)
    found: Array = whole[at - 1] + inside * part + beyond * (len(step) + 0.5 * beyond * pace)
    return found


def when_back(hours: float) -> Array:
    """Of contacts that come back in a half-hour, the share in each of its parts, (2, PARTS): those away before it, at
    the pace e^-ku, and those who leave during it at an even pace, 1 - e^-ku; u from 0 to 1, k = .5 h / hours."""
    k, u = 0.5 / max(hours, 1e-9), np.linspace(0.0, 1.0, PARTS + 1)
    before = -np.expm1(-k * u)
    found: Array = np.diff(np.stack([before / before[-1], (u - before / k) / (1 - before[-1] / k)]), axis=1)
    return found


def shares_out(hours: float) -> tuple[float, float]:
    """Of contacts that stay away `hours` on average, exponentially: the share of those away who come back in half an
    hour, 1 - e^-k, and of those who leave during it, at an even pace, 1 - (1 - e^-k)/k; k = .5 h / hours."""
    k = 0.5 / max(hours, 1e-9)
    gone = -math.expm1(-k)
    return gone, 1 - gone / k
