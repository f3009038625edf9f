"""Weeks of half-hours as a few bytes, exact to the last bit.

Measured weeks stand on a grid k m / q (k, m, q integers: "half a contact", "a sixth of an agent"). Each is kept as
the differences of k to a guess from the half-hours before, in as many bytes as its largest difference needs, low
bytes of all cells first; deflate then finds the pattern. A week on no grid is kept as its doubles.

    a head for each week: byte (predictor + 4 x bytes a cell + 64 where whole hours are alike and each is kept once;
        255: doubles), then varint q, varint m
    the bytes of each week, in the same order
"""

import math
import struct
from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from model.errors import LinkError

CELLS = 336
_HOURLY = 64
_DOUBLES = 255
# Averages over up to a year of weeks or days come first; then decimals.
_GRIDS = np.array([*range(1, 401), 500, 1000, 2000, 5000, *(10**d for d in range(4, 11))], dtype=np.float64)
_EXACT = 2**53


def pack(weeks: Sequence[Sequence[float]]) -> bytes:
    """Each of 336 finite numbers; order and number of weeks are the caller's to keep."""
    parts = [_pack_week(week) for week in weeks]
    return b"".join(head for head, _ in parts) + b"".join(cells for _, cells in parts)


def unpack(data: bytes, count: int) -> list[tuple[float, ...]]:
    """`count` weeks of 336 numbers; LinkError where the bytes do not hold them."""
    at, heads = 0, []
    for _ in range(count):
        if at >= len(data):
            raise _unreadable()
        kind, at, denominator, factor = data[at], at + 1, 1, 1
        if kind != _DOUBLES:
            denominator, at = _varint(data, at)
            factor, at = _varint(data, at)
            if (kind & ~_HOURLY) >> 2 > 8 or denominator < 1:
                raise _unreadable()
        heads.append((kind, denominator, factor))
    weeks = []
    for kind, denominator, factor in heads:
        width, kept = (8, CELLS) if kind == _DOUBLES else ((kind & 63) >> 2, CELLS // 2 if kind & _HOURLY else CELLS)
        cells, at = data[at : at + width * kept], at + width * kept
        if len(cells) < width * kept:
            raise _unreadable()
        planes = [cells[i * kept : (i + 1) * kept] for i in range(width)]
        if kind == _DOUBLES:
            weeks.append(struct.unpack(f"<{CELLS}d", bytes(b for cell in zip(*planes, strict=True) for b in cell)))
            continue
        steps = [int.from_bytes(cell, "little") for cell in zip(*planes, strict=True)] if width else [0] * kept
        counts = _PREDICTORS[kind & 3][1]([(s >> 1) ^ -(s & 1) for s in steps])
        if kind & _HOURLY:
            counts = [k for k in counts for _ in range(2)]
        if min(counts) < 0:
            raise _unreadable()
        # One division of integers rounds correctly, so 0.3 comes back as 0.3.
        weeks.append(tuple(k * factor / denominator for k in counts))
    if at != len(data):
        raise _unreadable()
    return weeks


def _pack_week(week: Sequence[float]) -> tuple[bytes, bytes]:
    values = np.asarray(week, dtype=np.float64)
    grid = _grid(values)
    if grid is None:
        return bytes([_DOUBLES]), values.astype("<f8").view(np.uint8).reshape(CELLS, 8).T.tobytes()
    counts, denominator, factor = grid
    hourly = counts[::2] == counts[1::2]
    steps, predictor = _shortest(counts[::2] if hourly else counts)
    width = (max(steps).bit_length() + 7) // 8
    cells = np.array(steps, dtype="<u8").view(np.uint8).reshape(-1, 8).T[:width].tobytes()
    return bytes([predictor | width << 2 | hourly * _HOURLY]) + _as_varint(denominator) + _as_varint(factor), cells


def _shortest(counts: list[int]) -> tuple[list[int], int]:
    """(differences, sign in the last bit; number of the predictor that leaves the fewest bits)."""
    tried = []
    for number, (differ, _) in enumerate(_PREDICTORS):
        steps = [2 * d if d >= 0 else -2 * d - 1 for d in differ(counts)]
        tried.append((sum(s.bit_length() for s in steps), number, steps))
    _, number, steps = min(tried)
    return steps, number


def _grid(values: NDArray[np.float64]) -> tuple[list[int], int, int] | None:
    """(k, q, m) with values == k m / q to the last bit, the smallest q and then k's; None where there is no grid."""
    if not np.all((values >= 0) & ~np.signbit(values)):
        return None
    grids = _GRIDS
    with np.errstate(over="ignore", invalid="ignore"):
        for value in (values.max(), *values[values > 0][:4]):  # most grids fail on the first cells already
            grids = grids[(np.rint(value * grids) / grids == value) & (value * grids < _EXACT)]
        for q in grids:
            k = np.rint(values * q)
            if np.array_equal(k / q, values):
                whole = [int(v) for v in k]
                factor = math.gcd(*whole) or 1
                return [v // factor for v in whole], int(q), factor
    return None


def _as_varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 63, 7):
        if at >= len(data):
            break
        byte, at = data[at], at + 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise _unreadable()


def _unreadable() -> LinkError:
    return LinkError("The link does not hold a readable week.", "Ask the sender for a new link.")


# Predictors: (values -> differences, differences -> values)


def _by_half_hour(values: list[int]) -> list[int]:
    return [v - before for v, before in zip(values, [0, *values[:-1]], strict=True)]


def _sum_half_hours(steps: list[int]) -> list[int]:
    return list(accumulate(steps))


def _by_day(values: list[int]) -> list[int]:
    day = len(values) // 7
    return _by_half_hour(values[:day]) + [v - values[i] for i, v in enumerate(values[day:])]


def _sum_days(steps: list[int]) -> list[int]:
    day = len(steps) // 7
    values = list(accumulate(steps[:day]))
    for i, step in enumerate(steps[day:]):
        values.append(values[i] + step)
    return values


def _by_profile(values: list[int]) -> list[int]:
    return _profile(values, learn=True)


def _sum_profile(steps: list[int]) -> list[int]:
    return _profile(steps, learn=False)


def _profile(given: list[int], learn: bool) -> list[int]:
    """Guess: the mean of this half-hour on the days before, shifted by half of what the last half-hour was off."""
    out: list[int] = []
    hours = len(given) // 7
    total = [0] * hours
    for day in range(7):
        before, usual_before = 0, 0
        for hour in range(hours):
            x = given[day * hours + hour]
            usual = (2 * total[hour] + day) // (2 * day) if day else before
            guess = max(0, usual + ((before - usual_before) >> 1 if day and usual else 0))
            value = x if learn else guess + x
            out.append(value - guess if learn else value)
            before, usual_before = value, usual
            total[hour] += value
    return out


_Turn = Callable[[list[int]], list[int]]
_PREDICTORS: tuple[tuple[_Turn, _Turn], ...] = (
    (list, list),
    (_by_half_hour, _sum_half_hours),
    (_by_day, _sum_days),
    (_by_profile, _sum_profile),
)
