"""The store when things go wrong: many at once, killed, full, read-only, locked, gone; in words, and nothing lost."""

import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from model import store
from model.errors import StoreError
from model.store import database as databases
from model.store import schema
from model.store.store import Store
from tests.postgres import server
from tests.serving import ROOT
from tests.store_examples import SEEN, database, small


def test_eight_processes_that_start_at_once_make_one_store(url: str) -> None:
    # One start from nothing that splits into eight is as simultaneous, and quicker, than eight starts.
    program = f"""
import os
from model import store
from tests.store_examples import SEEN, database, small
wait, go = os.pipe()
children = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        os.close(go)
        os.read(wait, 1)  # returns for all of them when the parent closes its end
        with store.connect({url!r}) as shelf:
            os.write(1, f"{{shelf.tag}} {{shelf.save(small(), SEEN)}}\\n".encode())
        os._exit(0)
    children.append(child)
os.close(go)
print(*(os.waitpid(child, 0)[1] for child in children), flush=True)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=200)
    *said, ends = done.stdout.splitlines()
    assert ends == "0 0 0 0 0 0 0 0", done.stderr
    assert len({line.split()[0] for line in said}) == 1
    with store.connect(url) as shelf:
        assert {entry.key for entry in shelf.list()} == {line.split()[1] for line in said}


def test_fifty_writers_at_once_lose_nothing_and_number_every_version(url: str) -> None:
    with store.connect(url) as first:
        home = first.save(small(), SEEN)
    gate = threading.Barrier(50)
    # Writers of a file share nothing; sessions of one server share its pool, since a server lets only so many in.
    shared = store.connect(url)

    def write(number: int) -> list[str]:
        shelf = store.connect(url) if shared.is_local else shared
        gate.wait(60)
        return [shelf.save(small(number), SEEN), shelf.save(small(number), SEEN, onto=home)]

    with ThreadPoolExecutor(50) as pool:
        keys = [key for found in pool.map(write, range(50)) for key in found]
    assert {entry.number for entry in shared.versions(home)} == set(range(1, 52))
    assert {shared.get(key).name for key in keys} == {small(number).name for number in range(50)}
    assert len(set(keys)) == 100
    shared.close()


def test_killed_while_saving_nothing_acknowledged_is_lost_and_nothing_is_half_there(url: str) -> None:
    command = [sys.executable, "-m", "tests.kill_store", "6", url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and "killed 6 times" in done.stdout, done.stdout + done.stderr


# SQLite


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def shelf(file: Path) -> Iterator[Store]:
    with store.connect(f"sqlite:///{file}") as opened:
        yield opened


def test_a_full_disk_is_told_and_saving_works_again_when_there_is_room(shelf: Store) -> None:
    kept = shelf.save(small(1), SEEN)
    pages = [1]

    @sa.event.listens_for(shelf._database.engine, "connect")
    def _small_disk(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages[0]}")  # SQLite itself then says that the disk is full

    with pytest.raises(StoreError, match="disk is full") as caught:
        for number in range(2, 400):
            shelf.save(small(number, wage=number), SEEN)
    assert "What is on screen stays" in caught.value.hint
    assert shelf.get(kept) == small(1)
    count = len(shelf.list())
    pages[0] = 1_000_000
    shelf.save(small(3), SEEN)
    assert len(shelf.list()) == count + 1


def test_a_file_that_may_not_grow_is_told_and_nothing_is_half_written(file: Path, shelf: Store) -> None:
    kept = shelf.save(small(1), SEEN)
    program = f"""
import resource, signal
from model import store
from model.errors import StoreError
from tests.store_examples import SEEN, database, small
shelf = store.connect("sqlite:///{file}")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({file.stat().st_size}, resource.RLIM_INFINITY))
try:
    for number in range(2, 100):
        shelf.save(small(number, wage=number), SEEN)
except StoreError as fault:
    print(fault.message)
print(shelf.get({kept!r}).name)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert re.match("The store.*\nScenario 1$", done.stdout.strip()), done
    with sqlite3.connect(file) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    shelf.save(small(2), SEEN)


