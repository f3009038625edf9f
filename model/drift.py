"""Then and now: why a receipt reads otherwise than when it was kept, split into model, defaults and data.

Then is E0(D0, B0): the engine, the defaults and the company's data of that day. Now is E1(D1, B1). The old engine
cannot be run today, so the model's part comes first, on everything else as it was; what defaults and data do together
is shared evenly between them (Shapley's rule for the two):

    model    = E1(D0, B0) - then
    defaults = [E1(D1, B0) - E1(D0, B0) + E1(D1, B1) - E1(D0, B1)] / 2
    data     = [E1(D0, B1) - E1(D0, B0) + E1(D1, B1) - E1(D1, B0)] / 2

The three add up to now - then. The defaults are the assumptions' ranges and the conditions' neutral values; what a
company measured itself belongs to its data.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from model.engine import evaluate_many
from model.receipt import LINK_DIGITS, Receipt, as_far_as_known
from model.scenario import Baseline, Scenario


class _Evaluated(Protocol):
    @property
    def headline(self) -> dict[str, float]: ...


Evaluate = Callable[[Sequence[Scenario]], Sequence[_Evaluated]]


@dataclass(frozen=True, slots=True)
class Gap:
    """One outcome then and now, in its own unit; the parts are nan where either has no value."""

    then: float
    now: float
    model: float
    defaults: float
    data: float

    @property
    def total(self) -> float:
        """now - then."""
        return self.now - self.then

    @property
    def same(self) -> bool:
        """Whether nothing changed, to the digits a receipt keeps."""
        return self.then == self.now or (math.isnan(self.then) and math.isnan(self.now))


@dataclass(frozen=True, slots=True)
class Drift:
    """A receipt opened: the scenario as it stands now, the gap of every outcome it holds, and what was left out."""

    receipt: Receipt
    scenario: Scenario
    gaps: dict[str, Gap]
    left_out: dict[str, str]

    @property
    def same(self) -> bool:
        """Whether every number is the one first seen."""
        return all(gap.same for gap in self.gaps.values())


def drift(receipt: Receipt, baseline: Baseline | None = None, evaluate: Evaluate = evaluate_many) -> Drift:
    """Then and now of every outcome that the receipt holds.

    Parameters
    ----------
    receipt : Receipt
    baseline : Baseline, optional
        The company's data of today; the receipt's own where it is not given.
    evaluate : callable
        Scenarios to outcomes, in the same order.
    """
    here = receipt.scenario
    there, left_out = (here, {}) if baseline is None else on_baseline(here, baseline)
    corners = [receipt.as_seen(), here, receipt.as_seen(there), there]
    asked: list[Scenario] = []
    for corner in corners:
        if not any(corner is known for known in asked):
            asked.append(corner)
    found = list(evaluate(asked))
    then_engine, defaults_only, data_only, now = (
        next(found[i].headline for i, known in enumerate(asked) if known is corner) for corner in corners
    )
    gaps = {
        key: _gap(seen, then_engine[key], defaults_only[key], data_only[key], now[key])
        for key, seen in receipt.seen.items()
        if key in now
    }
    gone = {key: "" for key in receipt.not_applied} | receipt.refused
    return Drift(receipt, there, gaps, gone | left_out)


def _gap(seen: float, as_it_was: float, defaults: float, data: float, now: float) -> Gap:
    # A receipt may keep six digits: where today's engine gives just these, it gives the same number.
    then = as_it_was if _rounded(as_it_was) == _rounded(seen) else seen
    return Gap(
        then, now, as_it_was - then,
        (defaults - as_it_was + now - data) / 2, (data - as_it_was + now - defaults) / 2,
    )  # fmt: skip


def _rounded(value: float) -> str:
    return f"{value:.{LINK_DIGITS}g}"


def on_baseline(scenario: Scenario, baseline: Baseline) -> tuple[Scenario, dict[str, str]]:
    """(the scenario on other data, what of it cannot be applied there and why).

    What is set stays as it is set, in its own unit; a channel that is no more, or a value beyond the other company's
    bounds, is left at today's value. ScenarioError where the scenario cannot stand on it at all.
    """
    content = {name: getattr(scenario, name) for name in Scenario.model_fields}
    return as_far_as_known({**content, "baseline": baseline})
