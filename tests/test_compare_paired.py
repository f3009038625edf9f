"""Two scenarios in the same draws: odds, likely gaps, and the values that turn the choice."""

import numpy as np
import pytest
from scipy import stats

import model
from model import paired
from model.parameters import ranges

RETAIL = model.sample("retail")


def bot(rule: str = "follow_work", **other: object) -> model.Scenario:
    return model.Scenario(baseline=RETAIL, name="Bot", levers={"self_service_spend": 400_000.0}, staffing_rule=rule,
                          **other)  # type: ignore[arg-type]  # fmt: skip


def helper(**other: object) -> model.Scenario:
    return model.Scenario(baseline=RETAIL, name="Assist", levers={"agent_assist_spend": 300_000.0},
                          staffing_rule="follow_work", **other)  # type: ignore[arg-type]  # fmt: skip


@pytest.mark.parametrize("outcome", ["operating_cost", "csat", "npv"])
def test_odds_are_counted_over_the_same_draws_of_both(outcome: str) -> None:
    here, there = (model.draws(one, 64)[outcome] for one in (bot(), helper()))
    wins = (here < there) if outcome == "operating_cost" else here > there + (0.0005 if outcome == "csat" else 0)
    assert paired.odds(bot(), helper(), outcome, 64) == wins.mean()
    assert paired.odds(bot(), helper(), outcome, 64) + paired.odds(helper(), bot(), outcome, 64) <= 1


def test_nothing_beats_itself_and_a_certain_gain_beats_in_every_draw() -> None:
    assert paired.odds(bot(), bot().model_copy(update={"name": "Copy"}), "operating_cost", 64) == 0
    fewer = model.Scenario(baseline=RETAIL, levers={"staffing.phone": RETAIL.levers["staffing.phone"] * 0.8})
    assert paired.odds(fewer, fewer.doing_nothing(), "operating_cost", 64) == 1
    assert paired.odds(fewer, fewer.doing_nothing(), "service_level", 64) == 0


def test_what_no_screen_shows_is_no_win() -> None:
    """Both follow the work, so both stand on the service target: one a hundredth of a point nearer in every draw."""
    apart = model.draws(bot(), 64)["service_level"] - model.draws(helper(), 64)["service_level"]
    assert 0 < apart.abs().max() < 0.0005
    assert paired.odds(bot(), helper(), "service_level", 64) == paired.odds(helper(), bot(), "service_level", 64) == 0
    found = paired.flips(bot(), helper(), "service_level")
    assert found["value"].isna().all() and (found["difference_mode"] == 0).all()


def test_a_payback_that_never_comes_loses_to_one_that_does() -> None:
    never = model.Scenario(baseline=RETAIL, levers={"wage_premium": 0.2})
    assert np.isnan(model.evaluate(never).headline["payback_months"])
    assert paired.odds(bot(), never, "payback_months", 64) > 0.8
    assert paired.odds(never, bot(), "payback_months", 64) == 0


def test_the_second_is_seen_at_the_month_of_the_first() -> None:
    late = helper().model_copy(update={"month": 36})
    assert paired.odds(bot(), late, "csat", 32) == paired.odds(bot(), helper(), "csat", 32)


def test_against_doing_nothing_the_likely_gap_is_the_one_on_the_cards() -> None:
    cards = model.ranges(bot(), path=True)
    found = paired.gaps(bot(), bot().doing_nothing())
    for key in ("operating_cost", "service_level", "csat", "fte"):
        scale = max(abs(cards.loc[key, "high"]), 1e-9)
        assert found.loc[key, "low"] == pytest.approx(cards.loc[key, "difference_low"], abs=1e-6 * scale)
        assert found.loc[key, "high"] == pytest.approx(cards.loc[key, "difference_high"], abs=1e-6 * scale)


