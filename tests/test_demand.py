"""What arrives and what comes back, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import model
from model import demand
from model.assumptions import ASSUMPTIONS
from tests.by_hand import modes

SELF = modes(containment_ceiling=0.25, self_service_half=0.02, benefit_realised=0.75, contained_resolved=0.75,
             containment_callback=0.7, contained_work=0.7)  # fmt: skip


def contained(spend: float, today: float, adopted: float = 1.0, labour: float = 1e6) -> float:
    return demand.containment(SELF, np.array(spend), np.array(today), labour, np.array(adopted)).item()


def test_containment_by_hand() -> None:
    # today 2 % of labour: half of 25 %; then 4 %: three quarters. (.1875 - .125) / .875 x .75 realised, half adopted
    assert contained(40_000, 20_000, 0.5) == pytest.approx(0.0625 / 0.875 * 0.75 * 0.5, abs=1e-15)


def test_today_s_spend_contains_nothing_new_and_less_gives_contacts_back() -> None:
    assert contained(20_000, 20_000) == 0
    assert contained(0, 20_000) == pytest.approx(-0.125 / 0.875 * 0.75)


def test_containment_counts_spend_against_the_company_s_labour() -> None:
    assert contained(80_000, 0, labour=4e6) == pytest.approx(contained(20_000, 0))


def test_a_quarter_is_not_solved_and_seven_in_ten_of_them_call_back() -> None:
    assert demand.falsely_contained_callbacks(SELF).item() == pytest.approx(0.175)
    assert demand.net_removed(SELF, np.array(0.1)).item() == pytest.approx(0.0825)


@given(st.floats(-0.2, 0.4), st.floats(0.3, 1))
def test_what_is_left_is_harder_by_just_the_work_that_stayed(removed: float, work: float) -> None:
    factor = demand.residual_complexity(modes(contained_work=work), np.array(removed)).item()
    assert factor * (1 - removed) == pytest.approx(1 - removed * work)


def test_late_orders_bring_their_contacts() -> None:
    p = modes(late_order_contacts=0.6)
    # 1,000 orders, from 9 to 4 % late: 30 contacts less on 500
    assert demand.late_order_factor(p, 1000, np.array(0.04), np.array(0.09), 500).item() == pytest.approx(0.94)
    assert demand.late_order_share(p, 1000, np.array(0.09), np.array(500.0)).item() == pytest.approx(0.108)


def test_the_share_about_late_orders_is_of_the_contacts_they_themselves_add_to() -> None:
    # 1,000 orders, 100 contacts of 500 about the 20 % late; at 60 % late: 300 of the 700 that come then, not of 500
    p, today = modes(late_order_contacts=0.5), np.array(0.2)
    then = 500 * demand.late_order_factor(p, 1000, np.array(0.6), today, 500)
    assert then.item() == pytest.approx(700)
    assert demand.late_order_share(p, 1000, np.array(0.6), then).item() == pytest.approx(300 / 700)


def test_without_late_orders_a_tenth_of_contacts_is_left_however_many_each_brings() -> None:
    p = modes(late_order_contacts=20.0)
    assert demand.late_order_factor(p, 1000, np.array(0.0), np.array(0.2), 500).item() == pytest.approx(0.1)


def test_late_orders_are_never_nearly_all_contacts() -> None:
    assert demand.late_order_share(modes(), 1e6, np.array(1.0), np.array(10.0)).item() == 0.9


def test_volume_is_demand_growth_and_what_is_added_from_month_one_on() -> None:
    month = np.array([0.0, 1.0, 12.0, 24.0])
    found = demand.volume(month, np.array(1.1), np.array(0.05), np.array(50.0), np.array(500.0))
    assert found == pytest.approx([1, 1.21 * 1.05 ** (1 / 12), 1.21 * 1.05, 1.21 * 1.05**2])


def test_first_attempts_are_what_is_neither_retrial_nor_repeat() -> None:
    p = modes(retrial_share=0.45, repeat_share=0.7)
    assert demand.first_attempts(p, np.array(0.05), np.array(0.7)).item() == pytest.approx(1 - 0.0225 - 0.1995)


def test_repeats_without_waiting_are_a_geometric_series() -> None:
    series = 0.8 * sum(0.21**k for k in range(40))
    assert demand.repeats_without_waiting(np.array(0.8), np.array(0.21)).item() == pytest.approx(series, rel=1e-14)


def test_late_orders_bring_as_many_contacts_whoever_answers_them() -> None:
    """Orders are the company's: half of their contacts go to a vendor who takes half of all."""
    arrivals = tuple(60.0 if 16 <= i % 48 < 40 else 0.0 for i in range(336))
    agents = tuple(13.0 if 16 <= i % 48 < 40 else 0.0 for i in range(336))
    phone = model.Channel(name="phone", arrivals=arrivals, agents=agents, handle_time_s=300)
    late = {"late_order_rate": 0.1}
    for share in (0.0, 0.5):
        base = model.Baseline(
            name="x", channels=(phone,), orders_per_week=5_000, levers={**late, "outsourced_share": share}, growth=0.0
        )
        still, moved = model.evaluate_many(
            [model.Scenario(baseline=base, month=36, levers=levers) for levers in ({}, {"late_order_rate": 0.05})]
        )
        fewer = still.channels["new_issues"].sum() - moved.channels["new_issues"].sum()
        first = still.channels["new_issues"].sum() / still.channels["offered"].sum()
        assert fewer / first == pytest.approx(5_000 * 0.05 * ASSUMPTIONS["late_order_contacts"].mode, rel=1e-3)


@pytest.mark.parametrize("world", [{"demand": 1.5}, {"growth": 0.4}, {"peak": 1.3}])
def test_orders_that_come_on_time_are_priced_by_as_many_as_bring_no_contacts(world: dict[str, float]) -> None:
    """A grown company has more late orders to put right: no contacts of many are spared at the price of few."""
    base = model.sample("retail")
    price, contacts = (ASSUMPTIONS[key].mode for key in ("late_order_price", "late_order_contacts"))
    usual, still, moved = model.evaluate_many(
        [
            model.Scenario(baseline=base, month=36, conditions=now, levers=levers)
            for now, levers in (({"growth": 0.0}, {}), (world, {}), (world, {"late_order_rate": 0.05}))
        ]
    )
    first = usual.channels["new_issues"] / [c.weekly_arrivals for c in base.channels]
    spared = ((still.channels["new_issues"] - moved.channels["new_issues"]) / first).sum() / contacts
    assert spared > 1.05 * base.orders_per_week * (base.levers["late_order_rate"] - 0.05)
    assert moved.ledger.at[36, "on_time_delivery"] / (365.25 / 7) / price == pytest.approx(spared, rel=1e-3)
