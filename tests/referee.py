"""The model against a simulation, contact by contact, of random small companies.

    python -m tests.referee [N] [--seed SEED] [--out FILE] [--rows FILE]

simulates N random scenarios (60) in Ciw until every share is known to half a point either way (95 %), and prints for
each kind of scenario and each figure how often the model lies inside the interval and how far it is off. Where the
model is exact, the share inside must be about 95 %; where it approximates, it must stay within the bias stated below.
Ends with status 1 where it does not. `--out` keeps this table; `--rows` every single comparison, and goes on from
there where a run was cut short. The table that the app shows is made by

    python -m tests.referee 105 --out model/report/validation/simulation.csv

What is exact: one team with exponential handle times and patience is Erlang A to the last digit, and so are several
teams that do not help each other, and chats as long as their duration does not depend on how many are held. Returning
customers are exact in the limit of long gaps: those who left come back to a queue that has forgotten them, so that all
arrivals together are Poisson; here they come back after twenty handle times on average. The satisfied share is exact
but for the wait's distribution, of which the model keeps two moments (a ten-thousandth).
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom

from model import Baseline, Channel, Scenario, referee
from model.referee.estimate import SHARES
from model.report.validation import keep

TITLE = "Model against simulation"
NOTE = (
    "Random small companies simulated contact by contact in Ciw until every share is known to half a point. Where the "
    "model is exact, about 95 % of its figures must lie inside the simulation's 95 % interval; elsewhere within the "
    "stated bias. Gaps: model less simulation, in points of shares, waits in % of patience. "
    "Made by python -m tests.referee {count} --seed {seed}"
)
SURPRISE = 1e-3
"""How unlikely a share inside may be, were the model exact, before it is called wrong."""
NAMES = {
    "service_level": "answered in time", "abandonment": "gave up waiting", "occupancy": "share of time busy",
    "asa": "average wait of the answered", "mean_wait": "average wait of all, E[W]", "csat": "CSAT of all",
    "csat_surveyed": "CSAT where surveyed",
}  # fmt: skip
Model = Callable[[Scenario], dict[str, dict[str, float]]]


@dataclass(frozen=True)
class Kind:
    """A kind of scenario. `bias`: what the model may be off, by figure (waits as a share of the mean patience); without
    it, the model is exact."""

    name: str
    make: Callable[[np.random.Generator], tuple[Scenario, referee.Scene]]
    bias: dict[str, float] | None = None


def bias(*most: float) -> dict[str, float]:
    """The figures' biases in the order of `NAMES`."""
    return dict(zip(NAMES, most, strict=True))


NEUTRAL = {"attrition_occupancy_slope": 0.0}
"""Agents stay whole: nobody leaves because of the load."""
ALONE = {"retrial_share": 0.0, "repeat_share": 0.0}


def channel(rng: np.random.Generator, name: str, kind: str = "live", sessions: int = 1) -> Channel:
    """A small queue: 2 to 10 agents (4 to 12 slots of chat), 55 % to 125 % load, all alike through the week."""
    agents = int(rng.integers(2, 11)) if kind == "live" else int(rng.integers(2, 5))
    handle, patience = float(rng.uniform(120, 600)), float(np.exp(rng.uniform(np.log(40), np.log(600))))
    load = float(rng.uniform(0.55, 1.25)) * agents * sessions
    return Channel(
        name=name, kind=kind, arrivals=(load / handle * 1800,) * 336, agents=(float(agents),) * 336,
        handle_time_s=handle, patience_s=patience, target_s=float(rng.choice([10.0, 20.0, 30.0, 60.0])),
        fcr=float(rng.uniform(0.5, 0.9)), transfer_rate=float(rng.uniform(0, 0.25)),
        critical_error_rate=float(rng.uniform(0, 0.12)), csat=float(rng.uniform(0.6, 0.9)),
    )  # fmt: skip


def scenario(channels: Iterable[Channel], *, sessions: float = 1, levers: dict[str, float] | None = None,
             demand: float = 1.0, assumptions: dict[str, float] | None = None) -> Scenario:  # fmt: skip
    # Nobody is cross-trained today: what is measured of a company holds its own sharing; a made-up one has none.
    today = {"chat_concurrency": sessions, "cross_training": 0.0}
    base = Baseline(name="Random", channels=tuple(channels), forecast_cv=0, levers=today)
    return Scenario(baseline=base, levers=levers or {}, conditions={"demand": demand} if demand != 1 else {},
                    assumptions=NEUTRAL | (assumptions or {}))  # fmt: skip


