"""The session's state: one history of scenarios is the single source of truth; widgets are views of it.

A page is drawn in parts, each a keyed fragment. A part says what it looks at; a step redraws only the parts that see
something else than what they were drawn from, since every element sent costs the browser more than the model does.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st

import model
from model.scenario import Baseline, Scenario
from pages.parts import drafts, errors, live, results
from pages.parts.history import History, fresh

SAMPLES = {"retail": "Retailer", "bank": "Bank", "software": "Software company"}

Look = Callable[[History], Any]


def history() -> History:
    """This session's history; the first time, a sample company with nothing moved."""
    found: History | None = st.session_state.get("history")
    if found is None:
        found = History(fresh(model.sample("retail")))
        st.session_state["history"] = found
    return found


def scenario() -> Scenario:
    """The scenario on screen."""
    return history().present


def anything_changed(now: Scenario | None = None) -> bool:
    """Whether a scenario, else the one on screen, differs from today in what `History.reset_all` takes back."""
    seen = now or scenario()
    return bool(seen.levers or seen.conditions or seen.calendar or seen.changed) or seen.staffing_rule != "as_set"


def accept(make: Callable[[History], History], *, keep: bool = True) -> None:
    """Take a step. What is out of bounds, or cannot be reckoned, leaves everything as it was and is told.

    `keep` : whether it is somebody's work, to be found again after a reload; what an address says is not.
    """
    _try_out(make, keep)
    _stands()


def _try_out(make: Callable[[History], History], keep: bool = True) -> None:
    """Take a step and have its outcome reckoned: it is there to be shown once it `_stands`."""
    _stands()  # the one before, of a run that was cut short
    st.session_state.pop("remark", None)
    with errors.told_later():
        before = history()
        after = make(before)
        results.of(after.present)
        st.session_state["history"], st.session_state["before"] = after, before
        if keep:
            drafts.keep(after)


def _stands() -> bool:
    """Whether the last step can be reckoned. Else it is taken back, and told: nothing of it gets on screen."""
    before = st.session_state.pop("before", None)
    if before is None:
        return True
    with errors.told_later():
        _ = results.of(scenario()).outcome
        return True
    st.session_state["history"] = before
    drafts.take_back(before)
    return False


def settle() -> None:
    """Say in a lever's run, once the lever itself is drawn, that what it moves comes next: wait for its outcome."""
    if not _stands():
        st.rerun("app")


def remark(text: str) -> None:
    """Something to know about the scenario on screen, told under the scenario line until the next step."""
    if text:
        st.session_state["remark"] = text


def open_baseline(baseline: Baseline) -> None:
    """Another company on screen, nothing moved; undo leads back."""
    accept(lambda now: now.to(fresh(baseline)))


def part(key: str, look: Look) -> None:
    """Say at the end of the fragment `key` that it shows what `look` sees; a step redraws it when that changes.

    At the end, since a quick second move cuts a redraw short: what counts is what was drawn, not what was meant to be.
    """
    st.session_state.setdefault("parts", {})[key] = (look, look(history()))


def frame(look: Look) -> None:
    """What only a run of the whole page can redraw: which parts there are, and where."""
    st.session_state.setdefault("frames", []).append((look, look(history())))


def begin() -> None:
    """Say at a page's start that nothing of it is drawn yet."""
    _stands()
    for name in ("parts", "frames", "whole", "live", "drawn"):
        st.session_state.pop(name, None)


def drawn() -> None:
    """Say at a page's end that all of it is drawn, so that steps may redraw parts alone."""
    st.session_state["whole"] = True


def _stale() -> list[str] | str:
    """The parts that a step leaves behind, or the whole app."""
    now, kept = history(), st.session_state
    if "whole" not in kept or any(look(now) != seen for look, seen in kept.get("frames", ())):
        return "app"
    return [key for key, (look, seen) in kept["parts"].items() if look(now) != seen] or "app"


def step(
    make: Callable[[History], History],
    light: bool = True,
    shown: tuple[str, Any] | None = None,
    lever: str | None = None,
) -> None:
    """Take a step from inside a widget's callback.

    `light`: only the parts that it changes are redrawn. `shown`: the part of the user's widget, and the value that it
    shows already, which is the first thing its look sees: no reason to redraw it, unless the step was refused.
    `lever`: the part that the widget stands in where it draws the live places too: mostly that is all there is to draw.
    It draws itself while the outcome is reckoned, and then has to `settle` it.
    """
    _try_out(make)
    parts = st.session_state.get("parts", {})
    if shown and shown[0] in parts:
        key, value = shown
        look, seen = parts[key]
        parts[key] = (look, (value, *seen[1:]))
    stale = _stale() if light else "app"
    if lever is None or stale == "app" or not live.covers({*stale} - {lever}):
        # Said either way: a widget inside a fragment would otherwise redraw that fragment alone.
        st.rerun(stale if _stands() else "app")


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
