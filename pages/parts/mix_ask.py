"""What is asked of Best mix: the goal, its limit, what may not move, and how sure to be."""

import streamlit as st

from model import needs
from model.report import mix_chart
from model.scenario import Scenario
from pages.parts import errors, mix_job, mix_limits, results
from pages.parts.mix_job import Search
from pages.parts.mix_limits import own_key
from pages.parts.plain import plain

KEY = "mix_search"
GOALS = {
    "cost": "Least cost for a CSAT", "csat": "Best CSAT for a budget", "npv": "Best value over 36 months",
    "payback": "Fastest payback",
}  # fmt: skip
OUTCOME = {"cost": "operating_cost", "csat": "csat", "npv": "npv", "payback": "payback_months"}


def form(now: Scenario) -> None:
    """The question, and the two buttons that ask it."""
    here = results.of(now).outcome.headline
    money, csat = mix_chart.first_wishes(here)
    goal: str = st.selectbox("Goal", list(GOALS), key="mix_goal", format_func=GOALS.__getitem__,
                             persist_state="session")  # fmt: skip
    left, right = st.columns(2, gap="small", vertical_alignment="bottom")
    least = budget = 0.0
    with left:
        if goal == "csat":
            budget = st.number_input(f"Budget a year ({now.baseline.currency})", 0.0, None, money, 50_000.0,
                                     key=own_key("mix_budget", now), format="%.0f",
                                     persist_state="session")  # fmt: skip
        else:
            least = st.number_input("CSAT, at least (%)", 1.0, 99.0, csat, 0.5, key=own_key("mix_csat", now),
                                    format="%.1f", persist_state="session")  # fmt: skip
    with right:
        service = st.number_input("In time, at least (%)", 0.0, 99.0, 0.0, 1.0, key="mix_service", format="%.0f",
                                  help="Answered in time over all channels; 0: no limit",
                                  persist_state="session")  # fmt: skip
    at_least = {"csat": least / 100} if least else {}
    if service:
        at_least["service_level"] = service / 100
    at_least |= _targets(now)
    with st.expander("What must hold, and what may not change", type="compact"):
        also_least, also_most = mix_limits.results(now, here)
        limits = mix_limits.levers(now)
    sure = st.toggle(mix_chart.SURER, key="mix_sure", persist_state="session",
                     help="What is not known for sure is drawn from its likely range; slower.")  # fmt: skip
    limits["sure"] = mix_chart.SURE if sure else None
    at_least = {**also_least, **at_least}
    at_most = {**also_most, "operating_cost": budget} if budget else also_most
    best = {**limits, "goal": OUTCOME[goal], "at_least": at_least, "at_most": at_most}
    curve = {**limits, "at_least": {k: v for k, v in at_least.items() if k != "csat"}, "at_most": also_most}
    with st.container(horizontal=True, gap="small"):
        st.button("Find the best mix", type="primary", icon=":material/search:", key="mix_find",
                  on_click=_ask, args=(Search(now, "best", best),))  # fmt: skip
        st.button("Draw the curve", icon=":material/show_chart:", key="mix_curve",
                  on_click=_ask, args=(Search(now, "curve", curve),),
                  help="The least cost found for each CSAT, in 20 points")  # fmt: skip
    st.caption(_about(now))


def _targets(now: Scenario) -> dict[str, float]:
    """Every channel's own service target, held unless somebody says otherwise."""
    aims = {need.outcome: need.limit for need in needs.targets(now) if need.family == "service_level"}
    if not aims:
        return {}
    titles = {f"service_level.{c.name}": c.title for c in now.baseline.channels}
    named = ", ".join(f"{titles[key]} {share * 100:.4g} %" for key, share in aims.items())
    held = st.toggle("Hold every service target", True, key="mix_targets", persist_state="session",
                     help=plain(f"Each channel's share answered in time: {named}. Off: a mix may miss them, "
                                "and says so."))  # fmt: skip
    return aims if held else {}


def _about(now: Scenario) -> str:
    """What the search takes for granted, which is why a cheaper mix may not be shown."""
    said = [f"Looks around {plain(now.name)}, at month {now.month}."]
    if now.staffing_rule == "follow_work":
        said.append("Agents follow the work, so the mix does not set them.")
    elif any(channel.kind == "deferred" for channel in now.baseline.channels):
        said.append(f"Only mixes that leave no e-mail or ticket unanswered up to month {now.month} count: some would "
                    "be cheaper, but only by letting open work pile up.")  # fmt: skip
    return " ".join(said)


def _ask(search: Search) -> None:
    with errors.told_later():
        mix_job.begin(KEY, search)
