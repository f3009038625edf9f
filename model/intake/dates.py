"""Cells to moments: dates with or without a time of day, and times of day. Decided from the whole column.

All distinct texts of a column go through one pattern after the other, as columns (RE2 in Arrow): the cost does not
grow with the number of forms tried, and the same conversions can be made anywhere else.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from model.intake.date_texts import LETTERS, month, plainer
from model.intake.durations import DAY
from model.intake.values import Column, Floats, Mask, extracted, on_texts, plain_numbers, texts_of

Order = Literal["day", "month"]
Moments = NDArray[np.datetime64]
NAT = np.datetime64("NaT", "s")
FAR_FROM_MIDNIGHT_S = 4 * 3600.0
"""Seconds before midnight at which a contact began that is neither answered nor over at it to the second."""
_ZONE = (
    r"Z|z|(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d\d)?)?|[+-]\d\d:?\d\d|[+-]\d\d|\(?[A-Z]{3,5}\)?"
    r"|\(?[A-Z][A-Za-z]+/[A-Za-z_]+\)?"
)
_TIME = (
    r"(?:[T ,]+(?:[-–] +)?(?:a las |às |at )?(?P<H>\d{1,2})[:.h](?P<M>\d{2})(?:[:.](?P<S>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<P>[AaPp]\.?[\s  ]?[Mm]\.?)?(?:\s*(?P<Z>" + _ZONE + r"))?"
    r"(?P<E>\s*(?:-|–|/|to|a|hasta|até)\s*(?:P|(?:\d+[-/.]\d+[-/.]\d+[T ,]+)?\d{1,2}[:.h]\d{2}).*)?)?\s*$"
)
_FORMS = (
    ("ymd", r"^(?P<a>\d{4})[-/.](?P<b>\d{1,2})[-/.](?P<c>\d{1,2})" + _TIME),
    ("abc", r"^(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<c>\d{4}|\d{2})" + _TIME),
    (
        "dny",
        r"^(?P<a>\d{1,2})[- /.]+(?:de |of )?(?P<b>[" + LETTERS + r"]{3,})\.?[- /.,]+(?:de |del )?"
        r"(?P<c>\d{4}|\d{2})" + _TIME,
    ),
    ("ndy", r"^(?P<a>[" + LETTERS + r"]{3,})\.? (?P<b>\d{1,2})(?:st|nd|rd|th)?,? (?P<c>\d{4})" + _TIME),
    ("ynd", r"^(?P<a>\d{4})[- /](?P<b>[" + LETTERS + r"]{3,})\.?[- /](?P<c>\d{1,2})" + _TIME),
    ("ym", r"^(?P<a>\d{4})[-/.](?P<b>\d{1,2})$"),
    ("my", r"^(?P<a>\d{1,2})[-/.](?P<b>\d{4})$"),
    ("ny", r"^(?P<a>[" + LETTERS + r"]{3,})\.?[- /']+(?:de )?(?P<b>\d{4}|\d{2})$"),
    ("yn", r"^(?P<a>\d{4})[- /]+(?P<b>[" + LETTERS + r"]{3,})\.?$"),
)
_COMPACT = (
    ("ymd", r"^(?P<a>\d{4})(?P<b>\d{2})(?P<c>\d{2})(?:[T ]?(?P<H>\d{2}):?(?P<M>\d{2}):?(?P<S>\d{2})?)?(?:\.0)?$"),
    ("ymd", r"^(?P<a>\d{2})(?P<b>\d{2})(?P<c>\d{2})(?:\.0)?$"),
)
_WEEKDAY = (
    r"^(?i:mon|tue|wed|thu|fri|sat|sun|lun|mar|mi[eé]|jue|vie|s[aá]b|dom|seg|ter|qua|qui|sex)"
    r"[A-Za-zÀ-ÿ]*(?:-feira)?\.?,?\s+"
)
_DAY_OF_END = re.compile(r"\d+[-/.]\d+[-/.]\d+[T ,]+")
_YEARS = (1970, 2100)
BUDDHIST = 543


@dataclass(frozen=True, slots=True)
class Dates:
    """Moments of a column (NaT where not readable), and how they were understood.

    `order`: how `3/4/2024` was read, "" where there is none; `undecided`: no cell proves it, the rows' own order was
    taken at most. `zones`: time zones written with the values. `length_s`: seconds of `08:00-08:30`, 0 where unsaid.
    `offset_s`: seconds by which each clock is ahead of UTC, nan where unsaid; None where none says so. `buddhist`: the
    years were those of the Thai calendar.
    """

    values: Moments
    has_time: bool
    monthly: bool
    undecided: bool
    order: Order | Literal[""] = ""
    zones: tuple[str, ...] = ()
    length_s: float = 0.0
    offset_s: Floats | None = None
    buddhist: bool = False


@dataclass(slots=True)
class _Found:
    """Fields of each distinct text: year, month, day, hour, minute, second; and what was seen on the way."""

    fields: Floats
    open_: Mask
    offset_s: Floats
    monthly: bool = False
    time: bool = False


def dates(column: Column, *, compact: bool = False, order: Order | None = None, since_1970: bool = False) -> Dates:
    """Dates of a column, with their time of day where they carry one.

    ISO, `d/m/y` or `m/d/y` (a part above 12 is a day; else `order`; else the order in which the rows run on and span
    least), month names in English, Spanish and Portuguese, months alone (`Apr-15`). With `compact` also `990201`,
    `19990201`, day numbers of Excel and seconds since 1970, which would otherwise swallow identifiers; with
    `since_1970` only `19990201` and seconds or milliseconds since 1970, which no duration reaches. A time zone does not
    move the clock: it stays as written.
    """
    found = texts_of(column)
    texts, size = found.texts, len(found.texts)
    seen = _Found(np.full((6, size), np.nan), np.zeros(size, dtype=bool), np.full(size, np.nan))
    left = np.ones(size, dtype=bool)
    zones: set[str] = set()
    length = 0.0
    bare = texts
    for turn in range(2):
        for form, pattern in _FORMS + (_COMPACT if compact else _COMPACT[:1] if since_1970 else ()):
            if not left.any():
                break
            where = np.flatnonzero(left)
            hit, parts = extracted(bare.take(pa.array(where)), pattern)
            if not hit.any():
                continue
            where = where[hit]
            _take(form, parts, where, seen)
            if "Z" in parts:
                said, some = _zones(parts)
                zones, length = zones | said, length or some
                seen.offset_s[where] = _offsets(parts["Z"], said)
            left[where] = False
        # A weekday in front ("Wednesday, 1/1/25") says nothing that the date does not.
        if turn or not left.any():
            break
        bare = pc.replace_substring_regex(texts, _WEEKDAY + r"(\d)", r"\1")
        others = [plainer(text) if open_ else text for text, open_ in zip(bare.to_pylist(), left, strict=True)]
        bare = pa.array(others, pa.string())
        if bare.equals(texts):
            break
    decided: Order | Literal[""] = ""
    undecided = False
    if seen.open_.any():
        decided, undecided = _ordered(seen, found.codes, order)
    buddhist = _of_buddha(seen.fields)
    out = _moments(seen.fields)
    if (compact or since_1970) and left.any():
        _numbered(texts, left, out, seen, days=compact)
    spread = np.append(out, NAT)[found.codes]
    offset_s = None if np.isnan(seen.offset_s).all() else found.spread(seen.offset_s)
    monthly = seen.monthly and not seen.time
    return Dates(spread, seen.time, monthly, undecided, decided, tuple(sorted(zones)), length, offset_s,
                 buddhist)  # fmt: skip


def _of_buddha(fields: Floats) -> bool:
    """Whether all years are those of the Thai calendar (2567 is 2024), which are then taken back by 543."""
    years = fields[0][~np.isnan(fields[0])]
    if not len(years) or years.min() < _YEARS[0] + BUDDHIST or years.max() > _YEARS[1] + BUDDHIST:
        return False
    fields[0] -= BUDDHIST
    return True


def _number(part: NDArray[Any]) -> Floats:
    out: Floats = np.where(part == "", "nan", part).astype(np.float64)
    return out


def _month(part: NDArray[Any]) -> Floats:
    return np.array([month(text) for text in part.tolist()])


def _take(form: str, parts: dict[str, NDArray[Any]], where: NDArray[np.int64], seen: _Found) -> None:
    """Put the parts of matched texts where they belong."""
    one = np.ones(len(where))
    read = {letter: (_month if kind == "n" else _number)(parts[name])
            for name, kind, letter in zip("abc", form, form, strict=False)}  # fmt: skip
    if form == "abc":
        seen.open_[where] = True
        seen.fields[:3, where] = read["a"], read["b"], read["c"]
    else:
        year, of_year = read["y"], read.get("m", read.get("n", one))
        seen.fields[:3, where] = _full(year), of_year, read.get("d", one)
        seen.monthly |= "d" not in read
    clock = [np.nan_to_num(_number(parts[k])) if k in parts else one * 0 for k in "HMS"]
    if "P" in parts:
        half = np.array([text[:1].lower() for text in parts["P"].tolist()])
        twelve = clock[0] <= 12
        clock[0] = np.where((half == "p") & twelve, clock[0] % 12 + 12, clock[0])
        clock[0] = np.where((half == "a") & twelve, clock[0] % 12, clock[0])
    seen.fields[3:, where] = clock
    seen.time |= bool((clock[0] + clock[1] + clock[2] > 0).any())


def _full(year: Floats) -> Floats:
    return np.where(year < 70, year + 2000, np.where(year < 100, year + 1900, year))


def _zones(parts: dict[str, NDArray[Any]]) -> tuple[set[str], float]:
    """Time zones written behind the values; but `08:00-08:30` is an interval: it has many different ends."""
    zones = {text.strip("()") for text in set(parts["Z"].tolist()) if text}
    ends = {text for text in set(parts["E"].tolist()) if text}
    dashes = {z for z in zones if re.fullmatch(r"-\d\d:\d\d", z)}
    if len(dashes) > 4:
        zones, ends = zones - dashes, dashes
    if not ends:
        return zones, 0.0
    columns = [parts[name].tolist()[:500] for name in "HMEZ"]
    lengths = [
        (int(m[1]) * 3600 + int(m[2]) * 60 - int(h) * 3600 - int(minute) * 60) % DAY
        for h, minute, mark in [(h, minute, e or z) for h, minute, e, z in zip(*columns, strict=True)]
        if h and mark and (m := re.search(r"(\d{1,2})[:.h](\d{2})", _DAY_OF_END.sub("", mark)))
    ]
    return zones, float(np.median(lengths)) if lengths else 0.0


def offset_s(zone: str) -> float:
    """Seconds by which a clock of this zone is ahead of UTC; nan for a name that does not say."""
    if zone.upper() in ("Z", "UTC", "GMT"):
        return 0.0
    found = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?", zone)
    if not found:
        return np.nan
    seconds = int(found[2]) * 3600.0 + int(found[3] or 0) * 60
    return -seconds if found[1] == "-" else seconds


def _offsets(marks: NDArray[np.object_], zones: set[str]) -> Floats:
    """Offsets of marks behind clocks; `zones` are those among them that are time zones, and no ends of intervals."""
    known = {mark: offset_s(bare) if (bare := mark.strip("()")) in zones else np.nan for mark in set(marks.tolist())}
    return np.array([known[mark] for mark in marks.tolist()])


def _ordered(seen: _Found, codes: NDArray[np.int64], order: Order | None) -> tuple[Order, bool]:
    """Put parts in order: day first, month first, or (two-digit years) year first. Whether no cell proves it, too."""
    where = np.flatnonzero(seen.open_)
    a, b, c = seen.fields[:3, where].copy()
    year = _full(c)
    over_a, over_b = int((a > 12).sum()), int((b > 12).sum())
    place = np.full(len(seen.open_) + 1, -1)
    place[where] = np.arange(len(where))
    rows = place[codes[:200_000]]
    rows = rows[rows >= 0]

    def bad(y: Floats, m: Floats, d: Floats) -> tuple[float, float]:
        stamp = (y * 372 + m * 31 + d)[rows]
        back = float((np.diff(stamp) < 0).mean()) if len(stamp) > 1 else 0.0
        return round(back, 3), float(np.ptp(stamp)) if len(stamp) else 0.0

    if (c < 100).all() and (b <= 12).all() and (c >= 1).all() and (c <= 31).all() and len(where) > 1:
        # 24-03-01: a year first explains the span of days that would otherwise be a span of years.
        others = min(bad(year, a, b)[1], bad(year, b, a)[1])
        if bad(_full(a), b, c)[1] < 0.1 * others:
            seen.fields[0, where], seen.fields[2, where] = _full(a), c
            return "day", False
    first: Order
    undecided = False
    if over_a or over_b:
        first = "day" if over_a >= over_b else "month"
    elif order is not None:
        first = order
    else:
        undecided = bool((a != b).any())
        first = _likely(a, b, bad(year, b, a), bad(year, a, b), repeated=len(rows) > 3 * len(where))
    day, month = (a, b) if first == "day" else (b, a)
    seen.fields[0, where], seen.fields[1, where], seen.fields[2, where] = year, month, day
    return first, undecided


def _likely(a: Floats, b: Floats, day: tuple[float, float], month: tuple[float, float], repeated: bool) -> Order:
    """Where no part is above 12: firsts of months, else the order in which rows run on and span least."""
    if not repeated and len(np.unique(b)) >= 3 and (a == 1).all():
        return "day"
    if not repeated and len(np.unique(a)) >= 3 and (b == 1).all():
        return "month"
    if day != month:
        return "day" if day < month else "month"
    return "day"


def _moments(fields: Floats) -> Moments:
    year, month, day, hour, minute, second = fields
    with np.errstate(invalid="ignore"):
        good = (year >= _YEARS[0]) & (year <= _YEARS[1]) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
        good &= (hour <= 24) & (minute < 60) & (second < 62)
    out = np.full(len(year), NAT)
    if good.any():
        months = ((year[good] - 1970) * 12 + month[good] - 1).astype(int).astype("datetime64[M]")
        stamp = months.astype("datetime64[D]") + (day[good].astype(int) - 1)
        same = stamp.astype("datetime64[M]") == months  # the 31st of a shorter month is no date
        seconds = (hour[good] * 3600 + minute[good] * 60 + second[good]).astype(int)
        out[good] = np.where(same, stamp.astype("datetime64[s]") + seconds.astype("timedelta64[s]"), NAT)
    return out


def _numbered(texts: pa.Array, left: Mask, out: Moments, seen: _Found, days: bool) -> None:
    """Numbers that stand for moments: seconds or milliseconds since 1970, and Excel's `days` since 1900."""
    where = np.flatnonzero(left)
    numbers = plain_numbers([text.as_py() for text in texts.take(pa.array(where))])
    with np.errstate(invalid="ignore"):
        serial = (numbers > 20_000) & (numbers < 80_000) & days
        epoch = ((numbers >= 1e9) & (numbers < 4e9)) | ((numbers >= 1e12) & (numbers < 4e12))
    by_day = np.round(np.where(serial, numbers, 0.0) * DAY).astype("timedelta64[s]")
    seconds = np.where(epoch, np.where(numbers > 1e11, numbers / 1000, numbers), 0.0)
    out[where[serial]] = np.datetime64("1899-12-30", "s") + by_day[serial]
    out[where[epoch]] = np.datetime64("1970-01-01", "s") + np.floor(seconds[epoch]).astype("timedelta64[s]")
    seen.time |= bool((numbers[serial] % 1 != 0).any() or epoch.any())


