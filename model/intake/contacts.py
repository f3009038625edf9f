"""The canonical table of a file with one row a contact or ticket."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.intake import customers, ends, legs
from model.intake.cells import Cells
from model.intake.columns import ROLE_LABELS
from model.intake.dates import NAT, Moments
from model.intake.means import missing_parts
from model.intake.problems import Problems
from model.intake.rows import there_twice
from model.intake.values import Floats
from model.intake.words import normalised

TEST_WORDS = ("test", "tests", "testing", "prueba", "pruebas", "teste", "testes", "dummy")
TEST_WORD = re.compile(rf"\b({'|'.join(TEST_WORDS)})\b")


def contacts(cells: Cells, start: Moments) -> pd.DataFrame:
    """One row a contact: arrived, state, wait_s, handle_s and what else the file says."""
    problems, pick, used = cells.problems, cells.pick, cells.used
    empty = np.full(len(start), np.nan)

    def seconds(role: str) -> Floats:
        return cells.durations(role) if role in pick else empty.copy()

    wait, handle = seconds("wait"), seconds("handle")
    for part in missing_parts(normalised(used["handle"])) if "handle" in used else ():
        handle = handle + np.nan_to_num(seconds(part))
    end = _said(cells)
    if "abandon_wait" in pick:
        own = seconds("abandon_wait")
        # Some systems write 0 for the wait of those who gave up, and theirs in a column of its own.
        none = np.isnan(wait) | ((wait == 0) & (end == "abandoned"))
        wait = np.where(none & (own > 0), own, wait)
    wait, handle = _by_moments(cells, start, wait, handle)
    _say(problems, "negative_wait", wait < 0)
    _say(problems, "negative_handle", handle < 0)
    wait, handle = np.where(wait < 0, 0.0, wait), np.where(handle <= 0, np.nan, handle)
    state = _states(cells, end, wait, handle)
    if cells.kind == "contacts":
        wait, handle = cells.sensible("wait", wait), cells.sensible("handle", handle)
    table = pd.DataFrame({"arrived": start, "state": state, "wait_s": wait, "handle_s": handle})
    for role in ("resolved", "transferred"):
        if role in pick:
            table[role] = cells.flags(role)
    if "reopened" in pick and "resolved" not in table:
        again = cells.numbers("reopened")
        flag = np.where(np.isnan(again), np.nan, np.where(again > 0, 1.0, 0.0))
        table["resolved"] = 1 - cells.with_blanks("reopened", flag)
    if "csat" in pick:
        table["csat"] = cells.ratings()
        table["rating"] = cells.levels
    if "id" in pick:
        table["id"] = pick["id"].astype("str").str.strip()
    for role in ("reason", "team"):
        if role in pick:
            # As bare numbers: what they are called does not go further.
            table[role] = pd.factorize(pick[role])[0]
    tests = _tests(cells)
    if tests.any():
        table["test"] = tests
    if "customer" in pick:
        table["customer"], often = customers.keys(pick["customer"])
        problems.add("too_often", customers.too_often(used["customer"]), often, "kept")
    if "channel" in pick:
        table["channel"] = pick["channel"].astype("category")
    _ends(cells, start, table)
    keep = ~np.isnat(start) & ~_repeats(cells, start, table) & (end != "outbound")
    kept: pd.DataFrame = table.loc[keep].reset_index(drop=True)
    return kept


def _by_moments(cells: Cells, start: Moments, wait: Floats, handle: Floats) -> tuple[Floats, Floats]:
    """Waits and handle times from the moments of answer and end, where the file has no durations of its own."""
    if "answered_at" not in cells.pick:
        return wait, handle
    answered = cells.moments("answered_at", start)
    if "wait" not in cells.pick:
        wait = _seconds(start, answered)
    if "ended_at" in cells.pick:
        ended = cells.moments("ended_at", start)
        cells.problems.add("answer_after_end", "Answered after the end", answered > ended, "kept")
        if "handle" not in cells.pick:
            handle = _seconds(answered, ended)
    return wait, handle


def _seconds(first: Moments, last: Moments) -> Floats:
    gap = (last - first).astype("timedelta64[s]")
    return np.where(np.isnat(gap), np.nan, gap.astype(np.float64))


def _ends(cells: Cells, start: Moments, table: pd.DataFrame) -> None:
    """First replies and ends of tickets; what lies before the creation is left empty, what contradicts is named."""
    for role in ("replied_at", "resolved_at"):
        if role not in cells.pick:
            continue
        if cells.used[role] == cells.used["date"]:
            text = f"{ROLE_LABELS[role]} stands in for the creation: nothing is said of times until then"
            cells.problems.add(f"{role}_is_start", text, ~np.isnat(start), "kept")
            continue
        moments = cells.moments(role, start)
        if not np.isnat(start).all():
            far = moments > np.nanmax(start) + np.timedelta64(ends.NEVER_S, "s")
            cells.problems.add(f"never_{role}", ends.never(ROLE_LABELS[role]), far, "repaired")
            moments = np.where(far, NAT, moments)
        early = moments < start
        cells.problems.add(role, f"{ROLE_LABELS[role]} before the ticket was created", early, "repaired")
        table[role] = np.where(early, NAT, moments)
    if {"replied_at", "resolved_at"} <= set(table.columns):
        late = (table["replied_at"] > table["resolved_at"]).to_numpy()
        cells.problems.add("reply_after_end", "First reply after the ticket was solved", late, "kept")
    if "reply_time" in cells.pick:
        most = _seconds(start, table["resolved_at"].to_numpy(dtype="datetime64[s]")) if "resolved_at" in table else None
        reply = cells.durations("reply_time", most)
        cells.problems.add("negative_reply", "Negative times to first reply, left empty", reply < 0, "repaired")
        table["reply_s"] = np.where(reply < 0, np.nan, reply)
    elif "replied_at" in table:
        table["reply_s"] = (table["replied_at"] - table["arrived"]).dt.total_seconds()
    elif "resolved_at" in table and cells.kind == "tickets":
        _say(cells.problems, "no_reply", table["resolved_at"].notna().to_numpy(dtype=bool))


def _repeats(cells: Cells, start: Moments, table: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows that are no contact of their own: earlier rows of a ticket's log, later legs, rows that are there twice."""
    problems = cells.problems
    if "id" not in cells.pick:
        if cells.whole is None:
            return np.zeros(len(start), dtype=bool)
        double = there_twice(cells.whole, start)
        problems.add("twice", "Rows that are there twice", double, "dropped")
        return double
    column = cells.pick["id"]
    again = column.duplicated(keep="last").to_numpy(dtype=bool) & column.notna().to_numpy(dtype=bool)
    if cells.kind == "tickets":
        # A log has several rows a ticket; its last one knows how it ended.
        _say(problems, "log", again)
        return again
    if not again.any() or problems.frame_ is None:
        return again & False
    twice = problems.frame_.duplicated(keep="first").to_numpy(dtype=bool) & column.notna().to_numpy(dtype=bool)
    problems.add("twice", "Rows that are there twice", twice, "dropped")
    later = legs.joined(table, column, twice)
    _say(problems, "leg", later)
    other = column.duplicated(keep="first").to_numpy(dtype=bool) & column.notna().to_numpy(dtype=bool) & ~twice & ~later
    problems.add("same_id", "Rows with the number of an earlier contact but other values", other, "kept")
    return twice | later


