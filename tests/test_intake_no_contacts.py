"""Files whose rows are no contacts are refused with what they are; the user can say otherwise. And rotas of shifts."""

import datetime as dt

import pytest

from model import intake
from model.errors import IntakeError

MONDAY = dt.datetime(2024, 3, 4, 8)
STATES = ("Available", "On Queue", "Break", "Available")
HOURS = 10


def text(head: str, rows: list[str]) -> bytes:
    return ("\n".join([head, *rows]) + "\n").encode()


def rows(of: str) -> list[str]:
    """600 rows of a kind; `of` names its cells: i a number, t a moment, u a later one, s a state, who of two."""
    out = []
    for i in range(600):
        start = MONDAY + dt.timedelta(days=i // 20, minutes=30 * (i % 20))
        later = start + dt.timedelta(minutes=30)
        out.append(
            of.format(
                i=i, c=i // 6, t=start, u=later, d=start.date(), s=STATES[i % 4], who=("agent", "customer")[i % 2]
            )
        )
    return out


FILES = {
    "states of agents": ("Agent,Start time,End time,State,Duration (s)", "Ann,{t},{u},{s},1800"),
    "states of agents ": ("AGENT,DATE,STATE,REASON CODE", "Ann,{t},{s},"),
    "orders, deliveries or payments": ("Order ID,Created,Customer ID,Order value", "{i},{t},C{c},30"),
    "orders, deliveries or payments ": ("Shipment,Ship date,Delivered,On time", "{i},{t},{u},Yes"),
    "orders, deliveries or payments  ": ("Return ID,Order ID,Date,Refund", "{i},{i},{t},30"),
    "messages of conversations": ("conversation_id,timestamp,sender,message", "{c},{t},{who},I need help"),
    "messages of conversations ": ("Ticket ID,Created at,Comment,Author", "{c},{t},Please call,Ann"),
    "answers to a survey": ("Response ID,Date,NPS,Comment", "{i},{t},7,fine"),
    "answers to a survey ": ("Call ID,Survey date,Question,Score", "{i},{t},CSAT,4"),
    "shifts": ("Employee,Date,Shift", "Ann,{d},08:00-18:00"),
    "shifts ": ("Agent,Start,End,Activity", "Ann,{t},{u},Phone"),
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_rows_that_are_no_contacts_are_refused_and_can_be_called_contacts(what: str) -> None:
    head, of = FILES[what]
    file = intake.read(text(head, rows(of)), "export.csv")
    with pytest.raises(IntakeError, match=f"The rows of export.csv look like {what.strip()}, not like contacts"):
        intake.measure(file)
    assert [each.open for each in file.settings if each.key == "row_is"] == [True]
    after = file.with_columns({}, choices={"row_is": "contact"})
    assert after.trouble is None
    assert sum(intake.measure(after).channels[0].arrivals) > 0


@pytest.mark.parametrize(
    ("head", "of"),
    [
        ("Call ID,Start time,State,Agent", "{i},{t},{s},Ann"), ("Ticket ID,Created,Order ID,Refund", "{i},{t},{i},3"),
        ("Chat ID,Date,Message,Author", "{i},{t},hello,Ann"), ("Date,Wait (s),Order,Price", "{t},20,{i},3"),
        ("Date,Queue,NPS,Survey", "{t},Sales,9,yes"),
    ],
)  # fmt: skip
def test_contacts_that_mention_such_things_are_contacts(head: str, of: str) -> None:
    refused = intake.read(text(head, rows(of)), "export.csv").trouble
    assert refused is None or "NPS" in head


def test_rows_of_which_only_a_date_is_known_are_counted_and_that_is_said() -> None:
    file = intake.read(text("Date,Remark", rows("{t},x")))
    assert [each.count for each in file.problems if each.kind == "bare"] == [600]


CALLS = text("Call ID,Start time,Answered,Wait (s),Handle time (s)", rows("{i},{t},Yes,20,300"))
"""Twenty calls a day, every day, from eight to six."""
PEOPLE = "ABCDE"


def rota(head: str, of: str, more: str = "") -> bytes:
    days = [MONDAY.date() + dt.timedelta(days=d) for d in range(7)]
    return text(head, [each.format(who=who, d=day) for day in days for who in PEOPLE for each in (of, more) if each])


@pytest.mark.parametrize(
    ("file", "hours"),
    [
        (rota("Employee,Date,Shift start,Shift end", "{who},{d},08:00,18:00"), 10),
        (rota("Employee,Date,Shift start,Shift end", "{who},{d},22:00,06:00"), 8),
        (rota("Employee,Date,Shift start,Shift end", "{who},{d},14:00,03:00"), 13),
        (rota("Agent,Schedule start,Schedule end,Activity", "{who},{d} 08:00,{d} 18:00,Shift",
              "{who},{d} 12:00,{d} 13:00,Lunch"), 9),
        (rota("Agent,Schedule start,Schedule end,Activity", "{who},{d} 08:00,{d} 12:00,On queue",
              "{who},{d} 12:00,{d} 13:00,Lunch"), 4),
        (rota("Agent,Schedule start,Schedule end,Activity", "{who},{d} 08:00,{d} 18:00,Phone",
              "Zoe,{d} 08:00,{d} 18:00,Vacation"), 10),
    ],
    ids=["by day", "nights", "thirteen hours into the night", "a break within", "a break between", "on vacation"],
)  # fmt: skip
def test_shifts_become_people_on_duty(file: bytes, hours: float) -> None:
    baseline = intake.measure(intake.read(CALLS, "calls.csv"), intake.read(file, "rota.csv"))
    assert sum(baseline.channels[0].agents) / 2 == pytest.approx(7 * len(PEOPLE) * hours, rel=0.01)
    assert baseline.channels[0].grades["agents"] == "measured"
