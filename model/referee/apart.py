"""A simulation in a process of its own, for a server with many users.

In a thread it would hold Python's lock half of the time and slow every other session; apart, with low priority, it
costs the others nothing but a core's spare time, can be ended at any moment, and shares no random numbers with anybody.
Questions and answers travel as lines of JSON.
"""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas as pd

from model.referee.hours import Hours, Question

SECONDS = 15.0
"""Of computing; three times as long on the clock where the computer is busy."""
LONGEST = 90.0
"""However slow the computer, nothing runs longer than this, in s."""
FORGOTTEN = 10.0
"""A run that nobody has asked about for so long, in s, is ended: its page is closed."""
TICK = 0.2
_PLACES = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))
"""At most half of the cores simulate at once; who comes later waits for a place."""


@dataclass(frozen=True)
class Update:
    """How far a run is. `gone`: share of the way; `hours`: what is known, None before anything is; `state`: "waiting"
    for a place, "running", "done", "cancelled" or "failed"."""

    gone: float
    hours: Hours | None
    state: str


class Run:
    """A simulation under way in a process of its own: `update()` asks how far it is, `cancel()` ends it.

    Starts at once, and computes for `seconds` at most.
    """

    def __init__(self, asked: Question, seconds: float = SECONDS) -> None:
        self._asked, self._seconds = asked, seconds
        self._now = Update(0.0, None, "waiting")
        self._end = threading.Event()
        self._asked_at = time.monotonic()
        self._thread = threading.Thread(target=self._live, name="simulation", daemon=True)
        self._thread.start()

    def update(self) -> Update:
        """How far it is; also says that somebody still wants to know."""
        self._asked_at = time.monotonic()
        return self._now

    def cancel(self) -> None:
        """End it now; what is known stays."""
        self._end.set()

    def wait(self, seconds: float) -> Update:
        """The update after its end, or after so many seconds."""
        end = time.monotonic() + seconds
        while self._thread.is_alive() and time.monotonic() < end:
            self.update()
            self._thread.join(min(TICK, seconds))
        return self.update()

    def _unwanted(self) -> bool:
        return self._end.is_set() or time.monotonic() - self._asked_at > FORGOTTEN

    def _live(self) -> None:
        while not _PLACES.acquire(timeout=0.1):
            if self._unwanted():
                self._now = Update(0.0, None, "cancelled")
                return
        try:
            self._talk()
        finally:
            _PLACES.release()
            if self._now.state not in ("done", "cancelled"):
                self._now = Update(self._now.gone, self._now.hours, "failed")

    def _talk(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "model.referee"], cwd=Path(__file__).parents[2], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        watch = threading.Thread(target=self._watch, args=(process,), daemon=True)
        watch.start()
        with process:
            try:
                assert process.stdin is not None and process.stdout is not None
                process.stdin.write(json.dumps({"question": self._asked.to_json(), "seconds": self._seconds}))
                process.stdin.close()
                self._now = Update(0.0, None, "running")
                for line in process.stdout:
                    said = json.loads(line)
                    self._now = Update(float(said["gone"]), unpacked(said["hours"]), said["state"])
            except BrokenPipeError:
                pass  # ended before it had read its question
            finally:
                process.kill()
        watch.join()
        if self._now.state != "done" and self._unwanted():
            self._now = Update(self._now.gone, self._now.hours, "cancelled")

    def _watch(self, process: "subprocess.Popen[str]") -> None:
        """Ends the process as soon as nobody wants it, or when it takes too long."""
        end = time.monotonic() + LONGEST
        while process.poll() is None:
            if self._unwanted() or time.monotonic() > end:
                process.kill()
            self._end.wait(0.1) if not self._end.is_set() else time.sleep(0.05)


def packed(hours: Hours) -> dict[str, object]:
    """Hours as JSON can hold them."""
    tables = {name: getattr(hours, name).to_json(orient="split", double_precision=12) for name in ("table", "overall")}
    return {**tables, "replications": hours.replications, "contacts": hours.contacts, "ended": hours.ended}


def unpacked(said: dict[str, str]) -> Hours:
    """The hours again."""
    table, overall = (pd.read_json(StringIO(said[name]), orient="split") for name in ("table", "overall"))
    return Hours(table, overall, int(said["replications"]), int(said["contacts"]), said["ended"])
