"""The simulation as referee: exact where theory is exact, the same numbers each time, and able to find fault."""

import math
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import ciw
import numpy as np
import pandas as pd
import pytest

from model import ArgumentError, Baseline, Channel, Scenario, ScenarioError, referee
from model.queueing import erlang_a
from model.referee import apart, estimate, hours, room
from model.referee.scene import ARRIVED, HELD, HOME, LINE, SERVED, SOLVED, WAITED
from model.report import referee_chart, validation
from tests import referee as table

PHONE = referee.Line("phone", 0.012, agents=4, handle_time_s=300, patience_s=180, target_s=20)
SCENE = referee.Scene((PHONE,))
LONG = 200_000.0


def visits(scene: referee.Scene, seed: int = 5, until: float = LONG) -> Any:
    return room.Room(scene, seed).advance(until)


# --- the room ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["exponential", "lognormal"])
def test_one_team_has_the_records_of_ciws_own_node_to_the_last_bit(shape: Any) -> None:
    ours = visits(referee.Scene((replace(PHONE, handle_shape=shape, handle_cv=1.2),)))
    _, arrivals, handle, patience, *_ = np.random.SeedSequence(5).generate_state(6, np.uint64).tolist()
    network = ciw.create_network(
        arrival_distributions=[room._Arrivals(arrivals, (math.inf,), (PHONE.first_attempts,))],
        service_distributions=[room._Exponential(handle, 300.0) if shape == "exponential"
                               else room._Lognormal(handle, 300.0, 1.2)],
        reneging_time_distributions=[room._Exponential(patience, 180.0)], number_of_servers=[4], routing=[[0.0]],
    )  # fmt: skip
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(LONG)
    records = sorted(simulation.get_all_records(only=["service", "renege"]), key=lambda r: r.exit_date)
    assert len(records) == len(ours) > 1500
    assert [r.arrival_date for r in records] == ours[:, ARRIVED].tolist()
    assert [r.waiting_time for r in records] == ours[:, WAITED].tolist()
    assert [r.record_type == "service" for r in records] == (ours[:, SERVED] > 0).tolist()


def test_the_same_seed_gives_the_same_numbers_and_shared_generators_are_left_alone() -> None:
    import random

    random.seed(1)
    before = random.getstate()
    first = visits(SCENE)
    assert random.getstate() == before
    random.seed(99)
    ciw.seed(3)
    assert np.array_equal(first, visits(SCENE))
    assert not np.array_equal(first[:100], visits(SCENE, seed=6)[:100])


