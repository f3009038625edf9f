"""Saved scenarios among the best mixes: their levers in the world on screen, so that like stands beside like."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

import streamlit as st

import model
from model.scenario import Scenario
from pages.parts import library_store, state

MOST = 8


@dataclass(frozen=True)
class Saved:
    """A saved scenario as it would be here."""

    name: str
    outcome: model.Outcome


def all_saved() -> list[Saved]:
    """The latest saved scenarios of this very company; reckoned once a world, as long as it stays on screen."""
    now = state.scenario()
    found = list(islice(library_store.of_company(), MOST))
    world = (now.doing_nothing(), tuple((entry.key, entry.name) for entry, _ in found))
    kept: tuple[object, list[Saved]] | None = st.session_state.get("mix_saved")
    if kept is None or kept[0] != world:
        kept = world, []
        with library_store.readable():  # one that cannot be reckoned in this world takes no mix from the screen
            made = [now.model_copy(update=carried(entry.name, one)) for entry, one in found]
            kept = world, [Saved(out.scenario.name, out) for out in model.evaluate_many(made)] if made else []
            st.session_state["mix_saved"] = kept
    return kept[1]


def carried(name: str, scenario: Scenario) -> dict[str, Any]:
    """What a mix takes from one world to another: what was chosen, not what is the case; under this name."""
    chosen = ("levers", "starts", "staffing_rule")
    return {"name": name, **{field: getattr(scenario, field) for field in chosen}}
