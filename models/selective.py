"""Selective labels: what measured outcomes say about all files, and what nobody can say.

Whoever was refused shows no outcome, and officers do not refuse by chance, so figures on observed outcomes need not hold for
all files (H. Lakkaraju, J. Kleinberg, J. Leskovec, J. Ludwig, S. Mullainathan, 2017, "The selective labels problem", KDD,
275-284). Beside them stand the worst and the best that the missing outcomes could make of each figure, without any
assumption about them (C. Manski, 1989, Journal of Human Resources 24, 343-360; 1990, American Economic Review 80, 319-323).
"""

from typing import Any

import numpy as np

from models import measure


def figures(score: np.ndarray, label: np.ndarray, share: float) -> dict[str, Any]:
    """How good `score` (n,) is, as far as `label` (n,) tells: 1, 0, or NaN where the outcome was never observed.

    `observed`: over the files with an outcome `n`, `positives`, `positive_share` with Wilson's 95 % interval, `auc` with
    DeLong's, `precision` of the best `share` of these files. `all_files`: over all n files how many have no outcome
    (`never_observed`) and, for each of the three figures, `low` and `high` over every way in which the missing outcomes
    can be filled in. These bounds are exact for these files and hold no allowance for chance; a figure that cannot be had
    is None. Where equal scores meet at the cut of the best files, the expected precision is meant.
    """
    score, label = np.asarray(score, dtype=np.float64), np.asarray(label, dtype=np.float64)
    known = ~np.isnan(label)
    n, ones = int(known.sum()), int(np.nansum(label))
    missing = len(label) - n
    found = {
        "n": n,
        "positives": ones,
        "positive_share": ones / n if n else None,
        **dict(zip(("positive_share_low", "positive_share_high"), wilson(ones, n), strict=True)),
        **measure.auc(label[known], score[known]),
        "precision": _precision(label[known], score[known], share),
    }
    low, high = (np.where(known, label, filled) for filled in (0.0, 1.0))
    return {
        "observed": found,
        "all_files": {
            "n": len(label),
            "never_observed": missing,
            "positive_share": {"low": ones / len(label), "high": (ones + missing) / len(label)} if len(label) else None,
            "auc": auc_bounds(score, label),
            "precision": {"low": _precision(low, score, share), "high": _precision(high, score, share)},
            "top_share": share,
        },
    }


def auc_bounds(score: np.ndarray, label: np.ndarray) -> dict[str, Any] | None:
    """The least and the largest AUC of `score` (n,) over every way of filling in the missing `label` (n,; NaN), exactly.

    With k positives among the missing, the AUC rises with the sum of the positives' mid-ranks alone, so its largest value
    puts the k best scores among the missing on the positive side and its least the k worst; then all k are tried:
    O(n log n). `low` and `high`, each with the number of positives among the missing at which it is met
    (`low_positives`, `high_positives`) and the far end of DeLong's 95 % interval of that filling (`low_by_chance`,
    `high_by_chance`; None where it has none). Fillings with one outcome only have no AUC; None where there is no other.
    """
    from scipy.stats import rankdata

    label = np.asarray(label, dtype=np.float64)
    ranks = rankdata(np.asarray(score, dtype=np.float64))  # equal scores share the mean of their ranks
    gaps = np.flatnonzero(np.isnan(label))
    worst = gaps[np.argsort(ranks[gaps], kind="stable")]
    k = np.arange(len(gaps) + 1)
    ones = np.sum(label == 1) + k
    zeros = len(label) - ones
    both = (ones > 0) & (zeros > 0)
    if not both.any():
        return None
    told: dict[str, Any] = {}
    for name, order, pick in (("low", worst, np.argmin), ("high", worst[::-1], np.argmax)):
        sums = ranks[label == 1].sum() + np.concatenate([[0.0], np.cumsum(ranks[order])])
        value = (sums - ones * (ones + 1) / 2)[both] / (ones * zeros)[both]
        place = int(pick(value))
        positives = int(k[both][place])
        filled = np.nan_to_num(label)
        filled[order[:positives]] = 1
        end = measure.auc(filled, score)[f"auc_{name}"]
        told |= {name: float(value[place]), f"{name}_positives": positives, f"{name}_by_chance": end}
    return told


def wilson(ones: int, n: int) -> tuple[float | None, float | None]:
    """Wilson's interval of a share at `measure.LEVEL`; two None where n is 0."""
    from scipy.stats import binomtest

    if not n:
        return None, None
    interval = binomtest(ones, n).proportion_ci(measure.LEVEL, "wilson")
    return float(interval.low), float(interval.high)


def _precision(y: np.ndarray, score: np.ndarray, share: float) -> float | None:
    return float(measure.top(y, score, share)["precision"]["mean"]) if len(y) else None


def verdict(found: dict[str, Any]) -> str:
    """One sentence on the order of all files, from `figures`.

    It says whether even the least AUC (or the largest) is clear of chance, by the interval of its own filling, or else that
    nobody can tell. Another filling can have a wider interval about a better AUC; that is no claim about it.
    """
    whole = found["all_files"]
    bounds, missing = whole["auc"], whole["never_observed"]
    if bounds is None:
        return "Only one outcome can be among these files, so nothing can be said about their order."
    if not missing:
        return "Every file has an outcome: the figures on observed outcomes are those of all files."
    span = f"over all {whole['n']:,} files the AUC lies between {bounds['low']:.3f} and {bounds['high']:.3f}"
    low, high = bounds["low_by_chance"], bounds["high_by_chance"]
    if low is not None and low > 0.5:
        return f"By what would have become of the {missing:,} without an outcome, {span}; even the least is better than chance."
    if high is not None and high < 0.5:
        return f"By what would have become of the {missing:,} without an outcome, {span}; even the largest is worse than chance."
    return f"Whether all files are ordered better than chance, nobody can tell: {span}, by what would have become of {missing:,}."
