"""stress: a scenario meets an event. What the queue does hour by hour, how long it takes to recover, who pays."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import results
from model.batch import batch
from model.engine import Same
from model.errors import ScenarioError, all_must_be, must_be
from model.events import hours, months, summary
from model.events._march import BACKLOG
from model.events.hours import Histories
from model.events.inputs import HALF_HOUR
from model.events.summary import WorstHour
from model.events.table import EVENTS, MONTH, Event, event_of
from model.events.world import World, world
from model.results import Results
from model.scenario import WEEKS_A_YEAR, Scenario

Array = NDArray[np.float64]
MEASURES = ("recovery_hours", "extra_backlog", "cost", "dissatisfied")
"""What scenarios and events are compared by; less is better in all of them."""
MOST_TOGETHER = 2


@dataclass(frozen=True, eq=False)
class StressResult:
    """What one or two events do to a scenario, against the same weeks without them.

    Attributes
    ----------
    hours : DataFrame
        A row a channel and half-hour: `hour` since Monday 00:00, arrivals, agents, backlog (waiting at its end),
        abandonment and service_level (shares of its arrivals), wait_s, gave_up; the same with `_without`. Of an event
        of months: the week of its worst month.
    peak_backlog, peak_without : customers waiting at once, at most, all channels; `extra_backlog` the most beyond the
        usual, at hour `peak_hour`.
    recovery_hours : from the end of the event until every channel answers within two points of its target again, or of
        what it would have been; nan where that takes more than four weeks (of months: beyond month 36).
    below : channels that miss their target even without the event, and so can only come back to what they were.
    backlog_hours : from the end of the event until no more wait than would have, within one customer; nan likewise.
    worst_hour : the half-hour in which most customers beyond the usual are not answered in time.
    cost : money, the sum of `costs`: once, running (of month after month, of vendor and self-service) and margin (of
        customers who leave because they were dissatisfied).
    contacts_lost, dissatisfied : customers who gave up for good, and who leave dissatisfied, beyond the usual.
    hurt : DataFrame
        A row a channel; see `model.events.summary.hurt`.
    months : DataFrame or None
        Of an event of months: month by month service_level, abandonment, csat, operating_cost, with and without.
    likely : dict
        Measure -> (mild end, hard end) of the table's sizes; empty unless asked for or for an event of one's own.
    """

    scenario: Scenario
    events: tuple[Event, ...]
    hours: pd.DataFrame
    peak_backlog: float
    peak_without: float
    extra_backlog: float
    peak_hour: float
    recovery_hours: float
    backlog_hours: float
    worst_hour: WorstHour
    costs: dict[str, float]
    contacts_lost: float
    dissatisfied: float
    hurt: pd.DataFrame
    months: pd.DataFrame | None = None
    worst_month: int | None = None
    below: tuple[str, ...] = ()
    likely: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def cost(self) -> float:
        """Money, against the same time without the event."""
        return sum(self.costs.values())

    @property
    def recovered(self) -> bool:
        """Whether every channel is back, as `recovery_hours` means it, within the time that is followed."""
        return bool(np.isfinite(self.recovery_hours))

    def measure(self, name: str) -> float:
        """One of `MEASURES`; time to recover is infinite where it never comes."""
        value = float(getattr(self, name))
        return np.inf if np.isnan(value) else value


Case = str | Event | Sequence[str | Event]
"""An event, by name or made, or two at once."""


def stress(
    scenario: Scenario, event: Case = "demand_surge", *, size: float | None = None, length_h: float | None = None,
    start_h: float | None = None, start_month: int | None = None, likely: bool = False,
) -> StressResult:  # fmt: skip
    """One scenario under an event, or two at once.

    Parameters
    ----------
    event : str, Event or pair
        A key of `model.events.EVENTS`, an event (`model.events.own` makes one), or two of these.
    size : float, optional
        The (first) event's main effect, in its own unit: 2 for twice as many contacts; its others follow in proportion.
    length_h, start_h : float, optional
        Hours it lasts (above two weeks: month by month), and hours from Monday 00:00 at which it begins.
    start_month : int, optional
        Month in which a long event begins.
    likely : bool
        Also reckon the mild and the hard end of the table's sizes.

    Returns
    -------
    StressResult

    Raises
    ------
    ScenarioError
        Where there is no such event, or a size, length or start is out of bounds.

    Examples
    --------
    >>> import model
    >>> model.stress(model.Scenario(baseline=model.sample("retail")), "system_downtime").recovery_hours > 0
    True
    """
    must_be(Scenario, scenario, "scenario")
    first, *rest = _case(event)
    if size is not None:
        first = first.sized(size)
    window = {"length_h": length_h, "start_h": start_h, "start_month": start_month}
    first = replace(first, **{k: v for k, v in window.items() if v is not None})  # type: ignore[arg-type]
    case = (first, *rest)
    if not likely:
        return stress_many([scenario], [case])[0][0]
    ends = [tuple(e.at(end) for e in case) for end in ("low", "high")]
    found, *others = stress_many([scenario], [case, *(end for end in ends if end != case)])[0]
    bands = {}
    for name in MEASURES:
        values = [found.measure(name), *(other.measure(name) for other in others)]
        bands[name] = (min(values), max(values))
    return replace(found, likely=bands if others else {})


def stress_many(scenarios: Sequence[Scenario], events: Sequence[Case] = tuple(EVENTS)) -> list[list[StressResult]]:
    """Every scenario under every event: a list a scenario, an entry an event.

    A scenario's events go together: the short ones as rows of one march through its week, the long ones as one batch
    through the engine. The last scenarios asked for are not reckoned again.
    """
    scenarios = all_must_be(Scenario, scenarios, "scenarios")
    cases = tuple(_case(event) for event in events)
    return [[replace(one, scenario=s) for one in _reckoned(Same(s), cases)] for s in scenarios]


def robustness(found: Sequence[StressResult], hours_allowed: float) -> float:
    """Share of events after which every channel is back within so many hours; nan without any event.

    ScenarioError where the hours are not a number of at least 0.
    """
    if not hours_allowed >= 0:
        raise ScenarioError("The hours allowed for recovery must be at least 0.", "Choose, say, 4 hours.")
    if not found:
        return float("nan")
    return sum(one.measure("recovery_hours") <= hours_allowed for one in found) / len(found)


def _case(given: Case) -> tuple[Event, ...]:
    several: list[Any] = list(given) if isinstance(given, Sequence) and not isinstance(given, str) else [given]
    if not 1 <= len(several) <= MOST_TOGETHER:
        raise ScenarioError(f"{len(several)} events at once cannot be followed.", "Choose one event, or two.")
    return tuple(event_of(one) for one in several)


@lru_cache(maxsize=64)
def _reckoned(same: Same, cases: tuple[tuple[Event, ...], ...]) -> tuple[StressResult, ...]:
    scenario, found = same.scenario, dict[int, StressResult]()
    short = [i for i, case in enumerate(cases) if not any(event.is_long for event in case)]
    if short:
        usual = results.run(batch([scenario]), np.array([scenario.month]), path=False)
        here = world(scenario, usual, 0, scenario.month)
        followed = hours.follow(here, [cases[i] for i in short])
        for row, i in enumerate(short, 1):
            found[i] = _of_hours(here, followed, row, cases[i])
    long = [i for i in range(len(cases)) if i not in found]
    if long:
        paths = months.follow([(scenario, [e for e in cases[i] if e.is_long]) for i in long])
        for row, i in enumerate(long):
            found[i] = _of_months(scenario, paths, row, cases[i])
    return tuple(found[i] for i in range(len(cases)))


def _once(scenario: Scenario, case: Sequence[Event]) -> float:
    each = sum(event.effect("one_off_each") for event in case) * scenario.baseline.customers
    return float(each + sum(event.effect("one_off") for event in case))


def _of_hours(here: World, h: Histories, row: int, case: tuple[Event, ...]) -> StressResult:
    hurt = summary.hurt(here, h, row)
    waiting = h.figures[:, :, h.start :, BACKLOG].sum(axis=1)
    extra = waiting[row] - waiting[0]
    most = int(np.argmax(extra))
    lost = hurt["dissatisfied"].sum()
    return StressResult(
        scenario=here.scenario,
        events=case,
        hours=summary.table(here, h, row),
        peak_backlog=float(waiting[row].max()),
        peak_without=float(waiting[0].max()),
        extra_backlog=max(float(extra[most]), 0.0),
        peak_hour=(most + h.start - h.first + 1) * HALF_HOUR,
        recovery_hours=float(np.max(hurt["recovery_hours"].to_numpy())),
        backlog_hours=float(np.max(hurt["backlog_hours"].to_numpy())),
        worst_hour=summary.worst_hour(here, h, row, h, 0),
        costs={"once": _once(here.scenario, case), "running": summary.running_cost(here, h, row),
               "margin": float(lost * here.unsatisfied_cost)},
        contacts_lost=float(hurt["lost"].sum()),
        dissatisfied=float(lost),
        hurt=hurt,
        below=summary.below(here, h),
    )  # fmt: skip


def _of_months(scenario: Scenario, paths: months.Paths, row: int, case: tuple[Event, ...]) -> StressResult:
    """Months through the engine, then the week of the worst one; a short event beside them meets that very week."""
    short = [event for event in case if not event.is_long]
    span = slice(int(paths.begins[row]), None)
    hurt, each = _hurt_by_months(paths, row, span)
    worst = int(paths.begins[row] + np.argmax(each)) if each.max() > 0 else int(paths.begins[row])
    usual = world(scenario, paths.without, row, worst)
    struck = world(scenario, paths.struck, row, worst, float(paths.mood[row, worst]))
    before, then = hours.follow(usual, []), hours.follow(struck, [short] if short else [])
    at = 1 if short else 0
    week = slice(then.first, then.first + (hours.WEEK_CELLS if not short else 2 * hours.WEEK_CELLS))
    waiting = then.figures[at, :, week, BACKLOG].sum(axis=0)
    normal = before.figures[0, :, week, BACKLOG].sum(axis=0)
    extra = waiting - normal
    costs = _monthly_costs(paths, row, span)
    costs["once"] = costs.get("once", 0.0) + _once(scenario, case)
    if short:
        on_top = summary.hurt(struck, then, 1)
        for column in ("contacts", "gave_up", "lost", "dissatisfied"):
            hurt[column] += on_top[column]
        for column in ("peak", "wait_s"):
            hurt[column] = np.maximum(hurt[column], on_top[column])
        hurt["csat_points"] = np.minimum(hurt["csat_points"], on_top["csat_points"])
        costs["running"] += summary.running_cost(struck, then, 1)
        costs["margin"] += float(on_top["dissatisfied"].sum() * struck.unsatisfied_cost)
    else:
        hurt["peak"] = np.maximum((then.figures[0] - before.figures[0])[:, week, BACKLOG].max(axis=1), 0.0)
        hurt["wait_s"] = then.wait_s[0, :, week].max(axis=1)
    monthly = _monthly(paths, row)
    during = monthly.iloc[span]
    return StressResult(
        scenario=scenario,
        events=case,
        hours=summary.table(struck, then, at, (before, 0)),
        # The month with most left open need not be the one with most dissatisfied, whose week is followed.
        peak_backlog=max(float(waiting.max()), float(during["backlog"].max())),
        peak_without=max(float(normal.max()), float(during["backlog_without"].max())),
        extra_backlog=max(float(extra.max()), float((during["backlog"] - during["backlog_without"]).max()), 0.0),
        peak_hour=(int(np.argmax(extra)) + 1) * HALF_HOUR,
        recovery_hours=float(np.max(hurt["recovery_hours"].to_numpy())),
        backlog_hours=float(np.max(hurt["backlog_hours"].to_numpy())),
        worst_hour=summary.worst_hour(struck, then, at, before, 0),
        costs=costs,
        contacts_lost=float(hurt["lost"].sum()),
        dissatisfied=float(hurt["dissatisfied"].sum()),
        hurt=hurt,
        months=monthly,
        worst_month=worst,
        below=summary.below(usual, before),
    )


_A_MONTH = WEEKS_A_YEAR / 12


def _unhappy(found: Results, row: int) -> Array:
    """Customers a month who leave dissatisfied, (37, channel); counted as `model.events.summary.dissatisfied` does."""
    f = {key: found.channel[key][row, 0] for key in (
        "answered", "satisfied", "abandoned", "contained", "callbacks", "contained_satisfied")}  # fmt: skip
    p = found.chain.p
    kept, resolved = (np.broadcast_to(p[key][min(row, len(p[key]) - 1), 0], (1, 1) if p[key].shape[2] == 1 else (
        p[key].shape[2], 1)) for key in ("retrial_share", "contained_resolved"))  # fmt: skip
    served = f["answered"] * (1 - f["satisfied"]) + (1 - kept) * f["abandoned"]
    happy = f["contained"] * resolved * f["contained_satisfied"]
    every: Array = (served + f["contained"] - f["callbacks"] - happy) * _A_MONTH
    return every


def _hurt_by_months(paths: months.Paths, row: int, span: slice) -> tuple[pd.DataFrame, Array]:
    """Who is hurt over the months, a row a channel, and dissatisfied customers of each month in all."""
    without, struck = paths.without, paths.struck
    chain = without.chain
    more = (_unhappy(struck, row) - _unhappy(without, row))[span]
    gone = (struck.channel["abandoned"] - without.channel["abandoned"])[row, 0, span] * _A_MONTH
    came = (struck.channel["offered"] - without.channel["offered"])[row, 0, span] * _A_MONTH
    q = chain.p["retrial_share"]
    kept = 1 - float(q[min(row, len(q) - 1), 0, 0, 0])
    levels = [found.channel["service_level"][row, 0] for found in (struck, without)]
    goals = np.broadcast_to(chain.b.goals[min(row, len(chain.b.goals) - 1), 0, 0], levels[1].shape[1:])
    aim = np.where(np.isnan(goals), levels[1], np.minimum(levels[1], goals)) - summary.MISS
    open_ = [found.channel["backlog"][row, 0] for found in (struck, without)]
    end = float(paths.ends[row])
    during = slice(span.start, max(int(np.ceil(end)), span.start) + 1)
    points = (struck.channel["csat"] - without.channel["csat"])[row, 0, during].mean(axis=0)
    frame = pd.DataFrame(
        {
            "contacts": came.sum(axis=0),
            "gave_up": gone.sum(axis=0),
            "lost": kept * gone.sum(axis=0),
            "dissatisfied": more.sum(axis=0),
            "csat_points": points,
            "peak": 0.0,
            "wait_s": 0.0,
            "recovery_hours": _until(levels[0] - aim, end),
            "backlog_hours": _until(1.0 - (open_[0] - open_[1]), end),
        },
        index=pd.Index([c.name for c in chain.channels], name="channel"),
    )
    return frame, more.sum(axis=1)


def _until(margin: Array, end: float) -> Array:
    """Hours from the end (in months) until a margin (month, channel) is at least 0 for good, between months in a
    straight line; nan where it is not by the last."""
    below = margin < 0
    count = len(margin)
    last = np.where(below.any(axis=0), count - 1 - np.argmax(below[::-1], axis=0), -1)
    at = np.clip(last, 0, count - 2)
    lower, upper = (np.take_along_axis(margin, (at + step)[None], axis=0)[0] for step in (0, 1))
    part = np.where(last >= 0, np.clip(-lower / np.maximum(upper - lower, 1e-300), 0, 1), 0.0)
    found = np.maximum(at + part - end, 0.0) * MONTH
    return np.where(last == count - 1, np.nan, np.where(last < 0, 0.0, found))


def _monthly_costs(paths: months.Paths, row: int, span: slice) -> dict[str, float]:
    """Money over the months: running, of which what is saved is taken off, and margin."""

    def change(key: str) -> float:
        return float((paths.struck.total[key] - paths.without.total[key])[row, 0, span, 0].sum() / 12)

    paid, usual = paths.struck.once, paths.without.once
    once = sum(float((paid[key] - usual[key])[row, 0, span].sum()) for key in paid)
    running = change("operating_cost") - float(paths.saved[row, span].sum())
    return {"once": once, "running": running, "margin": change("revenue_at_risk")}


def _monthly(paths: months.Paths, row: int) -> pd.DataFrame:
    """Month by month with and without the event."""
    columns = {}
    for key in ("service_level", "abandonment", "csat", "operating_cost", "backlog", "fte"):
        for suffix, found in (("", paths.struck), ("_without", paths.without)):
            columns[key + suffix] = found.total[key][row, 0, :, 0]
    columns["operating_cost"] = columns["operating_cost"] - 12 * paths.saved[row]
    return pd.DataFrame(columns, index=pd.RangeIndex(len(paths.saved[row]), name="month"))
