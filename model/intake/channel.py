"""One channel measured from rows of contacts or tickets."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.intake import staffing, week
from model.intake.file import File
from model.scenario import Grade, Kind

Array = NDArray[np.float64]
CELLS = 336
DEFAULTS: dict[str, dict[str, float]] = {
    "live": {"handle_time_s": 360.0, "patience_s": 180.0, "target_s": 20.0, "target_share": 0.8},
    "chat": {"handle_time_s": 600.0, "patience_s": 240.0, "target_s": 60.0, "target_share": 0.8},
    "deferred": {"handle_time_s": 600.0, "patience_s": 86_400.0, "target_s": 86_400.0, "target_share": 0.9},
}
"""Where a file does not say. Handle times and patience: usual values of published benchmarks; a target: the field's."""
COMMON = {"fcr": 0.7, "transfer_rate": 0.12, "critical_error_rate": 0.05, "csat": 0.78, "survey_rate": 0.1}
FIELDS = (
    "arrivals", "agents", "handle_time_s", "patience_s", "target_s", "target_share", "fcr", "transfer_rate",
    "critical_error_rate", "csat", "survey_rate", "service_level", "abandonment", "asa",
)  # fmt: skip
FEWEST_RATINGS = 20
REPEAT_DAYS = 7
CHATS_AT_ONCE = 2.0
"""Today's value of the lever `chat_concurrency` where no file says."""


@dataclass
class Measured:
    """A channel on its way: fields of a `Channel`, their grades, and what the company's year is made from."""

    fields: dict[str, Any]
    grades: dict[str, Grade]
    first: np.datetime64
    last: np.datetime64
    season: week.Season = field(default_factory=lambda: week.Season(None, None))
    forecast_cv: float | None = None
    dated: bool = True

    @property
    def weekly(self) -> float:
        """Contacts a week."""
        return float(np.sum(self.fields["arrivals"]))

    def put(self, key: str, value: float | None, grade: Grade, low: float = 0.0, high: float = 1e7) -> None:
        """Set a field within its bounds where a value was found."""
        if value is not None and np.isfinite(value):
            self.fields[key] = float(min(max(value, low), high))
            self.grades[key] = grade


def start(
    name: str, kind: Kind, label: str, grid: week.Grid, target_s: float | None, target_share: float | None
) -> Measured:
    """A channel with its week measured and all else assumed."""
    profile = week.merged(week.mean_week(grid), week.seen_week(grid))
    whole = len(grid.counts) >= 7
    if not whole:
        profile = week.completed(profile, grid)
    fields: dict[str, Any] = {"name": name, "kind": kind, "label": label, "arrivals": tuple(profile)}
    fields |= DEFAULTS[kind] | COMMON
    grades: dict[str, Grade] = dict.fromkeys(FIELDS, "assumed")
    out = Measured(fields, grades | {"arrivals": "measured" if whole else "inferred"}, grid.days[0], grid.days[-1])
    out.season = week.season(grid, profile)
    out.forecast_cv = week.forecast_error(grid, profile)
    out.put("target_s", target_s, "measured", 1.0)
    out.put("target_share", target_share, "measured", 0.01, 0.99)
    return out


