"""Scenarios as files: whole there and back, and nothing but a worded refusal for what is none of ours."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from model import store
from model.errors import StoreError
from model.store import exchange
from model.store.store import Store
from tests.store_examples import SEEN, small


@pytest.fixture
def shelf() -> Store:
    return store.connect("sqlite://")


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return out.getvalue()


def test_many_scenarios_with_all_versions_come_back_under_their_keys(shelf: Store) -> None:
    first = shelf.save(small(1), SEEN, name="A", author="Anna", note="n")
    second = shelf.save(small(2), SEEN, onto=first)
    other = shelf.fork(first, "B")
    data = shelf.export([second, other])
    fresh = store.connect("sqlite://")
    assert set(fresh.load(data).added) == {second, other}
    for key in (first, second, other):
        assert fresh.get(key) == shelf.get(key) and fresh.entry(key) == shelf.entry(key)
    assert fresh.export([second, other]) == data
    assert fresh.load(data).known == 2


def test_what_is_here_stays_and_a_deleted_one_comes_back(shelf: Store) -> None:
    key = shelf.save(small(1), SEEN)
    data = shelf.export([key])
    shelf.rename(key, "Newer name")
    shelf.delete(key)
    assert shelf.load(data).added == (key,)
    assert shelf.entry(key).name == "Newer name"


def test_another_scenario_under_a_key_that_is_taken_is_refused(shelf: Store) -> None:
    key = shelf.save(small(1), SEEN)
    other = store.connect("sqlite://")
    forged = json.loads(shelf.export([key]))
    forged["versions"][0]["document"]["scenario"]["levers"] = {"training_hours": 30.0}
    loaded = shelf.load(json.dumps(forged).encode())
    assert "same key" in loaded.refused["Scenario 1"] and shelf.get(key) == small(1)
    assert other.load(json.dumps(forged).encode()).added == (key,)


@pytest.mark.parametrize("data", [
    b"", b"{}", b"[]", b"null", b"\xff\xfe\x00", b"[" * 100_000, b'{"trilever":"scenario","format":1}', b"NaN",
    b'{"trilever":"scenario","format":1,"name":"x","versions":[],"companies":{}}', b"PK\x03\x04 and then nothing",
    b"1" * 10_000,
])  # fmt: skip
def test_what_is_no_file_of_ours_is_refused_in_words(shelf: Store, data: bytes) -> None:
    with pytest.raises(StoreError) as caught:
        shelf.load(data)
    assert caught.value.hint and shelf.list() == []


def test_a_file_of_a_newer_program_says_so(shelf: Store) -> None:
    content = json.loads(shelf.export([shelf.save(small(), SEEN)]))
    with pytest.raises(StoreError, match="newer version"):
        shelf.load(json.dumps(content | {"format": exchange.FILE_FORMAT + 1}).encode())


def test_a_zip_that_unpacks_to_gigabytes_is_refused_before_it_does(shelf: Store) -> None:
    with pytest.raises(StoreError, match="unpacks to more"):
        shelf.load(archive({"a.json": b" " * (exchange.LARGEST_TEXT + 1)}))
    with pytest.raises(StoreError, match="files"):
        shelf.load(b"PK\x03\x04" + b"PK\x01\x02" * (exchange.MOST_FILES + 1))
    with pytest.raises(StoreError, match="larger than"):
        shelf.load(b"PK" + bytes(exchange.LARGEST_FILE))


def test_a_bad_member_is_named_and_the_good_ones_are_taken_without_touching_the_disk(
    shelf: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    other = store.connect("sqlite://")
    key = other.save(small(), SEEN)
    loaded = shelf.load(archive({"../../evil.json": b"{}", "good.json": other.export([key])}))
    assert loaded.added == (key,) and list(loaded.refused) == ["../../evil.json"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c:d*?", "con\x00", "", "x" * 500, "Größe"])
def test_file_names_are_plain(name: str) -> None:
    made = exchange.file_name(name)
    assert 0 < len(made) <= 60 and not set(made) & set("/\\:*?\x00.")


def test_a_file_is_called_without_gaps_where_signs_stood() -> None:
    assert exchange.file_name("Self-service, Solve it first time, Demand") == "Self-service Solve it first time Demand"
    assert exchange.file_name("B2B - $3 (new)") == "B2B - 3 new"
