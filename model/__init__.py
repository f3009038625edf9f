"""Trilever's model: what resources, automation and process changes do to cost, speed and satisfaction.

    import model
    base = model.sample("retail")
    scenario = model.Scenario(baseline=base, levers={"self_service_spend": 400_000})
    model.evaluate(scenario).headline["csat"]

Heavy parts (compiled kernels, file reading, charts) are imported on use.
"""

from typing import TYPE_CHECKING, Any

from model.errors import ArgumentError, IntakeError, LinkError, ScenarioError, StoreError, TrileverError
from model.scenario import Baseline, Channel, Scenario

if TYPE_CHECKING:
    from model.engine import Outcome, evaluate, evaluate_many
    from model.explain import attribute
    from model.intake.samples import sample
    from model.tables import assumption_table, lever_table, outcome_table, try_suggestion
    from model.uncertainty import draws, path_ranges, ranges

_HOMES = {
    "Outcome": "model.engine", "evaluate": "model.engine", "evaluate_many": "model.engine",
    "attribute": "model.explain", "sample": "model.intake.samples",
    "assumption_table": "model.tables", "lever_table": "model.tables", "outcome_table": "model.tables",
    "try_suggestion": "model.tables",
    "draws": "model.uncertainty", "path_ranges": "model.uncertainty", "ranges": "model.uncertainty",
}  # fmt: skip

__all__ = [
    "ArgumentError", "Baseline", "Channel", "IntakeError", "LinkError", "Outcome", "Scenario", "ScenarioError",
    "StoreError",
    "TrileverError", "assumption_table", "attribute", "draws", "evaluate", "evaluate_many", "lever_table",
    "outcome_table", "path_ranges", "ranges", "sample", "try_suggestion",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Public names from their modules on first use; so that importing the model stays light."""
    if name in _HOMES:
        from importlib import import_module

        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'model' has no attribute {name!r}")
