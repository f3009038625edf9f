"""Pieces of sentences: first letters, and words one after the other."""

from collections.abc import Sequence


def within(text: str) -> str:
    """A label or sentence as it goes on inside another: "Cost a year" -> "cost a year".

    An abbreviation keeps its capitals ("CSAT", "FTE in teams"): a second capital tells it.
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def opening(text: str) -> str:
    """A text as it opens a sentence: "e-mail" -> "E-mail"; what follows keeps its capitals."""
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str]) -> str:
    """Words one after the other: "a, b and c"; empty for none."""
    return " and ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)
