"""The whole chain against the same formulas worked one number at a time (`tests.company_by_hand`)."""

import numpy as np
import pytest

import model
from model.batch import batch
from model.chain import Chain
from tests.by_hand import arrived
from tests.company_by_hand import Company

WEEK = 336
SHUT = [0.0] * (WEEK - 8)  # open for four hours: few enough half-hours for the engine to keep them all
APART = {"attrition_occupancy_slope": 0.0}


def company(**changes: object) -> model.Baseline:
    """Phone and e-mail, something of every lever today, orders, a stated cost."""
    phone = {
        "name": "phone",
        "arrivals": [150.0] * 8 + SHUT,
        "agents": [27.0] * 8 + SHUT,
        "handle_time_s": 290,
        "patience_s": 200,
        "abandonment": 0.04,
        "csat": 0.79,
        "fcr": 0.72,
        "transfer_rate": 0.1,
        "critical_error_rate": 0.06,
    }
    email = {
        "name": "email",
        "kind": "deferred",
        "arrivals": [4.0] * WEEK,
        "agents": [1.4] * WEEK,
        "handle_time_s": 500,
        "target_s": 4 * 3600,
        "csat": 0.7,
        "fcr": 0.65,
    }
    levers = {
        "self_service_spend": 5_000.0,
        "agent_assist_spend": 2_000.0,
        "routing_spend": 3_000.0,
        "back_office_spend": 4_000.0,
        "outsourced_share": 0.1,
        "cross_training": 0.2,
        "shrinkage": 0.3,
        "training_hours": 20.0,
        "qa_coverage": 0.03,
        "late_order_rate": 0.05,
        "wage_premium": 0.02,
        "fcr_programme": 0.1,
        "schedule_flex": 0.1,
    }
    fields = {
        "name": "even",
        "forecast_cv": 0.0,
        "growth": 0.03,
        "channels": [phone, email],
        "levers": levers,
        "orders_per_week": 3_000,
        "stated_cost": 1.2e6,
        "customers": 40_000,
        "wage": 31.0,
    }
    return model.Baseline(**(fields | changes))


def spoken(**changes: object) -> model.Baseline:
    """Phone and chat, the chats two at once."""
    both = company()
    chat = {
        "name": "chat",
        "kind": "chat",
        "arrivals": [60.0] * 8 + SHUT,
        "agents": [6.0] * 8 + SHUT,
        "handle_time_s": 298,
        "patience_s": 300,
        "abandonment": 0.06,
        "csat": 0.74,
        "fcr": 0.68,
        "transfer_rate": 0.15,
    }
    levers = {k: v for k, v in both.levers.items() if not k.startswith("staffing.")} | {"outsourced_share": 0.0}
    return both.model_copy(update={"channels": (both.channels[0], model.Channel(**chat)), "levers": levers} | changes)


BASE, SPOKEN = company(), spoken()
UP = {
    "self_service_spend": 25_000.0,
    "agent_assist_spend": 15_000.0,
    "routing_spend": 9_000.0,
    "back_office_spend": 12_000.0,
    "outsourced_share": 0.25,
    "cross_training": 0.5,
    "shrinkage": 0.27,
    "training_hours": 60.0,
    "qa_coverage": 0.12,
    "late_order_rate": 0.02,
    "wage_premium": 0.06,
    "fcr_programme": 0.7,
    "schedule_flex": 0.6,
}
DOWN = {"self_service_spend": 1_000.0, "agent_assist_spend": 0.0, "routing_spend": 500.0, "back_office_spend": 1_000.0,
        "outsourced_share": 0.02, "cross_training": 0.05, "shrinkage": 0.33, "training_hours": 8.0, "qa_coverage": 0.0,
        "late_order_rate": 0.09, "wage_premium": -0.04, "fcr_programme": 0.0, "schedule_flex": 0.0}  # fmt: skip
