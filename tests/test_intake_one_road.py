"""One and the same file gives one and the same company, whether it is read as rows or, for its size, where it lies."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model import intake
from model.errors import IntakeError
from model.intake.filters import Filters

ROWS = 900
Rows = list[dict[str, str]]
Change = Callable[[Rows, np.random.Generator], Any]


def calls(seed: int = 5, rows: int = ROWS) -> Rows:
    """Four weeks of calls as a contact system exports them; a tenth of the callers give up."""
    rng = np.random.default_rng(seed)
    starts = np.sort(rng.integers(0, 28, rows) * 86_400 + (8 * 3600 + rng.integers(0, 12 * 3600, rows)))
    moments = np.datetime64("2024-03-04", "s") + starts.astype("timedelta64[s]")
    gone = rng.random(rows) < 0.1
    waits, talks = rng.exponential(40, rows).round() + 1, rng.exponential(300, rows).round() + 20
    return [
        {
            "Call ID": f"C{number:06d}", "Start time": str(moments[number]).replace("T", " "),
            "Queue": "Phone" if rng.random() < 0.7 else "Chat", "Agent": "" if gone[number] else f"Agent {number % 9}",
            "Customer ID": f"K{rng.integers(0, rows // 2)}", "Wait time (s)": f"{waits[number]:.0f}",
            "Handle time (s)": "" if gone[number] else f"{talks[number]:.0f}",
            "Outcome": "Abandoned" if gone[number] else "Answered",
            "Transferred": "Yes" if rng.random() < 0.1 else "No", "Resolved": "Yes" if rng.random() < 0.8 else "No",
            "CSAT": "" if gone[number] or rng.random() < 0.5 else f"{rng.integers(1, 6)}",
        }
        for number in range(rows)
    ]  # fmt: skip


def tickets(seed: int = 7, rows: int = 500) -> Rows:
    rng = np.random.default_rng(seed)
    starts = np.sort(rng.integers(0, 28, rows) * 86_400 + (8 * 3600 + rng.integers(0, 12 * 3600, rows)))
    moments = np.datetime64("2024-03-04", "s") + starts.astype("timedelta64[s]")
    replies, ends = rng.exponential(7200, rows).astype(int), rng.exponential(40_000, rows).astype(int) + 7200
    return [
        {"Ticket ID": f"{number}", "Created at": str(moments[number]).replace("T", " "),
         "First reply at": str(moments[number] + np.timedelta64(int(replies[number]), "s")).replace("T", " "),
         "Solved at": str(moments[number] + np.timedelta64(int(ends[number]), "s")).replace("T", " "),
         "Status": "Solved", "CSAT": f"{rng.integers(1, 6)}"}
        for number in range(rows)
    ]  # fmt: skip


def text(rows: Sequence[dict[str, str]], separator: str = ",", end: str = "\n") -> str:
    names = list(rows[0])
    return end.join([separator.join(names), *(separator.join(row.get(n, "") for n in names) for row in rows)]) + end


def renamed(rows: Rows, **names: str) -> None:
    """Other names for columns: the first word of the old one -> the new one; "" takes it away."""
    for row in rows:
        for name in list(row):
            value = row.pop(name)
            if (new := names.get(name.split()[0], name)) != "":
                row[new] = value


def absurd_times(rows: Rows, rng: np.random.Generator) -> None:
    """A wait of weeks, a call of days and a negative one."""
    rows[40]["Wait time (s)"], rows[300]["Handle time (s)"] = "2592000", "700000"
    rows[301]["Handle time (s)"], rows[302]["Wait time (s)"] = "-40", "-3"
    rows[303].update({"Outcome": "Abandoned", "Wait time (s)": "4000000"})


def waits_in_minutes(rows: Rows, rng: np.random.Generator) -> None:
    for row in rows:
        row["Wait time (s)"] = f"{float(row['Wait time (s)']) / 60:.3f}"
    renamed(rows, Wait="Wait (min)")


def unnamed_milliseconds(rows: Rows, rng: np.random.Generator) -> None:
    for row in rows:
        row["Handle time (s)"] = row["Handle time (s)"] and f"{float(row['Handle time (s)']) * 1000:.0f}"
        row["Wait time (s)"] = f"{float(row['Wait time (s)']) * 1000 + 2e7:.0f}"
    renamed(rows, Handle="Handle time", Wait="Wait time")


def unit_by_clocks(rows: Rows, rng: np.random.Generator) -> None:
    """Minutes that no name tells, between two clocks of the file."""
    for row in rows:
        minutes = int(rng.integers(3, 40))
        begun = np.datetime64(row["Start time"].replace(" ", "T"))
        row["Handle time (s)"] = f"{minutes}" if row["Outcome"] == "Answered" else ""
        row["Begin"] = str(begun)[11:]
        row["Finish"] = str(begun + np.timedelta64(minutes * 60, "s"))[11:]
    renamed(rows, Handle="Handle time")


def bare_clocks(rows: Rows, rng: np.random.Generator) -> None:
    """Times of day of the answer and the end, 0:00:00 where there was none, and nothing else that says how it ended."""
    for row in rows:
        begun = np.datetime64(row["Start time"].replace(" ", "T")) + np.timedelta64(int(row["Wait time (s)"]), "s")
        over = begun + np.timedelta64(int(row["Handle time (s)"] or 0), "s")
        served = row["Outcome"] == "Answered"
        row["Answered at"] = str(begun)[11:] if served else "00:00:00"
        row["Ended at"] = str(over)[11:] if served else "00:00:00"
    renamed(rows, Wait="", Handle="", Outcome="")


def across_midnight(rows: Rows, rng: np.random.Generator) -> None:
    for row in rows[:30]:
        row["Start time"] = f"{row['Start time'][:10]} 23:59:50"
    bare_clocks(rows, rng)


def date_and_time_apart(rows: Rows, rng: np.random.Generator) -> None:
    for number, row in enumerate(rows):
        day, clock = row.pop("Start time").split(" ")
        row["Date"], row["Time"] = day, "0:00:00" if number % 50 == 0 else clock


def legs_of_one_contact(rows: Rows, rng: np.random.Generator) -> None:
    """Every tenth contact is passed on: another row under its number, right after it."""
    for row in [row for row in rows[::10] if row["Outcome"] == "Answered"]:
        start = np.datetime64(row["Start time"].replace(" ", "T"))
        later = start + np.timedelta64(int(row["Wait time (s)"]) + int(row["Handle time (s)"]) + 5, "s")
        leg = {**row, "Start time": str(later).replace("T", " "), "Agent": "Agent 77", "Handle time (s)": "111",
               "Wait time (s)": "3", "CSAT": "5", "Resolved": "Yes"}  # fmt: skip
        rows.append(leg)


def numbers_used_again(rows: Rows, rng: np.random.Generator) -> None:
    for number, row in enumerate(rows):
        row["Call ID"] = f"{number % 300}"


def twice_with_numbers(rows: Rows, rng: np.random.Generator) -> None:
    rows += [dict(row) for row in rows[100:200]]


def twice_without_numbers(rows: Rows, rng: np.random.Generator) -> None:
    rows += [dict(row) for row in rows[100:250]]
    renamed(rows, Call="")


def alike_by_chance(rows: Rows, rng: np.random.Generator) -> None:
    """Contacts by the hour and without numbers: equal rows are contacts of their own."""
    for row in rows:
        row["Start time"] = f"{row['Start time'][:13]}:00:00"
        row["Wait time (s)"], row["Handle time (s)"] = "20", row["Handle time (s)"] and "200"
    renamed(rows, Call="", Customer="", Agent="", CSAT="", Resolved="", Transferred="")


def totals_below(rows: Rows, rng: np.random.Generator) -> None:
    rows.append({**rows[-1], "Call ID": "Grand total", "Handle time (s)": "250000", "Wait time (s)": "3500"})


def lowest_is_best(rows: Rows, rng: np.random.Generator) -> None:
    renamed(rows, CSAT="CSAT (1 = very satisfied)")


def words_in_german(rows: Rows, rng: np.random.Generator) -> None:
    words = {"": "", "1": "unzufrieden", "2": "schlecht", "3": "gut", "4": "zufrieden", "5": "sehr zufrieden"}
    for row in rows:
        row["CSAT"] = words[row["CSAT"]]
        row["Outcome"] = "angenommen" if row["Outcome"] == "Answered" else "aufgelegt"


def marks_beside_ratings(rows: Rows, rng: np.random.Generator) -> None:
    """99 for no answer, and marks for nothing in the classes."""
    for number, row in enumerate(rows):
        row["CSAT"] = "99" if number % 20 == 0 else "N/A" if number % 7 == 0 else row["CSAT"]
        row["Transferred"] = "-" if number % 9 == 0 else row["Transferred"]


def zeros_beside_ratings(rows: Rows, rng: np.random.Generator) -> None:
    for row in rows:
        row["CSAT"] = row["CSAT"] or "0"


def outbound_among_them(rows: Rows, rng: np.random.Generator) -> None:
    for number, row in enumerate(rows):
        row["Direction"] = "Outbound" if number % 6 == 0 else "Inbound"


def infinite_and_far(rows: Rows, rng: np.random.Generator) -> None:
    rows[10]["Wait time (s)"], rows[11]["Wait time (s)"] = "inf", "1e300"
    rows[12]["Start time"] = "9999-12-31 00:00:00"


def guarded_cells(rows: Rows, rng: np.random.Generator) -> None:
    rows[20]["Handle time (s)"] = '"=""120"""'
    rows[21]["Wait time (s)"] = "'17"


