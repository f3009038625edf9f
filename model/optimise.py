"""Best mixes: the least cost for a CSAT, the best CSAT for a budget, the best value, the fastest payback.

    import model
    mix = model.best_mix(scenario, "operating_cost", at_least={"csat": 0.76}, locked=["wage_premium"])
    mix.scenario.levers, mix.reached

A search by tables finds the place (`model.search`), the engine itself says what is there: limits hold in
`model.evaluate` of the mix, whose levers are numbers one can say.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from reprlib import repr as short
from typing import Any, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from model.descent import TOLERANCE, Crowd, Found
from model.engine import Outcome, evaluate
from model.errors import ScenarioError, must_be, must_count
from model.needs import Need, known_outcome, last_digit, needs_of, reached, targets
from model.outcomes import OUTCOMES
from model.scenario import Scenario
from model.search import BROKEN, OVER_THE_PATH, ROOM, Question, rooms, sobol
from model.space import Space, space_of
from model.tables import lever_table
from model.timing import when_it_can_be

Array = NDArray[np.float64]
Progress = Callable[[float, str, "Mix | None"], None]
"""Told again and again: the share done, what is being done, the best mix so far. It may raise to stop."""
STARTS, MOST_STARTS = 5, 1_000
SUREST = 0.5, 0.99
"""Least and most of the share of likely draws in which limits can be asked to hold."""
_SHOWN = 5
"""Rounds of a search after which the best so far is shown."""
_STEEP = 10_000.0
"""What a scale of a broken limit costs where all limits hold and shall stay held."""
_LIKELY = 8
"""Moves of a lever that are tried first to make up for what rounding broke."""
_HAIR = 0.4
"""What staffing that follows the work may miss of a service target, in its last digit: under half of it is no miss."""
_FINE = 50
"""Parts of a slider's step that a mix is rounded to."""


class Limits(TypedDict, total=False):
    """What a search holds to.

    at_least, at_most : mapping of str to float
        Limits on outcomes, or a channel's own: `{"csat": 0.8, "service_level.phone": 0.8}`.
    locked : levers that stay as the scenario has them, besides those that begin after its month (`later`); `staffing`
        for the agents of all channels
    bounds : mapping, lever -> (lowest, highest), within what the model allows; else the slider's own
    minimum_staffing : mapping, channel -> fewest FTE
    sure : float, optional
        Limits hold, each, in this share (0.5 to 0.99) of the likely draws rather than at the assumptions' modes.
    """

    at_least: Mapping[str, float] | None
    at_most: Mapping[str, float] | None
    locked: Collection[str]
    bounds: Mapping[str, tuple[float, float]] | None
    minimum_staffing: Mapping[str, float] | None
    sure: float | None


@dataclass(frozen=True)
class Shortfall:
    """A limit that cannot be held with the others: what of it can be reached, in the outcome's unit."""

    need: Need
    closest: float

    @property
    def gap(self) -> float:
        """By how much it is missed, above zero."""
        return abs(self.need.limit - self.closest)


@dataclass(frozen=True)
class Mix:
    """A mix of levers: the scenario, what it does, whether all limits hold, and what stands in the way if not."""

    scenario: Scenario
    goal: str
    needs: tuple[Need, ...]
    outcome: Outcome
    reached: bool
    in_the_way: tuple[Shortfall, ...] = ()

    @property
    def value(self) -> float:
        """The goal's value."""
        return self.outcome.headline[self.goal]


