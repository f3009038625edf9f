"""How well the model explains days it has not seen: fitted on the first days of a file, tested on the rest.

What is taken as known of a held-back day is its number of contacts, nothing else: staffing, handle time, patience and
the shape of the week come from the days before it. So the gaps are the queue's, not the forecast's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from model import quadrature, queueing
from model.assumptions import ASSUMPTIONS
from model.calibrate import EFFICIENCY, TRUSTED, Calibrated
from model.scenario import Channel

Array = NDArray[np.float64]
Verdict = Literal["good", "fair", "poor"]
CELLS, SLOTS = 336, 48
SPEEDS = ("asa", "service_level", "abandonment")
ANSWERS = ("service_level", "response")
"""What is compared of e-mail and tickets: the share in time, and seconds to an answer."""
FIRST_SHARE = 0.65
"""Of the days, those that the model is fitted on."""
FEWEST_DAYS, FEWEST_TESTED = 8, 3
FEWEST, GROUP = 5, 30
"""Contacts below which nothing is shown of a day; contacts that a point of a picture by half-hour stands for."""
FEWEST_RATES = 100
"""Contacts in the days held back below which their speeds are chance."""
NODES = 3
DAYS_AFTER = 63
"""Days after the last in which its backlog is worked off; what takes longer counts as so long."""
SMALLEST_CV = 0.02
"""Relative error of the work that is done ahead of a message, at least, as in `calibrate`."""
BAND = (0.1, 0.9)
SOFT_S = 3.0
"""Seconds added to a wait before its logarithm is taken: below it differences are nobody's concern."""
GOOD = {"asa": (5.0, 0.3), "service_level": (0.05, 0.0), "abandonment": (0.02, 0.3), "response": (1800.0, 0.3)}
FAIR = {"asa": (10.0, 0.6), "service_level": (0.10, 0.0), "abandonment": (0.04, 0.6), "response": (3600.0, 0.6)}
"""What the total over the held-back days may be off by: so much, or that share of what was measured if it is more."""


@dataclass(frozen=True, slots=True)
class Speed:
    """One speed over the days held back.

    `gap` : what the model is within on `within` of the `days`, nine of ten where there are ten (s, or a share)
    `actual`, `modelled` : over all these days together
    `plain_gap` : the same as `gap` had each day been taken for the average of the days before
    `inside` : days within the band
    """

    key: str
    gap: float
    within: int
    days: int
    actual: float
    modelled: float
    plain_gap: float
    inside: int

    @property
    def verdict(self) -> Verdict:
        """Of the total over these days: good, fair or poor."""
        off = abs(self.modelled - self.actual)

        def allowed(by: tuple[float, float]) -> float:
            return max(by[0], by[1] * self.actual)

        if off <= allowed(GOOD[self.key]):
            return "good"
        return "fair" if off <= allowed(FAIR[self.key]) else "poor"


@dataclass(frozen=True)
class Fit:
    """Modelled against actual, of one channel.

    `days` : a row a day of FEWEST contacts or more: day, held, contacts, and of each speed its actual, modelled, low
    and high (8 in 10 days of those fitted on lay so far from the model). `hours` and `weekdays` : of the days held
    back, groups of GROUP contacts or more: first, last (half-hours of the day or weekdays, both included), contacts,
    run (groups of one run have nothing closed between them), actual and modelled of each speed; `hours` has no rows
    where no time of day is known.
    `efficiency` : as calibrated on the days fitted on. `left_out` : days unlike the others, in neither part.
    `deferred` : e-mail or tickets, each counted on the day it came.
    """

    channel: str
    title: str
    fitted_days: int
    tested_days: int
    left_out: int
    efficiency: float
    speeds: tuple[Speed, ...]
    days: pd.DataFrame
    hours: pd.DataFrame
    weekdays: pd.DataFrame
    deferred: bool = False

    @property
    def verdict(self) -> Verdict:
        """The worst of the speeds'; poor where the staffing has to be taken far from what it is said to be."""
        found = {speed.verdict for speed in self.speeds}
        if "poor" in found or not TRUSTED[0] <= self.efficiency <= TRUSTED[1]:
            return "poor"
        return "fair" if "fair" in found else "good"


