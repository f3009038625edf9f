"""How sure the answer is, what it depends on, what would change it, and what to find out first."""

from collections.abc import Iterator

import pandas as pd
import streamlit as st

import model
from model import learning, paired, sensitivity
from model.compare import is_ahead
from model.engine import Same
from model.learning import Learning
from model.report import compare_words, risk_chart, risk_words
from model.report.grammar import opening
from model.scenario import Scenario
from model.sensitivity import Dependence
from pages.parts import errors, results, risks_options, risks_study, state, turning
from pages.parts.cards import is_dark
from pages.parts.plain import markdown, plain
from pages.parts.risks_options import NOTHING

DRAWS = 512
SHORT = {"operating_cost": "Cost", "service_level": "In time", "csat": "CSAT", "npv": "Value"}
WORTH = {"npv": "Without revenue", "npv_with_revenue": "With revenue"}
THIS = "This scenario"


def depends() -> None:
    """All four, or what to do first where nothing is moved."""
    now = results.of(state.scenario())
    _ = now.outcome  # what cannot be reckoned is told here, once
    _sure()
    if not now.moved:
        with st.container(border=True):
            st.markdown("**Nothing is moved yet**, so there is no answer to doubt. Move a lever, then come back.")
            st.page_link("pages/explore.py", label="Go to Explore", icon=":material/arrow_forward:")
        state.frame(lambda seen: seen.present)
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        _answer()
    with right:
        _learn()


@st.fragment(key="risks_sure")
def _sure() -> None:
    """How often each aim is met."""
    now = state.scenario()
    with errors.told():
        found = risk_words.odds(now, model.target_odds(now))
        if found:
            st.markdown(f"**How often it comes true** {risk_words.at(now)}, in cases drawn from all assumptions")
            with st.grid(min(len(found), 6), min_column_width=150, gap="small", border=True, key="risks_odds"):
                for what, often, _ in found:
                    st.markdown(markdown(f"**{opening(often)}**  \n:small[:gray[{what}]]"))
    state.part("risks_sure", lambda seen: seen.present)


@st.fragment(key="risks_answer")
def _answer() -> None:
    now, options = state.scenario(), {NOTHING: None, **risks_options.saved()}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        outcome: str = st.segmented_control(
            "Outcome", list(SHORT), key="risks_outcome", required=True, default="csat", format_func=SHORT.__getitem__,
            persist_state="session")  # fmt: skip
        if len(options) > 1:
            if st.session_state.get("risks_against") not in options:
                st.session_state.pop("risks_against", None)
            against = st.selectbox("Against", list(options), key="risks_against", width=260)
        else:
            against = NOTHING
    other = options[against] or now.doing_nothing()
    other = other.model_copy(update={"month": now.month})
    with st.container(border=True, key="risks_dependence", gap="small"):
        st.markdown("**What the answer depends on**")
        asked = risks_study.study(
            ("depends", Same(now), Same(other), outcome), lambda: sensitivity.steps(now, outcome, other, DRAWS)
        )
        risks_study.show("depends", asked, lambda found: _dependence(now, other, against, found))
    with st.container(border=True, key="risks_turns", gap="small"):
        st.markdown("**What would change the answer**")
        turns = risks_study.study(("turns", Same(now), Same(other), outcome), lambda: _flips(now, other, outcome))
        risks_study.show("turns", turns, lambda found: _turns(now, other, against, outcome, found))
    state.part("risks_answer", lambda seen: seen.present)


def _dependence(now: Scenario, other: Scenario, against: str, found: Dependence) -> None:
    low, high = paired.gaps(now, other).loc[found.outcome]
    st.markdown(markdown(risk_words.title(now, found, _called(against), (low, high))))
    if found.rows.empty:
        return
    parts = risk_words.parts(now, found)
    data = risk_chart.depends_data(parts, found.answer)
    st.vega_lite_chart(data, risk_chart.depends_spec(found.outcome, now.baseline.currency, is_dark()),
                       height=risk_chart.ROW * len(parts) + risk_chart.AXIS, key="depends",
                       alt="Assumptions by their share of the doubt, and the answer at both ends of each")  # fmt: skip
    st.caption(risk_words.how(found))


def _called(against: str) -> str:
    return "doing nothing" if against == NOTHING else f"“{plain(against)}”"


def _flips(now: Scenario, other: Scenario, outcome: str) -> Iterator[tuple[float, pd.DataFrame | None]]:
    yield 1.0, paired.flips(now, other, outcome)


def _turns(now: Scenario, other: Scenario, against: str, outcome: str, flips: pd.DataFrame) -> None:
    if compare_words.alike(flips):
        st.caption(f"Both are alike in {risk_words.NOUNS[outcome]}.")
        return
    here, there = (model.evaluate(one).headline[outcome] for one in (now, other))
    ahead = THIS if is_ahead(outcome, here, there) else plain(against)
    found = compare_words.turns(flips, now.baseline.currency)
    turning.draw(compare_words.turn_title(outcome, ahead, found), found, key="turns")


@st.fragment(key="risks_learn")
def _learn() -> None:
    now, others = state.scenario(), risks_options.saved()
    with st.container(border=True, key="risks_first", gap="small"):
        st.markdown("**What to find out first**")
        worth: str = st.segmented_control("Counted", list(WORTH), key="risks_worth", required=True, default="npv",
                                          format_func=WORTH.__getitem__, persist_state="session",
                                          label_visibility="collapsed")  # fmt: skip
        chosen: list[str] = []
        if others:
            kept = [name for name in st.session_state.get("risks_choice", []) if name in others]
            if kept != st.session_state.get("risks_choice", kept):
                st.session_state["risks_choice"] = kept
            chosen = st.multiselect("Also to choose from", list(others), key="risks_choice",
                                    placeholder="Saved scenarios")  # fmt: skip
        options = [now, *(others[name] for name in chosen)]
        names = [NOTHING, THIS, *(plain(name) for name in chosen)]
        asked = risks_study.study(
            ("learn", tuple(Same(one) for one in options), worth), lambda: learning.steps(options, worth)
        )
        risks_study.show("learn", asked, lambda found: _learnt(now, names, found))
    state.part("risks_learn", lambda seen: seen.present)


def _learnt(now: Scenario, names: list[str], found: Learning) -> None:
    currency = now.baseline.currency
    st.markdown(markdown(risk_words.learning_title(found, names, currency)))
    sure = risk_words.telling(found)
    if not sure.empty:
        data = risk_chart.learnt_data(sure, currency)
        st.vega_lite_chart(data, risk_chart.learnt_spec(is_dark()), height=risk_chart.ROW * data.num_rows + 8,
                           key="learnt", alt="What knowing each figure before choosing is worth")  # fmt: skip
    st.caption(markdown(risk_words.learning_how(found)))
