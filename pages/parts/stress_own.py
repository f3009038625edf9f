"""An event of the user's own: a name, what it does, how long. It stays with this session."""

import streamlit as st

from model.errors import ScenarioError
from model.events import EVENTS, Event, own
from model.report import words
from pages.parts import errors, lengths, state
from pages.parts.plain import plain

KEPT, FAULT = "stress_own", "stress_own_fault"
PICKED = "stress_event"
"""Which event is looked at: its place among all."""
MOST = 4


def events() -> list[Event]:
    """The events made in this session."""
    found: list[Event] = st.session_state.setdefault(KEPT, [])
    return found


def form() -> None:
    """Make one, or take one away."""
    with st.expander("An event of your own", icon=":material/add:", key="stress_own_box"):
        for place, event in enumerate(events()):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{plain(event.label)}**")
                st.button("Remove", key=f"stress_remove_{place}", icon=":material/delete:", type="tertiary",
                          on_click=_remove, args=(place,))  # fmt: skip
        if len(events()) >= MOST:
            st.caption(f"{MOST} events of your own are the most; remove one to make another.")
            return
        base = state.scenario().baseline
        with st.form("stress_own_form", border=False):
            st.text_input("Name", key="own_label", max_chars=lengths.EVENT, placeholder="Snow day")
            with st.grid(4, min_column_width=140, gap="small", vertical_alignment="bottom"):
                st.number_input("New contacts, %", 0, 2000, 100, 5, key="own_arrivals", help="100: as usual")
                st.number_input("Agents able to work, %", 0, 300, 100, 5, key="own_agents", help="100: as usual")
                st.number_input("Handle time, %", 20, 500, 100, 5, key="own_handle", help="100: as usual")
                st.number_input("Self-service working, %", 0, 100, 100, 5, key="own_self", help="100: as usual")
                if base.orders_per_week:
                    st.number_input("Late orders, %", 0, 2000, 100, 10, key="own_late", help="100: as usual")
                st.number_input("CSAT of everyone, points", -40, 20, 0, 1, key="own_mood",
                                help="Where about half are satisfied; nearer 0 or 100 % it does less")  # fmt: skip
                st.number_input(f"Paid once, {base.currency}", 0, 100_000_000, 0, 1000, key="own_once")
                st.number_input("Hours it lasts", 1, 8760, 8, 1, key="own_length",
                                help="Above two weeks (336 hours) it is followed month by month")  # fmt: skip
                st.selectbox("Begins on", range(7), format_func=words.DAYS.__getitem__, key="own_day")
                st.number_input("At hour of the day", 0, 23, 10, 1, key="own_hour")
                st.number_input("Fades over, hours", 0, 2000, 0, 1, key="own_fades")
            errors.tell(FAULT)  # above the button: below it, it may be out of view
            st.form_submit_button("Add this event", icon=":material/add:", on_click=_add)


def _add() -> None:
    kept = st.session_state
    with errors.told_later(FAULT):
        made = own(
            kept["own_label"].strip(), length_h=float(kept["own_length"]),
            start_h=24.0 * kept["own_day"] + kept["own_hour"], recovery_h=float(kept["own_fades"]),
            arrivals=kept["own_arrivals"] / 100, agents=kept["own_agents"] / 100, handle_time=kept["own_handle"] / 100,
            self_service=kept["own_self"] / 100, late_orders=kept.get("own_late", 100) / 100,
            mood=kept["own_mood"] / 25, one_off=float(kept["own_once"]),
        )  # fmt: skip
        if made.label in {event.label for event in events()}:
            raise ScenarioError(f"There is an event {made.label} already.", "Give this one another name.")
        kept[KEPT] = [*events(), made]
        kept[PICKED] = len(EVENTS) + len(events()) - 1
    if not errors.pending(FAULT):  # a refusal leaves the rest of the page as it stands
        st.rerun("app")


def _remove(place: int) -> None:
    st.session_state[KEPT] = [event for i, event in enumerate(events()) if i != place]
    st.session_state.pop(PICKED, None)
    st.rerun("app")
