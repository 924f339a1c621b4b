"""Tables as a person reads them: which cell a value is in, what they add up to, and what is refused."""

import json

import numpy as np
import pytest
from pydantic import ValidationError

from models import tables as module
from models.tables import Lookup, Tables

WAGE = {"feature": "wage", "up_to": [-1.5, 0.1, 10]}
TRADE = {"feature": "trade", "codes": [0, 1, 4]}
RECORD = {
    "constant": 100.0,
    "features": ["trade", "unused", "wage"],
    "tables": [
        {"axes": [WAGE], "effects": [1, 2, 3, 4, 5]},
        {"axes": [TRADE], "effects": [10, 20, 30, 40]},
        {"axes": [TRADE, {"feature": "wage", "up_to": [2]}], "effects": [[0, 0.5, 0.25], [0, 0, 0], [0, 0, 0], [0.125, 0, 0]]},
    ],
}  # fmt: skip
NAN = np.nan


def read(**more) -> Tables:
    return Tables.model_validate_json(json.dumps({**RECORD, **more}))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("wage", "effect"),
    [(-np.inf, 1), (-1.5, 1), (-1.4, 2), (0, 2), (0.09, 2), (0.11, 3), (10, 3), (10.001, 4), (np.inf, 4), (NAN, 5)],
)
def test_a_number_is_in_the_cell_up_to_its_edge(dtype, wage, effect):
    tables = read(tables=RECORD["tables"][:1])
    assert Lookup(tables).margin(np.array([[0, 0, wage]], dtype=dtype)).tolist() == [100 + effect]


def test_an_edge_that_float32_does_not_have_stays_where_it_is():
    lookup = Lookup(read(tables=RECORD["tables"][:1]))
    above, below = np.float32(0.1), np.nextafter(np.float32(0.1), np.float32(0))  # 0.1 lies between them
    assert float(above) > 0.1 > float(below)
    for dtype in (np.float32, np.float64):
        rows = np.array([[0, 0, below], [0, 0, above]], dtype=dtype)
        assert lookup.margin(rows).tolist() == [102, 103]
    assert lookup.margin(np.array([[0, 0, 0.1]])).tolist() == [102]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("code", "effect"),
    [(0, 10), (-0.9, 10), (0.9, 10), (1, 20), (1.99, 20), (2, 40), (3.5, 40), (4, 30), (4.9, 30), (5, 40), (-1, 40),
     (1e30, 40), (-1e30, 40), (np.inf, 40), (-np.inf, 40), (NAN, 40)],
)  # fmt: skip
def test_a_category_is_in_the_cell_of_its_code_or_the_last(dtype, code, effect):
    tables = read(tables=RECORD["tables"][1:2])
    assert Lookup(tables).margin(np.array([[code, 0, 0]], dtype=dtype)).tolist() == [100 + effect]


def test_effects_are_the_cells_and_a_pair_counts_half_for_each():
    lookup = Lookup(read())
    rows = np.array([[0, 7, 5], [0, 7, NAN], [NAN, 7, 0], [1, 7, 50]])
    assert lookup.effects(rows).tolist() == [
        [10.25, 0, 3.25],
        [10.125, 0, 5.125],
        [40.0625, 0, 2.0625],
        [20, 0, 4],
    ]
    np.testing.assert_array_equal(lookup.effects(rows).sum(axis=1) + lookup.constant, lookup.margin(rows))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_neither_order_nor_number_of_rows_changes_a_bit(dtype, monkeypatch):
    rng = np.random.default_rng(3)
    x = rng.normal(0, 5, (10_000, 3)).astype(dtype)
    lookup = Lookup(
        read(constant=0.1, tables=[{"axes": [WAGE], "effects": rng.normal(size=5).tolist()}, *RECORD["tables"][1:]])
    )
    raw, effects, order = lookup.margin(x), lookup.effects(x), rng.permutation(len(x))
    np.testing.assert_array_equal(lookup.margin(x[order]), raw[order])
    np.testing.assert_array_equal(lookup.margin(np.asfortranarray(x)), raw)
    monkeypatch.setattr(module, "BLOCK", 7)
    np.testing.assert_array_equal(lookup.margin(x), raw)
    np.testing.assert_array_equal(lookup.effects(x), effects)


