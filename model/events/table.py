"""The events: what can go wrong, how long, how badly, on what evidence; and the user's own.

Three typed tables. `EFFECTS` are the ways in which an event touches the operation; `SIZES` how far each event touches
each of them (low, likely, high, with grade and source); `EVENTS` the events with their window. `RELATED` are the few
figures that only events need. Sizes stand in the words of the effect: a factor, a share, log-odds, money.
"""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from model.errors import ScenarioError
from model.scenario import MARKUP

Grade = Literal["published", "judgement"]
Shape = Literal["block", "spike", "ramp"]
DAY, WEEK = 24.0, 168.0
MONTH = 365.25 * 24 / 12
LONG = 2 * WEEK
"""Hours above which an event goes through the months of the engine rather than through single hours."""
MOST_HOURS = 12 * MONTH
LONGEST_NAME = 60
"""Characters of an event's name."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One way in which an event acts; `neutral` is its absence, `worse` the side on which things get worse."""

    key: str
    label: str
    neutral: float
    floor: float
    ceiling: float
    unit: Literal["times", "share", "log-odds", "money", "money a customer"]
    worse: Literal["up", "down"]


EFFECTS: dict[str, Effect] = {
    row.key: row
    for row in (
        Effect("arrivals", "New contacts", 1, 0, 20, "times", "up"),
        Effect("agents", "Agents able to work", 1, 0, 3, "times", "down"),
        Effect("handle_time", "Handle time", 1, 0.2, 5, "times", "up"),
        Effect("self_service", "Self-service still working", 1, 0, 1, "share", "down"),
        Effect("resolved", "Self-service contacts still solved", 1, 0, 1, "share", "down"),
        Effect("put_off", "Answered, but told to come back later", 0, 0, 1, "share", "up"),
        Effect("late_orders", "Late orders", 1, 0, 20, "times", "up"),
        Effect("mood", "Satisfaction of everyone in contact", 0, -5, 5, "log-odds", "down"),
        Effect("attrition", "Agents who leave", 1, 0, 10, "times", "up"),
        Effect("hiring", "Hiring that goes on", 1, 0, 1, "share", "down"),
        Effect("programmes", "Roll-out that goes on", 1, 0, 1, "share", "down"),
        Effect("back_office", "Back-office capacity", 1, 0.1, 2, "times", "down"),
        Effect("one_off", "Paid once", 0, 0, 1e11, "money", "up"),
        Effect("one_off_each", "Paid once for every customer", 0, 0, 1e5, "money a customer", "up"),
    )
}


@dataclass(frozen=True, slots=True)
class Size:
    """How far an event moves one effect: low is the milder end, high the harder one, `mode` the likely size."""

    event: str
    effect: str
    low: float
    mode: float
    high: float
    grade: Grade
    source: str


