"""The comparison as tables: outcomes in rows with the best marked, and what differs between the scenarios."""

import math

import pandas as pd
import streamlit as st

import model
from model import paired
from model.compare import best, gap, same_company
from model.outcomes import OUTCOMES
from model.report import compare_words, numbers, words
from pages.parts import asked, compare_asked
from pages.parts.cards import COLOURS
from pages.parts.compare_choice import Chosen
from pages.parts.plain import markdown, plain

MAIN = ("operating_cost", "service_level", "csat", "fte", "npv", "payback_months")
ARROWS = {"up": ":material/arrow_upward:", "down": ":material/arrow_downward:", "off": ""}
BEST = " :green-badge[:material/star: best]"
NEW_LINE = "  \n"
LONG, SHORT = ": too uncertain to call", ", uncertain"
"""A column of five has no room for the long way to say it."""


def finding(found: list[Chosen], base: Chosen) -> None:
    """Who is best in what, in a sentence; and that companies differ, where they do."""
    compare_asked.begin(found, base)
    outs = compare_asked.outcomes(found)
    st.markdown(markdown(f"#### {compare_words.standing([one.markdown for one in found], _wins(found, outs))}"),
                anchors=False)  # fmt: skip
    month = found[0].scenario.month
    st.caption(
        f"Yearly pace of month {month}. Best as the figures stand; how sure that is, is said below. "
        "Likely means 8 in 10. Value, payback: over 36 months."
    )
    if not same_company([one.scenario for one in found]):
        companies = ", ".join(dict.fromkeys(plain(one.scenario.baseline.name) for one in found))
        st.info(f"They stand on different figures ({companies}): numbers can be compared, but what caused a "
                "difference, and how sure it is, cannot be told. Rerun one on the other's figures in the Library.",
                icon=":material/info:")  # fmt: skip


def outcomes(found: list[Chosen], base: Chosen) -> None:
    """Every outcome of every scenario, with its difference to the base and how likely that is."""
    every = st.session_state.get("compare_all", False)
    rows = list(OUTCOMES) if every else list(MAIN)
    outs = compare_asked.outcomes(found)
    wins = _wins(found, outs)
    cells = [_cells(found, outs, base, at, rows, wins) for at in range(len(found))]
    _table([OUTCOMES[key].label for key in rows], [_head(one, base) for one in found], cells, "Result",
           "Results of each")  # fmt: skip
    st.toggle("All results", key="compare_all")


def differing(found: list[Chosen]) -> None:
    """Only what is not the same in all: levers, rule, conditions, targets, assumptions."""
    lines = compare_words.lines([one.scenario for one in found])
    st.markdown("**What differs**")
    if not lines:
        st.caption("Nothing: the scenarios are the same.")
        return
    texts = [[plain(line.texts[at]) for line in lines] for at in range(len(found))]
    _table([plain(line.label) for line in lines], [one.markdown for one in found], texts, "Setting",
           "What differs")  # fmt: skip


def _table(labels: list[str], heads: list[str], columns: list[list[str]], corner: str, alt: str) -> None:
    """Rows by their labels, a column a scenario; all of it Markdown. `corner` says what the labels are."""
    frame = pd.DataFrame(dict(enumerate([labels, *columns])))
    frame.columns = pd.Index([f":small[:gray[{corner}]]", *heads])
    st.table(frame, border="horizontal", hide_index=True, alt=alt)


def _head(one: Chosen, base: Chosen) -> str:
    note = f"{one.about}; the base of differences" if one.id == base.id else one.about
    return f"**{one.markdown}**{NEW_LINE}:small[:gray[{plain(note)}]]"


def _wins(found: list[Chosen], outs: list[model.Outcome]) -> dict[str, set[int]]:
    """Who is best in every outcome; in none of money where currencies differ."""
    currencies = {one.scenario.baseline.currency for one in found}
    wins = {}
    for key, row in OUTCOMES.items():
        if row.unit not in ("money", "money_each") or len(currencies) == 1:
            values = [_judged(key, one, out) for one, out in zip(found, outs, strict=True)]
            texts = [numbers.number(key, value, next(iter(currencies))) for value in values]
            wins[key] = best(key, values, texts)
    return wins


def _judged(key: str, one: Chosen, out: model.Outcome) -> float:
    """An outcome as it takes part in a contest: what pays nothing out pays nothing back."""
    idle = key == "payback_months" and not words.is_moved(one.scenario)
    return math.nan if idle else out.headline[key]


def _cells(
    found: list[Chosen], outs: list[model.Outcome], base: Chosen, at: int, rows: list[str], wins: dict[str, set[int]]
) -> list[str]:
    one, currency = found[at], found[at].scenario.baseline.currency
    there = next(out for other, out in zip(found, outs, strict=True) if other.id == base.id)
    like = same_company([one.scenario, base.scenario])
    apart = like and one.id != base.id
    likely = asked.answer(paired.gaps, one.scenario, base.scenario) if apart else pd.DataFrame()
    gaps = gap(outs[at].headline, there.headline)
    cells = []
    for key in rows:
        value = outs[at].headline[key]
        text = f"**{_value(key, value, one, currency)}**" + (BEST if at in wins.get(key, set()) else "")
        money = OUTCOMES[key].unit in ("money", "money_each")
        if one.id != base.id and not (money and currency != base.scenario.baseline.currency):
            if key != "payback_months" or (words.is_moved(one.scenario) and words.is_moved(base.scenario)):
                values = (value, there.headline[key])
                text += _difference(key, gaps[key], values, likely, currency, words.is_moved(base.scenario))
        cells.append(markdown(text))
    return cells


def _value(key: str, value: float, one: Chosen, currency: str) -> str:
    if key == "payback_months" and not words.is_moved(one.scenario):
        return "nothing to pay back"
    return numbers.number(key, value, currency)


def _difference(
    key: str, difference: float, values: tuple[float, float], likely: pd.DataFrame, currency: str, base_moved: bool
) -> str:
    band = (float(likely.loc[key, "low"]), float(likely.loc[key, "high"])) if key in likely.index else numbers.UNKNOWN
    change = numbers.beside(numbers.change(key, difference, *band, currency), key, *values, currency)
    if math.isnan(difference):
        return ""
    if change.arrow == "off" and not change.likely:
        return f"{NEW_LINE}:small[:gray[{change.text}]]"
    # The value of a plan is its difference to doing nothing: said once.
    said = "" if key in numbers.DIFFERENCES and not base_moved else (
        f":{COLOURS[change.verdict]}[{_unbroken(f'{ARROWS[change.arrow]} {change.text}'.strip())}] ")  # fmt: skip
    likely_said = _unbroken(change.likely.replace(LONG, SHORT)).replace(",\u00a0", ", ")
    return NEW_LINE + said + (f":small[:gray[{likely_said}]]" if likely_said else "")


def _unbroken(text: str) -> str:
    """Words that stay on one line: where five columns are too many for a phone, the table scrolls instead."""
    return text.replace(" ", "\u00a0")
