"""Charts as files: each the picture on screen, with its finding as the title, in the light look, as SVG or PNG.

Drawn by vl-convert, without a browser and without the network: fonts are named, and the machine's own.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from model import roadmap as plans
from model.hiring import hiring_plan
from model.outcomes import OUTCOMES
from model.report import charts, compare_chart, risk_chart, roadmap_chart, roadmap_words, words
from model.report.charts import Spec
from model.report.colours import palette
from model.report.fitting import FONT, clean, wrap
from model.report.story import CARDS, Story, path_of

DPI = 240
"""Of a picture that stands as large as its pixels of a 96th of an inch say."""
MOST_DEPENDS = 10
EPOCH = (2000, 1, 1, 0, 0, 0)
"""The time of files in an archive, so that the same charts are the same bytes."""


@dataclass(frozen=True)
class Picture:
    """A chart ready to be drawn: file name without its ending, finding, constant specification and its rows."""

    name: str
    title: str
    spec: Spec
    data: pa.Table
    height: int = 300


def _config(dark: bool, size: float) -> dict[str, Any]:
    """The look that the page's theme gives a chart."""
    colours = palette(dark)
    words_ = {"labelFont": FONT, "titleFont": FONT, "labelColor": colours["quiet"], "titleColor": colours["quiet"]}
    return {
        "background": None if dark else colours["ground"],
        "font": FONT,
        "view": {"stroke": None},
        "text": {"font": FONT, "fontSize": size},
        "title": {"font": FONT, "subtitleFont": FONT, "fontSize": size + 3, "fontWeight": "bold", "anchor": "start",
                  "frame": "bounds", "color": colours["text"], "subtitleColor": colours["quiet"], "offset": 14,
                  "subtitleFontSize": size - 1, "subtitlePadding": 6},
        "axis": {**words_, "labelFontSize": size, "titleFontSize": size, "titleFontWeight": "normal",
                 "gridColor": colours["grid"], "titlePadding": 10},
        "legend": {**words_, "labelFontSize": size, "titleFontSize": size, "titleFontWeight": "normal"},
    }  # fmt: skip


def svg(
    picture: Picture, width: int, *, title: bool = True, note: str = "", dark: bool = False, size: float = 13,
    height: int | None = None
) -> str:  # fmt: skip
    """The chart as SVG text, so many pixels wide and high in all; `note` stands small under its title."""
    import vl_convert

    spec: Spec = {
        **picture.spec, "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": picture.data.to_pylist()}, "width": width, "height": height or picture.height,
        "autosize": {"type": "fit", "contains": "padding"}, "config": _config(dark, size),
    }  # fmt: skip
    margin = 12 if title else 0
    # On a page, room at the right is kept for labels; here labels count among what is made to fit.
    spec["padding"] = {"left": margin, "right": margin + 6, "top": margin, "bottom": margin}
    if title:
        spec["title"] = {"text": wrap(picture.title, width - 2 * margin, size + 3, bold=True, lines=3)}
        if note:
            spec["title"]["subtitle"] = wrap(note, width - 2 * margin, size - 1, lines=1)
    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version="v6.1", allowed_base_urls=[])
    return drawn


def png(drawn: str) -> bytes:
    """A drawn chart in pixels, sharp at the size it says."""
    import vl_convert

    made: bytes = vl_convert.svg_to_png(drawn, scale=72 / 96, ppi=DPI)
    return made


