"""Windows by time: no day is parted, and a window without both outcomes says so."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.split import WINDOWS, assign, by_time, first_days, late, require_both


def days(numbers: list[int]) -> np.ndarray:
    return np.datetime64("2020-01-01", "s") + np.array(numbers, dtype="timedelta64[D]")


def test_shares_of_distinct_days():
    dates = days(list(range(100)))
    assert np.unique(assign(dates, by_time(dates, 0.6, 0.15)), return_counts=True)[1].tolist() == [15, 25, 60]


def test_equal_days_fall_on_one_side():
    dates = days([0] * 50 + [1] * 30 + [2] * 10 + [3] * 10)
    boundaries = by_time(dates, 0.6, 0.25)
    assert [str(day)[:10] for day in boundaries] == ["2020-01-02", "2020-01-03"]
    assert assign(dates, boundaries).tolist() == ["train"] * 50 + ["calibrate"] * 30 + ["test"] * 20


def test_a_series_is_as_good_as_an_array():
    series = pd.Series(days(list(range(20))))
    assert (
        assign(series, by_time(series, 0.5, 0.25)).tolist()
        == assign(series.to_numpy(), by_time(series.to_numpy(), 0.5, 0.25)).tolist()
    )


@pytest.mark.parametrize("numbers", [[0], [0] * 10, [0] * 9 + [1], list(range(2))])
def test_an_empty_window_is_named(numbers):
    with pytest.raises(ValueError, match="window would be empty"):
        by_time(days(numbers), 0.6, 0.15)


def test_nothing_to_split():
    with pytest.raises(ValueError, match="No case has a matured outcome"):
        by_time(days([]), 0.6, 0.15)
    with pytest.raises(ValueError, match="no lodging date"):
        by_time(np.array(["2020-01-01", "NaT"], dtype="datetime64[s]"), 0.6, 0.15)
    with pytest.raises(ValueError, match="less than 1"):
        by_time(days([0, 1, 2]), 0.6, 0.4)


def test_both_outcomes_are_needed():
    require_both(np.array([0, 1]), "train")
    with pytest.raises(
        ValueError, match="Only positive outcomes among the 3 cases of the train window lodged before 2020-05-01"
    ):
        require_both(np.ones(3), "train", np.datetime64("2020-05-01"))
    with pytest.raises(ValueError, match="Only negative"):
        require_both(np.zeros(2), "calibrate")
    with pytest.raises(ValueError, match="No matured outcome"):
        require_both(np.array([]), "train")


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=80), st.sampled_from([(0.6, 0.15), (0.5, 0.25), (0.3, 0.6)]))
def test_windows_are_in_order_and_hold_every_case(numbers, shares):
    dates = days(numbers)
    try:
        boundaries = by_time(dates, *shares)
    except ValueError:
        return
    window = assign(dates, boundaries)
    assert set(window) == set(WINDOWS)
    assert (window == "train").mean() <= shares[0] + 1e-9
    latest = {name: dates[window == name].max() for name in WINDOWS}
    earliest = {name: dates[window == name].min() for name in WINDOWS}
    assert latest["train"] < earliest["calibrate"] <= latest["calibrate"] < earliest["test"]
    order = np.argsort(numbers, kind="stable")
    assert by_time(dates[order], *shares) == boundaries


MATTERS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 60)), min_size=3, max_size=60)


@settings(deadline=None)
@given(MATTERS, st.integers(1, 5))
def test_no_matter_straddles_two_windows(rows, parts):
    """Whatever is kept of a matter lies in the window of its first case, in one part or in several."""
    matters, dates = np.array([matter for matter, _ in rows]), days([day for _, day in rows])
    try:
        boundaries = by_time(dates, 0.5, 0.25)
    except ValueError:
        return
    first, window = first_days(matters, dates), assign(dates, boundaries)
    behind = late(matters, dates, first, boundaries)
    for matter in np.unique(matters):
        mine = matters == matter
        own = window[mine][np.argmin(dates[mine])]
        assert set(window[mine & ~behind]) == {own}
        assert (behind[mine] == (window[mine] != own)).all()
    cut = [np.flatnonzero(np.arange(len(rows)) % parts == part) for part in range(parts)]
    piecewise = np.concatenate([late(matters[part], dates[part], first, boundaries) for part in cut])
    np.testing.assert_array_equal(piecewise, behind[np.concatenate(cut)])


def test_a_matter_nobody_knows_is_late_nowhere():
    dates = days([0, 10, 20])
    first = first_days(np.array([1]), days([0]))
    assert late(np.array([1, 1, 2]), dates, first, (dates[1], dates[2])).tolist() == [False, True, False]
