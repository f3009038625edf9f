"""The birth-death chain of M(t)/M/n(t)+M in time, state by state: what the hour-by-hour queue is held against.

    python -m tests.chain [DAYS] [SEED]

prints errors of `model.transient` on random days with peaks, overload, outages and long patience, beside those of the
stationary formula used interval by interval. Uniformisation (Jensen 1953), truncated at 1e-12: exact but for that.
"""

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc
from scipy.stats import poisson

from model.queueing import erlang_a
from model.transient import hourly_queue

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Day:
    """Rates per second and whole servers for each interval of `interval` seconds."""

    kind: str
    lam: Array
    mu: float
    theta: float
    servers: NDArray[np.int_]
    target: float
    interval: float = 1800.0


def exact(day: Day, states: int | None = None) -> dict[str, Array]:
    """Figures of each interval, named as in `model.transient.HourlyQueue`; starts empty."""
    if states is None:
        states = _enough(day)
    k = np.arange(states)
    p = np.zeros(states)
    p[0] = 1.0
    rows = []
    for lam, n in zip(day.lam, day.servers, strict=True):
        birth = np.where(k < states - 1, lam, 0.0)
        death = day.mu * np.minimum(k, n) + day.theta * np.maximum(k - n, 0)
        p, mean = _advance(p, birth, death, day.interval)
        gone, level = _fate(k, int(n), day)
        queue, busy = np.maximum(k - n, 0), np.minimum(k, n)
        rows.append((mean @ queue, mean @ busy, p @ queue, p @ k, mean @ (k >= n), mean @ gone, mean @ level))
        assert p[-1] < 1e-7, "too few states"
    names = ("queue", "busy", "backlog", "in_system_end", "p_wait", "p_abandon", "service_level")
    return dict(zip(names, np.array(rows).T, strict=True))


def _advance(p: Array, birth: Array, death: Array, time: float) -> tuple[Array, Array]:
    """Distribution after `time`, and its mean over that time."""
    rate = float((birth + death).max()) or 1.0
    up, down, stay = birth / rate, death / rate, 1 - (birth + death) / rate
    jumps = rate * time
    last = int(jumps + 8 * np.sqrt(jumps) + 30)
    weight = poisson.pmf(np.arange(last + 1), jumps)
    beyond = poisson.sf(np.arange(last + 1), jumps) / jumps  # integral over time of the pmf, per unit of time
    end, mean = weight[0] * p, beyond[0] * p
    for j in range(1, last + 1):
        moved = p * stay
        moved[1:] += p[:-1] * up[:-1]
        moved[:-1] += p[1:] * down[1:]
        p = moved
        end += weight[j] * p
        mean += beyond[j] * p
    return end / end.sum(), mean / mean.sum()


def _fate(k: NDArray[np.int_], n: int, day: Day) -> tuple[Array, Array]:
    """P(abandon), P(served within target) of a contact that finds k there: e^-wait/patience is Betadistributed."""
    if n == 0:
        return np.ones(k.size), np.zeros(k.size)
    x = n * day.mu / day.theta
    ahead = np.maximum(k - n, 0)
    served = x / (x + ahead + 1)
    in_time = served * (1 - betainc(x + 1, ahead + 1.0, np.exp(-day.theta * day.target)))
    return np.where(k < n, 0.0, 1 - served), np.where(k < n, 1.0, in_time)


def _enough(day: Day) -> int:
    fluid = hourly_queue(day.lam, day.mu, day.theta, day.servers, day.target, day.interval, 0.0)
    top = max(float(fluid.in_system_end.max()), float(day.servers.max()))
    spread = np.sqrt(top + min(float((day.lam / day.theta).max()), 2 * float(day.lam.sum()) * day.interval))
    return int(top + 8 * spread + 60)


def random_day(rng: np.random.Generator, kind: str, intervals: int = 32) -> Day:
    """Sixteen hours with two peaks; `kind`: peaks, overload, outage or long patience."""
    aht = float(np.exp(rng.uniform(np.log(120), np.log(600))))
    patience = float(np.exp(rng.uniform(np.log(60), np.log(900))))
    if kind == "long patience":
        patience = float(np.exp(rng.uniform(np.log(3_600), np.log(100_000))))
    size = float(np.exp(rng.uniform(np.log(4), np.log(50))))
    hour = np.arange(intervals) / 2
    shape = 0.4 + np.exp(-(((hour - rng.uniform(3, 5)) / 1.8) ** 2)) + 0.8 * np.exp(-(((hour - 11) / 2.2) ** 2))
    load = size * shape * np.exp(0.08 * rng.standard_normal(intervals))
    servers = np.maximum(1, np.round(size * shape + rng.uniform(0, 1) * np.sqrt(size * shape))).astype(int)
    if kind == "overload":
        at = int(rng.integers(4, 20))
        load[at : at + int(rng.integers(2, 8))] *= rng.uniform(1.3, 2.0)
    if kind == "outage":
        at = int(rng.integers(4, 24))
        servers[at : at + int(rng.integers(1, 5))] = np.round(servers[at] * rng.choice([0.0, 0.4]))
    return Day(kind, load / aht, 1 / aht, 1 / patience, servers, float(rng.choice([20.0, 60.0])))


def errors(day: Day) -> dict[str, dict[str, float]]:
    """Worst and arrival-weighted error a day of abandonment, service level, busy and queue (per sqrt(servers))."""
    true = exact(day)
    ours = hourly_queue(day.lam, day.mu, day.theta, day.servers, day.target, day.interval, 0.0)
    still = erlang_a(day.lam, day.mu, day.theta, np.maximum(day.servers, 1e-9), day.target)
    scale = np.sqrt(day.servers.max())
    weight = day.lam / day.lam.sum()
    stationary_queue = day.lam * still.mean_wait
    pairs = {
        "p_abandon": (ours.p_abandon, still.p_abandon, 1.0),
        "service_level": (ours.service_level, still.service_level, 1.0),
        "busy": (ours.busy, still.occupancy * day.servers, day.servers.max()),
        "queue": (ours.queue, stationary_queue, scale),
    }
    found: dict[str, dict[str, float]] = {}
    for name, (value, stationary, unit) in pairs.items():
        gap, gap_still = np.abs(value - true[name]) / unit, np.abs(stationary - true[name]) / unit
        found[name] = {
            "worst": float(gap.max()),
            "day": float(abs(weight @ (value - true[name])) / unit),
            "stationary worst": float(gap_still.max()),
        }
    return found


KINDS = ("peaks", "overload", "outage", "long patience")


def main(days: int = 50, seed: int = 1) -> int:
    rng = np.random.default_rng(seed)
    worst: dict[tuple[str, str], dict[str, float]] = {}
    for i in range(days):
        day = random_day(rng, KINDS[i % len(KINDS)])
        for name, row in errors(day).items():
            known = worst.setdefault((day.kind, name), dict.fromkeys(row, 0.0))
            for what, value in row.items():
                known[what] = max(known[what], value)
    print(f"{'day':16}{'figure':16}{'worst interval':>16}{'worst day':>12}{'stationary, worst interval':>28}")
    for kind in KINDS:
        for (a, name), row in worst.items():
            if a == kind:
                print(f"{kind:16}{name:16}{row['worst']:16.4f}{row['day']:12.4f}{row['stationary worst']:28.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:3])))
