"""What the scenario on screen can be measured against: doing nothing, and the saved scenarios of this company."""

import streamlit as st

from model.engine import Same
from model.errors import TrileverError
from model.scenario import Scenario
from pages.parts import library_store, state
from pages.parts.plain import plain

NOTHING = "Doing nothing"
MOST = 8
"""Saved scenarios that are offered, the newest first."""


def saved() -> dict[str, Scenario]:
    """Saved scenarios on the figures on screen by name, but for the one on screen itself. None where none can be read.

    Each is read once a session: a saved version never changes.
    """
    now = state.scenario()
    read: dict[str, Scenario] = st.session_state.setdefault("risks_read", {})
    found: dict[str, Scenario] = {}
    try:
        shelf = library_store.shelf()
        for entry in shelf.list(library_store.owner(), library_store.opened()):
            if len(found) == MOST:
                break
            if entry.company != now.baseline.name or not entry.open_at(library_store.today()):
                continue
            if entry.key not in read:
                read[entry.key] = shelf.get(entry.key)
            one = read[entry.key]
            if one.baseline == now.baseline and Same(one) != Same(now) and entry.name not in found:
                found[entry.name] = one
    except TrileverError as fault:
        st.caption(f"Saved scenarios cannot be read now: {plain(fault.message)}")
    return found
