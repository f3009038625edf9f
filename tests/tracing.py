"""Which relation a lever enters, which relation another one feeds, and which one an outcome is read from: by trial.

Everything a relation's functions gave is recorded in one evaluation. In the next, each of them still reckons, but what
goes on is what was recorded. So a change of one lever, or of what one relation gives, reaches no further than one step,
and whose result differs is where it enters.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from types import FunctionType
from typing import Any

import numpy as np

from model import adoption, deferred, demand, economics, fitted, network, people, results, satisfaction, service
from model.batch import batch
from model.scenario import MONTHS, Scenario

MODULES = {
    "adoption": (adoption,), "demand": (demand,), "people": (people,), "service": (service,),
    "queues": (network, deferred), "satisfaction": (satisfaction,), "economics": (economics,),
}  # fmt: skip
KERNELS = ("solve", "solve_in_two", "solve_week", "solve_staffing")
"""They write into their last argument."""


def _map(value: Any, change: Callable[[Any], Any]) -> Any:
    """The same with every array changed."""
    if isinstance(value, np.ndarray | np.floating | float):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _map(inner, change) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_map(inner, change) for inner in value)
    return value


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping):
        return all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, tuple | list):
        return all(map(_alike, one, other))
    if is_dataclass(one):
        return all(_alike(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, np.ndarray | np.floating | float):
        return bool(np.allclose(one, other, rtol=1e-7, atol=1e-12, equal_nan=True))
    return one is other or one == other


class Trace:
    """A scenario's evaluation, recorded once and followed from then on."""

    def __init__(self, scenario: Scenario) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.base = self._run(scenario, self._record)

    def entered(self, scenario: Scenario) -> tuple[set[str], set[str]]:
        """(relations, outcomes) that differ where nothing but the scenario itself does."""
        return self._follow(scenario, "")

    def fed(self, scenario: Scenario, relation: str) -> tuple[set[str], set[str]]:
        """(relations, outcomes) that differ where all that `relation` gives is a thousandth more."""
        return self._follow(scenario, relation)

    def _follow(self, scenario: Scenario, stirred: str) -> tuple[set[str], set[str]]:
        at, differ = iter(self.calls), set[str]()

        def follow(relation: str, call: Callable[[], Any]) -> Any:
            known, recorded = next(at)
            assert known == relation
            if not _alike(call(), recorded):
                differ.add(relation)
            return _map(recorded, lambda v: v * 1.001 if relation == stirred else np.copy(v))

        totals = self._run(scenario, follow)
        return differ - {stirred}, {key for key, value in totals.items() if not _alike(value, self.base[key])}

    def _record(self, relation: str, call: Callable[[], Any]) -> Any:
        given = call()
        self.calls.append((relation, _map(given, np.copy)))
        return given

    def _run(self, scenario: Scenario, each: Callable[[str, Callable[[], Any]], Any]) -> dict[str, Any]:
        fitted._kept.cache_clear()
        nodes = np.arange(MONTHS + 1)  # between solved months queues are carried along what feeds them
        nothing = results.run(batch([scenario.doing_nothing()]), nodes, path=True)
        fitted._kept.cache_clear()
        with _watched(each):
            found = results.run(batch([scenario]), nodes, path=True)
            total = results.against(found.side, nothing.side)
        return dict(total)


@contextmanager
def _watched(each: Callable[[str, Callable[[], Any]], Any]) -> Iterator[None]:
    """Every public function of a relation goes through `each`; what it calls of its own does not."""
    inside = [False]

    def wrapped(relation: str, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **named: Any) -> Any:
            if inside[0]:
                return function(*args, **named)

            def call() -> Any:
                inside[0] = True
                try:
                    given = function(*args, **named)
                    return args[-1].copy() if name in KERNELS else given
                finally:
                    inside[0] = False

            given = each(relation, call)
            if name in KERNELS:
                args[-1][...] = given
                return None
            return given

        return watched

    kept = []
    for relation, modules in MODULES.items():
        for module in modules:
            for name, function in list(vars(module).items()):
                own = getattr(function, "__module__", "") == module.__name__ and callable(function)
                if own and not name.startswith("_") and not isinstance(function, type):
                    if isinstance(function, FunctionType) or name in KERNELS:
                        kept.append((module, name, function))
                        setattr(module, name, wrapped(relation, name, function))
    try:
        yield
    finally:
        for module, name, function in kept:
            setattr(module, name, function)
        fitted._kept.cache_clear()