def inside(drawn: str, name: str, x: float, y: float, width: float, height: float) -> str:
    """A drawn chart as a part of another SVG; its own names are made to differ from those of other charts there."""
    named = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", drawn)
    place = f'<svg x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return re.sub(r'<svg([^>]*?) width="[^"]*" height="[^"]*"', rf"{place}\1", named, count=1)


# The pictures of a scenario


def bridge(story: Story, key: str, dark: bool = False) -> Picture:
    """What caused the change in one outcome."""
    out = story.outcome
    rows = charts.bridge_data(key, out.reference[key], out.headline[key], story.causes[key], story.currency)
    name = f"what-caused-the-change-{_slug(words.CAUSE_NOUNS[key])}"
    return Picture(name, story.cause_title(key), charts.bridge_spec(dark), rows, 70 + 34 * rows.num_rows)


def path(story: Story, key: str, dark: bool = False) -> Picture:
    """One outcome over the months."""
    out = story.outcome
    rows = charts.path_data(out.monthly[key], out.reference_monthly[key], path_of(story, key), story.scenario.month)
    spec = charts.path_spec(key, story.currency, dark, story.moved)
    return Picture(f"over-time-{_slug(OUTCOMES[key].label)}", story.path_title(key), spec, rows, 320)


def week(story: Story, channel: str) -> Picture:
    """One channel through the week."""
    out, baseline = story.outcome, story.scenario.baseline
    share = float(out.channels["target_share"].astype(float).get(channel, float("nan")))
    aim = None if share != share else share  # not a number: no target
    title = words.week_title(out.intervals, baseline, channel, aim)
    rows = charts.week_data(out.intervals, channel, aim)
    return Picture(f"through-the-week-{_slug(baseline.channel(channel).title)}", title, charts.week_spec(), rows, 340)


def plane(story: Story) -> Picture:
    """Cost against CSAT: doing nothing, this, and the scenarios beside it."""
    out = story.outcome
    points = [("Doing nothing", "nothing", out.reference["operating_cost"], out.reference["csat"])]
    points += [(clean(o.scenario.name, 40), "nothing", o.headline["operating_cost"], o.headline["csat"])
               for o in story.others]  # fmt: skip
    if story.moved:
        points.append(("This scenario", "this", out.headline["operating_cost"], out.headline["csat"]))
    title = words.plane_title(out, story.ranges) if story.moved else "Cost a year and CSAT as they are"
    rows = charts.plane_data(points, story.ranges if story.moved else None)
    return Picture("cost-and-csat", title, charts.plane_spec(story.currency), rows, 360)


def depends(story: Story, key: str, most: int, dark: bool = False) -> Picture:
    """What the answer on one outcome depends on, as on Risks; for a story whose answer was put in question."""
    parts = story.parts(key, most)
    rows = risk_chart.depends_data(parts, story.depends[key].answer)
    spec = risk_chart.depends_spec(key, story.currency, dark)
    name = f"what-the-answer-depends-on-{_slug(words.CAUSE_NOUNS[key])}"
    return Picture(name, story.depends_title(key), spec, rows, risk_chart.ROW * len(parts) + risk_chart.AXIS)


def beside(story: Story, key: str) -> Picture:
    """One outcome over the months with the scenarios that stand beside, as on Compare."""
    names, kinds, outs = ["Doing nothing"], ["nothing"], [story.outcome.reference_monthly]
    for out in [story.outcome] * story.moved + [*story.others]:
        names.append("This scenario" if out is story.outcome else clean(out.scenario.name, 60))
        kinds.append("this" if out is story.outcome else "other")
        outs.append(out.monthly)
    rows = compare_chart.paths_data(names, kinds, [monthly[key] for monthly in outs])
    title = f"{OUTCOMES[key].label} of {len(names)} scenarios over 36 months"
    spec = compare_chart.paths_spec(key, story.currency)
    return Picture(f"side-by-side-{_slug(OUTCOMES[key].label)}", title, spec, rows, 320)


def roadmap(story: Story) -> list[Picture]:
    """The time line, value so far, each month's cash and the hiring plan, as on Roadmap."""
    scenario, currency = story.scenario, story.currency
    found, pictures = plans.initiatives(scenario), list[Picture]()
    title, _ = roadmap_words.finding(plans.cash_flow(scenario), currency)
    title = title.replace("**", "")
    if found or scenario.calendar:
        rows = roadmap_chart.line_data(found, scenario)
        high = 80 + 36 * (len(found) + len(scenario.calendar))
        said = "When each initiative begins, and when it has taken effect"
        pictures.append(Picture("roadmap-time-line", said, roadmap_chart.line_spec(), rows, high))
    months = plans.cash_flow(scenario).months
    if months.to_numpy().any():
        rows = roadmap_chart.value_data(months)
        pictures.append(Picture("roadmap-value-so-far", title, roadmap_chart.value_spec(currency), rows))
        rows = roadmap_chart.cash_data(months, currency)
        said = "Cash of each month against doing nothing"
        pictures.append(Picture("roadmap-cash", said, roadmap_chart.cash_spec(currency), rows))
    plan = hiring_plan(scenario)
    said = roadmap_words.hiring(plan).replace("**", "")
    return [*pictures, Picture("roadmap-hiring", said, roadmap_chart.hiring_spec(), roadmap_chart.hiring_data(
        plan.company))]  # fmt: skip


def pictures(story: Story) -> list[Picture]:
    """Every picture of a scenario, in the order of the pages; with nothing moved, nothing caused a change."""
    found = [bridge(story, key) for key in CARDS] if story.moved else []
    found += [path(story, key) for key in CARDS]
    found += [week(story, channel.name) for channel in story.scenario.baseline.channels]
    found += [plane(story), *(beside(story, key) for key in CARDS if story.others)]
    found += [depends(story, key, MOST_DEPENDS) for key in story.depends]
    return [*found, *roadmap(story)]


def note(story: Story) -> str:
    """What stands under a chart's title: whose figures, when made."""
    parts = [story.name, story.company if story.company != story.name else "", f"month {story.scenario.month}"]
    return " · ".join(part for part in [*(clean(p, 60) for p in parts), story.stamp.day] if part)


def archive(story: Story) -> bytes:
    """All charts as one zip, each as PNG and SVG."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, picture in enumerate(pictures(story), 1):
            drawn = svg(picture, 900, note=note(story))
            for ending, content in (("svg", drawn.encode()), ("png", png(drawn))):
                packed.writestr(zipfile.ZipInfo(f"{number:02d}-{picture.name}.{ending}", EPOCH), content)
    return held.getvalue()


def _slug(text: str) -> str:
    """Words of a file's name: small letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "chart"
