"""Scenarios as arrays: what one pass through the chain of relations takes in, and the months it is solved at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.calibrate import Calibrated, calibrate
from model.parameters import ranges, values
from model.scenario import Scenario

Array = NDArray[np.float64]
PATH_NODES = (0, 1, 2, 3, 4, 5, 6, 8, 12, 18, 26, 36)
"""Months at which queues are solved for a path: every one while adoption is quick. The scenario's own is always added.
"""


STAFFING_NODES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 24, 30, 36)
"""Months for which required staffing is solved where it follows the work; the scenario's month is always added."""


RANGE_NODES = (1, 6, 12, 36)
"""The few months at which draws are solved for a path's likely range, and their required staffing in any case."""


DRAW_NODES = (1, 3, 6, 12, 20, 36)
"""Months for whom the draws themselves are wanted: NPV within .0001 of a year's cost, a hundredth of its spread."""


def nodes_of(month: int, path: bool) -> NDArray[np.int64]:
    """Months at which to solve the queues: all of the path, or only the headline's."""
    return np.unique([*PATH_NODES, month]) if path else np.array([month])


@dataclass(frozen=True)
class Batch:
    """Scenarios on one baseline as arrays: levers, conditions (scenario, 1, 1, 1 or channel), draws of assumptions.

    `drawn` names the assumptions where all scenarios share them: overrides, number of draws, seed.
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
    goals = np.array(
        [[s.targets.get(f"target_share.{c.name}", c.target_share or np.nan) for c in base.channels] for s in scenarios]
    )
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
    return Batch(known, levers, staffing, follow, conditions, added, goals, first.month, full, rough, drawn, p)


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
    return replace(
        two,
        levers={key: values[rows(key)] for key, values in two.levers.items()},
        staffing=np.stack(agents, axis=-1),
        follow=two.follow[rule],
        goals=two.goals[rule],
        conditions={key: values[world] for key, values in two.conditions.items()},
        added=two.added[world],
        p={key: values[assumed] for key, values in two.p.items()} if both else two.p,
    )
