"""Pieces of sentences."""

import re

import pandas as pd
import pytest

from model.report import words
from model.report.grammar import listed, opening, within
from tests.serving import ROOT


@pytest.mark.parametrize(("text", "said"), [
    ("Cost a year", "cost a year"), ("E-mail", "e-mail"), ("A late order", "a late order"), ("x", "x"), ("", ""),
    ("CSAT", "CSAT"), ("FTE in teams", "FTE in teams"), ("IT outage", "IT outage"), ("already small", "already small"),
])  # fmt: skip
def test_inside_a_sentence_a_first_letter_is_small_but_for_abbreviations(text: str, said: str) -> None:
    assert within(text) == said


@pytest.mark.parametrize(("text", "said"), [("cost", "Cost"), ("e-mail at CSAT", "E-mail at CSAT"), ("", "")])
def test_a_sentence_opens_with_a_capital_and_keeps_those_that_follow(text: str, said: str) -> None:
    assert opening(text) == said


@pytest.mark.parametrize(("items", "said"), [
    ([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"),
])  # fmt: skip
def test_words_are_listed_with_an_and_before_the_last(items: list[str], said: str) -> None:
    assert listed(items) == said


def test_a_cause_that_begins_with_an_abbreviation_keeps_it() -> None:
    causes = pd.Series({"FCR programme": 30_000.0, "Training": 20_000.0})
    assert words.cause_title("operating_cost", causes, "USD") == "mostly FCR programme (+$30k) and training (+$20k)"


def test_first_letters_are_changed_in_one_place() -> None:
    by_hand = re.compile(r"\[(0|:1)\]\.(lower|upper)\(\)(\}\{| \+)")
    paths = [path for room in ("model", "pages") for path in (ROOT / room).rglob("*.py")]
    assert [path.name for path in paths if by_hand.search(path.read_text(encoding="utf-8"))] == ["grammar.py"]
