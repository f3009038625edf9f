"""The outside of a token, alike in every format: version, length and checksum, then the body, as URL-safe text.

    byte 0        format version
    bytes 1-3     length of the body, big-endian
    bytes 4-7     CRC-32 of bytes 0-3 and the body
    rest          the body, whose meaning is the format's

So a link can be told cut short, altered, or newer than this program before anything in it is read.
"""

import base64
import re
import zlib

from model.errors import LinkError

LONGEST = 131_072
"""Characters: more is refused unread. A company of twelve channels without any rounding stays below."""

_HEAD = 8
_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")
_COPY_AGAIN = "Copy the whole link again, or ask the sender for it."


def seal(version: int, body: bytes) -> str:
    """The token of a body."""
    head = bytes([version]) + len(body).to_bytes(3, "big")
    check = zlib.crc32(body, zlib.crc32(head)).to_bytes(4, "big")
    token = base64.urlsafe_b64encode(head + check + body).decode("ascii").rstrip("=")
    if len(token) > LONGEST:
        raise LinkError("This scenario is too large for a link.", "Save it, and share the saved one instead.")
    return token


def unseal(token: str) -> tuple[int, bytes]:
    """(format version, body) of a token; LinkError where it is not whole and unaltered."""
    if not token.strip():
        raise LinkError("The link holds no scenario.", _COPY_AGAIN)
    if len(token) > LONGEST:
        raise LinkError("The link is too long to be one of ours.", _COPY_AGAIN)
    text = "".join(token.split())  # mail programs wrap long links
    if wrong := _FOREIGN.search(text):
        raise LinkError(f"The link holds a character that no link of ours has: {wrong[0]!a}.", _COPY_AGAIN)
    bits = text[:-1] if len(text) % 4 == 1 else text  # one character over makes no byte
    data = base64.urlsafe_b64decode(bits + "=" * (-len(bits) % 4))
    if len(data) <= _HEAD:
        raise LinkError("The link is cut short: only its beginning arrived.", _COPY_AGAIN)
    version, length, body = data[0], int.from_bytes(data[1:4], "big"), data[_HEAD:]
    whole = zlib.crc32(body, zlib.crc32(data[:4])) == int.from_bytes(data[4:_HEAD], "big")
    # The last character carries spare bits: text that is not what we write was altered too.
    if whole and len(body) == length and base64.urlsafe_b64encode(data).decode("ascii").rstrip("=") == text:
        return version, body
    full = -(-(length + _HEAD) * 4 // 3)
    if len(text) < full <= LONGEST:
        raise LinkError(f"The link is cut short: {len(text):,} of its {full:,} characters arrived.", _COPY_AGAIN)
    raise LinkError("The link was altered on its way.", _COPY_AGAIN)
