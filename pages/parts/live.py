"""What nearly every step changes, drawn by the lever that was moved, in the lever's own run.

A callback may ask for other parts to be run, but that is a second run, with a beginning and an end of its own that
server and browser both pay for. A fragment may as well write into a place outside of itself: so a lever draws itself
and then these places. Each place is an `st.empty`, which shows what was written last, whoever wrote it. What stands in
a place with pictures is a fragment of its own, the same one for all who write it, or the browser would build the
pictures anew; elsewhere that would only cost a move time, as each fragment copies all that it stands in.

The browser lays out anew whatever comes more than a hundredth of a second later. So what a place shows is reckoned
before its first element is sent; the lever itself is sent before, while that is reckoned.
"""

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

Draw = Callable[[], None]


def place(key: str, reckon: Draw, draw: Draw, pictures: bool = False) -> None:
    """A place on the page, drawn now and by every lever that says `lever`; `key` names it to `st.rerun`.

    `reckon` sees to it that `draw` waits for nothing.
    """
    _places()[key] = (st.empty(), reckon, draw, pictures)
    st.fragment(_fill, key=None if pictures else key)(key)


def lever() -> None:
    """At the end of a lever's fragment: draw all places, where this run is the lever's and not the whole page's."""
    for key, (holder, *_) in _places().items():
        if _run() is None:
            # Whoever means to write here later says so while the page is drawn. A container like the one that stands
            # there already: the browser keeps what is in it.
            holder.container()
        else:
            _fill(key)


def covers(parts: Iterable[str]) -> bool:
    """Whether a lever's own run draws all these parts."""
    return set(parts) <= _places().keys()


def _fill(key: str) -> None:
    holder, reckon, draw, pictures = _places()[key]
    _reckoned(reckon)
    with holder.container():
        (st.fragment(_once, key=key) if pictures else _once)(key, draw)


def _once(key: str, draw: Draw) -> None:
    """Once a run: two levers moved in quick succession are run in one, and so are a lever and the place itself."""
    drawn, run = st.session_state.setdefault("drawn", {}), _run()
    if run is None or drawn.get(key) is not run:
        draw()
        drawn[key] = run


def _reckoned(reckon: Draw) -> None:
    with contextlib.suppress(Exception):  # whoever draws meets it again, and tells
        reckon()


def _places() -> dict[str, tuple[Any, Draw, Draw, bool]]:
    found: dict[str, tuple[Any, Draw, Draw, bool]] = st.session_state.setdefault("live", {})
    return found


def _run() -> list[str] | None:
    """The fragments of this run, a list of its own each time; None where the whole page is run."""
    context = get_script_run_ctx()
    return context.fragment_ids_this_run if context else None
