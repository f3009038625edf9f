"""Chart builders: frame in, chart out. No interface code, so that pages, decks and tests draw the same pictures.

Each picture has two halves. `*_data` turns outcomes into a small table whose columns hold everything that depends on
the numbers (texts, edges, colours' names); `*_spec` is authored in Altair, compiled once and the same for all numbers,
so that a browser swaps rows instead of building the picture anew.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial, wraps
from itertools import accumulate
from threading import RLock
from typing import Any, ParamSpec

import altair as alt
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from model.outcomes import OUTCOMES
from model.report import numbers, words
from model.report.colours import palette

Spec = dict[str, Any]
P = ParamSpec("P")
Array = NDArray[np.float64]

MOST_CAUSES = 9
NAME = 0.09
"""How much of a picture's height the name of a line takes."""


def kept(function: Callable[P, Spec]) -> Callable[P, Spec]:
    """Author a picture once, and once only: it takes a tenth of a second, and twenty may ask for it at a time."""
    known, one_at_a_time = lru_cache(maxsize=64)(function), RLock()

    @wraps(function)
    def found(*given: P.args, **named: P.kwargs) -> Spec:
        with one_at_a_time:
            return known(*given, **named)  # type: ignore[arg-type]  # told by the cache, where one cannot be hashed

    return found


def prepare() -> None:
    """Author the first pictures that anybody sees, so that the first move need not."""
    bridge_spec(False)
    for moved in (False, True):
        path_spec("operating_cost", "USD", False, moved)


def spec_of(chart: Any) -> Spec:
    """The Vega-Lite of a chart without its data, which the page sends apart, and without the theme, which it sets."""
    spec: Spec = chart.to_dict(validate=True)
    for key in ("$schema", "config", "data", "datasets"):
        spec.pop(key, None)
    for layer in spec.get("layer", ()):
        layer.pop("data", None)
    return spec


def axis_text(unit: str, currency: str) -> str:
    """A Vega expression that writes an axis' numbers as `numbers.number` does."""
    if unit == "money":
        mark = numbers.sign(currency).replace("'", "")
        return (
            f"(datum.value < 0 ? '{numbers.MINUS}' : '') + '{mark}' + "
            "(abs(datum.value) >= 1e6 ? format(abs(datum.value) / 1e6, '.4~g') + 'm' : "
            "abs(datum.value) >= 1e3 ? format(abs(datum.value) / 1e3, '.4~g') + 'k' : format(abs(datum.value), ',.0f'))"
        )
    if unit == "share":
        return "format(datum.value * 100, '.4~g') + ' %'"
    return "format(datum.value, ',.4~g')"


# What caused the change


def bridge_data(
    outcome: str, reference: float, value: float, causes: pd.Series, currency: str = "USD",
    ends: tuple[str, str] = ("Doing nothing", "This scenario"),
) -> pa.Table:  # fmt: skip
    """The bridge from doing nothing to this scenario, or between any two by the names of its `ends`.

    Parameters
    ----------
    causes : Series
        A label on screen -> its share of the change, in the outcome's unit; sums to value - reference.

    Returns
    -------
    Table of label, start, end, edge (where the text stands), text, kind, cut (whether the bar begins above nought
    although it stands for the whole); in the order they are drawn.
    """
    better = OUTCOMES[outcome].better
    shares = words.pairs(causes)
    seen = sorted((cause for cause in shares if numbers.step(outcome, cause[1], currency)), key=lambda c: -abs(c[1]))
    steps = seen[:MOST_CAUSES]
    rest = sum(share for _, share in shares) - sum(share for _, share in steps)
    if numbers.step(outcome, rest, currency):
        steps.append(("Everything else", rest))
    levels = list(accumulate((share for _, share in steps), initial=reference))
    least, most = min([*levels, value]), max([*levels, value])
    # The whole bars are cut below, or the steps could not be seen; the texts say what they measure.
    floor = max(0.0, least - max(0.35 * (most - least), 0.002 * abs(most))) if least > 0 else least
    before, after = numbers.apart(outcome, (reference, value), currency)
    rows = [(ends[0], floor, reference, reference, before, "nothing")]
    for (label, share), start in zip(steps, levels, strict=False):
        kind = "neutral" if better == "none" else "better" if (share > 0) == (better == "up") else "worse"
        text = numbers.step(outcome, share, currency)
        rows.append((label, start, start + share, max(start, start + share), text, kind))
    rows.append((ends[1], floor, value, value, after, "this"))
    names = ("label", "start", "end", "edge", "text", "kind")
    table = {n: list(column) for n, column in zip(names, zip(*rows, strict=True), strict=True)}
    cut = [floor > 0 and kind in ("nothing", "this") for kind in table["kind"]]
    return pa.table({**table, "cut": cut, "order": list(range(len(rows)))})


