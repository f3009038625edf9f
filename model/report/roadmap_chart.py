"""The roadmap's pictures: initiatives on a time line, value and cash by month, agents, hiring. Frame in, chart out.

As in `charts`: `*_data` gives a small table, `*_spec` the constant picture that it is drawn with.
"""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa

from model.report import numbers, roadmap_words
from model.report.charts import Spec, axis_text, kept, spec_of
from model.report.colours import palette
from model.roadmap import Initiative
from model.scenario import MONTHS, Scenario

GROWS, STANDS, KNOWN = "Taking effect", "In place", "Calendar"
CASH, KEPT_MARGIN = "Without revenue effect", "With revenue effect"
HIRES, LEAVERS, CUTS = "Hires", "Leavers", "Redundancies"
ROW = 36
"""Height of a row of the time line."""


def _months() -> alt.X:
    return alt.X("month:Q", title="Months from now", scale=alt.Scale(domain=[0, MONTHS], nice=False),
                 axis=alt.Axis(values=[0, 6, 12, 18, 24, 30, 36], grid=False))  # fmt: skip


def _legend(colours: dict[str, str], symbol: str = "square") -> alt.Legend:
    return alt.Legend(orient="top", title=None, symbolType=symbol, labelColor=colours["text"], offset=2)


def _money_axis(currency: str, colours: dict[str, str]) -> alt.Axis:
    """Amounts of money, a line each."""
    text = axis_text("money", currency)
    return alt.Axis(labelExpr=text, tickCount=5, gridColor=colours["grid"], domain=False, ticks=False)


# The time line


def line_data(found: Sequence[Initiative], scenario: Scenario) -> pa.Table:
    """Bars from month to month: each initiative while it takes effect and once it is in place, then the calendar."""
    currency = scenario.baseline.currency
    rows: list[tuple[Any, ...]] = []
    for order, one in enumerate(found):
        spend = roadmap_words.spend(one, currency)
        when = f"begins {roadmap_words.when(one.start)}, nine tenths of its effect by month {one.ready:.0f}"
        rows.append((one.label, one.start, one.ready, GROWS, when, spend, order))
        rows.append((one.label, one.ready, MONTHS, STANDS, when, spend, order))
    for order, entry in enumerate(scenario.calendar, len(found)):
        about = roadmap_words.entry(entry, scenario.baseline)
        size = roadmap_words.size(entry)
        rows.append((entry.name, entry.start, entry.until, KNOWN, about, size, order))
    names = ("label", "begin", "end", "part", "when", "spend", "order")
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    table = {name: list(column) for name, column in zip(names, columns, strict=True)}
    return pa.table(table)


@kept
def line_spec(dark: bool = False) -> Spec:
    """A time line: pale while an initiative takes effect, full once it is in place; the calendar in its own colour.

    Each row has its own height, so that one is a bar and many have a name each; the page's chart grows with them.
    """
    colours = palette(dark)
    y = alt.Y("label:N", sort=alt.EncodingSortField("order", op="min"), title=None, axis=alt.Axis(
        ticks=False, domain=False, grid=False, labelLimit=120, labelPadding=8, labelColor=colours["text"],
        labelOverlap=False))  # fmt: skip
    # The last number says what all of them count: a title below would take the height of a row.
    x = alt.X("begin:Q", title=None, scale=alt.Scale(domain=[0, MONTHS], nice=False), axis=alt.Axis(
        values=[0, 6, 12, 18, 24, 30, 36], gridColor=colours["grid"], domain=False, ticks=False, labelFlush=True,
        labelExpr=f"datum.value + (datum.value == {MONTHS} ? ' months' : '')"))  # fmt: skip
    legend = _legend(colours)
    legend.columns = alt.ExprRef("width < 250 ? 2 : 3")  # beside long names a narrow screen has no room for all three
    pale = "#9cc9e6" if not dark else "#24557a"
    shade = alt.Scale(domain=[GROWS, STANDS, KNOWN], range=[pale, colours["this"], colours["neutral"]])
    bars = alt.Chart().mark_bar(cornerRadius=2, height=alt.RelativeBandSize(0.55)).encode(
        x=x, x2="end:Q", y=y, color=alt.Color("part:N", scale=shade, legend=legend),
        tooltip=[alt.Tooltip("label:N", title="What"), alt.Tooltip("when:N", title="When"),
                 alt.Tooltip("spend:N", title="Size")]).properties(height=alt.Step(ROW))  # fmt: skip
    return {**spec_of(bars), "autosize": {"type": "fit-x", "contains": "padding"}}


# Money


