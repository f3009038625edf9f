"""Day zero: which speed is met, what is said where it cannot be, and what the engine is handed."""

import re

import numpy as np
import pytest

import model
from model import network
from model.calibrate import EFFICIENCY, calibrate, observed, sessions
from model.queueing import erlang_a

WEEK = 336
SHUT = [0.0] * (WEEK - 8)  # open for four hours: few enough half-hours to keep them all


def phone(**changes: object) -> model.Channel:
    fields = {"name": "phone", "arrivals": [600.0] * 8 + SHUT, "agents": [105.0] * 8 + SHUT, "handle_time_s": 300,
              "patience_s": 180}  # fmt: skip
    return model.Channel(**(fields | changes))


def email(**changes: object) -> model.Channel:
    fields = {
        "name": "email",
        "kind": "deferred",
        "arrivals": [10.0] * WEEK,
        "agents": ([0.0] * 16 + [12.0] * 20 + [0.0] * 12) * 7,
        "handle_time_s": 600,
        "target_s": 4 * 3600,
    }
    return model.Channel(**(fields | changes))


def company(*channels: model.Channel, cv: float = 0.0, **changes: object) -> model.Baseline:
    return model.Baseline(**({"name": "x", "forecast_cv": cv, "channels": channels} | changes))


@pytest.mark.parametrize(("seen", "met"), [
    ({"abandonment": 0.05, "service_level": 0.8, "asa": 20}, ("abandonment", 0.05)),
    ({"abandonment": 0.0, "service_level": 0.8, "asa": 20}, ("service_level", 0.8)),
    ({"service_level": 1.0, "asa": 20}, ("asa", 20)), ({"service_level": 0.0, "asa": 20}, ("asa", 20)),
    ({"asa": 20}, ("asa", 20)), ({"asa": 0}, None), ({}, None),
])  # fmt: skip
def test_abandonment_is_met_else_the_service_level_else_the_wait(
    seen: dict[str, float], met: tuple[str, float] | None
) -> None:
    assert observed(phone(**seen)) == met


def test_a_deferred_channel_is_met_by_its_share_in_time_only() -> None:
    assert observed(email(asa=500, abandonment=0.1)) is None
    assert observed(email(service_level=0.9)) == ("service_level", 0.9)


@pytest.mark.parametrize(
    ("seen", "name"),
    [({"abandonment": 0.06}, "p_abandon"), ({"service_level": 0.7}, "service_level"), ({"asa": 30.0}, "asa")],
)
def test_the_efficiency_is_that_of_one_queue_with_this_speed(seen: dict[str, float], name: str) -> None:
    known = calibrate(company(phone(**seen)))
    exact = erlang_a(1 / 3, 1 / 300, 1 / 180, 105 * known.efficiency[0], 20)
    assert float(getattr(exact, name)) == pytest.approx(next(iter(seen.values())), rel=1e-9)


def test_waits_that_are_not_known_leave_the_agents_as_given_and_are_said() -> None:
    known = calibrate(company(phone()))
    assert known.efficiency[0] == 1
    assert "no waits are known" in known.notes[0]


@pytest.mark.parametrize("seen", [{"abandonment": 0.0}, {"service_level": 1.0}, {"service_level": 0.0}])
def test_waits_at_an_end_of_what_can_be_are_not_said_to_be_unknown(seen: dict[str, float]) -> None:
    known = calibrate(company(phone(**seen)))
    assert known.efficiency[0] == 1
    assert "all or none" in known.notes[0]


@pytest.mark.parametrize(("abandonment", "limit"), [(0.9, EFFICIENCY[0]), (1e-12, EFFICIENCY[1])])
def test_beyond_what_staffing_explains_the_efficiency_is_held_and_said(abandonment: float, limit: float) -> None:
    agents = [105.0 if abandonment > 0.5 else 30.0] * 8 + SHUT
    known = calibrate(company(phone(abandonment=abandonment, agents=agents)))
    assert known.efficiency[0] == limit
    assert "no staffing between 0.3 and 3" in known.notes[0]


