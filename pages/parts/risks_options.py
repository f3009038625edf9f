"""What the scenario on screen can be measured against: doing nothing, and the saved scenarios of this company."""

from model.engine import Same
from model.scenario import Scenario
from pages.parts import library_store, state

NOTHING = "Doing nothing"
MOST = 8
"""Saved scenarios that are offered, the newest first."""


def saved() -> dict[str, Scenario]:
    """Saved scenarios on the figures on screen by name, but for the one on screen; none where none can be read."""
    now = state.scenario()
    found: dict[str, Scenario] = {}
    for entry, one in library_store.of_company():
        if Same(one) != Same(now) and entry.name not in found:
            found[entry.name] = one
        if len(found) == MOST:
            break
    return found
