"""A volume in time as a week profile: gaps handled, months and growth, forecast error.

Everything starts from one grid: days x 48 half-hours of contacts, nan where the file does not cover them. An average
over covered cells is unbiased whatever is missing.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
CELLS = 336
SLOTS = 48
USUAL_ERROR, USUAL_DAYS = 0.08, 14
FEWEST = 5
"""Cells of fewer contacts, counted over the whole file, are merged with their neighbours."""


@dataclass(frozen=True)
class Grid:
    """Contacts by day and half-hour, (days, 48), nan where not covered; `first` is the first day."""

    first: np.datetime64
    counts: Array

    @property
    def weekdays(self) -> NDArray[np.int64]:
        """0 is Monday."""
        first = int(self.first.astype("datetime64[D]").astype(np.int64))
        return (first + 3 + np.arange(len(self.counts), dtype=np.int64)) % 7

    @property
    def days(self) -> NDArray[np.datetime64]:
        """The calendar day of each row."""
        return self.first + np.arange(len(self.counts))


def grid_of_contacts(day: NDArray[np.int64], slot: NDArray[np.int64], contacts: Array, has_time: bool) -> Grid:
    """Contacts of each day (since 1970) and half-hour. A day without any, where its weekday has five or more, was not
    covered (holiday, gap); nor was a first or last day with under a quarter of its weekday's contacts.

    Without a time of day the contacts of a day are spread over `assumed_day`.
    """
    first = int(day.min())
    days = int(day.max()) - first + 1
    counts = np.bincount((day - first) * SLOTS + slot, contacts, days * SLOTS).reshape(days, SLOTS).astype(float)
    if not has_time:
        counts = counts.sum(axis=1, keepdims=True) * assumed_day()
    return _without_gaps(Grid(np.datetime64(first, "D"), counts))


def _without_gaps(grid: Grid) -> Grid:
    totals = grid.counts.sum(axis=1)
    for weekday in range(7):
        rows = grid.weekdays == weekday
        seen = totals[rows & (totals > 0)]
        if seen.size and np.median(seen) >= FEWEST:
            grid.counts[rows & (totals == 0)] = np.nan
            # An export cut off within a day: its first or last day is not a quiet one.
            for edge in (0, -1):
                if rows[edge] and seen.size > 3 and totals[edge] < 0.25 * np.median(seen):
                    grid.counts[edge] = np.nan
    return grid


def interval_length(start: NDArray[np.datetime64]) -> int:
    """Seconds of an interval: the most frequent step between the distinct times of day, 86,400 for days."""
    clock = np.unique(start.astype("datetime64[s]").astype(np.int64) % 86_400)
    if clock.size < 2:
        return 86_400
    steps, counts = np.unique(np.diff(clock), return_counts=True)
    return int(steps[np.argmax(counts)])


def grid_of_intervals(start: NDArray[np.datetime64], offered: Array, length: int, writes_zeros: bool) -> Grid:
    """One row an interval. Longer than half an hour: split evenly. A row that is missing is a gap, not a zero.

    But where a file never writes a zero, missing rows of quiet hours are its zeros.
    """
    first = start.astype("datetime64[D]").min()
    seconds = (start - first).astype("timedelta64[s]").astype(np.int64)
    days = int(seconds.max() // 86_400) + 1
    parts = max(1, round(length / 1800))
    slot = seconds // 1800
    sums, seen = np.zeros(days * SLOTS + parts), np.zeros(days * SLOTS + parts, dtype=bool)
    for part in range(parts):
        np.add.at(sums, slot + part, offered / parts)
        seen[slot + part] = True
    grid = Grid(first, np.where(seen, sums, np.nan)[: days * SLOTS].reshape(days, SLOTS))
    if not writes_zeros:
        usual = mean_week(grid).reshape(7, SLOTS)[grid.weekdays]
        missing = np.isnan(grid.counts)
        a_day = ~np.asarray(missing.all(axis=1))
        grid.counts[missing & (usual < 3) & a_day[:, None]] = 0.0
    return grid


def mean_week(grid: Grid) -> Array:
    """Contacts of each half-hour of the week, (336,): the mean over the weeks that cover it; 0 where none does."""
    week = np.zeros((7, SLOTS))
    for weekday in range(7):
        rows = grid.counts[grid.weekdays == weekday]
        covered = (~np.isnan(rows)).sum(axis=0)
        week[weekday] = np.where(covered > 0, np.nansum(rows, axis=0) / np.maximum(covered, 1), 0.0)
    return week.ravel()


def usual_week(grid: Grid, special: NDArray[np.bool_]) -> Array:
    """The week as ordinary days have it, (336,), with the volume of the average one.

    Holidays and outages would flatten the weekday on which they fall; but they are part of a year, so the total is
    that of all days.
    """
    mean = mean_week(grid)
    if not special.any():
        return mean
    ordinary = grid.counts.copy()
    ordinary[special] = np.nan
    covered = seen_week(Grid(grid.first, np.where(np.isnan(ordinary), 0.0, 1.0))) > 0
    shape = np.where(covered, mean_week(Grid(grid.first, ordinary)), mean)
    out: Array = shape * (mean.sum() / shape.sum())
    return out


def special_days(grid: Grid) -> NDArray[np.bool_]:
    """Days at half or less, or double or more, of what their weekday and the weeks around them let expect, (days,).

    And by more than four spreads between days, and four of chance alone: holidays, outages, campaigns. None is named
    in less than four weeks, nor where more than a tenth of all days would be.
    """
    none = np.zeros(len(grid.counts), dtype=bool)
    if len(none) < 28:
        return none
    expected, level, apart = _apart(grid, mean_week(grid))
    if np.isnan(apart).all():  # days too scattered for any to be told from those around it
        return none
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(np.maximum(apart, 1e-3))
        chance = np.abs(apart - 1) * np.sqrt(expected * level)
        out: NDArray[np.bool_] = (np.abs(log) >= np.log(2)) & (np.abs(log) > 4 * _spread(log)) & (chance > 4)
    return out if out.mean() <= 0.1 else none


def _apart(grid: Grid, week: Array) -> tuple[Array, Array, Array]:
    """Of each day: contacts its weekday lets expect where covered, level of the five weeks around it, and its volume
    over both (nan where nothing is expected)."""
    usual = np.where(np.isnan(grid.counts), np.nan, week.reshape(7, SLOTS)[grid.weekdays])
    seen, expected = np.nansum(grid.counts, axis=1), np.nansum(usual, axis=1)
    ratio = np.where(expected > 0, seen / np.where(expected > 0, expected, 1), np.nan)
    if len(ratio) >= 56:
        level = pd.Series(ratio).rolling(35, center=True, min_periods=14).median().to_numpy()
    else:
        level = np.ones(len(ratio))
    # Weeks without contacts around a day tell nothing of it.
    return expected, level, np.where(level > 0, ratio / np.where(level > 0, level, 1), np.nan)


def _spread(values: Array) -> float:
    """A standard deviation that few outliers do not move."""
    return float(1.4826 * np.nanmedian(np.abs(values - np.nanmedian(values)))) + 1e-9


def completed(week: Array, grid: Grid) -> Array:
    """A week of which the file holds only some days: the others take the mean of those, by the assumed weight of each
    weekday. A day that was never looked at is not a day without contacts."""
    days = week.reshape(7, SLOTS).copy()
    weight = assumed_week(7, 12).reshape(7, SLOTS).sum(axis=1)
    there = np.isin(np.arange(7), grid.weekdays)
    usual = days[there].sum(axis=0) / weight[there].sum()
    days[~there] = usual * weight[~there][:, None]
    out: Array = days.ravel()
    return out


def seen_week(grid: Grid) -> Array:
    """Contacts seen in the whole file in each half-hour of the week, (336,)."""
    out = np.zeros((7, SLOTS))
    np.add.at(out, grid.weekdays, np.nan_to_num(grid.counts))
    return out.ravel()


def merged(week: Array, seen: Array) -> Array:
    """The week with cells of fewer than FEWEST contacts averaged with their neighbours; its total is kept.

    Runs of busy cells are cut into groups of at least FEWEST; a lonely run below that joins the nearest group.
    """
    week, busy = week.copy(), seen > 0
    if seen.sum() < FEWEST or not busy.any():
        return week
    start = int(np.argmax(~busy)) if not busy.all() else 0
    order = (start + np.arange(CELLS)) % CELLS
    groups: list[list[int]] = []
    small: list[list[int]] = []
    run: list[int] = []
    for cell in [*order, -1]:
        if cell >= 0 and busy[cell]:
            run.append(int(cell))
            continue
        if run:
            made: list[list[int]] = []
            group: list[int] = []
            for member in run:
                group.append(member)
                if seen[group].sum() >= FEWEST:
                    made.append(group)
                    group = []
            if made:
                made[-1] += group
            elif group:
                small.append(group)
            groups += made
            run = []
    if not groups:
        return week  # a file so thin that no group exists is refused before
    for group in small:
        distance = [min((group[0] - g[-1]) % CELLS, (g[0] - group[-1]) % CELLS) for g in groups]
        nearest = groups[int(np.argmin(distance))]
        week[nearest[0]] += week[group].sum()
        week[group] = 0.0
    for group in groups:
        week[group] = week[group].mean()
    return week


@dataclass(frozen=True)
class Season:
    """Month factors, the month after the file's last one first, and growth a year; None where the span is too short."""

    factors: tuple[float, ...] | None
    growth: float | None


