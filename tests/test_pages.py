"""The pages as scripts: what is shown, what a click does, and that nothing is lost. No browser."""

import datetime
import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import model
from model import links, workers
from model.report import measured, numbers, story
from model.report.dials import dials
from model.scenario import Note
from pages.parts import levers, state
from pages.parts.history import History
from tests.contrast import contrast, rgb
from tests.serving import ROOT

PATIENCE_S = 120
"""A first evaluation compiles."""


@pytest.fixture
def explore() -> AppTest:
    return opened()


def opened(**query: str) -> AppTest:
    """Explore in a session of its own, reached through Home as a first visitor does."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/explore.py").run()
    assert not app.exception
    return app


CARD = re.compile(r":small\[(?P<name>[^\]]+)\]\\\n(?P<value>.+)\n---\n")


def whole(app: AppTest) -> AppTest:
    """Run what was done, then all of the page: AppTest keeps only what the last run drew, and a step redraws parts."""
    app.run()
    assert not app.exception
    return app.run()


def scenario(app: AppTest) -> model.Scenario:
    found: model.Scenario = app.session_state["history"].present
    return found


def text(app: AppTest) -> str:
    found = "\n".join(str(part.value) for part in [*app.markdown, *app.caption])
    return found.replace("\\$", "$").replace("\N{NO-BREAK SPACE}", " ")


def cards(app: AppTest) -> dict[str, str]:
    """The four cards' values by their names."""
    found = (CARD.match(str(part.value).replace("\\$", "$")) for part in app.markdown)
    return {card["name"]: card["value"] for card in found if card}


def errors(app: AppTest) -> list[str]:
    return [str(box.value) for box in app.error]


def shown(key: str, values: dict[str, float]) -> str:
    return numbers.number(key, values[key], "USD")


def test_a_first_visitor_sees_today_and_one_thing_to_try(explore: AppTest) -> None:
    assert "Today: **$" in text(explore)
    assert explore.button(key="try").label.startswith("Try: let self-service solve")
    assert len(cards(explore)) == 4 and "-badge[" not in text(explore)
    assert explore.button(key="undo").disabled and explore.button(key="redo").disabled


def test_try_moves_the_lever_it_names_and_shows_what_it_does(explore: AppTest) -> None:
    explore.button(key="try").click()
    whole(explore)
    outcome = model.evaluate(scenario(explore))
    assert set(scenario(explore).levers) == {"self_service_spend"}
    assert "After 12 months: " in text(explore)
    assert "What caused the change" in text(explore)
    keys = {"Cost a year": "operating_cost", "Answered in time": "service_level", "CSAT": "csat", "People": "fte"}
    assert cards(explore) == {label: shown(key, outcome.headline) for label, key in keys.items()}


def test_a_company_that_the_model_does_not_explain_is_marked_wherever_its_numbers_stand() -> None:
    week = [30.0 if 16 <= cell % 48 < 40 else 0.0 for cell in range(336)]
    odd = model.Channel(name="phone", arrivals=week, agents=[a / 2 for a in week], abandonment=0.19,
                        service_level=0.075, asa=68)  # fmt: skip
    told = model.Scenario(baseline=model.Baseline(name="Odd", channels=[odd]))
    app = opened(s=links.encode(told))
    assert "Do not rely on it: phone, answered in time" in text(app).replace("\\", "")
    assert "7.5 % measured" in text(app).replace("\\", "")
    assert measured.doubt(told.baseline) in story.tell(told, asked=False).headline.detail
    assert not any(measured.doubt(model.sample(name)) for name in ("retail", "bank", "software"))


def test_a_moved_slider_is_a_step_that_undo_redo_and_reset_know(explore: AppTest) -> None:
    before = cards(explore)
    explore.slider(key="lever_training_hours").set_value(48.0)
    whole(explore)
    assert scenario(explore).levers == {"training_hours": 48.0}
    moved = cards(explore)
    assert moved != before
    explore.button(key="undo").click()
    whole(explore)
    assert scenario(explore).levers == {} and cards(explore) == before
    assert explore.slider(key="lever_training_hours").value == 24.0
    explore.button(key="redo").click()
    whole(explore)
    assert cards(explore) == moved and explore.slider(key="lever_training_hours").value == 48.0
    explore.button(key="reset_lever_training_hours").click()
    whole(explore)
    assert scenario(explore).levers == {}
    assert explore.slider(key="lever_training_hours").value == 24.0


