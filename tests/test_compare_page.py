"""Compare as a script: the choice, the tables, the closer look at two, and the moves of the session. No browser."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

import model
from model import store
from pages.parts import compare_choice, connection
from pages.parts.history import History
from tests import app_pages
from tests.app_pages import PATIENCE_S
from tests.serving import ROOT

RETAIL = model.sample("retail")
BOT = model.Scenario(name="Bot", baseline=RETAIL, levers={"self_service_spend": 400_000.0}, staffing_rule="follow_work")
HELP = model.Scenario(name="Help", baseline=RETAIL, levers={"agent_assist_spend": 300_000.0},
                      staffing_rule="follow_work")  # fmt: skip


@pytest.fixture(autouse=True)
def shelf(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[store.Store]:
    """A store of the test's own, the one that the pages open too."""
    url = f"sqlite:///{tmp_path_factory.mktemp('compare')}/store.db"
    monkeypatch.setenv("TRILEVER_STORE", url)
    monkeypatch.setenv("TRILEVER_WORKERS", "0")
    connection.close()
    with store.connect(url) as opened:
        yield opened
    connection.close()


def opened(present: model.Scenario = BOT, page: str = "compare", **session: object) -> AppTest:
    history = History(model.Scenario(name=RETAIL.name, baseline=RETAIL)).to(present)
    return app_pages.opened(page, history=history, **session)


def text(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption, *app.info]).replace("\\", "")


def tables(app: AppTest) -> list[dict[str, list[str]]]:
    return [{str(k): [str(v) for v in values] for k, values in table.value.to_dict("list").items()}
            for table in app.table]  # fmt: skip


def cell(app: AppTest, row: str, column: int) -> str:
    head = list(tables(app)[0].values())
    return head[column + 1][head[0].index(row)].replace("\\", "")


def test_the_one_on_screen_stands_beside_doing_nothing_at_once() -> None:
    app = opened()
    found = model.evaluate(BOT)
    assert f"**{shown('operating_cost', found.headline)}**" in cell(app, "Cost a year", 0)
    assert f"**{shown('operating_cost', found.reference)}**" in cell(app, "Cost a year", 1)
    assert "best" in cell(app, "Cost a year", 0) and "best" not in cell(app, "Cost a year", 1)
    assert "**Bot** is best in cost" in text(app)
    assert "What caused the difference" in text(app) and "What would change the answer" in text(app)


def shown(key: str, values: dict[str, float]) -> str:
    from model.report import numbers

    return numbers.number(key, values[key])


def test_with_nothing_moved_it_says_what_to_do_and_one_click_fills_the_page() -> None:
    app = opened(model.Scenario(name=RETAIL.name, baseline=RETAIL))
    assert "Nothing is moved yet" in text(app) and not app.table
    app.button(key="try").click()
    app.run()
    app.run()
    assert not app.exception and len(app.table) == 2


def test_only_what_differs_is_listed(shelf: store.Store) -> None:
    key = shelf.save(HELP)
    app = opened()
    app.multiselect(key="compare_pick").set_value(["screen", compare_choice.saved_id(key)])
    app.run()
    differs = tables(app)[1]
    assert [[one.replace("\\", "") for one in column] for column in differs.values()] == [
        ["Self-service", "Agent assist"], ["$400k", "$0"], ["$30k", "$300k"],
    ]  # fmt: skip


def test_differences_are_to_the_base_that_is_chosen(shelf: store.Store) -> None:
    key = shelf.save(HELP)
    app = opened(compare_choice=["screen", "nothing", compare_choice.saved_id(key)])
    app.selectbox(key="compare_base").set_value(compare_choice.saved_id(key))
    app.run()
    assert not app.exception
    gap = model.evaluate(BOT).headline["operating_cost"] - model.evaluate(HELP).headline["operating_cost"]
    from model.report import numbers

    assert numbers.step("operating_cost", gap) in cell(app, "Cost a year", 0)
    assert "likely" in cell(app, "Cost a year", 0)
    assert "likely" not in cell(app, "Cost a year", 2)
    assert "is cheaper than **Help** in" in text(app)
    assert "stops being cheaper if" in text(app)


def test_all_are_seen_at_the_one_month_that_is_chosen(shelf: store.Store) -> None:
    key = shelf.save(HELP.model_copy(update={"month": 36}))
    app = opened(compare_choice=["screen", compare_choice.saved_id(key)])
    at_12 = model.evaluate(HELP.model_copy(update={"month": 12})).headline
    assert shown("operating_cost", at_12) in cell(app, "Cost a year", 1)


def test_two_companies_are_compared_in_numbers_only(shelf: store.Store) -> None:
    bank = model.sample("bank")
    key = shelf.save(model.Scenario(name="Bank", baseline=bank, levers={"fcr_programme": 0.5}))
    app = opened(compare_choice=["screen", compare_choice.saved_id(key)])
    assert "stand on different figures" in text(app)
    assert "What caused the difference" not in text(app) and "How sure" not in text(app)
    assert len(app.table) == 2


