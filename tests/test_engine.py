"""The whole chain: day zero, neutral assumptions, directions, flows, and nothing for nothing."""

import numpy as np
import pytest

import model
from model import queueing, results
from model.assumptions import ASSUMPTIONS
from model.batch import batch
from model.levers import LEVERS, STATED
from model.outcomes import OUTCOMES
from model.scenario import WEEKS_A_YEAR, has_effect

SAMPLES = ("retail", "bank", "software")
WEEK = 336


def phone(**changes: object) -> model.Channel:
    fields = {
        "name": "phone", "kind": "live", "arrivals": [600.0] * WEEK, "agents": [105.0] * WEEK, "handle_time_s": 300,
        "patience_s": 180, "target_s": 20, "target_share": 0.8, "csat": 0.8,
    }  # fmt: skip
    return model.Channel(**(fields | changes))


def one_channel(cv: float = 0.0, **changes: object) -> model.Baseline:
    return model.Baseline(name="x", forecast_cv=cv, channels=[phone(**changes)])


@pytest.fixture(scope="module", params=SAMPLES)
def base(request: pytest.FixtureRequest) -> model.Baseline:
    return model.sample(request.param)


# --- day zero ---------------------------------------------------------------------------------------------------------
def test_the_documented_baseline_by_hand_gives_the_published_figures() -> None:
    outcome = model.evaluate(model.Scenario(baseline=one_channel(0.1, abandonment=0.0387)))
    assert outcome.today["abandonment"] == pytest.approx(0.0387, abs=1e-9)
    assert outcome.today["service_level"] == pytest.approx(0.830, abs=0.001)
    assert outcome.channels.loc["phone", "efficiency"] == pytest.approx(1, abs=0.001)


def test_day_zero_shows_the_company_s_own_figures(base: model.Baseline) -> None:
    outcome = model.evaluate(model.Scenario(baseline=base, month=1, conditions={"growth": 0.0}))
    for channel in base.channels:
        row = outcome.channels.loc[channel.name]
        if channel.kind != "deferred" and channel.abandonment:
            assert row["abandonment"] == pytest.approx(channel.abandonment, abs=1e-9)
        elif channel.service_level:
            assert row["service_level"] == pytest.approx(channel.service_level, abs=1e-6)
        assert row["fcr"] == pytest.approx(channel.fcr, abs=1e-12)
        assert row["csat_surveyed"] == pytest.approx(channel.csat, abs=1e-9)
    assert base.stated_cost is not None
    assert outcome.today["operating_cost"] == pytest.approx(base.stated_cost, rel=1e-9)


def test_a_flexible_agent_comes_from_another_queue_with_that_queue_s_share_of_the_team(base: model.Baseline) -> None:
    """Of contacts that flexible agents take this share is slower: all but the queue's own part of phone and chat."""
    chain = results.run(batch([model.Scenario(baseline=base)]), np.array([12]), path=False).chain
    fte = {c.name: base.levers[f"staffing.{c.name}"] for c in base.channels}
    team = sum(fte[c.name] for c in base.channels if c.kind != "deferred")
    wanted = [0.0 if c.kind == "deferred" else 1 - fte[c.name] / team for c in base.channels]
    assert chain.others == pytest.approx(wanted)


@pytest.mark.parametrize("seen", [{"abandonment": 0.06}, {"service_level": 0.7}, {"asa": 14.0}])
def test_the_efficiency_factor_meets_whichever_speed_was_observed(seen: dict[str, float]) -> None:
    outcome = model.evaluate(model.Scenario(baseline=one_channel(0.08, **seen)))
    for key, value in seen.items():
        assert outcome.today[key] == pytest.approx(value, rel=1e-8)


def test_staffing_that_cannot_explain_the_waits_is_held_and_said() -> None:
    outcome = model.evaluate(model.Scenario(baseline=one_channel(abandonment=0.9)))
    assert outcome.channels.loc["phone", "efficiency"] == pytest.approx(0.3)
    assert any("no staffing" in note for note in outcome.notes)


def test_levers_set_to_today_change_no_bit_and_are_worth_nothing(base: model.Baseline) -> None:
    still = model.evaluate(model.Scenario(baseline=base))
    set_ = model.evaluate(model.Scenario(baseline=base, levers=dict(base.levers)))
    assert str(set_.headline) == str(still.headline)
    assert set_.headline["npv"] == 0
    assert set_.headline["payback_months"] == 0
    assert all(v == 0 for v in set_.difference.values())


