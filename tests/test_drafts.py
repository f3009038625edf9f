"""What a browser left unsaved: kept for it and for nobody else, the newest first, within bounds."""

import time
from collections import OrderedDict
from types import SimpleNamespace
from typing import Any

import pytest

import model
from pages.parts import drafts, drafts_kept, drafts_offer
from pages.parts.history import History

HERE, THERE = "2|f724a15c|58a28b4ab595847c2b80f4682962fd76|1795441778", "2|00000000|00112233445566778899aabbccddeeff|1"
HERE_LATER = "2|42136077|ed954a6100a245579eb735439c553c5d|1795441778"
"""The same browser at its next visit: the token under another mask."""
COMPANY = model.sample("software")


def history(spend: float = 1e5) -> History:
    start = History(model.Scenario(name="Software", baseline=COMPANY))
    return start.set_levers({"self_service_spend": spend})


@pytest.fixture
def tab(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Begin a session in a browser that sends this cookie: a new tab, or the same one reloaded."""
    monkeypatch.setattr(drafts, "_drafts", OrderedDict())
    monkeypatch.setattr(drafts_kept, "leave", lambda left: None)
    monkeypatch.setattr(drafts_kept, "found", lambda browser: None)

    def begin(cookie: str, **user: Any) -> None:
        page = SimpleNamespace(session_state={}, context=SimpleNamespace(cookies={drafts.COOKIE: cookie}), user=user)
        monkeypatch.setattr(drafts, "st", page)

    return begin


def test_what_a_tab_left_is_found_by_the_same_browser_alone(tab: Any) -> None:
    tab(HERE)
    drafts.keep(history())
    assert drafts.left() is None  # it is on screen here
    tab(HERE_LATER)
    found = drafts.left()
    assert found is not None and found.history == history()
    tab(THERE)
    assert drafts.left() is None


@pytest.mark.parametrize("cookie", ["", "2|", "2||00|1", "1|00|00|1", "2|zz|00|1", "2|00|00", "x" * 10_000])
def test_who_cannot_be_told_from_others_leaves_nothing(tab: Any, cookie: str) -> None:
    tab(cookie)
    drafts.keep(history())
    tab(cookie)
    assert drafts.left() is None and not drafts._drafts


def test_whoever_runs_it_may_want_nothing_kept(tab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRILEVER_DRAFTS", "off")
    tab(HERE)
    drafts.keep(history())
    tab(HERE)
    assert drafts.left() is None and not drafts._drafts


def test_another_person_at_the_same_browser_finds_nothing(tab: Any) -> None:
    tab(HERE, is_logged_in=True, iss="us", sub="ann")
    drafts.keep(history())
    for other in ({}, {"is_logged_in": True, "iss": "us", "sub": "bob"}):
        tab(HERE, **other)
        assert drafts.left() is None
    tab(HERE, is_logged_in=True, iss="us", sub="ann")
    assert drafts.left() is not None


def test_the_newest_is_found_and_no_more_is_kept_than_may_be(tab: Any) -> None:
    for spend in range(1, drafts.MOST_TABS + 3):
        tab(HERE)
        drafts.keep(history(spend * 1e4))
    tab(HERE)
    found = drafts.left()
    assert found is not None and found.history == history((drafts.MOST_TABS + 2) * 1e4)
    [tabs] = drafts._drafts.values()
    assert len(tabs) == drafts.MOST_TABS
    for place in range(drafts.MOST_BROWSERS + 5):
        tab(f"2|00000000|{place:032x}|1")
        drafts.keep(history())
    assert len(drafts._drafts) == drafts.MOST_BROWSERS
    tab(HERE)
    assert drafts.left() is None  # so many came since


def test_it_is_forgotten_after_half_a_day_and_once_it_is_saved(tab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tab(HERE)
    drafts.keep(history())
    later = time.monotonic() + drafts.KEPT_S + 1
    with monkeypatch.context() as then:
        then.setattr(time, "monotonic", lambda: later)
        tab(HERE)
        assert drafts.left() is None
    tab(HERE)
    drafts.keep(history(2e5))
    drafts.saved()
    tab(HERE)
    found = drafts.left()
    assert found is not None and found.history == history()  # the other tab's, which is not saved


def test_a_step_that_was_taken_back_is_not_found(tab: Any) -> None:
    tab(HERE)
    drafts.take_back(history())  # before any step of its own there is nothing to take back
    tab(HERE)
    assert drafts.left() is None
    drafts.keep(history(2e5))
    drafts.take_back(history())
    tab(HERE)
    found = drafts.left()
    assert found is not None and found.history == history()


def test_what_was_taken_up_is_offered_to_nobody_else(tab: Any) -> None:
    tab(HERE)
    drafts.keep(history())
    tab(HERE_LATER)
    found = drafts.left()
    assert found is not None
    drafts.keep(found.history)
    drafts.taken(found)
    drafts.saved()
    tab(HERE)
    assert drafts.left() is None


@pytest.mark.parametrize(("seconds", "said"), [(5, "a moment ago"), (70, "1 minute ago"), (720, "12 minutes ago"),
                                               (3600, "1 hour ago"), (10_000, "3 hours ago")])  # fmt: skip
def test_how_long_ago_is_said_in_words(seconds: float, said: str) -> None:
    assert drafts_offer.ago(seconds) == said
