"""From a table of features to the numbers a model reads, by a schema that is stored with the model."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, model_validator

from features.columns import LOG, Change


class Feature(BaseModel):
    """One column the model reads.

    `categories` are those seen most often in training, most frequent first; code 0, 1, ... in that order, then one
    code for any other value and one for a missing value (LightGBM cannot split on a missing category, so it gets a
    code of its own). `rare` and `gaps` are the training cases with the one and the other: what the model learnt of a
    value first seen later it learnt from the rare ones. Numbers stay as they are, missing ones NaN.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    kind: Literal["number", "category"]
    monotone: Literal[-1, 0, 1] = 0
    meaning: str
    unit: str = ""
    theme: str = ""  # reasons of one theme never contradict each other
    change: Change = ""
    advice: str = ""
    covers: list[str] = []  # it says that the rows are missing on which these features rest
    categories: list[str] = []
    rare: int | None = None  # None: not counted
    gaps: int | None = None

    @model_validator(mode="after")
    def _direction_fits(self) -> "Feature":
        if self.kind == "category" and self.monotone:
            raise ValueError(f"`{self.name}` is a category, which has no direction; set monotone to 0")
        return self

    @property
    def other(self) -> int:
        """The code of a value that is not among `categories`."""
        return len(self.categories)

    @property
    def missing(self) -> int:
        """The code of a missing category."""
        return len(self.categories) + 1


class Schema(BaseModel):
    """The features in order, and the SHA-256 of the model file they belong to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = ""
    features: list[Feature]

    @property
    def names(self) -> list[str]:
        """Feature names in the order of the matrix."""
        return [feature.name for feature in self.features]

    @property
    def categorical(self) -> list[int]:
        """Positions of the categories in the matrix."""
        return [place for place, feature in enumerate(self.features) if feature.kind == "category"]


class Counter:
    """Counts categories part by part, so that no more than one part and the different values are in memory."""

    def __init__(self, names: Sequence[str]) -> None:
        self._counts: dict[str, pd.Series] = {name: pd.Series(dtype="int64") for name in names}
        self._gaps = dict.fromkeys(names, 0)

    def add(self, frame: pd.DataFrame) -> None:
        """Adds the rows of `frame` (which has at least the counted columns)."""
        for name, counts in self._counts.items():
            found = frame[name].dropna().astype("str").value_counts()
            self._counts[name] = counts.add(found, fill_value=0).astype("int64")
            self._gaps[name] += len(frame) - int(found.sum())

    def learnt(self, name: str, keep: int) -> dict[str, Any]:
        """What `Feature` holds of `name`: the `keep` most frequent values, equal counts by name, and how many rows are left."""
        counts = self._counts[name].sort_index().sort_values(ascending=False, kind="stable")
        return {
            "categories": [str(value) for value in counts.index[:keep]],
            "rare": int(counts.iloc[keep:].sum()),
            "gaps": self._gaps[name],
        }


def build(described: Iterable[dict[str, Any]], counter: Counter, keep: int) -> Schema:
    """The schema of the features `described` (records as `Feature` has them) after counting."""
    return Schema(
        features=[
            Feature(**record, **(counter.learnt(record["name"], keep) if record["kind"] == "category" else {}))
            for record in described
        ]
    )


def encode(frame: pd.DataFrame, schema: Schema) -> np.ndarray:
    """`frame` as a float32 matrix, rows as in `frame`, columns as in `schema`.

    Raises ValueError for a feature that is not there, a column the model does not know, text in a number, or an
    infinite number.
    """
    for name in schema.names:
        if name not in frame.columns:
            raise ValueError(
                f"The feature `{name}` is missing; the model cannot score without it (build the features again)."
            )
    unknown = sorted(set(frame.columns) - set(schema.names))
    if unknown:
        raise ValueError(f"The model does not know the feature {', '.join(unknown)}; train again or leave it out.")
    matrix = np.empty((len(frame), len(schema.features)), dtype=np.float32)
    for place, feature in enumerate(schema.features):
        values = frame[feature.name]
        matrix[:, place] = _codes(values, feature) if feature.kind == "category" else _numbers(values, feature.name)
    return matrix


def unlearnt(matrix: np.ndarray, schema: Schema) -> np.ndarray:
    """Which rows (n,) of an encoded matrix hold a category, or lack one, as no training case did: nothing is learnt of it."""
    found = np.zeros(len(matrix), dtype=bool)
    for place in schema.categorical:
        feature = schema.features[place]
        for code, cases in ((feature.other, feature.rare), (feature.missing, feature.gaps)):
            if cases == 0:
                found |= matrix[:, place] == code
    return found


def _codes(values: pd.Series, feature: Feature) -> np.ndarray:
    codes = pd.Index(feature.categories, dtype="str").get_indexer(pd.Index(values.astype("str")))
    codes = np.where(codes < 0, feature.other, codes)
    return np.where(values.isna().to_numpy(), feature.missing, codes).astype(np.float32)


def _numbers(values: pd.Series, name: str) -> np.ndarray:
    try:
        with np.errstate(over="ignore"):
            numbers = values.to_numpy(dtype=np.float32, na_value=np.nan)
    except (TypeError, ValueError):
        raise ValueError(f"The feature `{name}` should hold numbers but holds text.") from None
    if np.isinf(numbers).any():
        raise ValueError(f"The feature `{name}` holds an infinite number; build the features again.")
    return numbers


def show(frame: pd.DataFrame, schema: Schema) -> dict[str, np.ndarray]:
    """Each feature's values as a person reads them, `""` where missing: name -> array of str objects.

    Whole numbers have no decimals, others six digits at most; a logarithm (its unit says so) is shown as the amount
    it was taken of.
    """
    return {feature.name: _show(frame[feature.name], feature) for feature in schema.features}


def _show(values: pd.Series, feature: Feature) -> np.ndarray:
    if feature.kind == "category":
        return values.astype("str").fillna("").to_numpy(dtype=object)
    numbers = _numbers(values, feature.name).astype(np.float64)
    if feature.unit.startswith(LOG):
        numbers = np.expm1(numbers)
    unique, back = np.unique(numbers, return_inverse=True)  # texts are made once a value, not once a row
    texts = np.array([_text(value) for value in unique], dtype=object)
    return texts[back] if len(unique) else np.empty(0, dtype=object)


def _text(value: float) -> str:
    if np.isnan(value):
        return ""
    nearest = round(value)
    whole = abs(value - nearest) <= 1e-6 * max(1.0, abs(value))
    return str(nearest) if whole or abs(value) >= 1e6 else f"{value:.6g}"
