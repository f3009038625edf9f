"""The columns in use of one file, read as what they are; whatever cannot be read is named, never lost in silence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import IntakeError
from model.intake import clocks, dates, durations, ends, ratings, steps, values
from model.intake.columns import ROLE_LABELS, FileKind
from model.intake.dates import NAT, Moments, Order
from model.intake.problems import Problems
from model.intake.values import Decimal, Floats, Mask
from model.intake.words import normalised

NUMERIC = frozenset({
    "offered", "answered", "abandoned", "in_time", "surveys", "agents", "wait", "abandon_wait", "handle", "hold",
    "wrap", "csat", "service_level", "abandon_rate", "reopened", "transferred", "reply_time",
})  # fmt: skip
WHOLE = ("offered", "answered", "abandoned", "in_time", "surveys")
SAYS_WHEN = re.compile(
    r"\b(date|day|datetime|timestamp|time|when|start(s|ed|ing)?|begin(s|ning)?|interval|period|hour|month|week|year|"
    r"created|opened|arrived|fecha|dia|data|hora|inicio|intervalo|periodo|franja|mes|semana|horario|"
    r"datum|uhrzeit|zeit|tag|monat|woche|intervall|zeitraum|stunde|beginn|jour|heure|mois|semaine|debut|intervalle)\b"
)
"""Names of columns that promise to say when."""
_ONLY_WHEN = re.compile(r"date|day|datetime|timestamp|fecha|dia|data|month|mes|week|semana")
"""Names that say nothing else, whatever the column holds."""
LONG_CONTACT_S = 5 * 3600.0
"""Waits and handle times that are usually longer, in a unit that nothing names, are milliseconds."""
_ROUNDED = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
"""Seconds or milliseconds since 1970 as a spreadsheet writes them that found them too long: 1.70963E+12."""
FEWEST_DAYS = 28
"""Totals by day without dates are taken for days in a row where there are four weeks of them."""
_ZONE = re.compile(r"\(\s*(UTC[^)]*|GMT[^)]*|[A-Z][A-Za-z]+/[A-Za-z_/]+|[A-Z]{2,4}T)\s*\)|\b(UTC|GMT)\b")


@dataclass(frozen=True, slots=True)
class Setting:
    """How something in the file was understood, which the user may say better.

    `open`: nothing in the file decides it, so it is asked. `options`: value -> label. `value`: the one in use.
    """

    key: str
    label: str
    options: Mapping[str, str]
    value: str
    open: bool


@dataclass(slots=True)
class Cells:
    """Columns by role, and what was found on the way.

    `moved`: what was added to the clocks of starts to show another time zone; `start_offset_s`: seconds by which they
    were ahead of UTC as written, None where unsaid. Other moments of a row follow both.
    """

    name: str
    kind: FileKind
    pick: Mapping[str, pd.Series]
    used: Mapping[str, str]
    choices: Mapping[str, str]
    problems: Problems
    semicolons: bool
    notes: dict[str, str] = field(default_factory=dict)
    settings: list[Setting] = field(default_factory=list)
    decimal: Decimal | None = None
    texts: dict[str, values.Texts] = field(default_factory=dict)
    whole: pd.DataFrame | None = None
    levels: Floats = field(default_factory=lambda: np.zeros(0))
    moved: Any = field(default_factory=lambda: np.timedelta64(0, "s"))
    start_offset_s: Floats | None = None

    def __post_init__(self) -> None:
        self.texts = {role: values.texts_of(column) for role, column in self.pick.items()}
        numeric = [self.texts[role] for role in self.texts if role in NUMERIC]
        chosen = self.choices.get("decimal")
        shown = values.decimal_of(numeric)
        self.decimal = "comma" if chosen == "comma" else "point" if chosen == "point" else shown
        open_ = [role for role in self.pick if role in NUMERIC and values.undecided(self.texts[role])]
        if values.grouped(self.texts[role] for role in WHOLE if role in self.texts):
            open_ = [role for role in open_ if role not in WHOLE]
        if self.decimal is None and self.semicolons:
            self.decimal = "comma"  # where semicolons part columns, commas usually part decimals
        if open_ and shown is None:
            labels = ", ".join(ROLE_LABELS[role] for role in open_)
            self.ask("decimal", "1.234 is", {"point": "a little over one", "comma": "over a thousand"},
                      self.decimal or "point", chosen is None)  # fmt: skip
            if chosen is None:
                count = sum(int(self.texts[role].there.sum()) for role in open_)
                self.problems.add("decimal", f"Numbers that may hold thousands or decimals: {labels}", count, "kept")

    def ask(self, key: str, label: str, options: Mapping[str, str], value: str, open_: bool) -> None:
        """Note how something was understood; `open_` where nothing in the file decides it."""
        self.settings.append(Setting(key, label, options, value, open_))

    def _unread(self, role: str, missing: Mask, fine: Mask | None = None) -> None:
        lost = missing & self.texts[role].there
        if fine is not None:
            lost &= ~fine
        text = f"Cells that cannot be read, left empty: {ROLE_LABELS[role]}"
        self.problems.add(f"unread_{role}", text, lost, "dropped")

    def numbers(self, role: str) -> Floats:
        """Numbers of a role."""
        found = values.numbers(self.texts[role], self.decimal)
        self._unread(role, np.isnan(found))
        return found

    def counts(self, role: str) -> Floats:
        """Whole numbers; other counts of the file may show that dots part thousands."""
        others = [self.texts[other] for other in WHOLE if other in self.pick and other != role]
        found = values.counts(self.texts[role], self.decimal, others)
        self._unread(role, np.isnan(found))
        return found

    def shares(self, role: str) -> Floats:
        """Shares 0 to 1."""
        found = values.shares(self.texts[role], self.decimal)
        self._unread(role, np.isnan(found))
        return found

    def flags(self, role: str) -> Floats:
        """1 yes, 0 no; counts above 0 are yes. Where a single answer is written, blank is the other one."""
        texts, header = self.texts[role], self.used[role]
        flag = values.on_texts(texts, lambda cells: np.array([ends.flag_of(cell, header) for cell in cells]))
        many = values.numbers(texts, self.decimal)
        with np.errstate(invalid="ignore"):
            found = np.where(np.isnan(flag), np.where(many > 0, 1.0, np.where(many == 0, 0.0, np.nan)), flag)
        self._unread(role, np.isnan(found))
        return self.with_blanks(role, found)

    def with_blanks(self, role: str, flag: Floats) -> Floats:
        """As `ends.with_blanks`, and says so."""
        out = ends.with_blanks(flag, self.texts[role].there)
        taken = np.isnan(flag) & ~np.isnan(out)
        self.problems.add(f"blank_{role}", ends.blanks(self.used[role], float(out[taken].any())), taken, "kept")
        return out

    def durations(self, role: str, most: Floats | None = None) -> Floats:
        """Seconds, in the unit that the cells, the header or the user name; else in one in which they can be.

        `most` : seconds of each row beyond which none can be, nan where unknown.
        """
        key = f"unit_{role}"
        found = durations.durations(self.texts[role], self.used[role], self.choices.get(key), self.decimal)
        if not found.certain and self.whole is not None:
            # Two columns of clock times whose difference it is say its unit.
            unit = clocks.unit_of(self.whole, values.numbers(self.texts[role], self.decimal))
            if unit is not None:
                found = durations.durations(self.texts[role], self.used[role], unit, self.decimal)
        if not found.certain and found.unit == "s" and self._too_long(found.seconds, most):
            found = replace(
                durations.durations(self.texts[role], self.used[role], "ms", self.decimal), certain=False
            )  # fmt: skip
        self._unread(role, np.isnan(found.seconds))
        self.notes[key] = durations.UNIT_LABELS[found.unit]
        if not found.certain:
            text = f"{ROLE_LABELS[role]}: nothing names the unit; read as {self.notes[key]}"
            self.problems.add(key, text, ~np.isnan(found.seconds), "kept")
        self.ask(key, f"{ROLE_LABELS[role]} is in", durations.UNIT_LABELS, found.unit, not found.certain)
        return found.seconds

    def _too_long(self, seconds: Floats, most: Floats | None) -> bool:
        """Whether most times without a unit cannot be seconds: five hours a contact, or longer than they can be."""
        usual = float(np.nanmedian(np.where(seconds > 0, seconds, np.nan))) if (seconds > 0).any() else 0.0
        if self.kind == "contacts" and usual > LONG_CONTACT_S:
            return True
        known = np.zeros(len(seconds), dtype=bool) if most is None else ~np.isnan(seconds) & ~np.isnan(most)
        return bool(known.any() and most is not None and (seconds[known] > most[known] + 60).mean() > 0.5)

    def sensible(self, role: str, seconds: Floats) -> Floats:
        """Durations without single ones beyond any sense, which are named."""
        beyond = durations.beyond_sense(seconds)
        self.problems.add(f"absurd_{role}", durations.absurd(ROLE_LABELS[role]), beyond, "repaired")
        return np.where(beyond, np.nan, seconds)

    def ratings(self) -> Floats:
        """Satisfied or not; notes the scale, and keeps the grades as `levels` (without grades: satisfied or not)."""
        column = self.texts["csat"]
        header = self.used["csat"]
        found = ratings.satisfaction(column, self.choices.get("scale"), self.decimal, header, self.choices.get("way"))
        if found.unknown:
            said = ", ".join(repr(word[:40]) for word in found.unknown[:3])
            text = f"{header!r} is not used: not all its words are understood ({said}). Write good or bad, or a number"
            self.problems.add("rating_words", text, column.there, "dropped")
            self.levels = found.values
            return found.values
        if found.none:
            text = f"{header!r}: {found.none} beside the grades is taken as no answer"
            self.problems.add("no_rating", text, column.there & np.isnan(found.values), "kept")
        unrated = np.nan_to_num(values.on_texts(column, ratings.unrated)) > 0
        if not found.none:
            self._unread("csat", np.isnan(found.values), unrated)
        self.notes["csat"] = found.scale
        if found.short:
            text = f"Ratings read as {found.scale}, though none is at the upper end"
            self.problems.add("scale", text, ~np.isnan(found.values), "kept")
        if found.key:
            self.ask("scale", "Ratings are", ratings.SCALE_LABELS, found.key, not found.certain)
        if found.key in ratings.SCALES:
            self.ask("way", "A higher rating is", {"up": "better", "down": "worse"},
                      "down" if found.reversed_ else "up", False)  # fmt: skip
            if found.reversed_:
                text = f"{header!r}: the lowest rating is read as the best"
                self.problems.add("way", text, ~np.isnan(found.values), "kept")
        whole = np.where((found.values == 0) | (found.values == 1), found.values, np.nan)
        self.levels = whole if found.levels is None else found.levels
        return found.values

    def dates(self, role: str) -> dates.Dates:
        """Moments of a role; the order of day and month is one for the whole file."""
        order: Order | None = "day" if (said := self.choices.get("order")) == "day" else "month" if said else None
        return dates.dates(self.texts[role], compact=role == "date", order=order, since_1970=True)

    def moments(self, role: str, start: Moments) -> Moments:
        """Moments; bare times of day are of the day of `start`, or of the next where they lie before it."""
        found = self.dates(role)
        if np.isnat(found.values).all():
            clock = dates.times(self.texts[role])
            none = dates.no_midnights(clock)
            if self.kind == "contacts":
                none |= (clock == 0) & dates.far_from_midnight(start)
            self.problems.add(f"midnight_{role}", f"Times of 0:00:00, taken as missing: {ROLE_LABELS[role]}", none,
                              "dropped")  # fmt: skip
            start = start - self.moved
            day = start.astype("datetime64[D]").astype("datetime64[s]")
            out = np.where(np.isnan(clock) | none, NAT, day + np.nan_to_num(clock).astype("timedelta64[s]"))
            late = (start - out).astype("timedelta64[s]").astype(np.int64) > 43_200
            out = np.where(late & ~np.isnat(out) & ~np.isnat(start), out + np.timedelta64(86_400, "s"), out)
            self._unread(role, np.isnan(clock))
            return self._by_clock_of_start(out, None)
        self._unread(role, np.isnat(found.values))
        return self._by_clock_of_start(found.values, found.offset_s)

    def _by_clock_of_start(self, written: Moments, offset_s: Floats | None) -> Moments:
        """Moments by the clock that each row's start has by now: of its own zone, or of the one that the user wants."""
        out: Moments = written + self.moved
        if offset_s is not None and self.start_offset_s is not None:
            out = out + np.nan_to_num(self.start_offset_s - offset_s).astype("timedelta64[s]")
        return out

    def start(self, rows: int, columns: list[str]) -> tuple[Moments | None, bool]:
        """Moment of each row and whether its time of day is known; None where totals by day carry no date."""
        if "date" not in self.pick:
            return self._dateless(rows, columns)
        parsed = self.dates("date")
        start, has_time, self.start_offset_s = parsed.values, parsed.has_time, parsed.offset_s
        written_ = self.texts["date"].texts.to_pylist()
        if written_ and all(_ROUNDED.fullmatch(text) for text in written_):
            raise IntakeError(
                f"A spreadsheet has rounded the moments in the column {self.used['date']!r} of {self.name} to hours "
                f"(such as {written_[0]}).", "Export the file again and upload it without saving it in between.",
            )  # fmt: skip
        if np.isnat(start).all():
            raise IntakeError(
                f"The column for the date in {self.name} holds no dates.",
                "Choose another column, or write dates as 2024-03-31.",
            )
        if parsed.buddhist:
            text = f"{self.used['date']!r}: years of the Buddhist calendar, taken back by {dates.BUDDHIST}"
            self.problems.add("buddhist", text, ~np.isnat(start), "repaired")
        if parsed.undecided:
            text = f"Dates that could be day first or month first; read as {parsed.order} first"
            self.problems.add("day_month", text, ~np.isnat(start), "kept")
        if parsed.order and (parsed.undecided or "order" in self.choices):
            self.ask("order", "3/4/2024 is", {"day": "3 April", "month": "March 4"}, parsed.order, parsed.undecided)
        if parsed.length_s:
            self.notes["interval_s"] = str(parsed.length_s)
        if "time" in self.pick:
            start, has_time = self._with_clock(start, has_time)
        self.problems.add("no_date", "Rows whose date or time cannot be read", np.isnat(start), "dropped")
        written = start
        start = self._zoned(written, parsed.zones, has_time)
        self.moved = start - written
        if has_time and self.kind in ("daily", "weekly", "monthly"):
            elsewhere = bool(parsed.zones or _ZONE.search(self.used["date"]))
            start, has_time = steps.first_days(start, self.kind, elsewhere, self.used["date"]), False
        elif self.kind == "weekly":
            start = steps.first_days(start, self.kind, False, self.used["date"])
        return start, has_time

    def _dateless(self, rows: int, columns: list[str]) -> tuple[None, bool]:
        # Days in a row is a guess for files without a date; where a column says when, it is that which is unread.
        for column in columns:
            if column not in self.used.values() and SAYS_WHEN.search(normalised(column)) and self._odd(column):
                raise IntakeError(
                    f"The column {column!r} of {self.name} holds no dates that can be read.",
                    "Write dates as 2024-03-31, and times with them as 2024-03-31 08:30 (years as 2024).",
                )
        if self.kind == "daily" and rows >= FEWEST_DAYS:
            self.problems.add("undated", "Rows without a date, taken as days in a row", rows, "kept")
            return None, False
        raise IntakeError(
            f"{self.name} has no column with dates. Its columns: {', '.join(columns[:12])[:300]}.",
            "Export the day and time at which each contact or interval began, too.",
        )

    def _odd(self, column: str) -> bool:
        """Whether a column holds neither numbers nor times taken: a name such as Talk time says no moment."""
        if self.whole is None:
            return True
        if _ONLY_WHEN.fullmatch(normalised(column)):
            return True
        texts = values.texts_of(self.whole[column])
        read = ~np.isnan(values.numbers(texts, self.decimal)) | ~np.isnan(durations.durations(texts, column).seconds)
        return bool(texts.there.any() and read[texts.there].mean() < 0.5)

    def _with_clock(self, start: Moments, has_time: bool) -> tuple[Moments, bool]:
        clock = dates.times(self.texts["time"])
        if (~np.isnan(clock)).mean() <= 0.5 or (has_time and self.kind != "contacts"):
            return start, has_time
        if has_time:
            return start, True  # the time column says again what the moment says already
        none = dates.no_midnights(clock) if self.kind == "contacts" else np.isnan(clock) & False
        self.problems.add("midnight", "Times of 0:00:00, taken as missing", none, "dropped")
        clock = np.where(none, np.nan, clock)
        self._unread("time", np.isnan(clock), none)
        day = start.astype("datetime64[D]").astype("datetime64[s]")
        joined = day + np.nan_to_num(clock).astype("timedelta64[s]")
        return np.where(np.isnan(clock), NAT, joined), True

    def _zoned(self, start: Moments, zones: tuple[str, ...], has_time: bool) -> Moments:
        """The clock stays as written unless the user names the zone the company lives in."""
        said = zones_said(zones, self.used)
        if not said or not has_time:
            return start
        self.notes["zone"] = ", ".join("UTC" if zone.upper() == "Z" else zone for zone in said[:4])
        offsets = {dates.offset_s(zone) for zone in said}
        known_offsets = [offset for offset in offsets if not np.isnan(offset)]
        if len(known_offsets) > 1 and max(known_offsets) - min(known_offsets) > 3600:
            text = f"Times in different time zones ({self.notes['zone']}); the clock of each row is used as written"
            self.problems.add("zones", text, int(len(start)), "kept")
        wanted = self.choices.get("zone", "")
        known = one_zone(said)
        if known is not None:
            self.ask("zone", f"Times are in {self.notes['zone']}; show them in", {}, wanted, False)
        if not wanted or known is None:
            return start
        return moved(start, known, wanted)


