"""Text files whose names stand over the wrong cells, or whose rows lie within one cell: refused or put right."""

import datetime as dt

import pytest

from model import intake
from model.errors import IntakeError

MONDAY = dt.datetime(2024, 3, 4, 9)
HEADER = "Call ID,Start time,Outcome,Waiting time (s),Handle time (s)"


def rows(date: str = "%Y-%m-%d %H:%M:%S", end: str = "", start: str = "") -> list[str]:
    out = []
    for i in range(600):
        moment = (MONDAY + dt.timedelta(days=i // 30, minutes=10 * (i % 30))).strftime(date)
        out.append(f"{start}{i},{moment},{'abandoned' if i % 10 == 0 else 'answered'},20,300{end}")
    return out


def text(lines: list[str], header: str = HEADER) -> bytes:
    return ("\n".join([header, *lines]) + "\n").encode()


def assert_read(data: bytes) -> None:
    channel = intake.measure(intake.read(data)).channels[0]
    assert (channel.handle_time_s, channel.asa) == (300, 20)
    assert channel.abandonment == pytest.approx(0.1, rel=1e-3)


@pytest.mark.parametrize(
    "data",
    [text(rows("%b %d, %Y %H:%M")), text(rows(start="x,")), text([line.rpartition(",")[0] for line in rows()])],
    ids=["a separator within dates", "rows with names of their own", "a name too many"],
)  # fmt: skip
def test_names_over_the_wrong_cells_are_refused(data: bytes) -> None:
    with pytest.raises(IntakeError, match="names 5 columns, but its rows have [46] cells"):
        intake.read(data, "calls.csv")


def test_a_separator_at_the_end_of_each_row_shifts_nothing() -> None:
    assert_read(text(rows(end=",")))


def test_a_quotation_mark_that_nothing_closes_is_named_with_its_row() -> None:
    lines = [f"{line},fine" for line in rows()]
    lines[200] = lines[200].replace("fine", '"fine')
    with pytest.raises(IntakeError, match="Row 202 of calls.csv opens a quotation mark.* the 399 rows below"):
        intake.read(text(lines, f"{HEADER},Note"), "calls.csv")


def test_a_long_note_of_many_lines_is_a_note() -> None:
    lines = [f"{line},fine" for line in rows()]
    lines[-1] = lines[-1].replace("fine", '"' + "Dear all, hello, and thanks\n" * 40 + '"')
    assert_read(text(lines, f"{HEADER},Note"))


def test_rows_that_are_quoted_as_a_whole_are_taken_apart() -> None:
    assert_read(b"\n".join(b'"' + line + b'"' for line in text(rows()).strip().split(b"\n")) + b"\n")


def test_a_quoted_line_that_names_the_separator_is_no_header() -> None:
    assert_read(b'"sep=;"\r\n' + text(rows()).replace(b",", b";"))


def test_a_title_as_wide_as_the_table_is_no_header() -> None:
    assert_read(b"Report,Calls,From,2024-03-04,To\n" + text(rows()))


def test_an_unknown_separator_is_named() -> None:
    with pytest.raises(IntakeError) as fault:
        intake.read(text(rows()).replace(b",", b"^"), "calls.csv")
    assert "single column" in fault.value.message
    assert "semicolons" in fault.value.hint


def test_rows_quoted_as_a_whole_with_a_giant_cell_among_them_end_in_a_file_or_a_reason() -> None:
    lines = text(rows()).strip().split(b"\n")
    lines[300] += b"x" * 200_000
    try:
        intake.read(b"\n".join(b'"' + line + b'"' for line in lines) + b"\n", "calls.csv")
    except IntakeError as fault:
        assert "calls.csv" in fault.message
        assert fault.hint
