"""The sample companies: made the same byte for byte, small, plausible, measured back to the truth they come from."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from model import intake
from model.errors import ArgumentError
from model.scenario import Baseline

HOME = Path(__file__).resolve().parents[1] / "sample_data"
SAMPLES = ("retail", "bank", "software")


def exports(name: str, form: str) -> list[Path]:
    """A company's files of a form of name; there is one at least."""
    found = sorted((HOME / name).glob(form))
    assert found, f"{name} has no file {form}"
    return found


@pytest.fixture(scope="module")
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample_data_make", HOME / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = before
    return module


@pytest.fixture(scope="module", params=SAMPLES)
def baseline(request: pytest.FixtureRequest) -> Baseline:
    return intake.sample(request.param)


def truth_of(make: ModuleType, name: str, channel: str) -> object:
    return next(t for t in make.COMPANIES[name][0] if t.name == channel)


def test_the_script_makes_the_committed_files_byte_for_byte(make: ModuleType, tmp_path: Path) -> None:
    for path in make.make(tmp_path):
        assert path.read_bytes() == (HOME / path.relative_to(tmp_path)).read_bytes(), path.name


@pytest.mark.parametrize("name", SAMPLES)
def test_each_company_is_small(name: str) -> None:
    assert sum(path.stat().st_size for path in (HOME / name).iterdir()) < 300_000


@pytest.mark.parametrize("name", SAMPLES)
def test_each_export_is_read_without_dropping_a_row(name: str) -> None:
    for path in exports(name, "*.?sv"):
        file = intake.read(path)
        assert [p for p in file.problems if p.done == "dropped"] == []
        assert min(guess.confidence for guess in file.guesses.values()) >= 0.8


def test_a_sample_is_measured_once_and_shared(baseline: Baseline) -> None:
    again = next(intake.sample(name) for name in SAMPLES if intake.sample(name).name == baseline.name)
    assert again is baseline
    assert baseline.source == "sample"
    assert intake.rounded(baseline) == baseline


def test_an_unknown_sample_is_named() -> None:
    with pytest.raises(ArgumentError, match="retail, bank, software"):
        intake.sample("airline")


@pytest.mark.parametrize("name", SAMPLES)
def test_arrivals_times_and_patience_come_back(make: ModuleType, name: str) -> None:
    for channel in intake.sample(name).channels:
        truth = truth_of(make, name, channel.name)
        days = truth.weeks * 7  # type: ignore[attr-defined]
        # Days vary by 5.5 % each: three standard errors of their mean.
        assert channel.weekly_arrivals == pytest.approx(truth.weekly, rel=3 * 0.06 / days**0.5 + 0.01)  # type: ignore[attr-defined]
        assert channel.handle_time_s == pytest.approx(truth.handle_s, rel=0.03)  # type: ignore[attr-defined]
        if channel.kind != "deferred":
            assert channel.patience_s == pytest.approx(truth.patience_s, rel=0.06)  # type: ignore[attr-defined]
        assert channel.target_s == truth.target_s  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_rota_comes_back(make: ModuleType, name: str) -> None:
    for channel in intake.sample(name).channels:
        truth = truth_of(make, name, channel.name)
        rota, agents = make.rota(truth), np.array(channel.agents)
        if channel.grades["agents"] == "measured":
            assert np.abs(agents - rota).max() <= max(0.02 * rota.max(), 0.5)
        else:
            assert agents.sum() == pytest.approx(rota.sum(), rel=0.1)  # tickets: from the work and a usual share busy


@pytest.mark.parametrize("name", SAMPLES)
def test_staffing_inferred_from_the_waits_is_the_rota(make: ModuleType, name: str) -> None:
    # The same exports without their column of agents: what customers went through must tell it.
    for path in exports(name, "*half_hours.?sv"):
        file = intake.read(path).with_columns({"agents": None})
        (channel,) = intake.measure(file).channels
        rota = make.rota(truth_of(make, name, channel.name))
        busy = np.array(channel.arrivals) > 0
        inferred = np.array(channel.agents)
        assert channel.grades["agents"] == "inferred"
        weight = np.array(channel.arrivals)[busy]
        off = np.abs(inferred[busy] / rota[busy] - 1) @ weight / weight.sum()
        assert off < 0.12
        assert inferred[busy] @ weight == pytest.approx(rota[busy] @ weight, rel=0.05)


def test_every_field_says_where_it_comes_from(baseline: Baseline) -> None:
    for channel in baseline.channels:
        fields = set(type(channel).model_fields) - {"name", "kind", "label", "grades"}
        assert set(channel.grades) == fields
    assert {"wage", "customers", "growth", "month_factors", "forecast_cv"} <= set(baseline.grades)


def test_the_forecast_error_is_about_the_one_put_in(make: ModuleType, baseline: Baseline) -> None:
    assert baseline.forecast_cv == pytest.approx((make.DAY_CV**2 + make.SLOT_CV**2) ** 0.5, abs=0.02)


def test_the_retailer_is_a_plausible_story() -> None:
    retail = intake.sample("retail")
    fte = {key: value for key, value in retail.levers.items() if key.startswith("staffing.")}
    assert {c.name for c in retail.channels} == {"phone", "chat", "email"}
    assert 110 < sum(fte.values()) < 130
    phone = retail.channel("phone")
    assert phone.service_level is not None and 0.82 < phone.service_level < 0.87
    assert all(0.72 < c.csat < 0.82 for c in retail.channels)
    assert retail.stated_cost == 12_000_000
    assert 0.01 <= retail.growth <= 0.03
    assert retail.orders_per_week > 0 and retail.levers["late_order_rate"] > 0
    email = retail.channel("email")
    assert email.service_level is not None and 0.88 <= email.service_level <= 0.97


def test_the_bank_is_heavy_on_the_phone_and_the_software_house_has_none() -> None:
    bank, software = intake.sample("bank"), intake.sample("software")
    assert 270 < sum(v for k, v in bank.levers.items() if k.startswith("staffing.")) < 320
    assert bank.levers["staffing.phone"] > 5 * bank.levers["staffing.chat"]
    assert {c.name: c.kind for c in software.channels} == {"chat": "chat", "tickets": "deferred"}
    assert 52 < sum(v for k, v in software.levers.items() if k.startswith("staffing.")) < 68


def test_the_retailers_peaks_are_short_of_agents_and_its_shoulders_are_not(make: ModuleType) -> None:
    from model import queueing

    truth = truth_of(make, "retail", "phone")
    arrivals, agents = make.profile(truth), make.rota(truth)
    busy = arrivals > 0
    level = queueing.erlang_a(arrivals[busy] / 1800, 1 / 340, 1 / 190, agents[busy], 20).service_level
    order = np.argsort(arrivals[busy])
    assert level[order[-20:]].mean() < 0.7
    assert level[order[:40]].mean() > 0.9
