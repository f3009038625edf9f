"""A table where it lies (Ibis) to the canonical columns that `aggregates` asks for, as `file` makes them of an upload.

Nothing is fetched but scalars and the distinct words of class columns (outcome, channel, yes or no, rating): columns
that may name people (agent, customer) are compared where they lie. The rules are those of an uploaded file; tests hold
both to the same figures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from model.errors import IntakeError
from model.intake import values
from model.intake.aggregates import DAY, STATES
from model.intake.answers import answer, numbers
from model.intake.columns import ROLE_LABELS, FileKind, normalised, outcome_of
from model.intake.contacts import NO_AGENT, NO_CUSTOMER
from model.intake.problems import Problems
from model.intake.ratings import mean_share, satisfaction, scale_of_means
from model.intake.rows import MISSING

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_WORDS = 500
"""A class column with more distinct words is none: it may hold names, and is not looked at."""
DURATIONS = ("wait", "abandon_wait", "handle", "hold", "wrap", "reply_time")
COUNTS = ("offered", "answered", "abandoned", "in_time", "surveys", "agents")
CODE = {name: number for number, name in enumerate(STATES)}


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
    """Columns of a table by role, as numbers, moments or classes; `scale` turns a role's number into seconds."""

    def __init__(self, table: "ir.Table", columns: Mapping[str, str], scale: Mapping[str, float], where: str) -> None:
        self.columns, self.scale, self.where = columns, scale, where
        for role, column in columns.items():
            if role not in ROLE_LABELS:
                raise IntakeError(f"{role} is not something a column can be.", f"Known: {', '.join(ROLE_LABELS)}.")
            if column not in table.columns:
                raise IntakeError(f"There is no column {column!r} in {where}.", "Choose one of its columns.")
        # Names of their own: to some warehouses a column called Resolved is the one called resolved.
        self.table = table.select(**{f"in_{role}": table[column] for role, column in columns.items()})

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
            return column.cast("int64")  # seconds since 1970
        raise IntakeError(
            f"{self.columns[role]!r} of {self.where} holds no moments.", "Choose a column of dates or timestamps."
        )

    def words(self, role: str) -> list[Any]:
        """Distinct values of a class."""
        column = self.raw(role)
        found = self.table.filter(column.notnull()).select(word=column).distinct().limit(MOST_WORDS + 1)
        out = sorted(answer(found)["word"].tolist(), key=str)
        if len(out) > MOST_WORDS:
            raise IntakeError(
                f"{self.columns[role]!r} of {self.where} has more than {MOST_WORDS} different values.",
                f"It cannot be {ROLE_LABELS[role].lower()}: choose another column.",
            )
        return out

    def as_class(self, role: str, meaning: Callable[[pd.Series], np.ndarray]) -> Any:
        """A number for each distinct value, as `meaning` gives it; null where it gives nan."""
        import ibis

        words = self.words(role)
        found = meaning(pd.Series([_text(word) for word in words], dtype="str")) if words else np.array([])
        steps = [(self.raw(role) == w, ibis.literal(float(v))) for w, v in zip(words, found, strict=True) if v == v]
        return ibis.cases(*steps, else_=ibis.null("float64")) if steps else ibis.null("float64")


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
    arrived, has_time = _arrived(roles)
    wait, handle = roles.seconds("wait"), roles.seconds("handle")
    if "handle" in roles and "talk" in normalised(roles.columns["handle"]):
        handle = handle + roles.seconds("hold").fill_null(0.0) + roles.seconds("wrap").fill_null(0.0)
    if "abandon_wait" in roles:
        own = roles.seconds("abandon_wait")
        wait = ibis.coalesce(wait, ibis.ifelse(own > 0, own, ibis.null("float64")))
    if "answered_at" in roles:
        answer = roles.moment("answered_at")
        wait = wait if "wait" in roles else (answer - arrived).cast("float64")
        if "ended_at" in roles and "handle" not in roles:
            handle = (roles.moment("ended_at") - answer).cast("float64")
    replied = {role: roles.moment(role) for role in ("replied_at", "resolved_at") if role in roles}
    table = roles.table.mutate(
        arrived=arrived, raw_wait=wait, raw_handle=handle,
        wait_s=_not_below_zero(wait),
        handle_s=ibis.ifelse(handle > 0, handle, ibis.null("float64")),
        resolved=_flag(roles, "resolved"), transferred=_flag(roles, "transferred"),
        csat=roles.as_class("csat", lambda c: satisfaction(c).values) if "csat" in roles else ibis.null("float64"),
        end=_end(roles), nobody=_nobody(roles), customer=_customer(roles), label=_label(roles),
        **{role: ibis.ifelse(moment >= arrived, moment, ibis.null("int64")) for role, moment in replied.items()},
    )  # fmt: skip
    if "reopened" in roles and "resolved" not in roles:
        table = table.mutate(resolved=1 - _flag(roles, "reopened"))
    ends = next(iter(replied), None)
    done = table[ends] if ends else ibis.null("int64")
    if "reply_time" in roles:
        reply = ibis.ifelse(roles.seconds("reply_time") >= 0, roles.seconds("reply_time"), ibis.null("float64"))
    else:
        first = "replied_at" if "replied_at" in replied else ends
        reply = (table[first] - table.arrived).cast("float64") if first else table.wait_s
    table = table.mutate(done=done, reply_s=reply)
    table = _last_of_each(table, roles, ends, problems) if kind == "tickets" and "id" in roles else table
    table = _with_state(table, roles, problems)
    labels = _labels(roles) if kind != "tickets" else ()
    keep = ("label", "arrived", "state", "customer", "wait_s", "handle_s", "resolved", "transferred", "csat", "reply_s",
            "done")  # fmt: skip
    return Canonical(table.filter(table.arrived.notnull()).select(*keep), has_time, labels, problems)


