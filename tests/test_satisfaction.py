"""CSAT as a mixture against explicit sums, a quadrature of its own and random contacts; NPS and effort as today's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import satisfaction
from model.assumptions import ASSUMPTIONS
from tests import by_hand
from tests.by_hand import logit, modes, sigma

MODES = {key: row.mode for key, row in ASSUMPTIONS.items()}
SHARES = {
    "transfer": 0.12,
    "failed_self_service": 0.03,
    "critical_error": 0.05,
    "new_agent": 0.11,
    "late_order": 0.08,
    "vendor": 0.1,
}
NO_SHARES = dict.fromkeys(SHARES, 0.0)


def satisfied(
    b0: float = 0.4,
    fcr: float = 0.7,
    p_wait: float = 0.0,
    mean: float = 0.0,
    square: float = 0.0,
    scale: float = 60.0,
    occupancy: float = 0.0,
    shares: dict[str, float] = NO_SHARES,
    full: bool = False,
    **p: float,
) -> float:
    wide = [np.full((1, 1, 1, 1), v) for v in (b0, fcr, p_wait, mean, square, scale, occupancy)]
    return satisfaction.satisfied_share(
        modes(**p), *wide, {k: np.full((1, 1, 1, 1), v) for k, v in shares.items()}, full
    ).item()


def test_without_drivers_csat_is_that_of_solved_and_unsolved() -> None:
    assert satisfied(csat_resolved=1.7) == pytest.approx(0.7 * sigma(2.1) + 0.3 * sigma(0.4), abs=1e-15)


@pytest.mark.parametrize("driver", SHARES)
def test_each_driver_alone_weighs_by_its_share(driver: str) -> None:
    effect = -0.7
    found = satisfied(shares=NO_SHARES | {driver: 0.2}, **{f"csat_{driver}": effect})
    without, with_ = (0.7 * sigma(0.4 + 1.7 + e) + 0.3 * sigma(0.4 + e) for e in (0, effect))
    assert found == pytest.approx(0.8 * without + 0.2 * with_, abs=1e-15)


def test_all_drivers_together_are_the_sum_over_all_kinds_of_contacts() -> None:
    found = satisfied(occupancy=0.9, shares=SHARES)
    assert found == pytest.approx(by_hand.satisfied(MODES, 0.4, 0.7, 0, 0, 0, 60, 0.9, SHARES), abs=1e-14)


def test_all_drivers_together_are_what_random_contacts_say() -> None:
    rng = np.random.default_rng(4)
    n = 400_000
    odds = 0.4 + 1.7 * (rng.random(n) < 0.7) + sum(MODES[f"csat_{k}"] * (rng.random(n) < v) for k, v in SHARES.items())
    waits = np.where(rng.random(n) < 0.4, rng.gamma(1.2, 50 / 1.2, n), 0)
    odds = odds + MODES["csat_wait"] * np.log1p(waits / 60)
    square = 0.4 * (50**2 / 1.2 + 50**2)
    assert satisfied(p_wait=0.4, mean=20, square=square, shares=SHARES) == pytest.approx(
        np.mean(1 / (1 + np.exp(-odds))), abs=1e-3
    )


@pytest.mark.parametrize("spread", [0.3, 0.8, 1.0, 3.0])
@pytest.mark.parametrize("wait", [5.0, 40.0])
def test_a_mean_wait_below_a_minute_is_integrated_over_its_gamma_to_a_thousandth(wait: float, spread: float) -> None:
    moments = (0.4, 0.4 * wait, 0.4 * wait**2 * (1 + 1 / spread))
    exact = by_hand.satisfied(MODES, 0.4, 0.7, *moments, 60, 0, NO_SHARES)
    assert satisfied(p_wait=0.4, mean=moments[1], square=moments[2]) == pytest.approx(exact, abs=1e-3)


@pytest.mark.parametrize("shape", [0.12, 0.31, 1.0, 7.3])
@pytest.mark.parametrize("mean", [3.0, 90.0, 1.5e3, 4e4, 4e5])
@pytest.mark.parametrize("effect", [-0.05, -0.25, -0.6])
def test_five_nodes_hold_from_seconds_to_weeks_of_waiting(shape: float, mean: float, effect: float) -> None:
    moments = {"p_wait": 0.9, "mean": 0.9 * mean, "square": 0.9 * mean**2 * (1 + 1 / shape)}
    exact = by_hand.satisfied(MODES | {"csat_wait": effect}, 0.4, 0.7, *moments.values(), 60, 0, NO_SHARES)
    assert satisfied(**moments, csat_wait=effect) == pytest.approx(exact, abs=3e-4)
    full = satisfied(**moments, csat_wait=effect, full=True)
    assert full == pytest.approx(exact, abs=2e-6)


def test_who_does_not_wait_is_as_satisfied_as_without_a_queue() -> None:
    none, some = satisfied(), satisfied(p_wait=0.5, mean=1e-9, square=2e-18)
    assert some == pytest.approx(none, abs=1e-9)


def test_rounding_left_over_where_nobody_waits_does_no_harm() -> None:
    assert satisfied(p_wait=0.0, mean=1e-9, square=1e-12) == satisfied()
    assert satisfied(p_wait=1e-17, mean=1e-9, square=1e-12) == satisfied()


def test_a_wait_that_is_alike_for_all_is_one_wait() -> None:
    odds = 0.4 + MODES["csat_wait"] * np.log1p(1.5)
    expected = 0.7 * sigma(odds + 1.7) + 0.3 * sigma(odds)
    assert satisfied(p_wait=1, mean=90, square=90**2) == pytest.approx(expected, abs=3e-4)


def test_the_wait_counts_in_units_of_the_scale() -> None:
    assert satisfied(p_wait=1, mean=90, square=2 * 90**2, scale=30) == pytest.approx(
        satisfied(p_wait=1, mean=180, square=2 * 180**2, scale=60)
    )


def test_overload_lowers_all_odds_by_the_busy_points_above_85_per_cent() -> None:
    calm, hot = satisfied(fcr=0.999999999, occupancy=0.5), satisfied(fcr=0.999999999, occupancy=1.0)
    assert logit(hot) - logit(calm) == pytest.approx(-0.15 * by_hand.soft(1.0) / 0.1, abs=1e-6)


@given(st.floats(0, 2))
def test_softplus_is_the_excess_over_85_per_cent_rounded_within_two_points(occupancy: float) -> None:
    excess = max(occupancy - 0.85, 0)
    assert excess - 1e-12 <= float(satisfaction.softplus(np.array(occupancy))) <= excess + 0.02 * np.log(2) + 1e-12


@pytest.mark.parametrize("target", [0.3, 0.78, 0.97])
def test_the_intercept_makes_day_zero_the_survey(target: float) -> None:
    def share(b0: np.ndarray) -> np.ndarray:
        return np.array([satisfied(b0=float(b), shares=SHARES, p_wait=0.4, mean=20, square=900) for b in b0])

    b0 = satisfaction.solve_intercept(np.array([target]), share, (1,))
    assert share(b0)[0] == pytest.approx(target, abs=1e-12)


def test_an_intercept_does_not_depend_on_its_neighbours() -> None:
    def share(b0: np.ndarray) -> np.ndarray:
        return 0.7 / (1 + np.exp(-b0 - 1.7)) + 0.3 / (1 + np.exp(-b0))

    alone = satisfaction.solve_intercept(np.array([0.8]), share, (1,))
    together = satisfaction.solve_intercept(np.array([0.8, 0.05]), share, (2,))
    assert together[0] == alone[0]


def test_solved_in_self_service_has_its_own_odds_and_no_wait() -> None:
    assert satisfaction.contained_satisfied(
        modes(csat_resolved=1.7, csat_self_service=-0.2), np.array(0.4)
    ).item() == pytest.approx(sigma(1.9))


def test_csat_of_all_counts_who_gave_up_and_who_was_failed_as_unsatisfied() -> None:
    wide = [np.array(v) for v in (0.8, 900.0, 0.9, 200.0, 50.0)]
    found = satisfaction.of_all_contacts(*wide, modes(contained_resolved=0.75)).item()
    assert found == pytest.approx((0.8 * 900 + 0.9 * 0.75 * 200) / 1150)


@pytest.mark.parametrize("own", [-60.0, -3.0, 0.0, 32.0, 71.0, 95.0])
def test_nps_is_the_company_s_own_figure_today_and_moves_with_csat(own: float) -> None:
    today = np.array(0.78)
    path = [satisfaction.nps(np.array(x), today, own).item() for x in (0.7, 0.78, 0.86)]
    assert path[1] == pytest.approx(own, abs=1e-6)
    assert path[0] < path[1] < path[2]


def test_nps_without_a_company_figure_is_promoters_less_detractors_one_apart() -> None:
    x = logit(0.8)
    assert satisfaction.nps(np.array(0.8), np.array(0.7), None).item() == pytest.approx(
        100 * (sigma(x - 1) - sigma(-x - 1))
    )


@pytest.mark.parametrize("own", [1.0, 1.4, 4.0, 5.6, 7.0])
def test_effort_is_the_company_s_own_figure_today(own: float) -> None:
    assert satisfaction.ces(np.array(0.78), np.array(0.78), own).item() == pytest.approx(own, abs=1e-5)


def test_effort_without_a_company_figure_is_read_off_csat() -> None:
    assert satisfaction.ces(np.array(0.8), np.array(0.7), None).item() == pytest.approx(1 + 6 * 0.8)
    assert satisfaction.ces(np.array(0.8), np.array(0.7), 5.0).item() == pytest.approx(
        1 + 6 * sigma(logit(0.8) - logit(0.7) + np.log(2))
    )
