"""Arguments of the public functions that are something else: said in words, with what to do."""

from collections.abc import Callable
from typing import Any

import pytest

import model
from model.errors import TrileverError

COMPANY = model.sample("retail")
ONE = model.Scenario(baseline=COMPANY)
MOVED = model.Scenario(baseline=COMPANY, levers={"fcr_programme": 0.4, "training_hours": 40.0})


@pytest.mark.parametrize(("ask", "said"), [
    (lambda: model.odds(ONE, COMPANY, "csat"), "b must be a Scenario, but is of type Baseline"),
    (lambda: model.flips(None, ONE, "csat"), "a must be a Scenario, but is None"),
    (lambda: model.flips(ONE, MOVED, ["csat"]), "outcome must be text"),
    (lambda: model.odds(ONE, MOVED, "csat", n="many"), "n is 'many', not a whole number"),
    (lambda: model.tornado(COMPANY, "csat"), "scenario must be a Scenario"),
    (lambda: model.tornado(ONE, "csat", COMPANY), "against must be a Scenario"),
    (lambda: model.tornado(ONE, ["csat"]), "outcome must be text"),
    (lambda: model.tornado(ONE, "csat", n=64.5), "64.5 draws cannot be studied"),
    (lambda: model.evppi(MOVED), "scenarios must be several"),
    (lambda: model.evppi([COMPANY]), r"scenarios\[0\] must be a Scenario"),
    (lambda: model.evppi([MOVED], n=0), "n is 0, not a whole number"),
    (lambda: model.hiring_plan(COMPANY), "scenario must be a Scenario"),
    (lambda: model.best_order(COMPANY), "scenario must be a Scenario"),
    (lambda: model.best_order(MOVED, apart=1.5), "Initiatives begin 1.5 months apart"),
    (lambda: model.best_mix(ONE, bounds={"fcr_programme": 3}), "The bounds of fcr_programme are 3"),
    (lambda: model.best_mix(ONE, bounds={"fcr_programme": (0, 1, 2)}), r"The bounds of fcr_programme are \(0, 1, 2\)"),
    (lambda: model.best_mix(ONE, bounds={"fcr_programme": ("low", 1)}), "A bound of fcr_programme is 'low'"),
    (lambda: model.best_mix(ONE, bounds=3), "bounds must be a Mapping"),
    (lambda: model.best_mix(ONE, minimum_staffing={"phone": "few"}), "A bound of staffing.phone is 'few'"),
])  # fmt: skip
def test_an_argument_that_is_something_else_is_refused_in_words(ask: Callable[[], Any], said: str) -> None:
    with pytest.raises(TrileverError, match=said) as told:
        ask()
    assert told.value.hint
