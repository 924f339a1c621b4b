"""Volume by office: cases lodged in the window against the whole months of the reference. Seasons are not guessed."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.core.params import Drift
from pipeline.drift.checks import Check

VOLUME = "volume"
MONTHS = 6  # whole months needed to see how much an office varies by itself
FEW = 5.0  # expected cases below which an office says nothing, unless at least so many came


def volume(
    lodged: pd.DataFrame, offices: Sequence[str], before: tuple[date, date], window: tuple[date, date], knobs: Drift
) -> list[Check]:
    """One check an office and one for all together (`feature` empty).

    `lodged` has `office` and `lodged_on`, whatever became of the cases; `before` and `window` are first and last days.
    Expected is the rate a day of the reference's whole calendar months. The count of the window is held against a
    negative binomial of that mean and of the variance mean * spread * (1 + days of window / days of reference), where
    spread is Pearson's dispersion of the months, at least 1 (Poisson). `value` is the relative change; it is beyond
    the limit where the larger count is more than 1 + limit times the smaller, so that a halving weighs as a doubling.
    """
    day = lodged["lodged_on"].to_numpy(dtype="datetime64[D]")
    months = _whole_months(*before)
    month, lengths = day.astype("datetime64[M]"), _lengths(months)
    old = np.isin(month, months)
    place = np.searchsorted(months, month)
    new = (day >= np.datetime64(window[0])) & (day <= np.datetime64(window[1]))
    codes = pd.Index(list(offices)).get_indexer(pd.Index(lodged["office"]))
    table = np.zeros((len(months), len(offices)))
    np.add.at(table, (place[old], codes[old]), 1)
    now = np.bincount(codes[new], minlength=len(offices))
    days = (window[1] - window[0]).days + 1
    rows = [("", table.sum(axis=1), int(now.sum()))]
    rows += [(office, table[:, place], int(now[place])) for place, office in enumerate(offices)]
    return [_check(office, counts, lengths, count, days, knobs) for office, counts, count in rows]


def _whole_months(first: date, last: date) -> np.ndarray:
    """The calendar months (datetime64[M]) that lie wholly within the two days."""
    begin = np.datetime64(first, "M") + (first.day > 1)
    end = (np.datetime64(last, "D") + 1).astype("datetime64[M]")
    return np.arange(begin, max(begin, end))


def _lengths(months: np.ndarray) -> np.ndarray:
    return ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(float)


def _check(office: str, counts: np.ndarray, lengths: np.ndarray, count: int, days: int, knobs: Drift) -> Check:
    if len(counts) < MONTHS:
        return Check(VOLUME, office, knobs.volume_limit, count, why="few_months", details={"observed": count})
    # Half a case more: an office that never had one may still get its first.
    total = float(lengths.sum())
    rate = (float(counts.sum()) + 0.5) / total
    mean = rate * days
    told = {"observed": count, "expected": mean}
    if max(mean, count) < FEW:
        return Check(VOLUME, office, knobs.volume_limit, count, why="few_expected", details=told)
    spread = max(1.0, float(((counts - rate * lengths) ** 2 / (rate * lengths)).sum() / (len(counts) - 1)))
    variance = mean * spread * (1 + days / total)
    law = stats.nbinom(mean**2 / (variance - mean), mean / variance)
    p = float(min(1.0, 2 * min(law.cdf(count), law.sf(count - 1))))
    ratio = max(count, 0.5) / mean
    low, high = (float(law.ppf(share)) for share in (knobs.alpha / 2, 1 - knobs.alpha / 2))
    return Check(
        VOLUME, office, knobs.volume_limit, count, value=count / mean - 1, p=p,
        beyond=max(ratio, 1 / ratio) > 1 + knobs.volume_limit,
        details={**told, "expected_low": low, "expected_high": high, "spread": spread},
    )  # fmt: skip
