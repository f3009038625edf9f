"""Risks as a script: what stands on the page, what each choice asks; its words and pictures. No browser."""

import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import model
from model import learning, sensitivity, store
from model.report import numbers, risk_chart, risk_words
from pages.parts import connection, risks_depends
from pages.parts.history import History
from tests.serving import ROOT
from tests.store_examples import SEEN

PATIENCE_S = 120


def moved(sample: str = "bank") -> model.Scenario:
    base = model.sample(sample)
    levers = {"self_service_spend": 0.03 * base.labour_cost}
    return model.Scenario(baseline=base, levers=levers, staffing_rule="follow_work")


@pytest.fixture
def risks(monkeypatch: pytest.MonkeyPatch) -> Callable[[model.Scenario | None], AppTest]:
    monkeypatch.setenv("TRILEVER_WORKERS", "0")

    def opened(scenario: model.Scenario | None = None) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S).run()
        if scenario is not None:
            app.session_state["history"] = History(scenario)
        app.switch_page("pages/risks.py").run()
        assert not app.exception
        return app

    return opened


def text(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption]).replace("\\$", "$")


def test_nothing_moved_leads_to_explore(risks: Callable[..., AppTest]) -> None:
    app = risks()
    assert "Nothing is moved yet" in text(app)
    assert "How often it comes true" in text(app)
    assert "studies" not in app.session_state


def test_the_answer_comes_with_what_it_depends_on(risks: Callable[..., AppTest]) -> None:
    app = risks(moved())
    end = time.monotonic() + PATIENCE_S
    while "of the doubt comes from" not in text(app) and time.monotonic() < end:
        time.sleep(0.3)
        app.run()
    assert "**What the answer depends on**" in text(app)
    assert "of the doubt comes from “" in text(app)
    assert not app.error
    for study in app.session_state["studies"].values():
        study.job.cancel()


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[store.Store]:
    """A store of the test's own with little studies, so that what is saved is all there is to choose from."""
    url = f"sqlite:///{tmp_path}/store.db"
    monkeypatch.setenv("TRILEVER_STORE", url)
    monkeypatch.setattr(risks_depends, "DRAWS", 16)
    monkeypatch.setattr(learning, "steps", partial(learning.steps, n=32))
    connection.close()
    with store.connect(url) as opened:
        yield opened
    connection.close()


def settled(app: AppTest) -> str:
    """What the page says once its studies are over."""
    for study in app.session_state["studies"].values():
        assert study.job.wait(PATIENCE_S)
    app.run()
    assert not app.exception and not app.error
    return text(app)


def test_a_saved_scenario_is_measured_against_and_chosen_from(
    risks: Callable[..., AppTest], shelf: store.Store
) -> None:
    now = moved("software")
    fewer = now.model_copy(update={"name": "Training *only*", "levers": {"training_hours": 40.0}})
    for one in (fewer, now, moved("bank").model_copy(update={"name": "Another company"})):
        shelf.save(one, SEEN)
    app = risks(now)
    assert app.selectbox(key="risks_against").options == ["Doing nothing", "Training *only*"]
    assert app.multiselect(key="risks_choice").options == ["Training *only*"]
    alone = settled(app)
    assert "against doing nothing" in alone and "Training" not in alone
    app.selectbox(key="risks_against").select("Training *only*").run()
    app.multiselect(key="risks_choice").select("Training *only*").run()
    said = settled(app)
    assert "against “Training \\*only\\*”" in said and "against doing nothing" not in said
    gap = model.evaluate(now).headline["csat"] - model.evaluate(fewer).headline["csat"]
    assert f"CSAT **{numbers.step('csat', gap)}** against" in said
    assert re.search("keeps the higher CSAT|stops having the higher CSAT", said)
    assert re.search(r"\*\*(Doing nothing|This scenario|Training \\\*only\\\*)\*\* is the best choice in", said)
    chosen = [key for key in app.session_state["studies"] if key[0] == "learn" and len(key[1]) == 2]
    assert len(chosen) == 1
    assert len(app.session_state["studies"][chosen[0]].found.means) == 3


def test_without_saved_scenarios_nothing_is_offered_to_choose_from(
    risks: Callable[..., AppTest], shelf: store.Store
) -> None:
    app = risks(moved("software"))
    assert "risks_against" not in [box.key for box in app.selectbox]
    assert not app.multiselect
    settled(app)


def test_a_first_look_says_that_it_is_one_and_a_study_how_sure_it_is() -> None:
    one = moved()
    known = [found for _, found in sensitivity.steps(one, "csat", n=32) if found is not None]
    first, last = known[0], known[-1]
    assert risk_words.how(first).endswith("First look.")
    assert "From 32 cases" in risk_words.how(last)
    shares = [part.share for part in risk_words.parts(one, last)]
    assert all("±" in share for share in shares)
    assert all(part.share.startswith("about") for part in risk_words.parts(one, first))
    for part in risk_words.parts(one, last)[:-1]:
        assert part.left <= last.answer + 1e-9 or part.right >= last.answer - 1e-9
        assert part.left <= part.right and part.at_left and part.at_right
    assert f"The other {last.others} together" == risk_words.parts(one, last)[-1].label
    data = risk_chart.depends_data(risk_words.parts(one, last), last.answer).to_pydict()
    assert data["order"] == list(range(len(shares)))
    assert set(data["answer"]) == {last.answer}


