"""`python -m model compare`: scenarios side by side, as text and as JSON."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from model import paired
from model.compare import condition, gap, is_ahead, same_company
from model.engine import Outcome
from model.outcomes import OUTCOMES
from model.parameters import ranges
from model.report import compare_words, numbers
from model.scenario import CONDITIONS, Scenario

ODDS = ("operating_cost", "service_level", "csat", "npv")
"""Outcomes for which it is told how often one scenario beats the first."""
TURNED = "operating_cost"
"""The outcome for which it is told what would change the answer."""
MOST_TURNS = 3


def rows(outs: Sequence[Outcome]) -> list[list[str]]:
    """What differs (levers by their key), then every outcome, a column a scenario."""
    scenarios = [out.scenario for out in outs]
    moved = [{key: f"{s.lever(key):,.6g}" for key in s.baseline.levers} for s in scenarios]
    keys = dict.fromkeys(key for values in moved for key in values)
    found = [[key, *(values.get(key, "none") for values in moved)] for key in keys]
    found = [row for row in found if len(set(row[1:])) > 1]
    found.append(["staffing rule", *(s.staffing_rule.replace("_", " ") for s in scenarios)])
    found += [[line.label, *line.texts] for line in compare_words.beside_levers(scenarios)]
    return found + [
        [row.label, *(numbers.number(key, out.headline[key], out.scenario.baseline.currency) for out in outs)]
        for key, row in OUTCOMES.items()
    ]


def said(first: Outcome, other: Outcome) -> list[str]:
    """How often one beats the other, and what would change the answer; on two companies, that this is not known."""
    a, b = other.scenario, first.scenario
    if not same_company([a, b]):
        return [f"{a.name} and {b.name} stand on different figures: how sure a difference is cannot be told."]
    lines = [
        compare_words.odds(key, a.name, b.name, paired.odds(a, b, key), paired.odds(b, a, key)).replace("**", "")
        for key in ODDS
    ]
    flips = paired.flips(a, b, TURNED)
    here, there = other.headline[TURNED], first.headline[TURNED]
    if here == there or compare_words.alike(flips):
        return lines
    ahead = a if is_ahead(TURNED, here, there) else b
    turns = compare_words.turns(flips, a.baseline.currency)
    lines.append(compare_words.turn_title(TURNED, ahead.name, turns).replace("**", ""))
    return lines + [f"  {one.label}: {one.text}" for one in turns[1:MOST_TURNS]]


def as_json(outs: Sequence[Outcome]) -> list[dict[str, Any]]:
    """A record a scenario: all that sets it apart, then its outcomes; those after the first also say how they stand
    against it. `assumptions` are those that any of the scenarios changed: a number, or low, mode and high."""
    changed = dict.fromkeys(key for out in outs for key in (*out.scenario.assumptions, *out.scenario.assumption_ranges))
    return [
        {"scenario": out.scenario.name, "company": out.scenario.baseline.name, "month": out.scenario.month,
         "staffing_rule": out.scenario.staffing_rule,
         "levers": {key: out.scenario.lever(key) for key in out.scenario.baseline.levers},
         **_world(out.scenario), "assumptions": _assumed(out.scenario, changed),
         "headline": out.headline, "difference": out.difference,
         **({"against_first": _against(outs[0], out)} if i else {})}
        for i, out in enumerate(outs)
    ]  # fmt: skip


def _world(scenario: Scenario) -> dict[str, Any]:
    """When levers begin (months from now, where not now), and conditions, calendar and targets as they are in force."""
    channels = scenario.baseline.channels
    added = {key: value for key, value in scenario.conditions.items() if key.startswith("added_volume.")}
    own = {f"target_share.{c.name}": scenario.target_share(c) for c in channels}
    own |= {f"target_s.{c.name}": scenario.targets.get(f"target_s.{c.name}", c.target_s) for c in channels}
    return {
        "starts": dict(scenario.starts),
        "conditions": {key: condition(scenario, key) for key in CONDITIONS if key != "added_volume"} | added,
        "calendar": [entry.model_dump(mode="json") for entry in scenario.calendar],
        "targets": own | dict(scenario.targets),
    }  # fmt: skip


def _assumed(scenario: Scenario, keys: Iterable[str]) -> dict[str, Any]:
    table = ranges(scenario.baseline, scenario.assumption_ranges)
    return {key: scenario.assumptions.get(key, table[key]) for key in keys}


def _against(first: Outcome, other: Outcome) -> dict[str, Any]:
    a, b = other.scenario, first.scenario
    told: dict[str, Any] = {"difference": gap(other.headline, first.headline)}
    if same_company([a, b]):
        likely = paired.gaps(a, b)
        told["likely"] = {str(key): [float(row["low"]), float(row["high"])] for key, row in likely.iterrows()}
        told["odds"] = {key: paired.odds(a, b, key) for key in ODDS}
        told["flips"] = {key: _records(paired.flips(a, b, key)) for key in ODDS}
    return told


def _records(flips: pd.DataFrame) -> list[dict[str, Any]]:
    """Where the choice turns; what does not turn it is left out."""
    turned = flips[flips["value"].notna()]
    return [{"assumption": str(key), **{str(k): float(v) for k, v in row.items()}} for key, row in turned.iterrows()]
