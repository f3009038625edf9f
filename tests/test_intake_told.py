"""What was found in files is said on the command line as on the page; nothing disappears without a word."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from model import intake
from model.__main__ import main
from model.cli_measure import report_of
from model.errors import IntakeError


def calls(form: str = "%d/%m/%Y %H:%M", days: int = 12) -> str:
    """Calls of the first days of a month, whose day and month could be either, and five without a moment."""
    lines = ["Call ID,Start time,Outcome,Wait (s),Handle time (s)"]
    for n in range(20 * days):
        at = datetime(2024, 3, 1, 8) + timedelta(days=n // 20, minutes=30 * (n % 20))
        lines.append(f"{n},{at.strftime(form)},answered,10,300")
    return "\n".join([*lines, *(f"9{n},lost,answered,10,300" for n in range(5))])


def test_the_command_line_says_what_was_left_out_and_what_was_guessed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (path := tmp_path / "calls.csv").write_text(calls(), encoding="utf-8")
    for _ in range(2):  # the second time from memory
        assert main(["measure", str(path)]) == 0
        text = capsys.readouterr().out
        assert "Rows whose date or time cannot be read (5 left out; first in rows 242, 243, 244, 245, 246)" in text
        assert "read as day first (240 kept" in text and "3/4/2024 is 3 April: nothing in the file decides it" in text
    assert main(["measure", str(path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)["report"]
    assert {"file": "calls.csv", "text": "Rows whose date or time cannot be read", "count": 5,
            "first_rows": [242, 243, 244, 245, 246], "done": "left out"} in report  # fmt: skip
    assert [one["text"][:8] for one in report if one["done"] == "guessed"] == ["3/4/2024"]


def test_every_source_says_what_nothing_in_it_decides(tmp_path: Path) -> None:
    (path := tmp_path / "calls.csv").write_text(calls(), encoding="utf-8")
    (plain := tmp_path / "plain.csv").write_text(calls("%Y-%m-%d %H:%M"), encoding="utf-8")
    assert guessed(intake.read(path), intake.big(path)) == ["3/4/2024", "3/4/2024"]
    table = intake.Warehouse("calls", "duckdb://", "calls", {"date": "Start time"}, "contacts")
    assert guessed(intake.read(plain), intake.big(plain), table) == []


def guessed(*sources: intake.File | intake.Big | intake.Warehouse) -> list[str]:
    return [one["text"][:8] for one in report_of(sources) if one["done"] == "guessed"]


def test_days_in_a_row_without_dates_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (path := tmp_path / "days.csv").write_text("Offered,Answered\n" + "100,90\n" * 42, encoding="utf-8")
    assert main(["measure", str(path)]) == 0
    assert "Rows without a date, taken as days in a row (42 kept" in capsys.readouterr().out


def test_contacts_given_up_are_worked_out_from_their_rate() -> None:
    days = [f"{datetime(2024, 3, 4) + timedelta(days=n):%Y-%m-%d},20,20.0" for n in range(28)]
    text = "\n".join(["Date,Calls offered,Abandon rate (%)", *days])
    (channel,) = intake.measure(intake.read(text.encode(), "days.csv")).channels
    assert (channel.abandonment, channel.grades["abandonment"]) == (pytest.approx(0.2), "inferred")


def test_a_channel_of_too_few_contacts_is_said_to_be_left_out() -> None:
    lines = ["Call ID,Start time,Channel"]
    for n in range(280):
        at = datetime(2024, 3, 4, 8) + timedelta(days=n // 20, minutes=30 * (n % 20))
        lines.append(f"{n},{at},{'Chat' if n % 28 == 0 else 'Phone'}")
    found = intake.measurement(intake.read("\n".join(lines).encode(), "all.csv"))
    assert [c.name for c in found.baseline.channels] == ["phone"]
    ((text, count),) = [(one.text, one.count) for one in found.conflicts]
    assert text == "all.csv: Chat has fewer than 50 contacts and is left out" and count == 10


def test_a_column_that_says_when_is_named_where_no_date_of_it_can_be_read() -> None:
    rows = "\n".join(f"2099-13-{day:02} 08:{day:02}:00,{60 * day}" for day in range(1, 29))
    with pytest.raises(IntakeError, match="The column 'started' of future.csv holds no dates that can be read"):
        intake.measure(intake.read(f"started,handle_seconds\n{rows}\n".encode(), "future.csv"))
