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
