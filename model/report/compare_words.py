"""Comparisons in words: what differs between scenarios, what a change was, how often one wins, what would turn it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from model.assumptions import ASSUMPTIONS
from model.compare import Difference, condition, differences
from model.outcomes import OUTCOMES
from model.report import numbers
from model.report.assumption_words import called, everyday, states
from model.report.assumption_words import span as range_text
from model.report.dials import Dial, dials
from model.report.grammar import listed, within
from model.scenario import Baseline, Scenario
from model.tables import lever_table

RULES = {"as_set": "as set", "follow_work": "follows the work"}
AS_TODAY = "as today"
MOST_NAMED = 2
"""Changes of one step that are told one by one."""
WINS = {
    "operating_cost": "is cheaper", "csat": "has a higher CSAT", "service_level": "answers more in time",
    "npv": "is worth more over 36 months", "npv_with_revenue": "is worth more with its revenue effect",
    "payback_months": "pays back sooner",
}  # fmt: skip
STOPS = {
    "operating_cost": "stops being cheaper", "csat": "stops having the higher CSAT",
    "service_level": "stops answering more in time", "npv": "stops being worth more",
}  # fmt: skip
STAYS = {
    "operating_cost": "stays cheaper", "csat": "keeps the higher CSAT",
    "service_level": "still answers more in time", "npv": "stays worth more",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """Something that differs: its name, and its text in every scenario."""

    label: str
    texts: tuple[str, ...]


def lines(scenarios: Sequence[Scenario], together: bool = False) -> list[Line]:
    """What differs between scenarios, as it stands on screen; `together`: agents of all channels as one line."""
    found = differences(scenarios)
    agents = [one for one in found if one.part == "levers" and one.key.startswith("staffing.")]
    if together and len(agents) > 1:
        total = Line("Agents", tuple(_agents(one) for one in scenarios))
        found = [one for one in found if one not in agents]
        return [total, *(_line(one, scenarios) for one in found)]
    return [_line(one, scenarios) for one in found]


def beside_levers(scenarios: Sequence[Scenario]) -> list[Line]:
    """What differs besides levers and the staffing rule: starts, conditions, calendar, targets, assumptions."""
    found = (one for one in differences(scenarios) if one.part not in ("levers", "staffing_rule"))
    return [_line(one, scenarios) for one in found]


def move(before: Scenario, after: Scenario) -> str:
    """What a step changed: "Self-service $0 → $400k"; another company is told by its name."""
    if before.baseline != after.baseline:
        return f"Opened {after.baseline.name}"
    found = lines([before, after], together=True)
    if not found:
        return f"Named {after.name}" if before.name != after.name else "No change"
    told = [f"{one.label} {one.texts[0]} → {one.texts[1]}" for one in found[:MOST_NAMED]]
    return ", ".join(told) + (f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else "")


def effects(before: Mapping[str, float], after: Mapping[str, float], keys: Sequence[str], currency: str) -> str:
    """What a step did to some outcomes: "Cost a year +$120k · CSAT +0.4 points"."""
    said = [(OUTCOMES[key].label, numbers.step(key, after[key] - before[key], currency)) for key in keys]
    return " · ".join(f"{label} {text or 'no change'}" for label, text in said)


def _agents(scenario: Scenario) -> str:
    total = sum(scenario.lever(key) for key in scenario.baseline.levers if key.startswith("staffing."))
    return f"{total:,.1f}".removesuffix(".0") + " FTE"


def _line(found: Difference, scenarios: Sequence[Scenario]) -> Line:
    match found.part:
        case "levers":
            return Line(_lever_label(found.key, scenarios), tuple(_lever(one, found.key) for one in scenarios))
        case "starts":
            label = f"{_lever_label(found.key, scenarios)} begins"
            return Line(label, tuple(_start(one, found.key) for one in scenarios))
        case "staffing_rule":
            return Line("Staffing", tuple(RULES[one.staffing_rule] for one in scenarios))
        case "conditions":
            return Line(_condition_label(found.key, scenarios), tuple(_condition(one, found.key) for one in scenarios))
        case "calendar":
            names = (", ".join(entry.name for entry in one.calendar) or "nothing" for one in scenarios)
            return Line("Known to come", tuple(names))
        case "targets":
            return Line(_target_label(found.key, scenarios), tuple(_target(one, found.key) for one in scenarios))
    row = ASSUMPTIONS[found.key]
    return Line(called(row), tuple(_assumption(one, found.key) for one in scenarios))


def set_label(key: str, scenario: Scenario) -> str:
    """The name on screen of something that a scenario sets: a lever, condition, target or assumption."""
    if key in scenario.baseline.levers:
        return _lever_label(key, [scenario])
    if key in scenario.conditions:
        return _condition_label(key, [scenario])
    if key in scenario.targets:
        return _target_label(key, [scenario])
    return called(ASSUMPTIONS[key]) if key in ASSUMPTIONS else key


@lru_cache(maxsize=16)
def _dials(baseline: Baseline) -> dict[str, Dial]:
    """Every lever as it is shown; making the table takes longer than telling a dozen differences."""
    found = {one.key: one for one in dials(lever_table(baseline).assign(shown=True), baseline.currency)}
    agents = [name for name in baseline.levers if name.startswith("staffing.")]
    return found | ({agents[0]: found["staffing"]} if len(agents) == 1 else {})


def _lever_label(key: str, scenarios: Sequence[Scenario]) -> str:
    own = next(one.baseline for one in scenarios if key in one.baseline.levers)
    return _dials(own)[key].label


def _lever(scenario: Scenario, key: str) -> str:
    if key not in scenario.baseline.levers:
        return "not there"
    dial = _dials(scenario.baseline)[key]
    return dial.text(dial.shown(scenario.lever(key)))


def _start(scenario: Scenario, key: str) -> str:
    if scenario.levers.get(key) is None:
        return "never"
    months = scenario.starts.get(key, 0)
    return f"after {months} month{'s' if months > 1 else ''}" if months else "now"


def _channel_title(key: str, scenarios: Sequence[Scenario]) -> str:
    name = key.partition(".")[2]
    titles = (c.title for one in scenarios for c in one.baseline.channels if c.name == name)
    return next(titles, name)


def _condition_label(key: str, scenarios: Sequence[Scenario]) -> str:
    if key.startswith("added_volume."):
        return f"Added contacts a week, {_channel_title(key, scenarios)}"
    return {"demand": "Demand", "growth": "Growth a year", "peak": "Peaks", "forecast_cv": "Forecast error"}[key]


def _condition(scenario: Scenario, key: str) -> str:
    value = condition(scenario, key)
    if key in ("demand", "peak"):
        percent = round((value - 1) * 100, 1)
        return f"{'+' if percent > 0 else numbers.MINUS}{abs(percent):g} %" if percent else AS_TODAY
    if key in ("growth", "forecast_cv"):
        return f"{numbers.MINUS if value < 0 else ''}{abs(value) * 100:.3g} %"
    return f"{value:,.0f}" if value else "none"


def _target_label(key: str, scenarios: Sequence[Scenario]) -> str:
    kind = key.partition(".")[0]
    if kind in ("csat", "budget"):
        return {"csat": "Target, CSAT", "budget": "Target, budget a year"}[kind]
    what = {"target_s": "answer within", "target_share": "answered in time"}[kind]
    return f"Target, {_channel_title(key, scenarios)}: {what}"


def _target(scenario: Scenario, key: str) -> str:
    kind, _, channel = key.partition(".")
    own = {c.name: c for c in scenario.baseline.channels}
    if channel and channel not in own:
        return "not there"
    value = scenario.targets.get(key, getattr(own[channel], kind) if channel else None)
    if value is None:
        return "none"
    if kind == "budget":
        return numbers.money(value, scenario.baseline.currency)
    if kind == "target_s":
        return f"{value:,.0f} s" if value < 3600 else f"{value / 3600:,.3g} h"
    return numbers.percent(value)


def _assumption(scenario: Scenario, key: str) -> str:
    state = next(one for one in states(scenario) if one.row.key == key)
    return range_text(state, scenario.baseline.currency, everyday)


# Best, odds and turns


def standing(names: Sequence[str], wins: Mapping[str, set[int]]) -> str:
    """The finding over the table: who is best in what. `wins` maps an outcome to those that are best in it."""
    nouns = {"operating_cost": "cost", "service_level": "answered in time", "csat": "CSAT", "npv": "value"}
    led: dict[tuple[int, ...], list[str]] = {}
    for key, noun in nouns.items():
        best = tuple(sorted(wins.get(key, ())))
        if 0 < len(best) < len(names):
            led.setdefault(best, []).append(noun)
    if not led:
        return "They read alike in cost, answered in time, CSAT and value."
    said = [f"{listed([f'**{names[i]}**' for i in best])} {'is' if len(best) == 1 else 'are'} best in {listed(won)}"
            for best, won in sorted(led.items(), key=lambda one: -len(one[1]))]  # fmt: skip
    return "; ".join(said) + "."


def odds(outcome: str, name: str, other: str, share: float, against: float) -> str:
    """ "**B** is cheaper than **A** in 83 of 100 cases"; names are Markdown already; who wins more often leads.

    `share` of the draws the first is better, `against` the second; in the rest they are alike.
    """
    if share == against == 0:
        return f"**{name}** and **{other}** are alike in {within(OUTCOMES[outcome].label)} in every case"
    if share < against:
        name, other, share = other, name, against
    return f"**{name}** {WINS[outcome]} than **{other}** in **{numbers.cases(share)}**"


@dataclass(frozen=True, slots=True)
class Turn:
    """An assumption that would change the answer: where, and how far that is from what is assumed, as shares of it.

    `mode` and `value` are places in the range, 0 its low end and 1 its high end; `low`, `high` and `at` (the value)
    stand beside the picture.
    """

    key: str
    label: str
    text: str
    low: str
    high: str
    at: str
    mode: float
    value: float
    chance: float


def turns(flips: pd.DataFrame, currency: str) -> list[Turn]:
    """Every assumption of `model.paired.flips` that turns the choice, the nearest first."""
    found = []
    for key, row in flips[flips["value"].notna()].iterrows():
        low, mode, high, value = (float(row[name]) for name in ("low", "mode", "high", "value"))
        about = ASSUMPTIONS[str(key)]
        u = everyday(about, currency)
        ends = u.text(low, False), u.text(high, False), u.text(_short(value), False)
        side = "below" if value < mode else "above"
        text = f"{side} {u.text(_short(value), False)}; taken as {u.text(mode)}"
        width = high - low
        places = (mode - low) / width, (value - low) / width
        found.append(Turn(str(key), called(about), text, *ends, *places, float(row["chance"])))
    return found


def _short(value: float) -> float:
    """Two digits more than a decision needs would say that it is known better than it is."""
    return float(f"{value:.3g}")


def alike(flips: pd.DataFrame) -> bool:
    """Whether the two of `model.paired.flips` do not differ, all as taken: then nothing turns, and neither is ahead."""
    return not flips.empty and not (flips["difference_mode"] != 0).any()


def turn_title(outcome: str, winner: str, found: Sequence[Turn]) -> str:
    """The finding over the picture; `winner` is Markdown already."""
    if not found:
        return f"No single assumption would change the answer within its range: **{winner}** {STAYS[outcome]}."
    first = found[0]
    others = len(found) - 1
    rest = f"; {others} other assumption{'s' if others > 1 else ''} could turn it too" if others else ""
    return (f"**{winner}** {STOPS[outcome]} if “{first.label}” is {first.text} "
            f"({_chance(first.chance)} that it is){rest}.")  # fmt: skip


def _chance(chance: float) -> str:
    if math.isnan(chance) or chance < 0.005:
        return "less than 1 in 100"
    return f"{round(chance * 100)} in 100"
