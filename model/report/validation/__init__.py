"""What the model was checked against: a small table a check, made by a command and kept beside this file as CSV.

The first line of each file says what it is: `# Title | one line on how to read it and the command that makes it`.
"""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent


def tables(folder: Path = HERE) -> dict[str, pd.DataFrame]:
    """Title -> table, in the order of the files' names; `attrs["note"]` says how to read it, `attrs["file"]` its name.

    ValueError for a file whose first line is not a comment with a title and a note.
    """
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8") as lines:
            first = lines.readline()
            title, bar, note = first.removeprefix("# ").strip().partition(" | ")
            if not first.startswith("# ") or not bar or not title or not note:
                raise ValueError(f"{path.name}: the first line must read '# Title | note'")
            table = pd.read_csv(lines)
        table.attrs.update(note=note, file=path.name)
        found[title] = table
    return found


def keep(table: pd.DataFrame, path: Path, title: str, note: str) -> None:
    """Write a table in the form that `tables` reads."""
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(f"# {title} | {note}\n")
        table.to_csv(out, index=False, lineterminator="\n")
