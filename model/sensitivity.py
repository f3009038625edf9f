"""What the answer depends on: how much of an outcome's uncertainty comes from each assumption.

The answer is an outcome's difference between two scenarios, by default to doing nothing. A first look with few draws
finds the assumptions that matter at all; these are then studied one by one, the others together as one group.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import results, sobol
from model.assumptions import ASSUMPTIONS
from model.batch import DRAW_NODES, Batch, at_points, some_draws
from model.engine import Same
from model.errors import ScenarioError, is_count, must_be
from model.explain import AGAINST
from model.learning import evppi
from model.outcomes import OUTCOMES
from model.parameters import ranges
from model.scenario import MONTHS, Scenario
from model.uncertainty import MOST_DRAWS, likely

__all__ = ["Answer", "Dependence", "dependence", "evppi", "steps", "tornado"]
Array = NDArray[np.float64]
FIRST_DRAWS = 16
"""Draws of the first look, for each assumption."""
DRAWS = 256
STUDIED = 12
"""Assumptions studied one by one at most."""
WORTH_STUDYING = 0.01
"""Part of all total effects, in the first look, from which an assumption is studied by itself."""
_CHUNK = 128
_COLUMNS = ["first", "first_error", "total", "total_error", "low", "high"]
_ORDER = {key: column for column, key in enumerate(ASSUMPTIONS)}


@dataclass(frozen=True)
class Dependence:
    """What an answer depends on.

    `rows`: index assumption, sorted by `total`: `first` and `total` shares of the variance with their standard errors;
    `low` and `high`, the answer at the low and high end of the assumption's range, all others at their mode. `others`
    assumptions have some little effect; together they have `others_total`. `answer` at the modes; `likely` 8 in 10.
    """

    outcome: str
    rows: pd.DataFrame
    others: int
    others_total: float
    others_error: float
    answer: float
    likely: tuple[float, float]
    draws: int


def tornado(
    scenario: Scenario, outcome: str, against: Scenario | None = None, n: int = DRAWS, seed: int = 7
) -> pd.DataFrame:
    """How much of an outcome's uncertainty comes from each assumption; see `Dependence.rows`.

    The outcome's difference to `against`, by default doing nothing, at the scenario's month. Assumptions that matter
    only a little are left out; `dependence` says how many, and how much they matter together.
    """
    return dependence(scenario, outcome, against, n, seed).rows


def dependence(
    scenario: Scenario, outcome: str, against: Scenario | None = None, n: int = DRAWS, seed: int = 7
) -> Dependence:
    """What the difference in an outcome depends on, from n draws (a power of two, at least 16)."""
    *_, (_, found) = steps(scenario, outcome, against, n, seed)
    assert found is not None
    return found


def steps(
    scenario: Scenario, outcome: str, against: Scenario | None = None, n: int = DRAWS, seed: int = 7
) -> Iterator[tuple[float, Dependence | None]]:
    """The same in steps of a moment each: the share done, and what is known once more is known.

    After the first look, and whenever the draws have doubled. The last step holds the answer from n draws.
    """
    if not is_count(n, FIRST_DRAWS, MOST_DRAWS) or n & (n - 1):
        raise ScenarioError(f"{n} draws cannot be studied.", f"Choose a power of two, {FIRST_DRAWS} or more.")
    answer = Answer(scenario, outcome, against)
    first = _FirstLook(answer, seed)
    for share in first.steps():
        yield 0.2 * share, None
    known = looked = first.found()
    yield 0.2, known
    studied = [str(key) for key in looked.rows.index]
    groups: list[frozenset[str]] = [frozenset({key}) for key in studied]
    small = frozenset(first.live()) - frozenset().union(*groups)
    groups += [small] if small else []
    a, b = sobol.two_samples(n, len(ASSUMPTIONS), seed, tuple(_ORDER[key] for key in studied))
    values = np.empty((len(groups) + 2, 0))
    done, size = 0, FIRST_DRAWS
    while groups and size <= n:
        some, other = (answer.at(points[done:size]) for points in (a, b))
        fresh = np.empty((len(groups) + 2, size - done))
        for row, group in enumerate([frozenset(), *groups, frozenset(ASSUMPTIONS)]):
            fresh[row] = answer.values(answer.mixed(some, other, group))
            yield 0.2 + 0.8 * (done + (size - done) * (row + 1) / len(fresh)) / n, None
        values = np.hstack([values, fresh])
        known = _known(looked, values, len(small))
        done, size = size, size * 2
        yield 0.2 + 0.8 * done / n, known
    yield 1.0, known


def _known(looked: Dependence, values: Array, small: int) -> Dependence:
    """What values at A, at A with each group from B (the little ones last) and at B, one a row, say of the answer."""
    found = sobol.indices(values[0], values[-1], values[1:-1])
    rows = looked.rows.copy()
    size = len(rows)
    for column in ("first", "first_error", "total", "total_error"):
        rows[column] = getattr(found, column)[:size]
    low, high = likely(values[[0, -1]].ravel())
    return replace(
        looked,
        rows=rows.sort_values("total", ascending=False, kind="stable"),
        others=small,
        others_total=float(found.total[size]) if small else 0.0,
        others_error=float(found.total_error[size]) if small else 0.0,
        likely=(float(low), float(high)),
        draws=values.shape[1],
    )


class Answer:
    """An outcome of a scenario less that of another, whatever the assumptions."""

    def __init__(self, scenario: Scenario, outcome: str, against: Scenario | None = None) -> None:
        must_be(Scenario, scenario, "scenario")
        must_be(str, outcome, "outcome")
        if against is not None:
            must_be(Scenario, against, "against")
        other = scenario.doing_nothing() if against is None else against.model_copy(update={"month": scenario.month})
        if other.baseline != scenario.baseline:
            raise ScenarioError(
                "The two scenarios stand on different companies.", "Rerun one on the other's baseline first."
            )
        if outcome not in OUTCOMES or outcome == "consistency":
            raise ScenarioError(f"There are no draws of {outcome}.", "See model.outcome_table().")
        self.outcome, self.two = outcome, (scenario, other)
        sides = [*self.two]
        if outcome in AGAINST:  # measured against doing nothing, each in its own world
            sides += [side.doing_nothing() for side in self.two]
        self.keys = [Same(side) for side in sides]
        self.sides = list(dict.fromkeys(self.keys))
        self.months = np.unique([*DRAW_NODES, scenario.month]) if outcome in AGAINST else np.array([scenario.month])

    def uncertain(self) -> list[str]:
        """Assumptions that are drawn on either side: with a range, and not taken as known."""
        return [
            key for key in ASSUMPTIONS if any(key not in side.assumptions and _is_range(side, key) for side in self.two)
        ]

    def at(self, points: Array) -> list[Batch]:
        """Each side at points of the unit cube, (draw, assumption)."""
        return [at_points(side.scenario, points) for side in self.sides]

    def mixed(self, some: Sequence[Batch], other: Sequence[Batch], keys: Collection[str]) -> list[Batch]:
        """The sides at their points in `some`, but with the assumptions `keys` as in `other`."""
        return [replace(a, p={k: (b if k in keys else a).p[k] for k in a.p}) for a, b in zip(some, other, strict=True)]

    def values(self, batches: Sequence[Batch]) -> Array:
        """The answer in every draw, (draw,). A payback that never comes counts as 36 months."""
        size = next(iter(batches[0].p.values())).shape[1]
        parts = [self._chunk([some_draws(b, at, at + _CHUNK) for b in batches]) for at in range(0, size, _CHUNK)]
        return np.concatenate(parts)

    def _chunk(self, batches: Sequence[Batch]) -> Array:
        path = len(self.months) > 1
        ran = [results.run(b, self.months, path=path).side for b in batches]
        side = dict(zip(self.sides, ran, strict=True))
        size = ran[0].rate.shape[1]
        two = []
        for i in range(2):
            this = side[self.keys[i]]
            total = results.against(this, side[self.keys[i + 2]]) if self.outcome in AGAINST else this.total
            value = np.broadcast_to(total[self.outcome], (1, size, len(this.months), 1))
            two.append(value[0, :, self.two[0].month if path else -1, 0])
        if self.outcome == "payback_months":
            two = [np.where(np.isnan(months), float(MONTHS), months) for months in two]
        difference: Array = two[0] - two[1]
        return difference


def _is_range(scenario: Scenario, key: str) -> bool:
    low, _, high = ranges(scenario.baseline, scenario.assumption_ranges)[key]
    return high > low


class _FirstLook:
    """Total effects of every assumption from a few draws, and the answer at the ends of each range."""

    def __init__(self, answer: Answer, seed: int) -> None:
        self.answer, self.keys = answer, answer.uncertain()
        self.a, self.b = sobol.two_samples(FIRST_DRAWS, len(ASSUMPTIONS), seed)
        self.effect: Mapping[str, float] = {}
        self.values = np.empty((len(self.keys) + 1, FIRST_DRAWS))
        self.ends = np.empty(2 * len(self.keys) + 1)

    def steps(self) -> Iterator[float]:
        """Reckons; yields the share done."""
        ends = np.full((len(self.ends), len(ASSUMPTIONS)), np.nan)
        for i, key in enumerate(self.keys):
            ends[2 * i + 1 : 2 * i + 3, _ORDER[key]] = 0.0, 1.0
        some, other = self.answer.at(self.a), self.answer.at(self.b)
        sets: list[frozenset[str]] = [frozenset(), *(frozenset({key}) for key in self.keys)]
        each = _CHUNK // FIRST_DRAWS
        for start in range(0, len(sets), each):
            stacked = [self.answer.mixed(some, other, keys) for keys in sets[start : start + each]]
            values = self.answer.values([_stacked(blocks) for blocks in zip(*stacked, strict=True)])
            self.values[start : start + each] = values.reshape(-1, FIRST_DRAWS)
            yield start / len(sets)
        self.ends[:] = self.answer.values(self.answer.at(ends))
        effect = ((self.values[1:] - self.values[0]) ** 2).mean(axis=1) / 2
        # Queues are solved to a millionth: what moves the answer by less than a thousandth of its spread is dust.
        dust = max(1e-6 * float(self.values.var()), (1e-12 * float(np.abs(self.values).max())) ** 2)
        self.effect = {key: size for key, size in zip(self.keys, effect.tolist(), strict=True) if size > dust}

    def live(self) -> list[str]:
        """Assumptions with any effect, those with the largest first."""
        return sorted(self.effect, key=lambda key: -self.effect[key])

    def found(self) -> Dependence:
        """The first look as an answer: rough shares without errors."""
        order, whole = self.live(), sum(self.effect.values())
        studied = [key for key in order[:STUDIED] if self.effect[key] >= WORTH_STUDYING * whole]
        variance = float(self.values.var())
        table = pd.DataFrame(np.nan, index=pd.Index(studied, name="assumption", dtype=object), columns=_COLUMNS)
        for key in studied:
            at = 2 * self.keys.index(key) + 1
            table.loc[key, "total"] = min(self.effect[key] / variance, 1.0)
            table.loc[key, ["low", "high"]] = self.ends[at : at + 2]
        low, high = likely(self.values.ravel())
        rest = sum(self.effect[key] for key in order[len(studied) :]) / variance if variance else 0.0
        return Dependence(
            self.answer.outcome, table, len(order) - len(studied), float(rest), np.nan, float(self.ends[0]),
            (float(low), float(high)), FIRST_DRAWS,
        )  # fmt: skip


def _stacked(blocks: Sequence[Batch]) -> Batch:
    """Batches of one scenario at different points, as one batch with the draws of all."""
    first = blocks[0]
    return replace(first, p={key: np.concatenate([b.p[key] for b in blocks], axis=1) for key in first.p})
