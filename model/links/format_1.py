"""Format 1: a document as bytes and back.

A document is plain JSON: `engine`, `scenario` (every field of it and of its baseline), `defaults` (the tables' values
in force), `seen`. On the way into bytes the weeks leave it:

    deflate of the JSON without weeks, helped by `dictionary_1.json`: [the document with 0 for every value, the values]
    deflate of the weeks as in `week.py`: arrivals and agents of each channel in turn

The dictionary is only compression: it holds a typical document of the day this format was fixed, so that values like
it cost next to nothing. Every value is in the token all the same; a later change of the tables changes no link. It
may never change itself: a better one is a new format.
"""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model.errors import LinkError
from model.links import week

Document = dict[str, Any]

LARGEST_TEXT = 65_536
"""Bytes of JSON; twelve channels with everything set, all of it to seventeen digits, take half of it."""
MOST_ENTRIES = 200
"""In any one mapping or list but the weeks: long lists of faults would take long to tell."""
LARGEST_WEEKS = 2 * 12 * (8 * week.CELLS + 20)
"""Bytes: twelve channels as doubles."""

_DICTIONARY = Path(__file__).with_name("dictionary_1.json").read_bytes()
_WEEKS = ("arrivals", "agents")


def write(document: Document) -> bytes:
    """The body of a token."""
    channels = document["scenario"]["baseline"]["channels"]
    weeks = week.pack([channel[key] for channel in channels for key in _WEEKS])
    bare = [{k: v for k, v in channel.items() if k not in _WEEKS} for channel in channels]
    baseline = {**document["scenario"]["baseline"], "channels": bare}
    bare_document = {**document, "scenario": {**document["scenario"], "baseline": baseline}}
    text = as_text(bare_document)
    if len(text) > LARGEST_TEXT or len(weeks) > LARGEST_WEEKS or not _modest(bare_document):
        raise LinkError("This scenario is too large for a link.", "Save it, and share the saved one instead.")
    return _deflate(text, _DICTIONARY) + _deflate(weeks)


def read(body: bytes) -> Document:
    """The document of a body; LinkError where it is none. Never unpacks beyond the two limits."""
    try:
        text, rest = _inflate(body, LARGEST_TEXT, _DICTIONARY)
        weeks, rest = _inflate(rest, LARGEST_WEEKS)
        if rest:
            raise _unreadable()
        document = of_text(text)
        channels = document["scenario"]["baseline"]["channels"]
        if not isinstance(channels, list) or not 1 <= len(channels) <= 12:
            raise _unreadable()
        unpacked = week.unpack(weeks, len(_WEEKS) * len(channels))
        for i, channel in enumerate(channels):
            channel.update(zip(_WEEKS, unpacked[len(_WEEKS) * i :], strict=False))
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unreadable() from error
    return document


def as_text(document: Document) -> bytes:
    """JSON in UTF-8: keys apart from values (each deflates better alone), floats by their shortest exact digits."""
    values: list[Any] = []
    keys = _part(document, values)
    return json.dumps([keys, values], ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def of_text(text: bytes) -> Document:
    """The document of a text; ValueError, TypeError or RecursionError where it is none."""
    keys, values = json.loads(text.decode("utf-8"), parse_constant=_no_constant)
    if not isinstance(keys, dict) or not isinstance(values, list) or not _modest(keys):
        raise ValueError("not keys and values")
    rest = iter(values)
    document: Document = _unite(keys, rest)
    if any(True for _ in rest) or any(isinstance(v, dict | list) for v in values):
        raise ValueError("values and keys do not match")
    return document


def _part(value: Any, values: list[Any]) -> Any:
    if isinstance(value, dict):
        return {key: _part(inner, values) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_part(inner, values) for inner in value]
    values.append(value)
    return 0


def _unite(keys: Any, values: Iterator[Any]) -> Any:
    if isinstance(keys, dict):
        return {key: _unite(inner, values) for key, inner in keys.items()}
    if isinstance(keys, list):
        return [_unite(inner, values) for inner in keys]
    try:
        return next(values)
    except StopIteration:
        raise ValueError("values are missing") from None


def _modest(value: object) -> bool:
    """Whether no mapping or list within has more entries than any of ours."""
    if isinstance(value, dict | list | tuple):
        inner = value.values() if isinstance(value, dict) else value
        return len(value) <= MOST_ENTRIES and all(map(_modest, inner))
    return True


def _deflate(data: bytes, dictionary: bytes = b"") -> bytes:
    tried = []
    for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY):
        packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, strategy, dictionary)
        tried.append(packer.compress(data) + packer.flush())
    return min(tried, key=len)


def _inflate(data: bytes, most: int, dictionary: bytes = b"") -> tuple[bytes, bytes]:
    """(unpacked, what follows it); stops at `most` bytes, so that a small token cannot fill the memory."""
    unpacker = zlib.decompressobj(-15, dictionary)
    out = unpacker.decompress(data, most)
    if not unpacker.eof:
        if len(out) >= most:
            raise LinkError("The link unpacks to more than a scenario can hold.", "Ask the sender for a new link.")
        raise _unreadable()
    return out, unpacker.unused_data


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number here")


def _unreadable() -> LinkError:
    return LinkError("The link does not hold a readable scenario.", "Ask the sender for a new link.")
