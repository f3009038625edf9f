"""Undo, redo and reset: the scenario on screen as plain data."""

import pytest

import model
from pages.parts.history import MOST_STEPS, History


@pytest.fixture
def start() -> History:
    phone = model.Channel(name="phone", arrivals=(60.0,) * 336, agents=(12.0,) * 336)
    return History(model.Scenario(baseline=model.Baseline(name="Acme", channels=(phone,), growth=0.04)))


def test_undo_and_redo_lead_back_and_forth(start: History) -> None:
    moved = start.set_levers({"fcr_programme": 0.5}).set_rule("follow_work")
    assert moved.undo().present.staffing_rule == "as_set"
    assert moved.undo().undo().present == start.present
    assert moved.undo().undo().redo().redo().present == moved.present
    assert start.undo() is start and start.redo() is start


def test_a_jump_leads_over_several_steps_and_no_further_than_there_are(start: History) -> None:
    moved = start.set_levers({"fcr_programme": 0.5}).set_rule("follow_work").set_condition("demand", 1.2)
    assert moved.jump(-2) == moved.undo().undo() and moved.jump(-2).jump(2) == moved
    assert moved.jump(-9).present == start.present and moved.jump(5) is moved and moved.jump(0) is moved


def test_a_new_step_after_undo_forgets_what_was_undone(start: History) -> None:
    other = start.set_levers({"fcr_programme": 0.5}).undo().set_levers({"fcr_programme": 0.2})
    assert not other.future
    assert other.present.levers == {"fcr_programme": 0.2}


def test_a_lever_moved_back_to_today_is_not_moved(start: History) -> None:
    today = start.present.baseline.levers["training_hours"]
    assert start.set_levers({"training_hours": today + 8}).set_levers({"training_hours": today}).present.levers == {}


def test_a_condition_set_to_the_companys_own_is_not_a_change(start: History) -> None:
    assert start.set_condition("growth", 0.04).present.conditions == {}
    assert start.set_condition("demand", 1.2).set_condition("demand", 1.0).present.conditions == {}
    assert start.set_condition("added_volume.phone", 50).present.conditions == {"added_volume.phone": 50}


def test_no_change_is_no_step(start: History) -> None:
    assert start.set_levers({}) is start


def test_the_month_is_a_view_and_stays_while_steps_are_undone(start: History) -> None:
    seen = start.set_levers({"fcr_programme": 0.5}).at_month(36)
    assert len(seen.past) == 1
    assert seen.undo().present.month == 36
    assert seen.undo().redo().present.month == 36


def test_reset_all_is_one_step_that_can_be_undone(start: History) -> None:
    moved = start.set_levers({"fcr_programme": 0.5}).set_condition("demand", 1.2).set_rule("follow_work")
    reset = moved.reset_all()
    assert not reset.present.levers and not reset.present.conditions and reset.present.staffing_rule == "as_set"
    assert reset.undo().present == moved.present


def test_reset_one_leaves_the_others(start: History) -> None:
    moved = start.set_levers({"fcr_programme": 0.5, "qa_coverage": 0.1})
    assert moved.reset(("fcr_programme",)).present.levers == {"qa_coverage": 0.1}


def test_a_step_out_of_bounds_is_refused_and_leaves_the_history_as_it_was(start: History) -> None:
    with pytest.raises(model.ScenarioError, match="fcr_programme"):
        start.set_levers({"fcr_programme": 2.0})
    assert start.present.levers == {}


def test_the_oldest_steps_are_let_go(start: History) -> None:
    now = start
    for i in range(MOST_STEPS + 20):
        now = now.set_levers({"fcr_programme": 0.5 if i % 2 else 0.4})
    assert len(now.past) == MOST_STEPS
