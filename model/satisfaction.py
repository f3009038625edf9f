"""Satisfaction: CSAT as a mixture over contacts, each with its own odds of a satisfied customer.

E[sigma(b0 + sum of drivers)] over solved or not, wait, transferred or not, failed self-service first or not, critical
error or not, agent still learning or not, late order or not, vendor or not; occupancy acts on all. b0 makes day zero
the surveyed CSAT. The coefficients are judgement until refit from a company's ratings.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled
from model.parameters import Parameters

Array = NDArray[np.float64]
SHARES = ("transfer", "failed_self_service", "critical_error", "new_agent", "late_order", "vendor")
"""Drivers that a contact has or has not; their shares are the last axis of `shares`."""
WAIT_NODES = 5
_LOG_SHAPES = np.linspace(np.log(0.02), np.log(60.0), 65)
_LOG_RATIOS = np.linspace(np.log(1e-3), np.log(1e5), 65)
OVERLOAD_FROM = 0.85
_SOFTNESS = 0.02


def _gamma_measure(shape: Array, count: int) -> tuple[Array, Array]:
    """Gamma distributions of mean 1 as `count` points and weights, the last axis: the trapezoid rule in ln(wait).

    There the density exp(shape (s - e^s)) is analytic and falls at both ends, so the rule converges exponentially. What
    mass lies below 1e-10 of the mean, much where the shape is small, is put at the first point.
    """
    far = 34 / shape
    low = np.maximum(-far - np.sqrt(2 * far), -23.0)
    high = np.log1p(far + np.sqrt(2 * far))
    s = low[..., None] + (high - low)[..., None] * np.linspace(0, 1, count)
    weights = np.exp(shape[..., None] * (s - np.expm1(s)) + np.log((high - low) / (count - 1))[..., None])
    weights *= np.exp(shape * np.log(shape) - shape - _log_gamma(shape))[..., None]
    weights[..., 0] = np.maximum(weights[..., 0] + 1 - weights.sum(axis=-1), 0.0)
    return np.exp(s), weights


def _log_gamma(x: Array) -> Array:
    from scipy.special import gammaln

    return np.asarray(gammaln(x))


@cache
def _gamma_rules() -> tuple[Array, Array]:
    """Waits (relative to their mean) and weights for a grid of shapes and of means against the wait's scale.

    (shape, ratio, node). Customers feel ln(1 + wait/scale): these are Gauss rules of that logarithm's distribution
    (Lanczos, then Golub and Welsch 1969), exact for its polynomials to the ninth degree. Laguerre's nodes, exact for
    those of the wait, miss a half point of CSAT where waits are many times the scale.
    """
    x, weights = _gamma_measure(np.exp(_LOG_SHAPES), 128)
    ratio = np.exp(_LOG_RATIOS)[None, :, None]
    felt = np.log1p(ratio * x[:, None, :])
    unit = (felt * weights[:, None, :]).sum(axis=-1, keepdims=True)
    felt = felt / unit
    q = np.broadcast_to(np.sqrt(weights)[:, None, :], felt.shape)
    matrix = np.zeros((*felt.shape[:2], WAIT_NODES, WAIT_NODES))
    before, size = np.zeros_like(felt), np.zeros((*felt.shape[:2], 1))
    for i in range(WAIT_NODES):
        v = felt * q - size * before
        alpha = (v * q).sum(axis=-1, keepdims=True)
        v = v - alpha * q
        matrix[..., i, i] = alpha[..., 0]
        size = np.sqrt((v * v).sum(axis=-1, keepdims=True))
        if i < WAIT_NODES - 1:
            matrix[..., i, i + 1] = matrix[..., i + 1, i] = size[..., 0]
            before, q = q, v / size
    nodes, vectors = np.linalg.eigh(matrix)
    waits = np.expm1(np.maximum(nodes, 0.0) * unit) / ratio
    return np.ascontiguousarray(waits), np.ascontiguousarray(vectors[..., 0, :] ** 2)


def softplus(occupancy: Array) -> Array:
    """Smooth max(occupancy - 85 %, 0): w ln(1 + exp((occupancy - .85)/w)), w two points."""
    return _SOFTNESS * np.logaddexp(0, (occupancy - OVERLOAD_FROM) / _SOFTNESS)


def with_vendor(p: Parameters, b0: Array, vendor: Array, occupancy: Array, occupancy0: Array) -> Array:
    """b0 of all contacts where a share of them goes to a vendor, whose agents are as busy as own ones are today.

    b0 + overload x v [sp(occ0) - sp(occ)], so that what a full day costs in satisfaction is own agents' alone.
    """
    return b0 + p["csat_overload"] * vendor * (softplus(occupancy0) - softplus(occupancy)) / 0.10


@compiled()
def _between(table: Array, low: int, right: int, part: float, aside: float, k: int) -> float:
    """Bilinear in the first two axes."""
    left = (1 - part) * table[low, right, k] + part * table[low + 1, right, k]
    value: float = left + aside * ((1 - part) * table[low, right + 1, k] + part * table[low + 1, right + 1, k] - left)
    return value


@compiled()
def _mixture(
    common: Array,
    resolved_share: Array,
    resolved_effect: Array,
    wait_effect: Array,
    wait_scale: Array,
    p_wait: Array,
    mean: Array,
    shares: Array,
    effects: Array,
    nodes: Array,
    weights: Array,
    place: Array,
    out: Array,
) -> None:
    """Satisfied share of each row, over all combinations of drivers and the wait's nodes; see `satisfied_share`."""
    drivers = shares.shape[1]
    combos = 1 << drivers
    odds, probability = np.empty(combos), np.empty(combos)
    for i in range(common.shape[0]):
        used = 1
        odds[0], probability[0] = 1.0, 1.0
        for d in range(drivers):
            share = shares[i, d]
            if share == 0.0:
                continue
            factor = np.exp(-effects[i, d])
            for j in range(used):
                odds[used + j] = odds[j] * factor
                probability[used + j] = probability[j] * share
                probability[j] *= 1.0 - share
            used *= 2
        total = 0.0
        # An atom at zero for those who do not wait.
        p = min(max(p_wait[i], 0.0), 1.0)
        conditional = mean[i] / p if p > 1e-12 else 0.0  # hardly anybody waits: cancelled digits must not grow
        low, right = int(place[i, 0]), int(place[i, 1])
        part, aside = place[i, 0] - low, place[i, 1] - right
        for k in range(nodes.shape[2] + 1):
            if k == nodes.shape[2]:
                wait, weight = 0.0, 1.0 - p
            else:
                wait = conditional * _between(nodes, low, right, part, aside, k)
                weight = p * _between(weights, low, right, part, aside, k)
            if weight <= 0.0:
                continue
            waited = common[i] + wait_effect[i] * np.log1p(wait / wait_scale[i])
            unsolved, solved = np.exp(-waited), np.exp(-waited - resolved_effect[i])
            value = 0.0
            for j in range(used):
                value += probability[j] * (
                    resolved_share[i] / (1.0 + solved * odds[j])
                    + (1.0 - resolved_share[i]) / (1.0 + unsolved * odds[j])
                )
            total += weight * value
        out[i] = total


