"""Trilever's model: what resources, automation and process changes do to cost, speed and satisfaction.

    import model
    base = model.sample("retail")
    scenario = model.Scenario(baseline=base, levers={"self_service_spend": 400_000})
    model.evaluate(scenario).headline["csat"]

Heavy parts (compiled kernels, file reading, charts) are imported on use.
"""

from typing import TYPE_CHECKING

from model.errors import ArgumentError, IntakeError, LinkError, ScenarioError, StoreError, TrileverError
from model.lazily import lazily
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
    from model.optimise import best_mix
    from model.paired import flips, odds
    from model.restore import restore_targets
    from model.roadmap import best_order, cash_flow
    from model.sensitivity import tornado
    from model.tables import assumption_table, lever_table, outcome_table, try_suggestion
    from model.uncertainty import draws, path_ranges, ranges, target_odds

_HOMES = {
    "Outcome": "engine", "evaluate": "engine", "evaluate_many": "engine",
    "StressResult": "events.stressed", "stress": "events.stressed",
    "attribute": "explain", "flips": "paired", "odds": "paired", "sample": "intake.samples",
    "assumption_table": "tables", "lever_table": "tables", "outcome_table": "tables",
    "try_suggestion": "tables",
    "best_order": "roadmap", "cash_flow": "roadmap", "hiring_plan": "hiring",
    "best_mix": "optimise", "restore_targets": "restore",
    "frontier": "mixes", "next_spend": "mixes",
    "draws": "uncertainty", "path_ranges": "uncertainty", "ranges": "uncertainty",
    "evppi": "learning", "target_odds": "uncertainty", "tornado": "sensitivity",
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

# Public names on first use, so that importing the model stays light.
__getattr__ = lazily(__name__, _HOMES)
