"""From tables to the model's columns: joins as of each case's day, then the features in the model's order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features import recipes, registry, sets
from features.asof import as_days, known_by
from features.history import History
from features.registry import CASES, DECISION_DAY, Feature


@dataclass(frozen=True)
class Table:
    """A source as features meet it.

    `link` is the column it shares with the cases (None: a reference table, handed over whole); `known_on` the column
    that says from which day a row may be used; `read(columns)` gives the rows of the same persons as the cases.
    """

    link: str | None
    known_on: str | None
    read: Callable[[Sequence[str]], pd.DataFrame]


def build(
    features: sets.Choice,
    cases: pd.DataFrame,
    tables: Mapping[str, Table],
    known: Mapping[str, Feature] | None = None,
    history: History | None = None,
) -> pd.DataFrame:
    """The model's features, one row a case in the order of `cases`: float32 numbers (NaN missing), categories as str.

    `cases` holds the case table's columns and `decision_day`; a source's rows count for a case only if they were
    known by that day. `history` tells of earlier cases (for recipes that count them). Raises ValueError for a feature that nobody makes or that gives an infinite number.
    """
    known = registry.scan() if known is None else known
    names = sets.chosen(features)
    day = as_days(cases[DECISION_DAY])
    cases = cases.reset_index(drop=True)
    needs = sets.needed(features, known)
    made = [name for name in names if name not in features.declare]
    frames = {CASES: cases}
    for source in needs.keys() - {CASES}:
        frames[source] = _rows(cases, day, tables[source], needs[source])
    values = registry.resolve(made, known, frames)
    values |= {name: recipes.build(recipe, cases, history) for name, recipe in features.declare.items()}
    kinds = {name: known[name].kind for name in made}
    kinds |= {
        name: "category" if recipe.recipe in recipes.CATEGORIES else "number"
        for name, recipe in features.declare.items()
    }
    return pd.DataFrame({name: _column(name, values[name], kinds[name]) for name in names}, index=cases.index)


def _rows(cases: pd.DataFrame, day: np.ndarray, table: Table, columns: Sequence[str]) -> pd.DataFrame:
    if table.link is None:
        return table.read(columns)
    extra = [name for name in (table.link, table.known_on) if name]
    rows = table.read(list(dict.fromkeys([*extra, *columns])))
    return known_by(cases, rows, table.link, day, table.known_on)


def _column(name: str, values: pd.Series, kind: str) -> pd.Series:
    if kind == "category":
        return pd.Series(values.array).astype("str")
    numbers = values.to_numpy(dtype="float64", na_value=np.nan).astype("float32")
    if np.isinf(numbers).any():
        raise ValueError(f"Feature `{name}` gave an infinite number: make its function give a missing value there.")
    return pd.Series(numbers)
