"""From slider to picture: Explore against a stock one-slider Streamlit app, in one browser, in turn.

    python -m tests.benchmarks.latency [--path /explore] [--moves 30] [--picture FILE.png]

Milliseconds from the key press until the outcomes show new values, and until the whole page is painted and at rest,
half and 95 % of the moves staying within them, and the ratios to the stock app. Each move sets a lever to a value not
seen before.
Whatever else the computer does falls on both apps alike, but a busy one still blurs the ratios.
"""

import argparse
import json
import time

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.stock import ours, quantile, stock
from tests.browser.steps import settle
from tests.serving import CHROMIUM_FLAGS, chromium

WARM_UP = 3
SLIDERS = ".st-key-levers input[type=range]:visible"

STILL_MS = 120
# Gives back [shown, painted]; shown is null where the step was too small to change a shown digit. Painted is when the
# page came to rest and stayed so: a step may take two runs of the script, and between them the page looks at rest too.
WATCH = """still => { window.moved = new Promise((done, fail) => {
  const box = () => document.querySelector('.st-key-outcomes');
  const app = () => document.querySelector('[data-testid=stApp]');
  const before = box().innerText, start = performance.now();
  let shown = null, ran = false, rest = null;
  const look = () => {
    const now = performance.now();
    if (now - start > 20000) return fail('no change within 20 s');
    const outcomes = box();
    if (shown === null && outcomes && outcomes.innerText.trim() && outcomes.innerText !== before) shown = now - start;
    const running = app().getAttribute('data-test-script-state') !== 'notRunning';
    ran = ran || running;
    if (running || document.querySelector('[data-stale=true]')) rest = null;
    else if (rest === null && (shown !== null || ran)) rest = now;
    if (rest !== null && now - rest > still) return done([shown, rest - start]);
    if (shown === null && !ran && now - start > 1500) return done([null, null]);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}); }"""


def opened(browser: Browser, url: str) -> tuple[Page, float]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    begin = time.perf_counter()
    page.goto(url)
    page.locator(".st-key-outcomes").wait_for(timeout=120_000)
    page.locator(SLIDERS).first.wait_for(timeout=120_000)
    seconds = time.perf_counter() - begin
    settle(page)
    page.wait_for_timeout(300)
    return page, seconds


def move(page: Page, number: int) -> tuple[float | None, float | None]:
    """Press an arrow key on one of the levers, each in turn."""
    page.bring_to_front()
    sliders = page.locator(SLIDERS)
    slider = sliders.nth(number % sliders.count())
    slider.scroll_into_view_if_needed()
    slider.focus()
    page.evaluate(WATCH, STILL_MS)
    page.keyboard.press("ArrowRight")
    shown, painted = page.evaluate("() => window.moved")
    page.wait_for_timeout(150)
    return shown, painted


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--path", default="/explore", help="the page to measure")
    asked.add_argument("--moves", type=int, default=30)
    asked.add_argument("--picture", help="where to keep a picture of the page")
    options = asked.parse_args()
    executable = chromium()
    if executable is None:
        raise SystemExit("no Chromium or Chrome found; install one, or name it in the environment variable CHROMIUM")
    with stock() as yardstick, ours() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        visits = {"stock": opened(browser, yardstick.url), "ours": opened(browser, app.url + options.path)}
        moves: dict[str, list[tuple[float | None, float | None]]] = {name: [] for name in visits}
        for number in range(WARM_UP + options.moves):
            for name, (page, _) in visits.items():
                moves[name].append(move(page, number))
        if options.picture:
            visits["ours"][0].screenshot(path=options.picture)
        browser.close()
    told: dict[str, dict[str, float]] = {}
    for name, measured in moves.items():
        told[name] = {"first_outcomes_s": round(visits[name][1], 2)}
        for kind, place in (("shown", 0), ("painted", 1)):
            times = [times[place] for times in measured[WARM_UP:]]
            known = [value for value in times if value is not None]
            told[name] |= {f"{kind}_p{share}": round(quantile(known, share / 100)) for share in (50, 95)}
    told["ratio"] = {key: round(told["ours"][key] / told["stock"][key], 2) for key in told["ours"]}
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
