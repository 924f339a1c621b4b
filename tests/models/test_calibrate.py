"""Calibration: the order of margins stays, the level is right, and odd data give no nonsense."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from models.calibrate import Calibration, fit, sigmoid


def drawn(slope: float, level: float, n: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(5)
    margin = generator.normal(size=n)
    return margin, (generator.random(n) < sigmoid(slope * margin + level)).astype(int)


def test_recovers_slope_and_level_like_scikit_learn():
    margin, y = drawn(0.7, 1.3)
    found = fit(margin, y)
    peer = LogisticRegression(C=np.inf, tol=1e-10).fit(margin[:, None], y)
    assert found.slope == pytest.approx(peer.coef_[0, 0], abs=5e-3)
    assert found.intercept == pytest.approx(peer.intercept_[0], abs=5e-3)
    assert abs(found.apply(margin).mean() - y.mean()) < 1e-3
    assert not found.fallback


def test_backward_scores_keep_the_order_and_say_so():
    margin, y = drawn(-0.7, 0.0)
    found = fit(margin, y)
    assert found.fallback and found.slope == 1.0
    assert abs(found.apply(margin).mean() - y.mean()) < 1e-3


@pytest.mark.parametrize(
    ("margin", "y"),
    [
        ([-2, -1, 1, 2], [0, 0, 1, 1]),
        ([0, 0, 0], [0, 1, 1]),
        ([1.0], [1]),
        ([-800, 800], [0, 1]),
        ([5, 6, 7], [1, 1, 1]),
    ],
)
def test_parted_classes_equal_margins_and_extremes_stay_finite(margin, y):
    found = fit(np.array(margin, dtype=float), np.array(y))
    assert np.isfinite([found.slope, found.intercept]).all() and found.slope > 0


def test_slope_must_be_positive():
    with pytest.raises(ValueError):
        Calibration(slope=0.0, intercept=0.0, cases=1)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-6, 6), st.booleans()), min_size=2, max_size=40))
def test_strictly_increasing(rows):
    margin, y = np.array([row[0] for row in rows]), np.array([int(row[1]) for row in rows])
    found = fit(margin, y)
    low, high = found.apply(np.array([-1.0, 1.0]))
    assert low <= high
    assert found.slope > 0
    probed = found.apply(np.sort(np.concatenate([margin, np.linspace(-6, 6, 50)])))
    assert (np.diff(probed) >= 0).all() and ((probed >= 0) & (probed <= 1)).all()


def test_sigmoid_does_not_overflow():
    with np.errstate(over="raise"):
        assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]


def test_a_weight_is_a_case_told_again():
    margin, y = drawn(0.7, 0.3, 400)
    weight = np.random.default_rng(6).integers(1, 4, 400)
    weighted, told = fit(margin, y, weight), fit(np.repeat(margin, weight), np.repeat(y, weight))
    assert weighted.slope == pytest.approx(told.slope, rel=1e-9)
    assert weighted.intercept == pytest.approx(told.intercept, rel=1e-9)
    assert weighted.slope_variance > told.slope_variance  # the same case again is no new evidence
    assert weighted.cases == 400


def test_variances_are_those_of_repeated_samples():
    generator = np.random.default_rng(7)
    found = []
    for _ in range(300):
        margin = generator.normal(size=600)
        found.append(fit(margin, (generator.random(600) < sigmoid(0.8 * margin + 0.5)).astype(int)))
    slopes, levels = np.array([(one.slope, one.intercept) for one in found]).T
    assert np.mean([one.slope_variance for one in found]) == pytest.approx(slopes.var(), rel=0.25)
    assert np.mean([one.intercept_variance for one in found]) == pytest.approx(levels.var(), rel=0.25)
    assert np.mean([one.covariance for one in found]) == pytest.approx(np.cov(slopes, levels)[0, 1], abs=0.003)
    at = np.mean([one.variance(np.array([1.5]))[0] for one in found])
    assert at == pytest.approx((1.5 * slopes + levels).var(), rel=0.25)


def test_intervals_are_told_and_a_kept_slope_has_none():
    margin, y = drawn(0.7, 1.3)
    assert fit(margin, y).told() == "slope 0.75 (0.67 to 0.83), intercept 1.28 (1.20 to 1.36)"
    kept = fit(*drawn(-0.7, 0.0))
    assert kept.slope_variance == kept.covariance == 0 and kept.intercept_variance > 0
    assert "slope 1.00 (1.00 to 1.00)" in kept.told()
