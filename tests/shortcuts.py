"""What the engine's shortcuts cost: random scenarios as used against the full grid.

    python -m tests.shortcuts [SCENARIOS] [--seed SEED] [--out FILE] [--rows FILE]

As used, a week is a few weighted points, or, where queues carry over, a surface through a few weeks followed hour by
hour; a path is a few solved months, a wait five nodes. The full grid keeps every half-hour, season and forecast node,
all 37 months, 200 nodes of the wait, and follows the hour-by-hour queue itself where that is chosen. Companies are the
samples and random ones made by hand. With `--rows` it keeps what it has compared and goes on from there where it was
cut short.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import model
from model import outcomes, results
from model.batch import Batch, batch, nodes_of
from model.levers import family_of
from model.scenario import CELLS, MONTHS, has_effect, scale_of

Array = NDArray[np.float64]
COMPANIES_EVERY = 6
"""Scenarios drawn on each company before the next one."""
PATH_EVERY = 5
"""Scenarios of which one is compared in all its 37 months; the others at the month of their headline."""
LIMITS = {"service_level": 0.1, "csat": 0.1, "operating_cost": 0.1}
OUTCOMES = {
    "service_level": "points", "csat": "points", "operating_cost": "%", "abandonment": "points",
    "csat_surveyed": "points", "fte": "%", "asa": "% (of 10 s at least)",
}  # fmt: skip


def _week(rng: np.random.Generator) -> Array:
    """A week's shape, mean 1 where open: one or two humps a day, weekdays and perhaps the weekend."""
    hour = np.arange(48) / 2
    first, hours = rng.uniform(6, 10), rng.uniform(8, 16)
    humps = rng.uniform(0.2, 1) + sum(
        rng.uniform(0.2, 1) * np.exp(-(((hour - first - hours * at) / rng.uniform(1, 3)) ** 2)) for at in (0.3, 0.7)
    )
    day = np.where((hour >= first) & (hour < first + hours), humps, 0.0)
    if rng.random() < 0.15:
        day = humps  # round the clock
    days = [day * rng.uniform(0.85, 1.15) for _ in range(5)] + [day * rng.choice([0.0, 0.4, 0.8]) for _ in range(2)]
    week = np.concatenate(days)
    return week / week[week > 0].mean()


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def channel(rng: np.random.Generator, name: str, kind: str, sessions: float) -> model.Channel:
    """A channel of 3 to 300 agents' load, staffed about as called; a quarter has patience above half an hour."""
    shape, size = _week(rng), _between(rng, 3, 300)
    handle = _between(rng, 120, 1200) if kind != "chat" else _between(rng, 400, 1500)
    arrivals = np.round(shape * size * 1800 / handle * np.exp(0.08 * rng.standard_normal(CELLS)), 2)
    if kind == "deferred":
        hours = np.where(np.tile(np.arange(48), 7) // 2 % 24 < 18, shape > 0, False)
        work = arrivals.sum() * handle / 1800
        agents = hours * work / max(hours.sum(), 1) * rng.uniform(1.2, 1.6)
        seen = {"service_level": float(np.round(rng.uniform(0.6, 0.97), 3))}
        return model.Channel(
            name=name, kind="deferred", arrivals=arrivals, agents=np.round(agents, 2), handle_time_s=handle,
            target_s=rng.choice([4.0, 8.0, 24.0]) * 3600, fcr=rng.uniform(0.5, 0.9), csat=rng.uniform(0.6, 0.9), **seen,
        )  # fmt: skip
    patience = _between(rng, 1800, 20_000) if rng.random() < 0.25 else _between(rng, 60, 900)
    load = shape * size
    agents = load + rng.uniform(0.2, 1.2) * np.sqrt(load)
    agents = agents * np.exp(rng.uniform(0.02, 0.12) * rng.standard_normal(CELLS)) * np.where(load > 0, 1, 0)
    known = rng.random()
    seen = {"abandonment": round(_between(rng, 0.01, 0.12), 4)} if known < 0.5 and patience < 1800 else {}
    if 0.5 <= known < 0.8:
        seen = {"service_level": round(float(rng.uniform(0.6, 0.95)), 3)}
    return model.Channel(
        name=name, kind=kind, arrivals=arrivals, agents=np.round(agents / sessions, 2), handle_time_s=round(handle, 1),
        patience_s=round(patience, 1), target_s=float(rng.choice([15, 20, 30, 60, 120])),
        fcr=round(rng.uniform(0.5, 0.9), 3), csat=round(rng.uniform(0.6, 0.9), 3),
        transfer_rate=round(rng.uniform(0, 0.3), 3), **seen,
    )  # fmt: skip


def company(rng: np.random.Generator) -> model.Baseline:
    """A sample, or a company made by hand: one to three channels, seasons, forecast error, today's levers."""
    if rng.random() < 0.2:
        return model.sample(str(rng.choice(["retail", "bank", "software"])))
    kinds = rng.choice(["live", "chat", "deferred"], size=rng.choice([1, 2, 3], p=[0.4, 0.4, 0.2]), p=[0.6, 0.2, 0.2])
    sessions = float(rng.choice([1.5, 2.0, 3.0]))
    channels = [channel(rng, f"c{i}", str(k), sessions if k == "chat" else 1.0) for i, k in enumerate(kinds)]
    season = np.exp(rng.choice([0.0, 0.05, 0.15]) * np.cos(np.arange(12) * np.pi / 6 + rng.uniform(0, 6)))
    return model.Baseline(
        name="By hand", channels=channels, month_factors=[round(float(f), 3) for f in season],
        forecast_cv=round(float(rng.choice([0.0, 0.05, 0.1, 0.2]) * rng.uniform(0.5, 1)), 3),
        growth=round(float(rng.uniform(-0.05, 0.1)), 3), orders_per_week=float(rng.choice([0, 5000])),
        levers={"chat_concurrency": sessions, "cross_training": float(rng.choice([0.0, 0.2])),
                "late_order_rate": 0.05},
    )  # fmt: skip


def scenarios(count: int, seed: int = 1) -> Iterator[model.Scenario]:
    """Random scenarios: about three levers in ten moved anywhere within their slider, conditions, rule, month."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        if i % COMPANIES_EVERY == 0:
            base = company(rng)
        levers, conditions = {}, {}
        together = rng.uniform(0.8, 1.25) if rng.random() < 0.5 else 1.0
        for key, today in base.levers.items():
            row = family_of(key)
            if key.startswith("staffing."):
                levers[key] = today * together * rng.uniform(0.95, 1.05)
            elif rng.random() < 0.3 and (has_effect(key, base) or key == "schedule_flex"):
                moved = float(rng.uniform(row.low, row.high)) * scale_of(row, key, base)
                if has_effect(key, base):  # drawn in any case: scenarios known by their place stay where they are
                    levers[key] = moved
        for key, low, high in (
            ("demand", 0.75, 1.3),
            ("peak", 0.85, 1.3),
            ("forecast_cv", 0.0, 0.2),
            ("growth", -0.1, 0.2),
        ):
            if rng.random() < (0.5 if key == "demand" else 0.2):
                conditions[key] = float(rng.uniform(low, high))
        rule = "follow_work" if rng.random() < 0.3 else "as_set"
        yield model.Scenario(
            baseline=base, levers=levers, conditions=conditions, staffing_rule=rule, month=int(rng.integers(1, 37))
        )


def gaps(scenario: model.Scenario, path: bool) -> dict[str, tuple[float, float]]:
    """Outcome to its error at the headline's month, and the worst of the path if asked; in the units of OUTCOMES.

    A week hour by hour on the full grid takes seconds: there the month alone is compared, with staffing as set. Where
    staffing follows the work, who is there depends on who left in every month before: those are solved, too.
    """
    long = hourly(batch([scenario]))
    if long:
        scenario = scenario.model_copy(update={"staffing_rule": "as_set"})
    used = results.run(batch([scenario]), nodes_of(scenario.month, True, scenario.staffing_rule), path=True)
    asked = batch([scenario], full=True)
    every = not long and (path or scenario.staffing_rule == "follow_work")
    months = np.arange(MONTHS + 1) if every else np.array([scenario.month])
    exact = results.run(asked, months, path=False)
    found = {}
    for key, unit in OUTCOMES.items():
        a, b = (
            np.broadcast_to(r.total[key], (1, 1, n, 1))[0, 0, :, 0]
            for r, n in ((used, MONTHS + 1), (exact, len(months)))
        )
        gap = np.abs(a[months] - b) * 100
        if unit.startswith("%"):
            gap = gap / np.maximum(np.abs(b), 10.0 if unit != "%" else 1e-12)
        found[key] = float(gap[months == scenario.month][0]), float(gap.max())
    return found


def hourly(asked: Batch) -> bool:
    return bool(asked.known.hourly.any() or asked.known.hourly_pool)


Found = tuple[bool, dict[str, tuple[float, float]]]
WEEKS = {False: "half-hours apart", True: "hour by hour"}


def table(found: list[Found]) -> list[list[str]]:
    head = ["weeks", "scenarios", "outcome", "unit", "limit", "worst", "95 % below", "median", "worst of path"]
    rows = [head]
    for kind, title in WEEKS.items():
        group = [one for hours, one in found if hours is kind]
        for key, unit in OUTCOMES.items() if group else ():
            month, path = np.array([one[key] for one in group]).T
            figures = (month.max(), np.quantile(month, 0.95), np.median(month), path.max())
            limit = f"{LIMITS[key]:g}" if key in LIMITS else ""
            label = outcomes.OUTCOMES[key].label
            rows.append([title, str(len(group)), label, unit, limit, *(f"{value:.4f}" for value in figures)])
    return rows


def _write(out: Path, found: list[Found], seed: int, asked: int) -> None:
    with out.open("w", newline="", encoding="utf-8") as file:
        note = (
            f"{len(found)} of {asked} random scenarios as used against every half-hour, season and month: "
            "the difference at the headline's month, and the worst in all months of every fifth scenario and of those "
            "whose staffing follows the work; "
            f"seed {seed}: python -m tests.shortcuts {asked} --seed {seed}"
        )
        file.write(f"# Shortcuts against the full grid | {note}\n")
        csv.writer(file, lineterminator="\n").writerows(table(found))


def _kept(rows: Path | None, seed: int) -> dict[int, Found]:
    """What an earlier run with this seed has compared, by the scenario's place."""
    found = dict[int, Found]()
    if rows and rows.exists():
        for line in csv.reader(rows.read_text(encoding="utf-8").splitlines()):
            if line[0] == str(seed):
                pairs = np.array(line[3:], dtype=float).reshape(-1, 2).tolist()
                gap = {key: (month, path) for key, (month, path) in zip(OUTCOMES, pairs, strict=True)}
                found[int(line[1])] = line[2] == WEEKS[True], gap
    return found


def _keep(rows: Path, seed: int, place: int, one: Found) -> None:
    with rows.open("a", newline="", encoding="utf-8") as file:
        pairs = [f"{value:.6f}" for key in OUTCOMES for value in one[1][key]]
        csv.writer(file, lineterminator="\n").writerow([seed, place, WEEKS[one[0]], *pairs])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.shortcuts", description=__doc__)
    parser.add_argument("scenarios", nargs="?", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--rows", type=Path, help="keep every comparison here, and go on from those it has")
    parser.add_argument("--verbose", action="store_true", help="a line for every scenario")
    asked = parser.parse_args(arguments)
    found, kept = list[Found](), _kept(asked.rows, asked.seed)
    for i, scenario in enumerate(scenarios(asked.scenarios, asked.seed)):
        if i in kept:
            found.append(kept[i])
        else:
            found.append((hourly(batch([scenario])), gaps(scenario, path=i % PATH_EVERY == 0)))
            if asked.rows:
                _keep(asked.rows, asked.seed, i, found[-1])
        if asked.verbose:
            print(i, WEEKS[found[-1][0]], {key: round(gap[0], 3) for key, gap in found[-1][1].items()}, flush=True)
        if asked.out and (i % 10 == 9 or i == asked.scenarios - 1):
            _write(asked.out, found, asked.seed, asked.scenarios)
    for row in table(found):
        print("".join(f"{cell:>22}" for cell in row))
    return int(any(one[key][0] > limit for _, one in found for key, limit in LIMITS.items()))


if __name__ == "__main__":
    sys.exit(main())
