"""Encoding: a value first seen later, a missing value and a known one are three different things."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.encode import Counter, Feature, Schema, build, encode, show

NUMBER = Feature(name="points", kind="number", monotone=1, meaning="Points")
WAGE = Feature(name="wage", kind="number", meaning="Wage", unit="log of dollars")
TRADE = Feature(name="trade", kind="category", meaning="Trade", categories=["smith", "baker"])
SCHEMA = Schema(features=[NUMBER, TRADE])


def frame(points: list, trade: list) -> pd.DataFrame:
    return pd.DataFrame({"trade": pd.Series(trade, dtype="str"), "points": pd.Series(points, dtype="float32")})


def test_known_other_and_missing_differ():
    matrix = encode(frame([1, np.nan, 3, 4], ["baker", "smith", "miller", None]), SCHEMA)
    assert matrix.dtype == np.float32
    assert matrix[:, 1].tolist() == [1, 0, TRADE.other, TRADE.missing]
    assert np.isnan(matrix[:, 0]).tolist() == [False, True, False, False]


def test_no_rows_and_all_missing():
    assert encode(frame([], []), SCHEMA).shape == (0, 2)
    assert encode(frame([np.nan], [None]), SCHEMA)[0, 1] == TRADE.missing


def test_missing_feature_and_unknown_column_are_named():
    with pytest.raises(ValueError, match="`trade` is missing"):
        encode(frame([1], ["baker"]).drop(columns="trade"), SCHEMA)
    with pytest.raises(ValueError, match="does not know the feature citizenship, extra"):
        encode(frame([1], ["baker"]).assign(extra=1, citizenship="X"), SCHEMA)


def test_text_and_infinity_in_a_number_are_refused():
    with pytest.raises(ValueError, match="`points` should hold numbers"):
        encode(frame([1], ["baker"]).assign(points="many"), SCHEMA)
    for value in (np.inf, 1e300):
        with pytest.raises(ValueError, match="`points` holds an infinite number"):
            encode(frame([1], ["baker"]).assign(points=value), SCHEMA)


def test_nullable_numbers_and_booleans_are_read():
    table = frame([0, 0], ["baker", "baker"])
    assert encode(table.assign(points=pd.array([1, None], dtype="Int64")), SCHEMA)[0, 0] == 1
    assert encode(table.assign(points=pd.array([True, None], dtype="boolean")), SCHEMA)[0, 0] == 1


def test_most_frequent_categories_are_kept_equal_counts_by_name():
    counter = Counter(["trade"])
    counter.add(pd.DataFrame({"trade": pd.Series(["c", "b", "a", None], dtype="str")}))
    counter.add(pd.DataFrame({"trade": pd.Series(["c", "d"], dtype="str")}))
    record = {"name": "trade", "kind": "category", "monotone": 0, "meaning": "Trade", "unit": ""}
    assert build([record], counter, 3).features[0].categories == ["c", "a", "b"]


def test_a_category_has_no_direction_and_a_schema_no_unknown_key():
    with pytest.raises(ValidationError, match="has no direction"):
        Feature(name="trade", kind="category", monotone=1, meaning="Trade")
    with pytest.raises(ValidationError):
        Schema.model_validate({"features": [], "more": 1})


def test_values_as_a_person_reads_them():
    schema = Schema(features=[NUMBER, WAGE, TRADE])
    table = frame([3, 0.1, np.nan], ["miller", None, "baker"]).assign(
        wage=np.log1p(np.float32([98000, 20.12, 6431400]))
    )
    found = show(table, schema)
    assert found["points"].tolist() == ["3", "0.1", ""]
    assert found["wage"].tolist()[:2] == ["98000", "20.12"]
    assert abs(int(found["wage"][2]) - 6431400) < 10  # a float32 logarithm holds six digits
    assert found["trade"].tolist() == ["miller", "", "baker"]


@given(st.lists(st.one_of(st.none(), st.sampled_from(["smith", "baker", "miller", ""])), max_size=20), st.data())
def test_a_row_is_encoded_alone(trades, data):
    table = frame([1.0] * len(trades), trades)
    cut = data.draw(st.integers(0, len(trades)))
    whole = encode(table, SCHEMA)
    parts = np.concatenate([encode(table.iloc[:cut], SCHEMA), encode(table.iloc[cut:], SCHEMA)])
    np.testing.assert_array_equal(whole, parts)
    assert set(whole[:, 1]) <= {0, 1, TRADE.other, TRADE.missing}
