"""Scenarios at random within the limits of every table, each evaluated: `python -m tests.limits [N] [SEED]`.

Each must give numbers, or be refused in words. Prints what was not, and ends with 1 where anything was not.
"""

import math
import sys
import warnings
from collections.abc import Iterator

import numpy as np

import model
from model.assumptions import ASSUMPTIONS
from model.levers import family_of
from model.outcomes import OUTCOMES
from model.scenario import CONDITIONS, TARGETS, scale_of

SAMPLES = ("retail", "bank", "software")
SHARES = ("service_level", "abandonment", "fcr", "csat", "csat_surveyed")


def scenarios(count: int, seed: int = 1) -> Iterator[model.Scenario]:
    """Half of the values at a limit, the others anywhere between; a third each of assumptions, levers, the rest."""
    rng = np.random.default_rng(seed)
    bases = [model.sample(name) for name in SAMPLES]

    def between(low: float, high: float) -> float:
        end = rng.random()
        if end < 0.5:
            return float(low if end < 0.25 else high)
        if low > 0 and high / low > 100:
            return float(np.exp(rng.uniform(np.log(low), np.log(high))))
        return float(rng.uniform(low, high))

    def some(keys: list[str], share: float) -> list[str]:
        return [key for key in keys if rng.random() < share]

    for i in range(count):
        base = bases[i % len(bases)]
        # Other seconds mean another calibration, a hundred times the work of an evaluation: few of them.
        aims = ("target_s", "target_share") if i % 24 == 0 else ("target_share",)
        kinds = [f"{kind}.{c.name}" for kind in aims for c in base.channels]
        levers = {}
        for key in some(list(base.levers), 0.4):
            row = family_of(key)
            scale = scale_of(row, key, base)
            levers[key] = between(row.floor * scale, min(row.ceiling, 2.0) * scale)
        conditions = {}
        for key in some(["demand", "growth", "peak", "forecast_cv"], 0.3):
            _, low, high, _ = CONDITIONS[key]
            conditions[key] = between(low, high)
        assumptions = {k: between(ASSUMPTIONS[k].floor, ASSUMPTIONS[k].ceiling) for k in some(list(ASSUMPTIONS), 0.5)}
        others = some([k for k in ASSUMPTIONS if k not in assumptions], 0.3)
        own = {k: sorted(between(ASSUMPTIONS[k].floor, ASSUMPTIONS[k].ceiling) for _ in range(3)) for k in others}
        targets = {k: between(*TARGETS[k.partition(".")[0]][:2]) for k in some(kinds, 0.3)}
        yield model.Scenario(
            baseline=base, levers=levers if i % 2 else {}, conditions=conditions if i % 3 == 0 else {},
            assumptions=assumptions, assumption_ranges={k: tuple(v) for k, v in own.items()},
            targets=targets if i % 4 == 0 else {}, staffing_rule="follow_work" if i % 5 == 0 else "as_set",
            month=int(rng.choice([1, 12, 36])),
        )  # fmt: skip


def fault(scenario: model.Scenario, draws: bool = False) -> str:
    """What is wrong with a scenario's figures; empty where nothing is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            values = model.evaluate(scenario).headline
            if draws:
                model.draws(scenario, 4)
    except model.TrileverError:
        return ""
    except Exception as error:  # what this is here to find
        return repr(error)
    bad = [k for k in OUTCOMES if not math.isfinite(values[k]) and k != "payback_months"]
    if bad:
        return f"no number: {bad}"
    beyond = {k: values[k] for k in SHARES if not -1e-9 <= values[k] <= 1 + 1e-9}
    return f"beyond a share: {beyond}" if beyond else ""


def main(count: int = 200, seed: int = 1) -> int:
    found = [(i, s, fault(s, i % 10 == 0)) for i, s in enumerate(scenarios(count, seed))]
    bad = [(i, s, said) for i, s, said in found if said]
    for i, s, said in bad[:10]:
        print(f"{i}: {said}\n   {s.model_dump(exclude={'baseline'})}")
    print(f"{len(bad)} of {count} scenarios within all limits do not evaluate")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:3])))
