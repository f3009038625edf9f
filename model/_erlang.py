"""Compiled kernels of the Erlang models: one contact class, real-valued servers, all figures in one pass.

Imported by `model.queueing` on first use, so that `import model` stays free of numba.

Notation (the field's): a = lam / mu the offered load, x = n mu / theta, y = lam / theta, tau = theta * time.
A contact that has to wait meets a virtual wait with density  x exp(y (1 - e^-tau) - x tau) / A,
A = M(1, x+1, y) = sum_k t_k, t_k = y^k / ((x+1) ... (x+k)); t_k is p(n+k) / p(n).  D = sum of p(j) / p(n) below n.
Then P(wait) = A / (A + D), and every figure of those who wait is a sum of positive terms: no digits are lost,
however small the share (Garnett, Mandelbaum & Reiman 2002; Jagerman 1974 for real n).
"""

import math
from typing import Any

import numpy as np

from model._compiled import compiled

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_IN = "Array(float64, 1, 'C', True)"  # read-only: broadcast views and frozen arrays are welcome as well
_EPS = 1e-15
_REACH = 36.0  # integrands are followed down to e^-36 of their peak
_LOW = 1e-280
_LOG_LOW = math.log(_LOW)
_LONGEST_SERIES = 350.0  # measured: above this many terms the quadrature is faster


@compiled("float64(float64, float64)")
def log_f(n: float, a: float) -> float:
    """ln of F = e^a a^-n Gamma(n+1), the sum of p(j)/p(n) over a queue without boundary; >= 0."""
    if n < 8.0:
        s = n + 1.0
        shift = s * (s + 1.0) * (s + 2.0) * (s + 3.0) * (s + 4.0) * (s + 5.0) * (s + 6.0) * (s + 7.0)
        m = n + 8.0
        r = 1.0 / (m * m)
        tail = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - r * 691 / 360360))))) / m
        return a - n * math.log(a) + (m + 0.5) * math.log(m) - m + 0.9189385332046727 + tail - math.log(shift)
    d = (a - n) / n
    r = 1.0 / (n * n)
    tail = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - r * 691 / 360360))))) / n
    # n (a/n - 1 - ln(a/n)) instead of the difference of large logarithms: keeps digits at n = 10,000.
    phi = d - math.log1p(d) if d > -0.9 else d - math.log(a / n)
    return n * phi + 0.5 * math.log(6.283185307179586 * n) + tail


@compiled("float64(float64, float64)")
def kummer_less_one(n: float, a: float) -> float:
    """M(1, n+1, a) - 1 by its series; a <= n or a small."""
    term = 1.0
    total = 0.0
    c = n
    while True:
        for _ in range(4):
            c += 1.0
            term *= a / c
            total += term
        if not term * a > _EPS * total * (c + 1.0 - a):  # so written, nan ends the loop as well
            return total


@compiled("Tuple((float64, float64))(float64, float64)")
def below(n: float, a: float) -> tuple[float, float]:
    """D = sum of p(j)/p(n) over the states below n, as (D scaled, scale): D = first / second.  1/B = 1 + D."""
    if a <= n or a < 2.0:
        log_scale = log_f(n, a)
        if log_scale > 45.0:
            return 1.0, math.exp(-log_scale)
        return math.expm1(log_scale) - kummer_less_one(n, a), 1.0
    # Overload: n/a + n(n-1)/a^2 + ..., closed at the fractional part by the continued fraction of Gamma(f, a).
    inv = 1.0 / a
    rest = n
    term = 1.0
    total = 0.0
    while rest >= 1.0:
        term *= rest * inv
        total += term
        rest -= 1.0
        if term * rest < _EPS * total * (a - rest):
            return total, 1.0
    if rest > 0.0:
        depth = 4 + int(70.0 * inv)
        tail = 0.0
        for k in range(depth, 0, -1):
            tail = k * (k - rest) / (a + 2.0 * k + 1.0 - rest - tail)
        total += term * rest / (a + 1.0 - rest - tail)
    return total, 1.0


@compiled("float64(float64)")
def _psi(d: float) -> float:
    """e^-d - 1 + d without cancellation."""
    if abs(d) < 0.25:
        t = 1.0 - d / 13.0
        t = 1.0 - d / 12.0 * t
        t = 1.0 - d / 11.0 * t
        t = 1.0 - d / 10.0 * t
        t = 1.0 - d / 9.0 * t
        t = 1.0 - d / 8.0 * t
        t = 1.0 - d / 7.0 * t
        t = 1.0 - d / 6.0 * t
        t = 1.0 - d / 5.0 * t
        t = 1.0 - d / 4.0 * t
        t = 1.0 - d / 3.0 * t
        return 0.5 * d * d * t
    return d + math.expm1(-d)