def season(grid: Grid, week: Array) -> Season:
    """log(volume of a month against the mean week) = month of the year + growth x years, by least squares.

    Month factors need twelve months of the year with two weeks each, growth two years.
    """
    if len(grid.counts) < 320:
        return Season(None, None)
    usual = np.where(np.isnan(grid.counts), 0.0, week.reshape(7, SLOTS)[grid.weekdays])
    month = grid.days.astype("datetime64[M]").astype(int)
    covered = np.where((~np.isnan(grid.counts)).any(axis=1), 1, 0)
    frame = pd.DataFrame(
        {"month": month, "seen": np.nansum(grid.counts, axis=1), "usual": usual.sum(axis=1), "days": covered}
    )
    by = frame.groupby("month").sum()
    by = by[(by["days"] >= 14) & (by["usual"] > 0) & (by["seen"] > 0)]
    number = np.asarray(by.index, dtype=np.int64)
    of_year = number % 12
    if len(np.unique(of_year)) < 12:
        return Season(None, None)
    years = (number - number.mean()) / 12
    with_growth = bool(np.ptp(number) >= 23)
    design = np.column_stack([of_year[:, None] == np.arange(12), years if with_growth else np.zeros(len(by))])
    solution = np.linalg.lstsq(
        design.astype(float), np.log(np.asarray(by["seen"] / by["usual"], dtype=float)), rcond=None
    )[0]
    factors = np.exp(solution[:12])
    factors /= factors.mean()
    last = grid.days[-1]
    first = int((last + 15).astype("datetime64[M]").astype(int)) % 12
    growth = float(np.clip(np.expm1(solution[12]), -0.5, 1.0)) if with_growth else None
    return Season(tuple(float(f) for f in np.roll(factors, -first)), growth)


