"""How contacts ended: the words for it, the limits of what they tell, and the sentences said of them.

An upload (`contacts`) and rows where they lie (`canonical`) both read their rules here, so that the same rows are
measured alike on either way.
"""

import re
from typing import Literal

import numpy as np

from model.intake.problems import Done
from model.intake.values import NO, YES, Floats, Mask
from model.intake.words import normalised

End = Literal["answered", "abandoned", "outbound", "other"]

NO_AGENT = frozenset({
    "no server", "none", "no agent", "unassigned", "n a", "nobody", "sin agente", "sem agente", "system",
})  # fmt: skip
"""Words for nobody. Exact marks for missing (`rows.MISSING`) among them, such as None or N/A, say nothing instead."""
LEFT_ABOVE = 0.2
"""Where more than this share of those who gave up waited at all, the others hung up before they queued."""
UNSERVED_BELOW = 0.5
"""Where less than this share of the answered had nobody for an agent, they were not served; else nobody is noted."""
NO_HANDLE_BELOW = 0.5
"""Where less than this share of those served lack a handle time, they are worth naming."""
BY_ANSWER_BELOW = 0.7
"""Where less than this share lacks a time of answer, and nothing else says how contacts ended, these gave up."""

_GOT = (
    r"answer(ed)?|handled|connected|served|completed?|accepted|picked up|contestad[ao]s?|atendid[ao]s?|"
    r"respondid[ao]s?|completad[ao]s?|beantwortet|angenommen|bearbeitet|entgegengenommen|repondue?s?|traitee?s?|"
    r"decrochee?s?|rispost[ao]|gestit[ao]|beantwoord|opgenomen"
)
_ANSWERED = re.compile(rf"\b(agent|inbound|resolved|closed|success\w*|{_GOT})\b")
_ABANDONED = re.compile(
    r"\b(ab+and\w*|hang|hung|hangup|gave up|missed|lost|no ?answer|unanswered|unhandled|rejected|declined|"
    r"perdid[ao]s?|colgad[ao]s?|colgo|rechazad[ao]s?|desligad[ao]s?|desistiu|desistencias?|rejeitad[ao]s?|"
    r"aufgelegt|verpasst|verloren|abgebrochen|unbeantwortet|entgangen|abgelehnt|abgewiesen|"
    r"manquee?s?|perdue?s?|raccrochee?s?|rejetee?s?|refusee?s?|pers[ae]|rifiutat[ae]|gemist|opgehangen|"
    r"(sin|sem|sans|keine|senza|geen) (respuesta|contestar|atender|resposta|reponse|antwort|risposta|antwoord)|"
    rf"(no|not|non|nao|nicht|niet) ({_GOT}))\b"
)
_OUTBOUND = re.compile(r"\b(outbound|outgoing|salientes?|ausgehend\w*|sortant\w*|uitgaand\w*)\b")
_IN = re.compile(
    r"\b(in|inbound|incoming|entrantes?|entrada|recibid[ao]s?|recebid[ao]s?|receptiv[ao]s?|eingehend\w*|inkomend\w*)\b"
)
_OUT = re.compile(
    rf"{_OUTBOUND.pattern}|\b(out|salida|saida|realizad[ao]s?|emitid[ao]s?|efetuad[ao]s?|ativ[ao]s?|dial?led|emise?s?)\b"
)

NAMED = re.compile(
    r"((call|contact|interaction|chat|end|final) )*(answered|handled|abandoned|missed|status|state|result|disposition|"
    r"outcome|contestad[ao]|atendid[ao]|abandonad[ao]|resultado|estado|situacao|ergebnis|resultat|statut|esito)"
    r"( (y n|yes no|flag|code|status))?"
)
"""Names of columns that promise to say how a contact ended."""
MOST_ENDS = 40
"""A column of more distinct words is none of ends."""

NEVER_S = 2 * 365 * 86_400
"""A reply or an end so many seconds after the last contact of all stands for none: systems write 31 December 2099."""

SAID: dict[str, tuple[str, Done]] = {
    "no_date": ("Rows whose date or time cannot be read", "dropped"),
    "negative_wait": ("Negative waiting times, taken as no wait", "repaired"),
    "negative_handle": ("Negative handle times, left empty", "repaired"),
    "outbound": ("Contacts that the company began (outbound): they are not customers who wait", "dropped"),
    "other_end": ("Contacts that ended neither answered nor given up", "dropped"),
    "no_end": ("Contacts without a word on how they ended", "dropped"),
    "by_answer": ("Contacts without a time of answer, taken as given up", "kept"),
    "left": ("Hung up before they queued: not counted as given up waiting", "dropped"),
    "unserved": ("Answered without an agent: not counted as service", "kept"),
    "no_handle": ("Answered contacts without a handle time: left out of its mean", "kept"),
    "no_reply": ("No column says when tickets were first answered: the time until they were solved is taken", "kept"),
    "leg": ("Further rows of a contact that was passed on: joined to its first", "repaired"),
    "log": ("Earlier rows of the same ticket", "dropped"),
}  # fmt: skip
"""What is said of rows, and what was done with them, by the kind of the problem."""


def outcome_of(cell: str) -> End:
    """How a contact ended, by the word for it; `outbound` where the company began it."""
    words = normalised(cell)
    if _OUTBOUND.search(words):
        return "outbound"
    if _ABANDONED.search(words):
        return "abandoned"
    return "answered" if _ANSWERED.search(words) else "other"


def direction_of(cell: str) -> Literal["in", "out", ""]:
    """Who began a contact, by the word for it: the customer (in), the company (out), or neither word is there."""
    words = normalised(cell)
    if _OUT.search(words):
        return "out"
    return "in" if _IN.search(words) else ""


def flag_of(cell: str, header: str) -> float:
    """1 yes, 0 no, nan neither: the usual words, the header's own word (Transferred), or the end that it names."""
    if (bare := cell.strip().lower()) in YES | NO:
        return 1.0 if bare in YES else 0.0
    ends = outcome_of(cell), outcome_of(header)
    if {"answered", "abandoned"} >= set(ends):
        return 1.0 if ends[0] == ends[1] else 0.0
    return 1.0 if bare and normalised(cell) in normalised(header).split() else np.nan


def with_blanks(flag: Floats, there: Mask) -> Floats:
    """Yes or nothing: where all that is written says the same, blank is the other (1 yes, 0 no, nan unknown)."""
    said = flag[there]
    if not said.size or there.all() or not (said == said[0]).all():
        return flag
    out: Floats = np.where(there, flag, 1 - said[0])
    return out


def blanks(column: str, answer: float) -> str:
    """The sentence for blank cells beside a single answer."""
    return f"Blank cells of {column!r}, which holds one answer only, taken as {'yes' if answer else 'no'}"


def not_understood(column: str) -> str:
    """The sentence for a column that promises to say how contacts ended, in words that are not known."""
    return (
        f"Nothing is known of who gave up: the words of {column!r} are not understood, and all count as answered "
        "(write answered and abandoned in it)"
    )


def never(label: str) -> str:
    """The sentence for moments that stand for none yet."""
    return f"{label}: dates years after the last contact, taken as not yet"
