"""Getting ready aside: once, to its end, and without harm where it fails."""

import gc
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from numba import config

import model
from model import _compiled, calibrate, uncertainty, warm
from model._kernels import FOLDER
from model.scenario import Scenario
from tests.serving import ROOT


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "_done", threading.Event())
    monkeypatch.setattr(warm, "_begun", threading.Lock())
    monkeypatch.setattr(gc, "freeze", lambda: None)


def test_it_leaves_no_thread_behind_which_a_copy_of_the_process_would_wait_for_in_vain() -> None:
    asked = "import threading; from model import warm; warm.work(); print(threading.active_count())"
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["1"]


def test_who_knows_a_company_calibrates_it_no_more_and_has_doing_nothing_in_draws() -> None:
    still = Scenario(baseline=model.sample("bank").model_copy(update={"wage": 12.34}))
    warm.company(still)
    known = calibrate._calibrate.cache_info().misses, uncertainty._still.cache_info().misses
    moved = still.model_copy(update={"levers": {"fcr_programme": 0.5}})
    model.evaluate(moved)
    model.ranges(moved, path=True)
    assert (calibrate._calibrate.cache_info().misses, uncertainty._still.cache_info().misses) == known


@pytest.mark.usefixtures("fresh")
def test_it_begins_once_however_often_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []
    monkeypatch.setattr(warm, "work", lambda: runs.append(threading.current_thread().name))
    for _ in range(5):
        warm.start()
    assert warm.wait(10) and warm.is_ready()
    assert runs == ["warm"]


@pytest.mark.usefixtures("fresh")
def test_asking_does_not_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    monkeypatch.setattr(warm, "work", lambda: gate.wait(10))
    warm.start()
    assert not warm.is_ready() and not warm.wait(0.01)
    gate.set()
    assert warm.wait(10)


@pytest.mark.usefixtures("fresh")
def test_what_is_done_afterwards_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, done = threading.Event(), threading.Event()
    monkeypatch.setattr(warm, "work", lambda: None)
    warm.start(lambda: gate.wait(10), done.set)
    assert warm.wait(10) and not done.is_set()
    gate.set()
    assert done.wait(10)


@pytest.mark.usefixtures("fresh")
def test_what_is_loaded_afterwards_is_left_out_of_later_collections_too(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[int] = []
    kept = threading.Event()

    def freeze() -> None:
        if threading.get_ident() in loaded:
            kept.set()

    monkeypatch.setattr(warm, "work", lambda: None)
    monkeypatch.setattr(gc, "freeze", freeze)
    warm.start(lambda: loaded.append(threading.get_ident()))
    assert kept.wait(10)


@pytest.mark.usefixtures("fresh")
def test_where_it_fails_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "work", lambda: 1 / 0)
    warm.start()
    assert warm.wait(10)


def test_it_asks_for_what_a_page_asks_for() -> None:
    warm.work()


def test_kernels_of_modules_loaded_at_once_are_kept_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []

    def slow(*_: object, **__: object) -> Any:
        def decorated(function: Any) -> Any:
            before = str(config.CACHE_DIR)
            time.sleep(0.02)
            seen.append((before, str(config.CACHE_DIR)))
            return function

        return decorated

    monkeypatch.setattr(_compiled, "njit", slow)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: _compiled.compiled()(len), range(8)))
    assert seen == [(str(FOLDER or config.CACHE_DIR),) * 2] * 8
