"""Outcomes in sentences: the headline, the jobs, the targets, and what each picture shows.

Pure text, so that pages, decks and the command line say the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from model import needs
from model.levers import LEVERS
from model.outcomes import OUTCOMES
from model.report.grammar import listed, named, opening, within
from model.report.numbers import Change, apart, change, clock, gap, money, number, percent, sign, span, step
from model.scenario import Baseline, Scenario

if TYPE_CHECKING:
    from model.engine import Outcome

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONEY_FIELDS = ("wage", "hours_per_fte", "overhead", "customers", "margin_per_customer")
"""What a company types in before its money counts as its own."""


@dataclass(frozen=True, slots=True)
class Headline:
    """What a scenario does, in Markdown: the finding, and the line below it."""

    title: str
    detail: str


def leaving(count: int, redundancies: float) -> str:
    """How so many jobs go: "9 by turnover, 3 redundancies", "all by turnover", "5 redundancies, 3 more jobs elsewhere".

    The last where one channel loses more than all do together.
    """
    cut = round(redundancies)
    if cut == 0:
        return "all by turnover" if count > 1 else "by turnover"
    if cut > count:
        return f"{_cuts(cut)}, {cut - count:,} more {'job' if cut - count == 1 else 'jobs'} elsewhere"
    how = [f"{count - cut:,} by turnover"] if count > cut else []
    return ", ".join([*how, _cuts(cut)])


def _cuts(count: int) -> str:
    return f"{count:,} {'redundancy' if count == 1 else 'redundancies'}"


def jobs(difference: float, redundancies: float, month: int) -> str:
    """What happens to people: "12 fewer jobs by month 12: 9 by turnover, 3 redundancies"; empty where nothing does.

    Where as many or more work elsewhere, those who have to go are told all the same: "2 more jobs by month 12, though
    4 redundancies".
    """
    count, cut = round(abs(difference)), round(redundancies)
    noun = "job" if count == 1 else "jobs"
    if count == 0 or difference > 0:
        said = f"{count:,} more {noun} by month {month}" if count else f"as many jobs by month {month}"
        return f"{said}, though {_cuts(cut)}" if cut else said if count else ""
    return f"{count:,} fewer {noun} by month {month}: {leaving(count, redundancies)}"


def note(key: str, outcome: "Outcome", change: Change | None) -> str:
    """The small line of a card: how likely the difference is; with nothing moved, what puts the number in place."""
    values, currency = outcome.headline, outcome.scenario.baseline.currency
    if change is None:
        today = number(key, outcome.today[key], currency)
        if today != number(key, values[key], currency):
            return f"{today} today"
        return {
            "operating_cost": f"{number('cost_per_contact', values['cost_per_contact'], currency)} per contact",
            "service_level": target(outcome), "csat": f"{values['csat_surveyed'] * 100:.1f} % where surveyed",
            "fte": _turnover(values),
        }.get(key, "")  # fmt: skip
    if key == "fte" and not change.likely and outcome.difference["fte"] <= -0.5:
        return leaving(round(-outcome.difference["fte"]), values["redundancies"])
    if key == "fte" and not change.likely and round(values["redundancies"]):
        return _cuts(round(values["redundancies"]))
    if change.likely or key == "fte":
        # It stands under the difference, which has the currency's sign: twice more, a phone's card needs a second line.
        return change.likely.replace(sign(currency), "") or _turnover(values)
    return "" if change.arrow == "off" else "likely as shown"  # the range reads like the difference itself


def _turnover(values: dict[str, float]) -> str:
    return f"{values['attrition'] * 100:.0f} % leave in a year"


def sample_money(baseline: Baseline) -> bool:
    """Whether any of the five finance figures is still the sample's."""
    return baseline.source == "sample" or any(baseline.grades.get(f, "assumed") == "assumed" for f in MONEY_FIELDS)


