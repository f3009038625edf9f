"""Scenarios as files: one JSON file a scenario with all its versions, a zip of them for many.

Nothing in a file is trusted: its size, before and after unpacking, its shape and every value are checked, and nothing
in it says where anything is written.
"""

import io
import json
import re
import secrets
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from model.errors import StoreError, TrileverError
from model.receipt import FORMAT, Document, receipt_of
from model.scenario import Scenario
from model.store import records
from model.store.records import Seen, Summary
from model.version import ENGINE_VERSION

FILE_FORMAT = 1
LARGEST_FILE = 20_000_000
"""Bytes as uploaded."""
LARGEST_TEXT = 10_000_000
"""Bytes of one scenario's JSON; a thousand versions on one company take half of it."""
LARGEST_ALL = 100_000_000
"""Bytes of all that a zip holds."""
MOST_FILES = 1_000

_ASK = "Ask for the file again, or export it anew."
_Text = Annotated[str, Field(max_length=5_000)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class _Version(_Model):
    key: str = Field(pattern=r"^[A-Za-z0-9_-]{20,64}$")
    number: int = Field(ge=1, le=1_000_000)
    saved: str = Field(max_length=32)
    author: _Text
    note: _Text
    parent: str | None = Field(None, max_length=64)
    format: int = Field(ge=1, le=10_000)
    company: str = Field(max_length=64)
    document: Document
    summary: dict[str, Any]


class _File(_Model):
    trilever: Literal["scenario"]
    format: int = Field(ge=1)
    name: _Text
    versions: list[_Version] = Field(min_length=1, max_length=1_000)
    companies: dict[str, dict[str, Any]] = Field(max_length=1_000)


@dataclass(frozen=True, slots=True)
class FiledVersion:
    """A version on its way: texts as the store keeps them, `company` the baseline's."""

    key: str
    number: int
    saved: str
    author: str
    note: str
    parent: str | None
    engine: str
    format: int
    body: str
    summary: str
    company: str


@dataclass(frozen=True, slots=True)
class Filed:
    """A scenario on its way."""

    name: str
    versions: tuple[FiledVersion, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a file: keys of the newest version of each scenario added, how many were here already, and what was
    refused and why, by name."""

    added: tuple[str, ...]
    known: int
    refused: dict[str, str]


def alone(scenario: Scenario, seen: Seen, *, author: str = "", note: str = "") -> bytes:
    """The file of a scenario that no store has, under a key of its own."""
    body, company = records.apart(scenario, seen)
    version = FiledVersion(
        secrets.token_urlsafe(24), 1, records.stamp(records.now()), records.clean("author", author),
        records.clean("note", note), None, ENGINE_VERSION, FORMAT, body, Summary.of(scenario, seen).text(), company,
    )  # fmt: skip
    return packed([Filed(records.clean("name", scenario.name or scenario.baseline.name), (version,))])


def packed(scenarios: Sequence[Filed]) -> bytes:
    """The file: JSON for one scenario, a zip for any other number."""
    if len(scenarios) == 1:
        return _text(scenarios[0])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, scenario in enumerate(scenarios, 1):
            # A fixed date: the same scenarios give the same bytes.
            member = zipfile.ZipInfo(f"{number:03d} {file_name(scenario.name)}.json")
            archive.writestr(member, _text(scenario), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def file_name(name: str) -> str:
    """A name that any system takes for a file: letters, digits, spaces, - and _."""
    plain = re.sub(r"[^\w-]+", " ", name).strip()[:60].strip()
    return plain or "scenario"


def _text(scenario: Filed) -> bytes:
    companies = {records.digest(v.company): json.loads(v.company) for v in scenario.versions}
    rows = [
        {"key": v.key, "number": v.number, "saved": v.saved, "author": v.author, "note": v.note, "parent": v.parent,
         "format": v.format, "company": records.digest(v.company), "document": json.loads(v.body),
         "summary": json.loads(v.summary)}
        for v in scenario.versions
    ]  # fmt: skip
    content = {"trilever": "scenario", "format": FILE_FORMAT, "name": scenario.name}
    return records.as_text({**content, "versions": rows, "companies": companies}).encode("ascii")


def unpacked(data: bytes) -> tuple[list[Filed], dict[str, str]]:
    """(scenarios of a file, what in it was refused and why); StoreError where it is none of ours at all."""
    if len(data) > LARGEST_FILE:
        raise StoreError(f"The file is larger than the {LARGEST_FILE // 1_000_000} MB that scenarios take.", _ASK)
    if not data.startswith(b"PK"):
        return [_read(data)], {}
    found: list[Filed] = []
    refused: dict[str, str] = {}
    for name, text in _members(data):
        try:
            found.append(_read(text))
        except TrileverError as fault:
            refused[name] = f"{fault.message} {fault.hint}".strip()
    if not found and not refused:
        raise StoreError("The zip holds no scenario.", "Choose a file that the Library exported.")
    return found, refused


def _members(data: bytes) -> list[tuple[str, bytes]]:
    """The files of a zip by name; never unpacks beyond the limits, whatever its directory says."""
    if data.count(b"PK\x01\x02") > MOST_FILES:
        raise StoreError(f"The zip holds more than {MOST_FILES:,} files.", "Export fewer scenarios at a time.")
    members, total = [], 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if member.is_dir():
                    continue
                with archive.open(member) as stream:
                    text = stream.read(LARGEST_TEXT + 1)
                total += len(text)
                if len(text) > LARGEST_TEXT or total > LARGEST_ALL:
                    raise StoreError("The zip unpacks to more than scenarios take.", _ASK)
                members.append((records.clean("author", member.filename[-60:]), text))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as fault:
        raise StoreError("The zip cannot be unpacked: it is damaged, or locked with a password.", _ASK) from fault
    return members


def _read(data: bytes) -> Filed:
    if len(data) > LARGEST_TEXT:
        raise StoreError("The file is larger than a scenario can be.", _ASK)
    try:
        content = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
        if isinstance(content, dict) and isinstance(content.get("format"), int) and content["format"] > FILE_FORMAT:
            raise StoreError("The file was exported by a newer version of this program.", "Update this one.")
        file = _File.model_validate(content)
        versions = tuple(_version(version, file.companies) for version in file.versions)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise StoreError("The file holds no scenario of ours.", "Choose a file that the Library exported.") from fault
    if len({v.key for v in versions}) + len({v.number for v in versions}) != 2 * len(versions):
        raise StoreError("The file holds two versions under one number.", _ASK)
    return Filed(records.clean("name", file.name), tuple(sorted(versions, key=lambda v: v.number)))


def _version(v: _Version, companies: dict[str, dict[str, Any]]) -> FiledVersion:
    """A version checked as a link is: what cannot be opened here is not taken in."""
    records.moment(v.saved)
    body, company = records.as_text(v.document), records.as_text(companies[v.company])
    receipt = receipt_of(records.together(body, company), v.format)
    return FiledVersion(
        v.key, v.number, v.saved, records.clean("author", v.author), records.clean("note", v.note), v.parent,
        receipt.engine_version, v.format, body, Summary.model_validate(v.summary).text(), company,
    )  # fmt: skip


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number here")
