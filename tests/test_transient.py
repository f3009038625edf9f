"""The hour-by-hour queue against the exact chain, and what must always hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.integrate import solve_ivp

from model.errors import ArgumentError
from model.queueing import erlang_a
from model.transient import hourly_queue
from tests import chain

LIMITS = {  # worst half-hour, whole day; what python -m tests.chain measured on 48 days, with some room
    "peaks": {"p_abandon": (0.004, 6e-4), "service_level": (0.006, 0.0015), "busy": (0.001, 2e-4)},
    "overload": {"p_abandon": (0.004, 6e-4), "service_level": (0.006, 0.0015), "busy": (0.001, 2e-4)},
    "outage": {"p_abandon": (0.004, 6e-4), "service_level": (0.006, 0.0015), "busy": (0.001, 2e-4)},
    "long patience": {"p_abandon": (0.004, 8e-4), "service_level": (0.08, 0.008), "busy": (0.015, 0.0025)},
}


@pytest.mark.parametrize("kind", LIMITS)
def test_random_days_stay_near_the_chain(kind):
    rng = np.random.default_rng(5)
    found = chain.errors(chain.random_day(rng, kind, intervals=20))
    for name, (interval, day) in LIMITS[kind].items():
        assert found[name]["worst"] < interval, name
        assert found[name]["day"] < day, name


def test_the_chain_itself_agrees_with_an_ode_solver():
    day = chain.Day("peaks", np.array([0.02, 0.05, 0.01]), 1 / 200, 1 / 300, np.array([5, 6, 5]), 20.0, 900.0)
    states = 60
    k = np.arange(states)
    p = np.zeros(states)
    p[0] = 1.0
    for lam, n in zip(day.lam, day.servers, strict=True):
        death = day.mu * np.minimum(k, n) + day.theta * np.maximum(k - n, 0)
        q = np.diag(np.full(states - 1, lam), -1) + np.diag(death[1:], 1)
        q -= np.diag(q.sum(axis=0))
        p = solve_ivp(lambda _, v, q=q: q @ v, (0, 900), p, method="LSODA", rtol=1e-10, atol=1e-13).y[:, -1]
    assert chain.exact(day, states)["in_system_end"][-1] == pytest.approx(p @ k, rel=1e-7)


@pytest.mark.parametrize("patience", [30.0, 300.0, 1e4])
@pytest.mark.parametrize("n", [0.7, 12.5, 140.0])
def test_a_steady_day_is_erlang_a(n, patience):
    lam = np.full(60, 0.95 * n / 300)
    day = hourly_queue(lam, 1 / 300, 1 / patience, n, 20)
    still = erlang_a(lam[0], 1 / 300, 1 / patience, n, 20)
    assert day.p_abandon == pytest.approx(np.full(60, still.p_abandon), abs=2e-3)
    assert day.service_level == pytest.approx(np.full(60, still.service_level), abs=2e-3)
    assert day.busy[-1] == pytest.approx(n * still.occupancy, rel=1e-3)
    assert day.asa[-1] == pytest.approx(still.asa, rel=1e-2)


def test_without_servers_contacts_queue_and_leave_with_their_patience():
    day = hourly_queue([0.1, 0.1], 1 / 300, 1 / 600, [0, 0], 20, interval=1200, initial=0)
    waiting = 0.1 * 600 * (1 - np.exp(-np.array([2, 4])))
    assert day.backlog == pytest.approx(waiting, rel=1e-9)
    assert day.served == pytest.approx(np.zeros(2), abs=0.4)
    assert list(day.service_level) == [0, 0]
    assert day.p_abandon == pytest.approx([1, 1])


def test_fluid_backlog_drains_at_the_spare_capacity():
    # 200 waiting, hardly any impatience: 100 servers free 1/3 contact a second, 1/6 arrive
    day = hourly_queue(np.full(2, 1 / 6), 1 / 300, 1e-9, np.full(2, 100), 20, interval=600, initial=300)
    assert day.backlog[0] == pytest.approx(100, rel=0.03)  # the closure keeps busy .5 % below full
    assert day.virtual_wait[0] == pytest.approx(150 / (1 / 3), rel=0.05)


histories = hnp.arrays(float, 12, elements=st.floats(0, 0.5))


@settings(max_examples=60, deadline=None)
@given(histories, hnp.arrays(float, 12, elements=st.floats(0, 80)), st.floats(30, 1200), st.floats(20, 1e6))
def test_flows_balance_and_shares_are_shares(lam, servers, aht, patience):
    day = hourly_queue(lam, 1 / aht, 1 / patience, servers, 20, initial=3.0)
    before = np.concatenate([[3.0], day.in_system_end[:-1]])
    assert day.in_system_end == pytest.approx(before + day.offered - day.served - day.abandoned, rel=1e-3, abs=0.5)
    for share in (day.p_wait, day.p_abandon, day.service_level):
        assert np.all((share >= 0) & (share <= 1))
    for amount in (day.served, day.abandoned, day.queue, day.busy, day.backlog, day.asa, day.virtual_wait):
        assert np.all(np.isfinite(amount) & (amount >= -1e-9))
    assert np.all(day.busy <= servers + 1e-9)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.5, 60), st.floats(0.5, 1.5), st.floats(30, 1e5))
def test_a_small_change_moves_the_day_a_little(n, load, patience):
    lam = load * n / 300 * np.array([0.8, 1.2, 1.3, 0.9, 0.7])
    one, other = (hourly_queue(lam * f, 1 / 300, 1 / patience, n, 20) for f in (1, 1 + 1e-5))
    assert other.service_level == pytest.approx(one.service_level, abs=2e-3)
    assert other.abandoned == pytest.approx(one.abandoned, rel=1e-2, abs=1e-2)


def test_histories_are_computed_alike_alone_and_together():
    lam = np.array([[0.05, 0.09], [0.02, 0.03]])
    both = hourly_queue(lam, 1 / 300, 1 / 90, [18, 20], 20)
    assert both.backlog.shape == (2, 2)
    assert np.array_equal(both.backlog[1], hourly_queue(lam[1], 1 / 300, 1 / 90, [18, 20], 20).backlog)


@pytest.mark.parametrize(
    ("name", "value"),
    [("arrival_rate", [-1.0, 0.1]), ("servers", [1.0, float("nan")]), ("servers", [1, 2, 3]), ("interval", 0.0),
     ("initial", [1.0, 2.0]), ("initial", -1.0), ("abandonment_rate", 0.0)],
)  # fmt: skip
def test_wrong_arguments_are_named(name, value):
    good = {"arrival_rate": [0.1, 0.1], "service_rate": 0.01, "abandonment_rate": 0.01, "servers": 10.0, "target": 20.0}
    with pytest.raises(ArgumentError, match=name):
        hourly_queue(**{**good, name: value})
