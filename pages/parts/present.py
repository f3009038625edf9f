"""One slide on an otherwise empty page, and the way through them: arrow keys, Escape leaves."""

import streamlit as st

from model.report import story, words
from model.report.slides import Slide, slides
from pages.parts import errors, export, state
from pages.parts.cards import is_dark

AT, TOLD = "slide_at", "slides_told"
HOME = "pages/explore.py"


def show() -> None:
    """The slide, then the keys; those that lead nowhere are not there."""
    found = slides(words.is_moved(state.scenario()))
    at = min(max(int(st.session_state.get(AT, 0)), 0), len(found) - 1)
    with errors.told():
        _slide(found[at])
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center", gap="medium"):
        st.button("Back", key="slide_back", type="tertiary", shortcut="Left", disabled=at == 0, on_click=_turn,
                  args=(at - 1,))  # fmt: skip
        # Presenters' remotes send these two; a button has one key.
        st.button(":small[:gray[Remote back]]", key="remote_back", type="tertiary", shortcut="PageUp", disabled=at == 0,
                  on_click=_turn, args=(at - 1,))  # fmt: skip
        st.markdown(f":small[:gray[{found[at].name}, {at + 1} of {len(found)}]]", width="content")
        st.button(":small[:gray[Remote next]]", key="remote_next", type="tertiary", shortcut="PageDown",
                  disabled=at == len(found) - 1, on_click=_turn, args=(at + 1,))  # fmt: skip
        st.button("Next", key="slide_next", type="tertiary", shortcut="Right", disabled=at == len(found) - 1,
                  on_click=_turn, args=(at + 1,))  # fmt: skip
        if st.button("Leave", key="slide_leave", type="tertiary", shortcut="Esc"):
            st.session_state.pop(AT, None)
            st.session_state.pop(TOLD, None)
            st.switch_page(HOME)


def _turn(to: int) -> None:
    st.session_state[AT] = to


def _slide(slide: Slide) -> None:
    """The slide as a picture as wide as the page; its words for those who do not see it."""
    sheet = slide.sheet(_story(slide.asked), is_dark())
    st.image(sheet.svg(), width="stretch", alt=sheet.words)


def _story(asked: bool) -> story.Story:
    """What the slides tell, reckoned once; what the answer depends on only when a slide asks for it."""
    now = state.scenario()
    kept: tuple[object, story.Story, bool] | None = st.session_state.get(TOLD)
    if kept and kept[0] is now and (kept[2] or not asked):
        return kept[1]
    with st.spinner("Looking at what the answer depends on" if asked else "Getting the slides ready"):
        found = story.tell(export.named(), export.others(), asked=asked)
    st.session_state[TOLD] = (now, found, asked)
    return found
