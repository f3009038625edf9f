"""Best mixes as a picture and in words: the curve of cost against CSAT, what was moved, what stands in the way."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import altair as alt
import pandas as pd
import pyarrow as pa

from model import needs
from model.compare import gap
from model.engine import Outcome
from model.levers import LEVERS
from model.mixes import next_spend
from model.optimise import Mix, Shortfall
from model.progress import Progress
from model.report import numbers, words
from model.report.charts import Spec, axis_text, kept, side_by_side, spec_of
from model.report.colours import palette
from model.report.dials import Dial, dial
from model.report.grammar import listed, named, within
from model.scenario import Scenario
from model.tables import lever_table

WORSE = 0.02
"""Points of answered in time by which a month has to be worse to be named."""
SURE = 0.8
"""Share of cases in which what must hold is to hold, where somebody asks for it; where it does not, it is named."""
SURER = f"Hold the limits in {SURE * 100:.0f} of 100 cases"
"""What asks a search for mixes that hold so often."""
KINDS = ("mix", "nothing", "this", "saved")


def first_wishes(here: Mapping[str, float]) -> tuple[float, float]:
    """What is asked for at first: the money spent now, or a point of CSAT more than now, in per cent."""
    return float(round(here["operating_cost"], -4)), min(round(here["csat"] * 100 + 1, 1), 99.0)


def limit_text(shortfall: Shortfall, scenario: Scenario) -> str:
    """What stands in the way: "CSAT of at least 97.0 %: 84.7 % is the most that can be reached, 12.3 points short"."""
    need, currency = shortfall.need, scenario.baseline.currency
    side, end = ("at least", "most") if need.least else ("at most", "least")
    asked, found = (numbers.number(need.family, v, currency) for v in (need.limit, shortfall.closest))
    lacking = numbers.step(need.family, shortfall.gap, currency).lstrip("+")
    missed = f", {lacking} {'short' if need.least else 'above'}" if lacking else ""
    name = words.outcome_label(need.outcome, scenario)
    return f"{name} of {side} {asked}: {found} is the {end} that can be reached{missed}"


def moved_text(before: Scenario, after: Scenario) -> str:
    """Levers that differ, with both values: "Self-service $30k to $286k; Agents, Chat 27 to 13 FTE from month 8"."""
    said = [(f"{one.label} {was} to {now}", words.since(after.starts.get(key, 0)))
            for key, one, was, now in _moved(before, after)]  # fmt: skip
    return "; ".join(f"{what} {since}" if since else what for what, since in said)


def _moved(before: Scenario, after: Scenario) -> list[tuple[str, Dial, str, str]]:
    """Each lever that differs: its key, its slider and both values."""
    table, currency = lever_table(before.baseline), before.baseline.currency
    found = []
    for key in before.baseline.levers:
        was, now = before.lever(key), after.lever(key)
        if was != now:
            one = dial({str(k): v for k, v in table.loc[key].to_dict().items()}, currency)
            found.append((key, one, lever_text(one, was, currency), lever_text(one, now, currency)))
    return found


def moves_table(
    before: Scenario, after: Scenario, bounds: Mapping[str, tuple[float, float]] | None = None,
    minimum_staffing: Mapping[str, float] | None = None, *, then: str = "In this mix",
) -> str:  # fmt: skip
    """The same as a Markdown table; empty where nothing differs.

    A lever that begins later says when; one as far as its slider goes, or as the search let it go (`bounds`,
    `minimum_staffing`), says so.
    """
    rows, currency = [["Lever", "Before", then, "Note"]], before.baseline.currency
    for key, one, was, now in _moved(before, after):
        ends = [*(bounds or {}).get(key, (one.real(one.low), one.real(one.high)))]
        ends += [least for name, least in (minimum_staffing or {}).items() if key == f"staffing.{name}"]
        # What reads like the end is the end.
        at_end = now in [lever_text(one, end, currency) for end in ends]
        # On a phone a value would lose its unit to the next line.
        values = [value.replace(" ", "\u00a0") for value in (was, now)]
        notes = words.since(after.starts.get(key, 0)), "at its limit" if at_end else ""
        rows.append([one.label, *values, ", ".join(note for note in notes if note)])
    if len(rows) == 1:
        return ""
    wide = 4 if any(row[3] for row in rows[1:]) else 3
    head, *lines = ["| " + " | ".join(row[:wide]) + " |" for row in rows]
    return "\n".join([head, "|:---|---:|---:|" + ":---|" * (wide - 3), *lines])


def lever_text(one: Dial, value: float, currency: str) -> str:
    """A lever's value with its unit, and no more digits than its slider has use for."""
    if one.before:
        return numbers.money(value, currency)
    text = f"{one.shown(value):,.{2 if one.step < 0.1 else 1}f}"
    if one.factor == 1 and not one.after:
        text = text.rstrip("0").rstrip(".")
    return f"{text}{one.after}".replace("-", numbers.MINUS)


