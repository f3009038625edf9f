"""The engine in processes of its own, so that who waits for a page does not wait for everybody else's sums.

Python runs one thread of a process at a time: in a server's own process, twenty users' sums would stand in one line
with twenty users' pages. Here each lane is one worker process that answers questions in turn; what one scenario is
asked goes to the same lane, whose caches then hold what the next question needs. The bits are those of the server's own
process. A lane that ends is made anew, and what it owed is reckoned by who asked.

Not `multiprocessing`: it runs the caller's main module in every worker, which in a Streamlit server is the page itself.
What goes over the pipe comes from this process and its own children alone.
"""

import contextlib
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, TypeVar

from model import letters, warm
from model._kernels import HAS_KERNELS

LOG = logging.getLogger("trilever")
SETTING = "TRILEVER_WORKERS"
"""How many worker processes; 0 reckons in the server's own. Unset: two, where the computer runs two at once."""
T = TypeVar("T")
_TRIES = 3
"""How often in a row a lane may end before its first answer; then there is something that no new try would mend."""

_lanes: "list[_Lane]" = []
_begun = threading.Lock()
_taught: OrderedDict[Hashable, tuple[Callable[..., object], tuple[Any, ...]]] = OrderedDict()
_teaching = threading.Lock()
_MOST_TAUGHT = 64
_TAUGHT_LATER = 2
"""Of what was taught, the newest that a lane begun later learns before it is of use: each may take it a second."""


class LaneEnded(Exception):
    """The worker process ended before it answered."""


def wanted() -> int:
    """How many lanes to run: as set, else two where two can run at once. What is no number means none."""
    told = os.environ.get(SETTING, "").strip()
    if told or os.name != "posix":
        return int(told) if told.isdecimal() else 0
    return 2 if (os.cpu_count() or 1) > 1 else 0


def start(count: int | None = None) -> None:
    """Begin, once a process, `count` lanes or as many as wanted; each is used from when it is ready.

    One process gets ready while the server does, and the others are made of it; after the server on a computer's first
    start, since what it compiles then the workers find.
    """

    def begin() -> None:
        warm.start()
        if not HAS_KERNELS:
            warm.wait()
        wish = wanted() if count is None else count
        if wish and hasattr(os, "pidfd_open"):  # Linux, where a process can be copied, and the copy be ended, safely
            first = _Lane(twins=wish - 1)
            _lanes.extend([first, *(_Lane(pipe) for pipe in first.twins)])
        else:
            _lanes.extend(_Lane() for _ in range(wish))

    if _begun.acquire(blocking=False):
        threading.Thread(target=begin, name="lanes", daemon=True).start()


def ready() -> int:
    """How many lanes take questions now."""
    return sum(lane.ready for lane in _lanes)


def ask(lane: int, question: Callable[..., T], *given: Any, **named: Any) -> Future[T] | None:
    """Put a question (a function of a module, and what it is given) to a lane; None where there is none to ask."""
    able = [one for one in _lanes if one.ready]
    return able[lane % len(able)].ask(question, *given, **named) if able else None


def teach(key: Hashable, question: Callable[..., object], *given: Any) -> None:
    """Put a question to every lane, once a key, for what it leaves in their caches; nobody waits for its answer."""
    with _teaching:
        if key in _taught:
            return
        _taught[key] = question, given
        while len(_taught) > _MOST_TAUGHT:
            _taught.popitem(last=False)
    for lane in _lanes:
        lane.ask(question, *given)


def answer(asked: Future[T] | None, question: Callable[..., T], *given: Any, **named: Any) -> T:
    """The answer to what was asked; reckoned here where nobody was asked, or the lane ended over it."""
    if asked is not None:
        try:
            return asked.result()
        except LaneEnded:
            LOG.error("a worker process ended; its question is reckoned in the server's own")
    return question(*given, **named)


