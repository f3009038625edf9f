"""evaluate: scenarios in, outcomes out. Sliders, ranges and attribution are batches through the same function."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import results
from model.batch import batch, nodes_of, turns_of
from model.calibrate import calibrate
from model.economics import ONE_OFF, RECURRING
from model.errors import all_must_be, must_be
from model.outcomes import OUTCOMES
from model.results import Results
from model.scenario import MONTHS, Baseline, Scenario
from model.weekview import Week, week_of

Array = NDArray[np.float64]

CHANNEL_COLUMNS = (
    "service_level", "abandonment", "asa", "resolution_time", "fcr", "csat", "csat_surveyed", "occupancy", "attrition",
    "fte", "redundancies", "backlog", "handle_time_s", "transfer_rate", "critical_error_rate", "offered", "answered",
    "abandoned", "contained", "callbacks", "new_issues", "repeats", "retrials", "vendor",
)  # fmt: skip

# Building an index of strings costs more than the arithmetic of a frame: they are made once.
_CHANNEL_INDEX = pd.Index([*CHANNEL_COLUMNS, "target_s", "target_share", "efficiency"])
_LEDGER_INDEX = pd.Index([*RECURRING, *ONE_OFF])
_MONTHLY = tuple(key for key in OUTCOMES if key != "consistency")
_OUTCOME_INDEX = pd.Index(_MONTHLY)
_MONTH_INDEX = pd.RangeIndex(MONTHS + 1, name="month")


@dataclass(frozen=True)
class Outcome:
    """What a scenario does.

    `headline`, `reference` (doing nothing in the same world), `difference` are the yearly run rate at
    `scenario.month`; `today` is month 0. `monthly` and `reference_monthly` hold a row a month 0 to 36, `ledger` yearly
    cost items and the month's one-off costs, `channels` a row a channel, `week` its half-hours. `notes` are what the
    user should know.
    """

    scenario: Scenario
    headline: dict[str, float]
    reference: dict[str, float]
    today: dict[str, float]
    monthly: pd.DataFrame
    reference_monthly: pd.DataFrame
    channels: pd.DataFrame
    ledger: pd.DataFrame
    notes: tuple[str, ...]
    week: Week

    @property
    def difference(self) -> dict[str, float]:
        """Headline less doing nothing; npv, freed work and redundancies are differences already."""
        return {key: value - self.reference[key] for key, value in self.headline.items()}

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """The week at the scenario's month: a row a channel and half-hour with contacts."""
        return self.week.frame()

    @cached_property
    def reference_intervals(self) -> pd.DataFrame:
        """The same of doing nothing."""
        return _nothing(_still(self.scenario)).week.frame()


@dataclass(frozen=True)
class _Nothing:
    """Doing nothing, kept while sliders move: its results, its path, its week, and today's."""

    found: Results
    monthly: pd.DataFrame
    week: Week
    today: Week


def evaluate(scenario: Scenario, *, full: bool = False) -> Outcome:
    """Outcome of one scenario against doing nothing.

    `full` keeps every half-hour, season, forecast node and month: slow, for checking the shortcuts.
    """
    must_be(Scenario, scenario, "scenario")
    known = _evaluated(Same(scenario), full)
    return replace(  # whoever changes a table changes no other's
        known,
        scenario=scenario,
        headline=dict(known.headline),
        reference=dict(known.reference),
        today=dict(known.today),
        monthly=known.monthly.copy(deep=False),
        reference_monthly=known.reference_monthly.copy(deep=False),
        channels=known.channels.copy(deep=False),
        ledger=known.ledger.copy(deep=False),
    )


@lru_cache(maxsize=64)
def _evaluated(key: "Same", full: bool) -> Outcome:
    """Kept while people look: pictures, causes and ranges of one scenario ask for it again."""
    return evaluate_many([key.scenario], full=full)[0]


def evaluate_many(scenarios: Iterable[Scenario], *, full: bool = False) -> list[Outcome]:
    """Outcomes of many scenarios; those that share a baseline and targets go through the engine as one batch."""
    scenarios = all_must_be(Scenario, scenarios, "scenarios")
    groups: dict[tuple[Baseline, int, tuple[tuple[str, float], ...], tuple[int, ...], str], list[int]] = {}
    for i, s in enumerate(scenarios):
        alike = s.baseline, s.month, tuple(sorted(s.targets.items())), turns_of(s), s.staffing_rule
        groups.setdefault(alike, []).append(i)
    found: dict[int, Outcome] = {}
    for (_, month, _, _, rule), members in groups.items():
        nodes = np.arange(MONTHS + 1) if full else nodes_of(month, True, rule)
        chosen = [scenarios[i] for i in members]
        still = [_still(s, full) for s in chosen]
        # One scenario's doing nothing goes through the engine beside it, or is it; of many each is kept by itself, and
        # so it is where the scenario's rule takes other months.
        anew = len(chosen) == 1 and still[0] not in _known and rule == "as_set"
        beside = [still[0].key.scenario] if anew and still[0].key != Same(chosen[0]) else []
        done = results.run(batch([*chosen, *beside], full=full), nodes, path=True)
        if anew:
            _keep(still[0], _row(done, len(beside)), len(beside))
        for row, i in enumerate(members):
            nothing = _nothing(still[row])
            this = _row(done, row)
            this = replace(this, total=results.against(this.side, nothing.found.side))
            found[i] = _outcome(chosen[row], this, nothing, week_of(done.chain, row))
    return [found[i] for i in range(len(scenarios))]


