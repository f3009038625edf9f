"""Queues that share callers: many rows (scenario, draw, month) of channels solved for repeats and staffing.

Compiled with numba because one slider move needs tens of thousands of Erlang A values: measured at .3 to .7
microseconds each here against 3 to 6 for vectorised scipy, with no temporaries. Every row is iterated on its own until
it stands, so a row's bits do not depend on what else is in the batch.

Points are (channel, point, 6), as in `model._week`, whose table stands in for the sums where few digits are enough;
`hours` are the weeks whose queues carry over, wholly or in part, as in `model._surface`.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled
from model._erlang import erlang_a_multi
from model._surface import WEIGHT as HOW_FAR
from model._surface import Hours, of_channel, of_team
from model._week import AGENTS, IDEAL, WEIGHT, Table, arrivals, figures, moved

Array = NDArray[np.float64]
R, P_WAIT, P_ABANDON, WAIT, WAIT_SQ, LEVEL = range(6)
"""Columns of the result: repeat multiplier, shares of offered, E[W; served] and E[W^2; served] over offered, level."""
NEARLY_ONE, STRICTER, NUDGE = 0.999, 4.0, 1e-4
"""Gain up to which staffing is asked by channel, since in one team with one queue it makes no difference whose it is.

So many times the odds of its goal are the most that a channel's own queue is staffed for. The step in ln servers by
which slopes are found.
"""


class Queues(NamedTuple):
    """What rows of channels are solved for: (row, channel), or (row,) where said.

    load : factor on the points' arrivals, repeats aside. handle : s. servers : factor on the points' agents.
    flex (row,) : way from today's shape to the ideal one. peak (row,) : factor on the busiest fifth. cv (row,) :
    forecast error. theta : 1/patience, 1/s. target : s. sessions : chats at once. gain : way from today's sharing to
    one team. retrial (row,) : q. repeat : (1-FCR) p. constant : N. vendor : share outsourced. vendor_abandon : its
    abandonment. path (row,) : rows that follow each other with one number are months of one path. held_apart (row,
    channel, 5) : `service.held_apart` where sharing is less than today's; (row, channel, 0) where it nowhere is.
    """

    load: Array
    handle: Array
    servers: Array
    flex: Array
    peak: Array
    cv: Array
    theta: Array
    target: Array
    sessions: Array
    gain: Array
    retrial: Array
    repeat: Array
    constant: Array
    vendor: Array
    vendor_abandon: Array
    path: Array
    held_apart: Array


@compiled()
def _pooled(points: Array, hours: Hours, load: Array, servers: Array, q: Queues, i: int, out: Array) -> None:
    """The same for all channels of row i as one team: agents add up, a chat takes 1/sessions of an agent."""
    channels = points.shape[0]
    rates, offered, found = np.empty(channels), np.zeros(channels), np.empty(4 + channels)
    hourly = hours.team.facts[0, HOW_FAR] if len(hours.team.facts) else 0.0
    out[:, 1:] = 0.0
    for k in range(points.shape[1] if hourly < 1.0 else 0):
        total, work, agents, patience = 0.0, 0.0, 0.0, 0.0
        for c in range(channels):
            point = points[c, k]
            rates[c] = arrivals(point, load[c], q.peak[i], q.cv[i])
            total += rates[c]
            work += rates[c] * q.handle[i, c] / q.sessions[i, c]
            patience += rates[c] * q.theta[i, c]
            shape = max(point[AGENTS] + q.flex[i] * (point[IDEAL] - point[AGENTS]), 0.0)
            agents += servers[c] / q.sessions[i, c] * shape
        if total <= 0.0:
            continue
        erlang_a_multi(total, total / work, patience / total, agents, q.target[i], found)
        for c in range(channels):
            weight = points[c, k, WEIGHT] * rates[c]
            offered[c] += weight
            for j in range(4):
                out[c, 1 + j] += weight * found[j]
            out[c, LEVEL] += weight * found[4 + c]
    for c in range(channels):
        out[c, 1:] /= max(offered[c], 1e-300)
    if hourly > 0.0:
        moving = np.empty((channels, 5))
        of_team(hours.team, load, q.handle[i], servers, q.sessions[i], q.flex[i], q.peak[i], q.cv[i], moving)
        for c in range(channels):
            for j in range(5):
                out[c, 1 + j] += hourly * (moving[c, j] - out[c, 1 + j])


_MISS = 10.0
"""What a straight line misses of r and shares, at most, by the product of the last two steps."""


@compiled()
def _is_shared(pool: Array, q: Queues, i: int) -> bool:
    """Whether row i's channels are more, or less, of one team than today."""
    for c in range(q.gain.shape[1]):
        if q.gain[i, c] != 0.0:
            return bool(pool.shape[1] > 0)
    return False


