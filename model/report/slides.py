"""The slides of a presentation: one finding each, in large type, as SVG for any screen."""

from collections.abc import Callable
from dataclasses import dataclass

from model.report import chart_files
from model.report.chart_files import Picture
from model.report.fitting import clean, fitting_size
from model.report.grammar import within
from model.report.sheet import LINE, Sheet
from model.report.story import ASKED, COMPARED, Story
from model.report.words import plane_title

WIDE, HIGH = 1600.0, 860.0
"""As high as leaves room for the keys below on a screen of 16 to 9."""
TOP = 10.0
GAP = 48.0
LARGER = 1.75
"""A chart here against one on a page."""
SHOWN = ("operating_cost", "service_level", "asa", "abandonment", "fcr", "csat", "fte", "npv", "payback_months")
"""Outcomes compared on a screen seen from afar."""
MOST_DEPENDS = 4


@dataclass(frozen=True)
class Slide:
    """A slide: its name, and how it is drawn of a story for a light or dark page; `asked`: needs the whole story."""

    name: str
    draw: Callable[[Sheet, Story], None]
    asked: bool = False

    def sheet(self, story: Story, dark: bool = False) -> Sheet:
        """The slide, drawn."""
        sheet = Sheet(WIDE, HIGH, dark)
        self.draw(sheet, story)
        return sheet


def slides(moved: bool) -> list[Slide]:
    """The slides in their order; with nothing moved, there is nothing to explain."""
    first = [Slide("Headline", _headline), Slide("Comparison", _comparison)]
    return [*first, Slide("Bridge", _causes), Slide("Risks", _risks, asked=True)] if moved else first


def _title(sheet: Sheet, said: str, top: float = TOP) -> float:
    size = fitting_size(said, WIDE, 2, (46, 42, 38, 34, 30), bold=True)
    return sheet.lines(0, top, WIDE, said, size, bold=True, most=3) + 26


def _headline(sheet: Sheet, story: Story) -> None:
    top = sheet.lines(0, TOP, WIDE, story.whose, 24, "quiet", bold=True, most=1) + 8 if story.whose else TOP
    y = _title(sheet, story.headline.title, top)
    y = sheet.cards(2, y, WIDE - 4, story.cards, 26, 28) + 30
    half = (WIDE - GAP) / 2
    for i, key in enumerate(ASKED):
        x = i * (half + GAP)
        below = sheet.lines(x, y, half, story.path_title(key), 22, bold=True, most=2) + 6
        _draw(sheet, chart_files.path(story, key, sheet.dark), f"path{i}", x, below, half, HIGH - 70 - below)
    sheet.lines(0, HIGH - 52, WIDE, story.headline.detail, 20, "quiet", most=2)


def _draw(sheet: Sheet, picture: Picture, name: str, x: float, y: float, wide: float, high: float) -> None:
    # Drawn as on a page and enlarged as a whole, lines and room for labels with it.
    drawn = chart_files.svg(picture, round(wide / LARGER), title=False, height=round(high / LARGER), dark=sheet.dark)
    sheet.chart(chart_files.inside(drawn, name, x, y, wide, high))


def _comparison(sheet: Sheet, story: Story) -> None:
    others = [clean(other.scenario.name, 60) for other in story.others]
    y = _title(sheet, plane_title(story.outcome, story.ranges) if story.moved else "This is how a year looks")
    rows = [row for key, row in zip(COMPARED, story.comparison, strict=True) if key in SHOWN]
    beside = 210.0 if others else 0.0
    if story.moved:
        head = [f"Month {story.scenario.month}", "Doing nothing", "This scenario", "Difference", "Likely", *others]
        widths = [WIDE - 200 - 210 - 210 - 430 + 90 - beside * len(others), 200.0, 210.0, 210.0, 340.0]
        widths += [beside for _ in others]
        bold = (2,)
    else:
        head = [f"Month {story.scenario.month}", "Doing nothing", *others]
        rows = [[row[0], row[1], *row[5:]] for row in rows if row[1]]
        widths, bold = [500.0, 300.0, *(beside for _ in others)], (1,)
    # Few rows stand further apart, so that they use the height there is; a cell may take two lines.
    high = min(max((HIGH - y - 40) / (26 * (len(rows) + 2)), 2.0), 2.6)
    sheet.table(0, y, widths, head, rows, 26, right=range(1, len(head)), bold=bold, lines=2, high=high)


def _causes(sheet: Sheet, story: Story) -> None:
    y = _title(sheet, story.cause_title("operating_cost"))
    half = (WIDE - GAP) / 2
    titles = ["Cost a year, step by step", story.cause_title("csat")]
    places = [0.0, half + GAP]
    below = 10 + max(sheet.lines(x, y, half, title, 24, bold=True, most=3)
                     for x, title in zip(places, titles, strict=True))  # fmt: skip
    for i, (x, key) in enumerate(zip(places, ASKED, strict=True)):
        picture = chart_files.bridge(story, key, sheet.dark)
        _draw(sheet, picture, f"bridge{i}", x, below, half, min(HIGH - 20 - below, 110.0 * picture.data.num_rows))


def _risks(sheet: Sheet, story: Story) -> None:
    y = _title(sheet, f"{story.odds_said('operating_cost')}; {within(story.odds_said('csat'))}")
    half = (WIDE - GAP) / 2
    for i, key in enumerate(ASKED):
        x = i * (half + GAP)
        below = sheet.lines(x, y, half, story.depends_title(key), 24, bold=True, most=2)
        below = max(below, y + 2 * 24 * LINE) + 8
        picture = chart_files.depends(story, key, MOST_DEPENDS, sheet.dark)
        if picture.data.num_rows:
            _draw(sheet, picture, f"depends{i}", x, below, half, min(HIGH - 220 - below, LARGER * picture.height))
        below = HIGH - 208
        below = sheet.lines(x, below, half, "What would change the answer", 24, bold=True) + 4
        sheet.lines(x, below, half, story.turn_title(key), 22, "quiet", most=4)
    sheet.text(0, HIGH - 26, story.depends_how, 18, "quiet", room=WIDE)
