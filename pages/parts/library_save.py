"""Save: the scenario on screen becomes a version that never changes; its link can be sent."""

import dataclasses

import streamlit as st

from model.errors import TrileverError
from model.report import words
from model.scenario import Scenario
from model.store import Entry, Seen
from pages.parts import addresses, drafts, errors, lengths, results, state
from pages.parts.connection import shelf
from pages.parts.library_store import author, came_from, is_saved, origin, owner
from pages.parts.plain import plain

NEXT, NEW = "Next version", "New scenario"


def box() -> None:
    """The Save button; what it needs is asked when the box is opened."""
    popover = st.popover("Save", type="tertiary", key="save_button", on_change="rerun")
    if not popover.open:
        return
    with popover, st.container(key="save"), errors.told():
        place = st.empty()
        if not is_saved():
            with place.container():
                _form()
        if is_saved():
            with place.container():
                _done()


def _done() -> None:
    """That it is saved, what happened meanwhile, and the link."""
    found = origin()
    if found is None:
        return
    st.markdown(f":material/check: Saved as version {found.number} of **{plain(found.name)}**")
    if "save_remark" in st.session_state:
        st.info(st.session_state.pop("save_remark"), icon=":material/info:")
    addresses.short_link(found.key)


def _form() -> None:
    found, now = origin(), state.scenario()
    own = found is not None and found.mine
    way = NEXT if own else NEW
    if own and found:
        st.markdown(f"Changed since version {found.number} of **{plain(found.name)}**")
        way = st.segmented_control("Save as", [NEXT, NEW], key="save_as", default=NEXT, required=True,
                                   label_visibility="collapsed", width="stretch")  # fmt: skip
    with st.form("save_form", border=False):
        name = "" if way == NEXT else st.text_input("Name", suggestion(now), max_chars=lengths.NAME, key="save_name")
        note = st.text_area("Note", max_chars=lengths.NOTE, height=70, key="save_note",
                            placeholder="What it is for, what was assumed (optional)")  # fmt: skip
        person = st.text_input("Your name", author(), max_chars=lengths.PERSON,
                               placeholder="Shown beside it (optional)")  # fmt: skip
        pressed = st.form_submit_button("Save", type="primary", icon=":material/bookmark_add:", width="stretch")
    if pressed:
        st.session_state["author"] = person
        with errors.told():
            try:
                keep(name, note, as_next=way == NEXT)
            except TrileverError:
                _as_file(note)
                raise
            st.rerun()  # all of the page: its line says what it is called now


def suggestion(scenario: Scenario) -> str:
    """A name for a scenario never named: what is moved in it, else the company."""
    if scenario.name != scenario.baseline.name:
        return scenario.name
    moved = dict.fromkeys(words.cause_label(key) for key in scenario.levers)
    if scenario.staffing_rule == "follow_work":
        moved[words.cause_label("staffing_rule")] = None
    if scenario.conditions:
        moved[words.cause_label("conditions")] = None
    return (", ".join(list(moved)[:3]) or f"{scenario.baseline.name}, today")[: lengths.NAME]


def keep(name: str = "", note: str = "", as_next: bool = False) -> Entry:
    """Save what is on screen. Where that fails nothing is lost: it stays on screen."""
    found, now, who = origin(), state.scenario(), author()
    onto = found.key if as_next and found else None
    named = _named(now, found.name if onto and found else name.strip() or suggestion(now))
    key = shelf().save(named, _seen(now), author=who, note=note, owner=owner(), onto=onto,
                       parent=found.key if found else None)  # fmt: skip
    entry = shelf().entry(key, owner())
    if onto and found:
        _meanwhile(found.name, found.number, entry)
    saved = _named(named, entry.name)
    st.session_state["history"] = dataclasses.replace(state.history(), present=saved)
    drafts.saved()
    came_from(entry, saved)
    return entry


def _seen(scenario: Scenario) -> Seen:
    found = results.of(scenario)
    return Seen.of(found.outcome, found.ranges)


def _named(scenario: Scenario, name: str) -> Scenario:
    return scenario if scenario.name == name else scenario.model_copy(update={"name": name})


def _meanwhile(name: str, number: int, entry: Entry) -> None:
    """What somebody else did to the scenario between opening and saving it."""
    told = []
    if entry.name != name:
        told.append(f"It was renamed meanwhile: it is called **{plain(entry.name)}** now.")
    if entry.number != number + 1:
        told.append(f"Somebody saved another version meanwhile. Both are kept; yours is version {entry.number}.")
    if told:
        st.session_state["save_remark"] = " ".join(told)


def _as_file(note: str) -> None:
    """What could not be saved, to take along: the Library of any installation imports it."""
    from model.store import exchange

    now = state.scenario()
    named = _named(now, suggestion(now))
    data = exchange.alone(named, _seen(now), author=author(), note=note)
    st.download_button("Keep it as a file instead", data, f"{exchange.file_name(named.name)}.json", "application/json",
                       icon=":material/download:", on_click="ignore", key="save_file", width="stretch")  # fmt: skip
