"""Cells to seconds: clock texts, worded times, and numbers in a unit that the header, the cells or the user name."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.intake.values import Column, Decimal, Floats, plain_numbers, texts_of

DAY = 86_400.0
UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "days": DAY}
UNIT_LABELS = {
    "ms": "milliseconds", "s": "seconds", "min": "minutes", "h": "hours", "days": "days",
    "mm:ss": "minutes and seconds, as 02:30", "hh:mm": "hours and minutes, as 02:30",
    "clock": "hours, minutes and seconds",
}  # fmt: skip
"""Units a user may choose, and how they are called."""
_WORDS = {
    "ms": ("ms", "msec", "msecs", "millis", "millisecond", "milliseconds", "milisegundos", "milissegundos"),
    "s": (
        "s",
        "sec",
        "secs",
        "second",
        "seconds",
        "seg",
        "segs",
        "segundo",
        "segundos",
        "sek",
        "sekunden",
        "secondes",
        "secondi",
        "seconden",
    ),
    "min": ("min", "mins", "minute", "minutes", "minuto", "minutos", "minuten", "minuti"),
    "h": ("h", "hr", "hrs", "hour", "hours", "hora", "horas", "stunden", "std", "heures"),
    "days": ("day", "days", "dia", "dias", "días"),
}
_CLOCK = re.compile(
    r"(-?)(?:(\d+)(?:\s*d(?:ays?|[ií]as?|\.)?,?\s*|\.))?(\d*):(\d{1,2})(?::(\d{1,2}(?:[.,]\d+)?))?", re.IGNORECASE
)
_NUMBER = r"(\d+(?:[.,]\d+)?)\s*"
_WORDED = re.compile(
    rf"(?:{_NUMBER}d(?:ays?|[ií]as?)?)?[\s,]*(?:{_NUMBER}h(?:rs?|ours?|oras?)?\.?)?[\s,]*"
    rf"(?:{_NUMBER}m(?:ins?|inutes?|inutos?)?\.?)?[\s,]*(?:{_NUMBER}s(?:ecs?|econds?|egs?|egundos?)?\.?)?",
    re.IGNORECASE,
)
_FROM_1900 = re.compile(r"(?:1899-12-3[01]|1900-01-00|30[./-]12[./-]1899|12[./-]30[./-]1899|0?1/0/1900)[T ]+")
"""What Excel writes before a length of time that it takes for a moment."""
_MIDNIGHT = re.compile(r"12(:\d{2}:\d{2})\s*a\.?m\.?", re.IGNORECASE)
"""A length below an hour in a cell formatted as a time of day of twelve hours."""
_PRIMES = re.compile(r"(\d+)\s*['’′]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:''|[\"”″’’]{1,2})?)?")
"""Minutes and seconds as 3' 12''; a number with thousands parted so has three digits behind it."""
_ISO = re.compile(r"P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Durations:
    """Seconds (nan where not readable), the unit they were read in, and whether anything but custom says so."""

    seconds: Floats
    unit: str
    certain: bool


def durations(column: Column, header: str = "", unit: str | None = None, decimal: Decimal | None = None) -> Durations:
    """Durations of a column.

    `hh:mm:ss`, `mm:ss`, `1 h 5 min`, numbers in `unit` or the unit that the header names, else day fractions where
    every number is below 1 and has decimals, else seconds. In a column of clock texts, a number below 1 is a day
    fraction: workbooks mix both. Two-part clocks are `mm:ss` unless header or user say hours; `:14` among them says it.
    """
    named = unit_in(header)
    scale = UNITS.get(unit or "") or (UNITS[named] if named and not unit else None)
    hours_first = unit == "hh:mm" or (unit is None and named == "h")
    found = texts_of(column)
    texts = [_bare(text) for text in found.texts.to_pylist()]
    if not texts:
        return Durations(found.spread(np.array([])), unit or named or "s", True)
    clock = np.array([":" in text for text in texts])
    out = plain_numbers([("" if c else text) for c, text in zip(clock, texts, strict=True)], decimal)
    plain = ~np.isnan(out)
    parts = {1: 0, 2: 0, 3: 0}
    for i in np.flatnonzero(~plain):
        out[i] = _clock_seconds(texts[i], hours_first, parts) if clock[i] else _worded(texts[i])
    worded = ~plain & ~clock & ~np.isnan(out)
    said, certain = unit or named or "s", unit is not None or named is not None
    if plain.any():
        with np.errstate(invalid="ignore"):
            fraction = (np.abs(out) < 1) & (out != 0) & plain
        if clock.any() and unit is None:
            out = np.where(fraction, out * DAY, out)
        elif scale is not None:
            out = np.where(plain, out * scale, out)
        elif fraction.any() and fraction[plain & (out != 0)].all():
            out, said = np.where(plain, out * DAY, out), "days"
    if clock.any():
        said = "clock" if parts[3] else "hh:mm" if hours_first else "mm:ss"
        certain = certain or bool(parts[3] or parts[1])
    elif worded.any():
        certain = True
    return Durations(found.spread(out), said, certain)


def _bare(text: str) -> str:
    """A length of time without what a spreadsheet puts around it."""
    if "1899" in text or "1900" in text:
        text = _FROM_1900.sub("", text)
    if "m" in text.lower()[-3:]:
        text = _MIDNIGHT.sub(r"0\1", text)
    if ("'" in text or "’" in text or "′" in text) and (found := _PRIMES.fullmatch(text)):
        return f"{found[1]}m{found[2] or 0}s"
    return text


def _clock_seconds(text: str, hours_first: bool, parts: dict[int, int]) -> float:
    found = _CLOCK.fullmatch(text)
    if not found:
        return np.nan
    sign, day, one, two, three = found.groups()
    first, second = float(one or 0), float(two)
    if three is not None:
        parts[3] += 1
        seconds = first * 3600 + second * 60 + float(three.replace(",", "."))
    else:
        parts[2 if one else 1] += 1
        seconds = first * 3600 + second * 60 if hours_first else first * 60 + second
    seconds += float(day or 0) * DAY
    return -seconds if sign else seconds


def _worded(text: str) -> float:
    found = _WORDED.fullmatch(text) or _ISO.fullmatch(text)
    if found is None or not any(found.groups()):
        return np.nan
    # Seconds first: only one of the two forms knows days.
    parts = zip(found.groups()[::-1], (1.0, 60.0, 3600.0, DAY), strict=False)
    return sum(float(part.replace(",", ".")) * size for part, size in parts if part)


_HUBSPOT = re.compile(r"hs_\w*time|time_to_(close|first_agent_reply|first_agent_email_reply|first_customer_reply)$")


def unit_in(header: str) -> str | None:
    """The unit that a header names: `Wait (sec)`, `Full resolution time (hrs)`; None where it names none or a clock."""
    low = header.lower()
    if _HUBSPOT.match(low):
        return "ms"  # HubSpot's own names: "operating hours" says which time counts, not its unit
    low = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header).lower()
    if re.search(r"hh?:mm:ss", low):
        return None
    if re.search(r"\bhh?:mm\b", low):
        return "h"
    if re.search(r"\bmm:ss\b", low):
        return None
    words = re.sub(r"[^a-zíá]+", " ", low).split()
    return next((unit for unit, names in _WORDS.items() if any(word in names for word in words)), None)


