"""Few points for a week: smoothed load, the ideal shape, the full grid, and what the reduced points must keep."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import nnls

import model
from model import quadrature, sparse
from model._week import AGENTS, BUSY, IDEAL, NODE, RATE, WEIGHT
from model.calibrate import calibrate
from model.queueing import erlang_a
from model.transient import hourly_queue

WEEK = 336
FACTORS = (0.8, 0.85, 0.9, 0.95, 1.0, 1.0, 1.0, 1.0, 1.05, 1.1, 1.15, 1.2)


def arrivals(contacts: float = 9000) -> np.ndarray:
    hour = np.arange(48) / 2
    day = np.where(
        (hour >= 8) & (hour < 20), 0.3 + np.exp(-(((hour - 11) / 2) ** 2)) + 0.6 * np.exp(-(((hour - 16) / 2) ** 2)), 0
    )
    week = np.concatenate([day] * 5 + [0.5 * day, 0 * day])
    return contacts * week / week.sum()


def phone(**changes: object) -> model.Channel:
    came = arrivals()
    fields = {
        "name": "phone",
        "arrivals": came,
        "agents": np.where(came > 0, 2 + came * 300 / 1800 * 1.05, 0),
        "handle_time_s": 300,
        "patience_s": 180,
    }
    return model.Channel(**(fields | changes))


# --- smoothed offered load --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("handle", [60.0, 480.0, 2400.0, 20_000.0])
def test_smoothing_conserves_arrivals(handle: float) -> None:
    assert quadrature.smoothed(arrivals(), handle).sum() == pytest.approx(9000, rel=1e-6)


def test_smoothing_leaves_even_arrivals_as_they_are() -> None:
    assert quadrature.smoothed(np.full(WEEK, 7.0), 900.0) == pytest.approx(np.full(WEEK, 7.0), rel=1e-12)


def test_contacts_shorter_than_a_sixth_of_the_half_hour_stay_where_they_came() -> None:
    assert np.array_equal(quadrature.smoothed(arrivals(), 300.0), arrivals())
    assert not np.array_equal(quadrature.smoothed(arrivals(), 301.0), arrivals())


def test_smoothed_load_is_the_solution_of_its_differential_equation() -> None:
    came, handle = arrivals(), 1500.0
    rate = np.tile(came, 2) / 1800
    found, load, area = [], 0.0, 0.0
    for value in rate:
        step = solve_ivp(
            lambda t, m, v=value: [v - m[0] / handle, m[0]],
            (0, 1800),
            [load, 0.0],
            rtol=1e-8,
            atol=1e-10,
            method="LSODA",
        )
        load, area = step.y[:, -1]
        found.append(area / handle)  # mean load over handle time, a half-hour
    # Where nobody arrives no queue stands; the week's contacts stay as many.
    expected = np.where(came > 0, found[WEEK:], 0.0)
    expected *= came.sum() / expected.sum()
    assert quadrature.smoothed(came, handle) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_long_contacts_do_not_give_up_for_closing_time() -> None:
    week = quadrature.week(phone(handle_time_s=900, agents=np.where(arrivals() > 0, 500.0, 0.0)))
    found = erlang_a(week.rate[week.rate > 1e-9], 1 / 900, 1 / 180, np.maximum(week.agents[week.rate > 1e-9], 1e-9), 20)
    assert week.rate[week.rate > 1e-9] @ found.p_abandon / week.rate.sum() == pytest.approx(0, abs=1e-6)


def test_loads_of_closed_nights_do_not_run_out_of_digits() -> None:
    for handle in (301.0, 600.0, 3000.0):
        rate = quadrature.week(phone(handle_time_s=handle)).rate
        assert rate[rate > 0].min() > 1e-9 * rate.max()


# --- the week's shape -------------------------------------------------------------------------------------------------
def test_the_ideal_shape_is_load_and_a_multiple_of_its_root_at_today_s_hours() -> None:
    week = quadrature.week(phone())
    load = arrivals() / 1800 * 300
    extra = (week.ideal - load)[load > 0] / np.sqrt(load[load > 0])
    assert np.ptp(extra) == pytest.approx(0, abs=1e-9)
    assert extra[0] > 0
    assert week.ideal.sum() == pytest.approx(week.agents.sum())


def test_with_too_few_hours_the_ideal_shape_is_proportional_to_the_load() -> None:
    week = quadrature.week(phone(agents=[10.0] * WEEK, handle_time_s=2000))
    ratio = (week.ideal / np.maximum(week.rate, 1e-12))[week.rate > 1e-3]
    assert week.ideal.sum() == pytest.approx(3360)
    assert np.ptp(ratio) == pytest.approx(0, abs=1e-6 * ratio[0])


def test_chats_at_once_are_servers() -> None:
    assert quadrature.week(phone(), 2.5).agents == pytest.approx(2.5 * quadrature.week(phone()).agents)


def test_the_busiest_fifth_of_open_half_hours_is_marked() -> None:
    week = quadrature.week(phone())
    assert week.busy.sum() == round(np.count_nonzero(week.rate) / 5)
    assert week.rate[week.busy == 1].min() >= week.rate[week.busy == 0].max()


# --- the full grid ----------------------------------------------------------------------------------------------------
def test_the_full_grid_holds_every_half_hour_season_and_forecast_node() -> None:
    week = quadrature.week(phone())
    grid = quadrature.full_grid([week], FACTORS)[0]
    assert len(grid) == np.count_nonzero(week.rate) * 9 * quadrature.NODES  # nine different factors
    assert grid[:, WEIGHT] @ grid[:, RATE] == pytest.approx(week.rate.sum())
    assert grid[:, WEIGHT].sum() == pytest.approx(np.count_nonzero(week.rate))
    assert grid[:, WEIGHT] @ grid[:, NODE] ** 2 == pytest.approx(np.count_nonzero(week.rate))
    assert grid[:, WEIGHT] @ grid[:, AGENTS] == pytest.approx(week.agents.sum())
    busy = grid[:, BUSY] == 1
    assert grid[busy, WEIGHT] @ grid[busy, RATE] == pytest.approx(week.rate @ week.busy)


# --- Gauss nodes ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("cv", [0.0, 0.08, 0.25])
@pytest.mark.parametrize("count", [2, 5, 9])
def test_joint_nodes_have_the_moments_of_season_times_forecast_error(cv: float, count: int) -> None:
    values, weights = quadrature.joint_nodes(FACTORS, cv, count)
    assert len(values) == len(weights) == count
    assert np.all(weights >= 0)
    sigma2 = np.log1p(cv**2)
    for k in range(4 if count == 2 else 6):
        error = np.exp(sigma2 * (k * k - k) / 2)  # E[z^k] of a mean-one lognormal
        assert weights @ values**k == pytest.approx(np.mean(np.array(FACTORS) ** k) * error, rel=2e-6)


def test_where_nothing_varies_one_node_carries_all() -> None:
    values, weights = quadrature.joint_nodes((1.0,) * 12, 0.0, 5)
    assert weights.max() == pytest.approx(1)
    assert values[weights.argmax()] == pytest.approx(1)
    assert np.all(np.isfinite(values))


@given(
    st.lists(
        st.tuples(st.floats(0.2, 3), st.floats(0.05, 1)), min_size=6, max_size=12, unique_by=lambda x: round(x[0], 1)
    )
)
def test_gauss_nodes_of_a_few_values_integrate_polynomials(points: list[tuple[float, float]]) -> None:
    values, mass = np.array(points).T
    nodes, weights = quadrature._gauss(values, mass, 3)
    for k in range(6):
        assert weights @ nodes**k == pytest.approx(mass @ values**k / mass.sum(), rel=1e-7)


# --- the reduced points -----------------------------------------------------------------------------------------------
CHANNEL = phone()
SHAPE = quadrature.week(CHANNEL)
FULL = quadrature.full_grid([SHAPE], FACTORS)[0]


@pytest.fixture(scope="module")
def few() -> np.ndarray:
    return quadrature.reduced([SHAPE], FACTORS, [CHANNEL])[0]


LARGE = phone(arrivals=(came := 12 * arrivals()), agents=np.where(came > 0, came * 300 / 1800 * 1.03, 0))


@pytest.fixture(scope="module")
def many() -> np.ndarray:
    return quadrature.reduced([quadrature.week(LARGE)], FACTORS, [LARGE])[0]


def test_reduced_points_are_few_and_weigh_nothing_negative(few: np.ndarray) -> None:
    assert 8 < len(few) <= quadrature.POINTS[-1]
    assert few[:, WEIGHT].min() > 0


def test_reduced_points_are_points_of_the_full_grid_or_of_smaller_teams(few: np.ndarray) -> None:
    known = {tuple(row.round(9)) for row in FULL[:, 1:]}
    for row in few[:, 1:]:
        sizes = [row * np.where([True, False, True, True, False], smaller, 1) for smaller, _ in quadrature.TEAMS]
        assert any(tuple(size.round(9)) in known for size in sizes)


def figures(points: np.ndarray, load: float, servers: float, flex: float, cv: float, peak: float) -> dict[str, float]:
    """Offered a second, and shares of it, from weighted points."""
    sigma = np.sqrt(np.log1p(cv**2))
    z = np.exp(sigma * points[:, NODE] - sigma**2 / 2) * (1 + (peak - 1) * points[:, BUSY])
    rate = points[:, RATE] * load * z
    agents = servers * (points[:, AGENTS] + flex * (points[:, IDEAL] - points[:, AGENTS]))
    found = erlang_a(rate, 1 / 300, 1 / 180, agents, 20)
    weight = points[:, WEIGHT] * rate
    shares = {
        name: float(weight @ getattr(found, name) / weight.sum()) for name in ("p_abandon", "service_level", "p_wait")
    }
    return {"offered": float(weight.sum())} | shares


@pytest.mark.parametrize(
    "setting",
    [
        (1, 1, 0, 0.08, 1),
        (1.15, 1, 0, 0.08, 1),
        (0.8, 1, 0, 0.08, 1),
        (1, 0.8, 0, 0.0, 1),
        (1, 1.2, 0, 0.15, 1),
        (1, 1, 0.7, 0.08, 1),
        (1, 1, 0, 0.08, 1.2),
        (1.3, 1.3, 0.5, 0.12, 0.9),
    ],
)
def test_reduced_points_stand_for_the_full_grid(
    few: np.ndarray, setting: tuple[float, float, float, float, float]
) -> None:
    exact, found = figures(FULL, *setting), figures(few, *setting)
    assert found["offered"] == pytest.approx(exact["offered"], rel=3e-5)
    assert found["p_abandon"] == pytest.approx(exact["p_abandon"], abs=3e-5)
    assert found["service_level"] == pytest.approx(exact["service_level"], abs=1e-4)
    assert found["p_wait"] == pytest.approx(exact["p_wait"], abs=1e-4)


@pytest.mark.parametrize(
    "setting", [(1, 1, 0, 0.08, 1), (1, 1.1, 0, 0.0, 1), (0.95, 1, 0.3, 0.2, 1.1), (1.2, 1, 0, 0, 1)]
)
def test_a_large_team_that_turns_within_few_percent_of_load_has_more_points(
    many: np.ndarray, setting: tuple[float, float, float, float, float]
) -> None:
    assert quadrature.POINTS[0] < len(many) <= quadrature.POINTS[-1]
    exact = figures(quadrature.full_grid([quadrature.week(LARGE)], FACTORS)[0], *setting)
    found = figures(many, *setting)
    assert found["p_abandon"] == pytest.approx(exact["p_abandon"], abs=2e-4)
    assert found["service_level"] == pytest.approx(exact["service_level"], abs=5e-4)


def shared(
    grid: np.ndarray, load: float, servers: float, handle: float, own: tuple[float, float] = (1.0, 1.0)
) -> dict[str, float]:
    """Offered a second by the first of two channels in one team, and its shares; `own` scales each one's agents."""
    rates = grid[:, :, RATE] * load
    total = rates.sum(axis=0)
    work = handle * (rates[0] * 290 + rates[1] * 200)
    theta = (rates[0] / 180 + rates[1] / 400) / total
    found = erlang_a(total, total / work, theta, servers * (np.array(own) @ grid[:, :, AGENTS]), 20)
    weight = grid[0, :, WEIGHT] * rates[0]
    shares = {name: float(weight @ getattr(found, name) / weight.sum()) for name in ("p_abandon", "service_level")}
    return {"offered": float(weight.sum())} | shares


