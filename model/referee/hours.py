"""busiest_hours: a channel's busiest hours of the week, simulated and held against the model.

The model looks at each half-hour by itself, as if it lasted for ever (unless a channel's patience and load ask for the
hour-by-hour queue), and averages over seasons and forecast error. The simulation lets the hours follow one another:
queues are carried over, shifts begin and end, contacts overlap. Each replication is one such day: its season one of the
twelve months, its demand off the forecast by one lognormal factor for the whole day (a busy day is busy from morning to
night).

Agents are real numbers in the model and whole in a simulation: a replication rounds them all down or up by one common
draw, floor(n + u), so that their mean is n and no agent flickers between half-hours. Averaged over both, figures lie a
little worse than at n itself, since an agent missing costs more than one gained brings: at 90 % load by .4 points of
service level with 5 agents, .1 with 20.

Arrivals hold repeats and retrials, as the model solved them; here they come whenever others do.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import ScenarioError
from model.referee.estimate import arrived_between, ratio
from model.referee.scene import ARRIVED, LINE, SERVED, WAITED, Line, Scene

if TYPE_CHECKING:
    from model.chain import Chain
    from model.engine import Outcome
    from model.scenario import Scenario

Array = NDArray[np.float64]
HALF_HOUR = 1800.0
FIGURES = ("service_level", "abandonment", "asa")
WINDOW = 8
FEWEST = 8
"""Replications before anything is said."""
MOST = 400
MOST_CONTACTS = 300_000
HALF_WIDTH, HALF_WIDTH_EACH = 0.005, 0.02
"""Precise enough: shares of the whole window, and of each half-hour."""


@dataclass(frozen=True)
class QueueThen:
    """One queue in the hours simulated: `rates` a second and real-valued `slots` (agents, or chats at once), by
    half-hour; `flexible` the share of agents who also help other queues."""

    name: str
    rates: tuple[float, ...]
    slots: tuple[float, ...]
    sessions: float
    handle_time_s: float
    patience_s: float
    target_s: float
    flexible: float


@dataclass(frozen=True)
class Question:
    """What is simulated and what the model says: plain numbers, so that it can be asked of another process.

    The first queue is the one asked about. `before` half-hours of run-up come first, then those of `half_hours` (of the
    week), then one more in which nobody new arrives. `model` holds the model's figures in each half-hour.
    """

    queues: tuple[QueueThen, ...]
    before: int
    half_hours: tuple[int, ...]
    seasons: tuple[float, ...]
    forecast_cv: float
    model: dict[str, tuple[float, ...]]
    arrivals: tuple[float, ...]
    seed: int

    def to_json(self) -> str:
        """As text; `from_json` reads it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Question":
        """The question again."""
        raw = json.loads(text)
        queues = tuple(QueueThen(**q | {k: tuple(q[k]) for k in ("rates", "slots")}) for q in raw.pop("queues"))
        model = {k: tuple(v) for k, v in raw.pop("model").items()}
        for name in ("half_hours", "seasons", "arrivals"):
            raw[name] = tuple(raw[name])
        return cls(queues=queues, model=model, **raw)


@dataclass(frozen=True)
class Hours:
    """Model and simulation. `table`: a row a figure and half-hour (half_hour, figure, model, simulated, low, high);
    `overall`: a row a figure, over all the hours. Shares 0 to 1, waits in s. `ended`: "precise", "cap", "running"."""

    table: pd.DataFrame
    overall: pd.DataFrame
    replications: int
    contacts: int
    ended: str


