"""People: who leaves, who is missing, how able those present are, and how staffing moves from month to month."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.adoption import adoption
from model.parameters import Parameters
from model.satisfaction import softplus

Array = NDArray[np.float64]


def attrition(
    p: Parameters, occupancy: Array, occupancy0: Array, premium: Array, premium0: Array, paid: Array, withdrawn: Array
) -> Array:
    """Share of agents leaving a year.

    d0 ((1+w)/(1+w0))^(-elasticity x adoption) + slope [sp(occ) - sp(occ0)] + slope_s (shrinkage withdrawn), not below
    a twentieth of d0. `paid` is the adoption of the premium; `withdrawn` points of time off the queue taken away.
    """
    elasticity = p["attrition_wage_elasticity"] * paid
    paid_factor = ((1 + premium) / (1 + premium0)) ** -elasticity
    load = p["attrition_occupancy_slope"] * (softplus(occupancy) - softplus(occupancy0))
    return np.maximum(
        p["attrition"] * paid_factor + load + p["attrition_shrinkage_slope"] * withdrawn, 0.05 * p["attrition"]
    )


def vacancy(p: Parameters, leaving: Array) -> Array:
    """Share of positions empty: d L / (1 + d L), L years to replace."""
    missing = leaving * p["replace_years"]
    return missing / (1 + missing)


def learning_share(p: Parameters, leaving: Array, training: Array, training0: Array) -> Array:
    """Share of agents still learning: d tau / (1 + d tau), tau years, shortened by training above today's."""
    tau = p["ramp_months"] / 12 * (1 - p["training_ramp_effect"] * (training - training0))
    return leaving * tau / (1 + leaving * tau)


def proficiency(p: Parameters, learning: Array) -> Array:
    """Speed of the average agent against an experienced one: 1 - (1-p0) share learning, p0 = 1/new-hire handle time."""
    return 1 - (1 - 1 / p["new_hire_handle_time"]) * learning


def capacity(fte: Array, fte0: Array, vacant: Array, vacant0: Array, shrinkage: Array, shrinkage0: Array) -> Array:
    """Factor on today's agents: (FTE/FTE0) (1-v)/(1-v0) (1-s)/(1-s0)."""
    return fte / fte0 * (1 - vacant) / (1 - vacant0) * (1 - shrinkage) / (1 - shrinkage0)


def staffing_as_set(p: Parameters, month: Array, wanted: Array, today: Array) -> tuple[Array, Array]:
    """FTE paid, and FTE's worth of experienced work: cuts at once, additions after hiring, then learning."""
    rise, cut = np.maximum(wanted - today, 0), np.minimum(wanted - today, 0)
    started = np.where(month > 0, 1.0, 0.0)
    paid = today + cut * started + rise * adoption(month, p["hiring_delay_months"])
    learnt = adoption(month, p["hiring_delay_months"] + p["ramp_months"] / 2)
    return paid, today + cut * started + rise * learnt


WORKED_OFF = 2.0
"""Months at whose pace staffing that follows the work means to work off what has been left over: a judgement."""


class Open(NamedTuple):
    """E-mails and tickets that are left over, as `staffing_following` takes them: (.., month, channel).

    today : contacts left over now. comes : contacts a month. does : contacts that an FTE finishes in a month; 0 for
    channels in which nothing is left over.
    """

    today: Array
    comes: Array
    does: Array


def staffing_following(p: Parameters, required: Array, today: Array, leaving: Array, left: Open | None = None) -> Array:
    """FTE month by month towards what the work requires, and as many more as work off B of it in `WORKED_OFF` months.

    FTE*(t) = required(t) + B(t-1) / (`WORKED_OFF` does(t)), B(t) = max(0, B(t-1) + comes(t) - does(t) FTE(t)).

    Falls no faster than turnover and the redundancies allowed, FTE(t) >= FTE(t-1) (1 - d/12 - allowed). Nobody new
    starts before the hiring delay has passed; from then on hiring is planned ahead. Months are the third axis, 0 to the
    last.
    """
    # Compiled: month follows month, and on a slider's few small arrays numpy's calls took a tenth of a whole move.
    from model._people import follow

    shape = np.broadcast_shapes(required.shape, today.shape, leaving.shape)
    rows, columns = shape[0] * shape[1], shape[3]

    def wide(values: Array, months: int) -> Array:
        made = np.empty((*shape[:2], months, columns))
        made[...] = values
        return made.reshape(rows, months, columns)

    path = np.empty((rows, *shape[2:]))
    path[:, 0] = wide(today[:, :, :1], 1)[:, 0]
    allowed, delay = (wide(p[key], 1)[:, 0] for key in ("redundancies_allowed", "hiring_delay_months"))
    nothing = np.zeros((1, 1, 1, 1))
    opened, comes, does = (nothing, nothing, nothing) if left is None else left
    follow(
        wide(required, shape[2]), wide(leaving, shape[2]), allowed, delay, wide(opened, 1)[:, 0],
        wide(comes, shape[2]), wide(does, shape[2]), WORKED_OFF, path,
    )  # fmt: skip
    return path.reshape(shape)


def redundancies(path: Array, leaving: Array) -> Array:
    """Jobs cut beyond turnover, month by month: max(0, FTE(t-1) - FTE(t) - d/12 FTE(t-1)); 0 at month 0."""
    before = path[:, :, :-1]
    cut = np.maximum(before - path[:, :, 1:] - leaving[:, :, 1:] / 12 * before, 0)
    return np.concatenate([np.zeros_like(path[:, :, :1]), cut], axis=2)


def hires_added(path: Array) -> Array:
    """Positions added, month by month, on top of replacements."""
    return np.maximum(np.diff(path, axis=2, prepend=path[:, :, :1]), 0)


def not_replaced(path: Array, leaving: Array) -> Array:
    """Share of a month's leavers whom nobody follows: (FTE(t-1) - FTE(t)) / (d/12 FTE(t-1)), 0 to 1; 0 at month 0."""
    before = path[:, :, :-1]
    leavers = np.maximum(leaving[:, :, 1:] / 12 * before, 1e-12)
    share = np.clip((before - path[:, :, 1:]) / leavers, 0.0, 1.0)
    return np.concatenate([np.zeros_like(path[:, :, :1]), share], axis=2)
