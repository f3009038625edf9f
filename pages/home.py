"""Home has nothing of its own: it hands over to Explore and keeps the query, so that `/?s=...` opens a scenario."""

import streamlit as st

st.switch_page("pages/explore.py", query_params=st.query_params.to_dict())