def _fading(colour: str) -> dict[str, Any]:
    """A colour that comes up from nothing at the left."""
    stops = [{"offset": 0, "color": f"{colour}00"}, {"offset": 0.3, "color": colour}]
    return {"gradient": "linear", "x1": 0, "y1": 0, "x2": 1, "y2": 0, "stops": stops}


@kept
def bridge_spec(dark: bool = False) -> Spec:
    """Horizontal bars from start to end, the text at the right edge; no axis, since every bar says its number.

    A bar that is cut fades out at the left, so that nobody takes its length for its size.
    """
    colours = palette(dark)
    # Sorted by a column: with rows swapped in a living picture, the order of arrival is not the order of the table.
    y = alt.Y("label:N", sort=alt.EncodingSortField("order", op="min"), title=None, axis=alt.Axis(
        ticks=False, domain=False, grid=False, labelLimit=190, labelPadding=8, labelColor=colours["text"],
        labelOverlap=False))  # fmt: skip  # every bar has its name, however many there are
    x = alt.X("start:Q", title=None, axis=None, scale=alt.Scale(zero=False, nice=False, padding=4))
    fills: Any = alt
    for kind in ("nothing", "this"):
        fills = fills.when(f"datum.cut && datum.kind == '{kind}'").then(alt.value(_fading(colours[kind])))
    for kind in ("nothing", "better", "worse", "neutral"):
        fills = fills.when(f"datum.kind == '{kind}'").then(alt.value(colours[kind]))
    bars = alt.Chart().mark_bar(cornerRadius=2, height=alt.RelativeBandSize(0.72)).encode(
        x=x, x2="end:Q", y=y, tooltip=[alt.Tooltip("label:N", title="Cause"), alt.Tooltip("text:N", title="Change")],
        color=fills.otherwise(alt.value(colours["this"])),
    )  # fmt: skip
    texts = alt.Chart().mark_text(align="left", baseline="middle", dx=6, color=colours["text"]).encode(
        x=alt.X("edge:Q", scale=alt.Scale(zero=False, nice=False)), y=y, text="text:N")  # fmt: skip
    # The texts' own widths are kept free already: more room here would be lost twice, most of a phone's width.
    return spec_of(alt.layer(bars, texts).properties(padding={"right": 4, "left": 0, "top": 0, "bottom": 0}))


# Over time


def path_data(value: ArrayLike, nothing: ArrayLike, ranges: pd.DataFrame | None, month: int) -> pa.Table:
    """The path of one outcome, months 0 to 36: this scenario with its likely range, doing nothing, the month shown."""
    here, there = np.asarray(value, dtype=float), np.asarray(nothing, dtype=float)
    low, high = (here, here) if ranges is None else (ranges[end].to_numpy(dtype=float) for end in ("low", "high"))
    months = np.arange(len(here))
    least, most = float(min(here.min(), there.min())), float(max(here.max(), there.max()))
    # Half a percent is not blown up to the height of the picture: the axis spans at least this much.
    room = max(0.0, 0.01 * abs(most) - (most - least) / 2)
    seen = max(most + room, float(high.max())) - min(least - room, float(low.min()))
    nothing_at, value_at = side_by_side((float(there[-1]), float(here[-1])), NAME * max(seen, 1e-12))
    return pa.table({
        "month": months, "value": here, "nothing": there, "low": low, "high": high,
        "value_at": np.full(len(months), value_at), "nothing_at": np.full(len(months), nothing_at),
        "shown": months == month, "last": months == months[-1],
        "floor": np.full(len(months), least - room), "roof": np.full(len(months), most + room),
    })  # fmt: skip


def side_by_side(places: Sequence[float], gap: float) -> list[float]:
    """Where the names of things stand that are in these places: at least a gap apart, the middle of them as it was."""
    if not places:
        return []
    order = np.argsort(places, kind="stable")
    spread = np.array(places, dtype=float)[order]
    for i in range(1, len(spread)):
        spread[i] = max(spread[i], spread[i - 1] + gap)
    spread -= (spread - np.array(places)[order]).mean()
    for i in range(1, len(spread)):
        spread[i] = max(spread[i], spread[i - 1] + gap)
    found = np.empty(len(spread))
    found[order] = spread
    placed: list[float] = found.tolist()
    return placed


