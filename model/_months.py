"""The compiled kernels of `model.months`: a curve through a few months, read at every month."""

import math

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled

Array = NDArray[np.float64]
_HARDLY = 1e-4
"""Squares of a driver's moves that a slope may be read from, of its natural logarithm."""


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


@compiled("void(f8[::1], f8[:, :, ::1], f8[:, :, ::1])")
def curve(nodes: Array, values: Array, out: Array) -> None:
    """A cubic through values (row, node, column) at nodes (node,), into out (row, month, column): it never leaves what
    two neighbours hold between them (Fritsch and Carlson). Months 0, 1, ... out.shape[1] - 1, whose last is the last
    node.
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
            _monotone(nodes, secant, slope)
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


@compiled("f8(f8, f8, f8, f8)")
def _akima(first: float, second: float, third: float, fourth: float) -> float:
    """Slope at a node from the two secants before and the two after it (1970, Journal of the ACM 17, 589-602): the one
    next to it counts more that differs less from its other neighbour, so that a bend in one place leaves the rest."""
    before, after = abs(second - first), abs(fourth - third)
    return (after * second + before * third) / (before + after) if before + after > 0.0 else 0.5 * (second + third)


@compiled("void(f8[::1], f8[::1], f8[::1])")
def _secants(nodes: Array, values: Array, out: Array) -> None:
    """Secants of values (node,) and two more beyond each end, as Akima continues them: out (node + 3,)."""
    count = len(nodes)
    for k in range(count - 1):
        out[k + 2] = (values[k + 1] - values[k]) / (nodes[k + 1] - nodes[k])
    if count == 2:
        out[:] = out[2]
        return
    out[1], out[0] = 2 * out[2] - out[3], 3 * out[2] - 2 * out[3]
    out[-2], out[-1] = 2 * out[-3] - out[-4], 3 * out[-3] - 2 * out[-4]


@compiled("f8(f8[::1], f8[::1], f8[::1], f8)")
def _slope(weight: Array, driver: Array, values: Array, otherwise: float) -> float:
    """Weighted least squares of values over a driver; where it hardly moves what is said otherwise."""
    total, middle, mean, square, product = 0.0, 0.0, 0.0, _HARDLY, _HARDLY * otherwise
    for k in range(len(weight)):
        total += weight[k]
        middle += weight[k] * driver[k]
        mean += weight[k] * values[k]
    for k in range(len(weight)):
        moved = driver[k] - middle / total
        square += weight[k] * moved * moved
        product += weight[k] * moved * (values[k] - mean / total)
    return product / square


@compiled("void(f8[::1], f8[:, :, :, ::1], f8[:, :, ::1], f8[:, :, :, ::1])")
def along(nodes: Array, values: Array, driver: Array, out: Array) -> None:
    """`months.along`: values (row, node, column, figure), driver (row, month, column), out (row, month, column, figure)
    of months 0, 1, ... the last node. One by one, so that a row's bits do not depend on how many there are."""
    count, months = len(nodes), out.shape[1]
    at, drive, some = np.empty(count), np.empty(count + 3), np.empty(count + 3)
    moves, even, near = np.empty(count), np.ones(count), np.empty((count - 1, count))
    for k in range(count - 1):
        for i in range(count):
            near[k, i] = math.exp(-((i - k - 0.5) ** 2))
    for row in range(values.shape[0]):
        for j in range(values.shape[2]):
            for k in range(count):
                moves[k] = driver[row, int(nodes[k]), j]
            _secants(nodes, moves, drive)
            for f in range(values.shape[3]):
                for k in range(count):
                    at[k] = values[row, k, j, f]
                _secants(nodes, at, some)
                overall = _slope(even, moves, at, 0.0)
                for k in range(count - 1):
                    b = _slope(near[k], moves, at, overall)
                    left, right = at[k] - b * moves[k], at[k + 1] - b * moves[k + 1]
                    rest = some[k : k + 5] - b * drive[k : k + 5]
                    first = _akima(rest[0], rest[1], rest[2], rest[3])
                    second = _akima(rest[1], rest[2], rest[3], rest[4])
                    step = nodes[k + 1] - nodes[k]
                    secant = (right - left) / step
                    bend = (first + second - 2 * secant) / step
                    square = (secant - first) / step - bend
                    bend /= step
                    for month in range(int(nodes[k]) if k else 0, min(int(nodes[k + 1]), months)):
                        away = month - nodes[k]
                        rise = away * (first + away * (square + away * bend))
                        out[row, month, j, f] = left + rise + b * driver[row, month, j]
                out[row, months - 1, j, f] = at[count - 1]
