"""How contacts end, who began them, and when intervals began, in the words of exports; and words that are not known."""

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from model import intake
from model.errors import IntakeError
from model.intake import dates, ends
from model.scenario import Channel

MONDAY = dt.datetime(2024, 3, 4)
SIZE = 280
Cells = Callable[[int], object]


def gave_up(i: int) -> bool:
    """One in five."""
    return i % 5 == 4


def calls(size: int = SIZE, **columns: Cells) -> str:
    """Ten contacts a day from eight o'clock on, one in five giving up: wait 10 or 60 s, handle time 300 s."""
    made: dict[str, Cells] = {
        "Call ID": lambda i: i,
        "Start time": lambda i: MONDAY + dt.timedelta(days=i // 10, hours=8, minutes=47 * (i % 10)),
        "Wait (s)": lambda i: 60 if gave_up(i) else 10,
        "Handle time (s)": lambda i: "" if gave_up(i) else 300,
        **{name.replace("_", " "): cells for name, cells in columns.items()},
    }
    rows = [",".join(str(cells(i)) for cells in made.values()) for i in range(size)]
    return "\n".join([",".join(made), *rows]) + "\n"


def one(text: str, name: str = "calls.csv") -> tuple[intake.File, Channel]:
    file = intake.read(text.encode(), name)
    (channel,) = intake.measure(file).channels
    return file, channel


def right(channel: Channel) -> None:
    """The figures of `calls`."""
    assert sum(channel.arrivals) == pytest.approx(70)
    assert channel.abandonment == pytest.approx(0.2)
    assert (channel.asa, channel.handle_time_s) == (pytest.approx(10), pytest.approx(300))


def said(file: intake.File) -> dict[str, int]:
    return {problem.kind: problem.count for problem in file.problems}


@pytest.mark.parametrize(
    ("header", "yes", "no"),
    [
        ("Abandoned", "Yes", ""), ("Abandoned", "abandoned", ""), ("Abandoned", "", "No"), ("Abandoned", "1", "-"),
        ("Missed", "x", ""),
    ],
)  # fmt: skip
def test_beside_a_single_answer_blank_is_the_other_one(header: str, yes: str, no: str) -> None:
    file, channel = one(calls(**{header: lambda i: yes if gave_up(i) else no}))
    right(channel)
    assert said(file)["blank_abandoned"] == (SIZE // 5 if yes == "" else SIZE * 4 // 5)


def test_answered_or_blank() -> None:
    right(one(calls(Answered=lambda i: "" if gave_up(i) else "Yes"))[1])


def test_transferred_solved_and_opened_again_or_blank() -> None:
    def outcome(i: int) -> str:
        return "abandoned" if gave_up(i) else "answered"

    text = calls(Outcome=outcome, Transferred=lambda i: "Yes" if i % 10 == 0 else "",
                 Resolved=lambda i: "Resolved" if i % 10 < 7 else "")  # fmt: skip
    channel = one(text)[1]
    assert (channel.transfer_rate, channel.fcr) == (pytest.approx(1 / 8), pytest.approx(6 / 8))
    again = one(calls(Outcome=outcome, Reopens=lambda i: 2 if i % 10 == 0 else ""))[1]
    assert again.fcr == pytest.approx(7 / 8)


def test_two_answers_leave_blank_unknown() -> None:
    answer = ("Yes", "No", "")
    file, channel = one(calls(Outcome=lambda i: "abandoned" if gave_up(i) else "answered",
                              Resolved=lambda i: answer[i % 3]))  # fmt: skip
    assert channel.fcr == pytest.approx(0.5, abs=0.01)
    assert "blank_resolved" not in said(file)


@pytest.mark.parametrize(
    ("header", "answered", "lost"),
    [
        ("Answered", "handled", "ABANDONED"), ("Call Result", "ANSWER", "NOANSWER"), ("Status", "answered", "rejected"),
        ("Status", "ANSWERED", "NO ANSWER"), ("Answered", "Ja", "Nein"), ("Answered", "Oui", "Non"),
        ("Status", "Beantwortet", "Aufgelegt"), ("Ergebnis", "Angenommen", "Verpasst"),
        ("Ergebnis", "beantwortet", "nicht beantwortet"), ("Statut", "Répondu", "Abandonné"),
        ("Résultat", "Décroché", "Sans réponse"), ("Outcome", "respondida", "sin respuesta"),
        ("Resultado", "Atendida", "Não atendida"), ("Disposition", "Completed", "Not answered"),
        ("Esito", "Risposta", "Persa"), ("Abandoned", "handled", "abandoned"),
    ],
)  # fmt: skip
def test_words_for_how_contacts_end(header: str, answered: str, lost: str) -> None:
    file, channel = one(calls(**{header: lambda i: lost if gave_up(i) else answered}))
    right(channel)
    assert "unread_end" not in said(file)


@pytest.mark.parametrize("header", ["Answered", "Status", "Call status", "Result", "Disposition"])
def test_a_column_of_ends_in_words_that_nobody_knows_is_named(header: str) -> None:
    file = intake.read(calls(**{header: lambda i: "qux" if gave_up(i) else "quux"}).encode(), "calls.csv")
    (problem,) = [each for each in file.problems if each.kind == "unread_end"]
    assert repr(header) in problem.text
    assert problem.count == SIZE


@pytest.mark.parametrize(
    ("word", "end"),
    [
        ("agent", "answered"), ("inbound", "answered"), ("No agent available", "answered"), ("outbound", "outbound"),
        ("outbound_missed", "outbound"), ("Outgoing", "outbound"), ("timed out", "other"), ("missed", "abandoned"),
        ("NoAnswer", "abandoned"), ("not answered", "abandoned"), ("phantom", "other"), ("unresolved", "other"),
    ],
)  # fmt: skip
def test_what_a_word_says_of_an_end(word: str, end: str) -> None:
    assert ends.outcome_of(word) == end


@pytest.mark.parametrize(
    ("header", "theirs", "ours"),
    [
        ("Direction", "Inbound", "Outbound"), ("direction", "in", "out"), ("Call type", "Incoming", "Outgoing"),
        ("Sentido", "entrante", "saliente"), ("Contact type", "ACD Inbound", "Manual outbound"),
        ("Richtung", "eingehend", "ausgehend"),
    ],
)  # fmt: skip
def test_contacts_that_the_company_began_are_left_out(header: str, theirs: str, ours: str) -> None:
    """Every second row is a call of the company's own, of other times and always answered."""
    head, *rows = calls(Outcome=lambda i: "abandoned" if gave_up(i) else "answered").splitlines()
    lines = [f"{head},{header}"]
    for i, row in enumerate(rows):
        start = row.split(",")[1]
        lines += [f"{row},{theirs}", f"{9000 + i},{start},0,120,answered,{ours}"]
    file, channel = one("\n".join(lines))
    right(channel)
    assert file.columns["direction"] == header
    assert said(file)["outbound"] == SIZE


def test_outbound_among_the_ends_is_not_given_up() -> None:
    words = ("inbound", "outbound_missed", "inbound", "inbound", "abandoned")
    file, channel = one(calls(Type=lambda i: words[i % 5]))
    assert channel.abandonment == pytest.approx(1 / 4)
    assert (sum(channel.arrivals), said(file)["outbound"]) == (pytest.approx(56), SIZE // 5)


def test_a_column_of_one_direction_leaves_nothing_out() -> None:
    file, _ = one(calls(Direction=lambda i: "Outbound"))
    assert "direction" not in file.columns


def test_the_wait_of_those_who_gave_up_may_stand_in_a_column_of_its_own() -> None:
    text = calls(**{
        "Wait (s)": lambda i: 0 if gave_up(i) else 10, "Time to abandon": lambda i: 60 if gave_up(i) else 0,
        "Outcome": lambda i: "abandoned" if gave_up(i) else "answered",
    })  # fmt: skip
    file, channel = one(text)
    right(channel)
    assert set(file.table.loc[file.table["state"] == "abandoned", "wait_s"]) == {60.0}


def hours(form: Callable[[dt.datetime], str], header: str = "Interval", days: int = 14) -> bytes:
    """Ten hours a day with two contacts each."""
    moments = [MONDAY + dt.timedelta(days=day, hours=hour) for day in range(days) for hour in range(8, 18)]
    return "\n".join([f"{header},Offered,Answered", *(f"{form(m)},2,2" for m in moments)]).encode()


@pytest.mark.parametrize(
    "form",
    [
        lambda m: f"{m:%Y-%m-%dT%H:%M:00.000Z}/{m + dt.timedelta(hours=1):%Y-%m-%dT%H:%M:00.000Z}",
        lambda m: f"{m:%Y-%m-%dT%H:%MZ}/PT1H",
        lambda m: f"{m:%d/%m/%Y - %H:%M}",
        lambda m: f"{m:%d.%m.%Y %H:%M} - {m + dt.timedelta(hours=1):%d.%m.%Y %H:%M}",
    ],
)
def test_hours_written_with_their_end_or_a_dash(form: Callable[[dt.datetime], str]) -> None:
    file = intake.read(hours(form), "hours.csv")
    (channel,) = intake.measure(file).channels
    assert file.kind == "intervals"
    assert sum(channel.arrivals) == pytest.approx(140)
    assert {i % 48 for i, n in enumerate(channel.arrivals) if n > 0} == set(range(16, 36))


@pytest.mark.parametrize("header", ["Interval", "Interval start", "Period", "Start", "Hour of report", "Zeitraum"])
def test_a_column_that_says_when_and_cannot_be_read_is_refused_by_name(header: str) -> None:
    """Numbering the rows would make a fortnight of hours twenty weeks of days."""
    with pytest.raises(IntakeError, match=f"'{header}'"):
        intake.read(hours(lambda m: f"{m:%d}th hour {m:%H}", header), "hours.csv")


def test_days_in_a_row_are_still_taken_where_no_column_says_when() -> None:
    rows = [f"{100 + i % 7},{90 + i % 7},0:03:{i % 60:02}" for i in range(42)]
    file = intake.read("\n".join(["Offered,Answered,Longest time", *rows]).encode(), "days.csv")
    assert said(file)["undated"] == 42


def test_the_length_of_an_interval_with_both_dates() -> None:
    cells = ["04.03.2024 08:00 - 04.03.2024 08:15", "04.03.2024 08:15 - 04.03.2024 08:30"]
    assert dates.dates(pd.Series(cells, dtype="str")).length_s == 900
