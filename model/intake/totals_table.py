"""The canonical table of a file that counts contacts: one row an interval, a day or a month."""

import re

import numpy as np
import pandas as pd

from model.errors import IntakeError
from model.intake import dates, durations, means, not_counted, ratings
from model.intake.cells import WHOLE, Cells
from model.intake.columns import ROLE_LABELS
from model.intake.dates import Moments
from model.intake.rows import sums_of_others
from model.intake.values import Floats, Mask
from model.intake.words import normalised

WAITS = re.compile(
    r"(?!.*\b(aban\w*|max\w*|longest|level|servic\w*|target|count|calls?|contacts)\b)"
    r".*\b(wait\w*|espera|asa|speed of answer|answer speed|avg speed ans|queue (answer )?time)\b.*"
)
"""What a second column for waiting may be called."""
APART_S, APART = 2.0, 0.02
RATE_APART = 0.005


def totals(cells: Cells, start: Moments | None, text: pd.DataFrame) -> pd.DataFrame:
    """One row an interval: start, offered, answered, abandoned, times, agents and what else the file says."""
    pick, problems, notes = cells.pick, cells.problems, cells.notes
    table = pd.DataFrame(index=range(len(text)))
    if start is not None:
        table["start"] = start
    _volumes(cells, table)
    _times(cells, table)
    _shares(cells, table)
    if {"answered", "abandoned"} <= set(table.columns):
        unequal = (table["offered"] - table["answered"] - table["abandoned"]).abs() > 0.5
        problems.add("balance", "Offered is not answered and given up together", unequal.to_numpy(), "kept")
    _second_wait(cells, table, text)
    keep = _kept(cells, table, start, text)
    table = table.loc[keep]
    if "time" in pick and (length := dates.interval_length(pick["time"])) is not None:
        notes["interval_s"] = str(length)
    if table.empty or table["offered"].sum() <= 0:
        raise IntakeError(f"{cells.name} counts no contacts.", "Choose the column that counts contacts offered.")
    if start is not None:
        keys = ["start", "channel"] if "channel" in table else ["start"]
        again = np.zeros(len(text), dtype=bool)
        again[np.flatnonzero(keep)] = table[keys].duplicated(keep="first").to_numpy()
        problems.add("double", "Rows of the same time as an earlier row: their counts are added", again, "kept")
        table = table.sort_values("start", kind="stable")
    return table.reset_index(drop=True)


def _volumes(cells: Cells, table: pd.DataFrame) -> None:
    """Contacts offered, answered and given up, and agents; what is offered stands in for where it is not told."""
    pick, problems = cells.pick, cells.problems
    for role in (*WHOLE, "agents"):
        if role in pick:
            found = cells.numbers(role) if role == "agents" else cells.counts(role)
            problems.add("negative_count", f"Negative counts: {ROLE_LABELS[role]}", found < 0, "dropped")
            table[role] = np.where(found < 0, np.nan, found)
    if "abandon_rate" in pick:
        _rate(cells, table)
    if "offered" not in table:
        lost = table["abandoned"].fillna(0) if "abandoned" in table else 0
        table["offered"] = table["answered"] + lost
        what = "answered and given up together" if "abandoned" in table else "those answered"
        problems.add("offered", f"Contacts offered are not in the file: {what} are taken", len(table), "kept")


def _times(cells: Cells, table: pd.DataFrame) -> None:
    """Waits and handle times as means; parts that are told apart from handle time are added to it."""
    pick, problems = cells.pick, cells.problems
    for role in ("wait", "abandon_wait", "handle", "hold", "wrap"):
        if role in pick:
            found = cells.durations(role)
            problems.add("negative_time", f"Negative times, left empty: {ROLE_LABELS[role]}", found < 0, "repaired")
            table[role + "_s"] = np.where(found < 0, np.nan, found)
    _means(cells, table)
    for role in ("wait", "abandon_wait", "handle"):
        if f"{role}_s" in table:
            table[f"{role}_s"] = cells.sensible(role, table[f"{role}_s"].to_numpy(dtype=float))
    if "handle_s" in table:
        for part in means.missing_parts(normalised(cells.used["handle"])):
            if f"{part}_s" in table:
                table["handle_s"] += np.nan_to_num(table[f"{part}_s"])


def _shares(cells: Cells, table: pd.DataFrame) -> None:
    """What else the file says of an interval, as it stands there."""
    pick = cells.pick
    if "service_level" in pick:
        table["service_level"] = cells.shares("service_level")
    if "csat" in pick:
        _satisfaction(cells, table)
    if "resolved" in pick:
        table["resolved"] = cells.shares("resolved")
    if "transferred" in pick:
        table["transferred"] = cells.numbers("transferred")
    if "channel" in pick:
        table["channel"] = pick["channel"].astype("category")


def _kept(cells: Cells, table: pd.DataFrame, start: Moments | None, text: pd.DataFrame) -> np.ndarray:
    """Which rows count: with a number of contacts and a time, no sums of others, none that look cut off."""
    problems = cells.problems
    empty = table["offered"].isna().to_numpy()
    problems.add("no_volume", "Rows without a number of contacts", empty, "dropped")
    keep = ~empty if start is None else ~empty & ~np.isnat(start)
    if start is not None:
        sums = sums_of_others(text[[c for c in text.columns if c not in _numbers(cells)]], start,
                              table["offered"].to_numpy(dtype=float))  # fmt: skip
        problems.add("total", "Total rows", sums, "dropped")
        keep &= ~sums
        keep &= ~_not_seen(cells, start, table["offered"].to_numpy(dtype=float), text, keep)
    return keep


