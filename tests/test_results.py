"""What pages ask of the workers: each session from its own lane on."""

from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

import model
from pages.parts import results


def test_sessions_begin_at_one_lane_after_the_other_however_much_each_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes: list[int] = []
    monkeypatch.setattr(results, "_sessions", count())
    monkeypatch.setattr(results.workers, "ask", lambda lane, *given, **named: lanes.append(lane))
    monkeypatch.setattr(results.workers, "teach", lambda *given: None)
    scenario = model.Scenario(baseline=model.sample("software"))

    def session(scenarios: int) -> set[int]:
        kept: dict[str, Any] = {}
        monkeypatch.setattr(results, "st", SimpleNamespace(session_state=kept))
        lanes.clear()
        for month in range(1, scenarios + 1):
            results.of(scenario.model_copy(update={"month": month}))
        assert len(lanes) == scenarios
        return set(lanes)

    assert [session(scenarios) for scenarios in (3, 1, 2)] == [{0}, {1}, {2}]
