"""Explore: move a lever, see what it does to cost, speed and satisfaction against doing nothing, and why."""

import streamlit as st

from pages.parts import errors, house, levers, share, state
from pages.parts.bar import bar
from pages.parts.cards import outcomes
from pages.parts.pictures import pictures

house.inside()
share.open_link()
bar()
outcomes()

left, right = st.columns([1, 2], gap="small")
with left, errors.told():
    levers.panel()
with right:
    pictures()
state.drawn()