def is_moved(scenario: Scenario) -> bool:
    """Whether anything stands against doing nothing: a lever, or the staffing rule."""
    return bool(scenario.levers) or scenario.staffing_rule != "as_set"


def target(outcome: "Outcome") -> str:
    """How the targets fare: "target 80 %" where channels share one and no other is set, else which are missed."""
    base, aims = outcome.scenario.baseline, needs.targets(outcome.scenario)
    if not aims:
        return ""
    shares = {need.limit for need in aims if need.family == "service_level"}
    if len(shares) == 1 and [need.family for need in aims] == ["service_level"] * len(base.channels):
        return f"target {percent(shares.pop())}"
    missed = []
    for need in needs.missed(outcome):
        _, dot, channel = need.outcome.partition(".")
        missed.append(_title(base, channel) if dot else "CSAT" if need.outcome == "csat" else "cost")
    if not missed:
        return "every target holds"
    if len(missed) > 2:
        return f"{len(missed)} of {len(aims)} targets missed"
    return f"{listed(missed)} {'misses its target' if len(missed) == 1 else 'miss their targets'}"


def targets_text(outcome: "Outcome") -> str:
    """The aims that a mix misses: "Answered in time, phone 63.1 % (80.0 % wanted)"; empty where it holds all."""
    currency, said = outcome.scenario.baseline.currency, []
    for need in needs.missed(outcome):
        values = needs.reached(outcome, need), need.limit
        reached, wanted = (number(need.family, value, currency) for value in values)
        said.append(f"{outcome_label(need.outcome, outcome.scenario)} {reached} ({wanted} wanted)")
    return "; ".join(said)


def outcome_label(key: str, scenario: Scenario) -> str:
    """An outcome's name on screen, with its channel where it is one's own."""
    family, dot, channel = key.partition(".")
    return OUTCOMES[family].label + (f", {_title(scenario.baseline, channel)}" if dot else "")


def _title(baseline: Baseline, channel: str) -> str:
    return named(baseline.channel(channel).title)


def since(start: int) -> str:
    """The first month in which that acts which begins so many months from now: "from month 7"; empty for now."""
    return f"from month {start + 1}" if start else ""


def conditions(scenario: Scenario) -> str:
    """The changed world in words: "with 20 % more contacts, 5 % growth a year"; empty where it is as today."""
    said = []
    for key, value in scenario.conditions.items():
        kind, _, channel = key.partition(".")
        more = percent(abs(value - 1))
        if kind == "demand" and value != 1:
            said.append(f"{more} {'more' if value > 1 else 'fewer'} contacts")
        elif kind == "peak" and value != 1:
            said.append(f"peaks {more} {'higher' if value > 1 else 'lower'}")
        elif kind == "growth" and value != scenario.baseline.growth:
            said.append(f"{percent(abs(value))} {'growth' if value >= 0 else 'decline'} a year")
        elif kind == "added_volume" and value:
            said.append(f"{value:,.0f} added {_title(scenario.baseline, channel)} contacts a week")
        elif kind == "forecast_cv" and value != scenario.baseline.forecast_cv:
            said.append(f"a forecast error of {percent(value)}")
    said += [f"{entry.name} under way" for entry in scenario.calendar if entry.start < scenario.month <= entry.until]
    return "with " + ", ".join(said) if said else ""


def standing(values: Mapping[str, float], currency: str) -> str:
    """Three numbers of a state: "$12.5m a year, 82 % answered in time, CSAT 74.2 %"."""
    return (f"**{money(values['operating_cost'], currency)}** a year, **{values['service_level'] * 100:.0f} %** "
            f"answered in time, CSAT **{values['csat'] * 100:.1f} %**")  # fmt: skip


