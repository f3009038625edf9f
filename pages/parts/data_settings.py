"""How a file's cells were understood: asked where nothing in the file decides it, else there to be bettered."""

import zoneinfo
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from model.intake import File, Setting

if TYPE_CHECKING:
    from pages.parts.data_own import Loaded

AS_WRITTEN = "as they are written"
ASK = ":orange-badge[:material/help: please say] :small[:gray[nothing in the file decides it]]"


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    return ("", *sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc")))


def key(one: "Loaded", name: str) -> str:
    """The widget of a setting."""
    return f"choice_{name}_{one.key}"


def sheet(one: "Loaded") -> None:
    """Which sheet of a workbook is read."""
    if len(one.file.sheets) > 1:
        _pick(one, Setting("sheet", "Sheet", {name: name for name in one.file.sheets}, one.file.sheet, False))


def questions(one: "Loaded") -> None:
    """What nothing in the file decides."""
    for setting in one.file.undecided:
        with st.container(gap="xxsmall"):
            _pick(one, setting)
            st.markdown(ASK)


def others(one: "Loaded") -> None:
    """What the file says for sure, or was said already; it can still be said better."""
    for setting in one.file.settings:
        if not setting.open:
            _pick(one, setting)


def decided(file: File) -> int:
    """How many settings there are besides those asked."""
    return len(file.settings) - len(file.undecided)


def _pick(one: "Loaded", setting: Setting) -> None:
    options = list(setting.options) or list(_zones())
    labels = dict(setting.options) or {"": AS_WRITTEN}
    name = key(one, setting.key)
    first = {} if name in st.session_state else {"index": options.index(setting.value)}
    st.selectbox(setting.label, options, key=name, format_func=lambda value: labels.get(value, value), **first)


def picked(one: "Loaded") -> dict[str, str]:
    """What was chosen since the last run."""
    now = {setting.key: setting.value for setting in one.file.settings} | {"sheet": one.file.sheet}
    return {name: st.session_state[key(one, name)] for name, value in now.items()
            if key(one, name) in st.session_state and st.session_state[key(one, name)] != value}  # fmt: skip


def put_back(one: "Loaded", names: list[str]) -> None:
    """Show again what is in use."""
    now = {setting.key: setting.value for setting in one.file.settings} | {"sheet": one.file.sheet}
    for name in names:
        if name in now and key(one, name) in st.session_state:
            st.session_state[key(one, name)] = now[name]
