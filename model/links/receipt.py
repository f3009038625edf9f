"""A receipt: what a link says about the day it was made."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.assumptions import ASSUMPTIONS
from model.errors import LinkError, ScenarioError
from model.scenario import CONDITIONS, Baseline, Scenario
from model.version import ENGINE_VERSION

SEEN_DIGITS = 6
"""Significant digits of outcomes as seen: more than any screen shows."""

Range = tuple[float, float, float]
_Key = Annotated[str, Field(max_length=80)]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A scenario with everything it stood on when its link was made.

    Attributes
    ----------
    scenario : Scenario
        As it was encoded: equal to it, field by field.
    format_version : int
        Of the token.
    engine_version : str
        Of the engine that gave `seen`.
    assumption_ranges : dict of str to (low, mode, high)
        Every assumption in force then: the company's own where it has one, else the table's of that day.
    neutral_conditions : dict of str to float
        The value of each condition where the scenario sets none, as of that day.
    seen : dict of str to float
        Outcomes as first seen, at `scenario.month`; nan where there was none; empty where the sender gave none.
    """

    scenario: Scenario
    format_version: int
    engine_version: str
    assumption_ranges: dict[str, Range]
    neutral_conditions: dict[str, float]
    seen: dict[str, float]

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
        return {**{k: mode for k, (_, mode, _) in self.assumption_ranges.items()}, **self.scenario.assumptions}

    @property
    def changed_defaults(self) -> dict[str, tuple[Range, Range | None]]:
        """Assumptions whose value or range in force is another today: (then, now); now None where there is none."""
        now = assumptions_in_force(self.scenario)
        return {k: (then, now.get(k)) for k, then in self.assumption_ranges.items() if then != now.get(k)}

    @property
    def not_applied(self) -> tuple[str, ...]:
        """Assumptions and conditions of that day that today's model does not know."""
        gone = [k for k in self.assumption_ranges if k not in ASSUMPTIONS]
        return (*gone, *(k for k in self.neutral_conditions if k not in CONDITIONS))

    def as_seen(self) -> Scenario:
        """The scenario with the defaults of that day in place of today's; the same scenario where none has changed.

        Evaluated by today's engine, it leaves the difference to `seen` that the model's own change made.
        """
        pinned = {k: then for k, (then, _) in self.changed_defaults.items() if k in ASSUMPTIONS}
        neutral = {
            k: v for k, v in self.neutral_conditions.items()
            if k not in ("growth", "forecast_cv", "added_volume") and k in CONDITIONS and v != CONDITIONS[k][0]
        }  # fmt: skip
        if not pinned and not neutral:
            return self.scenario
        baseline = self.scenario.baseline
        # Made anew, not copied: a copy would keep the digest of the other content.
        then = Baseline(**_fields(baseline) | {"assumptions": {**baseline.assumptions, **pinned}})
        conditions = {**neutral, **self.scenario.conditions}
        return Scenario(**_fields(self.scenario) | {"baseline": then, "conditions": conditions})


def _fields(model: BaseModel) -> dict[str, Any]:
    """Its fields alone: iterating a model gives cached values as well."""
    return {name: getattr(model, name) for name in type(model).model_fields}


class _Defaults(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    assumptions: dict[_Key, Range] = Field(max_length=500)
    conditions: dict[_Key, float] = Field(max_length=100)


class _Document(BaseModel):
    """The shape of the current format's document; older ones are brought to it step by step."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    engine: str = Field(min_length=1, max_length=40)
    scenario: dict[str, Any]
    defaults: _Defaults
    seen: dict[_Key, float | None] = Field(max_length=100)


def assumptions_in_force(scenario: Scenario) -> dict[str, Range]:
    """Each assumption's (low, mode, high): the company's own, else the table's."""
    table = {key: (float(row.low), float(row.mode), float(row.high)) for key, row in ASSUMPTIONS.items()}
    return {**table, **scenario.baseline.assumptions}


def document_of(scenario: Scenario, seen: Mapping[str, float] | None) -> dict[str, Any]:
    """What goes into a token: the scenario whole, the defaults in force, engine version, outcomes as seen."""
    return {
        "engine": ENGINE_VERSION,
        "defaults": {
            "assumptions": assumptions_in_force(scenario),
            "conditions": {key: row[0] for key, row in CONDITIONS.items()},
        },
        "scenario": scenario.model_dump(),
        "seen": {k: float(f"{v:.{SEEN_DIGITS}g}") if math.isfinite(v) else None for k, v in (seen or {}).items()},
    }


def receipt_of(document: Mapping[str, Any], format_version: int) -> Receipt:
    """The receipt of a current document; LinkError where its shape or a value in it is not one."""
    try:
        then = _Document.model_validate(document)
    except ValidationError as fault:
        where = ".".join(str(part) for part in fault.errors(include_input=False)[0]["loc"])
        raise _refused(f"The link does not hold a scenario: {where} is amiss.") from fault
    try:
        scenario = Scenario.model_validate(then.scenario)
    except ScenarioError as fault:
        raise _refused(f"The scenario in this link cannot be used here. {fault.message}", fault.hint) from fault
    except (ArithmeticError, ValueError, LookupError, TypeError) as fault:
        raise _refused("The scenario in this link holds values that make no sense together.") from fault
    return Receipt(
        scenario=scenario,
        format_version=format_version,
        engine_version=then.engine,
        assumption_ranges=then.defaults.assumptions,
        neutral_conditions=then.defaults.conditions,
        seen={k: math.nan if v is None else v for k, v in then.seen.items()},
    )


def _refused(message: str, hint: str = "") -> LinkError:
    """What was in the link may be quoted in the message: kept short and printable."""
    told = "".join(c if c.isprintable() else "?" for c in message)
    return LinkError(told if len(told) <= 300 else told[:297] + "...", hint or "Ask the sender for a new link.")
