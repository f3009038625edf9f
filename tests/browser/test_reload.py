"""A reload, a closed tab, a server that ends: what was not saved is offered again, to the same browser alone."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from model.store.schema import drafts
from tests.browser.steps import PATIENCE_MS, forgive_deep_links, settle, shot, visit
from tests.serving import Server, serving

OFFER = "Take it up again"


def cards(page: Page) -> list[str]:
    return page.locator(".st-key-outcomes h2").all_inner_texts()


def test_what_was_moved_before_a_reload_is_one_click_away(
    server: Server, open_context: Callable[..., BrowserContext], faults: list[str]
) -> None:
    context = open_context()
    page = visit(context.new_page(), server.url + "/explore")
    expect(page.get_by_role("button", name=OFFER)).to_have_count(0)
    page.get_by_role("button", name="Try:").click()
    expect(page.get_by_role("button", name="Undo")).to_be_enabled(timeout=PATIENCE_MS)
    settle(page)
    seen = cards(page)
    page.reload()
    settle(page)
    offer = page.get_by_role("button", name=OFFER)
    offer.wait_for(timeout=PATIENCE_MS)
    expect(page.get_by_text("Not saved, a moment ago in this browser: Sample retailer, 1 step")).to_be_visible()
    assert cards(page) != seen
    shot(page, "left-unsaved")
    page.set_viewport_size({"width": 390, "height": 844})
    settle(page)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    shot(page, "left-unsaved-390")
    page.set_viewport_size({"width": 1440, "height": 900})
    offer.click()
    expect(page.get_by_role("button", name=OFFER)).to_have_count(0, timeout=PATIENCE_MS)
    settle(page)
    assert cards(page) == seen
    page.get_by_role("button", name="Undo").click()  # with what led to it
    expect(page.get_by_role("button", name="Undo")).to_be_disabled(timeout=PATIENCE_MS)
    stranger = visit(open_context().new_page(), server.url + "/explore")
    expect(stranger.get_by_role("button", name=OFFER)).to_have_count(0)
    forgive_deep_links(faults)


def test_a_first_step_of_ones_own_takes_the_offer_away(
    server: Server, open_context: Callable[..., BrowserContext], faults: list[str]
) -> None:
    context = open_context()
    page = visit(context.new_page(), server.url + "/explore")
    page.get_by_role("button", name="Try:").click()
    expect(page.get_by_role("button", name="Undo")).to_be_enabled(timeout=PATIENCE_MS)
    other = visit(context.new_page(), server.url + "/explore")
    expect(other.get_by_role("button", name=OFFER)).to_be_visible(timeout=PATIENCE_MS)
    other.locator(".st-key-lever_schedule_flex input[type=range]").press("ArrowRight")
    expect(other.get_by_role("button", name=OFFER)).to_have_count(0, timeout=PATIENCE_MS)
    expect(other.get_by_role("button", name="Undo")).to_be_enabled(timeout=PATIENCE_MS)
    forgive_deep_links(faults)


def _written(store: str) -> bool:
    engine = sa.create_engine(store)
    try:
        with engine.connect() as connection:
            return bool(connection.execute(sa.select(sa.func.count()).select_from(drafts)).scalar_one())
    except sa.exc.OperationalError:  # no table yet
        return False
    finally:
        engine.dispose()


@pytest.mark.parametrize("killed", [False, True])
def test_a_server_that_ends_and_begins_again_has_what_was_moved(
    killed: bool, open_context: Callable[..., BrowserContext], tmp_path: Path, faults: list[str]
) -> None:
    store = f"sqlite:///{tmp_path}/store.db"
    context = open_context()
    with serving(log=tmp_path / "first.log", store=store) as first:
        page = visit(context.new_page(), first.url + "/explore")
        page.get_by_role("button", name="Try:").click()
        expect(page.get_by_role("button", name="Undo")).to_be_enabled(timeout=PATIENCE_MS)
        settle(page)
        seen = cards(page)
        if killed:  # whoever is ended at once has written what is older than a few seconds
            deadline = time.monotonic() + 30
            while not _written(store):
                assert time.monotonic() < deadline
                time.sleep(0.2)
            first.process.kill()
            first.process.wait()
    with serving(log=tmp_path / "second.log", store=store, port=first.port):
        again = visit(context.new_page(), first.url + "/explore")
        offer = again.get_by_role("button", name=OFFER)
        offer.wait_for(timeout=PATIENCE_MS)
        assert cards(again) != seen
        offer.click()
        expect(again.get_by_role("button", name=OFFER)).to_have_count(0, timeout=PATIENCE_MS)
        settle(again)
        assert cards(again) == seen
        context.close()
    faults.clear()  # the first page lost its server, as it was meant to
    for log in ("first.log", "second.log"):
        assert "Traceback" not in (tmp_path / log).read_text(errors="replace")
