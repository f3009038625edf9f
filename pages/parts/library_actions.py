"""What can be done with a saved scenario: open, rename, copy, its link, its versions, a file, delete and undo."""

from functools import partial

import streamlit as st

from model.store import Entry
from model.store.rows import KEPT_DAYS
from pages.parts import addresses, errors, lengths, library_files, library_store, share, state
from pages.parts.connection import shelf
from pages.parts.library_store import moment, owner
from pages.parts.plain import plain

RENAME, COPY, LINK, VERSIONS, FILE, DELETE = "Rename", "Make a copy", "Link", "Versions", "Download", "Delete"
TAKE_OFF = "Take off the list"
COPIED = " (copy)"


def offered(entry: Entry) -> list[str]:
    """What can be done with an entry besides opening it."""
    if not entry.mine:
        return [COPY, LINK, FILE, TAKE_OFF]
    return [RENAME, COPY, LINK, *([VERSIONS] if entry.versions > 1 or entry.parent else []), FILE, DELETE]


def open_(key: str) -> None:
    """Put a version on screen and go to Explore."""
    state.accept(partial(share.saved, key, withdrawn=True))
    if errors.pending() is None:
        st.switch_page("pages/explore.py")


def chosen(key: str, name: str) -> None:
    """Do what was chosen in an entry's menu, or ask for what it needs in a dialog."""
    action = st.session_state[f"more_{key}"]
    if action == DELETE:
        delete(key, name)
    elif action == TAKE_OFF:
        library_store.opened().remove(key)
    elif action is not None:
        st.session_state["library_dialog"] = (action, key)


def delete(key: str, name: str) -> None:
    """Take a scenario off the list; it can be brought back."""
    with errors.told_later():
        shelf().delete(key, owner())
        st.session_state["just_deleted"] = (key, name)
        library_store.read_origin_again()


def bring_back(key: str) -> None:
    """Bring a deleted scenario back."""
    st.session_state.pop("just_deleted", None)
    with errors.told_later():
        shelf().undelete(key, owner())


def undo_delete() -> None:
    """The way back from the last deletion."""
    if "just_deleted" not in st.session_state:
        return
    key, name = st.session_state["just_deleted"]
    with st.container(horizontal=True, vertical_alignment="center", key="just_deleted_box"):
        st.info(f"**{plain(name)}** is deleted. It can be brought back for {KEPT_DAYS} days.", icon=":material/delete:")
        st.button("Undo delete", key="undo_delete", icon=":material/undo:", on_click=bring_back, args=(key,))


def dialog() -> None:
    """The dialog asked for, if any."""
    if "library_dialog" in st.session_state:
        action, key = st.session_state.pop("library_dialog")
        {RENAME: _rename, COPY: _copy, LINK: _link, VERSIONS: _versions, FILE: _file}[action](key)


@st.dialog(RENAME)
def _rename(key: str) -> None:
    with errors.told():
        entry = shelf().entry(key, owner())
        was = st.session_state.setdefault(f"was_{key}", entry.name)
        with st.form("rename", border=False):
            name = st.text_input("Name", entry.name, max_chars=lengths.NAME)
            if st.form_submit_button("Rename", type="primary"):
                # What the user saw decides: renamed in another window meanwhile, it is not overwritten unseen.
                st.session_state.pop(f"was_{key}")
                shelf().rename(key, name, was, owner())
                library_store.read_origin_again()
                st.rerun()


@st.dialog(COPY)
def _copy(key: str) -> None:
    with errors.told():
        entry = shelf().entry(key, owner())
        with st.form("copy", border=False):
            copied = f"{entry.name[: lengths.NAME - len(COPIED)]}{COPIED}"
            name = st.text_input("Name of the copy", copied, max_chars=lengths.NAME)
            if st.form_submit_button("Make a copy", type="primary"):
                shelf().fork(key, name, author=library_store.author(), owner=owner())
                st.rerun()


@st.dialog(LINK)
def _link(key: str) -> None:
    with errors.told():
        entry = shelf().entry(key, owner())
        if entry.revoked:
            st.info("The link is withdrawn: it opens for nobody.", icon=":material/link_off:")
        else:
            addresses.short_link(key)
        if not entry.mine:
            return
        with st.form("link", border=False):
            label = f"Ends (now: {moment(entry.expires)})" if entry.expires else "Ends"
            ends = st.selectbox(label, list(share.ENDS))
            if st.form_submit_button("Open again" if entry.revoked else "Set the end"):
                share.ends(key, ends)
                st.rerun()
        if not entry.revoked and st.button("Withdraw the link", icon=":material/link_off:", key="withdraw"):
            shelf().revoke(key, owner())
            st.rerun()


@st.dialog(VERSIONS, width="medium")
def _versions(key: str) -> None:
    with errors.told():
        before = [entry for entry in shelf().lineage(key, owner())[:-1] if entry.name != shelf().entry(key).name]
        if before:
            st.caption(f"Made from {plain(before[-1].name)}, version {before[-1].number}.")
        for entry in shelf().versions(key, owner()):
            with st.container(horizontal=True, vertical_alignment="center"):
                about = " · ".join(part for part in (moment(entry.saved), entry.author, entry.note) if part)
                st.markdown(f"**Version {entry.number}** :gray[{plain(about)}]", width="stretch")
                if st.button("Open", key=f"open_version_{entry.key}"):
                    open_(entry.key)


@st.dialog(FILE)
def _file(key: str) -> None:
    with errors.told():
        entry = shelf().entry(key, owner())
        what = "all its versions" if entry.mine else "the version that was opened"
        st.markdown(f"A file with {what} and the figures behind. The Library of any installation imports it.")
        library_files.download(entry, owner())
