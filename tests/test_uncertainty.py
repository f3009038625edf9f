"""Likely ranges: paired draws, no range where nothing moved, smooth under a slider."""

import numpy as np
import pytest

import model
from model.parameters import ranges as table_of
from model.parameters import values

BASE = "retail"


def test_an_unmoved_scenario_has_no_range() -> None:
    bands = model.ranges(model.Scenario(baseline=model.sample(BASE)))
    assert (bands["difference_low"] == 0).all()
    assert (bands["difference_high"] == 0).all()


def test_day_zero_has_the_same_figures_in_every_draw() -> None:
    base = model.sample(BASE)
    scenario = model.Scenario(baseline=base, conditions={"growth": 0.0}, month=1)
    table = model.draws(scenario, n=32)
    for key in ("operating_cost", "csat_surveyed", "service_level", "fcr"):
        assert np.ptp(table[key].to_numpy()) <= 1e-9 * abs(table[key].mean()), key


def test_draws_are_paired_repeatable_and_move_with_the_seed() -> None:
    scenario = model.Scenario(baseline=model.sample(BASE), levers={"fcr_programme": 0.5})
    first, again, other = model.draws(scenario, n=16), model.draws(scenario, n=16), model.draws(scenario, n=16, seed=8)
    assert str(first.to_dict()) == str(again.to_dict())
    assert not np.allclose(first["csat"], other["csat"], atol=1e-12)


def test_the_band_holds_the_headline_of_the_modes() -> None:
    base = model.sample(BASE)
    scenario = model.Scenario(baseline=base, levers={"self_service_spend": base.labour_cost * 0.04})
    bands, outcome = model.ranges(scenario), model.evaluate(scenario)
    for key in ("operating_cost", "csat", "containment"):
        low, high = bands.loc[key, ["difference_low", "difference_high"]]
        assert low < high
        assert low - (high - low) < outcome.difference[key] < high + (high - low)


def test_the_band_moves_smoothly_with_a_slider() -> None:
    base = model.sample(BASE)
    grid = [model.Scenario(baseline=base, levers={"fcr_programme": x}) for x in np.linspace(0.4, 0.6, 9)]
    for column in ("difference_low", "difference_high"):
        path = np.array([model.ranges(s).loc["csat", column] for s in grid])
        steps = np.diff(path)
        assert np.all(steps > 0)
        assert np.ptp(steps) < 0.35 * steps.mean()


def test_an_overridden_assumption_is_known_and_not_drawn() -> None:
    table = table_of(model.sample(BASE))
    drawn = values(table, {"csat_wait": -0.4}, draws=16)
    assert np.all(drawn["csat_wait"] == -0.4)
    assert np.ptp(drawn["csat_resolved"]) > 0


def test_draws_follow_the_pert_of_each_assumption() -> None:
    table = table_of(model.sample(BASE))
    drawn = values(table, {}, draws=1024)
    for key, (low, mode, high) in table.items():
        assert drawn[key].min() >= low - 1e-12
        assert drawn[key].max() <= high + 1e-12
        assert drawn[key].mean() == pytest.approx(
            (low + 4 * mode + high) / 6, abs=0.01 * max(high - low, 1e-12) + 1e-12
        )


def test_a_typed_wage_is_a_fact_and_the_sample_s_is_drawn() -> None:
    sample = model.sample(BASE)
    typed = sample.model_copy(update={"grades": {**sample.grades, "wage": "measured"}})
    assumed = sample.model_copy(update={"grades": {**sample.grades, "wage": "assumed"}})
    assert np.ptp(values(table_of(typed), {}, draws=16)["wage"]) == 0
    assert np.ptp(values(table_of(assumed), {}, draws=16)["wage"]) > 0


def test_the_path_s_band_is_the_card_s_at_the_card_s_month() -> None:
    base = model.sample(BASE)
    scenario = model.Scenario(baseline=base, levers={"fcr_programme": 0.5})
    path, card = model.path_ranges(scenario, "csat"), model.ranges(scenario).loc["csat"]
    assert path.loc[12, "low"] == pytest.approx(card["low"], abs=1e-9)
    assert path.loc[12, "high"] == pytest.approx(card["high"], abs=1e-9)
