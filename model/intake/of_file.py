"""A read file's aggregates: its canonical table handed to DuckDB in memory, without a way to disk or network."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.intake import aggregates, duck
from model.intake.aggregates import DAY, STATES, Aggregates, Queue
from model.intake.file import File
from model.intake.queues import Wishes, split

if TYPE_CHECKING:
    import pyarrow as pa

ANY_MONDAY = int(np.datetime64("2024-01-01", "s").astype(np.int64))
CONTACT_COLUMNS = ("wait_s", "handle_s", "resolved", "transferred", "csat", "reply_s", "done")
COUNT_COLUMNS = (
    "offered", "answered", "abandoned", "in_time", "surveys", "agents", "wait_s", "abandon_wait_s", "handle_s",
    "service_level", "csat", "resolved", "transferred",
)  # fmt: skip


def of_file(file: File, wishes: Wishes) -> Aggregates:
    """The aggregates of a file; each queue with its target."""
    if file.trouble:
        raise file.trouble
    table, number, queues = split_rows(file, wishes)
    contacts = file.kind in ("contacts", "tickets")
    rows = (_contacts if contacts else _counts)(table, number)
    con = duck.opened()
    try:
        con.con.register("canonical", rows)
        dated = contacts or "start" in table
        moment = "arrived" if contacts else "start"
        canonical = duck.table(con, "canonical")
        if dated:
            canonical = wishes.filters.within(canonical, moment, file.has_time)
        if contacts:
            has = frozenset(file.columns)
            frames = aggregates.of_contacts(canonical, queues, has, file.has_time, wishes.repeat_days)
        else:
            frames = aggregates.of_counts(canonical)
    finally:
        con.disconnect()
    length = float(file.notes["interval_s"]) if "interval_s" in file.notes else None
    return Aggregates(
        file.name, file.kind, file.columns, file.has_time, dated, length, queues, len(table), **frames
    )  # fmt: skip


def split_rows(file: File, wishes: Wishes) -> tuple[pd.DataFrame, NDArray[np.int64], tuple[Queue, ...]]:
    """The rows that are counted, the number of the queue of each (-1: none), and the queues."""
    table = file.table
    if wishes.filters.tests and "test" in table:
        table = table[~table["test"]].reset_index(drop=True)
    labels = [str(label) for label in table["channel"].cat.categories] if "channel" in table else []
    queues, numbers = split(file.name, file.kind, file.columns, labels, wishes)
    number = np.zeros(len(table), dtype=np.int64)
    if numbers:
        # A cell without a channel belongs to none.
        number = np.append([numbers[label] for label in labels], -1)[table["channel"].cat.codes.to_numpy()]
    return table, number, queues


def _contacts(table: pd.DataFrame, number: np.ndarray) -> "pa.Table":
    import pyarrow as pa

    arrived = table["arrived"].to_numpy(dtype="datetime64[s]").astype(np.int64)
    state = pd.Categorical(table["state"], categories=STATES).codes
    known = {name: table[name].to_numpy(dtype=float) for name in CONTACT_COLUMNS if name in table}
    ends = [role for role in ("replied_at", "resolved_at") if role in table]
    if ends:
        moments = table[ends[0]].to_numpy(dtype="datetime64[s]")
        known["done"] = np.where(np.isnat(moments), np.nan, moments.astype(np.int64))
    if "reply_s" not in known:
        known["reply_s"] = known["done"] - arrived if ends else known["wait_s"]
    customer = table["customer"].to_numpy() if "customer" in table else np.full(len(table), -1)
    columns = {
        "queue": pa.array(number, pa.int64()),
        "arrived": pa.array(arrived, pa.int64()),
        "state": pa.array(state, pa.int64()),
        "customer": pa.array(customer, pa.int64(), mask=customer < 0),
    }
    columns |= {name: _floats(known.get(name), len(table)) for name in CONTACT_COLUMNS}
    columns["done"] = columns["done"].cast(pa.int64())
    return pa.table(columns)


def _counts(table: pd.DataFrame, number: np.ndarray) -> "pa.Table":
    import pyarrow as pa

    if "start" in table:
        start = table["start"].to_numpy(dtype="datetime64[s]").astype(np.int64)
    else:
        start = ANY_MONDAY + DAY * np.arange(len(table))  # totals in their order, without dates
    columns = {"queue": pa.array(number, pa.int64()), "start": pa.array(start, pa.int64())}
    for name in COUNT_COLUMNS:
        columns[name] = _floats(table[name].to_numpy(dtype=float) if name in table else None, len(table))
    for name in ("answered", "abandoned", "surveys"):
        columns[f"{name}_told"] = pa.array(np.full(len(table), name in table))
    return pa.table(columns)


def _floats(values: np.ndarray | None, rows: int) -> "pa.Array":
    import pyarrow as pa

    if values is None:
        return pa.nulls(rows, pa.float64())
    return pa.array(values, pa.float64(), from_pandas=True)
