"""The pictures: what caused the change, over time, through the week, cost and CSAT. Only what is asked for is drawn."""

import math

import streamlit as st

from model.engine import Same
from model.report import charts, words
from model.report.fitting import clean
from pages.parts import errors, mix_saved, referee, results, state
from pages.parts.cards import CARDS, is_dark
from pages.parts.plain import markdown
from pages.parts.results import EXPLAINED, OVER_TIME, PICTURE, Results

SHORT = {"operating_cost": "Cost", "service_level": "In time", "csat": "CSAT", "fte": "People"}
LIMITS = (
    "A model of averages, not a schedule: agents alike, patience without memory, queues that help each other evenly. "
    "How much each thing drives satisfaction is mostly judgement until your own ratings are fitted."
)


def reckon() -> None:
    """What the pictures in view show."""
    now = results.of(state.scenario())
    if now.moved and now.ready:
        outcome: str = st.session_state.get(EXPLAINED, CARDS[0])
        now.causes(outcome)
        if st.session_state.get(PICTURE, OVER_TIME) == OVER_TIME:
            now.path(outcome)


def pictures() -> None:
    """Both pictures, redrawn alone when another one or another outcome is asked for."""
    now = results.of(state.scenario())
    if now.ready:
        with errors.told():
            with st.container(border=True, key="causes", gap="xsmall"):
                outcome = _chosen()
                _causes(now, outcome)
            views = {OVER_TIME: _path, "Through the week": _week, "Cost and CSAT": _plane}
            view: str = st.segmented_control("Picture", list(views), key=PICTURE, required=True, default=OVER_TIME,
                                             label_visibility="collapsed", persist_state="session")  # fmt: skip
            views[view](now, outcome)
    state.part("pictures", lambda seen: seen.present)


def limits() -> None:
    """What this company's numbers, and the model, cannot tell."""
    now = results.of(state.scenario())
    if now.ready:
        st.caption(" ".join([*now.outcome.notes, LIMITS]))


def _chosen() -> str:
    chosen: str = st.segmented_control(
        "Outcome explained", CARDS, key=EXPLAINED, required=True, default=CARDS[0], format_func=SHORT.__getitem__,
        label_visibility="collapsed", persist_state="session")  # fmt: skip
    return chosen


# What a picture shows stands in words above it. As its own text for those who do not see it, the finding would change
# from move to move, and the browser would build the whole picture anew each time.


def _causes(now: Results, outcome: str) -> None:
    if not now.moved:
        st.markdown("**What caused the change** appears here, lever by lever, once something is moved.")
        return
    currency, causes = now.scenario.baseline.currency, now.causes(outcome)
    noun = words.CAUSE_NOUNS[outcome]
    shared = ", shared out by family" if now.by_family else ""
    said = markdown(words.cause_title(outcome, causes, currency))
    st.markdown(f"**What caused the change** in {noun}{shared}: {said}")
    data = charts.bridge_data(outcome, now.outcome.reference[outcome], now.outcome.headline[outcome], causes, currency)
    st.vega_lite_chart(data, charts.bridge_spec(is_dark()), height=215, key="bridge",
                       alt=f"What caused the change in {noun}, lever by lever")  # fmt: skip


def _path(now: Results, outcome: str) -> None:
    currency = now.scenario.baseline.currency
    here, nothing = (side[outcome] for side in now.months)
    st.markdown(markdown(words.path_title(outcome, here, nothing, currency)))
    path = now.path(outcome) if now.moved else None
    data = charts.path_data(here, nothing, path, now.scenario.month)
    spec = charts.path_spec(outcome, currency, is_dark(), now.moved)
    st.vega_lite_chart(data, spec, height=260, key="path",
                       alt="Month by month: this scenario with its likely range, and doing nothing")  # fmt: skip


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
    st.markdown(words.week_title(week, baseline, chosen, aim))
    data = charts.week_data(week, chosen, aim)
    st.vega_lite_chart(data, charts.week_spec(is_dark()), height=280, key="week",
                       alt="Answered in time by weekday and half-hour, against the target")  # fmt: skip
    referee.show(now, chosen)


def _plane(now: Results, _: str) -> None:
    here, there = now.outcome.headline, now.outcome.reference
    points = [("Doing nothing", "nothing", there["operating_cost"], there["csat"])]
    saved = [one for one in mix_saved.all_saved() if Same(one.outcome.scenario) != Same(now.scenario)]
    points += [(clean(one.name, 28), "nothing", one.outcome.headline["operating_cost"], one.outcome.headline["csat"])
               for one in saved]  # fmt: skip
    if now.moved:
        points.append(("This scenario", "this", here["operating_cost"], here["csat"]))
        st.markdown(markdown(words.plane_title(now.outcome, now.ranges)))
    data = charts.plane_data(points, now.ranges if now.moved else None)
    st.vega_lite_chart(data, charts.plane_spec(now.scenario.baseline.currency, is_dark()), height=300, key="plane",
                       alt="Cost a year against CSAT: doing nothing, saved scenarios and this one")  # fmt: skip
