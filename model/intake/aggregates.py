"""What leaves the place where the rows lie: sums by queue and half-hour, from one set of queries.

The queries are written once, in Ibis, on the canonical columns below; an uploaded file, a Parquet folder, a DuckDB file
and a PostgreSQL table answer the same ones, each where it stands. Everything measured afterwards is made from their
answers: counts, sums and maxima. No row and no name is among them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.intake.answers import numbers
from model.intake.columns import FileKind
from model.scenario import Kind

if TYPE_CHECKING:
    import ibis.expr.types as ir

Array = NDArray[np.float64]
CELLS, SLOTS, DAY = 336, 48, 86_400
STATES = ("answered", "abandoned", "unserved", "left", "other")
ANSWERED, ABANDONED, UNSERVED = 0, 1, 2
"""How a contact ended, as a number; the first three entered the queue."""
LONGEST_WAIT_S = 3600
"""Waits are counted by the second up to here."""
WAIT_CLASSES = (20.0, 60.0, 180.0, 600.0)
"""Seconds at which waits part into classes, for who answers surveys."""
REPEAT_DAYS = 7.0
FAR_S = 60 * DAY
"""An end so long after its start tells that the start is none."""


class Queue(NamedTuple):
    """A channel in the making: its name, kind, label and the seconds of its target."""

    name: str
    kind: Kind
    label: str
    target_s: float


@dataclass(frozen=True)
class Aggregates:
    """The answers of one source.

    Attributes
    ----------
    name : str, the source's
    kind : what its rows are
    columns : role -> column; of a table of contacts only which roles it has matters
    has_time, dated : whether a time of day, whether any date is known
    interval_s : length of an interval where rows are intervals
    queues : what the column `queue` of the frames counts through
    rows : rows read
    cells : of contacts one row a queue and half-hour of a day (`day` since 1970, `slot` 0 to 47), of counts one a queue
        and moment (`start`, s since 1970): sums
    waits : (queue, second) answered and abandoned after so many seconds, rounded up; None for counts
    raters : (queue, wait class, resolved, transferred) contacts, rated, satisfied; None without ratings
    repeats : (queue) contacts with a customer, with the whole window behind them, of which back; None without customers
    replies : (queue, day of arrival) replied, replied within the target of opening hours, still open beyond it; `due`,
        whose target had passed when the source was last written to, and of these in time; None without replies
    opening : queue -> half-hours of the week, (336,), in which replies are written; none where too few are
    """

    name: str
    kind: FileKind
    columns: Mapping[str, str]
    has_time: bool
    dated: bool
    interval_s: float | None
    queues: tuple[Queue, ...]
    rows: int
    cells: pd.DataFrame
    waits: pd.DataFrame | None = None
    raters: pd.DataFrame | None = None
    repeats: pd.DataFrame | None = None
    replies: pd.DataFrame | None = None
    opening: Mapping[int, NDArray[np.bool_]] = field(default_factory=dict)

    def of(self, queue: int) -> "Part":
        """One queue's share of everything."""
        return Part(self, queue)


@dataclass(frozen=True)
class Part:
    """The aggregates of one queue, and sums over them."""

    whole: Aggregates
    number: int

    @property
    def queue(self) -> Queue:
        return self.whole.queues[self.number]

    @cached_property
    def cells(self) -> pd.DataFrame:
        return self.table("cells")

    def table(self, name: str) -> pd.DataFrame:
        """This queue's rows of a frame; empty where the source has none."""
        frame = getattr(self.whole, name)
        return pd.DataFrame() if frame is None else frame[frame["queue"] == self.number]

    def told(self, *roles: str) -> bool:
        """Whether the source has a column for any of these roles."""
        return any(role in self.whole.columns for role in roles)

    def total(self, sum_: str) -> float:
        """A sum over the whole span."""
        return float(self.cells[sum_].sum())

    def mean(self, sum_: str, count: str, fewest: float = 1.0) -> float | None:
        """One sum over another; None where too few stand behind it."""
        known = self.total(count)
        return self.total(sum_) / known if known >= max(fewest, 1e-9) else None

    def by_cell(self, sum_: str) -> Array:
        """A sum for each half-hour of the week, (336,)."""
        cell = (self.cells["day"].to_numpy() + 3) % 7 * SLOTS + self.cells["slot"].to_numpy()
        out = np.bincount(cell.astype(np.int64), weights=self.cells[sum_].to_numpy(dtype=float), minlength=CELLS)
        return out.astype(np.float64)