@pytest.mark.parametrize("outcome", ["operating_cost", "csat", "npv"])
def test_at_the_value_found_the_two_are_alike_and_beyond_it_the_choice_has_turned(outcome: str) -> None:
    found = paired.flips(bot(), helper(), outcome)
    turned = found[found["value"].notna()]
    assert len(turned)

    def gap(key: str, value: float) -> float:
        sides = [one.model_copy(update={"assumptions": {key: value}}) for one in (bot(), helper())]
        first, second = (model.evaluate(one).headline[outcome] for one in sides)
        return first - second

    size = abs(model.evaluate(bot()).headline[outcome])
    for key, row in turned.iterrows():
        value, end = row["value"], row["low"] if row["value"] < row["mode"] else row["high"]
        assert row["low"] <= value <= row["high"]
        assert gap(str(key), value) == pytest.approx(0, abs=1e-6 * size), key
        assert np.sign(gap(str(key), value + 0.02 * (row["mode"] - value))) == np.sign(row["difference_mode"]), key
        assert np.sign(gap(str(key), value + 0.02 * (end - value))) == -np.sign(row["difference_mode"]), key


def test_what_does_not_turn_keeps_its_sign_at_both_ends_and_stands_last() -> None:
    found = paired.flips(bot(), helper(), "operating_cost")
    rest = found[found["value"].isna()]
    ends = np.sign(rest[["difference_low", "difference_mode", "difference_high"]])
    assert len(rest) and (ends.nunique(axis=1) == 1).all()
    assert found["value"].isna().is_monotonic_increasing
    chances = found["chance"].dropna()
    assert chances.is_monotonic_decreasing and chances.between(0, 1).all()


def test_a_turn_is_looked_for_on_the_side_where_it_is_nearer() -> None:
    over, ahead, behind = (0.0, 4.0, 8.0), 1.0, -1.0
    left = np.array([behind] * 4 + [ahead] * 3 + [behind] * 2)
    assert paired._brackets(over, left) == [(3.0, 4.0), (0.0, 4.0)]
    right = np.array([behind] + [ahead] * 5 + [0.0] + [behind] * 2)
    assert paired._brackets(over, right) == [(6.0, 7.0), (4.0, 8.0)]
    assert paired._brackets(over, np.array([ahead] * 9)) == []
    assert paired._brackets(over, np.array([behind] * 4 + [0.0] * 5)) == []


def test_the_chance_beyond_is_the_share_of_the_draws_beyond() -> None:
    low, mode, high = ranges(RETAIL)["containment_ceiling"]
    a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    pert = stats.beta(a, b, low, high - low)
    assert paired.beyond(0.2, (low, mode, high)) == pytest.approx(pert.cdf(0.2))
    assert paired.beyond(0.4, (low, mode, high)) == pytest.approx(pert.sf(0.4))


def test_the_difference_at_the_ends_is_the_engines() -> None:
    row = paired.flips(bot(), helper(), "operating_cost").loc["cost_overrun"]
    for end in ("low", "high"):
        sides = [one.model_copy(update={"assumptions": {"cost_overrun": row[end]}}) for one in (bot(), helper())]
        first, second = (model.evaluate(one).headline["operating_cost"] for one in sides)
        assert row[f"difference_{end}"] == pytest.approx(first - second, abs=50)  # of ten millions


def test_what_one_of_them_takes_as_known_is_not_in_question() -> None:
    known = bot(assumptions={"containment_ceiling": 0.3})
    assert "containment_ceiling" not in paired.flips(known, helper(), "csat").index
    wide = bot(assumption_ranges={"assist_ceiling": (0.01, 0.08, 0.3)})
    row = paired.flips(wide, helper(), "csat").loc["assist_ceiling"]
    assert (row["low"], row["high"]) == (0.01, 0.3)


def test_two_that_are_alike_have_nothing_that_turns_them() -> None:
    found = paired.flips(bot("as_set"), bot("as_set").model_copy(update={"name": "Copy"}), "operating_cost")
    assert found["value"].isna().all() and (found["difference_high"] == 0).all()


@pytest.mark.parametrize("outcome", ["fte", "consistency", "nonsense"])
def test_an_outcome_without_a_better_side_is_refused(outcome: str) -> None:
    with pytest.raises(model.ArgumentError, match=outcome):
        paired.odds(bot(), helper(), outcome)
    with pytest.raises(model.ArgumentError, match=outcome):
        paired.flips(bot(), helper(), outcome)


def test_two_companies_are_refused() -> None:
    with pytest.raises(model.ScenarioError, match="different companies"):
        paired.odds(bot(), model.Scenario(baseline=model.sample("bank")), "csat")
