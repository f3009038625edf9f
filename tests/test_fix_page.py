"""Fix it as a script: what is proposed before anything is moved, what is said of it, what a click does. No browser.

Searches are stood in for by mixes made here: how good they are is `tests/test_restore.py`.
"""

import pytest

import model
from model import needs
from model.needs import Need
from model.optimise import Mix, Shortfall
from model.report import numbers, risk_words
from pages.parts import mix_fix
from tests.mix_found import BUSY, button, mix_of, opened, searched, text


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No processes: each would take longer to begin than these tests."""
    monkeypatch.setenv("TRILEVER_WORKERS", "0")


def test_fix_it_is_offered_only_where_a_target_is_missed() -> None:
    retail = model.Scenario(baseline=model.sample("retail"))
    assert not needs.missed(model.evaluate(retail))
    assert "Fix it" not in [one.label for one in opened("explore", retail).button]
    busy = opened("explore", BUSY)
    assert "Fix it" in [one.label for one in busy.button]
    assert "Missed: Answered in time, chat" in button(busy, "Fix it").help


def test_what_restores_the_targets_is_proposed_before_anything_is_moved() -> None:
    found = mix_of(BUSY, fcr_programme=1.0, **{"staffing.chat": 30.0})
    app = opened("explore", BUSY, fix_search=searched(BUSY, "fix", found))
    assert not app.session_state["history"].past and app.session_state["history"].present == BUSY
    said = text(app)
    assert "Proposed: a way to hold every target again at month 12" in said
    assert "**Least cost found: cost a year " in said
    assert "| Lever | Before | Proposed |" in said and "| Solve it first time | 0.0 % | 100.0 % |" in said
    odds = model.target_odds(found.scenario)
    assert risk_words.odds_line(found.scenario, odds[:-2]) in said and "answered within" in said
    button(app, "Not now").click().run()
    assert not app.session_state["history"].past and mix_fix.KEY not in app.session_state
    assert "Fix it" in [one.label for one in app.button] and "Proposed" not in text(app)


def test_a_proposal_says_when_people_go_and_what_waiting_costs_and_the_slider_remembers() -> None:
    made = mix_of(BUSY, fcr_programme=1.0, **{"staffing.chat": 30.0}).scenario.model_copy(
        update={"starts": {"staffing.chat": 7}}
    )
    found = Mix(made, "operating_cost", (), model.evaluate(made), True)
    app = opened("explore", BUSY, fix_search=searched(BUSY, "fix", found))
    said = text(app)
    paid = (found.outcome.monthly["operating_cost"] - model.evaluate(BUSY).monthly["operating_cost"])[1:8].sum() / 12
    more = numbers.step("operating_cost", paid)[1:]
    assert (
        paid > 0
        and f"**People go from month 8**, once the rest has taken effect. Until then both are paid: {more} "
        in (said.replace("\\$", "$"))
    )
    assert "| Agents, Chat | 31.9 FTE | 30.0 FTE | from month 8 |" in said.replace("\u00a0", " ")
    button(app, "Use this").click().run()
    assert app.session_state["history"].present.starts == {"staffing.chat": 7}
    assert "FTE from month 8" in text(app)
    app.session_state["more_levers"] = True
    assert any("From month 8. Back to today: " in one.label for one in app.run().button)


def test_a_proposal_is_about_the_scenario_on_screen_alone() -> None:
    app = opened("explore", BUSY, fix_search=searched(BUSY, "fix", mix_of(BUSY, fcr_programme=1.0)))
    assert "Proposed: a way" in text(app)
    app.session_state["history"] = app.session_state["history"].set_condition("demand", 1.3)
    app.run()
    assert "Proposed" not in text(app) and "Fix it" in [one.label for one in app.button]


def test_beside_the_cheapest_stands_what_keeps_every_job() -> None:
    cheap, kept = mix_of(BUSY, **{"staffing.chat": 10.0}), mix_of(BUSY, **{"staffing.chat": 40.0})
    app = opened("explore", BUSY, fix_search=searched(BUSY, "fix", cheap, kept))
    said = text(app)
    assert "Proposed: 2 ways to hold every target again at month 12" in said
    assert "Least cost found: cost a year" in said and "redundancies" in said.partition("Keeping every job")[0]
    assert "8 more jobs by month 12" in said.partition("Keeping every job: cost a year")[2]
    app.button(key="fix_use_1").click().run()
    assert app.session_state["history"].present.levers == {"staffing.chat": 40.0}
    none = opened("explore", BUSY, fix_search=searched(BUSY, "fix", cheap, mix_of(BUSY, False)))
    assert "a way to hold every target again at month 12; none was found that keeps every job" in text(none)


def test_cancelled_after_the_first_was_found_it_is_proposed() -> None:
    search = searched(BUSY, "fix", mix_of(BUSY, fcr_programme=1.0), over=False)
    app = opened("explore", BUSY, fix_search=search)
    button(app, "Cancel").click().run()
    assert "Proposed: a way" in text(app) and not app.session_state["history"].past


def test_what_restores_the_targets_is_one_step_with_a_sentence() -> None:
    found = mix_of(BUSY, fcr_programme=1.0)
    app = opened("explore", BUSY, fix_search=searched(BUSY, "fix", found))
    button(app, "Use this").click().run()
    assert not app.exception and "Proposed" not in text(app)
    history = app.session_state["history"]
    assert len(history.past) == 1 and history.past[0] == BUSY
    assert history.present.levers == {"fcr_programme": 1.0} and history.present.conditions == BUSY.conditions
    said = "Every target holds again at month 12. Moved: Solve it first time 0.0 % to 100.0 %. Against before: cost "
    assert said in text(app)


def test_targets_that_cannot_be_restored_move_nothing_and_say_why() -> None:
    way = Shortfall(Need("service_level.chat", 0.9, True), 0.6)
    app = opened("explore", BUSY, fix_search=searched(BUSY, "fix", mix_of(BUSY, False, (way,), fcr_programme=1.0)))
    assert not app.session_state["history"].past
    assert "nothing was moved. In the way: Answered in time, chat of at least 90.0 %" in text(app)
    assert mix_fix.KEY not in app.session_state


def test_fix_it_can_be_cancelled() -> None:
    search = searched(BUSY, "fix", over=False)
    app = opened("explore", BUSY, fix_search=search)
    button(app, "Cancel").click().run()
    assert search.work.cancelled and not app.exception and not app.session_state["history"].past
    assert "Fix it" in [one.label for one in app.button]
