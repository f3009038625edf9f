"""simulate: a scene in which nothing changes, run until its figures are known well enough."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.errors import ArgumentError
from model.referee.estimate import FIGURES, SHARES, Batches, Figure
from model.referee.scene import Scene

HALF_WIDTH = 0.005
FEWEST_BATCHES = 40
"""Before the first look at the widths: a rule that stops as soon as a small sample looks narrow would be too sure."""
WARM_UP = 12.0
BATCH = 30.0
"""Warm-up and length of a batch, in times `Scene.settles_s`: the start is forgotten to e^-12, and neighbouring batches
share about a sixtieth of their variance."""


@dataclass(frozen=True)
class Simulated:
    """What was found.

    `table` : a row a line and figure: line, figure, value, half_width, low, high (shares 0 to 1, times in s).
    `contacts` counted, warm-up aside. `ended` : "precise" (every share within the half-width), "cap" or "stopped".
    """

    scene: Scene
    table: pd.DataFrame
    contacts: int
    batches: int
    ended: str

    def figure(self, line: str, name: str) -> pd.Series:
        """One row of the table."""
        table = self.table
        return table[(table["line"] == line) & (table["figure"] == name)].iloc[0]


def simulate(
    scene: Scene,
    *,
    half_width: float = HALF_WIDTH,
    most_contacts: float = 1_000_000,
    seed: int = 7,
    progress: Callable[[float, Simulated], object] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Simulated:
    """Run a scene in Ciw until the 95 % interval of every share is at most `half_width` to either side.

    Parameters
    ----------
    half_width : float
        Of shares; waits are as precise as they come out.
    most_contacts : float
        The cap: about so many visits, then it ends as it stands.
    seed : int
        Same scene, same seed: same numbers, whatever else runs.
    progress : callable, optional
        Called with the share of the way gone (0 to 1, a guess) and what is known so far.
    stopped : callable
        Asked after each batch; True ends the run with what is known.

    Returns
    -------
    Simulated
        With nan half-widths where it was stopped before there were batches enough.
    """
    if not 0 < half_width < 1:
        raise ArgumentError("half_width must lie between 0 and 1.", f"Got {half_width}.")
    from model.referee.room import Room  # Ciw is only needed, and only loaded, where something is simulated

    room, batches = Room(scene, seed), Batches(scene, seed)
    rate = sum(line.first_attempts for line in scene.lines)
    # At least two hundred contacts a batch, or ratios of small counts would be skewed.
    length = max(BATCH * scene.settles_s, 200 / rate)
    now = WARM_UP * scene.settles_s
    room.advance(now)
    before, look, ended = room.surplus(), FEWEST_BATCHES, "cap"
    while True:
        now += length
        visits = room.advance(now)
        after = room.surplus()
        batches.add(visits, length, [b - a for a, b in zip(before, after, strict=True)])
        before, count = after, len(batches.sums)
        if stopped():
            ended = "stopped"
            break
        if count >= look:
            found = _simulated(scene, batches, "running")
            widest = _widest(found)
            if widest <= half_width:
                ended = "precise"
                break
            if progress is not None:
                progress(min((half_width / widest) ** 2, 1.0), found)
            look = math.ceil(count * 1.25)
        if batches.contacts >= most_contacts and count >= FEWEST_BATCHES:
            break
    return _simulated(scene, batches, ended)


def _widest(found: Simulated) -> float:
    shares = found.table[found.table["figure"].isin(SHARES)]
    return float(np.nanmax(shares["half_width"].to_numpy(), initial=0.0))


def _simulated(scene: Scene, batches: Batches, ended: str) -> Simulated:
    rows = []
    for i, line in enumerate(scene.lines):
        found: dict[str, Figure] = batches.figures(i)
        for name in FIGURES:
            one = found[name]
            rows.append((line.name, name, one.value, one.half_width, one.low, one.high))
    table = pd.DataFrame(rows, columns=pd.Index(["line", "figure", "value", "half_width", "low", "high"]))
    return Simulated(scene, table, batches.contacts, len(batches.sums), ended)
