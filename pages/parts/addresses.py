"""Links to pages of this installation."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from pages.parts import library_store
from pages.parts.library_store import PARAMETER

HERE_ONLY = "Works on this computer only, until Trilever runs under a name that others can reach."


def short_link(key: str) -> None:
    """The link to a saved version, ready to copy."""
    st.markdown("**A link to this saved version**")
    st.code(saved_link(key), language=None, wrap_lines=True)
    reach()
    st.caption("It always opens these figures, also after later changes. Whoever has it can read them.")


def reach() -> None:
    """Said beside a link: that nobody else can open it, where the address is this computer's own."""
    if library_store.is_here(urlsplit(st.context.url or "").hostname or ""):
        st.caption(HERE_ONLY)


def saved_link(key: str) -> str:
    """An absolute link to a saved version."""
    return link({PARAMETER: key}, "explore")


def comparison_link(keys: Sequence[str]) -> str:
    """An absolute link to saved versions side by side."""
    return link({PARAMETER: list(keys)}, "compare")


def link(query: Mapping[str, str | list[str]], page: str = "") -> str:
    """An absolute link to the page on screen, or to another one beside it, with a query."""
    parts = urlsplit(st.context.url or "")
    path = f"{parts.path.rpartition('/')[0]}/{page}" if page else parts.path
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query, doseq=True), ""))
