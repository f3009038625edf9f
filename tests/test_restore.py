"""What restores targets: few levers, with and without the jobs that go."""

import pytest

import model
from model import needs, optimise, restore
from tests.mixes import busy


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
