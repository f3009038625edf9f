"""Words of headers and cells made plain, so that one pattern fits all ways of writing them."""

import re
import unicodedata

_UNIT_WORDS = re.compile(
    r"( (in )?(ms|msecs?|milliseconds|milisegundos|milissegundos|s|secs?|seconds?|segs?|segundos|mins?|minutes?|"
    r"minutos|h|hrs?|hours?|horas|days|dias|hh|mm|ss|hhmmss|hh mm ss|mm ss|hh mm|sek|sekunden|secondes|secondi|"
    r"seconden|minuten|minuti|stunden|heures|ore|uren))+$"
)


def normalised(name: str) -> str:
    """A header as plain words: no accents, no signs, lower case."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).lower().replace("%", " percent ")
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def unitless(words: str) -> str:
    """A normalised header without the unit at its end."""
    return _UNIT_WORDS.sub("", words)
