"""Worst errors of the queueing core against 40-digit arithmetic.

    python -m tests.agreement [N] [SEED] [--out FILE]

prints, for N random cases (300) over the promised range, the worst error by figure and region: absolute for shares,
relative for times; `--out` keeps the table for the page of checks. Ends with status 1 where one is above 1e-9.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd

from model import queueing
from model.report import validation
from tests import oracle

TIMES = ("mean_wait", "asa", "wait_sq")
FLOOR = 1e-280  # a time below this, in s, is zero in double precision
Case = tuple[float, float, float, float, float]


def cases(count: int, seed: int) -> Iterator[Case]:
    """Random (lam, mu, theta, n, target) over the promised range: servers .2 to 10,000, loads 1 % to 300 %, patience
    5 s to 1e7 s, handle time 30 to 3,000 s; half of the loads near full, where formulas are in danger."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        n = float(np.exp(rng.uniform(np.log(0.2), np.log(10_000))))
        load = float(np.exp(rng.uniform(np.log(0.01), np.log(3))))
        if i % 2:
            load = float(np.clip(1 + rng.normal() * 2 / np.sqrt(n), 0.01, 3))
        if i % 3 == 0:
            n = max(1.0, round(n))
        aht = float(np.exp(rng.uniform(np.log(30), np.log(3_000))))
        patience = float(np.exp(rng.uniform(np.log(5), np.log(1e7))))
        target = float(rng.choice([0.0, 10.0, 20.0, 60.0, 300.0, 3600.0]))
        yield load * n / aht, 1 / aht, 1 / patience, n, target


def errors(case: Case) -> dict[str, float]:
    """Error of every figure of one case."""
    lam, mu, theta, n, target = case
    ours, exact = queueing.erlang_a(lam, mu, theta, n, target), oracle.erlang_a(lam, mu, theta, n, target)
    found = {}
    for field in fields(ours):
        value, true = float(getattr(ours, field.name)), float(getattr(exact, field.name))
        found[field.name] = _error(value, true, field.name in TIMES)
    a = lam / mu
    found["erlang_b"] = _error(float(queueing.erlang_b(n, a)), float(oracle.erlang_b(n, a)), False)
    if a < n:
        found["erlang_c"] = _error(float(queueing.erlang_c(n, a)), float(oracle.erlang_c(n, a)), False)
    return found


def region(case: Case) -> str:
    lam, mu, theta, n, _ = case
    size = "n < 20" if n < 20 else "n < 300" if n < 300 else "n <= 10,000"
    rho = lam / mu / n
    load = "light" if rho < 0.9 else "near full" if rho < 1.1 else "overload"
    return f"{size:12}{load:10}{'patience < 1 h' if theta > 1 / 3600 else 'patience > 1 h'}"


def _error(value: float, true: float, relative: bool) -> float:
    gap = abs(value - true)
    if not relative:
        return gap if gap == gap else np.inf
    return 0.0 if gap < FLOOR else gap / abs(true) if gap == gap else np.inf


REGIONS = ("servers", "load", "patience")
NAMES = {
    "asa": "average wait", "erlang_b": "blocking (Erlang B)", "erlang_c": "waiting (Erlang C)",
    "mean_wait": "mean wait of all", "occupancy": "share of time busy", "p_abandon": "gave up", "p_wait": "had to wait",
    "service_level": "answered in time", "service_level_answered": "in time of answered",
    "wait_sq": "square of the wait",
}  # fmt: skip


def keep(path: Path, worst: dict[str, dict[str, tuple[float, Case]]], count: int) -> None:
    """The table as the page of checks shows it."""
    rows = []
    for area, row in sorted(worst.items(), key=lambda item: (item[0] == "all", item[0])):
        place = ["all", "all", "all"] if area == "all" else [area[:12].strip(), area[12:22].strip(), area[22:].strip()]
        rows.append(dict(zip(REGIONS, place, strict=True)) | {NAMES[n]: f"{row[n][0]:.1e}" for n in NAMES if n in row})
    note = (f"The largest error of our waiting-line formulas against arithmetic with 40 digits, in {count:,} random "
            "cases: absolute for shares, relative for times; below 1e-9 was promised. Made by `python -m "
            "tests.agreement --out`.")  # fmt: skip
    validation.keep(pd.DataFrame(rows), path, "Agreement of the waiting-line formulas", note)


def main(count: int = 300, seed: int = 1, out: Path | None = None) -> int:
    worst: dict[str, dict[str, tuple[float, Case]]] = {}
    for case in cases(count, seed):
        for name, error in errors(case).items():
            for area in (region(case), "all"):
                row = worst.setdefault(area, {})
                if name not in row or error > row[name][0]:
                    row[name] = (error, case)
    names = sorted({name for row in worst.values() for name in row})
    print(f"{'':38}" + "".join(f"{name[:12]:>13}" for name in names))
    for area in sorted(worst, key=lambda a: (a == "all", a)):
        print(f"{area:38}" + "".join(f"{worst[area][n][0]:13.1e}" if n in worst[area] else " " * 13 for n in names))
    if out:
        keep(out, worst, count)
    bad = 0
    for name in names:
        error, case = worst["all"][name]
        if error > 1e-9:
            bad = 1
            print(f"above 1e-9: {name} {error:.2e} at (lam, mu, theta, n, target) = {case}")
    return bad


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=300)
    parser.add_argument("seed", nargs="?", type=int, default=1)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    sys.exit(main(asked.count, asked.seed, asked.out))
