"""A baseline of ten typed numbers, for those who have no file at hand; the shape of the week is assumed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from model.errors import IntakeError
from model.intake import staffing, week
from model.intake.channel import CHATS_AT_ONCE, COMMON, FIELDS
from model.intake.queues import DEFAULTS
from model.intake.rounding import rounded
from model.levers import LEVERS
from model.scenario import HOURS_A_WEEK, Baseline, Channel, Grade, Kind

TYPED_ERROR = 0.08


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One number to type: key, what it is called, its unit, a usual value, and what is accepted."""

    key: str
    label: str
    unit: Literal["count", "seconds", "fte", "days", "hours", "share", "money"]
    default: float
    low: float
    high: float
    text: str


TYPED: tuple[TypedRow, ...] = (
    TypedRow(
        "contacts_a_week", "Contacts a week", "count", 6000, 50, 1e7, "All that reach the queue, answered or not."
    ),
    TypedRow("handle_time_s", "Handle time", "seconds", 360, 5, 86_400, "Talk, hold and work afterwards, on average."),
    TypedRow("fte", "People", "fte", 27, 0.5, 1e5, "Full-time positions that answer these contacts."),
    TypedRow("open_days", "Days open a week", "days", 6, 1, 7, "From Monday on."),
    TypedRow(
        "open_hours",
        "Hours open a day",
        "hours",
        11,
        1,
        24,
        "From 8 in the morning, earlier where it would pass midnight.",
    ),
    TypedRow("in_time", "Answered in time", "share", 0.75, 0.01, 0.99, "Share answered within the seconds below."),
    TypedRow("target_s", "In time means within", "seconds", 20, 1, 1e6, "Your service target."),
    TypedRow(
        "solved_first_time", "Solved first time", "share", 0.7, 0.05, 0.99, "Share solved without another contact."
    ),
    TypedRow("csat", "CSAT", "share", 0.78, 0.02, 0.99, "Satisfied share of those asked."),
    TypedRow("wage", "Cost of a paid hour", "money", 34, 0.5, 1e4, "Wage, benefits and overhead."),
)
"""The ten, in the order in which to ask. Chosen because cost, speed and satisfaction of day zero follow from them:
volume x handle time is the work, people and hours open the means, in time the speed, the last three the rest."""


_OF_A_NUMBER = {
    "arrivals": "contacts_a_week", "agents": "fte", "handle_time_s": "handle_time_s", "target_s": "target_s",
    "fcr": "solved_first_time", "csat": "csat", "service_level": "in_time",
}  # fmt: skip
"""Field of a channel -> the number that it comes from."""
_CALLED = {"live": ("phone", "Phone"), "chat": ("chat", "Chat"), "deferred": ("email", "E-mail")}


def typed(
    name: str = "My company",
    *,
    kind: Kind = "live",
    opens: float = 8.0,
    gave_up: float | None = None,
    customers: float | None = None,
    currency: str = "USD",
    **numbers: float,
) -> Baseline:
    """A baseline of one channel from the numbers of `TYPED`; those left out take their usual value, graded assumed.

    Parameters
    ----------
    opens : float
        Hour of the day.
    gave_up : float, optional
        Share that gave up waiting, below 0.95.
    customers : float, optional
        How many there are.
    **numbers : float
        Keys of `TYPED`. Shares 0 to 1, times in seconds.

    Raises
    ------
    IntakeError
        An unknown number, one out of its range, or more work than the people could do by any means.
    """
    given = _accepted(numbers)
    figure = {row.key: given.get(row.key, row.default) for row in TYPED}
    channel = _channel(figure, given, kind, opens, gave_up)
    company: dict[str, Any] = {"wage": figure["wage"], "currency": currency}
    grades: dict[str, Grade] = dict.fromkeys(
        ("month_factors", "growth", "forecast_cv", "hours_per_fte", "overhead", "margin_per_customer", "customers",
         "orders_per_week", "nps", "ces"), "assumed")  # fmt: skip
    grades["wage"] = "measured" if "wage" in given else "assumed"
    if customers is not None:
        company["customers"], grades["customers"] = customers, "measured"
    return rounded(
        Baseline(
            name=name[:80] or "My company",
            channels=(channel,),
            forecast_cv=TYPED_ERROR,
            grades=grades,
            levers={f"staffing.{channel.name}": figure["fte"]},
            **company,
        )
    )


