"""Pictures of doubt: what an answer depends on, and what to find out first. As in `model.report.charts`."""

from collections.abc import Sequence

import altair as alt
import pandas as pd
import pyarrow as pa

from model.assumptions import ASSUMPTIONS
from model.outcomes import OUTCOMES
from model.report import numbers
from model.report.assumption_words import called
from model.report.charts import Spec, axis_text, kept, spec_of
from model.report.colours import palette
from model.report.risk_words import Part

ROW = 44
"""Pixels of an assumption: its name, and below it its bar."""
AXIS = 34
MOST_LEARNT = 6
"""A light and a dark page's own colour."""


def depends_data(parts: Sequence[Part], answer: float) -> pa.Table:
    """A row an assumption, in order: where its bar begins and ends, and the texts around it."""
    return pa.table({
        "label": [one.label for one in parts], "order": list(range(len(parts))), "share": [one.share for one in parts],
        "alone": [one.alone or "not known yet" for one in parts],
        "left": [one.left for one in parts], "right": [one.right for one in parts],
        "at_left": [one.at_left for one in parts], "at_right": [one.at_right for one in parts],
        "answer": [answer] * len(parts),
    })  # fmt: skip


@kept
def depends_spec(outcome: str, currency: str = "USD", dark: bool = False) -> Spec:
    """Bars over the answer, names above them on the left and shares on the right; values stand at the bars' ends."""
    own, unit = palette(dark), OUTCOMES[outcome].unit
    text = axis_text(unit, currency)
    if unit == "share":
        text = "(datum.value > 0 ? '+' : '') + format(datum.value * 100, '.3~g') + (datum.value ? ' points' : '')"
    axis = alt.Axis(labelExpr=f"replace({text}, '-', '{numbers.MINUS}')", tickCount=4, gridColor=own["grid"],
                    domain=False, ticks=False, title=None, labelOverlap=True, labelFlush=False)  # fmt: skip
    scale = alt.Scale(zero=False, nice=False, padding=72)
    y = alt.Y("label:N", sort=alt.EncodingSortField("order", op="min"), title=None, axis=None)
    tips = [alt.Tooltip("label:N", title="Assumption"), alt.Tooltip("share:N", title="Share of the doubt"),
            alt.Tooltip("alone:N", title="By itself")]  # fmt: skip

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=axis, scale=scale)

    bars = alt.Chart().mark_bar(height=12, cornerRadius=3, color=own["neutral"], yOffset=8, y2Offset=8).encode(
        x=x("left"), x2="right:Q", y=y, tooltip=tips)  # fmt: skip
    taken = alt.Chart().mark_rule(color=own["quiet"], strokeWidth=1.5, strokeDash=[3, 3]).encode(x=alt.X(
        "answer:Q", aggregate="min", axis=axis, scale=scale))  # fmt: skip
    # On a phone a name lies across the line: a border in the page's colour keeps it legible.
    ground = alt.Chart().mark_text(align="left", dy=-10, fontWeight="bold", stroke=own["ground"], strokeWidth=4,
                                   strokeJoin="round").encode(x=alt.value(0), y=y, text="label:N")  # fmt: skip
    name = alt.Chart().mark_text(align="left", dy=-10, fontWeight="bold", color=own["text"]).encode(
        x=alt.value(0), y=y, text="label:N", tooltip=tips)  # fmt: skip
    share = alt.Chart().mark_text(align="right", dy=-10, color=own["text"]).encode(
        x=alt.value("width"), y=y, text="share:N", tooltip=tips)  # fmt: skip
    low = alt.Chart().mark_text(align="right", dx=-5, dy=8, color=own["quiet"]).encode(
        x=x("left"), y=y, text="at_left:N")  # fmt: skip
    high = alt.Chart().mark_text(align="left", dx=5, dy=8, color=own["quiet"]).encode(
        x=x("right"), y=y, text="at_right:N")  # fmt: skip
    return spec_of(alt.layer(taken, bars, ground, name, share, low, high).properties(
        padding={"right": 4, "left": 4, "top": 4, "bottom": 0}))  # fmt: skip


def learnt_data(rows: pd.DataFrame, currency: str = "USD") -> pa.Table:
    """The figures that are worth most to know (index assumption; worth, error), the largest first."""
    shown = rows.iloc[:MOST_LEARNT]
    texts = [f"{numbers.money(float(w), currency)} ± {numbers.money(float(e), currency)}"
             for w, e in zip(shown["worth"], shown["error"], strict=True)]  # fmt: skip
    return pa.table({
        "label": [called(ASSUMPTIONS[str(key)]) for key in shown.index], "order": list(range(len(shown))),
        "worth": shown["worth"].to_numpy(dtype=float), "zero": [0.0] * len(shown), "text": texts,
    })  # fmt: skip


@kept
def learnt_spec(dark: bool = False) -> Spec:
    """A bar from nothing to what knowing it is worth; name above it, amount beside the name."""
    own = palette(dark)
    y = alt.Y("label:N", sort=alt.EncodingSortField("order", op="min"), title=None, axis=None)
    scale = alt.Scale(zero=True, nice=False)
    tips = [alt.Tooltip("label:N", title="Assumption"), alt.Tooltip("text:N", title="Worth up to")]
    bars = alt.Chart().mark_bar(height=12, cornerRadius=3, color=own["neutral"], yOffset=8, y2Offset=8).encode(
        x=alt.X("zero:Q", axis=None, scale=scale), x2="worth:Q", y=y, tooltip=tips)  # fmt: skip
    name = alt.Chart().mark_text(align="left", dy=-10, fontWeight="bold", color=own["text"]).encode(
        x=alt.value(0), y=y, text="label:N", tooltip=tips)  # fmt: skip
    amount = alt.Chart().mark_text(align="right", dy=-10, color=own["text"]).encode(
        x=alt.value("width"), y=y, text="text:N", tooltip=tips)  # fmt: skip
    return spec_of(alt.layer(bars, name, amount).properties(
        padding={"right": 4, "left": 4, "top": 4, "bottom": 4}))  # fmt: skip
