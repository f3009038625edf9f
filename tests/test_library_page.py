"""The library as a script: what is listed, and what is there only when there is something."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import model
from tests.serving import ROOT

PATIENCE_S = 120


def library() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S).run()
    app.switch_page("pages/library.py").run()
    assert not app.exception and not app.error
    return app


def test_what_was_deleted_has_its_place_only_once_something_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRILEVER_STORE", f"sqlite:///{tmp_path}/store.db")
    shelf = model.store.connect()
    key = shelf.save(model.Scenario(name="Brief", baseline=model.sample("software")))
    assert "Deleted" not in [one.label for one in library().expander]
    shelf.delete(key)
    app = library()
    [place] = [one for one in app.expander if one.label == "Deleted"]
    app.session_state["library_deleted"] = True
    app.run()
    app.button(key=f"back_{key}").click().run()
    assert place.label not in [one.label for one in app.expander]
    assert "Brief" in "".join(one.value for one in app.markdown)
