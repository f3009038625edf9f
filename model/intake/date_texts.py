"""Dates in the forms of other places, rewritten as those that are read anyway; and the names of months.

Only texts that no usual form fits come here, so that nothing that was read before is read otherwise.
"""

import datetime as dt
import re
import unicodedata

LETTERS = "A-Za-zÀ-ÿА-яЁё"
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene jän gen янв", "feb fev фев", "mar mrz mae mrt мар", "apr abr avr апр", "may mai mag mei май мая",
         "jun giu juin июн", "jul lug juil июл", "aug ago aou авг", "sep set сен", "oct out okt ott окт", "nov ноя",
         "dec dic dez дек"), 1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mi[eé]|jue|vie|s[aá]b|dom|mo|di|mi|do|fr|sa|so)[A-Za-zÀ-ÿ]*\.?,?\s+"
    r"(?=[A-Za-zÀ-ÿ0-9])", re.IGNORECASE,
)  # fmt: skip
_YEAR_LAST = re.compile(r"^([A-Za-z]{3,9} \d{1,2}) (\d{1,2}:\d{2}(?::\d{2})?)(?: [A-Z]{3,5})? (\d{4})$")
_ZONE_NAME = re.compile(r"\s*\([^()]*\)$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})(?:\.\d+)?(Z|[+-]\d{4})$")
_JOINED = re.compile(r"^(\d{4}[-/]\d{2}[-/]\d{2})_")
_EAST_DAY = re.compile(r"^(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]\s*(?:\([^()]*\)\s*)?")
_EAST_MONTH = re.compile(r"^(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]$")
_EAST_CLOCK = re.compile(r"(\d{1,2})\s*[時时点시]\s*(\d{1,2})\s*[分분](?:\s*(\d{1,2})\s*[秒초])?")
_MORNING = re.compile(r"(上午|午前|오전)\s*([\d:]+)")
_EVENING = re.compile(r"(下午|午後|오후)\s*([\d:]+)")
_ISO_WEEK = re.compile(r"^(\d{4})[- ]?(?:W|KW|S)[- ]?(\d{1,2})$", re.IGNORECASE)
_WEEK_FIRST = re.compile(r"^(?:W|KW|Week|Woche|Semana|Semaine)[- ]?(\d{1,2})[-/ ,]+(\d{4})$", re.IGNORECASE)


def month(name: str) -> float:
    """The number of a month by its name or the first letters of it; nan where it is none."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not "\u0300" <= c <= "\u036f")
    # The Russian short i is a letter of its own, which taking accents off would change.
    whole = name.lower()
    for text in (whole, bare):
        for length in (4, 3):
            if text[:length] in _MONTHS:
                return float(_MONTHS[text[:length]])
    return float("nan")


def plainer(text: str) -> str:
    """The same moment in a usual form, where its own is one of those known; else the text as it is."""
    text = _ZONE_NAME.sub("", text.strip())
    if not _YEAR_LAST.match(text):  # the Spanish Tuesday is called like March
        text = _WEEKDAY.sub("", text)
    text = _YEAR_LAST.sub(r"\1 \3 \2", text)
    text = _COMPACT.sub(r"\1-\2-\3T\4:\5:\6\7", text)
    text = _JOINED.sub(r"\1 ", text)
    if not text.isascii():
        text = _EAST_MONTH.sub(r"\1-\2", _EAST_DAY.sub(r"\1-\2-\3 ", text))
        text = _EAST_CLOCK.sub(lambda m: f"{m[1]}:{int(m[2]):02d}:{int(m[3] or 0):02d}", text)
        text = _EVENING.sub(r"\2 PM", _MORNING.sub(r"\2 AM", text)).strip()
    if found := _ISO_WEEK.match(text):
        return _monday(int(found[1]), int(found[2])) or text
    if found := _WEEK_FIRST.match(text):
        return _monday(int(found[2]), int(found[1])) or text
    return text


def _monday(year: int, week: int) -> str:
    try:
        return dt.date.fromisocalendar(year, week, 1).isoformat()
    except ValueError:
        return ""
