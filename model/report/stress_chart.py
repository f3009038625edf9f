"""Pictures of events: scenarios against events as a heat map, and a queue hour by hour. Frame in, chart out."""

import math
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd
import pyarrow as pa

from model.report import stress_words
from model.report.charts import Spec, kept, spec_of
from model.report.colours import DARK, LIGHT, palette
from model.scenario import Channel

if TYPE_CHECKING:
    from model.events.stressed import StressResult

PICKED = "picked"
"""The name of the heat map's selection."""
SHADES = {False: ["#fdf5ef", "#f6c7a4", LIGHT["worse"]], True: ["#1f2730", "#8a4a1c", DARK["worse"]]}
"""From nothing to the worst on show, on a light and a dark page."""
SHORT = {" months": " mo", " weeks": " wk", " days": " d", "not within": "over"}
"""Words in a narrow cell."""
FIGURES = {"backlog": "Waiting", "wait_s": "Average wait", "service_level": "Answered in time", "gave_up": "Gave up"}


def figures_of(channel: Channel) -> list[str]:
    """The figures that a channel has: nobody gives up on an e-mail."""
    return [key for key in FIGURES if key != "gave_up" or channel.kind != "deferred"]


def map_data(
    found: Mapping[str, Sequence["StressResult"]], key: str, picked: tuple[str, int] | None = None
) -> pa.Table:
    """A row a scenario and event: names, the number as text, its shade from 0 to 1 (the worst on show), if `picked`.

    Shades go by the logarithm: an hour and a day differ as much as a day and three weeks.
    """
    rows: list[dict[str, Any]] = []
    values = [one.measure(key) for many in found.values() for one in many]
    finite = [value for value in values if math.isfinite(value)]
    unit = 1.0 if key == "recovery_hours" else max(max(finite, default=1.0) * 1e-3, 1.0)
    top = math.log1p(max([*finite, unit]) / unit)
    for order, (scenario, many) in enumerate(found.items()):
        for place, one in enumerate(many):
            value = one.measure(key)
            shade = 1.0 if math.isinf(value) else min(math.log1p(max(value, 0.0) / unit) / top, 1.0)
            text = stress_words.measure(key, value, one.scenario.baseline.currency)
            short = reduce(lambda said, pair: said.replace(*pair), SHORT.items(), text)
            rows.append({
                "scenario": scenario, "event": stress_words.name(one.events), "text": text, "short": short,
                "row": order, "place": place, "across": len(found), "chosen": (scenario, place) == picked,
                "shade": shade, "dark_ground": shade > 0.6,
            })  # fmt: skip
    return pa.Table.from_pylist(rows)


@kept
def map_spec(dark: bool = False) -> Spec:
    """Events down, scenarios across; every cell says its number, the deeper the colour the worse. A click picks one."""
    colours = palette(dark)
    label = alt.Axis(domain=False, ticks=False, grid=False, labelColor=colours["text"], labelLimit=170, title=None,
                     labelFontSize=13, labelFlush=False)  # fmt: skip
    across = label.copy()
    across.orient, across.labelAngle, across.labelLimit = "top", 0, alt.ExprRef("bandwidth('x')")
    picked = alt.selection_point(name=PICKED, fields=["row", "place"], on="click", clear=False)
    gaps = alt.Scale(paddingInner=0.08, paddingOuter=0.04)
    x = alt.X("scenario:N", axis=across, sort=alt.EncodingSortField("row", op="min"), scale=gaps)
    y = alt.Y("event:N", axis=label, sort=alt.EncodingSortField("place", op="min"), scale=gaps)
    cells = alt.Chart().mark_rect(cornerRadius=3, cursor="pointer").encode(
        x=x, y=y, stroke=alt.condition("datum.chosen", alt.value(colours["text"]), alt.value(None)),
        strokeWidth=alt.value(2),
        color=alt.Color("shade:Q", legend=None, scale=alt.Scale(domain=[0, 0.5, 1], range=SHADES[dark],
                                                                interpolate="rgb", clamp=True)),
        tooltip=[alt.Tooltip("event:N", title="Event"), alt.Tooltip("scenario:N", title="Scenario"),
                 alt.Tooltip("text:N", title="Value")],
    ).add_params(picked)  # fmt: skip
    black = alt.value("#0d1218" if dark else "#000000")
    ink = alt.condition("datum.dark_ground", black, alt.value(colours["text"]))
    # On a phone with more than two scenarios a cell has room for few letters.
    size = alt.ExprRef("clamp(bandwidth('x') / (bandwidth('x') < 58 ? 4.2 : 5.5), 8, 13)")
    fitting = "width / datum.across < 62 ? datum.short : datum.text"
    texts = alt.Chart().transform_calculate(fitting=fitting).mark_text(
        baseline="middle", fontWeight="bold", fontSize=size, cursor="pointer").encode(
        x=x, y=y, text="fitting:N", color=ink)  # fmt: skip
    return spec_of(alt.layer(cells, texts).properties(padding={"left": 0, "right": 0, "top": 0, "bottom": 0}))


