"""Library: what was saved, with its numbers; open it, name it, copy it, send it, delete it and bring it back."""

import streamlit as st

from pages.parts import errors, house, library_actions, library_files, library_list, library_pick, share
from pages.parts.bar import bar

house.inside()
share.open_link()
bar()

with errors.told():
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="library_tools"):
        library_list.search()
        library_list.order()
        library_files.importing()
        listed = library_list.found()
        library_files.export_all(listed)
        library_pick.tools(listed)
    library_files.told()
    library_pick.told()
    library_actions.undo_delete()
    library_list.shown()
    library_list.deleted()
library_actions.dialog()
