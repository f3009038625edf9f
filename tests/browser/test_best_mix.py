"""Best mix and Fix it in a real browser: points come while the search works, a click opens one, one step to undo."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.steps import PATIENCE_MS, VALUE, forgive_deep_links, settle, shot

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
POINTS = ".st-key-mix_plane path[aria-roledescription=point]"
SLOW_MS = 2 * PATIENCE_MS
"""A search on a computer that does other things too."""


def on_a_desk(page: Page) -> None:
    """The same page as it is once its window is wide, and light."""
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    page.wait_for_timeout(500)  # the colours fade
    settle(page)


def fits(page: Page) -> None:
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def company(page: Page, now: str, name: str) -> None:
    page.get_by_role("button", name=now).click()
    page.get_by_text(f"Sample: {name}").click()
    settle(page)


def test_a_point_of_the_curve_is_one_click_from_a_scenario(open_page: Callable[..., Page], faults: list[str]) -> None:
    page = open_page("/best_mix", viewport=PHONE, color_scheme="dark")
    forgive_deep_links(faults)
    page.get_by_role("button", name="Find the best mix").wait_for(timeout=PATIENCE_MS)
    company(page, "Sample retailer", "software company")
    expect(page.get_by_text("open work pile up")).to_be_visible(timeout=PATIENCE_MS)
    draw, cancel = page.get_by_role("button", name="Draw the curve"), page.get_by_role("button", name="Cancel")
    draw.click()
    # Doing nothing is a point, too. The first mix comes long before the others, which come together at the end.
    page.wait_for_function(f"() => document.querySelectorAll('{POINTS}').length >= 2", timeout=SLOW_MS)
    cancel.click()
    expect(page.get_by_text("What was found so far stays")).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    fits(page)
    shot(page, "best-mix-curve-390-dark", whole=True)
    page.locator(POINTS).first.click()
    expect(page.get_by_text("Mix 1:")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("cannot prove that there is none better")).to_be_visible()
    settle(page)
    fits(page)
    shot(page, "best-mix-point-390-dark", whole=True)
    draw.click()
    expect(cancel).to_be_visible(timeout=PATIENCE_MS)
    expect(cancel).to_have_count(0, timeout=SLOW_MS)
    on_a_desk(page)
    fits(page)
    page.locator(POINTS).nth(1).click()
    expect(page.get_by_text("Mix 2:")).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    shot(page, "best-mix-point-1440-light", whole=True)
    page.get_by_role("button", name="Open on Explore").click()
    expect(page.get_by_text("is on screen. Moved:")).to_be_visible(timeout=PATIENCE_MS)
    page.locator(VALUE).nth(3).wait_for(timeout=PATIENCE_MS)
    settle(page)
    shot(page, "best-mix-opened-1440-light")
    page.get_by_role("button", name="Undo").click()
    settle(page)
    expect(page.get_by_text("Try: let self-service")).to_be_visible(timeout=PATIENCE_MS)


def test_demand_breaks_a_target_and_what_is_proposed_restores_it(open_page: Callable[..., Page]) -> None:
    page = open_page("/", viewport=PHONE, color_scheme="dark")
    page.locator(VALUE).nth(3).wait_for(timeout=PATIENCE_MS)
    settle(page)
    assert page.get_by_role("button", name="Fix it").count() == 0
    demand = page.locator(".st-key-condition_demand input[type=range]")
    for _ in range(4):
        demand.focus()
        page.keyboard.press("ArrowRight")
        settle(page)
    fix = page.get_by_role("button", name="Fix it")
    expect(fix).to_be_visible(timeout=PATIENCE_MS)
    before = page.locator(".st-key-outcomes").inner_text()
    fix.click()
    cancel = page.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible(timeout=PATIENCE_MS)
    shot(page, "fix-it-works-390-dark")
    cancel.click()
    expect(fix).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    assert page.locator(".st-key-outcomes").inner_text() == before
    on_a_desk(page)
    fix.click()
    use = page.get_by_role("button", name="Use this").first
    expect(use).to_be_visible(timeout=SLOW_MS)
    settle(page)
    assert page.locator(".st-key-outcomes").inner_text() == before  # proposed: nothing is moved
    expect(fix).to_have_count(0)
    fits(page)
    shot(page, "fix-it-proposed-1440-light")
    page.set_viewport_size(PHONE)
    settle(page)
    fits(page)
    shot(page, "fix-it-proposed-390-light")
    on_a_desk(page)
    use.click()
    expect(page.get_by_text("Every target holds again at month")).to_be_visible(timeout=SLOW_MS)
    settle(page)
    expect(fix).to_have_count(0, timeout=PATIENCE_MS)
    fits(page)
    shot(page, "fix-it-done-1440-light")
    page.set_viewport_size(PHONE)
    settle(page)
    fits(page)
    shot(page, "fix-it-done-390-light")
    page.get_by_role("button", name="Undo").click()
    expect(fix).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    assert page.locator(".st-key-outcomes").inner_text() == before


def test_the_next_money_is_told_with_its_reason(open_page: Callable[..., Page], faults: list[str]) -> None:
    page = open_page("/best_mix", viewport={"width": 1440, "height": 900})
    forgive_deep_links(faults)
    page.get_by_role("button", name="Find the best mix").wait_for(timeout=PATIENCE_MS)
    company(page, "Sample retailer", "software company")
    page.get_by_text("Where the next $100k should go").click()
    expect(page.get_by_text("The next $100k gains most with")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("Spend it on")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0, timeout=SLOW_MS)
    settle(page)
    shot(page, "best-mix-next-1440-light", whole=True)
