"""The deferred week against a plain walk through half-hours, and what must hold of it."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from model import deferred
from tests.by_hand import DeferredWeek, deferred_week

WEEK = 336
Array = NDArray[np.float64]


def office(agents: float, first: int = 16, last: int = 36, days: int = 5) -> Array:
    """Agents on weekdays from `first` to `last` (half-hours of the day)."""
    week = np.zeros((7, 48))
    week[:days, first:last] = agents
    return week.ravel()


def around_the_clock(contacts: float) -> Array:
    """Two humps a day, less at the weekend."""
    hour = np.arange(48) / 2
    day = 0.2 + np.exp(-(((hour - 10.3) / 3) ** 2)) + 0.7 * np.exp(-(((hour - 19.1) / 2.5) ** 2))
    week = np.concatenate([day] * 5 + [0.4 * day] * 2)
    return contacts * week / week.sum()


def solve(
    arrivals: Array,
    capacity: Array,
    *,
    load: float = 1.0,
    rate: float = 1.0,
    servers: float = 1.0,
    carried: float = 0.0,
    target: float = 8.0,
    error: float = 0.02,
) -> Array:
    one = np.ones((1, 1))
    out = np.empty((1, 1, 4))
    row = deferred.Backlogs(
        load=one * load,
        rate=one * rate,
        servers=one * servers,
        carried=one * carried,
        target=one * target,
        error=one * error,
    )
    deferred.solve_week(arrivals[None], capacity[None], row, out)
    return out[0, 0]


CASES = {
    "office hours": (around_the_clock(2000), office(24), 0.0, 8.0, 0.05),
    "nearly full": (around_the_clock(2000), office(20.2), 0.0, 16.0, 0.05),
    "a target beyond the week": (around_the_clock(2000), office(20.5), 900.0, 130.0, 0.02),
    "a backlog of weeks": (around_the_clock(2000), office(20.1), 5000.0, 16.0, 0.1),
    "too few": (around_the_clock(2000), office(15), 0.0, 16.0, 0.05),
    "round the clock": (around_the_clock(2000), np.full(WEEK, 7.0), 0.0, 4.5, 0.02),
    "a broken target": (around_the_clock(2000), office(24), 0.0, 7.3, 0.02),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_week_is_that_of_a_plain_walk(case: str) -> None:
    arrivals, capacity, carried, target, error = CASES[case]
    slow: DeferredWeek = deferred_week(list(arrivals), list(capacity), carried, target, error)
    fast = solve(arrivals, capacity, carried=carried, target=target, error=error)
    assert fast == pytest.approx([slow.level, slow.response_h, slow.backlog, slow.served], rel=1e-9)


@pytest.mark.parametrize("case", ["office hours", "a backlog of weeks", "a broken target"])
def test_every_half_hour_is_that_of_a_plain_walk(case: str) -> None:
    arrivals, capacity, carried, target, error = CASES[case]
    slow = deferred_week(list(arrivals), list(capacity), carried, target, error)
    out, cells = np.empty(4), np.zeros((WEEK, 2))
    deferred.week_cells(arrivals, capacity, carried, target, error, out, cells)
    np.testing.assert_allclose(cells, np.column_stack([slow.in_time, slow.hours]), rtol=1e-8, atol=1e-12)


def test_contacts_one_by_one_in_order_wait_as_long_as_the_fluid_says() -> None:
    """Single contacts, first in first out, each worked off when the capacity of those before it is used up."""
    arrivals, capacity = around_the_clock(4000), office(42)
    weeks = 3
    done = np.concatenate([[0], np.cumsum(np.tile(capacity, weeks + 1))])
    clock = np.arange(len(done)) / 2.0
    rng = np.random.default_rng(2)
    per_hour = np.tile(arrivals, weeks)
    # Unused capacity is lost: the used one is the reflected walk.
    came = np.sort(np.concatenate([i / 2 + rng.random(int(round(n * 4))) / 2 for i, n in enumerate(per_hour)]))
    used, waits = 0.0, []
    for t in came:
        used = max(used, float(np.interp(t, clock, done))) + 0.25  # quarter contacts, so that rounding is small
        waits.append(float(np.interp(used, done, clock)) - t)
    last = came >= (weeks - 1) * 168
    assert solve(arrivals, capacity)[deferred.RESPONSE_H] == pytest.approx(np.mean(np.array(waits)[last]), abs=0.1)


def test_with_an_empty_queue_the_share_in_time_is_the_normal_of_the_capacity_ahead() -> None:
    arrivals = np.full(WEEK, 0.5)
    level = solve(arrivals, np.full(WEEK, 1.0), target=3.0, error=0.1)[deferred.LEVEL]
    assert level == pytest.approx(norm.cdf((3 - 0.25) / np.sqrt(0.25 + 0.09 + 1)), abs=1e-12)


def test_what_is_carried_in_waits_and_is_worked_off() -> None:
    arrivals, capacity = np.full(WEEK, 1.0), np.full(WEEK, 1.25)
    none, some = solve(arrivals, capacity), solve(arrivals, capacity, carried=500.0)
    assert none[deferred.BACKLOG] == 0
    # 84 a week are spare: 416 are left after the week that settles
    assert some[deferred.BACKLOG] == pytest.approx(416 - 0.25 * (WEEK + 1) / 2)
    assert some[deferred.SERVED] == pytest.approx(420)


def test_without_agents_nothing_is_answered() -> None:
    assert list(solve(around_the_clock(100), np.zeros(WEEK), carried=7.0)) == [0, 1e6, 7, 0]


def test_load_and_speed_are_factors() -> None:
    arrivals, capacity = around_the_clock(1000), office(11)
    factors = solve(arrivals, capacity, load=1.2, rate=2.0, servers=0.7)
    assert factors == pytest.approx(solve(arrivals * 1.2, capacity * 1.4), rel=1e-12)


@pytest.mark.parametrize("agents", [18, 20, 22, 26])
def test_more_capacity_never_answers_later(agents: float) -> None:
    before, after = (solve(around_the_clock(2000), office(n)) for n in (agents, agents * 1.05))
    assert after[deferred.LEVEL] >= before[deferred.LEVEL]
    assert after[deferred.RESPONSE_H] <= before[deferred.RESPONSE_H]
    assert after[deferred.BACKLOG] <= before[deferred.BACKLOG]


def rows(work: Array, *, carried: float = 0.0, servers: float = 1.0) -> deferred.Backlogs:
    """Rows in which so much of the office's time is asked for, at 2 contacts an agent's half-hour."""
    one = np.ones((len(work), 1))
    load = work[:, None] * 2.0 * servers * office(20).sum() / around_the_clock(2000).sum()
    return deferred.Backlogs(load, 2.0 * one, servers * one, carried * one, 16.0 * one, 0.05 * one)


def both(q: deferred.Backlogs, table: deferred.WeekTable) -> tuple[Array, Array]:
    arrivals, agents = around_the_clock(2000)[None], office(20)[None]
    exact, read = np.empty((len(q.load), 1, 4)), np.empty((len(q.load), 1, 4))
    deferred.solve_week(arrivals, agents, q, exact)
    deferred.look_up_week(arrivals, agents, q, table, read)
    return exact[:, 0], read[:, 0]


def table() -> deferred.WeekTable:
    return deferred.table(np.array([1.8]), np.array([16.0]), 0.05)


def test_a_week_looked_up_is_the_week_worked_off() -> None:
    q = rows(np.linspace(0.3, 0.99, 301), servers=1.1)
    exact, read = both(q, table())
    assert np.abs(read - exact)[:, deferred.LEVEL].max() < 2e-4
    assert read[:, deferred.RESPONSE_H] == pytest.approx(exact[:, deferred.RESPONSE_H], rel=3e-3, abs=0.01)
    assert read[:, deferred.BACKLOG] == pytest.approx(exact[:, deferred.BACKLOG], rel=5e-3, abs=0.5)
    assert read[:, deferred.SERVED] == pytest.approx(exact[:, deferred.SERVED], rel=1e-4)
    assert (read != exact).any(axis=1).mean() > 0.9  # it was looked up


@pytest.mark.parametrize(
    "q",
    [rows(np.array([0.9]), carried=5.0), rows(np.array([0.999])), rows(np.array([1.4])), rows(np.array([0.1])),
     rows(np.array([0.9]), servers=9.0), rows(np.array([0.9]), servers=0.05)],
    ids=["carried", "nearly full", "too few", "hardly any", "many", "hardly anybody"],
)  # fmt: skip
def test_what_the_table_does_not_reach_is_worked_off_itself(q: deferred.Backlogs) -> None:
    exact, read = both(q, table())
    assert list(read[0]) == list(exact[0])


def test_a_week_looked_up_does_not_depend_on_who_asked_before() -> None:
    some, shared = np.linspace(0.5, 0.9, 40), table()
    both(rows(some[::-1] - 0.003), shared)
    assert (both(rows(some), shared)[1] == both(rows(some), table())[1]).all()


def asked(load: Array, rate: Array) -> deferred.Backlogs:
    """What staffing is asked for: the carried backlog and the servers there are play no part."""
    one = np.ones_like(load)
    return deferred.Backlogs(
        load=load, rate=rate, servers=9 * one, carried=900 * one, target=16 * one, error=0.05 * one
    )


@pytest.mark.parametrize("goal", [0.8, 0.9, 0.95])
def test_required_staffing_meets_the_goal_without_a_backlog(goal: float) -> None:
    arrivals, agents = around_the_clock(2000)[None], office(20)[None]
    load, rate = np.array([[1.0], [1.2]]), np.array([[1.0], [0.9]])
    servers = np.empty((2, 1))
    deferred.solve_staffing(arrivals, agents, asked(load, rate), np.full((2, 1), goal), 2, servers)
    for i in range(2):
        week = solve(
            arrivals[0], agents[0], load=load[i, 0], rate=rate[i, 0], servers=servers[i, 0], target=16, error=0.05
        )
        assert week[deferred.LEVEL] == pytest.approx(goal, abs=1e-6)


def test_required_staffing_is_never_below_the_work_that_arrives() -> None:
    arrivals, agents = around_the_clock(2000)[None], office(20)[None]
    one, servers = np.ones((1, 1)), np.empty((1, 1))
    deferred.solve_staffing(arrivals, agents, asked(one, one), 0.3 * one, 1, servers)
    assert servers[0, 0] == pytest.approx(1.0001, rel=1e-6)


def test_required_staffing_does_not_depend_on_the_scenarios_before() -> None:
    arrivals, agents = around_the_clock(2000)[None], office(20)[None]
    load = np.array([[0.6], [1.7], [1.0]])
    goal, one = np.full((3, 1), 0.8), np.ones((3, 1))
    together, alone = np.empty((3, 1)), np.empty((1, 1))
    deferred.solve_staffing(arrivals, agents, asked(load, one), goal, 1, together)
    deferred.solve_staffing(arrivals, agents, asked(load[2:], one[2:]), goal[2:], 1, alone)
    assert together[2, 0] == alone[0, 0]
