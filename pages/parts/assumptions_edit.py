"""One assumption: what it is, where it comes from, and another value of it with author and reason."""

import datetime

import streamlit as st

from model.report import assumption_words as words
from model.report import numbers
from model.report.assumption_words import State
from model.report.grammar import within
from model.report.model_card import GRADES
from model.scenario import Note, Range
from pages.parts import errors, lengths, state
from pages.parts.assumptions_table import CHOSEN
from pages.parts.plain import plain

RANGE, ONE = "A range", "One known value"
BADGES = {"measured": "green", "published": "blue", "judgement": "gray"}


def panel(found: list[State]) -> None:
    """The chosen assumption, with its form."""
    if not found:
        return
    known = {one.row.key: one for one in found}
    if st.session_state.get(CHOSEN) not in known:
        st.session_state.pop(CHOSEN, None)
    key = st.selectbox("Assumption", list(known), key=CHOSEN, format_func=lambda k: known[k].row.label)
    with st.container(border=True, key="assumption_panel"):
        _about(known[key])
        _form(known[key])


def _about(one: State) -> None:
    row, currency = one.row, state.scenario().baseline.currency
    st.markdown(f"**{row.label}**\n\n:{BADGES[one.grade]}-badge[{words.GRADES[one.grade]}] "
                f":small[{GRADES[one.grade]}]")  # fmt: skip
    lines = [f"Now: **{plain(words.span(one, currency))}**"]
    table = words.unit(row, currency)
    default = " / ".join(table.text(v, False) for v in one.default)
    if one.own:
        whose = within(words.FROM[state.scenario().baseline.source])
        lines.append(f"From {whose}. The table's own: {plain(default)}")
    elif one.changed:
        lines.append(f"Before: {plain(' / '.join(table.text(v, False) for v in one.company))}")
    if one.note:
        lines.append(f"Changed by {plain(one.note.author)} on {numbers.day(one.note.date)}: {plain(one.note.reason)}")
    lines += [f"Source: {plain(row.source)}.", f"Acts on {words.acts_on(row, inside=True)}. {words.moves(row)}.",
              f"Accepted: {plain(words.limits(row, currency))}."]  # fmt: skip
    st.markdown("\n\n".join(f":small[{line}]" for line in lines))
    if one.changed:
        st.button("Back to where it was", icon=":material/undo:", type="tertiary", key="assumption_back",
                  on_click=state.callback(lambda now: now.forget([row.key])))  # fmt: skip


def _form(one: State) -> None:
    mark = f"{one.row.key}_{one.fixed}_" + "_".join(f"{v:g}" for v in one.values)
    way = st.segmented_control("What is known", [RANGE, ONE], key=f"assumption_way_{mark}", required=True,
                               default=ONE if one.fixed else RANGE, width="stretch")  # fmt: skip
    with st.form(f"assumption_form_{mark}_{way}", border=False):
        chosen = _values(one, mark, way == ONE)
        note = who_and_why(mark)
        done = st.form_submit_button("Use this value" if way == ONE else "Use this range", type="primary",
                                     key="assumption_submit", width="stretch")  # fmt: skip
    if done:
        with errors.told():
            made = written(*note)
            state.accept(lambda now: now.assume(one.row.key, chosen, made))
            st.rerun()


def _values(one: State, mark: str, single: bool) -> float | Range:
    """The form's numbers in the model's units; one not touched comes back to the last bit."""
    unit = words.unit(one.row, state.scenario().baseline.currency)
    low, high = unit.shown(one.row.floor), unit.shown(one.row.ceiling)

    def asked(part: str, value: float, label: str) -> float:
        shown = unit.shown(value)
        step = 10.0 ** (len(f"{max(abs(shown), 0.01):.0f}") - 2) if abs(shown) >= 1 else 0.01
        typed = st.number_input(label, low, high, shown, step, "%.6g", key=f"assumption_{part}_{mark}")
        return value if typed == shown else unit.real(typed)

    if single:
        return asked("one", one.values[1], f"Value ({unit.name})" if unit.name else "Value")
    with st.grid(3, min_column_width=86, gap="small"):
        least = asked("low", one.values[0], "Low")
        likely = asked("mode", one.values[1], "Likely")
        most = asked("high", one.values[2], "High")
    st.caption(f"In {plain(unit.name)}. Low and high are the ends of what is possible.")
    return least, likely, most


def who_and_why(mark: str) -> tuple[str, str]:
    """Author and reason, asked in every form that changes something; the author is remembered for the session."""
    reason = st.text_area("Reason", key=f"reason_{mark}", max_chars=lengths.REASON, height=72,
                          placeholder="Where the new value comes from (needed)")  # fmt: skip
    author = st.text_input("Your name", st.session_state.get("author", ""), max_chars=lengths.PERSON,
                           key=f"author_{mark}", placeholder="Shown beside the change (needed)")  # fmt: skip
    return author, reason


def written(author: str, reason: str) -> Note:
    """A note of today; ScenarioError, in the user's words, where something is missing."""
    note = Note(author=author, reason=reason, date=datetime.date.today())
    st.session_state["author"] = note.author
    return note
