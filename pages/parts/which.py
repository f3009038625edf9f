"""Which saved scenario is on screen, and whether it has been changed since: in the line of every page."""

import streamlit as st

from pages.parts import state
from pages.parts.library_store import is_saved, origin
from pages.parts.plain import plain

LONGEST = 26
"""Letters of a scenario's name in the line."""


@st.fragment(key="which")
def draw() -> None:
    """The scenario's name, by itself: one step in a row of moves changes what is said. Nothing where it has none."""
    if (seen := _seen()) is not None:
        name, as_it_is = seen
        short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
        st.markdown(f":small[**{plain(short)}**{'' if as_it_is else ':gray[, changed]'}]", width="content")
    state.part("which", _seen)


def _seen(_: object = None) -> tuple[str, bool] | None:
    found = origin()
    return None if found is None else (found.name, is_saved())
