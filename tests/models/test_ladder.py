"""The rungs, the pairs they may read, the pooled AUC and the rule of one standard error, checked by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import ladder, measure, train
from models.encode import encode
from models.ladder import ADDITIVE, FITTED, FREE, LOGISTIC, PAIRS, Pooled, Window


def trees(booster):
    return booster.model_to_string().split("\nparameters:")[0]


@pytest.fixture(scope="module")
def climbed(invented, schema_for, knobs):
    frame, y = invented(1500)
    later, _ = invented(400, seed=1)
    test, outcome = invented(800, seed=2)
    schema = schema_for(frame)
    x = encode(frame, schema)
    window = Window(x, y, np.ones(len(y)))
    found = ladder.climb(window, encode(later, schema), encode(test, schema), schema, knobs, pairs=2, leaves=8)
    return found, schema, x, y, encode(test, schema), outcome


def test_every_rung_orders_later_cases(climbed):
    found, *_, outcome = climbed
    assert tuple(found.test) == FITTED
    for name, margin in found.test.items():
        assert measure.auc(outcome, margin)["auc"] > 0.6, name
    assert len(found.calibrate[ADDITIVE]) == 400


def test_one_binned_table_gives_the_same_trees_as_one_each(climbed, knobs):
    """Sharing is exact: margins equal those of boosters that each binned the matrix anew."""
    found, schema, x, y, test, _ = climbed
    alone = train.fit(x, y, schema, replace(knobs, additive=True, pairs=[]), np.ones(len(y)))
    np.testing.assert_array_equal(found.test[ADDITIVE], alone.predict(test, raw_score=True))
    paired = train.fit(x, y, schema, replace(knobs, additive=True, pairs=found.pairs), np.ones(len(y)))
    np.testing.assert_array_equal(found.test[PAIRS], paired.predict(test, raw_score=True))


def test_the_unconstrained_rung_follows_a_direction_that_nobody_declared(invented, schema_for, knobs):
    frame, _ = invented(2000)
    schema = schema_for(frame)
    x = encode(frame, schema)
    y = (x[:, 1] > 0).astype(np.int8)  # against the declared direction of `offences`
    found = ladder.climb(Window(x, y, np.ones(len(y))), x, x, schema, knobs, pairs=1, leaves=8)
    assert measure.auc(y, found.test[FREE])["auc"] > 0.99
    assert measure.auc(y, found.test[ADDITIVE])["auc"] < 0.7


def test_weights_count(invented, schema_for, knobs):
    frame, y = invented(600)
    schema = schema_for(frame)
    x = encode(frame, schema)
    weight = np.where(y == 1, 3.0, 1.0)
    light, heavy = (
        ladder.climb(Window(x, y, w), x, x, schema, knobs, pairs=1, leaves=8) for w in (np.ones(len(y)), weight)
    )
    for name in FITTED:
        assert heavy.test[name].mean() > light.test[name].mean() + 0.3


def test_pairs_are_those_that_meet(invented, schema_for, knobs):
    frame, _ = invented(4000)
    schema = schema_for(frame)
    x = encode(frame, schema)
    rng = np.random.default_rng(1)
    line = 3.0 * ((x[:, 1] > 0) ^ (x[:, 3] > 0)) - 1.5
    y = (rng.random(len(x)) < 1 / (1 + np.exp(-line))).astype(np.int8)
    loose = schema.model_copy(update={"features": [f.model_copy(update={"monotone": 0}) for f in schema.features]})
    booster = train.fit(x, y, loose, replace(knobs, additive=False))
    assert ladder.strongest_pairs(booster, 1) == [["offences", "trade"]]
    assert ladder.strongest_pairs(booster, 2) == ladder.strongest_pairs(booster, 2)
    alone = train.fit(x, y, loose, knobs)
    assert ladder.strongest_pairs(alone, 3) == []


def shares(*values):
    return np.array(values, dtype=float)


def test_one_standard_error_by_hand():
    # the error of a difference is the root of the summed squares of the differing shares: here 0.01 * sqrt(4) = 0.02
    base = np.zeros(4)
    pooled = Pooled(
        {LOGISTIC: 0.70, ADDITIVE: 0.74, PAIRS: 0.745, FREE: 0.75},
        {LOGISTIC: base, ADDITIVE: base, PAIRS: base, FREE: base + 0.01},
    )
    assert pooled.error(FREE, ADDITIVE) == pytest.approx(0.02)
    assert ladder.choose(pooled) == (ADDITIVE, FREE)  # 0.01 behind, within 0.02; logistic lies 0.05 behind
    tight = Pooled(pooled.auc, {**pooled.shares, FREE: base + 0.001})  # error 0.002: nothing simpler is near
    assert ladder.choose(tight) == (FREE, FREE)
    even = Pooled(dict.fromkeys(FITTED, 0.7), dict.fromkeys(FITTED, base))
    assert ladder.choose(even) == (LOGISTIC, LOGISTIC)


def test_rules_of_the_queue_are_never_picked():
    best = {ladder.OLDEST: 0.99, ladder.POINTS: 0.98, **dict.fromkeys(FITTED, 0.6)}
    assert ladder.choose(Pooled(best, dict.fromkeys(best, np.zeros(2))))[1] in FITTED


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), rows=st.integers(20, 200))
def test_one_split_of_single_cases_is_delong(seed, rows):
    rng = np.random.default_rng(seed)
    y = np.arange(rows) % 3 == 0
    score = rng.integers(0, 12, rows) + 2.0 * y
    pooled = ladder.pool([{"a": measure.influence(y, score)}], [y], [np.arange(rows)])
    found = measure.auc(y, score)
    assert pooled.auc["a"] == pytest.approx(found["auc"])
    reach = 1.959963984540054 * pooled.error("a")
    if found["auc_high"] < 1 and found["auc_low"] > 0:
        assert found["auc"] - reach == pytest.approx(found["auc_low"])


def test_cases_told_twice_are_no_more_evidence():
    rng = np.random.default_rng(3)
    y = rng.random(300) < 0.5
    score = rng.normal(size=300) + y
    twice, again = np.tile(y, 2), np.tile(score, 2)
    once = ladder.pool([{"a": measure.influence(y, score)}], [y], [np.arange(300)])
    matters = np.tile(np.arange(300), 2)
    clustered = ladder.pool([{"a": measure.influence(twice, again)}], [twice], [matters])
    naive = ladder.pool([{"a": measure.influence(twice, again)}], [twice], [np.arange(600)])
    assert clustered.error("a") == pytest.approx(once.error("a"), rel=0.01)
    assert naive.error("a") < 0.8 * once.error("a")


def test_splits_weigh_by_their_cases():
    y = [np.array([1, 0, 1, 0]), np.array([1, 0] * 6)]
    influence = [{"a": (0.5, np.zeros(4))}, {"a": (0.9, np.zeros(12))}]
    pooled = ladder.pool(influence, y, [np.arange(4), np.arange(12)])
    assert pooled.auc["a"] == pytest.approx((1 * 0.5 + 3 * 0.9) / 4)  # mn / (m + n): 4 / 4 and 36 / 12
