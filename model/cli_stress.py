"""`python -m model stress`: events against scenarios on the command line."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from model.events.table import EVENTS

if TYPE_CHECKING:
    from model.events import StressResult

Print = Callable[[Any], None]


def options(parser: argparse.ArgumentParser) -> None:
    """What can be asked for."""
    several = f"one event, or two at once; again for more. All unless given: {', '.join(EVENTS)}"
    parser.add_argument("--event", nargs="+", action="append", choices=list(EVENTS), metavar="EVENT", help=several)
    parser.add_argument("--size", type=float, help="size of the (first) event's main effect, in its own unit")
    parser.add_argument("--length", type=float, metavar="HOURS", help="hours in full force; above two weeks by months")
    parser.add_argument("--start", type=float, metavar="HOURS", help="hours from Monday 00:00")
    parser.add_argument("--within", type=float, default=24.0, metavar="HOURS",
                        help="count events after which the target is regained within so many hours; 24")  # fmt: skip


def run(scenario: Any, arguments: argparse.Namespace, table: Callable[..., None], as_json: Print, say: Print) -> None:
    """The scenario and doing nothing under the events: a table, or all of it as JSON."""
    from dataclasses import replace

    from model.events import MEASURES, robustness, stress_many
    from model.report import stress_words
    from model.report.grammar import within

    cases = []
    for names in arguments.event or [[name] for name in EVENTS]:
        first, *rest = (EVENTS[name] for name in names)
        if arguments.size is not None:
            first = first.sized(arguments.size)
        window = {"length_h": arguments.length, "start_h": arguments.start}
        cases.append([replace(first, **{k: v for k, v in window.items() if v is not None}), *rest])
    this, nothing = stress_many([scenario, scenario.doing_nothing()], cases)
    if arguments.json:
        as_json([_plain(one) | {"nothing": _plain(other)} for one, other in zip(this, nothing, strict=True)])
        return
    currency = scenario.baseline.currency
    rows = [
        (stress_words.name(one.events), *(stress_words.measure(key, one.measure(key), currency) for key in MEASURES),
         stress_words.measure("recovery_hours", other.measure("recovery_hours"), currency))
        for one, other in zip(this, nothing, strict=True)
    ]  # fmt: skip
    head = ("event", *(within(stress_words.MEASURES[key]) for key in MEASURES), "doing nothing: time to recover")
    table(head, rows)
    say(stress_words.robust(robustness(this, arguments.within), this, arguments.within))


def _plain(one: "StressResult") -> dict[str, Any]:
    from model.events import MEASURES

    return {
        "events": [event.key for event in one.events], "sizes": [dict(event.effects) for event in one.events],
        **{key: getattr(one, key) for key in MEASURES}, "peak_backlog": one.peak_backlog,
        "peak_without": one.peak_without, "backlog_hours": one.backlog_hours, "costs": one.costs,
        "contacts_lost": one.contacts_lost, "worst_month": one.worst_month,
        "worst_hour": {key: getattr(one.worst_hour, key) for key in one.worst_hour.__slots__},
        "hurt": one.hurt.reset_index().to_dict("records"),
    }  # fmt: skip