def _say(problems: Problems, kind: str, where: NDArray[np.bool_]) -> None:
    text, done = ends.SAID[kind]
    problems.add(kind, text, where, done)


def _said(cells: Cells) -> NDArray[np.str_]:
    """What the file's own words say of how each contact ended: of `ends.End`, "" where no column says anything."""
    pick, problems = cells.pick, cells.problems
    rows = len(next(iter(pick.values())))
    out = np.full(rows, "", dtype="<U9")
    if "outcome" in pick:
        codes, uniques = pd.factorize(pick["outcome"])
        out = np.append([ends.outcome_of(str(u)) for u in uniques], "other").astype("<U9")[codes]
        _say(problems, "other_end", out == "other")
        if "answered" in pick:
            flag = cells.flags("answered")
            clash = ((flag == 1) & (out == "abandoned")) | ((flag == 0) & (out == "answered"))
            text = "Two columns disagree on whether the contact was answered; how it ended is used"
            problems.add("two_ends", text, clash, "kept")
    elif "answered" in pick or "abandoned" in pick:
        flag = cells.flags("answered") if "answered" in pick else 1 - cells.flags("abandoned")
        out = np.where(flag == 1, "answered", np.where(flag == 0, "abandoned", "other")).astype("<U9")
        _say(problems, "no_end", np.isnan(flag))
    else:
        _not_understood(cells)
    if "direction" in pick:
        codes, uniques = pd.factorize(pick["direction"])
        away = np.append([ends.direction_of(str(u)) == "out" for u in uniques], False).astype(bool)[codes]
        out = np.where(away, "outbound", out).astype("<U9")
    _say(problems, "outbound", out == "outbound")
    return out


