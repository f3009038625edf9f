"""The time line: a slider for each initiative's start, the picture of all, and the order that pays back first."""

from functools import partial

import streamlit as st

from model import roadmap
from model.engine import Same
from model.levers import LEVERS
from model.report import roadmap_chart, roadmap_words
from model.scenario import MONTHS, Scenario
from pages.parts import errors, state
from pages.parts.cards import is_dark
from pages.parts.history import History
from pages.parts.plain import markdown

APART = (1, 2, 3, 6)


def starts() -> None:
    """A slider an initiative; each a part of its own, as levers are."""
    found = roadmap.groups(state.scenario())
    st.markdown("**When each initiative begins**")
    if not found:
        st.caption("No lever is moved yet. Every lever that you move is an initiative here.")
        st.page_link("pages/explore.py", label="Move a lever on Explore", icon=":material/tune:")
    spends = {one.key: roadmap_words.spend(one, state.scenario().baseline.currency)
              for one in roadmap.initiatives(state.scenario())}  # fmt: skip
    for key in found:
        st.fragment(_start, key=f"part_start_{key}")(key, spends[key])
    state.frame(lambda seen: (seen.present.baseline.digest, tuple(sorted(seen.present.levers.items()))))


def _start(key: str, spend: str) -> None:
    month = _begins(key, state.history())
    label = markdown(f"{LEVERS[key].label} :small[:gray[{spend}]]")
    st.slider(label, 0, MONTHS - 1, key=f"start_{key}", format="%d months", on_change=_moved, args=(key,),
              help="Months from now until it begins: spend starts then, its effect grows from there.",
              **state.view(f"start_{key}", month))  # fmt: skip
    state.part(f"part_start_{key}", partial(_look, key))


def _begins(key: str, seen: History) -> int:
    levers = roadmap.groups(seen.present).get(key, ())
    return min((seen.present.starts.get(lever, 0) for lever in levers), default=0)


def _look(key: str, seen: History) -> tuple[int]:
    return (_begins(key, seen),)


def _moved(key: str) -> None:
    # The slider may be gone by the time that its move arrives: undone, or another company.
    if f"start_{key}" not in st.session_state or key not in roadmap.groups(state.scenario()):
        return
    month = int(st.session_state[f"start_{key}"])
    levers = roadmap.groups(state.scenario())[key]
    state.step(lambda now: now.begin(dict.fromkeys(levers, month)), shown=(f"part_start_{key}", month))


@st.fragment(key="part_line")
def picture() -> None:
    """All initiatives and the calendar on one line."""
    with errors.told():
        now = state.scenario()
        found = roadmap.initiatives(now)
        if found or now.calendar:
            data = roadmap_chart.line_data(found, now)
            st.vega_lite_chart(data, roadmap_chart.line_spec(is_dark()), key="line",
                               alt="Initiatives and the demand calendar on a line of 36 months")  # fmt: skip
    state.part("part_line", lambda seen: seen.present)


@st.fragment(key="part_order")
def order() -> None:
    """The order that pays back first, on request, and a button to take it."""
    with errors.told():
        if len(roadmap.groups(state.scenario())) > 1:
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="order_tools"):
                apart = st.selectbox("Begin one every", APART, index=APART.index(3), key="order_apart", width=150,
                                     format_func=lambda months: f"{months} month{'s' if months > 1 else ''}",
                                     persist_state="session")  # fmt: skip
                if st.button("Find the order that pays back first", key="order_find", icon=":material/low_priority:"):
                    with st.spinner("Comparing orders"):
                        asked = state.scenario()
                        st.session_state["order_found"] = (_without_starts(asked), roadmap.best_order(asked, apart))
            _answer()
    state.part("part_order", lambda seen: seen.present)


def _answer() -> None:
    kept = st.session_state.get("order_found")
    now = state.scenario()
    if kept is None or kept[0] != _without_starts(now):  # found for other levers or another world
        return
    found: roadmap.Order = kept[1]
    st.markdown(markdown(roadmap_words.order(found, now.baseline.currency)))
    taken = {k: v for k, v in found.starts.items() if v} == now.starts
    st.button("Taken" if taken else "Take this order", key="order_take", type="primary", disabled=taken,
              icon=":material/check:" if taken else None, on_click=_take, args=(found,))  # fmt: skip


def _without_starts(scenario: Scenario) -> Same:
    return Same(scenario.model_copy(update={"starts": {}, "month": 12}))


def _take(found: roadmap.Order) -> None:
    state.step(lambda now: now.begin(found.starts), light=False)
