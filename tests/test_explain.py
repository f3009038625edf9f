"""What caused the change: shares that add up, whoever moved what."""

import numpy as np
import pandas as pd
import pytest

import model
from model import explain

OUTCOMES = ["operating_cost", "csat", "service_level", "fte", "npv"]


def _several(base: model.Baseline, rule: str = "as_set") -> model.Scenario:
    levers = {
        "self_service_spend": base.labour_cost * 0.03,
        "fcr_programme": 0.5,
        "training_hours": 60.0,
        "qa_coverage": 0.1,
    }
    return model.Scenario(baseline=base, levers=levers, staffing_rule=rule)


@pytest.mark.parametrize("rule", ["as_set", "follow_work"])
@pytest.mark.parametrize("name", ["retail", "bank"])
def test_the_parts_add_up_to_the_change_on_the_cards(name: str, rule: str) -> None:
    base = model.sample(name)
    scenario = _several(base, rule)
    outcome = model.evaluate(scenario)
    parts = model.attribute(scenario.doing_nothing(), scenario, OUTCOMES[:-1])
    for key in OUTCOMES[:-1]:
        size = max(abs(outcome.reference[key]), 1)
        assert parts[key].sum() == pytest.approx(outcome.difference[key], abs=1e-9 * size), key
    assert list(parts.index) == ["self_service_spend", "fcr_programme", "training_hours", "qa_coverage"] + (
        ["staffing_rule"] if rule == "follow_work" else []
    )


def test_outcomes_over_36_months_are_attributed_too() -> None:
    base = model.sample("retail")
    scenario = _several(base)
    parts = model.attribute(scenario.doing_nothing(), scenario, "npv")
    assert parts.sum() == pytest.approx(model.evaluate(scenario).difference["npv"], rel=1e-9)


def test_a_lever_alone_gets_the_whole_change_and_an_unmoved_scenario_nothing() -> None:
    base = model.sample("retail")
    scenario = model.Scenario(baseline=base, levers={"fcr_programme": 1.0})
    parts = model.attribute(scenario.doing_nothing(), scenario, "csat")
    assert parts["fcr_programme"] == pytest.approx(model.evaluate(scenario).difference["csat"], abs=1e-12)
    assert model.attribute(scenario, scenario, "csat").empty


def test_agents_of_all_channels_are_one_cause_and_conditions_and_assumptions_are_blocks() -> None:
    base = model.sample("retail")
    levers = {k: v * 1.05 for k, v in base.levers.items() if k.startswith("staffing.")}
    scenario = model.Scenario(baseline=base, levers=levers, conditions={"demand": 1.1}, assumptions={"csat_wait": -0.4})
    parts = model.attribute(model.Scenario(baseline=base), scenario, "csat")
    assert list(parts.index) == ["staffing", "conditions", "assumptions"]


def test_shapley_matches_the_definition_over_orders() -> None:
    from itertools import permutations

    base = model.sample("software")
    scenario = model.Scenario(
        baseline=base, levers={"fcr_programme": 0.8, "schedule_flex": 0.6}, conditions={"demand": 1.2}
    )
    start = model.Scenario(baseline=base)
    parts = model.attribute(start, scenario, "service_level")
    keys = ["schedule_flex", "fcr_programme", "conditions"]
    expected = dict.fromkeys(keys, 0.0)
    for order in permutations(keys):
        for i, key in enumerate(order):
            before, after = (explain.mixed(start, scenario, order[:j]) for j in (i, i + 1))
            low, high = (model.evaluate(one).headline["service_level"] for one in (before, after))
            expected[key] += (high - low) / 6
    for key in keys:
        assert parts[key] == pytest.approx(expected[key], abs=1e-4)  # subsets between the ends are solved less exactly


def test_above_ten_changes_families_come_first_and_still_add_up() -> None:
    base = model.sample("retail")
    table = model.lever_table(base)
    rows = table[table["shown"] & ~table.index.str.startswith("staffing.")]
    levers = {k: r["today"] + 0.15 * (r["high"] - r["today"]) for k, r in rows.iterrows()}
    scenario = model.Scenario(baseline=base, levers=levers)
    parts = model.attribute(scenario.doing_nothing(), scenario, ["operating_cost", "csat"])
    assert len(parts) > explain.EXACT_UP_TO
    outcome = model.evaluate(scenario)
    assert parts["csat"].sum() == pytest.approx(outcome.difference["csat"], abs=1e-9)
    assert parts["operating_cost"].sum() == pytest.approx(outcome.difference["operating_cost"], rel=1e-9)


def test_owen_values_are_shapley_values_where_every_family_has_one_member() -> None:
    base = model.sample("software")
    scenario = model.Scenario(
        baseline=base, levers={"fcr_programme": 0.8, "schedule_flex": 0.6, "agent_assist_spend": 2e5}
    )
    players = {k: [k] for k in explain.changes(scenario.doing_nothing(), scenario)}
    arguments = (players, scenario.doing_nothing(), scenario, ["csat"])
    np.testing.assert_allclose(explain._owen(*arguments), explain._shapley(*arguments), atol=1e-12)


