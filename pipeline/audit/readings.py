"""From counts to readings: values, gaps to everybody else, intervals and one of four verdict words."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.audit import cells, intervals
from pipeline.audit.queue import Measure, Metric
from pipeline.audit.tally import EVERYBODY, Tally
from pipeline.core.params import Audit

PASS, FAIL, FEW, NONE = VERDICTS = ("PASS", "FAIL", "NOT ENOUGH DATA", "NOT MEASURABLE")

TOO_FEW = "Fewer cases than the smallest cell that may be shown."
REST_TOO_FEW = "There are too few other cases to compare with."
ALONE = "There is no other group to compare with."
OPEN = "The interval of the gap reaches over the limit: the true gap may be tolerable or not."
EMPTY = "No case is in this group."
REASONS = (TOO_FEW, REST_TOO_FEW, ALONE, OPEN, EMPTY)

COVERED = (
    "numerator", "denominator", "value", "low", "high", "rest_value", "rest_low", "rest_high",
    "gap", "gap_low", "gap_high", "tolerance", "minimum_detectable_gap",
)  # fmt: skip
COLUMNS = (
    "metric", "attribute", "group", "n", *COVERED, "gap_confidence", "verdict", "reason", "suppressed", "rounded", "unit", "better",
)  # fmt: skip
QUEUE_COLUMNS = ("metric", "n", "numerator", "denominator", "value", "low", "high", "unit", "better")


def build(tally: Tally, found: Mapping[str, tuple[Metric, Measure]], params: Audit) -> pd.DataFrame:
    """One row a metric, attribute and group with `COLUMNS`, sorted by these three; and `base`, the metric's file.

    A gap is the group against all other cases with a value. `low`/`high` and `rest_*` hold at `params.confidence`;
    `gap_low`/`gap_high` at `gap_confidence`, which Holm's steps raise so that all groups of one metric and attribute
    together err with at most 1 - confidence. FAIL: the gap's interval lies wholly beyond the tolerance. PASS: wholly
    within. Otherwise NOT ENOUGH DATA. Cells below `params.smallest_cell` are covered (see `cover`): counts and values
    are missing, the verdict stays; a large group covered only by subtraction keeps a rounded value. NOT MEASURABLE: no case has a value, or there is no second group.
    """
    attributes = sorted(name for name in tally.rows if name != EVERYBODY)
    rows = cells.frame(tally, found, attributes, params)
    if rows.empty:
        return pd.DataFrame(columns=[*COLUMNS, "base"])
    rows = _verdicts(_compared(rows, params), params)
    rounded = rows["suppressed"] & rows["step"].notna() & rows["value"].notna()
    value, n = _coarse(rows), (rows["n"] / (2 * params.smallest_cell)).round() * 2 * params.smallest_cell
    rows.loc[rows["suppressed"], list(COVERED)] = np.nan
    rows.loc[rounded, "value"] = value[rounded]
    rows["n"] = rows["n"].mask(rows["rows_covered"], n.where(rounded))
    rows = rows.assign(rounded=rounded, suppressed=rows["suppressed"] & ~rounded)
    rows = rows.sort_values(["metric", "attribute", "group"], kind="stable", ignore_index=True)
    return rows[[*COLUMNS, "base"]]


def _coarse(rows: pd.DataFrame) -> pd.Series:
    """Each value in steps of `step`: of a share as they are, of a mean as parts of everybody's mean."""
    everybody = (rows["own_total"] + rows["rest_total"]) / (rows["own_n"] + rows["rest_n"])
    step = rows["step"] * np.where(rows["kind"] == "share", 1.0, everybody.abs())
    return (rows["value"] / step).round() * step


def overall(tally: Tally, found: Mapping[str, tuple[Metric, Measure]], params: Audit) -> pd.DataFrame:
    """The whole queue: one row a metric with `QUEUE_COLUMNS`, sorted by metric; few cases are covered here, too."""
    if EVERYBODY not in tally.rows:
        return pd.DataFrame(columns=list(QUEUE_COLUMNS))
    rows = cells.frame(tally, found, [EVERYBODY], params)
    rows = rows.rename(columns={"own_n": "denominator", "own_total": "numerator"})
    rows["value"] = rows["numerator"] / rows["denominator"].where(rows["denominator"] > 0)
    rows["low"], rows["high"] = _interval(rows, "numerator", "denominator", "own_variance", 1 - params.confidence)
    hidden = rows["denominator"] < params.smallest_cell
    rows.loc[hidden, ["numerator", "denominator", "value", "low", "high"]] = np.nan
    return rows[list(QUEUE_COLUMNS)].sort_values("metric", kind="stable", ignore_index=True)