_CLOCK_OF_DAY = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2}))?(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp]\.?\s?[Mm]\.?)?(?:h|hrs?)?"
    r"(?:\s*(?:" + _ZONE + r"))?(?:\s*(?:-|–|to|a|hasta|até)\s*(\d{1,2})[:.h]?(\d{2})?.*)?"
)
_FOUR = re.compile(r"\d{3,4}(?:\.0)?")
_PLAIN = re.compile(r"\d*[.,]\d+|\d+[.,]?")


def times(column: Column) -> Floats:
    """Seconds since midnight: `7:02:47`, `9:30 PM`, `08:00-08:15` (its start), `0930`, hours, day fractions."""
    return on_texts(column, lambda texts: np.array([_time(text) for text in texts]))


def _time(text: str) -> float:
    if _PLAIN.fullmatch(text) and not re.fullmatch(r"\d{1,2}[.]\d\d", text):
        number = float(text.replace(",", "."))
        if _FOUR.fullmatch(text):
            out = number // 100 * 3600 + number % 100 * 60 if number % 100 < 60 else np.nan
        else:
            out = float(round(number * DAY)) if number < 1 else number * 3600
    elif found := _CLOCK_OF_DAY.fullmatch(text):
        hour, minute, second, half = found.groups()[:4]
        clock = float(hour)
        if half and clock <= 12:
            clock = clock % 12 + (12 if half[0] in "pP" else 0)
        if float(minute or 0) >= 60 or float(second or 0) >= 62:
            return np.nan
        out = clock * 3600 + float(minute or 0) * 60 + float(second or 0)
    else:
        return np.nan
    return out if 0 <= out < DAY else np.nan


