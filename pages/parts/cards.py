"""The headline, the four cards, the month they speak of, and the table of every other result."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model.outcomes import OUTCOMES
from model.report import charts, numbers, words
from pages.parts import errors, results, state, suggestion
from pages.parts.results import Results

MONTHS = (3, 6, 12, 36)
CARDS = ("operating_cost", "service_level", "csat", "fte")
COLOURS = {"better": "green", "worse": "red", "neutral": "gray", "unsure": "gray", "none": "gray"}


def markdown(text: str) -> str:
    """Text for Markdown, where two dollar signs would begin a formula."""
    return text.replace("$", "\\$")


def is_dark() -> bool:
    """Whether the page is shown dark."""
    return st.context.theme.type == "dark"


@st.fragment(key="outcomes")
def outcomes() -> None:
    """Headline, cards and the other results; redrawn alone when a lever moves.

    The new values are sent before the likely ranges are asked for, which take longer than all the rest.
    """
    now = results.of(state.scenario())
    with errors.told():
        _ = now.outcome
        row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
        with st.grid(4, min_column_width=150, gap="small", border=True, key="outcomes"):
            cells = [(key, st.container(gap="xxsmall")) for key in CARDS]
        slots = [(key, cell, cell.empty()) for key, cell in cells]
        for key, _, slot in slots:
            _value(now, key, slot, numbers.change(key, now.outcome.difference[key], *numbers.UNKNOWN, _currency(now)))
        for key, cell, slot in slots:
            change = _change(now, key)
            if change.verdict == "unsure":
                _value(now, key, slot, change)
            _note(now, key, cell, change)
        with row:
            _headline(now)
        more = st.expander("More results", type="compact", key="more_results", on_change="rerun")
        if more.open:
            more.markdown(_table(now))


def _currency(now: Results) -> str:
    return now.scenario.baseline.currency


def _value(now: Results, key: str, slot: DeltaGenerator, change: numbers.Change) -> None:
    slot.metric(
        OUTCOMES[key].label, numbers.number(key, now.outcome.headline[key], _currency(now)),
        delta=change.text if now.moved else None, delta_color=COLOURS[change.verdict], delta_arrow=change.arrow,
        help=OUTCOMES[key].text)  # fmt: skip


def _change(now: Results, key: str) -> numbers.Change:
    return numbers.change(key, now.outcome.difference[key], *numbers.gap(now.ranges, key), _currency(now))


def _note(now: Results, key: str, cell: DeltaGenerator, change: numbers.Change) -> None:
    """How likely the difference is, and the small line of 36 months, in one element."""
    path, nothing = now.outcome.monthly[key], now.outcome.reference_monthly[key]
    note = words.note(key, now.outcome, change if now.moved else None) or "&nbsp;"
    line = charts.picture_address(charts.spark(path, nothing, now.scenario.month, is_dark(), now.moved))
    first, last = (numbers.number(key, float(path.iloc[i]), _currency(now)) for i in (0, -1))
    spoken = f"{OUTCOMES[key].label} over 36 months: from {first} to {last}"
    cell.markdown(markdown(f":small[:gray[{note}]]\n\n![{spoken}]({line})"))


def _headline(now: Results) -> None:
    said = words.headline(now.outcome, now.ranges)
    st.markdown(markdown(f"#### {said.title}\n:small[:gray[{said.detail}]]"), width="stretch", anchors=False)
    if not state.anything_changed():
        suggestion.offer()
    st.segmented_control(
        "Month shown", MONTHS, key="month", required=True, on_change=_month, label_visibility="collapsed",
        format_func=lambda month: "36 months" if month == MONTHS[-1] else str(month),
        help="The month whose yearly pace every number on this page shows.",
        **state.view("month", now.scenario.month, "default"))  # fmt: skip


def _month() -> None:
    chosen = int(st.session_state["month"])
    state.step(lambda now: now.at_month(chosen))


def _table(now: Results) -> str:
    """Every result that has no card, as a Markdown table: what it is stands beside it."""
    here, there = now.outcome.headline, now.outcome.reference
    head = ["Result", "This scenario", "Doing nothing", "Difference", "Likely", "What it is"]
    rows = ["| " + " | ".join(head) + " |", "|:---|---:|---:|---:|:---|:---|"]
    for key, row in OUTCOMES.items():
        if key in CARDS or key not in here:
            continue
        cells = [row.label, numbers.number(key, here[key], _currency(now))]
        if key in numbers.DIFFERENCES:
            cells += ["", "", ""]
        else:
            change = _change(now, key)
            arrow = {"up": ":material/arrow_upward: ", "down": ":material/arrow_downward: "}.get(change.arrow, "")
            badge = f":{COLOURS[change.verdict]}-badge[{arrow}{change.text}]" if change.arrow != "off" else change.text
            cells += [numbers.number(key, there[key], _currency(now)), badge, change.likely.removeprefix("likely ")]
        rows.append("| " + " | ".join([*cells, f":gray[{row.text}]"]) + " |")
    return markdown("\n".join(rows))
