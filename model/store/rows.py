"""Rows of the store: how they are asked for, who may change them, and which of them a link still opens."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from model.errors import StoreError
from model.store import records
from model.store.records import Entry, now, owner_hash, stamp
from model.store.schema import baselines, scenarios, versions

Row = Mapping[Any, Any]

KEPT_DAYS = 30
"""How long a deleted scenario can be brought back."""

_SIBLINGS = versions.alias("siblings")


def _of_siblings(what: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    """Something about all versions of the scenario at hand."""
    return select(what).where(_SIBLINGS.c.scenario == scenarios.c.id).correlate(scenarios).scalar_subquery()


NEWEST = versions.c.number == _of_siblings(sa.func.max(_SIBLINGS.c.number))


def _joined(columns: Sequence[Any]) -> sa.Select[Any]:
    about = [scenarios.c.name, scenarios.c.owner, scenarios.c.deleted]
    return select(*columns, *about, _of_siblings(sa.func.count()).label("versions")).join_from(versions, scenarios)


def whole() -> sa.Select[Any]:
    """Versions with their scenario's name, owner and deletion."""
    return _joined(list(versions.c))


def summaries() -> sa.Select[Any]:
    """The same without the documents, for lists."""
    return _joined([column for column in versions.c if column.name != "body"])


def kept(connection: Connection, company: str) -> dict[str, str]:
    """The baseline's digest, the baseline kept once.

    Touched where it is there already: it is then held, and not removed by another process before the version stands
    on it.
    """
    name = records.digest(company)
    row = {"digest": name, "body": company}
    if connection.dialect.name == "postgresql":
        there = postgresql.insert(baselines).values(row)
        connection.execute(there.on_conflict_do_update(index_elements=["digest"], set_={"digest": name}))
    else:
        here = sqlite.insert(baselines).values(row)
        connection.execute(here.on_conflict_do_update(index_elements=["digest"], set_={"digest": name}))
    return {"baseline": name}


def owned(owner: str | None) -> sa.ColumnElement[bool]:
    """Scenarios that the asker saved; the program: all."""
    # A scenario saved by the program has no owner: a session's token must not match it by being none itself.
    return sa.true() if owner is None else sa.func.coalesce(scenarios.c.owner, "") == owner_hash(owner)


def may_change(row: Row, owner: str | None) -> bool:
    """Whether the asker may change a row's scenario."""
    return owner is None or row["owner"] == owner_hash(owner)


def entry(row: Row, owner: str | None) -> Entry:
    """The entry of a row, as the asker sees it."""
    return records.entry_of(row, may_change(row, owner))


def matches(entry: Entry, words: Sequence[str]) -> bool:
    """Whether every word is in what a list shows of an entry; `words` casefolded."""
    text = f"{entry.name} {entry.author} {entry.note} {entry.company}".casefold()
    return all(word in text for word in words)


def refuse_closed(row: Row) -> None:
    """StoreError where a link to the version does not open any more."""
    again = "Ask whoever sent it for a new one."
    if row["deleted"]:
        hint = f"Whoever saved it can bring it back in their Library for {KEPT_DAYS} days."
        raise StoreError("This scenario has been deleted by the one who saved it.", hint)
    if row["revoked"]:
        raise StoreError("This link has been withdrawn by the one who saved the scenario.", again)
    if row["expires"] and row["expires"] <= stamp(now()):
        ended = records.moment(row["expires"])
        raise StoreError(f"This link ended on {ended.day} {ended:%B %Y}.", again)
