"""Files that hold contacts of one queue: rows that are there in both count once, and whether the queue is one.

An export that overlaps the last one by a day, or the same file given twice, would otherwise double the company.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.intake.file import File
from model.intake.filters import Filters
from model.intake.joined import Conflict, plain_key
from model.intake.of_file import split_rows
from model.intake.queues import Wishes, channel_of

Mask = NDArray[np.bool_]
CELLS = ("state", "wait_s", "handle_s", "reply_s", "transferred", "offered", "answered", "abandoned", "in_time")
"""What two exports say alike of one row; ratings and solutions may come later."""
SAME, COUNTED, SURE = 0.5, 0.8, 0.95
"""Share of the rows of the days in both that must be in both files for these to be of one queue: of contacts, of counts
(small ones are the same by chance), and where rows of one file are alike too often for a match to tell."""
OWN = 0.9
"""Share of a file's rows unlike any other of it from which a match tells."""
MOMENTS = {"contacts": "arrived", "tickets": "arrived", "intervals": "start", "daily": "start", "monthly": "start"}
SLIVER = 0.02
"""Files that overlap by so small a share of their rows follow each other: exports are cut by the end of contacts."""


@dataclass(frozen=True)
class Pair:
    """What two files share: rows in both (positions in the first and in the second), and whether their queue is one."""

    rows: tuple[NDArray[np.int64], NDArray[np.int64]]
    one: bool


def once(
    sources: Sequence[Any], wishes: Wishes, conflicts: list[Conflict]
) -> tuple[list[Any], dict[tuple[int, int], bool]]:
    """The sources without rows that an earlier one holds too, and for pairs of them whether they are of one queue."""
    files = [each if isinstance(each, File) and not each.trouble else None for each in sources]
    queues = [np.array([]) if file is None else _queues(file, wishes) for file in files]
    drop = [np.zeros(0 if file is None else len(file.table), dtype=bool) for file in files]
    told = {channel[0] for called in wishes.channels.values() if (channel := channel_of(called))}
    one: dict[tuple[int, int], bool] = {}
    for j, b in enumerate(files):
        for i, a in enumerate(files[:j]):
            if a is None or b is None or a.kind != b.kind or not {MOMENTS[a.kind]} <= {*a.table} & {*b.table}:
                continue
            # A ticket is best told by the export written last, a contact by the one that says more of it.
            loser = j if _rank(a) >= _rank(b) else i
            count = 0
            for name in sorted({*queues[i]} & {*queues[j]} - {""}):
                where = [np.flatnonzero(queues[k] == name) for k in (i, j)]
                pair = _pair(_only(a, where[0]), _only(b, where[1]))
                one[i, j] = one.get((i, j), True) and (pair.one or name in told)
                drop[loser][where[loser == j][pair.rows[loser == j]]] = True
                count += len(pair.rows[0])
            if count:
                conflicts.append(Conflict(f"{a.name} and {b.name} hold the same rows: they count once", count))
    # A file of which nothing is left is none; one that was empty from the start says so itself.
    kept = [i for i in range(len(sources)) if not len(drop[i]) or not drop[i].all()]
    out = [_without(sources[i], drop[i]) for i in kept]
    place = {old: new for new, old in enumerate(kept)}
    return out, {(place[i], place[j]): same for (i, j), same in one.items() if i in place and j in place}


def _without(source: Any, drop: Mask) -> Any:
    if not drop.any():
        return source
    return replace(source, table=source.table[~drop].reset_index(drop=True))


def _rank(file: File) -> tuple[float, int]:
    """Which of two exports is believed: that of the later moment for tickets, of more columns for others."""
    if file.kind != "tickets":
        return 0.0, len(file.columns)
    moments = [file.table[name].max() for name in ("arrived", "replied_at", "resolved_at") if name in file.table]
    return max((float(pd.Timestamp(m).timestamp()) for m in moments if not pd.isna(m)), default=0.0), len(file.columns)