def _label(text: str, colour: str, x: alt.X, y: alt.Y) -> alt.Chart:
    """A line's name at its end."""
    mark = alt.Chart().transform_filter("datum.last").mark_text(
        align="left", dx=6, baseline="middle", color=colour, fontWeight="bold")  # fmt: skip
    chart: alt.Chart = mark.encode(x=x, y=y, text=alt.value(text))
    return chart


@kept
def path_spec(outcome: str, currency: str = "USD", dark: bool = False, moved: bool = True) -> Spec:
    """A line with its band, and doing nothing dashed; labels stand at the lines' ends."""
    colours = palette(dark)
    unit = OUTCOMES[outcome].unit
    x = alt.X("month:Q", title="Months from now", scale=alt.Scale(domain=[0, 36], nice=False),
              axis=alt.Axis(values=[0, 6, 12, 18, 24, 30, 36], grid=False))  # fmt: skip
    axis = alt.Axis(labelExpr=axis_text(unit, currency), tickCount=4, gridColor=colours["grid"], domain=False,
                    ticks=False)  # fmt: skip
    scale = alt.Scale(zero=False, nice=True)
    y = alt.Y("value:Q", title=None, axis=axis, scale=scale)
    nothing_y = alt.Y("nothing:Q", title=None, axis=axis, scale=scale)
    nothing = alt.Chart().mark_line(strokeDash=[5, 4], strokeWidth=2, color=colours["nothing"]).encode(x=x, y=nothing_y)
    # Named at the end of its line; where two lines end close to each other, a little off.
    name = partial(alt.Y, title=None, axis=axis, scale=scale)
    nothing_text = _label("Doing nothing", colours["quiet"], x, name("nothing_at:Q") if moved else nothing_y)
    span = alt.Chart().transform_filter("datum.last").mark_rule(opacity=0).encode(
        x=x, y=alt.Y("floor:Q", title=None, axis=axis, scale=scale), y2="roof:Q")  # fmt: skip
    layers = [span, nothing, nothing_text]
    if moved:
        band = alt.Chart().mark_area(opacity=0.2, color=colours["this"]).encode(
            x=x, y=alt.Y("low:Q", title=None, axis=axis, scale=scale), y2="high:Q")  # fmt: skip
        line = alt.Chart().mark_line(strokeWidth=2.5, color=colours["this"]).encode(x=x, y=y)
        text = _label("This scenario", colours["this"], x, name("value_at:Q"))
        point = alt.Chart().transform_filter("datum.shown").mark_point(
            filled=True, size=70, opacity=1, color=colours["this"]).encode(x=x, y=y)  # fmt: skip
        layers = [span, band, nothing, line, nothing_text, text, point]
    return spec_of(alt.layer(*layers).properties(padding={"right": 4, "left": 0, "top": 4, "bottom": 0}))


# Through the week


