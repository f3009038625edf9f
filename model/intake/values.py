"""Cells to values: numbers, shares, durations, dates, times of day, yes or no. A column at a time.

Formats are decided from the whole column, never cell by cell: `3/4/2024` alone says nothing. Every function works on
the distinct texts of a column and spreads the result, so that the cost is that of the distinct texts.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DAY = 86_400.0
YES = frozenset({"y", "yes", "true", "t", "1", "1.0", "si", "sí", "s", "sim", "ok", "resolved", "solved", "x"})
NO = frozenset({"n", "no", "false", "f", "0", "0.0", "nao", "não", "unresolved", "unsolved"})
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene",
            "feb fev",
            "mar",
            "apr abr",
            "may mai",
            "jun",
            "jul",
            "aug ago",
            "sep set",
            "oct out",
            "nov",
            "dec dic dez",
        ),
        1,
    )
    for name in names.split()
}


def uniques_of(column: pd.Series) -> tuple[NDArray[np.int64], list[str]]:
    """Codes (-1 where missing) and the distinct texts, stripped."""
    codes, uniques = pd.factorize(column)
    return codes, [text.strip() for text in uniques.tolist()]


def on_uniques(column: pd.Series, function: Callable[[list[str]], Floats]) -> Floats:
    """Apply a function of distinct texts to a column; nan where the cell is missing.

    Plain loops over distinct texts: for the few hundred a column usually has they are faster than vector functions of
    text, and never slower than twice theirs.
    """
    codes, uniques = uniques_of(column)
    if not uniques:
        return np.full(len(column), np.nan)
    return np.append(function(uniques), np.nan)[codes]


def numbers(column: pd.Series) -> Floats:
    """Numbers: decimal point or comma, thousands, currency and percent signs (94 % is .94); nan otherwise."""
    return on_uniques(column, _numbers)


_SIGNS = str.maketrans("", "", " \t%$€£'\u00a0\u202f")
_GROUPED_COMMA = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_GROUPED_DOT = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def _numbers(texts: list[str]) -> Floats:
    out = np.full(len(texts), np.nan)
    odd: list[tuple[int, str]] = []
    for i, text in enumerate(texts):
        if _PLAIN.fullmatch(text):
            out[i] = float(text)
        elif text and len(text) < 40:
            odd.append((i, text))
    if odd:
        bare = [text.translate(_SIGNS) for _, text in odd]
        # A comma is a decimal mark when it stands behind a dot, or when not every comma can group thousands.
        comma = any("," in t and t.rfind(",") > t.rfind(".") and not _GROUPED_COMMA.fullmatch(t) for t in bare)
        for (i, text), t in zip(odd, bare, strict=True):
            if not comma:
                t = t.replace(",", "")
            elif "," in t:
                t = t.replace(".", "").replace(",", ".")
            if _PLAIN.fullmatch(t):
                out[i] = float(t) / 100 if "%" in text else float(t)
        if comma:
            for i, text in enumerate(texts):
                if _GROUPED_DOT.fullmatch(text):
                    out[i] = float(text.replace(".", ""))
    return np.where(np.abs(out) < 1e15, out, np.nan)


def dots_group(column: pd.Series) -> bool:
    """Whether dots stand for thousands in a column of counts: `1.040` can be no whole number otherwise."""
    _, texts = uniques_of(column)
    dotted = [text for text in texts if "." in text]
    return (
        bool(dotted)
        and all(_GROUPED_DOT.fullmatch(t) for t in dotted)
        and any(float(t) % 1 for t in dotted if t.count(".") == 1)
    )


def counts(column: pd.Series, grouped: bool | None = None) -> Floats:
    """Whole numbers of a column; with `grouped` (None: if the column says so) `1.040` is a thousand and forty."""
    if grouped is None:
        grouped = dots_group(column)
    if not grouped:
        return numbers(column)
    return on_uniques(
        column, lambda texts: _numbers([t.replace(".", "") if _GROUPED_DOT.fullmatch(t) else t for t in texts])
    )


def shares(column: pd.Series) -> Floats:
    """Shares 0 to 1, from percent text, percent numbers or shares: above 1.5 somewhere means per cent throughout."""
    codes, texts = uniques_of(column)
    values = _numbers(texts)
    if not any("%" in text for text in texts) and values.size and np.nanmax(np.append(values, 0)) > 1.5:
        values = values / 100
    return np.append(np.where((values >= 0) & (values <= 1), values, np.nan), np.nan)[codes]


_CLOCK = re.compile(r"^(-?)(?:(\d+)\s*d(?:ays?|\.)?,?\s*)?(\d*):(\d{1,2})(?::(\d{1,2}(?:[.,]\d+)?))?$", re.IGNORECASE)


def durations(column: pd.Series, header: str = "") -> Floats:
    """Durations in seconds.

    `hh:mm:ss`, `mm:ss`, numbers in the unit that the header names (ms, s, min, h, days), else day fractions where
    every number is below 1 and has decimals, else seconds. In a column of clock texts, a number below 1 is a day
    fraction: workbooks mix both.
    """
    unit = _unit(header)

    def parse(texts: list[str]) -> Floats:
        out = _numbers(texts)
        clock = np.array([":" in text for text in texts])
        for i in np.flatnonzero(clock):
            out[i] = _clock_seconds(texts[i], hours_first=unit == 3600.0)
        plain = ~clock & ~np.isnan(out)
        if plain.any():
            fraction = (np.abs(out) < 1) & (out != 0)
            if clock.any():
                out = np.where(plain & fraction, out * DAY, out)
            elif unit is not None:
                out = out * unit
            elif fraction[plain & (out != 0)].all() and fraction.any():
                out = out * DAY
        return out

    return on_uniques(column, parse)


def _clock_seconds(text: str, hours_first: bool) -> float:
    found = _CLOCK.match(text)
    if not found:
        return np.nan
    sign, day, one, two, three = found.groups()
    first, second = float(one or 0), float(two)
    if three is not None:
        seconds = first * 3600 + second * 60 + float(three.replace(",", "."))
    else:
        seconds = first * 3600 + second * 60 if hours_first else first * 60 + second
    seconds += float(day or 0) * DAY
    return -seconds if sign else seconds


def _unit(header: str) -> float | None:
    words = re.sub(r"[^a-z]+", " ", header.lower()).split()
    for unit, names in (
        (0.001, ("ms", "msec", "millis", "milliseconds", "milisegundos")),
        (1.0, ("s", "sec", "secs", "second", "seconds", "seg", "segundos", "segs")),
        (60.0, ("min", "mins", "minute", "minutes", "minutos")),
        (3600.0, ("h", "hr", "hrs", "hour", "hours", "horas")),
        (DAY, ("days", "dias")),
    ):
        if any(word in names for word in words):
            return unit
    return None


@dataclass(frozen=True, slots=True)
class Dates:
    """Parsed dates: values (NaT where not readable), whether any time of day was seen, and how order was decided."""

    values: NDArray[np.datetime64]
    has_time: bool
    monthly: bool
    undecided: bool


_TIME = (
    r"(?:[T ,]+(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp]\.?\s?[Mm]\.?)?"
    r"(?:\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?)?$"
)
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (form, re.compile(pattern))
    for form, pattern in (
        ("ymd", r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _TIME),
        ("abc", r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})" + _TIME),
        ("dny", r"^(\d{1,2})[- /.]+(?:de )?([A-Za-zç]{3})[a-zç]*\.?[- /.,]+(?:de )?(\d{4}|\d{2})" + _TIME),
        ("ndy", r"^([A-Za-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})" + _TIME),
        ("ym", r"^(\d{4})[-/.](\d{1,2})$"),
        ("my", r"^(\d{1,2})[-/.](\d{4})$"),
        ("ny", r"^([A-Za-z]{3})[a-z]*\.?[- /]+(?:de )?(\d{4}|\d{2})$"),
    )
)
_COMPACT = (
    ("ymd8", re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\.0)?$")),
    ("ymd6", re.compile(r"^(\d{2})(\d{2})(\d{2})(?:\.0)?$")),
)
_WEEKDAY = re.compile(r"^[^\W\d]{3,13}\.?,?\s+(?=\d)")
_ISO = re.compile(r"\d{4}-(0\d|1[012])-[0-3]\d([T ][012]\d:[0-5]\d(:[0-5]\d)?)?Z?")


def dates(column: pd.Series, *, compact: bool = False, day_first: bool | None = None) -> Dates:
    """Dates of a column, with their time of day where they carry one.

    ISO, `d/m/y` or `m/d/y` (decided by the whole column: a part above 12 is a day; else the order in which the rows
    run forward and span least), month names in English, Spanish and Portuguese, months alone (`Apr-15`). With
    `compact` also `990201`, `19990201` and Excel's day numbers, which would otherwise swallow identifiers.
    """
    codes, texts = uniques_of(column)
    if (fast := _iso(texts)) is not None:
        return Dates(
            np.append(fast, np.datetime64("NaT", "s"))[codes],
            bool((fast.astype(int) % 86_400 != 0).any()),
            False,
            False,
        )
    size = len(texts)
    fields = np.full((6, size), np.nan)
    seen = {"time": False, "month": False, "undecided": False}
    abc: list[tuple[int, tuple[str, ...]]] = []
    left: list[int] = []
    forms = list(_FORMS + (_COMPACT if compact else ()))
    for i, text in enumerate(texts):
        # A weekday in front ("Wednesday, 1/1/25") says nothing that the date does not.
        bare = _WEEKDAY.sub("", text) if text[:1].isalpha() else text
        for k, (form, pattern) in enumerate(forms):
            if found := pattern.match(text) or (pattern.match(bare) if bare is not text else None):
                if form == "abc":
                    abc.append((i, found.groups()))
                else:
                    fields[:, i] = _fields(form, found.groups(), seen)
                if k:
                    forms.insert(0, forms.pop(k))  # columns keep to one form: try it first on the next
                break
        else:
            left.append(i)
    if abc:
        if day_first is None:
            day_first = _day_first(abc, codes, seen)
        for i, (a, b, y, *time) in abc:
            d, m = (a, b) if day_first else (b, a)
            fields[:, i] = _fields("ymd", (y, m, d, *time), seen)
    out = _datetimes(fields)
    if compact and left:
        serial = _numbers([texts[i] for i in left])
        good = (serial > 20_000) & (serial < 80_000)
        where = np.array(left)[good]
        out[where] = np.datetime64("1899-12-30", "s") + np.round(serial[good] * DAY).astype("timedelta64[s]")
        seen["time"] |= bool((serial[good] % 1 != 0).any())
    spread = np.append(out, np.datetime64("NaT", "s"))[codes]
    return Dates(spread, seen["time"], seen["month"] and not seen["time"], seen["undecided"])


def _iso(texts: list[str]) -> NDArray[np.datetime64] | None:
    """The frequent case at the speed of a compiled parser; None where any text is anything else."""
    if not texts or not all(_ISO.fullmatch(text) for text in texts):
        return None
    try:
        return np.array([text.rstrip("Z") for text in texts], dtype="datetime64[s]")
    except ValueError:
        return None


def _fields(form: str, groups: tuple[str | None, ...], seen: dict[str, bool]) -> tuple[float, ...]:
    """Year, month, day, hour, minute, second of one match."""
    one, two = groups[0] or "", groups[1] or ""
    three = (groups[2] or "") if len(groups) > 2 else ""
    if form in ("ymd", "ymd8", "ymd6"):
        year, month, day = float(one), float(two), float(three)
    elif form == "dny":
        year, month, day = float(three), _MONTHS.get(two.lower(), np.nan), float(one)
    elif form == "ndy":
        year, month, day = float(three), _MONTHS.get(one.lower(), np.nan), float(two)
    else:
        seen["month"] = True
        day = 1.0
        year = float(one) if form == "ym" else float(two)
        month = float(two) if form == "ym" else float(one) if form == "my" else _MONTHS.get(one.lower(), np.nan)
    if year < 100:
        year += 2000 if year < 70 else 1900
    if len(groups) < 7 or groups[3] is None:
        return year, month, day, 0.0, 0.0, 0.0
    hour, minute, second = float(groups[3]), float(groups[4] or 0), float(groups[5] or 0)
    hour = _twelve(hour, groups[6])
    if hour or minute or second:
        seen["time"] = True
    return year, month, day, hour, minute, second


def _twelve(hour: float, half: str | None) -> float:
    """The hour of 24 where a 12-hour clock says am or pm."""
    if not half:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0) if hour <= 12 else hour


def _day_first(abc: list[tuple[int, tuple[str, ...]]], codes: NDArray[np.int64], seen: dict[str, bool]) -> bool:
    """Whether the first part is the day. Neither part above 12: the order in which rows run on and span least."""
    a, b, y = (np.array([float(groups[k]) for _, groups in abc]) for k in range(3))
    over_a, over_b = int((a > 12).sum()), int((b > 12).sum())
    if over_a or over_b:
        return over_a >= over_b
    position = np.full(int(codes.max()) + 2, -1)
    position[[i for i, _ in abc]] = np.arange(len(abc))
    rows = position[codes[:200_000]]
    rows = rows[rows >= 0]
    badness = []
    for m, d in ((b, a), (a, b)):
        stamp = (y * 372 + m * 31 + d)[rows]
        back = (np.diff(stamp) < 0).mean() if len(stamp) > 1 else 0.0
        badness.append((round(float(back), 3), float(np.ptp(stamp)) if len(stamp) else 0.0))
    if badness[0] != badness[1]:
        return badness[0] < badness[1]
    seen["undecided"] = bool((a != b).any())
    # A 12-hour clock: the file is most likely American.
    return not any(len(groups) > 6 and groups[6] for _, groups in abc)


def _datetimes(fields: Floats) -> NDArray[np.datetime64]:
    year, month, day, hour, minute, second = fields
    with np.errstate(invalid="ignore"):
        good = (year >= 1970) & (year <= 2100) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
        good &= (hour <= 24) & (minute < 60) & (second < 62)
    out = np.full(len(year), np.datetime64("NaT", "s"))
    if good.any():
        months = ((year[good] - 1970) * 12 + month[good] - 1).astype(int).astype("datetime64[M]")
        stamp = months.astype("datetime64[D]") + (day[good].astype(int) - 1)
        same = stamp.astype("datetime64[M]") == months  # the 31st of a shorter month is no date
        seconds = (hour[good] * 3600 + minute[good] * 60 + second[good]).astype(int)
        value = stamp.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
        out[good] = np.where(same, value, np.datetime64("NaT", "s"))
    return out


_CLOCK_OF_DAY = re.compile(
    r"^(\d{1,2})(?:[:.h](\d{2}))?(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp]\.?\s?[Mm]\.?)?(?:h|hrs?)?"
    r"(?:\s*(?:-|–|to|a)\s*(\d{1,2})[:.h](\d{2}).*)?$"
)
_FOUR = re.compile(r"\d{3,4}(?:\.0)?")


def times(column: pd.Series) -> Floats:
    """Seconds since midnight: `7:02:47`, `9:30 PM`, `08:00-08:15` (its start), `0930`, hours, day fractions."""
    return on_uniques(column, lambda texts: np.array([_time(text) for text in texts]))


def _time(text: str) -> float:
    if found := _CLOCK_OF_DAY.match(text):
        hour, minute, second, half = found.groups()[:4]
        out = _twelve(float(hour), half) * 3600 + float(minute or 0) * 60 + float(second or 0)
    elif _FOUR.fullmatch(text):
        whole = float(text)
        out = whole // 100 * 3600 + whole % 100 * 60 if whole % 100 < 60 else np.nan
    elif _PLAIN.fullmatch(text):
        out = float(text) * (DAY if float(text) < 1 else 3600)
    else:
        return np.nan
    return out if 0 <= out < DAY else np.nan


def interval_length(column: pd.Series) -> float | None:
    """Seconds of an interval written as `08:00-08:15`; None where the cells are not written so."""
    sample = (
        column.dropna().head(200).str.extract(r"(\d{1,2})[:.h](\d{2}).*?(?:-|–|to|a)\s*(\d{1,2})[:.h](\d{2})").dropna()
    )
    if len(sample) < 2:
        return None
    part = sample.astype(float)
    length = ((part[2] - part[0]) * 60 + part[3] - part[1]).median() * 60
    return float(length) if length > 0 else None


def flags(column: pd.Series) -> Floats:
    """1 for yes, 0 for no, nan otherwise; English, Spanish and Portuguese."""

    return on_uniques(
        column, lambda texts: np.array([1.0 if t.lower() in YES else 0.0 if t.lower() in NO else np.nan for t in texts])
    )


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Satisfied (1 or 0, or a share), and the scale as the user would name it."""

    values: Floats
    scale: str


