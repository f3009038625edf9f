"""The three tables as frames, resolved to a company: what sliders, help texts, validation and docs are made from."""

import math
from collections.abc import Callable
from dataclasses import asdict

import pandas as pd

from model.assumptions import ASSUMPTIONS
from model.errors import must_be
from model.levers import LEVERS
from model.outcomes import OUTCOMES
from model.parameters import ranges
from model.scenario import Baseline, has_effect, scale_of


def lever_table(baseline: Baseline) -> pd.DataFrame:
    """A row a lever of this company, index key: bounds, step and today's value in its own units, price and delay.

    `low`, `high`, `step` are the slider's; `floor`, `ceiling` what the model accepts; `shown` is False for levers
    without effect here. Spends are rounded to steps an executive would say.
    """
    must_be(Baseline, baseline, "baseline")
    rows = []
    for row in LEVERS.values():
        keys = [k for k in baseline.levers if k.startswith("staffing.")] if row.key == "staffing" else [row.key]
        for key in keys:
            scale, today = scale_of(row, key, baseline), baseline.levers[key]
            step = _round_step(row.step * scale) if row.scale != "one" else row.step
            low, high = _grid(row.low * scale, step, math.floor), _grid(row.high * scale, step, math.ceil)
            label = row.label
            if row.key == "staffing":
                label = f"Agents, {baseline.channel(key.partition('.')[2]).title}"
            rows.append(asdict(row) | {
                "key": key, "label": label, "step": step, "low": min(low, today), "high": max(high, today),
                "floor": min(row.floor * scale, today), "ceiling": max(row.ceiling * scale, today), "today": today,
                "shown": has_effect(key, baseline),
            })  # fmt: skip
    return pd.DataFrame(rows).set_index("key", drop=False)


def _round_step(step: float) -> float:
    """The nearest of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return min((m * power for m in (1, 2, 5, 10)), key=lambda s: abs(math.log(s / step)))


def _grid(value: float, step: float, to: Callable[[float], int]) -> float:
    return round(to(value / step) * step, 10)


def assumption_table(baseline: Baseline | None = None) -> pd.DataFrame:
    """A row an assumption, index key: label, low, mode, high, neutral, unit, grade, source, where it acts.

    With a baseline its own measured values and wage stand in the place of the table's.
    """
    frame = pd.DataFrame([asdict(row) for row in ASSUMPTIONS.values()]).set_index("key", drop=False)
    if baseline is not None:
        must_be(Baseline, baseline, "baseline")
        own = ranges(baseline)
        frame[["low", "mode", "high"]] = pd.DataFrame(own, index=["low", "mode", "high"]).T.loc[frame.index]
        for key in baseline.assumptions:
            frame.loc[key, ["grade", "source"]] = ["measured", "this company's data"]
    return frame


def outcome_table() -> pd.DataFrame:
    """A row an outcome, index key: label, unit, which way is better, what it is."""
    return pd.DataFrame([asdict(row) for row in OUTCOMES.values()]).set_index("key", drop=False)


def try_suggestion(baseline: Baseline) -> tuple[str, dict[str, float]]:
    """The first thing to try, in words, and its levers: self-service that solves 10 % of contacts after a year.

    S = -S_half log2(1 - c / (c_max x realised x A(12))) at the modes; half of what it can take where 10 % is too much.
    """
    must_be(Baseline, baseline, "baseline")
    import numpy as np

    from model.adoption import adoption

    modes = {k: v[1] for k, v in ranges(baseline).items()}
    arrived = float(adoption(np.array(12.0), np.array(modes["self_service_months"]))) * modes["benefit_realised"]
    now = modes["containment_ceiling"] * (
        1 - 2 ** (-baseline.levers["self_service_spend"] / baseline.labour_cost / modes["self_service_half"])
    )
    most = arrived * (modes["containment_ceiling"] - now) / (1 - now)
    share = 0.10 if most > 0.125 else max(round(most / 2, 2), 0.01)
    wanted = now + share / arrived * (1 - now)
    spend = -modes["self_service_half"] * math.log2(1 - wanted / modes["containment_ceiling"]) * baseline.labour_cost
    step = _round_step(LEVERS["self_service_spend"].step * baseline.labour_cost)
    spend = round(round(spend / step) * step, 10)
    return f"let self-service solve {share:.0%} of contacts".replace("%", " %"), {"self_service_spend": spend}
