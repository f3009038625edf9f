"""One line for who comes back to a page that begins anew: what this browser left unsaved, and the way back to it."""

import time

import streamlit as st

from pages.parts import drafts, state
from pages.parts.drafts import Draft
from pages.parts.plain import plain


def offered() -> Draft | None:
    """What is worth going back to: another scenario than the one on screen, with something in it."""
    draft = drafts.left()
    if draft is None:
        return None
    present = draft.history.present
    anything = state.anything_changed(present) or present.baseline.source == "company"
    return draft if anything and present != state.scenario() else None


def draw() -> None:
    """The line, until the first step."""
    draft = offered()
    if draft is None:
        return
    name = plain(draft.history.present.name)
    when, steps = ago(time.monotonic() - draft.at), _steps(len(draft.history.past))
    with st.container(key="draft", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/history: Not saved, {when} in this browser: **{name}**, {steps}", width="content")
        st.button("Take it up again", key="take_up", on_click=_take_up)


def ago(seconds: float) -> str:
    """A time gone by: "12 minutes ago"."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "a moment ago"
    count, unit = (minutes, "minute") if minutes < 60 else (round(minutes / 60), "hour")
    return f"{count} {unit}{'s' if count > 1 else ''} ago"


def _steps(count: int) -> str:
    return f"{count} step{'s' if count != 1 else ''}"


def _take_up() -> None:
    draft = drafts.left()
    if draft is not None:  # else taken up in the meantime, or too old
        try:
            state.step(lambda _: draft.history, light=False)
        finally:  # a step ends in a rerun; one that was refused leaves the offer where it is
            if state.history() == draft.history:
                drafts.taken(draft)
