"""Words of the data pages: evidence, trust, kinds of files."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
import streamlit as st

from model import intake
from model.intake.problems import Problem
from pages.parts.data_own import Fault
from pages.parts.plain import plain

GRADES = {
    "measured": (":blue-badge[:material/check: measured]", "read from your figures"),
    "inferred": (":gray-badge[:material/calculate: inferred]", "worked out from your figures"),
    "assumed": (":orange-badge[:material/edit: assumed]", "a usual value, not yours"),
}
"""Evidence: its badge, and what it means. Colour and word both say it."""

KINDS = {
    "contacts": "one contact", "tickets": "one ticket", "intervals": "an interval of the day", "daily": "a whole day",
    "weekly": "a whole week", "monthly": "a whole month", "ratings": "one rating", "rota": "people on duty",
    "wages": "a kind of pay",
}  # fmt: skip
"""Kinds of files: what one row of them is."""

_UNIT = re.compile(r"(\d) (%|s\b|min\b|h\b|days?\b|points\b|FTE\b)")

DONE = {
    "dropped": ":orange-badge[left out]", "repaired": ":gray-badge[repaired]", "kept": ":blue-badge[kept]",
}  # fmt: skip


def whole_units(text: str) -> str:
    """The text with each number kept on one line with its unit."""
    return _UNIT.sub("\\1\u00a0\\2", text)


def trust(confidence: float) -> str:
    """How sure a guessed column is, in words, with its colour."""
    if confidence >= 0.9:
        return ":blue-badge[:material/check: sure]"
    return ":gray-badge[likely]" if confidence >= 0.7 else ":orange-badge[:material/priority_high: please check]"


def told(fault: Fault) -> None:
    """A fault where it happened: what is wrong, and what to do."""
    st.error(plain(fault.hint), title=plain(fault.message), icon=":material/error:")


def facts(file: intake.File) -> str:
    """A file in one line: what a row is, how many, over which days, and that its letters were repaired if they were."""
    said = [f"each row is {KINDS[file.kind]}", f"{len(file.text):,} rows"]
    moments = next((file.table[name] for name in ("arrived", "start") if name in file.table), None)
    if moments is not None and moments.notna().any():
        first, last = moments.min(), moments.max()
        said.append(day(first) if day(first) == day(last) else f"{day(first)} to {day(last)}")
    if len(file.sheets) > 1:
        said.append(f"sheet {file.sheet}")
    if file.encoding in ("cp1252", "cp850"):
        said.append("letters of an old code page repaired")
    if count := len(file.problems):
        said.append(f"{count} {'finding' if count == 1 else 'findings'} in the report")
    return " · ".join(said)


def day(moment: pd.Timestamp) -> str:
    """A day as people write it: 1 February 1999."""
    return f"{moment.day} {moment:%B %Y}"


def problems(found: Iterable[Problem]) -> list[str]:
    """Each kind of problem as a paragraph, the most frequent first: how many, what was done, first rows, a sample."""
    lines = []
    for problem in sorted(found, key=lambda p: -p.count):
        first = f"  \n:small[:gray[first in rows {', '.join(map(str, problem.rows))}]]" if problem.rows else ""
        if problem.samples:
            first += f"  \n:small[:gray[{plain(problem.samples[0][:90])}]]"
        lines.append(f"**{problem.count:,}** {plain(problem.text)} {DONE[problem.done]}{first}")
    return lines


def report(files: list[intake.File]) -> pd.DataFrame:
    """What was found wrong in all files, ready to take away: file, problem, rows, first rows, what was done."""
    parts = [file.problems.frame().assign(File=file.name) for file in files if len(file.problems)]
    if not parts:
        return pd.DataFrame({"File": [], "Problem": [], "Rows": np.array([], dtype=int), "First rows": []})
    whole = pd.concat(parts, ignore_index=True)
    whole["What was done"] = whole["What was done"].replace({"dropped": "left out"})
    return whole[["File", *[column for column in whole.columns if column != "File"]]]
