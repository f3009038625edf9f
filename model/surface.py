"""Weeks taken hour by hour as smooth functions: followed through at a few corners once, then read in microseconds.

A week's queue carries over from half-hour to half-hour, so that no weighted points of stationary queues stand for it:
sixty-four of them, fitted to such weeks, missed up to four points of service. But at a given load over staff, a week's
figures hardly depend on how large the team or how long a contact is (.01 points of service by a parabola through
corners e^.5 and e^.25 apart), and smoothly on shifts and peak. What is left is one steep curve in ln(load / staff),
whose nodes are halved where a spline misses. Corners are followed through when first asked for: a company nobody asks
about shifts or peaks has six. `model._surface` reads them, and is within .1 point of service of what it stands for.
"""

from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model import _surface, quadrature
from model._surface import Hours, Surface

if TYPE_CHECKING:
    from scipy.interpolate import CubicSpline

Array = NDArray[np.float64]
MOST_NODES = 64
FINEST = 0.012
"""Nodes of ln(load / staff) stand no closer."""
MISSED = 2e-3
"""Of a share, or a fifth of that of a wait, at half of an interval: where a spline misses more, it is halved."""
SEASONS = 4
_LN_LOAD = np.array([-1.6, -1.2, -0.9, -0.7, -0.55, -0.45, -0.35, -0.25, -0.15, -0.05,
                     0.05, 0.15, 0.25, 0.35, 0.45, 0.6, 0.8, 1.1])  # fmt: skip
_PEAKS = (0.2, 0.3, 0.45, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.6, 2.0, 2.7, 3.7, 5.0)
_TINY = 1e-9
_PER_BUSY = 1.25
"""Of ln peak as load, in parts of the busiest fifth's contacts: there queues are, and they stay."""


class Team(NamedTuple):
    """Channels that share a team: their weeks, handle time (s an agent), mean patience and target (s)."""

    weeks: list[quadrature.Week]
    handle: Array
    patience: Array
    target: Array


def smooth(figures: Array) -> Array:
    """Shares to log-odds, waits to logarithms; figures last."""
    out = np.log(np.maximum(figures, _TINY))
    for j in (0, 1, 4):
        share = np.clip(figures[..., j], _TINY, 1 - _TINY)
        out[..., j] = np.log(share / (1 - share))
    return out


