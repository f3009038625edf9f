"""Explore: move a lever, see what it does to cost, speed and satisfaction against doing nothing, and why."""

import streamlit as st

from pages.parts import cards, errors, house, levers, pictures, share, state
from pages.parts.bar import bar

house.inside()
share.open_link()
bar(month=True)
cards.outcomes()
cards.more()

left, right = st.columns([1, 2], gap="small")
with left, errors.told():
    levers.panel()
with right:
    pictures.pictures()
    pictures.limits()
state.drawn()
