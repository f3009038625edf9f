"""What everything costs and when it is repaid, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import model
from model import economics
from model.levers import LEVERS
from tests.by_hand import WEEKS, modes

WEEK = 336
BASE = model.Baseline(
    name="x",
    overhead=1000.0,
    orders_per_week=5000,
    customers=50_000,
    margin_per_customer=40.0,
    wage=30.0,
    hours_per_fte=2000,
    channels=[
        model.Channel(name="phone", arrivals=[10.0] * WEEK, agents=[5.0] * WEEK),
        model.Channel(name="chat", kind="chat", arrivals=[4.0] * WEEK, agents=[2.0] * WEEK),
    ],
    levers={
        "staffing.phone": 30.0,
        "staffing.chat": 10.0,
        "self_service_spend": 10_000.0,
        "shrinkage": 0.3,
        "late_order_rate": 0.1,
        "training_hours": 20.0,
        "qa_coverage": 0.02,
    },
)
LABOUR = 40 * 2000 * 30.0
P = modes(wage=30.0)


def work(**changes: list[float]) -> economics.Work:
    still = {
        "fte": [30.0, 10.0],
        "vacant": [0.04, 0.04],
        "vacant0": [0.04, 0.04],
        "leaving": [0.4, 0.4],
        "answered": [3000.0, 1200.0],
        "vendor": [0.0, 0.0],
        "contained": [0.0, 0.0],
        "vendor_price": [5.0, 7.0],
        "agents_chat": [0.0, 1.0],
        "orders": [5000.0],
    }
    return economics.Work(**{k: np.array(v)[None, None, None, :] for k, v in (still | changes).items()})  # type: ignore[arg-type]


def items(
    p: dict[str, np.ndarray] = P, work_: economics.Work | None = None, started: float = 1.0, **moved: float
) -> dict[str, float]:
    levers = {k: np.full((1, 1, 1, 1), moved.get(k, v)) for k, v in BASE.levers.items()}
    found = economics.recurring(p, BASE, levers, lambda _: np.full((1, 1, 1, 1), started), work_ or work())
    return {k: v.item() for k, v in found.items()}


TODAY = items()


SKILLS = 0.1 * 0.03 * LABOUR  # a tenth is cross-trained where a file does not say


def test_the_items_of_today_by_hand() -> None:
    expected = dict.fromkeys(economics.RECURRING, 0.0) | {
        "labour": LABOUR,
        "hiring": 0.4 * 40 * 14_000,
        "training": 40 * 20 * 12.0,
        "automation": 10_000.0,
        "skills": SKILLS,
        "reviews": 0.02 * 4200 * WEEKS * 15 / 60 * 30,
        "overhead": 1000.0,
    }
    assert TODAY == pytest.approx(expected)
    assert tuple(TODAY) == economics.RECURRING


def changed(found: dict[str, float]) -> dict[str, float]:
    return {k: v - TODAY[k] for k, v in found.items() if v != TODAY[k]}


@pytest.mark.parametrize(("moved", "more"), [
    ({"self_service_spend": 30_000.0}, {"automation": 20_000 * 1.15}),
    ({"self_service_spend": 4_000.0}, {"automation": -6_000.0}),
    ({"agent_assist_spend": 9_000.0}, {"automation": 9_000 * 1.15}),
    ({"routing_spend": 9_000.0}, {"automation": 9_000 * 1.15}),
    ({"back_office_spend": 9_000.0}, {"automation": 9_000 * 1.15}),
    ({"schedule_flex": 0.4}, {"flexibility": 0.4 * 0.05 * LABOUR}),
    ({"cross_training": 0.5}, {"skills": 4 * SKILLS}),
    ({"shrinkage": 0.28}, {"shrinkage": 2 * 0.004 * LABOUR}),
    ({"shrinkage": 0.33}, {}),
    ({"chat_concurrency": 2.5}, {"concurrency": 0.5 * 10 * 240}),
    ({"chat_concurrency": 1.0}, {}),
    ({"fcr_programme": 0.6}, {"fcr_programme": 0.6 * 0.01 * LABOUR}),
    ({"training_hours": 50.0}, {"training": 30 * 40 * 12.0}),
    ({"qa_coverage": 0.1}, {"reviews": 0.08 * 4200 * WEEKS * 0.25 * 30}),
    ({"late_order_rate": 0.04}, {"on_time_delivery": 0.06 * 5000 * WEEKS * 4}),
    ({"late_order_rate": 0.14}, {}),
    ({"wage_premium": 0.1}, {"labour": 0.1 * LABOUR, "skills": 0.1 * SKILLS, "reviews": 0.1 * TODAY["reviews"]}),
])  # fmt: skip
def test_each_lever_costs_what_its_row_says_and_nothing_else(moved: dict[str, float], more: dict[str, float]) -> None:
    assert changed(items(**moved)) == pytest.approx(more)


@pytest.mark.parametrize(
    ("moved", "more"),
    [
        (
            {"vacant": [0.088, 0.04]},
            {
                "labour": -1.5 * 60_000,
                "hiring": -1.5 * 0.4 * 14_000,
                "training": -1.5 * 240,
                "skills": -1.5 * 60_000 * 0.003,
            },
        ),
        ({"leaving": [0.5, 0.4]}, {"hiring": 0.1 * 30 * 14_000}),
        ({"vendor": [100.0, 10.0]}, {"outsourcing": (500 + 70) * WEEKS}),
        ({"contained": [300.0, 100.0]}, {"self_service_contacts": 400 * WEEKS * 0.25}),
        ({"answered": [3000.0, 1000.0]}, {"reviews": -0.02 * 200 * WEEKS * 0.25 * 30}),
    ],
)
def test_each_flow_costs_what_it_should_and_nothing_else(moved: dict[str, list[float]], more: dict[str, float]) -> None:
    assert changed(items(work_=work(**moved))) == pytest.approx(more)


def test_every_family_of_levers_has_its_own_items_of_the_ledger() -> None:
    assert economics.OWN_ITEMS.keys() == LEVERS.keys()
    own = {item for items in economics.OWN_ITEMS.values() for item in items}
    assert own == set(economics.RECURRING) - {"overhead"}


def test_before_month_one_no_lever_costs_anything() -> None:
    assert (
        changed(items(started=0.0, self_service_spend=9e4, fcr_programme=1.0, wage_premium=0.2, qa_coverage=0.2)) == {}
    )


def test_the_vendor_s_price_is_a_share_of_a_contact_s_labour_in_house() -> None:
    found = economics.vendor_price(
        modes(vendor_price_ratio=0.85, wage=30.0), BASE, np.array([30.0]), np.array([3000.0])
    )
    assert found.item() == pytest.approx(0.85 * 30 * 2000 * 30 / (3000 * WEEKS))


def test_a_phone_contact_costs_what_published_benchmarks_say() -> None:
    # 34 an hour, 360 s a contact, busy 82 % of 70 % of paid time: 5.92
    fte, answered = 10.0, 10.0 * 2080 * 0.70 * 0.82 / (360 / 3600) / WEEKS
    base = BASE.model_copy(update={"hours_per_fte": 2080.0})
    found = economics.vendor_price(modes(vendor_price_ratio=1.0), base, np.array([fte]), np.array([answered]))
    assert found.item() == pytest.approx(5.92, abs=0.005)


@pytest.mark.parametrize(("moved", "cost"), [
    ({}, 0),
    ({"self_service_spend": 30_000.0}, 20_000 * 0.5 * 1.15),
    ({"agent_assist_spend": 8_000.0, "routing_spend": 2_000.0, "back_office_spend": 10_000.0}, 20_000 * 0.5 * 1.15),
    ({"self_service_spend": 0.0, "fcr_programme": 0.5}, 0.5 * 0.01 * LABOUR),
    ({"schedule_flex": 0.4}, 0.4 * 0.005 * LABOUR),
    ({"cross_training": 0.35}, 0.25 * 40 * 80 * 30),
    ({"cross_training": 0.0}, 0),
    ({"chat_concurrency": 3.0}, 10 * 500),  # chat agents alone learn it
])  # fmt: skip
def test_what_is_set_up_once_by_hand(moved: dict[str, float], cost: float) -> None:
    levers = {k: np.array(moved.get(k, v)) for k, v in BASE.levers.items()}
    assert economics.set_up(P, BASE, levers, np.array([30.0, 10.0]), np.zeros(1)).item() == pytest.approx(cost)


def test_contacts_that_move_to_the_vendor_cost_their_transition_and_those_that_return_do_not() -> None:
    levers = {k: np.array(v) for k, v in BASE.levers.items()}
    costs = [economics.set_up(P, BASE, levers, np.array([40.0]), np.array([m])).item() for m in (100.0, -100.0)]
    assert costs == pytest.approx([100 * WEEKS, 0])


def test_a_redundancy_costs_eight_weeks_of_a_year_s_pay() -> None:
    today = BASE.levers["wage_premium"]
    for premium, raised in ((today, 1.0), (today + 0.1 * (1 + today), 1.1)):
        paid = economics.severance(P, BASE, np.array(3.0), np.array(premium)).item()
        assert paid == pytest.approx(3 * 8 / WEEKS * 60_000 * raised)


def test_who_goes_is_paid_weeks_of_the_pay_they_had() -> None:
    base = model.sample("retail")
    cut = {"staffing.phone": 0.8 * base.levers["staffing.phone"]}
    usual, raised = (
        model.evaluate(model.Scenario(baseline=base, levers=levers, assumptions={"attrition_wage_elasticity": 0.0}))
        for levers in (cut, cut | {"wage_premium": 0.2})
    )
    assert raised.ledger["severance"].sum() == pytest.approx(1.2 * usual.ledger["severance"].sum(), rel=1e-9)


def test_margin_at_risk_by_hand() -> None:
    found = economics.margin_at_risk(modes(churn_per_unsatisfied=0.04), BASE, np.array(1000.0), np.array(0.7)).item()
    assert found == pytest.approx(50_000 * (1 - np.exp(-1000 * WEEKS / 50_000)) * 0.3 * 0.04 * 40)


def test_present_value_discounts_by_months() -> None:
    assert economics.present_value(np.full((1, 24), 10.0), np.array([[0.1]])).item() == pytest.approx(
        sum(10 / 1.1 ** (m / 12) for m in range(1, 25)))  # fmt: skip


def payback(saving: list[float]) -> float:
    return float(economics.payback_months(np.array(saving)))


@pytest.mark.parametrize(("saving", "months"), [
    ([0, 0, 0, 0], 0), ([5, 5, 5, 5], 0), ([1e-13, -1e-13, 1, 1], 0),
    ([-10, 4, 4, 4], 3.5), ([-10, 10, 1, 1], 2), ([-10, 0, 20, 1], 2.5),
    ([-10, 15, -10, 20], 3.25), ([5, -20, 30, 1], 2.5),
])  # fmt: skip
def test_payback_is_interpolated_where_the_total_last_comes_back_above_zero(saving: list[float], months: float) -> None:
    assert payback(saving) == pytest.approx(months)


@pytest.mark.parametrize("saving", [[-10, 1, 1, 1], [-1, -1, -1, -1], [5, 5, 5, -20], [-10, 20, 5, -40]])
def test_what_is_not_repaid_within_the_months_or_dips_again_at_the_end_is_never(saving: list[float]) -> None:
    assert np.isnan(payback(saving))


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=12))
def test_payback_is_that_of_a_walk_through_the_months(saving: list[float]) -> None:
    total, answer = 0.0, 0.0
    slack = 1e-9 * max(abs(s) for s in saving)
    for month, s in enumerate(saving, start=1):
        before, total = total, total + s
        if total < -slack:
            answer = np.nan
        elif before < -slack:
            answer = month - 1 + min(max(-before / s, 0), 1)
    assert payback(saving) == pytest.approx(answer, abs=1e-6, nan_ok=True)


def test_paybacks_of_a_batch_are_those_of_each() -> None:
    rows = [[-10.0, 4, 4, 4], [0.0, 0, 0, 0], [-10.0, 1, 1, 1]]
    found = economics.payback_months(np.array(rows)[None])
    assert found[0] == pytest.approx([payback(r) for r in rows], nan_ok=True)


def test_shifts_and_cross_training_are_paid_for_those_whose_shifts_move_and_who_help_others() -> None:
    def costs(mails: float) -> tuple[float, ...]:
        phone = {"name": "phone", "arrivals": [20.0] * 336, "agents": [5.0] * 336}
        mail = {"name": "mail", "kind": "deferred", "arrivals": [mails] * 336, "agents": [mails / 5] * 336}
        base = model.Baseline(name="x", channels=[phone, mail])
        moved = model.Scenario(baseline=base, levers={"schedule_flex": 0.4, "cross_training": 0.6}, month=1)
        ledger = model.evaluate(moved).ledger.loc[1]
        return tuple(ledger[["flexibility", "skills", "set_up"]])

    assert costs(40.0) == pytest.approx(costs(10.0), rel=1e-3)  # busier or idler, a few more or fewer leave


def test_shifts_that_follow_demand_are_not_offered_where_all_is_e_mail() -> None:
    mail = {"name": "mail", "kind": "deferred", "arrivals": [20.0] * 336, "agents": [5.0] * 336}
    shown = model.lever_table(model.Baseline(name="x", channels=[mail]))["shown"]
    assert not shown["schedule_flex"] and not shown["cross_training"] and shown["shrinkage"]
