"""The one line under the navigation: which company, whose figures, undo, redo and share."""

import streamlit as st

import model
from pages.parts import errors, share, state
from pages.parts.history import History
from pages.parts.plain import plain


def bar() -> None:
    """The line, and below it what went wrong in the last step or link, if anything did."""
    now = state.history()
    baseline = now.present.baseline
    own = f"**{plain(baseline.name)}**" + (":gray[, not your data]" if baseline.source == "sample" else "")
    # One row of direct children: every container more is a message more on each rerun.
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.menu_button(own, list(state.SAMPLES), key="company", type="tertiary", on_click=_company,
                       format_func=lambda name: f"Sample: {state.SAMPLES[name].lower()}",
                       help=plain(baseline.period) or "Look at another sample company")  # fmt: skip
        if baseline.source == "sample":
            st.page_link("pages/data.py", label=":blue[Use my numbers]")
        st.space("stretch")
        st.button("Undo", icon=":material/undo:", type="tertiary", key="undo", disabled=not now.past,
                  on_click=state.callback(History.undo))  # fmt: skip
        st.button("Redo", icon=":material/redo:", type="tertiary", key="redo", disabled=not now.future,
                  on_click=state.callback(History.redo))  # fmt: skip
        st.button("Reset all", icon=":material/restart_alt:", type="tertiary", key="reset_all",
                  disabled=not state.anything_changed(), on_click=state.callback(History.reset_all))  # fmt: skip
        share.box()
    errors.tell()
    if "remark" in st.session_state:
        st.info(st.session_state["remark"].replace("$", "\\$"), icon=":material/history:")


def _company() -> None:
    name = st.session_state["company"]
    state.step(lambda now: now.to(state.fresh(model.sample(name))), light=False)
