"""Every assumption in a table: search, filters, and a click that opens one beside it."""

from typing import Any

import pandas as pd
import streamlit as st

from model.report import assumption_words as words
from model.report import numbers
from model.report.assumption_words import State
from model.report.grammar import opening
from model.scenario import Baseline
from pages.parts import state

ALL = "All families"
CHOSEN = "assumption"
"""The key of the chosen assumption's control, which a click in the table sets."""


def filters() -> list[State]:
    """The filters, and the assumptions that pass them."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="assumption_filters"):
        text = st.text_input("Search", key="assumption_search", placeholder="Search name, source or unit", width=260,
                             label_visibility="collapsed", persist_state="session")  # fmt: skip
        family = st.selectbox("Family", [ALL, *words.FAMILIES.values()], key="assumption_family", width=200,
                              label_visibility="collapsed", persist_state="session")  # fmt: skip
        grades = st.pills("Evidence", list(words.GRADES.values()), selection_mode="multi", key="assumption_grades",
                          label_visibility="collapsed", persist_state="session")  # fmt: skip
        only = st.toggle("Changed only", key="assumption_changed", persist_state="session")
    found = []
    for one in words.states(state.scenario()):
        row = one.row
        said = f"{row.label} {row.source} {row.unit} {row.key}".lower()
        if (
            all(word in said for word in text.lower().split())
            and family in (ALL, words.FAMILIES[row.family])
            and (not grades or words.GRADES[one.grade] in grades)
            and (one.changed or not only)
        ):
            found.append(one)
    return found


def frame(found: list[State], base: Baseline) -> pd.DataFrame:
    """The table's rows: text in the page's units; a change says who made it and why.

    A share and an amount say % and $ themselves: of their unit only the rest, "a year", stands in its own column.
    """
    rows = []
    for one in found:
        u = words.unit(one.row, base.currency)
        low, mode, high = (u.text(v, False) for v in one.values)
        note = one.note
        rows.append({
            "Assumption": one.row.label, "Changed": "changed" if one.changed else "",
            "Low": "" if one.fixed else low, "Likely": mode, "High": "" if one.fixed else high,
            "Unit": u.after.removeprefix(" %").strip(), "Evidence": words.GRADES[one.grade],
            "Acts on": words.acts_on(one.row), "Moves": words.moves(one.row),
            "Source": words.FROM[base.source] if one.own else opening(one.row.source),
            "Why changed": f"{note.reason} ({note.author}, {numbers.day(note.date)})" if note else "",
        })  # fmt: skip
    return pd.DataFrame(rows)


def table(found: list[State]) -> None:
    """The table; a chosen row opens beside it."""
    if not found:
        st.info("No assumption passes these filters.", icon=":material/filter_alt_off:")
        return
    shown = frame(found, state.scenario().baseline)
    keys = [one.row.key for one in found]
    changes = ("Changed", "Why changed")
    order = [c for c in shown.columns if c not in changes or any(one.changed for one in found)]
    config: dict[str, Any] = {
        "Assumption": st.column_config.TextColumn(width=316),
        "Changed": st.column_config.TextColumn(width=76),
        **{name: st.column_config.TextColumn(width=58, alignment="right") for name in ("Low", "Likely", "High")},
        "Unit": st.column_config.TextColumn(width=98),
        "Evidence": st.column_config.TextColumn(width=86),
        "Acts on": st.column_config.TextColumn(width=136),
        "Moves": st.column_config.TextColumn(width=240),
        "Source": st.column_config.TextColumn(width=420),
        "Why changed": st.column_config.TextColumn(width=300),
    }
    # Keyed by what it lists: a row's number means another assumption once the filters change.
    mark = f"assumption_rows_{hash(tuple(keys))}"
    st.dataframe(shown, key=mark, hide_index=True, height=560, column_order=order, column_config=config,
                 selection_mode="single-row", on_select=lambda: _chosen(mark, keys))  # fmt: skip
    changed = [one.row.key for one in words.states(state.scenario()) if one.changed]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        count = f"{len(found)} of {len(words.states(state.scenario()))} assumptions"
        st.caption(f"{count}, {len(changed)} changed. A click on a row opens it.")
        st.button("Reset all changed", icon=":material/restart_alt:", type="tertiary", key="assumptions_reset",
                  disabled=not changed, on_click=state.callback(lambda now: now.forget(changed)))  # fmt: skip


def _chosen(mark: str, keys: list[str]) -> None:
    rows = st.session_state[mark]["selection"]["rows"]
    if rows:
        st.session_state[CHOSEN] = keys[rows[0]]
