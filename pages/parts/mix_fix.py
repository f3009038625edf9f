"""Fix it: where the scenario on screen misses a target, one button that proposes what restores them all."""

import streamlit as st

import model
from model import aside, needs
from model.optimise import Mix
from model.report import mix_chart, risk_words, words
from pages.parts import errors, mix_job, results, state
from pages.parts.mix_job import Search
from pages.parts.plain import markdown
from pages.parts.results import Results

KEY = "fix_search"
QUIET_S = 5.0
"""Seconds without a move after which somebody reads."""


def offer(now: Results) -> None:
    """Nothing while every target holds; else the button, while it works how far it is, then what it proposes."""
    aside.busy()
    search = mix_job.of(KEY, now.scenario)
    if search is None:
        missed = needs.missed(now.outcome)
        if missed:
            aside.start(QUIET_S)  # ready by the time somebody has read what is missed
            names = ", ".join(words.outcome_label(need.outcome, now.scenario) for need in missed)
            st.button("Fix it", icon=":material/build:", key="fix_it", on_click=_start, args=(now,),
                      help=f"Missed: {names}. Proposes what restores every target at the "
                      "least cost found, with few levers moved")  # fmt: skip
    elif search.work.running:
        st.fragment(mix_job.progress, run_every=mix_job.EVERY_S)(search, KEY, "fix_cancel")
    elif search.work.fault is None and any(found.reached for found in search.work.found):
        _proposals(search.work.found, now)
    else:
        _ended_without(search)


def _start(now: Results) -> None:
    with errors.told_later():
        mix_job.begin(KEY, Search(now.scenario, "fix", {}))


def _proposals(found: list[Mix], now: Results) -> None:
    """What would restore the targets, before anything is moved; beside the cheapest, what keeps every job."""
    ways = [one for one in found if one.reached]
    with st.container(border=True, gap="small", key="fix_proposal"):
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            title = f"##### {mix_chart.proposed_title(now.scenario, found)}"
            st.markdown(markdown(f"{title}\n:small[:gray[Against the scenario on screen. Nothing is moved yet.]]"),
                        width="stretch", anchors=False)  # fmt: skip
            st.button("Not now", icon=":material/close:", key="fix_leave", on_click=_leave, help="Nothing is moved")
        edges = False
        for place, (column, way) in enumerate(zip(st.columns(len(ways), gap="medium"), ways, strict=True)):
            with column:
                edges |= _proposal(way, now, place)
        if edges:
            st.page_link("pages/best_mix.py", icon=":material/verified:",
                         label=f"Best mix, “{mix_chart.SURER}”: a surer way, which may cost more")  # fmt: skip


def _proposal(way: Mix, now: Results, place: int) -> bool:
    """One way; whether it stands on the edge of a target."""
    title, *said = mix_chart.proposed_text(now.outcome, way, keeps_jobs=place > 0)
    odds = model.target_odds(way.scenario).drop(["npv", "npv_with_revenue"], errors="ignore")
    if edge := mix_chart.edge_text(way.outcome, odds):
        said.append(f":orange[:material/warning: **On the edge**:] {edge}")
    said.append(risk_words.odds_line(way.scenario, odds))
    st.markdown(markdown(f"**{title}**  \n" + "  \n".join(f":small[{line}]" for line in said)))
    st.markdown(markdown(mix_chart.moves_table(now.scenario, way.scenario, then="Proposed")))
    st.button("Use this", icon=":material/check:", key=f"fix_use_{place}", on_click=_use, args=(way, now),
              help="One step: Undo takes it back")  # fmt: skip
    return bool(edge)


def _use(way: Mix, now: Results) -> None:
    state.accept(lambda there: there.change(levers=way.scenario.levers, starts=way.scenario.starts))
    if errors.pending() is None:
        state.remark(mix_chart.restored_text(now.outcome, way))
    _leave()


def _leave() -> None:
    mix_job.drop(KEY)
    st.rerun("app")


def _ended_without(search: Search) -> None:
    mix_job.drop(KEY)
    if search.work.fault is not None:
        with errors.told_later():
            raise search.work.fault
    elif search.work.found:
        state.remark(mix_chart.restored_text(results.of(search.scenario).outcome, search.work.found[-1]))
    st.rerun()
