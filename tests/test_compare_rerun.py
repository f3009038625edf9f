"""Saved scenarios rerun on new figures: new versions, with what cannot be applied named."""

import pytest

from model import store
from model.scenario import Baseline, Channel, Scenario
from model.store import Seen
from model.store.rerun import rerun
from tests.store_examples import SEEN, small

DAY = (10.3,) * 336


def company(name: str, *channels: str, wage: float = 34.0) -> Baseline:
    made = tuple(Channel(name=one, arrivals=DAY, agents=(3.7,) * 336) for one in channels)
    return Baseline(name=name, channels=made, wage=wage)


def seen(_: Scenario) -> Seen:
    return SEEN


@pytest.fixture
def shelf(tmp_path_factory: pytest.TempPathFactory) -> store.Store:
    return store.connect(f"sqlite:///{tmp_path_factory.mktemp('rerun')}/store.db")


def test_on_later_figures_each_becomes_the_next_version_with_its_parent(shelf: store.Store) -> None:
    keys = [shelf.save(small(i), SEEN) for i in range(3)]
    later = small().baseline.model_copy(update={"wage": 40.0})
    done = rerun(shelf, keys, later, seen=seen)
    assert [one.number for one in done] == [2, 2, 2] and not any(one.left_out or one.refused for one in done)
    for i, (one, key) in enumerate(zip(done, keys, strict=True)):
        assert one.key is not None
        assert shelf.get(one.key).baseline == later and shelf.get(one.key).levers == small(i).levers
        assert shelf.get(key) == small(i)
        entry = shelf.entry(one.key)
        assert entry.parent == key and entry.note.startswith("Rerun on Small, from version 1.")
    assert len(shelf.list()) == 3


def test_on_another_company_each_becomes_a_scenario_of_its_own(shelf: store.Store) -> None:
    key = shelf.save(small(1), SEEN, name="Plan")
    [one] = rerun(shelf, [key], company("Other", "phone"), seen=seen)
    assert one.key is not None and (one.name, one.number) == ("Plan, Other", 1)
    assert shelf.entry(one.key).parent == key and len(shelf.list()) == 2


def test_what_cannot_be_applied_is_named_and_stands_as_today(shelf: store.Store) -> None:
    old = company("Acme", "phone", "email")
    set_ = {"staffing.email": old.levers["staffing.email"] * 1.2, "training_hours": 60.0}
    key = shelf.save(Scenario(name="Plan", baseline=old, levers=set_), SEEN)
    [one] = rerun(shelf, [key], company("Acme", "phone"), seen=seen)
    assert one.key is not None and set(one.left_out) == {"staffing.email"}
    assert shelf.get(one.key).levers == {"training_hours": 60.0}
    assert "staffing.email" in shelf.entry(one.key).note


def test_what_stands_on_these_figures_already_is_left_alone(shelf: store.Store) -> None:
    key = shelf.save(small(), SEEN)
    [one] = rerun(shelf, [key], small().baseline, seen=seen)
    assert one.key is None and "already" in one.refused
    assert len(shelf.versions(key)) == 1


def test_a_scenario_that_cannot_be_saved_stops_none_of_the_others(shelf: store.Store) -> None:
    keys = [shelf.save(small(i), SEEN, owner="me" if i else "you") for i in range(2)]
    shelf.revoke(keys[0], "you")
    done = rerun(shelf, keys, company("Small", "phone", wage=50.0), seen=seen, owner="me")
    assert done[0].key is None and done[0].refused
    assert done[1].key is not None and done[1].number == 2


def test_of_others_a_copy_is_made(shelf: store.Store) -> None:
    key = shelf.save(small(), SEEN, owner="you")
    [one] = rerun(shelf, [key], company("Small", "phone", wage=50.0), seen=seen, owner="me")
    assert one.key is not None and one.number == 1 and len(shelf.versions(key, "you")) == 1


def test_progress_is_told_by_name(shelf: store.Store) -> None:
    told: list[tuple[float, str]] = []
    keys = [shelf.save(small(i), SEEN) for i in range(2)]
    rerun(shelf, keys, company("Small", "phone", wage=50.0), seen=seen, progress=lambda s, n: told.append((s, n)))
    assert told == [(0.0, "Scenario 0"), (0.5, "Scenario 1")]
