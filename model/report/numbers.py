"""Numbers as they stand on screen: with their unit, as a difference, as a likely range.

No more digits than a decision needs; the minus is U+2212; a unit stands after a space, except money, whose sign stands
first.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import cast

import pandas as pd

from model.outcomes import OUTCOMES
from model.scenario import MONTHS

MINUS = "−"
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "BRL": "R$", "CAD": "CA$", "AUD": "A$"}
UNKNOWN = (math.nan, math.nan)
"""The likely range of a difference that has none, or none yet."""
DIFFERENCES = ("npv", "npv_with_revenue", "payback_months", "containment", "freed_fte", "redundancies")
"""Results that are a comparison with doing nothing already."""


@dataclass(frozen=True, slots=True)
class Change:
    """A difference against doing nothing: its text, its arrow, whether it is better, and the likely range in words."""

    text: str
    arrow: str
    verdict: str
    likely: str


def sign(currency: str) -> str:
    """The sign that stands before an amount: $ for USD, CHF and a space where a currency has none."""
    return SIGNS.get(currency, f"{currency} ")


def _decimals(size: float) -> int:
    """Decimals for about three digits: 1.23, 12.3, 123."""
    return 2 if size < 9.995 else 1 if size < 99.95 else 0


def _scaled(value: float) -> tuple[float, str]:
    size = abs(value)
    for factor, suffix in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        # A number that would round up to the next unit is said in that unit: 1.00m, not 1,000k.
        if size >= factor * 0.9995:
            return factor, suffix
    return 1.0, ""


def _amount(value: float, factor: float, suffix: str, finer: int) -> str:
    scaled = abs(value) / factor
    decimals = (_decimals(scaled) if suffix in ("m", "bn") else 0) + (finer if suffix else 0)
    return f"{scaled:,.{decimals}f}{suffix}"


def money(value: float, currency: str = "USD", finer: int = 0) -> str:
    """An amount with three digits, or so many more: $12.5m, $420k, $85."""
    factor, suffix = _scaled(value)
    return _minus(value, sign(currency) + _amount(value, factor, suffix, finer))


def _minus(value: float, text: str) -> str:
    """A size as it is read, with its minus; none before what reads as nothing."""
    return MINUS + text if value < 0 and any(c in "123456789" for c in text) else text


def percent(value: float) -> str:
    """A share that somebody set, with the digits that it was set with: 80 %, 82.5 %, 99.9 %."""
    return f"{value * 100:.3g} %"


def number(key: str, value: float, currency: str = "USD", finer: int = 0) -> str:
    """An outcome's value with its unit; "not within 36 months" for a payback that never comes.

    `finer` asks for so many more digits of money, for values that stand beside each other (`apart`).
    """
    unit = OUTCOMES[key].unit
    if math.isnan(value):
        return "not within 36 months" if unit == "months" else "not known"
    return _minus(value, _size(unit, abs(value), currency, finer))


def _size(unit: str, size: float, currency: str, finer: int) -> str:
    match unit:
        case "money":
            return money(size, currency, finer)
        case "money_each":
            return f"{sign(currency)}{size:,.2f}"
        case "share":
            return f"{size * 100:.1f} %"
        case "seconds":
            return f"{size:.0f} s" if size < 119.5 else f"{size / 60:.1f} min"
        case "hours":
            return f"{size:.1f} h" if size < 47.95 else f"{size / 24:.1f} days"
        case "months":
            return f"{size:.0f} month{'' if round(size) == 1 else 's'}"
        case "fte":
            return f"{_plain(size)} FTE"
        case "scale":
            return f"{size:.1f}"
        case _:
            return _plain(size)


def apart(key: str, values: Sequence[float], currency: str = "USD") -> list[str]:
    """Values that stand beside each other, with as many digits as it takes to tell them apart: $12.00m and $12.02m.

    What differs by less than a difference that is said (`step`) may read alike.
    """
    for finer in range(3):
        texts = [number(key, value, currency, finer) for value in values]
        pairs = combinations(zip(values, texts, strict=True), 2)
        if not any(a[1] == b[1] and step(key, b[0] - a[0], currency) for a, b in pairs):
            break
    return texts


def _plain(size: float) -> str:
    return f"{size:,.0f}" if size >= 19.95 else f"{size:.1f}"


def step(key: str, value: float, currency: str = "USD") -> str:
    """A difference with its sign and unit: −$1.2m, +1.8 points, −12 FTE; empty where it rounds to nothing."""
    unit = OUTCOMES[key].unit
    if math.isnan(value):
        return ""
    size = abs(value)
    match unit:
        case "share":
            text = f"{size * 100:.1f} points"
        case "money":
            text = money(size, currency)
        case "seconds":
            text = f"{size:.1f} s" if size < 9.95 else number(key, size, currency)
        case "fte" | "count":
            text = _plain(size)
        case _:
            text = number(key, size, currency)
    if not any(c in "123456789" for c in text):
        return ""
    return ("+" if value > 0 else MINUS) + text


def span(key: str, low: float, high: float, currency: str = "USD", signed: bool = True) -> str:
    """A likely range of a difference: −$1.5m to −$0.6m, +0.4 to +3.1, +12 to +19 s; without signs $0.6m to $1.5m.

    In the unit that the difference itself is said in; an amount of money has its currency's sign, as `money` writes it.
    """
    if math.isnan(low) or math.isnan(high):
        return ""
    unit, size = OUTCOMES[key].unit, max(abs(low), abs(high))
    factor, suffix, decimals = 1.0, "", 1
    if unit == "money":
        factor, suffix = _scaled(size)
        decimals = (1 if high - low >= 0.45 * factor else 2) if suffix in ("m", "bn") else 0
    elif unit == "share":
        factor = 0.01
    elif unit in ("fte", "count", "months"):
        decimals = 0 if size >= 9.5 else 1
    elif unit == "money_each":
        decimals = 2
    elif unit == "seconds":
        factor, suffix = (1.0, " s") if size < 119.5 else (60.0, " min")
        decimals = 0 if factor == 1 and size >= 9.5 else 1
    elif unit == "hours":
        factor, suffix = (1.0, " h") if size < 47.95 else (24.0, " days")
    before = sign(currency) if unit in ("money", "money_each") else ""
    each = suffix if before else ""  # −$425 to +$28k would be read as 425

    def end(value: float) -> str:
        text = f"{abs(value) / factor:,.{decimals}f}"
        zero = not any(c in "123456789" for c in text)
        mark = "" if zero or not signed else ("+" if value > 0 else MINUS)
        return mark + before + (text + each if not (zero and each) else "0")

    # Ends that read alike say no more than the difference itself.
    return f"{end(low)} to {end(high)}{'' if before else suffix}" if end(low) != end(high) else ""


def change(key: str, difference: float, low: float, high: float, currency: str = "USD") -> Change:
    """A difference and its likely range: verdict better, worse, neutral (no side is better), unsure or none.

    Unsure: the range, or the range and the difference itself, lie on both sides of nothing. A difference that reads as
    nothing is none only where the range does not read as something on both sides.
    """
    text, better = step(key, difference, currency), OUTCOMES[key].better
    likely = span(key, low, high, currency)
    if not text:
        ends = [step(key, end, currency) for end in (low, high)]
        if not likely or not any(ends):
            return Change("no change", "off", "none", "")
        if better == "none" or not (all(ends) and low < 0 < high):
            return Change("no change", "off", "none", f"likely {likely}")
        return Change("no change", "off", "unsure", f"likely {likely}: too uncertain to call")
    arrow = "up" if difference > 0 else "down"
    if min(low, difference) < 0 < max(high, difference) and likely and better != "none":
        return Change(text, arrow, "unsure", f"likely {likely}: too uncertain to call")
    verdict = "neutral" if better == "none" else "better" if better == arrow else "worse"
    return Change(text, arrow, verdict, f"likely {likely}" if likely else "")


def beside(change: Change, key: str, value: float, other: float, currency: str = "USD") -> Change:
    """A difference that stands beside both of its values: where these read apart, it is small, not none."""
    same = math.isnan(value - other) or number(key, value, currency) == number(key, other, currency)
    if change.arrow != "off" or same:
        return change
    least = {"share": "0.1 points", "seconds": "0.1 s", "hours": "0.1 h", "months": "1 month",
             "money": f"{sign(currency)}1", "money_each": f"{sign(currency)}0.01"}  # fmt: skip
    return replace(change, text=f"under {least.get(OUTCOMES[key].unit, '0.1')}")


def likely(ranges: pd.DataFrame, key: str, currency: str = "USD") -> str:
    """The likely range of an outcome that is a difference itself (`DIFFERENCES`); empty where it has none."""
    low, high = gap(ranges, key)
    if OUTCOMES[key].unit == "months" and math.isnan(high) and not math.isnan(low):
        return f"{low:.0f} to more than {MONTHS}"
    return span(key, low, high, currency, signed=OUTCOMES[key].unit == "money")


def gap(ranges: pd.DataFrame, key: str) -> tuple[float, float]:
    """The likely difference of an outcome, low and high; not a number where it has no range."""
    if key not in ranges.index:
        return UNKNOWN
    # Twice as quick as asking the frame for two cells, and a move asks for eight.
    row = ranges.to_numpy(dtype=float)[cast(int, ranges.index.get_loc(key))]
    low, high = (float(row[cast(int, ranges.columns.get_loc(name))]) for name in ("difference_low", "difference_high"))
    return low, high


def cases(chance: float) -> str:
    """A chance as people read it: "83 of 100 cases"; never certain, since only some cases are drawn."""
    hundredths = round(chance * 100)
    return f"{'more than 99' if chance > 0.99 else 'fewer than 1' if chance < 0.01 else hundredths} of 100 cases"


def clock(hours: float) -> str:
    """A time of day by the hours since midnight: 09:30; the end of the day is 24:00."""
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def day(when: date) -> str:
    """A day: 5 Nov 2026."""
    return f"{when.day} {when:%b %Y}"
