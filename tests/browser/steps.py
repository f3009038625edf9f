"""What a browser test does again and again."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

import model
from model import links
from tests.serving import ROOT

PICTURES = ROOT / "test-results"
CARD = ".st-key-outcomes [data-testid=stMarkdown]:has(h2)"
VALUE, BADGE = f"{CARD} h2", f"{CARD} .stMarkdownBadge"
"""Explore's cards: each one's name with its value, and its difference."""
PATIENCE_MS = 120_000
"""A first visit to a fresh server compiles the model."""


def forgive_deep_links(faults: list[str]) -> None:
    """Below a page's address Streamlit's own code first looks for its server at the wrong place, and says so."""
    faults[:] = [fault for fault in faults if "404 (Not Found)" not in fault]


def settle(page: Page) -> None:
    """Wait until what was asked for is on the page, as Streamlit's own tests do: a rerun begins within 210 ms."""
    page.wait_for_timeout(210)
    page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for(timeout=PATIENCE_MS)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=PATIENCE_MS)


def until_other(page: Page, box: str, before: str, patience_ms: float = PATIENCE_MS) -> None:
    """Wait until the first element that fits the selector `box` says something else than `before`.

    A page being redrawn may be without the element for a moment: that is not the change waited for, nor a fault.
    """
    said = "([box, before]) => { const now = document.querySelector(box); return now && now.innerText !== before; }"
    page.wait_for_function(said, arg=[box, before], timeout=patience_ms)


def until_says(page: Page, box: str, text: str, patience_ms: float = PATIENCE_MS) -> None:
    """Wait until the first element that fits the selector `box` says just `text`."""
    said = "([box, text]) => document.querySelector(box)?.innerText === text"
    page.wait_for_function(said, arg=[box, text], timeout=patience_ms)


def visit(page: Page, address: str) -> Page:
    """Come to an address of the app and wait until it is there."""
    page.goto(address, timeout=PATIENCE_MS)
    page.locator("[data-testid=stMainBlockContainer]").wait_for(timeout=PATIENCE_MS)
    settle(page)
    return page


def shot(page: Page, name: str, *, whole: bool = False) -> Path:
    """Keep a picture of the page under test-results/ and give back its path; `whole` includes what is below."""
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=whole)
    return path


def ready(page: Page) -> Page:
    """Wait until the levers can be moved; their code comes after the page."""
    page.locator(".st-key-lever_staffing input[type=range]").wait_for(timeout=PATIENCE_MS)
    page.locator(VALUE).nth(3).wait_for(timeout=PATIENCE_MS)
    settle(page)
    return page


def outcomes(page: Page) -> str:
    return page.locator(".st-key-outcomes").inner_text()


def until_changed(page: Page, act: Callable[[], object]) -> None:
    """Do something that moves the cards, and wait until they and all the rest have moved."""
    before = outcomes(page)
    act()
    until_other(page, ".st-key-outcomes", before)
    settle(page)


def press(page: Page, lever: str, key: str, times: int = 1) -> None:
    slider = page.locator(f".st-key-lever_{lever} input[type=range]")
    slider.focus()
    for _ in range(times):
        until_changed(page, lambda: page.keyboard.press(key))


def attempt(page: Page) -> None:
    until_changed(page, lambda: page.get_by_role("button", name="Try: let self-service").click())


def choose_segment(page: Page, name: str) -> None:
    """A segment of a segmented control."""
    until_changed(page, lambda: page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click())


def save(page: Page, name: str | None = None, note: str = "") -> str:
    """Save what is on screen, under a name or as the next version; the link."""
    page.get_by_role("button", name="Save", exact=True).first.click()
    box = page.locator(".st-key-save")
    box.get_by_role("button", name="Save").wait_for()
    if name is not None:
        box.get_by_label("Name", exact=True).fill(name)
    box.get_by_label("Note").fill(note)
    box.get_by_role("button", name="Save").click()
    expect(box.get_by_text("Saved as version")).to_be_visible(timeout=PATIENCE_MS)
    link = box.locator("code").inner_text()
    page.keyboard.press("Escape")
    settle(page)
    return link


def to(page: Page, name: str) -> None:
    page.get_by_test_id("stTopNavLink").filter(has_text=name).click()
    settle(page)
    if name == "Library":
        page.locator(".st-key-library_search").wait_for(timeout=PATIENCE_MS)
    settle(page)


def choose(page: Page, name: str, action: str) -> None:
    """Something of a scenario's menu."""
    row = page.locator("[class*=st-key-saved_]").filter(has=page.get_by_text(name, exact=True))
    row.get_by_role("button", name="More").click()
    page.get_by_role("option", name=action).or_(page.get_by_role("menuitem", name=action)).click()
    settle(page)


def token(sample: str = "bank") -> str:
    """Self-service with staffing that follows the work: an answer in doubt."""
    base = model.sample(sample)
    levers = {"self_service_spend": round(0.03 * base.labour_cost, -3)}
    return links.encode(model.Scenario(name="Leaner", baseline=base, levers=levers, staffing_rule="follow_work"))
