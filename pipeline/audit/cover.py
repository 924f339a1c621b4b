"""Small cells stay covered, and no covered cell can be had by subtraction."""

import numpy as np


def cover(n: np.ndarray, smallest: int) -> np.ndarray:
    """Which cells of one total must not be shown; shape as `n` (cases a cell).

    Cells with fewer than `smallest` cases are covered; an empty cell is nobody and may be shown. The total is public,
    so what is covered adds up to a known number: further cells, smallest first, are covered until at least two are and
    together they hold at least `smallest` cases. Ties are broken by position, so sort the cells first.
    """
    hidden = (n > 0) & (n < smallest)
    if not hidden.any():
        return hidden
    for position in np.argsort(n, kind="stable"):
        if hidden.sum() >= 2 and n[hidden].sum() >= smallest:
            break
        hidden[position] |= n[position] > 0
    return hidden


LARGE = 10  # times the smallest cell: from here on a coarse value still tells something
STEPS = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.5])


def coarse(n: np.ndarray, covered: np.ndarray, smallest: int) -> np.ndarray:
    """The relative step to which a covered cell's value may be rounded and shown instead; NaN where it stays covered.

    A large group that is covered only because a small one stands beside it (nearly all cases state whether they are
    ethnic Kazakhs, a few do not) would be lost to the audit. Its value is shown in steps of at least smallest / n of
    itself: the total it leaves open is then as wide as the small cell, so subtraction tells nothing.
    """
    large = covered & (n >= LARGE * smallest)
    steps = np.full(len(n), np.nan)
    steps[large] = STEPS[np.searchsorted(STEPS, smallest / n[large])]
    return steps
