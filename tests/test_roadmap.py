"""The roadmap: money recomputed by hand, the order that pays back first against all orders, people that add up."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import model
from model import hiring, paired, roadmap
from model.assumptions import ASSUMPTIONS
from model.economics import ONE_OFF
from model.errors import ScenarioError
from model.report import numbers, roadmap_words
from model.scenario import MONTHS, CalendarEntry

RATE = 0.10


@pytest.fixture(scope="module")
def base() -> model.Baseline:
    return model.sample("retail")


@pytest.fixture(scope="module")
def plan(base: model.Baseline) -> model.Scenario:
    return model.Scenario(
        baseline=base, staffing_rule="follow_work",
        levers={"self_service_spend": base.labour_cost * 0.03, "fcr_programme": 0.6, "training_hours": 48.0,
                "outsourced_share": 0.04},
        starts={"self_service_spend": 2, "fcr_programme": 5, "outsourced_share": 9},
        calendar=(CalendarEntry(name="Sale", start=7, months=2, factor=1.2, one_off=30_000.0),),
    )  # fmt: skip


# Money


def spreadsheet(scenario: model.Scenario, revenue: bool) -> tuple[list[float], float | None]:
    """(NPV so far by month, payback) from the ledgers alone, cell by cell."""
    here, there = model.evaluate(scenario), model.evaluate(scenario.doing_nothing())
    columns = [c for c in here.ledger.columns if c not in ONE_OFF]
    total, value, paid, so_far = 0.0, 0.0, None, [0.0]
    for month in range(1, 37):
        cash = 0.0
        cash += here.reference_monthly.at[month, "operating_cost"] / 12
        for column in columns:
            cash -= here.ledger.at[month, column] / 12
        for column in ONE_OFF:
            cash += there.ledger.at[month, column] - here.ledger.at[month, column]
        if revenue:
            at_risk = [frame.at[month, "revenue_at_risk"] for frame in (here.reference_monthly, here.monthly)]
            cash += (at_risk[0] - at_risk[1]) / 12
        before, total = total, total + cash
        value += cash / (1 + RATE) ** (month / 12)
        so_far.append(value)
        if total < 0:
            paid = None
        elif before < 0:
            paid = month - 1 + -before / cash
    return so_far, paid


@pytest.mark.parametrize("rule", ["as_set", "follow_work"])
def test_value_and_payback_are_what_a_spreadsheet_makes_of_the_ledgers(plan: model.Scenario, rule: str) -> None:
    scenario = plan.model_copy(update={"staffing_rule": rule})
    found = roadmap.cash_flow(scenario, n=8)
    for revenue, column, payback in (
        (False, "value", found.payback), (True, "with_revenue", found.payback_with_revenue)):  # fmt: skip
        so_far, paid = spreadsheet(scenario, revenue)
        np.testing.assert_allclose(found.months[column], so_far, rtol=1e-9, atol=1e-6)
        assert np.isnan(payback) if paid is None else payback == pytest.approx(paid, rel=1e-9)
    headline = model.evaluate(scenario).headline
    assert found.months["value"].iloc[-1] == pytest.approx(headline["npv"], rel=1e-12)
    assert found.months["with_revenue"].iloc[-1] == pytest.approx(headline["npv_with_revenue"], rel=1e-12)
    assert found.payback == pytest.approx(headline["payback_months"], nan_ok=True)


def test_each_set_up_is_paid_in_the_month_its_initiative_begins(plan: model.Scenario) -> None:
    set_up = model.evaluate(plan).ledger["set_up"]
    assert list(set_up[set_up > 0].index) == [3, 6, 10]
    now = model.evaluate(plan.model_copy(update={"starts": {}})).ledger["set_up"]
    assert now[1] == pytest.approx(set_up.sum(), rel=0.03)  # outsourcing's transition is of the contacts then


def test_the_band_holds_the_middle_and_chances_are_those_of_paired_draws(plan: model.Scenario) -> None:
    found = roadmap.cash_flow(plan, n=64)
    drawn = model.draws(plan, n=64)
    frame = found.months
    assert frame["low"].iloc[-1] < frame["value"].iloc[-1] < frame["high"].iloc[-1]
    assert found.worth_it == pytest.approx((drawn["npv"] > 0).mean(), abs=0.02)
    assert found.pays == pytest.approx(drawn["payback_months"].notna().mean(), abs=0.02)
    assert found.months.loc[0].eq(0).all()


@pytest.mark.parametrize("rule", ["as_set", "follow_work"])
@pytest.mark.parametrize("name", ["retail", "bank", "software"])
def test_ranges_and_chances_are_those_that_every_page_says(name: str, rule: str) -> None:
    levers = {"self_service_spend": 400_000, "fcr_programme": 0.6, "schedule_flex": 0.4}
    planned = model.Scenario(baseline=model.sample(name), levers=levers, staffing_rule=rule)
    flow, bands = roadmap.cash_flow(planned), model.ranges(planned, path=True)
    for column, key in (("", "npv"), ("_with_revenue", "npv_with_revenue")):
        ends = flow.months[[f"low{column}", f"high{column}"]].iloc[-1]
        assert ends.to_numpy() == pytest.approx(bands.loc[key, ["low", "high"]].to_numpy(float), rel=1e-9)
    payback = bands.loc["payback_months", ["low", "high"]].to_numpy(float)
    assert (flow.payback_low, flow.payback_high) == pytest.approx(payback, nan_ok=True)
    odds = model.target_odds(planned)["chance"]
    assert (flow.worth_it, flow.worth_it_with_revenue) == (odds["npv"], odds["npv_with_revenue"])
    year = roadmap.milestones(planned).query("days == 365").set_index("outcome")
    gaps = paired.gaps(planned, planned.doing_nothing())
    for key in roadmap.WATCHED:
        there = bands.loc[key, ["difference_low", "difference_high"]].to_numpy(float)
        doors = there, gaps.loc[key].to_numpy(float), year.loc[key, ["low", "high"]].to_numpy(float)
        assert len({numbers.change(key, 1.0, *ends).likely for ends in doors}) == 1


def test_nothing_moved_costs_and_brings_nothing(base: model.Baseline) -> None:
    found = roadmap.cash_flow(model.Scenario(baseline=base), n=8)
    assert not found.months.to_numpy().any()
    assert (found.payback, found.pays) == (0.0, 1.0)


def test_milestones_are_the_months_that_end_after_so_many_days(plan: model.Scenario) -> None:
    found = roadmap.milestones(plan)
    outcome = model.evaluate(plan)
    assert list(found["days"].unique()) == [30, 90, 180, 365] and len(found) == 16
    for row in found.itertuples():
        month = {30: 1, 90: 3, 180: 6, 365: 12}[row.days]
        gap = outcome.monthly.at[month, row.outcome] - outcome.reference_monthly.at[month, row.outcome]
        assert (row.value, row.difference) == (outcome.monthly.at[month, row.outcome], pytest.approx(gap))
        assert row.low <= row.high


# Initiatives and their order


def test_every_moved_lever_is_an_initiative_and_agents_are_one(base: model.Baseline) -> None:
    agents = {f"staffing.{c.name}": base.levers[f"staffing.{c.name}"] * 1.1 for c in base.channels}
    scenario = model.Scenario(
        baseline=base, levers={**agents, "agent_assist_spend": 200_000.0, "qa_coverage": base.levers["qa_coverage"]},
        starts={"agent_assist_spend": 4} | dict.fromkeys(agents, 6))  # fmt: skip
    found = {one.key: one for one in roadmap.initiatives(scenario)}
    assert set(found) == {"staffing", "agent_assist_spend"}
    assert found["staffing"].levers == tuple(agents) and found["staffing"].start == 6
    # Spend 200,000 at an overrun of 1.15, set-up half of the rise.
    assert found["agent_assist_spend"].a_year == pytest.approx(230_000)
    assert found["agent_assist_spend"].one_off == pytest.approx(115_000)
    # A(t) = .9 for h = 4: the engine's own adoption, month by month.
    from model.adoption import adoption

    assert float(adoption(np.array(found["agent_assist_spend"].ready - 4), np.array(4.0))) == pytest.approx(0.9)
    assert roadmap.starting(scenario, {"staffing": 3}) == {"agent_assist_spend": 4} | dict.fromkeys(agents, 3)


def test_a_batch_of_plans_is_worth_what_each_is_alone(plan: model.Scenario) -> None:
    plans = [{"self_service_spend": 0, "fcr_programme": 9}, {"outsourced_share": 35, "training_hours": 4}, {}]
    batch = roadmap.worth(plan, plans)
    for one, (payback, npv) in zip(plans, batch, strict=True):
        alone = model.evaluate(plan.model_copy(update={"starts": roadmap.starting(plan, one)})).headline
        assert npv == pytest.approx(alone["npv"], abs=2e-4 * abs(alone["operating_cost"]))
        assert payback == pytest.approx(alone["payback_months"], abs=0.1, nan_ok=True)


def test_an_initiative_that_never_begins_is_worth_nothing(base: model.Baseline) -> None:
    scenario = model.Scenario(baseline=base, levers={"fcr_programme": 0.8, "training_hours": 60.0})
    [(payback, npv)] = roadmap.worth(scenario, [{"fcr_programme": 36, "training_hours": 36}])
    assert (payback, npv) == (0.0, pytest.approx(0.0, abs=1e-6))


def test_the_order_found_is_the_first_of_all_to_pay_back(plan: model.Scenario) -> None:
    from itertools import permutations

    found = roadmap.best_order(plan, apart=4)
    assert (found.tried, found.all_tried) == (24, True)
    others = []
    for order in permutations(roadmap.groups(plan)):
        plans = {name: 4 * place for place, name in enumerate(order)}
        others.append(roadmap.worth(plan, [plans])[0])
    paid = [payback for payback, _ in others if not np.isnan(payback)]
    assert found.payback == pytest.approx(min(paid), abs=1e-3)
    assert sorted(found.starts.values()) == [0, 4, 8, 12]
    taken = plan.model_copy(update={"starts": found.starts})
    assert model.evaluate(taken).headline["payback_months"] == pytest.approx(found.payback, abs=0.1)


def test_many_initiatives_are_ordered_by_moves_until_none_is_better(base: model.Baseline) -> None:
    spend = base.labour_cost * 0.02
    scenario = model.Scenario(
        baseline=base, staffing_rule="follow_work",
        levers={"self_service_spend": spend, "agent_assist_spend": spend, "routing_spend": spend,
                "fcr_programme": 0.5, "training_hours": 48.0, "schedule_flex": 0.4})  # fmt: skip
    found = roadmap.best_order(scenario)
    assert not found.all_tried and 6 < found.tried < 720
    rivals = roadmap.worth(scenario, [
        {name: 3 * i for i, name in enumerate(order)} for order in (found.keys, *roadmap._moves(found.keys))
    ])  # fmt: skip
    assert min(rivals, key=roadmap._rank) == pytest.approx(rivals[0], nan_ok=True)


@pytest.mark.parametrize(("levers", "apart", "words"), [
    ({"fcr_programme": 0.5}, 3, "at least two"), ({}, 3, "at least two"),
    ({"fcr_programme": 0.5, "training_hours": 50.0}, 0, "months apart"),
    ({"fcr_programme": 0.5, "training_hours": 50.0}, 36, "months apart"),
])  # fmt: skip
def test_an_order_that_cannot_be_is_refused_in_words(
    base: model.Baseline, levers: dict[str, float], apart: int, words: str
) -> None:
    with pytest.raises(ScenarioError, match=words) as caught:
        roadmap.best_order(model.Scenario(baseline=base, levers=levers), apart)
    assert caught.value.hint


# People


def people(base: model.Baseline, **more: Any) -> model.Scenario:
    levers = {"staffing.phone": base.levers["staffing.phone"] * 1.15, "wage_premium": 0.05,
              "staffing.chat": base.levers["staffing.chat"] * 0.8}  # fmt: skip
    starts = {"staffing.phone": 4, "staffing.chat": 9}
    return model.Scenario(baseline=base, **({"levers": levers, "starts": starts} | more))


@pytest.mark.parametrize("rule", ["as_set", "follow_work"])
def test_people_add_up_in_every_channel_and_month(base: model.Baseline, rule: str) -> None:
    entries = (CalendarEntry(name="Fair", start=10, months=4, factor=1.2),)
    scenario = people(base, staffing_rule=rule, calendar=entries)
    found, outcome = hiring.hiring_plan(scenario), model.evaluate(scenario)
    for name in found.people.index.unique("channel"):
        rows = found.people.loc[name]
        before = base.levers[f"staffing.{name}"]
        for month in range(1, MONTHS + 1):
            row = rows.loc[month]
            assert row["before"] == pytest.approx(before)
            after = before - row["leavers"] - row["redundancies"] + row["hires"]
            assert row["fte"] == pytest.approx(after, abs=1e-9)
            assert min(row["hires"], row["redundancies"], row["leavers"], row["advertised"]) >= 0
            before = row["fte"]
    np.testing.assert_allclose(found.company["fte"], outcome.monthly["fte"][1:], rtol=1e-12)
    assert found.company["redundancies"].sum() == pytest.approx(outcome.monthly.at[36, "redundancies"])
    np.testing.assert_allclose(found.money["severance"], outcome.ledger["severance"], rtol=1e-12)
    np.testing.assert_allclose(found.money["training"], outcome.ledger["training"] / 12, rtol=1e-12)
    paid = found.money["replacing"] + found.money["joining"]
    np.testing.assert_allclose(paid, outcome.ledger["hiring"] / 12 + outcome.ledger["joining"], rtol=1e-12, atol=1e-6)
    # Only who is hired is paid for; the run rate takes leavers from positions that are filled.
    hires = found.company["hires"] * ASSUMPTIONS["replacement_cost"].mode
    assert paid.sum() == pytest.approx(hires.sum(), rel=0.03)


def test_busier_people_leave_more_often_in_the_hiring_plan_too(base: model.Baseline) -> None:
    """Far more contacts for the same agents: those whom the cards and the ledger count are those to be replaced."""
    crowded = model.Scenario(baseline=base, conditions={"demand": 1.2, "growth": 0.4})
    found, outcome = hiring.hiring_plan(crowded), model.evaluate(crowded)
    leave = outcome.monthly["attrition"] * outcome.monthly["fte"] / 12
    assert leave[36] > 1.1 * leave[0]
    np.testing.assert_allclose(found.company["leavers"], leave[1:], rtol=1e-9)
    paid = found.money["replacing"].sum() / ASSUMPTIONS["replacement_cost"].mode
    assert found.company["hires"].sum() == pytest.approx(paid, rel=0.03)


def test_no_month_is_said_to_have_most_where_all_are_alike(base: model.Baseline) -> None:
    plan = hiring.hiring_plan(model.Scenario(baseline=base))
    even = replace(plan, people=plan.people.assign(hires=1.0))
    count = len(base.channels)
    assert f"{count}.0 in every month" in roadmap_words.hiring(even) and "most in" not in roadmap_words.hiring(even)
    peak = plan.people.assign(hires=np.where(plan.people.index.get_level_values("month") == 7, 2.0, 1.0))
    assert f"most in month 7 ({2 * count}.0)" in roadmap_words.hiring(replace(plan, people=peak))
    short = hiring.capacity(model.Scenario(baseline=base)).assign(gap=-3.0)
    assert roadmap_words.capacity(short, base, "phone").endswith("in 36 of 36 months: 3.0 missing")


def test_nobody_is_made_redundant_and_hired_in_the_same_month(base: model.Baseline) -> None:
    rows = hiring.hiring_plan(people(base)).people
    assert not ((rows["hires"] > 1e-9) & (rows["redundancies"] > 1e-9)).any()


@pytest.mark.parametrize("delay", [0.0, 1.0, 2.0, 2.5])
def test_every_hire_is_advertised_the_delay_before(delay: float) -> None:
    hires = np.zeros((36, 1))
    hires[10], hires[20] = 6.0, 2.0
    found = hiring.advertised(hires, delay)
    assert found.sum() == pytest.approx(8.0)
    when = (found[:, 0] * np.arange(36)).sum() / 8
    assert when == pytest.approx((hires[:, 0] * np.arange(36)).sum() / 8 - delay)


def test_those_who_start_within_the_delay_are_under_way(base: model.Baseline) -> None:
    found = hiring.hiring_plan(people(base))
    assert found.delay == 2.0
    assert found.under_way == pytest.approx(found.company["hires"].iloc[:2].sum())


def test_added_agents_join_after_they_are_asked_for_and_turnover_is_replaced(base: model.Baseline) -> None:
    found = hiring.hiring_plan(people(base)).people.loc["phone"]
    assert found.loc[2, "hires"] == pytest.approx(found.loc[2, "leavers"], rel=1e-6)
    assert found.loc[4:12, "hires"].sum() > found.loc[4:12, "leavers"].sum() + 0.1 * base.levers["staffing.phone"]


def test_agents_required_rise_with_the_season_and_the_calendar(base: model.Baseline) -> None:
    still = model.Scenario(baseline=base)
    season = hiring.capacity(still).loc["phone", "required"]
    flat = hiring.capacity(still, seasons=False).loc["phone", "required"]
    factors = np.array(base.month_factors)
    assert np.corrcoef(season.iloc[:12] / flat.iloc[:12], factors)[0, 1] > 0.999
    assert season.iloc[:12].mean() == pytest.approx(flat.iloc[:12].mean(), rel=0.03)
    fair = CalendarEntry(name="Fair", channels=("phone",), start=4, months=2, factor=1.3)
    more = hiring.capacity(still.model_copy(update={"calendar": (fair,)})).loc["phone", "required"] / season
    assert more[5] > 1.2 and more[6] > 1.2
    assert more.drop([5, 6]).to_numpy() == pytest.approx(1.0, abs=1e-6)


def test_planned_agents_are_those_of_the_scenario(base: model.Baseline) -> None:
    cut = model.Scenario(baseline=base, levers={"staffing.phone": base.levers["staffing.phone"] - 10},
                         starts={"staffing.phone": 6})  # fmt: skip
    frame = hiring.capacity(cut).loc["phone"]
    assert frame.loc[6, "planned"] - frame.loc[7, "planned"] == pytest.approx(10)
    assert (frame["gap"] == frame["planned"] - frame["required"]).all()