def people_text(outcome: Outcome) -> str:
    """What a mix does to people against doing nothing: "43 fewer jobs by month 12: 9 by turnover, 34 redundancies"."""
    return words.jobs(outcome.difference["fte"], outcome.headline["redundancies"], outcome.scenario.month)


def against_text(there: Mapping[str, float], now: Mapping[str, float], currency: str) -> str:
    """What a mix changes against the scenario on screen, of headlines: the two things that it trades."""
    gaps = gap(there, now)
    said = [f"{label} {numbers.step(key, gaps[key], currency) or 'unchanged'}"
            for key, label in (("operating_cost", "cost"), ("csat", "CSAT"))]  # fmt: skip
    return f"Against the scenario on screen: {', '.join(said)}"


def other_months(outcome: Outcome) -> str:
    """The worst month of a mix, which is made for one: "in month 1 only 8.2 % are answered in time".

    Empty where none is more than two points worse.
    """
    levels = outcome.monthly["service_level"].to_numpy()[1:]
    worst = int(levels.argmin())
    if levels[worst] > outcome.headline["service_level"] - WORSE:
        return ""
    return f"in month {worst + 1} only {numbers.number('service_level', float(levels[worst]))} are answered in time"


def edge_text(outcome: Outcome, odds: pd.DataFrame) -> str:
    """The service targets that hold as the figures stand but in too few cases: "phone holds in 49 of 100 cases".

    `odds` is what `model.target_odds` says of the mix. A search that asks for no cases goes to the very limit, where
    about half of them miss it. Empty where each target holds in `SURE` of them, or is missed anyway.
    """
    missed, baseline = {need.outcome for need in needs.missed(outcome)}, outcome.scenario.baseline
    said = []
    for key, chance in words.pairs(odds["chance"]):
        channel = key.partition(".")[2]
        if channel and chance < SURE and key not in missed:
            said.append(f"{within(baseline.channel(channel).title)} holds in {numbers.cases(chance)}")
    return listed(said)


def restored_text(before: Outcome, found: Mix) -> str:
    """What restores the targets of a scenario, and what it costs; or what stands in the way, and nothing is moved."""
    if found.reached:
        moved, way = moved_text(before.scenario, found.scenario), other_months(found.outcome)
        return (f"Every target holds again at month {before.scenario.month}. Moved: {moved}. Against before: "
                f"{_restoring(before, found)}.{f' But {way}.' if way else ''} Undo takes it back.")  # fmt: skip
    ways = "; ".join(limit_text(way, before.scenario) for way in found.in_the_way)
    return f"Not every target can be restored, so nothing was moved. In the way: {ways or 'the targets together'}."


def proposed_title(scenario: Scenario, found: list[Mix]) -> str:
    """What is proposed to restore a scenario's targets; `found` is what `restore.restorations` found."""
    ways = sum(one.reached for one in found)
    title = f"Proposed: {'a way' if ways == 1 else f'{ways} ways'} to hold every target again at month {scenario.month}"
    return title if len(found) == ways else f"{title}; none was found that keeps every job"


def proposed_text(before: Outcome, found: Mix, keeps_jobs: bool = False) -> list[str]:
    """One way to restore the targets of a scenario, line by line: what it costs, and what must be known before."""
    said = [f"{'Keeping every job' if keeps_jobs else 'Least cost found'}: {_restoring(before, found)}"]
    if way := waiting_text(before, found):
        said.append(way)
    if way := other_months(found.outcome):
        said.append(f":orange[:material/warning: **Other months**:] {way}")
    return said