def _cost(difference: float, low: float, high: float, currency: str) -> str:
    found = change("operating_cost", difference, low, high, currency)
    if found.verdict == "none":
        return "**cost unchanged**" + (f" ({found.likely})" if found.likely else "")
    if found.verdict == "unsure":
        return f"**cost: too uncertain to call** (likely {span('operating_cost', low, high, currency)})"
    word = "cheaper" if difference < 0 else "dearer"
    least, most = sorted((abs(low), abs(high)))
    said = span("operating_cost", least, most, currency, signed=False)
    likely = f" (likely {said})" if said else ""
    return f"**{money(abs(difference), currency)} a year {word}**{likely}"


def _csat(difference: float, low: float, high: float) -> str:
    found = change("csat", difference, low, high)
    if found.verdict == "none":
        return "**CSAT unchanged**" + (f" ({found.likely})" if found.likely else "")
    if found.verdict == "unsure":
        return f"**CSAT: too uncertain to call** (likely {span('csat', low, high)})"
    least, most = sorted((abs(low), abs(high)))
    said = span("csat", least, most, signed=False)
    likely = f" (likely {said})" if said else ""
    return f"**CSAT {'up' if difference > 0 else 'down'} {found.text[1:]}**{likely}"


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
            title = f"After {scenario.month} months {world}: {then}"
            return Headline(title, f"No lever is moved. Today: {today}.{wages}".replace("**", ""))
        later = f" If nothing is done, by month {scenario.month}: {then}." if then != today else ""
        return Headline(f"Today: {today}", f"No lever is moved yet.{later}{wages}".replace("**", ""))
    cost = _cost(outcome.difference["operating_cost"], *gap(ranges, "operating_cost"), currency)
    csat = _csat(outcome.difference["csat"], *gap(ranges, "csat"))
    aim = target(outcome)
    answered = f"{outcome.headline['service_level'] * 100:.0f} % answered in time" + (f" ({aim})" if aim else "")
    people = jobs(outcome.difference["fte"], outcome.headline["redundancies"], scenario.month)
    reference = standing(outcome.reference, currency).replace("**", "")
    against = f"Against doing nothing{' ' + world if world else ''}: {reference}."
    detail = f"{opening(people) + '. ' if people else ''}{against} Likely means 8 in 10.{wages}"
    return Headline(f"After {scenario.month} months: {cost}, {csat}, {answered}.", detail)


def cause_label(key: str) -> str:
    """A cause's name on screen: a lever, the staffing rule, or a block of changed conditions or assumptions."""
    blocks = {"staffing_rule": "Staffing follows the work", "conditions": "Demand", "assumptions": "Assumptions"}
    return blocks[key] if key in blocks else LEVERS[key.partition(".")[0]].label


CAUSE_NOUNS = {"operating_cost": "cost", "service_level": "answered in time", "csat": "CSAT", "fte": "people"}


NAMED_CAUSES = 3
"""Causes named in the sentence over the bridge."""


def cause_title(outcome: str, causes: pd.Series, currency: str) -> str:
    """The finding over the bridge, its three largest causes: "self-service (−$900k) and training (−$20k); the other
    way: agent assist (+$390k)"; "mostly" where there are more.

    `causes` maps a label on screen to its share of the change.
    """
    said = [(label, share, step(outcome, share, currency)) for label, share in pairs(causes)]
    shown = sorted((cause for cause in said if cause[2]), key=lambda cause: -abs(cause[1]))
    if not shown:
        return "nothing moves it"
    ways: tuple[list[str], list[str]] = ([], [])
    for label, share, text in shown[:NAMED_CAUSES]:
        ways[(share > 0) != (shown[0][1] > 0)].append(f"{within(label)} ({text})")
    one, other = (listed(way) for way in ways)
    return f"{'mostly ' if len(shown) > NAMED_CAUSES else ''}{one}" + (f"; the other way: {other}" if other else "")


def pairs(series: pd.Series) -> list[tuple[str, float]]:
    """Label and value of every entry; a frame's own ways of picking and sorting cost more than a page has time for."""
    return list(zip(map(str, series.index.tolist()), series.to_numpy(dtype=float).tolist(), strict=True))


