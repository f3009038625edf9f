"""What a browser test does again and again."""

from pathlib import Path

from playwright.sync_api import Page

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


def shot(page: Page, name: str, *, whole: bool = False) -> Path:
    """Keep a picture of the page under test-results/ and give back its path; `whole` includes what is below."""
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=whole)
    return path
