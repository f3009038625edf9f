"""What a page asks of the model, put to the worker processes at once: its sums never hold up another's page.

Every answer is kept for the session; without workers each is reckoned when it is first wanted.
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

import streamlit as st

from model import workers
from model.engine import Same
from model.scenario import Scenario

KEPT = 96
"""Answers that are kept: a comparison of five asks some twenty."""
T = TypeVar("T")
Key = tuple[Any, ...]


def ask(lane: int, question: Callable[..., Any], *given: Any) -> None:
    """Put a question to the workers that will be wanted in a moment; the next one of a lane knows its draws."""
    asked, key = _asked(), _key(question, given)
    if key not in asked and key not in _known():
        asked[key] = workers.ask(lane, question, *given)


def answer(question: Callable[..., T], *given: Any) -> T:
    """The answer to a question, asked before or not."""
    known, key = _known(), _key(question, given)
    if key not in known:
        known[key] = workers.answer(_asked().pop(key, None), question, *given)
        for old in list(known)[:-KEPT]:
            del known[old]
    found: T = known[key]
    return found


def _asked() -> dict[Key, Future[Any] | None]:
    asked: dict[Key, Future[Any] | None] = st.session_state.setdefault("asked", {})
    return asked


def _known() -> dict[Key, Any]:
    known: dict[Key, Any] = st.session_state.setdefault("answered", {})
    return known


def _key(question: Callable[..., Any], given: tuple[Any, ...]) -> Key:
    return question, *(Same(one) if isinstance(one, Scenario) else one for one in given)