def question(scenario: "Scenario", channel: str, *, window: int = WINDOW, seed: int | None = None,
             outcome: "Outcome | None" = None) -> Question:  # fmt: skip
    """The busiest `window` half-hours of a channel in one day, ready to be simulated.

    Raises
    ------
    ScenarioError
        For e-mail and tickets, where nobody waits on a line, and for unknown channels.
    """
    from model import results
    from model.batch import batch, nodes_of
    from model.engine import evaluate

    base = scenario.baseline
    asked = base.channel(channel)
    if asked.kind == "deferred":
        raise ScenarioError(f"{asked.title} is not simulated.", "Choose calls or chats: there, customers wait in line.")
    out = outcome or evaluate(scenario)
    chain = results.run(batch([scenario]), nodes_of(scenario.month, False), path=False).chain
    weeks = {c.name: _week(out.intervals, c.name) for c in base.channels if c.kind != "deferred"}
    # (1 - f)/(1 - f0) of those who stay apart today: the same share by which the model moves towards one team.
    # The last month reckoned is the scenario's.
    cross0, cross = base.levers["cross_training"], float(np.asarray(chain.cross)[0, 0, -1, 0])
    flexible = float(np.clip((cross - cross0) / max(1 - cross0, 1e-9), 0, 1)) if len(weeks) > 1 else 0.0
    cells = _busiest(weeks[channel]["arrivals"], window)
    handle, target = (dict(out.channels[key].astype(float).items()) for key in ("handle_time_s", "target_s"))
    names = [channel, *(n for n in weeks if n != channel and flexible > 0)]
    slowest = max(max(handle[n], base.channel(n).patience_s) for n in names)
    before = min(max(2, math.ceil(4 * slowest / HALF_HOUR)), 6)
    places = {c.name: i for i, c in enumerate(base.channels)}
    run = (np.arange(cells[0] - before, cells[-1] + 2)) % 336
    queues = []
    for name in names:
        week, one = weeks[name], base.channel(name)
        sessions = _sessions(chain, places[name])  # of that month: more chats at once may begin later
        agents = week["agents"][run]
        agents[-1] = agents[-1] or agents[-2]  # after closing, those who wait are still answered
        rates = _came(chain, places[name])[run] / HALF_HOUR
        rates[-1] = 0.0
        queues.append(
            QueueThen(
                name, tuple(rates.tolist()), tuple((agents * sessions).tolist()), sessions,
                handle[name], one.patience_s, target[name], flexible,
            )
        )  # fmt: skip
    return Question(
        tuple(queues), before, tuple(int(c) for c in cells), base.month_factors,
        scenario.conditions.get("forecast_cv", base.forecast_cv),
        {figure: tuple(weeks[channel][figure][cells].tolist()) for figure in FIGURES},
        tuple(weeks[channel]["arrivals"][cells].tolist()), scenario.seed if seed is None else seed,
    )  # fmt: skip


def _week(intervals: pd.DataFrame, channel: str) -> dict[str, Array]:
    own = intervals[intervals["channel"] == channel]
    week = {}
    for key in ("arrivals", "agents", *FIGURES):
        week[key] = np.zeros(336)
        week[key][own["half_hour"].to_numpy()] = own[key].to_numpy()
    return week


def _busiest(arrivals: Array, window: int) -> NDArray[np.int64]:
    """The half-hours of the week, in a row within a day, with the most contacts."""
    days = arrivals.reshape(7, 48)
    sums = np.lib.stride_tricks.sliding_window_view(days, window, axis=1).sum(axis=2)
    day, start = np.unravel_index(int(np.argmax(sums)), sums.shape)
    cells = day * 48 + start + np.arange(window)
    kept: NDArray[np.int64] = cells[arrivals[cells] > 0]
    return kept


def _sessions(chain: "Chain", place: int) -> float:
    """Contacts that an agent has at once in the scenario's month."""
    row = chain.live_row(0, chain.b.month)
    return float(row.sessions[chain.known.live.tolist().index(place)])


def _came(chain: "Chain", place: int) -> Array:
    """Contacts of each half-hour of the week as they come in, repeats included: not smoothed as the model does where
    they are long."""
    from model import network

    known = chain.known
    live = known.live.tolist().index(place)
    row = chain.live_row(0, chain.b.month)
    repeats = float(chain.live[0, 0, 0, live, network.R])
    busiest = 1 + (float(row.peak) - 1) * known.weeks[live].busy
    arrivals: Array = np.asarray(chain.channels[place].arrivals) * float(row.load[live]) * repeats * busiest
    return arrivals


