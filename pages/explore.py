"""Explore: move a lever, see what it does to cost, speed and satisfaction against doing nothing, and why."""

import streamlit as st

from pages.parts import cards, house, levers, live, pictures, share, state
from pages.parts.bar import bar

house.inside()
share.open_link()
bar(month=True)
live.place("outcomes", cards.reckon, cards.outcomes)
cards.more()

left, right = st.columns([1, 2], gap="small")
with right:
    live.place("pictures", pictures.reckon, pictures.pictures, pictures=True)
    pictures.limits()
levers.panel(left)  # last: a lever draws in the places that are there
state.drawn()
