"""A file too large to be held as rows: DuckDB reads it once, with two hands, into the few columns that count.

A sample spread over the file says what is what, by the same rules as for any upload. Cells of the plain form that the
sample shows are converted as they are read; the distinct texts of all others go through the reader of uploads and are
put in their place. Customers become bare numbers at once; names of agents are never kept.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from model.errors import IntakeError
from model.intake import duck, large_rows
from model.intake.aggregates import Aggregates
from model.intake.canonical import NAMED, TESTS
from model.intake.cells import Setting
from model.intake.columns import ROLE_LABELS
from model.intake.customers import NO_CUSTOMER
from model.intake.file import File, read
from model.intake.plain_forms import KEYS, MOMENTS, UNUSED, WITHIN, Form, decimal_mark, forms_of
from model.intake.problems import Problems
from model.intake.queues import Wishes
from model.intake.repeated import MARK, PLACE, TEST
from model.intake.rows import MISSING, TOTAL, unique_names
from model.intake.text_table import unguarded
from model.intake.warehouses import watched, where_it_lies
from model.progress import Progress, part, silent

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

MOST_BYTES = 8 * 2**30
BLOCKS, BLOCK, HEAD = 20, 48 * 1024, 192 * 1024
"""The sample: the head of the file, and so many pieces of so many bytes spread over the rest."""
MOST_TEXTS = 2_000_000
"""Distinct texts of a column that may go through the reader of uploads."""
_TOTALS_BEGIN = ((" ", "!"), ("G", "H"), ("O", "P"), ("S", "U"), ("g", "h"), ("o", "p"), ("s", "u"))
"""First letters of words for totals: grand, overall, sum, total; and a blank in front."""
MOST_RAGGED = 0.02
"""Where a greater share of the rows has too few cells, they are read as rows whose last cells are blank."""


@dataclass
class Big:
    """A large file of contacts or tickets; give it to `measure` like a file.

    `sample` is the file as its sample shows it: its columns and kind are those in use, corrected by
    `sample.with_columns`.
    """

    path: Path
    sample: File
    progress: Progress = field(default=silent, repr=False)
    problems: Problems = field(default_factory=Problems)

    @property
    def name(self) -> str:
        return self.sample.name

    @property
    def undecided(self) -> tuple[Setting, ...]:
        """As of a `File`: what its sample leaves open."""
        return self.sample.undecided

    def aggregates(self, wishes: Wishes) -> Aggregates:
        """Read and ask; `Cancelled` where the progress says so."""
        if self.sample.trouble:
            raise self.sample.trouble
        memory = max(1024, int(2.2 * self.path.stat().st_size / 2**20))
        con = duck.opened(file=self.path, memory_mb=memory, in_order=_in_order(self.sample))
        link = con.con
        self.problems.items[:] = []
        try:
            with watched(link.interrupt, part(self.progress, 0, 0.7), "Reading rows", done=lambda: _done(link)):
                _loaded(link, self.path, self.sample, self.problems, wishes.filters.tests)
                roles = large_rows.understood(link, self.sample, self.problems)
            with watched(link.interrupt, part(self.progress, 0.7, 1), "Measuring", done=lambda: _done(link)):
                out, more = where_it_lies(
                    duck.table(con, large_rows.VIEW), self.name, self.sample.kind, roles, {}, replace(
                        wishes, filters=replace(wishes.filters, tests=False)), lambda table: _settled(con, table),
                    self.sample.columns, {**self.sample.choices, "decimal": decimal_mark(self.sample) or ""},
                )  # fmt: skip
        finally:
            con.disconnect()
        self.problems.items += more.items
        columns = {role: column for role, column in self.sample.columns.items() if role in roles}
        return Aggregates(**{**vars(out), "columns": columns})


def big(path: str | Path, *, progress: Progress = silent, recipes: Sequence[Mapping[str, Any]] = ()) -> Big:
    """A large file, understood from a sample.

    Raises
    ------
    IntakeError
        It is missing, larger than MOST_BYTES, holds counts instead of contacts, or its letters are of an old code page.
    """
    path = Path(path)
    if not path.is_file():
        raise IntakeError(f"There is no file {path.name}.", "Check the path.")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise IntakeError(f"{path.name} is larger than {MOST_BYTES / 2**30:,.0f} GB.", "Export a shorter period.")
    file = read(_sampled(path, size), path.name, recipes=recipes)
    if file.kind not in ("contacts", "tickets"):
        raise IntakeError(f"{path.name} is too large for a file of counts.", "Export a shorter period, or whole hours.")
    if file.encoding not in ("utf-8", "cp1252"):
        raise IntakeError(f"{path.name} is written in {file.encoding}.", "Export a file of this size as CSV UTF-8.")
    if merged := [problem.text for problem in file.problems if problem.kind.startswith("merged_")]:
        hint = "Export a file of this size with every cell filled in."
        raise IntakeError(f"Cells of {path.name} stand for the rows below them ({merged[0]}).", hint)
    return Big(path, file, progress)


def _sampled(path: Path, size: int) -> bytes:
    """Whole lines of the head and of pieces spread over the file."""
    with path.open("rb") as source:
        head = source.read(HEAD)
        if len(head) == size:
            return head
        end = b"\n" if b"\n" in head else b"\r"
        pieces = [head[: head.rfind(end) + 1]]
        for number in range(1, BLOCKS + 1):
            source.seek(HEAD + (size - HEAD - BLOCK) * number // BLOCKS)
            piece = source.read(BLOCK)
            pieces.append(piece[piece.find(end) + 1 : piece.rfind(end) + 1])
    return b"".join(pieces)


def _done(link: Any) -> float:
    return max(float(link.query_progress()), 0.0) / 100


def _in_order(file: File) -> bool:
    """Whether the place of a row in the file matters: the last row of a ticket's log knows how it ended."""
    return file.kind == "tickets" and "id" in file.columns


