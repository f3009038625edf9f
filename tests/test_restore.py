"""What restores targets: few levers, with and without the jobs that go, and who goes no sooner than can be."""

from dataclasses import replace

import pytest

import model
from model import needs, optimise, restore

SAMPLES = ["retail", "bank", "software"]


def busy(name: str, **fields: object) -> model.Scenario:
    return model.Scenario(baseline=model.sample(name), conditions={"demand": 1.2}, **fields)


def at_once(found: optimise.Mix) -> optimise.Mix:
    """The same mix with everything from now on."""
    scenario = found.scenario.model_copy(update={"starts": {}})
    return replace(found, scenario=scenario, outcome=model.evaluate(scenario))


def missed_in(scenario: model.Scenario, month: int) -> bool:
    """Whether a target is missed in a month, looked at as the headline's."""
    return bool(needs.missed(model.evaluate(scenario.model_copy(update={"month": month}))))


def test_targets_missed_are_restored_with_few_levers() -> None:
    base = busy("retail")
    assert {need.outcome for need in needs.missed(model.evaluate(base))} >= {"service_level.phone"}
    mix = model.restore_targets(base)
    assert mix.reached and not needs.missed(mix.outcome)
    assert 1 <= len({key.partition(".")[0] for key in mix.scenario.levers}) <= 4


@pytest.mark.parametrize("name", ["retail", "bank", "software"])
def test_what_restores_targets_is_found_with_and_without_the_jobs_that_go(name: str) -> None:
    asked = busy(name)
    first, second = restore.restorations(asked)
    before = model.evaluate(asked)
    assert restore.cuts_jobs(before, first) and not restore.cuts_jobs(before, second)
    assert first.reached and second.reached
    assert first.outcome.headline["operating_cost"] < second.outcome.headline["operating_cost"]
    agents = [key for key in asked.baseline.levers if key.startswith("staffing.")]
    assert all(second.scenario.lever(key) >= asked.lever(key) for key in agents)
    assert second.scenario.lever("outsourced_share") == asked.lever("outsourced_share")


def test_where_the_cheapest_cuts_no_job_nothing_else_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = busy("software")
    more = model.evaluate(asked.model_copy(update={"levers": {"staffing.chat": 60.0}}))
    found = optimise.Mix(more.scenario, "operating_cost", (), more, True, ())
    monkeypatch.setattr(restore, "restore_targets", lambda *_, **__: found)
    assert list(restore.restorations(asked)) == [found]


@pytest.mark.parametrize("name", SAMPLES)
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


def test_who_goes_waits_for_nothing_where_there_is_nothing_to_wait_for() -> None:
    asked = busy("software")
    found = model.restore_targets(asked)
    now = at_once(found)
    assert restore.when_it_can_be(now, asked).scenario.starts == found.scenario.starts
    # Nobody goes: the same agents as before, or more than today.
    assert restore.when_it_can_be(now, now.scenario) is now
    kept = model.restore_targets(asked, keep_jobs=True)
    assert kept.reached and not kept.scenario.starts
    # No target that anybody waits for; a mix that does not reach them; agents that go with the work.
    for other in (replace(now, needs=()), replace(now, reached=False)):
        assert restore.when_it_can_be(other, asked) is other
    budget = replace(now, needs=(needs.Need("operating_cost", 1e9, False),))
    assert restore.when_it_can_be(budget, asked) is budget
    following = replace(now, scenario=now.scenario.model_copy(update={"staffing_rule": "follow_work"}))
    assert restore.when_it_can_be(following, asked) is following
    first = replace(now, scenario=now.scenario.model_copy(update={"month": 1}))
    assert restore.when_it_can_be(first, asked) is first


def test_a_month_that_somebody_has_chosen_stays() -> None:
    asked = busy("software", starts={"staffing.chat": 2})
    now = at_once(model.restore_targets(busy("software")))
    chosen = now.scenario.model_copy(update={"starts": {"staffing.chat": 2}})
    found = restore.when_it_can_be(replace(now, scenario=chosen, outcome=model.evaluate(chosen)), asked)
    assert found.scenario.starts["staffing.chat"] == 2


def test_targets_of_csat_are_waited_for_as_well() -> None:
    asked = busy("software")
    now = at_once(model.restore_targets(asked))
    level = now.outcome.headline["csat"]
    found = restore.when_it_can_be(replace(now, needs=(needs.Need("csat", level, True),)), asked)
    start = max(found.scenario.starts.values())
    path = found.outcome.monthly["csat"]
    assert 0 < start < 12 and (path[start + 1 : 13] > level - 0.0005).all()
    assert at_once(found).outcome.monthly["csat"][start] < level - 0.0005
