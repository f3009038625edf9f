"""A throwaway PostgreSQL server for tests: `with server() as url:`. Gone, with all its data, at the end.

PostgreSQL refuses to run as root: then it runs as its own user, else as nobody. Without its programs the test skips
and says so, unless TRILEVER_REQUIRE_POSTGRES is set.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=30", "shared_buffers=64MB")
"""A server of a few seconds needs no safety from power cuts."""


def programs() -> Path | None:
    """The folder of initdb and postgres: the newest installed, or the one on the path."""
    homes = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found = sorted(homes, key=lambda home: [int(part) for part in home.parent.name.split(".")])
    on_path = shutil.which("initdb")
    return found[-1] if found else Path(on_path).resolve().parent if on_path else None


@contextmanager
def server() -> Iterator[str]:
    """The address of a fresh server and its empty database, as `postgresql://user@127.0.0.1:port/postgres`."""
    home = programs()
    if home is None:
        if os.environ.get("TRILEVER_REQUIRE_POSTGRES"):
            pytest.fail("TRILEVER_REQUIRE_POSTGRES is set, but PostgreSQL's programs (initdb, postgres) are missing")
        pytest.skip("PostgreSQL's programs (initdb, postgres) are not installed")
    folder = Path(tempfile.mkdtemp(prefix="trilever-postgres-"))
    user = _user()
    if user is not None:
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log = folder / "data", folder / "log"
    running = None
    try:
        subprocess.run([home / "initdb", "-D", data, "-U", "trilever", "-A", "trust", "-E", "UTF8", "--no-sync",
                        "--locale=C"], check=True, capture_output=True, cwd=folder, user=user, timeout=120)  # fmt: skip
        settings = [part for option in OPTIONS for part in ("-c", option)]
        with log.open("wb") as out:
            running = subprocess.Popen([home / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder,
                                        *settings], stdout=out, stderr=out, cwd=folder, user=user)  # fmt: skip
        ready = [home / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        deadline = time.monotonic() + 60
        while subprocess.run(ready, cwd=folder).returncode != 0:
            if running.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        yield f"postgresql://trilever@127.0.0.1:{port}/postgres"
    finally:
        if running is not None:
            running.terminate()  # its own way to say: end all connections and stop
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str | None:
    """Who is to run the server; None for the one who runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)
