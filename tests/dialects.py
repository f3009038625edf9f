"""A known table written in random dialects and read back: `python -m tests.dialects 10000 [seed]`.

Each must come back as the same table, or with a problem that names the loss; and where something cannot be decided
from the file, the user's answer must give the same table. Prints how often each trait occurred; ends with 1 where
anything changed in silence, or (from 5,000 on) where a trait occurred in fewer than 2 % of the files.
"""

import datetime as dt
import gzip
import io
import random
import sys
import time
import zipfile
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from model import intake
from model.errors import IntakeError
from tests.dialect_words import HEADERS, LETTERS, MONTHS, WORDS

ROWS = 36
PART = 500
"""Files after which a long run says how far it is."""
MARKS = ("", "-", "?", "N/A", "#VALOR!", "NULL", "nan")
UNITS = {
    "ms": ("ms", 1000.0, " (ms)"), "s": ("s", 1.0, " (s)"), "min": ("min", 1 / 60, " (min)"),
    "h": ("h", 1 / 3600, " (hrs)"), "mm:ss": ("mm:ss", 0.0, ""), "hh:mm:ss": ("clock", 0.0, ""),
    "day fraction": ("days", 1 / 86_400, ""), "minutes unsaid": ("min", 1 / 60, ""),
}  # fmt: skip
DATES = {
    "iso": "%Y-%m-%d", "slashes": "%Y/%m/%d", "day first": "%d/%m/%Y", "day first dots": "%d.%m.%Y",
    "day first dashes": "%d-%m-%Y", "month first": "%m/%d/%Y", "month first short": "%m/%d/%y", "compact": "%Y%m%d",
    "month name": "", "serial": "",
}  # fmt: skip
ALWAYS = (
    "commas", "tabs", "semicolons", "bars", "xlsx", "several sheets", "title rows", "side table", "byte-order mark",
    "utf-8", "latin-1", "cp850", "utf-16", "LF", "CRLF", "CR", "quoted line breaks", "decimal comma", "percent text",
    "thousands",
    "total row", "blank rows", "blank column", "repeated header", "mark -", "mark ?", "mark N/A", "mark #VALOR!",
    "0:00:00 missing", "serial dates", "day fractions", "day first", "month first", "undecidable order",
    "months as Apr-15", "intervals", "seconds", "ms", "min", "h", "mm:ss", "hh:mm:ss", "zone in values",
    "zone in header", "English", "Spanish", "Portuguese", "gz", "zip", "rating 1-5", "rating 1-10", "rating percent",
    "rating words",
)  # fmt: skip
"""The traits that every large run must show."""


@dataclass
class Written:
    """A file, the table it was made from, and what would have to be told where the file does not say it."""

    data: bytes
    name: str
    truth: pd.DataFrame
    answers: dict[str, str]
    traits: set[str] = field(default_factory=set)