def test_the_same_scenario_gives_the_same_bits_alone_and_in_company(base: model.Baseline) -> None:
    one = model.Scenario(baseline=base, levers={"fcr_programme": 0.6})
    other = model.Scenario(baseline=base, levers={"training_hours": 80.0}, staffing_rule="follow_work")
    alone = [model.evaluate(s).headline for s in (one, other)]
    together = [o.headline for o in model.evaluate_many([one, other])]
    assert str(alone) == str(together)  # repr is exact, and holds for nan


def test_doing_nothing_is_the_same_beside_a_scenario_and_alone(base: model.Baseline) -> None:
    world = {"conditions": {"demand": 1.0625}, "month": 11}  # nobody else's, so that nothing of it is known
    moved = model.Scenario(baseline=base, levers={"fcr_programme": 0.5}, **world)
    beside = model.evaluate(moved)
    alone = model.evaluate_many([model.Scenario(baseline=base, **world)])[0]
    assert beside.reference_monthly.equals(alone.monthly)
    assert beside.reference == alone.headline
    assert beside.reference_intervals.equals(alone.intervals)


def test_spare_time_of_earlier_months_works_off_no_later_backlog() -> None:
    """Demand grows past what e-mail can do: what is left over stays from its first month on, and adds up."""
    grown = model.Scenario(baseline=model.sample("software"), conditions={"growth": 0.6})
    chain = results.run(batch([grown]), np.arange(37), path=True).chain
    place = int(chain.known.deferred[0])
    left, over = chain.carried[0, 0, :, place], np.broadcast_to(chain.surplus, (1, 1, 37, 1))[0, 0, :, 0]
    first = int(np.argmax(over > 0))
    assert 1 < first < 30 and over[1] < 0
    assert not left[:first].any()
    assert left[first:] == pytest.approx(np.cumsum(over[first:]) * WEEKS_A_YEAR / 12)


# --- neutral ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("demand", "agents"), [(1.0, 105.0), (1.1, 105.0), (1.3, 97.5), (0.5, 50.4)])
def test_with_neutral_assumptions_the_engine_is_erlang_a(demand: float, agents: float) -> None:
    base = one_channel(agents=[agents] * WEEK)
    neutral = {key: row.neutral for key, row in ASSUMPTIONS.items()}
    outcome = model.evaluate(model.Scenario(baseline=base, assumptions=neutral, conditions={"demand": demand}))
    exact = queueing.erlang_a(demand / 3, 1 / 300, 1 / 180, agents, 20)
    for key, value in (
        ("service_level", exact.service_level),
        ("abandonment", exact.p_abandon),
        ("occupancy", exact.occupancy),
    ):
        assert outcome.headline[key] == pytest.approx(float(value), abs=1e-12)
    assert outcome.headline["asa"] == pytest.approx(float(exact.asa), rel=1e-11)


@pytest.mark.parametrize("key", list(ASSUMPTIONS))
def test_each_relation_switched_off_alone_leaves_a_valid_model(key: str) -> None:
    base = model.sample("retail")
    levers = {
        "self_service_spend": base.labour_cost * 0.03,
        "fcr_programme": 0.5,
        "agent_assist_spend": base.labour_cost * 0.02,
    }
    outcome = model.evaluate(model.Scenario(baseline=base, levers=levers, assumptions={key: ASSUMPTIONS[key].neutral}))
    for name, value in outcome.headline.items():
        assert np.isfinite(value) or name == "payback_months", name
    for name in ("service_level", "abandonment", "fcr", "csat", "csat_surveyed", "occupancy", "containment"):
        assert 0 <= outcome.headline[name] <= 1, name


# --- levers -----------------------------------------------------------------------------------------------------------
def _moved(base: model.Baseline, key: str, share: float, up: bool = True) -> model.Scenario | None:
    """The lever's scenario a share of the way to the end of its slider; None where it stands there today."""
    table = model.lever_table(base)
    rows = table[[k.partition(".")[0] == key for k in table.index]]
    levers = {k: r["today"] + share * ((r["high"] if up else r["low"]) - r["today"]) for k, r in rows.iterrows()}
    moved = {k: v for k, v in levers.items() if v != base.levers[k]}
    return model.Scenario(baseline=base, levers=moved) if moved else None


