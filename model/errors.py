"""The one family of errors that a user can cause: what is wrong, and what to do about it."""


class TrileverError(Exception):
    """Base of every error a user can cause.

    Parameters
    ----------
    message : str
        What is wrong and where, in the user's words.
    hint : str
        What to do now.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.message, self.hint)  # whole from one process to another


class ArgumentError(TrileverError):
    """An argument of a function is out of its domain; the message names it."""


class ScenarioError(TrileverError):
    """A scenario holds something the model does not know or cannot use."""


class LinkError(TrileverError):
    """A link cannot be opened: cut short, forged, too large, or from a newer version."""


class IntakeError(TrileverError):
    """A file cannot be read or does not hold what measuring needs."""


class StoreError(TrileverError):
    """The store cannot be reached, read or written, or does not have what was asked for."""
