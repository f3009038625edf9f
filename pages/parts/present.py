"""One slide on an otherwise empty page, and the way through them: arrow keys, Escape leaves."""

import streamlit as st

from model.report import story, words
from model.report.slides import Slide, slides
from pages.parts import errors, export, state
from pages.parts.cards import is_dark

AT, TOLD = "slide_at", "slides_told"
HOME = "pages/explore.py"


def show() -> None:
    """The slide, then the keys; those that lead nowhere do nothing."""
    found = slides(words.is_moved(state.scenario()))
    at = min(max(int(st.session_state.get(AT, 0)), 0), len(found) - 1)
    with errors.told():
        _slide(found[at])
    _keys(at, found[at].name, len(found))


def _keys(at: int, name: str, count: int) -> None:
    """The way on and back in one row; the keys of presenters' remotes at its end, folded away."""
    first, last = at == 0, at == count - 1
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center", gap="medium"):
        st.button("Back", key="slide_back", type="tertiary", shortcut="Left", disabled=first, on_click=_turn,
                  args=(at - 1,))  # fmt: skip
        st.markdown(f":small[:gray[{name}, {at + 1} of {count}]]", width="content")
        st.button("Next", key="slide_next", type="tertiary", shortcut="Right", disabled=last, on_click=_turn,
                  args=(at + 1,))  # fmt: skip
        if st.button("Leave", key="slide_leave", type="tertiary", shortcut="Esc"):
            st.session_state.pop(AT, None)
            st.session_state.pop(TOLD, None)
            st.switch_page(HOME)
        # Presenters' remotes send these two, and a button has one key; folded away it hears its key all the same.
        with st.expander("Remote", type="compact", width=150):
            st.button("Back", key="remote_back", type="tertiary", shortcut="PageUp", disabled=first, on_click=_turn,
                      args=(at - 1,))  # fmt: skip
            st.button("Next", key="remote_next", type="tertiary", shortcut="PageDown", disabled=last, on_click=_turn,
                      args=(at + 1,))  # fmt: skip


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
