"""Slides with what stands on them: titles, cards, native tables, pictures, and the stamp. Nothing of a scenario here.

Sizes are inches of a 16:9 slide and points of type. Every text is measured before it is placed, so that a long name is
cut, not drawn over its neighbour.
"""

import io
from collections.abc import Sequence
from typing import Any, Literal

from model.report.colours import LIGHT
from model.report.fitting import clean, fitting_size, wrap

WIDE, HIGH = 13.333, 7.5
LEFT, RIGHT, TOP = 0.6, 0.6, 0.45
INNER = WIDE - LEFT - RIGHT
TITLE_HIGH = 1.0
BODY = TOP + TITLE_HIGH + 0.2
"""Where a slide's body begins."""
FOOT = 7.05
FONT = "Arial"
SAFE = 0.97
"""Of a width: what may be filled, since programs differ a little in where they break a line."""
LINE = 1.2
"""Height of a line in sizes of its type."""
Align = Literal["left", "right", "center"]


def points(inches: float) -> float:
    """Inches in points."""
    return inches * 72


class Deck:
    """A deck being written."""

    def __init__(self, title: str, subject: str) -> None:
        from pptx import Presentation
        from pptx.util import Inches

        self.deck: Any = Presentation()
        self.deck.slide_width, self.deck.slide_height = Inches(WIDE), Inches(HIGH)
        self.deck.core_properties.title, self.deck.core_properties.subject = title, subject
        self.deck.core_properties.author = "Trilever"
        _dress(self.deck)
        self.slide: Any = None

    def page(
        self, title: str, top: float = TOP, high: float = TITLE_HIGH,
        sizes: tuple[float, ...] = (28, 26, 24, 22, 20, 18),
    ) -> None:  # fmt: skip
        """A new slide with its finding as the title: the largest type in which it takes two lines."""
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Inches

        self.slide = self.deck.slides.add_slide(self.deck.slide_layouts.get_by_name("Title Only"))
        size = fitting_size(title, SAFE * points(INNER), 2, sizes, bold=True)
        lines = wrap(title, SAFE * points(INNER), size, bold=True, lines=2)
        holder = self.slide.shapes.title
        if top != TOP:
            holder.left, holder.top, holder.width = Inches(LEFT), Inches(top), Inches(INNER)
            holder.height = Inches(high)
        frame = holder.text_frame
        frame.text = " ".join(lines)
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        self._type(frame.paragraphs[0].runs[0], size, LIGHT["text"], bold=True)

    def stamp(self, left: str, link: str, address: str, right: str) -> None:
        """The foot of the slide: whose it is, the link, the date and the page."""
        self.line(LEFT, FOOT - 0.06, INNER)
        number = len(self.deck.slides)
        self.text(LEFT, FOOT, 4.3, left, 9, LIGHT["quiet"])
        self.text(LEFT + 4.4, FOOT, 5.6, link, 9, LIGHT["quiet"], address=address, align="center")
        self.text(WIDE - RIGHT - 2.0, FOOT, 2.0, f"{right} · {number}", 9, LIGHT["quiet"], align="right")

    def text(
        self, x: float, y: float, wide: float, said: str, size: float, colour: str = LIGHT["text"], *,
        bold: bool = False, lines: int = 1, align: Align = "left", address: str = ""
    ) -> float:  # fmt: skip
        """Words in so many lines at most, cut where they are too many; the height they take."""
        from pptx.enum.text import MSO_AUTO_SIZE
        from pptx.util import Inches

        found = wrap(clean(said, 4_000), SAFE * points(wide), size, bold, lines) or [""]
        high = len(found) * size * LINE / 72 + 0.04
        box = self.slide.shapes.add_textbox(Inches(x), Inches(y), Inches(wide), Inches(high))
        frame = box.text_frame
        frame.word_wrap, frame.auto_size = len(found) > 1, MSO_AUTO_SIZE.NONE
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        run = self._paragraph(frame.paragraphs[0], " ".join(found), size, colour, bold, align)
        if address:
            run.hyperlink.address = address
        return high

    def line(self, x: float, y: float, wide: float, colour: str = LIGHT["grid"]) -> None:
        """A thin rule."""
        self.block(x, y, wide, 0.012, colour)

    def block(self, x: float, y: float, wide: float, high: float, colour: str, edge: str = "") -> None:
        """A filled rectangle."""
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.oxml.ns import qn
        from pptx.util import Inches, Pt

        shape = self.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(x), Inches(y), Inches(wide), Inches(high))
        shape.fill.solid()
        shape.fill.fore_color.rgb = _colour(colour)
        shape._element.remove(shape._element.find(qn("p:style")))  # which brings a shadow
        if edge:
            shape.line.color.rgb, shape.line.width = _colour(edge), Pt(0.75)
        else:
            shape.line.fill.background()

    def picture(self, png: bytes, x: float, y: float, wide: float, said: str) -> None:
        """A picture, and what it shows for those who do not see it."""
        from pptx.util import Inches

        shape = self.slide.shapes.add_picture(io.BytesIO(png), Inches(x), Inches(y), width=Inches(wide))
        shape._element._nvXxPr.cNvPr.set("descr", clean(said))

    def table(
        self, x: float, y: float, widths: Sequence[float], head: Sequence[str], rows: Sequence[Sequence[str]], *,
        size: float = 12, right: Sequence[int] = (), bold: Sequence[int] = (), lines: int = 1, room: float = 0.0
    ) -> float:  # fmt: skip
        """A native table; `right`: columns set to the right, `bold`: columns set bold; its height.

        A cell takes so many lines at most; where the rows need more than `room`, type gets smaller, to 9 points.
        """
        from pptx.util import Inches, Pt

        while size > 9 and room and self._high(widths, head, rows, size, lines) > room:
            size -= 0.5
        heights = [self._row(widths, row, size, lines) for row in (head, *rows)]
        x -= PAD / 72  # the words, not their cells, stand in line with what is above
        frame = self.slide.shapes.add_table(len(rows) + 1, len(head), Inches(x), Inches(y), Inches(sum(widths)),
                                            Inches(sum(heights)))  # fmt: skip
        table = frame.table
        _plain_style(frame)
        table.first_row, table.horz_banding = True, False
        for column, wide in enumerate(widths):
            table.columns[column].width = Inches(wide)
        for at, (row, high) in enumerate(zip((head, *rows), heights, strict=True)):
            table.rows[at].height = Inches(high)
            for column, said in enumerate(row):
                cell = table.cell(at, column)
                cell.margin_left = cell.margin_right = Pt(PAD)
                cell.margin_top = cell.margin_bottom = Pt(3)
                shown = " ".join(wrap(clean(said), SAFE * (points(widths[column]) - 2 * PAD), size, True, lines))
                heading = at == 0
                colour = LIGHT["quiet"] if heading else LIGHT["text"]
                self._paragraph(cell.text_frame.paragraphs[0], shown, size, colour, heading or column in bold,
                                "right" if column in right else "left")  # fmt: skip
                cell.fill.background()
                _rule_below(cell, LIGHT["quiet"] if heading else LIGHT["grid"])
        return sum(heights)

    def _row(self, widths: Sequence[float], row: Sequence[str], size: float, lines: int) -> float:
        most = max(len(wrap(clean(said), SAFE * (points(wide) - 2 * PAD), size, True, lines)) or 1
                   for said, wide in zip(row, widths, strict=True))  # fmt: skip
        return (most * size * LINE + 7) / 72

    def _high(
        self, widths: Sequence[float], head: Sequence[str], rows: Sequence[Sequence[str]], size: float, lines: int
    ) -> float:
        return sum(self._row(widths, row, size, lines) for row in (head, *rows))

    def _paragraph(self, paragraph: Any, said: str, size: float, colour: str, bold: bool, align: Align) -> Any:
        from pptx.enum.text import PP_ALIGN

        paragraph.alignment = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}[align]
        run = paragraph.add_run()
        run.text = said
        self._type(run, size, colour, bold)
        return run

    def _type(self, run: Any, size: float, colour: str, bold: bool = False) -> None:
        from pptx.util import Pt

        run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
        run.font.color.rgb = _colour(colour)

    def bytes(self) -> bytes:
        """The file (.pptx)."""
        held = io.BytesIO()
        self.deck.save(held)
        return held.getvalue()


