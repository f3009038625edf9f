"""In tables of counts a sum of times is told from a mean, and a handle time is whole whatever its parts are called."""

import random
from datetime import datetime, timedelta

import pytest

from model import intake
from model.scenario import Channel


def table(columns: dict[str, str], varying: bool = False, rows: int = 140) -> str:
    """Intervals of ten offered, eight answered; a value is a formula of `n` (answered), `lost` and `x` (noise)."""
    draw = random.Random(3)
    lines = [",".join(["Interval Start", "Offered", "Answered", "Abandoned", *columns])]
    for i in range(rows):
        at = datetime(2024, 3, 4, 8) + timedelta(days=i // 10, hours=i % 10)
        n = draw.randrange(3, 30) if varying else 8
        gone = n // 4
        noise = {"n": n, "x": draw.gauss(1, 0.3 / n**0.5), "lost": gone}
        cells = [f"{eval(value, noise):.2f}" for value in columns.values()]
        lines.append(",".join([f"{at:%Y-%m-%d %H:%M}", str(n + gone), str(n), str(gone), *cells]))
    return "\n".join(lines)


def measured(text: str, **choices: str) -> Channel:
    file = intake.read(text.encode(), "calls.csv").with_columns({}, choices=choices)
    (channel,) = intake.measure(file).channels
    return channel


@pytest.mark.parametrize(
    "columns",
    [
        {"Total Handle": "300 * n"}, {"Sum of handle time (s)": "300 * n"},
        {"ACD Time": "200 * n", "ACW Time": "100 * n"},
        {"ACD Time": "300 * n", "Avg ACD Time": "300"}, {"Avg Handle Time": "300", "Total Handle Time": "300 * n"},
        {"Duracion total": "300 * n"}, {"Handle time": "300"}, {"AHT": "300"}, {"Avg total handle time": "300"},
    ],
    ids=lambda columns: ", ".join(columns),
)  # fmt: skip
def test_a_handle_time_is_a_contact_s_whether_the_file_has_sums_or_means(columns: dict[str, str]) -> None:
    assert measured(table(columns)).handle_time_s == pytest.approx(300)


@pytest.mark.parametrize("name", ["Handle time", "Talk time", "Conversation", "ACD Time", "Total handle time"])
@pytest.mark.parametrize("formula", ["300 * n * x", "300 * x"])
def test_where_volumes_vary_the_size_tells_sums_from_means_whatever_they_are_called(name: str, formula: str) -> None:
    assert measured(table({name: formula}, varying=True)).handle_time_s == pytest.approx(300, rel=0.03)


def test_sums_of_waits_are_divided_by_those_who_waited_and_it_is_said() -> None:
    text = table({"Total Wait Time": "10 * n", "Total abandon time": "60 * lost"})
    channel = measured(text)
    assert (channel.asa, channel.patience_s) == (10, 100)
    file = intake.read(text.encode(), "calls.csv")
    assert [p.count for p in file.problems if p.kind in ("sum_wait", "sum_abandon_wait")] == [140, 140]
    assert measured(text, of_wait="mean").asa == 80


PARTS = [
    ({"Average agent interaction time": "180", "Average customer hold time": "30",
      "Average after contact work time": "90"}, 300),
    ({"Avg conversation time": "180", "Avg hold time": "30", "Avg ACW": "90"}, 300),
    ({"Avg talk time": "180", "Avg hold time": "30", "Avg wrap up time": "90"}, 300),
    ({"Average call duration": "210", "Avg hold time": "30", "After call work": "90"}, 300),
    ({"Avg service time": "210", "After call work": "90"}, 300),
    ({"Duración media": "210", "After call work": "90"}, 300),
    ({"AHT": "300", "Avg hold time": "30", "After call work": "90"}, 300),
    ({"Talk+Hold+ACW": "300", "Avg hold time": "30", "After call work": "90"}, 300),
]  # fmt: skip


@pytest.mark.parametrize("columns, whole", PARTS, ids=[next(iter(columns)) for columns, _ in PARTS])
def test_parts_of_a_handle_time_are_added_to_the_one_that_lacks_them(columns: dict[str, str], whole: float) -> None:
    assert measured(table(columns)).handle_time_s == whole


@pytest.mark.parametrize("talk, seconds", [("Conversation time", 210), ("Call duration", 240), ("Handle time", 300)])
def test_parts_are_added_to_single_contacts_too(talk: str, seconds: int) -> None:
    lines = [f"Call ID,Start time,Outcome,{talk} (s),Hold time (s),After call work (s)"]
    for n in range(280):
        at = datetime(2024, 3, 4, 8) + timedelta(days=n // 20, minutes=30 * (n % 20))
        lines.append(f"{n},{at},answered,{seconds},30,60")
    assert measured("\n".join(lines)).handle_time_s == 300
