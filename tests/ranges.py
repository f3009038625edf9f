"""Likely ranges against plain Monte Carlo: `python -m tests.ranges 100000 [sample ...]`.

Independent random draws of every assumption, no Sobol points, no pairing beyond the scenario and its doing nothing.
Ends with status 1 where a band's end lies further from the same quantile of the random draws than `ALLOWED` parts of
the band's width, beyond what the random draws leave open themselves.
"""

import sys
from collections.abc import Sequence

import numpy as np
import pandas as pd

import model
from model import results
from model.assumptions import ASSUMPTIONS
from model.batch import at_points
from model.uncertainty import LIKELY, ODDS_DRAWS, RANGE_DRAWS

OUTCOMES = ("operating_cost", "service_level", "csat", "revenue_at_risk", "resolution_time")
ALLOWED = {RANGE_DRAWS: 0.2, ODDS_DRAWS: 0.06}
"""Draws of a band -> parts of its width that an end may be off."""
CHUNK = 128


def scenario_of(sample: str) -> model.Scenario:
    """A scenario that moves something of every family."""
    base = model.sample(sample)
    levers = {"self_service_spend": 0.03 * base.labour_cost, "fcr_programme": 0.6, "schedule_flex": 0.4,
              "training_hours": 40.0}  # fmt: skip
    return model.Scenario(name=sample, baseline=base, levers=levers)


def plain(scenario: model.Scenario, n: int, seed: int) -> pd.DataFrame:
    """Differences to doing nothing at the scenario's month of n independent random draws: draw x outcome."""
    rng = np.random.default_rng(seed)
    month, found = np.array([scenario.month]), []
    for start in range(0, n, CHUNK):
        points = rng.random((min(CHUNK, n - start), len(ASSUMPTIONS)))
        this, other = (results.run(at_points(s, points), month, path=False).total for s in _two(scenario))
        found.append(pd.DataFrame({k: (this[k] - other[k])[0, :, 0, 0] for k in OUTCOMES}))
    return pd.concat(found, ignore_index=True)


def _two(scenario: model.Scenario) -> tuple[model.Scenario, model.Scenario]:
    return scenario, scenario.doing_nothing()


def compared(scenario: model.Scenario, n: int, seed: int = 1) -> pd.DataFrame:
    """Each outcome's band from Sobol draws beside the random draws' own: a row an outcome, end and number of draws.

    `off` in parts of the band's width; `open`: three standard errors of the random draws' quantile, likewise.
    """
    random = plain(scenario, n, seed)
    rows = []
    for draws in ALLOWED:
        bands = model.ranges(scenario, draws)
        for key in OUTCOMES:
            values = np.sort(random[key].to_numpy())
            ends = np.quantile(values, LIKELY)
            width = float(ends[1] - ends[0])
            for share, name, end in zip(LIKELY, ("low", "high"), ends, strict=True):
                slip = 3 * np.sqrt(share * (1 - share) / n)
                left, right = np.quantile(values, np.clip([share - slip, share + slip], 0, 1))
                found = float(bands.loc[key, f"difference_{name}"])
                rows.append((draws, key, name, found, float(end), abs(found - end) / width, (right - left) / 2 / width))
    return pd.DataFrame(rows, columns=["draws", "outcome", "end", "band", "random", "off", "open"])


def faults(table: pd.DataFrame) -> list[str]:
    """The ends that are too far off, in words."""
    bad = table[table["off"] > table["draws"].map(ALLOWED) + table["open"]]
    return [f"{r.outcome}, {r.end}, {r.draws} draws: {r.band:.5g} for {r.random:.5g}" for r in bad.itertuples()]


def main(arguments: Sequence[str]) -> int:
    """Compare all samples, or those named; the worst of each is printed."""
    n = int(arguments[0]) if arguments else 100_000
    wrong: list[str] = []
    for sample in arguments[1:] or ("retail", "bank", "software"):
        table = compared(scenario_of(sample), n)
        wrong += [f"{sample}: {fault}" for fault in faults(table)]
        for draws, rows in table.groupby("draws"):
            print(f"{sample}: {draws} Sobol draws against {n:,} random ones: an end is off by {rows['off'].mean():.3f} "
                  f"of the band's width on average, {rows['off'].max():.3f} at most")  # fmt: skip
    print("\n".join(wrong) or "All within what is allowed.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
