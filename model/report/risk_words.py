"""How sure an answer is, what it depends on and what to find out first, in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from model.assumptions import ASSUMPTIONS
from model.learning import Learning
from model.outcomes import OUTCOMES
from model.parameters import ranges
from model.report import numbers
from model.report.assumption_words import called, everyday
from model.report.grammar import opening
from model.report.measured import duration
from model.scenario import Scenario
from model.sensitivity import FIRST_DRAWS, Dependence

NOUNS = {
    "operating_cost": "cost", "service_level": "answered in time", "csat": "CSAT", "npv": "value over 36 months",
    "npv_with_revenue": "value with its revenue effect",
}  # fmt: skip
"""Outcomes that are asked about, within a sentence."""
AMOUNTS = ((0.9, "Nearly all"), (0.55, "Most"), (0.45, "About half"), (-1.0, "The largest part"))
"""Shares of the doubt in words, from the least share on."""
SURE = 2.0
"""Standard errors beyond which a figure is told from nothing."""
GIVE_OR_TAKE = "± means give or take so much, in two of three cases"
"""One standard error, in words."""


def odds(scenario: Scenario, found: pd.DataFrame) -> list[tuple[str, str, float]]:
    """Every aim of `model.uncertainty.target_odds`: what it is, how often it is met in words, and the chance."""
    currency, rows = scenario.baseline.currency, []
    for key, goal, chance in zip(found.index.map(str), found["goal"], found["chance"], strict=True):
        kind, _, name = key.partition(".")
        if name:
            channel = scenario.baseline.channel(name)
            within = duration(scenario.targets.get(f"target_s.{name}", channel.target_s))
            said = f"{channel.title}: {numbers.percent(goal)} answered within {within}"
        elif kind in ("npv", "npv_with_revenue"):
            said = f"{OUTCOMES[kind].label} above {numbers.sign(currency)}0"
        else:
            label = {"csat": "CSAT of at least", "budget": "Cost a year within"}[kind]
            text = numbers.number("csat" if kind == "csat" else "operating_cost", float(goal), currency)
            said = f"{label} {text}"
        rows.append((said, numbers.cases(float(chance)), float(chance)))
    return rows


def odds_line(scenario: Scenario, found: pd.DataFrame) -> str:
    """The same as one paragraph of Markdown."""
    said = "; ".join(f"{what} in **{often}**" for what, often, _ in odds(scenario, found))
    return f"**How often it comes true** {at(scenario)}: {said}." if said else ""


def at(scenario: Scenario) -> str:
    """When an aim is looked at: "at month 12, the season apart"; the cards' pace leaves out the season, which the
    roadmap shows."""
    season = ", the season apart" if len(set(scenario.baseline.month_factors)) > 1 else ""
    return f"at month {scenario.month}{season}"


@dataclass(frozen=True, slots=True)
class Part:
    """One assumption's part in the doubt: `left` and `right` are the answer at the ends of its range, the lesser first.

    `share` in words, `alone` the part it has by itself; `at_left`, `at_right` its values there.
    """

    label: str
    share: str
    alone: str
    left: float
    right: float
    at_left: str
    at_right: str


def parts(scenario: Scenario, found: Dependence, errors: bool = True) -> list[Part]:
    """Every assumption that was studied by itself, the largest part first; then the others together.

    Without their standard errors (`errors` False), shares are said to be rough.
    """
    table, currency, rows = ranges(scenario.baseline, scenario.assumption_ranges), scenario.baseline.currency, []
    for key, row in found.rows.iterrows():
        low, _, high = table[str(key)]
        about = ASSUMPTIONS[str(key)]
        one = everyday(about, currency)
        points = " points" if one.after.startswith(" points") else ""
        ends = [(float(row[side]), one.text(value, False) + points) for side, value in (("low", low), ("high", high))]
        (left, at_left), (right, at_right) = sorted(ends, key=lambda end: end[0])
        share = _share(float(row["total"]), float(row["total_error"]) if errors else math.nan)
        alone = _share(float(row["first"]), float(row["first_error"]) if errors else math.nan)
        alone = "" if math.isnan(row["first"]) else alone
        rows.append(Part(called(about), share, alone, left, right, at_left, at_right))
    if found.others:
        others = f"The other {found.others} together" if found.others > 1 else "One other"
        share = _share(found.others_total, found.others_error if errors else math.nan)
        rows.append(Part(others, share, "", found.answer, found.answer, "", ""))
    return rows


def _share(part: float, error: float) -> str:
    """A share of the doubt with its error: 71 % ± 4; "about 71 %" where it has none."""
    percent = min(max(part, 0.0), 1.0) * 100
    text = "under 1 %" if percent < 1 else f"{percent:.0f} %"
    return f"about {text}" if math.isnan(error) else f"{text} ± {max(error * 100, 1):.0f}"


def title(scenario: Scenario, found: Dependence, against: str, band: tuple[float, float]) -> str:
    """The finding over the picture, in Markdown; `against` in Markdown names what is compared with.

    `band` is the likely range of the answer as every page says it, not that of the study's own draws: two ranges of one
    figure would be read as two figures.
    """
    currency, noun = scenario.baseline.currency, NOUNS[found.outcome]
    gap = numbers.step(found.outcome, found.answer, currency) or "no different"
    likely = numbers.span(found.outcome, *band, currency)
    said = f"{opening(noun)} **{gap}** against {against}" + (f" (likely {likely})" if likely else "")
    if found.rows.empty:
        return f"{said}. No assumption moves it."
    first = str(found.rows.index[0])
    part = float(found.rows["total"].iloc[0])
    amount = next(words for least, words in AMOUNTS if part >= least)
    return f"{said}. {amount} of the doubt comes from “{called(ASSUMPTIONS[first])}”."


def how(found: Dependence) -> str:
    """How the picture is read, and how sure it is."""
    read = (
        "A bar: the answer from one end of an assumption's range to the other, all else as taken; the line: all as "
        "taken. The share: how much of the doubt goes with it; what two bring about together counts for both."
    )
    if found.draws <= FIRST_DRAWS:
        return f"{read} First look."
    return f"{read} From {found.draws} cases; {GIVE_OR_TAKE}."


def learning_title(found: Learning, names: Sequence[str], currency: str) -> str:
    """What to find out first, in Markdown; `names` of the options in Markdown, doing nothing first."""
    best = f"**{names[found.best]}** is the best choice in {numbers.cases(found.shares[found.best])}"
    sure = telling(found)
    if sure.empty:
        return f"Nothing needs finding out first: {best}, and no single figure is known to change that."
    top, worth = str(sure.index[0]), numbers.money(float(sure["worth"].iloc[0]), currency)
    return (
        f"As things are known, {best}. Worth finding out first: “{called(ASSUMPTIONS[top])}” (worth up to **{worth}**)"
        f"; all there is to know, {numbers.money(found.everything, currency)}."
    )


def telling(found: Learning) -> pd.DataFrame:
    """The rows whose worth stands out from its error."""
    kept: pd.DataFrame = found.rows[found.rows["worth"] > SURE * found.rows["error"]]
    return kept


def learning_how(found: Learning) -> str:
    """What the amounts mean."""
    return (
        "How much more the best choice would be worth over 36 months, on average, if this figure were known before "
        "choosing: no study of it is worth more than that. All choices under the demand and assumptions on screen. "
        f"From {found.draws:,} cases; {GIVE_OR_TAKE}."
    )
