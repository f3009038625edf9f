"""Long work tells how far it is, and stops when asked to."""

import sys
from collections.abc import Callable

from model.errors import TrileverError

Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and what is being done; it may raise `Cancelled`, which ends the work."""


class Cancelled(TrileverError):
    """The one who asked for the work no longer wants it. Nothing of it is kept."""

    def __init__(self, message: str = "It was cancelled.", hint: str = "Ask again when you want it.") -> None:
        super().__init__(message, hint)


def silent(_done: float, _what: str) -> None:
    """Nobody looks."""


def on_terminal(done: float, what: str) -> None:
    """For one who looks on; a file or a pipe gets none."""
    if sys.stderr.isatty():
        print(f"\r{what}: {100 * done:.0f} %".ljust(60), end="\r", file=sys.stderr, flush=True)


def part(progress: Progress, low: float, high: float) -> Progress:
    """Progress of a step that takes the share from `low` to `high` of the whole."""
    return lambda done, what: progress(low + (high - low) * min(max(done, 0.0), 1.0), what)