def split(days: NDArray[np.int64]) -> int:
    """The first day held back, of the days there are (in order): so that FIRST_SHARE of them lie before it."""
    return int(days[min(round(FIRST_SHARE * len(days)), len(days) - 1)])


def compare(
    known: Calibrated, place: int, seen: pd.DataFrame, special: NDArray[np.int64], left_out: int = 0
) -> Fit | None:
    """The fit of one channel.

    Parameters
    ----------
    known : the baseline of the days fitted on, calibrated
    place : of the channel in that baseline
    seen : a row a day and half-hour covered: `day` (since 1970), `slot` (0 to 47; -1 for the whole day), `held`,
        `contacts`, and of each speed (SPEEDS, of e-mail and tickets ANSWERS) its sum and `_of`, over which the sum is
        its mean; `_of` 0 where it is not known
    special : days to leave out of both parts

    Returns
    -------
    None where the days held back are too few, or hold too few contacts whose speeds are known, to say anything.
    """
    channel = known.baseline.channels[place]
    later = channel.kind == "deferred"
    seen = seen[~seen["day"].isin(special)].sort_values(["day", "slot"], kind="stable")
    whole = bool((seen["slot"] < 0).any())
    came = np.asarray(channel.arrivals).reshape(7, SLOTS)
    day, at = np.unique(seen["day"].to_numpy(), return_inverse=True)
    if not len(day):
        return None
    weekday = (day + 3) % 7
    counted = np.bincount(at, seen["contacts"]).astype(np.float64)
    covered = np.ones((len(day), SLOTS), dtype=bool)
    if not whole:
        covered[:] = False
        covered[at, seen["slot"].to_numpy()] = True
    expected = np.where(covered, came[weekday], 0.0)
    usual = expected.sum(axis=1)
    good = (usual > 0) & (counted >= FEWEST)
    factors = np.where(good, counted / np.where(usual > 0, usual, 1), 0.0)
    held = np.zeros(len(day), dtype=bool)
    held[at] = seen["held"].to_numpy()
    tested, fitted = good & held, good & ~held
    if tested.sum() < FEWEST_TESTED or fitted.sum() < FEWEST_TESTED or counted[tested].sum() < FEWEST_RATES:
        return None
    cv, efficiency = _within_days(known, factors, counted, fitted), float(known.efficiency[place])
    if later:
        came_on = expected * np.where(good, factors, 1.0)[:, None]
        told = seen[fitted[at]]
        goal = float(told["service_level"].sum() / max(told["service_level_of"].sum(), 1))

        def at_efficiency(e: float) -> dict[str, Array]:
            return _worked_off(channel, e, max(cv, SMALLEST_CV), came_on, came, day)

        efficiency = _solved(lambda e: _level(at_efficiency(e), came_on, fitted), goal)
        cells = at_efficiency(efficiency)
    else:
        c = int(np.flatnonzero(known.live == place)[0])
        cells = _modelled(known, c, np.where(good, factors, 1.0), weekday, cv)
    weight = expected * factors[:, None]
    keys = ANSWERS if later else SPEEDS
    days, hours, weekdays, speeds = _tables(seen, at, day, weekday, weight, cells, good, held, whole, keys)
    if not speeds:
        return None
    return Fit(
        channel.name, channel.title, int(fitted.sum()), int(tested.sum()), left_out, efficiency,
        speeds, days, hours, weekdays, later,
    )  # fmt: skip


def _level(cells: dict[str, Array], came: Array, days: NDArray[np.bool_]) -> float:
    return float(np.sum(cells["level"][days] * came[days]) / max(np.sum(came[days]), 1e-9))


def _solved(level: Callable[[float], float], goal: float) -> float:
    """The efficiency at which the share in time is the one of the days fitted on; the nearer end where none is."""
    low, high = np.log(EFFICIENCY)
    goal = min(max(goal, 0.02), 0.995)
    for _ in range(24):
        middle = 0.5 * (low + high)
        enough = level(float(np.exp(middle))) >= goal
        low, high = (low, middle) if enough else (middle, high)
    return float(np.exp(0.5 * (low + high)))


