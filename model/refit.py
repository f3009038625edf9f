"""What moves satisfaction, learned again from a company's own ratings: a logit drawn towards the table's own values.

Maximum a posteriori of a proportional-odds logit (two grades: the plain logit): P(rating <= k) = sigma(c_k - eta),
eta = sum of coefficient x covariate + shrunk intercepts by channel, team and reason. A
coefficient's prior is normal, mean =
the table's mode, sd = (high - low) / 3.3, within the bounds of its sign; the cut-points have none. Only coefficients
leave: no rating, no name of a team or reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import truncnorm

from model.assumptions import ASSUMPTIONS
from model.scenario import Range

Array = NDArray[np.float64]
KEYS = ("csat_resolved", "csat_wait", "csat_transfer")
"""Coefficients that an export can hold: solved or not, ln(1 + wait in minutes), transferred or not."""
FEWEST = 20
"""Ratings of the rarer class that each coefficient asks for."""
WIDTH = 3.3
"""Low to high in standard deviations: nine in ten lie between."""
SMALLEST_GROUP = 5
START_SPREAD, PSEUDO = 0.3, 2.0
"""Spread of intercepts between groups where nothing is known, and how many groups' worth of knowledge that is."""
ROUNDS = 6
KNOWN_SHARE = 0.5
"""Of the ratings, those that must have a covariate for it to be used."""
DIGITS = 4


@dataclass(frozen=True)
class Ratings:
    """Rated contacts, one place each.

    `level` : the grade given, 0 for the lowest. `satisfied` : the lowest grade that counts as satisfied.
    `covariates` : coefficient -> value (0 or 1; ln(1 + wait / 60 s)), nan where unknown. `groups` : what intercepts go
    by -> a number a group, -1 for none.
    """

    level: NDArray[np.int64]
    satisfied: int
    covariates: Mapping[str, Array]
    groups: Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One driver of satisfaction before and after; `prior_share` of what is known comes from the table, 1 where all of
    it does; `why` says why it was kept."""

    key: str
    before: Range
    after: Range
    prior_share: float
    why: str = ""

    @property
    def kept(self) -> bool:
        """Whether the table's own range stands."""
        return bool(self.why)

    @property
    def label(self) -> str:
        return ASSUMPTIONS[self.key].label


@dataclass(frozen=True)
class Refit:
    """What the ratings say: their number, the rarer class, grades told apart, and every coefficient."""

    ratings: int
    rarer: int
    grades: int
    coefficients: tuple[Coefficient, ...]

    @property
    def ranges(self) -> dict[str, Range]:
        """Coefficient -> low, mode, high of those that the ratings could better; for `Baseline.assumptions`."""
        return {c.key: c.after for c in self.coefficients if not c.kept}


