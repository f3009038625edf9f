"""What caused the change: exact Shapley attribution over changed levers.

phi_i = sum over subsets S without i of |S|! (n-|S|-1)! / n! [v(S + i) - v(S)] (Shapley 1953); v is one batch through
the engine, so the parts sum to the change to the last digits. Above ten changes, Owen values by family (Owen 1977):
families are players first, levers within.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import results
from model.batch import batch, nodes_of
from model.engine import Same, evaluate_many
from model.errors import ScenarioError
from model.levers import family_of
from model.outcomes import OUTCOMES
from model.scenario import Scenario

Array = NDArray[np.float64]
EXACT_UP_TO = 10
BLOCKS = ("staffing_rule", "conditions", "assumptions")
_OVER_36_MONTHS = ("npv", "npv_with_revenue", "payback_months")
_OF_THE_WEEK = ("consistency",)
_AGAINST = ("freed_fte",)
_AT_A_MONTH = [key for key in OUTCOMES if key not in _OVER_36_MONTHS + _OF_THE_WEEK + _AGAINST]
_KNOWN: dict[tuple[Same, bool], Array] = {}
"""Outcomes of scenarios lately asked for: a moved slider leaves half of all subsets as they were."""
_MOST_KNOWN = 20_000


def changes(base: Scenario, scenario: Scenario) -> list[str]:
    """Levers that differ, then the blocks that do: staffing rule (with targets), conditions, assumptions."""
    keys = [k for k in scenario.baseline.levers if scenario.lever(k) != base.lever(k)]
    if scenario.staffing_rule != base.staffing_rule or scenario.targets != base.targets:
        keys.append("staffing_rule")
    return keys + [block for block in ("conditions", "assumptions") if getattr(scenario, block) != getattr(base, block)]


def mixed(base: Scenario, scenario: Scenario, taken: Sequence[str]) -> Scenario:
    """The base with only the changes `taken` made."""
    levers = {k: (scenario if k in taken else base).lever(k) for k in scenario.baseline.levers}
    rule = scenario if "staffing_rule" in taken else base
    # Every part was validated in the scenario it comes from; subsets are many, and need not be again.
    return Scenario.model_construct(
        name=base.name,
        baseline=base.baseline,
        levers=levers,
        staffing_rule=rule.staffing_rule,
        targets=rule.targets,
        conditions=(scenario if "conditions" in taken else base).conditions,
        assumptions=(scenario if "assumptions" in taken else base).assumptions,
        month=scenario.month,
        seed=base.seed,
    )


def attribute(base: Scenario, scenario: Scenario, outcome: str | Sequence[str]) -> "pd.Series[float] | pd.DataFrame":
    """Each change's share of the difference in an outcome between two scenarios of one baseline; they sum to it.

    Agents of all channels count as one lever, `staffing`. A list of outcomes gives a frame (lever x outcome) from one
    batch. Empty where nothing differs.
    """
    if base.baseline != scenario.baseline:
        raise ScenarioError(
            "The two scenarios stand on different companies.", "Rerun one on the other's baseline first."
        )
    names = [outcome] if isinstance(outcome, str) else list(outcome)
    keys = changes(base, scenario)
    players: dict[str, list[str]] = {}
    for key in keys:
        players.setdefault(key.partition(".")[0], []).append(key)
    if len(players) <= EXACT_UP_TO:
        parts = _shapley(players, base, scenario, names)
    else:
        parts = _owen(players, base, scenario, names)
    frame = pd.DataFrame(parts, index=pd.Index(list(players), name="lever"), columns=names)
    return frame[outcome] if isinstance(outcome, str) else frame


def values(scenarios: Sequence[Scenario], names: Sequence[str], rough: bool = False) -> Array:
    """Outcomes (scenario, outcome) at the scenarios' month: one batch at that month, or paths where names need them."""
    if any(name not in _AT_A_MONTH for name in names) or len({tuple(sorted(s.targets.items())) for s in scenarios}) > 1:
        return np.array([[o.headline[name] for name in names] for o in evaluate_many(scenarios)])
    keys = [(Same(s), rough) for s in scenarios]
    found = {key: _KNOWN.get(key) for key in keys}  # held here: another session may empty the store meanwhile
    missing = {key: s for key, s in zip(keys, scenarios, strict=True) if found[key] is None}
    if missing:
        nodes = nodes_of(scenarios[0].month, path=False)
        done = results.run(batch(list(missing.values()), rough=rough), nodes, path=False)
        shape = (len(missing), 1, 1, 1)
        totals = np.stack([np.broadcast_to(done.total[name], shape)[:, 0, 0, 0] for name in _AT_A_MONTH], axis=1)
        made = dict(zip(missing, totals, strict=True))
        if len(_KNOWN) > _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN.update(made)
        found.update(made)
    columns = [_AT_A_MONTH.index(name) for name in names]
    return np.array([found[key] for key in keys], dtype=float)[:, columns]


