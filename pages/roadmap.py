"""Roadmap: when to begin what, when it pays back, which demand is known to come, and whom to hire for it."""

import streamlit as st

from pages.parts import errors, house, roadmap_calendar, roadmap_line, roadmap_money, roadmap_people, share, state
from pages.parts.bar import bar

house.inside()
share.open_link()
bar()

with errors.told():
    roadmap_money.headline()
    with st.container(border=True, key="roadmap_line"):
        left, right = st.columns([1, 2], gap="medium")
        with left:
            roadmap_line.starts()
        with right:
            roadmap_line.picture()
            roadmap_line.order()
    roadmap_money.milestones()
    roadmap_money.pictures()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        roadmap_calendar.entries()
    with right:
        roadmap_people.capacity()
    roadmap_people.hiring()
roadmap_calendar.dialog()
state.drawn()
