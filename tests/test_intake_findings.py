"""What measuring finds beside a baseline: known truths come back within their standard errors, and days that differ."""

import numpy as np
import pytest

from model import intake
from model.errors import IntakeError
from model.intake import week
from model.intake.findings import Findings
from model.intake.of_file import of_file
from model.intake.queues import Wishes
from tests.test_intake_measuring import AN_HOUR, HANDLE_S, MONDAY, PATIENCE_S, as_csv, intervals, simulated


def measured(rows: list[tuple[np.datetime64, float, float, str]]) -> intake.Measurement:
    return intake.measurement(intake.read(as_csv(rows), "calls.csv"))


def test_errors_are_honest_over_many_simulated_companies() -> None:
    """Distance from the truth in standard errors: of mean square one, for arrivals, handle time and patience."""
    truth = {"arrivals": AN_HOUR * 40.0, "handle_time_s": HANDLE_S, "patience_s": PATIENCE_S}
    scores: dict[str, list[float]] = {key: [] for key in truth}
    for seed in range(12):
        found = measured(simulated(weeks=3, seed=seed, agents=5 + seed % 3)).frame().set_index("field")
        for key, value in truth.items():
            scores[key].append((found.loc[key, "value"] - value) / found.loc[key, "error"])
    for key, values in scores.items():
        # Mean square of twelve scores: chi-square over 12, 99.9 % within .18 and 2.75.
        assert 0.18 < np.mean(np.square(values)) < 2.75, (key, values)


def test_each_field_says_how_many_contacts_stand_behind_it() -> None:
    rows = simulated(weeks=3)
    frame = measured(rows).frame().set_index("field")
    gone = [wait for _, wait, _, outcome in rows if outcome == "abandoned"]
    at_once = sum(wait < 0.05 for wait in gone)  # written as a wait of 0.0: hung up before they queued
    assert frame.loc["arrivals", "rows"] == frame.loc["patience_s", "rows"] == len(rows) - at_once
    assert frame.loc["handle_time_s", "rows"] == sum(handle >= 0.05 for *_, handle, _ in rows)
    assert frame.loc["csat", ["grade", "rows"]].tolist() == ["assumed", 0]
    assert set(frame["grade"]) == {"measured", "inferred", "assumed"}
    assert (frame.loc[frame["grade"] == "assumed", "rows"] == 0).all()


def test_patience_that_wears_out_evenly_shows_an_even_hazard() -> None:
    (found,) = measured(simulated(weeks=6, agents=5)).findings
    assert found.hazard is not None and found.constant
    much = found.hazard[found.hazard["gave_up"] > 100]
    np.testing.assert_allclose(much["a_minute"], 60 / PATIENCE_S, rtol=0.35)


def test_patience_that_ends_at_a_minute_shows_an_uneven_hazard() -> None:
    rng = np.random.default_rng(5)
    rows = [(moment, 60 + rng.uniform(0, 5) if outcome == "abandoned" else wait, handle, outcome)
            for moment, wait, handle, outcome in simulated(weeks=4)]  # fmt: skip
    (found,) = measured(rows).findings
    assert found.constant is False


def test_dispersion_beyond_chance_comes_back() -> None:
    rng = np.random.default_rng(8)
    cv, days = 0.2, 140
    hours = rng.poisson(60 * rng.lognormal(-np.log1p(cv**2) / 2, np.sqrt(np.log1p(cv**2)), (days, 10)))
    counts = np.zeros((days, 48))
    counts[:, 16:36] = np.repeat(hours, 2, axis=1) / 2
    grid = week.Grid(MONDAY, counts)
    assert week.forecast_error(grid, week.mean_week(grid)) == pytest.approx(cv, rel=0.1)


def test_days_too_scattered_to_compare_have_no_forecast_error_and_no_holidays() -> None:
    counts = np.full((90, 48), np.nan)
    counts[::12, 16:36] = 40.0
    grid = week.Grid(MONDAY, counts)
    assert week.forecast_error(grid, week.mean_week(grid)) is None
    assert not week.special_days(grid).any()


