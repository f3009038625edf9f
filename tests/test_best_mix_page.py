"""Best mix as a script: what is asked, what is said of what was found, what a click does. No browser.

Searches are stood in for by mixes made here, but for one small real one: how good they are is `tests/test_optimise.py`.
"""

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import model
from model import needs
from model.needs import Need
from model.optimise import Mix, Shortfall
from model.report import mix_chart
from pages.parts import mix_ask
from pages.parts.history import History
from pages.parts.mix_job import Search
from pages.parts.mix_limits import own_key
from tests.mix_found import BASE, BUSY, PATIENCE_S, button, mix_of, opened, searched, text


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No processes: each would take longer to begin than these tests."""
    monkeypatch.setenv("TRILEVER_WORKERS", "0")


def own(name: str, scenario: model.Scenario = BASE) -> str:
    return own_key(name, scenario)


def asked_by(app: AppTest, monkeypatch: pytest.MonkeyPatch, label: str = "Find the best mix") -> Search:
    """What pressing a button would ask, without looking for it."""
    seen: list[Search] = []
    monkeypatch.setattr(mix_ask.mix_job, "begin", lambda key, search: seen.append(search))
    button(app, label).click().run()
    assert not app.exception and len(seen) == 1
    return seen[0]


def targets(scenario: model.Scenario) -> dict[str, float]:
    return {need.outcome: need.limit for need in needs.targets(scenario)}


def test_an_empty_page_says_what_to_do_and_what_it_takes_for_granted() -> None:
    app = opened()
    assert "press **Find the best mix**" in text(app)
    later = [c.kind for c in BASE.baseline.channels].count("deferred")
    assert later and "open work pile up" in text(app)
    follows = opened(scenario=BASE.model_copy(update={"staffing_rule": "follow_work"}))
    assert "open work pile up" not in text(follows) and "Agents follow the work" in text(follows)


def test_every_field_reaches_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    app.number_input(key=own("mix_csat")).set_value(81.5)
    app.number_input(key="mix_service").set_value(70.0)
    app.number_input(key="mix_fewest").set_value(60)
    app.multiselect(key=own("mix_locked")).set_value(["wage_premium", "routing_spend"])
    app.multiselect(key=own("mix_bounded")).set_value(["fcr_programme"])
    app.multiselect(key=own("mix_results")).set_value(["abandonment"])
    app.toggle(key="mix_sure").set_value(True)
    app.run()
    app.number_input(key=own("mix_result_abandonment")).set_value(5.0)
    app.slider(key=own("mix_bounds_fcr_programme")).set_value((20.0, 50.0))
    app.run()
    asked = asked_by(app, monkeypatch).asked
    assert asked["goal"] == "operating_cost" and asked["sure"] == 0.8
    assert asked["at_least"] == pytest.approx({"csat": 0.815, "service_level": 0.7, **targets(BASE)})
    assert asked["at_most"] == pytest.approx({"abandonment": 0.05})
    assert asked["locked"] == ("wage_premium", "routing_spend")
    assert asked["bounds"]["fcr_programme"] == pytest.approx((0.2, 0.5))
    today = {c.name: 0.6 * BASE.baseline.levers[f"staffing.{c.name}"] for c in BASE.baseline.channels}
    assert asked["minimum_staffing"] == pytest.approx(today)
    curve = asked_by(app, monkeypatch, "Draw the curve")
    assert curve.kind == "curve" and "goal" not in curve.asked and "csat" not in curve.asked["at_least"]
    assert "sure" in curve.asked
    assert curve.asked["at_least"] == pytest.approx({"service_level": 0.7, **targets(BASE)})


def test_every_service_target_is_held_unless_somebody_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    for scenario in (BASE, BASE.model_copy(update={"staffing_rule": "follow_work"})):
        app = opened(scenario=scenario)
        asked = asked_by(app, monkeypatch).asked["at_least"]
        assert len(targets(scenario)) == len(BASE.baseline.channels) and targets(scenario).items() <= asked.items()
        app.toggle(key="mix_targets").set_value(False).run()
        assert not targets(scenario).keys() & asked_by(app, monkeypatch).asked["at_least"].keys()


@pytest.mark.parametrize(("goal", "outcome"), [("csat", "csat"), ("npv", "npv"), ("payback", "payback_months")])
def test_each_goal_asks_for_its_own_outcome(monkeypatch: pytest.MonkeyPatch, goal: str, outcome: str) -> None:
    app = opened()
    app.selectbox(key="mix_goal").set_value(goal).run()
    asked = asked_by(app, monkeypatch).asked
    assert asked["goal"] == outcome
    assert ("operating_cost" in asked["at_most"]) is (goal == "csat") is ("csat" not in asked["at_least"])


def test_what_is_typed_for_one_company_is_not_asked_of_another() -> None:
    app = opened()
    app.number_input(key=own("mix_csat")).set_value(55.0).run()
    bank = model.Scenario(baseline=model.sample("bank"))
    app.session_state["history"] = History(bank)
    app.run()
    csat = model.evaluate(bank).headline["csat"]
    assert app.number_input(key=own("mix_csat", bank)).value == round(csat * 100 + 1, 1)
    app.session_state["history"] = History(BASE)
    app.run()
    assert app.number_input(key=own("mix_csat")).value == 55.0 and not app.exception


def test_a_small_search_is_found_in_the_background_and_opened_in_one_step() -> None:
    app = opened()
    free = "fcr_programme"
    search = Search(BASE, "best", {"goal": "operating_cost", "at_least": {"csat": 0.825}, "starts": 1,
                                   "locked": tuple(k for k in BASE.baseline.levers if k != free)})  # fmt: skip
    app.session_state["mix_search"] = search
    _ = search.work
    assert search.work.wait(PATIENCE_S) and search.work.fault is None
    app.run()
    assert "Best mix found" in text(app) and "cannot prove that there is none better" in text(app)
    button(app, "Open on Explore").click().run()
    history = app.session_state["history"]
    assert len(history.past) == 1 and history.present.levers == search.mixes[-1].scenario.levers
    assert "Best mix found is on screen. Moved: Solve it first time" in text(app)


def test_before_a_mix_is_opened_it_says_the_targets_it_misses_the_jobs_and_the_limits() -> None:
    thin = {f"staffing.{c.name}": 0.6 * BASE.baseline.levers[f"staffing.{c.name}"] for c in BASE.baseline.channels}
    found = mix_of(BASE, fcr_programme=1.0, **thin)
    said = text(opened(mix_search=searched(BASE, "best", found)))
    missed = needs.missed(found.outcome)
    assert missed and "Target missed" in said and "Answered in time, chat" in said
    assert "fewer jobs by month 12" in said and "redundancies" in said
    assert "| Solve it first time | 0.0 % | 100.0 % | at its limit |" in said
    ample = mix_of(BASE, **{key: value / 0.6 * 1.1 for key, value in thin.items()})
    assert "Every target holds" in text(opened(mix_search=searched(BASE, "best", ample)))


def test_a_mix_in_which_people_go_later_says_when_and_is_opened_so() -> None:
    found = mix_of(BASE, outsourced_share=0.3, **{"staffing.chat": 25.0})
    later = found.scenario.model_copy(update={"starts": {"staffing.chat": 5}})
    app = opened(mix_search=searched(BASE, "best", replace(found, scenario=later, outcome=model.evaluate(later))))
    assert "**People go from month 6**, once the rest has taken effect. Until then both are paid: $" in text(app)
    assert "| from month 6 |" in text(app)
    button(app, "Open on Explore").click().run()
    assert app.session_state["history"].present.starts == {"staffing.chat": 5}


def test_a_lever_at_the_bounds_of_the_search_says_so_and_has_no_spurious_digits() -> None:
    def table(*asked: Any) -> str:
        return mix_chart.moves_table(BASE, *asked).replace("\u00a0", " ")

    after = BASE.model_copy(update={"levers": {"chat_concurrency": 4.99, "fcr_programme": 0.5}})
    assert table(after).endswith("| Solve it first time | 0.0 % | 50.0 % |  |")
    assert "| 5 | at its limit |" in table(after)
    bounded = table(after, {"fcr_programme": (0.2, 0.5), "chat_concurrency": (1.0, 8.0)})
    assert "| 50.0 % | at its limit |" in bounded and "| 5 |  |" in bounded
    fewest = 0.5 * BASE.baseline.levers["staffing.chat"]
    fewer = BASE.model_copy(update={"levers": {"staffing.chat": fewest}})
    assert table(fewer, None, {"chat": fewest}).endswith("| at its limit |")


def test_the_best_so_far_is_shown_while_it_works_and_stays_when_cancelled() -> None:
    search = searched(BASE, "best", over=False, best=mix_of(BASE, fcr_programme=0.5))
    app = opened(mix_search=search)
    assert "Best mix so far: " in text(app) and "Better ones may come" in text(app)
    assert "Solve it first time | 0.0 % | 50.0 %" in text(app)
    button(app, "Cancel").click().run()
    assert search.work.cancelled and "What was found so far stays" in text(app)
    assert "Solve it first time | 0.0 % | 50.0 %" in text(app) and not app.exception


def test_what_stands_in_the_way_is_said_with_by_how_much() -> None:
    way = Shortfall(Need("csat", 0.97, True), 0.87)
    app = opened(mix_search=searched(BASE, "best", mix_of(BASE, False, (way,), fcr_programme=1.0)))
    assert "CSAT of at least 97.0 %: 87.0 % is the most that can be reached, 10.0 points short" in text(app)
    spent = Shortfall(Need("operating_cost", 1e6, False), 1.5e6)
    assert mix_chart.limit_text(spent, BASE).endswith("$1.50m is the least that can be reached, $500k above")
    named = mix_chart.limit_text(Shortfall(Need("service_level.chat", 0.9, True), 0.8), BASE)
    assert named.startswith("Answered in time, chat of at least 90.0 %")


def test_a_question_that_makes_no_sense_is_told_with_its_hint() -> None:
    fault = model.ScenarioError("No lever is free to move.", "Unlock at least one.")
    app = opened(mix_search=searched(BASE, "best", fault=fault))
    assert [one.value for one in app.error] == ["Unlock at least one\\."]


def test_a_search_lasts_while_its_world_does() -> None:
    search = searched(BASE, "curve", mix_of(BASE), locked=("wage_premium",))
    assert search.is_about(BASE.model_copy(update={"levers": {"fcr_programme": 1.0}}))
    for other in ({"levers": {"wage_premium": 0.1}}, {"staffing_rule": "follow_work"}, {"month": 6},
                  {"conditions": {"demand": 1.2}}):  # fmt: skip
        assert not search.is_about(BASE.model_copy(update=other)), other
    app = opened(scenario=BUSY, mix_search=search)
    assert "mix_search" not in app.session_state or app.session_state["mix_search"] is None
    assert search.work._over.is_set()


def curve() -> list[Mix]:
    return [mix_of(BASE, fcr_programme=share) for share in (0.0, 0.5, 1.0)]


def test_the_curve_has_its_finding_its_prices_and_saved_scenarios() -> None:
    saved = BASE.model_copy(update={"name": "Mine | [x](y)", "levers": {"training_hours": 60.0}})
    key = model.store.connect().save(saved)
    try:
        app = opened(scenario=BASE.model_copy(update={"levers": {"qa_coverage": 0.05}}),
                     mix_search=searched(BASE, "curve", *curve()), opened_keys=[key])  # fmt: skip
        said = text(app)
        assert "doing nothing" in said.lower() and "The next point of CSAT costs" in said
        assert "| CSAT | Cost a year |" in said
        known = app.session_state["mix_saved"][1]
        assert [one.name for one in known] == ["Mine | [x](y)"]
        assert known[0].outcome.headline["csat"] == model.evaluate(saved).headline["csat"]
    finally:
        model.store.connect().delete(key)


def test_points_of_the_plane_keep_their_place_and_prices() -> None:
    points = [
        mix_chart.Point("Mix 1", "mix", 9e5, 0.8, 3, 5e4),
        mix_chart.Point("Doing nothing", "nothing", 1e6, 0.7, 9),
    ]
    data = mix_chart.curve_data(points, "USD").to_pydict()
    assert data["point"] == [3, 9] and data["next"] == ["$50k", ""] and data["share"] == ["80.0 %", "70.0 %"]
    assert data["side"] == ["right", "left"], "names stand towards the middle"
    for dark in (False, True):
        layers = mix_chart.curve_spec("EUR", dark)["layer"]
        assert [one["mark"]["type"] for one in layers] == ["line", "point", "text", "text"]


def test_the_title_of_the_curve_is_what_doing_nothing_gives_away() -> None:
    made = curve()
    head = made[1].outcome.headline
    better = {"operating_cost": head["operating_cost"] + 1e5, "csat": head["csat"] - 0.01}
    said = mix_chart.curve_title(made[1:2], better, "USD")
    assert said == "The CSAT of doing nothing can be had for $100k a year less, or 1.0 points more for the same money"
    cheap = {"operating_cost": head["operating_cost"] - 1e5, "csat": head["csat"]}
    assert mix_chart.curve_title(made[1:2], cheap, "USD").endswith("it costs $100k more")
    happy = {"operating_cost": 0.0, "csat": 0.999}
    assert mix_chart.curve_title(made[1:2], happy, "USD").startswith("No mix found reaches the CSAT of doing nothing")
    assert mix_chart.curve_title([], happy, "USD") == "The first mixes appear in a moment"
    assert mix_chart.price_text(made[:1], [math.nan], "USD") == ""


def spend(**rows: tuple[float, float, float]) -> pd.DataFrame:
    """What levers return: csat, spent, back."""
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["csat", "spent", "back"])
    return frame.assign(value=0.5, service_level=0.0).sort_values("csat", ascending=False)


def test_the_next_money_goes_to_the_lever_that_gains_most_and_says_why_it_stops() -> None:
    first = spend(fcr_programme=(0.02, 1e5, 3e4), training_hours=(0.01, 1e5, -2e4))
    less = spend(fcr_programme=(0.004, 1e5, 0.0), training_hours=(0.01, 1e5, 0.0))
    said = mix_chart.next_words(first, less, 1e5, BASE)
    assert said.title == (
        "The next $100k gains most with Solve it first time: 2.0 points of CSAT, and $30k a year comes back elsewhere"
    )
    assert said.why == "The $100k after it would bring 0.4 points of CSAT, and training would bring more."
    ends = spend(fcr_programme=(0.02, 4e4, 0.0), training_hours=(0.01, 1e5, 2e5))
    said = mix_chart.next_words(ends, spend(training_hours=(0.01, 1e5, 2e5)), 1e5, BASE)
    assert said.why.startswith("It stops at $40k, where the lever is at its end. After that, the most CSAT comes from "
                               "training: 1.0 points, while more comes back than is spent ($100k a year).")  # fmt: skip
    dear = mix_chart.next_words(ends, spend(training_hours=(0.01, 1e5, -2e3)), 1e5, BASE)
    assert "training: 1.0 points, while $102k a year more is spent than comes back." in dear.why
    none = mix_chart.next_words(spend(training_hours=(0.0, 1e5, 0.0)), None, 1e5, BASE)
    assert none.title == "The next $100k brings no CSAT anywhere"


def test_what_pays_for_itself_most_is_what_the_table_says_by_one_rule() -> None:
    first = spend(fcr_programme=(0.02, 1e5, 0.0), cross_training=(0.01, 1e5, 4.08e5),
                  chat_concurrency=(0.0, 1.2e4, 5.15e5), routing_spend=(-0.01, 1e5, 9e5))  # fmt: skip
    said = mix_chart.next_words(first, None, 1e5, BASE).why
    assert said == ("What pays for itself most without lowering CSAT: chats at once, $515k back for $12k (by what "
                    "comes back less what is spent).")  # fmt: skip


def test_where_the_next_money_goes_is_told_on_the_page() -> None:
    first = spend(fcr_programme=(0.02, 1e5, 3e4))
    app = opened(mix_next=True, next_search=searched(BASE, "next", first, spend(training_hours=(0.01, 1e5, 0.0))))
    assert "gains most with Solve it first time: 2.0 points of CSAT" in text(app) and "| Spend it on |" in text(app)
    assert "Where the next $100k should go" in [one.label.replace("\\", "") for one in app.expander]


def test_a_mix_is_told_against_the_scenario_on_screen_and_what_restores_targets_with_its_cost() -> None:
    now = {"operating_cost": 1e6, "csat": 0.80, "npv": 0.0}
    there = {"operating_cost": 9e5, "csat": 0.8200, "npv": 1.0}
    assert mix_chart.against_text(there, now, "EUR") == (
        "Against the scenario on screen: cost −€100k, CSAT +2.0 points"
    )
    assert mix_chart.against_text(now, now, "EUR").endswith("cost unchanged, CSAT unchanged")
    before = model.evaluate(BUSY)
    said = mix_chart.restored_text(before, mix_of(BUSY))
    assert said.startswith("Every target holds again at month 12. Moved: . Against before: cost a year unchanged.")
    assert mix_chart.restored_text(before, mix_of(BUSY, False)).endswith("In the way: the targets together.")


def chances(**chance: float) -> pd.DataFrame:
    keys = [f"service_level.{channel}" for channel in chance]
    return pd.DataFrame({"goal": 0.8, "chance": list(chance.values())}, index=pd.Index(keys, name="aim"))


def test_a_target_that_holds_in_too_few_cases_is_named_by_its_channel() -> None:
    out = model.evaluate(model.Scenario(baseline=model.sample("retail")))
    assert not needs.missed(out)
    assert mix_chart.edge_text(out, chances(phone=0.49, chat=0.8, email=0.003)) == (
        "phone holds in 49 of 100 cases and e-mail holds in fewer than 1 of 100 cases"
    )
    assert mix_chart.edge_text(out, chances(phone=0.8, email=0.95)) == ""
    money = pd.DataFrame({"goal": [0.0], "chance": [0.1]}, index=["npv"])
    assert mix_chart.edge_text(out, money) == ""
    missed = [need.outcome for need in needs.missed(model.evaluate(BUSY))]
    assert "service_level.chat" in missed  # and so said to be missed already
    assert mix_chart.edge_text(model.evaluate(BUSY), chances(chat=0.1)) == ""


def test_a_mix_on_the_edge_of_a_target_says_so_and_how_to_ask_for_a_surer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "target_odds", lambda scenario: chances(chat=0.49))
    found = mix_of(BASE, fcr_programme=0.5)
    said = text(opened(mix_search=searched(BASE, "best", found)))
    edge = "**On the edge**:] chat holds in 49 of 100 cases"
    assert f"{edge}. “Hold the limits in 80 of 100 cases” finds a surer mix, which may cost more" in said
    sure = text(opened(mix_search=searched(BASE, "best", found, sure=0.8)))
    assert edge in sure and "finds a surer mix" not in sure
    assert "On the edge" not in text(opened(mix_search=searched(BASE, "best", best=found, over=False)))
    fixed = opened("explore", BUSY, fix_search=searched(BUSY, "fix", mix_of(BUSY, **{"staffing.chat": 40.0})))
    assert edge in text(fixed)
    monkeypatch.setattr(model, "target_odds", lambda scenario: chances(chat=0.8))
    assert "On the edge" not in text(opened(mix_search=searched(BASE, "best", found)))


def test_what_is_asked_for_at_first_is_todays_money_or_a_point_of_csat_more() -> None:
    assert mix_chart.first_wishes({"operating_cost": 1_234_567.0, "csat": 0.8123}) == (1_230_000.0, 82.2)
    assert mix_chart.first_wishes({"operating_cost": 0.0, "csat": 0.99})[1] == 99.0


def test_the_command_line_prints_the_curve(capsys: pytest.CaptureFixture[str]) -> None:
    from model.__main__ import main

    locked = [k for k in BASE.baseline.levers if k != "fcr_programme"]
    assert main(["frontier", "--sample", "software", "--points", "2", "--lock", *locked]) == 0
    printed = capsys.readouterr().out
    assert "next point costs" in printed and "Sample software" in printed
    assert main(["frontier", "--points", "1"]) == 2
    assert "cannot be drawn" in capsys.readouterr().err
    assert main(["frontier", "--lock", "coffee"]) == 2


def test_a_mix_says_what_other_months_are_like() -> None:
    base = BASE.baseline
    agents = {key: value * 0.55 for key, value in base.levers.items() if key.startswith("staffing.")}
    found = model.evaluate(BASE.model_copy(update={"levers": {"outsourced_share": 0.5, **agents}}))
    worst = found.monthly["service_level"][1:]
    assert worst.min() < found.headline["service_level"] - 0.02
    share = f"{worst.min() * 100:.1f} %"
    assert mix_chart.other_months(found) == f"in month {worst.idxmin()} only {share} are answered in time"
    even = model.evaluate(BASE.model_copy(update={"conditions": {"growth": 0.0}}))
    assert mix_chart.other_months(even) == ""
