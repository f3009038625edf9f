"""Fix it: where the scenario on screen misses a target, one button that restores every target at the least cost."""

import streamlit as st

from model import aside, needs
from model.report import mix_chart
from pages.parts import errors, mix_job, results, state
from pages.parts.mix_job import Search
from pages.parts.results import Results

KEY = "fix_search"
QUIET_S = 5.0
"""Seconds without a move after which somebody reads."""


def offer(now: Results) -> None:
    """Nothing while every target holds; else the button, and while it works how far it is."""
    aside.busy()
    search = mix_job.of(KEY, now.scenario)
    if search is None:
        missed = needs.missed(now.outcome)
        if missed:
            aside.start(QUIET_S)  # ready by the time somebody has read what is missed
            names = ", ".join(mix_chart.outcome_label(need.outcome, now.scenario) for need in missed)
            st.button("Fix it", icon=":material/build:", key="fix_it", on_click=_start, args=(now,),
                      help=f"Missed: {names}. Restores every target at the least cost found, "
                      "with few levers moved")  # fmt: skip
    elif search.work.running:
        st.fragment(mix_job.progress, run_every=mix_job.EVERY_S)(search, KEY, "fix_cancel")
    else:
        _ended(search)


def _start(now: Results) -> None:
    with errors.told_later():
        mix_job.begin(KEY, Search(now.scenario, "fix", {}))


def _ended(search: Search) -> None:
    mix_job.drop(KEY)
    if search.work.fault is not None:
        with errors.told_later():
            raise search.work.fault
    elif search.mixes and not search.work.cancelled:
        found = search.mixes[-1]
        if found.reached:
            state.accept(lambda now: now.change(levers=found.scenario.levers))
        if errors.pending() is None:
            state.remark(mix_chart.restored_text(results.of(search.scenario).outcome, found))
    st.rerun()
