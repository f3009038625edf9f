"""Files whose rows are no contacts, though each has a date: orders, states of agents, messages, surveys, shifts.

Counted as contacts they would make a queue that does not exist. The user can say that they are contacts after all.
"""

import re
from collections.abc import Mapping

import pandas as pd

from model.errors import IntakeError
from model.intake.cells import Cells
from model.intake.words import normalised

KEY, LABEL = "row_is", "Each row is"
OPTIONS = {"none": "no contact: leave the file out", "contact": "a contact"}
BARE = frozenset({"date", "time", "agent", "reason", "team", "direction"})
"""Roles that say nothing of a contact that other things do not have, too."""
_SEEN = frozenset({
    "outcome", "answered", "abandoned", "wait", "abandon_wait", "answered_at", "replied_at", "reply_time",
    "resolved_at", "csat", "resolved", "reopened", "transferred",
})  # fmt: skip
"""Roles of which one is enough to tell a contact."""
_CONTACT = re.compile(
    r"\b(calls?|callers?|tickets?|cases?|chats?|conversations?|interactions?|contacts?|incidents?|issues?|requests?|"
    r"queues?|llamadas?|chamadas?|anrufe?|appels?|e ?mails?)\b"
)
_ORDER = re.compile(
    r"\b(orders?|shipments?|ship(ped|ping)?|deliver\w*|tracking|sku|fulfil\w*|refunds?|refunded|returns?|returned|"
    r"invoices?|parcels?|carriers?|prices?|quantity|qty|amount|balance|payments?|pedidos?|envios?|entregas?|facturas?|"
    r"importe|bestell\w*|liefer\w*|commandes?|livraisons?)\b"
)
_STATE = re.compile(r"(agent |user |aux )*(state|status|activity|presence|aux|reason)( (name|code|type))*")
_STATES = re.compile(
    r"\b(available|ready|not ready|idle|break|lunch|meal|on queue|off queue|acw|wrap ?up|after call work|meetings?|"
    r"training|coaching|away|busy|offline|logged (in|out|off)|login|logout|log(in|out)|on call|talking|ringing|aux|"
    r"unavailable|do not disturb|disponible|pausa|comida|formacion|disponivel|almoco|verfugbar|pause)\b"
)
_TEXT = re.compile(r"(message|chat|comment)?( )?(text|body|message|content|utterance|transcript|comment|line|note)s?")
_WHO = re.compile(
    r"(message |sent |written |comment )?(by|sender|author|from|speaker|role|participant|party|actor|commenter)"
    r"( (type|name|role))?"
)
_RECOMMEND = re.compile(r"\b(nps|net promoter|recommend\w*)\b")
_SURVEY = re.compile(r"\b(surveys?|responses?|respondents?|questions?|encuesta|pesquisa|feedback)\b")
_ASKED = re.compile(r"(survey )?(question|pregunta|pergunta|frage)( (text|id|name))?")
_SHIFT = re.compile(r"(shift|schedule|roster|turno|schicht|escala|working hours|horario)( (time|hours))?")
_SPAN = re.compile(r"\d{1,2}([:.h]\d{2})?\s*(-|–|to|a|bis)\s*\d{1,2}([:.h]\d{2})?.*")
MANY = 0.6
MESSAGES = 1.5
"""Rows of one number from which these are parts of a conversation."""


def refuse(cells: Cells, text: pd.DataFrame) -> None:
    """Refuse a file that by its columns holds no contacts, unless the user says so; asks what a row is.

    Where nothing but a date says what a row is, it counts as a contact and the report says so.
    """
    said = cells.choices.get(KEY)
    found = None if said == "contact" else _what(text, cells.used)
    if said or found:
        cells.ask(KEY, LABEL, OPTIONS, said or "none", said is None)
    if found:
        what, hint = found
        raise IntakeError(
            f"The rows of {cells.name} look like {what}, not like contacts.",
            f"Leave it out, or say on My data that each is a contact. {hint}",
        )
    if not said and cells.used.keys() <= BARE:
        text_ = "Nothing but its date says what a row is: each is counted as one contact"
        cells.problems.add("bare", text_, int(len(text)), "kept")


def _what(text: pd.DataFrame, used: Mapping[str, str]) -> tuple[str, str] | None:
    words = {column: normalised(column) for column in text.columns}
    headers = list(words.values())
    if any(_TEXT.fullmatch(each) for each in headers) and any(_WHO.fullmatch(each) for each in headers):
        number = text[used["id"]] if "id" in used else None
        if number is None or len(text) > MESSAGES * max(number.nunique(), 1):
            return "messages of conversations", "Export one row for each conversation, with its beginning and end."
    if _SEEN & used.keys():
        return None
    surveyed = any(_SURVEY.search(each) for each in headers)
    if (surveyed and any(_RECOMMEND.search(each) for each in headers)) or any(_ASKED.fullmatch(w) for w in headers):
        return "answers to a survey", "A survey of satisfaction needs its rating in a column of its own (CSAT)."
    if "agent" in used and not {"id", "customer"} & used.keys() and _are_states(text, words):
        return "states of agents", "Export the calls or chats themselves, a row each, or their counts by interval."
    if {"agent", "ended_at"} <= used.keys() <= BARE | {"ended_at"}:
        return "shifts", "For a rota, call the columns Shift start and Shift end."
    if any(_CONTACT.search(each) for each in headers):
        return None
    if sum(bool(_ORDER.search(each)) for each in headers) >= 2:
        return "orders, deliveries or payments", "Export the contacts of your customers, a row each, or their counts."
    for column, each in words.items():
        if _SHIFT.fullmatch(each) and text[column].dropna().head(200).str.fullmatch(_SPAN.pattern).mean() > MANY:
            return "shifts", "For a rota, export the beginning and the end of each shift in two columns."
    return None


def _are_states(text: pd.DataFrame, words: Mapping[str, str]) -> bool:
    for column, each in words.items():
        if not _STATE.fullmatch(each):
            continue
        counts = text[column].dropna().value_counts()
        states = [bool(_STATES.search(normalised(str(word)))) for word in counts.index]
        if sum(states) >= 2 and counts[states].sum() > MANY * max(counts.sum(), 1):
            return True
    return False