_GOOD = frozenset({
    "good", "great", "excellent", "satisfied", "very satisfied", "happy", "positive", "very positive", "bueno", "buena",
    "satisfecho", "bom", "boa", "satisfeito", "thumbs up",
})  # fmt: skip
_BAD = frozenset({
    "bad", "poor", "dissatisfied", "very dissatisfied", "unsatisfied", "unhappy", "neutral", "okay", "ok", "negative",
    "very negative", "malo", "mala", "insatisfecho", "ruim", "insatisfeito", "thumbs down",
})  # fmt: skip


def satisfaction(column: pd.Series) -> Satisfaction:
    """CSAT of each row. Scales: 1 to 5 (satisfied: 4, 5), 1 to 7 (6, 7), 0 or 1 to 10 (8 to 10), per cent, words.

    Top two boxes of five are the field's convention; 8 to 10 is the same share of a ten-point scale's top.
    """
    words = on_uniques(
        column,
        lambda texts: np.array([1.0 if t.lower() in _GOOD else 0.0 if t.lower() in _BAD else np.nan for t in texts]),
    )
    values = numbers(column)
    if np.isnan(values).all() or (~np.isnan(words)).sum() > (~np.isnan(values)).sum():
        return Satisfaction(words, "good or bad")
    top, low = float(np.nanmax(values)), float(np.nanmin(values))
    if low < 0 or top > 100:
        return Satisfaction(np.full(len(values), np.nan), "unknown")
    if top <= 1:
        return Satisfaction(values, "share")
    for most, satisfied in ((5, 4), (7, 6), (10, 8)):
        if top <= most:
            return Satisfaction(
                np.where(np.isnan(values), np.nan, (values >= satisfied) * 1.0),
                f"1 to {most}, satisfied from {satisfied}",
            )
    return Satisfaction(values / 100, "per cent")
