"""The store: scenarios saved, found, named, forked, deleted and brought back.

`owner` is a secret of whoever acts: a token in a browser session. None is the program itself (a notebook, a command,
the only user of this computer), which may do anything.
"""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy import Connection, select

from model.errors import StoreError, must_be
from model.receipt import FORMAT, Receipt, receipt_of
from model.scenario import Scenario
from model.store import drafts, records
from model.store.database import Database
from model.store.drafts import Draft, Left
from model.store.records import Entry, Seen, Summary, clean, known_key, now, owner_hash, stamp
from model.store.rows import (
    KEPT_DAYS,
    NEWEST,
    Row,
    entry,
    kept,
    matches,
    may_change,
    owned,
    refuse_closed,
    summaries,
    whole,
)
from model.store.schema import baselines, facts, scenarios, versions
from model.version import ENGINE_VERSION

if TYPE_CHECKING:
    from model.store.exchange import Filed, Loaded

_RANDOM_BYTES = 18
"""Of a key: 144 bits."""

Entries = list[Entry]


def _key(key: str) -> str:
    """A key as it may stand in a link; StoreError where it cannot be one."""
    must_be(str, key, "key", StoreError)
    return known_key(key)


class Store:
    """An open store. Safe for several threads, and for several processes on the same database."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self.tag: str = self._database.read(
            lambda c: c.execute(select(facts.c.value).where(facts.c.name == "tag")).scalar_one()
        )
        self._purge()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._database.engine.dispose()

    @property
    def is_local(self) -> bool:
        """Whether it is a file of this computer."""
        return self._database.is_sqlite

    # Saving and opening

    def save(
        self, scenario: Scenario, seen: "Seen | None" = None, *, name: str = "", author: str = "", note: str = "",
        onto: str | None = None, parent: str | None = None, owner: str | None = None,
    ) -> str:  # fmt: skip
        """Keep a scenario as a version that never changes; its key is given back once it is safe on disk.

        Parameters
        ----------
        scenario : Scenario
        seen : Seen, optional
            Outcomes as seen, `Seen.of(outcome)`; reckoned here where not given.
        name : str
            Of a new scenario; the scenario's own where empty.
        onto : str, optional
            Key of a version: the new one is the next of the same scenario, whatever it is called by now.
        parent : str, optional
            Key of the version this was made from, for a new scenario; `onto` else.
        """
        must_be(Scenario, scenario, "scenario")
        seen = seen or Seen.reckoned(scenario)
        body, company = records.apart(scenario, seen)
        values = {
            "id": self._new_key(), "saved": stamp(now()), "author": clean("author", author),
            "note": clean("note", note), "parent": parent or onto, "engine": ENGINE_VERSION, "format": FORMAT,
            "body": body, "summary": Summary.of(scenario, seen).text(),
        }  # fmt: skip
        named = {"name": clean("name", name or scenario.name or scenario.baseline.name), "owner": owner_hash(owner)}
        return self._put(values, company, named, onto, owner)

    def get(self, key: str) -> Scenario:
        """The scenario of a version, as it was saved. StoreError or LinkError where it cannot be opened."""
        return self.receipt(key).scenario

    def receipt(self, key: str, withdrawn: bool = False) -> Receipt:
        """The receipt of a version: the scenario, and what it stood on.

        `withdrawn`: even where its link was withdrawn or has ended, for whoever saved it.
        """
        key = _key(key)

        def work(connection: Connection) -> Receipt:
            row = self._found(connection, key)
            if not withdrawn:
                refuse_closed(row)
            company = connection.execute(select(baselines.c.body).where(baselines.c.digest == row["baseline"]))
            return receipt_of(records.together(row["body"], company.scalar_one()), row["format"])

        return self._database.read(work)

    def entry(self, key: str, owner: str | None = None) -> Entry:
        """One version as a list shows it."""
        key = _key(key)
        return self._database.read(lambda c: entry(self._found(c, key), owner))

    # Finding

    def list(
        self, owner: str | None = None, keys: Collection[str] = (), *, search: str = "", deleted: bool = False
    ) -> Entries:
        """The newest version of each scenario, newest first.

        With an `owner`, theirs and the versions in `keys` (those opened by link): of what others saved only exactly
        the version that was opened, and not when its link is closed. `search`: words in name, author, note or company.
        """
        mine = owned(owner)
        shown = sa.and_(mine, NEWEST)
        if owner is not None and keys and not deleted:
            shown = sa.or_(shown, sa.and_(sa.not_(mine), versions.c.id.in_(list(keys))))
        gone = scenarios.c.deleted.is_not(None) if deleted else scenarios.c.deleted.is_(None)
        rows = self._database.read(lambda c: c.execute(summaries().where(shown, gone)).mappings().all())
        found = [entry(row, owner) for row in rows]
        wanted = search.casefold().split()
        shown_now = [e for e in found if (e.mine or e.open_at(now())) and matches(e, wanted)]
        return sorted(shown_now, key=lambda e: e.saved, reverse=True)

    def versions(self, key: str, owner: str | None = None) -> Entries:
        """Every version of a scenario, newest first; of another's scenario only the one that the key opens."""
        key = _key(key)

        def work(connection: Connection) -> Entries:
            row = self._found(connection, key)
            if not may_change(row, owner):
                return [entry(row, owner)]
            every = summaries().where(versions.c.scenario == row["scenario"]).order_by(versions.c.number.desc())
            return [entry(other, owner) for other in connection.execute(every).mappings()]

        return self._database.read(work)

    def lineage(self, key: str, owner: str | None = None) -> Entries:
        """What a version was made from, step by step back to the first that this store has, oldest first.

        Of what others saved nothing but the version itself: who has a link to a copy has none to its model.
        """
        key = _key(key)

        def work(connection: Connection) -> Entries:
            line = [entry(self._found(connection, key), owner)]
            while line[-1].mine and line[-1].parent not in {None, *(e.key for e in line)}:
                found = connection.execute(summaries().where(versions.c.id == line[-1].parent)).mappings().one_or_none()
                before = found and entry(found, owner)
                if not before or not (before.mine or before.open_at(now())):
                    break
                line.append(before)
            return line[::-1]

        return self._database.read(work)

    # Changing

    def rename(self, key: str, name: str, was: str | None = None, owner: str | None = None) -> Entry:
        """Another name. `was`: the name it had when it was read; StoreError where it was renamed meanwhile."""
        fresh = clean("name", name)

        def work(connection: Connection) -> Entry:
            row = self._own(connection, key, owner)
            if was is not None and row["name"] not in (was, fresh):
                raise StoreError(f"It was renamed to “{row['name']}” meanwhile.", "Rename it again if yours is better.")
            self._set(connection, row, name=fresh)
            return entry({**row, "name": fresh}, owner)

        return self._database.write(work)

    def fork(self, key: str, name: str = "", *, author: str = "", note: str = "", owner: str | None = None) -> str:
        """A copy of a version as a scenario of its own, with the version as its parent; its key."""
        key = _key(key)
        fresh, person, remark = self._new_key(), clean("author", author), clean("note", note)

        def work(connection: Connection) -> str:
            row = self._found(connection, key)
            if not may_change(row, owner):
                refuse_closed(row)
            called = clean("name", name or f"{row['name'][: records.LONGEST['name'] - 10]} (copy)")
            keep = ("body", "summary", "engine", "format", "baseline")
            values = {name: row[name] for name in keep} | {
                "id": fresh, "saved": stamp(now()), "author": person, "note": remark, "parent": key,
            }  # fmt: skip
            return self._insert(connection, values, {"name": called, "owner": owner_hash(owner)}, None, owner)

        return self._database.write(work)

    def delete(self, key: str, owner: str | None = None) -> None:
        """Take a scenario with all its versions off the list; `undelete` brings it back within `KEPT_DAYS`."""
        self._database.write(lambda c: self._set(c, self._own(c, key, owner), deleted=stamp(now())))

    def undelete(self, key: str, owner: str | None = None) -> None:
        """Bring a deleted scenario back, its links with it."""
        self._database.write(lambda c: self._set(c, self._own(c, key, owner, deleted=True), deleted=None))

    def revoke(self, key: str, owner: str | None = None) -> None:
        """Close the link to one version for everyone but the one who saved it."""
        self._close(key, owner, revoked=stamp(now()))

    def expire(self, key: str, when: datetime | None, owner: str | None = None) -> None:
        """Let the link to one version end at a moment; None: never. A withdrawn link opens again."""
        self._close(key, owner, revoked=None, expires=None if when is None else stamp(when))

    # What nobody has saved yet

    def leave(self, left: Iterable[Left]) -> None:
        """Keep for some hours what tabs have not saved."""
        every = list(left)
        self._database.write(lambda c: drafts.put(c, every))

    def draft(self, browser: str) -> Draft | None:
        """What a browser left last."""
        return self._database.read(lambda c: drafts.newest(c, browser))

    # Taking along

    def export(self, keys: Iterable[str], owner: str | None = None) -> bytes:
        """Scenarios as a file: JSON for one, a zip of JSON for many; all versions of one's own, else the one opened."""
        from model.store import exchange

        return exchange.packed([self._filed(_key(key), owner) for key in keys])

    def load(self, data: bytes, owner: str | None = None) -> "Loaded":
        """Scenarios from such a file, under the keys they had; what is here already stays as it is.

        A deleted scenario of one's own comes back. StoreError where the file as a whole is none of ours.
        """
        from model.store import exchange

        found, refused = exchange.unpacked(data)
        added, known = [], 0
        for scenario in found:
            try:
                key = self._database.write(lambda c, scenario=scenario: self._adopted(c, scenario, owner))  # type: ignore[misc]
            except StoreError as fault:
                refused[scenario.name] = f"{fault.message} {fault.hint}".strip()
                continue
            added += [key] if key else []
            known += not key
        return exchange.Loaded(tuple(added), known, refused)

    # Within

    def _new_key(self) -> str:
        return self.tag + secrets.token_urlsafe(_RANDOM_BYTES)

    def _put(self, values: dict[str, Any], company: str, named: Row, onto: str | None, owner: str | None) -> str:
        def work(connection: Connection) -> str:
            return self._insert(connection, values | kept(connection, company), named, onto, owner)

        return self._database.write(work)

    def _insert(
        self, connection: Connection, values: dict[str, Any], named: Row, onto: str | None, owner: str | None
    ) -> str:
        """A version as the next of a scenario, or as the first of a new one."""
        if connection.execute(select(versions.c.id).where(versions.c.id == values["id"])).scalar():
            return str(values["id"])  # done already, before the connection broke
        if onto is None:
            home, number = values["id"], 1
            connection.execute(scenarios.insert().values(id=home, created=values["saved"], **named))
        else:
            home = self._own(connection, onto, owner)["scenario"]
            last = select(sa.func.max(versions.c.number)).where(versions.c.scenario == home)
            number = connection.execute(last).scalar_one() + 1
        connection.execute(versions.insert().values(scenario=home, number=number, **values))
        return str(values["id"])

    def _found(self, connection: Connection, key: str) -> Row:
        """The row of a version with its scenario's; StoreError where this store does not have it."""
        row = connection.execute(whole().where(versions.c.id == key)).mappings().one_or_none()
        if row is not None:
            return row
        if key.startswith(self.tag):
            raise StoreError(
                "This scenario is no longer kept here: it was removed for good.",
                "Ask whoever sent the link to save it again, or to send it as a file that you import in the Library.",
            )
        raise StoreError(
            "This scenario was saved at another installation, which this one cannot see.",
            "Open the link there, or ask the sender for a link that holds everything, or for a file to import.",
        )

    def _filed(self, key: str, owner: str | None) -> "Filed":
        from model.store.exchange import Filed, FiledVersion

        def work(connection: Connection) -> Filed:
            row = self._found(connection, key)
            mine = may_change(row, owner)
            if not mine:
                refuse_closed(row)
            wanted = versions.c.scenario == row["scenario"] if mine else versions.c.id == key
            texts = whole().add_columns(baselines.c.body.label("company")).join(baselines).where(wanted)
            rows = connection.execute(texts.order_by(versions.c.number)).mappings().all()
            fields = [field for field in FiledVersion.__dataclass_fields__ if field != "key"]
            known = {r["id"]: r if mine else {**r, "parent": None} for r in rows}
            return Filed(row["name"], tuple(FiledVersion(k, *(r[f] for f in fields)) for k, r in known.items()))

        return self._database.read(work)

    def _adopted(self, connection: Connection, scenario: "Filed", owner: str | None) -> str:
        """Take a file's scenario in; the key of its newest version, empty where there was nothing to do."""
        keys = [version.key for version in scenario.versions]
        here = {row["id"]: row for row in connection.execute(whole().where(versions.c.id.in_(keys))).mappings()}
        for version in scenario.versions:
            if version.key in here and here[version.key]["body"] != version.body:
                raise StoreError("Another scenario is kept here under the same key.", "Ask for a fresh export.")
        own = [row for row in here.values() if may_change(row, owner)]
        back = [row for row in own if row["deleted"]]
        for row in back:
            self._set(connection, row, deleted=None)
        missing = [version for version in scenario.versions if version.key not in here]
        onto = own[0]["id"] if own else None
        for version in missing:
            values = {
                "id": version.key, "saved": version.saved, "author": version.author, "note": version.note,
                "parent": version.parent, "engine": version.engine, "format": version.format, "body": version.body,
                "summary": version.summary, **kept(connection, version.company),
            }  # fmt: skip
            self._insert(connection, values, {"name": scenario.name, "owner": owner_hash(owner)}, onto, owner)
            onto = version.key
        return keys[-1] if missing or back else ""

    def _own(self, connection: Connection, key: str, owner: str | None, deleted: bool = False) -> Row:
        """The row of a version whose scenario the asker may change, held until the transaction ends."""
        row = self._found(connection, _key(key))
        if not may_change(row, owner):
            raise StoreError("Only the one who saved this scenario can change it.", "Make a copy: it is yours.")
        hold = select(scenarios).where(scenarios.c.id == row["scenario"]).with_for_update()
        held = connection.execute(hold).mappings().one()
        if held["deleted"] and not deleted:
            raise StoreError(
                f"“{held['name']}” was deleted meanwhile.", "Bring it back in the Library, or save it as a new one."
            )
        return {**row, "name": held["name"], "deleted": held["deleted"]}

    @staticmethod
    def _set(connection: Connection, row: Row, **values: Any) -> None:
        connection.execute(scenarios.update().where(scenarios.c.id == row["scenario"]).values(**values))

    def _close(self, key: str, owner: str | None, **values: Any) -> None:
        def work(connection: Connection) -> None:
            row = self._own(connection, key, owner)
            connection.execute(versions.update().where(versions.c.id == row["id"]).values(**values))

        self._database.write(work)

    def _purge(self) -> None:
        """Remove for good what was deleted long ago, and the companies that nothing stands on any more."""
        before = stamp(now() - timedelta(days=KEPT_DAYS))
        old = scenarios.c.deleted < before
        if not self._database.read(lambda c: c.execute(select(scenarios.c.id).where(old).limit(1)).first()):
            return

        def work(connection: Connection) -> None:
            connection.execute(scenarios.delete().where(old))
            unused = ~select(versions.c.id).where(versions.c.baseline == baselines.c.digest).exists()
            # Held first, then asked again: another process may be saving on one of them at this moment.
            held = connection.execute(select(baselines.c.digest).where(unused).with_for_update()).scalars().all()
            connection.execute(baselines.delete().where(baselines.c.digest.in_(held), unused))

        self._database.write(work)
