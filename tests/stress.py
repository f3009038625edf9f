"""Stress curves against a simulation of the same day in Ciw, contact by contact.

    python -m tests.stress [DAYS] [SEED] [--out FILE]

Each day is a small company of its own (a phone, a chat or an e-mail team), struck by an event of its own: a surge, an
outage, both at once, slow systems; customers call again or do not. The model's queue at its peak is held against the
mean queue of many simulated days at that time, and its time to recover against the times at which the simulated mean,
give or take its 95 % interval, is back, to the minute. E-mails are a fluid backlog in the model: below capacity it
counts none waiting, a simulation a few, so for them the queue beyond the usual is compared; and where chance works the
last of a backlog off slowly the fluid is done at once, so their time to recover may be told half an hour short. Ends
with status 1 where fewer than nine in ten lie inside.

`exact` solves a phone day without any chance, as a Markov chain of who is there and who will call again.
"""

import argparse
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, diags
from scipy.sparse.linalg import expm_multiply

import model
from model.assumptions import ASSUMPTIONS
from model.batch import batch
from model.events import Event
from model.events import hours as by_hours
from model.events._march import BACKLOG
from model.events.table import RELATED
from model.events.world import world
from model.referee.room import Plan, Room
from model.referee.scene import Line, Scene
from model.results import run
from model.scenario import CELLS

Array = NDArray[np.float64]
TITLE = "Events against simulation"
NOTE = (
    "Queues struck by an event, in the model and simulated contact by contact; inside: within the 95 % interval of the "
    "simulated mean; the time to recover to the minute, of e-mails to half an hour "
    "(python -m tests.stress 30 --out model/report/validation/stress.csv)"
)
HALF_HOUR = 1800.0
RUN_UP = 12
"""Half-hours before the event that are simulated, from an empty room."""
GAP_S = 3600.0 * RELATED["retrial_gap_h"].mode
KINDS = ("surge", "outage", "both", "slow")
TEAMS = ("phone", "chat", "phone", "e-mail", "phone")
SESSIONS = 2
"""Chats at once."""
BACK_WITHIN = 0.15
"""Recovered is when the queue beyond the usual is below this share of its peak beyond the usual."""
STUDENT = 1.96
GRAIN_H = {"phone": 1 / 60, "chat": 1 / 60, "e-mail": 0.5}
"""Hours by which a time to recover may miss the simulated ones."""


@dataclass(frozen=True)
class Day:
    """A company with a level of contacts and agents, struck by an event; times in s, contacts a half-hour."""

    team: str
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
            name="team", kind={"phone": "live", "chat": "chat", "e-mail": "deferred"}[self.team],  # type: ignore[arg-type]
            arrivals=(self.contacts,) * CELLS, agents=(float(self.agents),) * CELLS,
            handle_time_s=self.handle_s, patience_s=self.patience_s, fcr=0.99,
        )  # fmt: skip
        base = model.Baseline(name=self.kind, channels=(channel,), forecast_cv=0.0,
                              levers={"chat_concurrency": SESSIONS})  # fmt: skip
        return model.Scenario(baseline=base, assumptions={"retrial_share": self.retrial, "repeat_share": 0.0})

    @property
    def cells(self) -> int:
        """Half-hours that are followed; an e-mail backlog takes longest."""
        return RUN_UP + int(2 * self.event.length_h) + (72 if self.team == "e-mail" else 24)

    @property
    def active(self) -> NDArray[np.bool_]:
        """Half-hours of the event."""
        here = np.arange(self.cells) - RUN_UP
        return (here >= 0) & (here < 2 * self.event.length_h)

    @property
    def first(self) -> float:
        """First attempts a second: of the usual contacts some called before, and come back by themselves."""
        gave_up = 0.0 if self.team == "e-mail" else model.evaluate(self.scenario).headline["abandonment"]
        return self.contacts * (1 - self.retrial * gave_up) / HALF_HOUR


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
    grain_h: float

    @property
    def peak_inside(self) -> bool:
        return abs(self.peak - self.simulated) <= self.half_width

    @property
    def recovery_inside(self) -> bool:
        return self.earliest - self.grain_h <= self.recovery <= self.latest + self.grain_h


