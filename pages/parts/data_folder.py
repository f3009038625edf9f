"""Large files that lie in a folder which the one who runs Trilever allows; off without one."""

import os
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from model import intake
from pages.parts import data_warehouse
from pages.parts.data_files import own
from pages.parts.data_own import fresh
from pages.parts.data_warehouse import Asked
from pages.parts.plain import plain

INVITATION = """
#### What comes of a large file

Choose a file on the left. It is read where it lies, millions of rows in a minute or so, and measured as an upload would
be; only totals and averages are kept.

:small[:gray[The folder was set up by the one who runs this installation.]]
"""


def place() -> str:
    """The allowed folder; "" where none is set up."""
    try:
        said = st.secrets.get("files", {}).get("folder", "")
    except StreamlitSecretNotFoundError:
        said = ""
    return os.environ.get("TRILEVER_FOLDER", "").strip() or str(said)


def panel() -> None:
    """Pick a file by its name and measure it where it lies."""
    names = intake.listing(place())
    if not names:
        st.caption("The folder for large files is empty.")
        return
    picked = st.selectbox("File in the folder", names, key="folder_file", format_func=plain)
    if st.button("Measure this file", key="folder_measure", icon=":material/folder_open:", type="primary",
                 width="stretch") and picked in names:  # fmt: skip
        name = picked
        data_warehouse.begin(lambda wishes, progress: _ask(name, wishes, progress), {"finance": own().finance})
    data_warehouse.taken()


def _ask(name: str, wishes: Mapping[str, Any], progress: intake.Progress) -> Asked:
    source = intake.from_folder(place(), name, progress)
    found = intake.measurement(source, **wishes)
    return Asked(name, fresh(found.baseline), tuple(source.problems), found,
                 lambda more, told: _ask(name, more, told), bool(wishes.get("finance")))  # fmt: skip
