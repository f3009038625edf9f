"""The three tables: complete, consistent, read where they say, and resolved to a company."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import model
from model import tables
from model.assumptions import ASSUMPTIONS
from model.levers import LEVERS, SIGNS, STATED, family_of
from model.outcomes import OUTCOMES
from model.parameters import ranges
from tests import by_hand

FOLDER = Path(model.__file__).parent
RELATIONS = ("adoption", "demand", "people", "service", "satisfaction", "economics", "deferred", "network")
GLUE = ("batch", "calibrate", "effects", "chain", "fitted", "results")
SAMPLES = ("retail", "bank", "software")


def read_in(module: str) -> set[str]:
    """Keys of assumptions that stand as strings in a module: p["key"], or in a tuple that p is read by."""
    path = FOLDER / f"{module}.py"
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and n.value in ASSUMPTIONS}


READ = {module: read_in(module) for module in RELATIONS + GLUE}


# --- assumptions ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ASSUMPTIONS)
def test_an_assumption_is_read_just_where_its_row_says(key: str) -> None:
    relations = {m for m in RELATIONS if key in READ[m]}
    assert set(ASSUMPTIONS[key].acts_in) == (relations or {m for m in GLUE if key in READ[m]})


def test_no_relation_reads_a_key_that_has_no_row() -> None:
    for module in RELATIONS + GLUE:
        path = FOLDER / f"{module}.py"
        tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.slice, ast.Constant)
                and ast.unparse(node.value) in ("p", "self.p", "c.p")
            ):
                assert node.slice.value in ASSUMPTIONS, f"{module}: {ast.unparse(node)}"


@pytest.mark.parametrize("row", ASSUMPTIONS.values(), ids=list(ASSUMPTIONS))
def test_an_assumption_s_row_is_complete(row: object) -> None:
    assert row.low <= row.mode <= row.high
    assert row.low < row.high
    assert np.isfinite([row.low, row.high, row.neutral]).all()
    assert all(text.strip() for text in (row.label, row.unit, row.source))
    assert row.acts_in
    assert row.grade in ("published", "judgement")


@pytest.mark.parametrize("row", [r for r in ASSUMPTIONS.values() if r.grade == "published"], ids=lambda r: r.key)
def test_what_is_published_names_who_published_it(row: object) -> None:
    assert any(word[0].isupper() for word in row.source.split())
    assert any(c.isdigit() for c in row.source) or ":" in row.source or "Group" in row.source


def test_labels_are_told_apart() -> None:
    assert len({r.label for r in ASSUMPTIONS.values()}) == len(ASSUMPTIONS)
    assert len({r.label for r in LEVERS.values()}) == len(LEVERS)
    assert len({r.label for r in OUTCOMES.values()}) == len(OUTCOMES)


def test_the_documented_ranges_stand_in_the_table() -> None:
    documented = {
        "csat_resolved": (0.8, 1.7, 2.7),
        "csat_wait": (-0.6, -0.25, -0.05),
        "csat_transfer": (-1, -0.5, -0.2),
        "csat_failed_self_service": (-0.8, -0.35, -0.1),
        "csat_critical_error": (-2.5, -1.5, -0.8),
        "csat_new_agent": (-0.5, -0.25, -0.05),
        "csat_overload": (-0.4, -0.15, 0),
        "csat_late_order": (-2, -1.2, -0.5),
        "csat_self_service": (-0.3, 0, 0.3),
        "wage": (28, 34, 45),
        "attrition": (0.25, 0.38, 0.45),
        "replacement_cost": (6000, 14_000, 20_000),
        "severance_weeks": (4, 8, 16),
        "new_hire_handle_time": (1.3, 1.5, 1.8),
        "ramp_months": (3, 4, 6),
        "containment_ceiling": (0.1, 0.25, 0.45),
        "benefit_realised": (0.44, 0.75, 1.05),
        "cost_overrun": (1, 1.15, 1.45),
        "churn_per_unsatisfied": (0.01, 0.04, 0.1),
        "discount_rate": (0.08, 0.1, 0.15),
        "contained_resolved": (0.6, 0.75, 0.9),
        "containment_callback": (0.5, 0.7, 0.9),
        "contained_work": (0.5, 0.7, 0.95),
        "assist_ceiling": (0.03, 0.08, 0.14),
        "chat_slowdown": (0.2, 0.35, 0.6),
        "cross_training_penalty": (0, 0.05, 0.12),
        "attrition_occupancy_slope": (0, 0.5, 1.5),
        "late_order_contacts": (0.3, 0.6, 1),
        "self_service_contact_cost": (0.1, 0.25, 1),
        "learning_dip": (0.02, 0.035, 0.05),
    }
    assert {k: (ASSUMPTIONS[k].low, ASSUMPTIONS[k].mode, ASSUMPTIONS[k].high) for k in documented} == documented


# --- levers -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("row", LEVERS.values(), ids=list(LEVERS))
def test_a_lever_s_row_is_complete(row: object) -> None:
    assert row.price_one_off + row.price_a_year, "nothing is free"
    assert set(row.price_one_off + row.price_a_year + row.delay) <= set(ASSUMPTIONS)
    assert all(text.strip() for text in (row.label, row.price_text, row.delay_text, row.moves))
    assert row.floor <= row.low < row.high <= row.ceiling
    assert row.floor <= row.today <= row.ceiling
    assert 0 < row.step <= (row.high - row.low) / 10
    assert list(row.directions) == list(STATED)
    assert set(row.directions.values()) <= set(SIGNS.values())
    assert set(row.needs) <= {"chat", "orders", "spoken", "pool"}


def test_what_levers_state_directions_for_are_the_outcomes_that_are_no_diagnostics() -> None:
    assert list(STATED) == [k for k, r in OUTCOMES.items() if not r.diagnostic]


def test_a_lever_s_prices_are_read_where_money_is() -> None:
    money = READ["economics"] | READ["results"]
    for row in LEVERS.values():
        assert set(row.price_one_off + row.price_a_year) <= money, row.key


def test_few_levers_come_first() -> None:
    assert 4 <= sum(row.first for row in LEVERS.values()) <= 8


def test_a_key_finds_its_row_and_an_unknown_one_does_not() -> None:
    assert family_of("staffing.phone") is LEVERS["staffing"]
    assert family_of("shrinkage") is LEVERS["shrinkage"]
    with pytest.raises(KeyError):
        family_of("weather")


# --- resolved to a company --------------------------------------------------------------------------------------------
@pytest.fixture(scope="module", params=SAMPLES)
def base(request: pytest.FixtureRequest) -> model.Baseline:
    return model.sample(request.param)


def test_the_lever_table_has_each_lever_of_the_company_within_its_bounds(base: model.Baseline) -> None:
    table = model.lever_table(base)
    assert sorted(table.index) == sorted(base.levers)
    assert (table["today"] == pd.Series(base.levers)[table.index]).all()
    for low, high in (("low", "high"), ("floor", "ceiling")):
        assert (table[low] <= table["today"]).all()
        assert (table["today"] <= table[high]).all()
    assert (table["floor"] <= table["low"] + 1e-9).all()
    assert table["label"].is_unique


def test_what_the_slider_offers_the_model_accepts(base: model.Baseline) -> None:
    table = model.lever_table(base)
    for end in ("low", "high", "floor", "ceiling"):
        model.Scenario(baseline=base, levers=table[end].to_dict())


def test_steps_of_money_and_people_are_what_one_says(base: model.Baseline) -> None:
    table = model.lever_table(base)
    steps = table.loc[table["scale"] != "one", "step"]
    leading = [float(f"{s:e}".split("e")[0]) for s in steps]
    assert set(leading) <= {1.0, 2.0, 5.0}


def test_levers_without_effect_are_not_shown() -> None:
    assert not model.lever_table(model.sample("bank")).loc["late_order_rate", "shown"]
    assert model.lever_table(model.sample("retail"))["shown"].all()


@pytest.mark.parametrize(
    ("step", "said"), [(0.9, 1.0), (1.3, 1.0), (1.5, 2.0), (3.4, 5.0), (8.0, 10.0), (2_600.0, 2_000.0), (0.0349, 0.05)]
)
def test_a_step_is_rounded_to_one_two_or_five(step: float, said: float) -> None:
    assert tables._round_step(step) == pytest.approx(said)


def test_the_assumption_table_is_the_rows_and_with_a_company_its_own() -> None:
    assert list(model.assumption_table().index) == list(ASSUMPTIONS)
    own = model.sample("retail").model_copy(
        update={"assumptions": {"csat_wait": (-0.3, -0.2, -0.1)}, "wage": 17.0, "grades": {}}
    )
    table = model.assumption_table(own)
    assert list(table.loc["csat_wait", ["low", "mode", "high", "grade"]]) == [-0.3, -0.2, -0.1, "measured"]
    assert list(table.loc["wage", ["low", "mode", "high"]]) == [14, 17, 22.5]
    assert table.loc["csat_transfer", "grade"] == "judgement"


def test_a_wage_that_was_measured_is_known() -> None:
    own = model.sample("retail").model_copy(update={"wage": 17.0, "grades": {"wage": "measured"}})
    assert ranges(own)["wage"] == (17.0, 17.0, 17.0)


def test_the_outcome_table_is_the_rows() -> None:
    table = model.outcome_table()
    assert list(table.index) == list(OUTCOMES)
    assert table["label"].str.len().min() > 0
    assert table["text"].str.endswith(".").all()
    assert set(table["better"]) <= {"up", "down", "none"}


def test_what_is_tried_first_solves_what_it_says(base: model.Baseline) -> None:
    words, levers = model.try_suggestion(base)
    share = float(words.split("solve ")[1].split(" %")[0]) / 100
    adopted = by_hand.arrived(12, 5.5) * 0.75
    now, then = (
        0.25 * (1 - 2 ** (-s / base.labour_cost / 0.02))
        for s in (base.levers["self_service_spend"], levers["self_service_spend"])
    )
    assert adopted * (then - now) / (1 - now) == pytest.approx(share, abs=0.005)
    assert list(levers) == ["self_service_spend"]


def test_a_scenario_in_the_place_of_its_company_is_told_where_that_is() -> None:
    scenario = model.Scenario(baseline=model.sample("retail"))
    for table in (model.lever_table, model.assumption_table, model.try_suggestion):
        with pytest.raises(model.ArgumentError, match="baseline must be a Baseline, but is of type Scenario") as told:
            table(scenario)  # type: ignore[operator]
        assert "scenario.baseline" in told.value.hint


def test_what_is_not_a_scenario_is_named_before_anything_is_reckoned() -> None:
    base = model.sample("retail")
    scenario = model.Scenario(baseline=base)
    for wrong, word in ((base, "Baseline"), (None, "None"), ("retail", "str")):
        with pytest.raises(model.ArgumentError, match=f"scenario must be a Scenario, but is .*{word}") as caught:
            model.evaluate(wrong)  # type: ignore[arg-type]
        assert "model.Scenario(" in caught.value.hint
    for wrong in (scenario, None):
        with pytest.raises(model.ArgumentError, match="scenarios must be several"):
            model.evaluate_many(wrong)  # type: ignore[arg-type]
    with pytest.raises(model.ArgumentError, match=r"scenarios\[1\] must be a Scenario"):
        model.evaluate_many([scenario, base])  # type: ignore[list-item]


def test_many_scenarios_may_come_one_by_one() -> None:
    base = model.sample("retail")
    several = [model.Scenario(baseline=base, levers={"fcr_programme": share}) for share in (0.0, 0.5)]
    found = model.evaluate_many(one for one in several)
    assert [one.headline["csat"] for one in found] == [one.headline["csat"] for one in model.evaluate_many(several)]


# --- words in the code ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("module", [*RELATIONS, "quadrature", "parameters", "tables", "scenario"])
def test_every_public_part_of_a_relation_says_what_it_is(module: str) -> None:
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    public = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
    assert ast.get_docstring(tree)
    assert [n.name for n in public if not ast.get_docstring(n)] == []
