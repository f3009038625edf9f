"""Service: how long a contact takes, how often it is solved, how teams share work, and how long until it is solved."""

import numpy as np
from numpy.typing import NDArray

from model.adoption import saturation
from model.parameters import Parameters
from model.sums import over_channels

Array = NDArray[np.float64]


HALVES = {"agent_assist_spend": "assist_half", "routing_spend": "routing_half", "back_office_spend": "back_office_half"}
"""The assumption that scales each automation of the agent's work."""


def automation_rise(p: Parameters, key: str, spend: Array, today: float, labour: float) -> Array:
    """Share of an automation's ceiling that a spend reaches above today's: sat(S) - sat(S0)."""
    return saturation(spend / labour, p[HALVES[key]]) - saturation(np.asarray(today / labour), p[HALVES[key]])


def automation_effects(
    p: Parameters, levers: dict[str, Array], today: dict[str, float], labour: float, adopted: dict[str, Array]
) -> dict[str, Array]:
    """Share of each automation's ceiling that has arrived above today's: A x realised x [sat(S) - sat(S0)]."""
    return {
        key: adopted[key] * p["benefit_realised"] * automation_rise(p, key, levers[key], today[key], labour)
        for key in HALVES
    }


def handle_time(
    p: Parameters,
    today: Array,
    proficiency: Array,
    proficiency0: Array,
    complexity: Array,
    effects: dict[str, Array],
    learning: Array,
    learning0: Array,
    transfers: Array,
    transfers0: Array,
    cross: Array,
    cross0: Array,
    dip: Array,
) -> Array:
    """Mean handle time in s.

    AHT0 x prof0/prof x complexity x (1 - assist) (1 - back office) x (1 + x tr)/(1 + x tr0)
    x (1 + pen f)/(1 + pen f0) x dip, f the share of contacts that cross-trained agents of other queues take. Assist
    helps those learning more: its weight is (1 - nu + nu m) relative to today.
    """
    novice = p["assist_novice"] - 1
    assist = p["assist_ceiling"] * effects["agent_assist_spend"] * (1 + learning * novice) / (1 + learning0 * novice)
    back_office = p["back_office_ceiling"] * effects["back_office_spend"]
    moved = (1 + p["transfer_handle_time"] * transfers) / (1 + p["transfer_handle_time"] * transfers0)
    mixed = (1 + p["cross_training_penalty"] * cross) / (1 + p["cross_training_penalty"] * cross0)
    return today * proficiency0 / proficiency * complexity * (1 - assist) * (1 - back_office) * moved * mixed * dip


def chat_duration(p: Parameters, sessions: Array, sessions0: Array) -> Array:
    """Factor on a chat's duration with k sessions at once: (1 + f (k-1)) / (1 + f (k0-1))."""
    return (1 + p["chat_slowdown"] * (sessions - 1)) / (1 + p["chat_slowdown"] * (sessions0 - 1))


def transfer_rate(p: Parameters, today: Array, effects: dict[str, Array]) -> Array:
    """Share of contacts transferred: tr0 (1 - ceiling x effect of routing)."""
    return today * (1 - p["routing_ceiling"] * effects["routing_spend"])


def critical_error_rate(p: Parameters, today: Array, training: Array, reviews: Array) -> Array:
    """Share of contacts with a critical error; `training` and `reviews` are progress above today's."""
    return today * (1 - p["error_training"] * training) * (1 - p["error_qa"] * reviews)


def fcr(
    p: Parameters,
    today: Array,
    effects: dict[str, Array],
    programme: Array,
    training: Array,
    reviews: Array,
    more_chats: Array,
) -> Array:
    """Solved first time, in house: logit FCR = logit FCR0 + drivers above today's; less points a further chat.

    Held to 1 to 99 %, or to today's where that is beyond.
    """
    logit = (
        np.log(today / (1 - today))
        + p["fcr_assist"] * effects["agent_assist_spend"]
        + p["fcr_back_office"] * effects["back_office_spend"]
        + p["fcr_programme_effect"] * programme
        + p["fcr_training"] * training
        + p["fcr_qa"] * reviews
    )
    moved = np.where(logit == np.log(today / (1 - today)), today, 1 / (1 + np.exp(-logit)))
    return np.clip(moved - p["chat_fcr_loss"] * more_chats, np.minimum(today, 0.01), np.maximum(today, 0.99))