def _arrived(roles: Roles) -> tuple[Any, bool]:
    """Moment of each row, and whether its time of day is known."""
    moment = roles.moment("date")
    has_time = bool(_scalars(roles.table, late=(moment % DAY).max())["late"])
    if "time" not in roles or has_time:
        return moment, has_time
    clock = roles.raw("time")
    if clock.type().is_time():
        return moment + clock.hour() * 3600 + clock.minute() * 60 + clock.second(), True
    return moment + roles.number("time").floor().cast("int64"), True


def _not_below_zero(value: Any) -> Any:
    """At least 0; null stays null, which a greatest of the two would not leave."""
    import ibis

    return ibis.ifelse(value < 0, 0.0, value)


def _flag(roles: Roles, role: str) -> Any:
    """1 or 0: yes or no, or a number above zero or zero; null otherwise."""
    import ibis

    if role not in roles:
        return ibis.null("float64")
    column = roles.raw(role)
    if column.type().is_string():
        return roles.as_class(role, _flags)
    number = roles.number(role)
    return ibis.cases((number > 0, 1.0), (number == 0, 0.0), else_=ibis.null("float64"))


def _flags(words: pd.Series) -> np.ndarray:
    flag, many = values.flags(words), values.numbers(words)
    with np.errstate(invalid="ignore"):
        return np.where(np.isnan(flag), np.where(many > 0, 1.0, np.where(many == 0, 0.0, np.nan)), flag)


def _end(roles: Roles) -> Any:
    """How a contact ended: its state's number before anything is known of waits."""
    import ibis

    answered, abandoned, other = (CODE[name] for name in ("answered", "abandoned", "other"))
    if "outcome" in roles:
        ended = roles.as_class("outcome", lambda c: np.array([float(CODE[outcome_of(text)]) for text in c]))
        return ibis.coalesce(ended, ibis.literal(float(other))).cast("int64")
    if "answered" not in roles and "abandoned" not in roles:
        return ibis.literal(answered, "int64")
    flag = _flag(roles, "answered") if "answered" in roles else 1 - _flag(roles, "abandoned")
    return ibis.cases((flag == 1, answered), (flag == 0, abandoned), else_=other).cast("int64")


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
    nobody = answer(names.filter(plain.strip().isin(sorted(NO_AGENT))).limit(MOST_WORDS))["word"].tolist()
    return roles.raw("agent").isin(nobody).fill_null(False) if nobody else ibis.literal(False)


