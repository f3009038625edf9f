"""Queues of contacts: Erlang B, C and A for real-valued servers. Pure mathematics.

Errors, against 40-digit arithmetic, for servers .2 to 10,000, loads 1 % to 300 %, handle times 30 to 3,000 s and
patience 5 to 1e7 s: below 1e-9, absolute for shares and relative for times (`python -m tests.agreement` measures them).
Same arguments, same machine: same bits.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.errors import ArgumentError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ErlangA:
    """Stationary figures of M/M/n+M; each an array of the arguments' broadcast shape, times in seconds.

    Attributes
    ----------
    p_wait : P(wait > 0), of offered.
    p_abandon : share of offered that gives up.
    mean_wait : E[W] over all offered, abandoned included.
    asa : E[W | served], average speed of answer; not E[W].
    service_level : P(served within target), of offered.
    service_level_answered : the same of answered.
    occupancy : busy share of the servers.
    wait_sq : E[W^2 | served], s^2, the zeros of those who did not wait included.
    """

    p_wait: Array
    p_abandon: Array
    mean_wait: Array
    asa: Array
    service_level: Array
    service_level_answered: Array
    occupancy: Array
    wait_sq: Array


def erlang_b(servers: ArrayLike, load: ArrayLike) -> Array:
    """Share blocked in M/M/n/n: 1/B = int_0^inf e^-u (1 + u/a)^n du, n real (Jagerman 1974).

    Parameters
    ----------
    servers : array_like
        n > 0, real.
    load : array_like
        Offered load a >= 0 in Erlang (arrival rate x handle time).

    Returns
    -------
    ndarray
        Of the broadcast shape. Relative error below 1e-10 down to 1e-300, below that 0.
    """
    return _loss_or_delay(servers, load, delay=False)


def erlang_c(servers: ArrayLike, load: ArrayLike) -> Array:
    """Share waiting in M/M/n without abandonment: C = n B / (n - a (1 - B)), n real.

    At or above full load (a >= n) no stationary queue exists; the queue grows without limit and everybody waits:
    the answer is 1, which is also the limit from below. Parameters, shape and error as `erlang_b`.
    """
    return _loss_or_delay(servers, load, delay=True)


def erlang_a(
    arrival_rate: ArrayLike,
    service_rate: ArrayLike,
    abandonment_rate: ArrayLike,
    servers: ArrayLike,
    target: ArrayLike,
) -> ErlangA:
    """Figures of M/M/n+M (Erlang A), n real, any load (Palm 1957; Garnett, Mandelbaum & Reiman 2002).

    With x = n m / t, y = l / t:  P(wait) = A / (A + D),  A = M(1, x+1, y),  1 + D = 1 / B(n, l/m);  the virtual wait of
    those who wait has density x t exp(y (1 - e^-tw) - x t w) / A, from which all others follow.

    Parameters
    ----------
    arrival_rate : array_like
        l >= 0, per second. At 0 nobody waits.
    service_rate : array_like
        m > 0, per second and server: 1 / mean handle time.
    abandonment_rate : array_like
        t > 0, per second: 1 / mean patience. 0 (endless patience) is Erlang C and not allowed here.
    servers : array_like
        n > 0, real.
    target : array_like
        Seconds >= 0 of the service level.

    Returns
    -------
    ErlangA
        Arrays of the broadcast shape.

    Examples
    --------
    >>> a = erlang_a(0.8, 1 / 60, 1 / 120, 50, 20)
    >>> round(float(a.p_abandon), 4), round(float(a.asa), 2), round(float(a.service_level), 3)
    (0.0309, 3.62, 0.943)
    """
    arrays = {
        "arrival_rate": _checked("arrival_rate", arrival_rate, zero_allowed=True),
        "service_rate": _checked("service_rate", service_rate),
        "abandonment_rate": _checked("abandonment_rate", abandonment_rate),
        "servers": _checked("servers", servers),
        "target": _checked("target", target, zero_allowed=True),
    }
    lam, mu, theta, n, target_s = _broadcast(arrays)
    shape = lam.shape
    from model import _erlang  # numba is only needed, and only loaded, where a queue is computed

    out = np.empty((lam.size, 5))
    _erlang.erlang_a_batch(lam.ravel(), mu.ravel(), theta.ravel(), n.ravel(), target_s.ravel(), out)
    p_wait, p_abandon, wait_served, wait_sq_served, level = (out[:, i].reshape(shape) for i in range(5))
    served = 1.0 - p_abandon
    share = np.where(served > 0.0, served, 1.0)  # nobody served: every wait of the served is 0 as well
    return ErlangA(
        p_wait=p_wait,
        p_abandon=p_abandon,
        mean_wait=p_abandon / theta,
        asa=wait_served / share,
        service_level=level,
        service_level_answered=np.minimum(level / share, 1.0),
        occupancy=np.minimum(lam / (mu * n) * served, 1.0),
        wait_sq=wait_sq_served / share,
    )


def _loss_or_delay(servers: ArrayLike, load: ArrayLike, *, delay: bool) -> Array:
    n, a = _broadcast({"servers": _checked("servers", servers), "load": _checked("load", load, zero_allowed=True)})
    from model import _erlang

    out = np.empty(n.size)
    _erlang.erlang_bc_batch(n.ravel(), a.ravel(), delay, out)
    return out.reshape(n.shape)


def _checked(name: str, value: ArrayLike, *, zero_allowed: bool = False) -> Array:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{name} is not a number or an array of numbers.", f"Got {value!r}.") from error
    good = array >= 0.0 if zero_allowed else array > 0.0
    if not np.all(good & (array < np.inf)):  # nan fails both
        bound = "at least 0" if zero_allowed else "above 0"
        wrong = array[~(good & (array < np.inf))].flat[0]
        raise ArgumentError(f"{name} must be finite and {bound}.", f"Got {wrong}.")
    return array


def _broadcast(arrays: dict[str, Array]) -> list[Array]:
    shape: tuple[int, ...] = ()
    for name, array in arrays.items():
        try:
            shape = np.broadcast_shapes(shape, array.shape)
        except ValueError as error:
            hint = f"The arguments before it have shape {shape}."
            raise ArgumentError(f"{name} of shape {array.shape} does not broadcast.", hint) from error
    return [np.broadcast_to(array, shape) for array in arrays.values()]
