"""Who is asking the store: the one user of this computer, or one of many who see only what is theirs."""

from types import SimpleNamespace
from typing import Any

import pytest

from pages.parts import library_store

HERE = {"server.address": "localhost", "server.allowedHosts": ["localhost", "127.0.0.1", "[::1]"]}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Whether a request counts as this computer's own user; what is not said is as at a fresh installation."""

    def ask(*, url: str = "http://localhost:8501/library", file: bool = True, user: dict[str, Any] | None = None,
            headers: dict[str, str] | None = None, **options: Any) -> bool:  # fmt: skip
        told = HERE | {f"server.{key}": value for key, value in options.items()}
        stand_in = SimpleNamespace(get_option=told.get, user=user or {},
                                   context=SimpleNamespace(headers=headers or {}, url=url))  # fmt: skip
        monkeypatch.setattr(library_store, "st", stand_in)
        monkeypatch.setattr(library_store, "shelf", lambda: SimpleNamespace(is_local=file))
        return library_store.is_personal()

    return ask


@pytest.mark.parametrize("url", ["http://localhost:8501/", "http://127.0.0.1:8501/library", "http://[::1]:8501/",
                                 "http://app.localhost:8501/"])  # fmt: skip
def test_on_ones_own_computer_everything_is_listed(asked: Any, url: str) -> None:
    assert asked(url=url)


@pytest.mark.parametrize(
    "but",
    [
        {"address": "0.0.0.0"}, {"address": ""}, {"allowedHosts": []},
        {"allowedHosts": ["localhost", "trilever.example"]},
        {"url": "https://trilever.example/library"}, {"url": "http://192.168.1.7:8501/"}, {"file": False},
        {"url": "http://localhost.example:8501/"}, {"url": "http://notlocalhost:8501/"},
        {"headers": {"X-Forwarded-For": "203.0.113.9"}}, {"headers": {"Forwarded": "for=203.0.113.9"}},
        {"headers": {"Via": "1.1 proxy"}}, {"headers": {"X-Real-Ip": "203.0.113.9"}}, {"user": {"is_logged_in": True}},
    ],
    ids=lambda but: " ".join(f"{key} {value}" for key, value in but.items()),
)  # fmt: skip
def test_whatever_may_have_others_asking_lists_only_ones_own(asked: Any, but: dict[str, Any]) -> None:
    assert not asked(**but)