def of_contacts(
    table: "ir.Table",
    queues: Sequence[Queue],
    has: frozenset[str],
    has_time: bool = True,
    repeat_days: float = REPEAT_DAYS,
) -> dict[str, Any]:
    """The frames of `Aggregates` for rows that are contacts or tickets.

    Parameters
    ----------
    table : canonical, null where unknown: `queue` (number), `arrived` (whole s since 1970), `state` (of STATES),
        `wait_s`, `handle_s`, `resolved`, `transferred`, `csat` (0 to 1), `reply_s`, `done` (moment of the first reply,
        else of the end, s since 1970), `customer` (of any type)
    has : roles that the source has at all; what it has not is not asked for
    has_time : whether moments carry a time of day
    repeat_days : a contact is solved where its customer is not back within so many days
    """
    import ibis

    slow = [number for number, queue in enumerate(queues) if queue.kind == "deferred"]
    # E-mail and tickets have no line to hang up from: all of them entered, and all are answered in the end.
    queued = table.state <= UNSERVED
    t = table.filter((table.queue >= 0) & (queued | table.queue.isin(slow) if slow else queued))
    t = t.mutate(day=_floor(t.arrived, DAY), slot=_floor(t.arrived % DAY, 1800))
    answered = (t.state == ANSWERED) | t.queue.isin(slow) if slow else t.state == ANSWERED
    gone = t.state == ABANDONED
    target = _by_queue(t.queue, [queue.target_s for queue in queues])
    timed = answered & t.wait_s.notnull()
    sums = {
        "contacts": t.count(),
        "answered": t.count(where=answered),
        "abandoned": t.count(where=gone),
        "timed": t.count(where=timed),
        "wait_answered_s": t.wait_s.sum(where=timed),
        "waited_s": t.wait_s.sum(),
        "waits_given_up": t.count(where=gone & (t.wait_s > 0)),
        "in_time": t.count(where=timed & (t.wait_s <= target)),
        "handled": t.count(where=answered & t.handle_s.notnull()),
        "handle_s": t.handle_s.sum(where=answered),
        "handle_s2": (t.handle_s * t.handle_s).sum(where=answered),
        "last": t.arrived.max(),
    }
    for role, column in (("resolved", "resolved"), ("transferred", "transferred"), ("csat", "csat")):
        if role in has or (role == "resolved" and "reopened" in has):
            sums[f"{column}_known"] = t.count(where=answered & t[column].notnull())
            sums[column] = t[column].sum(where=answered)
    if "csat" in has:
        sums["asked"] = sums["answered"]
    out: dict[str, Any] = {"cells": _frame(t.group_by("queue", "day", "slot").aggregate(**sums))}
    for column in ("resolved", "transferred", "csat"):
        if column not in out["cells"]:
            out["cells"][column] = out["cells"][f"{column}_known"] = 0.0
    if "asked" not in out["cells"]:
        out["cells"]["asked"] = 0.0  # joined to a source with ratings, these contacts are none of those asked
    if out["cells"].empty:
        return out
    last = int(out["cells"]["last"].max())
    if "wait" in has or "abandon_wait" in has:
        second = ibis.least(t.wait_s.ceil().cast("int64"), ibis.literal(LONGEST_WAIT_S + 1, "int64"))
        seconds = t.filter(t.wait_s.notnull()).mutate(second=second)
        out["waits"] = _frame(seconds.group_by("queue", "second").aggregate(
            answered=seconds.count(where=seconds.state == ANSWERED),
            abandoned=seconds.count(where=seconds.state == ABANDONED),
        ))  # fmt: skip
    if "csat" in has:
        out["raters"] = _raters(t.filter(answered))
    if "customer" in has:
        out["repeats"] = _repeats(t, answered, last, repeat_days)
    if slow and has & {"reply_time", "replied_at", "resolved_at", "wait"}:
        out |= _replies(t.filter(t.queue.isin(slow)), queues, slow, last, has_time)
    return out


