"""Scenarios as arrays: what one pass through the chain of relations takes in, and the months it is solved at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model import calendar
from model.calibrate import Calibrated, calibrate
from model.errors import ScenarioError
from model.parameters import at, ranges, values
from model.scenario import MONTHS, CalendarEntry, Scenario

Array = NDArray[np.float64]
PATH_NODES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 24, 30, 33, 36)
"""Months at which queues are solved for a path: every one while adoption is quick. The scenario's own is always added.
"""

FOLLOWING_NODES = (*range(15), *range(16, 31, 2), 33, 36)
"""The same where staffing follows the work: from as many as are there to as many as are needed, the path bends."""

STAFFING_NODES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 24, 30, 36)
"""Months for which required staffing is solved where it follows the work; the scenario's month is always added."""


RANGE_NODES = (1, 6, 12, 36)
"""The few months at which draws are solved for a path's likely range, and their required staffing in any case."""


DRAW_NODES = (1, 3, 6, 12, 20, 36)
"""Months for whom the draws themselves are wanted: NPV within .0002 of a year's cost, .004 where work goes to a vendor;
a fortieth of its spread."""


def nodes_of(month: int, path: bool, rule: str = "as_set") -> NDArray[np.int64]:
    """Months at which to solve the queues: all of the path under a staffing rule, or only the headline's."""
    along = FOLLOWING_NODES if rule == "follow_work" else PATH_NODES
    return np.unique([*along, month]) if path else np.array([month])


@dataclass(frozen=True)
class Calendar:
    """What the demand calendars of a batch do: `factor` on contacts and contacts a week `added`, (scenario, 1, 37,
    channel), and what is paid `once`, (scenario, 1, 37)."""

    factor: Array
    added: Array
    once: Array

    def of(self, rows: NDArray[np.int64]) -> "Calendar":
        """The calendars of some scenarios."""
        return Calendar(self.factor[rows], self.added[rows], self.once[rows])


@dataclass(frozen=True)
class Batch:
    """Scenarios on one baseline as arrays: levers, conditions (scenario, 1, 1, 1 or channel), draws of assumptions.

    `starts` are the months from now in which levers begin, of those that do not begin now (`staffing_starts` by
    channel); `calendar` is None where nothing stands in it. `turns` are the months around which either changes
    something, so that they are solved and not interpolated. `drawn` names the assumptions where all scenarios share
    them: overrides, number of draws, seed.
    """

    known: Calibrated
    levers: dict[str, Array]
    staffing: Array
    follow: Array
    conditions: dict[str, Array]
    added: Array
    goals: Array
    month: int
    full: bool
    rough: bool
    drawn: tuple[object, ...] | None
    p: dict[str, Array]
    starts: dict[str, Array] = field(default_factory=dict)
    staffing_starts: Array | None = None
    calendar: Calendar | None = None
    turns: tuple[int, ...] = ()


def batch(
    scenarios: Sequence[Scenario], draws: int = 0, seed: int = 7, *, full: bool = False, rough: bool = False
) -> Batch:
    """Arrays of scenarios that share a baseline and targets; with `draws` of the assumptions, else their modes.

    `rough` solves repeats to a millionth only: enough for the quantiles of draws and for the subsets between two
    scenarios that are solved exactly.
    """
    first = scenarios[0]
    base = first.baseline
    known = calibrate(base, first.targets, full)
    names = [c.name for c in base.channels]

    def column(values: Sequence[float]) -> Array:
        return np.asarray(values, dtype=float)[:, None, None, None]

    levers = {k: column([s.lever(k) for s in scenarios]) for k in base.levers if not k.startswith("staffing.")}
    staffing = np.array([[s.lever(f"staffing.{n}") for n in names] for s in scenarios])[:, None, None, :]
    follow = np.array([s.staffing_rule == "follow_work" for s in scenarios])[:, None, None, None]
    own = {"demand": 1.0, "peak": 1.0, "growth": base.growth, "forecast_cv": base.forecast_cv}
    conditions = {k: column([s.conditions.get(k, v) for s in scenarios]) for k, v in own.items()}
    added = np.array([[s.conditions.get(f"added_volume.{n}", 0.0) for n in names] for s in scenarios])[:, None, None, :]
    goals = np.array([[s.target_share(c) for c in base.channels] for s in scenarios], dtype=float)  # nan: none is set
    sets: dict[tuple[object, ...], dict[str, Array]] = {}
    per_scenario = []
    for s in scenarios:
        key = (tuple(sorted(s.assumptions.items())), tuple(sorted(s.assumption_ranges.items())))
        if key not in sets:
            sets[key] = values(ranges(base, s.assumption_ranges), s.assumptions, draws, seed)
        per_scenario.append(sets[key])
    if len(sets) == 1:
        p = {k: v[None, :, None, None] for k, v in per_scenario[0].items()}
    else:
        p = {k: np.stack([one[k] for one in per_scenario])[:, :, None, None] for k in per_scenario[0]}
    drawn = (next(iter(sets)), draws, seed) if len(sets) == 1 else None
    goals, rough = goals[:, None, None, :], rough or draws > 0
    return Batch(
        known, levers, staffing, follow, conditions, added, goals, first.month, full, rough, drawn, p,
        **_plan(scenarios),
    )  # fmt: skip


AFTER_START = (0, 1, 2, 3, 4, 5, 6, 8, 12)
"""Months after an initiative begins at which queues are solved: it moves quickly at first, as everything does."""


