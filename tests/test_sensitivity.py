"""What the answer depends on, and what to find out first: closed forms, the engine's own differences, honest errors."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm, qmc, sobol_indices

import model
from model import learning, sensitivity, sobol, spline
from model.assumptions import ASSUMPTIONS
from model.parameters import ranges as table_of

Array = NDArray[np.float64]
SAMPLES = ("retail", "bank", "software")


def scenario(sample: str = "retail") -> model.Scenario:
    base = model.sample(sample)
    return model.Scenario(baseline=base, levers={"self_service_spend": 0.04 * base.labour_cost, "fcr_programme": 0.6})


def leaner(sample: str = "retail") -> model.Scenario:
    """Self-service with staffing that follows the work: money against a risk."""
    base = model.sample(sample)
    levers = {"self_service_spend": 0.03 * base.labour_cost}
    return model.Scenario(baseline=base, levers=levers, staffing_rule="follow_work")


# --- the estimators, against closed forms --------------------------------------------------------------------------


def ishigami(unit: Array) -> Array:
    x = np.pi * (2 * unit - 1)
    value: Array = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return value


# V = 49/8 + pi^4/50 + pi^8/1800 + 1/2; Ishigami and Homma 1990.
_V = 49 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 0.5
FIRST = np.array([0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.0, 0.0]) / _V
TOTAL = FIRST + np.array([8, 0, 8, 0]) * 0.01 * np.pi**8 / 225 / _V
FIRST_AND_THIRD = 1 - FIRST[1]


def of_ishigami(n: int, seed: int) -> sobol.Indices:
    """The four inputs (the last does nothing), and the first and third as one group."""
    a, b = sobol.two_samples(n, 4, seed)
    mixed = []
    for group in ([0], [1], [2], [3], [0, 2]):
        some = a.copy()
        some[:, group] = b[:, group]
        mixed.append(ishigami(some))
    return sobol.indices(ishigami(a), ishigami(b), np.array(mixed))


def test_indices_are_ishigami_s() -> None:
    found = of_ishigami(4096, 7)
    assert found.first == pytest.approx([*FIRST, FIRST_AND_THIRD], abs=0.02)
    assert found.total == pytest.approx([*TOTAL, FIRST_AND_THIRD], abs=0.02)
    assert found.total[3] == 0


def test_errors_of_indices_hold_what_scrambles_do() -> None:
    first, total = np.array([*FIRST, FIRST_AND_THIRD]), np.array([*TOTAL, FIRST_AND_THIRD])
    found = [of_ishigami(256, seed) for seed in range(40)]
    for name, truth in (("first", first), ("total", total)):
        off = np.abs(np.array([getattr(one, name) for one in found]) - truth)
        said = np.array([getattr(one, f"{name}_error") for one in found])
        assert np.mean(off <= 2 * said + 1e-12) > 0.95
        assert np.all(said.mean(axis=0)[:3] < 0.12)


def test_errors_are_those_of_scipy_s_bootstrap() -> None:
    a, b = sobol.two_samples(128, 4, 3)
    mixed = np.array([ishigami(np.where(np.arange(4) == i, b, a)) for i in range(3)])
    found = sobol.indices(ishigami(a), ishigami(b), mixed)
    values = {"f_A": ishigami(a)[None], "f_B": ishigami(b)[None], "f_AB": mixed[:, None]}
    theirs = sobol_indices(func=values, n=128).bootstrap(n_resamples=400)
    assert found.first_error == pytest.approx(theirs.first_order.standard_error, rel=0.25)
    assert found.total_error == pytest.approx(theirs.total_order.standard_error, rel=0.25)


def test_a_smaller_sample_is_the_beginning_of_a_larger_one() -> None:
    for small, large in zip(sobol.two_samples(32, 5, 7), sobol.two_samples(128, 5, 7), strict=True):
        assert np.array_equal(small, large[:32])


def gain_of_knowing(mean: float, spread: float) -> float:
    """E[max(0, N(mean, spread))] - max(0, mean): the closed form of the linear-normal choice."""
    z = mean / spread
    return float(spread * norm.pdf(z) + mean * norm.cdf(z) - max(0.0, mean))


@pytest.mark.parametrize("mean", [-0.5, 0.0, 0.2])
def test_worth_of_knowing_is_the_closed_form_of_a_linear_normal_choice(mean: float) -> None:
    weights = np.array([1.0, 0.6, 0.3])
    z = norm.ppf(np.clip(qmc.Sobol(3, rng=np.random.default_rng(7)).random(1024), 1e-9, 1 - 1e-9))
    worth = np.stack([np.zeros(1024), mean + z @ weights], axis=1)
    for i, weight in enumerate(weights):
        value, error = spline.worth_of_knowing(z[:, i], worth)
        assert value == pytest.approx(gain_of_knowing(mean, weight), abs=0.006)
        assert abs(value - gain_of_knowing(mean, weight)) <= 2 * error + 1e-4
    assert spline.worth_of_knowing_all(worth) == pytest.approx(
        gain_of_knowing(mean, float(np.sqrt(weights @ weights))), abs=0.02
    )


def test_worth_of_knowing_sees_a_bend_that_a_line_would_miss() -> None:
    """Worth z^2 - 1 + noise: E[max(0, z^2 - 1)] = 2 phi(1)."""
    rng = np.random.default_rng(1)
    z, noise = rng.standard_normal((2, 4096))
    value, error = spline.worth_of_knowing(z, np.stack([np.zeros(4096), z**2 - z.var() + noise], axis=1))
    assert value == pytest.approx(2 * norm.pdf(1), abs=3 * error)
    assert error < 0.03


def test_error_of_the_worth_of_knowing_is_honest_for_random_draws() -> None:
    truth, held, spread, said = gain_of_knowing(0.1, 0.5), 0, [], []
    for seed in range(60):
        z = np.random.default_rng(seed).standard_normal((256, 3))
        worth = np.stack([np.zeros(256), 0.1 + z @ np.array([0.5, 1.0, 0.3])], axis=1)
        worth[:, 1] -= worth[:, 1].mean() - 0.1  # the mean worth is known better than from these few
        value, error = spline.worth_of_knowing(z[:, 0], worth)
        held += abs(value - truth) <= 2 * error
        spread.append(value)
        said.append(error)
    assert held >= 52
    assert 0.6 < np.mean(said) / np.std(spread) < 1.7


def test_knowing_is_worth_nothing_where_one_choice_is_always_better() -> None:
    z = np.random.default_rng(3).standard_normal((512, 1))
    worth = np.concatenate([np.zeros((512, 1)), 9 + z], axis=1)
    assert spline.worth_of_knowing(z[:, 0], worth) == (0.0, 0.0)
    assert spline.worth_of_knowing(np.ones(512), worth) == (0.0, 0.0)


def test_of_several_options_the_best_counts() -> None:
    """Three options: 0, z and -z. Knowing z is worth E|z|."""
    z = norm.ppf(np.clip(qmc.Sobol(1, rng=np.random.default_rng(5)).random(1024)[:, 0], 1e-9, 1 - 1e-9))
    value, _ = spline.worth_of_knowing(z, np.stack([0 * z, z, -z], axis=1))
    assert value == pytest.approx(np.sqrt(2 / np.pi), abs=0.005)


# --- on the model --------------------------------------------------------------------------------------------------


def test_the_ends_of_a_bar_are_the_engine_s_own_differences() -> None:
    one = scenario()
    rows = sensitivity.tornado(one, "csat", n=16)
    for key in rows.index[:3]:
        low, _, high = table_of(one.baseline)[key]
        for end, value in (("low", low), ("high", high)):
            known = one.model_copy(update={"assumptions": {key: value}})
            assert rows.loc[key, end] == pytest.approx(model.evaluate(known).difference["csat"], abs=2e-5)


def test_a_decision_between_two_is_about_their_difference() -> None:
    one, other = scenario(), leaner()
    found = sensitivity.dependence(one, "npv", other, n=16)
    two = [model.evaluate(s).headline["npv"] for s in (one, other)]
    year = model.evaluate(one).headline["operating_cost"]  # draws are solved at few months, staffing at fewer
    assert found.answer == pytest.approx(two[0] - two[1], abs=6e-4 * year)
    nothing = sensitivity.dependence(one, "npv", n=16)
    assert nothing.answer == pytest.approx(two[0], abs=2e-4 * year)


@pytest.fixture(scope="module", params=[*((s, "csat") for s in SAMPLES), ("retail", "operating_cost")])
def doubled(request: pytest.FixtureRequest) -> tuple[sensitivity.Dependence, sensitivity.Dependence]:
    """A study with 128 draws, and the same with twice as many."""
    sample, outcome = request.param
    known = [found for _, found in sensitivity.steps(scenario(sample), outcome, n=256) if found is not None]
    return next(one for one in known if one.draws == 128), known[-1]


def test_doubling_the_draws_keeps_the_top_three_and_stays_within_the_errors(
    doubled: tuple[sensitivity.Dependence, sensitivity.Dependence],
) -> None:
    half, whole = doubled
    assert whole.draws == 256
    third = half.rows.iloc[2]
    for key in set(whole.rows.index[:3]) - set(half.rows.index[:3]):  # only who was as good as third may come up
        assert third["total"] - half.rows.loc[key, "total"] <= half.rows.loc[key, "total_error"]
    for column in ("first", "total"):
        moved = (whole.rows[column] - half.rows[column].reindex(whole.rows.index)).abs()
        assert (moved <= 2 * half.rows[f"{column}_error"].reindex(whole.rows.index) + 1e-12).all()
    assert abs(whole.others_total - half.others_total) <= 2 * half.others_error


def test_the_parts_make_the_whole(doubled: tuple[sensitivity.Dependence, sensitivity.Dependence]) -> None:
    """First-order shares sum to at most 1, total ones with the little ones' to at least 1, within their errors."""
    _, found = doubled
    rows = found.rows
    slack = 3 * float(np.sqrt((rows["first_error"] ** 2).sum() + (rows["total_error"] ** 2).sum()))
    assert rows["first"].sum() <= 1 + slack
    assert rows["total"].sum() + found.others_total >= 1 - slack
    assert (rows["first"] <= rows["total"] + 3 * (rows["first_error"] + rows["total_error"])).all()
    assert rows["total"].is_monotonic_decreasing
    assert found.others > 3 and found.others_total < 0.15


