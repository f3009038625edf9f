"""Assumption values as arrays: one column of draws, or the modes, ready to broadcast."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from model.assumptions import ASSUMPTIONS
from model.scenario import Baseline, Range

Parameters = Mapping[str, NDArray[np.float64]]
"""Assumption key to an array (scenario, draw, 1, 1)."""


def ranges(baseline: Baseline, own: Mapping[str, Range] | None = None) -> dict[str, Range]:
    """Low, mode, high of every assumption for this company: its own where measured, the table's else.

    `own` are a scenario's `assumption_ranges`, which go before both.
    """
    table = {key: (row.low, row.mode, row.high) for key, row in ASSUMPTIONS.items()}
    table["wage"] = wage(baseline, table["wage"])
    return table | dict(baseline.assumptions) | dict(own or {})


def wage(baseline: Baseline, table: Range) -> Range:
    """Low, mode, high of the company's wage by the table's: a typed wage is a fact, only a sample's is drawn."""
    low, mode, high = table
    known = baseline.grades.get("wage") == "measured"
    least, most = (1.0, 1.0) if known else (low / mode, high / mode)
    return baseline.wage * least, baseline.wage, baseline.wage * most


Table = tuple[tuple[str, tuple[float, float, float]], ...]


@lru_cache(maxsize=256)
def _drawn(
    table: Table, overrides: tuple[tuple[str, float], ...], draws: int, seed: int
) -> dict[str, NDArray[np.float64]]:
    points = uniform(draws, seed) if draws else np.full((1, len(table)), np.nan)
    result = at(dict(table), dict(overrides), points)
    for drawn in result.values():
        drawn.setflags(write=False)
    return result


def at(
    table: Mapping[str, Range], overrides: Mapping[str, float], points: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Values of every assumption, (draw,), at points of the unit cube, (draw, assumption in the table's order).

    A coordinate is the share of the PERT distribution below the value: 0 the low end, 1 the high end; nan the mode.
    """
    from scipy.special import betaincinv

    result: dict[str, NDArray[np.float64]] = {}
    for column, (key, (low, mode, high)) in enumerate(table.items()):
        unit = points[:, column]
        if key in overrides:
            result[key] = np.full(len(unit), overrides[key])
        elif high <= low or np.isnan(unit).all():
            result[key] = np.full(len(unit), mode)
        else:
            a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
            result[key] = np.where(np.isnan(unit), mode, low + (high - low) * betaincinv(a, b, unit))
    return result


def values(
    table: Mapping[str, tuple[float, float, float]], overrides: Mapping[str, float], draws: int = 0, seed: int = 7
) -> dict[str, NDArray[np.float64]]:
    """Values of every assumption, (draw,): modes without draws, else PERT quantiles of scrambled Sobol points.

    An override is taken as known: it is not drawn. Cached, since the same draws serve every scenario and slider move.
    """
    return _drawn(tuple(table.items()), tuple(sorted(overrides.items())), draws, seed)


@lru_cache(maxsize=16)
def uniform(draws: int, seed: int) -> NDArray[np.float64]:
    """Scrambled Sobol points (draw, assumption) in (0, 1): the first of a power of two."""
    from scipy.stats import qmc

    power = int(np.ceil(np.log2(max(draws, 2))))
    points = qmc.Sobol(len(ASSUMPTIONS), rng=np.random.default_rng(seed)).random_base2(power)
    return np.clip(points[:draws], 1e-9, 1 - 1e-9)