def short_rows(rows: Rows, rng: np.random.Generator) -> None:
    """Blank cells at the end of a row are not written."""
    for row in rows:
        if not row["CSAT"]:
            row["CSAT"] = "\0"


PECULIAR: list[Change] = [
    absurd_times, waits_in_minutes, unnamed_milliseconds, unit_by_clocks, bare_clocks, across_midnight,
    date_and_time_apart, legs_of_one_contact, numbers_used_again, twice_with_numbers, twice_without_numbers,
    alike_by_chance, totals_below, lowest_is_best, words_in_german, marks_beside_ratings, zeros_beside_ratings,
    outbound_among_them, infinite_and_far, guarded_cells, short_rows,
]  # fmt: skip
NOT_SAID = {"mark", "blank", "header", "ragged"}
"""What is said of single cells and rows around the data, which a large file is not looked through for."""


def both(path: Path, choices: dict[str, str] | None = None, **asked: Any) -> tuple[Any, Any, Any, Any]:
    small, large = intake.read(path), intake.big(path)
    if choices:
        small, large.sample = small.with_columns({}, choices=choices), large.sample.with_columns({}, choices=choices)
    return small, large, intake.measurement(small, **asked), intake.measurement(large, **asked)


def alike(found: Any, wanted: Any, where: str = "") -> None:
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys(), where
        for key in wanted:
            alike(found[key], wanted[key], f"{where}.{key}")
    elif isinstance(wanted, list | tuple):
        assert len(found) == len(wanted), where
        for number, (one, other) in enumerate(zip(found, wanted, strict=True)):
            alike(one, other, f"{where}[{number}]")
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12), where
    else:
        assert found == wanted, where


