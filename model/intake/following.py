"""Sources of one channel put together: exports that follow each other, and queues that the user counts as one.

Sums add up, so nothing is measured twice: what is joined here is what one file of all rows would have given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from model.intake.aggregates import DAY, Aggregates, Queue
from model.intake.columns import ROLE_LABELS
from model.intake.joined import Conflict
from model.intake.queues import Wishes, channel_of

KEYS = {
    "cells": {"queue", "day", "slot", "start"}, "waits": {"queue", "second"},
    "raters": {"queue", "wait_class", "was_resolved", "was_transferred"}, "repeats": {"queue"},
    "replies": {"queue", "day"},
}  # fmt: skip


OTHERS = " and others"
ENDS = frozenset({"outcome", "answered", "abandoned"})
WAITS = frozenset({"wait", "abandon_wait", "answered_at"})
"""What is a share of all contacts: a source that is silent on it cannot be added to one that speaks of it."""


def together(
    sources: Sequence[Aggregates], wishes: Wishes, one: Mapping[tuple[int, int], bool] | None = None,
    conflicts: list[Conflict] | None = None,
) -> list[Aggregates]:  # fmt: skip
    """The sources, with those joined that are of one queue and count the same things.

    `one` says of pairs of sources (their positions) whether their rows are of one queue; of other pairs those are that
    share no day of a channel, or that the user put together. What stays apart under one name is added to `conflicts`.
    """
    out: list[Aggregates] = []
    members: list[list[int]] = []
    for number, source in enumerate(sources):
        shared = [i for i, other in enumerate(out) if {q.name for q in other.queues} & {q.name for q in source.queues}]
        why = ""
        for at in shared:
            judged = [(one or {}).get((i, number)) for i in members[at]]
            if why := _differ(out[at], source):
                continue
            if all(judged) if None not in judged else _apart(out[at], source, wishes):
                if conflicts is not None and (only := _only_one_says(out[at], source)):
                    conflicts.append(Conflict(f"{out[at].name} and {source.name} are taken as one; {only}"))
                out[at] = _sum(out[at], source)
                members[at].append(number)
                why = ""
                break
            why = "they are of the same days, but their rows are not the same"
        else:
            if shared and conflicts is not None:
                other = out[shared[-1]]
                what = ", ".join(q.label for q in source.queues if q.name in {p.name for p in other.queues})
                conflicts.append(Conflict(
                    f"{other.name} and {source.name} both hold {what}: {why}. They are kept apart as two queues; where "
                    "they are one, leave one of the files out, or give both the same channel to add them up"
                ))  # fmt: skip
            out.append(source)
            members.append([number])
    return out


def _differ(a: Aggregates, b: Aggregates) -> str:
    """Why the sums of two sources are not of the same things; "" where they are."""
    if a.kind != b.kind or a.interval_s != b.interval_s:
        return "their rows are not of the same kind"
    if not (a.dated and b.dated):
        return "not both say on which days"
    if a.has_time != b.has_time:
        return "only one of them says the time of day"
    if a.kind not in ("contacts", "tickets"):
        return "" if set(a.columns) == set(b.columns) else "they do not count the same things"
    if a.kind == "contacts":
        if bool(ENDS & a.columns.keys()) != bool(ENDS & b.columns.keys()):
            return "only one of them says how contacts ended"
        if bool(WAITS & a.columns.keys()) != bool(WAITS & b.columns.keys()):
            return "only one of them says how long people waited"
    return ""


def _only_one_says(a: Aggregates, b: Aggregates) -> str:
    """What only one of two files says, in a sentence; "" where both say the same."""
    said = []
    for one, other in ((a, b), (b, a)):
        if more := [ROLE_LABELS[role] for role in one.columns if role not in other.columns]:
            said.append(f"only {one.name} says: {', '.join(more)}")
    return "; ".join(said)


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
    rows, name = a.rows + b.rows, a.name if a.name.endswith(OTHERS) else f"{a.name}{OTHERS}"
    columns = {**b.columns, **a.columns}
    return replace(
        a, name=name, queues=tuple(queues), rows=rows, opening=opening, columns=columns, **frames
    )  # fmt: skip


def _moved(frame: pd.DataFrame, place: list[int]) -> pd.DataFrame:
    return frame.assign(queue=np.array(place, dtype=np.int64)[frame["queue"].to_numpy(dtype=np.int64)])
