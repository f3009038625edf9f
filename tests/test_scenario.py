"""Baseline and Scenario: every fault is told in words that name it, and nothing derived outlives a change."""

import copy
import datetime
import json
import math
import pickle
from multiprocessing.reduction import ForkingPickler
from operator import ior
from typing import Any

import pytest

import model
from model import engine, letters, links
from model.assumptions import ASSUMPTIONS, Assumption
from model.explain import mixed
from model.levers import LEVERS
from model.scenario import CONDITIONS, Note, has_effect, scale_of
from tests import limits

WEEK = 336
PHONE = {"name": "phone", "arrivals": [10.0] * WEEK, "agents": [5.0] * WEEK}
CHAT = {"name": "chat", "kind": "chat", "arrivals": [4.0] * WEEK, "agents": [2.0] * WEEK}


def channel(**changes: object) -> model.Channel:
    return model.Channel(**(PHONE | changes))


def baseline(**changes: object) -> model.Baseline:
    return model.Baseline(**({"name": "x", "channels": [PHONE]} | changes))


BASE = baseline()


def fault(make: object, **changes: object) -> model.ScenarioError:
    with pytest.raises(model.ScenarioError) as caught:
        make(**changes)  # type: ignore[operator]
    assert caught.value.hint, "a fault says what to do"
    return caught.value


def scenario(**changes: object) -> model.Scenario:
    return model.Scenario(**({"baseline": BASE} | changes))


# --- faults of a scenario ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("changes", "named"), [
    ({"levers": {"no_such_thing": 1.0}}, "no_such_thing"),
    ({"levers": {"staffing.fax": 1.0}}, "staffing.fax"),
    ({"levers": {"shrinkage": 0.9}}, "shrinkage"),
    ({"levers": {"shrinkage": 0.01}}, "shrinkage"),
    ({"levers": {"self_service_spend": -1.0}}, "self_service_spend"),
    ({"levers": {"fcr_programme": math.nan}}, "fcr_programme"),
    ({"levers": {"fcr_programme": math.inf}}, "fcr_programme"),
    ({"levers": {"fcr_programme": "much"}}, "fcr_programme"),
    ({"conditions": {"weather": 1.0}}, "weather"),
    ({"conditions": {"demand": 0.05}}, "demand"),
    ({"conditions": {"demand": 5.1}}, "demand"),
    ({"conditions": {"demand": math.nan}}, "demand"),
    ({"conditions": {"demand.phone": 1.0}}, "demand.phone"),
    ({"conditions": {"added_volume": 10.0}}, "added_volume"),
    ({"conditions": {"added_volume.fax": 10.0}}, "added_volume.fax"),
    ({"conditions": {"added_volume.phone": -1.0}}, "added_volume.phone"),
    ({"assumptions": {"no_such_assumption": 1.0}}, "no_such_assumption"),
    ({"assumptions": {"wage": math.nan}}, "wage"),
    ({"assumptions": {"repeat_share": 5.0}}, "repeat_share"),
    ({"assumptions": {"new_hire_handle_time": 0.0}}, "new_hire_handle_time"),
    ({"assumptions": {"wage": -10.0}}, "wage"),
    ({"assumption_ranges": {"no_such_assumption": (0.1, 0.2, 0.3)}}, "no_such_assumption"),
    ({"assumption_ranges": {"csat_wait": (-0.1, -0.3, -0.5)}}, "csat_wait"),
    ({"assumption_ranges": {"repeat_share": (0.1, 0.2, 1.5)}}, "repeat_share"),
    ({"assumption_ranges": {"repeat_share": (0.1, 0.2)}}, "repeat_share"),
    ({"assumption_notes": {"wage": {"author": "Ada"}}}, "reason"),
    ({"targets": {"target_s.phone": 1e9}}, "target_s.phone"),
    ({"targets": {"target_s.phone": 0.5}}, "target_s.phone"),
    ({"targets": {"budget": 1e14}}, "budget"),
    ({"targets": {"happiness": 0.9}}, "happiness"),
    ({"targets": {"csat.phone": 0.9}}, "csat.phone"),
    ({"targets": {"target_s": 20.0}}, "target_s"),
    ({"targets": {"target_share.fax": 0.8}}, "target_share.fax"),
    ({"targets": {"target_share.phone": 1.0}}, "target_share.phone"),
    ({"targets": {"target_share.phone": 0.0}}, "target_share.phone"),
    ({"targets": {"csat": 1.0}}, "csat"),
    ({"targets": {"budget": -5.0}}, "budget"),
    ({"targets": {"target_s.phone": math.nan}}, "target_s.phone"),
    ({"month": 0}, "month"),
    ({"month": 37}, "month"),
    ({"month": 1.5}, "month"),
    ({"seed": -1}, "seed"),
    ({"staffing_rule": "as_wished"}, "staffing_rule"),
    ({"name": "x" * 121}, "name"),
    ({"colour": "red"}, "colour"),
])  # fmt: skip
def test_a_fault_of_a_scenario_is_told_and_named(changes: dict[str, object], named: str) -> None:
    assert named in fault(scenario, **changes).message


