"""What is asked of Best mix: the goal, its limit, what may not move, and how sure to be."""

from typing import Any

import streamlit as st

import model
from model.scenario import Scenario
from pages.parts import errors, mix_job, results
from pages.parts.mix_job import Search
from pages.parts.plain import plain

KEY = "mix_search"
GOALS = {
    "cost": "Least cost for a CSAT", "csat": "Best CSAT for a budget", "npv": "Best value over 36 months",
    "payback": "Fastest payback",
}  # fmt: skip
SURE = 0.8


def form(now: Scenario) -> None:
    """The question, and the two buttons that ask it."""
    here = results.of(now).outcome.headline
    goal: str = st.selectbox("Goal", list(GOALS), key="mix_goal", format_func=GOALS.__getitem__,
                             persist_state="session")  # fmt: skip
    left, right = st.columns(2, gap="small", vertical_alignment="bottom")
    with left:
        least = 0.0
        if goal != "csat":
            least = st.number_input("CSAT of at least (%)", 1.0, 99.0, round(here["csat"] * 100 + 1, 1), 0.5,
                                    key="mix_csat", format="%.1f")  # fmt: skip
    with right:
        service = st.number_input("Answered in time, at least (%)", 0.0, 99.0, 0.0, 1.0, key="mix_service",
                                  format="%.0f", help="0: no limit")  # fmt: skip
    budget = 0.0
    if goal == "csat":
        with left:
            budget = st.number_input(f"Budget a year ({now.baseline.currency})", 0.0, None,
                                     float(round(here["operating_cost"], -4)), 50_000.0, key="mix_budget",
                                     format="%,.0f")  # fmt: skip
    table = model.lever_table(now.baseline)
    labels = {str(k): str(v) for k, v in table.loc[table["shown"], "label"].items()}
    usual = [k for k in ("wage_premium", "shrinkage") if k in labels]
    with st.expander("What may not change", type="compact"):
        locked = st.multiselect("Levers that stay as they are", list(labels), usual, key="mix_locked",
                                format_func=labels.__getitem__)  # fmt: skip
        fewest = st.number_input("Fewest people in any channel (% of today)", 0, 150, 50, 5, key="mix_fewest")
    sure = st.toggle("Hold the limits in 80 of 100 cases", key="mix_sure",
                     help="The assumptions are drawn from their ranges; slower.")  # fmt: skip
    at_least = {"csat": least / 100} if least else {}
    if service:
        at_least["service_level"] = service / 100
    people = {c.name: now.baseline.levers[f"staffing.{c.name}"] * fewest / 100 for c in now.baseline.channels}
    shared: dict[str, Any] = {"locked": tuple(locked), "minimum_staffing": people, "sure": SURE if sure else None}
    outcome = {"cost": "operating_cost", "csat": "csat", "npv": "npv", "payback": "payback_months"}[goal]
    best = {"goal": outcome, "at_least": at_least, "at_most": {"operating_cost": budget} if budget else {}, **shared}
    curve = {"at_least": {k: v for k, v in at_least.items() if k != "csat"}, **shared}
    with st.container(horizontal=True, gap="small"):
        st.button("Find the best mix", type="primary", icon=":material/search:", key="mix_find",
                  on_click=_ask, args=(Search(now, "best", best),))  # fmt: skip
        st.button("Draw the best mixes", icon=":material/show_chart:", key="mix_curve", help="Least cost for each CSAT",
                  on_click=_ask, args=(Search(now, "curve", curve),))  # fmt: skip
    st.caption(f"Staffing {'follows the work' if now.staffing_rule == 'follow_work' else 'is set by the mix'}. "
               f"Searched around {plain(now.name)}, at month {now.month}.")  # fmt: skip


def _ask(search: Search) -> None:
    with errors.told_later():
        mix_job.begin(KEY, search)
