"""What a kept scenario said then and says now, in words."""

import math

from model.assumptions import ASSUMPTIONS
from model.drift import Drift, Gap
from model.levers import LEVERS
from model.outcomes import OUTCOMES
from model.report.assumption_words import called
from model.report.numbers import number, step
from model.scenario import CONDITIONS
from model.version import ENGINE_VERSION

TOLD = ("operating_cost", "service_level", "csat", "fte")
CAUSES = {"model": "the model", "defaults": "standard assumptions", "data": "the figures"}


def then_and_now(drift: Drift, what: str = "link") -> str:
    """What reads otherwise now, and why; empty where every shown digit is the same and nothing was left out.

    `what`: that which was made then, "link" or "version, saved 3 March".
    """
    currency = drift.scenario.baseline.currency
    told = [
        f"{OUTCOMES[key].label} {number(key, gap.then, currency)} then, {number(key, gap.now, currency)} now"
        f"{_causes(key, gap, currency)}"
        for key, gap in drift.gaps.items()
        if key in TOLD and number(key, gap.then, currency) != number(key, gap.now, currency)
    ]
    versions = (drift.receipt.engine_version, ENGINE_VERSION)
    why = f" (model {versions[0]} then, {versions[1]} now)" if versions[0] != versions[1] else ""
    parts = [f"This {what} read otherwise when it was made{why}: " + "; ".join(told) + "."] if told else []
    if drift.left_out:
        names = list(dict.fromkeys(named(key) for key in drift.left_out))
        more = f" and {len(names) - 6} more" if len(names) > 6 else ""
        parts.append(f"Left at today's value, since this version cannot apply it: {', '.join(names[:6])}{more}.")
    return " ".join(parts)


def _causes(key: str, gap: Gap, currency: str) -> str:
    """(the model +$150k, the figures −$20k); nothing where no part shows."""
    parts = {name: getattr(gap, name) for name in CAUSES}
    shown = [
        f"{CAUSES[name]} {text}"
        for name, value in parts.items()
        if math.isfinite(value) and (text := step(key, value, currency))
    ]
    return f" ({', '.join(shown)})" if shown else ""


def named(key: str) -> str:
    """A lever, assumption, condition or target by its name on screen; of a strange key nothing is quoted."""
    kind, _, channel = key.partition(".")
    if kind in LEVERS:
        label = LEVERS[kind].label
    elif key in ASSUMPTIONS:
        label = called(ASSUMPTIONS[key])
    elif kind in CONDITIONS:
        label = CONDITIONS[kind][3].partition(",")[0]
    elif kind in ("target_s", "target_share", "csat", "budget"):
        label = "a target"
    else:
        plain = key.replace("_", " ")
        return f"“{plain}”" if plain.replace(" ", "").isalnum() and len(plain) <= 40 else "something without a name"
    return f"{label}, {channel.replace('_', ' ')}" if channel.replace("_", "").isalnum() else label
