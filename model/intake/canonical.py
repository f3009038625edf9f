"""A table where it lies (Ibis) to the canonical columns that `aggregates` asks for, as `file` makes them of an upload.

Nothing is fetched but scalars and the distinct words of class columns (outcome, channel, yes or no, rating): columns
that may name people (agent, customer) are compared where they lie. The rules are those of an uploaded file; tests hold
both to the same figures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from model.errors import IntakeError
from model.intake import customers, durations, ends, repeated, values
from model.intake.aggregates import DAY, STATES
from model.intake.answers import answer, scalars
from model.intake.cells import Cells
from model.intake.columns import ROLE_LABELS, FileKind
from model.intake.contacts import TEST_WORDS
from model.intake.means import missing_parts
from model.intake.problems import Problems
from model.intake.rows import MISSING
from model.intake.words import normalised

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_WORDS = 500
"""A class column with more distinct words is none: it may hold names, and is not looked at."""
LATEST_S = 10**11
"""Seconds since 1970 that no moment of a company's reaches; a larger number counts milliseconds."""
DURATIONS = ("wait", "abandon_wait", "handle", "hold", "wrap", "reply_time")
NAMED = ("agent", "customer", "channel", "outcome", "reason", "team", "id")
"""Roles whose words may say that a contact was a test."""
TESTS = f"(^|[^a-z0-9])({'|'.join(TEST_WORDS)})([^a-z0-9]|$)"
"""As `contacts.TEST_WORD`, in a form that all warehouses know; for small letters."""
COUNTS = ("offered", "answered", "abandoned", "in_time", "surveys", "agents")
CODE = {name: number for number, name in enumerate((*STATES, "outbound"))}


@dataclass(frozen=True)
class Canonical:
    """The canonical table, whether its moments carry a time of day, the labels of its channels, and what was wrong.

    `label` is a column of the table as long as `queue` is not known.
    """

    table: "ir.Table"
    has_time: bool
    labels: tuple[str, ...]
    problems: Problems


