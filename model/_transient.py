"""Compiled kernel of the hour-by-hour queue; see `model.transient` for what it computes and why."""

import math
from typing import Any

import numpy as np

from model._compiled import compiled
from model._erlang import erlang_a_scalar

ROWS = 400
# columns of the stationary relation: X = L(l'), busy servers, then what a contact arriving in that state meets
IN_SYSTEM, BUSY, P_WAIT, P_ABANDON, WAIT, WAIT_SQ, LEVEL, VARIANCE, WIDTH = range(9)
_IN = "Array(float64, 1, 'C', True)"
_CUBE = "Array(float64, 2, 'C', True)"


@compiled("UniTuple(float64, 3)(float64, float64)")
def _excess(d: float, variance: float) -> tuple[float, float, float]:
    """P(Z > 0), E[Z+], E[(Z+)^2] of a normal Z with mean d."""
    if variance < 1e-12:
        return (1.0, d, d * d) if d > 0.0 else (0.0, 0.0, 0.0)
    sd = math.sqrt(variance)
    u = d / sd
    p = 0.5 * math.erfc(-0.7071067811865476 * u)
    density = 0.3989422804014327 * math.exp(-0.5 * u * u)
    return p, max(0.0, sd * (u * p + density)), max(0.0, variance * ((u * u + 1.0) * p + u * density))


@compiled("float64(float64, float64, float64, float64, float64)")
def _normal_variance(x: float, busy: float, n: float, mu: float, theta: float) -> float:
    """Variance at which a normal X with this mean would rest: flow = V (mu P(X <= n) + theta P(X > n))."""
    flow = mu * busy + theta * (x - busy)
    d = x - n
    v = flow / max(mu, theta)
    for _ in range(12):
        sd = math.sqrt(v) + 1e-150
        u = d / sd
        p = 0.5 * math.erfc(-0.7071067811865476 * u)
        density = 0.3989422804014327 * math.exp(-0.5 * u * u)
        miss = flow - v * (mu + (theta - mu) * p)
        move = miss / (mu + (theta - mu) * (p - 0.5 * u * density))
        v = max(0.25 * v, min(4.0 * v, v + move))
        if abs(move) < 1e-7 * v:
            break
    return v


@compiled("float64(float64, float64, float64, float64, float64, float64[::1])")
def stationary(load: float, n: float, mu: float, theta: float, target: float, row: Any) -> float:
    """Fill one row of the relation at a load; returns X."""
    p_wait, p_abandon, wait, wait_sq, level = erlang_a_scalar(load * mu, mu, theta, n, target)
    busy = load * (1.0 - p_abandon)
    row[IN_SYSTEM] = busy + load * mu / theta * p_abandon
    row[BUSY] = min(busy, n)
    row[P_WAIT] = p_wait
    row[P_ABANDON] = p_abandon
    row[WAIT] = wait
    row[WAIT_SQ] = wait_sq
    row[LEVEL] = level
    row[VARIANCE] = _normal_variance(row[IN_SYSTEM], row[BUSY], n, mu, theta)
    return float(row[IN_SYSTEM])


@compiled("int64(float64, float64, float64, float64, float64, float64[:, ::1])")
def relation(n: float, mu: float, theta: float, target: float, highest: float, table: Any) -> int:
    """Tabulate the stationary relation up to X = highest; returns the number of rows.

    Loads are stepped so that X moves by a fraction of its own spread: the curves bend on the scale sqrt(n) around n
    and ever more slowly beyond.
    """
    # Below one server P(wait) rises like 1 - load^n, at once: an empty queue then stands for an almost empty one.
    stationary(1e-3 * n if n < 1.0 else 0.0, n, mu, theta, target, table[0])
    table[0, IN_SYSTEM] = 0.0
    table[0, BUSY] = 0.0
    table[0, VARIANCE] = 0.0
    load = n - 7.0 * math.sqrt(n) - 1.0
    step = 0.25 * math.sqrt(n) / (1.0 + math.sqrt(n)) * min(1.0, n)
    if load > 0.0:
        # below this load nobody waits and X = busy = load: a few rows carry the straight line
        for count in range(1, 3):
            stationary(load * count / 2.0, n, mu, theta, target, table[count])
        step = 0.25 * math.sqrt(n)
        count = 3
    else:
        load = 0.0
        count = 1
    while count < ROWS:
        before = table[count - 1]
        wanted = 0.25 * math.sqrt(max(n, 0.2)) * min(1.0, 0.25 + 0.25 * n)
        wanted += 0.15 * (before[IN_SYSTEM] - before[BUSY])
        moved = stationary(load + step, n, mu, theta, target, table[count]) - before[IN_SYSTEM]
        if moved > 1.5 * wanted and step > 1e-12 * (load + step):
            step *= max(0.2, wanted / moved)
            continue
        load += step
        count += 1
        if table[count - 1, IN_SYSTEM] > highest and count >= 4:
            break
        step *= min(2.0, wanted / max(moved, 0.3 * wanted))
    return count


