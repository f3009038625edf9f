"""What events do to a world, half-hour by half-hour, as factors that are 1 (shares and log-odds: 0) without any."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import demand, people
from model.events import shapes
from model.events.table import WEEK, Event
from model.events.world import World

Array = NDArray[np.float64]
HALF_HOUR = 0.5


@dataclass(frozen=True, eq=False)
class Inputs:
    """Of every case, (row, interval), or (row, channel, interval) where said; row 0 is without events.

    Attributes
    ----------
    issues : (row, channel, interval) factor on new contacts that reach the agents.
    chases : further contacts for each usual one.
    agents : factor on those there. handle : (row, channel, interval) factor on handle time.
    put_off : share of the answered who must come again. mood : log-odds.
    late : share of contacts about something late, beyond the usual.
    contained, callbacks, failed : (row, channel, interval) contacts that end in self-service, of these who turn to an
        agent, and who go away unhelped.
    """

    issues: Array
    chases: Array
    agents: Array
    handle: Array
    put_off: Array
    mood: Array
    late: Array
    contained: Array
    callbacks: Array
    failed: Array


def inputs(world: World, cases: Sequence[Sequence[Event]], intervals: int, first: int) -> Inputs:
    """The factors of cases of events that begin in the week from interval `first` on."""
    rows, count = len(cases) + 1, len(world.names)
    made = Inputs(
        *(np.ones((rows, count, intervals)), np.zeros((rows, intervals)), np.ones((rows, intervals)),
          np.ones((rows, count, intervals)), np.zeros((rows, intervals)), np.zeros((rows, intervals)),
          np.zeros((rows, intervals)), np.zeros((rows, count, intervals)), np.zeros((rows, count, intervals)),
          np.zeros((rows, count, intervals)))
    )  # fmt: skip
    for row in range(rows):
        case = cases[row - 1] if row else ()
        s = shapes.series([(event, first * HALF_HOUR + event.start_h) for event in case], intervals, HALF_HOUR)
        _one(world, made, row, s)
    return made


def late_orders(world: World, factor: Array) -> tuple[Array, Array]:
    """What a factor on late orders makes of contacts, as a factor, and the share of them about late orders, beyond the
    usual; both of the factor's shape."""
    base, p = world.scenario.baseline, world.p
    today, orders = np.asarray(base.levers["late_order_rate"]), base.orders_per_week
    weekly = sum(channel.weekly_arrivals for channel in base.channels) / (1 - base.levers["outsourced_share"])

    def contacts(late: Array) -> Array:
        return np.ravel(demand.late_order_factor(p, orders, late, today, weekly))

    def share(late: Array) -> Array:
        return np.ravel(demand.late_order_share(p, orders, late, weekly * contacts(late)))

    usual = np.asarray([world.late])
    late = np.minimum(usual * factor, 1.0)
    return contacts(late) / contacts(usual), share(late) - share(usual)


def _one(world: World, made: Inputs, row: int, s: dict[str, Array]) -> None:
    """Fill one row from its effects over time."""
    p = {key: float(values.ravel()[0]) for key, values in world.p.items()}
    step_months = HALF_HOUR / (365.25 * 2)
    present, learners, _ = shapes.people(
        s["attrition"], s["hiring"], p["attrition"], 12 * p["replace_years"], p["ramp_months"], step_months
    )  # fmt: skip
    made.agents[row] = s["agents"] * present
    made.put_off[row], made.mood[row] = s["put_off"], s["mood"]
    more, share = late_orders(world, s["late_orders"])
    made.chases[row] = shapes.chases(s["back_office"], HALF_HOUR / WEEK)
    made.late[row] = share + made.chases[row] / (1 + made.chases[row])
    solved = p["contained_resolved"] * s["resolved"]
    usual = (1 - p["contained_resolved"]) * p["containment_callback"]
    calls = (1 - solved) * p["containment_callback"]
    cell = np.arange(len(calls)) % world.came.shape[1]
    for c in range(len(world.names)):
        learning = world.shares["learning"][c]
        slower = _proficiency(world, learning) / _proficiency(world, np.minimum(learning * learners, 1.0))
        away0, away = world.contained[c] * (1 - usual), world.contained[c] * s["self_service"] * (1 - calls)
        left0 = (1 - away0) * (1 - world.already * (1 - usual))
        left = (1 - away) * (1 - world.already * s["self_service"] * (1 - calls))
        harder = np.ravel(demand.residual_complexity(world.p, away) / demand.residual_complexity(world.p, away0))
        made.issues[row, c] = s["arrivals"] * more * (left / left0)
        made.handle[row, c] = s["handle_time"] * slower * harder
        new = world.came[c, cell] * world.new_share[c] / left0 * s["arrivals"] * more
        ended = new * (1 - (1 - world.contained[c]) * (1 - world.already)) * s["self_service"]
        made.contained[row, c], made.callbacks[row, c] = ended, ended * calls
        made.failed[row, c] = ended * (1 - solved) * (1 - p["containment_callback"])


def _proficiency(world: World, learning: Array | float) -> Array:
    return np.ravel(people.proficiency(world.p, np.asarray(learning)))