def waiting_text(before: Outcome, found: Mix) -> str:
    """When those go whose work is taken over, and what staying until then costs; empty where nobody has to wait.

    "**People go from month 8**, once the rest has taken effect. Until then both are paid: $1.7m more in all".
    """
    known = before.scenario.starts
    start = max((start for key, start in found.scenario.starts.items()
                 if key.startswith("staffing.") and start != known.get(key, 0)), default=0)  # fmt: skip
    if not start:
        return ""
    said = f"**People go {words.since(start)}**, once the rest has taken effect."
    a_year = (found.outcome.monthly["operating_cost"] - before.monthly["operating_cost"]).loc[1:start]
    more = numbers.step("operating_cost", float(a_year.sum()) / 12, before.scenario.baseline.currency)
    return f"{said} Until then both are paid: {more[1:]} more in all" if more.startswith("+") else said


def _restoring(before: Outcome, found: Mix) -> str:
    """What restoring costs, against the scenario that missed: "cost a year +$218k; 12 more jobs by month 12"."""
    more = gap(found.outcome.headline, before.headline)
    cost = numbers.step("operating_cost", more["operating_cost"], before.scenario.baseline.currency) or "unchanged"
    people = words.jobs(more["fte"], more["redundancies"], before.scenario.month)
    return f"cost a year {cost}{f'; {people}' if people else ''}"


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the plane of cost and CSAT: its name, its kind (`KINDS`), and what the next point of CSAT costs there.

    `place` is what a click gives back, and stays while others join.
    """

    label: str
    kind: str
    cost: float
    csat: float
    place: int
    price: float = math.nan


def curve_title(mixes: list[Mix], nothing: Mapping[str, float], currency: str) -> str:
    """The finding over the curve: what doing nothing gives away, in money or in CSAT."""
    heads = [m.outcome.headline for m in mixes]
    if not heads:
        return "The first mixes appear in a moment"
    cheapest = min((h["operating_cost"] for h in heads if h["csat"] >= nothing["csat"] - 1e-9), default=math.inf)
    happiest = max((h["csat"] for h in heads if h["operating_cost"] <= nothing["operating_cost"]), default=0.0)
    saved, gained = nothing["operating_cost"] - cheapest, happiest - nothing["csat"]
    if saved > 0 and numbers.step("operating_cost", saved, currency):
        more = numbers.step("csat", gained).lstrip("+") if gained > 0 else ""
        least = f"The CSAT of doing nothing can be had for {numbers.money(saved, currency)} a year less"
        return f"{least}, or {more} more for the same money" if more else least
    if cheapest == math.inf:
        top = numbers.number("csat", max(h["csat"] for h in heads))
        return f"No mix found reaches the CSAT of doing nothing; the most is {top}"
    return f"No mix found holds the CSAT of doing nothing for less; it costs {numbers.money(-saved, currency)} more"


def price_text(mixes: list[Mix], prices: list[float], currency: str) -> str:
    """What a point of CSAT costs where it is cheapest and where it is dearest; empty where there is no curve yet."""
    known = [(m, p) for m, p in zip(mixes, prices, strict=True) if not math.isnan(p)]
    if not known:
        return ""
    low, high = min(known, key=lambda one: one[1]), max(known, key=lambda one: one[1])
    at = [numbers.number("csat", one[0].outcome.headline["csat"]) for one in (low, high)]
    least, most = numbers.money(low[1], currency), numbers.money(high[1], currency)
    first = f"The next point of CSAT costs {least} a year at {at[0]}"
    return f"{first}, {most} at {at[1]}." if low is not high else f"{first}."


def curve_data(points: list[Point], currency: str) -> pa.Table:
    """Points of the plane with their texts; a name stands on the side that has more room, and under no other."""
    costs = [p.cost for p in points]
    middle = (min(costs) + max(costs)) / 2 if costs else 0.0
    heights = [p.csat for p in points]
    least = 0.06 * (max(heights) - min(heights)) if points else 0.0
    for side in (True, False):
        named = [i for i, p in enumerate(points) if p.kind != "mix" and (p.cost > middle) == side]
        for i, height in zip(named, side_by_side([heights[i] for i in named], least), strict=True):
            heights[i] = height
    return pa.table({
        "label": pa.array([p.label for p in points], pa.string()),
        "kind": pa.array([p.kind for p in points], pa.string()),
        "cost": pa.array([p.cost for p in points], pa.float64()),
        "csat": pa.array([p.csat for p in points], pa.float64()),
        "named_at": pa.array(heights, pa.float64()),
        "point": pa.array([p.place for p in points], pa.int64()),
        "money": pa.array([numbers.money(p.cost, currency) for p in points], pa.string()),
        "share": pa.array([numbers.number("csat", p.csat) for p in points], pa.string()),
        "side": pa.array(["left" if p.cost > middle else "right" for p in points], pa.string()),
        "next": pa.array(["" if math.isnan(p.price) else numbers.money(p.price, currency) for p in points],
                         pa.string()),
    })  # fmt: skip


def curve_table(mixes: list[Mix], prices: list[float], currency: str) -> str:
    """The curve as a Markdown table, for who reads rather than looks."""
    rows = ["| CSAT | Cost a year | Answered in time | People | The next point of CSAT costs |",
            "|---:|---:|---:|---:|---:|"]  # fmt: skip
    for found, price in zip(mixes, prices, strict=True):
        head = found.outcome.headline
        cells = [numbers.number(key, head[key], currency) for key in ("csat", "operating_cost", "service_level", "fte")]
        rows.append("| " + " | ".join([*cells, "" if math.isnan(price) else numbers.money(price, currency)]) + " |")
    return "\n".join(rows)


@kept
def curve_spec(currency: str = "USD", dark: bool = False) -> Spec:
    """Cost against CSAT: the best mixes as a line with points to click, doing nothing and scenarios beside it."""
    colours = palette(dark)
    shades = {"mix": colours["better"], "nothing": colours["nothing"], "this": colours["this"],
              "saved": colours["neutral"]}  # fmt: skip
    scale = alt.Scale(zero=False, nice=True, padding=16)
    money = alt.Axis(labelExpr=axis_text("money", currency), tickCount=5, gridColor=colours["grid"], domain=False)
    share = alt.Axis(labelExpr=axis_text("share", currency), tickCount=5, gridColor=colours["grid"], domain=False)
    x = alt.X("cost:Q", title="Cost a year", axis=money, scale=scale)
    y = alt.Y("csat:Q", title="CSAT", axis=share, scale=scale)
    shade = alt.Color("kind:N", legend=None, scale=alt.Scale(domain=list(KINDS), range=[shades[k] for k in KINDS]))
    line = alt.Chart().transform_filter("datum.kind == 'mix'").mark_line(
        strokeWidth=2, color=shades["mix"]).encode(x=x, y=y, order="csat:Q")  # fmt: skip
    picked = alt.selection_point(name="picked", fields=["point"], nearest=False)
    dots = alt.Chart().mark_point(filled=True, size=110, opacity=1).encode(
        x=x, y=y, color=shade, size=alt.condition(picked, alt.value(220), alt.value(110), empty=False),
        shape=alt.Shape("kind:N", legend=None, scale=alt.Scale(
            domain=list(KINDS), range=["circle", "square", "diamond", "triangle-up"])),
        tooltip=[alt.Tooltip("label:N", title="Mix"), alt.Tooltip("money:N", title="Cost a year"),
                 alt.Tooltip("share:N", title="CSAT"),
                 alt.Tooltip("next:N", title="Next point of CSAT costs")]).add_params(picked)  # fmt: skip
    beside = alt.Y("named_at:Q", title="CSAT", axis=share, scale=scale)
    texts = [alt.Chart().transform_filter(f"datum.kind != 'mix' && datum.side == '{side}'").mark_text(
        align="left" if side == "right" else "right", baseline="top", dx=9 if side == "right" else -9, dy=4,
        fontWeight="bold", limit=130).encode(x=x, y=beside, text="label:N", color=shade)
        for side in ("left", "right")]  # fmt: skip
    return spec_of(alt.layer(line, dots, *texts).properties(padding={"right": 12, "left": 0, "top": 8, "bottom": 0}))


def next_money(scenario: Scenario, amount: float, progress: Progress, polite: bool = False) -> Iterator[pd.DataFrame]:
    """`model.next_spend` of a scenario, then of the same with the amount spent on the lever that gains most CSAT."""
    progress(0.02, "Spending it on each lever")
    first = next_spend(scenario, amount)
    yield first
    progress(0.5, "Spending the same again")
    key = str(first.index[0])
    levers = {**scenario.levers, key: float(first["value"].iloc[0])}
    yield next_spend(scenario.model_copy(update={"levers": levers}), amount)


@dataclass(frozen=True, slots=True)
class NextMoney:
    """Where the next money should go, in words: the finding, and why it stops there."""

    title: str
    why: str


def next_words(first: pd.DataFrame, then: pd.DataFrame | None, amount: float, scenario: Scenario) -> NextMoney:
    """The lever that brings the most CSAT for an amount, what comes back, and what the same amount would bring after.

    `first` and `then` are what `next_money` finds; without `then` it is not said what comes after.
    """
    names, currency = lever_table(scenario.baseline)["label"], scenario.baseline.currency
    money = numbers.money(amount, currency)
    gains = first[first["csat"] > 5e-4]
    if gains.empty:
        return NextMoney(f"The next {money} brings no CSAT anywhere", "Every lever is at its end, or brings less than "
                         "a twentieth of a point.")  # fmt: skip
    key = str(gains.index[0])
    row, name = gains.iloc[0], str(names[key])
    gain = numbers.step("csat", float(row["csat"])).lstrip("+") or "under 0.1 points"
    said = [f"{name}: {gain} of CSAT"]
    back = float(row["back"])
    if back > 0.01 * amount:
        said.append(f"and {numbers.money(back, currency)} a year comes back elsewhere")
    elif back < -0.01 * amount:
        said.append(f"at {numbers.money(-back, currency)} a year more elsewhere")
    why = []
    if float(row["spent"]) < 0.98 * amount:
        why.append(f"It stops at {numbers.money(float(row['spent']), currency)}, where the lever is at its end.")
    if then is not None and key in then.index and float(then.loc[key, "spent"]) > 0.02 * amount:  # type: ignore[arg-type]
        after = float(then.loc[key, "csat"])  # type: ignore[arg-type]
        brings = f"{more} of CSAT" if (more := numbers.step("csat", after).lstrip("+")) else "hardly any CSAT"
        other = str(then.index[0])
        overtaken = other != key and after < then["csat"].iloc[0]
        turn = f", and {_inside(other, scenario)} would bring more" if overtaken else ""
        why.append(f"The {money} after it would bring {brings}{turn}.")
    elif then is not None and len(then) and then["csat"].iloc[0] > 5e-4:
        brings = numbers.step("csat", float(then["csat"].iloc[0])).lstrip("+")
        net = float(then["back"].iloc[0] - then["spent"].iloc[0])
        costs = (f"more comes back than is spent ({numbers.money(net, currency)} a year)" if net > 0 else
                 f"{numbers.money(-net, currency)} a year more is spent than comes back")  # fmt: skip
        other = _inside(str(then.index[0]), scenario)
        why.append(f"After that, the most CSAT comes from {other}: {brings}, while {costs}.")
    why += _pays(first, scenario)
    return NextMoney(f"The next {money} gains most with {', '.join(said)}", " ".join(why))


def _inside(key: str, scenario: Scenario) -> str:
    """A lever's name within a sentence: "training", "agents, phone", "agents, WhatsApp"."""
    family, dot, channel = key.partition(".")
    label = within(LEVERS[family].label)
    return f"{label}, {named(scenario.baseline.channel(channel).title)}" if dot else label