def _worth(
    coalitions: Iterable[frozenset[str]],
    players: Mapping[str, list[str]],
    base: Scenario,
    scenario: Scenario,
    names: Sequence[str],
) -> dict[frozenset[str], Array]:
    """v of every coalition once, in one batch; none and all exactly, so that the parts add up to the cards."""
    wanted = list(dict.fromkeys(coalitions))

    def scenarios(which: Iterable[frozenset[str]]) -> list[Scenario]:
        return [mixed(base, scenario, [k for player in one for k in players[player]]) for one in which]

    found = dict(zip(wanted, values(scenarios(wanted), names, rough=True), strict=True))
    ends = [frozenset[str](), frozenset(players)]
    return found | dict(zip(ends, values(scenarios(ends), names), strict=True))


def _weights(n: int) -> list[float]:
    return [factorial(size) * factorial(n - size - 1) / factorial(n) for size in range(n)]


def _subsets(members: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset(m for bit, m in enumerate(members) if mask >> bit & 1) for mask in range(1 << len(members))]


def _shapley(players: Mapping[str, list[str]], base: Scenario, scenario: Scenario, names: Sequence[str]) -> Array:
    if not players:
        return np.empty((0, len(names)))
    subsets = _subsets(list(players))
    found = _worth(subsets, players, base, scenario, names)
    worth = np.array([found[one] for one in subsets])
    n = len(players)
    masks = np.arange(1 << n)
    size = np.array([len(one) for one in subsets])
    weight = np.array(_weights(n))
    parts = np.empty((n, len(names)))
    for i in range(n):
        without = masks[(masks >> i & 1) == 0]
        parts[i] = (weight[size[without], None] * (worth[without | 1 << i] - worth[without])).sum(axis=0)
    return parts


def _owen(players: Mapping[str, list[str]], base: Scenario, scenario: Scenario, names: Sequence[str]) -> Array:
    """Owen values: Shapley among families, and within each over the families that came before."""
    families: dict[str, list[str]] = {}
    for player in players:
        families.setdefault(player if player in BLOCKS else family_of(player).family, []).append(player)
    steps = []  # member, its weight, the coalition it joins
    for family, members in families.items():
        others = [other for other in families if other != family]
        outer, inner = _weights(len(families)), _weights(len(members))
        for before in _subsets(others):
            already = frozenset(m for other in before for m in families[other])
            for member in members:
                for own in _subsets([m for m in members if m != member]):
                    steps.append((member, outer[len(before)] * inner[len(own)], already | own))
    coalitions = [joined for member, _, one in steps for joined in (one, one | {member})]
    worth = _worth(coalitions, players, base, scenario, names)
    parts = {player: np.zeros(len(names)) for player in players}
    for member, weight, one in steps:
        parts[member] += weight * (worth[one | {member}] - worth[one])
    return np.array([parts[player] for player in players])
