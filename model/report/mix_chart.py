"""Best mixes as a picture and in words: the curve of cost against CSAT, what was moved, what stands in the way."""

from functools import lru_cache

import altair as alt
import pandas as pd
import pyarrow as pa

from model.optimise import Mix, Shortfall
from model.outcomes import OUTCOMES
from model.report import numbers
from model.report.charts import Spec, _axis_text, _compiled, palette
from model.scenario import Scenario
from model.tables import lever_table

KINDS = ("mix", "nothing", "this", "saved")


def limit_text(shortfall: Shortfall, scenario: Scenario) -> str:
    """What stands in the way: "CSAT of at least 97.0 %: 84.7 % is the most that can be reached, 12.3 points short"."""
    need, currency = shortfall.need, scenario.baseline.currency
    side, end = ("at least", "most") if need.least else ("at most", "least")
    asked, found = (numbers.number(need.family, v, currency) for v in (need.limit, shortfall.closest))
    gap = numbers.step(need.family, shortfall.gap, currency).lstrip("+")
    missed = f", {gap} {'short' if need.least else 'above'}" if gap else ""
    name = outcome_label(need.outcome, scenario)
    return f"{name} of {side} {asked}: {found} is the {end} that can be reached{missed}"


def outcome_label(key: str, scenario: Scenario) -> str:
    """An outcome's name on screen, with its channel where it is one's own."""
    family, dot, channel = key.partition(".")
    return OUTCOMES[family].label + (f", {scenario.baseline.channel(channel).title.lower()}" if dot else "")


def moved_text(before: Scenario, after: Scenario) -> str:
    """Levers that differ, with both values: "Agents, Phone 79.9 to 66.6 FTE; Self-service $30k to $286k"."""
    table, currency = lever_table(before.baseline), before.baseline.currency
    said = []
    for key in before.baseline.levers:
        old, new = before.lever(key), after.lever(key)
        if old != new:
            label, unit = str(table.loc[key, "label"]), str(table.loc[key, "unit"])
            said.append(f"{label} {lever_text(unit, old, currency)} to {lever_text(unit, new, currency)}")
    return "; ".join(said)


def lever_text(unit: str, value: float, currency: str) -> str:
    """A lever's value with its unit."""
    match unit:
        case "money":
            return numbers.money(value, currency)
        case "share":
            return f"{value * 100:.1f} %".replace("-", numbers.MINUS)
        case "fte":
            return f"{value:,.1f} FTE"
        case "hours":
            return f"{value:,.0f} h"
        case _:
            return f"{value:,.1f}"


def curve_title(mixes: list[Mix], prices: list[float], currency: str) -> str:
    """The finding over the curve: what the next point of CSAT costs where it is cheap, and where it is dear."""
    known = [(m, p) for m, p in zip(mixes, prices, strict=True) if p == p]
    if not known:
        return "The first mixes appear in a moment"
    low, high = min(known, key=lambda one: one[1]), max(known, key=lambda one: one[1])
    at = [numbers.number("csat", one[0].outcome.headline["csat"]) for one in (low, high)]
    return (f"A point of CSAT costs {numbers.money(low[1], currency)} a year at {at[0]}, "
            f"{numbers.money(high[1], currency)} at {at[1]}")  # fmt: skip


def curve_data(points: list[tuple[str, str, float, float]], currency: str) -> pa.Table:
    """Points of (label, kind, cost, csat) in order along the curve, with their texts."""
    labels, kinds, cost, csat = (list(column) for column in zip(*points, strict=True)) if points else ([], [], [], [])
    return pa.table({
        "label": pa.array(labels, pa.string()), "kind": pa.array(kinds, pa.string()),
        "cost": pa.array(cost, pa.float64()), "csat": pa.array(csat, pa.float64()),
        "point": pa.array(range(len(labels)), pa.int64()),
        "money": pa.array([numbers.money(v, currency) for v in cost], pa.string()),
        "share": pa.array([numbers.number("csat", v) for v in csat], pa.string()),
    })  # fmt: skip


@lru_cache(maxsize=16)
def curve_spec(currency: str = "USD", dark: bool = False) -> Spec:
    """Cost against CSAT: the best mixes as a line with points to click, doing nothing and scenarios beside it."""
    colours = palette(dark)
    shades = {"mix": colours["better"], "nothing": colours["nothing"], "this": colours["this"],
              "saved": colours["neutral"]}  # fmt: skip
    scale = alt.Scale(zero=False, nice=True, padding=16)
    money = alt.Axis(labelExpr=_axis_text("money", currency), tickCount=5, gridColor=colours["grid"], domain=False)
    share = alt.Axis(labelExpr=_axis_text("share", currency), tickCount=5, gridColor=colours["grid"], domain=False)
    x = alt.X("cost:Q", title="Cost a year", axis=money, scale=scale)
    y = alt.Y("csat:Q", title="CSAT", axis=share, scale=scale)
    shade = alt.Color("kind:N", legend=None, scale=alt.Scale(domain=list(KINDS), range=[shades[k] for k in KINDS]))
    line = alt.Chart().transform_filter("datum.kind == 'mix'").mark_line(
        strokeWidth=2, color=shades["mix"]).encode(x=x, y=y, order="point:Q")  # fmt: skip
    picked = alt.selection_point(name="picked", fields=["point"], nearest=False)
    dots = alt.Chart().mark_point(filled=True, size=110, opacity=1).encode(
        x=x, y=y, color=shade, size=alt.condition(picked, alt.value(220), alt.value(110), empty=False),
        shape=alt.Shape("kind:N", legend=None, scale=alt.Scale(
            domain=list(KINDS), range=["circle", "square", "diamond", "triangle-up"])),
        tooltip=[alt.Tooltip("label:N", title="Mix"), alt.Tooltip("money:N", title="Cost a year"),
                 alt.Tooltip("share:N", title="CSAT")]).add_params(picked)  # fmt: skip
    texts = alt.Chart().transform_filter("datum.kind != 'mix'").mark_text(
        align="left", baseline="top", dx=9, dy=4, fontWeight="bold").encode(
        x=x, y=y, text="label:N", color=shade)  # fmt: skip
    return _compiled(alt.layer(line, dots, texts).properties(padding={"right": 90, "left": 0, "top": 8, "bottom": 0}))


def next_table(table: pd.DataFrame, scenario: Scenario) -> str:
    """What each lever returns for the next money, as a Markdown table, the most CSAT first."""
    names, currency = lever_table(scenario.baseline), scenario.baseline.currency
    rows = ["| Spend it on | Moved to | Spent a year | CSAT | Answered in time | Saved elsewhere |",
            "|:---|---:|---:|---:|---:|---:|"]  # fmt: skip
    for key, row in table.iterrows():
        unit = str(names.loc[str(key), "unit"])
        cells = [
            str(names.loc[str(key), "label"]), lever_text(unit, float(row["value"]), currency),
            numbers.money(float(row["spent"]), currency), numbers.step("csat", float(row["csat"])) or "no change",
            numbers.step("service_level", float(row["service_level"])) or "no change",
            numbers.money(float(row["back"]), currency),
        ]  # fmt: skip
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)
