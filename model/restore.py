"""What restores a scenario's targets: at the least cost with few levers moved, and without cutting a job."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.compare import gap
from model.descent import Found
from model.engine import Outcome, evaluate
from model.errors import must_be
from model.needs import targets
from model.optimise import Mix, Progress, _quiet, finished, later, question, space
from model.scenario import Scenario
from model.search import Question
from model.space import Space

Array = NDArray[np.float64]

FEW = 0.5
"""What each family of levers moved must save, in percent of cost a year, to be moved at all."""
STEADY = ("wage_premium", "shrinkage")
"""Levers that nobody would pull at a click: pay, and people's holidays, breaks and meetings."""


def restore_targets(
    scenario: Scenario, *, keep_jobs: bool = False, polite: bool = False, progress: Progress | None = None
) -> Mix:
    """Every target met again at the least cost a year, with few levers moved: each must earn half a percent of cost.

    Pay and paid time away stay as they are (`STEADY`). Levers join one by one, the most useful first, agents of all
    channels as one; of the sets so found, the one whose cost with its price for each lever is least. With `keep_jobs`
    no channel has fewer agents than the scenario, and no more work goes to a vendor; where staffing follows the work,
    agents still go with it.
    """
    must_be(Scenario, scenario, "scenario")
    told = progress or _quiet
    told(0.0, "Trying single levers", None)
    needs = targets(scenario)
    still = (*STEADY, "outsourced_share") if keep_jobs else STEADY
    steady = [*(key for key in still if key in scenario.baseline.levers), *later(scenario, "operating_cost", needs)]
    names = [channel.name for channel in scenario.baseline.channels] if keep_jobs else []
    least = {name: scenario.lever(f"staffing.{name}") for name in names}
    whole = space(scenario, steady, minimum_staffing=least)
    base = question(scenario, "operating_cost", needs, whole, polite=polite)
    players: dict[str, list[str]] = {}
    for key in whole.keys:
        players.setdefault(key.partition(".")[0], []).append(key)
    chosen, best, bests = list[str](), base.found(whole.origin), list[tuple[float, Question, Found]]()
    left = list(players)
    for round_ in range(4):
        tried: list[tuple[float, str, Question, Found]] = []
        for number, player in enumerate(left):
            share = (round_ + number / len(left)) / 4
            told(min(share, 0.95), "Trying single levers" if not chosen else "Adding levers", None)
            free = {k for p in [*chosen, player] for k in players[p]}
            part = space(scenario, [*steady, *(k for k in whole.keys if k not in free)], minimum_staffing=least)
            asked = replace(base, space=part, needs=base.needs)
            found = asked.locally(asked.space.origin if not chosen else _joined(part, best, bests), 8)
            tried.append((found.merit + FEW * (len(chosen) + 1), player, asked, found))
        tried.sort(key=lambda one: (one[3].broken > 1e-3, one[0]))
        worth, player, asked, found = tried[0]
        if bests and (worth > bests[-1][0] and not bests[-1][2].broken > 1e-3):
            break
        chosen.append(player)
        bests.append((worth, asked, found))
        best = found
        left = [one for _, one, _, _ in tried[1:6]]  # what hardly helped alone is not asked again
    _, asked, found = bests[-1]
    told(0.96, "Rounding", None)
    return finished(asked, asked.settled(found.unit, 15, found.bends), needs)


def _joined(part: Space, best: Found, bests: list[tuple[float, Question, Found]]) -> Array:
    """The best design so far, in a space with one lever more."""
    before = bests[-1][1].space
    values = dict(zip(before.keys, before.values(best.unit[None])[0].tolist(), strict=True))
    start: Array = np.array([values.get(k, s) for k, s in zip(part.keys, part.start.tolist(), strict=True)])
    return part.unit(start)


def restorations(scenario: Scenario, *, polite: bool = False, progress: Progress | None = None) -> Iterator[Mix]:
    """What restores the targets of a scenario: the mix of least cost and, where that cuts jobs, one that cuts none.

    The second is `model.restore_targets` with `keep_jobs`; `reached` says of each whether every target holds.
    """
    told = progress or _quiet

    def second(share: float, step: str, best: Mix | None) -> None:
        told(0.5 + share / 2, "Keeping every job", best)

    first = restore_targets(scenario, polite=polite, progress=lambda share, step, best: told(share / 2, step, best))
    yield first
    if first.reached and cuts_jobs(evaluate(scenario), first):
        yield restore_targets(scenario, keep_jobs=True, polite=polite, progress=second)


def cuts_jobs(before: Outcome, found: Mix) -> bool:
    """Whether a mix leaves half a job or more fewer than the scenario before it, or makes as many redundant."""
    more = gap(found.outcome.headline, before.headline)
    return more["fte"] <= -0.5 or more["redundancies"] >= 0.5