def refit(ratings: Ratings) -> Refit:
    """The coefficients after these ratings.

    A coefficient is kept as it was where no column tells of it, where it hardly varies, or where fewer than FEWEST
    ratings of the rarer class stand behind each; those that vary most come first.
    """
    why = dict.fromkeys(KEYS, "")
    known: dict[str, Array] = {}
    for key in KEYS:
        value = ratings.covariates.get(key)
        there = np.zeros(0) if value is None else ~np.isnan(value)
        if value is None or not len(there) or there.mean() < KNOWN_SHARE:
            why[key] = "not in your files"
        else:
            known[key] = value
    rows = np.ones(len(ratings.level), dtype=bool)
    for value in known.values():
        rows &= ~np.isnan(value)
    level = ratings.level[rows]
    good = level >= ratings.satisfied
    rarer = int(min(good.sum(), (~good).sum()))
    usable = {key: value[rows] for key, value in known.items()}
    for key in [k for k in usable if _variety(usable[k]) < FEWEST]:
        why[key] = f"fewer than {FEWEST} rated contacts differ in it"
        del usable[key]
    order = sorted(usable, key=lambda k: -_variety(usable[k]))
    for key in order[rarer // FEWEST :]:
        why[key] = f"too few ratings: {FEWEST} of the rarer kind are needed for each"
    chosen = [key for key in KEYS if key in order[: rarer // FEWEST]]
    found = _solved(level, {k: usable[k] for k in chosen}, {k: g[rows] for k, g in ratings.groups.items()})
    out = []
    for key in KEYS:
        row = ASSUMPTIONS[key]
        before = (row.low, row.mode, row.high)
        after, share = found.get(key, (before, 1.0))
        out.append(Coefficient(key, before, after, share, why[key]))
    return Refit(int(rows.sum()), rarer, len(np.unique(level)), tuple(out))


def _variety(values: Array) -> float:
    """Rated contacts that differ: of two values the rarer, of a length the ratings times its spread over its mean."""
    if set(np.unique(values)) <= {0.0, 1.0}:
        return float(min(values.sum(), len(values) - values.sum()))
    return float(len(values) * min(values.std() / max(values.mean(), 1e-9), 1.0))


def _solved(
    level: NDArray[np.int64], covariates: Mapping[str, Array], groups: Mapping[str, NDArray[np.int64]]
) -> dict[str, tuple[Range, float]]:
    """Coefficient -> its range, and the share that came from the prior."""
    if not covariates:
        return {}
    grades, y = np.unique(level, return_inverse=True)
    cuts, slopes = len(grades) - 1, len(covariates)
    columns, block = _groups(groups, len(level))
    x = np.column_stack([*covariates.values(), columns]) if columns.size else np.column_stack([*covariates.values()])
    rows = [ASSUMPTIONS[key] for key in covariates]
    mean = np.concatenate([[row.mode for row in rows], np.zeros(columns.shape[1])])
    prior_sd = np.array([(row.high - row.low) / WIDTH for row in rows])
    bounds = [(row.floor, row.ceiling) for row in rows]
    spread = np.full(int(block.max()) + 1 if block.size else 0, START_SPREAD)
    beta = np.concatenate([_cut_points(np.bincount(y)), np.clip(mean[:slopes], *np.array(bounds).T),
                           np.zeros(columns.shape[1])])  # fmt: skip
    for _ in range(ROUNDS if columns.size else 1):
        precision = np.concatenate([prior_sd**-2, spread[block] ** -2 if block.size else []])
        beta = _maximum(beta, y, x, cuts, mean, precision, bounds)
        information = _information(beta, y, x, cuts)
        information[cuts:, cuts:] += np.diag(precision)
        covariance = np.linalg.inv(information)
        if columns.size:
            own, variance = beta[cuts + slopes :], np.diag(covariance)[cuts + slopes :]
            for number in range(len(spread)):
                mine = block == number
                total = (own[mine] ** 2 + variance[mine]).sum() + PSEUDO * START_SPREAD**2
                spread[number] = np.sqrt(total / (mine.sum() + PSEUDO))
    _, slope = _objective(beta, y, x, cuts, mean, precision)
    centre = beta - covariance @ slope  # beyond a bound that the coefficient is held at
    out = {}
    for i, (key, row) in enumerate(zip(covariates, rows, strict=True)):
        sd = float(np.sqrt(covariance[cuts + i, cuts + i]))
        out[key] = _range(float(centre[cuts + i]), sd, row.floor, row.ceiling), float(min((sd / prior_sd[i]) ** 2, 1.0))
    return out


def _groups(groups: Mapping[str, NDArray[np.int64]], rows: int) -> tuple[Array, NDArray[np.int64]]:
    """A column of 0 and 1 a group of SMALLEST_GROUP or more, and which grouping each belongs to."""
    columns, block, number = [], [], 0
    for codes in groups.values():
        names, counts = np.unique(codes[codes >= 0], return_counts=True)
        names = names[counts >= SMALLEST_GROUP]
        if len(names) < 2:
            continue
        columns += [(codes == name).astype(np.float64) for name in names]
        block += [number] * len(names)
        number += 1
    return (np.column_stack(columns) if columns else np.zeros((rows, 0))), np.array(block, dtype=np.int64)


def _cut_points(counts: NDArray[np.int64]) -> Array:
    """Cut-points that show the grades' own shares."""
    share = np.cumsum(counts)[:-1] / counts.sum()
    out: Array = np.log(share / (1 - share))
    return out


def _edges(beta: Array, y: NDArray[np.int64], x: Array, cuts: int) -> tuple[Array, Array, Array]:
    """Of each rating: F at its upper and lower cut-point, and its probability."""
    eta = x @ beta[cuts:]
    c = np.concatenate([[-np.inf], beta[:cuts], [np.inf]])
    with np.errstate(over="ignore"):
        upper, lower = 1 / (1 + np.exp(eta - c[y + 1])), 1 / (1 + np.exp(eta - c[y]))
    return upper, lower, np.maximum(upper - lower, 1e-300)


def _objective(
    beta: Array, y: NDArray[np.int64], x: Array, cuts: int, mean: Array, precision: Array
) -> tuple[float, Array]:
    """Negative log posterior and its gradient."""
    upper, lower, p = _edges(beta, y, x, cuts)
    off = beta[cuts:] - mean
    value = -np.log(p).sum() + 0.5 * (precision * off**2).sum()
    at_upper, at_lower = upper * (1 - upper) / p, lower * (1 - lower) / p
    by_cut = np.zeros(cuts + 2)
    np.add.at(by_cut, y + 1, at_upper)
    np.add.at(by_cut, y, -at_lower)
    gradient = np.concatenate([-by_cut[1:-1], x.T @ (at_upper - at_lower) + precision * off])
    return float(value), gradient


def _maximum(
    beta: Array, y: NDArray[np.int64], x: Array, cuts: int, mean: Array, precision: Array,
    bounds: list[tuple[float, float]],
) -> Array:  # fmt: skip
    """The most probable values. Cut-points are kept in order by searching over the first and the logs of the steps."""

    def open_(free: Array) -> Array:
        out: Array = free.copy()
        out[1:cuts] = free[0] + np.cumsum(np.exp(free[1:cuts]))
        return out

    def objective(free: Array) -> tuple[float, Array]:
        value, gradient = _objective(open_(free), y, x, cuts, mean, precision)
        later = np.cumsum(gradient[:cuts][::-1])[::-1]
        return value, np.concatenate([later[:1], later[1:] * np.exp(free[1:cuts]), gradient[cuts:]])

    free = beta.copy()
    free[1:cuts] = np.log(np.maximum(np.diff(beta[:cuts]), 1e-6))
    limits = [(None, None), *[(-14.0, 5.0)] * (cuts - 1), *bounds, *[(None, None)] * (x.shape[1] - len(bounds))]
    found = minimize(objective, free, jac=True, method="L-BFGS-B", bounds=limits,
                     options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-7})  # fmt: skip
    return open_(found.x)


def _information(beta: Array, y: NDArray[np.int64], x: Array, cuts: int) -> Array:
    """Expected Hessian of the negative log likelihood, (cut + covariate) square: sum of dp dp' / p over grades."""
    eta = x @ beta[cuts:]
    with np.errstate(over="ignore"):
        f = 1 / (1 + np.exp(eta[:, None] - beta[:cuts]))
    slope = f * (1 - f)  # of F at each cut-point
    ends = np.concatenate([np.zeros((len(y), 1)), slope, np.zeros((len(y), 1))], axis=1)
    whole = np.concatenate([np.zeros((len(y), 1)), f, np.ones((len(y), 1))], axis=1)
    p = np.maximum(np.diff(whole, axis=1), 1e-12)
    # dp_k / dc_j is slope_j for k = j, -slope_j for k = j + 1; dp_k / d eta is -(ends_k+1 - ends_k).
    by_eta = -np.diff(ends, axis=1)
    size = cuts + x.shape[1]
    out = np.zeros((size, size))
    inverse = 1 / p
    for j in range(cuts):
        out[j, j] = (slope[:, j] ** 2 * (inverse[:, j] + inverse[:, j + 1])).sum()
        if j + 1 < cuts:
            out[j, j + 1] = out[j + 1, j] = -(slope[:, j] * slope[:, j + 1] * inverse[:, j + 1]).sum()
        cross = slope[:, j] * (by_eta[:, j] * inverse[:, j] - by_eta[:, j + 1] * inverse[:, j + 1])
        out[j, cuts:] = out[cuts:, j] = x.T @ cross
    out[cuts:, cuts:] = (x * (by_eta**2 * inverse).sum(axis=1)[:, None]).T @ x
    return out


def _range(centre: float, sd: float, floor: float, ceiling: float) -> Range:
    """Low, mode, high: nine in ten of a normal within the bounds, and its top."""
    law = truncnorm((floor - centre) / sd, (ceiling - centre) / sd, centre, sd)
    low, high = float(law.ppf(0.05)), float(law.ppf(0.95))
    mode = min(max(centre, floor), ceiling)
    # At a bound the top is the bound itself, and the range starts there.
    low, mode, high = (float(f"{v:.{DIGITS}g}") for v in (min(low, mode), mode, max(high, mode)))
    return low, mode, high
