"""What must hold: limits on results, a company's own targets among them, and which of those a scenario misses."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.errors import ScenarioError
from model.outcomes import OUTCOMES
from model.scenario import Scenario

if TYPE_CHECKING:
    from model.engine import Outcome

Array = NDArray[np.float64]
OF_THE_WEEK = ("consistency",)
OF_A_CHANNEL = (
    "service_level", "abandonment", "asa", "resolution_time", "fcr", "csat", "occupancy", "attrition", "fte", "backlog",
)  # fmt: skip
NEVER = 48.0
"""Months that stand for a payback that does not come within 36, before the loss is added."""


@dataclass(frozen=True, slots=True)
class Need:
    """What must hold: an outcome, or one of a channel (`service_level.phone`), at least or at most a limit.

    `allowed` : how far beyond the limit still counts as held, in the outcome's unit.
    """

    outcome: str
    limit: float
    least: bool
    allowed: float = 0.0

    @property
    def family(self) -> str:
        """The outcome's row in the table."""
        return self.outcome.partition(".")[0]

    def slack(self, value: Array) -> Array:
        """How far within the limit, in the outcome's unit; below zero: broken. No payback counts as 48 months."""
        known = np.where(np.isnan(value), NEVER, value)
        inside: Array = (known - self.limit) * (1.0 if self.least else -1.0) + self.allowed
        return inside


def needs_of(
    scenario: Scenario, at_least: Mapping[str, float] | None = None, at_most: Mapping[str, float] | None = None
) -> tuple[Need, ...]:
    """Limits on outcomes, or on a channel's (`service_level.phone`), checked; ScenarioError says what is wrong."""
    names = [c.name for c in scenario.baseline.channels]
    needs = [Need(k, v, True) for k, v in (at_least or {}).items()]
    needs += [Need(k, v, False) for k, v in (at_most or {}).items()]
    for need in needs:
        _, dot, channel = need.outcome.partition(".")
        known_outcome(need.family)
        if dot and (channel not in names or need.family not in OF_A_CHANNEL):
            raise ScenarioError(f"There is no result {need.outcome}.", f"Channels: {', '.join(names)}.")
        limit: object = need.limit
        if not (isinstance(limit, int | float) and math.isfinite(limit)):
            raise ScenarioError(f"The limit of {OUTCOMES[need.family].label} is not a number.", "Give a number.")
        if OUTCOMES[need.family].unit == "share" and not 0 <= need.limit <= 1:
            label = OUTCOMES[need.family].label
            raise ScenarioError(f"{label} cannot be {need.limit * 100:g} %.", "Choose between 0 and 100 %.")
    return tuple(needs)


def known_outcome(key: str) -> None:
    """ScenarioError where it is no result that a search can be asked for."""
    if key in OF_THE_WEEK:
        raise ScenarioError(f"{OUTCOMES[key].label} cannot be searched for.", "Ask for answered in time instead.")
    if key not in OUTCOMES:
        raise ScenarioError(f"There is no result {key!r}.", f"Known: {', '.join(OUTCOMES)}.")


def targets(scenario: Scenario) -> tuple[Need, ...]:
    """Every target of a scenario: service by channel, CSAT, budget."""
    base, aims = scenario.baseline, scenario.targets
    shares = {c.name: scenario.target_share(c) for c in base.channels}
    needs = [Need(f"service_level.{name}", share, True) for name, share in shares.items() if share is not None]
    if "csat" in aims:
        needs.append(Need("csat", aims["csat"], True))
    if "budget" in aims:
        needs.append(Need("operating_cost", aims["budget"], False))
    return tuple(needs)


def missed(outcome: "Outcome") -> tuple[Need, ...]:
    """The targets that a scenario misses."""
    return tuple(n for n in targets(outcome.scenario) if not bool(held(n, np.array(reached(outcome, n)))))


def held(need: Need, value: Array) -> NDArray[np.bool_]:
    """Whether values hold a target: the one judge for cards, odds, mixes and the command line.

    A value that reads like its target is no miss: one that is short of it by half of the last digit that is read, or
    that is rounded to the same. A service level stands beside its target in whole per cent where the target is one
    (80 %: from 79.5 % on), else in tenths (82.5 %), as CSAT does; money has three digits.
    """
    digit = last_digit(need)
    alike = np.round(value / digit) == np.round(need.limit / digit)
    found: NDArray[np.bool_] = (need.slack(value) >= -digit * (0.5 + 1e-9)) | alike
    return found


def last_digit(need: Need) -> float:
    """What the last digit stands for that is read of a target: a point, a tenth of one, $0.1m of a budget of $10m."""
    if need.family == "service_level":
        return 0.01 if abs(need.limit * 100 - round(need.limit * 100)) < 1e-9 else 0.001
    if need.family == "csat":
        return 0.001
    size = abs(need.limit)
    if size < 999_500:  # $999k is followed by $1.00m; below, thousands and then units are whole
        return 1000.0 if size >= 999.5 else 1.0
    return float(10.0 ** (math.floor(math.log10(size * 1.0005)) - 2))


def reached(outcome: "Outcome", need: Need) -> float:
    """What a scenario has of what is limited, in all or in the channel that it is about."""
    family, dot, channel = need.outcome.partition(".")
    if not dot:
        return outcome.headline[family]
    table = outcome.channels
    return float(table[family].to_numpy()[table.index.get_loc(channel)])