@compiled("int64(float64[:, ::1], int64, int64, float64, float64[::1])")
def _look_up(table: Any, count: int, at: int, x: float, row: Any) -> int:
    """Row at X = x by cubics through four neighbours, with d busy / dX in row[IN_SYSTEM]; returns where it was."""
    at = min(max(at, 1), count - 3)
    while at < count - 3 and table[at + 1, IN_SYSTEM] < x:
        at += 1
    while at > 1 and table[at, IN_SYSTEM] > x:
        at -= 1
    if x >= table[count - 1, IN_SYSTEM]:  # only where the table was cut off: the last row holds on
        for j in range(BUSY, WIDTH):
            row[j] = table[count - 1, j]
        row[IN_SYSTEM] = 0.0
        return at
    x0, x1 = table[at - 1, IN_SYSTEM] - x, table[at, IN_SYSTEM] - x
    x2, x3 = table[at + 1, IN_SYSTEM] - x, table[at + 2, IN_SYSTEM] - x
    d0 = 1.0 / ((x1 - x0) * (x2 - x0) * (x3 - x0))
    d1 = 1.0 / ((x0 - x1) * (x2 - x1) * (x3 - x1))
    d2 = 1.0 / ((x0 - x2) * (x1 - x2) * (x3 - x2))
    d3 = 1.0 / ((x0 - x3) * (x1 - x3) * (x2 - x3))
    w0, w1, w2, w3 = x1 * x2 * x3 * d0, x0 * x2 * x3 * d1, x0 * x1 * x3 * d2, x0 * x1 * x2 * d3
    for j in range(BUSY, WIDTH):
        value = w0 * table[at - 1, j] + w1 * table[at, j] + w2 * table[at + 1, j] + w3 * table[at + 2, j]
        row[j] = max(0.0, value)  # a cubic may undershoot by 1e-9
    slope = -(
        (x1 * x2 + x1 * x3 + x2 * x3) * d0 * table[at - 1, BUSY]
        + (x0 * x2 + x0 * x3 + x2 * x3) * d1 * table[at, BUSY]
        + (x0 * x1 + x0 * x3 + x1 * x3) * d2 * table[at + 1, BUSY]
        + (x0 * x1 + x0 * x2 + x1 * x2) * d3 * table[at + 2, BUSY]
    )
    row[BUSY] = min(row[BUSY], x)
    row[IN_SYSTEM] = min(max(slope, 0.0), 1.0)
    return at


