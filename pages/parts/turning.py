"""The chart of what would change an answer, for every page that shows one."""

from collections.abc import Sequence

import streamlit as st

from model.report import compare_chart
from model.report.compare_words import Turn
from pages.parts.cards import is_dark
from pages.parts.plain import markdown


def draw(said: str, found: Sequence[Turn], key: str) -> None:
    """The finding as a sentence of Markdown, then the assumptions that turn the choice, if any do."""
    st.markdown(markdown(said))
    if found:
        data = compare_chart.turns_data(found)
        st.vega_lite_chart(data, compare_chart.turns_spec(is_dark()), key=key,
                           height=compare_chart.TURN_HEIGHT * data.num_rows + 12,
                           alt="Assumptions that would change the answer, and where")  # fmt: skip
        st.caption("Dot: what is taken. Purple: where the other one is ahead, all else as taken.")
