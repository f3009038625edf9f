"""Baseline and Scenario: what a company is today, and what is changed. Together they are what a link holds."""

import datetime
import hashlib
import math
import unicodedata
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, NoReturn, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)  # fmt: skip

from model.assumptions import ASSUMPTIONS
from model.errors import ScenarioError
from model.levers import LEVERS, Lever, family_of

CELLS = 336
"""Half-hours of a week, Monday 00:00 first."""
MONTHS = 36
HOURS_A_WEEK = 40.0
WEEKS_A_YEAR = 365.25 / 7

Kind = Literal["live", "chat", "deferred"]
Grade = Literal["measured", "inferred", "assumed"]
StaffingRule = Literal["as_set", "follow_work"]
Range = tuple[float, float, float]
"""Low, mode, high."""

Value = TypeVar("Value")


class Fixed(dict[str, Value]):
    """A mapping that stays as it was made: a company is shared by everybody who looks at it, and what was reckoned of
    it is kept. It is read like any other dict, and told apart by what it holds."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise ScenarioError(
            "A scenario or a company cannot be changed in place.",
            'Make another: scenario.model_copy(update={"levers": {**scenario.levers, key: value}}).',
        )

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self  # numbers, texts and notes: nothing in it can be changed either

    def __reduce__(self) -> "tuple[type[Fixed[Value]], tuple[dict[str, Value]]]":
        return Fixed, (dict(self),)  # as a dict is brought over, its entries would be written one by one


Stays = Annotated[dict[str, Value], AfterValidator(Fixed)]


class _Frozen(BaseModel):
    """A frozen model whose faults are told in the user's words."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="wrap")
    @classmethod
    def _say_what_is_wrong(cls, data: Any, handler: Any) -> Any:
        try:
            return handler(data)
        except ValidationError as fault:
            first = fault.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or cls.__name__.lower()
            raise ScenarioError(f"{cls.__name__}: {where}: {first['msg']}.", "Correct this value.") from fault

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with changes, validated like any other; nothing derived is carried over."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | dict(update or {}))


MARKUP = frozenset("<>[]{}`\\|~")
"""What no text of a note may hold: it is shown as written, in a page, a deck or a spreadsheet."""


LONGEST = {"author": 60, "reason": 300}
"""Characters of a note."""


