"""Explore as a visitor meets it, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import (
    BADGE,
    CARD,
    VALUE,
    attempt,
    choose_segment,
    outcomes,
    press,
    ready,
    settle,
    shot,
    until_changed,
)  # fmt: skip

CARDS = ("Cost a year", "Answered in time", "CSAT", "People")


@pytest.fixture
def explore(open_page: Callable[..., Page]) -> Page:
    return ready(open_page("/"))


def number(text: str) -> float:
    """A shown number: $12.5m, 84.2 %, −12."""
    found = re.search(r"([−+-]?)[^\d−+-]*([\d.,]+)\s*(bn|m|k)?", text)
    assert found, text
    size = float(found[2].replace(",", "")) * {"bn": 1e9, "m": 1e6, "k": 1e3, None: 1}[found[3]]
    return -size if found[1] in ("−", "-") else size


def card(page: Page, name: str) -> float:
    said = page.locator(VALUE).filter(has_text=name).inner_text()
    return number(said.removeprefix(name))


def difference(page: Page, name: str) -> float:
    """What a card's badge says; 0 where it says that nothing changed."""
    text = page.locator(CARD).filter(has_text=name).locator(".stMarkdownBadge").inner_text()
    return 0.0 if "no change" in text else number(text)


def click(page: Page, name: str) -> None:
    until_changed(page, lambda: page.get_by_role("button", name=name, exact=True).click())


def share(page: Page) -> str:
    page.get_by_role("button", name="Share", exact=True).click()
    link = page.locator(".st-key-share code").inner_text()
    page.keyboard.press("Escape")
    settle(page)
    return link


def test_one_click_shows_what_a_lever_does_and_why(explore: Page) -> None:
    expect(explore.get_by_text("Today: $")).to_be_visible()
    expect(explore.locator(BADGE)).to_have_count(0)
    attempt(explore)
    expect(explore.get_by_text("After 12 months:")).to_be_visible()
    assert difference(explore, "Answered in time") > 0
    assert difference(explore, "Cost a year") > 0
    expect(explore.get_by_text("What caused the change in cost: ")).to_be_visible()
    picture = explore.locator(".st-key-causes [data-testid=stVegaLiteChart]")
    expect(picture.get_by_text("Doing nothing")).to_be_visible()
    expect(picture.get_by_text("Self-service")).to_be_visible()


def test_a_slider_of_each_family_moves_the_cards_the_right_way(explore: Page) -> None:
    press(explore, "staffing", "ArrowLeft", 3)
    assert difference(explore, "Cost a year") < 0
    assert difference(explore, "Answered in time") < 0
    assert difference(explore, "People") < 0
    expect(explore.get_by_text("fewer jobs by month 12")).to_be_visible()
    click(explore, "Reset all")
    press(explore, "agent_assist_spend", "ArrowRight", 2)
    assert difference(explore, "Cost a year") > 0
    assert difference(explore, "Answered in time") > 0
    click(explore, "Reset all")
    press(explore, "fcr_programme", "ArrowRight", 6)
    assert difference(explore, "CSAT") > 0
    assert difference(explore, "People") == 0


def test_the_keyboard_stays_on_a_slider_while_it_is_moved(explore: Page) -> None:
    slider = explore.locator(".st-key-lever_training_hours input[type=range]")
    before = number(slider.get_attribute("aria-valuetext") or "")
    press(explore, "training_hours", "ArrowRight", 3)
    expect(slider).to_be_focused()
    assert number(slider.get_attribute("aria-valuetext") or "") == before + 12


def test_quick_moves_leave_one_whole_page(explore: Page) -> None:
    for lever in ("staffing", "schedule_flex", "fcr_programme"):
        explore.locator(f".st-key-lever_{lever} input[type=range]").focus()
        for _ in range(4):
            explore.keyboard.press("ArrowRight")
            explore.wait_for_timeout(60)
    settle(explore)
    explore.wait_for_timeout(500)
    settle(explore)
    expect(explore.locator(".st-key-lever_fcr_programme input[type=range]")).to_have_count(1)
    expect(explore.locator(".st-key-outcomes")).to_have_count(1)
    expect(explore.locator("[data-stale=true]")).to_have_count(0, timeout=30_000)
    for lever in ("staffing", "schedule_flex", "fcr_programme"):
        expect(explore.locator(f".st-key-reset_lever_{lever}")).to_be_attached(timeout=30_000)


def test_money_and_jobs_follow_the_staffing_rule(explore: Page) -> None:
    press(explore, "fcr_programme", "ArrowRight", 6)
    press(explore, "agent_assist_spend", "ArrowRight", 2)
    cost, people = card(explore, "Cost a year"), card(explore, "People")
    as_set = outcomes(explore)
    choose_segment(explore, "Follow the work")
    assert card(explore, "People") != people
    assert (card(explore, "Cost a year") - cost) * (card(explore, "People") - people) >= 0
    assert outcomes(explore) != as_set
    expect(explore.get_by_text(re.compile("(fewer|more) jobs? by month 12"))).to_be_visible()


