"""My data: a company's own figures, from files, a warehouse or ten typed numbers, measured and taken to Explore."""

import streamlit as st

from pages.parts import (
    data_files,
    data_folder,
    data_forms,
    data_join,
    data_measured,
    data_warehouse,
    errors,
    house,
    share,
)
from pages.parts.bar import bar
from pages.parts.data_words import plain

FILES, WAREHOUSE, FOLDER, TEN = "Upload files", "Use a connection", "Pick a large file", "Type ten numbers"

house.inside()
share.open_link()
bar()

left, right = st.columns([1, 2], gap="medium")
with left, errors.told():
    st.markdown("#### Use your own numbers", anchors=False)
    ways = [FILES, TEN]
    with errors.told():
        more = [WAREHOUSE] if data_warehouse.tables() else []
        ways = [FILES, *more, *([FOLDER] if data_folder.place() else []), TEN]
    way = st.segmented_control("Where the numbers come from", ways, key="way", default=FILES, required=True,
                               label_visibility="collapsed", persist_state="session", width="stretch")  # fmt: skip
    if way == FILES:
        data_files.uploader()
        data_join.bring_recipe()
        if data_files.own().loaded:
            tabs = st.tabs(["Columns", "Report", "Queues and filters", "Targets and money"], key="about",
                           on_change="rerun")  # fmt: skip
            drawn = (data_files.columns, data_files.report, data_join.panel, data_forms.of_files)
            for tab, draw in zip(tabs, drawn, strict=True):
                if tab.open:
                    with tab, errors.told():
                        draw()
    elif way == WAREHOUSE:
        data_warehouse.panel()
    elif way == FOLDER:
        data_folder.panel()
    else:
        st.caption("No file? Ten numbers are enough. The shape of the week is assumed.")
        data_forms.ten()

own, typed, asked = data_files.own(), data_forms.typed(), data_warehouse.asked()
with right:
    if way == FILES and own.measured is not None:
        count = len(own.sources)
        data_measured.panel(own.measured, f"From {plain(own.sources[0]) if count == 1 else f'{count} files'}",
                            own.measurement)  # fmt: skip
    elif way in (WAREHOUSE, FOLDER) and asked is not None:
        data_measured.panel(asked.measured, f"From {plain(asked.source)}", asked.measurement)
    elif way == TEN and typed.measured is not None:
        data_measured.panel(typed.measured, "From ten typed numbers")
    elif way == FILES:
        data_files.invitation()
    else:
        st.markdown({WAREHOUSE: data_warehouse.INVITATION, FOLDER: data_folder.INVITATION}.get(way, data_forms.WHY_TEN))
