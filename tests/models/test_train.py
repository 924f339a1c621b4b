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


def test_only_declared_pairs_meet_on_the_way_to_a_leaf(invented, knobs, schema_for):
    frame, y = invented(3000)
    schema = schema_for(frame)
    paired = replace(knobs, pairs=[["trade", "points"]])
    assert train.settings(schema, paired)["interaction_constraints"] == [[0], [1], [2], [3], [0, 3]]
    nodes = train.fit(encode(frame, schema), y, schema, paired).trees_to_dataframe().dropna(subset=["split_feature"])
    together = {frozenset(names) for names in nodes.groupby("tree_index")["split_feature"].agg(set)}
    assert {names for names in together if len(names) > 1} == {frozenset({"points", "trade"})}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"pairs": [["points", "height"]]}, "`height`, which is no feature of this programme; there are points, "),
        ({"pairs": [["points", "points"]]}, r"\[points, points\], which is not two different features"),
        ({"pairs": [["points", "wage"]], "additive": False}, "goes with `train.additive: true`"),
    ],
)
def test_pairs_that_do_not_fit_are_refused(more, message, invented, knobs, schema_for):
    with pytest.raises(ValueError, match=message):
        train.settings(schema_for(invented(100)[0]), replace(knobs, **more))


def test_every_split_learns_where_a_missing_number_goes(invented, knobs, schema_for):
    frame, y = invented(4000)
    unknown = frame["points"].isna()
    y = np.where(unknown, 1, y)  # who has no test does well here, against the direction of the points
    schema = schema_for(frame)
    booster = train.fit(encode(frame, schema), y, schema, knobs)
    splits = booster.trees_to_dataframe().query("split_feature == 'points'")
    assert set(splits["missing_type"]) == {"NaN"}
    x = encode(frame, schema)
    zero = np.where(np.isnan(x), 0, x)
    gain = booster.predict(x, raw_score=True) - booster.predict(zero, raw_score=True)
    assert gain[unknown].min() > 1