def forecast_error(grid: Grid, week: Array) -> float | None:
    """Dispersion of an hour's volume between days beyond Poisson, as a share of its mean.

    CV^2 = sum(r^2 - mu) / sum(mu^2) over covered hours, r the distance from what the weekday and the level of the
    five weeks around it let expect; corrected for the mean being estimated from the same weeks. Days apart from
    the others by more than three of their usual spreads are no forecast error but events, and left out. None below
    two weeks or ten contacts a day, or where days lie too scattered to be compared.
    """
    days = len(grid.counts)
    if days < 14 or np.nansum(grid.counts) < 10 * days:
        return None
    hours = grid.counts.reshape(days, 24, 2).sum(axis=2)  # nan where half of the hour is missing
    usual = week.reshape(7, 24, 2).sum(axis=2)[grid.weekdays]
    _, level, apart = _apart(grid, week)
    if np.isnan(apart).all():
        return None
    weeks = 5.0 if days >= 56 else days / 7
    mu = np.where(np.isnan(hours), np.nan, usual) * level[:, None]
    middle = np.nanmedian(apart)
    ordinary = np.abs(apart - middle) <= 3 * max(_spread(apart), 0.03)
    mu, hours = mu[ordinary], hours[ordinary]
    good = ~np.isnan(mu) & (mu > 0)
    if not good.any():
        return None
    r, mu = (hours - mu)[good], mu[good]
    excess = float((r**2 * weeks / max(weeks - 1, 1) - mu).sum() / (mu**2).sum())
    # Few days say little about how days differ: the usual error stands in for USUAL_DAYS of them.
    known = days - 7
    variance = (max(excess, 0.0) * known + USUAL_ERROR**2 * USUAL_DAYS) / (known + USUAL_DAYS)
    return float(np.clip(np.sqrt(variance), 0.02, 0.4))


def assumed_day() -> Array:
    """Share of a day's contacts in each half-hour, (48,): 8 to 20 h, a peak before noon, a lower one later. Assumed."""
    hour = (np.arange(SLOTS) + 0.5) / 2
    shape = 0.55 + 0.6 * np.exp(-((hour - 10.75) ** 2) / 5) + 0.4 * np.exp(-((hour - 15.25) ** 2) / 6)
    shape = np.where((hour > 8) & (hour < 20), shape * np.where(hour > 17.5, 0.65, 1.0), 0.0)
    out: Array = shape / shape.sum()
    return out


def assumed_week(days: int = 5, hours: float = 10.0, opens: float = 8.0) -> Array:
    """Share of a week's contacts in each half-hour, (336,): `days` from Monday, open `hours` from `opens`. Assumed."""
    clock = (np.arange(SLOTS) + 0.5) / 2
    opens = min(opens, 24 - hours)
    part = (clock - opens) / hours
    day = 0.6 + 0.6 * np.exp(-((part - 0.27) ** 2) / 0.04) + 0.35 * np.exp(-((part - 0.68) ** 2) / 0.05)
    day = np.where((part > 0) & (part < 1), day, 0.0)
    weight = np.array([1.18, 1.06, 1.0, 0.97, 0.92, 0.55, 0.42]) * (np.arange(7) < days)
    week = (weight[:, None] * day).ravel()
    out: Array = week / week.sum()
    return out


def office_hours() -> NDArray[np.bool_]:
    """Half-hours in which work is done, (336,), where nothing says: Monday to Friday, ten hours from 8. Assumed."""
    return assumed_week() > 0


def opening_hours(done: Array) -> NDArray[np.bool_] | None:
    """Half-hours of the week in which work is done, (336,): at least a fifth of the busiest hours' replies.

    None where fewer than 200 replies say too little.
    """
    if done.sum() < 200:
        return None
    by_hour = done.reshape(168, 2).sum(axis=1)
    return np.repeat(by_hour >= 0.2 * np.sort(by_hour)[-8:].mean(), 2)
