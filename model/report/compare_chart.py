"""Pictures of a comparison: the paths of several scenarios, and where an assumption turns the choice.

As in `model.report.charts`: data apart from specifications, which are the same for all numbers.
"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
import pyarrow as pa

from model.outcomes import OUTCOMES
from model.report.charts import NAME, Spec, axis_text, kept, side_by_side, spec_of
from model.report.colours import palette
from model.report.compare_words import Turn

LOOKS = ("nothing", "this", "one", "two", "three", "four")
"""What a line is: doing nothing, the scenario on screen, or one of the others in their order."""
COLOURS = {"nothing": "nothing", "this": "this", "one": "another", "two": "neutral", "three": "text", "four": "better"}
"""Look -> its colour in `model.report.colours`."""
DASHES = {"nothing": [5, 4], "this": [1, 0], "one": [10, 3], "two": [2, 3], "three": [8, 3, 2, 3], "four": [14, 4]}
LONGEST_NAME = 20
MOST_TURNS = 6
TURN_HEIGHT = 52
"""Pixels of an assumption's line."""


def looks(kinds: Sequence[str]) -> list[str]:
    """A look for each scenario: `nothing` and `this` once each, the others in their order."""
    others = iter(LOOKS[2:])
    taken: list[str] = []
    for kind in kinds:
        taken.append(kind if kind in LOOKS[:2] and kind not in taken else next(others))
    return taken


def colours(dark: bool) -> dict[str, str]:
    """The colour of each look."""
    own = palette(dark)
    return {look: own[name] for look, name in COLOURS.items()}


def paths_data(names: Sequence[str], kinds: Sequence[str], paths: Sequence[pd.Series]) -> pa.Table:
    """Months 0 to 36 of one outcome for several scenarios; their names stand at the ends, never over one another."""
    values = [path.to_numpy(dtype=float) for path in paths]
    known = np.concatenate(values)
    known = known[np.isfinite(known)]
    least, most = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    # Half a percent is not blown up to the height of the picture.
    room = max(0.0, 0.01 * abs(most) - (most - least) / 2)
    ends = side_by_side([float(one[-1]) for one in values], NAME * max(most - least + 2 * room, 1e-12))
    months = len(values[0])
    columns: dict[str, list[object]] = {name: [] for name in ("month", "value", "name", "look", "last", "end")}
    for name, look, path, end in zip(names, looks(kinds), values, ends, strict=True):
        columns["month"] += list(range(months))
        columns["value"] += path.tolist()
        columns["name"] += [_short(name)] * months
        columns["look"] += [look] * months
        columns["last"] += [False] * (months - 1) + [True]
        columns["end"] += [end] * months
    size = len(columns["month"])
    return pa.table({**columns, "floor": [least - room] * size, "roof": [most + room] * size})


def _short(name: str) -> str:
    """A name with its middle left out where it is long: what tells versions apart stands at the end."""
    half = LONGEST_NAME // 2
    return name if len(name) <= LONGEST_NAME else f"{name[: half - 1].rstrip()}…{name[-half:].lstrip()}"


