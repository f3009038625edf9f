"""The store: what is saved comes back, stays as it is, belongs to who saved it, and is found; on both databases."""

import math
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from model import store
from model.errors import ArgumentError, LinkError, StoreError
from model.receipt import FORMAT
from model.store import records, schema
from model.store.store import Store
from tests.links_examples import company, what_if
from tests.serving import ROOT
from tests.store_examples import SEEN, small


@pytest.fixture
def shelf(url: str) -> Iterator[Store]:
    with store.connect(url) as opened:
        yield opened


def change(shelf: Store, statement: sa.Executable) -> None:
    """What no method of the store does."""
    shelf._database.write(lambda c: c.execute(statement))


# Saving and opening


def test_what_is_saved_comes_back_equal_to_the_last_bit(shelf: Store) -> None:
    scenario = what_if(company(1))
    key = shelf.save(scenario, SEEN)
    assert shelf.get(key) == scenario
    assert shelf.get(key).baseline.digest == scenario.baseline.digest
    receipt = shelf.receipt(key)
    assert receipt.seen["csat"] == SEEN.headline["csat"] and math.isnan(receipt.seen["payback_months"])
    assert receipt.format_version == FORMAT


def test_it_is_there_for_another_process_at_once(url: str, shelf: Store) -> None:
    key = shelf.save(small(), SEEN)
    program = f"from model import store; print(store.connect({url!r}).get({key!r}).name)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "Scenario 0", done.stderr


def test_a_list_shows_name_author_note_company_and_the_numbers_first_seen(shelf: Store) -> None:
    key = shelf.save(small(), SEEN, author="Anna", note="For the board")
    [entry] = shelf.list()
    assert (entry.key, entry.name, entry.author, entry.note) == (key, "Scenario 0", "Anna", "For the board")
    assert (entry.company, entry.currency, entry.month, entry.number, entry.versions) == ("Small", "USD", 12, 1, 1)
    assert entry.difference["operating_cost"] == 1_234_567.89 - 1_300_000.0
    assert math.isnan(entry.difference["payback_months"])
    assert entry.path == SEEN.path and entry.likely == SEEN.likely
    assert abs(entry.saved - records.now()) < timedelta(minutes=1)


def test_without_outcomes_they_are_reckoned_when_saving(tmp_path: Path) -> None:
    from model.engine import evaluate

    shelf = store.connect(f"sqlite:///{tmp_path}/store.db")
    key = shelf.save(small())
    assert shelf.receipt(key).seen["csat"] == evaluate(small()).headline["csat"]


def test_a_version_never_changes_whatever_happens_to_its_scenario(shelf: Store) -> None:
    first = shelf.save(small(1), SEEN)
    second = shelf.save(small(2), SEEN, onto=first)
    shelf.rename(first, "Another name")
    assert shelf.get(first) == small(1) and shelf.get(second) == small(2)
    assert [(e.number, e.key, e.name) for e in shelf.versions(first)] == [
        (2, second, "Another name"), (1, first, "Another name")]  # fmt: skip
    assert [e.key for e in shelf.list()] == [second]


def test_keys_cannot_be_guessed(shelf: Store) -> None:
    keys = {shelf.save(small(), SEEN) for _ in range(20)}
    assert len(keys) == 20
    random = [key.removeprefix(shelf.tag) for key in keys]
    assert all(len(part) * 6 >= 128 for part in random)
    assert len({part[:3] for part in random}) > 10


def test_companies_are_kept_once(shelf: Store) -> None:
    for number in range(5):
        shelf.save(small(number), SEEN)
    shelf.save(small(1, wage=40), SEEN)
    count = sa.select(sa.func.count()).select_from(schema.baselines)
    assert shelf._database.read(lambda c: c.execute(count).scalar()) == 2


# Names and versions


def test_a_rename_in_one_window_and_a_save_in_another_are_both_kept(shelf: Store) -> None:
    key = shelf.save(small(1), SEEN, name="Draft")
    shelf.rename(key, "Final", was="Draft")
    later = shelf.save(small(2), SEEN, name="Draft", onto=key)
    entry = shelf.entry(later)
    assert (entry.name, entry.number) == ("Final", 2)


def test_two_saves_onto_the_same_version_are_both_kept(shelf: Store) -> None:
    key = shelf.save(small(0), SEEN)
    a, b = shelf.save(small(1), SEEN, onto=key), shelf.save(small(2), SEEN, onto=key)
    assert [(e.number, e.parent) for e in shelf.versions(key)] == [(3, key), (2, key), (1, None)]
    assert shelf.get(a) == small(1) and shelf.get(b) == small(2)


def test_a_name_changed_meanwhile_is_not_overwritten_unseen(shelf: Store) -> None:
    key = shelf.save(small(), SEEN, name="Draft")
    shelf.rename(key, "Mine", was="Draft")
    with pytest.raises(StoreError, match="renamed to “Mine” meanwhile"):
        shelf.rename(key, "Yours", was="Draft")
    assert shelf.entry(key).name == "Mine"


