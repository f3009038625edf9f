"""The app on a free port of this computer, for the browser tests and the benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Server:
    """A running app: where it listens, its log, the URL of its store, its process."""

    port: int
    log: Path
    store: str
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(
    script: str = "app.py", *flags: str, folder: Path = ROOT, log: Path, store: str | None = None, port: int = 0
) -> Iterator[Server]:
    """Run `script` in `folder` as a user would, with that folder's configuration, until the block is left.

    `store`: URL of its store; else a fresh one of its own, gone when the block is left. `port`: any unless given.
    """
    port = port or _free_port()
    streamlit = [sys.executable, "-m", "streamlit", "run", script]
    command = [*streamlit, f"--server.port={port}", "--server.headless=true", *flags]
    with log.open("wb") as out, TemporaryDirectory() as own:
        store = store or f"sqlite:///{own}/store.db"
        environment = {**os.environ, "TRILEVER_STORE": store}
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT, env=environment)
        try:
            _wait_until_ready(port, process, log)
            yield Server(port, log, store, process)
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def chromium() -> str | None:
    """The browser to drive: the one named in CHROMIUM, else the first that this computer has."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


CHROMIUM_FLAGS = [
    "--no-sandbox",  # it only ever opens our own pages, and a container's root has no sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            # unknown paths answer 200 as well, so the body is what tells
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The app did not start:\n{log.read_text(errors='replace')[-4000:]}")
