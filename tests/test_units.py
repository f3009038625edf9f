"""Levers as sliders show them."""

import math

import pytest

import model
from model.report.dials import Dial, dials, spread


def company(**other: object) -> model.Baseline:
    phone = model.Channel(name="phone", arrivals=(60.0,) * 336, agents=(12.0,) * 336)
    chat = model.Channel(name="chat", kind="chat", arrivals=(20.0,) * 336, agents=(5.0,) * 336)
    return model.Baseline(**{"name": "Acme", "channels": (phone, chat), **other})  # type: ignore[arg-type]


def of(baseline: model.Baseline) -> dict[str, Dial]:
    return {dial.key: dial for dial in dials(model.lever_table(baseline), baseline.currency)}


@pytest.fixture(scope="module")
def found() -> dict[str, Dial]:
    return of(company())


def test_a_shown_value_and_the_models_value_are_the_same_both_ways(found: dict[str, Dial]) -> None:
    for dial in found.values():
        steps = round((dial.high - dial.low) / dial.step)
        for i in range(0, steps + 1, max(1, steps // 7)):
            shown = round(dial.low + i * dial.step, 6)
            assert dial.shown(dial.real(shown)) == pytest.approx(shown, abs=1e-9)


def test_values_are_written_in_units_an_executive_uses(found: dict[str, Dial]) -> None:
    assert found["fcr_programme"].text(found["fcr_programme"].shown(0.35)) == "35 %"
    assert found["training_hours"].text(24) == "24 h"
    assert found["self_service_spend"].text(found["self_service_spend"].shown(420_000)) == "$420k"
    assert found["self_service_spend"].text(0) == "$0"
    assert found["staffing"].text(found["staffing"].today).endswith(" FTE")
    assert found["wage_premium"].text(-5) == "−5 %"


def test_the_sliders_format_writes_the_same_as_the_text(found: dict[str, Dial]) -> None:
    for dial in found.values():
        assert dial.format.replace("%,", "%") % 5 == dial.text(5)


def test_money_is_in_the_companys_currency() -> None:
    assert of(company(currency="EUR"))["routing_spend"].before == "€"


def test_levers_without_effect_are_not_offered(found: dict[str, Dial]) -> None:
    assert "late_order_rate" not in found
    assert "chat_concurrency" in found
    assert "late_order_rate" in of(company(orders_per_week=1000))


def test_one_control_moves_all_channels_and_each_has_its_own(found: dict[str, Dial]) -> None:
    baseline = company()
    total = sum(v for k, v in baseline.levers.items() if k.startswith("staffing."))
    assert found["staffing"].today == pytest.approx(total, abs=0.01)
    assert found["staffing"].first
    assert {"staffing.phone", "staffing.chat"} <= set(found)
    assert not found["staffing.phone"].first


def test_a_company_with_one_channel_has_one_staffing_control() -> None:
    phone = model.Channel(name="phone", arrivals=(60.0,) * 336, agents=(12.0,) * 336)
    assert [k for k in of(model.Baseline(name="Acme", channels=(phone,))) if k.startswith("staffing")] == ["staffing"]


def test_every_help_says_what_it_costs_how_long_it_takes_and_what_it_moves(found: dict[str, Dial]) -> None:
    for dial in found.values():
        assert all(word in dial.help for word in ("Costs", "Takes", "Moves")), dial.key


def test_today_is_always_within_reach() -> None:
    odd = of(company(levers={"training_hours": 300.0}))["training_hours"]
    assert odd.low <= odd.today <= odd.high


def test_widget_keys_have_no_dots(found: dict[str, Dial]) -> None:
    assert found["staffing.phone"].widget == "lever_staffing_phone"


@pytest.mark.parametrize("total", [40.0, 61.5, 100.0, 33.33])
def test_agents_are_shared_out_as_they_stand_to_the_hundredth(total: float) -> None:
    now = {"staffing.phone": 33.4, "staffing.chat": 14.1, "staffing.email": 9.7}
    shares = spread(total, now)
    assert math.isclose(sum(shares.values()), total, abs_tol=1e-9)
    for key, value in now.items():
        assert shares[key] / total == pytest.approx(value / sum(now.values()), abs=0.001)
