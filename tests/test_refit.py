"""Satisfaction learned from ratings: known coefficients come back, thin data change nothing, signs hold."""

import numpy as np
import pytest

from model import refit
from model.assumptions import ASSUMPTIONS
from model.refit import FEWEST, KEYS, Ratings, Refit

TRUTH = {"csat_resolved": 1.2, "csat_wait": -0.4, "csat_transfer": -0.7}
DATASETS, NOMINAL = 24, 0.9


def drawn(
    count: int, truth: dict[str, float], seed: int = 1, grades: int = 5, teams: int = 8, spread: float = 0.4
) -> Ratings:
    """Ratings of a proportional-odds company with these coefficients."""
    rng = np.random.default_rng(seed)
    x = {
        "csat_resolved": (rng.random(count) < 0.75).astype(float),
        "csat_wait": np.log1p(np.where(rng.random(count) < 0.4, 0.0, rng.exponential(60, count)) / 60),
        "csat_transfer": (rng.random(count) < 0.2).astype(float),
    }
    team = rng.integers(0, teams, count)
    eta = sum(truth[key] * x[key] for key in truth) + spread * rng.standard_normal(teams)[team]
    cuts = np.array([0.4]) if grades == 2 else np.array([-1.2, -0.3, 0.4, 1.6])
    level = (eta[:, None] + rng.logistic(size=count)[:, None] > cuts).sum(axis=1)
    return Ratings(level, 1 if grades == 2 else 3, x, {"team": team})


def after(found: Refit, key: str) -> tuple[float, float, float]:
    return next(c.after for c in found.coefficients if c.key == key)


@pytest.mark.parametrize("grades", [2, 5])
def test_known_coefficients_lie_within_their_ranges_at_the_nominal_rate(grades: int) -> None:
    """Truths drawn from the prior itself: nine in ten must lie between low and high."""
    rng = np.random.default_rng(grades)
    hits = []
    for seed in range(DATASETS):
        truth = {}
        for key in KEYS:
            row = ASSUMPTIONS[key]
            draw = rng.normal(row.mode, (row.high - row.low) / refit.WIDTH, 200)
            truth[key] = float(draw[(draw >= row.floor) & (draw <= row.ceiling)][0])
        found = refit.refit(drawn(700, truth, seed + 100 * grades, grades))
        for key in KEYS:
            low, _, high = after(found, key)
            hits.append(low <= truth[key] <= high)
    rate, error = np.mean(hits), np.sqrt(NOMINAL * (1 - NOMINAL) / len(hits))
    assert abs(rate - NOMINAL) < 3.5 * error, rate


@pytest.mark.parametrize("grades", [2, 5])
def test_many_ratings_find_the_truth_wherever_the_prior_stands(grades: int) -> None:
    found = refit.refit(drawn(15_000, TRUTH, grades=grades))
    for coefficient in found.coefficients:
        assert coefficient.after[1] == pytest.approx(TRUTH[coefficient.key], abs=0.13)
        assert coefficient.prior_share < 0.15 and not coefficient.kept
    assert found.grades == grades and found.ratings == 15_000


def test_more_ratings_leave_less_to_the_prior() -> None:
    shares = [[c.prior_share for c in refit.refit(drawn(count, TRUTH)).coefficients] for count in (300, 1000, 4000)]
    assert (np.diff(np.array(shares), axis=0) < 0).all()
    assert 0 < min(map(min, shares)) and max(map(max, shares)) < 1


def test_no_ratings_behind_it_keeps_the_prior_and_says_so() -> None:
    few = drawn(70, TRUTH)
    rarer = int(min((few.level >= 3).sum(), (few.level < 3).sum()))
    assert rarer < 2 * FEWEST
    found = refit.refit(few)
    assert found.rarer == rarer
    kept = [c for c in found.coefficients if c.kept]
    assert len(kept) >= 2
    for coefficient in kept:
        assert coefficient.after == coefficient.before and coefficient.prior_share == 1
        assert "few" in coefficient.why
    assert set(found.ranges) == {c.key for c in found.coefficients} - {c.key for c in kept}


