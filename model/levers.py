"""The levers: what an executive can move, what it costs, how long it takes, and what it moves.

One row a lever is the single source of sliders, help texts, validation and documentation. Prices and delays
are named here and valued in `model.assumptions`, so that their ranges, grades and sources stand in one place.
"""

from dataclasses import dataclass
from typing import Literal

Family = Literal["resources", "automation", "process"]
Unit = Literal["fte", "share", "money", "hours", "count"]
Direction = Literal["up", "down", "none", "depends"]


@dataclass(frozen=True, slots=True)
class Lever:
    """One row of the lever table.

    Attributes
    ----------
    key : str
        Stable name used in links, files and tests. `staffing` stands for one lever a channel, `staffing.<channel>`.
    low, high, step : float
        What the slider offers, in units of `scale`.
    floor, ceiling : float
        What the model accepts, in units of `scale`: a link beyond it is refused.
    scale : {"one", "fte", "labour"}
        One, the channel's FTE today, or the labour cost of a year today.
    today : float
        The value where a company's file does not say (in units of `scale`).
    price_one_off, price_a_year : tuple of str
        Keys of `model.assumptions` that price the lever, and `price_text` what they add up to in words.
    delay : tuple of str
        Keys of `model.assumptions` that say how long the effect takes.
    needs : tuple of str
        What a company must have for the lever to have an effect: `chat`, `orders`, `spoken` (phone or chat), `pool`
        (two queues to share).
    directions : dict of str to {"up", "down", "none", "depends"}
        Run rate at month 12 with staffing as set, for a raise from today (agents of all channels together): up or down
        without exception on every sample, none, or depends on the company or the size.
    acts_in : tuple of str
        The relations (`model.relations`) that its value enters directly; from there its effect goes on.
    """

    key: str
    family: Family
    label: str
    unit: Unit
    low: float
    high: float
    step: float
    floor: float
    ceiling: float
    scale: Literal["one", "fte", "labour"]
    today: float
    price_one_off: tuple[str, ...]
    price_a_year: tuple[str, ...]
    price_text: str
    delay: tuple[str, ...]
    delay_text: str
    moves: str
    directions: dict[str, Direction]
    acts_in: tuple[str, ...]
    first: bool = False
    needs: tuple[str, ...] = ()


STATED = (
    "operating_cost", "cost_per_contact", "cost_per_resolution", "npv", "npv_with_revenue", "payback_months", "fte",
    "asa", "service_level", "abandonment", "resolution_time", "fcr", "csat", "revenue_at_risk",
)  # fmt: skip
SIGNS: dict[str, Direction] = {"+": "up", "-": "down", "0": "none", "?": "depends"}


def _directions(signs: str) -> dict[str, Direction]:
    """One sign an outcome, in the order of STATED: + up, - down, 0 none, ? depends on the company or the size."""
    return dict(zip(STATED, (SIGNS[s] for s in signs.split()), strict=True))


