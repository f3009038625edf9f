"""The relations in plain words: what each says, and which others it feeds directly.

Levers say where they act (`acts_in`), assumptions likewise, outcomes where they are found (`found_in`); with `feeds`
these are the edges of the influence diagram. A test finds each edge by trial in the running model.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relation:
    """One family of formulas: `modules` hold them, `text` says in a sentence what they are about."""

    key: str
    label: str
    text: str
    modules: tuple[str, ...]
    feeds: tuple[str, ...]


_ROWS = (
    Relation("adoption", "Time to take effect",
             "How fast what is bought or taught takes effect, and the dip on the way.",
             ("adoption",), ("demand", "people", "service", "queues")),
    Relation("demand", "Demand", "What arrives at the agents: growth, self-service, late orders, and what comes back.",
             ("demand",), ("people", "service", "queues", "satisfaction", "economics")),
    Relation("people", "People", "Who leaves, who is missing, how able those present are, and how staffing moves.",
             ("people",), ("service", "queues", "satisfaction", "economics")),
    Relation("service", "Handling", "How long a contact takes, how often it is solved, how teams share work.",
             ("service", "effects"), ("adoption", "demand", "people", "queues", "satisfaction")),
    Relation("queues", "Waiting lines", "How long people wait, who gives up, and what stays open.",
             ("queueing", "network", "deferred", "transient"), ("people", "service", "satisfaction", "economics")),
    Relation("satisfaction", "Satisfaction", "How waits, solutions and mistakes add up to a satisfied customer.",
             ("satisfaction",), ("economics",)),
    Relation("economics", "Money", "What everything costs in a year, what is paid once, and what it is worth.",
             ("economics", "results"), ()),
)  # fmt: skip

RELATIONS: dict[str, Relation] = {row.key: row for row in _ROWS}


def relation_of(module: str) -> str:
    """The relation that a module's formulas belong to, as an assumption's `acts_in` names it; KeyError where none."""
    return {name: row.key for row in _ROWS for name in row.modules}[module]