def same_company(path: Path, choices: dict[str, str] | None = None, **asked: Any) -> tuple[Any, Any]:
    small, large, wanted, found = both(path, choices, **asked)
    said, told = ({p.kind: (p.text, p.count, p.done) for p in source.problems if p.kind not in NOT_SAID}
                  for source in (small, large))  # fmt: skip
    assert told == said
    alike(found.baseline.model_dump(), wanted.baseline.model_dump())
    return small, large


@pytest.mark.parametrize("change", PECULIAR, ids=lambda change: change.__name__)
def test_a_peculiar_file_is_one_company_by_both_roads(change: Change, tmp_path: Path) -> None:
    rows = calls()
    change(rows, np.random.default_rng(1))
    (path := tmp_path / "calls.csv").write_text(text(rows).replace(",\0", ""))
    same_company(path)


def as_log(rows: Rows) -> Rows:
    """Every ticket three times, as it was by and by; only the last row of each knows the rating."""
    again = [[{**row, "CSAT": "1", "Status": "Open"}, {**row, "CSAT": "2"}, row] for row in rows]
    return [row for three in again for row in three]


@pytest.mark.parametrize("change", [list, as_log])
def test_tickets_are_one_company_by_both_roads(change: Callable[[Rows], Rows], tmp_path: Path) -> None:
    (path := tmp_path / "tickets.csv").write_text(text(change(tickets())))
    small, _ = same_company(path)
    assert small.kind == "tickets"


def test_a_first_reply_taken_for_the_creation_says_no_speed_by_either_road(tmp_path: Path) -> None:
    rows = [{name: cell for name, cell in row.items() if name != "Created at"} for row in tickets()]
    (path := tmp_path / "tickets.csv").write_text(text(rows))
    small, large = intake.read(path), intake.big(path)
    with pytest.raises(IntakeError, match="does not say when each contact began"):
        intake.measure(large)
    small = small.with_columns({"date": "First reply at", "replied_at": "First reply at"}, kind="tickets")
    large.sample = large.sample.with_columns({"date": "First reply at", "replied_at": "First reply at"}, kind="tickets")
    alike(intake.measure(large).model_dump(), intake.measure(small).model_dump())
    assert "replied_at_is_start" in {problem.kind for problem in large.problems}


@pytest.mark.parametrize("choices", [
    {"scale": "1-7"}, {"scale": "1-10"}, {"way": "down"}, {"unit_wait": "min"}, {"decimal": "comma"},
], ids=str)  # fmt: skip
def test_what_the_user_says_of_a_column_is_heard_on_both_roads(choices: dict[str, str], tmp_path: Path) -> None:
    rows = calls()
    renamed(rows, Wait="Wait time")
    (path := tmp_path / "calls.csv").write_text(text(rows))
    same_company(path, choices)