CASES = {
    "nothing": (BASE, {}, {}),
    "today": (BASE, {}, {"growth": 0.0}),
    "all up": (BASE, UP | {"staffing.phone": BASE.levers["staffing.phone"] * 1.1}, {}),
    "all down": (BASE, DOWN | {"staffing.phone": BASE.levers["staffing.phone"] * 0.95}, {"growth": -0.02}),
    "a backlog": (
        BASE,
        {"staffing.email": BASE.levers["staffing.email"] * 0.85},
        {"demand": 1.1, "added_volume.phone": 60.0},
    ),
    "chat": (
        SPOKEN,
        {"chat_concurrency": 2.5, "agent_assist_spend": 9_000.0, "staffing.chat": SPOKEN.levers["staffing.chat"] * 0.9},
        {},
    ),
}


def scenario(case: str, month: int = 6) -> model.Scenario:
    base, levers, conditions = CASES[case]
    return model.Scenario(baseline=base, levers=levers, conditions=conditions, assumptions=APART, month=month)


def by_hand(s: model.Scenario) -> tuple[Company, dict[str, dict[str, float]]]:
    alone = Company(s)
    return alone, {c.name: alone.channel(c, s.month) for c in s.baseline.channels}


@pytest.mark.parametrize("case", CASES)
def test_every_figure_of_a_month_is_the_one_by_hand(case: str) -> None:
    s = scenario(case)
    alone, rows = by_hand(s)
    outcome = model.evaluate(s)
    # The nodes of the gamma of waits are interpolated between tabled shapes.
    loose = {"csat": 5e-4, "csat_surveyed": 5e-4, "revenue_at_risk": 1e-3}  # the wait in five nodes
    wrong = {}
    for name, row in rows.items():
        for key in outcome.channels.columns.intersection(list(row)):
            wrong[name, key] = (outcome.channels.loc[name, key], row[key])
    for key, value in alone.totals(s.month, rows).items():
        wrong["total", key] = (outcome.headline[key], value)
    wrong = {k: v for k, v in wrong.items() if v[0] != pytest.approx(v[1], rel=loose.get(k[1], 2e-7), abs=1e-9)}
    assert wrong == {}


@pytest.mark.parametrize("case", ["all up", "all down", "chat"])
def test_the_ledger_is_the_one_by_hand(case: str) -> None:
    s = scenario(case)
    alone, rows = by_hand(s)
    ledger = model.evaluate(s).ledger
    for item, value in alone.items(s.month, rows).items():
        assert ledger.at[s.month, item] == pytest.approx(value, rel=1e-7, abs=1e-6), item
    last = {c.name: alone.channel(c, 36) for c in s.baseline.channels}
    for month in (1, 2, s.month):
        for item, value in alone.once(month, last).items():
            assert ledger.at[month, item] == pytest.approx(value, rel=1e-6, abs=1e-6), (item, month)


def test_the_first_month_s_levels_are_those_of_the_levers_and_its_effects_hardly_anything() -> None:
    s = scenario("all up", month=1)
    alone, rows = by_hand(s)
    outcome = model.evaluate(s)
    assert outcome.headline["fcr"] == pytest.approx(alone.totals(1, rows)["fcr"], rel=1e-9)
    assert outcome.headline["operating_cost"] == pytest.approx(alone.totals(1, rows)["operating_cost"], rel=1e-7)


def test_freed_work_is_what_falls_away_of_every_channel_s_work_in_its_positions() -> None:
    s = scenario("all up", month=24)
    alone, rows = by_hand(s)
    nothing, still = by_hand(s.doing_nothing())
    freed = 0.0
    for c in s.baseline.channels:
        own = [
            r[c.name]["offered"] * (1 - a.vendor(24)) * r[c.name]["handle_time_s"]
            for a, r in ((alone, rows), (nothing, still))
        ]
        freed += still[c.name]["fte"] * (1 - own[0] / own[1])
    assert model.evaluate(s).headline["freed_fte"] == pytest.approx(freed, rel=1e-6)


