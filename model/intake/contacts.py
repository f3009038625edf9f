"""The canonical table of a file with one row a contact or ticket."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.intake import values
from model.intake.cells import Cells
from model.intake.columns import ROLE_LABELS, normalised, outcome_of
from model.intake.dates import NAT, Moments
from model.intake.problems import Problems
from model.intake.values import Floats

NO_AGENT = frozenset({
    "no server", "none", "no agent", "unassigned", "n a", "nobody", "sin agente", "sem agente", "system",
})  # fmt: skip
TEST_WORD = re.compile(r"\b(test|tests|testing|test call|prueba|pruebas|teste|testes|dummy)\b")
NO_CUSTOMER = ("", "0", "0.0", "unknown", "anonymous", "private", "restricted", "anonimo", "anónimo", "desconocido")


def contacts(cells: Cells, start: Moments) -> pd.DataFrame:
    """One row a contact: arrived, state, wait_s, handle_s and what else the file says."""
    problems, pick, used = cells.problems, cells.pick, cells.used
    empty = np.full(len(start), np.nan)

    def seconds(role: str) -> Floats:
        return cells.durations(role) if role in pick else empty.copy()

    wait, handle = seconds("wait"), seconds("handle")
    if "handle" in used and "talk" in normalised(used["handle"]):
        handle = handle + np.nan_to_num(seconds("hold")) + np.nan_to_num(seconds("wrap"))
    if "abandon_wait" in pick:
        own = seconds("abandon_wait")
        wait = np.where(np.isnan(wait) & (own > 0), own, wait)
    wait, handle = _by_moments(cells, start, wait, handle)
    problems.add("negative_wait", "Negative waiting times, taken as no wait", wait < 0, "repaired")
    problems.add("negative_handle", "Negative handle times, left empty", handle < 0, "repaired")
    wait, handle = np.where(wait < 0, 0.0, wait), np.where(handle <= 0, np.nan, handle)
    state = _states(cells, wait, handle)
    table = pd.DataFrame({"arrived": start, "state": state, "wait_s": wait, "handle_s": handle})
    for role in ("resolved", "transferred"):
        if role in pick:
            table[role] = cells.flags(role)
    if "reopened" in pick and "resolved" not in table:
        again = cells.numbers("reopened")
        table["resolved"] = np.where(np.isnan(again), np.nan, np.where(again > 0, 0.0, 1.0))
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
        table["customer"] = _keys(pick["customer"])
    if "channel" in pick:
        table["channel"] = pick["channel"].astype("category")
    _ends(cells, start, table)
    keep = ~np.isnat(start) & ~_repeats(cells, problems)
    return table.loc[keep].reset_index(drop=True)


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
        early = moments < start
        cells.problems.add(role, f"{ROLE_LABELS[role]} before the ticket was created", early, "repaired")
        table[role] = np.where(early, NAT, moments)
    if {"replied_at", "resolved_at"} <= set(table.columns):
        late = (table["replied_at"] > table["resolved_at"]).to_numpy()
        cells.problems.add("reply_after_end", "First reply after the ticket was solved", late, "kept")
    if "reply_time" in cells.pick:
        reply = cells.durations("reply_time")
        cells.problems.add("negative_reply", "Negative times to first reply, left empty", reply < 0, "repaired")
        table["reply_s"] = np.where(reply < 0, np.nan, reply)
    elif "replied_at" in table:
        table["reply_s"] = (table["replied_at"] - table["arrived"]).dt.total_seconds()


def _repeats(cells: Cells, problems: Problems) -> NDArray[np.bool_]:
    """Rows that are not a contact of their own: earlier rows of a ticket's log, and rows that are there twice."""
    if "id" not in cells.pick:
        return np.zeros(len(next(iter(cells.pick.values()))), dtype=bool)
    column = cells.pick["id"]
    again = column.duplicated(keep="last").to_numpy(dtype=bool) & column.notna().to_numpy(dtype=bool)
    if cells.kind == "tickets":
        # A log has several rows a ticket; its last one knows how it ended.
        problems.add("log", "Earlier rows of the same ticket", again, "dropped")
        return again
    if not again.any() or problems.frame_ is None:
        return again & False
    twice = problems.frame_.duplicated(keep="first").to_numpy(dtype=bool) & column.notna().to_numpy(dtype=bool)
    problems.add("twice", "Rows that are there twice", twice, "dropped")
    other = column.duplicated(keep="first").to_numpy(dtype=bool) & column.notna().to_numpy(dtype=bool) & ~twice
    problems.add("same_id", "Rows with the number of an earlier contact but other values", other, "kept")
    return twice


def _states(cells: Cells, wait: Floats, handle: Floats) -> NDArray[np.str_]:
    """How each contact ended: answered, abandoned, left (hung up before it queued), unserved (no agent), other."""
    pick, problems = cells.pick, cells.problems
    rows = len(wait)
    answered = np.ones(rows, dtype=bool)
    abandoned = np.zeros(rows, dtype=bool)
    if "outcome" in pick:
        codes, uniques = pd.factorize(pick["outcome"])
        ends = np.append([outcome_of(str(u)) for u in uniques], "other").astype(str)[codes]
        answered, abandoned = ends == "answered", ends == "abandoned"
        problems.add("other_end", "Contacts that ended neither answered nor given up", ends == "other", "dropped")
        if "answered" in pick:
            flag = values.flags(cells.texts["answered"])
            clash = ((flag == 1) & abandoned) | ((flag == 0) & answered)
            text = "Two columns disagree on whether the contact was answered; how it ended is used"
            problems.add("two_ends", text, clash, "kept")
    elif "answered" in pick or "abandoned" in pick:
        said = cells.texts
        flag = values.flags(said["answered"]) if "answered" in pick else 1 - values.flags(said["abandoned"])
        answered, abandoned = flag == 1, flag == 0
        problems.add("other_end", "Contacts without a word on how they ended", np.isnan(flag), "dropped")
    elif "answered_at" in pick and 0 < np.isnan(wait).mean() < 0.7 and "wait" not in pick:
        answered, abandoned = ~np.isnan(wait), np.isnan(wait)
        problems.add("by_answer", "Contacts without a time of answer, taken as given up", abandoned, "kept")
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


def _tests(cells: Cells) -> NDArray[np.bool_]:
    """Contacts that somebody made to try the line out: a word in a name, a number or a reason says so."""
    out = np.zeros(len(next(iter(cells.pick.values()))), dtype=bool)
    for role in ("agent", "customer", "channel", "outcome", "reason", "team", "id"):
        if role in cells.pick:
            codes, uniques = pd.factorize(cells.pick[role])
            out |= np.append([bool(TEST_WORD.search(normalised(str(u)))) for u in uniques], False).astype(bool)[codes]
    return out


def _keys(column: pd.Series) -> NDArray[np.int64]:
    """Customers as bare numbers, -1 for no key (missing, 0, blank): who they are does not go further."""
    codes, uniques = pd.factorize(column)
    text = pd.Series(uniques, dtype="str").str.strip().str.lower()
    none = text.isin(NO_CUSTOMER).to_numpy(dtype=bool)
    return np.where(np.append(none, True)[codes], -1, codes).astype(np.int64)
