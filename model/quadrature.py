"""Few cells without bias: the week's half-hours, seasons and forecast error in a few weighted points.

A week of 336 half-hours, twelve seasons and seven forecast nodes are 28,000 queues a channel and month. Averaging them
into bins does not converge, since waits are far from linear in load. *Empirical quadrature* keeps actual points, some
as smaller teams, and chooses non-negative weights so that the demand-weighted metrics match the full grid's over a
wide set of loads, staffings, handle times, shifts, peaks and forecast errors (after An, Kim and James 2008; Hernandez
et al. 2017). Weeks whose queues carry over from half-hour to half-hour are not theirs: see
`model.surface`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from model import sparse
from model._compiled import compiled
from model._erlang import erlang_a_multi
from model.scenario import CELLS, Channel

Array = NDArray[np.float64]
NODES = 7
POINTS, POOL_POINTS, POOL_ROUGHLY = (48, 56, 64, 72, 80, 96, 112, 128, 160), (64, 80, 96, 112, 128, 160, 192, 256), 44
"""Of a channel, and of all channels as one team: there each channel's load and staff may move on their own. The first
count is taken that misses no more than it may, since large teams turn within a few percent of load."""
MISSED, POOL_MISSED, WORST = 1.6e-4, 4.5e-4, 6
"""What may be missed of contacts in time or abandoned, in nine settings of ten, and how many times that in the last."""
METRICS = 6
INTERVAL = 1800.0
SETTINGS = 80
"""Random settings that the points are fitted to, beside the sweeps."""
TEAMS = ((1.0, 500), (2.0, 200), (6.0, 200))
"""Candidates: actual points, and points of teams so many times smaller, whose waits rise more gently with load, as the
average of many half-hours does."""
MORE, EARLY, ROUNDS = 3, 5, 4
"""Times as many candidates where those and the first `EARLY` counts of points do not reach; how often candidates are
added at most."""
JOINT, SEASONS = (6, 9), 5
"""Gauss nodes of season and forecast error together; of seasons, where each meets every node of the forecast error."""
SAME = 3e-5
"""Of all contacts: so near are joint nodes to those where each season meets every forecast node, or they are not taken.
"""
ERRORS = (0.0, 0.06, 0.12, 0.2)
WARM_UP = 48
"""Half-hours that run before the week, so that it starts with Sunday's queue."""
_HERMITE_X, _HERMITE_W = np.polynomial.hermite_e.hermegauss(NODES)
_HERMITE_W = _HERMITE_W / math.sqrt(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Week:
    """A channel's week as the queue sees it: rate (a second), agents, ideal agents, busiest fifth; each (336,).

    `rate` is the smoothed one, `came` the one at which contacts arrive.
    """

    rate: Array
    agents: Array
    ideal: Array
    busy: Array
    came: Array

    def scaled(self, factor: float) -> "Week":
        """The same week with so many times the agents."""
        return Week(self.rate, self.agents * factor, self.ideal * factor, self.busy, self.came)

    def reach(self, peak: Array) -> Array:
        """Share of contacts that come while somebody is scheduled, at a factor on the busiest fifth."""
        there = self.agents > 0
        calm, busy = self.came * (1 - self.busy), self.came * self.busy
        share: Array = (calm[there].sum() + peak * busy[there].sum()) / (calm.sum() + peak * busy.sum())
        return share

    def shifted(self, way: float) -> Array:
        """Agents of each half-hour so far on the way to the ideal shifts, (336,); below 0: away from them."""
        found: Array = np.maximum(self.agents + way * (self.ideal - self.agents), 0.0)
        return found

    @property
    def fixed_most(self) -> float:
        """How far away from the ideal shifts leaves nobody out of a half-hour in which somebody is there."""
        fewer = (self.ideal > self.agents) & (self.agents > 0)
        return float(np.min(self.agents[fewer] / (self.ideal - self.agents)[fewer], initial=np.inf))

    @property
    def unmanned(self) -> float:
        """Share of the ideal hours in half-hours in which nobody is there."""
        return float(self.ideal[self.agents == 0].sum() / self.ideal.sum())


def ramp(value: float, low: float, high: float) -> float:
    """0 up to low, 1 from high on, smooth in between: 3 u^2 - 2 u^3."""
    u = min(max((value - low) / (high - low), 0.0), 1.0)
    return u * u * (3 - 2 * u)


def smoothed(arrivals: Array, handle_time_s: float) -> Array:
    """Offered load over the week, as arrivals: dm/dt = l - m/AHT, periodic; mean of m/AHT in each half-hour.

    Contacts longer than a sixth of the half-hour carry load into the next one (modified offered load; Massey and Whitt
    1997). Shorter ones leave the arrivals as they are; up to a third of the half-hour the two are blended. Chosen once,
    from the baseline's handle time.
    """
    interval = INTERVAL
    weight = ramp(handle_time_s / interval, 1 / 6, 1 / 3)
    if weight == 0:
        return arrivals
    decay = math.exp(-interval / handle_time_s)
    level = 0.0
    for value in np.concatenate([arrivals, arrivals]):  # the second week starts from its periodic level
        level = value + (level - value) * decay
    result = np.empty(CELLS)
    for i, value in enumerate(arrivals):
        result[i] = value + (level - value) * (1 - decay) * handle_time_s / interval
        level = value + (level - value) * decay
    # What is still talked about after closing keeps nobody waiting: no queue stands where nobody arrives.
    result = np.where(arrivals > 0, result, 0.0)
    smooth: Array = arrivals + weight * (result * (arrivals.sum() / result.sum()) - arrivals)
    return smooth


def hourly_weight(weeks: list[Week], channels: list[Channel]) -> float:
    """How far the week of a channel, or of channels as one team, is taken hour by hour, 0 to 1.

    Stationary where patience is below a third of the half-hour; hour by hour where it is longer than two thirds, a
    tenth of the contacts come at more than 95 % of capacity (it begins at 80 %, since sliders move load), and capacity
    used changes by 5 % from one half-hour to the next. Smooth in between. From the baseline alone, so no slider
    switches.
    """
    rate = np.sum([w.rate for w in weeks], axis=0)
    load = np.sum([w.rate * c.handle_time_s for w, c in zip(weeks, channels, strict=True)], axis=0)
    leaving = sum(float(w.rate.sum()) / c.patience_s for w, c in zip(weeks, channels, strict=True))
    agents = np.sum([w.agents for w in weeks], axis=0)
    patient = ramp(float(rate.sum()) / leaving / INTERVAL, 1 / 3, 2 / 3)
    used = load / np.maximum(agents, 1e-6 * max(float(agents.max()), 1e-6))
    full = float(rate @ [ramp(u, 0.8, 0.95) for u in used] / rate.sum())
    moves = np.where(load > 0, np.minimum(np.abs(np.roll(used, 1) - used), 1.0), 0.0)
    return patient * ramp(full, 0.0, 0.1) * ramp(math.sqrt(float(rate @ moves**2 / rate.sum())), 0.0, 0.05)


def week(channel: Channel, servers_per_agent: float = 1.0) -> Week:
    """The channel's week: smoothed rates, servers (agents, or chat slots), their ideal shape at today's hours."""
    arrivals = smoothed(np.asarray(channel.arrivals), channel.handle_time_s)
    rate = arrivals / INTERVAL
    agents = np.asarray(channel.agents) * servers_per_agent
    load = rate * channel.handle_time_s
    # Ideal staffing is a + beta sqrt(a) (square-root rule); with too few hours for that, in proportion to the load.
    beta = (agents.sum() - load.sum()) / np.sqrt(load).sum()
    ideal = load + beta * np.sqrt(load) if beta >= 0 else load * agents.sum() / load.sum()
    order = np.argsort(-load, kind="stable")
    open_cells = int(np.count_nonzero(load))
    busy = np.zeros(CELLS)
    busy[order[: max(1, round(open_cells / 5))]] = 1.0
    return Week(rate, agents, ideal, busy, np.asarray(channel.arrivals) / INTERVAL)


def full_grid(weeks: list[Week], factors: tuple[float, ...]) -> Array:
    """Every point: (channel, cell x season x node, 6) in the columns of `model.network`."""
    cells = _cells(weeks)
    return _spread(cells, np.ones(cells.shape[1]), factors)


def _cells(weeks: list[Week]) -> Array:
    """The half-hours in which somebody calls, (channel, cell, 4): rate, agents, ideal agents, busiest fifth."""
    open_ = np.flatnonzero(sum(w.rate for w in weeks) > 0)
    return np.stack([np.column_stack([w.rate, w.agents, w.ideal, w.busy])[open_] for w in weeks])


def _alike(cells: Array) -> tuple[Array, Array]:
    """Half-hours that are alike in everything as one, and how many each stands for."""
    _, first, count = np.unique(cells.transpose(1, 0, 2).reshape(cells.shape[1], -1), axis=0, return_index=True,
                                return_counts=True)  # fmt: skip
    return cells[:, first], count.astype(float)


def _spread(cells: Array, count: Array, factors: tuple[float, ...]) -> Array:
    """Half-hours that stand for so many each, in every season and at every node of the forecast error."""
    season, months = np.unique(np.asarray(factors), return_counts=True)
    grid = np.empty((*cells.shape[:2], len(season), NODES, 6))
    grid[..., 0] = count[:, None, None] * (months[:, None] / 12 * _HERMITE_W)
    grid[..., 1] = cells[..., 0, None, None] * season[:, None]
    grid[..., 2] = _HERMITE_X
    grid[..., 3:] = cells[:, :, None, None, 1:]
    return grid.reshape(len(cells), -1, 6)


@lru_cache(maxsize=8)
def _settings(channels: int = 1, seed: int = 3) -> Array:
    """Load, servers, handle time, shifts, peak and forecast error at which points must agree, (setting, channel, 6).

    Spread like scenarios: load, staffing and handle time about today's, shifts moved in half of them, the peak in
    three of five. Channels of a team differ in load, staff and handle time in two settings of three, up to one that
    has next to no staff of its own.
    """
    count, power = SETTINGS, math.ceil(math.log2(SETTINGS))
    u = qmc.Sobol(6, rng=np.random.default_rng(seed)).random_base2(power)[:count]
    load = np.exp(np.clip(0.28 * ndtri(u[:, 0]), -0.55, 0.65))
    handle = np.exp(np.clip(0.12 * ndtri(u[:, 2]), -0.25, 0.3))
    box = np.empty((count, 6))
    box[:, 0], box[:, 2] = load, handle
    box[:, 1] = load * handle / np.exp(np.clip(0.22 * ndtri(u[:, 1]), -0.5, 0.6))
    box[:, 3] = np.maximum(0.0, 2 * u[:, 3] - 1)
    box[:, 4] = np.where(u[:, 4] < 0.4, 1.0, 0.85 + 0.5 * (u[:, 4] - 0.4) / 0.6)
    box[:, 5] = np.array(ERRORS)[(u[:, 5] * len(ERRORS)).astype(int)]
    # One-dimensional sweeps around today, where most scenarios are.
    sweep = np.tile([1.0, 1.0, 1.0, 0.0, 1.0, 0.06], (24, 1))
    sweep[:8, 0] = np.linspace(0.6, 1.7, 8)
    sweep[8:16, 1] = np.linspace(0.65, 1.6, 8)
    sweep[16:18, 3] = (0.5, 1.0)
    sweep[18:21, 4] = (0.85, 1.15, 1.3)
    sweep[21:, 5] = (0.0, 0.12, 0.2)
    settings = np.repeat(np.concatenate([box, sweep])[:, None], channels, axis=1)
    if channels > 1:
        rng = np.random.default_rng(seed)
        z = rng.standard_normal((count, channels, 3)) * np.where(np.arange(count) % 3 > 0, 1.0, 0.0)[:, None, None]
        settings[:count, :, 0] *= np.exp(0.2 * z[..., 0])
        settings[:count, :, 2] *= np.exp(0.08 * z[..., 1])
        settings[:count, :, 1] *= np.exp(0.2 * z[..., 0] + 0.08 * z[..., 1]) * np.maximum(1 + 0.35 * z[..., 2], 0.02)
    settings.setflags(write=False)
    return settings


def _wait_scale(channel: Channel) -> float:
    """Seconds against which waits are weighed."""
    return max(channel.target_s, 0.2 * channel.patience_s)


@compiled()
def _at_point(grid: Array, k: int, setting: Array, facts: Array, found: Array, out: Array) -> None:
    """What point k adds to each metric of each channel under a setting, (channel x METRICS,), per unit of weight.

    Metrics: offered, waiting, abandoned, E[W; served] and E[W^2; served] against the target, answered in time. facts
    (4, channel): handle time, 1/patience, target, seconds against which waits are weighed. Several channels are one
    team, with their mean service time and patience.
    """
    channels = grid.shape[0]
    error = max(setting[0, 5], 0.0)
    sigma = math.sqrt(math.log1p(error * error))
    came = math.exp(sigma * grid[0, k, 2] - 0.5 * sigma * sigma)
    total, work, leave, agents = 0.0, 0.0, 0.0, 0.0
    for c in range(channels):
        point = grid[c, k]
        rate = point[1] * setting[c, 0] * came * (1.0 + (setting[0, 4] - 1.0) * point[5])
        out[c * METRICS] = rate
        total += rate
        work += rate * facts[0, c] * setting[c, 2]
        leave += rate * facts[1, c]
        agents += setting[c, 1] * (point[3] + setting[0, 3] * (point[4] - point[3]))
    some = max(total, 1e-300)
    erlang_a_multi(total, some / max(work, 1e-300), leave / some, agents, facts[2], found)
    for c in range(channels):
        rate, scale = out[c * METRICS], facts[3, c]
        out[c * METRICS + 1] = rate * found[0]
        out[c * METRICS + 2] = rate * found[1]
        out[c * METRICS + 3] = rate * found[2] / scale
        out[c * METRICS + 4] = rate * min(found[3] / (scale * scale), 1e3)
        out[c * METRICS + 5] = rate * found[4 + c]


def _contributed(grid: Array, settings: Array, facts: Array) -> Array:
    """What each point adds to each metric per unit of weight, (setting x channel x METRICS, point)."""
    matrix = np.empty((settings.shape[0] * settings.shape[1] * METRICS, grid.shape[1]))
    _contributions(np.ascontiguousarray(grid), settings, facts, matrix)
    return matrix


@compiled()
def _contributions(grid: Array, settings: Array, facts: Array, out: Array) -> None:
    """`_at_point` of every point and setting, (setting x channel x METRICS, point)."""
    size = METRICS * grid.shape[0]
    found, added = np.empty(4 + grid.shape[0]), np.empty(size)
    for i in range(settings.shape[0]):
        for k in range(grid.shape[1]):
            _at_point(grid, k, settings[i], facts, found, added)
            for j in range(size):
                out[i * size + j, k] = added[j]


@compiled()
def _sums(grid: Array, settings: Array, facts: Array, out: Array) -> None:
    """`_at_point` summed over the points by their weights, (setting, channel x METRICS)."""
    found, added = np.empty(4 + grid.shape[0]), np.empty(out.shape[1])
    out[:] = 0.0
    for i in range(settings.shape[0]):
        for k in range(grid.shape[1]):
            _at_point(grid, k, settings[i], facts, found, added)
            for j in range(len(added)):
                out[i, j] += grid[0, k, 0] * added[j]


def reduced(weeks: list[Week], factors: tuple[float, ...], channels: list[Channel]) -> Array:
    """The few points and their weights, (channel, point, 6); the full grid where it is no larger.

    Every point is a stationary queue with a weight of at least nothing, whatever they match, so the averages rise and
    fall with load and staffing as each of them does.
    """
    return reductions(weeks, factors, channels)[0]


def reductions(weeks: list[Week], factors: tuple[float, ...], channels: list[Channel]) -> tuple[Array, Array]:
    """As `reduced`, and `POOL_ROUGHLY` points: what they must match is reckoned but once."""
    cells, alike = _alike(_cells(weeks))
    grid = _spread(cells, alike, factors)
    alone = len(channels) == 1
    counts, most = (POINTS, MISSED) if alone else (POOL_POINTS, POOL_MISSED)
    if grid.shape[1] <= counts[0]:
        return grid, grid
    settings = _settings(len(channels))
    facts = np.array([(c.handle_time_s, 1 / c.patience_s, c.target_s, _wait_scale(c)) for c in channels]).T
    facts = np.ascontiguousarray(facts)
    exact = _exact_targets(cells, alike, factors, settings, facts)
    # Shares of offered matter, not volumes; and scenarios near today more than the ends of the box.
    offered = exact.reshape(-1, METRICS)[:, :1]
    size = offered * np.maximum(exact.reshape(-1, METRICS) / offered, 1.0)
    load = np.array([[float(w.rate.sum()) * c.handle_time_s] for w, c in zip(weeks, channels, strict=True)]).T
    staff = np.array([[float(w.agents.sum())] for w in weeks]).T
    work = (load * settings[:, :, 0] * settings[:, :, 2]).sum(axis=1) / load.sum()
    near = np.log(work * staff.sum() / (staff * settings[:, :, 1]).sum(axis=1))
    weight = np.repeat(np.exp(-0.5 * (near / 0.3) ** 2) + 0.15, len(channels))[:, None]
    scale = (weight / size).ravel()
    chosen = _candidates(grid, channels, 1)
    matrix = _contributed(chosen, settings, facts)
    for step in range(1 + ROUNDS):
        ladder = counts if step else counts[:EARLY]
        solutions = sparse.weights(matrix * scale[:, None], exact * scale, (POOL_ROUGHLY, *ladder))
        missed = np.abs(np.einsum("ij,nj->ni", matrix, solutions) - exact).reshape(len(solutions), -1, METRICS)
        shares = missed[:, :, [2, 5]].max(axis=2) / offered[:, 0]
        share = np.maximum(np.quantile(shares, 0.9, axis=1), shares.max(axis=1) / WORST)
        if share[1:].min() <= most or step == ROUNDS:
            break
        if step:
            # What stands stays, and new points are drawn that may come nearer: the best of all are found step by step.
            used, added = solutions[-1] > 0, _drawn(grid, step)
            chosen, matrix = chosen[:, used], matrix[:, used]
        else:
            # Of many more candidates those are added that some of the settings would take.
            many = _candidates(grid, channels, MORE)
            some = np.arange(len(exact)).reshape(len(settings), -1)[::MORE].ravel()
            part = _contributed(many, settings[::MORE], facts) * scale[some, None]
            added = many[:, sparse.weights(part, exact[some] * scale[some], (min(counts[-2], 160),))[0] > 0]
        chosen = np.concatenate([chosen, added], axis=1)
        matrix = np.concatenate([matrix, _contributed(added, settings, facts)], axis=1)
    enough = 1 + int(np.argmax(share[1:] <= most)) if share[1:].min() <= most else len(ladder)

    def of(place: int) -> Array:
        kept = solutions[place] > 0
        if grid.shape[1] <= np.count_nonzero(kept):
            return grid
        result = chosen[:, kept].copy()
        result[:, :, 0] = solutions[place, kept]
        return result

    return of(enough), of(0)


def _candidates(grid: Array, channels: list[Channel], more: int) -> Array:
    """Points stratified along congestion, as they are and as smaller teams, so many times as many as `TEAMS` says."""
    load = (grid[:, :, 1] * np.array([[c.handle_time_s] for c in channels])).sum(axis=0)
    congestion = load * np.exp(0.1 * grid[0, :, 2]) / np.maximum(grid[:, :, 3].sum(axis=0), 1e-6)
    order = np.lexsort((load, congestion))
    last = len(order) - 1
    return _teams(
        grid, [order[np.unique(np.linspace(0, last, min(more * n, last + 1)).round().astype(int))] for _, n in TEAMS]
    )


def _drawn(grid: Array, seed: int) -> Array:
    """As many points of the grid at random as there are candidates, the same for a seed."""
    rng, every = np.random.default_rng(seed), grid.shape[1]
    return _teams(grid, [rng.choice(every, min(count, every), replace=False) for _, count in TEAMS])


def _teams(grid: Array, places: Sequence[NDArray[np.int64]]) -> Array:
    """The points at each of `TEAMS`' places, as teams so many times smaller."""
    parts = []
    for (smaller, _), those in zip(TEAMS, places, strict=True):
        part = grid[:, those].copy()
        part[:, :, [1, 3, 4]] /= smaller
        parts.append(part)
    return np.concatenate(parts, axis=1)


def _gauss(values: Array, weights: Array, count: int) -> tuple[Array, Array]:
    """Gauss nodes and weights of a discrete distribution (Lanczos, then Golub and Welsch 1969)."""
    alpha, beta = np.zeros(count), np.zeros(count)
    q, before = np.sqrt(weights / weights.sum()), np.zeros_like(weights)
    basis = [q]
    for i in range(count):
        v = values * q - beta[i - 1] * before if i else values * q
        alpha[i] = q @ v
        v = v - alpha[i] * q
        for other in basis:  # reorthogonalised: seasons and nodes nearly coincide
            v = v - (other @ v) * other
        beta[i] = np.linalg.norm(v)
        if beta[i] < 1e-12 or i == count - 1:
            count = i + 1
            break
        before, q = q, v / beta[i]
        basis.append(q)
    matrix = np.diag(alpha[:count]) + np.diag(beta[: count - 1], 1) + np.diag(beta[: count - 1], -1)
    nodes, vectors = np.linalg.eigh(matrix)
    return nodes, vectors[0] ** 2


@lru_cache(maxsize=64)
def joint_nodes(factors: tuple[float, ...], cv: float, count: int) -> tuple[Array, Array]:
    """Gauss nodes and weights of season times forecast error, the latter lognormal with mean 1."""
    sigma = math.sqrt(math.log1p(cv**2))
    joint = np.outer(factors, np.exp(sigma * _HERMITE_X - sigma**2 / 2)).ravel()
    values, weights = _gauss(joint, np.tile(_HERMITE_W / 12, (12, 1)).ravel(), count)
    spare = count - len(values)  # where nothing varies there are fewer nodes; keep the shape
    return np.pad(values, (0, spare), constant_values=1.0), np.pad(weights, (0, spare))


def _exact_targets(cells: Array, alike: Array, factors: tuple[float, ...], settings: Array, facts: Array) -> Array:
    """The full grid's metrics for every setting, with fewer nodes of season and forecast error where these do."""
    sums = np.empty((len(settings), METRICS * len(cells)))
    some = np.ones((1, *settings.shape[1:]))
    some[..., [3, 5]] = 0.0
    for error in np.unique(settings[:, 0, 5]).tolist():
        these = np.flatnonzero(settings[:, 0, 5] == error)
        still = settings[these].copy()
        still[:, :, 5] = 0.0  # the forecast error is in the nodes already
        nodes = _season_by_error(factors, error)
        few = np.ascontiguousarray(cells[:, ::3]), alike[::3]
        whole = _sums_at(*few, *nodes, some, facts)
        for count in JOINT:
            joint = joint_nodes(factors, error, count)
            gap = np.abs(_sums_at(*few, *joint, some, facts) - whole).reshape(-1, METRICS)
            if np.all(gap <= SAME * whole.reshape(-1, METRICS)[:, :1]):
                nodes = joint
                break
        sums[these] = _sums_at(cells, alike, *nodes, still, facts)
    return sums.ravel()


def _season_by_error(factors: tuple[float, ...], error: float) -> tuple[Array, Array]:
    """Nodes and weights of season times forecast error, each season's with every one of the grid's forecast nodes."""
    season, share = _gauss(np.array(factors), np.full(12, 1 / 12), min(SEASONS, len(set(factors))))
    if not error:
        return season, share
    sigma = math.sqrt(math.log1p(error**2))
    spread = np.exp(sigma * _HERMITE_X - sigma**2 / 2)
    return np.outer(season, spread).ravel(), np.outer(share, _HERMITE_W).ravel()


def _sums_at(cells: Array, alike: Array, nodes: Array, weights: Array, settings: Array, facts: Array) -> Array:
    """`_sums` of half-hours at nodes of load, (setting, channel x METRICS)."""
    nodes, weights = nodes[weights > 0], weights[weights > 0]
    points = np.zeros((*cells.shape[:2], len(nodes), 6))
    points[..., 0] = alike[:, None] * weights
    points[..., 1] = cells[..., :1] * nodes
    points[..., 3:] = cells[:, :, None, 1:]
    found = np.empty((len(settings), METRICS * len(cells)))
    _sums(points.reshape(len(cells), -1, 6), settings, facts, found)
    return found


def team_weeks(rates: Array, handle: Array, leave: Array, agents: Array, targets: Array) -> Array:
    """Queues hour by hour of channels that share one team, (channel, node, 336, 6).

    Columns as `model.network`'s after the first, then busy servers. rates (channel, node, 336) a second; handle (s) and
    leave (1/s) alike; agents (336,); targets (channel,) in s. The team has the channels' mean service time and
    patience.
    """
    from model import _transient

    total = rates.sum(axis=0)
    some = np.maximum(total, 1e-300)
    work = (rates * handle).sum(axis=0)
    mu = np.where(total > 0, some / np.maximum(work, 1e-300), 1 / handle[0])
    theta = np.where(total > 0, (rates * leave).sum(axis=0) / some, leave[0])
    out = np.empty((*rates.shape, 6))
    total, mu, theta, agents = (np.ascontiguousarray(a) for a in (total, mu, theta, agents))
    for c, seconds in enumerate(targets):
        _transient.weeks_batch(total, mu, theta, agents, float(seconds), INTERVAL, WARM_UP, out[c])
    return out
