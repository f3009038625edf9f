"""What the store keeps and gives back: entries, outcomes as first seen, and documents as text."""

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.errors import StoreError
from model.receipt import Document, document_of
from model.scenario import MONTHS, Scenario

if TYPE_CHECKING:
    import pandas as pd

    from model.engine import Outcome

LONGEST = {"name": 120, "author": 80, "note": 2_000}
"""Characters of what a user types."""
PICTURED = ("operating_cost", "csat")
"""Outcomes whose 36 months are kept, for the small pictures."""

_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")
_Label = Annotated[str, Field(max_length=80)]
_Path = Annotated[tuple[float, ...], Field(min_length=MONTHS + 1, max_length=MONTHS + 1)]


class Seen(BaseModel):
    """Outcomes as first seen: the run rate at the scenario's month, doing nothing then, small paths of both, and the
    likely (8 in 10) difference between the two, low and high."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=True)
    headline: dict[_Label, float | None] = Field(default_factory=dict, max_length=100)
    reference: dict[_Label, float | None] = Field(default_factory=dict, max_length=100)
    likely: dict[_Label, tuple[float, float]] = Field(default_factory=dict, max_length=100)
    path: dict[_Label, _Path] = Field(default_factory=dict, max_length=8)
    nothing: dict[_Label, _Path] = Field(default_factory=dict, max_length=8)

    @classmethod
    def of(cls, outcome: "Outcome", ranges: "pd.DataFrame | None" = None) -> Self:
        """What is kept of an outcome, and of its likely ranges where they are known."""
        paths = [
            {key: [float(f"{v:.6g}") for v in frame[key]] for key in PICTURED}
            for frame in (outcome.monthly, outcome.reference_monthly)
        ]
        rows = [] if ranges is None else ranges[["difference_low", "difference_high"]].dropna().itertuples()
        likely = {str(key): (float(low), float(high)) for key, low, high in rows}
        return cls.model_validate(
            {"headline": outcome.headline, "reference": outcome.reference, "likely": likely,
             "path": paths[0], "nothing": paths[1]}
        )  # fmt: skip

    @classmethod
    def reckoned(cls, scenario: Scenario) -> Self:
        """What is seen of a scenario at this moment."""
        from model.engine import evaluate

        return cls.of(evaluate(scenario))


class Summary(BaseModel):
    """What a list shows of a version, without opening it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    company: str = Field(max_length=80)
    source: Literal["sample", "company"]
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    month: int = Field(ge=1, le=MONTHS)
    seen: Seen

    @classmethod
    def of(cls, scenario: Scenario, seen: Seen) -> Self:
        """The summary of a scenario and what was seen of it."""
        base = scenario.baseline
        return cls(company=base.name, source=base.source, currency=base.currency, month=scenario.month, seen=seen)

    def text(self) -> str:
        """As it is kept: not-a-number as null."""
        return as_text(_without_nan(self.model_dump()))


@dataclass(frozen=True, slots=True)
class Entry:
    """A version as a list shows it.

    `key` opens it. `name` is the scenario's name today, `number` this version's among `versions`. `seen` and
    `reference` are the outcomes as first seen, of the scenario and of doing nothing, `likely` the range of their
    difference; `path` and `nothing` their 36 months. `parent` is the key of the version that it was made from, told
    to who saved it alone: a key opens. `mine`: whether the asker may change it.
    """

    key: str
    name: str
    number: int
    versions: int
    saved: datetime
    author: str
    note: str
    company: str
    source: str
    currency: str
    month: int
    engine: str
    seen: dict[str, float]
    reference: dict[str, float]
    likely: dict[str, tuple[float, float]]
    path: dict[str, tuple[float, ...]]
    nothing: dict[str, tuple[float, ...]]
    parent: str | None
    revoked: datetime | None
    expires: datetime | None
    deleted: datetime | None
    mine: bool

    @property
    def difference(self) -> dict[str, float]:
        """Outcomes as first seen, less doing nothing; nan where that is not known."""
        return {key: value - self.reference.get(key, math.nan) for key, value in self.seen.items()}

    def open_at(self, moment: datetime) -> bool:
        """Whether the link to this version opens at a moment."""
        return not (self.deleted or self.revoked or (self.expires and self.expires <= moment))