def test_the_busy_share_makes_people_leave_who_are_then_missing() -> None:
    s = scenario("a backlog")
    busy = s.model_copy(update={"assumptions": {"attrition_occupancy_slope": 0.5}})
    calm, hot = model.evaluate(s).channels.loc["phone"], model.evaluate(busy).channels.loc["phone"]
    alone, _ = by_hand(s)
    soft = [0.02 * np.logaddexp(0, (x - 0.85) / 0.02) for x in (calm["occupancy"], alone.busy0(s.baseline.channels[0]))]
    assert hot["attrition"] - calm["attrition"] == pytest.approx(0.5 * (soft[0] - soft[1]), rel=2e-3)
    assert hot["abandonment"] > calm["abandonment"]


def test_value_with_revenue_adds_the_margin_that_is_kept_month_by_month() -> None:
    outcome = model.evaluate(scenario("all up"))
    kept = outcome.reference_monthly["revenue_at_risk"] - outcome.monthly["revenue_at_risk"]
    worth = sum(kept[m] / 12 / 1.1 ** (m / 12) for m in range(1, 37))
    assert outcome.headline["npv_with_revenue"] - outcome.headline["npv"] == pytest.approx(worth, rel=1e-9)


@pytest.mark.parametrize("case", ["all up", "all down", "a backlog", "chat"])
def test_month_zero_is_today_whatever_is_moved(case: str) -> None:
    outcome = model.evaluate(scenario(case))
    over_time = ["npv", "npv_with_revenue", "payback_months"]
    moved, still = (frame.loc[0].drop(over_time) for frame in (outcome.monthly, outcome.reference_monthly))
    np.testing.assert_allclose(moved, still, rtol=1e-9, atol=1e-12)
    assert moved["operating_cost"] == pytest.approx(CASES[case][0].stated_cost, rel=1e-9)


def test_flexible_shifts_go_their_share_of_what_is_left_to_the_ideal_shape() -> None:
    chain = Chain(batch([scenario("all up")]), np.array([6]))
    chain.solve()
    assert chain.queues(chain.servers_used).flex == pytest.approx(arrived(6, 2) * (0.6 - 0.1) / (1 - 0.1))


@pytest.mark.parametrize("share", [0.0, 0.6, 0.95])
def test_programmes_change_what_own_agents_do_and_a_vendor_goes_on_as_today(share: float) -> None:
    retail = model.sample("retail")
    paid = {"training_hours": 80.0, "qa_coverage": 0.2, "fcr_programme": 1.0, "routing_spend": 300_000.0}
    sent, both = model.evaluate_many(
        [model.Scenario(baseline=retail, levers={"outsourced_share": share} | more, month=36) for more in ({}, paid)]
    )
    alone = model.evaluate(model.Scenario(baseline=retail, levers=paid, month=36))
    for key in ("fcr", "transfer_rate", "critical_error_rate"):
        today = np.array([getattr(c, key) for c in retail.channels])
        gained = (both.channels[key] - sent.channels[key]).to_numpy()
        assert gained == pytest.approx((1 - share) * (alone.channels[key].to_numpy() - today), abs=1e-9), key


@pytest.mark.parametrize("today", [0.0, 0.4])
def test_contacts_added_are_as_many_as_are_said_with_a_vendors_share_among_them(today: float) -> None:
    base = model.Baseline(name="x", channels=[company().channels[0]], levers={"outsourced_share": today})
    world = {"calendar": [model.CalendarEntry(name="Launch", start=0, months=12, contacts=500.0 * 365.25 / 84)]}
    plain, more, launched = (
        model.evaluate(model.Scenario(baseline=base, **changes))
        for changes in ({}, {"conditions": {"added_volume.phone": 500.0}}, world)
    )
    assert base.growth == 0
    first = plain.channels.at["phone", "new_issues"] / plain.channels.at["phone", "offered"]
    for found in (more, launched):
        new = found.channels.at["phone", "new_issues"] - plain.channels.at["phone", "new_issues"]
        assert new / first == pytest.approx(500, rel=1e-9)
