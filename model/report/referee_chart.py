"""A channel's busiest hours, simulated and in the model: the picture and what it says. Frame in, chart out."""

from typing import Any

import altair as alt
import pyarrow as pa

from model.referee.hours import Hours
from model.report import words
from model.report.charts import Spec, kept, spec_of
from model.report.colours import palette
from model.report.grammar import listed, within
from model.report.numbers import clock, number

FIGURES = {"service_level": "Answered in time", "abandonment": "Gave up waiting", "asa": "Average wait"}
CLOSE = {"service_level": 0.02, "abandonment": 0.01, "asa": 3.0}
"""A difference that moves no decision: points of shares, seconds of wait."""
MODEL, SIMULATION = "Model", "Simulation"


def hours_data(hours: Hours, figure: str) -> pa.Table:
    """A row a half-hour: hour of the day, start as text, model, simulated, low, high; shares in %, waits in s."""
    own = hours.table[hours.table["figure"] == figure]
    scale = 1.0 if figure == "asa" else 100.0
    cells = own["half_hour"].to_numpy()
    values = {name: own[name].to_numpy(dtype=float) * scale for name in ("model", "simulated", "low", "high")}
    texts = {f"{name}_text": [number(figure, float(v)) for v in own[name]] for name in ("model", "simulated")}
    likely = [f"{number(figure, float(a))} to {number(figure, float(b))}"
              for a, b in zip(own["low"], own["high"], strict=True)]  # fmt: skip
    return pa.table({"hour": (cells % 48) / 2, "start": [clock(c % 48 / 2) for c in cells.tolist()], **values, **texts,
                     "likely": likely})  # fmt: skip


@kept
def hours_spec(figure: str, dark: bool = False) -> Spec:
    """The model as a line, the simulation as points with the band it is sure of; shares from 0 to 100 %."""
    colours = palette(dark)
    hours = alt.Axis(grid=False, tickMinStep=1, labelOverlap=True, labelExpr="format(datum.value, 'd') + ':00'")
    x = alt.X("hour:Q", title=None, scale=alt.Scale(zero=False, nice=False, padding=10), axis=hours)
    wait = figure == "asa"
    unit = "format(datum.value, ',.4~g') + (datum.value == 0 ? '' : ' s')" if wait else "datum.value + ' %'"
    bounded = figure == "service_level"
    ticks: dict[str, Any] = {"values": [0, 25, 50, 75, 100]} if bounded else {"tickCount": 4}
    axis = alt.Axis(labelExpr=unit, gridColor=colours["grid"], domain=False, ticks=False, labelFlush=False, **ticks)
    scale = alt.Scale(domain=[0, 100]) if bounded else alt.Scale(zero=True, nice=True)
    shade = alt.Scale(domain=[MODEL, SIMULATION], range=[colours["this"], colours["neutral"]])
    legend = alt.Legend(orient="top", title=None, symbolType="circle", labelColor=colours["text"], offset=2)

    def upright(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", title=None, axis=axis, scale=scale)

    def called(name: str) -> alt.Chart:
        chart: alt.Chart = alt.Chart().transform_calculate(series=f"'{name}'")
        return chart

    series = alt.Color("series:N", scale=shade, legend=legend)
    told = {"start": "From", "model_text": MODEL, "simulated_text": SIMULATION, "likely": "Sure to within"}
    tooltip = [alt.Tooltip(f"{name}:N", title=title) for name, title in told.items()]
    band = alt.Chart().mark_area(opacity=0.25, color=colours["neutral"]).encode(x=x, y=upright("low"), y2="high:Q")
    line = called(MODEL).mark_line(strokeWidth=2.5).encode(x=x, y=upright("model"), color=series)
    dots = called(SIMULATION).mark_point(filled=True, size=55, opacity=1).encode(
        x=x, y=upright("simulated"), color=series, tooltip=tooltip)  # fmt: skip
    return spec_of(alt.layer(band, line, dots))


def hours_title(hours: Hours, channel: str) -> str:
    """Which hours these are: "Phone, Monday 09:00 to 13:00"."""
    cells = hours.table["half_hour"].to_numpy()
    first, last = int(cells.min()), int(cells.max()) + 1
    return f"{channel}, {words.DAYS[first // 48]} {clock(first % 48 / 2)} to {clock((last - 1) % 48 / 2 + 0.5)}"


def finding(hours: Hours, where: str) -> str:
    """What the simulation says of the model, over all the hours: agrees, is close, or differs, and by how much.

    `where` says which hours, as `hours_title` does.
    """
    table = _overall(hours)
    value, simulated, low, high = table["service_level"]
    said = (f"{where}: {number('service_level', simulated)} answered in time when simulated "
            f"({_to('service_level', low, high)}), {number('service_level', value)} in the model")  # fmt: skip
    if high - low > 0.1:
        return f"**Not sure yet.** {said}."
    worst = [name for name in FIGURES if _beyond(table, name) > CLOSE[name]]
    if worst:
        which = listed([within(FIGURES[name]) for name in worst])
        return f"**The simulation differs** in {which}. {said}."
    inside = all(_beyond(table, name) == 0 for name in FIGURES)
    return f"**The simulation {'agrees' if inside else 'is close'}.** {said}."


def how(hours: Hours) -> str:
    """How the simulation was made, and how much of it."""
    return (
        f"{hours.contacts:,} customers on {hours.replications} simulated days: they arrive, wait, give up or are "
        "answered one by one, in busy and quiet seasons, and a queue is carried from one half-hour into the next. "
        "The band holds the truth 95 times in 100."
    )


def _overall(hours: Hours) -> dict[str, tuple[float, float, float, float]]:
    """Figure -> model, simulated, low, high over all the hours."""
    names = ["model", "simulated", "low", "high"]
    rows = hours.overall[names].to_numpy(dtype=float).tolist()
    return dict(zip(hours.overall["figure"].tolist(), (tuple(row) for row in rows), strict=True))


def _beyond(table: dict[str, tuple[float, float, float, float]], figure: str) -> float:
    """How far the model lies outside what the simulation is sure of; 0 inside."""
    value, _, low, high = table[figure]
    return max(low - value, value - high, 0.0)


def _to(figure: str, low: float, high: float) -> str:
    return f"{number(figure, low).removesuffix(' %')} to {number(figure, high)}"
