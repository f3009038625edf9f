"""What the model says about a scenario, each asked once: the pages read, the model reckons."""

from functools import cached_property

import pandas as pd
import streamlit as st

import model
from model.report import numbers, words
from model.scenario import Scenario

PICTURE, OVER_TIME = "picture", "Over time"
"""The key of the choice of pictures, and the name of the first."""
KEPT = 6
"""Scenarios whose results are kept, so that undo, redo and opening a picture ask nothing again."""


class Results:
    """A scenario's outcome, likely ranges, paths and causes, each reckoned when first asked for."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._paths: dict[str, pd.DataFrame] = {}
        self._causes: dict[str, pd.Series] = {}
        self._changes: dict[str, numbers.Change] = {}

    @cached_property
    def moved(self) -> bool:
        """Whether anything stands against doing nothing."""
        return words.is_moved(self.scenario)

    @property
    def ready(self) -> bool:
        """Whether the outcome has been reckoned; where that failed, it has been told once and need not be again."""
        return "outcome" in self.__dict__

    @cached_property
    def outcome(self) -> model.Outcome:
        """The outcome at the scenario's month, with its path, week and channels."""
        return model.evaluate(self.scenario)

    @cached_property
    def difference(self) -> dict[str, float]:
        """Every result against doing nothing."""
        return self.outcome.difference

    @cached_property
    def ranges(self) -> pd.DataFrame:
        """Likely ranges: index outcome; low, high, difference_low, difference_high. Empty where nothing is moved."""
        if not self.moved:
            return pd.DataFrame(columns=["low", "high", "difference_low", "difference_high"])
        # Asked together with the path where that is in view: once is quicker than twice.
        return model.ranges(self.scenario, path=st.session_state.get(PICTURE, OVER_TIME) == OVER_TIME)

    def change(self, outcome: str) -> numbers.Change:
        """One outcome's difference against doing nothing, with its likely range, as it stands on screen."""
        if outcome not in self._changes:
            likely = numbers.gap(self.ranges, outcome)
            currency = self.scenario.baseline.currency
            self._changes[outcome] = numbers.change(outcome, self.difference[outcome], *likely, currency)
        return self._changes[outcome]

    def path(self, outcome: str) -> pd.DataFrame:
        """The likely range of one outcome over the months: low, high."""
        if outcome not in self._paths:
            self._paths[outcome] = model.path_ranges(self.scenario, outcome)
        return self._paths[outcome]

    def causes(self, outcome: str) -> pd.Series:
        """Each cause's share of one outcome's change, by its name on screen."""
        if outcome not in self._causes:
            shares = model.attribute(self.scenario.doing_nothing(), self.scenario, outcome)
            self._causes[outcome] = shares.set_axis([words.cause_label(str(key)) for key in shares.index])
        return self._causes[outcome]


def of(scenario: Scenario) -> Results:
    """This session's results of a scenario, kept for the last few."""
    kept: list[Results] = st.session_state.setdefault("results", [])
    for found in kept:
        if found.scenario is scenario:
            return found
    made = Results(scenario)
    st.session_state["results"] = [made, *kept[: KEPT - 1]]
    return made
