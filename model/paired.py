"""Two scenarios in the same draws: how often one beats the other, the likely gap, and what would turn the choice.

Draws of the assumptions are the same points for every scenario, so whatever both have in common cancels in their
difference, draw by draw. That takes one company: on two of them the same point is not the same world.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import parameters, results
from model.batch import DRAW_NODES, batch, nodes_of
from model.engine import Same
from model.errors import ArgumentError, ScenarioError, must_be
from model.explain import AGAINST
from model.outcomes import OUTCOMES
from model.results import Side
from model.scenario import MONTHS, Range, Scenario
from model.uncertainty import RANGE_DRAWS, draws, likely

Array = NDArray[np.float64]

NEVER = 10.0 * MONTHS
"""Stands for a payback that never comes where two of them are compared: later than any that does."""
PARTS = 4
"""Points of each side of an assumption's range at which a turn is looked for, its end among them."""
_ALIKE = 1e-6
"""Repeats are solved to a millionth in draws: what differs by less, of the larger value, does not differ."""
_ALIKE_SHARES = 5e-4
"""Nor does a share by less than any screen shows: staffing that follows the work holds its target on either side."""
_CHUNK = 128


def odds(a: Scenario, b: Scenario, outcome: str, n: int = 256, seed: int = 7) -> float:
    """Share of paired draws in which `a` has the better outcome than `b`, 0 to 1, at the month of `a`.

    Draws in which both are alike count for neither: odds(a, b) + odds(b, a) <= 1. A payback that never comes is worse
    than any that does. ArgumentError for an outcome without a better side, ScenarioError for two companies.
    """
    a, b = _comparable(a, b)
    better = _direction(outcome)
    here, there = (_numbers(_drawn(Same(one), n, seed)[outcome].to_numpy(dtype=float), outcome) for one in (a, b))
    return float((better * _gap(here, there, outcome) > 0).mean())


