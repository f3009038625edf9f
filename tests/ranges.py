"""Likely ranges against plain Monte Carlo.

    python -m tests.ranges [DRAWS] [SAMPLE ...] [--rows FOLDER] [--out FILE]

Independent random draws of every assumption, no Sobol points, no pairing beyond the scenario and its doing nothing.
Both that a band is drawn of: an outcome itself, as in the paths, and its difference to doing nothing, as on the cards.
With `--rows` the draws are kept and it goes on from there where it was cut short. Ends with status 1 where a band's end
lies further from the same quantile of the random draws than `ALLOWED` parts of the band's width, beyond what the random
draws leave open themselves.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

import model
from model import results
from model.assumptions import ASSUMPTIONS
from model.batch import at_points
from model.outcomes import OUTCOMES as NAMED
from model.report import validation
from model.uncertainty import LIKELY, ODDS_DRAWS, RANGE_DRAWS

SAMPLES = ("retail", "bank", "software")
OUTCOMES = ("operating_cost", "service_level", "csat", "revenue_at_risk", "resolution_time")
OF = {"": "itself", "difference_": "difference to doing nothing"}
"""Prefix of a band's columns -> what it is a band of."""
ALLOWED = {RANGE_DRAWS: 0.15, ODDS_DRAWS: 0.05}
"""Draws of a band -> parts of its width that an end may be off.

With 100,000 random draws the worst were 0.117 and 0.032; a third on top for another computer's last digits, and for the
other scenarios that a small share of this tries.
"""
FAR = {RANGE_DRAWS: 0.4, ODDS_DRAWS: 0.1}
"""The same for what a scenario does to the margin at risk: it was 0.334 and 0.082.

It is a product of several assumptions, each of which may be near none, and 32 draws hold few in which all are large. It
is chance, not a lean to one side: over 12 scrambles of the draws the low end is off by 0.24 up or down (standard
deviation; CSAT 0.12, cost 0.06, the others less) and by 0.06 on average.
"""
CHUNK = 512
TITLE = "Likely ranges against random draws"


def scenario_of(sample: str) -> model.Scenario:
    """A scenario that moves something of every family."""
    base = model.sample(sample)
    levers = {"self_service_spend": 0.03 * base.labour_cost, "fcr_programme": 0.6, "schedule_flex": 0.4,
              "training_hours": 40.0}  # fmt: skip
    return model.Scenario(name=sample, baseline=base, levers=levers)


def plain(scenario: model.Scenario, n: int, seed: int, kept: Path | None = None) -> pd.DataFrame:
    """Outcomes at the scenario's month in n independent random draws, and their differences to doing nothing.

    A row a draw, a column an outcome, `difference_` before the second ones. What the file `kept` has is not drawn anew.
    """
    columns = [prefix + key for prefix in OF for key in OUTCOMES]
    found = [pd.read_csv(kept)] if kept and kept.exists() else [pd.DataFrame(columns=columns, dtype=float)]
    month = np.array([scenario.month])
    for start in range(len(found[0]), n, CHUNK):
        points = np.random.default_rng([seed, start]).random((CHUNK, len(ASSUMPTIONS)))
        two = (scenario, scenario.doing_nothing())
        this, other = (results.run(at_points(s, points), month, path=False).total for s in two)
        values = [this[k] for k in OUTCOMES] + [this[k] - other[k] for k in OUTCOMES]
        found.append(pd.DataFrame({column: v[0, :, 0, 0] for column, v in zip(columns, values, strict=True)}))
        if kept:
            found[-1].to_csv(kept, mode="a", index=False, header=not kept.exists())
    return pd.concat([rows for rows in found if len(rows)], ignore_index=True).iloc[:n]


