"""Events: which of them hurt which scenario, and what the queue does hour by hour."""

from collections.abc import Iterator
from itertools import islice

import streamlit as st

from model import events as model_events
from model.compare import seen_at
from model.engine import Same
from model.events import MEASURES, StressResult, robustness
from model.report import stress_chart, stress_words
from model.report.grammar import within
from model.scenario import Scenario
from pages.parts import errors, library_store, risks_study, state, stress_own, stress_queue
from pages.parts.cards import is_dark
from pages.parts.plain import markdown, plain

MEASURE, WITHIN, SAVED, PICK_EVENT, PICK_SCENARIO = (
    "stress_measure", "stress_within", "stress_saved", stress_own.PICKED, "stress_scenario")  # fmt: skip
MAP, TURN = "stress_map", "stress_turn"
THIS, NOTHING = "This scenario", "Doing nothing"
MOST_SAVED = 3
OFFERED = 50
"""Saved scenarios to add from, the newest first: each is read once a session, which takes some milliseconds."""
BESIDE = 2
"""Scenarios up to which the event that is picked stands beside the map."""
Found = dict[str, list[StressResult]]
Saved = dict[str, tuple[str, Scenario]]
"""Saved scenarios by key: what each is called, and what it is."""
WITHIN_H = (4, 8, 24, 72, 168, 336)


@st.fragment(key="stress")
def events() -> None:
    """Scenarios against events; below, the one that is picked."""
    with errors.told():
        st.markdown("**What could go wrong**: scenarios against events, followed hour by hour; long ones by month.")
        scenarios, events = _scenarios(_controls()), _all_events()
        key = ("stress", tuple(scenarios), tuple(map(Same, scenarios.values())), tuple(events))
        asked = risks_study.study(key, lambda: _followed(scenarios, events))
        risks_study.show("stress", asked, lambda found: _all(found) if asked.over else None)
    state.part("stress", lambda seen: seen.present)


def _all(found: Found) -> None:
    _robust(found)
    left, right = st.columns([2, 3], gap="medium") if len(found) <= BESIDE else (st.container(), st.container())
    with right:
        name, place = _picked(found)
        stress_queue.show(found[name][place].scenario, _all_events()[place])
    with left:
        with st.container(border=True, key="stress_box", gap="xsmall"):
            _map(found, name, place)
        stress_own.form()


def _controls() -> Saved:
    """What is asked of the map; the saved scenarios that were chosen from."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="stress_controls"):
        st.segmented_control("Measure", MEASURES, key=MEASURE, required=True, default=MEASURES[0],
                             format_func=stress_words.MEASURES.__getitem__, persist_state="session")  # fmt: skip
        st.selectbox("Regained within", WITHIN_H, key=WITHIN, index=2, format_func=stress_words.duration, width=130,
                     persist_state="session", help="Events count as weathered when every channel is back within two "
                     "points of its target, or of what it would have been, this long after their end.")  # fmt: skip
        offered = {entry.key: (entry.name, one) for entry, one in islice(library_store.of_company(), OFFERED)}
        if offered:
            st.multiselect("Saved scenarios", list(offered), key=SAVED, max_selections=MOST_SAVED, width=300,
                           format_func=lambda key: offered[key][0] if key in offered else key, placeholder="Add some",
                           persist_state="session")  # fmt: skip
    return offered


def _scenarios(offered: Saved) -> dict[str, Scenario]:
    """What stands across, by name: the one on screen, doing nothing, saved ones."""
    now = state.scenario()
    found = {THIS: now} if state.anything_changed(now) else {}
    found[NOTHING if found else "Today's company"] = now.doing_nothing()
    for key in st.session_state.get(SAVED, []):
        if key in offered:
            name, scenario = offered[key]
            found[name if name not in found else f"{name} (saved)"] = seen_at(scenario, now.month)
    return found


def _all_events() -> list[model_events.Event]:
    return [*model_events.EVENTS.values(), *stress_own.events()]


def _followed(scenarios: dict[str, Scenario], events: list[model_events.Event]) -> Iterator[tuple[float, Found | None]]:
    """Every scenario under every event, one after the other, since each takes the better part of a second."""
    found: Found = {}
    for name, scenario in scenarios.items():
        found = found | {name: model_events.stress_many([scenario], events)[0]}
        yield len(found) / len(scenarios), found


def _robust(found: Found) -> None:
    hours = float(st.session_state[WITHIN])
    said = []
    for name, many in found.items():
        text = within(stress_words.robust(robustness(many, hours), many, hours))
        said.append(f"**{plain(name)}**: {text}")
    st.markdown("  \n".join(said))


def _map(found: Found, name: str, place: int) -> None:
    measure: str = st.session_state[MEASURE]
    worst = max((one for many in found.values() for one in many), key=lambda one: one.measure(measure))
    st.markdown(f"**{stress_words.MEASURES[measure]}**: {stress_words.name(worst.events, inside=True)} is worst. "
                f":gray[{stress_words.MEANING[measure]} Click a cell to see it hour by hour.]")  # fmt: skip
    remarks = [stress_words.apart(found, measure)]
    if measure == "recovery_hours":
        remarks.append(stress_words.slowest(found[name]))
    # What was clicked last would not be told again: once something else is picked, the chart begins anew.
    key = f"{MAP}_{st.session_state.get(TURN, 0)}"
    st.vega_lite_chart(
        stress_chart.map_data(found, measure, (name, place)), stress_chart.map_spec(is_dark()), key=key,
        height=46 + 32 * len(_all_events()), width="stretch" if len(found) <= BESIDE else 200 + 200 * len(found),
        on_select=lambda: _clicked(key, list(found)), selection_mode=stress_chart.PICKED,
        alt=f"{stress_words.MEASURES[measure]} of every scenario under every event, as numbers",
    )  # fmt: skip
    if any(remarks):
        st.caption(". ".join(plain(remark) for remark in remarks if remark) + ".")
    if len(found) > BESIDE:  # a narrow screen cuts the names above the columns
        st.caption(f"Columns from left to right: {', '.join(map(plain, found))}.")


def _clicked(key: str, names: list[str]) -> None:
    """The cell that was clicked becomes the choice; `names` as they stood across."""
    chosen = st.session_state[key]["selection"].get(stress_chart.PICKED, [])
    if chosen:
        row, place = int(chosen[0]["row"]), int(chosen[0]["place"])
        if row < len(names) and place < len(_all_events()):
            st.session_state[PICK_SCENARIO] = names[row]
            st.session_state[PICK_EVENT] = place


def _chosen() -> None:
    """Another choice than by a click."""
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def _picked(found: Found) -> tuple[str, int]:
    """The scenario and the event's place to look at, which fields say and change too, for whoever does not click."""
    kept, names, events = st.session_state, list(found), _all_events()
    if kept.get(PICK_SCENARIO) not in names:
        kept.pop(PICK_SCENARIO, None)
    if kept.get(PICK_EVENT, 0) not in range(len(events)):
        kept.pop(PICK_EVENT, None)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        place: int = st.selectbox("Event", range(len(events)), key=PICK_EVENT, width=260,
                                  format_func=lambda i: events[i].label, on_change=_chosen,
                                  persist_state="session")  # fmt: skip
        name: str = st.selectbox("Scenario", names, key=PICK_SCENARIO, width=260, on_change=_chosen,
                                 persist_state="session")  # fmt: skip
    st.caption(markdown(f"{events[place].text}."))
    return name, place
