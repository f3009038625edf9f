"""Small lines for the cards, as PNG: a scenario's 36 months and doing nothing's.

As SVG each would be a document of its own to the browser, made anew with every move: four of them took it longer to
show than all the rest of the cards.
"""

import struct
import zlib
from base64 import b64encode
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model._compiled import compiled
from model.report.colours import palette

WIDTH, HEIGHT = 576, 76
"""Pixels: two for each that a card has on a wide screen."""
EDGE = 9
"""Pixels left free around the lines: room for the dot."""
_THIN, _BOLD, _DOT = 1.5, 2.0, 8.0
"""Half of each line's thickness, and the dot's radius, in pixels."""
_DASH, _GAP = 9.0, 7.0
_SHADES = 16
"""Levels of opacity of each of the two colours, which smooth their edges; the first is none."""

Array = NDArray[np.float64]
Shades = NDArray[np.uint8]


def spark(value: ArrayLike, nothing: ArrayLike, month: int, dark: bool = False, moved: bool = True) -> bytes:
    """A small line of 36 months as PNG: this scenario, doing nothing dashed, a dot at the month shown."""
    here, there = np.asarray(value, dtype=float), np.asarray(nothing, dtype=float)
    low, high = float(min(here.min(), there.min())), float(max(here.max(), there.max()))
    # A flat line stays flat: less than half a percent of movement is not blown up to the full height.
    middle, half = (low + high) / 2, max((high - low) / 2, 0.00125 * abs(low + high), 1e-12)
    scale = (HEIGHT / 2 - EDGE) / half
    shades = np.zeros((HEIGHT, WIDTH), np.uint8)
    across = np.linspace(EDGE, WIDTH - EDGE, len(here))
    _line(shades, across, HEIGHT / 2 - scale * (there - middle), _THIN, 0, True)
    if moved:
        down = HEIGHT / 2 - scale * (here - middle)
        _line(shades, across, down, _BOLD, _SHADES, False)
        _line(shades, across[[month, month]], down[[month, month]], _DOT, _SHADES, False)
    return _png(shades, palette(dark))


def address(value: ArrayLike, nothing: ArrayLike, month: int, dark: bool = False, moved: bool = True) -> str:
    """The same as an address that holds it."""
    return "data:image/png;base64," + b64encode(spark(value, nothing, month, dark, moved)).decode()


@compiled("void(uint8[:,::1], float64[::1], float64[::1], float64, int64, boolean)")
def _line(shades: Shades, across: Array, down: Array, thickness: float, colour: int, dashed: bool) -> None:
    """Lay a line through these points, round at joints and ends, over what is there; two equal points are a dot."""
    before = 0.0
    for i in range(len(across) - 1):
        run, rise = across[i + 1] - across[i], down[i + 1] - down[i]
        square = max(run * run + rise * rise, 1e-9)
        length = np.sqrt(square)
        left, right = int(across[i] - thickness - 1), int(across[i + 1] + thickness + 2)
        top = int(min(down[i], down[i + 1]) - thickness - 1)
        bottom = int(max(down[i], down[i + 1]) + thickness + 2)
        for y in range(max(0, top), min(HEIGHT, bottom)):
            for x in range(max(0, left), min(WIDTH, right)):
                dx, dy = x + 0.5 - across[i], y + 0.5 - down[i]
                along = min(max((dx * run + dy * rise) / square, 0.0), 1.0)
                off = (dx - run * along) ** 2 + (dy - rise * along) ** 2
                if off > (thickness + 0.5) ** 2 or (dashed and (before + along * length) % (_DASH + _GAP) > _DASH):
                    continue
                level = colour + round(min(thickness + 0.5 - np.sqrt(off), 1.0) * (_SHADES - 1))
                if level > colour and level > shades[y, x]:
                    shades[y, x] = level
        before += length


def _png(shades: Shades, colours: dict[str, str]) -> bytes:
    """Portable Network Graphics (ISO/IEC 15948:2004), a byte a pixel that names a colour and its opacity."""
    lines = np.zeros((HEIGHT, WIDTH + 1), np.uint8)  # each begins with how it is filtered: not at all
    lines[:, 1:] = shades
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0))
    body = _chunk(b"IDAT", zlib.compress(lines.tobytes(), 2))
    return b"\x89PNG\r\n\x1a\n" + head + _table(colours["nothing"], colours["this"]) + body + _chunk(b"IEND", b"")


@lru_cache(maxsize=8)
def _table(*colours: str) -> bytes:
    inks = b"".join(bytes.fromhex(colour.removeprefix("#")) * _SHADES for colour in colours)
    opacities = bytes(range(0, 256, 255 // (_SHADES - 1))) * len(colours)
    return _chunk(b"PLTE", inks) + _chunk(b"tRNS", opacities)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