def test_agents_of_all_channels_move_together(explore: AppTest) -> None:
    slider = explore.slider(key="lever_staffing")
    slider.set_value(slider.value - 10)
    whole(explore)
    levers = scenario(explore).levers
    assert set(levers) == {k for k in scenario(explore).baseline.levers if k.startswith("staffing.")}
    assert "fewer jobs by month 12" in text(explore)
    explore.button(key="reset_all").click()
    whole(explore)
    assert scenario(explore).levers == {}


def test_more_levers_are_drawn_only_when_asked_for(explore: AppTest) -> None:
    keys = {slider.key for slider in explore.slider}
    assert "lever_qa_coverage" not in keys and "lever_staffing_phone" not in keys
    explore.session_state["more_levers"] = True
    explore.run()
    keys = {slider.key for slider in explore.slider}
    table = model.lever_table(scenario(explore).baseline)
    wanted = {"lever_" + str(key).replace(".", "_") for key in table.index[table["shown"]]} | {"lever_staffing"}
    assert wanted <= keys


def test_a_changed_lever_comes_up_to_the_first_group(explore: AppTest) -> None:
    explore.session_state["more_levers"] = True
    explore.run()
    explore.slider(key="lever_qa_coverage").set_value(10.0)
    whole(explore)
    explore.session_state["more_levers"] = False
    explore.run()
    assert explore.slider(key="lever_qa_coverage").value == 10.0
    assert "Back to today: 2 %" in explore.button(key="reset_lever_qa_coverage").label


def test_staffing_that_follows_the_work_rests_the_agents_slider(explore: AppTest) -> None:
    explore.segmented_control(key="staffing_rule").set_value("follow_work")
    whole(explore)
    assert scenario(explore).staffing_rule == "follow_work"
    assert explore.slider(key="lever_staffing").disabled


def test_changed_assumptions_are_told_on_explore_and_reset_all_takes_them_back(explore: AppTest) -> None:
    assert not any("changed" in str(link.proto.label) for link in explore.get("page_link"))
    note = Note(author="Ada Byron", reason="our pilot", date=datetime.date(2026, 3, 2))
    now: History = explore.session_state["history"]
    now = now.assume("containment_ceiling", (0.05, 0.12, 0.45), note).aim({"csat": 0.9}, note)
    explore.session_state["history"] = now
    explore.run()
    told = [str(link.proto.label) for link in explore.get("page_link")]
    assert ":orange[1 assumption and 1 target changed]" in told
    explore.button(key="reset_all").click()
    whole(explore)
    assert not scenario(explore).changed and explore.button(key="reset_all").disabled
    assert not any("changed" in str(link.proto.label) for link in explore.get("page_link"))
    explore.button(key="undo").click()
    whole(explore)
    assert scenario(explore) == now.present


def test_the_colour_of_buttons_and_of_what_is_chosen_can_be_read_on_either_theme() -> None:
    themes = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    for name in ("light", "dark"):
        own, page = rgb(themes[name]["primaryColor"]), rgb(themes[name]["backgroundColor"])
        tint = tuple(0.1 * a + 0.9 * b for a, b in zip(own, page, strict=True))  # as Streamlit mixes it
        # On dark no one colour reads at 4.5 both ways: white on the buttons comes first, the chosen segment then reads
        # better than in Streamlit's own theme (3.61).
        assert contrast((255.0, 255.0, 255.0), own) >= 4.5, f"{name}: a button"
        assert contrast(own, tint) >= (4.5 if name == "light" else 3.8), f"{name}: the chosen segment"


def test_one_control_changes_the_month_of_everything(explore: AppTest) -> None:
    explore.button(key="try").click()
    whole(explore)
    explore.segmented_control(key="month").set_value(36)
    whole(explore)
    assert "After 36 months" in text(explore)
    assert cards(explore)["Cost a year"] == shown("operating_cost", model.evaluate(scenario(explore)).headline)
    explore.button(key="undo").click()
    whole(explore)
    assert scenario(explore).month == 36 and scenario(explore).levers == {}


def test_demand_changes_the_world_and_is_no_difference(explore: AppTest) -> None:
    explore.slider(key="condition_demand").set_value(20.0)
    whole(explore)
    assert scenario(explore).conditions == {"demand": 1.2}
    assert "with 20 % more contacts" in text(explore)
    explore.button(key="reset_condition_demand").click()
    whole(explore)
    assert scenario(explore).conditions == {}


