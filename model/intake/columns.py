"""Which column is what: guessed by its name (in seven languages) and proved by its content.

A name alone never decides: a column called Date whose cells are no dates gets no role. A content alone may, with a
low confidence, where nothing else could be the date.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import IntakeError
from model.intake import dates, durations, ratings, steps, values
from model.intake.ends import direction_of, flag_of, outcome_of
from model.intake.names import CONTACT, COUNTS, Roles
from model.intake.names_beside import SHIFTS, WAGES
from model.intake.not_counted import FORECAST, without_actual
from model.intake.rating_words import labels_of_a_scale, of_something_else
from model.intake.words import normalised, unitless

FileKind = Literal["contacts", "tickets", "intervals", "daily", "weekly", "monthly", "ratings", "rota", "wages"]
"""What a row is. The last three say more about contacts that another file holds."""
SIDES: tuple[FileKind, ...] = ("ratings", "rota", "wages")
SAMPLE = 2_000
"""Rows looked at for the values a column takes, and FEW of them parsed for its content."""
FEW = 150


@dataclass(frozen=True, slots=True)
class Guess:
    """A role's column, how sure (0 to 1), and three of its values as they stand in the file."""

    column: str
    confidence: float
    samples: tuple[str, ...]


ROLE_LABELS: dict[str, str] = {
    "date": "Date (start of the contact or interval)",
    "time": "Time of day",
    "channel": "Channel (phone, chat, e-mail)",
    "id": "Number of the contact or ticket",
    "customer": "Customer",
    "agent": "Agent who answered",
    "outcome": "How it ended",
    "direction": "Who began it (inbound or outbound)",
    "answered": "Answered",
    "abandoned": "Gave up waiting",
    "wait": "Waiting time",
    "abandon_wait": "Wait of those who gave up",
    "handle": "Handle time",
    "hold": "Hold time (added to talk time)",
    "wrap": "After-contact work (added to talk time)",
    "resolved": "Solved",
    "reopened": "Opened again",
    "transferred": "Transferred",
    "csat": "Satisfaction",
    "answered_at": "Answered at",
    "ended_at": "Ended at",
    "replied_at": "First reply at",
    "reply_time": "Time to first reply",
    "resolved_at": "Solved at",
    "offered": "Contacts offered",
    "in_time": "Answered in time (count)",
    "service_level": "Answered in time (share)",
    "abandon_rate": "Gave up waiting (share)",
    "agents": "Agents on duty",
    "surveys": "Ratings received (count)",
    "reason": "Reason for the contact",
    "team": "Team or site",
    "wage": "Pay",
    "paid_hours": "Paid hours",
    "headcount": "People of this pay",
}
"""Roles and what they are called on screen."""


_SAYS_UNTIL = re.compile(
    r"\b(answer(ed)?|end(ed)?|clos(ed|ure|edate)?|closedate|resolved|resolution|solved|finish(ed)?|completed|"
    r"connect(ed)?|disconnect(ed)?|repl(y|ied)|response|accepted|picked|time|at|on|fin|fim|cierre|fechamento|solucao)\b"
)
"""Names under which numbers may be seconds since 1970, which no count and no duration reaches."""
_SAYS_WHEN = re.compile(
    r"\b(date|datetime|datatime|timestamp|fecha|data|dia|day|ymd|created|createdate|creation|creacion|opened|start(ed)?|"
    r"arrived|arrival|abertura|apertura|inicio|interval|startinterval|"
    r"datum|zeitstempel|zeitpunkt|beginn|erstellt|horodatage|debut|jour|giorno|inizio|dag|aangemaakt)\b"
)
"""Names under which bare digits may be dates: `20240301`, Excel's day numbers, seconds since 1970."""