class _Lane:
    """One worker process, and the answers it owes in the order of the questions."""

    def __init__(self, pipe: Connection | None = None, twins: int = 0) -> None:
        """With a `pipe`: of the process that another lane's makes of itself, as one of its `twins`."""
        self.ready = False
        self.process: subprocess.Popen[bytes] | _Twin | None = None
        self.twins: list[Connection] = []
        self._owed: deque[Future[Any]] = deque()
        self._lock = threading.Lock()
        self._failures = 0
        self._closed = False
        if pipe is None:
            self._begin(twins)
        else:
            self._listen(pipe)

    @property
    def given_up(self) -> bool:
        """Whether it is not begun again: closed, or never ready in several tries."""
        return self._closed or self._failures >= _TRIES

    def close(self) -> None:
        """End the process; what it owes is left to who asked."""
        self._closed = True
        if self.process is not None:
            self.process.terminate()

    def _begin(self, twins: int = 0) -> None:
        pipes = [Pipe() for _ in range(1 + twins)]
        ends = [theirs.fileno() for _, theirs in pipes]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "model.workers", *map(str, ends)], pass_fds=ends,
            cwd=Path(__file__).parents[1], stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip  # a session of its own: Ctrl-C ends the server, and with it the pipe
        for _, theirs in pipes:
            theirs.close()
        self.twins = [ours for ours, _ in pipes[1:]]
        self._listen(pipes[0][0])

    def _listen(self, pipe: Connection) -> None:
        self._pipe = pipe
        threading.Thread(target=self._read, name="lane", daemon=True).start()

    def ask(self, question: Callable[..., T], *given: Any, **named: Any) -> Future[T] | None:
        future: Future[T] = Future()
        try:
            letter = letters.written((question, given, named))
        except Exception:  # whatever a question may hold: what cannot be sent is reckoned by who asks
            return None
        with self._lock:
            if not self.ready:
                return None
            # Only now: an answer is known by its place in the line, where nothing may wait that was not sent.
            self._owed.append(future)
            with contextlib.suppress(OSError):  # ended: the reader finds out, and says so to all who are owed
                self._pipe.send_bytes(letter)
        return future

    def _read(self) -> None:
        """Hand out the answers as they come, the first being that the worker is warm."""
        # Whatever comes that is no answer: this worker is not to be trusted with another question.
        with contextlib.suppress(Exception):
            number = self._pipe.recv()
            self.process = self.process or _Twin(number)
            self.ready, self._failures = True, 0
            with _teaching:
                newest = list(_taught.values())[-_TAUGHT_LATER:]
            for question, given in newest:
                self.ask(question, *given)
            while True:
                good, value = self._pipe.recv()
                future = self._owed.popleft()
                if good:
                    future.set_result(value)
                else:
                    future.set_exception(value)
        with self._lock:
            self._failures += not self.ready
            self.ready = False
            owed, self._owed = self._owed, deque()
            self._pipe.close()
        for future in owed:
            future.set_exception(LaneEnded())
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None
        if not self.given_up:
            self._begin()
        elif not self._closed:
            LOG.error("worker processes end before they are ready; the server reckons in its own")


class _Twin:
    """A worker process that another one made of itself, who sees to its end."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)  # its number may be another's by the time it is to end

    def terminate(self) -> None:
        with contextlib.suppress(OSError):  # ended already
            signal.pidfd_send_signal(self._handle, signal.SIGTERM)

    def wait(self) -> None:
        """Nothing is left of it once it has ended, but the handle."""
        os.close(self._handle)


def _work(pipe: Connection, *twins: Connection) -> None:
    """In the worker: warm up, make its twins, then answer until nobody is there to ask.

    Nothing else runs in it yet, so that the copies are whole: they have all that it has loaded, at no cost.
    """
    warm.work()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for twin in twins:
        if os.fork() == 0:
            for other in (pipe, *twins):
                if other is not twin and not other.closed:  # a pipe that somebody else holds open would never end
                    other.close()
            pipe = twin
            break
        twin.close()
    _answer(pipe)


def _answer(pipe: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        pipe.send(os.getpid())
        while True:
            question, given, named = pipe.recv()
            try:
                found = True, question(*given, **named)
            except Exception as error:
                found = False, error
            try:
                letter = letters.written(found)
            except Exception as unsendable:
                why = RuntimeError(f"{type(found[1]).__name__} cannot be sent: {unsendable}")
                letter = letters.written((False, why))
            pipe.send_bytes(letter)


if __name__ == "__main__":
    _work(*(Connection(int(end)) for end in sys.argv[1:]))
