"""Canonical tables of files that hold no contacts of their own: ratings, a rota, wages."""

import re

import numpy as np
import pandas as pd

from model.errors import IntakeError
from model.intake import dates
from model.intake.cells import Cells
from model.intake.dates import NAT, Moments
from model.intake.values import Floats
from model.intake.words import normalised

WEEKS, MONTHS = 365.25 / 7, 12.0
FEWEST_PEOPLE = 5
"""The mean pay of fewer would tell what one of them earns."""
LONGEST_SHIFT_S = 16 * 3600
SLOT = 1800
BENEFITS = 0.30
"""Share of benefits, taxes and insurance in an employer's cost of an hour: US Bureau of Labor Statistics, Employer
Costs for Employee Compensation."""
_PER = (("hour", r"hour|hora|\bhr\b|hourly"), ("week", r"week|seman"), ("month", r"month|\bmes\b|mensual|mensal"),
        ("year", r"year|annual|anual|\bano\b"))  # fmt: skip
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
    length = (end - start).astype("timedelta64[s]").astype(np.int64)
    good = ~np.isnat(start) & ~np.isnat(end) & (length > 0) & (length <= LONGEST_SHIFT_S)
    cells.problems.add("shift", "Shifts without a beginning or an end, or of more than 16 hours, left out", ~good,
                       "dropped")  # fmt: skip
    return _counted(start[good], length[good], channel[good] if channel is not None else None, cells)


def _counted(start: Moments, length: np.ndarray, channel: pd.Series | None, cells: Cells) -> pd.DataFrame:
    """Shifts as agents by half-hour: a part of a half-hour counts as that part of an agent."""
    cells.notes["interval_s"] = str(SLOT)
    first = start.astype("datetime64[s]").astype(np.int64)
    codes = channel.cat.codes.to_numpy() if channel is not None else np.zeros(len(first), dtype=np.int8)
    parts = []
    for k in range(LONGEST_SHIFT_S // SLOT + 1):
        slot = first // SLOT + k
        inside = np.minimum(first + length, (slot + 1) * SLOT) - np.maximum(first, slot * SLOT)
        there = inside > 0
        parts.append(pd.DataFrame({"slot": slot[there], "code": codes[there], "agents": inside[there] / SLOT}))
    whole = pd.concat(parts).groupby(["slot", "code"], as_index=False)["agents"].sum()
    moments = (whole["slot"].to_numpy() * SLOT).astype("datetime64[s]")
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
    cells.ask("pay_per", "Pay is", {"hour": "an hour", "week": "a week", "month": "a month", "year": "a year"}, unit,
              named is None and "pay_per" not in cells.choices)  # fmt: skip
    a_year = {"week": WEEKS, "month": MONTHS, "year": 1.0}
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