def test_runs_in_threads_do_not_touch_each_other() -> None:
    alone, found = visits(SCENE), {}
    threads = [threading.Thread(target=lambda i=i: found.update({i: visits(SCENE, 5 + i % 2)})) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert np.array_equal(found[0], alone) and np.array_equal(found[2], alone)
    assert np.array_equal(found[1], found[3])


def test_flexible_agents_make_two_lines_one_team_first_come_first_served() -> None:
    one = replace(PHONE, flexible=4)
    two = visits(referee.Scene((one, replace(one, name="second"))))
    single = erlang_a(0.024, 1 / 300, 1 / 180, 8, 20)
    assert two[:, SERVED].mean() == pytest.approx(1 - float(single.p_abandon), abs=0.015)
    served = two[two[:, SERVED] > 0]
    begun = served[:, ARRIVED] + served[:, WAITED]
    waited = served[served[:, WAITED] > 0][np.argsort(begun[served[:, WAITED] > 0], kind="stable")]
    assert (np.diff(waited[:, ARRIVED]) >= 0).all()


def test_an_agent_away_from_home_takes_longer() -> None:
    helpers = (replace(PHONE, name="idle", first_attempts=1e-9, flexible=4), replace(PHONE, first_attempts=0.02))
    apart_, together = (visits(referee.Scene(helpers, away_penalty=p)) for p in (0.0, 0.5))
    slower = [seen[(seen[:, LINE] == 1) & (seen[:, SERVED] > 0)][:, HELD].mean() for seen in (apart_, together)]
    assert slower[1] > 1.1 * slower[0]


def test_chats_in_hand_slow_each_other_by_the_share_given() -> None:
    chat = replace(PHONE, agents=1, sessions=2, slowdown=0.5, first_attempts=0.05, patience_s=1000.0)
    crowded = visits(referee.Scene((chat,)), until=100_000)
    held = crowded[crowded[:, SERVED] > 0][:, HELD]
    assert held.mean() == pytest.approx(300, rel=0.05)  # always two in hand: the stated duration
    quiet = visits(referee.Scene((replace(chat, first_attempts=0.0002),)), until=2_000_000)
    assert quiet[quiet[:, SERVED] > 0][:, HELD].mean() == pytest.approx(200, rel=0.15)  # mostly one: 1/1.5 of it


def test_who_gave_up_or_is_unsolved_comes_back_as_often_as_stated() -> None:
    line = replace(PHONE, fcr=0.6)
    scene = referee.Scene((line,), retrial_share=0.5, repeat_share=0.7, gap_s=1500.0)
    seen = visits(scene, until=700_000)
    lost, unsolved = (seen[:, SERVED] == 0).sum(), ((seen[:, SERVED] > 0) & (seen[:, SOLVED] == 0)).sum()
    new = line.first_attempts * 700_000
    assert len(seen) == pytest.approx(new + 0.5 * lost + 0.7 * unsolved, rel=0.03)
    assert unsolved / (seen[:, SERVED] > 0).sum() == pytest.approx(0.4, abs=0.02)


def test_shifts_change_one_agent_at_a_time_and_nobody_leaves_a_contact() -> None:
    # Ciw's own shift change would bring three new agents while the three before still finish: capacity from nowhere.
    ends = (*(600.0 * i for i in range(1, 200)), math.inf)
    plan = room.Plan(ends, ((0.05,) * 200,), {(0, False): [3] * 200, (0, True): [0] * 200}, {})
    changing = room.Room(SCENE, 5, plan).advance(120_000)
    steady = room.Room(SCENE, 5, replace(plan, ends=(math.inf,), rates=((0.05,),), groups={(0, False): [3],
                                                                                         (0, True): [0]}))  # fmt: skip
    same = steady.advance(120_000)
    assert changing.shape == same.shape and np.allclose(changing, same, atol=1e-5)
    half = replace(plan, groups={(0, False): [4, 2] * 100, (0, True): [0] * 200})
    seen = room.Room(SCENE, 5, half).advance(120_000)
    answered = seen[seen[:, SERVED] > 0]
    begun = answered[:, ARRIVED] + answered[:, WAITED]
    at = np.arange(1000.0, 120_000, 7.0)
    busy = np.searchsorted(np.sort(begun), at) - np.searchsorted(np.sort(begun + answered[:, HELD]), at)
    assert busy.max() == 4
    late = at % 1200 > 1195  # at the end of the short-handed ten minutes
    assert busy[late].mean() == pytest.approx(2, abs=0.25)


# --- figures and intervals --------------------------------------------------------------------------------------------


def test_intervals_hold_the_truth_at_the_nominal_rate_with_and_without_controls() -> None:
    rng = np.random.default_rng(3)
    hits = {False: 0, True: 0}
    widths = {False: 0.0, True: 0.0}
    for _ in range(600):
        luck = rng.normal(size=(40, 2))
        below = rng.poisson(200, 40).astype(float)
        above = 0.3 * below + 6 * luck[:, 0] + 3 * rng.normal(size=40)
        for used in (False, True):
            found = estimate.ratio(above, below, luck if used else None)
            hits[used] += found.low <= 0.3 <= found.high
            widths[used] += found.half_width
    assert all(550 <= hit <= 589 for hit in hits.values()), hits  # 570 expected, 3.6 standard deviations
    assert widths[True] < 0.6 * widths[False]


def test_nothing_happened_is_no_figure() -> None:
    assert math.isnan(estimate.ratio(np.zeros(5), np.zeros(5)).value)
    assert math.isnan(estimate.ratio(np.ones(1), np.ones(1)).half_width)


def test_a_small_queue_is_erlang_a_and_every_share_is_known_to_half_a_point() -> None:
    found = referee.simulate(SCENE, seed=4)
    exact = erlang_a(0.012, 1 / 300, 1 / 180, 4, 20)
    shares = found.table[found.table["figure"].isin(estimate.SHARES)]
    assert found.ended == "precise" and (shares["half_width"] <= 0.005).all()
    for figure, value in {"service_level": exact.service_level, "abandonment": exact.p_abandon, "asa": exact.asa,
                          "occupancy": exact.occupancy, "mean_wait": exact.mean_wait}.items():  # fmt: skip
        row = found.figure("phone", figure)
        assert row["value"] == pytest.approx(float(value), abs=2 * row["half_width"])


def test_a_cap_and_a_cancel_end_it_and_progress_is_told() -> None:
    told: list[float] = []
    capped = referee.simulate(SCENE, half_width=1e-4, most_contacts=15_000, progress=lambda gone, _: told.append(gone))
    assert capped.ended == "cap" and capped.contacts < 20_000
    assert told == sorted(told) and 0 < told[0] < 1
    calls = iter([False] * 5 + [True])
    assert referee.simulate(SCENE, stopped=lambda: next(calls)).batches == 6


@pytest.mark.parametrize(("change", "named"), [
    ({"first_attempts": 0}, "first_attempts"), ({"handle_time_s": math.nan}, "handle_time_s"),
    ({"agents": 0}, "agents"), ({"flexible": 5}, "flexible"), ({"patience_s": -1}, "patience_s"),
    ({"fcr": 1.5}, "fcr"), ({"target_s": -1}, "target_s"),
])  # fmt: skip
def test_a_wrong_line_is_refused_by_name(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ArgumentError, match=named):
        replace(PHONE, **change)


def test_wrong_scenes_and_widths_are_refused_by_name() -> None:
    with pytest.raises(ArgumentError, match="name of its own"):
        referee.Scene((PHONE, PHONE))
    with pytest.raises(ArgumentError, match="retrial_share"):
        replace(SCENE, retrial_share=1.0)
    with pytest.raises(ArgumentError, match="half_width"):
        referee.simulate(SCENE, half_width=0)


# --- the table --------------------------------------------------------------------------------------------------------


EXACT = [kind for kind in table.KINDS if kind.bias is None]


def test_the_table_stands_for_a_small_share_of_random_scenarios() -> None:
    rows = table.compare(3, 11, half_width=0.02, most_contacts=8_000, kinds=EXACT)
    assert set(rows["figure"]) == set(table.NAMES) and len(rows) == 4 * len(table.NAMES)
    assert (table.summary(rows, EXACT)["as stated"] == "yes").all()


def test_a_model_that_serves_three_percent_too_fast_is_found_out() -> None:
    def too_fast(scenario: Scenario) -> dict[str, dict[str, float]]:
        base = scenario.baseline
        quick = [c.model_copy(update={"handle_time_s": c.handle_time_s / 1.03}) for c in base.channels]
        return referee.expected(scenario.model_copy(update={"baseline": base.model_copy(update={"channels": quick})}))

    rows = table.compare(4, 12, half_width=0.008, most_contacts=30_000, kinds=[table.KINDS[0]], model=too_fast)
    assert "no" in set(table.summary(rows, [table.KINDS[0]])["as stated"])


def test_an_approximation_beyond_its_stated_bias_is_found_out() -> None:
    kind = next(kind for kind in table.KINDS if kind.name.startswith("chats slowed"))
    rows = table.compare(1, 13, half_width=0.02, most_contacts=10_000, kinds=[kind])
    assert (table.summary(rows, [kind])["as stated"] == "yes").all()
    strict = replace(kind, bias=dict.fromkeys(table.NAMES, 0.001))
    assert "no" in set(table.summary(rows, [strict])["as stated"])


def test_a_scenario_that_cannot_be_simulated_says_why() -> None:
    rng = np.random.default_rng(1)
    flat = table.channel(rng, "phone")
    week = flat.model_copy(update={"arrivals": (1.0, *flat.arrivals[1:])})
    with pytest.raises(ScenarioError, match="flat week"):
        referee.scene_of(table.scenario([week]))
    with pytest.raises(ScenarioError, match="whole|agents"):
        referee.scene_of(table.scenario([flat.model_copy(update={"agents": (2.5,) * 336})]))


# --- the busiest hours ------------------------------------------------------------------------------------------------


def company(**more: Any) -> Baseline:
    """Calls on weekdays from nine to five, busiest on Tuesday at eleven."""
    day = np.zeros(48)
    day[18:34] = [6, 8, 10, 12, 14, 12, 10, 8, 7, 7, 8, 9, 9, 8, 6, 5]
    shares = (1.0, 1.1, 1.0, 1.0, 0.9, 0, 0)
    arrivals = np.concatenate([3 * f * day for f in shares])
    agents = np.where(arrivals > 0, np.ceil(arrivals * 300 / 1800) + 0.6, 0)
    phone = Channel(name="phone", arrivals=tuple(arrivals), agents=tuple(agents), handle_time_s=300, patience_s=240)
    chat = Channel(name="chat", kind="chat", arrivals=tuple(arrivals), agents=tuple(agents), handle_time_s=300)
    mail = Channel(name="mail", kind="deferred", arrivals=tuple(arrivals), agents=tuple(agents))
    return Baseline(name="Nine to five", channels=(phone, chat, mail), forecast_cv=0.05, levers={"chat_concurrency": 2},
                    **more)  # fmt: skip


@pytest.fixture(scope="module")
def asked() -> hours.Question:
    return referee.question(Scenario(baseline=company()), "phone")


def test_the_busiest_hours_of_a_day_are_asked_about(asked: hours.Question) -> None:
    assert asked.half_hours == tuple(range(48 + 19, 48 + 27))
    assert len(asked.queues) == 1 and asked.before >= 2
    assert asked.queues[0].rates[asked.before] == pytest.approx(3 * 1.1 * 8 / 1800, rel=1e-6)
    assert asked.queues[0].rates[-1] == 0
    assert hours.Question.from_json(asked.to_json()) == asked


def test_cross_training_brings_the_other_queues_in() -> None:
    both = referee.question(Scenario(baseline=company(), levers={"cross_training": 0.5}), "phone")
    assert [queue.name for queue in both.queues] == ["phone", "chat"]
    # Half of the agents, of whom a tenth helps already today: four of the nine tenths that stood apart.
    assert both.queues[0].flexible == pytest.approx(4 / 9, abs=1e-4)
    found = hours.simulate_hours(both, most_contacts=3_000)
    assert 0.5 < found.overall.set_index("figure").loc["service_level", "simulated"] <= 1


def test_more_chats_at_once_that_begin_later_are_not_simulated_before() -> None:
    import model

    base = model.sample("retail")
    plan = Scenario(baseline=base, levers={"chat_concurrency": 4.0}, starts={"chat_concurrency": 20}, month=12)
    asked, today = (referee.question(one, "chat").queues[0] for one in (plan, Scenario(baseline=base, month=12)))
    assert asked.sessions == today.sessions == base.levers["chat_concurrency"]
    assert asked.slots == pytest.approx(today.slots, rel=1e-6)
    begun = referee.question(plan.model_copy(update={"month": 24}), "chat")
    assert begun.queues[0].sessions == 4.0


def test_busiest_hours_agree_with_the_model_where_little_carries_over(asked: hours.Question) -> None:
    found = hours.simulate_hours(asked, most_contacts=12_000)
    overall = found.overall.set_index("figure")
    assert found.ended == "cap" and found.replications > 20
    assert overall.loc["service_level", "model"] == pytest.approx(overall.loc["service_level", "simulated"], abs=0.03)
    assert overall.loc["abandonment", "model"] == pytest.approx(overall.loc["abandonment", "simulated"], abs=0.015)
    assert len(found.table) == 3 * 8 and (found.table["low"] <= found.table["high"]).all()
    assert found.table.equals(hours.simulate_hours(asked, most_contacts=12_000).table)


def test_real_valued_agents_are_right_on_average(asked: hours.Question) -> None:
    points = hours._even(400, 4, 7)
    assert points.mean(axis=0) == pytest.approx(0.5, abs=0.01)
    slots = np.array(asked.queues[0].slots)[None]
    assert np.floor(slots + points[:, 2:3]).mean(axis=0) == pytest.approx(slots[0], abs=0.01)


def test_mail_is_not_simulated_and_says_so() -> None:
    with pytest.raises(ScenarioError, match="Mail is not simulated"):
        referee.question(Scenario(baseline=company()), "mail")


# --- apart from the server --------------------------------------------------------------------------------------------


def test_a_run_apart_gives_the_numbers_of_a_run_here(asked: hours.Question) -> None:
    run = referee.Run(asked, seconds=1.5)
    last = run.wait(80)
    assert last.state == "done" and last.hours is not None
    here = hours.simulate_hours(asked, most_contacts=1e9, stopped=_after(last.hours.replications))
    pd.testing.assert_frame_equal(here.table, last.hours.table, check_dtype=False, rtol=1e-9)


def _after(days: int) -> Any:
    count = iter(range(1, days + 1))
    return lambda: next(count) == days


def test_cancelling_ends_the_process_within_a_second(asked: hours.Question) -> None:
    run = referee.Run(asked, seconds=60)
    while run.update().state == "waiting":
        time.sleep(0.05)
    begun = time.monotonic()
    run.cancel()
    assert run.wait(10).state == "cancelled" and time.monotonic() - begun < 3
    assert apart._PLACES.acquire(blocking=False)
    apart._PLACES.release()


def test_a_run_that_nobody_asks_about_ends_by_itself(asked: hours.Question, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "FORGOTTEN", 0.5)
    run = referee.Run(asked, seconds=60)
    run._thread.join(15)
    assert run.update().state == "cancelled"


def test_a_simulation_that_breaks_off_is_told_as_failed(asked: hours.Question) -> None:
    broken = replace(asked, queues=(replace(asked.queues[0], handle_time_s=-1.0),))
    assert referee.Run(broken, seconds=5).wait(60).state == "failed"


# --- the picture and the tables ---------------------------------------------------------------------------------------


def answer(model: float, low: float, high: float) -> hours.Hours:
    rows = [(name, model if name == "service_level" else 0.0, (low + high) / 2 if name == "service_level" else 0.0,
             low if name == "service_level" else 0.0, high if name == "service_level" else 0.0)
            for name in referee_chart.FIGURES]  # fmt: skip
    names = ["figure", "model", "simulated", "low", "high"]
    overall = pd.DataFrame(rows, columns=names)
    each = pd.concat([overall.assign(half_hour=48 + cell) for cell in (20, 21)])
    return hours.Hours(each, overall, 30, 9000, "precise")


@pytest.mark.parametrize(("model", "said"), [(0.80, "agrees"), (0.815, "is close"), (0.9, "differs")])
def test_the_finding_says_whether_the_simulation_agrees(model: float, said: str) -> None:
    text = referee_chart.finding(answer(model, 0.79, 0.81), "Phone, Monday")
    assert text.startswith(f"**The simulation {said}") and "Phone, Monday: " in text
    assert "80.0 % answered in time when simulated (79.0 to 81.0 %)" in text
    assert referee_chart.finding(answer(model, 0.6, 0.9), "Phone").startswith("**Not sure yet.**")


def test_the_picture_is_the_same_specification_for_all_numbers() -> None:
    found = answer(0.8, 0.79, 0.81)
    assert referee_chart.hours_title(found, "Phone") == "Phone, Tuesday 10:00 to 11:00"
    rows = referee_chart.hours_data(found, "service_level").to_pylist()
    assert rows[0]["hour"] == 10.0 and rows[0]["model"] == pytest.approx(80) and rows[0]["start"] == "10:00"
    for figure in referee_chart.FIGURES:
        spec = referee_chart.hours_spec(figure)
        assert "data" not in spec and len(spec["layer"]) == 3


def test_validation_tables_name_themselves(tmp_path: Path) -> None:
    validation.keep(pd.DataFrame({"a": [1.5]}), tmp_path / "one.csv", "One", "How to read it.")
    found = validation.tables(tmp_path)
    assert found["One"].attrs == {"note": "How to read it.", "file": "one.csv"} and found["One"]["a"].tolist() == [1.5]
    (tmp_path / "two.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"two\.csv"):
        validation.tables(tmp_path)


def test_the_kept_table_of_simulations_is_as_stated() -> None:
    kept = validation.tables()[table.TITLE]
    assert (kept["as stated"] == "yes").all()
    assert set(kept["scenarios"]) >= {kind.name for kind in table.KINDS}
    assert "python -m tests.referee" in kept.attrs["note"]


def test_agents_who_share_all_work_are_busy_alike_in_the_model_and_in_the_simulation() -> None:
    rng = np.random.default_rng(11)
    quiet = table.channel(rng, "quiet").model_copy(update={"agents": (4.0,) * 336, "arrivals": (12.0,) * 336})
    hard = quiet.model_copy(update={"name": "hard", "arrivals": (26.0,) * 336})
    quiet, hard = (one.model_copy(update={"handle_time_s": 300.0, "patience_s": 200.0}) for one in (quiet, hard))
    shared = {"cross_training_months": 0.0, "learning_dip": 0.0} | table.ALONE
    made = table.scenario([quiet, hard], levers={"cross_training": 1.0}, assumptions=shared)
    expected = {name: figures["occupancy"] for name, figures in referee.expected(made).items()}
    scene = referee.scene_of(made)
    seen = visits(scene)
    for i, line in enumerate(scene.lines):
        busy = seen[seen[:, HOME] == i, HELD].sum() / LONG / line.agents
        assert expected[line.name] == pytest.approx(busy, abs=0.07)
    assert expected["hard"] - expected["quiet"] < 0.15  # apart they would be busy .5 and .9 of the time