@compiled("float64(float64, float64, float64, float64, float64, float64, float64[::1])")
def _correct(x: float, variance: float, n: float, mu: float, theta: float, target: float, row: Any) -> float:
    """Move a row from the spread it has at rest to the spread X has now; returns P(X > n)."""
    rest = row[VARIANCE]
    p, over, over_sq = _excess(x - n, variance)
    p_rest, over_rest, over_sq_rest = _excess(x - n, rest)
    queue = x - row[BUSY]
    row[BUSY] = max(0.0, min(row[BUSY] - (over - over_rest), min(n, x)))
    row[IN_SYSTEM] = min(max(row[IN_SYSTEM] - (p - p_rest), 0.0), 1.0)
    row[P_WAIT] = min(max(row[P_WAIT] + p - p_rest, 0.0), 1.0)
    clears = n * mu / theta
    thin = clears / (clears + queue)  # of those who find the queue, the share that stays to be served
    row[P_ABANDON] = min(max(row[P_ABANDON] + thin * thin / clears * (over - over_rest), 0.0), 1.0)
    row[WAIT] = max(0.0, row[WAIT] + thin * thin / (n * mu) * (over - over_rest))
    row[WAIT_SQ] = max(0.0, row[WAIT_SQ] + thin * thin * thin / (n * mu) ** 2 * (over_sq - over_sq_rest))
    ahead = clears * math.expm1(min(theta * target, 50.0))  # so many are gone within the target
    late, _, _ = _excess(x - n - ahead, variance + ahead)
    late_rest, _, _ = _excess(x - n - ahead, rest + ahead)
    row[LEVEL] = min(max(row[LEVEL] - (late - late_rest), 0.0), 1.0 - row[P_ABANDON])
    # Spread far less than at rest, a queue that builds up: the resting shape tells little and the normal all.
    near = min(variance / max(rest, 1e-12), 1.0)
    patient = mu / (mu + 10.0 * theta)
    near *= 2.0 - near + patient * patient * (near * near - 2.0 + near)
    row[BUSY] += (1.0 - near) * (max(0.0, min(x - over, min(n, x))) - row[BUSY])
    row[IN_SYSTEM] += (1.0 - near) * (1.0 - p - row[IN_SYSTEM])
    row[P_WAIT] += (1.0 - near) * (p - row[P_WAIT])
    row[LEVEL] += (1.0 - near) * (min(1.0 - late, 1.0 - row[P_ABANDON]) - row[LEVEL])
    return p


@compiled(f"float64(float64, int64, {_IN}, {_IN}, {_IN}, float64)")
def drain(queue: float, i: int, mu: Any, theta: Any, servers: Any, interval: float) -> float:
    """Time until the queue found in the middle of interval i has been served or has left, with the servers to come."""
    waited = 0.0
    left = 0.5 * interval
    last = mu.size - 1
    while queue > 1e-9:
        capacity = servers[i] * mu[i]
        t = theta[i]
        need = math.log1p(queue * t / capacity) / t if capacity > 0.0 else math.inf
        if need <= left:
            return waited + need
        if i == last:
            return waited + (need if need < math.inf else left)
        queue = (queue + capacity / t) * math.exp(-t * left) - capacity / t
        waited += left
        left = interval
        i += 1
    return waited


@compiled(
    "UniTuple(float64, 5)(float64, float64, float64, float64, float64, float64, float64, float64, float64[:, ::1], "
    "int64, float64[::1], float64[::1])"
)
def follow_interval(
    rate_in: float, m: float, t: float, n: float, target: float, interval: float, x: float, variance: float,
    table: Any, count: int, row: Any, mean: Any,
) -> tuple[float, float, float, float, float]:  # fmt: skip
    """One interval from X and its variance: both at its end, mean X, mean queue, queue half-way; means in `mean`.

    `count` rows of `table` hold the stationary relation; none: nobody serves.
    """
    steps = 12 + int(min(108.0, interval * (3.0 * m + t)))
    h = interval / steps
    for j in range(WIDTH):
        mean[j] = 0.0
    at = 1
    in_system = 0.0
    queue = 0.0
    half_way = 0.0
    for k in range(steps + 1):
        if count == 0:
            for j in range(WIDTH):
                row[j] = 0.0
            row[P_WAIT] = 1.0
            row[P_ABANDON] = 1.0
            above = 1.0
        else:
            at = _look_up(table, count, at, x, row)
            above = _correct(x, variance, n, m, t, target, row)
        part = 0.5 / steps if k == 0 or k == steps else 1.0 / steps
        for j in range(WIDTH):
            mean[j] += part * row[j]
        if k == steps // 2:
            half_way = x - row[BUSY]
        if k < steps:
            # exponential Rosenbrock step: exact where busy is linear in X, and stable however short patience is
            rate = t + (m - t) * row[IN_SYSTEM]
            drift = rate_in - m * row[BUSY] - t * (x - row[BUSY])
            moved = -drift * math.expm1(-h * rate) / rate
            lag = (drift * h - moved) / (rate * h)  # mean X over the step, less X: flows balance exactly
            in_system += (x + lag) / steps
            queue += max(0.0, x - row[BUSY] + (1.0 - row[IN_SYSTEM]) * lag) / steps
            noise = rate_in + m * row[BUSY] + t * (x - row[BUSY])
            calm = 2.0 * (m + (t - m) * above)
            variance = max(0.0, variance + (noise / calm - variance) * -math.expm1(-h * calm))
            x = max(0.0, x + moved)
    return x, variance, in_system, queue, half_way