@pytest.mark.parametrize("outcome", ["operating_cost", "service_level", "csat", "fte"])
def test_what_caused_the_change_can_be_asked_of_each_outcome(explore: AppTest, outcome: str) -> None:
    explore.button(key="try").click()
    whole(explore)
    explore.segmented_control(key="explained").set_value(outcome)
    whole(explore)
    assert not explore.exception and not errors(explore)


@pytest.mark.parametrize("opened_first", [True, False])
def test_other_results_have_a_likely_range_whatever_picture_is_in_view(explore: AppTest, opened_first: bool) -> None:
    explore.button_group(key="picture").set_value("Cost and CSAT").run()
    for opens in (opened_first, not opened_first):
        if opens:
            explore.session_state["more_results"] = True
            explore.run()
        else:
            explore.slider(key="lever_fcr_programme").set_value(50.0).run()
    whole(explore)
    rows = [line.split(" | ") for line in text(explore).splitlines() if line.startswith("| Value over 36 months")]
    assert rows and all(re.search(r"\d.* to .*\d", row[4]) for row in rows), rows


@pytest.mark.parametrize("name", list(state.SAMPLES))
def test_every_sample_company_opens(name: str) -> None:
    app = opened(s=links.encode(model.Scenario(baseline=model.sample(name))))
    assert scenario(app).baseline.name == model.sample(name).name
    assert not errors(app)
    for view in ("Through the week", "Cost and CSAT", "Over time"):
        app.session_state["picture"] = view
        app.run()
        assert not app.exception and not errors(app)


def test_the_channel_looked_at_may_be_missing_in_another_company(explore: AppTest) -> None:
    explore.session_state["picture"] = "Through the week"
    explore.run()
    explore.segmented_control(key="week_of").set_value("email")
    whole(explore)
    explore.session_state["history"] = History(model.Scenario(baseline=model.sample("bank")))
    explore.run()
    assert not explore.exception and not errors(explore)
    assert explore.segmented_control(key="week_of").value == "phone"


def test_a_link_opens_the_same_scenario_with_the_same_numbers(explore: AppTest) -> None:
    explore.button(key="try").click()
    whole(explore)
    explore.slider(key="lever_training_hours").set_value(48.0)
    whole(explore)
    app = opened(s=links.encode(scenario(explore)))
    assert scenario(app) == scenario(explore)
    assert cards(app) == cards(explore)


def test_a_link_beyond_what_a_slider_offers_still_opens() -> None:
    baseline = model.sample("retail")
    table = model.lever_table(baseline)
    assert table.at["training_hours", "ceiling"] > table.at["training_hours", "high"]
    far = model.Scenario(baseline=baseline, levers={"training_hours": float(table.at["training_hours", "ceiling"])})
    app = opened(s=links.encode(far))
    assert app.slider(key="lever_training_hours").value == table.at["training_hours", "ceiling"]
    assert not errors(app)


def test_a_link_that_read_otherwise_when_it_was_made_says_so() -> None:
    token = links.encode(model.Scenario(baseline=model.sample("retail")), seen={"csat": 0.5})
    assert "CSAT 50.0 % then" in str(opened(s=token).info[0].value).replace("\\", "")


@pytest.mark.parametrize("broken", [
    lambda token: token[:-20], lambda token: token[:50] + ("A" if token[50] != "A" else "B") + token[51:],
    lambda token: "hello", lambda token: "x" * 100_000,
])  # fmt: skip
def test_a_broken_link_is_told_and_the_page_stands(broken: Callable[[str], str]) -> None:
    app = opened(s=broken(links.encode(model.Scenario(baseline=model.sample("retail")))))
    assert len(errors(app)) == 1
    assert len(cards(app)) == 4


def test_what_the_model_cannot_reckon_leaves_the_screen_as_it_was(explore: AppTest, monkeypatch: Any) -> None:
    before = cards(explore)

    def fails(*_: object) -> None:
        raise ZeroDivisionError("4711 secret figures")

    monkeypatch.setattr(model, "evaluate", fails)
    explore.slider(key="lever_training_hours").set_value(48.0)
    whole(explore)
    assert not explore.exception
    assert cards(explore) == before and scenario(explore).levers == {}
    assert explore.slider(key="lever_training_hours").value == 24.0
    assert len(errors(explore)) == 1 and "4711" not in errors(explore)[0]
    monkeypatch.undo()
    explore.slider(key="lever_training_hours").set_value(48.0)
    whole(explore)
    assert not errors(explore) and cards(explore) != before


