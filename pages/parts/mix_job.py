"""Looking for mixes aside: what was asked of which scenario, how far it is, and an end at any time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import streamlit as st

from model import aside, mixes, optimise, restore
from model.optimise import Mix
from model.report import mix_chart
from model.scenario import Scenario

EVERY_S = 0.5
QUESTIONS: dict[str, Callable[..., Any]] = {
    "best": optimise.best_mix, "curve": mixes.trace, "fix": restore.restorations, "next": mix_chart.next_money,
}  # fmt: skip


@dataclass(frozen=True)
class Search:
    """One question of this session: its kind, what was asked of which scenario, and the work itself."""

    scenario: Scenario
    kind: str
    asked: dict[str, Any]

    @cached_property
    def work(self) -> aside.Search[Any]:
        """The search itself, begun when first looked at."""
        return aside.begin(QUESTIONS[self.kind], self.scenario, **self.asked)

    @property
    def mixes(self) -> list[Mix]:
        """What it has found: at the end, or while it works the best so far."""
        best = [self.work.best] if self.work.best is not None and self.kind != "curve" else []
        return list(self.work.found) or best

    def is_about(self, scenario: Scenario) -> bool:
        """Whether its answer holds for a scenario: the same world, rule and locked levers, wherever others stand.

        Restoring targets, and what the next money brings, are about the very scenario.
        """
        if self.kind in ("fix", "next"):
            return self.scenario == scenario
        same = self.scenario.staffing_rule == scenario.staffing_rule and self.scenario.starts == scenario.starts
        still = all(self.scenario.lever(k) == scenario.lever(k) for k in self.asked.get("locked", ()))
        return same and still and self.scenario.doing_nothing() == scenario.doing_nothing()


def of(key: str, scenario: Scenario) -> Search | None:
    """This session's search of a kind, as long as it is about the scenario on screen; another scenario ends it."""
    kept: Search | None = st.session_state.get(key)
    if kept is not None and kept.scenario is not scenario and not kept.is_about(scenario):
        drop(key)
        return None
    return kept


def begin(key: str, search: Search) -> None:
    """Start a search in the place of the one before."""
    drop(key)
    _ = search.work
    st.session_state[key] = search


def drop(key: str) -> None:
    """Forget a search, and end it."""
    cancel(key)
    st.session_state.pop(key, None)


def cancel(key: str) -> None:
    """End a search; what it has found stays."""
    kept: Search | None = st.session_state.get(key)
    if kept is not None:
        kept.work.cancel()


def progress(search: Search, key: str, button: str) -> None:
    """How far it is, and the way to end it; once it has ended, the whole page is drawn anew."""
    if st.session_state.get(key) is not search:
        return  # a look that the browser asked for before it knew that there is nothing more to look at
    if not search.work.running:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.progress(search.work.share, search.work.step)
        st.button("Cancel", icon=":material/close:", key=button, on_click=cancel, args=(key,))
