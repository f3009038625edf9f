"""Scenarios side by side: which is best in what, what they differ in, and a scenario carried over to other data."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, pairwise
from string import ascii_uppercase
from typing import Literal

from model.outcomes import OUTCOMES
from model.scenario import CONDITIONS, Scenario, neutral

Part = Literal["levers", "starts", "staffing_rule", "conditions", "calendar", "targets", "assumptions"]
MOST = 5
"""Scenarios that can stand side by side."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not the same in all scenarios: the part of a scenario, and its key there."""

    part: Part
    key: str


def same_company(scenarios: Sequence[Scenario]) -> bool:
    """Whether all stand on the same figures: only then can a difference be shared out among what was changed."""
    return all(one.baseline == other.baseline for one, other in pairwise(scenarios))


def told_apart(scenarios: Sequence[Scenario], files: Sequence[str], kept: int = 0) -> list[Scenario]:
    """The same scenarios with a name for each: of one name, each goes by that of its file, or gets a letter.

    `files` are names without folder and ending, empty where a scenario comes from elsewhere. The first `kept` stay as
    they are called.
    """
    names = [one.name for one in scenarios]
    alike = [place >= kept and names.count(name) > 1 for place, name in enumerate(names)]
    taken = {name for name, another in zip(names, alike, strict=True) if not another}
    found = []
    for one, file, another in zip(scenarios, files, alike, strict=True):
        if another:
            lettered = (f"{one.name[:100]} {mark}" for mark in chain(ascii_uppercase, count(27)))
            own = [file[:100]] if file and files.count(file) == 1 else []
            name = next(name for name in chain(own, lettered) if name not in taken)
            taken.add(name)
            one = one.model_copy(update={"name": name})
        found.append(one)
    return found


def differences(scenarios: Sequence[Scenario]) -> list[Difference]:
    """What differs: each lever and when it begins, then rule, conditions, calendar, targets, assumptions.

    Of one company or several; a lever that one has and another has not differs. A value equal to the company's own is
    no change.
    """
    found: list[Difference] = []

    def add(part: Part, key: str, values: Sequence[object]) -> None:
        if any(one != other for one, other in pairwise(values)):
            found.append(Difference(part, key))

    for key in dict.fromkeys(key for one in scenarios for key in one.baseline.levers):
        add("levers", key, [one.lever(key) if key in one.baseline.levers else None for one in scenarios])
        add("starts", key, [one.starts.get(key, 0) for one in scenarios])
    add("staffing_rule", "", [one.staffing_rule for one in scenarios])
    for key in dict.fromkeys([*CONDITIONS, *(key for one in scenarios for key in one.conditions)]):
        if key != "added_volume":
            add("conditions", key, [condition(one, key) for one in scenarios])
    add("calendar", "", [one.calendar for one in scenarios])
    for key in dict.fromkeys(key for one in scenarios for key in one.targets):
        add("targets", key, [one.targets.get(key) for one in scenarios])
    named = (key for one in scenarios for key in (*one.assumptions, *one.assumption_ranges))
    for key in dict.fromkeys(named):
        add("assumptions", key, [one.assumptions.get(key, one.assumption_ranges.get(key)) for one in scenarios])
    return found


def condition(scenario: Scenario, key: str) -> float:
    """A condition as it is in force: as set, the company's own growth and forecast error, else neutral."""
    return scenario.conditions.get(key, neutral(key, scenario.baseline))


def best(outcome: str, values: Sequence[float], texts: Sequence[str]) -> set[int]:
    """Which of the values are best; none where no side is better, or where all read alike.

    `texts` are the values as shown: what reads like the best is as good. A payback that never comes is never best.
    """
    better = OUTCOMES[outcome].better
    known = [value for value in values if not math.isnan(value)]
    if better == "none" or len(set(texts)) < 2 or not known:
        return set()
    top = (max if better == "up" else min)(known)
    shown = texts[list(values).index(top)]
    return {i for i, text in enumerate(texts) if text == shown}


def gap(here: Mapping[str, float], there: Mapping[str, float]) -> dict[str, float]:
    """What the outcomes of one have more than those of another."""
    return {key: value - there[key] for key, value in here.items()}


def is_ahead(outcome: str, here: float, there: float) -> bool:
    """Whether a value is the better one of two."""
    return here > there if OUTCOMES[outcome].better == "up" else here < there


def is_the_same(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios give the same numbers at the same month, whatever they are called."""
    return same_company([one, other]) and not differences([one, other])


def seen_at(scenario: Scenario, month: int) -> Scenario:
    """The same scenario, its run rate shown at another month."""
    return scenario if scenario.month == month else scenario.model_copy(update={"month": month})
