"""Agents go once what they do is done without them: no sooner, no later, and the month asked for stays as it is."""

from dataclasses import replace

import pytest

import model
from model import mixes, needs, optimise
from model.needs import Need
from model.timing import when_it_can_be
from tests.mixes import busy


def at_once(found: optimise.Mix) -> optimise.Mix:
    """The same mix with everything from now on."""
    scenario = found.scenario.model_copy(update={"starts": {}})
    return replace(found, scenario=scenario, outcome=model.evaluate(scenario))


def missed_in(scenario: model.Scenario, month: int) -> bool:
    """Whether a target is missed in a month, looked at as the headline's."""
    return bool(needs.missed(model.evaluate(scenario.model_copy(update={"month": month}))))


@pytest.mark.parametrize("name", ["retail", "bank", "software"])
def test_who_goes_does_so_in_the_first_month_from_which_on_the_targets_hold(name: str) -> None:
    asked = busy(name)
    found = model.restore_targets(asked)
    now, plan = at_once(found), found.scenario
    agents = {key for key in plan.levers if key.startswith("staffing.")}
    assert plan.starts.keys() == agents and all(plan.lever(key) < asked.lever(key) for key in agents)
    (start,) = set(plan.starts.values())
    assert 0 < start < 12
    # At the month asked for nothing is given away, and the months before are much better.
    for key in ("operating_cost", "service_level", "csat", "fte", "redundancies"):
        assert found.outcome.headline[key] == pytest.approx(now.outcome.headline[key], rel=1e-4)
    assert now.outcome.monthly["service_level"].min() < 0.2
    assert found.outcome.monthly["service_level"].min() > 0.55
    # From then on every target holds, and a month sooner it would not.
    assert not any(missed_in(plan, month) for month in range(start + 1, 13))
    sooner = plan.model_copy(update={"starts": dict.fromkeys(agents, start - 1)})
    assert any(missed_in(sooner, month) for month in range(start, 13))
    # What waiting costs is in the path.
    paid = found.outcome.monthly["operating_cost"] - now.outcome.monthly["operating_cost"]
    assert (paid[1 : start + 1] > 0).all() and found.outcome.headline["npv"] < now.outcome.headline["npv"]


def test_nobody_waits_where_there_is_nothing_to_wait_for() -> None:
    asked = busy("software")
    found = model.restore_targets(asked)
    now, wanted = at_once(found).scenario, needs.targets(asked)
    assert when_it_can_be(now, asked, wanted).starts == found.scenario.starts
    # Nobody goes: the same agents as before, or as many as today.
    assert when_it_can_be(now, now, wanted) is now
    kept = model.restore_targets(asked, keep_jobs=True)
    assert kept.reached and not kept.scenario.starts
    # Nothing that anybody feels is asked for; agents that go with the work; no month before the one asked for.
    assert when_it_can_be(now, asked, ()) is now
    assert when_it_can_be(now, asked, [Need("operating_cost", 1e9, False)]) is now
    following = now.model_copy(update={"staffing_rule": "follow_work"})
    assert when_it_can_be(following, asked, wanted) is following
    first = now.model_copy(update={"month": 1})
    assert when_it_can_be(first, asked, wanted) is first
    # What holds in no month.
    assert when_it_can_be(now, asked, [Need("service_level.chat", 0.999, True)]) is now


def test_a_month_that_somebody_has_chosen_stays() -> None:
    asked = busy("software")
    now = at_once(model.restore_targets(asked)).scenario
    chosen = now.model_copy(update={"starts": {"staffing.chat": 2}})
    found = when_it_can_be(chosen, asked, needs.targets(asked))
    assert found.starts["staffing.chat"] == 2


def test_csat_is_waited_for_as_well() -> None:
    asked = busy("software")
    now = at_once(model.restore_targets(asked))
    level = now.outcome.headline["csat"]
    found = model.evaluate(when_it_can_be(now.scenario, asked, [Need("csat", level, True)]))
    (start,) = {start for key, start in found.scenario.starts.items() if key.startswith("staffing.")}
    assert 0 < start < 12 and (found.monthly["csat"][start + 1 : 12] > level - 0.0005).all()
    assert now.outcome.monthly["csat"][start] < level - 0.0005


def test_best_mixes_and_those_of_the_curve_let_people_go_when_it_can_be() -> None:
    asked = busy("software")
    limits = {need.outcome: need.limit for need in needs.targets(asked)}
    found = model.best_mix(asked, at_least=limits, starts=1)
    gone = [key for key in found.scenario.levers if key.startswith("staffing.")]
    assert gone and found.reached
    assert found.scenario == when_it_can_be(at_once(found).scenario, asked, needs.needs_of(asked, limits))
    start = max(found.scenario.starts[key] for key in gone)
    assert not any(missed_in(found.scenario, month) for month in range(start + 1, 13))
    assert found.outcome.headline == model.evaluate(found.scenario).headline
    point = next(mixes.trace(asked, 2, at_least=limits))
    assert point.reached and max(point.scenario.starts.values()) > 0
    # What sums up 36 months pays for each of them: there people go when that is worth most.
    paid = model.best_mix(asked, "npv", at_least=limits, starts=1)
    assert not paid.scenario.starts
