"""Every half-hour on show: its queues by the public queue, its season and forecast error by few nodes that do."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import model
from model import network, quadrature, results, weekview
from model.batch import batch, nodes_of
from model.chain import Chain
from model.queueing import ErlangA, erlang_a
from model.scenario import Scenario

Array = NDArray[np.float64]
MANY = ((np.inf, 61),)
"""More nodes than season and forecast error have places."""


def solved(scenario: Scenario) -> Chain:
    return results.run(batch([scenario]), nodes_of(scenario.month, True, scenario.staffing_rule), path=True).chain


def figures(queue: ErlangA) -> Array:
    served = 1 - queue.p_abandon
    parts = (queue.p_wait, queue.p_abandon, queue.asa * served, queue.wait_sq * served, queue.service_level)
    return np.stack(np.broadcast_arrays(*parts), axis=-1)


@pytest.mark.parametrize("levers", [{}, {"cross_training": 0.8, "schedule_flex": 0.7}], ids=["apart", "one team"])
def test_a_half_hour_is_what_the_public_queue_says(levers: dict[str, float]) -> None:
    base = model.sample("retail")
    chain = solved(Scenario(baseline=base, levers=levers, conditions={"forecast_cv": 0.15, "demand": 1.1}))
    q, known = chain.live_row(0, 12), chain.known
    repeats = chain.live[0, 0, 12, :, network.R]
    values, weights = quadrature.joint_nodes(base.month_factors, 0.15, 61)
    rate, agents, alone = [], [], []
    for c, (week, i) in enumerate(zip(known.weeks, known.live, strict=True)):
        busiest = 1 + (q.peak - 1) * week.busy
        rate.append((week.rate * q.load[c] * repeats[c] * busiest)[:, None] * values)
        agents.append(known.efficiency[i] * q.servers[c] * (week.agents + q.flex * (week.ideal - week.agents)))
        agents[c] = np.maximum(agents[c], 1e-9)[:, None]
        alone.append(figures(erlang_a(rate[c], 1 / q.handle[c], q.theta[c], agents[c], q.target[c])))
    together, slots = rate[0] + rate[1], q.sessions
    open_now = together > 0
    some = np.where(open_now, together, 1.0)
    work = np.where(open_now, (rate[0] * q.handle[0] / slots[0] + rate[1] * q.handle[1] / slots[1]) / some, 60.0)
    leave = np.where(open_now, (rate[0] * q.theta[0] + rate[1] * q.theta[1]) / some, 0.01)
    assert bool(np.any(q.gain > 0.05)) == bool(levers)
    found = weekview.week_of(chain)
    for c, i in enumerate(known.live):
        team = figures(erlang_a(together, 1 / work, leave, agents[0] / slots[0] + agents[1] / slots[1], q.target[c]))
        wanted = alone[c] + q.gain[c] * (team - alone[c])
        mean = np.einsum("ikj,k->ij", wanted, weights * values) / (weights @ values)
        table = found.tables[i]
        seen = table[:, 0] > 0
        np.testing.assert_allclose(table[seen, 0], (rate[c] @ weights * 1800)[seen], rtol=1e-12)
        np.testing.assert_allclose(table[seen, 1], agents[c][seen, 0] / slots[c], rtol=1e-12)
        np.testing.assert_allclose(table[seen, 2], mean[seen, 4], atol=1e-3)
        np.testing.assert_allclose(table[seen, 3], mean[seen, 1], atol=1e-3)
        np.testing.assert_allclose(table[seen, 4], mean[seen, 2] / (1 - mean[seen, 1]), rtol=0.02, atol=0.1)
    tasks, people = np.zeros((2, 2, len(seen)))
    for c, i in enumerate(known.live):
        table = found.tables[i]
        tasks[c] = table[:, 0] / 1800 * (1 - table[:, 3]) * q.handle[c] / slots[c]
        people[c] = agents[c][:, 0] / slots[c]
    for c, i in enumerate(known.live):
        seen = found.tables[i][:, 0] > 0
        busy, shared = tasks[c] / people[c], tasks.sum(axis=0) / people.sum(axis=0)
        busy = np.clip(busy + q.gain[c] * (shared - busy), 0, 1)
        np.testing.assert_allclose(found.tables[i][seen, 5], busy[seen], rtol=1e-9)


@pytest.mark.parametrize("name", ["retail", "bank", "software"])
@pytest.mark.parametrize("error", [0.02, 0.1, 0.25, 0.4])
def test_few_nodes_do_for_any_forecast_error_season_and_size(name: str, error: float, monkeypatch: Any) -> None:
    base = model.sample(name)
    month = np.arange(12)
    wave = np.cos(month / 6 * np.pi)
    seasons = [1 + 0.04 * wave, 1 + 0.3 * wave, np.where(month == 11, 1.55, 0.95)]
    for season, size in zip(seasons, (1, 12, 0.2), strict=True):
        grown = [
            channel.model_copy(update={
                "arrivals": [size * a for a in channel.arrivals],
                "agents": None if channel.agents is None else [size * a for a in channel.agents],
            })
            for channel in base.channels
        ]  # fmt: skip
        company = base.model_copy(update={"channels": tuple(grown), "month_factors": tuple(season / season.mean())})
        chain = solved(Scenario(baseline=company, conditions={"forecast_cv": error}, staffing_rule="follow_work"))
        few = weekview.week_of(chain)
        with monkeypatch.context() as patch:
            patch.setattr(weekview, "_NODES", MANY)
            many = weekview.week_of(chain)
        for i in chain.known.live:
            assert np.abs(few.tables[i][:, 2] - many.tables[i][:, 2]).max() < 1.2e-3, (season, size)


def test_time_busy_of_a_shared_half_hour_is_the_teams_and_never_above_all_of_it() -> None:
    base = model.sample("retail")
    levers = {"cross_training": 0.9, "staffing.phone": base.levers["staffing.phone"] * 0.7}
    out = model.evaluate(Scenario(baseline=base, levers=levers))
    rows = out.intervals[out.intervals["channel"] != "email"]
    assert rows["occupancy"].max() <= 1.0
    for name, rows_of in rows.groupby("channel", observed=True):
        mean = np.average(rows_of["occupancy"], weights=rows_of["agents"])
        assert mean == pytest.approx(out.channels.at[name, "occupancy"], abs=0.03)


def test_a_week_has_the_same_bits_beside_one_that_shares_less_than_today() -> None:
    base = model.sample("retail")
    base = base.model_copy(update={"levers": base.levers | {"cross_training": 0.4}})
    own = model.Scenario(baseline=base, levers={"shrinkage": 0.3})
    apart = model.Scenario(baseline=base, levers={"cross_training": 0.1})
    alone, (among, _) = model.evaluate(own), model.evaluate_many([own, apart])
    assert among.headline["consistency"] == alone.headline["consistency"]
    assert among.intervals.equals(alone.intervals)
