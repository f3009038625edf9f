"""Settings of an installation: the environment first, then the secrets, and what counts as off."""

from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.errors import StreamlitSecretNotFoundError

from pages.parts import data_folder, data_warehouse, settings, share

NAMED = "TRILEVER_PORTABLE_LINKS", "links", "portable"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An installation with these secrets, and nothing in the environment."""
    for name in ("TRILEVER_PORTABLE_LINKS", "TRILEVER_FOLDER", "TRILEVER_WAREHOUSES"):
        monkeypatch.delenv(name, raising=False)

    def keep(secrets: Any) -> None:
        monkeypatch.setattr(settings, "st", SimpleNamespace(secrets=secrets))

    return keep


class NoFile:
    """Secrets without a file, as Streamlit has them."""

    def __getitem__(self, name: str) -> Any:
        raise StreamlitSecretNotFoundError("No secrets found.")


def test_without_anything_set_nothing_is_off_and_no_folder_nor_connection_is_there(kept: Any) -> None:
    kept(NoFile())
    assert settings.setting(*NAMED) == "" and not settings.is_off(*NAMED) and share.may_hold_figures()
    assert data_folder.place() == "" and not data_warehouse.places()


def test_a_folder_and_connections_are_read_from_the_secrets(kept: Any) -> None:
    kept({"files": {"folder": " /data/large "}, "warehouses": {"centre": {"tables": ["calls"]}}})
    assert data_folder.place() == "/data/large"
    assert data_warehouse.tables() == [("centre", "calls")]


@pytest.mark.parametrize(("said", "off"), [("off", True), (" OFF ", True), ("on", False), ("", False)])
def test_off_is_off_in_any_case_wherever_it_is_said(
    kept: Any, monkeypatch: pytest.MonkeyPatch, said: str, off: bool
) -> None:
    kept({"links": {"portable": said}})
    assert settings.is_off(*NAMED) is off and share.may_hold_figures() is not off
    kept({"links": {"portable": "on"}})
    monkeypatch.setenv("TRILEVER_PORTABLE_LINKS", said)
    assert settings.is_off(*NAMED) is off
