"""Measuring where the data live: a PostgreSQL table, a DuckDB file, a folder of Parquet files. No row leaves.

Connections are read-only, see one named table, and end after a time limit; DuckDB has no way to disk or network but the
file or folder named. An address comes from the one who runs Trilever, never from a link.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from model.errors import IntakeError, TrileverError
from model.intake import aggregates, answers, canonical, canonical_counts, duck, steps
from model.intake.aggregates import Aggregates
from model.intake.cells import Setting
from model.intake.columns import FileKind
from model.intake.durations import durations
from model.intake.names import CONTACT, COUNTS, Roles
from model.intake.problems import Problems
from model.intake.queues import Wishes, split
from model.intake.words import normalised
from model.progress import Cancelled, Progress, silent

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    from ibis.backends import BaseBackend

TIMEOUT_S = 300.0
_HOURS = re.compile(r"UTC|GMT|[+-]\d{1,2}(:?\d\d)?")
_FITS: dict[str, Callable[[Any], bool]] = {
    "date": lambda kind: kind.is_timestamp() or kind.is_date(),
    "moment": lambda kind: kind.is_timestamp() or kind.is_date(),
    "clock": lambda kind: kind.is_time(),
    "count": lambda kind: kind.is_numeric(),
    "flag": lambda kind: kind.is_boolean() or kind.is_string() or kind.is_integer(),
    "flag or count": lambda kind: kind.is_boolean() or kind.is_string() or kind.is_numeric(),
    "duration": lambda kind: kind.is_numeric(),
    "rating": lambda kind: kind.is_string() or kind.is_numeric(),
    "share": lambda kind: kind.is_numeric(),
    "name": lambda kind: kind.is_string(),
    "key": lambda kind: kind.is_string() or kind.is_integer() or kind.is_uuid(),
    "class": lambda kind: kind.is_string(),
    "outcome": lambda kind: kind.is_string(),
    "direction": lambda kind: kind.is_string(),
}
"""Which types of a column can have the content that a role asks for."""


@dataclass
class Warehouse:
    """A table measured where it lies; give it to `measure` like a file.

    Attributes
    ----------
    name : what it is called in messages; never its address
    columns : dict role -> column
    problems : counts of what was wrong, filled by measuring
    """

    name: str
    url: str = field(repr=False)
    table: str
    columns: dict[str, str]
    kind: FileKind
    time_zone: str = "UTC"
    timeout_s: float = TIMEOUT_S
    progress: Progress = field(default=silent, repr=False)
    problems: Problems = field(default_factory=Problems)

    @property
    def undecided(self) -> tuple[Setting, ...]:
        """As of a `File`: none, for a warehouse says of what kind each column is."""
        return ()

    def aggregates(self, wishes: Wishes) -> Aggregates:
        """Ask the warehouse; IntakeError where it cannot be reached or does not answer in time."""
        with _asked(self.url, self.table, self.time_zone, self.timeout_s, self.progress) as table:
            scale = {role: unit_of(column) for role, column in self.columns.items()}
            out, self.problems = where_it_lies(table, self.name, self.kind, self.columns, scale, wishes)
        return out


def warehouse(
    url: str,
    table: str,
    columns: Mapping[str, str] | None = None,
    kind: FileKind | None = None,
    *,
    name: str | None = None,
    time_zone: str = "UTC",
    timeout_s: float = TIMEOUT_S,
    progress: Progress = silent,
) -> Warehouse:
    """A table to be measured where it lies.

    Parameters
    ----------
    url : `postgresql://...`, a DuckDB file, or a folder of Parquet files
    table : its name, `schema.table` where needed; of a folder a pattern such as `calls*`, or `*`
    columns : role -> column; those left out are guessed by name and type. An empty name takes a role away
    kind : what its rows are; else guessed
    time_zone : the clock to show moments by that carry a zone
    timeout_s : time limit of each query
    progress : told the share done; may raise `Cancelled`

    Raises
    ------
    IntakeError
        It cannot be reached, has no such table or columns, or none that says when contacts began.
    """
    shown = name or table
    with _asked(url, table, time_zone, timeout_s, silent) as found:
        guessed, guessed_kind = guess_by_name(found, kind)
    chosen = {role: column for role, column in (guessed | dict(columns or {})).items() if column}
    return Warehouse(shown, url, table, chosen, kind or guessed_kind, time_zone, timeout_s, progress)


def where_it_lies(
    table: "ir.Table",
    name: str,
    kind: FileKind,
    columns: Mapping[str, str],
    scale: Mapping[str, float],
    wishes: Wishes,
    settled: Callable[["ir.Table"], "ir.Table"] = lambda table: table,
    headers: Mapping[str, str] | None = None,
    choices: Mapping[str, str] | None = None,
) -> tuple[Aggregates, Problems]:
    """The aggregates of a table in its own warehouse.

    `scale` has the seconds in one unit of each role that is a time; `settled` may keep the canonical table at hand,
    where the warehouse can be written to; `headers` are the columns' own names where the table has others; `choices`
    what the user said of them.
    """
    import ibis

    roles = canonical.Roles(table, columns, scale, name, headers, choices)
    if wishes.filters.tests and kind in ("contacts", "tickets"):
        roles = canonical.marked_tests(roles)
    contacts = kind in ("contacts", "tickets")
    made = (canonical.contacts if contacts else canonical_counts.counts)(roles, kind)
    queues, numbers = split(name, kind, columns, made.labels, wishes)
    queue: Any = ibis.literal(0)
    if numbers:
        steps = [(made.table.label == label, ibis.literal(number)) for label, number in numbers.items()]
        queue = ibis.cases(*steps, else_=ibis.literal(-1))
    table = wishes.filters.within(made.table, "arrived" if contacts else "start", made.has_time)
    rows = settled(table.mutate(queue=queue.cast("int64")).drop("label"))
    if contacts:
        frames = aggregates.of_contacts(rows, queues, frozenset(columns), made.has_time, wishes.repeat_days)
    else:
        frames = aggregates.of_counts(rows)
        kind = _kind_of(kind, frames["cells"], made.has_time, columns["date"])
    number = int(answers.numbers(rows.aggregate(rows=rows.count()))["rows"].iloc[0])
    return Aggregates(name, kind, dict(columns), made.has_time, True, None, queues, number, **frames), made.problems


def _kind_of(kind: FileKind, cells: "pd.DataFrame", has_time: bool, header: str) -> FileKind:
    """What rows of counts are, where names and types said days or intervals: their moments know weeks and months."""
    if kind not in ("daily", "intervals") or cells.empty:
        return kind
    moments = cells["start"].to_numpy(dtype="datetime64[s]")
    return steps.kind_of(moments, cells["queue"].to_numpy(), has_time and kind == "intervals", header)


def unit_of(header: str) -> float:
    """Seconds in one unit of a column of times, as its name says: `wait_min` is 60."""
    import pandas as pd

    return float(durations(pd.Series(["1000"], dtype="str"), header).seconds[0]) / 1000


def guess_by_name(table: "ir.Table", kind: FileKind | None = None) -> tuple[dict[str, str], FileKind]:
    """Roles by the names and types of columns alone: no cell is looked at. And what the rows are."""
    types = dict(table.schema().items())
    counts = _assign(types, COUNTS)
    numeric = {role for role, column in counts.items() if types[column].is_numeric()}
    counted = "offered" in numeric or {"answered", "abandoned"} <= numeric
    if kind in ("intervals", "daily", "weekly", "monthly") or (kind is None and counted):
        if kind is None:
            dated = counts.get("date")
            kind = "daily" if dated and types[dated].is_date() and "time" not in counts else "intervals"
        return counts, kind
    found = _assign(types, CONTACT)
    ticket = ("resolved_at" in found or "reply_time" in found) and not found.keys() & {"wait", "answered", "abandoned"}
    return found, kind or ("tickets" if ticket else "contacts")


def _assign(types: Mapping[str, Any], table: Roles) -> dict[str, str]:
    """Best pairs of role and column first; a column serves one role."""
    pairs = []
    for order, (role, patterns, test) in enumerate(table):
        for column, kind in types.items():
            words = normalised(column)
            trust = max((score for pattern, score in patterns if re.fullmatch(pattern, words)), default=0.0)
            if trust and _FITS[test](kind):
                pairs.append((-trust, order, role, column))
    out: dict[str, str] = {}
    for _, _, role, column in sorted(pairs, key=lambda pair: pair[:2]):
        if role not in out and column not in out.values():
            out[role] = column
    return out


# Connections


@contextmanager
def _asked(url: str, table: str, time_zone: str, timeout_s: float, progress: Progress) -> Iterator["ir.Table"]:
    """The named table of a warehouse, read-only, as long as the block lasts."""
    con, found, stop = _postgres(url, table, time_zone, timeout_s) if _is_postgres(url) else _duckdb(url, table)
    try:
        with watched(stop, progress, "Measuring where the data live", timeout_s):
            yield found
    finally:
        con.disconnect()


def _is_postgres(url: str) -> bool:
    return url.startswith(("postgresql://", "postgres://"))


def _postgres(
    url: str, table: str, time_zone: str, timeout_s: float
) -> tuple["BaseBackend", "ir.Table", Callable[[], Any]]:
    import ibis
    import psycopg

    schema, _, bare = table.rpartition(".")
    _known_zone(time_zone)
    try:
        with ExitStack() as opened:
            link = opened.enter_context(psycopg.connect(
                url, connect_timeout=10, application_name="trilever", autocommit=True,
                options=f"-c default_transaction_read_only=on -c statement_timeout={round(timeout_s * 1000)}",
            ))  # fmt: skip
            con = ibis.postgres.from_connection(link)
            link.execute("SELECT set_config('TimeZone', %s, false)", (time_zone,))
            found = con.table(bare, database=schema or None)
            opened.pop_all()  # all went well: the caller closes it
    except (psycopg.Error, ibis.common.exceptions.IbisError, ibis.common.exceptions.TableNotFound) as fault:
        raise _unreachable(table, fault) from None
    return con, found, link.cancel


def _known_zone(name: str) -> None:
    """IntakeError where a time zone is none; one given by its hours is left to the server."""
    if _HOURS.fullmatch(name):
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as fault:
        raise IntakeError(f"{name} is no time zone.", "Choose one such as Europe/Madrid.") from fault


def _duckdb(url: str, table: str) -> tuple["BaseBackend", "ir.Table", Callable[[], Any]]:
    import duckdb
    import ibis

    path = Path(url.removeprefix("duckdb://").removeprefix("parquet://"))
    if not path.exists():
        raise IntakeError(f"There is no {path.name} to measure.", "Check the path of the DuckDB file or folder.")
    folder = path.is_dir()
    if folder and ("/" in table or "\\" in table):
        raise IntakeError(f"{table!r} names a path.", "Name files within the folder, such as calls*.")
    try:
        with ExitStack() as opened:
            con = duck.opened(folder=path) if folder else duck.opened(attach=path)
            opened.callback(con.disconnect)
            if folder:
                pattern = f"{_literally(str(path.resolve()))}/{table.removesuffix('.parquet')}.parquet"
                con.con.read_parquet(pattern, union_by_name=True).create_view("parquet_files")
            found = duck.table(con, "parquet_files" if folder else table)
            opened.pop_all()
    except (duckdb.Error, ibis.common.exceptions.IbisError) as fault:
        raise _unreachable(table, fault) from None
    return con, found, con.con.interrupt


def _literally(path: str) -> str:
    """A path in which no sign stands for others."""
    return re.sub(r"([*?\[])", r"[\1]", path)


def _unreachable(table: str, fault: Exception) -> IntakeError:
    """What went wrong, without the address or the server's own words: both may hold secrets."""
    name = type(fault).__name__
    if name in ("TableNotFound", "UndefinedTable", "CatalogException"):
        return IntakeError(f"There is no table {table!r} in this warehouse.", "Check its name; write schema.table.")
    if name == "IOException":
        return IntakeError(f"{table!r} cannot be read.", "Check that the file or folder holds it and can be read.")
    return IntakeError("The warehouse cannot be reached.", "Check its address, user and password, and that it runs.")


