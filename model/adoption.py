"""How fast and how far: adoption over months, and saturation of spend and effort.

Axes everywhere: scenario, draw, month, channel, cell. Effects are differences to today, so that today's level of a
lever changes nothing.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from model.parameters import Parameters

Array = NDArray[np.float64]


def adoption(month: Array, half: Array) -> Array:
    """Share of an effect that has arrived: [sigma((t-h)/(h/4)) - sigma(-4)] / [1 - sigma(-4)], 0 at month 0.

    `half` is h, the months to about half of the effect; 0 means at once. Shapes broadcast.
    """
    h = np.maximum(half, 1e-9)
    start = 1 / (1 + np.exp(4.0))
    # Beyond 40 the sigmoid is flat to the last bit; the bound keeps exp from overflowing where h is tiny.
    grown = 1 / (1 + np.exp(-np.clip((month - h) / (h / 4), -40, 40)))
    return np.where(month > 0, (grown - start) / (1 - start), 0.0)


def saturation(spend: Array, half: Array) -> Array:
    """Share of the ceiling that a spend reaches: 1 - 2^(-S/S_half), in the unit of `half`."""
    return 1 - np.exp2(-spend / np.maximum(half, 1e-12))


def dip(adopted: Array, rise: Array) -> Array:
    """Weight of the learning dip, 4 A (1-A) times how large the rise is (0 to 1); none for reductions."""
    return 4 * adopted * (1 - adopted) * np.maximum(rise, 0.0)


def delays(p: Parameters, month: Array, starts: Mapping[str, Array] | None = None) -> dict[str, Array]:
    """Adoption of each lever that takes time, by the lever's key; A(t - s) of one that `starts` s months from now."""
    halves = {
        "self_service_spend": p["self_service_months"], "agent_assist_spend": p["assist_months"],
        "routing_spend": p["routing_months"], "back_office_spend": p["back_office_months"],
        "fcr_programme": p["fcr_programme_months"], "training_hours": p["training_months"],
        "qa_coverage": p["qa_months"], "cross_training": p["cross_training_months"],
        "schedule_flex": p["schedule_months"], "outsourced_share": p["outsourcing_months"],
        "wage_premium": p["wage_months"], "late_order_rate": p["late_order_months"],
    }  # fmt: skip
    begins = starts or {}
    # All that begin now at once: a dozen small calls cost as many large ones.
    together = np.empty((len(halves), *np.broadcast_shapes(*(half.shape for half in halves.values()))))
    for place, half in enumerate(halves.values()):
        together[place] = half
    found = dict(zip(halves, adoption(month, together), strict=True))
    return found | {key: adoption(month - begun, halves[key]) for key, begun in begins.items() if key in halves}


def training_progress(p: Parameters, hours: Array) -> Array:
    """Share of training's full effect at so many hours a year."""
    return saturation(hours, p["training_half_hours"])


def review_progress(p: Parameters, coverage: Array) -> Array:
    """Share of the full effect of reviews at this coverage."""
    return saturation(coverage, p["qa_half"])


def learning_dip(p: Parameters, adopted: dict[str, Array], rises: dict[str, Array]) -> Array:
    """Factor on handle time while people learn: 1 + d times the dips of all rises, greatest half-way."""
    total: Array = sum((dip(adopted[key], rise) for key, rise in rises.items()), np.zeros(1))
    return 1 + p["learning_dip"] * total
