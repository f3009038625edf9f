"""Few cells without bias: the week's half-hours, seasons and forecast error in a few weighted points.

A week of 336 half-hours, twelve seasons and seven forecast nodes are 28,000 queues a channel and month. Averaging them
into bins does not converge, since waits are far from linear in load. *Empirical quadrature* keeps actual points and
chooses non-negative weights so that the demand-weighted metrics match the full grid's over a wide set of loads,
staffings, handle times, shifts, peaks and forecast errors (after An, Kim and James 2008; Hernandez et al. 2017).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.stats import qmc

from model.scenario import CELLS, Channel

Array = NDArray[np.float64]
NODES = 7
POINTS = 64
METRICS = 6
_HERMITE_X, _HERMITE_W = np.polynomial.hermite_e.hermegauss(NODES)
_HERMITE_W = _HERMITE_W / math.sqrt(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Week:
    """A channel's week as the queue sees it: rate (a second), agents, ideal agents, busiest fifth; each (336,)."""

    rate: Array
    agents: Array
    ideal: Array
    busy: Array


def smoothed(arrivals: Array, handle_time_s: float) -> Array:
    """Offered load over the week, as arrivals: dm/dt = l - m/AHT, periodic; mean of m/AHT in each half-hour.

    Contacts longer than a sixth of the half-hour carry load into the next one (modified offered load; Massey and Whitt
    1997). Shorter ones leave the arrivals as they are. Chosen once, from the baseline's handle time.
    """
    interval = 1800.0
    if handle_time_s <= interval / 6:
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
    smooth: Array = result * (arrivals.sum() / result.sum())
    return smooth


def week(channel: Channel, servers_per_agent: float = 1.0) -> Week:
    """The channel's week: smoothed rates, servers (agents, or chat slots), their ideal shape at today's hours."""
    arrivals = smoothed(np.asarray(channel.arrivals), channel.handle_time_s)
    rate = arrivals / 1800.0
    agents = np.asarray(channel.agents) * servers_per_agent
    load = rate * channel.handle_time_s
    # Ideal staffing is a + beta sqrt(a) (square-root rule); with too few hours for that, in proportion to the load.
    beta = (agents.sum() - load.sum()) / np.sqrt(load).sum()
    ideal = load + beta * np.sqrt(load) if beta >= 0 else load * agents.sum() / load.sum()
    order = np.argsort(-load, kind="stable")
    open_cells = int(np.count_nonzero(load))
    busy = np.zeros(CELLS)
    busy[order[: max(1, round(open_cells / 5))]] = 1.0
    return Week(rate, agents, ideal, busy)


def full_grid(weeks: list[Week], factors: tuple[float, ...]) -> Array:
    """Every point: (channel, cell x season x node, 6) in the columns of `model.network`."""
    cells = np.flatnonzero(sum(w.rate for w in weeks) > 0)
    season, count = np.unique(np.asarray(factors), return_counts=True)
    grid = np.empty((len(weeks), len(cells), len(season), NODES, 6))
    for c, w in enumerate(weeks):
        grid[c, ..., 0] = count[None, :, None] / 12 * _HERMITE_W
        grid[c, ..., 1] = w.rate[cells, None, None] * season[None, :, None]
        grid[c, ..., 2] = _HERMITE_X
        for column, values in ((3, w.agents), (4, w.ideal), (5, w.busy)):
            grid[c, ..., column] = values[cells, None, None]
    return grid.reshape(len(weeks), -1, 6)


def _settings(count: int, seed: int = 3) -> Array:
    """Load, servers, handle time, shifts, peak and forecast error over which the reduced points must agree."""
    box = qmc.scale(
        qmc.Sobol(6, rng=seed).random(count), [0.55, 0.6, 0.75, 0.0, 0.85, 0.0], [1.8, 1.7, 1.35, 1.0, 1.4, 0.25]
    )
    # One-dimensional sweeps around today, where most scenarios are.
    sweep = np.tile([1.0, 1.0, 1.0, 0.0, 1.0, 0.08], (24, 1))
    sweep[:8, 0] = np.linspace(0.6, 1.7, 8)
    sweep[8:16, 1] = np.linspace(0.65, 1.6, 8)
    sweep[16:20, 3] = np.linspace(0.25, 1.0, 4)
    sweep[20:, 5] = (0.0, 0.04, 0.12, 0.2)
    return np.concatenate([box, sweep])


