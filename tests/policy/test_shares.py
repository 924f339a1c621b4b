"""The change by group, and what of it is covered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.params import Audit
from pipeline.gates.records import FAIL, PASS, UNKNOWN
from pipeline.policy import shares
from pipeline.policy.flips import towards
from pipeline.policy.shares import CANNOT_TELL, DIRECTIONS, FALLS, FEW, RISES, WITHIN

KNOBS = Audit(confidence=0.95, smallest_cell=30, tolerance=0.05, top_share=0.2)


def files(stay=0, lost=0, gained=0, ask=0, **more):
    """Files that pass and go on passing, pass no more, pass newly, or pass no more and wait."""
    matrix = np.zeros((3, 3), dtype="int64")
    matrix[PASS, PASS], matrix[PASS, FAIL], matrix[FAIL, PASS], matrix[PASS, UNKNOWN] = stay, lost, gained, ask
    matrix[FAIL, FAIL] = more.get("held", 0)
    return matrix


def by_group(**counts):
    return {row.group: row for row in shares.rows(counts, KNOBS)}


def test_shares_and_intervals_by_hand():
    row = by_group(a=files(stay=60, lost=20, gained=5, held=15), b=files(stay=100))["a"]
    assert (row.n, row.before, row.after, row.gap) == (100, 0.8, 0.65, pytest.approx(-0.15))
    assert row.low < -0.15 < row.high and row.verdict == FALLS
    held = row.towards["held"]
    assert (held.files, held.share) == (20, 0.2)
    assert (held.low, held.high) == (pytest.approx(0.1334, abs=1e-4), pytest.approx(0.2888, abs=1e-4))  # Wilson 20/100
    assert row.towards["ask"].files == 0 and row.drop == pytest.approx(0.15)


def test_verdicts():
    found = by_group(
        falls=files(stay=500, lost=500), rises=files(stay=500, gained=500), within=files(stay=5000, lost=50), few=files(stay=30, lost=5),
    )  # fmt: skip
    assert {name: row.verdict for name, row in found.items()} == {
        "falls": FALLS, "rises": RISES, "within": WITHIN, "few": CANNOT_TELL
    }  # fmt: skip


def test_a_small_group_is_covered_with_another():
    found = by_group(a=files(stay=20), b=files(stay=31), c=files(stay=400), d=files(stay=500))
    assert [found[name].n for name in "abcd"] == [None, None, 400, 500]
    assert found["a"].before is found["b"].before is None and found["a"].verdict == CANNOT_TELL
    assert all(share is None for share in found["b"].towards.values())


def test_few_flips_are_covered_with_another_group():
    found = by_group(a=files(stay=97, lost=3), b=files(stay=90, lost=10), c=files(stay=70, lost=30))
    assert [found[name].after is None for name in "abc"] == [True, True, False]
    assert [found[name].towards["held"] is None for name in "abc"] == [True, True, False]
    assert (found["a"].n, found["a"].before) == (100, 1.0)  # what the law is today tells nothing of the flips


def test_only_the_direction_of_the_few_is_covered():
    found = by_group(a=files(stay=80, lost=20, gained=0), b=files(stay=80, lost=20), c=files(stay=80, lost=10, ask=10))
    waiting = np.zeros((3, 3), dtype="int64")
    waiting[FAIL, UNKNOWN] = 2
    other = by_group(a=files(stay=80, lost=20) + waiting, b=files(stay=80, lost=20), c=files(stay=80, lost=20))
    assert all(row.after is not None for row in other.values())
    assert all(row.towards["ask"] is None for row in other.values())  # two in all: even a nought would tell
    assert found["c"].towards["ask"].files == 10


def test_a_large_covered_group_keeps_rounded_shares():
    found = by_group(yes=files(stay=900, lost=97, gained=3), no=files(stay=900, lost=100, gained=8))
    row = found["yes"]
    assert (
        row.rounded
        and row.low is None
        and (row.before, row.after, row.gap) == pytest.approx((0.995, 0.905, -0.095), abs=0.03)
    )
    assert row.drop == pytest.approx(0.094, abs=1e-9)


def test_nobody_is_shown_as_nobody():
    row = by_group(a=files(stay=100), b=files())["b"]
    assert (row.n, row.before, row.after, row.verdict) == (0, None, None, CANNOT_TELL)


def test_no_group_at_all():
    assert shares.rows({}, KNOBS) == []


CELL = st.one_of(st.just(0), st.integers(0, 8), st.integers(0, 400))
MATRIX = st.lists(CELL, min_size=9, max_size=9).map(lambda cells: np.array(cells).reshape(3, 3))
GROUPS = st.dictionaries(st.sampled_from("abcdefg"), MATRIX, min_size=1)


@settings(deadline=None)
@given(GROUPS)
def test_no_few_flips_are_shown_or_had_by_subtraction(counts):
    """The totals over all groups are public: what is covered in a column must be spread and add up to enough, or to 0."""
    found = shares.rows(counts, KNOBS)
    matrix = np.array([counts[row.group] for row in found])
    flips = {name: numbers for name, numbers in towards(matrix).items()}
    lost = matrix[:, PASS].sum(axis=1) - matrix[:, PASS, PASS]
    exact = np.array([row.after is not None and not row.rounded for row in found]) | (matrix.sum(axis=(1, 2)) == 0)
    shown = {
        name: np.array([row.towards[name] is not None or not counts[row.group].sum() for row in found])
        for name in DIRECTIONS
    }
    between = flips["ask"] + flips["held"] - lost
    for numbers, seen in (
        (lost, exact), (flips["proceed"], exact), *((flips[name], shown[name]) for name in DIRECTIONS),
        (between, exact & shown["ask"] & shown["held"]),
    ):  # fmt: skip
        assert not ((numbers[seen] > 0) & (numbers[seen] < FEW)).any()
        hidden = numbers[~seen]
        total_is_few = 0 < numbers.sum() < FEW
        assert hidden.sum() == 0 or hidden.sum() >= FEW or total_is_few
        if total_is_few:  # everybody stays covered, so that no nought points at the others
            assert not seen[matrix.sum(axis=(1, 2)) > 0].any()
    sizes = matrix.sum(axis=(1, 2))
    for row, size in zip(found, sizes, strict=True):
        assert row.n is None or row.n == size
        if 0 < size < KNOBS.smallest_cell:
            assert row.n is None and row.before is None and row.drop == 0 and row.verdict == CANNOT_TELL


@settings(deadline=None)
@given(GROUPS)
def test_the_other_way_round_is_the_mirror(counts):
    one, two = shares.rows(counts, KNOBS), shares.rows({name: matrix.T for name, matrix in counts.items()}, KNOBS)
    for row, other in zip(one, two, strict=True):
        assert (row.group, row.n) == (other.group, other.n) and (row.after is None) == (other.after is None)
        if row.low is not None:
            assert (row.gap, row.low, row.high) == pytest.approx((-other.gap, -other.high, -other.low))
            swapped = {FALLS: RISES, RISES: FALLS}
            assert row.verdict == swapped.get(other.verdict, other.verdict)
