"""Likely ranges: the same scrambled Sobol draws of every assumption for every scenario, so differences are paired."""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import results
from model.batch import DRAW_NODES, RANGE_NODES, Batch, batch, some_draws, turns_of
from model.engine import Same, evaluate
from model.errors import must_be, must_be_known, must_count
from model.needs import held, targets
from model.outcomes import OUTCOMES
from model.results import Side
from model.scenario import MONTHS, Scenario

Array = NDArray[np.float64]
LIKELY = (0.1, 0.9)
"""The band shown as likely: 8 in 10."""
RANGE_DRAWS = 32
ODDS_DRAWS = 256
MOST_DRAWS = 100_000
"""They take a minute and five gigabytes; what is shown moves no more long before."""
_CHUNK = 128
"""Draws in a batch, of which two are under way: memory does not grow with their number, and arrays stay within the
processor's reach."""
_HELPERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="draws")
"""Not those of `network`, for which they wait. A copied process has threads of its own, as none run before it is made.
"""
_BANDS = pd.Index(["low", "high", "difference_low", "difference_high"])


def draws(scenario: Scenario, n: int = 256, seed: int = 7) -> pd.DataFrame:
    """Outcomes of every draw: a row a draw, a column an outcome (`consistency`, a figure of the week, is left out).

    The same n (1 to 100,000) and seed give the same draws of assumptions whatever the scenario.
    """
    _check(scenario, n, seed)
    found, nothing = sides(scenario, n, seed, DRAW_NODES)
    names, values = _drawn(found, nothing, scenario.month)
    return pd.DataFrame(values, columns=names, index=pd.RangeIndex(n, name="draw"))


def _check(scenario: object, n: object, seed: object) -> None:
    must_be(Scenario, scenario, "scenario")
    must_count(n, 1, MOST_DRAWS, "n")
    must_count(seed, 0, 2**31, "seed")


def sides(scenario: Scenario, n: int, seed: int, nodes: tuple[int, ...]) -> tuple[Side, Side]:
    """The scenario and doing nothing in every draw, at the nodes and the scenario's month; no nodes: only the month."""
    return _solved(*_keys(scenario, n, seed, nodes))


def _keys(scenario: Scenario, n: int, seed: int, nodes: tuple[int, ...]) -> "tuple[_Key, _Key]":
    """The scenario and doing nothing; where one side's plan turns both are solved."""
    if nodes:
        nodes = tuple(sorted({*nodes, *turns_of(scenario)}))
    this = _Key(scenario, n, seed, nodes)
    return this, _Key(scenario.doing_nothing(), n, seed, nodes, beside=this)


class _Key:
    """A scenario with its draws and months as a cache key: what the numbers depend on.

    Few draws of a scenario `beside` it are reckoned along where it has to be: in one batch both take a quarter less.
    """

    def __init__(
        self, scenario: Scenario, n: int, seed: int, nodes: tuple[int, ...], beside: "_Key | None" = None
    ) -> None:
        self.arguments = (scenario, n, seed, nodes)
        self.key = (Same(scenario), n, seed, nodes)
        self._beside = beside
        self._made: Side | None = None

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.key == other.key

    def run(self) -> Side:
        if self._made is not None:
            return self._made
        scenario, n, seed, nodes = self.arguments
        months = np.unique([*nodes, scenario.month])
        other, self._beside = self._beside, None
        # Who follows the work looks at more months than doing nothing does by itself.
        alike = other is not None and other.arguments[0].staffing_rule == scenario.staffing_rule
        if other is not None and alike and other != self and n <= _CHUNK // 2:
            both = results.run(batch([scenario, other.arguments[0]], n, seed), months, path=bool(nodes)).side
            other._made = results.row(both, 1)
            return results.row(both, 0)
        whole = batch([scenario], n, seed)
        parts = [some_draws(whole, start, start + _CHUNK) for start in range(0, n, _CHUNK)]

        def reckoned(part: Batch) -> Side:
            return results.run(part, months, path=bool(nodes)).side

        # Kernels and large arrays hold no lock, and draws do not see each other.
        return results.joined(list(_HELPERS.map(reckoned, parts)) if len(parts) > 1 else [reckoned(parts[0])])


@lru_cache(maxsize=8)
def _moved(key: _Key) -> Side:
    """Kept briefly: the cards and the picture of one move ask for the same draws."""
    return key.run()


@lru_cache(maxsize=64)
def _still(key: _Key) -> Side:
    """Doing nothing stays the same while sliders move."""
    return key.run()


def _solved(this: _Key, nothing: _Key) -> tuple[Side, Side]:
    """Both sides. Doing nothing first: where it is not known yet, it is reckoned with the scenario beside it."""
    still = _still(nothing)
    return (still if this == nothing else _moved(this)), still


@lru_cache(maxsize=64)
def _nothing_drawn(key: _Key) -> Array:
    """Every outcome of doing nothing in every draw, (draw, outcome)."""
    nothing = _still(key)
    return _drawn(nothing, nothing, key.arguments[0].month)[1]


