"""From nodes to every month: scipy's monotone cubic, to the last digits, at a fraction of its time."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.interpolate import Akima1DInterpolator, PchipInterpolator

from model.months import along, every_month


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


def test_the_softer_curve_is_akimas() -> None:
    rng = np.random.default_rng(2)
    for _ in range(60):
        nodes = np.unique([0, 1, *rng.integers(2, 36, rng.integers(3, 9)), 36])
        values = rng.normal(size=(2, 3, len(nodes), 4))
        found = every_month(nodes, values, monotone=False)
        wanted = Akima1DInterpolator(nodes[1:], values[:, :, 1:], axis=2)(np.arange(1, 37))
        np.testing.assert_allclose(found[:, :, 1:], wanted, rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(found[:, :, nodes[1:]], values[:, :, 1:])


def test_what_moves_with_a_driver_bends_where_it_bends() -> None:
    nodes, month = np.array([0, 1, 3, 8, 12, 24, 36]), np.arange(37.0)
    driver = np.maximum(month - 17, 0)[None, None, :, None] * np.array([1.0, -2.0])  # a bend between two nodes
    soft = np.log1p(month)[None, None, :, None, None]
    truth = driver[..., None] * np.array([0.5, -3.0, 0.0]) + 0.1 * soft
    carried = along(nodes, truth[:, :, nodes], driver)
    np.testing.assert_allclose(carried[:, :, 1:], truth[:, :, 1:], atol=0.03)
    np.testing.assert_allclose(carried[:, :, nodes], truth[:, :, nodes], atol=1e-12)
    without = every_month(nodes, truth[:, :, nodes])
    assert np.abs(without - truth).max() > 1  # which is what the driver is for


def test_a_driver_that_stands_still_explains_nothing() -> None:
    nodes = np.array([0, 1, 6, 36])
    values = np.random.default_rng(4).normal(size=(1, 1, 4, 1, 2))
    carried = along(nodes, values, np.full((1, 1, 37, 1), 0.3))
    np.testing.assert_allclose(carried, every_month(nodes, values, monotone=False), atol=1e-12)
