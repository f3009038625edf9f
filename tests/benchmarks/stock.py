"""The yardstick: the smallest app with a slider and something that it moves, on Streamlit as it comes."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.serving import Server, serving

SCRIPT = """import streamlit as st
with st.container(key="levers"):
    v = st.slider("Lever", 0, 100, 50, key="lever")
with st.container(key="outcomes"):
    st.markdown(f"value {v}")
"""
FLAGS = ("--server.address=127.0.0.1", "--server.fileWatcherType=none", "--browser.gatherUsageStats=false")


@contextmanager
def stock() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "app.py").write_text(SCRIPT)
        with serving("app.py", *FLAGS, folder=Path(folder), log=Path(folder) / "server.log") as running:
            yield running


@contextmanager
def ours() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder, serving(log=Path(folder) / "server.log") as running:
        yield running


def quantile(values: list[float], share: float) -> float:
    """The value that `share` of the measurements stay within."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