def _accepted(numbers: Mapping[str, float]) -> dict[str, float]:
    """The numbers given; IntakeError where one is unknown or out of its range."""
    rows = {row.key: row for row in TYPED}
    for key, value in numbers.items():
        if key not in rows:
            raise IntakeError(f"{key} is not one of the numbers.", f"Known: {', '.join(rows)}.")
        row = rows[key]
        if not row.low <= value <= row.high:
            raise IntakeError(
                f"{row.label}: {value} is not between {row.low:g} and {row.high:g}.", "Correct this number."
            )
    return {key: float(value) for key, value in numbers.items()}


def _channel(
    figure: Mapping[str, float], given: Collection[str], kind: Kind, opens: float, gave_up: float | None
) -> Channel:
    """The one channel; what was not `given` is graded assumed."""
    arrivals = week.assumed_week(round(figure["open_days"]), figure["open_hours"], opens) * figure["contacts_a_week"]
    agents = _agents(figure, kind, arrivals)
    fields: dict[str, Any] = {
        **DEFAULTS[kind], **COMMON,
        "handle_time_s": figure["handle_time_s"], "target_s": figure["target_s"], "fcr": figure["solved_first_time"],
        "csat": figure["csat"], "service_level": figure["in_time"],
    }  # fmt: skip
    grades: dict[str, Grade] = dict.fromkeys(FIELDS, "assumed")
    grades |= {field: "measured" for field, key in _OF_A_NUMBER.items() if key in given}
    # The volume is the user's, its spread over the week is not.
    grades |= {field: "inferred" for field in ("arrivals", "agents") if grades[field] == "measured"}
    if gave_up is not None:
        if not 0 <= gave_up < 0.95:
            raise IntakeError(f"Gave up waiting: {gave_up} is not between 0 and 0.95.", "Correct this number.")
        fields["abandonment"], grades["abandonment"] = gave_up, "measured"
    name, label = _CALLED[kind]
    return Channel(
        name=name, kind=kind, label=label, arrivals=tuple(arrivals), agents=tuple(agents), grades=grades, **fields
    )


def _agents(figure: Mapping[str, float], kind: Kind, arrivals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Agents by half-hour (336,): as the target asks for, scaled to the hours that the people have.

    IntakeError where the work, contacts x handle time, is more than 1.6 of these hours.
    """
    hours = figure["fte"] * HOURS_A_WEEK * (1 - LEVERS["shrinkage"].today)
    sessions = CHATS_AT_ONCE if kind == "chat" else 1.0
    work = figure["contacts_a_week"] * figure["handle_time_s"] / 3600 / sessions
    if work > 1.6 * hours:
        raise IntakeError(
            f"{figure['contacts_a_week']:,.0f} contacts of {figure['handle_time_s']:g} s are {work:,.0f} hours of work "
            f"a week; {figure['fte']:g} people have about {hours:,.0f}.",
            "Check contacts, handle time and people.",
        )
    if kind == "deferred":
        needed = staffing.deferred(arrivals, figure["handle_time_s"], arrivals > 0)
    else:
        share = min(max(figure["in_time"], 0.2), 0.97)
        patience = DEFAULTS[kind]["patience_s"]
        needed = staffing.for_target(
            arrivals, figure["handle_time_s"], patience, figure["target_s"], share, TYPED_ERROR, sessions
        )
    scaled: NDArray[np.float64] = needed * (2 * hours / needed.sum())
    return scaled
