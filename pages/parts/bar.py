"""The one line under the navigation: which company, whose figures, undo, redo and share."""

import streamlit as st

import model
from model.report.grammar import listed, within
from pages.parts import (
    drafts_offer,
    errors,
    export,
    history_moves,
    library_save,
    receipt_banner,
    share,
    state,
    which,
)
from pages.parts.history import History, fresh
from pages.parts.plain import plain

MONTHS = (3, 6, 12, 36)


def bar(month: bool = False) -> None:
    """The line, and below it what went wrong in the last step or link, if anything did.

    `month`: with the one control of the month that every number on the page speaks of.
    """
    baseline = state.scenario().baseline
    own = f"**{plain(baseline.name)}**" + (":gray[, not your data]" if baseline.source == "sample" else "")
    # Columns: on a phone the buttons have lines of their own.
    left, right = st.columns([2, 3], vertical_alignment="center", gap="small")
    with left, st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.menu_button(own, list(state.SAMPLES), key="company", type="tertiary", on_click=_company,
                       format_func=lambda name: f"Sample: {within(state.SAMPLES[name])}",
                       help=plain(baseline.period) or "Look at another sample company")  # fmt: skip
        which.draw()
        if month and baseline.source == "sample":
            st.page_link("pages/data.py", label=":blue[Use my numbers]")
        if month and state.scenario().changed:
            st.page_link(
                "pages/assumptions.py", label=f":orange[{_changed()}]", help="See what was changed, by whom and why"
            )
    with right:
        _buttons(month)
    _told()


def _changed() -> str:
    """How many assumptions and targets differ from the company's: they move every number here, and "doing nothing"."""
    now = state.scenario()
    counts = {"target": len(now.targets), "assumption": len(now.changed) - len(now.targets)}
    parts = [f"{count} {noun}{'s' if count > 1 else ''}" for noun, count in counts.items() if count]
    return f"{listed(parts[::-1])} changed"


@st.fragment(key="buttons")
def _buttons(month: bool) -> None:
    now = state.history()
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        if month:
            _months(now.present.month)
        st.button("Undo", icon=":material/undo:", type="tertiary", key="undo", disabled=not now.past,
                  on_click=state.callback(History.undo))  # fmt: skip
        st.button("Redo", icon=":material/redo:", type="tertiary", key="redo", disabled=not now.future,
                  on_click=state.callback(History.redo))  # fmt: skip
        history_moves.box()
        st.button("Reset all", icon=":material/restart_alt:", type="tertiary", key="reset_all",
                  disabled=not state.anything_changed(), on_click=state.callback(History.reset_all),
                  help="Levers, demand, assumptions and targets as they are today")  # fmt: skip
        library_save.box()
        export.box()
        share.box()
    state.part("buttons", _look)


def _look(seen: History) -> tuple[object, ...]:
    return seen.present.month, bool(seen.past), bool(seen.future), state.anything_changed(seen.present)


@st.fragment(key="told")
def _told() -> None:
    errors.tell()
    receipt_banner.draw()
    drafts_offer.draw()
    kept = st.session_state
    state.part(
        "told", lambda _: (errors.pending(), kept.get("remark"), "newer_figures" in kept, drafts_offer.offered())
    )


def _months(now: int) -> None:
    st.segmented_control(
        "Month shown", MONTHS, key="month", required=True, on_change=_month, label_visibility="collapsed",
        format_func=lambda month: "36 months" if month == MONTHS[-1] else str(month),
        help="Numbers on this page are a year at the pace of this month.",
        **state.view("month", now, "default"))  # fmt: skip


def _month() -> None:
    # A click that leads away from an open box says that the month changed, from a page that has none any more.
    if "month" not in st.session_state:
        return
    chosen = int(st.session_state["month"])
    state.step(lambda now: now.at_month(chosen), shown=("buttons", chosen))


def _company() -> None:
    if "company" not in st.session_state:
        return
    name = st.session_state["company"]
    state.step(lambda now: now.to(fresh(model.sample(name))), light=False)
