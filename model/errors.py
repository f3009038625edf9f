"""The one family of errors that a user can cause: what is wrong, and what to do about it; and arguments checked."""

from collections.abc import Collection, Iterable
from operator import index
from reprlib import repr as short
from typing import TypeVar

Kind = TypeVar("Kind")
WHERE_FROM = {
    "str": "Give it as text.",
    "Scenario": "Make one: model.Scenario(baseline=model.sample(\"retail\"), levers={...}).",
    "Baseline": "Give the company: model.sample(\"retail\"), or a scenario's own, scenario.baseline.",
}  # fmt: skip
"""How to come by what is asked for."""


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


# Arguments. What is called on every move of a slider is checked too: these cost a tenth of a microsecond.


def must_be(kind: type, value: object, name: str, error: type[TrileverError] = ArgumentError) -> None:
    """ArgumentError where an argument is something else: a Baseline, say, in the place of a Scenario."""
    if not isinstance(value, kind):
        wanted = "text" if kind is str else f"a {kind.__name__}"
        given = "None" if value is None else f"of type {type(value).__name__}"
        raise error(f"{name} must be {wanted}, but is {given}.", WHERE_FROM.get(kind.__name__, "Give another."))


def all_must_be(kind: type[Kind], values: Iterable[Kind], name: str) -> list[Kind]:
    """The values of any iterable as a list; ArgumentError where it is none, or one of them is something else."""
    if isinstance(values, kind) or not hasattr(values, "__iter__"):
        raise ArgumentError(f"{name} must be several, in a list or the like.", "Put a single one in a list, too: [it].")
    found = list(values)
    for place, value in enumerate(found):
        must_be(kind, value, f"{name}[{place}]")
    return found


def is_count(value: object, low: int, high: int) -> bool:
    """Whether it is a whole number within limits, Python's or numpy's."""
    try:
        return low <= index(value) <= high  # type: ignore[arg-type]
    except TypeError:
        return False


def must_count(value: object, low: int, high: int, name: str) -> None:
    """ArgumentError where an argument is not a whole number within its limits."""
    if not is_count(value, low, high):
        raise ArgumentError(f"{name} is {short(value)}, not a whole number from {low:,} to {high:,}.", "Choose within.")


def must_be_known(value: object, known: Collection[str], what: str) -> None:
    """ArgumentError where something is asked for by a name that it does not have."""
    if value not in tuple(known):
        raise ArgumentError(f"There is no {what} {short(value)}.", f"There are: {', '.join(known)}.")
