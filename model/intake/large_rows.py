"""What the rows of a large file mean together: moments that need those of the start, totals, and what is said of all.

The rows are those that `large` has read; what a rule must know of the whole file is asked of DuckDB once.
"""

from typing import Any

import numpy as np
import pandas as pd

from model.intake import dates
from model.intake.cells import moved, one_zone, zones_said
from model.intake.columns import ROLE_LABELS
from model.intake.file import File
from model.intake.plain_forms import MOMENTS, Form
from model.intake.problems import Problem, Problems
from model.intake.repeated import ALIKE, MARK
from model.intake.rows import MOST_TOTALS, alike_by_chance

VIEW = "understood"
DAY, QUARTER = 86_400, 900
_OF_ALL = ("unused_", "unread_end", "bare")
_OF_ROLE = {"day_month": "date", "buddhist": "date", "zones": "date", "decimal": "date"}
"""What a sample says that holds for the whole file: of all rows, or of those that have a role."""


def place(link: Any, file: File, forms: dict[str, Form], problems: Problems) -> None:
    """The view of the rows in which every moment is whole, by the clock that the user wants, without totals."""
    columns = {row[0] for row in link.execute("DESCRIBE rows").fetchall()}
    start = _start(link, file, columns, problems)
    shifted = _shifts(link, file, start)
    by = " + shifts.by" if shifted else ""
    whole = {"date": f"({start}){by}"}
    for role, form in forms.items():
        if role in MOMENTS - {"date"} and form.clock:
            whole[role] = _on_day(link, file, role, start, by, problems) + by
        elif role in MOMENTS - {"date"} and by:
            whole[role] = f"rows.{role}{by}"
    kept = "WHERE NOT total" if _totals(link, problems) else ""
    joined = f"LEFT JOIN shifts ON ({start}) // {QUARTER} = shifts.quarter" if shifted else ""
    away = ", ".join(sorted({"time", "total"} & columns))
    replaced = ", ".join(f"({sql})::BIGINT AS {role}" for role, sql in whole.items())
    alike = f", {_alike(file)!r}::DOUBLE AS {ALIKE}" if MARK in columns else ""
    link.execute(f"CREATE VIEW {VIEW} AS SELECT rows.* EXCLUDE ({away}) REPLACE ({replaced}){alike} "
                 f"FROM rows {joined} {kept}")  # fmt: skip


def _start(link: Any, file: File, columns: set[str], problems: Problems) -> str:
    """The moment of each row as written: the day and the time of day beside it, where it does not carry one."""
    if "time" not in columns or not file.has_time or _row(link, f"SELECT max(date % {DAY}) FROM rows")[0]:
        return "rows.date"
    clock = "rows.time"
    if file.kind == "contacts" and _marks(link, clock):
        _say(link, problems, "midnight", "Times of 0:00:00, taken as missing", f"{clock} = 0")
        clock = f"nullif({clock}, 0)"
    return f"rows.date + floor({clock})::BIGINT"


def _marks(link: Any, clock: str) -> bool:
    """Whether the midnights of a column are marks for nothing."""
    zeros, others, fives = _row(
        link,
        f"SELECT count_if({clock} = 0), count_if({clock} > 0), count_if({clock} > 0 AND {clock} % 300 = 0) FROM rows",
    )
    return dates.zeros_are_marks(zeros, others, fives)


def _on_day(link: Any, file: File, role: str, start: str, by: str, problems: Problems) -> str:
    """A bare time of day as a moment: of the day of the start, or of the next where it lies before it."""
    clock = f"rows.{role}"
    none = "true" if _marks(link, clock) else "false"
    if file.kind == "contacts":
        far = DAY - int(dates.FAR_FROM_MIDNIGHT_S)
        none = f"({none} OR (({start}) % {DAY} > 0 AND ({start}) % {DAY} < {far}))"
    none = f"({clock} = 0 AND {none})"
    _say(link, problems, f"midnight_{role}", f"Times of 0:00:00, taken as missing: {ROLE_LABELS[role]}", none)
    on_day = f"(({start}) - ({start}) % {DAY} + {clock})"
    late = f"CASE WHEN ({start}) - {on_day} > {DAY // 2} THEN {DAY} ELSE 0 END"
    return f"CASE WHEN {none} THEN NULL ELSE {on_day} + {late} END"


def _shifts(link: Any, file: File, start: str) -> bool:
    """Whether another time zone is wanted: then the table `shifts` has the seconds to add, by the quarter of an hour.

    A quarter that a change of the clock repeats or leaves out has none: its moments are not known.
    """
    wanted = file.choices.get("zone", "")
    known = one_zone(zones_said(dates.dates(file.text[file.columns["date"]]).zones, file.columns))
    if not wanted or known is None or not file.has_time:
        return False
    found = link.execute(f"SELECT DISTINCT ({start}) // {QUARTER} AS quarter FROM rows").fetchnumpy()["quarter"]
    quarters = np.ma.compressed(found).astype(np.int64)
    clock = (quarters * QUARTER).astype("datetime64[s]")
    by = (moved(clock, known, wanted) - clock).astype("timedelta64[s]").astype(object)
    shifts = pd.DataFrame({"quarter": quarters, "by": pd.array([_seconds(each) for each in by], dtype="Int64")})
    link.register("asked", shifts)
    link.execute('CREATE TABLE shifts AS SELECT quarter::BIGINT AS quarter, "by"::BIGINT AS "by" FROM asked')
    link.unregister("asked")
    return True


def _row(link: Any, query: str) -> Any:
    """The one row of an answer, fetched to its end: the link takes no other question before."""
    return link.execute(query).fetchall()[0]


def _seconds(gap: Any) -> int | None:
    return None if gap is None else round(gap.total_seconds())


def _totals(link: Any, problems: Problems) -> bool:
    """Whether there are rows of totals to leave out; a column where the word is common says something else."""
    totals, rows = _row(link, "SELECT count_if(total), count(*) FROM rows")
    if not 0 < totals <= MOST_TOTALS * rows:
        return False
    problems.add("total", "Total rows", int(totals), "dropped")
    return True


def _alike(file: File) -> float:
    """Share of pairs of rows that are alike by chance in the cells that tell nothing apart, by the sample."""
    size = len(file.text)
    share = alike_by_chance(file.text, file.text.duplicated().to_numpy(dtype=bool))
    # No row is a pair with itself.
    return max((share * size - 1) / max(size - 1, 1), 0.0)


def _say(link: Any, problems: Problems, kind: str, text: str, where: str) -> None:
    problems.add(kind, text, int(_row(link, f"SELECT count_if({where}) FROM rows")[0]), "dropped")


def understood(link: Any, file: File, problems: Problems) -> dict[str, str]:
    """Role -> column of the view. What the sample says of how a column is read is said of all its rows."""
    columns = [row[0] for row in link.execute(f"DESCRIBE {VIEW}").fetchall()]
    roles = [column for column in columns if column in ROLE_LABELS]
    for each in file.problems:
        role = _OF_ROLE.get(each.kind, each.kind.removeprefix("unit_"))
        counted = "*" if each.kind.startswith(_OF_ALL) else role if role in roles else ""
        if counted:
            count = _row(link, f"SELECT count({counted}) FROM {VIEW}")[0]
            problems.items.append(Problem(each.kind, each.text, int(count), (), each.done))
    return {role: role for role in roles}
