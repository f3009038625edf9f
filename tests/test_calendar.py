"""The demand calendar and starts: contacts are conserved, nothing moves without them, what begins later acts later."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import model
from model import calendar, results
from model.batch import Batch, Calendar, batch, nodes_of
from model.calendar import WEEKS_A_MONTH
from model.engine import Same
from model.errors import ScenarioError
from model.explain import changes
from model.receipt import as_far_as_known
from model.scenario import MONTHS, CalendarEntry

ALL_MONTHS = np.arange(MONTHS + 1)


@pytest.fixture(scope="module")
def base() -> model.Baseline:
    return model.sample("retail")


def moved(base: model.Baseline, **more: Any) -> model.Scenario:
    """One lever of every family and agents moved."""
    levers = {
        "self_service_spend": base.labour_cost * 0.03, "schedule_flex": 0.5, "training_hours": 60.0, "qa_coverage": 0.1,
        "outsourced_share": 0.1, "wage_premium": 0.05, "shrinkage": 0.3, "chat_concurrency": 2.5,
        "late_order_rate": 0.05, "staffing.phone": base.levers["staffing.phone"] * 1.1,
        "staffing.chat": base.levers["staffing.chat"] * 0.9,
    }  # fmt: skip
    return model.Scenario(baseline=base, **({"levers": levers} | more))


def run(asked: Batch) -> results.Results:
    return results.run(asked, nodes_of(12, True), path=True)


def issues(scenario: model.Scenario) -> np.ndarray:
    """Contacts that come up a month, (37, channel): those that self-service and the vendor take are among them."""
    found = results.run(batch([scenario]), ALL_MONTHS, path=False)
    first = np.broadcast_to(found.chain.first["first"], found.channel["new_issues"].shape)
    made: np.ndarray = (found.channel["new_issues"] / first)[0, 0] * WEEKS_A_MONTH
    return made


# Contacts


@pytest.mark.parametrize("conditions", [{}, {"demand": 1.2, "growth": 0.1, "peak": 1.3}])
def test_a_site_of_a_thousand_contacts_a_month_adds_exactly_that(base: model.Baseline, conditions: Any) -> None:
    site = CalendarEntry(kind="site", name="Leeds", channels=("phone",), start=5, months=10, contacts=1_000.0)
    without = moved(base, conditions=conditions)
    more = issues(without.model_copy(update={"calendar": (site,)})) - issues(without)
    names = [c.name for c in base.channels]
    expected = np.zeros_like(more)
    expected[6:16, names.index("phone")] = 1_000.0
    np.testing.assert_allclose(more, expected, atol=1e-6)


def test_contacts_for_all_channels_are_shared_out_by_their_volume_and_none_is_lost(base: model.Baseline) -> None:
    market = CalendarEntry(kind="market", name="Canada", start=0, months=36, contacts=3_000.0, ramp=6)
    nothing = model.Scenario(baseline=base)
    more = issues(nothing.model_copy(update={"calendar": (market,)})) - issues(nothing)
    weekly = np.array([c.weekly_arrivals for c in base.channels])
    np.testing.assert_allclose(more[7:], np.tile(3_000 * weekly / weekly.sum(), (30, 1)), atol=1e-6)
    assert more.sum() == pytest.approx(3_000 * (36 - 6 / 2), rel=1e-9)


@pytest.mark.parametrize(("ramp", "months"), [(0, 1), (1, 2), (3, 5), (7, 20), (0, 36), (35, 36)])
def test_a_ramp_costs_half_its_length_whatever_it_is(ramp: int, months: int) -> None:
    entry = CalendarEntry(name="x", start=0, months=months, ramp=ramp, contacts=1.0)
    found = calendar.share(entry)
    assert found.sum() == pytest.approx(months - ramp / 2)
    assert np.all(np.diff(found[1 : months + 1]) >= 0) and found[0] == 0 and not found[months + 1 :].any()


def test_a_factor_multiplies_its_channels_in_its_months_only(base: model.Baseline) -> None:
    sale = CalendarEntry(name="Sale", channels=("chat", "email"), start=2, months=3, factor=1.5)
    nothing = model.Scenario(baseline=base)
    ratio = issues(nothing.model_copy(update={"calendar": (sale,)})) / issues(nothing)
    expected = np.ones_like(ratio)
    expected[3:6, [i for i, c in enumerate(base.channels) if c.name != "phone"]] = 1.5
    np.testing.assert_allclose(ratio, expected, rtol=1e-9)


def test_an_entry_beyond_the_last_month_ends_with_it() -> None:
    entry = CalendarEntry(name="x", start=35, months=36, contacts=10.0)
    assert (entry.until, calendar.share(entry).sum()) == (36, 1.0)


def test_flows_balance_in_the_months_of_a_campaign(base: model.Baseline) -> None:
    sale = CalendarEntry(name="Sale", start=9, months=4, factor=1.3, contacts=500.0)
    c = model.evaluate(moved(base, calendar=(sale,))).channels
    np.testing.assert_allclose(
        c["contained"] + c["answered"] + c["abandoned"],
        c["new_issues"] + c["callbacks"] + c["repeats"] + c["retrials"], rtol=1e-8)  # fmt: skip


# Nothing without them


def test_starts_of_zero_and_an_empty_calendar_change_no_bit(base: model.Baseline) -> None:
    for rule in ("as_set", "follow_work"):
        plain = batch([moved(base, staffing_rule=rule)])
        shape = (1, 1, MONTHS + 1, len(base.channels))
        zero = np.zeros((1, 1, 1, 1))
        told = replace(
            plain, starts={key: zero for key in plain.levers}, staffing_starts=np.zeros((1, 1, 1, len(base.channels))),
            calendar=Calendar(np.ones(shape), np.zeros(shape), np.zeros((1, 1, MONTHS + 1))))  # fmt: skip
        one, other = run(plain), run(told)
        for key in one.total:
            assert np.array_equal(one.total[key], np.broadcast_to(other.total[key], one.total[key].shape)), key
        for key in one.once:
            assert np.array_equal(one.once[key], other.once[key]), key
        for key in one.items:
            assert np.array_equal(one.items[key], other.items[key]), key


def test_a_batch_without_a_plan_solves_no_more_months(base: model.Baseline) -> None:
    plain = batch([moved(base)])
    assert (plain.turns, plain.calendar, plain.starts, plain.staffing_starts) == ((), None, {}, None)
    sale = CalendarEntry(name="Sale", start=9, months=4, factor=1.3)
    assert {9, 10, 13, 14} <= set(batch([moved(base, calendar=(sale,))]).turns)


def test_a_lever_that_begins_after_the_last_month_is_not_moved(base: model.Baseline) -> None:
    scenario = moved(base)
    late = np.full((1, 1, 1, 1), 36.0)
    asked = batch([scenario])
    never = replace(asked, starts=dict.fromkeys(asked.levers, late),
                    staffing_starts=np.full((1, 1, 1, len(base.channels)), 36.0))  # fmt: skip
    one, other = run(never), run(batch([scenario.doing_nothing()]))
    for key in one.total:
        np.testing.assert_allclose(one.total[key], other.total[key], rtol=1e-12, atol=1e-12, err_msg=key)
    assert not any(values.any() for key, values in one.once.items())


# What begins later acts later


@pytest.mark.parametrize(
    "key", ["self_service_spend", "schedule_flex", "training_hours", "outsourced_share", "wage_premium", "shrinkage",
            "chat_concurrency", "late_order_rate", "staffing.phone", "staffing.chat", "qa_coverage"])  # fmt: skip
def test_until_it_begins_a_lever_does_and_costs_nothing(base: model.Baseline, key: str) -> None:
    value = moved(base).levers[key]
    scenario = model.Scenario(baseline=base, levers={key: value}, starts={key: 14})
    here, there = (results.run(batch([s]), ALL_MONTHS, path=True) for s in (scenario, scenario.doing_nothing()))
    for outcome in ("operating_cost", "csat", "service_level", "fte"):
        np.testing.assert_allclose(here.total[outcome][:, :, :15], there.total[outcome][:, :, :15], rtol=1e-12)
    assert not any(values[..., :15].any() for values in here.once.values())
    assert abs(here.total["operating_cost"] - there.total["operating_cost"])[0, 0, 30, 0] > 100


def test_a_start_shifts_effect_spend_and_set_up_along_with_it() -> None:
    flat = model.sample("bank").model_copy(update={"growth": 0.0})
    spend = flat.levers["self_service_spend"] + flat.labour_cost * 0.03
    now, later = (
        model.evaluate(model.Scenario(baseline=flat, levers={"self_service_spend": spend}, starts=starts))
        for starts in ({}, {"self_service_spend": 9})
    )
    for key in ("containment", "service_level", "operating_cost"):
        one, other = now.monthly[key].to_numpy()[1:28], later.monthly[key].to_numpy()[10:37]
        np.testing.assert_allclose(other, one, rtol=0.02, atol=2e-4, err_msg=key)
    assert later.ledger.at[10, "set_up"] == pytest.approx(now.ledger.at[1, "set_up"], rel=1e-12)
    assert np.count_nonzero(later.ledger["set_up"]) == 1


def test_a_calendar_is_the_world_and_meets_doing_nothing_too(base: model.Baseline) -> None:
    launch = CalendarEntry(kind="launch", name="App", start=3, months=12, factor=1.3, one_off=50_000.0)
    scenario = moved(base, calendar=(launch,), starts={"training_hours": 6})
    nothing = scenario.doing_nothing()
    assert (nothing.calendar, nothing.starts) == ((launch,), {})
    outcome = model.evaluate(scenario)
    assert outcome.reference_monthly.at[8, "service_level"] < outcome.reference_monthly.at[2, "service_level"] - 0.05
    assert outcome.ledger.at[4, "calendar"] == 50_000
    free = model.evaluate(moved(base, calendar=(launch.model_copy(update={"one_off": 0.0}),), starts=scenario.starts))
    assert outcome.headline["npv"] == pytest.approx(free.headline["npv"], rel=1e-12)


def test_staffing_that_follows_the_work_follows_the_calendar(base: model.Baseline) -> None:
    market = CalendarEntry(kind="market", name="Canada", start=10, months=26, factor=1.25)
    still = model.Scenario(baseline=base, staffing_rule="follow_work")
    path = model.evaluate(still.model_copy(update={"calendar": (market,)})).monthly["fte"]
    plain = model.evaluate(still).monthly["fte"]
    assert path[10] == pytest.approx(plain[10], rel=1e-3)
    assert path[24] > plain[24] * 1.15
    assert model.evaluate(still.model_copy(update={"calendar": (market,), "month": 24})).headline["fte"] == path[24]


def test_months_between_the_solved_ones_are_as_on_the_full_grid(base: model.Baseline) -> None:
    entries = (
        CalendarEntry(name="Sale", start=6, months=2, factor=1.3),
        CalendarEntry(kind="market", name="Canada", start=9, months=27, contacts=4_000.0, ramp=6),
    )
    scenario = moved(base, calendar=entries, starts={"self_service_spend": 7, "staffing.phone": 11})
    asked = batch([scenario])
    few, every = run(asked), results.run(asked, ALL_MONTHS, path=True)
    for key, near in (("service_level", 0.004), ("csat", 0.002), ("abandonment", 0.002)):
        assert np.abs(few.total[key] - every.total[key]).max() < near, key
    np.testing.assert_allclose(few.total["operating_cost"], every.total["operating_cost"], rtol=5e-4)


# The rest of the house


def test_causes_give_a_start_to_its_lever_and_the_calendar_to_demand(base: model.Baseline) -> None:
    entry = CalendarEntry(name="Sale", start=8, months=8, factor=1.2)
    one = moved(base, levers={"self_service_spend": 500_000.0, "training_hours": 60.0})
    other = one.model_copy(update={"calendar": (entry,), "starts": {"training_hours": 8}})
    assert changes(one, other) == ["training_hours", "conditions"]
    for outcome in ("operating_cost", "npv"):
        parts = model.attribute(one, other, outcome)
        gap = model.evaluate(other).headline[outcome] - model.evaluate(one).headline[outcome]
        assert set(parts.index) == {"training_hours", "conditions"}
        assert parts.sum() == pytest.approx(gap, rel=1e-9)
    against = model.attribute(other.doing_nothing(), other, "operating_cost")
    assert set(against.index) == {"self_service_spend", "training_hours"}


def test_what_moves_numbers_makes_another_key_and_a_start_of_an_unmoved_lever_is_dropped(base: model.Baseline) -> None:
    plain = moved(base)
    later = plain.model_copy(update={"starts": {"training_hours": 4, "fcr_programme": 4, "schedule_flex": 0}})
    assert later.starts == {"training_hours": 4}
    assert Same(plain) != Same(later)
    assert Same(plain) != Same(plain.model_copy(update={"calendar": (CalendarEntry(name="x", factor=1.1),)}))


def test_likely_ranges_know_the_plan(base: model.Baseline) -> None:
    plain = model.Scenario(baseline=base, levers={"fcr_programme": 0.8})
    found = model.ranges(plain.model_copy(update={"starts": {"fcr_programme": 20}}))
    assert found.loc["csat", ["difference_low", "difference_high"]].abs().max() < 1e-9
    assert model.ranges(plain).at["csat", "difference_low"] > 0


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"name": "Sale", "start": 36}, "start"), ({"name": "Sale", "months": 0}, "months"),
        ({"name": "", "start": 1}, "name"), ({"name": "<b>"}, "name"), ({"name": "Sale", "factor": 99.0}, "factor"),
        ({"name": "Sale", "contacts": -1.0}, "contacts"), ({"name": "Sale", "months": 3, "ramp": 3}, "grow"),
        ({"name": "Sale", "channels": ("phone", "phone")}, "twice"), ({"name": "Sale", "kind": "war"}, "kind"),
    ],
)  # fmt: skip
def test_an_entry_that_makes_no_sense_is_refused_in_words(entry: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioError, match=words) as caught:
        CalendarEntry(**entry)
    assert caught.value.hint


def test_a_plan_that_makes_no_sense_is_refused_in_words(base: model.Baseline) -> None:
    for plan, words in (
        ({"starts": {"training_hours": 36}}, "Training begins 36 months from now"),
        ({"starts": {"teleportation": 1}}, "Unknown lever teleportation"),
        ({"calendar": (CalendarEntry(name="Sale", channels=("telex",)),)}, "telex"),
        ({"calendar": (CalendarEntry(name="Sale"),) * 41}, "40 fit"),
    ):
        with pytest.raises(ScenarioError, match=words):
            moved(base, **plan)  # type: ignore[arg-type]


def test_on_another_company_an_entry_for_a_missing_channel_is_left_out_and_named(base: model.Baseline) -> None:
    entries = (CalendarEntry(name="Sale", channels=("email",), factor=1.2), CalendarEntry(name="Fair", factor=1.1))
    content = {name: getattr(moved(base, calendar=entries), name) for name in model.Scenario.model_fields}
    less = base.model_copy(update={"channels": base.channels[:1], "levers": {}})
    kept, refused = as_far_as_known({**content, "baseline": less})
    assert [entry.name for entry in kept.calendar] == ["Fair"]
    assert "email" in refused["calendar: Sale"]
