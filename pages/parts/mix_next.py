"""Where the next money should go: which lever gains most for an amount, what it brings back, and why it stops."""

import streamlit as st

from model.report import mix_chart, numbers
from pages.parts import errors, mix_job, state
from pages.parts.mix_job import Search
from pages.parts.plain import markdown

KEY = "next_search"
AMOUNT = 100_000.0


def next_money() -> None:
    """The question, and its answer while it is looked for and after."""
    now = state.scenario()
    money = numbers.money(AMOUNT, now.baseline.currency)
    box = st.expander(markdown(f"Where the next {money} should go"), key="mix_next", on_change="rerun")
    if not box.open:
        mix_job.drop(KEY)
        return
    with box, errors.told():
        search = mix_job.of(KEY, now)
        if search is None:
            search = Search(now, "next", {"amount": AMOUNT})
            mix_job.begin(KEY, search)
        if search.work.running:
            st.fragment(_watch, run_every=mix_job.EVERY_S)(search)
        else:
            _told(search)


def _watch(search: Search) -> None:
    mix_job.progress(search, KEY, "next_cancel")
    _told(search)


def _told(search: Search) -> None:
    if search.work.fault is not None:
        raise search.work.fault
    found, now = list(search.work.found), search.scenario
    if not found:
        st.caption("Cancelled." if search.work.cancelled else "Each lever is tried in turn.")
        return
    said = mix_chart.next_words(found[0], found[1] if len(found) > 1 else None, AMOUNT, now)
    st.markdown(markdown(f"**{said.title}.** {said.why}"))
    st.markdown(markdown(mix_chart.next_table(found[0], now)))
    money = numbers.money(AMOUNT, now.baseline.currency)
    st.caption(markdown(f"Each lever alone, until its own yearly cost has risen by {money} or it is at its end; most "
                        "CSAT first. Every other lever stays where it is."))  # fmt: skip
