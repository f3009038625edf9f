"""Studies of doubt in the background: what is known so far can be shown, and they can be stopped."""

import threading
from collections.abc import Callable, Hashable, Iterator
from typing import Any, Generic, TypeVar

import streamlit as st

from model.progress import Cancelled, Progress
from pages.parts import errors
from pages.parts.job import Job

Found = TypeVar("Found")
EVERY_S = 0.6
AT_ONCE_S = 0.4
"""What is known by then needs no progress."""
KEPT = 12
"""Studies that a session keeps, so that looking at another outcome and back asks nothing again."""
_TURN = threading.Lock()
"""One step at a time, of whichever study: no page waits for all of another one's study."""


class Study(Generic[Found]):
    """A study under way: `found` is what is known so far, `over` whether there is no more to come."""

    def __init__(self, steps: Iterator[tuple[float, Found | None]]) -> None:
        self.found: Found | None = None
        self._steps = steps
        self.job = Job(self._work, "study")

    def _work(self, told: Progress) -> None:
        while True:
            with _TURN:
                step = next(self._steps, None)
            if step is None:
                return
            share, found = step
            if found is not None:
                self.found = found
            told(share, "study")

    @property
    def over(self) -> bool:
        return self.job.wait(0)

    @property
    def stopped(self) -> bool:
        return isinstance(self.job.fault, Cancelled)


def study(key: Hashable, steps: Callable[[], Iterator[tuple[float, Found | None]]]) -> Study[Found]:
    """This session's study of that name, begun where there is none. The oldest ones are stopped and forgotten."""
    kept: dict[Hashable, Study[Any]] = st.session_state.setdefault("studies", {})
    if key not in kept:
        kept[key] = Study(steps())
        kept[key].job.wait(AT_ONCE_S)
        for old in list(kept)[:-KEPT]:
            kept.pop(old).job.cancel()
    return kept[key]


def show(name: str, asked: Study[Found], draw: Callable[[Found], None]) -> None:
    """Draw what is known, again and again until all is; then once and for all."""
    if asked.over:
        _known(name, asked, draw)
    else:
        st.fragment(_watch, run_every=EVERY_S, key=f"watch_{name}")(name, asked, draw)


def _known(name: str, asked: Study[Found], draw: Callable[[Found], None]) -> None:
    with errors.told():
        if asked.found is not None:
            draw(asked.found)
        if asked.stopped:
            known = "what was known by then" if asked.found is not None else "nothing was known by then"
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.caption(f"Stopped early: {known}.", width="content")
                st.button("Start again", key=f"again_{name}", type="tertiary", icon=":material/restart_alt:",
                          on_click=_forget, args=(asked,))  # fmt: skip
        elif asked.job.fault is not None:
            raise asked.job.fault


def _forget(asked: Study[Any]) -> None:
    kept = st.session_state["studies"]
    st.session_state["studies"] = {key: one for key, one in kept.items() if one is not asked}


def _watch(name: str, asked: Study[Found], draw: Callable[[Found], None]) -> None:
    if asked.over:
        st.rerun()
    with errors.told():
        if asked.found is not None:
            draw(asked.found)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.progress(asked.job.share, "Making sure" if asked.found is not None else "A first look")
            st.button("Stop", icon=":material/close:", key=f"stop_{name}", on_click=asked.job.cancel)