@pytest.mark.parametrize("key", list(LEVERS))
def test_a_lever_moves_each_outcome_the_way_its_row_says(base: model.Baseline, key: str) -> None:
    if not has_effect("staffing." + base.channels[0].name if key == "staffing" else key, base):
        assert not model.lever_table(base).loc[key, "shown"]
        return
    scenarios = [s for share in (0.03, 0.25, 0.6, 1.0) if (s := _moved(base, key, share))]
    outcomes = model.evaluate_many(scenarios)
    for name in STATED:
        changes = np.array([o.difference[name] for o in outcomes])
        size = 1e-9 * max(abs(outcomes[0].reference[name]), 1)
        wanted = LEVERS[key].directions[name]
        if name == "payback_months" or wanted == "depends":
            continue
        if wanted == "none":
            assert np.all(np.abs(changes) <= size), (name, changes)
        else:
            sign = 1 if wanted == "up" else -1
            assert np.all(sign * changes >= -size), (name, changes)
            assert np.any(sign * changes > size), (name, changes)


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("key", list(LEVERS))
def test_no_lever_improves_for_nothing_and_none_is_without_effect(base: model.Baseline, key: str, up: bool) -> None:
    probe = "staffing." + base.channels[0].name if key == "staffing" else key
    scenario = _moved(base, key, 0.5, up)
    if scenario is None or not has_effect(probe, base):
        return
    for rule in ("as_set", "follow_work"):
        if rule == "follow_work" and key == "staffing":
            continue
        outcome = model.evaluate(scenario.model_copy(update={"staffing_rule": rule}))
        other = model.evaluate(scenario.model_copy(update={"levers": {}, "staffing_rule": rule}))
        change = {k: outcome.headline[k] - other.headline[k] for k in OUTCOMES if k != "payback_months"}
        assert any(
            abs(change[k]) > 1e-6 * max(abs(other.headline[k]), 1e-3)
            for k in ("service_level", "csat", "operating_cost")
        )
        # What it brings in service or satisfaction is paid for in running cost, in set-up or in another outcome.
        paid = (
            outcome.ledger[["set_up", "joining", "severance"]].to_numpy().sum()
            - other.ledger[["set_up", "joining", "severance"]].to_numpy().sum()
        )
        better = [
            k
            for k in ("service_level", "csat", "fcr", "cost_per_resolution", "operating_cost")
            if _gain(k, change[k]) > 1e-9
        ]
        worse = [
            k
            for k in ("service_level", "csat", "fcr", "operating_cost", "attrition", "fte")
            if _gain(k, change[k]) < -1e-9
        ]
        assert not better or worse or paid > 0, (rule, change)


def _gain(key: str, change: float) -> float:
    return -change if OUTCOMES[key].better == "down" or key == "fte" else change


def test_every_lever_s_effect_takes_the_time_its_row_says() -> None:
    base = model.sample("retail")
    spend = base.levers["self_service_spend"] + base.labour_cost * 0.03
    path = model.evaluate(model.Scenario(baseline=base, levers={"self_service_spend": spend})).monthly["containment"]
    assert path[0] == 0
    assert path[1] < 0.1 * path[36]
    half = path[path >= path[36] / 2].index[0]
    assert 4 <= half <= 7
    cut = model.evaluate(model.Scenario(baseline=base, levers={"staffing.phone": base.levers["staffing.phone"] * 0.9}))
    assert cut.monthly["fte"][1] == pytest.approx(cut.monthly["fte"][36])


# --- flows and relations ----------------------------------------------------------------------------------------------
def test_contacts_are_conserved(base: model.Baseline) -> None:
    levers = {"self_service_spend": base.labour_cost * 0.05, "outsourced_share": 0.2, "fcr_programme": 0.7}
    for rule in ("as_set", "follow_work"):
        scenario = model.Scenario(
            baseline=base, levers=levers, conditions={"demand": 1.15, "peak": 1.2}, staffing_rule=rule
        )
        c = model.evaluate(scenario).channels
        left = c["contained"] + c["answered"] + c["abandoned"]
        right = c["new_issues"] + c["callbacks"] + c["repeats"] + c["retrials"]
        np.testing.assert_allclose(left, right, rtol=1e-8)


