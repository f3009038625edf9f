"""What a deck, a brief, a presentation and a workbook tell of one scenario: reckoned once, worded once.

Everything is text as on screen, or a table; how it looks is the business of those who draw it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from model import compare, paired, sensitivity, workers
from model.assumptions import ASSUMPTIONS
from model.engine import Outcome, evaluate
from model.explain import attribute
from model.outcomes import OUTCOMES
from model.progress import Progress, silent
from model.report import compare_words, measured, numbers, risk_words, words
from model.report.assumption_words import GRADES, State, called, everyday, span, states
from model.report.compare_words import Turn
from model.report.dials import dial
from model.report.fitting import clean
from model.report.grammar import listed, opening, within
from model.report.numbers import Change
from model.report.risk_words import Part
from model.scenario import Scenario
from model.sensitivity import Dependence
from model.tables import lever_table
from model.uncertainty import path_ranges, ranges

CARDS = tuple(words.CAUSE_NOUNS)
"""The four outcomes that stand on cards."""
COMPARED = (
    "operating_cost", "cost_per_contact", "npv", "payback_months", "service_level", "asa", "abandonment",
    "resolution_time", "fcr", "csat", "revenue_at_risk", "fte", "redundancies",
)  # fmt: skip
"""The outcomes that a comparison for a meeting shows, in its order."""
ASKED = ("operating_cost", "csat")
"""The outcomes whose answer is put in question."""
DRAWS = 32
"""For what the answer depends on: enough for its order, in a second; shares are told with their errors."""
MOST_OTHERS = 3
LONGEST_NAME = 200
"""Characters of a name: office programs take 255 as a title."""
LONG_LINK = 110
"""Characters of a link beyond which it is not printed, only put behind words."""
LONGEST_LINK = 2_000
"""Characters of a link that office programs keep."""
UNKNOWN_LINK = "Not saved yet: no link"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a paper comes from: the link that opens its figures, and the day it was made."""

    link: str = ""
    day: str = ""

    @property
    def opens(self) -> bool:
        """Whether the link can stand behind words: an address of the web, not too long for office programs."""
        return self.link.startswith(("http://", "https://")) and len(self.link) <= LONGEST_LINK

    @property
    def said(self) -> str:
        """The link as printed: itself, or words that it stands behind."""
        if not self.link:
            return UNKNOWN_LINK
        if len(self.link) <= LONG_LINK:
            return self.link
        return "Open this scenario (the link holds its figures)" if self.opens else "The link is too long to print"


@dataclass(frozen=True, slots=True)
class Card:
    """One outcome: its name, value, change against doing nothing, and the small line below."""

    key: str
    label: str
    value: str
    change: Change | None
    note: str

    @property
    def moved(self) -> str:
        """The change with its arrow: "▲ +1.8 points"."""
        if self.change is None:
            return ""
        return {"up": "▲ ", "down": "▼ "}.get(self.change.arrow, "") + self.change.text


@dataclass(frozen=True, slots=True)
class Moved:
    """A lever that the scenario moves: today's value, its own, what it costs and how long it takes.

    `effects`: its share of the change in `ASKED`; agents of all channels have theirs together, told once. `since`: the
    first month that it acts in, "from month 7"; empty where it begins now.
    """

    label: str
    today: str
    value: str
    effects: tuple[str, ...]
    price: str
    delay: str
    since: str = ""

    @property
    def named(self) -> str:
        """The lever with the month that it begins in, where that is a later one: "Self-service, from month 7"."""
        return f"{self.label}, {self.since}" if self.since else self.label