def simulate_hours(
    asked: Question,
    *,
    half_width: float = HALF_WIDTH,
    half_width_each: float = HALF_WIDTH_EACH,
    most_contacts: float = MOST_CONTACTS,
    seconds: float = math.inf,
    progress: Callable[[float, Hours], object] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Hours:
    """Simulate day after day until the figures stand, or a cap is met. The same question gives the same numbers, as
    long as it is not cut short by `seconds` of computing (on a busy computer, by three times as many of waiting).

    `progress` is called after each day from the eighth on, with the share of the way gone and what is known.
    """
    spread = _even(MOST, 2 + 2 * len(asked.queues), asked.seed)
    counts, controls, contacts, clocks = [], [], 0, (time.process_time(), time.monotonic())
    ended = "cap"
    for day in range(MOST):
        sums, luck = _day(asked, spread[day], asked.seed * 1000 + day)
        counts.append(sums)
        controls.append(luck)
        contacts += int(sums[:, 0].sum())
        if stopped():
            break
        if day + 1 < FEWEST:
            continue
        found = _hours(asked, np.array(counts), np.array(controls), contacts, "running")
        wide = _widest(found.overall) / half_width, _widest(found.table) / half_width_each
        if max(wide) <= 1:
            ended = "precise"
            break
        spent = max(time.process_time() - clocks[0], (time.monotonic() - clocks[1]) / 3) / seconds
        used = max(contacts / most_contacts, spent)
        if used >= 1:
            break
        if progress is not None:
            progress(max(used, min(1 / max(wide) ** 2, 1.0)), found)
    return _hours(asked, np.array(counts), np.array(controls), contacts, ended)


def _even(count: int, dimensions: int, seed: int) -> Array:
    """Evenly spread points of the unit cube, randomly shifted: k times the powers of a root of x^(d+1) = x + 1.

    (Additive recurrence, Roberts 2018; scipy's Sobol points would cost a second of imports.) Seasons, errors and
    roundings spread evenly make the interval a little too wide, never too narrow.
    """
    root = 2.0
    for _ in range(60):
        root = (1 + root) ** (1 / (dimensions + 1))
    steps = root ** -np.arange(1.0, dimensions + 1)
    shift = np.random.default_rng(seed).random(dimensions)
    points: Array = (shift + np.arange(1, count + 1)[:, None] * steps) % 1.0
    return points


def busiest_hours(scenario: "Scenario", channel: str, *, window: int = WINDOW, seed: int | None = None,
                  progress: Callable[[float, Hours], object] | None = None,
                  stopped: Callable[[], bool] = lambda: False) -> Hours:  # fmt: skip
    """The busiest hours of a channel in a scenario: the model against a simulation in Ciw.

    Parameters
    ----------
    channel : str
        A channel of calls or chats.
    window : int
        Half-hours in a row.
    progress, stopped : callable
        As in `simulate`.

    Returns
    -------
    Hours
    """
    return simulate_hours(question(scenario, channel, window=window, seed=seed), progress=progress, stopped=stopped)


def _day(asked: Question, spread: Array, seed: int) -> tuple[Array, list[float]]:
    """One replication: counts by half-hour of the queue asked about (offered, answered, in time, waits), and luck."""
    from scipy.special import ndtri

    from model.referee.room import Groups, Plan, Room

    sigma = math.sqrt(math.log1p(asked.forecast_cv**2))
    season = asked.seasons[int(spread[0] * len(asked.seasons))]
    demand = season * math.exp(sigma * float(ndtri(min(max(spread[1], 1e-9), 1 - 1e-9))) - sigma**2 / 2)
    cells = len(asked.queues[0].rates)
    ends = (*(HALF_HOUR * (i + 1) for i in range(cells - 1)), math.inf)
    groups: Groups = {}
    extra: dict[tuple[int, bool], int] = {}
    lines = []
    for i, queue in enumerate(asked.queues):
        up, other = spread[2 + 2 * i], spread[3 + 2 * i]
        alone = queue.flexible == 0
        # A team of its own is so many slots; agents who go from calls to chats are whole agents, some with a chat more.
        each = 1.0 if alone else queue.sessions
        there = [math.floor(slots / each + up) for slots in queue.slots]
        helping = [math.floor(queue.flexible * agents + other) for agents in there]
        groups[i, False], groups[i, True] = [a - h for a, h in zip(there, helping, strict=True)], helping
        for flexible in (False, True):
            extra[i, flexible] = round((each - math.floor(each)) * max(groups[i, flexible]))
        lines.append(
            Line(queue.name, max(max(queue.rates), 1e-9), 1, queue.handle_time_s, queue.patience_s, queue.target_s,
                 sessions=math.floor(each))
        )  # fmt: skip
    rates = tuple(tuple(rate * demand for rate in queue.rates) for queue in asked.queues)
    plan = Plan(ends, rates, groups, {group: n for group, n in extra.items() if n})
    room = Room(Scene(tuple(lines)), seed, plan, at_answer=True)
    start, close = HALF_HOUR * asked.before, HALF_HOUR * (asked.before + len(asked.half_hours))
    visits = [room.advance(close)]
    luck = [*room.surplus(), demand - 1]
    now = close
    while room.waiting_since(close):
        now += asked.queues[0].patience_s
        visits.append(room.advance(now))
    own = arrived_between(np.concatenate(visits), start, close)
    own = own[own[:, LINE] == 0]
    place = ((own[:, ARRIVED] - start) / HALF_HOUR).astype(int)
    served = own[:, SERVED]
    in_time = served * (own[:, WAITED] <= asked.queues[0].target_s)
    columns = (np.ones(len(own)), served, in_time, served * own[:, WAITED])
    size = len(asked.half_hours)
    return np.stack([np.bincount(place, weights=c, minlength=size)[:size] for c in columns], axis=1), luck


def _hours(asked: Question, counts: Array, controls: Array, contacts: int, ended: str) -> Hours:
    def figures(sums: Array) -> dict[str, tuple[float, float, float]]:
        offered, answered, in_time, waits = sums.T
        parts = {"service_level": (in_time, offered), "abandonment": (offered - answered, offered),
                 "asa": (waits, answered)}  # fmt: skip
        found = {}
        for name, (above, below) in parts.items():
            one = ratio(above, below, controls)
            top = math.inf if name == "asa" else 1.0
            found[name] = (one.value, max(one.low, 0.0), min(one.high, top))
        return found

    each = [figures(counts[:, k]) for k in range(counts.shape[1])]
    rows = [(cell, name, asked.model[name][k], *each[k][name]) for name in FIGURES
            for k, cell in enumerate(asked.half_hours)]  # fmt: skip
    names = ["half_hour", "figure", "model", "simulated", "low", "high"]
    weights = np.array(asked.arrivals)
    answered = weights * (1 - np.array(asked.model["abandonment"]))
    whole = figures(counts.sum(axis=1))
    means = {name: float(np.average(asked.model[name], weights=answered if name == "asa" else weights))
             for name in FIGURES}  # fmt: skip
    overall = [(name, means[name], *whole[name]) for name in FIGURES]
    return Hours(pd.DataFrame(rows, columns=pd.Index(names)), pd.DataFrame(overall, columns=pd.Index(names[1:])),
                 len(counts), contacts, ended)  # fmt: skip


def _widest(table: pd.DataFrame) -> float:
    shares = table[table["figure"] != "asa"]
    return float(((shares["high"] - shares["low"]) / 2).max())
