"""Pieces of sentences."""

import re

import pandas as pd
import pytest

from model.report import words
from model.report.grammar import listed, named, opening, within
from tests.serving import ROOT


@pytest.mark.parametrize(("text", "said"), [
    ("Cost a year", "cost a year"), ("E-mail", "e-mail"), ("A late order", "a late order"), ("x", "x"), ("", ""),
    ("CSAT", "CSAT"), ("FTE in teams", "FTE in teams"), ("IT outage", "IT outage"), ("already small", "already small"),
    ("WhatsApp bot", "WhatsApp bot"), ("B2B line", "B2B line"), ("Data of an API", "data of an API"),
])  # fmt: skip
def test_inside_a_sentence_a_first_letter_is_small_but_for_abbreviations(text: str, said: str) -> None:
    assert within(text) == said


@pytest.mark.parametrize(("title", "said"), [
    ("Phone", "phone"), ("E-mail", "e-mail"), ("Live Chat", "live chat"), ("Phone 2", "phone 2"),
    ("Back-office tickets", "back-office tickets"), ("WhatsApp", "WhatsApp"), ("SMS", "SMS"), ("VIP line", "VIP line"),
    ("Kundendienst", "Kundendienst"), ("Phone Lisbon", "Phone Lisbon"), ("PHONE", "PHONE"), ("", ""),
])  # fmt: skip
def test_a_channel_keeps_the_capitals_its_company_wrote_unless_it_is_an_ordinary_word(title: str, said: str) -> None:
    assert named(title) == said


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
    assert words.cause_title("operating_cost", causes, "USD") == "FCR programme (+$30k) and training (+$20k)"


def test_first_letters_are_changed_in_one_place() -> None:
    by_hand = re.compile(r"\[(0|:1)\]\.(lower|upper)\(\)(\}\{| \+)")
    paths = [path for room in ("model", "pages") for path in (ROOT / room).rglob("*.py")]
    assert [path.name for path in paths if by_hand.search(path.read_text(encoding="utf-8"))] == ["grammar.py"]


def test_no_label_is_changed_to_small_letters_by_hand() -> None:
    """`within` and `named` know abbreviations and names; a text in small letters reads "whatsapp", "it outage"."""
    by_hand = re.compile(r"(label|title|MEASURES\[\w+\]|[A-Z_]+\[[^]]+\]|_title\(.*?\)|\bname\(.*?\))\.(lower|casefold|"
                         r"capitalize|title)\(\)")  # fmt: skip
    paths = [path for room in ("model/report", "pages") for path in (ROOT / room).rglob("*.py")]
    doors = [ROOT / "model" / name for name in ("__main__.py", "cli_stress.py", "cli_compare.py", "cli_frontier.py")]
    found = [path.name for path in (*paths, *doors) if by_hand.search(path.read_text(encoding="utf-8"))]
    assert found == ["grammar.py"]  # `named` itself