def from_contacts(
    name: str,
    kind: Kind,
    label: str,
    table: pd.DataFrame,
    file: File,
    target_s: float | None,
    target_share: float | None,
) -> Measured:
    """Phone or chat from rows of contacts.

    Abandonment counts those who queued only. Patience is the censored estimator: time waited by all who queued over
    those who gave up. Service level and average wait leave out contacts that no agent took.
    """
    state = table["state"].to_numpy(dtype="<U9")
    entered = np.isin(state, ("answered", "abandoned", "unserved"))
    table, state = table.loc[entered], state[entered]
    arrived = table["arrived"].to_numpy(dtype="datetime64[s]")
    out = start(name, kind, label, week.grid_of_contacts(arrived, file.has_time), target_s, target_share)
    if not file.has_time:
        out.grades["arrivals"] = "inferred"
    answered, abandoned = state == "answered", state == "abandoned"
    wait, handle = table["wait_s"].to_numpy(dtype=float), table["handle_s"].to_numpy(dtype=float)
    if (~np.isnan(handle[answered])).sum() >= 20:
        out.put("handle_time_s", float(np.nanmean(handle[answered])), "measured", 1.0, 1e6)
    told = bool({"outcome", "answered", "abandoned"} & file.columns.keys())
    if told:
        out.put("abandonment", abandoned.sum() / len(state), "measured", 0.0, 0.95)
    target = out.fields["target_s"]
    timed = answered & ~np.isnan(wait)
    in_time = timed & (wait <= target)
    known = timed.sum() >= 20
    if known:
        out.put("asa", float(wait[timed].mean()), "measured")
        out.put("service_level", in_time.sum() / (timed.sum() + abandoned.sum()), "measured", 0.0, 1.0)
    own_waits = abandoned & (wait > 0)
    complete = own_waits.sum() >= 0.5 * max(abandoned.sum(), 1)
    if abandoned.sum() >= 10 and known:
        # Where nobody noted how long those who gave up had waited, the answered alone are the time at risk.
        out.put("patience_s", float(np.nansum(wait)) / abandoned.sum(), "measured" if complete else "inferred", 5.0)
    judged(out, table, answered)
    cell = week.cell_of(arrived)

    def sums(values: Array, there: bool) -> Array:
        out = np.bincount(cell, weights=values, minlength=CELLS) if there else np.full(CELLS, np.nan)
        return out.astype(np.float64)

    seen = staffing.Seen(
        np.bincount(cell, minlength=CELLS).astype(float),
        sums(abandoned * 1.0, told and abandoned.sum() >= 5),
        sums(np.nan_to_num(wait), known and (complete or not abandoned.any())),
        sums(in_time * 1.0, known),
    )
    staff(out, seen)
    return out


def judged(out: Measured, table: pd.DataFrame, answered: NDArray[np.bool_]) -> None:
    """Solved first time, transfers and satisfaction of the answered contacts, where the file says."""
    part = table.loc[answered]
    for role, key in (("resolved", "fcr"), ("transferred", "transfer_rate")):
        if role in part and part[role].notna().sum() >= FEWEST_RATINGS:
            out.put(key, float(part[role].mean()), "measured", 0.01, 0.99)
    if "csat" in part and (rated := int(part["csat"].notna().sum())) >= FEWEST_RATINGS:
        out.put("csat", float(part["csat"].mean()), "measured", 0.01, 0.99)
        out.put("survey_rate", rated / max(len(part), 1), "measured", 0.0, 1.0)
    if out.grades["fcr"] == "assumed" and "customer" in table:
        out.put("fcr", solved_by_no_repeat(table, answered), "inferred", 0.05, 0.98)


def solved_by_no_repeat(table: pd.DataFrame, answered: NDArray[np.bool_]) -> float | None:
    """Share of answered contacts after which the customer was not back within REPEAT_DAYS.

    Only contacts with a customer and a whole window behind them count; None below a third with a customer, a span of
    two windows, or 100 contacts.
    """
    key, when = table["customer"].to_numpy(), table["arrived"].to_numpy(dtype="datetime64[s]")
    keyed = key >= 0
    window = np.timedelta64(REPEAT_DAYS, "D")
    if keyed.mean() < 1 / 3 or when.max() - when.min() < 2 * window - np.timedelta64(1, "D"):
        return None
    order = np.lexsort((when[keyed], key[keyed]))
    k, t, a = key[keyed][order], when[keyed][order], answered[keyed][order]
    again = np.append((k[1:] == k[:-1]) & (t[1:] - t[:-1] <= window), False)
    whole = a & (t <= when.max() - window)
    return float(1 - again[whole].mean()) if whole.sum() >= 100 else None


def staff(out: Measured, seen: staffing.Seen) -> None:
    """Agents from the waits, else as many as the target would need."""
    f = out.fields
    profile = np.array(f["arrivals"])
    sessions = CHATS_AT_ONCE if f["kind"] == "chat" else 1.0
    cv = spread(out)
    if any(not np.isnan(x).any() for x in (seen.abandoned, seen.waited_s, seen.in_time)):
        agents = staffing.infer(profile, seen, f["handle_time_s"], f["patience_s"], f["target_s"], cv, sessions)
        grade: Grade = "inferred"
    else:
        agents = staffing.for_target(
            profile, f["handle_time_s"], f["patience_s"], f["target_s"], f["target_share"], cv, sessions
        )
        grade = "assumed"
    f["agents"], out.grades["agents"] = tuple(float(n) for n in agents), grade