def test_pictures_stay_the_same_whatever_the_numbers() -> None:
    for outcome in risk_words.NOUNS:
        spec = risk_chart.depends_spec(outcome)
        assert spec is risk_chart.depends_spec(outcome)
        assert "data" not in spec and len(spec["layer"]) == 7
    assert len(risk_chart.learnt_spec(True)["layer"]) == 3


@pytest.mark.parametrize(
    "chance, said",
    [(0.0, "fewer than 1 of 100 cases"), (0.004, "fewer than 1 of 100 cases"), (0.834, "83 of 100 cases"),
     (0.01, "1 of 100 cases"), (0.99, "99 of 100 cases"), (0.994, "more than 99 of 100 cases"),
     (0.996, "more than 99 of 100 cases"), (1.0, "more than 99 of 100 cases")],
)  # fmt: skip
def test_a_chance_is_said_in_cases_and_never_certain(chance: float, said: str) -> None:
    assert numbers.cases(chance) == said


def test_aims_are_told_with_their_targets_and_units() -> None:
    one = moved("retail").model_copy(update={"targets": {"csat": 0.8, "budget": 9.5e6, "target_share.phone": 0.9}})
    told = {what: often for what, often, _ in risk_words.odds(one, model.target_odds(one, n=16))}
    assert {"Phone: 90 % answered within 20 s", "CSAT of at least 80.0 %", "Cost a year within $9.50m",
            "Value over 36 months above $0"} <= set(told)  # fmt: skip
    line = risk_words.odds_line(one, model.target_odds(one, n=16))
    # The roadmap counts the season in, so that it may find a channel short in other months.
    assert line.startswith("**How often it comes true** at month 12, the season apart: ") and line.endswith(".")
    even = one.model_copy(update={"baseline": one.baseline.model_copy(update={"month_factors": (1.0,) * 12})})
    assert risk_words.at(even) == "at month 12"
    assert risk_words.odds_line(one, model.target_odds(one, n=16).iloc[:0]) == ""


def learned(worth: list[float], error: list[float], shares: tuple[float, ...]) -> learning.Learning:
    keys = ["csat_wait", "cost_overrun"][: len(worth)]
    rows = pd.DataFrame({"worth": worth, "error": error}, index=pd.Index(keys, name="assumption"), dtype=float)
    return learning.Learning(rows, 5e5, (0.0, -1e5), shares, 1024)


def test_what_to_find_out_first_is_named_only_where_it_stands_out() -> None:
    names = ["Doing nothing", "This scenario"]
    told = risk_words.learning_title(learned([2e5, 4e4], [3e4, 3e4], (0.7, 0.3)), names, "USD")
    assert "worth up to **$200k**" in told and "**Doing nothing** is the best choice in 70 of 100 cases" in told
    assert len(risk_words.telling(learned([2e5, 4e4], [3e4, 3e4], (0.7, 0.3)))) == 1
    none = risk_words.learning_title(learned([2e4], [3e4], (1.0, 0.0)), names, "USD")
    assert none.startswith("Nothing needs finding out first: **Doing nothing**")
    data = risk_chart.learnt_data(learned([2e5, 4e4], [3e4, 3e4], (0.7, 0.3)).rows).to_pydict()
    assert data["text"] == ["$200k ± $30k", "$40k ± $30k"]
    how = risk_words.learning_how(learned([2e5], [3e4], (0.7, 0.3)))
    assert "no study of it is worth more than that" in how and "± means give or take" in how
    assert "standard error" not in how


def test_the_largest_part_of_the_doubt_is_called_what_it_is() -> None:
    one = moved()
    columns = ["first", "first_error", "total", "total_error", "low", "high"]
    for total, said in ((0.95, "Nearly all"), (0.6, "Most"), (0.5, "About half"), (0.2, "The largest part")):
        row = pd.DataFrame([[0.1, 0.0, total, 0.01, -0.01, 0.02]], index=["csat_wait"], columns=columns)
        found = sensitivity.Dependence("csat", row, 3, 0.05, 0.01, 0.013, (0.005, 0.022), 256)
        told = risk_words.title(one, found, "doing nothing", (0.005, 0.022))
        assert f"{said} of the doubt comes from “Satisfaction: waiting" in told
        assert told.startswith("CSAT **+1.3 points** against doing nothing (likely +0.5 to +2.2)")
    empty = sensitivity.Dependence("csat", row.iloc[:0], 0, 0.0, np.nan, 0.0, (0.0, 0.0), 16)
    assert risk_words.title(one, empty, "doing nothing", (0.0, 0.0)).endswith("No assumption moves it.")
