"""One channel measured from the aggregates of its contacts or tickets."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.intake import staffing, week
from model.intake.aggregates import CELLS, Part
from model.intake.queues import DEFAULTS, Wishes
from model.scenario import Grade

Array = NDArray[np.float64]
COMMON = {"fcr": 0.7, "transfer_rate": 0.12, "critical_error_rate": 0.05, "csat": 0.78, "survey_rate": 0.1}
FIELDS = (
    "arrivals", "agents", "handle_time_s", "patience_s", "target_s", "target_share", "fcr", "transfer_rate",
    "critical_error_rate", "csat", "survey_rate", "service_level", "abandonment", "asa",
)  # fmt: skip
FEWEST_RATINGS = 20
FEWEST_TIMES = 20
NEAR = 0.03
"""So far beyond its bounds a share is still taken, as the bound."""
CALLED = {
    "handle_time_s": "A handle time", "asa": "An average wait", "patience_s": "A patience", "target_s": "A target",
    "abandonment": "A share of contacts given up", "service_level": "A share answered in time",
    "transfer_rate": "A share of transfers", "survey_rate": "A share of surveys answered",
}  # fmt: skip
CHATS_AT_ONCE = 2.0
"""Today's value of the lever `chat_concurrency` where no file says."""


@dataclass
class Measured:
    """A channel on its way: fields of a `Channel`, their grades, and what the company's year is made from.

    `rows` says how many contacts stand behind a measured or inferred field, `errors` its standard error where one is
    known; `special` are days unlike the others, `gaps` days that the source does not cover; `beyond` names figures that
    cannot be, in sentences.
    """

    fields: dict[str, Any]
    grades: dict[str, Grade]
    first: np.datetime64
    last: np.datetime64
    season: week.Season = field(default_factory=lambda: week.Season(None, None))
    forecast_cv: float | None = None
    dated: bool = True
    rows: dict[str, int] = field(default_factory=dict)
    errors: dict[str, float] = field(default_factory=dict)
    special: tuple[np.datetime64, ...] = ()
    gaps: int = 0
    beyond: list[str] = field(default_factory=list)

    @property
    def weekly(self) -> float:
        """Contacts a week."""
        return float(np.sum(self.fields["arrivals"]))

    def put(
        self,
        key: str,
        value: float | None,
        grade: Grade,
        low: float = 0.0,
        high: float = 1e7,
        *,
        rows: float = 0,
        error: float | None = None,
    ) -> None:
        """Set a field where a value was found; one far beyond its bounds is none, and is said to be so."""
        if value is not None and np.isfinite(value):
            if value > high + (NEAR if high <= 1 else 0.0):
                text = f"{value:,.0f} s" if high > 1 else f"{100 * value:,.0f} %"
                self.beyond.append(f"{CALLED.get(key, key)} of {text} cannot be: a usual value stands in")
                return
            self.fields[key] = float(min(max(value, low), high))
            self.grades[key] = grade
            self.rows[key] = round(rows)
            if error is not None:
                self.errors[key] = error

    def share(
        self, key: str, hits: float, of: float, grade: Grade = "measured", low: float = 0.0, high: float = 1.0
    ) -> None:
        """Set a share of so many, with the error of a binomial."""
        if of > 0:
            value = hits / of
            self.put(key, value, grade, low, high, rows=of, error=float(np.sqrt(max(value * (1 - value), 0.0) / of)))

    def staffed(self, agents: Array, grade: Grade, rows: float = 0) -> None:
        """Set the week of agents."""
        self.fields["agents"], self.grades["agents"] = tuple(float(n) for n in agents), grade
        self.rows["agents"] = round(rows)


def start(part: Part, grid: week.Grid, wishes: Wishes) -> Measured:
    """A channel with its week measured and all else assumed."""
    name, kind, label, _ = part.queue
    special = week.special_days(grid)
    profile = week.merged(week.usual_week(grid, special), week.seen_week(grid))
    whole = len(grid.counts) >= 7
    if not whole:
        profile = week.completed(profile, grid)
    fields: dict[str, Any] = {"name": name, "kind": kind, "label": label, "arrivals": tuple(profile)}
    fields |= DEFAULTS[kind] | COMMON
    grades: dict[str, Grade] = dict.fromkeys(FIELDS, "assumed")
    out = Measured(fields, grades | {"arrivals": "measured" if whole else "inferred"}, grid.days[0], grid.days[-1])
    seen = float(np.nansum(grid.counts))
    out.rows["arrivals"] = round(seen)
    out.errors["arrivals"] = out.weekly / max(seen, 1.0) ** 0.5
    out.special = tuple(grid.days[special])
    out.gaps = int(np.isnan(grid.counts).all(axis=1).sum())
    out.season = week.season(grid, profile)
    out.forecast_cv = week.forecast_error(grid, profile)
    out.put("target_s", wishes.seconds(name, part.whole.columns), "measured", 1.0)
    out.put("target_share", wishes.share(name), "measured", 0.01, 0.99)
    return out


