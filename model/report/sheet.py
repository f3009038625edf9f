"""A sheet of fixed size drawn as SVG: words measured and broken into lines, cards, tables, charts.

vl-convert makes a PDF of it (vector charts, the letters used embedded, any script that the machine has letters for) and
a browser shows it at any size.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from model.report.colours import palette, verdicts
from model.report.fitting import FONT, clean, shorten, wrap
from model.report.story import Card

LINE = 1.28
"""Height of a line in sizes of its type."""


class Sheet:
    """A sheet being drawn, in units of its own; `dark` for a dark page, whose background shines through."""

    def __init__(self, width: float, height: float, dark: bool = False) -> None:
        self.width, self.height, self.dark = width, height, dark
        self.colours = palette(dark)
        self.verdicts = verdicts(dark)
        self.parts: list[str] = []
        self.said: list[str] = []

    def text(
        self, x: float, y: float, said: str, size: float, colour: str = "text", *, bold: bool = False,
        anchor: str = "start", room: float = 0.0
    ) -> None:  # fmt: skip
        """One line of words, its upper edge at y; cut where it is wider than the room."""
        shown = clean(said, 4_000)
        shown = shorten(shown, room, size, bold) if room else shown
        if not shown:
            return
        self.said.append(shown)
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y + size * 0.95:.1f}" font-size="{size:g}" text-anchor="{anchor}"{weight} '
            f'fill="{self.colours.get(colour, colour)}">{escape(shown)}</text>'
        )

    def lines(
        self, x: float, y: float, room: float, said: str, size: float, colour: str = "text", *, bold: bool = False,
        most: int = 2
    ) -> float:  # fmt: skip
        """Words in so many lines at most; the y below them."""
        before, found = len(self.said), wrap(clean(said, 4_000), room, size, bold, most)
        for line in found:
            self.text(x, y, line, size, colour, bold=bold)
            y += size * LINE
        self.said[before:] = [" ".join(found)] if found else []  # read aloud, a sentence has no lines
        return y

    def rule(self, x: float, y: float, width: float, colour: str = "grid") -> None:
        """A thin line across."""
        shade = self.colours.get(colour, colour)
        self.parts.append(f'<path d="M{x:.1f},{y:.1f}h{width:.1f}" stroke="{shade}" stroke-width="{self.thin:g}"/>')

    @property
    def thin(self) -> float:
        """Width of a thin line."""
        return self.width / 900

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """The edge of a card."""
        edge = self.colours["edge"]
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{self.width / 150:.1f}" '
            f'fill="none" stroke="{edge}" stroke-width="{self.thin:g}"/>'
        )

    def cards(self, x: float, y: float, width: float, found: Sequence[Card], size: float, gap: float) -> float:
        """Cards side by side, `size` the type of their names; the y below them."""
        each = (width - gap * (len(found) - 1)) / len(found)
        notes = [wrap(card.note, each - 2 * size, size * 0.85, lines=2) for card in found]
        high = size * (7.0 if any(card.change for card in found) else 5.5)
        high += size * 0.85 * LINE * max(len(note) for note in notes)
        for i, card in enumerate(found):
            left, inner, down = x + i * (each + gap), each - 2 * size, y + size
            self.frame(left, y, each, high)
            self.text(left + size, down, card.label, size, "quiet", room=inner)
            self.text(left + size, down + size * 1.4, card.value, size * 2.1, bold=True, room=inner)
            down += size * 4.1
            if card.change:
                colour = self.verdicts[card.change.verdict]
                self.text(left + size, down, card.moved, size * 1.05, colour, bold=True, room=inner)
                down += size * 1.5
            self.lines(left + size, down, inner, card.note, size * 0.85, "quiet", most=2)
        return y + high

    def table(
        self, x: float, y: float, widths: Sequence[float], head: Sequence[str], rows: Sequence[Sequence[str]],
        size: float, *, right: Sequence[int] = (), bold: Sequence[int] = (), lines: int = 1, high: float = 1.75
    ) -> float:  # fmt: skip
        """Rows of words under their heads; a cell takes so many lines at most; the y below the table."""
        pad = size * 0.5
        edges = [x + sum(widths[:i]) for i in range(len(widths))]
        for at, row in enumerate((head, *rows)):
            heading = at == 0
            cells = [wrap(clean(said), wide - 2 * pad, size, heading or i in bold, lines)
                     for i, (said, wide) in enumerate(zip(row, widths, strict=True))]  # fmt: skip
            for i, (cell, edge, wide) in enumerate(zip(cells, edges, widths, strict=True)):
                for n, line in enumerate(cell):
                    across = edge + wide - pad if i in right else edge + (pad if i else 0)
                    self.text(across, y + size * (high - 1) / 2 + n * size * LINE, line, size,
                              "quiet" if heading else "text", bold=heading or i in bold,
                              anchor="end" if i in right else "start")  # fmt: skip
            y += size * high + (max(len(cell) for cell in cells) - 1 if any(cells) else 0) * size * LINE
            self.rule(x, y, sum(widths), "quiet" if heading else "grid")
        return y

    def chart(self, drawn: str) -> None:
        """A chart drawn elsewhere, placed by `chart_files.inside`."""
        self.parts.append(drawn)

    def svg(self) -> str:
        """The sheet as SVG text; on a light one the paper is white."""
        white = f'<rect width="{self.width:g}" height="{self.height:g}" fill="{self.colours["ground"]}"/>'
        paper = "" if self.dark else white
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{self.width:g}" height="{self.height:g}" viewBox="0 0 {self.width:g} {self.height:g}" '
            f"font-family={quoteattr(FONT)}>{paper}{''.join(self.parts)}</svg>"
        )

    @property
    def words(self) -> str:
        """All that is written on it, for those who do not see it."""
        return ". ".join(self.said)
