"""What a browser has not saved: kept for a while, to be found again after a reload, a lost line or a new start.

Kept in this process, and by `drafts_kept` in the store, for when this process ends.

A browser is known by the random token that Streamlit gives each against forged requests: it comes with every visit and
with nobody else's, ends with the browser's session, and nothing has to be put into the address. Where that protection
is off there is no token, and nothing is kept; nor is it with `TRILEVER_DRAFTS=off`, for a browser that many share.
"""

import hashlib
import secrets
import threading
import time
from binascii import unhexlify
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import streamlit as st

from model.store.drafts import KEPT_HOURS, MOST_TABS, Left
from pages.parts import drafts_kept, settings
from pages.parts.history import History

KEPT_S = KEPT_HOURS * 3600.0
MOST_BROWSERS = 200
"""Of how many browsers something is kept here: the newest."""
COOKIE = "_streamlit_xsrf"


@dataclass(frozen=True, slots=True)
class Draft:
    """A tab's history as its last step left it, at a time of `time.monotonic`."""

    tab: str
    history: History
    at: float


_drafts: OrderedDict[str, OrderedDict[str, Draft]] = OrderedDict()
_lock = threading.Lock()


def keep(history: History) -> None:
    """This tab's history from now on; scenarios share their company, so that a step is a few hundred bytes."""
    browser = _browser()
    if not browser:
        return
    tab = _tab()
    with _lock:
        tabs = _drafts.setdefault(browser, OrderedDict())
        tabs[tab] = Draft(tab, history, time.monotonic())
        _newest(tabs, tab, MOST_TABS)
        _newest(_drafts, browser, MOST_BROWSERS)
    steps = (*history.past, history.present, *history.future)
    drafts_kept.leave(Left(browser, tab, steps, len(history.past)))


def take_back(history: History) -> None:
    """The history after a step that could not be reckoned; nothing where this tab has taken none of its own."""
    if "tab" in st.session_state:
        keep(history)


def saved() -> None:
    """This tab's history is in the library, so that nothing has to be found again until the next step."""
    _forget(_tab())


def taken(draft: Draft) -> None:
    """What was left is this tab's now."""
    if draft.tab != _tab():
        _forget(draft.tab)


def _forget(tab: str) -> None:
    if browser := _browser():
        with _lock:
            _drafts.get(browser, OrderedDict()).pop(tab, None)
        drafts_kept.leave(Left(browser, tab))


def left() -> Draft | None:
    """What another tab of this browser left last, as long as this one has taken no step of its own."""
    if "tab" in st.session_state or not (browser := _browser()):
        return None
    with _lock:
        draft = next(reversed(_drafts.get(browser, OrderedDict()).values()), None)
    draft = draft or _written(browser)
    return draft if draft is not None and time.monotonic() - draft.at < KEPT_S else None


def _written(browser: str) -> Draft | None:
    """What an earlier process left of this browser, asked for once a session."""
    if "written" not in st.session_state:
        found = drafts_kept.found(browser)
        st.session_state["written"] = None if found is None else Draft(
            found.tab,
            History(found.steps[found.present], found.steps[: found.present], found.steps[found.present + 1 :]),
            time.monotonic() - found.age_s,
        )  # fmt: skip
    known: Draft | None = st.session_state["written"]
    return known


def _tab() -> str:
    """This session's name from its first step or save on, as which nothing is offered to it any more."""
    return str(st.session_state.setdefault("tab", secrets.token_hex(8)))


def _newest(known: "OrderedDict[str, Any]", key: str, most: int) -> None:
    known.move_to_end(key)
    while len(known) > most:
        known.popitem(last=False)


def _browser() -> str:
    """Who asks, as nobody can read it back; empty where that is not known. Signed in, another person is another."""
    if "browser" not in st.session_state:
        kept = not settings.is_off("TRILEVER_DRAFTS", "drafts", "keep")
        token = _token(st.context.cookies.get(COOKIE, "")) if kept else b""
        person = f"{st.user.get('iss')} {st.user.get('sub')}" if st.user.get("is_logged_in") else ""
        st.session_state["browser"] = hashlib.sha256(token + person.encode()).hexdigest() if token else ""
    return str(st.session_state["browser"])


def _token(cookie: str) -> bytes:
    """The token in a cookie: version 2, a mask, the token under it, and a time; empty where it is something else.

    The mask is another one at every visit, the token stays.
    """
    try:
        version, mask, masked, _ = cookie.strip('"').split("|")
        over, under = unhexlify(mask), unhexlify(masked)
    except ValueError:
        return b""
    return bytes(a ^ over[i % len(over)] for i, a in enumerate(under)) if version == "2" and over else b""
