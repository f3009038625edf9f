"""Long searches in one process of their own, of the lowest priority: a slider elsewhere never waits for them.

In the server's own process even a search that rests half of the time holds Python's lock when somebody else's page
wants it; here the operating system gives way to every page at once. Questions are functions of a module that take
`progress` and `polite`; what they find, whole or one by one, is here as soon as it is there. Without worker processes
(`TRILEVER_WORKERS=0`), and where the process ends over its work, a question is answered by a thread of the caller's.

What goes over the pipe comes from this process and its own child alone.
"""

import contextlib
import gc
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, Generic, TypeVar

from model import warm, workers

LOG = logging.getLogger("trilever")
T = TypeVar("T")
LOWEST = 19
"""The niceness of the process: it has what others leave."""
_EVERY_S = 0.1
"""Seconds between two reports of how far it is, at least."""


class Stopped(Exception):
    """The search was cancelled."""


class Search(Generic[T]):
    """One question: how far it is (`share`, `step`), the best so far, what it has found, and what went wrong."""

    def __init__(self, question: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.share, self.step = 0.0, "Getting ready"
        self.best: T | None = None
        self.found: list[T] = []
        self.fault: Exception | None = None
        self._question = question, given, named
        self._over, self._cancelled = threading.Event(), threading.Event()

    @property
    def running(self) -> bool:
        """Whether it still works; no longer from when it is cancelled."""
        return not (self._over.is_set() or self._cancelled.is_set())

    @property
    def cancelled(self) -> bool:
        """Whether it was ended before it was done."""
        return self._cancelled.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it has ended, after at most so long."""
        return self._over.wait(seconds)

    def cancel(self) -> None:
        """End it at its next step; what it has found stays."""
        if self.running:
            self._cancelled.set()
            _office.stop(self)

    def told(self, kind: str, value: Any) -> None:
        """What the search reports; nothing counts any more once it is cancelled."""
        if kind in ("ended", "fault"):
            self.fault = value if not self.cancelled else None
            self._over.set()
        elif self.cancelled:
            return
        elif kind == "found":
            self.found.append(value)
        else:
            share, step, best = value
            if share >= self.share:  # what tells of another part of the work in between turns nothing back
                self.share, self.step = share, step
            self.best = self.best if best is None else best

    def here(self) -> None:
        """Answer in a thread of this process, from the beginning."""
        self.found = []
        answer = (self._question, self.told, self._cancelled, True)
        threading.Thread(target=_answer, args=answer, name="search", daemon=True).start()


def begin(question: Callable[..., Any], *given: Any, **named: Any) -> Search[Any]:
    """Begin a search: an iterator's items are found one by one, anything else at the end."""
    search: Search[Any] = Search(question, given, named)
    _office.take(search)
    return search


def start(quiet: float = 0.0) -> None:
    """Have the process ready before it is asked: it takes a second or two to begin.

    With `quiet` only once nobody has said so, or that he is `busy`, for so many seconds: begun between two moves of a
    slider, it would slow those that follow. Pages call it at every run: one that has ended is begun again by the next
    question only, not by every look.
    """
    if _office.process is None:
        _office.open() if quiet <= 0 else _office.open_after(quiet)


def busy() -> None:
    """Somebody moves something: what waits for quiet begins to wait anew."""
    _office.wait_on()


def _answer(asked: tuple[Any, ...], told: Callable[[str, Any], None], stopped: threading.Event, polite: bool) -> None:
    """Answer one question, in whichever process; `polite`: it shares that process with pages."""
    question, given, named = asked
    last = 0.0

    def progress(share: float, step: str, best: Any = None) -> None:
        nonlocal last
        if stopped.is_set():
            raise Stopped
        if best is not None or time.monotonic() - last >= _EVERY_S:
            last = time.monotonic()
            told("told", (min(max(share, 0.0), 1.0), step, best))

    try:
        answer = question(*given, progress=progress, polite=polite, **named)
        for one in answer if isinstance(answer, Iterator) else [answer]:
            if stopped.is_set():
                raise Stopped
            told("found", one)
        told("ended", None)
    except Stopped:
        told("ended", None)
    except Exception as fault:  # told by whoever looks at the search
        told("fault", fault)


class _Office:
    """The process, begun when first needed and again when it ended, and the searches that it works on."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._owed: dict[int, Search[Any]] = {}
        self._lock = threading.RLock()
        self._number = 0
        self._quiet = self._heard = 0.0

    def open(self) -> bool:
        """Whether there is a process to ask."""
        with self._lock:
            if self._pipe is None and workers.wanted():
                ours, theirs = Pipe()
                with theirs:
                    # In the server's session, since priorities count within one; in a process group of its own, so that
                    # Ctrl-C ends the server, and with it the pipe.
                    self.process = subprocess.Popen(
                        [sys.executable, "-m", "model.aside", str(theirs.fileno())], pass_fds=[theirs.fileno()],
                        cwd=Path(__file__).parents[1], stdin=subprocess.DEVNULL, process_group=0,
                    )  # fmt: skip
                self._pipe = ours
                threading.Thread(target=self._read, args=(ours, self.process), name="aside", daemon=True).start()
            return self._pipe is not None

    def open_after(self, quiet: float) -> None:
        """Open once nothing has been heard for so many seconds."""
        with self._lock:
            waits, self._quiet, self._heard = self._quiet > 0, quiet, time.monotonic()
        if not waits and workers.wanted():
            threading.Thread(target=self._open_when_quiet, name="aside", daemon=True).start()

    def wait_on(self) -> None:
        """Something was heard."""
        self._heard = time.monotonic()

    def _open_when_quiet(self) -> None:
        while (left := self._heard + self._quiet - time.monotonic()) > 0:
            time.sleep(left)
        if self.process is None:
            self.open()
        self._quiet = 0.0

    def take(self, search: Search[Any]) -> None:
        """Put a search to the process, or to a thread here where there is none."""
        with self._lock:
            if self.open():
                self._number += 1
                self._owed[self._number] = search
                try:
                    self._send("begin", self._number, search._question)
                    return
                except Exception as unsendable:  # whatever a question may hold
                    LOG.error("a question cannot be sent (%s); it is sought here", type(unsendable).__name__)
                    del self._owed[self._number]
        search.here()

    def stop(self, search: Search[Any]) -> None:
        """Tell the process that nobody waits for it any more."""
        with self._lock:
            for number in [n for n, one in self._owed.items() if one is search]:
                self._send("stop", number, None)

    def _send(self, *message: Any) -> None:
        if self._pipe is not None:
            with contextlib.suppress(OSError):  # ended: the reader finds out, and has its searches answered here
                self._pipe.send(message)

    def _read(self, pipe: Connection, process: "subprocess.Popen[bytes]") -> None:
        with contextlib.suppress(Exception):  # ended, or what came was no report
            while True:
                number, kind, value = pipe.recv()
                search = self._owed.get(number)
                if kind in ("ended", "fault"):
                    self._owed.pop(number, None)
                if search is not None:
                    search.told(kind, value)
        with self._lock:
            owed, self._owed, self._pipe = self._owed, {}, None
            pipe.close()
        process.terminate()
        process.wait()
        if owed:
            LOG.error("the process that searches ended; what it searched for is sought in the server's own")
        for search in owed.values():
            search.told("ended", None) if search.cancelled else search.here()


_office = _Office()


def _work(pipe: Connection) -> None:
    """In the process: a thread a search, until nobody is there to ask."""
    with contextlib.suppress(OSError):
        os.nice(LOWEST)
    warm.work()
    gc.collect()
    gc.freeze()
    stops: dict[int, threading.Event] = {}
    sending = threading.Lock()

    def told(number: int, kind: str, value: Any) -> None:
        with sending, contextlib.suppress(OSError):
            try:
                pipe.send((number, kind, value))
            except OSError:
                raise
            except Exception as unsendable:
                pipe.send((number, "fault", RuntimeError(f"{type(value).__name__} cannot be sent: {unsendable}")))
        if kind in ("ended", "fault"):
            stops.pop(number, None)

    with contextlib.suppress(EOFError, OSError):
        while True:
            order, number, asked = pipe.recv()
            if order == "begin":
                stops[number] = threading.Event()
                answer = (asked, lambda k, v, n=number: told(n, k, v), stops[number], False)
                threading.Thread(target=_answer, args=answer, daemon=True).start()
            elif number in stops:
                stops[number].set()
    os._exit(0)  # searches that nobody waits for are left where they are


if __name__ == "__main__":
    _work(Connection(int(sys.argv[1])))
