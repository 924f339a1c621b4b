"""The same tables in whole points, and what rounding costs: in order (AUC) and in calibration, on later cases.

Points are those of a scorecard: `points_to_double_odds` more double the odds of the positive outcome, 0 is even odds.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from scipy.stats import rankdata

from models import measure
from models.calibrate import Calibration, sigmoid
from models.tables import Lookup, Tables

Z = NormalDist().inv_cdf((1 + measure.LEVEL) / 2)


@dataclass(frozen=True)
class Card:
    """`tables` hold whole numbers; an effect in log-odds times `scale` is its points before rounding."""

    per_doubling: int
    scale: float
    tables: Tables

    @property
    def constant(self) -> int:
        """Where everybody begins, in points."""
        return int(self.tables.constant)

    def points(self, x: np.ndarray) -> np.ndarray:
        """Total points (n,) of an encoded matrix, as whole numbers."""
        return Lookup(self.tables).margin(x).astype(np.int64)

    def probability(self, points: np.ndarray) -> np.ndarray:
        """Probability of the positive outcome (n,) of total points (n,)."""
        return sigmoid(np.asarray(points) * (math.log(2) / self.per_doubling))


def card(tables: Tables, calibration: Calibration, per_doubling: int) -> Card:
    """Every effect in whole points, rounded to the nearest one, a half to the even one.

    The calibration's slope and intercept are in the points: calibrated log-odds = slope * raw score + intercept, and
    `per_doubling` / ln 2 points are one unit of them.
    """
    unit = per_doubling / math.log(2)
    scale = calibration.slope * unit
    rounded = [
        table.model_copy(update={"effects": (np.rint(scale * np.array(table.effects)) + 0.0).tolist()})
        for table in tables.tables
    ]
    constant = float(np.rint((calibration.slope * tables.constant + calibration.intercept) * unit)) + 0.0
    return Card(per_doubling, scale, tables.model_copy(update={"constant": constant, "tables": rounded}))


def loss(
    y: np.ndarray, raw: np.ndarray, exact: np.ndarray, points: np.ndarray, rounded: np.ndarray,
    bins: int, replicates: int, seed: int,
) -> dict[str, Any]:  # fmt: skip
    """What whole points lose on the same later cases: the figures of both, and their differences with intervals.

    `y` (n,) outcomes 0/1; `raw` scores and `exact` probabilities of the tables; total `points` and the `rounded`
    probabilities they give. `auc_loss` is exact minus points (above 0: points order worse); `brier_loss` and `ece_loss`
    are points minus exact (above 0: worse). A figure that cannot be had is None.
    """
    sides = {"exact": (raw, exact), "points": (points, rounded)}
    found: dict[str, Any] = {"n": len(y), "positives": int(np.sum(y))}
    for name, (score, probability) in sides.items():
        found[name] = {**measure.auc(y, score), **_calibration(y, probability, bins)}
    found["auc_loss"], found["auc_loss_low"], found["auc_loss_high"] = auc_difference(y, raw, points)
    drawn = _resampled(y, exact, rounded, bins, replicates, seed)
    for place, name in enumerate(("brier", "ece")):
        found[f"{name}_loss"] = found["points"][name] - found["exact"][name]
        ends = np.quantile(drawn[:, place], [(1 - measure.LEVEL) / 2, (1 + measure.LEVEL) / 2])
        found[f"{name}_loss_low"], found[f"{name}_loss_high"] = ends.tolist()
    return found


def auc_difference(
    y: np.ndarray, one: np.ndarray, other: np.ndarray
) -> tuple[float | None, float | None, float | None]:
    """AUC of `one` minus AUC of `other` on the same cases, with DeLong's 95 % interval of the paired difference.

    E. DeLong, D. DeLong, D. Clarke-Pearson (1988). With one outcome only nothing can be said; with a single case of an
    outcome there is no interval.
    """
    ones = np.asarray(y) == 1
    m, n = int(ones.sum()), int((~ones).sum())
    if not m or not n:
        return None, None, None
    parts = [_placements(np.asarray(score, dtype=np.float64), ones) for score in (one, other)]
    value = float(parts[0][0].mean() - parts[1][0].mean())
    if m < 2 or n < 2:
        return value, None, None
    spread = math.sqrt(sum((a - b).var(ddof=1) / len(a) for a, b in zip(*parts, strict=True)))
    return value, value - Z * spread, value + Z * spread


def _placements(score: np.ndarray, ones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each positive the share of negatives below it, for each negative the share of positives above it; ties half."""
    ranks = rankdata(score)
    m, n = int(ones.sum()), int((~ones).sum())
    return (ranks[ones] - rankdata(score[ones])) / n, 1.0 - (ranks[~ones] - rankdata(score[~ones])) / m


def _calibration(y: np.ndarray, p: np.ndarray, bins: int) -> dict[str, float]:
    place = np.searchsorted(measure.edges(p, bins), p)
    return {
        "brier": float(np.mean((p - y) ** 2)),
        "ece": float(np.abs(np.bincount(place, p - y)).sum() / len(y)),
    }


def _resampled(
    y: np.ndarray, exact: np.ndarray, rounded: np.ndarray, bins: int, replicates: int, seed: int
) -> np.ndarray:
    """Losses (replicates, 2) in Brier score and calibration error; both sides see the same draws of cases."""
    generator = np.random.default_rng(seed)
    sides = [(np.searchsorted(measure.edges(p, bins), p), p - y) for p in (exact, rounded)]
    found = np.empty((replicates, 2))
    for draw in range(replicates):
        weight = np.bincount(generator.integers(len(y), size=len(y)), minlength=len(y)).astype(np.float64)
        squares = [weight @ gap**2 / len(y) for _, gap in sides]
        errors = [np.abs(np.bincount(place, weight * gap)).sum() / len(y) for place, gap in sides]
        found[draw] = squares[1] - squares[0], errors[1] - errors[0]
    return found