def made_up(number: int, seed: int) -> Day:
    """A day by chance: 5 to 60 agents, busy or not, short or long patience."""
    rng = np.random.default_rng([seed, number])
    team, kind = TEAMS[number % len(TEAMS)], KINDS[number % len(KINDS)]
    agents = int(np.exp(rng.uniform(np.log(8), np.log(60 if team == "phone" else 25))))
    handle = float(rng.uniform(180, 480))
    slots = agents * (SESSIONS if team == "chat" else 1)
    load = slots - rng.uniform(0.5, 1.5) * math.sqrt(slots)
    if team == "e-mail":
        load *= ASSUMPTIONS["deferred_utilisation"].mode
    contacts = max(load, 1.5) * HALF_HOUR / handle
    patience = float(np.exp(rng.uniform(np.log(90), np.log(1800))))
    length = 0.5 * int(rng.integers(2, 9))
    # Whole agents, since a simulation needs them.
    left = int(agents * rng.uniform(0.3, 0.8)) / agents
    arrivals = float(rng.uniform(1.3, 2.0))
    effects = {"surge": {"arrivals": arrivals}, "outage": {"agents": left},
               "both": {"arrivals": 1 + (arrivals - 1) / 2, "agents": round((1 + left) / 2 * agents) / agents},
               "slow": {"handle_time": float(rng.uniform(1.4, 1.9))}}[kind]  # fmt: skip
    event = Event("own", kind, kind, effects, length, start_h=RUN_UP / 2)
    retrial = 0.0 if team == "e-mail" else float(rng.choice([0.0, 0.45]))
    return Day(team, kind, contacts, agents, handle, patience, retrial, event)


def in_the_model(day: Day) -> tuple[Array, Array]:
    """Queue at the end of each half-hour of the day, with the event and without."""
    scenario = day.scenario
    found = run(batch([scenario]), np.array([scenario.month]), path=False)
    h = by_hours.follow(world(scenario, found, 0, scenario.month), [[day.event]])
    span = slice(h.first, h.first + day.cells)
    return h.figures[1, 0, span, BACKLOG], h.figures[0, 0, span, BACKLOG]


def simulated(day: Day, replications: int, seed: int) -> Array:
    """Waiting at the end of each half-hour, (replication, half-hour)."""
    rates = tuple(np.where(day.active, day.first * day.event.effect("arrivals"), day.first).tolist())
    agents = [round(n) for n in np.where(day.active, day.agents * day.event.effect("agents"), float(day.agents))]
    ends = (*(HALF_HOUR * (i + 1) for i in range(day.cells - 1)), math.inf)
    plan = Plan(ends, (rates,), {(0, False): agents, (0, True): [0] * day.cells}, {})
    later = day.team == "e-mail"
    handle = day.handle_s / (ASSUMPTIONS["deferred_utilisation"].mode if later else 1.0)
    patience = 1e9 if later else day.patience_s
    sessions = SESSIONS if day.team == "chat" else 1
    line = Line("team", day.first, day.agents, handle, patience, 20.0, sessions=sessions)
    scene = Scene((line,), retrial_share=day.retrial, gap_s=GAP_S)
    found = np.empty((replications, day.cells))
    for k in range(replications):
        room = Room(scene, seed * 100_003 + k, plan)
        team = room.simulation.transitive_nodes[0]
        slower = 1.0
        for i, struck in enumerate(day.active.tolist()):
            now = day.event.effect("handle_time") if struck else 1.0
            _slow_down(room, line, now, now / slower)
            slower = now
            room.advance(HALF_HOUR * (i + 1) - 1e-3)
            found[k, i] = len(team.waiting[0])
    return found


