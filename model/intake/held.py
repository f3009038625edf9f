"""The fit of a measurement: its first days measured again, its last days held against what the model makes of them.

Only aggregates are used: the days are cut in the sums by day and half-hour, no row is looked at again.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from model import fit
from model.calibrate import calibrate
from model.errors import TrileverError
from model.fit import Fit
from model.intake.aggregates import DAY, SLOTS, Aggregates, Part
from model.intake.channel import FEWEST_TIMES
from model.intake.counts import has_lost, in_time_of
from model.intake.findings import Measurement
from model.intake.measuring import of_aggregates

HALF_HOUR = 1800
ALIKE = 0.02
"""So near to none or all in time, the share tells nothing of the pace at which messages are worked off."""
ANSWERED = 0.95
"""Of a day's messages: below it the mean time to an answer is that of the quick ones."""


@dataclass(frozen=True, slots=True)
class Held:
    """The fit of a channel, or why there is none, in the user's words."""

    channel: str
    title: str
    fit: Fit | None
    reason: str = ""


def held_back(measured: Measurement) -> tuple[Held, ...]:
    """The fit of every channel of a measurement, in its order."""
    out = []
    for channel, part, found in zip(measured.baseline.channels, measured.parts, measured.findings, strict=True):
        why = _why_not(part)
        if not why:
            special = np.array([day.astype("datetime64[D]").astype(int) for day in found.special], dtype=np.int64)
            got = _of(measured, part, special)
            why = got if isinstance(got, str) else ""
            if isinstance(got, Fit):
                out.append(Held(channel.name, channel.title, replace(got, channel=channel.name, title=channel.title)))
                continue
        out.append(Held(channel.name, channel.title, None, why))
    return tuple(out)


def _why_not(part: Part) -> str:
    source = part.whole
    deferred = part.queue.kind == "deferred"
    if source.kind in ("weekly", "monthly"):
        span = source.kind.removesuffix("ly")
        return f"Totals by {span} say nothing of single days: bring counts by day or half-hour to see the fit."
    if not source.dated:
        return "The days carry no dates, so their weekdays are not known: bring dates to see the fit."
    if deferred and part.table("replies").sum().get("replied", 0.0) < FEWEST_TIMES:
        return ("The file does not say when messages were answered, so nothing of the past can be held against the "
                "model: its answer times follow from volume, handle time and assumed staffing. Bring the time of the "
                "first answer, or of the end, to check them.")  # fmt: skip
    if not deferred and not any(part_of.sum() >= fit.FEWEST for part_of in _counted(by_half_hour(part)).values()):
        return ("The file says neither how long people waited nor who gave up, so nothing of the past can be held "
                "against the model: its waits follow from volume, handle time and assumed staffing. Bring waiting "
                "times, or how each contact ended, to check them.")  # fmt: skip
    if deferred and not source.has_time:
        return "No time of day is known, so answer times cannot be held against the hours: bring times to see the fit."
    if source.kind == "contacts" and not source.has_time:
        return "No time of day is known, so waits cannot be held against the hours: bring times to see the fit."
    return ""


def _of(measured: Measurement, part: Part, special: np.ndarray) -> Fit | str:
    deferred = part.queue.kind == "deferred"
    seen = by_day_of_arrival(part) if deferred else by_half_hour(part)
    known = pd.DataFrame(_counted(seen)).groupby(seen["day"]).sum()
    # A day without data is no day; one that is unlike the others is in neither part.
    told = known.max(axis=1) >= fit.FEWEST
    days = np.asarray(known.index[told & ~known.index.isin(special)], dtype=np.int64)
    if len(days) < fit.FEWEST_DAYS:
        what = "Answer times" if deferred else "Waits"
        return (f"{what} are known on {len(days)} {'day' if len(days) == 1 else 'days'}: too few to hold some back. "
                "Bring two weeks or more.")  # fmt: skip
    cut = fit.split(days)
    if deferred and (why := _says_nothing(seen[seen["day"].isin(days) & (seen["day"] < cut)])):
        return why
    try:
        first = of_aggregates([before(part, cut)], measured.wishes, measured.baseline.name,
                              beside=measured.beside)  # fmt: skip
    except TrileverError:
        return "The first days alone hold too few contacts to be measured: bring a longer period."
    seen["held"] = seen["day"] >= cut
    seen = seen[seen["day"].isin(days)]
    left_out = int((known.index.isin(special) & told).sum())
    found = fit.compare(calibrate(first.baseline), 0, seen, special, left_out)
    what = "times to an answer" if deferred else "waits"
    return found or f"Too few contacts whose {what} are known lie in the days held back: bring a longer period."


