"""From batches of visits to shares and waits with honest intervals.

Each figure is a ratio of sums, R = sum y / sum x over batches. Its residuals d_i = (y_i - R x_i) / mean x are regressed
on sums whose expectation is known to be 0 (arrivals less those expected, handle times and patience drawn less their
means: control variates, Lavenberg and Welch 1981); R is corrected by what the run's own luck explains, and the interval
is Student's t of what is left, with batches - 1 - controls degrees of freedom.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from model.referee.scene import ARRIVED, HELD, HOME, LINE, SERVED, SOLVED, WAITED, Scene

Array = NDArray[np.float64]
SHARES = ("service_level", "abandonment", "occupancy", "csat", "csat_surveyed")
TIMES = ("asa", "mean_wait")
FIGURES = (*SHARES[:3], *TIMES, *SHARES[3:])
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Figure:
    """A simulated figure: its value, half the width of its 95 % interval, and each batch's residual."""

    value: float
    half_width: float
    residuals: Array

    @property
    def low(self) -> float:
        return self.value - self.half_width

    @property
    def high(self) -> float:
        return self.value + self.half_width


@lru_cache(maxsize=4096)
def _student(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + CONFIDENCE / 2))


def ratio(above: Array, below: Array, controls: Array | None = None, also: Array | None = None) -> Figure:
    """sum(above) / sum(below) over batches with its interval; nan where nothing happened or batches are too few.

    above, below (batch,); controls (batch, control) of expectation 0; `also` (batch,) are residuals of another figure
    that this one depends on, times the slope.
    """
    total = below.sum()
    if total <= 0:
        return Figure(math.nan, math.nan, np.zeros(len(above)))
    value = float(above.sum() / total)
    residuals = (above - value * below) / (total / len(below))
    if also is not None:
        residuals = residuals + also
    used = _worthwhile(controls, len(above))
    correction = 0.0
    if used is not None:
        mean = used.mean(axis=0)
        slope, *_ = np.linalg.lstsq(used - mean, residuals, rcond=None)
        correction = float(mean @ slope)
        residuals = residuals - (used - mean) @ slope
    count = 0 if used is None else used.shape[1]
    freedom = len(above) - 1 - count
    if freedom < 1:
        return Figure(value, math.nan, residuals)
    # What the controls' own mean adds to the variance of the corrected value.
    leverage = 1.0 if used is None else 1.0 + len(above) * _distance(used)
    spread = math.sqrt(float(residuals @ residuals) / freedom / len(above) * leverage)
    return Figure(value - correction, _student(freedom) * spread, residuals)


def _worthwhile(controls: Array | None, batches: int) -> Array | None:
    """Controls that vary, as long as there are at least eight batches for each."""
    if controls is None:
        return None
    varied = controls[:, controls.std(axis=0) > 0]
    return varied if varied.shape[1] and batches >= 8 * varied.shape[1] + 2 else None


def _distance(controls: Array) -> float:
    """Squared distance of the controls' mean from 0 in their own spread, over the batches: c' (C'C)^-1 c."""
    mean = controls.mean(axis=0)
    centred = controls - mean
    return float(mean @ np.linalg.lstsq(centred.T @ centred, mean, rcond=None)[0])


class Batches:
    """Sums a batch, of every line; figures from them. Visits of satisfied and dissatisfied are told apart one by one.

    `add` takes the visits of a batch (columns of `scene`), its length in s and its controls.
    """

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene = scene
        self.luck = np.random.default_rng(np.random.SeedSequence([seed, 1]))
        self.sums: list[Array] = []
        self.controls: list[Sequence[float]] = []
        self.felt: list[list[Array]] = []

    def add(self, visits: Array, seconds: float, controls: Sequence[float]) -> None:
        """Count one batch in."""
        rows = []
        felt = []
        for i, line in enumerate(self.scene.lines):
            own = visits[visits[:, LINE] == i]
            served = own[:, SERVED] > 0
            waits = own[:, WAITED]
            in_time = served & (waits <= line.target_s)
            capacity = seconds * line.agents * line.sessions
            rows.append(
                [len(own), served.sum(), in_time.sum(), waits[served].sum(), waits.sum(),
                 visits[visits[:, HOME] == i, HELD].sum(), capacity]
            )  # fmt: skip
            felt.append(self._log_odds(i, own[served]))
        self.sums.append(np.array(rows, dtype=float))
        self.controls.append(controls)
        self.felt.append(felt)

    @property
    def contacts(self) -> int:
        """Visits counted."""
        return int(sum(rows[:, 0].sum() for rows in self.sums))

    def _log_odds(self, i: int, answered: Array) -> Array:
        """Log-odds of each answered contact's satisfaction but for the load on agents, from what really happened."""
        line, b = self.scene.lines[i], self.scene.drivers
        x = line.intercept + b.get("csat_resolved", 0.0) * answered[:, SOLVED]
        x = x + b.get("csat_wait", 0.0) * np.log1p(answered[:, WAITED] / 60.0)
        for driver in ("transfer", "critical_error", "new_agent"):
            struck = self.luck.random(len(answered)) < getattr(line, driver)
            x = x + b.get(f"csat_{driver}", 0.0) * struck
        return x

    def figures(self, i: int) -> dict[str, Figure]:
        """All figures of a line. Occupancy is its own team's share of time busy, whosever contacts they hold."""
        table = np.stack([rows[i] for rows in self.sums])
        offered, served, in_time, wait_served, wait, held, capacity = table.T
        controls = np.array(self.controls)
        found = {
            "service_level": ratio(in_time, offered, controls),
            "abandonment": ratio(offered - served, offered, controls),
            "occupancy": ratio(held, capacity, controls),
            "asa": ratio(wait_served, served, controls),
            "mean_wait": ratio(wait, offered, controls),
        }
        busy = found["occupancy"].value
        satisfied = self._satisfied(i, busy)
        # Satisfaction depends on time busy, which is itself estimated: its residuals come along, times the slope.
        slope = (self._satisfied(i, busy + 1e-4).sum() - satisfied.sum()) / 1e-4
        raw = (held - (held.sum() / capacity.sum()) * capacity) / capacity.mean()
        found["csat"] = ratio(satisfied, offered, controls, slope / offered.sum() * raw)
        found["csat_surveyed"] = ratio(satisfied, served, controls, slope / max(served.sum(), 1.0) * raw)
        return found

    def _satisfied(self, i: int, occupancy: float) -> Array:
        """Expected satisfied contacts of each batch, contact by contact, at this share of time busy."""
        beyond = 0.02 * math.log1p(math.exp((occupancy - 0.85) / 0.02))
        load = self.scene.drivers.get("csat_overload", 0.0) * beyond / 0.1
        return np.array([float((1 / (1 + np.exp(-(felt[i] + load)))).sum()) for felt in self.felt])


def arrived_between(visits: Array, start: float, end: float) -> Array:
    """Visits that began in [start, end)."""
    began = visits[:, ARRIVED]
    return visits[(began >= start) & (began < end)]
