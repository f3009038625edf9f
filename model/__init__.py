"""Trilever's model: what resources, automation and process changes do to cost, speed and satisfaction.

    import model
    base = model.sample("retail")
    scenario = model.Scenario(baseline=base, levers={"self_service_spend": 400_000})
    model.evaluate(scenario).headline["csat"]

Heavy parts (compiled kernels, file reading, charts) are imported on use.
"""

from typing import TYPE_CHECKING, Any

from model.errors import ArgumentError, IntakeError, LinkError, ScenarioError, StoreError, TrileverError
from model.scenario import Baseline, CalendarEntry, Channel, Scenario

if TYPE_CHECKING:
    from model.engine import Outcome, evaluate, evaluate_many
    from model.events.stressed import StressResult as StressResult
    from model.events.stressed import stress
    from model.explain import attribute
    from model.hiring import hiring_plan
    from model.intake.samples import sample
    from model.learning import evppi
    from model.mixes import frontier, next_spend
    from model.optimise import best_mix, restore_targets
    from model.paired import flips, odds
    from model.roadmap import best_order, cash_flow
    from model.sensitivity import tornado
    from model.tables import assumption_table, lever_table, outcome_table, try_suggestion
    from model.uncertainty import draws, path_ranges, ranges, target_odds

_HOMES = {
    "Outcome": "model.engine", "evaluate": "model.engine", "evaluate_many": "model.engine",
    "StressResult": "model.events.stressed", "stress": "model.events.stressed",
    "attribute": "model.explain", "flips": "model.paired", "odds": "model.paired", "sample": "model.intake.samples",
    "assumption_table": "model.tables", "lever_table": "model.tables", "outcome_table": "model.tables",
    "try_suggestion": "model.tables",
    "best_order": "model.roadmap", "cash_flow": "model.roadmap", "hiring_plan": "model.hiring",
    "best_mix": "model.optimise", "restore_targets": "model.optimise",
    "frontier": "model.mixes", "next_spend": "model.mixes",
    "draws": "model.uncertainty", "path_ranges": "model.uncertainty", "ranges": "model.uncertainty",
    "evppi": "model.learning", "target_odds": "model.uncertainty", "tornado": "model.sensitivity",
}  # fmt: skip

__all__ = [
    "ArgumentError", "Baseline", "CalendarEntry", "Channel", "IntakeError", "LinkError", "Outcome", "Scenario",
    "ScenarioError", "StoreError",
    "TrileverError", "assumption_table", "attribute", "best_mix", "best_order", "cash_flow", "draws", "evaluate",
    "evaluate_many", "evppi", "flips", "hiring_plan",
    "frontier", "next_spend", "restore_targets",
    "lever_table", "odds", "outcome_table", "path_ranges", "ranges", "sample", "stress", "target_odds", "tornado",
    "try_suggestion",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Public names from their modules on first use; so that importing the model stays light."""
    if name in _HOMES:
        from importlib import import_module

        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'model' has no attribute {name!r}")