def zones_said(zones: tuple[str, ...], used: Mapping[str, str]) -> tuple[str, ...]:
    """The time zones written with the moments, else the one that a header names."""
    in_header = _ZONE.search(" ".join(used[role] for role in ("date", "time") if role in used))
    return zones or (((in_header[1] or in_header[2]).strip(),) if in_header else ())


def one_zone(said: tuple[str, ...]) -> str | float | None:
    """The one zone of all moments, by its name or its seconds ahead of UTC; None where there are several, or none."""
    if said and "/" in said[0]:
        return said[0]
    offsets = {dates.offset_s(zone) for zone in said}
    only = next(iter(offsets)) if len(offsets) == 1 else np.nan
    return None if np.isnan(only) else only


def moved(start: Moments, source: str | float, wanted: str) -> Moments:
    """Clocks of one zone as clocks of another. Hours that a change of the clock repeats or leaves out: NaT."""
    stamps = pd.DatetimeIndex(start)
    try:
        if isinstance(source, float):
            utc = (stamps - pd.Timedelta(seconds=source)).tz_localize("UTC")
        else:
            utc = stamps.tz_localize(source, ambiguous="NaT", nonexistent="NaT")
        out: NDArray[np.datetime64] = utc.tz_convert(wanted).tz_localize(None).to_numpy(dtype="datetime64[s]")
    except (KeyError, ValueError, TypeError) as fault:
        raise IntakeError(f"{wanted} is no time zone.", "Choose one such as Europe/Madrid.") from fault
    return out
