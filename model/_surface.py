"""Compiled kernels that read the surface of a week hour by hour; `model.surface` says what it is and fills it.

A surface holds a team's figures of one week as smooth functions of ln(load / staff), a spline for each corner: the team
as it is today, and with staff, handle time, shifts, peak or the mix of its channels moved, alone and in pairs. What
lies between is read by the corners' weights: f = f0 + sum over axes (f_i - f0) + sum over pairs (f_ij - f_i - f_j +
f0), each axis by a polynomial through its corners. Seasons and forecast error are averaged over afterwards.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled

Array = NDArray[np.float64]
_X, _W = np.polynomial.hermite_e.hermegauss(7)
NORMAL, NORMAL_WEIGHT = _X, _W / _W.sum()
"""Nodes and weights of the forecast error."""
FIGURES = 5
STAFF, HANDLE = 0.5, 0.25
"""Steps of ln staff and ln handle time."""
STAFF_BOUNDS, HANDLE_BOUNDS, MIX_BOUND = (-0.9, 1.1), (-0.5, 0.7), 2.0
"""Beyond these, and so many steps of a mix, polynomials are held: what moves there is load against staff."""
STAFF_HANDLE, STAFF_SHIFTS, HANDLE_SHIFTS, SHIFTS = 5, 6, 7, 8
"""Places of corners after today's (0), less and more staff (1, 2), shorter and longer contacts (3, 4)."""
TODAY, HALF_WAY, ALL_THE_WAY, SHIFT_NODES = 2, 4, 6, 7
"""Among the nodes of the shifts: today's shape, half-way to the ideal one, the ideal one; and how many there are."""
PEAKS = SHIFTS + SHIFT_NODES
NO_PEAK, PEAK_NODES = 7, 17
HALF_PEAKS, WHOLE_PEAKS = PEAKS + PEAK_NODES, PEAKS + 2 * PEAK_NODES
STAFF_PEAKS, HANDLE_PEAKS = PEAKS + 3 * PEAK_NODES, PEAKS + 4 * PEAK_NODES
"""The same peaks with shifts half-way to the ideal ones and all the way, more staff, and longer contacts."""
MIXES, MIX_CORNERS = PEAKS + 5 * PEAK_NODES, 5
"""For each channel of a team but the one that takes the rest: less, more of the work; less, more of the staff; both."""
WEIGHT, NODES, BUSY, SERVERS, REST = range(5)
TIME, SLOTS, WORK, HOURS, WORK_STEP, HOURS_STEP = range(6)
"""Columns of a team's facts, and rows of its members."""


class Surface(NamedTuple):
    """Teams whose weeks are taken hour by hour, wholly or in part; no team where there is none.

    Few arrays, since each costs a kernel's call. facts (team, 5) : in the columns WEIGHT (how far, 0 to 1), NODES (how
    many), BUSY (how much of ln peak counts as load), SERVERS (of the team's, on a factor of one), REST (the channel
    whose shares are what the others leave). values (team, corner, node, 2, FIGURES x channels) : smooth figures and
    their second derivatives. at (team, node) : ln load over staff. shifts (team, SHIFT_NODES), peaks (PEAK_NODES,) :
    nodes, the latter in ln. members (team, 6, channel) : in the rows TIME (s an agent), SLOTS (contacts an agent has at
    once), WORK and HOURS (shares of both), all today, and the steps of these shares. seasons (2, season) : factors on
    load and their contacts.
    """

    facts: Array
    values: Array
    at: Array
    shifts: Array
    peaks: Array
    members: Array
    seasons: Array


class Hours(NamedTuple):
    """What is taken hour by hour: channels on their own, and all of them as one team."""

    own: Surface
    team: Surface


