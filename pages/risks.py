"""Risks: what the answer depends on, what to find out first, what would change it, and what could happen."""

import streamlit as st

from pages.parts import errors, house, risks_depends, share, state
from pages.parts.bar import bar

DEPENDS, EVENTS = "What the answer depends on", "Events"

house.inside()
share.open_link()
bar(month=True)

view = st.segmented_control("Risks shown", [DEPENDS, EVENTS], key="risks_view", required=True, default=DEPENDS,
                            label_visibility="collapsed", persist_state="session")  # fmt: skip
with errors.told():
    if view == DEPENDS:
        risks_depends.depends()
    else:
        from pages.parts import stress

        stress.events()
state.drawn()
