"""The same contacts as an upload, a large file, a DuckDB file, Parquet files and a PostgreSQL table: one baseline."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as papq
import pytest

from model import intake, links
from model.errors import IntakeError
from model.intake import duck, warehouses
from model.intake.aggregates import Aggregates
from model.intake.held import held_back
from model.intake.queues import Wishes
from model.scenario import Scenario
from tests.benchmarks.bench_intake import contacts, make
from tests.postgres import server
from tests.test_fit import tickets

ROWS = 6_000
PLANTED = ("Lovelace", "Zaphod")
"""Parts of the names of agents and customers."""


def put(url: str, name: str, rows: pa.Table, *types: str) -> None:
    """Make a table of these rows, a type of PostgreSQL for each column."""
    columns = ", ".join(f'"{column}" {type_}' for column, type_ in zip(rows.column_names, types, strict=True))
    with psycopg.connect(url) as link:
        link.execute(f"CREATE TABLE {name} ({columns})")
        with link.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
            for row in zip(*(column.to_pylist() for column in rows.columns), strict=True):
                copy.write_row(row)


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return pa.table(contacts(ROWS, days=56))


@pytest.fixture(scope="module")
def homes(table: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("homes")
    pacsv.write_csv(table, folder / "calls.csv")
    (folder / "parquet").mkdir()
    papq.write_table(table.slice(0, 2_500), folder / "parquet" / "calls_1.parquet")
    papq.write_table(table.slice(2_500), folder / "parquet" / "calls_2.parquet")
    papq.write_table(table.slice(0, 10), folder / "parquet" / "other.parquet")
    with duckdb.connect(folder / "calls.duckdb") as link:
        link.register("rows", table)
        link.execute("CREATE TABLE calls AS SELECT * FROM rows")
    return folder


@pytest.fixture(scope="module")
def postgres(table: pa.Table) -> Iterator[str]:
    with server() as url:
        with psycopg.connect(url) as link:
            link.execute("CREATE SCHEMA contact")
        put(url, "contact.calls", table, "bigint", "timestamp", "text", "text", "text", "text", "double precision",
            "numeric", "text", "boolean", "text", "smallint")  # fmt: skip
        yield url


@pytest.fixture(scope="module")
def uploaded(homes: Path) -> intake.Measurement:
    return intake.measurement(intake.read(homes / "calls.csv"), target_s={"phone": 30})


def same(found: intake.Measurement, wanted: intake.Measurement) -> None:
    """Every number within 1e-9, every word equal: of the baselines and of the aggregates behind them."""
    assert_close(found.baseline.model_dump(), wanted.baseline.model_dump())
    assert [e.grade for e in found.evidence] == [e.grade for e in wanted.evidence]
    for one, other in zip(found.sources, wanted.sources, strict=True):
        assert one.rows == other.rows
        for name in ("cells", "waits", "raters", "repeats", "replies"):
            ours, theirs = getattr(one, name), getattr(other, name)
            assert (ours is None) == (theirs is None), name
            if theirs is None:
                continue
            columns = sorted(theirs.columns)
            np.testing.assert_allclose(ours[columns].to_numpy(float), theirs[columns].to_numpy(float), rtol=1e-9)


def assert_close(found: Any, wanted: Any, where: str = "") -> None:
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys(), where
        for key in wanted:
            assert_close(found[key], wanted[key], f"{where}.{key}")
    elif isinstance(wanted, list | tuple):
        assert len(found) == len(wanted), where
        for number, (one, other) in enumerate(zip(found, wanted, strict=True)):
            assert_close(one, other, f"{where}[{number}]")
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12), where
    else:
        assert found == wanted, where


def test_a_duckdb_file_gives_what_the_upload_gives(homes: Path, uploaded: intake.Measurement) -> None:
    same(intake.measurement(intake.warehouse(str(homes / "calls.duckdb"), "calls"), target_s={"phone": 30}), uploaded)


def test_a_parquet_folder_gives_what_the_upload_gives(homes: Path, uploaded: intake.Measurement) -> None:
    same(intake.measurement(intake.warehouse(str(homes / "parquet"), "calls*"), target_s={"phone": 30}), uploaded)


def test_a_postgresql_table_gives_what_the_upload_gives(postgres: str, uploaded: intake.Measurement) -> None:
    same(intake.measurement(intake.warehouse(postgres, "contact.calls"), target_s={"phone": 30}), uploaded)


def test_a_large_file_gives_what_the_upload_gives(tmp_path: Path) -> None:
    make(path := tmp_path / "calls.csv", 50_000)
    same(intake.measurement(intake.big(path)), intake.measurement(intake.read(path)))


def test_a_large_file_in_another_dialect_gives_the_same(tmp_path: Path) -> None:
    """Title lines, semicolons, day before month, decimal commas, clock texts, marks for missing, a total at the end."""
    make(path := tmp_path / "calls.csv", 4_000)
    head, *lines = path.read_text().replace('"', "").splitlines()
    names = head.split(",")
    odd = ["Calls of the year;;;;;;;;;;;", ";".join(names)]
    for number, line in enumerate(lines):
        cells = dict(zip(names, line.split(","), strict=True))
        year, month, rest = cells["Start time"].split("-")
        cells["Start time"] = f"{rest[:2]}/{month}/{year} {rest[3:]}"
        cells["Queue time (s)"] = "-" if number % 50 == 0 else cells["Queue time (s)"].replace(".", ",")
        seconds = float(cells["Handle time (s)"] or 0)
        clock = f"{seconds // 3600:02.0f}:{seconds % 3600 // 60:02.0f}:{seconds % 60:04.1f}"
        cells["Handle time (s)"] = clock if seconds else ""
        odd.append(";".join(cells[name] for name in names))
    odd.append("Total;;;;;;;;;;;")
    path.write_text("\n".join(odd).replace(" (s)", ""), encoding="utf-8")
    large, small = intake.big(path), intake.read(path)
    assert large.sample.columns == small.columns
    same(intake.measurement(large), intake.measurement(small))


def test_a_cell_in_an_odd_form_far_down_a_large_file_is_read_or_named(tmp_path: Path) -> None:
    make(path := tmp_path / "calls.csv", 30_000)
    lines = path.read_text().splitlines()
    for number, wait in ((15_001, "1 min 5 s"), (15_002, "ages"), (15_003, " 12.5 "), (15_004, "N/A")):
        cells = lines[number].split(",")
        cells[6] = wait
        lines[number] = ",".join(cells)
    lines[20_000] += ",one,cell,too,many"
    path.write_text("\n".join(lines) + "\n")
    large = intake.big(path)
    same(intake.measurement(large), intake.measurement(intake.read(path)))
    assert {p.kind: p.count for p in large.problems.items} == {"unread_wait": 1, "ragged": 1, "left": 3}


def test_intervals_in_a_warehouse_give_what_the_upload_gives(tmp_path: Path, postgres: str) -> None:
    start = np.datetime64("2024-03-04T08:00", "s") + np.arange(28 * 48).astype("timedelta64[s]") * 1800
    rng = np.random.default_rng(3)
    offered = rng.poisson(20, len(start))
    lost = rng.binomial(offered, 0.06)
    rows = {
        "Interval start": start, "Calls offered": offered, "Calls answered": offered - lost, "Calls abandoned": lost,
        "AHT (s)": rng.normal(300, 20, len(start)).round(1),
        "Service level %": rng.uniform(60, 99, len(start)).round(1),
    }  # fmt: skip
    whole = pa.table(rows)
    pacsv.write_csv(whole, path := tmp_path / "intervals.csv")
    file = intake.read(path)
    put(postgres, "intervals", whole, "timestamp", "int", "int", "int", "float8", "float8")
    source = intake.warehouse(postgres, "intervals")
    assert (source.kind, source.columns) == (file.kind, file.columns)
    assert_close(intake.measure(source).model_dump(), intake.measure(file).model_dump())


@pytest.mark.parametrize("home", ["duckdb", "postgres"])
def test_a_table_is_read_by_the_rules_of_uploads(home: str, postgres: str, tmp_path: Path) -> None:
    """Absurd times, calls passed on, rows twice, tests, and a rating of 99 for none."""
    from tests.test_intake_one_road import absurd_times, calls, legs_of_one_contact, text, twice_with_numbers

    rows, rng = calls(), np.random.default_rng(1)
    for number, row in enumerate(rows):
        row["CSAT"] = "99" if number % 20 == 0 else row["CSAT"]
        row["Agent"] = "Test-Agent" if number % 25 == 0 else row["Agent"]
    for change in (absurd_times, legs_of_one_contact, twice_with_numbers):
        change(rows, rng)
    (path := tmp_path / "calls.csv").write_text(text(rows))
    whole = pacsv.read_csv(path, convert_options=pacsv.ConvertOptions(strings_can_be_null=True))
    if home == "duckdb":
        url = str(tmp_path / "calls.duckdb")
        with duckdb.connect(url) as link:
            link.register("rows", whole)
            link.execute("CREATE TABLE peculiar AS SELECT * FROM rows")
    else:
        url = postgres
        put(url, "peculiar", whole, "text", "timestamp", "text", "text", "text", "bigint", "bigint", "text", "text",
            "text", "bigint")  # fmt: skip
    filters = intake.Filters(tests=True)
    source, file = intake.warehouse(url, "peculiar"), intake.read(path)
    assert source.columns == file.columns
    assert_close(
        intake.measure(source, filters=filters).model_dump(), intake.measure(file, filters=filters).model_dump()
    )
    said = {problem.kind: problem.count for problem in source.problems}
    assert {"absurd_wait", "absurd_handle", "twice", "leg", "no_rating"} <= said.keys()
    intake.measure(source)
    assert {p.kind: p.count for p in source.problems} == {p.kind: p.count for p in file.problems}


def test_targets_are_measured_where_the_rows_lie(homes: Path, postgres: str, table: pa.Table) -> None:
    """Answered in time within other seconds, counted by hand from the rows: phone and chat, of those who queued."""
    rows = table.to_pandas()
    rows = rows[(rows["Outcome"] == "Answered") | (rows["Queue time (s)"] > 0)]
    for target in (10.0, 75.0):
        wishes: dict[str, Any] = {"target_s": {"phone": target, "chat": 5.0}, "target_share": {"phone": 0.85}}
        for source in (
            intake.warehouse(str(homes / "calls.duckdb"), "calls"), intake.warehouse(postgres, "contact.calls"),
            intake.warehouse(str(homes / "parquet"), "calls_[12]"), intake.big(homes / "calls.csv"),
        ):  # fmt: skip
            found = intake.measure(source, **wishes)
            for name, word, seconds in (("phone", "Phone", target), ("chat", "Chat", 5.0)):
                channel, mine = found.channel(name), rows[rows["Channel"] == word]
                served = (mine["Outcome"] == "Answered") & (mine["Queue time (s)"] <= seconds)
                assert channel.target_s == seconds and channel.grades["target_s"] == "measured"
                assert channel.service_level == pytest.approx(served.mean(), abs=6e-5)
            assert (found.channel("phone").target_share, found.channel("chat").target_share) == (0.85, 0.8)


def test_tickets_in_a_warehouse_are_answered_in_time_and_fitted_as_an_upload(tmp_path: Path, postgres: str) -> None:
    (path := tmp_path / "tickets.csv").write_bytes(tickets(6))
    rows = pacsv.read_csv(path)
    put(postgres, "tickets", rows, "bigint", "timestamp", "timestamp", "int")
    levels = []
    for hours in (1.0, 3.0):
        wishes: dict[str, Any] = {"target_s": {"tickets": hours * 3600}}
        wanted = intake.measurement(intake.read(path), **wishes)
        found = intake.measurement(intake.warehouse(postgres, "tickets"), **wishes)
        same(found, wanted)
        levels.append(found.baseline.channels[0].service_level)
        (one,), (other,) = held_back(found), held_back(wanted)
        assert one.fit is not None and other.fit is not None
        assert one.fit.speeds == other.fit.speeds
    assert levels[0] < levels[1] - 0.1


def test_no_row_and_no_name_leaves_the_warehouse(
    postgres: str, uploaded: intake.Measurement, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every answer of the server is looked at: at most a row a queue and half-hour, no name in any of them."""
    from model.intake import answers

    seen = []
    ask = answers.answer

    def watched(query: Any) -> Any:
        seen.append(ask(query))
        return seen[-1]

    monkeypatch.setattr(answers, "answer", watched)
    monkeypatch.setattr("model.intake.canonical.answer", watched)
    intake.measure(intake.warehouse(postgres, "contact.calls"))
    cells = [frame for frame in seen if "slot" in frame]
    assert len(seen) > 8 and len(cells) == 1
    assert cells[0]["contacts"].sum() == uploaded.sources[0].cells["contacts"].sum() > ROWS - 50
    assert not {"customer", "agent", "in_customer", "in_agent"} & set().union(*(frame.columns for frame in seen))
    assert not any(name in frame.to_csv() for frame in seen for name in PLANTED)


