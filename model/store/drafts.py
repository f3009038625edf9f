"""What browsers have not saved: a row a browser's tab, for some hours, found again by that browser alone.

A tab's steps stand in one text with the companies that they are of, each once. It is written and read by the same
version of this program, or not at all.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select

from model.errors import TrileverError
from model.receipt import FORMAT
from model.scenario import Baseline, Scenario
from model.store import records
from model.store.records import moment, now, stamp
from model.store.schema import drafts

KEPT_HOURS = 12
MOST_TABS = 3
"""Of how many of a browser's tabs something is kept: the newest."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a tab left so many seconds ago: its scenarios in their order, of which `present` was on screen."""

    tab: str
    steps: tuple[Scenario, ...]
    present: int
    age_s: float


@dataclass(frozen=True, slots=True)
class Left:
    """What a tab leaves now; no steps: nothing, since all of it is saved. `browser` and `tab` cannot be guessed."""

    browser: str
    tab: str
    steps: Sequence[Scenario] = ()
    present: int = 0


def put(connection: Connection, left: Sequence[Left]) -> None:
    """Write what tabs leave in place of what they left before; what is too old or too much goes."""
    moment_ = now()
    for one in left:
        connection.execute(drafts.delete().where(drafts.c.browser == one.browser, drafts.c.tab == one.tab))
        if one.steps:
            row = {"browser": one.browser, "tab": one.tab, "left_at": stamp(moment_), "body": _text(one)}
            connection.execute(drafts.insert().values(row))
    for browser in {one.browser for one in left}:
        mine = drafts.c.browser == browser
        tabs = select(drafts.c.tab).where(mine).order_by(drafts.c.left_at.desc()).offset(MOST_TABS)
        connection.execute(drafts.delete().where(mine, drafts.c.tab.in_(connection.execute(tabs).scalars().all())))
    connection.execute(drafts.delete().where(drafts.c.left_at < stamp(moment_ - timedelta(hours=KEPT_HOURS))))


def newest(connection: Connection, browser: str) -> Draft | None:
    """What a browser left last, in any tab; None where it left nothing, or another version of this program wrote it."""
    young = drafts.c.left_at >= stamp(now() - timedelta(hours=KEPT_HOURS))
    rows = select(drafts).where(drafts.c.browser == browser, young).order_by(drafts.c.left_at.desc()).limit(1)
    row = connection.execute(rows).mappings().one_or_none()
    if row is None:
        return None
    try:
        steps, present = _read(row["body"])
    except (TrileverError, ValueError, LookupError, TypeError):
        return None
    return Draft(row["tab"], steps, present, (now() - moment(row["left_at"])).total_seconds())


def _text(left: Left) -> str:
    companies = {step.baseline.digest: step.baseline for step in left.steps}
    steps = [{**step.model_dump(exclude={"baseline"}), "baseline": step.baseline.digest} for step in left.steps]
    known = {name: company.model_dump() for name, company in companies.items()}
    return records.as_text({"format": FORMAT, "companies": known, "steps": steps, "present": left.present})


def _read(text: str) -> tuple[tuple[Scenario, ...], int]:
    content = json.loads(text)
    if content["format"] != FORMAT:
        raise ValueError("written by another version")
    companies = {name: Baseline.model_validate(company) for name, company in content["companies"].items()}
    steps = tuple(
        Scenario.model_validate({**step, "baseline": companies[step["baseline"]]}) for step in content["steps"]
    )
    present = int(content["present"])
    _ = steps[present]
    return steps, present