def test_an_unknown_lever_s_hint_lists_the_known_ones() -> None:
    assert "staffing.phone" in fault(scenario, levers={"nothing": 1.0}).hint


@pytest.mark.parametrize("key", [k for k in BASE.levers])
def test_a_lever_may_stand_at_its_bounds_and_not_beyond(key: str) -> None:
    row, scale = LEVERS[key.partition(".")[0]], scale_of(LEVERS[key.partition(".")[0]], key, BASE)
    for bound, outwards in ((row.floor, -1), (row.ceiling, 1)):
        assert scenario(levers={key: bound * scale}).lever(key) == bound * scale
        beyond = bound * scale + outwards * 1e-6 * max(abs(bound * scale), 1)
        assert key in fault(scenario, levers={key: beyond}).message


def test_a_company_beyond_the_table_s_bounds_may_stay_where_it_is() -> None:
    rich = baseline(levers={"self_service_spend": BASE.labour_cost * 3})
    assert model.Scenario(baseline=rich, levers=dict(rich.levers)).lever("self_service_spend") == BASE.labour_cost * 3


@pytest.mark.parametrize("key", CONDITIONS)
def test_a_condition_may_stand_at_its_bounds(key: str) -> None:
    _, low, high, text = CONDITIONS[key]
    named = key + ".phone" if key == "added_volume" else key
    assert scenario(conditions={named: low}).conditions[named] == low
    assert scenario(conditions={named: high}).conditions[named] == high
    assert text


# --- faults of a company ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"arrivals": [1.0] * 335}, "336 half-hours"),
        ({"arrivals": [1.0] * 337}, "arrivals"),
        ({"agents": []}, "agents"),
        ({"arrivals": [-1.0] + [1.0] * 335}, "arrivals"),
        ({"arrivals": [math.nan] + [1.0] * 335}, "arrivals"),
        ({"agents": [2e7] * WEEK}, "agents"),
        ({"arrivals": [0.0] * WEEK}, "no contacts"),
        ({"agents": [0.0] * WEEK}, "no agents"),
        ({"kind": "fax"}, "kind"),
        ({"name": "Phone line"}, "name"),
        ({"name": ""}, "name"),
        ({"handle_time_s": 0}, "handle_time_s"),
        ({"patience_s": 0.5}, "patience_s"),
        ({"fcr": 1.0}, "fcr"),
        ({"csat": 0.0}, "csat"),
        ({"abandonment": 1.0}, "abandonment"),
        ({"service_level": 1.2}, "service_level"),
        ({"asa": -1}, "asa"),
        ({"target_s": 0}, "target_s"),
        ({"target_share": 1.0}, "target_share"),
        ({"transfer_rate": -0.1}, "transfer_rate"),
        ({"grades": {"fcr": "guessed"}}, "grades.fcr"),
        ({"speed": 3}, "speed"),
    ],
)
def test_a_fault_of_a_channel_is_told_and_named(changes: dict[str, object], named: str) -> None:
    assert named in fault(channel, **changes).message


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"channels": []}, "channels"),
        ({"channels": [PHONE, PHONE]}, "same name"),
        ({"month_factors": (1.0,) * 11}, "month_factors"),
        ({"month_factors": (0.0,) + (1.0,) * 11}, "month_factors"),
        ({"growth": math.nan}, "growth"),
        ({"wage": 0}, "wage"),
        ({"currency": "dollars"}, "currency"),
        ({"customers": 0}, "customers"),
        ({"nps": 101}, "nps"),
        ({"ces": 0.5}, "ces"),
        ({"levers": {"no_such_thing": 1.0}}, "no_such_thing"),
        ({"levers": {"staffing.fax": 1.0}}, "staffing.fax"),
        ({"levers": {"shrinkage": 0.9}}, "shrinkage"),
        ({"levers": {"qa_coverage": -0.1}}, "qa_coverage"),
        ({"assumptions": {"no_such": (0, 1, 2)}}, "no_such"),
        ({"assumptions": {"csat_wait": (-0.1, -0.3, -0.5)}}, "csat_wait"),
        ({"assumptions": {"attrition": (0.1, 0.2, 9)}}, "attrition"),
        ({"stated_cost": -1}, "stated_cost"),
        ({"name": ""}, "name"),
        ({"forecast_cv": 1.5}, "forecast_cv"),
        ({"hours_per_fte": 50}, "hours_per_fte"),
    ],
)
def test_a_fault_of_a_company_is_told_and_named(changes: dict[str, object], named: str) -> None:
    assert named in fault(baseline, **changes).message