@contextmanager
def watched(stop: Callable[[], Any], progress: Progress, what: str, timeout_s: float | None = None,
            done: Callable[[], float] = lambda: 0.0) -> Iterator[None]:  # fmt: skip
    """Tell progress five times a second while a query runs; `stop` it when cancelled or out of time.

    `done` says the share done. Progress is told from a thread of its own, since the query holds the caller's.
    """
    over = threading.Event()
    ended: list[TrileverError] = []

    def watch() -> None:
        waited = 0.0
        while not over.wait(0.2):
            waited += 0.2
            try:
                progress(done(), what)
            except Cancelled as wish:
                ended.append(wish)
            if timeout_s is not None and waited > timeout_s:
                ended.append(_too_long(timeout_s))
            if ended:
                stop()

    watcher = threading.Thread(target=watch, daemon=True, name="progress")
    watcher.start()
    try:
        yield
    except TrileverError:
        raise
    except Exception as fault:
        if ended:
            raise ended[0] from None
        if type(fault).__name__ in ("QueryCanceled", "InterruptException"):
            raise _too_long(timeout_s or 0) from None
        if type(fault).__module__.partition(".")[0] in ("psycopg", "duckdb", "_duckdb"):
            message = "The warehouse did not answer as expected."
            raise IntakeError(message, "Check its columns; try again later.") from None
        raise
    finally:
        over.set()
        watcher.join()


def _too_long(timeout_s: float) -> IntakeError:
    return IntakeError(
        f"The warehouse took longer than {timeout_s:,.0f} s.", "Measure a shorter period by a view, or raise the limit."
    )