@compiled()
def _metrics(
    points: Array, pool: Array, table: Table, hours: Hours, r: Array, servers: Array, q: Queues, i: int, anew: bool,
    out: Array, pooled: Array,
) -> None:  # fmt: skip
    """Dedicated metrics of row i, blended towards the pool's by `gain`, which is 0 at today's cross-training, or held
    apart from it.

    The pool's stay as they are in `pooled` unless wanted `anew`.
    """
    channels = points.shape[0]
    for c in range(channels):
        hourly = hours.own.facts[c, HOW_FAR] if len(hours.own.facts) else 0.0
        if hourly < 1.0:
            figures(
                points[c], table, c, q.load[i, c] * r[c], q.handle[i, c], servers[c], q.flex[i], q.peak[i], q.cv[i],
                q.theta[i, c], q.target[i, c], out[c, 1:],
            )  # fmt: skip
        if hourly > 0.0:
            moving = np.empty(5)
            of_channel(
                hours.own, c, q.load[i, c] * r[c], q.handle[i, c], servers[c], q.flex[i], q.peak[i], q.cv[i], moving
            )
            for j in range(5):
                out[c, 1 + j] = moving[j] if hourly >= 1.0 else out[c, 1 + j] + hourly * (moving[j] - out[c, 1 + j])
    if _is_shared(pool, q, i):
        if anew and np.max(q.gain[i]) > 0.0:
            _pooled(pool, hours, q.load[i] * r, servers, q, i, pooled)
        for c in range(channels):
            if q.gain[i, c] <= 0.0:
                if q.gain[i, c] < 0.0:
                    moved(out[c, 1:], q.held_apart[i, c])
                continue
            for j in range(1, 6):
                value = out[c, j] + q.gain[i, c] * (pooled[c, j] - out[c, j])
                out[c, j] = max(value, 0.0) if j in (WAIT, WAIT_SQ) else min(max(value, 0.0), 1.0)


@compiled()
def _again(q: Queues, i: int, c: int, abandoned: float) -> float:
    """r at this abandonment: N / [1 - q Pab - (1-FCR) p (1-Pab)], the vendor's share abandoning as it does."""
    lost = (1.0 - q.vendor[i, c]) * abandoned + q.vendor[i, c] * q.vendor_abandon[i, c]
    again: float = q.constant[i, c] / (1.0 - q.retrial[i] * lost - q.repeat[i, c] * (1.0 - lost))
    return again