def _worked_off(
    channel: Channel, efficiency: float, error: float, came: Array, expected: Array, day: NDArray[np.int64]
) -> dict[str, Array]:
    """Each day's half-hours, (day, 48), by arrival: share in time, seconds to an answer, of a backlog day after day.

    As `model.deferred` has it, first in first out, but with the contacts that `came` on each of the days in place of
    the same week again and again; a day not among them brings what is usual on it (`expected`, (7, 48)).
    """
    rate = ASSUMPTIONS["deferred_utilisation"].mode * 1800 / channel.handle_time_s
    span = np.arange(day[0], day[-1] + 1)
    # After the last day come usual weeks, in which what is left is worked off.
    weekdays = (np.arange(day[0], day[-1] + 1 + DAYS_AFTER) + 3) % 7
    work = (np.asarray(channel.agents).reshape(7, SLOTS) * efficiency * rate)[weekdays].ravel()
    arrivals = expected[weekdays[: len(span)]].copy()
    arrivals[day - day[0]] = came
    arrivals = arrivals.ravel()
    ahead = np.concatenate([[0.0], np.cumsum(work)])
    opened = np.concatenate([[0.0], np.cumsum(work > 0)])
    total = np.concatenate([[0.0], np.cumsum(arrivals)])
    # What is left is what came since the last moment at which nothing was: the lowest point of arrivals less work.
    net = total - ahead[: len(total)]
    left = net - np.minimum.accumulate(net)
    queue, start = left[:-1] + 0.5 * arrivals, np.arange(len(arrivals))
    steps = np.arange(len(ahead))
    by_target = np.interp(opened[start] + channel.target_s / 1800, opened, ahead)
    within = by_target - ahead[start]
    spread = np.sqrt(queue + 1 + (error * within) ** 2)
    # Before the next hour of work nothing is done, which the sums do not tell.
    done = np.interp(ahead[start] + np.maximum(queue, 1e-9), ahead, steps)
    hours = np.maximum(done - start - 0.5, 0.25) * 0.5
    picked = day - day[0]
    level = ndtr((within - queue) / spread).reshape(-1, SLOTS)[picked]
    wait = hours.reshape(-1, SLOTS)[picked] * 3600
    return {"gone": 0 * wait, "wait": wait, "level": level}


def _within_days(known: Calibrated, factors: Array, counted: Array, fitted: NDArray[np.bool_]) -> float:
    """Forecast error that is left once a day's volume is known: cv^2 less the variance between days beyond chance."""
    between = float(np.var(factors[fitted])) - float(np.mean(1 / counted[fitted]))
    return float(np.sqrt(max(known.baseline.forecast_cv**2 - max(between, 0.0), 0.0)))


def _modelled(known: Calibrated, c: int, factors: Array, weekday: NDArray[np.int64], cv: float) -> dict[str, Array]:
    """Each day's half-hours at its volume, (day, 48): asa weighs those served, the others all who came.

    Keys: `gone` (share that gives up), `wait` (seconds of those served, over all), `level`.
    """
    channel = known.baseline.channels[int(known.live[c])]
    week, e = known.weeks[c], float(known.efficiency[known.live[c]])
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES if cv > 0 else 1)
    sigma = np.sqrt(np.log1p(cv**2))
    z = np.exp(sigma * nodes - sigma**2 / 2)
    share = weights / weights.sum() * z
    share /= share.sum()
    own = weekday[:, None] * SLOTS + np.arange(SLOTS)
    rate, agents = week.rate[own] * factors[:, None], np.maximum(week.agents[own] * e, 1e-3)
    target = channel.target_s
    found = queueing.erlang_a(
        rate[..., None] * z, 1 / channel.handle_time_s, 1 / channel.patience_s, agents[..., None], target
    )
    served = found.asa * (1 - found.p_abandon)
    out = {"gone": found.p_abandon @ share, "wait": served @ share, "level": found.service_level @ share}
    hourly = float(known.hourly[c])
    if hourly:
        # One week at each volume, of which each day is its own weekday: queues carried over from hour to hour.
        for first in range(0, len(factors), 64):
            part = slice(first, first + 64)
            came = (week.came * factors[part, None])[None]
            one = np.ones_like(came)
            hours = quadrature.team_weeks(
                came, channel.handle_time_s * one, one / channel.patience_s, week.agents * e, np.array([target])
            )[0]
            mine = np.take_along_axis(hours, own[part, :, None], axis=1)
            for key, column in (("gone", 1), ("wait", 2), ("level", 4)):
                out[key][part] += hourly * (mine[..., column] - out[key][part])
    return {key: np.clip(value, 0, 1 if key != "wait" else np.inf) for key, value in out.items()}


