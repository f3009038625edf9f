"""The model card says what the tables say, and the checks are read as they were written."""

import dataclasses
import re
from pathlib import Path

import pandas as pd
import pytest

import model
from model.assumptions import ASSUMPTIONS
from model.levers import LEVERS
from model.outcomes import OUTCOMES
from model.relations import RELATIONS
from model.report import model_card, validation
from model.version import ENGINE_VERSION


def row(text: str, name: str) -> list[str]:
    """The cells of a table's row."""
    [found] = [line for line in text.splitlines() if line.startswith(f"|{name}|")]
    return found.strip("|").split("|")


def test_versions_and_counts_are_those_of_the_tables() -> None:
    text = model_card.markdown()
    assert f"model {ENGINE_VERSION}" in text
    for count, noun in ((len(LEVERS), "levers"), (len(OUTCOMES), "results"), (len(ASSUMPTIONS), "assumptions")):
        assert f"{count} {noun}" in text
    for grade in model_card.GRADES:
        assert row(text, grade)[1] == str(sum(r.grade == grade for r in ASSUMPTIONS.values()))
    for relation in RELATIONS.values():
        assert row(text, relation.label)[1] == relation.text


def test_counts_follow_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    before = int(row(model_card.markdown(), "published")[1])
    monkeypatch.setitem(ASSUMPTIONS, "wage", dataclasses.replace(ASSUMPTIONS["wage"], grade="judgement"))
    text = model_card.markdown()
    assert int(row(text, "published")[1]) == before - 1
    assert ASSUMPTIONS["wage"].source not in text


def test_every_published_source_is_named_and_no_judgement_as_one() -> None:
    sources = model_card.markdown().split("Published sources:")[1].split("### Limits")[0]
    for one in ASSUMPTIONS.values():
        assert (one.source in sources) == (one.grade == "published"), one.key


@pytest.mark.parametrize("one", ASSUMPTIONS.values(), ids=list(ASSUMPTIONS))
def test_a_source_says_who_when_and_what_or_that_it_is_our_own(one: object) -> None:
    if one.grade == "published":
        assert re.search(r"\b(19|20)\d\d\b|cited by", one.source), "a year, or who cites it"
        assert len(one.source) > 40 and re.search(r"[A-Z]\w+", one.source)
    else:
        assert one.source.startswith("own ")


def test_the_limits_of_the_design_are_said() -> None:
    said = " ".join(model_card.LIMITS).lower()
    for word in ("exponential", "alike", "symmetric pooling", "judgement until", "not a schedule"):
        assert word in said


def test_what_a_company_measured_counts_as_measured() -> None:
    base = model.sample("retail").model_copy(
        update={"assumptions": {"csat_wait": (-0.3, -0.2, -0.1)}, "grades": {"wage": "measured"}}
    )
    assert model_card.grades(base)["measured"] == 2
    assert sum(model_card.grades(base).values()) == len(ASSUMPTIONS)
    assert row(model_card.markdown(base), "measured")[1] == "2"
    assert "not your data" in model_card.markdown(model.sample("retail"))


def test_the_checks_are_listed_with_their_notes() -> None:
    text = model_card.markdown().split("### Checks")[1]
    for title, frame in validation.tables().items():
        assert f"**{title}**: {frame.attrs['note']}" in text


def test_the_agreement_that_is_kept_is_the_promised_one() -> None:
    frame = validation.tables()["Agreement of the waiting-line formulas"]
    assert len(frame) > 10 and (frame.drop(columns=["servers", "load", "patience"]).max() < 1e-9).all()


def test_a_table_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    table = pd.DataFrame({"of": ["a", "b"], "error": [1e-12, 0.5]})
    validation.keep(table, tmp_path / "x.csv", "A title", "what it shows")
    [(title, back)] = validation.tables(tmp_path).items()
    assert (title, back.attrs["note"]) == ("A title", "what it shows")
    pd.testing.assert_frame_equal(back, table)
