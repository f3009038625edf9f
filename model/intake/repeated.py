"""Rows where they lie that are no contact of their own, as `contacts` finds them among those of an upload.

Later legs of a contact that was passed on, and rows that are there twice; earlier rows of a ticket's log. Only rows
whose number comes more than once are put in order: of most tables these are few.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from model.intake import ends
from model.intake.aggregates import STATES
from model.intake.answers import numbers, scalars
from model.intake.legs import SLACK_S
from model.intake.problems import Problems
from model.intake.rows import FEWEST, TWICE_SHARE, more_than_chance

if TYPE_CHECKING:
    import ibis.expr.types as ir

ANSWERED = STATES.index("answered")
OWN = MARK, PLACE, ALIKE, TEST = "file_mark", "file_place", "file_alike", "file_test"
"""Columns that a large file brings besides its roles: one number for rows equal in all cells, the place of a row in the
file, the share of rows alike by chance in all cells that tell nothing apart, and whether a row is a test."""


def once(table: "ir.Table", equal: list[str], problems: Problems) -> "ir.Table":
    """Contacts with a `number`: without rows that are there twice, and the legs of each in its first row.

    `equal` are the columns in which a row that is there twice is like another.
    """
    import ibis

    number = table.number
    each = table.filter(number.notnull()).group_by("number").aggregate(rows=lambda t: t.count())
    again = each.filter(each.rows > 1)
    firsts = scalars(again, n=again.count())["n"]
    if not firsts:
        return table
    few = table.semi_join(again, "number")
    # Equal rows have equal places in every order that begins with their cells.
    few = few.mutate(turn=ibis.row_number().over(group_by=[few[name] for name in ("number", "arrived", *equal)]))
    few = few.mutate(twice=few.turn > 0)
    legs = few.filter(~few.twice & few.arrived.notnull())
    known = legs.wait_s.fill_null(0.0) + legs.handle_s.fill_null(0.0)
    order = ibis.window(group_by=legs.number, order_by=[legs.arrived, legs.state, known])
    same = (legs.customer == legs.customer.lag().over(order)).fill_null(True)
    gap = legs.arrived - legs.arrived.lag().over(order)
    legs = legs.mutate(follows=((gap <= known.lag().over(order) + SLACK_S) & same).fill_null(False), turn=known)
    order = ibis.window(group_by=legs.number, order_by=[legs.arrived, legs.state, legs.turn], following=0)
    legs = legs.mutate(contact=legs.follows.ifelse(0, 1).sum().over(order))
    found = scalars(few, twice=few.count(where=few.twice)) | scalars(legs, later=legs.count(where=legs.follows),
                                                                     all=legs.count())  # fmt: skip
    problems.add("twice", "Rows that are there twice", int(found["twice"]), "dropped")
    text, done = ends.SAID["leg"]
    problems.add("leg", text, int(found["later"]), done)
    text = "Rows with the number of an earlier contact but other values"
    problems.add("same_id", text, int(found["all"] - found["later"] - firsts), "kept")
    kept = few.filter(~few.twice) if not found["later"] else _joined(legs, table)
    columns = list(table.columns)
    return table.anti_join(again, "number").select(columns).union(kept.select(columns))


def _joined(legs: "ir.Table", table: "ir.Table") -> "ir.Table":
    """The first leg of each contact, which tells of all."""
    import ibis

    def last(name: str) -> Any:
        return legs[name].argmax(legs.arrived, where=legs[name].notnull())

    whole = legs.group_by("number", "contact").aggregate(
        several=legs.count(), all_handle=legs.handle_s.sum(), answered=(legs.state == ANSWERED).any(),
        **{f"last_{name}": last(name) for name in ("resolved", "csat")},
    )  # fmt: skip
    first = legs.filter(~legs.follows).join(whole, ["number", "contact"])
    several = first.several > 1
    first = first.mutate(
        handle_s=several.ifelse(first.all_handle, first.handle_s),
        state=(several & first.answered).ifelse(ibis.literal(ANSWERED, "int64"), first.state),
        resolved=several.ifelse(first.last_resolved, first.resolved),
        csat=several.ifelse(first.last_csat, first.csat),
        transferred=several.ifelse(ibis.literal(1.0), first.transferred),
    )
    return first.cast({name: kind for name, kind in table.schema().items() if name in first.columns})


def not_twice(table: "ir.Table", problems: Problems) -> "ir.Table":
    """Contacts without a number, without those equal in all cells to another where these are more than by chance."""
    import ibis

    mark = table[MARK]
    found = scalars(table, rows=table.count(), known=table.count(where=table.arrived.notnull()),
                     marks=mark.nunique(where=table.arrived.notnull()),
                     seconds=table.count(where=table.arrived % 60 > 0),
                     minutes=table.count(where=table.arrived % 3600 > 0), alike=table[ALIKE].max())  # fmt: skip
    again = found["known"] - found["marks"]
    if again <= max(FEWEST, TWICE_SHARE * found["rows"]):
        return table
    hours = table.filter(table.arrived.notnull()).mutate(hour=(table.arrived - table.arrived % 3600))
    hourly = numbers(hours.group_by("hour").aggregate(rows=lambda t: t.count()))["rows"].to_numpy(dtype=float)
    shares = [found[name] / max(found["known"], 1) > 0.5 for name in ("seconds", "minutes")]
    slots = 3600 if shares[0] else 60 if shares[1] else 1
    if not more_than_chance(again, hourly.astype(np.float64), slots, found["alike"]):
        return table
    problems.add("twice", "Rows that are there twice", int(again), "dropped")
    turned = table.mutate(turn=ibis.row_number().over(group_by=mark))
    return turned.filter((turned.turn == 0) | turned.arrived.isnull()).select(list(table.columns))


def last_of_each(table: "ir.Table", moment: str | None, problems: Problems) -> "ir.Table":
    """A log has several rows a ticket; its last one knows how it ended: by its place, where that is known."""
    import ibis

    known = ibis.coalesce(table[moment], table.arrived) if moment else table.arrived
    order = [table[PLACE]] if PLACE in table.columns else [known, table.arrived]
    table = table.mutate(turn=ibis.row_number().over(group_by=table.number, order_by=[ibis.desc(o) for o in order]))
    named = table.number.notnull()
    last = table.filter((table.turn == 0) | ~named)
    earlier = scalars(table, earlier=table.count(where=(table.turn > 0) & named))["earlier"]
    text, done = ends.SAID["log"]
    problems.add("log", text, int(earlier), done)
    return last
