"""What was confirmed once, for the files of the next quarter: columns, units, channels, filters, targets. Never rows.

A recipe is a small JSON file. It names columns by their headers and queues by their words, as the files have them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.errors import IntakeError
from model.intake.aggregates import REPEAT_DAYS
from model.intake.columns import ROLE_LABELS
from model.intake.file import File
from model.intake.filters import Filters

FORMAT = 1
MOST_BYTES = 1 << 20
LONGEST, MOST = 200, 200
_PARTS = {"format", "files", "channels", "filters", "target_s", "target_share", "repeat_days"}


@dataclass(frozen=True)
class Recipe:
    """How files are understood and measured.

    `files` : of each header what `File.recipe` gives. The rest as `measure` takes it.
    """

    files: tuple[Mapping[str, Any], ...] = ()
    channels: Mapping[str, str] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    target_s: Mapping[str, float] = field(default_factory=dict)
    target_share: Mapping[str, float] = field(default_factory=dict)
    repeat_days: float = REPEAT_DAYS

    @property
    def wishes(self) -> dict[str, Any]:
        """Keywords for `measure`."""
        return {
            "channels": dict(self.channels), "filters": self.filters, "target_s": dict(self.target_s) or None,
            "target_share": dict(self.target_share) or None, "repeat_days": self.repeat_days,
        }  # fmt: skip

    def strange(self, files: Sequence[File]) -> list[str]:
        """Names of files whose columns the recipe does not know: they were guessed afresh."""
        known = {recipe["header"] for recipe in self.files}
        return [file.name for file in files if file.header not in known]

    def text(self) -> str:
        """The recipe as a file."""
        content = {
            "format": FORMAT, "files": [dict(each) for each in self.files], "channels": dict(self.channels),
            "filters": self.filters.plain(), "target_s": dict(self.target_s), "target_share": dict(self.target_share),
            "repeat_days": self.repeat_days,
        }  # fmt: skip
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def recipe_of(files: Sequence[File], **wishes: Any) -> Recipe:
    """The recipe of files as they are understood now; `wishes` as of `Recipe`."""
    return Recipe(tuple({file.header: file.recipe() for file in files}.values()), **wishes)


def load_recipe(source: str | Path | bytes) -> Recipe:
    """A recipe from its file or text.

    Raises
    ------
    IntakeError
        It is no recipe, or one of a newer Trilever.
    """
    try:
        raw = source if isinstance(source, bytes) else Path(source).read_bytes()
        if len(raw) > MOST_BYTES:
            raise ValueError("too long")
        content = json.loads(raw.decode("utf-8-sig"))
        if not isinstance(content, dict) or not isinstance(content.get("files"), list):
            raise ValueError("no recipe")
        if content.get("format") != FORMAT:
            raise IntakeError("This recipe is of another version of Trilever.", "Save it again from My data.")
        if set(content) - _PARTS:
            raise ValueError("unknown parts")
        return Recipe(
            tuple(_file(each) for each in content["files"][:MOST]), _texts(content.get("channels", {})),
            Filters.of(content.get("filters", {})), _numbers(content.get("target_s", {}), 1e7),
            _numbers(content.get("target_share", {}), 1.0), _between(content.get("repeat_days", REPEAT_DAYS), 365.0),
        )  # fmt: skip
    except OSError as fault:
        raise IntakeError("The recipe cannot be read.", "Check its path.") from fault
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError) as fault:
        raise IntakeError("This is no recipe.", "Save one from My data, or with --save-recipe.") from fault


def _file(each: Mapping[str, Any]) -> Mapping[str, Any]:
    columns = _texts(each["columns"])
    if set(columns) - set(ROLE_LABELS) or not isinstance(each["header"], str):
        raise ValueError("unknown columns")
    return {"header": each["header"][:LONGEST], "kind": str(each["kind"]), "columns": columns,
            "choices": _texts(each.get("choices", {}))}  # fmt: skip


def _texts(data: Mapping[str, Any]) -> dict[str, str]:
    if not isinstance(data, dict) or not all(isinstance(v, str) for v in data.values()) or len(data) > MOST:
        raise ValueError("no texts")
    return {str(key)[:LONGEST]: value[:LONGEST] for key, value in data.items()}


def _numbers(data: Mapping[str, Any], most: float) -> dict[str, float]:
    if not isinstance(data, dict):
        raise ValueError("no numbers")
    return {str(key)[:LONGEST]: _between(value, most) for key, value in data.items()}


def _between(value: Any, most: float) -> float:
    number = float(value)
    if not 0 < number <= most:
        raise ValueError("out of bounds")
    return number
