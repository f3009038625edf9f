"""Searches aside: found as in the server's own process, ended when asked, and nothing lost when the process ends."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from model import aside, errors

PATIENCE_S = 120.0
ASIDE = pytest.param("2", marks=pytest.mark.skipif(os.name != "posix", reason="it is asked over POSIX pipes"))


def counting(upto: int, progress: Callable[..., None], polite: bool, pause: float = 0.0) -> Iterator[int]:
    """A search that finds numbers, tells the best so far, and where it runs."""
    for number in range(upto):
        progress(number / upto, "Counting", number)
        time.sleep(pause)
        yield os.getpid() if number == 0 else number


def refusing(progress: Callable[..., None], polite: bool) -> None:
    raise errors.ScenarioError("It cannot be.", "Ask for less.")


@pytest.fixture(scope="module")
def office() -> Iterator["aside._Office"]:
    """One process for all these tests."""
    made = aside._Office()
    yield made
    if made.process is not None:
        made.process.kill()
        made.process.wait()


@pytest.fixture(params=["0", ASIDE])
def lanes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, office: "aside._Office") -> bool:
    """Whether there is a process to ask."""
    monkeypatch.setenv("TRILEVER_WORKERS", request.param)
    monkeypatch.setattr(aside, "_office", office if request.param != "0" else aside._Office())
    return bool(request.param != "0")


def test_what_is_found_comes_one_by_one_from_whichever_process(lanes: bool) -> None:
    search = aside.begin(counting, 4)
    assert search.wait(PATIENCE_S)
    assert search.found[1:] == [1, 2, 3] and search.best == 3 and search.fault is None
    assert (search.found[0] != os.getpid()) is lanes


def test_how_far_it_is_never_goes_back() -> None:
    search = aside.Search(counting, (), {})
    for share, step, best in ((0.1, "Looking", None), (0.4, "Comparing", 1), (0.1, "Looking", None), (0.3, "Late", 2)):
        search.told("told", (share, step, best))
    assert (search.share, search.step, search.best) == (0.4, "Comparing", 2)


def test_a_fault_comes_back_whole(lanes: bool) -> None:
    search = aside.begin(refusing)
    assert search.wait(PATIENCE_S)
    assert isinstance(search.fault, errors.ScenarioError) and search.fault.hint == "Ask for less."
    assert not search.found


def test_a_cancelled_search_ends_and_keeps_what_it_found(lanes: bool) -> None:
    search = aside.begin(counting, 10_000, pause=0.01)
    end = time.monotonic() + PATIENCE_S
    while len(search.found) < 3 and time.monotonic() < end:
        time.sleep(0.01)
    search.cancel()
    assert not search.running and search.cancelled
    found = list(search.found)
    assert len(found) >= 3 and search.wait(5) and search.found == found and search.fault is None
    again = aside.begin(counting, 2)
    assert again.wait(PATIENCE_S) and again.found[1:] == [1]


@pytest.mark.skipif(os.name != "posix", reason="it is asked over POSIX pipes")
def test_a_process_that_is_killed_loses_no_search(monkeypatch: pytest.MonkeyPatch, office: "aside._Office") -> None:
    monkeypatch.setenv("TRILEVER_WORKERS", "1")
    monkeypatch.setattr(aside, "_office", office)
    searches = [aside.begin(counting, 300, pause=0.01) for _ in range(2)]
    end = time.monotonic() + PATIENCE_S
    while not searches[1].found and time.monotonic() < end:
        time.sleep(0.01)
    assert office.process is not None
    assert os.getpriority(os.PRIO_PROCESS, office.process.pid) == aside.LOWEST
    office.process.kill()
    assert all(one.wait(PATIENCE_S) for one in searches)
    assert all(one.found == [os.getpid(), *range(1, 300)] for one in searches)
    later: Any = aside.begin(counting, 2)
    assert later.wait(PATIENCE_S) and later.found[0] != os.getpid()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Processes that were begun; each ends at once."""
    found: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def ends_at_once(command: list[str], **named: Any) -> subprocess.Popen[bytes]:
        found.append(popen(["true"], **named))
        return found[-1]

    monkeypatch.setenv("TRILEVER_WORKERS", "1")
    monkeypatch.setattr(aside, "_office", aside._Office())
    monkeypatch.setattr(subprocess, "Popen", ends_at_once)
    return found


@pytest.mark.skipif(os.name != "posix", reason="it is asked over POSIX pipes")
def test_looks_begin_one_process_and_none_anew_that_cannot_run(begun: list[subprocess.Popen[bytes]]) -> None:
    for look in range(3):
        aside.start()
        assert len(begun) == 1
        begun[0].wait(PATIENCE_S)
        end = time.monotonic() + 5
        while look == 0 and aside._office._pipe is not None and time.monotonic() < end:
            time.sleep(0.01)
    search = aside.begin(counting, 2)
    assert len(begun) == 2 and search.wait(PATIENCE_S) and search.found == [os.getpid(), 1]


@pytest.mark.skipif(os.name != "posix", reason="it is asked over POSIX pipes")
def test_a_process_that_waits_for_quiet_begins_once_nobody_moves_anything(
    begun: list[subprocess.Popen[bytes]],
) -> None:
    aside.start(quiet=1.0)
    for _ in range(15):  # one and a half seconds of moves, whether or not they miss a target
        aside.busy()
        assert not begun
        time.sleep(0.1)
    end = time.monotonic() + 30
    while not begun and time.monotonic() < end:
        time.sleep(0.01)
    assert len(begun) == 1


def test_no_thread_is_left_of_a_search_that_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRILEVER_WORKERS", "0")
    search = aside.begin(counting, 3)
    assert search.wait(PATIENCE_S)
    end = time.monotonic() + 5
    while any(t.name == "search" for t in threading.enumerate()) and time.monotonic() < end:
        time.sleep(0.01)
    assert not any(t.name == "search" for t in threading.enumerate())
