"""What a moved lever costs the browser: one run of the script, and no picture built anew."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests import protocol
from tests.browser.steps import PATIENCE_MS, settle
from tests.serving import Server

MARK = "() => document.querySelectorAll('[data-testid=stVegaLiteChart] svg').forEach(svg => { svg.known = true; })"
KNOWN = "() => [...document.querySelectorAll('[data-testid=stVegaLiteChart] svg')].map(svg => Boolean(svg.known))"


def test_a_moved_lever_is_answered_in_one_run_with_cards_and_pictures(server: Server) -> None:
    with protocol.open_session(server.port) as session:
        first = protocol.run(session, protocol.ask("explore"))
        sliders = [slider for slider in protocol.elements(first, "slider") if not slider.disabled]
        places = {slider.id: list(slider.default) for slider in sliders}
        homes = {
            message.delta.new_element.slider.id: message.delta.fragment_id
            for message in first
            if message.delta.new_element.WhichOneof("type") == "slider"
        }
        for turn in range(6):
            slider = sliders[turn % 3]
            places[slider.id] = [places[slider.id][0] + slider.step]
            answers = protocol.run(session, protocol.ask("explore", places.items(), homes[slider.id]))
            assert not protocol.elements(answers, "exception")
            assert len(protocol.elements(answers, "vega_lite_chart")) == 2
            assert sum(text.body.startswith(":small[") for text in protocol.elements(answers, "markdown")) == 4
            if turn:  # the first move lights up Undo, which stands elsewhere
                assert sum(message.WhichOneof("type") == "new_session" for message in answers) == 1


def test_levers_move_the_pictures_that_are_there(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    page.locator(".st-key-lever_staffing input[type=range]").wait_for(timeout=PATIENCE_MS)
    pictures = page.locator("[data-testid=stVegaLiteChart] svg")

    def move(lever: str) -> None:
        page.locator(f".st-key-lever_{lever} input[type=range]").press("ArrowRight")
        expect(page.locator(f".st-key-reset_lever_{lever}")).to_be_attached(timeout=PATIENCE_MS)
        settle(page)
        expect(pictures).to_have_count(2)

    move("staffing")
    page.evaluate(MARK)
    for lever in ("schedule_flex", "fcr_programme"):
        move(lever)
        assert page.evaluate(KNOWN) == [True, True]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".st-key-reset_lever_fcr_programme")).to_have_count(0)
    settle(page)
    assert page.evaluate(KNOWN) == [True, True]