class Weeks:
    """The surfaces of some teams of so many channels each, filled as they are asked for.

    `factors` are the months'; `shift` is today's `schedule_flex`, below which shifts may be set too.
    """

    def __init__(self, teams: int, channels: int, factors: tuple[float, ...] = (1.0,), shift: float = 0.0) -> None:
        corners = _surface.MIXES + _surface.MIX_CORNERS * (channels - 1)
        season, share = quadrature._gauss(
            np.array(factors), np.full(len(factors), 1 / len(factors)), min(SEASONS, len(set(factors)))
        )
        season = np.maximum(season, _TINY)
        least = -max(0.5, shift / max(1 - shift, 1e-9))
        self.surface = Surface(
            facts=np.zeros((teams, 5)),
            values=np.zeros((teams, corners, MOST_NODES, 2, _surface.FIGURES * channels)),
            at=np.zeros((teams, MOST_NODES)),
            shifts=np.tile([least, least / 2, 0.0, 0.25, 0.5, 0.75, 1.0], (teams, 1)),
            peaks=np.log(_PEAKS),
            members=np.ones((teams, 6, channels)),
            seasons=np.array([season, share * season]),
        )
        self._teams = dict[int, Team]()
        self._filled = np.zeros((teams, corners), dtype=bool)
        self._lock = Lock()

    def put(self, t: int, team: Team, weight: float, slots: Array | None = None) -> None:
        """Team t and how far it is taken hour by hour, with the contacts that its agents have at once."""
        known = self._teams.get(t)
        if known is not None and known.weeks == team.weeks and np.array_equal(known[1:], team[1:]):
            return
        came = np.array([w.came.sum() for w in team.weeks])
        busy = np.array([(w.came * w.busy).sum() for w in team.weeks])
        staff = np.array([w.agents.sum() for w in team.weeks])
        work, hours = came * team.handle / (came @ team.handle), staff / staff.sum()
        rest = int(np.argmax(work * hours))
        steps = [np.maximum(0.35 * np.minimum(shares, shares[rest]), 1e-6) for shares in (work, hours)]
        slots = np.ones(len(came)) if slots is None else slots
        self.surface.members[t] = [team.handle, slots, work, hours, *steps]
        counts = min(_PER_BUSY * float(busy @ team.handle / (came @ team.handle)), 0.9)
        self.surface.facts[t] = [weight, 0, counts, 1.0, rest]
        self._filled[t] = False
        self._teams[t] = team

    def ready(self, flex: Array, peak: Array) -> Surface:
        """The surfaces, with the corners followed through that these shifts and peaks, each (row,), ask for."""
        if not self._teams:
            return self.surface
        wanted = {0, 1, 2, 3, 4, _surface.STAFF_HANDLE, *range(_surface.MIXES, self._filled.shape[1])}
        shifted, worlds = bool(np.any(flex != 0)), np.unique(peak[peak != 1])
        if shifted:
            first = 0 if np.any(flex < 0) else _surface.TODAY
            wanted |= {_surface.SHIFTS + i for i in range(first, _surface.SHIFT_NODES) if i != _surface.TODAY}
            wanted |= {_surface.STAFF_SHIFTS, _surface.HANDLE_SHIFTS}
        for x in np.clip(np.log(worlds), self.surface.peaks[0], self.surface.peaks[-1]):
            first = min(max(int(np.searchsorted(self.surface.peaks, x)) - 2, 0), _surface.PEAK_NODES - 4)
            near = {*range(first, first + 4)} - {_surface.NO_PEAK}
            starts = (_surface.PEAKS, _surface.STAFF_PEAKS, _surface.HANDLE_PEAKS)
            wanted |= {start + i for i in near for start in starts}
            if shifted:
                wanted |= {start + i for i in near for start in (_surface.HALF_PEAKS, _surface.WHOLE_PEAKS)}
        for t in self._teams:
            missing = [k for k in sorted(wanted) if not self._filled[t, k]]
            if missing:
                with self._lock:
                    self._fill(t, [k for k in missing if not self._filled[t, k]])
        return self.surface

    def today(self, t: int, servers: float, cv: float) -> Array:
        """Figures of channel t on its own at a factor on its servers, the rest as it is today, (FIGURES,)."""
        surface, out = self.ready(np.zeros(1), np.ones(1)), np.empty(_surface.FIGURES)
        _surface.of_channel(surface, t, 1.0, float(surface.members[t, _surface.TIME, 0]), servers, 0.0, 1.0, cv, out)
        return out

    def _fill(self, t: int, corners: list[int]) -> None:
        s = self.surface
        if not s.facts[t, _surface.NODES]:
            at, values = self._nodes(t)
            s.facts[t, _surface.NODES], s.at[t, : len(at)] = len(at), at
            self._keep(t, 0, values)
        count = int(s.facts[t, _surface.NODES])
        at = s.at[t, :count]
        few = _LN_LOAD[np.isin(_LN_LOAD, at)]
        # Shifts and peak move where the curve is steep. What staff, handle time and mix add is smooth: few nodes tell.
        steep = [k for k in corners if _surface.SHIFTS <= k < _surface.STAFF_PEAKS]
        for k in steep:
            self._keep(t, k, self._follow(t, k, at))
        for k in corners:
            if k and k not in steep:
                beside = s.values[t, _beside(k), :count, 0]
                more = self._follow(t, k, few) - beside[np.searchsorted(at, few)]
                self._keep(t, k, beside + _spline(few, more)(at))

    def _keep(self, t: int, corner: int, values: Array) -> None:
        s, count = self.surface, len(values)
        s.values[t, corner, :count, 1] = _spline(s.at[t, :count], values)(s.at[t, :count], 2)
        s.values[t, corner, :count, 0] = values
        self._filled[t, corner] = True

    def _nodes(self, t: int) -> tuple[Array, Array]:
        """Nodes of ln(load / staff) for today's team, and its smooth figures there."""
        at, values = _LN_LOAD, self._follow(t, 0, _LN_LOAD)
        doubtful = np.ones(len(at) - 1, dtype=bool)
        while doubtful.any() and len(at) + int(doubtful.sum()) <= MOST_NODES:
            new = ((at[1:] + at[:-1]) / 2)[doubtful]
            exact, guessed = self._follow(t, 0, new), _spline(at, values)(new)
            missed = _gap(guessed, exact) > MISSED
            order = np.argsort(np.concatenate([at, new]), kind="stable")
            at, values = np.concatenate([at, new])[order], np.concatenate([values, exact])[order]
            doubtful = np.zeros(len(at) - 1, dtype=bool)
            for place in np.searchsorted(at, new[missed]):
                doubtful[place - 1 : place + 1] = True
            doubtful &= np.diff(at) > 2 * FINEST
        return at, values

    def _follow(self, t: int, corner: int, ln_load: Array) -> Array:
        """Smooth figures of the week at a corner, (node, FIGURES x channels), for each ln(load / staff)."""
        from model import _transient

        s, team = self.surface, self._teams[t]
        staff, longer, flex, peak, mix = self._setting(t, corner)
        _, _, work0, hours0, *steps = s.members[t]
        work, hours = work0 + mix[0] * steps[0], hours0 + mix[1] * steps[1]
        load = np.exp(ln_load[::-1] + staff - s.facts[t, _surface.BUSY] * np.log(peak) - longer)
        came = np.array([w.came * (1 + (peak - 1) * w.busy) for w in team.weeks]) * (work / work0)[:, None]
        shapes = np.array([w.shifted(flex) for w in team.weeks])
        each = (hours / hours0 * np.exp(staff)) @ shapes
        total = came.sum(axis=0)
        some = np.maximum(total, 1e-300)
        handle = team.handle * np.exp(longer)
        mu = np.where(total > 0, some / np.maximum(handle @ came, 1e-300), 1 / handle[0])
        theta = np.where(total > 0, (1 / team.patience) @ came / some, 1 / team.patience[0])
        one = np.ones((len(load), 1))
        found = np.empty((len(load), len(handle), _surface.FIGURES))
        rate, agents, out = load[:, None] * total, np.maximum(each, 0.0), np.empty((len(load), len(total), 6))
        for seconds in np.unique(team.target):
            _transient.weeks_batch(
                rate, mu * one, theta * one, agents, float(seconds), quadrature.INTERVAL, quadrature.WARM_UP, out
            )
            for c in np.flatnonzero(team.target == seconds):
                found[:, c] = np.einsum("i,nif->nf", came[c] / came[c].sum(), out[..., : _surface.FIGURES])
        return smooth(found[::-1]).reshape(len(load), -1)

    def _setting(self, t: int, corner: int) -> tuple[float, float, float, float, Array]:
        """Where a corner stands: ln staff, ln handle time, shifts, peak, mix (2, channel) in steps."""
        s = self.surface
        mix = np.zeros((2, s.members.shape[2]))
        staff, longer, flex, peak = 0.0, 0.0, 0.0, 1.0
        up, slow = _surface.STAFF, _surface.HANDLE
        if corner in (1, 2):
            staff = up * (1 if corner == 2 else -1)
        elif corner in (3, 4):
            longer = slow * (1 if corner == 4 else -1)
        elif corner == _surface.STAFF_HANDLE:
            staff, longer = up, slow
        elif corner == _surface.STAFF_SHIFTS:
            staff, flex = up, 1.0
        elif corner == _surface.HANDLE_SHIFTS:
            longer, flex = slow, 1.0
        elif _surface.SHIFTS <= corner < _surface.PEAKS:
            flex = float(s.shifts[t, corner - _surface.SHIFTS])
        elif _surface.PEAKS <= corner < _surface.MIXES:
            part, node = divmod(corner - _surface.PEAKS, _surface.PEAK_NODES)
            flex, peak = (0.0, 0.5, 1.0, 0.0, 0.0)[part], _PEAKS[node]
            staff, longer = up * (part == 3), slow * (part == 4)
        elif corner:
            c, kind = divmod(corner - _surface.MIXES, _surface.MIX_CORNERS)
            sign = ((-1, 0), (1, 0), (0, -1), (0, 1), (1, 1))[kind]
            rest = int(s.facts[t, _surface.REST])
            c += int(c >= rest)
            steps = s.members[t, _surface.WORK_STEP :]
            mix[:, c] = sign
            mix[:, rest] = -mix[:, c] * steps[:, c] / steps[:, rest]  # what one channel has more the largest has less
        return staff, longer, flex, peak, mix


