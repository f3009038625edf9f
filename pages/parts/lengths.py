"""How many characters of what a user types the model takes, so that a field takes no more."""

from pydantic import BaseModel

from model import scenario
from model.events import table as events
from model.scenario import Baseline, CalendarEntry
from model.store import records


def _of(kind: type[BaseModel], field: str) -> int:
    found = (getattr(rule, "max_length", None) for rule in kind.model_fields[field].metadata)
    return next(most for most in found if most is not None)


NAME, NOTE = records.LONGEST["name"], records.LONGEST["note"]
"""A scenario's name, and the note of a saved version."""
REASON = scenario.LONGEST["reason"]
PERSON = min(records.LONGEST["author"], scenario.LONGEST["author"])
"""A person's name: typed once it stands in every form of the session, so that it must fit all of them."""
COMPANY, CALENDAR_ENTRY = _of(Baseline, "name"), _of(CalendarEntry, "name")
EVENT = events.LONGEST_NAME
