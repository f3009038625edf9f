"""Events in words, pictures and on the command line."""

import dataclasses
import json
import math

import pandas as pd
import pytest

import model
from model.__main__ import main
from model.events import EVENTS, own, stress_many
from model.events.stressed import StressResult
from model.report import stress_chart, stress_words, validation
from model.report.colours import palette
from tests import stress


@pytest.fixture(scope="module")
def found() -> StressResult:
    return model.stress(model.Scenario(baseline=model.sample("retail")), "system_downtime", likely=True)


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0, "at once"), (0.5, "30 min"), (3, "3 h"), (3.5, "3.5 h"), (72, "3 days"), (24 * 21, "3 weeks"),
     (24 * 120, "3.9 months"), (math.nan, "not within 4 weeks"), (math.inf, "not within 4 weeks")],
)  # fmt: skip
def test_times_are_said_as_people_say_them(hours: float, said: str) -> None:
    assert stress_words.duration(hours) == said


@pytest.mark.parametrize(("seconds", "said"), [(4, "4 s"), (119, "119 s"), (300, "5 min"), (5400, "1.5 h")])
def test_a_wait_of_minutes_is_not_said_to_be_none(seconds: float, said: str) -> None:
    assert stress_words.waited(seconds) == said


def test_the_finding_says_peak_and_recovery(found: StressResult) -> None:
    text = stress_words.finding(found)
    assert text.startswith("**Systems down**: up to ") and "more wait at once than usual" in text
    assert f"regained {stress_words.duration(found.recovery_hours)} after the event" in text
    assert stress_words.likely(found, "dissatisfied").startswith("milder or harder: ")


def test_a_target_that_is_missed_anyway_is_not_said_to_be_regained(found: StressResult) -> None:
    busy = model.Scenario(baseline=model.sample("retail"), conditions={"demand": 1.2})
    many = stress_many([busy], ["demand_surge", "bad_deflection"])[0]
    text = stress_words.finding(many[0])
    assert " is back to where it was (below target) " in text and "regained" not in text
    assert "; the highest peak is " in text and " (nearly all of them e-mail), without the event " in text
    assert "is back to where it was (below target) as soon as" in stress_words.finding(many[1])
    assert stress_words.robust(0.5, many, 24) == (
        "After 1 of 2 events (50 %) the share answered in time is back to where it was (below target) within 24 h"
    )
    assert stress_words.robust(1.0, [found], 24).endswith("the target is regained within 24 h")
    never = dataclasses.replace(found, recovery_hours=math.nan, below=("phone",))
    assert stress_words.regained(never).startswith(
        "The share answered in time is not back to where it was (phone below target) within four weeks"
    )


def test_a_range_has_one_unit_and_says_where_an_end_is_no_different(found: StressResult) -> None:
    def said(here: float, *ends: float) -> str:
        one = dataclasses.replace(found, recovery_hours=here, likely={"recovery_hours": ends})
        return stress_words.likely(one, "recovery_hours")

    assert said(240.0, 7.6 * 24, 15 * 24) == "milder or harder: 1.1 to 2.1 weeks"
    assert said(15 * 24, 7.6 * 24, 15 * 24) == "milder: 1.1 weeks, harder: the same"
    assert said(12.0, 0.0, 72.0) == "milder or harder: at once to 3 days"
    assert said(12.0, 6.0, math.nan) == "milder or harder: 6 h to not within 4 weeks"
    assert said(15 * 24, 15 * 24, 15 * 24) == ""


def test_it_is_said_which_channel_a_recovery_waits_for(found: StressResult) -> None:
    def struck(**hours: float) -> StressResult:
        table = found.hurt.assign(recovery_hours=pd.Series(hours))
        return dataclasses.replace(found, hurt=table, recovery_hours=max(hours.values()))

    late = struck(phone=14.0, chat=2.0, email=15 * 24.0)
    assert stress_words.waits_for(late) == "last: e-mail; phone 14 h"
    at_once = struck(phone=0.0, chat=0.0, email=0.0)
    assert stress_words.waits_for(at_once) == ""
    assert stress_words.slowest([late, at_once, late]) == "Last to be back: e-mail, after 2 of 3 events"
    assert stress_words.slowest([at_once]) == ""


def test_events_that_tell_scenarios_apart_are_named_where_few_do(found: StressResult) -> None:
    other = dataclasses.replace(found, recovery_hours=found.recovery_hours + 500)
    key = "recovery_hours"
    assert stress_words.apart({"A": [found] * 3}, key) == ""
    assert stress_words.apart({"A": [found] * 3, "B": [found] * 3}, key) == "No event tells the scenarios apart"
    assert stress_words.apart({"A": [found] * 3, "B": [found, found, other]}, key) == (
        "Scenarios differ only under systems down")  # fmt: skip
    assert stress_words.apart({"A": [found] * 3, "B": [found, other, other]}, key) == ""


def test_who_is_hurt_is_said_channel_by_channel_worst_first(found: StressResult) -> None:
    lines = stress_words.hurt(found)
    assert lines[0].startswith("Phone: ") and "gave up for good" in lines[0] and "leave dissatisfied" in lines[0]
    still = model.stress(found.scenario, own("Nothing", length_h=2))
    assert stress_words.hurt(still) == ["No customer would notice"]
    assert "hardly anybody waits longer" in stress_words.finding(still)
    assert stress_words.costs(still) == "no cost"


