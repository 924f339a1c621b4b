import math

import pandas as pd
import pytest

from features import recipes
from features.columns import Column, Recipe


def recipe(name, column="x", other=""):
    return Recipe(recipe=name, column=column, other=other, meaning="Some words")


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("number", pd.Series([2, None], dtype="Int64"), [2.0, None]),
        ("number", pd.Series([True, None], dtype="boolean"), [1.0, None]),
        ("log", pd.Series([0.0, math.e - 1, -1.0, None]), [0.0, 1.0, None, None]),
        (
            "category",
            pd.Series([" new\t york ", "New York", "", None], dtype="str"),
            ["NEW YORK", "NEW YORK", None, None],
        ),
        ("month", pd.Series(pd.to_datetime(["2024-03-09", None])), [3.0, None]),
        ("year", pd.Series(pd.to_datetime(["2024-03-09", None])), [2024.0, None]),
        ("length", pd.Series(["қоныс", None], dtype="str"), [5.0, None]),
    ],
)
def test_recipes(name, values, expected):
    made = recipes.build(recipe(name), pd.DataFrame({"x": values}).set_axis(range(7, 7 + len(values))))
    assert list(made.index) == list(range(len(values)))
    assert [None if pd.isna(value) else value for value in made] == expected


def test_days_between(frame):
    cases = frame(a_on=["2024-01-01", "2024-01-01", None], b_on=["2024-03-01", None, "2024-01-01"])
    made = recipes.build(recipe("days_between", "a_on", "b_on"), cases)
    assert made.fillna(-1).tolist() == [60, -1, -1]
    assert recipes.reads(recipe("days_between", "a_on", "b_on")) == ["a_on", "b_on"]


def test_a_category_is_folded_as_declared():
    folded = Recipe(
        recipe="category",
        column="x",
        meaning="Some words",
        fold=["punctuation", "legal_forms"],
        same_as={"Old Co": "New"},
    )
    values = pd.Series(["Acme, Inc.", "ACME LLC", "old", "–", None], dtype="str")
    made = recipes.build(folded, pd.DataFrame({"x": values}))
    assert made.tolist()[:3] == ["ACME", "ACME", "NEW"]
    assert made.isna().tolist() == [False, False, False, True, True]


def test_every_recipe_of_the_record_can_be_made():
    assert set(recipes.RECIPES) == set(recipes.KINDS) == set(Recipe.model_fields["recipe"].annotation.__args__)


def test_a_recipe_that_does_not_fit_its_column_is_refused():
    columns = {"x": Column(kind="text", meaning="Text")}
    recipes.check("f", recipe("category"), columns)
    with pytest.raises(ValueError, match="`f` is made from `y`, which the case table does not have"):
        recipes.check("f", recipe("category", "y"), columns)
    with pytest.raises(ValueError, match="takes a column of kind integer or number, but `x` is of kind text"):
        recipes.check("f", recipe("log"), columns)