def value_data(months: pd.DataFrame) -> pa.Table:
    """Value so far of `CashFlow.months`, without the revenue effect (with its likely range) and with it."""
    return pa.table({
        "month": months.index.to_numpy(), "last": months.index.to_numpy() == MONTHS,
        **{key: months[key].to_numpy(dtype=float) for key in ("value", "low", "high", "with_revenue")},
    })  # fmt: skip


@kept
def value_spec(currency: str = "USD", dark: bool = False) -> Spec:
    """Two lines from zero, the band around the first; a rule at zero, where it has paid back."""
    colours = palette(dark)
    axis = _money_axis(currency, colours)
    x, scale = _months(), alt.Scale(zero=True, nice=True)
    shade = alt.Scale(domain=[CASH, KEPT_MARGIN], range=[colours["this"], colours["neutral"]])
    series = alt.Color("series:N", scale=shade, legend=_legend(colours, "stroke"))
    tips = [alt.Tooltip("month:Q", title="Month"), alt.Tooltip("value:Q", title=CASH, format=",.0f"),
            alt.Tooltip("low:Q", title="Likely from", format=",.0f"),
            alt.Tooltip("high:Q", title="to", format=",.0f"),
            alt.Tooltip("with_revenue:Q", title=KEPT_MARGIN, format=",.0f")]  # fmt: skip

    def upright(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", title=None, axis=axis, scale=scale)

    band = alt.Chart().mark_area(opacity=0.2, color=colours["this"]).encode(x=x, y=upright("low"), y2="high:Q")
    zero = alt.Chart().mark_rule(aria=False, color=colours["quiet"], strokeWidth=1).encode(y=alt.datum(0))
    other = alt.Chart().transform_calculate(series=f"'{KEPT_MARGIN}'").mark_line(
        strokeWidth=2, strokeDash=[5, 4]).encode(x=x, y=upright("with_revenue"), color=series)  # fmt: skip
    line = alt.Chart().transform_calculate(series=f"'{CASH}'").mark_line(strokeWidth=2.5).encode(
        x=x, y=upright("value"), color=series, tooltip=tips)  # fmt: skip
    return spec_of(alt.layer(band, zero, other, line))


def cash_data(months: pd.DataFrame, currency: str = "USD") -> pa.Table:
    """Each month's saving and one-off cost, stacked: a row a month and kind."""
    rows = months.iloc[1:]
    month = [*rows.index, *rows.index]
    amount = [*rows["saving"].astype(float), *rows["one_off"].astype(float)]
    kind = [SAVED if a > 0 else SPENT for a in rows["saving"]] + [ONCE] * len(rows)
    texts = [numbers.step("operating_cost", a, currency) or "nothing" for a in amount]
    return pa.table({"month": month, "amount": amount, "kind": kind, "text": texts})


SAVED, SPENT, ONCE = "Saved", "Spent", "Paid once"


@kept
def cash_spec(currency: str = "USD", dark: bool = False) -> Spec:
    """Bars up for what a month saves against doing nothing, down for what it costs and for what is paid once."""
    colours = palette(dark)
    axis = _money_axis(currency, colours)
    shade = alt.Scale(domain=[SAVED, SPENT, ONCE], range=[colours["better"], colours["worse"], colours["nothing"]])
    bars = alt.Chart().mark_bar(width={"band": 0.8}).encode(
        x=alt.X("month:O", title="Months from now", axis=alt.Axis(values=[1, 6, 12, 18, 24, 30, 36], labelAngle=0,
                                                                  grid=False, ticks=False)),
        y=alt.Y("amount:Q", title=None, axis=axis, stack=True),
        color=alt.Color("kind:N", scale=shade, legend=_legend(colours)),
        tooltip=[alt.Tooltip("month:O", title="Month"), alt.Tooltip("kind:N", title="What"),
                 alt.Tooltip("text:N", title="Amount")],
    )  # fmt: skip
    zero = alt.Chart().mark_rule(aria=False, color=colours["quiet"], strokeWidth=1).encode(y=alt.datum(0))
    return spec_of(alt.layer(bars, zero))


# People


def capacity_data(frame: pd.DataFrame, channel: str) -> pa.Table:
    """One channel's months as steps: from `at` to `until`, agents required and planned, and what it comes to."""
    rows = frame.xs(channel, level="channel")
    required, planned, gaps = (rows[key].to_numpy(dtype=float).tolist() for key in ("required", "planned", "gap"))
    # A step's right end is drawn by the row after it.
    return pa.table({
        "at": list(range(MONTHS + 1)), "until": [*range(1, MONTHS + 1), MONTHS],
        "month": [*range(1, MONTHS + 1), MONTHS],
        "required": [*required, required[-1]], "planned": [*planned, planned[-1]],
        "short": [max(r, p) for r, p in zip([*required, required[-1]], [*planned, planned[-1]], strict=True)],
        "text": [roadmap_words.gap(gap) for gap in [*gaps, gaps[-1]]],
    })  # fmt: skip


REQUIRED, PLANNED, SHORT = "Demand requires", "Planned", "Missing"


@kept
def capacity_spec(dark: bool = False) -> Spec:
    """Two lines in steps of a month, and what is missing between them filled."""
    colours = palette(dark)
    axis = alt.Axis(tickCount=5, gridColor=colours["grid"], domain=False, ticks=False)
    scale = alt.Scale(zero=False, nice=True)
    x = alt.X("at:Q", title="Months from now", scale=alt.Scale(domain=[0, MONTHS], nice=False),
              axis=alt.Axis(values=[0, 6, 12, 18, 24, 30, 36], grid=False))  # fmt: skip
    shade = alt.Scale(domain=[REQUIRED, PLANNED, SHORT], range=[colours["this"], colours["nothing"], colours["worse"]])
    drawn = alt.Color("series:N", scale=shade, legend=_legend(colours))
    tips = [alt.Tooltip("month:Q", title="Month"), alt.Tooltip("required:Q", title=REQUIRED, format=",.1f"),
            alt.Tooltip("planned:Q", title=PLANNED, format=",.1f"), alt.Tooltip("text:N", title="So")]  # fmt: skip

    def named(name: str) -> alt.Chart:
        chart: alt.Chart = alt.Chart().transform_calculate(series=f"'{name}'")
        return chart

    def upright(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", title="Agents (FTE)", axis=axis, scale=scale)

    def line(series: str, name: str, width: float) -> alt.Chart:
        chart: alt.Chart = named(series).mark_line(interpolate="step-after", strokeWidth=width).encode(
            x=x, y=upright(name), color=drawn)  # fmt: skip
        return chart

    missing = named(SHORT).mark_rect(opacity=0.55).encode(
        x=x, x2="until:Q", y=upright("planned"), y2="short:Q", color=drawn)  # fmt: skip
    over = alt.Chart().mark_rect(opacity=0).encode(x=x, x2="until:Q", tooltip=tips)
    layers = (missing, line(PLANNED, "planned", 3), line(REQUIRED, "required", 2.5), over)
    return spec_of(alt.layer(*layers))


def hiring_data(company: pd.DataFrame) -> pa.Table:
    """Each month's hires upwards, leavers and redundancies downwards; `company` is `HiringPlan.company`."""
    parts = ((HIRES, "hires", 1.0), (LEAVERS, "leavers", -1.0), (CUTS, "redundancies", -1.0))
    months, people, kinds, texts = [], [], [], []
    for kind, column, sign in parts:
        for month, value in zip(company.index.tolist(), company[column].to_numpy(dtype=float).tolist(), strict=True):
            months.append(month)
            people.append(sign * value)
            kinds.append(kind)
            texts.append(f"{value:.1f}")
    return pa.table({"month": months, "people": people, "kind": kinds, "text": texts})


@kept
def hiring_spec(dark: bool = False) -> Spec:
    """Bars up for those who join, down for those who go."""
    colours = palette(dark)
    shade = alt.Scale(domain=[HIRES, LEAVERS, CUTS], range=[colours["this"], colours["nothing"], colours["worse"]])
    axis = alt.Axis(tickCount=5, gridColor=colours["grid"], domain=False, ticks=False,
                    labelExpr="replace(format(datum.value, '~g'), '-', '\u2212')")  # fmt: skip
    bars = alt.Chart().mark_bar(width={"band": 0.8}).encode(
        x=alt.X("month:O", title="Months from now", axis=alt.Axis(values=[1, 6, 12, 18, 24, 30, 36], labelAngle=0,
                                                                  grid=False, ticks=False)),
        y=alt.Y("people:Q", title="People a month", axis=axis, stack=True),
        color=alt.Color("kind:N", scale=shade, legend=_legend(colours)),
        tooltip=[alt.Tooltip("month:O", title="Month"), alt.Tooltip("kind:N", title="Who"),
                 alt.Tooltip("text:N", title="People")],
    )  # fmt: skip
    zero = alt.Chart().mark_rule(aria=False, color=colours["quiet"], strokeWidth=1).encode(y=alt.datum(0))
    return spec_of(alt.layer(bars, zero))
