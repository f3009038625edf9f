"""Worker processes: the bits of the server's own process, errors whole, and nothing lost when one ends."""

import os
import signal
import subprocess
import sys
import time
from collections import OrderedDict
from collections.abc import Iterator
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import pandas as pd
import pytest

import model
from model import letters, workers

ROOT = Path(__file__).parents[1]
SCENARIO = model.Scenario(baseline=model.sample("bank"), levers={"fcr_programme": 0.3})
PATIENCE_S = 120.0

needs_posix = pytest.mark.skipif(os.name != "posix", reason="workers are asked over POSIX pipes")


def wait_until(true: object, timeout: float = PATIENCE_S) -> bool:
    end = time.monotonic() + timeout
    while not true():  # type: ignore[operator]
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="module")
def lane() -> Iterator["workers._Lane"]:
    made = workers._Lane()
    assert wait_until(lambda: made.ready)
    before, workers._lanes[:] = list(workers._lanes), [made]
    yield made
    workers._lanes[:] = before
    made.close()


def same(one: model.Outcome, other: model.Outcome) -> bool:
    """Bit by bit; nan is nan."""
    return pd.Series(one.headline).equals(pd.Series(other.headline)) and one.monthly.equals(other.monthly)


@needs_posix
def test_a_worker_answers_with_the_bits_of_the_servers_own_process(lane: "workers._Lane") -> None:
    asked = workers.ask(0, model.evaluate, SCENARIO), workers.ask(1, model.ranges, SCENARIO, path=True)
    assert all(asked)
    outcome = workers.answer(asked[0], model.evaluate, SCENARIO)
    here = model.evaluate(SCENARIO)
    assert same(outcome, here)
    pd.testing.assert_frame_equal(outcome.monthly, here.monthly, check_exact=True)
    pd.testing.assert_frame_equal(outcome.intervals, here.intervals, check_exact=True)
    likely = workers.answer(asked[1], model.ranges, SCENARIO, path=True)
    pd.testing.assert_frame_equal(likely, model.ranges(SCENARIO, path=True), check_exact=True)


def test_tables_come_over_as_they_are_and_their_names_are_made_once() -> None:
    outcome, ranges = model.evaluate(SCENARIO), model.ranges(SCENARIO, path=True)
    mixed = pd.DataFrame({"n": [1, 2], "x": [0.5, None], "t": ["a", None]}, index=["one", "two"])
    for sent in (outcome.monthly, outcome.channels, outcome.ledger, outcome.intervals, ranges, mixed):
        (one, _), (other, _) = (ForkingPickler.loads(letters.written((sent, 1))) for _ in range(2))
        pd.testing.assert_frame_equal(one, sent, check_exact=True)
        assert one.columns.name == sent.columns.name and one.index.name == sent.index.name
        if sent is not outcome.intervals:
            assert one.columns is other.columns
    shares = model.attribute(SCENARIO.doing_nothing(), SCENARIO, "csat")
    for series in (shares, pd.Series([1, 2], index=["a", None]), pd.Series(["a", "b"], name="t")):
        pd.testing.assert_series_equal(ForkingPickler.loads(letters.written(series)), series, check_exact=True)


def test_a_company_is_read_once_however_often_it_comes_over() -> None:
    first, second = (ForkingPickler.loads(letters.written(SCENARIO)) for _ in range(2))
    assert first == SCENARIO and first.baseline.digest == SCENARIO.baseline.digest
    assert first.baseline is second.baseline
    other = SCENARIO.model_copy(update={"baseline": SCENARIO.baseline.model_copy(update={"wage": 1.0})})
    assert ForkingPickler.loads(letters.written(other)) == other


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="processes are copied on Linux alone")
def test_a_worker_made_of_another_answers_like_it_outlives_it_and_is_replaced_when_it_ends() -> None:
    first = workers._Lane(twins=2)
    lanes = [first, *(workers._Lane(pipe) for pipe in first.twins)]
    try:
        assert wait_until(lambda: all(one.ready for one in lanes))
        numbers = [one.process.pid for one in lanes if one.process is not None]
        assert len({*numbers, os.getpid()}) == 4
        here = model.evaluate(SCENARIO)
        assert all(
            same(asked.result(PATIENCE_S), here) for one in lanes if (asked := one.ask(model.evaluate, SCENARIO))
        )
        os.kill(numbers[0], signal.SIGKILL)
        twin = lanes[1].ask(model.evaluate, SCENARIO)
        assert twin is not None and same(twin.result(PATIENCE_S), here)
        os.kill(numbers[2], signal.SIGKILL)
        assert wait_until(
            lambda: lanes[2].ready and lanes[2].process is not None and lanes[2].process.pid != numbers[2]
        )
        again = lanes[2].ask(model.evaluate, SCENARIO)
        assert again is not None and same(again.result(PATIENCE_S), here)
    finally:
        left = [one.process.pid for one in lanes if one.process is not None]
        for one in lanes:
            one.close()
    assert wait_until(lambda: not any(Path(f"/proc/{number}").exists() for number in {*numbers, *left}), 20)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="processes are copied on Linux alone")
