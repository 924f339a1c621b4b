"""Calibration under delayed labels: only outcomes that have matured may speak; the others are waited for, never guessed."""

from datetime import date
from math import ceil

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.core.params import Drift
from pipeline.drift.bins import Bins, fit
from pipeline.drift.checks import Check

LEVEL, BINS = "calibration", "calibration_bins"
SPREAD = 5.0  # least variance of the number of positives in a group of scores; below it, it joins the next
DAYS_A_MONTH = 30.44


def due(first: date, last: date, after_days: int, maturity_months: int, as_of: date) -> dict[str, object]:
    """When outcomes of cases lodged from `first` to `last` can have matured at the earliest: two days, months to wait."""

    def day(lodged: date) -> date:
        return (pd.Timestamp(lodged) + pd.Timedelta(days=after_days) + pd.DateOffset(months=maturity_months)).date()

    begin, end = day(first), day(last)
    return {
        "first": begin.isoformat(),
        "last": end.isoformat(),
        "months": max(0, ceil((begin - as_of).days / DAYS_A_MONTH)),
    }


def calibration(
    score: np.ndarray, label: np.ndarray, reference: np.ndarray, fitted_on: int, waits: dict[str, object], knobs: Drift
) -> list[Check]:
    """Two checks: expected against observed share of positives, and the same along the range of scores.

    `score` (n,) are calibrated probabilities, `label` (n,) 0, 1, or NaN where no outcome has matured; `reference` the
    reference's scores, on whose quantiles the groups are fixed; `fitted_on` how many cases the calibration was fitted
    on: its own uncertainty counts, too. The number of positives varies by the sum of p (1 - p) (Spiegelhalter, D. J.
    (1986), Statistics in Medicine 5, 421-433); the groups are Hosmer and Lemeshow's (1980), with one degree of freedom
    each, as nothing was fitted to these cases.
    """
    known = ~np.isnan(label)
    n = int(known.sum())
    if n < knobs.smallest:
        why = "young" if n == 0 else "few_labels"
        return [Check(name, "", knobs.calibration_limit, n, why=why, details=waits) for name in (LEVEL, BINS)]
    order = np.lexsort((label[known], score[known]))
    p, y = score[known][order], label[known][order]
    spread = p * (1 - p)
    gap = float(y.mean() - p.mean())
    error = float(np.sqrt(spread.sum() / n**2 + spread.mean() / max(fitted_on, 1)))
    reach = float(stats.norm.isf(knobs.alpha / 2)) * error
    chance = float(2 * stats.norm.sf(abs(gap) / error)) if error > 0 else float(gap == 0)
    level = Check(
        LEVEL, "", knobs.calibration_limit, n, value=gap, low=gap - reach, high=gap + reach, p=chance,
        beyond=abs(gap) > knobs.calibration_limit,
        details={"observed": float(y.mean()), "expected": float(p.mean()), "positives": int(y.sum())},
    )  # fmt: skip
    rows = _groups(fit(pd.Series(reference), "number", knobs.bins), p, y, spread)
    ece = float(np.abs(rows[:, 1] - rows[:, 2]).sum() / n)
    with np.errstate(invalid="ignore", divide="ignore"):
        pull = (rows[:, 1] - rows[:, 2]) ** 2 / (rows[:, 3] * (1 + n / max(fitted_on, 1)))
    along = Check(
        BINS, "", knobs.calibration_limit, n, value=ece, p=float(stats.chi2.sf(np.nan_to_num(pull).sum(), len(rows))),
        beyond=ece > knobs.calibration_limit,
        details={"groups": [
            {"n": int(size), "expected": expected / size, "observed": observed / size} for size, observed, expected, _ in rows.tolist()
        ]},
    )  # fmt: skip
    return [level, along]


def _groups(fixed: Bins, p: np.ndarray, y: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Rows of (cases, positives, expected positives, variance), by score from the lowest up; thin ones joined."""
    where = fixed.place(p) if fixed.edges else np.zeros(len(p), dtype=np.int64)
    rows: list[np.ndarray] = []
    open_row = np.zeros(4)
    for place in np.unique(where):
        inside = where == place
        open_row += np.array([inside.sum(), y[inside].sum(), p[inside].sum(), spread[inside].sum()])
        if open_row[3] >= SPREAD:
            rows.append(open_row)
            open_row = np.zeros(4)
    if open_row[0]:
        rows = [*rows[:-1], rows[-1] + open_row] if rows else [open_row]
    return np.array(rows)