def _means(cells: dict[str, Array], weight: Array) -> dict[str, Array]:
    """Speeds over the last axis, weighted by contacts."""
    total = np.maximum(weight.sum(axis=-1), 1e-300)
    gone = (cells["gone"] * weight).sum(axis=-1) / total
    wait = (cells["wait"] * weight).sum(axis=-1) / total / np.maximum(1 - gone, 1e-9)
    level = (cells["level"] * weight).sum(axis=-1) / total
    return {"asa": wait, "service_level": level, "abandonment": gone, "response": wait}


def _tables(
    seen: pd.DataFrame, at: NDArray[np.int64], day: NDArray[np.int64], weekday: NDArray[np.int64], weight: Array,
    cells: dict[str, Array], good: NDArray[np.bool_], held: NDArray[np.bool_], whole: bool, keys: tuple[str, ...],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, tuple[Speed, ...]]:  # fmt: skip
    counted = np.bincount(at, seen["contacts"])
    of_day = _means(cells, weight)
    days = pd.DataFrame({"day": day.astype("datetime64[D]").astype("datetime64[s]"), "held": held, "contacts": counted})
    shown = [key for key in keys if seen.loc[seen["held"], f"{key}_of"].sum() >= FEWEST_RATES]
    speeds = []
    for key in shown:
        of = np.bincount(at, seen[f"{key}_of"]).astype(np.float64)
        actual = np.where(of > 0, np.bincount(at, seen[key]) / np.maximum(of, 1e-9), np.nan)
        low, high = _band(key, actual, of_day[key], of, good & ~held)
        days[f"{key}_actual"], days[f"{key}_modelled"] = actual, of_day[key]
        days[f"{key}_low"], days[f"{key}_high"] = low, high
        use = good & held & (of > 0)
        before = good & ~held & (of > 0)
        if not use.any() or not before.any():
            continue
        average = float(np.sum(actual[before] * of[before]) / np.sum(of[before]))
        whole_mean = _means({k: v[use].ravel() for k, v in cells.items()}, weight[use].ravel())[key]
        inside = int(((actual >= low) & (actual <= high))[use].sum())
        gap, within = _nine_of_ten(np.abs(actual - of_day[key])[use])
        speeds.append(Speed(
            key, gap, within, int(use.sum()), float(np.sum(actual[use] * of[use]) / np.sum(of[use])),
            float(whole_mean), _nine_of_ten(np.abs(actual - average)[use])[0], inside,
        ))  # fmt: skip
    tested = good & held
    rows = tested[at]
    slots = np.zeros(0, dtype=np.int64) if whole else seen["slot"].to_numpy()[rows]

    def pieces(of_group: list[Any]) -> list[tuple[dict[str, Array], Array]]:
        return [({k: v[index].ravel() for k, v in cells.items()}, weight[index].ravel()) for index in of_group]

    by_slot: list[Any] = [np.ix_(tested, np.array([slot])) for slot in range(SLOTS)]
    hours = _grouped(seen[rows], slots, pieces(by_slot), shown)
    by_weekday = [np.flatnonzero(tested & (weekday == number)) for number in range(7)]
    week = _grouped(seen[rows], weekday[at][rows], pieces(by_weekday), shown)
    return days[good].reset_index(drop=True), hours, week, tuple(speeds)


