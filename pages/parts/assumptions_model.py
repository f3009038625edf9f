"""The model itself: the influence diagram, the model card, and what was checked."""

from typing import Any

import pandas as pd
import streamlit as st

from model.levers import LEVERS
from model.outcomes import OUTCOMES
from model.report import influence, model_card, table_file, validation
from pages.parts import state
from pages.parts.cards import is_dark
from pages.parts.plain import markdown

NOTHING = "Nothing: show all"


def diagram() -> None:
    """The diagram, one lever's or outcome's paths if chosen, and the same in words."""
    options = [NOTHING, *LEVERS, *OUTCOMES]

    def named(key: str) -> str:
        if key == NOTHING:
            return key
        return f"{'Lever' if key in LEVERS else 'Outcome'}: {influence.label(key)}"

    left, right = st.columns([1, 2], gap="medium", vertical_alignment="bottom")
    with left:
        key = st.selectbox("Show the paths of", options, key="influence", format_func=named, persist_state="session")
    with right:
        st.caption("Levers, left, act in relations, which feed each other and give the outcomes, right. Each dot is an "
                   "assumption: filled where a source is published, hollow where it is judgement.")  # fmt: skip
    chosen = None if key == NOTHING else key
    if chosen:
        st.markdown(influence.words(chosen))
    st.vega_lite_chart(influence.data(chosen), influence.spec(is_dark()), key="influence_picture", width="stretch",
                       alt="Influence diagram; the same stands below in words.")  # fmt: skip
    with st.expander("The diagram in words", key="influence_words"):
        st.markdown(influence.in_words())


def card() -> None:
    """The model card, to read and to take away."""
    text = model_card.markdown(state.scenario().baseline)
    st.download_button("Take it away", text, "trilever-model-card.md", "text/markdown", icon=":material/download:",
                       key="card_download", type="tertiary")  # fmt: skip
    st.markdown(markdown(text))


def checks() -> None:
    """Every table of checks, with what it shows in plain words."""
    tables = validation.tables()
    if not tables:
        st.info("No table of checks is kept in this installation.", icon=":material/fact_check:")
    for title, frame in tables.items():
        st.markdown(f"#### {title}\n\n:small[:gray[{frame.attrs['note']}]]", anchors=False)
        st.dataframe(frame, hide_index=True, key=f"check_{title}", placeholder="", column_config=_tiny(frame))
        st.download_button("Take it away", table_file.csv(frame), f"{title}.csv", "text/csv", key=f"take_{title}",
                           icon=":material/download:", type="tertiary")  # fmt: skip


def _tiny(frame: pd.DataFrame) -> dict[str, Any]:
    """How columns of nothing but tiny numbers are written: 1.8E-13, not thirteen zeros."""
    columns = frame.select_dtypes("float")
    tiny = [str(name) for name in columns if 0 < columns[name].abs().max() < 1e-4]
    return {name: st.column_config.NumberColumn(format="scientific") for name in tiny}
