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
    count, width, months = len(nodes), values.shape[2], out.shape[1]
    slope, secant = np.empty((count, width)), np.empty((count - 1, width))
    bend, square = np.empty(width), np.empty(width)
    for row in range(values.shape[0]):
        # Columns innermost, side by side in memory: several at a time go through the processor.
        for k in range(count - 1):
            step = nodes[k + 1] - nodes[k]
            for j in range(width):
                secant[k, j] = (values[row, k + 1, j] - values[row, k, j]) / step
        if count == 2:
            slope[0], slope[1] = secant[0], secant[0]
        else:
            for k in range(1, count - 1):
                left, right = nodes[k] - nodes[k - 1], nodes[k + 1] - nodes[k]
                one, two = 2 * right + left, right + 2 * left
                for j in range(width):
                    before, after = secant[k - 1, j], secant[k, j]
                    slope[k, j] = 0.0 if before * after <= 0 else (one + two) / (one / before + two / after)
            for j in range(width):
                slope[0, j] = _end(nodes[1] - nodes[0], nodes[2] - nodes[1], secant[0, j], secant[1, j])
                slope[-1, j] = _end(nodes[-1] - nodes[-2], nodes[-2] - nodes[-3], secant[-1, j], secant[-2, j])
        for k in range(count - 1):
            first, last, step = int(nodes[k]), int(nodes[k + 1]), nodes[k + 1] - nodes[k]
            for j in range(width):
                bend[j] = (slope[k, j] + slope[k + 1, j] - 2 * secant[k, j]) / step
                square[j] = (secant[k, j] - slope[k, j]) / step - bend[j]
                bend[j] /= step
            for month in range(first if k else 0, min(last, months)):
                at = month - nodes[k]
                for j in range(width):
                    out[row, month, j] = values[row, k, j] + at * (slope[k, j] + at * (square[j] + at * bend[j]))
        out[row, months - 1] = values[row, -1]
