"""A read file: its kind, which column is what, its canonical table, and what was wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast, get_args

import pandas as pd

from model.errors import IntakeError
from model.intake import no_contacts, sides, unused
from model.intake.cells import Cells, Setting
from model.intake.columns import ROLE_LABELS, SIDES, FileKind, Guess, could_be_dates, fingerprint, guess
from model.intake.contacts import contacts
from model.intake.pivots import carried_down, upright
from model.intake.problems import Problems
from model.intake.reading import MAX_BYTES, read_table
from model.intake.text_table import TextTable
from model.intake.totals_table import totals
from model.progress import Progress, part, silent

UNFORESEEN = (ValueError, TypeError, KeyError, IndexError, OverflowError, MemoryError, RecursionError)


@dataclass(frozen=True, slots=True)
class File:
    """A file that came in.

    Attributes
    ----------
    name : str
    kind : {"contacts", "tickets", "intervals", "daily", "weekly", "monthly", "ratings", "rota", "wages"}
    columns : dict role -> column of the file in use
    guesses : dict role -> Guess (column, confidence, three samples), as guessed; a correction has confidence 1
    table : DataFrame
        Canonical: one row a contact (arrived, state, wait_s, handle_s, ...) or an interval (start, offered, ...).
        Without rows where `trouble` says why.
    problems : Problems
    text : DataFrame of the cells as they stand in the file, for a preview
    has_time : bool, whether a time of day is known
    notes : how things were understood, in words: the scale of ratings, units, the time zone
    settings : what the user may say better; `undecided` those of them that nothing in the file decides
    choices : key of a setting -> the user's word
    trouble : why the file cannot be used with these columns; None where it can
    sheets, sheet : those of a workbook, and the one read
    """

    name: str
    kind: FileKind
    columns: dict[str, str]
    guesses: dict[str, Guess]
    table: pd.DataFrame
    problems: Problems
    text: pd.DataFrame
    has_time: bool
    notes: dict[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    reading: Problems = field(default_factory=Problems)
    settings: tuple[Setting, ...] = ()
    choices: dict[str, str] = field(default_factory=dict)
    trouble: IntakeError | None = None
    source: TextTable | None = None

    @property
    def sheets(self) -> tuple[str, ...]:
        """Sheets of a workbook; empty for other files."""
        return self.source.sheets if self.source else ()

    @property
    def sheet(self) -> str:
        """The sheet read."""
        return self.source.sheet if self.source else ""

    @property
    def undecided(self) -> tuple[Setting, ...]:
        """Settings that nothing in the file decides: they are guessed."""
        return tuple(setting for setting in self.settings if setting.open)

    @property
    def header(self) -> str:
        """A mark of the columns' names in their order: a correction holds for all files of the same."""
        return fingerprint(self.text.columns)

    def with_columns(
        self, roles: Mapping[str, str | None], kind: FileKind | None = None, choices: Mapping[str, str] | None = None
    ) -> "File":
        """The same file with columns corrected: role -> column, None takes a role away.

        Parameters
        ----------
        kind : what a row of the file is, where it was guessed wrong
        choices : key of a setting -> value; "" takes a choice back. `sheet` reads another sheet, with fresh guesses.

        Raises
        ------
        IntakeError
            An unknown role or column, or a choice under which nothing can be read.
        """
        after = {**self.choices, **(choices or {})}
        after = {key: value for key, value in after.items() if value}
        if (sheet := after.get("sheet", self.sheet)) != self.sheet and self.source:
            again = read_table(self.source.unpacked, self.name, sheet=sheet)
            return _understood(again)._with({}, None, {"sheet": sheet})
        file = self._with(roles, kind, after)
        # On the way out of trouble, a step that does not lead out yet is a step.
        if file.trouble and not self.trouble:
            raise file.trouble
        return file

    def _with(self, roles: Mapping[str, str | None], kind: FileKind | None, choices: Mapping[str, str]) -> "File":
        guesses = dict(self.guesses)
        for role, column in roles.items():
            if role not in ROLE_LABELS:
                raise IntakeError(f"{role} is not something a column can be.", f"Known: {', '.join(ROLE_LABELS)}.")
            if column is None:
                guesses.pop(role, None)
                continue
            if column not in self.text.columns:
                raise IntakeError(f"There is no column {column!r} in {self.name}.", "Choose one of its columns.")
            if guesses.get(role) is None or guesses[role].column != column:
                cells = tuple(str(c)[:60] for c in self.text[column].dropna().unique()[:3])
                guesses[role] = Guess(column, 1.0, cells)
        source = self.source or TextTable(self.name, self.text, self.encoding, ",", self.reading)
        return build(source, kind or self.kind, guesses, choices)

    def recipe(self) -> dict[str, Any]:
        """What was confirmed or corrected, as plain data: for the next file of the same header."""
        return {
            "header": self.header, "kind": self.kind, "columns": dict(self.columns), "choices": dict(self.choices),
        }  # fmt: skip

    def with_recipe(self, recipe: Mapping[str, Any]) -> "File":
        """The file understood as another of the same header was; IntakeError where that does not fit."""
        columns = dict(recipe.get("columns", {}))
        kind = recipe.get("kind", self.kind)
        if recipe.get("header") != self.header or kind not in get_args(FileKind):
            raise IntakeError(f"{self.name} has other columns.", "Choose its columns once; they are remembered.")
        away = dict.fromkeys(set(self.columns) - set(columns))
        choices = {str(key): str(value) for key, value in dict(recipe.get("choices", {})).items() if key != "sheet"}
        if self.sheet:
            choices["sheet"] = self.sheet
        return self._with({**away, **columns}, cast(FileKind, kind), choices)

    def following(self, recipes: Iterable[Mapping[str, Any]]) -> "File":
        """As the first recipe that fits says, of a workbook on the sheet it names; as it is where none fits.

        A recipe for the sheet already read goes before one for another.
        """
        on_sheet = {self.sheet: self}
        for recipe in sorted(recipes, key=lambda each: _sheet_of(each) != self.sheet):
            sheet = _sheet_of(recipe)
            try:
                if sheet in self.sheets and sheet not in on_sheet and self.source:
                    on_sheet[sheet] = _understood(read_table(self.source.unpacked, self.name, sheet=sheet))
                file = on_sheet.get(sheet, self)
                if recipe.get("header") == file.header:
                    return file.with_recipe(recipe)
            except IntakeError:
                continue  # the header is the same, its cells are not; or that sheet holds no table any more
        return self