def test_a_fork_is_a_scenario_of_its_own_that_knows_where_it_came_from(shelf: Store) -> None:
    key = shelf.save(small(1), SEEN, name="Plan")
    copy = shelf.fork(key, author="Ben")
    own = shelf.save(small(2), SEEN, onto=copy)
    assert [(e.name, e.number) for e in shelf.lineage(own)] == [("Plan", 1), ("Plan (copy)", 1), ("Plan (copy)", 2)]
    assert shelf.get(copy) == small(1)
    assert [e.number for e in shelf.versions(key)] == [1]


def test_delete_can_be_undone_with_every_link(shelf: Store) -> None:
    key = shelf.save(small(1), SEEN)
    later = shelf.save(small(2), SEEN, onto=key)
    shelf.delete(key)
    assert shelf.list() == []
    assert [e.key for e in shelf.list(deleted=True)] == [later]
    with pytest.raises(StoreError, match="deleted by the one who saved it"):
        shelf.get(key)
    with pytest.raises(StoreError, match="was deleted meanwhile"):
        shelf.save(small(3), SEEN, onto=key)
    shelf.undelete(later)
    assert shelf.get(key) == small(1) and shelf.get(later) == small(2)


def test_what_was_deleted_long_ago_is_removed_with_its_company_and_nothing_else(url: str) -> None:
    with store.connect(url) as shelf:
        gone, recent, kept = (shelf.save(small(0, wage), SEEN) for wage in (30, 31, 32))
        shelf.delete(gone)
        shelf.delete(recent)
        old = records.stamp(records.now() - timedelta(days=31))
        change(shelf, sa.update(schema.scenarios).where(schema.scenarios.c.id == gone).values(deleted=old))
    with store.connect(url) as shelf:
        with pytest.raises(StoreError, match="removed for good"):
            shelf.get(gone)
        shelf.undelete(recent)
        assert shelf.get(recent).baseline.wage == 31 and shelf.get(kept).baseline.wage == 32
        bodies = sa.select(schema.baselines.c.body)
        assert len(shelf._database.read(lambda c: c.execute(bodies).all())) == 2


# Whose it is


def test_a_session_lists_only_what_it_saved_or_opened(shelf: Store) -> None:
    mine, other = shelf.save(small(1), SEEN, owner="me"), shelf.save(small(2), SEEN, owner="you")
    old = shelf.save(small(3), SEEN, owner="you")
    shelf.save(small(4), SEEN, onto=old, owner="you")
    program = shelf.save(small(5), SEEN)
    assert [e.key for e in shelf.list("me")] == [mine]
    seen = shelf.list("me", [old])
    assert {e.key: e.mine for e in seen} == {mine: True, old: False}
    assert other not in {e.key for e in seen} and program not in {e.key for e in seen}
    assert len(shelf.list()) == 4


def test_a_link_to_one_version_shows_neither_the_others_nor_what_it_was_made_from(shelf: Store) -> None:
    origin = shelf.save(small(0), SEEN, owner="you")
    shared = shelf.fork(origin, owner="you")
    shelf.save(small(2), SEEN, onto=shared, owner="you")
    assert [e.key for e in shelf.versions(shared, "me")] == [shared]
    assert [e.key for e in shelf.lineage(shared, "me")] == [shared]
    assert shelf.entry(shared, "me").parent is None
    assert origin not in shelf.export([shared], "me").decode()


@pytest.mark.parametrize("act", [
    lambda s, key: s.rename(key, "Stolen", owner="me"), lambda s, key: s.delete(key, "me"),
    lambda s, key: s.undelete(key, "me"), lambda s, key: s.revoke(key, "me"), lambda s, key: s.expire(key, None, "me"),
    lambda s, key: s.save(small(), SEEN, onto=key, owner="me"),
], ids=["rename", "delete", "undelete", "revoke", "expire", "save onto"])  # fmt: skip
def test_only_who_saved_it_may_change_it(shelf: Store, act: object) -> None:
    for owner in ("you", None):
        key = shelf.save(small(1), SEEN, owner=owner)
        with pytest.raises(StoreError, match="Only the one who saved"):
            act(shelf, key)  # type: ignore[operator]
        assert shelf.entry(key).name == "Scenario 1" and shelf.get(key) == small(1)


def test_the_owners_token_is_not_in_the_store(shelf: Store) -> None:
    shelf.save(small(), SEEN, owner="a very secret token")
    rows = shelf._database.read(lambda c: c.execute(sa.select(schema.scenarios)).all())
    assert "secret" not in repr(rows)


def test_a_withdrawn_or_ended_link_opens_for_nobody_but_who_saved_it(shelf: Store) -> None:
    key = shelf.save(small(), SEEN, owner="you")
    shelf.revoke(key, "you")
    with pytest.raises(StoreError, match="withdrawn"):
        shelf.get(key)
    with pytest.raises(StoreError, match="withdrawn"):
        shelf.fork(key, owner="me")
    with pytest.raises(StoreError, match="withdrawn"):
        shelf.export([key], "me")
    assert shelf.list("me", [key]) == []
    assert shelf.receipt(key, withdrawn=True).scenario == small()
    shelf.expire(key, records.now() + timedelta(hours=1), "you")
    assert shelf.get(key) == small()
    shelf.expire(key, records.now() - timedelta(seconds=1), "you")
    with pytest.raises(StoreError, match="ended on"):
        shelf.get(key)
    shelf.expire(key, None, "you")
    assert shelf.get(key) == small()


