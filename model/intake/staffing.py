"""How many agents explain the waits: Erlang A turned round, hour by hour of the week.

The agents seen in a file are not the agents on duty (they come and go within an hour; some only help out): in the
bank file 9.5 are seen where 5.8 explain the waits. So staffing is inferred from what customers went through.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import queueing

Array = NDArray[np.float64]
CELLS = 336
ENOUGH = 30
"""Contacts a pool must hold for its waits to say something."""
STEPS = 44
NODES = 5


@dataclass(frozen=True)
class Seen:
    """What customers went through in each half-hour of the week, (336,), sums over the whole file; nan where unknown.

    `contacts` queued or answered at once, `abandoned` of them, `waited_s` by all of them together, `in_time` answered
    within `target_s`.
    """

    contacts: Array
    abandoned: Array
    waited_s: Array
    in_time: Array


def infer(
    week: Array, seen: Seen, handle_s: float, patience_s: float, target_s: float, cv: float, sessions: float = 1.0
) -> Array:
    """Agents of each half-hour, (336,), from abandonment, waits and service level jointly.

    For each pool of hours the n that minimises sum of ((seen - Erlang A(n)) / standard error)^2 over the figures
    known, drawn weakly towards the square-root rule a + b sqrt(a), b itself fitted to all hours; then all are scaled
    so that total abandonment (else service level) is the one seen. Demand within a pool varies lognormally by `cv`.

    Parameters
    ----------
    week : (336,) contacts a half-hour
    sessions : contacts an agent handles at once (chat)
    """
    pools = pooled(week, seen.contacts)
    count = int(pools.max()) + 1
    if count == 0:
        return np.zeros(CELLS)

    open_ = pools >= 0
    where, rate = pools[open_], week[open_] / 1800

    def total(values: Array) -> Array:
        return np.bincount(where, weights=values, minlength=count).astype(np.float64)

    contacts = np.maximum(total(seen.contacts[open_]), 1.0)
    load = total(rate) / total(np.ones(len(rate))) * handle_s
    figures = np.array([total(x[open_]) for x in (seen.abandoned, seen.waited_s / patience_s, seen.in_time)]) / contacts
    # Those who wait behind each other fare alike, so errors are wider than for independent contacts.
    slack = np.sqrt(4 * np.maximum(figures * (1 - np.clip(figures, 0, 1)), 0.01) / contacts + 0.01**2)
    share = week[open_] / total(week[open_])[where]

    def model(servers: Array) -> Array:
        """Speeds of each pool, (3, pool) or (3, pool, step), from those of its half-hours."""
        cells = speeds(rate, servers[where], handle_s, patience_s, target_s, cv)
        out = np.zeros((3, *servers.shape))
        for row, values in zip(out, cells, strict=True):
            np.add.at(row, where, (values.T * share).T)
        return out

    grid = np.exp(np.linspace(np.log(0.15), np.log(3.2), STEPS))
    servers = (load[:, None] + np.sqrt(load)[:, None]) * grid
    fits = model(servers)
    with np.errstate(invalid="ignore"):
        badness = np.nansum(((figures[:, :, None] - fits) / slack[:, :, None]) ** 2, axis=0)
    # First one rule for all hours, then each hour drawn towards it as strongly as one square root of its load.
    rule = grid[int(np.argmin(badness.sum(axis=0)))]
    pull = (servers - (load + np.sqrt(load))[:, None] * rule) / (0.7 * np.sqrt(load) + 0.3)[:, None]
    agents = _lowest(badness + pull**2, servers)
    agents = agents * _scale(agents, contacts, figures, model)
    return np.where(open_, agents[np.maximum(pools, 0)], 0.0) / sessions


def speeds(rate: Array, servers: Array, handle_s: float, patience_s: float, target_s: float, cv: float) -> Array:
    """Abandonment, mean wait over patience (which equals it), service level: (3, cell[, step]), averaged over demand.

    Demand varies lognormally about `rate` with coefficient `cv`: Gauss-Hermite, weighted by demand.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES if cv > 0 else 1)
    sigma = np.sqrt(np.log1p(cv**2))
    z = np.exp(sigma * nodes - sigma**2 / 2)
    share = weights / weights.sum() * z
    mean = rate[:, None] if servers.ndim == 2 else rate
    got = queueing.erlang_a(
        mean[..., None] * z, 1 / handle_s, 1 / patience_s, np.maximum(servers, 1e-3)[..., None], target_s
    )
    abandoned = (got.p_abandon * share).sum(axis=-1) / share.sum()
    level = (got.service_level * share).sum(axis=-1) / share.sum()
    return np.array([abandoned, abandoned, level])