def test_what_never_recovers_is_said_and_coloured_as_the_worst() -> None:
    tiny = model.Channel(name="mail", kind="deferred", arrivals=(10.0,) * 336, agents=(2.3,) * 336, handle_time_s=360)
    scenario = model.Scenario(baseline=model.Baseline(name="Mail", channels=(tiny,)))
    flood = own("Flood", arrivals=8, length_h=300)
    many = stress_many([scenario], [flood, "demand_surge"])[0]
    assert not many[0].recovered and many[0].measure("recovery_hours") == math.inf
    assert "not regained within four weeks" in stress_words.finding(many[0])
    rows = stress_chart.map_data({"Mail": many}, "recovery_hours").to_pylist()
    assert rows[0]["shade"] == 1 and rows[0]["text"] == "not within 4 weeks"
    assert rows[1]["shade"] <= 1


def test_the_map_has_a_row_a_cell_and_one_specification_for_all_numbers(found: StressResult) -> None:
    many = {"This scenario": [found, found], "Doing nothing": [found, found]}
    rows = stress_chart.map_data(many, "dissatisfied").to_pylist()
    assert [(row["row"], row["place"]) for row in rows] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert all(0 <= row["shade"] <= 1 and row["text"] for row in rows)
    for dark in (False, True):
        spec = stress_chart.map_spec(dark)
        assert "data" not in spec and spec is stress_chart.map_spec(dark)
        assert palette(dark)["worse"] in str(spec)


@pytest.mark.parametrize("figure", stress_chart.FIGURES)
def test_the_queue_is_drawn_with_the_event_and_without(found: StressResult, figure: str) -> None:
    for channel in found.scenario.baseline.channels:
        rows = stress_chart.hours_data(found, channel, figure).to_pylist()
        assert len(rows) >= 96 and len(rows) % 48 == 0
        assert sum(row["active"] for row in rows) == 6
        gives_up = figure != "gave_up" or channel.kind != "deferred"  # nobody gives up on an e-mail
        assert any(row["value"] != row["without"] for row in rows) == gives_up
        spec = stress_chart.hours_spec(figure, stress_chart.unit(channel, figure))
        assert "data" not in spec and len(spec["layer"]) == 4


def test_every_event_has_words() -> None:
    for event in EVENTS.values():
        assert event.label[0].isupper() and len(event.text) > 20 and stress_words.window(event)
        assert stress_words.size(event.main, event.size)
    assert stress_words.name([EVENTS["data_breach"], EVENTS["demand_surge"]]) == "Data breach and demand surge"


def test_the_command_line_tells_every_event_and_how_many_are_weathered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stress", "--sample", "software", "--within", "48"]) == 0
    said = capsys.readouterr().out
    assert all(event.label in said for event in EVENTS.values())
    assert "of 8 events" in said and "within 2 days" in said


def test_the_command_line_gives_json_and_refuses_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["stress", "--sample", "software", "--event", "demand_surge", "system_downtime"]
    assert main([*asked, "--size", "2", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["events"] == ["demand_surge", "system_downtime"] and row["sizes"][0] == {"arrivals": 2}
    assert row["dissatisfied"] > 0 and row["nothing"]["recovery_hours"] is not None
    assert main([*asked, "--size", "-4"]) == 2
    assert "outside 0 to 20" in capsys.readouterr().err


@pytest.mark.parametrize("number", [0, 1, 3])
def test_the_kept_table_against_simulation_is_todays_model_and_nine_in_ten_lie_inside(number: int) -> None:
    kept = validation.tables()[stress.TITLE]
    assert len(kept) >= 30
    assert all((kept[name] == "yes").mean() >= 0.9 for name in ("inside", "recovery inside"))
    day = stress.made_up(number, 1)
    queue, _ = stress.in_the_model(day)
    peak = queue.max() - (queue[stress.RUN_UP - 1] if day.team == "e-mail" else 0.0)
    assert kept.loc[number, "peak"] == pytest.approx(peak, abs=0.051)


def test_events_and_channels_that_are_names_keep_their_capitals_within_sentences(found: StressResult) -> None:
    outage, friday = own("IT outage", length_h=3, agents=0.5), EVENTS["demand_surge"]
    assert stress_words.name([outage], inside=True) == "IT outage"
    assert stress_words.name([friday, outage], inside=True) == "demand surge and IT outage"
    assert stress_words.name([friday, outage]) == "Demand surge and IT outage"
    named = {"phone": "VIP line", "email": "WhatsApp"}
    channels = tuple(
        c.model_copy(update={"label": named.get(c.name, c.label)}) for c in found.scenario.baseline.channels
    )
    base = found.scenario.baseline.model_copy(update={"channels": channels})
    here = dataclasses.replace(found, scenario=found.scenario.model_copy(update={"baseline": base}),
                               below=("phone", "email"))  # fmt: skip
    assert stress_words.below(here) == "VIP line and WhatsApp below target"
    said = stress_words.worst(here) + stress_words.last(here) + stress_words.waits_for(here)
    assert "vip" not in said and "whatsapp" not in said and ("VIP line" in said or "WhatsApp" in said)
