"""Scenarios side by side: what differs, which is best, in what words, in which pictures."""

import math

import pandas as pd
import pytest

import model
from model.compare import best, condition, differences, gap, is_ahead, is_the_same, same_company, seen_at
from model.report import compare_chart, compare_words
from model.report.compare_words import Turn

PHONE = model.Channel(name="phone", label="Hotline", arrivals=(60.0,) * 336, agents=(12.0,) * 336)
MAIL = model.Channel(name="email", kind="deferred", arrivals=(9.0,) * 336, agents=(3.0,) * 336)
ACME = model.Baseline(name="Acme", channels=(PHONE, MAIL), growth=0.04, currency="EUR")
NOW = model.Scenario(name="Now", baseline=ACME)


def plan(**fields: object) -> model.Scenario:
    return NOW.model_copy(update={"name": "Plan", **fields})


def told(*scenarios: model.Scenario) -> dict[str, tuple[str, ...]]:
    return {line.label: line.texts for line in compare_words.lines(scenarios)}


def test_only_what_is_not_the_same_in_all_is_a_difference() -> None:
    one = plan(levers={"training_hours": 40.0, "fcr_programme": 0.5}, conditions={"demand": 1.2})
    other = plan(levers={"training_hours": 40.0}, conditions={"demand": 1.2}, staffing_rule="follow_work")
    assert [(d.part, d.key) for d in differences([one, other])] == [("levers", "fcr_programme"), ("staffing_rule", "")]
    assert differences([one, one, one]) == [] and is_the_same(one, plan(**{f: getattr(one, f) for f in ("levers",
                                                              "conditions")}))  # fmt: skip
    assert not is_the_same(one, other)


def test_what_is_set_to_the_companys_own_value_is_no_difference() -> None:
    today = plan(levers={"training_hours": ACME.levers["training_hours"]}, conditions={"growth": 0.04, "demand": 1.0})
    assert differences([NOW, today]) == []
    assert condition(today, "growth") == 0.04 and condition(NOW, "added_volume.phone") == 0


def test_each_part_of_a_scenario_is_told_in_its_own_words() -> None:
    levers = {"self_service_spend": 400_000.0, "late_order_rate": 0.0, "schedule_flex": 0.4}
    world = {"demand": 0.9, "growth": -0.02, "forecast_cv": 0.15, "added_volume.phone": 1200.0}
    aims = {"target_s.phone": 30.0, "target_share.email": 0.9, "csat": 0.85, "budget": 5e6}
    one = plan(levers=levers, conditions=world, targets=aims, staffing_rule="follow_work",
               assumptions={"repeat_share": 0.6}, assumption_ranges={"containment_ceiling": (0.1, 0.2, 0.3)},
               starts={"schedule_flex": 3})  # fmt: skip
    found = told(NOW, one)
    assert found["Self-service"] == ("€0", "€400k")
    assert found["Shifts follow demand"] == ("0 %", "40 %")
    assert found["Shifts follow demand begins"] == ("never", "after 3 months")
    assert found["Staffing"] == ("as set", "follows the work")
    assert found["Demand"] == ("as today", "−10 %")
    assert found["Growth a year"] == ("4 %", "−2 %")
    assert found["Forecast error"] == ("8 %", "15 %")
    assert found["Added contacts a week, Hotline"] == ("none", "1,200")
    assert found["Target, Hotline: answer within"] == ("20 s", "30 s")
    assert found["Target, Email: answered in time"] == ("80 %", "90 %")
    assert found["Target, CSAT"] == ("none", "85 %")
    assert found["Target, budget a year"] == ("none", "€5.00m")
    assert found["Unsolved contacts that come back"] == ("50 % to 85 %, likely 70 %", "60 %")
    assert found["Most that self-service can take"] == (
        "10 % to 45 %, likely 25 %", "10 % to 30 %, likely 20 %")  # fmt: skip


