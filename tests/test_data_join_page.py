"""My data with several files: queues, filters, disagreements, the recipe, the fit, what ratings teach. No browser."""

import datetime as dt
import io
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from model import intake
from model.errors import IntakeError
from model.intake import Filters
from pages.parts.data_own import Own
from tests.own_files import calls
from tests.test_data_page import bring, cards, data, said, told
from tests.test_intake_joined import calls as two_queues
from tests.test_intake_joined import ratings, rota

assert data  # the fixture


def of(*files: tuple[bytes, str]) -> Own:
    made = []
    for content, name in files:
        one = io.BytesIO(content)
        one.name = name
        made.append(one)
    return Own().upload(made)


def open_tab(app: AppTest, name: str) -> AppTest:
    app.session_state["about"] = name
    app.run()
    assert not app.exception
    return app


def test_the_fit_is_told_in_plain_words_with_its_picture(data: AppTest) -> None:
    bring(data, ("calls.csv", calls(weeks=4)))
    assert "days it had not seen" in said(data)
    assert "tested on the 7 after them" in said(data)


def test_a_file_too_short_says_why_there_is_no_fit(data: AppTest) -> None:
    bring(data, ("calls.csv", calls(weeks=1)))
    assert "too few to hold some back" in said(data)


def test_queues_filters_and_disagreements_stand_on_one_tab(data: AppTest) -> None:
    bring(data, ("calls.csv", two_queues()), ("rota.csv", rota(9)))
    open_tab(data, "Queues and filters")
    assert "does not cover all weekdays" in said(data)
    before = cards(data)["Contacts a week"]
    data.selectbox(key="queue_Billing_As read").select("Leave out")
    data.button(key="joining_submit").click().run()
    assert not data.exception and not told(data)
    after = cards(data)["Contacts a week"]
    assert float(after) == pytest.approx(float(before) / 2, rel=0.1)


def test_a_filter_that_leaves_nothing_is_told_and_changes_nothing(data: AppTest) -> None:
    bring(data, ("calls.csv", two_queues()))
    open_tab(data, "Queues and filters")
    before = cards(data)
    first = next(box for box in data.date_input if box.label == "From")
    first.set_value(dt.date(2030, 1, 1))
    data.button(key="joining_submit").click().run()
    assert told(data) and cards(data) == before


def test_ratings_are_offered_on_the_assumptions_page_taken_and_dropped(data: AppTest) -> None:
    rng = np.random.default_rng(3)
    content = two_queues(8)
    solved = intake.read(content, "calls.csv").table["resolved"].to_numpy() == 1
    level = 1 + (1.5 * solved[:, None] + rng.logistic(size=len(solved))[:, None] > [-1, 0, 0.8, 2]).sum(axis=1)
    survey = "\n".join(["Contact ID,Rating,Survey comment", *(f"C{i + 1},{n},x" for i, n in enumerate(level))])
    bring(data, ("calls.csv", content), ("survey.csv", survey.encode()))
    data.button(key="explore_own").click().run()
    data.switch_page("pages/assumptions.py").run()
    assert not data.exception
    assert "ratings say what" in said(data)
    data.button(key="refit_take").click().run()
    held = data.session_state["history"].present.baseline.assumptions
    assert held["csat_resolved"][1] == pytest.approx(1.5, abs=0.2) and "csat_transfer" not in held
    assert "in use" in said(data)
    data.button(key="refit_drop").click().run()
    assert not data.session_state["history"].present.baseline.assumptions


def test_a_recipe_is_followed_by_files_in_use_and_to_come() -> None:
    first = of((two_queues(), "calls.csv")).arrange({"Billing": ""}, Filters(closes=18))
    recipe = intake.load_recipe(first.recipe().text().encode())
    second = of((two_queues(seed=5), "q2.csv")).follow(recipe)
    assert second.channels == {"Billing": ""} and second.filters.closes == 18
    assert second.measured is not None and first.measured is not None
    weekly = [own.measured.baseline.channels[0].weekly_arrivals for own in (first, second) if own.measured]
    assert weekly[0] == pytest.approx(weekly[1], rel=0.1)
    fresh = Own().follow(recipe)
    assert not fresh.loaded and fresh.recipes


def test_a_recipe_shows_its_columns_and_keeps_them(data: AppTest) -> None:
    bring(data, ("calls.csv", calls(weeks=1)))
    (one,) = data.session_state["own"].loaded
    recipe = intake.recipe_of([one.file.with_columns({"csat": None})]).text().encode()
    data.file_uploader(key="recipe_upload").set_value([("recipe.json", recipe, "application/json")]).run()
    assert not data.exception
    for _ in range(2):
        assert "csat" not in data.session_state["own"].loaded[0].file.columns
        data.run()


def test_a_rota_alone_is_told_and_one_beside_calls_is_not_at_fault() -> None:
    alone = of((rota(), "rota.csv"))
    assert alone.measured is None and alone.loaded[0].fault is not None
    assert "holds a rota, no contacts" in alone.loaded[0].fault.message
    both = of((two_queues(), "calls.csv"), (rota(), "rota.csv"), (ratings(["C1"]), "survey.csv"))
    assert all(one.fault is None for one in both.loaded) and both.measured is not None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "big"
    home.mkdir()
    (home / "calls.csv").write_bytes(calls(weeks=3))
    (home / ".hidden.csv").write_bytes(b"secret")
    (home / "notes.pdf").write_bytes(b"no table")
    (home / "inside").mkdir()
    (tmp_path / "outside.csv").write_bytes(calls(weeks=1))
    (home / "link.csv").symlink_to(tmp_path / "outside.csv")
    monkeypatch.setenv("TRILEVER_FOLDER", str(home))
    return home


def test_only_plain_files_of_the_folder_itself_are_listed(folder: Path) -> None:
    assert intake.listing(folder) == ["calls.csv"]


@pytest.mark.parametrize(
    "name", ["../outside.csv", "link.csv", ".hidden.csv", "/etc/passwd", "inside", "", "calls.csv/"]
)
def test_nothing_but_a_listed_name_is_opened(folder: Path, name: str) -> None:
    with pytest.raises(IntakeError, match="no such file"):
        intake.from_folder(folder, name)


def test_a_file_of_the_folder_is_measured_and_takes_targets_and_money(folder: Path, data: AppTest) -> None:
    data.run()
    data.segmented_control(key="way").set_value("Pick a large file").run()
    data.button(key="folder_measure").click().run()
    assert not data.exception and not told(data)
    before = cards(data)
    assert before["Contacts a week"] == "1,197" and "days it had not seen" in said(data)
    data.session_state["about_table"] = "Targets and money"
    data.run()
    next(box for box in data.number_input if str(box.key).startswith("target_s_")).set_value(60.0)
    data.number_input(key="money_wage").set_value(41.5)
    data.button(key="company_submit").click().run()
    assert not data.exception and not told(data)
    assert cards(data)["Answered in time"] != before["Answered in time"]
    asked = data.session_state["asked"]
    assert asked.measured.baseline.wage == 41.5 and asked.own_money


def test_without_a_folder_there_is_no_such_way(data: AppTest) -> None:
    assert "Pick a large file" not in data.segmented_control(key="way").options
