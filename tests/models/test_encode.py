"""Encoding: a value first seen later, a missing value and a known one are three different things."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.encode import Counter, Feature, Schema, build, encode, show, unlearnt

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
    feature = build([record], counter, 3).features[0]
    assert feature.categories == ["c", "a", "b"]
    assert (feature.rare, feature.gaps) == (1, 1)


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


RECORD = {"name": "employer", "kind": "category", "monotone": 0, "meaning": "Employer", "unit": ""}


def employers(numbers: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"employer": pd.Series([f"EMPLOYER {n}" for n in numbers], dtype="str")})


def test_fifty_thousand_employers_are_counted_in_parts_as_at_once():
    draw = np.random.default_rng(5)
    numbers = np.minimum(draw.zipf(1.3, 120_000), 10**9) % 50_000
    numbers = np.concatenate([numbers, np.arange(50_000)])
    whole, parts = Counter(["employer"]), Counter(["employer"])
    whole.add(employers(numbers))
    for part in np.array_split(draw.permutation(numbers), 7):
        parts.add(employers(part))
    schema = build([RECORD], whole, 200)
    assert schema == build([RECORD], parts, 200)
    (feature,) = schema.features
    counts = pd.Series(numbers).value_counts()
    assert len(counts) == 50_000 and len(feature.categories) == 200
    assert feature.rare == len(numbers) - sum(counts[int(name.split()[1])] for name in feature.categories)
    assert len(schema.model_dump_json()) < 10_000  # the model does not carry the names of all employers
    late = encode(employers(np.array([60_000, 49_999, counts.index[0]])), schema)[:, 0]
    assert late.tolist() == [feature.other, feature.other, 0]  # first seen later: as a rare one, of which it learnt
    assert not unlearnt(late.reshape(-1, 1), schema).any()


def test_what_no_training_case_held_or_lacked_is_told():
    few = Counter(["trade"])
    few.add(pd.DataFrame({"trade": pd.Series(["smith", "baker"], dtype="str")}))
    schema = build([{**RECORD, "name": "trade"}], few, 10)
    trades = pd.DataFrame({"trade": pd.Series(["smith", "miller", None], dtype="str")})
    assert unlearnt(encode(trades, schema), schema).tolist() == [False, True, True]
    few.add(pd.DataFrame({"trade": pd.Series(["tanner", None], dtype="str")}))
    schema = build([{**RECORD, "name": "trade"}], few, 2)
    assert not unlearnt(encode(trades, schema), schema).any()
    assert not unlearnt(encode(frame([1, 2], ["miller", None]), SCHEMA), SCHEMA).any()  # made before this was counted


@given(
    st.lists(st.sampled_from([*"abcdef", None]), max_size=30),
    st.lists(st.sampled_from([*"abcdefg", None])),
    st.integers(1, 7),
)
def test_unlearnt_is_exactly_what_has_no_training_case_behind_its_code(seen, asked, keep):
    counter = Counter(["trade"])
    counter.add(pd.DataFrame({"trade": pd.Series(seen, dtype="str")}))
    schema = build([{**RECORD, "name": "trade"}], counter, keep)
    codes = [encode(pd.DataFrame({"trade": pd.Series(side, dtype="str")}), schema) for side in (seen, asked)]
    assert unlearnt(codes[1], schema).tolist() == [code not in set(codes[0][:, 0]) for code in codes[1][:, 0]]