@dataclass(slots=True)
class Look:
    """What a sample of a column's cells looks like; shares are of the cells that are not missing."""

    name: str
    words: str
    cells: pd.Series
    _cache: dict[str, float] = field(default_factory=dict)
    _few: values.Texts | None = None

    def _share(self, key: str, parse: Callable[[values.Texts], np.ndarray]) -> float:
        if key not in self._cache:
            if self._few is None:
                self._few = values.texts_of(self.cells.iloc[spread_over(len(self.cells), FEW)])
            got = parse(self._few)
            missing = np.isnat(got) if got.dtype.kind == "M" else np.isnan(got)
            self._cache[key] = float((~missing).mean()) if len(got) else 0.0
        return self._cache[key]

    @property
    def number(self) -> float:
        return self._share("number", values.numbers)

    @property
    def count(self) -> float:
        """Share of whole numbers from 0 up."""

        def whole(cells: values.Texts) -> np.ndarray:
            found = values.counts(cells)
            return np.where((found >= 0) & (found == np.round(found)), found, np.nan)

        return self._share("count", whole)

    @property
    def date(self) -> float:
        compact, until = bool(_SAYS_WHEN.search(self.words)), bool(_SAYS_UNTIL.search(self.words))
        return self._share("date", lambda c: dates.dates(c, compact=compact, since_1970=until).values)

    @property
    def moment(self) -> float:
        """Share of numbers that are days written as 20240331, or seconds or milliseconds since 1970."""
        return self._share("moment", lambda c: dates.dates(c, since_1970=True).values)

    @property
    def clock(self) -> float:
        return self._share("clock", dates.times)

    @property
    def colons(self) -> float:
        return self._share("colons", lambda c: values.on_texts(c, _colons))

    @property
    def duration(self) -> float:
        return self._share("duration", lambda c: durations.durations(c, self.name).seconds)

    @property
    def flag(self) -> float:
        return self._share("flag", values.flags)

    @property
    def rating(self) -> float:
        """Share of ratings, or of words that say that none was given, where some was."""

        def told(cells: values.Texts) -> np.ndarray:
            found = ratings.satisfaction(cells, header=self.name)
            unrated = values.on_texts(cells, ratings.unrated) > 0
            # Words of which not all are understood are ratings all the same: what is made of them is said later.
            whole = bool(found.none) or labels_of_a_scale(found.unknown, cells.texts.to_pylist())
            some = np.where(cells.there, 1.0, np.nan) if whole else found.values
            return np.where(unrated & bool((~np.isnan(some)).any()), 1.0, some)

        return self._share("rating", told)

    @property
    def distinct(self) -> int:
        return int(self.cells.nunique())


def _colons(texts: list[str]) -> np.ndarray:
    return np.array([1.0 if ":" in text else np.nan for text in texts])


