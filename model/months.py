"""From the few months at which queues are solved to every month."""

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def every_month(nodes: NDArray[np.int64], values: Array) -> Array:
    """Nodes (third axis) to every month: a monotone cubic from month 1 on, since level levers step at month 1.

    Month 0 is there where it is a node; else month 1 stands in its place, for callers who know day zero.
    """
    # scipy's interpolators give the same numbers; on a slider's few small arrays they took a tenth of a whole move.
    from model._months import curve

    result = np.empty((*values.shape[:2], int(nodes[-1]) + 1, *values.shape[3:]))
    result[:, :, 0] = values[:, :, 0]
    late = nodes > 0
    some = np.ascontiguousarray(values[:, :, late])
    rows = some.shape[0] * some.shape[1]
    found = np.empty((rows, int(nodes[-1]), math.prod(some.shape[3:])))
    curve(nodes[late].astype(np.float64) - 1, some.reshape(rows, some.shape[2], -1), found)
    result[:, :, 1:] = found.reshape(*some.shape[:2], -1, *some.shape[3:])
    return result


def along(nodes: NDArray[np.int64], values: Array, driver: Array) -> Array:
    """Values (.., node, column, figure) to every month, where they move with a driver (.., month, column).

    From node to node what is left of them less b x driver is carried (Akima), b by least squares over the nodes around,
    from month 1 on: so a bend of the driver between two nodes is the values' bend, too. A node about as far off as the
    next but one counts a tenth; where the driver rests there, b is the whole path's. Month 0 as in `every_month`.
    """
    from model import _months

    late = nodes[nodes > 0]
    some = np.ascontiguousarray(values[:, :, -len(late) :])
    rows, months = some.shape[0] * some.shape[1], int(nodes[-1])
    moves = np.empty((*some.shape[:2], months, some.shape[3]))
    moves[...] = driver[:, :, 1:]
    found = np.empty((rows, months, *some.shape[3:]))
    shape = (rows, *some.shape[2:])
    _months.along(late.astype(np.float64) - 1, some.reshape(shape), moves.reshape(rows, months, -1), found)
    result = np.empty((*values.shape[:2], months + 1, *values.shape[3:]))
    result[:, :, 0] = values[:, :, 0]
    result[:, :, 1:] = found.reshape(*some.shape[:2], months, *some.shape[3:])
    return result


def linear(nodes: NDArray[np.int64], values: Array, horizon: int) -> Array:
    """Values at nodes (third axis) carried to every month, linearly: later nodes never change earlier months."""
    month = np.arange(horizon + 1)
    right = np.clip(np.searchsorted(nodes, month), 0, len(nodes) - 1)
    left = np.maximum(right - 1, 0)
    span = np.maximum(nodes[right] - nodes[left], 1)
    part = np.clip((month - nodes[left]) / span, 0, 1)[None, None, :, None]
    carried: Array = values[:, :, left] * (1 - part) + values[:, :, right] * part
    return carried
