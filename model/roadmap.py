"""The roadmap: when each initiative begins, what it brings month by month, and which order pays back first.

Every moved lever is an initiative; agents of all channels together are one. Value over 36 months is
sum (C0_t - C_t)/12 / (1+r)^(t/12) less one-off costs, against doing nothing in the same world, as everywhere.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import results
from model.batch import DRAW_NODES, RANGE_NODES, Batch, batch, nodes_of, turns
from model.economics import ONE_OFF, OWN_ITEMS, payback_months
from model.engine import evaluate, evaluate_many, nothing_of
from model.errors import ScenarioError, is_count, must_be
from model.levers import LEVERS, family_of
from model.parameters import ranges as ranges_of
from model.parameters import values
from model.scenario import MONTHS, Scenario
from model.uncertainty import ODDS_DRAWS, RANGE_DRAWS, likely, ranges, sides

Array = NDArray[np.float64]
AFTER = {30: 1, 90: 3, 180: 6, 365: 12}
"""Days to the month that ends then."""
WATCHED = ("operating_cost", "service_level", "csat", "fte")
READY = 0.9
"""Share of an effect at which an initiative counts as in place."""
MOST_EXHAUSTIVE = 5
"""Initiatives whose orders are all tried: 120."""
_CHUNK = 40


@dataclass(frozen=True, slots=True)
class Initiative:
    """A moved lever on the time line.

    `key` is the lever's, `staffing` for agents of all channels, `levers` those it moves. It begins `start` months from
    now and has nine tenths of its effect after `ready` months from now. `one_off` is paid as it begins, `a_year` is
    its own spend from then on (negative: a cut), both taken alone and before what it saves.
    """

    key: str
    levers: tuple[str, ...]
    label: str
    start: int
    ready: float
    one_off: float
    a_year: float


def groups(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """The levers of each initiative, in the order of the lever table."""
    found: dict[str, tuple[str, ...]] = {}
    for key in scenario.baseline.levers:
        if scenario.levers.get(key, scenario.baseline.levers[key]) != scenario.baseline.levers[key]:
            name = key.partition(".")[0]
            found[name] = (*found.get(name, ()), key)
    return {name: found[name] for name in LEVERS if name in found}


def initiatives(scenario: Scenario) -> list[Initiative]:
    """Every initiative with its time and its spend."""
    found = groups(scenario)
    alone = [
        scenario.model_copy(update={
            "levers": {key: scenario.levers[key] for key in keys}, "starts": {}, "staffing_rule": "as_set"})
        for keys in found.values()
    ]  # fmt: skip
    nothing = evaluate(scenario.doing_nothing()).ledger
    made = []
    for (name, keys), outcome in zip(found.items(), evaluate_many(alone), strict=True):
        more = outcome.ledger - nothing
        start = min(scenario.starts.get(key, 0) for key in keys)
        made.append(Initiative(
            name, keys, LEVERS[name].label, start, min(start + _months_to_ready(scenario, name), float(MONTHS)),
            float(more[list(ONE_OFF)].to_numpy().sum()), float(more[list(OWN_ITEMS[name])].iloc[-1].sum()),
        ))  # fmt: skip
    return made


def _months_to_ready(scenario: Scenario, name: str) -> float:
    """t at which A(t) = .9: h + (h/4) logit of its place on the sigmoid; a month where it acts at once."""
    modes = values(ranges_of(scenario.baseline, scenario.assumption_ranges), scenario.assumptions, 0, 7)
    delays = [float(np.ravel(modes[key])[0]) for key in family_of(name).delay]
    if name == "staffing":
        rises = any(scenario.levers[k] > scenario.baseline.levers[k] for k in groups(scenario)[name])
        half = delays[0] + delays[1] / 2 if rises else 0.0
    else:
        half = sum(delays)
    begun = 1 / (1 + math.exp(4))
    place = begun + READY * (1 - begun)
    return max(half * (1 + math.log(place / (1 - place)) / 4), 1.0)


def starting(scenario: Scenario, months: Mapping[str, int]) -> dict[str, int]:
    """`Scenario.starts` in which these initiatives begin so many months from now and the others as they do."""
    found = groups(scenario)
    moved = {lever: month for name, month in months.items() for lever in found.get(name, ())}
    return {**scenario.starts, **moved}


# Month by month


def milestones(scenario: Scenario) -> pd.DataFrame:
    """Outcomes 30, 90, 180 and 365 days from now: a row an outcome and day count.

    Columns outcome, days, month, value, nothing, difference (to doing nothing in that month), low and high of it: what
    `model.ranges` says of the scenario at that month.
    """
    outcome = evaluate(scenario)
    found, nothing = sides(scenario, RANGE_DRAWS, 7, (*RANGE_NODES, *AFTER.values()))
    rows = []
    for key in WATCHED:
        gap = np.broadcast_to(found.total[key] - nothing.total[key], (1, RANGE_DRAWS, MONTHS + 1, 1))[0, :, :, 0]
        for days, month in AFTER.items():
            here, there = float(outcome.monthly[key][month]), float(outcome.reference_monthly[key][month])
            low, high = likely(gap[:, month]).tolist()
            rows.append((key, days, month, here, there, here - there, low, high))
    names = ["outcome", "days", "month", "value", "nothing", "difference", "low", "high"]
    return pd.DataFrame(rows, columns=names)


@dataclass(frozen=True)
class CashFlow:
    """What the plan costs and brings against doing nothing.

    `months` : index month 0 to 36; `saving` (yearly cost saved / 12, negative while it costs more), `one_off` (paid,
    negative), `net` of both, `kept` (margin of customers who stay, / 12), `value` (discounted, cumulative: NPV so far)
    with `low` and `high`, and the same `with_revenue`. `payback` in months without the revenue effect, nan where not
    within 36, `payback_low` and `payback_high` its likely range (nan as before). `pays` is the share of draws in which
    it pays back within 36 months, `worth_it` that in which NPV is above zero, `worth_it_with_revenue` likewise. Ranges
    are those of `model.ranges`, shares of draws those of `model.target_odds`.
    """

    months: pd.DataFrame
    payback: float
    payback_with_revenue: float
    payback_low: float
    payback_high: float
    pays: float
    worth_it: float
    worth_it_with_revenue: float


def cash_flow(scenario: Scenario, n: int = ODDS_DRAWS, seed: int = 7) -> CashFlow:
    """Monthly cash flow and cumulative NPV with their likely range (8 in 10, paired draws); `n` draws for shares."""
    outcome, nothing = evaluate(scenario), nothing_of(scenario)
    rate = float(np.ravel(nothing.rate)[0])
    cost = (outcome.reference_monthly - outcome.monthly)[["operating_cost", "revenue_at_risk"]].to_numpy() / 12
    once = np.zeros(MONTHS + 1)
    once[1:] = outcome.ledger[list(ONE_OFF)].to_numpy().sum(axis=1) - nothing.once[0, 0, 1:]
    saving, kept = cost[:, 0], cost[:, 1]
    saving[0] = kept[0] = 0.0
    net = saving - once
    frame = pd.DataFrame({"saving": saving, "one_off": -once, "net": net, "kept": kept},
                         index=pd.RangeIndex(MONTHS + 1, name="month"))  # fmt: skip
    frame["value"] = _so_far(net[None], np.array([rate]))[0]
    frame["with_revenue"] = _so_far((net + kept)[None], np.array([rate]))[0]
    _, plain, whole = _drawn(scenario, RANGE_DRAWS, seed, RANGE_NODES)
    for name, paths in (("", plain), ("_with_revenue", whole)):
        frame[f"low{name}"], frame[f"high{name}"] = likely(paths)
    months, plain, whole = _drawn(scenario, n, seed, DRAW_NODES)
    soon, late = ranges(scenario, seed=seed, path=True).loc["payback_months", ["low", "high"]].to_numpy(float)
    return CashFlow(
        frame, float(payback_months(net[1:])), float(payback_months((net + kept)[1:])),
        float(soon), float(late),
        float((~np.isnan(months)).mean()), float((plain[:, -1] > 0).mean()), float((whole[:, -1] > 0).mean()),
    )  # fmt: skip


def _drawn(scenario: Scenario, n: int, seed: int, nodes: tuple[int, ...]) -> tuple[Array, Array, Array]:
    """Of every draw the payback (draw,) and the value so far without and with the margin kept, (draw, 37)."""
    here, there = sides(scenario, n, seed, nodes)
    flows, more = _cash(here, there, n)
    rate = np.broadcast_to(here.rate, (1, n, 1))[0, :, 0]
    return payback_months(flows[:, 1:]), _so_far(flows, rate), _so_far(flows + more, rate)


def _cash(here: results.Side, there: results.Side, n: int) -> tuple[Array, Array]:
    """Net cash and margin kept of every draw, (draw, 37)."""

    def path(key: str) -> Array:
        gap = np.broadcast_to(there.total[key] - here.total[key], (1, n, MONTHS + 1, 1))[0, :, :, 0] / 12
        gap = gap.copy()
        gap[:, 0] = 0.0
        return gap

    once = np.broadcast_to(here.once - there.once, (1, n, MONTHS + 1))[0]
    return path("operating_cost") - once, path("revenue_at_risk")


def _so_far(flow: Array, rate: Array) -> Array:
    """Discounted and summed up to each month: flow (draw, 37), rate (draw,)."""
    month = np.arange(flow.shape[-1])
    summed: Array = np.cumsum(flow / (1 + rate[:, None]) ** (month / 12), axis=-1)
    return summed


# The order that pays back first


@dataclass(frozen=True, slots=True)
class Order:
    """An order of initiatives, one begun every `apart` months: what it is worth, and how it was chosen.

    `starts` are for `Scenario.starts`; `tried` orders were reckoned, `all_tried` whether those are all there are.
    `payback` nan: not within 36 months. `now_*` are the plan as it stands.
    """

    keys: tuple[str, ...]
    starts: dict[str, int]
    apart: int
    payback: float
    npv: float
    now_payback: float
    now_npv: float
    tried: int
    all_tried: bool


def best_order(scenario: Scenario, apart: int = 3) -> Order:
    """The order of initiatives, one every `apart` months, that pays back first; where none does, that is worth most.

    Up to five initiatives: every order, as one batch. More: the order of what each is worth alone, then round after
    round each initiative is tried in every other place, until no such move is better. ScenarioError with fewer than
    two initiatives.
    """
    must_be(Scenario, scenario, "scenario")
    names = list(groups(scenario))
    if len(names) < 2:
        raise ScenarioError("An order needs at least two initiatives.", "Move another lever on Explore first.")
    if not is_count(apart, 1, MONTHS - 1):
        raise ScenarioError(f"Initiatives begin {apart} months apart.", f"Choose 1 to {MONTHS - 1} months.")
    seen: dict[tuple[str, ...], tuple[float, float]] = {}

    def reckon(orders: Sequence[tuple[str, ...]]) -> None:
        fresh = [order for order in dict.fromkeys(orders) if order not in seen]
        seen.update(zip(fresh, worth(scenario, [_placed(order, apart) for order in fresh]), strict=True))

    if len(names) <= MOST_EXHAUSTIVE:
        reckon(list(permutations(names)))
        best = min(seen, key=lambda order: _rank(seen[order]))
    else:
        later = {name: MONTHS for name in names}
        alone = worth(scenario, [{**later, name: 0} for name in names])
        best = tuple(sorted(names, key=lambda name: _rank(alone[names.index(name)])))
        reckon([best])
        while True:
            reckon(list(_moves(best)))
            better = min(seen, key=lambda order: _rank(seen[order]))
            if better == best:
                break
            best = better
    now = evaluate(scenario).headline
    payback, npv = seen[best]
    return Order(
        best, starting(scenario, _placed(best, apart)), apart, payback, npv, now["payback_months"], now["npv"],
        len(seen), len(names) <= MOST_EXHAUSTIVE,
    )  # fmt: skip


def _rank(found: tuple[float, float]) -> tuple[float, float]:
    """Sooner is better, to a thousandth of a month; then worth more."""
    payback, npv = found
    return (math.inf if math.isnan(payback) else round(payback, 3)), -npv


def _placed(order: Sequence[str], apart: int) -> dict[str, int]:
    return {name: min(place * apart, MONTHS - 1) for place, name in enumerate(order)}


def _moves(order: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every order in which one initiative stands elsewhere."""
    for i, name in enumerate(order):
        rest = (*order[:i], *order[i + 1 :])
        for j in range(len(order)):
            yield (*rest[:j], name, *rest[j:])