def _grouped(
    seen: pd.DataFrame, member: NDArray[np.int64], pieces: list[tuple[dict[str, Array], Array]], shown: list[str]
) -> pd.DataFrame:
    """Actual and modelled of neighbours put together until GROUP contacts stand behind them; over what is closed only
    where all of a run holds fewer."""
    columns = ["first", "last", "contacts", "run", *(f"{k}_{w}" for k in shown for w in ("actual", "modelled"))]
    if not len(member):
        return pd.DataFrame({name: np.zeros(0) for name in columns})
    count = len(pieces)
    contacts = np.bincount(member, seen["contacts"], count)
    closed = (contacts == 0) & (np.array([weight.sum() for _, weight in pieces]) == 0)
    run = np.cumsum(closed)
    groups: list[list[int]] = []
    for number in np.unique(run[contacts > 0]):
        groups += _enough([[int(one)] for one in np.flatnonzero((run == number) & (contacts > 0))], contacts)
    groups = _enough(groups, contacts)
    sums = {name: np.bincount(member, seen[name], count) for key in shown for name in (key, f"{key}_of")}
    rows: list[list[float]] = []
    for group in groups:
        row = [float(group[0]), float(group[-1]), float(contacts[group].sum()), float(run[group[0]])]
        mine = {k: np.concatenate([pieces[i][0][k] for i in group]) for k in pieces[0][0]}
        modelled = _means(mine, np.concatenate([pieces[i][1] for i in group]))
        for key in shown:
            of = sums[f"{key}_of"][group].sum()
            row += [sums[key][group].sum() / of if of > 0 else np.nan, float(modelled[key])]
        rows.append(row)
    return pd.DataFrame(np.array(rows), columns=pd.Index(columns))


def _enough(groups: list[list[int]], contacts: NDArray[Any]) -> list[list[int]]:
    """Neighbours put together until each holds GROUP contacts, if all together do."""
    out: list[list[int]] = []
    for group in groups:
        if out and contacts[out[-1]].sum() < GROUP:
            out[-1] = out[-1] + group
        else:
            out.append(group)
    if len(out) > 1 and contacts[out[-1]].sum() < GROUP:
        last = out.pop()
        out[-1] = out[-1] + last
    return out


def _nine_of_ten(gaps: Array) -> tuple[float, int]:
    """The gap that nine of ten days are within (of fewer than five days, all), and on how many days."""
    gaps = np.sort(gaps)
    within = len(gaps) if len(gaps) < 5 else max(int(np.floor(0.9 * len(gaps))), 1)
    return float(gaps[within - 1]), within


def _bent(key: str, values: Array, of: Array) -> Array:
    """A speed on a scale on which days lie evenly about the model: log of a wait, log-odds of a share."""
    if key in ("asa", "response"):
        return np.log(values + SOFT_S)
    share = (values * of + 0.5) / (of + 1)
    bent: Array = np.log(share / (1 - share))
    return bent


def _band(key: str, actual: Array, modelled: Array, of: Array, fitted: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Where 8 in 10 days lie: the model, moved by how far the days fitted on lay from it; nan below ten of them."""
    use = fitted & (of > 0)
    if use.sum() < 10:
        return np.full(len(actual), np.nan), np.full(len(actual), np.nan)
    centre = _bent(key, modelled, np.maximum(of, 1))
    apart = (_bent(key, np.nan_to_num(actual), np.maximum(of, 1)) - centre)[use]
    low, high = centre + np.quantile(apart, BAND[0]), centre + np.quantile(apart, BAND[1])
    if key in ("asa", "response"):
        return np.maximum(np.exp(low) - SOFT_S, 0.0), np.exp(high) - SOFT_S
    low, high = (np.clip(((of + 1) / (1 + np.exp(-bent)) - 0.5) / np.maximum(of, 1), 0, 1) for bent in (low, high))
    return low, high
