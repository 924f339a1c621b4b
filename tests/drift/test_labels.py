from datetime import date

import numpy as np
import pytest

from pipeline.drift import checks, labels
from pipeline.drift.checks import CANNOT, QUIET, RING

WAITS = labels.due(date(2026, 4, 1), date(2026, 4, 30), 29, 24, date(2026, 6, 30))


def say(score, label, knobs, fitted_on=2000):
    reference = np.random.default_rng(0).beta(6, 3, 3000)
    found = checks.judge(labels.calibration(score, label, reference, fitted_on, WAITS, knobs), knobs.alpha)
    return {check.name: check for check in found}


def drawn(seed, count=600):
    rng = np.random.default_rng(seed)
    score = rng.beta(6, 3, count)
    return score, (rng.random(count) < score).astype(float)


def test_labels_are_due_so_long_after_the_decision():
    assert WAITS == {"first": "2028-04-30", "last": "2028-05-29", "months": 23}
    assert labels.due(date(2020, 1, 1), date(2020, 1, 2), 0, 0, date(2026, 6, 30))["months"] == 0


def test_outcomes_that_fit_are_quiet_and_those_that_fall_short_ring(knobs):
    score, label = drawn(1)
    assert {check.verdict for check in say(score, label, knobs).values()} == {QUIET}
    label[: len(label) // 3] = 0
    found = say(score, label, knobs)
    assert found["calibration"].verdict == RING and found["calibration"].value < -0.1
    assert found["calibration"].low < found["calibration"].value < found["calibration"].high


def test_a_turned_curve_with_the_right_level_is_found(knobs):
    score, label = drawn(2, 2000)
    turned = say(2 * score.mean() - score, label, knobs)
    assert turned["calibration"].verdict == QUIET and turned["calibration_bins"].verdict == RING


def test_young_outcomes_are_waited_for(knobs):
    score, label = drawn(3)
    found = say(score, np.full(len(score), np.nan), knobs)
    assert {(check.verdict, check.why) for check in found.values()} == {(CANNOT, "young")}
    assert found["calibration"].details["months"] == 23
    label[10:] = np.nan
    assert {check.why for check in say(score, label, knobs).values()} == {"few_labels"}
    assert {check.verdict for check in say(np.array([]), np.array([]), knobs).values()} == {CANNOT}


def test_scores_of_0_and_1_do_no_harm(knobs):
    found = say(np.ones(100), np.ones(100), knobs)
    assert {check.verdict for check in found.values()} == {QUIET}
    assert say(np.ones(100), np.zeros(100), knobs)["calibration"].verdict == RING


def test_a_calibration_fitted_on_few_cases_is_doubted(knobs):
    score, label = drawn(4)
    wide, narrow = (say(score, label, knobs, fitted_on)["calibration"] for fitted_on in (50, 5000))
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


@pytest.mark.parametrize("fitted_on", [1200])
def test_without_drift_it_rings_hardly_ever(knobs, fitted_on):
    rings = [check.verdict == RING for seed in range(100) for check in say(*drawn(seed), knobs, fitted_on).values()]
    assert np.mean(rings) <= 0.05