def _customer(roles: Roles) -> Any:
    import ibis

    if "customer" not in roles:
        return ibis.null("int64")
    key = roles.raw("customer")
    if key.type().is_string():
        return ibis.ifelse(key.strip().lower().isin(NO_CUSTOMER), ibis.null("string"), key.strip().lower())
    return key.nullif(0) if key.type().is_numeric() else key


def _label(roles: Roles) -> Any:
    import ibis

    return roles.raw("channel").cast("string") if "channel" in roles else ibis.null("string")


def _labels(roles: Roles) -> tuple[str, ...]:
    """Words of the channel column; marks for missing are none."""
    words = [str(word) for word in roles.words("channel")] if "channel" in roles else []
    return tuple(word for word in words if word.strip() not in MISSING)


def _last_of_each(table: "ir.Table", roles: Roles, ends: str | None, problems: Problems) -> "ir.Table":
    """A log has several rows a ticket; its last one knows how it ended."""
    import ibis

    order = [ibis.coalesce(table[ends], table.arrived) if ends else table.arrived, table.arrived]
    key = table["in_id"]
    place = ibis.row_number().over(group_by=key, order_by=[ibis.desc(each) for each in order])
    table = table.mutate(place=place, named=key.notnull())
    last = table.filter((table.place == 0) | ~table.named)
    counted = _scalars(table, all=table.count(), earlier=table.count(where=(table.place > 0) & table.named))
    problems.add("log", "Earlier rows of the same ticket", int(counted["earlier"]), "dropped")
    return last


def _with_state(table: "ir.Table", roles: Roles, problems: Problems) -> "ir.Table":
    """How each contact ended: answered, abandoned, left (hung up before it queued), unserved (no agent), other."""
    import ibis

    answered, gone, other = (table.end == CODE[name] for name in ("answered", "abandoned", "other"))
    alone = answered & table.nobody
    found = _scalars(
        table, no_date=table.count(where=table.arrived.isnull()), other=table.count(where=other),
        negative_wait=table.count(where=table.raw_wait < 0), negative_handle=table.count(where=table.raw_handle < 0),
        gone=table.count(where=gone), waited=table.count(where=gone & (table.wait_s > 0)),
        answered=table.count(where=answered), alone=table.count(where=alone),
        zero=table.count(where=answered & ~table.nobody & table.handle_s.isnull()),
        zero_alone=table.count(where=alone & table.handle_s.isnull()),
    )  # fmt: skip
    state = table.end
    problems.add("no_date", "Rows whose date or time cannot be read", int(found["no_date"]), "dropped")
    problems.add("negative_wait", "Negative waiting times", int(found["negative_wait"]), "repaired")
    problems.add("negative_handle", "Negative handle times", int(found["negative_handle"]), "repaired")
    problems.add("other_end", "Contacts that ended neither answered nor given up", int(found["other"]), "dropped")
    if found["waited"] > 0.2 * found["gone"]:
        state = ibis.ifelse(gone & ~(table.wait_s > 0).fill_null(False), CODE["left"], state)
        problems.add("left", "Hung up before they queued: not counted as given up waiting",
                     int(found["gone"] - found["waited"]), "dropped")  # fmt: skip
    served, zero = found["answered"], found["zero"] + found["zero_alone"]
    if found["alone"] < 0.5 * max(found["answered"], 1):
        state = ibis.ifelse(alone, CODE["unserved"], state)
        problems.add("unserved", "Answered without an agent: not counted as service", int(found["alone"]), "kept")
        served, zero = served - found["alone"], found["zero"]
    if "handle" in roles and zero < 0.5 * max(served, 1):
        problems.add("no_handle", "Answered contacts without a handle time: left out of its mean", int(zero), "kept")
    return table.mutate(state=state.cast("int64"))


