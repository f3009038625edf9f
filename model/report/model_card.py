"""The model card: what the model is and is not for, what it stands on, how sure that is, and what it cannot do.

Written from the tables: versions, counts and sources are never typed by hand.
"""

from collections import Counter

from model.assumptions import ASSUMPTIONS
from model.levers import LEVERS
from model.outcomes import OUTCOMES
from model.relations import RELATIONS
from model.report import validation
from model.report.influence import assumptions_of
from model.scenario import CELLS, MONTHS, Baseline
from model.uncertainty import LIKELY
from model.version import ENGINE_VERSION

GRADES = {
    "measured": "this company's own data",
    "published": "a named source says at least one end of the range",
    "judgement": "nobody's data: our best estimate, to be replaced by yours",
}
"""Each grade's meaning, in the words of the page."""
PURPOSES = (
    "Compare ways to run customer service: people, automation, how work is done.",
    "See what each does to cost, speed and satisfaction over three years, and how sure that is.",
    "Find out which assumption is worth checking before money is spent.",
)
NOT_FOR = (
    "A rota or a schedule: it is a model of averages, not of shifts and names.",
    "Judging a single agent or a single customer.",
    "A budget to the dollar: the ranges are part of the answer.",
    "Operations far from phone, chat, e-mail and tickets, such as field service or sales.",
)
LIMITS = (
    "Patience is taken as exponential and agents as alike; real callers' patience changes while they wait.",
    "Teams that share work share it evenly (symmetric pooling); real routing has rules of its own.",
    "Most coefficients of satisfaction are judgement until they are refitted from a company's own ratings.",
    "A model of averages, not a schedule: single half-hours of a real week will differ.",
    "NPS and customer effort are read off satisfaction; they add no evidence.",
    "Where callers wait for hours rather than give up, in a large team whose forecasts are far off, service turns "
    "within a few per cent of staff, and the share answered in time may be 2 points off.",
)


def grades(baseline: Baseline | None = None) -> Counter[str]:
    """How many assumptions have each grade; what a company's own data replaced counts as measured."""
    own = set(baseline.assumptions) if baseline is not None else set[str]()
    if baseline is not None and baseline.grades.get("wage") == "measured":
        own.add("wage")
    return Counter("measured" if key in own else row.grade for key, row in ASSUMPTIONS.items())


def markdown(baseline: Baseline | None = None) -> str:
    """The card in Markdown; with a company, on its data and its own assumptions."""
    found = grades(baseline)
    parts = [f"## Model card: Trilever, model {ENGINE_VERSION}", "", _what(), "", "### What it is for", ""]
    parts += [f"- {line}" for line in PURPOSES]
    parts += ["", "### What it is not for", "", *(f"- {line}" for line in NOT_FOR)]
    parts += ["", "### What it needs to know of a company", "", _data(baseline)]
    parts += ["", "### Relations", ""]
    parts += ["|Relation|What it says|Assumptions|of these, judgement|", "|:---|:---|---:|---:|"]
    for row in RELATIONS.values():
        keys = assumptions_of(row.key)
        guessed = sum(ASSUMPTIONS[key].grade == "judgement" for key in keys)
        parts.append(f"|{row.label}|{row.text}|{len(keys)}|{guessed}|")
    parts += ["", "An assumption that acts in two relations counts in both.", "", "### Evidence", ""]
    parts += ["|Grade|Assumptions|Means|", "|:---|---:|:---|"]
    parts += [f"|{grade}|{found[grade]}|{text}|" for grade, text in GRADES.items()]
    total = sum(found.values())
    share = 100 * found["judgement"] / total
    parts += ["", f"{found['judgement']} of {total} assumptions ({share:.0f} %) are judgement. Ranges of results come "
              "from drawing all of them at once.", "", "Published sources:", ""]  # fmt: skip
    parts += [f"- {row.label}: {row.source}." for row in ASSUMPTIONS.values() if row.grade == "published"]
    parts += ["", "### Limits", "", *(f"- {line}" for line in LIMITS), "", "### Checks", "", _checks()]
    return "\n".join(parts) + "\n"


def _what() -> str:
    families = Counter(row.family for row in LEVERS.values())
    levers = ", ".join(f"{count} of {family}" for family, count in families.items())
    stated = sum(not row.diagnostic for row in OUTCOMES.values())
    low, high = LIKELY
    return (
        f"A small model of customer service: {len(LEVERS)} levers ({levers}) move {len(OUTCOMES)} results ({stated} "
        f"outcomes and {len(OUTCOMES) - stated} diagnostics) through {len(RELATIONS)} relations with "
        f"{len(ASSUMPTIONS)} assumptions, over {MONTHS} months and the {CELLS} half-hours of a week. It starts from "
        "today's own figures and shows differences to doing nothing. A likely range leaves out the most extreme "
        f"{100 * (low + 1 - high):.0f} % of cases."
    )


def _data(baseline: Baseline | None) -> str:
    text = (
        "For each channel a week of arrivals and scheduled agents, handle time, patience, share solved first time, "
        "transfers, satisfaction, and how fast contacts are answered today; then wages, customers and orders. What a "
        "file does not say is assumed and marked so."
    )
    if baseline is None:
        return text
    graded = [grade for channel in baseline.channels for grade in channel.grades.values()]
    measured = sum(grade == "measured" for grade in [*graded, *baseline.grades.values()])
    if baseline.source == "sample":
        return f"{text}\n\nHere: a sample company with {len(baseline.channels)} channels, not your data."
    return f"{text}\n\nHere: your company with {len(baseline.channels)} channels; {measured} figures are measured."


def _checks() -> str:
    tables = validation.tables()
    if not tables:
        return "No table of checks is kept in this installation."
    lines = [f"- **{title}**: {frame.attrs['note']}" for title, frame in tables.items()]
    return "\n".join(["Tables of checks that are kept with the model, each written by a command:", "", *lines])
