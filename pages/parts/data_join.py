"""How the files of a company go together: queues to channels, what of the time counts, disagreements, the recipe."""

import datetime as dt
from typing import Any

import streamlit as st

from model import intake
from model.errors import IntakeError
from model.intake import Filters
from model.report.words import DAYS
from pages.parts import data_words as words
from pages.parts.data_files import own, show_again
from pages.parts.data_own import Fault, Loaded
from pages.parts.plain import plain

AS_READ, LEFT_OUT = "As read", "Leave out"
CHANNELS = ("Phone", "Chat", "E-mail", "Tickets")
MOST_QUEUES = 24
CONTACTS = ("contacts", "tickets", "intervals", "daily", "weekly", "monthly")


def panel() -> None:
    """The tab: what does not agree, queues, filters, recipe."""
    now = own()
    fault = now.complaint
    if fault:
        words.told(fault)
    if now.measurement is not None and now.measurement.conflicts:
        with st.container(border=True, key="conflicts"):
            st.markdown("**Where your files do not agree**")
            st.markdown("\n".join(f"- {_said(one)}" for one in now.measurement.conflicts))
    with st.form("joining", border=False):
        channels = _queues(list(now.loaded), dict(now.channels))
        filters = _filters(now.filters, sum(_tests(one) for one in now.loaded))
        done = st.form_submit_button("Measure this way", key="joining_submit", type="primary", width="stretch")
    if done:
        with st.spinner("Measuring again"):
            try:
                st.session_state["own"] = now.arrange(channels, Filters(**filters))
            except IntakeError as fault:
                st.session_state["own"] = now.complain(Fault(fault.message, fault.hint))
        st.rerun()
    _recipe()


def _said(one: intake.Conflict) -> str:
    return f"{plain(one.text)} **{one.count:,}**" if one.count else plain(one.text)


def labels(one: Loaded) -> list[str]:
    """The words of a file's queues, the most frequent first; its own name where it has no column for them."""
    table = one.file.table
    if one.file.kind not in CONTACTS or "channel" not in table:
        return [one.file.name]
    return [str(label) for label in table["channel"].value_counts().head(MOST_QUEUES).index]


def _tests(one: Loaded) -> int:
    return int(one.file.table["test"].sum()) if "test" in one.file.table else 0


def _queues(loaded: list[Loaded], now: dict[str, str]) -> dict[str, str]:
    """Which channel each queue belongs to; a name of one's own makes a channel of its own."""
    st.markdown("**Queues to channels**", help="Queues of one channel share its people. Pick a channel, or type a "
                "name to make one of your own.")  # fmt: skip
    out = {}
    seen = list(dict.fromkeys(label for one in loaded if one.file.kind != "wages" for label in labels(one)))
    with st.grid(2, min_column_width=150, gap="small"):
        for label in seen[:MOST_QUEUES]:
            said = now.get(label)
            value = AS_READ if said is None else said or LEFT_OUT
            options = list(dict.fromkeys([AS_READ, *CHANNELS, LEFT_OUT, value]))
            picked = st.selectbox(plain(label), options, options.index(value), key=f"queue_{label}_{value}",
                                  accept_new_options=True)  # fmt: skip
            if picked is not None and picked != AS_READ:
                out[label] = "" if picked == LEFT_OUT else str(picked)
    return out


def _filters(now: Filters, tests: int) -> dict[str, Any]:
    """A period, opening hours, weekdays, test contacts."""
    mark = f"{hash(now)}"
    st.markdown("**What counts**")
    with st.grid(2, min_column_width=130, gap="small"):
        first = st.date_input("From", _date(now.first), key=f"first_{mark}", help="Empty: from the first day.")
        last = st.date_input("To", _date(now.last), key=f"last_{mark}", help="Empty: to the last day.")
    opens, closes = st.slider("Opening hours", 0.0, 24.0, (now.opens, now.closes), 0.5, "%.4g h", key=f"open_{mark}",
                              help="Contacts outside are left out; all of the day counts at 0 to 24.")  # fmt: skip
    days = st.pills("Weekdays", range(7), selection_mode="multi", default=list(now.days), key=f"days_{mark}",
                    format_func=lambda day: DAYS[day][:3], help="None chosen: all of them.")  # fmt: skip
    left_out = now.tests
    if tests or now.tests:
        left_out = st.checkbox(f"Leave out test contacts ({tests:,} found)", now.tests, key=f"tests_{mark}",
                               help="Contacts whose agent, customer, queue or reason says test.")  # fmt: skip
    return {"first": _text(first), "last": _text(last), "opens": opens, "closes": closes,
            "days": tuple(sorted(days or ())), "tests": left_out}  # fmt: skip


def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _text(day: Any) -> str:
    return day.isoformat() if isinstance(day, dt.date) else ""


def _recipe() -> None:
    """How these files were understood, for those of the next quarter."""
    st.markdown("**Recipe**", help="Columns, units, channels and filters; never rows or figures.")
    st.download_button("Save the recipe", own().recipe().text(), "recipe.json", "application/json", key="recipe_file",
                       icon=":material/download:", on_click="ignore", width="stretch")  # fmt: skip


def bring_recipe() -> None:
    """A recipe saved before, for the files in use and those to come."""
    with st.popover("Use a recipe", icon=":material/menu_book:", type="tertiary", key="recipe_bring"):
        brought = st.file_uploader("A recipe saved here before", type=["json"], key="recipe_upload")
        if brought is not None and st.session_state.get("recipe_taken") != brought.file_id:
            st.session_state["recipe_taken"] = brought.file_id
            try:
                recipe = intake.load_recipe(brought.getvalue())
                with st.spinner("Measuring again"):
                    st.session_state["own"] = own().follow(recipe)
                for one in own().loaded:
                    show_again(one, ["sheet", *(setting.key for setting in one.file.settings)])
            except IntakeError as fault:
                st.session_state["own"] = own().complain(Fault(fault.message, fault.hint))
            st.rerun()
        fault = own().complaint
        if brought is not None and fault:
            words.told(fault)
        elif brought is not None:
            st.caption("In use: files with the same columns are read and measured as before.")