def counts(roles: Roles, kind: FileKind) -> Canonical:
    """Rows that are counts: intervals, days or months."""
    import ibis

    if "date" not in roles:
        hint = "Choose the column that says when intervals began."
        raise IntakeError(f"{roles.where} has no column with dates.", hint)
    problems = Problems()
    start, has_time = _arrived(roles)
    told = {role: ibis.ifelse(roles.number(role) >= 0, roles.number(role), ibis.null("float64")) for role in COUNTS}
    time = {role: _not_below_zero(roles.seconds(role)) for role in DURATIONS[:5] if role in roles}
    if "offered" not in roles:
        told["offered"] = told["answered"] + (told["abandoned"] if "abandoned" in roles else 0.0)
    handle = time.get("handle", ibis.null("float64"))
    if "handle" in roles and any(word in normalised(roles.columns["handle"]) for word in ("talk", "acd")):
        for extra in ("hold", "wrap"):
            if extra in time:
                handle = handle + time[extra].fill_null(0.0)
    table = roles.table.mutate(
        start=start, **told, handle_s=handle, wait_s=time.get("wait", ibis.null("float64")),
        abandon_wait_s=time.get("abandon_wait", ibis.null("float64")), label=_label(roles),
        service_level=_share(roles, "service_level"), resolved=_share(roles, "resolved"), csat=_mean_rating(roles),
        transferred=roles.number("transferred"),
        **{f"{role}_told": ibis.literal(role in roles) for role in ("answered", "abandoned", "surveys")},
    )  # fmt: skip
    known = table.offered.notnull() & table.start.notnull()
    found = _scalars(table, rows=table.count(), kept=table.count(where=known), all=table.offered.sum(where=known))
    none = int(found["rows"] - found["kept"])
    problems.add("no_volume", "Rows without a number of contacts or a date", none, "dropped")
    if not found["all"] > 0:
        raise IntakeError(f"{roles.where} counts no contacts.", "Choose the column that counts contacts offered.")
    labels = _labels(roles)
    keep = ("label", "start", *COUNTS, "wait_s", "abandon_wait_s", "handle_s", "service_level", "csat", "resolved",
            "transferred", "answered_told", "abandoned_told", "surveys_told")  # fmt: skip
    return Canonical(table.filter(known).select(*keep), has_time or kind == "intervals", labels, problems)


def _share(roles: Roles, role: str) -> Any:
    """Shares 0 to 1; above 1.5 somewhere means per cent throughout."""
    import ibis

    if role not in roles:
        return ibis.null("float64")
    number = roles.number(role)
    if _scalars(roles.table, top=number.max())["top"] > 1.5:
        number = number / 100
    return ibis.ifelse((number >= 0) & (number <= 1), number, ibis.null("float64"))


def _mean_rating(roles: Roles) -> Any:
    """Satisfied share behind mean ratings, by the scale that their largest and smallest give away."""
    import ibis

    if "csat" not in roles:
        return ibis.null("float64")
    number = roles.number("csat")
    found = _scalars(roles.table, low=number.min(), top=number.max())
    key = scale_of_means(np.array([found["low"], found["top"]]))
    # A mean's share is linear in it: two points say which line.
    at = mean_share(np.array([found["low"], found["top"]]), key)
    slope = (at[1] - at[0]) / (found["top"] - found["low"]) if found["top"] > found["low"] else 0.0
    return at[0] + (number - found["low"]) * float(slope)


def _scalars(table: "ir.Table", **of: Any) -> dict[str, float]:
    """Several figures of a table by one query; 0 for those of nothing."""
    row = numbers(table.aggregate(**of)).iloc[0]
    return {str(key): float(value) for key, value in row.items()}
