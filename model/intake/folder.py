"""A folder of large files that the one who runs Trilever allows: picked by name from its listing, never by a path."""

import os
from pathlib import Path

from model.errors import IntakeError
from model.intake.file import File
from model.intake.large import Big
from model.intake.remembered import source
from model.progress import Progress, silent

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".gz", ".zip")
MOST = 500


def listing(folder: str | Path) -> list[str]:
    """Names of the files that may be measured: plain files of the folder itself, none hidden, none that leads out.

    Raises
    ------
    IntakeError
        The folder cannot be looked at.
    """
    home = Path(folder)
    try:
        with os.scandir(home) as entries:
            names = [
                entry.name for entry in entries
                if entry.is_file(follow_symlinks=False) and not entry.name.startswith(".")
                and entry.name.lower().endswith(SUFFIXES)
            ]  # fmt: skip
    except OSError as fault:
        raise IntakeError(
            "The folder for large files cannot be read.", "Ask the one who runs this installation to check it."
        ) from fault
    return sorted(names)[:MOST]


def from_folder(folder: str | Path, name: str, progress: Progress = silent) -> File | Big:
    """A file of the folder, by a name of its listing, as `measure` takes it.

    Raises
    ------
    IntakeError
        The listing has no such name, or the file cannot be read.
    """
    if name not in listing(folder):
        raise IntakeError("There is no such file in the folder for large files.", "Choose one of those listed.")
    return source(Path(folder) / name, progress)
