"""The ladder: from the order of the queue to unconstrained trees, simplest rung first, and the rule that picks one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models import baselines, train
from models.encode import Schema

if TYPE_CHECKING:
    import lightgbm as lgb

OLDEST, POINTS = "oldest_first", "statutory_points"
LOGISTIC, ADDITIVE, PAIRS, FREE = "logistic_regression", "additive", "additive_pairs", "unconstrained"
RULES = (OLDEST, POINTS)  # orders that nothing is learnt for: to compare with, never picked
FITTED = (LOGISTIC, ADDITIVE, PAIRS, FREE)
RUNGS = (*RULES, *FITTED)


@dataclass(frozen=True)
class Window:
    """Encoded cases (n, features) with labels 0/1 and their weights, all of one window."""

    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True)
class Climbed:
    """Margins of every fitted rung on the calibration and the test window, and the pairs that the pairs rung may read."""

    calibrate: dict[str, np.ndarray]
    test: dict[str, np.ndarray]
    pairs: list[list[str]]


def climb(
    learn: Window, calibrate: np.ndarray, test: np.ndarray, schema: Schema, knobs: train.Knobs, *, pairs: int, leaves: int
) -> Climbed:  # fmt: skip
    """Fits every rung on `learn`; `calibrate` and `test` are encoded matrices.

    The trees of all rungs grow on one binned table and turn the same knobs; the unconstrained one has `leaves` leaves
    and neither directions nor additivity. Its `pairs` strongest interactions are those that the pairs rung may read:
    found in the training window alone.
    """
    table = train.binned(learn.x, learn.y, schema, knobs, learn.weight)
    loose = schema.model_copy(update={"features": [f.model_copy(update={"monotone": 0}) for f in schema.features]})
    free = train.boost(table, loose, replace(knobs, additive=False, pairs=[], leaves=leaves))
    chosen = strongest_pairs(free, pairs)
    boosters = {
        ADDITIVE: train.boost(table, schema, replace(knobs, additive=True, pairs=[])),
        PAIRS: train.boost(table, schema, replace(knobs, additive=True, pairs=chosen)),
        FREE: free,
    }
    del table
    plain = baselines.logistic_regression(learn.x, learn.y, schema, learn.weight)

    def margins(x: np.ndarray) -> dict[str, np.ndarray]:
        found = {LOGISTIC: plain.decision_function(x)}
        for name, booster in boosters.items():
            found[name] = np.asarray(booster.predict(x, raw_score=True, num_threads=knobs.threads))
        return found

    return Climbed(margins(calibrate), margins(test), chosen)


def strongest_pairs(booster: "lgb.Booster", count: int) -> list[list[str]]:
    """The `count` pairs of features that gain most by meeting: a split right below one on another feature.

    A pair's strength is the sum of the gains of such lower splits over all trees; equal ones by name. The names of a
    pair are sorted. Fewer are given where fewer meet.
    """
    trees = booster.trees_to_dataframe()
    inner = trees[trees["split_feature"].notna()]
    above = inner.set_index("node_index")["split_feature"]
    upper = inner["parent_index"].map(above)
    met = inner.assign(upper=upper)[upper.notna() & (upper != inner["split_feature"])]
    strength: dict[tuple[str, ...], float] = {}
    for one, other, gain in zip(met["split_feature"], met["upper"], met["split_gain"], strict=True):
        pair = tuple(sorted((one, other)))
        strength[pair] = strength.get(pair, 0.0) + float(gain)
    return [list(pair) for pair in sorted(strength, key=lambda pair: (-strength[pair], pair))[:count]]


@dataclass(frozen=True)
class Pooled:
    """The AUC of each rung over all splits, and how far each matter moves it (rung -> (matters,))."""

    auc: dict[str, float]
    shares: dict[str, np.ndarray]

    def error(self, rung: str, other: str | None = None) -> float:
        """Standard error of a rung's AUC, or of its difference from that of another rung on the same cases."""
        shares = self.shares[rung] - (self.shares[other] if other is not None else 0.0)
        return math.sqrt(float(np.sum(shares**2)))


def pool(
    measured: Sequence[Mapping[str, tuple[float, np.ndarray]]], outcomes: Sequence[np.ndarray], matters: Sequence[np.ndarray]
) -> Pooled:  # fmt: skip
    """One AUC a rung from several splits: cases are compared within their split only.

    `measured` holds for each split the AUC and the influences of every rung (`measure.influence`), `outcomes` the
    labels, `matters` a number from 0 for the matter of each case. A split weighs mn / (m + n), its m positives and n
    negatives (P. van Elteren, 1960), which is near its inverse variance. Cases of one matter, in one test or in several,
    count as one piece of evidence.
    """
    counts = [(float(np.sum(y)), float(len(y) - np.sum(y))) for y in outcomes]
    weights = np.array([ones * zeros / (ones + zeros) for ones, zeros in counts])
    weights /= weights.sum()
    size = 1 + max(int(numbers.max()) for numbers in matters)
    auc, shares = {}, {}
    for rung in measured[0]:
        auc[rung] = float(sum(weight * split[rung][0] for weight, split in zip(weights, measured, strict=True)))
        shares[rung] = np.zeros(size)
        for weight, split, numbers in zip(weights, measured, matters, strict=True):
            shares[rung] += np.bincount(numbers, weight * split[rung][1], minlength=size)
    return Pooled(auc, shares)


def choose(pooled: Pooled, among: Sequence[str] = FITTED) -> tuple[str, str]:
    """The rung to use, and the best one: the simplest within one standard error of the best (L. Breiman and others, 1984).

    The error is that of the difference of the two on the same cases. `among` is in order of simplicity.
    """
    best = max(among, key=lambda rung: pooled.auc[rung])
    return next(rung for rung in among if pooled.auc[best] - pooled.auc[rung] <= pooled.error(best, rung)), best