@pytest.mark.parametrize("way", ["file", "big", "duckdb"])
def test_names_reach_neither_baseline_nor_link_nor_log(
    way: str, homes: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    source = {"file": lambda: intake.read(homes / "calls.csv"), "big": lambda: intake.big(homes / "calls.csv"),
              "duckdb": lambda: intake.warehouse(str(homes / "calls.duckdb"), "calls")}[way]()  # fmt: skip
    assert all(name in (homes / "calls.csv").read_text() for name in PLANTED)
    measurement = intake.measurement(source)
    told = [measurement.baseline.model_dump_json(), links.encode(Scenario(name="x", baseline=measurement.baseline)),
            repr(measurement.evidence), repr(measurement.findings), caplog.text, *capfd.readouterr()]  # fmt: skip
    frames = [frame for each in measurement.sources for frame in vars(each).values() if hasattr(frame, "to_csv")]
    told += [frame.to_csv() for frame in frames]
    if way == "file":
        intake.measure_files([homes / "calls.csv"], folder=tmp_path)
        told += [kept.read_text() for kept in tmp_path.rglob("*.json")]
    assert not [name for text in told for name in PLANTED if name in text]


def test_the_server_is_asked_to_read_only_and_in_time(postgres: str) -> None:
    con, _, stop = warehouses._postgres(postgres, "contact.calls", "Europe/Madrid", 0.5)
    try:
        assert con.con.execute("SHOW TimeZone").fetchone() == ("Europe/Madrid",)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            con.con.execute("DELETE FROM contact.calls")
        with pytest.raises(IntakeError, match="longer than"), warehouses.watched(stop, lambda *_: None, "x", 0.5):
            con.con.execute("SELECT pg_sleep(20)")
    finally:
        con.disconnect()


def test_a_query_is_stopped_when_cancelled(postgres: str) -> None:
    con, _, stop = warehouses._postgres(postgres, "contact.calls", "UTC", 60)
    wish = threading.Event()

    def progress(_done: float, _what: str) -> None:
        if wish.is_set():
            raise intake.Cancelled

    threading.Timer(0.5, wish.set).start()
    try:
        with pytest.raises(intake.Cancelled), warehouses.watched(stop, progress, "x"):
            con.con.execute("SELECT pg_sleep(20)")
    finally:
        con.disconnect()


def test_reading_a_large_file_can_be_cancelled_and_tells_how_far_it_is(tmp_path: Path) -> None:
    make(path := tmp_path / "calls.csv", 400_000)
    told: list[float] = []

    def progress(done: float, _what: str) -> None:
        told.append(done)
        raise intake.Cancelled

    with pytest.raises(intake.Cancelled):
        intake.measure(intake.big(path, progress=progress))
    assert told and 0 <= told[0] < 0.7


@pytest.mark.parametrize(
    "url, named, message",
    [
        ("postgresql://nobody:s3cret@127.0.0.1:1/none", "calls", "cannot be reached"),
        ("HOMES/calls.duckdb", "nope", "no table 'nope'"),
        ("HOMES/calls.csv", "calls", "no table"),
        ("HOMES/gone.duckdb", "calls", "no gone.duckdb"),
        ("HOMES/parquet", "../*", "names a path"),
        ("HOMES/parquet", "nothing*", "cannot be read"),
    ],
)
def test_a_wrong_address_is_told_without_its_secrets(url: str, named: str, message: str, homes: Path) -> None:
    with pytest.raises(IntakeError, match=message) as refused:
        intake.warehouse(url.replace("HOMES", str(homes)), named)
    told = f"{refused.value.message} {refused.value.hint} {refused.value.__cause__}"
    assert "s3cret" not in told and str(homes) not in told


def test_duckdb_reaches_nothing_but_what_is_named(homes: Path) -> None:
    con = duck.opened(folder=homes / "parquet")
    try:
        for query in (f"SELECT * FROM read_csv('{homes}/calls.csv')", f"ATTACH '{homes}/calls.duckdb'",
                      f"COPY (SELECT 1) TO '{homes}/out.csv'", "SET enable_external_access = true",
                      "INSTALL httpfs", "SET allowed_directories = ['/']"):  # fmt: skip
            with pytest.raises(duckdb.Error):
                con.con.execute(query)
    finally:
        con.disconnect()


def test_a_duckdb_file_is_opened_for_reading_only(homes: Path) -> None:
    con = duck.opened(attach=homes / "calls.duckdb")
    try:
        with pytest.raises(duckdb.Error, match="read-only"):
            con.con.execute("DELETE FROM calls")
    finally:
        con.disconnect()


def test_names_that_look_like_queries_are_names(homes: Path) -> None:
    with pytest.raises(IntakeError, match="no table"):
        intake.warehouse(str(homes / "calls.duckdb"), 'calls"; DROP TABLE calls; --')
    with pytest.raises(IntakeError, match="no column"):
        intake.measure(intake.warehouse(str(homes / "calls.duckdb"), "calls", {"wait": '1"; DROP TABLE calls; --'}))


def test_the_same_bytes_are_measured_once(homes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = intake.measure_files([homes / "calls.csv"], folder=tmp_path)
    (kept,) = tmp_path.glob("*.json")
    assert os.stat(kept).st_mode & 0o077 == 0
    monkeypatch.setattr("model.intake.remembered.measurement", lambda *_, **__: pytest.fail("measured again"))
    assert intake.measure_files([homes / "calls.csv"], folder=tmp_path) == first
    with pytest.raises(pytest.fail.Exception, match="measured again"):
        intake.measure_files([homes / "calls.csv"], folder=tmp_path, target_s=45)


def test_a_kept_baseline_that_was_tampered_with_is_measured_anew(homes: Path, tmp_path: Path) -> None:
    first = intake.measure_files([homes / "calls.csv"], folder=tmp_path)
    (kept,) = tmp_path.glob("*.json")
    kept.write_text('{"name": "x", "channels": []}')
    assert intake.measure_files([homes / "calls.csv"], folder=tmp_path) == first


def test_columns_are_guessed_without_looking_at_a_cell(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.intake.answers.answer", lambda _query: pytest.fail("a cell was asked for"))
    assert intake.warehouse(postgres, "contact.calls").columns["wait"] == "Queue time (s)"


def test_aggregates_are_all_that_the_second_step_needs(homes: Path, uploaded: intake.Measurement) -> None:
    (source,) = uploaded.sources
    assert isinstance(source, Aggregates)
    wishes = Wishes(target_s={"phone": 30})
    from model.intake.measuring import of_aggregates

    assert of_aggregates([source], wishes).baseline == uploaded.baseline


def test_a_mistyped_time_zone_is_said_to_be_one_before_anything_is_asked() -> None:
    with pytest.raises(IntakeError, match="Europe/Madird is no time zone") as refused:
        intake.warehouse("postgresql://nobody@127.0.0.1:1/none", "calls", time_zone="Europe/Madird")
    assert "Europe/Madrid" in refused.value.hint


def test_a_connection_that_cannot_be_used_is_closed(
    homes: Path, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    links: list[Any] = []
    for library, name in ((duckdb, "connect"), (psycopg, "connect")):
        real = getattr(library, name)

        def kept(*given: Any, real: Any = real, **named: Any) -> Any:
            links.append(real(*given, **named))
            return links[-1]

        monkeypatch.setattr(library, name, kept)
    (broken := tmp_path / "broken.duckdb").write_bytes(b"no database" * 500)
    with pytest.raises(IntakeError, match="no table 'contact.none'"):
        intake.warehouse(postgres, "contact.none")
    for url, table in ((str(homes / "parquet"), "none*"), (str(broken), "calls")):
        with pytest.raises(IntakeError):
            intake.warehouse(url, table)
    assert len(links) == 3 and links[0].closed
    for link in links[1:]:
        with pytest.raises(duckdb.ConnectionException):
            link.execute("SELECT 1")
