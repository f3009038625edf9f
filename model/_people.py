"""The compiled kernel of `model.people`: staffing that moves from month to month."""

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled

Array = NDArray[np.float64]


@compiled("void(f8[:, :, ::1], f8[:, :, ::1], f8[:, ::1], f8[:, ::1], f8[:, :, ::1])")
def follow(required: Array, leaving: Array, allowed: Array, delay: Array, path: Array) -> None:
    """`people.staffing_following` from month 1 on into path (row, month, column), whose month 0 is there.

    required, leaving as path; allowed, delay (row, column).
    """
    rows, months, columns = path.shape
    for i in range(rows):
        for t in range(1, months):
            for c in range(columns):
                before = path[i, t - 1, c]
                floor = before * (1.0 - leaving[i, t, c] / 12.0 - allowed[i, c])
                started = min(max(t - delay[i, c] + 1.0, 0.0), 1.0)  # after a month and a half: half of them in month 1
                ceiling = max(before, before + started * (required[i, t, c] - before))
                path[i, t, c] = min(max(required[i, t, c], min(floor, ceiling)), ceiling)