def test_no_rows_and_no_tables():
    assert Lookup(read()).margin(np.empty((0, 3))).shape == (0,)
    assert Lookup(read()).effects(np.empty((0, 3))).shape == (0, 3)
    assert Lookup(read(tables=[])).margin(np.ones((2, 3))).tolist() == [100, 100]
    assert Lookup(read(tables=[])).effects(np.ones((2, 3))).tolist() == [[0, 0, 0]] * 2


@pytest.mark.parametrize("shape", [(2, 2), (2, 4), (3,)])
def test_another_matrix_is_refused(shape):
    with pytest.raises(ValueError, match="a matrix of 3 features, not one of shape"):
        Lookup(read()).margin(np.ones(shape))


def test_what_is_written_is_read_back_to_the_bit():
    rng = np.random.default_rng(4)
    edges = np.sort(rng.normal(size=20) * 10.0 ** rng.integers(-40, 40, 20)).tolist()
    tables = read(tables=[{"axes": [{"feature": "wage", "up_to": edges}], "effects": rng.normal(size=22).tolist()}])
    assert Tables.model_validate_json(json.dumps(tables.model_dump(mode="json"))) == tables
    assert tables.tables[0].axes[0].up_to == edges


def test_features_whose_gap_is_read_as_zero_are_named():
    blind = {**WAGE, "missing_as_zero": True}
    assert read().missing_as_zero == []
    assert read(tables=[{"axes": [blind], "effects": [1, 2, 3, 4, 5]}]).missing_as_zero == ["wage"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"axes": [WAGE], "effects": [1, 2, 3, 4]}, "the table of wage does not fit"),
        ({"axes": [TRADE], "effects": [1, 2, 3, 4, 5]}, "the table of trade does not fit"),
        ({"axes": [TRADE], "effects": [[1], [2], [3], [4]]}, "does not fit"),
        ({"axes": [TRADE], "effects": [1, 2, 3, [4]]}, "effects"),
        ({"axes": [TRADE, WAGE], "effects": [[1, 2, 3, 4, 5]] * 3 + [[1, 2, 3, 4]]}, "does not fit"),
        ({"axes": [WAGE, WAGE], "effects": [[0] * 5] * 5}, "does not fit"),
        ({"axes": [], "effects": []}, "does not fit"),
        ({"axes": [WAGE], "effects": [1, 2, 3, 4, "5"]}, "effects"),
        ({"axes": [WAGE], "effects": [1, 2, 3, 4, NAN]}, "finite"),
        ({"axes": [WAGE], "effects": [1, 2, 3, 4, None]}, "effects"),
        ({"axes": [{**WAGE, "up_to": [0, 0, 1]}], "effects": [1, 2, 3, 4, 5]}, "`wage`: values do not increase"),
        ({"axes": [{**TRADE, "codes": [0, 4, 1]}], "effects": [1, 2, 3, 4]}, "`trade`: values do not increase"),
        ({"axes": [{**TRADE, "codes": [-1, 0, 1]}], "effects": [1, 2, 3, 4]}, "`trade`: a code is negative"),
        ({"axes": [{**TRADE, "up_to": [1, 2]}], "effects": [1, 2, 3, 4]}, "either `up_to`"),
        ({"axes": [{"feature": "trade"}], "effects": [1]}, "either `up_to`"),
        ({"axes": [{**WAGE, "feature": "age"}], "effects": [1, 2, 3, 4, 5]}, "age is not among the features"),
        ({"axes": [WAGE], "effects": [1, 2, 3, 4, 5], "note": ""}, "note"),
    ],
)  # fmt: skip
def test_a_table_that_does_not_hang_together_is_refused(table, message):
    with pytest.raises(ValidationError, match=message):
        read(tables=[table])


def test_a_table_that_stands_twice_is_refused():
    with pytest.raises(ValidationError, match="stands twice"):
        read(tables=[RECORD["tables"][0]] * 2)
    swapped = {"axes": [{"feature": "wage", "up_to": []}, TRADE], "effects": [[0] * 4] * 2}
    with pytest.raises(ValidationError, match="stands twice"):
        read(tables=[RECORD["tables"][2], swapped])
