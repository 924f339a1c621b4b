"""Features declared in a programme's YAML instead of written as a function: one column of the case table and a recipe."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from features.asof import as_days, log_amount, numbers
from features.columns import HISTORY, Column, Recipe
from features.history import History
from features.spelling import fold

CATEGORIES = {"category"}
KINDS: Mapping[str, set[str]] = {  # recipe -> the kinds of column it can be made from
    "number": {"integer", "number", "boolean"},
    "log": {"integer", "number"},
    "category": {"code", "text", "boolean"},
    "days_between": {"date"},
    "month": {"date"},
    "year": {"date"},
    "length": {"code", "text"},
    "earlier_count": {"code", "text"},
    "earlier_share": {"code", "text"},
}


def number(recipe: Recipe, cases: pd.DataFrame) -> pd.Series:
    """The number as it is; 1 or 0 of a boolean."""
    return pd.Series(numbers(cases[recipe.column]))


def log(recipe: Recipe, cases: pd.DataFrame) -> pd.Series:
    """The natural logarithm of 1 + the number; missing where the number is negative."""
    return log_amount(cases[recipe.column])


def category(recipe: Recipe, cases: pd.DataFrame) -> pd.Series:
    """The text in one spelling: capitals, single spaces, and the declared `fold` and `same_as`; empty text is missing."""
    return fold(cases[recipe.column], recipe.fold, recipe.same_as)


def days_between(recipe: Recipe, cases: pd.DataFrame) -> pd.Series:
    """Days from the date in `column` to the date in `other`."""
    gap = (as_days(cases[recipe.other]) - as_days(cases[recipe.column])).astype("timedelta64[D]")
    return pd.Series(np.where(np.isnat(gap), np.nan, gap.astype("float64")))


def month(recipe: Recipe, cases: pd.DataFrame) -> pd.Series:
    """The month of the date, 1 to 12."""
    return cases[recipe.column].dt.month.reset_index(drop=True)


def year(recipe: Recipe, cases: pd.DataFrame) -> pd.Series:
    """The year of the date."""
    return cases[recipe.column].dt.year.reset_index(drop=True)


def length(recipe: Recipe, cases: pd.DataFrame) -> pd.Series:
    """The number of characters of the text."""
    return cases[recipe.column].str.len().reset_index(drop=True)


def earlier_count(recipe: Recipe, cases: pd.DataFrame, history: History) -> pd.Series:
    """Number of cases with the same value that were lodged on an earlier day; spelt as a `category`."""
    return history.count(recipe, cases)


def earlier_share(recipe: Recipe, cases: pd.DataFrame, history: History) -> pd.Series:
    """Share of positive outcomes with the same value known before the decision day, shrunk (`smoothing`) to that of all."""
    return history.share(recipe, cases)


RECIPES: Mapping[str, Callable[..., pd.Series]] = {
    "number": number,
    "log": log,
    "category": category,
    "days_between": days_between,
    "month": month,
    "year": year,
    "length": length,
    "earlier_count": earlier_count,
    "earlier_share": earlier_share,
}


def build(recipe: Recipe, cases: pd.DataFrame, history: History | None = None) -> pd.Series:
    """One value a row of `cases`, index 0..n-1; what is missing stays missing.

    Raises ValueError for a recipe that counts earlier cases where their `history` is not given.
    """
    if recipe.recipe not in HISTORY:
        return RECIPES[recipe.recipe](recipe, cases)
    if history is None:
        raise ValueError(
            f"`{recipe.recipe}` of `{recipe.column}` counts earlier cases, which are not at hand; build the features of the "
            "whole register (`qonys features`)."
        )
    return RECIPES[recipe.recipe](recipe, cases, history)


def reads(recipe: Recipe) -> list[str]:
    """The columns of the case table it is made from."""
    return [recipe.column, recipe.other] if recipe.recipe == "days_between" else [recipe.column]


def check(name: str, recipe: Recipe, columns: Mapping[str, Column]) -> None:
    """Raises ValueError where the feature `name` asks for a column the case table lacks or its recipe cannot take."""
    for column in reads(recipe):
        if column not in columns:
            raise ValueError(f"Feature `{name}` is made from `{column}`, which the case table does not have.")
        if columns[column].kind not in KINDS[recipe.recipe]:
            able = " or ".join(sorted(KINDS[recipe.recipe]))
            raise ValueError(
                f"Feature `{name}`: the recipe `{recipe.recipe}` takes a column of kind {able}, "
                f"but `{column}` is of kind {columns[column].kind}."
            )