def week_data(intervals: pd.DataFrame, channel: str, target: float | None) -> pa.Table:
    """One channel's half-hours: weekday, hour, share answered in time and its distance to the target.

    Half-hours without contacts are left out: the channel is closed.
    """
    rows = words.week_of(intervals, channel)
    cell = rows["half_hour"].to_numpy()
    hour = (cell % 48) / 2
    service = rows["service_level"].to_numpy(dtype=float)
    starts = [numbers.clock(h) for h in hour.tolist()]
    return pa.table({
        "day": [words.DAYS[i] for i in cell // 48], "hour": hour, "until": hour + 0.5, "start": starts,
        "gap": service - (0.8 if target is None else target), "in_time": [f"{s * 100:.0f} %" for s in service],
        "contacts": np.round(rows["arrivals"].to_numpy(dtype=float), 1),
        "agents": np.round(rows["agents"].to_numpy(dtype=float), 1),
    })  # fmt: skip


def week_axes() -> dict[str, alt.X | alt.X2 | alt.Y]:
    """Places of a week's heat map: weekdays down, the day across from `hour` to `until`."""
    day = alt.Scale(domain=list(words.DAYS), paddingInner=0.08)
    days = alt.Axis(domain=False, ticks=False, grid=False, labelExpr="slice(datum.label, 0, 3)")
    return {
        "x": _hours("hour", alt.Scale(domain=[0, 24], nice=False)),
        "x2": alt.X2("until:Q"),
        "y": alt.Y("day:N", sort=list(words.DAYS), title=None, scale=day, axis=days),
    }


def _hours(field: str, scale: alt.Scale) -> alt.X:
    """The day across, told every three hours."""
    axis = alt.Axis(values=list(range(0, 25, 3)), labelExpr="datum.value + ':00'", grid=False, domain=False,
                    ticks=False, labelFlush=True, labelFlushOffset=-4)  # fmt: skip  # or the last one would be cut
    return alt.X(f"{field}:Q", title=None, scale=scale, axis=axis)


@kept
def week_spec(dark: bool = False) -> Spec:
    """A heat map of weekday by half-hour: blue above the target, vermilion below, pale near it.

    The day is shown from the first half-hour with contacts to the last, rounded out to three hours: what nobody sees
    reaches so far, and the scale, which has no bounds of its own, with it.
    """
    colours, across = palette(dark), alt.Scale(zero=False, nice=False)
    shown = alt.Chart().transform_aggregate(first="min(hour)", last="max(until)").transform_calculate(
        opens="floor(datum.first / 3) * 3", closes="ceil(datum.last / 3) * 3").mark_rule(opacity=0, aria=False).encode(
        x=_hours("opens", across), x2="closes:Q")  # fmt: skip
    colour = alt.Color("gap:Q", title="Against target", scale=alt.Scale(
        domain=[-0.4, -0.1, 0, 0.2], range=[colours["worse"], "#f0b48a" if not dark else "#8a5330", colours["middle"],
                                            colours["this"]], interpolate="rgb", clamp=True),
        legend=alt.Legend(orient="top", direction="horizontal", gradientLength=180, gradientThickness=8, tickCount=4,
                          titleOrient="left", labelExpr="format(datum.value * 100, '+.0f') + ' points'"))  # fmt: skip
    cells = alt.Chart().mark_rect(stroke=None).encode(
        **{**week_axes(), "x": _hours("hour", across)},
        color=colour,
        tooltip=[alt.Tooltip("day:N", title="Day"), alt.Tooltip("start:N", title="From"),
                 alt.Tooltip("in_time:N", title="Answered in time"), alt.Tooltip("contacts:Q", title="Contacts"),
                 alt.Tooltip("agents:Q", title="Agents")],
    )  # fmt: skip
    return spec_of(alt.layer(shown, cells))


# Cost and CSAT


def plane_data(points: list[tuple[str, str, float, float]], ranges: pd.DataFrame | None = None) -> pa.Table:
    """Points of (label, kind, cost, csat); the scenario (kind "this") with its likely ranges where given."""
    labels, kinds, cost, csat = (list(column) for column in zip(*points, strict=True))
    bounds: dict[str, list[float]] = {n: [] for n in ("cost_low", "cost_high", "csat_low", "csat_high")}
    for kind, x, y in zip(kinds, cost, csat, strict=True):
        own = ranges is not None and kind == "this"
        for axis, key, value in (("cost", "operating_cost", x), ("csat", "csat", y)):
            for end in ("low", "high"):
                bounds[f"{axis}_{end}"].append(float(ranges[end].loc[key]) if own and ranges is not None else value)
    return pa.table({"label": labels, "kind": kinds, "cost": cost, "csat": csat, **bounds})


@kept
def plane_spec(currency: str = "USD", dark: bool = False) -> Spec:
    """Cost against CSAT: better is up and to the left; likely ranges as crosses, labels beside the points."""
    colours = palette(dark)
    kinds = ("nothing", "this")
    shade = alt.Color("kind:N", legend=None, scale=alt.Scale(domain=kinds, range=[colours[k] for k in kinds]))
    scale = alt.Scale(zero=False, nice=True, padding=24)
    money = alt.Axis(labelExpr=axis_text("money", currency), tickCount=5, gridColor=colours["grid"], domain=False)
    share = alt.Axis(labelExpr=axis_text("share", currency), tickCount=5, gridColor=colours["grid"], domain=False)
    x = alt.X("cost:Q", title="Cost a year", axis=money, scale=scale)
    y = alt.Y("csat:Q", title="CSAT", axis=share, scale=scale)
    across = alt.Chart().mark_rule(strokeWidth=2, opacity=0.5).encode(
        x=alt.X("cost_low:Q", title="Cost a year", axis=money, scale=scale), x2="cost_high:Q", y=y,
        color=shade)  # fmt: skip
    upright = alt.Chart().mark_rule(strokeWidth=2, opacity=0.5).encode(
        x=x, y=alt.Y("csat_low:Q", title="CSAT", axis=share, scale=scale), y2="csat_high:Q", color=shade)  # fmt: skip
    dots = alt.Chart().mark_point(filled=True, size=140, opacity=1).encode(x=x, y=y, color=shade)
    texts = alt.Chart().mark_text(align="left", baseline="bottom", dx=9, dy=-5, fontWeight="bold").encode(
        x=x, y=y, text="label:N", color=shade)  # fmt: skip
    return spec_of(alt.layer(across, upright, dots, texts).properties(
        padding={"right": 4, "left": 0, "top": 8, "bottom": 0}))  # fmt: skip
