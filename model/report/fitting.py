"""Text made to fit: how wide it is, where it breaks, where it is cut. For pictures, slides and pages of fixed size.

Widths are those of Helvetica (Adobe's metrics, in thousandths of the type size), which Arial and Liberation Sans share;
what the table does not know counts as wide, so that text is rather cut early than drawn over its edge.
"""

import re
import unicodedata

FONT = "Arial, Helvetica, Liberation Sans, sans-serif"
"""Families that share the widths below; named, never fetched."""
ELLIPSIS = "…"
LONGEST = 400
"""Characters of a user's text that anything printed looks at."""
_ASCII = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip
_OTHERS = {"−": 584, "–": 556, "…": 1000, "·": 278, "€": 556, "£": 556, "¥": 556, "’": 222, "“": 333, "”": 333}
_BOLD = 1.08
"""The bold letters against the plain ones, at most but for a few narrow ones."""
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: str, most: int = LONGEST) -> str:
    """A user's text on one line without what cannot be seen: control, direction and private characters.

    Marks that turn the direction of writing would turn what stands beside them too; letters keep their own.
    """
    told = text[: most * 4]
    told = "".join(" " if c.isspace() else c for c in told if c.isspace() or unicodedata.category(c) not in _HIDDEN)
    told = re.sub(r" +", " ", told).strip()
    return told if len(told) <= most else told[: most - 1].rstrip() + ELLIPSIS


def width(text: str, size: float = 1.0, bold: bool = False) -> float:
    """How wide a line of text is at a type size, in the size's unit."""
    thousandths = 0
    for c in text:
        if " " <= c <= "~":
            thousandths += _ASCII[ord(c) - 32]
        elif not unicodedata.combining(c):
            thousandths += _OTHERS.get(c, 1000 if unicodedata.east_asian_width(c) in "WF" else 740)
    return thousandths * size / 1000 * (_BOLD if bold else 1.0)


def shorten(text: str, room: float, size: float = 1.0, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it is wider than the room."""
    if width(text, size, bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:  # the longest start that fits
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, size, bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip(" ,;:.(") + ELLIPSIS


def wrap(text: str, room: float, size: float = 1.0, bold: bool = False, lines: int | None = None) -> list[str]:
    """The text in lines no wider than the room; a word too long for a line is broken, and what is over is cut."""
    found: list[str] = []
    line = ""
    for word in text.split():
        tried = f"{line} {word}".strip()
        if width(tried, size, bold) <= room:
            line = tried
            continue
        if line:
            found.append(line)
        while width(word, size, bold) > room and len(word) > 1:
            end = len(shorten(word, room, size, bold)) - 1
            # A line holds one character at least, however narrow the room.
            found.append(word[: max(end, 1)])
            word = word[max(end, 1) :]
        line = word
    if line:
        found.append(line)
    if lines is not None and len(found) > lines:
        last = " ".join(found[lines - 1 : lines + 1])
        found = [*found[: lines - 1], shorten(last, room, size, bold)]
        if not found[-1].endswith(ELLIPSIS):
            found[-1] = shorten(found[-1] + ELLIPSIS, room, size, bold)
    return found


def fitting_size(text: str, room: float, lines: int, sizes: tuple[float, ...], bold: bool = False) -> float:
    """The largest of the sizes (given from large to small) at which the text takes no more lines; else the smallest."""
    return next((s for s in sizes if len(wrap(text, room, s, bold)) <= lines), sizes[-1])
