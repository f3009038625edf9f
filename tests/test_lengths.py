"""Fields take as many characters as the model does, and a person's name fits wherever it is asked for."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import model
from model import events, store
from model.errors import TrileverError
from model.scenario import Baseline, CalendarEntry, Channel, Note
from model.store.records import clean
from pages.parts import connection, lengths
from tests.serving import ROOT

PATIENCE_S = 120
TODAY = datetime.date(2026, 5, 4)


@pytest.mark.parametrize(
    ("most", "make"),
    [
        (lengths.NAME, lambda text: clean("name", text)),
        (lengths.NAME, lambda text: model.Scenario(name=text, baseline=model.sample("software"))),
        (lengths.NOTE, lambda text: clean("note", text)),
        (lengths.REASON, lambda text: Note(author="Ada", reason=text, date=TODAY)),
        (lengths.PERSON, lambda text: Note(author=text, reason="a survey", date=TODAY)),
        (lengths.COMPANY, lambda text: Baseline(name=text, channels=(
            Channel(name="phone", arrivals=(10.0,) * 336, agents=(4.0,) * 336),))),
        (lengths.CALENDAR_ENTRY, lambda text: CalendarEntry(name=text)),
        (lengths.EVENT, lambda text: events.own(text, length_h=8.0)),
    ],
    ids=["name", "scenario", "note", "reason", "person", "company", "calendar", "event"],
)  # fmt: skip
def test_a_field_takes_what_the_model_takes_and_no_more(most: int, make: Any) -> None:
    make("x" * most)
    with pytest.raises(TrileverError):
        make("x" * (most + 1))


def test_a_persons_name_fits_a_saved_version_too() -> None:
    assert clean("author", "x" * lengths.PERSON)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[store.Store]:
    url = f"sqlite:///{tmp_path}/store.db"
    monkeypatch.setenv("TRILEVER_STORE", url)
    monkeypatch.setenv("TRILEVER_WORKERS", "0")
    connection.close()
    with store.connect(url) as opened:
        yield opened
    connection.close()


def field(app: AppTest) -> Any:
    [found] = [one for one in app.text_input if one.label == "Your name"]
    return found


def test_a_name_given_when_saving_is_taken_by_the_form_of_an_assumption(shelf: store.Store) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    app.session_state["save_button"] = True
    app.run()
    asked = field(app).proto.max_chars
    assert asked == lengths.PERSON
    field(app).set_value("A" * asked)
    next(one for one in app.button if one.label == "Save").click().run()
    assert not app.exception and not app.error and [one.author for one in shelf.list()] == ["A" * asked]
    app.switch_page("pages/assumptions.py").run()
    assert field(app).value == "A" * asked and field(app).proto.max_chars == asked
    app.text_area[0].set_value("our own survey")
    next(one for one in app.button if one.label == "Use this range").click().run()
    assert not app.exception and not app.error
