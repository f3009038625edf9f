"""A receipt: what a link or a saved version says about the day it was made.

Its document is plain JSON: `engine` (version), `scenario` (every field of it and of its baseline), `defaults` (the
tables' values in force), `seen` (outcomes). Links pack it into a token, the store keeps it as it is. A document of an
older format is brought to today's one step a version.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model import parameters
from model.assumptions import ASSUMPTIONS
from model.errors import LinkError, ScenarioError
from model.scenario import CONDITIONS, Baseline, Scenario
from model.version import ENGINE_VERSION

Document = dict[str, Any]

FORMAT = 2
"""Of the documents written today."""


def _with_a_plan(document: Document) -> Document:
    """From 1 to 2: a scenario may say when its levers begin and what the calendar holds; before, all began at once."""
    return {**document, "scenario": {**document["scenario"], "starts": {}, "calendar": []}}


STEPS: dict[int, Callable[[Document], Document]] = {1: _with_a_plan}
"""From each format ever released to the next one."""

LINK_DIGITS = 6
"""Significant digits of outcomes as seen, where a receipt must be short: more than any screen shows."""

Range = tuple[float, float, float]
_Key = Annotated[str, Field(max_length=80)]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A scenario with everything it stood on when it was kept.

    Attributes
    ----------
    scenario : Scenario
        As it was: equal to it, field by field, but for what is `refused`.
    format_version : int
        Of the document.
    engine_version : str
        Of the engine that gave `seen`.
    assumption_ranges : dict of str to (low, mode, high)
        Every assumption in force then: the company's own where it has one, else the table's of that day. The wage's is
        the table's: it counts in proportion to the company's own wage.
    neutral_conditions : dict of str to float
        The value of each condition where the scenario sets none, as of that day.
    seen : dict of str to float
        Outcomes as first seen, at `scenario.month`; nan where there was none; empty where the sender gave none.
    refused : dict of str to str
        What the scenario set and today's model cannot apply, and why; left at today's value.
    """

    scenario: Scenario
    format_version: int
    engine_version: str
    assumption_ranges: dict[str, Range]
    neutral_conditions: dict[str, float]
    seen: dict[str, float]
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """Of the draws behind the likely ranges."""
        return self.scenario.seed

    @property
    def levers(self) -> dict[str, float]:
        """Every lever: as set, else the company's value of that day."""
        return {**self.scenario.baseline.levers, **self.scenario.levers}

    @property
    def conditions(self) -> dict[str, float]:
        """Every condition: as set, else the company's own growth and forecast error, else neutral."""
        baseline = self.scenario.baseline
        own = {"growth": baseline.growth, "forecast_cv": baseline.forecast_cv}
        return {**self.neutral_conditions, **own, **self.scenario.conditions}

    @property
    def targets(self) -> dict[str, float]:
        """Every target: as set, else the channel's."""
        own = {}
        for channel in self.scenario.baseline.channels:
            for key, value in (("target_s", channel.target_s), ("target_share", channel.target_share)):
                if value is not None:
                    own[f"{key}.{channel.name}"] = value
        return {**own, **self.scenario.targets}

    @property
    def assumptions(self) -> dict[str, float]:
        """Every assumption's value: as set, else its mode of that day."""
        in_force = {**self._of_the_company, **self.scenario.assumption_ranges}
        return {**{k: mode for k, (_, mode, _) in in_force.items()}, **self.scenario.assumptions}

    @property
    def _of_the_company(self) -> dict[str, Range]:
        """What was in force for this company: the wage is its own, within what the table of that day said of wages."""
        found, baseline = dict(self.assumption_ranges), self.scenario.baseline
        if "wage" in found and "wage" not in baseline.assumptions:
            found["wage"] = parameters.wage(baseline, found["wage"])
        return found

    @property
    def not_applied(self) -> tuple[str, ...]:
        """What of that day today's model does not know or cannot use: set by the scenario, or in force unset."""
        gone = [k for k in self.assumption_ranges if k not in ASSUMPTIONS]
        return (*self.refused, *gone, *(k for k in self.neutral_conditions if k not in CONDITIONS))

    def as_seen(self, scenario: Scenario | None = None) -> Scenario:
        """The scenario (or another one) with the defaults of that day in place of today's; itself where none changed.

        Evaluated by today's engine, it leaves the difference to `seen` that the model's own change made.
        """
        scenario = scenario or self.scenario
        baseline = scenario.baseline
        table = {key: (float(row.low), float(row.mode), float(row.high)) for key, row in ASSUMPTIONS.items()}
        changed = {
            k: then for k, then in self.assumption_ranges.items()
            if k in table and then != table[k] and k not in baseline.assumptions
        }  # fmt: skip
        if "wage" in changed:
            changed["wage"] = parameters.wage(baseline, changed["wage"])
        neutral = {
            k: v for k, v in self.neutral_conditions.items()
            if k not in ("growth", "forecast_cv", "added_volume") and k in CONDITIONS and v != CONDITIONS[k][0]
        }  # fmt: skip
        if not changed and not neutral:
            return scenario
        then = baseline.model_copy(update={"assumptions": {**baseline.assumptions, **changed}}) if changed else baseline
        return scenario.model_copy(update={"baseline": then, "conditions": {**neutral, **scenario.conditions}})


