"""Measuring where the data live: connections that the one who runs Trilever has set up, by name; off without any.

Set up in the secrets, or in a file of the same form that TRILEVER_WAREHOUSES names; never typed on a page and never
read from a link:

    [warehouses.contact_centre]
    url = "postgresql://reader@db.example.com/contacts"
    tables = ["contact.calls"]
    columns = { wait = "queue_seconds" }
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from model import intake
from model.errors import TrileverError
from model.intake.problems import Problem
from model.report.grammar import opening
from model.scenario import Scenario
from pages.parts import data_forms, errors, settings
from pages.parts import data_words as words
from pages.parts.data_files import begin, own, watched
from pages.parts.history import fresh
from pages.parts.plain import plain

INVITATION = """
#### What comes of a table

Choose a table. It is measured where it lies, as a file of it would be: the week as it is, speed, patience,
handle time, solved first time and satisfaction, as far as its columns say.

:small[:gray[The connection was set up by the one who runs this installation. It can only read, and only the tables
named there.]]
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a warehouse answered: totals and averages as a company with nothing moved; what was wrong in its rows."""

    source: str
    measured: Scenario
    problems: tuple[Problem, ...]
    measurement: intake.Measurement
    again: "Ask"
    own_money: bool = False


Ask = Callable[[Mapping[str, Any], intake.Progress], Asked]
"""Measure, under wishes as `intake.measurement` takes them."""
Read = Callable[[intake.Progress], Any]
"""Read what is measured, where it lies."""


def places() -> Mapping[str, Any]:
    """Connections by name; none where none is set up.

    Raises
    ------
    TrileverError
        The file named in the environment cannot be read.
    """
    named = settings.given("TRILEVER_WAREHOUSES")
    if not named:
        return settings.secrets("warehouses")
    try:
        found: Mapping[str, Any] = tomllib.loads(Path(named).read_text(encoding="utf-8")).get("warehouses", {})
    except (OSError, ValueError):
        message = "The connections of this installation cannot be read."
        raise TrileverError(message, "Ask the one who runs it; files and ten numbers work meanwhile.") from None
    return found


def tables() -> list[tuple[str, str]]:
    """(connection, table) of everything that may be measured."""
    return [(name, str(table)) for name, place in places().items() for table in place.get("tables", [])]


def asked() -> Asked | None:
    """What this session measured last in a warehouse."""
    found: Asked | None = st.session_state.get("asked")
    return found


def panel() -> None:
    """Choose a table and measure it where it lies."""
    st.caption("The table is measured where it lies: only totals and averages come here, no rows and no names.")
    choices = tables()
    picked = st.selectbox("Table", choices, key="warehouse_table",
                          format_func=lambda pair: f"{_spaced(pair[0])}: {plain(pair[1])}")  # fmt: skip
    if st.button("Measure this table", key="warehouse_measure", icon=":material/database:", type="primary",
                 width="stretch") and picked in choices:  # fmt: skip
        place, table = dict(places()[picked[0]]), picked[1]
        measure(table, partial(_read, place, table))
    taken()


def taken() -> None:
    """What is being asked, until it has come; then its report, and targets and money for it."""
    if "asking" in st.session_state:
        with errors.told():
            st.session_state["asked"] = watched("asking")
    found = asked()
    if found:
        st.markdown(f":material/database: **{plain(found.source)}**")
        tabs = st.tabs(["Report", "Targets and money"], key="about_table", on_change="rerun")
        for tab, draw in zip(tabs, (_report, _company), strict=True):
            if tab.open:
                with tab, errors.told():
                    draw(found)


def _report(found: Asked) -> None:
    lines = words.problems(found.problems)
    st.markdown("\n\n".join(lines) if lines else "Nothing was wrong: every row counts as it stands.")


def _company(found: Asked) -> None:
    """Another target counts other contacts as in time: the rows are asked again, where they lie."""
    data_forms.company(
        found.measured.baseline, found.own_money,
        lambda seconds, share, finance: _begin(
            found.again, {"target_s": seconds, "target_share": share, "finance": finance}),
    )  # fmt: skip


def measure(name: str, read: Read) -> None:
    """Measure a table or a large file where it lies, with the finance figures known so far."""
    _begin(partial(_ask, name, read), {"finance": own().finance})


def _begin(ask: Ask, wishes: Mapping[str, Any]) -> None:
    begin("asking", lambda progress: ask(wishes, progress))


def _ask(name: str, read: Read, wishes: Mapping[str, Any], progress: intake.Progress) -> Asked:
    source = read(progress)
    found = intake.measurement(source, **wishes)
    return Asked(name, fresh(found.baseline), tuple(source.problems), found, partial(_ask, name, read),
                 bool(wishes.get("finance")))  # fmt: skip


def _read(place: Mapping[str, Any], table: str, progress: intake.Progress) -> intake.Warehouse:
    if not place.get("url"):
        raise TrileverError("This connection has no address.", "Ask the one who runs the installation to add its url.")
    return intake.warehouse(place["url"], table, dict(place.get("columns", {})), name=table, progress=progress,
                            time_zone=place.get("time_zone", "UTC"))  # fmt: skip


def _spaced(name: str) -> str:
    """The name of a connection as words."""
    return plain(opening(name.replace("_", " ").strip()))