def interval_length(column: pd.Series) -> float | None:
    """Seconds of an interval written as `08:00-08:15`; None where the cells are not written so."""
    pattern = r"(\d{1,2})[:.h](\d{2}).*?(?:-|–|to|a|hasta|até)\s*(\d{1,2})[:.h](\d{2})"
    sample = column.dropna().head(200).str.slice(0, 60).str.extract(pattern).dropna()
    if len(sample) < 2:
        return None
    part = sample.astype(float)
    length = ((part[2] - part[0]) * 60 + part[3] - part[1]).median() * 60
    return float(length) if length > 0 else None


def far_from_midnight(start: Moments) -> Mask:
    """Contacts that began so long before a midnight that none is answered or ends at it: its `0:00:00` is a mark."""
    clock = start.astype(np.int64) % DAY
    return ~np.isnat(start) & (clock > 0) & (clock < DAY - FAR_FROM_MIDNIGHT_S)


def no_midnights(seconds: Floats) -> Mask:
    """Rows whose `0:00:00` is a mark for missing: a column of times to the second that is at midnight far too often."""
    zero = seconds == 0
    others = seconds[~zero & ~np.isnan(seconds)]
    marks = zeros_are_marks(int(zero.sum()), others.size, int((others % 300 == 0).sum()))
    return zero if marks else np.zeros(len(seconds), dtype=bool)


def zeros_are_marks(zeros: float, others: float, fives: float) -> bool:
    """Whether so many midnights are marks, beside so many other times, of which so many are at whole five minutes."""
    # By chance a second of the day comes up once in 86,400 rows.
    return others >= 20 and fives <= 0.2 * others and zeros > max(2.0, 0.005 * others)
