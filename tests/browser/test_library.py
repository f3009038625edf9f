"""Saved, sent, renamed, copied, deleted and brought back, taken along as a file: in a real browser."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import PATIENCE_MS, attempt, choose, outcomes, press, ready, save, settle, shot, to
from tests.serving import serving
from tests.store_examples import database

pytestmark = pytest.mark.usefixtures("by_deep_link")


def rows(page: Page) -> list[str]:
    """What each saved scenario says."""
    return page.locator("[class*=st-key-saved_]").all_inner_texts()


def test_saved_here_and_opened_from_the_link_in_a_private_window_it_shows_the_same_numbers(
    window: Callable[..., Page],
) -> None:
    page = ready(window())
    attempt(page)
    press(page, "training_hours", "ArrowRight", 2)
    link = save(page, "More self-service", note="For the board")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/explore\?scenario=[\w-]{28,}", link)
    other = ready(window(link))
    assert outcomes(other) == outcomes(page)
    expect(other.get_by_test_id("stAlert")).to_have_count(0)
    to(page, "Library")
    [row] = rows(page)
    assert "More self-service" in row and "For the board" in row and "Cost a year $" in row
    shot(page, "library-one")


def test_a_link_works_on_any_page_and_a_foreign_one_says_what_to_do(window: Callable[..., Page]) -> None:
    page = ready(window())
    attempt(page)
    link = save(page, "Plan")
    library = window(link.replace("/explore?", "/library?"))
    expect(library.get_by_text("Plan", exact=True).first).to_be_visible()
    to(library, "Explore")
    assert outcomes(ready(library)) == outcomes(page)
    foreign = ready(window("/explore?scenario=" + "x" * 30))
    expect(foreign.get_by_text("saved at another installation")).to_be_visible()
    expect(foreign.get_by_text("Open the link there")).to_be_visible()


def test_a_copy_changed_and_saved_leaves_the_first_as_it_was(window: Callable[..., Page]) -> None:
    page = ready(window())
    attempt(page)
    first = save(page, "Plan A")
    seen = outcomes(page)
    to(page, "Library")
    choose(page, "Plan A", "Make a copy")
    page.get_by_label("Name of the copy").fill("Plan B")
    page.get_by_role("dialog").get_by_role("button", name="Make a copy").click()
    expect(page.get_by_text("Plan B", exact=True)).to_be_visible()
    page.locator("[class*=st-key-saved_]").filter(has_text="Plan B").get_by_role("button", name="Open").click()
    ready(page)
    press(page, "training_hours", "ArrowRight", 3)
    second = save(page)
    assert second != first
    to(page, "Library")
    assert len(rows(page)) == 2
    assert any("Plan B" in row and "version 2" in row for row in rows(page))
    assert outcomes(ready(window(first))) == seen != outcomes(ready(window(second)))


def test_renamed_in_one_window_while_the_other_saves_both_are_kept(window: Callable[..., Page]) -> None:
    page = ready(window())
    attempt(page)
    link = save(page, "Draft")
    other = window("/library")
    choose(other, "Draft", "Rename")
    other.get_by_role("dialog").get_by_label("Name").fill("Final")
    other.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(other.get_by_text("Final", exact=True)).to_be_visible()
    press(page, "training_hours", "ArrowRight", 2)
    page.get_by_role("button", name="Save", exact=True).first.click()
    box = page.locator(".st-key-save")
    box.get_by_role("button", name="Save").click()
    expect(box.get_by_text("It was renamed meanwhile: it is called Final now.")).to_be_visible(timeout=PATIENCE_MS)
    assert box.locator("code").inner_text() != link
    page.keyboard.press("Escape")
    to(page, "Library")
    [row] = rows(page)
    assert "Final" in row and "version 2" in row


def test_deleted_and_brought_back_with_its_link(window: Callable[..., Page]) -> None:
    page = ready(window())
    attempt(page)
    link = save(page, "Plan")
    to(page, "Library")
    choose(page, "Plan", "Delete")
    expect(page.get_by_text("is deleted")).to_be_visible()
    assert rows(page) == []
    closed = window(link)
    expect(closed.get_by_text("has been deleted by the one who saved it")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Undo delete").click()
    settle(page)
    expect(page.locator("[class*=st-key-saved_]")).to_have_count(1)
    ready(window(link))


def test_a_link_withdrawn_opens_no_more(window: Callable[..., Page]) -> None:
    page = ready(window())
    attempt(page)
    link = save(page, "Plan")
    to(page, "Library")
    choose(page, "Plan", "Link")
    page.get_by_role("button", name="Withdraw the link").click()
    expect(page.get_by_text("link withdrawn")).to_be_visible()
    expect(window(link).get_by_text("withdrawn by the one who saved")).to_be_visible(timeout=PATIENCE_MS)


def test_exported_and_imported_into_a_fresh_store_the_same_links_open_the_same(
    window: Callable[..., Page], take_window: Callable[..., Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ready(window())
    attempt(page)
    first = save(page, "Plan A")
    seen = outcomes(page)
    to(page, "Library")
    with page.expect_download() as download:
        page.locator(".st-key-library_tools").get_by_role("button", name="Export", exact=True).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert json.loads(file.read_bytes())["name"] == "Plan A"
    monkeypatch.setenv("TRILEVER_WORKERS", "0")  # it is ready sooner
    with serving(log=tmp_path / "fresh.log") as fresh:
        other = take_window()
        other.goto(fresh.url + "/library", timeout=PATIENCE_MS)
        other.get_by_role("button", name="Import", exact=True).click()
        other.locator("input[type=file]").set_input_files(file)
        expect(other.get_by_text("1 added")).to_be_visible(timeout=PATIENCE_MS)
        assert len(rows(other)) == 1
        other.goto(fresh.url + "/explore" + first[first.index("?") :], timeout=PATIENCE_MS)
        assert outcomes(ready(other)) == seen
        other.goto("about:blank")  # it would miss its server


def test_saved_in_one_process_it_is_found_in_another_on_the_same_postgresql_at_once(
    postgres: str, take_window: Callable[..., Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRILEVER_WORKERS", "0")  # both are ready sooner
    with database(postgres) as url, serving(log=tmp_path / "one.log", store=url) as one:
        with serving(log=tmp_path / "two.log", store=url) as two:
            page, other = (take_window() for _ in range(2))
            page.goto(one.url, timeout=PATIENCE_MS)
            ready(page)
            attempt(page)
            link = save(page, "Plan")
            assert link.startswith(one.url)
            # The first visitor of a fresh server comes by a deep link.
            other.goto(two.url + link.removeprefix(one.url), timeout=PATIENCE_MS)
            assert outcomes(ready(other)) == outcomes(page)
            expect(other.get_by_test_id("stTopNavLink").filter(has_text="Explore")).to_be_visible()
            expect(other.get_by_test_id("stAlert")).to_have_count(0)
            to(other, "Library")
            assert ["Plan" in row for row in rows(other)] == [True]
            to(page, "Library")
            choose(page, "Plan", "Delete")
            expect(page.get_by_text("is deleted")).to_be_visible()
            other.goto(two.url + link.removeprefix(one.url), timeout=PATIENCE_MS)
            expect(other.get_by_text("has been deleted by the one who saved it")).to_be_visible(timeout=PATIENCE_MS)
            for done in (page, other):
                done.goto("about:blank")  # it would miss its server


@pytest.mark.parametrize("button", ["Save", "Share", "Export", "Moves"])
def test_a_page_chosen_while_a_box_is_open_is_the_page_that_comes(window: Callable[..., Page], button: str) -> None:
    page = ready(window())
    attempt(page)
    page.get_by_role("button", name=button, exact=True).first.click()
    settle(page)
    page.get_by_test_id("stTopNavLink").filter(has_text="Compare").click()
    page.wait_for_timeout(1500)
    settle(page)
    assert page.get_by_text("This app has encountered an error").count() == 0
    if not page.url.endswith("/compare"):  # the first click only closed the box
        to(page, "Compare")
    expect(page).to_have_url(re.compile(r"/compare"))


def test_undone_to_before_it_was_opened_nothing_is_saved_over_it(window: Callable[..., Page]) -> None:
    page = ready(window())
    bar = page.locator(".st-key-bar")
    attempt(page)
    save(page, "Tried")
    expect(bar).to_contain_text("Tried")
    page.get_by_role("button", name="Reset all").click()
    expect(bar).to_contain_text("Tried, changed", timeout=PATIENCE_MS)
    page = ready(window())  # where nothing comes from it
    bar = page.locator(".st-key-bar")
    page.locator(".st-key-lever_training_hours input[type=range]").press("ArrowRight")
    settle(page)
    to(page, "Library")
    row = page.locator("[class*=st-key-saved_]").filter(has=page.get_by_text("Tried", exact=True))
    row.get_by_role("button", name="Open").click()
    settle(page)
    expect(bar).to_have_text(re.compile("Tried(?!, changed)"), timeout=PATIENCE_MS)
    shot(page, "bar-saved")
    page.get_by_role("button", name="Undo").click()
    expect(bar).not_to_contain_text("Tried", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Save", exact=True).first.click()
    box = page.locator(".st-key-save")
    expect(box.get_by_label("Name", exact=True)).to_be_visible(timeout=PATIENCE_MS)  # a new one, not its next version
    expect(box.get_by_text("Changed since version")).to_have_count(0)