class Roles:
    """Columns of a table by role, as numbers, moments or classes; `scale` turns a role's number into seconds.

    `headers` are the names that the columns had where they came from, where they have others now; `choices` what the
    user said of them, by the keys of `Cells`.
    """

    def __init__(
        self, table: "ir.Table", columns: Mapping[str, str], scale: Mapping[str, float], where: str,
        headers: Mapping[str, str] | None = None, choices: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.columns, self.scale, self.where = columns, scale, where
        self.headers, self.choices = {**columns, **(headers or {})}, choices or {}
        self._counted: dict[str, dict[Any, int]] = {}
        for role, column in columns.items():
            if role not in ROLE_LABELS:
                raise IntakeError(f"{role} is not something a column can be.", f"Known: {', '.join(ROLE_LABELS)}.")
            if column not in table.columns:
                raise IntakeError(f"There is no column {column!r} in {where}.", "Choose one of its columns.")
        # Names of their own: to some warehouses a column called Resolved is the one called resolved.
        own = {name: table[name] for name in repeated.OWN if name in table.columns}
        self.table = table.select(**{f"in_{role}": table[column] for role, column in columns.items()}, **own)

    def __contains__(self, role: str) -> bool:
        return role in self.columns

    def raw(self, role: str) -> Any:
        return self.table[f"in_{role}"]

    def number(self, role: str) -> Any:
        """A role's numbers; null where the table has no such column."""
        import ibis

        if role not in self:
            return ibis.null("float64")
        column = self.raw(role)
        kind = column.type()
        if kind.is_boolean():
            return ibis.cases((column, 1.0), (~column, 0.0), else_=ibis.null("float64"))
        if not kind.is_numeric():
            raise IntakeError(
                f"{self.columns[role]!r} of {self.where} is to be {ROLE_LABELS[role].lower()}, but holds no numbers.",
                "Choose another column, or make it a number in a view; times in seconds.",
            )
        number = column.cast("float64")
        # Not a number is not known: warehouses sort and add it in ways of their own.
        return number.isnan().ifelse(ibis.null("float64"), number) if kind.is_floating() else number

    def seconds(self, role: str) -> Any:
        return self.number(role) * self.scale.get(role, 1.0)

    def moment(self, role: str) -> Any:
        """Whole seconds since 1970 of a role that is a date or a moment."""
        column = self.raw(role)
        kind = column.type()
        if kind.is_timestamp():
            # A moment with a zone shows the clock of the session, which is set when connecting.
            plain = column.cast("timestamp")
            return plain.truncate("s").epoch_seconds().cast("int64")
        if kind.is_date():
            return column.cast("timestamp").epoch_seconds().cast("int64")
        if kind.is_integer():
            number = column.cast("int64")  # seconds since 1970, or milliseconds
            return (number > LATEST_S).ifelse((number / 1000).floor().cast("int64"), number)
        raise IntakeError(
            f"{self.columns[role]!r} of {self.where} holds no moments.", "Choose a column of dates or timestamps."
        )

    def words(self, role: str) -> list[Any]:
        """Distinct values of a class."""
        return list(self.counted(role))

    def counted(self, role: str) -> dict[Any, int]:
        """Distinct values of a class, and how many rows have each."""
        if role in self._counted:
            return self._counted[role]
        column = self.raw(role)
        rows = self.table.filter(column.notnull()).select(word=column)
        found = answer(rows.group_by("word").aggregate(rows=rows.count()).limit(MOST_WORDS + 1))
        out = dict(sorted(zip(found["word"].tolist(), found["rows"].tolist(), strict=True), key=lambda p: str(p[0])))
        if len(out) > MOST_WORDS:
            raise IntakeError(
                f"{self.columns[role]!r} of {self.where} has more than {MOST_WORDS} different values.",
                f"It cannot be {ROLE_LABELS[role].lower()}: choose another column.",
            )
        self._counted[role] = out
        return out

    def as_class(self, role: str, meaning: Callable[[pd.Series], np.ndarray]) -> Any:
        """A number for each distinct value, as `meaning` gives it; null where it gives nan."""
        import ibis

        words = [word for word in self.words(role) if _text(word) not in MISSING]
        found = meaning(pd.Series([_text(word) for word in words], dtype="str")) if words else np.array([])
        steps = [(self.raw(role) == w, ibis.literal(float(v))) for w, v in zip(words, found, strict=True) if v == v]
        return ibis.cases(*steps, else_=ibis.null("float64")) if steps else ibis.null("float64")


def marked_tests(roles: Roles) -> Roles:
    """The rows, with a mark on those that somebody made to try the line out, by a word in a name, number or reason."""
    named = [roles.raw(role) for role in NAMED if role in roles and roles.raw(role).type().is_string()]
    tests = [c.re_replace("([a-z])([A-Z])", r"\1 \2").lower().re_search(TESTS).fill_null(False) for c in named]
    if tests:
        roles.table = roles.table.mutate(**{repeated.TEST: reduce(or_, tests)})
    return roles


def _text(word: Any) -> str:
    """A value as an export would write it."""
    if isinstance(word, bool | np.bool_):
        return "yes" if word else "no"
    return f"{word:g}" if isinstance(word, float) else str(word).strip()


def contacts(roles: Roles, kind: FileKind) -> Canonical:
    """Rows that are contacts or tickets."""
    import ibis

    if "date" not in roles:
        hint = "Choose the column that says when contacts began."
        raise IntakeError(f"{roles.where} has no column with dates.", hint)
    problems = Problems()
    arrived, has_time = began(roles)
    wait, handle, end = roles.seconds("wait"), roles.seconds("handle"), _end(roles, problems)
    for part in missing_parts(normalised(roles.headers["handle"])) if "handle" in roles else ():
        handle = handle + roles.seconds(part).fill_null(0.0)
    if "abandon_wait" in roles:
        own = roles.seconds("abandon_wait")
        none = wait.isnull() | ((wait == 0) & (end == CODE["abandoned"])).fill_null(False)
        wait = ibis.ifelse(none & (own > 0).fill_null(False), own, wait)
    if "answered_at" in roles:
        answer = roles.moment("answered_at")
        wait = wait if "wait" in roles else (answer - arrived).cast("float64")
        if "ended_at" in roles:
            late = roles.table.count(where=answer > roles.moment("ended_at"))
            problems.add("answer_after_end", "Answered after the end", int(scalars(roles.table, n=late)["n"]), "kept")
            handle = handle if "handle" in roles else (roles.moment("ended_at") - answer).cast("float64")
    replied = _replies(roles, arrived, problems)
    table = roles.table.mutate(
        arrived=arrived, raw_wait=wait, raw_handle=handle,
        wait_s=not_below_zero(wait),
        handle_s=ibis.ifelse(handle > 0, handle, ibis.null("float64")),
        resolved=_flag(roles, "resolved", problems), transferred=_flag(roles, "transferred", problems),
        csat=_rated(roles, kind, problems), number=_number(roles),
        end=end, nobody=_nobody(roles), customer=_customer(roles, problems), label=label_of(roles),
        **{role: ibis.ifelse(moment >= arrived, moment, ibis.null("int64")) for role, moment in replied.items()},
    )  # fmt: skip
    if "reopened" in roles and "resolved" not in roles:
        table = table.mutate(resolved=1 - _flag(roles, "reopened", problems))
    ends = next(iter(replied), None)
    done = table[ends] if ends else ibis.null("int64")
    if "reply_time" in roles:
        reply = ibis.ifelse(roles.seconds("reply_time") >= 0, roles.seconds("reply_time"), ibis.null("float64"))
        below = int(scalars(roles.table, n=roles.table.count(where=roles.seconds("reply_time") < 0))["n"])
        problems.add("negative_reply", "Negative times to first reply, left empty", below, "repaired")
    else:
        first = "replied_at" if "replied_at" in replied else ends
        if first == "resolved_at" and kind == "tickets":
            _say(problems, "no_reply", scalars(table, n=table.count(where=table[first].notnull()))["n"])
        reply = (table[first] - table.arrived).cast("float64") if first else None
    table = table.mutate(done=done, reply_s=ibis.null("float64") if reply is None else reply)
    longest = _longest(table, problems) if kind == "contacts" else {}
    if kind == "tickets" and "id" in roles:
        table = repeated.last_of_each(table, ends, problems)
    table = _with_state(table, roles, problems)
    # How a contact ended is told from its times as they are written; only its speeds are without absurd ones.
    table = table.mutate(**{name: ibis.ifelse(table[name] > most, ibis.null("float64"), table[name])
                            for name, most in longest.items()})  # fmt: skip
    if kind == "contacts" and "id" in roles:
        equal = [name for name in table.columns if name.startswith("in_")]
        table = repeated.once(table, equal, problems)
    elif kind == "contacts" and repeated.MARK in table.columns:
        table = repeated.not_twice(table, problems)
    table = table.filter((table.end != CODE["outbound"]) | table.end.isnull())
    # A contact that was passed on is a test where its first row is one.
    table = table.filter(~table[repeated.TEST]) if repeated.TEST in table.columns else table
    table = table.mutate(reply_s=table.wait_s if reply is None else table.reply_s)
    labels = labels_of(roles) if kind != "tickets" else ()
    keep = ("label", "arrived", "state", "customer", "wait_s", "handle_s", "resolved", "transferred", "csat", "reply_s",
            "done")  # fmt: skip
    return Canonical(table.filter(table.arrived.notnull()).select(*keep), has_time, labels, problems)


def began(roles: Roles) -> tuple[Any, bool]:
    """Moment of each row, and whether its time of day is known."""
    moment = roles.moment("date")
    has_time = bool(scalars(roles.table, late=(moment % DAY).max())["late"])
    if "time" not in roles or has_time:
        return moment, has_time
    clock = roles.raw("time")
    if clock.type().is_time():
        return moment + clock.hour() * 3600 + clock.minute() * 60 + clock.second(), True
    return moment + roles.number("time").floor().cast("int64"), True


def _replies(roles: Roles, arrived: Any, problems: Problems) -> dict[str, Any]:
    """First replies and ends of tickets; what is no such moment is left out, what contradicts is named."""
    out = {}
    for role in ("replied_at", "resolved_at"):
        if role not in roles:
            continue
        if roles.headers[role] == roles.headers["date"]:
            text = f"{ROLE_LABELS[role]} stands in for the creation: nothing is said of times until then"
            count = scalars(roles.table, n=roles.table.count(where=arrived.notnull()))["n"]
            problems.add(f"{role}_is_start", text, int(count), "kept")
            continue
        moment = _without_never(roles, role, roles.moment(role), arrived, problems)
        early = scalars(roles.table, n=roles.table.count(where=moment < arrived))["n"]
        problems.add(role, f"{ROLE_LABELS[role]} before the ticket was created", int(early), "repaired")
        out[role] = moment
    if len(out) == 2:
        late = (out["replied_at"] > out["resolved_at"]) & (out["replied_at"] >= arrived)
        late &= out["resolved_at"] >= arrived
        count = scalars(roles.table, n=roles.table.count(where=late))["n"]
        problems.add("reply_after_end", "First reply after the ticket was solved", int(count), "kept")
    return out


def _longest(table: "ir.Table", problems: Problems) -> dict[str, float]:
    """Seconds beyond which the waits and handle times of contacts are beyond sense, where some are; these are named."""
    out = {}
    seconds = {"wait": table.wait_s, "handle": table.handle_s}
    found = scalars(table, **{f"{name}_known": table.count(where=raw > 0) for name, raw in seconds.items()},
                    **{f"{name}_top": raw.max() for name, raw in seconds.items()})  # fmt: skip
    known, top = ({name: found[f"{name}_{what}"] for name in seconds} for what in ("known", "top"))
    long = [name for name in seconds if known[name] >= durations.MANY and top[name] > durations.SHORTEST_LIMIT_S]
    # Counting tells most often that the percentile is high enough for the longest; finding it takes far longer.
    above = scalars(table, **{name: table.count(where=seconds[name] >= durations.usual_for(top[name]))
                              for name in long}) if long else {}  # fmt: skip
    for name in long:
        place = np.floor(durations.USUAL * (known[name] - 1))
        if above[name] >= known[name] - place:
            continue
        # The value next to the percentile from below, as of an upload: its own place, so that nothing is between.
        raw, share = seconds[name], float(place / max(known[name] - 1, 1))
        most = durations.longest(scalars(table.filter(raw > 0), usual=raw.quantile(share))["usual"])
        if top[name] > most:
            count = int(scalars(table, n=table.count(where=raw > most))["n"])
            problems.add(f"absurd_{name}", durations.absurd(ROLE_LABELS[name]), count, "repaired")
            out[f"{name}_s"] = most
    return out


def _without_never(roles: Roles, role: str, moment: Any, arrived: Any, problems: Problems) -> Any:
    """Moments of replies or ends; null where one lies years after the last contact, which stands for none."""
    import ibis

    last = scalars(roles.table, last=arrived.max())["last"]
    far = (moment > int(last) + ends.NEVER_S).fill_null(False)
    count = int(scalars(roles.table, far=roles.table.count(where=far))["far"])
    problems.add(f"never_{role}", ends.never(ROLE_LABELS[role]), count, "repaired")
    return far.ifelse(ibis.null("int64"), moment)


def not_below_zero(value: Any) -> Any:
    """At least 0; null stays null, which a greatest of the two would not leave."""
    import ibis

    return ibis.ifelse(value < 0, 0.0, value)


def _flag(roles: Roles, role: str, problems: Problems) -> Any:
    """1 or 0: yes or no, or a number above zero or zero; null otherwise. Beside a single answer, null is the other."""
    import ibis

    if role not in roles:
        return ibis.null("float64")
    column, header = roles.raw(role), roles.headers[role]
    if column.type().is_string():
        meaning = partial(_flags, header=header)
        flag = roles.as_class(role, meaning)
        written = [word for word in map(_text, roles.words(role)) if word not in MISSING]
        known = set(meaning(pd.Series(written, dtype="str")).tolist()) if written else set()
    else:
        number = roles.number(role)
        flag = ibis.cases((number > 0, 1.0), (number == 0, 0.0), else_=ibis.null("float64"))
        seen = scalars(roles.table, yes=roles.table.count(where=flag == 1), no=roles.table.count(where=flag == 0))
        known = {answer for answer, name in ((1.0, "yes"), (0.0, "no")) if seen[name]}
    if known not in ({1.0}, {0.0}):
        return flag
    blank = 1 - known.pop()
    count = int(scalars(roles.table, none=roles.table.count(where=flag.isnull()))["none"])
    problems.add(f"blank_{role}", ends.blanks(header, blank), count, "kept")
    return flag.fill_null(blank)


def _flags(words: pd.Series, header: str) -> np.ndarray:
    flag, many = np.array([ends.flag_of(word, header) for word in words]), values.numbers(words)
    with np.errstate(invalid="ignore"):
        return np.where(np.isnan(flag), np.where(many > 0, 1.0, np.where(many == 0, 0.0, np.nan)), flag)


def _say(problems: Problems, kind: str, count: float) -> None:
    text, done = ends.SAID[kind]
    problems.add(kind, text, int(count), done)


def _end(roles: Roles, problems: Problems) -> Any:
    """How a contact ended by the table's own words: its state's number, null where no column says anything."""
    import ibis

    end, unsaid = ibis.null("int64"), ""
    if "outcome" in roles:
        found = roles.as_class("outcome", lambda c: np.array([float(CODE[ends.outcome_of(text)]) for text in c]))
        end, unsaid = ibis.coalesce(found, ibis.literal(float(CODE["other"]))).cast("int64"), "other_end"
    elif "answered" in roles or "abandoned" in roles:
        told = "answered" in roles
        flag = _flag(roles, "answered", problems) if told else 1 - _flag(roles, "abandoned", problems)
        steps = ((flag == 1, CODE["answered"]), (flag == 0, CODE["abandoned"]))
        end, unsaid = ibis.cases(*steps, else_=CODE["other"]).cast("int64"), "no_end"
    if unsaid:
        _say(problems, unsaid, scalars(roles.table, none=roles.table.count(where=end == CODE["other"]))["none"])
    if "direction" in roles:
        out = roles.as_class("direction", lambda c: np.array([float(ends.direction_of(text) == "out") for text in c]))
        end = ibis.ifelse((out == 1).fill_null(False), CODE["outbound"], end).cast("int64")
    if "outcome" in roles or "direction" in roles:
        _say(problems, "outbound", scalars(roles.table, n=roles.table.count(where=end == CODE["outbound"]))["n"])
    return end


def _nobody(roles: Roles) -> Any:
    """Whether the agent's name says that there was none."""
    import ibis

    if "agent" not in roles or not roles.raw("agent").type().is_string():
        return ibis.literal(False)
    names = roles.table.select(word=roles.raw("agent")).distinct()
    # Only the words for nobody come back; names of people stay where they are. The limit is none, but keeps the
    # cleaning of words behind the distinct.
    names = names.limit(2**31)
    plain = names.word.lower()
    for sign in ("_", "-", "/", "."):
        plain = plain.replace(sign, " ")
    said = plain.strip().isin(sorted(ends.NO_AGENT)) & ~names.word.strip().isin(MISSING)
    nobody = answer(names.filter(said).limit(MOST_WORDS))["word"].tolist()
    return roles.raw("agent").isin(nobody).fill_null(False) if nobody else ibis.literal(False)


def _customer(roles: Roles, problems: Problems) -> Any:
    """The key of a customer, null for none; keys are compared and counted where they lie."""
    import ibis

    if "customer" not in roles:
        return ibis.null("int64")
    key = roles.raw("customer")
    if key.type().is_string():
        bare = key.strip().lower()
        key = ibis.ifelse(bare.isin(customers.NO_CUSTOMER), ibis.null("string"), bare)
    elif key.type().is_integer():
        key = ibis.ifelse(key.isin([0, -1]), ibis.null(key.type()), key)
    elif key.type().is_numeric():
        key = key.nullif(0)
    rows = roles.table.select(key=key)
    limit = customers.limit(scalars(rows, rows=rows.count())["rows"])
    each = rows.filter(rows.key.notnull()).group_by("key").aggregate(contacts=lambda t: t.count())
    often = scalars(each, contacts=each.contacts.sum(where=each.contacts > limit))["contacts"]
    if not often:
        return key
    problems.add("too_often", customers.too_often(roles.headers["customer"]), int(often), "kept")
    return (roles.table.count().over(group_by=key) > limit).ifelse(ibis.null(key.type()), key)


def _rated(roles: Roles, kind: FileKind, problems: Problems) -> Any:
    """Satisfied or not, by the words and grades of the column, by its header and by what the user says of it."""
    import ibis

    if "csat" not in roles:
        return ibis.null("float64")
    counted = roles.counted("csat").items()
    problems.weights = np.array([rows for word, rows in counted if _text(word) not in MISSING], dtype=np.int64)

    def rated(words: pd.Series) -> np.ndarray:
        header = {"csat": roles.headers["csat"]}
        cells = Cells(roles.where, kind, {"csat": words}, header, roles.choices, problems, False)
        return cells.ratings()

    out = roles.as_class("csat", rated)
    problems.weights = None
    return out


def _number(roles: Roles) -> Any:
    """The number of a contact or ticket; null where there is none."""
    import ibis

    if "id" not in roles:
        return ibis.null("string")
    number = roles.raw("id")
    if not number.type().is_string():
        return number
    bare = number.strip()
    return ibis.ifelse(bare.isin(MISSING), ibis.null("string"), bare)


def label_of(roles: Roles) -> Any:
    import ibis

    return roles.raw("channel").cast("string") if "channel" in roles else ibis.null("string")


def labels_of(roles: Roles) -> tuple[str, ...]:
    """Words of the channel column; marks for missing are none."""
    words = [str(word) for word in roles.words("channel")] if "channel" in roles else []
    return tuple(word for word in words if word.strip() not in MISSING)


def _with_state(table: "ir.Table", roles: Roles, problems: Problems) -> "ir.Table":
    """How each contact ended: answered, abandoned, left (hung up before it queued), unserved (no agent), other."""
    import ibis

    found = scalars(
        table, no_date=table.count(where=table.arrived.isnull()), negative_wait=table.count(where=table.raw_wait < 0),
        negative_handle=table.count(where=table.raw_handle < 0), unsaid=table.count(where=table.end.isnull()),
        by_answer=table.count(where=table.end.isnull() & table.raw_wait.isnull()),
    )  # fmt: skip
    for kind in ("no_date", "negative_wait", "negative_handle"):
        _say(problems, kind, found[kind])
    unsaid = CODE["answered"]
    if not {"outcome", "answered", "abandoned", "wait"} & roles.columns.keys() and "answered_at" in roles:
        if 0 < found["by_answer"] < ends.BY_ANSWER_BELOW * found["unsaid"]:
            unsaid = ibis.ifelse(table.raw_wait.isnull(), CODE["abandoned"], CODE["answered"])
            _say(problems, "by_answer", found["by_answer"])
    state = table.end.fill_null(unsaid)
    answered, gone = state == CODE["answered"], state == CODE["abandoned"]
    alone = answered & table.nobody
    served = answered & ~table.nobody
    found = scalars(
        table, gone=table.count(where=gone), waited=table.count(where=gone & (table.wait_s > 0)),
        answered=table.count(where=answered), alone=table.count(where=alone),
        zero=table.count(where=served & table.handle_s.isnull()),
        zero_alone=table.count(where=alone & table.handle_s.isnull()),
    )  # fmt: skip
    if found["waited"] > ends.LEFT_ABOVE * found["gone"]:
        state = ibis.ifelse(gone & ~(table.wait_s > 0).fill_null(False), CODE["left"], state)
        _say(problems, "left", found["gone"] - found["waited"])
    count, zero = found["answered"], found["zero"] + found["zero_alone"]
    if found["alone"] < ends.UNSERVED_BELOW * max(found["answered"], 1):
        state = ibis.ifelse(alone, CODE["unserved"], state)
        _say(problems, "unserved", found["alone"])
        count, zero = count - found["alone"], found["zero"]
    if "handle" in roles and zero < ends.NO_HANDLE_BELOW * max(count, 1):
        _say(problems, "no_handle", zero)
    return table.mutate(state=state.cast("int64"))
