"""Local searches for mixes, many at once: sequential quadratic steps within a trusted distance.

A batch of the engine costs seven milliseconds and a third of one for each design in it. So all searches go together: a
round asks once for every search's neighbours, and once for where each would step to. Every search may have limits
of its own, so that all points of a curve are one crowd, and each takes what another has found if it is better so.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from model.search import Question

Array = NDArray[np.float64]
TOLERANCE = 1e-6
"""Slack, in scales of a need, below which it counts as met."""
PRICE = 10.0
"""What a scale of a broken need costs, in scales of the aim, on the way to where none is broken."""
DEAR = 100.0
"""The same where limits must hold: near the most CSAT that there is, a point costs more than a tenth of the cost."""
_WIDE, _NARROW = 0.004, 5e-4
"""How far beside a design its neighbours lie, as shares of a lever's range: never wider than is trusted."""
_BENDS = 3
"""Every how many looks each lever's own bend is seen anew; else neighbours on one side tell the slopes."""
_LENGTHS = (0.25, 0.5, 1.0, 2.0)
"""Parts of a step that are tried at once: along a cliff half a step may do what a whole one does not."""
_ROOMY = 100.0
"""Scales of the need that agents lie within their bounds, in a cube's length."""
_AFRESH = 0.05
"""How far a picture is trusted at least when limits have moved."""
_LITTLE = 1e-3
"""A gain, in scales, for which it is not worth to step: a hundred-thousandth of the cost."""


@dataclass(frozen=True)
class Found:
    """A design (lever,), what is minimised there, and the slack of every need, both in scales.

    `slope` (1 + need, lever) are the slopes last seen near it, `bends` (1 + need, free lever, free lever) its bends.
    """

    unit: Array
    aim: float
    slack: Array
    bends: Array | None = None
    slope: Array | None = None
    price: float = PRICE

    @property
    def broken(self) -> float:
        """By how much the needs are broken in all; 0 where they hold."""
        return float(np.maximum(-self.slack - TOLERANCE, 0).sum())

    @property
    def merit(self) -> float:
        """The aim, with what is broken at a price."""
        return self.aim + self.price * float(np.maximum(-self.slack, 0).sum())

    @property
    def rank(self) -> tuple[float, float]:
        """What holds comes before what breaks, then the better aim."""
        return self.broken, self.aim

    def better(self, other: "Found") -> bool:
        """Whether this one is to be preferred."""
        return self.rank < other.rank

    def shifted(self, by: Array) -> "Found":
        """The same design where aim and slacks are by so much other, (1 + need,)."""
        return replace(self, aim=self.aim + float(by[0]), slack=self.slack + by[1:])


@dataclass(frozen=True)
class Picture:
    """A neighbourhood: aim and needs in its middle, slopes (1 + need, lever), bends (.., lever, lever)"""

    aim: float
    slack: Array
    slope: Array
    bend: Array
    price: float = PRICE

    def change(self, step: Array) -> Array:
        """Change of aim and needs over a step (lever,)."""
        value: Array = self.slope @ step + 0.5 * (self.bend @ step) @ step
        return value

    def merit(self, step: Array) -> float:
        """As `Found.merit`, after a step."""
        change = self.change(step)
        return self.aim + float(change[0]) + self.price * float(np.maximum(-self.slack - change[1:], 0).sum())

    def learnt(self, step: Array, change: Array) -> Array:
        """Bends that would have foreseen the change a step made: the least correction along it."""
        missed = change - self.change(step)
        corrected: Array = self.bend + 2 * missed[:, None, None] * np.outer(step, step) / (step @ step) ** 2
        return corrected

    def best_step(self, low: Array, high: Array) -> Array:
        """The step within bounds (lever,) of least merit, with what stays broken as variables of their own."""
        from scipy.optimize import minimize

        reach = np.maximum(np.abs(low), np.abs(high))
        near = self.slack < np.linalg.norm(self.slope[1:] * reach, axis=1)
        while not near.all():  # what hardly can break within reach is not watched, unless it did
            rows = [True, *near]
            some = replace(self, slack=self.slack[near], slope=self.slope[rows], bend=self.bend[rows])
            tried = some.best_step(low, high)
            broken = ~near & (self.slack + self.change(tried)[1:] < -_LITTLE)
            if not broken.any():
                return tried
            near |= broken
        levers, needs = len(low), len(self.slack)

        def aim(z: Array) -> tuple[float, Array]:
            d = z[:levers]
            bent = self.bend[0] @ d
            value = d @ (self.slope[0] + 0.5 * bent) + self.price * z[levers:].sum()
            return float(value), np.concatenate([self.slope[0] + bent, np.full(needs, self.price)])

        def met(z: Array) -> Array:
            value: Array = self.slack + self.change(z[:levers])[1:] + z[levers:]
            return value

        def turned(z: Array) -> Array:
            return np.hstack([self.slope[1:] + self.bend[1:] @ z[:levers], np.eye(needs)])

        start = np.concatenate([np.zeros(levers), np.maximum(-self.slack, 0)])
        bounds = [*zip(low, high, strict=True), *[(0.0, None)] * needs]
        with _one_thread():
            solve: Any = minimize
            found = solve(
                aim, start, jac=True, method="SLSQP", bounds=bounds, options={"maxiter": 40, "ftol": 1e-4},
                constraints=[{"type": "ineq", "fun": met, "jac": turned}] if needs else [],
            )  # fmt: skip
        step: Array = np.clip(found.x[:levers], low, high)
        return step if self.merit(step) < self.merit(np.zeros(levers)) else np.zeros(levers)


