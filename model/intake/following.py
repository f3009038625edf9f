"""Sources of one channel put together: months that follow each other, and queues that the user counts as one.

Sums add up, so nothing is measured twice: what is joined here is what one file of all rows would have given.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from model.intake.aggregates import DAY, Aggregates, Queue
from model.intake.queues import Wishes, channel_of

KEYS = {
    "cells": {"queue", "day", "slot", "start"}, "waits": {"queue", "second"},
    "raters": {"queue", "wait_class", "was_resolved", "was_transferred"}, "repeats": {"queue"},
    "replies": {"queue", "day"},
}  # fmt: skip


def together(sources: Sequence[Aggregates], wishes: Wishes) -> list[Aggregates]:
    """The sources, with those joined that are alike and share no day of a channel, or that the user put together."""
    out: list[Aggregates] = []
    for source in sources:
        at = next((i for i, other in enumerate(out) if _alike(other, source) and _apart(other, source, wishes)), None)
        if at is None:
            out.append(source)
        else:
            out[at] = _sum(out[at], source)
    return out


def _alike(a: Aggregates, b: Aggregates) -> bool:
    """Whether the sources say the same things about their rows."""
    same = (a.kind, a.has_time, a.dated, a.interval_s, set(a.columns)) == (
        b.kind, b.has_time, b.dated, b.interval_s, set(b.columns))  # fmt: skip
    return same and a.dated and bool({q.name for q in a.queues} & {q.name for q in b.queues})


def _apart(a: Aggregates, b: Aggregates, wishes: Wishes) -> bool:
    """Whether no channel of both has a day in both, but for channels that the user named for both."""
    said = {found[0] for called in wishes.channels.values() if (found := channel_of(called))}
    for queue in a.queues:
        other = next((q for q in b.queues if q.name == queue.name), None)
        if other is None or queue.name in said:
            continue
        days = [set(_days(s.of(s.queues.index(q)).cells)) for s, q in ((a, queue), (b, other))]
        if days[0] & days[1]:
            return False
    return True


def _days(cells: pd.DataFrame) -> list[int]:
    if cells.empty:
        return []
    day = cells["day"] if "day" in cells else cells["start"] // DAY
    return [int(d) for d in np.unique(day.to_numpy())]


def _sum(a: Aggregates, b: Aggregates) -> Aggregates:
    names = [q.name for q in a.queues]
    queues: list[Queue] = list(a.queues)
    place = []
    for queue in b.queues:
        if queue.name not in names:
            names.append(queue.name)
            queues.append(queue)
        place.append(names.index(queue.name))
    frames: dict[str, Any] = {}
    for field, keys in KEYS.items():
        one, two = getattr(a, field), getattr(b, field)
        if one is None or two is None:
            frames[field] = one if two is None else _moved(two, place)
            continue
        both = pd.concat([one, _moved(two, place)], ignore_index=True)
        by = [name for name in both.columns if name in keys]
        how = {name: "max" if name == "last" else "sum" for name in both.columns if name not in by}
        frames[field] = both.groupby(by, as_index=False).agg(how)
    opening = {**{place[q]: hours for q, hours in b.opening.items()}, **a.opening}
    rows, name = a.rows + b.rows, f"{a.name} and others"
    return replace(a, name=name, queues=tuple(queues), rows=rows, opening=opening, **frames)


def _moved(frame: pd.DataFrame, place: list[int]) -> pd.DataFrame:
    return frame.assign(queue=np.array(place, dtype=np.int64)[frame["queue"].to_numpy(dtype=np.int64)])
