"""Companies and scenarios for the tests of links: realistic ones, and any at all."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from model.assumptions import ASSUMPTIONS
from model.levers import LEVERS
from model.outcomes import OUTCOMES
from model.scenario import CELLS, MONTHS, Baseline, CalendarEntry, Channel, Scenario, scale_of

HOURS = np.arange(48) / 2
GRADED = (
    "arrivals", "agents", "handle_time_s", "patience_s", "target_s", "target_share", "fcr", "transfer_rate",
    "critical_error_rate", "csat", "survey_rate", "service_level", "abandonment", "asa",
)  # fmt: skip


def rounded(values: np.ndarray, levels: int) -> list[float]:
    """On a grid of 1, 2 or 5 x 10^d with at most `levels` steps, as intake rounds a measured week."""
    least = values.max() / levels
    power = int(np.floor(np.log10(least)))
    factor = next(f for f in (1, 2, 5, 10) if f * 10.0**power >= least)
    steps = np.rint(values / (factor * 10.0**power)).astype(int)
    return [int(k) * factor / 10**-power if power < 0 else float(int(k) * factor * 10**power) for k in steps.ravel()]


def company(
    seed: int, peak: float = 60.0, weeks: int = 6, round_the_clock: bool = False, shifts: bool = False
) -> Baseline:
    """Phone, chat and e-mail as measured over six weeks: Poisson noise, two humps a day, quiet week-ends."""
    rng, weeks = np.random.default_rng(seed), 6
    day = np.exp(-(((HOURS - 11) / 3.2) ** 2)) + 0.75 * np.exp(-(((HOURS - 16) / 3) ** 2)) + 0.05
    shape = np.outer([1.15, 1.05, 1, 0.98, 0.95, 0.6, 0.45], day / day.max())
    open_hours = np.ones(48) if round_the_clock else (HOURS >= 8) & (HOURS < 20)
    channels = []
    for name, kind, share, handle_time, hours in (
        ("phone", "live", 1.0, 332.0, np.ones(48)), ("chat", "chat", 0.4, 611.0, open_hours),
        ("email", "deferred", 0.5, 498.0, np.ones(48)),
    ):  # fmt: skip
        mean = shape * hours * peak * share
        load = mean * handle_time / 1800
        agents = load * 1.1 + np.sqrt(load) * 0.6
        # A rota has whole agents; inferred from waits, they are what an hour's noisy figures say.
        noise = rng.lognormal(0, 0.1, (7, 24)).repeat(2, axis=1)
        agents = np.rint(agents) if shifts else agents.reshape(7, 24, 2).mean(2).repeat(2, axis=1) * noise
        channels.append(Channel(
            name=name, kind=kind, arrivals=rounded(rng.poisson(mean * weeks) / weeks, 100), agents=rounded(agents, 60),
            handle_time_s=handle_time + round(rng.random(), 1), patience_s=round(rng.uniform(90, 300), 1),
            fcr=round(rng.uniform(0.6, 0.8), 3), csat=round(rng.uniform(0.7, 0.9), 4),
            transfer_rate=round(rng.uniform(0.05, 0.2), 3), survey_rate=round(rng.uniform(0.05, 0.2), 4),
            service_level=round(rng.uniform(0.6, 0.9), 4), asa=round(rng.uniform(20, 90), 1),
            abandonment=None if kind == "deferred" else round(rng.uniform(0.02, 0.09), 4),
            grades={field: str(rng.choice(["measured", "inferred", "assumed"], p=[0.8, 0.1, 0.1])) for field in GRADED},
        ))  # fmt: skip
    seasons = np.rint(1000 * (1 + 0.15 * np.sin(np.arange(12)) + 0.05 * rng.normal(size=12)))
    seasons[-1] = 12_000 - seasons[:-1].sum()
    return Baseline(
        name=f"Company {seed}", period="3 March to 13 April 2025", channels=tuple(channels),
        month_factors=tuple(float(v) / 1000 for v in seasons), growth=round(rng.normal(0, 0.05), 3),
        wage=round(rng.uniform(20, 40), 2), customers=float(rng.integers(1_000, 900_000)),
        orders_per_week=float(rng.integers(1_000, 90_000)), overhead=float(rng.integers(100, 900) * 1000),
        stated_cost=float(rng.integers(1_000_000, 9_000_000)), nps=round(rng.uniform(0, 50), 1),
        levers={"shrinkage": round(rng.uniform(0.25, 0.35), 3), "late_order_rate": round(rng.uniform(0, 0.1), 3)},
        grades={"wage": "assumed", "customers": "assumed", "stated_cost": "measured"},
    )  # fmt: skip


def what_if(baseline: Baseline) -> Scenario:
    """Levers of all families, a rule, conditions, a target and an assumption."""
    return Scenario(
        name="More self-service", baseline=baseline, staffing_rule="follow_work", month=24,
        levers={"self_service_spend": round(baseline.labour_cost * 0.031, -3), "schedule_flex": 0.35,
                "fcr_programme": 0.6, "training_hours": 40.0},
        conditions={"demand": 1.1, "peak": 1.2}, targets={"csat": 0.85, "target_s.phone": 30.0},
        assumptions={"contained_work": 0.8},
    )  # fmt: skip


def planned(baseline: Baseline) -> Scenario:
    """The same on a time line, with a campaign, a launch and a new market in the calendar."""
    entries = (
        CalendarEntry(kind="campaign", name="Spring sale", start=3, months=2, factor=1.25, one_off=40_000.0),
        CalendarEntry(kind="launch", name="Card", channels=("phone", "chat"), start=8, months=6, factor=1.15, ramp=2),
        CalendarEntry(kind="market", name="Canada", start=12, months=24, contacts=1_000.0, ramp=6),
    )
    starts = {"self_service_spend": 3, "schedule_flex": 6, "training_hours": 12}
    return what_if(baseline).model_copy(update={"starts": starts, "calendar": entries})


def seen(seed: int) -> dict[str, float]:
    """Outcomes of any size, with as many digits as the engine gives."""
    rng = np.random.default_rng(seed)
    return {key: float(10 ** rng.uniform(-2, 7)) for key in OUTCOMES}


def _floats(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_subnormal=False)


def _weeks(high: float) -> st.SearchStrategy[list[float]]:
    """On a grid, whole, sparse, constant or of any digits; never all zero."""
    whole = st.lists(st.integers(0, 300), min_size=CELLS, max_size=CELLS)
    step = st.sampled_from([1, 2, 5, 6, 7, 10, 13, 100, 1000])
    grid = st.builds(lambda cells, q: [k / q for k in cells], whole, step)
    noise = st.builds(lambda n: list(np.random.default_rng(n).uniform(0, high, CELLS)), st.integers(0, 10**6))
    flat = _floats(0.001, high).map(lambda v: [v] * CELLS)
    sparse = st.builds(
        lambda i, v: [v if c == i else 0.0 for c in range(CELLS)], st.integers(0, 335), _floats(0.1, high)
    )
    return st.one_of(grid, noise, flat, sparse).filter(lambda cells: sum(cells) > 0)


def _allowed(key: str) -> st.SearchStrategy[float]:
    return _floats(ASSUMPTIONS[key].floor, ASSUMPTIONS[key].ceiling)


def _of_assumptions(value: Callable[[str], st.SearchStrategy[Any]], most: int) -> st.SearchStrategy[dict[str, Any]]:
    keys = st.sets(st.sampled_from(sorted(ASSUMPTIONS)), max_size=most)
    return keys.flatmap(lambda chosen: st.fixed_dictionaries({key: value(key) for key in sorted(chosen)}))


def _notes() -> st.SearchStrategy[dict[str, Any]]:
    words = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="<>[]{}`\\|~"), min_size=1)
    text = words.map(lambda t: t[:50]).filter(lambda t: bool(t.split()))
    return st.fixed_dictionaries({"author": text, "reason": text, "date": st.dates()})


@st.composite
def _entries(draw: st.DrawFn, names: tuple[str, ...]) -> CalendarEntry:
    months = draw(st.integers(1, MONTHS))
    text = st.text(st.characters(categories=["L", "N", "Zs"]), min_size=1, max_size=20)
    return CalendarEntry(
        kind=draw(st.sampled_from(["campaign", "launch", "site", "market", "factor"])), name=draw(text), months=months,
        channels=tuple(sorted(draw(st.sets(st.sampled_from(names))))), start=draw(st.integers(0, MONTHS - 1)),
        ramp=draw(st.integers(0, months - 1)), factor=draw(_floats(0.1, 10)), contacts=draw(_floats(0, 1e6)),
        one_off=draw(_floats(0, 1e6)),
    )  # fmt: skip


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Any scenario: one to four channels, any digits, any subset of levers, conditions, assumptions and targets."""
    share, words = _floats(0.01, 0.99), st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    labels = words.filter(lambda text: not set(text) & set("[]<>`*_|\\$#!~{}") and text.isprintable())
    channels = tuple(
        Channel(
            name=f"queue_{i}", kind=draw(st.sampled_from(["live", "chat", "deferred"])), label=draw(labels),
            arrivals=draw(_weeks(1e4)), agents=draw(_weeks(500.0)), handle_time_s=draw(_floats(1, 1e4)),
            target_share=draw(st.none() | share), csat=draw(share), abandonment=draw(st.none() | share),
            grades=draw(st.dictionaries(words, st.sampled_from(["measured", "inferred", "assumed"]), max_size=3)),
        )
        for i in range(draw(st.integers(1, 4)))
    )  # fmt: skip
    own = draw(_of_assumptions(lambda key: st.tuples(*[_allowed(key)] * 3).map(sorted).map(tuple), 4))
    baseline = Baseline(
        name=draw(words.filter(bool)), channels=channels, month_factors=draw(st.tuples(*[_floats(0.2, 3)] * 12)),
        levers={"shrinkage": draw(_floats(0.1, 0.6))}, wage=draw(_floats(1, 1e3)), ces=draw(st.none() | _floats(1, 7)),
        assumptions=own,
    )  # fmt: skip
    levers: dict[str, Any] = {}
    for key in draw(st.sets(st.sampled_from(sorted(baseline.levers)))):
        row = LEVERS[key.partition(".")[0]]
        scale = scale_of(row, key, baseline)
        levers[key] = draw(_floats(row.floor * scale, row.ceiling * scale))
    return Scenario(
        name=draw(words), baseline=baseline, levers=levers, month=draw(st.integers(1, 36)),
        seed=draw(st.integers(0, 2**31)), staffing_rule=draw(st.sampled_from(["as_set", "follow_work"])),
        conditions=draw(st.fixed_dictionaries({}, optional={"demand": _floats(0.1, 5), "added_volume.queue_0": share})),
        assumptions=draw(_of_assumptions(_allowed, 5)),
        assumption_ranges=draw(_of_assumptions(lambda key: st.tuples(*[_allowed(key)] * 3).map(sorted).map(tuple), 3)),
        assumption_notes=draw(_of_assumptions(lambda key: _notes(), 3)),
        starts={key: draw(st.integers(0, MONTHS - 1)) for key in levers},
        calendar=tuple(draw(st.lists(_entries(tuple(c.name for c in channels)), max_size=3))),
        targets=draw(st.fixed_dictionaries({}, optional={"csat": share, "target_s.queue_0": _floats(1, 1e6)})),
    )  # fmt: skip
