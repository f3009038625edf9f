"""Canonical tables of files that hold no contacts of their own: ratings, a rota, wages."""

import re

import numpy as np
import pandas as pd

from model.errors import IntakeError
from model.intake import dates
from model.intake.cells import Cells
from model.intake.dates import NAT, Moments
from model.intake.values import Floats, Mask
from model.intake.words import normalised

WEEKS, MONTHS = 365.25 / 7, 12.0
FEWEST_PEOPLE = 5
"""The mean pay of fewer would tell what one of them earns."""
LONGEST_SHIFT_S = 16 * 3600
SLOT = 1800
BENEFITS = 0.30
"""Share of benefits, taxes and insurance in an employer's cost of an hour: US Bureau of Labor Statistics, Employer
Costs for Employee Compensation."""
_PER = (
    ("hour", r"hour|hora|\bhr\b|hourly"), ("fortnight", r"bi ?weekly|fortnight|two weeks|quincen"),
    ("week", r"week|seman"), ("month", r"month|\bmes\b|mensual|mensal"), ("year", r"year|annual|anual|\bano\b"),
)  # fmt: skip
_OFF = re.compile(
    r"\b(breaks?|lunch|meals?|training|coaching|meetings?|vacations?|holidays?|sick\w*|absen\w*|leave|day off|off|pto|"
    r"time off|unavailable|pausas?|descansos?|comida|almuerzo|formacion|reunion|vacaciones|baja|ausen\w*|libre|almoco|"
    r"treinamento|reuniao|ferias|folga|pause|urlaub|krank\w*|schulung|frei)\b"
)
"""Activities of a rota in which nobody answers."""
_WORKED = re.compile(r"\b(worked|trabajad\w*|trabalhad\w*|gearbeitet\w*|travaille\w*|lavorat\w*)\b")
MOST_AN_HOUR = 250.0
_LOADED = re.compile(r"\b(loaded|cost|coste|costo|custo|total)\b")


def started(cells: Cells, rows: int, columns: list[str]) -> Moments:
    """Moments of ratings; none where the file has no date, since the number of the contact says which it is of."""
    if "date" in cells.pick:
        found, _ = cells.start(rows, columns)
        if found is not None:
            return found
    if "id" not in cells.pick:
        raise IntakeError(
            f"{cells.name} says neither when nor on which contact a rating was given.",
            "Export the date or the number of the contact too.",
        )
    return np.full(rows, NAT)


def ratings(cells: Cells, start: Moments) -> pd.DataFrame:
    """One row a rating: id, arrived, csat, rating, channel."""
    if "csat" not in cells.pick:
        raise IntakeError(f"{cells.name} holds no ratings.", "Choose the column that holds them.")
    table = pd.DataFrame({"arrived": start, "csat": cells.ratings()})
    table["rating"] = cells.levels
    if "id" in cells.pick:
        table["id"] = cells.pick["id"].astype("str").str.strip()
    if "channel" in cells.pick:
        table["channel"] = cells.pick["channel"].astype("category")
    return table[table["csat"].notna()].reset_index(drop=True)


def rota(cells: Cells, start: Moments) -> pd.DataFrame:
    """One row a moment: start, agents, channel; `notes` says how long a row's interval is. Shifts of single people are
    counted into half-hours at once, so that no name goes further."""
    channel = cells.pick["channel"].astype("category") if "channel" in cells.pick else None
    if "agents" in cells.pick:
        agents = cells.numbers("agents")
        cells.problems.add("negative_count", "Negative numbers of agents, left out", agents < 0, "dropped")
        table = pd.DataFrame({"start": start, "agents": np.where(agents < 0, np.nan, agents)})
        if channel is not None:
            table["channel"] = channel
        if "time" in cells.pick and (interval := dates.interval_length(cells.pick["time"])) is not None:
            cells.notes["interval_s"] = str(interval)
        return table[table["agents"].notna() & table["start"].notna()].reset_index(drop=True)
    if "ended_at" not in cells.pick:
        raise IntakeError(
            f"{cells.name} has neither a number of agents nor ends of shifts.", "Choose the column of one of them."
        )
    end = cells.moments("ended_at", start)
    if np.isnat(cells.dates("ended_at").values).all():
        # A time of day that is not after the beginning is of the next day.
        end = np.where(end <= start, end + np.timedelta64(86_400, "s"), end)
    length = (end - start).astype("timedelta64[s]").astype(np.int64)
    good = ~np.isnat(start) & ~np.isnat(end) & (length > 0) & (length <= LONGEST_SHIFT_S)
    cells.problems.add("shift", "Shifts without a beginning or an end, or of more than 16 hours, left out", ~good,
                       "dropped")  # fmt: skip
    people = _people(cells, start, end, good)
    good &= people != 0
    return _counted(start[good], length[good], people[good], channel[good] if channel is not None else None, cells)


