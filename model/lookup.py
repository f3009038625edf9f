"""Tables in which a week's figures are looked up; `model._week` says why and how.

Measured against the sums (bank, retail, software, and 1,000 agents at a forecast error of 2 %, at random places of the
table): service level and P(wait) within .01 points, .02 for the 1,000 agents; abandonment within .004.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model._week import FIGURES, Table

Array = NDArray[np.float64]
_AXES = ((-1.2, 1.2, 0.2), (-1.65, 1.05, 0.05), (-0.9, 0.9, 0.3), (-0.5, 1.0, 0.125))
"""Lowest, highest, step: ln work, ln staff for it, ln handle time, way to the ideal shifts."""
_SHARP = 0.05
"""Width in ln staff over which service turns, below which the grid of staff is twice as fine."""

NONE = Table(np.empty((0, 0, 0, 0, 0, FIGURES)), np.zeros(4), np.ones(4), np.zeros(0))
"""No table: every week is summed, its half-hours apart."""


def table(handle: Array, load: Array, cv: float) -> Table:
    """An empty table for channels of these handle times (s) and mean loads, at a forecast error.

    Service turns with staff within about sqrt(cv^2 + 1/load), which sets how fine the grid must be.
    """
    low, step = np.array([axis[0] for axis in _AXES]), np.array([axis[2] for axis in _AXES])
    if math.hypot(cv, 1 / math.sqrt(max(float(load.max()), 1e-9))) < _SHARP:
        step[1] /= 2
    count = [round((axis[1] - axis[0]) / size) + 1 for axis, size in zip(_AXES, step, strict=True)]
    return Table(np.full((len(handle), *count, FIGURES), np.nan), low, step, handle)


class Curve:
    """A smooth function of one number, reckoned at multiples of a step when first asked for and read by cubics."""

    def __init__(self, exact: Callable[[Array], Array], step: float) -> None:
        self._exact, self._step, self._known = exact, step, dict[int, float]()

    def __call__(self, at: Array) -> Array:
        position = at / self._step
        first = np.floor(position).astype(np.int64) - 1
        s = position - first
        missing = sorted(set(range(int(first.min()), int(first.max()) + 4)) - self._known.keys())
        if missing:
            self._known |= zip(missing, self._exact(np.array(missing) * self._step).tolist(), strict=True)
        low = int(first.min())
        known = np.array([self._known[i] for i in range(low, int(first.max()) + 4)])
        weights = (
            -(s - 1) * (s - 2) * (s - 3) / 6,
            s * (s - 2) * (s - 3) / 2,
            -s * (s - 1) * (s - 3) / 2,
            s * (s - 1) * (s - 2) / 6,
        )
        value: Array = sum((w * known[first - low + k] for k, w in enumerate(weights)), np.zeros(1))
        return value