@compiled(f"void({_CUBE}, {_CUBE}, {_CUBE}, {_CUBE}, {_CUBE}, float64, float64[::1], float64[:, :, ::1])")
def hourly_batch(
    lam: Any, mu: Any, theta: Any, servers: Any, target: Any, interval: float, start: Any, out: Any
) -> None:
    """Histories (R, I), each from X = start (R,), below 0 stationary, into out (R, I, 12).

    Columns: served, abandoned, mean X, mean queue, X and queue at the end; then of the interval's arrivals P(wait),
    P(abandon), E[W; served], E[W^2; served], service level; virtual wait.
    """
    table = np.empty((ROWS, WIDTH))
    row = np.empty(WIDTH)
    mean = np.empty(WIDTH)
    for r in range(lam.shape[0]):
        x = start[r]
        variance = 0.0
        if x < 0.0:
            l0, n0 = lam[r, 0] / mu[r, 0], servers[r, 0]
            x = stationary(l0, n0, mu[r, 0], theta[r, 0], target[r, 0], row)
            variance = row[VARIANCE]
        for i in range(lam.shape[1]):
            rate_in, m, t, n = lam[r, i], mu[r, i], theta[r, i], servers[r, i]
            count = 0
            if n >= 1e-9:
                rest = stationary(rate_in / m, n, m, t, target[r, i], row)
                count = relation(n, m, t, target[r, i], min(max(x, rest), x + rate_in * interval) * 1.001 + 1e-9, table)
            begin = x
            x, variance, in_system, queue, half_way = follow_interval(
                rate_in, m, t, n, target[r, i], interval, x, variance, table, count, row, mean
            )
            abandoned = t * queue * interval
            out[r, i, 0] = max(0.0, rate_in * interval - abandoned - (x - begin))
            out[r, i, 1] = abandoned
            out[r, i, 2] = in_system
            out[r, i, 3] = queue
            out[r, i, 4] = x
            out[r, i, 5] = x - row[BUSY]
            for j in range(P_WAIT, LEVEL + 1):
                out[r, i, 4 + j] = mean[j]
            out[r, i, 11] = half_way  # replaced by the virtual wait below
        for i in range(lam.shape[1]):
            out[r, i, 11] = drain(out[r, i, 11], i, mu[r], theta[r], servers[r], interval)


@compiled(f"void({_CUBE}, {_CUBE}, {_CUBE}, {_IN}, float64, float64, int64, float64[:, :, ::1])")
def weeks_batch(
    lam: Any, mu: Any, theta: Any, servers: Any, target: float, interval: float, before: int, out: Any
) -> None:
    """Periodic weeks (R, I) with the same servers (I,), `before` intervals run first, into out (R, I, 6).

    Columns as `erlang_a_scalar`, then mean busy servers. Weeks of the same service rate share one table an interval,
    so they should stand together.
    """
    table = np.empty((ROWS, WIDTH))
    row = np.empty(WIDTH)
    mean = np.empty(WIDTH)
    weeks, intervals = lam.shape
    x = np.zeros(weeks)
    variance = np.zeros(weeks)
    for place in range(-before, intervals):
        i = place % intervals
        n = servers[i]
        count = -1
        reached = 0.0
        for r in range(weeks):
            rate_in, m, t = lam[r, i], mu[r, i], theta[r, i]
            if rate_in <= 0.0 and x[r] < 1e-6:  # nobody there and nobody comes
                x[r] = 0.0
                variance[r] = 0.0
                for j in range(6):
                    out[r, i, j] = 0.0
                continue
            if n < 1e-9:
                count = 0
            else:
                rest = stationary(rate_in / m, n, m, t, target, row)
                if place == -before:
                    x[r] = min(rest, rate_in * interval + n)
                    variance[r] = row[VARIANCE]
                highest = min(max(x[r], rest), x[r] + rate_in * interval) * 1.001 + 1e-9
                if count < 1 or highest > reached or m != mu[r - 1, i] or t != theta[r - 1, i]:
                    reached = highest * 1.3
                    count = relation(n, m, t, target, reached, table)
            x[r], variance[r], in_system, queue, _ = follow_interval(
                rate_in, m, t, n, target, interval, x[r], variance[r], table, count, row, mean
            )
            for j in range(5):
                out[r, i, j] = mean[P_WAIT + j]
            out[r, i, 5] = in_system - queue