def _drawn(found: Side, nothing: Side, month: int) -> tuple[pd.Index, Array]:
    """The outcomes' names and their values in every draw, (draw, outcome), at a month."""
    total = results.against(found, nothing)
    at = month if len(found.months) == MONTHS + 1 else -1
    keys = tuple(key for key in OUTCOMES if key in total)
    wide = np.empty((total["operating_cost"].shape[1], len(keys)))
    for column, key in enumerate(keys):
        values = total[key]
        wide[:, column] = values[0, :, at if values.shape[2] > 1 else 0, 0]
    return _index(keys), wide


@lru_cache(maxsize=8)
def _index(keys: tuple[str, ...]) -> pd.Index:
    """Made once: an index of strings costs more than the arithmetic of its table."""
    return pd.Index(keys)


@lru_cache(maxsize=16)
def _weights(n: int) -> Array:
    from scipy.special import betainc

    q = np.array(LIKELY)[:, None]
    weights: Array = np.diff(betainc((n + 1) * q, (n + 1) * (1 - q), np.linspace(0, 1, n + 1)))
    return weights


def likely(values: Array) -> Array:
    """The ends of the likely range over draws, the first axis: (2, ...), low then high.

    Quantiles as weighted means of the sorted draws (Harrell and Davis 1982, Biometrika 69, 635-640): nearer to those of
    many draws than the two draws next to the quantile, and without a kink where draws change places under a slider.
    """
    found: Array = np.tensordot(_weights(len(values)), np.sort(values, axis=0), axes=1)
    return found


def ranges(scenario: Scenario, n: int = RANGE_DRAWS, seed: int = 7, *, path: bool = False) -> pd.DataFrame:
    """Likely range (8 in 10) of every outcome at the scenario's month, and of its difference to doing nothing.

    Index outcome; columns low, high, difference_low, difference_high. With `path` the months that `path_ranges` wants
    are reckoned along, for who asks for both; outcomes over 36 months are there only then. An end of a payback is nan
    where it is not within them.
    """
    _check(scenario, n, seed)
    key, nothing = _keys(scenario, n, seed, RANGE_NODES if path else ())
    names, this = _drawn(*_solved(key, nothing), scenario.month)
    gap = this - _nothing_drawn(nothing)
    bands = np.vstack([likely(this), likely(gap)]).T
    if path and np.isnan(paid := this[:, (place := names.get_loc("payback_months"))]).any():
        bands[place] = np.tile(payback_range(paid), 2)
    return pd.DataFrame(bands, index=names, columns=_BANDS)


def payback_range(months: Array) -> tuple[float, float]:
    """The likely range of a payback over draws, some of which never reach it: single draws' own, nan for never."""
    low, high = np.quantile(np.where(np.isnan(months), np.inf, months), LIKELY, method="nearest")
    return low if np.isfinite(low) else np.nan, high if np.isfinite(high) else np.nan


def target_odds(scenario: Scenario, n: int = ODDS_DRAWS, seed: int = 7) -> pd.DataFrame:
    """How often each aim is met over draws, at the scenario's month: index aim, columns goal, chance (0 to 1).

    Aims are `service_level.<channel>` where a target is set, `csat` and `budget` where they are set, and, once anything
    differs from doing nothing, `npv` and `npv_with_revenue` above 0.
    """
    _check(scenario, n, seed)
    found, nothing = sides(scenario, n, seed, DRAW_NODES)
    total = results.against(found, nothing)

    def drawn(key: str) -> Array:
        values = results.figure(key, scenario.baseline, total, {"service_level": found.service_level})
        month = scenario.month if values.shape[2] > 1 else 0
        return np.broadcast_to(values, (1, n, values.shape[2]))[0, :, month]

    rows: dict[str, tuple[float, float]] = {}
    for need in targets(scenario):
        aim = "budget" if need.outcome == "operating_cost" else need.outcome
        rows[aim] = need.limit, float(held(need, drawn(need.outcome)).mean())
    for key in ("npv", "npv_with_revenue"):
        if total[key].any():
            rows[key] = 0.0, float((drawn(key) > 0).mean())
    return pd.DataFrame(rows, index=["goal", "chance"], dtype=float).T.rename_axis("aim")


def path_ranges(scenario: Scenario, outcome: str, n: int = RANGE_DRAWS, seed: int = 7) -> pd.DataFrame:
    """Likely range of an outcome in every month: index month 0 to 36, columns low, high."""
    _check(scenario, n, seed)
    found, _ = sides(scenario, n, seed, RANGE_NODES)
    must_be_known(outcome, [key for key in OUTCOMES if key in found.total], "path of")
    values = np.broadcast_to(found.total[outcome], (1, n, MONTHS + 1, 1))[0, :, :, 0]
    low, high = likely(values)
    today = scenario.doing_nothing().model_copy(update={"conditions": {}, "calendar": ()})
    low[0] = high[0] = evaluate(today).today[outcome]  # the same in every draw, and in every world
    return pd.DataFrame({"low": low, "high": high}, index=pd.RangeIndex(MONTHS + 1, name="month"))
