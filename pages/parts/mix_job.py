"""Looking for mixes in the background: how far it is, the best so far, and an end at any time."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from model import mixes, optimise
from model.optimise import Mix
from model.scenario import Scenario
from pages.parts.data_job import Job

EVERY_S = 0.5


@dataclass
class Search:
    """One question of this session: what was asked of which scenario, what was found so far, and the work itself."""

    scenario: Scenario
    kind: str
    asked: dict[str, Any]
    found: list[Mix] = field(default_factory=list)
    job: Job[None] | None = None

    def start(self) -> "Search":
        """Begin in a thread of its own."""
        self.job = Job(self._work, "looking for mixes")
        return self

    def _work(self, told: Any) -> None:
        def progress(share: float, step: str, best: Mix | None) -> None:
            told(share, step)

        if self.kind == "curve":
            for mix in mixes.trace(self.scenario, polite=True, progress=progress, **self.asked):
                self.found.append(mix)
        elif self.kind == "fix":
            self.found.append(optimise.restore_targets(self.scenario, polite=True, progress=progress))
        else:
            self.found.append(optimise.best_mix(self.scenario, polite=True, progress=progress, **self.asked))

    @property
    def running(self) -> bool:
        """Whether it still works."""
        return self.job is not None and not self.job.wait(0)


def of(key: str, scenario: Scenario) -> Search | None:
    """This session's search of a kind, as long as it is about the scenario on screen; another one ends it."""
    kept: Search | None = st.session_state.get(key)
    if kept is not None and kept.scenario != scenario:
        drop(key)
        return None
    return kept


def begin(key: str, search: Search) -> None:
    """Start a search in the place of the one before."""
    drop(key)
    st.session_state[key] = search.start()


def drop(key: str) -> None:
    """Forget a search, and end it."""
    kept: Search | None = st.session_state.pop(key, None)
    if kept is not None and kept.job is not None:
        kept.job.cancel()


def cancel(key: str) -> None:
    """End a search; what it has found stays."""
    kept: Search | None = st.session_state.get(key)
    if kept is not None and kept.job is not None:
        kept.job.cancel()