# One column at a time: a plain form that DuckDB converts, or texts


def _loaded(link: Any, path: Path, file: File, problems: Problems, with_tests: bool) -> None:
    """The table `rows`: one column a role in use."""
    forms = forms_of(file, link)
    padded = any(problem.kind == "ragged" and problem.done == "repaired" for problem in file.problems)
    for _ in range(len(forms) + 2):
        bad = _read(link, path, file, forms, with_tests, padded)
        count = int(link.execute("SELECT count(*) FROM rows").fetchall()[0][0])
        if not padded and bad > max(1, MOST_RAGGED * count):
            padded = True
            continue
        problems.items[:] = []
        problems.add("ragged", "Rows with too many or too few cells", bad, "dropped")
        odd = _odd_texts(link, forms)
        changed = _put_in_place(link, forms, odd, problems)
        if changed is None:
            break
        # Texts further down show that the column is to be read in another way: none of it is plain.
        forms[changed] = replace(forms[changed], sql=None)
    large_rows.place(link, file, forms, problems)


def _read(
    link: Any, path: Path, file: File, forms: Mapping[str, Form], with_tests: bool, padded: bool
) -> int:  # fmt: skip
    """Read all rows; the number of those that had too many or too few cells."""
    names, above = _names(path, file)
    inner, outer = _parts(file, forms)
    if file.kind == "contacts" and "id" not in file.columns:
        inner.append(f"hash({', '.join(map(_name, names))}) AS {MARK}")
        outer.append(MARK)
    inner.append(f"coalesce({' OR '.join(map(_called_total, names[:3]))}, false) AS total")
    outer.append("total")
    named = [_name(file.columns[role]) for role in NAMED if role in file.columns]
    if with_tests and named:
        tests = [f"regexp_matches(lower(regexp_replace({each}, '([a-z])([A-Z])', '\\1 \\2', 'g')), {_literal(TESTS)})"
                 for each in named]  # fmt: skip
        inner.append(f"coalesce({' OR '.join(tests)}, false) AS {TEST}")
        outer.append(TEST)
    if _in_order(file):
        outer.append(f"row_number() OVER () AS {PLACE}")
    columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in names)
    date = file.columns["date"]
    encoding = "latin-1" if file.encoding == "cp1252" else "utf-8"
    separator = file.source.separator if file.source else ","
    link.execute("DROP TABLE IF EXISTS rows")
    for rejects in ("reject_errors", "reject_scans"):
        link.execute(f"DROP TABLE IF EXISTS {rejects}")
    # Titles and the header itself are skipped; where the header comes again, it is left out by its name.
    link.execute(
        f"CREATE TABLE rows AS SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM "
        f"read_csv({_literal(str(path.resolve()))}, auto_detect=false, header=false, columns={{{columns}}}, "
        f"delim={_literal(separator)}, quote='\"', escape='\"', nullstr='', encoding='{encoding}', "
        f"skip={above}, store_rejects=true, null_padding={str(padded).lower()}, max_line_size=4000000) "
        f"WHERE {_name(date)} IS DISTINCT FROM {_literal(date)})"
    )
    return int(link.execute("SELECT count(DISTINCT line) FROM reject_errors").fetchall()[0][0])