def from_contacts(part: Part, wishes: Wishes) -> Measured:
    """Phone or chat from contacts.

    Abandonment counts those who queued only. Patience is the censored estimator: time waited by all who queued over
    those who gave up. Service level and average wait leave out contacts that no agent took.
    """
    cells = part.cells
    out = start(part, _grid(part), wishes)
    if not part.whole.has_time:
        out.grades["arrivals"] = "inferred"
    _handle_time(out, part)
    gone, timed = part.total("abandoned"), part.total("timed")
    told = part.told("outcome", "answered", "abandoned")
    if told:
        out.share("abandonment", gone, part.total("contacts"), high=0.95)
    known = timed >= FEWEST_TIMES
    if known:
        out.put("asa", part.total("wait_answered_s") / timed, "measured", rows=timed)
        out.share("service_level", part.total("in_time"), timed + gone)
    complete = part.total("waits_given_up") >= 0.5 * max(gone, 1)
    if gone >= 10 and known:
        # Where nobody noted how long those who gave up had waited, the answered alone are the time at risk.
        patience = part.total("waited_s") / gone
        out.put("patience_s", patience, "measured" if complete else "inferred", 5.0, rows=timed + gone,
                error=patience / gone**0.5)  # fmt: skip
    judged(out, part)
    unknown = np.full(CELLS, np.nan)
    spread_ = _by_profile if not part.whole.has_time else None

    def sums(name: str, there: bool) -> Array:
        if not there:
            return unknown
        return part.by_cell(name) if spread_ is None else spread_(out, part.total(name))

    staff(out, staffing.Seen(
        sums("contacts", True),
        sums("abandoned", told and gone >= 5),
        sums("waited_s", known and (complete or gone == 0)),
        sums("in_time", known),
    ), float(cells["contacts"].sum()))  # fmt: skip
    return out


def _by_profile(out: Measured, total: float) -> Array:
    """A total spread as the week's contacts are: where no time of day is known, each hour is taken to fare alike."""
    profile = np.array(out.fields["arrivals"])
    spread_: Array = profile / profile.sum() * total
    return spread_


def _grid(part: Part) -> week.Grid:
    cells = part.cells
    return week.grid_of_contacts(
        cells["day"].to_numpy(), cells["slot"].to_numpy(), cells["contacts"].to_numpy(), part.whole.has_time
    )


def _handle_time(out: Measured, part: Part) -> None:
    handled = part.total("handled")
    if handled >= FEWEST_TIMES:
        mean = part.total("handle_s") / handled
        spread_ = max(part.total("handle_s2") / handled - mean**2, 0.0) ** 0.5
        out.put("handle_time_s", mean, "measured", 1.0, 1e6, rows=handled, error=spread_ / handled**0.5)


def judged(out: Measured, part: Part) -> None:
    """Solved first time, transfers and satisfaction of the answered contacts, where the source says."""
    for column, key in (("resolved", "fcr"), ("transferred", "transfer_rate")):
        known = part.total(f"{column}_known")
        if known >= FEWEST_RATINGS:
            out.share(key, part.total(column), known, low=0.01, high=0.99)
    if (rated := part.total("csat_known")) >= FEWEST_RATINGS:
        out.share("csat", part.total("csat"), rated, low=0.01, high=0.99)
        out.share("survey_rate", rated, part.total("asked"))
    if out.grades["fcr"] == "assumed":
        solved_by_no_repeat(out, part)


def solved_by_no_repeat(out: Measured, part: Part) -> None:
    """FCR as the share of answered contacts after which the customer was not back within the window.

    Only contacts with a customer and a whole window behind them count; not used below a third with a customer or 100
    contacts.
    """
    repeats = part.table("repeats")
    if repeats.empty:
        return
    keyed, whole, again = (float(repeats[name].iloc[0]) for name in ("keyed", "whole", "again"))
    if keyed >= part.total("contacts") / 3 and whole >= 100:
        out.share("fcr", whole - again, whole, "inferred", 0.05, 0.98)


def staff(out: Measured, seen: staffing.Seen, rows: float) -> None:
    """Agents from the waits of so many contacts, else as many as the target would need."""
    f = out.fields
    profile = np.array(f["arrivals"])
    sessions = CHATS_AT_ONCE if f["kind"] == "chat" else 1.0
    cv = spread(out)
    if any(not np.isnan(x).any() for x in (seen.abandoned, seen.waited_s, seen.in_time)):
        agents = staffing.infer(profile, seen, f["handle_time_s"], f["patience_s"], f["target_s"], cv, sessions)
        out.staffed(agents, "inferred", rows)
        return
    agents = staffing.for_target(
        profile, f["handle_time_s"], f["patience_s"], f["target_s"], f["target_share"], cv, sessions
    )
    out.staffed(agents, "assumed")


def spread(out: Measured) -> float:
    """Variation of an hour's demand about its mean over the year: forecast error and months together."""
    cv = 0.08 if out.forecast_cv is None else out.forecast_cv
    months = float(np.std(out.season.factors)) if out.season.factors else 0.0
    return float(np.hypot(cv, months))


def from_tickets(part: Part, wishes: Wishes) -> Measured:
    """E-mail or tickets: answered within hours or days, no queue to hang up from."""
    out = start(part, _grid(part), wishes)
    _handle_time(out, part)
    row = part.table("replies").sum()
    if (replied := float(row.get("replied", 0.0))) >= FEWEST_TIMES:
        out.put("asa", float(row["reply_s"]) / replied, "measured", rows=replied)
        # Still open after the target has passed: late; still open within it: not known yet.
        out.share("service_level", float(row["in_time"]), replied + float(row["late"]))
    judged(out, part)
    opening = part.whole.opening.get(part.number)
    agents = staffing.deferred(np.array(out.fields["arrivals"]), out.fields["handle_time_s"],
                               week.office_hours() if opening is None else opening)  # fmt: skip
    out.staffed(agents, "assumed" if opening is None else "inferred", part.total("contacts"))
    return out
