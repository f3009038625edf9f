"""A file too large to be held as rows: DuckDB reads it once, with two hands, into the few columns that count.

A sample spread over the file says what is what, by the same rules as for any upload. Cells of the plain form that the
sample shows are converted as they are read; the distinct texts of all others go through the reader of uploads and are
put in their place. Customers become bare numbers at once; names of agents are never kept.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import IntakeError
from model.intake import dates, duck, durations, values
from model.intake.aggregates import Aggregates
from model.intake.canonical import DURATIONS
from model.intake.cells import NUMERIC, Setting
from model.intake.columns import ROLE_LABELS
from model.intake.customers import NO_CUSTOMER
from model.intake.file import File, read
from model.intake.problems import Problems
from model.intake.queues import Wishes
from model.intake.rows import MISSING, unique_names
from model.intake.warehouses import watched, where_it_lies
from model.progress import Progress, part, silent

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

MOST_BYTES = 8 * 2**30
BLOCKS, BLOCK, HEAD = 20, 48 * 1024, 192 * 1024
"""The sample: the head of the file, and so many pieces of so many bytes spread over the rest."""
MOST_TEXTS = 2_000_000
"""Distinct texts of a column that may go through the reader of uploads."""
MOMENTS = frozenset({"date", "answered_at", "ended_at", "replied_at", "resolved_at"})
CLASSES = frozenset({
    "channel", "outcome", "direction", "agent", "answered", "abandoned", "resolved", "transferred", "csat", "id",
})  # fmt: skip
_DAYS = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%Y{0}%m{0}%d", "%d{0}%m{0}%y", "%m{0}%d{0}%y")
_CLOCKS = (" %H:%M:%S", " %H:%M", "T%H:%M:%S", " %I:%M:%S %p", " %I:%M %p", "")
FORMATS = tuple(day.format(sign) + clock for sign in "/-." for day in _DAYS for clock in _CLOCKS)


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
        con = duck.opened(file=self.path, memory_mb=max(1024, int(2.2 * self.path.stat().st_size / 2**20)))
        link = con.con
        try:
            with watched(link.interrupt, part(self.progress, 0, 0.7), "Reading rows", done=lambda: _done(link)):
                roles = _loaded(con, self.path, self.sample, self.problems)
            with watched(link.interrupt, part(self.progress, 0.7, 1), "Measuring", done=lambda: _done(link)):
                out, more = where_it_lies(duck.table(con, "rows"), self.name, self.sample.kind, roles, {}, wishes,
                                          lambda table: _settled(con, table), self.sample.columns)  # fmt: skip
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
    return Big(path, file, progress)


def _sampled(path: Path, size: int) -> bytes:
    """Whole lines of the head and of pieces spread over the file."""
    with path.open("rb") as source:
        head = source.read(HEAD)
        if len(head) == size:
            return head
        pieces = [head[: head.rfind(b"\n") + 1]]
        for number in range(1, BLOCKS + 1):
            source.seek(HEAD + (size - HEAD - BLOCK) * number // BLOCKS)
            piece = source.read(BLOCK)
            pieces.append(piece[piece.find(b"\n") + 1 : piece.rfind(b"\n") + 1])
    return b"".join(pieces)


def _done(link: Any) -> float:
    return max(float(link.query_progress()), 0.0) / 100


# One column at a time: a plain form that DuckDB converts, or texts


@dataclass(frozen=True)
class Form:
    """How the texts of a role become numbers: `sql` of a text {0} where they are plain (None: never), `parse` for all
    others. Moments become seconds since 1970. `cells` of the sample are for trying, `known` what they become."""

    sql: str | None
    parse: Callable[[pd.Series], NDArray[np.float64]]
    cells: pd.Series
    known: NDArray[np.float64]


def _forms(file: File, link: Any) -> dict[str, Form]:
    """The form of each role in use that is no class, by the sample's cells."""
    out: dict[str, Form] = {}
    numeric = {role: column for role, column in file.columns.items() if role not in CLASSES | MOMENTS | {"customer"}}
    semicolons = file.source is not None and file.source.separator == ";"
    decimal = values.decimal_of(file.text[column] for role, column in numeric.items() if role in NUMERIC)
    decimal = decimal or ("comma" if semicolons else None)
    if (chosen := file.choices.get("decimal")) in ("comma", "point"):
        decimal = "comma" if chosen == "comma" else "point"
    order: Any = file.choices.get("order") or next((s.value for s in file.settings if s.key == "order"), None)
    for role, column in file.columns.items():
        if role in CLASSES or role == "customer":
            continue

        def parse(cells: pd.Series, role: str = role, column: str = column) -> NDArray[np.float64]:
            if role in MOMENTS:
                found = dates.dates(cells, compact=role == "date", order=order, since_1970=True)
                moment = np.where(np.isnat(found.values), np.nan, found.values.astype("datetime64[s]").astype(np.int64))
                return moment + _ahead(file, found, role)
            if role == "time":
                return dates.times(cells)
            if role in DURATIONS:
                return durations.durations(cells, column, file.choices.get(f"unit_{role}"), decimal).seconds
            return values.numbers(cells, decimal)

        cells = file.text[column].dropna()
        cells = cells.iloc[:: max(1, len(cells) // 4000)].reset_index(drop=True)
        known = parse(cells)
        out[role] = Form(None if role == "time" else _plain(cells, known, link), parse, cells, known)
    return out


def _ahead(file: File, found: dates.Dates, role: str) -> NDArray[np.float64] | float:
    """Seconds to add to clocks of another time zone than that of the starts, to have them by one clock."""
    if role == "date" or found.offset_s is None:
        return 0.0
    starts = {dates.offset_s(zone) for zone in dates.dates(file.text[file.columns["date"]]).zones}
    own = set(found.offset_s[~np.isnan(found.offset_s)].tolist())
    if not starts or own <= starts and len(starts) > 1:
        return 0.0
    if len(starts) > 1:
        raise IntakeError(
            f"{file.columns['date']!r} and {file.columns[role]!r} of {file.name} are in different time zones.",
            "Export a file of this size with all its times in one time zone.",
        )
    return np.nan_to_num(starts.pop() - found.offset_s)


_ISO = (
    "epoch(CASE WHEN length({0}) IN (10, 16, 19) AND {0}[5] = '-' AND {0}[14] IN ('', ':') AND {0}[17] IN ('', ':') "
    "THEN TRY_CAST({0} AS TIMESTAMP) END)"
)
_NUMBERS = ("TRY_CAST({0} AS DOUBLE)", "TRY_CAST(replace({0}, ',', '.') AS DOUBLE)")


def _plain(cells: pd.Series, known: NDArray[np.float64], link: Any) -> str | None:
    """The conversion that gives what the reader gives, for nine in ten of the sample and never another value."""
    link.register("sampled", pd.DataFrame({"cell": cells.astype(object)}))

    def got(sql: str) -> NDArray[np.float64]:
        found = link.execute(f"SELECT ({sql.format('cell')})::DOUBLE AS value FROM sampled").fetchnumpy()["value"]
        return np.ma.filled(found, np.nan)

    best: tuple[float, str | None] = (0.9, None)
    for sql in (*_NUMBERS, _ISO, *(f"epoch(TRY_STRPTIME({{0}}, '{form}'))" for form in FORMATS)):
        value = got(sql)
        if sql in _NUMBERS:
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = known / value
            ratio = ratio[np.isfinite(ratio)]
            if not len(ratio):
                continue
            # Minutes, say, are seconds by one factor; moments are no multiple of their text.
            sql, value = f"{sql} * {float(ratio[0])!r}", value * float(ratio[0])
        fits = np.abs(value - known) <= 1e-9 * np.maximum(np.abs(known), 1)
        if (fits | np.isnan(value)).all() and fits.mean() >= best[0]:
            best = (float(fits.mean()) + 1e-9, sql)
            if fits.all():
                break
    link.unregister("sampled")
    return best[1]


def _loaded(con: "Backend", path: Path, file: File, problems: Problems) -> dict[str, str]:
    """The table `rows`: one column a role in use. Gives role -> column."""
    link = con.con
    forms = _forms(file, link)
    for _ in range(len(forms) + 1):
        _read(link, path, file, forms, problems)
        odd = _odd_texts(link, forms)
        changed = _put_in_place(link, forms, odd, problems)
        if changed is None:
            break
        # Texts further down show that the column is to be read in another way: none of it is plain.
        forms[changed] = Form(None, forms[changed].parse, forms[changed].cells, forms[changed].known)
    return {column: column for column in duck.table(con, "rows").columns}


def _read(link: Any, path: Path, file: File, forms: Mapping[str, Form], problems: Problems) -> None:
    names = _names(path, file)
    ids = {"id"} if file.kind != "tickets" else set()
    parts = []
    for role, column in file.columns.items():
        text = _name(column)
        if role in forms:
            sql = forms[role].sql
            kind = "BIGINT" if role in MOMENTS else "DOUBLE"
            plain = f"({sql.format(text)})::{kind}" if sql else f"NULL::{kind}"
            parts += [f"{plain} AS {role}", f"CASE WHEN ({plain}) IS NULL THEN {text} END AS {role}_odd"]
        elif role == "customer":
            bare = f"lower(trim({text}))"
            none = dict.fromkeys((*NO_CUSTOMER, *(mark.lower() for mark in MISSING)))
            nobody = ", ".join(map(_literal, none))
            parts.append(f"CASE WHEN {bare} IN ({nobody}) THEN NULL ELSE hash({bare}) END AS customer")
        elif role not in ids:
            parts.append(f"{text} AS {role}")
    columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in names)
    date = file.columns["date"]
    encoding = "latin-1" if file.encoding == "cp1252" else "utf-8"
    separator = file.source.separator if file.source else ","
    link.execute("DROP TABLE IF EXISTS rows")
    for rejects in ("reject_errors", "reject_scans"):
        link.execute(f"DROP TABLE IF EXISTS {rejects}")
    # Titles above the header are too short for rows; the header itself, wherever it stands, is left out by its name.
    link.execute(
        f"CREATE TABLE rows AS SELECT {', '.join(parts)} FROM read_csv({_literal(str(path.resolve()))}, "
        f"auto_detect=false, header=false, columns={{{columns}}}, delim={_literal(separator)}, quote='\"', "
        f"escape='\"', nullstr='', encoding='{encoding}', store_rejects=true, max_line_size=4000000) "
        f"WHERE {_name(date)} IS DISTINCT FROM {_literal(date)}"
    )
    bad = int(link.execute("SELECT count(DISTINCT line) FROM reject_errors").fetchall()[0][0])
    problems.items[:] = []
    problems.add("ragged", "Rows with too many or too few cells", bad, "dropped")


def _names(path: Path, file: File) -> list[str]:
    """Names of all columns in their order: those of the header, or numbers where there is none."""
    with path.open("rb") as source:
        head = source.read(HEAD).decode("latin-1" if file.encoding == "cp1252" else "utf-8-sig", errors="replace")
    rows = csv.reader(io.StringIO(head), delimiter=file.source.separator if file.source else ",")
    used = set(file.columns.values())
    widths = []
    for row, _ in zip(rows, range(100), strict=False):
        names = unique_names(row)
        if used <= set(names):
            return names
        widths.append(len(row))
    return [f"Column {number}" for number in range(1, max(widths, default=0) + 1)]


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
        texts = [None if text.strip() in MISSING else text.strip() for text in odd[role]]
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
