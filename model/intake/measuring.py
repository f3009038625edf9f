"""Canonical tables to a measured baseline. Aggregates only leave here: no rows, no names."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from model.errors import IntakeError, ScenarioError
from model.intake import totals
from model.intake.channel import Measured, from_contacts, from_tickets
from model.intake.counts import from_intervals
from model.intake.file import File
from model.intake.rounding import rounded
from model.scenario import Baseline, Channel, Grade, Kind

FEWEST_CONTACTS = 50
KINDS: tuple[tuple[str, Kind, str, str], ...] = (
    (r"chat|messag|whats|sms|bot", "chat", "chat", "Chat"),
    (r"mail|correo", "deferred", "email", "E-mail"),
    (r"ticket|incident|case|web|form|portal|letter|social|self service|fax", "deferred", "tickets", "Tickets"),
    (r"phone|call|voice|telef|llamad|chamad|inbound|ivr", "live", "phone", "Phone"),
)
"""What a channel's name says: kind, name, label."""
FINANCE = {
    "wage": "wage", "hours": "hours_per_fte", "overhead": "overhead", "margin": "margin_per_customer",
    "customers": "customers", "currency": "currency", "stated_cost": "stated_cost",
}  # fmt: skip


def measure(
    file: File,
    *more: File,
    name: str = "My company",
    target_s: float | Mapping[str, float] | None = None,
    target_share: float | Mapping[str, float] | None = None,
    finance: Mapping[str, Any] | None = None,
) -> Baseline:
    """One baseline from one or several files.

    Parameters
    ----------
    file, *more : File
        As `read` gives them; each brings one or more channels.
    target_s, target_share : number or mapping channel -> number, optional
        Service target: seconds, and the share to be answered within them. Else the file's own, else the default.
    finance : mapping, optional
        `wage` (loaded, an hour), `hours` (paid a year), `overhead` (a year), `margin` (a customer-year), `customers`,
        `currency`, `stated_cost`.

    Returns
    -------
    Baseline
        Rounded. `grades` of it and of its channels say for each field: measured, inferred or assumed.

    Raises
    ------
    IntakeError
        Nothing to measure, too few contacts, or a finance figure that is none.
    """
    try:
        return _measured((file, *more), name, target_s, target_share, finance or {})
    except ScenarioError as fault:
        raise IntakeError(fault.message, fault.hint) from fault
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, FloatingPointError) as fault:
        # What no rule foresaw is still the file's fault to the user; the cause stays in the chain for the log.
        raise IntakeError(f"{file.name} cannot be measured.", "Check the columns chosen for it.") from fault


def _measured(
    files: tuple[File, ...],
    name: str,
    target_s: float | Mapping[str, float] | None,
    target_share: float | Mapping[str, float] | None,
    finance: Mapping[str, Any],
) -> Baseline:
    found: list[Measured] = []
    for each in files:
        found += _of_file(each, target_s, target_share)
    if sum(m.weekly for m in found) <= 0:
        raise IntakeError(f"{files[0].name} holds no contacts.", "Export a period with contacts in it.")
    found = sorted(_one_name_each(found), key=lambda m: -m.weekly)[:12]
    grades: dict[str, Grade] = {}
    fields: dict[str, Any] = {}
    largest = max(found, key=lambda m: (m.season.factors is not None, m.weekly))
    for key, value in (("month_factors", largest.season.factors), ("growth", largest.season.growth)):
        grades[key] = "assumed" if value is None else "measured"
        if value is not None:
            fields[key] = value
    errors = [(m.weekly, m.forecast_cv) for m in found if m.forecast_cv is not None]
    grades["forecast_cv"] = "measured" if errors else "assumed"
    if errors:
        fields["forecast_cv"] = max(errors)[1]
    for key in (
        "wage",
        "hours_per_fte",
        "overhead",
        "margin_per_customer",
        "customers",
        "orders_per_week",
        "nps",
        "ces",
    ):
        grades[key] = "assumed"
    fields |= _finance(finance, grades)
    channels = tuple(Channel(**m.fields, grades=m.grades) for m in found)
    dated = [m for m in found if m.dated]
    period = f"{_day(min(m.first for m in dated))} to {_day(max(m.last for m in dated))}" if dated else ""
    return rounded(Baseline(name=name[:80] or "My company", period=period, channels=channels, grades=grades, **fields))


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


