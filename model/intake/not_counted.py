"""Rows of a table of counts that are no contacts that came: forecasts, templates filled ahead, periods cut off."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.intake.dates import Moments
from model.intake.values import Floats, Mask
from model.intake.words import normalised

FORECAST = re.compile(
    r"\b(forecast(s|ed)?|fcst|fc|predict(ed|ion)|project(ed|ion)|planned|plan|budget(ed)?|required|requirements?|"
    r"expected|prognosen?|geplant\w*|pronosticos?|pronosticad[ao]s?|previst[ao]s?|previsao|prevision(es)?|prevue?s?|"
    r"presupuest\w*|necesari[ao]s?|programad[ao]s? llamadas|target( percent)?$)\b"
)
"""Words of a header or a cell for what was foreseen, not seen."""
ACTUAL = re.compile(r"\b(actuals?|act|real(es|ized|ised)?|realizad[ao]s?|ist|observed|effecti(f|fs|ve|ves))\b")
"""Words for what was seen; a header means the same without them."""
MOST_WORDS = 6
EMPTY_DAYS = 7
"""So many days without a single contact at an end of the table were never filled in."""
CUT, FEWEST_PERIODS = 0.5, 4
"""A first or last week or month below this share of each of the three beside it is not whole, where so many are known.
"""


def without_actual(words: str) -> str:
    """A (normalised) header without its word for what was seen."""
    return " ".join(ACTUAL.sub(" ", words).split())


def forecasts(text: pd.DataFrame) -> Mask:
    """Rows that a column calls a forecast, beside others that it calls actual."""
    out = np.zeros(len(text), dtype=bool)
    for column in text.columns:
        codes, uniques = pd.factorize(text[column])
        if not 2 <= len(uniques) <= MOST_WORDS:
            continue
        words = [normalised(str(each)) for each in uniques]
        foreseen = [bool(FORECAST.search(each)) for each in words]
        seen = [bool(ACTUAL.search(each)) for each in words]
        if any(foreseen) and any(seen):
            out |= np.append(foreseen, False).astype(bool)[codes]
    return out


def empty_ends(start: Moments, offered: Floats, kind: str) -> Mask:
    """Rows before the first and after the last contact, where these are days on end: a template filled ahead."""
    days = start.astype("datetime64[D]")
    busy = days[np.nan_to_num(offered) > 0]
    if not len(busy):
        return np.zeros(len(start), dtype=bool)
    fewest = EMPTY_DAYS if kind in ("intervals", "daily") else 1
    out = np.zeros(len(start), dtype=bool)
    for end in (days < busy.min(), days > busy.max()):
        if len(np.unique(days[end])) >= fewest:
            out |= end
    return out


def cut_off(start: Moments, offered: Floats) -> tuple[Mask, list[np.datetime64]]:
    """Rows of a first or last week or month that holds but a part of its days, and the beginning of each.

    By its volume: below CUT of each of the three periods next to it, and of the same month of other years.
    """
    firsts, place = np.unique(start, return_inverse=True)
    totals = np.bincount(place, weights=np.nan_to_num(offered))
    found: list[np.datetime64] = []
    if len(firsts) >= FEWEST_PERIODS:
        months: NDArray[np.int64] = firsts.astype("datetime64[M]").astype(np.int64) % 12
        for at, beside in ((0, slice(1, 4)), (-1, slice(-4, -1))):
            alike = totals[1:-1][months[1:-1] == months[at]] if len(firsts) > 12 else totals[:0]
            if totals[at] < CUT * min([*totals[beside], *alike]):
                found.append(firsts[at])
    return np.isin(start, found), found