def chances(a: Scenario, b: Scenario, outcomes: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Outcome -> shares of paired draws in which `a`, and in which `b`, is better; see `odds`."""
    return {key: (odds(a, b, key), odds(b, a, key)) for key in outcomes}


@lru_cache(maxsize=32)
def _drawn(key: Same, n: int, seed: int) -> pd.DataFrame:
    """Kept while people look: a comparison asks for the same draws for each of its pairs."""
    return draws(key.scenario, n, seed)


def gaps(a: Scenario, b: Scenario, n: int = RANGE_DRAWS, seed: int = 7) -> pd.DataFrame:
    """Likely (8 in 10) difference a - b of every outcome over paired draws: index outcome, columns low, high.

    Against doing nothing it is the difference that `model.ranges` gives. A payback has none.
    """
    a, b = _comparable(a, b)
    both = _drawn(Same(a), n, seed) - _drawn(Same(b), n, seed)
    low, high = likely(both.to_numpy())
    return pd.DataFrame({"low": low, "high": high}, index=both.columns)


def flips(a: Scenario, b: Scenario, outcome: str) -> pd.DataFrame:
    """What would change the answer: each assumption's value at which `a` stops beating `b`, all others at their modes.

    Returns
    -------
    DataFrame
        Index assumption. `value` is where the difference a - b is zero, the nearest to the mode if there are several;
        nan where the sign is the same all over the range (at mode and four points a side). `low`, `mode`, `high` are
        the assumption's range, `difference_low`, `_mode`, `_high` a - b there, in the outcome's unit. `chance` is the
        share of the assumption's distribution that lies beyond `value`; nan where there is none. Sorted by nearness:
        the largest chance first, then what comes closest to a turn.

    An assumption that one of the two takes as known is left out, since it is not in question; one whose range they
    see differently runs over both ranges. Differences are at the month of `a`. Errors as of `odds`.
    """
    a, b = _comparable(a, b)
    _direction(outcome)
    return _flips(Same(a), Same(b), outcome).copy()


@lru_cache(maxsize=32)
def _flips(a: Same, b: Same, outcome: str) -> pd.DataFrame:
    """Kept while people look: it is reckoned in a second."""
    pair = _Pair(a.scenario, b.scenario, outcome)
    table, sides = pair.table, pair.scanned()
    found = pd.DataFrame(table, index=["low", "mode", "high"]).T.astype(float)
    frame = pd.DataFrame(index=pd.Index(table, name="assumption"))
    frame["value"], frame["chance"] = pair.turns(sides), np.nan
    frame[["low", "mode", "high"]] = found
    told = np.where(np.abs(sides) >= NEVER - MONTHS, np.nan, sides) if outcome == "payback_months" else sides
    for column, at in (("low", 0), ("mode", PARTS), ("high", -1)):
        frame[f"difference_{column}"] = told[:, at]
    for key, row in frame[frame["value"].notna()].iterrows():
        frame.loc[key, "chance"] = beyond(float(row["value"]), table[str(key)])
    # What does not turn: how much of the difference is left where least is left.
    left = np.abs(sides).min(axis=1) / np.maximum(np.abs(sides[:, PARTS]), 1e-300)
    order = np.lexsort((left, -frame["chance"].fillna(-1.0).to_numpy()))
    return frame.iloc[order]


def beyond(value: float, over: Range) -> float:
    """Share of an assumption's PERT distribution further from its mode than a value, on the value's side; 0 to 1."""
    from scipy.special import betainc

    low, mode, high = over
    a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    below = float(betainc(a, b, min(max((value - low) / (high - low), 0.0), 1.0)))
    return below if value < mode else 1 - below


def _comparable(a: Scenario, b: Scenario) -> tuple[Scenario, Scenario]:
    for name, one in (("a", a), ("b", b)):
        must_be(Scenario, one, name)
    if a.baseline != b.baseline:
        raise ScenarioError(
            "The two scenarios stand on different companies.", "Rerun one on the other's baseline first."
        )
    return a, b if b.month == a.month else b.model_copy(update={"month": a.month})


def _direction(outcome: str) -> int:
    """1 where more is better, -1 where less is; ArgumentError where there is no such draw or no better side."""
    must_be(str, outcome, "outcome")
    row = OUTCOMES.get(outcome)
    if row is None or row.better == "none" or outcome == "consistency":
        raise ArgumentError(
            f"There is no better side of {outcome!r} to reckon with.", "See `better` in model.outcome_table()."
        )
    return 1 if row.better == "up" else -1


def _numbers(values: Array, outcome: str) -> Array:
    return np.where(np.isnan(values), NEVER, values) if outcome == "payback_months" else values


def _gap(here: Array, there: Array, outcome: str) -> Array:
    """here - there, exactly 0 where they are alike."""
    gap = here - there
    least = _ALIKE * np.maximum(np.abs(here), np.abs(there))
    if OUTCOMES[outcome].unit == "share":
        least = np.maximum(least, _ALIKE_SHARES)
    return np.where(np.abs(gap) <= least, 0.0, gap)


@dataclass(frozen=True)
class _Pair:
    """Two scenarios of one company and the outcome in question."""

    a: Scenario
    b: Scenario
    outcome: str

    @property
    def table(self) -> dict[str, Range]:
        """The range of every assumption in question: neither known to one of the two, nor a point."""
        one, other = (parameters.ranges(s.baseline, s.assumption_ranges) for s in (self.a, self.b))
        known = {*self.a.assumptions, *self.b.assumptions}
        both = {k: (min(v[0], other[k][0]), v[1], max(v[2], other[k][2])) for k, v in one.items() if k not in known}
        return {key: found for key, found in both.items() if found[2] > found[0]}

    @property
    def _months(self) -> NDArray[np.int64]:
        """Months to scan at: a payback is read off every bend of the path, a sum over it needs fewer."""
        if self.outcome not in AGAINST:
            return np.array([self.a.month])
        return nodes_of(self.a.month, True) if self.outcome == "payback_months" else np.unique(
            [*DRAW_NODES, self.a.month])  # fmt: skip

    def scanned(self) -> Array:
        """a - b at the points of every range, (assumption, point): all others at their modes."""
        table = self.table
        wanted = np.array([points(over) for over in table.values()])
        rows = np.repeat(np.arange(len(table)), wanted.shape[1])
        found = [self._over(one, list(table), rows, wanted.ravel()) for one in (self.a, self.b)]
        return _gap(found[0], found[1], self.outcome).reshape(wanted.shape)

    def _over(self, scenario: Scenario, keys: Sequence[str], rows: NDArray[np.int64], wanted: Array) -> Array:
        """The outcome with one assumption each at another value: as draws, since they share all levers."""
        own = parameters.ranges(scenario.baseline, scenario.assumption_ranges)
        modes = parameters.values(own, scenario.assumptions)
        found = []
        for start in range(0, len(rows), _CHUNK):
            row, value = rows[start : start + _CHUNK], wanted[start : start + _CHUNK]
            p = {key: np.repeat(mode, len(row)) for key, mode in modes.items()}
            for place, key in enumerate(keys):
                p[key][row == place] = value[row == place]
            drawn = {key: values[None, :, None, None] for key, values in p.items()}
            sides = []
            for one in (scenario, scenario.doing_nothing())[: 2 if self.outcome in AGAINST else 1]:
                many = replace(batch([one], rough=True), drawn=None, p=drawn)
                sides.append(results.run(many, self._months, path=self.outcome in AGAINST).side)
            found.append(_one(sides, self.outcome, scenario.month, len(row)))
        return np.concatenate(found)

    def exact(self, value: Array, *rows: Array) -> Array:
        """a - b where the assumption of each row has a value, reckoned as the cards are."""
        keys = list(self.table)
        named = [{keys[int(r)]: float(v)} for r, v in zip(rows[0], value, strict=True)]
        found = []
        for scenario in (self.a, self.b):
            sides = []
            for one in (scenario, scenario.doing_nothing())[: 2 if self.outcome in AGAINST else 1]:
                many = [one.model_copy(update={"assumptions": {**one.assumptions, **set_}}) for set_ in named]
                sides.append(results.run(batch(many), nodes_of(one.month, True, one.staffing_rule), path=True).side)
            found.append(_one(sides, self.outcome, scenario.month, len(named)))
        return found[0] - found[1]

    def turns(self, sides: Array) -> Array:
        """The zero nearest to the mode in every range (assumption,), nan where there is none."""
        table = self.table
        turned = np.full(len(table), np.nan)
        brackets = {i: found for i, over in enumerate(table.values()) if (found := _brackets(over, sides[i]))}
        # The scan is a little coarser than the cards: where the neighbours do not close in on a zero, the ends may.
        for choice in (0, 1):
            places = np.array([i for i in brackets if np.isnan(turned[i])], dtype=int)
            if len(places):
                turned[places] = self._zero(places, np.array([brackets[int(i)][choice] for i in places]))
        return turned

    def _zero(self, places: NDArray[np.int64], ends: Array) -> Array:
        """Where a - b is zero between two ends (assumption, 2); nan where it has the same sign at both."""
        from scipy.optimize import elementwise

        found = elementwise.find_root(
            self.exact, (ends[:, 0], ends[:, 1]), args=(places.astype(float),),
            tolerances={"xatol": 0.0, "xrtol": 1e-9, "fatol": 0.0, "frtol": 1e-10}, maxiter=60,
        )  # fmt: skip
        solved: Array = np.where(found.success, found.x, np.nan)
        return solved


def points(over: Range) -> Array:
    """Where a range is looked at: low to mode and mode to high in equal parts."""
    low, mode, high = over
    return np.concatenate([np.linspace(low, mode, PARTS + 1)[:-1], np.linspace(mode, high, PARTS + 1)])


def _brackets(over: Range, sides: Array) -> list[tuple[float, float]]:
    """Where the sign turns first: between two neighbours, and between mode and end on that side. Empty: nowhere."""
    at, sign = points(over), np.sign(sides)
    turned = np.flatnonzero(sign == -sign[PARTS]) if sign[PARTS] else np.array([], dtype=int)
    if not len(turned):
        return []
    place = int(turned[np.argmin(np.abs(turned - PARTS))])
    before, end = (place - 1, over[2]) if place > PARTS else (place + 1, over[0])

    def ordered(one: float, other: float) -> tuple[float, float]:
        return min(one, other), max(one, other)

    return [ordered(float(at[before]), float(at[place])), ordered(over[1], end)]


def _one(sides: Sequence[Side], outcome: str, month: int, size: int) -> Array:
    """One outcome of many at the month (size,)."""
    side = sides[0]
    total = results.against(side, sides[-1]) if len(sides) > 1 else side.total
    at = month if len(side.months) > 1 else 0
    values = np.asarray(total[outcome])
    wide = np.broadcast_to(values[:, :, at if values.shape[2] > 1 else 0, 0].reshape(-1), (size,))
    return _numbers(wide, outcome)
