"""Day zero, fitted in every draw: the intercept of satisfaction and the residual of overhead.

Both make an unmoved scenario show the company's own CSAT and cost whatever the assumptions are; so it has no range.
They depend on the baseline and the draw alone, not on levers, and are kept.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from model import deferred, demand, economics, network, people, satisfaction
from model.chain import Chain
from model.parameters import ranges, values

Array = NDArray[np.float64]
WAIT_SCALE_S = 60.0
"""Waits on phone and chat are felt against a minute; those of e-mail and tickets against their target."""


@dataclass(frozen=True)
class Fitted:
    """`intercept` b0 in log-odds, (scenario or 1, draw, 1, channel); `residual` in money a year, (.., 1)."""

    intercept: Array
    residual: Array


class _Key:
    """What the fit depends on, and a chain to make it from; only the first takes part in comparison."""

    def __init__(self, chain: Chain) -> None:
        self.chain: Chain | None = chain
        self.key = (chain.base.digest, tuple(chain.known.target_s), chain.b.full, chain.b.drawn)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.key == other.key


def fitted(chain: Chain) -> Fitted:
    """The fit for a chain's baseline and draws, kept for as long as they are in use."""
    return _kept(_Key(chain)) if chain.b.drawn is not None else _fit(chain)


@lru_cache(maxsize=64)
def _kept(key: _Key) -> Fitted:
    assert key.chain is not None
    found = _fit(key.chain)
    key.chain = None  # the key is kept, and all arrays of a batch with it
    return found


def _fit(chain: Chain) -> Fitted:
    return Fitted(_intercept(chain), _residual(chain))


def wait_scale(c: Chain) -> Array:
    """Seconds against which a wait is felt, by channel."""
    return np.where([ch.kind == "deferred" for ch in c.channels], c.known.target_s, WAIT_SCALE_S)


def day_zero(c: Chain) -> tuple[Array, Array, Array, Array, Array]:
    """Today's level, wait, its square, probability of waiting (of the answered) and abandonment, by channel."""
    n, k = len(c.channels), c.known
    level, wait, square, p_wait, abandon = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n), np.zeros(n)
    answered = 1 - k.metrics0[:, network.P_ABANDON]
    abandon[k.live], level[k.live] = k.metrics0[:, network.P_ABANDON], k.metrics0[:, network.LEVEL]
    wait[k.live], square[k.live] = k.metrics0[:, network.WAIT] / answered, k.metrics0[:, network.WAIT_SQ] / answered
    p_wait[k.live] = np.clip((k.metrics0[:, network.P_WAIT] - k.metrics0[:, network.P_ABANDON]) / answered, 0, 1)
    level[k.deferred] = k.deferred0[:, deferred.LEVEL]
    wait[k.deferred] = k.deferred0[:, deferred.RESPONSE_H] * 3600
    square[k.deferred] = 2 * wait[k.deferred] ** 2
    return level, wait, square, p_wait, abandon


def _intercept(c: Chain) -> Array:
    """b0 at which today's surveyed CSAT comes out of today's waits, solutions, errors and agents."""
    p = c.p
    scale = wait_scale(c)
    _, wait0, square0, p_wait0, _ = day_zero(c)
    occupancy0 = c.first["occupancy"]
    base_shape = (p["csat_resolved"].shape[0], c.shape[1], 1, len(c.channels))
    late0 = demand.late_order_share(
        p, c.base.orders_per_week, np.asarray(c.today["late_order_rate"]), c.come * np.ones(1)
    )
    learning0 = people.learning_share(p, p["attrition"], np.zeros(1), np.zeros(1))
    nothing = np.zeros(base_shape)
    shares0 = {
        "transfer": c.field["transfer_rate"] + nothing,
        "failed_self_service": nothing,
        "critical_error": c.field["critical_error_rate"] + nothing,
        "new_agent": learning0 + nothing,
        "late_order": late0 + nothing,
        "vendor": nothing,
    }

    def at_day_zero(b0: Array) -> Array:
        return satisfaction.satisfied_share(
            p,
            b0,
            c.field["fcr"] + nothing,
            p_wait0 + nothing,
            wait0 + nothing,
            square0 + nothing,
            scale,
            occupancy0,
            shares0,
            c.b.full,
        )

    return satisfaction.solve_intercept(c.field["csat"] + nothing, at_day_zero, base_shape)


def _residual(c: Chain) -> Array:
    """What the stated cost holds beyond the ledger's items; unstated, the ledger at the modes is taken for it."""
    stated = c.base.stated_cost
    if stated is None:
        modes = {k: v[None, :, None, None] for k, v in values(ranges(c.base), {}).items()}
        stated = float(np.sum(list(_today(c, modes).values())))
    return np.asarray(stated - np.sum(list(_today(c, c.p).values()), axis=0))


def _today(c: Chain, p: dict[str, Array]) -> dict[str, Array]:
    """The ledger of day zero at given assumptions, (scenario or 1, draw, 1, 1)."""
    chat = np.array([float(ch.kind == "chat") for ch in c.channels])
    one = np.ones((1, 1, 1, len(c.channels)))
    vacant0 = people.vacancy(p, p["attrition"])
    abandon = c.first["abandon"]
    share0 = c.today["outsourced_share"]
    answered0 = c.weekly * (1 - abandon) * one
    work = economics.Work(
        c.fte0 * one,
        vacant0 * one,
        vacant0 * one,
        p["attrition"] * one,
        answered0,
        c.weekly * share0 / (1 - share0) * one,
        0 * one,
        economics.vendor_price(p, c.base, c.fte0, c.weekly * (1 - abandon)),
        chat,
        np.full((1, 1, 1, 1), c.base.orders_per_week),
    )
    levers = {k: np.full((1, 1, 1, 1), v) for k, v in c.today.items()}
    items = economics.recurring(p, c.base, levers, lambda _: np.zeros((1, 1, 1, 1)), work)
    shape = np.broadcast_shapes(*(v.shape for v in items.values()))
    return {k: np.broadcast_to(v, shape) for k, v in items.items()}