def one_queue(rng: np.random.Generator) -> tuple[Scenario, referee.Scene]:
    made = scenario([channel(rng, "phone")], assumptions=ALONE)
    return made, referee.scene_of(made)


def several_apart(rng: np.random.Generator) -> tuple[Scenario, referee.Scene]:
    """Calls and chats side by side, each with a team of its own; chats as long as the model takes them to be."""
    sessions = int(rng.integers(2, 4))
    made = scenario([channel(rng, "phone"), channel(rng, "chat", "chat", sessions)], sessions=sessions,
                    assumptions=ALONE)  # fmt: skip
    return made, referee.scene_of(made)


def repeats(rng: np.random.Generator) -> tuple[Scenario, referee.Scene]:
    """More demand than today, so that repeats and retrials feed on themselves; they come back after long."""
    shares = {"retrial_share": float(rng.uniform(0.25, 0.65)), "repeat_share": float(rng.uniform(0.5, 0.85))}
    made = scenario([channel(rng, "phone")], demand=float(rng.uniform(0.8, 1.3)), assumptions=shares)
    return made, referee.scene_of(made, gap_s=20 * made.baseline.channels[0].handle_time_s)


def cross_trained(rng: np.random.Generator, alike: bool = True) -> tuple[Scenario, referee.Scene]:
    """Two or three phone queues that share a part of their agents, who are slower away from home."""
    share = float(rng.choice([0.25, 0.5, 0.75, 1.0]))
    names = ("sales", "service", "support")[: int(rng.integers(2, 4))]
    first, fours, queues = channel(rng, "first"), int(rng.integers(1, 3)), []
    for name in names:
        one = first.model_copy(update={"name": name}) if alike else channel(rng, name)
        queues.append(one.model_copy(update=_teams_of_four(one, fours if alike else int(rng.integers(1, 3)))))
    made = scenario(queues, levers={"cross_training": share},
                    assumptions=ALONE | {"cross_training_months": 0.0, "learning_dip": 0.0})  # fmt: skip
    return made, referee.scene_of(made)


def cross_trained_unlike(rng: np.random.Generator) -> tuple[Scenario, referee.Scene]:
    """The same with teams of different size, load, handle time and patience."""
    return cross_trained(rng, alike=False)


def _teams_of_four(one: Channel, fours: int) -> dict[str, tuple[float, ...]]:
    """A quarter of the agents is a whole number; the load a head stays."""
    scale = 4 * fours / one.agents[0]
    return {"agents": (4.0 * fours,) * 336, "arrivals": tuple(scale * v for v in one.arrivals)}


def lognormal(rng: np.random.Generator) -> tuple[Scenario, referee.Scene]:
    made = scenario([channel(rng, "phone")], assumptions=ALONE)
    return made, referee.scene_of(made, handle_shape="lognormal", handle_cv=float(rng.uniform(0.6, 1.4)))


def chats_in_hand(rng: np.random.Generator) -> tuple[Scenario, referee.Scene]:
    """One chat more than today; each is slowed by the chats that the agent really holds."""
    today = int(rng.integers(1, 3))
    made = scenario([channel(rng, "chat", "chat", today)], sessions=today, levers={"chat_concurrency": today + 1.0},
                    demand=float(rng.uniform(1.1, 1.4)), assumptions=ALONE)  # fmt: skip
    return made, referee.scene_of(made, slowed=True)


KINDS = (
    Kind("one queue", one_queue),
    Kind("several queues, calls and chats", several_apart),
    Kind("repeats and retrials", repeats),
    Kind("cross-trained agents, queues alike", cross_trained, bias(0.03, 0.025, 0.04, 0.015, 0.025, 0.02, 0.006)),
    Kind("cross-trained agents, queues unlike", cross_trained_unlike, bias(0.07, 0.11, 0.07, 0.08, 0.11, 0.07, 0.015)),
    Kind("lognormal handle times", lognormal, bias(0.03, 0.015, 0.015, 0.02, 0.015, 0.01, 0.006)),
    Kind("chats slowed by those in hand", chats_in_hand, bias(0.09, 0.035, 0.17, 0.035, 0.035, 0.03, 0.01)),
)