def _parts(file: File, forms: Mapping[str, Form]) -> tuple[list[str], list[str]]:
    """What is selected of the file: of each role its plain cells as numbers and its others as texts."""
    inner, outer = [], []
    for role, column in file.columns.items():
        text = _name(column)
        if role in forms:
            sql, moment = forms[role].sql, role in MOMENTS
            kind = "BIGINT" if moment else "DOUBLE"
            low, high = WITHIN[moment]
            good = f"plain_{role} BETWEEN {low!r} AND {high!r}"
            inner += [f"{sql.format(text) if sql else 'NULL::DOUBLE'} AS plain_{role}", f"{text} AS text_{role}"]
            value = f"floor(plain_{role})" if moment else f"plain_{role}"
            outer += [f"CASE WHEN {good} THEN {value} END::{kind} AS {role}",
                      f"CASE WHEN {good} THEN NULL ELSE text_{role} END AS {role}_odd"]  # fmt: skip
        elif role in KEYS:
            inner.append(f"{_key(role, text)} AS {role}")
            outer.append(role)
        elif role not in UNUSED:
            inner.append(f"{text} AS {role}")
            outer.append(role)
    return inner, outer


def _called_total(column: str) -> str:
    """Whether a cell is the word for a total. Comparing its first letter is quick, and most cells begin otherwise."""
    text = _name(column)
    begins = " OR ".join(f"({text} >= '{low}' AND {text} < '{high}')" for low, high in _TOTALS_BEGIN)
    # Of two conditions joined by AND both would be looked at in every row.
    return f"CASE WHEN {begins} THEN regexp_full_match(trim({text}), {_literal(TOTAL)}, 'i') ELSE false END"


def _key(role: str, text: str) -> str:
    """A bare number for a customer or the number of a contact; null for none."""
    if role == "id":
        return f"CASE WHEN {text} IN ({', '.join(map(_literal, MISSING))}) THEN NULL ELSE hash(trim({text})) END"
    bare = f"lower(trim({text}))"
    none = dict.fromkeys((*NO_CUSTOMER, *(mark.lower() for mark in MISSING)))
    return f"CASE WHEN {bare} IN ({', '.join(map(_literal, none))}) THEN NULL ELSE hash({bare}) END"


def _names(path: Path, file: File) -> tuple[list[str], int]:
    """Names of all columns in their order (numbers where there is no header), and the lines up to the first row."""
    with path.open("rb") as source:
        head = source.read(HEAD).decode("latin-1" if file.encoding == "cp1252" else "utf-8-sig", errors="replace")
    separator = file.source.separator if file.source else ","
    used = set(file.columns.values())
    widths = []
    try:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
        for row, _ in zip(reader, range(100), strict=False):
            names = unique_names(row)
            if used <= set(names):
                return names, reader.line_num
            widths.append(len(row))
    except csv.Error:
        pass  # a cell without an end: its names were not found above it
    numbered = [f"Column {number}" for number in range(1, max(widths, default=0) + 1)]
    if not used <= set(numbered):
        hint = "Export a file of this size with all names of columns in its first row."
        raise IntakeError(f"The names of the columns of {file.name} do not stand in one row.", hint)
    return numbered, 0


