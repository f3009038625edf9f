"""Whose uncertainty an uncertain figure comes from: first-order and total Sobol indices, with their errors.

S_i = V[E[f | x_i]] / V[f] is what knowing x_i alone would take off the variance, T_i = E[V[f | all but x_i]] / V[f]
what would be left if all the others were known. From values at points A, B and, for each group of inputs i, at A with
the columns i from B (Saltelli et al. 2010, Computer Physics Communications 181, 259-270); scipy's estimators.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RESAMPLES = 200


@dataclass(frozen=True)
class Indices:
    """First-order and total shares of the variance, (group,), and their standard errors."""

    first: Array
    first_error: Array
    total: Array
    total_error: Array


@lru_cache(maxsize=8)
def two_samples(n: int, inputs: int, seed: int, first: tuple[int, ...] = ()) -> tuple[Array, Array]:
    """Two independent samples of the unit cube, each (n, inputs): halves of scrambled Sobol points, n a power of two.

    The inputs `first` get the dimensions in which the points lie most evenly: where they are the ones that matter, a
    hundred draws tell what takes a thousand else. The first points of a larger sample are those of a smaller one, so
    that a study can go on where it was.
    """
    from scipy.stats import qmc

    points = qmc.Sobol(2 * inputs, rng=np.random.default_rng(seed)).random_base2(int(n).bit_length() - 1)
    points = np.clip(points, 1e-9, 1 - 1e-9)
    rest = [i for i in range(inputs) if i not in first]
    ahead, behind = 2 * len(first), 2 * len(first) + len(rest)
    a, b = np.empty((n, inputs)), np.empty((n, inputs))
    a[:, first], b[:, first] = points[:, : len(first)], points[:, len(first) : ahead]
    a[:, rest], b[:, rest] = points[:, ahead:behind], points[:, behind:]
    a.setflags(write=False)
    b.setflags(write=False)
    return a, b


def indices(at_a: Array, at_b: Array, at_mixed: Array) -> Indices:
    """Indices of each group from values at A and B, (n,), and at A with the group's columns from B, (group, n).

    Errors by bootstrap over the points, as if they were random: Sobol points lie more evenly, so the errors are rather
    too large than too small. Nothing varies: all zero. n is a power of two.
    """
    from scipy.stats import sobol_indices

    groups, n = at_mixed.shape
    if np.ptp([at_a, at_b]) == 0:
        nothing = np.zeros(groups)
        return Indices(nothing, nothing, nothing, nothing)
    values: Any = {"f_A": at_a[None], "f_B": at_b[None], "f_AB": at_mixed[:, None]}
    found = sobol_indices(func=values, n=n)
    first, total = (np.atleast_1d(order) for order in (found.first_order, found.total_order))
    errors = _errors(at_a, at_b, at_mixed)
    return Indices(first, errors[0], total, errors[1])


def _errors(at_a: Array, at_b: Array, at_mixed: Array) -> tuple[Array, Array]:
    """Standard errors (group,) of both orders over resampled points.

    The sums that the estimators are made of, weighted by how often each point was drawn: a thousand times quicker than
    resampling the values themselves, as scipy's own bootstrap does.
    """
    n = len(at_a)
    weights = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=RESAMPLES) / n
    middle = (at_a.mean() + at_b.mean()) / 2
    a, b, mixed = at_a - middle, at_b - middle, at_mixed - middle
    variance = (weights @ (a * a + b * b) - (weights @ (a + b)) ** 2 / 2) / 2
    first = (weights @ (b * (mixed - a)).T) / variance[:, None]
    total = (weights @ ((a - mixed) ** 2).T) / 2 / variance[:, None]
    return first.std(axis=0, ddof=1), total.std(axis=0, ddof=1)
