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
        found = along(nodes, values[..., None], np.zeros((2, 3, 37, 4)))[..., 0]
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
    carried, without = (along(nodes, values, np.full((1, 1, 37, 1), level)) for level in (0.3, 0.0))
    np.testing.assert_allclose(carried, without, atol=1e-12)


def test_a_slope_is_that_of_the_months_around() -> None:
    """Service falls ever faster with load: by one slope for all months the bend would be five times as far off."""
    nodes, month = np.array([0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 24, 30, 36]), np.arange(37.0)
    load = 0.1 * np.minimum(month, 13.4)
    level = -np.exp(2.5 * load)
    found = along(nodes, level[None, None, nodes, None, None], load[None, None, :, None])[0, 0, :, 0, 0]
    np.testing.assert_allclose(found[13:15], level[13:15], rtol=0.01)
    slope = np.polyfit(load[nodes[1:]], level[nodes[1:]], 1)[0]
    rest = Akima1DInterpolator(nodes[1:], (level - slope * load)[nodes[1:]])
    assert abs((rest(13) + slope * load[13]) / level[13] - 1) > 0.04


def test_two_nodes_are_joined_by_a_line() -> None:
    nodes, values = np.array([0, 1, 36]), np.array([5.0, 1.0, 8.0])[None, None, :, None, None]
    found = along(nodes, values, np.zeros((1, 1, 37, 1)))[0, 0, :, 0, 0]
    np.testing.assert_allclose(found, [5.0, *np.linspace(1, 8, 36)], atol=1e-12)