def _queues(file: File, wishes: Wishes) -> NDArray[np.str_]:
    """The name of each row's queue, "" for none."""
    _, number, queues = split_rows(file, replace(wishes, filters=Filters()))
    names: NDArray[np.str_] = np.array([*(queue.name for queue in queues), ""])[number]
    return names


def _only(file: File, rows: NDArray[np.int64]) -> File:
    return replace(file, table=file.table.iloc[rows].reset_index(drop=True))


def _pair(a: File, b: File) -> Pair:
    """What two files of one channel share."""
    at = [file.table[MOMENTS[file.kind]].to_numpy(dtype="datetime64[s]").astype(np.int64) for file in (a, b)]
    # Intervals without a contact are alike in all files.
    some = [file.table["offered"].to_numpy() > 0 if "offered" in file.table else at_ == at_
            for file, at_ in zip((a, b), at, strict=True)]  # fmt: skip
    none = np.array([], dtype=np.int64)
    shared = _overlap(at[0][some[0]], at[1][some[1]])
    if not shared:
        return Pair((none, none), True)

    def marks(names: Sequence[str]) -> tuple[pd.Series, pd.Series]:
        return _mark(a, at[0], names), _mark(b, at[1], names)

    best = Pair((none, none), shared <= SLIVER * min(len(at[0]), len(at[1])))
    cells = [name for name in CELLS if name in a.table and name in b.table]
    if "offered" in a.table:
        rows = _matched(*marks(cells))
        # A day that was not over in one of them is counted once, too.
        return Pair(_matched(*marks([])), True) if some[0][rows[0]].sum() >= COUNTED * shared else best
    timed = a.has_time and b.has_time
    if "id" in a.table and "id" in b.table:
        keys = marks(["id", *([] if timed else cells)])
        rows, telling = _matched(*keys), _telling(keys)
        if (telling and timed) or len(rows[0]) >= (SAME if telling else SURE) * shared:
            best = Pair(rows, best.one or len(rows[0]) >= SAME * shared)
    if len(best.rows[0]) < SAME * shared:
        # Without numbers, or where they only count the rows of each export, the cells tell.
        keys = marks(cells)
        rows = _matched(*keys)
        if len(rows[0]) >= (SAME if _telling(keys) else SURE) * shared:
            best = Pair(rows, True)
    return best


def _overlap(one: NDArray[np.int64], two: NDArray[np.int64]) -> int:
    """Rows that lie within the span of both files, of the one that has fewer there."""
    if not len(one) or not len(two):
        return 0
    low, high = max(one.min(), two.min()), min(one.max(), two.max())
    return min(int(((each >= low) & (each <= high)).sum()) for each in (one, two))


def _telling(keys: tuple[pd.Series, pd.Series]) -> bool:
    """Whether rows of one file are unlike each other, so that two of different files are not alike by chance."""
    return all(key.duplicated(keep=False).mean() <= 1 - OWN for key in keys)


def _mark(file: File, at: NDArray[np.int64], names: Sequence[str]) -> pd.Series:
    """One number for each row, the same for rows of the same cells."""
    frame = pd.DataFrame({"at": at})
    for name in names:
        if name == "id":
            number = plain_key(file.table[name])
            # A row without a number is like no other.
            frame[name] = number.where(number.notna(), f"{id(file)}").to_numpy(dtype=object)
            frame["blank"] = np.where(number.notna(), -1, np.arange(len(frame)))
        elif name == "state":
            frame[name] = file.table[name].to_numpy(dtype=object)
        else:
            frame[name] = file.table[name].to_numpy(dtype=float).round(3)
    found: pd.Series = pd.util.hash_pandas_object(frame, index=False)
    return found


def _matched(one: pd.Series, two: pd.Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of the rows that are in both; one that is there twice in each is so twice."""
    left, right = (pd.MultiIndex.from_arrays([key, key.groupby(key).cumcount()]) for key in (one, two))
    return np.flatnonzero(left.isin(right)), np.flatnonzero(right.isin(left))