def test_reduced_points_of_a_shared_team_stand_for_its_full_grid() -> None:
    evening = np.roll(arrivals(4000), 8)
    staffed = np.where(evening > 0, 1 + evening * 200 / 1800 * 1.02, 0)
    second = phone(name="second", arrivals=evening, agents=staffed, handle_time_s=200, patience_s=400)
    both = [phone(handle_time_s=290), second]
    weeks = [quadrature.week(c) for c in both]
    few, full = quadrature.reduced(weeks, FACTORS, both), quadrature.full_grid(weeks, FACTORS)
    assert few.shape[1] <= quadrature.POOL_POINTS[-1]
    apart = ((1, 1, 1, (1.2, 0.8)), (0.9, 1, 1, (0.6, 1.4)))
    for setting in ((1, 1, 1), (1.2, 1, 1), (1, 1.15, 1), (1, 1, 1.2), (0.9, 1.1, 0.8), *apart):
        found, exact = shared(few, *setting), shared(full, *setting)
        assert found["offered"] == pytest.approx(exact["offered"], rel=1e-4), setting
        assert found["p_abandon"] == pytest.approx(exact["p_abandon"], abs=1e-4), setting
        assert found["service_level"] == pytest.approx(exact["service_level"], abs=5e-4), setting


def test_weights_are_the_non_negative_least_squares_where_no_count_binds() -> None:
    rng = np.random.default_rng(4)
    matrix, noise = rng.random((60, 25)), 0.1 * rng.random(60)
    target = matrix @ np.maximum(rng.standard_normal(25), 0) + noise
    best, _ = nnls(matrix, target)
    few, many = sparse.weights(matrix, target, (4, 25))
    assert many == pytest.approx(best, abs=1e-9)
    assert few.min() >= 0
    assert np.count_nonzero(few) == 4
    assert sparse.weights(matrix, target, (4,))[0] == pytest.approx(few, abs=0)
    kept = np.flatnonzero(few)
    assert few[kept] == pytest.approx(nnls(matrix[:, kept], target)[0], abs=1e-9)