def _not_understood(cells: Cells) -> None:
    """Where nothing says how contacts ended: a column whose name promises it, in words that are not known."""
    if cells.kind != "contacts" or cells.whole is None:
        return
    for column in cells.whole.columns:
        if column in cells.used.values() or not ends.NAMED.fullmatch(normalised(column)):
            continue
        there = cells.whole[column].notna().to_numpy(dtype=bool)
        if (2 if there.all() else 1) <= cells.whole[column].nunique() <= ends.MOST_ENDS:
            cells.problems.add("unread_end", ends.not_understood(column), there, "kept")


def _states(cells: Cells, end: NDArray[np.str_], wait: Floats, handle: Floats) -> NDArray[np.str_]:
    """How each contact ended: answered, abandoned, left (hung up before it queued), unserved (no agent), other."""
    pick, problems = cells.pick, cells.problems
    state = np.where(end == "", "answered", np.where(end == "outbound", "other", end)).astype("<U9")
    if (end != "").sum() == (end == "outbound").sum() and "answered_at" in pick and "wait" not in pick:
        none = np.isnan(wait) & (end == "")
        if 0 < none.sum() < ends.BY_ANSWER_BELOW * (end == "").sum():
            state[none] = "abandoned"
            _say(problems, "by_answer", none)
    gone, waited = state == "abandoned", (state == "abandoned") & (wait > 0)
    if waited.sum() > ends.LEFT_ABOVE * gone.sum():
        state[gone & ~waited] = "left"
        _say(problems, "left", gone & ~waited)
    answered = state == "answered"
    if "agent" in pick:
        codes, uniques = pd.factorize(pick["agent"])
        nobody = np.append([normalised(str(u)) in ends.NO_AGENT for u in uniques], False).astype(bool)[codes]
        alone = answered & nobody
        if alone.sum() < ends.UNSERVED_BELOW * max(answered.sum(), 1):
            state[alone] = "unserved"
            _say(problems, "unserved", alone)
    served = state == "answered"
    zero = served & np.isnan(handle)
    if "handle" in pick and zero.sum() < ends.NO_HANDLE_BELOW * max(served.sum(), 1):
        _say(problems, "no_handle", zero)
    return state


def _tests(cells: Cells) -> NDArray[np.bool_]:
    """Contacts that somebody made to try the line out: a word in a name, a number or a reason says so."""
    out = np.zeros(len(next(iter(cells.pick.values()))), dtype=bool)
    for role in ("agent", "customer", "channel", "outcome", "reason", "team", "id"):
        if role in cells.pick:
            codes, uniques = pd.factorize(cells.pick[role])
            out |= np.append([bool(TEST_WORD.search(normalised(str(u)))) for u in uniques], False).astype(bool)[codes]
    return out
