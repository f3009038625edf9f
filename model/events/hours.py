"""An event half-hour by half-hour: the queue that builds up, who gives up, who comes back, who goes away dissatisfied.

Live queues follow the closure of `model.transient`, e-mails and tickets their fluid backlog. The week without the event
is followed beside it, and everything is told against it. Usual arrivals hold what usually comes back; on top come, from
the event's own history beyond the usual one,

    those who gave up, a share q of them, an exponential hour or so later;
    the unsolved, a share p of them, after the gap of `repeat_gap_h`;
    those told to come later, all of them, over some hours from the end of the outage on;

in open half-hours only. First attempts alone are multiplied by an event's factor on new contacts, so an event that
lasts for ever ends where the engine is with that much more demand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import satisfaction
from model.events import _march
from model.events._march import (
    ABANDONED,
    BACKLOG,
    BUSY,
    CAME_BACK,
    IN_SYSTEM,
    LEVEL,
    OFFERED,
    P_ABANDON,
    P_WAIT,
    SERVED,
    VIRTUAL,
    WAIT,
    WAIT_SQ,
    Returns,
)  # fmt: skip
from model.events.inputs import Inputs, inputs
from model.events.table import RELATED, WEEK, Event
from model.events.world import World

Array = NDArray[np.float64]
WEEK_CELLS = 336
SECONDS = 1800.0
BEFORE = 96
"""Half-hours in which a live queue finds its ways before the event; e-mails have a week."""
AFTER_H = 4 * WEEK
"""Hours after an event within which everything is followed."""
FLOWS = (OFFERED, SERVED, ABANDONED, IN_SYSTEM, BACKLOG, BUSY, CAME_BACK)
SHARES, WAITS = (P_WAIT, P_ABANDON, LEVEL), (WAIT, WAIT_SQ, VIRTUAL)


@dataclass(frozen=True, eq=False)
class Histories:
    """With and without events: arrays (row, channel, interval), row 0 without.

    `first` is the interval in which the event's week begins (Monday 00:00); figures are filled from `start` on.
    `figures` (.., column) as in `_march`; `wait_s` mean wait of arrivals; `satisfied` share of the served; `unsolved`
    (row, interval) share of the served told to come again; `agents` who are there; `sent` contacts sent to the vendor;
    `begins`, `over` (row,) first interval of the events and first after them; `given` what they were reckoned from.
    """

    first: int
    start: int
    figures: Array
    wait_s: Array
    satisfied: Array
    agents: Array
    sent: Array
    begins: NDArray[np.int64]
    over: NDArray[np.int64]
    given: Inputs


@dataclass(frozen=True, eq=False)
class _Plan:
    """One channel's inputs to a march, (row, interval): contacts planned, servers or capacity, handle time in s."""

    planned: Array
    servers: Array
    handle: Array


def follow(world: World, cases: Sequence[Sequence[Event]]) -> Histories:
    """The histories of cases, each of some short events at once."""
    first = WEEK_CELLS
    starts = [first + min((2 * e.start_h for e in case), default=0.0) for case in cases]
    ends = [first + max((2 * (e.start_h + e.length_h + e.recovery_h) for e in case), default=0.0) for case in cases]
    intervals = int(np.ceil(max(ends, default=first) + 2 * AFTER_H))
    begins = np.array([intervals, *map(int, starts)], dtype=np.int64)
    over = np.array([first, *(int(np.ceil(end)) for end in ends)], dtype=np.int64)
    start = (int(begins[1:].min()) if cases else first) - BEFORE
    given = inputs(world, cases, intervals, first)
    cell = np.arange(intervals) % WEEK_CELLS
    plans = [_plan(world, c, given, cell) for c in range(len(world.names))]
    figures = np.zeros((len(cases) + 1, len(world.names), intervals, _march.COLUMNS))
    wait = np.zeros(figures.shape[:3])
    for c in world.live.tolist():
        if world.gain[c] < 1:
            who = _returns(world, c, given, begins, over, cell, start)
            goal = float(world.target[c])
            figures[:, c, start:] = _marched(plans[c], world.theta[c], goal, who, start)
    if world.gain.any():
        _blend(world, plans, given, begins, over, cell, start, figures)
    waited = figures[..., WAIT] / np.maximum(1 - figures[..., P_ABANDON], 1e-9)
    # Where nobody at all is answered, the wait is until somebody is there again.
    wait[:] = np.where(figures[..., P_ABANDON] > 0.999, figures[..., VIRTUAL], waited)
    for c in world.later.tolist():
        who = _returns(world, c, given, begins, over, cell, 0)
        figures[:, c], wait[:, c] = _written(world, c, plans[c], who)
    satisfied = _satisfied(world, given, figures, wait, start, begins, over)
    agents = world.agents[:, cell] * given.agents[:, None]
    sent = np.stack([plan.planned for plan in plans], axis=1) * (world.vendor / (1 - world.vendor))[:, None]
    return Histories(first, start, figures, wait, satisfied, agents, sent, begins, over, given)


