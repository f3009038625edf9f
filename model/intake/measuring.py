"""Sources to a measured baseline, in two steps: aggregates where the rows lie, then a baseline from these alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol, TypedDict, Unpack

import numpy as np

from model.errors import IntakeError, ScenarioError
from model.intake import same_sums
from model.intake.aggregates import REPEAT_DAYS, Aggregates, Part
from model.intake.cells import Setting
from model.intake.channel import Measured, from_contacts, from_tickets
from model.intake.columns import SIDES
from model.intake.counts import from_intervals
from model.intake.file import File
from model.intake.filters import Filters
from model.intake.findings import Evidence, Measurement, findings
from model.intake.following import together
from model.intake.joined import Beside, Conflict, joined
from model.intake.of_file import of_file
from model.intake.problems import Problems
from model.intake.queues import Wishes
from model.intake.rounding import rounded
from model.intake.same_rows import once
from model.intake.told import on_duty, rated
from model.intake.totals import from_totals
from model.scenario import Baseline, Channel, Grade

FEWEST_CONTACTS = 50
MOST_CHANNELS = 12
NOTHING = Beside()
FINANCE = {
    "wage": "wage", "hours": "hours_per_fte", "overhead": "overhead", "margin": "margin_per_customer",
    "customers": "customers", "currency": "currency", "stated_cost": "stated_cost",
}  # fmt: skip
_OF_NO_FILE = (
    "wage", "hours_per_fte", "overhead", "margin_per_customer", "customers", "orders_per_week", "nps", "ces",
)  # fmt: skip


class Source(Protocol):
    """Where rows lie, if not in a file that was read: it answers with aggregates."""

    @property
    def name(self) -> str: ...

    @property
    def problems(self) -> Problems: ...

    @property
    def undecided(self) -> tuple[Setting, ...]: ...

    def aggregates(self, wishes: Wishes) -> Aggregates: ...


class Asked(TypedDict, total=False):
    """What may be asked of a measuring.

    name : of the company
    target_s, target_share : number or mapping channel -> number, optional
        Service target: seconds, and the share to be answered within them. Else the file's own, else the default.
    finance : mapping, optional
        `wage` (loaded, an hour), `hours` (paid a year), `overhead` (a year), `margin` (a customer-year), `customers`,
        `currency`, `stated_cost`.
    repeat_days : float
        A contact counts as solved first time where its customer is not back within so many days.
    channels : mapping, optional
        Word of a channel or queue column, or name of a file without one -> the channel it belongs to; "": left out.
    filters : Filters, optional
        Period, opening hours, weekdays, test contacts.
    """

    name: str
    target_s: float | Mapping[str, float] | None
    target_share: float | Mapping[str, float] | None
    finance: Mapping[str, Any] | None
    repeat_days: float
    channels: Mapping[str, str] | None
    filters: Filters | None


def measure(source: File | Source, *more: File | Source, **asked: Unpack[Asked]) -> Baseline:
    """One baseline from one or several files, or other sources.

    Parameters
    ----------
    source, *more : File or Source
        As `read`, `big` or `warehouse` give them; each brings one or more channels.
    **asked : as `Asked` names them, all optional

    Returns
    -------
    Baseline
        Rounded. `grades` of it and of its channels say for each field: measured, inferred or assumed.

    Raises
    ------
    IntakeError
        Nothing to measure, too few contacts, or a figure that is none.
    """
    return measurement(source, *more, **asked).baseline


def measurement(source: File | Source, *more: File | Source, **asked: Unpack[Asked]) -> Measurement:
    """As `measure`, with the evidence of each field, what else the data show, and where files do not agree."""
    if strange := sorted(asked.keys() - Asked.__annotations__.keys()):
        raise TypeError(f"measure() knows no {', '.join(strange)}")
    repeat_days = asked.get("repeat_days", REPEAT_DAYS)
    if not 0 < repeat_days <= 365:
        hint = "Choose 1 to 365 days; 7 is usual."
        raise IntakeError(f"{repeat_days:g} days are no window for contacts again.", hint)
    wishes = Wishes(
        asked.get("target_s"), asked.get("target_share"), repeat_days, asked.get("channels") or {},
        asked.get("filters") or Filters(),
    )  # fmt: skip
    whole = [each for each in (source, *more) if wishes.channels.get(each.name) != ""]
    sides = [each for each in whole if isinstance(each, File) and each.kind in SIDES]
    contacts = [each for each in whole if each not in sides]
    if not contacts:
        raise _alone(sides, source)
    try:
        contacts, beside = joined(contacts, sides, wishes)
        said = list(beside.conflicts)
        contacts, one = once(contacts, wishes, said)
        found, one = same_sums.once(contacts, [aggregate(each, wishes) for each in contacts], one, said)
        parts = together(found, wishes, one, said)
        beside = replace(beside, conflicts=tuple(said))
        finance = {**beside.finance, **_typed(asked.get("finance"))}
        return of_aggregates(parts, wishes, asked.get("name", "My company"), finance, beside)
    except ScenarioError as fault:
        raise IntakeError(fault.message, fault.hint) from fault
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, FloatingPointError) as fault:
        # What no rule foresaw is still the file's fault to the user; the cause stays in the chain for the log.
        raise IntakeError(f"{source.name} cannot be measured.", "Check the columns chosen for it.") from fault


def aggregate(source: File | Source, wishes: Wishes) -> Aggregates:
    """The first step: sums by queue and half-hour, asked for where the rows lie."""
    return of_file(source, wishes) if isinstance(source, File) else source.aggregates(wishes)


def _alone(sides: list[File], source: File | Source) -> IntakeError:
    """Why files without contacts cannot be measured by themselves."""
    if not sides:
        return IntakeError(f"{source.name} is left out, and nothing else is there.", "Give its queue a channel.")
    what = {"ratings": "ratings", "rota": "a rota", "wages": "wages"}[sides[0].kind]
    hint = "Add the file of the contacts themselves, or say what each row of this one is."
    return IntakeError(f"{sides[0].name} holds {what}, no contacts.", hint)


def _typed(finance: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (finance or {}).items() if value is not None}


def of_aggregates(
    sources: list[Aggregates], wishes: Wishes, name: str = "My company", finance: Mapping[str, Any] | None = None,
    beside: Beside = NOTHING,
) -> Measurement:  # fmt: skip
    """The second step: a baseline from aggregates alone, each made under these `wishes`; and from what is `beside`."""
    found: list[tuple[Measured, Part]] = []
    few: list[Conflict] = []
    for each in sources:
        found += _of_source(each, wishes, few)
    if sum(m.weekly for m, _ in found) <= 0:
        raise IntakeError(f"{sources[0].name} holds no contacts.", "Export a period with contacts in it.")
    _one_name_each([m for m, _ in found])
    found = sorted(found, key=lambda pair: -pair[0].weekly)
    if rest := ", ".join(str(m.fields["label"]) for m, _ in found[MOST_CHANNELS:]):
        few.append(Conflict(f"A company has at most {MOST_CHANNELS} channels: the smallest are left out ({rest})"))
    found = found[:MOST_CHANNELS]
    channels = [m for m, _ in found]
    conflicts = [*beside.conflicts, *few, *rated(found, beside.ratings), *on_duty(found, beside.rota)]
    conflicts += [Conflict(f"{part.whole.name}, {m.fields['label']}: {text}. Check the column and its unit")
                  for m, part in found for text in m.beyond]  # fmt: skip
    grades: dict[str, Grade] = dict.fromkeys(_OF_NO_FILE, "assumed")
    fields: dict[str, Any] = {}
    evidence: list[Evidence] = []

    def company(key: str, value: Any, days: int) -> None:
        grades[key] = "assumed" if value is None else "measured"
        evidence.append(Evidence("", key, grades[key], 0 if value is None else days))
        if value is not None:
            fields[key] = value

    largest = max(channels, key=lambda m: (m.season.factors is not None, m.weekly))
    days = int((largest.last - largest.first).astype(int)) + 1
    company("month_factors", largest.season.factors, days)
    company("growth", largest.season.growth, days)
    errors = [(m.weekly, m.forecast_cv) for m in channels if m.forecast_cv is not None]
    company("forecast_cv", max(errors)[1] if errors else None, days)
    fields |= _finance(finance or {}, grades)
    made = tuple(Channel(**m.fields, grades=m.grades) for m in channels)
    dated = [m for m in channels if m.dated]
    period = f"{_day(min(m.first for m in dated))} to {_day(max(m.last for m in dated))}" if dated else ""
    baseline = rounded(Baseline(name=name[:80] or "My company", period=period, channels=made, grades=grades, **fields))
    for m in channels:
        for key, grade in m.grades.items():
            rows = 0 if grade == "assumed" else m.rows.get(key, 0)
            evidence.append(Evidence(m.fields["name"], key, grade, rows, m.errors.get(key)))
    parts = tuple(part for _, part in found)
    return Measurement(
        baseline, tuple(evidence), tuple(findings(m, part) for m, part in found), tuple(sources), parts, wishes,
        beside, tuple(conflicts),
    )  # fmt: skip


def _finance(finance: Mapping[str, Any], grades: dict[str, Grade]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in finance.items():
        if key not in FINANCE:
            raise IntakeError(f"{key} is not a known figure.", f"Known: {', '.join(FINANCE)}.")
        if value is not None:
            out[FINANCE[key]] = value
            grades[FINANCE[key]] = "measured"
    return out


def _day(day: np.datetime64) -> str:
    date = day.astype("datetime64[D]").item()
    return f"{date.day} {date:%B %Y}"


def _of_source(source: Aggregates, wishes: Wishes, few: list[Conflict]) -> list[tuple[Measured, Part]]:
    out: list[tuple[Measured, Part]] = []
    contacts = source.kind in ("contacts", "tickets")
    for number, queue in enumerate(source.queues):
        part = source.of(number)
        count = 0.0 if part.cells.empty else part.total("contacts" if contacts else "offered")
        if count < FEWEST_CONTACTS:
            text = f"{source.name}: {queue.label} has fewer than {FEWEST_CONTACTS} contacts and is left out"
            few.append(Conflict(text, round(count)))
            continue
        if source.kind == "tickets" and _unusable(part):
            raise IntakeError(
                f"{source.name} does not say when tickets were created.",
                "Export the time of creation of each ticket too, or choose its column.",
            )
        if contacts:
            measured = (from_tickets if queue.kind == "deferred" else from_contacts)(part, wishes)
        else:
            measured = (from_intervals if source.kind == "intervals" else from_totals)(part, wishes)
        out.append((measured, part))
    if not out:
        raise IntakeError(
            f"{source.name} holds fewer than {FEWEST_CONTACTS} contacts.",
            "Export a longer period; four to eight weeks are best.",
        )
    return out


def _unusable(part: Part) -> bool:
    """Whether the date cannot be the moment of creation: most replies or ends come two months or more after it."""
    replies = part.table("replies")
    if replies.empty:
        return False
    ended, far = float(replies["ended"].sum()), float(replies["ended_far"].sum())
    return ended > 20 and far > 0.5 * ended


def _one_name_each(found: list[Measured]) -> None:
    seen: dict[str, int] = {}
    for one in found:
        name = str(one.fields["name"])
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            one.fields["name"] = f"{name}_{seen[name]}"
            one.fields["label"] = f"{one.fields['label']} {seen[name]}"