def in_utc(rows: Rows) -> None:
    for row in rows:
        row["Start time"] = f"{row['Start time'].replace(' ', 'T')}Z"


@pytest.mark.parametrize("wanted", ["America/Bogota", "Europe/Madrid", "Asia/Kolkata"])
def test_a_time_zone_that_the_user_wants_is_shown_on_both_roads(wanted: str, tmp_path: Path) -> None:
    """Four weeks in March, in the last of which Europe changes its clocks."""
    rows = calls()
    for row in rows:
        answer = np.datetime64(row["Start time"].replace(" ", "T")) + np.timedelta64(int(row["Wait time (s)"]), "s")
        row["Answered at"] = f"{answer}Z" if row["Outcome"] == "Answered" else ""
    renamed(rows, Wait="")
    in_utc(rows)
    (path := tmp_path / "calls.csv").write_text(text(rows))
    same_company(path, {"zone": wanted})


def test_contacts_made_to_try_the_line_out_are_left_out_on_both_roads(tmp_path: Path) -> None:
    rows = calls()
    for number, row in enumerate(rows):
        row["Agent"] = row["Agent"] and (
            "TestUser" if number % 10 == 0 else "Contest Winner" if number % 10 == 1 else row["Agent"]
        )
        row["Customer ID"] = f"test_customer {number}" if number % 15 == 0 else row["Customer ID"]
    (path := tmp_path / "calls.csv").write_text(text(rows))
    _, large = same_company(path, filters=Filters(tests=True))
    assert intake.measure(large, filters=Filters(tests=True)) != intake.measure(large)


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_line_ends_of_other_systems_are_read_on_both_roads(end: str, tmp_path: Path) -> None:
    (path := tmp_path / "calls.csv").write_bytes(text(calls(rows=6_000), end=end).encode())
    same_company(path)


def test_a_title_as_wide_as_the_table_is_above_the_first_row_on_both_roads(tmp_path: Path) -> None:
    head, rest = text(calls()).split("\n", 1)
    above = ",".join("Calls" if number == 5 else "" for number, _ in enumerate(head.split(",")))
    (path := tmp_path / "calls.csv").write_text("\n".join([above, head, rest]))
    same_company(path)


def test_names_in_two_rows_are_refused_in_a_large_file(tmp_path: Path) -> None:
    """Of those that complete each other, no row holds them all."""
    large = intake.big(_written(tmp_path / "calls.csv", text(calls())))
    _written(tmp_path / "calls.csv", text(calls()).replace("Handle time (s)", "Handle", 1))
    with pytest.raises(IntakeError, match="do not stand in one row") as refused:
        intake.measure(large)
    assert "first row" in refused.value.hint


def test_cells_merged_over_rows_are_refused_in_a_large_file(tmp_path: Path) -> None:
    rows = calls()
    for number, row in enumerate(rows):
        day, clock = row.pop("Start time").split(" ")
        row["Date"], row["Time"] = ("" if number and rows[number - 1].get("day") == day else day), clock
        row["day"] = day
    path = _written(tmp_path / "calls.csv", text([{k: v for k, v in row.items() if k != "day"} for row in rows]))
    assert "merged_date" in {problem.kind for problem in intake.read(path).problems}
    with pytest.raises(IntakeError, match="stand for the rows below") as refused:
        intake.big(path)
    assert "filled in" in refused.value.hint


@pytest.mark.parametrize("roads", [("big", "big"), ("read", "big"), ("big", "read")])
def test_the_same_contacts_in_two_large_files_count_once_or_are_refused(roads: Any, tmp_path: Path) -> None:
    rows = calls()
    paths = [_written(tmp_path / f"calls_{number}.csv", text(some))
             for number, some in enumerate((rows, rows[450:], rows[:450], rows[300:]))]  # fmt: skip
    whole, second, first, more = paths

    def measured(*given: Path) -> intake.Measurement:
        return intake.measurement(*(getattr(intake, road)(path) for road, path in zip(roads, given, strict=True)))

    wanted = intake.measure(intake.read(whole))
    twice = measured(whole, second)
    alike(twice.baseline.model_dump(), wanted.model_dump())
    assert any("count once" in conflict.text for conflict in twice.conflicts)
    with pytest.raises(IntakeError, match="hold the same contacts on some days") as refused:
        measured(first, more)
    assert "follow each other" in refused.value.hint
    following = measured(first, second).baseline.channels
    assert sum(channel.weekly_arrivals for channel in following) == pytest.approx(
        sum(channel.weekly_arrivals for channel in wanted.channels), rel=0.01)  # fmt: skip


def _written(path: Path, content: str) -> Path:
    path.write_text(content)
    return path