def worth(scenario: Scenario, plans: Sequence[Mapping[str, int]]) -> list[tuple[float, float]]:
    """(payback in months, NPV) of plans that differ in when initiatives begin only, as a batch; 36: never begun."""
    found: list[tuple[float, float]] = []
    months = nodes_of(scenario.month, True, scenario.staffing_rule)
    for start in range(0, len(plans), _CHUNK):
        asked = planned(scenario, plans[start : start + _CHUNK])
        total = results.against(results.run(asked, months, path=True).side, nothing_of(scenario, asked.turns))
        size = len(plans[start : start + _CHUNK])
        pair = [np.broadcast_to(total[key], (size, 1, 1, 1)).ravel().tolist() for key in ("payback_months", "npv")]
        found += list(zip(*pair, strict=True))
    return found


def planned(scenario: Scenario, plans: Sequence[Mapping[str, int]]) -> Batch:
    """The scenario under many plans, initiative -> months from now, as one batch without making scenarios."""
    one, size, found = batch([scenario]), len(plans), groups(scenario)
    begins = {
        lever: np.array([float(plan.get(name, scenario.starts.get(lever, 0))) for plan in plans])
        for name, levers in found.items() for lever in levers
    }  # fmt: skip
    agents = [begins.get(f"staffing.{c.name}", np.zeros(size)) for c in scenario.baseline.channels]
    stops = {int(month) for column in begins.values() for month in column}
    return replace(
        one,
        starts={k: v[:, None, None, None] for k, v in begins.items() if not k.startswith("staffing.")},
        staffing_starts=np.stack(agents, axis=-1)[:, None, None, :],
        staffing=np.repeat(one.staffing, size, axis=0),
        follow=np.repeat(one.follow, size, axis=0),
        turns=turns(stops, scenario.calendar),
    )
