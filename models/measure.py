"""How good scores are, each figure with its interval; a figure that cannot be had is missing with a reason."""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np

LEVEL = 0.95
ONE_CLASS = "only one outcome among the cases measured, so this cannot be said"


def auc(y: np.ndarray, score: np.ndarray, level: float = LEVEL) -> dict[str, Any]:
    """Area under the ROC curve with DeLong's interval: keys `auc`, `auc_low`, `auc_high`; ties count one half.

    E. DeLong, D. DeLong, D. Clarke-Pearson (1988) in the fast form of X. Sun and W. Xu (2014): from mid-ranks, in
    O(n log n). With one outcome only, all three are None and `auc_reason` says why; with one single case of an
    outcome its variance is unknown, so only the bounds are None.
    """
    y = np.asarray(y)
    m = int(np.sum(y == 1))
    n = len(y) - m
    if not m or not n:
        return {"auc": None, "auc_low": None, "auc_high": None, "auc_reason": ONE_CLASS}
    value, shares = influence(y, score)
    if m < 2 or n < 2:
        reason = "a single case of one outcome has no variance, so there is no interval"
        return {"auc": value, "auc_low": None, "auc_high": None, "auc_reason": reason}
    reach = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(np.sum(shares**2))
    return {"auc": value, "auc_low": max(0.0, value - reach), "auc_high": min(1.0, value + reach)}


def influence(y: np.ndarray, score: np.ndarray) -> tuple[float, np.ndarray]:
    """The AUC, and how far each case (n,) moves it: DeLong's components about their mean, over the cases of its outcome.

    Their squares sum to DeLong's variance, products of two scores' to their covariance; sums within clusters first give
    the variance for cases that belong together (N. Obuchowski, 1997, Biometrics 53, 567-578). Both outcomes must be there.
    """
    y, score = np.asarray(y), np.asarray(score, dtype=np.float64)
    ones, zeros = score[y == 1], score[y == 0]
    m, n = len(ones), len(zeros)
    everyone = _midranks(np.concatenate([ones, zeros]))
    value = float(everyone[:m].sum() / (m * n) - (m + 1) / (2 * n))
    shares = np.empty(len(y))
    shares[y == 1] = _centred((everyone[:m] - _midranks(ones)) / n)
    shares[y == 0] = _centred(1.0 - (everyone[m:] - _midranks(zeros)) / m)
    return value, shares


