"""Entry: page setup and navigation, nothing else. Run with `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

from model import warm, workers
from model.report import charts
from pages.parts import drafts_kept, house

# A picture of our own: a Material icon here would be fetched from the network by every visitor's browser.
st.set_page_config(page_title="Trilever", page_icon=Path(__file__).parent / "docs" / "icon.png", layout="wide")
warm.start(charts.prepare, drafts_kept.prepare)
workers.start()
house.navigation().run()
