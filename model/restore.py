"""What restores a scenario's targets: at the least cost with few levers moved, and without cutting a job.

Who goes, goes when what takes over the work has taken effect, and not before.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model import results
from model.batch import batch, nodes_of
from model.compare import gap
from model.descent import Found
from model.engine import Outcome, evaluate
from model.errors import must_be
from model.needs import Need, held, reached, targets
from model.optimise import Mix, Progress, _quiet, finished, later, question, space
from model.scenario import Fixed, Scenario
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
    agents still go with it. Channels with fewer agents than today have them from the month on from which every service
    target and that of CSAT then hold (`starts`): the results of the scenario's month are the same, the work of the
    months before is not left undone.
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
    return when_it_can_be(finished(asked, asked.settled(found.unit, 15, found.bends), needs), scenario)


def when_it_can_be(found: Mix, before: Scenario) -> Mix:
    """The same mix, in which agents go in the first month from which on its targets hold without them.

    A search looks at one month; in those before, tools and vendors still grow into their work. It stays as it is where
    nobody goes, where no later month is better, and for levers whose month somebody has chosen.
    """
    scenario, today = found.scenario, found.scenario.baseline.levers
    going = [
        key
        for key, value in scenario.levers.items()
        if key.startswith("staffing.") and value < min(today[key], before.lever(key)) and key not in scenario.starts
    ]
    waited = [need for need in found.needs if need.family in _WAITED]
    if not (going and waited and found.reached) or scenario.staffing_rule == "follow_work":
        return found
    plans = [scenario] + [
        scenario.model_copy(update={"starts": Fixed({**scenario.starts, **dict.fromkeys(going, start)})})
        for start in range(1, scenario.month)
    ]
    side = results.run(batch(plans), nodes_of(scenario.month, True), path=True).side
    hold = np.array([_held(need, scenario, side)[:, : scenario.month] for need in waited])
    for start, plan in enumerate(plans):
        if hold[:, start, start:].all():
            out = evaluate(plan)
            still = all(held(need, np.array(reached(out, need))) for need in found.needs)
            return replace(found, scenario=plan, outcome=out) if start and still else found
    return found


_WAITED = ("service_level", "csat")
"""What customers feel while nobody does the work yet; more agents until then cost more than a budget for later says."""


def _held(need: Need, scenario: Scenario, side: results.Side) -> NDArray[np.bool_]:
    """Whether a target holds in each plan and month from the first on, (plan, month)."""
    name = need.outcome.partition(".")[2]
    if name:
        place = [channel.name for channel in scenario.baseline.channels].index(name)
        return held(need, side.service_level[:, 0, 1:, place])
    return held(need, side.total[need.family][:, 0, 1:, 0])


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
