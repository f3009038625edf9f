"""The compiled kernel of `model.people`: staffing that moves from month to month."""

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled

Array = NDArray[np.float64]


@compiled()
def follow(
    required: Array, leaving: Array, allowed: Array, delay: Array, opened: Array, comes: Array, does: Array,
    within: float, path: Array,
) -> None:  # fmt: skip
    """`people.staffing_following` from month 1 on into path (row, month, column), whose month 0 is there.

    required, leaving, comes, does as path; allowed, delay, opened (row, column). `opened` are contacts left over today,
    `comes` those that come in a month, `does` those that an FTE finishes, 0 where nothing is left over.
    """
    rows, months, columns = path.shape
    for i in range(rows):
        backlog = opened[i].copy()
        for t in range(1, months):
            for c in range(columns):
                before, wanted = path[i, t - 1, c], required[i, t, c]
                if does[i, t, c] > 0.0:
                    wanted += backlog[c] / (within * does[i, t, c])
                floor = before * (1.0 - leaving[i, t, c] / 12.0 - allowed[i, c])
                started = min(max(t - delay[i, c] + 1.0, 0.0), 1.0)  # after a month and a half: half of them in month 1
                ceiling = max(before, before + started * (wanted - before))
                path[i, t, c] = min(max(wanted, min(floor, ceiling)), ceiling)
                if does[i, t, c] > 0.0:
                    backlog[c] = max(backlog[c] + comes[i, t, c] - does[i, t, c] * path[i, t, c], 0.0)
