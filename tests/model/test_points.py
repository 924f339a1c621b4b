"""Whole points: the rounding rule, what a total means, and what rounding costs."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from models.encode import encode
from models.measure import auc
from pipeline.model import points


@given(per=st.integers(1, 500))
@settings(max_examples=30, deadline=None)
def test_every_effect_is_rounded_to_the_nearest_whole_point(plain, per):
    card = points.card(plain.tables, plain.calibration, per)
    unit = per / math.log(2)
    assert card.scale == plain.calibration.slope * unit
    for exact, whole in zip(plain.tables.tables, card.tables.tables, strict=True):
        assert whole.axes == exact.axes
        for effect, point in zip(exact.effects, whole.effects, strict=True):
            assert point == round(point) and abs(card.scale * effect - point) <= 0.5
    start = (plain.calibration.slope * plain.tables.constant + plain.calibration.intercept) * unit
    assert abs(card.constant - start) <= 0.5


def test_a_half_goes_to_the_even_point(plain):
    table = plain.tables.tables[0]
    halves = table.model_copy(
        update={"effects": [0.5, 1.5, -0.5, -2.5][: len(table.effects)] + [0.0] * (len(table.effects) - 4)}
    )
    tables = plain.tables.model_copy(update={"tables": [halves]})
    flat = plain.calibration.model_copy(update={"slope": math.log(2), "intercept": 0.0})
    assert points.card(tables, flat, 1).tables.tables[0].effects[:4] == [0.0, 2.0, 0.0, -2.0]


def test_points_double_the_odds(plain):
    card = points.card(plain.tables, plain.calibration, 20)
    p = card.probability(np.array([0, 20, -40]))
    assert (p / (1 - p)).tolist() == pytest.approx([1, 2, 0.25])


def test_finer_points_come_near_the_exact_probability(plain, cases):
    x = encode(cases[0], plain.schema)
    exact = plain.calibration.apply(plain.margin(x))
    far = [
        np.abs(card.probability(card.points(x)) - exact).max()
        for card in (points.card(plain.tables, plain.calibration, per) for per in (2, 20, 100_000))
    ]
    assert far[0] > far[1] > far[2] and far[2] < 1e-4


def test_the_difference_agrees_with_two_areas_and_a_permuted_spread():
    generator = np.random.default_rng(3)
    y = (generator.random(400) < 0.4).astype(int)
    one, other = y + generator.normal(size=400), y + generator.normal(scale=2, size=400)
    value, low, high = points.auc_difference(y, one, other)
    assert value == pytest.approx(roc_auc_score(y, one) - roc_auc_score(y, other))
    assert low < value < high
    drawn = []
    for _ in range(600):
        at = generator.integers(400, size=400)
        drawn.append(roc_auc_score(y[at], one[at]) - roc_auc_score(y[at], other[at]))
    assert (high - low) / (2 * norm.ppf(0.975)) == pytest.approx(np.std(drawn), rel=0.12)


def test_a_score_loses_nothing_against_itself(plain, cases):
    y, x = cases[1], encode(cases[0], plain.schema)
    raw = plain.margin(x)
    p = plain.calibration.apply(raw)
    found = points.loss(y, raw, p, raw, p, 10, 100, 1)
    assert [found[f"{name}_loss{end}"] for name in ("auc", "brier", "ece") for end in ("", "_low", "_high")] == [
        0.0
    ] * 9
    assert found["exact"]["auc"] == auc(y, raw)["auc"] and found["n"] == 2000


def test_coarse_points_lose_and_the_same_seed_gives_the_same_figures(plain, cases):
    y, x = cases[1], encode(cases[0], plain.schema)
    card = points.card(plain.tables, plain.calibration, 1)
    raw, total = plain.margin(x), card.points(x)
    given_ = (y, raw, plain.calibration.apply(raw), total, card.probability(total), 10, 100, 1)
    found = points.loss(*given_)
    assert found["auc_loss_low"] > 0 and found["brier_loss_low"] > 0
    assert points.loss(*given_) == found


def test_with_one_outcome_nothing_is_said():
    assert points.auc_difference(np.ones(5), np.arange(5), np.arange(5)) == (None, None, None)
    assert points.auc_difference(np.array([1, 0, 0]), np.arange(3), np.arange(3)) == (0.0, None, None)
