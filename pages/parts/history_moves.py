"""The last moves of this session: what each changed, the way to any of them, and the last one again, without and with.

Drawn only while its box is open: what is on the line at all times costs every move.
"""

import streamlit as st

from model.compare import seen_at
from model.report import compare_words
from model.scenario import Scenario
from pages.parts import errors, results, state
from pages.parts.cards import CARDS
from pages.parts.history import History
from pages.parts.plain import markdown, plain

SHOWN = 12
"""Moves listed, newest first."""
WITHOUT, WITH = "Without it", "With it"
REPLAY = "replay"


def box() -> None:
    """The button beside undo and redo."""
    popover = st.popover("Moves", icon=":material/history:", type="tertiary", key="moves_button", on_change="rerun")
    if not popover.open:
        return
    with popover, st.container(key="moves", width=420), errors.told():
        now = state.history()
        if not (now.past or now.future):
            st.caption("What you move is listed here, and you can go back to any of it.")
            return
        _replay(now)
        _list(now)


def _replay(now: History) -> None:
    """The last change: what it did, and the screen without and with it."""
    pair = _last(now)
    if pair is None:
        return
    before, after = (seen_at(one, now.present.month) for one in pair)
    st.markdown(f"**The last change:** {_said(before, after)}")
    if before.baseline == after.baseline:
        figures = [results.of(one).outcome.headline for one in (before, after)]
        st.markdown(markdown(f":small[{compare_words.effects(*figures, CARDS, after.baseline.currency)}]"))
    shown = WITHOUT if now.future else WITH
    st.segmented_control(
        "Replay the last change", (WITHOUT, WITH), key=REPLAY, required=True, on_change=_replayed,
        label_visibility="collapsed", width="stretch", **state.view(REPLAY, shown, "default"))  # fmt: skip


def _last(now: History) -> tuple[Scenario, Scenario] | None:
    """Before and after the change that undo would take back or, just undone, redo would make again."""
    if now.future:
        return now.present, now.future[0]
    return (now.past[-1], now.present) if now.past else None


def _replayed() -> None:
    wanted = st.session_state[REPLAY]
    state.step(lambda now: now.redo() if wanted == WITH else now.undo(), light=False)


def _list(now: History) -> None:
    """Every move with the way to it: those undone above, then the present one, then those before."""
    line = [*now.past, now.present, *now.future]
    here = len(now.past)
    st.caption("Last moves, newest first. A click goes there.")
    with st.container(gap=None):
        for at in range(len(line) - 1, -1, -1)[:SHOWN]:
            said = _said(line[at - 1], line[at]) if at else f"Start: {plain(line[0].baseline.name)}"
            mark = ":material/radio_button_checked:" if at == here else f":material/{'redo' if at > here else 'undo'}:"
            st.button(said, icon=mark, type="tertiary", key=f"move_{at}", disabled=at == here,
                      on_click=state.callback(History.jump), args=(at - here,))  # fmt: skip


def _said(before: Scenario, after: Scenario) -> str:
    return plain(compare_words.move(before, after))
