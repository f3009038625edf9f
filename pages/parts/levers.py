"""The lever panel: six levers first, then the staffing rule and demand; the rest behind "More levers"."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import streamlit as st

import model
from model.compare import condition
from model.report.dials import FAMILIES, Dial, dials, spread
from model.report.grammar import named, opening
from model.report.words import since
from model.scenario import Baseline, Scenario, neutral
from pages.parts import errors, live, state
from pages.parts.history import History
from pages.parts.plain import markdown

HEIGHT = 430
"""Pixels: at 1440 x 900 the panel ends where the screen ends, so the cards stay in view while it scrolls."""
RULES = {"as_set": "As set", "follow_work": "Follow the work"}
RULE_TEXT = {
    "as_set": "Agents stay where the slider is; freed time becomes speed.",
    "follow_work": "Agents move to hold the service target, so their slider rests; freed time becomes money.",
}


def panel(column: Any) -> None:
    """The panel as a whole. Each lever is a part of its own: a moved one redraws nothing but itself."""
    # Written into the column, not within it: with each move a lever copies what it was written within.
    with column.container(key="levers", height=HEIGHT, border=True), errors.told():
        found = _dials(state.scenario())
        first = _first(state.history())
        _group(first)
        st.fragment(_rule, key=_part("staffing_rule"))()
        _demand(state.scenario())
        more = st.expander("More levers", key="more_levers", on_change="rerun")
        if more.open:
            with more:
                _group([dial for dial in found if dial not in first])
    state.frame(lambda seen: (id(seen.present.baseline), _first(seen)))


def _first(seen: History) -> list[Dial]:
    """The first group. A changed lever comes up to it; not while the user has it under the hand below."""
    opened = bool(st.session_state.get("more_levers"))
    return [d for d in _dials(seen.present) if d.first or (_moved(d, seen.present) and not opened)]


def _dials(now: Scenario) -> list[Dial]:
    """This company's dials, made once a baseline."""
    kept = st.session_state.get("dials")
    if kept is None or kept[0] is not now.baseline:
        kept = (now.baseline, _made(now.baseline))
        st.session_state["dials"] = kept
        st.session_state["reach"] = {}
    found: list[Dial] = kept[1]
    return found


@lru_cache(maxsize=16)
def _made(baseline: Baseline) -> list[Dial]:
    """Kept for all sessions: a sample company has many visitors."""
    return dials(model.lever_table(baseline), baseline.currency)


def _reach(widget: str, low: float, high: float, value: float) -> tuple[float, float]:
    """A slider's ends. A link may hold a value beyond what the slider offers: it then reaches out to it, and stays so.

    With ends that came back, the browser would take the slider for another one, and a move on its way for nobody's.
    """
    ends: dict[str, tuple[float, float]] = st.session_state.setdefault("reach", {})
    known = ends.get(widget, (low, high))
    ends[widget] = min(low, value, known[0]), max(high, value, known[1])
    return ends[widget]


def _part(widget: str) -> str:
    return f"part_{widget}"


def _keys(dial: Dial, now: Scenario) -> list[str]:
    """The levers a dial moves: its own, or every channel's staffing."""
    return [k for k in now.baseline.levers if k.startswith("staffing.")] if dial.key == "staffing" else [dial.key]


def _value(dial: Dial, now: Scenario) -> float:
    return round(sum(now.lever(key) for key in _keys(dial, now)), 10)


def _moved(dial: Dial, now: Scenario) -> bool:
    """Whether a lever stands elsewhere than today; a channel's agents: elsewhere than with all channels together."""
    if not dial.key.startswith("staffing."):
        return any(key in now.levers for key in _keys(dial, now))
    if dial.key not in now.levers:
        return False
    today = {k: v for k, v in now.baseline.levers.items() if k.startswith("staffing.")}
    together = sum(now.lever(key) for key in today) / sum(today.values())
    return abs(now.lever(dial.key) - today[dial.key] * together) > dial.step / 2


def _look(dial: Dial, seen: History) -> tuple[float, bool, bool, str]:
    """What a lever's part shows: its value, whether it is marked as moved, whether it rests, from when on it stands."""
    now = seen.present
    rests = dial.key.startswith("staffing") and now.staffing_rule == "follow_work"
    starts = {now.starts.get(key, 0) for key in _keys(dial, now)}
    return dial.shown(_value(dial, now)), _moved(dial, now), rests, since(starts.pop()) if len(starts) == 1 else ""


def _group(group: list[Dial]) -> None:
    for family, title in FAMILIES.items():
        members = [d for d in group if d.family == family]
        if members:
            st.caption(title)
        for dial in members:
            st.fragment(_slider, key=_part(dial.widget))(dial)


def _slider(dial: Dial) -> None:
    value, moved, rests, begins = _look(dial, state.history())
    low, high = _reach(dial.widget, dial.low, dial.high, value)
    st.slider(
        f"**{dial.label}**" if moved else dial.label, low, high, step=dial.step, key=dial.widget, format=dial.format,
        help=markdown(dial.help), on_change=_turned, args=(dial,), disabled=rests,
        **state.view(dial.widget, value))  # fmt: skip
    if moved:
        _back(dial.widget, dial.text(dial.today), begins, History.reset, tuple(_keys(dial, state.scenario())))
    state.part(_part(dial.widget), partial(_look, dial))
    state.settle()
    live.lever()