def _slow_down(room: Room, line: Line, factor: float, change: float) -> None:
    """Contacts take `factor` times as long from now on; what is left of those in hand takes `change` times as long."""
    if change == 1.0:
        return
    room.handle[0].rate = 1 / (line.handle_time_s * factor)  # type: ignore[attr-defined]
    team = room.simulation.transitive_nodes[0]
    for agent in team.staff[0, False]:
        team._stretch(agent, None, change)
    team.update_next_event_date()


def exact(day: Day, most: int, most_away: int, cells: int) -> Array:
    """Mean queue at the end of each of the first half-hours of a phone day, (half-hour,), from an empty room.

    The Markov chain of who is there (below `most`) and who will call again (below `most_away`): dp/dt = p G.
    """
    there, away = np.meshgrid(np.arange(most), np.arange(most_away), indexing="ij")
    p, found = np.zeros(there.size), np.empty(cells)
    p[0] = 1.0
    agents = np.where(day.active, day.agents * day.event.effect("agents"), float(day.agents))
    flows = {
        struck: _generator(there, away, day.first * (day.event.effect("arrivals") if struck else 1.0),
                           round(day.agents * (day.event.effect("agents") if struck else 1.0)),
                           day.handle_s * (day.event.effect("handle_time") if struck else 1.0), day)
        for struck in (False, True)
    }  # fmt: skip
    for i, struck in enumerate(day.active[:cells].tolist()):
        p = expm_multiply(flows[struck] * HALF_HOUR, p)
        found[i] = (p.reshape(there.shape) * np.maximum(there - round(agents[i]), 0)).sum()
    return found


def _generator(there: Array, away: Array, first: float, agents: int, handle_s: float, day: Day) -> csr_matrix:
    """Transposed rates of the chain; nobody comes where there is no room."""
    most, most_away = there.shape
    gone = np.maximum(there - agents, 0) / day.patience_s
    moves = [
        (1, 0, np.full(there.shape, first)), (-1, 0, np.minimum(there, agents) / handle_s),
        (-1, 0, gone * (1 - day.retrial)), (-1, 1, gone * day.retrial), (1, -1, away / GAP_S),
    ]  # fmt: skip
    total = csr_matrix((there.size, there.size))
    for more, more_away, rate in moves:
        to, to_away = there + more, away + more_away
        able = (rate > 0) & (to >= 0) & (to < most) & (to_away >= 0) & (to_away < most_away)
        ends = ((to * most_away + to_away)[able], (there * most_away + away)[able])
        total = total + coo_matrix((rate[able], ends), shape=total.shape).tocsr()
    return total - diags(np.asarray(total.sum(axis=0)).ravel())


def compare(day: Day, replications: int, seed: int) -> Compared:
    """The model's peak and time to recover, and the simulation's intervals for both."""
    queue, usual = in_the_model(day)
    seen = simulated(day, replications, seed)
    mean, half = seen.mean(axis=0), STUDENT * seen.std(axis=0, ddof=1) / math.sqrt(replications)
    at = int(np.argmax(queue))
    if day.team == "e-mail":
        # The fluid's own usual backlog is none; the simulated one stands before the event.
        mean, usual = mean - mean[RUN_UP // 2 : RUN_UP].mean(), usual - usual[RUN_UP - 1]
        queue = queue - queue[RUN_UP - 1]
    end = RUN_UP + int(2 * day.event.length_h)
    limit = usual + BACK_WITHIN * (queue[at] - usual[at])
    back = [_back(curve - limit, end) for curve in (queue, mean - half, mean + half)]
    return Compared(float(queue[at]), float(mean[at]), float(half[at]), float(usual[at]), *back,
                    GRAIN_H[day.team])  # fmt: skip


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
            "team": day.team, "event": day.kind, "agents": day.agents,
            "patience s": "any" if day.team == "e-mail" else round(day.patience_s),
            "call again": f"{day.retrial:.0%}", "hours": day.event.length_h, "usual": round(found.usual, 1),
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