def test_a_grid_that_is_small_already_is_kept_with_what_is_alike_as_one() -> None:
    came = [0.0] * WEEK
    came[20:24] = [30.0] * 4
    channel = phone(arrivals=came, agents=[6.0] * WEEK)
    week = quadrature.week(channel)
    few = quadrature.reduced([week], (1.0,) * 12, [channel])[0]
    full = quadrature.full_grid([week], (1.0,) * 12)[0]
    assert len(few) == 2 * quadrature.NODES  # busy or not
    assert few[:, WEIGHT].sum() == pytest.approx(full[:, WEIGHT].sum())
    assert {tuple(row) for row in few[:, 1:]} == {tuple(row) for row in full[:, 1:]}


def test_a_constant_week_is_one_queue_exactly_whatever_its_patience() -> None:
    channel = phone(arrivals=[100.0] * WEEK, agents=[17.0] * WEEK, patience_s=9000)
    known = calibrate(model.Baseline(name="x", channels=[channel], forecast_cv=0.0))
    exact = erlang_a(100 / 1800, 1 / 300, 1 / 9000, 17, 20)
    assert known.hourly[0] == 0
    assert known.metrics0[0, 1:3] == pytest.approx([float(exact.p_wait), float(exact.p_abandon)], rel=1e-12)
    assert known.metrics0[0, 5] == pytest.approx(float(exact.service_level), rel=1e-12)


