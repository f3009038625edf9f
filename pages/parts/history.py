"""The scenario on screen with what came before and after it: undo and redo. Plain data, no interface."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from model.compare import seen_at
from model.parameters import ranges
from model.scenario import (
    CONDITIONS,
    OF_A_CHANNEL,
    Baseline,
    CalendarEntry,
    Note,
    Range,
    Scenario,
    StaffingRule,
    neutral,
)

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

    def begin(self, starts: Mapping[str, int]) -> Self:
        """Some levers begun so many months from now."""
        return self.change(starts={**self.present.starts, **starts})

    def foresee(self, calendar: tuple[CalendarEntry, ...]) -> Self:
        """Another demand calendar."""
        return self.change(calendar=calendar)

    def assume(self, key: str, value: float | Range, note: Note) -> Self:
        """Another value of an assumption, taken as known, or another range; the company's own range is no change."""
        now = self.present
        known = {k: v for k, v in now.assumptions.items() if k != key}
        uncertain = {k: v for k, v in now.assumption_ranges.items() if k != key}
        if not isinstance(value, tuple):
            known[key] = value
        elif value != ranges(now.baseline).get(key):
            uncertain[key] = value
        notes = {**now.assumption_notes, key: note}
        return self.change(assumptions=known, assumption_ranges=uncertain, assumption_notes=notes)

    def aim(self, targets: Mapping[str, float], note: Note) -> Self:
        """Other targets, all at once; those that are the company's own are none. The note is on what changes."""
        now = self.present
        own = {f"{kind}.{c.name}": getattr(c, kind) for c in now.baseline.channels for kind in OF_A_CHANNEL}
        kept = {k: v for k, v in targets.items() if v != own.get(k)}
        changed = {k: note for k, v in kept.items() if v != now.targets.get(k)}
        return self.change(targets=kept, assumption_notes={**now.assumption_notes, **changed})

    def forget(self, keys: Collection[str]) -> Self:
        """Some assumptions and targets as the company has them."""
        now = self.present
        parts = ("assumptions", "assumption_ranges", "targets")
        return self.change(**{p: {k: v for k, v in getattr(now, p).items() if k not in keys} for p in parts})

    def at_month(self, month: int) -> Self:
        """Another month looked at: a view on the same scenario, so no step to undo."""
        return replace(self, present=seen_at(self.present, month))

    def undo(self) -> Self:
        """One step back, seen at the month now chosen; itself where there is none."""
        if not self.past:
            return self
        back = seen_at(self.past[-1], self.present.month)
        return replace(self, present=back, past=self.past[:-1], future=(self.present, *self.future))

    def redo(self) -> Self:
        """One step forward again; itself where there is none."""
        if not self.future:
            return self
        ahead = seen_at(self.future[0], self.present.month)
        return replace(self, present=ahead, past=(*self.past, self.present), future=self.future[1:])

    def jump(self, steps: int) -> Self:
        """So many steps forward again, or back where negative; as far as there are any."""
        now = self
        for _ in range(abs(steps)):
            now = now.redo() if steps > 0 else now.undo()
        return now

    def reset(self, keys: tuple[str, ...]) -> Self:
        """Some levers back to today's values."""
        return self.change(levers={k: v for k, v in self.present.levers.items() if k not in keys})

    def reset_all(self) -> Self:
        """Everything as it is today, assumptions and targets too; one step, so that it can be undone."""
        return self.change(levers={}, conditions={}, staffing_rule="as_set", assumptions={}, assumption_ranges={},
                           targets={}, starts={}, calendar=())  # fmt: skip


def fresh(baseline: Baseline) -> Scenario:
    """A company with nothing moved."""
    return Scenario(name=baseline.name, baseline=baseline)


def _changed_conditions(conditions: Mapping[str, float], baseline: Baseline) -> dict[str, float]:
    # What is no condition stays, for the scenario to refuse it in words.
    known = {k for k in conditions if k.partition(".")[0] in CONDITIONS}
    return {k: v for k, v in conditions.items() if k not in known or v != neutral(k, baseline)}
