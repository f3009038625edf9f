"""The busiest hours checked by simulation, in a real browser: a button, progress, pictures, and an end at any time."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import PATIENCE_MS, settle, shot


@pytest.fixture
def week(open_page: Callable[..., Page]) -> Page:
    page = open_page("/")
    page.locator(".st-key-lever_staffing input[type=range]").wait_for(timeout=PATIENCE_MS)
    settle(page)
    page.get_by_test_id("stButtonGroup").get_by_text("Through the week", exact=True).click()
    page.locator(".st-key-check_start button").wait_for(timeout=PATIENCE_MS)
    settle(page)
    return page


def test_the_busiest_hours_are_simulated_while_one_looks_on(week: Page) -> None:
    expect(week.locator(".st-key-check")).to_have_count(0)
    week.locator(".st-key-check_start button").click()
    box = week.locator(".st-key-check")
    expect(box.locator("[data-testid=stProgress]")).to_be_visible(timeout=PATIENCE_MS)
    expect(box.locator("[data-testid=stVegaLiteChart]")).to_have_count(3, timeout=PATIENCE_MS)
    expect(week.locator(".st-key-check_close")).to_be_visible(timeout=PATIENCE_MS)
    expect(box).to_contain_text("The simulation")
    expect(box).to_contain_text("answered in time when simulated")
    expect(box.locator("[data-testid=stProgress]")).to_have_count(0)
    for width, height in ((1440, 900), (390, 844)):
        week.set_viewport_size({"width": width, "height": height})
        box.scroll_into_view_if_needed()
        week.wait_for_timeout(500)
        shot(week, f"referee_{width}", whole=True)
        assert week.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    week.locator(".st-key-check_close button").click()
    expect(week.locator(".st-key-check_start")).to_be_visible(timeout=PATIENCE_MS)


def test_a_simulation_ends_when_it_is_cancelled(week: Page) -> None:
    week.locator(".st-key-check_start button").click()
    week.locator(".st-key-check_cancel button").click()
    expect(week.locator(".st-key-check_close")).to_be_visible(timeout=10_000)
    expect(week.locator(".st-key-check [data-testid=stProgress]")).to_have_count(0)
