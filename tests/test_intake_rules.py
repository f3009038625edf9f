"""The rules of how contacts ended and who came back: the same rows, uploaded or read where they lie, measured alike."""

import datetime as dt
import itertools
from pathlib import Path

import duckdb
import pytest

from model import intake
from model.intake.customers import NO_CUSTOMER
from model.intake.measuring import aggregate
from model.intake.queues import Wishes
from tests.test_intake_ends import MONDAY, calls, gave_up, one, said
from tests.test_intake_warehouse import assert_close

SIZE = 300
AGENTS = ("Ann", "NO_SERVER", "none", "N/A", "n/a", "System", "Unassigned", "nobody", "NONE", "")
GAPS = (0, 0.35, 1.0)
"""Share of the answered whose handle time is not noted."""
ENDS = {
    "outcome": lambda i: ("answered", "answered", "hang", "phantom", "outbound call")[i % 5],
    "answered": lambda i: "Yes" if i % 3 else "",
    "none": lambda i: "",
}


def table(agent: str, often: float, gap: float, end: str) -> str:
    """Contacts of which some have this word for an agent (so `often`), and some no handle time."""
    rows = [f"Call ID,Start time,Agent,Handle time (s),Wait (s){'' if end == 'none' else ',' + end.title()}"]
    for i in range(SIZE):
        start = MONDAY + dt.timedelta(days=i // 10, hours=8, minutes=47 * (i % 10))
        who = agent if (i * 7 % 100) < 100 * often else "Bea"
        handle = "" if (i * 13 % 100) < 100 * gap else 200 + i % 7
        more = "" if end == "none" else f",{ENDS[end](i)}"
        rows.append(f"{i},{start},{who},{handle},{(i % 4) * 15}{more}")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("agent", AGENTS)
def test_an_upload_and_a_large_file_agree_on_how_contacts_ended(agent: str, tmp_path: Path) -> None:
    for often, gap, end in itertools.product((0.2, 0.7), GAPS, ENDS):
        (tmp_path / "calls.csv").write_text(text := table(agent, often, gap, end))
        upload, large = intake.read(text.encode(), "calls.csv"), intake.big(tmp_path / "calls.csv")
        case = f"{often} {agent!r}, {gap} without a handle time, {end}"
        here, there = aggregate(upload, Wishes()), aggregate(large, Wishes())
        assert here.cells.sort_index(axis=1).equals(there.cells.sort_index(axis=1)), case
        assert here.waits is not None and there.waits is not None and here.waits.equals(there.waits), case
        ours = {each.kind: (each.count, each.done) for each in upload.problems if each.kind != "mark"}
        assert {each.kind: (each.count, each.done) for each in large.problems} == ours, case


@pytest.mark.parametrize("word", ["none", "N/A", "-"])
def test_a_mark_for_missing_is_no_word_for_nobody(word: str, tmp_path: Path) -> None:
    """Whoever answered is not noted; that nobody did is not said."""
    (tmp_path / "calls.csv").write_text(text := table(word, 0.2, 0.1, "outcome"))
    big = intake.big(tmp_path / "calls.csv")
    intake.measure(big)
    assert "unserved" not in {each.kind for each in big.problems}
    assert "unserved" not in said(intake.read(text.encode(), "calls.csv"))


def test_no_agent_is_no_service(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(text := table("NO_SERVER", 0.2, 0.1, "outcome"))
    big = intake.big(tmp_path / "calls.csv")
    intake.measure(big)
    assert {each.kind: each.count for each in big.problems}["unserved"] == said(intake.read(text.encode()))["unserved"]


def test_contacts_without_an_answer_gave_up_in_a_warehouse_as_in_an_upload(tmp_path: Path) -> None:
    text = "Call ID,Start time,Answer time\n" + "".join(
        f"{i},{(at := MONDAY + dt.timedelta(days=i // 10, hours=8, minutes=47 * (i % 10)))},"
        f"{'' if gave_up(i) else at + dt.timedelta(seconds=10)}\n" for i in range(SIZE)
    )  # fmt: skip
    (tmp_path / "calls.csv").write_text(text)
    upload, big = intake.read(text.encode(), "calls.csv"), intake.big(tmp_path / "calls.csv")
    assert_close(intake.measure(big).model_dump(), intake.measure(upload).model_dump())
    assert {each.kind: each.count for each in big.problems} == said(upload) == {"by_answer": SIZE // 5}


def test_hold_and_wrap_join_the_talk_time_of_a_large_file_too(tmp_path: Path) -> None:
    text = calls(**{"Handle time (s)": lambda i: i, "Talk time (s)": lambda i: 200, "Hold time (s)": lambda i: 30,
                    "ACW time (s)": lambda i: 70}).replace("Handle time (s)", "Row")  # fmt: skip
    (tmp_path / "calls.csv").write_text(text)
    assert one(text)[1].handle_time_s == 300
    assert intake.measure(intake.big(tmp_path / "calls.csv")).channels[0].handle_time_s == 300


HIDDEN = ("Unavailable", "Withheld", "No Caller ID", "Private number", "Restricted", "Anonymous", "+266696687")


@pytest.mark.parametrize("way", ["upload", "large", "warehouse"])
@pytest.mark.parametrize("word", [*HIDDEN, "Reception"])
def test_a_hidden_number_or_an_entry_behind_too_many_contacts_is_no_customer(
    word: str, way: str, tmp_path: Path
) -> None:
    """One in ten contacts is of nobody known; each customer calls once, so all are solved first time."""
    text = calls(Outcome=lambda i: "answered", Customer_ID=lambda i: word if i % 10 == 3 else f"C{i}")
    (path := tmp_path / "calls.csv").write_text(text)
    source: intake.File | intake.Big | intake.Warehouse
    if way == "upload":
        source = intake.read(text.encode(), "calls.csv")
    elif way == "large":
        source = intake.big(path)
    else:
        with duckdb.connect(tmp_path / "calls.duckdb") as link:
            link.execute(f"CREATE TABLE calls AS SELECT * FROM read_csv('{path}')")
        source = intake.warehouse(str(tmp_path / "calls.duckdb"), "calls")
    (channel,) = intake.measure(source).channels
    assert channel.fcr == pytest.approx(0.98)  # the most that the absence of repeats can say
    often = {each.kind: each.count for each in source.problems}.get("too_often")
    assert often == (None if word in HIDDEN else 28)


def test_customers_who_come_back_often_stay_customers() -> None:
    """Each of thirty calls once a day or so: none stands behind more than a twentieth."""
    file, channel = one(calls(Outcome=lambda i: "answered", Customer_ID=lambda i: f"C{i % 30}"))
    assert channel.fcr == pytest.approx(0.05)
    assert "too_often" not in said(file)


def test_words_for_no_customer_are_written_as_they_are_compared() -> None:
    assert [word for word in NO_CUSTOMER if word != word.strip().lower()] == []


@pytest.mark.parametrize("tickets", [1995, 2240, 3100, 6001])
def test_a_log_that_alternates_between_open_and_closed_stays_a_log(tickets: int) -> None:
    def pair(i: int) -> str:
        start = MONDAY + dt.timedelta(days=i // 80, hours=8, minutes=7 * (i % 80))
        return f"{i},{start},Open,\n{i},{start},Closed,{start + dt.timedelta(hours=8)}\n"

    text = "Ticket ID,Created at,Status,Closed at\n" + "".join(pair(i) for i in range(tickets))
    file, channel = one(text, "log.csv")
    assert (file.kind, channel.kind, channel.asa) == ("tickets", "deferred", 8 * 3600)
    assert said(file)["log"] == len(file.table) == tickets


def test_a_second_row_of_a_contact_is_a_leg_of_it_and_no_repeat() -> None:
    """One in ten is passed on after five minutes: one contact of twice the handle time, transferred."""
    head, *rows = calls(
        Outcome=lambda i: "answered", Customer_ID=lambda i: f"C{i}", Transferred=lambda i: "No",
        **{"Handle time (s)": lambda i: 300},
    ).splitlines()  # fmt: skip
    lines = [head]
    for i, row in enumerate(rows):
        lines.append(row)
        if i % 10 == 0:
            start = dt.datetime.fromisoformat(row.split(",")[1])
            lines.append(row.replace(str(start), str(start + dt.timedelta(minutes=5))))
    file, channel = one("\n".join(lines))
    assert sum(channel.arrivals) == pytest.approx(70)
    assert (channel.handle_time_s, channel.transfer_rate) == (pytest.approx(330), pytest.approx(0.1))
    assert channel.fcr == pytest.approx(0.98)
    assert said(file)["leg"] == 28
    assert "same_id" not in said(file)


def test_a_number_used_again_the_next_day_is_another_contact() -> None:
    file, channel = one(calls(Outcome=lambda i: "answered", **{"Call ID": lambda i: i % 20}))
    assert sum(channel.arrivals) == pytest.approx(70)
    assert "leg" not in said(file)
