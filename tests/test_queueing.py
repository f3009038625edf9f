"""Erlang B, C and A against published values, 36-digit arithmetic, brute force, and what must always hold."""

import csv
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model import queueing
from model.errors import ArgumentError
from tests import agreement

ROWS = list(csv.DictReader((Path(__file__).parent / "data" / "erlang.csv").read_text().splitlines()))
TOLERANCE = 1e-9


def log_floats(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(np.log(low), np.log(high)).map(lambda v: float(np.exp(v)))


SERVERS = log_floats(0.2, 10_000)
LOADS = st.one_of(log_floats(0.01, 3), st.floats(0.9, 1.1))
PATIENCE = log_floats(5, 1e7)
HANDLE_TIME = log_floats(30, 3_000)
TARGET = st.sampled_from([0.0, 10.0, 20.0, 120.0, 3600.0])


@pytest.mark.parametrize("row", [r for r in ROWS if r["kind"] != "A"], ids=lambda r: f"{r['kind']}-{r['servers']}")
def test_erlang_b_and_c_hit_the_reference(row):
    n, a = float(row["servers"]), float(row["load"])
    value, true = (
        (queueing.erlang_b(n, a), row["p_block"]) if row["kind"] == "B" else (queueing.erlang_c(n, a), row["p_wait"])
    )
    assert float(value) == pytest.approx(float(true), rel=TOLERANCE, abs=0)


@pytest.mark.parametrize("row", [r for r in ROWS if r["kind"] == "A"], ids=lambda r: f"{r['servers']}-{r['patience']}")
def test_erlang_a_hits_the_reference(row):
    v = {k: float(row[k]) for k in ("arrival_rate", "handle_time", "patience", "servers", "target")}
    ours = queueing.erlang_a(v["arrival_rate"], 1 / v["handle_time"], 1 / v["patience"], v["servers"], v["target"])
    for field in fields(ours):
        if field.name in row:
            relative = field.name in agreement.TIMES
            expected = pytest.approx(float(row[field.name]), **({"rel": 1e-9, "abs": 0} if relative else {"abs": 1e-9}))
            assert float(getattr(ours, field.name)) == expected, field.name


def test_random_cases_agree_with_mpmath():
    worst = max(max(agreement.errors(case).values()) for case in agreement.cases(16, seed=11))
    assert worst < TOLERANCE


@settings(max_examples=12, deadline=None)
@given(SERVERS, LOADS, HANDLE_TIME, PATIENCE, TARGET)
def test_any_case_agrees_with_mpmath(n, load, aht, patience, target):
    found = agreement.errors((load * n / aht, 1 / aht, 1 / patience, n, target))
    assert max(found.values()) < TOLERANCE, found


@settings(max_examples=300, deadline=None)
@given(SERVERS, LOADS, HANDLE_TIME, PATIENCE, TARGET)
def test_figures_are_finite_shares_and_flows_balance(n, load, aht, patience, target):
    lam, mu, theta = load * n / aht, 1 / aht, 1 / patience
    a = queueing.erlang_a(lam, mu, theta, n, target)
    for field in fields(a):
        assert np.isfinite(getattr(a, field.name)), field.name
    for share in (a.p_wait, a.p_abandon, a.service_level, a.service_level_answered, a.occupancy):
        assert 0 <= share <= 1
    assert a.occupancy * n * mu == pytest.approx(lam * (1 - a.p_abandon), rel=1e-12)
    assert a.mean_wait * theta == pytest.approx(a.p_abandon, rel=1e-12)
    assert a.p_abandon <= a.p_wait
    assert a.service_level <= 1 - a.p_abandon + 1e-15
    assert a.wait_sq >= a.asa**2 * (1 - 1e-12)


@settings(max_examples=200, deadline=None)
@given(SERVERS, LOADS, HANDLE_TIME, PATIENCE, TARGET, st.floats(1e-4, 1.0))
def test_more_servers_never_serve_worse(n, load, aht, patience, target, more):
    a = queueing.erlang_a(load * n / aht, 1 / aht, 1 / patience, [n, n * (1 + more)], target)
    assert np.diff(a.p_wait) <= 1e-13
    assert np.diff(a.p_abandon) <= 1e-13
    assert np.diff(a.service_level) >= -1e-12
    assert a.asa[1] <= a.asa[0] * (1 + 1e-11)


@settings(max_examples=200, deadline=None)
@given(SERVERS, LOADS, HANDLE_TIME, PATIENCE, st.floats(1e-4, 1.0))
def test_more_patience_never_raises_abandonment(n, load, aht, patience, more):
    a = queueing.erlang_a(load * n / aht, 1 / aht, [1 / patience, 1 / (patience * (1 + more))], n, 20)
    assert np.diff(a.p_abandon) <= 1e-13
    assert np.diff(a.p_wait) >= -1e-13


@settings(max_examples=200, deadline=None)
@given(SERVERS, LOADS, HANDLE_TIME, PATIENCE, st.floats(1e-4, 1.0))
def test_longer_handle_time_never_raises_service_level(n, load, aht, patience, more):
    a = queueing.erlang_a(load * n / aht, [1 / aht, 1 / (aht * (1 + more))], 1 / patience, n, 20)
    assert np.diff(a.service_level) <= 1e-12


@settings(max_examples=100, deadline=None)
@given(st.floats(1, 300), st.floats(0.05, 0.95))
def test_endless_patience_is_erlang_c(n, rho):
    aht = 300.0
    a = queueing.erlang_a(rho * n / aht, 1 / aht, 1e-15, n, 20)
    c = queueing.erlang_c(n, rho * n)
    assert a.p_wait == pytest.approx(float(c), rel=1e-7)
    assert a.asa == pytest.approx(float(c) * aht / (n * (1 - rho)), rel=1e-7)
    tail = float(c) * np.exp(-n * (1 - rho) * 20 / aht)
    assert a.service_level == pytest.approx(1 - tail, abs=1e-8)


@pytest.mark.parametrize(
    ("n", "lam", "mu", "theta"),
    [(1, 0.02, 1 / 100, 1 / 20), (7, 0.03, 1 / 240, 1 / 90), (40, 0.2, 1 / 180, 1 / 600), (12, 0.08, 1 / 200, 5e-4)],
)
def test_birth_and_death_by_brute_force(n, lam, mu, theta):
    states = np.arange(4000)
    leave = mu * np.minimum(states, n) + theta * np.maximum(states - n, 0)
    log_p = np.concatenate([[0], np.cumsum(np.log(lam / leave[1:]))])
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    queue = np.maximum(states - n, 0) @ p
    a = queueing.erlang_a(lam, mu, theta, n, 20)
    assert a.p_wait == pytest.approx(p[n:].sum(), abs=1e-12)
    assert a.p_abandon == pytest.approx(theta * queue / lam, abs=1e-12)
    assert a.mean_wait == pytest.approx(queue / lam, rel=1e-11)
    assert a.occupancy == pytest.approx(np.minimum(states, n) @ p / n, abs=1e-12)


@pytest.mark.parametrize("x", [70.0, 300.0, 3e3, 2.5e4, 1e5])
@pytest.mark.parametrize("load", [0.9, 0.99, 1.0, 1.01, 1.1])
@pytest.mark.parametrize("tau", [0.0, 1e-3, 0.2])
def test_figures_do_not_jump_where_series_gives_way_to_quadrature(x, load, tau):
    from model._erlang import _waiting_quadrature, _waiting_series

    *one, one_scale = _waiting_series(x, load * x, tau)
    *other, other_scale = _waiting_quadrature(x, load * x, tau)
    assert np.array(one) / one[0] == pytest.approx(np.array(other) / other[0], rel=1e-10, abs=1e-14)
    if other_scale > 1e-250:
        assert one_scale / one[0] == pytest.approx(other_scale / other[0], rel=1e-10)


def test_nobody_arrives():
    a = queueing.erlang_a(0, 1 / 300, 1 / 60, 3, 20)
    assert (a.p_wait, a.p_abandon, a.asa, a.mean_wait, a.occupancy, a.wait_sq) == (0, 0, 0, 0, 0, 0)
    assert (a.service_level, a.service_level_answered) == (1, 1)
    assert queueing.erlang_b(3, 0) == queueing.erlang_c(3, 0) == 0


def test_almost_no_server_means_all_abandon():
    a = queueing.erlang_a(0.1, 1 / 300, 1 / 60, 1e-6, 20)
    assert a.p_wait == pytest.approx(1, abs=1e-5)
    assert a.p_abandon == pytest.approx(1, abs=1e-5)
    assert np.isfinite(a.asa)


def test_erlang_c_at_and_above_full_load_is_one():
    assert list(queueing.erlang_c([10, 10, 10], [10, 10.1, 1e6])) == [1, 1, 1]
    assert queueing.erlang_c(10, 10 * (1 - 1e-12)) == pytest.approx(1, abs=1e-10)


def test_arrays_broadcast_and_equal_their_scalars():
    n, target = np.array([[8.0], [9.5], [11.0]]), np.array([0.0, 20.0])
    a = queueing.erlang_a(0.03, 1 / 300, 1 / 90, n, target)
    assert a.service_level.shape == a.asa.shape == a.occupancy.shape == (3, 2)
    one = queueing.erlang_a(0.03, 1 / 300, 1 / 90, 9.5, 20)
    assert a.service_level[1, 1] == one.service_level
    assert a.asa[1, 0] == one.asa


def test_several_targets_share_one_queue():
    from model._erlang import erlang_a_multi

    targets = np.array([0.0, 20.0, 60.0, 1e5])
    for n, patience in ((50.0, 120.0), (70.0, 120.0), (48.0, 1e6)):
        out = np.empty(8)
        erlang_a_multi(0.8, 1 / 60, 1 / patience, n, targets, out)
        a = queueing.erlang_a(0.8, 1 / 60, 1 / patience, n, targets)
        assert out[4:] == pytest.approx(a.service_level, abs=1e-13)
        assert out[:2] == pytest.approx([a.p_wait[0], a.p_abandon[0]], abs=1e-15)


GOOD = {"arrival_rate": 0.1, "service_rate": 0.01, "abandonment_rate": 0.01, "servers": 10.0, "target": 20.0}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf"), [0.1, float("nan")], "many", None])
def test_wrong_arguments_are_named(name, wrong):
    with pytest.raises(ArgumentError, match=name):
        queueing.erlang_a(**{**GOOD, name: wrong})


@pytest.mark.parametrize("name", ["service_rate", "abandonment_rate", "servers"])
def test_zero_is_refused_where_it_has_no_meaning(name):
    with pytest.raises(ArgumentError, match=name):
        queueing.erlang_a(**{**GOOD, name: 0})


@pytest.mark.parametrize("function", [queueing.erlang_b, queueing.erlang_c])
def test_wrong_arguments_of_b_and_c_are_named(function):
    for servers, load, name in ((0, 1, "servers"), (-1, 1, "servers"), (1, -1, "load"), (1, float("nan"), "load")):
        with pytest.raises(ArgumentError, match=name):
            function(servers, load)


def test_shapes_that_do_not_broadcast_name_the_argument():
    with pytest.raises(ArgumentError, match="servers"):
        queueing.erlang_a([0.1, 0.2], 0.01, 0.01, [1, 2, 3], 20)
    with pytest.raises(ArgumentError, match="load"):
        queueing.erlang_b([1, 2], [1, 2, 3])


@settings(max_examples=50, deadline=None)
@given(SERVERS, LOADS)
def test_erlang_b_recursion_holds_for_real_servers(n, load):
    a = load * n
    b, next_b = float(queueing.erlang_b(n, a)), float(queueing.erlang_b(n + 1, a))
    assume(next_b > 1e-250)
    assert next_b == pytest.approx(a * b / (n + 1 + a * b), rel=1e-9)


def test_queueing_is_imported_without_numba():
    code = "import sys, model.queueing; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
