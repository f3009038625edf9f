"""Long work tells how far it is, and stops when asked to."""

from collections.abc import Callable

from model.errors import IntakeError

Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and what is being done; it may raise `Cancelled`, which ends the work."""


class Cancelled(IntakeError):
    """The one who asked for the work no longer wants it. Nothing of it is kept."""

    def __init__(self) -> None:
        super().__init__("Reading was cancelled.", "The file was not used; choose it again when you want it.")


def silent(_done: float, _what: str) -> None:
    """Nobody looks."""


def part(progress: Progress, low: float, high: float) -> Progress:
    """Progress of a step that takes the share from `low` to `high` of the whole."""
    return lambda done, what: progress(low + (high - low) * min(max(done, 0.0), 1.0), what)
