"""What all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from model import workers
from tests.postgres import server
from tests.store_examples import database

# A first call compiles, and machines differ: examples are counted, not timed. CI draws the same ones every time.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


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