def _contributions(grid: Array, settings: Array, channels: list[Channel]) -> Array:
    """What each point adds to each metric: (settings x metrics x channels, points), per unit of weight.

    Metrics: offered, waiting, abandoned, E[W; served] against the target, answered in time.
    """
    from model._erlang import erlang_a_batch

    points = grid.shape[1]
    rows = []
    for load, servers, handle, flex, peak, error in settings:
        sigma = math.sqrt(math.log1p(max(error, 0.0) ** 2))
        rates = [g[:, 1] * load * np.exp(sigma * g[:, 2] - sigma**2 / 2) * (1 + (peak - 1) * g[:, 5]) for g in grid]
        for c, channel in enumerate(channels):
            if len(channels) > 1:  # the pool: one team, mean service time and patience
                total = np.sum(rates, axis=0)
                work = sum(r * ch.handle_time_s for r, ch in zip(rates, channels, strict=True))
                theta = sum(r / ch.patience_s for r, ch in zip(rates, channels, strict=True)) / np.maximum(
                    total, 1e-300
                )
                mu = np.maximum(total, 1e-300) / np.maximum(work * handle, 1e-300)
                agents = servers * sum(g[:, 3] + flex * (g[:, 4] - g[:, 3]) for g in grid)
            else:
                total, agents = rates[0], servers * (grid[0, :, 3] + flex * (grid[0, :, 4] - grid[0, :, 3]))
                mu, theta = (
                    np.full(points, 1 / (channel.handle_time_s * handle)),
                    np.full(points, 1 / channel.patience_s),
                )
            result = np.empty((points, 5))
            assert channel.target_s is not None
            ones = np.ones(points)
            erlang_a_batch(
                np.ascontiguousarray(total),
                mu * ones,
                theta * ones,
                np.ascontiguousarray(agents * ones),
                channel.target_s * ones,
                result,
            )
            wait_scale = max(channel.target_s, 0.2 * channel.patience_s)
            base = rates[c]
            rows += [base, base * result[:, 0], base * result[:, 1], base * result[:, 2] / wait_scale,
                     base * np.minimum(result[:, 3] / wait_scale**2, 1e3), base * result[:, 4]]  # fmt: skip
    return np.array(rows)


def reduced(weeks: list[Week], factors: tuple[float, ...], channels: list[Channel], points: int = POINTS) -> Array:
    """The few points and their weights, (channel, point, 6); the full grid where it is no larger.

    Candidates are drawn over the whole range of congestion; the targets' singular directions leave `points` equations,
    and non-negative least squares gives no more points than equations.
    """
    grid = full_grid(weeks, factors)
    if grid.shape[1] <= points:
        return grid
    settings = _settings(64)
    # A sample of the grid stands for it: stratified along congestion, weights adding up to each stratum's.
    load = (grid[:, :, 1] * np.array([[c.handle_time_s] for c in channels])).sum(axis=0)
    agents = grid[:, :, 3].sum(axis=0)
    congestion = load * np.exp(0.1 * grid[0, :, 2]) / np.maximum(agents, 1e-6)
    order = np.lexsort((load, congestion))
    exact = _exact_targets(weeks, factors, settings, channels)
    chosen = order[np.unique(np.linspace(0, len(order) - 1, min(600, len(order))).round().astype(int))]
    matrix = _contributions(grid[:, chosen], settings, channels)
    # Shares of offered matter, not volumes; and scenarios near today more than the ends of the box.
    offered = exact.reshape(-1, METRICS)[:, :1]
    size = offered * np.maximum(exact.reshape(-1, METRICS) / offered, 1.0)
    near = np.log(settings[:, 0] * settings[:, 2] / settings[:, 1])
    weight = np.repeat(np.exp(-0.5 * (near / 0.25) ** 2) + 0.05, len(channels))[:, None]
    matrix, exact = matrix * (weight / size).ravel()[:, None], exact * (weight / size).ravel()
    # Leading left singular vectors, from the Gram matrix: only the largest are wanted, and it is far smaller.
    values, left = np.linalg.eigh(matrix @ matrix.T)
    keep = left[:, ::-1][:, : min(points, int(np.sum(values > values[-1] * 1e-15)))]
    solution, _ = nnls(keep.T @ matrix, keep.T @ exact, maxiter=20 * len(chosen))
    used = np.flatnonzero(solution > 0)
    # The equations left out are not forgotten: the chosen points' weights are refitted to all of them.
    refitted, _ = nnls(matrix[:, used], exact, maxiter=20 * len(used))
    used, solution = used[refitted > 0], refitted[refitted > 0]
    result = grid[:, chosen[used]].copy()
    result[:, :, 0] = solution
    return np.ascontiguousarray(result)


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


def joint_nodes(factors: tuple[float, ...], cv: float, count: int) -> tuple[Array, Array]:
    """Gauss nodes and weights of season times forecast error, the latter lognormal with mean 1."""
    sigma = math.sqrt(math.log1p(cv**2))
    joint = np.outer(factors, np.exp(sigma * _HERMITE_X - sigma**2 / 2)).ravel()
    values, weights = _gauss(joint, np.tile(_HERMITE_W / 12, (12, 1)).ravel(), count)
    spare = count - len(values)  # where nothing varies there are fewer nodes; keep the shape
    return np.pad(values, (0, spare), constant_values=1.0), np.pad(weights, (0, spare))


def _exact_targets(weeks: list[Week], factors: tuple[float, ...], settings: Array, channels: list[Channel]) -> Array:
    """The full grid's metrics for every setting, with season and forecast error joined in nine Gauss nodes."""
    cells = np.flatnonzero(sum(w.rate for w in weeks) > 0)
    rows = []
    for setting in settings:
        values, weights = joint_nodes(factors, setting[5], 9)
        grid = np.zeros((len(weeks), len(cells), len(values), 6))
        for c, w in enumerate(weeks):
            grid[c, ..., 1] = w.rate[cells, None] * values
            for column, cell_values in ((3, w.agents), (4, w.ideal), (5, w.busy)):
                grid[c, ..., column] = cell_values[cells, None]
        grid[..., 0] = weights
        flat = grid.reshape(len(weeks), -1, 6)
        still = np.append(setting[:5], 0.0)  # the forecast error is in the nodes already
        rows.append(_contributions(flat, still[None], channels) @ flat[0, :, 0])
    return np.concatenate(rows)
