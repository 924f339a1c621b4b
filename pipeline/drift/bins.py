"""Bins fixed on the reference, counts of both sides in them, and the population stability index (PSI).

PSI = sum over bins of (p - q) * ln(p / q), p and q the shares of the two sides: the symmetric Kullback-Leibler
divergence. With B bins and no drift it is about chi-square with B - 1 degrees of freedom times 1/n + 1/m
(Yurdakul, B. (2018), Statistical Properties of Population Stability Index, Western Michigan University).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

FEW = 5  # cases expected in a bin below which it joins the bin of all other values
HALF = 0.5  # stands for 0 where the other side has cases: a logarithm of 0 says nothing


@dataclass(frozen=True)
class Bins:
    """Either `values`, each a bin of its own with one more for any other value, or `edges` of half-open ranges.

    Range i goes from just above edges[i - 1] up to and including edges[i]; the outer ones have no end.
    """

    values: tuple[Any, ...] = ()
    edges: tuple[float, ...] = ()

    def count(self, values: pd.Series) -> np.ndarray:
        """How many of `values` (none missing) lie in each bin; the last is `any other value` (0 where there are ranges)."""
        if self.edges:
            found = np.bincount(self.place(values.to_numpy(dtype="float64")), minlength=len(self.edges) + 1)
            return np.append(found, 0)
        codes = pd.Index(self.values).get_indexer(pd.Index(values))
        return np.bincount(np.where(codes < 0, len(self.values), codes), minlength=len(self.values) + 1)

    def place(self, values: np.ndarray) -> np.ndarray:
        """The range of each of `values`, numbered from 0."""
        return np.searchsorted(np.array(self.edges), values, side="left")


def fit(reference: pd.Series, kind: str, bins: int) -> Bins:
    """The bins of a feature, from its values in the reference (none missing).

    A category, and a number with at most `bins` different values, has one bin a value; any other number has ranges
    between quantiles, `bins` of them or fewer where a value is frequent.
    """
    distinct = np.unique(reference.to_numpy(dtype=object if kind == "category" else "float64"))
    if kind == "category" or len(distinct) <= bins:
        return Bins(values=tuple(distinct.tolist()))
    shares = np.arange(1, bins) / bins
    edges = np.unique(np.quantile(reference.to_numpy(dtype="float64"), shares, method="inverted_cdf"))
    edges = edges[edges < distinct[-1]]  # nothing of the reference lies above its largest value
    return Bins(edges=tuple(edges.tolist()) or (float(distinct[-2]),))


@dataclass(frozen=True)
class Shift:
    """PSI of two rows of counts; `noise`: what it reaches by chance with the asked probability; `p`: of no drift."""

    psi: float
    noise: float
    p: float
    bins: int


def pool(reference: np.ndarray, current: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both rows of counts with rare bins added to the last one, which is left out where both sides are empty there.

    Rare: fewer than FEW cases expected on the smaller side, going by the reference alone, so that the bins do not
    depend on what they are to judge.
    """
    expected = reference / max(reference.sum(), 1) * min(reference.sum(), current.sum())
    keep = expected >= FEW
    keep[-1] = False
    rest = np.array([reference[~keep].sum()]), np.array([current[~keep].sum()])
    if not (rest[0] + rest[1]).any():
        return reference[keep], current[keep]
    return np.concatenate([reference[keep], rest[0]]), np.concatenate([current[keep], rest[1]])


def shift(reference: np.ndarray, current: np.ndarray, error: float) -> Shift:
    """How far two rows of counts (as `Bins.count` gives, both sides not empty) lie apart.

    `p` is the larger of two: chi-square's for PSI and that of Pearson's test of the same table. In the far tail PSI
    alone calls chance a drift too often (100 cases in 10 bins: five times too often at a level of 0.0005).
    """
    reference, current = pool(reference, current)
    n, m, count = int(current.sum()), int(reference.sum()), len(reference)
    if count < 2:
        return Shift(0.0, 0.0, 1.0, count)
    p, q = (np.where(side == 0, HALF, side) / side.sum() for side in (current, reference))
    psi, scale = float(np.sum((p - q) * np.log(p / q))), 1 / n + 1 / m
    found = stats.chi2.sf(psi / scale, count - 1)
    pearson = stats.chi2_contingency(np.vstack([reference, current]), correction=False).pvalue
    return Shift(psi, float(stats.chi2.isf(error, count - 1) * scale), float(max(found, pearson)), count)
