"""The champion: LightGBM with declared directions, the same bytes for the same inputs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np

from models.encode import Schema


@dataclass(frozen=True)
class Knobs:
    """What may be turned; see `params.yaml`.

    `additive`: every tree reads one feature only, but for `pairs` of features that may meet on the way to a leaf.
    """

    trees: int
    leaves: int
    learning_rate: float
    min_rows_per_leaf: int
    l2: float
    additive: bool
    pairs: Sequence[Sequence[str]]
    seed: int
    threads: int


def settings(schema: Schema, knobs: Knobs) -> dict[str, Any]:
    """LightGBM's parameters for `schema`.

    `intermediate` constraints lose less than `basic` at the same cost. Two open reports (LightGBM issues 5358 and
    6155) show trees over several features that break declared directions; a tree over one feature cannot, and the
    tests probe both forms. Categories are split by LightGBM itself; rare ones are smoothed (`cat_smooth`, `cat_l2`).

    A number that some training case lacks gets a bin for missing values, and every split on it learns which way they
    go. Where no training case lacks it there is nothing to learn from: see `compile.missing_as_zero`.

    Raises ValueError for `pairs` that do not fit the features or the form.
    """
    directions = [feature.monotone for feature in schema.features]
    found: dict[str, Any] = {
        "objective": "binary",
        "num_leaves": knobs.leaves,
        "learning_rate": knobs.learning_rate,
        "min_data_in_leaf": knobs.min_rows_per_leaf,
        "lambda_l2": knobs.l2,
        "cat_smooth": 10.0,
        "cat_l2": 10.0,
        "min_data_per_group": 100,
        "max_bin": 255,
        "use_missing": True,
        "zero_as_missing": False,
        "seed": knobs.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": knobs.threads,
        "verbosity": -1,
    }
    if any(directions):
        found |= {"monotone_constraints": directions, "monotone_constraints_method": "intermediate"}
    pairs = [_pair(pair, schema.names) for pair in knobs.pairs]
    if knobs.additive:
        found["interaction_constraints"] = [*([place] for place in range(len(directions))), *pairs]
    elif pairs:
        raise ValueError("`train.pairs` goes with `train.additive: true`; without it every tree may read everything.")
    return found


def _pair(pair: Sequence[str], names: list[str]) -> list[int]:
    """The places of a declared pair, in order."""
    for name in pair:
        if name not in names:
            raise ValueError(
                f"`train.pairs` names `{name}`, which is no feature of this programme; there are {', '.join(names)}."
            )
    if len(set(pair)) != 2:
        raise ValueError(f"`train.pairs` holds [{', '.join(pair)}], which is not two different features.")
    return sorted(names.index(name) for name in pair)


def fit(x: np.ndarray, y: np.ndarray, schema: Schema, knobs: Knobs, weight: np.ndarray | None = None) -> lgb.Booster:
    """A booster of `knobs.trees` trees from the matrix `x` (n, features) and labels `y` (n,) of 0 and 1.

    `weight` (n,) is how often each label counts; None: once. Raises ValueError where there is no feature; both classes must be there (`split.require_both`).
    """
    return boost(binned(x, y, schema, knobs, weight), schema, knobs)


def binned(x: np.ndarray, y: np.ndarray, schema: Schema, knobs: Knobs, weight: np.ndarray | None = None) -> lgb.Dataset:
    """LightGBM's own table of the cases. One serves for models of several forms: bins depend neither on directions, nor
    on constraints, nor on the number of trees or leaves."""
    if not schema.features:
        raise ValueError(
            "The programme names no feature, so there is nothing to learn from; list some under `features`."
        )
    return lgb.Dataset(
        x,
        label=y,
        weight=weight,
        feature_name=schema.names,
        categorical_feature=schema.categorical,
        params=settings(schema, knobs),
        free_raw_data=True,
    )


def boost(table: lgb.Dataset, schema: Schema, knobs: Knobs) -> lgb.Booster:
    """A booster of `knobs.trees` trees from a table that `binned` made for the same schema."""
    return lgb.train(settings(schema, knobs), table, num_boost_round=knobs.trees)
