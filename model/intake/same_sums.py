"""Large files and warehouses that hold the same contacts: told by their sums, since their rows are not at hand.

Two exports of the same calls have the same counts and times in every half-hour of the days in both.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.errors import IntakeError
from model.intake.aggregates import SLOTS, Aggregates
from model.intake.file import File
from model.intake.joined import Conflict
from model.intake.same_rows import COUNTED, SLIVER, SURE

SUMS = ("contacts", "answered", "abandoned", "waited_s", "handle_s")
FEWEST = 20
"""Contacts of half-hours in both files from which these are compared."""


def once(
    sources: Sequence[Any], found: Sequence[Aggregates], one: Mapping[tuple[int, int], bool],
    conflicts: list[Conflict],
) -> tuple[list[Aggregates], dict[tuple[int, int], bool]]:  # fmt: skip
    """The aggregates without those that an earlier source holds too, and `one` of their pairs.

    Raises
    ------
    IntakeError
        Two sources share a part of their contacts: it cannot be taken out of sums.
    """
    kept: list[int] = []
    one = dict(one)
    for j, b in enumerate(found):
        for i in kept:
            # Files read as rows have been compared by these.
            if isinstance(sources[i], File) and isinstance(sources[j], File):
                continue
            if _follows(found[i], b):
                one[i, j] = True
            same, whole = _same(found[i], b)
            if same and not whole:
                raise IntakeError(
                    f"{found[i].name} and {b.name} hold the same contacts on some days; counted twice, these would "
                    "make the company larger than it is.",
                    "Files of this size are not compared row by row: export periods that follow each other, or leave "
                    "one of the two out.",
                )  # fmt: skip
            if same:
                conflicts.append(Conflict(f"{found[i].name} and {b.name} hold the same rows: they count once", b.rows))
                break
        else:
            kept.append(j)
    place = {old: new for new, old in enumerate(kept)}
    pairs = {(place[i], place[j]): said for (i, j), said in one.items() if i in place and j in place}
    return [found[i] for i in kept], pairs


def _comparable(a: Aggregates, b: Aggregates) -> bool:
    """Whether both count contacts of one kind, and any."""
    return a.kind == b.kind and a.kind in ("contacts", "tickets") and bool(len(a.cells) and len(b.cells))


def _follows(a: Aggregates, b: Aggregates) -> bool:
    """Whether one of two sources ends where the other begins, within a day perhaps: a cut is no overlap."""
    if not _comparable(a, b):
        return False
    at = [(each.cells["day"] * SLOTS + each.cells["slot"]).to_numpy(dtype=np.int64) for each in (a, b)]
    low, high = max(each.min() for each in at), min(each.max() for each in at)
    counts = [each.cells["contacts"].to_numpy(dtype=float) for each in (a, b)]
    shared = min(count[(each >= low) & (each <= high)].sum() for each, count in zip(at, counts, strict=True))
    return bool(shared <= SLIVER * min(count.sum() for count in counts))


def _same(a: Aggregates, b: Aggregates) -> tuple[bool, bool]:
    """Whether two sources hold the same contacts in the half-hours of both, and whether these are all of the second."""
    if not _comparable(a, b):
        return False, False
    both = _named(a).merge(_named(b), on=["name", "day", "slot"], suffixes=("", "_other"))
    if both["contacts"].sum() < FEWEST:
        return False, False
    equal = np.all([np.isclose(both[name], both[f"{name}_other"], rtol=1e-6) for name in SUMS], axis=0)
    alike = float(both.loc[equal, "contacts"].sum())
    return alike >= COUNTED * both["contacts"].sum(), alike >= SURE * b.cells["contacts"].sum()


def _named(source: Aggregates) -> pd.DataFrame:
    names = np.array([queue.name for queue in source.queues], dtype=object)
    return source.cells[["day", "slot", *SUMS]].assign(name=names[source.cells["queue"].to_numpy(dtype=int)])
