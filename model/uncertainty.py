"""Likely ranges: the same scrambled Sobol draws of every assumption for every scenario, so differences are paired."""

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import results
from model.chain import RANGE_NODES, batch, nodes_of
from model.outcomes import OUTCOMES
from model.results import Results
from model.scenario import MONTHS, Scenario

Array = NDArray[np.float64]
LIKELY = (0.1, 0.9)
"""The band shown as likely: 8 in 10."""
RANGE_DRAWS = 32


def draws(scenario: Scenario, n: int = 256, seed: int = 7) -> pd.DataFrame:
    """Outcomes of every draw: a row a draw, a column an outcome (`consistency`, a figure of the week, is left out).

    The same n and seed give the same draws of assumptions whatever the scenario.
    """
    found, nothing = _both(scenario, n, seed, path=True)
    done = results.against(found, nothing)
    return _columns(done, scenario.month)


def _both(scenario: Scenario, n: int, seed: int, path: bool) -> tuple[Results, Results]:
    return _run(scenario, n, seed, path), _nothing(_Key(scenario.doing_nothing(), n, seed, path))


def _run(scenario: Scenario, n: int, seed: int, path: bool) -> Results:
    return results.run(batch([scenario], n, seed), nodes_of(scenario.month, path), path)


class _Key:
    """A scenario with its draws as a cache key."""

    def __init__(self, scenario: Scenario, n: int, seed: int, path: bool) -> None:
        self.arguments = (scenario, n, seed, path)
        s = scenario
        self.key = (
            s.baseline.digest,
            s.month,
            tuple(sorted(s.conditions.items())),
            tuple(sorted(s.assumptions.items())),
            tuple(sorted(s.targets.items())),
            n,
            seed,
            path,
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.key == other.key


@lru_cache(maxsize=64)
def _nothing(key: _Key) -> Results:
    """Doing nothing in every draw: it stays the same while sliders move."""
    return _run(*key.arguments)


def _columns(found: Results, month: int) -> pd.DataFrame:
    at = month if len(found.months) == MONTHS + 1 else -1
    size = next(iter(found.total.values())).shape
    wide = {
        k: np.broadcast_to(v, (1, max(size[1], v.shape[1]), len(found.months), 1))[0, :, at, 0]
        for k, v in found.total.items()
        if k in OUTCOMES
    }
    frame = pd.DataFrame({k: wide[k] for k in OUTCOMES if k in wide})
    frame.index.name = "draw"
    return frame


def ranges(scenario: Scenario, n: int = RANGE_DRAWS, seed: int = 7) -> pd.DataFrame:
    """Likely range (8 in 10) of every outcome at the scenario's month, and of its difference to doing nothing.

    Index outcome; columns low, high, difference_low, difference_high. Outcomes over 36 months are left out: `draws`.
    """
    found, nothing = _both(scenario, n, seed, path=False)
    this, other = (
        _columns(results.against(found, nothing), scenario.month),
        _columns(results.against(nothing, nothing), scenario.month),
    )
    change = this - other
    low, high = LIKELY
    return pd.DataFrame(
        {
            "low": this.quantile(low),
            "high": this.quantile(high),
            "difference_low": change.quantile(low),
            "difference_high": change.quantile(high),
        }
    )


def path_ranges(scenario: Scenario, outcome: str, n: int = RANGE_DRAWS, seed: int = 7) -> pd.DataFrame:
    """Likely range of an outcome in every month: index month 0 to 36, columns low, high."""
    found = results.run(batch([scenario], n, seed), np.unique([*RANGE_NODES, scenario.month]), path=True)
    values = np.broadcast_to(found.total[outcome], (1, n, MONTHS + 1, 1))[0, :, :, 0]
    low, high = np.quantile(values, LIKELY, axis=0)
    frame = pd.DataFrame({"low": low, "high": high})
    frame.index.name = "month"
    return frame
