"""Best mixes of cost and CSAT as a curve, what a point of CSAT costs along it, and where the next money should go."""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.descent import Crowd, Found
from model.engine import Outcome, evaluate, evaluate_many
from model.errors import ScenarioError
from model.optimise import Mix, Progress, _quiet, finished, needs_of, question, searched, space
from model.scenario import Scenario
from model.search import Need, Question, sobol
from model.tables import lever_table

Array = NDArray[np.float64]
POINTS = 20
_BELOW = 0.03
"""CSAT below doing nothing at which the curve begins: what a company would still look at."""


def trace(
    scenario: Scenario,
    points: int = POINTS,
    *,
    at_least: Mapping[str, float] | None = None,
    at_most: Mapping[str, float] | None = None,
    locked: Collection[str] = (),
    bounds: Mapping[str, tuple[float, float]] | None = None,
    minimum_staffing: Mapping[str, float] | None = None,
    sure: float | None = None,
    polite: bool = False,
    progress: Progress | None = None,
) -> Iterator[Mix]:
    """The mixes of `frontier` one by one, as they are found: from today's CSAT upwards, then below it."""
    if not 2 <= points <= 100:
        raise ScenarioError(f"A curve of {points} points cannot be drawn.", "Ask for 2 to 100.")
    told = progress or _quiet
    own = needs_of(scenario, at_least, at_most)
    where = space(scenario, locked, bounds, minimum_staffing)
    asked = question(scenario, "operating_cost", own, where, minimum_staffing=minimum_staffing, polite=polite)
    asked = replace(asked, told=lambda: told(0.02, "Looking everywhere", None))
    nothing = evaluate(scenario.doing_nothing()).headline["csat"]
    highest = asked.with_needs(asked.needs, "csat")
    here = searched(_at(asked, nothing), 3, lambda _, __: None)
    first = _at(asked, nothing)
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


def _at(asked: Question, csat: float) -> Question:
    return asked.with_needs([*asked.needs, Need("csat", csat, True)])


def _curve(asked: Question, here: Found, highest: Found, down: Array) -> list[Found]:
    """The best mix at every CSAT so much below that of `asked` (point,), of which `here` is best: one crowd.

    It sets out between `here` and the highest CSAT, every third point from anywhere. Then what neighbours on both sides
    found is mixed, and what one finds is offered to all.
    """
    up = np.clip(-down / max(-down.min(), 1e-9), 0, 1)[:, None]
    starts = here.unit + up * (highest.unit - here.unit)
    starts[::3] = sobol(len(here.unit), len(starts), asked.scenario.seed)[: len(starts[::3])]
    shift = np.zeros((len(down), 1 + len(asked.needs)))
    shift[:, -1] = down / asked.scale("csat")
    crowd = Crowd(asked, starts, shift, bends=[here.bends] * len(down), trusted=0.1, sharing=False)
    crowd.go(14)
    found = crowd.found
    between = np.array([one.unit for one in found])
    between[1:-1] = (between[:-2] + between[2:]) / 2
    again = Crowd(asked, between, shift, trusted=0.1).go(8).found
    best = [min(two, key=lambda one: one.merit) for two in zip(found, again, strict=True)]
    return [one.shifted(-by) for one, by in zip(asked.exactly(best, shift, 3), shift, strict=True)]


