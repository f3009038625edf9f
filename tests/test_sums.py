"""Sums over channels are numpy's own, to the bit."""

import numpy as np
import pytest

from model.sums import over_channels


@pytest.mark.parametrize("shape", [(1, 1, 37, 3), (1, 128, 37, 3), (2, 500, 1, 7), (1, 300, 37, 9), (4, 400, 1, 1)])
def test_sums_over_channels_are_numpys(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(3).lognormal(0, 9, shape)
    assert np.array_equal(over_channels(values), values.sum(axis=-1, keepdims=True))
