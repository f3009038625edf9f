"""Faults in one place: what a user can mend is told with its hint; anything else gets a calm line and a log entry."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from model.errors import TrileverError
from pages.parts.plain import plain

LOG = logging.getLogger("trilever")
UNEXPECTED = ("Something went wrong here; nothing of yours is lost.", "Undo the last step, or load the page again.")


def _told(fault: Exception) -> tuple[str, str]:
    if isinstance(fault, TrileverError):
        return fault.message, fault.hint
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "?"
    # The kind and the place only: a fault's own text may hold figures of a company.
    LOG.error("unexpected %s at %s", type(fault).__name__, where)
    return UNEXPECTED


def _show(message: str, hint: str) -> None:
    st.error(plain(hint), title=plain(message), icon=":material/error:") if hint else st.error(plain(message))


@contextmanager
def told() -> Iterator[None]:
    """Show a fault where it happens; what stood before it on the page stays."""
    try:
        yield
    except Exception as fault:
        _show(*_told(fault))


@contextmanager
def told_later(place: str = "fault") -> Iterator[None]:
    """Keep a fault of a callback, which cannot draw, for `tell` in the run that follows. Success clears it.

    `place`: for a form that tells its own faults, where they are seen.
    """
    try:
        yield
    except Exception as fault:
        st.session_state[place] = _told(fault)
    else:
        st.session_state.pop(place, None)


def pending(place: str = "fault") -> tuple[str, str] | None:
    """The fault that waits to be told."""
    found: tuple[str, str] | None = st.session_state.get(place)
    return found


def tell(place: str = "fault") -> None:
    """Show what a callback or a link left; it stays until the next step succeeds."""
    fault = pending(place)
    if fault:
        _show(*fault)