def entry_of(row: Mapping[Any, Any], mine: bool) -> Entry:
    """The entry of a row of versions joined with its scenario; StoreError where its summary is not one."""
    summary = summary_of(row["summary"])
    seen = summary.seen
    return Entry(
        key=row["id"], name=row["name"], number=row["number"], versions=row["versions"], saved=moment(row["saved"]),
        author=row["author"], note=row["note"], company=summary.company, source=summary.source,
        currency=summary.currency, month=summary.month, engine=row["engine"], seen=_numbers(seen.headline),
        reference=_numbers(seen.reference), likely=seen.likely, path=seen.path, nothing=seen.nothing,
        parent=row["parent"] if mine else None, revoked=row["revoked"] and moment(row["revoked"]),
        expires=row["expires"] and moment(row["expires"]), deleted=row["deleted"] and moment(row["deleted"]), mine=mine,
    )  # fmt: skip


def summary_of(text: str) -> Summary:
    """A summary from its text; StoreError where it is not one."""
    try:
        return Summary.model_validate_json(text)
    except ValidationError as fault:
        raise StoreError("A saved scenario's summary cannot be read.", "Ask for a copy of the store.") from fault


def _numbers(values: Mapping[str, float | None]) -> dict[str, float]:
    return {key: math.nan if value is None else value for key, value in values.items()}


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


# Moments


def now() -> datetime:
    """The moment, in UTC, to the microsecond."""
    return datetime.now(UTC)


def stamp(when: datetime) -> str:
    """A moment as text that sorts; one without a zone is this computer's."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """A moment from its text; ValueError where it is none."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


# Text of users


def clean(kind: str, text: str) -> str:
    """What a user typed, without control characters and without marks that turn the direction of what follows.

    `kind`: name, author or note. StoreError where it is too long, or a name is empty.
    """
    keeps = "\n" if kind == "note" else ""
    turned = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    plain = "".join(
        c if c in keeps or unicodedata.category(c) not in ("Cc", "Zl", "Zp") else " "
        for c in text if c not in turned and unicodedata.category(c) not in ("Cs", "Cn", "Co")
    ).strip()  # fmt: skip
    if len(plain) > LONGEST[kind]:
        raise StoreError(f"The {kind} is {len(plain):,} characters long; {LONGEST[kind]:,} fit.", "Shorten it.")
    if kind == "name" and not plain:
        raise StoreError("The name is empty.", "Give the scenario a name.")
    return plain


def known_key(key: str) -> str:
    """A key as it may stand in a link; StoreError where it cannot be one."""
    stripped = key.strip()
    if not _KEY.fullmatch(stripped):
        raise StoreError("The link to this saved scenario is not whole.", "Copy the whole link again.")
    return stripped


def owner_hash(owner: str | None) -> str | None:
    """What is kept of an owner's token: enough to know it again, not enough to be it."""
    return None if owner is None else hashlib.sha256(b"trilever:" + owner.encode()).hexdigest()


# Documents


def as_text(value: Any) -> str:
    """JSON in ASCII, floats by their shortest exact digits; ValueError on not-a-number."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def apart(scenario: Scenario, seen: Seen) -> tuple[str, str]:
    """(text of the document without its baseline, text of the baseline)."""
    return divided(document_of(scenario, _numbers(seen.headline)))


def divided(document: Document) -> tuple[str, str]:
    """A document's text without its baseline, and the baseline's."""
    content = dict(document["scenario"])
    baseline = content.pop("baseline")
    return as_text({**document, "scenario": content}), as_text(baseline)


def together(body: str, baseline: str) -> Document:
    """The whole document again."""
    document: Document = json.loads(body)
    return {**document, "scenario": {**document["scenario"], "baseline": json.loads(baseline)}}


def digest(text: str) -> str:
    """A name for exactly this text."""
    return hashlib.sha256(text.encode()).hexdigest()
