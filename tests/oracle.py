"""Erlang B, C and A in 36-digit arithmetic: the reference that `model.queueing` is held against.

Written from the birth-death chain and from the virtual wait, not from the code under test: below n servers the sum of
state probabilities is an integral that holds for real n; above, the states are summed one by one where they are few
(at most MANY) and integrated where they are not; the figures of those who wait are integrals over the density of the
virtual wait. Every integral is taken twice with different panels and must agree to AGREE, or the oracle refuses.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from mpmath import mp, mpf
from mpmath.calculus.quadrature import GaussLegendre

DIGITS = 36
AGREE = mpf("1e-17")
MANY = 1500
DEEP = 62  # e^-62 = 1e-27 of the peak is where integrals stop

_nodes: dict[int, list[tuple[mpf, mpf]]] = {}


@dataclass(frozen=True)
class Exact:
    """The fields of `model.queueing.ErlangA`, and of Erlang B."""

    p_wait: mpf
    p_abandon: mpf
    mean_wait: mpf
    asa: mpf
    service_level: mpf
    service_level_answered: mpf
    occupancy: mpf
    wait_sq: mpf


def erlang_b(n: float, a: float) -> mpf:
    with mp.workdps(DIGITS):
        return 1 / (1 + _states_below(mpf(n), mpf(a)))


def erlang_c(n: float, a: float) -> mpf:
    with mp.workdps(DIGITS):
        idle = _states_below(mpf(n), mpf(a))
        queue = 1 / (1 - mpf(a) / mpf(n))
        return queue / (queue + idle)


def erlang_a(lam: float, mu: float, theta: float, n: float, target: float) -> Exact:
    with mp.workdps(DIGITS):
        lam_, m, t, servers, seconds = mpf(lam), mpf(mu), mpf(theta), mpf(n), mpf(target)
        x, y = servers * m / t, lam_ / t
        # the virtual wait w of those who wait, in units of mean patience: density ~ exp(h(w))
        h = lambda w: y * (1 - mp.exp(-w)) - x * w  # noqa: E731
        weights: list[Callable[[mpf, mpf], mpf]] = [
            lambda w, gone: mpf(1),
            lambda w, gone: gone,
            lambda w, gone: w * (1 - gone),
            lambda w, gone: w * w * (1 - gone),
        ]
        peak = mp.log(y / x) if y > x else mpf(0)
        cut = t * seconds
        whole, within_gone, split = _moments(h, peak, weights, cut)
        mass = whole[0]
        queue = x * mass * mp.exp(h(peak))
        gone = whole[1] / mass
        states = _states_above(x, y)
        if states is not None:
            assert abs(states[0] / queue - 1) < AGREE
            queue = states[0]
            gone = states[1] / y  # those in queue leave at rate theta each: theta E[Q] / lam
        idle = _states_below(servers, lam_ / m)
        p_wait = queue / (queue + idle)
        p_abandon = p_wait * gone
        served = 1 - p_abandon
        level = 1 - p_wait + p_wait * (split - within_gone) / mass
        return Exact(
            p_wait=p_wait,
            p_abandon=p_abandon,
            mean_wait=p_abandon / t,
            asa=p_wait * whole[2] / mass / t / served,
            service_level=level,
            service_level_answered=level / served,
            occupancy=lam_ / (m * servers) * served,
            wait_sq=p_wait * whole[3] / mass / t**2 / served,
        )


def _states_above(x: mpf, y: mpf) -> tuple[mpf, mpf] | None:
    """(sum of p(n+k)/p(n), mean of k under it), or None where the states are too many to sum."""
    if float(y - x) + 14 * math.sqrt(float(y)) > MANY and float(y / x) > 0.9:
        return None
    term = total = mpf(1)
    queue = mpf(0)
    k = 0
    while k < y - x or term * (k + 1) > total * mpf("1e-30"):
        k += 1
        term *= y / (x + k)
        total += term
        queue += k * term
    return total, queue / total


def _states_below(n: mpf, a: mpf) -> mpf:
    """Sum of p(j)/p(n) over the states below n: for real n, n int_0^inf exp(-a (e^w - 1) + n w) dw."""
    if n == int(n) and n <= MANY:
        term, total = mpf(1), mpf(0)
        for j in range(int(n)):
            term *= (n - j) / a
            total += term
        return total
    h = lambda w: n * w - a * (mp.exp(w) - 1)  # noqa: E731
    peak = mp.log(n / a) if n > a else mpf(0)
    whole, _, _ = _moments(h, peak, [lambda w, gone: mpf(1)], mpf(-1))
    return n * whole[0] * mp.exp(h(peak))


def _moments(
    h: Callable[[mpf], mpf], peak: mpf, weights: list[Callable[[mpf, mpf], mpf]], cut: mpf
) -> tuple[list[mpf], mpf, mpf]:
    """Integrals over [0, inf) of weight(w, 1 - e^-w) exp(h(w) - h(peak)); and over [0, cut] of weights 1 and 0."""
    top = h(peak)
    far = peak + _distance(lambda d: top - h(peak + d))
    near = mpf(0)
    if peak > 0 and top - h(mpf(0)) > DEEP:
        near = peak - _distance(lambda d: top - h(peak - d))
    results = []
    for panels in (2, 3):
        marks = _marks(near, peak, far, panels, cut)
        sums = [mpf(0) for _ in weights]
        before = before_gone = mpf(0)
        for low, high in zip(marks, marks[1:], strict=False):
            half, middle = (high - low) / 2, (high + low) / 2
            piece = [mpf(0) for _ in weights]
            for node, weight in _rule():
                w = middle + half * node
                mass = weight * mp.exp(h(w) - top)
                gone = -mp.expm1(-w) if len(weights) > 1 else w
                for i, function in enumerate(weights):
                    piece[i] += mass * function(w, gone)
            sums = [s + p * half for s, p in zip(sums, piece, strict=True)]
            if high <= cut:
                before += piece[0] * half
                before_gone += piece[1] * half
        results.append((sums, before_gone, before))
    (first, _, _), (second, gone_before, mass_before) = results
    for one, other in zip(first, second, strict=True):
        assert abs(one / other - 1) < AGREE, f"the oracle's integral has not converged: {one} {other}"
    return second, gone_before, mass_before


def _marks(near: mpf, peak: mpf, far: mpf, panels: int, cut: mpf) -> list[mpf]:
    """Panel ends: equal ones around the peak, doubling ones in the long tail of a slow exponential."""
    body = min(far - peak, mpf(8))
    marks = {peak + body * i / panels for i in range(panels + 1)}
    marks |= {peak - (peak - near) * i / panels for i in range(panels + 1)}
    length = body
    while peak + length < far:
        length *= 2 if panels % 2 else mpf("1.7")
        marks.add(min(peak + length, far))
    if near < cut < far:
        marks.add(cut)
    return sorted(marks)


def _distance(drop: Callable[[mpf], mpf]) -> mpf:
    """Where an increasing function passes DEEP."""
    high = mpf(1)
    while drop(high) > DEEP:
        high /= 2
    while drop(high) < DEEP:
        high *= 2
    low = high / 2
    for _ in range(8):
        middle = (low + high) / 2
        low, high = (middle, high) if drop(middle) < DEEP else (low, middle)
    return high


def _rule() -> list[tuple[mpf, mpf]]:
    if mp.prec not in _nodes:
        _nodes[mp.prec] = GaussLegendre(mp).calc_nodes(5, mp.prec)
    return _nodes[mp.prec]
