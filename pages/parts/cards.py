"""The headline, the four cards, and the table of every other result."""

from contextlib import nullcontext

import streamlit as st

import model
from model.outcomes import OUTCOMES
from model.report import measured, numbers, risk_words, words
from pages.parts import errors, mix_fix, results, state, suggestion
from pages.parts.plain import markdown, plain
from pages.parts.results import OTHERS, Results

CARDS = ("operating_cost", "service_level", "csat", "fte")
NO_BREAK = "\N{NO-BREAK SPACE}"
COLOURS = {"better": "green", "worse": "red", "neutral": "gray", "unsure": "gray", "none": "gray"}


def is_dark() -> bool:
    """Whether the page is shown dark."""
    return st.context.theme.type == "dark"


def reckon() -> None:
    """What headline and cards show."""
    now = results.of(state.scenario())
    for key in CARDS:  # what the outcome alone tells: its likely ranges are still under way
        now.line(key, is_dark())
    _ = now.ranges


def outcomes() -> None:
    """Headline and cards."""
    now = results.of(state.scenario())
    with errors.told():
        _headline(now)
        with st.grid(4, min_column_width=150, gap="small", border=True, key="outcomes"):
            for key in CARDS:
                _card(now, key)
    state.part("outcomes", lambda seen: seen.present)


def more() -> None:
    """Every other result, in a table that is there only while it is open."""
    box = st.expander("More results", type="compact", key=OTHERS, on_change="rerun")
    if box.open:
        with box:
            _others()


def _currency(now: Results) -> str:
    return now.scenario.baseline.currency


def _card(now: Results, key: str) -> None:
    """Name and value, the difference, the small line of 36 months, and how likely the difference is.

    One element a card, not `st.metric` with a picture in a container: that took the browser a third longer to show.
    """
    change = now.change(key) if now.moved else None
    path = now.months[0][key]
    first, last = (numbers.number(key, float(path[i]), _currency(now)) for i in (0, -1))
    value = numbers.number(key, now.outcome.headline[key], _currency(now))
    lines = [f":small[{OUTCOMES[key].label}]\\", f"{value}", "---"]
    if change:
        lines.append((badge(change) if change.arrow != "off" else f":gray-badge[{change.text}]") + "\\")
    lines.append(f"![{OUTCOMES[key].label} over 36 months: from {first} to {last}]({now.line(key, is_dark())})\\")
    lines.append(f":small[:gray[{words.note(key, now.outcome, change)}]]")
    st.markdown(markdown("\n".join(lines)), anchors=False, help=OUTCOMES[key].text)


def badge(change: numbers.Change) -> str:
    """A difference with its arrow, in the colour of its verdict; without one where there is nothing to point at."""
    arrow = {"up": ":material/arrow_upward: ", "down": ":material/arrow_downward: "}.get(change.arrow, "")
    return f":{COLOURS[change.verdict]}-badge[{arrow}{change.text}]" if change.arrow != "off" else change.text


def _headline(now: Results) -> None:
    said = words.headline(now.outcome, now.ranges)
    first = not state.anything_changed()
    with st.container(horizontal=True, vertical_alignment="center", gap="medium") if first else nullcontext():
        text = f"#### {said.title}\n:small[:gray[{said.detail}]]".replace(" %", f"{NO_BREAK}%")
        st.markdown(markdown(text), width="stretch", anchors=False)
        if first:
            suggestion.offer()
    if doubt := measured.doubt(now.scenario.baseline):
        st.markdown(f":orange[:material/warning: {plain(doubt)}]", anchors=False)
    mix_fix.offer(now)


@st.fragment(key="others")
def _others() -> None:
    now = results.of(state.scenario())
    if now.ready:
        with errors.told():
            now.over_time()
            st.markdown(_table(now))
            st.markdown(markdown(risk_words.odds_line(now.scenario, model.target_odds(now.scenario))))
    state.part("others", lambda seen: seen.present)


def _table(now: Results) -> str:
    """Every result that has no card, as a Markdown table: what it is stands beside it."""
    here, there = now.outcome.headline, now.outcome.reference
    # Spaces that do not break keep the last column so wide that a phone's rows do not grow tall.
    head = ["Result", "This scenario", "Doing nothing", "Difference", "Likely", "What it is" + 60 * NO_BREAK]
    rows = ["| " + " | ".join(head) + " |", "|:---|---:|---:|---:|:---|:---|"]
    for key, row in OUTCOMES.items():
        if key in CARDS or key not in here:
            continue
        cells = [row.label, numbers.number(key, here[key], _currency(now))]
        if key in numbers.DIFFERENCES:
            cells += ["", "", numbers.likely(now.ranges, key, _currency(now))]
        else:
            change = numbers.beside(now.change(key), key, here[key], there[key], _currency(now))
            likely = change.likely.removeprefix("likely ")
            cells += [numbers.number(key, there[key], _currency(now)), badge(change), likely]
        rows.append("| " + " | ".join([*cells, f":gray[{row.text}]"]) + " |")
    return markdown("\n".join(rows))
