"""The report of a file: what was found wrong, how often, where first, and what was done about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

Done = Literal["dropped", "repaired", "kept"]
FIRST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of fault: its count, the first rows (data rows, 1 is the row below the header), and what was done."""

    kind: str
    text: str
    count: int
    rows: tuple[int, ...]
    done: Done


@dataclass(slots=True)
class Problems:
    """All faults of a file, most frequent first. It never holds a cell's content, only row numbers."""

    items: list[Problem] = field(default_factory=list)

    def add(self, kind: str, text: str, where: Any, done: Done) -> None:
        """Note a fault.

        Parameters
        ----------
        where : bool array over rows, an array of row positions from 0, or an int (a count without known rows).
            Nothing is noted where it is empty or 0.
        """
        if isinstance(where, int):
            count, rows = where, np.array([], dtype=int)
        else:
            array = np.asarray(where)
            rows = np.flatnonzero(array) if array.dtype == bool else array.astype(int)
            count = int(rows.size)
        if count:
            first = tuple(int(row) + 1 for row in rows[:FIRST_ROWS])
            self.items.append(Problem(kind, text, count, first, done))

    def frame(self) -> pd.DataFrame:
        """The report as a table: kind, what, count, first rows, what was done."""
        ordered = sorted(self.items, key=lambda p: -p.count)
        return pd.DataFrame(
            {
                "Problem": [p.text for p in ordered],
                "Rows": [p.count for p in ordered],
                "First rows": [", ".join(map(str, p.rows)) for p in ordered],
                "What was done": [p.done for p in ordered],
            }
        )

    def copy(self) -> "Problems":
        """A report that can grow on its own."""
        return Problems(list(self.items))

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
