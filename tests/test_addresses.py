"""Links: which of them nobody else can open, and that it is said beside them."""

from types import SimpleNamespace
from typing import Any

import pytest

from pages.parts import addresses, share


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is written beside a link on a page of this address."""

    def write(url: str, *links: Any) -> str:
        lines: list[str] = []
        keep = lambda text, **_: lines.append(text)  # noqa: E731
        page = SimpleNamespace(markdown=keep, code=keep, caption=keep, context=SimpleNamespace(url=url))
        monkeypatch.setattr(addresses, "st", page)
        monkeypatch.setattr(share, "st", page)
        monkeypatch.setattr(share, "portable_link", lambda: addresses.link({"s": "abc"}))
        for link in links:
            link()
        return "\n".join(lines)

    return write


@pytest.mark.parametrize(
    ("address", "here"),
    [("http://127.0.0.1:8501/explore", True), ("http://localhost:8501/", True), ("http://[::1]:8501/", True),
     ("http://app.localhost/", True), ("https://trilever.example/explore", False), ("http://192.168.1.7:8501/", False),
     ("http://localhost.example/", False), ("", False)],
)  # fmt: skip
def test_an_address_that_leads_each_computer_to_itself_is_known(said: Any, address: str, here: bool) -> None:
    assert (addresses.HERE_ONLY in said(address, addresses.reach)) is here


def test_beside_a_link_to_this_computer_it_is_said_that_others_cannot_open_it(said: Any) -> None:
    def short() -> None:
        addresses.short_link("abc")

    def long(beside: bool = False) -> None:
        share._portable_box(beside)

    here, named = "http://127.0.0.1:8501/explore", "https://trilever.example/explore"
    assert addresses.HERE_ONLY in said(here, short) and addresses.HERE_ONLY in said(here, long)
    assert said(here, short, lambda: long(True)).count(addresses.HERE_ONLY) == 1
    assert addresses.HERE_ONLY not in said(named, short, long)
