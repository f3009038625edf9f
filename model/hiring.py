"""Who leaves, who must be hired and when: staffing month by month, and what demand requires of it.

FTE(t) = FTE(t-1) - leavers(t) - redundancies(t) + hires(t), channel by channel, on the paths that the cards and the
ledger stand on. A hire of month t is advertised L months before, L the hiring delay.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import results
from model.batch import Calendar, batch, nodes_of
from model.chain import Chain
from model.errors import must_be
from model.scenario import MONTHS, Scenario

Array = NDArray[np.float64]


@dataclass(frozen=True)
class HiringPlan:
    """People month by month.

    Attributes
    ----------
    people : DataFrame
        Index channel and month 1 to 36; columns before, leavers, redundancies, hires, fte (all FTE), advertised
        (positions to advertise in that month), vacant (of fte, not filled on average), learning (of those filled).
    money : DataFrame
        Index month 1 to 36; what the ledger holds that month: replacing (hiring and training those who follow on
        leavers), joining (those in added positions), training (courses), severance.
    delay : float
        Months from advertising to the first day, L.
    under_way : float
        Hires in all who start within that time: they must be on their way already.
    """

    people: pd.DataFrame
    money: pd.DataFrame
    delay: float
    under_way: float

    @property
    def company(self) -> pd.DataFrame:
        """All channels together, index month."""
        return self.people.groupby(level="month").sum()


def hiring_plan(scenario: Scenario) -> HiringPlan:
    """The hires that meet the scenario's staffing after turnover; at the assumptions' modes."""
    must_be(Scenario, scenario, "scenario")
    done = results.run(batch([scenario]), nodes_of(scenario.month, True, scenario.staffing_rule), path=True)
    chain, names = done.chain, [c.name for c in scenario.baseline.channels]
    fte, cuts = done.fte[0, 0], done.redundancies[0, 0]
    before = fte[:-1]
    # As many leave as the cards say; where jobs are cut, as many as the cut was reckoned with.
    leaving = np.where(done.redundancies > 0, chain.planned_leaving, chain.leaving_wide())
    leavers = leaving[0, 0, 1:] / 12 * before
    # What turnover takes beyond the path down is not replaced; where the path falls faster, jobs are cut.
    hires = np.maximum(fte[1:] - before + leavers + cuts[1:], 0.0)
    delay = float(chain.p["hiring_delay_months"].ravel()[0])
    columns = {
        "before": before, "leavers": leavers, "redundancies": cuts[1:], "hires": hires, "fte": fte[1:],
        "advertised": advertised(hires, delay), "vacant": (done.channel["vacant"][0, 0] * fte)[1:],
        "learning": (done.channel["learning"][0, 0] * (1 - done.channel["vacant"][0, 0]) * fte)[1:],
    }  # fmt: skip
    index = pd.MultiIndex.from_product([names, range(1, MONTHS + 1)], names=["channel", "month"])
    people = pd.DataFrame({key: value.T.ravel() for key, value in columns.items()}, index=index)
    beyond = done.once["joining"][0, 0, 1:]  # below 0: of the leavers that the run rate replaces, some are not
    money = pd.DataFrame(
        {"replacing": done.items["hiring"][0, 0, 1:, 0] / 12 + np.minimum(beyond, 0), "joining": np.maximum(beyond, 0),
         "training": done.items["training"][0, 0, 1:, 0] / 12, "severance": done.once["severance"][0, 0, 1:]},
        index=pd.RangeIndex(1, MONTHS + 1, name="month"))  # fmt: skip
    return HiringPlan(people, money, delay, float(_until(hires.sum(axis=1), delay)))


def advertised(hires: Array, delay: float) -> Array:
    """Positions advertised in each month for those who start `delay` months later, (month, channel).

    A delay of a month and a half shares a month's hires between the two months before. Beyond the plan's last month the
    last month's hires go on.
    """
    whole = int(delay)
    part = delay - whole
    months = np.arange(len(hires))
    sooner = hires[np.minimum(months + whole, len(hires) - 1)]
    later = hires[np.minimum(months + whole + 1, len(hires) - 1)]
    found: Array = (1 - part) * sooner + part * later
    return found


def _until(hires: Array, delay: float) -> float:
    """Hires of the first `delay` months, the last of them in part."""
    whole = min(int(delay), len(hires))
    rest = hires[whole] * (delay - whole) if whole < len(hires) else 0.0
    return float(hires[:whole].sum() + rest)


def capacity(scenario: Scenario, *, seasons: bool = True) -> pd.DataFrame:
    """Agents that each month's demand requires against those planned: index channel and month 1 to 36.

    Columns required (FTE that would hold the target in that month, whatever staffing may do), planned (FTE's worth of
    experienced work on the scenario's own path) and gap (planned - required). With `seasons` each month meets its own
    month factor, from the plan's first month on, where the cards' yearly pace averages over the twelve.
    """
    base = scenario.baseline
    # Day zero stays the company's own: the factors move the load from month to month, not what explains the waits.
    asked = batch([scenario.model_copy(update={"staffing_rule": "follow_work"})])
    if seasons:
        flat = scenario.model_copy(update={"baseline": base.model_copy(update={"month_factors": (1.0,) * 12})})
        asked = batch([flat.model_copy(update={"staffing_rule": "follow_work"})])
        asked = replace(asked, calendar=_with_seasons(asked.calendar, base.month_factors, len(base.channels)))
    months = np.arange(MONTHS + 1)
    chain = Chain(replace(asked, turns=tuple(range(1, MONTHS + 1))), months)
    chain.prepare()
    chain.staff(None)
    required = chain.required_fte()[0, 0, 1:]
    own = results.run(batch([scenario]), nodes_of(scenario.month, True, scenario.staffing_rule), path=True).chain
    planned = np.broadcast_to(own.able, (1, 1, MONTHS + 1, len(base.channels)))[0, 0, 1:]
    index = pd.MultiIndex.from_product(
        [[c.name for c in base.channels], range(1, MONTHS + 1)], names=["channel", "month"]
    )
    frame = pd.DataFrame({"required": required.T.ravel(), "planned": planned.T.ravel()}, index=index)
    frame["gap"] = frame["planned"] - frame["required"]
    return frame


def _with_seasons(own: Calendar | None, month_factors: tuple[float, ...], channels: int) -> Calendar:
    """A calendar with a month factor in every month on top."""
    shape = (1, 1, MONTHS + 1, channels)
    season = np.ones(MONTHS + 1)
    season[1:] = np.resize(month_factors, MONTHS)
    if own is None:
        own = Calendar(np.ones(shape), np.zeros(shape), np.zeros((1, 1, MONTHS + 1)))
    return replace(own, factor=own.factor * season[None, None, :, None])
