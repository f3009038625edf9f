"""Names of a package from their modules on first use."""

import importlib
import subprocess
import sys

import pytest


@pytest.mark.parametrize("name", ["model", "model.events", "model.referee"])
def test_each_public_name_is_there_and_another_is_said_to_be_none(name: str) -> None:
    package = importlib.import_module(name)
    for public in package.__all__:
        assert getattr(package, public) is vars(package)[public], "kept once it was asked for"
    with pytest.raises(AttributeError, match=f"module '{name}' has no attribute 'coffee'"):
        _ = package.coffee


def test_a_module_is_read_when_a_name_of_it_is_asked_for_and_not_before() -> None:
    said = (
        "import sys, model; a = 'model.engine' in sys.modules; model.evaluate; print(a, 'model.engine' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split() == ["False", "True"]