def test_fewer_than_twenty_of_the_rarer_kind_change_nothing() -> None:
    many = drawn(4000, TRUTH)
    level = np.where(np.cumsum(many.level < 3) <= FEWEST - 1, many.level, 4)
    found = refit.refit(Ratings(level, 3, many.covariates, many.groups))
    assert found.rarer == FEWEST - 1 and not found.ranges


def test_a_column_that_is_missing_or_never_varies_is_named() -> None:
    data = drawn(2000, TRUTH)
    covariates = {"csat_resolved": np.ones(2000), "csat_wait": np.where(np.arange(2000) % 3, np.nan, 1.0)}
    found = {c.key: c for c in refit.refit(Ratings(data.level, 3, covariates, {})).coefficients}
    assert found["csat_transfer"].why == found["csat_wait"].why == "not in your files"
    assert "differ in it" in found["csat_resolved"].why


def test_signs_hold_even_where_the_ratings_say_the_opposite() -> None:
    turned = {"csat_resolved": -1.0, "csat_wait": 0.6, "csat_transfer": 1.0}
    found = refit.refit(drawn(4000, turned))
    low, mode, high = after(found, "csat_resolved")
    assert low == mode == 0 and 0 < high < 0.3
    for key in ("csat_wait", "csat_transfer"):
        low, mode, high = after(found, key)
        assert mode == high == 0 and -0.3 < low < 0


def test_ratings_that_nothing_moves_bring_the_range_to_nothing() -> None:
    low, mode, high = after(refit.refit(drawn(8_000, dict.fromkeys(KEYS, 0.0))), "csat_resolved")
    assert 0 <= low <= mode <= high < 0.25


def test_a_team_that_solves_more_and_pleases_more_is_no_effect_of_solving() -> None:
    """Without intercepts by team its people's charm would be taken for the effect of solving."""
    rng = np.random.default_rng(4)
    count = 6_000
    team = rng.integers(0, 2, count)
    solved = (rng.random(count) < np.where(team == 1, 0.95, 0.35)).astype(float)
    eta = 0.8 * solved + np.where(team == 1, 1.5, -1.5)
    level = (eta + rng.logistic(size=count) > 0).astype(np.int64)
    with_, without = (
        after(refit.refit(Ratings(level, 1, {"csat_resolved": solved}, groups)), "csat_resolved")[1]
        for groups in ({"team": team}, {})
    )
    assert with_ == pytest.approx(0.8, abs=0.2) and without > 1.3


def test_the_gradient_is_the_slope_of_the_objective() -> None:
    data = drawn(300, TRUTH)
    x = np.column_stack([data.covariates[key] for key in KEYS])
    beta = np.array([-1.0, -0.2, 0.5, 1.4, 1.0, -0.3, -0.5])
    mean, precision = np.array([1.7, -0.25, -0.5]), np.array([3.0, 30.0, 17.0])
    arguments = (np.unique(data.level, return_inverse=True)[1], x, 4, mean, precision)
    _, slope = refit._objective(beta, *arguments)
    step = 1e-6
    for i in range(len(beta)):
        up, down = (refit._objective(beta + sign * step * np.eye(len(beta))[i], *arguments)[0] for sign in (1, -1))
        assert slope[i] == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-4)


def test_the_information_is_the_mean_curvature() -> None:
    """Against differences of the gradient, averaged over ratings drawn from the model itself."""
    data = drawn(60_000, TRUTH, spread=0.0)
    x = np.column_stack([data.covariates[key] for key in KEYS])
    beta = np.array([-1.2, -0.3, 0.4, 1.6, *TRUTH.values()])
    none = np.zeros(3)
    y = data.level
    information = refit._information(beta, y, x, 4)
    step = 1e-4
    seen = np.array([
        (refit._objective(beta + step * e, y, x, 4, none, none)[1]
         - refit._objective(beta - step * e, y, x, 4, none, none)[1]) / (2 * step) for e in np.eye(len(beta))
    ])  # fmt: skip
    scale = np.sqrt(np.outer(np.diag(information), np.diag(information)))
    assert np.abs(seen - information).max() / scale.max() < 0.02
    assert (np.abs(seen - information) / scale).max() < 0.05