# Found, foreign, newer


def test_words_are_looked_for_in_name_author_note_and_company(shelf: Store) -> None:
    a = shelf.save(small(), SEEN, name="Größere Schicht", author="Anna")
    b = shelf.save(small(), SEEN, name="Bot", note="for the board")
    assert [e.key for e in shelf.list(search="größere anna")] == [a]
    assert [e.key for e in shelf.list(search="BOARD small")] == [b]
    assert shelf.list(search="100 %_") == []


def test_a_link_of_another_installation_says_so_and_what_to_do(shelf: Store, tmp_path: Path) -> None:
    other = store.connect(f"sqlite:///{tmp_path}/other.db")
    key = other.save(small(), SEEN)
    with pytest.raises(StoreError, match="another installation") as caught:
        shelf.get(key)
    assert "Open the link there" in caught.value.hint
    with pytest.raises(StoreError, match="no longer kept here"):
        shelf.get(shelf.tag + "x" * 24)


@pytest.mark.parametrize("key", ["", "x", "../../etc/passwd", "a" * 500, "'; DROP TABLE trilever_facts", "\x00" * 30])
def test_what_cannot_be_a_key_is_refused_in_words(shelf: Store, key: str) -> None:
    with pytest.raises(StoreError, match="not whole"):
        shelf.get(key)


@pytest.mark.parametrize("key", [None, 5, b"a" * 24])
def test_a_key_that_is_no_text_is_refused_in_words(shelf: Store, key: object) -> None:
    for act in (shelf.get, shelf.entry, shelf.versions, shelf.lineage, shelf.fork, shelf.delete):
        with pytest.raises(StoreError, match="key must be text"):
            act(key)  # type: ignore[operator]
    with pytest.raises(ArgumentError, match="scenario must be a Scenario"):
        shelf.save(small().baseline)  # type: ignore[arg-type]


def test_a_version_saved_by_a_newer_program_says_so(shelf: Store) -> None:
    key = shelf.save(small(), SEEN)
    change(shelf, sa.update(schema.versions).values(format=FORMAT + 1))
    with pytest.raises(LinkError, match="newer version"):
        shelf.get(key)
    assert shelf.list()[0].key == key


# Hostile text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "=1+1", "a\x00b\x1b[31m", "\u202egnp.exe", "שלום 你好"])
def test_any_name_is_kept_without_what_would_turn_or_control_the_screen(shelf: Store, name: str) -> None:
    key = shelf.save(small().model_copy(update={"name": name}), SEEN, note=name, author=name)
    entry = shelf.entry(key)
    for text in (entry.name, entry.note, entry.author):
        assert not re.search("[\x00-\x1f\u202e]", text)
    assert shelf.get(key).name == name  # the scenario itself is not touched


@pytest.mark.parametrize("kind", ["name", "author", "note"])
def test_ten_thousand_characters_are_refused_before_anything_is_written(shelf: Store, kind: str) -> None:
    with pytest.raises(StoreError, match="10,000 characters long"):
        shelf.save(small(), SEEN, **{kind: "x" * 10_000})
    assert shelf.list() == []


# Opening a store


def test_a_store_of_a_newer_program_is_left_alone(url: str) -> None:
    with store.connect(url) as shelf:
        change(shelf, sa.text(f"UPDATE {schema.REVISIONS} SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version") as caught:
        store.connect(url)
    assert "update" in caught.value.hint


def test_the_head_named_is_the_last_migration_and_makes_the_tables_declared(shelf: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def compared(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"version_table": schema.REVISIONS})
        assert context.get_current_revision() == schema.HEAD
        return list(compare_metadata(context, schema.metadata))

    assert shelf._database.read(compared) == []


@pytest.mark.parametrize("url", ["mysql://root:secret@host/db", "nonsense secret", "oracle://secret"])
def test_a_database_of_another_make_is_refused_without_repeating_the_address(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        store.connect(url)
    assert "secret" not in str(caught.value) and "sqlite:///" in caught.value.hint


def test_a_store_in_memory_serves_a_notebook() -> None:
    shelf = store.connect("sqlite://")
    key = shelf.save(small(), SEEN)
    assert shelf.get(key) == small()


def test_the_file_is_readable_by_its_user_alone(tmp_path: Path) -> None:
    store.connect(f"sqlite:///{tmp_path}/deep/store.db").save(small(), SEEN)
    assert (tmp_path / "deep" / "store.db").stat().st_mode & 0o077 == 0


def test_the_place_of_the_store_can_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRILEVER_STORE", f"sqlite:///{tmp_path}/named.db")
    store.connect()
    assert (tmp_path / "named.db").exists()
    monkeypatch.delenv("TRILEVER_STORE")
    assert store.default_url().startswith("sqlite:///") and store.default_url().endswith("trilever.db")
