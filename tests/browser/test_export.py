"""Export and presentation as a visitor meets them, in a real browser."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation
from pypdf import PdfReader

from tests.browser.steps import PATIENCE_MS, settle, shot


@pytest.fixture
def moved(open_page: Callable[..., Page]) -> Page:
    """Explore with self-service moved."""
    page = open_page("/")
    page.get_by_role("button", name="Try: let self-service").click()
    page.get_by_text("After 12 months:").wait_for(timeout=PATIENCE_MS)
    settle(page)
    return page


def cards(page: Page) -> list[str]:
    """Values as the cards say them."""
    words = page.locator(".st-key-outcomes").inner_text()
    return re.findall(r"(?m)^\s*(\$[\d.]+m|[\d.]+ %|\d+ FTE)\s*$", words)


def made(page: Page, name: str) -> bytes:
    with page.expect_download(timeout=PATIENCE_MS) as arriving:
        page.locator(".st-key-export").get_by_role("button", name=name, exact=True).click()
    path = Path(arriving.value.path())
    return path.read_bytes()


def test_deck_brief_and_workbook_hold_the_numbers_on_screen(moved: Page) -> None:
    values = cards(moved)
    assert len(values) == 4
    moved.get_by_role("button", name="Export", exact=True).click()
    moved.locator(".st-key-export").wait_for()
    settle(moved)
    shot(moved, "export")
    deck = Presentation(io.BytesIO(made(moved, "Board deck")))
    told = [shape.text_frame.text for shape in deck.slides[1].shapes if shape.has_text_frame]
    assert [value for value in values if value not in told] == []
    page = PdfReader(io.BytesIO(made(moved, "One-page brief"))).pages[0].extract_text()
    assert [value for value in values if value not in page] == []
    book = openpyxl.load_workbook(io.BytesIO(made(moved, "Workbook")), data_only=True)
    cost = float(book["Summary"]["B7"].value)
    assert f"${cost / 1e6:.1f}m" == values[0]
    assert made(moved, "Charts").startswith(b"PK")


def test_arrow_keys_lead_through_the_slides_and_escape_leaves(moved: Page) -> None:
    moved.get_by_role("button", name="Export", exact=True).click()
    moved.get_by_role("link", name="Present").click()
    slide = moved.locator("[data-testid=stImage] img")
    slide.wait_for(timeout=PATIENCE_MS)
    settle(moved)
    expect(moved.get_by_test_id("stTopNavLink")).to_have_count(0)
    assert (slide.get_attribute("alt") or "").startswith("Sample retailer: a sample, not your data. After 12 months:")
    shot(moved, "present-headline")
    for name in ("Comparison", "Bridge", "Risks"):
        moved.keyboard.press("ArrowRight")
        expect(moved.get_by_text(f"{name}, ")).to_be_visible(timeout=PATIENCE_MS)
        settle(moved)
        shot(moved, f"present-{name.lower()}")
    assert "What would change the answer" in (slide.get_attribute("alt") or "")
    moved.keyboard.press("PageUp")
    expect(moved.get_by_text("Bridge, 3 of 4")).to_be_visible(timeout=PATIENCE_MS)
    settle(moved)
    moved.keyboard.press("PageDown")
    expect(moved.get_by_text("Risks, 4 of 4")).to_be_visible(timeout=PATIENCE_MS)
    settle(moved)
    moved.keyboard.press("ArrowLeft")
    expect(moved.get_by_text("Bridge, 3 of 4")).to_be_visible(timeout=PATIENCE_MS)
    settle(moved)
    moved.keyboard.press("Escape")
    moved.get_by_text("After 12 months:").wait_for(timeout=PATIENCE_MS)
    expect(moved.get_by_test_id("stTopNavLink").first).to_be_visible()


@pytest.mark.usefixtures("by_deep_link")
@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)])
def test_a_slide_needs_no_scrolling(open_page: Callable[..., Page], size: tuple[int, int]) -> None:
    page = open_page("/present", viewport={"width": size[0], "height": size[1]})
    page.locator(".st-key-slide_next").wait_for(timeout=PATIENCE_MS)
    settle(page)
    over = page.evaluate("() => { const m = document.querySelector('[data-testid=stMain]');"
                         " return m.scrollHeight - m.clientHeight }")  # fmt: skip
    assert over <= 2
