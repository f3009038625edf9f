"""People on the roadmap: agents required against planned, and who must be hired when."""

import streamlit as st

from model import hiring as plans
from model.report import numbers, roadmap_chart, roadmap_words
from pages.parts import errors, state
from pages.parts.cards import is_dark
from pages.parts.plain import markdown

YEAR = range(1, 13)


@st.fragment(key="part_capacity")
def capacity() -> None:
    """A channel's months: what demand requires with its seasons, and what is planned."""
    with errors.told():
        now = state.scenario()
        names = [c.name for c in now.baseline.channels]
        if st.session_state.get("capacity_of") not in names:  # another company's channel
            st.session_state.pop("capacity_of", None)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**Capacity and demand**", width="content")
            chosen = st.segmented_control(
                "Channel", names, key="capacity_of", required=True, default=names[0], label_visibility="collapsed",
                format_func=lambda name: now.baseline.channel(name).title, persist_state="session")  # fmt: skip
        with st.spinner("Working out what each month requires", show_time=False):
            frame = plans.capacity(now)
        st.markdown(roadmap_words.capacity(frame, now.baseline, chosen))
        st.vega_lite_chart(roadmap_chart.capacity_data(frame, chosen), roadmap_chart.capacity_spec(is_dark()),
                           height=280, key="capacity", alt="Agents required and planned, month by month")  # fmt: skip
        st.caption("Agents in full-time positions. Each month with its own season, growth and calendar; required is "
                   "what would just hold the service target.")  # fmt: skip
    state.part("part_capacity", lambda seen: seen.present)


@st.fragment(key="part_hiring")
def hiring() -> None:
    """Joiners and leavers by month; the numbers behind on request."""
    with errors.told():
        now = state.scenario()
        plan = plans.hiring_plan(now)
        st.markdown(f"**Hiring plan:** {roadmap_words.hiring(plan)}")
        st.vega_lite_chart(roadmap_chart.hiring_data(plan.company), roadmap_chart.hiring_spec(is_dark()), height=220,
                           key="hiring", alt="Hires, leavers and redundancies of each month")  # fmt: skip
        st.caption(markdown(roadmap_words.hiring_money(plan, now.baseline.currency)))
        box = st.expander("The first year, month by month", type="compact", key="hiring_table", on_change="rerun")
        if box.open:
            with box:
                st.markdown(_table(plan))
    state.part("part_hiring", lambda seen: seen.present)


def _table(plan: plans.HiringPlan) -> str:
    """Twelve months, a row a channel and figure."""
    columns = {"fte": "Positions", "advertised": "To advertise", "hires": "Hires", "leavers": "Leavers",
               "redundancies": "Redundancies"}  # fmt: skip
    baseline = state.scenario().baseline
    rows = ["| Channel | | " + " | ".join(f"{month}" for month in YEAR) + " |", "|:---|:---" + "|---:" * 12 + "|"]
    for channel in baseline.channels:
        own = plan.people.loc[channel.name]
        for key, label in columns.items():
            cells = [f"{own[key].to_numpy(dtype=float)[month - 1]:.1f}" for month in YEAR]
            rows.append(f"| {channel.title if key == 'fte' else ''} | {label} | " + " | ".join(cells) + " |")
    return "\n".join(rows).replace("-0.0", "0.0").replace("| -", f"| {numbers.MINUS}")