@lru_cache(maxsize=1)
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()


def _one_thread() -> Any:
    """Small linear algebra on one thread: handed out to several, it takes fifty times as long."""
    return _libraries().limit(limits=1, user_api="blas")


@dataclass
class _Search:
    """One search of a crowd, where it stands and what it knows."""

    here: Found
    shift: Array
    bends: Array | None
    trusted: float
    view: Picture | None = None
    slope: Array | None = None
    low: Array | None = None
    high: Array | None = None
    misled: int = 0
    at_rest: bool = False
    looks: int = 0

    def onward(self, shift: Array) -> "_Search":
        """The same place with another shift."""
        by = shift - self.shift
        view = self.view and replace(self.view, aim=self.view.aim + float(by[0]), slack=self.view.slack + by[1:])
        return replace(self, here=self.here.shifted(by), shift=shift, view=view, at_rest=False, misled=0,
                       trusted=max(self.trusted, _AFRESH))  # fmt: skip


class Crowd:
    """Searches of one question that go together, each with its own shift of aim and slacks (search, 1 + need).

    Each round takes parabolas through a point and its neighbours along every lever, for the aim and every need, and
    steps to the best of that picture no further than trusted; where the engine agrees with the picture it is trusted
    further next time (Conn, Gould and Toint 2000). How levers bend each other's effect is learnt from the steps
    (symmetric rank one), or taken from a place nearby. With `rough` the engine looks its weeks up in tables; without
    `sharing` no search is told of another.
    """

    def __init__(
        self, asked: "Question", starts: Array, shift: Array | None = None, *, rough: bool = True,
        bends: Sequence[Array | None] | None = None, held: NDArray[np.bool_] | None = None, trusted: float = 0.2,
        sharing: bool = True, price: float = PRICE,
    ) -> None:  # fmt: skip
        self.asked, self.rough, self.sharing, self.price = asked, rough, sharing, price
        self.free = (asked.space.high > asked.space.low) & (~held if held is not None else True)
        # That agents lie within their bounds are needs too: where those lie in the cube depends on the other levers.
        bounds = np.zeros((len(starts), 2 * len(asked.space.staffed)))
        own = np.zeros((len(starts), 1 + len(asked.needs))) if shift is None else shift
        shifts = np.concatenate([own, bounds], axis=1)
        places = asked.space.live(np.clip(starts, 0, 1))
        begun = self._asked(places)
        known = [None] * len(starts) if bends is None else bends
        self.all = [_Search(one.shifted(by), by, bend, trusted) for one, by, bend in zip(begun, shifts, known,
                                                                                        strict=True)]  # fmt: skip

    @property
    def found(self) -> list[Found]:
        """Where each search stands."""
        needs = len(self.asked.needs)
        found = []
        for one in self.all:
            slope = np.zeros((1 + needs, len(self.free)))
            if one.slope is not None:
                slope[:, self.free] = one.slope[: 1 + needs]
            found.append(replace(one.here, slack=one.here.slack[:needs], bends=one.bends, slope=slope))
        return found

    def _asked(self, units: Array) -> list[Found]:
        aim, slack = self._figures(units)
        return [Found(u, float(a), s, price=self.price) for u, a, s in zip(units, aim, slack, strict=True)]

    def _figures(self, units: Array) -> tuple[Array, Array]:
        """What is minimised, and the slack of needs and of agents' bounds; beyond these agents go by their load."""
        aim, slack = self.asked.figures(units, self.rough, bounded=False)
        return aim, np.concatenate([slack, _ROOMY * self.asked.space.room(units)], axis=1)

    def onward(self, shift: Array, which: Sequence[int]) -> "Crowd":
        """Some of the searches with other shifts (search, 1 + need), from where they stand and with what they see."""
        crowd = copy(self)
        wide = np.concatenate([shift, np.zeros((len(shift), len(self.all[0].shift) - shift.shape[1]))], axis=1)
        crowd.all = [self.all[i].onward(by) for i, by in zip(which, wide, strict=True)]
        return crowd

    def go(self, rounds: int) -> "Crowd":
        """So many rounds, or until every search is at rest."""
        for _ in range(rounds):
            going = [one for one in self.all if not one.at_rest]
            if not going or not self.free.any():
                break
            self._look(going)
            self._step(going)
        return self

    def _look(self, going: list[_Search]) -> None:
        """A picture for each search that has none, all by one batch."""
        blind = [one for one in going if one.view is None]
        if not blind:
            return
        plans = [self._neighbours(one) for one in blind]
        points = []
        for one, beside in zip(blind, plans, strict=True):
            moved = np.tile(one.here.unit, (beside.size, 1))
            moved[:, self.free] += np.concatenate([np.diag(side) for side in beside])
            points.append(moved)
        aim, slack = self._figures(np.concatenate(points))
        figures = np.concatenate([aim[:, None], slack], axis=1)
        seen = np.split(figures, np.cumsum([beside.size for beside in plans])[:-1])
        for one, beside, there in zip(blind, plans, seen, strict=True):
            self._see(one, beside, (there + one.shift).reshape(*beside.shape, -1))

    def _see(self, one: _Search, beside: Array, there: Array) -> None:
        """Slopes and each lever's own bends from what neighbours `there` do (side, lever, 1 + need).

        What has fallen over an edge tells nothing of what is before it: then the other side does, or what was known.
        """
        n, edges = beside.shape[1], self.asked.edges
        change = there - np.array([one.here.aim, *one.here.slack])
        bends = np.zeros((change.shape[2], n, n)) if one.bends is None else one.bends.copy()
        own = np.diagonal(bends, axis1=1, axis2=2).T
        fallen = np.any(there[..., 1 : 1 + len(edges)] < edges, axis=2, keepdims=True)
        a, up = beside[0][:, None], change[0]
        if len(beside) == 2:
            b, down = beside[1][:, None], change[1]
            own = np.where(fallen[0] ^ fallen[1], own, 2 * (up / a - down / b) / (a - b))
            slope = np.where(fallen[0] & ~fallen[1], down / b - own * b / 2, up / a - own * a / 2)
            bends[:, np.arange(n), np.arange(n)] = own.T
        else:
            assert one.slope is not None
            slope = np.where(fallen[0], one.slope.T, up / a - own * a / 2)
        one.view = Picture(one.here.aim, one.here.slack, slope.T, bends, self.price)
        one.bends, one.slope, one.looks = bends, one.view.slope, one.looks + 1

    def _neighbours(self, one: _Search) -> Array:
        """Steps along each free lever within what moves anything (side, lever).

        Both ways where there is room, else twice the same way; only one where each lever's own bend is known from not
        long ago.
        """
        width = float(np.clip(one.trusted / 4, _NARROW, _WIDE))
        at = one.here.unit[self.free]
        agents = np.isin(np.arange(len(self.free)), self.asked.space.staffed)[self.free]
        one.low, one.high = np.where(agents, -1.0, -at), np.where(agents, 1.0, 1 - at)
        up, down = one.high >= width, -one.low >= width
        first = np.where(up, width, -width)
        second = np.where(up & down, -width, 2 * first)
        return np.array([first] if one.looks % _BENDS else [first, second])

    def _step(self, going: list[_Search]) -> None:
        """One step of each search, several lengths at once, all by one batch; then what others have is offered."""
        tries: list[tuple[_Search, Array, list[Array]]] = []
        for one in going:
            view, low, high = one.view, one.low, one.high
            assert view is not None and low is not None and high is not None
            step = view.best_step(np.maximum(low, -one.trusted), np.minimum(high, one.trusted))
            if one.here.merit - view.merit(step) < _LITTLE:
                if one.trusted > 0.02 or one.misled:
                    one.at_rest = True
                else:  # the picture may be of a kink: look from another distance once
                    one.view, one.trusted, one.misled, one.looks = None, 0.1, 1, 0
                continue
            steps = [np.clip(length * step, low, high) for length in _LENGTHS]
            tries.append((one, step, steps))
        if not tries:
            return
        who = [one for one, _, _ in tries]
        seen = self._there(who, [steps for _, _, steps in tries])
        mended = [self._mended(one, steps, there) for (one, _, steps), there in zip(tries, seen, strict=True)]
        again = self._there(who, mended)
        for (one, step, steps), there, more, others in zip(tries, seen, again, mended, strict=True):
            self._judge(one, step, [*steps, *others], [f.shifted(one.shift) for f in [*there, *more]])
        if self.sharing:
            self._offer([found for some in (*seen, *again) for found in some])

    def _there(self, who: list[_Search], steps: list[list[Array]]) -> list[list[Found]]:
        """Where each search would be after each of its steps, all by one batch, without its shift."""
        sizes = [len(some) for some in steps]
        if not any(sizes):
            return [[] for _ in who]
        points = np.repeat([one.here.unit for one in who], sizes, axis=0)
        points[:, self.free] += np.array([step for some in steps for step in some])
        seen = iter(self._asked(self.asked.space.live(points)))
        return [[next(seen) for _ in some] for some in steps]

    def _mended(self, one: _Search, steps: list[Array], there: list[Found]) -> list[Array]:
        """Steps put right by what their needs missed, where that is what spoils them.

        Along needs that bend, a step to where they are foreseen to just hold breaks them, and a search that turns back
        each time creeps (Maratos 1978): the least change of the step, by the picture's slopes, makes up for it.
        """
        view, low, high, edges = one.view, one.low, one.high, self.asked.edges
        assert view is not None and low is not None and high is not None
        mended = []
        for step, found in list(zip(steps, there, strict=True))[1:]:  # the shortest is as good as put right
            slack, foreseen = found.slack + one.shift[1:], view.slack + view.change(step)[1:]
            spoilt = self.price * float(np.maximum(np.minimum(foreseen, 0) - slack, 0).sum())
            if spoilt < _LITTLE or np.any(found.slack[: len(edges)] < edges):
                continue
            held = (foreseen < _LITTLE) | (slack < 0)
            free = (step > low) & (step < high)
            slopes = (view.slope + view.bend @ step)[1:][held][:, free]
            other = step.copy()
            other[free] += np.linalg.lstsq(slopes, (np.minimum(foreseen, 0) - slack)[held], rcond=1e-3)[0]
            mended.append(np.clip(other, low, high))
        return mended

    def _judge(self, one: _Search, step: Array, steps: list[Array], there: list[Found]) -> None:
        view = one.view
        assert view is not None
        best = min(range(len(there)), key=lambda i: there[i].merit)
        whole = there[_LENGTHS.index(1.0)]
        expected = one.here.merit - view.merit(step)
        gained, whole_gain = one.here.merit - there[best].merit, one.here.merit - whole.merit
        learnt = np.array([whole.aim - one.here.aim, *(whole.slack - one.here.slack)])
        one.bends = view.learnt(step, learnt)
        reach = float(np.abs(steps[best]).max())
        if gained > 0:
            one.here, one.view, one.misled = there[best], None, 0
            one.trusted = float(np.clip(2 * reach if whole_gain > 0.5 * expected else reach, 2e-3, 0.5))
        else:
            one.view, one.trusted = replace(view, bend=one.bends), 0.2 * float(np.abs(step).max())
            one.misled += 1
        if one.trusted < 2e-4 or one.misled > 6:
            one.at_rest = True

    def _offer(self, seen: list[Found]) -> None:
        """Whatever any search has just seen is taken by each for which it is better than where it stands."""
        aim, slack = np.array([f.aim for f in seen]), np.array([f.slack for f in seen])
        for one in self.all:
            short = np.maximum(-(slack + one.shift[1:]), 0).sum(axis=1)
            merit = aim + one.shift[0] + self.price * short
            best = int(np.argmin(merit))
            if merit[best] < one.here.merit - 10 * _LITTLE:
                one.here, one.view, one.at_rest, one.misled = seen[best].shifted(one.shift), None, False, 0
                one.trusted, one.looks = max(one.trusted, 0.02), 0
