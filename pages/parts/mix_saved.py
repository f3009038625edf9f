"""Saved scenarios among the best mixes: their levers in the world on screen, so that like stands beside like."""

from dataclasses import dataclass

import streamlit as st

import model
from model.errors import TrileverError
from model.scenario import Scenario
from pages.parts import library_store, state
from pages.parts.plain import plain

MOST = 8


@dataclass(frozen=True)
class Saved:
    """A saved scenario as it would be here."""

    name: str
    outcome: model.Outcome


def all_saved() -> list[Saved]:
    """The latest saved scenarios of this very company; reckoned once a world, as long as it stays on screen."""
    now = state.scenario()
    try:
        entries = library_store.shelf().list(library_store.owner(), library_store.opened())
        mine = [e for e in entries if e.company == now.baseline.name][:MOST]
        world = (now.doing_nothing(), tuple((e.key, e.name) for e in mine))
        kept: tuple[object, list[Saved]] | None = st.session_state.get("mix_saved")
        if kept is None or kept[0] != world:
            kept = world, _reckoned(now, {e.key: e.name for e in mine})
            st.session_state["mix_saved"] = kept
    except TrileverError as fault:
        st.caption(f"Saved scenarios cannot be shown now: {plain(fault.message)}")
        return []
    return kept[1]


def _reckoned(now: Scenario, names: dict[str, str]) -> list[Saved]:
    made = []
    for key, name in names.items():
        saved = library_store.shelf().receipt(key, withdrawn=True).scenario
        if saved.baseline.digest == now.baseline.digest:
            own = {"name": name, "levers": saved.levers, "starts": saved.starts, "staffing_rule": saved.staffing_rule}
            made.append(now.model_copy(update=own))
    return [Saved(out.scenario.name, out) for out in model.evaluate_many(made)] if made else []
