"""Who leaves, who is missing and how staffing moves, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import people
from tests.by_hand import modes, soft

ZERO = np.zeros(1)


def attrition(p: dict[str, np.ndarray], **moved: float) -> float:
    now = {"occupancy": 0.8, "occupancy0": 0.8, "premium": 0.0, "premium0": 0.0, "paid": 1.0, "withdrawn": 0.0} | moved
    return people.attrition(p, *(np.array(v) for v in now.values())).item()


P = modes(attrition=0.38, attrition_occupancy_slope=0.5, attrition_wage_elasticity=1.5, attrition_shrinkage_slope=0.3)


def test_with_nothing_moved_as_many_leave_as_today() -> None:
    assert attrition(P) == pytest.approx(0.38, abs=1e-15)


def test_pay_lowers_leaving_by_its_elasticity_once_it_has_worked() -> None:
    assert attrition(P, premium=0.1) == pytest.approx(0.38 * 1.1**-1.5)
    assert attrition(P, premium=0.1, paid=0.4) == pytest.approx(0.38 * 1.1**-0.6)
    assert attrition(P, premium=0.155, premium0=0.05) == pytest.approx(0.38 * 1.1**-1.5)


def test_a_busier_day_makes_people_leave_by_the_slope_above_85_per_cent() -> None:
    assert attrition(P, occupancy=0.93) == pytest.approx(0.38 + 0.5 * (soft(0.93) - soft(0.8)))


def test_time_off_the_queue_withdrawn_makes_people_leave() -> None:
    assert attrition(P, withdrawn=0.02) == pytest.approx(0.38 + 0.006)


def test_somebody_always_leaves() -> None:
    assert attrition(P, withdrawn=-2.0) == pytest.approx(0.019)


def test_vacancy_learning_and_proficiency_by_hand() -> None:
    p = modes(replace_years=0.12, ramp_months=4, training_ramp_effect=0.15, new_hire_handle_time=1.5)
    leaving = np.array(0.38)
    assert people.vacancy(p, leaving).item() == pytest.approx(0.0456 / 1.0456)
    assert people.learning_share(p, leaving, ZERO, ZERO).item() == pytest.approx(0.38 / 3 / (1 + 0.38 / 3))
    trained = 0.38 / 3 * (1 - 0.15 * 0.4)
    assert people.learning_share(p, leaving, np.array(0.5), np.array(0.1)).item() == pytest.approx(
        trained / (1 + trained)
    )
    assert people.proficiency(p, np.array(0.12)).item() == pytest.approx(1 - 0.12 / 3)


def test_capacity_is_people_times_filled_times_present() -> None:
    found = people.capacity(*(np.array(v) for v in (110.0, 100.0, 0.05, 0.1, 0.28, 0.32)))
    assert found.item() == pytest.approx(1.1 * 0.95 / 0.9 * 0.72 / 0.68)


MONTH = np.arange(37.0)[None, None, :, None]


def as_set(wanted: float) -> tuple[np.ndarray, np.ndarray]:
    paid, able = people.staffing_as_set(
        modes(hiring_delay_months=2, ramp_months=4), MONTH, np.array(wanted), np.array(100.0)
    )
    return paid.ravel(), able.ravel()


def test_cuts_act_in_month_one() -> None:
    paid, able = as_set(90)
    assert paid[0] == able[0] == 100
    assert np.all(paid[1:] == 90)
    assert np.all(able[1:] == 90)


def test_additions_are_paid_as_they_are_hired_and_able_as_they_learn() -> None:
    paid, able = as_set(110)
    assert paid[0] == able[0] == 100
    assert paid[2] == pytest.approx(104.908421806)  # half of the hiring delay's sigmoid
    assert able[4] == pytest.approx(104.908421806)  # two months to hire, then half of four to learn
    assert np.all(able[1:] <= paid[1:])
    assert paid[36] == pytest.approx(110)


def following(required: list[float], leaving: float = 0.36, **p: float) -> list[float]:
    assumed = modes(**({"redundancies_allowed": 0.01, "hiring_delay_months": 2.0} | p))
    wide = np.array(required)[None, None, :, None]
    path = people.staffing_following(assumed, wide, np.full((1, 1, 1, 1), 100.0), np.full((1, 1, 1, 1), leaving))
    return list(path.ravel())


def test_staffing_falls_by_turnover_and_the_redundancies_allowed_a_month() -> None:
    assert following([100, 50, 50, 50]) == pytest.approx([100, 96, 92.16, 88.4736])


def test_staffing_stops_falling_where_the_work_is_met() -> None:
    assert following([100, 98, 98, 95]) == pytest.approx([100, 98, 98, 95])


def test_hiring_is_planned_ahead_once_the_first_delay_has_passed() -> None:
    assert following([100, 100, 100, 120, 120]) == pytest.approx([100, 100, 100, 120, 120])


def test_what_is_left_over_is_worked_off_at_the_pace_of_two_months() -> None:
    assumed = modes(redundancies_allowed=1.0, hiring_delay_months=0.0)
    required, today = np.full((1, 1, 7, 1), 100.0), np.full((1, 1, 1, 1), 100.0)
    left = people.Open(np.full((1, 1, 1, 1), 800.0), np.full((1, 1, 7, 1), 1000.0), np.full((1, 1, 7, 1), 10.0))
    path = people.staffing_following(assumed, required, today, np.zeros((1, 1, 1, 1)), left).ravel()
    expected, backlog = [100.0], 800.0
    for _ in range(6):
        expected.append(100 + backlog / 2 / 10)
        backlog = max(backlog + 1000 - 10 * expected[-1], 0)
    assert path.tolist() == pytest.approx(expected)
    assert expected[1] == 140 and backlog == pytest.approx(800 / 2**6)
    assert people.staffing_following(assumed, required, today, np.zeros((1, 1, 1, 1))).ravel().tolist() == [100.0] * 7


def test_nobody_starts_before_the_first_hiring_delay_is_over() -> None:
    assert following([120, 120, 120, 120]) == pytest.approx([100, 100, 120, 120])
    assert following([120, 120, 120], hiring_delay_months=1.5) == pytest.approx([100, 110, 120])


@given(st.lists(st.floats(60, 150), min_size=8, max_size=8), st.floats(0.5, 3.5))
def test_staffing_never_falls_faster_than_allowed_nor_rises_above_all_that_was_required(
    required: list[float], delay: float
) -> None:
    path = np.array(following(required, hiring_delay_months=delay))
    assert np.all(path[1:] >= path[:-1] * 0.96 - 1e-9)
    assert path.max() <= max(100, *required) + 1e-9


def test_redundancies_are_what_falls_beyond_turnover() -> None:
    path = np.array([100.0, 95.0, 93.0, 93.0])[None, None, :, None]
    found = people.redundancies(path, np.full((1, 1, 4, 1), 0.36)).ravel()
    assert found == pytest.approx([0, 2, 0, 0])  # three of a hundred leave, 95 stay: two cut; then 2.85 leave


def test_positions_added_are_counted_and_cuts_are_not() -> None:
    path = np.array([100.0, 104.0, 101.0, 102.0])[None, None, :, None]
    assert people.hires_added(path).ravel() == pytest.approx([0, 4, 0, 1])


def test_who_leaves_as_positions_go_is_not_replaced() -> None:
    path = np.array([100.0, 104.0, 103.48, 102.4452, 80.0])[None, None, :, None]
    found = people.not_replaced(path, np.full((1, 1, 5, 1), 0.12)).ravel()
    # Of 104 one and a bit leave, half of whom nobody follows; then nobody follows; at last jobs go beyond that.
    assert found == pytest.approx([0, 0, 0.5, 1, 1])