def _raters(t: "ir.Table") -> pd.DataFrame:
    """Who answers the survey: by wait, solved or not, transferred or not."""
    import ibis

    steps = [(t.wait_s <= edge, ibis.literal(number)) for number, edge in enumerate(WAIT_CLASSES)]
    of = t.mutate(
        wait_class=ibis.cases((t.wait_s.isnull(), ibis.literal(-1)), *steps, else_=ibis.literal(len(WAIT_CLASSES))),
        was_resolved=ibis.cases((t.resolved.isnull(), -1), (t.resolved > 0.5, 1), else_=0),
        was_transferred=ibis.cases((t.transferred.isnull(), -1), (t.transferred > 0.5, 1), else_=0),
    )
    return _frame(of.group_by("queue", "wait_class", "was_resolved", "was_transferred").aggregate(
        contacts=of.count(), rated=of.csat.count(), satisfied=of.csat.sum()
    ))  # fmt: skip


def _repeats(t: "ir.Table", answered: "ir.BooleanValue", last: int, days: float) -> pd.DataFrame:
    """Answered contacts whose customer was back within the window, by any channel of the source."""
    window = int(days * DAY)
    keyed = t.mutate(counts=answered).filter(t.customer.notnull())
    next_ = keyed.arrived.lead().over(group_by=keyed.customer, order_by=[keyed.arrived, keyed.queue, keyed.state])
    # Without its own select the window would be asked for again by each sum.
    followed = keyed.select(keyed.queue, keyed.arrived, keyed.counts, back=(next_ - keyed.arrived) <= window)
    whole = followed.counts & (followed.arrived <= last - window)
    return _frame(followed.group_by("queue").aggregate(
        keyed=followed.count(), whole=followed.count(where=whole), again=followed.count(where=whole & followed.back)
    ))  # fmt: skip


def _replies(t: "ir.Table", queues: Sequence[Queue], slow: list[int], last: int, has_time: bool) -> dict[str, Any]:
    """Replies within the target, counted in opening hours: a ticket of Friday night is not late on Monday morning."""
    import ibis

    from model.intake import week

    done = t.filter(t.done.notnull()).mutate(cell=_floor(t.done + 3 * DAY, 1800) % CELLS)
    written = _frame(done.group_by("queue", "cell").aggregate(replies=done.count(), last=done.done.max()))
    until = max(last, int(written["last"].max())) if len(written) else last
    opening: dict[int, NDArray[np.bool_]] = {}
    frames = []
    for queue in slow:
        mine = written[written["queue"] == queue]
        found = week.opening_hours(
            np.bincount(mine["cell"].to_numpy(dtype=int), mine["replies"].to_numpy(dtype=float), CELLS).astype(float)
        )
        found = found if has_time else None
        if found is not None:
            opening[queue] = found
        hours = week.office_hours() if found is None else found
        before = np.concatenate([[0], np.cumsum(hours)])
        edges = ibis.literal([int(b) for b in before], type="array<int64>")
        open_ = ibis.literal([int(h) for h in hours], type="array<int64>")

        def open_seconds(moment: Any, edges: Any = edges, open_: Any = open_, total: int = int(before[-1])) -> Any:
            shifted = moment + 3 * DAY
            rest = shifted % (CELLS * 1800)
            cell = _floor(rest, 1800)
            weeks = _floor(shifted, CELLS * 1800)
            return (weeks * total + edges[cell]) * 1800 + open_[cell] * (rest % 1800)

        rows = t.filter(t.queue == queue).mutate(day=_floor(t.arrived, DAY))
        known = rows.reply_s >= 0
        end = rows.arrived + rows.reply_s.floor().cast("int64")
        target = queues[queue].target_s
        late = open_seconds(ibis.literal(last, "int64")) - open_seconds(rows.arrived) > target
        due = open_seconds(ibis.literal(until, "int64")) - open_seconds(rows.arrived) > target
        in_time = known & (open_seconds(end) - open_seconds(rows.arrived) <= target)
        frames.append(_frame(rows.group_by("day").aggregate(
            replied=rows.count(where=known),
            reply_s=rows.reply_s.sum(where=known),
            in_time=rows.count(where=in_time),
            due=rows.count(where=due),
            due_in_time=rows.count(where=due & in_time),
            ended=rows.count(where=rows.done.notnull()),
            ended_far=rows.count(where=rows.done - rows.arrived > FAR_S),
            late=rows.count(where=(rows.reply_s.isnull() | (rows.reply_s < 0)) & late),
        )).assign(queue=queue))  # fmt: skip
    return {"replies": pd.concat(frames, ignore_index=True), "opening": opening}


