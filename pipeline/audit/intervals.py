"""Intervals for shares, means and gaps, on whole columns at once.

Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209-212 (score interval of a share).
Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890 (difference of two shares, his method 10).
Welch, B. L. (1947), Biometrika 34, 28-35 (difference of two means with unequal variances).
Holm, S. (1979), Scandinavian Journal of Statistics 6, 65-70 (many comparisons, step by step).
"""

import numpy as np
from scipy import stats

STEPS = 60  # halvings of the search for the error level at which an interval just touches a bound
POWER = 0.8
WIDEST = 40.0  # standard errors; beyond it the error level is 0 in double precision

Array = np.ndarray


def wilson(hits: Array, n: Array, error: Array | float) -> tuple[Array, Array]:
    """Score interval of the share hits/n at confidence 1 - error; shapes as the inputs broadcast; NaN where n is 0."""
    return _wilson(hits, n, _normal(error))


def _wilson(hits: Array, n: Array, z: Array | float) -> tuple[Array, Array]:
    with np.errstate(invalid="ignore", divide="ignore"):
        share = hits / n
        shrink = 1 + z**2 / n
        centre = (share + z**2 / (2 * n)) / shrink
        half = z / shrink * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
    # At 0 and n the bound is exact; arithmetic would leave 1e-18.
    return np.where(hits == 0, np.where(n > 0, 0.0, np.nan), low), np.where(
        hits == n, np.where(n > 0, 1.0, np.nan), high
    )


def newcombe(hits: Array, n: Array, rest_hits: Array, rest_n: Array, error: Array | float) -> tuple[Array, Array]:
    """Interval of hits/n - rest_hits/rest_n at confidence 1 - error (hybrid score interval, without correction)."""
    return _newcombe(hits, n, rest_hits, rest_n, _normal(error))


def _newcombe(hits: Array, n: Array, rest_hits: Array, rest_n: Array, z: Array | float) -> tuple[Array, Array]:
    low, high = _wilson(hits, n, z)
    rest_low, rest_high = _wilson(rest_hits, rest_n, z)
    with np.errstate(invalid="ignore", divide="ignore"):
        share, rest = hits / n, rest_hits / rest_n
    gap = share - rest
    return (
        gap - np.sqrt((share - low) ** 2 + (rest_high - rest) ** 2),
        gap + np.sqrt((high - share) ** 2 + (rest - rest_low) ** 2),
    )


def newcombe_error(hits: Array, n: Array, rest_hits: Array, rest_n: Array, bound: Array | float) -> Array:
    """The smallest error level at which the interval of the gap stays clear of -bound and +bound.

    Intervals grow with confidence, so the level is found by halving; 1 where the gap itself lies on a bound.
    """
    least, most = np.zeros(np.shape(hits)), np.full(np.shape(hits), WIDEST)
    for _ in range(STEPS):
        z = (least + most) / 2
        clear = decided(*_newcombe(hits, n, rest_hits, rest_n, z), bound)
        least, most = np.where(clear, z, least), np.where(clear, most, z)
    return 2 * stats.norm.sf(least)


def mean(total: Array, n: Array, variance: Array, error: Array | float) -> tuple[Array, Array]:
    """Student interval of total/n at confidence 1 - error; `variance` is the sample variance; NaN for n below 2."""
    with np.errstate(invalid="ignore", divide="ignore"):
        half = stats.t.isf(np.asarray(error) / 2, np.maximum(n - 1, 1)) * np.sqrt(variance / n)
        centre = total / n
    half = np.where(n >= 2, half, np.nan)
    return centre - half, centre + half


def welch(gap: Array, spread: Array, freedom: Array, error: Array | float) -> tuple[Array, Array]:
    """Interval of a difference of two means at confidence 1 - error; `spread` and `freedom` as `standard_error` gives."""
    half = stats.t.isf(np.asarray(error) / 2, freedom) * spread
    return gap - half, gap + half


def welch_error(gap: Array, spread: Array, freedom: Array, bound: Array | float) -> Array:
    """The smallest error level at which Welch's interval stays clear of -bound and +bound."""
    clearance = np.abs(np.abs(gap) - bound)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(clearance > 0, 2 * stats.t.sf(clearance / spread, freedom), 1.0)


def standard_error(n: Array, variance: Array, rest_n: Array, rest_variance: Array) -> tuple[Array, Array]:
    """Standard error of a difference of two means and its Welch-Satterthwaite degrees of freedom.

    The error is NaN where one side has fewer than 2 values.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        first, second = variance / n, rest_variance / rest_n
        freedom = (first + second) ** 2 / (first**2 / (n - 1) + second**2 / (rest_n - 1))
        spread = np.sqrt(first + second)
    return np.where((n >= 2) & (rest_n >= 2), spread, np.nan), np.where(np.isfinite(freedom), freedom, 1.0)


def decided(low: Array, high: Array, bound: Array | float) -> Array:
    """Whether the interval lies wholly within -bound..bound or wholly beyond one of them."""
    return ((low > -bound) & (high < bound)) | (low > bound) | (high < -bound)


def holm(errors: Array, error: float, comparisons: int) -> Array:
    """The error level each of several comparisons may use, so that all together err with at most `error`.

    Holm's steps: the clearest comparison must be decided at error/m, the next at error/(m-1) and so on; at the first
    that is not, the level stays, for it and for all less clear ones. `errors` (one a comparison) are the smallest
    levels at which each is decided; `comparisons` (m) is their number, or smaller where some are mirror images.
    """
    order = np.argsort(errors, kind="stable")
    levels = error / np.maximum(comparisons - np.arange(len(errors)), 1)
    failed = np.flatnonzero(errors[order] > levels)
    if len(failed):
        levels[failed[0] :] = levels[failed[0]]
    result = np.empty(len(errors))
    result[order] = levels
    return result


def detectable(spread: Array, n: Array, rest_n: Array, bound: Array | float, error: Array | float) -> Array:
    """The true gap that would be called FAIL with probability POWER, given one standard deviation `spread`.

    Normal approximation: bound + (z of the interval + z of the power) standard errors. Same unit as `spread`.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return bound + (_normal(error) + stats.norm.ppf(POWER)) * spread * np.sqrt(1 / n + 1 / rest_n)


def _normal(error: Array | float) -> Array:
    return stats.norm.isf(np.asarray(error) / 2)