class _Defaults(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    assumptions: dict[_Key, Range] = Field(max_length=500)
    conditions: dict[_Key, float] = Field(max_length=100)


class _Shape(BaseModel):
    """The shape of the current format's document."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    engine: str = Field(min_length=1, max_length=40)
    scenario: dict[str, Any]
    defaults: _Defaults
    seen: dict[_Key, float | None] = Field(max_length=100)


def assumptions_in_force(baseline: Baseline) -> dict[str, Range]:
    """Each assumption's (low, mode, high): the company's own, else the table's."""
    table = {key: (float(row.low), float(row.mode), float(row.high)) for key, row in ASSUMPTIONS.items()}
    return {**table, **baseline.assumptions}


def document_of(scenario: Scenario, seen: Mapping[str, float] | None, digits: int = 17) -> Document:
    """What is kept: the scenario whole, the defaults in force, engine version, outcomes as seen to so many digits."""
    return {
        "engine": ENGINE_VERSION,
        "defaults": {
            "assumptions": assumptions_in_force(scenario.baseline),
            "conditions": {key: row[0] for key, row in CONDITIONS.items()},
        },
        "scenario": scenario.model_dump(),
        "seen": {k: float(f"{v:.{digits}g}") if math.isfinite(v) else None for k, v in (seen or {}).items()},
    }


def known_format(version: int) -> None:
    """LinkError where a document's format is not one that this program reads."""
    if version > FORMAT:
        message = f"The link was made by a newer version of this program (format {version}, known here up to {FORMAT})."
        raise LinkError(message, "Open it where it was made, or ask for this installation to be updated.")
    if version < 1:
        raise LinkError(f"No version of this program made links of format {version}.", "Ask the sender for a new link.")


def receipt_of(document: Document, version: int) -> Receipt:
    """The receipt of a document; LinkError where its format, its shape or a value in it is not one."""
    known_format(version)
    for step in range(version, FORMAT):
        document = STEPS[step](document)
    try:
        then = _Shape.model_validate(document)
    except ValidationError as fault:
        where = ".".join(str(part) for part in fault.errors(include_input=False)[0]["loc"])
        raise _amiss(f"The link does not hold a scenario: {where} is amiss.") from fault
    try:
        scenario, refused = as_far_as_known(then.scenario)
    except ScenarioError as fault:
        raise _amiss(f"The scenario in this link cannot be used here. {fault.message}", fault.hint) from fault
    except (ArithmeticError, ValueError, LookupError, TypeError, AttributeError) as fault:
        raise _amiss("The scenario in this link holds values that make no sense together.") from fault
    return Receipt(
        scenario=scenario,
        format_version=version,
        engine_version=then.engine,
        assumption_ranges=then.defaults.assumptions,
        neutral_conditions=then.defaults.conditions,
        seen={k: math.nan if v is None else v for k, v in then.seen.items()},
        refused=refused,
    )


_SET = ("levers", "conditions", "assumptions", "assumption_ranges", "targets", "starts")
_MOST_SET = 200


def as_far_as_known(content: Mapping[str, Any]) -> tuple[Scenario, dict[str, str]]:
    """(scenario, what of it cannot be applied and why): a lever since removed, or a value beyond today's bounds.

    Only what a scenario sets may be left out; a company that cannot be read is refused as a whole.
    """
    try:
        return Scenario.model_validate(dict(content)), {}
    except ScenarioError:
        baseline = Baseline.model_validate(content.get("baseline"))
        nothing: dict[str, Any] = {name: {} for name in _SET} | {"calendar": ()}
        bare = Scenario.model_validate({**content, "baseline": baseline, **nothing})
        kept: dict[str, Any] = {}
        refused: dict[str, str] = {}
        for name in _SET:
            kept[name] = {}
            for key, value in list(dict(content.get(name, {})).items())[:_MOST_SET]:
                try:
                    bare.model_copy(update={name: {key: value}})
                    kept[name][key] = value
                except ScenarioError as fault:
                    refused[short(str(key), 80)] = short(fault.message)
        kept["calendar"] = []
        for entry in list(content.get("calendar", ()))[:_MOST_SET]:
            try:
                kept["calendar"] += bare.model_copy(update={"calendar": (entry,)}).calendar
            except ScenarioError as fault:
                refused[short(_name_of(entry), 80)] = short(fault.message)
        if not refused:
            raise
        notes = content.get("assumption_notes", {})  # each goes with its change
        return bare.model_copy(update={**kept, "assumption_notes": notes}), refused


def _name_of(entry: object) -> str:
    """What a refused entry of the calendar is called."""
    name = entry.get("name", "") if isinstance(entry, dict) else getattr(entry, "name", "")
    return f"calendar: {name}" if name else "an entry of the calendar"


def short(text: str, most: int = 300) -> str:
    """Text that may quote a link: kept short and printable."""
    told = "".join(c if c.isprintable() else "?" for c in text[: most + 1])
    return told if len(told) <= most else told[: most - 3] + "..."


def _amiss(message: str, hint: str = "") -> LinkError:
    return LinkError(short(message), hint or "Ask the sender for a new link.")