def test_what_is_known_is_no_longer_what_the_answer_depends_on() -> None:
    one = scenario()
    before = sensitivity.tornado(one, "csat", n=16)
    top = str(before.index[0])
    known = one.model_copy(update={"assumptions": {top: ASSUMPTIONS[top].mode}})
    after = sensitivity.dependence(known, "csat", n=16)
    assert top not in after.rows.index
    assert np.ptp(after.likely) < np.ptp(sensitivity.dependence(one, "csat", n=16).likely)


def test_nothing_moved_depends_on_nothing() -> None:
    base = model.sample("retail")
    found = sensitivity.dependence(model.Scenario(baseline=base), "csat", n=16)
    assert found.rows.empty and found.others == 0 and found.answer == 0
    assert list(found.rows.columns) == ["first", "first_error", "total", "total_error", "low", "high"]


def test_a_payback_that_never_comes_counts_as_36_months() -> None:
    one = scenario()
    assert np.isnan(model.evaluate(one).headline["payback_months"])
    assert sensitivity.dependence(one, "payback_months", n=16).answer == 36


def test_a_study_can_be_left_at_any_step_and_tells_how_far_it_is() -> None:
    seen = list(sensitivity.steps(scenario("bank"), "csat", n=64))
    shares = [share for share, _ in seen]
    assert len(seen) > 20 and shares[-1] == 1
    assert all(a <= b for a, b in pairwise(shares))
    assert [found.draws for _, found in seen if found is not None][:4] == [16, 16, 32, 64]
    again = sensitivity.tornado(scenario("bank"), "csat", n=64)
    last = seen[-1][1]
    assert last is not None and again.equals(last.rows)


