"""A database: transactions that wait their turn, faults in words, and the schema brought up to date."""

import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, table, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool, StaticPool

from model.errors import StoreError
from model.store import faults
from model.store.schema import HEAD, REVISIONS

T = TypeVar("T")

PATIENCE_S = 30.0
"""How long a write waits for its turn before it says that the store is busy."""
_MIGRATIONS = Path(__file__).with_name("migrations")
_ADVISORY = 0x7472_696C  # any number of our own: who holds it migrates
_ALEMBIC = threading.Lock()  # its context is one a process
_WRITE = {"writes": True}


class Database:
    """A SQLite file or a PostgreSQL database by its URL, ready to be read and written."""

    def __init__(self, url: str) -> None:
        self.url = _understood(url)
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgres(self.url)
        try:
            self.migrate()
        except StoreError:
            self.engine.dispose()
            raise

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this computer, or else a server."""
        return self.url.get_backend_name() == "sqlite"

    def read(self, work: Callable[[Connection], T]) -> T:
        """What `work` finds; asked once more where the connection was lost on the way."""
        return self._tried(work, {})

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` whole or not at all, waiting for its turn.

        `work` may be done again after a lost connection or a lost race, so it must know its own result when it finds
        it already there.
        """
        return self._tried(work, _WRITE)

    def _tried(self, work: Callable[[Connection], T], options: dict[str, Any]) -> T:
        deadline, lost = time.monotonic() + PATIENCE_S, 0
        while True:
            try:
                with self.engine.connect() as connection:
                    with connection.execution_options(**options).begin():
                        return work(connection)
            except (DBAPIError, PoolTimeout) as fault:
                lost += faults.is_lost(fault)
                again = faults.is_busy(fault) or (faults.is_lost(fault) and lost <= 2)
                if not again or time.monotonic() > deadline:
                    raise faults.worded(fault) from fault
                time.sleep(random.uniform(0.01, 0.1))

    def migrate(self) -> None:
        """Bring the schema to today's, once, however many processes start at the same moment."""
        if self.read(_reached) == HEAD:
            return
        with _ALEMBIC:
            self.write(_upgrade)


def _understood(url: str) -> URL:
    hint = "Use sqlite:///file.db or postgresql://user:password@host/database."
    try:
        found = make_url(url)
    except ArgumentError:
        raise StoreError("The address of the store cannot be read.", hint) from None
    backend = found.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return found.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StoreError(f"The store cannot be a {backend} database.", hint)
    return found


def _sqlite(url: URL) -> Engine:
    """An engine that opens the file anew each time: a file replaced, moved back or made writable again just works."""
    if url.database in (None, "", ":memory:"):
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        address = str(url.database)
        if not address.startswith("file:"):
            path = Path(address)
            _prepare(path)
            # A file that is moved away must be missed, not made anew and empty.
            address = f"file:{quote(str(path.absolute()))}?mode=rw"
        elif url.query:
            address += "?" + "&".join(f"{name}={value}" for name, value in url.query.items())

        def opened() -> sqlite3.Connection:
            return sqlite3.connect(address, PATIENCE_S, uri=True, check_same_thread=False)

        engine = create_engine("sqlite://", poolclass=NullPool, creator=opened)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # Python's own BEGIN comes too late: transactions are ours
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # A write takes its turn at the start: a transaction that reads first and then writes could not wait.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _prepare(path: Path) -> None:
    """The folder and an empty file that only this user can read: it will hold a company's figures."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except PermissionError:
        if not path.exists():
            raise StoreError(*faults.REFUSED) from None  # else it can be read at least
    except OSError:
        raise StoreError(*faults.UNREACHABLE) from None


def _postgres(url: URL) -> Engine:
    """A pool that finds out about a restarted server before it asks, and never waits for long."""
    limits = "-c statement_timeout=20000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
    return create_engine(
        url, pool_pre_ping=True, pool_size=5, max_overflow=20, pool_timeout=PATIENCE_S, pool_recycle=1800,
        connect_args={"connect_timeout": 5, "options": limits, "application_name": "trilever",
                      "prepare_threshold": None},
    )  # fmt: skip


def _reached(connection: Connection) -> str | None:
    """The step of the schema that a store has reached; None for an empty one."""
    if not inspect(connection).has_table(REVISIONS):
        return None
    found: str | None = connection.execute(select(text("version_num")).select_from(table(REVISIONS))).scalar()
    return found


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY)))
    reached = _reached(connection)
    if reached == HEAD:
        return
    config = Config(attributes={"connection": connection, "version_table": REVISIONS})
    # A per cent sign in the path would be taken for the beginning of a reference.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if reached is not None and reached not in known:
        raise StoreError(
            "The store was made by a newer version of this program.",
            "Ask the one who runs this installation to update it. A link that holds everything works meanwhile.",
        )
    command.upgrade(config, "head")
