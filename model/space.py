"""The space in which mixes are searched for: free levers between bounds, agents relative to their work."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.batch import designs, nodes_of
from model.chain import Chain
from model.scenario import Scenario

Array = NDArray[np.float64]
LEAST_LOAD, MOST_LOAD = 0.4, 3.0
"""Agents searched for: from two fifths of what the same load as today would ask for, to three times of it."""
_PLACES = 9


@dataclass(frozen=True)
class Help:
    """What cross-trained phone and chat agents give to e-mail and tickets, roughly, in agents of these.

    `cross` the place of cross-training among the levers; `busy` (staffed,) share of time busy today, not a number of
    deferred channels; `ceiling` how busy agents who help may be; `share` (staffed,) of what is given; `adopted` how
    much of a change has arrived by the month, `today` the level now.
    """

    cross: int
    busy: Array
    ceiling: float
    share: Array
    adopted: float
    today: float


@dataclass(frozen=True)
class Space:
    """The levers that may move: keys, bounds, where each stands now and today, and the step it is told in, (lever,).

    Agents are searched for relative to their work: what other levers take off a channel, its agents follow, at the same
    load on each. Most levers trade against agents, and queues are steep: moved one by one, each would have to climb
    along a cliff. `work` (lever, staffed, grid) is ln of the agents that every lever alone asks for, at even places
    between its bounds; `staffed` the places of agents among the levers.
    """

    keys: tuple[str, ...]
    low: Array
    high: Array
    start: Array
    today: Array
    step: Array
    staffed: NDArray[np.int64]
    work: Array
    help: "Help | None" = None

    def values(self, unit: Array, bounded: bool = True) -> Array:
        """Values of all levers at points of the unit cube, (design, lever).

        With `bounded` False agents follow their load beyond their bounds: at a bound, differences have no kink then.
        """
        inside = np.clip(unit, 0, 1)
        values: Array = self.low + inside * (self.high - self.low)
        if len(self.staffed):
            load = LEAST_LOAD * (MOST_LOAD / LEAST_LOAD) ** unit[:, self.staffed]
            asked = self.today[self.staffed] * np.exp(self._asked(inside))
            agents = asked * load
            agents = agents - self._helped(inside, agents, load)
            if bounded:
                agents = np.clip(agents, self.low[self.staffed], self.high[self.staffed])
            values[:, self.staffed] = agents
        return values

    def levers(self, unit: Array, bounded: bool = True) -> dict[str, Array]:
        """The same by key, each (design,)."""
        values = self.values(unit, bounded)
        return {key: values[:, i] for i, key in enumerate(self.keys)}

    def unit(self, values: Array) -> Array:
        """The point of the cube at which all levers have these values (lever,), as far as they are within bounds."""
        point: Array = self.units(values[None])[0]
        return point

    def units(self, values: Array) -> Array:
        """The same of many (design, lever)."""
        spread = np.where(self.high > self.low, self.high - self.low, 1.0)
        inside: Array = np.clip((values - self.low) / spread, 0, 1)
        if len(self.staffed):
            asked = self.today[self.staffed] * np.exp(self._asked(inside))
            agents = values[:, self.staffed]
            load = agents / asked
            load = np.maximum(load + self._helped(inside, agents, load) / asked, 1e-3)
            inside[:, self.staffed] = np.log(load / LEAST_LOAD) / math.log(MOST_LOAD / LEAST_LOAD)
        return inside

    def room(self, unit: Array) -> Array:
        """How far agents are within their bounds, in the cube's measure: above the low, below the high (design, 2 x)"""
        low, high = self._ends(unit)
        at = unit[:, self.staffed]
        return np.concatenate([at - low, high - at], axis=1)

    def live(self, unit: Array) -> Array:
        """The same designs (design, lever) within the cube, and agents at places that stand for what they are."""
        inside: Array = np.clip(unit, 0, 1)
        if len(self.staffed):
            inside[:, self.staffed] = np.clip(unit[:, self.staffed], *self._ends(unit))
        return inside

    def _ends(self, unit: Array) -> tuple[Array, Array]:
        """Where in the cube agents are at their bounds, given the other levers; they may lie outside of 0 to 1."""
        inside = np.clip(unit, 0, 1)
        asked = self.today[self.staffed] * np.exp(self._asked(inside))
        load = LEAST_LOAD * (MOST_LOAD / LEAST_LOAD) ** unit[:, self.staffed]
        helped = self._helped(inside, asked * load, load)
        low, high = (
            np.log(np.maximum(ends[self.staffed] + helped, 1e-3) / asked / LEAST_LOAD)
            / math.log(MOST_LOAD / LEAST_LOAD)
            for ends in (self.low, self.high)
        )
        return low, high

    def _helped(self, inside: Array, agents: Array, load: Array) -> Array:
        """Agents that e-mail and tickets need not have of their own, since others help more than today."""
        if self.help is None:
            return np.zeros(agents.shape)
        h, live = self.help, ~np.isnan(self.help.busy)
        spare = np.maximum(h.ceiling - h.busy / np.maximum(load, 1e-3), 0)[:, live]
        spare0 = np.maximum(h.ceiling - h.busy, 0)[live]
        level = self.low[h.cross] + inside[:, h.cross] * (self.high[h.cross] - self.low[h.cross])
        level = h.today + h.adopted * (level - h.today)
        given = (
            level * (agents[:, live] * spare).sum(axis=1) - h.today * (self.today[self.staffed][live] * spare0).sum()
        )
        wide: Array = given[:, None] * h.share
        return wide

    def _asked(self, unit: Array) -> Array:
        """ln of the agents that the other levers ask for, against today's (design, staffed)."""
        total = np.zeros((len(unit), len(self.staffed)))
        for lever, curves in enumerate(self._curves):
            if curves is not None:
                total += curves(unit[:, lever])
        return total

    @cached_property
    def _curves(self) -> list[Any]:
        """Smooth curves through `work`, none for levers that ask for nothing."""
        from scipy.interpolate import CubicSpline

        places = np.linspace(0, 1, self.work.shape[-1]) if self.work.size else np.zeros(0)
        return [CubicSpline(places, curves.T) if np.abs(curves).max(initial=0) > 1e-9 else None for curves in self.work]

    @cached_property
    def origin(self) -> Array:
        """The scenario's own design, or what within the bounds is nearest to it."""
        return self.unit(np.clip(self.start, self.low, self.high))

    @cached_property
    def bends(self) -> Array:
        """Where today's value of each lever lies, for prices bend there; not a number for agents."""
        found = self.unit(self.today)
        found[self.staffed] = np.nan
        return found


