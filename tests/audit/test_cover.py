import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.cover import cover


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ([100, 200], [False, False]),
        ([5, 200, 100], [True, False, True]),  # the next smallest goes too: 5 is 305 - 200 - 100
        ([5, 200], [True, True]),
        ([20, 20, 200], [True, True, False]),  # two hidden cells of 40 together tell nothing about one
        ([5, 6, 200, 100], [True, True, False, True]),  # together 11: still too few
        ([0, 40, 60], [False, False, False]),  # an empty cell is nobody
        ([0, 5, 60, 70], [False, True, True, False]),  # and cannot stand in for a second one
        ([5], [True]),
        ([], []),
    ],
)
def test_small_cells_are_covered(sizes, hidden):
    assert cover(np.array(sizes, dtype=float), 30).tolist() == hidden


@given(sizes=st.lists(st.integers(0, 200), max_size=15))
def test_nothing_small_can_be_had_by_subtraction(sizes):
    n = np.array(sizes, dtype=float)
    hidden = cover(n, 30)
    assert not (~hidden & (n > 0) & (n < 30)).any()
    if hidden.any() and not hidden[n > 0].all():
        assert hidden.sum() >= 2
        assert n[hidden].sum() >= 30
