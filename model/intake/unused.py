"""Columns that promise a figure by their name and are not used: said, so that nothing is left out in silence."""

import re
from collections.abc import Mapping

import pandas as pd

from model.intake.columns import ROLE_LABELS
from model.intake.problems import Problems
from model.intake.words import normalised, unitless

_PROMISES = {
    role: re.compile(pattern)
    for role, pattern in {
        "csat": r"(csat|customer satisfaction|satisfaction|rating|satisfaccion|satisfacao)( (score|rating))?",
        "resolved": r"(resolved|solved|fcr|first (call|contact) resolution|issue resolved|resuelt[oa]|resolvid[oa])"
        r"( (y n|yes no|flag))?",
        "handle": r"((average|avg|total) )?(handl(e|ing)|talk) time|aht|tmo|tma",
        "wait": r"((average|avg) )?(wait(ing)?|queue|hold queue) time|asa|speed of answer|tiempo de espera|"
        r"tempo de espera",
        "transferred": r"transferred|transfers?|transferid[oa]",
    }.items()
}
"""Names that can mean little else."""


def named(text: pd.DataFrame, used: Mapping[str, str], problems: Problems) -> None:
    """Name the columns that by their name say what no column in use says, but whose cells are not understood."""
    for role, pattern in _PROMISES.items():
        if role in used:
            continue
        for column in text.columns:
            there = text[column].notna().to_numpy(dtype=bool)
            names = {normalised(column), unitless(normalised(column))}
            if column in used.values() or not there.any() or not any(pattern.fullmatch(name) for name in names):
                continue
            said = f"{column!r} is not used: its name says {ROLE_LABELS[role]}, but its cells are not understood"
            problems.add(f"unused_{role}", said, there, "kept")
            break