def test_a_holiday_is_named_and_does_not_flatten_its_weekday() -> None:
    lines = intervals(10).decode().splitlines()
    holiday = str(MONDAY + np.timedelta64(21, "D"))
    quiet = [line.replace(",30,27,3,", ",3,3,0,") if line.startswith(holiday) else line for line in lines]
    whole = intake.measurement(intake.read("\n".join(lines).encode(), "calls.csv"))
    less = intake.measurement(intake.read("\n".join(quiet).encode(), "calls.csv"))
    assert [str(day) for day in less.findings[0].special] == [holiday]
    assert whole.findings[0].special == ()
    arrivals = np.array(less.baseline.channels[0].arrivals).reshape(7, 48)
    np.testing.assert_allclose(arrivals[0], arrivals[1], rtol=1e-9)  # Monday is as every other day
    assert arrivals.sum() == pytest.approx(5 * 20 * 30 + 40 - 20 * 27 / 10, rel=1e-5)  # the year's volume stays


@pytest.mark.parametrize("days, expected", [(3, 1.0), (7, 0.5)])
def test_who_comes_back_within_the_window_was_not_served(days: float, expected: float) -> None:
    """Half of the customers are back after five days; the window decides."""
    lines = ["Start time,Queue time (s),Outcome,Customer ID"]
    for number in range(2_000):
        first = MONDAY.astype("datetime64[s]") + np.timedelta64(9 * 3600 + number * 1800, "s")
        lines.append(f"{str(first).replace('T', ' ')},10,answered,K{number}")
        if number % 2:
            back = first + np.timedelta64(5 * 86_400, "s")
            lines.append(f"{str(back).replace('T', ' ')},10,answered,K{number}")
    file = intake.read("\n".join(lines).encode(), "c.csv")
    (channel,) = intake.measure(file, repeat_days=days).channels
    # The second contact of those who came back was the last: it counts as served.
    first_time = 1 - (1 - expected) * 2 / 3
    assert channel.fcr == pytest.approx(min(first_time, 0.98), abs=0.02)
    with pytest.raises(IntakeError, match="no window"):
        intake.measure(file, repeat_days=0)


def biased() -> Findings:
    """Short waits rate 30 % and are satisfied by 90 %; long waits rate 10 % and are satisfied by 50 %."""
    rng = np.random.default_rng(6)
    lines = ["Start time,Queue time (s),Outcome,Rating"]
    for number in range(8_000):
        long = number % 2
        rated = rng.random() < (0.1 if long else 0.3)
        rating = (5 if rng.random() < (0.5 if long else 0.9) else 1) if rated else ""
        moment = MONDAY.astype("datetime64[s]") + np.timedelta64(8 * 3600 + number * 300, "s")
        lines.append(f"{str(moment).replace('T', ' ')},{400 if long else 5},answered,{rating}")
    return intake.measurement(intake.read("\n".join(lines).encode(), "c.csv")).findings[0]


def test_the_bias_of_who_answers_surveys_is_shown() -> None:
    bias = biased().bias
    assert bias is not None
    assert bias.csat == pytest.approx(0.8, abs=0.03)  # (.3 x .9 + .1 x .5) / .4
    assert bias.alike == pytest.approx(0.7, abs=0.03)  # half of all waited long
    assert (bias.least, bias.most) == (pytest.approx(0.1, abs=0.02), pytest.approx(0.3, abs=0.03))


def test_cells_of_a_baseline_stand_for_five_contacts_or_none() -> None:
    rows = simulated(weeks=2)
    thin = [(MONDAY + np.timedelta64(5, "D") + np.timedelta64(3 * 3600, "s"), 5.0, 60.0, "answered")]
    source = of_file(intake.read(as_csv(rows + thin), "c.csv"), Wishes())
    assert source.of(0).by_cell("contacts")[5 * 48 + 6] == 1
    (channel,) = measured(rows + thin).baseline.channels
    assert channel.arrivals[5 * 48 + 6] == 0