def test_workers_made_of_one_another_end_with_who_asks() -> None:
    program = (
        "import time\nfrom model import workers\nworkers.start(3)\n"
        "while workers.ready() < 3: time.sleep(0.05)\n"
        "print(*(lane.process.pid for lane in workers._lanes), flush=True)\ntime.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        numbers = [int(number) for number in server.stdout.readline().split()]
        assert len(set(numbers)) == 3
        server.kill()
    assert wait_until(lambda: not any(Path(f"/proc/{number}").exists() for number in numbers), 20)


@needs_posix
def test_what_a_worker_is_taught_it_is_told_once_and_again_when_it_begins_anew(
    lane: "workers._Lane", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_taught", OrderedDict())
    mark = tmp_path / "taught"
    workers.teach("mark", os.mkdir, str(mark))
    assert wait_until(mark.exists)
    mark.rmdir()
    workers.teach("mark", os.mkdir, str(mark))
    asked = workers.ask(0, os.getpid)
    assert asked is not None and lane.process is not None
    os.kill(asked.result(PATIENCE_S), signal.SIGKILL)
    assert not mark.exists()
    assert wait_until(mark.exists)


@needs_posix
def test_an_error_comes_back_whole(lane: "workers._Lane") -> None:
    asked = workers.ask(0, model.sample, "nobody")
    with pytest.raises(model.TrileverError) as told:
        workers.answer(asked, model.sample, "nobody")
    with pytest.raises(model.TrileverError) as here:
        model.sample("nobody")
    assert type(told.value) is type(here.value)
    assert (told.value.message, told.value.hint) == (here.value.message, here.value.hint) and here.value.hint


@needs_posix
def test_an_answer_that_cannot_be_sent_is_an_error_and_the_worker_goes_on(lane: "workers._Lane") -> None:
    asked = workers.ask(0, open, os.devnull)
    assert asked is not None
    with pytest.raises(RuntimeError, match="cannot be sent"):
        asked.result(PATIENCE_S)
    assert workers.ready() == 1


@needs_posix
def test_a_question_that_cannot_be_sent_is_reckoned_here_and_later_answers_keep_their_places(
    lane: "workers._Lane",
) -> None:
    def here(seen: int) -> int:
        return seen + 1

    asked = workers.ask(0, here, 1)
    assert asked is None and workers.answer(asked, here, 1) == 2
    later = [workers.ask(0, abs, -number) for number in range(3)]
    assert [one.result(PATIENCE_S) for one in later if one is not None] == [0, 1, 2]


@needs_posix
def test_a_worker_that_is_killed_loses_nothing_and_is_replaced(lane: "workers._Lane") -> None:
    first = lane.process.pid
    asked = [workers.ask(0, model.evaluate, SCENARIO.model_copy(update={"month": m})) for m in range(1, 9)]
    lane.process.kill()
    late = workers.ask(0, model.evaluate, SCENARIO)
    found = [workers.answer(one, model.evaluate, SCENARIO.model_copy(update={"month": m}))
             for m, one in enumerate(asked, 1)]  # fmt: skip
    assert [one.scenario.month for one in found] == list(range(1, 9))
    assert same(workers.answer(late, model.evaluate, SCENARIO), model.evaluate(SCENARIO))
    assert wait_until(lambda: lane.process.pid != first and lane.ready)
    asked_again = workers.ask(0, model.evaluate, SCENARIO)
    assert asked_again is not None
    assert same(workers.answer(asked_again, model.evaluate, SCENARIO), model.evaluate(SCENARIO))


@needs_posix
def test_a_worker_ends_with_its_server_however_that_ends() -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", "import time; from model import workers; workers.start(1); "
         "[time.sleep(.05) for _ in range(9999) if not workers._lanes]; "
         "print(workers._lanes[0].process.pid, flush=True); time.sleep(600)"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    worker = int(server.stdout.readline())
    assert alive(worker)
    server.kill()
    server.communicate()
    assert wait_until(lambda: not alive(worker))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_without_lanes_everything_is_reckoned_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_lanes", [])
    asked = workers.ask(0, model.evaluate, SCENARIO)
    assert asked is None and workers.ready() == 0
    assert same(workers.answer(asked, model.evaluate, SCENARIO), model.evaluate(SCENARIO))


@pytest.mark.parametrize(("told", "count"), [("0", 0), ("3", 3), ("many", 0), ("-1", 0), (" 1 ", 1)])
def test_the_one_who_runs_it_says_how_many(monkeypatch: pytest.MonkeyPatch, told: str, count: int) -> None:
    monkeypatch.setenv(workers.SETTING, told)
    assert workers.wanted() == count


def test_a_lane_that_never_gets_ready_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    broken = workers._Lane()
    assert wait_until(lambda: broken.given_up, 10)
    assert broken.ask(model.evaluate, SCENARIO) is None