def path_title(outcome: str, value: ArrayLike, nothing: ArrayLike, currency: str) -> str:
    """The finding over a path: "CSAT goes from 74.2 % to 76.0 %; doing nothing ends at 74.0 %".

    Where it turns in between: "CSAT rises from 74.2 % today to 78.0 % by month 9, at 76.0 % in month 36".
    """
    name = OUTCOMES[outcome].label
    here, there = np.asarray(value, dtype=float), np.asarray(nothing, dtype=float)
    ends = (float(here[0]), float(here[-1]), float(there[-1]))
    start, end, other = apart(outcome, ends, currency)
    at = _turn(here)
    if number(outcome, float(here[at]), currency) not in [number(outcome, value, currency) for value in ends[:2]]:
        start, end, other, turn = apart(outcome, (*ends, float(here[at])), currency)
        way = "rises" if here[at] > here[0] else "falls"
        since, then = ("", "back at") if start == end else (f" from {start} today", "at")
        moves = f"{name} {way}{since} to {turn} by month {at}, {then} {end} in month 36"
    else:
        moves = f"{name} stays at {end}" if start == end else f"{name} goes from {start} today to {end} in month 36"
    return moves + ("" if end == other else f"; doing nothing ends at {other}")


def _turn(path: NDArray[np.float64]) -> int:
    """The month in which a path lies farthest beyond both of its ends; one of its ends where it never does."""
    low, high = sorted((path[0], path[-1]))
    return int(np.argmax(np.maximum(path - high, low - path)))


def week_of(intervals: pd.DataFrame, channel: str) -> pd.DataFrame:
    """One channel's half-hours with contacts; less than a hundredth of the busiest one's is a closed half-hour."""
    rows = intervals[intervals["channel"] == channel]
    kept: pd.DataFrame = rows[rows["arrivals"] > 0.01 * rows["arrivals"].max()]
    return kept


def week_title(intervals: pd.DataFrame, baseline: Baseline, channel: str, aim: float | None) -> str:
    """The finding over the week: "Phone is below its 80 % in 21 of 140 half-hours; most late answers Monday 10:30"."""
    rows = week_of(intervals, channel)
    name, service = baseline.channel(channel).title, rows["service_level"]
    late = (rows["arrivals"] * (1 - service)).to_numpy(dtype=float)
    cell = int(rows["half_hour"].to_numpy(dtype=int)[late.argmax()])
    when = f"most late answers {DAYS[cell // 48]} {clock(cell % 48 / 2)}"
    if aim is None:
        return f"{name}: {when}"
    below = int((~needs.held(needs.Need("service_level", aim, True), service.to_numpy(dtype=float))).sum())
    held = f"is below its {percent(aim)} in {below} of {len(rows)} half-hours"
    return f"{name} {held if below else f'holds its {percent(aim)} in every half-hour'}; {when}"


def plane_title(outcome: "Outcome", ranges: pd.DataFrame) -> str:
    """The finding over the plane: "$722k a year cheaper and CSAT 1.3 points lower than doing nothing".

    What the likely range does not tell from nothing is too uncertain to call, as on the cards.
    """
    currency, said, unsure = outcome.scenario.baseline.currency, [], False
    for key, noun in (("operating_cost", "Cost"), ("csat", "CSAT")):
        difference = outcome.difference[key]
        found = change(key, difference, *gap(ranges, key), currency)
        unsure = unsure or found.verdict == "unsure"
        if found.verdict == "none":
            said.append(f"{noun} no different")
        elif found.verdict == "unsure":
            said.append(f"{noun} too uncertain to call")
        elif key == "csat":
            said.append(f"CSAT {found.text[1:]} {'higher' if difference > 0 else 'lower'}")
        else:
            said.append(f"{money(abs(difference), currency)} a year {'cheaper' if difference < 0 else 'dearer'}")
    if unsure:
        return f"Against doing nothing: {', '.join(said)}"
    return f"{listed(said)} than doing nothing"