def test_a_fault_inside_a_channel_of_a_company_is_told_as_the_channel_s() -> None:
    assert "336 half-hours" in fault(baseline, channels=[PHONE | {"agents": [1.0]}]).message


def test_asking_for_a_channel_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(model.ScenarioError, match="fax.*phone"):
        BASE.channel("fax")
    assert BASE.channel("phone").name == "phone"


# --- what is filled in ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("kind", "seconds"), [("live", 20), ("chat", 60), ("deferred", 86_400)])
def test_a_channel_without_a_target_gets_its_kind_s(kind: str, seconds: float) -> None:
    assert channel(kind=kind).target_s == seconds
    assert channel(kind=kind, target_s=33).target_s == 33


def test_staffing_is_the_agents_hours_with_time_off_over_a_full_week() -> None:
    # 5 agents x 168 h / (1 - .32) / 40 h
    assert BASE.levers["staffing.phone"] == pytest.approx(30.88)
    part = baseline(hours_per_fte=1872, levers={"shrinkage": 0.3})
    assert part.levers["staffing.phone"] == pytest.approx(840 / 0.7 / 36, abs=0.005)
    assert baseline(levers={"staffing.phone": 31.5}).levers["staffing.phone"] == 31.5


def test_levers_that_a_file_does_not_say_stand_where_the_table_says() -> None:
    assert {k: v for k, v in BASE.levers.items() if k != "staffing.phone"} == {
        k: r.today for k, r in LEVERS.items() if k != "staffing"
    }


def test_month_factors_are_scaled_to_a_mean_of_one() -> None:
    factors = baseline(month_factors=tuple(range(1, 13))).month_factors
    assert math.fsum(factors) == pytest.approx(12)
    assert factors[11] / factors[0] == pytest.approx(12)
    assert baseline(month_factors=factors).month_factors == factors


def test_labour_cost_is_fte_hours_and_wage() -> None:
    base = baseline(
        channels=[PHONE, CHAT], levers={"staffing.phone": 30.0, "staffing.chat": 10.0}, wage=30, hours_per_fte=2000
    )
    assert base.labour_cost == pytest.approx(40 * 2000 * 30)


def test_what_one_unit_of_a_lever_is() -> None:
    assert scale_of(LEVERS["staffing"], "staffing.phone", BASE) == BASE.levers["staffing.phone"]
    assert scale_of(LEVERS["routing_spend"], "routing_spend", BASE) == BASE.labour_cost
    assert scale_of(LEVERS["shrinkage"], "shrinkage", BASE) == 1


