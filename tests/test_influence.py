"""The influence diagram: every key of the tables is in it, its edges are theirs, and they are true of the model."""

import json
from functools import cache

import pytest

import model
from model.assumptions import ASSUMPTIONS
from model.levers import LEVERS
from model.outcomes import OUTCOMES
from model.relations import RELATIONS, relation_of
from model.report import influence
from tests.tracing import MODULES, Trace

UNTRACED = {"consistency"}
"""A figure of the week's picture, which is drawn after the evaluation that is traced."""


def drawn(part: str, chosen: str | None = None) -> list[dict[str, object]]:
    return [row for row in influence.data(chosen).to_pylist() if row["part"] == part]


# --- the picture is the tables ----------------------------------------------------------------------------------------
def test_each_key_of_the_tables_is_drawn() -> None:
    assert {row["id"] for row in drawn("name")} == {*LEVERS, *RELATIONS, *OUTCOMES}
    assert {row["id"] for row in drawn("dot")} == set(ASSUMPTIONS)
    assert {row["id"] for row in drawn("box")} == set(RELATIONS)


def test_the_edges_drawn_are_the_tables() -> None:
    tables = {(k, r) for k, row in LEVERS.items() for r in row.acts_in}
    tables |= {(k, r) for k, row in RELATIONS.items() for r in row.feeds}
    tables |= {(r, k) for k, row in OUTCOMES.items() for r in row.found_in}
    assert {tuple(str(row["id"]).split(">")) for row in drawn("edge")} == tables
    assert len(drawn("edge")) == 4 * len(tables)


def test_an_assumption_stands_in_each_relation_its_row_says() -> None:
    for key, row in ASSUMPTIONS.items():
        holders = {r for r in RELATIONS if key in influence.assumptions_of(r)}
        assert holders == {relation_of(module) for module in row.acts_in}


def test_every_module_of_an_assumption_belongs_to_one_relation() -> None:
    modules = [m for row in RELATIONS.values() for m in row.modules]
    assert len(set(modules)) == len(modules)
    assert {m for row in ASSUMPTIONS.values() for m in row.acts_in} <= set(modules)


def test_nothing_overlaps_and_everything_is_inside() -> None:
    for kind in ("lever", "relation", "outcome"):
        places = sorted((p for p in influence.layout().values() if p.kind == kind), key=lambda p: p.y)
        assert all(p.y - p.height / 2 >= -1e-9 and p.y + p.height / 2 <= 1 + 1e-9 for p in places)
        assert all(b.y - a.y >= (a.height + b.height) / 2 - 1e-9 for a, b in zip(places, places[1:], strict=False))
    boxes = {row["id"]: row for row in drawn("box")}
    for relation in RELATIONS:
        for row in drawn("dot"):
            if row["id"] in influence.assumptions_of(relation) and len(ASSUMPTIONS[str(row["id"])].acts_in) == 1:
                assert boxes[relation]["y"] < row["y"] < boxes[relation]["y2"]
                assert influence.BOX[0] < row["x"] < influence.BOX[1]


def test_levers_and_outcomes_stand_where_fewer_edges_cross_than_in_the_tables_order() -> None:
    def crossings(first: list[str], second: list[str]) -> int:
        pairs = [(first.index(a), second.index(b)) for a, b in influence.edges() if a in first and b in second]
        return sum((a - c) * (b - d) < 0 for a, b in pairs for c, d in pairs)

    def ordered(kind: str) -> list[str]:
        places = {k: p for k, p in influence.layout().items() if p.kind == kind}
        return sorted(places, key=lambda k: places[k].y)

    assert crossings(ordered("lever"), list(RELATIONS)) < crossings(list(LEVERS), list(RELATIONS))
    assert crossings(list(RELATIONS), ordered("outcome")) < crossings(list(RELATIONS), list(OUTCOMES))


# --- chosen paths -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", LEVERS)
def test_a_lever_s_paths_end_at_the_outcomes_that_its_row_says_it_moves(key: str) -> None:
    on, lit = influence.paths(key)
    moved = {k for k, way in LEVERS[key].directions.items() if way != "none"}
    assert moved <= on
    assert not on & {k for k, way in LEVERS[key].directions.items() if way == "none"}
    assert on & set(LEVERS) == {key}
    assert set(lit) <= set(influence.edges()) and all(a in on and b in on for a, b in lit)