_S = Size
SIZES: tuple[Size, ...] = (
    _S("demand_surge", "arrivals", 1.3, 1.6, 2.0, "judgement",
       "own range: a campaign nobody announced, a wrong bill, a storm; a third to twice as many contacts in a day"),
    _S("system_downtime", "agents", 0.6, 0.4, 0.2, "judgement",
       "own range: without their systems agents can only take messages; slow systems are nearer 1.3 times the handle "
       "time, an event of one's own"),
    _S("system_downtime", "self_service", 0.3, 0.0, 0.0, "judgement", "own estimate: it stands on the same systems"),
    _S("system_downtime", "put_off", 0.2, 0.4, 0.6, "judgement",
       "own range: of those who get through, who cannot be helped until the systems are back"),
    _S("data_breach", "arrivals", 1.5, 2.5, 4.0, "judgement", "own range: worried customers, most on the first day"),
    _S("data_breach", "handle_time", 1.1, 1.2, 1.3, "judgement", "own range: identity checks and reassurance"),
    _S("data_breach", "mood", -0.3, -0.5, -0.8, "judgement", "own range: trust is lost, whoever answers"),
    _S("data_breach", "one_off_each", 0.5, 1.5, 4.0, "judgement",
       "own range: letters, credit monitoring, counsel; studies of breaches count far more, mostly lost business"),
    _S("attrition_spike", "attrition", 2.0, 2.5, 3.0, "judgement",
       "own range: a rival opens next door, a change of shifts goes wrong; SQM Group 2023 sees 20 % to over 200 % a "
       "year by site"),
    _S("supply_disruption", "late_orders", 2.0, 3.0, 5.0, "judgement", "own range: a supplier or carrier fails"),
    _S("budget_freeze", "hiring", 0.3, 0.0, 0.0, "judgement", "own range: leavers are not replaced"),
    _S("budget_freeze", "programmes", 0.3, 0.0, 0.0, "judgement",
       "own range: roll-outs stand still where they are, and so does their spend"),
    _S("bad_deflection", "resolved", 0.7, 0.5, 0.3, "judgement",
       "own range: a new version closes as many contacts and solves far fewer"),
    _S("bottleneck", "back_office", 0.8, 0.7, 0.5, "judgement", "own range: a team is out, a partner is slow"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Related:
    """A figure that only events need."""

    key: str
    label: str
    low: float
    mode: float
    high: float
    unit: str
    grade: Grade
    source: str


RELATED: dict[str, Related] = {
    row.key: row
    for row in (
        Related("retrial_gap_h", "Hours until those who gave up call again", 0.25, 1.0, 3.0, "hours", "judgement",
                "own range; that callers retry soon is documented by Hoffman and Harris 1986, European Journal of "
                "Operational Research 27(2)"),
        Related("put_off_h", "Hours over which put-off contacts come back", 4.0, 6.0, 8.0, "hours", "judgement",
                "own range: the same day or the next morning; the mean is half of it"),
        Related("back_office_share", "Contacts that leave work for the back office", 0.15, 0.25, 0.4, "share",
                "judgement", "own range: refunds, changes, claims"),
        Related("back_office_busy", "Share of the back office's capacity in use", 0.85, 0.9, 0.95, "share",
                "judgement", "own range: planned to be busy, with little to catch up with"),
        Related("chases_a_week", "Contacts a week about each open case", 0.1, 0.25, 0.5, "contacts", "judgement",
                "own range: some ask each week, most wait a month"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Event:
    """Something that goes wrong, for a while.

    Attributes
    ----------
    key, label, text : str
        Stable name, name on screen, and what happens, in words.
    effects : mapping of str to float
        By key of `EFFECTS`: the size while the event is in full force.
    length_h : float
        Hours in full force; above two weeks the event is followed month by month.
    start_h : float
        Hours from Monday 00:00 at which a short event begins.
    start_month : int, optional
        Month in which a long event begins; None: the scenario's, or as late as leaves half a year to recover.
    recovery_h : float
        Hours over which it fades afterwards, in a straight line.
    shape : {"block", "spike", "ramp"}
        At once and throughout; all at once, then a twentieth of it by the end; or growing in a straight line.
    """

    key: str
    label: str
    text: str
    effects: Mapping[str, float] = field(hash=False)
    length_h: float
    start_h: float = 10.0
    start_month: int | None = None
    recovery_h: float = 0.0
    shape: Shape = "block"

    def __post_init__(self) -> None:
        _check_text(self.label)
        for key, value in self.effects.items():
            if key not in EFFECTS:
                raise ScenarioError(f"{self.label}: an event cannot act on {key!r}.", f"Known: {', '.join(EFFECTS)}.")
            row = EFFECTS[key]
            _check(f"{self.label}: {row.label.lower()}", value, row.floor, row.ceiling, row.unit)
        _check(f"{self.label}: the length", self.length_h, 0.25, MOST_HOURS, "hours")
        _check(f"{self.label}: the start", self.start_h, 0, WEEK - 0.5, "hours from Monday 0:00")
        _check(f"{self.label}: the recovery", self.recovery_h, 0, MOST_HOURS, "hours")
        if self.start_month is not None:
            _check(f"{self.label}: the month of the start", self.start_month, 1, 30, "months from now")
        if self.shape not in ("block", "spike", "ramp"):
            raise ScenarioError(f"{self.label}: there is no shape {self.shape!r}.", "Known: block, spike, ramp.")

    @property
    def is_long(self) -> bool:
        """Whether it is followed month by month."""
        return self.length_h > LONG

    @property
    def main(self) -> str:
        """The effect that its size is told by: the first that is not neutral."""
        moved = [key for key, value in self.effects.items() if value != EFFECTS[key].neutral]
        return (moved or [*self.effects, "arrivals"])[0]

    @property
    def size(self) -> float:
        """The main effect's size."""
        return self.effects.get(self.main, EFFECTS[self.main].neutral)

    def effect(self, key: str) -> float:
        """The size of one effect; neutral where the event does not touch it."""
        return self.effects.get(key, EFFECTS[key].neutral)

    def sized(self, size: float) -> "Event":
        """The same event with the main effect at this size and all others in proportion, held to what they allow.

        ScenarioError where the size is beyond what the effect allows.
        """
        row = EFFECTS[self.main]
        _check(f"{self.label}: {row.label.lower()}", size, row.floor, row.ceiling, row.unit)
        if size == self.size:
            return self
        moved = self.size - row.neutral
        severity = (size - row.neutral) / moved if moved else 0.0
        scaled = {
            key: min(max(EFFECTS[key].neutral + severity * (value - EFFECTS[key].neutral), EFFECTS[key].floor),
                     EFFECTS[key].ceiling)
            for key, value in self.effects.items()
        }  # fmt: skip
        return replace(self, effects={**scaled, self.main: size})

    def at(self, end: Literal["low", "high"]) -> "Event":
        """The event of the table at its mild or its hard end; one of the user's own stays as it is."""
        rows = {row.effect: float(getattr(row, end)) for row in SIZES if row.event == self.key}
        # What the user has moved keeps its distance from the likely size.
        known = {row.effect: row.mode for row in SIZES if row.event == self.key}
        if not rows or any(self.effects.get(key) != value for key, value in known.items()):
            return self
        return replace(self, effects={**self.effects, **rows})


def _check(what: str, value: object, low: float, high: float, unit: str) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ScenarioError(f"{what} is not a number.", f"Choose {low:g} to {high:g} ({unit}).")
    if not low <= value <= high:
        raise ScenarioError(f"{what} is {value:g}, outside {low:g} to {high:g} ({unit}).", "Choose a value within.")


def _check_text(text: str) -> None:
    wrong = [c for c in text if c in MARKUP or unicodedata.category(c)[0] == "C"]
    if not text.strip() or len(text) > LONGEST_NAME or wrong:
        raise ScenarioError(
            f"An event needs a name of 1 to {LONGEST_NAME} plain characters.", "Use letters, digits and spaces."
        )


def _event(key: str, label: str, text: str, length_h: float, **window: object) -> Event:
    effects = {row.effect: row.mode for row in SIZES if row.event == key}
    return Event(key, label, text, effects, length_h, **window)  # type: ignore[arg-type]


# Lengths and starts are judgement throughout, and the user's to set; a working Monday is when most companies are
# fullest.
EVENTS: dict[str, Event] = {
    event.key: event
    for event in (
        _event("demand_surge", "Demand surge", "Far more contacts than planned for a working day", 8, recovery_h=2),
        _event("system_downtime", "Systems down",
               "Most agents cannot work, self-service is down, and many of those who get through must come back", 3,
               recovery_h=0.5),
        _event("data_breach", "Data breach", "Worried customers call, calls take longer, trust suffers", 5 * DAY,
               shape="spike"),
        _event("attrition_spike", "Wave of resignations", "Several times as many agents leave as usual", 4 * MONTH),
        _event("supply_disruption", "Supplier failure", "Several times as many orders arrive late", 8 * WEEK,
               recovery_h=2 * WEEK),
        _event("budget_freeze", "Budget freeze", "Nobody is hired, and roll-outs stand still where they are",
               6 * MONTH),
        _event("bad_deflection", "Self-service failure",
               "Self-service takes as many contacts as before and solves far fewer", 3 * DAY),
        _event("bottleneck", "Back-office bottleneck",
               "Cases pile up behind the agents, and customers ask where theirs is", 6 * WEEK),
    )
}  # fmt: skip


def own(label: str, *, length_h: float, start_h: float = 10.0, start_month: int | None = None, recovery_h: float = 0.0,
        shape: Shape = "block", **effects: float) -> Event:  # fmt: skip
    """An event of the user's own: any combination of effects, e.g. arrivals=1.4, agents=0.9, one_off=50_000.

    ScenarioError says what is out of bounds. Without effects it is an event in which nothing happens.
    """
    return Event("own", label, "An event of your own", effects, length_h, start_h, start_month, recovery_h, shape)


def event_of(given: "str | Event") -> Event:
    """An event, or that of this key at its likely size; ScenarioError where there is none."""
    if isinstance(given, Event):
        return given
    if str(given) not in EVENTS:
        raise ScenarioError(f"There is no event {given!r}.", f"Known: {', '.join(EVENTS)}; or make one of your own.")
    return EVENTS[given]
