"""Searching among mixes of levers: what is asked as numbers, a global search, and a local one. All are engine batches.

A design is a point of the unit cube: each free lever between its bounds. Asked of thousands of designs at once, the
engine costs a third of a millisecond each; alone, six. So the global search (differential evolution, Storn and Price
1997) asks for a generation at a time, and the local one (sequential quadratic programming, Kraft 1988) for a point with
all its forward differences.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model import results
from model.batch import RANGE_NODES, Batch, batch, designs, nodes_of
from model.chain import Chain
from model.outcomes import OUTCOMES
from model.scenario import Scenario
from model.space import Space

Array = NDArray[np.float64]
OVER_THE_PATH = ("npv", "npv_with_revenue", "payback_months", "freed_fte")
"""Outcomes that need both sides' paths over 36 months."""
TOLERANCE = 1e-6
"""Slack, in scales of a need, below which it counts as met."""
MOST_AT_ONCE = 48
"""Designs in one batch: a few hundredths of a second, so that others wait no longer."""
ROOM = "room"
"""Of e-mails or tickets: months of work that agents could finish beyond what comes in; below 0, left open."""
_SPARE = 0.01
"""So much of a month's work is kept as room: at its edge, a search would look over the cliff."""
_NEVER = 48.0
"""Months that stand for a payback that does not come within 36, before the loss is added."""
PRICE = 10.0
"""What a scale of a broken need costs, in scales of the aim, on the way to where none is broken."""

_WIDE, _NARROW = 0.01, 5e-4
"""How far beside a design its neighbours lie, as shares of a lever's range: never wider than is trusted."""

