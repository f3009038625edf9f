"""What histories amount to: the peak, the time to recover, the worst half-hour, who is hurt, and what it costs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.events._march import ABANDONED, BACKLOG, LEVEL, OFFERED, P_ABANDON, SERVED
from model.events.hours import WEEK_CELLS, Histories
from model.events.inputs import HALF_HOUR
from model.events.world import World

Array = NDArray[np.float64]
MISS = 0.02
"""Share answered in time that may be missing when the target counts as regained: two points move no decision."""
QUIET = 0.02
"""Half-hours with less than this share of the busiest one's contacts do not decide whether a target is regained."""
SHOWN_DAYS = 14


@dataclass(frozen=True, slots=True)
class WorstHour:
    """The half-hour in which most customers beyond the usual are not answered in time; `hour` since Monday 00:00."""

    channel: str
    hour: float
    wait_s: float
    service_level: float
    service_level_without: float


def excess(h: Histories, row: int) -> Array:
    """Customers waiting beyond the usual at the end of each half-hour, (channel, interval)."""
    waiting: Array = h.figures[row, :, :, BACKLOG] - h.figures[0, :, :, BACKLOG]
    return waiting


def bad(world: World, h: Histories, row: int) -> NDArray[np.bool_]:
    """(channel, interval): fewer in time than the target asks, or than usual where that is below it."""
    usual = h.figures[0, :, :, LEVEL]
    goal = np.where(np.isnan(world.goals[:, None]), usual, np.minimum(usual, world.goals[:, None])) - MISS
    asked = h.figures[0, :, :, OFFERED]
    counts = asked > QUIET * world.came.max(axis=1)[:, None]
    missed: NDArray[np.bool_] = counts & (h.figures[row, :, :, LEVEL] < goal)
    return missed


def below(world: World, h: Histories) -> tuple[str, ...]:
    """Channels that miss their target by more than `MISS` over the week even without an event."""
    week = h.figures[0, :, h.first : h.first + WEEK_CELLS]
    came = np.maximum(week[:, :, OFFERED].sum(axis=1), 1e-12)
    level = (week[:, :, LEVEL] * week[:, :, OFFERED]).sum(axis=1) / came
    # A channel without a target has nothing to miss: no number is less than none.
    return tuple(name for name, missed in zip(world.names, level < world.goals - MISS, strict=True) if missed)


def hours_until(h: Histories, row: int, still: NDArray[np.bool_]) -> Array:
    """Hours from the end of the event to the end of the last half-hour for which `still` holds, (channel,); nan where
    that is in the last day followed."""
    count = still.shape[1]
    last = np.where(still.any(axis=1), count - 1 - np.argmax(still[:, ::-1], axis=1), -1)
    found = np.maximum((last + 1 - h.over[row]) * HALF_HOUR, 0.0)
    return np.where(last >= count - 48, np.nan, found)


def backlog_hours(h: Histories, row: int) -> Array:
    """Hours from the end of the event until no more wait than without it, within one customer, (channel,)."""
    return hours_until(h, row, excess(h, row) > 1.0)


def worst_hour(world: World, h: Histories, row: int, other: Histories, base: int) -> WorstHour:
    """The half-hour with most late answers beyond those of the history that counts as without."""
    span = np.arange(h.first, min(h.figures.shape[2], other.figures.shape[2]))
    late = [source.figures[r][:, span, OFFERED] * (1 - source.figures[r][:, span, LEVEL])
            for source, r in ((h, row), (other, base))]  # fmt: skip
    c, i = np.unravel_index(int(np.argmax(late[0] - late[1])), late[0].shape)
    at = int(span[i])
    return WorstHour(
        world.names[c], (at - h.first) * HALF_HOUR, float(h.wait_s[row, c, at]), float(h.figures[row, c, at, LEVEL]),
        float(other.figures[base, c, at, LEVEL]),
    )  # fmt: skip


def running_cost(world: World, h: Histories, row: int) -> float:
    """Money for contacts that the vendor and self-service take more or fewer; wages are paid whatever happens."""
    sent = (h.sent[row] - h.sent[0])[:, h.start :].sum(axis=1)
    contained = (h.given.contained[row] - h.given.contained[0])[:, h.start :].sum()
    price = float(world.p["self_service_contact_cost"].ravel()[0])
    return float((sent * world.vendor_price).sum() + contained * price)