def turns(starts: Iterable[int], entries: Iterable[CalendarEntry] = ()) -> tuple[int, ...]:
    """Months to be solved for initiatives that begin later than now, and for the calendar."""
    begun = {start + after for start in starts if start for after in AFTER_START}
    return tuple(sorted({month for month in begun | calendar.turns(list(entries)) if month <= MONTHS}))


def turns_of(scenario: Scenario) -> tuple[int, ...]:
    """Months to be solved for one scenario's plan; none where all begins now and the calendar is empty."""
    return turns(scenario.starts.values(), scenario.calendar)


def _plan(scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """What of a batch holds starts and calendars; nothing where all begins now and no calendar holds anything."""
    base = scenarios[0].baseline
    found: dict[str, Any] = {}
    later = {key for s in scenarios for key in s.starts}
    if later:
        months = {key: np.array([float(s.starts.get(key, 0)) for s in scenarios]) for key in sorted(later)}
        found["starts"] = {k: v[:, None, None, None] for k, v in months.items() if not k.startswith("staffing.")}
        agents = [months.get(f"staffing.{c.name}", np.zeros(len(scenarios))) for c in base.channels]
        if any(a.any() for a in agents):
            found["staffing_starts"] = np.stack(agents, axis=-1)[:, None, None, :]
    if any(s.calendar for s in scenarios):
        names = [c.name for c in base.channels]
        found["calendar"] = Calendar(
            np.stack([calendar.factors(s.calendar, names) for s in scenarios])[:, None],
            np.stack([calendar.added(s.calendar, base) for s in scenarios])[:, None],
            np.stack([calendar.once(s.calendar) for s in scenarios])[:, None],
        )
    entries = {entry for s in scenarios for entry in s.calendar}
    if later or entries:
        found["turns"] = turns({month for s in scenarios for month in s.starts.values()}, entries)
    return found


def at_points(scenario: Scenario, points: Array) -> Batch:
    """One scenario at given points of the unit cube of assumptions, (draw, assumption in the table's order).

    0 is an assumption's low end, 1 its high end, nan its mode; an assumption taken as known stays as it is.
    """
    known = at(ranges(scenario.baseline, scenario.assumption_ranges), scenario.assumptions, points)
    p = {key: drawn[None, :, None, None] for key, drawn in known.items()}
    return replace(batch([scenario], rough=True), drawn=None, p=p)


def some_draws(whole: Batch, start: int, stop: int) -> Batch:
    """The draws from start to before stop of a batch."""
    drawn = None if whole.drawn is None else (*whole.drawn, start, stop)
    return replace(whole, drawn=drawn, p={key: values[:, start:stop] for key, values in whole.p.items()})


def mixtures(base: Scenario, scenario: Scenario, taken: Mapping[str, NDArray[np.bool_]]) -> Batch:
    """Many scenarios between two on one baseline with one set of targets, as a rough batch without making them.

    `taken` says of each lever, "staffing_rule", "conditions" and "assumptions" which of them have it as in `scenario`
    (mixture,); of what is not named none has.
    """
    two = batch([base, scenario], rough=True)
    size = len(next(iter(taken.values())))

    def rows(change: str) -> NDArray[np.int64]:
        return taken.get(change, np.zeros(size, dtype=bool)).astype(np.int64)

    agents = [two.staffing[rows(f"staffing.{c.name}"), ..., i] for i, c in enumerate(base.baseline.channels)]
    rule, world, assumed = rows("staffing_rule"), rows("conditions"), rows("assumptions")
    both = next(iter(two.p.values())).shape[0] == 2
    begins = None
    if two.staffing_starts is not None:
        parts = [two.staffing_starts[rows(f"staffing.{c.name}"), ..., i] for i, c in enumerate(base.baseline.channels)]
        begins = np.stack(parts, axis=-1)
    return replace(
        two,
        starts={key: months[rows(key)] for key, months in two.starts.items()},
        staffing_starts=begins,
        calendar=None if two.calendar is None else two.calendar.of(world),
        levers={key: values[rows(key)] for key, values in two.levers.items()},
        staffing=np.stack(agents, axis=-1),
        follow=two.follow[rule],
        goals=two.goals[rule],
        conditions={key: values[world] for key, values in two.conditions.items()},
        added=two.added[world],
        p={key: values[assumed] for key, values in two.p.items()} if both else two.p,
    )


def designs(base: Scenario, levers: Mapping[str, Array], draws: int = 0, seed: int = 7, *, rough: bool = True) -> Batch:
    """Many scenarios that differ from one in lever values only, as a batch without making them.

    `levers` : a lever's key -> its values (design,), all of one length and within the model's bounds; a lever left out
    stands as in `base`. `draws`, `seed` and `rough` as in `batch`.
    """
    one = batch([base], draws, seed, rough=rough)
    sizes = {len(values) for values in levers.values()}
    if len(sizes) != 1 or (unknown := sorted(levers.keys() - base.baseline.levers.keys())):
        what = "have different lengths" if len(sizes) != 1 else f"hold {unknown[0]!r}, which this company has not"
        raise ScenarioError(f"The values of the levers {what}.", "Give as many values for each lever it has.")
    size = sizes.pop()

    def column(key: str, known: Array) -> Array:
        return np.asarray(levers[key], dtype=float)[:, None, None, None] if key in levers else known

    agents = np.repeat(one.staffing, size, axis=0)
    for i, channel in enumerate(base.baseline.channels):
        agents[..., i] = column(f"staffing.{channel.name}", agents[..., i : i + 1])[..., 0]
    return replace(
        one,
        levers={key: column(key, known) for key, known in one.levers.items()},
        staffing=agents,
        follow=np.repeat(one.follow, size, axis=0),
    )