# --- which weeks are taken hour by hour -------------------------------------------------------------------------------
def patient(patience: float, staff: float = 1.0) -> float:
    channel = phone(patience_s=patience)
    return quadrature.hourly_weight([quadrature.week(channel).scaled(staff)], [channel])


def test_hour_by_hour_is_for_patient_callers_on_full_and_changing_hours() -> None:
    assert patient(600) == 0
    assert patient(1200, 0.9) == 1
    assert patient(1200, 2.0) == 0
    flat = phone(arrivals=[100.0] * WEEK, agents=[17.0] * WEEK, patience_s=9000)
    assert quadrature.hourly_weight([quadrature.week(flat)], [flat]) == 0


@pytest.mark.parametrize("values", [np.linspace(550, 1300, 301), np.linspace(550, 700, 301)])
def test_the_hour_by_hour_weight_moves_smoothly_with_patience(values: np.ndarray) -> None:
    steps = np.abs(np.diff([patient(v, 0.9) for v in values]))
    assert steps.max() < 3 * (values[1] - values[0]) / 600


def test_the_hour_by_hour_weight_moves_smoothly_with_staffing() -> None:
    coarse, fine = (
        np.abs(np.diff([patient(2000, v) for v in np.linspace(1.0, 1.5, count)])).max() for count in (201, 801)
    )
    assert coarse < 0.15
    assert fine < coarse / 2.5  # a jump would stay as large


