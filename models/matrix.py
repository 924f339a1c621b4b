"""Rows with an outcome, gathered from the parts of the tables into arrays; memory holds those rows and one part."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models.encode import Counter, Schema, build, encode
from models.labels import OBSERVED

KEPT = ["case_id", "label", "lodged_on", "weight", "same", "arm"]
Parts = Callable[[], Iterator[tuple[pd.DataFrame, pd.DataFrame]]]  # (cases, features) a part, in the same row order

Window = str | Callable[[pd.DataFrame], np.ndarray]  # name of a window, or which rows of `cases` (n,) belong to it


@dataclass(frozen=True)
class Rows:
    """The observed cases of one window, sorted by case id: encoded features, labels (0/1), lodging days, weights of the
    labels, names of the matters, and whether they are in the random review arm; arrays of one length.
    """

    case_id: np.ndarray
    x: np.ndarray
    y: np.ndarray
    lodged_on: np.ndarray
    weight: np.ndarray
    same: np.ndarray
    arm: np.ndarray


def learn_schema(parts: Parts, described: list[dict[str, Any]], window: Window, keep: int) -> Schema:
    """The schema with the categories that are most frequent among the observed cases of `window`."""
    counter = Counter([record["name"] for record in described if record["kind"] == "category"])
    for cases, features in parts():
        counter.add(features[_chosen(cases, window)])
    return build(described, counter, keep)


def gather(parts: Parts, schema: Schema, window: Window) -> Rows:
    """The observed cases of `window`; sorted by case id, so that the number of parts changes no bit of a model."""
    matrices, kept = [], []
    for cases, features in parts():
        chosen = _chosen(cases, window)
        matrices.append(encode(features.loc[chosen].drop(columns="case_id"), schema))
        kept.append(cases.loc[chosen, KEPT])
    rows = pd.concat(kept, ignore_index=True)
    order = rows["case_id"].argsort(kind="stable").to_numpy()
    rows = rows.iloc[order]
    return Rows(
        case_id=rows["case_id"].to_numpy(dtype=object),
        x=np.concatenate(matrices)[order],
        y=rows["label"].to_numpy(dtype=np.int8),
        lodged_on=rows["lodged_on"].to_numpy(dtype="datetime64[s]"),
        weight=rows["weight"].to_numpy(dtype=np.float64),
        same=rows["same"].to_numpy(dtype=object),
        arm=rows["arm"].to_numpy(dtype=bool),
    )


def _chosen(cases: pd.DataFrame, window: Window) -> np.ndarray:
    inside = np.asarray(window(cases), dtype=bool) if callable(window) else (cases["split"] == window).to_numpy()
    return inside & (cases["status"] == OBSERVED).to_numpy(dtype=bool)
