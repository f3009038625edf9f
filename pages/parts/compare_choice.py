"""Which scenarios stand side by side: the one on screen, doing nothing, saved ones, and moments of this session."""

from dataclasses import dataclass

import streamlit as st

from model.compare import MOST, seen_at
from model.engine import Same
from model.report import compare_words, words
from model.scenario import Scenario
from pages.parts import connection, errors, library_save, library_store, share, state
from pages.parts.plain import plain

CHOICE, PICK, BASE = "compare_choice", "compare_pick", "compare_base"
SCREEN, NOTHING, SAVED, MOMENT = "screen", "nothing", "saved:", "moment:"
RECENT = 8
"""Moments of this session that are offered."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One scenario of a comparison: its place in the choice, what it is called, its look, and what to know about it."""

    id: str
    name: str
    kind: str
    about: str
    scenario: Scenario

    @property
    def markdown(self) -> str:
        """The name as it stands in Markdown."""
        return plain(self.name)


def choose(*ids: str) -> None:
    """Compare these from now on."""
    st.session_state[CHOICE] = list(dict.fromkeys(ids))[:MOST]


def saved_id(key: str) -> str:
    """The place in the choice of a saved version."""
    return SAVED + key


def open_link() -> None:
    """Open what the address names: several saved versions side by side; a single link as on every page."""
    keys = list(dict.fromkeys(st.query_params.get_all(library_store.PARAMETER)))
    if len(keys) < 2:
        share.open_link()
    elif st.session_state.get("opened") != keys:
        st.session_state["opened"] = keys
        state.accept(lambda now: share.saved(keys[0], now))
        if errors.pending() is None:
            choose(*(saved_id(key) for key in keys))
            known = library_store.opened()
            known.extend(key for key in keys[:MOST] if key not in known)


def chosen() -> list[Chosen]:
    """The choice, all seen at the month of the one on screen; what cannot be opened is told and left out."""
    month, found = state.scenario().month, list[Chosen]()
    for one in st.session_state.setdefault(CHOICE, [SCREEN, NOTHING]):
        with errors.told():
            name, kind, about, scenario = _resolved(one)
            taken = {other.name for other in found}
            fresh = next(n for n in (name, *(f"{name} ({i})" for i in range(2, MOST + 2))) if n not in taken)
            found.append(Chosen(one, fresh, kind, about, seen_at(scenario, month)))
    choose(*(one.id for one in found))
    return found


def _resolved(one: str) -> tuple[str, str, str, Scenario]:
    now = state.scenario()
    if one == SCREEN:
        named = now.name not in (now.baseline.name, "")
        return (now.name if named else "This scenario"), "this", "on screen", now
    if one == NOTHING:
        world = words.conditions(now)
        return "Doing nothing", "nothing", world or "the company as it is", now.doing_nothing()
    if one.startswith(SAVED):
        return _saved(one.removeprefix(SAVED))
    label, scenario = _moments()[one]
    return label, "other", "of this session", scenario


def _saved(key: str) -> tuple[str, str, str, Scenario]:
    """A saved version under the name that it has today."""
    entry = connection.shelf().entry(key, library_store.owner())
    receipt = library_store.read(entry)
    gone = ", ".join(receipt.not_applied)
    left_out = f"; left out, as today's model does not know it: {gone}" if gone else ""
    origin = library_store.origin()
    here = origin is not None and origin.key == key and library_store.is_saved()
    name = entry.name if entry.versions == 1 else f"{entry.name}, version {entry.number}"
    about = f"{'on screen; ' if here else ''}saved {library_store.moment(entry.saved)}{left_out}"
    return name, "this" if here else "other", about, receipt.scenario


def _moments() -> dict[str, tuple[str, Scenario]]:
    """Moments of this session by their place in the choice; a chosen one is kept when undo forgets it."""
    now = state.history()
    kept: dict[str, tuple[str, Scenario]] = st.session_state.setdefault("compare_moments", {})
    chosen_now = st.session_state.get(CHOICE, [])
    found = {one: told for one, told in kept.items() if one in chosen_now}
    line = [*now.past, now.present]
    for before, after in reversed(list(zip([None, *line[:-1]], line, strict=True))):
        place = f"{MOMENT}{hash(Same(after))}"
        if after is now.present or before is None or not state.anything_changed(after) or place in found:
            continue
        if len(found) >= RECENT + len(chosen_now):
            break
        found[place] = (library_save.suggestion(after), after)
    st.session_state["compare_moments"] = found
    return found


def pick(found: list[Chosen]) -> None:
    """The choice as a field, and what differences are against."""
    names, choice = _offered(found), [one.id for one in found]
    left, right = st.columns([3, 1], vertical_alignment="bottom", gap="small")
    with left:
        st.multiselect(
            f"Side by side (two to {MOST})", list(names), key=PICK, max_selections=MOST, on_change=_picked,
            format_func=lambda one: names.get(one, one), placeholder="Choose scenarios",
            **state.view(PICK, choice, "default"))  # fmt: skip
    with right:
        if len(choice) > 1:
            kept = st.session_state.get(BASE)
            if kept not in choice:
                st.session_state.pop(BASE, None)
            first = choice.index(NOTHING) if NOTHING in choice else 0
            st.selectbox("Differences are to", choice, key=BASE, format_func=lambda one: names.get(one, one),
                         **({} if kept in choice else {"index": first}))  # fmt: skip


def base(found: list[Chosen]) -> Chosen:
    """What differences are against."""
    return next((one for one in found if one.id == st.session_state.get(BASE)), found[0])


def _picked() -> None:
    choose(*st.session_state[PICK])


def _offered(found: list[Chosen]) -> dict[str, str]:
    """What can be chosen, by its place in the choice: its name in the field."""
    names = {SCREEN: f"{_resolved(SCREEN)[0]} (on screen)", NOTHING: "Doing nothing"}
    for entry in library_store.listed():
        version = f", version {entry.number}" if entry.versions > 1 else ""
        names[saved_id(entry.key)] = f"{entry.name}{version} (saved)"
    for one in found:  # an older version, or one opened by link
        names.setdefault(one.id, f"{one.name} (saved)" if one.id.startswith(SAVED) else one.name)
    line = [*state.history().past, state.history().present]
    steps = {f"{MOMENT}{hash(Same(after))}": compare_words.move(before, after)
             for before, after in zip(line, line[1:], strict=False)}  # fmt: skip
    for place, (name, _) in _moments().items():
        names[place] = f"{name}, after {steps[place]}" if place in steps else f"{name} (of this session)"
    return names