def test_smoothing_sets_in_without_a_jump() -> None:
    found = [quadrature.smoothed(arrivals(), handle) for handle in np.arange(296.0, 306.0, 0.5)]
    assert max(np.abs(b - a).max() for a, b in zip(found, found[1:], strict=False)) < 0.01


@pytest.mark.parametrize("cells", [(20, 30), (0, WEEK)])
def test_hours_of_a_steady_week_are_the_stationary_queue(cells: tuple[int, int]) -> None:
    rate = np.full((1, 1, WEEK), 0.15)
    wide = np.ones_like(rate)
    hours = quadrature.team_weeks(rate, 300 * wide, wide / 3000, np.full(WEEK, 46.3), np.array([20.0]))[0, 0]
    exact = erlang_a(0.15, 1 / 300, 1 / 3000, 46.3, 20)
    for column, name in ((0, "p_wait"), (1, "p_abandon"), (4, "service_level")):
        assert hours[slice(*cells), column] == pytest.approx(float(getattr(exact, name)), abs=2e-4)
    assert hours[slice(*cells), 5] == pytest.approx(46.3 * float(exact.occupancy), rel=1e-3)


def test_weeks_hour_by_hour_are_the_hour_by_hour_queue() -> None:
    came = arrivals() / 1800
    agents = np.where(came > 0, came * 300 * 0.97 + 1, 0)
    wide = np.ones((1, 2, WEEK))
    rates = np.stack([came, 1.1 * came])[None]
    hours = quadrature.team_weeks(rates, 300 * wide, wide / 4000, agents, np.array([20.0]))[0]
    day = hourly_queue(rates[0], 1 / 300, 1 / 4000, agents, 20, initial=np.zeros(2))
    open_ = came > 0
    assert hours[:, open_, 1] == pytest.approx(day.p_abandon[:, open_], abs=1e-3)
    assert hours[:, open_, 4] == pytest.approx(day.service_level[:, open_], abs=1e-3)
    assert hours[:, open_, 5] == pytest.approx(day.busy[:, open_], rel=1e-3)


def test_the_same_company_gets_the_same_points(few: np.ndarray) -> None:
    assert np.array_equal(quadrature.reduced([SHAPE], FACTORS, [CHANNEL])[0], few)
