"""Stress curves against a simulation of the same day in Ciw, contact by contact.

    python -m tests.stress [DAYS] [SEED] [--out FILE]

Each day is a small company of its own, struck by an event of its own: a surge, an outage, both at once, callers who
come back or do not. The model's queue at its peak is held against the mean queue of many simulated days at that time,
and its time to recover against the times at which the simulated mean, give or take its 95 % interval, is back. Ends
with status 1 where fewer than nine in ten lie inside.
"""

import argparse
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import model
from model.batch import batch
from model.events import Event
from model.events import hours as by_hours
from model.events._march import BACKLOG
from model.events.world import world
from model.referee.room import Plan, Room
from model.referee.scene import Line, Scene
from model.results import run
from model.scenario import CELLS

Array = NDArray[np.float64]
TITLE = "Events against simulation"
NOTE = (
    "Queues struck by an event, in the model and simulated contact by contact; inside: within the 95 % interval of the "
    "simulated mean (python -m tests.stress 60 --out model/report/validation/stress.csv)"
)
HALF_HOUR = 1800.0
RUN_UP = 12
"""Half-hours before the event that are simulated, from an empty room."""
BACK_WITHIN = 0.15
"""Recovered is when the queue beyond the usual is below this share of its peak beyond the usual."""
STUDENT = 1.96


@dataclass(frozen=True)
class Day:
    """A company with a level of contacts and agents, struck by an event; times in s, contacts a half-hour."""

    kind: str
    contacts: float
    agents: int
    handle_s: float
    patience_s: float
    retrial: float
    event: Event

    @property
    def scenario(self) -> model.Scenario:
        """The same as a scenario: flat weeks, no forecast error, nobody comes back because nothing was solved."""
        channel = model.Channel(
            name="phone", arrivals=(self.contacts,) * CELLS, agents=(float(self.agents),) * CELLS,
            handle_time_s=self.handle_s, patience_s=self.patience_s, fcr=0.99,
        )  # fmt: skip
        base = model.Baseline(name=self.kind, channels=(channel,), forecast_cv=0.0)
        return model.Scenario(baseline=base, assumptions={"retrial_share": self.retrial, "repeat_share": 0.0})


@dataclass(frozen=True)
class Compared:
    """One day: model, simulated mean with its interval, and times to recover in hours from the end of the event."""

    peak: float
    simulated: float
    half_width: float
    usual: float
    recovery: float
    earliest: float
    latest: float

    @property
    def peak_inside(self) -> bool:
        return abs(self.peak - self.simulated) <= self.half_width

    @property
    def recovery_inside(self) -> bool:
        return self.earliest - 1e-9 <= self.recovery <= self.latest + 1e-9


def made_up(number: int, seed: int) -> Day:
    """A day by chance: 5 to 60 agents, busy or not, short or long patience."""
    rng = np.random.default_rng([seed, number])
    agents = int(np.exp(rng.uniform(np.log(6), np.log(60))))
    handle = float(rng.uniform(180, 480))
    load = agents - rng.uniform(0.5, 1.5) * math.sqrt(agents)
    contacts = max(load, 1.5) * HALF_HOUR / handle
    patience = float(np.exp(rng.uniform(np.log(90), np.log(1800))))
    kind = ("surge", "outage", "both")[number % 3]
    length = 0.5 * int(rng.integers(2, 9))
    # Whole agents, since a simulation needs them.
    left = int(agents * rng.uniform(0.3, 0.8)) / agents
    arrivals = float(rng.uniform(1.3, 2.0))
    effects = {"surge": {"arrivals": arrivals}, "outage": {"agents": left},
               "both": {"arrivals": 1 + (arrivals - 1) / 2, "agents": (1 + left) / 2}}[kind]  # fmt: skip
    if "agents" in effects:
        effects["agents"] = round(effects["agents"] * agents) / agents
    event = Event("own", kind, kind, effects, length, start_h=RUN_UP / 2)
    return Day(kind, contacts, agents, handle, patience, float(rng.choice([0.0, 0.0, 0.45])), event)


def in_the_model(day: Day) -> tuple[Array, Array]:
    """Queue at the end of each half-hour of the day, with the event and without."""
    scenario = day.scenario
    found = run(batch([scenario]), np.array([scenario.month]), path=False)
    h = by_hours.follow(world(scenario, found, 0, scenario.month), [[day.event]])
    span = slice(h.first, h.first + _cells(day))
    return h.figures[1, 0, span, BACKLOG], h.figures[0, 0, span, BACKLOG]


