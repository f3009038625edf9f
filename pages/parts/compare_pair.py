"""Two of the scenarios more closely: what caused the difference, how sure it is, and what would change the answer."""

import pandas as pd
import streamlit as st

import model
from model import explain, paired
from model.compare import is_ahead, same_company
from model.outcomes import OUTCOMES
from model.report import charts, compare_words, words
from pages.parts import asked, compare_asked, errors, turning
from pages.parts.cards import is_dark
from pages.parts.compare_choice import Chosen
from pages.parts.plain import markdown

SHORT = {"operating_cost": "Cost", "service_level": "In time", "csat": "CSAT", "npv": "Value", "fte": "People"}
NOUNS = {**words.CAUSE_NOUNS, "npv": "value over 36 months"}
ODDS = ("operating_cost", "service_level", "csat", "npv")
OTHER, OUTCOME = "compare_other", "compare_outcome"


@st.fragment(key="compare_pair")
def closer(found: list[Chosen], base: Chosen) -> None:
    """The part for two, redrawn alone when another one or another outcome is asked for."""
    others = [one for one in found if one.id != base.id and same_company([one.scenario, base.scenario])]
    if not others:
        return
    with errors.told():
        other = _other(others)
        outcome: str = st.segmented_control(
            "Outcome looked at", list(SHORT), key=OUTCOME, required=True, default="operating_cost",
            format_func=SHORT.__getitem__, label_visibility="collapsed", persist_state="session")  # fmt: skip
        one, two = other.scenario, base.scenario
        asked.ask(1, model.attribute, two, one, outcome)
        asked.ask(0, paired.chances, one, two, ODDS)
        if OUTCOMES[outcome].better != "none":
            asked.ask(1, paired.flips, one, two, outcome)
        left, right = st.columns(2, gap="medium")
        with left:
            _bridge(other, base, outcome)
            sure = st.container(gap="small")
        # What takes a second comes last, when all the rest is on the page.
        with right, st.container(gap="small"):
            st.markdown("**What would change the answer**")
            turn = st.empty()
        with sure, st.spinner("Reckoning how sure this is"):
            _odds(other, base)
        with turn, st.spinner("Reckoning what would change it"):
            found = _turns(other, base, outcome)
        with turn.container(gap="small"):
            turning.draw(*found, key="compare_turns")


def _other(others: list[Chosen]) -> Chosen:
    names = {one.id: one.name for one in others}
    if st.session_state.get(OTHER) not in names:
        st.session_state.pop(OTHER, None)
    if len(others) > 1:
        st.selectbox("Look more closely at", list(names), key=OTHER, format_func=lambda one: names.get(one, one),
                     width=360)  # fmt: skip
    return next((one for one in others if one.id == st.session_state.get(OTHER)), others[0])


def _bridge(one: Chosen, base: Chosen, outcome: str) -> None:
    currency = one.scenario.baseline.currency
    here, there = (out.headline[outcome] for out in compare_asked.outcomes([one, base]))
    shares = asked.answer(model.attribute, base.scenario, one.scenario, outcome)
    assert isinstance(shares, pd.Series)
    causes = shares.set_axis([words.cause_label(str(key)) for key in shares.index])
    shared = ", shared out by family" if explain.is_by_family(base.scenario, one.scenario) else ""
    said = markdown(words.cause_title(outcome, causes, currency))
    st.markdown(f"**What caused the difference** in {NOUNS[outcome]} from {base.markdown} to {one.markdown}{shared}: "
                f"{said}")  # fmt: skip
    ends = tuple(f"“{side.name}”" if side.name in causes.index else side.name for side in (base, one))
    data = charts.bridge_data(outcome, there, here, causes, currency, (ends[0], ends[1]))
    st.vega_lite_chart(data, charts.bridge_spec(is_dark()), height=max(120, 34 * data.num_rows), key="compare_bridge",
                       alt=f"What caused the difference in {NOUNS[outcome]}, cause by cause")  # fmt: skip


def _odds(one: Chosen, base: Chosen) -> None:
    found = asked.answer(paired.chances, one.scenario, base.scenario, ODDS)
    told = [compare_words.odds(key, one.markdown, base.markdown, *found[key]) for key in ODDS]
    st.markdown("**How sure is that?** Each case takes the same assumptions for both, drawn from their ranges.\n\n"
                + "\n".join(f"- {line}" for line in told))  # fmt: skip


def _turns(one: Chosen, base: Chosen, outcome: str) -> tuple[str, list[compare_words.Turn]]:
    """The finding as a sentence, and the assumptions that turn the choice."""
    if OUTCOMES[outcome].better == "none":
        return "People are neither better nor worse: choose another outcome.", []
    flips = asked.answer(paired.flips, one.scenario, base.scenario, outcome)
    if compare_words.alike(flips):
        return f"Both are alike in {NOUNS[outcome]}.", []
    here, there = (out.headline[outcome] for out in compare_asked.outcomes([one, base]))
    ahead = one if is_ahead(outcome, here, there) else base
    found = compare_words.turns(flips, one.scenario.baseline.currency)
    return compare_words.turn_title(outcome, ahead.markdown, found), found
