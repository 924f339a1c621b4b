"""Baselines: the queue's order, and a regression that copes with gaps and new values."""

import numpy as np
import pytest

from models import baselines, measure
from models.encode import encode


def test_oldest_comes_first():
    days = np.array(["2024-03-01", "2023-01-01", "2024-03-01"], dtype="datetime64[s]")
    score = baselines.oldest_first(days)
    assert score[1] > score[0] == score[2]


def test_logistic_regression_learns_and_reads_new_values(invented, schema_for):
    frame, y = invented(2000)
    schema = schema_for(frame)
    model = baselines.logistic_regression(encode(frame, schema), y, schema)
    later, known = invented(1000, seed=2)
    score = model.decision_function(encode(later.assign(trade="never seen"), schema))
    assert np.isfinite(score).all()
    assert measure.auc(known, model.decision_function(encode(later, schema)))["auc"] > 0.65


def test_a_feature_without_any_value_is_no_obstacle(invented, schema_for):
    frame, y = invented(300)
    frame["points"] = np.float32(np.nan)
    schema = schema_for(frame)
    score = baselines.logistic_regression(encode(frame, schema), y, schema).decision_function(encode(frame, schema))
    assert np.isfinite(score).all() and score == pytest.approx(score)


def test_the_sparse_layout_is_what_scikit_learn_would_build(invented, schema_for):
    """The same margins as a plain pipeline of median, flags, scaling and one-hot columns."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import MissingIndicator, SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    frame, y = invented(1500)
    schema = schema_for(frame)
    x = encode(frame, schema).astype(np.float64)
    numbers = make_union(
        make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
        MissingIndicator(features="all", sparse=False),
    )
    plain = make_pipeline(
        ColumnTransformer([("numbers", numbers, [0, 1, 2]), ("codes", OneHotEncoder(), [3])]),
        LogisticRegression(max_iter=2000, tol=1e-8),
    ).fit(x, y)
    mine = baselines.logistic_regression(x.astype(np.float32), y, schema)
    np.testing.assert_allclose(mine.decision_function(x.astype(np.float32)), plain.decision_function(x), atol=0.02)


def test_weights_are_repeats(invented, schema_for):
    frame, y = invented(800)
    schema = schema_for(frame)
    x = encode(frame, schema)
    weight = np.where(np.arange(800) % 3 == 0, 2.0, 1.0)
    rows = np.repeat(np.arange(800), weight.astype(int))
    heavy = baselines.logistic_regression(x, y, schema, weight).decision_function(x)
    told_twice = baselines.logistic_regression(x[rows], y[rows], schema).decision_function(x)
    assert np.corrcoef(heavy, told_twice)[0, 1] > 0.999