@pytest.mark.parametrize("outcome", ["operating_cost", "npv", "freed_fte"])
def test_mixtures_are_the_scenarios_they_stand_for(outcome: str) -> None:
    base = model.sample("bank")
    start = model.Scenario(baseline=base, levers={"qa_coverage": 0.05})
    scenario = model.Scenario(
        baseline=base,
        levers={"self_service_spend": 4e5, "cross_training": 0.3, "staffing.phone": 120.0},
        conditions={"demand": 1.1, "added_volume.chat": 0.2},
        targets={"target_s.phone": 60, "target_share.phone": 0.7},
        assumptions={"repeat_share": 0.4},
        staffing_rule="follow_work",
    )
    keys = explain.changes(start, scenario)
    rng = np.random.default_rng(4)
    taken = {key: rng.random(6) < 0.5 for key in keys}
    found = explain.values(start, scenario, taken, [outcome])[:, 0]
    mixes = [explain.mixed(start, scenario, [k for k in keys if taken[k][i]]) for i in range(6)]
    expected = [o.headline[outcome] for o in model.evaluate_many(mixes)]
    size = model.evaluate(scenario).reference["operating_cost" if outcome == "npv" else "fte"]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-3 * size if outcome != "operating_cost" else 0)


def test_scenarios_of_different_companies_are_refused() -> None:
    with pytest.raises(model.ScenarioError, match="different companies"):
        model.attribute(
            model.Scenario(baseline=model.sample("retail")), model.Scenario(baseline=model.sample("bank")), "csat"
        )


def _many(base: model.Baseline, count: int) -> model.Scenario:
    """So many levers moved a little, agents of all channels as one of them."""
    table = model.lever_table(base)
    rows = table[table["shown"] & ~table.index.str.startswith("staffing.")]
    levers = {str(k): r["today"] + 0.15 * (r["high"] - r["today"]) for k, r in list(rows.iterrows())[: count - 1]}
    levers |= {k: v * 0.98 for k, v in base.levers.items() if k.startswith("staffing.")}
    return model.Scenario(baseline=base, levers=levers)


def test_ten_changed_levers_and_changed_assumptions_are_still_shared_out_exactly() -> None:
    scenario = _many(model.sample("software"), 10).model_copy(update={"assumptions": {"repeat_share": 0.5}})
    start = model.Scenario(baseline=scenario.baseline)
    assert not explain.is_by_family(start, scenario)
    parts = model.attribute(start, scenario, ["operating_cost", "csat"])
    assert len(parts) == 11 and "assumptions" in parts.index
    ends = [model.evaluate(one).headline for one in (start, scenario)]
    for key in parts.columns:
        change = ends[1][key] - ends[0][key]
        assert parts[key].sum() == pytest.approx(change, abs=1e-9 * max(abs(ends[0][key]), 1))
    exact = explain._shapley(explain._players(start, scenario), start, scenario, ["csat"])[:, 0]
    np.testing.assert_allclose(parts["csat"], exact, atol=1e-12)


def test_eleven_changes_are_shared_out_by_family_and_say_so() -> None:
    scenario = _many(model.sample("software"), 11)
    assert explain.is_by_family(scenario.doing_nothing(), scenario)
    assert not explain.is_by_family(scenario, scenario)


def test_what_was_kept_from_the_move_before_changes_no_bit() -> None:
    base = model.sample("retail")
    levers = {"cross_training": 0.4, "training_hours": 40.0}
    still = model.Scenario(baseline=base)
    plans = [
        still.model_copy(update={"levers": levers}),
        still.model_copy(update={"levers": {**levers, "training_hours": 30.0}}),
        still.model_copy(update={"levers": {**levers, "training_hours": 30.0}, "staffing_rule": "follow_work"}),
        still.model_copy(update={"levers": levers, "conditions": {"demand": 1.1}}),
        still.model_copy(update={"levers": levers, "starts": {"cross_training": 6}}),
    ]
    asked = ["operating_cost", "npv"]
    in_a_row = [model.attribute(still, plan, asked) for plan in plans]
    for plan, seen in zip(plans, in_a_row, strict=True):
        explain._kept.cache_clear()
        pd.testing.assert_frame_equal(model.attribute(still, plan, asked), seen, check_exact=True)


def test_letting_go_of_what_is_kept_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    base = model.sample("retail")
    plans = [
        model.Scenario(baseline=base, levers={"cross_training": 0.4, "training_hours": hours, "qa_coverage": 0.1})
        for hours in (40.0, 30.0, 40.0)
    ]
    still = plans[0].doing_nothing()
    explain._kept.cache_clear()
    in_a_row = [model.attribute(still, plan, "csat") for plan in plans]
    monkeypatch.setattr(explain, "_MOST_KEPT", 5)
    explain._kept.cache_clear()
    for plan, seen in zip(plans, in_a_row, strict=True):
        pd.testing.assert_series_equal(model.attribute(still, plan, "csat"), seen, check_exact=True)
        kept = explain._kept(explain.Same(still), plan.month, explain.turns_of(plan), ("csat",))
        assert 0 < len(kept.worth) <= 5


def test_what_there_is_not_is_refused_in_words() -> None:
    base = model.sample("retail")
    scenario = model.Scenario(baseline=base, levers={"fcr_programme": 0.5})
    for wrong in ("foo", ["csat", "foo"]):
        with pytest.raises(model.ArgumentError, match="There is no outcome 'foo'") as caught:
            model.attribute(scenario.doing_nothing(), scenario, wrong)
        assert "operating_cost" in caught.value.hint
    with pytest.raises(model.ArgumentError, match="outcomes must be several"):
        model.attribute(scenario.doing_nothing(), scenario, None)  # type: ignore[arg-type]
    with pytest.raises(model.ArgumentError, match="base must be a Scenario, but is of type Baseline"):
        model.attribute(base, scenario, "csat")  # type: ignore[arg-type]
