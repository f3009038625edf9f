"""Pieces of sentences: first letters, and words one after the other."""

import re
from collections.abc import Sequence

ORDINARY = frozenset(
    "a after and answers back billing call callback callbacks calls care case cases chat chats claims complaints "
    "customer customers desk e email emails enquiries fax form forms front general help hotline in inbound inquiries "
    "letter letters line lines live mail mails media message messages messaging of office online orders other outbound "
    "phone phones portal post priority queue queues returns sales self service social support team technical telephone "
    "text texts the ticket tickets video voice voicemail web website".split()
)
"""Words of a channel's title that name a kind of thing; any other may be a name, and stays as the company wrote it."""


def within(text: str) -> str:
    """A label or sentence of ours as it goes on inside another: "Cost a year" -> "cost a year".

    An abbreviation or a name keeps its capitals ("CSAT", "FTE in teams", "WhatsApp"): a further capital in the first
    word tells it. What a company wrote itself is `named`.
    """
    first = re.match(r"\S*", text)
    return text if first and any(c.isupper() for c in first[0][1:]) else text[:1].lower() + text[1:]


def named(title: str) -> str:
    """A channel's title within a sentence: "Phone" -> "phone", "E-mail 2" -> "e-mail 2"; "WhatsApp", "SMS", "VIP line"
    and "Kundendienst" as the company wrote them, since they may be names."""
    words = re.findall(r"[^\W\d_]+", title)
    return title.lower() if all(word.istitle() or word.islower() for word in words) and ORDINARY.issuperset(
        word.lower() for word in words) else title  # fmt: skip


def opening(text: str) -> str:
    """A text as it opens a sentence: "e-mail" -> "E-mail"; what follows keeps its capitals."""
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str]) -> str:
    """Words one after the other: "a, b and c"; empty for none."""
    return " and ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)