def _odd_texts(link: Any, forms: Mapping[str, Form]) -> dict[str, list[str]]:
    """Distinct texts of each role that were not plain."""
    counts = ", ".join(f"count({role}_odd) AS {role}" for role in forms)
    some = link.execute(f"SELECT {counts} FROM rows").fetchnumpy() if forms else {}
    out = {}
    for role in forms:
        if some[role][0]:
            query = f"SELECT DISTINCT {role}_odd FROM rows WHERE {role}_odd IS NOT NULL LIMIT {MOST_TEXTS + 1}"
            out[role] = [row[0] for row in link.execute(query).fetchall()]  # marks for missing among them
            if len(out[role]) > MOST_TEXTS:
                raise IntakeError(
                    f"{ROLE_LABELS[role]} is written in an unusual way, too often for a file of this size.",
                    "Write moments as 2024-03-31 14:05:00 and times as seconds.",
                )
    return out


def _put_in_place(link: Any, forms: Mapping[str, Form], odd: Mapping[str, list[str]], problems: Problems) -> str | None:
    """What texts mean, joined to the rows; or the role whose plain cells would mean something else beside them."""
    joins, kept = [], []
    for role, form in forms.items():
        if role not in odd:
            continue
        own = form.cells if form.sql else form.cells[:0]
        bare = [unguarded(text.strip()) for text in odd[role]]
        texts = [None if text in MISSING else text for text in bare]
        found = form.parse(pd.Series([*texts, *own], dtype="str"))
        here, there = found[: len(odd[role])], found[len(odd[role]) :]
        if form.sql and not np.array_equal(there, form.known, equal_nan=True):
            return role
        missing = [text is None for text in texts]
        means = {"text": pd.Series(odd[role], dtype=object), "value": here, "missing": missing}
        link.register("texts", pd.DataFrame(means))
        link.execute(f"CREATE OR REPLACE TABLE means_{role} AS SELECT text, missing, "
                     "CASE WHEN isnan(value) THEN NULL ELSE value END AS value FROM texts")  # fmt: skip
        link.unregister("texts")
        lost = link.execute(f"SELECT count(*) FROM rows JOIN means_{role} m ON rows.{role}_odd = m.text "
                            "WHERE m.value IS NULL AND NOT m.missing").fetchall()[0][0]  # fmt: skip
        if role != "date":
            text = f"Cells that cannot be read, left empty: {ROLE_LABELS[role]}"
            problems.add(f"unread_{role}", text, int(lost), "dropped")
        joins.append(f"LEFT JOIN means_{role} ON rows.{role}_odd = means_{role}.text")
        kind = "BIGINT" if role in MOMENTS else "DOUBLE"
        kept.append(f"coalesce({role}, means_{role}.value::{kind}) AS {role}")
    without = ", ".join(f"{role}_odd" for role in forms)
    if odd:
        link.execute(f"CREATE TABLE whole AS SELECT rows.* EXCLUDE ({without}) REPLACE ({', '.join(kept)}) FROM rows "
                     f"{' '.join(joins)}")  # fmt: skip
        link.execute("DROP TABLE rows")
        link.execute("ALTER TABLE whole RENAME TO rows")
    else:
        for role in forms:
            link.execute(f"ALTER TABLE rows DROP COLUMN {role}_odd")
    return None


def _settled(con: "Backend", table: Any) -> Any:
    """The canonical table, kept, and the read one gone."""
    con.con.execute(f"CREATE TABLE canonical AS {con.compile(table)}")
    con.con.execute("DROP TABLE rows")
    return duck.table(con, "canonical")


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
