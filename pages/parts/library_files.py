"""Scenarios taken along as files, and brought in."""

from functools import partial

import streamlit as st

from model.store import Entry, exchange
from pages.parts import errors
from pages.parts.connection import shelf
from pages.parts.library_store import opened, owner
from pages.parts.plain import plain


def importing() -> None:
    """The way in for files that a Library exported."""
    popover = st.popover("Import", icon=":material/upload:", type="tertiary", key="import_button")
    with popover:
        turn = int(st.session_state.setdefault("imports", 0))
        st.file_uploader("Files that a Library exported", ["json", "zip"], accept_multiple_files=True,
                         key=f"import_{turn}", on_change=_import, args=(f"import_{turn}",),
                         max_upload_size=exchange.LARGEST_FILE // 1_000_000)  # fmt: skip


def _import(widget: str) -> None:
    st.session_state["imports"] += 1
    said = []
    with errors.told_later():
        for file in st.session_state[widget]:
            done = shelf().load(file.getvalue(), owner())
            opened().extend(done.added)
            came = f"{len(done.added)} added" if done.added or not done.known else ""
            here = f"{done.known} here already" if done.known else ""
            said.append(f"**{plain(file.name)}**: {', '.join(part for part in (came, here) if part)}.")
            said += [f"{plain(name)} was refused: {plain(why)}" for name, why in list(done.refused.items())[:5]]
    if said:
        st.session_state["imported"] = "  \n".join(said)


def told() -> None:
    """What came of the last import, once."""
    if "imported" in st.session_state:
        st.info(st.session_state.pop("imported"), icon=":material/upload:")


def export_all(entries: list[Entry]) -> None:
    """Everything that the list shows, as one file."""
    if entries:
        keys = [entry.key for entry in entries]
        name = "trilever-scenarios.zip" if len(keys) > 1 else f"{exchange.file_name(entries[0].name)}.json"
        # Made on click: packing all of it on every visit would be work for nothing.
        st.download_button("Export", partial(shelf().export, keys, owner()), name, icon=":material/download:",
                           type="tertiary", key="export_all", on_click="ignore",
                           help="All that is listed, as a file")  # fmt: skip


def download(entry: Entry, who: str | None) -> None:
    """One scenario as a file."""
    st.download_button("Download", shelf().export([entry.key], who), f"{exchange.file_name(entry.name)}.json",
                       "application/json", type="primary", icon=":material/download:", on_click="ignore",
                       key="download_one")  # fmt: skip