@dataclass(frozen=True)
class Story:
    """A scenario with all that is told of it.

    Attributes
    ----------
    causes : DataFrame
        Index a cause's name on screen, columns the outcomes on cards: its share of the difference to doing nothing.
    others : tuple of Outcome
        Further scenarios to stand beside it, of the same company.
    depends : dict of str to Dependence
        Outcome -> `model.sensitivity.dependence`; empty where nothing is moved.
    flips : dict of str to DataFrame
        Outcome -> `model.paired.flips` of the better one of this and doing nothing; empty where nothing is moved.
    odds : dict of str to (share, share)
        Outcome -> shares of the draws in which this, and doing nothing, is better.
    """

    scenario: Scenario
    outcome: Outcome
    ranges: pd.DataFrame
    causes: pd.DataFrame
    others: tuple[Outcome, ...]
    depends: dict[str, Dependence]
    flips: dict[str, pd.DataFrame]
    odds: dict[str, tuple[float, float]]
    stamp: Stamp

    @property
    def currency(self) -> str:
        return self.scenario.baseline.currency

    @property
    def name(self) -> str:
        """The scenario's name, the company's where it has none of its own."""
        return clean(self.scenario.name, LONGEST_NAME) or self.company

    @property
    def company(self) -> str:
        return clean(self.scenario.baseline.name, LONGEST_NAME) or "This company"

    @property
    def whose(self) -> str:
        """Whose figures these are where they are nobody's: "Sample retailer: a sample, not your data"; else empty."""
        return f"{self.company}: a sample, not your data" if self.scenario.baseline.source == "sample" else ""

    @cached_property
    def moved(self) -> bool:
        """Whether anything stands against doing nothing."""
        return words.is_moved(self.scenario)

    @cached_property
    def headline(self) -> words.Headline:
        """The finding and the line below it, as plain text."""
        said = words.headline(self.outcome, self.ranges)
        detail = " ".join(part for part in (measured.doubt(self.scenario.baseline), said.detail) if part)
        return words.Headline(said.title.replace("**", ""), detail.replace("**", ""))

    def change(self, key: str) -> Change:
        """One outcome's difference against doing nothing, as on its card."""
        likely = numbers.gap(self.ranges, key)
        return numbers.change(key, self.outcome.difference[key], *likely, self.currency)

    @cached_property
    def cards(self) -> list[Card]:
        """The four cards."""
        found = []
        for key in CARDS:
            change = self.change(key) if self.moved else None
            value = numbers.number(key, self.outcome.headline[key], self.currency)
            found.append(Card(key, OUTCOMES[key].label, value, change, words.note(key, self.outcome, change)))
        return found

    def cause_title(self, key: str) -> str:
        """The finding over a bridge: "What caused the change in cost: mostly ..."."""
        said = words.cause_title(key, self.causes[key], self.currency)
        return f"What caused the change in {words.CAUSE_NOUNS[key]}: {said}"

    def path_title(self, key: str) -> str:
        """The finding over a path."""
        here, there = self.outcome.monthly[key], self.outcome.reference_monthly[key]
        return words.path_title(key, here, there, self.currency)

    @cached_property
    def comparison(self) -> list[list[str]]:
        """A row an outcome of `COMPARED`: label, doing nothing, this, its difference and likely range, the others."""
        rows = []
        for key in COMPARED:
            here, own = self.outcome.headline[key], key in numbers.DIFFERENCES
            row = [OUTCOMES[key].label, "" if own else numbers.number(key, self.outcome.reference[key], self.currency)]
            row.append(numbers.number(key, here, self.currency))
            there = self.outcome.reference[key]
            change = None if own else numbers.beside(self.change(key), key, here, there, self.currency)
            likely = change.likely if change else numbers.likely(self.ranges, key, self.currency)
            row += [change.text if change else "", likely.removeprefix("likely ")]
            row += [numbers.number(key, other.headline[key], self.currency) for other in self.others]
            rows.append(row)
        return rows

    @cached_property
    def levers(self) -> list[Moved]:
        """The levers that the scenario moves, then its staffing rule."""
        table = lever_table(self.scenario.baseline)
        told: set[str] = set()
        rows = []
        for row in table.to_dict("records"):
            key = str(row["key"])
            if self.scenario.lever(key) != self.scenario.baseline.levers[key]:
                look = dial({str(k): v for k, v in row.items()}, self.currency)
                today, value = (look.text(look.shown(v)) for v in (row["today"], self.scenario.lever(key)))
                effects = self._effects(words.cause_label(key), told)
                since = words.since(self.scenario.starts.get(key, 0))
                paid, slow = str(row["price_text"]), str(row["delay_text"])
                rows.append(Moved(look.label, today, value, effects, paid, slow, since))
        if self.scenario.staffing_rule == "follow_work":
            effects = self._effects(words.cause_label("staffing_rule"), told)
            price = "freed time becomes money: fewer positions, first by turnover"
            rows.append(Moved("Staffing", "as it is", "follows the work", effects, price, "month by month"))
        return rows

    def _effects(self, cause: str, told: set[str]) -> tuple[str, ...]:
        """A cause's share of the change in each of `ASKED`, the first time that it is asked for."""
        if cause in told or cause not in self.causes.index:
            return tuple("" for _ in ASKED)
        told.add(cause)
        shares = ((key, dict(words.pairs(self.causes[key]))[cause]) for key in ASKED)
        return tuple(numbers.step(key, share, self.currency) or "no change" for key, share in shares)

    @cached_property
    def world(self) -> str:
        """The changed conditions in words; empty where the world is as today."""
        said = words.conditions(self.scenario).removeprefix("with ")
        return opening(said)

    def leads(self, key: str) -> str:
        """Which is better in an outcome: this scenario or doing nothing."""
        ahead = compare.is_ahead(key, self.outcome.headline[key], self.outcome.reference[key])
        return "This scenario" if ahead else "Doing nothing"

    def turns(self, key: str) -> list[Turn]:
        """The assumptions that would change the answer, the likeliest first."""
        return compare_words.turns(self.flips[key], self.currency)

    def odds_said(self, key: str) -> str:
        """How sure: "This scenario is cheaper than Doing nothing in 83 of 100 cases"."""
        said = compare_words.odds(key, "this scenario", "doing nothing", *self.odds[key]).replace("**", "")
        return opening(said)

    def turn_title(self, key: str) -> str:
        """What would change the answer, in a sentence."""
        if compare_words.alike(self.flips[key]):
            return f"Both are alike in {words.CAUSE_NOUNS[key]}"
        return compare_words.turn_title(key, self.leads(key), self.turns(key)).replace("**", "")

    def parts(self, key: str, most: int) -> list[Part]:
        """The assumptions that the answer depends on most, with rough shares of its doubt; the rest is left out."""
        found = self.depends[key]
        return risk_words.parts(self.scenario, found, errors=False)[: min(most, len(found.rows))]

    @property
    def depends_how(self) -> str:
        """How a picture of what the answer depends on is read; errors of shares are for the Risks page."""
        drawn = max((found.draws for found in self.depends.values()), default=DRAWS)
        return (
            "A bar: the answer from one end of a range to the other; the line: as taken. A share: roughly how much "
            f"of the doubt goes with it, from {drawn} cases."
        )

    def depends_title(self, key: str) -> str:
        """The finding over what the answer depends on: "The answer on cost depends most on X and Y"."""
        names = [called(ASSUMPTIONS[str(name)]) for name in self.depends[key].rows.index[:2]]
        if not names:
            return f"The answer on {words.CAUSE_NOUNS[key]} depends on no single assumption"
        quoted = listed([f"“{name}”" for name in names])
        return f"The answer on {words.CAUSE_NOUNS[key]} depends most on {quoted}"

    @cached_property
    def assumed(self) -> list[State]:
        """The assumptions that matter here: those the answer depends on most, then those that were changed."""
        known = {state.row.key: state for state in states(self.scenario)}
        keys = [str(key) for found in self.depends.values() for key in found.rows.index[:5]]
        keys += [key for key, state in known.items() if state.changed]
        return [known[key] for key in dict.fromkeys(keys)]

    def span(self, state: State) -> str:
        """An assumption's range in words."""
        return span(state, self.currency, everyday)

    @cached_property
    def evidence(self) -> str:
        """How well founded the assumptions are: "31 of 58 assumptions are judgement, 20 published, 7 measured"."""
        grades = [state.grade for state in states(self.scenario)]
        counts = {grade: grades.count(grade) for grade in ("judgement", "published", "measured") if grade in grades}
        (first, count), *rest = counts.items()
        said = [f"{count} of {len(grades)} assumptions are {within(GRADES[first])}"]
        return ", ".join([*said, *(f"{n} {within(GRADES[grade])}" for grade, n in rest)])


