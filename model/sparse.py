"""Non-negative least squares with few columns: the weights that few points need to stand for many."""

import math

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled

Array = NDArray[np.float64]
_RIDGE = 1e-14
"""On the Gram matrix of columns of length one, which may be nearly alike."""


def weights(matrix: Array, target: Array, counts: tuple[int, ...]) -> Array:
    """Weights >= 0 of the columns that come nearest to the target, of which at most so many are above 0.

    matrix (row, column), target (row,); (count, column). Lawson and Hanson's active set (1974), ended early: each step
    takes the column that points best along what is still missing and solves for all weights taken so far. Columns are
    taken in the same order whatever the count, so that all counts come from one pass.
    """
    norm = np.sqrt(np.einsum("ij,ij->j", matrix, matrix))
    found = np.zeros((len(counts), matrix.shape[1]))
    _active_set(matrix / np.maximum(norm, 1e-300), target, np.array(counts), found)
    answer: Array = found / np.maximum(norm, 1e-300)
    return answer


@compiled()
def _along(unit: Array, vector: Array, out: Array) -> None:
    """Products of the columns with a vector: row by row, since the columns lie side by side in memory."""
    out[:] = 0.0
    for i in range(0, len(vector) - 3, 4):
        a, b, c, d = vector[i], vector[i + 1], vector[i + 2], vector[i + 3]
        for j in range(len(out)):
            out[j] += a * unit[i, j] + b * unit[i + 1, j] + c * unit[i + 2, j] + d * unit[i + 3, j]
    for i in range(len(vector) - len(vector) % 4, len(vector)):
        for j in range(len(out)):
            out[j] += vector[i] * unit[i, j]


@compiled()
def _factor(gram: Array, taken: NDArray[np.int64], first: int, count: int, factor: Array) -> None:
    """Cholesky factor of the taken columns' Gram matrix, whose rows before the first stand already."""
    for i in range(first, count):
        for j in range(i + 1):
            rest = gram[taken[j], taken[i]] + (_RIDGE if i == j else 0.0)
            for k in range(j):
                rest -= factor[i, k] * factor[j, k]
            factor[i, j] = math.sqrt(max(rest, _RIDGE)) if i == j else rest / factor[j, j]


@compiled()
def _solve(factor: Array, right: Array, taken: NDArray[np.int64], count: int, x: Array) -> None:
    for i in range(count):
        rest = right[taken[i]]
        for k in range(i):
            rest -= factor[i, k] * x[k]
        x[i] = rest / factor[i, i]
    for i in range(count - 1, -1, -1):
        rest = x[i]
        for k in range(i + 1, count):
            rest -= factor[k, i] * x[k]
        x[i] = rest / factor[i, i]


@compiled()
def _active_set(unit: Array, target: Array, counts: NDArray[np.int64], found: Array) -> None:
    """Weights of columns of length one for every count of them, in place, (count, column)."""
    most, columns = int(np.max(counts)), unit.shape[1]
    gram, known = np.empty((columns, columns)), np.zeros(columns, np.bool_)
    factor, solved, x = np.empty((most, most)), np.empty(most), np.zeros(columns)
    taken, count = np.empty(most, np.int64), 0
    free, done = np.ones(columns, np.bool_), np.zeros(len(counts), np.bool_)
    right, missing = np.empty(columns), np.empty(columns)
    _along(unit, target, right)
    missing[:] = right
    for _ in range(4 * most):
        for n in range(len(counts)):
            if not done[n] and (count == counts[n]):
                found[n], done[n] = x, True
        best = -1
        for j in range(columns):
            if free[j] and (best < 0 or missing[j] > missing[best]):
                best = j
        if count == most or missing[best] <= 1e-12 * right[best]:
            break
        if not known[best]:
            _along(unit, unit[:, best].copy(), gram[best])
            known[best] = True
        taken[count], free[best] = best, False
        count += 1
        first = count - 1
        while True:
            _factor(gram, taken, first, count, factor)
            _solve(factor, right, taken, count, solved)
            if np.min(solved[:count]) > 0.0:
                break
            part = 1.0
            for i in range(count):
                if solved[i] <= 0.0:
                    now = x[taken[i]]
                    part = min(part, now / max(now - solved[i], 1e-300))
            kept = 0
            for i in range(count):
                j = taken[i]
                x[j] += part * (solved[i] - x[j])
                if solved[i] <= 0.0 and x[j] <= 1e-14:
                    x[j], free[j] = 0.0, True
                    first = min(first, i)
                else:
                    taken[kept] = j
                    kept += 1
            count = kept
        missing[:] = right
        for i in range(count):
            j = taken[i]
            x[j] = solved[i]
            for k in range(columns):
                missing[k] -= solved[i] * gram[j, k]
    for n in range(len(counts)):
        if not done[n]:
            found[n] = x
