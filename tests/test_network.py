"""Queues that share callers: repeats by plain iteration, the shared team, forecast error, staffing for a goal."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

import model
from model import _week, byhour, lookup, network, service, surface
from model.batch import batch
from model.calibrate import calibrate
from model.chain import Chain
from model.queueing import erlang_a
from tests.by_hand import Queue, queue

Array = NDArray[np.float64]
AHT, PATIENCE, TARGET = 300.0, 180.0, 20.0


@dataclass(frozen=True)
class Row:
    """Arguments of one row: numbers a channel, then numbers of the row."""

    load: tuple[float, ...] = (1.0,)
    handle: tuple[float, ...] = (AHT,)
    servers: tuple[float, ...] = (1.0,)
    flex: float = 0.0
    peak: float = 1.0
    cv: float = 0.0
    theta: tuple[float, ...] = (1 / PATIENCE,)
    target: tuple[float, ...] = (TARGET,)
    sessions: tuple[float, ...] = (1.0,)
    gain: tuple[float, ...] = (0.0,)
    retrial: float = 0.0
    repeat: tuple[float, ...] = (0.0,)
    constant: tuple[float, ...] = (1.0,)
    vendor: tuple[float, ...] = (0.0,)
    vendor_abandon: tuple[float, ...] = (0.0,)
    path: float = 0.0
    held_apart: tuple[tuple[float, ...], ...] = ((),)


def queues(*rows: Row) -> network.Queues:
    columns = zip(*(vars(row).items() for row in rows), strict=True)
    return network.Queues(**{column[0][0]: np.array([value for _, value in column], dtype=float) for column in columns})


NOBODY = np.empty((1, 0, 6))


def points(*rows: tuple[float, ...]) -> Array:
    """One channel: weight, rate, node, agents, ideal agents, busy."""
    return np.array([rows])


ONE = points((1.0, 1 / 3, 0.0, 98.0, 104.0, 0.0))


def solve(row: Row, grid: Array = ONE, pool: Array = NOBODY) -> Array:
    out = np.ones((1, len(grid), 6))
    network.solve(grid, pool, lookup.NONE, surface.NONE, queues(row), 1e-12, out)
    return out[0]


def same(found: Array, expected: Queue, rel: float = 1e-9) -> None:
    answered = 1 - found[network.P_ABANDON]
    got = (
        found[network.P_ABANDON],
        found[network.LEVEL],
        found[network.WAIT] / answered,
        found[network.WAIT_SQ] / answered,
        (found[network.P_WAIT] - found[network.P_ABANDON]) / answered,
    )
    assert got == pytest.approx(
        (expected.abandonment, expected.level, expected.wait, expected.square, expected.p_wait), rel=rel
    )


@pytest.mark.parametrize(
    ("row", "rate", "handle", "servers"),
    [
        (Row(), 1 / 3, AHT, 98),
        (Row(load=(1.1,)), 1.1 / 3, AHT, 98),
        (Row(handle=(330.0,)), 1 / 3, 330, 98),
        (Row(servers=(1.05,)), 1 / 3, AHT, 102.9),
        (Row(flex=0.5), 1 / 3, AHT, 101),
        (Row(flex=0.5, servers=(0.9,)), 1 / 3, AHT, 90.9),
        (Row(peak=1.3), 1 / 3, AHT, 98),
    ],
)
def test_one_point_is_one_queue(row: Row, rate: float, handle: float, servers: float) -> None:
    same(solve(row)[0], queue(rate, handle, PATIENCE, servers, TARGET))


def test_the_peak_raises_the_busy_points_only() -> None:
    busy = ONE.copy()
    busy[0, 0, _week.BUSY] = 1
    same(solve(Row(peak=1.2), busy)[0], queue(0.4, AHT, PATIENCE, 98, TARGET))


def test_forecast_error_is_lognormal_of_mean_one_and_weighs_by_arrivals() -> None:
    x, w = np.polynomial.hermite_e.hermegauss(7)
    w = w / w.sum()
    grid = points(*((a, 1 / 3, node, 105.0, 105.0, 0.0) for a, node in zip(w, x, strict=True)))
    found = solve(Row(cv=0.1), grid)[0]
    sigma = np.sqrt(np.log(1.01))
    z = np.exp(sigma * x - sigma**2 / 2)
    assert w @ z == pytest.approx(1, abs=1e-9)
    one_by_one = [erlang_a(v / 3, 1 / AHT, 1 / PATIENCE, 105, TARGET) for v in z]
    for column, name in (
        (network.LEVEL, "service_level"),
        (network.P_ABANDON, "p_abandon"),
        (network.P_WAIT, "p_wait"),
    ):
        assert found[column] == pytest.approx(
            w @ (z * [float(getattr(q, name)) for q in one_by_one]) / (w @ z), rel=1e-11
        )
    assert (found[network.LEVEL], found[network.P_ABANDON]) == pytest.approx((0.830, 0.039), abs=5e-4)  # as documented


def test_points_without_arrivals_do_not_count() -> None:
    shut = np.concatenate([ONE, points((5.0, 0.0, 0.0, 3.0, 3.0, 0.0))], axis=1)
    assert solve(Row(), shut) == pytest.approx(solve(Row()), rel=1e-15)


@pytest.mark.parametrize("servers", [0.7, 0.95, 1.2])
@pytest.mark.parametrize(("retrial", "repeat"), [(0.45, 0.21), (0.0, 0.3), (0.6, 0.0), (0.65, 0.5)])
def test_repeats_are_the_fixed_point_that_plain_iteration_finds(retrial: float, repeat: float, servers: float) -> None:
    row = Row(servers=(servers,), retrial=retrial, repeat=(repeat,), constant=(0.76,))
    r = 1.0
    for _ in range(3000):
        lost = queue(r / 3, AHT, PATIENCE, 98 * servers, TARGET).abandonment
        r, before = 0.76 / (1 - retrial * lost - repeat * (1 - lost)), r
        if abs(r - before) < 1e-15:
            break
    found = solve(row)[0]
    assert found[network.R] == pytest.approx(r, rel=1e-9)
    same(found, queue(r / 3, AHT, PATIENCE, 98 * servers, TARGET))


def test_who_is_at_the_vendor_gives_up_as_often_as_the_vendor_lets_them() -> None:
    row = Row(retrial=0.5, repeat=(0.2,), constant=(0.8,), vendor=(0.4,), vendor_abandon=(0.1,))
    r, abandoned, *_ = solve(row)[0]
    lost = 0.6 * queue(r / 3, AHT, PATIENCE, 98, TARGET).abandonment + 0.4 * 0.1
    assert r * (1 - 0.5 * lost - 0.2 * (1 - lost)) == pytest.approx(0.8, rel=1e-10)


TWO = np.array([[[1.0, 1 / 3, 0, 98, 98, 0]], [[1.0, 0.1, 0, 44, 44, 0]]])
BOTH = Row(load=(1.0, 1.0), handle=(300.0, 480.0), servers=(1.0, 1.0), theta=(1 / 180, 1 / 300), target=(20.0, 60.0),
           sessions=(1.0, 2.0), gain=(0.4, 0.7), repeat=(0.0, 0.0), constant=(1.0, 1.0), vendor=(0.0, 0.0),
           vendor_abandon=(0.0, 0.0))  # fmt: skip


def test_the_shared_team_adds_agents_and_work_and_a_chat_takes_half_an_agent() -> None:
    row = replace(BOTH, gain=(1.0, 1.0))
    total = 1 / 3 + 0.1
    work = 300 / 3 + 0.1 * 480 / 2
    patience = total / (1 / 3 / 180 + 0.1 / 300)
    found = solve(row, TWO, TWO)
    for channel, target in enumerate((20.0, 60.0)):
        same(found[channel], queue(total, work / total, patience, 98 + 22, target))


def test_the_shared_team_moves_its_shifts_too() -> None:
    shaped = TWO.copy()
    shaped[:, 0, _week.IDEAL] = (104, 40)
    row = replace(BOTH, gain=(1.0, 1.0), flex=0.5)
    total, work = 1 / 3 + 0.1, 100 + 24
    patience = total / (1 / 3 / 180 + 0.1 / 300)
    found = solve(row, shaped, shaped)
    same(found[0], queue(total, work / total, patience, (98 + 3) + (44 - 2) / 2, 20))


def test_repeats_feed_the_shared_team() -> None:
    row = replace(BOTH, gain=(1.0, 1.0), servers=(0.9, 0.9), retrial=0.5, repeat=(0.2, 0.3), constant=(0.78, 0.68))
    r = np.ones(2)
    for _ in range(500):
        rates = r * (1 / 3, 0.1)
        work = rates @ (300, 240)
        patience = rates.sum() / (rates @ (1 / 180, 1 / 300))
        team = queue(rates.sum(), work / rates.sum(), patience, 0.9 * 120, 20)
        lost = team.abandonment
        r = np.array([0.78 / (1 - 0.5 * lost - 0.2 * (1 - lost)), 0.68 / (1 - 0.5 * lost - 0.3 * (1 - lost))])
    found = solve(row, TWO, TWO)
    assert found[:, network.R] == pytest.approx(r, rel=1e-9)
    same(found[0], team)


def test_a_shared_team_of_few_contacts_counts_like_one_of_many() -> None:
    few = TWO.copy()
    few[:, 0, [_week.RATE, _week.AGENTS, _week.IDEAL]] *= 0.02
    quiet = np.concatenate([few, TWO * (1, 0, 1, 1, 1, 1)], axis=1)  # and a closed half-hour beside it
    total, work = (1 / 3 + 0.1) * 0.02, 124 * 0.02
    patience = (1 / 3 + 0.1) / (1 / 3 / 180 + 0.1 / 300)
    found = solve(replace(BOTH, gain=(1.0, 1.0)), quiet, quiet)
    same(found[0], queue(total, work / total, patience, 120 * 0.02, 20))


def test_the_gain_blends_own_and_shared() -> None:
    alone, shared, blended = (solve(replace(BOTH, gain=g), TWO, TWO) for g in ((0.0, 0.0), (1.0, 1.0), (0.4, 0.7)))
    for channel, gain in enumerate((0.4, 0.7)):
        own, team = alone[channel, 1:], shared[channel, 1:]
        assert blended[channel, 1:] == pytest.approx(own + gain * (team - own), rel=1e-12)


def test_a_loss_of_pooling_stays_a_share() -> None:
    moved = ((2.0, 3.0, 1.0, 2.0, -3.0), (-9.0, -9.0, -2.0, -4.0, 9.0))
    once = replace(BOTH, servers=(0.6, 1.5), gain=(0.0, 0.0), retrial=0.0)
    found, alone = (solve(row, TWO, TWO) for row in (replace(once, gain=(-1.0, -1.0), held_apart=moved), once))
    np.testing.assert_allclose(found[:, 1:], service.moved(alone[:, 1:], np.array(moved)), rtol=1e-12)
    shares = found[:, [network.P_WAIT, network.P_ABANDON, network.LEVEL]]
    assert shares.min() >= 0
    assert shares.max() <= 1
    assert found.min() >= 0


def test_a_row_has_the_same_bits_alone_and_among_others() -> None:
    again = {"retrial": 0.5, "repeat": (0.2,), "constant": (0.8,)}
    rows = [Row(servers=(s,), path=float(i), **again) for i, s in enumerate((0.6, 1.0, 1.3))]
    out = np.ones((3, 1, 6))
    network.solve(ONE, NOBODY, lookup.NONE, surface.NONE, queues(*rows), 1e-12, out)
    assert [list(solve(r)[0]) for r in rows] == [list(x[0]) for x in out]


def test_a_month_of_a_path_is_what_it_is_alone() -> None:
    """It goes on from how the month before it was solved, which must change its digits only beyond the tolerance."""
    rows = [Row(servers=(s,), retrial=0.5, repeat=(0.2,), constant=(0.8,)) for s in (0.6, 1.0, 1.3, 1.31)]
    for tolerance in (1e-4, 1e-6, 1e-9):
        out = np.ones((4, 1, 6))
        network.solve(ONE, NOBODY, lookup.NONE, surface.NONE, queues(*rows), tolerance, out)
        exact = np.array([solve(row)[0] for row in rows])
        assert out[:, 0, :3] == pytest.approx(exact[:, :3], rel=2 * tolerance, abs=2 * tolerance)
        assert out[:, 0, 3:5] == pytest.approx(exact[:, 3:5], rel=100 * tolerance)  # a wait moves with load far more


def week_of(grid: Array) -> Array:
    """Contacts and hours of servers a week, of points whose weights are hours."""
    return np.stack([(grid[:, :, 0] * grid[:, :, 1]).sum(axis=1) * 3600, (grid[:, :, 0] * grid[:, :, 3]).sum(axis=1)])


def staffed(held: int, goal: float, *rows: Row) -> list[float]:
    servers = np.empty((len(rows), 1))
    goals, asked = np.full((len(rows), 1), goal), queues(*rows)
    network.solve_staffing(
        ONE, NOBODY, lookup.NONE, surface.NONE, asked, np.array([held]), goals, 1, week_of(ONE), 1e-6, servers
    )
    return list(servers[:, 0])


@pytest.mark.parametrize(
    ("held", "goal"), [(network.LEVEL, 0.8), (network.LEVEL, 0.2), (network.P_ABANDON, 0.03), (network.P_ABANDON, 0.4)]
)
@pytest.mark.parametrize("load", [0.5, 1.0, 2.5])
def test_required_servers_meet_the_goal_repeats_included(held: int, goal: float, load: float) -> None:
    row = Row(load=(load,), retrial=0.45, repeat=(0.21,), constant=(0.77,))
    (servers,) = staffed(held, goal, row)
    assert solve(replace(row, servers=(servers,)))[0, held] == pytest.approx(goal, abs=2e-6)


def test_required_servers_of_a_scenario_do_not_depend_on_the_ones_before() -> None:
    rows = [Row(load=(load,), retrial=0.4, repeat=(0.2,), constant=(0.78,)) for load in (0.5, 3.0, 1.0)]
    assert staffed(network.LEVEL, 0.8, *rows)[2:] == staffed(network.LEVEL, 0.8, rows[2])


# --- staffing of channels that share a team ---------------------------------------------------------------------------
BUSY_AND_QUIET = np.stack([[(1.0, f / 3, 0, 100 * f + 6, 104 * f, 0) for f in (0.7, 1.0, 1.2)],
                           [(1.0, f / 10, 0, 48 * f + 4, 50 * f, 0) for f in (1.1, 0.8, 1.0)]])  # fmt: skip
ALIKE = replace(BOTH, target=(20.0, 20.0), retrial=0.45, repeat=(0.2, 0.15), constant=(0.78, 0.83))
UNLIKE = replace(ALIKE, target=(20.0, 120.0), theta=(1 / 180, 1 / 900))


def shared(
    row: Row,
    gains: Array | list[tuple[float, float]],
    goal: tuple[float, float] = (0.8, 0.8),
    grid: Array = BUSY_AND_QUIET,
) -> Array:
    """Agents asked of both channels on average, (gain, channel), where one scenario comes to these gains in turn."""
    servers = np.empty((len(gains), 2))
    asked, goals = queues(*(replace(row, gain=tuple(gain)) for gain in gains)), np.tile(goal, (len(gains), 1))
    held = np.array([network.LEVEL, network.LEVEL])
    network.solve_staffing(
        grid, grid, lookup.NONE, surface.NONE, asked, held, goals, len(gains), week_of(grid), 1e-6, servers
    )
    return servers


def in_agents(servers: Array) -> Array:
    return servers * BUSY_AND_QUIET[:, :, 3].mean(axis=1) / BOTH.sessions


MORE_AND_MORE = 1 - (1 - np.linspace(0, 1, 41)[:, None]) ** np.array([11.0, 7.0])


@pytest.mark.parametrize("row", [ALIKE, UNLIKE])
def test_channels_of_a_team_meet_their_goals_however_much_they_share(row: Row) -> None:
    for gain, servers in zip(MORE_AND_MORE, shared(row, MORE_AND_MORE), strict=True):
        level = solve(replace(row, gain=tuple(gain), servers=tuple(servers)), BUSY_AND_QUIET, BUSY_AND_QUIET)[:, -1]
        assert level.min() > 0.8 - 2e-4
        if gain.max() < 0.3:  # and exactly, while who is in the team makes a difference to each
            assert level == pytest.approx([0.8, 0.8], abs=1e-5)


def test_more_sharing_asks_for_fewer_agents_where_goals_are_alike() -> None:
    agents = in_agents(shared(ALIKE, MORE_AND_MORE))
    assert np.diff(agents.sum(axis=1)).max() < 2e-3
    assert agents[-1].sum() < 0.985 * agents[0].sum()
    assert np.all(agents[-1] < agents[0])


@pytest.mark.parametrize("gain", [0.5, 0.9, 0.98, 1.0])
def test_staffing_of_a_team_hardly_moves_with_small_errors_of_its_points(gain: float) -> None:
    """Asked to meet two goals with one queue exactly, one channel would be asked five times its staff."""
    off = BUSY_AND_QUIET.copy()
    off[1, :, _week.RATE] *= 1 + 1e-4 * np.array([1.0, -1.0, 1.0])
    was = shared(UNLIKE, [(gain, gain)])
    assert shared(UNLIKE, [(gain, gain)], grid=off) == pytest.approx(was, rel=1e-3)
    assert was == pytest.approx(shared(UNLIKE, [(0.0, 0.0)]), rel=0.25)


def test_one_team_has_the_agents_that_its_tightest_goal_takes() -> None:
    (servers,) = shared(UNLIKE, [(1.0, 1.0)])
    whole = replace(UNLIKE, gain=(1.0, 1.0), servers=tuple(servers))
    assert solve(whole, BUSY_AND_QUIET, BUSY_AND_QUIET)[:, -1].min() == pytest.approx(0.8, abs=2e-4)


def test_where_one_at_its_most_still_misses_the_others_of_the_team_are_brought_up() -> None:
    """y + d step + b e = 0 with e half of the second's step: at 5 e = .5 it takes .2 more, whatever it has above."""
    step, work = np.empty(2), np.array([-1.0, 0.0])
    bounds = np.array([[-1.0, -0.1], [0.0, 0.05]])
    network.step_together(
        np.array([-0.5, 0.5]), np.ones(2), np.array([5.0, 1.0]), np.full(2, 0.5), np.zeros(2), bounds, work, 1.0, step
    )
    assert step == pytest.approx([0.0, 0.2], abs=1e-6)


def test_the_week_itself_asks_for_the_same_staff() -> None:
    """Where no hours are followed one by one, `byhour` on the same points finds what the kernel finds."""
    base = model.sample("bank")
    scenario = model.Scenario(
        baseline=base, levers={"cross_training": 0.9}, targets={f"target_s.{base.channels[0].name}": 10.0}
    )
    known, chain = calibrate(base, scenario.targets), Chain(batch([scenario]), np.array([12]))
    chain.prepare()
    chain.staff(None)
    asked = chain.queues(chain.servers(chain.fte0 * np.ones(1)), np.array([12]))
    held, goals, servers = np.array([network.LEVEL] * 2), np.full((1, 2), 0.8), np.empty((1, 2))
    network.solve_staffing(
        known.points, known.pool, lookup.NONE, surface.NONE, asked, held, goals, 1, known.week, 1e-6, servers
    )
    again = 1.05 * servers
    byhour.solve_staffing(known, asked, held, goals, again)
    assert again == pytest.approx(servers, rel=2e-5)