def _wait_shape(p_wait: Array, mean: Array, square: Array, scale: Array) -> tuple[Array, Array]:
    """Of those who wait: shape of the gamma with their two moments, and mean wait against its scale."""
    p = np.clip(p_wait, 1e-12, 1.0)
    waited = mean / p
    variance = np.maximum(square / p - waited**2, 1e-12 * waited**2 + 1e-300)
    bounds = np.exp(_LOG_SHAPES[[0, -1]])
    return np.clip(waited**2 / variance, *bounds), waited / scale


def _place(values: Array, logs: Array) -> Array:
    """Where values stand in an even grid of their logarithms, in steps; held to it."""
    place: Array = (np.log(np.maximum(values, 1e-300)) - logs[0]) / (logs[1] - logs[0])
    return np.clip(place, 0.0, len(logs) - 1.000001)


def satisfied_share(
    p: Parameters,
    b0: Array,
    fcr: Array,
    p_wait: Array,
    mean_wait: Array,
    wait_square: Array,
    wait_scale: Array,
    occupancy: Array,
    shares: dict[str, Array],
    full: bool = False,
) -> Array:
    """Satisfied share of answered contacts, waiters' waits spread like a gamma of their two moments.

    Parameters
    ----------
    b0 : log-odds; fcr, p_wait (of answered), occupancy : shares; mean_wait, wait_square : s, s^2 over answered,
        zeros included; wait_scale : s (60 for phone and chat); shares : a share for each of SHARES.
        All broadcast to (scenario, draw, month, channel). full : each row's gamma in 200 points instead of five.
    """
    effects = {
        "transfer": p["csat_transfer"],
        "failed_self_service": p["csat_failed_self_service"],
        "critical_error": p["csat_critical_error"],
        "new_agent": p["csat_new_agent"],
        "late_order": p["csat_late_order"],
        "vendor": p["csat_vendor"],
    }
    common = b0 + p["csat_overload"] * softplus(occupancy) / 0.10
    shape = np.broadcast_shapes(common.shape, fcr.shape, p_wait.shape, *(s.shape for s in shares.values()))

    def flat(values: Array) -> Array:
        wide = np.empty(shape)  # filled: a third of the time of broadcast_to
        wide[...] = values
        return wide.ravel()

    share, effect = np.empty((*shape, len(SHARES))), np.empty((*shape, len(SHARES)))
    for column, key in enumerate(SHARES):
        share[..., column], effect[..., column] = shares[key], effects[key]
    share, effect = share.reshape(-1, len(SHARES)), effect.reshape(-1, len(SHARES))
    waits = [flat(values) for values in (p_wait, mean_wait, wait_square, wait_scale)]
    shapes, ratios = _wait_shape(*waits)
    if full:
        nodes, weights = (np.stack([table, table], axis=1) for table in _gamma_measure(np.append(shapes, 1.0), 200))
        place = np.stack([np.arange(len(share), dtype=float), np.zeros(len(share))], axis=1)
    else:
        nodes, weights = _gamma_rules()
        place = np.stack([_place(shapes, _LOG_SHAPES), _place(ratios, _LOG_RATIOS)], axis=1)
    out = np.empty(len(share))
    _mixture(
        flat(common),
        flat(fcr),
        flat(p["csat_resolved"]),
        flat(p["csat_wait"]),
        waits[3],
        waits[0],
        waits[1],
        share,
        effect,
        nodes,
        weights,
        place,
        out,
    )
    return out.reshape(shape)


