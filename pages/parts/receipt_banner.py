"""Then and now: what a link or saved version says when its numbers read otherwise, and today's figures for it."""

from collections.abc import Sequence

import streamlit as st

import model
from model.drift import drift
from model.receipt import Receipt
from model.report import receipt_words
from model.scenario import Baseline, Scenario
from pages.parts import results, state
from pages.parts.history import History
from pages.parts.plain import plain


def remember(receipt: Receipt, on_screen: Baseline, what: str) -> None:
    """Say what reads otherwise than when the receipt was made; offer the figures on screen where they are newer."""
    state.remark(receipt_words.then_and_now(drift(receipt, evaluate=_evaluate), what))
    st.session_state.pop("newer_figures", None)
    of_today = on_screen.name == receipt.scenario.baseline.name and on_screen.source == "company"
    if of_today and on_screen.digest != receipt.scenario.baseline.digest:
        st.session_state["newer_figures"] = (receipt, on_screen, what)
        if "remark" not in st.session_state:
            state.remark("It stands on the figures of its day; others of the same company were on screen.")


def _evaluate(scenarios: Sequence[Scenario]) -> list[model.Outcome]:
    return [results.of(scenario).outcome for scenario in scenarios]


def draw() -> None:
    """What is to be said about the scenario on screen, until the next step."""
    if "remark" not in st.session_state:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.info(plain(st.session_state["remark"]), icon=":material/history:")
        if "newer_figures" in st.session_state:
            st.button("Use the newer figures", key="newer_figures_button", on_click=_newer)


def _newer() -> None:
    receipt, baseline, what = st.session_state.pop("newer_figures")

    def made(now: History) -> History:
        opened = drift(receipt, baseline, _evaluate)
        state.remark(receipt_words.then_and_now(opened, what))
        return now.to(opened.scenario)

    state.step(made, light=False)
