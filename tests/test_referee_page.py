"""The check by simulation on Explore, as a script: nothing until it is asked for, an answer, and no stale one."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from model import referee
from tests.test_pages import opened, text

FINDINGS = ("The simulation agrees", "The simulation is close", "The simulation differs", "Not sure yet")


@pytest.fixture
def week() -> AppTest:
    app = opened()
    app.session_state["picture"] = "Through the week"
    app.run()
    assert not app.exception
    return app


def started(app: AppTest, monkeypatch: pytest.MonkeyPatch, seconds: float) -> AppTest:
    made = referee.Run
    monkeypatch.setattr(referee, "Run", lambda asked: made(asked, seconds))
    app.button(key="check_start").click().run()
    assert not app.exception
    return app


def keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def test_a_simulation_is_run_when_asked_for_and_says_what_it_found(
    week: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not any(word in text(week) for word in FINDINGS)
    app = started(week, monkeypatch, 3.0)
    assert "check_start" not in keys(app)
    run = app.session_state["check"].run
    while run.update().state in ("waiting", "running"):
        time.sleep(0.2)
    app.run()
    assert run.update().state == "done" and not app.exception
    assert any(word in text(app) for word in FINDINGS) and "simulated days" in text(app)
    app.button(key="check_close").click().run()
    assert "check_start" in keys(app) and "check" not in app.session_state


def test_a_simulation_can_be_cancelled(week: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    app = started(week, monkeypatch, 60.0)
    run = app.session_state["check"].run
    app.button(key="check_cancel").click().run()
    assert run.wait(10).state == "cancelled"
    app.run()
    assert "check_close" in keys(app) and not app.exception


def test_another_scenario_or_channel_ends_the_simulation_of_the_last(
    week: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = started(week, monkeypatch, 60.0)
    run = app.session_state["check"].run
    app.slider(key="lever_training_hours").set_value(48.0).run()
    app.run()
    assert run.wait(10).state == "cancelled"
    assert "check_start" in keys(app) and not app.exception


def test_mail_has_no_button(week: AppTest) -> None:
    week.segmented_control(key="week_of").set_value("email").run()
    assert "check_start" not in keys(week) and not week.exception
