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
