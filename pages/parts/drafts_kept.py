"""Drafts in the store: what a browser has not saved outlives the server's process.

A step waits for no disk: a thread writes what tabs leave, all at once, some seconds after the first of it, and the
process writes the rest as it ends.
"""

import atexit
import contextlib
import logging
import threading
import time

from model import store
from model.store.drafts import Draft, Left
from pages.parts.connection import shelf

LOG = logging.getLogger("trilever")
AFTER_S = 3.0
"""Seconds from a step until it is written, with all that came after it."""

SILENT_S = 60.0
"""Seconds for which a store out of reach is not asked again: every new visitor would wait for it."""

_waiting: dict[tuple[str, str], Left] = {}
_some = threading.Condition()
_writing = threading.Lock()
_begun, _asked_again = False, 0.0


def leave(left: Left) -> None:
    """Write soon what a tab leaves, in place of what it left before."""
    global _begun
    with _some:
        _waiting[left.browser, left.tab] = left
        if not _begun:
            _begun = True
            atexit.register(write)
            threading.Thread(target=_write_on, name="drafts", daemon=True).start()
        _some.notify()


def prepare() -> None:
    """Open the store before the first visitor, for whom that would take half a second."""
    with contextlib.suppress(store.StoreError):  # whoever needs it is told
        shelf()


def found(browser: str) -> Draft | None:
    """What the store holds of a browser; None where it cannot be asked, nor then by others for a while."""
    global _asked_again
    if time.monotonic() < _asked_again:
        return None
    try:
        return shelf().draft(browser)
    except store.StoreError as fault:
        _asked_again = time.monotonic() + SILENT_S
        LOG.error("what was left unsaved cannot be read: %s", fault.message)
        return None


def write() -> None:
    """Write what waits to be; where the store cannot be reached it stays in memory alone."""
    with _writing:
        with _some:
            left = list(_waiting.values())
            _waiting.clear()
        if left:
            try:
                shelf().leave(left)
            except store.StoreError as fault:
                LOG.error("what is left unsaved cannot be kept: %s", fault.message)


def _write_on() -> None:
    while True:
        with _some:
            _some.wait_for(lambda: _waiting)
        time.sleep(AFTER_S)
        try:
            write()
        except Exception as fault:  # whatever it was: the next step is written again
            LOG.error("what is left unsaved cannot be kept: %s", type(fault).__name__)
