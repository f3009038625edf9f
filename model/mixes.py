"""Best mixes of cost and CSAT as a curve, what a point of CSAT costs along it, and where the next money should go."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.batch import designs, nodes_of
from model.descent import DEAR, Crowd, Found
from model.economics import OWN_ITEMS
from model.engine import evaluate, evaluate_many
from model.errors import ScenarioError, is_count, must_be
from model.needs import Need
from model.optimise import Limits, Mix, Progress, _quiet, finished, question_of
from model.results import run
from model.scenario import Scenario
from model.search import BROKEN, Question, sobol
from model.tables import lever_table

Array = NDArray[np.float64]
POINTS = 20
_STARTS = 3
"""Places that searches for the first point set out from, besides the scenario itself."""
_ROUNDS, _AGAIN = 5, 6
"""Rounds of all points of the curve together, and of those that lie above it."""
_ABOVE = 3e-4
"""By what share of its merit a point must lie above the curve through others to be sought again."""
_MOST = 4
"""Points sought again at once."""
_BELOW = 0.03
"""CSAT below doing nothing at which the curve begins: what a company would still look at."""


def trace(
    scenario: Scenario,
    points: int = POINTS,
    *,
    polite: bool = False,
    progress: Progress | None = None,
    **limits: Unpack[Limits],
) -> Iterator[Mix]:
    """The mixes of `frontier` one by one, as they are found: at the CSAT of doing nothing, upwards from there, then
    below it. The first is one more than the `points` asked for."""
    must_be(Scenario, scenario, "scenario")
    if not is_count(points, 2, 100):
        raise ScenarioError(f"A curve of {points} points cannot be drawn.", "Ask for 2 to 100.")
    told = progress or _quiet
    asked, own = question_of(scenario, "operating_cost", limits, polite)
    sure = asked.sure
    asked = replace(asked, sure=None, told=lambda: told(0.02, "Looking everywhere", None))  # draws are for the end
    nothing = evaluate(scenario.doing_nothing()).headline["csat"]
    highest = asked.with_needs(asked.needs, "csat")
    first = _at(asked, nothing)
    here = _begun(first)
    yield finished(first, here, (*own, Need("csat", nothing, True)))
    asked = replace(asked, told=lambda: None)
    best = highest.locally(here.unit, 14)
    top = -best.aim / 100  # csat is minimised as -100 csat
    low = nothing - _BELOW
    levels = np.linspace(low, top - 0.08 * (top - low), points)
    found = _curve(first, here, best, nothing - levels)
    order = [*np.flatnonzero(levels >= nothing).tolist(), *np.flatnonzero(levels < nothing)[::-1].tolist()]
    for done, i in enumerate(order):
        level = float(levels[i])
        aim = _at(asked, level)
        one = found[i]
        if sure is not None:
            aim = replace(aim, sure=sure)
            one = aim.locally(one.unit, 8)
        mix = finished(aim, one, (*own, Need("csat", level, True)))
        told((done + 1) / points, f"{done + 1} of {points} mixes", mix)
        yield mix


def _begun(asked: Question) -> Found:
    """The best mix at one CSAT, quickly: of a few searches the better half goes on, then the best of these."""
    rest = sobol(len(asked.space.keys), _STARTS, asked.scenario.seed)
    crowd = Crowd(asked, np.concatenate([asked.space.origin[None], rest]), sharing=False).go(6)
    for kept, rounds in ((2, 6), (1, 6)):
        good = sorted(crowd.found, key=lambda one: one.merit)[:kept]
        crowd = Crowd(asked, np.array([one.unit for one in good]), sharing=False, trusted=0.1).go(rounds)
    return asked.exactly(crowd.found)[0]


def _at(asked: Question, csat: float) -> Question:
    return asked.with_needs([*asked.needs, Need("csat", csat, True)])


def _curve(asked: Question, here: Found, highest: Found, down: Array) -> list[Found]:
    """The best mix at every CSAT so much below that of `asked` (point,), of which `here` is best.

    From a good mix the curve is followed a point at a time, upwards and downwards: what is best at a CSAT is near what
    is best a little above or below, and the picture of it still holds. Followed are the best mix `here`, and from the
    top what gives the highest CSAT; of both, the cheaper at each point. Then all look anew, once from between their
    neighbours, and what one finds is offered to all; what still lies above the curve through others is sought again.
    """
    shift = np.zeros((len(down), 1 + len(asked.needs)))
    shift[:, -1] = down / asked.scale("csat")
    above, below = np.flatnonzero(down <= 0), np.flatnonzero(down > 0)[::-1]
    orders = [order for order in (above, below, np.arange(len(down))[::-1]) if len(order)]
    starts = np.array([here.unit, here.unit, highest.unit])[-len(orders) :]
    begun = Crowd(asked, starts, shift[[order[0] for order in orders]], trusted=0.1, sharing=False)
    best = _followed(begun, orders, shift)
    for part in range(3):
        units = np.array([one.unit for one in best])
        if part == 1:
            units[1:-1] = (units[:-2] + units[2:]) / 2
        again = Crowd(asked, units, shift, trusted=0.1).go(_ROUNDS).found
        best = [min(two, key=lambda one: one.merit) for two in zip(best, again, strict=True)]
    best = _smoothed(asked, best, shift)
    # Towards the most CSAT that there is a point costs more than a broken limit does on the way there.
    dear = [i for i, one in enumerate(best) if one.broken > BROKEN or i == len(best) - 1]
    units = np.array([start.unit for i in dear for start in (best[i], highest)])
    ends = Crowd(asked, units, np.repeat(shift[dear], 2, axis=0), trusted=0.1, price=DEAR).go(8).found
    for place, i in enumerate(dear):
        tried = [replace(best[i], price=DEAR), *ends[2 * place : 2 * place + 2]]
        best[i] = min(tried, key=lambda one: one.merit)
    return [one.shifted(-by) for one, by in zip(asked.exactly(best, shift, 3, times=1), shift, strict=True)]


def _smoothed(asked: Question, best: list[Found], shift: Array) -> list[Found]:
    """Points above where the curve runs by their neighbours, sought again from these: they lie in another valley.

    Twice, since a point may be drawn along by one that was.
    """
    best, settled = list(best), set[int]()
    for _ in range(2):
        out = [i for i in _above(np.array([one.merit for one in best])) if i not in settled][:_MOST]
        if not out:
            break
        pairs = [(i, j) for i in out for j in (i - 1, i, i + 1) if 0 <= j < len(best)]
        units = np.array([best[j].unit for _, j in pairs])
        before = list(best)
        crowd = Crowd(asked, units, shift[[i for i, _ in pairs]], trusted=0.1)
        for (i, _), one in zip(pairs, crowd.go(_AGAIN).found, strict=True):
            best[i] = min(best[i], one, key=lambda one: one.merit)
        better = [i for i in out if best[i].merit < before[i].merit * (1 - _ABOVE / 2)]
        settled = (settled | set(out)) - {j for i in better for j in (i - 1, i, i + 1)}
    return best


def _above(merit: Array) -> list[int]:
    """Points of a curve that lie above the cubic through the four next to each, the farthest above first."""
    points = len(merit)
    if points < 5:
        return []
    above = np.empty(points)
    for i in range(points):
        first = min(max(i - 2, 0), points - 5)
        near = np.array([j for j in range(first, first + 5) if j != i])
        weights = [np.prod([(i - k) / (j - k) for k in near if k != j]) for j in near]
        above[i] = merit[i] - np.dot(weights, merit[near])
    order = np.argsort(-above)
    return [int(i) for i in order if above[i] > _ABOVE * merit[i]]


def _followed(crowd: Crowd, orders: list[NDArray[np.int64]], shift: Array) -> list[Found]:
    """Searches led along points of a curve, each in an order of its own: the best that any found at each (point,)."""
    best: dict[int, Found] = {}
    for step in range(max(map(len, orders))):
        left = [i for i, order in enumerate(orders) if step < len(order)]
        orders = [orders[i] for i in left]
        at = [int(order[step]) for order in orders]
        crowd = crowd.onward(shift[at], left).go(1)
        for place, one in zip(at, crowd.found, strict=True):
            if place not in best or one.merit < best[place].merit:
                best[place] = one
    return [best[place] for place in sorted(best)]


def frontier(
    scenario: Scenario,
    points: int = POINTS,
    *,
    progress: Progress | None = None,
    **limits: Unpack[Limits],
) -> pd.DataFrame:
    """The least cost a year for each CSAT that can be reached, a row a point by CSAT: every lever and outcome.

    Limits as in `model.best_mix`. `price_of_a_point` is what the next point of CSAT costs a year
    along the curve; `reached` whether all limits hold. `keeps_csat` marks the one row beside the `points` (2 to 100):
    the least cost at the CSAT of doing nothing. A point that another beats in both cost and CSAT has no row.

    On the retail sample, all 17 levers free, 20 points take 8 to 10 s of one core and the first 1 to 2 s. Waits for
    e-mail and tickets step where a queue reaches into another day, so that there are many valleys: the last point may
    cost a tenth of a percent more than could be, others half of that.
    """
    return table_of(trace(scenario, points, progress=progress, **limits))


def table_of(mixes: Iterator[Mix] | list[Mix]) -> pd.DataFrame:
    """Mixes in the order of `trace` as a frame by CSAT, without those that another beats in both cost and CSAT."""
    found = list(mixes)
    kept = efficient(found)
    rows = [
        {key: mix.scenario.lever(key) for key in mix.scenario.baseline.levers} | mix.outcome.headline
        | {"reached": mix.reached, "keeps_csat": mix is found[0]}
        for mix in kept
    ]  # fmt: skip
    frame = pd.DataFrame(rows, index=pd.RangeIndex(len(rows), name="point"))
    frame["price_of_a_point"] = prices(kept)
    return frame


def efficient(mixes: list[Mix]) -> list[Mix]:
    """By CSAT, those that hold their limits and that no other beats in both cost and CSAT."""
    ordered = sorted((m for m in mixes if m.reached), key=lambda m: -m.outcome.headline["csat"])
    kept: list[Mix] = []
    for mix in ordered:
        if not kept or mix.outcome.headline["operating_cost"] < kept[-1].outcome.headline["operating_cost"]:
            kept.append(mix)
    return kept[::-1]


def prices(mixes: list[Mix]) -> list[float]:
    """What the next point of CSAT costs a year at each mix along a curve; not a number at the last."""
    heads = [m.outcome.headline for m in mixes]
    steps = zip(heads, heads[1:], strict=False)
    found = [(b["operating_cost"] - a["operating_cost"]) / (b["csat"] - a["csat"]) / 100 for a, b in steps]
    return [*found, math.nan][: len(mixes)]


# Where the next money should go


def _own(scenario: Scenario, key: str, values: Array) -> Array:
    """A lever's own items of the yearly ledger in the scenario's month, at some of its values (value,)."""
    done = run(designs(scenario, {key: values}, rough=False), nodes_of(scenario.month, False), path=False)
    paid = np.zeros(len(values))
    for item in OWN_ITEMS[key.partition(".")[0]]:
        paid += done.items[item][:, 0, 0, 0]
    return paid


def next_spend(scenario: Scenario, amount: float = 100_000.0) -> pd.DataFrame:
    """What each lever returns for an amount a year spent on it: a row a lever, most CSAT first.

    Each lever is moved the way that costs until its own items of the ledger (`OWN_ITEMS`) have risen by `amount`, or
    as far as its slider goes. Columns: value (where it then stands), spent, back (what falls
    elsewhere in the yearly cost), operating_cost, csat, service_level, npv (differences to the scenario).
    """
    must_be(Scenario, scenario, "scenario")
    given: object = amount
    if not (isinstance(given, int | float) and math.isfinite(given) and given > 0):
        raise ScenarioError("The amount to spend must be above zero.", "100,000 is usual.")
    table = lever_table(scenario.baseline)
    follows = scenario.staffing_rule == "follow_work"
    keys = [k for k in table.index[table["shown"]] if not (follows and k.startswith("staffing."))]
    parts = np.array([0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0])
    moved = list[tuple[str, float]]()
    for key in keys:
        now, today = scenario.lever(key), scenario.baseline.levers[key]
        ways = []
        for end in table.loc[key, ["low", "high"]].to_numpy(dtype=float):
            # Some prices begin only beyond today's value: a line across that bend would say less is spent.
            bend = [today] if min(now, end) < today < max(now, end) else []
            ways.append(np.array(sorted([*(now + parts * (end - now)), *bend], key=lambda v: abs(v - now))))
        rise = _own(scenario, key, np.concatenate([[now], *ways]))
        rises = np.split(np.maximum(rise[1:] - rise[0], 0), [len(ways[0])])
        dearer = int(rises[1].max() > rises[0].max())
        paid = np.maximum.accumulate([0.0, *rises[dearer]])
        if paid[-1] > 0:
            moved.append((key, float(np.interp(amount, paid, [now, *ways[dearer]]))))
    here = evaluate(scenario)
    outs = evaluate_many([scenario.model_copy(update={"levers": {**scenario.levers, k: v}}) for k, v in moved])
    rows = []
    for (key, value), out in zip(moved, outs, strict=True):
        spent = float(np.subtract(*_own(scenario, key, np.array([value, scenario.lever(key)]))))
        change = {k: out.headline[k] - here.headline[k] for k in ("operating_cost", "csat", "service_level", "npv")}
        rows.append({"lever": key, "value": value, "spent": spent, "back": spent - change["operating_cost"], **change})
    frame = pd.DataFrame(rows).set_index("lever")
    return frame.sort_values("csat", ascending=False)
