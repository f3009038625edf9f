"""A baseline rounded once, when measured: a link must hold it exactly, and in few characters.

Arrivals and agents of a channel become whole multiples of one step each. Totals of arrivals are kept (the step is
what makes the multiples add up), cells that were open stay open. Scalars keep four significant digits.
"""

import math
from collections.abc import Sequence

import numpy as np

from model.scenario import Baseline, Channel

ARRIVAL_STEPS = 100
"""The busiest half-hour is about so many steps of arrivals."""
AGENT_STEPS = 60
DIGITS = 4
_SCALARS = (
    "handle_time_s", "patience_s", "target_s", "target_share", "fcr", "transfer_rate", "critical_error_rate", "csat",
    "survey_rate", "service_level", "abandonment", "asa",
)  # fmt: skip
_MONEY = (
    "growth", "forecast_cv", "wage", "hours_per_fte", "overhead", "stated_cost", "customers", "margin_per_customer",
    "orders_per_week", "nps", "ces",
)  # fmt: skip


def rounded(baseline: Baseline) -> Baseline:
    """The baseline with every number on its grid. Rounding again changes nothing."""
    update = {key: significant(value) for key in _MONEY if (value := getattr(baseline, key)) is not None}
    # Money is typed by the user: more digits, they are few.
    for key in ("wage", "overhead", "stated_cost", "customers", "margin_per_customer"):
        if getattr(baseline, key) is not None:
            update[key] = significant(getattr(baseline, key), 6)
    data = {name: getattr(baseline, name) for name in type(baseline).model_fields}
    data |= update
    data["channels"] = tuple(rounded_channel(channel) for channel in baseline.channels)
    data["month_factors"] = _factors(baseline.month_factors)
    data["levers"] = {key: significant(value, 6) for key, value in baseline.levers.items()}
    return Baseline(**data)


def rounded_channel(channel: Channel) -> Channel:
    """A channel with arrivals and agents on their grids and scalars of four digits."""
    data = {name: getattr(channel, name) for name in type(channel).model_fields}
    data |= {key: significant(value) for key in _SCALARS if (value := getattr(channel, key)) is not None}
    arrivals, agents = np.array(channel.arrivals), np.array(channel.agents)
    data["arrivals"] = on_grid(arrivals)
    step = nice(float(agents.max()) / AGENT_STEPS)
    # A cell with anybody keeps somebody: without agents every contact there would be lost.
    units = np.where(agents > 0, np.maximum(np.round(agents / step), 1), 0)
    data["agents"] = tuple(float(f"{u * step:.10g}") for u in units)
    return Channel(**data)


def on_grid(values: np.ndarray, steps: int = ARRIVAL_STEPS) -> tuple[float, ...]:
    """Multiples of max / steps, the step then stretched so that their sum is the given one to six digits.

    Values already on a grid of at most twice as many steps come back as they are.
    """
    top, total = float(values.max()), math.fsum(values)
    if top <= 0:
        return tuple(float(v) for v in values)
    smallest = float(values[values > 0].min())
    own = values / smallest
    if top / smallest <= 2 * steps and np.abs(own - np.round(own)).max() < 1e-6:
        return tuple(float(v) for v in values)  # to the last bit: thirds have no ten digits
    units = np.round(values / (top / steps))
    units = np.where((units == 0) & (values > 0.2 * top / steps), 1.0, units)
    step = significant(total / units.sum(), 6)
    return tuple(float(f"{u * step:.10g}") for u in units)


def nice(step: float) -> float:
    """The least of 1, 2, 2.5, 5 times a power of ten that is not below `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(float(f"{m * power:.10g}") for m in (1, 2, 2.5, 5, 10) if m * power >= step * (1 - 1e-9))


def significant(value: float, digits: int = DIGITS) -> float:
    """The value with so many significant digits."""
    return float(f"{value:.{digits}g}")


def _factors(factors: Sequence[float]) -> tuple[float, ...]:
    """Month factors of three decimals whose mean is exactly one, as a baseline wants them."""
    first = [round(f, 3) for f in factors[:-1]]
    return (*first, round(12 - math.fsum(first), 3))