USUAL, SHORTEST_LIMIT_S = 0.99, 3600.0
"""The percentile that tells what is usual; nothing up to so many seconds is beyond sense."""
MANY, FAR, TIMES = 50, 100.0, 10.0
"""Durations from which a share of them tells what is usual; so many times the 99th percentile is beyond sense, as is a
day where it is so many times the percentile."""


def beyond_sense(seconds: Floats) -> NDArray[np.bool_]:
    """Single durations that nobody waited or talked: one of them would make the mean of all."""
    known = seconds[seconds > 0]
    if len(known) < MANY:
        return np.zeros(len(seconds), dtype=bool)
    # The value next to the percentile from below: a few absurd ones must not lift it.
    usual = float(np.quantile(known, USUAL, method="lower"))
    out: NDArray[np.bool_] = np.nan_to_num(seconds) > longest(usual)
    return out


def longest(usual: float) -> float:
    """Seconds beyond which a duration is beyond sense, where `usual` is the 99th percentile of all."""
    return min(max(FAR * usual, SHORTEST_LIMIT_S), max(TIMES * usual, DAY))


def usual_for(top: float) -> float:
    """The 99th percentile from which on a duration of `top` seconds is not beyond sense."""
    return top / FAR if top <= DAY else top / TIMES


def absurd(label: str) -> str:
    """The sentence for such durations."""
    return f"Beyond any sense (over a day, or a hundred times nearly all others), left empty: {label}"
