"""Compare where there is nothing to compare yet, and the link to a comparison."""

import streamlit as st

from model.compare import is_the_same
from pages.parts import addresses, library_store, suggestion
from pages.parts.compare_choice import NOTHING, SAVED, SCREEN, Chosen


def enough(found: list[Chosen]) -> bool:
    """Whether there are two to compare; else what to do is said."""
    if len(found) < 2:
        st.info("Choose two or more above. Doing nothing is always there; what you save on Explore is listed too.",
                icon=":material/info:")  # fmt: skip
        return False
    if {one.id for one in found} == {SCREEN, NOTHING} and is_the_same(found[0].scenario, found[1].scenario):
        with st.container(border=True, key="compare_empty"):
            st.markdown("**Nothing is moved yet**, so what is on screen is doing nothing. Move a lever on Explore, or "
                        "choose saved scenarios above.")  # fmt: skip
            suggestion.offer()
            st.page_link("pages/explore.py", label="Go to Explore", icon=":material/arrow_forward:")
        return False
    return True


def link(found: list[Chosen]) -> None:
    """The address of this comparison, where all of it is saved."""
    keys = []
    for one in found:
        origin = library_store.origin()
        if one.id.startswith(SAVED):
            keys.append(one.id.removeprefix(SAVED))
        elif one.id == SCREEN and origin and library_store.is_saved():
            keys.append(origin.key)
    with st.expander("Link to this comparison", icon=":material/link:", type="compact", key="compare_link"):
        if len(keys) < 2:
            st.caption("A link holds saved scenarios only: save at least two of these, and choose them above.")
            return
        st.code(addresses.comparison_link(keys), language=None, wrap_lines=True)
        left = len(found) - len(keys)
        rest = f" {left} of these {'is' if left == 1 else 'are'} not saved, so not in it." if left else ""
        st.caption(f"It always opens these versions.{rest}")