def _people(cells: Cells, start: Moments, end: Moments, good: Mask) -> Floats:
    """What each row counts for: a person on duty 1; a break within a row of the same person on duty -1, else 0."""
    out = np.ones(len(start))
    if "reason" not in cells.pick:
        return out
    codes, uniques = pd.factorize(cells.pick["reason"])
    off = np.append([bool(_OFF.search(normalised(str(each)))) for each in uniques], False).astype(bool)[codes]
    if not off.any() or off.all():
        return out
    out[off] = 0.0
    rows = pd.DataFrame({"start": start, "end": end, "row": np.arange(len(start)), "who": 0})
    if "agent" in cells.pick:
        rows["who"] = pd.factorize(cells.pick["agent"])[0]
    # The row on duty that began last before a break is the one it can lie in.
    duty = rows[~off & good].sort_values("start")
    breaks = rows[off & good].sort_values("start")
    both = pd.merge_asof(breaks, duty, on="start", by="who", suffixes=("", "_duty"))
    inside = both.loc[both["end"] <= both["end_duty"], "row"].to_numpy(dtype=np.int64)
    out[inside] = -1.0
    text = f"Breaks and absences ({cells.used['reason']!r}): nobody is on duty in them"
    cells.problems.add("off_duty", text, off, "repaired")
    return out