def test_a_channel_that_one_company_has_not_is_said() -> None:
    other = model.Scenario(baseline=model.Baseline(name="Other", channels=(PHONE,)))
    assert not same_company([NOW, other])
    assert told(NOW, other)["Agents, Email"][1] == "not there"
    assert compare_words.move(NOW, other) == "Opened Other"


def test_a_move_is_told_with_its_values_before_and_after() -> None:
    moved = plan(levers={"self_service_spend": 400_000.0})
    assert compare_words.move(NOW, moved) == "Self-service €0 → €400k"
    agents = plan(levers={k: v - 1 for k, v in ACME.levers.items() if k.startswith("staffing.")})
    total = sum(v for k, v in ACME.levers.items() if k.startswith("staffing."))
    assert compare_words.move(NOW, agents) == f"Agents {total:,.1f} FTE → {total - 2:,.1f} FTE"
    many = plan(levers={"self_service_spend": 400_000.0, "qa_coverage": 0.1, "fcr_programme": 0.5})
    assert compare_words.move(NOW, many).endswith(" and 1 more")
    assert compare_words.move(NOW, plan()) == "Named Plan" and compare_words.move(NOW, NOW) == "No change"


def test_the_best_is_the_better_side_and_whatever_reads_like_it() -> None:
    assert best("operating_cost", [3.0, 1.0, 2.0], ["c", "a", "b"]) == {1}
    assert best("csat", [0.70, 0.7601, 0.7602], ["70.0 %", "76.0 %", "76.0 %"]) == {1, 2}
    assert best("csat", [0.7601, 0.7602], ["76.0 %", "76.0 %"]) == set()
    assert best("fte", [1.0, 2.0], ["1", "2"]) == set()
    assert best("payback_months", [math.nan, 9.0], ["not within 36 months", "9 months"]) == {1}
    assert best("payback_months", [math.nan, math.nan], ["x", "y"]) == set()


def test_ahead_and_gap_follow_the_outcome() -> None:
    assert is_ahead("csat", 0.8, 0.7) and is_ahead("operating_cost", 1, 2) and not is_ahead("csat", 0.7, 0.7)
    assert gap({"csat": 0.8}, {"csat": 0.5, "npv": 1.0}) == pytest.approx({"csat": 0.3})
    assert seen_at(NOW, 12) is NOW and seen_at(NOW, 36).month == 36


def test_the_one_that_wins_more_often_leads_the_sentence() -> None:
    odds = compare_words.odds
    assert odds("operating_cost", "B", "A", 0.83, 0.17) == "**B** is cheaper than **A** in **83 of 100 cases**"
    assert odds("csat", "B", "A", 0.2, 0.8) == "**A** has a higher CSAT than **B** in **80 of 100 cases**"
    assert odds("npv", "B", "A", 0.0, 0.0).endswith("alike in value over 36 months in every case")


def test_who_is_best_in_what_is_one_sentence() -> None:
    wins = {"operating_cost": {1}, "csat": {0}, "npv": {1}, "service_level": {0, 1}}
    assert compare_words.standing(["A", "B"], wins) == "**B** is best in cost and value; **A** is best in CSAT."
    assert compare_words.standing(["A", "B"], {}).startswith("They read alike")
    tied = {"operating_cost": {0, 2}, "csat": {0, 2}, "npv": {1}}
    assert compare_words.standing(["A", "B", "C"], tied) == (
        "**A** and **C** are best in cost and CSAT; **B** is best in value.")  # fmt: skip


def flips() -> pd.DataFrame:
    rows = {"containment_ceiling": (0.22, 0.1, 0.25, 0.45, 0.34), "repeat_gap_h": (48.0, 12.0, 36.0, 72.0, 0.001),
            "wage": (math.nan, 28.0, 34.0, 45.0, math.nan)}  # fmt: skip
    return pd.DataFrame(rows, index=["value", "low", "mode", "high", "chance"]).T


