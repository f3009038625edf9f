"""The lever panel: six levers first, then the staffing rule and demand; the rest behind "More levers"."""

from collections.abc import Callable
from typing import Any

import streamlit as st

import model
from model.scenario import Scenario
from pages.parts import state
from pages.parts.history import History, neutral
from pages.parts.units import FAMILIES, Dial, dials, spread

HEIGHT = 430
"""Pixels: at 1440 x 900 the panel ends where the screen ends, so the cards stay in view while it scrolls."""
RULES = {"as_set": "As set", "follow_work": "Follow the work"}
RULE_TEXT = {
    "as_set": "Agents stay where the slider is; freed time becomes speed.",
    "follow_work": "Agents move to hold the service target, so their slider rests; freed time becomes money.",
}


def panel() -> None:
    """The panel as a whole."""
    now = state.scenario()
    found = _dials(now)
    with st.container(key="levers", height=HEIGHT, border=True):
        opened = bool(st.session_state.get("more_levers"))
        # A changed lever comes up to the first group; not while the user has it under the hand below.
        first = [d for d in found if d.first or (_moved(d, now) and not opened)]
        _group(first, now)
        _rule(now)
        _demand(now)
        more = st.expander("More levers", key="more_levers", on_change="rerun")
        if more.open:
            with more:
                _group([d for d in found if d not in first], now)


def _dials(now: Scenario) -> list[Dial]:
    """This company's dials, made once a baseline."""
    kept = st.session_state.get("dials")
    if kept is None or kept[0] is not now.baseline:
        kept = (now.baseline, dials(model.lever_table(now.baseline), now.baseline.currency))
        st.session_state["dials"] = kept
    found: list[Dial] = kept[1]
    return found


def _keys(dial: Dial, now: Scenario) -> list[str]:
    """The levers a dial moves: its own, or every channel's staffing."""
    return [k for k in now.baseline.levers if k.startswith("staffing.")] if dial.key == "staffing" else [dial.key]


def _value(dial: Dial, now: Scenario) -> float:
    return round(sum(now.lever(key) for key in _keys(dial, now)), 10)


def _moved(dial: Dial, now: Scenario) -> bool:
    return any(key in now.levers for key in _keys(dial, now))


def _group(group: list[Dial], now: Scenario) -> None:
    for family, title in FAMILIES.items():
        members = [d for d in group if d.family == family]
        if members:
            st.caption(title)
        for dial in members:
            _slider(dial, now)


def _slider(dial: Dial, now: Scenario) -> None:
    value, moved = dial.shown(_value(dial, now)), _moved(dial, now)
    # A link may hold a value beyond what the slider offers: the slider then reaches out to it.
    st.slider(
        f"**{dial.label}**" if moved else dial.label, min(dial.low, value), max(dial.high, value), step=dial.step,
        key=dial.widget, format=dial.format, help=dial.help.replace("$", "\\$"), on_change=_turned, args=(dial,),
        disabled=dial.key.startswith("staffing") and now.staffing_rule == "follow_work",
        **state.view(dial.widget, value))  # fmt: skip
    if moved:
        _back(dial.widget, dial.text(dial.today), History.reset, tuple(_keys(dial, now)))


def _back(widget: str, today: str, make: Callable[..., History], *args: Any) -> None:
    """Marks a moved slider: today's value, and the way back to it.

    It stands below, not beside: a row put around the slider at its first step would take the keyboard from it.
    """
    st.button(f":small[Back to today: {today}]".replace("$", "\\$"), icon=":material/undo:", type="tertiary",
              key=f"reset_{widget}", on_click=state.callback(make), args=args)  # fmt: skip


def _turned(dial: Dial) -> None:
    shown = float(st.session_state[dial.widget])
    now = state.scenario()
    if dial.key == "staffing":
        keys = _keys(dial, now)
        today = shown == dial.today
        values = {k: now.baseline.levers[k] for k in keys} if today else spread(shown, {k: now.lever(k) for k in keys})
    else:
        values = {dial.key: now.baseline.levers[dial.key] if shown == dial.today else dial.real(shown)}
    # With "More levers" open, one control for all channels and one for each are both in view and must agree.
    both = dial.key.startswith("staffing") and bool(st.session_state.get("more_levers"))
    state.step(lambda history: history.set_levers(values), light=not both)


def _rule(now: Scenario) -> None:
    st.segmented_control(
        "Staffing rule", list(RULES), key="staffing_rule", required=True, format_func=RULES.__getitem__,
        on_change=_ruled, width="stretch", help="Whether saved work becomes speed or money.",
        **state.view("staffing_rule", now.staffing_rule, "default"))  # fmt: skip
    st.caption(RULE_TEXT[now.staffing_rule])


def _ruled() -> None:
    chosen = st.session_state["staffing_rule"]
    state.step(lambda history: history.set_rule(chosen))


def _demand(now: Scenario) -> None:
    text = "What may happen, not what you choose: contacts against today. Doing nothing meets the same demand."
    _condition("demand", "Demand, against today", now, -50, 100, 5, "%+.0f %%", text)
    more = st.expander("More on demand", key="more_demand", on_change="rerun")
    if more.open:
        with more:
            _condition("peak", "Peaks against today", now, -50, 100, 5, "%+.0f %%",
                       "The busiest fifth of the week, against today.")  # fmt: skip
            _condition("growth", "Growth a year", now, -30, 50, 1, "%+.0f %%", "How fast contacts grow every year.")
            _condition("forecast_cv", "Forecast error", now, 0, 40, 1, "%.0f %%",
                       "How far a half-hour usually is from what was planned for it.")  # fmt: skip
            for channel in now.baseline.channels:
                high = max(100.0, float(f"{channel.weekly_arrivals:.1g}"))
                _condition(f"added_volume.{channel.name}", f"Added {channel.title.lower()} contacts a week", now, 0,
                           high, high / 50, "%,.0f", "From a new market, site or campaign.")  # fmt: skip


def _condition(key: str, label: str, now: Scenario, low: float, high: float, step: float, form: str, text: str) -> None:
    """A slider of one condition, in per cent against today or of itself, or in contacts."""
    value = _shown_condition(key, now.conditions.get(key, neutral(key, now.baseline)))
    widget = "condition_" + key.replace(".", "_")
    moved = key in now.conditions
    st.slider(f"**{label}**" if moved else label, min(float(low), value), max(float(high), value), step=float(step),
              key=widget, format=form, help=text, on_change=_conditioned, args=(key, widget),
              **state.view(widget, value))  # fmt: skip
    if moved:
        today = neutral(key, now.baseline)
        _back(widget, form.replace(",", "") % _shown_condition(key, today), History.set_condition, key, today)


def _shown_condition(key: str, value: float) -> float:
    shown = {"added_volume": value, "growth": value * 100, "forecast_cv": value * 100}
    return round(shown.get(key.partition(".")[0], value * 100 - 100), 6)


def _conditioned(key: str, widget: str) -> None:
    shown = float(st.session_state[widget])
    value = {"added_volume": shown, "growth": shown / 100, "forecast_cv": shown / 100}.get(
        key.partition(".")[0], 1 + shown / 100)  # fmt: skip
    state.step(lambda history: history.set_condition(key, float(f"{value:.10g}")))