PAD = 7.0
"""Points at the left and right of a cell."""


def _colour(text: str) -> Any:
    from pptx.dml.color import RGBColor

    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    made: Any = RGBColor
    return made(red, green, blue)


def _dress(deck: Any) -> None:
    """Our fonts and colours as the deck's theme, 16:9 places for the titles, and no layout that is not used."""
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.opc.oxml import serialize_part_xml
    from pptx.oxml import parse_xml
    from pptx.util import Inches

    master = deck.slide_master
    keep = deck.slide_layouts.get_by_name("Title Only")
    for layout in list(deck.slide_layouts):
        if layout is not keep:
            deck.slide_layouts.remove(layout)
    for holder in [*master.placeholders, *keep.placeholders]:
        if holder.placeholder_format.type == 1:  # the title
            holder.left, holder.top = Inches(LEFT), Inches(TOP)
            holder.width, holder.height = Inches(INNER), Inches(TITLE_HIGH)
            frame = holder.text_frame
            frame.margin_left = frame.margin_right = 0
            frame.vertical_anchor = _anchor_top()
            for paragraph in frame.paragraphs:
                paragraph.alignment = _align_left()
        else:
            holder._element.getparent().remove(holder._element)
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    tree: Any = parse_xml(theme.blob)
    space = {"a": DRAWING}
    for face in tree.findall(".//a:majorFont/a:latin", space) + tree.findall(".//a:minorFont/a:latin", space):
        face.set("typeface", FONT)
    accents = ("this", "better", "worse", "neutral", "nothing")
    for number, name in enumerate(accents, 1):
        accent = tree.find(f".//a:clrScheme/a:accent{number}", space)
        accent[:] = [_xml(f'<a:srgbClr val="{_hex(LIGHT[name])}"/>')]
    theme._blob = serialize_part_xml(tree)


DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def _xml(text: str) -> Any:
    """An element of a drawing from its text, in which the letter a stands for the drawing's names."""
    from pptx.oxml import parse_xml

    return parse_xml(text.replace(" ", f' xmlns:a="{DRAWING}" ', 1))


def _hex(colour: str) -> str:
    return colour.removeprefix("#").upper()


def _anchor_top() -> Any:
    from pptx.enum.text import MSO_ANCHOR

    return MSO_ANCHOR.TOP


def _align_left() -> Any:
    from pptx.enum.text import PP_ALIGN

    return PP_ALIGN.LEFT


NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""The built-in table style without fills and lines."""


def _plain_style(frame: Any) -> None:
    style = frame._element.graphic.graphicData.tbl.tblPr.find(f"{{{DRAWING}}}tableStyleId")
    style.text = NO_STYLE


def _rule_below(cell: Any, colour: str) -> None:
    """A line under a cell; the library has no call for it."""
    fill = f'<a:solidFill><a:srgbClr val="{_hex(colour)}"/></a:solidFill>'
    rule = _xml(f'<a:lnB w="9525" cap="flat" cmpd="sng" algn="ctr">{fill}</a:lnB>')
    cell._tc.get_or_add_tcPr().insert(0, rule)  # before the fill, or office programs ask to repair the file
