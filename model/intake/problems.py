"""The report of a file: what was found wrong, how often, where first, and what was done about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Done = Literal["dropped", "repaired", "kept"]
FIRST_ROWS = 5
SAMPLES, SAMPLE_CELLS, SAMPLE_TEXT = 3, 12, 160
"""Rows of a problem shown to the one who brought the file, cells of such a row, and letters of such a text."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of fault: its count, the first rows, and what was done.

    `rows` are numbered as a spreadsheet numbers them, titles and header included. `samples` are the first of these rows
    as they stand in the file, for the one who brought it: they stay in the memory of the session.
    """

    kind: str
    text: str
    count: int
    rows: tuple[int, ...]
    done: Done
    samples: tuple[str, ...] = ()


@dataclass(slots=True)
class Problems:
    """All faults of a file.

    Attributes
    ----------
    items : the faults, in the order in which they were found
    rows : int array, optional
        The row of the file behind each row of the table; counted from 1 below the header where it is not known.
    frame : DataFrame, optional
        The table's cells as text, for samples.
    weights : int array, optional
        Rows behind each position, where what is looked at are the distinct texts of a column: counts are of rows.
    """

    items: list[Problem] = field(default_factory=list)
    rows: NDArray[np.int64] | None = None
    frame_: pd.DataFrame | None = None
    weights: NDArray[np.int64] | None = None

    def add(self, kind: str, text: str, where: Any, done: Done, samples: tuple[str, ...] = ()) -> None:
        """Note a fault.

        Parameters
        ----------
        where : bool array over rows, an array of row positions from 0, or an int (a count without known rows).
            Nothing is noted where it is empty or 0.
        samples : tuple of str, optional
            Rows as they stand in the file; else taken from the table.
        """
        if isinstance(where, int):
            count, found = where, np.array([], dtype=int)
        else:
            array = np.asarray(where)
            found = np.flatnonzero(array) if array.dtype == bool else array.astype(int)
            count = int(found.size)
        if self.weights is not None and not isinstance(where, int):
            count, found = int(self.weights[found].sum()), found[:0]
        if not count:
            return
        first = found[:FIRST_ROWS]
        numbered = first + 1 if self.rows is None else self.rows[first]
        shown = samples or self._samples(first[:SAMPLES])
        self.items.append(Problem(kind, text, count, tuple(int(row) for row in numbered), done, shown))

    def numbered(self, kind: str, text: str, rows: list[int], done: Done, samples: tuple[str, ...] = ()) -> None:
        """Note a fault of rows of the file that are no rows of the table; `rows` are numbered from 1."""
        if rows:
            self.items.append(Problem(kind, text, len(rows), tuple(rows[:FIRST_ROWS]), done, samples[:SAMPLES]))

    def counted(self, kind: str, text: str, count: int, rows: list[int]) -> None:
        """Note cells that were kept as they are, of which a row may have several; `rows` are numbered from 1."""
        self.items.append(Problem(kind, text, count, tuple(rows[:FIRST_ROWS]), "kept"))

    def _samples(self, positions: NDArray[np.int64]) -> tuple[str, ...]:
        if self.frame_ is None:
            return ()
        return tuple(joined(self.frame_.iloc[int(row)].tolist()) for row in positions)

    def frame(self) -> pd.DataFrame:
        """The report as a table, most frequent first: what, how often, first rows, what was done, the first row."""
        ordered = sorted(self.items, key=lambda p: -p.count)
        return pd.DataFrame(
            {
                "Problem": [p.text for p in ordered],
                "Rows": [p.count for p in ordered],
                "First rows": [", ".join(map(str, p.rows)) for p in ordered],
                "What was done": [p.done for p in ordered],
                "In the file": [p.samples[0] if p.samples else "" for p in ordered],
            }
        )

    def copy(self) -> "Problems":
        """A report that can grow on its own."""
        return Problems(list(self.items), self.rows, self.frame_)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def joined(cells: list[Any]) -> str:
    """A row on one line, cut where it is long."""
    said = " | ".join(" ".join(str(c).split()) if isinstance(c, str) else "" for c in cells[:SAMPLE_CELLS])
    return said[:SAMPLE_TEXT] + ("..." if len(said) > SAMPLE_TEXT or len(cells) > SAMPLE_CELLS else "")
