"""The model a second time, one number at a time: what the relations are held against.

Written from the formulas of the documentation with plain floats, scipy's own integrals and root finders, and without
the code under test, but for one queue (`model.queueing.erlang_a`, which has an oracle of its own) and the tables.
The chain of them is put together in `tests.company_by_hand`.
"""

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import integrate, special

from model.assumptions import ASSUMPTIONS
from model.queueing import erlang_a

WEEKS = 365.25 / 7
HALF_HOURS = 336


def modes(**changes: float) -> dict[str, np.ndarray]:
    """Every assumption at its mode but for `changes`, shaped as the relations take them."""
    values = {key: row.mode for key, row in ASSUMPTIONS.items()} | changes
    return {key: np.full((1, 1, 1, 1), value) for key, value in values.items()}


def sigma(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def logit(share: float) -> float:
    return math.log(share / (1 - share))


def soft(occupancy: float) -> float:
    """The softplus at 85 %, two points wide."""
    return 0.02 * math.log(1 + math.exp((occupancy - 0.85) / 0.02))


def arrived(month: float, half: float) -> float:
    """A(t) as the documentation writes it."""
    if month == 0:
        return 0.0
    return 1.0 if half == 0 else (sigma((month - half) / (half / 4)) - sigma(-4)) / (1 - sigma(-4))


def satisfied(
    p: dict[str, float],
    b0: float,
    fcr: float,
    p_wait: float,
    mean: float,
    square: float,
    scale: float,
    occupancy: float,
    shares: dict[str, float],
    nodes: int | None = None,
) -> float:
    """Satisfied share of answered contacts: every combination of drivers, waits integrated over their gamma.

    With `nodes` by so many nodes of generalised Gauss-Laguerre: quicker, and enough in number to be as good as exact.
    """
    drivers = [(share, p["csat_" + name]) for name, share in shares.items() if share]
    start = b0 + p["csat_overload"] * soft(occupancy) / 0.10

    def at(wait: float) -> float:
        total = 0.0
        for solved, *has in product((0, 1), repeat=1 + len(drivers)):
            weight, odds = (fcr if solved else 1 - fcr), start + solved * p["csat_resolved"]
            for present, (share, effect) in zip(has, drivers, strict=True):
                weight *= share if present else 1 - share
                odds += present * effect
            total += weight * sigma(odds + p["csat_wait"] * math.log(1 + wait / scale))
        return total

    if p_wait == 0:
        return at(0.0)
    waited = mean / p_wait
    shape = waited**2 / (square / p_wait - waited**2)
    if nodes:
        x, w = special.roots_genlaguerre(nodes, shape - 1)
        return (1 - p_wait) * at(0.0) + p_wait * sum(
            b * at(waited * a / shape) for a, b in zip(x, w / w.sum(), strict=True)
        )
    # Substituted u = F(w): the density of shapes below one is infinite at zero, its quantiles are not.
    inside = integrate.quad(
        lambda u: at(float(special.gammaincinv(shape, u)) * waited / shape), 0, 1, epsabs=1e-9, limit=200
    )
    return (1 - p_wait) * at(0.0) + p_wait * inside[0]


@dataclass
class DeferredWeek:
    """Plain recursion over half-hours: share in time and hours to an answer of every arrival, and of the week."""

    in_time: list[float]
    hours: list[float]
    level: float
    response_h: float
    backlog: float
    served: float


def deferred_week(
    arrivals: list[float], capacity: list[float], carried: float, target_half_hours: float, error: float
) -> DeferredWeek:
    """Fluid first-in-first-out queue, the second of two weeks; an arrival's wait by stepping through the weeks."""
    queue = carried
    for a, c in zip(arrivals, capacity, strict=True):
        queue = max(queue + a - c, 0.0)
    in_time, hours, waiting, served = [], [], 0.0, 0.0
    for i, (a, c) in enumerate(zip(arrivals, capacity, strict=True)):
        ahead = queue + a / 2
        steps, done_before, j = 0.0, 0.0, i
        while done_before < queue + a:  # whose turn comes in which half-hour, of those that came in this one
            size = capacity[j % HALF_HOURS]
            first, last = max(done_before, queue), min(done_before + size, queue + a)
            if last > first:
                steps += (last - first) / a * (j - i + ((first + last) / 2 - done_before) / size)
            done_before, j = done_before + size, j + 1
        hours.append((steps / 2) ** 2 / (steps / 2 + 0.25))  # from the middle of its half-hour
        budget, within, j = target_half_hours, 0.0, i
        while budget > 1e-12:
            size = capacity[j % HALF_HOURS]
            if size > 0:
                within += size * min(budget, 1.0)
                budget -= min(budget, 1.0)
            j += 1
        spread = math.sqrt(ahead + (error * within) ** 2 + 1)
        in_time.append(0.5 * math.erfc((ahead - within) / spread / math.sqrt(2)))
        done = min(queue + a, c)
        queue, served, waiting = queue + a - done, served + done, waiting + queue + a - done
    weights = np.array(arrivals)
    return DeferredWeek(
        in_time,
        hours,
        float(weights @ in_time / weights.sum()),
        float(weights @ hours / weights.sum()),
        waiting / HALF_HOURS,
        served,
    )


@dataclass
class Queue:
    """A channel's queue: shares of offered, and means over answered contacts."""

    abandonment: float
    level: float
    wait: float
    square: float
    p_wait: float


def queue(rate: float, handle: float, patience: float, servers: float, target: float) -> Queue:
    found = erlang_a(rate, 1 / handle, 1 / patience, servers, target)
    lost = float(found.p_abandon)
    return Queue(
        lost,
        float(found.service_level),
        float(found.asa),
        float(found.wait_sq),
        (float(found.p_wait) - lost) / (1 - lost),
    )