class Writer:
    """One dialect, drawn at random, and a table written in it."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed)
        self.traits: set[str] = set()
        self.answers: dict[str, str] = {}
        self.language = rng.choice(list(HEADERS))
        self.kind = rng.choice(("contacts", "contacts", "moments", "intervals", "intervals", "daily", "monthly"))
        self.workbook = rng.random() < 0.15
        self.separator = rng.choice(",,;;\t|")
        self.decimal = rng.choice("..,")
        self.thousands = rng.choice(("", "", "." if self.decimal == "," else ",", " "))
        self.mark = rng.choice(MARKS)
        self.unit = rng.choice(list(UNITS))
        self.date = rng.choice(list(DATES))
        self.joined = rng.random() < 0.4 and self.date != "compact"
        self.zone = rng.choice(("", "", "Z", "+01:00", " UTC", "header"))
        self.clock = rng.choice(("%H:%M:%S", "%H:%M:%S", "%I:%M:%S %p", "fraction", "%H:%M"))
        self.scale = rng.choice(("1-5", "1-10", "percent", "words"))
        self.quoted = rng.random() < 0.3
        self.traits |= {self.language, f"rating {self.scale}" if self.kind in ("contacts", "moments") else "counts"}

    def header(self, role: str) -> str:
        return self.rng.choice(HEADERS[self.language][role])

    def number(self, value: float, digits: int = 0) -> str:
        """A number with the dialect's decimal mark and thousands."""
        if value != value:
            return self.missing()
        text = f"{value:,.{digits}f}" if self.thousands else f"{value:.{digits}f}"
        if self.thousands and abs(value) >= 1000:
            self.traits.add("thousands")
        if digits and self.decimal == ",":
            self.traits.add("decimal comma")
        return text.replace(",", "\0").replace(".", self.decimal).replace("\0", self.thousands)

    def missing(self) -> str:
        if self.mark in ("-", "?", "N/A", "#VALOR!"):
            self.traits.add(f"mark {self.mark}")
        return self.mark

    def duration(self, seconds: float) -> str:
        if seconds != seconds:
            return self.missing()
        whole = round(seconds)
        if self.unit in ("mm:ss", "hh:mm:ss"):
            self.traits.add(self.unit)
            two = f"{whole // 60:02d}:{whole % 60:02d}"
            return two if self.unit == "mm:ss" else f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
        called = {"s": "seconds", "day fraction": "day fractions", "minutes unsaid": "min"}
        self.traits.add(called.get(self.unit, self.unit))
        digits = {"ms": 0, "s": 0, "min": 4, "h": 6, "day fraction": 8, "minutes unsaid": 4}[self.unit]
        return self.number(seconds * UNITS[self.unit][1], digits)

    def moment(self, when: dt.datetime, with_time: bool) -> str:
        """A date, with its time of day where both are in one cell."""
        if self.date == "serial":
            self.traits.add("serial dates")
            days = (when - dt.datetime(1899, 12, 30)).total_seconds() / 86_400
            return repr(days) if with_time else str(int(days))
        if self.date == "month name":
            text = f"{when.day} {MONTHS[self.language].split()[when.month - 1]} {when.year}"
        else:
            text = when.strftime(DATES[self.date])
            self.traits.add(next((way for way in ("month first", "day first") if way in self.date), "iso"))
        if not with_time:
            return text
        text += ("T" if self.date == "iso" and self.zone == "Z" else " ") + when.strftime("%H:%M:%S")
        if self.zone and self.zone != "header":
            self.traits.add("zone in values")
            text += self.zone
        return text

    def time_of_day(self, when: dt.datetime) -> str:
        if self.clock == "fraction":
            self.traits.add("day fractions")
            share = (when - when.replace(hour=0, minute=0, second=0)).total_seconds() / 86_400
            return f"{share:.9f}".replace(".", self.decimal)
        return when.strftime(self.clock)

    def table(self) -> tuple[list[str], list[list[str]], pd.DataFrame]:
        return {"contacts": self.contacts, "moments": self.contacts, "intervals": self.counts, "daily": self.counts,
                "monthly": self.months}[self.kind]()  # fmt: skip

    def moments_of(self, count: int, minutes: int) -> list[dt.datetime]:
        rng = self.rng
        first = dt.datetime(rng.randint(2015, 2025), rng.randint(1, 12), rng.randint(1, 28), 8)
        days = rng.choice((3, 9, 30, 60))
        found = sorted(
            first + dt.timedelta(days=rng.randrange(days), minutes=rng.randrange(0, 600), seconds=rng.randrange(60))
            for _ in range(count)
        )
        if self.clock == "%H:%M" and not self.joined and not minutes:
            found = [when.replace(second=0) for when in found]
        return found

    def dated(self, columns: dict[str, list[str]], moments: list[dt.datetime], name: str = "date") -> None:
        """Columns for the moment: one, or the date and the time of day apart."""
        head = self.header(name)
        if self.zone == "header":
            head += f" ({self.rng.choice(('UTC', 'America/New_York', 'Europe/Madrid'))})"
            self.traits.add("zone in header")
        columns[head] = [self.moment(when, self.joined) for when in moments]
        if not self.joined:
            columns[self.header("time")] = [self.time_of_day(when) for when in moments]
        self.order(moments)

    def order(self, moments: list[dt.datetime]) -> None:
        if "first" in self.date and all(when.day <= 12 for when in moments):
            self.traits.add("undecidable order")
            self.answers["order"] = "month" if "month" in self.date else "day"

    def contacts(self) -> tuple[list[str], list[list[str]], pd.DataFrame]:
        rng, columns = self.rng, dict[str, list[str]]()
        by_moment = self.kind == "moments"
        moments = self.moments_of(ROWS, 0)
        gone = [rng.random() < 0.2 for _ in moments]
        gone[0], gone[1] = True, False
        wait = [float(rng.randrange(1, 55) if rng.random() < 0.9 else rng.randrange(60, 300)) for _ in moments]
        handle = [float("nan") if g else float(rng.randrange(30, 900)) for g in gone]
        rated = [not g and rng.random() < 0.7 for g in gone]
        columns[self.header("comment")] = [rng.choice((LETTERS[self.language], "ok", "x")) for _ in moments]
        if rng.random() < 0.3 and not self.workbook:
            self.traits.add("quoted line breaks")
            name = next(iter(columns))
            columns[name] = [f"{cell}\nmás" if rng.random() < 0.5 else cell for cell in columns[name]]
        self.dated(columns, moments)
        yes, no, resolved, unresolved = WORDS[self.language]
        columns[self.header("outcome")] = [no if g else yes for g in gone]
        if by_moment and self.date not in ("serial", "compact"):
            self.traits.add("0:00:00 missing")
            wait = [float("nan") if g else w for g, w in zip(gone, wait, strict=True)]
            answers = [m + dt.timedelta(seconds=w) if w == w else None for m, w in zip(moments, wait, strict=True)]
            ends = [a + dt.timedelta(seconds=h) if a else None for a, h in zip(answers, handle, strict=True)]
            for role, times in (("answered_at", answers), ("ended_at", ends)):
                columns[self.header(role)] = ["0:00:00" if t is None else f"{t:%H:%M:%S}" for t in times]
        else:
            suffix = UNITS[self.unit][2]
            columns[self.header("wait") + suffix] = [self.duration(w) for w in wait]
            columns[self.header("handle") + suffix] = [self.duration(h) for h in handle]
            if self.unit in ("minutes unsaid", "day fraction"):
                self.answers |= {f"unit_{role}": UNITS[self.unit][0] for role in ("wait", "handle")}
        columns[self.header("csat")], satisfied = self.rated(rated)
        solved = [rng.random() < 0.7 for _ in moments]
        columns[self.header("resolved")] = [resolved if s else unresolved for s in solved]
        truth = pd.DataFrame({
            "arrived": np.array(moments, dtype="datetime64[s]"), "wait_s": wait, "handle_s": handle, "csat": satisfied,
            "state": ["abandoned" if g else "answered" for g in gone], "resolved": [float(s) for s in solved],
        })  # fmt: skip
        return self.laid_out(columns, truth)

    def rated(self, rated: list[bool]) -> tuple[list[str], list[float]]:
        cells, satisfied = [], []
        for number, is_rated in enumerate(rated):
            if not is_rated:
                cells.append(self.missing())
                satisfied.append(float("nan"))
            elif self.scale == "words":
                good = self.rng.random() < 0.7
                cells.append({"English": ("Good", "Bad"), "Spanish": ("Bueno", "Malo"),
                              "Portuguese": ("Bom", "Ruim")}[self.language][0 if good else 1])  # fmt: skip
                satisfied.append(float(good))
            elif self.scale == "percent":
                share = self.rng.randrange(0, 101)
                self.traits.add("percent text")
                cells.append(f"{share}%")
                satisfied.append(share / 100)
            else:
                top = 5 if self.scale == "1-5" else 10
                score = self.rng.randint(1, top) if number > 5 else top
                cells.append(self.rng.choice((str(score), str(score))))
                satisfied.append(float(score >= (4 if top == 5 else 8)))
        if self.scale in ("1-5", "1-10"):
            self.answers["scale"] = self.scale
        return cells, satisfied

    def counts(self) -> tuple[list[str], list[list[str]], pd.DataFrame]:
        rng, columns = self.rng, dict[str, list[str]]()
        if self.kind == "daily":
            first = dt.datetime(rng.randint(2015, 2025), rng.randint(1, 12), rng.randint(1, 28))
            moments = [first + dt.timedelta(days=i) for i in range(rng.choice((9, ROWS)))]
            columns[self.header("date")] = [self.moment(when, False) for when in moments]
            self.order(moments)
        else:
            length = rng.choice((15, 30, 60))
            first = dt.datetime(rng.randint(2015, 2025), rng.randint(1, 12), rng.randint(1, 28), 8)
            moments = [first + dt.timedelta(days=i // 9, minutes=length * (i % 9)) for i in range(ROWS)]
            if rng.random() < 0.5:
                self.traits.add("intervals")
                dash = rng.choice(("-", " - ", "–" if not self.workbook else "-"))
                columns[self.header("date")] = [self.moment(when, False) for when in moments]
                columns[self.header("time")] = [
                    f"{when:%H:%M}{dash}{when + dt.timedelta(minutes=length):%H:%M}" for when in moments
                ]
                self.order(moments)
            else:
                self.dated(columns, moments)
        size = rng.choice((20, 900, 4000))
        return self.volumes(columns, moments, size)

    def months(self) -> tuple[list[str], list[list[str]], pd.DataFrame]:
        rng, columns = self.rng, dict[str, list[str]]()
        first, count = rng.randint(2015, 2022) * 12 + rng.randrange(12), rng.choice((7, 24, 30))
        moments = [dt.datetime((first + i) // 12, (first + i) % 12 + 1, 1) for i in range(count)]
        names = MONTHS[self.language].split()
        form = rng.choice(("ny", "ny", "ym", "my"))
        if form == "ny":
            self.traits.add("months as Apr-15")
            cells = [f"{names[when.month - 1]}-{when:%y}" for when in moments]
        else:
            cells = [when.strftime("%Y-%m" if form == "ym" else "%m/%Y") for when in moments]
        columns[self.header("month")] = cells
        return self.volumes(columns, moments, 90_000)

    def volumes(
        self, columns: dict[str, list[str]], moments: list[dt.datetime], size: int
    ) -> tuple[list[str], list[list[str]], pd.DataFrame]:
        rng = self.rng
        answered = [rng.randrange(size // 2, size) for _ in moments]
        gone = [rng.randrange(0, max(size // 20, 2)) for _ in moments]
        offered = [a + g for a, g in zip(answered, gone, strict=True)]
        for role, numbers in (("offered", offered), ("answered", answered), ("abandoned", gone)):
            columns[self.header(role)] = [self.number(n) for n in numbers]
        suffix = UNITS[self.unit][2]
        asa = [float("nan") if rng.random() < 0.05 else float(rng.randrange(1, 90)) for _ in moments]
        aht = [float(rng.randrange(100, 900)) for _ in moments]
        columns[self.header("asa") + suffix] = [self.duration(w) for w in asa]
        columns[self.header("aht") + suffix] = [self.duration(h) for h in aht]
        if self.unit in ("minutes unsaid", "day fraction"):
            self.answers |= {f"unit_{role}": UNITS[self.unit][0] for role in ("wait", "handle")}
        level = [rng.randrange(0, 1001) / 1000 for _ in moments]
        percent = rng.random() < 0.6
        if percent:
            self.traits.add("percent text")
        columns[self.header("service_level")] = [
            self.number(x * 100, 1) + rng.choice(("%",)) if percent else self.number(x, 3) for x in level
        ]
        self.answers["decimal"] = "comma" if self.decimal == "," else "point"
        truth = pd.DataFrame({
            "start": np.array(moments, dtype="datetime64[s]"), "offered": offered, "answered": answered,
            "abandoned": gone, "wait_s": asa, "handle_s": aht, "service_level": level,
        }).astype({"offered": float, "answered": float, "abandoned": float})  # fmt: skip
        return self.laid_out(columns, truth)

    def laid_out(
        self, columns: dict[str, list[str]], truth: pd.DataFrame
    ) -> tuple[list[str], list[list[str]], pd.DataFrame]:
        """Rows below the header, with what people leave around and among them."""
        rng = self.rng
        if self.decimal == ",":
            self.answers["decimal"] = "comma"
        elif self.thousands != "":
            self.answers["decimal"] = "point"
        names = list(columns)
        rows = [list(row) for row in zip(*columns.values(), strict=True)]
        if rng.random() < 0.15:
            self.traits.add("blank column")
            at = rng.randrange(1, len(names))
            names = [*names[:at], "", *names[at:]]
            rows = [[*row[:at], "", *row[at:]] for row in rows]
        if rng.random() < 0.1:
            self.traits.add("repeated header")
            rows.insert(rng.randrange(2, len(rows)), list(names))
        if rng.random() < 0.15:
            self.traits.add("blank rows")
            rows.insert(rng.randrange(2, len(rows)), [""] * len(names))
        if rng.random() < 0.15:
            self.traits.add("total row")
            total = [""] * len(names)
            total[0], total[-1] = rng.choice(("Total", "Totals", "TOTAL GENERAL", "Total geral")), "99999"
            rows.append(total)
        return names, rows, truth


def written(seed: int) -> Written:
    """A file in a random dialect; the same for the same seed."""
    writer = Writer(seed)
    names, rows, truth = writer.table()
    titles = [["Report of calls"], ["March"], []] if writer.rng.random() < 0.2 else []
    if titles:
        writer.traits.add("title rows")
    if writer.workbook:
        data, name = _workbook(writer, titles, names, rows), "export.xlsx"
    else:
        data, name = _text(writer, titles, names, rows), "export.csv"
    packed = writer.rng.random()
    if packed < 0.06:
        writer.traits.add("gz")
        data, name = gzip.compress(data, 1), name + ".gz"
    elif packed < 0.12:
        writer.traits.add("zip")
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        data, name = buffer.getvalue(), "export.zip"
    return Written(data, name, truth, writer.answers, writer.traits)


def _text(writer: Writer, titles: list[list[str]], names: list[str], rows: list[list[str]]) -> bytes:
    rng, separator = writer.rng, writer.separator
    writer.traits.add({",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[separator])

    def cell(text: str) -> str:
        if writer.quoted or any(sign in text for sign in (separator, '"', "\n")):
            return '"' + text.replace('"', '""') + '"'
        return text

    encoding = rng.choice(("utf-8", "utf-8", "utf-8-sig", "latin-1", "cp850", "utf-16", "utf-16-le"))
    newline = rng.choice(("\n", "\n", "\r\n", "\r\n", "\r"))
    lines = [separator.join(map(cell, row)) for row in [*titles, names, *rows]]
    text = newline.join(lines).replace("\n", newline if newline != "\r\n" else "\n") + newline
    if encoding in ("latin-1", "cp850"):
        text = text.replace("–", "-")
    writer.traits |= {
        {"utf-8-sig": "byte-order mark", "utf-16-le": "utf-16"}.get(encoding, encoding),
        {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}[newline],
    }  # fmt: skip
    return text.encode(encoding)


def _workbook(writer: Writer, titles: list[list[str]], names: list[str], rows: list[list[str]]) -> bytes:
    import openpyxl

    writer.traits.add("xlsx")
    book = openpyxl.Workbook(write_only=True)
    if writer.rng.random() < 0.5:
        writer.traits.add("several sheets")
        cover = book.create_sheet("Cover")
        for row in (["Monthly report"], ["Made by", "the team"], []):
            cover.append(row)
    sheet = book.create_sheet("Data")
    side = writer.rng.random() < 0.4
    if side:
        writer.traits.add("side table")
    for number, row in enumerate([*titles, names, *rows]):
        beside = ["", *((("Queue", "Code"), ("Sales", "1"), ("Help", "2"))[number])] if side and number < 3 else []
        sheet.append([text or None for text in [*row, *[""] * (len(names) - len(row)), *beside]])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def differences(truth: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    """Columns that are not as they were written; durations to a hundredth of a second."""
    if len(table) != len(truth):
        return [f"{len(table)} rows for {len(truth)}"]
    out = []
    for name in truth.columns:
        if name not in table:
            out.append(name)
            continue
        if truth[name].dtype.kind == "f":
            close = 0.02 if name.endswith("_s") else 1e-9
            same = np.allclose(truth[name], table[name].astype(float), rtol=1e-9, atol=close, equal_nan=True)
        else:
            same = bool((truth[name].to_numpy() == table[name].to_numpy()).all())
        if not same:
            out.append(name)
    return out


NAMES: dict[str, tuple[str, ...]] = {
    "arrived": ("day_month", "midnight", "no_date", "zones"), "start": ("day_month", "no_date"),
    "wait_s": ("unit_wait", "decimal", "unread_wait"), "handle_s": ("unit_handle", "decimal", "unread_handle"),
    "csat": ("scale", "decimal", "unread_csat"), "service_level": ("decimal",),
    "offered": ("decimal", "unread_offered"), "answered": ("decimal",), "abandoned": ("decimal",),
}  # fmt: skip
"""Problems that name the loss of a column."""


def check(one: Written) -> tuple[str, str]:
    """What came of it: `same`, `named` (and right once asked), or `silent` with what changed."""
    try:
        file = intake.read(one.data, one.name)
    except IntakeError as refused:
        return "silent", f"refused: {refused}"
    wrong = differences(one.truth, file.table)
    if not wrong:
        return "same", ""
    if file.trouble:
        return "silent", f"not understood: {file.trouble}"
    kinds = {problem.kind for problem in file.problems}
    unnamed = [name for name in wrong if not kinds & set(NAMES.get(name, ()))]
    if unnamed:
        return "silent", f"{unnamed} of {file.columns}, problems {kinds}"
    asked = {setting.key for setting in file.settings if setting.open}
    try:
        again = file.with_columns({}, choices={key: one.answers[key] for key in asked & one.answers.keys()})
    except IntakeError as refused:
        return "silent", f"refused once asked: {refused}"
    left = differences(one.truth, again.table)
    return ("silent", f"{left} wrong even when asked {asked}") if left else ("named", "")


def run(count: int, first: int = 0) -> tuple[Counter[str], Counter[str], list[str]]:
    """(what came of the files, traits, faults)."""
    came, traits, faults = Counter[str](), Counter[str](), list[str]()
    for seed in range(first, first + count):
        one = written(seed)
        result, why = check(one)
        came[result] += 1
        traits.update(one.traits)
        if result == "silent":
            faults.append(f"seed {seed}: {why}")
    return came, traits, faults


def main(arguments: list[str]) -> int:
    count, first = int(arguments[0]) if arguments else 200, int(arguments[1]) if len(arguments) > 1 else 0
    began = time.process_time()
    came, traits, faults = Counter[str](), Counter[str](), list[str]()
    for start in range(0, count, PART):
        part = run(min(PART, count - start), first + start)
        came, traits, faults = came + part[0], traits + part[1], faults + part[2]
        print(f"{came.total():,} of {count:,} files, {len(faults)} faults", file=sys.stderr, flush=True)
    for trait in ALWAYS:
        print(f"{trait:24}{traits[trait]:7,}")
    print(f"{count:,} files: " + ", ".join(f"{n:,} {what}" for what, n in came.items()), end="; ")
    print(f"{time.process_time() - began:.0f} s of processor time")
    rare = [trait for trait in ALWAYS if traits[trait] < 0.02 * count]
    for fault in faults[:40]:
        print(fault)
    if rare and count >= 5000:
        print("too rare:", ", ".join(rare))
    return 1 if faults or (rare and count >= 5000) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
