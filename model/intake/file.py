"""A read file: its kind, which column is what, its canonical table, and what was wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import IntakeError
from model.intake import values
from model.intake.columns import ROLE_LABELS, FileKind, Guess, guess, normalised, outcome_of
from model.intake.problems import Problems
from model.intake.reading import MAX_BYTES, read_table

Floats = NDArray[np.float64]
NO_AGENT = frozenset(
    {"no server", "none", "no agent", "unassigned", "n a", "nobody", "sin agente", "sem agente", "system"}
)


DATE_WORDS = frozenset(
    {"date", "day", "datetime", "timestamp", "fecha", "dia", "data", "month", "mes", "week", "semana"}
)
FEWEST_DAYS = 28
"""Totals by day without dates are taken for days in a row where there are four weeks of them."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that came in.

    Attributes
    ----------
    name : str
    kind : {"contacts", "tickets", "intervals", "daily", "monthly"}
    columns : dict role -> column of the file in use
    guesses : dict role -> Guess (column, confidence, three samples), as guessed; a correction has confidence 1
    table : DataFrame
        Canonical: one row a contact (arrived, state, wait_s, handle_s, ...) or an interval (start, offered, ...).
    problems : Problems
    text : DataFrame of the cells as they stand in the file, for a preview
    has_time : bool, whether a time of day is known
    """

    name: str
    kind: FileKind
    columns: dict[str, str]
    guesses: dict[str, Guess]
    table: pd.DataFrame
    problems: Problems
    text: pd.DataFrame
    has_time: bool
    notes: dict[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    reading: Problems = field(default_factory=Problems)

    def with_columns(self, roles: Mapping[str, str | None], kind: FileKind | None = None) -> "File":
        """The same file with columns corrected: role -> column, None takes a role away.

        Raises
        ------
        IntakeError
            An unknown role or column, or a choice under which nothing can be read.
        """
        guesses = dict(self.guesses)
        for role, column in roles.items():
            if role not in ROLE_LABELS:
                raise IntakeError(f"{role} is not something a column can be.", f"Known: {', '.join(ROLE_LABELS)}.")
            if column is None:
                guesses.pop(role, None)
                continue
            if column not in self.text.columns:
                raise IntakeError(f"There is no column {column!r} in {self.name}.", "Choose one of its columns.")
            if guesses.get(role) is None or guesses[role].column != column:
                cells = tuple(str(c)[:60] for c in self.text[column].dropna().unique()[:3])
                guesses[role] = Guess(column, 1.0, cells)
        return build(self.name, kind or self.kind, guesses, self.text, self.reading, self.encoding)


def read(source: Any, name: str | None = None, *, limit: int = MAX_BYTES) -> File:
    """Read a file: a path, bytes or a file object. IntakeError (message, hint) where it cannot become a table."""
    try:
        table = read_table(source, name, limit)
        kind, guesses = guess(table.frame)
        return build(table.name, kind, guesses, table.frame, table.problems, table.encoding)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, MemoryError, RecursionError) as fault:
        # What no rule foresaw is still the file's fault to the user; the cause stays in the chain for the log.
        raise IntakeError(
            f"{name or 'The file'} cannot be understood as a table.", "Export it again as CSV."
        ) from fault


def build(
    name: str, kind: FileKind, guesses: dict[str, Guess], text: pd.DataFrame, reading: Problems, encoding: str
) -> File:
    """The canonical table of a file under given roles."""
    problems = reading.copy()
    notes: dict[str, str] = {}
    used = {role: guess.column for role, guess in guesses.items()}
    pick = {role: text[column] for role, column in used.items()}
    start, has_time = _start(name, kind, pick, text, problems)
    if kind in ("contacts", "tickets"):
        table = _contacts(kind, pick, used, start, problems, notes)
    else:
        table = _counts(name, pick, used, start, problems, notes)
    return File(name, kind, used, guesses, table, problems, text, has_time, notes, encoding, reading)


def _start(
    name: str, kind: FileKind, pick: Mapping[str, pd.Series], text: pd.DataFrame, problems: Problems
) -> tuple[NDArray[np.datetime64] | None, bool]:
    """Moment of each row and whether its time of day is known; None where totals by day carry no date."""
    if "date" not in pick:
        if kind == "daily" and len(text) >= FEWEST_DAYS:
            said = [column for column in text.columns if normalised(column) in DATE_WORDS]
            if not said:
                return None, False
            raise IntakeError(f"The column {said[0]!r} of {name} holds no dates.", "Write dates as 2024-03-31.")
        raise IntakeError(
            f"{name} has no column with dates.",
            "Export the day and time at which each contact or interval began, too.",
        )
    parsed = values.dates(pick["date"], compact=True)
    start, has_time = parsed.values, parsed.has_time
    missing = np.isnat(start)
    if missing.all():
        raise IntakeError(
            f"The column for the date in {name} holds no dates.", "Choose another column, or write dates as 2024-03-31."
        )
    if parsed.undecided:
        problems.add("day_month", "Dates that could be day first or month first; read as day first", len(start), "kept")
    if "time" in pick:
        clock = values.times(pick["time"])
        if (~np.isnan(clock)).mean() > 0.5 and (not has_time or kind == "contacts"):
            # Not added to a moment that carries its own time already: the time column then says the same.
            day = start.astype("datetime64[D]").astype("datetime64[s]")
            joined = day + np.nan_to_num(clock).astype("timedelta64[s]")
            start = start if has_time else np.where(np.isnan(clock), np.datetime64("NaT", "s"), joined)
            has_time = True
    problems.add("no_date", "Rows whose date or time cannot be read", np.isnat(start), "dropped")
    return start, has_time


def _contacts(
    kind: FileKind,
    pick: Mapping[str, pd.Series],
    used: Mapping[str, str],
    start: NDArray[np.datetime64] | None,
    problems: Problems,
    notes: dict[str, str],
) -> pd.DataFrame:
    assert start is not None
    rows = len(start)
    empty = np.full(rows, np.nan)

    def seconds(role: str) -> Floats:
        return values.durations(pick[role], used[role]) if role in pick else empty.copy()

    wait, handle = seconds("wait"), seconds("handle")
    if "handle" in used and "talk" in normalised(used["handle"]):
        handle = handle + np.nan_to_num(seconds("hold")) + np.nan_to_num(seconds("wrap"))
    if "abandon_wait" in pick:
        own = seconds("abandon_wait")
        wait = np.where(np.isnan(wait) & (own > 0), own, wait)
    problems.add("negative_wait", "Negative waiting times", wait < 0, "repaired")
    problems.add("negative_handle", "Negative handle times", handle < 0, "repaired")
    wait, handle = np.where(wait < 0, 0.0, wait), np.where(handle <= 0, np.nan, handle)
    state = _states(pick, wait, handle, problems)
    table = pd.DataFrame({"arrived": start, "state": state, "wait_s": wait, "handle_s": handle})
    for role in ("resolved", "transferred"):
        if role in pick:
            flag = values.flags(pick[role])
            many = values.numbers(pick[role])
            table[role] = np.where(np.isnan(flag), np.where(many > 0, 1.0, np.where(many == 0, 0.0, np.nan)), flag)
    if "reopened" in pick and "resolved" not in table:
        table["resolved"] = np.where(values.numbers(pick["reopened"]) > 0, 0.0, 1.0)
    if "csat" in pick:
        rating = values.satisfaction(pick["csat"])
        table["csat"], notes["csat"] = rating.values, rating.scale
    if "customer" in pick:
        table["customer"] = _keys(pick["customer"])
    if "channel" in pick:
        table["channel"] = pick["channel"].astype("category")
    for role in ("replied_at", "resolved_at"):
        if role in pick:
            table[role] = values.dates(pick[role]).values
            early = table[role].to_numpy() < start
            problems.add(role, f"{ROLE_LABELS[role]} before the ticket was created", early, "repaired")
            table.loc[early, role] = np.datetime64("NaT", "s")
    if "reply_time" in pick:
        table["reply_s"] = seconds("reply_time")
    elif "replied_at" in table:
        table["reply_s"] = (table["replied_at"] - table["arrived"]).dt.total_seconds()
    keep = ~np.isnat(start)
    if kind == "tickets" and "id" in pick:
        # A log has several rows a ticket; its last one knows how it ended.
        earlier = pick["id"].duplicated(keep="last").to_numpy(dtype=bool) & pick["id"].notna().to_numpy(dtype=bool)
        problems.add("log", "Earlier rows of the same ticket", earlier, "dropped")
        keep &= ~earlier
    return table.loc[keep].reset_index(drop=True)


def _states(pick: Mapping[str, pd.Series], wait: Floats, handle: Floats, problems: Problems) -> NDArray[np.str_]:
    """How each contact ended: answered, abandoned, left (hung up before it queued), unserved (no agent), other."""
    rows = len(wait)
    answered = np.ones(rows, dtype=bool)
    abandoned = np.zeros(rows, dtype=bool)
    if "outcome" in pick:
        codes, uniques = pd.factorize(pick["outcome"])
        ends = np.append([outcome_of(str(u)) for u in uniques], "other").astype(str)[codes]
        answered, abandoned = ends == "answered", ends == "abandoned"
        problems.add("other_end", "Contacts that ended neither answered nor given up", ends == "other", "dropped")
    elif "answered" in pick or "abandoned" in pick:
        flag = values.flags(pick["answered"]) if "answered" in pick else 1 - values.flags(pick["abandoned"])
        answered, abandoned = flag == 1, flag == 0
        problems.add("other_end", "Contacts without a word on how they ended", np.isnan(flag), "dropped")
    state = np.where(answered, "answered", np.where(abandoned, "abandoned", "other")).astype("<U9")
    waited = abandoned & (wait > 0)
    if waited.sum() > 0.2 * abandoned.sum():
        left = abandoned & ~(wait > 0)
        state[left] = "left"
        problems.add("left", "Hung up before they queued: not counted as given up waiting", left, "dropped")
    if "agent" in pick:
        codes, uniques = pd.factorize(pick["agent"])
        nobody = np.append([normalised(str(u)) in NO_AGENT for u in uniques], False).astype(bool)[codes]
        alone = answered & nobody
        if alone.sum() < 0.5 * max(answered.sum(), 1):
            state[alone] = "unserved"
            problems.add("unserved", "Answered without an agent: not counted as service", alone, "kept")
    zero = (state == "answered") & np.isnan(handle)
    if "handle" in pick and zero.sum() < 0.5 * max(answered.sum(), 1):
        problems.add("no_handle", "Answered contacts without a handle time: left out of its mean", zero, "kept")
    return state


def _keys(column: pd.Series) -> NDArray[np.int64]:
    """Customers as bare numbers, -1 for no key (missing, 0, blank): who they are does not go further."""
    codes, uniques = pd.factorize(column)
    text = pd.Series(uniques, dtype="str").str.strip().str.lower()
    none = text.isin(["", "0", "0.0", "unknown", "anonymous", "private", "restricted", "anonimo"]).to_numpy(dtype=bool)
    return np.where(np.append(none, True)[codes], -1, codes).astype(np.int64)


def _counts(
    name: str,
    pick: Mapping[str, pd.Series],
    used: Mapping[str, str],
    start: NDArray[np.datetime64] | None,
    problems: Problems,
    notes: dict[str, str],
) -> pd.DataFrame:
    table = pd.DataFrame(index=range(len(next(iter(pick.values())))))
    if start is not None:
        table["start"] = start
    whole = ("offered", "answered", "abandoned", "in_time", "surveys")
    # One column may show what another leaves open: 1.000 beside 1.040 is a thousand, too.
    grouped = any(values.dots_group(pick[role]) for role in whole if role in pick)
    for role in (*whole, "agents"):
        if role in pick:
            found = values.numbers(pick[role]) if role == "agents" else values.counts(pick[role], grouped)
            problems.add("negative_count", f"Negative counts: {ROLE_LABELS[role]}", found < 0, "dropped")
            table[role] = np.where(found < 0, np.nan, found)
    if "offered" not in table:
        table["offered"] = table["answered"] + (table["abandoned"] if "abandoned" in table else 0)
    for role in ("wait", "abandon_wait", "handle", "hold", "wrap"):
        if role in pick:
            found = values.durations(pick[role], used[role])
            problems.add("negative_time", f"Negative times: {ROLE_LABELS[role]}", found < 0, "repaired")
            table[role + "_s"] = np.where(found < 0, np.nan, found)
    if "handle_s" in table and any(w in normalised(used["handle"]) for w in ("talk", "acd")):
        for extra in ("hold_s", "wrap_s"):
            if extra in table:
                table["handle_s"] += np.nan_to_num(table[extra])
    if "service_level" in pick:
        table["service_level"] = values.shares(pick["service_level"])
    if "csat" in pick:
        found = values.shares(pick["csat"]) if "%" in str(pick["csat"].iloc[0]) else values.numbers(pick["csat"])
        top = float(np.nanmax(np.append(found, 0)))
        # A mean of ratings 1 to 5 says nothing about the share satisfied but by its distance from the ends.
        table["csat"] = (
            found if top <= 1 else (found - 1) / 4 if top <= 5 else (found - 1) / 9 if top <= 10 else found / 100
        )
        notes["csat"] = "share" if top <= 1 else "mean rating" if top <= 10 else "per cent"
    if "resolved" in pick:
        table["resolved"] = values.shares(pick["resolved"])
    if "transferred" in pick:
        table["transferred"] = values.numbers(pick["transferred"])
    if "channel" in pick:
        table["channel"] = pick["channel"].astype("category")
    if {"answered", "abandoned"} <= set(table.columns):
        unequal = (table["offered"] - table["answered"] - table["abandoned"]).abs() > 0.5
        problems.add("balance", "Offered is not answered and given up together", unequal.to_numpy(), "kept")
    empty = table["offered"].isna().to_numpy()
    problems.add("no_volume", "Rows without a number of contacts", empty, "dropped")
    keep = ~empty if start is None else ~empty & ~np.isnat(start)
    table = table.loc[keep]
    if "time" in pick and (length := values.interval_length(pick["time"])) is not None:
        notes["interval_s"] = str(length)
    if table.empty or table["offered"].sum() <= 0:
        raise IntakeError(f"{name} counts no contacts.", "Choose the column that counts contacts offered.")
    if start is not None:
        keys = ["start", "channel"] if "channel" in table else ["start"]
        order = table[keys].duplicated(keep="first")
        problems.add(
            "double", "Rows of the same time as an earlier row: their counts are added", order.to_numpy(), "kept"
        )
        table = table.sort_values("start", kind="stable")
    return table.reset_index(drop=True)
