"""One server and one browser for all browser tests; a private window, watched for faults, for each page."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from model import store
from model.store import schema
from tests.browser.steps import PICTURES, forgive_deep_links, visit
from tests.serving import CHROMIUM_FLAGS, Server, chromium, serving

DESK = {"width": 1440, "height": 900}
# Runs in every page: a traceback is a fault even if it was seen only for a moment.
WATCH_FOR_TRACEBACKS = """
new MutationObserver(() => document.querySelectorAll('[data-testid=stException]').forEach(
    box => window.reportFault('an exception on the page: ' + box.innerText.slice(0, 500))
)).observe(document, {childList: true, subtree: true});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            # A busy computer can outlast any patience. The summary lists each test that needed it; a habit is a fault.
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The app as a user starts it; a traceback in its log is a fault."""
    PICTURES.mkdir(exist_ok=True)
    with serving(log=PICTURES / "server.log") as running:
        yield running
    assert "Traceback" not in running.log.read_text(errors="replace"), f"a traceback in {running.log}"


@pytest.fixture
def own(server: Server) -> Server:
    """The server with nothing saved at it, so that a test finds just what it saved itself."""
    with store.connect(server.store):
        pass  # the tables are there from now on, whoever comes first
    engine = sa.create_engine(server.store)
    with engine.begin() as connection:
        for table in (schema.versions, schema.scenarios, schema.baselines):
            connection.execute(table.delete())
    engine.dispose()
    return server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The computer's own Chromium or Chrome. Without one: skipped, or failed where TRILEVER_REQUIRE_BROWSER is set."""
    executable = chromium()
    if executable is None:
        reason = "no Chromium or Chrome found; install one, or name it in the environment variable CHROMIUM"
        if os.environ.get("TRILEVER_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def seen() -> list[str]:
    """Where every window notes what went wrong in it."""
    return []


@pytest.fixture
def faults(seen: list[str]) -> Iterator[list[str]]:
    """What went wrong in the browser during a test. A test that means to provoke one empties the list."""
    seen.clear()
    yield seen
    assert not seen, "\n".join(seen)


@pytest.fixture
def by_deep_link(faults: list[str]) -> Iterator[None]:
    """A page that is opened, or reloaded, by its own address."""
    yield
    forgive_deep_links(faults)


@pytest.fixture(scope="session")
def make_context(browser: Browser, seen: list[str]) -> Callable[..., BrowserContext]:
    """Make a private window (no cookies, no storage); keywords are Playwright's; light and 1440 x 900 if unsaid."""

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": DESK, "color_scheme": "light"} | options)
        context.set_default_timeout(30_000)
        context.expose_function("reportFault", lambda fault: seen.append(fault))
        context.add_init_script(WATCH_FOR_TRACEBACKS)
        context.on("weberror", lambda error: seen.append(f"a script error: {error.error}"))
        context.on("console", lambda said: seen.append(f"the console: {said.text}") if said.type == "error" else None)
        return context

    return make


@pytest.fixture
def open_context(
    make_context: Callable[..., BrowserContext], faults: list[str]
) -> Iterator[Callable[..., BrowserContext]]:
    """Make a private window that this test alone has."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        opened.append(make_context(**options))
        return opened[-1]

    yield make
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def idle() -> list[Page]:
    """Windows between two tests, empty: one that has read the page's scripts before opens it at half the work."""
    return []


@pytest.fixture
def take_window(
    make_context: Callable[..., BrowserContext], idle: list[Page], faults: list[str]
) -> Iterator[Callable[..., Page]]:
    """Take an empty window that knows nothing of any other: no cookies, no storage."""
    taken: list[Page] = []

    def take(*, viewport: dict[str, int] = DESK, color_scheme: str = "light") -> Page:
        page = idle.pop() if idle else make_context().new_page()
        taken.append(page)
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme)
        return page

    yield take
    for page in reversed(taken):
        if page.url.startswith("http"):  # Playwright's own way of emptying them opens a page for it
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        page.goto("about:blank")
        page.context.clear_cookies()
        page.mouse.move(0, 0)
        idle.append(page)


@pytest.fixture
def open_page(server: Server, take_window: Callable[..., Page]) -> Callable[..., Page]:
    """Open a path of the app, as a visitor of its own to the server, in a window that knows nothing of the others."""
    return lambda path="/", **options: visit(take_window(**options), server.url + path)


@pytest.fixture
def window(own: Server, take_window: Callable[..., Page]) -> Callable[..., Page]:
    """Open a path or a link in a window of its own, at a server where nothing is saved yet."""
    return lambda address="/", **options: visit(
        take_window(**options), address if address.startswith("http") else own.url + address
    )


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Explore, opened as a first visitor does."""
    return open_page("/")
