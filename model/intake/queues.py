"""Which channels a source holds: by the words of its channel column, else by its own name and headers."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from model.intake.aggregates import REPEAT_DAYS, Queue
from model.intake.columns import FileKind
from model.intake.filters import Filters
from model.intake.words import normalised
from model.scenario import Kind

KINDS: tuple[tuple[str, Kind, str, str], ...] = (
    (
        r"(web|live)?chats?|(chat|voice)?bots?|messag\w*|messenger|mensaj\w*|mensage\w*|whats ?app|whats|sms|telegram",
        "chat", "chat", "Chat",
    ),
    (r"e ?mails?|mail\w*|(voice|g|hot)mails?|correos?", "deferred", "email", "E-mail"),
    (
        r"tickets?|ticketing|incident\w*|incidenc\w*|cases?|casos?|web ?sites?|web|(web ?)?forms?|formular\w*|"
        r"portal\w*|letters?|cartas?|social( ?media)?|self ?service|fax(es)?",
        "deferred", "tickets", "Tickets",
    ),
    (
        r"(tele|smart)?phones?|calls?|called|call(back|center|centre|er)s?|voice|voz|telef\w*|llamad\w*|chamad\w*|anruf\w*|"
        r"inbound|ivr",
        "live", "phone", "Phone",
    ),
)  # fmt: skip
"""What whole words of a channel's name say: kind, name, label. A part of a word says nothing: a platform is no form."""
PHONE: tuple[str, Kind, str] = ("phone", "live", "Phone")
DEFAULTS: dict[str, dict[str, float]] = {
    "live": {"handle_time_s": 360.0, "patience_s": 180.0, "target_s": 20.0, "target_share": 0.8},
    "chat": {"handle_time_s": 600.0, "patience_s": 240.0, "target_s": 60.0, "target_share": 0.8},
    "deferred": {"handle_time_s": 600.0, "patience_s": 86_400.0, "target_s": 86_400.0, "target_share": 0.9},
}
"""Where a file does not say. Handle times and patience: usual values of published benchmarks; a target: the field's."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user sets before measuring.

    `target_s` (seconds) and `target_share`: one for all channels, or channel -> value; `repeat_days`: a contact counts
    as solved where its customer is not back within so many days. `channels`: word of a channel or queue column, or the
    name of a file without one -> the channel it belongs to, "" to leave it out; the others are told by their words.
    `filters`: what of the time is used.
    """

    target_s: float | Mapping[str, float] | None = None
    target_share: float | Mapping[str, float] | None = None
    repeat_days: float = REPEAT_DAYS
    channels: Mapping[str, str] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)

    def seconds(self, channel: str, columns: Mapping[str, str]) -> float | None:
        """The target of a channel: the user's, else the one a header names; None where neither says."""
        return _choice(self.target_s, channel) or _target_in_header(columns)

    def share(self, channel: str) -> float | None:
        """The user's share to be answered in time; None where not said."""
        return _choice(self.target_share, channel)


def _choice(value: float | Mapping[str, float] | None, channel: str) -> float | None:
    return value.get(channel) if isinstance(value, Mapping) else value


def _target_in_header(columns: Mapping[str, str]) -> float | None:
    """Seconds that a header names: `Service Level (20 Seconds)`, `Answered 60sec`."""
    for role in ("service_level", "in_time"):
        found = re.search(r"(\d+)\s*(s\b|sec|seg|min|h\b|hour|hr)", columns.get(role, "").lower())
        if found:
            return float(found[1]) * {"m": 60.0, "h": 3600.0}.get(found[2][0], 1.0)
    return None


def kind_of(words: str) -> tuple[str, Kind, str] | None:
    """Name, kind and label of a channel by what it is called; None where that says nothing."""
    low = normalised(re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", words))
    found = (each for each in KINDS if re.search(rf"\b({each[0]})\b", low))
    return next(((name, kind, label) for _, kind, name, label in found), None)


def split(
    name: str, kind: FileKind, columns: Mapping[str, str], labels: Iterable[str], wishes: Wishes
) -> tuple[tuple[Queue, ...], dict[str, int]]:
    """The queues of a source, and which label of its channel column belongs to which.

    Labels that no word is known for are phone where others are known; where none is, all are one queue, named by the
    words of the source itself. What the user said of a label goes before.
    """
    own = {label: channel_of(wishes.channels[label]) for label in labels if label in wishes.channels}
    known = {} if kind == "tickets" else {label: kind_of(label) for label in labels if label not in own}
    rest: tuple[str, Kind, str]
    if kind == "tickets":
        rest = ("tickets", "deferred", "Tickets")
    elif any(known.values()):
        rest = PHONE
    else:
        words = " ".join([name, *(columns.get(role, "") for role in ("offered", "answered", "date"))])
        rest = kind_of(words) or PHONE
    if name in wishes.channels and not own:
        said = channel_of(wishes.channels[name])
        if said is None:
            return (), {}
        known, rest = {}, said
    chosen: dict[str, tuple[str, Kind, str] | None] = {**{label: key or rest for label, key in known.items()}, **own}
    parted = any(known.values()) or bool(own)
    keys = list(dict.fromkeys(key for key in (chosen.values() if parted else [rest]) if key is not None))
    numbers = {label: -1 if key is None else keys.index(key) for label, key in chosen.items()}
    queues = [Queue(*key, wishes.seconds(key[0], columns) or DEFAULTS[key[1]]["target_s"]) for key in keys]
    return tuple(queues), numbers if parted else {}


def channel_of(called: str) -> tuple[str, Kind, str] | None:
    """The channel that a user calls so: one of the known ones, else one of its own of the kind its words say; None
    for none."""
    called = " ".join(called.split())[:40]
    if not called:
        return None
    for _, kind, name, label in KINDS:
        if called.lower() in (name, label.lower()):
            return name, kind, label
    plain = unicodedata.normalize("NFKD", called).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "queue"
    known = kind_of(called)
    return key, known[1] if known else "live", re.sub(r"[\[\]<>`*_|\\$#!~{}\x00-\x1f]+", " ", called).strip() or "Queue"