class _Still(NamedTuple):
    """Doing nothing as a cache key. It is solved in the months, too, that what stands against it turns in: carried
    between others, both are off alike."""

    key: "Same"
    full: bool
    turns: tuple[int, ...] = ()


def _still(scenario: Scenario, full: bool = False) -> _Still:
    """What stands against a scenario."""
    return _Still(Same(scenario.doing_nothing()), full, turns_of(scenario))


_MOST_KNOWN = 256
_known = dict[_Still, _Nothing]()
"""A cache that can be asked what it holds: worlds in which nothing was done."""


def _keep(still: _Still, found: Results, row: int = 0) -> _Nothing:
    """`row` : where it stands in the chain that it was reckoned in."""
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    found = replace(found, total=results.against(found.side, found.side))
    weeks = week_of(found.chain, row), week_of(found.chain, row, 0)
    _known[still] = nothing = _Nothing(found, _frame(found), *weeks)
    return nothing


def _nothing(still: _Still) -> _Nothing:
    if (known := _known.get(still)) is not None:
        return known
    scenario = still.key.scenario
    nodes = np.arange(MONTHS + 1) if still.full else nodes_of(scenario.month, True)
    done = results.run(replace(batch([scenario], full=still.full), turns=still.turns), nodes, path=True)
    return _keep(still, done)


def nothing_of(scenario: Scenario, turns: tuple[int, ...] | None = None) -> results.Side:
    """Doing nothing in the scenario's world, over its path; `turns` of a batch where it stands against one."""
    still = _still(scenario)
    return _nothing(still if turns is None else still._replace(turns=turns)).found.side


class Same:
    """A scenario as a cache key: what its numbers depend on, and nothing else."""

    __slots__ = ("_key", "scenario")

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._key = (
            scenario.baseline.digest, scenario.month, scenario.staffing_rule, tuple(sorted(scenario.levers.items())),
            tuple(sorted(scenario.conditions.items())), tuple(sorted(scenario.assumptions.items())),
            tuple(sorted(scenario.targets.items())), tuple(sorted(scenario.assumption_ranges.items())),
            tuple(sorted(scenario.starts.items())), scenario.calendar,
        )  # fmt: skip  # names, seeds and notes move no number

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self._key == other._key


@lru_cache(maxsize=64)
def _channel_index(names: tuple[str, ...]) -> "pd.Index[str]":
    return pd.Index(names, name="channel")


def _row(found: Results, row: int) -> Results:
    """One scenario of a batch, as a batch of one."""
    cut = partial(results.cut, scenario=row)
    return Results(
        found.months, {k: cut(v) for k, v in found.channel.items()}, {k: cut(v) for k, v in found.total.items()},
        {k: cut(v) for k, v in found.items.items()}, {k: cut(v) for k, v in found.once.items()}, cut(found.fte),
        cut(found.redundancies), cut(found.rate), found.chain,
    )  # fmt: skip


def _outcome(scenario: Scenario, this: Results, nothing: _Nothing, week: Week) -> Outcome:
    base = scenario.baseline
    known = calibrate(base, scenario.targets)
    monthly, reference = _frame(this), nothing.monthly
    wide = np.empty((len(base.channels), len(_CHANNEL_INDEX)))
    for column, key in enumerate(CHANNEL_COLUMNS):  # filled rather than broadcast, which takes three times as long
        values = this.channel[key][0, 0]
        wide[:, column] = values[scenario.month if len(values) > 1 else 0]
    goals = [math.nan if (share := scenario.target_share(c)) is None else share for c in base.channels]
    wide[:, len(CHANNEL_COLUMNS) :] = np.transpose([known.target_s, goals, known.efficiency])
    channels = pd.DataFrame(wide, columns=_CHANNEL_INDEX, index=_channel_index(tuple(c.name for c in base.channels)))
    paid = np.empty((MONTHS + 1, len(_LEDGER_INDEX)))
    for column, value in enumerate(this.items.values()):
        paid[:, column] = value[0, 0, :, 0]
    for column, value in enumerate(this.once.values(), len(this.items)):
        paid[:, column] = value[0, 0]
    ledger = pd.DataFrame(paid[1:], columns=_LEDGER_INDEX, index=_MONTH_INDEX[1:])
    headline, against, today = (
        dict(zip(_MONTHLY, frame.to_numpy()[month].tolist(), strict=True))
        for frame, month in ((monthly, scenario.month), (reference, scenario.month), (reference, 0))
    )
    headline["consistency"] = week.consistency(goals)
    against["consistency"], today["consistency"] = (one.consistency(goals) for one in (nothing.week, nothing.today))
    return Outcome(scenario, headline, against, today, monthly, reference, channels, ledger, known.notes, week)


def _frame(found: Results) -> pd.DataFrame:
    """Month by outcome; what stands for the whole 36 months is the same in every row."""
    wide = np.empty((MONTHS + 1, len(_OUTCOME_INDEX)))
    for column, key in enumerate(_MONTHLY):
        wide[:, column] = found.total[key][0, 0, :, 0]
    return pd.DataFrame(wide, columns=_OUTCOME_INDEX, index=_MONTH_INDEX)