@compiled()
def solve(points: Array, pool: Array, table: Table, hours: Hours, q: Queues, tolerance: float, out: Array) -> None:
    """Repeat multiplier r and the metrics of every row, in place: r [1 - q Pab(r) - (1-FCR) p (1-Pab(r))] = N.

    points, pool (channel, point, 6); out (row, channel, 6), whose first column is the start of r. Secant, to the
    relative tolerance; a month of a path goes on from how the one before it came from its start, and where queues are
    not pooled figures follow the last step in a straight line once that is near enough. With a table figures are looked
    up, and the pool's are reckoned anew only where r has moved by more than .0003 since: they count by `gain`, and move
    with r about as much as r does.
    """
    channels = points.shape[0]
    pooled, last = np.empty(out.shape[1:]), np.empty(out.shape[1:])
    r, before, gap, gap_before = np.empty(channels), np.empty(channels), np.empty(channels), np.empty(channels)
    slope, moved, pooled_at = np.empty(channels), np.empty(channels), np.empty(channels)
    exact, hourly = table.values.shape[0] == 0, len(hours.own.facts) > 0
    for i in range(out.shape[0]):
        if i == 0 or q.path[i] != q.path[i - 1]:
            # The true slope lies between -1 (no feedback) and 0 (retrials feed on themselves).
            slope[:], moved[:] = -1.0, 0.0
        for c in range(channels):
            r[c] = max(out[i, c, R] + moved[c], 1e-3)
        alone = not _is_shared(pool, q, i)
        for step in range(60):
            anew = exact or step == 0
            for c in range(channels):
                anew = anew or abs(r[c] - pooled_at[c]) > max(tolerance, 3e-4)
            if anew:
                pooled_at[:] = r
            if hourly or not alone:
                _metrics(points, pool, table, hours, r, q.servers[i], q, i, anew, out[i], pooled)
            else:  # to hand all of it on takes as long as half of what is looked up
                for c in range(channels):
                    figures(
                        points[c], table, c, q.load[i, c] * r[c], q.handle[i, c], q.servers[i, c], q.flex[i], q.peak[i],
                        q.cv[i], q.theta[i, c], q.target[i, c], out[i, c, 1:],
                    )  # fmt: skip
            worst = 0.0
            for c in range(channels):
                gap[c] = _again(q, i, c, out[i, c, P_ABANDON]) - r[c]
                worst = max(worst, abs(gap[c]) / r[c])
            if worst <= tolerance:
                break
            nearly = step > 0 and alone
            for c in range(channels):
                if step > 0 and abs(r[c] - before[c]) > 1e-13 * r[c]:
                    slope[c] = min(max((gap[c] - gap_before[c]) / (r[c] - before[c]), -2.0), -0.15)
                nearly = nearly and _MISS * abs(gap[c] / slope[c] * (r[c] - before[c])) <= tolerance
            for c in range(channels):
                step_before = r[c] - before[c]
                before[c], gap_before[c] = r[c], gap[c]
                r[c] = max(r[c] - gap[c] / slope[c], 1e-3)
                if nearly and step_before != 0.0:
                    ahead = (r[c] - before[c]) / step_before
                    for j in range(1, 6):
                        value = out[i, c, j] + ahead * (out[i, c, j] - last[c, j])
                        out[i, c, j] = max(value, 0.0) if j in (WAIT, WAIT_SQ) else min(max(value, 0.0), 1.0)
            if nearly:
                break
            last[:] = out[i]
        for c in range(channels):
            moved[c] = r[c] - out[i, c, R]
            out[i, c, R] = r[c]


_HELPER = ThreadPoolExecutor(max_workers=2, thread_name_prefix="queues")
_WORTH_IT = 20_000
"""Queues (rows x points) above which a second thread pays; kernels hold no lock, and paths do not see each other."""