@pytest.mark.parametrize(("channels", "orders", "without"), [
    ([PHONE], 0, {"cross_training", "chat_concurrency", "late_order_rate"}),
    ([PHONE], 10, {"cross_training", "chat_concurrency"}),
    ([PHONE, CHAT], 10, set()),
    ([PHONE, CHAT | {"kind": "deferred"}], 10, {"chat_concurrency"}),
    ([CHAT], 0, {"cross_training", "late_order_rate"}),
])  # fmt: skip
def test_a_lever_has_an_effect_where_there_is_something_to_act_on(
    channels: list[dict[str, object]], orders: float, without: set[str]
) -> None:
    base = baseline(channels=channels, orders_per_week=orders)
    assert {key for key in base.levers if not has_effect(key, base)} == without


def test_a_channel_is_called_by_its_label_or_its_name() -> None:
    assert channel(name="sales_line").title == "Sales line"
    assert channel(label="Hotline").title == "Hotline"


# --- copies, equality, files ------------------------------------------------------------------------------------------
def test_a_copy_with_changes_is_checked_like_any_other() -> None:
    assert "month" in fault(scenario().model_copy, update={"month": 99}).message


def test_a_copy_does_not_keep_the_name_of_the_old_content() -> None:
    before = BASE.digest
    other = BASE.model_copy(update={"wage": 40.0})
    assert other.digest != before
    assert other.digest == baseline(wage=40.0).digest
    assert BASE.model_copy().digest == before


def test_companies_of_the_same_content_are_the_same_key() -> None:
    one, other = baseline(), baseline()
    assert one.digest  # kept by one of them only
    assert one == other
    assert len({one, other, baseline(wage=40.0)}) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {
            "levers": {"fcr_programme": 0.1 + 0.2, "staffing.phone": 31.0},
            "conditions": {"demand": 1.1, "added_volume.phone": 5.0},
        },
        {
            "targets": {"csat": 0.8, "target_s.phone": 30.0},
            "assumptions": {"wage": 31.5},
            "month": 36,
            "staffing_rule": "follow_work",
        },
    ],
)
def test_a_scenario_comes_back_from_json_as_it_was(changes: dict[str, object]) -> None:
    one = scenario(**changes)
    again = model.Scenario.model_validate_json(one.model_dump_json())
    assert again == one
    assert again.baseline.digest == one.baseline.digest


@pytest.mark.parametrize("name", ["retail", "bank", "software"])
def test_a_sample_comes_back_from_json_to_the_last_bit(name: str) -> None:
    base = model.sample(name)
    assert model.Baseline.model_validate_json(base.model_dump_json()).digest == base.digest


def test_nothing_can_be_written_into_a_scenario() -> None:
    with pytest.raises(ValueError, match="frozen"):
        scenario().month = 3  # type: ignore[misc]


MAPPINGS = ("levers", "starts", "conditions", "assumptions", "assumption_ranges", "assumption_notes", "targets")


def all_set() -> model.Scenario:
    """Something in every mapping."""
    note = Note(author="Ada", reason="Our own figure", date=datetime.date(2026, 1, 2))
    return scenario(
        levers={"fcr_programme": 0.5}, starts={"fcr_programme": 3}, conditions={"demand": 1.1},
        assumptions={"contained_work": 0.8}, assumption_ranges={"fcr_programme_effect": (0.5, 0.6, 0.7)},
        assumption_notes={"contained_work": note}, targets={"csat": 0.8},
    )  # fmt: skip


def test_a_write_into_a_mapping_is_refused_with_what_to_do_instead() -> None:
    one = all_set()
    nothing, mixture = one.doing_nothing(), mixed(one.doing_nothing(), one, ["fcr_programme"])
    held = [getattr(s, name) for s in (one, scenario(), nothing, mixture) for name in MAPPINGS]
    held += [BASE.levers, BASE.assumptions, BASE.grades, BASE.channels[0].grades]
    writes = (
        lambda m: m.__setitem__("x", 1), lambda m: m.__delitem__("x"), lambda m: m.update(x=1), lambda m: m.clear(),
        lambda m: m.pop("x", None), lambda m: m.popitem(), lambda m: m.setdefault("x", 1), lambda m: ior(m, {}),
    )  # fmt: skip
    for mapping in held:
        before = dict(mapping)
        for write in writes:
            assert "model_copy" in fault(lambda write=write, mapping=mapping: write(mapping)).hint
        assert mapping == before


