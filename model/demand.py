"""Demand: what arrives at the agents, after growth, self-service, late orders and the vendor; and what comes back.

Identity, a week: contained + answered + abandoned = new issues + callbacks + repeats + retrials.
"""

import numpy as np
from numpy.typing import NDArray

from model.adoption import saturation
from model.parameters import Parameters

Array = NDArray[np.float64]


def containment(p: Parameters, spend: Array, today: Array, labour: float, adopted: Array) -> Array:
    """Share of new contacts that self-service ends, above what it ends today.

    c(S) = c_max (1 - 2^(-S/S_half)), S in shares of labour cost; [c(S) - c(S0)] / [1 - c(S0)] x adoption x realised.
    """
    ceiling = p["containment_ceiling"]
    now = ceiling * saturation(today / labour, p["self_service_half"])
    then = ceiling * saturation(spend / labour, p["self_service_half"])
    return p["benefit_realised"] * adopted * (then - now) / (1 - now)


def net_removed(p: Parameters, contained: Array) -> Array:
    """Share of contacts that stay away: c [1 - (1-r) p_cb]; the unsolved call back with probability p_cb."""
    return contained * (1 - falsely_contained_callbacks(p))


def falsely_contained_callbacks(p: Parameters) -> Array:
    """Callbacks for each contained contact: (1-r) p_cb."""
    return (1 - p["contained_resolved"]) * p["containment_callback"]


def residual_complexity(p: Parameters, removed: Array) -> Array:
    """Factor on handle time of what is left: (1 - c' w) / (1 - c'); the simple contacts go first."""
    return (1 - removed * p["contained_work"]) / (1 - removed)


def late_order_factor(p: Parameters, orders: float, late: Array, today: Array, contacts: float) -> Array:
    """Factor on contacts: 1 + orders (late - late0) k / contacts a week.

    k is held to what leaves a tenth of today's contacts for other reasons, as the share below is.
    """
    most = 0.9 * contacts / np.maximum(orders * today, 1e-12)
    return 1 + orders * (late - today) * np.minimum(p["late_order_contacts"], most) / contacts


def late_order_share(p: Parameters, orders: float, late: Array, contacts: Array) -> Array:
    """Share of contacts that are about a late order, at most .9; `contacts` a week at that lateness."""
    return np.minimum(orders * late * p["late_order_contacts"] / contacts, 0.9)


def volume(month: Array, demand: Array, growth: Array, added: Array, come: Array) -> Array:
    """Factor on today's contacts: demand (1+growth)^(t/12) (1 + added/come), 1 at month 0.

    added, come : contacts a week, those whom a vendor answers among them.
    """
    return np.where(month > 0, demand * (1 + growth) ** (month / 12) * (1 + added / come), 1.0)


def first_attempts(p: Parameters, abandonment: Array, fcr: Array) -> Array:
    """N, the share of today's contacts that are first attempts: 1 - q Pab - (1-FCR) p (1-Pab)."""
    return 1 - p["retrial_share"] * abandonment - (1 - fcr) * p["repeat_share"] * (1 - abandonment)


def repeats_without_waiting(first: Array, repeat: Array) -> Array:
    """r of deferred channels, where nobody hangs up: N / (1 - (1-FCR) p)."""
    return first / (1 - repeat)
