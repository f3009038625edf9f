"""A scenario as a token and back: what a portable link carries.

    token = links.encode(scenario, seen=outcome.headline)
    links.decode(token) == scenario          # exactly, the baseline's digest as well
    links.open(token)                        # the same with what it stood on: a Receipt

A token holds every value, never only what differs from today's defaults, because defaults change. It holds the
measured baseline (aggregates), no rows. Layers: `envelope` (version, length, checksum), `format_1` (bytes), `week`
(the half-hours), `receipt` (meaning).
"""

from collections.abc import Callable, Mapping

from model.errors import LinkError
from model.links import envelope, format_1
from model.links.format_1 import Document
from model.links.receipt import Receipt, document_of, receipt_of
from model.scenario import Scenario

__all__ = ["FORMAT", "LONG", "LinkError", "Receipt", "decode", "encode", "open"]

FORMAT = 1
"""The format that `encode` writes."""
LONG = 8_000
"""Characters beyond which some mail programs, browsers and proxies cut a link: worth a warning."""

# One reader for each format ever released, and one step from each format's document to the next one's.
READERS: dict[int, Callable[[bytes], Document]] = {1: format_1.read}
STEPS: dict[int, Callable[[Document], Document]] = {}


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
    return envelope.seal(FORMAT, format_1.write(document_of(scenario, seen)))


def decode(token: str) -> Scenario:
    """The scenario of a token; LinkError where the token is not whole or its scenario cannot be used here."""
    return open(token).scenario


def open(token: str) -> Receipt:
    """The receipt of a token: its scenario, and what it stood on when the link was made.

    Nothing in a token is trusted: its size, checksum, shape and every value are checked before use. Raises LinkError.
    """
    version, body = envelope.unseal(token)
    if version > FORMAT:
        message = f"The link was made by a newer version of this program (format {version}, known here up to {FORMAT})."
        raise LinkError(message, "Open it where it was made, or ask for this installation to be updated.")
    if version not in READERS:
        raise LinkError(f"No version of this program made links of format {version}.", "Ask the sender for a new link.")
    document = READERS[version](body)
    for step in range(version, FORMAT):
        document = STEPS[step](document)
    return receipt_of(document, version)
