"""The session's state: one history of scenarios is the single source of truth; widgets are views of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st

import model
from model.scenario import Baseline, Scenario
from pages.parts import errors, results
from pages.parts.history import History

SAMPLES = {"retail": "Retailer", "bank": "Bank", "software": "Software company"}
FRAGMENTS = ["outcomes", "pictures"]
"""What a moved lever redraws; the lever panel and the scenario line stay as they are unless their shape changes."""


def history() -> History:
    """This session's history; the first time, a sample company with nothing moved."""
    if "history" not in st.session_state:
        st.session_state["history"] = History(fresh(model.sample("retail")))
    found: History = st.session_state["history"]
    return found


def scenario() -> Scenario:
    """The scenario on screen."""
    return history().present


def anything_changed() -> bool:
    """Whether the scenario differs from today in anything: a lever, the staffing rule, demand, an assumption."""
    now = scenario()
    return bool(now.levers or now.conditions or now.assumptions) or now.staffing_rule != "as_set"


def fresh(baseline: Baseline) -> Scenario:
    """A company with nothing moved."""
    return Scenario(name=baseline.name, baseline=baseline)


def accept(make: Callable[[History], History]) -> None:
    """Take a step. What is out of bounds, or cannot be reckoned, leaves everything as it was and is told."""
    st.session_state.pop("remark", None)
    with errors.told_later():
        after = make(history())
        # Asked before the step is taken, and kept for the page: what the model cannot reckon never gets on screen.
        _ = results.of(after.present).outcome
        st.session_state["history"] = after


def remark(text: str) -> None:
    """Something to know about the scenario on screen, told under the scenario line until the next step."""
    if text:
        st.session_state["remark"] = text


def open_baseline(baseline: Baseline) -> None:
    """Another company on screen, nothing moved; undo leads back."""
    accept(lambda now: now.to(fresh(baseline)))


def _shape(now: History) -> tuple[Any, ...]:
    """What the parts outside the fragments depend on; while it stays the same, only the fragments are redrawn."""
    seen = now.present
    return (id(seen.baseline), frozenset(seen.levers), frozenset(seen.conditions), seen.staffing_rule,
            bool(now.past), bool(now.future), errors.pending(), st.session_state.get("remark"))  # fmt: skip


def drawn() -> None:
    """Say at a page's end that all of it shows the scenario as it is now.

    A quick second move cuts the redraw of the first short: what counts is what was drawn to its end, not what was
    meant to be drawn.
    """
    st.session_state["drawn"] = _shape(history())


def step(make: Callable[[History], History], light: bool = True) -> None:
    """Take a step from inside a widget's callback.

    `light`: only the outcomes and pictures are redrawn where nothing else has changed, which halves the time to new
    values.
    """
    accept(make)
    # Said either way: a widget inside a fragment would otherwise redraw that fragment alone.
    same = st.session_state.get("drawn") == _shape(history())
    st.rerun(FRAGMENTS if light and same else "app")


def callback(make: Callable[..., History]) -> Callable[..., None]:
    """A step that redraws the whole page, as a widget's callback: `make` takes the history and the widget's args."""

    @wraps(make)
    def taken(*args: Any) -> None:
        step(lambda now: make(now, *args), light=False)

    return taken


def view(key: str, value: Any, parameter: str = "value") -> dict[str, Any]:
    """Arguments that make a keyed widget show `value`: a default the first time, else the session's entry.

    A default and an entry together would draw a warning, and an entry set on every rerun would make the browser
    redraw the widget under the user's hand.
    """
    if key not in st.session_state:
        return {parameter: value}
    if st.session_state[key] != value:
        st.session_state[key] = value
        return {}
    return {parameter: value}
