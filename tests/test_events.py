"""Events: nothing happens without one, harder is never better, flows balance, and for ever is where the engine is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import model
from model import deferred, results
from model.batch import batch
from model.errors import ScenarioError
from model.events import EFFECTS, EVENTS, MEASURES, SIZES, Event, Size, hours, own, robustness, shapes, stress_many
from model.events import months as by_months
from model.events._march import (
    ABANDONED,
    BACKLOG,
    BUSY,
    CAME_BACK,
    IN_SYSTEM,
    LEVEL,
    OFFERED,
    P_ABANDON,
    SERVED,
)  # fmt: skip
from model.events.table import LONG, MONTH
from model.events.world import World, world
from model.scenario import CELLS
from tests import stress

SHORT = [key for key, event in EVENTS.items() if not event.is_long]


@pytest.fixture(scope="module", params=["retail", "bank", "software"])
def sample(request: pytest.FixtureRequest) -> model.Scenario:
    base = model.sample(request.param)
    return model.Scenario(baseline=base, levers={"self_service_spend": 3 * base.levers["self_service_spend"] + 1000})


@pytest.fixture(scope="module")
def here(sample: model.Scenario) -> World:
    return world_of(sample)


def world_of(scenario: model.Scenario) -> World:
    found = results.run(batch([scenario]), np.array([scenario.month]), path=False)
    return world(scenario, found, 0, scenario.month)


def flat(**changed: object) -> model.Scenario:
    """A company in which every half-hour is like every other, exactly Erlang A."""
    fields: dict[str, object] = {"name": "phone", "arrivals": (60.0,) * CELLS, "agents": (12.0,) * CELLS,
                                 "handle_time_s": 300, "patience_s": 240, "fcr": 0.75}  # fmt: skip
    channel = model.Channel.model_validate(fields | changed)
    return model.Scenario(baseline=model.Baseline(name="Flat", channels=(channel,), forecast_cv=0.0))


# --- the tables -------------------------------------------------------------------------------------------------------


def test_the_agreed_events_are_there_with_sized_effects() -> None:
    assert list(EVENTS) == [
        "demand_surge", "system_downtime", "data_breach", "attrition_spike", "supply_disruption", "budget_freeze",
        "bad_deflection", "bottleneck",
    ]  # fmt: skip
    for event in EVENTS.values():
        assert {size.effect for size in SIZES if size.event == event.key} == set(event.effects)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.event}-{size.effect}")
def test_sizes_run_from_mild_to_hard_and_name_their_source(size: Size) -> None:
    row = EFFECTS[size.effect]
    worse = 1 if row.worse == "up" else -1
    ends = [worse * (value - row.neutral) for value in (size.low, size.mode, size.high)]
    assert 0 < ends[0] <= ends[1] <= ends[2]
    assert all(row.floor <= value <= row.ceiling for value in (size.low, size.mode, size.high))
    assert len(size.source) > 15 and size.grade in ("published", "judgement")


@pytest.mark.parametrize(
    "wrong",
    [{"arrivals": -1}, {"arrivals": float("nan")}, {"arrivals": float("inf")}, {"agents": 1e9}, {"handle_time": 0},
     {"length_h": 0}, {"length_h": 1e9}, {"start_h": -1}, {"start_h": 168}, {"recovery_h": -2}, {"start_month": 99},
     {"unheard_of": 2}, {"label": "<b>x</b>"}, {"label": ""}, {"label": "x" * 61}, {"mood": "low"},
     {"self_service": 1.5}, {"shape": "zigzag"}],
    ids=str,
)  # fmt: skip
def test_hostile_sizes_are_refused_in_words(wrong: dict[str, object]) -> None:
    given: dict[str, object] = {"label": "Mine", "length_h": 4.0} | wrong
    with pytest.raises(ScenarioError) as told:
        own(given.pop("label"), **given)  # type: ignore[arg-type]
    assert told.value.message and told.value.hint


def test_unknown_events_too_many_and_sizes_out_of_bounds_are_refused() -> None:
    scenario = flat()
    for wrong in ("earthquake", [], ["demand_surge"] * 3, None, 5, [None], {"demand_surge"}, [["demand_surge"]]):
        with pytest.raises(ScenarioError):
            model.stress(scenario, wrong)
    with pytest.raises(ScenarioError, match="outside 0 to 20"):
        model.stress(scenario, "demand_surge", size=50)
    with pytest.raises(ScenarioError, match="length"):
        model.stress(scenario, "demand_surge", length_h=float("nan"))
    with pytest.raises(ScenarioError):
        robustness([], -1)
    with pytest.raises(model.ArgumentError, match="scenario must be a Scenario"):
        model.stress(scenario.baseline)  # type: ignore[arg-type]
    with pytest.raises(model.ArgumentError, match="scenarios must be several"):
        stress_many(scenario)  # type: ignore[arg-type]


def test_size_moves_the_main_effect_and_the_others_in_proportion() -> None:
    half = EVENTS["system_downtime"].sized(0.7)
    assert half.effects == pytest.approx({"agents": 0.7, "self_service": 0.5, "put_off": 0.2})
    assert EVENTS["demand_surge"].sized(1.0).effects == {"arrivals": 1.0}


# --- over time --------------------------------------------------------------------------------------------------------


def test_a_block_begins_ends_and_fades() -> None:
    event = own("x", arrivals=2, length_h=2, recovery_h=2)
    w = shapes.weights(event, 1.0, 12, 0.5)
    assert w.tolist() == pytest.approx([0, 0, 1, 1, 1, 1, 0.875, 0.625, 0.375, 0.125, 0, 0])
    assert shapes.series([(event, 1.0)], 12, 0.5)["arrivals"][2] == 2
    half = shapes.weights(own("x", arrivals=2, length_h=0.5), 0.25, 3, 0.5)
    assert half.tolist() == pytest.approx([0.5, 0.5, 0])


def test_open_places_are_filled_and_newcomers_learn() -> None:
    months = np.zeros(48)
    months[:4] = 1.5
    present, learners, hired = shapes.people(1 + months, np.ones(48), 0.38, 1.44, 4.0, 1.0)
    assert present.min() < 0.95 and present[-1] == pytest.approx(1, abs=1e-3)
    assert learners.max() > 1.3 and learners[-1] == pytest.approx(1, abs=1e-2)
    # Everyone who left beyond the usual is replaced in the end.
    assert (hired - 1).sum() == pytest.approx((months * np.r_[1, present[:-1]]).sum(), rel=0.01)


def test_cases_pile_up_only_where_capacity_is_short() -> None:
    assert shapes.open_cases(np.full(50, 0.95), 1.0).max() == 0
    piled = shapes.open_cases(np.r_[np.full(6, 0.7), np.ones(20)], 1.0)
    assert piled[5] == pytest.approx(6 * (1 - 0.7 / 0.9)) and piled[-1] == 0
    assert np.all(np.diff(piled[5:]) <= 0)


# --- nothing changes without one --------------------------------------------------------------------------------------


def test_an_event_in_which_nothing_happens_changes_nothing_to_the_last_bit(sample: model.Scenario) -> None:
    still = Event("own", "Nothing", "Nothing", {key: row.neutral for key, row in EFFECTS.items()}, 6.0)
    long = replace(still, length_h=3 * MONTH)
    short, lasting, both = stress_many([sample], [still, long, (long, still)])[0]
    for found in (short, lasting, both):
        for key in ("arrivals", "agents", "backlog", "abandonment", "wait_s", "service_level", "gave_up"):
            assert np.array_equal(found.hours[key], found.hours[f"{key}_without"]), key
        assert found.recovery_hours == found.backlog_hours == found.extra_backlog == 0
        assert found.cost == found.dissatisfied == found.contacts_lost == 0
        assert (found.hurt[["contacts", "gave_up", "dissatisfied", "csat_points"]] == 0).all(axis=None)
    assert lasting.months is not None
    for key in ("service_level", "csat", "operating_cost", "backlog"):
        assert np.array_equal(lasting.months[key], lasting.months[f"{key}_without"]), key


def test_an_event_without_anything_to_act_on_changes_nothing(sample: model.Scenario) -> None:
    if sample.baseline.orders_per_week == 0:
        found = model.stress(sample, "supply_disruption")
        assert found.recovery_hours == found.dissatisfied == found.cost == 0


def test_events_beside_it_do_not_move_a_bit(sample: model.Scenario) -> None:
    alone = model.stress(sample, "demand_surge")
    crowd = stress_many([sample], SHORT)[0][SHORT.index("demand_surge")]
    pd.testing.assert_frame_equal(alone.hours, crowd.hours, check_exact=False, rtol=1e-9)
    assert alone.recovery_hours == crowd.recovery_hours


def test_the_week_without_an_event_is_the_engines_own(here: World, sample: model.Scenario) -> None:
    """E-mails exactly; calls and chats as Erlang A where half-hours follow each other calmly."""
    h = hours.follow(here, [[EVENTS["demand_surge"]]])
    week = slice(h.first, h.first + CELLS)
    for c in here.later.tolist():
        out, cells = np.empty(4), np.zeros((CELLS, 2))
        deferred.week_cells(here.came[c], here.staff[c], here.carried[c], here.target[c], here.error, out, cells)
        usual = h.figures[0, c, week]
        some = here.came[c] > 0
        assert usual[some, LEVEL] == pytest.approx(cells[some, 0], abs=1e-9)
        assert h.wait_s[0, c, week][some] == pytest.approx(cells[some, 1] * 3600, rel=1e-9)
        assert usual[:, SERVED].sum() == pytest.approx(out[deferred.SERVED], rel=1e-6)


# --- flows and directions ---------------------------------------------------------------------------------------------


def test_flows_balance_in_every_half_hour(here: World) -> None:
    cases = [[EVENTS[key]] for key in SHORT]
    h = hours.follow(here, [*cases, [EVENTS["demand_surge"], EVENTS["system_downtime"]]])
    f = h.figures[:, :, h.start + 1 :]
    before = h.figures[:, :, h.start : -1]
    for c in here.live.tolist():
        left = before[:, c, :, IN_SYSTEM] + f[:, c, :, OFFERED] - f[:, c, :, SERVED] - f[:, c, :, ABANDONED]
        gap = np.abs(left - f[:, c, :, IN_SYSTEM])
        # Where a history is taken as recovered it is set on the usual one: a few hundredths of a contact, once.
        assert gap.max() < 0.03 and (gap > 1e-6).sum(axis=1).max() <= 1
    for c in here.later.tolist():
        f = h.figures[:, c, h.start :]
        left = f[..., IN_SYSTEM] + f[..., OFFERED] - f[..., SERVED] - f[..., BACKLOG]
        assert np.abs(left).max() < 1e-6


@pytest.mark.parametrize("lever", ["chat_concurrency", "shrinkage", "training_hours", "staffing.chat"])
def test_beside_a_freeze_no_lever_begins_before_its_time(lever: str) -> None:
    """Long events go as one batch: what a freeze holds up is in the rows of all of them."""
    base = model.sample("retail")
    plan = model.Scenario(baseline=base, levers={lever: 1.2 * base.levers[lever]}, starts={lever: 9}, month=12)
    freeze, other = (replace(EVENTS[key], start_month=14) for key in ("budget_freeze", "supply_disruption"))
    paths = by_months.follow([(plan, [freeze]), (plan, [other])])
    alone = by_months.follow([(plan, [other])])
    for key in ("service_level", "csat", "operating_cost", "fte"):
        struck, usual = paths.struck.total[key][:, 0, :14, 0], paths.without.total[key][0, 0, :14, 0]
        np.testing.assert_allclose(struck, np.broadcast_to(usual, struck.shape), rtol=1e-4)
        both, one = paths.struck.total[key][1], alone.struck.total[key][0]
        np.testing.assert_allclose(both, one, rtol=1e-4)


@pytest.mark.parametrize("name", ["retail", "bank"])
def test_flows_of_channels_that_share_a_team_balance_too(name: str) -> None:
    """Who comes back to a team is shared out as those are who come to it: far more return to phones than to chats."""
    shared = world_of(model.Scenario(baseline=model.sample(name), levers={"cross_training": 0.8}))
    assert (shared.gain[shared.live] > 0.5).all()
    late = own("Slow and told to come later", length_h=30.0, start_h=33.0, arrivals=2.5, agents=0.7, put_off=0.5)
    h = hours.follow(shared, [[late], [EVENTS["system_downtime"]]])
    now = h.figures[:, shared.live, h.start :]
    assert now[..., OFFERED].min() >= 0
    left = now[..., :-1, IN_SYSTEM] + now[..., 1:, OFFERED] - now[..., 1:, SERVED] - now[..., 1:, ABANDONED]
    gap = np.abs(left - now[..., 1:, IN_SYSTEM])
    assert gap.max() < 0.03 and (gap > 1e-6).sum(axis=2).max() <= 1


@pytest.mark.parametrize("name", ["retail", "bank"])
def test_teams_that_share_less_than_today_have_no_fewer_than_no_customers(name: str) -> None:
    """Away from one team waits and shares go as far as they can; contacts are those of each channel by itself."""
    apart = world_of(model.Scenario(baseline=model.sample(name), levers={"cross_training": 0.0}))
    assert (apart.gain[apart.live] < 0).all()
    h = hours.follow(apart, [[EVENTS["demand_surge"]], [EVENTS["system_downtime"]]])
    now = h.figures[:, apart.live, h.start :]
    assert now[..., :CAME_BACK].min() >= 0 and now[..., [LEVEL, P_ABANDON]].max() <= 1 and h.wait_s.min() >= 0
    left = now[..., :-1, IN_SYSTEM] + now[..., 1:, OFFERED] - now[..., 1:, SERVED] - now[..., 1:, ABANDONED]
    assert np.abs(left - now[..., 1:, IN_SYSTEM]).max() < 0.03
    together = hours.follow(replace(apart, gain=0 * apart.gain), []).figures[0, apart.live, h.first :, LEVEL].mean()
    assert h.figures[0, apart.live, h.first :, LEVEL].mean() < together


@pytest.mark.parametrize("name", ["retail", "bank", "software"])
def test_at_closing_time_agents_finish_what_they_have_begun(name: str) -> None:
    """Only those who still wait, or come then, can give up; who is in a conversation is served."""
    mixed = world_of(model.Scenario(baseline=model.sample(name)))
    apart = replace(mixed, gain=np.zeros_like(mixed.gain))  # each channel by itself, so that it closes by itself
    h = hours.follow(apart, [[EVENTS["demand_surge"]]])
    for c in apart.live.tolist():
        staff = apart.staff[c, np.arange(h.figures.shape[2]) % CELLS]
        closes = np.flatnonzero((staff[1:] == 0) & (staff[:-1] > 0)) + 1
        closes = closes[closes > h.start]
        before, then = h.figures[:, c, closes - 1], h.figures[:, c, closes]
        talking = np.minimum(before[..., IN_SYSTEM], before[..., BUSY])
        assert len(closes) and talking.max() > 1
        assert then[..., SERVED] == pytest.approx(talking, abs=1e-9)
        assert (then[..., ABANDONED] <= before[..., IN_SYSTEM] - talking + then[..., OFFERED] + 1e-9).all()


def test_who_comes_back_was_there_before(here: World) -> None:
    """Over all time come back: q of those who gave up beyond the usual, p of the unsolved, and the put off."""
    event = EVENTS["system_downtime"]
    h = hours.follow(here, [[event]])
    q = float(here.p["retrial_share"].ravel()[0])
    put = h.given.put_off[1]
    for c, _ in enumerate(here.names):
        figures = h.figures[:, c, h.start :]
        gone = (figures[1, :, ABANDONED] - figures[0, :, ABANDONED]).sum()
        off = (put[h.start :] * figures[1, :, SERVED]).sum()
        again = here.repeat[c] * ((figures[1, :, SERVED] - figures[0, :, SERVED]).sum() - off)
        assert figures[1, :, CAME_BACK].sum() == pytest.approx(q * gone + off + again, abs=0.5, rel=1e-3)
        assert off > 0


WORSE = {
    "demand_surge": [1.1, 1.4, 1.8, 2.5], "system_downtime": [0.9, 0.6, 0.3, 0.0], "data_breach": [1.2, 2.0, 4.0],
    "bad_deflection": [0.9, 0.5, 0.0], "attrition_spike": [1.5, 2.5, 5.0], "supply_disruption": [1.5, 3.0, 6.0],
    "budget_freeze": [0.8, 0.4, 0.0], "bottleneck": [0.85, 0.7, 0.5],
}  # fmt: skip


@pytest.mark.parametrize("key", WORSE)
def test_harder_is_never_better(sample: model.Scenario, key: str) -> None:
    found = stress_many([sample], [EVENTS[key].sized(size) for size in WORSE[key]])[0]
    for name in ("recovery_hours", "extra_backlog", "dissatisfied", "contacts_lost"):
        values = [min(getattr(one, name), 1e9) if np.isfinite(getattr(one, name)) else 1e9 for one in found]
        for mild, hard in zip(values, values[1:], strict=False):
            # A half-hour is the grain of recovery; a repeat more or less moves the rest by dust.
            assert hard >= mild - (0.5 if name == "recovery_hours" else 1e-6 * (1 + abs(mild))), (name, values)


@pytest.mark.parametrize("key", ["demand_surge", "system_downtime", "supply_disruption", "bottleneck"])
def test_longer_is_never_better(sample: model.Scenario, key: str) -> None:
    event = EVENTS[key]
    found = stress_many([sample], [replace(event, length_h=event.length_h * f) for f in (0.5, 1, 1.5)])[0]
    lost = [one.dissatisfied for one in found]
    assert lost == sorted(lost)
    assert [one.extra_backlog for one in found] == pytest.approx(sorted(one.extra_backlog for one in found))


def test_two_events_are_worse_than_either(sample: model.Scenario) -> None:
    one, other, both = stress_many([sample], ["demand_surge", "system_downtime", ("demand_surge", "system_downtime")])[
        0
    ]
    assert both.dissatisfied > max(one.dissatisfied, other.dissatisfied)
    assert both.extra_backlog >= max(one.extra_backlog, other.extra_backlog)


# --- for ever ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [0.8, 1.2, 1.4])
def test_a_surge_that_lasts_ends_where_the_engine_is_with_that_demand(factor: float) -> None:
    # Load makes agents leave in the long run, which no queue of two weeks shows.
    scenario = flat().model_copy(update={"assumptions": {"attrition_occupancy_slope": 0.0}})
    moved = scenario.model_copy(update={"conditions": {"demand": factor}})
    channel = model.evaluate(moved).channels.loc["phone"]
    h = hours.follow(world_of(scenario), [[own("For long", arrivals=factor, length_h=LONG, start_h=0)]])
    end = h.first + int(2 * LONG) - 2  # two weeks: repeats of repeats have all come
    last = h.figures[1, 0, end]
    assert last[OFFERED] * CELLS == pytest.approx(channel["offered"], rel=3e-4)
    assert last[P_ABANDON] == pytest.approx(channel["abandonment"], abs=3e-4)
    assert last[LEVEL] == pytest.approx(channel["service_level"], abs=5e-4)


def test_a_long_event_is_the_engine_with_that_much_more_late_orders() -> None:
    base = model.sample("retail")
    scenario = model.Scenario(baseline=base)
    event = replace(EVENTS["supply_disruption"], length_h=12 * MONTH, recovery_h=0.0, start_month=1).sized(2.0)
    found = model.stress(scenario, event)
    late = model.Scenario(baseline=base, levers={"late_order_rate": 2 * base.levers["late_order_rate"]},
                          assumptions={"late_order_months": 0.0})  # fmt: skip
    there = model.evaluate(late).monthly.loc[6]
    assert found.months is not None
    for key in ("service_level", "abandonment", "csat"):
        assert found.months.loc[6, key] == pytest.approx(there[key], abs=2e-4), key


def test_nobody_plans_for_an_event() -> None:
    base = model.sample("retail")
    scenario = model.Scenario(baseline=base, staffing_rule="follow_work")
    paths = by_months.follow([(scenario, [EVENTS["supply_disruption"]])])
    assert np.array_equal(paths.struck.fte, paths.without.fte)
    growing = scenario.model_copy(update={"conditions": {"growth": 0.6}})
    freeze = by_months.follow([(growing, [EVENTS["budget_freeze"]])])
    during = freeze.struck.fte[0, 0, 13:18]
    assert np.all(np.diff(during, axis=0) <= 1e-9) and (freeze.without.fte - freeze.struck.fte).max() > 1


def test_a_freeze_stops_a_roll_out_and_its_spend() -> None:
    base = model.sample("retail")
    scenario = model.Scenario(baseline=base, levers={"agent_assist_spend": 400_000}, month=2)
    stopped = own("No roll-out", programmes=0.0, length_h=6 * MONTH, start_month=2)
    paths = by_months.follow([(scenario, [stopped])])
    handle, usual = (found.channel["handle_time_s"][0, 0, :, 0] for found in (paths.struck, paths.without))
    assert handle[5] > usual[5] * 1.005 and handle[36] == pytest.approx(usual[36], rel=1e-3)
    assert paths.saved[0, 3] > 0 and paths.saved[0, 12] == 0


def test_what_begins_after_a_freeze_neither_waits_for_it_nor_saves_anything_in_it() -> None:
    base, stopped = model.sample("retail"), own("No roll-out", programmes=0.0, length_h=6 * MONTH, start_month=1)
    levers = {"self_service_spend": 0.04 * base.labour_cost, "staffing.phone": 1.1 * base.levers["staffing.phone"]}
    later = model.Scenario(baseline=base, levers=levers, starts=dict.fromkeys(levers, 20))
    amid = later.model_copy(update={"starts": dict.fromkeys(levers, 3)})
    first, second = (by_months.follow([(one, [stopped])]) for one in (later, amid))
    assert np.array_equal(first.saved, 0 * first.saved)
    assert np.array_equal(first.struck.total["service_level"], first.without.total["service_level"])
    assert np.array_equal(first.struck.fte, first.without.fte)
    # Begun in the third of its six months: it stands still for three, not for six.
    assert not second.saved[0, :4].any() and (second.saved[0, 4:7] > 0).all() and not second.saved[0, 7:].any()
    contained, usual = (found.channel["contained"][0, 0, :, 0] for found in (second.struck, second.without))
    assert contained[6] == 0 and contained[12] == pytest.approx(usual[9], rel=0.01)


# --- the answer -------------------------------------------------------------------------------------------------------


def test_the_answer_holds_together(sample: model.Scenario) -> None:
    for found in stress_many([sample])[0]:
        hours_ = found.hours
        total = hours_.groupby("hour")["backlog"].sum()
        assert total.max() <= found.peak_backlog + 1e-6
        assert found.extra_backlog >= 0 and found.measure("recovery_hours") >= 0
        assert found.dissatisfied == pytest.approx(found.hurt["dissatisfied"].sum())
        assert found.cost == pytest.approx(sum(found.costs.values()))
        assert set(hours_["channel"]) == {channel.name for channel in sample.baseline.channels}
        assert not hours_.isna().any(axis=None)
        assert found.worst_hour.service_level <= found.worst_hour.service_level_without + 1e-9


def test_recovery_is_counted_from_the_end_until_the_target_is_regained() -> None:
    """Three hours without half the agents on a flat week: the backlog is worked off by those to spare."""
    scenario = flat(agents=(14.0,) * CELLS, patience_s=1e6, fcr=0.999)
    found = model.stress(scenario, own("Half", agents=0.5, length_h=3))
    waiting = 3 * 60 * 2 - 3 * 7 * 12  # contacts that came less those half the agents could take
    assert found.extra_backlog == pytest.approx(waiting, rel=0.08)  # chance adds a few to the fluid's queue
    spare = 14 * 12 - 120  # an hour
    assert found.backlog_hours == pytest.approx(waiting / spare, abs=1.0)
    assert found.recovery_hours <= found.backlog_hours + 0.5


def test_robustness_counts_the_events_that_are_over_in_time(sample: model.Scenario) -> None:
    found = stress_many([sample])[0]
    shares = [robustness(found, hours_) for hours_ in (0, 12, 24 * 14, 1e9)]
    assert shares == sorted(shares) and shares[-1] <= 1
    assert shares[1] == np.mean([one.measure("recovery_hours") <= 12 for one in found])


def test_likely_runs_from_the_mild_to_the_hard_end(sample: model.Scenario) -> None:
    found = model.stress(sample, "demand_surge", likely=True)
    assert set(found.likely) == set(MEASURES)
    for name, (low, high) in found.likely.items():
        assert low <= found.measure(name) <= high
    assert found.likely["dissatisfied"][0] < found.likely["dissatisfied"][1]
    assert not model.stress(sample, own("Mine", arrivals=1.2, length_h=3), likely=True).likely


def test_cross_trained_teams_share_a_surge() -> None:
    base = model.sample("retail")
    apart, shared = (model.Scenario(baseline=base, levers={"cross_training": share}) for share in (0.1, 0.9))
    one, other = stress_many([apart, shared], [own("Chat storm", arrivals=1.6, length_h=4)])
    assert one[0].hurt["gave_up"].tolist() != other[0].hurt["gave_up"].tolist()
    here = world_of(shared)
    h = hours.follow(here, [[EVENTS["demand_surge"]]])
    live = here.live.tolist()
    f = h.figures[:, live, h.start + 1 :]
    before = h.figures[:, live, h.start : -1]
    left = before[..., IN_SYSTEM] + f[..., OFFERED] - f[..., SERVED] - f[..., ABANDONED]
    gap = (left - f[..., IN_SYSTEM]).sum(axis=1)
    assert np.abs(gap).max() < 0.05


def test_a_surge_in_months_of_bad_mood_leaves_more_dissatisfied(sample: model.Scenario) -> None:
    """What a long event does to the mood holds for those whom a short one brings beside it."""
    brought = []
    surge = own("Surge", arrivals=1.5, length_h=4)
    for mood in (0.0, -1.5):
        long = own("Gloom", mood=mood, length_h=2 * MONTH, start_month=6)
        alone, both = stress_many([sample], [long, (long, surge)])[0]
        brought.append(both.dissatisfied - alone.dissatisfied)
    assert brought[1] > brought[0] * 1.05 > 0


def test_the_same_question_gives_the_same_bits() -> None:
    scenario = model.Scenario(baseline=model.sample("software"))
    here = world_of(scenario)
    one, two = (hours.follow(here, [[EVENTS["data_breach"]]]) for _ in range(2))
    assert np.array_equal(one.figures, two.figures) and np.array_equal(one.satisfied, two.satisfied)


def test_a_queue_whose_callers_try_again_is_within_two_hundredths_of_the_exact_chain() -> None:
    """Without chance: the Markov chain of who is there and who will call again. `python -m tests.stress` says more."""
    event = own("Both", arrivals=1.6, agents=0.75, length_h=1.5, start_h=stress.RUN_UP / 2)
    day = stress.Day("phone", "both", 20.0, 4, 300.0, 200.0, 0.45, event)
    queue, usual = stress.in_the_model(day)
    true = stress.exact(day, 24, 32, stress.RUN_UP + 7)
    busy = slice(stress.RUN_UP, stress.RUN_UP + 3)
    assert queue[busy] == pytest.approx(true[busy], rel=0.02) and true[busy].min() > 5 * usual[0]
    assert queue[busy.stop : len(true)] == pytest.approx(true[busy.stop :], rel=0.03)


@pytest.mark.parametrize("number", [3, 11])
def test_a_simulation_of_the_same_day_has_the_models_peak_and_recovery(number: int) -> None:
    """E-mails and chats in slow systems; `python -m tests.stress` does many, with narrower intervals."""
    day = stress.made_up(number, 1)
    found = stress.compare(day, 25, 5)
    assert found.peak > found.usual + 1.5
    assert abs(found.peak - found.simulated) <= 2.0 * found.half_width
    assert found.earliest - found.grain_h - 0.1 <= found.recovery <= found.latest + found.grain_h + 0.1