@compiled("Tuple((float64, float64, float64, float64))(float64, float64, float64, float64, float64, int64)")
def _segment(
    slope: float, coef: float, centre: float, low: float, high: float, panels: int
) -> tuple[float, float, float, float]:
    """Integrals of (1, tau, tau^2, e^tau - 1) G over [low, high]; G = exp(-slope d - coef psi(d)), d = tau - centre."""
    i0 = 0.0
    i1 = 0.0
    i2 = 0.0
    v = 0.0
    half = 0.5 * (high - low) / panels
    for p in range(panels):
        mid = low + (2 * p + 1) * half
        for i in range(_NODES.size):
            tau = mid + half * _NODES[i]
            d = tau - centre
            psi = _psi(d)
            g = half * _WEIGHTS[i] * math.exp(-slope * d - coef * psi)
            i0 += g
            i1 += g * tau
            i2 += g * tau * tau
            # only read in underload, where centre = 0: e^-tau = 1 - d + psi
            v += g * (d - psi) / (1.0 - d + psi)
    return i0, i1, i2, v


@compiled("UniTuple(float64, 6)(float64, float64, float64)")
def _waiting_quadrature(x: float, y: float, tau_target: float) -> tuple[float, float, float, float, float, float]:
    """As `_waiting`, by Gauss-Legendre over the density of the virtual wait around its peak, in units of the peak."""
    q = x + 1.0
    if y > q:
        centre = math.log1p((y - q) / q)
        slope = 0.0
        coef = q
        scale = math.exp(-q * _psi(-centre)) if centre < 700.0 else 0.0
        left = math.sqrt(2.0 * _REACH / q)
        low = max(0.0, centre - left)
    else:
        centre = 0.0
        slope = q - y
        coef = y
        scale = 1.0
        low = 0.0
    reach = 2.0 * _REACH / (slope + math.sqrt(slope * slope + 2.0 * coef * _REACH))
    # two Newton steps on slope r + coef psi(r) = REACH: psi is below its parabola
    for _ in range(2):
        reach += max(0.0, _REACH - slope * reach - coef * _psi(reach)) / (slope - coef * math.expm1(-reach))
    high = centre + reach
    # one panel of 24 nodes takes in half a bell, 8.5 standard deviations, to 1e-13
    width = 1.01 * math.sqrt(2.0 * _REACH / coef)
    if q > 60.0:
        before_panels = 1 + int((tau_target - low) / width)
        after_panels = 1 + int((high - max(low, tau_target)) / width)
    else:
        before_panels = after_panels = 5
    if low < tau_target < high:
        i0, i1, i2, v = _segment(slope, coef, centre, low, tau_target, before_panels)
        after, j1, j2, jv = _segment(slope, coef, centre, tau_target, high, after_panels)
        i0 += after
        i1 += j1
        i2 += j2
        v += jv
    else:
        i0, i1, i2, v = _segment(slope, coef, centre, low, high, 1 + int((high - low) / width) if q > 60.0 else 5)
        after = i0 if tau_target <= low else 0.0
    total = scale + y * i0
    gone = scale + (y - x) * i0 if y >= x else x * v
    return total, gone, x * i1, x * i2, x * after, scale


@compiled("UniTuple(float64, 6)(float64, float64, float64)")
def _waiting_series(x: float, y: float, tau_target: float) -> tuple[float, float, float, float, float, float]:
    """As `_waiting`, summed state by state: k ahead wait a sum of k+1 exponentials with rates x+k ... x (unit theta).

    E[e^-tau] = x / (x+k+1); under that weight E[tau] = h1, E[tau^2] = h1^2 + h2 with h_p = sum_j (x+j+1)^-p, j <= k.
    """
    # A reaches e^(y-x): start low where that could overflow
    scale = _LOW if y - x > 300.0 else 1.0
    y_target = y * math.exp(-tau_target)
    log_passed = -y * math.expm1(-tau_target) - (x + 1.0) * tau_target
    c = x + 1.0
    r = 1.0 / c
    h1 = r
    h2 = r * r
    t = scale
    total = t
    queue = 0.0
    w1 = t * r * h1
    w2 = t * r * (h1 * h1 + h2)
    k = 0.0
    u = 1.0
    late = 1.0  # M(1, x+2, y_target): its terms share the reciprocals
    while True:
        for _ in range(4):
            t *= y * r
            c += 1.0
            k += 1.0
            r = 1.0 / c
            u *= y_target * r
            late += u
            h1 += r
            h2 += r * r
            total += t
            queue += k * t
            tr = t * r
            w1 += tr * h1
            w2 += tr * (h1 * h1 + h2)
        if not t * y > _EPS * total * (c - y):
            break
    late *= math.exp(log_passed + (0.0 if scale == 1.0 else _LOG_LOW)) * x / (x + 1.0)
    return total, queue / y, x * w1, x * w2, late, scale