def _of_file(
    file: File, target_s: float | Mapping[str, float] | None, target_share: float | Mapping[str, float] | None
) -> list[Measured]:
    table = file.table
    if file.kind == "tickets" and "arrived" in table and _unusable(file):
        raise IntakeError(
            f"{file.name} does not say when tickets were created.",
            "Export the time of creation of each ticket too, or choose its column.",
        )
    out: list[Measured] = []
    for (channel, kind, label), rows in _split(file).items():
        part = table.iloc[rows] if rows is not None else table
        number = len(part) if file.kind in ("contacts", "tickets") else part["offered"].sum()
        if number < FEWEST_CONTACTS:
            continue
        seconds = _choice(target_s, channel) or _target_in_header(file)
        common = (channel, kind, label, part, file, seconds, _choice(target_share, channel))
        if file.kind in ("contacts", "tickets"):
            out.append(from_tickets(*common) if kind == "deferred" else from_contacts(*common))
        elif file.kind == "intervals":
            out.append(from_intervals(*common))
        else:
            out.append(totals.from_totals(*common))
    if not out:
        raise IntakeError(
            f"{file.name} holds fewer than {FEWEST_CONTACTS} contacts.",
            "Export a longer period; four to eight weeks are best.",
        )
    return out


def _unusable(file: File) -> bool:
    """Whether the date cannot be the moment of creation: most replies or ends come two months or more after it."""
    for role in ("replied_at", "resolved_at"):
        if role in file.table:
            gap = (file.table[role] - file.table["arrived"]).dt.total_seconds()
            if gap.notna().sum() > 20 and gap.median() > 60 * 86_400:
                return True
    return False


def _choice(value: float | Mapping[str, float] | None, channel: str) -> float | None:
    return value.get(channel) if isinstance(value, Mapping) else value


def _target_in_header(file: File) -> float | None:
    """Seconds that a header names: `Service Level (20 Seconds)`, `Answered 60sec`."""
    for role in ("service_level", "in_time"):
        found = re.search(r"(\d+)\s*(s\b|sec|seg|min|h\b|hour|hr)", file.columns.get(role, "").lower())
        if found:
            return float(found[1]) * {"m": 60.0, "h": 3600.0}.get(found[2][0], 1.0)
    return None


def _split(file: File) -> dict[tuple[str, Kind, str], np.ndarray | None]:
    """Channels of a file: the kinds its channel column names, else one by the file's own name and headers."""
    table = file.table
    if "channel" in table and file.kind != "tickets":
        labels = table["channel"].cat.categories
        keys = [kind_of(str(label), None) for label in labels]
        if labels.size and any(keys):
            chosen = [key or ("phone", "live", "Phone") for key in keys]
            codes = table["channel"].cat.codes.to_numpy()
            out: dict[tuple[str, Kind, str], np.ndarray | None] = {}
            for key in dict.fromkeys(chosen):
                mine = [i for i, k in enumerate(chosen) if k == key]
                out[key] = np.flatnonzero(np.isin(codes, mine))
            return out
    if file.kind == "tickets":
        return {("tickets", "deferred", "Tickets"): None}
    words = " ".join([file.name, *(file.columns.get(r, "") for r in ("offered", "answered", "date"))])
    return {kind_of(words, ("phone", "live", "Phone")) or ("phone", "live", "Phone"): None}


def kind_of(words: str, default: tuple[str, Kind, str] | None) -> tuple[str, Kind, str] | None:
    """Name, kind and label of a channel by what it is called."""
    low = re.sub(r"[_\W]+", " ", words.lower())
    for pattern, kind, name, label in KINDS:
        if re.search(pattern, low):
            return name, kind, label
    return default


def _one_name_each(found: list[Measured]) -> list[Measured]:
    seen: dict[str, int] = {}
    for one in found:
        name = str(one.fields["name"])
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            one.fields["name"] = f"{name}_{seen[name]}"
            one.fields["label"] = f"{one.fields['label']} {seen[name]}"
    return found
