"""From nodes to every month: scipy's monotone cubic, to the last digits, at a fraction of its time."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from model.months import every_month


def scipys(nodes: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    late = nodes > 0
    with np.errstate(all="ignore"):  # scipy divides by slopes, then drops the zeros
        found: NDArray[np.float64] = PchipInterpolator(nodes[late], values[:, :, late], axis=2)(np.arange(1, 37))
    return found


@pytest.mark.parametrize("kind", ["any", "rising", "flat in places", "steep ends"])
def test_the_curve_is_scipys(kind: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(60):
        nodes = np.unique([0, 1, *rng.integers(2, 36, rng.integers(0, 9)), 36])
        values = rng.normal(size=(2, 3, len(nodes), 4))
        if kind == "rising":
            values = np.cumsum(np.abs(values), axis=2)
        elif kind == "flat in places":
            values = np.round(values)
        elif kind == "steep ends":
            values[:, :, [1, -1]] *= 50
        found = every_month(nodes, values)
        np.testing.assert_allclose(found[:, :, 1:], scipys(nodes, values), rtol=1e-13, atol=1e-13)
        np.testing.assert_array_equal(found[:, :, nodes[1:]], values[:, :, 1:])
        np.testing.assert_array_equal(found[:, :, 0], values[:, :, 0])