def test_a_link_to_several_saved_versions_opens_them_side_by_side(shelf: store.Store) -> None:
    keys = [shelf.save(one) for one in (BOT, HELP)]
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    app.run()
    app.query_params["scenario"] = keys
    app.switch_page("pages/compare.py").run()
    assert not app.exception and not app.error
    assert app.session_state["compare_choice"] == [compare_choice.saved_id(key) for key in keys]
    assert "**Bot**" in "".join(tables(app)[0]) and "**Help**" in "".join(tables(app)[0])
    assert app.session_state["history"].present.levers == BOT.levers


def test_a_scenario_that_cannot_be_opened_is_told_and_left_out(shelf: store.Store) -> None:
    app = opened(compare_choice=["screen", "nothing", compare_choice.saved_id("x" * 30)])
    [box] = app.error
    assert "another installation" in str(box.proto.title) + str(box.value)
    assert len(app.table) == 2 and app.session_state["compare_choice"] == ["screen", "nothing"]


def test_hostile_names_are_shown_as_text(shelf: store.Store) -> None:
    key = shelf.save(HELP, name="**a** | [x](http://y) $b$ <script>")
    app = opened(compare_choice=["screen", compare_choice.saved_id(key)])
    head = list(tables(app)[0])[2]
    assert r"\*\*a\*\*" in head and r"\[x\]" in head and r"\<script\>" in head and r"\|" in head


def test_moments_of_the_session_can_be_compared(shelf: store.Store) -> None:
    app = opened()
    app.session_state["history"] = app.session_state["history"].set_levers({"training_hours": 48.0})
    app.run()
    offered = app.multiselect(key="compare_pick").options
    [moment] = [one for one in offered if "after" in one]
    assert "Self-service $30k → $400k" in moment
    place = next(one for one in app.session_state["compare_moments"])
    app.multiselect(key="compare_pick").set_value(["screen", place])
    app.run()
    assert not app.exception
    assert "Training" in list(tables(app)[1].values())[0]
    app.session_state["history"] = History(HELP)
    app.run()
    assert not app.exception and len(app.table) == 2, "a chosen moment stays when the history forgets it"


def test_moves_are_listed_only_while_their_box_is_open_and_lead_back() -> None:
    app = opened(page="explore")
    app.session_state["history"] = app.session_state["history"].set_levers({"training_hours": 48.0})
    app.run()
    assert not [one for one in app.button if str(one.key).startswith("move_")]
    app.session_state["moves_button"] = True
    app.run()
    moves = {str(one.key): one.label.replace("\\", "") for one in app.button if str(one.key).startswith("move_")}
    assert moves["move_2"] == "Training 24 h → 48 h"
    assert moves["move_1"].startswith("Self-service $30k → $400k, Staffing as set → follows the work")
    app.button(key="move_1").click()
    app.run()
    assert app.session_state["history"].present.levers == BOT.levers
    assert len(app.session_state["history"].future) == 1


def test_the_last_change_is_replayed_without_and_with() -> None:
    app = opened(page="explore")
    app.session_state["moves_button"] = True
    app.run()
    said = text(app)
    assert "The last change:** Self-service $30k → $400k" in said and "Cost a year −$" in said
    app.segmented_control(key="replay").set_value("Without it")
    app.run()
    assert app.session_state["history"].present.levers == {}
    app.session_state["moves_button"] = True
    app.run()
    assert "The last change:** Self-service $30k → $400k" in text(app)
    app.segmented_control(key="replay").set_value("With it")
    app.run()
    assert app.session_state["history"].present.levers == BOT.levers


def test_picked_in_the_library_they_stand_side_by_side(shelf: store.Store) -> None:
    keys = [shelf.save(one) for one in (BOT, HELP)]
    app = opened(page="library")
    for key in keys:
        app.checkbox(key=f"pick_{key}").check()
    app.run()
    app.button(key="compare_picked").click()
    app.run()
    assert not app.exception
    assert set(app.session_state["compare_choice"]) == {compare_choice.saved_id(key) for key in keys}


def test_all_of_mine_are_rerun_on_the_figures_on_screen_and_nothing_is_overwritten(shelf: store.Store) -> None:
    key = shelf.save(BOT)
    later = RETAIL.model_copy(update={"period": "April to June", "wage": 36.0})
    app = opened(model.Scenario(name=later.name, baseline=later), page="library")
    app.session_state["rerun_button"] = True
    app.run()
    app.button(key="rerun_go").click()
    app.run()
    assert "1** of 1 rerun on Sample retailer" in text(app)
    newest, first = shelf.versions(key)
    assert (newest.number, first.key) == (2, key) and "April to June" in newest.note
    assert shelf.get(newest.key).baseline == later and shelf.get(key) == BOT
