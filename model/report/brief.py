"""The one-page brief: an A4 page as PDF that says what, how much, why, and how sure.

Drawn as SVG and turned into PDF by vl-convert, which draws the charts anyway: they stay vectors, words stay words, and
letters of any script are embedded as far as the machine has them. A title and the living link are added to the page.
"""

import io

from model.report import chart_files
from model.report.assumption_words import GRADES, called
from model.report.fitting import fitting_size, width, wrap
from model.report.grammar import within
from model.report.sheet import LINE, Sheet
from model.report.story import ASKED, Story

WIDE, HIGH = 595.28, 841.89
"""A4 in points."""
EDGE = 42.0
INNER = WIDE - 2 * EDGE
FOOT = HIGH - 46
MOST_LEVERS, MOST_ASSUMED = 6, 8


def brief(story: Story) -> bytes:
    """The PDF's bytes."""
    import vl_convert

    made: bytes = vl_convert.svg_to_pdf(page(story).svg())
    return _signed(made, story)


def page(story: Story) -> Sheet:
    """The page, drawn from top to bottom; what is further down gives way where there is much above."""
    sheet = Sheet(WIDE, HIGH)
    y = EDGE - 6
    company = story.company if story.company != story.name else ""
    sheet.text(EDGE, y, company, 9, "quiet", room=INNER - 100)
    sheet.text(WIDE - EDGE, y, story.stamp.day, 9, "quiet", anchor="end")
    y += 18
    size = fitting_size(story.name, INNER, 1, (20, 18, 16, 14), bold=True)
    y = sheet.lines(EDGE, y, INNER, story.name, size, bold=True, most=2) + 5
    y = sheet.lines(EDGE, y, INNER, story.headline.title, 12, bold=True, most=4) + 3
    y = sheet.lines(EDGE, y, INNER, story.headline.detail, 9, "quiet", most=3) + 8
    y = sheet.cards(EDGE, y, INNER, story.cards, 9, 8) + 14
    y = _pictures(sheet, story, y)
    if story.levers or story.world:
        y = _levers(sheet, story, y)
    if story.depends:
        y = _sure(sheet, story, y)
    _assumed(sheet, story, y)
    _foot(sheet, story)
    return sheet


def _pictures(sheet: Sheet, story: Story, y: float) -> float:
    """What caused the change in cost and in CSAT; with nothing moved, both paths."""
    gap = 18.0
    half = (INNER - gap) / 2
    room = 4.0 / 3  # charts are drawn in pixels, three quarters of a point
    pictures = [chart_files.bridge(story, key) if story.moved else chart_files.path(story, key) for key in ASKED]
    titles = [wrap(picture.title, half, 9, bold=True, lines=3) for picture in pictures]
    below = y + max(len(title) for title in titles) * 9 * LINE + 4
    rows = max(picture.data.num_rows for picture in pictures)
    high = min(20.0 * rows, 150.0) if story.moved else 150.0
    for i, (picture, title) in enumerate(zip(pictures, titles, strict=True)):
        x = EDGE + i * (half + gap)
        for n, line in enumerate(title):
            sheet.text(x, y + n * 9 * LINE, line, 9, bold=True)
        drawn = chart_files.svg(picture, round(half * room), title=False, height=round(high * room), size=11)
        sheet.chart(chart_files.inside(drawn, f"picture{i}", x, below, half, high))
    return below + high + 14


def _levers(sheet: Sheet, story: Story, y: float) -> float:
    world = f" in this world: {within(story.world)}" if story.world else ""
    if not story.levers:
        return sheet.lines(EDGE, y, INNER, f"No lever is moved,{world}", 9.5, bold=True) + 8
    y = sheet.lines(EDGE, y, INNER, f"What changes{',' if world else ''}{world}", 9.5, bold=True, most=2)
    rows = [[m.named, m.today, m.value, *m.effects] for m in story.levers[:MOST_LEVERS]]
    if len(story.levers) > MOST_LEVERS:
        rows.append([f"and {len(story.levers) - MOST_LEVERS} more", "", "", "", ""])
    widths = [INNER - 4 * 82, 82.0, 82.0, 82.0, 82.0]
    head = ["", "Today", "This scenario", "Cost a year", "CSAT"]
    # A long name takes two lines rather than lose the month behind it.
    return sheet.table(EDGE, y, widths, head, rows, 8.5, right=(1, 2, 3, 4), bold=(2,), lines=2) + 12


def _sure(sheet: Sheet, story: Story, y: float) -> float:
    y = sheet.lines(EDGE, y, INNER, "How sure, and what would change the answer", 9.5, bold=True)
    for key in ASKED:
        y = sheet.lines(EDGE, y + 2, INNER, f"{story.odds_said(key)}. {story.turn_title(key)}", 8.5, most=3)
    return y + 10


def _assumed(sheet: Sheet, story: Story, y: float) -> None:
    """The assumptions that matter, as many as there is room for above the foot."""
    each = 8.5 * 1.75
    room = int((FOOT - 10 - y - 9.5 * LINE - each) / each)
    shown = story.assumed[: min(MOST_ASSUMED, room)]
    if not shown:
        return
    y = sheet.lines(EDGE, y, INNER, "Assumptions that matter most", 9.5, bold=True)
    rows = [[called(state.row), story.span(state), GRADES[state.grade]] for state in shown]
    sheet.table(EDGE, y, [INNER - 270, 200, 70], ["", "Range and likely value", "Evidence"], rows, 8.5)


def _foot(sheet: Sheet, story: Story) -> None:
    sheet.rule(EDGE, FOOT, INNER)
    sheet.text(EDGE, FOOT + 7, f"{story.evidence}. Figures: a year at the pace of month {story.scenario.month}.", 8,
               "quiet", room=INNER)  # fmt: skip
    colour = "this" if story.stamp.opens else "quiet"
    sheet.text(EDGE, FOOT + 19, story.stamp.said, 8, colour, room=INNER)


def _signed(made: bytes, story: Story) -> bytes:
    """The page with its title, and with its link where it is printed."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.annotations import Link

    # The page, not the document, is taken over: where shadings share a colour profile, pypdf's copy of a document holds
    # it once for each of them, and then pypdf warns that there are more objects than the drawing says it has.
    writer = PdfWriter()
    writer.add_page(PdfReader(io.BytesIO(made)).pages[0])
    writer.add_metadata({"/Title": story.name, "/Subject": story.company, "/Creator": "Trilever"})
    if story.stamp.opens:
        bottom, left = HIGH - FOOT - 31, EDGE
        right = left + min(width(story.stamp.said, 8), INNER)
        writer.add_annotation(0, Link(rect=(left, bottom, right, bottom + 14), url=story.stamp.link))
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()