@kept
def paths_spec(outcome: str, currency: str = "USD", dark: bool = False) -> Spec:
    """A line a scenario, its name at the end; lines differ in their dashes as well as in colour."""
    own, shades = palette(dark), colours(dark)
    x = alt.X("month:Q", title=None, scale=alt.Scale(domain=[0, 36], nice=False),
              axis=alt.Axis(values=[0, 12, 24, 36], grid=False))  # fmt: skip
    scale = alt.Scale(zero=False, nice=True)
    axis = alt.Axis(labelExpr=axis_text(OUTCOMES[outcome].unit, currency), tickCount=4, gridColor=own["grid"],
                    domain=False, ticks=False)  # fmt: skip

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=None, axis=axis, scale=scale)

    span = alt.Chart().transform_filter("datum.last").mark_rule(opacity=0).encode(x=x, y=y("floor"), y2="roof:Q")
    lines = alt.Chart().mark_line(strokeWidth=2.25).encode(
        x=x, y=y("value"),
        color=alt.Color("look:N", legend=None, scale=alt.Scale(domain=LOOKS, range=[shades[k] for k in LOOKS])),
        strokeDash=alt.StrokeDash("look:N", legend=None, scale=alt.Scale(
            domain=LOOKS, range=[DASHES[k] for k in LOOKS])))  # fmt: skip
    names = alt.Chart().transform_filter("datum.last").mark_text(
        align="left", dx=6, baseline="middle", color=own["text"]).encode(x=x, y=y("end"), text="name:N")  # fmt: skip
    # Names count among what is made to fit, anew with every choice: room kept for them would be there twice.
    fit = alt.AutoSizeParams(type="fit", contains="padding", resize=True)
    return spec_of(alt.layer(span, lines, names).properties(
        autosize=fit, padding={"right": 4, "left": 0, "top": 6, "bottom": 0}))  # fmt: skip


def turns_data(found: Sequence[Turn]) -> pa.Table:
    """The nearest turns: a range from 0 to 1 each, where it is taken to be, and the part in which the choice turns."""
    shown = list(found)[:MOST_TURNS]
    return pa.table({
        "label": [one.label for one in shown], "order": list(range(len(shown))),
        "zero": [0.0] * len(shown), "one": [1.0] * len(shown), "middle": [0.5] * len(shown),
        "low": [one.low for one in shown], "high": [one.high for one in shown],
        "mode": [one.mode for one in shown], "value": [one.value for one in shown],
        "beyond": [0.0 if one.value < one.mode else 1.0 for one in shown],
        "text": [one.text for one in shown],
        "edge": [min(max(one.value, 0.12), 0.88) for one in shown], "at": [one.at for one in shown],
    })  # fmt: skip


@kept
def turns_spec(dark: bool = False) -> Spec:
    """A bar a range: grey while the answer holds, purple where it turns, a dot where it is taken to be."""
    own = palette(dark)
    y = alt.Y("label:N", sort=alt.EncodingSortField("order", op="min"), title=None, axis=None)
    # Labels stand over their bars: beside them a phone would have no room for the bars.
    scale = alt.Scale(domain=[0, 1], nice=False)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title=None, axis=None, scale=scale)

    tips = [alt.Tooltip("label:N", title="Assumption"), alt.Tooltip("text:N", title="Turns")]
    whole = alt.Chart().mark_bar(height=10, cornerRadius=5, color=own["grid"], yOffset=4, y2Offset=4).encode(
        x=x("zero"), x2="one:Q", y=y, tooltip=tips)  # fmt: skip
    turned = alt.Chart().mark_bar(height=10, cornerRadius=5, color=own["neutral"], yOffset=4, y2Offset=4).encode(
        x=x("value"), x2="beyond:Q", y=y, tooltip=tips)  # fmt: skip
    taken = alt.Chart().mark_point(filled=True, size=110, opacity=1, color=own["this"], yOffset=4).encode(
        x=x("mode"), y=y, tooltip=tips)  # fmt: skip
    name = alt.Chart().mark_text(align="left", dy=-12, fontWeight="bold", color=own["text"]).encode(
        x=x("zero"), y=y, text="label:N")  # fmt: skip
    low = alt.Chart().mark_text(align="left", dy=19, color=own["quiet"]).encode(x=x("zero"), y=y, text="low:N")
    high = alt.Chart().mark_text(align="right", dy=19, color=own["quiet"]).encode(x=x("one"), y=y, text="high:N")
    at = alt.Chart().mark_text(align="center", dy=19, color=own["text"], fontWeight="bold").encode(
        x=x("edge"), y=y, text="at:N")  # fmt: skip
    return spec_of(alt.layer(whole, turned, taken, name, low, high, at).properties(
        padding={"right": 4, "left": 4, "top": 4, "bottom": 4}))  # fmt: skip
