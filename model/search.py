"""Searching among mixes of levers: what is asked as numbers, a global search, and a local one. All are engine batches.

A design is a point of the unit cube: each free lever between its bounds. Asked of hundreds of designs at once, the
engine costs a third of a millisecond each; alone, seven: `model.descent` asks for many searches together.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from model import results
from model.batch import RANGE_NODES, Batch, batch, designs, nodes_of
from model.chain import Chain
from model.descent import DEAR, PRICE, Crowd, Found
from model.needs import NEVER, Need
from model.outcomes import OUTCOMES
from model.scenario import Scenario
from model.space import Space

Array = NDArray[np.float64]
OVER_THE_PATH = ("npv", "npv_with_revenue", "payback_months", "freed_fte")
"""Outcomes that need both sides' paths over 36 months."""
MOST_AT_ONCE = 160
"""Designs in one batch: a twentieth of a second, so that others wait no longer."""
ROOM = "room"
"""Of e-mails or tickets: months of work that agents could finish beyond what comes in; below 0, left open."""
_SPARE = 0.01
"""So much of a month's work is kept as room: at its edge, a search would look over the cliff."""
BROKEN = 1e-2
"""Scales of needs broken after a search from which on it is not for want of a last step."""
_TURN = threading.Semaphore(1)


@dataclass(frozen=True)
class Question:
    """What is sought: the best value of an outcome, under needs, within a space around a scenario.

    `sure` None: needs hold at the assumptions' modes; else each holds in that share of `draws` draws. `polite`: take
    turns with other searches in this process, and rest between batches as long as they took.
    """

    scenario: Scenario
    space: Space
    goal: str
    needs: tuple[Need, ...]
    sure: float | None = None
    upward: bool | None = None
    draws: int = 256
    polite: bool = False
    told: Callable[[], None] = field(default=lambda: None, compare=False)

    @property
    def sign(self) -> float:
        """What is minimised is sign x outcome: -1 where more is better, unless `upward` says which way to go."""
        up = OUTCOMES[self.goal.partition(".")[0]].better == "up" if self.upward is None else self.upward
        return -1.0 if up else 1.0

    @cached_property
    def money(self) -> float:
        """A hundredth of the company's cost a year, the scale of money."""
        return max(float(self._nothing(0).total["operating_cost"][0, 0, -1, 0]), 1.0) / 100

    def scale(self, key: str, limit: float = 0.0) -> float:
        """A step of an outcome that one would speak of: a point, a percent of cost or of the limit."""
        if key.startswith(ROOM):
            return 0.5
        match OUTCOMES[key.partition(".")[0]].unit:
            case "share":
                return 0.01
            case "money":
                return self.money
            case "scale" | "months":
                return 1.0
            case _:
                return max(abs(limit) / 50, 0.02)

    @cached_property
    def edges(self) -> Array:
        """Slack of each need below which outcomes break off (need,): open work that grows; minus infinity for most."""
        return np.array([-_SPARE / self.scale(n.outcome) if n.outcome.startswith(ROOM) else -np.inf
                         for n in self.needs])  # fmt: skip

    # --- the engine ---------------------------------------------------------------------------------------------
    @cached_property
    def _sides(self) -> dict[int, results.Side]:
        return {}

    def _nothing(self, draws: int) -> results.Side:
        """Doing nothing in the scenario's world, in as many draws; its path."""
        if draws not in self._sides:
            still = batch([self.scenario.doing_nothing()], draws, self.scenario.seed)
            self._sides[draws] = self._run(still, True).side
        return self._sides[draws]

    def _run(self, asked: Batch, path: bool) -> results.Results:
        month = self.scenario.month
        return results.run(asked, np.unique([*RANGE_NODES, month]) if path else nodes_of(month, False), path)

    def _batch(self, unit: Array, keys: Sequence[str], draws: int, rough: bool, bounded: bool = True) -> Array:
        """Outcomes (design, draw, key) of some designs."""
        path = any(key in OVER_THE_PATH for key in keys)
        seed = self.scenario.seed
        done = self._run(designs(self.scenario, self.space.levers(unit, bounded), draws, seed, rough=rough), path)
        total = results.against(done.side, self._nothing(draws)) if path else done.total
        names = [c.name for c in self.scenario.baseline.channels]
        at = self.scenario.month if path else 0
        wide = np.empty((len(unit), max(draws, 1), len(keys)))
        for i, key in enumerate(keys):
            if key.startswith(ROOM):
                _, channel, first = key.split(".")
                wide[:, :, i] = _room(done.chain, names.index(channel), int(first), self.scenario.month)
                continue
            values = results.figure(key, self.scenario.baseline, total, done.channel)
            wide[:, :, i] = values[:, :, at if values.shape[2] > 1 else 0]
        return wide

    def outcomes(
        self, unit: Array, keys: Sequence[str], draws: int = 0, rough: bool = False, bounded: bool = True
    ) -> Array:
        """Outcomes (design, draw, key), in batches of bearable size; without draws there is one, at the modes."""
        at_once = max(MOST_AT_ONCE // max(draws // 8, 1), 1)
        parts = []
        for first in range(0, len(unit), at_once):
            self.told()
            with _TURN if self.polite else _FREE:
                began = time.thread_time()
                parts.append(self._batch(unit[first : first + at_once], keys, draws, rough, bounded))
            if self.polite:
                time.sleep(min(time.thread_time() - began, 0.1))
        return np.concatenate(parts)

    def figures(self, unit: Array, rough: bool = False, bounded: bool = True) -> tuple[Array, Array]:
        """What is minimised (design,) and the slack of every need (design, need), both in scales."""
        keys = [self.goal, *(["npv"] if self.goal == "payback_months" else [])]
        limits = [need.outcome for need in self.needs]
        if self.sure is None or not limits:
            found = self.outcomes(unit, [*keys, *limits], 0, rough, bounded)
            needed = found[..., len(keys) :]
        else:
            found = self.outcomes(unit, keys, 0, rough, bounded)
            needed = self.outcomes(unit, limits, self.draws, False, bounded)
        return self._aim(found[:, 0]), self.slacks(needed)

    def _aim(self, found: Array) -> Array:
        value = found[:, 0]
        if self.goal == "payback_months":
            # Where nothing is to be paid back, or nothing ever is, what is gained in all decides.
            worth = found[:, 1] / self.money
            value = np.where(np.isnan(value), NEVER, value) - 0.01 * worth
        aimed: Array = self.sign * value / self.scale(self.goal)
        return aimed

    def slacks(self, found: Array) -> Array:
        """Slack of every need in its scale (design, need) from its outcome (design, draw, need)."""
        wide = np.empty((len(found), len(self.needs)))
        for i, need in enumerate(self.needs):
            inside = need.slack(found[..., i])
            if self.sure is not None:
                inside = np.quantile(inside, 1 - self.sure, axis=1, keepdims=True)
            wide[:, i] = inside[:, 0] / self.scale(need.outcome, need.limit)
        return wide

    # --- searching ----------------------------------------------------------------------------------------------
    def locally(
        self,
        start: Array,
        rounds: int = 30,
        held: NDArray[np.bool_] | None = None,
        bends: Array | None = None,
        rough: bool = True,
        price: float = PRICE,
    ) -> Found:
        """The best design near one (lever,), as `Crowd` finds it; levers `held` stay where they are.

        `rough` asks tables, which is enough to find the place; `bends` are those of a place nearby; `price` what a
        broken need costs.
        """
        trusted = 0.2 if rough else 0.1
        crowd = Crowd(self, start[None], rough=rough, bends=[bends], held=held, trusted=trusted, price=price)
        return crowd.go(rounds).found[0]

    def exactly(
        self,
        starts: Sequence[Found],
        shift: Array | None = None,
        rounds: int = 4,
        times: int = 2,
        price: float = DEAR,
    ) -> list[Found]:
        """Designs near some found by tables, such that limits hold and aims stand without tables.

        What tables miss hardly changes from a design to one nearby: it is asked and put right, so many times over.
        """
        own = np.zeros((len(starts), 1 + len(self.needs))) if shift is None else shift
        found = list(starts)
        for _ in range(times if self.sure is None else 0):
            units = np.array([one.unit for one in found])
            aims, slacks = (np.stack(two) for two in zip(self.figures(units), self.figures(units, True), strict=True))
            missed = np.concatenate([(aims[0] - aims[1])[:, None], slacks[0] - slacks[1]], axis=1)
            crowd = Crowd(self, units, own + missed, bends=[one.bends for one in found], trusted=0.02, price=price)
            found = crowd.go(rounds).found
        units = np.array([one.unit for one in found])
        aim, slack = self.figures(units)
        return [
            replace(one, aim=float(a), slack=s).shifted(by)
            for one, a, s, by in zip(found, aim, slack, own, strict=True)
        ]

    def settled(self, start: Array, rounds: int = 30, bends: Array | None = None) -> Found:
        """`locally` by tables, then exactly; levers that came to rest beside today's value are also tried at it.

        Prices bend there (only what is added overruns its budget), and a parabola cannot sit on a bend. Where limits
        are broken, they are so at any price.
        """
        begun = self.locally(start, rounds, bends=bends)
        if begun.broken > BROKEN:
            begun = self.locally(begun.unit, rounds, price=DEAR)
        found = self.exactly([begun])[0]
        near = (np.abs(found.unit - self.space.bends) < 0.03) & (found.unit != self.space.bends)
        if near.any():
            bent = np.where(near, self.space.bends, found.unit)
            again = replace(self.locally(bent, 8, near, rough=False), bends=found.bends, slope=found.slope)
            found = min(found, again, key=lambda one: one.rank)
        return found

    def found(self, unit: Array) -> Found:
        """One design's aim and slacks."""
        return self.all_found(unit[None])[0]

    def all_found(self, units: Array) -> list[Found]:
        """The same of many (design, lever)."""
        aim, slack = self.figures(units)
        return [Found(unit, float(a), s) for unit, a, s in zip(units, aim, slack, strict=True)]

    def with_needs(self, needs: Sequence[Need], goal: str | None = None) -> "Question":
        """The same space with other needs, or another goal."""
        return replace(self, needs=tuple(needs), goal=goal or self.goal)


def rooms(scenario: Scenario) -> list[Need]:
    """That no e-mail or ticket is left open for lack of agents by the scenario's month, whenever that began.

    A company's run rate while open work piles up is no state to plan for; and where piling up begins, outcomes break
    off. One need a month of beginning, since each of them is smooth.
    """
    months = np.unique(np.round(np.linspace(1, scenario.month, min(scenario.month, 8))).astype(int))
    later = [c.name for c in scenario.baseline.channels if c.kind == "deferred"]
    return [Need(f"{ROOM}.{name}.{month}", _SPARE, True) for name in later for month in months.tolist()]


def _room(chain: Chain, channel: int, first: int, last: int) -> Array:
    """Months of work that a deferred channel's agents could finish beyond what comes in over some months.

    sum_{t=first..last} (capacity - work) / work today, (design, draw): below zero, as much is left open (Lindley).
    """
    place = int(np.flatnonzero(chain.known.deferred == channel)[0])
    surplus = np.broadcast_to(chain.surplus[..., place], (*chain.shape, chain.horizon + 1))[..., first : last + 1]
    room: Array = -surplus.sum(axis=-1) / chain.weekly[channel]
    return room


class _Free:
    """Nobody to wait for."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


_FREE = _Free()


def sobol(levers: int, size: int, seed: int) -> Array:
    """Scrambled Sobol points of the unit cube, (size, lever)."""
    from scipy.stats import qmc

    points: Array = qmc.Sobol(levers, rng=seed).random_base2(int(np.ceil(np.log2(size))))
    return points[:size]