def test_the_company_that_all_share_stays_as_it_is() -> None:
    base = model.sample("retail")
    with pytest.raises(model.ScenarioError):
        base.levers["staffing.phone"] *= 2
    assert model.sample("retail").levers["staffing.phone"] == base.model_copy().levers["staffing.phone"]


def test_a_mapping_is_a_dict_to_whoever_reads_or_copies_it() -> None:
    one = all_set()
    for name in MAPPINGS:
        mapping = getattr(one, name)
        assert isinstance(mapping, dict) and mapping == dict(mapping) and {**mapping} == mapping
        assert type(mapping.copy()) is type(mapping | {}) is dict
    assert json.loads(json.dumps(one.levers)) == {"fcr_programme": 0.5}
    assert type(one.model_dump()["levers"]) is dict
    assert model.Scenario.model_validate_json(one.model_dump_json()) == one
    assert one.model_copy(update={"levers": {**one.levers, "qa_coverage": 0.1}}).levers["qa_coverage"] == 0.1


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda one: ForkingPickler.loads(letters.written(one)),
                                   lambda one: pickle.loads(pickle.dumps(one))])  # fmt: skip
def test_a_copy_is_equal_has_the_same_hash_and_cannot_be_written_into_either(again: Any) -> None:
    one = all_set()
    other = again(one)
    assert other == one and hash(other) == hash(one) and {one: 1}[other] == 1
    assert other.baseline.digest == one.baseline.digest
    fault(lambda: other.levers.update(fcr_programme=1.0))
    fault(lambda: other.baseline.levers.update(fcr_programme=1.0))


def test_doing_nothing_keeps_the_world_and_moves_no_lever() -> None:
    one = scenario(
        levers={"fcr_programme": 0.5},
        conditions={"demand": 1.2},
        assumptions={"wage": 31.0},
        targets={"csat": 0.8},
        month=24,
        staffing_rule="follow_work",
    )
    nothing = one.doing_nothing()
    assert (nothing.levers, nothing.staffing_rule) == ({}, "as_set")
    assert (nothing.conditions, nothing.assumptions, nothing.targets, nothing.month) == (
        one.conditions,
        one.assumptions,
        one.targets,
        24,
    )


def test_a_lever_reads_as_set_and_otherwise_as_today() -> None:
    one = scenario(levers={"fcr_programme": 0.5})
    assert one.lever("fcr_programme") == 0.5
    assert one.lever("shrinkage") == BASE.levers["shrinkage"]


def test_every_assumption_may_be_set_to_its_ends() -> None:
    for end in ("low", "mode", "high", "neutral"):
        assert scenario(assumptions={k: float(getattr(r, end)) for k, r in ASSUMPTIONS.items()})


# --- assumptions: limits, ranges, who changed them and why ------------------------------------------------------------
NOTE = {"author": "Ada Byron", "reason": "Pay round of May: $31, see ticket #12", "date": "2026-05-04"}


@pytest.mark.parametrize("row", ASSUMPTIONS.values(), ids=list(ASSUMPTIONS))
def test_an_assumption_may_stand_at_its_limits_and_not_beyond(row: Assumption) -> None:
    assert row.floor <= min(row.low, row.neutral) and max(row.high, row.neutral) <= row.ceiling
    for value in (row.floor, row.neutral, row.ceiling):
        assert scenario(assumptions={row.key: value}).assumptions[row.key] == value
    for value in (row.floor - 0.01, row.ceiling * 1.01 + 0.01):
        told = fault(scenario, assumptions={row.key: value}).message
        assert row.key in told and f"{value:g}" in told and f"{row.floor:g} to {row.ceiling:g}" in told
        assert row.key in fault(scenario, assumption_ranges={row.key: (row.floor, row.floor, value)}).message


def test_limits_have_meaning() -> None:
    beyond_one = {"chat_slowdown", "transfer_handle_time"}  # shares of handle time added, not parts of a whole
    for row in ASSUMPTIONS.values():
        if row.unit == "share" and row.key not in beyond_one:
            assert -0.5 <= row.floor and row.ceiling <= 1, row.key
        if row.unit in ("months", "hours", "minutes", "years", "weeks of pay") or row.unit.startswith("money"):
            assert row.floor >= 0, row.key


