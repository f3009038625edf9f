"""The roadmap as a script: what is shown, what a slider, the order and the calendar's form do."""

import re
from itertools import pairwise

import pytest
import vl_convert
from streamlit.testing.v1 import AppTest

import model
from model import roadmap as plans
from model.report import roadmap_chart
from pages.parts.history import History
from tests.test_pages import opened, scenario, text, whole


def on_roadmap(**fields: object) -> AppTest:
    """The roadmap with a scenario on screen."""
    app = opened()
    base = scenario(app).baseline
    app.session_state["history"] = History(model.Scenario(baseline=base, **fields))  # type: ignore[arg-type]
    app.switch_page("pages/roadmap.py").run()
    assert not app.exception and not app.error
    return app


@pytest.fixture
def roadmap() -> AppTest:
    return on_roadmap(levers={"self_service_spend": 300_000.0, "fcr_programme": 0.6}, staffing_rule="follow_work")


def test_without_a_moved_lever_the_page_says_what_to_do_and_shows_capacity() -> None:
    app = on_roadmap()
    assert "Nothing is planned yet" in text(app) and "No lever is moved yet" in text(app)
    assert "Capacity and demand" in text(app) and "Hiring plan:" in text(app)
    assert not [slider for slider in app.slider if str(slider.key).startswith("start_")]


@pytest.mark.parametrize("many", [1, 2, 5])
def test_each_initiative_has_a_bar_one_can_see_and_its_name(many: int) -> None:
    moved = {"self_service_spend": 3e5, "fcr_programme": 0.6, "training_hours": 60.0, "qa_coverage": 0.1,
             "cross_training": 0.4}  # fmt: skip
    plan = model.Scenario(baseline=model.sample("retail"), levers=dict(list(moved.items())[:many]))
    rows = roadmap_chart.line_data(plans.initiatives(plan), plan).to_pylist()
    drawn = vl_convert.vegalite_to_svg({**roadmap_chart.line_spec(), "data": {"values": rows}, "width": 700})
    assert all(f">{row['label']}</text>" in drawn for row in rows)
    bars = re.findall(r'aria-roledescription="bar" d="M[\d.]+,([\d.]+)L[^"]*?L[\d.]+,([\d.]+)C[^"]*L', drawn)
    assert len(bars) == len(rows)
    drawn_at = sorted({round(float(top), 1) for top, _ in bars})
    assert len(drawn_at) == many and all(float(bottom) - float(top) > 12 for top, bottom in bars)
    assert all(below - above >= roadmap_chart.ROW - 0.2 for above, below in pairwise(drawn_at))


def test_a_moved_start_is_a_step_that_undo_knows(roadmap: AppTest) -> None:
    before = text(roadmap)
    roadmap.slider(key="start_fcr_programme").set_value(7)
    whole(roadmap)
    assert scenario(roadmap).starts == {"fcr_programme": 7}
    assert text(roadmap) != before
    roadmap.button(key="undo").click()
    whole(roadmap)
    assert scenario(roadmap).starts == {} and text(roadmap) == before
    assert roadmap.slider(key="start_fcr_programme").value == 0


def test_the_finding_speaks_the_models_numbers(roadmap: AppTest) -> None:
    from model.report import numbers
    from model.roadmap import cash_flow

    flow = cash_flow(scenario(roadmap))
    assert numbers.money(flow.months["value"].iloc[-1]) in text(roadmap)
    assert "After 30 days" in text(roadmap) and "After 365 days" in text(roadmap)
    assert model.evaluate(scenario(roadmap)).headline["npv"] == pytest.approx(flow.months["value"].iloc[-1])


def test_no_line_ends_within_an_amount_or_a_likely_range() -> None:
    app = on_roadmap(levers={"self_service_spend": 260_000.0})
    title = next(str(one.value) for one in app.markdown if "not pay back" in str(one.value))
    assert "−\u2060\\$" in title and "−\\$" not in title
    after = next(str(one.value) for one in app.markdown if "After 365 days" in str(one.value))
    assert after.count("  \n:small[:gray[likely") == after.count("likely") > 0


def test_the_order_that_pays_back_first_is_found_told_and_taken(roadmap: AppTest) -> None:
    roadmap.selectbox(key="order_apart").set_value(6)
    roadmap.button(key="order_find").click().run()
    assert "How chosen: all 2 orders were compared" in text(roadmap)
    roadmap.button(key="order_take").click()
    whole(roadmap)
    assert list(scenario(roadmap).starts.values()) == [6]
    roadmap.slider(key=f"start_{next(iter(scenario(roadmap).starts))}").set_value(3)
    whole(roadmap)
    assert not roadmap.button(key="order_take").disabled


def test_an_entry_is_added_changed_and_removed(roadmap: AppTest) -> None:
    roadmap.button(key="entry_add").click()
    roadmap.run()
    roadmap.text_input(key="entry_name").set_value("Winter [sale]")
    roadmap.button(key="entry_done").click().run()
    assert roadmap.error and scenario(roadmap).calendar == ()
    roadmap.text_input(key="entry_name").set_value("Winter sale")
    roadmap.number_input(key="entry_percent").set_value(25.0)
    roadmap.number_input(key="entry_start").set_value(4)
    roadmap.button(key="entry_done").click()
    whole(roadmap)
    [entry] = scenario(roadmap).calendar
    assert (entry.name, entry.factor, entry.start, entry.months) == ("Winter sale", 1.25, 4, 3)
    assert "months 5 to 7" in text(roadmap)
    roadmap.button(key="entry_change_0").click()
    roadmap.run()
    roadmap.number_input(key="entry_contacts").set_value(500.0)
    roadmap.button(key="entry_done").click()
    whole(roadmap)
    [entry] = scenario(roadmap).calendar
    assert (entry.name, entry.contacts) == ("Winter sale", 500.0)
    roadmap.button(key="entry_remove_0").click()
    whole(roadmap)
    assert scenario(roadmap).calendar == ()


def test_growth_is_the_same_condition_as_on_explore(roadmap: AppTest) -> None:
    roadmap.number_input(key="roadmap_growth").set_value(12.0)
    whole(roadmap)
    assert scenario(roadmap).conditions == {"growth": 0.12}


def test_reset_all_empties_the_calendar_and_starts(roadmap: AppTest) -> None:
    now = roadmap.session_state["history"]
    planned = now.begin({"fcr_programme": 5}).foresee((model.CalendarEntry(name="Fair", factor=1.2),))
    assert planned.present.starts and planned.present.calendar
    after = planned.reset_all().present
    assert (after.starts, after.calendar, after.levers) == ({}, (), {})
