"""Figures looked up: close to the sums, the same whoever asked before, summed where no table reaches."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

import model
from model import _week, lookup
from model.batch import designs, nodes_of
from model.calibrate import Calibrated, calibrate
from model.results import run

Array = NDArray[np.float64]
SHARES, WAITS = [0, 1, 4], [2, 3]


def company(name: str) -> model.Baseline:
    if name != "large":
        return model.sample(name)
    phone = {
        "arrivals": [6000] * 336, "agents": [1010] * 336, "handle_time_s": 300, "patience_s": 180, "target_s": 20,
        "target_share": 0.8, "abandonment": 0.02, "csat": 0.8,
    }  # fmt: skip
    channel = model.Channel(name="phone", kind="live", **phone)
    return model.Baseline(name="large", forecast_cv=0.02, channels=[channel])


def ask(known: Calibrated, table: _week.Table, place: int, spot: Array) -> Array:
    base, out = known.baseline, np.empty(_week.FIGURES)
    channel = base.channels[known.live[place]]
    work, staff, longer, flex = map(float, spot)
    load, servers, handle = np.exp(work - longer), np.exp(work + staff), channel.handle_time_s * np.exp(longer)
    target = float(known.target_s[known.live[place]])
    world = (1.0, base.forecast_cv, 1 / channel.patience_s, target)
    _week.figures(known.points[place], table, place, load, handle, servers, flex, *world, out)
    return out


def fresh_table(known: Calibrated) -> _week.Table:
    handle = np.array([known.baseline.channels[i].handle_time_s for i in known.live])
    return lookup.table(handle, known.load0, known.baseline.forecast_cv)


def spots(count: int, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    places = rng.uniform([-0.4, -0.3, -0.3, 0], [0.4, 0.4, 0.4, 1], (count, 4))
    places[: count // 2, 3] = 0
    return places


@pytest.mark.parametrize("name", ["retail", "bank", "software", "large"])
def test_looked_up_figures_are_the_sums(name: str) -> None:
    known = calibrate(company(name))
    table = known.table(1.0, known.baseline.forecast_cv)
    for place in range(len(known.live)):
        looked = np.array([ask(known, table, place, spot) for spot in spots(24, 1)])
        summed = np.array([ask(known, lookup.NONE, place, spot) for spot in spots(24, 1)])
        assert np.abs(looked - summed)[:, SHARES].max() < 3e-4
        assert (np.abs(looked - summed)[:, 2] / (summed[:, 2] + 1)).max() < 3e-3


@pytest.mark.parametrize("staff", [(-1.6, -0.8), (0.5, 1.0)], ids=["overrun", "idle"])
@pytest.mark.parametrize("name", ["retail", "bank", "software", "large"])
def test_tables_reach_to_teams_that_are_overrun_and_to_idle_ones(name: str, staff: tuple[float, float]) -> None:
    known, rng = calibrate(company(name)), np.random.default_rng(5)
    table = fresh_table(known)  # what other tests have looked up in the shared one would hide what is looked up here
    for place in range(len(known.live)):
        for spot in rng.uniform([-0.4, staff[0], -0.3, 0], [0.4, staff[1], 0.4, 1], (12, 4)):
            kept = int(np.isfinite(table.values).sum())
            looked, summed = ask(known, table, place, spot), ask(known, lookup.NONE, place, spot)
            assert int(np.isfinite(table.values).sum()) > kept, "not looked up at all"
            assert np.abs(looked - summed)[SHARES].max() < 1e-4
            assert np.abs(looked - summed)[2] / (summed[2] + 1) < 1e-3


def test_at_a_node_nothing_is_lost() -> None:
    known = calibrate(model.sample("bank"))
    table = known.table(1.0, known.baseline.forecast_cv)
    spot = np.array([0.2, -0.1, 0.3, 0.25])
    np.testing.assert_allclose(ask(known, table, 0, spot), ask(known, lookup.NONE, 0, spot), rtol=1e-9)


def test_the_bits_do_not_depend_on_who_asked_before() -> None:
    known = calibrate(model.sample("software"))
    fresh, used = fresh_table(known), fresh_table(known)
    places = spots(30, 2)
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda spot: ask(known, used, 0, spot), places[::-1]))[::-1]
    alone = [ask(known, fresh, 0, spot) for spot in places]
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("spot", [(1.5, 0, 0, 0), (0, 1.1, 0, 0), (0, -1.7, 0, 0), (0, 0, -1, 0), (0, 0, 0, -0.6)])
def test_where_no_table_reaches_the_week_is_summed(spot: tuple[float, ...]) -> None:
    known = calibrate(model.sample("software"))
    table = known.table(1.0, known.baseline.forecast_cv)
    np.testing.assert_array_equal(ask(known, table, 0, np.array(spot)), ask(known, lookup.NONE, 0, np.array(spot)))


def test_staff_for_deferred_work_is_what_the_search_finds() -> None:
    known = calibrate(model.sample("retail"))
    load = np.array([0.62, 0.87, 1.03, 1.31])
    for goal in (0.6, 0.9):
        looked = known.margin(0, goal, 0.06, load)
        exact = known._margin(0, goal, 0.06, np.log(load))
        np.testing.assert_allclose(looked, exact, atol=2e-5)


def test_a_curve_is_a_cubic_where_it_is_one() -> None:
    asked: list[Array] = []

    def cube(x: Array) -> Array:
        asked.append(x)
        return x**3 - x

    curve = lookup.Curve(cube, 0.1)
    at = np.array([-0.33, 0.0, 0.47])
    np.testing.assert_allclose(curve(at), at**3 - at, atol=1e-12)
    curve(at + 0.01)
    assert len(asked) == 1, "what is known is not reckoned again"


@pytest.mark.parametrize("name", ["retail", "bank"])
def test_fewer_points_of_one_team_do_where_tables_do(name: str) -> None:
    base = model.Scenario(baseline=model.sample(name))
    staff = base.lever("staffing.phone") * np.linspace(0.85, 1.1, 8)
    levers = {"cross_training": np.linspace(0, 1, 8), "staffing.phone": staff}
    wide = [run(designs(base, levers, rough=rough), nodes_of(12, False), path=False) for rough in (True, False)]
    assert wide[0].chain.known.pool_roughly.shape[1] < wide[0].chain.known.pool.shape[1]
    for outcome, allowed in (("service_level", 1e-3), ("abandonment", 5e-4), ("csat", 3e-4)):
        near, true = (one.total[outcome].ravel() for one in wide)
        assert np.abs(near - true).max() < allowed, outcome
