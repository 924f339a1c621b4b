"""The interval of a difference of two shares of the same files, before and after.

Newcombe, R. G. (1998), Improved confidence intervals for the difference between binomial proportions based on paired
data, Statistics in Medicine 17, 2635-2650, his method 10: Wilson's intervals of the two shares, put together with the
correlation phi of the two answers, whose numerator is brought nearer to zero by n/2 where it is positive.
"""

import numpy as np

from pipeline.audit.intervals import wilson

Array = np.ndarray


def difference(both: Array, before: Array, after: Array, n: Array, error: float) -> tuple[Array, Array]:
    """The interval of after/n - before/n at confidence 1 - error; NaN where n is 0.

    `before` and `after` are the numbers of hits of the same `n` files, `both` those that are hits on both sides; all of
    one shape.
    """
    both, before, after, n = (np.asarray(values, dtype="float64") for values in (both, before, after, n))
    low_before, high_before = wilson(before, n, error)
    low_after, high_after = wilson(after, n, error)
    with np.errstate(invalid="ignore", divide="ignore"):
        share_before, share_after = before / n, after / n
        neither = n - before - after + both
        excess = both * neither - (before - both) * (after - both)
        excess = np.where(excess > 0, np.maximum(excess - n / 2, 0), excess)
        spread = np.sqrt(before * (n - before) * after * (n - after))
        phi = np.where(spread > 0, excess / spread, 0)
    gap = share_after - share_before
    down = _joined(share_after - low_after, high_before - share_before, phi)
    up = _joined(high_after - share_after, share_before - low_before, phi)
    return gap - down, gap + up


def _joined(one: Array, other: Array, phi: Array) -> Array:
    """Two half-widths as one; never below zero, where arithmetic could leave -1e-18 under the root."""
    return np.sqrt(np.maximum(one**2 - 2 * phi * one * other + other**2, 0))
