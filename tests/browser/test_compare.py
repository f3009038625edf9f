"""Compare as a visitor meets it: save, copy, change, three side by side, the turning point; in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import model
from model import store
from tests.browser.steps import (
    PATIENCE_MS,
    attempt,
    choose,
    choose_segment,
    outcomes,
    press,
    ready,
    save,
    settle,
    shot,
    to,
    until_other,
    until_says,
)  # fmt: skip
from tests.serving import Server

pytestmark = pytest.mark.usefixtures("by_deep_link")
PHONE = {"width": 390, "height": 844}


def compared(page: Page) -> Page:
    """Wait until all of the comparison is there, what takes longest too."""
    page.locator("[data-testid=stTable]").nth(1).wait_for(timeout=PATIENCE_MS)
    expect(page.get_by_text(re.compile("would change the answer within|stops being|Both are alike"))).to_be_visible(
        timeout=PATIENCE_MS)  # fmt: skip
    settle(page)
    return page


def heads(page: Page) -> list[str]:
    return [one.strip() for one in page.locator("[data-testid=stTable]").nth(1).locator("th").all_inner_texts()][1:]


def fits(page: Page) -> None:
    """Nothing of the page stands out to the right of the window."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def whole(page: Page, name: str) -> None:
    """A picture of all of the page."""
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(int(height), size["height"])})
    settle(page)
    shot(page, name)
    page.set_viewport_size(size)


def test_saved_copied_changed_and_three_compared_with_the_value_that_turns_the_choice(
    window: Callable[..., Page],
) -> None:
    page = ready(window())
    attempt(page)
    choose_segment(page, "Follow the work")
    first = save(page, "Self-service first")
    to(page, "Library")
    choose(page, "Self-service first", "Make a copy")
    page.get_by_label("Name of the copy").fill("Help the agents")
    page.get_by_role("dialog").get_by_role("button", name="Make a copy").click()
    expect(page.get_by_text("Help the agents", exact=True)).to_be_visible()
    row = page.locator("[class*=st-key-saved_]").filter(has_text="Help the agents")
    row.get_by_role("button", name="Open").click()
    ready(page)
    press(page, "self_service_spend", "Home")
    press(page, "agent_assist_spend", "ArrowRight", 6)
    second = save(page)
    to(page, "Library")
    for box in page.locator("[class*=st-key-pick_] label").all():
        box.click()
        settle(page)
    page.get_by_role("button", name="Compare 2").click()
    compared(page)
    assert page.url.endswith("/compare")
    assert heads(page) == ["Help the agents, version 2", "Self-service first"]
    field = page.locator(".st-key-compare_pick input")
    field.click()
    page.get_by_role("option", name="Doing nothing").click()
    page.keyboard.press("Escape")
    compared(page)
    assert heads(page)[2] == "Doing nothing"
    expect(page.get_by_text(re.compile(r"is cheaper than .* in \d+ of 100 cases"))).to_be_visible()
    turned = page.get_by_text(re.compile(r"stops being cheaper if “.+” is (below|above) [\d.]+"))
    page.get_by_text("What would change the answer").scroll_into_view_if_needed()
    page.locator(".st-key-compare_other").wait_for()
    page.locator(".st-key-compare_other input").click()
    page.get_by_role("option", name="Self-service first").or_(page.get_by_role("option", name="Help")).first.click()
    compared(page)
    expect(turned).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".st-key-compare_turns [data-testid=stVegaLiteChart], [data-testid=stVegaLiteChart]"
                        ).first).to_be_visible()  # fmt: skip
    page.get_by_text("Link to this comparison").click()
    settle(page)
    link = page.locator("code").last.inner_text()
    keys = [one.split("scenario=")[1] for one in (first, second)]
    assert set(re.findall(r"scenario=([\w-]+)", link)) == set(keys)
    whole(page, "compare-three")
    other = compared(window(link, viewport=PHONE, color_scheme="dark"))
    assert sorted(heads(other)) == ["Help the agents, version 2", "Self-service first"]
    fits(other)
    whole(other, "compare-phone-dark")


def test_five_side_by_side_can_be_read_on_a_phone(own: Server, window: Callable[..., Page]) -> None:
    levers = ({"self_service_spend": 400_000.0}, {"agent_assist_spend": 300_000.0}, {"fcr_programme": 0.5},
              {"training_hours": 36.0}, {"self_service_spend": 200_000.0, "fcr_programme": 0.5})  # fmt: skip
    with store.connect(own.store) as shelf:
        keys = [shelf.save(model.Scenario(name=f"Way {i}", baseline=model.sample("retail"), levers=moved))
                for i, moved in enumerate(levers, 1)]  # fmt: skip
    page = compared(window("/compare?" + "&".join(f"scenario={key}" for key in keys), viewport=PHONE))
    assert heads(page) == [f"Way {i}" for i in range(1, 6)]
    fits(page)
    whole(page, "compare-five-phone")
    table = page.locator("[data-testid=stTable]").first
    for head in table.locator("th").all()[2:]:
        box = head.bounding_box()
        assert box is not None and box["width"] >= 100  # room for a number and its range, a line each
    head.scroll_into_view_if_needed()
    box = head.bounding_box()
    assert box is not None and box["x"] + box["width"] <= PHONE["width"] + 1


def test_moves_are_listed_replayed_and_gone_back_to(window: Callable[..., Page]) -> None:
    page = ready(window())
    today = outcomes(page)
    attempt(page)
    tried = outcomes(page)
    press(page, "training_hours", "ArrowRight", 2)
    moved = outcomes(page)
    page.get_by_role("button", name="Moves").click()
    box = page.locator(".st-key-moves")
    expect(box.get_by_text("The last change: Training 28 h → 32 h")).to_be_visible(timeout=PATIENCE_MS)
    box.get_by_text("Without it").click()
    until_other(page, ".st-key-outcomes", moved)
    settle(page)
    box.get_by_text("With it", exact=True).click()
    until_says(page, ".st-key-outcomes", moved)
    settle(page)
    shot(page, "moves")
    box.get_by_role("button", name="Self-service").click()
    until_says(page, ".st-key-outcomes", tried)
    settle(page)
    box.get_by_role("button", name="Start").click()
    until_says(page, ".st-key-outcomes", today)


def test_nothing_moved_is_said_and_one_click_compares(window: Callable[..., Page]) -> None:
    page = window("/compare")
    expect(page.get_by_text("Nothing is moved yet")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Try: let self-service").click()
    compared(page)
    assert heads(page) == ["This scenario", "Doing nothing"]
    click_month(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Nothing is moved yet")).to_be_visible(timeout=PATIENCE_MS)


def click_month(page: Page) -> None:
    page.get_by_test_id("stButtonGroup").get_by_text("36 months", exact=True).click()
    expect(page.get_by_text("Yearly pace of month 36.")).to_be_visible(timeout=PATIENCE_MS)
