"""What all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from model import workers
from tests.postgres import server
from tests.store_examples import database

# A first call compiles, and machines differ: examples are counted, not timed. CI draws the same ones every time.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


LONGEST_FIRST = (
    "browser/test_data", "browser/test_library", "browser/test_explore", "browser/test_best_mix", "browser/test_access",
    "browser/test_risks", "browser/test_stress", "browser/test_compare", "browser/test_export",
    "browser/test_assumptions", "browser/test_roadmap", "browser/test_referee", "browser/test_safe_defaults",
    "test_events", "test_optimise", "test_data_page", "test_intake_warehouse", "test_scenario", "test_store_faults",
    "test_referee", "test_properties", "test_export", "test_engine", "test_workers", "test_data_join_page", "test_fit",
    "test_house", "test_roadmap_page", "test_sensitivity", "test_export_deck", "test_aside",
)  # fmt: skip
"""Files by the seconds that they take; those not named take a few."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests first, the longest file first; then the others, the longest file last."""
    tests, rank = Path(__file__).parent, {name: place for place, name in enumerate(LONGEST_FIRST)}

    def place(item: pytest.Item) -> tuple[int, int]:
        name = item.path.relative_to(tests).with_suffix("").as_posix()
        here = rank.get(name, len(rank))
        return (0, here) if name.startswith("browser/") else (1, -here)

    items.sort(key=place)


class FromBothEnds(LoadFileScheduling):
    """One worker takes files from the front, all others from the end.

    So a browser, which waits at times and at times wants a core more, has beside it what keeps one core busy; one
    server and one browser serve most of its files; and what is left at last is short.
    """

    def _assign_work_unit(self, node: Any) -> None:
        if node is not self.nodes[0]:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FromBothEnds | None:
    return FromBothEnds(config, log) if config.option.dist == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def _own_store(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests never touch the store of whoever runs them."""
    os.environ["TRILEVER_STORE"] = f"sqlite:///{tmp_path_factory.mktemp('store')}/store.db"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nor the baselines that they keep."""
    os.environ["TRILEVER_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session", autouse=True)
def _reckons_here() -> None:
    """A page run as a script begins no worker processes: these would not know what a test puts in the model's place."""
    workers._begun.acquire(blocking=False)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """One PostgreSQL server for all tests of the store, each of which makes a database of its own on it."""
    with server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a fresh store may be: a file, or a database of its own on the server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/store.db"
    else:
        with database(request.getfixturevalue("postgres")) as fresh:
            yield fresh


@pytest.fixture(scope="session")
def real_files() -> Path:
    """The folder of exports from real systems, named by TRILEVER_REAL_FILES; without it these tests are skipped."""
    named = os.environ.get("TRILEVER_REAL_FILES")
    if not named:
        pytest.skip("TRILEVER_REAL_FILES names no folder of real exports")
    folder = Path(named)
    assert folder.is_dir(), f"TRILEVER_REAL_FILES names {folder}, which is no folder"
    return folder
