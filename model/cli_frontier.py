"""`python -m model frontier`: the least cost for each CSAT on the command line."""

import argparse
import json
from collections.abc import Callable
from typing import Any

from model.progress import on_terminal

KEEPS = "CSAT of doing nothing"
"""Marks the row beside the points that were asked for."""


def options(parser: argparse.ArgumentParser) -> None:
    """What can be asked for."""
    parser.add_argument("--points", type=int, default=20, metavar="N",
                        help="points on the curve, 2 to 100; 20. Beside them stands one, marked, at the CSAT of doing "
                             "nothing; a point that another beats in both cost and CSAT is left out")  # fmt: skip
    parser.add_argument("--lock", nargs="+", default=[], metavar="LEVER", help="levers that stay as they are")
    parser.add_argument("--sure", type=float, metavar="SHARE",
                        help="limits hold in this share of the likely draws, 0.5 to 0.99")  # fmt: skip


def run(scenario: Any, arguments: argparse.Namespace, table: Callable[..., None], as_json: Callable[[Any], None],
        say: Callable[[str], None]) -> None:  # fmt: skip
    """The curve as a table, or all of it as JSON."""
    from model.mixes import frontier
    from model.report import numbers

    frame = frontier(scenario, arguments.points, locked=arguments.lock, sure=arguments.sure, progress=_told)
    if arguments.json:
        as_json(json.loads(frame.to_json(orient="records")))
        return
    currency = scenario.baseline.currency
    if frame.empty:
        say(f"{scenario.baseline.name}: no mix found holds every limit. Lock fewer levers, or ask to be less sure.")
        return
    say(f"Best mixes found for {scenario.baseline.name}: the least cost a year for each CSAT, month {scenario.month}")
    rows = [
        (numbers.number("csat", row["csat"]), numbers.money(row["operating_cost"], currency),
         numbers.number("service_level", row["service_level"]), numbers.number("fte", row["fte"]),
         "" if row["price_of_a_point"] != row["price_of_a_point"] else numbers.money(row["price_of_a_point"], currency),
         KEEPS if row["keeps_csat"] else "")
        for row in frame.to_dict("records")
    ]  # fmt: skip
    # On the curve stand only those that no other beats in both.
    table(("CSAT", "cost a year", "in time", "people", "next point costs", ""), rows)


def _told(share: float, step: str, best: object) -> None:
    on_terminal(share, step)
