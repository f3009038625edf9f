"""The share box: a link to the saved scenario, or one that holds everything; and opening such links on any page."""

from datetime import timedelta
from functools import partial

import streamlit as st

from model import links
from model.store.records import now as this_moment
from pages.parts import (
    addresses,
    connection,
    errors,
    library_save,
    library_store,
    receipt_banner,
    results,
    settings,
    state,
)
from pages.parts.history import History

PORTABLE = "s"
ENDS = {"Never": None, "In 7 days": 7, "In 30 days": 30, "In 90 days": 90}


def box() -> None:
    """The Share button; links are made when the box is opened."""
    popover = st.popover("Share", type="primary", key="share_button", on_change="rerun")
    if not popover.open:
        return
    with popover, st.container(key="share"), errors.told():
        if not library_store.is_saved():
            found = library_store.origin()
            st.button("Save and make a short link", icon=":material/bookmark_add:", key="share_save", width="stretch",
                      on_click=_save, args=(found is not None and found.mine,))  # fmt: skip
        saved = library_store.origin()
        if saved is not None and library_store.is_saved():
            addresses.short_link(saved.key)
        if may_hold_figures():
            _portable_box(beside=saved is not None and library_store.is_saved())


def _save(as_next: bool) -> None:
    with errors.told_later():
        library_save.keep(as_next=as_next)
    st.rerun()  # all of the page: what went wrong is told outside the part that this box is in


def _portable_box(beside: bool) -> None:
    """The long link; `beside` a short one, how far both reach is said already."""
    address = portable_link()
    st.markdown("**A link that holds everything**, also for use elsewhere")
    st.code(address, language=None, wrap_lines=True, height=130)
    if not beside:
        addresses.reach()
    long = " Some mail programs cut a link as long as this." if len(address) > links.LONG else ""
    st.caption(
        "The scenario and the company's figures (totals and averages, no single contact) travel inside the link: "
        f"whoever has it can read them.{long}"
    )


def may_hold_figures() -> bool:
    """Whether links that hold the company's figures are made in this installation."""
    return not settings.is_off("TRILEVER_PORTABLE_LINKS", "links", "portable")


def portable_link(page: str = "") -> str:
    """An absolute link to this page, or to another, with the scenario on screen and what it shows inside."""
    now = state.scenario()
    return addresses.link({PORTABLE: links.encode(now, seen=results.of(now).outcome.headline)}, page)


def open_link() -> None:
    """Open the scenario of the address, once; a broken one is told and what is on screen stays."""
    for parameter, made in ((PORTABLE, _portable), (library_store.PARAMETER, saved)):
        value = st.query_params.get(parameter)
        if value and st.session_state.get("opened") != value:
            st.session_state["opened"] = value
            state.accept(partial(made, value), keep=False)


def _portable(token: str, now: History) -> History:
    receipt = links.open(token)
    receipt_banner.remember(receipt, now.present.baseline, "link")
    library_store.forget_origin()
    return now.to(receipt.scenario)


def saved(key: str, now: History, withdrawn: bool = False) -> History:
    """A step to a saved version, under the name that it has today."""
    shelf = connection.shelf()
    receipt = shelf.receipt(key, withdrawn)
    entry = shelf.entry(key, library_store.owner())
    receipt_banner.remember(receipt, now.present.baseline, f"version, saved {library_store.moment(entry.saved)},")
    scenario = receipt.scenario
    if entry.name != scenario.name:
        scenario = scenario.model_copy(update={"name": entry.name})
    library_store.came_from(entry, scenario)
    return now.to(scenario)


def ends(key: str, chosen: str) -> None:
    """Let the link to a version end as chosen among `ENDS`."""
    days = ENDS[chosen]
    when = None if days is None else this_moment() + timedelta(days=days)
    connection.shelf().expire(key, when, library_store.owner())
