"""The pictures: what caused the change, over time, through the week, cost and CSAT. Only what is open is drawn."""

import math

import streamlit as st

from model.report import charts, words
from pages.parts import errors, results, state
from pages.parts.cards import CARDS, is_dark, markdown
from pages.parts.results import OVER_TIME, PICTURE, Results

SHORT = {"operating_cost": "Cost", "service_level": "In time", "csat": "CSAT", "fte": "People"}
LIMITS = (
    "A model of averages, not a schedule: agents alike, patience without memory, queues that help each other evenly. "
    "How much drives satisfaction is mostly judgement until your own ratings are fitted."
)


@st.fragment(key="pictures")
def pictures() -> None:
    """Both pictures; redrawn alone when a lever moves or a tab is opened."""
    now = results.of(state.scenario())
    if not now.ready:
        return
    with errors.told():
        with st.container(border=True, key="causes", gap="xsmall"):
            outcome = _chosen()
            _causes(now, outcome)
        tabs = st.tabs([OVER_TIME, "Through the week", "Cost and CSAT"], key=PICTURE, on_change="rerun")
        for tab, draw in zip(tabs, (_path, _week, _plane), strict=True):
            if tab.open:
                with tab:
                    draw(now, outcome)
        st.caption(" ".join([*now.outcome.notes, LIMITS]))


def _chosen() -> str:
    chosen: str = st.segmented_control(
        "Outcome explained", CARDS, key="explained", required=True, default=CARDS[0], format_func=SHORT.__getitem__,
        label_visibility="collapsed", persist_state="session")  # fmt: skip
    return chosen


def _causes(now: Results, outcome: str) -> None:
    if not now.moved:
        st.markdown("**What caused the change** appears here, lever by lever, once something is moved.")
        return
    currency, causes = now.scenario.baseline.currency, now.causes(outcome)
    finding = words.cause_title(outcome, causes, currency)
    st.markdown(f"**What caused the change** in {words.CAUSE_NOUNS[outcome]}: {markdown(finding)}")
    data = charts.bridge_data(outcome, now.outcome.reference[outcome], now.outcome.headline[outcome], causes, currency)
    st.vega_lite_chart(data, charts.bridge_spec(is_dark()), height=215, key="bridge",
                       alt=f"What caused the change in {words.CAUSE_NOUNS[outcome]}: {finding}")  # fmt: skip


def _path(now: Results, outcome: str) -> None:
    currency, here, there = now.scenario.baseline.currency, now.outcome.monthly, now.outcome.reference_monthly
    finding = words.path_title(outcome, here[outcome], there[outcome], currency)
    st.markdown(markdown(finding))
    path = now.path(outcome) if now.moved else None
    data = charts.path_data(here[outcome], there[outcome], path, now.scenario.month)
    spec = charts.path_spec(outcome, currency, is_dark(), now.moved)
    st.vega_lite_chart(data, spec, height=260, key="path", alt=finding)


def _week(now: Results, _: str) -> None:
    baseline, week = now.scenario.baseline, now.outcome.intervals
    names = [channel.name for channel in baseline.channels]
    if st.session_state.get("week_of") not in names:  # another company's channel
        st.session_state.pop("week_of", None)
    chosen = st.segmented_control(
        "Channel", names, key="week_of", required=True, default=names[0], label_visibility="collapsed",
        format_func=lambda name: baseline.channel(name).title)  # fmt: skip
    share = float(now.outcome.channels["target_share"].astype(float).get(chosen, math.nan))
    aim = None if math.isnan(share) else share
    finding = words.week_title(week, baseline, chosen, aim)
    st.markdown(finding)
    data = charts.week_data(week, chosen, aim)
    st.vega_lite_chart(data, charts.week_spec(is_dark()), height=280, key="week", alt=finding)


def _plane(now: Results, _: str) -> None:
    here, there = now.outcome.headline, now.outcome.reference
    points = [("Doing nothing", "nothing", there["operating_cost"], there["csat"])]
    if now.moved:
        points.append(("This scenario", "this", here["operating_cost"], here["csat"]))
        st.markdown(markdown(words.plane_title(now.outcome)))
    data = charts.plane_data(points, now.ranges if now.moved else None)
    st.vega_lite_chart(data, charts.plane_spec(now.scenario.baseline.currency, is_dark()), height=300, key="plane",
                       alt="Cost a year against CSAT: doing nothing and this scenario")  # fmt: skip