def _interval(rows: pd.DataFrame, total: str, n: str, variance: str, error: float) -> tuple[np.ndarray, np.ndarray]:
    """Each row's own interval: Wilson's for shares, Student's for means."""
    sums, counts = rows[total].to_numpy(), rows[n].to_numpy()
    share = (rows["kind"] == "share").to_numpy()
    # A mean's total may exceed its count: keep it out of the share's formula, which runs over all rows.
    one, two = (
        intervals.wilson(np.where(share, sums, 0), counts, error),
        intervals.mean(sums, counts, rows[variance].to_numpy(), error),
    )
    return np.where(share, one[0], two[0]), np.where(share, one[1], two[1])


def _compared(rows: pd.DataFrame, params: Audit) -> pd.DataFrame:
    """Adds values, gaps and intervals."""
    share = (rows["kind"] == "share").to_numpy()
    n, total, variance, rest_n, rest_total, rest_variance = (
        rows[f"{side}_{column}"].to_numpy() for side in cells.SIDES for column in ("n", "total", "variance")
    )
    hits, rest_hits = np.where(share, total, 0), np.where(share, rest_total, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        value, rest = total / n, rest_total / rest_n
    gap = value - rest
    bound = np.where(rows["relative"], params.tolerance * np.abs(rest), params.tolerance)
    error = 1 - params.confidence
    deviation = intervals.standard_error(n, variance, rest_n, rest_variance)
    decided_at = np.where(
        share,
        intervals.newcombe_error(hits, n, rest_hits, rest_n, bound),
        intervals.welch_error(gap, *deviation, bound),
    )
    levels = _levels(rows, decided_at, error)
    of_shares = intervals.newcombe(hits, n, rest_hits, rest_n, levels)
    of_means = intervals.welch(gap, *deviation, levels)
    pooled = (hits + rest_hits + 1) / (n + rest_n + 2)
    spread = np.where(share, np.sqrt(pooled * (1 - pooled)), np.sqrt(rest_variance))
    found = intervals.detectable(spread, n, rest_n, bound, error / np.maximum(rows["comparisons"].to_numpy(), 1))
    low, high = _interval(rows, "own_total", "own_n", "own_variance", error)
    rest_low, rest_high = _interval(rows, "rest_total", "rest_n", "rest_variance", error)
    return rows.assign(
        numerator=total, denominator=n, value=value, low=low, high=high,
        rest_value=rest, rest_low=rest_low, rest_high=rest_high,
        gap=gap, gap_low=np.where(share, of_shares[0], of_means[0]), gap_high=np.where(share, of_shares[1], of_means[1]),
        gap_confidence=1 - levels, tolerance=bound, minimum_detectable_gap=np.where(np.isfinite(found), found, np.nan),
    )  # fmt: skip


def _levels(rows: pd.DataFrame, decided_at: np.ndarray, error: float) -> np.ndarray:
    """The error level of each row: Holm's steps within one metric and attribute, over the groups that are tested."""
    levels = np.full(len(rows), np.nan)
    tested, comparisons = rows["tested"].to_numpy(), rows["comparisons"].to_numpy()
    for positions in rows.groupby(["metric", "attribute"], sort=False).indices.values():
        chosen = positions[tested[positions]]
        number = max(int(comparisons[positions[0]]), 1)
        levels[positions] = error / number
        levels[chosen] = intervals.holm(decided_at[chosen], error, number)
    return levels


def _verdicts(rows: pd.DataFrame, params: Audit) -> pd.DataFrame:
    low, high, bound = (rows[name].to_numpy() for name in ("gap_low", "gap_high", "tolerance"))
    own = rows["own_n"].to_numpy()
    inside, beyond = (low > -bound) & (high < bound), (low > bound) | (high < -bound)
    alone = rows["alone"].to_numpy() & (own > 0)
    few = own < params.smallest_cell
    cases = [~rows["measured"].to_numpy(), alone, own == 0, few, ~rows["tested"].to_numpy(), beyond, inside]
    rows["verdict"] = np.select(cases, [NONE, NONE, FEW, FEW, FEW, FAIL, PASS], FEW)
    reasons = [
        rows["nothing"].to_numpy(),
        *(np.full(len(rows), text, dtype=object) for text in (ALONE, EMPTY, TOO_FEW, REST_TOO_FEW, "", "")),
    ]
    rows["reason"] = np.select(cases, reasons, OPEN)
    return rows
