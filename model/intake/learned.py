"""Satisfaction refitted from the ratings on a company's contacts: rows go in, coefficients come out, nothing else."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.intake.columns import SIDES
from model.intake.file import File
from model.intake.filters import Filters
from model.intake.joined import joined
from model.intake.of_file import split_rows
from model.intake.queues import Wishes
from model.refit import Ratings, Refit, refit

SLOW = "deferred"


def learned(*files: Any, channels: Mapping[str, str] | None = None, filters: Filters | None = None) -> Refit | None:
    """What the ratings in these files say of the drivers of satisfaction; None where no contact carries a rating.

    Parameters
    ----------
    files : as `measure` takes them; those that are not in memory as rows (large files, tables of a warehouse) are left
        out: their ratings stay where they are
    channels, filters : as of `measure`
    """
    wishes = Wishes(channels=channels or {}, filters=filters or Filters())
    read = [each for each in files if isinstance(each, File) and not each.trouble]
    whole = [each for each in read if wishes.channels.get(each.name) != ""]
    sides = [each for each in whole if each.kind == "ratings"]
    contacts = [each for each in whole if each.kind not in SIDES]
    if not contacts:
        return None
    sources, _ = joined(contacts, sides, wishes)
    rated = [_rated(number, source, wishes) for number, source in enumerate(sources)]
    parts = [part for part in rated if part is not None]
    # Grades of different scales are no one scale: the file with most ratings decides, the others are satisfied or not.
    if not parts:
        return None
    best = max(parts, key=len)
    same = [part for part in parts if part.attrs["scale"] == best.attrs["scale"]]
    rows = pd.concat(same, ignore_index=True)
    return refit(Ratings(
        rows["level"].to_numpy(dtype=np.int64), best.attrs["satisfied"],
        {key: rows[key].to_numpy(dtype=float) for key in ("csat_resolved", "csat_wait", "csat_transfer")},
        {name: rows[name].to_numpy(dtype=np.int64) for name in ("channel", "team", "reason")},
    ))  # fmt: skip


def _rated(number: int, file: File, wishes: Wishes) -> pd.DataFrame | None:
    """The rated contacts of a file: grade, covariates, and the groups they are in as bare numbers."""
    if file.kind not in ("contacts", "tickets") or "csat" not in file.table:
        return None
    table, queue, queues = split_rows(file, wishes)
    level = table["rating"].to_numpy(dtype=float) if "rating" in table else table["csat"].to_numpy(dtype=float)
    csat = table["csat"].to_numpy(dtype=float)
    use = ~np.isnan(level) & np.isin(csat, (0.0, 1.0)) & (queue >= 0) & (table["state"] != "abandoned").to_numpy()
    if not use.any():
        return None
    unknown = np.full(len(table), np.nan)
    slow = np.array([q.kind == SLOW for q in queues])[np.maximum(queue, 0)]
    wait = np.where(slow, np.nan, table["wait_s"].to_numpy(dtype=float))

    def column(name: str) -> np.ndarray:
        return table[name].to_numpy(dtype=float) if name in table else unknown

    def group(name: str) -> np.ndarray:
        codes = table[name].to_numpy(dtype=np.int64) if name in table else np.full(len(table), -1)
        return np.where(codes < 0, -1, codes + 1000 * number)

    rows: pd.DataFrame = pd.DataFrame({
        "level": level, "csat_resolved": column("resolved"), "csat_wait": np.log1p(wait / 60),
        "csat_transfer": column("transferred"), "channel": queue, "team": group("team"), "reason": group("reason"),
    }).loc[use]  # fmt: skip
    rows.attrs["satisfied"] = int(level[use & (csat == 1)].min()) if (use & (csat == 1)).any() else int(level.max()) + 1
    rows.attrs["scale"] = file.notes.get("csat", "")
    return rows
