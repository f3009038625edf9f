"""Files measured once: the baseline of exactly these bytes, kept as JSON. Of rows nothing is kept.

The key is a sha256 of the files' bytes and of all that was asked, so a changed byte or wish is measured anew.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from model.errors import IntakeError, TrileverError
from model.intake.file import File, read
from model.intake.filters import Filters
from model.intake.findings import Measurement
from model.intake.large import Big, big
from model.intake.measuring import measurement
from model.intake.reading import MAX_BYTES
from model.progress import Progress, part, silent
from model.scenario import Baseline
from model.version import ENGINE_VERSION

Beside = Callable[[Measurement, Sequence[Any]], Mapping[str, Any]]
RULES = 5
"""Raised when the same bytes are measured otherwise than before."""
BIG = 64 * 2**20
"""From here on a file of contacts is read in one go without keeping its rows."""


def home() -> Path:
    """Where baselines are kept: TRILEVER_CACHE, else the user's own cache folder."""
    if own := os.environ.get("TRILEVER_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "trilever"


def measure_files(
    paths: Sequence[str | Path], *, folder: Path | None = None, progress: Progress = silent, **wishes: Any
) -> Baseline:
    """The baseline of files, from memory where these bytes were measured before.

    Parameters
    ----------
    paths : of one company's files, of any size
    folder : where baselines are kept; `home()` where not given
    **wishes : as of `measure`

    Raises
    ------
    IntakeError
        A file is missing or cannot be measured.
    """
    return measured_files(paths, lambda found, files: {}, "", folder=folder, progress=progress, **wishes)[0]


def measured_files(
    paths: Sequence[str | Path], beside: Beside, asked: str, *, recipes: Sequence[Mapping[str, Any]] = (),
    folder: Path | None = None, progress: Progress = silent, **wishes: Any,
) -> tuple[Baseline, dict[str, Any]]:  # fmt: skip
    """As `measure_files`, and what `beside` makes of the measurement and its files (plain data, without rows).

    Parameters
    ----------
    asked : a name of what `beside` makes: kept figures are given back only where it is the same
    recipes : of `File.recipe`, for files of the same header
    """
    for path in paths:
        if not Path(path).is_file():
            raise IntakeError(f"There is no file {path}.", "Check the path.")
    told = {**wishes, "asked": asked, "recipes": list(recipes)}
    kept = (folder or home()) / f"{_key(paths, told, part(progress, 0, 0.1))}.json"
    try:
        content = json.loads(kept.read_text("utf-8"))
        return Baseline.model_validate(content["baseline"]), dict(content["beside"])
    except (OSError, ValueError, KeyError, TypeError, TrileverError):
        pass  # never measured, or not by these rules: measured now, and written over
    share = 0.9 / len(paths)
    sources = [source(path, part(progress, 0.1 + share * i, 0.1 + share * (i + 1)), recipes)
               for i, path in enumerate(paths)]  # fmt: skip
    found = measurement(*sources, **wishes)
    more = dict(beside(found, sources))
    _keep(kept, found.baseline, more)
    return found.baseline, more


def source(path: str | Path, progress: Progress = silent, recipes: Sequence[Mapping[str, Any]] = ()) -> File | Big:
    """A file as what `measure` takes: its rows where it is small, itself where it is large."""
    path = Path(path)
    if path.stat().st_size < BIG or path.suffix.lower() in (".gz", ".zip", ".xlsx", ".xlsm"):
        return read(path, progress=progress, recipes=recipes)
    try:
        return big(path, progress=progress, recipes=recipes)
    except IntakeError:
        if path.stat().st_size > MAX_BYTES:
            raise
    return read(path, progress=progress, recipes=recipes)  # large counts, or letters of an old code page


def _key(paths: Sequence[str | Path], wishes: Mapping[str, Any], progress: Progress) -> str:
    whole = hashlib.sha256(json.dumps([RULES, ENGINE_VERSION, sorted(wishes.items())], default=_plain).encode())
    for number, path in enumerate(paths):
        progress(number / len(paths), "Looking whether this was measured before")
        with Path(path).open("rb") as opened:
            whole.update(hashlib.file_digest(opened, "sha256").digest())
        # Channels are named by words of the file's name too.
        whole.update(Path(path).name.encode("utf-8", "surrogateescape") + b"\0")
    return whole.hexdigest()


def _plain(value: Any) -> Any:
    return value.plain() if isinstance(value, Filters) else dict(value)


def _keep(kept: Path, baseline: Baseline, beside: Mapping[str, Any]) -> None:
    """Write the baseline, whole or not at all; a place that cannot be written to only costs the next one time."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=kept.parent, delete=False) as draft:
            draft.write(json.dumps({"baseline": baseline.model_dump(mode="json"), "beside": dict(beside)}))
        os.replace(draft.name, kept)
    except OSError:
        return