def hours_data(found: "StressResult", channel: Channel, figure: str) -> pa.Table:
    """One channel half-hour by half-hour: hour since Monday 00:00, value with the event and without, texts, in_event.

    Shares in %, waits in minutes for e-mail in hours; half-hours without contacts hold no waits or shares.
    """
    table = found.hours[found.hours["channel"] == channel.name]
    table = table.iloc[: _until(table, figure)]
    hour = table["hour"].to_numpy()
    scale = {"service_level": 100.0, "wait_s": 1 / 3600 if channel.kind == "deferred" else 1 / 60}.get(figure, 1.0)
    values = {}
    for suffix in ("", "_without"):
        value = table[f"{figure}{suffix}"].to_numpy(dtype=float) * scale
        if figure in ("service_level", "wait_s"):
            value = np.where(table[f"arrivals{suffix}"].to_numpy() > 0.05, value, np.nan)
        values[suffix] = value
    active = np.zeros(len(hour), dtype=bool)
    if found.worst_month is None:
        for event in found.events:
            active |= (hour + 0.5 > event.start_h) & (hour < event.start_h + event.length_h)
    return pa.table({
        "hour": hour + 0.5, "from": hour, "when": [stress_words.clock(float(h)) for h in hour],
        "value": pa.array(values[""], from_pandas=True), "without": pa.array(values["_without"], from_pandas=True),
        "agents": np.round(table["agents"].to_numpy(), 1), "contacts": np.round(table["arrivals"].to_numpy(), 1),
        "active": active,
    })  # fmt: skip


def _until(table: pd.DataFrame, figure: str) -> int:
    """Half-hours to show: the days on which a figure differs visibly from the usual, and one more; at least two."""
    gap = np.abs(table[figure].to_numpy(dtype=float) - table[f"{figure}_without"].to_numpy(dtype=float))
    seen = np.flatnonzero(gap > 0.05 * max(float(gap.max()), 1e-9))
    last = int(seen[-1]) if len(seen) else 0
    return max((last // 48 + 2) * 48, 96)


def unit(channel: Channel, figure: str) -> str:
    """The unit of a figure's axis, in words."""
    waits = "hours" if channel.kind == "deferred" else "minutes"
    names = {"backlog": "customers", "wait_s": waits, "service_level": "%", "gave_up": "customers in half an hour"}
    return names[figure]


@kept
def hours_spec(figure: str, name: str, dark: bool = False) -> Spec:
    """With the event as a line, without it dashed and grey; the hours of the event are shaded."""
    colours = palette(dark)
    days = "slice(['Mon','Tue','Wed','Thu','Fri','Sat','Sun'][floor(datum.value / 24) % 7], 0, 3)"
    axis = alt.Axis(grid=False, title=None, values=list(range(0, 24 * 28, 6)), labelOverlap=True,
                    labelExpr=f"datum.value % 24 == 0 ? {days} : (datum.value % 24) + ':00'")  # fmt: skip
    x = alt.X("hour:Q", axis=axis, scale=alt.Scale(zero=False, nice=False))
    top = alt.Scale(domain=[0, 100]) if figure == "service_level" else alt.Scale(zero=True, nice=True)
    upright = alt.Axis(title=name, gridColor=colours["grid"], domain=False, ticks=False, tickCount=4,
                       titleColor=colours["quiet"], format=",.4~g")  # fmt: skip
    value, without = (alt.Y(f"{key}:Q", axis=upright, scale=top) for key in ("value", "without"))
    shade = alt.Scale(domain=["With the event", "Without"], range=[colours["worse"], colours["nothing"]])
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", labelColor=colours["text"], offset=2)
    tooltip = [alt.Tooltip("when:N", title="From"), alt.Tooltip("value:Q", title="With the event", format=",.1f"),
               alt.Tooltip("without:Q", title="Without", format=",.1f"), alt.Tooltip("contacts:Q", title="Contacts"),
               alt.Tooltip("agents:Q", title="Agents")]  # fmt: skip
    band = alt.Chart().transform_filter("datum.active").mark_rect(opacity=0.12, color=colours["worse"]).encode(
        x=alt.X("from:Q", axis=axis), x2="hour:Q")  # fmt: skip
    usual = alt.Chart().transform_calculate(series="'Without'").mark_line(
        strokeDash=[5, 4], strokeWidth=2, interpolate="monotone").encode(
        x=x, y=without, color=alt.Color("series:N", scale=shade, legend=legend))  # fmt: skip
    line = alt.Chart().transform_calculate(series="'With the event'").mark_line(
        strokeWidth=2.5, interpolate="monotone").encode(
        x=x, y=value, color=alt.Color("series:N", scale=shade, legend=legend))  # fmt: skip
    dots = alt.Chart().mark_point(opacity=0, size=60, filled=True).encode(x=x, y=value, tooltip=tooltip)
    return spec_of(alt.layer(band, usual, line, dots))
