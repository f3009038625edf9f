"""What must hold: the targets of a scenario, and one judge of which are missed."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import model
from model import links, needs, optimise
from model.__main__ import main
from model.assumptions import ASSUMPTIONS
from model.needs import Need
from model.report import numbers, words
from pages.parts.history import History
from tests.serving import ROOT


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
        assert words.targets_text(seen).count("wanted") == len(names)
        said = words.target(seen)
        assert said.startswith(f"{len(names)} of 4") if len(names) > 2 else ("phone" in said) == (
            "service_level.phone" in names)  # fmt: skip
        assert "CSAT" in said or len(names) > 2


def test_a_missed_target_is_said_with_what_is_wanted_under_either_rule() -> None:
    for rule in ("as_set", "follow_work"):
        seen = outcome({**HELD, "phone": 0.5}, staffing_rule=rule, targets=OWN)
        assert words.targets_text(seen) == "Answered in time, phone 50.0 % (80.0 % wanted)"


def test_a_search_allows_a_hair_on_ones_own_target_only_where_agents_follow_the_work() -> None:
    def allowed(rule: str, *wanted: Need, **aims: float) -> list[float]:
        targets = {f"target_share.{name}": share for name, share in aims.items()}
        scenario = model.Scenario(baseline=model.sample("retail"), staffing_rule=rule, targets=targets)
        asked = optimise.question(scenario, "operating_cost", wanted, optimise.space(scenario))
        return [need.allowed for need in asked.needs[: len(wanted)]]

    own = needs.targets(model.Scenario(baseline=model.sample("retail")))[0]
    more = Need(own.outcome, own.limit + 0.05, True)
    assert allowed("as_set", own, more) == [0, 0]
    assert 0 < allowed("follow_work", own, more)[0] < 0.005 and allowed("follow_work", more) == [0]
    tenths = replace(own, limit=0.825)  # said in tenths: half of one is all that may be missed
    assert 0 < allowed("follow_work", tenths, phone=0.825)[0] < 0.0005


def test_the_odds_are_of_the_same_targets() -> None:
    scenario = model.Scenario(baseline=model.sample("retail"), targets={**OWN, "csat": 0.6, "budget": 1e9})
    found = model.target_odds(scenario, 32)
    wanted = {need.outcome.replace("operating_cost", "budget"): need.limit for need in needs.targets(scenario)}
    assert found["goal"].to_dict() == wanted
    assert found.loc["csat", "chance"] == found.loc["budget", "chance"] == 1


@pytest.mark.parametrize(("need", "values"), [
    (Need("service_level.phone", 0.8, True), {0.7949: False, 0.795: True, 0.8: True, 0.9: True}),
    (Need("service_level.phone", 0.999, True), {0.9940: False, 0.9984: False, 0.9986: True, 0.999: True}),
    (Need("csat", 0.75, True), {0.7494: False, 0.7496: True, 0.75: True, 0.76: True}),
    (Need("csat", 0.7512, True), {0.7503: False, 0.7507: True}),
    (Need("operating_cost", 10e6, False), {10.06e6: False, 10.04e6: True, 10e6: True, 9e6: True}),
    (Need("operating_cost", 12.26e6, False), {12.36e6: False, 12.34e6: True}),
    (Need("operating_cost", 420e3, False), {420.6e3: False, 420.4e3: True}),
])  # fmt: skip
def test_what_reads_like_its_target_is_no_miss_and_what_reads_beyond_it_is(
    need: Need, values: dict[float, bool]
) -> None:
    assert {value: bool(needs.held(need, np.array(value))) for value in values} == values
    whole = need.family == "service_level" and round(need.limit * 100, 6) % 1 == 0
    for value, held in values.items():
        texts = [f"{one * 100:.0f} %" if whole else numbers.number(need.family, one) for one in (value, need.limit)]
        assert held or texts[0] != texts[1]


@cache
def sure() -> model.Scenario:
    """Every draw is alike: phone 83.2 %, chat 83.8 % and e-mail 90.6 % in time, CSAT 73.7 %, $12.0m a year."""
    return model.Scenario(baseline=model.sample("retail"), assumptions={k: row.mode for k, row in ASSUMPTIONS.items()})


@pytest.mark.parametrize(("targets", "missed"), [
    ({"target_share.chat": 0.84, "csat": 0.737, "budget": 12.0e6}, set()),
    ({"target_share.chat": 0.83, "csat": 0.73, "budget": 12.1e6}, set()),
    ({"target_share.chat": 0.842, "csat": 0.738, "budget": 11.9e6}, {"service_level.chat", "csat", "operating_cost"}),
    ({"target_share.chat": 0.85, "target_share.phone": 0.835, "csat": 0.736}, {"service_level.chat",
                                                                               "service_level.phone"}),
])  # fmt: skip
def test_cards_mixes_risks_and_the_command_line_judge_a_target_alike(
    targets: dict[str, float], missed: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = sure().model_copy(update={"targets": targets})
    out = model.evaluate(scenario)
    assert {need.outcome for need in needs.missed(out)} == missed
    assert words.targets_text(out).count("wanted") == len(missed)
    card = words.target(out)
    assert ("every target holds" in card) == (not missed) and ("miss" in card) == bool(missed)
    chance = model.target_odds(scenario, 8).rename(index={"budget": "operating_cost"})["chance"]
    assert {str(aim) for aim in chance.index[chance == 0]} - {"npv", "npv_with_revenue"} == missed
    assert set(chance) <= {0.0, 1.0}
    assert main(["evaluate", "--scenario", links.encode(scenario), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["missed"]) == missed
    assert main(["evaluate", "--scenario", links.encode(scenario)]) == 0
    said = capsys.readouterr().out
    assert (f"Target missed: {words.targets_text(out)}" in said) == bool(missed)


@pytest.mark.parametrize(("chat", "missed"), [(0.83, False), (0.84, False), (0.842, True)])
def test_explore_offers_to_fix_what_its_headline_calls_missed(chat: float, missed: bool) -> None:
    """83.8 % are answered in time: above the target, a hair below, and below what is read."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    moved = {"staffing.email": sure().baseline.levers["staffing.email"] + 0.1}  # a headline says how targets fare
    aims = {"target_share.chat": chat, "csat": 0.7}
    scenario = sure().model_copy(update={"levers": moved, "targets": aims})
    app.session_state["history"] = History(scenario)
    app.switch_page("pages/explore.py").run()
    assert not app.exception
    assert ("Fix it" in [one.label for one in app.button]) == missed
    said = " ".join(one.value for one in app.markdown)
    assert ("chat misses its target" in said) == missed and ("every target holds" in said) != missed