def read(
    source: Any, name: str | None = None, *, limit: int = MAX_BYTES, sheet: str | None = None,
    recipes: Iterable[Mapping[str, Any]] = (), progress: Progress = silent,
) -> File:  # fmt: skip
    """Read a file: a path, bytes or a file object.

    Parameters
    ----------
    limit : most bytes, packed and unpacked
    sheet : of a workbook; else the one with the largest table
    recipes : of files read before; the first of the same header is followed, on its sheet where there are several
    progress : told how far the reading is; raise `Cancelled` in it to stop

    Returns
    -------
    File
        Its `trouble` says what a user must still choose (no column says when contacts began, for instance).

    Raises
    ------
    IntakeError
        It cannot become a table, or holds nothing that could be a date or a count by day.
    """
    try:
        table = read_table(source, name, limit, part(progress, 0.0, 0.7), sheet)
        progress(0.7, "Guessing columns")
        file = _understood(table, part(progress, 0.7, 1.0))
        if sheet is None:
            file = file.following(recipes)
        else:
            file = file.following(each for each in recipes if _sheet_of(each) in ("", sheet))
        if file.trouble and not could_be_dates(file.text):
            raise file.trouble
        progress(1.0, "Read")
        return file
    except UNFORESEEN as fault:
        # What no rule foresaw is still the file's fault to the user; the cause stays in the chain for the log.
        raise IntakeError(
            f"{name or 'The file'} cannot be understood as a table.", "Export it again as CSV."
        ) from fault