@compiled()
def _between(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


@compiled()
def _part(nodes: Array, x: float, first: int, i: int) -> float:
    """Weight of node i in the cubic through four neighbouring nodes from `first` on."""
    part = 1.0
    for j in range(first, first + 4):
        if j != i:
            part *= (x - nodes[j]) / (nodes[i] - nodes[j])
    return part


@compiled()
def _pair(part: float, both: int, one: int, other: int, w: Array) -> None:
    """What two axes do together beyond what each does alone."""
    w[both] += part
    w[one] -= part
    w[other] -= part
    w[0] += part


@compiled()
def weigh(
    surface: Surface, t: int, staff: float, handle: float, flex: float, peak: float, mix: Array, w: Array
) -> None:
    """Weights of the corners, (corner,), at ln staff, ln handle time, shifts, peak and mix (2, channel) in steps."""
    w[:] = 0.0
    w[0] = 1.0
    u = _between(staff, STAFF_BOUNDS[0], STAFF_BOUNDS[1]) / STAFF
    v = _between(handle, HANDLE_BOUNDS[0], HANDLE_BOUNDS[1]) / HANDLE
    for axis in range(2):
        x = u if axis == 0 else v
        w[1 + 2 * axis] = 0.5 * x * (x - 1.0)
        w[2 + 2 * axis] = 0.5 * x * (x + 1.0)
        w[0] -= x * x
    _pair(u * v, STAFF_HANDLE, 2, 4, w)
    ideal = SHIFTS + ALL_THE_WAY
    if flex != 0.0:
        nodes = surface.shifts[t]
        shifts = _between(flex, nodes[0], 1.0)
        first = 0 if shifts < 0.0 else (TODAY if shifts < nodes[HALF_WAY] else TODAY + 1)
        for i in range(first, first + 4):
            if i != TODAY:
                part = _part(nodes, shifts, first, i)
                w[SHIFTS + i] += part
                w[0] -= part
        _pair(u * shifts, STAFF_SHIFTS, 2, ideal, w)
        _pair(v * shifts, HANDLE_SHIFTS, 4, ideal, w)
    if peak != 1.0:
        nodes = surface.peaks
        x = _between(math.log(peak), nodes[0], nodes[-1])
        first = min(max(int(np.searchsorted(nodes, x)) - 2, 0), len(nodes) - 4)
        shifts = _between(flex, surface.shifts[t, 0], 1.0)
        half, whole = 4.0 * shifts * (1.0 - shifts), shifts * (2.0 * shifts - 1.0)
        for i in range(first, first + 4):
            if i != NO_PEAK:
                part = _part(nodes, x, first, i)
                w[PEAKS + i] += part
                w[0] -= part
                # Where shifts follow demand, no hours are the busy ones.
                uneven = (1.0 - shifts) * part
                _pair(u * uneven, STAFF_PEAKS + i, 2, PEAKS + i, w)
                _pair(v * uneven, HANDLE_PEAKS + i, 4, PEAKS + i, w)
                if flex != 0.0:
                    _pair(half * part, HALF_PEAKS + i, SHIFTS + HALF_WAY, PEAKS + i, w)
                    _pair(whole * part, WHOLE_PEAKS + i, ideal, PEAKS + i, w)
    at = MIXES - MIX_CORNERS
    for c in range(mix.shape[1]):
        if c == int(surface.facts[t, REST]):
            continue
        at += MIX_CORNERS
        a, b = _between(mix[0, c], -MIX_BOUND, MIX_BOUND), _between(mix[1, c], -MIX_BOUND, MIX_BOUND)
        for axis in range(2):
            x = a if axis == 0 else b
            w[at + 2 * axis] += 0.5 * x * (x - 1.0)
            w[at + 2 * axis + 1] += 0.5 * x * (x + 1.0)
            w[0] -= x * x
        _pair(a * b, at + 4, at + 1, at + 3, w)


@compiled()
def _spline(surface: Surface, t: int, x: float, w: Array, y: Array) -> None:
    """Smooth figures at ln(load / staff) = x, straight on beyond the last nodes; y (FIGURES x channels,)."""
    at, count = surface.at[t], int(surface.facts[t, NODES])
    i = min(max(int(np.searchsorted(at[:count], x)) - 1, 0), count - 2)
    h = at[i + 1] - at[i]
    b = (x - at[i]) / h
    a = 1.0 - b
    c, d = (a * a * a - a) * h * h / 6.0, (b * b * b - b) * h * h / 6.0
    if b < 0.0:
        c, d = -b * h * h / 3.0, -b * h * h / 6.0
    elif a < 0.0:
        c, d = -a * h * h / 6.0, -a * h * h / 3.0
    y[:] = 0.0
    for k in range(len(w)):
        if w[k] != 0.0:
            left, right = surface.values[t, k, i], surface.values[t, k, i + 1]
            wa, wb, wc, wd = w[k] * a, w[k] * b, w[k] * c, w[k] * d
            for j in range(len(y)):
                y[j] += wa * left[0, j] + wb * right[0, j] + wc * left[1, j] + wd * right[1, j]


@compiled()
def _read(surface: Surface, t: int, x: float, cv: float, w: Array, out: Array) -> None:
    """Figures at ln(load / staff) = x averaged over seasons and forecast error, (channel, FIGURES)."""
    y = np.empty(out.shape[0] * FIGURES)
    out[:] = 0.0
    sigma = math.sqrt(math.log(1.0 + cv * cv))
    total = 0.0
    for s in range(surface.seasons.shape[1]):
        for k in range(len(NORMAL)):
            if sigma == 0.0 and k > 0:
                break
            error = sigma * NORMAL[k] - 0.5 * sigma * sigma if sigma > 0.0 else 0.0
            weight = surface.seasons[1, s] * (NORMAL_WEIGHT[k] * math.exp(error) if sigma > 0.0 else 1.0)
            total += weight
            _spline(surface, t, x + math.log(surface.seasons[0, s]) + error, w, y)
            for c in range(out.shape[0]):
                for j in range(FIGURES):
                    value = y[c * FIGURES + j]
                    out[c, j] += weight * (math.exp(value) if j in (2, 3) else 1.0 / (1.0 + math.exp(-value)))
    out /= total


@compiled()
def of_channel(
    surface: Surface, c: int, load: float, handle: float, servers: float, flex: float, peak: float, cv: float,
    out: Array,
) -> None:  # fmt: skip
    """Figures of channel c on its own, (FIGURES,), arguments as in `model._week.summed`."""
    w, figures = np.empty(surface.values.shape[1]), np.empty((1, FIGURES))
    longer = math.log(handle / surface.members[c, TIME, 0])
    staff = math.log(max(servers * surface.facts[c, SERVERS], 1e-9))
    weigh(surface, c, staff, longer, flex, peak, np.zeros((2, 1)), w)
    _read(
        surface, c, math.log(max(load, 1e-9)) + longer - staff + surface.facts[c, BUSY] * math.log(peak), cv, w, figures
    )
    out[:] = figures[0]


@compiled()
def of_team(
    surface: Surface, load: Array, handle: Array, servers: Array, slots: Array, flex: float, peak: float, cv: float,
    out: Array,
) -> None:  # fmt: skip
    """Figures of all channels as one team, (channel, FIGURES); the first four (channel,) as in `model.network`."""
    channels = len(load)
    w, mix = np.empty(surface.values.shape[1]), np.zeros((2, channels))
    work, staff, contacts = 0.0, 0.0, 0.0
    today = surface.members[0]
    for c in range(channels):
        mix[0, c] = today[WORK, c] * load[c] * handle[c] / slots[c] / today[TIME, c]
        mix[1, c] = today[HOURS, c] * servers[c] * today[SLOTS, c] / slots[c]
        work += mix[0, c]
        staff += mix[1, c]
        contacts += today[WORK, c] * load[c]
    for c in range(channels):
        mix[0, c] = (mix[0, c] / max(work, 1e-9) - today[WORK, c]) / today[WORK_STEP, c]
        mix[1, c] = (mix[1, c] / max(staff, 1e-9) - today[HOURS, c]) / today[HOURS_STEP, c]
    work, staff = max(work, 1e-9), max(staff * surface.facts[0, SERVERS], 1e-9)
    weigh(surface, 0, math.log(staff), math.log(work / max(contacts, 1e-9)), flex, peak, mix, w)
    _read(surface, 0, math.log(work / staff) + surface.facts[0, BUSY] * math.log(peak), cv, w, out)
