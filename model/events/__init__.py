"""Events: what could go wrong, hour by hour or month by month, and how soon it is over.

from model import events
events.stress(scenario, "demand_surge").recovery_hours
events.stress(scenario, events.own("Snow", arrivals=1.4, agents=0.7, length_h=10)).hours
"""

from typing import TYPE_CHECKING

from model.events.table import EFFECTS, EVENTS, RELATED, SIZES, Effect, Event, Size, own
from model.lazily import lazily

if TYPE_CHECKING:
    from model.events.stressed import MEASURES, StressResult, robustness, stress, stress_many
    from model.events.summary import WorstHour

_HOMES = {
    "MEASURES": "stressed", "StressResult": "stressed", "WorstHour": "summary", "robustness": "stressed",
    "stress": "stressed", "stress_many": "stressed",
}  # fmt: skip

__all__ = [
    "EFFECTS", "EVENTS", "MEASURES", "RELATED", "SIZES", "Effect", "Event", "Size", "StressResult", "WorstHour", "own",
    "robustness", "stress", "stress_many",
]  # fmt: skip

# What needs the engine on first use.
__getattr__ = lazily(__name__, _HOMES)
