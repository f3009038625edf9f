"""A table where it lies (Ibis) to the canonical columns that `aggregates` asks for, as `file` makes them of an upload.

Nothing is fetched but scalars and the distinct words of class columns (outcome, channel, yes or no, rating): columns
that may name people (agent, customer) are compared where they lie. The rules are those of an uploaded file; tests hold
both to the same figures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from model.errors import IntakeError
from model.intake import customers, ends, values
from model.intake.aggregates import DAY, STATES
from model.intake.answers import answer, numbers
from model.intake.columns import ROLE_LABELS, FileKind
from model.intake.means import missing_parts
from model.intake.problems import Problems
from model.intake.ratings import mean_share, satisfaction, scale_of_means
from model.intake.rows import MISSING
from model.intake.words import normalised

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_WORDS = 500
"""A class column with more distinct words is none: it may hold names, and is not looked at."""
LATEST_S = 10**11
"""Seconds since 1970 that no moment of a company's reaches; a larger number counts milliseconds."""
DURATIONS = ("wait", "abandon_wait", "handle", "hold", "wrap", "reply_time")
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

    `headers` are the names that the columns had where they came from, where they have others now.
    """

    def __init__(
        self, table: "ir.Table", columns: Mapping[str, str], scale: Mapping[str, float], where: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.columns, self.scale, self.where = columns, scale, where
        self.headers = {**columns, **(headers or {})}
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
            number = column.cast("int64")  # seconds since 1970, or milliseconds
            return (number > LATEST_S).ifelse((number / 1000).floor().cast("int64"), number)
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
        if "ended_at" in roles and "handle" not in roles:
            handle = (roles.moment("ended_at") - answer).cast("float64")
    replied = {role: roles.moment(role) for role in ("replied_at", "resolved_at") if role in roles}
    replied = {role: _without_never(roles, role, moment, arrived, problems) for role, moment in replied.items()}
    table = roles.table.mutate(
        arrived=arrived, raw_wait=wait, raw_handle=handle,
        wait_s=_not_below_zero(wait),
        handle_s=ibis.ifelse(handle > 0, handle, ibis.null("float64")),
        resolved=_flag(roles, "resolved", problems), transferred=_flag(roles, "transferred", problems),
        csat=_rated(roles),
        end=end, nobody=_nobody(roles), customer=_customer(roles, problems), label=_label(roles),
        **{role: ibis.ifelse(moment >= arrived, moment, ibis.null("int64")) for role, moment in replied.items()},
    )  # fmt: skip
    if "reopened" in roles and "resolved" not in roles:
        table = table.mutate(resolved=1 - _flag(roles, "reopened", problems))
    ends = next(iter(replied), None)
    done = table[ends] if ends else ibis.null("int64")
    if "reply_time" in roles:
        reply = ibis.ifelse(roles.seconds("reply_time") >= 0, roles.seconds("reply_time"), ibis.null("float64"))
    else:
        first = "replied_at" if "replied_at" in replied else ends
        if first == "resolved_at" and kind == "tickets":
            _say(problems, "no_reply", _scalars(table, n=table.count(where=table[first].notnull()))["n"])
        reply = (table[first] - table.arrived).cast("float64") if first else table.wait_s
    table = table.mutate(done=done, reply_s=reply)
    table = _last_of_each(table, ends, problems) if kind == "tickets" and "id" in roles else table
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


def _without_never(roles: Roles, role: str, moment: Any, arrived: Any, problems: Problems) -> Any:
    """Moments of replies or ends; null where one lies years after the last contact, which stands for none."""
    import ibis

    last = _scalars(roles.table, last=arrived.max())["last"]
    far = (moment > int(last) + ends.NEVER_S).fill_null(False)
    count = int(_scalars(roles.table, far=roles.table.count(where=far))["far"])
    problems.add(f"never_{role}", ends.never(ROLE_LABELS[role]), count, "repaired")
    return far.ifelse(ibis.null("int64"), moment)


def _not_below_zero(value: Any) -> Any:
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
        seen = _scalars(roles.table, yes=roles.table.count(where=flag == 1), no=roles.table.count(where=flag == 0))
        known = {answer for answer, name in ((1.0, "yes"), (0.0, "no")) if seen[name]}
    if known not in ({1.0}, {0.0}):
        return flag
    blank = 1 - known.pop()
    count = int(_scalars(roles.table, none=roles.table.count(where=flag.isnull()))["none"])
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
        _say(problems, unsaid, _scalars(roles.table, none=roles.table.count(where=end == CODE["other"]))["none"])
    if "direction" in roles:
        out = roles.as_class("direction", lambda c: np.array([float(ends.direction_of(text) == "out") for text in c]))
        end = ibis.ifelse((out == 1).fill_null(False), CODE["outbound"], end).cast("int64")
    if "outcome" in roles or "direction" in roles:
        _say(problems, "outbound", _scalars(roles.table, n=roles.table.count(where=end == CODE["outbound"]))["n"])
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
    limit = customers.limit(_scalars(rows, rows=rows.count())["rows"])
    each = rows.filter(rows.key.notnull()).group_by("key").aggregate(contacts=lambda t: t.count())
    often = _scalars(each, contacts=each.contacts.sum(where=each.contacts > limit))["contacts"]
    if not often:
        return key
    problems.add("too_often", customers.too_often(roles.headers["customer"]), int(often), "kept")
    return (roles.table.count().over(group_by=key) > limit).ifelse(ibis.null(key.type()), key)


def _rated(roles: Roles) -> Any:
    """Satisfied or not, by the words and grades of the column and by its header."""
    import ibis

    if "csat" not in roles:
        return ibis.null("float64")
    return roles.as_class("csat", lambda cells: satisfaction(cells, header=roles.headers["csat"]).values)


def _label(roles: Roles) -> Any:
    import ibis

    return roles.raw("channel").cast("string") if "channel" in roles else ibis.null("string")


def _labels(roles: Roles) -> tuple[str, ...]:
    """Words of the channel column; marks for missing are none."""
    words = [str(word) for word in roles.words("channel")] if "channel" in roles else []
    return tuple(word for word in words if word.strip() not in MISSING)


def _last_of_each(table: "ir.Table", ends: str | None, problems: Problems) -> "ir.Table":
    """A log has several rows a ticket; its last one knows how it ended."""
    import ibis

    order = [ibis.coalesce(table[ends], table.arrived) if ends else table.arrived, table.arrived]
    key = table["in_id"]
    place = ibis.row_number().over(group_by=key, order_by=[ibis.desc(each) for each in order])
    table = table.mutate(place=place, named=key.notnull())
    last = table.filter((table.place == 0) | ~table.named)
    counted = _scalars(table, all=table.count(), earlier=table.count(where=(table.place > 0) & table.named))
    _say(problems, "log", counted["earlier"])
    return last


def _with_state(table: "ir.Table", roles: Roles, problems: Problems) -> "ir.Table":
    """How each contact ended: answered, abandoned, left (hung up before it queued), unserved (no agent), other."""
    import ibis

    found = _scalars(
        table, no_date=table.count(where=table.arrived.isnull()), negative_wait=table.count(where=table.raw_wait < 0),
        negative_handle=table.count(where=table.raw_handle < 0), unsaid=table.count(where=table.end.isnull()),
        by_answer=table.count(where=table.end.isnull() & table.raw_wait.isnull()),
    )  # fmt: skip
    for kind in ("no_date", "negative_wait", "negative_handle"):
        _say(problems, kind, found[kind])
    table = table.filter((table.end != CODE["outbound"]) | table.end.isnull())
    unsaid = CODE["answered"]
    if not {"outcome", "answered", "abandoned", "wait"} & roles.columns.keys() and "answered_at" in roles:
        if 0 < found["by_answer"] < ends.BY_ANSWER_BELOW * found["unsaid"]:
            unsaid = ibis.ifelse(table.raw_wait.isnull(), CODE["abandoned"], CODE["answered"])
            _say(problems, "by_answer", found["by_answer"])
    state = table.end.fill_null(unsaid)
    answered, gone = state == CODE["answered"], state == CODE["abandoned"]
    alone = answered & table.nobody
    served = answered & ~table.nobody
    found = _scalars(
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
    for part in missing_parts(normalised(roles.headers["handle"])) if "handle" in roles else ():
        if part in time:
            handle = handle + time[part].fill_null(0.0)
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
