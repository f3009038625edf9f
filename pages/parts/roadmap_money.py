"""Money on the roadmap: the finding, outcomes after 30 to 365 days, value and cash month by month."""

import pandas as pd
import streamlit as st

from model import roadmap
from model.outcomes import OUTCOMES
from model.report import numbers, roadmap_chart, roadmap_words
from pages.parts import asked, errors, state
from pages.parts.cards import badge, is_dark
from pages.parts.plain import markdown, money_whole


@st.fragment(key="part_finding")
def headline() -> None:
    """When it pays back, and what it is worth."""
    with errors.told():
        now = state.scenario()
        asked.ask(0, roadmap.cash_flow, now)
        asked.ask(1, roadmap.milestones, now)
        title, detail = roadmap_words.finding(asked.answer(roadmap.cash_flow, now), now.baseline.currency)
        st.markdown(markdown(money_whole(f"#### {title}\n:small[:gray[{detail}]]")), anchors=False)
    state.part("part_finding", lambda seen: seen.present)


@st.fragment(key="part_milestones")
def milestones() -> None:
    """Four outcomes after 30, 90, 180 and 365 days, against doing nothing in that month."""
    with errors.told():
        now = state.scenario()
        if roadmap.groups(now) or now.staffing_rule != "as_set":
            found = asked.answer(roadmap.milestones, now)
            with st.grid(len(roadmap.AFTER), min_column_width=150, gap="small", border=True, key="milestones"):
                for days in roadmap.AFTER:
                    st.markdown(_after(found[found["days"] == days], days, now.baseline.currency))
    state.part("part_milestones", lambda seen: seen.present)


def _after(found: pd.DataFrame, days: int, currency: str) -> str:
    """The outcomes after so many days, a line each: value, difference to doing nothing, how likely."""
    lines = [f"**After {days} days**"]
    for row in found.to_dict("records"):
        key = str(row["outcome"])
        change = numbers.change(key, row["difference"], row["low"], row["high"], currency)
        value = numbers.number(key, row["value"], currency)
        # On a line of its own: beside the difference it would be cut in two wherever the card happens to end.
        likely = f"  \n:small[:gray[{change.likely}]]" if change.likely else ""
        moved = badge(change) if change.arrow != "off" else f":gray-badge[{change.text}]"
        lines.append(f":small[{OUTCOMES[key].label}] **{value}** {moved}{likely}")
    return markdown("\n\n".join(lines))


@st.fragment(key="part_money")
def pictures() -> None:
    """Value so far with its likely range, and each month's cash."""
    with errors.told():
        now = state.scenario()
        currency, flow = now.baseline.currency, asked.answer(roadmap.cash_flow, now)
        if flow.months.to_numpy().any():
            left, right = st.columns(2, gap="medium")
            with left:
                st.markdown("**Value so far** against doing nothing, discounted")
                st.vega_lite_chart(roadmap_chart.value_data(flow.months), roadmap_chart.value_spec(currency, is_dark()),
                                   height=260, key="value",
                                   alt="Value month by month with its likely range, without and with revenue effect")  # fmt: skip  # noqa: E501
            with right:
                st.markdown("**Cash flow** of each month against doing nothing")
                st.vega_lite_chart(roadmap_chart.cash_data(flow.months, currency),
                                   roadmap_chart.cash_spec(currency, is_dark()), height=260, key="cash",
                                   alt="What each month saves, costs, and pays once")  # fmt: skip
    state.part("part_money", lambda seen: seen.present)
