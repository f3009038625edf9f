"""Then and now: a gap is split into model, defaults and data, exactly; nothing is told where nothing changed."""

import dataclasses
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from model import assumptions, links, store
from model.assumptions import ASSUMPTIONS
from model.drift import Drift, drift, on_baseline
from model.engine import evaluate
from model.receipt import Receipt, document_of, receipt_of
from model.report import receipt_words
from model.scenario import Baseline, Channel, Scenario

FROZEN = Path(__file__).parent / "frozen_links"
TOLERANCE = 1e-9


def plan() -> Scenario:
    """A small company, so that each evaluation takes milliseconds."""
    hours = [8.0 if 18 <= cell % 48 < 38 else 0.0 for cell in range(336)]
    channel = Channel(name="phone", arrivals=[30.0 if h else 0.0 for h in hours], agents=hours, csat=0.78)
    base = Baseline(name="Acme", channels=(channel,), wage=20.0)
    return Scenario(name="Plan", baseline=base, levers={"training_hours": 40.0, "self_service_spend": 40_000.0})


def next_quarter(base: Baseline) -> Baseline:
    """The same company, busier and dearer."""
    [channel] = base.channels
    busier = channel.model_copy(update={"arrivals": tuple(1.1 * v for v in channel.arrivals)})
    return base.model_copy(update={"channels": (busier,), "wage": 22.0})


def kept(made: Scenario, **seen: float) -> Receipt:
    """A receipt as a store gives it back, of a scenario evaluated now; `seen` replaces outcomes."""
    return receipt_of(json.loads(json.dumps(document_of(made, {**evaluate(made).headline, **seen}))), 1)


