"""Risks in a real browser: what the answer depends on, what would change it, what to find out first."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import PATIENCE_MS, ready, settle, shot, token

pytestmark = pytest.mark.usefixtures("by_deep_link")


def known(page: Page) -> Page:
    """Wait until nothing more is to come."""
    expect(page.get_by_text("From 512 cases")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("From 1,024 cases")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0, timeout=PATIENCE_MS)
    settle(page)
    return page


def moved(open_page: Callable[..., Page], **options: object) -> Page:
    page = open_page(f"/risks?s={token()}", **options)
    page.get_by_text("How often it comes true").wait_for(timeout=PATIENCE_MS)
    settle(page)
    return page


def test_with_nothing_moved_the_page_says_what_to_do(open_page: Callable[..., Page]) -> None:
    page = open_page("/risks")
    expect(page.get_by_text("Nothing is moved yet")).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    page.get_by_text("Go to Explore").first.click()
    ready(page)


def test_the_page_says_what_the_answer_depends_on_and_another_outcome_is_a_click_away(
    open_page: Callable[..., Page],
) -> None:
    page = known(moved(open_page))
    box = page.locator(".st-key-risks_dependence")
    expect(box.get_by_text(re.compile("of the doubt comes from"))).to_be_visible()
    expect(box.get_by_text(re.compile(r"\d+ % ± \d+")).first).to_be_visible()
    expect(page.locator(".st-key-risks_turns").get_by_text(re.compile("stops having|stays|keeps"))).to_be_visible()
    expect(page.locator(".st-key-risks_first").get_by_text(re.compile("best choice in"))).to_be_visible()
    before = box.inner_text()
    page.get_by_role("radio", name="Cost", exact=True).click()
    expect(box.get_by_text("Cost −").or_(box.get_by_text("Cost +"))).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    assert box.inner_text() != before


def test_a_study_can_be_stopped_and_started_again(open_page: Callable[..., Page]) -> None:
    page = moved(open_page)
    page.get_by_role("radio", name="Value", exact=True).click()
    expect(page.locator(".st-key-risks_dependence").get_by_text("Value over 36 months")).to_be_visible(
        timeout=PATIENCE_MS
    )  # until then the button is that of the study before
    stop = page.locator(".st-key-stop_depends")
    stop.get_by_role("button").click(timeout=PATIENCE_MS)
    expect(page.locator(".st-key-risks_dependence").get_by_text("Stopped early")).to_be_visible(timeout=PATIENCE_MS)
    page.locator(".st-key-again_depends").get_by_role("button").click()
    known(page)


def test_pictures_of_risks_to_look_at(open_page: Callable[..., Page]) -> None:
    page = known(moved(open_page, viewport={"width": 390, "height": 844}, color_scheme="dark"))
    for width, height, scheme in ((390, 844, "dark"), (1440, 900, "light")):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(500)  # the colours fade
        known(page)
        shot(page, f"risks-{width}-{scheme}")
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        shot(page, f"risks-whole-{width}-{scheme}", whole=True)