@compiled("UniTuple(float64, 6)(float64, float64, float64)")
def _waiting(x: float, y: float, tau_target: float) -> tuple[float, float, float, float, float, float]:
    """Those who wait, all in units of `scale`: A, A P(abandon | wait), A E[tau; served], A E[tau^2; served],
    A P(served after the target), scale.  By the series where it is short, else by quadrature."""
    terms = max(0.0, y - x) + math.sqrt(2.0 * _REACH * y)
    if terms > _LONGEST_SERIES and y < x:  # below full load the terms also fall like (y/x)^k
        d = math.log(x / y)
        terms = 2.0 * _REACH / (d + math.sqrt(d * d + 2.0 * _REACH / x))
    if terms < _LONGEST_SERIES:
        return _waiting_series(x, y, tau_target)
    return _waiting_quadrature(x, y, tau_target)


@compiled("UniTuple(float64, 5)(float64, float64, float64, float64, float64)")
def erlang_a_scalar(
    lam: float, mu: float, theta: float, n: float, target: float
) -> tuple[float, float, float, float, float]:
    """(P(wait), P(abandon), E[W; served], E[W^2; served], service level of offered) of one M/M/n+M queue.

    Rates per second, theta > 0, target in seconds, n real.  n <= 0: all wait and abandon.  lam <= 0: nobody waits.
    """
    if lam <= 0.0:
        return 0.0, 0.0, 0.0, 0.0, 1.0
    if n <= 0.0:
        return 1.0, 1.0, 0.0, 0.0, 0.0
    total, gone, w1, w2, late, scale = _waiting(n * mu / theta, lam / theta, theta * target)
    d_top, d_bottom = below(n, lam / mu)
    weight = d_bottom / (total * d_bottom + scale * d_top)
    p_abandon = gone * weight
    per = weight / theta
    level = 1.0 - p_abandon - late * weight
    return total * weight, p_abandon, w1 * per, w2 * per / theta, 0.0 if level < 0.0 else level  # nan stays nan


@compiled(f"void(float64, float64, float64, float64, {_IN}, float64[::1])")
def erlang_a_multi(lam: float, mu: float, theta: float, n: float, targets: Any, out: Any) -> None:
    """`erlang_a_scalar` with K targets: out (4 + K,) is its first four figures and a service level a target."""
    out[0], out[1], out[2], out[3], out[4] = erlang_a_scalar(lam, mu, theta, n, targets[0])
    for j in range(1, targets.size):
        if lam <= 0.0 or n <= 0.0:
            out[4 + j] = out[4]
            continue
        x = n * mu / theta
        y = lam / theta
        tau = theta * targets[j]
        y_target = y * math.exp(-tau)
        log_passed = -y * math.expm1(-tau) - (x + 1.0) * tau
        if y - x + math.sqrt(2.0 * _REACH * y) < _LONGEST_SERIES and log_passed < 300.0:
            # P(served | wait) = x I / A and P(served after | wait) = x I_T / A share A: no second look below n
            served = x / (x + 1.0) * (1.0 + kummer_less_one(x + 1.0, y))
            late = x / (x + 1.0) * math.exp(log_passed) * (1.0 + kummer_less_one(x + 1.0, y_target))
            out[4 + j] = max(0.0, 1.0 - out[1] - late / served * (out[0] - out[1]))
        else:
            total, gone, w1, w2, late, scale = _waiting(x, y, tau)
            out[4 + j] = max(0.0, 1.0 - out[1] - late / total * out[0])


@compiled(f"void({_IN}, {_IN}, {_IN}, {_IN}, {_IN}, float64[:, ::1])")
def erlang_a_batch(lam: Any, mu: Any, theta: Any, n: Any, target: Any, out: Any) -> None:
    for i in range(lam.size):
        p_wait, p_abandon, w1, w2, level = erlang_a_scalar(lam[i], mu[i], theta[i], n[i], target[i])
        out[i, 0] = p_wait
        out[i, 1] = p_abandon
        out[i, 2] = w1
        out[i, 3] = w2
        out[i, 4] = level


@compiled(f"void({_IN}, {_IN}, boolean, float64[::1])")
def erlang_bc_batch(n: Any, a: Any, delay: bool, out: Any) -> None:
    """Erlang B, or with `delay` Erlang C (1 at or above full load), at each n > 0 and a >= 0."""
    for i in range(n.size):
        load = a[i]
        if load <= 0.0:
            out[i] = 0.0
        elif delay and load >= n[i]:
            out[i] = 1.0
        else:
            top, bottom = below(n[i], load)
            spare = (n[i] - load) / n[i] if delay else 1.0
            out[i] = bottom / (bottom + spare * top)
