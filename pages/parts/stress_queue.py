"""One event under the glass: how large, how long, when, together with what; and the queue hour by hour."""

from dataclasses import replace

import streamlit as st

import model
from model.events import EFFECTS, EVENTS, MEASURES, Event, StressResult
from model.events.table import DAY, MONTH, MOST_HOURS, WEEK
from model.report import stress_chart, stress_words, words
from model.report.grammar import named
from model.scenario import Scenario
from pages.parts import errors
from pages.parts.cards import is_dark
from pages.parts.plain import markdown

NONE = "Nothing else"


@st.fragment(key="stress_queue")
def show(scenario: Scenario, event: Event) -> None:
    """Sliders, four numbers, the picture, and who is hurt."""
    with errors.told():
        case = _case(event)
        found = model.stress(scenario, case, likely=True)
        st.markdown(markdown(stress_words.finding(found)))
        _numbers(found)
        _picture(found)
        _who(found)


def _case(event: Event) -> tuple[Event, ...]:
    """The event as its sliders have it, and a second one."""
    others = [other for key, other in EVENTS.items() if key != event.key]
    with st.container(border=True, key="stress_size"), st.grid(3, min_column_width=140, gap="medium"):
        changed = _timed(_sized(event))
        second = st.selectbox("Together with", [NONE, *(other.label for other in others)], key="stress_second",
                              persist_state="session")  # fmt: skip
    both = next((other for other in others if other.label == second), None)
    if both is not None and not both.is_long and not changed.is_long:
        both = replace(both, start_h=changed.start_h)
        st.caption("Both begin at the same time.")
    return (changed,) if both is None else (changed, both)


def _key(event: Event, what: str) -> str:
    """A slider's place: each event has its own."""
    return f"stress_{what}_{event.key}_{event.label if event.key == 'own' else ''}"


def _sized(event: Event) -> Event:
    row = EFFECTS[event.main]
    if row.unit == "share" or row.worse == "down":
        if row.unit == "log-odds":
            return event
        size = st.slider(row.label, 0, 100, round(event.size * 100), 5, format="%d %%", key=_key(event, "size"),
                         persist_state="session") / 100  # fmt: skip
    elif row.unit == "times":
        most = max(2.0 * event.size, 3.0)
        size = st.slider(row.label, min(1.0, event.size), min(most, row.ceiling), float(event.size), 0.1,
                         format="%.1f times", key=_key(event, "size"), persist_state="session")  # fmt: skip
    else:
        return event
    return event.sized(max(size, row.floor))


def _timed(event: Event) -> Event:
    """Length and start, in hours, days or weeks as the event has them."""
    units = {DAY: (1.0, "h", 48), 2 * WEEK: (DAY, "days", 14), MOST_HOURS: (WEEK, "weeks", 52)}
    step, unit, most = next(found for longest, found in units.items() if event.length_h <= longest)
    length = st.slider("Lasts", 1, most, min(max(round(event.length_h / step), 1), most), format=f"%d {unit}",
                       key=_key(event, "length"), persist_state="session")  # fmt: skip
    if event.length_h != length * step and round(event.length_h / step) != length:
        event = replace(event, length_h=length * step)
    if event.is_long:
        month = st.slider("Begins in month", 1, 30, event.start_month or 12, key=_key(event, "month"),
                          persist_state="session")  # fmt: skip
        return replace(event, start_month=min(month, max(36 - round(event.length_h / MONTH), 1)))
    day: int = st.selectbox("Begins on", range(7), index=int(event.start_h // 24), format_func=words.DAYS.__getitem__,
                            key=_key(event, "day"), persist_state="session")  # fmt: skip
    hour = st.slider("At", 0, 23, int(event.start_h % 24), format="%d:00", key=_key(event, "hour"),
                     persist_state="session")  # fmt: skip
    return replace(event, start_h=24.0 * day + hour)


def _numbers(found: StressResult) -> None:
    currency = found.scenario.baseline.currency
    with st.grid(4, min_column_width=150, gap="small", border=True, key="stress_numbers"):
        for key in MEASURES:
            with st.container(gap="xxsmall"):
                value = stress_words.measure(key, found.measure(key), currency)
                st.metric(stress_words.MEASURES[key], markdown(value), help=stress_words.MEANING[key])
                waits = stress_words.waits_for(found) if key == "recovery_hours" else ""
                said = [text for text in (waits, stress_words.likely(found, key)) if text]
                st.caption(markdown("  \n".join(said) or " "))


def _picture(found: StressResult) -> None:
    base = found.scenario.baseline
    names = [channel.name for channel in base.channels]
    worst = str(found.hurt["dissatisfied"].idxmax())
    if st.session_state.get("stress_channel") not in names:
        st.session_state.pop("stress_channel", None)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen: str = st.segmented_control("Channel", names, key="stress_channel", required=True, default=worst,
                                           label_visibility="collapsed",
                                           format_func=lambda name: base.channel(name).title)  # fmt: skip
        figures = stress_chart.figures_of(base.channel(chosen))
        if st.session_state.get("stress_figure") not in figures:
            st.session_state.pop("stress_figure", None)
        figure: str = st.segmented_control("Figure", figures, key="stress_figure", required=True,
                                           default="backlog", label_visibility="collapsed", persist_state="session",
                                           format_func=stress_chart.FIGURES.__getitem__)  # fmt: skip
    channel = base.channel(chosen)
    st.markdown(f"**Hour-by-hour queue**: {named(channel.title)}"
                + (f", the week of the worst month ({found.worst_month})" if found.worst_month else ""))  # fmt: skip
    st.vega_lite_chart(
        stress_chart.hours_data(found, channel, figure),
        stress_chart.hours_spec(figure, stress_chart.unit(channel, figure), is_dark()), height=260, key="stress_hours",
        alt=f"{stress_chart.FIGURES[figure]} half-hour by half-hour, with the event and without",
    )  # fmt: skip


def _who(found: StressResult) -> None:
    lines = [f"- {line}" for line in stress_words.hurt(found)]
    st.markdown(markdown("\n".join(["**Who is hurt**", *lines, f"- {stress_words.worst(found)}",
                                    f"- Cost: {stress_words.costs(found)}"])))  # fmt: skip
    if stress_words.saving(found):
        st.caption(f"{stress_words.saving(found)}.")
