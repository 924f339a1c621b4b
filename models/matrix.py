"""Rows with an outcome, gathered from the parts of the tables into arrays; memory holds those rows and one part."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models.encode import Counter, Schema, build, encode
from models.labels import OBSERVED

Parts = Callable[[], Iterator[tuple[pd.DataFrame, pd.DataFrame]]]  # (cases, features) a part, in the same row order


@dataclass(frozen=True)
class Rows:
    """The observed cases of one window, sorted by case id: encoded features, labels (0/1), lodging days."""

    case_id: np.ndarray
    x: np.ndarray
    y: np.ndarray
    lodged_on: np.ndarray


def learn_schema(parts: Parts, described: list[dict[str, Any]], window: str, keep: int) -> Schema:
    """The schema with the categories that are most frequent among the observed cases of `window`."""
    counter = Counter([record["name"] for record in described if record["kind"] == "category"])
    for cases, features in parts():
        counter.add(features[_chosen(cases, window)])
    return build(described, counter, keep)


def gather(parts: Parts, schema: Schema, window: str) -> Rows:
    """The observed cases of `window`; sorted by case id, so that the number of parts changes no bit of a model."""
    ids, matrices, labels, days = [], [], [], []
    for cases, features in parts():
        chosen = _chosen(cases, window)
        matrices.append(encode(features.loc[chosen].drop(columns="case_id"), schema))
        ids.append(cases.loc[chosen, "case_id"])
        labels.append(cases.loc[chosen, "label"].to_numpy(dtype=np.int8))
        days.append(cases.loc[chosen, "lodged_on"].to_numpy(dtype="datetime64[s]"))
    case_id = pd.concat(ids, ignore_index=True)
    order = case_id.argsort(kind="stable").to_numpy()
    return Rows(
        case_id=case_id.to_numpy(dtype=object)[order],
        x=np.concatenate(matrices)[order],
        y=np.concatenate(labels)[order],
        lodged_on=np.concatenate(days)[order],
    )


def _chosen(cases: pd.DataFrame, window: str) -> np.ndarray:
    return ((cases["status"] == OBSERVED) & (cases["split"] == window)).to_numpy(dtype=bool)