def test_undo_brings_back_every_shown_digit(explore: Page) -> None:
    attempt(explore)
    first = outcomes(explore)
    press(explore, "training_hours", "ArrowRight", 2)
    assert outcomes(explore) != first
    for _ in range(2):
        click(explore, "Undo")
    assert outcomes(explore) == first
    slider = explore.locator(".st-key-lever_training_hours input[type=range]")
    assert number(slider.get_attribute("aria-valuetext") or "") == 24


@pytest.mark.usefixtures("by_deep_link")
def test_a_link_opens_the_same_numbers_in_a_private_window(explore: Page, open_page: Callable[..., Page]) -> None:
    attempt(explore)
    press(explore, "schedule_flex", "ArrowRight", 2)
    choose_segment(explore, "36 months")
    link = share(explore)
    path = "/" + link.split("/", 3)[3]
    for address in (path, path.replace("/explore", "/")):
        other = ready(open_page(address))
        assert outcomes(other) == outcomes(explore)
        expect(other.get_by_text("After 36 months:")).to_be_visible()


@pytest.mark.usefixtures("by_deep_link")
@pytest.mark.parametrize("token", ["hello", "%00%01"])  # others: tests/test_pages.py
def test_a_broken_link_says_what_is_wrong_and_the_page_stands(open_page: Callable[..., Page], token: str) -> None:
    page = ready(open_page(f"/explore?s={token}"))
    expect(page.get_by_role("alert")).to_have_count(1)
    expect(page.locator(CARD)).to_have_count(4)
    assert "Traceback" not in page.inner_text("body")


def test_what_was_moved_is_still_there_after_a_look_at_another_page(explore: Page) -> None:
    attempt(explore)
    moved = outcomes(explore)
    explore.get_by_text("My data", exact=True).click()
    explore.get_by_test_id("stTopNavDropdownLink").filter(has_text="Upload").click()
    settle(explore)
    explore.get_by_text("Explore", exact=True).click()
    ready(explore)
    assert outcomes(explore) == moved


def test_another_company_can_be_looked_at(explore: Page) -> None:
    explore.get_by_role("button", name="Sample retailer").click()
    until_changed(explore, lambda: explore.get_by_text("Sample: bank").click())
    expect(explore.get_by_role("button", name="Sample bank")).to_be_visible()
    expect(explore.locator(".st-key-lever_late_order_rate")).to_have_count(0)


def test_the_first_screen_holds_headline_cards_levers_and_a_picture(explore: Page) -> None:
    attempt(explore)
    for place in (".st-key-outcomes", ".st-key-causes [data-testid=stVegaLiteChart]"):
        box = explore.locator(place).bounding_box()
        assert box and box["y"] + box["height"] <= 900, place
    lever = explore.locator(".st-key-lever_staffing").bounding_box()
    assert lever and lever["y"] + lever["height"] <= 900


@pytest.mark.parametrize("width", [390, 768])
def test_nothing_is_cut_off_on_a_narrow_screen(open_page: Callable[..., Page], width: int) -> None:
    page = ready(open_page("/", viewport={"width": width, "height": 844}))
    if width == 390:
        shot(page, "explore-first-390-light")
    attempt(page)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    boxes = [page.locator(CARD).nth(i).bounding_box() for i in range(4)]
    assert all(boxes)
    assert boxes[0] and boxes[1] and boxes[0]["y"] == boxes[1]["y"], "cards stand two by two"
    whole = page.locator(".st-key-outcomes").bounding_box()
    assert whole and whole["height"] < 420
    if width == 390:
        names_take_no_room_twice(page)
        pictures(page)


def names_take_no_room_twice(page: Page) -> None:
    """A picture's names reach its right edge: room kept free beside them would be a phone's picture."""
    for place in range(2):
        chart = page.locator("[data-testid=stVegaLiteChart]").nth(place)
        left = chart.evaluate("""chart => {
            const ends = [...chart.querySelectorAll('svg text')].map(text => text.getBoundingClientRect().right);
            return chart.getBoundingClientRect().right - Math.max(...ends);
        }""")
        assert 0 <= left < 30, place


def test_pictures_to_look_at(explore: Page) -> None:
    shot(explore, "explore-first-1440-light")
    attempt(explore)
    pictures(explore)


def pictures(page: Page) -> None:
    """Something moved, light and dark."""
    width = page.evaluate("window.innerWidth")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        press(page, "fcr_programme", "ArrowRight", 3)
        page.evaluate("() => document.querySelector('.st-key-levers').scrollTo(0, 0)")
        page.mouse.move(5, 5)
        page.wait_for_timeout(400)
        shot(page, f"explore-moved-{width}-{scheme}")
