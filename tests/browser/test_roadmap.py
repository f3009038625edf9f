"""The roadmap in a real browser: a link with a plan, a start moved by keyboard, an entry added, and pictures."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import model
from model import links
from tests.browser.steps import PATIENCE_MS, settle, shot, until_other


@pytest.fixture(scope="module")
def address() -> str:
    """The roadmap with three initiatives and two entries of the calendar, as a link."""
    base = model.sample("retail")
    scenario = model.Scenario(
        name="Step by step", baseline=base,
        levers={"self_service_spend": 300_000.0, "fcr_programme": 0.6,
                "staffing.phone": base.levers["staffing.phone"] - 8},
        starts={"fcr_programme": 4, "staffing.phone": 10},
        calendar=(model.CalendarEntry(name="Spring sale", start=3, months=2, factor=1.2, one_off=40_000.0),
                  model.CalendarEntry(kind="market", name="Canada", start=12, months=24, contacts=2_000.0, ramp=6)),
    )  # fmt: skip
    return "/roadmap?s=" + links.encode(scenario)


def ready(page: Page) -> Page:
    page.get_by_text("Hiring plan:").wait_for(timeout=PATIENCE_MS)
    page.locator(".st-key-start_fcr_programme input[type=range]").wait_for(timeout=PATIENCE_MS)
    settle(page)
    return page


def finding(page: Page) -> str:
    return page.locator(".st-key-part_finding h4, h4").first.inner_text()


@pytest.mark.usefixtures("by_deep_link")
def test_a_link_opens_the_plan_and_a_start_can_be_moved_and_undone(
    open_page: Callable[..., Page], address: str
) -> None:
    page = ready(open_page(address))
    before = finding(page)
    for text in ("Spring sale", "Canada", "After 180 days", "Capacity and demand"):
        expect(page.get_by_text(text).first).to_be_visible()
    slider = page.locator(".st-key-start_fcr_programme input[type=range]")
    assert (slider.get_attribute("aria-valuetext") or "").startswith("4")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        settle(page)
    expect(slider).to_be_focused()
    assert (slider.get_attribute("aria-valuetext") or "").startswith("7")
    until_other(page, "h4", before)
    for _ in range(3):
        page.get_by_role("button", name="Undo", exact=True).click()
        settle(page)
    assert finding(page) == before


@pytest.mark.usefixtures("by_deep_link")
def test_an_entry_is_added_to_the_calendar_and_moves_what_is_required(
    open_page: Callable[..., Page], address: str
) -> None:
    page = ready(open_page(address))
    said = page.get_by_text("Phone is short of agents in")
    before = said.inner_text()
    page.get_by_role("button", name="Add to the calendar").click()
    settle(page)
    page.get_by_role("textbox", name="Name").fill("Winter sale")
    page.get_by_role("spinbutton", name="Change in contacts, %").fill("60")
    page.get_by_role("spinbutton", name="Change in contacts, %").press("Tab")
    page.get_by_role("button", name="Add", exact=True).click()
    settle(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Winter sale").first).to_be_visible()
    page.wait_for_function(
        "before => ![...document.querySelectorAll('p')].some(p => p.innerText === before)", arg=before)  # fmt: skip


@pytest.mark.usefixtures("by_deep_link")
@pytest.mark.parametrize(("width", "height", "scheme"), [(1440, 900, "light"), (390, 844, "dark")])
def test_pictures_to_look_at(
    open_page: Callable[..., Page], address: str, scheme: str, width: int, height: int
) -> None:
    page = ready(open_page(address, viewport={"width": width, "height": height}, color_scheme=scheme))
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    shot(page, f"roadmap-{width}-{scheme}")
    below = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": int(below) + 20})
    page.wait_for_timeout(800)
    settle(page)
    shot(page, f"roadmap-all-{width}-{scheme}")
