"""Which saved scenarios may be used on Compare, Events, Best mix and Risks: one rule for all. No browser."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import model
from model import store
from model.errors import StoreError
from model.store.records import now as this_moment
from pages.parts import compare_choice, connection, library_store, mix_saved, risks_options, stress
from pages.parts.history import History, fresh
from tests import app_pages
from tests.app_pages import PATIENCE_S
from tests.store_examples import SEEN

BASE = model.sample("software")
NOW = model.Scenario(name="Now", baseline=BASE, levers={"training_hours": 30.0})
MINE = model.Scenario(name="Mine", baseline=BASE, levers={"training_hours": 40.0})
OTHER_FIGURES = MINE.model_copy(
    update={"name": "Other figures", "baseline": BASE.model_copy(update={"wage": BASE.wage + 1})}
)
OTHER_COMPANY = model.Scenario(name="Other company", baseline=model.sample("bank"))


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[store.Store]:
    """A store of the test's own, the one that the pages open too."""
    url = f"sqlite:///{tmp_path}/store.db"
    monkeypatch.setenv("TRILEVER_STORE", url)
    monkeypatch.setenv("TRILEVER_WORKERS", "0")
    monkeypatch.setattr(stress, "_followed", lambda scenarios, events: iter([(1.0, None)]))
    connection.close()
    with store.connect(url) as opened:
        yield opened
    connection.close()


def opened(page: str, **session: Any) -> AppTest:
    return app_pages.opened(page, history=History(fresh(BASE)).to(NOW), **session)


def events() -> AppTest:
    return opened("risks", risks_view="Events")


def labels(box: Any) -> list[str]:
    return [str(option) for option in box.options]


def test_ones_own_scenario_is_offered_everywhere_also_with_its_link_withdrawn(shelf: store.Store) -> None:
    keys = {one.name: shelf.save(one, SEEN) for one in (MINE, OTHER_FIGURES, OTHER_COMPANY)}
    for key in keys.values():
        shelf.revoke(key)
    assert labels(events().multiselect(key=stress.SAVED)) == ["Mine"]
    app = opened("risks")
    assert labels(app.selectbox(key="risks_against")) == ["Doing nothing", "Mine"]
    for study in app.session_state["studies"].values():
        study.job.cancel()
    compared = labels(opened("compare").multiselect(key=compare_choice.PICK))
    assert {f"{name} (saved)" for name in keys} <= set(compared), "side by side may stand companies of any kind"
    app = opened("compare", compare_choice=["screen", compare_choice.saved_id(keys["Mine"])])
    assert not app.error and "Mine" in str(app.table[0].value.columns.tolist())


def test_a_saved_scenario_added_to_the_events_is_followed_at_the_month_on_screen(
    shelf: store.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = shelf.save(MINE.model_copy(update={"month": 36}), SEEN)
    seen: list[dict[str, model.Scenario]] = []
    monkeypatch.setattr(stress, "_followed", lambda scenarios, events: iter([(1.0, seen.append(scenarios))]))
    listed: list[int] = []
    list_ = store.Store.list
    monkeypatch.setattr(store.Store, "list", lambda self, *a, **k: listed.append(1) or list_(self, *a, **k))
    app = events()
    listed.clear()
    app.multiselect(key=stress.SAVED).set_value([key]).run()
    assert not app.exception and len(listed) == 1, "the library is asked once a draw"
    for study in app.session_state["studies"].values():
        assert study.job.wait(PATIENCE_S)
    assert list(seen[-1]) == [stress.THIS, stress.NOTHING, "Mine"]
    assert {one.month for one in seen[-1].values()} == {NOW.month}


@pytest.fixture
def asked(shelf: store.Store, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A session of somebody, with what is written on its page."""

    def ask(owner: str | None, *links: str) -> list[str]:
        said: list[str] = []
        page = SimpleNamespace(session_state={"opened_keys": list(links)}, caption=said.append)
        for part in (library_store, mix_saved):
            monkeypatch.setattr(part, "st", page)
        for part in (library_store, mix_saved, risks_options):
            monkeypatch.setattr(part, "state", SimpleNamespace(scenario=lambda: NOW))
        monkeypatch.setattr(library_store, "shelf", lambda: shelf)
        monkeypatch.setattr(library_store, "owner", lambda: owner)
        return said

    return ask


def test_anothers_scenario_is_there_only_while_its_link_is_open(asked: Any, shelf: store.Store) -> None:
    closed, ended, still = (shelf.save(MINE.model_copy(update={"name": name}), SEEN, owner="Ada")
                            for name in ("Closed", "Ended", "Open"))  # fmt: skip
    entries = [shelf.entry(key, "Bob") for key in (closed, ended, still)]
    shelf.revoke(closed, "Ada")
    shelf.expire(ended, this_moment() - timedelta(seconds=1), "Ada")
    asked("Bob", closed, ended, still)
    assert [entry.name for entry, _ in library_store.of_company()] == ["Open"]
    for entry in entries[:2]:
        with pytest.raises(StoreError):
            library_store.read(entry)
    asked("Ada")
    assert [entry.name for entry, _ in library_store.of_company()] == ["Open", "Ended", "Closed"]


def test_ones_own_with_its_link_withdrawn_is_among_the_mixes_and_the_risks_and_other_figures_are_not(
    asked: Any, shelf: store.Store
) -> None:
    for one in (MINE, OTHER_FIGURES, OTHER_COMPANY):
        shelf.revoke(shelf.save(one, SEEN))
    asked(None)
    assert [one.name for one in mix_saved.all_saved()] == ["Mine"]
    assert risks_options.saved() == {"Mine": MINE}


def test_where_saved_scenarios_cannot_be_read_every_page_says_it_in_the_same_words(
    asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*given: Any, **named: Any) -> None:
        raise StoreError("The store is locked.", "Wait.")

    monkeypatch.setattr(store.Store, "list", refused)
    for ask in (mix_saved.all_saved, risks_options.saved, library_store.listed):
        said = asked(None)
        assert not ask()
        assert said == ["Saved scenarios cannot be read now: The store is locked\\."]


def test_one_that_cannot_be_read_keeps_no_other_from_the_page(
    asked: Any, shelf: store.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.save(MINE, SEEN)
    broken = shelf.save(MINE.model_copy(update={"name": "Broken"}), SEEN)
    receipt = shelf.receipt

    def read(key: str, withdrawn: bool = False) -> Any:
        if key == broken:
            raise StoreError("It is damaged.", "")
        return receipt(key, withdrawn)

    monkeypatch.setattr(shelf, "receipt", read)
    said = asked(None)
    assert list(risks_options.saved()) == ["Mine"]
    assert said == ["Saved scenarios cannot be read now: It is damaged\\."]


def test_saved_scenarios_stand_on_the_plane_of_cost_and_csat_beside_the_one_on_screen(
    shelf: store.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from model.report import charts
    from pages.parts import pictures

    drawn: list[list[str]] = []
    data = charts.plane_data

    def noted(points: list[tuple[str, str, float, float]], ranges: Any = None) -> Any:
        drawn.append([label for label, *_ in points])
        return data(points, ranges)

    monkeypatch.setattr(charts, "plane_data", noted)
    for one in (MINE, OTHER_FIGURES, NOW):
        shelf.save(one, SEEN)
    opened("explore", **{pictures.PICTURE: "Cost and CSAT"})
    assert drawn[-1] == ["Doing nothing", "Mine", "This scenario"]  # itself once, and no other figures
