"""A page of the app without a browser, as somebody finds it whose session holds this."""

from typing import Any

from streamlit.testing.v1 import AppTest

from tests.serving import ROOT

PATIENCE_S = 120


def opened(page: str, **session: Any) -> AppTest:
    """The page of that name, reached from the first one; entries of the session are there from the start."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    for key, value in session.items():
        app.session_state[key] = value
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app
