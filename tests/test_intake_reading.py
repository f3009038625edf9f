"""Reading: any dialect comes in as the same table; what is no table is refused in words a user understands."""

import io
from pathlib import Path

import numpy as np
import pytest

from model import intake
from model.errors import IntakeError
from model.intake.reading import read_table

HEADER = ["Date", "Time", "Queue time", "Handle time", "Outcome", "Comentário"]
ROWS = [
    [f"2024-03-{1 + i % 28:02d}", f"{8 + i % 10}:{i % 60:02d}:00", str(i % 90), str(100 + i % 200),
     "abandoned" if i % 9 == 0 else "answered", "ação" if i % 2 else "não"]
    for i in range(400)
]  # fmt: skip


def written(separator: str = ",", newline: str = "\n", rows: list[list[str]] = ROWS) -> str:
    return newline.join(separator.join(row) for row in [HEADER, *rows]) + newline


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp850"])
def test_every_encoding_reads_as_the_same_cells(encoding: str) -> None:
    table = read_table(written().encode(encoding), "x.csv")
    assert list(table.frame.columns) == HEADER
    assert list(table.frame["Comentário"].unique()) == ["não", "ação"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_reads_as_the_same_cells(separator: str, newline: str) -> None:
    table = read_table(written(separator, newline).encode(), "x.csv")
    assert table.separator == separator
    assert table.frame.shape == (400, 6)


def test_line_breaks_and_separators_inside_quotes_stay_inside() -> None:
    rows = [[*row[:-1], '"first, line\nsecond ""quoted"" line"'] for row in ROWS]
    frame = read_table(written(rows=rows).encode(), "x.csv").frame
    assert len(frame) == 400
    assert frame["Comentário"].iloc[7] == 'first, line\nsecond "quoted" line'


def test_titles_blank_rows_totals_and_repeated_headers_are_dropped_and_reported() -> None:
    text = written()
    lines = text.splitlines()
    lines.insert(200, ",".join(HEADER))
    lines.insert(100, "," * 5)
    text = "Call report\nMarch 2024\n\n" + "\n".join(lines) + "\nTotals,,39999,99999,,\n"
    table = read_table(text.encode(), "x.csv")
    assert len(table.frame) == 400
    assert {p.kind: p.count for p in table.problems} == {"blank": 1, "total": 1, "header": 1}


def test_paths_bytes_and_open_files_give_the_same_file(tmp_path: Path) -> None:
    data = written().encode()
    path = tmp_path / "calls.csv"
    path.write_bytes(data)
    with path.open("rb") as opened:
        files = [intake.read(path), intake.read(str(path)), intake.read(data, "calls.csv"), intake.read(opened)]
    for file in files[1:]:
        assert file.name == files[0].name == "calls.csv"
        assert file.table.equals(files[0].table)


ZIPPED = b"PK\x03\x04" + bytes(2000)
HOSTILE = {
    "empty": b"",
    "blank": b"\n\n   \n",
    "only a byte-order mark": b"\xef\xbb\xbf",
    "workbook": ZIPPED,
    "compressed": b"\x1f\x8b" + bytes(range(256)) * 9,
    "pdf": b"%PDF-1.7\n" + bytes(range(256)),
    "binary": bytes(range(256)) * 40,
    "nul bytes": b"date,wait\n2024-01-01,1\n2024-01-0\x002,2\n" * 30,
    "control characters": b"date,wait\n2024-01-01,\x01\x02\x03\x04\x05\n" * 30,
    "header only": b"date,time,wait\n",
    "single row": b"date,time,wait\n2024-01-01,10:00,5\n",
    "no dates": b"name,colour,size\n" + b"anna,red,4\nben,blue,5\n" * 50,
    "ten thousand columns": ",".join(f"c{i}" for i in range(10_000)).encode() + b"\n" + b",".join([b"1"] * 10_000),
    "formulas": b"Date,Time,Wait\n" + b'=NOW(),=1+1,"=HYPERLINK(""http://x"",""y"")"\n' * 60,
    "prose": b"Dear team,\nplease find attached nothing at all.\nRegards\n",
    "json": b'{"calls": [{"date": "2024-01-01"}]}\n',
    "page": b"<html><body><table><tr><td>1</td></tr></table></body></html>",
    "utf-16 cut in a character": "date,wait\n2024-01-01,1\n".encode("utf-16")[:-1],
    "surrogate": b"date,wait\n\xed\xa0\x80,\xff\xfe\n" * 4,
    "dates out of any calendar": b"Date,Calls offered\n" + b"2024-13-45,5\n99/99/9999,6\n" * 40,
    "infinite counts": b"Date,Time,Calls offered,Calls answered\n" + b"2024-01-01,10:00,1e400,inf\n" * 40,
    "a lone quotation mark": b'date,wait,outcome\n2024-01-01,5,answered\n2024-01-02,"5,answered\n' + b"x,y\n" * 50,
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_usable_export_is_refused_with_a_message_and_a_hint(case: str) -> None:
    with pytest.raises(IntakeError) as refused:
        intake.measure(intake.read(HOSTILE[case], "export.csv"))
    assert len(refused.value.message) > 10
    assert len(refused.value.hint) > 5


@pytest.mark.parametrize("case", ["empty", "binary", "single row", "no dates", "ten thousand columns"])
def test_the_worst_files_are_refused_when_read_not_later(case: str) -> None:
    with pytest.raises(IntakeError):
        intake.read(HOSTILE[case], "export.csv")


def test_a_file_over_the_limit_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(3 * 2**30)
    with pytest.raises(IntakeError, match="larger than 200 MB"):
        intake.read(path)
    with pytest.raises(IntakeError, match="larger than"):
        intake.read(io.BytesIO(written().encode() * 100), "x.csv", limit=100_000)


def test_missing_files_and_things_that_are_no_files_are_refused(tmp_path: Path) -> None:
    for nothing in (tmp_path / "none.csv", tmp_path, 7, None):
        with pytest.raises(IntakeError):
            intake.read(nothing)


def test_a_file_cut_anywhere_never_fails_otherwise() -> None:
    data = written().encode()
    for end in range(0, len(data), 1_997):
        try:
            intake.measure(intake.read(data[:end], "cut.csv"))
        except IntakeError as refused:
            assert refused.message


def test_flipped_bytes_never_fail_otherwise() -> None:
    rng = np.random.default_rng(5)
    data = np.frombuffer(written().encode(), dtype=np.uint8)
    for _ in range(20):
        mutated = data.copy()
        where = rng.integers(0, len(data), 40)
        mutated[where] = rng.integers(0, 256, 40)
        try:
            intake.measure(intake.read(mutated.tobytes(), "flipped.csv"))
        except IntakeError as refused:
            assert refused.message


def test_a_ragged_file_is_read_as_far_as_it_makes_sense() -> None:
    lines = written().splitlines()
    lines[50] += ",one,two"
    table = read_table("\n".join(lines).encode(), "x.csv")
    assert len(table.frame) == 399
    assert [(p.kind, p.count, p.done) for p in table.problems] == [("ragged", 1, "dropped")]
