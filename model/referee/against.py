"""A model scenario as a scene for the simulation, and the model's own figures for it.

Meant for scenarios on a flat week (every half-hour alike, no forecast error, no seasons), in which a stationary
simulation can be compared at all. The scene takes from the model what is not a queue: how long contacts take, how many
are solved, what satisfaction depends on. Everything that waiting does, the simulation finds by itself.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model import results
from model.batch import batch, nodes_of
from model.errors import ScenarioError
from model.fitted import fitted
from model.parameters import ranges, values
from model.referee.scene import Line, Scene, Shape
from model.satisfaction import SHARES
from model.scenario import CELLS, Scenario

if TYPE_CHECKING:
    from model.chain import Chain
    from model.results import Results

Array = NDArray[np.float64]

WEEK_S = CELLS * 1800.0
DRIVERS = ("csat_resolved", "csat_wait", "csat_transfer", "csat_critical_error", "csat_new_agent", "csat_overload")


def expected(scenario: Scenario) -> dict[str, dict[str, float]]:
    """The model's figures by channel, named as the simulation's: line -> figure -> value (shares, s).

    `mean_wait` is E[W] over all offered: the wait of those who gave up is patience x abandonment less what the served
    waited, as E[W] = P(abandon)/theta.
    """
    found = _solved(scenario)
    patience = [c.patience_s for c in scenario.baseline.channels]
    table = {}
    for i, channel in enumerate(scenario.baseline.channels):
        own = {key: float(_at(found.channel[key], i)) for key in ("service_level", "abandonment", "asa", "occupancy",
                                                                 "csat", "csat_surveyed")}  # fmt: skip
        own["mean_wait"] = own["abandonment"] * patience[i]
        table[channel.name] = own
    return table


def scene_of(
    scenario: Scenario,
    *,
    handle_shape: Shape = "exponential",
    handle_cv: float = 1.0,
    slowed: bool = False,
    gap_s: float = 3600.0,
) -> Scene:
    """The physical situation of a scenario on a flat week, at its month.

    Parameters
    ----------
    handle_shape, handle_cv : what handle times look like; the model knows their mean only.
    slowed : chats are slowed by the chats an agent really holds, not by the most.
    gap_s : mean seconds until retrials and repeats come.

    Raises
    ------
    ScenarioError
        Where agents are not whole, a week is not flat, or self-service, a vendor or late orders take part.
    """
    found = _solved(scenario)
    chain, base = found.chain, scenario.baseline
    p = {key: float(v[0]) for key, v in values(ranges(base), scenario.assumptions).items()}
    b0 = fitted(chain).intercept
    cross = float(_at(chain.cross, 0, chain))
    gain = 1 + p["cross_training_penalty"] * cross * chain.others
    lines = []
    for i, channel in enumerate(base.channels):
        if len(set(channel.arrivals)) > 1 or len(set(channel.agents)) > 1 or channel.kind == "deferred":
            raise ScenarioError(f"Channel {channel.name} has no flat week of calls or chats.", "Give it one.")
        sessions = scenario.lever("chat_concurrency") if channel.kind == "chat" else 1.0
        slots = float(_at(chain.servers_used, i, chain)) * channel.agents[0] * (
            base.levers["chat_concurrency"] if channel.kind == "chat" else 1.0)  # fmt: skip
        agents = slots / sessions * chain.known.efficiency[i]
        if abs(agents - round(agents)) > 1e-9 or sessions != round(sessions):
            raise ScenarioError(f"Channel {channel.name} has {agents:g} agents.", "A simulation needs whole ones.")
        shares = {key: float(_at(found.channel[source], i)) for key, source in
                  zip(SHARES, ("transfer_rate", "callbacks", "critical_error_rate", "learning", "late_share",
                               "vendor_extra"), strict=True)}  # fmt: skip
        if shares["failed_self_service"] or shares["late_order"] or shares["vendor"]:
            raise ScenarioError("Self-service, vendor or late orders are not simulated.", "Leave them as today.")
        lines.append(
            Line(
                channel.name,
                first_attempts=float(_at(found.channel["new_issues"], i)) / WEEK_S,
                agents=round(agents),
                handle_time_s=float(_at(chain.handle, i, chain)) / float(gain[i]),
                patience_s=channel.patience_s,
                target_s=float(chain.known.target_s[i]),
                flexible=round(cross * agents),
                sessions=round(sessions),
                slowdown=p["chat_slowdown"] if slowed and channel.kind == "chat" else None,
                handle_shape=handle_shape,
                handle_cv=handle_cv,
                fcr=float(_at(found.channel["fcr"], i)),
                intercept=float(_at(b0, i)),
                transfer=shares["transfer"],
                critical_error=shares["critical_error"],
                new_agent=shares["new_agent"],
            )
        )
    return Scene(
        tuple(lines), retrial_share=p["retrial_share"], repeat_share=p["repeat_share"], gap_s=gap_s,
        away_penalty=p["cross_training_penalty"], drivers={key: p[key] for key in DRIVERS},
    )  # fmt: skip


def _solved(scenario: Scenario) -> "Results":
    return results.run(batch([scenario]), nodes_of(scenario.month, False), path=False)


def _at(values: Array, channel: int, chain: "Chain | None" = None) -> float:
    """A channel's value at the scenario's month: of results at the one node, or of a chain's path of months."""
    month = chain.b.month if chain is not None and values.ndim == 4 and values.shape[2] > 1 else 0
    wide = values.reshape((1,) * (4 - values.ndim) + values.shape)
    return float(wide[0, 0, month if wide.shape[2] > 1 else 0, channel if wide.shape[3] > 1 else 0])
