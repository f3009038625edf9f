"""The assumptions page in a real browser: a change with its reason moves Explore's numbers and travels in a link."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import PATIENCE_MS, VALUE, settle, shot


def ready(page: Page) -> Page:
    page.get_by_role("tab", name="Assumptions").wait_for(timeout=PATIENCE_MS)
    page.locator(".st-key-assumption_panel").get_by_role("button", name="Use this range").wait_for(timeout=PATIENCE_MS)
    settle(page)
    return page


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    settle(page)


def cards(page: Page) -> str:
    page.locator(VALUE).nth(3).wait_for(timeout=PATIENCE_MS)
    settle(page)
    return page.locator(".st-key-outcomes").inner_text()


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=re.compile(label))
    box.scroll_into_view_if_needed()
    box.click()
    box.fill(option)
    box.press("Enter")
    settle(page)


def fill(page: Page, label: str, text: str) -> Locator:
    found = page.locator(".st-key-assumption_panel").get_by_label(label, exact=True)
    found.fill(text)
    found.press("Tab")
    return found


def go(page: Page, name: str) -> None:
    """Another page by the navigation, with the session kept."""
    if name == "Assumptions":
        page.get_by_test_id("stTopNavSection").filter(has_text="My data").click()
        page.get_by_test_id("stTopNavDropdownLink").filter(has_text=name).click()
    else:
        page.get_by_test_id("stTopNavLink").filter(has_text=name).click()
    settle(page)


@pytest.mark.usefixtures("by_deep_link")
def test_a_changed_assumption_moves_explore_and_travels_with_author_and_reason(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    page.get_by_role("button", name=re.compile("Try: let self-service")).click()
    page.get_by_text("After 12 months:").wait_for(timeout=PATIENCE_MS)
    before = cards(page)
    go(page, "Assumptions")
    ready(page)
    choose(page, "Assumption", "Most that self-service can take")
    fill(page, "Low", "5")
    fill(page, "Likely", "12")
    fill(page, "Reason", "our pilot of March: 12 %")
    fill(page, "Your name", "Ada Byron")
    page.get_by_role("button", name="Use this range").click()
    expect(page.get_by_text("Changed by Ada Byron")).to_be_visible(timeout=PATIENCE_MS)
    go(page, "Explore")
    after = cards(page)
    assert after != before
    page.get_by_role("button", name="Share", exact=True).click()
    link = page.locator(".st-key-share code").first.inner_text(timeout=PATIENCE_MS)
    token = link.split("?", 1)[1]
    other = ready(open_page(f"/assumptions?{token}"))
    choose(other, "Assumption", "Most that self-service can take")
    panel = other.locator(".st-key-assumption_panel")
    expect(panel.get_by_text("Changed by Ada Byron")).to_be_visible()
    expect(panel.get_by_text("our pilot of March: 12 %")).to_be_visible()
    expect(panel.get_by_text("5 % to 45 %, likely 12 %")).to_be_visible()


@pytest.mark.usefixtures("by_deep_link")
def test_a_change_without_a_reason_is_told_where_it_was_made(open_page: Callable[..., Page]) -> None:
    page = ready(open_page("/assumptions"))
    fill(page, "Likely", "50")
    page.get_by_role("button", name="Use this range").click()
    expect(page.get_by_text("A change needs a reason and a name.")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("0 changed")).to_be_visible()


@pytest.mark.usefixtures("by_deep_link")
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_page_and_the_diagram_fit_the_screen(open_page: Callable[..., Page], width: int, scheme: str) -> None:
    page = ready(open_page("/assumptions", viewport={"width": width, "height": 900}, color_scheme=scheme))
    for name in ("Assumptions", "Targets", "How it hangs together", "Model card", "Validation"):
        tab(page, name)
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), name
        if name == "How it hangs together":
            choose(page, "Show the paths of", "Lever: Agent assist")
            picture = page.get_by_test_id("stVegaLiteChart")
            expect(picture.get_by_text("Average wait")).to_be_visible(timeout=PATIENCE_MS)
            expect(page.get_by_text("always lowers")).to_be_visible()
            box = picture.bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
        shot(page, f"assumptions_{name.split()[0].lower()}_{width}_{scheme}", whole=True)
