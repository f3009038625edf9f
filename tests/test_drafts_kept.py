"""Drafts in the store: found again by a new process, in both databases, and by nobody else."""

import time
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

import model
from model import store
from model.store import drafts as rows
from model.store.drafts import Left
from model.store.records import now, stamp
from model.store.schema import drafts as table
from model.store.store import Store
from pages.parts import connection, drafts, drafts_kept
from pages.parts.history import History

HERE = "2|f724a15c|58a28b4ab595847c2b80f4682962fd76|1795441778"
RETAIL, BANK = (model.Scenario(baseline=model.sample(name)) for name in ("retail", "bank"))


def steps() -> tuple[model.Scenario, ...]:
    """Steps with something of everything that a scenario may hold, on two companies."""
    moved = RETAIL.model_copy(update={"levers": {"fcr_programme": 0.1 + 0.2, "staffing.phone": 77.3}})
    planned = moved.model_copy(update={
        "starts": {"fcr_programme": 4}, "conditions": {"demand": 1.2}, "targets": {"csat": 0.8},
        "calendar": (model.CalendarEntry(name="Sale", start=3, factor=1.3),), "staffing_rule": "follow_work",
        "assumptions": {"attrition": 0.4},
    })  # fmt: skip
    return RETAIL, moved, planned, BANK


@pytest.fixture
def shelf(url: str) -> Iterator[Store]:
    with store.connect(url) as opened:
        yield opened


def test_steps_come_back_equal_to_the_last_bit(shelf: Store) -> None:
    shelf.leave([Left("me", "one", steps(), 2)])
    found = shelf.draft("me")
    assert found is not None and (found.tab, found.steps, found.present) == ("one", steps(), 2)
    assert 0 <= found.age_s < 60
    assert shelf.draft("you") is None


def test_the_newest_tab_is_found_and_no_more_are_kept_than_may_be(shelf: Store) -> None:
    for place in range(rows.MOST_TABS + 2):
        shelf.leave([Left("me", f"tab {place}", steps()[:2], place % 2)])
    found = shelf.draft("me")
    assert found is not None and found.tab == f"tab {rows.MOST_TABS + 1}"
    assert count(shelf) == rows.MOST_TABS
    shelf.leave([Left("me", found.tab, steps()[:1])])  # in place of what it left before
    assert count(shelf) == rows.MOST_TABS
    shelf.leave([Left("me", found.tab)])
    other = shelf.draft("me")
    assert other is not None and other.tab == f"tab {rows.MOST_TABS}" and count(shelf) == rows.MOST_TABS - 1


def count(shelf: Store) -> int:
    return shelf._database.read(lambda c: c.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_after_half_a_day_it_is_neither_found_nor_kept(shelf: Store) -> None:
    shelf.leave([Left("me", "one", steps())])
    old = stamp(now() - timedelta(hours=rows.KEPT_HOURS, seconds=1))
    shelf._database.write(lambda c: c.execute(table.update().values(left_at=old)))
    assert shelf.draft("me") is None
    shelf.leave([Left("you", "one", steps())])
    assert count(shelf) == 1


@pytest.mark.parametrize("body", ["", "{}", "[1]", "null", '{"format":1}', '{"format":2,"companies":{},"steps":[],'
                                  '"present":0}', "x" * 1000])  # fmt: skip
def test_what_cannot_be_read_is_not_found(shelf: Store, body: str) -> None:
    shelf.leave([Left("me", "one", steps())])
    shelf._database.write(lambda c: c.execute(table.update().values(body=body)))
    assert shelf.draft("me") is None


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, url: str) -> Iterator[Any]:
    """Begin a session; with `anew` in a process of its own on the same store."""
    monkeypatch.setenv("TRILEVER_STORE", url)
    monkeypatch.setattr(drafts_kept, "AFTER_S", 0.01)
    monkeypatch.setattr(drafts_kept, "_asked_again", 0.0)

    def begin(anew: bool = False) -> None:
        if anew:
            drafts_kept.write()
            monkeypatch.setattr(drafts, "_drafts", OrderedDict())
        seen = SimpleNamespace(session_state={}, context=SimpleNamespace(cookies={drafts.COOKIE: HERE}), user={})
        monkeypatch.setattr(drafts, "st", seen)

    begin(anew=True)
    yield begin
    drafts_kept.write()
    connection.close()


def test_a_new_process_finds_the_steps_and_what_can_be_done_again(page: Any) -> None:
    start = History(RETAIL).set_levers({"fcr_programme": 0.5}).set_rule("follow_work")
    left = start.set_condition("demand", 1.3).undo()
    drafts.keep(left)
    page(anew=True)
    found = drafts.left()
    assert found is not None and found.history == left
    assert found.history.redo() == left.redo() and found.history.undo() == left.undo()


def test_what_was_saved_or_taken_up_is_not_found_by_a_new_process(page: Any) -> None:
    drafts.keep(History(RETAIL).set_levers({"fcr_programme": 0.5}))
    page(anew=True)
    found = drafts.left()
    assert found is not None
    drafts.keep(found.history)
    drafts.taken(found)
    page(anew=True)
    again = drafts.left()
    assert again is not None and again.history == found.history and again.tab != found.tab
    drafts.keep(again.history)
    drafts.taken(again)
    drafts.saved()
    page(anew=True)
    assert drafts.left() is None


def test_a_step_is_written_by_itself_after_a_while(page: Any) -> None:
    drafts.keep(History(RETAIL).set_levers({"fcr_programme": 0.5}))
    deadline = time.monotonic() + 20
    while connection.shelf().draft(drafts._browser()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_store_out_of_reach_takes_nothing_but_the_new_start(
    page: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TRILEVER_STORE", "mysql://nowhere")
    drafts.keep(History(RETAIL).set_levers({"fcr_programme": 0.5}))
    drafts_kept.write()
    assert "cannot be kept" in caplog.text and "Traceback" not in caplog.text
    page()
    assert drafts.left() is not None
    page(anew=True)
    assert drafts.left() is None and "cannot be read" in caplog.text
    caplog.clear()
    page(anew=True)
    assert drafts.left() is None and not caplog.text  # nobody waits for it again so soon
    monkeypatch.setattr(drafts_kept, "_asked_again", 0.0)
    page(anew=True)
    assert drafts.left() is None and "cannot be read" in caplog.text
    monkeypatch.undo()


def test_pages_and_the_thread_that_writes_share_one_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory a second connection would be another store, and what a tab left would be found by nobody."""
    monkeypatch.setenv("TRILEVER_STORE", "sqlite://")
    with ThreadPoolExecutor(8) as pool:
        one, *others = pool.map(lambda _: connection.shelf(), range(8))
    assert all(other is one for other in others)
    key = connection.shelf().save(RETAIL)
    drafts_kept.leave(Left("me", "one", steps(), 2))
    drafts_kept.write()
    found = drafts_kept.found("me")
    assert found is not None and found.steps == steps() and connection.shelf().get(key) == RETAIL
    connection.close()
    assert connection.shelf() is not one
    connection.close()
