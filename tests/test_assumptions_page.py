"""The assumptions page: every row of the table, a change with its reason, and what becomes of it. No browser."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import model
from model.assumptions import ASSUMPTIONS
from model.errors import ScenarioError
from model.report import assumption_words as words
from model.scenario import Note
from pages.parts.history import History, fresh
from tests import app_pages

NOTE = Note(author="Ada", reason="a survey", date="2026-05-04")


def opened(**session: Any) -> AppTest:
    return app_pages.opened("assumptions", **session)


@pytest.fixture
def page() -> AppTest:
    return opened()


def at(tab: str) -> AppTest:
    return opened(assumptions_tab=tab)


def scenario(app: AppTest) -> model.Scenario:
    found: model.Scenario = app.session_state["history"].present
    return found


def table(app: AppTest) -> Any:
    return app.dataframe[0].value


def text(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption]).replace("\\", "")


def number(app: AppTest, label: str) -> Any:
    [found] = [one for one in app.number_input if one.label == label]
    return found


def submit(app: AppTest, author: str = "Ada", reason: str = "our own survey") -> AppTest:
    app.text_area[0].set_value(reason)
    [name] = [one for one in app.text_input if one.label == "Your name"]
    name.set_value(author)
    [button] = [one for one in app.button if one.label in ("Use this range", "Use this value", "Use these targets")]
    return button.click().run()


# --- the table --------------------------------------------------------------------------------------------------------
def test_every_assumption_is_listed_with_range_unit_grade_source_and_where_it_acts(page: AppTest) -> None:
    shown = table(page)
    assert list(shown["Assumption"]) == [row.label for row in ASSUMPTIONS.values()]
    first = shown.iloc[0]
    assert (first["Low"], first["Likely"], first["High"], first["Unit"]) == ("25 %", "45 %", "65 %", "")
    assert first["Evidence"] == "Judgement" and "Hoffman and Harris" in first["Source"]
    for column in ("Evidence", "Acts on", "Moves", "Source"):
        assert shown[column].str.len().min() > 0


def test_a_unit_is_said_once_in_the_cell_or_beside_it(page: AppTest) -> None:
    shown = table(page).set_index("Assumption")
    assert not shown["Unit"].str.contains(r"[%$]").any()
    assert set(shown["Unit"]) >= {"", "hours", "months", "a year", "of labour cost"}


def test_the_fields_say_that_a_change_needs_a_reason_and_a_name(page: AppTest) -> None:
    [reason] = [one for one in page.text_area if one.label == "Reason"]
    [name] = [one for one in page.text_input if one.label == "Your name"]
    assert "needed" in reason.placeholder and "needed" in name.placeholder


def test_search_family_and_evidence_narrow_the_table(page: AppTest) -> None:
    page.text_input(key="assumption_search").set_value("gartner").run()
    assert len(table(page)) == sum("gartner" in row.source.lower() for row in ASSUMPTIONS.values()) > 0
    page.text_input(key="assumption_search").set_value("")
    page.selectbox(key="assumption_family").select("Satisfaction").run()
    assert len(table(page)) == sum(row.family == "satisfaction" for row in ASSUMPTIONS.values())
    page.selectbox(key="assumption_family").select("All families")
    page.pills(key="assumption_grades").set_value(["Published"]).run()
    assert len(table(page)) == sum(one.grade == "published" for one in words.states(scenario(page)))


def test_where_nothing_passes_the_page_says_so(page: AppTest) -> None:
    page.text_input(key="assumption_search").set_value("no such thing").run()
    assert "No assumption passes these filters." in page.info[0].value
    assert not page.exception


# --- a change ---------------------------------------------------------------------------------------------------------
def test_another_range_needs_a_reason_and_a_name(page: AppTest) -> None:
    page.selectbox(key="assumption").select("csat_wait").run()
    number(page, "Likely").set_value(-0.4)
    submit(page, reason=" ")
    assert any("reason" in str(box.value) or "reason" in str(box.proto) for box in page.error)
    assert scenario(page).assumption_ranges == {}


def test_another_range_with_its_reason_is_in_the_scenario_and_marked(page: AppTest) -> None:
    page.selectbox(key="assumption").select("csat_wait").run()
    number(page, "Likely").set_value(-0.4)
    submit(page)
    now = scenario(page)
    assert now.assumption_ranges == {"csat_wait": (-0.6, -0.4, -0.05)}
    assert (now.assumption_notes["csat_wait"].author, now.assumption_notes["csat_wait"].reason) == (
        "Ada", "our own survey")  # fmt: skip
    [row] = [r for _, r in table(page).iterrows() if r["Changed"]]
    assert row["Likely"] == "−0.4" and "our own survey (Ada, " in row["Why changed"]
    assert "1 changed" in text(page) and "Changed by Ada" in text(page)
    page.button(key="assumption_back").click().run()
    assert scenario(page).assumption_ranges == {} and scenario(page).assumption_notes == {}


def test_one_known_value_takes_the_range_s_place(page: AppTest) -> None:
    page.selectbox(key="assumption").select("repeat_share").run()
    [way] = [g for g in page.segmented_control if str(g.key).startswith("assumption_way")]
    way.set_value("One known value").run()
    number(page, "Value (%)").set_value(60.0)
    submit(page)
    assert scenario(page).assumptions == {"repeat_share": 0.6}
    [row] = [r for _, r in table(page).iterrows() if r["Changed"]]
    assert (row["Low"], row["Likely"], row["High"]) == ("", "60 %", "")


def test_a_range_out_of_order_is_told_and_not_taken(page: AppTest) -> None:
    page.selectbox(key="assumption").select("repeat_share").run()
    number(page, "Low").set_value(80.0)
    submit(page)
    assert scenario(page).assumption_ranges == {}
    assert len(page.error) == 1


def test_undo_takes_a_change_back_and_reset_takes_all(page: AppTest) -> None:
    for key in ("csat_wait", "csat_transfer"):
        page.selectbox(key="assumption").select(key).run()
        number(page, "Likely").set_value(-0.45)
        submit(page)
    assert set(scenario(page).assumption_ranges) == {"csat_wait", "csat_transfer"}
    page.button(key="undo").click().run()
    assert set(scenario(page).assumption_ranges) == {"csat_wait"}
    page.button(key="redo").click().run()
    page.button(key="assumptions_reset").click().run()
    assert scenario(page).assumption_ranges == {}


def test_what_came_from_a_company_s_own_data_says_so_and_what_the_table_had() -> None:
    own = {"assumptions": {"csat_wait": (-0.3, -0.2, -0.1)}, "grades": {}, "source": "company"}
    base = model.sample("bank").model_copy(update=own)
    app = opened(history=History(fresh(base)), assumption="csat_wait")
    assert "From your data. The table's own: −0.6 / −0.25 / −0.05" in text(app)
    [row] = [r for _, r in table(app).iterrows() if r["Source"] == "Your data"]
    assert (row["Likely"], row["Evidence"]) == ("−0.2", "Measured")


# --- targets ----------------------------------------------------------------------------------------------------------
def test_targets_are_taken_with_their_reason_and_reset() -> None:
    app = at("Targets")
    number(app, "Phone: answered within (seconds)").set_value(30.0)
    number(app, "CSAT to reach (%), if any").set_value(85.0)
    submit(app, reason="what we promised")
    assert scenario(app).targets == {"target_s.phone": 30.0, "csat": 0.85}
    assert set(scenario(app).assumption_notes) == {"target_s.phone", "csat"}
    assert "Phone within 30 s" in text(app) and "what we promised" in text(app)
    app.button(key="targets_reset").click().run()
    assert scenario(app).targets == {}


# --- the model --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("tab", "said"), [
    ("How it hangs together", "Each dot is an assumption"), ("Model card", "What it is not for"),
    ("Validation", "Agreement of the waiting-line formulas"),
])  # fmt: skip
def test_the_model_is_open_to_every_question(tab: str, said: str) -> None:
    app = at(tab)
    assert said in text(app)
    assert not app.exception and not app.error


def test_a_chosen_lever_s_paths_are_told() -> None:
    app = opened(assumptions_tab="How it hangs together", influence="agent_assist_spend")
    assert "**Agent assist** acts on handling and money." in text(app)


# --- words and history, plain -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("key", "value", "shown"), [
    ("repeat_share", 0.7, "70 %"), ("attrition", 0.38, "38 % a year"), ("wage", 34.0, "$34 an hour"),
    ("replacement_cost", 14000.0, "$14,000"), ("csat_wait", -0.25, "−0.25 log-odds"), ("ramp_months", 4.0, "4 months"),
    ("self_service_half", 0.02, "2 % of labour cost"), ("vendor_fcr_points", -0.03, "−3 %"),
])  # fmt: skip
def test_values_are_read_with_their_unit(key: str, value: float, shown: str) -> None:
    unit = words.unit(ASSUMPTIONS[key], "USD")
    assert unit.text(value) == shown
    assert unit.real(unit.shown(value)) == value


@pytest.mark.parametrize("row", ASSUMPTIONS.values(), ids=list(ASSUMPTIONS))
def test_every_row_says_where_it_acts_and_what_it_moves(row: Any) -> None:
    assert words.acts_on(row) and len(words.moves(row)) >= 4


def test_the_company_s_own_range_and_targets_are_no_change() -> None:
    now = History(fresh(model.sample("bank")))
    row = ASSUMPTIONS["csat_wait"]
    assert now.assume("csat_wait", (row.low, row.mode, row.high), NOTE) == now
    channel = now.present.baseline.channels[0]
    assert now.aim({f"target_s.{channel.name}": channel.target_s}, NOTE) == now


def test_a_value_replaces_a_range_and_the_other_way_round() -> None:
    now = History(fresh(model.sample("bank"))).assume("csat_wait", (-0.5, -0.3, -0.1), NOTE)
    known = now.assume("csat_wait", -0.2, NOTE).present
    assert (known.assumptions, known.assumption_ranges) == ({"csat_wait": -0.2}, {})
    with pytest.raises(ScenarioError, match="csat_wait"):
        now.assume("csat_wait", 1.0, NOTE)
