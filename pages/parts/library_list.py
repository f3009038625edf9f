"""The list of saved scenarios: search, order, and each with its headline numbers and a small picture."""

import streamlit as st

from model.outcomes import OUTCOMES
from model.report import numbers, spark
from model.store import Entry
from model.store.records import now
from model.store.rows import KEPT_DAYS
from pages.parts import library_actions, library_pick
from pages.parts.cards import CARDS, COLOURS, is_dark
from pages.parts.connection import shelf
from pages.parts.library_store import is_personal, moment, opened, owner
from pages.parts.plain import markdown, plain

PAGE = 12
"""Scenarios drawn at first, and more at a time."""
ORDERS = ("Newest first", "Name", "Lowest cost", "Highest CSAT", "Company")
EMPTY = "**Nothing is saved yet.** Move a lever on Explore, then press **Save**: it is listed here with its numbers."
THIS_SESSION = (
    "Only what you saved or opened is listed, as long as this page stays open. Keep the links, or export what you need."
)


def search() -> None:
    """The field to look for words in."""
    st.text_input("Search", key="library_search", type="search", placeholder="Search name, author, note or company",
                  label_visibility="collapsed", icon=":material/search:", persist_state="session")  # fmt: skip


def order() -> None:
    """The order of the list."""
    st.selectbox("Order", ORDERS, key="library_order", label_visibility="collapsed", width=170,
                 persist_state="session")  # fmt: skip


def found(gone: bool = False) -> list[Entry]:
    """What the list holds now, in its order."""
    entries = shelf().list(owner(), opened(), search="" if gone else st.session_state["library_search"], deleted=gone)
    match st.session_state["library_order"]:
        case "Name":
            return sorted(entries, key=lambda e: e.name.casefold())
        case "Company":
            return sorted(entries, key=lambda e: e.company.casefold())
        case "Lowest cost":
            return sorted(entries, key=lambda e: e.seen.get("operating_cost", float("inf")))
        case "Highest CSAT":
            return sorted(entries, key=lambda e: -e.seen.get("csat", 0.0))
    return entries


def shown() -> None:
    """The list, or what to do where it is empty."""
    entries = found()
    if not is_personal() and not st.user.get("is_logged_in"):
        st.caption(THIS_SESSION)
    if not entries and st.session_state["library_search"]:
        st.info(f"No scenario mentions “{plain(st.session_state['library_search'])}”.", icon=":material/search_off:")
    elif not entries:
        with st.container(border=True):
            st.markdown(EMPTY)
            st.page_link("pages/explore.py", label="Go to Explore", icon=":material/arrow_forward:")
    most = int(st.session_state.setdefault("library_most", PAGE))
    for entry in entries[:most]:
        _row(entry)
    if len(entries) > most:
        st.button(f"Show more of {len(entries)}", key="library_more", on_click=_more)


def _more() -> None:
    st.session_state["library_most"] += PAGE


def deleted() -> None:
    """What can be brought back; nothing where nothing can."""
    entries = found(gone=True)
    if not entries:
        return
    with st.expander("Deleted", icon=":material/delete:", key="library_deleted", on_change="rerun") as gone:
        if not gone.open:
            return
        st.caption(f"Kept for {KEPT_DAYS} days.")
        for entry in entries:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{plain(entry.name)}** :gray[{_about(entry)}]")
                st.button("Bring back", key=f"back_{entry.key}", icon=":material/restore_from_trash:",
                          on_click=library_actions.bring_back, args=(entry.key,))  # fmt: skip


def _row(entry: Entry) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium",
                      key=f"saved_{entry.key}"):  # fmt: skip
        library_pick.box(entry)
        st.markdown(_text(entry), width="stretch")
        if entry.path:
            key = "operating_cost"
            path, nothing = entry.path[key], entry.nothing[key]
            moved = entry.path[key] != entry.nothing[key]
            st.image(spark.address(path, nothing, entry.month, is_dark(), moved), width=150,
                     alt=f"Cost of {plain(entry.name)} over 36 months, beside doing nothing")  # fmt: skip
        st.button("Open", key=f"open_{entry.key}", on_click=library_actions.open_, args=(entry.key,))
        st.menu_button("More", library_actions.offered(entry), key=f"more_{entry.key}", type="tertiary",
                       on_click=library_actions.chosen, args=(entry.key, entry.name))  # fmt: skip


def _text(entry: Entry) -> str:
    """Name, whose and when, note, and the numbers as first seen with their difference to doing nothing."""
    figures = []
    for key in CARDS:
        if key in entry.seen:
            step = numbers.change(key, entry.difference[key], *entry.likely.get(key, numbers.UNKNOWN), entry.currency)
            told = f" :{COLOURS[step.verdict]}[{step.text}]" if step.verdict != "none" else ""
            figures.append(f"{OUTCOMES[key].label} **{numbers.number(key, entry.seen[key], entry.currency)}**{told}")
    lines = [f"**{plain(entry.name)}** {_badge(entry)}", f":small[:gray[{_about(entry)}]]"]
    if entry.note:
        lines.append(f":small[{plain(entry.note)}]")
    lines.append(markdown(f":small[:gray[Month {entry.month}:] {' · '.join(figures)}]"))
    return "  \n".join(lines)


def _badge(entry: Entry) -> str:
    if entry.revoked:
        return ":orange-badge[link withdrawn]"
    if entry.expires:
        ended = entry.expires <= now()
        return ":orange-badge[link has ended]" if ended else f":gray-badge[link ends {moment(entry.expires)}]"
    return "" if entry.mine else ":blue-badge[opened by link]"


def _about(entry: Entry) -> str:
    version = f"version {entry.number}" if entry.number > 1 or entry.versions > 1 else ""
    sample = "sample company" if entry.source == "sample" else ""
    parts = [plain(entry.company), sample, version, plain(entry.author), plain(moment(entry.saved))]
    return " · ".join(part for part in parts if part)
