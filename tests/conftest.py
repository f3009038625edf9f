"""What all tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A first call compiles, and machines differ: examples are counted, not timed. CI draws the same ones every time.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session")
def real_files() -> Path:
    """The folder of exports from real systems, named by TRILEVER_REAL_FILES; without it these tests are skipped."""
    named = os.environ.get("TRILEVER_REAL_FILES")
    if not named:
        pytest.skip("TRILEVER_REAL_FILES names no folder of real exports")
    folder = Path(named)
    assert folder.is_dir(), f"TRILEVER_REAL_FILES names {folder}, which is no folder"
    return folder
