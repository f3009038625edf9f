"""What the model says about a scenario, each asked once: the pages read, the model reckons.

What a page will surely want is asked of the worker processes at once, so that one reckons while the other does and the
page is drawn; without workers each is reckoned when it is first wanted.
"""

from collections.abc import Callable
from concurrent.futures import Future
from functools import cached_property
from itertools import count
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

import model
from model import explain, warm, workers
from model.report import numbers, spark, words
from model.scenario import Scenario

PICTURE, OVER_TIME = "picture", "Over time"
"""The key of the choice of pictures, and the name of the first."""
OTHERS = "more_results"
"""The key of the table of other results."""
EXPLAINED, EXPLAINED_FIRST = "explained", "operating_cost"
"""The key of the choice of outcome explained, and the first."""
KEPT = 6
"""Scenarios whose results are kept, so that undo, redo and opening a picture ask nothing again."""
Array = NDArray[np.float64]
T = TypeVar("T")
_sessions = count()


class Results:
    """A scenario's outcome, likely ranges, paths and causes, each reckoned when first wanted, or asked for before."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._asked: dict[tuple[Any, ...], Future[Any] | None] = {}
        self._paths: dict[str, pd.DataFrame] = {}
        self._causes: dict[str, pd.Series] = {}
        self._changes: dict[str, numbers.Change] = {}
        self._lines: dict[tuple[str, bool], str] = {}

    def ask(self) -> None:
        """Put to the workers what the page in view will want."""
        if "lane" not in st.session_state:  # each session begins at the next lane, so that all are used alike
            st.session_state["lane"] = next(_sessions)
        lane = st.session_state["lane"]
        explained = st.session_state.get(EXPLAINED, EXPLAINED_FIRST)
        self._ask(lane, model.evaluate, self.scenario)
        if self.moved:
            self._ask(lane + 1, model.ranges, self.scenario, path=_with_path())
            # After the outcome in the same lane, which then knows both ends of what it shares out.
            self._ask(lane, model.attribute, self.scenario.doing_nothing(), self.scenario, explained)
            if _months_in_view():
                self._ask(lane + 1, model.path_ranges, self.scenario, explained)
        # The other workers get to know a new company while somebody looks at it: before his first move, not at it.
        company = self.scenario.baseline.digest, tuple(sorted(self.scenario.targets.items()))
        workers.teach(company, warm.company, self.scenario)

    def _ask(self, lane: int, question: Callable[..., Any], *given: Any, **named: Any) -> None:
        self._asked[_key(question, given)] = workers.ask(lane, question, *given, **named)

    def _answer(self, question: Callable[..., T], *given: Any, **named: Any) -> T:
        found: T = workers.answer(self._asked.pop(_key(question, given), None), question, *given, **named)
        return found

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
        return self._answer(model.evaluate, self.scenario)

    @cached_property
    def difference(self) -> dict[str, float]:
        """Every result against doing nothing."""
        return self.outcome.difference

    @cached_property
    def months(self) -> tuple[dict[str, Array], dict[str, Array]]:
        """Every outcome month by month, of this scenario and of doing nothing.

        A move asks for some twenty columns, and a frame takes longer to find each than a page has time for.
        """
        here, nothing = self.outcome.monthly, self.outcome.reference_monthly
        names = here.columns.tolist()
        return dict(zip(names, here.to_numpy().T, strict=True)), dict(zip(names, nothing.to_numpy().T, strict=True))

    @cached_property
    def ranges(self) -> pd.DataFrame:
        """Likely ranges: index outcome; low, high, difference_low, difference_high. Empty where nothing is moved."""
        if not self.moved:
            return pd.DataFrame(columns=["low", "high", "difference_low", "difference_high"])
        return self._answer(model.ranges, self.scenario, path=_with_path())

    def over_time(self) -> None:
        """See to the likely ranges of what stands for all 36 months: they come with the months alone."""
        if self.moved and "npv" not in self.ranges.index:
            self._ask(st.session_state["lane"] + 1, model.ranges, self.scenario, path=True)
            self.__dict__["ranges"] = self._answer(model.ranges, self.scenario, path=True)
            self._changes.clear()

    def change(self, outcome: str) -> numbers.Change:
        """One outcome's difference against doing nothing, with its likely range, as it stands on screen."""
        if outcome not in self._changes:
            likely = numbers.gap(self.ranges, outcome)
            currency = self.scenario.baseline.currency
            self._changes[outcome] = numbers.change(outcome, self.difference[outcome], *likely, currency)
        return self._changes[outcome]

    def line(self, outcome: str, dark: bool) -> str:
        """One outcome's small line of 36 months, as the address of its picture."""
        if (outcome, dark) not in self._lines:
            here, nothing = (side[outcome] for side in self.months)
            self._lines[outcome, dark] = spark.address(here, nothing, self.scenario.month, dark, self.moved)
        return self._lines[outcome, dark]

    def path(self, outcome: str) -> pd.DataFrame:
        """The likely range of one outcome over the months: low, high."""
        if outcome not in self._paths:
            self._paths[outcome] = self._answer(model.path_ranges, self.scenario, outcome)
        return self._paths[outcome]

    @cached_property
    def by_family(self) -> bool:
        """Whether the causes are too many to be told apart but by family."""
        return explain.is_by_family(self.scenario.doing_nothing(), self.scenario)

    def causes(self, outcome: str) -> pd.Series:
        """Each cause's share of one outcome's change, by its name on screen."""
        if outcome not in self._causes:
            shares: pd.Series[float] = self._answer(
                model.attribute, self.scenario.doing_nothing(), self.scenario, outcome
            )
            self._causes[outcome] = shares.set_axis([words.cause_label(str(key)) for key in shares.index])
        return self._causes[outcome]


def of(scenario: Scenario) -> Results:
    """This session's results of a scenario, kept for the last few."""
    kept: list[Results] = st.session_state.setdefault("results", [])
    for found in kept:
        if found.scenario is scenario:
            return found
    made = Results(scenario)
    made.ask()
    st.session_state["results"] = [made, *kept[: KEPT - 1]]
    return made


def _months_in_view() -> bool:
    return bool(st.session_state.get(PICTURE, OVER_TIME) == OVER_TIME)


def _with_path() -> bool:
    """Whether months, or sums of them, are in view: asked together with the ranges, once is quicker than twice."""
    return _months_in_view() or bool(st.session_state.get(OTHERS))


def _key(question: Callable[..., Any], given: tuple[Any, ...]) -> tuple[Any, ...]:
    """One scenario's questions differ in what is asked, and of which outcome."""
    return question, *(one for one in given if isinstance(one, str))
