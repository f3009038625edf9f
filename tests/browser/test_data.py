"""My data in a real browser: a company's own file to Explore and into a link; bad files; ten typed numbers."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import BADGE, PATIENCE_MS, VALUE, settle, shot
from tests.own_files import BAD, calls, long_calls, two_sheets
from tests.test_intake_joined import calls as two_queues
from tests.test_intake_joined import rota

pytestmark = pytest.mark.usefixtures("by_deep_link")
DESK, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 900}
TOO_LARGE = 201 * 2**20
PHONE = 500
"""Pixels: narrower than this, the pages are in a menu at the side."""


@pytest.fixture
def data(open_page: Callable[..., Page]) -> Page:
    return at_data(open_page)


def at_data(open_page: Callable[..., Page], **options: object) -> Page:
    page = open_page("/data", **options)
    expect(page.get_by_text("Use your own numbers")).to_be_visible(timeout=PATIENCE_MS)
    return page


def to_data(page: Page) -> Page:
    """My data, reached as a user does."""
    if page.viewport_size and page.viewport_size["width"] < PHONE:
        page.get_by_test_id("stExpandSidebarButton").click()
        page.get_by_test_id("stSidebarNavLink").filter(has_text="Upload").click()
        settle(page)
        # On a phone the menu closes by itself; a narrow window of a computer keeps it open.
        page.get_by_test_id("stSidebarCollapseButton").click()
    else:
        page.get_by_text("My data", exact=True).click()
        page.get_by_test_id("stTopNavDropdownLink").filter(has_text="Upload").click()
    settle(page)
    expect(page.get_by_text("Use your own numbers")).to_be_visible(timeout=PATIENCE_MS)
    return page


def upload(page: Page, *files: Path | dict[str, object]) -> None:
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(list(files))  # type: ignore[arg-type]
    page.wait_for_timeout(500)
    settle(page)


def made(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def card(page: Page, label: str) -> Locator:
    """The value of a key number."""
    metric = page.locator("[data-testid=stMetric]").filter(has=page.get_by_text(label, exact=True))
    return metric.locator("[data-testid=stMetricValue]")


def values(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("[data-testid=stMetricValue]").all_inner_texts()]


def on_explore(page: Page) -> list[str]:
    """Explore's cards, each with its name."""
    return page.locator(VALUE).all_text_contents()


def faults_told(page: Page) -> Locator:
    return page.locator("[data-testid=stAlert]")


def explore(page: Page, name: str) -> None:
    page.get_by_label("Company", exact=True).fill(name)
    page.get_by_role("button", name="Explore with these numbers").click()
    page.wait_for_url(re.compile("/explore"), timeout=PATIENCE_MS)
    settle(page)
    expect(page.locator(".st-key-company")).to_contain_text(name)
    expect(page.locator(".st-key-bar")).not_to_contain_text("not your data")


def press(page: Page, lever: str, key: str) -> None:
    before = on_explore(page)
    page.locator(f".st-key-lever_{lever} input[type=range]").press(key, timeout=PATIENCE_MS)
    expect(page.locator(BADGE).first).to_be_visible()
    settle(page)
    assert on_explore(page) != before


def fits(page: Page) -> None:
    wide = page.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth - main.clientWidth")
    assert wide <= 1


def test_a_real_file_goes_to_explore_and_into_a_link(open_page: Callable[..., Page], real_files: Path) -> None:
    data = to_data(open_page("/"))
    upload(data, real_files / "bank_calls_first_half.txt")
    expect(card(data, "Gave up waiting")).to_have_text("11.5 %", timeout=PATIENCE_MS)
    expect(card(data, "Handle time")).to_have_text("2 min 50 s")
    expect(data.get_by_text("17,456 rows · 1 February 1999 to 14 February 1999")).to_be_visible()
    shot(data, "data-light-1440")

    # correct a column: without its customers, solved first time can no longer be read from repeat contacts
    before = card(data, "Solved first time").inner_text()
    pick(data, "Customer", "Not in this file")
    expect(card(data, "Solved first time")).not_to_have_text(before, timeout=PATIENCE_MS)
    settle(data)
    expect(card(data, "Gave up waiting")).to_have_text("11.5 %")

    data.get_by_role("tab", name="Report").click()
    settle(data)
    with data.expect_download() as download:
        data.get_by_role("button", name="Download the report").click()
    assert "Hung up before they queued" in Path(download.value.path()).read_text(encoding="utf-8-sig")

    explore(data, "First Bank")
    press(data, "self_service_spend", "PageUp")
    moved = on_explore(data)
    data.get_by_role("button", name="Share", exact=True).click()
    link = data.locator(".st-key-share code").inner_text().strip()
    data.keyboard.press("Escape")
    other = open_page(link[link.index("/explore") :])
    expect(other.locator(".st-key-company")).to_contain_text("First Bank", timeout=PATIENCE_MS)
    expect(other.locator(VALUE)).to_have_text(moved, timeout=PATIENCE_MS)

    to_data(data)
    expect(card(data, "Gave up waiting")).to_have_text("11.5 %")


@pytest.mark.parametrize("name", ["empty.csv", "binary.csv"])  # the others: tests/test_data_page.py
def test_a_bad_file_is_told_while_the_numbers_stay(data: Page, name: str) -> None:
    upload(data, made("calls.csv", calls()))
    expect(data.locator("[data-testid=stMetric]")).to_have_count(8, timeout=PATIENCE_MS)
    before = values(data)
    content, message = BAD[name]
    upload(data, made(name, content))
    expect(faults_told(data)).to_have_count(1)
    expect(faults_told(data)).to_contain_text(message)
    assert values(data) == before


