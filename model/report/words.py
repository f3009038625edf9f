"""Outcomes in words: numbers with their unit, differences, likely ranges, and the sentences made of them.

Pure text, so that pages, decks and the command line say the same. No more digits than a decision needs; the minus
is U+2212 and a unit stands after a space, except money, whose sign stands first.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from model.levers import LEVERS
from model.outcomes import OUTCOMES
from model.scenario import Baseline, Scenario

if TYPE_CHECKING:
    from model.engine import Outcome

MINUS = "−"
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "BRL": "R$", "CAD": "CA$", "AUD": "A$"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONEY_FIELDS = ("wage", "hours_per_fte", "overhead", "customers", "margin_per_customer")
"""What a company types in before its money counts as its own."""

DIFFERENCES = ("npv", "npv_with_revenue", "payback_months", "containment", "freed_fte", "redundancies")
"""Results that are a comparison with doing nothing already."""


@dataclass(frozen=True, slots=True)
class Headline:
    """What a scenario does, in Markdown: the finding, and the line below it."""

    title: str
    detail: str


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


def _amount(value: float, factor: float, suffix: str) -> str:
    scaled = abs(value) / factor
    decimals = _decimals(scaled) if suffix in ("m", "bn") else 0
    return f"{scaled:,.{decimals}f}{suffix}"


def money(value: float, currency: str = "USD") -> str:
    """An amount with three digits: $12.5m, $420k, $85."""
    factor, suffix = _scaled(value)
    return (MINUS if value < 0 else "") + sign(currency) + _amount(value, factor, suffix)


def number(key: str, value: float, currency: str = "USD") -> str:
    """An outcome's value with its unit; "not within 36 months" for a payback that never comes."""
    unit = OUTCOMES[key].unit
    if math.isnan(value):
        return "not within 36 months" if unit == "months" else "not known"
    minus, size = (MINUS if value < 0 else ""), abs(value)
    match unit:
        case "money":
            return money(value, currency)
        case "money_each":
            return f"{minus}{sign(currency)}{size:,.2f}"
        case "share":
            return f"{minus}{size * 100:.1f} %"
        case "seconds":
            return f"{minus}{size:.0f} s" if size < 119.5 else f"{minus}{size / 60:.1f} min"
        case "hours":
            return f"{minus}{size:.1f} h" if size < 47.95 else f"{minus}{size / 24:.1f} days"
        case "months":
            return f"{minus}{size:.0f} months"
        case "fte":
            return f"{minus}{_plain(size)} FTE"
        case "scale":
            return f"{minus}{size:.1f}"
        case _:
            return f"{minus}{_plain(size)}"


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
    """A likely range of a difference, its unit said once: −1.5 to −0.6m, +0.4 to +3.1."""
    if math.isnan(low) or math.isnan(high):
        return ""
    unit = OUTCOMES[key].unit
    factor, suffix, decimals = 1.0, "", 1
    if unit == "money":
        factor, suffix = _scaled(max(abs(low), abs(high)))
        decimals = (1 if max(abs(low), abs(high)) / factor >= 0.95 else 2) if suffix in ("m", "bn") else 0
    elif unit == "share":
        factor = 0.01
    elif unit in ("fte", "count", "months"):
        decimals = 0 if max(abs(low), abs(high)) >= 9.5 else 1
    elif unit == "money_each":
        decimals = 2
    elif unit == "seconds":
        decimals = 0 if max(abs(low), abs(high)) >= 9.5 else 1

    def end(value: float) -> str:
        text = f"{abs(value) / factor:,.{decimals}f}"
        zero = not any(c in "123456789" for c in text)
        mark = "" if zero or not signed else ("+" if value > 0 else MINUS)
        return mark + text

    # Ends that read alike say no more than the difference itself.
    return f"{end(low)} to {end(high)}{suffix}" if end(low) != end(high) else ""


