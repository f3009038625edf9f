"""Day zero, and less flexible shifts, of companies unlike the samples: queues that stand at closing, calls at night."""

import numpy as np
import pytest

import model
from model.assumptions import ASSUMPTIONS
from model.scenario import Baseline, Channel, Scenario

OFFICE = tuple(float(i // 48 < 5 and 18 <= i % 48 < 34) for i in range(336))


@pytest.mark.parametrize("abandonment", [0.15, 0.4])
def test_patient_callers_of_an_overloaded_day_leave_day_zero_as_it_was_measured(abandonment: float) -> None:
    """With their wait at closing, agents would be busy for longer than they are there."""
    phone = Channel(
        name="phone", arrivals=tuple(230 * x for x in OFFICE), agents=tuple(100 * x for x in OFFICE),
        handle_time_s=700, patience_s=5000, abandonment=abandonment, csat=0.53, fcr=0.6,
    )  # fmt: skip
    base = Baseline(name="Full days", channels=(phone,), stated_cost=12e6)
    out = model.evaluate(Scenario(baseline=base, conditions={"growth": 0.0}))
    row = out.channels.loc["phone"]
    assert row["abandonment"] == pytest.approx(abandonment, abs=1e-8)
    assert row["csat_surveyed"] == pytest.approx(0.53, abs=1e-8)
    assert row["attrition"] == pytest.approx(ASSUMPTIONS["attrition"].mode, abs=1e-12)
    assert row["handle_time_s"] == pytest.approx(700, abs=1e-9)
    assert out.today["operating_cost"] == pytest.approx(12e6)


@pytest.mark.parametrize("fcr", [0.004, 0.996])
def test_nearly_all_or_none_solved_first_time_is_day_zeros_too(fcr: float) -> None:
    phone = Channel(
        name="phone", arrivals=tuple(100 * x for x in OFFICE), agents=tuple(20 * x for x in OFFICE), handle_time_s=300,
        abandonment=0.03, fcr=fcr,
    )  # fmt: skip
    out = model.evaluate(Scenario(baseline=Baseline(name="x", channels=(phone,))))
    row = out.channels.loc["phone"]
    assert row["fcr"] == pytest.approx(fcr, abs=1e-12)
    assert row["offered"] == pytest.approx(phone.weekly_arrivals)
    assert row["csat_surveyed"] == pytest.approx(phone.csat, abs=1e-9)


def mail(level: float) -> Baseline:
    channel = Channel(
        name="mail", kind="deferred", arrivals=tuple(30 * x for x in OFFICE), agents=tuple(8 * x for x in OFFICE),
        handle_time_s=400, target_s=8 * 3600, service_level=level,
    )  # fmt: skip
    return Baseline(name="x", channels=(channel,))


def test_all_mail_in_time_is_not_explained_by_what_is_left_over() -> None:
    out = model.evaluate(Scenario(baseline=mail(1.0)))
    assert out.today["service_level"] > 0.9999 and out.today["backlog"] < 10
    assert "fits any staffing" in out.notes[0]
    more = model.evaluate(Scenario(baseline=mail(1.0), conditions={"demand": 1.02}))
    assert more.headline["service_level"] > 0.99  # who is always in time has hands to spare


@pytest.mark.parametrize("level", [0.996, 0.999])
def test_nearly_all_mail_in_time_is_day_zeros_too(level: float) -> None:
    assert model.evaluate(Scenario(baseline=mail(level))).today["service_level"] == pytest.approx(level, abs=1e-6)


def test_staffing_follows_a_target_of_nearly_all_mail_in_time() -> None:
    retail = model.sample("retail")
    scenario = Scenario(baseline=retail, staffing_rule="follow_work", targets={"target_share.email": 0.999}, month=24)
    assert model.evaluate(scenario).channels.at["email", "service_level"] == pytest.approx(0.999, abs=1e-4)


@pytest.mark.parametrize("rule", ["as_set", "follow_work"])
@pytest.mark.parametrize("today", [0.3, 0.7])
def test_less_flexible_shifts_bring_no_hours_where_some_call_while_nobody_is_there(today: float, rule: str) -> None:
    def week(day: float, night: float) -> tuple[float, ...]:
        return tuple(day if 16 <= i % 48 < 40 else night for i in range(336))

    phone = Channel(name="phone", arrivals=week(90, 10), agents=week(19, 0), handle_time_s=300, abandonment=0.16)
    base = Baseline(name="Nights", channels=(phone,), levers={"schedule_flex": today})
    flex = np.linspace(0, today, 6)
    found = model.evaluate_many(
        [Scenario(baseline=base, levers={"schedule_flex": float(x)}, staffing_rule=rule) for x in flex]  # type: ignore[arg-type]
    )
    if rule == "as_set":
        hours = [out.intervals["agents"].sum() for out in found]
        assert hours == pytest.approx([hours[-1]] * len(hours), rel=1e-9)
        levels = [out.headline["service_level"] for out in found]
        assert levels == pytest.approx([levels[-1]] * len(levels), abs=0.02)  # the day's shifts are even already
        assert np.all(np.diff(levels) >= -1e-9)
    else:
        people = [out.headline["fte"] for out in found]
        assert people == pytest.approx([people[-1]] * len(people), abs=0.1)
