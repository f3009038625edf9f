"""What knowing one uncertain figure is worth for a choice, from draws: a spline of each option's worth over the figure.

EVPPI_i = E[max_d E[worth_d | x_i]] - max_d E[worth_d] (expected value of partial perfect information). The inner mean
is a regression of the draws' worth on x_i (Strong, Oakley and Brennan 2014, Medical Decision Making 34, 311-326);
sorting draws into bins instead is biased. The regression is a penalised cubic B-spline (Eilers and Marx 1996,
Statistical Science 11, 89-121), its roughness chosen by generalised cross-validation; errors by drawing from its
coefficients.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SEGMENTS = 10
SIMULATED = 400
_PENALTIES = np.logspace(-6, 8, 57)


@dataclass(frozen=True)
class Fit:
    """Mean of y given x at each draw, (draw, option); and what it takes to draw curves as sure as this one."""

    mean: Array
    turned: Array
    spread: Array

    def simulated(self, curves: int = SIMULATED) -> Array:
        """Curves from the fit's distribution, (curve, draw, option)."""
        shaken = np.random.default_rng(0).standard_normal((self.spread.shape[1], curves, self.spread.shape[0]))
        moves = np.stack([noise * spread @ self.turned.T for noise, spread in zip(shaken, self.spread.T, strict=True)])
        drawn: Array = self.mean + np.moveaxis(moves, 0, -1)
        return drawn


def fit(x: Array, y: Array) -> Fit:
    """Spline of each column of y (draw, option) over x (draw,)."""
    from scipy.interpolate import BSpline
    from scipy.linalg import eigh

    n = len(x)
    unit = (x - x.min()) / np.ptp(x)
    knots = np.arange(-3, SEGMENTS + 4) / SEGMENTS
    design = BSpline.design_matrix(np.clip(unit, 0, 1), knots, 3).toarray()
    rough = np.diff(np.eye(design.shape[1]), 2, axis=0)
    # A trace of ridge: a figure whose draws leave a segment empty still has a spline there.
    gram = design.T @ design + 1e-9 * n * np.eye(design.shape[1])
    # In the basis where both the draws and the roughness are diagonal, every penalty is one division.
    size, basis = eigh(rough.T @ rough, gram)
    turned = design @ basis
    kept = 1 / (1 + _PENALTIES[:, None] * np.maximum(size, 0))
    freedom = kept.sum(axis=1)
    middle = y.mean(axis=0)
    along = turned.T @ (y - middle)
    # Sums of squares left over at every penalty, (penalty, option).
    left = ((y - middle) ** 2).sum(axis=0) - (2 * kept - kept**2) @ along**2
    best = np.argmin(n * left / (n - freedom[:, None]) ** 2, axis=0)
    noise = np.maximum(left[best, range(y.shape[1])], 0) / (n - freedom[best])
    return Fit(middle + turned @ (kept[best].T * along), turned, np.sqrt(kept[best].T * noise))


def worth_of_knowing(x: Array, worth: Array) -> tuple[float, float]:
    """What knowing x before choosing is worth, and its standard error, in the unit of `worth` (draw, option).

    Differences to the first option are regressed, since only they decide. (0, 0) where no value of x would change the
    choice.
    """
    if np.ptp(x) == 0:
        return 0.0, 0.0
    found = fit(x, worth[:, 1:] - worth[:, :1])
    value = float(_gain(found.mean[None])[0])
    if value <= 1e-9 * np.abs(worth).max():
        return 0.0, 0.0
    return value, float(_gain(found.simulated()).std(ddof=1))


def _gain(means: Array) -> Array:
    """E[max over options] - max over options of E, of curves (sample, draw, option) against a first option of 0."""
    best = np.maximum(means.max(axis=2), 0).mean(axis=1)
    gain: Array = best - np.maximum(means.mean(axis=1).max(axis=1), 0)
    return gain


def worth_of_knowing_all(worth: Array) -> float:
    """What knowing everything is worth: E[max] - max E over the draws of `worth` (draw, option)."""
    return float(worth.max(axis=1).mean() - worth.mean(axis=0).max())
