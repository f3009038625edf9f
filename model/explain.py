"""What caused the change: exact Shapley attribution over changed levers.

phi_i = sum over subsets S without i of |S|! (n-|S|-1)! / n! [v(S + i) - v(S)] (Shapley 1953); v is one batch through
the engine, so the parts sum to the change to the last digits. Above ten changes, a block of changed assumptions not
counted, Owen values by family (Owen 1977): families are players first, levers within.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import count, islice
from math import factorial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import results
from model.batch import RANGE_NODES, mixtures, nodes_of, turns_of
from model.engine import Same, evaluate, evaluate_many, nothing_of
from model.errors import ScenarioError, all_must_be, must_be, must_be_known
from model.levers import family_of
from model.outcomes import OUTCOMES
from model.scenario import Fixed, Scenario

Array = NDArray[np.float64]
EXACT_UP_TO = 10
BLOCKS = ("staffing_rule", "conditions", "assumptions")
AGAINST = ("npv", "npv_with_revenue", "payback_months", "freed_fte")
"""Outcomes that are differences to doing nothing."""
_OF_THE_WEEK = ("consistency",)
_CHUNK = 512
_MOST_KEPT = 16_384
_MOST_CHANGES = 512


def changes(base: Scenario, scenario: Scenario) -> list[str]:
    """Levers that differ (in value or start), then the blocks that do: staffing rule (with targets), conditions (with
    the calendar), assumptions."""

    def differs(key: str) -> bool:
        here, there = (one.starts.get(key, 0) for one in (scenario, base))
        return scenario.lever(key) != base.lever(key) or here != there

    keys = [k for k in scenario.baseline.levers if differs(k)]
    if scenario.staffing_rule != base.staffing_rule or scenario.targets != base.targets:
        keys.append("staffing_rule")
    if (scenario.conditions, scenario.calendar) != (base.conditions, base.calendar):
        keys.append("conditions")
    same = (scenario.assumptions, scenario.assumption_ranges) == (base.assumptions, base.assumption_ranges)
    return keys if same else [*keys, "assumptions"]


def mixed(base: Scenario, scenario: Scenario, taken: Iterable[str]) -> Scenario:
    """The base with only the changes `taken` made."""
    chosen = set(taken)
    sources = {k: scenario if k in chosen else base for k in scenario.baseline.levers}
    rule = scenario if "staffing_rule" in chosen else base
    assumed = scenario if "assumptions" in chosen else base
    world = scenario if "conditions" in chosen else base
    # Every part was validated in the scenario it comes from.
    return Scenario.model_construct(
        name=base.name,
        baseline=base.baseline,
        levers=Fixed({k: source.lever(k) for k, source in sources.items()}),
        starts=Fixed({k: source.starts[k] for k, source in sources.items() if k in source.starts}),
        staffing_rule=rule.staffing_rule,
        targets=rule.targets,
        conditions=world.conditions,
        calendar=world.calendar,
        assumptions=assumed.assumptions,
        assumption_ranges=assumed.assumption_ranges,
        month=scenario.month,
        seed=base.seed,
    )


def attribute(base: Scenario, scenario: Scenario, outcome: str | Sequence[str]) -> "pd.Series[float] | pd.DataFrame":
    """Each change's share of the difference in an outcome between two scenarios of one baseline; they sum to it.

    Agents of all channels count as one lever, `staffing`. A list of outcomes gives a frame (lever x outcome) from one
    batch. Empty where nothing differs; nan throughout where an outcome is not there with some of the changes alone, as
    a payback that never comes is. ScenarioError for two companies, ArgumentError for an outcome that there is not.
    """
    for one, called in ((base, "base"), (scenario, "scenario")):
        must_be(Scenario, one, called)
    if base.baseline != scenario.baseline:
        raise ScenarioError(
            "The two scenarios stand on different companies.", "Rerun one on the other's baseline first."
        )
    names = [outcome] if isinstance(outcome, str) else all_must_be(str, outcome, "outcomes")
    for name in names:
        must_be_known(name, OUTCOMES, "outcome")
    players = _players(base, scenario)
    share = _owen if _too_many(players) else _shapley
    parts = share(players, base, scenario, names)
    frame = pd.DataFrame(parts, index=pd.Index(list(players), name="lever"), columns=names)
    return frame[outcome] if isinstance(outcome, str) else frame


def is_by_family(base: Scenario, scenario: Scenario) -> bool:
    """Whether so much differs that the change is shared out among families first, and within each among its levers."""
    return _too_many(_players(base, scenario))


def _players(base: Scenario, scenario: Scenario) -> dict[str, list[str]]:
    """Cause -> the changes that it stands for: agents of all channels are one."""
    players: dict[str, list[str]] = {}
    for key in changes(base, scenario):
        players.setdefault(key.partition(".")[0], []).append(key)
    return players


def _too_many(players: Mapping[str, list[str]]) -> bool:
    return len(players.keys() - {"assumptions"}) > EXACT_UP_TO


def values(base: Scenario, scenario: Scenario, taken: Mapping[str, NDArray[np.bool_]], names: Sequence[str]) -> Array:
    """Outcomes (mixture, outcome) of mixtures of two scenarios at the second one's month; `taken` as in `mixtures`.

    In chunks, so that memory does not grow with their number.
    """
    size = len(next(iter(taken.values())))
    if any(name in _OF_THE_WEEK for name in names):
        mixes = [mixed(base, scenario, [k for k, has in taken.items() if has[i]]) for i in range(size)]
        return np.array([[o.headline[name] for name in names] for o in evaluate_many(mixes)])
    found = np.empty((size, len(names)))
    for rows in _alike(base, scenario, taken, names):
        ends = [base, scenario]
        if "staffing_rule" in taken and base.targets != scenario.targets:  # the points are chosen for a target
            rule = scenario if taken["staffing_rule"][rows[0]] else base
            ends = [one.model_copy(update={"targets": rule.targets}) for one in ends]
        for start in range(0, len(rows), _CHUNK):
            some = rows[start : start + _CHUNK]
            found[some] = _outcomes(ends[0], ends[1], {k: has[some] for k, has in taken.items()}, names)
    return found


def _alike(
    base: Scenario, scenario: Scenario, taken: Mapping[str, NDArray[np.bool_]], names: Sequence[str]
) -> list[NDArray[np.int64]]:
    """Mixtures by what they must share to go as one batch: their targets, and for differences their doing nothing."""
    apart = ["staffing_rule"] if base.targets != scenario.targets else []
    if any(name in AGAINST for name in names):
        apart += ["conditions", "assumptions"]
    size = len(next(iter(taken.values())))
    group = sum(taken[key].astype(int) << bit for bit, key in enumerate(apart) if key in taken) + np.zeros(size, int)
    return [np.flatnonzero(group == one) for one in np.unique(group)]


def _outcomes(
    base: Scenario, scenario: Scenario, taken: Mapping[str, NDArray[np.bool_]], names: Sequence[str]
) -> Array:
    against = any(name in AGAINST for name in names)
    months = nodes_of(scenario.month, path=False)
    if against:
        months = np.unique([*RANGE_NODES, *months])
    done = results.run(mixtures(base, scenario, taken), months, path=against)
    total = done.total
    if against:
        mix = mixed(base, scenario, [k for k, has in taken.items() if has[0]])
        total = results.against(done.side, nothing_of(mix, done.chain.b.turns))
    size = len(next(iter(taken.values())))
    at = scenario.month if against else 0
    wide = [np.broadcast_to(total[name], (size, 1, len(done.months), 1))[:, 0, at, 0] for name in names]
    return np.stack(wide, axis=1)


def _worth(
    coalitions: NDArray[np.int64],
    players: Mapping[str, list[str]],
    base: Scenario,
    scenario: Scenario,
    names: Sequence[str],
) -> Array:
    """v of every coalition, (coalition, outcome); none and all exactly, so that the parts add up to the cards.

    A coalition is a number whose bit i is set where player i is in it. What is kept from the move before serves again:
    half of all coalitions leave out the lever that was moved.
    """
    kept = _kept(Same(base), scenario.month, turns_of(scenario), tuple(names))
    if kept.changes > _MOST_CHANGES:
        _kept.cache_clear()  # their numbers grow long
        kept = _kept(Same(base), scenario.month, turns_of(scenario), tuple(names))
    bits = [kept.bit(_changed(scenario, player, keys)) for player, keys in players.items()]
    keys = _joined(coalitions.tolist(), bits)
    everybody = (1 << len(players)) - 1
    inner = np.flatnonzero((coalitions != 0) & (coalitions != everybody)).tolist()
    wanted = [i for i in inner if keys[i] not in kept.worth]
    if wanted:
        masks = coalitions[wanted]
        members = {player: (masks >> i & 1).astype(bool) for i, player in enumerate(players)}
        taken = {key: members[player] for player, changed in players.items() for key in changed}
        kept.worth.update(zip((keys[i] for i in wanted), values(base, scenario, taken, names), strict=True))
    found = np.empty((len(coalitions), len(names)))
    for i in inner:
        found[i] = kept.worth[keys[i]]
    for end, mix in ((0, mixed(base, scenario, ())), (everybody, scenario)):
        outcome = evaluate(mix).headline
        found[coalitions == end] = [outcome[name] for name in names]
    kept.forget()
    return found


def _joined(coalitions: Sequence[int], bits: Sequence[int]) -> list[int]:
    """Each coalition's players in the numbering of what is kept, joined from those already joined."""
    joined = {0: 0}
    for place, bit in enumerate(bits):
        joined |= {mask | 1 << place: known | bit for mask, known in joined.items()}
    return [joined[one] for one in coalitions]