def _sheet_of(recipe: Mapping[str, Any]) -> str:
    return str(dict(recipe.get("choices", {})).get("sheet", ""))


def _understood(table: TextTable, progress: Progress = silent) -> File:
    table = upright(table)
    kind, guesses = guess(table.frame)
    progress(0.3, "Reading dates and numbers")
    return build(table, kind, guesses, {"sheet": table.sheet} if table.sheet else {})


def build(table: TextTable, kind: FileKind, guesses: dict[str, Guess], choices: Mapping[str, str]) -> File:
    """The canonical table of a file under given roles; its `trouble` where there is none."""
    problems = table.problems.copy()
    used = {role: guess.column for role, guess in guesses.items()}
    pick = {role: table.frame[column] for role, column in used.items()}
    beside = next((pick[role] for role in ("time", "offered", "answered", "agents") if role in pick), None)
    for role in ("date", "channel"):
        if role in pick:
            pick[role] = carried_down(pick[role], beside, problems, f"merged_{role}", ROLE_LABELS[role])
    _marked(table, used, problems)
    if kind not in SIDES:
        unused.named(table.frame, used, problems)
    cells = Cells(table.name, kind, pick, used, choices, problems, table.separator == ";", whole=table.frame)
    trouble: IntakeError | None = None
    rows, has_time = pd.DataFrame(), False
    try:
        if kind in ("wages", "ratings"):
            start = None if kind == "wages" else sides.started(cells, len(table.frame), list(table.frame.columns))
        else:
            start, has_time = cells.start(len(table.frame), list(table.frame.columns))
        if kind == "wages":
            rows = sides.wages(cells)
        elif kind in ("ratings", "rota") and start is not None:
            rows = (sides.ratings if kind == "ratings" else sides.rota)(cells, start)
        elif kind in ("contacts", "tickets"):
            if start is None:
                raise IntakeError(f"{table.name} has no column with dates.", "Choose the column that says when.")
            if kind == "contacts":
                no_contacts.refuse(cells, table.frame)
            rows = contacts(cells, start)
        elif {"offered", "answered"} & pick.keys():
            rows = totals(cells, start, table.frame)
        else:
            raise IntakeError(f"{table.name} counts no contacts.", "Choose the column that counts contacts offered.")
    except IntakeError as fault:
        trouble = _with_advice(fault, table, used)
    return File(
        table.name, kind, used, guesses, rows, problems, table.frame, has_time, cells.notes, table.encoding,
        table.problems, tuple(cells.settings), dict(choices), trouble, table,
    )  # fmt: skip


def _with_advice(fault: IntakeError, table: TextTable, used: Mapping[str, str]) -> IntakeError:
    """Where no column says when: the columns that hold moments at all, for the user to pick one."""
    if "date" in used:
        return fault
    possible = could_be_dates(table.frame)
    if not possible and len(table.frame.columns) == 1:
        return IntakeError(
            f"{table.name} has a single column, and it holds no dates.",
            "Export it with commas, semicolons, tabs or upright bars between its columns.",
        )
    if not possible:
        return fault
    named = ", ".join(repr(column) for column in possible[:4])
    return IntakeError(
        f"{table.name} does not say when each contact began.",
        f"Export the time of creation too; or choose the nearest of these as the date: {named}.",
    )


def _marked(table: TextTable, used: Mapping[str, str], problems: Problems) -> None:
    """Marks for missing in the columns in use: taken as missing, and said so."""
    rows = [table.marks[column] for column in dict.fromkeys(used.values()) if column in table.marks]
    count = sum(len(each) for each in rows)
    if count:
        first = sorted({int(position) for each in rows for position in each[:20]})[:5]
        numbered = problems.rows
        shown = [int(numbered[p]) if numbered is not None else p + 1 for p in first]
        problems.counted("mark", "Cells with a mark for nothing (such as - or ?), taken as missing", count, shown)