def _not_seen(cells: Cells, start: Moments, offered: Floats, text: pd.DataFrame, keep: Mask) -> Mask:
    """Rows that are no contacts that came: of forecasts, of a template filled ahead, of a period that is not whole."""
    problems = cells.problems
    foreseen = keep & not_counted.forecasts(text[[c for c in text.columns if c not in _numbers(cells)]])
    problems.add("forecast", "Rows of a forecast beside those of what came", foreseen, "dropped")
    out = foreseen.copy()
    rows = np.flatnonzero(keep & ~out)
    if not len(rows):
        return out
    empty = not_counted.empty_ends(start[rows], offered[rows], cells.kind)
    problems.add("empty_end", "Days without any contact before the first or after the last one: not counted",
                 rows[empty], "dropped")  # fmt: skip
    out[rows[empty]] = True
    rows = rows[~empty]
    if cells.kind in ("weekly", "monthly"):
        cut, periods = not_counted.cut_off(start[rows], offered[rows])
        said = " and ".join(str(period.astype("datetime64[D]")) for period in periods)
        what = "week" if cells.kind == "weekly" else "month"
        said = f"The {what} from {said} holds less than half of those beside it and looks cut off: not counted"
        problems.add("cut_off", said, rows[cut], "dropped")
        out[rows[cut]] = True
    return out


def _numbers(cells: Cells) -> set[str]:
    """Columns in use that hold figures or moments: no name of a queue is among them."""
    return {column for role, column in cells.used.items() if role != "channel"}


def _means(cells: Cells, table: pd.DataFrame) -> None:
    """Sums of time over an interval's contacts, divided by these contacts."""
    whole: means.Of | None = None
    for role in ("handle", "hold", "wrap", "wait", "abandon_wait"):
        if f"{role}_s" not in table:
            continue
        of = "abandoned" if role == "abandon_wait" else "answered" if "answered" in table else "offered"
        if of not in table:
            continue
        count, seconds = table[of].to_numpy(dtype=float), table[f"{role}_s"].to_numpy(dtype=float)
        words = normalised(cells.used[role])
        found = means.mean_or_sum(words, seconds, count, whole if role in ("hold", "wrap") else None)
        if role == "handle":
            whole = "sum" if "acd" in words.split() else found
        key = f"of_{role}"
        chosen = cells.choices.get(key)
        if found == "sum" or chosen in means.LABELS:
            cells.ask(key, f"{cells.used[role]} of an interval is", means.LABELS, chosen or found, False)
        if (chosen or found) == "sum":
            with np.errstate(invalid="ignore", divide="ignore"):
                table[f"{role}_s"] = np.where(count > 0, seconds / count, np.nan)
            text = f"{cells.used[role]!r} is a sum: divided by {ROLE_LABELS[of].lower()}"
            cells.problems.add(f"sum_{role}", text, count > 0, "repaired")


def _rate(cells: Cells, table: pd.DataFrame) -> None:
    """The share that gave up: stands in for the count where there is none, else is held against it."""
    rate = cells.shares("abandon_rate")
    if {"abandoned", "offered"} <= set(table.columns):
        with np.errstate(invalid="ignore", divide="ignore"):
            counted = table["abandoned"].to_numpy() / table["offered"].to_numpy()
            apart = np.abs(counted - rate) > RATE_APART
        text = f"{cells.used['abandon_rate']!r} is not what the counts give: the counts are used"
        cells.problems.add("rate", text, apart, "kept")
        return
    if "offered" in table and "answered" not in table:
        table["abandoned"] = table["offered"] * rate
        table["answered"] = table["offered"] - table["abandoned"]
    else:
        return
    text = f"Contacts given up are worked out from {cells.used['abandon_rate']!r}"
    cells.problems.add("by_rate", text, ~np.isnan(rate), "kept")


def _satisfaction(cells: Cells, table: pd.DataFrame) -> None:
    percent = cells.texts["csat"].holds("%")
    found = cells.shares("csat") if percent else cells.numbers("csat")
    key = "share" if percent else cells.choices.get("scale") or ratings.scale_of_means(found)
    key = key if key != "words" else "share"
    with np.errstate(invalid="ignore"):
        share = ratings.mean_share(found, key)
        table["csat"] = np.where((share >= 0) & (share <= 1), share, np.nan)
    label = "share" if key == "share" else "per cent" if key == "percent" else f"mean rating {key.replace('-', ' to ')}"
    cells.notes["csat"] = label
    if not percent:
        options = {k: v for k, v in ratings.SCALE_LABELS.items() if k != "words"}
        cells.ask("scale", "Ratings are", options, key, key not in ("share", "percent"))


def _second_wait(cells: Cells, table: pd.DataFrame, text: pd.DataFrame) -> None:
    """Another column for waiting that says something else: named, not used."""
    if "wait_s" not in table:
        return
    for column in text.columns:
        words = normalised(column)
        if column in cells.used.values() or not WAITS.fullmatch(words) or means.SUM.search(words):
            continue
        other = durations.durations(text[column], column, decimal=cells.decimal).seconds
        mine = table["wait_s"].to_numpy()
        with np.errstate(invalid="ignore"):
            apart = np.abs(other - mine) > np.maximum(APART_S, APART * mine)
        said = f"{cells.used['wait']!r} and {column!r} disagree on waiting: the first is used"
        cells.problems.add("two_waits", said, apart, "kept")
