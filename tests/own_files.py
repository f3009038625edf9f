"""Files as users bring them, good and bad, made for tests of the data page."""

import io
import random
from datetime import datetime, timedelta

HEADER = "Call ID,Date,Start,Queue time,Talk time,Result,Rating"
BAD = {
    "empty.csv": (b"", "empty.csv is empty."),
    "binary.csv": (bytes(range(256)) * 40, "binary.csv is not a text file"),
    "no_dates.csv": (
        b"name,calls\nNorth,10\nSouth,12\nEast,9\n",
        "no_dates.csv has no column with dates. Its columns: name, calls.",
    ),
    "one_row.csv": (b"date,calls offered\n2024-03-04 10:00,5\n", "one_row.csv has a single row."),
}
"""Name -> bytes, and how the page says what is wrong with them."""


def calls(weeks: int = 3, seed: int = 4, wait_s: float = 25.0) -> bytes:
    """Phone calls, one row each: weekdays from 9 to 17, about one in ten gives up, ratings 1 to 5."""
    draw = random.Random(seed)
    lines = [HEADER]
    for day in range(7 * weeks):
        start = datetime(2024, 3, 4, 9) + timedelta(days=day)
        if start.weekday() > 4:
            continue
        for _ in range(240):
            moment = start + timedelta(seconds=draw.uniform(0, 8 * 3600))
            wait = draw.expovariate(1 / wait_s) if draw.random() < 0.6 else 0.0
            gone = wait > 0 and draw.random() < 0.16
            talk = "" if gone else str(round(draw.lognormvariate(5.4, 0.5)))
            rating = "" if gone or draw.random() < 0.5 else str(draw.choice([2, 4, 4, 5, 5]))
            lines.append(f"C{len(lines):05d},{moment:%Y-%m-%d},{moment:%H:%M:%S},{wait:.0f},{talk},"
                         f"{'Abandoned' if gone else 'Answered'},{rating}")  # fmt: skip
    return "\n".join(lines).encode()


def two_sheets() -> bytes:
    """A workbook: March as a sheet of many calls, April as one of fewer."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for title, weeks in (("March", 3), ("April", 1)):
        sheet = book.create_sheet(title)
        for line in calls(weeks, seed=weeks).decode().split("\n")[: 4_000 if weeks > 1 else 600]:
            sheet.append([cell or None for cell in line.split(",")])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def long_calls(copies: int = 120) -> bytes:
    """Calls that take many seconds to read: a different number in each row."""
    lines = calls(weeks=4).decode().split("\n")
    body = [f"{i}-{line}" for i in range(copies) for line in lines[1:]]
    return "\n".join([lines[0], *body]).encode()