def dissatisfied(world: World, h: Histories) -> Array:
    """Customers who leave dissatisfied in each half-hour, (row, channel, interval); to be read against row 0.

    Of the served those not satisfied; of those who gave up those who do not call again (the others count when they
    do); of self-service those whom it did not help and who ask nobody else, and of the helped those not satisfied.
    """
    kept = 1 - float(world.p["retrial_share"].ravel()[0])
    drivers = float(world.p["csat_resolved"].ravel()[0] + world.p["csat_self_service"].ravel()[0])
    helped = h.given.contained - h.given.callbacks - h.given.failed
    unhappy = 1 / (1 + np.exp(world.intercept[:, None] + drivers + h.given.mood[:, None]))
    served = h.figures[..., SERVED] * (1 - h.satisfied)
    found: Array = served + kept * h.figures[..., ABANDONED] + h.given.failed + helped * unhappy
    return found


def hurt(world: World, h: Histories, row: int) -> pd.DataFrame:
    """Who is hurt: a row a channel, sums over all that was followed against the same weeks without the event.

    Columns: contacts more, gave_up more, lost (gave up and did not call again), dissatisfied, csat_points (of contacts
    from the event's start until the target is regained, at least until its end), peak (most waiting beyond the usual),
    wait_s (longest mean wait), recovery_hours, backlog_hours.
    """
    gone = h.figures[row, :, :, ABANDONED] - h.figures[0, :, :, ABANDONED]
    kept = 1 - float(world.p["retrial_share"].ravel()[0])
    unhappy = dissatisfied(world, h)
    recovery = hours_until(h, row, bad(world, h, row))
    end = h.over[row] + np.nan_to_num(recovery, nan=0.0) / HALF_HOUR
    within = np.arange(h.figures.shape[2])
    points = np.zeros(len(world.names))
    for c in range(len(world.names)):
        some = (within >= h.begins[row]) & (within < end[c]) & (h.satisfied[0, c] > 0)
        points[c] = _csat(h, row, c, some) - _csat(h, 0, c, some)
    return pd.DataFrame(
        {
            "contacts": (h.figures[row, :, :, OFFERED] - h.figures[0, :, :, OFFERED]).sum(axis=1),
            "gave_up": gone.sum(axis=1),
            "lost": kept * gone.sum(axis=1),
            "dissatisfied": (unhappy[row] - unhappy[0])[:, h.start :].sum(axis=1),
            "csat_points": points,
            "peak": np.maximum(excess(h, row).max(axis=1), 0.0),
            "wait_s": h.wait_s[row, :, h.start :].max(axis=1),
            "recovery_hours": recovery,
            "backlog_hours": backlog_hours(h, row),
        },
        index=pd.Index(world.names, name="channel"),
    )  # fmt: skip


def _csat(h: Histories, row: int, c: int, some: NDArray[np.bool_]) -> float:
    """Satisfied share of all who were served or gave up."""
    served, gone = h.figures[row, c, some, SERVED], h.figures[row, c, some, ABANDONED]
    total = float((served + gone).sum())
    return float((served * h.satisfied[row, c, some]).sum()) / total if total > 0 else 0.0


def table(world: World, h: Histories, row: int, other: tuple[Histories, int] | None = None) -> pd.DataFrame:
    """A row a channel and half-hour with contacts or somebody waiting, from the day of the event to the day on which
    everything has recovered, at most two weeks.

    Columns: channel, hour (since Monday 00:00), arrivals, agents, backlog, abandonment and service_level (of arrivals),
    wait_s, gave_up; the same without the event with `_without`. `other`: the history that counts as without.
    """
    plain, base = other or (h, 0)
    over = np.nanmax([h.over[row], *(h.over[row] + hours_until(h, row, bad(world, h, row)) / HALF_HOUR)])
    begin = int(h.begins[row]) // 48 * 48 if row else h.first
    until = min(int(np.ceil(over / 48) * 48), begin + SHOWN_DAYS * 48) if row else h.first + WEEK_CELLS
    span = np.arange(begin, max(until, begin + 48))
    frames = []
    for c, name in enumerate(world.names):
        columns: dict[str, Array] = {"hour": HALF_HOUR * (span - h.first).astype(float)}
        for suffix, source, at in (("", h, row), ("_without", plain, base)):
            own = source.figures[at, c, span - h.first + source.first]
            columns |= {
                f"arrivals{suffix}": own[:, OFFERED], f"agents{suffix}": source.agents[at, c, span],
                f"backlog{suffix}": own[:, BACKLOG], f"abandonment{suffix}": own[:, P_ABANDON],
                f"wait_s{suffix}": source.wait_s[at, c, span], f"service_level{suffix}": own[:, LEVEL],
                f"gave_up{suffix}": own[:, ABANDONED],
            }  # fmt: skip
        frame = pd.DataFrame(columns)
        frame.insert(0, "channel", name)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