class Note(_Frozen):
    """Who changed an assumption or a target, why, and when. It travels with the scenario and never moves a number."""

    author: str
    reason: str
    date: Annotated[datetime.date, PlainSerializer(datetime.date.isoformat, return_type=str)]

    @field_validator("author", "reason")
    @classmethod
    def _plain_text(cls, text: str, info: ValidationInfo) -> str:
        text, most = " ".join(text.split()), LONGEST[str(info.field_name)]
        wrong = next((c for c in text if c in MARKUP or unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn")), None)
        if wrong is not None:
            raise ScenarioError(f"A note holds the character {wrong!a}, which is not allowed.", "Leave it out.")
        if not text:
            raise ScenarioError("A change needs a reason and a name.", "Fill in both, so that others can follow it.")
        if len(text) > most:
            raise ScenarioError(f"The {info.field_name} of a note is longer than {most} characters.", "Shorten it.")
        return text


def _check_assumption(key: str, value: float, what: str = "is") -> None:
    """ScenarioError, naming the assumption, the value and the limits, where the model does not accept the value."""
    row = ASSUMPTIONS.get(key)
    if row is None:
        raise ScenarioError(f"Unknown assumption {key}.", "See model.assumption_table().")
    if not row.allows(value):
        raise ScenarioError(
            f"Assumption {key} ({row.label}) {what} {value:g}, outside {row.floor:g} to {row.ceiling:g} ({row.unit}).",
            "Choose a value within.",
        )


def _check_range(key: str, values: Range) -> None:
    """ScenarioError where low, mode and high are not in this order or beyond what the model accepts."""
    for name, value in zip(("low", "mode", "high"), values, strict=True):
        _check_assumption(key, value, f"has a {name} of")
    if not values[0] <= values[1] <= values[2]:
        low, mode, high = (f"{v:g}" for v in values)
        raise ScenarioError(
            f"Assumption {key} ({ASSUMPTIONS[key].label}) runs from {low} over {mode} to {high}.",
            "Low must not exceed mode, nor mode high.",
        )


PLAIN_TEXT = r"^[^\[\]<>`*_|\\$#!~{}\x00-\x1f]*$"
"""A name that is shown as written: no markup, no control characters."""

EventKind = Literal["campaign", "launch", "site", "market", "factor"]
MOST_EVENTS = 40


class CalendarEntry(_Frozen):
    """Something that is known to happen to demand: a campaign, a launch, an added site or market, or a month factor.

    From month `start` from now on for `months` (it acts in months start+1 to start+months), it multiplies the contacts
    of its `channels` (none named: all) by `factor`, and adds `contacts` a month to them, shared out by their volume;
    counted as today's contacts are, repeats included, and a vendor's share of them, too. Over the first `ramp` months
    it grows evenly to that. `one_off` is paid as it begins, whatever else is decided.
    """

    kind: EventKind = "campaign"
    name: str = Field(min_length=1, max_length=60, pattern=PLAIN_TEXT)
    channels: tuple[str, ...] = Field((), max_length=12)
    start: int = Field(0, ge=0, lt=MONTHS)
    months: int = Field(1, ge=1, le=MONTHS)
    factor: float = Field(1.0, ge=0.1, le=10)
    contacts: float = Field(0.0, ge=0, le=1e8)
    ramp: int = Field(0, ge=0, le=MONTHS)
    one_off: float = Field(0.0, ge=0, le=1e12)

    @model_validator(mode="after")
    def _within_itself(self) -> Self:
        if self.ramp >= self.months > 1 or (self.months == 1 and self.ramp):
            raise ScenarioError(
                f"{self.name} lasts {self.months} months and takes {self.ramp} to grow to its full size.",
                "Make it last longer, or grow faster.",
            )
        if len(set(self.channels)) < len(self.channels):
            raise ScenarioError(f"{self.name} names a channel twice.", "Name each channel once.")
        return self

    @property
    def until(self) -> int:
        """The last month in which it acts; never beyond the plan's months."""
        return min(self.start + self.months, MONTHS)


TARGET_S = {"live": 20.0, "chat": 60.0, "deferred": 24 * 3600.0}
"""Within how many seconds contacts are to be answered where a company says nothing, by kind."""


class Channel(_Frozen):
    """A queue of customers and those who answer it.

    `arrivals` are contacts in each half-hour of the week (Monday 00:00 first), repeats included; `agents` the agents
    scheduled for it; `label` its name on screen, without markup. Times in seconds, shares 0 to 1; `target_s` goes by
    kind (`TARGET_S`) where it is not given. `target_share` None: no target is set. Observed `service_level`,
    `abandonment` and `asa` are None where unknown. Grades name a field's evidence.
    """

    name: str = Field(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9_\-]*$")
    kind: Kind = "live"
    label: str = Field("", max_length=60, pattern=PLAIN_TEXT)
    arrivals: tuple[float, ...]
    agents: tuple[float, ...]
    handle_time_s: float = Field(360, gt=0, le=1e6)
    patience_s: float = Field(180, ge=1, le=1e7)
    target_s: float = Field(TARGET_S["live"], gt=0, le=1e7)
    target_share: float | None = Field(0.8, gt=0, lt=1)
    fcr: float = Field(0.7, gt=0, lt=1)
    transfer_rate: float = Field(0.12, ge=0, lt=1)
    critical_error_rate: float = Field(0.05, ge=0, lt=1)
    csat: float = Field(0.78, gt=0, lt=1)
    survey_rate: float = Field(0.1, ge=0, le=1)
    service_level: float | None = Field(None, ge=0, le=1)
    abandonment: float | None = Field(None, ge=0, lt=1)
    asa: float | None = Field(None, ge=0)
    grades: Stays[Grade] = Fixed()

    @model_validator(mode="before")
    @classmethod
    def _target_of_kind(cls, content: Any) -> Any:
        if isinstance(content, Mapping) and content.get("target_s") is None:
            return {**content, "target_s": TARGET_S.get(str(content.get("kind", "live")), TARGET_S["live"])}
        return content

    @field_validator("arrivals", "agents")
    @classmethod
    def _a_week(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if len(values) != CELLS:
            raise ValueError(f"must hold {CELLS} half-hours, Monday 00:00 first; it holds {len(values)}")
        if min(values) < 0 or max(values) > 1e7:
            raise ValueError("must lie between 0 and 10 million")
        return values

    @model_validator(mode="after")
    def _someone_on_both_sides(self) -> Self:
        if sum(self.arrivals) <= 0:
            raise ScenarioError(f"Channel {self.name} has no contacts in the week.", "Leave it out or add its volume.")
        if sum(self.agents) <= 0:
            raise ScenarioError(f"Channel {self.name} has no agents in the week.", "Add its staffing.")
        return self

    @property
    def title(self) -> str:
        """The channel's name on screen."""
        return self.label or self.name.replace("_", " ").capitalize()

    @property
    def weekly_arrivals(self) -> float:
        """Contacts a week."""
        return math.fsum(self.arrivals)


class Baseline(_Frozen):
    """A company today: channels, seasons, money, and today's value of every lever (`levers`).

    `month_factors` are volumes against the average month, the plan's first month first. `growth` and margins are a
    year. `wage` is the loaded cost of a paid hour, `overhead` fixed cost a year. `stated_cost` is the company's own
    figure for a year, where it has one: the model then fits its residual. `assumptions` are the company's own
    (low, mode, high) where its data replace the table's.
    """

    name: str = Field(min_length=1, max_length=80)
    source: Literal["sample", "company"] = "company"
    period: str = Field("", max_length=120)
    channels: tuple[Channel, ...] = Field(min_length=1, max_length=12)
    month_factors: tuple[float, ...] = (1.0,) * 12
    growth: float = Field(0.0, ge=-0.9, le=5)
    forecast_cv: float = Field(0.08, ge=0, le=1)
    levers: Stays[float] = Fixed()
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$")
    wage: float = Field(34.0, gt=0, le=1e5)
    hours_per_fte: float = Field(2080.0, gt=100, le=4000)
    overhead: float = Field(0.0, ge=0)
    stated_cost: float | None = Field(None, gt=0)
    customers: float = Field(100_000.0, gt=0)
    margin_per_customer: float = Field(60.0, ge=0)
    orders_per_week: float = Field(0.0, ge=0)
    nps: float | None = Field(None, ge=-100, le=100)
    ces: float | None = Field(None, ge=1, le=7)
    assumptions: Stays[Range] = Fixed()
    grades: Stays[Grade] = Fixed()

    @field_validator("month_factors")
    @classmethod
    def _a_year(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if len(values) != 12 or min(values) <= 0:
            raise ValueError("must be twelve positive factors")
        mean = math.fsum(values) / 12
        return values if abs(mean - 1) < 1e-12 else tuple(v / mean for v in values)

    @model_validator(mode="after")
    def _fill_today(self) -> Self:
        names = [c.name for c in self.channels]
        if len(set(names)) != len(names):
            raise ScenarioError("Two channels have the same name.", "Give each channel its own name.")
        for assumption, own in self.assumptions.items():
            _check_range(assumption, own)
        given = dict(self.levers)
        today = {k: given.pop(k, LEVERS[k].today) for k in LEVERS if k != "staffing"}
        for key, value in today.items():
            row = LEVERS[key]
            limit = math.inf if row.scale == "labour" else row.ceiling
            if not row.floor <= value <= limit:
                raise ScenarioError(f"Today's {key} is {value:g}, outside {row.floor:g} to {limit:g}.", "Correct it.")
        shrinkage = today["shrinkage"]
        for channel in self.channels:
            hours = math.fsum(channel.agents) / 2 / (1 - shrinkage)
            key = f"staffing.{channel.name}"
            today[key] = given.pop(key, round(hours / (HOURS_A_WEEK * self.hours_per_fte / 2080), 2))
        if given:
            raise ScenarioError(f"Unknown lever {sorted(given)[0]}.", "See model.lever_table(baseline).")
        object.__setattr__(self, "levers", Fixed(today))
        return self

    @property
    def labour_cost(self) -> float:
        """Wages of a year at full strength, the yardstick of automation spend: sum of FTE x hours x wage."""
        fte = math.fsum(v for k, v in self.levers.items() if k.startswith("staffing."))
        return fte * self.hours_per_fte * self.wage

    @cached_property
    def digest(self) -> str:
        """A name for exactly this content, for caches: sha256 of its JSON."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def __hash__(self) -> int:
        return hash(self.digest)

    def channel(self, name: str) -> Channel:
        """The channel of this name; ScenarioError where there is none."""
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise ScenarioError(f"There is no channel {name}.", f"There are: {', '.join(c.name for c in self.channels)}.")


def scale_of(row: Lever, key: str, baseline: Baseline) -> float:
    """What one unit of a lever's row is in this company: 1, the channel's FTE today, or a year's labour cost."""
    if row.scale == "fte":
        return baseline.levers[key]
    return baseline.labour_cost if row.scale == "labour" else 1.0


def has_effect(key: str, baseline: Baseline) -> bool:
    """Whether a company has what the lever acts on; without chat, say, chat concurrency is not offered."""
    kinds = [c.kind for c in baseline.channels]
    spoken = sum(k != "deferred" for k in kinds)
    have = {"chat": "chat" in kinds, "spoken": spoken > 0, "orders": baseline.orders_per_week > 0,
            "pool": spoken > 1 or len(set(kinds)) > 1}  # fmt: skip
    return all(have[need] for need in family_of(key).needs)


CONDITIONS: dict[str, tuple[float, float, float, str]] = {
    "demand": (1.0, 0.1, 5.0, "Demand, as a factor on today's volume"),
    "growth": (0.0, -0.9, 5.0, "Growth of volume a year; unset: the company's own"),
    "peak": (1.0, 0.2, 5.0, "Factor on the busiest fifth of the week"),
    "forecast_cv": (0.0, 0.0, 1.0, "Forecast error of a half-hour; unset: the company's own"),
    "added_volume": (0.0, 0.0, 1e7, "Contacts a week from an added market or campaign"),
}
"""Conditions, not levers: neutral value, least, most, and what they are. `growth` and `forecast_cv` replace."""


def neutral(key: str, baseline: Baseline) -> float:
    """The value of a condition that changes nothing in this company: its own growth and forecast error, else none."""
    own = {"growth": baseline.growth, "forecast_cv": baseline.forecast_cv}
    return own.get(key, CONDITIONS[key.partition(".")[0]][0])


TARGETS: dict[str, tuple[float, float, str]] = {
    "target_s": (1.0, 1e7, "seconds"),
    "target_share": (0.01, 0.999, "as a share of contacts"),
    "csat": (0.01, 0.999, "as a share of contacts"),
    "budget": (1.0, 1e13, "a year"),
}
"""Aims: least, most, unit. The first two are a channel's: `target_s.<channel>`."""
OF_A_CHANNEL = ("target_s", "target_share")
MOSTLY_EMPTY = ("assumption_ranges", "assumption_notes", "starts", "calendar")
"""Fields of a scenario that are written down only where they hold something."""


class Scenario(_Frozen):
    """A what-if: a baseline, and what is changed in it.

    `levers` hold new values (today's otherwise), `conditions` the world (demand, growth, peak, forecast_cv,
    added_volume.<channel>), `calendar` what is known to happen to demand. `assumptions` are values taken as known in
    the table's place, `assumption_ranges` another (low, mode, high) where it stays uncertain; a value goes before a
    range. `targets` are the aims: `target_s.<channel>`, `target_share.<channel>`, `csat`, `budget`.
    `assumption_notes` say who changed an assumption or target and why; a note goes with its change and moves no
    number. `starts` says of a moved lever how many months from now it begins; unset: now. It goes with its lever.
    `month` is the month whose yearly run rate is shown.
    """

    name: str = Field("Scenario", max_length=120)
    baseline: Baseline
    levers: Stays[float] = Fixed()
    staffing_rule: StaffingRule = "as_set"
    conditions: Stays[float] = Fixed()
    assumptions: Stays[float] = Fixed()
    assumption_ranges: Stays[Range] = Fixed()
    assumption_notes: Stays[Note] = Fixed()
    targets: Stays[float] = Fixed()
    starts: Stays[int] = Fixed()
    calendar: tuple[CalendarEntry, ...] = ()
    month: int = Field(12, ge=1, le=MONTHS)
    seed: int = Field(7, ge=0, le=2**31)

    @model_validator(mode="after")
    def _known_and_in_bounds(self) -> Self:
        base = self.baseline
        for key, value in self.levers.items():
            if key not in base.levers:
                raise ScenarioError(f"Unknown lever {key}.", f"This company has: {', '.join(base.levers)}.")
            row = family_of(key)
            scale = scale_of(row, key, base)
            # A company may stand beyond the table's bounds today: its own value is always in.
            low, high = min(row.floor * scale, base.levers[key]), max(row.ceiling * scale, base.levers[key])
            if not low - 1e-12 * abs(low) <= value <= high + 1e-12 * abs(high):
                raise ScenarioError(f"Lever {key} is {value:g}, outside {low:g} to {high:g}.", "Choose a value within.")
        names = [c.name for c in base.channels]
        for key, value in self.conditions.items():
            kind, _, channel = key.partition(".")
            if (
                kind not in CONDITIONS
                or (kind == "added_volume") != bool(channel)
                or (channel and channel not in names)
            ):
                raise ScenarioError(f"Unknown condition {key}.", f"Known: {', '.join(CONDITIONS)}.")
            _, low, high, _ = CONDITIONS[kind]
            if not low <= value <= high:
                raise ScenarioError(f"Condition {key} is {value:g}, outside {low:g} to {high:g}.", "Choose within.")
        for key, value in self.assumptions.items():
            _check_assumption(key, value)
        for key, own in self.assumption_ranges.items():
            _check_range(key, own)
        for key, value in self.targets.items():
            kind, _, channel = key.partition(".")
            if kind not in TARGETS or (channel not in names if kind in OF_A_CHANNEL else bool(channel)):
                raise ScenarioError(
                    f"Unknown target {key}.", "Known: csat, budget, target_s.<channel>, target_share.<channel>."
                )
            low, high, unit = TARGETS[kind]
            if not low <= value <= high:
                raise ScenarioError(f"Target {key} is {value:g}, outside {low:g} to {high:g} {unit}.", "Choose within.")
        self._check_plan(names)
        # A note on what is not changed has nothing to say: it goes when its change goes.
        kept = Fixed({k: note for k, note in self.assumption_notes.items() if k in self.changed})
        if len(kept) < len(self.assumption_notes):
            object.__setattr__(self, "assumption_notes", kept)
        return self

    def _check_plan(self, names: Collection[str]) -> None:
        """The time line: a start that changes nothing, of a lever that is not moved or that begins now, goes."""
        for key, month in self.starts.items():
            if key not in self.baseline.levers:
                raise ScenarioError(f"Unknown lever {key}.", f"This company has: {', '.join(self.baseline.levers)}.")
            if not 0 <= month < MONTHS:
                label = family_of(key).label
                raise ScenarioError(
                    f"{label} begins {month} months from now, outside 0 to {MONTHS - 1}.", "Choose a month within."
                )
        kept = Fixed({k: v for k, v in self.starts.items() if v and k in self.levers})
        if len(kept) < len(self.starts):
            object.__setattr__(self, "starts", kept)
        if len(self.calendar) > MOST_EVENTS:
            raise ScenarioError(f"The calendar holds {len(self.calendar)} entries; {MOST_EVENTS} fit.", "Join some.")
        for entry in self.calendar:
            gone = next((name for name in entry.channels if name not in names), None)
            if gone is not None:
                raise ScenarioError(
                    f"{entry.name} in the calendar is for {gone}, a channel that this company has not.",
                    f"There are: {', '.join(names)}.",
                )

    @model_serializer(mode="wrap")
    def _without_what_is_empty(self, handler: Any) -> dict[str, Any]:
        """Every field, but those that are mostly empty only where they are not: most links have no room to waste."""
        content: dict[str, Any] = handler(self)
        return {k: v for k, v in content.items() if v or k not in MOSTLY_EMPTY}

    @property
    def changed(self) -> set[str]:
        """Assumptions and targets that differ from the company's."""
        return {*self.assumptions, *self.assumption_ranges, *self.targets}

    def lever(self, key: str) -> float:
        """The lever's value here: as set, else today's."""
        return self.levers.get(key, self.baseline.levers[key])

    def target_share(self, channel: Channel) -> float | None:
        """Share of a channel's contacts to be answered in time: as set here, else the company's; None: no target."""
        return self.targets.get(f"target_share.{channel.name}", channel.target_share)

    def doing_nothing(self) -> "Scenario":
        """The same world and assumptions with no lever moved and agents as they are: what differences stand against."""
        nothing = {"name": "Doing nothing", "levers": Fixed(), "starts": Fixed(), "staffing_rule": "as_set"}
        # What is left was checked when this scenario was made.
        return Scenario.model_construct(**{name: getattr(self, name) for name in Scenario.model_fields} | nothing)