@pytest.fixture
def old_defaults(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it to make today's tables other than those a receipt was made with."""

    def change() -> None:
        for key, factor in (("repeat_share", 0.8), ("contained_resolved", 0.9), ("wage", 1.0)):
            row = ASSUMPTIONS[key]
            spread = 0.9 if key == "wage" else factor
            changed = dataclasses.replace(row, low=row.low * spread, mode=row.mode * factor)
            monkeypatch.setitem(assumptions.ASSUMPTIONS, key, changed)
        drop_caches()

    return change


@pytest.fixture(autouse=True)
def _fresh(request: pytest.FixtureRequest) -> None:
    drop_caches()
    request.addfinalizer(drop_caches)


def drop_caches() -> None:
    """Drop what the model keeps of other tables: it is right to, since tables never change while it runs."""
    for name, module in list(sys.modules.items()):
        if name.startswith("model."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def split(found: Drift, key: str = "operating_cost") -> tuple[float, float, float]:
    gap = found.gaps[key]
    return gap.model, gap.defaults, gap.data


def exact(found: Drift) -> None:
    """The three add up, for every outcome."""
    for gap in found.gaps.values():
        if math.isfinite(gap.total):
            assert gap.model + gap.defaults + gap.data == pytest.approx(gap.total, rel=TOLERANCE, abs=TOLERANCE)


def test_the_same_engine_defaults_and_data_give_the_same_numbers_and_no_gap() -> None:
    found = drift(kept(plan()))
    assert found.same
    assert all(gap.total == 0 or math.isnan(gap.total) for gap in found.gaps.values())
    assert receipt_words.then_and_now(found) == ""


def test_a_token_keeps_six_digits_and_still_shows_no_gap() -> None:
    token = links.encode(plan(), evaluate(plan()).headline)
    assert drift(links.open(token)).same


def test_another_engine_alone_is_the_models_part() -> None:
    cost = evaluate(plan()).headline["operating_cost"]
    found = drift(kept(plan(), operating_cost=cost - 12_345.6))
    assert split(found) == (pytest.approx(12_345.6, rel=TOLERANCE), 0.0, 0.0)
    assert found.gaps["csat"].same
    exact(found)


def test_other_defaults_alone_are_the_defaults_part(old_defaults: Callable[[], None]) -> None:
    receipt = kept(plan())
    old_defaults()
    found = drift(receipt)
    now = evaluate(plan()).headline["operating_cost"]
    assert now != receipt.seen["operating_cost"]
    assert split(found) == (0.0, pytest.approx(now - receipt.seen["operating_cost"], rel=TOLERANCE), 0.0)
    exact(found)


def test_other_data_alone_are_the_datas_part() -> None:
    receipt = kept(plan())
    data = next_quarter(plan().baseline)
    found = drift(receipt, data)
    now = evaluate(plan().model_copy(update={"baseline": data})).headline["operating_cost"]
    assert split(found) == (0.0, 0.0, pytest.approx(now - receipt.seen["operating_cost"], rel=TOLERANCE))
    assert found.scenario.baseline == data
    exact(found)


def test_all_three_together_are_split_as_defined(old_defaults: Callable[[], None]) -> None:
    made, data = plan(), next_quarter(plan().baseline)
    cost = "operating_cost"
    as_it_was = evaluate(made).headline[cost]
    old_defaults_new_data = evaluate(made.model_copy(update={"baseline": data})).headline[cost]
    receipt = kept(made, operating_cost=as_it_was - 1_000.0)
    old_defaults()
    new_defaults = evaluate(made).headline[cost]
    now = evaluate(made.model_copy(update={"baseline": data})).headline[cost]
    found = drift(receipt, data)
    defaults = (new_defaults - as_it_was + now - old_defaults_new_data) / 2
    figures = (old_defaults_new_data - as_it_was + now - new_defaults) / 2
    assert all(abs(part) > 100 for part in (defaults, figures))
    assert split(found) == pytest.approx((1_000.0, defaults, figures), rel=TOLERANCE)
    assert found.gaps[cost].now == now
    exact(found)


def test_an_old_wage_range_counts_in_proportion_to_the_companys_own_wage(old_defaults: Callable[[], None]) -> None:
    receipt = kept(plan())
    old_defaults()
    low, mode, high = receipt.as_seen().baseline.assumptions["wage"]
    assert (mode, low / mode, high / mode) == pytest.approx((20.0, 28 / 34, 45 / 34))


def test_a_payback_that_never_comes_is_no_gap() -> None:
    made = plan()
    found = drift(kept(made, payback_months=math.nan))
    assert found.gaps["payback_months"].same or math.isfinite(found.gaps["payback_months"].now)


def test_what_does_not_fit_the_new_data_is_named() -> None:
    base = plan().baseline
    two = base.model_copy(update={"channels": (*base.channels, Channel(
        name="chat", kind="chat", arrivals=(1.0,) * 336, agents=(1.0,) * 336))})  # fmt: skip
    made = Scenario(baseline=two, levers={"staffing.chat": two.levers["staffing.chat"] * 1.1, "training_hours": 40.0})
    moved, left_out = on_baseline(made, base)
    assert moved.levers == {"training_hours": 40.0} and list(left_out) == ["staffing.chat"]
    assert "Agents" in receipt_words.then_and_now(drift(kept(made), base))


def test_the_words_name_each_cause_with_its_part(old_defaults: Callable[[], None]) -> None:
    made, data = plan(), next_quarter(plan().baseline)
    receipt = kept(made, operating_cost=evaluate(made).headline["operating_cost"] * 0.9)
    old_defaults()
    told = receipt_words.then_and_now(drift(receipt, data))
    assert "Cost a year" in told and " then, " in told and " now (the model +$" in told
    assert "standard assumptions " in told and "the figures +$" in told


def test_words_quote_nothing_strange_from_a_link() -> None:
    assert receipt_words.named("[click](http://x)") == "something without a name"
    assert receipt_words.named("teleport_spend") == "“teleport spend”"
    assert receipt_words.named("staffing.phone").startswith("Agents")


# Frozen on the day each format was released; never made anew.


@pytest.mark.parametrize("path", sorted(FROZEN.glob("saved_*.json")), ids=lambda path: path.stem)
def test_saved_versions_of_released_formats_are_still_imported_and_opened(path: Path) -> None:
    shelf = store.connect("sqlite://")
    loaded = shelf.load(path.read_bytes())
    assert loaded.refused == {} and len(loaded.added) == 1
    [entry] = shelf.list()
    receipt = shelf.receipt(entry.key)
    expected = json.loads(path.with_name(path.name.replace("saved_", "expected_")).read_text())
    assert receipt.scenario == Scenario.model_validate(expected["scenario"])
    assert receipt.seen["csat"] == expected["csat"] and receipt.engine_version == expected["engine"]
    exact(drift(receipt))
