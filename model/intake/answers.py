"""A query's answer, by the warehouse's own driver."""

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import ibis.expr.types as ir


def answer(query: "ir.Table") -> pd.DataFrame:
    """The rows of an answer as they come: null as None or nan.

    Ibis writes the query; the driver runs it, since Ibis' own fetching asks DuckDB in a way that it is giving up.
    """
    backend = query.get_backend()
    sql = backend.compile(query)
    cursor = backend.con.execute(sql)
    names = [column[0] for column in cursor.description]
    return pd.DataFrame.from_records(cursor.fetchall(), columns=names)


def numbers(query: "ir.Table") -> pd.DataFrame:
    """An answer of numbers: warehouses give decimals, and null for a sum of nothing, which is 0 here."""
    return answer(query).astype("float64").fillna(0.0)


def scalars(table: "ir.Table", **of: Any) -> dict[str, float]:
    """Several figures of a table by one query; 0 for those of nothing."""
    row = numbers(table.aggregate(**of)).iloc[0]
    return {str(key): float(value) for key, value in row.items()}
