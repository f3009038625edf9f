"""What the data show beside a baseline: how each field is known, who answers surveys, how patience wears out."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from model.intake.aggregates import LONGEST_WAIT_S, Aggregates, Part
from model.intake.channel import Measured
from model.intake.joined import Beside, Conflict
from model.intake.queues import Wishes
from model.intake.week import FEWEST
from model.scenario import Baseline, Grade

BANDS = (0, 10, 20, 30, 60, 120, 180, 300, 600, 1200, LONGEST_WAIT_S)
"""Seconds between which the hazard of giving up is shown."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a field is known: its channel ("" for the company), its grade, and the contacts behind it (days, for the
    company's); with the standard error where one is known, of chance alone."""

    channel: str
    field: str
    grade: Grade
    rows: int
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Bias:
    """Who answers the survey.

    `csat` as rated, of `rated` contacts in `answered`; `alike` what it would be if contacts of every wait, outcome and
    transfer had answered as often as each other; `least` and `most` the response rates among these groups. What
    nobody can know is how those who did not answer differ within a group.
    """

    answered: int
    rated: int
    csat: float
    alike: float
    least: float
    most: float


@dataclass(frozen=True)
class Findings:
    """Of one channel: survey bias and hazard of giving up where known, days unlike the others, days without data.

    `hazard` has a row a band of waiting: `from_s`, `to_s`, `minutes` waited in it by all together, `gave_up`, and
    `a_minute`, the share that gives up in each minute of it.
    """

    channel: str
    bias: Bias | None
    hazard: pd.DataFrame | None
    special: tuple[np.datetime64, ...]
    gaps: int

    @property
    def constant(self) -> bool | None:
        """Whether patience wears out evenly, as the model takes it: no band in which many should have given up is off
        by half; None where fewer than two bands can tell."""
        if self.hazard is None:
            return None
        overall = self.hazard["gave_up"].sum() / max(self.hazard["minutes"].sum(), 1e-9)
        much = self.hazard[self.hazard["minutes"] * overall >= 30]
        return bool(much["a_minute"].between(overall / 1.5, overall * 1.5).all()) if len(much) > 1 else None


@dataclass(frozen=True)
class Measurement:
    """A baseline with its evidence, findings by channel, and the aggregates it was made from.

    `parts` are the channels' own aggregates, in the baseline's order; `wishes` those it was measured under; `beside`
    what other files said of them; `conflicts` where files do not agree.
    """

    baseline: Baseline
    evidence: tuple[Evidence, ...]
    findings: tuple[Findings, ...]
    sources: tuple[Aggregates, ...]
    parts: tuple[Part, ...] = ()
    wishes: Wishes = field(default_factory=Wishes)
    beside: Beside = field(default_factory=Beside)
    conflicts: tuple[Conflict, ...] = ()

    def frame(self) -> pd.DataFrame:
        """The evidence as a table: channel, field, value, grade, rows, error; the week of a channel as its sum."""
        records = []
        for one in self.evidence:
            owner = self.baseline.channel(one.channel) if one.channel else self.baseline
            value = getattr(owner, one.field)
            number = (float(sum(value)) if one.channel else np.nan) if isinstance(value, tuple) else value
            records.append((one.channel, one.field, number, one.grade, one.rows, one.error))
        return pd.DataFrame(records, columns=["channel", "field", "value", "grade", "rows", "error"])


def findings(measured: Measured, part: Part) -> Findings:
    """What else a channel's aggregates show."""
    return Findings(measured.fields["name"], bias(part), hazard(part), measured.special, measured.gaps)


def bias(part: Part) -> Bias | None:
    """Response rates by group, and CSAT reweighted to all answered contacts; None below 100 ratings.

    alike = sum_g N_g c_g / sum_g N_g, over groups with FEWEST ratings or more; the others join the largest group.
    """
    groups = part.table("raters")
    if groups.empty or groups["rated"].sum() < 100:
        return None
    few = groups["rated"] < FEWEST
    big = groups.loc[~few, ["contacts", "rated", "satisfied"]].to_numpy(dtype=float)
    if not len(big):
        return None
    small = groups.loc[few, ["contacts", "rated", "satisfied"]].to_numpy(dtype=float)
    big[int(np.argmax(big[:, 0]))] += small.sum(axis=0)
    contacts, rated, satisfied = big.T
    asked = rated / contacts
    sure = contacts >= 50
    return Bias(
        round(contacts.sum()), round(rated.sum()), float(satisfied.sum() / rated.sum()),
        float((contacts * satisfied / rated).sum() / contacts.sum()),
        float(asked[sure].min() if sure.any() else asked.min()),
        float(asked[sure].max() if sure.any() else asked.max()),
    )  # fmt: skip


def hazard(part: Part) -> pd.DataFrame | None:
    """Share of those still waiting that gives up in each minute, by band of waiting; None where waits before giving up
    are not known. Those answered leave the risk when answered (censored)."""
    waits = part.table("waits")
    if waits.empty or waits.loc[waits["second"] > 0, "abandoned"].sum() < 30:
        return None
    second = waits["second"].to_numpy(dtype=float)
    left = waits[["answered", "abandoned"]].to_numpy(dtype=float)
    records = []
    for low, high in zip(BANDS, BANDS[1:], strict=False):
        # Waits are rounded up to the second: half a second is taken back.
        inside = np.clip(second - 0.5, low, high) - low
        minutes = float((inside * left.sum(axis=1)).sum() / 60)
        gave_up = float(left[(second > low) & (second <= high), 1].sum())
        if minutes > 0:
            records.append((low, high, minutes, gave_up, gave_up / minutes))
    frame = pd.DataFrame(records, columns=["from_s", "to_s", "minutes", "gave_up", "a_minute"])
    return frame[(frame["gave_up"] == 0) | (frame["gave_up"] >= FEWEST)].reset_index(drop=True)