def plannable(goal: Array, reach: Array) -> Array:
    """Share in time that staff are planned for where only a share `reach` comes while somebody is there.

    min(g, R (g + R)/(1 + R)): the target itself as long as the others make up for those who meet nobody; from g = R^2
    on, of the others a share 1/(1 + R) of what the target lets be late. It rises with the target and never leaps, stays
    below R, and asks for no less of the others than the target does of all.
    """
    found: Array = np.minimum(goal, reach * (goal + reach) / (1 + reach))
    return found


def pooling_gain(cross: Array, cross0: Array, load: Array) -> Array:
    """How far a channel moves from today's towards one shared team: (g - g0)/(1 - g0), g = 1 - (1-f)^(1.1 sqrt a).

    `load` is the channel's mean offered load a, in agents. Below today's (g - g0)/max(g0, 1 - g0): where nearly all is
    shared today, little is left to tell a queue alone by, and dividing by it would blow up; what it then moves, says
    `held_apart`. -1 to 1. Against simulation of small teams: queues alike within 1.5 points of abandonment and 3 of
    service level, very unlike ones within 9 and 7. Agents' share of time busy moves by the same gain towards the whole
    team's: within 4 and 6 points.
    """
    power = 1.1 * np.sqrt(load)
    apart, apart0 = (1 - np.minimum(cross, 1.0)) ** power, (1 - np.minimum(cross0, 1.0)) ** power
    unit = np.where(cross < cross0, np.maximum(apart0, 1 - apart0), np.maximum(apart0, 1e-12))
    return np.clip((apart0 - apart) / unit, -1.0, 1.0)


LEAST_LEFT = 0.25
"""Of a share, of what it lacks to all, and of a wait: as much of today's is left however much less is shared."""
_WAITS = np.array([False, False, True, True, False])


def held_apart(own: Array, team: Array, gain: Array) -> Array:
    """What less sharing than today moves a queue's figures by, in log-odds (waits: logarithms), (.., figure).

    own, team : day zero's of the queue as it is and of all as one team, in the order of `model.network`'s columns. From
    own to own + g (team - own), g < 0; 0 for g >= 0. Of day zero's, and in log-odds, so that the queue goes on to gain
    by its own agents alone: told from a team that others' agents make better, it would lose by them.
    """
    least, most = LEAST_LEFT * own, np.where(_WAITS, np.inf, 1 - LEAST_LEFT * (1 - own))
    then = np.clip(own + np.minimum(gain, 0.0) * (team - own), least, most)
    return log_odds(then) - log_odds(own)


def log_odds(figures: Array) -> Array:
    """Log-odds of shares, logarithms of waits; figures, in the order of `model.network`'s columns, the last axis."""
    found: Array = np.log(np.maximum(figures, 1e-12)) - np.log(np.maximum(1 - np.where(_WAITS, 0, figures), 1e-12))
    return found


def moved(figures: Array, by: Array) -> Array:
    """Figures, the last axis, moved by log-odds (waits: logarithms)."""
    factor = np.exp(by)
    odds = figures / np.maximum(1 - np.where(_WAITS, 0.0, figures), 1e-12) * factor
    found: Array = np.where(_WAITS, figures * factor, odds / (1 + odds))
    return found


def busy_apart(own: Array, team: Array, gain: Array) -> Array:
    """Factor on a queue's share of time busy with less sharing than today: 1 + g (team/own - 1) of day zero, g < 0."""
    return np.maximum(1 + np.minimum(gain, 0.0) * (team / np.maximum(own, 1e-9) - 1), LEAST_LEFT)


def spare_hours(p: Parameters, cross: Array, agents: Array, occupancy: Array) -> Array:
    """Hours a week that cross-trained phone and chat agents give to deferred work: f sum n (u_max - occ)+."""
    idle = np.maximum(p["deferred_utilisation"] - occupancy, 0)
    return cross * over_channels(agents * idle)


def resolution_time(p: Parameters, wait_s: Array, handle_s: Array, fcr: Array) -> Array:
    """Hours from first contact to solved: wait + handle time + (1-FCR) p / (1 - (1-FCR) p) x gap."""
    again = (1 - fcr) * p["repeat_share"]
    return (wait_s + handle_s) / 3600 + again / (1 - again) * p["repeat_gap_h"]
