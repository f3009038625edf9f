"""The scenarios month by month: one small picture an outcome."""

import streamlit as st

from model.outcomes import OUTCOMES
from model.report import compare_chart
from pages.parts import compare_asked
from pages.parts.cards import CARDS, is_dark
from pages.parts.compare_choice import Chosen


def paths(found: list[Chosen]) -> None:
    """A picture an outcome, all scenarios in each; money only where they count in one currency."""
    outs = compare_asked.outcomes(found)
    currencies = [one.scenario.baseline.currency for one in found]
    names, kinds = [one.name for one in found], [one.kind for one in found]
    st.markdown("**Month by month**, over 36 months")
    with st.grid(2, min_column_width=320, gap="small"):
        for key in CARDS:
            if OUTCOMES[key].unit == "money" and len(set(currencies)) > 1:
                continue
            with st.container(gap="xsmall"):
                st.markdown(f":small[{OUTCOMES[key].label}]")
                data = compare_chart.paths_data(names, kinds, [out.monthly[key] for out in outs])
                st.vega_lite_chart(data, compare_chart.paths_spec(key, currencies[0], is_dark()), height=190,
                                   key=f"compare_path_{key}",
                                   alt=f"{OUTCOMES[key].label} over 36 months, a line a scenario")  # fmt: skip
