"""Assumptions: every one with range, grade and source; targets; how it all hangs together; and what was checked."""

import streamlit as st

from pages.parts import assumptions_edit, assumptions_model, assumptions_refit, assumptions_table, errors, house, share
from pages.parts import assumptions_targets as targets
from pages.parts.bar import bar

house.inside()
share.open_link()
bar()

ASSUMPTIONS, TARGETS, DIAGRAM, CARD, CHECKS = (
    "Assumptions", "Targets", "How it hangs together", "Model card", "Validation",
)  # fmt: skip
tabs = st.tabs([ASSUMPTIONS, TARGETS, DIAGRAM, CARD, CHECKS], key="assumptions_tab", on_change="rerun")

if tabs[0].open:
    with tabs[0], errors.told():
        assumptions_refit.panel()
        found = assumptions_table.filters()
        left, right = st.columns([2, 1], gap="medium")
        with left:
            assumptions_table.table(found)
        with right:
            assumptions_edit.panel(found)
if tabs[1].open:
    with tabs[1], errors.told():
        targets.form()
if tabs[2].open:
    with tabs[2], errors.told():
        assumptions_model.diagram()
if tabs[3].open:
    with tabs[3], errors.told():
        assumptions_model.card()
if tabs[4].open:
    with tabs[4], errors.told():
        assumptions_model.checks()
