"""The share box: a portable link that holds the whole scenario; and opening such a link."""

from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from model import links
from model.report import words
from model.version import ENGINE_VERSION
from pages.parts import errors, results, state
from pages.parts.history import History

PARAMETER = "s"


def box() -> None:
    """The Share button; the link is made when the box is opened."""
    popover = st.popover("Share", type="primary", icon=":material/share:", key="share_button", on_change="rerun")
    if not popover.open:
        return
    with popover, st.container(key="share"), errors.told():
        address = link(st.context.url or "")
        st.markdown("**A link to exactly this**")
        st.code(address, language=None, wrap_lines=True, height=130)
        long = " Some mail programs cut a link as long as this." if len(address) > links.LONG else ""
        st.caption(
            "The scenario and the company's figures (totals and averages, no single contact) travel inside the link: "
            f"whoever has it can read them.{long}"
        )


def link(url: str) -> str:
    """An absolute link to the page at `url`, with the scenario on screen and what it shows inside."""
    now = state.scenario()
    token = links.encode(now, seen=results.of(now).outcome.headline)
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, f"{PARAMETER}={token}", ""))


def open_link() -> None:
    """Open the scenario of the address, once; a broken one is told and what is on screen stays."""
    token = st.query_params.get(PARAMETER)
    if not token or st.session_state.get("opened") == token:
        return
    st.session_state["opened"] = token
    state.accept(lambda now: _opened(now, token))


def _opened(now: History, token: str) -> History:
    receipt = links.open(token)
    outcome = results.of(receipt.scenario).outcome
    versions = (receipt.engine_version, ENGINE_VERSION)
    state.remark(words.then_and_now(receipt.seen, outcome.headline, receipt.scenario.baseline.currency, versions))
    return now.to(receipt.scenario)