def tell(
    scenario: Scenario, others: Sequence[Scenario] = (), stamp: Stamp | None = None, *, asked: bool = True,
    progress: Progress | None = None,
) -> Story:  # fmt: skip
    """Reckon all that is told of a scenario; a few seconds, most of them for what the answer depends on.

    `asked`: whether the answer is put in question at all, which charts and a workbook do not need.
    """
    told = progress or silent
    told(0.0, "Outcomes")
    outcome = evaluate(scenario)
    likely = ranges(scenario, path=True)
    nothing = scenario.doing_nothing()
    beside = tuple(evaluate(other.model_copy(update={"month": scenario.month})) for other in others[:MOST_OTHERS])
    depends: dict[str, Dependence] = {}
    flips: dict[str, pd.DataFrame] = {}
    odds: dict[str, tuple[float, float]] = {}
    causes = pd.DataFrame(columns=list(CARDS), dtype=float)
    if words.is_moved(scenario):
        told(0.1, "What caused the change")
        found = attribute(nothing, scenario, list(CARDS))
        assert isinstance(found, pd.DataFrame)
        causes = found.set_axis([words.cause_label(str(key)) for key in found.index])
    if asked and words.is_moved(scenario):
        told(0.2, "What the answer depends on, and what would change it")
        doubts = {}
        for lane, key in enumerate(ASKED):
            ahead = compare.is_ahead(key, outcome.headline[key], outcome.reference[key])
            pair = (scenario, nothing) if ahead else (nothing, scenario)
            doubts[key] = scenario, pair, key, workers.ask(lane, _doubt, scenario, pair, key)
        for i, (key, (*given, answer)) in enumerate(doubts.items()):
            depends[key], flips[key], odds[key] = workers.answer(answer, _doubt, *given)
            told(0.6 + 0.4 * i, "What the answer depends on, and what would change it")
    told(1.0, "Done")
    return Story(scenario, outcome, likely, causes, beside, depends, flips, odds, stamp or Stamp())


def _doubt(
    scenario: Scenario, pair: tuple[Scenario, Scenario], key: str
) -> tuple[Dependence, pd.DataFrame, tuple[float, float]]:
    """What puts the answer on one outcome in question; all of it in one lane, which knows its draws."""
    nothing = scenario.doing_nothing()
    sure = paired.chances(scenario, nothing, [key])[key]
    return sensitivity.dependence(scenario, key, n=DRAWS), paired.flips(*pair, key), sure


def path_of(story: Story, key: str) -> pd.DataFrame | None:
    """The likely range of one outcome over the months; None where nothing is moved."""
    return path_ranges(story.scenario, key) if story.moved else None
