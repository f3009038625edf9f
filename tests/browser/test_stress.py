"""Events in a real browser: the map, a pick, sliders, a second event, and one of one's own."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import PATIENCE_MS, settle, shot, until_other
from tests.serving import Server

SOON_MS = 30_000
"""What takes a second on a quiet computer: a failure costs little."""
SIZES = {"desk": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
         "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True}}  # fmt: skip
EVENTS = 8


@pytest.fixture(scope="module", params=SIZES)
def opened(
    server: Server, make_context: Callable[..., BrowserContext], request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """One window a size for all tests here: the first look compiles and follows every event."""
    context = make_context(**SIZES[request.param])
    context.set_default_timeout(SOON_MS)
    page = context.new_page()
    page.goto(f"{server.url}/risks", timeout=PATIENCE_MS)
    page.get_by_test_id("stButtonGroup").get_by_text("Events", exact=True).click(timeout=PATIENCE_MS)
    expect(page.get_by_text("Who is hurt")).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    yield context
    context.close()


@pytest.fixture
def risks(opened: BrowserContext, faults: list[str]) -> Iterator[Page]:
    page = opened.pages[0]
    yield page  # what went wrong in it is in `faults`
    expect(page.get_by_test_id("stException")).to_have_count(0)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def choose(page: Page, label: str, option: str) -> None:
    """Open a list and take an entry. A list that opens while the page still scrolls to it closes again."""
    field = page.get_by_role("combobox", name=label, exact=True)
    field.evaluate("field => field.scrollIntoView({block: 'center', behavior: 'instant'})")
    page.wait_for_timeout(300)
    field.click()
    page.get_by_role("option", name=option, exact=True).click()
    expect(field).to_have_value(option, timeout=SOON_MS)
    settle(page)


def pick(page: Page, place: int) -> None:
    """Click, or tap on a phone, the last scenario's cell of an event on the map."""
    chart = page.locator(".st-key-stress_box [data-testid=stVegaLiteChart]")
    chart.evaluate("chart => chart.scrollIntoView({block: 'center', behavior: 'instant'})")
    page.wait_for_timeout(300)
    box = chart.locator("canvas, svg.marks").bounding_box()
    assert box is not None
    # Below the names of scenarios all rows are equally high.
    x, y = box["x"] + box["width"] - 40, box["y"] + 30 + (box["height"] - 30) * (place + 0.5) / EVENTS
    touch = page.evaluate("navigator.maxTouchPoints > 0")
    (page.touchscreen.tap if touch else page.mouse.click)(x, y)


def test_a_click_on_the_map_picks_the_event_and_again_after_a_choice_by_name(risks: Page) -> None:
    label = risks.get_by_role("combobox", name="Event", exact=True)
    expect(label).to_have_value("Demand surge")
    pick(risks, 2)
    expect(label).to_have_value("Data breach", timeout=SOON_MS)
    expect(risks.get_by_text("Worried customers call")).to_be_visible(timeout=SOON_MS)
    expect(risks.get_by_text(re.compile("^Data breach: up to"))).to_be_visible(timeout=SOON_MS)
    settle(risks)
    choose(risks, "Event", "Budget freeze")
    pick(risks, 2)
    expect(label).to_have_value("Data breach", timeout=SOON_MS)
    settle(risks)


def test_an_event_is_picked_sized_and_joined_by_another(risks: Page) -> None:
    expect(risks.get_by_text(f"of {EVENTS} events (")).to_be_visible()
    choose(risks, "Event", "Systems down")
    expect(risks.get_by_text("Most agents cannot work")).to_be_visible(timeout=SOON_MS)
    expect(risks.get_by_text(re.compile("^Systems down: up to"))).to_be_visible(timeout=SOON_MS)
    numbers = risks.locator(".st-key-stress_numbers")
    before = numbers.inner_text()
    slider = risks.locator(".st-key-stress_size_system_downtime_ input[type=range]")
    slider.focus()
    risks.keyboard.press("ArrowLeft")
    until_other(risks, ".st-key-stress_numbers", before, SOON_MS)
    settle(risks)
    choose(risks, "Together with", "Demand surge")
    expect(risks.get_by_text(re.compile("^Systems down and demand surge: up to"))).to_be_visible(timeout=SOON_MS)
    settle(risks)
    shot(risks, f"stress_{risks.viewport_size['width'] if risks.viewport_size else 0}", whole=True)
    choose(risks, "Together with", "Nothing else")
    expect(risks.get_by_text(re.compile("^Systems down: up to"))).to_be_visible(timeout=SOON_MS)


def test_nobody_gives_up_on_an_email(risks: Page) -> None:
    figures = risks.locator(".st-key-stress_figure")
    figures.get_by_text("Gave up", exact=True).click()
    settle(risks)
    risks.locator(".st-key-stress_channel").get_by_text("E-mail", exact=False).click()
    expect(figures.get_by_text("Gave up", exact=True)).to_have_count(0, timeout=SOON_MS)
    expect(figures.get_by_text("Waiting", exact=True)).to_be_visible()
    settle(risks)


def test_an_event_of_ones_own_needs_a_name_joins_the_map_and_goes_again(risks: Page) -> None:
    box = risks.locator(".st-key-stress_own_box")
    settle(risks)
    if not box.get_by_label("Name", exact=True).is_visible():  # a second try finds it open
        box.get_by_text("An event of your own").click()
    expect(box.get_by_label("Name", exact=True)).to_be_visible(timeout=SOON_MS)
    risks.wait_for_timeout(500)  # the box unfolds: a button clicked meanwhile goes on sinking, out of a phone's view
    for _ in range(box.get_by_role("button", name="Remove").count()):
        box.get_by_role("button", name="Remove").first.click()
        settle(risks)
    box.get_by_role("button", name="Add this event").click()
    refused = box.get_by_text("An event needs a name")
    expect(refused).to_be_in_viewport(timeout=SOON_MS)
    settle(risks)
    box.get_by_label("Name", exact=True).fill("Snow day")
    box.get_by_role("spinbutton", name="Agents able to work, %").fill("50")
    box.get_by_role("button", name="Add this event").click()
    expect(risks.get_by_text(f"of {EVENTS + 1} events (")).to_be_visible(timeout=SOON_MS)
    expect(risks.get_by_text(re.compile("^Snow day: up to"))).to_be_visible(timeout=SOON_MS)
    expect(risks.get_by_role("combobox", name="Event", exact=True)).to_have_value("Snow day")
    expect(refused).to_have_count(0)
    settle(risks)
    remove = box.get_by_role("button", name="Remove")
    if not remove.is_visible():
        box.get_by_text("An event of your own").click()
    remove.click()
    expect(risks.get_by_text(f"of {EVENTS} events (")).to_be_visible(timeout=SOON_MS)
    settle(risks)