def solve_intercept(target: Array, share_at: Callable[[Array], Array], shape: tuple[int, ...]) -> Array:
    """b0 with share_at(b0) = target: secant on the logit, each element until it stands (to 1e-13) or forty steps."""
    logit = np.log(target / (1 - target))
    b0 = np.array(np.broadcast_to(logit, shape))
    slope, before, gap_before = np.ones(shape), b0, np.zeros(shape)
    for step in range(40):
        share = share_at(b0)
        gap = np.log(share / (1 - share)) - logit
        active = np.abs(gap) > 1e-13
        if not active.any():
            break
        moved = b0 - before
        if step:
            secant = (gap - gap_before) / np.where(moved == 0, 1, moved)
            slope = np.where(np.abs(moved) > 1e-12, np.clip(secant, 0.2, 3.0), slope)
        before, gap_before = b0, gap
        # An element that stands is left alone: its bits do not depend on the rest of the batch.
        b0 = np.where(active, b0 - gap / slope, b0)
    return b0


def contained_satisfied(p: Parameters, b0: Array) -> Array:
    """Satisfied share of contacts that self-service really solved: sigma(b0 + solved + self-service), no wait."""
    return 1 / (1 + np.exp(-(b0 + p["csat_resolved"] + p["csat_self_service"])))


def of_all_contacts(
    satisfied: Array, answered: Array, contained_share: Array, contained: Array, abandoned: Array, p: Parameters
) -> Array:
    """CSAT of all contact events: who gave up, and whom self-service failed, are not satisfied.

    satisfied : share of answered; contained_share : share of the solved in self-service; the rest are contacts a week.
    """
    happy = satisfied * answered + contained_share * p["contained_resolved"] * contained
    return happy / (answered + abandoned + contained)


def nps(csat: Array, csat0: Array, nps0: float | None) -> Array:
    """NPS from the same latent score: sigma(x - a) - sigma(-x - b) with cut-points at a company's own NPS.

    x = logit CSAT. Without a company's figure both cut-points stand one apart from the middle. -100 to 100.
    """
    x, x0 = np.log(csat / (1 - csat)), np.log(csat0 / (1 - csat0))

    def score(at: Array, shift: Array | float) -> Array:
        return 100 * (1 / (1 + np.exp(-(at - 1 + shift))) - 1 / (1 + np.exp(at + 1 + shift)))

    if nps0 is None:
        return score(x, 0.0)
    shift = np.zeros_like(x0)
    for _ in range(40):  # Newton with the numerical slope; the score rises with the shift
        slope = (score(x0, shift + 1e-5) - score(x0, shift - 1e-5)) / 2e-5
        shift = shift + np.clip((nps0 - score(x0, shift)) / np.maximum(slope, 0.5), -1, 1)
    return score(x, shift)


def ces(csat: Array, csat0: Array, ces0: float | None) -> Array:
    """Customer effort score, 1 to 7 (7 easiest): 1 + 6 sigma(logit CSAT + shift), through the company's own figure."""
    x, x0 = np.log(csat / (1 - csat)), np.log(csat0 / (1 - csat0))
    own = x0 if ces0 is None else np.log(max(ces0 - 1, 1e-6) / max(7 - ces0, 1e-6))
    score: Array = 1 + 6 / (1 + np.exp(-(x - x0 + own)))
    return score
