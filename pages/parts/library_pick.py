"""Saved scenarios picked from the list: compared side by side, or rerun on the figures on screen."""

import streamlit as st

import model
from model.compare import MOST
from model.report import compare_words
from model.scenario import Scenario
from model.store import Entry, Seen
from pages.parts import compare_choice, connection, errors, library_store, state
from pages.parts.plain import plain

PICKED, MINE = "The picked ones", "All of mine"


def box(entry: Entry) -> None:
    """The mark before a scenario in the list."""
    st.checkbox(f"Pick {plain(entry.name)}", key=_key(entry.key), label_visibility="collapsed")


def _key(key: str) -> str:
    return f"pick_{key}"


def picked(entries: list[Entry]) -> list[Entry]:
    """Those of the listed scenarios that are marked."""
    return [entry for entry in entries if st.session_state.get(_key(entry.key))]


def tools(entries: list[Entry]) -> None:
    """What can be done with the marked ones."""
    if not entries:
        return
    some = picked(entries)
    label = f"Compare {len(some)}" if len(some) > 1 else "Compare with doing nothing" if some else "Compare"
    st.button(label, key="compare_picked", icon=":material/compare:", type="tertiary", on_click=_compare,
              disabled=not 1 <= len(some) <= MOST, args=([entry.key for entry in some],),
              help=f"Mark one to {MOST} scenarios in the list")  # fmt: skip
    if st.session_state.pop("go_compare", False):
        st.switch_page("pages/compare.py")
    _rerun_box(entries, some)


def _compare(keys: list[str]) -> None:
    """Side by side from now on; one alone stands beside doing nothing."""
    compare_choice.choose(*(compare_choice.saved_id(key) for key in keys),
                          *([compare_choice.NOTHING] if len(keys) == 1 else []))  # fmt: skip
    st.session_state["go_compare"] = True


def _rerun_box(entries: list[Entry], some: list[Entry]) -> None:
    mine = [entry for entry in entries if entry.mine]
    popover = st.popover("Rerun", icon=":material/published_with_changes:", type="tertiary", key="rerun_button",
                         on_change="rerun")  # fmt: skip
    if not popover.open:
        return
    with popover, st.container(key="rerun", width=420), errors.told():
        baseline = state.scenario().baseline
        period = f" ({plain(baseline.period)})" if baseline.period else ""
        st.markdown(f"Put saved scenarios on the figures on screen: **{plain(baseline.name)}**{period}")
        ways = {PICKED: some, MINE: mine}
        offered = [way for way, found in ways.items() if found]
        way = st.segmented_control("Which", offered, key="rerun_which", required=True, default=offered[0],
                                   label_visibility="collapsed", width="stretch",
                                   format_func=lambda way: f"{way} ({len(ways[way])})")  # fmt: skip
        st.caption("Each becomes a new version, with a note of what it was made from. Nothing is overwritten.")
        if st.button("Rerun", type="primary", icon=":material/play_arrow:", key="rerun_go", width="stretch"):
            _rerun([entry.key for entry in ways[way]])


def _rerun(keys: list[str]) -> None:
    from model.store.rerun import Rerun, rerun

    bar = st.progress(0.0)

    def progress(share: float, name: str) -> None:
        bar.progress(share, f"Next: {plain(name)}")

    done: list[Rerun] = rerun(
        connection.shelf(), keys, state.scenario().baseline, author=library_store.author(),
        owner=library_store.owner(), seen=_seen, label=compare_words.set_label,
        progress=progress,
    )  # fmt: skip
    kept = [one for one in done if one.key]
    library_store.opened().extend(one.key for one in kept if one.key)
    said = [f"**{len(kept)}** of {len(done)} rerun on {plain(state.scenario().baseline.name)}."]
    for one in done:
        if one.refused:
            said.append(f"**{plain(one.name)}** was left as it is: {plain(one.refused)}")
        elif one.left_out and one.before:
            names = ", ".join(compare_words.set_label(key, one.before) for key in one.left_out)
            said.append(f"**{plain(one.name)}**: left as today, for it cannot be set on these figures: {plain(names)}.")
    st.session_state["rerun_told"] = "  \n".join(said)
    st.rerun()


def _seen(scenario: Scenario) -> Seen:
    return Seen.of(model.evaluate(scenario), model.ranges(scenario))


def told() -> None:
    """What came of the last rerun, once."""
    if "rerun_told" in st.session_state:
        st.info(st.session_state.pop("rerun_told"), icon=":material/published_with_changes:")
