"""The checks: one record each, and the rule by which it rings.

A check rings only if two things hold: the change is larger than the practical limit of `params.yaml`, and chance alone
would hardly bring it about (Holm's steps over all checks of the run). So on an undisturbed intake the chance that any
check rings at all is at most `alpha`, and a certain but tiny change stays quiet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit import intervals
from pipeline.core.params import Drift
from pipeline.drift import bins

RING, QUIET, CANNOT = "ring", "quiet", "cannot say"
PSI, MISSING, UNKNOWN = "psi", "missing", "unknown_codes"
SCORE_PSI, SCORE_MEAN = "score_psi", "score_mean"
SHOWN = 12  # values of a category drawn by themselves
NAMED = 5  # codes named, and the fewest cases a code must have to be named: a rare text could point at a person


@dataclass(frozen=True)
class Check:
    """One check. `feature` is a feature or the code of an office, empty for the whole intake.

    `value` has the unit of `limit`, `beyond` says that it is larger; `low` and `high` are its interval at confidence
    1 - alpha where it has one; `n` the cases of the new intake in it; `p` of no drift. `why` is a word for the reason
    where nothing can be said, `details` what a sentence needs.
    """

    name: str
    feature: str
    limit: float
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    beyond: bool = False
    verdict: str = CANNOT
    why: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def judge(checks: Sequence[Check], alpha: float) -> list[Check]:
    """The same checks with their verdicts; those without `p` cannot say anything and count for nothing."""
    able = [place for place, check in enumerate(checks) if check.p is not None]
    levels = intervals.holm(np.array([checks[place].p for place in able], dtype="float64"), alpha, len(able))
    found = list(checks)
    for place, level in zip(able, levels, strict=True):
        check = checks[place]
        rings = check.beyond and check.p is not None and check.p <= level
        found[place] = replace(check, verdict=RING if rings else QUIET)
    return found


def distribution(reference: pd.Series, current: pd.Series, kind: str, name: str, feature: str, knobs: Drift) -> Check:
    """PSI of the values present on both sides; missing ones are another check's."""
    before, now = reference.dropna(), current.dropna()
    if min(len(before), len(now)) < knobs.smallest:
        return Check(name, feature, knobs.psi_limit, len(now), why="few_values")
    fixed = bins.fit(before, kind, knobs.bins)
    counts = fixed.count(before), fixed.count(now)
    found = bins.shift(*counts, knobs.alpha)
    return Check(
        name, feature, knobs.psi_limit, len(now), value=found.psi, p=found.p, beyond=found.psi > knobs.psi_limit,
        details={"noise": found.noise, "bins": found.bins, "parts": _parts(fixed, *counts)},
    )  # fmt: skip


def _parts(fixed: bins.Bins, before: np.ndarray, now: np.ndarray) -> list[dict[str, Any]]:
    """The bins as a picture needs them: `value` or `up_to` (None: any other value, no upper end) and two shares.

    Of many values the most frequent are kept, the rest joins the last bin.
    """
    places = np.arange(len(before) - 1)
    if not fixed.edges:
        often = before[:-1] + now[:-1]
        places = np.sort(np.argsort(-often, kind="stable")[:SHOWN])
        places = places[often[places] >= NAMED]
    key, ends = ("up_to", [*fixed.edges, None]) if fixed.edges else ("value", list(fixed.values))
    m, n = int(before.sum()), int(now.sum())
    rows = [{key: ends[i], "before": before[i] / m, "now": now[i] / n} for i in places]
    rest = m - before[places].sum(), n - now[places].sum()
    if any(rest):
        rows.append({key: None, "before": rest[0] / m, "now": rest[1] / n})
    return [{name: x.item() if isinstance(x, np.generic) else x for name, x in row.items()} for row in rows]


def missing(reference: pd.Series, current: pd.Series, feature: str, knobs: Drift) -> Check:
    """Share of missing values, new intake minus reference, with Newcombe's interval (1998)."""
    n, m = len(current), len(reference)
    if min(n, m) < knobs.smallest:
        return Check(MISSING, feature, knobs.missing_limit, n, why="few_rows")
    now, before = int(current.isna().sum()), int(reference.isna().sum())
    return _shares(MISSING, feature, knobs.missing_limit, (now, n), (before, m), knobs.alpha)


def unknown_codes(reference: pd.Series, current: pd.Series, feature: str, knobs: Drift) -> Check:
    """Share of codes that the reference never had, beyond what is to be expected of rare codes.

    The expected share is that of the codes the reference has once only (Good, I. J. (1953), Biometrika 40, 237-264).
    """
    before, now = reference.dropna().astype("str"), current.dropna().astype("str")
    n, m = len(now), len(before)
    if min(n, m) < knobs.smallest:
        return Check(UNKNOWN, feature, knobs.unknown_limit, n, why="few_values")
    known = before.value_counts()
    strange = now[~now.isin(known.index)].value_counts()
    found = _shares(
        UNKNOWN, feature, knobs.unknown_limit, (int(strange.sum()), n), (int((known == 1).sum()), m), knobs.alpha
    )
    often = sorted(((int(count), str(code)) for code, count in strange.items() if count >= NAMED), key=_most_first)
    # Fewer strangers than expected is no harm.
    return replace(
        found,
        beyond=found.beyond and (found.value or 0) > 0,
        details={**found.details, "codes": [code for _, code in often[:NAMED]], "different": len(strange)},
    )


def _most_first(item: tuple[int, str]) -> tuple[int, str]:
    return -item[0], item[1]


def _shares(
    name: str, feature: str, limit: float, now: tuple[int, int], before: tuple[int, int], alpha: float
) -> Check:
    hits, n, rest_hits, rest_n = (np.array([float(number)]) for number in (*now, *before))
    low, high = intervals.newcombe(hits, n, rest_hits, rest_n, alpha)
    p = intervals.newcombe_error(hits, n, rest_hits, rest_n, 0.0)
    value = now[0] / now[1] - before[0] / before[1]
    return Check(
        name, feature, limit, now[1], value=value, low=float(low[0]), high=float(high[0]), p=float(p[0]),
        beyond=abs(value) > limit, details={"now": now[0] / now[1], "before": before[0] / before[1]},
    )  # fmt: skip


def score_mean(reference: np.ndarray, current: np.ndarray, knobs: Drift) -> Check:
    """Mean calibrated score, new intake minus reference, with Welch's interval (1947)."""
    n, m = len(current), len(reference)
    if min(n, m) < knobs.smallest:
        return Check(SCORE_MEAN, "", knobs.score_limit, n, why="few_rows")
    # Sorted: sums in floating point must not depend on the order of rows.
    now, before = np.sort(current), np.sort(reference)
    gap = np.array([now.mean() - before.mean()])
    spread, freedom = intervals.standard_error(*(np.array([x]) for x in (n, now.var(ddof=1), m, before.var(ddof=1))))
    low, high = intervals.welch(gap, spread, freedom, knobs.alpha)
    p = intervals.welch_error(gap, spread, freedom, 0.0)
    return Check(
        SCORE_MEAN, "", knobs.score_limit, n, value=float(gap[0]), low=float(low[0]), high=float(high[0]), p=float(p[0]),
        beyond=bool(abs(gap[0]) > knobs.score_limit), details={"now": float(now.mean()), "before": float(before.mean())},
    )  # fmt: skip
