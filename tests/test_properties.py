"""What must hold for every company and scenario, whatever is drawn: hypothesis looks for one where it does not."""

import math
import os
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

import model
from model import queueing
from model.assumptions import ASSUMPTIONS
from model.calibrate import EFFICIENCY

WEEK = 336
NINE_TO_FIVE = np.array([float(cell // 48 < 5 and 18 <= cell % 48 < 34) for cell in range(WEEK)])
FEW = settings(
    max_examples=int(os.environ.get("TRILEVER_EXAMPLES", 5)),
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),  # what fails is a whole company: shrinking it takes minutes and tells little more
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
"""The same companies every time; `TRILEVER_EXAMPLES=300 pytest tests/test_properties.py` draws more."""


def between(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False).map(lambda x: round(x, 4))


@st.composite
def channels(draw: st.DrawFn, kind: str, name: str) -> model.Channel:
    """A channel open in office hours, staffed somewhere between too thin and idle, with its speed known or not."""
    handle = draw(between(60, 1500))
    volume = draw(between(2, 300))
    peak = draw(between(1.0, 2.0))
    shape = NINE_TO_FIVE * np.where(np.arange(WEEK) % 48 < 26, peak, 1.0)
    load = volume * shape * handle / 1800
    agents = np.round(load * draw(between(1.02, 1.3)) + draw(between(0.5, 2.0)) * np.sqrt(load), 2)
    seen: dict[str, float] = {}
    if kind == "deferred":
        seen["target_s"] = 86_400.0
    else:
        seen["target_s"] = draw(st.sampled_from([10.0, 20.0, 60.0]))
        which = draw(st.sampled_from(["abandonment", "service_level", "nothing"]))
        if which != "nothing":
            seen[which] = draw(between(0.02, 0.15) if which == "abandonment" else between(0.4, 0.95))
    return model.Channel(
        name=name, kind=kind, arrivals=tuple(np.round(volume * shape, 3)), agents=tuple(agents * NINE_TO_FIVE),
        handle_time_s=handle, patience_s=draw(between(30, 3600)), fcr=draw(between(0.4, 0.9)),
        csat=draw(between(0.4, 0.95)), transfer_rate=draw(between(0, 0.3)), **seen,
    )  # fmt: skip


@st.composite
def baselines(draw: st.DrawFn) -> model.Baseline:
    kinds = draw(st.sampled_from([("live",), ("live", "chat"), ("chat", "deferred"), ("live", "chat", "deferred")]))
    made = [draw(channels(kind, kind)) for kind in kinds]
    base = model.Baseline(
        name="drawn", channels=made, forecast_cv=draw(between(0, 0.2)), growth=draw(between(-0.1, 0.2)),
        orders_per_week=draw(st.sampled_from([0.0, 4000.0])),
        levers={"cross_training": draw(between(0, 0.3)), "outsourced_share": draw(st.sampled_from([0.0, 0.1]))},
    )  # fmt: skip
    # A stated cost holds at least the wages: less would be other people's money.
    over = draw(st.sampled_from([None, 1.1, 1.6]))
    return base if over is None else base.model_copy(update={"stated_cost": over * base.labour_cost})


@st.composite
def scenarios(draw: st.DrawFn, rule: str | None = None) -> model.Scenario:
    base = draw(baselines())
    table = model.lever_table(base)
    rows = table[table["shown"]]
    keys = draw(st.lists(st.sampled_from(list(rows.index)), max_size=5, unique=True))
    levers = {}
    for key in keys:
        row = rows.loc[key]
        levers[key] = float(row["low"] + draw(between(0, 1)) * (row["high"] - row["low"]))
    conditions = {"demand": draw(between(0.8, 1.2)), "peak": draw(st.sampled_from([1.0, 1.15]))}
    return model.Scenario(
        baseline=base, levers=levers, conditions=conditions, month=draw(st.sampled_from([3, 6, 12, 36])),
        staffing_rule=rule or draw(st.sampled_from(["as_set", "follow_work"])),
    )  # fmt: skip


@FEW
@given(baselines())
def test_day_zero_is_the_company_as_it_was_measured(base: model.Baseline) -> None:
    outcome = model.evaluate(model.Scenario(baseline=base, month=1, conditions={"growth": 0.0}))
    for channel in base.channels:
        row = outcome.channels.loc[channel.name]
        assert row["csat_surveyed"] == pytest.approx(channel.csat, abs=1e-8)
        assert row["fcr"] == pytest.approx(channel.fcr, abs=1e-10)
        if channel.kind != "deferred" and EFFICIENCY[0] < row["efficiency"] < EFFICIENCY[1]:
            seen = {"abandonment": channel.abandonment, "service_level": channel.service_level}
            for key, value in seen.items():
                if value is not None:
                    assert row[key] == pytest.approx(value, abs=1e-8)
    if base.stated_cost is not None:
        assert outcome.today["operating_cost"] == pytest.approx(base.stated_cost, rel=1e-9)


@FEW
@given(scenarios())
def test_every_figure_is_a_number_within_its_bounds(scenario: model.Scenario) -> None:
    outcome = model.evaluate(scenario)
    shares = ["service_level", "abandonment", "fcr", "csat", "csat_surveyed", "containment", "attrition"]
    assert outcome.monthly[shares].ge(0).all(axis=None) and outcome.monthly[shares].le(1).all(axis=None)
    assert outcome.monthly[["operating_cost", "fte", "asa", "backlog", "revenue_at_risk"]].ge(0).all(axis=None)
    assert outcome.monthly["nps"].between(-100, 100).all() and outcome.monthly["ces"].between(1, 7).all()
    assert outcome.monthly["occupancy"].between(0, 1.0001).all()
    unknown = {key for key, value in outcome.headline.items() if not math.isfinite(value)}
    assert unknown <= {"payback_months", "consistency"}, "only a payback that never comes has no number"


@FEW
@given(scenarios())
def test_no_contact_comes_from_nowhere_or_is_lost(scenario: model.Scenario) -> None:
    flows = model.evaluate(scenario).channels
    out = flows["contained"] + flows["answered"] + flows["abandoned"]
    back = flows["new_issues"] + flows["callbacks"] + flows["repeats"] + flows["retrials"]
    np.testing.assert_allclose(out, back, rtol=1e-7)


@FEW
@given(scenarios(rule="as_set"), st.floats(1.01, 1.2))
def test_more_agents_never_answer_later(scenario: model.Scenario, more: float) -> None:
    staff = {k: scenario.lever(k) * more for k in scenario.baseline.levers if k.startswith("staffing.")}
    larger = scenario.model_copy(update={"levers": scenario.levers | staff})
    before, after = model.evaluate_many([scenario, larger])
    assert after.headline["service_level"] >= before.headline["service_level"] - 1e-9
    assert after.headline["abandonment"] <= before.headline["abandonment"] + 1e-9


@FEW
@given(scenarios(rule="as_set"), st.floats(1.01, 1.3))
def test_more_demand_never_speeds_anything_up(scenario: model.Scenario, more: float) -> None:
    busier = scenario.model_copy(
        update={"conditions": scenario.conditions | {"demand": scenario.conditions["demand"] * more}}
    )
    before, after = model.evaluate_many([scenario, busier])
    assert after.headline["service_level"] <= before.headline["service_level"] + 1e-9
    assert after.headline["abandonment"] >= before.headline["abandonment"] - 1e-9
    assert after.headline["csat"] <= before.headline["csat"] + 1e-9


@FEW
@given(scenarios(rule="as_set"))
def test_solving_more_at_first_never_brings_more_contacts(scenario: model.Scenario) -> None:
    now = scenario.lever("fcr_programme")
    better = scenario.model_copy(update={"levers": scenario.levers | {"fcr_programme": min(1.0, now + 0.3)}})
    before, after = model.evaluate_many([scenario, better])
    assert (after.channels["offered"] <= before.channels["offered"] * (1 + 1e-9)).all()


@FEW
@given(scenarios(), st.data())
def test_no_slider_jumps(scenario: model.Scenario, data: st.DataObject) -> None:
    table = model.lever_table(scenario.baseline)
    key = data.draw(st.sampled_from(list(table.index[table["shown"]])))
    row = table.loc[key]
    width, value = row["high"] - row["low"], scenario.lever(key)
    assume(width > 0)
    step = 1e-5 * width if value + 1e-5 * width <= row["ceiling"] else -1e-5 * width
    nearby = scenario.model_copy(update={"levers": scenario.levers | {key: value + step}})
    before, after = (o.headline for o in model.evaluate_many([scenario, nearby]))
    for share in ("service_level", "abandonment", "fcr", "csat", "occupancy"):
        assert abs(after[share] - before[share]) < 2e-3, (key, share)
    assert after["operating_cost"] == pytest.approx(before["operating_cost"], rel=1e-3), key


@FEW
@given(scenarios())
def test_the_same_scenario_has_the_same_bits_alone_and_in_company(scenario: model.Scenario) -> None:
    other = scenario.model_copy(update={"levers": {}, "conditions": {"demand": 1.05}})
    alone = model.evaluate(scenario)
    _, among = model.evaluate_many([other, scenario])
    assert alone.monthly.equals(among.monthly)
    assert alone.channels.equals(among.channels)


@FEW
@given(scenarios())
def test_levers_at_today_change_no_bit(scenario: model.Scenario) -> None:
    base = scenario.baseline
    world: dict[str, Any] = {"baseline": base, "conditions": scenario.conditions, "month": scenario.month}
    explicit = model.evaluate(model.Scenario(levers=dict(base.levers), **world))
    silent = model.evaluate(model.Scenario(**world))
    assert explicit.monthly.equals(silent.monthly)
    assert explicit.headline["npv"] == 0 == explicit.headline["payback_months"]


@FEW
@given(between(5, 500), between(30, 1500), between(30, 3600), between(0.85, 1.3), between(0.7, 1.3))
def test_with_every_relation_neutral_the_engine_is_erlang_a(
    volume: float, handle: float, patience: float, staffed: float, demand: float
) -> None:
    agents = max(volume * handle / 1800 * staffed, 0.5)
    channel = model.Channel(
        name="phone", arrivals=[volume] * WEEK, agents=[agents] * WEEK, handle_time_s=handle, patience_s=patience
    )
    base = model.Baseline(name="neutral", forecast_cv=0.0, channels=[channel])
    neutral = {key: row.neutral for key, row in ASSUMPTIONS.items()}
    outcome = model.evaluate(model.Scenario(baseline=base, assumptions=neutral, conditions={"demand": demand}))
    efficiency = outcome.channels.loc["phone", "efficiency"]
    queue = queueing.erlang_a(volume * demand / 1800, 1 / handle, 1 / patience, agents * efficiency, 20.0)
    assert outcome.headline["service_level"] == pytest.approx(float(queue.service_level), abs=1e-9)
    assert outcome.headline["abandonment"] == pytest.approx(float(queue.p_abandon), abs=1e-9)
    assert outcome.headline["asa"] == pytest.approx(float(queue.asa), rel=1e-7, abs=1e-7)


@FEW
@given(scenarios(), st.sampled_from(sorted(ASSUMPTIONS)))
def test_each_relation_off_alone_leaves_a_valid_model(scenario: model.Scenario, key: str) -> None:
    without = scenario.model_copy(update={"assumptions": {key: ASSUMPTIONS[key].neutral}})
    outcome = model.evaluate(without)
    assert np.isfinite(outcome.monthly.drop(columns="payback_months").to_numpy()).all()
    assert outcome.monthly["csat"].between(0, 1).all()
    assert outcome.monthly["service_level"].between(0, 1).all()