def spread_over(size: int, most: int) -> NDArray[np.int64]:
    """Rows to look at: one of each run of rows, at a place that no order of the file keeps time with.

    Every second row of a log that alternates between opened and closed would be all of one kind.
    """
    step = max(1, size // most)
    first = np.arange(0, size, step)
    within = np.random.default_rng(0).integers(step, size=len(first))
    out: NDArray[np.int64] = np.minimum(first + within, max(size - 1, 0))
    return out


def looks(frame: pd.DataFrame) -> dict[str, Look]:
    """A look at each column, from at most SAMPLE rows spread over the file."""
    rows = spread_over(len(frame), SAMPLE)
    out = {}
    for name in frame.columns:
        # Plain objects: looping over a column's own text array costs ten times as much.
        cells = [cell for cell in frame[name].iloc[rows].tolist() if isinstance(cell, str)]
        out[name] = Look(name, normalised(name), pd.Series(cells, dtype=object))
    return out


Content = Callable[[Look], float]


def _is_date(look: Look) -> float:
    return look.date if look.date > 0.6 else 0.0


def _is_clock(look: Look) -> float:
    return look.clock if look.clock > 0.8 and look.date < 0.5 else 0.0


def _is_count(look: Look) -> float:
    # A column Created may count tickets or say when they came: no count is as large as a moment.
    return look.count if look.count > 0.9 and look.colons < 0.1 and look.moment < 0.9 else 0.0


def _is_flag(look: Look) -> float:
    if look.distinct == 1:
        # The word alone says nothing, but that it stands in some cells and not in others does.
        return 0.0 if np.isnan(flag_of(str(look.cells.iloc[0]), look.name)) else 1.0
    return look.flag if look.flag > 0.9 and look.distinct <= 3 else 0.0


def _is_duration(look: Look) -> float:
    return look.duration if look.duration > 0.6 and look.date < 0.5 else 0.0


def _is_rating(look: Look) -> float:
    if of_something_else(look.words):
        return 0.0
    return (
        1.0
        if len(look.cells) and look.rating > 0.3 and look.distinct <= 101 and look.date < 0.5 and look.colons < 0.1
        else 0.0
    )


def _is_moment(look: Look) -> float:
    return 1.0 if look.date > 0.8 or (look.clock > 0.8 and look.colons > 0.8) else 0.0


def _is_share(look: Look) -> float:
    return 1.0 if look.number > 0.9 and look.colons < 0.1 else 0.0


def _is_name(look: Look) -> float:
    return 1.0 if look.date < 0.5 and look.distinct >= 1 else 0.0


def _is_key(look: Look) -> float:
    return 1.0 if look.date < 0.5 and look.distinct >= 0.02 * len(look.cells) and look.colons < 0.5 else 0.0


def _is_class(look: Look) -> float:
    return 1.0 if 1 <= look.distinct <= 30 and look.number < 0.5 else 0.0


def _is_outcome(look: Look) -> float:
    if not 2 <= look.distinct <= 40:
        return 0.0
    kinds = {outcome_of(str(cell)) for cell in look.cells.unique()}
    return 1.0 if {"answered", "abandoned"} <= kinds else 0.0


def _is_direction(look: Look) -> float:
    """Words for both who call and who are called: of one kind alone, nothing is to be told apart."""
    if not 2 <= look.distinct <= 40:
        return 0.0
    said = {direction_of(str(cell)) for cell in look.cells.unique()}
    if not {"in", "out"} <= said or ("" in said and _TYPE.search(look.words)):
        return 0.0
    # Such words are better proof than that of a channel, whose words may be any.
    return 1.1


_TYPE = re.compile(r"\b(type|tipo)\b")
"""Names of columns that may hold much else; they are of directions where all their words are."""


_TESTS: dict[str, Content] = {
    "date": _is_date,
    "clock": _is_clock,
    "count": _is_count,
    "flag": _is_flag,
    "flag or count": lambda look: max(_is_flag(look), _is_count(look)),
    "duration": _is_duration,
    "moment": _is_moment,
    "rating": _is_rating,
    "share": _is_share,
    "name": _is_name,
    "key": _is_key,
    "class": _is_class,
    "outcome": _is_outcome,
    "direction": _is_direction,
}


def guess(frame: pd.DataFrame) -> tuple[FileKind, dict[str, Guess]]:
    """What kind of file it is and which column has which role.

    Counts per row (offered, or answered and abandoned) make it a file of intervals, days or months; otherwise each
    row is a contact, or a ticket where it has an end date but no wait.
    """
    seen = looks(frame)
    counts, contacts = _assign(seen, COUNTS), _assign(seen, CONTACT)
    side = _side(seen, counts, contacts)
    if side is not None:
        return side
    has_counts = (
        "offered" in counts
        or {"answered", "abandoned"} <= counts.keys()
        or (
            # Beside nothing that a single contact has, a count of those answered is what there is of an agent's day.
            "answered" in counts and not (contacts.keys() & (_OF_A_CONTACT - _TIMES | {"id"}) - {"answered"})
        )
    )
    if has_counts:
        # A column of the same 0 or 1 throughout is a flag of a contact, not a count.
        column = counts.get("offered", counts.get("answered"))
        assert column is not None
        biggest = np.nanmax(np.append(values.numbers(seen[column.column].cells), 0.0))
        has_counts = biggest > 1
    if has_counts:
        _any_date(seen, counts)
        return _kind_of_counts(frame, counts), counts
    _only_foreseen(seen, contacts)
    for look in seen.values():
        if _COUNT_BY_NAME.fullmatch(look.words) and len(look.cells) and look.number < 0.5:
            raise IntakeError(
                f"The column {look.name!r} holds no numbers.", "Export the counts of contacts as numbers."
            )
    _any_date(seen, contacts)
    _any_clock(seen, contacts)
    ticket = contacts.keys() & {"resolved_at", "replied_at", "reply_time"} and not contacts.keys() & {
        "wait", "answered", "abandoned", "answered_at",
    }  # fmt: skip
    return ("tickets" if ticket else "contacts"), contacts


_OF_A_CONTACT = frozenset({
    "outcome", "answered", "abandoned", "wait", "abandon_wait", "handle", "hold", "wrap", "answered_at", "replied_at",
    "reply_time", "resolved_at", "reopened", "customer",
})  # fmt: skip
_OF_COUNTS = frozenset({"offered", "answered", "abandoned", "wait", "handle", "in_time", "service_level", "surveys"})
_TIMES = frozenset({"wait", "abandon_wait", "handle", "hold", "wrap"})
_SURVEY = re.compile(r"\b(survey|surveyed|encuesta|pesquisa|feedback|responded|response (date|time)|comment\w*)\b")


def _side(
    seen: Mapping[str, Look], counts: dict[str, Guess], contacts: dict[str, Guess]
) -> tuple[FileKind, dict[str, Guess]] | None:
    """A file that holds no contacts of its own: a rota, wages, or ratings by the number of a contact."""
    pay = _assign(seen, WAGES)
    if "wage" in pay and not (_OF_COUNTS - {"answered"}) & counts.keys() and not _OF_A_CONTACT & contacts.keys():
        return "wages", pay
    if "agents" in counts and "date" in counts and not _OF_COUNTS & counts.keys():
        return "rota", counts
    shifts = _shifts(seen)
    if {"date", "ended_at"} <= shifts.keys() and not (_OF_A_CONTACT | {"csat"}) & contacts.keys():
        return "rota", shifts
    if "csat" in contacts and not _OF_A_CONTACT & contacts.keys():
        said = any(_SURVEY.search(look.words) for look in seen.values())
        if said and contacts.keys() & {"id", "date"}:
            return "ratings", contacts
        if "id" in contacts and "date" not in contacts and not could_be_dates_of(seen):
            return "ratings", contacts
    return None


def _shifts(seen: Mapping[str, Look]) -> dict[str, Guess]:
    """Roles of a rota with a row a shift; beginnings that are times of day take their date from another column."""
    found = _assign(seen, SHIFTS)
    first = found.get("date")
    if first is not None and seen[first.column].clock > 0.8 and seen[first.column].date < 0.5:
        taken = {each.column for each in found.values()}
        dated = _assign({name: look for name, look in seen.items() if name not in taken}, COUNTS).get("date")
        if dated is not None:
            found = {**found, "date": dated, "time": first}
    return found


def _only_foreseen(seen: Mapping[str, Look], contacts: Mapping[str, Guess]) -> None:
    """Refuse a table whose counts are forecasts alone: its rows are no contacts either."""
    if contacts.keys() & (_OF_A_CONTACT | {"id"}):
        return
    for look in seen.values():
        bare = " ".join(FORECAST.sub(" ", look.words).split())
        if bare != look.words and _OFFERED.fullmatch(bare) and look.number > 0.9:
            raise IntakeError(
                f"The column {look.name!r} is a forecast, and no column counts the contacts that came.",
                "Export what came (offered or answered), too.",
            )


def could_be_dates_of(seen: Mapping[str, Look]) -> list[str]:
    """Columns that hold moments, by their looks."""
    return [name for name, look in seen.items() if look.date > 0.5]


_NOT_A_START = re.compile(
    r"\b(purchased?|birth|nacimiento|due|updated?|modified|resolved|resolution|closed|solved|cierre|"
    r"expir\w*|order|signup|compra|response|reply)\b"
)


_OFFERED = re.compile(
    r"(number of |total )?(calls?|contacts?|chats?|emails?|tickets?|volume|offered|arrivals|llamadas|chamadas|anrufe|"
    r"appels)( (offered|received|volume|arrivals|recibidas|recebidas))?"
)
_COUNT_BY_NAME = re.compile(
    r"(number of |total )?(calls|contacts|chats|llamadas|chamadas) (offered|received|recibidas|recebidas)"
)


def fingerprint(header: Iterable[str]) -> str:
    """A short mark of a header: files of the same mark have the same columns in the same order."""
    return hashlib.sha256("\x1f".join(header).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def could_be_dates(frame: pd.DataFrame) -> list[str]:
    """Columns that hold moments, for a user to pick from where none is the start for sure."""
    return could_be_dates_of(looks(frame))


def _any_clock(seen: Mapping[str, Look], guesses: dict[str, Guess]) -> None:
    """In a file without a header: the first column of clock times is the time of day of a date without one."""
    named = [name for name in seen if not re.fullmatch(r"Column \d+( \(\d+\))?", name)]
    if named or "date" not in guesses or "time" in guesses:
        return
    if dates.dates(seen[guesses["date"].column].cells, compact=True).has_time:
        return
    taken = {g.column for g in guesses.values()}
    first = next((k for k in seen.values() if k.name not in taken and k.clock > 0.9 and k.colons > 0.9), None)
    if first is not None:
        guesses["time"] = _guess_of(first, 0.4)


def _any_date(seen: Mapping[str, Look], guesses: dict[str, Guess]) -> None:
    """Where no name says date: the column that holds most of them, without sounding sure."""
    if "date" in guesses:
        return
    taken = {g.column for g in guesses.values()}
    free = (k for k in seen.values() if k.name not in taken and not _NOT_A_START.search(k.words) and k.date > 0.8)
    best = max(free, key=lambda k: k.date, default=None)
    if best is not None:
        guesses["date"] = _guess_of(best, 0.4)


def _kind_of_counts(frame: pd.DataFrame, guesses: Mapping[str, Guess]) -> FileKind:
    if "time" in guesses:
        return "intervals"
    if "date" not in guesses:
        return "daily"
    name = guesses["date"].column
    parsed = dates.dates(frame[name], compact=True)
    if parsed.monthly:
        return "monthly"
    queues = pd.factorize(frame[guesses["channel"].column])[0] if "channel" in guesses else np.zeros(len(frame), int)
    return steps.kind_of(parsed.values, queues, parsed.has_time, name)


def _names(words: str) -> set[str]:
    """What a header may be found under: without its unit, and without its word for what was seen (Actual calls)."""
    return {words, unitless(words)} | {bare for each in (words, unitless(words)) if (bare := without_actual(each))}


def _assign(seen: Mapping[str, Look], table: Roles) -> dict[str, Guess]:
    """Best pairs first; a column serves one role, but for a date with its time of day."""
    pairs: list[tuple[float, int, str, Look]] = []
    named = [(look, _names(look.words)) for look in seen.values()]
    for order, (role, patterns, test) in enumerate(table):
        for look, names in named:
            if table is COUNTS and role not in ("date", "time", "channel") and FORECAST.search(look.words):
                continue
            fits = (score for pattern, score in patterns if any(values.compiled(pattern).fullmatch(n) for n in names))
            trust = max(fits, default=0.0)
            if trust and len(look.cells) and (proof := _TESTS[test](look)):
                # Mostly empty columns are poor witnesses; the first of equals in the file's order wins.
                pairs.append((round(trust * proof, 3), -order, role, look))
    out: dict[str, Guess] = {}
    taken: set[str] = set()
    for score, _, role, look in sorted(pairs, key=lambda p: (-p[0], p[1] * -1)):
        if role in out or look.name in taken:
            continue
        out[role] = _guess_of(look, min(score, 1.0))
        taken.add(look.name)
    return out


def _guess_of(look: Look, confidence: float) -> Guess:
    samples = tuple(str(cell)[:60] for cell in look.cells.unique()[:3])
    return Guess(look.name, confidence, samples)
