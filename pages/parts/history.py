"""The scenario on screen with what came before and after it: undo and redo. Plain data, no interface."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from model.scenario import Baseline, Scenario, StaffingRule

MOST_STEPS = 100
"""Steps that can be undone. A step holds a scenario, which shares its baseline with the others: a few hundred bytes."""


@dataclass(frozen=True, slots=True)
class History:
    """Immutable: each change gives a new history, so that a rerun cut short leaves the old one whole."""

    present: Scenario
    past: tuple[Scenario, ...] = ()
    future: tuple[Scenario, ...] = ()

    def change(self, **fields: Any) -> Self:
        """A step to the present scenario with other fields; ScenarioError where they are out of bounds.

        Values equal to today's are dropped, so that a lever moved back is a lever not moved.
        """
        now = self.present
        content = {name: getattr(now, name) for name in Scenario.model_fields} | fields
        today = content["baseline"].levers
        content["levers"] = {k: v for k, v in content["levers"].items() if today.get(k) != v}
        content["conditions"] = _changed_conditions(content["conditions"], content["baseline"])
        return self.to(Scenario(**content))

    def to(self, scenario: Scenario) -> Self:
        """A step to another scenario; the same one is no step."""
        if scenario == self.present:
            return self
        return replace(self, present=scenario, past=(*self.past, self.present)[-MOST_STEPS:], future=())

    def set_levers(self, values: Mapping[str, float]) -> Self:
        """Some levers moved."""
        return self.change(levers={**self.present.levers, **values})

    def set_rule(self, rule: StaffingRule) -> Self:
        """The staffing rule chosen."""
        return self.change(staffing_rule=rule)

    def set_condition(self, key: str, value: float) -> Self:
        """A condition of the world changed."""
        return self.change(conditions={**self.present.conditions, key: value})

    def at_month(self, month: int) -> Self:
        """Another month looked at: a view on the same scenario, so no step to undo."""
        return replace(self, present=_seen_at(self.present, month))

    def undo(self) -> Self:
        """One step back, seen at the month now chosen; itself where there is none."""
        if not self.past:
            return self
        back = _seen_at(self.past[-1], self.present.month)
        return replace(self, present=back, past=self.past[:-1], future=(self.present, *self.future))

    def redo(self) -> Self:
        """One step forward again; itself where there is none."""
        if not self.future:
            return self
        ahead = _seen_at(self.future[0], self.present.month)
        return replace(self, present=ahead, past=(*self.past, self.present), future=self.future[1:])

    def reset(self, keys: tuple[str, ...]) -> Self:
        """Some levers back to today's values."""
        return self.change(levers={k: v for k, v in self.present.levers.items() if k not in keys})

    def reset_all(self) -> Self:
        """Everything as it is today; one step, so that it can be undone."""
        return self.change(levers={}, conditions={}, staffing_rule="as_set")


def _seen_at(scenario: Scenario, month: int) -> Scenario:
    return scenario if scenario.month == month else scenario.model_copy(update={"month": month})


def neutral(key: str, baseline: Baseline) -> float:
    """The value of a condition that changes nothing in this company."""
    kind = key.partition(".")[0]
    own = {"demand": 1.0, "peak": 1.0, "growth": baseline.growth, "forecast_cv": baseline.forecast_cv}
    return own.get(kind, 0.0)


def _changed_conditions(conditions: Mapping[str, float], baseline: Baseline) -> dict[str, float]:
    return {k: v for k, v in conditions.items() if v != neutral(k, baseline)}