def _counted(
    start: Moments, length: np.ndarray, people: Floats, channel: pd.Series | None, cells: Cells
) -> pd.DataFrame:  # fmt: skip
    """Shifts as agents by half-hour: a part of a half-hour counts as that part of an agent."""
    cells.notes["interval_s"] = str(SLOT)
    first = start.astype("datetime64[s]").astype(np.int64)
    codes = channel.cat.codes.to_numpy() if channel is not None else np.zeros(len(first), dtype=np.int8)
    parts = []
    for k in range(LONGEST_SHIFT_S // SLOT + 1):
        slot = first // SLOT + k
        inside = np.minimum(first + length, (slot + 1) * SLOT) - np.maximum(first, slot * SLOT)
        there = inside > 0
        parts.append(pd.DataFrame({"slot": slot[there], "code": codes[there],
                                   "agents": inside[there] / SLOT * people[there]}))  # fmt: skip
    whole = pd.concat(parts).groupby(["slot", "code"], as_index=False)["agents"].sum()
    slot = whole["slot"].to_numpy()
    if len(first):
        # What the last night's shifts reach into is the beginning of a week, not a day on which nobody came later.
        day, week = 86_400 // SLOT, 7 * 86_400 // SLOT
        over = (slot // day > first.max() // 86_400) & (slot - week >= first.min() // 86_400 * day)
        slot = np.where(over, slot - week, slot)
    moments = (slot * SLOT).astype("datetime64[s]")
    table = pd.DataFrame({"start": moments, "agents": whole["agents"]})
    if channel is not None:
        table["channel"] = pd.Categorical(channel.cat.categories.take(whole["code"].to_numpy()))
    return table


def wages(cells: Cells) -> pd.DataFrame:
    """One row a kind of pay: wage (loaded, an hour), hours (paid a year, nan where not said), people."""
    if "wage" not in cells.pick:
        raise IntakeError(f"{cells.name} holds no pay.", "Choose the column that holds it.")
    pay = cells.numbers("wage")
    people = cells.numbers("headcount") if "headcount" in cells.pick else np.ones(len(pay))
    hours = _hours(cells, len(pay))
    usual = np.where(np.isnan(hours), 2080.0, hours)
    header = normalised(cells.used["wage"])
    named = _unit(header)
    middle = float(np.nanmedian(pay)) if np.isfinite(pay).any() else 0.0
    unit = cells.choices.get("pay_per") or named or ("hour" if middle < 250 else "month" if middle < 15_000 else "year")
    worked = cells.numbers("paid_hours") if "paid_hours" in cells.pick else np.full(len(pay), np.nan)
    by_hours = named is None and "pay_per" not in cells.choices and _for_hours(cells, pay, worked)
    unit = "hours" if by_hours else unit
    per = {"hour": "an hour", "week": "a week", "fortnight": "two weeks", "month": "a month", "year": "a year"}
    if np.isfinite(worked).any():
        per["hours"] = "the hours beside it"
    unit = unit if unit in per else "month"
    cells.ask("pay_per", "Pay is for", per, unit, named is None and "pay_per" not in cells.choices)
    a_year = {"week": WEEKS, "fortnight": WEEKS / 2, "month": MONTHS, "year": 1.0}
    if unit == "hours":
        an_hour = np.divide(pay, worked, out=np.full(len(pay), np.nan), where=worked > 0)
    else:
        an_hour = pay if unit == "hour" else pay * a_year[unit] / usual
    guessed = "cost" if _LOADED.search(header) else "pay"
    kind = cells.choices.get("pay_is") or guessed
    cells.ask("pay_is", "Pay is meant", {"pay": "as people earn it; benefits and taxes come on top (30 % of the cost)",
              "cost": "as it costs you, benefits and taxes included"}, kind, "pay_is" not in cells.choices
              and guessed == "pay")  # fmt: skip
    loaded = an_hour if kind == "cost" else an_hour / (1 - BENEFITS)
    table = pd.DataFrame({"wage": loaded, "hours": hours, "people": people})
    good = (table["wage"] > 0) & (table["people"] > 0)
    cells.problems.add("no_pay", "Rows without pay or people", ~good.to_numpy(dtype=bool), "dropped")
    table = table[good].reset_index(drop=True)
    if table["people"].sum() < FEWEST_PEOPLE:
        raise IntakeError(
            f"{cells.name} holds the pay of fewer than {FEWEST_PEOPLE} people.",
            "Their mean would tell what one earns: type the cost of a paid hour instead.",
        )
    return table


def _for_hours(cells: Cells, pay: Floats, worked: Floats) -> bool:
    """Whether pay is that of the hours worked beside it, as a payroll has it: then it is that of an hour many times."""
    if not _WORKED.search(normalised(cells.used.get("paid_hours", ""))):
        return False
    with np.errstate(invalid="ignore", divide="ignore"):
        each = pay / worked
    good = np.isfinite(each)
    return bool(good.any() and np.nanmedian(pay) > MOST_AN_HOUR and 2 < np.median(each[good]) < MOST_AN_HOUR)


def _hours(cells: Cells, rows: int) -> Floats:
    """Paid hours a year of each row, nan where the file does not say."""
    if "paid_hours" not in cells.pick:
        return np.full(rows, np.nan)
    found = cells.numbers("paid_hours")
    unit = _unit(normalised(cells.used["paid_hours"]))
    middle = float(np.nanmedian(found)) if np.isfinite(found).any() else 0.0
    if unit not in ("week", "month", "year"):
        unit = "week" if middle <= 84 else "month" if middle <= 300 else "year"
    a_year = found * {"week": WEEKS, "month": MONTHS, "year": 1.0}[unit]
    out: Floats = np.where((a_year > 100) & (a_year <= 4000), a_year, np.nan)
    return out


def _unit(words: str) -> str | None:
    return next((unit for unit, pattern in _PER if re.search(pattern, words)), None)
