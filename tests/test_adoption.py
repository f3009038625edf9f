"""How fast effects arrive and how spend saturates, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import adoption
from model.levers import LEVERS
from tests.by_hand import modes

ON_ITS_WAY = {
    "self_service_spend": "self_service_months",
    "agent_assist_spend": "assist_months",
    "routing_spend": "routing_months",
    "back_office_spend": "back_office_months",
    "fcr_programme": "fcr_programme_months",
    "training_hours": "training_months",
    "qa_coverage": "qa_months",
    "cross_training": "cross_training_months",
    "schedule_flex": "schedule_months",
    "outsourced_share": "outsourcing_months",
    "wage_premium": "wage_months",
    "late_order_rate": "late_order_months",
}


def a(month: float, half: float) -> float:
    return float(adoption.adoption(np.array(month), np.array(half)))


@pytest.mark.parametrize(("month", "half", "share"), [
    (0, 4, 0.0), (4, 4, 0.4908421806), (8, 4, 0.9816843611), (2, 4, 0.1030705608), (400, 4, 1.0),
])  # fmt: skip
def test_adoption_is_the_sigmoid_from_zero_at_month_zero(month: float, half: float, share: float) -> None:
    # sigma(-4) = .0179862, sigma(-2) = .1192029: (.1192029 - .0179862) / .9820138 = .1030706
    assert a(month, half) == pytest.approx(share, abs=1e-9)


def test_without_a_delay_the_effect_is_there_in_month_one_and_not_before() -> None:
    assert (a(0, 0), a(1, 0)) == (0, 1)


@given(st.floats(0.1, 24), st.floats(0, 36), st.floats(0, 36))
def test_adoption_never_falls_and_stays_a_share(half: float, one: float, other: float) -> None:
    early, late = a(min(one, other), half), a(max(one, other), half)
    assert 0 <= early <= late <= 1


def test_a_longer_delay_is_never_ahead() -> None:
    assert np.all(np.diff([a(6, half) for half in (0, 1, 2, 4, 8, 16)]) < 0)


@pytest.mark.parametrize(("spend", "share"), [(0, 0), (1, 0.5), (2, 0.75), (3, 0.875), (0.5, 1 - 0.5**0.5)])
def test_each_further_half_spend_wins_half_of_what_is_left(spend: float, share: float) -> None:
    assert float(adoption.saturation(np.array(spend), np.array(1.0))) == pytest.approx(share, abs=1e-15)


def test_a_half_spend_of_nothing_reaches_the_ceiling_at_once() -> None:
    assert float(adoption.saturation(np.array(0.01), np.array(0.0))) == 1


@pytest.mark.parametrize(
    ("adopted", "rise", "weight"), [(0.5, 1, 1), (0.25, 1, 0.75), (0.5, 0.4, 0.4), (0, 1, 0), (1, 1, 0), (0.5, -1, 0)]
)
def test_the_dip_is_greatest_half_way_scales_with_the_rise_and_spares_reductions(
    adopted: float, rise: float, weight: float
) -> None:
    assert float(adoption.dip(np.array(adopted), np.array(rise))) == pytest.approx(weight)


def test_learning_slows_handling_by_the_dips_of_all_that_is_learnt() -> None:
    adopted = {"one": np.array(0.5), "other": np.array(0.25), "less": np.array(0.5)}
    rises = {"one": np.array(1.0), "other": np.array(0.5), "less": np.array(-1.0)}
    assert float(adoption.learning_dip(modes(learning_dip=0.04), adopted, rises).item()) == pytest.approx(
        1 + 0.04 * (1 + 0.375)
    )


@pytest.mark.parametrize(("lever", "months"), ON_ITS_WAY.items())
def test_each_lever_waits_for_its_own_months(lever: str, months: str) -> None:
    found = adoption.delays(modes(**dict.fromkeys(ON_ITS_WAY.values(), 30.0) | {months: 0.0}), np.array(1.0))
    assert {key for key, value in found.items() if value.item() == 1} == {lever}


def test_the_lever_table_names_the_delay_that_is_read() -> None:
    assert {key: row.delay for key, row in LEVERS.items() if key in ON_ITS_WAY} == {
        k: (m,) for k, m in ON_ITS_WAY.items()
    }


def test_training_and_reviews_win_half_their_effect_at_their_half() -> None:
    p = modes(training_half_hours=40, qa_half=0.05)
    assert adoption.training_progress(p, np.array(80.0)).item() == pytest.approx(0.75)
    assert adoption.review_progress(p, np.array(0.05)).item() == pytest.approx(0.5)
