"""What of a source's time is used: a period, opening hours, weekdays; and whether test contacts are left out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.errors import IntakeError

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Filters:
    """`first` and `last` day (2024-03-31; both included), half-hours `opens` to `closes` (hours of the day), `days` of
    the week (0 is Monday; none: all), `tests` left out. Unset: nothing is left out.

    Raises IntakeError where they leave nothing.
    """

    first: str = ""
    last: str = ""
    opens: float = 0.0
    closes: float = 24.0
    days: tuple[int, ...] = ()
    tests: bool = False

    def __post_init__(self) -> None:
        for text in (self.first, self.last):
            if text:
                _day(text)
        if self.first and self.last and _day(self.first) > _day(self.last):
            raise IntakeError("The period ends before it begins.", "Choose a first day before the last.")
        if not 0 <= self.opens < self.closes <= 24:
            raise IntakeError("The opening hours end before they begin.", "Choose hours of one day, such as 8 to 18.")
        if any(day not in range(7) for day in self.days):
            raise IntakeError("A weekday is none.", "Weekdays are 0 for Monday to 6 for Sunday.")

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Filters":
        """From plain data; IntakeError for a word or value that is none."""
        known = {"first": str, "last": str, "opens": float, "closes": float, "tests": bool}
        wrong = set(data) - set(known) - {"days"}
        try:
            if wrong:
                raise ValueError(wrong)
            fields = {name: kind(data[name]) for name, kind in known.items() if name in data}
            return cls(**fields, days=tuple(int(day) for day in data.get("days", ())))
        except (TypeError, ValueError) as fault:
            hint = "They are first, last, opens, closes, days and tests."
            raise IntakeError("These filters cannot be read.", hint) from fault

    def plain(self) -> dict[str, Any]:
        """As plain data, only what is set."""
        whole = {"first": self.first, "last": self.last, "opens": self.opens, "closes": self.closes,
                 "days": list(self.days), "tests": self.tests}  # fmt: skip
        unset = Filters()
        return {name: value for name, value in whole.items() if value != getattr(unset, name) and value != []}

    def within(self, table: "ir.Table", column: str, has_time: bool) -> "ir.Table":
        """The rows of a table whose moment (s since 1970) they let through; hours only where a time of day is known."""
        moment: Any = table[column]
        if self.first:
            table = table.filter(moment >= _day(self.first))
        if self.last:
            table = table.filter(moment < _day(self.last) + DAY)
        if self.days:
            table = table.filter(((moment - moment % DAY) / DAY + 3).cast("int64").__mod__(7).isin(self.days))
        if has_time and (self.opens > 0 or self.closes < 24):
            clock = moment % DAY
            table = table.filter((clock >= round(self.opens * 3600)) & (clock < round(self.closes * 3600)))
        return table


def _day(text: str) -> int:
    """Seconds since 1970 of a day written 2024-03-31."""
    try:
        return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days * DAY
    except ValueError as fault:
        raise IntakeError(f"{text[:20]!r} is no day.", "Write it as 2024-03-31.") from fault