def change(key: str, difference: float, low: float, high: float, currency: str = "USD") -> Change:
    """A difference and its likely range: verdict better, worse, neutral (no side is better), unsure or none."""
    text = step(key, difference, currency)
    if not text:
        return Change("no change", "off", "none", "")
    better = OUTCOMES[key].better
    arrow = "up" if difference > 0 else "down"
    likely = span(key, low, high, currency)
    if low < 0 < high and likely and better != "none":
        return Change(text, arrow, "unsure", f"likely {likely}: too uncertain to call")
    verdict = "neutral" if better == "none" else "better" if better == arrow else "worse"
    return Change(text, arrow, verdict, f"likely {likely}" if likely else "")


def leaving(count: int, redundancies: float) -> str:
    """How so many jobs go: "9 by turnover, 3 redundancies", "all by turnover"."""
    cut = min(round(redundancies), count)
    if cut == 0:
        return "all by turnover" if count > 1 else "by turnover"
    how = [f"{count - cut:,} by turnover"] if count > cut else []
    return ", ".join([*how, f"{cut:,} {'redundancy' if cut == 1 else 'redundancies'}"])


def jobs(difference: float, redundancies: float, month: int) -> str:
    """What happens to people: "12 fewer jobs by month 12: 9 by turnover, 3 redundancies"; empty where nothing does."""
    count = round(abs(difference))
    if count == 0:
        return ""
    noun = "job" if count == 1 else "jobs"
    if difference > 0:
        return f"{count:,} more {noun} by month {month}"
    return f"{count:,} fewer {noun} by month {month}: {leaving(count, redundancies)}"


def note(key: str, outcome: "Outcome", change: Change | None) -> str:
    """The small line of a card: how likely the difference is; with nothing moved, what puts the number in place."""
    values, currency = outcome.headline, outcome.scenario.baseline.currency
    if change is None:
        today = number(key, outcome.today[key], currency)
        if today != number(key, values[key], currency):
            return f"in {outcome.scenario.month} months; today {today}"
        return {
            "operating_cost": f"{number('cost_per_contact', values['cost_per_contact'], currency)} per contact",
            "service_level": target(outcome), "csat": f"{values['csat_surveyed'] * 100:.1f} % where surveyed",
            "fte": f"{values['attrition'] * 100:.0f} % leave in a year",
        }.get(key, "")  # fmt: skip
    if key == "fte" and not change.likely and outcome.difference["fte"] <= -0.5:
        return leaving(round(-outcome.difference["fte"]), values["redundancies"])
    return change.likely


def sample_money(baseline: Baseline) -> bool:
    """Whether any of the five finance figures is still the sample's."""
    return baseline.source == "sample" or any(baseline.grades.get(f, "assumed") == "assumed" for f in MONEY_FIELDS)


def is_moved(scenario: Scenario) -> bool:
    """Whether anything stands against doing nothing: a lever, or the staffing rule."""
    return bool(scenario.levers) or scenario.staffing_rule != "as_set"


def target(outcome: "Outcome") -> str:
    """How the service targets fare: "target 80 %" where channels share one, else which of them miss theirs."""
    table = outcome.channels
    aims = table["target_share"].dropna()
    if aims.empty:
        return ""
    if aims.nunique() == 1 and len(aims) == len(table):
        return f"target {aims.iloc[0] * 100:.0f} %"
    missed = [c for c in aims.index if table.loc[c, "service_level"] < aims[c]]
    if not missed:
        return "every target holds"
    names = " and ".join(_title(outcome.scenario.baseline, str(c)) for c in missed[:2])
    return f"{names} {'misses its target' if len(missed) == 1 else 'miss their targets'}" if len(missed) < 3 else (
        f"{len(missed)} of {len(table)} targets missed")  # fmt: skip


def _title(baseline: Baseline, channel: str) -> str:
    return baseline.channel(channel).title.lower()


