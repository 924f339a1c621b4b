"""The paired interval against published results."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy.paired import difference

CELL = st.integers(0, 400)


def interval(both, only_after, only_before, neither, error=0.05):
    n = both + only_after + only_before + neither
    cells = [np.array([each]) for each in (both, both + only_before, both + only_after, n)]
    low, high = difference(*cells, error)
    return float(low[0]), float(high[0])


@pytest.mark.parametrize(
    ("cells", "low", "high", "digits"),
    [
        # Complete response before and after consolidation therapy (Cavo et al. 2012), in Fagerland, Lydersen and Laake,
        # Statistical Analysis of Contingency Tables (2017), chapter 8; the value stands in the tests of its R package.
        ((59, 6, 16, 80), -0.1186, -0.0046, 4),
        # Table 6.2 of Altman, Machin, Bryant and Gardner, Statistics with Confidence, second edition (2000), page 52.
        ((14, 5, 0, 22), 0.011, 0.226, 3),
    ],
)
def test_published_results(cells, low, high, digits):
    found = interval(*cells)
    assert (round(found[0], digits), round(found[1], digits)) == (low, high)


def test_by_hand_without_correlation():
    """Where phi is 0 the two half-widths are joined as for unpaired shares (Newcombe 1998a, method 10)."""
    from pipeline.audit.intervals import newcombe

    found = interval(25, 25, 25, 25)
    unpaired = newcombe(*(np.array([value]) for value in (50, 100, 50, 100)), 0.05)
    assert found == pytest.approx([float(end[0]) for end in unpaired])


@given(CELL, CELL, CELL, CELL)
def test_properties(a, b, c, d):
    n = a + b + c + d
    low, high = interval(a, b, c, d)
    if n == 0:
        assert np.isnan(low) and np.isnan(high)
        return
    gap = (b - c) / n
    assert -1 - 1e-9 <= low <= gap + 1e-12 and gap - 1e-12 <= high <= 1 + 1e-9
    assert interval(a, c, b, d) == pytest.approx((-high, -low))  # the other way round
    assert interval(d, c, b, a) == pytest.approx((-high, -low))  # of the files that do not pass


@given(CELL, CELL, CELL, CELL)
def test_more_confidence_is_wider(a, b, c, d):
    if a + b + c + d:
        narrow, wide = interval(a, b, c, d, 0.2), interval(a, b, c, d, 0.01)
        assert wide[0] <= narrow[0] + 1e-12 and narrow[1] <= wide[1] + 1e-12
