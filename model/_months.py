"""The compiled kernels of `model.months`: a curve through a few months, read at every month."""

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


@compiled("void(f8[::1], f8[:, ::1], f8[:, ::1])")
def _monotone(nodes: Array, secant: Array, slope: Array) -> None:
    """Slopes as scipy's `PchipInterpolator` takes them: weighted harmonic means within (Fritsch and Butland 1984), and
    a one-sided three-point estimate kept to the curve's shape at both ends."""
    count, width = slope.shape
    for k in range(1, count - 1):
        left, right = nodes[k] - nodes[k - 1], nodes[k + 1] - nodes[k]
        one, two = 2 * right + left, right + 2 * left
        for j in range(width):
            before, after = secant[k - 1, j], secant[k, j]
            slope[k, j] = 0.0 if before * after <= 0 else (one + two) / (one / before + two / after)
    for j in range(width):
        slope[0, j] = _end(nodes[1] - nodes[0], nodes[2] - nodes[1], secant[0, j], secant[1, j])
        slope[-1, j] = _end(nodes[-1] - nodes[-2], nodes[-2] - nodes[-3], secant[-1, j], secant[-2, j])


@compiled("void(f8[:, ::1], f8[:, ::1])")
def _smooth(secant: Array, slope: Array) -> None:
    """Akima's slopes (1970, Journal of the ACM 17, 589-602): of the two secants next to a node the one counts more that
    differs less from its other neighbour, so that a bend in one place leaves the rest as it is."""
    count, width = slope.shape
    around = np.empty(count + 3)
    for j in range(width):
        around[2:-2] = secant[:, j]
        around[1], around[-2] = 2 * around[2] - around[3], 2 * around[-3] - around[-4]
        around[0], around[-1] = 2 * around[1] - around[2], 2 * around[-2] - around[-3]
        for k in range(count):
            before, after = abs(around[k + 1] - around[k]), abs(around[k + 3] - around[k + 2])
            if before + after > 0.0:
                slope[k, j] = (after * around[k + 1] + before * around[k + 2]) / (before + after)
            else:
                slope[k, j] = 0.5 * (around[k + 1] + around[k + 2])


@compiled("void(f8[::1], f8[:, :, ::1], b1, f8[:, :, ::1])")
def curve(nodes: Array, values: Array, monotone: bool, out: Array) -> None:
    """A cubic through values (row, node, column) at nodes (node,), into out (row, month, column).

    `monotone` never leaves what two neighbours hold between them (Fritsch and Carlson), else it bends as softly as the
    values let it (Akima). Months 0, 1, ... out.shape[1] - 1, whose last is the last node.
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
        elif monotone:
            _monotone(nodes, secant, slope)
        else:
            _smooth(secant, slope)
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


@compiled("void(f8[:, :, ::1], f8[:, :, :, ::1], f8[:, :, ::1])")
def slopes(driver: Array, values: Array, out: Array) -> None:
    """Least squares of values (row, node, column, figure) over a driver (row, node, column): (row, column, figure).

    One by one, so that a row's bits do not depend on how many there are. What hardly moves explains nothing.
    """
    count = driver.shape[1]
    for row in range(driver.shape[0]):
        for j in range(driver.shape[2]):
            middle, square = 0.0, 1e-8
            for k in range(count):
                middle += driver[row, k, j] / count
            out[row, j] = 0.0
            for k in range(count):
                moved = driver[row, k, j] - middle
                square += moved * moved
                for f in range(values.shape[3]):
                    out[row, j, f] += moved * values[row, k, j, f]
            for f in range(values.shape[3]):
                out[row, j, f] /= square