def _cells(day: Day) -> int:
    return RUN_UP + int(2 * day.event.length_h) + 24


def simulated(day: Day, replications: int, seed: int) -> Array:
    """Waiting at the end of each half-hour, (replication, half-hour)."""
    cells = _cells(day)
    active = np.zeros(cells, dtype=bool)
    active[RUN_UP : RUN_UP + int(2 * day.event.length_h)] = True
    # First attempts: of the usual contacts those who called before, because they gave up, come by themselves.
    gave_up = model.evaluate(day.scenario).headline["abandonment"]
    first = day.contacts * (1 - day.retrial * gave_up) / HALF_HOUR
    rates = tuple(np.where(active, first * day.event.effect("arrivals"), first).tolist())
    agents = [round(n) for n in np.where(active, day.agents * day.event.effect("agents"), float(day.agents))]
    ends = (*(HALF_HOUR * (i + 1) for i in range(cells - 1)), math.inf)
    plan = Plan(ends, (rates,), {(0, False): agents, (0, True): [0] * cells}, {})
    line = Line("phone", first, 1, day.handle_s, day.patience_s, 20.0)
    scene = Scene((line,), retrial_share=day.retrial, gap_s=3600.0)
    found = np.empty((replications, cells))
    for k in range(replications):
        room = Room(scene, seed * 100_003 + k, plan)
        team = room.simulation.transitive_nodes[0]
        for i in range(cells):
            room.advance(HALF_HOUR * (i + 1) - 1e-3)
            found[k, i] = len(team.waiting[0])
    return found


def compare(day: Day, replications: int, seed: int) -> Compared:
    """The model's peak and time to recover, and the simulation's intervals for both."""
    queue, usual = in_the_model(day)
    seen = simulated(day, replications, seed)
    mean, half = seen.mean(axis=0), STUDENT * seen.std(axis=0, ddof=1) / math.sqrt(replications)
    at = int(np.argmax(queue))
    limit = usual + BACK_WITHIN * (queue[at] - usual[at])
    end = RUN_UP + int(2 * day.event.length_h)
    back = [_back(curve - limit, end) for curve in (queue, mean - half, mean + half)]
    return Compared(float(queue[at]), float(mean[at]), float(half[at]), float(usual[at]), *back)


def _back(above: Array, end: int) -> float:
    """Hours from the end of the event until a curve is below 0, between half-hours in a straight line."""
    for i in range(end, len(above)):
        if above[i] <= 0:
            before = above[i - 1]
            part = before / (before - above[i]) if before > 0 else 0.0
            return max((i - end + part) * 0.5, 0.0)
    return (len(above) - end) * 0.5


def table(days: int, seed: int, replications: int) -> pd.DataFrame:
    """A row a day."""
    rows = []
    for number in range(days):
        day = made_up(number, seed)
        found = compare(day, replications, seed + number)
        rows.append({
            "event": day.kind, "agents": day.agents, "patience s": round(day.patience_s),
            "call again": day.retrial, "hours": day.event.length_h, "usual": round(found.usual, 1),
            "peak": round(found.peak, 1), "simulated": round(found.simulated, 1),
            "give or take": round(found.half_width, 1), "inside": "yes" if found.peak_inside else "no",
            "recovery h": round(found.recovery, 2), "from": round(found.earliest, 2), "to": round(found.latest, 2),
            "recovery inside": "yes" if found.recovery_inside else "no",
        })  # fmt: skip
        print(f"{number:3} {' '.join(str(value) for value in rows[-1].values())}", flush=True)
    return pd.DataFrame(rows)


def main() -> int:
    """Run, print, keep; 1 where too few lie inside."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress")
    parser.add_argument("days", type=int, nargs="?", default=12)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("--replications", type=int, default=60)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    found = table(asked.days, asked.seed, asked.replications)
    shares = [float((found[name] == "yes").mean()) for name in ("inside", "recovery inside")]
    print(f"peak inside {shares[0]:.0%}, recovery inside {shares[1]:.0%} of {len(found)} days")
    if asked.out:
        from model.report import validation

        validation.keep(found, asked.out, TITLE, NOTE)
    return int(min(shares) < 0.9)


if __name__ == "__main__":
    sys.exit(main())
