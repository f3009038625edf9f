"""`python -m model compare`: how sure the differences are, as text and as JSON."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import model
from model import cli_compare, links, paired
from model.__main__ import main
from model.compare import told_apart
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
    assert 0.99 < paired.odds(pair[1], pair[0], "csat") < 1
    assert "Help has a higher CSAT than Bot in more than 99 of 100 cases" in said
    cheaper = round(paired.odds(pair[0], pair[1], "operating_cost") * 100)
    assert 50 < cheaper < 99 and f"Bot is cheaper than Help in {cheaper} of 100 cases" in said
    assert "Bot stops being cheaper if" in said
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


def test_scenarios_of_one_name_go_by_their_files_or_get_letters(
    pair: list[Scenario], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    unnamed = [Scenario(**{f: getattr(one, f) for f in ("baseline", "levers", "staffing_rule")}) for one in pair]
    (path := tmp_path / "with a bot.json").write_text(unnamed[0].model_dump_json(), encoding="utf-8")
    assert main(["compare", str(path), links.encode(unnamed[1])]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[1].split() == ["with", "a", "bot", "Scenario", "A"]
    assert "with a bot is cheaper than Scenario A" in said
    assert "Scenario A" in told(capsys, unnamed) and "Scenario B" in told(capsys, unnamed)
    first, second = json.loads(told(capsys, unnamed, "--json"))
    assert (first["scenario"], second["scenario"]) == ("Scenario A", "Scenario B")


def test_names_of_their_own_stay_and_no_name_is_given_twice(pair: list[Scenario]) -> None:
    def called(names: list[str], files: list[str], kept: int = 0) -> list[str]:
        scenarios = [pair[0].model_copy(update={"name": name}) for name in names]
        return [one.name for one in told_apart(scenarios, files, kept)]

    assert called(["Bot", "Help"], ["a", "b"]) == ["Bot", "Help"]
    assert called(["S", "S", "T"], ["a", "b", "c"]) == ["a", "b", "T"]
    assert called(["S", "S"], ["a", "a"]) == ["S A", "S B"]  # of two folders
    assert called(["S", "S", "a", "S A"], ["a", "b", "", ""]) == ["S B", "b", "a", "S A"]
    assert called(["S", "S", "S"], ["", "b", ""], kept=1) == ["S", "b", "S A"]
    many = called(["x" * 120] * 30, [""] * 30)
    assert len(set(many)) == 30 and max(map(len, many)) <= 120


def test_what_differs_besides_levers_is_told_too(pair: list[Scenario], capsys: pytest.CaptureFixture[str]) -> None:
    """The same levers in another world, begun later: the numbers differ, and the table says why."""
    more = {"conditions": {"demand": 1.2}, "starts": {"self_service_spend": 6}, "targets": {"target_share.phone": 0.9}}
    lines = told(capsys, [pair[0], pair[0].model_copy(update={"name": "Later", **more})]).splitlines()
    cells = [" ".join(line.split()) for line in lines]
    target = "Target, Phone: answered in time 80 % 90 %"
    wanted = {"Demand as today +20 %", "Self-service begins now after 6 months", target}
    assert wanted <= set(cells)
    alike = told(capsys, [pair[0], pair[0].model_copy(update={"name": "Same"})])
    assert "Demand" not in alike and "begins" not in alike


def test_as_json_all_that_sets_scenarios_apart_is_given(
    pair: list[Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    entry = {"name": "Spring sale", "start": 3, "months": 2, "factor": 1.2}
    more = {"conditions": {"demand": 1.2, "added_volume.phone": 40.0}, "starts": {"self_service_spend": 6},
            "targets": {"target_share.phone": 0.9, "budget": 2e6}, "calendar": [entry],
            "assumptions": {"csat_wait": -0.4}}  # fmt: skip
    other = Scenario.model_validate(pair[0].model_dump() | {"name": "Later", **more})
    first, second = json.loads(told(capsys, [pair[0], other], "--json"))
    assert (first["starts"], first["calendar"]) == ({}, []) and second["starts"] == {"self_service_spend": 6}
    assert [{key: one[key] for key in entry} for one in second["calendar"]] == [entry]
    assert (first["conditions"]["demand"], second["conditions"]["demand"]) == (1, 1.2)
    assert "added_volume.phone" not in first["conditions"] and second["conditions"]["added_volume.phone"] == 40
    assert (first["targets"]["target_share.phone"], second["targets"]["target_share.phone"]) == (0.8, 0.9)
    assert "budget" not in first["targets"] and second["targets"]["budget"] == 2e6
    assert second["assumptions"] == {"csat_wait": -0.4} and len(first["assumptions"]["csat_wait"]) == 3


def test_what_differs_by_dust_alone_is_alike_and_nobody_stays_cheaper(pair: list[Scenario]) -> None:
    """Other seconds to answer in: another calibration of the same company, whose cost differs in its tenth digit."""
    stays = pair[0].model_copy(update={"staffing_rule": "as_set"})
    slower = stays.model_copy(update={"name": "Slower", "targets": {"target_s.phone": 40.0}})
    first, other = model.evaluate_many([stays, slower])
    off = other.headline["operating_cost"] - first.headline["operating_cost"]
    first = replace(first, headline=first.headline | {"operating_cost": other.headline["operating_cost"] + 1e-4})
    said = cli_compare.said(first, other)
    assert abs(off) < 1 and "Slower and Bot are alike in cost a year in every case" in said
    assert not any("cheaper" in line for line in said)


def test_two_companies_are_told_apart(pair: list[Scenario]) -> None:
    outs = model.evaluate_many([pair[0], Scenario(baseline=model.sample("bank"), name="Bank")])
    assert "different figures" in cli_compare.said(*outs)[0]
    assert "odds" not in cli_compare.as_json(outs)[1]["against_first"]
