"""The compiled kernel of `model.weekview`: every half-hour's queues, season and forecast error averaged in."""

import numpy as np
from numpy.typing import NDArray

from model._compiled import compiled
from model._erlang import erlang_a_multi, erlang_a_scalar

Array = NDArray[np.float64]
_TINY = 1e-300


@compiled(
    "void(f8[:, :, ::1], f8[:, ::1], f8[:, ::1], f8[::1], f8[::1], f8[:, :, :, ::1], f8, f8[:, :, :, ::1], "
    "f8[:, :, ::1])"
)
def half_hours(
    rate: Array, agents: Array, q: Array, share: Array, hourly: Array, hours: Array, team_hourly: float, team: Array,
    out: Array,
) -> None:  # fmt: skip
    """Figures of each half-hour of each channel, P(wait), P(abandon), E[W; served], E[W^2; served] and service level
    of offered, into out (channel, cell, 5).

    rate (channel, cell, node), contacts a second; agents (channel, cell); share (node,) : of contacts, whose sum is 1.
    q (5, channel) : handle time s, 1/patience a second, target s, slots of an agent, gain from being one team. hourly
    (channel,) and team_hourly : how far a channel, and all as one team, is what it is hour by hour, which is in hours
    and team (channel, node, cell, 5 or more); both are empty where it is not at all.
    """
    channels, cells, nodes = rate.shape
    handle, theta, target, slots, gain = q[0], q[1], q[2], q[3], q[4]
    as_one = channels > 1 and np.max(np.abs(gain)) > 0.0
    found, pooled = np.empty((channels, 5)), np.empty(4 + channels)
    out[:] = 0.0
    for i in range(cells):
        staff = 0.0
        for c in range(channels):
            staff += agents[c, i] / slots[c]
        for k in range(nodes):
            for c in range(channels):
                found[c] = erlang_a_scalar(rate[c, i, k], 1.0 / handle[c], theta[c], agents[c, i], target[c])
                if hourly[c] != 0.0:
                    for j in range(5):
                        found[c, j] += hourly[c] * (hours[c, k, i, j] - found[c, j])
            if as_one:
                together, work, leave = 0.0, 0.0, 0.0
                for c in range(channels):
                    together += rate[c, i, k]
                    work += rate[c, i, k] * handle[c] / slots[c]
                    leave += rate[c, i, k] * theta[c]
                some = max(together, _TINY)
                erlang_a_multi(together, some / max(work, _TINY), leave / some, staff, target, pooled)
                for c in range(channels):
                    for j in range(5):
                        one = pooled[j] if j < 4 else pooled[4 + c]
                        if team_hourly != 0.0:
                            one += team_hourly * (team[c, k, i, j] - one)
                        if gain[c] != 0.0:
                            found[c, j] = max(found[c, j] + gain[c] * (one - found[c, j]), 0.0)
            for c in range(channels):
                for j in range(5):
                    out[c, i, j] += share[k] * found[c, j]
