"""Speed of the queueing core, side by side with pyworkforce, in one process.

    python -m tests.benchmarks.bench_queueing [FOLDER]

pyworkforce (0.5) is no dependency of ours: `pip install pyworkforce` somewhere and name that site-packages FOLDER. It
has Erlang C only, for whole servers; its best comparable call for the figures of one queue is an `ErlangC` asked for
service level, probability of waiting and occupancy. Ours gives all of Erlang A. Microseconds an evaluation, best of 25.
"""

import sys
import time
from collections.abc import Callable

import numpy as np

from model import queueing


def best(call: Callable[[], object], evaluations: int, rounds: int = 25) -> float:
    """Microseconds an evaluation, best of the rounds."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return min(times) / evaluations * 1e6


def sample(low: float, high: float, count: int, seed: int = 1) -> tuple[np.ndarray, ...]:
    """Random queues of a customer operation: whole servers, loads .5 to .98, patience 1 to 10 min."""
    rng = np.random.default_rng(seed)
    n = np.round(np.exp(rng.uniform(np.log(low), np.log(high), count)))
    aht = rng.uniform(120, 600, count)
    return rng.uniform(0.5, 0.98, count) * n / aht, 1 / aht, 1 / rng.uniform(60, 600, count), n, np.full(count, 20.0)


def theirs(args: tuple[np.ndarray, ...]) -> Callable[[], object] | None:
    try:
        from pyworkforce.queuing import ErlangC
    except ImportError:
        return None
    rows = [(float(lam) * 60 * 30, 1 / float(mu) / 60, int(n)) for lam, mu, _, n, _ in zip(*args, strict=True)]

    def call() -> None:
        for transactions, aht, n in rows:
            queue = ErlangC(transactions=transactions, aht=aht, asa=20 / 60, interval=30)
            queue.service_level(n)
            queue.waiting_probability(n)
            queue.achieved_occupancy(n)

    return call


def main(folder: str = "") -> int:
    if folder:
        sys.path.append(folder)
    print(f"{'servers':14}{'kernel, us':>12}{'erlang_a, us':>14}{'pyworkforce, us':>17}{'ratio':>8}")
    from model import _erlang

    ranges = ((10, 10), (10, 30), (30, 100), (100, 300), (10, 300), (2, 60), (20, 300), (300, 3000), (3000, 10000))
    for low, high in ranges:
        args = sample(low, high, 4_000)
        out = np.empty((4_000, 5))
        kernel = best(lambda args=args, out=out: _erlang.erlang_a_batch(*args, out), 4_000)
        public = best(lambda args=args: queueing.erlang_a(*args), 4_000)
        other = theirs(tuple(a[:200] for a in args)) if high <= 300 else None
        line = f"{low:>6} - {high:<5}{kernel:12.3f}{public:14.3f}"
        if other is not None:
            cost = best(other, 200)
            line += f"{cost:17.2f}{cost / public:8.1f}"
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