@pytest.mark.parametrize("key", OUTCOMES)
def test_an_outcome_s_paths_begin_at_the_levers_that_move_it(key: str) -> None:
    on, _ = influence.paths(key)
    assert on & set(OUTCOMES) == {key}
    assert set(OUTCOMES[key].found_in) <= on
    for lever, row in LEVERS.items():
        if row.directions.get(key) in ("up", "down"):
            assert lever in on
        if row.directions.get(key) == "none":
            assert lever not in on


def test_a_chosen_lever_is_marked_and_arrows_say_which_way_and_whether_that_is_better() -> None:
    rows = {row["id"]: row for row in drawn("name", "agent_assist_spend")}
    assert rows["agent_assist_spend"]["colour"] == "chosen"
    assert (rows["asa"]["name"], rows["asa"]["colour"]) == ("Average wait ↓", "better")
    assert (rows["operating_cost"]["name"], rows["operating_cost"]["colour"]) == ("Cost a year ↑", "worse")
    assert not rows["fte"]["on"] and rows["csat"]["on"]


def test_a_relation_cannot_be_chosen() -> None:
    with pytest.raises(KeyError):
        influence.paths("demand")


# --- the picture for those who do not see it, and for the browser -----------------------------------------------------
def test_the_words_name_every_row_of_the_tables() -> None:
    text = influence.in_words().lower()
    for table in (LEVERS, RELATIONS, OUTCOMES, ASSUMPTIONS):
        assert [row.label for row in table.values() if row.label.lower() not in text] == []


@pytest.mark.parametrize("key", [*LEVERS, *OUTCOMES])
def test_what_is_chosen_is_told_in_words(key: str) -> None:
    text = influence.words(key)
    assert influence.label(key) in text and "nothing" not in text.replace("doing nothing", "")


@pytest.mark.parametrize("dark", [False, True])
def test_the_specification_holds_no_rows_and_fits_every_choice(dark: bool) -> None:
    spec = influence.spec(dark)
    assert "datasets" not in spec and "self_service" not in json.dumps(spec)
    assert influence.data().schema == influence.data("csat").schema
    for name in set(influence.data().schema.names) - {"name", "short", "part", "align"}:
        assert f'"field": "{name}"' in json.dumps(spec) or f"datum.{name}" in json.dumps(spec), name


# --- the tables are true of the running model -------------------------------------------------------------------------
@cache
def trace() -> tuple[Trace, model.Scenario]:
    """Every lever but outsourcing moved, so that every relation is at work; the vendor would stand between them."""
    base = model.sample("retail")
    table = model.lever_table(base)
    levers = {k: float(0.6 * table.loc[k, "today"] + 0.4 * table.loc[k, "high"]) for k in table.index}
    levers |= {k: base.levers[k] * 0.97 for k in levers if k.startswith("staffing.")}
    levers["late_order_rate"] = base.levers["late_order_rate"] / 2
    del levers["outsourced_share"]
    scenario = model.Scenario(baseline=base, levers=levers)
    return Trace(scenario), scenario


@pytest.mark.parametrize("key", LEVERS)
def test_a_lever_enters_just_the_relations_that_its_row_says(key: str) -> None:
    traced, scenario = trace()
    table = model.lever_table(scenario.baseline)
    entered = set[str]()
    for end in ("low", "high"):
        moved = {k: float(table.loc[k, end]) for k in table.index if k.partition(".")[0] == key}
        entered |= traced.entered(scenario.model_copy(update={"levers": {**scenario.levers, **moved}}))[0]
    assert entered == set(LEVERS[key].acts_in)


@pytest.mark.parametrize("key", RELATIONS)
def test_a_relation_feeds_just_what_its_row_says_and_outcomes_that_say_so(key: str) -> None:
    traced, scenario = trace()
    fed, outcomes = traced.fed(scenario, key)
    assert fed == set(RELATIONS[key].feeds)
    said = {k for k, row in OUTCOMES.items() if key in row.found_in} - UNTRACED
    assert outcomes & set(OUTCOMES) | ({"payback_months"} & said) == said


def test_with_nothing_changed_nothing_differs() -> None:
    traced, scenario = trace()
    assert traced.entered(scenario) == (set(), set())
    assert set(MODULES) == set(RELATIONS)
