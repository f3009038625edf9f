"""Work in the background, so that a page can tell how far it is and stop it. No interface here."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from model.progress import Cancelled, Progress
from model.report.grammar import opening

Found = TypeVar("Found")


class Job(Generic[Found]):
    """One piece of work in a thread of its own; it ends by itself, by a fault, or at its next step once cancelled.

    The thread knows nothing of the page: it leaves a share, a step and at last a result here.
    """

    def __init__(self, work: Callable[[Progress], Found], name: str, cancelled: Cancelled | None = None) -> None:
        """`cancelled`: what is told of it once it is."""
        self.share, self.step = 0.0, opening(name)
        self.result: Found | None = None
        self.fault: Exception | None = None
        self._cancelled = threading.Event()
        self._finished = threading.Event()
        self._work, self._wish = work, cancelled or Cancelled()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def _run(self) -> None:
        try:
            self.result = self._work(self._told)
            self._stop_if_cancelled()
        except Exception as fault:  # told on the page, by the run that waits for it
            self.result, self.fault = None, fault
        finally:
            self._finished.set()

    def _told(self, share: float, step: str) -> None:
        self._stop_if_cancelled()
        self.share, self.step = min(max(share, 0.0), 1.0), step

    def _stop_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise self._wish

    def cancel(self) -> None:
        """Ask it to stop; what it has found so far is dropped."""
        self._cancelled.set()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, after at most so long."""
        return self._finished.wait(seconds)
