"""Assumptions in words and in the units of the screen: pages, workbook, deck and brief say the same."""

from collections.abc import Callable
from dataclasses import dataclass

from model.assumptions import ASSUMPTIONS, Assumption
from model.levers import LEVERS
from model.outcomes import OUTCOMES
from model.parameters import ranges
from model.relations import RELATIONS, relation_of
from model.report import numbers
from model.report.grammar import listed, opening, within
from model.scenario import Note, Range, Scenario

FAMILIES = {
    "demand": "Demand", "timing": "Time to take effect", "people": "People", "service": "Handling",
    "satisfaction": "Satisfaction", "economics": "Money",
}  # fmt: skip
SHORTER = {"csat_wait": "Waiting", "csat_self_service": "Self-service against an agent"}
"""Names where a precise one would be a technical one."""
FROM = {"sample": "The sample company's data", "company": "Your data"}
"""Where a company's own value comes from, by the company's source."""
GRADES = {"measured": "Measured", "published": "Published", "judgement": "Judgement"}


@dataclass(frozen=True, slots=True)
class Unit:
    """How a value is shown: times `factor` of it, with text before and after."""

    factor: float
    before: str
    after: str

    def shown(self, value: float) -> float:
        """The model's value in shown units, without the dust of binary fractions."""
        return float(f"{value / self.factor:.10g}")

    def real(self, shown: float) -> float:
        """A shown value in the model's units."""
        return float(f"{shown * self.factor:.10g}")

    def text(self, value: float, whole: bool = True) -> str:
        """A value as it is read: 25 %, $34, −0.25; `whole` with what it is counted in."""
        size = abs(self.shown(value))
        digits = f"{size:,.0f}" if size >= 1000 else f"{size:.4g}"
        after = self.after if whole or self.after.startswith(" %") else ""
        return f"{numbers.MINUS if value < 0 else ''}{self.before}{digits}{after if whole else after[:2]}"

    @property
    def name(self) -> str:
        """What a number stands for, beside an input: "% a year", "USD an hour", "months"."""
        return f"{self.before}{self.after}".strip()


def unit(row: Assumption, currency: str) -> Unit:
    """The unit of a row on screen: shares and factors in per cent, money in the company's currency."""
    if row.unit == "factor":
        return Unit(0.01, "", " %")
    if row.unit.startswith("share"):
        return Unit(0.01, "", f" % {row.unit.removeprefix('share').strip()}".rstrip())
    if row.unit.startswith("of labour cost"):
        return Unit(0.01, "", f" % {row.unit}")
    if row.unit.startswith("money"):
        return Unit(1.0, numbers.sign(currency), f" {row.unit.removeprefix('money').strip()}".rstrip())
    return Unit(1.0, "", f" {row.unit}")


def everyday(row: Assumption, currency: str) -> Unit:
    """The unit outside the page of assumptions, where nobody reads log-odds.

    Log-odds become the points that they are worth where half are satisfied or helped, which is the most they can be:
    the logistic curve's slope there is 1/4.
    """
    if row.unit == "log-odds":
        return Unit(0.04, "", " points at most")
    return Unit(1.0, "", "") if row.unit in ("elasticity", "points a point") else unit(row, currency)


def called(row: Assumption) -> str:
    """An assumption's name where its family does not stand over it: "Satisfaction: a late order"."""
    if row.family != "satisfaction":
        return row.label
    return f"{FAMILIES[row.family]}: {within(SHORTER.get(row.key, row.label))}"


@dataclass(frozen=True, slots=True)
class State:
    """One assumption as it stands in a scenario: `values` in force, the company's, the table's; `fixed` where known."""

    row: Assumption
    values: Range
    company: Range
    fixed: bool
    changed: bool
    own: bool
    note: Note | None

    @property
    def grade(self) -> str:
        """Measured where the company's own data stand in the table's place."""
        return "measured" if self.own else self.row.grade

    @property
    def default(self) -> Range:
        """The table's low, likely, high."""
        return (self.row.low, self.row.mode, self.row.high)


def states(scenario: Scenario) -> list[State]:
    """Every assumption of a scenario, in the table's order."""
    return [_state(scenario, key, company) for key, company in ranges(scenario.baseline).items()]


def _state(scenario: Scenario, key: str, company: Range) -> State:
    base, fixed = scenario.baseline, scenario.assumptions.get(key)
    own = scenario.assumption_ranges.get(key, company)
    values = own if fixed is None else (fixed, fixed, fixed)
    measured = key in base.assumptions or (key == "wage" and base.grades.get("wage") == "measured")
    changed = key in scenario.assumptions or key in scenario.assumption_ranges
    return State(ASSUMPTIONS[key], values, company, fixed is not None, changed, measured,
                 scenario.assumption_notes.get(key))  # fmt: skip


def acts_on(row: Assumption, inside: bool = False) -> str:
    """The relations it acts in, in words: "Demand, Waiting lines"; `inside` a sentence "demand and waiting lines"."""
    labels = list(dict.fromkeys(RELATIONS[relation_of(module)].label for module in row.acts_in))
    return listed([within(label) for label in labels]) if inside else ", ".join(labels)


def moves(row: Assumption) -> str:
    """What it moves: the levers it prices or delays, else the outcomes that are found where it acts."""
    priced = [r.label for r in LEVERS.values() if row.key in (*r.price_one_off, *r.price_a_year)]
    timed = [r.label for r in LEVERS.values() if row.key in r.delay]
    parts = [f"what costs: {', '.join(priced)}"] if priced else []
    parts += [f"how soon: {', '.join(timed)}"] if timed else []
    if not parts:
        relations = {relation_of(module) for module in row.acts_in}
        direct = [r.label for r in OUTCOMES.values() if relations & set(r.found_in) and not r.diagnostic]
        fed = {other for relation in relations for other in RELATIONS[relation].feeds}
        found = direct or [r.label for r in OUTCOMES.values() if fed & set(r.found_in) and not r.diagnostic]
        parts = [", ".join(found[:5]) + (" and more" if len(found) > 5 else "")]
    return opening("; ".join(parts))


def span(state: State, currency: str, shown: Callable[[Assumption, str], Unit] = unit) -> str:
    """Low to high and the likely value, or the one value; `shown`: `unit` or `everyday`."""
    u = shown(state.row, currency)
    if state.values[0] == state.values[2]:
        return u.text(state.values[1])
    low, mode, high = (u.text(v, False) for v in state.values)
    return f"{low} to {high}, likely {mode}{u.after.removeprefix(' %')}"


def limits(row: Assumption, currency: str) -> str:
    """What the model accepts, in words."""
    u = unit(row, currency)
    return f"{u.text(row.floor, False)} to {u.text(row.ceiling)}"