def test_what_would_change_the_answer_says_where_and_how_likely_that_is() -> None:
    ceiling, hours = compare_words.turns(flips(), "EUR")
    assert (ceiling.text, ceiling.low, ceiling.high) == ("below 22 %; taken as 25 %", "10 %", "45 %")
    assert ceiling.mode == pytest.approx(0.15 / 0.35) and ceiling.value == pytest.approx(0.12 / 0.35)
    assert hours.text == "above 48; taken as 36 hours"
    title = compare_words.turn_title("operating_cost", "B", [ceiling, hours])
    assert title == ("**B** stops being cheaper if “Most that self-service can take” is below 22 %; taken as 25 % "
                     "(34 in 100 that it is); 1 other assumption could turn it too.")  # fmt: skip
    assert "less than 1 in 100" in compare_words.turn_title("csat", "B", [hours])
    assert compare_words.turn_title("csat", "B", []).endswith("**B** keeps the higher CSAT.")


def test_what_is_set_has_its_name_on_screen() -> None:
    one = plan(conditions={"demand": 1.1}, targets={"csat": 0.9}, assumptions={"repeat_share": 0.6})
    names = [compare_words.set_label(key, one) for key in ("staffing.phone", "demand", "csat", "repeat_share", "other")]
    assert names == ["Agents, Hotline", "Demand", "Target, CSAT", "Unsolved contacts that come back", "other"]


# Pictures


def test_names_at_the_ends_of_lines_never_stand_over_one_another() -> None:
    paths = [pd.Series([10.0] * 36 + [end]) for end in (8.0, 8.01, 8.02, 12.0)]
    data = compare_chart.paths_data(["A", "B", "C", "D"], ["this", "other", "other", "nothing"], paths).to_pandas()
    ends = data[data["last"]].set_index("name")["end"]
    assert ends.sort_values().diff().dropna().min() >= 0.08 * 4
    assert list(ends.sort_values().index) == ["A", "B", "C", "D"]
    assert list(data.groupby("name")["look"].first()) == ["this", "one", "two", "nothing"]
    assert len(data) == 4 * 37


def test_each_line_has_a_look_of_its_own_and_long_names_keep_what_tells_them_apart() -> None:
    kinds = ["other", "this", "other", "nothing", "this"]
    assert compare_chart.looks(kinds) == ["one", "this", "two", "nothing", "three"]
    assert len(set(compare_chart.colours(False).values())) == len(compare_chart.LOOKS)
    assert len({str(dash) for dash in compare_chart.DASHES.values()}) == len(compare_chart.LOOKS)
    data = compare_chart.paths_data(["Self-service first, version 12"], ["other"], [pd.Series([1.0] * 37)]).to_pandas()
    assert data["name"][0].endswith("version 12") and len(data["name"][0]) <= compare_chart.LONGEST_NAME


def test_a_path_without_any_number_draws_an_empty_picture() -> None:
    data = compare_chart.paths_data(["A"], ["this"], [pd.Series([math.nan] * 37)]).to_pandas()
    assert len(data) == 37


def test_a_turn_is_drawn_from_where_it_turns_to_the_end_beyond() -> None:
    found = [Turn("a", "A", "below 2; taken as 3", "1", "5", "2", 0.5, 0.25, 0.1),
             Turn("b", "B", "above 4; taken as 3", "1", "5", "4", 0.5, 0.97, 0.05)]  # fmt: skip
    data = compare_chart.turns_data(found * 5).to_pandas()
    assert len(data) == compare_chart.MOST_TURNS
    assert list(data["beyond"][:2]) == [0.0, 1.0] and list(data["value"][:2]) == [0.25, 0.97]
    assert data["edge"][1] < 0.9, "the number stands beside the end's, not over it"


@pytest.mark.parametrize("dark", [False, True])
def test_specifications_hold_no_data_and_are_made_once(dark: bool) -> None:
    for made in (compare_chart.paths_spec("csat", "USD", dark), compare_chart.turns_spec(dark)):
        assert not {"data", "datasets", "config", "$schema"} & set(made)
        assert all("data" not in layer for layer in made["layer"])
    assert compare_chart.turns_spec(dark) is compare_chart.turns_spec(dark)