def solve_in_two(
    points: Array, pool: Array, table: Table, hours: Hours, rows: Queues, tolerance: float, out: Array
) -> None:
    """`solve` with the rows in two halves at once where there are many to sum."""
    pooled = bool(pool.shape[1] and rows.gain.any())
    if (len(table.values) and not pooled) or len(out) * points.shape[0] * points.shape[1] < _WORTH_IT:
        solve(points, pool, table, hours, rows, tolerance, out)
        return
    half = int(np.searchsorted(rows.path, rows.path[len(out) // 2]))  # a path stays whole
    first, second = (Queues(*(a[part] for a in rows)) for part in (slice(half), slice(half, None)))
    other = _HELPER.submit(solve, points, pool, table, hours, second, tolerance, out[half:])
    solve(points, pool, table, hours, first, tolerance, out[:half])
    other.result()


@compiled()
def _logit(share: float) -> float:
    share = min(max(share, 1e-9), 1.0 - 1e-9)
    return math.log(share / (1.0 - share))


@compiled()
def above(value: float, goal: float, held: int) -> float:
    """How far a metric is on the good side of its goal, in logits."""
    return (1.0 if held == LEVEL else -1.0) * (_logit(value) - _logit(goal))


@compiled()
def _exactly(
    points: Array, pool: Array, table: Table, hours: Hours, q: Queues, i: int, held: NDArray[np.int64], goal: Array,
    near: float, x: Array, r: Array, slope: Array,
) -> None:  # fmt: skip
    """ln(servers / repeats) x and repeats r of row i at which every metric is its goal, in place, (channel,).

    `near` : logits from which one more step is the last.
    """
    channels = points.shape[0]
    out, pooled, y = np.empty((channels, 6)), np.empty((channels, 6)), np.zeros(channels)
    x_before, y_before = np.zeros(channels), np.zeros(channels)
    alone = len(hours.own.facts) == 0 and not _is_shared(pool, q, i)
    for step in range(80):
        if alone:  # as in `solve`
            for c in range(channels):
                figures(
                    points[c], table, c, q.load[i, c] * r[c], q.handle[i, c], math.exp(x[c]) * r[c], q.flex[i],
                    q.peak[i], q.cv[i], q.theta[i, c], q.target[i, c], out[c, 1:],
                )  # fmt: skip
        else:
            _metrics(points, pool, table, hours, r, np.exp(x) * r, q, i, True, out, pooled)
        worst = 0.0
        for c in range(channels):
            again = _again(q, i, c, out[c, P_ABANDON])
            y[c] = above(out[c, held[c]], goal[c], held[c])
            worst = max(worst, abs(y[c]), 10.0 * abs(again / r[c] - 1.0))
            r[c] = again
        for c in range(channels):
            if step > 0 and abs(x[c] - x_before[c]) > 1e-10:
                slope[c] = min(max((y[c] - y_before[c]) / (x[c] - x_before[c]), 1.0), 100.0)
            x_before[c], y_before[c] = x[c], y[c]
            x[c] -= min(max(y[c] / slope[c], -0.3), 0.3)
        if worst < near:
            break


@compiled()
def _as_one_team(
    pool: Array, hours: Hours, q: Queues, i: int, held: NDArray[np.int64], goal: Array, work: Array, level: Array,
    r: Array, slope: Array,
) -> None:  # fmt: skip
    """ln of agents over work, (channel,) in place, at which all channels as one team meet each channel's own goal.

    work (channel,) : servers over repeats at which a channel has as many as it has work for.
    """
    pooled = np.empty((len(goal), 6))
    for c in range(len(goal)):
        before, y_before, start = 0.0, 0.0, level[c]
        for step in range(60):
            _pooled(pool, hours, q.load[i] * r, math.exp(level[c]) * work * r, q, i, pooled)
            y = above(pooled[c, held[c]], goal[c], held[c])
            worst = abs(y)
            for d in range(len(goal)):
                again = _again(q, i, d, pooled[d, P_ABANDON])
                worst = max(worst, 10.0 * abs(again / r[d] - 1.0))
                r[d] = again
            if step > 0 and abs(level[c] - before) > 1e-10:
                slope[c] = min(max((y - y_before) / (level[c] - before), 1.0), 100.0)
            before, y_before = level[c], y
            level[c] -= min(max(y / slope[c], -0.3), 0.3)
            if worst < 1e-3:  # and after this step a hundredth of it or less, of bounds
                break
        # Where one goal's level moves between rows, the others' move nearly as much.
        level[c + 1 :] += level[c] - start


@compiled()
def _linear(y: Array, d: Array, b: Array, share: Array, low: Array, high: Array, step: Array) -> float:
    """Step in ln servers within bounds that leaves y + d step + b e at nothing, e = sum share step; the least of these.

    Outside of the bounds it is negative where servers are at their most, positive where at their least. The sum falls
    as e rises, so one e does.
    """
    left, right, e = -1.0, 1.0, 0.0
    for _ in range(50):
        e, total = 0.5 * (left + right), 0.0
        for c in range(len(y)):
            total += share[c] * min(max(-(y[c] + b[c] * e) / d[c], low[c]), high[c])
        left, right = (e, right) if total > e else (left, e)
    least = math.inf
    for c in range(len(y)):
        step[c] = min(max(-(y[c] + b[c] * e) / d[c], low[c]), high[c])
        least = min(least, y[c] + d[c] * step[c] + b[c] * e)
    return least


@compiled()
def step_together(
    y: Array, d: Array, b: Array, share: Array, x: Array, bounds: Array, work: Array, most: float, step: Array
) -> None:
    """Step of ln servers x towards `solve_staffing`'s answer for channels that share a team, (channel,) in place.

    y : how far metrics are above their goals; d, b : slopes of y by a channel's own ln servers and by the team's;
    share : of the team's agents; bounds (2, channel) : least and most x; work : x at which a channel has as many as it
    has work for; most : the highest level of ln agents over work to which all may be brought.
    """
    low, high = bounds[0] - x, bounds[1] - x
    if _linear(y, d, b, share, low, high, step) < -1e-9:
        under, level, over = np.min(bounds[0] - work), 0.0, most
        for _ in range(40):
            level = 0.5 * (under + over)
            up = work + level - x
            if _linear(y, d, b, share, np.maximum(low, up), np.maximum(high, up), step) < -1e-9:
                under = level
            else:
                over = level
        up = work + over - x
        _linear(y, d, b, share, np.maximum(low, up), np.maximum(high, up), step)
    for c in range(len(y)):
        step[c] = min(max(step[c], -0.3), 0.3)  # farther than that slopes do not hold


@compiled()
def _together(
    points: Array, pool: Array, table: Table, hours: Hours, q: Queues, i: int, held: NDArray[np.int64], goal: Array,
    per_server: Array, bounds: Array, work: Array, level: Array, x: Array, r: Array, slope: Array,
) -> None:  # fmt: skip
    """x and r as in `_exactly` where channels share a team: `solve_staffing` says what is asked.

    per_server (channel,) : a server's hours a week, in agents; bounds, work as in `step_together`; level, slope : what
    `_as_one_team` finds. Newton: own slopes by a nudge, the team's by secant along its number of agents.
    """
    channels = points.shape[0]
    pooled, both = np.empty((channels, 6)), np.empty((2, channels, 6))
    out, more = both
    nobody, gain = np.empty((channels, 0, 6)), np.minimum(q.gain[i], NEARLY_ONE)
    y, d, b, share, step, team = np.empty((6, channels))
    x_before, team_before = x.copy(), np.empty(channels)
    stiff, worst_before = 1e-3, math.inf
    for turn in range(120):
        servers = np.exp(x) * r
        for k in range(2):
            _metrics(points, nobody, table, hours, r, servers * math.exp(k * NUDGE), q, i, True, both[k], pooled)
        _pooled(pool, hours, q.load[i] * r, servers, q, i, pooled)
        share = servers * per_server
        share /= share.sum()
        moved = np.sum(share * (x - x_before))
        worst = 0.0
        for c in range(channels):
            own, team[c] = out[c, held[c]], pooled[c, held[c]]
            blend = own + gain[c] * (team[c] - own)
            y[c] = above(blend, goal[c], held[c])
            if turn > 0 and abs(moved) > max(1e-6, 0.3 * np.sum(share * np.abs(x - x_before))):
                found = above(team[c], team_before[c], held[c]) / moved
                slope[c] = min(max(found, 0.5 * slope[c], 1.0), 2.0 * slope[c], 100.0)
            spread = max(blend * (1.0 - blend), 1e-9)
            b[c] = gain[c] * slope[c] * team[c] * (1.0 - team[c]) / spread
            d[c] = (1.0 - gain[c]) * above(more[c, held[c]], own, held[c]) / NUDGE * own * (1.0 - own) / spread
            # Where nobody or everybody waits for its own agents, more of them help by the team alone.
            d[c] = max(d[c], 0.0) + stiff * b[c] + 1e-6
            lost = out[c, P_ABANDON] + gain[c] * (pooled[c, P_ABANDON] - out[c, P_ABANDON])
            again = _again(q, i, c, lost)
            worst = max(worst, -y[c], 10.0 * abs(again / r[c] - 1.0))
            r[c] = again
        step_together(y, d, b, share, x, bounds, work, np.max(level) + 0.1, step)
        worst = max(worst, 10.0 * np.max(np.abs(step)))
        if worst < 1e-4:  # and after this step a hundredth of it or less
            x += step
            break
        # Where one step undoes another, channels of one team move together rather than apart.
        stiff = stiff if worst < 0.8 * worst_before else min(2.0 * stiff, 0.3)
        x_before[:], team_before[:], worst_before = x, team, worst
        x += step


@compiled()
def solve_staffing(
    points: Array,
    pool: Array,
    table: Table,
    hours: Hours,
    q: Queues,
    held: NDArray[np.int64],
    goal: Array,
    run: int,
    week: Array,
    near: float,
    servers: Array,
) -> None:
    """Fewest servers of every channel at which its metric meets the goal, (row, channel), in place from `q.servers`.

    `held` (channel,) names the metric by its column (LEVEL or P_ABANDON); `goal` (row, channel) its value; week
    (2, channel) : contacts and hours of servers a week at factors of one; near : logits within which a last step
    follows. Secant in ln(servers / repeats) on the logit of the metric: against their load, servers hardly depend on
    repeats, which follow by their own fixed point. Rows come in runs of one scenario, and each row starts from the
    staff that a unit of work took in the one before it.

    Channels that share a team by a gain g > 0 meet their goals together: metric = own + g (team - own), g here at most
    `NEARLY_ONE`. One team has one queue, so who is in it cannot make it meet two goals exactly: one channel would be
    asked for all of the team, others for nobody. So servers s of each channel stay between

        least = min(s_own, L w),    most: its own queue has `STRICTER` times the odds of meeting the goal,

    s_own what its own queue needs, w as many as it has work for, L how many times the work agents must be, everywhere
    alike, for one team to meet this goal. Between the two it has the fewest at which its goal is met. If a channel at
    its most still misses it, all with fewer than L w are brought to that by the lowest L at which every goal is met.
    Goals are met exactly where that can be, else exceeded; s is s_own at g = 0, and at g = 1 all are as many as the
    tightest goal takes. Slopes by s are near to a positive diagonal plus a product u v' of positive numbers, which have
    one such staffing that moves without jumps (Gale and Nikaido 1965). One queue answers all at the pace of the
    tightest goal: where goals differ, that can take more agents than queues apart. With g < 0 goals are met exactly.
    """
    channels = points.shape[0]
    nobody, work, per_server = np.empty((channels, 0, 6)), np.empty(channels), np.empty(channels)
    bounds, goals = np.empty((2, channels)), np.empty((2, channels))
    for i in range(servers.shape[0]):
        if i % run == 0:
            x, r, slope = np.empty((3, channels)), np.ones((4, channels)), np.full((3, channels), 10.0)
            x[:], level, started = np.log(q.servers[i]), np.zeros(channels), False
        goals[0] = goal[i]
        for c in range(channels):
            come = math.log(q.load[i, c] * q.handle[i, c] / 3600.0 * week[0, c] / week[1, c])
            if i % run:
                x[:, c] += come - work[c]  # a unit of work takes about the staff that it took in the row before
            work[c] = come
            per_server[c] = week[1, c] / q.sessions[i, c]
            odds = goal[i, c] / (1.0 - goal[i, c]) * (STRICTER if held[c] == LEVEL else 1.0 / STRICTER)
            goals[1, c] = odds / (1.0 + odds)
        one_team, before = pool.shape[1] > 0 and np.max(q.gain[i]) > 0.0, x[0].copy()
        for k in range(2 if one_team else 1):
            # What a channel may have at most and what it has in the team move from row to row as what it needs alone.
            if k == 1:
                x[1:] += x[0] - before
                if not started:
                    x[1], r[1], r[2], r[3], slope[1] = x[0], r[0], r[0], r[0], slope[0]
            _exactly(
                points, nobody if one_team else pool, table, hours, q, i, held, goals[k], near, x[k], r[k], slope[k]
            )
        if not one_team:
            servers[i] = np.exp(x[0]) * r[0]
            continue
        if not started:
            x[2], started = x[0], True
            level[:] = math.log(np.sum(np.exp(x[0]) * r[0] * per_server) / np.sum(np.exp(work) * r[0] * per_server))
        _as_one_team(pool, hours, q, i, held, goal[i], np.exp(work), level, r[3], slope[2])
        bounds[0], bounds[1] = np.minimum(x[0], work + level), x[1]
        x[2] = np.minimum(np.maximum(x[2], bounds[0]), bounds[1])
        _together(
            points, pool, table, hours, q, i, held, goal[i], per_server, bounds, work, level, x[2], r[2], slope[2]
        )  # fmt: skip
        servers[i] = np.exp(x[2]) * r[2]
