"""Files measured once: the baseline of exactly these bytes, kept as JSON. Of rows nothing is kept.

The key is a sha256 of the files' bytes and of all that was asked, so a changed byte or wish is measured anew.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from model.errors import IntakeError, TrileverError
from model.intake.file import File, read
from model.intake.large import Big, big
from model.intake.measuring import measure
from model.intake.progress import Progress, part, silent
from model.intake.reading import MAX_BYTES
from model.scenario import Baseline
from model.version import ENGINE_VERSION

RULES = 1
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
    for path in paths:
        if not Path(path).is_file():
            raise IntakeError(f"There is no file {path}.", "Check the path.")
    kept = (folder or home()) / f"{_key(paths, wishes, part(progress, 0, 0.1))}.json"
    try:
        return Baseline.model_validate(json.loads(kept.read_text("utf-8")))
    except (OSError, ValueError, TrileverError):
        pass  # never measured, or not by these rules: measured now, and written over
    share = 0.9 / len(paths)
    sources = [source(path, part(progress, 0.1 + share * i, 0.1 + share * (i + 1))) for i, path in enumerate(paths)]
    baseline = measure(*sources, **wishes)
    _keep(kept, baseline)
    return baseline


def source(path: str | Path, progress: Progress = silent) -> File | Big:
    """A file as what `measure` takes: its rows where it is small, itself where it is large."""
    path = Path(path)
    if path.stat().st_size < BIG or path.suffix.lower() in (".gz", ".zip", ".xlsx", ".xlsm"):
        return read(path, progress=progress)
    try:
        return big(path, progress=progress)
    except IntakeError:
        if path.stat().st_size > MAX_BYTES:
            raise
    return read(path, progress=progress)  # large counts, or letters of an old code page


def _key(paths: Sequence[str | Path], wishes: Mapping[str, Any], progress: Progress) -> str:
    whole = hashlib.sha256(json.dumps([RULES, ENGINE_VERSION, sorted(wishes.items())], default=dict).encode())
    for number, path in enumerate(paths):
        progress(number / len(paths), "Looking whether this was measured before")
        with Path(path).open("rb") as opened:
            whole.update(hashlib.file_digest(opened, "sha256").digest())
        # Channels are named by words of the file's name too.
        whole.update(Path(path).name.encode("utf-8", "surrogateescape") + b"\0")
    return whole.hexdigest()


def _keep(kept: Path, baseline: Baseline) -> None:
    """Write the baseline, whole or not at all; a place that cannot be written to only costs the next one time."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=kept.parent, delete=False) as draft:
            draft.write(baseline.model_dump_json())
        os.replace(draft.name, kept)
    except OSError:
        return