def of_counts(table: "ir.Table") -> dict[str, Any]:
    """The frame `cells` for rows that are counts: intervals, days or months.

    `table` is canonical, null where unknown: `queue`, `start` (whole s since 1970), `offered`, `answered`, `abandoned`,
    `in_time`, `surveys`, `agents`, `wait_s`, `abandon_wait_s`, `handle_s`, `service_level`, `csat`, `resolved`,
    `transferred`. Means are weighted by the contacts they are means of.
    """
    import ibis

    t = table.filter(table.queue >= 0)
    zero = ibis.literal(0.0)
    # Without a count of the answered, all offered stand for them, as a weight.
    weight = ibis.coalesce(t.answered, ibis.ifelse(t.answered_told, ibis.null("float64"), t.offered))
    lost = ibis.ifelse(
        t.abandoned_told, t.abandoned.fill_null(zero), ibis.greatest(t.offered - t.answered, zero).fill_null(zero)
    )
    raters = ibis.ifelse(t.surveys_told, t.surveys, weight)

    def mean_of(name: str, value: Any, weights: Any) -> dict[str, Any]:
        good = value.notnull() & (weights > 0)
        return {f"{name}_sum": (value * weights).sum(where=good), f"{name}_of": weights.sum(where=good)}

    sums: dict[str, Any] = {
        "rows": t.count(), "offered": t.offered.sum(), "zeros": t.count(where=t.offered == 0),
        "answered": weight.sum(), "lost": lost.sum(), "in_time": t.in_time.sum(),
        "level": (t.service_level * t.offered).sum(), "level_of": t.offered.sum(where=t.service_level.notnull()),
        "waited_s": ((t.wait_s * t.answered).fill_null(zero) + (t.abandon_wait_s * lost).fill_null(zero)).sum(),
        "agents": t.agents.sum(), "agents_rows": t.agents.count(), "surveys": t.surveys.sum(),
        "transferred": t.transferred.sum(),
    }  # fmt: skip
    sums |= mean_of("handle", t.handle_s.nullif(zero), weight) | mean_of("wait", t.wait_s, weight)
    sums |= mean_of("own_wait", t.abandon_wait_s, lost) | mean_of("resolved", t.resolved, weight)
    sums |= mean_of("csat", t.csat, raters) | {"raters": raters.sum()}
    return {"cells": _frame(t.group_by("queue", "start").aggregate(**sums)).sort_values("start", kind="stable")}


def _floor(value: Any, step: int) -> Any:
    """Whole steps below a value, for whole numbers from 1970 on."""
    return ((value - value % step) / step).cast("int64")


def _by_queue(queue: Any, values: Sequence[float]) -> Any:
    import ibis

    if len(values) == 1:
        return ibis.literal(float(values[0]))
    steps = [(queue == number, ibis.literal(float(value))) for number, value in enumerate(values)]
    return ibis.cases(*steps, else_=ibis.literal(0.0))


def _frame(query: "ir.Table") -> pd.DataFrame:
    """The answer, in one order: sums over it must not depend on the one in which it came."""
    frame = numbers(query)
    for key in ("queue", "day", "slot", "second", "cell", "start", "last"):
        if key in frame:
            frame[key] = frame[key].round().astype("int64")
    order = ("queue", "day", "slot", "start", "second", "cell", "wait_class", "was_resolved", "was_transferred")
    keys = [key for key in order if key in frame]
    return frame.sort_values(keys, kind="stable").reset_index(drop=True) if keys else frame
