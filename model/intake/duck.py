"""DuckDB as a worker behind a closed door: nothing on disk or network but what is named when it starts."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

MEMORY_MB = 2048


def opened(*, attach: Path | None = None, folder: Path | None = None, file: Path | None = None,
           memory_mb: int = MEMORY_MB, in_order: bool = False) -> "Backend":  # fmt: skip
    """A connection in memory.

    Parameters
    ----------
    attach : a DuckDB file, opened read-only; its tables are then the ones that names mean
    folder, file : what may be read from disk besides
    memory_mb : memory it may use; it has no disk to overflow to
    in_order : whether rows keep the order of their file, which takes longer

    Raises
    ------
    duckdb.Error
        The file is none of DuckDB's, or cannot be read.
    """
    import duckdb
    import ibis

    with ExitStack() as closing:
        link = closing.enter_context(duckdb.connect(config={
            "memory_limit": f"{memory_mb}MB", "preserve_insertion_order": in_order,
            "autoinstall_known_extensions": False, "max_temp_directory_size": "0B",
        }))  # fmt: skip
        if attach is not None:
            link.execute(f"ATTACH {_quoted(attach)} AS source (READ_ONLY)")
            link.execute("USE source")
        if folder is not None:
            link.execute(f"SET allowed_directories = [{_quoted(folder)}]")
        if file is not None:
            link.execute(f"SET allowed_paths = [{_quoted(file)}]")
        link.execute("SET enable_external_access = false")
        con = ibis.duckdb.from_connection(link)
        link.execute("SET lock_configuration = true")
        closing.pop_all()  # all went well: the caller closes it
    return con


def table(con: "Backend", name: str) -> "ir.Table":
    """A table by its name, `schema.table` where needed.

    Its columns are asked for here: Ibis' own way of asking is one that DuckDB is giving up.
    """
    import ibis
    import ibis.expr.operations as ops

    schema, _, bare = name.rpartition(".")
    whole = ".".join('"' + part.replace('"', '""') + '"' for part in (schema, bare) if part)
    columns = con.con.sql(f"SELECT * FROM {whole} LIMIT 0").to_arrow_table().schema
    place = ops.Namespace(database=schema or None)
    return ops.DatabaseTable(bare, ibis.Schema.from_pyarrow(columns), con, place).to_expr()


def _quoted(path: Path) -> str:
    """A path as a literal of SQL."""
    return "'" + str(path.resolve()).replace("'", "''") + "'"