def _number(key: str, value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise ScenarioError(f"A bound of {key} is {short(value)}.", "Give a number.") from error


def _ends(key: str, ends: Any) -> tuple[float, float]:
    """The two numbers that a lever is to lie between; ScenarioError where they are something else."""
    try:
        low, high = ends
    except (TypeError, ValueError) as error:
        raise ScenarioError(f"The bounds of {key} are {short(ends)}.", "Give two: (lowest, highest).") from error
    return _number(key, low), _number(key, high)


def space(
    scenario: Scenario,
    locked: Collection[str] = (),
    bounds: Mapping[str, tuple[float, float]] | None = None,
    minimum_staffing: Mapping[str, float] | None = None,
) -> Space:
    """The levers that may move. Locked ones stay as the scenario has them; bounds lie within the sliders'.

    Agents are no lever where staffing follows the work. `locked` may name all channels' agents as `staffing`.
    ScenarioError where a lever is unknown, bounds are beyond the model's or the wrong way round, or nothing is free.
    """
    table = lever_table(scenario.baseline)
    must_be(Mapping, bounds or {}, "bounds")
    must_be(Mapping, minimum_staffing or {}, "minimum_staffing")
    own = {key: _ends(key, ends) for key, ends in (bounds or {}).items()}
    least = {f"staffing.{k}": _number(f"staffing.{k}", v) for k, v in (minimum_staffing or {}).items()}
    for key in [*locked, *own, *least]:
        if key not in table.index and key != "staffing":
            raise ScenarioError(f"There is no lever {key!r}.", f"This company has: {', '.join(table.index)}.")
    rows: dict[str, tuple[float, float, float]] = {}
    for key in table.index[table["shown"]]:
        row = table.loc[key]
        now, family = scenario.lever(key), str(key).partition(".")[0]
        low, high = own.get(key, (min(float(row["low"]), now), max(float(row["high"]), now)))
        if not (math.isfinite(low) and math.isfinite(high) and row["floor"] <= low <= high <= row["ceiling"]):
            reach = f"{row['floor']:g} to {row['ceiling']:g}"
            raise ScenarioError(f"{row['label']} cannot lie between {low:g} and {high:g}.", f"Choose within {reach}.")
        if key in least:
            if not (math.isfinite(least[key]) and 0 <= least[key] <= high):
                raise ScenarioError(f"{row['label']} cannot be at least {least[key]:g}.", f"At most {high:g}.")
            low = max(low, least[key])
        follows = family == "staffing" and scenario.staffing_rule == "follow_work"
        if key in locked or family in locked or follows:
            continue
        step = float(row["step"]) / _FINE
        rows[str(key)] = (low, high, max(step, 0.01) if family == "staffing" else step)
    found = space_of(scenario, rows)
    if not found.keys:
        raise ScenarioError("No lever is free to move.", "Unlock at least one.")
    return found


def later(scenario: Scenario, goal: str, needs: Iterable[Need], bounds: Collection[str] | None = None) -> list[str]:
    """Levers that begin when the month looked at is over, other than those with bounds of their own: they stay.

    No figure of that month depends on them, so that a search would leave them anywhere. None where something over 36
    months is asked for.
    """
    if _over_the_path(goal, needs):
        return []
    return [key for key, start in scenario.starts.items() if start >= scenario.month and key not in (bounds or ())]


def _over_the_path(goal: str, needs: Iterable[Need]) -> bool:
    """Whether something is asked for that sums up 36 months, and not only a figure of one."""
    return any(key in OVER_THE_PATH for key in (goal, *(need.family for need in needs)))


def question(
    scenario: Scenario,
    goal: str,
    needs: Iterable[Need],
    where: Space,
    *,
    minimum_staffing: Mapping[str, float] | None = None,
    sure: float | None = None,
    polite: bool = False,
) -> Question:
    """What is asked, checked. Under *follow the work*, minimum staffing is a limit on people rather than a bound."""
    known_outcome(goal)
    if OUTCOMES[goal].better == "none":
        raise ScenarioError(f"{OUTCOMES[goal].label} has no better side.", "Choose cost, CSAT, value or payback.")
    _check_sure(sure)
    wanted = list(needs)
    follows = scenario.staffing_rule == "follow_work"
    if follows:
        # Agents are planned to stand on a target: what is missed of it there by a hair no lever could mend.
        stands = [n for n in targets(scenario) if n.family == "service_level"]
        wanted = [replace(n, allowed=_HAIR * last_digit(n)) if n in stands else n for n in wanted]
        wanted += [Need(f"fte.{name}", value, True) for name, value in (minimum_staffing or {}).items()]
    else:
        wanted += rooms(scenario)
    return Question(scenario, where, goal, tuple(wanted), sure, polite=polite)


def question_of(
    scenario: Scenario, goal: str, limits: Limits, polite: bool = False
) -> tuple[Question, tuple[Need, ...]]:
    """What is asked within limits, checked, and what it needs by the caller's own words."""
    if strange := sorted(limits.keys() - Limits.__annotations__.keys()):
        raise TypeError(f"a search for mixes knows no {', '.join(strange)}")
    needs = needs_of(scenario, limits.get("at_least"), limits.get("at_most"))
    least = limits.get("minimum_staffing")
    bounds = limits.get("bounds")
    where = space(scenario, [*limits.get("locked", ()), *later(scenario, goal, needs, bounds)], bounds, least)
    sure = limits.get("sure")
    return question(scenario, goal, needs, where, minimum_staffing=least, sure=sure, polite=polite), needs


def _check_sure(sure: object) -> None:
    """ScenarioError where it is no share of the draws in which limits can be asked to hold."""
    if sure is not None and not (isinstance(sure, int | float) and SUREST[0] <= sure <= SUREST[1]):
        said = f"{sure * 100:g} %" if isinstance(sure, int | float) else repr(sure)
        raise ScenarioError(f"How sure cannot be {said}: it must lie between 50 and 99 %.", "80 %, or 0.8, is usual.")


def best_mix(
    scenario: Scenario,
    goal: str = "operating_cost",
    *,
    starts: int = STARTS,
    polite: bool = False,
    progress: Progress | None = None,
    **limits: Unpack[Limits],
) -> Mix:
    """The levers with the best value of an outcome under limits, at the scenario's month and in its world.

    Parameters
    ----------
    goal : str
        An outcome that has a better side: `operating_cost` and `payback_months` as low, `csat` and `npv` as high as can
        be. Of mixes that pay back at once, the one of most value.
    starts : int
        Places that local searches set out from, besides the scenario itself.
    **limits : as `Limits` names them, all optional

    All levers free it takes two to seven seconds of one core. Where staffing follows the work on a company with e-mail
    or tickets and pooled queues it takes longer: 19 s from one start on the retail sample, three times that from five,
    by reckoning. Of a hundred random local searches on the three samples none ended over .1 % better (`tests.mixes`).

    Agents whose work something else takes over go in the first month from which on service and CSAT asked for hold
    without them (`starts` of the mix), unless something over 36 months is asked for.

    The same scenario and seed give the same mix. Where limits cannot all hold, `reached` is False, the mix is the
    nearest, and `in_the_way` says of each limit in the way what could be reached while the others hold.
    """
    must_be(Scenario, scenario, "scenario")
    must_count(starts, 0, MOST_STARTS, "starts")
    asked, needs = question_of(scenario, goal, limits, polite)
    return _solved(asked, needs, starts, progress or _quiet)


def _quiet(share: float, step: str, best: Mix | None) -> None:
    """Nobody to tell."""


def _solved(asked: Question, needs: tuple[Need, ...], starts: int, progress: Progress) -> Mix:
    progress(0.0, "Looking everywhere", None)
    asked = replace(asked, told=lambda: progress(0.1, "Looking everywhere", None))
    easy = replace(asked, sure=None) if asked.sure is not None else asked  # draws are for the end

    def told(share: float, best: Found | None) -> None:
        shown = None if best is None or progress is _quiet else _as_it_stands(asked, best, needs)
        progress(0.1 + 0.7 * share, "Comparing mixes", shown)

    found = searched(easy, starts, told)
    if asked.sure is not None:
        asked = replace(asked, told=lambda: progress(0.85, "Making sure", None))
        found = asked.locally(found.unit, 12)
    if found.broken and all(n.outcome.startswith(ROOM) for n in _broken(asked, found)):
        # What comes in cannot be finished whatever is done: then that is how things stand, and the rest still counts.
        asked = asked.with_needs([n for n in asked.needs if not n.outcome.startswith(ROOM)])
        found = asked.settled(found.unit, 12)
    progress(0.92, "Rounding", None)
    return finished(asked, found, needs)


def _broken(asked: Question, found: Found) -> list[Need]:
    return [n for n, slack in zip(asked.needs, found.slack, strict=True) if slack < -TOLERANCE]


def _as_it_stands(asked: Question, found: Found, needs: tuple[Need, ...]) -> Mix:
    """A design on the way as a mix, in round steps, with what the engine says of it.

    A limit holds where no digit on screen tells otherwise; of limits to hold in most draws nothing is known yet.
    """
    scenario = _scenario(asked, _grid(asked, found.unit))
    out = evaluate(scenario)
    named = [n for n in asked.needs if not n.outcome.startswith(ROOM)]
    held = all(float(n.slack(np.array(reached(out, n)))) >= -_digit(n) for n in named)
    left_open = any(n.outcome.startswith(ROOM) and found.slack[i] < -BROKEN for i, n in enumerate(asked.needs))
    return Mix(scenario, asked.goal, needs, out, held and not left_open and asked.sure is None)


def _digit(need: Need) -> float:
    """Half of the last digit that a limited outcome is shown in."""
    return 5e-4 if OUTCOMES[need.family].unit == "share" else 5e-4 * abs(need.limit)


def searched(asked: Question, starts: int, told: Callable[[float, Found | None], None]) -> Found:
    """Local searches from the scenario and from places spread over the whole space, twice; the best goes on to the end.

    None is told of another: all would crowd into the first good place. From where they end they set out anew, without
    what they had learnt, since that may mislead and what is trusted may have shrunk.
    """
    rest = sobol(len(asked.space.keys), max(starts, 1), asked.scenario.seed)[: max(starts, 1)]
    begun = np.concatenate([asked.space.origin[None], rest])
    if asked.goal == "payback_months":
        # What never pays back looks alike everywhere: the search sets out from where value is most.
        worthy = Crowd(replace(asked, goal="npv"), begun).go(12).found
        begun = np.array([one.unit for one in worthy])
    crowd = Crowd(asked, begun, sharing=False)
    for part in range(35):
        told(part / 40, min(crowd.found, key=lambda one: one.merit) if part % _SHOWN == _SHOWN - 1 else None)
        if part == 25:
            crowd = Crowd(asked, np.array([one.unit for one in crowd.found]), sharing=False, trusted=0.1)
        crowd.go(1)
    found = min(crowd.found, key=lambda one: one.merit)
    return asked.settled(found.unit, 12, found.bends)


# Numbers one can say


def finished(asked: Question, found: Found, needs: tuple[Need, ...]) -> Mix:
    """The design as a scenario of round numbers, whose limits hold in the engine; and what stands in the way.

    Where figures of one month are asked for, agents go once what they do is done without them (`model.timing`).
    """
    values, now = _rounded(asked, found)
    reached, ways = not now.broken, list[tuple[Shortfall, Found]]()
    if not reached:
        ways = _in_the_way(asked, found)
        inside = _inside(asked, ways)
        if inside is not None:
            values, now = _rounded(asked, inside)
            reached = not now.broken
        if reached:
            ways = []
        elif len(ways) == 1:  # as near as it can be; the slopes there are of other needs
            values, _ = _rounded(asked, replace(ways[0][1], slope=None))
    scenario = _scenario(asked, values)
    out = evaluate(scenario)
    if reached and asked.sure is None:
        scenario, out = _held_along_the_path(asked, found, scenario, out)
    if reached and not _over_the_path(asked.goal, needs):
        timed = when_it_can_be(scenario, asked.scenario, needs)
        scenario, out = timed, out if timed is scenario else evaluate(timed)
    return Mix(scenario, asked.goal, needs, out, reached, tuple(way for way, _ in ways))


def _held_along_the_path(asked: Question, found: Found, scenario: Scenario, out: Outcome) -> tuple[Scenario, Outcome]:
    """A mix whose limits hold where all months are solved, as on the cards; near one found at its own month alone.

    Who follows the work may be a thousandth more or fewer there, having been hired and lost month by month: limits that
    are missed by that are sought again, tighter by what was missed.
    """
    tighter = asked
    for _ in range(3):
        missed = [max(-float(n.slack(np.array(reached(out, n)))), 0.0) if not n.outcome.startswith(ROOM) else 0.0
                  for n in asked.needs]  # fmt: skip
        if not any(by > 0 and by > _digit(n) / 5 for by, n in zip(missed, asked.needs, strict=True)):
            break
        limits = [replace(n, limit=n.limit + (1.2 * by if n.least else -1.2 * by))
                  for n, by in zip(tighter.needs, missed, strict=True)]  # fmt: skip
        tighter = asked.with_needs(limits)
        values, now = _rounded(tighter, tighter.settled(found.unit, 12, found.bends))
        if now.broken:
            break
        scenario = _scenario(asked, values)
        out = evaluate(scenario)
    return scenario, out


def _round(where: Space, values: Array) -> Array:
    """Values in round steps within bounds; what differs from today's by less than a step is it, to the last digit."""
    step = where.step
    near = np.abs(values - where.today) < step
    inside: Array = np.clip(np.where(near, where.today, np.round(values / step) * step), where.low, where.high)
    return np.round(inside, 10)


def _grid(asked: Question, unit: Array) -> Array:
    """The nearest values in round steps."""
    return _round(asked.space, asked.space.values(unit[None])[0])


def _rounded(asked: Question, found: Found) -> tuple[Array, Found]:
    """Values of all levers in round steps; where rounding breaks a limit, the cheapest lever makes up for it."""
    where = asked.space
    values = _grid(asked, found.unit)
    now = asked.found(where.unit(values))
    moves = np.concatenate([sign * size * np.diag(where.step) for size in (1, 2, 5, 12, 30) for sign in (1, -1)])
    for _ in range(4):
        if not now.broken or now.broken > 0.5:
            break
        tried = _round(where, values + moves)
        units = where.units(tried)
        order = _likely(now, found.slope, units)
        for some in (order[:_LIKELY], order[_LIKELY:]):
            seen = asked.all_found(units[some])
            best = min(range(len(seen)), key=lambda i: seen[i].rank)
            if seen[best].better(now):
                break
        else:
            break
        values, now = tried[some[best]], seen[best]
    return values, now


def _likely(now: Found, slope: Array | None, units: Array) -> NDArray[np.int64]:
    """The order in which designs near one are likely to be better, by slopes; any where none are known."""
    if slope is None:
        return np.arange(len(units))
    change = (units - now.unit) @ slope.T
    broken = np.maximum(-(now.slack + change[:, 1:]), 0).sum(axis=1)
    return np.lexsort((change[:, 0], broken))


def _scenario(asked: Question, values: Array) -> Scenario:
    base = asked.scenario
    levers = {**base.levers, **dict(zip(asked.space.keys, values.tolist(), strict=True))}
    moved = {key: value for key, value in levers.items() if value != base.baseline.levers[key]}
    return base.model_copy(update={"levers": moved})


def _in_the_way(asked: Question, found: Found) -> list[tuple[Shortfall, Found]]:
    """Of each broken limit, the best that can be reached while the others hold, and where."""
    ways = []
    for need in _broken(asked, found):
        if need.outcome.startswith(ROOM):
            continue
        others = [n for n in asked.needs if n != need]
        best = _towards(asked, need).with_needs(others, need.outcome).locally(found.unit, 25)
        value = asked.outcomes(best.unit[None], [need.outcome], 0 if asked.sure is None else asked.draws)[0, :, 0]
        if asked.sure is not None:
            value = np.quantile(value, [1 - asked.sure if need.least else asked.sure])
        ways.append((Shortfall(need, float(value[0])), best))
    return ways


def _inside(asked: Question, ways: list[tuple[Shortfall, Found]]) -> Found | None:
    """The best mix near one where all limits hold after all; none where there is no such.

    Next to the most that there is of an outcome, a limit costs more than what breaks it does on the way: from outside
    it is not reached, from inside it is.
    """
    held = [best.unit for way, best in ways if way.need.slack(np.array(way.closest)) >= 0]
    begun = [unit for unit in held if not asked.found(unit).broken]
    if not begun:
        return None
    found = asked.locally(begun[0], 40, price=_STEEP)
    return min([asked.found(begun[0]), *asked.exactly([found], price=_STEEP)], key=lambda one: one.rank)


def _towards(asked: Question, need: Need) -> Question:
    """The same question with a limited outcome as its goal."""
    return replace(asked, goal=need.outcome, upward=need.least)