_TURN = threading.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Need:
    """What must hold: an outcome, or one of a channel (`service_level.phone`), at least or at most a limit."""

    outcome: str
    limit: float
    least: bool

    @property
    def family(self) -> str:
        """The outcome's row in the table."""
        return self.outcome.partition(".")[0]

    def slack(self, value: Array) -> Array:
        """How far within the limit, in the outcome's unit; below zero: broken. No payback at all counts as 48 months.
        """
        known = np.where(np.isnan(value), _NEVER, value)
        inside: Array = (known - self.limit) * (1.0 if self.least else -1.0)
        return inside


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
    draws: int = 48
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
            return 0.02
        match OUTCOMES[key.partition(".")[0]].unit:
            case "share":
                return 0.01
            case "money":
                return self.money
            case "scale" | "months":
                return 1.0
            case _:
                return max(abs(limit) / 50, 0.02)

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

    def _batch(self, unit: Array, keys: Sequence[str], draws: int, rough: bool) -> Array:
        """Outcomes (design, draw, key) of some designs."""
        path = any(key in OVER_THE_PATH for key in keys)
        seed = self.scenario.seed
        done = self._run(designs(self.scenario, self.space.levers(unit), draws, seed, rough=rough), path)
        total = results.against(done.side, self._nothing(draws)) if path else done.total
        names = [c.name for c in self.scenario.baseline.channels]
        at = self.scenario.month if path else 0
        wide = np.empty((len(unit), max(draws, 1), len(keys)))
        for i, key in enumerate(keys):
            family, channel, first = (*key.split("."), "", "")[:3]
            place = names.index(channel) if channel else 0
            if family == ROOM:
                wide[:, :, i] = _room(done.chain, names.index(channel), int(first), self.scenario.month)
                continue
            values = (done.channel if channel else total)[family]
            wide[:, :, i] = values[:, :, at if values.shape[2] > 1 else 0, place]
        return wide

    def outcomes(self, unit: Array, keys: Sequence[str], draws: int = 0, rough: bool = False) -> Array:
        """Outcomes (design, draw, key), in batches of bearable size; without draws there is one, at the modes."""
        at_once = max(MOST_AT_ONCE // max(draws // 8, 1), 1)
        parts = []
        for first in range(0, len(unit), at_once):
            self.told()
            with _TURN if self.polite else _FREE:
                began = time.thread_time()
                parts.append(self._batch(unit[first : first + at_once], keys, draws, rough))
            if self.polite:
                time.sleep(min(time.thread_time() - began, 0.1))
        return np.concatenate(parts)

    def figures(self, unit: Array, rough: bool = False) -> tuple[Array, Array]:
        """What is minimised (design,) and the slack of every need (design, need), both in scales."""
        keys = [self.goal, *(["npv"] if self.goal == "payback_months" else [])]
        limits = [need.outcome for need in self.needs]
        if self.sure is None or not limits:
            found = self.outcomes(unit, [*keys, *limits], 0, rough)
            needed = found[..., len(keys) :]
        else:
            found = self.outcomes(unit, keys, 0, rough)
            needed = self.outcomes(unit, limits, self.draws)
        return self._aim(found[:, 0]), self.slacks(needed)

    def _aim(self, found: Array) -> Array:
        value = found[:, 0]
        if self.goal == "payback_months":
            # Where nothing is to be paid back, or nothing ever is, what is gained in all decides.
            worth = found[:, 1] / self.money
            value = np.where(np.isnan(value), _NEVER, value) - 0.01 * worth
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
    def worth(self, unit: Array, rough: bool = True) -> Array:
        """What is minimised with a price on what is broken: a scale of a need costs fifty of the aim, (design,)."""
        aim, slack = self.figures(unit, rough)
        return priced(aim, slack)

    def globally(self, generations: int, seeds: Array, size: int = 40) -> Array:
        """The last generation of differential evolution, best first, (design, lever); the same seed, the same answer.

        It starts with `seeds` (design, lever) and scrambled Sobol points.
        """
        from scipy.optimize import differential_evolution

        found = differential_evolution(
            lambda x: self.worth(x.T), [(0.0, 1.0)] * len(self.space.keys), vectorized=True, updating="deferred",
            init=np.concatenate([seeds, sobol(len(self.space.keys), size, self.scenario.seed)])[: size + len(seeds)],
            maxiter=generations, tol=0, atol=0, mutation=(0.4, 0.9), recombination=0.8, polish=False,
            rng=self.scenario.seed,
        )  # fmt: skip
        order = np.argsort(found.population_energies, kind="stable")
        best: Array = found.population[order]
        return best

    def locally(
        self, start: Array, rounds: int = 30, held: NDArray[np.bool_] | None = None, bends: Array | None = None,
        rough: bool = True,
    ) -> "Found":
        """The best design near one (lever,), by steps within a trusted distance; levers `held` stay where they are.

        Each round asks for a point with two neighbours along every lever, takes parabolas through them for the aim and
        for every need, and goes to the best of that picture no further than was trusted; where the engine agrees with
        the picture it is trusted further next time (Conn, Gould and Toint 2000). How levers bend each other's effect is
        asked once, learnt from the steps (symmetric rank one), and asked again where a picture misleads. `rough` asks
        tables, which is enough to find the place; `bends` are those of a place nearby.
        """
        free = (self.space.high > self.space.low) & (~held if held is not None else True)
        here = self.found(np.clip(start, 0, 1), rough)
        if not free.any():
            return here
        trusted, width = 0.2 if rough else 0.1, _WIDE
        view: _Picture | None = None
        fresh, misled = False, 0
        for _ in range(rounds):
            if view is None or width > max(trusted, 2 * _NARROW):
                width = float(np.clip(trusted / 4, _NARROW, _WIDE))
                view = self._view(here, free, width, rough, bends)
                fresh, bends = bends is None, view.bend
            step = view.best_step(np.maximum(-trusted, -here.unit[free]), np.minimum(trusted, 1 - here.unit[free]))
            expected = here.merit - view.merit(step)
            if expected < 1e-3:
                break
            unit = here.unit.copy()
            unit[free] = np.clip(unit[free] + step, 0, 1)
            there = self.found(unit, rough)
            gained, reach = here.merit - there.merit, float(np.abs(step).max())
            bends = view.learnt(step, there)
            if gained > 0:
                here = replace(there, bends=bends)
                view = None
            else:
                view = replace(view, bend=bends)
            misled = 0 if gained > 0.5 * expected else misled + 1
            if gained < 0.25 * expected:
                trusted = 0.4 * reach
            elif gained > 0.7 * expected and reach > 0.9 * trusted:
                trusted = min(2 * trusted, 0.5)
            if misled == 2 and not fresh:
                view, bends, misled, trusted = None, None, 0, max(trusted, 0.02)
            if trusted < 5e-4:
                break
        return replace(here, bends=bends)

    def _view(
        self, here: "Found", free: NDArray[np.bool_], width: float, rough: bool, bends: Array | None
    ) -> "_Picture":
        """Slopes and own bends of every free lever at a design; how they bend each other only where not known."""
        at = here.unit[free]
        n = len(at)
        first = np.where(at + width <= 1, width, -width)
        second = np.where((first > 0) & (at - width >= 0), -width, 2 * first)
        steps = [np.diag(first), np.diag(second)]
        left, right = np.triu_indices(n, 1)
        if bends is None:
            pairs = np.zeros((len(left), n))
            pairs[np.arange(len(left)), left], pairs[np.arange(len(left)), right] = first[left], first[right]
            steps.append(pairs)
        moves = np.concatenate(steps)
        points = np.tile(here.unit, (len(moves), 1))
        points[:, free] += moves
        aim, slack = self.figures(points, rough)
        change = np.concatenate([aim[:, None], slack], axis=1) - np.array([here.aim, *here.slack])
        near, far = change[:n], change[n : 2 * n]
        a, b = first[:, None], second[:, None]
        own = 2 * (near / a - far / b) / (a - b)
        if bends is None:
            bends = np.zeros((change.shape[1], n, n))
            mixed = (change[2 * n :] - near[left] - near[right]) / (a[left] * a[right])
            bends[:, left, right] = bends[:, right, left] = mixed.T
        bends = bends.copy()
        bends[:, np.arange(n), np.arange(n)] = own.T
        return _Picture(here.aim, here.slack, (near / a - own * a / 2).T, bends)

    def settled(self, start: Array, rounds: int = 30, bends: Array | None = None) -> "Found":
        """`locally` by tables, then exactly; levers that came to rest beside today's value are also tried at it.

        Prices bend there (only what is added overruns its budget), and a parabola cannot sit on a bend.
        """
        found = self.locally(start, rounds, bends=bends)
        found = self.locally(found.unit, 6, bends=found.bends, rough=False)
        near = (np.abs(found.unit - self.space.bends) < 0.03) & (found.unit != self.space.bends)
        if near.any():
            bent = np.where(near, self.space.bends, found.unit)
            again = replace(self.locally(bent, 8, near, rough=False), bends=found.bends)
            found = min(found, again, key=lambda one: one.rank)
        return found

    def found(self, unit: Array, rough: bool = False) -> "Found":
        """One design's aim and slacks."""
        aim, slack = self.figures(unit[None], rough)
        return Found(unit, float(aim[0]), slack[0])

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


@dataclass(frozen=True)
class Found:
    """A design (lever,), what is minimised there, and the slack of every need, both in scales."""

    unit: Array
    aim: float
    slack: Array
    bends: Array | None = None

    @property
    def broken(self) -> float:
        """By how much the needs are broken in all; 0 where they hold."""
        return float(np.maximum(-self.slack - TOLERANCE, 0).sum())

    @property
    def merit(self) -> float:
        """The aim, with what is broken at a price."""
        return self.aim + PRICE * float(np.maximum(-self.slack, 0).sum())

    @property
    def rank(self) -> tuple[float, float]:
        """What holds comes before what breaks, then the better aim."""
        return self.broken, self.aim

    def better(self, other: "Found") -> bool:
        """Whether this one is to be preferred."""
        return self.rank < other.rank


@dataclass(frozen=True)
class _Picture:
    """What a neighbourhood looks like: aim and needs in its middle, slopes (1 + need, lever), bends (.., lever, lever).
    """

    aim: float
    slack: Array
    slope: Array
    bend: Array

    def change(self, step: Array) -> Array:
        """Change of aim and needs over a step (lever,)."""
        value: Array = self.slope @ step + 0.5 * np.einsum("kij,i,j->k", self.bend, step, step)
        return value

    def merit(self, step: Array) -> float:
        """As `Found.merit`, after a step."""
        change = self.change(step)
        return self.aim + float(change[0]) + PRICE * float(np.maximum(-self.slack - change[1:], 0).sum())

    def learnt(self, step: Array, there: "Found") -> Array:
        """Bends that would have foreseen what a step led to: the least correction along the step."""
        missed = np.array([there.aim - self.aim, *(there.slack - self.slack)]) - self.change(step)
        corrected: Array = self.bend + 2 * missed[:, None, None] * np.outer(step, step) / (step @ step) ** 2
        return corrected

    def best_step(self, low: Array, high: Array) -> Array:
        """The step within bounds (lever,) of least merit, with what stays broken as variables of their own."""
        from scipy.optimize import minimize

        reach = np.maximum(np.abs(low), np.abs(high))
        near = self.slack < np.abs(self.slope[1:]) @ reach + 0.5 * (np.abs(self.bend[1:]) @ reach) @ reach
        if not near.all():  # what cannot break within reach need not be watched
            some = _Picture(self.aim, self.slack[near], self.slope[[True, *near]], self.bend[[True, *near]])
            return some.best_step(low, high)
        levers, needs = len(low), len(self.slack)

        def aim(z: Array) -> tuple[float, Array]:
            d, bent = z[:levers], self.bend[0] @ z[:levers]
            value = d @ (self.slope[0] + 0.5 * bent) + PRICE * z[levers:].sum()
            return float(value), np.concatenate([self.slope[0] + bent, np.full(needs, PRICE)])

        def met(z: Array) -> Array:
            value: Array = self.slack + self.change(z[:levers])[1:] + z[levers:]
            return value

        def turned(z: Array) -> Array:
            return np.hstack([self.slope[1:] + self.bend[1:] @ z[:levers], np.eye(needs)])

        start = np.concatenate([np.zeros(levers), np.maximum(-self.slack, 0)])
        bounds = [*zip(low, high, strict=True), *[(0.0, None)] * needs]
        with _one_thread():
            found = minimize(
                aim, start, jac=True, method="SLSQP", bounds=bounds, options={"maxiter": 60, "ftol": 1e-7},
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


def priced(aim: Array, slack: Array) -> Array:
    """The aim (design,) with what is broken of slack (design, need) at a price of fifty scales each."""
    worth: Array = aim + 50 * np.maximum(-slack, 0).sum(axis=1)
    return worth


def sobol(levers: int, size: int, seed: int) -> Array:
    """Scrambled Sobol points of the unit cube, (size, lever)."""
    from scipy.stats import qmc

    points: Array = qmc.Sobol(levers, rng=seed).random_base2(int(np.ceil(np.log2(size))))
    return points[:size]
