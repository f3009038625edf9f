"""Events in a real browser: the map, a pick, sliders, a second event, and one of one's own."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import PATIENCE_MS, settle, shot


@pytest.fixture(params=[{}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}], ids=["desk", "phone"])
def risks(open_page: Callable[..., Page], request: pytest.FixtureRequest, faults: list[str]) -> Page:
    page = open_page("/risks", **request.param)
    # Below a page's address Streamlit's own code first looks for its server at the wrong place, and says so.
    faults[:] = [fault for fault in faults if "404 (Not Found)" not in fault]
    page.get_by_test_id("stButtonGroup").get_by_text("Events", exact=True).click(timeout=PATIENCE_MS)
    expect(page.get_by_text("Who is hurt")).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    return page


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def test_an_event_is_picked_sized_and_joined_by_another(risks: Page) -> None:
    expect(risks.get_by_text("of 8 events")).to_be_visible(timeout=PATIENCE_MS)
    choose(risks, "Event", "Systems down")
    numbers = risks.locator(".st-key-stress_numbers")
    expect(risks.get_by_text("Most agents cannot work")).to_be_visible(timeout=PATIENCE_MS)
    settle(risks)
    before = numbers.inner_text()
    slider = risks.locator(".st-key-stress_size_system_downtime_ input[type=range]")
    slider.focus()
    risks.keyboard.press("ArrowLeft")
    changed = "before => document.querySelector('.st-key-stress_numbers').innerText !== before"
    risks.wait_for_function(changed, arg=before, timeout=PATIENCE_MS)
    before = numbers.inner_text()
    choose(risks, "Together with", "Demand surge")
    risks.wait_for_function(changed, arg=before, timeout=PATIENCE_MS)
    settle(risks)
    expect(risks.get_by_text("Systems down and demand surge")).to_be_visible(timeout=PATIENCE_MS)
    wide = risks.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    shot(risks, f"stress_{risks.viewport_size['width'] if risks.viewport_size else 0}", whole=True)


def test_a_click_on_the_map_picks_the_event(risks: Page) -> None:
    chart = risks.locator(".st-key-stress_map canvas, .st-key-stress_map svg").first
    chart.scroll_into_view_if_needed()
    label = risks.get_by_role("combobox", name="Event")
    expect(label).to_have_value("Demand surge")
    box = chart.bounding_box()
    assert box is not None
    # Eight rows below the names of scenarios; the third is the data breach.
    risks.mouse.click(box["x"] + box["width"] - 40, box["y"] + 30 + (box["height"] - 30) * 2.5 / 8)
    expect(label).to_have_value("Data breach", timeout=PATIENCE_MS)
    settle(risks)
    expect(risks.get_by_text("Worried customers call")).to_be_visible(timeout=PATIENCE_MS)


def test_nobody_gives_up_on_an_email(risks: Page) -> None:
    figures = risks.locator(".st-key-stress_figure")
    figures.get_by_text("Gave up", exact=True).click()
    settle(risks)
    risks.locator(".st-key-stress_channel").get_by_text("E-mail", exact=False).click()
    expect(figures.get_by_text("Gave up", exact=True)).to_have_count(0, timeout=PATIENCE_MS)
    expect(figures.get_by_text("Waiting", exact=True)).to_be_visible()


def test_an_event_of_ones_own_joins_the_map(risks: Page) -> None:
    risks.get_by_text("An event of your own").click()
    risks.get_by_label("Name", exact=True).fill("Snow day")
    risks.get_by_role("spinbutton", name="Agents able to work, %").fill("50")
    risks.get_by_role("button", name="Add this event").click()
    expect(risks.get_by_text("of 9 events")).to_be_visible(timeout=PATIENCE_MS)
    settle(risks)
    choose(risks, "Event", "Snow day")
    expect(risks.get_by_text("Snow day: ").or_(risks.get_by_text("Snow day").first)).to_be_visible()


def test_an_event_without_a_name_is_refused_in_words(risks: Page) -> None:
    risks.get_by_text("An event of your own").click()
    risks.get_by_role("button", name="Add this event").click()
    expect(risks.get_by_text("An event needs a name")).to_be_visible(timeout=PATIENCE_MS)
