"""Times in a table of counts: which columns are sums over contacts and which their means; what a handle time lacks.

Switches write both, `ACD Time` and `Avg ACD Time`, and say neither total nor mean of the first.
"""

import re
from typing import Literal

import numpy as np

from model.intake.values import Floats

Of = Literal["mean", "sum"]
LABELS: dict[str, str] = {"mean": "the mean of its contacts", "sum": "the sum over its contacts"}
MEAN = re.compile(r"\b(avg|average|mean|medi[oa]s?|promedio|asa|aht|att|acwt|tmo|tma|tme|per (call|contact|chat))\b")
SUM = re.compile(r"\b(total|totals|totales|totais|sum|suma|soma|cumulative|acumulad[oa])\b")
SWITCH = re.compile(r"(i )?acd time")
"""What a switch calls its sum, beside means that say so."""
FEWEST, CLEAR = 12, 2.0
"""Intervals from which the size tells a sum from a mean, and by how much one must fit better than the other."""
SHORTEST_S = 5.0
"""A contact's handle time below this is none: what was divided had been divided before."""
_APART = re.compile(r"\b(talk|acd|interaction|conversation|conversacion|conversa|speaking|connect)\b")
_LENGTH = re.compile(r"\b(durations?|duracion|duracao|(call|ser|service|contact) ?time|tiempo de llamada)\b")
_ALL = re.compile(r"\b(handl\w*|aht|tmo|tma|acw|wrap|after|hold|held|total)\b")


def missing_parts(handle: str) -> tuple[str, ...]:
    """The parts that a handle time of this (normalised) name lacks: talking is without holding and after-contact work,
    a call's length only without the latter."""
    if _ALL.search(handle.replace("total talk", "talk").replace("total conversation", "conversation")):
        return ()
    if _APART.search(handle):
        return ("hold", "wrap")
    return ("wrap",) if _LENGTH.search(handle) else ()


def mean_or_sum(words: str, seconds: Floats, of: Floats, beside: Of | None = None) -> Of:
    """Whether a column is the mean of `of` contacts an interval or their sum.

    Parameters
    ----------
    words : its normalised name
    beside : what another column of the same switch is, for a name that says neither
    """
    if MEAN.search(words):
        return "mean"
    named: Of | None = "sum" if SUM.search(words) else beside
    by_size = _by_size(seconds, of)
    if by_size is not None:
        return by_size
    if SWITCH.fullmatch(words):
        return "sum"
    if named == "sum":
        with np.errstate(invalid="ignore", divide="ignore"):
            each = seconds / of
        each = each[np.isfinite(each) & (each > 0)]
        # A total of talking, holding and after-contact work may well be that of one contact.
        return "sum" if len(each) and ("wait" in words or float(np.median(each)) >= SHORTEST_S) else "mean"
    return named or "mean"


def _by_size(seconds: Floats, of: Floats) -> Of | None:
    """Sums grow with the contacts they are of, means do not; None where the intervals are too few or too alike."""
    with np.errstate(invalid="ignore", divide="ignore"):
        good = np.isfinite(seconds) & (seconds > 0) & (of > 0)
    if good.sum() < FEWEST:
        return None
    value, count = np.log(seconds[good]), np.log(of[good])
    if count.std() < 0.2:
        return None
    as_mean, as_sum = float(value.std()), float((value - count).std())
    if as_mean > CLEAR * as_sum:
        return "sum"
    return "mean" if as_sum > CLEAR * as_mean else None
