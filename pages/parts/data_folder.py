"""Large files that lie in a folder which the one who runs Trilever allows; off without one."""

import streamlit as st

from model import intake
from pages.parts import data_warehouse, settings
from pages.parts.plain import plain

INVITATION = """
#### What comes of a large file

Choose a file. It is read where it lies, millions of rows in a minute or so, and measured as an upload would
be; only totals and averages are kept.

:small[:gray[The folder was set up by the one who runs this installation.]]
"""


def place() -> str:
    """The allowed folder; "" where none is set up."""
    return settings.setting("TRILEVER_FOLDER", "files", "folder")


def panel() -> None:
    """Pick a file by its name and measure it where it lies."""
    folder = place()
    names = intake.listing(folder)
    if not names:
        st.caption("The folder for large files is empty.")
        return
    picked = st.selectbox("File in the folder", names, key="folder_file", format_func=plain)
    if st.button("Measure this file", key="folder_measure", icon=":material/folder_open:", type="primary",
                 width="stretch") and picked in names:  # fmt: skip
        name = picked
        data_warehouse.measure(name, lambda progress: intake.from_folder(folder, name, progress))
    data_warehouse.taken()
