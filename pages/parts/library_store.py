"""This installation's store, who is asking, and which saved version the scenario on screen came from."""

import ipaddress
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from model import store
from model.errors import TrileverError
from model.receipt import Receipt
from model.report import numbers
from model.scenario import Scenario
from pages.parts import lengths, state
from pages.parts.connection import shelf
from pages.parts.plain import plain

PARAMETER = "scenario"


@dataclass(frozen=True, slots=True)
class Origin:
    """The saved version that the scenario on screen is, or was made from."""

    key: str
    name: str
    number: int
    mine: bool
    scenario: Scenario


def owner() -> str | None:
    """Whoever asks: everyone of this computer in an installation of one's own, a signed-in person, else this session.

    Only what the same owner saved is listed, and only its owner may change it.
    """
    if is_personal():
        return None
    if st.user.get("is_logged_in"):
        return f"{st.user.get('iss')} {st.user.get('sub') or st.user.get('email')}"
    return str(st.session_state.setdefault("owner", secrets.token_urlsafe(24)))


def author() -> str:
    """The name to save under: as signed in, else as last typed."""
    signed_in = st.user.get("name") if st.user.get("is_logged_in") else None
    return str(signed_in or st.session_state.get("author", ""))[: lengths.PERSON]


def is_personal() -> bool:
    """Whether this computer's user alone can be asking: a file as store, bound here, asked for from here, no proxy."""
    address = str(st.get_option("server.address") or "")
    hosts = [str(host) for host in st.get_option("server.allowedHosts") or []]
    headers: Mapping[str, Any] = st.context.headers
    proxied = any(name in headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"))
    asked = urlsplit(st.context.url or "http://localhost").hostname or ""
    here = bool(hosts) and all(is_here(name) for name in (address, asked, *hosts))
    return here and not proxied and not st.user.get("is_logged_in") and shelf().is_local


def is_here(host: str) -> bool:
    """Whether a host's name or number leads each computer to itself: localhost, x.localhost, 127.0.0.1, [::1]."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def opened() -> list[str]:
    """Keys of the versions that this session opened by link."""
    found: list[str] = st.session_state.setdefault("opened_keys", [])
    return found


@contextmanager
def readable() -> Iterator[None]:
    """Saved scenarios are asked for: where they cannot be read that is told, and the page goes on without them."""
    try:
        yield
    except TrileverError as fault:
        st.caption(f"Saved scenarios cannot be read now: {plain(fault.message)}")


def listed() -> list[store.Entry]:
    """Every saved scenario that may be used, the newest first; none where they cannot be read, which is told."""
    with readable():
        return shelf().list(owner(), opened())
    return []


def of_company() -> Iterator[tuple[store.Entry, Scenario]]:
    """Those on the figures on screen, the newest first. Each is read when it is asked for: take what is needed."""
    company = state.scenario().baseline
    for entry in listed():
        # The name is known without reading, and spares it mostly; other figures may go by the same one.
        if entry.company == company.name:
            with readable():
                scenario = read(entry).scenario
                if scenario.baseline == company:
                    yield entry, scenario


def read(entry: store.Entry) -> Receipt:
    """A saved version, read once a session, since it never changes. StoreError or LinkError where it does not open.

    One's own opens always, another's only while its link is open.
    """
    known: dict[str, Receipt] = st.session_state.setdefault("saved_read", {})
    if entry.key not in known:
        known[entry.key] = shelf().receipt(entry.key, withdrawn=entry.mine)
    return known[entry.key]


def origin() -> Origin | None:
    """Where the scenario on screen comes from; None where it was never saved, or is another company's.

    Nor where undo led back to before it was opened: what is on screen then must not be saved over it.
    """
    found: Origin | None = st.session_state.get("origin")
    if found is None or found.scenario.baseline.digest != state.scenario().baseline.digest:
        return None
    seen = state.history()
    undone = any(_alike(found.scenario, step) for step in seen.future)
    return None if undone and not any(_alike(found.scenario, step) for step in (seen.present, *seen.past)) else found


def _alike(one: Scenario, other: Scenario) -> bool:
    """Whether two are one scenario, whatever month is looked at and whatever it is called."""
    return other.model_copy(update={"name": one.name, "month": one.month}) == one


def is_saved() -> bool:
    """Whether the scenario on screen is a saved version, unchanged but for its name."""
    found, now = origin(), state.scenario()
    return found is not None and found.scenario == now.model_copy(update={"name": found.scenario.name})


def forget_origin() -> None:
    """The scenario on screen comes from no saved version."""
    st.session_state.pop("origin", None)


def read_origin_again() -> None:
    """After a change in the library: the version on screen may be called otherwise now, or be gone."""
    found: Origin | None = st.session_state.get("origin")
    if found is not None:
        entry = shelf().entry(found.key, owner())
        if entry.deleted:
            forget_origin()
        else:
            st.session_state["origin"] = replace(found, name=entry.name)


def came_from(entry: store.Entry, scenario: Scenario) -> None:
    """Remember that the scenario on screen is this version."""
    st.session_state["origin"] = Origin(entry.key, entry.name, entry.number, entry.mine, scenario)
    if entry.key not in opened():
        opened().append(entry.key)


def moment(when: datetime) -> str:
    """A moment on the user's own clock: 21 Nov 2026, 14:05."""
    try:
        zone = ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    local = when.astimezone(zone)
    return f"{numbers.day(local)}, {local:%H:%M}"
