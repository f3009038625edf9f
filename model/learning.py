"""What to find out first: how much better the best choice gets, in money, if one assumption were known before choosing.

Options are doing nothing and some scenarios, all in one world: the same demand and the same assumptions. Their worth is
the value over 36 months; each draw says what every option would be worth there. See `model.spline` for the estimate.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import results, spline
from model.batch import DRAW_NODES, batch, some_draws
from model.engine import Same
from model.errors import ScenarioError, all_must_be, must_count
from model.parameters import ranges, values
from model.scenario import Scenario
from model.uncertainty import MOST_DRAWS

Array = NDArray[np.float64]
DRAWS = 1024
QUICK = 256
"""Draws after which a first answer is given."""
WORTH = ("npv", "npv_with_revenue")
_CHUNK = 128


@dataclass(frozen=True)
class Learning:
    """What knowing more is worth for a choice.

    `rows`: index assumption, sorted: `worth` of knowing it, with its standard `error`; those that would change no
    choice are left out. `everything`: worth of knowing all of them. `means` of the options, doing nothing first, and
    `shares` of the draws in which each is the best (the first of equals). Money over 36 months.
    """

    rows: pd.DataFrame
    everything: float
    means: tuple[float, ...]
    shares: tuple[float, ...]
    draws: int

    @property
    def best(self) -> int:
        """The option to choose as things are known today."""
        return int(np.argmax(self.means))


def evppi(scenarios: Sequence[Scenario], outcome: str = "npv", n: int = DRAWS, seed: int = 7) -> pd.DataFrame:
    """Expected gain of the best choice from learning one assumption: index assumption, columns worth, error; sorted.

    The choice is between doing nothing and the scenarios, in the world (conditions, calendar, assumptions) of the first
    one; `outcome` is npv or npv_with_revenue.
    """
    *_, (_, found) = steps(scenarios, outcome, n, seed)
    assert found is not None
    return found.rows


def steps(
    scenarios: Sequence[Scenario], outcome: str = "npv", n: int = DRAWS, seed: int = 7
) -> Iterator[tuple[float, Learning | None]]:
    """The same in steps of a moment each: the share done, and what is known after the first draws and after all."""
    if outcome not in WORTH:
        raise ScenarioError(f"{outcome} is not money to choose by.", f"Choose by {' or '.join(WORTH)}.")
    must_count(n, 2, MOST_DRAWS, "n")
    options = in_one_world(all_must_be(Scenario, scenarios, "scenarios"))
    world = options[0]
    whole = {Same(s): batch([s], n, seed) for one in options for s in (one, one.doing_nothing())}
    drawn = values(ranges(world.baseline, world.assumption_ranges), world.assumptions, n, seed)
    months = np.unique([*DRAW_NODES, world.month])
    worth = np.zeros((n, len(options) + 1))
    for start in range(0, n, _CHUNK):
        side = {k: results.run(some_draws(b, start, start + _CHUNK), months, path=True).side for k, b in whole.items()}
        for column, option in enumerate(options, 1):
            total = results.against(side[Same(option)], side[Same(option.doing_nothing())])[outcome]
            worth[start : start + _CHUNK, column] = total[0, :, 0, 0]
        done = min(start + _CHUNK, n)
        yield 0.8 * done / n, None
        if done == min(QUICK, n) and done < n:
            yield 0.8 * done / n, learned({k: v[:done] for k, v in drawn.items()}, worth[:done])
    yield 1.0, learned(drawn, worth)


def in_one_world(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The scenarios with the conditions, calendar, assumptions and month of the first, without those that do the same.

    ScenarioError where they stand on different companies, or there is none.
    """
    if not scenarios:
        raise ScenarioError("There is nothing to choose between.", "Move a lever, or take a saved scenario.")
    first = scenarios[0]
    if any(s.baseline != first.baseline for s in scenarios):
        raise ScenarioError("The scenarios stand on different companies.", "Rerun them on one baseline first.")
    shared = {
        key: getattr(first, key) for key in ("conditions", "calendar", "assumptions", "assumption_ranges", "month")
    }
    found: dict[Same, Scenario] = {}
    for scenario in scenarios:
        option = scenario.model_copy(update=shared)
        found.setdefault(Same(option), option)
    return list(found.values())


def learned(drawn: dict[str, Array], worth: Array) -> Learning:
    """What draws of the assumptions (draw,) and the options' worth (draw, option) say."""
    found = {key: spline.worth_of_knowing(x, worth) for key, x in drawn.items()}
    rows = pd.DataFrame(found, index=["worth", "error"], dtype=float).T.rename_axis("assumption")
    rows = rows[rows["worth"] > 0].sort_values("worth", ascending=False, kind="stable")
    best = np.argmax(worth, axis=1)
    shares = tuple(float((best == option).mean()) for option in range(worth.shape[1]))
    means = tuple(float(mean) for mean in worth.mean(axis=0))
    return Learning(rows, spline.worth_of_knowing_all(worth), means, shares, len(worth))