@pytest.mark.parametrize("rule", ["as_set", "follow_work"])
def test_more_demand_never_speeds_anything_up(base: model.Baseline, rule: str) -> None:
    scenarios = [
        model.Scenario(baseline=base, staffing_rule=rule, conditions={"demand": d})
        for d in (0.8, 0.9, 1.0, 1.1, 1.25, 1.5)
    ]
    outcomes = model.evaluate_many(scenarios)
    if rule == "as_set":
        assert np.all(np.diff([o.headline["service_level"] for o in outcomes]) <= 1e-12)
        assert np.all(np.diff([o.headline["abandonment"] for o in outcomes]) >= -1e-12)
    else:
        assert np.all(np.diff([o.headline["fte"] for o in outcomes]) > 0)


@pytest.mark.parametrize("name", SAMPLES)
def test_staffing_that_follows_the_work_holds_the_target_once_it_may(name: str) -> None:
    base = model.sample(name)
    outcome = model.evaluate(model.Scenario(baseline=base, staffing_rule="follow_work", month=36))
    for channel in base.channels:
        assert outcome.channels.loc[channel.name, "service_level"] == pytest.approx(channel.target_share, abs=0.005)


@pytest.mark.parametrize("size", [100, 1000])
def test_who_leaves_for_being_busier_is_planned_for(size: int) -> None:
    """A team far larger than its work takes: cut to the target it is busier, more leave, and places stand empty."""
    idle = model.Baseline(name="x", channels=[phone(arrivals=[4.0 * size] * WEEK, agents=[float(size)] * WEEK)])
    follows = model.evaluate(model.Scenario(baseline=idle, staffing_rule="follow_work", month=36))
    assert follows.headline["attrition"] > follows.reference["attrition"] + 0.03
    assert follows.headline["service_level"] == pytest.approx(0.8, abs=0.001)