def _plan(world: World, c: int, given: Inputs, cell: NDArray[np.int64]) -> _Plan:
    more = (given.issues[:, c] - 1) * world.new_share[c] + given.chases
    planned = world.came[c, cell] * (1 + more)
    servers = world.staff[c, cell] * given.agents
    if c in world.later:
        servers = servers / given.handle[:, c]
    return _Plan(planned, servers, world.handle[c] * given.handle[:, c])


def _returns(world: World, c: int, given: Inputs, begins: NDArray[np.int64], over: NDArray[np.int64],
             cell: NDArray[np.int64], start: int) -> Returns:  # fmt: skip
    gaps = (RELATED["retrial_gap_h"].mode, float(world.p["repeat_gap_h"].ravel()[0]), RELATED["put_off_h"].mode / 2)
    repeat = np.full(given.put_off.shape, world.repeat[c])[:, start:]
    return Returns(
        retrial=float(world.p["retrial_share"].ravel()[0]),
        repeat=np.ascontiguousarray(repeat),
        put_off=np.ascontiguousarray(given.put_off[:, start:]),
        out=np.array([_march.shares_out(gap)[0] for gap in gaps]),
        soon=_march.shares_out(gaps[0])[1],
        when=_march.when_back(gaps[0]),
        open=np.ascontiguousarray(world.open[c, cell][start:]),
        begins=begins - start,
        over=over - start,
    )


def _marched(plan: _Plan, theta: Array | float, target: float, who: Returns, start: int) -> Array:
    lam, mu = plan.planned[:, start:] / SECONDS, 1 / plan.handle[:, start:]
    leave = np.ascontiguousarray(np.broadcast_to(theta, lam.shape[1:]))
    out = np.zeros((*lam.shape, _march.COLUMNS))
    servers = np.ascontiguousarray(plan.servers[:, start:])
    _march.march(np.ascontiguousarray(lam), np.ascontiguousarray(mu), leave, servers, target, SECONDS, who, out)
    return out


def _written(world: World, c: int, plan: _Plan, who: Returns) -> tuple[Array, Array]:
    """E-mails and tickets: figures with the share in time, and response times in s."""
    out = np.zeros((*plan.planned.shape, _march.COLUMNS))
    _march.march_later(plan.planned, plan.servers, float(world.carried[c]), who, out)
    seconds = np.zeros(plan.planned.shape)
    for row, capacity in enumerate(plan.servers):
        out[row, :, LEVEL], seconds[row] = _march.waits_of_later(
            out[row], capacity, who.open, float(world.target[c]), world.error)  # fmt: skip
    out[..., P_WAIT] = 1.0
    return out, seconds


def _blend(world: World, plans: Sequence[_Plan], given: Inputs, begins: NDArray[np.int64], over: NDArray[np.int64],
           cell: NDArray[np.int64], start: int, figures: Array) -> None:  # fmt: skip
    """Move channels towards one team by their gain, as the engine does; the team's contacts are shared out as mixed.

    The team is followed as one queue of the mean handle time and patience. Who is in it, by channel: those who were,
    and those who came, well mixed; so each channel's flows balance as the team's do. Of teams that share less than
    today, shares and waits move away from the team's, as far as they can; contacts are those of the channel by itself.
    """
    live = world.live.tolist()
    each = np.stack([plans[c].planned for c in live])
    total = np.maximum(each.sum(axis=0), 1e-300)
    work = sum(plans[c].planned * plans[c].handle / world.sessions[c] for c in live)
    servers = np.sum([plans[c].servers / world.sessions[c] for c in live], axis=0)
    handle = np.where(each.sum(axis=0) > 0, work / total, plans[live[0]].handle)
    usual = each[:, 0].sum(axis=0)
    theta = np.where(usual > 0, (each[:, 0] * world.theta[live, None]).sum(axis=0) / np.maximum(usual, 1e-300),
                     world.theta[live[0]])  # fmt: skip
    team = _Plan(each.sum(axis=0), servers, handle)
    repeats = [_returns(world, c, given, begins, over, cell, start) for c in live]
    share = each[:, 0, start:].sum(axis=1) / each[:, 0, start:].sum()
    who = repeats[0]._replace(
        repeat=np.ascontiguousarray(sum(w * r.repeat for w, r in zip(share, repeats, strict=True))),
        open=np.max([r.open for r in repeats], axis=0),
    )
    for place, c in enumerate(live):
        if world.gain[c] == 0:
            continue
        found = _marched(team, theta[start:], float(world.target[c]), who, start)
        part = _mixed(each[:, :, start:], found, place)
        for column in FLOWS:
            found[..., column] *= part[..., 0 if column == CAME_BACK else 1]
        found[..., OFFERED] = found[..., CAME_BACK] + each[place, :, start:]
        way = np.full(_march.COLUMNS, world.gain[c])
        way[list(FLOWS)] = max(world.gain[c], 0.0)
        moved = figures[:, c, start:] + way * (found - figures[:, c, start:])
        if world.gain[c] < 0:
            moved[..., WAITS] = np.maximum(moved[..., WAITS], 0.0)
            moved[..., SHARES] = np.clip(moved[..., SHARES], 0.0, 1.0)
        figures[:, c, start:] = moved


