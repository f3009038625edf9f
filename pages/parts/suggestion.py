"""The first step for someone who has moved nothing yet: one click that shows what a lever does."""

import streamlit as st

import model
from pages.parts import state


def offer() -> None:
    """One line: Try, and what it will do."""
    text, levers = model.try_suggestion(state.scenario().baseline)
    st.button(f"Try: {text}", type="primary", icon=":material/play_arrow:", key="try", on_click=_try, args=(levers,))


def _try(levers: dict[str, float]) -> None:
    state.step(lambda now: now.set_levers(levers))