def _pays(first: pd.DataFrame, scenario: Scenario) -> list[str]:
    """What pays for itself most: what comes back less what is spent, among levers that do not lower CSAT."""
    held = first[first["csat"] > -5e-4]
    left = held["back"] - held["spent"]
    if held.empty or left.max() <= 0:
        return []
    best, currency = str(left.idxmax()), scenario.baseline.currency
    back, spent = (numbers.money(float(held[column][best]), currency) for column in ("back", "spent"))
    return [f"What pays for itself most without lowering CSAT: {_inside(best, scenario)}, {back} back for "
            f"{spent} (by what comes back less what is spent)."]  # fmt: skip


def next_table(table: pd.DataFrame, scenario: Scenario) -> str:
    """What each lever returns for the next money, as a Markdown table, the most CSAT first."""
    names, currency = lever_table(scenario.baseline), scenario.baseline.currency
    rows = ["| Spend it on | Moved to | Spent a year | CSAT | Answered in time | Back elsewhere |",
            "|:---|---:|---:|---:|---:|---:|"]  # fmt: skip
    for key, row in table.iterrows():
        one = dial({str(k): v for k, v in names.loc[str(key)].to_dict().items()}, currency)
        cells = [
            one.label, lever_text(one, float(row["value"]), currency),
            numbers.money(float(row["spent"]), currency), numbers.step("csat", float(row["csat"])) or "no change",
            numbers.step("service_level", float(row["service_level"])) or "no change",
            numbers.money(float(row["back"]), currency),
        ]  # fmt: skip
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)
