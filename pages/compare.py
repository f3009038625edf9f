"""Compare: two to five scenarios side by side, what differs, why, how sure it is, and what would change the answer."""

import streamlit as st

from pages.parts import compare_choice, compare_pair, compare_paths, compare_start, compare_table, errors, house, state
from pages.parts.bar import bar

house.inside()
compare_choice.open_link()
bar(month=True)
found = compare_choice.chosen()
compare_choice.pick(found)
with errors.told():
    if compare_start.enough(found):
        base = compare_choice.base(found)
        compare_table.finding(found, base)
        compare_table.outcomes(found, base)
        compare_table.differing(found)
        sure = st.container()
        compare_paths.paths(found)
        compare_start.link(found)
        with sure:
            compare_pair.closer(found, base)
state.frame(lambda seen: seen.present)
state.drawn()
