"""Modelled against actual on days that the model had not seen: what it comes to in words, and two pictures."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pyarrow as pa

from model.calibrate import TRUSTED
from model.fit import ANSWERS, SPEEDS, Fit, Speed
from model.outcomes import OUTCOMES
from model.report import numbers, words
from model.report.charts import Spec, kept, spec_of
from model.report.colours import palette
from model.report.grammar import listed
from model.report.measured import duration, share
from model.report.numbers import number

ACTUAL, MODEL = "Actual", "Model"
NAMES = {
    "asa": "average waits", "service_level": "the share answered in time", "abandonment": "the share that gave up",
    "response": "the time to an answer",
}  # fmt: skip
SHORT = {"asa": "Wait", "service_level": "In time", "abandonment": "Gave up", "response": "Time to answer"}
"""As short as three of them beside each other on a phone need to be."""
LABELS = {key: OUTCOMES[key].label for key in SPEEDS} | {"response": "Time to an answer"}
TIMES = ("asa", "response")
VERDICTS = {"good": "can be trusted", "fair": "roughly right", "poor": "do not rely on it"}
DRIFT = 0.15
"""Days held back of so much more or less volume than those before are another company to the model."""
LONG_MS = 300 * 86_400_000.0
"""Milliseconds, as the browser counts time; a longer picture by day names the years."""


def amount(key: str, value: float) -> str:
    """A speed as people say it."""
    return duration(value) if key in TIMES else share(value)


def gap(key: str, value: float) -> str:
    """How far apart two speeds are: 12 s, 4 points."""
    if key in TIMES:
        return duration(max(value, 1.0))
    points = value * 100
    return f"{points:.0f} points" if points >= 1.5 else f"{points:.1f} points"


def on_days(speed: Speed) -> str:
    """On how many of the days held back: "on 9 days of 10", "on 4 of 5 days"."""
    if speed.within == speed.days:
        return f"on all {speed.days} days"
    return "on 9 days of 10" if speed.days >= 10 else f"on {speed.within} of {speed.days} days"


def finding(fit: Fit) -> str:
    """The error in plain words: "Explains average waits within 12 s on 9 days of 10"; else that it does not."""
    first = fit.speeds[0]
    if fit.verdict == "poor":
        worst = next((s for s in fit.speeds if s.verdict == "poor"), first)
        return f"Does not explain days it had not seen: off by {gap(worst.key, worst.gap)} in {NAMES[worst.key]}"
    return f"Explains {NAMES[first.key]} within {gap(first.key, first.gap)} {on_days(first)} it had not seen"


def lines(fit: Fit) -> list[str]:
    """Each speed in a sentence: total, and day by day."""
    return [
        f"{LABELS[s.key]}: {amount(s.key, s.actual)} measured, {amount(s.key, s.modelled)} in the model; "
        f"within {gap(s.key, s.gap)} {on_days(s)}."
        for s in fit.speeds
    ]


def method(fit: Fit) -> str:
    """How it was tested."""
    said = f"Fitted on the first {fit.fitted_days} days, tested on the {fit.tested_days} after them, of which it knew "
    said += "only how many contacts came."
    if fit.left_out:
        days = "1 day" if fit.left_out == 1 else f"{fit.left_out} days"
        said += f" {days} unlike the others (holidays, outages) left out."
    return said


def warnings(fit: Fit) -> list[str]:
    """Why the model should not be trusted here, and what to look at; empty where it may be."""
    out = []
    bad = [s for s in fit.speeds if s.verdict == "poor"]
    if bad:
        said = listed([f"{NAMES[s.key]} at {amount(s.key, s.modelled)} ({amount(s.key, s.actual)} was measured)"
                       for s in bad])  # fmt: skip
        out.append(f"Do not rely on the model for this channel yet: on the days held back it puts {said}.")
        change = drift(fit)
        if abs(change) >= DRIFT:
            more = "more" if change > 0 else "fewer"
            out.append(f"Those days had {abs(change) * 100:.0f} % {more} contacts than the days before. Staffing "
                       "probably followed, which earlier days cannot tell: bring a shorter, recent one.")  # fmt: skip
        elif fit.deferred:
            out.append("Check the columns for creation and answer, and whether messages wait for others than your "
                       "people, or some pass before others: the model takes them in the order they came.")  # fmt: skip
        else:
            out.append("Check the columns for waiting and for how contacts ended, whether queues were mixed, and "
                       "whether staffing changed within the period.")  # fmt: skip
    if not TRUSTED[0] <= fit.efficiency <= TRUSTED[1]:
        out.append("The staffing given does not explain the waits: compare its hours and queues with the calls'.")
    return out


def remarks(fit: Fit) -> list[str]:
    """What else to know: what could not be tested, and where the model tells days apart no better than an average."""
    out = []
    untested = [NAMES[key] for key in (ANSWERS if fit.deferred else SPEEDS) if key not in {s.key for s in fit.speeds}]
    if untested:
        out.append(f"Too little of {listed(untested)} is in the data to test the model on it.")
    dull = [s for s in fit.speeds if s.gap > 1.1 * s.plain_gap and s.verdict != "poor"]
    if dull:
        names = listed([NAMES[s.key] for s in dull])
        out.append(f"For {names}, the average of the days before would have done as well: what differs from day to day "
                   "lies in something other than volume, such as who was on duty.")  # fmt: skip
    return out


def drift(fit: Fit) -> float:
    """Contacts a day in the days held back, over those fitted on, less one."""
    by = fit.days.groupby("held")["contacts"].mean()
    return float(by[True] / by[False] - 1)


def meaning(fit: Fit, grade: str) -> str:
    """What the efficiency factor is and what it may mean; `grade` says how the staffing is known."""
    e = fit.efficiency
    size = f"{abs(e - 1) * 100:.0f} %"
    if grade != "measured" and fit.deferred:
        return ("The staffing itself was worked out from the messages that came and the share answered in time; "
                "a rota would check it.")  # fmt: skip
    if grade != "measured":
        return ("The staffing itself was worked out from the waits, so it fits by construction; a rota would "
                "check it.")  # fmt: skip
    if abs(e - 1) < 0.03:
        return "Your rota explains the waits as it stands."
    if e < 1:
        return (f"Your people work as if there were {size} fewer of them than on the rota: longer breaks or other "
                "work, meetings, late log-ins, or more handling than was recorded.")  # fmt: skip
    return (f"Your people work as if there were {size} more of them than on the rota: helpers or team leads who take "
            "contacts, overtime, or waits that are recorded late.")  # fmt: skip


def legend(fit: Fit) -> str:
    """What the picture by day shows."""
    band = any(fit.days[f"{speed.key}_low"].notna().any() for speed in fit.speeds)
    return "Filled points were held back" + ("; the band holds 8 days in 10." if band else ".")


def days_data(fit: Fit, key: str) -> pa.Table:
    """A row a day: date, actual, modelled, low, high (shares in %), part ("Fitted on" or "Held back"), and texts."""
    days = fit.days[fit.days[f"{key}_actual"].notna()]
    scale = _scale(key)
    values = {name: days[f"{key}_{name}"].to_numpy(dtype=float) * scale
              for name in ("actual", "modelled", "low", "high")}  # fmt: skip
    held = days["held"].to_numpy(dtype=bool)
    return pa.table({
        "date": [f"{day:%Y-%m-%d}" for day in days["day"]], "day": [numbers.day(d) for d in days["day"]],
        **{name: pa.array(each, from_pandas=True) for name, each in values.items()},
        "part": np.where(held, "Held back", "Fitted on").tolist(), "contacts": [f"{n:,.0f}" for n in days["contacts"]],
        **_texts(days, key),
    })  # fmt: skip


def hours_data(fit: Fit, key: str) -> pa.Table:
    """A row a group of half-hours of the days held back: hour (its middle), span, run, actual, modelled, and texts."""
    return _groups(fit.hours, key, lambda first, last: f"{numbers.clock(first / 2)} to {numbers.clock((last + 1) / 2)}")


def weekdays_data(fit: Fit, key: str) -> pa.Table:
    """The same by weekday."""
    names = words.DAYS
    return _groups(fit.weekdays, key, lambda first, last: names[first] if first == last
                   else f"{names[first]} to {names[last]}")  # fmt: skip


def _groups(table: pd.DataFrame, key: str, called: Any) -> pa.Table:
    table = table[table[f"{key}_actual"].notna()] if len(table) else table
    scale = _scale(key)
    first, last = table["first"].astype(int).tolist(), table["last"].astype(int).tolist()
    return pa.table({
        "hour": [(a + b + 1) / 4 for a, b in zip(first, last, strict=True)],
        "span": [called(a, b) for a, b in zip(first, last, strict=True)], "order": first,
        "run": table["run"].astype(int).tolist(),
        "actual": [float(v) * scale for v in table.get(f"{key}_actual", [])],
        "modelled": [float(v) * scale for v in table.get(f"{key}_modelled", [])],
        "contacts": [f"{n:,.0f}" for n in table["contacts"]], **_texts(table, key),
    })  # fmt: skip


def _scale(key: str) -> float:
    """Waits are drawn in seconds, times to an answer in hours, shares in per cent."""
    return {"asa": 1.0, "response": 1 / 3600}.get(key, 100.0)


def _texts(table: pd.DataFrame, key: str) -> dict[str, list[str]]:
    def said(value: float) -> str:
        return duration(value) if key == "response" else number(key, value)

    return {f"{name}_text": [said(float(v)) for v in table.get(f"{key}_{name}", [])]
            for name in ("actual", "modelled")}  # fmt: skip


def _y(key: str, dark: bool) -> tuple[Any, Any]:
    unit = "datum.value + ' %'"
    if key in TIMES:
        unit = f"format(datum.value, ',.4~g') + (datum.value == 0 ? '' : ' {'s' if key == 'asa' else 'h'}')"
    axis = alt.Axis(labelExpr=unit, gridColor=palette(dark)["grid"], domain=False, ticks=False, tickCount=4)
    top = {"domain": [0, 100]} if key == "service_level" else {"zero": True, "nice": True}
    return axis, alt.Scale(**top)


def _series(dark: bool, shape: str) -> tuple[alt.Scale, alt.Legend]:
    colours = palette(dark)
    shade = alt.Scale(domain=[ACTUAL, MODEL], range=[colours["text"], colours["this"]])
    return shade, alt.Legend(orient="top", title=None, symbolType=shape, labelColor=colours["text"], offset=2)


@kept
def days_spec(key: str, dark: bool = False) -> Spec:
    """The model as a line with the band of 8 days in 10, the days as points: those held back filled."""
    axis, scale = _y(key, dark)
    colours = palette(dark)
    shade, legend = _series(dark, "circle")
    # The first of January of three years reads alike.
    label = f"timeFormat(datum.value, domain('x')[1] - domain('x')[0] > {LONG_MS:.0f} ? '%b %Y' : '%-d %b')"
    x = alt.X("date:T", title=None, axis=alt.Axis(grid=False, labelExpr=label, labelOverlap=True, tickCount=6))
    told = {"day": "Day", "part": "Used", "actual_text": ACTUAL, "modelled_text": MODEL, "contacts": "Contacts"}
    tooltip = [alt.Tooltip(f"{name}:N", title=title) for name, title in told.items()]
    band = alt.Chart().mark_area(opacity=0.18, color=colours["this"]).encode(
        x=x, y=alt.Y("low:Q", title=None, axis=axis, scale=scale), y2="high:Q")  # fmt: skip
    line = alt.Chart().transform_calculate(series=f"'{MODEL}'").mark_line(strokeWidth=2).encode(
        x=x, y=alt.Y("modelled:Q", title=None, axis=axis, scale=scale),
        color=alt.Color("series:N", scale=shade, legend=legend))  # fmt: skip
    dots = alt.Chart().transform_calculate(series=f"'{ACTUAL}'").mark_point(size=34, strokeWidth=1.4).encode(
        x=x, y=alt.Y("actual:Q", title=None, axis=axis, scale=scale), tooltip=tooltip,
        color=alt.Color("series:N", scale=shade, legend=legend),
        fill=alt.condition("datum.part == 'Held back'", alt.value(colours["text"]), alt.value("transparent")),
    )  # fmt: skip
    return spec_of(alt.layer(band, line, dots))


@kept
def groups_spec(key: str, by_hour: bool, dark: bool = False) -> Spec:
    """Modelled as a line, actual as points, by time of day or by weekday; no line over hours that are closed."""
    axis, scale = _y(key, dark)
    shade, legend = _series(dark, "circle")
    if by_hour:
        hours = alt.Axis(grid=False, tickMinStep=1, labelOverlap=True, labelExpr="format(datum.value, 'd') + ':00'")
        x: Any = alt.X("hour:Q", title=None, scale=alt.Scale(zero=False, nice=False, padding=10), axis=hours)
    else:
        sort = alt.EncodingSortField("order", op="min")
        x = alt.X("span:N", title=None, sort=sort, axis=alt.Axis(grid=False, labelAngle=0, labelOverlap=True))
    told = {"span": "When", "actual_text": ACTUAL, "modelled_text": MODEL, "contacts": "Contacts"}
    tooltip = [alt.Tooltip(f"{name}:N", title=title) for name, title in told.items()]

    def drawn(name: str, series: str, mark: str, **how: Any) -> alt.Chart:
        chart = alt.Chart().transform_calculate(series=f"'{series}'")
        made: alt.Chart = getattr(chart, mark)(**how).encode(
            x=x, y=alt.Y(f"{name}:Q", title=None, axis=axis, scale=scale), tooltip=tooltip,
            color=alt.Color("series:N", scale=shade, legend=legend),
        )  # fmt: skip
        return made

    # A cap shows a run of one group, which has no second point to draw a line to.
    line = drawn("modelled", MODEL, "mark_line", strokeWidth=2.5, strokeCap="round")
    if by_hour:
        line = line.encode(detail="run:N")
    dots = drawn("actual", ACTUAL, "mark_point", filled=True, size=48, opacity=1)
    return spec_of(alt.layer(line, dots))
