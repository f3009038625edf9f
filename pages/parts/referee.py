"""Check the busiest hours with a simulation: one button, until it is pressed."""

from dataclasses import dataclass

import streamlit as st

from model import referee
from model.report import referee_chart
from model.scenario import Scenario
from pages.parts import errors
from pages.parts.cards import is_dark
from pages.parts.results import Results

KEPT = "check"
EVERY_S = 0.5
LOST = "The simulation did not come to an end."


@dataclass(frozen=True)
class Check:
    """What this session has asked to be simulated."""

    scenario: Scenario
    channel: str
    run: referee.Run


def show(now: Results, channel: str) -> None:
    """The button; once pressed, how far the simulation is, and what it found. Another scenario starts afresh."""
    check: Check | None = st.session_state.get(KEPT)
    if check is not None and (check.scenario is not now.scenario or check.channel != channel):
        _forget()
        check = None
    if now.scenario.baseline.channel(channel).kind == "deferred":
        return
    if check is None:
        st.button("Check the busiest hours with a simulation", icon=":material/fact_check:", type="tertiary",
                  key="check_start", on_click=_start, args=(now, channel))  # fmt: skip
        return
    with st.container(border=True, key="check", gap="small"):
        if check.run.update().state in ("waiting", "running"):
            st.fragment(_watch, run_every=EVERY_S)(check)
        else:
            _answer(check)


def _start(now: Results, channel: str) -> None:
    with errors.told_later():
        asked = referee.question(now.scenario, channel, outcome=now.outcome)
        st.session_state[KEPT] = Check(now.scenario, channel, referee.Run(asked))


def _forget() -> None:
    check: Check | None = st.session_state.pop(KEPT, None)
    if check is not None:
        check.run.cancel()


def _watch(check: Check) -> None:
    """How far it is, asked again and again; then the whole answer, once."""
    update = check.run.update()
    if update.state not in ("waiting", "running"):
        st.rerun()
    text = "Waiting for another simulation to end" if update.state == "waiting" else "Simulating day after day"
    days = "" if update.hours is None else f": {update.hours.replications} days so far"
    st.progress(update.gone, f"{text}{days}")
    if update.hours is not None:
        _pictures(check, update.hours)
    st.button("Cancel", icon=":material/close:", key="check_cancel", on_click=check.run.cancel)


def _answer(check: Check) -> None:
    update = check.run.update()
    if update.state == "failed":
        st.error("Press the button once more; if it happens again, choose another channel.", title=LOST,
                 icon=":material/error:")  # fmt: skip
    elif update.hours is None:
        st.caption("Cancelled before anything was known.")
    else:
        _pictures(check, update.hours)
        stopped = " You stopped it early." if update.state == "cancelled" else ""
        st.caption(referee_chart.how(update.hours) + stopped)
    st.button("Close", icon=":material/close:", key="check_close", on_click=_forget)


def _pictures(check: Check, hours: referee.Hours) -> None:
    baseline = check.scenario.baseline
    title = referee_chart.hours_title(hours, baseline.channel(check.channel).title)
    st.markdown(referee_chart.finding(hours, title))
    with st.grid(3, min_column_width=200, gap="small"):
        for figure, label in referee_chart.FIGURES.items():
            with st.container(gap="xxsmall"):
                st.caption(f"**{label}**")
                st.vega_lite_chart(
                    referee_chart.hours_data(hours, figure), referee_chart.hours_spec(figure, is_dark()), height=190,
                    key=f"check_{figure}", alt=f"{label} by half-hour: model and simulation",
                )  # fmt: skip