def _beside(corner: int) -> int:
    """The corner that differs from this one in staff, handle time or mix alone."""
    if corner in (_surface.STAFF_SHIFTS, _surface.HANDLE_SHIFTS):
        return _surface.SHIFTS + _surface.ALL_THE_WAY
    if _surface.STAFF_PEAKS <= corner < _surface.MIXES:
        return _surface.PEAKS + (corner - _surface.STAFF_PEAKS) % _surface.PEAK_NODES
    return 0


def _spline(at: Array, values: Array) -> "CubicSpline":
    from scipy.interpolate import CubicSpline

    return CubicSpline(at, values, axis=0, bc_type="natural")


def _gap(one: Array, other: Array) -> Array:
    """Largest difference of two sets of smooth figures, (node, FIGURES x channels): of shares, or of waits."""
    a, b = (np.exp(x.reshape(len(x), -1, _surface.FIGURES)) for x in (one, other))
    shares = np.abs(a / (1 + a) - b / (1 + b))[..., [0, 1, 4]].max(axis=(1, 2))
    waits = np.abs(a - b)[..., 2] / np.maximum(b[..., 2], 10.0)
    found: Array = np.maximum(shares, 0.2 * waits.max(axis=1))
    return found


NONE = Hours(Weeks(0, 1).surface, Weeks(0, 1).surface)
"""No week is taken hour by hour."""
