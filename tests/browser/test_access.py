"""Whether everyone can use the pages: axe-core on each, light and dark, against Streamlit as it comes.

What axe finds on `tests/browser/stock/app.py` too, at the same kind of element, is Streamlit's own. Nothing else may be
found. The window is as tall as the pages: what is scrolled out of sight is not looked at.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import PATIENCE_MS, PICTURES, VALUE, settle, token
from tests.serving import serving

pytestmark = pytest.mark.usefixtures("by_deep_link")
TALL = {"width": 1440, "height": 4500}
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""axe's rules that look at colours; all others look at what does not change with the scheme."""
PAGES = {
    "explore": VALUE, "compare": "[data-testid=stTable]", "library": "[data-testid=stMain] [data-testid=stMarkdown]",
    "best_mix": ".st-key-mix_find", "risks": ".st-key-risks_first [data-testid=stVegaLiteChart]",
    "roadmap": "text=Hiring plan", "data": "[data-testid=stFileUploader]", "assumptions": "[data-testid=stTabs]",
    "present": "[data-testid=stMain] [data-testid=stMarkdown]",
}  # fmt: skip
"""Page -> what stands on it once it is there."""
KIND = """
target => {
    const own = document.querySelector(target), inside = [];
    for (let at = own; at && inside.length < 3; at = at.parentElement) {
        if (at.dataset.testid) inside.push(at.dataset.testid);
    }
    return own ? [own.tagName, own.getAttribute("role") || "", ...inside].join(" < ") : "gone";
}
"""
"""The kind of an element: its tag, its role and the Streamlit elements that it is in."""
Found = dict[tuple[str, str], str]


def violations(page: Page, *rules: str) -> Found:
    """What axe finds, by these rules or all, by rule and kind of element, with an example of each."""
    found: Found = {}
    wishes = {"resultTypes": ["violations"]} | ({"runOnly": {"type": "rule", "values": rules}} if rules else {})
    for rule in Axe().run(page, options=wishes).response["violations"]:
        for node in rule["nodes"]:
            said = "; ".join(one["message"] for one in [*node["any"], *node["all"], *node["none"]])
            found.setdefault((rule["id"], page.evaluate(KIND, node["target"][-1])), f"{said}: {node['html'][:300]}")
    return found


def in_both(page: Page) -> Found:
    """The same in light and, what hangs on colours, in dark."""
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)  # the colours fade
    settle(page)
    return found | violations(page, *OF_COLOURS)


@pytest.fixture(scope="module")
def stock(browser: Browser) -> Iterator[Found]:
    """What axe finds on stock Streamlit."""
    here = Path(__file__).parent / "stock"
    with serving(folder=here, log=PICTURES / "stock.log") as server:
        page = browser.new_page(viewport=TALL)
        page.goto(server.url, timeout=PATIENCE_MS)
        page.get_by_text("Inside, too").wait_for(state="attached", timeout=PATIENCE_MS)
        for part in ("stButtonGroup", "stFileUploader", "stVegaLiteChart", "stDataFrame", "stPageLink"):
            page.get_by_test_id(part).first.wait_for(timeout=PATIENCE_MS)
        settle(page)
        page.wait_for_timeout(1000)
        yield in_both(page)
        page.close()


def told(found: Found, known: Found) -> str:
    return "\n".join(f"{rule} at {kind}: {said}" for (rule, kind), said in found.items() if (rule, kind) not in known)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_fault_that_stock_streamlit_has_not(
    name: str, stock: Found, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"/{name}?s={token()}", viewport=TALL)
    page.locator(PAGES[name]).first.wait_for(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0, timeout=2 * PATIENCE_MS)
    settle(page)
    assert told(in_both(page), stock) == ""


def test_events_have_no_fault_that_stock_streamlit_has_not(stock: Found, open_page: Callable[..., Page]) -> None:
    page = open_page(f"/risks?s={token()}", viewport=TALL)
    page.get_by_role("radio", name="Events").click()
    page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first.wait_for(
        timeout=PATIENCE_MS
    )
    settle(page)
    assert told(in_both(page), stock) == ""


def test_a_fault_of_our_own_would_be_found(stock: Found, take_window: Callable[..., Page]) -> None:
    page = take_window(viewport=TALL)
    page.set_content("<main data-testid='ours'><button></button><p style='color: #aaa'>Hardly seen</p></main>")
    rules = {rule for rule, kind in set(violations(page)) - set(stock) if "ours" in kind}
    assert rules >= {"button-name", "color-contrast"}
    assert {rule for rule, _ in violations(page, *OF_COLOURS)} == {"color-contrast"}