def compared(scenario: model.Scenario, n: int, seed: int = 1, kept: Path | None = None) -> pd.DataFrame:
    """Each band from Sobol draws beside the random draws' own: a row an outcome, end and number of draws.

    `off` in parts of the band's width; `open`: three standard errors of the random draws' quantile, likewise. Bands
    without a width are left out: what does not vary has no range to be wrong about.
    """
    random = plain(scenario, n, seed, kept)
    rows = []
    for draws in ALLOWED:
        bands = model.ranges(scenario, draws)
        for prefix, of in OF.items():
            for key in OUTCOMES:
                values = np.sort(random[prefix + key].to_numpy())
                ends = np.quantile(values, LIKELY)
                width = float(ends[1] - ends[0])
                for share, name, end in zip(LIKELY, ("low", "high"), ends if width else (), strict=bool(width)):
                    slip = 3 * np.sqrt(share * (1 - share) / n)
                    left, right = np.quantile(values, np.clip([share - slip, share + slip], 0, 1))
                    band = float(bands.loc[key, prefix + name])
                    rows.append((draws, of, key, name, band, float(end), (band - end) / width,
                                 (right - left) / 2 / width))  # fmt: skip
    return pd.DataFrame(rows, columns=["draws", "of", "outcome", "end", "band", "random", "off", "open"])


def allowed(table: pd.DataFrame) -> pd.Series:
    """Parts of the band's width that each end may be off."""
    far = (table["outcome"] == "revenue_at_risk") & (table["of"] == OF["difference_"])
    return table["draws"].map(FAR).where(far, table["draws"].map(ALLOWED))


def faults(table: pd.DataFrame) -> list[str]:
    """The ends that are too far off, in words."""
    bad = table[table["off"].abs() > allowed(table) + table["open"]]
    what = (bad["outcome"] + " (" + bad["of"] + "), " + bad["end"]).tolist()
    return [f"{name}, {r.draws} draws: {r.band:.5g} for {r.random:.5g}"
            for name, r in zip(what, bad.itertuples(), strict=True)]  # fmt: skip


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The table of the validation, from comparisons of some samples: a row an outcome, what of it, and number of draws.

    Over samples and both ends, in % of the band's width: by how much an end is off on average and at most, and by how
    much the band is too wide (+) or too narrow.
    """
    rows = []
    for (draws, key, of), ends in table.groupby(["draws", "outcome", "of"], sort=False):
        off = 100 * ends["off"]
        wider = off.where(ends["end"] == "high", -off).groupby(ends["sample"]).sum()
        rows.append((int(draws), NAMED[key].label, of, len(ends), off.abs().mean(), off.abs().max(), wider.mean(),
                     100 * allowed(ends).iloc[0], "yes" if not faults(ends) else "no"))  # fmt: skip
    head = ["draws", "outcome", "of", "ends", "off on average, %", "off at most, %", "wider by, %", "allowed, %",
            "as stated"]  # fmt: skip
    return pd.DataFrame(rows, columns=head).round(1)


def main(arguments: list[str] | None = None) -> int:
    """Compare all samples, or those named."""
    parser = argparse.ArgumentParser(prog="python -m tests.ranges", description=__doc__)
    parser.add_argument("draws", nargs="?", type=int, default=100_000)
    parser.add_argument("samples", nargs="*", default=SAMPLES)
    parser.add_argument("--rows", type=Path, help="keep every draw in this folder, and go on from those it has")
    parser.add_argument("--out", type=Path, help="the table of the validation")
    asked = parser.parse_args(arguments)
    tables = []
    for sample in asked.samples:
        kept = asked.rows / f"{sample}.csv" if asked.rows else None
        tables.append(compared(scenario_of(sample), asked.draws, kept=kept).assign(sample=sample))
    table = pd.concat(tables, ignore_index=True)
    if asked.out:
        note = (
            f"Both ends of the range that is called likely, as shown ({RANGE_DRAWS} draws) and as odds are reckoned "
            f"({ODDS_DRAWS}), against {asked.draws:,} independent random draws of all assumptions in "
            f"{', '.join(asked.samples)}, in % of the range's width. "
            f"Made by python -m tests.ranges {asked.draws} --out"
        )
        validation.keep(shown(table), asked.out, TITLE, note)
    print(shown(table).to_string(index=False))
    wrong = [f"{name}: {fault}" for name, rows in table.groupby("sample", sort=False) for fault in faults(rows)]
    print("\n".join(wrong) or "All within what is allowed.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
