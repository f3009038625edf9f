"""Events over time: how much of each effect there is in each half-hour or month, and what builds up slowly.

Each effect is neutral + w(t) (size - neutral), w the shape of the event between 0 and 1, averaged over the half-hour or
month. Where two events act at once, factors multiply, shares of loss combine as 1 - (1-a)(1-b), and the rest adds up.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.events.table import EFFECTS, RELATED, Event

Array = NDArray[np.float64]
ADDED = ("mood", "one_off", "one_off_each")
FINE = 30
"""Points in each half-hour or month at which the shape is taken."""
SPIKE_LEFT = 0.05


def shape(event: Event, since_h: Array) -> Array:
    """w at times since the event began, in hours; 0 before."""
    left = since_h / event.length_h
    inside = (since_h >= 0) & (since_h < event.length_h)
    match event.shape:
        case "spike":
            w, last = SPIKE_LEFT ** np.clip(left, 0, 1), SPIKE_LEFT
        case "ramp":
            w, last = np.clip(left, 0, 1), 1.0
        case _:
            w, last = np.ones_like(left), 1.0
    fading = np.clip(1 - (since_h - event.length_h) / max(event.recovery_h, 1e-9), 0, 1) * last
    return np.where(inside, w, np.where(since_h >= event.length_h, fading, 0.0))


def weights(event: Event, begins_h: float, steps: int, step_h: float) -> Array:
    """Mean of w in each of `steps` steps of `step_h` hours, the event beginning `begins_h` after the first's start."""
    fine: Array = (np.arange(steps * FINE) + 0.5) * (step_h / FINE) - begins_h  # type: ignore[assignment]
    means: Array = shape(event, fine).reshape(steps, FINE).mean(axis=1)
    return means


def series(events: Sequence[tuple[Event, float]], steps: int, step_h: float) -> dict[str, Array]:
    """Every effect in each step, (step,), of events with the hour at which each begins. Once-paid money is left out."""
    found = {key: np.full(steps, row.neutral) for key, row in EFFECTS.items() if not key.startswith("one_off")}
    for event, begins in events:
        w = weights(event, begins, steps, step_h)
        for key in found:
            neutral = EFFECTS[key].neutral
            now = neutral + w * (event.effect(key) - neutral)
            if key in ADDED:
                found[key] = found[key] + now
            elif key == "put_off":
                found[key] = 1 - (1 - found[key]) * (1 - now)
            else:
                found[key] = found[key] * now
    return found


def lagged(values: Array, months: float, step_months: float) -> Array:
    """First-order lag of values from their neutral 1, (step,): 1 + filter of (v - 1) with the mean delay `months`."""
    keep = np.exp(-step_months / max(months, 1e-9))
    found, state = np.empty_like(values), 0.0
    for i, value in enumerate(values):
        state = keep * state + (1 - keep) * (value - 1)
        found[i] = 1 + state
    return found


def people(
    attrition: Array, hiring: Array, leaving_a_year: float, replace_months: float, ramp_months: float,
    step_months: float,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """What leaving and hiring do to who is there, each (step,), 1 where nothing is unusual.

    Returns
    -------
    present : factor on agents present. Stock of the filled share f against its usual level: leavers beyond the usual
        and those not replaced take from it, f' = -(d/12) [(a - 1) + (1 - h)] f; open places are filled over the time
        that replacing takes, at the pace h of hiring.
    learning : factor on the share of agents still learning: newcomers against the usual number, lagged by the ramp.
    hired : newcomers against the usual number.

    The usual vacancy d L / (1 + d L) is the rest of this very stock; here are its departures from rest, so that a usual
    month changes nothing to the last bit.
    """
    lost = leaving_a_year / 12 * step_months
    pace = 1 - np.exp(-step_months / max(replace_months, 1e-9))
    present, hired = np.empty_like(attrition), np.empty_like(attrition)
    filled = 1.0
    for i, (a, h) in enumerate(zip(attrition, hiring, strict=True)):
        gone = lost * ((a - 1) + (1 - h)) * filled
        back = pace * h * (1 - filled)
        filled = max(filled - gone + back, 0.0)
        present[i] = filled
        hired[i] = h + back / lost if lost > 0 else h
    return present, lagged(hired, ramp_months, step_months), hired


def open_cases(back_office: Array, step_weeks: float) -> Array:
    """Cases waiting beyond the usual behind the agents, in weeks of what comes in, (step,).

    dB/dt = 1 - c / u, c the factor on capacity, u the share of it in use at rest; never below nothing.
    """
    used = RELATED["back_office_busy"].mode
    found, waiting = np.empty_like(back_office), 0.0
    for i, capacity in enumerate(back_office):
        waiting = max(waiting + (1 - capacity / used) * step_weeks, 0.0)
        found[i] = waiting
    return found


def chases(back_office: Array, step_weeks: float) -> Array:
    """Contacts about open cases for each usual contact, (step,): share with a case x weeks open x chases a week."""
    rate = RELATED["back_office_share"].mode * RELATED["chases_a_week"].mode
    return rate * open_cases(back_office, step_weeks)


def stands_still(programmes: Array, step: float = 1.0) -> Array:
    """Steps by which roll-outs are behind, (step,): the sum of 1 - p so far."""
    behind: Array = np.cumsum((1 - programmes) * step)
    return behind
