"""The outcomes: what a scenario is judged by, its unit, its name on screen, which way is better, where it is found."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One row of the outcome table: `better` is the direction an executive wants, `none` where it depends.

    `found_in` names the relations (`model.relations`) whose results it is read from directly.
    """

    key: str
    label: str
    unit: Literal["money", "money_each", "share", "points", "seconds", "hours", "months", "fte", "count", "scale"]
    better: Literal["up", "down", "none"]
    text: str
    found_in: tuple[str, ...]
    diagnostic: bool = False


_ROWS = (
    OutcomeRow("operating_cost", "Cost a year", "money", "down",
               "Everything recurring that the operation costs in a year at the pace of the chosen month.",
               ("economics",)),
    OutcomeRow("cost_per_contact", "Cost per contact", "money_each", "down",
               "Cost a year over contacts answered in a year.", ("demand", "queues", "economics")),
    OutcomeRow("cost_per_resolution", "Cost per solved contact", "money_each", "down",
               "Cost a year over contacts solved, those solved by self-service included.",
               ("demand", "service", "queues", "economics")),
    OutcomeRow("npv", "Value over 36 months", "money", "up",
               "What is saved against doing nothing over 36 months, discounted, less one-off costs, without revenue.",
               ("economics",)),
    OutcomeRow("npv_with_revenue", "Value with revenue effect", "money", "up",
               "The same, with margin kept because fewer dissatisfied customers leave.", ("economics",)),
    OutcomeRow("payback_months", "Payback", "months", "down",
               "The month by which savings have repaid, for good, what was spent; looked for over 36 months.",
               ("economics",)),
    OutcomeRow("fte", "People", "fte", "none", "Full-time positions in house.", ("people",)),
    OutcomeRow("asa", "Average wait", "seconds", "down", "Mean wait of answered phone and chat contacts.", ("queues",)),
    OutcomeRow("service_level", "Answered in time", "share", "up",
               "Share of contacts answered within the target of their channel; those who gave up count as not.",
               ("demand", "queues")),
    OutcomeRow("abandonment", "Gave up waiting", "share", "down",
               "Share of phone and chat contacts that gave up before an answer.", ("queues",)),
    OutcomeRow("resolution_time", "Time to resolve", "hours", "down",
               "From first contact to solved, repeats included, mean over channels.", ("demand", "service", "queues")),
    OutcomeRow("fcr", "Solved first time", "share", "up", "Share of answered contacts solved without another one.",
               ("demand", "service", "queues")),
    OutcomeRow("csat", "CSAT", "share", "up",
               "Satisfied share of all contacts: those who gave up, and those whom self-service failed, are not.",
               ("demand", "queues", "satisfaction")),
    OutcomeRow("revenue_at_risk", "Margin at risk", "money", "down",
               "Yearly margin of customers expected to leave over unsatisfying contacts.", ("economics",)),
    OutcomeRow("csat_surveyed", "CSAT as surveyed", "share", "up", "Satisfied share of answered contacts.",
               ("demand", "queues", "satisfaction"), True),
    OutcomeRow("nps", "NPS", "scale", "up", "Worked out from the same satisfaction, so no further evidence.",
               ("satisfaction",), True),
    OutcomeRow("ces", "Customer effort (1 to 7)", "scale", "up", "Worked out from the same satisfaction.",
               ("satisfaction",), True),
    OutcomeRow("occupancy", "Share of time busy", "share", "none", "Of the time agents are on phone and chat.",
               ("demand", "people", "service", "queues"), True),
    OutcomeRow("attrition", "Agents leaving a year", "share", "down", "Share of agents who leave within a year.",
               ("people",), True),
    OutcomeRow("backlog", "Open e-mails and tickets", "count", "down", "Mean waiting deferred contacts.",
               ("queues",), True),
    OutcomeRow("containment", "Solved by self-service", "share", "up",
               "Share of contacts that end in self-service, beyond those that do today.", ("demand",), True),
    OutcomeRow("freed_fte", "Freed work", "fte", "none", "Work saved against doing nothing, in positions.",
               ("demand", "service", "queues"), True),
    OutcomeRow("redundancies", "Redundancies", "fte", "down", "Jobs cut beyond those who leave, by that month.",
               ("people",), True),
    OutcomeRow("consistency", "Half-hours on target", "share", "up",
               "Share of half-hours that meet the target; busy ones count for more.", ("queues",), True),
)  # fmt: skip

OUTCOMES: dict[str, OutcomeRow] = {row.key: row for row in _ROWS}
