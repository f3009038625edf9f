"""Satisfaction of each row, on whatever scale it was asked: recognised from the column, or told by the user."""

import re
from dataclasses import dataclass

import numpy as np

from model.intake.values import Column, Decimal, Floats, numbers, on_texts, plain_numbers, texts_of

SCALES: dict[str, tuple[float, float, float]] = {
    "1-5": (1, 5, 4), "1-7": (1, 7, 6), "1-10": (1, 10, 8), "0-10": (0, 10, 8), "1-3": (1, 3, 3), "1-4": (1, 4, 3),
}  # fmt: skip
"""Scale -> lowest, highest, lowest that counts as satisfied: the field's top two boxes of five, and their like."""
SCALE_LABELS = {
    **{key: f"{low:.0f} to {high:.0f}, satisfied from {good:.0f}" for key, (low, high, good) in SCALES.items()},
    "share": "share", "percent": "per cent", "words": "good or bad",
}  # fmt: skip
_GOOD = frozenset({
    "good", "great", "excellent", "satisfied", "very satisfied", "somewhat satisfied", "extremely satisfied", "happy",
    "very happy", "positive", "very positive", "very good", "amazing", "bueno", "buena", "muy bueno", "muy buena",
    "excelente", "satisfecho", "muy satisfecho", "contento", "bom", "boa", "muito bom", "muito boa", "otimo", "ótimo",
    "ótima", "satisfeito", "muito satisfeito", "thumbs up", "promoter", "like", "yes",
})  # fmt: skip
_BAD = frozenset({
    "bad", "very bad", "poor", "very poor", "terrible", "fair", "average", "dissatisfied", "very dissatisfied",
    "somewhat dissatisfied", "unsatisfied", "very unsatisfied", "unhappy", "neutral", "okay", "ok", "negative",
    "very negative", "malo", "mala", "muy malo", "muy mala", "regular", "insatisfecho", "muy insatisfecho", "ruim",
    "muito ruim", "pessimo", "péssimo", "insatisfeito", "muito insatisfeito", "neutro", "thumbs down", "passive",
    "detractor", "dislike", "no",
})  # fmt: skip
UNRATED = frozenset({
    "offered", "not offered", "unoffered", "not rated", "unrated", "no rating", "no response", "no answer", "not sent",
    "sent", "pending", "sin respuesta", "sin calificar", "sem resposta", "não avaliado", "nao avaliado",
})  # fmt: skip
"""Words of a rating that was never given."""
_OF = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:/|of|out of|de|sobre)\s*(\d+)")
_LED = re.compile(r"(\d{1,2})\s*(?:[-–:.)]|stars?\b|estrellas?\b|estrelas?\b|★)\s*\D*")


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Satisfied (1 or 0, or a share), the scale as the user would name it, its key, whether it is certain, and whether
    no rating reaches its upper end (it may then be a longer one).

    `levels` : the grades given, lowest 0; nan where ratings are no grades."""

    values: Floats
    scale: str
    key: str
    certain: bool
    short: bool = False
    levels: Floats | None = None


def satisfaction(column: Column, scale: str | None = None, decimal: Decimal | None = None) -> Satisfaction:
    """CSAT of each row. Scales: see SCALES; a share, per cent, or words.

    Recognised by the largest and smallest rating; `4/5` names its scale itself. A scale of which nobody used the upper
    end is taken for a shorter one: the user can say better.
    """
    tops: set[float] = set()
    column = texts_of(column)

    def rated(texts: list[str]) -> Floats:
        out = plain_numbers(texts, decimal)
        for i in np.flatnonzero(np.isnan(out)):
            if found := _OF.fullmatch(texts[i].lower()):
                out[i], top = float(found[1].replace(",", ".")), float(found[2])
                tops.add(top)
            elif found := _LED.fullmatch(texts[i].lower()):
                out[i] = float(found[1])
            elif texts[i] and set(texts[i]) <= {"★", "☆", "⭐"}:
                out[i] = texts[i].count("★") + texts[i].count("⭐")
        return out

    words = on_texts(
        column,
        lambda texts: np.array([1.0 if t.lower() in _GOOD else 0.0 if t.lower() in _BAD else np.nan for t in texts]),
    )
    values = on_texts(column, rated)
    said_words = bool(np.isnan(values).all() or (~np.isnan(words)).sum() > (~np.isnan(values)).sum())
    if scale == "words" or (scale is None and said_words):
        return Satisfaction(words, SCALE_LABELS["words"], "words", True)
    percent = column.holds("%")
    certain = percent or len(tops) == 1
    key = scale or _recognised(values, percent, tops)
    if not key:
        return Satisfaction(np.full(len(values), np.nan), "unknown", "", False)
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
    return Satisfaction(found, SCALE_LABELS[key], key, certain, short, levels)


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
            # A 0 among more than yes and no belongs to 0 to 10.
            return "0-10" if low < 1 else key
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
