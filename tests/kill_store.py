"""A process killed while it saves, again and again: `python -m tests.kill_store 200 [sqlite | postgresql | URL]`.

A child saves without end and writes down, without buffering, when a transaction begins ("b"), when it is about to
commit ("c") and each key once `save` has given it back (acknowledged). It is killed at random moments, most of them
after a transaction began and before it ended. After each kill every acknowledged version must be there whole, and
whatever else is there must be whole too. Ends with 1 where anything is lost or half there, or fewer than half of the
kills hit a transaction.
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import sqlalchemy as sa

from model import store
from model.store import schema
from model.store.store import Store
from tests.postgres import server
from tests.store_examples import SEEN, database, small

SLOW_S = 0.01
"""How long the child waits at most before each statement of a transaction: a fast disk leaves nothing to hit."""


def child(url: str, log: str, start: int) -> NoReturn:
    """Saves new scenarios and next versions in turn, until it is killed."""
    random.seed(start)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    shelf = store.connect(url)
    engine = shelf._database.engine
    writing = [False]

    @sa.event.listens_for(engine, "before_cursor_execute")
    def _slow(connection: sa.Connection, *_: object) -> None:
        if writing[0]:
            time.sleep(random.random() * SLOW_S)

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        writing[0] = bool(connection.get_execution_options().get("writes"))
        if writing[0]:
            os.write(out, b"b\n")

    @sa.event.listens_for(engine, "commit")
    def _commits(_: sa.Connection) -> None:
        if writing[0]:
            os.write(out, b"c\n")

    number, last = start, None
    while True:
        number += 1
        # A company of its own now and then: its baseline is written in the same transaction.
        scenario = small(number, wage=30 + number % 50)
        last = shelf.save(scenario, SEEN, onto=last if number % 3 else None)
        os.write(out, f"{last} {number}\n".encode())


def check(shelf: Store, acknowledged: dict[str, int]) -> list[str]:
    """What is lost or half there."""
    faults = [f"lost: {key}" for key, number in acknowledged.items() if not _whole(shelf, key, number)]
    keys = shelf._database.read(lambda c: c.execute(sa.select(schema.versions.c.id)).scalars().all())
    for key in set(keys) - set(acknowledged):
        name = shelf.get(key).name
        faults += [] if _whole(shelf, key, int(name.split()[-1])) else [f"half there: {key}"]
    empty = sa.select(schema.scenarios.c.id).where(schema.scenarios.c.id.not_in(sa.select(schema.versions.c.scenario)))
    orphans = sa.select(schema.versions.c.id).where(
        schema.versions.c.baseline.not_in(sa.select(schema.baselines.c.digest))
        | schema.versions.c.scenario.not_in(sa.select(schema.scenarios.c.id))
    )
    for what, statement in (("a name without versions", empty), ("a version without its company", orphans)):
        found = shelf._database.read(lambda c, asked=statement: c.execute(asked).scalars().all())
        faults += [f"{what}: {key}" for key in found]
    return faults


def _whole(shelf: Store, key: str, number: int) -> bool:
    return shelf.get(key) == small(number, wage=30 + number % 50) and shelf.entry(key).path == SEEN.path


def run(url: str, kills: int, folder: Path) -> tuple[int, int, int, list[str]]:
    """(kills, those inside a transaction, versions acknowledged, faults)."""
    store.connect(url).close()
    inside, acknowledged, faults = 0, dict[str, int](), list[str]()
    for turn in range(kills):
        log = folder / f"log-{turn}"
        log.touch()
        process = os.fork()  # quicker than a start from nothing; this program has no threads
        if process == 0:
            child(url, str(log), turn * 100_000)
        saves = random.randint(0, 4)
        while log.read_bytes().count(b"b\n") <= saves:
            time.sleep(0.002)
        time.sleep(random.random() * 4 * SLOW_S)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        lines = log.read_text().splitlines()
        whole = [line.split() for line in lines if " " in line]
        acknowledged |= {key: int(number) for key, number in whole}
        # After the last begin no save was given back: the kill fell between begin and commit, or at the commit.
        inside += bool(lines) and lines[-1] == "b"
        if turn % 10 == 9 or turn == kills - 1:
            with store.connect(url) as shelf:
                faults += check(shelf, acknowledged)
    return kills, inside, len(acknowledged), faults


@contextmanager
def place(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a fresh store of either kind, or the one given."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/store.db"
    elif kind != "postgresql":
        yield kind
    else:
        with server() as running, database(running) as url:
            yield url


def main() -> int:
    kills, kind = int(sys.argv[1]) if len(sys.argv) > 1 else 20, sys.argv[2] if len(sys.argv) > 2 else "sqlite"
    with tempfile.TemporaryDirectory() as name, place(kind, Path(name)) as url:
        killed, inside, saved, faults = run(url, kills, Path(name))
    hit = f"{inside} of them between begin and commit"
    print(f"{url.partition(':')[0]}: killed {killed} times, {hit}; {saved} acknowledged; {len(faults)} faults")
    for fault in faults[:20]:
        print(fault)
    return 1 if faults or inside * 2 < killed else 0


if __name__ == "__main__":
    sys.exit(main())