# The signs stand in the order:   cost  per contact  per resolution  npv  npv+rev  payback  fte
#                                 asa  service level  abandonment  resolution time  fcr  csat  revenue at risk
_ROWS = (
    Lever("staffing", "resources", "Agents", "fte", 0.5, 1.5, 0.01, 0.05, 4.0, "fte", 1.0,
          ("replacement_cost", "severance_weeks"), ("wage",),
          "a year's wage for every FTE; hiring and training for those who join, severance for redundancies",
          ("hiring_delay_months", "ramp_months"), "cuts act in month 1; hiring and learning take months",
          "waits, gave up waiting, share of time busy, CSAT, cost",
          _directions("+ + + - ? ? + - + - ? ? + -"), ("people",), True),
    Lever("cross_training", "resources", "Cross-trained agents", "share", 0, 1, 0.05, 0, 1, "one", 0.1,
          ("cross_training_hours",), ("skill_pay",),
          "training hours for every newly trained phone or chat agent, then skill pay on their wage",
          ("cross_training_months",), "half of the effect after two to four months",
          "waits, where one queue is full while another is quiet; slightly longer handling",
          _directions("+ ? ? - ? ? 0 ? ? ? ? ? ? ?"), ("adoption", "service", "economics"), needs=("pool",)),
    Lever("schedule_flex", "resources", "Shifts follow demand", "share", 0, 1, 0.05, 0, 1, "one", 0.0,
          ("schedule_one_off",), ("flex_premium",),
          "a premium on the wage of phone and chat hours that can be moved, and the planning tool",
          ("schedule_months",), "half of the effect after one to three months",
          "waits in the worst hours, gave up waiting, CSAT",
          _directions("+ ? ? - ? ? 0 - + - ? ? + ?"), ("queues", "economics"), True, ("spoken",)),
    Lever("shrinkage", "resources", "Paid time away from customers", "share", 0.15, 0.5, 0.01, 0.02, 0.8, "one", 0.32,
          (), ("shrinkage_price",),
          "coaching, tools and incentives for every point it is lowered, and more agents leave",
          (), "acts in month 1",
          "hours on the queue: waits, CSAT; attrition",
          _directions("- ? ? + ? ? 0 + - + ? ? - +"), ("people", "economics")),
    Lever("outsourced_share", "resources", "Outsourced share", "share", 0, 0.8, 0.02, 0, 0.95, "one", 0.0,
          ("outsourcing_transition",), ("vendor_price_ratio",),
          "a price for every contact the vendor handles, and a transition for every contact moved",
          ("outsourcing_months",), "half of the effect after two to five months",
          "waits in house, cost, solved first time and CSAT at the vendor",
          _directions("+ + + - ? ? 0 - + - ? ? ? ?"),
          ("demand", "people", "service", "queues", "satisfaction", "economics")),
    Lever("chat_concurrency", "resources", "Chats at once", "count", 1, 5, 0.25, 1, 8, "one", 2.0,
          ("concurrency_one_off",), ("concurrency_a_year",),
          "training and a desktop licence for every chat agent and added chat",
          (), "acts in month 1",
          "chat waits; longer chats and fewer solved first time",
          _directions("+ ? ? - ? ? 0 ? ? ? ? - ? ?"),
          ("people", "service", "queues", "satisfaction", "economics"), needs=("chat",)),
    Lever("wage_premium", "resources", "Pay above market", "share", -0.1, 0.3, 0.01, -0.3, 1.0, "one", 0.0,
          (), ("wage",),
          "the premium itself, on every paid hour",
          ("wage_months",), "pay rises at once, fewer leave over the following months",
          "attrition, and with it experience, handle time, waits, hiring cost",
          _directions("+ + + - ? ? 0 - + - ? ? + -"), ("people", "economics")),
    Lever("self_service_spend", "automation", "Self-service", "money", 0, 0.15, 0.0025, 0, 1.0, "labour", 0.0,
          ("automation_one_off", "cost_overrun"), ("self_service_contact_cost", "cost_overrun"),
          "the spend itself, a set-up on top of every rise, a small price for every contact solved",
          ("self_service_months",), "half of the effect after four to seven months",
          "contacts that reach agents, which then are the harder ones; waits, CSAT",
          _directions("+ + ? - ? ? 0 - + - ? ? ? ?"), ("demand", "economics"), True),
    Lever("agent_assist_spend", "automation", "Agent assist", "money", 0, 0.12, 0.0025, 0, 1.0, "labour", 0.0,
          ("automation_one_off", "cost_overrun"), ("cost_overrun",),
          "the spend itself, and a set-up on top of every rise",
          ("assist_months",), "half of the effect after three to five months",
          "handle time, most of all of new agents; solved first time",
          _directions("+ + ? - ? ? 0 - + - - + + -"), ("service", "economics"), True),
    Lever("routing_spend", "automation", "Routing", "money", 0, 0.06, 0.0025, 0, 1.0, "labour", 0.0,
          ("automation_one_off", "cost_overrun"), ("cost_overrun",),
          "the spend itself, and a set-up on top of every rise",
          ("routing_months",), "half of the effect after three to four months",
          "transfers, and the handle time and dissatisfaction they bring",
          _directions("+ + ? - ? ? 0 - + - ? ? + -"), ("service", "economics")),
    Lever("back_office_spend", "automation", "Back office", "money", 0, 0.15, 0.0025, 0, 1.0, "labour", 0.0,
          ("automation_one_off", "cost_overrun"), ("cost_overrun",),
          "the spend itself, and a set-up on top of every rise",
          ("back_office_months",), "half of the effect after five to nine months",
          "rework: handle time, solved first time, time to resolve",
          _directions("+ + ? - ? ? 0 - + - - + + -"), ("service", "economics")),
    Lever("fcr_programme", "process", "Solve it first time", "share", 0, 1, 0.05, 0, 1, "one", 0.0,
          ("fcr_programme_one_off",), ("fcr_programme_a_year",),
          "a set-up and a yearly share of labour cost at full roll-out",
          ("fcr_programme_months",), "half of the effect after one to two months",
          "solved first time, repeat contacts, waits, CSAT",
          _directions("+ + ? - ? ? 0 - + - - + + -"), ("adoption", "service", "economics"), True),
    Lever("training_hours", "process", "Training", "hours", 0, 160, 4, 0, 600, "one", 24.0,
          (), ("training_hour_cost",),
          "trainers and material for every hour; the hours are taken from the queue",
          ("training_months",), "half of the effect after two to four months",
          "solved first time, errors, how soon new agents are up to speed; fewer hours on the queue",
          _directions("+ ? ? - ? ? 0 ? ? ? ? + ? ?"), ("adoption", "people", "economics"), True),
    Lever("qa_coverage", "process", "Contacts reviewed", "share", 0, 0.3, 0.01, 0, 1, "one", 0.02,
          (), ("qa_minutes",),
          "a reviewer's minutes for every reviewed contact",
          ("qa_months",), "half of the effect after two to four months",
          "critical errors, solved first time, CSAT",
          _directions("+ + ? - ? ? 0 - + - - + + -"), ("adoption", "economics")),
    Lever("late_order_rate", "process", "On-time delivery", "share", 0, 0.3, 0.005, 0, 1, "one", 0.0,
          (), ("late_order_price",),
          "a price for every order that no longer comes late",
          ("late_order_months",), "half of the effect after two to four months",
          "where-is-my-order contacts, waits, CSAT",
          _directions("+ ? ? - - ? 0 + - + ? ? - +"), ("demand", "economics"), True, ("orders",)),
)  # fmt: skip

LEVERS: dict[str, Lever] = {row.key: row for row in _ROWS}


def family_of(key: str) -> Lever:
    """The table's row of a lever key; `staffing.<channel>` shares the row `staffing`. KeyError where unknown."""
    return LEVERS[key.partition(".")[0]]