def test_a_file_over_the_size_limit_is_told_while_the_numbers_stay(data: Page, tmp_path: Path) -> None:
    upload(data, made("calls.csv", calls()))
    expect(data.locator("[data-testid=stMetric]")).to_have_count(8, timeout=PATIENCE_MS)
    before = values(data)
    large = tmp_path / "a_year_of_calls.csv"
    with large.open("wb") as file:
        file.truncate(TOO_LARGE)
    upload(data, large)
    expect(data.get_by_text(re.compile(r"200(\.0)?MB or smaller"))).to_be_visible()
    assert values(data) == before


def test_ten_typed_numbers_go_to_explore(data: Page) -> None:
    data.get_by_text("Type ten numbers").click()
    settle(data)
    data.get_by_label("CSAT (%)", exact=True).fill("81")
    data.get_by_role("button", name="Show what this means").click()
    expect(card(data, "CSAT")).to_have_text("81.0 %", timeout=PATIENCE_MS)
    settle(data)
    explore(data, "Typed and sons")
    assert len(on_explore(data)) == 4


def pick(page: Page, label: str, value: str) -> None:
    box = page.get_by_role("combobox", name=label, exact=True)
    box.scroll_into_view_if_needed()
    box.click()
    box.fill(value)
    page.get_by_role("option", name=value, exact=True).click()
    settle(page)


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (NARROW, "dark")], ids=["1440", "390"])
def test_a_column_is_corrected_and_the_report_read(
    open_page: Callable[..., Page], size: dict[str, int], scheme: str
) -> None:
    page, width = to_data(open_page("/", viewport=size, color_scheme=scheme)), size["width"]
    upload(page, made("calls.csv", calls().replace(b",Answered,", b",Left us,", 3)))
    expect(page.locator("[data-testid=stMetric]")).to_have_count(8, timeout=PATIENCE_MS)
    settle(page)
    before = card(page, "Handle time").inner_text()
    fits(page)
    shot(page, f"data-{scheme}-{width}")
    pick(page, "Handle time", "Queue time")
    expect(card(page, "Handle time")).not_to_have_text(before, timeout=PATIENCE_MS)
    page.get_by_role("tab", name="Report").click()
    settle(page)
    expect(page.get_by_text("Contacts that ended neither answered nor given up")).to_be_visible()
    fits(page)
    shot(page, f"data-report-{width}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the report").click()
    told = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "Contacts that ended neither answered nor given up,3," in told and "Left us" in told


def test_a_workbook_of_two_sheets_is_read_and_its_sheet_chosen(open_page: Callable[..., Page]) -> None:
    page = at_data(open_page, color_scheme="dark")
    upload(page, {"name": "calls.xlsx", "mimeType": "application/octet-stream", "buffer": two_sheets()})
    expect(card(page, "Contacts a week")).to_be_visible(timeout=PATIENCE_MS)
    before = card(page, "Contacts a week").inner_text()
    expect(page.get_by_text(re.compile("sheet March"))).to_be_visible()
    fits(page)
    shot(page, "data-sheets-dark")
    pick(page, "Sheet", "April")
    expect(page.get_by_text(re.compile("sheet April"))).to_be_visible(timeout=PATIENCE_MS)
    expect(card(page, "Contacts a week")).not_to_have_text(before, timeout=PATIENCE_MS)


def test_a_long_reading_is_cancelled_and_the_numbers_stay(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = at_data(open_page, viewport=NARROW)
    upload(page, made("calls.csv", calls()))
    expect(page.locator("[data-testid=stMetric]")).to_have_count(8, timeout=PATIENCE_MS)
    fits(page)
    before = values(page)
    (long := tmp_path / "long.csv").write_bytes(long_calls())
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files([long])
    cancel = page.get_by_role("button", name="Cancel", exact=True)  # the uploader has a "Cancel upload" of its own
    cancel.wait_for(timeout=PATIENCE_MS)
    fits(page)
    shot(page, "data-reading-390")
    cancel.click()
    expect(faults_told(page)).to_contain_text("Reading was cancelled", timeout=PATIENCE_MS)
    settle(page)
    assert values(page) == before


@pytest.mark.parametrize("size", [DESK, NARROW], ids=["1440", "390"])
def test_the_fit_is_read_and_queues_are_arranged(open_page: Callable[..., Page], size: dict[str, int]) -> None:
    page, width = at_data(open_page, viewport=size), size["width"]
    upload(page, made("calls.csv", two_queues()), made("rota.csv", rota(9)))
    expect(page.get_by_text(re.compile("days it had not seen"))).to_be_visible(timeout=PATIENCE_MS)
    settle(page)
    fit = page.locator(".st-key-held_back")
    fit.scroll_into_view_if_needed()
    fit.get_by_text("By half-hour").click()
    settle(page)
    shot(page, f"data-fit-{width}", whole=True)
    page.get_by_role("tab", name="Queues and filters").click()
    settle(page)
    expect(page.locator(".st-key-conflicts")).to_contain_text("does not cover all weekdays")
    shot(page, f"data-join-{width}")
    before = card(page, "Contacts a week").inner_text()
    pick(page, "Billing", "Leave out")
    page.get_by_role("button", name="Measure this way").click()
    expect(card(page, "Contacts a week")).not_to_have_text(before, timeout=PATIENCE_MS)
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the recipe").click()
    assert '"Billing": ""' in Path(download.value.path()).read_text(encoding="utf-8")
    fits(page)