def space_of(scenario: Scenario, rows: Mapping[str, tuple[float, float, float]]) -> Space:
    """The space of some levers (low, high, step); where both bounds are equal a lever is held and left out."""
    keys = tuple(key for key, (low, high, _) in rows.items() if high > low)
    low, high, step = (np.array([rows[key][part] for key in keys]) for part in range(3))
    start = np.array([scenario.lever(key) for key in keys])
    today = np.array([scenario.baseline.levers[key] for key in keys])
    staffed = [i for i, key in enumerate(keys) if key.startswith("staffing.")]
    if scenario.staffing_rule == "follow_work":
        staffed = []
    places = np.array(staffed, dtype=np.int64)
    work, helped = _work(scenario, keys, low, high, places)
    return Space(keys, low, high, start, today, step, places, work, helped)


def _work(
    scenario: Scenario, keys: Sequence[str], low: Array, high: Array, staffed: NDArray[np.int64]
) -> tuple[Array, Help | None]:
    """ln of the agents that each lever alone asks for, at even places between its bounds, (lever, staffed, place).

    Work over what an agent does, as the chain of relations has it in the scenario's month, without its queues.
    """
    if not len(staffed):
        return np.zeros((len(keys), 0, 0)), None
    others = [i for i in range(len(keys)) if i not in staffed]
    places = np.linspace(0, 1, _PLACES)
    still = scenario.model_copy(update={"levers": {k: v for k, v in scenario.levers.items() if k not in keys}})
    moved = {key: np.full(len(others) * _PLACES + 1, still.lever(key)) for key in keys}
    for row, i in enumerate(others):
        moved[keys[i]][row * _PLACES : (row + 1) * _PLACES] = low[i] + places * (high[i] - low[i])
    chain = Chain(designs(still, moved), nodes_of(scenario.month, False))
    chain.prepare()
    chain.staff(None)
    asked = chain.load * chain.handle / chain.servers(chain.able_fte)
    names = [c.name for c in scenario.baseline.channels]
    columns = [names.index(keys[i].partition(".")[2]) for i in staffed]
    levels = np.log(np.broadcast_to(asked, (*asked.shape[:2], chain.horizon + 1, len(names)))[:, 0, -1][:, columns])
    work = np.zeros((len(keys), len(staffed), _PLACES))
    work[others] = (levels[:-1] - levels[-1]).reshape(len(others), _PLACES, len(staffed)).transpose(0, 2, 1)
    return work, _help(chain, keys, columns)


def _help(chain: Chain, keys: Sequence[str], columns: list[int]) -> Help | None:
    """What is known of helping, where cross-training may move and there is somebody to help."""
    later = np.isin(columns, chain.known.deferred)
    if "cross_training" not in keys or not later.any() or later.all():
        return None
    hours = np.where(later, chain.known.hours0[columns], 0.0)
    adopted = np.broadcast_to(chain.adopted["cross_training"], (*chain.shape, chain.horizon + 1, 1))[0, 0, -1, 0]
    busy = np.where(later, np.nan, chain.first["occupancy"][..., columns].reshape(-1, len(columns))[0])
    ceiling = float(chain.p["deferred_utilisation"].ravel()[0])
    return Help(keys.index("cross_training"), busy, ceiling, hours / hours.sum(), float(adopted),
                chain.today["cross_training"])  # fmt: skip