def _back(widget: str, today: str, begins: str, make: Callable[..., History], *args: Any) -> None:
    """Marks a moved slider: from when on it stands there if not from now, today's value, and the way back to it.

    It stands below, not beside: a row put around the slider at its first step would take the keyboard from it.
    """
    said = f"{opening(begins)}. Back to today: {today}" if begins else f"Back to today: {today}"
    st.button(markdown(f":small[{said}]"), icon=":material/undo:", type="tertiary",
              key=f"reset_{widget}", on_click=_reset, args=(widget, make, *args))  # fmt: skip


def _reset(widget: str, make: Callable[..., History], *args: Any) -> None:
    state.step(lambda history: make(history, *args), lever=_part(widget))


def _turned(dial: Dial) -> None:
    now = state.scenario()
    # A move may reach us after the slider is gone: reset, or another company. Then there is nothing left to turn.
    if dial.widget not in st.session_state or dial not in _dials(now):
        return
    shown = float(st.session_state[dial.widget])
    if dial.key == "staffing":
        keys = _keys(dial, now)
        today = shown == dial.today
        values = {k: now.baseline.levers[k] for k in keys} if today else spread(shown, {k: now.lever(k) for k in keys})
    else:
        values = {dial.key: now.baseline.levers[dial.key] if shown == dial.today else dial.real(shown)}
    part = _part(dial.widget)
    state.step(lambda history: history.set_levers(values), shown=(part, shown), lever=part)


def _rule() -> None:
    now = state.scenario()
    st.segmented_control(
        "Staffing rule", list(RULES), key="staffing_rule", required=True, format_func=RULES.__getitem__,
        on_change=_ruled, width="stretch", help="Whether saved work becomes speed or money.",
        **state.view("staffing_rule", now.staffing_rule, "default"))  # fmt: skip
    st.caption(RULE_TEXT[now.staffing_rule])
    state.part(_part("staffing_rule"), lambda seen: seen.present.staffing_rule)


def _ruled() -> None:
    chosen = st.session_state["staffing_rule"]
    state.step(lambda history: history.set_rule(chosen))


def _demand(now: Scenario) -> None:
    text = "What may happen, not what you choose: contacts against today. Doing nothing meets the same demand."
    _condition("demand", "Demand, against today", -50, 100, 5, "%+.0f %%", text)
    more = st.expander("More on demand", key="more_demand", on_change="rerun")
    if more.open:
        with more:
            _condition("peak", "Peaks against today", -50, 100, 5, "%+.0f %%",
                       "The busiest fifth of the week, against today.")  # fmt: skip
            _condition("growth", "Growth a year", -30, 50, 1, "%+.0f %%", "How fast contacts grow every year.")
            _condition("forecast_cv", "Forecast error", 0, 40, 1, "%.0f %%",
                       "How far a half-hour usually is from what was planned for it.")  # fmt: skip
            for channel in now.baseline.channels:
                high = max(100.0, float(f"{channel.weekly_arrivals:.1g}"))
                _condition(f"added_volume.{channel.name}", f"Added {named(channel.title)} contacts a week", 0,
                           high, high / 50, "%,.0f", "From a new market, site or campaign.")  # fmt: skip


def _condition(key: str, label: str, low: float, high: float, step: float, form: str, text: str) -> None:
    """A slider of one condition, in per cent against today or of itself, or in contacts."""
    widget = "condition_" + key.replace(".", "_")
    st.fragment(_conditioning, key=_part(widget))(key, widget, label, low, high, step, form, text)


def _conditioning(
    key: str, widget: str, label: str, low: float, high: float, step: float, form: str, text: str
) -> None:
    value, moved = _seen_condition(key, state.history())
    ends = _reach(widget, float(low), float(high), value)
    st.slider(f"**{label}**" if moved else label, *ends, step=float(step), key=widget, format=form, help=text,
              on_change=_conditioned, args=(key, widget), **state.view(widget, value))  # fmt: skip
    if moved:
        today = neutral(key, state.scenario().baseline)
        _back(widget, form.replace(",", "") % _shown_condition(key, today), "", History.set_condition, key, today)
    state.part(_part(widget), partial(_seen_condition, key))
    state.settle()
    live.lever()


def _seen_condition(key: str, seen: History) -> tuple[float, bool]:
    now = seen.present
    return _shown_condition(key, condition(now, key)), key in now.conditions


def _shown_condition(key: str, value: float) -> float:
    shown = {"added_volume": value, "growth": value * 100, "forecast_cv": value * 100}
    return round(shown.get(key.partition(".")[0], value * 100 - 100), 6)


def _conditioned(key: str, widget: str) -> None:
    channel = key.partition(".")[2]
    # As in `_turned`: the slider may be gone, or the channel with the company that it belonged to.
    names = [c.name for c in state.scenario().baseline.channels]
    if widget not in st.session_state or (channel and channel not in names):
        return
    shown = float(st.session_state[widget])
    value = {"added_volume": shown, "growth": shown / 100, "forecast_cv": shown / 100}.get(
        key.partition(".")[0], 1 + shown / 100)  # fmt: skip
    part = _part(widget)
    state.step(lambda history: history.set_condition(key, float(f"{value:.10g}")), shown=(part, shown), lever=part)
