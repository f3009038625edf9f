"""Searches that have found what they are told to, and pages on which they stand."""

from typing import Any

from streamlit.testing.v1 import AppTest

import model
from model import aside
from model.optimise import Mix, Shortfall
from pages.parts.history import History
from pages.parts.mix_job import Search
from tests.serving import ROOT

PATIENCE_S = 120
BASE = model.Scenario(baseline=model.sample("software"))
BUSY = BASE.model_copy(update={"conditions": {"demand": 1.2}})


def mix_of(scenario: model.Scenario, reached: bool = True, ways: tuple[Shortfall, ...] = (), **levers: float) -> Mix:
    made = scenario.model_copy(update={"levers": levers})
    return Mix(made, "operating_cost", (), model.evaluate(made), reached, ways)


def searched(scenario: model.Scenario, kind: str, *found: object, over: bool = True, best: Mix | None = None,
             fault: Exception | None = None, **asked: Any) -> Search:  # fmt: skip
    """A search that has found this; not `over`: still at it."""
    work: aside.Search[Any] = aside.Search(len, (), {})
    work.told("told", (0.4, "Comparing mixes", best))
    for one in found:
        work.told("found", one)
    if over:
        work.told("fault" if fault else "ended", fault)
    search = Search(scenario, kind, asked)
    search.__dict__["work"] = work
    return search


def opened(page: str = "best_mix", scenario: model.Scenario = BASE, **kept: Any) -> AppTest:
    """A page with this scenario on screen; entries of the session are there from then on."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S).run()
    app.session_state["history"] = History(scenario)
    for key, value in kept.items():
        app.session_state[key] = value
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


def text(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.warning, *app.info]
    return "\n".join(str(part.value) for part in parts).replace("\\", "").replace("\u00a0", " ")


def button(app: AppTest, label: str) -> Any:
    return next(one for one in app.button if one.label == label)
