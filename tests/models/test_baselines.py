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