def test_a_read_only_store_can_be_read_and_says_that_it_cannot_be_written(file: Path, shelf: Store) -> None:
    key = shelf.save(small(), SEEN)
    with store.connect(f"sqlite:///file:{file}?mode=ro&uri=true") as closed:
        assert closed.get(key) == small() and len(closed.list()) == 1
        with pytest.raises(StoreError, match="read but not written"):
            closed.save(small(1), SEEN)
    shelf.save(small(1), SEEN)


def test_another_programs_lock_is_waited_for_and_then_told(
    file: Path, shelf: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "PATIENCE_S", 0.3)
    impatient = store.connect(f"sqlite:///{file}")
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="busy"):
        impatient.save(small(), SEEN)
    threading.Timer(0.2, lambda: other.execute("ROLLBACK")).start()
    assert shelf.get(shelf.save(small(), SEEN)) == small()
    other.close()


def test_a_file_that_is_no_store_or_damaged_is_told(file: Path) -> None:
    file.write_bytes(b"not a database at all, but long enough to be read as one" * 50)
    with pytest.raises(StoreError, match="damaged, or is no store"):
        store.connect(f"sqlite:///{file}")


def test_a_store_in_a_place_that_cannot_be_is_told_without_the_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as caught:
        store.connect(f"sqlite:///{tmp_path}/file/store.db")
    assert str(tmp_path) not in str(caught.value)


def test_a_file_moved_away_and_back_is_found_again(file: Path, shelf: Store) -> None:
    key = shelf.save(small(), SEEN)
    shutil.move(file, file.with_suffix(".moved"))
    with pytest.raises(StoreError, match="cannot be reached"):
        shelf.get(key)
    assert not file.exists()
    shutil.move(file.with_suffix(".moved"), file)
    assert shelf.get(key) == small()


# PostgreSQL


def test_connections_cut_by_the_server_are_made_anew_unseen(postgres: str) -> None:
    with database(postgres) as url, store.connect(url) as shelf, store.connect(url) as other:
        key = shelf.save(small(), SEEN)
        cut = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                      "WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        other._database.write(lambda c: c.execute(cut))
        assert shelf.get(key) == small()
        other._database.write(lambda c: c.execute(cut))
        assert shelf.get(shelf.save(small(1), SEEN)) == small(1)


def test_a_connection_cut_inside_a_save_saves_once(postgres: str) -> None:
    with database(postgres) as url, store.connect(url) as shelf, store.connect(url) as other:
        cuts = [1]

        @sa.event.listens_for(shelf._database.engine, "before_cursor_execute")
        def _cut(connection: sa.Connection, cursor: Any, statement: str, *_: Any) -> None:
            if "INSERT INTO trilever_versions" in statement and cuts[0]:
                cuts[0] = 0
                other._database.write(lambda c: c.execute(sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()")))  # fmt: skip

        key = shelf.save(small(), SEEN)
        assert cuts == [0]
        assert [entry.key for entry in shelf.list()] == [key] and shelf.get(key) == small()


def test_a_server_that_is_gone_is_told_without_its_address_and_found_again() -> None:
    with server() as url:
        shelf = store.connect(url)
        key = shelf.save(small(), SEEN)
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        shelf.save(small(1), SEEN)
    assert "127.0.0.1" not in str(caught.value) and "What is on screen stays" in caught.value.hint
    with pytest.raises(StoreError, match="cannot be reached"):
        shelf.get(key)
    shelf.close()


def test_a_server_that_may_only_be_read_says_so(postgres: str) -> None:
    with database(postgres) as url:
        with store.connect(url) as shelf:
            key = shelf.save(small(), SEEN)
            name = sa.make_url(url).database
            shelf._database.write(lambda c: c.execute(sa.text(
                f"ALTER DATABASE {name} SET default_transaction_read_only = on")))  # fmt: skip
        with store.connect(url) as shelf:
            assert shelf.get(key) == small()
            with pytest.raises(StoreError, match="read but not written"):
                shelf.save(small(1), SEEN)
            rows = shelf._database.read(lambda c: c.execute(sa.select(schema.versions.c.id)).all())
            assert len(rows) == 1