def conditions(scenario: Scenario) -> str:
    """The changed world in words: "with 20 % more contacts, 5 % growth a year"; empty where it is as today."""
    said = []
    for key, value in scenario.conditions.items():
        kind, _, channel = key.partition(".")
        percent = f"{abs(value - 1) * 100:.0f} %"
        if kind == "demand" and value != 1:
            said.append(f"{percent} {'more' if value > 1 else 'fewer'} contacts")
        elif kind == "peak" and value != 1:
            said.append(f"peaks {percent} {'higher' if value > 1 else 'lower'}")
        elif kind == "growth" and value != scenario.baseline.growth:
            said.append(f"{abs(value) * 100:.0f} % {'growth' if value >= 0 else 'decline'} a year")
        elif kind == "added_volume" and value:
            said.append(f"{value:,.0f} added {_title(scenario.baseline, channel)} contacts a week")
        elif kind == "forecast_cv" and value != scenario.baseline.forecast_cv:
            said.append(f"a forecast error of {value * 100:.0f} %")
    return "with " + ", ".join(said) if said else ""


def standing(values: Mapping[str, float], currency: str) -> str:
    """Three numbers of a state: "$12.5m a year, 82 % answered in time, CSAT 74.2 %"."""
    return (f"**{money(values['operating_cost'], currency)}** a year, **{values['service_level'] * 100:.0f} %** "
            f"answered in time, CSAT **{values['csat'] * 100:.1f} %**")  # fmt: skip


def _cost(difference: float, low: float, high: float, currency: str) -> str:
    text = step("operating_cost", difference, currency)
    if not text:
        return "**cost unchanged**"
    if low < 0 < high and span("operating_cost", low, high, currency):
        return f"**cost: too uncertain to call** (likely {span('operating_cost', low, high, currency)})"
    word = "cheaper" if difference < 0 else "dearer"
    ends = sorted((abs(low), abs(high)))
    said = span("operating_cost", *ends, currency, signed=False)
    likely = f" (likely {said})" if said else ""
    return f"**{money(abs(difference), currency)} a year {word}**{likely}"


def _csat(difference: float, low: float, high: float) -> str:
    text = step("csat", difference)
    if not text:
        return "**CSAT unchanged**"
    if low < 0 < high and span("csat", low, high):
        return f"**CSAT: too uncertain to call** (likely {span('csat', low, high)})"
    ends = sorted((abs(low), abs(high)))
    said = span("csat", *ends, signed=False)
    likely = f" (likely {said})" if said else ""
    return f"**CSAT {'up' if difference > 0 else 'down'} {text[1:]}**{likely}"


def gap(ranges: pd.DataFrame, key: str) -> tuple[float, float]:
    """The likely difference of an outcome, low and high; not a number where it has no range."""
    if key not in ranges.index:
        return math.nan, math.nan
    return float(ranges.at[key, "difference_low"]), float(ranges.at[key, "difference_high"])


def headline(outcome: "Outcome", ranges: pd.DataFrame) -> Headline:
    """What the scenario does at its month against doing nothing then; nothing moved: what a year looks like.

    Parameters
    ----------
    ranges : DataFrame
        Index outcome; columns difference_low and difference_high: the likely (8 in 10) difference.
    """
    scenario = outcome.scenario
    currency = scenario.baseline.currency
    world = conditions(scenario)
    wages = " Sample wages." if sample_money(scenario.baseline) else ""
    today, then = standing(outcome.today, currency), standing(outcome.headline, currency)
    if not is_moved(scenario):
        if world:
            return Headline(f"After {scenario.month} months {world}: {then}", f"No lever is moved. Today: {today}.{wages}")
        later = f" If nothing is done, by month {scenario.month}: {then}." if then != today else ""
        return Headline(f"Today: {today}", f"No lever is moved yet.{later}{wages}".replace("**", ""))
    cost = _cost(outcome.difference["operating_cost"], *gap(ranges, "operating_cost"), currency)
    csat = _csat(outcome.difference["csat"], *gap(ranges, "csat"))
    aim = target(outcome)
    answered = f"{outcome.headline['service_level'] * 100:.0f} % answered in time" + (f" ({aim})" if aim else "")
    people = jobs(outcome.difference["fte"], outcome.headline["redundancies"], scenario.month)
    reference = standing(outcome.reference, currency).replace("**", "")
    against = f"Against doing nothing{' ' + world if world else ''}: {reference}."
    detail = f"{people + '. ' if people else ''}{against} Likely means 8 in 10.{wages}"
    return Headline(f"After {scenario.month} months: {cost}, {csat}, {answered}.", detail)


