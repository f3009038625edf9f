"""What a comparison asks of the model."""

import model
from model import paired
from model.compare import same_company
from pages.parts.asked import answer, ask
from pages.parts.compare_choice import Chosen


def begin(found: list[Chosen], base: Chosen) -> None:
    """Ask for all that the tables and the paths will want."""
    for lane, one in enumerate(found):
        ask(lane, model.evaluate, one.scenario)
    for lane, one in enumerate(found):
        if one.id != base.id and same_company([one.scenario, base.scenario]):
            ask(lane, paired.gaps, one.scenario, base.scenario)


def outcomes(found: list[Chosen]) -> list[model.Outcome]:
    """The outcome of each."""
    return [answer(model.evaluate, one.scenario) for one in found]
