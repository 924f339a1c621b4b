"""Training: declared directions hold everywhere, and the same inputs give the same bytes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import train
from models.encode import Schema, encode


@pytest.fixture(scope="module")
def forms(invented, knobs, schema_for):
    """A larger model of each form: additive or not."""
    frame, y = invented(3000)
    schema = schema_for(frame)
    x = encode(frame, schema)
    return {form: train.fit(x, y, schema, replace(knobs, additive=form, leaves=15, trees=80)) for form in (True, False)}


@pytest.mark.parametrize("additive", [True, False])
@settings(deadline=None, max_examples=100)
@given(
    row=st.tuples(st.one_of(st.just(np.nan), st.floats(-5, 60)), st.floats(0, 8), st.floats(5, 16), st.integers(0, 4)),
    steps=st.tuples(st.floats(0, 30), st.floats(0, 5)),
)
def test_declared_directions_hold(additive, row, steps, forms):
    probe = np.array([row, row, row], dtype=np.float64)
    probe[1, 0] += steps[0]
    probe[2, 1] += steps[1]
    base, more_points, more_offences = forms[additive].predict(probe, raw_score=True)
    assert more_points >= base - 1e-12
    assert more_offences <= base + 1e-12


def test_same_inputs_same_bytes(invented, knobs, schema_for):
    frame, y = invented(2000)
    schema = schema_for(frame)
    x = encode(frame, schema)
    first, second = (train.fit(x.copy(), y.copy(), schema, knobs).model_to_string() for _ in range(2))
    assert first == second
    assert first != train.fit(x, y, schema, replace(knobs, trees=59)).model_to_string()


def test_an_additive_tree_reads_one_feature(invented, knobs, schema_for):
    frame, y = invented(2000)
    schema = schema_for(frame)
    booster = train.fit(encode(frame, schema), y, schema, knobs)
    nodes = booster.trees_to_dataframe().dropna(subset=["split_feature"])
    assert nodes.groupby("tree_index")["split_feature"].nunique().max() == 1
    assert nodes["split_feature"].nunique() == 4


def test_a_missing_category_has_an_effect_of_its_own(invented, knobs, schema_for):
    frame, y = invented(4000)
    schema = schema_for(frame)
    booster = train.fit(encode(frame, schema), y, schema, knobs)
    probe = frame.iloc[[0, 0]].assign(trade=[None, "never seen"])
    missing, other = booster.predict(encode(probe, schema), raw_score=True)
    assert missing < other


def test_no_feature_at_all(knobs):
    with pytest.raises(ValueError, match="names no feature"):
        train.fit(np.empty((2, 0)), np.array([0, 1]), Schema(features=[]), knobs)