def _centred(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / math.sqrt(len(values) * max(1, len(values) - 1))


def _midranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, equal values get the mean of their ranks."""
    _, back, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2.0)[back]


def probabilities(y: np.ndarray, p: np.ndarray, bins: int, replicates: int, seed: int) -> dict[str, Any]:
    """Average precision, Brier score, log loss and expected calibration error of probabilities `p` (n,).

    Each comes with `_low` and `_high`: the 2.5 % and 97.5 % points of a bootstrap of the cases, `replicates` times,
    from `seed`; without replicates, neither. With one outcome only, average precision is None.
    """
    y, p = np.asarray(y).astype(np.float64), np.asarray(p, dtype=np.float64)
    order = np.argsort(-p, kind="stable")
    y, p = y[order], p[order]
    ends = np.flatnonzero(np.append(p[1:] != p[:-1], True))  # last row of each distinct score
    place = _bin_of(p, edges(p, bins))
    squares, logs = _squares(y, p), _logs(y, p)

    def all_of(weight: np.ndarray) -> list[float]:
        total = weight.sum()
        return [
            _average_precision(y, weight, ends),
            float(weight @ squares / total),
            float(weight @ logs / total),
            float(np.abs(np.bincount(place, weight * (p - y))).sum() / total),
        ]

    names = ("average_precision", "brier", "log_loss", "ece")
    found: dict[str, Any] = dict(zip(names, all_of(np.ones(len(y))), strict=True))
    generator = np.random.default_rng(seed)
    drawn = np.array([all_of(_draw(generator, len(y))) for _ in range(replicates)])
    for name, values in zip(names, drawn.T, strict=True) if replicates else ():
        known = values[~np.isnan(values)]  # a resample without any positive has no precision
        ends_of = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist() if len(known) else [None, None]
        found[f"{name}_low"], found[f"{name}_high"] = ends_of
    if not 0 < y.sum() < len(y):
        found |= dict.fromkeys(name for name in found if name.startswith("average_precision"))
        found["average_precision_reason"] = ONE_CLASS
    return found


def losses(y: np.ndarray, p: np.ndarray) -> dict[str, float | None]:
    """Brier score and log loss of probabilities `p` (n,), each with `_low` and `_high`: 95 %, normal, as they are means.

    A single case has no interval, so the bounds are None.
    """
    y, p = np.asarray(y).astype(np.float64), np.asarray(p, dtype=np.float64)
    found: dict[str, float | None] = {}
    for name, each in (("brier", _squares(y, p)), ("log_loss", _logs(y, p))):
        value = float(each.mean())
        reach = (
            NormalDist().inv_cdf((1 + LEVEL) / 2) * float(each.std(ddof=1)) / math.sqrt(len(y)) if len(y) > 1 else None
        )
        bounds = (None, None) if reach is None else (value - reach, value + reach)
        found |= {name: value, f"{name}_low": bounds[0], f"{name}_high": bounds[1]}
    return found


def _squares(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    return np.asarray((p - y) ** 2)


def _logs(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    return np.asarray(-np.log(np.clip(np.where(y == 1, p, 1 - p), 1e-15, None)))


def _draw(generator: np.random.Generator, rows: int) -> np.ndarray:
    """How often each of `rows` rows is drawn in one resample of the same size."""
    return np.bincount(generator.integers(rows, size=rows), minlength=rows).astype(np.float64)


def average_precision(y: np.ndarray, score: np.ndarray) -> float | None:
    """Average precision of any score (n,), as `probabilities` gives it; None with one outcome only."""
    order = np.argsort(-np.asarray(score, dtype=np.float64), kind="stable")
    y, score = np.asarray(y)[order].astype(np.float64), np.asarray(score)[order]
    ends = np.flatnonzero(np.append(score[1:] != score[:-1], True))
    return _average_precision(y, np.ones(len(y)), ends) if 0 < y.sum() < len(y) else None


def _average_precision(y: np.ndarray, weight: np.ndarray, ends: np.ndarray) -> float:
    """Sum of precision times gain in recall over distinct scores, best first (as in scikit-learn)."""
    hits, taken = np.cumsum(weight * y)[ends], np.cumsum(weight)[ends]
    if hits[-1] == 0:
        return math.nan
    precision = np.divide(hits, taken, out=np.zeros_like(hits), where=taken > 0)
    return float(np.sum(precision * np.diff(hits, prepend=0.0)) / hits[-1])


def edges(p: np.ndarray, bins: int) -> np.ndarray:
    """Inner edges of at most `bins` bins with about equally many cases; equal probabilities share a bin."""
    return np.unique(np.quantile(p, np.arange(1, bins) / bins, method="higher")) if len(p) else np.empty(0)


def _bin_of(p: np.ndarray, inner: np.ndarray) -> np.ndarray:
    return np.searchsorted(inner, p, side="left")


def calibration_table(y: np.ndarray, p: np.ndarray, bins: int) -> dict[str, np.ndarray]:
    """One row a bin: `low`, `high` (of the probabilities in it), `n`, `predicted` (mean), `observed` (share of ones),
    `observed_low`, `observed_high` (Wilson's 95 % interval).
    """  # fmt: skip
    y, p = np.asarray(y), np.asarray(p, dtype=np.float64)
    names, place = np.unique(_bin_of(p, edges(p, bins)), return_inverse=True)
    n = np.bincount(place, minlength=len(names))
    observed = np.bincount(place, y, minlength=len(names)) / n
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    middle = (observed + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * np.sqrt(observed * (1 - observed) / n + z * z / (4 * n * n))
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(names)))
    return {
        "low": np.minimum.reduceat(p[order], starts),
        "high": np.maximum.reduceat(p[order], starts),
        "n": n,
        "predicted": np.bincount(place, p, minlength=len(names)) / n,
        "observed": observed,
        "observed_low": np.clip(middle - reach, 0, 1),
        "observed_high": np.clip(middle + reach, 0, 1),
    }


def roc(y: np.ndarray, score: np.ndarray) -> dict[str, np.ndarray]:
    """The ROC curve at every distinct score, best first: `false_positive_rate`, `true_positive_rate`, from (0, 0)."""
    order = np.argsort(-np.asarray(score, dtype=np.float64), kind="stable")
    y, score = np.asarray(y)[order], np.asarray(score)[order]
    ends = np.flatnonzero(np.append(score[1:] != score[:-1], True))
    hits = np.cumsum(y == 1)[ends]
    misses = ends + 1 - hits
    return {
        "false_positive_rate": np.concatenate([[0.0], misses / max(1, misses[-1])]),
        "true_positive_rate": np.concatenate([[0.0], hits / max(1, hits[-1])]),
    }


def top(y: np.ndarray, score: np.ndarray, share: float) -> dict[str, Any]:
    """Precision and recall of the best `share` of the cases.

    Where the cut falls among equal scores the order inside them is chance: `best` puts their ones first, `worst`
    last, `mean` is the expectation. Recall is None where there is no one to find.
    """
    y, score = np.asarray(y), np.asarray(score, dtype=np.float64)
    return {"share": share, **_found(y, [_seated(y, score, max(1, math.ceil(share * len(y) - 1e-9)))])}


def top_of_each(y: np.ndarray, score: np.ndarray, office: np.ndarray, seats: np.ndarray) -> dict[str, Any]:
    """Precision and recall where each office sees the best of its own cases, as many as it has seats.

    `office` (n,) is a number from 0 for each case, `seats` (offices,) how many cases of its own an office can see. Ties
    at an office's cut as in `top`. Precision is None where no office has a seat.
    """
    y, score = np.asarray(y), np.asarray(score, dtype=np.float64)
    counted = []
    for place, taken in enumerate(seats):
        mine = office == place
        if (there := int(mine.sum())) and taken:
            counted.append(_seated(y[mine], score[mine], min(int(taken), there)))
    return _found(y, counted)


Seated = tuple[int, int, int, float, int]  # taken, tied at the cut, ones at best, on average, at worst


def _seated(y: np.ndarray, score: np.ndarray, taken: int) -> Seated:
    """The ones among the best `taken` (one at least)."""
    cut = np.partition(score, len(score) - taken)[len(score) - taken]
    sure, tied = score > cut, score == cut
    seats, ones, size = taken - int(sure.sum()), int(y[tied].sum()), int(tied.sum())
    hits = int(y[sure].sum())
    return taken, size, hits + min(seats, ones), hits + seats * ones / size, hits + max(0, seats - (size - ones))


def _found(y: np.ndarray, counted: Sequence[Seated]) -> dict[str, Any]:
    taken, tied, *hits = (sum(column) for column in zip(*counted, strict=True)) if counted else (0,) * 5
    named, total = dict(zip(("best", "mean", "worst"), hits, strict=True)), int(y.sum())
    return {
        "cases": taken,
        "tied_at_the_cut": tied,
        "precision": {name: hit / taken if taken else None for name, hit in named.items()},
        "recall": {name: hit / total if total else None for name, hit in named.items()},
    }


def rounded(figures: Any, digits: int = 6) -> Any:
    """`figures` with every float rounded and every NaN as None, ready for JSON."""
    if isinstance(figures, dict):
        return {name: rounded(value, digits) for name, value in figures.items()}
    if isinstance(figures, float):
        return None if math.isnan(figures) else round(figures, digits)
    return figures