@pytest.mark.parametrize(("agents", "said"), [(75.0, False), (70.0, True), (160.0, False), (175.0, True)])
def test_an_efficiency_far_from_one_is_said(agents: float, said: bool) -> None:
    known = calibrate(company(phone(abandonment=0.0387, agents=[agents] * WEEK)))  # 101 to 102 explain it
    assert any("do not explain the waits" in note for note in known.notes) == said


def test_the_deferred_efficiency_meets_the_share_in_time() -> None:
    known = calibrate(company(email(service_level=0.85)))
    assert known.deferred0[0, 0] == pytest.approx(0.85, abs=1e-9)


def test_more_in_time_than_opening_hours_allow_is_said() -> None:
    known = calibrate(company(email(service_level=0.995, target_s=600)))
    assert "opening hours allow" in known.notes[0]
    assert not re.search(r"\d%", known.notes[0]) and re.search(r"\d %", known.notes[0])  # as every page writes it


def test_deferred_channels_without_answer_times_can_just_do_their_work() -> None:
    known = calibrate(company(email(arrivals=[20.0] * WEEK)))
    work = 20 * WEEK * 600 / (1800 * 12 * 20 * 7 * 0.88)
    assert known.efficiency[0] == pytest.approx(1.03 * work)
    assert "no answer times are known" in known.notes[0]


def test_chat_slots_are_the_servers_and_hours_count_them() -> None:
    base = company(phone(), phone(name="chat", kind="chat", target_s=20), levers={"chat_concurrency": 2.5})
    known = calibrate(base)
    assert [sessions(c, base) for c in base.channels] == [1, 2.5]
    assert known.hours0 == pytest.approx(105 * 4 * np.array([1, 2.5]))
    assert known.load0 == pytest.approx([100, 40])  # agents at work: a chat takes 1/2.5 of one


def test_the_observed_figures_come_out_whatever_the_season_and_forecast_error() -> None:
    factors = (0.8, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.1, 1.2)
    open_ = [0.0] * 18 + [500.0 + 20 * i for i in range(10)] + [0.0] * 20
    agents = [0.0] * 18 + [105.0] * 10 + [0.0] * 20
    channel = phone(abandonment=0.05, arrivals=open_ * 7, agents=agents * 7)
    known = calibrate(company(channel, cv=0.1, month_factors=factors))
    assert known.metrics0[0, network.P_ABANDON] == pytest.approx(0.05, abs=1e-10)
    full = calibrate(company(channel, cv=0.1, month_factors=factors), full=True)
    assert known.efficiency[0] == pytest.approx(full.efficiency[0], rel=1e-4)


def test_a_target_of_the_scenario_is_the_one_measured_against_and_leaves_the_efficiency() -> None:
    base = company(phone(abandonment=0.05))
    own, other = calibrate(base), calibrate(base, {"target_s.phone": 60.0})
    assert other.target_s[0] == 60
    assert other.efficiency[0] == pytest.approx(own.efficiency[0], rel=1e-9)
    assert other.metrics0[0, network.LEVEL] > own.metrics0[0, network.LEVEL]


def test_a_service_level_was_observed_at_the_company_s_own_target() -> None:
    base = company(phone(service_level=0.7))
    own, other = calibrate(base), calibrate(base, {"target_s.phone": 60.0})
    assert other.efficiency[0] == pytest.approx(own.efficiency[0], rel=1e-9)


def test_one_team_has_points_only_where_two_channels_could_share() -> None:
    assert calibrate(company(phone())).pool.shape[1] == 0
    assert calibrate(company(phone(), email())).pool.shape[1] == 0
    assert calibrate(company(phone(), phone(name="second"))).pool.shape[1] > 0


def test_the_same_company_is_made_ready_once() -> None:
    base = company(phone(abandonment=0.05))
    assert calibrate(base) is calibrate(base.model_copy())


def test_a_stated_cost_below_the_wages_is_said() -> None:
    base = model.sample("software")
    for share, said in ((0.8, True), (1.2, False)):
        changed = base.model_copy(update={"stated_cost": share * base.labour_cost})
        assert any("stated cost" in note for note in calibrate(changed).notes) == said