def test_a_lever_does_not_wait_for_the_outcome_of_its_step(monkeypatch: pytest.MonkeyPatch) -> None:
    base, seen = model.sample("retail"), list[str]()

    def reckoned(scenario: model.Scenario) -> model.Outcome:
        seen.append("outcome")
        return evaluate(scenario)

    evaluate = model.evaluate
    monkeypatch.setattr(model, "evaluate", reckoned)
    start = History(model.Scenario(baseline=base))
    session: dict[str, Any] = {"history": start, "whole": True, "live": {"outcomes": ()}}
    monkeypatch.setattr(st, "session_state", session)
    state.part("outcomes", lambda now: now.present)
    state.step(lambda now: now.set_levers({"training_hours": 48.0}), lever="part_lever_training_hours")
    assert session["history"].present.levers == {"training_hours": 48.0} and not seen
    state.settle()
    assert seen == ["outcome"] and session["history"].present.levers


def test_a_step_whose_run_was_cut_short_is_taken_back_if_it_cannot_be_reckoned(
    explore: AppTest, monkeypatch: Any
) -> None:
    before: History = explore.session_state["history"]
    shown = cards(explore)

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(model, "evaluate", fails)
    explore.session_state["before"] = before
    explore.session_state["history"] = before.set_levers({"training_hours": 48.0})
    explore.run()
    assert explore.session_state["history"] is before
    assert cards(explore) == shown and len(errors(explore)) == 1


def test_workers_get_to_know_a_company_when_it_is_opened_and_not_again_at_each_move(
    explore: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught: list[tuple[Any, model.Scenario]] = []
    monkeypatch.setattr(workers, "teach", lambda key, _, scenario: taught.append((key, scenario)))
    explore.slider(key="lever_training_hours").set_value(48.0).run()
    company = model.sample("bank")
    explore.session_state["history"] = explore.session_state["history"].to(model.Scenario(baseline=company))
    explore.run()
    keys = [key for key, _ in taught]
    assert len(set(keys)) == 2 and keys[-1][0] == company.digest
    assert taught[-1][1].baseline is company


def test_state_survives_a_page_switch(explore: AppTest) -> None:
    explore.button(key="try").click()
    whole(explore)
    moved = cards(explore)
    explore.switch_page("pages/data.py").run()
    assert not explore.exception
    explore.switch_page("pages/explore.py").run()
    assert cards(explore) == moved
    assert explore.button(key="undo").disabled is False


@pytest.mark.parametrize("gone", ["reset", "another company"])
def test_a_move_that_arrives_after_its_slider_is_gone_moves_nothing(gone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    retail = model.sample("retail")
    dial = next(d for d in dials(model.lever_table(retail), retail.currency) if d.key == "staffing.email")
    before = History(model.Scenario(baseline=retail if gone == "reset" else model.sample("bank")))
    session: dict[str, Any] = {"history": before}
    if gone == "another company":
        session[dial.widget] = dial.today + 1
    monkeypatch.setattr(st, "session_state", session)
    levers._turned(dial)
    assert session["history"] is before and "fault" not in session


def test_a_slider_stays_the_same_one_while_its_neighbour_moves_it(explore: AppTest) -> None:
    explore.session_state["more_levers"] = True
    explore.run()
    chat, total = explore.slider(key="lever_staffing_chat"), explore.slider(key="lever_staffing")
    chat.set_value(chat.max)
    whole(explore)
    for end in (total.max, total.value, total.max):
        explore.slider(key="lever_staffing").set_value(end)
        whole(explore)
        now = explore.slider(key="lever_staffing_chat")
        assert now.value == pytest.approx(scenario(explore).lever("staffing.chat"))
        assert now.min <= now.value <= now.max
    assert now.max > chat.max


def test_agents_moved_together_bring_up_no_single_channel(explore: AppTest) -> None:
    slider = explore.slider(key="lever_staffing")
    slider.set_value(slider.value - 10)
    whole(explore)
    assert "lever_staffing_phone" not in {one.key for one in explore.slider}
    agents = scenario(explore).lever("staffing.phone")
    explore.session_state["history"] = explore.session_state["history"].set_levers({"staffing.phone": agents - 10})
    explore.run()
    assert "lever_staffing_phone" in {one.key for one in explore.slider}


def test_orders_that_come_on_time_are_a_lever_that_rises(explore: AppTest) -> None:
    slider = explore.slider(key="lever_late_order_rate")
    late = scenario(explore).baseline.levers["late_order_rate"]
    assert slider.label == "On-time delivery" and slider.value == pytest.approx(100 - late * 100)
    slider.set_value(slider.value + slider.step * 2)
    whole(explore)
    assert scenario(explore).lever("late_order_rate") < late
