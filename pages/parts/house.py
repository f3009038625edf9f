"""The navigation, and the first line of every page."""

from typing import Any

import streamlit as st


def navigation() -> Any:
    """The pages that exist, in the order of the top navigation; the page asked for is given back, ready to run."""
    st.session_state["house"] = True
    return st.navigation(
        [
            # Explore cannot be the default page itself: /explore?s=... would then not be found.
            st.Page("pages/home.py", title="Home", default=True, visibility="hidden"),
            st.Page("pages/explore.py", title="Explore", help="Move a lever and see cost, speed and satisfaction."),
            st.Page("pages/data.py", title="My data", help="Bring your own figures: files, or ten typed numbers."),
        ],
        position="top",
    )


def inside() -> None:
    """Start a page: where it runs without app.py around it, begin again with it.

    Until a fresh server has called st.navigation once, it takes the folder pages/ for its old way of having pages and
    runs the first visitor's page alone: narrow, and without the top navigation.
    """
    if "house" not in st.session_state:
        navigation()
        st.rerun()
