import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.cover import coarse, cover


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


def test_a_large_group_beside_a_small_one_is_rounded_instead_of_lost():
    n = np.array([12.0, 900.0, 1100.0, 200.0])
    covered = np.array([True, True, False, True])
    assert coarse(n, covered, 30).tolist()[1] == 0.05
    assert np.isnan(coarse(n, covered, 30)[[0, 2, 3]]).all()


@given(n=st.integers(300, 100_000), smallest=st.integers(1, 30), hits=st.data())
def test_what_a_rounded_value_leaves_open_is_as_wide_as_the_smallest_cell(n, smallest, hits):
    step = coarse(np.array([float(n)]), np.array([True]), smallest)[0]
    assert step * n >= smallest