def _lowest(badness: Array, servers: Array) -> Array:
    """The minimum of each row by a parabola through its lowest three points, in log servers."""
    at = np.clip(np.argmin(badness, axis=1), 1, badness.shape[1] - 2)
    rows = np.arange(len(at))
    left, mid, right = (badness[rows, at + k] for k in (-1, 0, 1))
    bend = left - 2 * mid + right
    shift = np.where(bend > 0, 0.5 * (left - right) / np.where(bend > 0, bend, 1), 0.0)
    step = np.log(servers[0, 1] / servers[0, 0])
    out: Array = servers[rows, at] * np.exp(np.clip(shift, -1, 1) * step)
    return out


def _scale(agents: Array, contacts: Array, figures: Array, model: object) -> float:
    """The factor on all agents at which the total of the first known figure is met; .2 to 5."""
    assert callable(model)
    for row in (0, 1, 2):
        if np.isnan(figures[row]).any():
            continue
        goal = float((figures[row] * contacts).sum() / contacts.sum())
        if not 0.0005 < goal < 0.9995:
            continue
        low, high = 0.2, 5.0
        for _ in range(18):
            middle = (low * high) ** 0.5
            value = float((model(agents * middle)[row] * contacts).sum() / contacts.sum())
            enough = value <= goal if row < 2 else value >= goal
            low, high = (low, middle) if enough else (middle, high)
        return float((low * high) ** 0.5)
    return 1.0


def pooled(week: Array, contacts: Array) -> NDArray[np.int64]:
    """Pool of each half-hour, (336,), -1 where closed.

    Weekday x hour (half-hour where eight times ENOUGH contacts stand behind each), joined with the next ones of the
    day until ENOUGH do; where a file is so thin that this leaves no hours, days of like volume first.
    """
    pools = np.full(CELLS, -1)
    open_ = week > 0
    days = week.reshape(7, 48).sum(axis=1)
    hours_open = max(open_.reshape(168, 2).any(axis=1).sum(), 1)
    thin = contacts.sum() / hours_open < ENOUGH
    width = 1 if contacts.sum() / max(open_.sum(), 1) >= 8 * ENOUGH else 2
    if thin:
        kind = np.where(days <= 0, -1, (days < 0.6 * days.max()).astype(int))
    else:
        kind = np.arange(7)
    number = 0
    for each in np.unique(kind[kind >= 0]):
        rows = np.flatnonzero(kind == each)
        cells_of_hour = [
            np.array([r * 48 + slot + k for r in rows for k in range(width)]) for slot in range(0, 48, width)
        ]
        group: list[NDArray[np.int64]] = []
        made: list[NDArray[np.int64]] = []
        for cells in cells_of_hour:
            cells = cells[open_[cells]]
            if not cells.size:
                continue
            group.append(cells)
            if contacts[np.concatenate(group)].sum() >= ENOUGH:
                made.append(np.concatenate(group))
                group = []
        if group:
            rest = np.concatenate(group)
            if made:
                made[-1] = np.concatenate([made[-1], rest])
            else:
                made.append(rest)
        for cells in made:
            pools[cells] = number
            number += 1
    return pools


def for_target(
    week: Array, handle_s: float, patience_s: float, target_s: float, share: float, cv: float, sessions: float = 1.0
) -> Array:
    """Agents of each half-hour, (336,), that would answer `share` within the target in every hour: an assumption."""
    hour = week.reshape(168, 2).mean(axis=1)
    open_ = hour > 0
    if not open_.any():
        return np.zeros(CELLS)
    rate = hour[open_] / 1800
    load = rate * handle_s
    grid = np.exp(np.linspace(np.log(0.5), np.log(2.6), STEPS))
    servers = (load[:, None] + np.sqrt(load)[:, None]) * grid
    level = speeds(rate, servers, handle_s, patience_s, target_s, cv)[2]
    enough = np.array([np.interp(share, row, s) for row, s in zip(level, servers, strict=True)])
    out = np.zeros(168)
    out[open_] = enough / sessions
    return np.where(week > 0, np.repeat(out, 2), 0.0)


def deferred(week: Array, handle_s: float, opening: NDArray[np.bool_], utilisation: float = 0.85) -> Array:
    """Agents of each open half-hour, (336,), for e-mail and tickets: the week's work at a usual share of time busy."""
    work = week.sum() * handle_s / 1800 / utilisation
    return np.where(opening, work / max(int(opening.sum()), 1), 0.0)