@pytest.mark.parametrize("n", [0, 8, 100, -16])
def test_a_number_of_draws_that_cannot_be_halved_is_refused(n: int) -> None:
    with pytest.raises(model.TrileverError, match="cannot be studied"):
        sensitivity.tornado(scenario(), "csat", n=n)


def test_what_has_no_draws_or_another_company_is_refused() -> None:
    with pytest.raises(model.TrileverError, match="no draws of consistency"):
        sensitivity.tornado(scenario(), "consistency")
    with pytest.raises(model.TrileverError, match="different companies"):
        sensitivity.tornado(scenario(), "csat", scenario("bank"))


# --- what to find out first ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def learned() -> Iterator[learning.Learning]:
    *_, (_, found) = learning.steps([leaner("bank"), scenario("bank")])
    assert found is not None
    yield found


def test_worth_of_finding_out_is_that_of_knowing_each_value_in_turn(learned: learning.Learning) -> None:
    """Nested Monte Carlo, the definition itself: the first assumption known at each of its 16 sixteenths."""
    one = leaner("bank")
    key = str(learned.rows.index[0])
    low, mode, high = table_of(one.baseline)[key]
    a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    from scipy.special import betaincinv

    means = []
    for share in (np.arange(16) + 0.5) / 16:
        known = {key: float(low + (high - low) * betaincinv(a, b, share))}
        means.append(model.draws(one.model_copy(update={"assumptions": known}), n=128)["npv"].mean())
    nested = np.maximum(means, 0).mean() - max(np.mean(means), 0)
    assert learned.rows.loc[key, "worth"] == pytest.approx(nested, abs=3 * learned.rows.loc[key, "error"])
    assert learned.rows.loc[key, "worth"] > 5 * learned.rows.loc[key, "error"]


def test_knowing_one_is_worth_less_than_knowing_all(learned: learning.Learning) -> None:
    assert (learned.rows["worth"] - 2 * learned.rows["error"] <= learned.everything).all()
    assert learned.rows["worth"].is_monotonic_decreasing
    assert sum(learned.shares) == pytest.approx(1)
    assert learned.means[0] == 0 and len(learned.means) == 3


def test_options_are_compared_in_the_first_one_s_world() -> None:
    one = leaner().model_copy(update={"conditions": {"demand": 1.2}, "month": 6})
    other = scenario().model_copy(update={"assumptions": {"csat_wait": -0.3}})
    found = learning.in_one_world([one, other, one.model_copy(update={"name": "The same again"})])
    assert len(found) == 2
    assert all(s.conditions == {"demand": 1.2} and not s.assumptions and s.month == 6 for s in found)


def test_finding_out_is_worth_nothing_where_doing_nothing_is_always_best() -> None:
    found = sensitivity.evppi([scenario()], n=128)
    assert found.empty and list(found.columns) == ["worth", "error"]


def test_a_choice_by_anything_but_money_or_between_companies_is_refused() -> None:
    with pytest.raises(model.TrileverError, match="not money"):
        sensitivity.evppi([scenario()], "csat")
    with pytest.raises(model.TrileverError, match="different companies"):
        sensitivity.evppi([scenario(), scenario("bank")])
    with pytest.raises(model.TrileverError, match="nothing to choose"):
        sensitivity.evppi([])
