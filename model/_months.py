"""The compiled kernel of `model.months`: a monotone curve through a few months, read at every month."""

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled

Array = NDArray[np.float64]


@compiled("f8(f8, f8, f8, f8)")
def _end(near: float, far: float, first: float, second: float) -> float:
    """Slope at an end from the two nearest intervals' lengths and secants."""
    found = ((2 * near + far) * first - near * second) / (near + far)
    if found * first <= 0:
        return 0.0
    if first * second <= 0 and abs(found) > 3 * abs(first):
        return 3 * first
    return found


@compiled("void(f8[::1], f8[:, :, ::1], f8[:, :, ::1])")
def pchip(nodes: Array, values: Array, out: Array) -> None:
    """Fritsch and Carlson's cubic through values (row, node, column) at nodes (node,), into out (row, month, column).

    Slopes as scipy's `PchipInterpolator` takes them: weighted harmonic means within (Fritsch and Butland 1984), and a
    one-sided three-point estimate kept to the curve's shape at both ends. Months 0, 1, ... out.shape[1] - 1.
    """
    count, width = len(nodes), values.shape[2]
    slope = np.empty(count)
    secant = np.empty(count - 1)
    for row in range(values.shape[0]):
        for column in range(width):
            for k in range(count - 1):
                secant[k] = (values[row, k + 1, column] - values[row, k, column]) / (nodes[k + 1] - nodes[k])
            if count == 2:
                slope[0] = slope[1] = secant[0]
            else:
                for k in range(1, count - 1):
                    before, after = secant[k - 1], secant[k]
                    if before * after <= 0:
                        slope[k] = 0.0
                    else:
                        left, right = nodes[k] - nodes[k - 1], nodes[k + 1] - nodes[k]
                        one, two = 2 * right + left, right + 2 * left
                        slope[k] = 1 / ((one / before + two / after) / (one + two))
                slope[0] = _end(nodes[1] - nodes[0], nodes[2] - nodes[1], secant[0], secant[1])
                slope[-1] = _end(nodes[-1] - nodes[-2], nodes[-2] - nodes[-3], secant[-1], secant[-2])
            k = 0
            for month in range(out.shape[1]):
                while k < count - 2 and month > nodes[k + 1]:
                    k += 1
                if month == nodes[k]:
                    out[row, month, column] = values[row, k, column]
                    continue
                if month == nodes[k + 1]:
                    out[row, month, column] = values[row, k + 1, column]
                    continue
                step = nodes[k + 1] - nodes[k]
                at = month - nodes[k]
                bend = (slope[k] + slope[k + 1] - 2 * secant[k]) / step
                square = (secant[k] - slope[k]) / step - bend
                out[row, month, column] = values[row, k, column] + at * (slope[k] + at * (square + at * bend / step))
