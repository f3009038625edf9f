"""Satisfaction of each row, on whatever scale it was asked: recognised from the column, or told by the user."""

import re
from dataclasses import dataclass

import numpy as np

from model.intake.rating_words import UNRATED, best_is_lowest, meaning, plain, scale_in
from model.intake.values import Column, Decimal, Floats, Texts, numbers, on_texts, plain_numbers, texts_of

SCALES: dict[str, tuple[float, float, float]] = {
    "1-5": (1, 5, 4), "1-7": (1, 7, 6), "1-10": (1, 10, 8), "0-10": (0, 10, 8), "1-3": (1, 3, 3), "1-4": (1, 4, 3),
    "0-5": (0, 5, 4),
}  # fmt: skip
"""Scale -> lowest, highest, lowest that counts as satisfied: the field's top two boxes of five, and their like."""
SCALE_LABELS = {
    **{key: f"{low:.0f} to {high:.0f}, satisfied from {good:.0f}" for key, (low, high, good) in SCALES.items()},
    "share": "share", "percent": "per cent", "words": "good or bad",
}  # fmt: skip
_OF = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:/|of|out of|de|sobre)\s*(\d+)")
_LED = re.compile(r"(\d{1,2})\s*(?:[-–:.)=]|stars?\b|estrellas?\b|estrelas?\b|★)\s*\D*")
_ENDS = re.compile(r"[^\d]{3,}[(\[]\s*(\d{1,2})\s*[)\]]")
"""A grade with its words: `5 - Very satisfied`, `Very satisfied (5)`."""
STANDS_FOR_NONE = (-1.0, 97.0, 98.0, 99.0, 999.0)
"""Numbers that surveys write for no answer, beside grades of ten or less."""
UNKNOWN_WORDS = 0.15
"""Of the distinct words of a rating so many may be unknown: without one of five labels the others say another share."""


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Satisfied (1 or 0, or a share), the scale as the user would name it, its key, whether it is certain, and whether
    no rating reaches its upper end (it may then be a longer one).

    `levels` : the grades given, lowest 0; nan where ratings are no grades. `reversed_` : the lowest grade is the best.
    `none` : what was taken as no answer, such as 0 beside 1 to 5. `unknown` : words that are not understood, for which
    nothing is taken from the column."""

    values: Floats
    scale: str
    key: str
    certain: bool
    short: bool = False
    levels: Floats | None = None
    reversed_: bool = False
    none: str = ""
    unknown: tuple[str, ...] = ()


def satisfaction(
    column: Column, scale: str | None = None, decimal: Decimal | None = None, header: str = "", way: str | None = None
) -> Satisfaction:
    """CSAT of each row. Scales: see SCALES; a share, per cent, or words.

    The scale is the one that the header names, else recognised by the largest and smallest rating; `4/5` names its
    scale itself. A scale of which nobody used the upper end is taken for a shorter one: the user can say better. Grades
    run upwards unless the header or the words beside them say that the lowest is the best; `way` ("up", "down") says it
    better. Everything is decided from the distinct texts, so that it does not depend on how often each stands.
    """
    tops: set[float] = set()
    column = texts_of(column)
    beside: dict[float, float] = {}

    def rated(texts: list[str]) -> Floats:
        out = plain_numbers(texts, decimal)
        for i in np.flatnonzero(np.isnan(out)):
            if found := _OF.fullmatch(texts[i].lower()):
                out[i], top = float(found[1].replace(",", ".")), float(found[2])
                tops.add(top)
            elif found := _LED.fullmatch(texts[i].lower()) or _ENDS.fullmatch(texts[i].lower()):
                out[i] = float(found[1])
                if not np.isnan(said := meaning(texts[i])):
                    beside[out[i]] = said
            elif texts[i] and set(stars := plain(texts[i])) <= {"★", "☆", "⭐"}:
                out[i] = stars.count("★") + stars.count("⭐")
        return out

    values = on_texts(column, rated)
    words = on_texts(column, lambda texts: np.array([meaning(t) for t in texts]))
    said_words = bool(np.isnan(values).all() or (~np.isnan(words) & np.isnan(values)).sum() > (~np.isnan(values)).sum())
    if scale == "words" or (scale is None and said_words):
        unknown = _unknown(column)
        found = words * np.nan if unknown else words
        return Satisfaction(found, SCALE_LABELS["words"], "words", True, unknown=unknown)
    percent = column.holds("%")
    values, none = _without_answer(values)
    named = scale_in(header)
    if named and (np.isnan(values).all() or not _within(values, named)):
        named = ""
    certain = percent or len(tops) == 1 or bool(named)
    key = scale or named or _recognised(values, percent, tops)
    if key == "1-5" and scale is None and (values == 0).any():
        none = "0"
    if not key:
        return Satisfaction(np.full(len(values), np.nan), "unknown", "", False)
    down = way == "down" if way else best_is_lowest(header) or _turned(beside)
    if down and key in SCALES:
        values = np.where(values == 0, np.nan, SCALES[key][0] + SCALES[key][1] - values) if SCALES[key][0] else (
            SCALES[key][1] - values)  # fmt: skip
    with np.errstate(invalid="ignore"):
        if key in ("share", "percent"):
            share = numbers(column, decimal) if percent else values / (1 if key == "share" else 100)
            found = np.where((share >= 0) & (share <= 1), share, np.nan)
        else:
            low, high, good = SCALES[key]
            found = np.where((values >= low) & (values <= high), (values >= good) * 1.0, np.nan)
    levels = np.where(np.isnan(found) | (values != np.round(values)), np.nan, values - SCALES[key][0]) if (
        key in SCALES) else None  # fmt: skip
    certain = certain or scale is not None
    short = not certain and key in SCALES and float(np.nanmax(values)) < SCALES[key][1]
    return Satisfaction(found, SCALE_LABELS[key], key, certain, short, levels, down and key in SCALES, none)


def _unknown(column: Texts) -> tuple[str, ...]:
    """The words of a rating that are not understood, where they are too many of all to be left out."""
    labels = [text for text in column.texts.to_pylist() if text.lower() not in UNRATED]
    strange = [text for text in labels if np.isnan(meaning(text))]
    return tuple(strange) if len(strange) > UNKNOWN_WORDS * len(labels) else ()


def _without_answer(values: Floats) -> tuple[Floats, str]:
    """Ratings without the numbers that stand for no answer, and these as a text."""
    known = values[~np.isnan(values)]
    grades = known[(known >= 0) & (known <= 10)]
    marks = sorted(set(known[np.isin(known, STANDS_FOR_NONE)]))
    if not marks or len(set(grades)) < 3 or len(grades) + np.isin(known, STANDS_FOR_NONE).sum() < len(known):
        return values, ""
    return np.where(np.isin(values, STANDS_FOR_NONE), np.nan, values), ", ".join(f"{mark:.0f}" for mark in marks)


def _within(values: Floats, key: str) -> bool:
    low, high = (0.0, 100.0) if key == "percent" else SCALES[key][:2] if key in SCALES else (1.0, 0.0)
    return bool(np.nanmin(values) >= min(low, 0.0) and np.nanmax(values) <= high)


def _turned(beside: dict[float, float]) -> bool:
    """Whether the words beside the grades say that low ones are good."""
    good, bad = ([grade for grade, said in beside.items() if said == answer] for answer in (1.0, 0.0))
    return bool(good and bad) and max(good) < min(bad)


def unrated(texts: list[str]) -> Floats:
    """1 for a word that says that no rating was given."""
    return np.array([float(text.lower() in UNRATED) for text in texts])


def _recognised(values: Floats, percent: bool, tops: set[float]) -> str:
    if percent:
        return "percent"
    top, low = float(np.nanmax(values)), float(np.nanmin(values))
    if low < 0 or top > 100:
        return ""
    if len(tops) == 1:
        top = max(top, next(iter(tops)))
    if top <= 1:
        return "share"
    for most, key in ((5, "1-5"), (7, "1-7"), (10, "1-10")):
        if top <= most:
            # A 0 among more than yes and no belongs to 0 to 10; beside whole grades up to 5 it stands for no answer.
            whole = bool((values[~np.isnan(values)] % 1 == 0).all()) and 3 <= top <= 5
            return "0-10" if low < 1 and not (whole and low == 0) else key
    return "percent"


def mean_share(values: Floats, key: str) -> Floats:
    """Share satisfied from means of ratings, by the mean's distance from the scale's ends: a mean says no more."""
    if key == "share":
        return values
    if key == "percent":
        return values / 100
    low, high, _ = SCALES[key]
    return (values - low) / (high - low)


def scale_of_means(values: Floats) -> str:
    """The scale of means of ratings, by the largest."""
    top = float(np.nanmax(np.append(values, 0.0)))
    return "share" if top <= 1 else "1-5" if top <= 5 else "1-7" if top <= 7 else "1-10" if top <= 10 else "percent"