def spread(out: Measured) -> float:
    """Variation of an hour's demand about its mean over the year: forecast error and months together."""
    cv = 0.08 if out.forecast_cv is None else out.forecast_cv
    months = float(np.std(out.season.factors)) if out.season.factors else 0.0
    return float(np.hypot(cv, months))


def from_tickets(
    name: str,
    kind: Kind,
    label: str,
    table: pd.DataFrame,
    file: File,
    target_s: float | None,
    target_share: float | None,
) -> Measured:
    """E-mail or tickets: answered within hours or days, no queue to hang up from."""
    arrived = table["arrived"].to_numpy(dtype="datetime64[s]")
    out = start(name, kind, label, week.grid_of_contacts(arrived, file.has_time), target_s, target_share)
    handle = table["handle_s"].to_numpy(dtype=float)
    if (~np.isnan(handle)).sum() >= 20:
        out.put("handle_time_s", float(np.nanmean(handle)), "measured", 1.0, 1e6)
    if "reply_s" in table:
        reply = table["reply_s"].to_numpy(dtype=float)
    elif "resolved_at" in table:
        reply = (table["resolved_at"] - table["arrived"]).dt.total_seconds().to_numpy(dtype=float)
    else:
        reply = table["wait_s"].to_numpy(dtype=float)
    known = reply >= 0
    opening, grade = _opening(table, file)
    if known.sum() >= 20:
        out.put("asa", float(reply[known].mean()), "measured")
        # Promises are kept in opening hours: a ticket of Friday night is not late on Monday morning.
        end = arrived[known] + reply[known].astype("timedelta64[s]")
        within = open_seconds(end, opening) - open_seconds(arrived[known], opening) <= out.fields["target_s"]
        # Still open after the target has passed: late; still open within it: not known yet.
        age = open_seconds(np.full((~known).sum(), arrived.max()), opening) - open_seconds(arrived[~known], opening)
        late = (age > out.fields["target_s"]).sum()
        out.put("service_level", within.sum() / (known.sum() + late), "measured", 0.0, 1.0)
    judged(out, table, np.ones(len(table), dtype=bool))
    agents = staffing.deferred(np.array(out.fields["arrivals"]), out.fields["handle_time_s"], opening)
    out.fields["agents"], out.grades["agents"] = tuple(float(n) for n in agents), grade
    return out


def _opening(table: pd.DataFrame, file: File) -> tuple[NDArray[np.bool_], Grade]:
    """Half-hours of work, from the times of replies and ends where there are enough, else office hours."""
    moments = [
        table[role].dropna().to_numpy(dtype="datetime64[s]") for role in ("replied_at", "resolved_at") if role in table
    ]
    found = opening_hours(moments[0]) if moments and file.has_time else None
    return (week.assumed_week(5, 10) > 0, "assumed") if found is None else (found, "inferred")


def open_seconds(moments: NDArray[np.datetime64], opening: NDArray[np.bool_]) -> Array:
    """Opening seconds since a fixed Monday, of each moment."""
    seconds = moments.astype("datetime64[s]").astype(np.int64) + 3 * 86_400
    weeks, rest = np.divmod(seconds, CELLS * 1800)
    before = np.concatenate([[0], np.cumsum(opening)]) * 1800.0
    cell = rest // 1800
    out: Array = weeks * before[-1] + before[cell] + opening[cell] * (rest % 1800)
    return out


def opening_hours(moments: NDArray[np.datetime64]) -> NDArray[np.bool_] | None:
    """Half-hours of the week in which work is done, (336,): at least a fifth of the busiest one's replies."""
    if len(moments) < 200:
        return None
    by_hour = np.bincount(week.cell_of(moments) // 2, minlength=168)
    return np.repeat(by_hour >= 0.2 * np.sort(by_hour)[-8:].mean(), 2)