def office(**changes: object) -> model.Channel:
    hours = [1.0 if 16 <= cell % 48 < 40 and cell // 48 < 5 else 0.0 for cell in range(WEEK)]
    fields = {"name": "email", "kind": "deferred", "arrivals": [20 * h for h in hours],
              "agents": [7 * h for h in hours], "handle_time_s": 500, "target_share": 0.8}  # fmt: skip
    return model.Channel(**(fields | changes))


def test_what_was_left_over_while_people_were_hired_is_worked_off() -> None:
    short = model.Baseline(name="x", channels=[office(agents=[a * 6 / 7 for a in office().agents])])
    more = model.Scenario(baseline=short, staffing_rule="follow_work", conditions={"demand": 1.2}, month=24)
    months = model.evaluate(more).monthly
    assert months["service_level"].iloc[1] < 0.1 and months["backlog"].iloc[1] > 500
    assert (months["service_level"].iloc[12:] > 0.79).all()
    assert (months["backlog"].iloc[12:] < 60).all()
    assert months["fte"].max() > months["fte"].iloc[24] + 1  # it took more people than it takes now


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_late_answers_of_who_has_agents_enough_stand_for_contacts_left_over(share: float) -> None:
    base = model.Baseline(name="x", channels=[office(service_level=share)])
    nothing = model.evaluate(model.Scenario(baseline=base, month=36))
    assert nothing.today["service_level"] == pytest.approx(share, abs=1e-6)
    assert nothing.headline["service_level"] == pytest.approx(share, abs=1e-3)  # nobody works them off
    assert any("left over" in note for note in nothing.notes)
    for changes in (
        {"staffing_rule": "follow_work"},
        {"levers": {"staffing.email": 1.1 * base.levers["staffing.email"]}},
    ):
        better = model.evaluate(model.Scenario(baseline=base, month=36, **changes))  # type: ignore[arg-type]
        assert better.headline["service_level"] >= (0.79 if "staffing_rule" in changes else 0.99)


@pytest.mark.parametrize(("share", "left"), [(0.8, 3.0), (0.95, 0.6)])
def test_a_target_is_not_held_for_who_comes_while_nobody_is_there(share: float, left: float) -> None:
    open_hours = [16 <= cell % 48 < 40 and cell // 48 < 5 for cell in range(WEEK)]
    shop = phone(arrivals=[20.0 if o else left for o in open_hours], agents=[8.0 if o else 0.0 for o in open_hours],
                 abandonment=0.3, target_share=share)  # fmt: skip
    arrivals = np.asarray(shop.arrivals)
    reach = float(arrivals[open_hours].sum() / arrivals.sum())
    assert share > reach**2
    follows = model.evaluate(
        model.Scenario(baseline=model.Baseline(name="x", channels=[shop]), staffing_rule="follow_work", month=36)
    )
    assert follows.headline["service_level"] == pytest.approx(reach * (share + reach) / (1 + reach), abs=0.005)
    assert follows.headline["fte"] < 3 * follows.reference["fte"]
    assert any("while nobody is scheduled" in note for note in follows.notes)


@pytest.mark.parametrize("night", [1.0, 6.0])
def test_a_higher_target_never_takes_fewer_agents_where_some_come_while_nobody_is_there(night: float) -> None:
    day = [16 <= cell % 48 < 40 for cell in range(WEEK)]
    shop = phone(arrivals=[40.0 if d else night for d in day], agents=[10.0 if d else 0.0 for d in day],
                 abandonment=0.2)  # fmt: skip
    base = model.Baseline(name="x", channels=[shop])
    goals = np.linspace(0.5, 0.98, 25).round(3).tolist()
    found = [
        model.evaluate(model.Scenario(baseline=base, staffing_rule="follow_work", targets={"target_share.phone": goal},
                                      month=36)) for goal in goals
    ]  # fmt: skip
    people, level = ([out.headline[key] for out in found] for key in ("fte", "service_level"))
    assert np.all(np.diff(people) > 0) and np.all(np.diff(level) > 0)
    assert np.diff(people).max() < 0.15 * people[0]  # and never leaps


@pytest.mark.parametrize("share", [0.8, None])
def test_a_peak_asks_for_no_more_agents_than_there_is_work_where_some_come_while_nobody_is_there(
    share: float | None,
) -> None:
    day = [16 <= cell % 48 < 36 for cell in range(WEEK)]
    shop = phone(arrivals=[60.0 if d else 9.0 for d in day], agents=[13.0 if d else 0.0 for d in day],
                 abandonment=0.19, target_share=share)  # fmt: skip
    base = model.Baseline(name="x", channels=[shop])
    peaks = np.linspace(0.3, 1.7, 15).tolist()
    found = [
        model.evaluate(model.Scenario(baseline=base, staffing_rule="follow_work", conditions={"peak": p}, month=24))
        for p in peaks
    ]
    people = np.array([out.headline["fte"] for out in found])
    assert people.max() < 1.6 * people.min()
    assert np.abs(np.diff(people)).max() < 0.1 * people.min()


def test_a_target_out_of_reach_never_asks_for_agents_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    from model import network

    base = model.Baseline(name="x", channels=[phone(arrivals=[61.0] * WEEK, agents=[13.0] * WEEK)])
    monkeypatch.setattr(network, "solve_staffing", lambda *given: given[-1].fill(1e60))  # as where no number is enough
    found = model.evaluate(model.Scenario(baseline=base, staffing_rule="follow_work", month=24))
    assert found.headline["fte"] < 20 * found.reference["fte"]


def test_half_hours_on_target_today_are_those_of_today_in_every_world(base: model.Baseline) -> None:
    worlds = ({}, {"month": 1}, {"conditions": {"demand": 1.3}}, {"conditions": {"growth": 0.2}, "month": 36},
              {"staffing_rule": "follow_work"}, {"levers": {"fcr_programme": 0.5}})  # fmt: skip
    todays = [model.evaluate(model.Scenario(baseline=base, **world)).today["consistency"] for world in worlds]  # type: ignore[arg-type]
    assert todays == pytest.approx([todays[0]] * len(worlds), rel=1e-6)
    assert (
        model.evaluate(model.Scenario(baseline=base, conditions={"demand": 1.3})).reference["consistency"] < todays[0]
    )


def test_staffing_falls_no_faster_than_turnover_and_the_redundancies_allowed() -> None:
    base = model.sample("retail")
    scenario = model.Scenario(baseline=base, staffing_rule="follow_work", conditions={"demand": 0.5})
    path = model.evaluate(scenario).monthly["fte"].to_numpy()
    fall = -np.diff(path) / path[:-1]
    assert fall.max() <= 0.38 / 12 + 0.01 + 1e-9
    assert fall[:6].min() > 0.03
    none = model.evaluate(scenario.model_copy(update={"assumptions": {"redundancies_allowed": 0.0}}))
    assert none.headline["redundancies"] == pytest.approx(0, abs=1e-9)


def test_the_headline_is_the_month_s_row_and_the_difference_stands_against_doing_nothing(base: model.Baseline) -> None:
    scenario = model.Scenario(baseline=base, levers={"training_hours": 60.0}, month=6)
    outcome = model.evaluate(scenario)
    nothing = model.evaluate(scenario.doing_nothing())
    for key in outcome.monthly.columns:
        assert outcome.headline[key] == pytest.approx(outcome.monthly.at[6, key], nan_ok=True)
        if key not in ("freed_fte", "npv", "npv_with_revenue", "payback_months"):
            assert outcome.difference[key] == pytest.approx(outcome.headline[key] - nothing.headline[key], abs=1e-9)


def test_the_week_adds_up_to_the_channel(base: model.Baseline) -> None:
    outcome = model.evaluate(model.Scenario(baseline=base, levers={"schedule_flex": 0.6, "fcr_programme": 0.4}))
    for name, week in outcome.intervals.groupby("channel"):
        mean = np.average(week["service_level"], weights=week["arrivals"])
        assert mean == pytest.approx(outcome.channels.loc[name, "service_level"], abs=0.004)
        assert week["arrivals"].sum() == pytest.approx(outcome.channels.loc[name, "offered"], rel=2e-3)


def test_the_ledger_is_the_operating_cost(base: model.Baseline) -> None:
    from model.economics import RECURRING

    outcome = model.evaluate(model.Scenario(baseline=base, levers={"qa_coverage": 0.2, "outsourced_share": 0.1}))
    np.testing.assert_allclose(
        outcome.ledger[list(RECURRING)].sum(axis=1), outcome.monthly["operating_cost"][1:], rtol=1e-12
    )


def test_npv_and_payback_are_what_a_spreadsheet_makes_of_the_ledger() -> None:
    base = model.sample("retail")
    spend = base.levers["self_service_spend"] + base.labour_cost * 0.02
    scenario = model.Scenario(baseline=base, levers={"self_service_spend": spend}, staffing_rule="follow_work")
    outcome = model.evaluate(scenario)
    total, value = 0.0, 0.0
    paid_back = None
    for month in range(1, 37):
        saving = (
            outcome.reference_monthly.at[month, "operating_cost"] - outcome.monthly.at[month, "operating_cost"]
        ) / 12
        nothing = model.evaluate(scenario.doing_nothing()).ledger
        for item in ("set_up", "joining", "severance"):
            saving -= outcome.ledger.at[month, item] - nothing.at[month, item]
        before, total = total, total + saving
        value += saving / 1.10 ** (month / 12)
        if total >= 0 and before < 0:
            paid_back = month - 1 + -before / saving
        if total < 0:
            paid_back = None
    assert outcome.headline["npv"] == pytest.approx(value, rel=1e-9)
    if paid_back is None:
        assert np.isnan(outcome.headline["payback_months"])
    else:
        assert outcome.headline["payback_months"] == pytest.approx(paid_back, rel=1e-9)


# --- the shortcuts ----------------------------------------------------------------------------------------------------
def test_a_few_points_and_months_stand_for_the_full_grid() -> None:
    base = model.sample("bank")
    scenario = model.Scenario(
        baseline=base,
        levers={"schedule_flex": 0.5, "agent_assist_spend": base.labour_cost * 0.03},
        conditions={"demand": 1.08},
    )
    few, full = model.evaluate(scenario), model.evaluate(scenario, full=True)
    assert few.headline["service_level"] == pytest.approx(full.headline["service_level"], abs=0.001)
    assert few.headline["csat"] == pytest.approx(full.headline["csat"], abs=0.001)
    assert few.headline["operating_cost"] == pytest.approx(full.headline["operating_cost"], rel=0.001)
