"""The navigation, and the first line of every page."""

from typing import Any

import streamlit as st

from model import warm
from pages.parts import state


def navigation() -> Any:
    """The pages that exist, in the order of the top navigation; the page asked for is given back, ready to run."""
    st.session_state["house"] = True
    pages = {
        # Explore cannot be the default page itself: /explore?s=... would then not be found.
        "": [
            st.Page("pages/home.py", title="Home", default=True, visibility="hidden"),
            st.Page("pages/explore.py", title="Explore", help="Move a lever and see cost, speed and satisfaction."),
            st.Page("pages/compare.py", title="Compare", help="Scenarios side by side, why they differ, how sure."),
            st.Page("pages/library.py", title="Library", help="What was saved: open, compare, send, bring back."),
            st.Page("pages/present.py", title="Present", visibility="hidden"),
        ],
        "Plan": [
            st.Page("pages/best_mix.py", title="Best mix", help="The least cost for a goal, and what it takes."),
            st.Page("pages/risks.py", title="Risks", help="What the answer depends on, and what could happen."),
            st.Page("pages/roadmap.py", title="Roadmap", help="When to begin what, when it pays, whom to hire."),
        ],
        "My data": [
            st.Page("pages/data.py", title="Upload", help="Bring your own figures: files, or ten typed numbers."),
            st.Page("pages/assumptions.py", title="Assumptions", help="Targets, assumptions, how the model works."),
        ],
    }
    chosen = st.navigation(pages, position="top")
    # A presentation has nothing around it.
    return st.navigation(pages, position="hidden") if chosen.url_path == "present" else chosen


def inside() -> None:
    """Start a page: where it runs without app.py around it, begin again with it; wait until the model is ready.

    Until a fresh server has called st.navigation once, it takes the folder pages/ for its old way of having pages and
    runs the first visitor's page alone: narrow, and without the top navigation.
    """
    state.begin()
    if "house" not in st.session_state:
        navigation()
        st.rerun()
    if not warm.is_ready():
        warm.start()
        with st.spinner("Getting the model ready: a moment, or about a minute the first time on a computer."):
            warm.wait()
