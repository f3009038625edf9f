"""`python -m model compare`: how sure the differences are, as text and as JSON."""

import json

import pytest

import model
from model import cli_compare, links, paired
from model.__main__ import main
from model.scenario import Baseline, Channel, Scenario


@pytest.fixture(scope="module")
def pair() -> list[Scenario]:
    arrivals = [40.0 if 16 <= cell % 48 < 40 else 0.0 for cell in range(336)]
    agents = [9.0 if 16 <= cell % 48 < 40 else 0.0 for cell in range(336)]
    phone = Channel(name="phone", arrivals=tuple(arrivals), agents=tuple(agents), handle_time_s=330, abandonment=0.06)
    base = Baseline(name="Small company", channels=(phone,))
    spend = 0.02 * base.labour_cost
    levers = {"Bot": "self_service_spend", "Help": "agent_assist_spend"}
    return [Scenario(name=name, baseline=base, levers={key: spend}, staffing_rule="follow_work")
            for name, key in levers.items()]  # fmt: skip


def told(capsys: pytest.CaptureFixture[str], scenarios: list[Scenario], *more: str) -> str:
    assert main(["compare", *(links.encode(one) for one in scenarios), *more]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_it_says_how_often_each_beats_the_first_and_what_would_change_that(
    pair: list[Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    said = told(capsys, pair)
    share = paired.odds(pair[1], pair[0], "csat")
    leader, other, won = ("Help", "Bot", share) if share >= 0.5 else ("Bot", "Help", paired.odds(*pair, "csat"))
    assert f"{leader} has a higher CSAT than {other} in " in said and f"{round(won * 100)} of 100" in said.replace(
        "every case", "100 of 100")  # fmt: skip
    assert "stops being cheaper if" in said or "No single assumption would change the answer" in said
    assert "**" not in said


def test_as_json_each_after_the_first_stands_against_it(
    pair: list[Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = json.loads(told(capsys, pair, "--json"))
    assert "against_first" not in first
    against = second["against_first"]
    assert against["odds"]["operating_cost"] == paired.odds(pair[1], pair[0], "operating_cost")
    gap = model.evaluate(pair[1]).headline["csat"] - model.evaluate(pair[0]).headline["csat"]
    assert against["difference"]["csat"] == pytest.approx(gap)
    low, high = against["likely"]["csat"]
    assert low <= high
    for flip in against["flips"]["operating_cost"]:
        assert flip["low"] <= flip["value"] <= flip["high"]


def test_two_companies_are_told_apart(pair: list[Scenario]) -> None:
    outs = model.evaluate_many([pair[0], Scenario(baseline=model.sample("bank"), name="Bank")])
    assert "different figures" in cli_compare.said(*outs)[0]
    assert "odds" not in cli_compare.as_json(outs)[1]["against_first"]