def test_a_note_goes_with_its_change() -> None:
    one = scenario(assumptions={"wage": 31.0}, assumption_notes={"wage": NOTE, "attrition": NOTE})
    assert set(one.assumption_notes) == {"wage"}
    assert one.assumption_notes["wage"].date == datetime.date(2026, 5, 4)
    assert one.model_copy(update={"assumptions": {}}).assumption_notes == {}


def test_a_note_on_a_target_is_kept() -> None:
    assert set(scenario(targets={"csat": 0.8}, assumption_notes={"csat": NOTE}).assumption_notes) == {"csat"}


@pytest.mark.parametrize("changes", [
    {"author": "<b>Ada</b>"}, {"reason": "[x](javascript:1)"}, {"reason": "a\u202eb"}, {"reason": "x" * 301},
    {"author": "x" * 61}, {"author": " "}, {"reason": ""}, {"date": "tomorrow"}, {"mood": "good"},
])  # fmt: skip
def test_a_note_that_is_no_plain_short_text_is_refused_in_words(changes: dict[str, str]) -> None:
    assert fault(Note, **(NOTE | changes)).message


def test_a_note_s_line_breaks_become_spaces() -> None:
    assert Note(**(NOTE | {"reason": "one\n two\tthree"})).reason == "one two three"


def test_notes_and_ranges_come_back_from_json_and_a_link() -> None:
    one = scenario(
        assumptions={"wage": 31.0}, assumption_ranges={"csat_wait": (-0.5, -0.3, -0.1)}, targets={"csat": 0.8},
        assumption_notes={"wage": NOTE, "csat_wait": NOTE, "csat": NOTE},
    )  # fmt: skip
    assert model.Scenario.model_validate_json(one.model_dump_json()) == one
    assert links.decode(links.encode(one)) == one


def test_a_scenario_without_them_says_nothing_of_them() -> None:
    assert "assumption_notes" not in scenario().model_dump_json()
    assert "assumption_ranges" not in scenario().model_dump()


def test_a_note_moves_no_number_and_asks_the_engine_nothing() -> None:
    plain = scenario(assumptions={"wage": 31.0})
    noted = plain.model_copy(update={"assumption_notes": {"wage": NOTE}})
    assert plain != noted
    assert engine.Same(plain) == engine.Same(noted) and hash(engine.Same(plain)) == hash(engine.Same(noted))
    assert engine.Same(plain) != engine.Same(plain.model_copy(update={"assumption_ranges": {"wage": (30, 31, 32)}}))


def test_a_range_counts_by_its_likely_value_and_its_ends_by_the_draws() -> None:
    base = model.sample("bank")
    moved = model.Scenario(baseline=base, levers={"fcr_programme": 1.0})
    wide = moved.model_copy(update={"assumption_ranges": {"fcr_programme_effect": (0.0, 0.2, 1.5)}})
    known = moved.model_copy(update={"assumptions": {"fcr_programme_effect": 0.2}})
    for other in (wide, known):
        assert model.evaluate(other).headline == pytest.approx(model.evaluate(moved).headline, nan_ok=True)
    spread = [model.draws(s, 64)["fcr"].std() for s in (known, moved, wide)]
    assert spread[0] < spread[1] < spread[2]


def test_a_changed_range_is_a_cause_like_a_changed_value() -> None:
    base = model.sample("bank")
    one = model.Scenario(baseline=base, levers={"fcr_programme": 1.0})
    other = one.model_copy(update={"assumption_ranges": {"fcr_programme_effect": (0.5, 0.6, 0.7)}})
    shares = model.attribute(one, other, "fcr")
    assert list(shares.index) == ["assumptions"]
    assert shares.sum() == pytest.approx(model.evaluate(other).headline["fcr"] - model.evaluate(one).headline["fcr"])


@pytest.mark.parametrize("one", list(limits.scenarios(24, 11)), ids=range(24))
def test_any_values_within_all_limits_evaluate_to_numbers(one: model.Scenario) -> None:
    assert limits.fault(one) == ""