COLUMNS = ("kind", "scenario", "line", "figure", "model", "simulated", "low", "high", "inside", "gap", "half_width",
           "contacts", "ended")  # fmt: skip


def compare(count: int, seed: int, *, half_width: float = 0.005, most_contacts: float = 800_000,
            kinds: Iterable[Kind] = KINDS, model: Model = referee.expected,
            kept: Path | None = None, say: bool = False) -> pd.DataFrame:  # fmt: skip
    """A row a scenario, line and figure: what the model says, what the simulation finds, whether it is inside.

    `kept`: a file of rows to go on from, where a run was cut short, and to which each scenario is added.
    """
    kinds = tuple(kinds)
    done = pd.read_csv(kept) if kept and kept.exists() else pd.DataFrame(columns=list(COLUMNS))
    parts = [done[done["scenario"] < count]] if len(done) else []
    for i in range(int(done["scenario"].max()) + 1 if len(done) else 0, count):
        rows, kind = [], kinds[i % len(kinds)]
        rng = np.random.default_rng([seed, i])
        made, scene = kind.make(rng)
        figures = model(made)
        start = time.process_time()
        found = referee.simulate(scene, half_width=half_width, most_contacts=most_contacts, seed=seed * 10_000 + i)
        for row in found.table.itertuples():
            value = figures[row.line][row.figure]
            patience = next(line.patience_s for line in scene.lines if line.name == row.line)
            unit = 1 if row.figure in SHARES else patience
            rows.append((kind.name, i, row.line, row.figure, value, row.value, row.low, row.high,
                         row.low <= value <= row.high, (value - row.value) / unit, row.half_width / unit,
                         found.contacts, found.ended))  # fmt: skip
        parts.append(pd.DataFrame(rows, columns=list(COLUMNS)))
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            parts[-1].to_csv(kept, mode="a", header=not kept.exists(), index=False, float_format="%.8g")
        if say:
            print(f"{i + 1:4} of {count}: {kind.name}, {found.contacts:,} contacts, {found.ended}, "
                  f"{time.process_time() - start:.0f} s", file=sys.stderr, flush=True)  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def summary(rows: pd.DataFrame, kinds: Iterable[Kind] = KINDS) -> pd.DataFrame:
    """A row a kind and figure: how often inside, gaps in points (waits: % of patience), whether that is as stated."""
    kinds = tuple(kinds)
    exact = [kind.name for kind in kinds if kind.bias is None]
    groups = [(kind.name, [kind.name], kind.bias) for kind in kinds]
    if len(exact) > 1:
        groups.insert(0, ("all where the model is exact", exact, None))
    out = []
    for title, names, most in groups:
        for figure, shown in NAMES.items():
            own = rows[rows["kind"].isin(names) & (rows["figure"] == figure)]
            if own.empty:
                continue
            inside, many, gap = int(own["inside"].sum()), len(own), own["gap"]
            if most is None:
                # Lines of one scenario are nearly independent of each other: teams apart share nothing.
                well = binom.cdf(inside, many, 0.95) >= SURPRISE
            else:
                well = bool((gap.abs() - own["half_width"] <= most[figure]).all())
            out.append((title, shown, many, round(100 * inside / many, 1), round(100 * gap.mean(), 2),
                        round(100 * gap.abs().max(), 2), round(100 * most[figure], 1) if most else 0.0,
                        "yes" if well else "no"))  # fmt: skip
    names = ("scenarios", "figure", "compared", "inside the interval, %", "mean gap", "worst gap", "stated bias",
             "as stated")  # fmt: skip
    return pd.DataFrame(out, columns=list(names))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.referee", description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="keep the table here, as CSV")
    parser.add_argument("--rows", type=Path, help="keep every comparison here, and go on from those that are there")
    given = parser.parse_args(arguments)
    rows = compare(given.count, given.seed, kept=given.rows, say=True)
    table = summary(rows)
    print(table.to_string(index=False))
    capped = int((rows["ended"] != "precise").sum() / len(NAMES))
    print(f"{capped} lines ended at the cap, less precise than asked for.")
    if given.out:
        keep(table, given.out, TITLE, NOTE.format(count=given.count, seed=given.seed))
    return 0 if (table["as stated"] == "yes").all() else 1


if __name__ == "__main__":
    sys.exit(main())
