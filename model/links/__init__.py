"""A scenario as a token and back: what a portable link carries.

    token = links.encode(scenario, seen=outcome.headline)
    links.decode(token) == scenario          # exactly, the baseline's digest as well
    links.open(token)                        # the same with what it stood on: a Receipt

A token holds every value, never only what differs from today's defaults, because defaults change. It holds the
measured baseline (aggregates), no rows. Layers: `envelope` (version, length, checksum), `format_1` (bytes; those of
format 2 are made alike), `week` (the half-hours); what it means is a `model.receipt`.
"""

from collections.abc import Callable, Mapping

from model import receipt
from model.errors import LinkError, must_be
from model.links import envelope, format_1
from model.receipt import LINK_DIGITS, Document, Receipt
from model.scenario import Scenario

__all__ = ["LONG", "LinkError", "Receipt", "decode", "encode", "open"]

LONG = 8_000
"""Characters beyond which some mail programs, browsers and proxies cut a link: worth a warning."""

# One reader for each format ever released; `receipt.STEPS` brings its document to the next one's.
READERS: dict[int, Callable[[bytes], Document]] = {1: format_1.read, 2: format_1.read}


def encode(scenario: Scenario, seen: Mapping[str, float] | None = None) -> str:
    """The URL-safe token of a scenario.

    Parameters
    ----------
    scenario : Scenario
    seen : mapping of str to float, optional
        Outcomes as the sender sees them, `Outcome.headline` say; kept to six digits.

    Raises
    ------
    LinkError
        Where the scenario is too large for a link (hundreds of kilobytes of texts or grades).
    """
    must_be(Scenario, scenario, "scenario")
    return envelope.seal(receipt.FORMAT, format_1.write(receipt.document_of(scenario, seen, LINK_DIGITS)))


def decode(token: str) -> Scenario:
    """The scenario of a token; LinkError where the token is not whole or anything in it cannot be applied here."""
    opened = open(token)
    for why in opened.refused.values():
        raise LinkError(f"The scenario in this link cannot be used here as it is. {why}", "Ask for a new link.")
    return opened.scenario


def open(token: str) -> Receipt:
    """The receipt of a token: its scenario, and what it stood on when the link was made.

    Nothing in a token is trusted: its size, checksum, shape and every value are checked before use. What the scenario
    sets and today's model cannot apply is left out and named in `Receipt.refused`. Raises LinkError.
    """
    must_be(str, token, "token", LinkError)
    version, body = envelope.unseal(token)
    receipt.known_format(version)
    return receipt.receipt_of(READERS[version](body), version)