class _Kept:
    """Worth of coalitions against one scenario, by the changes made: each change met has a bit of its own."""

    def __init__(self) -> None:
        self.worth = dict[int, Array]()
        self._bits, self._next = dict[tuple[Any, ...], int](), count()

    @property
    def changes(self) -> int:
        return len(self._bits)

    def forget(self) -> None:
        """Let go of the oldest beyond the most that are kept: many sessions may stand on one company."""
        for coalition in list(islice(self.worth, max(0, len(self.worth) - _MOST_KEPT))):
            del self.worth[coalition]

    def bit(self, change: tuple[Any, ...]) -> int:
        found = self._bits.get(change)
        return self._bits.setdefault(change, 1 << next(self._next)) if found is None else found


@lru_cache(maxsize=16)
def _kept(base: Same, month: int, turns: tuple[int, ...], names: tuple[str, ...]) -> _Kept:
    """`turns` are months that a batch is solved in."""
    return _Kept()


def _changed(scenario: Scenario, player: str, keys: Sequence[str]) -> tuple[Any, ...]:
    """What a change comes to: all that the worth of coalitions with it depends on."""
    match player:
        case "staffing_rule":
            return player, scenario.staffing_rule, tuple(sorted(scenario.targets.items()))
        case "conditions":
            return player, tuple(sorted(scenario.conditions.items())), scenario.calendar
        case "assumptions":
            assumed, spread = scenario.assumptions.items(), scenario.assumption_ranges.items()
            return player, tuple(sorted(assumed)), tuple(sorted(spread))
        case _:
            return player, *((key, scenario.lever(key), scenario.starts.get(key, 0)) for key in keys)