def frontier(
    scenario: Scenario,
    points: int = POINTS,
    *,
    at_least: Mapping[str, float] | None = None,
    at_most: Mapping[str, float] | None = None,
    locked: Collection[str] = (),
    bounds: Mapping[str, tuple[float, float]] | None = None,
    minimum_staffing: Mapping[str, float] | None = None,
    sure: float | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The least cost a year for each CSAT that can be reached, a row a point by CSAT: every lever and outcome.

    Limits, locks and bounds as in `model.best_mix`. `price_of_a_point` is what the next point of CSAT costs a year
    along the curve; `reached` whether all limits hold.

    On the retail sample, all 17 levers free, 20 points take about 20 s of one core and the first 4 s; a point may cost
    a quarter of a percent more than `model.best_mix` finds for it alone.
    """
    return table_of(
        trace(scenario, points, at_least=at_least, at_most=at_most, locked=locked, bounds=bounds,
              minimum_staffing=minimum_staffing, sure=sure, progress=progress)
    )  # fmt: skip


def table_of(mixes: Iterator[Mix] | list[Mix]) -> pd.DataFrame:
    """Mixes as a frame by CSAT, without those that another beats in both cost and CSAT."""
    kept = efficient(list(mixes))
    rows = [
        {key: mix.scenario.lever(key) for key in mix.scenario.baseline.levers} | mix.outcome.headline
        | {"reached": mix.reached}
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

OWN_ITEMS: dict[str, tuple[str, ...]] = {
    "staffing": ("labour", "hiring"), "cross_training": ("skills",), "schedule_flex": ("flexibility",),
    "shrinkage": ("shrinkage",), "outsourced_share": ("outsourcing",), "chat_concurrency": ("concurrency",),
    "wage_premium": ("labour",), "self_service_spend": ("automation", "self_service_contacts"),
    "agent_assist_spend": ("automation",), "routing_spend": ("automation",), "back_office_spend": ("automation",),
    "fcr_programme": ("fcr_programme",), "training_hours": ("training",), "qa_coverage": ("reviews",),
    "late_order_rate": ("on_time_delivery",),
}  # fmt: skip
"""Items of the yearly ledger that are each lever's own price; what else changes is what it returns."""


def _rise(here: Outcome, out: Outcome, items: list[str]) -> float:
    """By how much some items of the yearly ledger rise from one outcome to another."""
    month = here.scenario.month
    pair = (o.ledger.loc[month, items].to_numpy(dtype=float).sum() for o in (out, here))
    return float(next(pair) - next(pair))


def next_spend(scenario: Scenario, amount: float = 100_000.0) -> pd.DataFrame:
    """What each lever returns for an amount a year spent on it: a row a lever, most CSAT first.

    Each lever is moved the way that costs until its own items of the ledger (`OWN_ITEMS`) have risen by `amount`, or
    as far as its slider goes. Columns: value (where it then stands), spent, back (what falls
    elsewhere in the yearly cost), operating_cost, csat, service_level, npv (differences to the scenario).
    """
    if not (math.isfinite(amount) and amount > 0):
        raise ScenarioError("The amount to spend must be above zero.", "100,000 is usual.")
    table = lever_table(scenario.baseline)
    follows = scenario.staffing_rule == "follow_work"
    keys = [k for k in table.index[table["shown"]] if not (follows and k.startswith("staffing."))]
    parts = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
    tries, owners = list[Scenario](), list[tuple[str, float]]()
    for key in keys:
        now = scenario.lever(key)
        for end in table.loc[key, ["low", "high"]].to_numpy(dtype=float).tolist():
            for part in parts if end != now else ():
                value = now + part * (end - now)
                tries.append(scenario.model_copy(update={"levers": {**scenario.levers, key: value}}))
                owners.append((key, value))
    here, outs = evaluate(scenario), evaluate_many(tries)
    spent: dict[str, list[tuple[float, float]]] = {}
    for (key, value), out in zip(owners, outs, strict=True):
        items = list(OWN_ITEMS[key.partition(".")[0]])
        rise = _rise(here, out, items)
        if rise > 0:
            spent.setdefault(key, []).append((rise, value))
    moved = []
    for key, pairs in spent.items():
        costs, values = zip(*sorted([(0.0, scenario.lever(key)), *pairs]), strict=True)
        moved.append((key, float(np.interp(amount, costs, values)), float(min(amount, costs[-1]))))
    ends = evaluate_many([scenario.model_copy(update={"levers": {**scenario.levers, k: v}}) for k, v, _ in moved])
    rows = []
    for (key, value, _), out in zip(moved, ends, strict=True):
        items = list(OWN_ITEMS[key.partition(".")[0]])
        own = _rise(here, out, items)
        change = {k: out.headline[k] - here.headline[k] for k in ("operating_cost", "csat", "service_level", "npv")}
        rows.append({"lever": key, "value": value, "spent": own, "back": own - change["operating_cost"], **change})
    frame = pd.DataFrame(rows).set_index("lever")
    return frame.sort_values("csat", ascending=False)
