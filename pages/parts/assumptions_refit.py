"""What a company's own ratings say of satisfaction: before and after on the assumptions page, to take or to drop."""

import streamlit as st

from model import intake
from model.refit import Refit
from model.report import refit_words as words
from model.scenario import Baseline
from pages.parts import state
from pages.parts.data_files import own
from pages.parts.data_own import Own


def found() -> Refit | None:
    """What the ratings in this session's files say; worked out once for the same files and settings."""
    now = own()
    if not any("csat" in one.file.columns for one in now.loaded):
        return None
    kept = st.session_state.get("learned")
    if kept is None or kept[0] is not now.loaded or kept[1:3] != (now.channels, now.filters):
        with st.spinner("Learning from your ratings"):
            files = [one.file for one in now.loaded if one.fault is None]
            kept = (now.loaded, now.channels, now.filters,
                    intake.learned(*files, channels=now.channels, filters=now.filters))  # fmt: skip
        st.session_state["learned"] = kept
    refit: Refit | None = kept[3]
    return refit


def panel() -> None:
    """The comparison, where the company on screen is the one in the files."""
    now = own()
    if now.measured is None or not _same(now, state.scenario().baseline):
        return
    refit = found()
    if refit is None:
        return
    with st.container(border=True, key="refit"):
        taken = _taken(refit)
        badge = " :green-badge[:material/check: in use]" if taken else ""
        st.markdown(f"**{words.finding(refit)}**{badge}")
        table = ["|" + "|".join(words.HEAD) + "|", "|:---|---:|---:|:---|"]
        st.markdown("\n".join([*table, *("|" + "|".join(row) + "|" for row in words.rows(refit))]))
        for text in words.caution(refit):
            st.warning(text, icon=":material/warning:")
        st.caption(f"From {refit.ratings:,} ratings, {refit.rarer:,} of them of the rarer kind (satisfied or not). "
                   "Likely value, and low to high, in log-odds. Only these figures leave your files.")  # fmt: skip
        if not refit.ranges:
            return
        if taken:
            st.button("Back to the usual values", icon=":material/undo:", key="refit_drop",
                      on_click=state.callback(lambda history: history.change(baseline=without(history.present.baseline,
                                                                                              refit))))  # fmt: skip
        else:
            st.button("Use what your ratings say", type="primary", icon=":material/check:", key="refit_take",
                      on_click=state.callback(lambda history: history.change(baseline=with_(history.present.baseline,
                                                                                            refit))))  # fmt: skip


def _same(now: Own, baseline: Baseline) -> bool:
    return now.measured is not None and now.measured.baseline.channels == baseline.channels


def _taken(refit: Refit) -> bool:
    held = state.scenario().baseline.assumptions
    return bool(refit.ranges) and all(held.get(key) == values for key, values in refit.ranges.items())


def with_(baseline: Baseline, refit: Refit) -> Baseline:
    """The company with its own values in the table's place."""
    return baseline.model_copy(update={"assumptions": {**baseline.assumptions, **refit.ranges}})


def without(baseline: Baseline, refit: Refit) -> Baseline:
    """The company without them."""
    kept = {key: values for key, values in baseline.assumptions.items() if key not in refit.ranges}
    return baseline.model_copy(update={"assumptions": kept})
