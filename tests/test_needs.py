"""What must hold: the targets of a scenario, and one judge of which are missed."""

from dataclasses import replace
from typing import Any

import pytest

import model
from model import needs, optimise
from model.needs import Need
from model.report import mix_chart, words


def outcome(levels: dict[str, float], **fields: Any) -> model.Outcome:
    """The retailer's outcome with service levels of our own."""
    found = model.evaluate(model.Scenario(baseline=model.sample("retail"), **fields))
    channels = found.channels.copy()
    for name, level in levels.items():
        channels.loc[name, "service_level"] = level
    return replace(found, channels=channels)


HELD = {"phone": 0.9, "chat": 0.9, "email": 0.99}
OWN = {"target_share.phone": 0.8, "target_share.chat": 0.8, "target_share.email": 0.9}


@pytest.mark.parametrize("rule", ["as_set", "follow_work"])
def test_half_a_point_of_service_is_no_miss_whatever_the_staffing_rule(rule: str) -> None:
    def missed(phone: float) -> list[str]:
        seen = outcome({**HELD, "phone": phone}, staffing_rule=rule, targets=OWN)
        return [need.outcome for need in needs.missed(seen)]

    assert missed(0.7951) == []
    assert missed(0.7949) == ["service_level.phone"]


@pytest.mark.parametrize("rule", ["as_set", "follow_work"])
def test_the_card_and_best_mix_name_the_same_misses(rule: str) -> None:
    for levels in (HELD, {**HELD, "phone": 0.792}, {**HELD, "chat": 0.7951}, {"phone": 0.5, "chat": 0.5, "email": 0.5}):
        seen = outcome(levels, staffing_rule=rule, targets={**OWN, "csat": 0.99})
        names = [need.outcome for need in needs.missed(seen)]
        assert mix_chart.targets_text(seen).count("wanted") == len(names)
        said = words.target(seen)
        assert said.startswith(f"{len(names)} of 4") if len(names) > 2 else ("phone" in said) == (
            "service_level.phone" in names)  # fmt: skip
        assert "CSAT" in said or len(names) > 2


def test_a_missed_target_is_said_with_what_is_wanted_under_either_rule() -> None:
    for rule in ("as_set", "follow_work"):
        seen = outcome({**HELD, "phone": 0.5}, staffing_rule=rule, targets=OWN)
        assert mix_chart.targets_text(seen) == "Answered in time, phone 50.0 % (80.0 % wanted)"


def test_a_search_allows_a_hair_on_ones_own_target_only_where_agents_follow_the_work() -> None:
    def allowed(rule: str, *wanted: Need) -> list[float]:
        scenario = model.Scenario(baseline=model.sample("retail"), staffing_rule=rule)
        asked = optimise.question(scenario, "operating_cost", wanted, optimise.space(scenario))
        return [need.allowed for need in asked.needs[: len(wanted)]]

    own = needs.targets(model.Scenario(baseline=model.sample("retail")))[0]
    more = Need(own.outcome, own.limit + 0.05, True)
    assert allowed("as_set", own, more) == [0, 0]
    assert 0 < allowed("follow_work", own, more)[0] < 0.005 and allowed("follow_work", more) == [0]


def test_the_odds_are_of_the_same_targets() -> None:
    scenario = model.Scenario(baseline=model.sample("retail"), targets={**OWN, "csat": 0.6, "budget": 1e9})
    found = model.target_odds(scenario, 32)
    wanted = {need.outcome.replace("operating_cost", "budget"): need.limit for need in needs.targets(scenario)}
    assert found["goal"].to_dict() == wanted
    assert found.loc["csat", "chance"] == found.loc["budget", "chance"] == 1
