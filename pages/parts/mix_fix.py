"""Fix it: where the scenario on screen misses a target, one button that restores every target at the least cost."""

import streamlit as st

from model import optimise
from model.optimise import Mix
from model.report import mix_chart, numbers
from pages.parts import errors, mix_job, results, state
from pages.parts.mix_job import Search
from pages.parts.results import Results

KEY = "fix_search"


def offer(now: Results) -> None:
    """Nothing while every target holds; else the button, and while it works how far it is."""
    search = mix_job.of(KEY, now.scenario)
    if search is None:
        if optimise.targets_missed(now.outcome):
            st.button("Fix it", icon=":material/build:", key="fix_it", on_click=_start, args=(now,),
                      help="Restore the targets at the least cost, with few levers moved")  # fmt: skip
    elif search.running:
        st.fragment(_watch, run_every=mix_job.EVERY_S)(search)
    else:
        _ended(search)


def _start(now: Results) -> None:
    with errors.told_later():
        mix_job.begin(KEY, Search(now.scenario, "fix", {}))


def _watch(search: Search) -> None:
    if not search.running:
        st.rerun()
    job = search.job
    assert job is not None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.progress(job.share, job.step)
        st.button("Cancel", icon=":material/close:", key="fix_cancel", on_click=mix_job.drop, args=(KEY,))


def _ended(search: Search) -> None:
    mix_job.drop(KEY)
    if not search.found:
        if search.job and search.job.fault and type(search.job.fault).__name__ != "Cancelled":
            with errors.told():
                raise search.job.fault
        return
    found = search.found[-1]
    state.accept(lambda now: now.change(levers=found.scenario.levers))
    state.remark(said(search, found).replace("$", "\\$"))
    st.rerun()


def said(search: Search, found: Mix) -> str:
    """What was moved and what it costs, or what stands in the way."""
    before, currency = search.scenario, search.scenario.baseline.currency
    was = results.of(before).outcome.headline["operating_cost"]
    moved = mix_chart.moved_text(before, found.scenario)
    cost = numbers.step("operating_cost", found.outcome.headline["operating_cost"] - was, currency) or "nothing"
    if found.reached:
        return f"Every target holds again. Moved: {moved}. Cost a year: {cost}."
    ways = "; ".join(mix_chart.limit_text(way, before) for way in found.in_the_way)
    return f"Not every target can be restored: {ways}. The nearest: {moved}. Cost a year: {cost}."