def cause_label(key: str, baseline: Baseline, whole: bool = False) -> str:
    """A cause's name on screen: a lever, the staffing rule, or a block of changed conditions or assumptions.

    `whole`: agents of all channels under one name.
    """
    blocks = {"staffing_rule": "Staffing follows the work", "conditions": "Demand", "assumptions": "Assumptions"}
    if key in blocks:
        return blocks[key]
    family, _, channel = key.partition(".")
    single = channel and not whole and len(baseline.channels) > 1
    return LEVERS[family].label + (f", {_title(baseline, channel)}" if single else "")


CAUSE_NOUNS = {"operating_cost": "cost", "service_level": "answered in time", "csat": "CSAT", "fte": "people"}


def cause_title(outcome: str, causes: pd.Series, currency: str) -> str:
    """The finding over the bridge: "mostly self-service (−$900k); the other way: agent assist (+$390k)".

    `causes` maps a label on screen to its share of the change.
    """
    shown = causes[[bool(step(outcome, v, currency)) for v in causes]]
    if shown.empty:
        return "nothing moves it"
    ordered = shown.reindex(shown.abs().sort_values(ascending=False).index)
    first, gain = str(ordered.index[0]), float(ordered.iloc[0])
    against = ordered[(ordered > 0) != (gain > 0)]
    text = f"{'mostly ' if len(ordered) > 1 else ''}{_lower(first)} ({step(outcome, gain, currency)})"
    if not against.empty:
        text += f"; the other way: {_lower(str(against.index[0]))} ({step(outcome, float(against.iloc[0]), currency)})"
    return text


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]


def path_title(outcome: str, value: pd.Series, nothing: pd.Series, currency: str) -> str:
    """The finding over a path: "CSAT goes from 74.2 % to 76.0 %; doing nothing ends at 74.0 %"."""
    name = OUTCOMES[outcome].label
    start, end, other = (number(outcome, float(v), currency) for v in (value.iloc[0], value.iloc[-1], nothing.iloc[-1]))
    moves = f"{name} stays at {end}" if start == end else f"{name} goes from {start} today to {end} in month 36"
    return moves + ("" if end == other else f"; doing nothing ends at {other}")


def week_title(intervals: pd.DataFrame, baseline: Baseline, channel: str, aim: float | None) -> str:
    """The finding over the week: "Phone is below its 80 % in 21 of 140 half-hours; worst Tuesday 11:30, 61 %"."""
    rows = intervals[(intervals["channel"] == channel) & (intervals["arrivals"] > 0)]
    name, service = baseline.channel(channel).title, rows["service_level"]
    worst = rows.loc[service.idxmin()]
    cell = int(worst["half_hour"])
    when = f"{DAYS[cell // 48]} {cell % 48 // 2}:{'30' if cell % 2 else '00'}, {worst['service_level'] * 100:.0f} %"
    if aim is None:
        return f"{name} is answered in time least on {when}"
    below = int((service < aim).sum())
    held = f"holds its {aim * 100:.0f} % in every half-hour" if below == 0 else (
        f"is below its {aim * 100:.0f} % in {below} of {len(rows)} half-hours")  # fmt: skip
    return f"{name} {held}; worst {when}"