def _says_nothing(first: pd.DataFrame) -> str:
    """Why the share in time of the first days does not tell the pace of the work; "" where it does."""
    due = first["service_level_of"].sum()
    if due < fit.FEWEST_RATES:
        return ("Of too few messages the target had passed when the data end, so nothing can be held against it: "
                "bring a longer period, or set a shorter target under Targets and money.")  # fmt: skip
    share = first["service_level"].sum() / due
    if ALIKE < share < 1 - ALIKE:
        return ""
    few = "Nearly all" if share > 0.5 else "Hardly any"
    return (f"{few} messages ({share * 100:.1f} %) were answered in time, which does not tell how many more your "
            "people could have answered: single days cannot be held against that. Set a target nearer to what "
            "happens, under Targets and money, to see the fit.")  # fmt: skip


def before(part: Part, cut: int) -> Aggregates:
    """One queue's aggregates of the days before `cut`, as a source of their own.

    Only the half-hours in which answers are written are those of all days: what is in time is counted in them.
    """
    whole = part.whole
    cells = part.cells
    day = cells["day"] if "day" in cells else cells["start"] // DAY
    replies = part.table("replies")
    early = None if replies.empty else replies[replies["day"] < cut].assign(queue=0)
    opening = {0: whole.opening[part.number]} if part.number in whole.opening else {}
    return replace(
        whole, queues=(part.queue,), cells=cells[day < cut].assign(queue=0), waits=None, raters=None, repeats=None,
        replies=early, opening=opening,
    )  # fmt: skip


def _counted(seen: pd.DataFrame) -> dict[str, pd.Series]:
    """Of each speed, the contacts it is known of."""
    return {name: seen[name] for name in map(str, seen.columns) if name.endswith("_of")}


def by_day_of_arrival(part: Part) -> pd.DataFrame:
    """E-mail or tickets by the day they came: sums of their share in time and time to an answer, for `compare`.

    Counted for the share are those whose target had passed by the end; a mean only where ANSWERED of the day are.
    """
    came = part.cells.groupby("day")["contacts"].sum()
    replies = part.table("replies").set_index("day").reindex(came.index).fillna(0.0)
    whole = replies["replied"] >= ANSWERED * came
    out = pd.DataFrame({"day": came.index.to_numpy(np.int64), "slot": -1, "contacts": came.to_numpy(dtype=float)})
    out["service_level"], out["service_level_of"] = replies["due_in_time"].to_numpy(), replies["due"].to_numpy()
    out["response"] = np.where(whole, replies["reply_s"], 0.0)
    out["response_of"] = np.where(whole, replies["replied"], 0.0)
    return out


def by_half_hour(part: Part) -> pd.DataFrame:
    """The speeds' sums by day and half-hour, as `model.fit.compare` takes them."""
    cells = part.cells
    if "slot" in cells:
        told = part.told("outcome", "answered", "abandoned")
        out = pd.DataFrame({"day": cells["day"], "slot": cells["slot"], "contacts": cells["contacts"]})
        out["asa"], out["asa_of"] = cells["wait_answered_s"], cells["timed"]
        out["service_level"] = cells["in_time"]
        # Where no wait is known at all, nobody is known to be late.
        out["service_level_of"] = np.where(cells["timed"] > 0, cells["timed"] + cells["abandoned"], 0)
        out["abandonment"], out["abandonment_of"] = cells["abandoned"], cells["contacts"] if told else 0
        return out.astype({"day": np.int64, "slot": np.int64}).fillna(0.0)
    start = cells["start"].to_numpy(dtype=np.int64)
    whole = part.whole.kind == "daily"
    out = pd.DataFrame({"day": start // DAY, "slot": -1 if whole else start % DAY // HALF_HOUR})
    offered = cells["offered"].to_numpy(dtype=float)
    out["contacts"] = offered
    out["asa"], out["asa_of"] = cells["wait_sum"].to_numpy(), cells["wait_of"].to_numpy()
    good = in_time_of(part)
    out["service_level"] = cells[good].to_numpy() if good else 0.0
    out["service_level_of"] = (offered if good == "in_time" else cells["level_of"].to_numpy()) if good else 0.0
    lost = has_lost(part) and part.total("lost") >= fit.FEWEST
    out["abandonment"], out["abandonment_of"] = (cells["lost"].to_numpy(), offered) if lost else (0.0, 0.0)
    out = out.fillna(0.0)
    length = int(part.whole.interval_s or 0)
    if not whole and length > HALF_HOUR:
        parts = min(round(length / HALF_HOUR), SLOTS)
        sums = ["contacts", *(name for key in fit.SPEEDS for name in (key, f"{key}_of"))]
        pieces = [out.assign(slot=out["slot"] + k, **{s: out[s] / parts for s in sums}) for k in range(parts)]
        out = pd.concat(pieces, ignore_index=True)
        out = out[out["slot"] < SLOTS]
    return out.groupby(["day", "slot"], as_index=False).sum()
