"""Best mix: the levers that reach a goal for the least money, and the curve of cost against CSAT."""

import streamlit as st

from model import aside
from pages.parts import errors, house, mix_ask, mix_found, mix_next, share, state
from pages.parts.bar import bar

house.inside()
share.open_link()
aside.start()
if st.session_state.pop("mix_opened", False):
    st.switch_page("pages/explore.py")
bar(month=True)
left, right = st.columns([1, 2], gap="medium")
with left, errors.told():
    mix_ask.form(state.scenario())
with right, errors.told():
    mix_found.show()
    mix_next.next_money()
state.drawn()
