"""The demand calendar: what is known to happen to demand, entry by entry, and the form to add or change one."""

from functools import partial

import streamlit as st

from model.compare import condition
from model.report import roadmap_words
from model.report.numbers import sign
from model.scenario import MONTHS, CalendarEntry
from pages.parts import errors, lengths, state
from pages.parts.history import History
from pages.parts.plain import plain

DIALOG = "calendar_dialog"
NEW = -1


@st.fragment(key="part_calendar")
def entries() -> None:
    """Growth, and the entries with a way to change or remove each."""
    with errors.told():
        now = state.scenario()
        st.markdown("**Demand calendar**")
        st.caption("Campaigns, launches, sites and markets: doing nothing meets them too.")
        growth = round(condition(now, "growth") * 100, 2)
        st.number_input("Growth a year, %", -30.0, 100.0, step=1.0, format="%.1f", key="roadmap_growth",
                        on_change=_grown, help="How fast contacts grow every year.",
                        **state.view("roadmap_growth", growth))  # fmt: skip
        for place, entry in enumerate(now.calendar):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"entry_{place}"):
                about = f"{roadmap_words.size(entry)}, {roadmap_words.entry(entry, now.baseline)}"
                st.markdown(f"**{plain(entry.name)}** :small[:gray[{plain(about)}]]", width="stretch")
                st.button("Change", key=f"entry_change_{place}", type="tertiary", icon=":material/edit:",
                          on_click=_open, args=(place,))  # fmt: skip
                st.button("Remove", key=f"entry_remove_{place}", type="tertiary", icon=":material/delete:",
                          on_click=_remove, args=(entry,))  # fmt: skip
        st.button("Add to the calendar", key="entry_add", icon=":material/event:", on_click=_open, args=(NEW,))
    state.part("part_calendar", lambda seen: (seen.present.calendar, seen.present.conditions.get("growth")))


def _grown() -> None:
    if "roadmap_growth" in st.session_state:
        value = round(float(st.session_state["roadmap_growth"]) / 100, 6)
        state.step(lambda now: now.set_condition("growth", value))


def _open(place: int) -> None:
    st.session_state[DIALOG] = place
    st.rerun("app")


def _remove(entry: CalendarEntry) -> None:
    kept = list(state.scenario().calendar)
    if entry in kept:
        kept.remove(entry)
        state.step(lambda now: now.foresee(tuple(kept)), light=False)


def dialog() -> None:
    """The form asked for, if any."""
    if DIALOG in st.session_state:
        place = st.session_state[DIALOG]
        calendar = state.scenario().calendar
        _form(calendar[place] if 0 <= place < len(calendar) else None)


def _close() -> None:
    st.session_state.pop(DIALOG, None)


@st.dialog("Demand calendar", width="medium", on_dismiss=_close)
def _form(before: CalendarEntry | None) -> None:
    base = state.scenario().baseline
    was = before or CalendarEntry(name="Campaign", months=3, factor=1.1)
    with errors.told(), st.form("calendar_form", border=False):
        name = st.text_input("Name", "" if before is None else was.name, max_chars=lengths.CALENDAR_ENTRY,
                             key="entry_name", placeholder="Spring sale")  # fmt: skip
        left, right = st.columns(2)
        kinds = list(roadmap_words.KINDS)
        kind = left.selectbox("What it is", kinds, kinds.index(was.kind), key="entry_kind",
                              format_func=roadmap_words.KINDS.__getitem__)  # fmt: skip
        channels = right.multiselect("Channels", [c.name for c in base.channels], list(was.channels),
                                     key="entry_channels", format_func=lambda key: base.channel(key).title,
                                     placeholder="All channels")  # fmt: skip
        percent = left.number_input("Change in contacts, %", -90.0, 900.0, round((was.factor - 1) * 100, 4), 5.0,
                                    "%.0f", key="entry_percent", help="While it lasts.")  # fmt: skip
        contacts = right.number_input("Added contacts a month", 0.0, 1e8, was.contacts, 100.0, "%.0f",
                                      key="entry_contacts", help="From a new site or market.")  # fmt: skip
        start = left.number_input("Starts, months from now", 0, MONTHS - 1, was.start, key="entry_start")
        length = right.number_input("Lasts, months", 1, MONTHS, was.months, key="entry_months")
        ramp = left.number_input("Months to its full size", 0, MONTHS, was.ramp, key="entry_ramp",
                                 help="0: all of it from the first day.")  # fmt: skip
        paid = right.number_input(f"Paid once, {sign(base.currency).strip()}", 0.0, 1e12, was.one_off, 1000.0, "%.0f",
                                  key="entry_paid", help="As it starts; doing nothing pays it too.")  # fmt: skip
        if st.form_submit_button("Add" if before is None else "Change", type="primary", key="entry_done"):
            made = CalendarEntry(
                kind=kind, name=" ".join(name.split()) or roadmap_words.KINDS[kind], channels=tuple(channels),
                factor=round(1 + percent / 100, 8), contacts=contacts, start=int(start), months=int(length),
                ramp=int(ramp), one_off=paid)  # fmt: skip
            state.accept(partial(_placed, before, made))
            _close()
            st.rerun()


def _placed(before: CalendarEntry | None, made: CalendarEntry, now: History) -> History:
    calendar = list(now.present.calendar)
    if before in calendar:
        calendar[calendar.index(before)] = made
    else:
        calendar.append(made)
    return now.foresee(tuple(calendar))