def _mixed(each: Array, team: Array, place: int) -> Array:
    """Share of one channel in who comes in each half-hour, and in who is then there and leaves, (.., 2)."""
    planned = each.sum(axis=0)
    part = np.divide(each[place], planned, out=np.full(planned.shape, 1 / len(each)), where=planned > 0)
    found = np.stack([part, part], axis=-1)
    here = part[:, 0].copy()
    for i in range(planned.shape[1]):
        before = team[:, i - 1, IN_SYSTEM] if i else np.zeros(len(here))
        came = team[:, i, OFFERED]
        here = (before * here + came * part[:, i]) / np.maximum(before + came, 1e-300)
        found[:, i, 1] = here
    return found


def _satisfied(world: World, given: Inputs, figures: Array, wait: Array, start: int, begins: NDArray[np.int64],
               over: NDArray[np.int64]) -> Array:  # fmt: skip
    """Satisfied share of those served, (row, channel, interval): reckoned during events and where rows differ, else 0.

    Of the served: their waits are those met by who arrives at the same time.
    """
    out = np.zeros(figures.shape[:3])
    differs = np.abs(figures[1:] - figures[:1]).max(axis=(0, 1, 3), initial=0.0) > 0
    differs |= (given.mood != 0).any(axis=0) | (given.late != 0).any(axis=0) | (given.put_off != 0).any(axis=0)
    differs[begins[1:].min(initial=len(differs)) : over.max()] = True
    differs[:start] = False
    some = np.flatnonzero(differs)
    if not len(some):
        return out
    answered = np.maximum(1 - figures[:, :, some, P_ABANDON], 1e-9)
    p_wait = np.clip((figures[:, :, some, P_WAIT] - figures[:, :, some, P_ABANDON]) / answered, 0, 1)
    mean, square = wait[:, :, some], figures[:, :, some, WAIT_SQ] / answered
    p_wait[:, world.later] = 1.0
    square[:, world.later] = 2 * mean[:, world.later] ** 2
    square = np.maximum(square, mean**2 * 1.0001)
    servers = np.maximum(world.agents * world.sessions[:, None], 1e-9)[:, some % WEEK_CELLS]
    busy = figures[:, :, some, BUSY] / np.maximum(servers * given.agents[:, None, some], 1e-9)
    busy = np.clip(world.shares["occupancy"][:, None] + busy - busy[:1], 0, 1)
    offered = np.maximum(figures[:, :, some, OFFERED], 1e-9)
    callbacks = np.clip((given.callbacks - given.callbacks[:1])[:, :, some] / offered, 0, 0.9)
    put_off = given.put_off[:, None, some]
    failed = world.shares["callbacks"] / np.maximum(world.shares["offered"], 1e-9)
    for c in range(len(world.names)):
        shape = (1, 1, len(out) * len(some), 1)

        def flat(values: Array | float, shape: tuple[int, ...] = shape) -> Array:
            return np.ascontiguousarray(np.broadcast_to(values, (len(out), len(some)))).reshape(shape)

        own = {name: world.shares[name][c] for name in world.shares}
        shares = {
            "transfer": flat(own["transfer_rate"]), "critical_error": flat(own["critical_error_rate"]),
            "failed_self_service": flat(np.minimum(failed[c] + callbacks[:, c], 0.95)),
            "new_agent": flat(own["learning"]), "vendor": flat(own["vendor_extra"]),
            "late_order": flat(np.clip(own["late_share"] + given.late[:, some], 0, 0.95)),
        }  # fmt: skip
        with_vendor = satisfaction.with_vendor(
            world.p, world.intercept[c], world.vendor[c], flat(busy[:, c]), own["occupancy0"]
        )
        out[:, c, some] = satisfaction.satisfied_share(
            world.p, with_vendor + flat(given.mood[:, some]), flat(own["fcr"] * (1 - put_off[:, 0])),
            flat(p_wait[:, c]), flat(mean[:, c]), flat(square[:, c]), flat(world.wait_scale[c]), flat(busy[:, c]),
            shares,
        ).reshape(len(out), len(some))  # fmt: skip
    return out
