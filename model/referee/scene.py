"""What is simulated: queues of contacts, the agents who answer them, and what customers do when it takes too long."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from model.errors import ArgumentError

Shape = Literal["exponential", "lognormal"]
LINE, ARRIVED, WAITED, SERVED, HELD, SOLVED, HOME = range(7)
"""Columns of a run's log: a row a visit, written when the customer leaves. HELD: seconds with an agent; HOME: that
agent's own line, -1 where nobody answered."""


@dataclass(frozen=True)
class Line:
    """One queue and its home team.

    Attributes
    ----------
    name : str
    first_attempts : new contacts a second, Poisson; repeats and retrials come on top.
    agents : whole agents of the team, of whom `flexible` also take contacts of other lines.
    handle_time_s : mean seconds with an agent; `handle_shape` exponential, or lognormal of `handle_cv`.
    patience_s : mean seconds until a waiting customer gives up, exponential.
    target_s : seconds that count as answered in time.
    sessions : contacts an agent holds at once (chats); 1 on the phone.
    slowdown : None: `handle_time_s` holds whatever else the agent does. Else each further contact really held slows all
        of an agent's contacts by this share, and `handle_time_s` is the duration with every session in use.
    fcr : share of answered contacts solved.
    intercept, transfer, critical_error, new_agent : log-odds of satisfaction, and shares of answered contacts with each
        of these drivers.
    """

    name: str
    first_attempts: float
    agents: int
    handle_time_s: float
    patience_s: float
    target_s: float
    flexible: int = 0
    sessions: int = 1
    slowdown: float | None = None
    handle_shape: Shape = "exponential"
    handle_cv: float = 1.0
    fcr: float = 1.0
    intercept: float = 0.0
    transfer: float = 0.0
    critical_error: float = 0.0
    new_agent: float = 0.0

    def __post_init__(self) -> None:
        for name in ("first_attempts", "handle_time_s", "patience_s", "handle_cv"):
            value = getattr(self, name)
            if not 0 < value < math.inf:
                raise ArgumentError(f"{name} of line {self.name} must be finite and above 0.", f"Got {value}.")
        if not 0 <= self.target_s < math.inf:
            raise ArgumentError(f"target_s of line {self.name} must be finite and at least 0.", f"Got {self.target_s}.")
        if self.agents < 1 or self.sessions < 1 or not 0 <= self.flexible <= self.agents:
            raise ArgumentError(
                f"agents and sessions of line {self.name} must be at least 1, flexible at most agents.",
                f"Got agents={self.agents}, sessions={self.sessions}, flexible={self.flexible}.",
            )
        for name in ("fcr", "transfer", "critical_error", "new_agent"):
            if not 0 <= getattr(self, name) <= 1:
                raise ArgumentError(f"{name} of line {self.name} must be a share.", f"Got {getattr(self, name)}.")


@dataclass(frozen=True)
class Scene:
    """Lines that may help each other, and what customers do.

    `retrial_share` of those who gave up and `repeat_share` of the unsolved come back after an exponential gap of mean
    `gap_s`. `away_penalty`: a contact answered by an agent of another line takes this share longer. `drivers` are the
    coefficients of satisfaction, by assumption key (`csat_wait`, ...); absent ones are 0.
    """

    lines: tuple[Line, ...]
    retrial_share: float = 0.0
    repeat_share: float = 0.0
    gap_s: float = 3600.0
    away_penalty: float = 0.0
    drivers: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.lines or len({line.name for line in self.lines}) != len(self.lines):
            raise ArgumentError("lines needs at least one line, each with a name of its own.")
        for name in ("retrial_share", "repeat_share"):
            if not 0 <= getattr(self, name) < 1:
                raise ArgumentError(f"{name} must be a share below 1.", f"Got {getattr(self, name)}.")
        if not 0 < self.gap_s < math.inf:
            raise ArgumentError("gap_s must be finite and above 0.", f"Got {self.gap_s}.")

    @property
    def settles_s(self) -> float:
        """Seconds in which a wrong start fades by a factor e, at most.

        Two histories of the same queue that differ by one contact differ until that contact has left, at rate
        min(1/handle time, 1/patience) or faster; each return of it, with probability below the larger share, adds one
        more gap.
        """
        slowest = max(max(line.handle_time_s, line.patience_s) for line in self.lines)
        worst = min(line.fcr for line in self.lines)
        again = max(self.retrial_share, (1 - worst) * self.repeat_share)
        return (slowest + again * self.gap_s) / (1 - again)