def _weights(n: int) -> Array:
    return np.array([factorial(size) * factorial(n - size - 1) / factorial(n) for size in range(n)])


def _shapley(players: Mapping[str, list[str]], base: Scenario, scenario: Scenario, names: Sequence[str]) -> Array:
    if not players:
        return np.empty((0, len(names)))
    masks = np.arange(1 << len(players))
    worth = _worth(masks, players, base, scenario, names)
    n = len(players)
    weight = _weights(n)[np.minimum(np.bitwise_count(masks), n - 1)]
    parts = np.empty((n, len(names)))
    for i in range(n):
        without = masks[(masks >> i & 1) == 0]
        parts[i] = (weight[without, None] * (worth[without | 1 << i] - worth[without])).sum(axis=0)
    return parts


def _owen(players: Mapping[str, list[str]], base: Scenario, scenario: Scenario, names: Sequence[str]) -> Array:
    """Owen values: Shapley among families, and within each over the families that came before."""
    families: dict[str, list[int]] = {}
    for place, player in enumerate(players):
        families.setdefault(player if player in BLOCKS else family_of(player).family, []).append(place)
    steps = []  # member, its weight, the coalition it joins
    for family, members in families.items():
        others = [sum(1 << place for place in own) for other, own in families.items() if other != family]
        outer, inner = _weights(len(families)), _weights(len(members))
        for before in _subsets(others):
            for member in members:
                for own in _subsets([1 << place for place in members if place != member]):
                    weight = outer[len(before)] * inner[len(own)]
                    steps.append((member, weight, sum(before) + sum(own)))
    who, weights, without = (np.array(column) for column in zip(*steps, strict=True))
    coalitions, where = np.unique(np.concatenate([without, without | 1 << who]), return_inverse=True)
    worth = _worth(coalitions, players, base, scenario, names)[where]
    parts = np.zeros((len(players), len(names)))
    np.add.at(parts, who, weights[:, None] * (worth[len(steps) :] - worth[: len(steps)]))
    return parts


def _subsets(members: Sequence[int]) -> list[list[int]]:
    return [[m for bit, m in enumerate(members) if mask >> bit & 1] for mask in range(1 << len(members))]
