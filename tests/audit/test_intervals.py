import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.audit import intervals

SHARES = st.tuples(st.integers(1, 500), st.integers(0, 500)).map(lambda pair: (min(pair[1], pair[0]), pair[0]))
LEVELS = st.sampled_from([0.2, 0.1, 0.05, 0.01, 0.001])


@given(share=SHARES, error=LEVELS)
def test_wilson_is_scipys(share, error):
    hits, n = share
    low, high = intervals.wilson(np.array([hits]), np.array([n]), error)
    known = stats.binomtest(hits, n).proportion_ci(confidence_level=1 - error, method="wilson")
    assert (low[0], high[0]) == pytest.approx((known.low, known.high), abs=1e-12)


def test_no_case_has_no_interval():
    assert np.isnan(intervals.wilson(np.array([0.0]), np.array([0.0]), 0.05)).all()


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [  # Newcombe (1998), table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((0, 10), (0, 10), -0.2775, 0.2775),
    ],
)
def test_newcombe_is_the_published_table(one, other, low, high):
    found = intervals.newcombe(*(np.array([number], dtype=float) for number in (*one, *other)), 0.05)
    assert (found[0][0], found[1][0]) == pytest.approx((low, high), abs=6e-5)


@given(one=SHARES, other=SHARES, error=LEVELS)
def test_newcombe_turns_its_sign_with_the_sides(one, other, error):
    first = intervals.newcombe(*(np.array([float(number)]) for number in (*one, *other)), error)
    second = intervals.newcombe(*(np.array([float(number)]) for number in (*other, *one)), error)
    assert first[0] == pytest.approx(-second[1], abs=1e-12)
    assert -1 - 1e-9 <= first[0][0] <= first[1][0] <= 1 + 1e-9


@given(one=SHARES, other=SHARES, bound=st.sampled_from([0.01, 0.05, 0.2]))
def test_the_error_level_is_where_the_interval_touches_the_bound(one, other, bound):
    counts = [np.array([float(number)]) for number in (*one, *other)]
    error = intervals.newcombe_error(*counts, bound)
    if 1e-6 < error[0] < 0.5:
        assert intervals.decided(*intervals.newcombe(*counts, error * 1.001), bound)[0]
        assert not intervals.decided(*intervals.newcombe(*counts, error * 0.999), bound)[0]


def test_mean_and_welch_are_scipys():
    rng = np.random.default_rng(3)
    first, second = rng.normal(10, 2, 40), rng.normal(9, 5, 25)
    low, high = intervals.mean(np.array([first.sum()]), np.array([40]), np.array([first.var(ddof=1)]), 0.05)
    known = stats.ttest_1samp(first, 0).confidence_interval(0.95)
    assert (low[0], high[0]) == pytest.approx((known.low, known.high))
    sides = [np.array([number]) for number in (40, first.var(ddof=1), 25, second.var(ddof=1))]
    deviation = intervals.standard_error(*sides)
    gap = np.array([first.mean() - second.mean()])
    low, high = intervals.welch(gap, *deviation, 0.05)
    test = stats.ttest_ind(first, second, equal_var=False)
    known = test.confidence_interval(0.95)
    assert (low[0], high[0]) == pytest.approx((known.low, known.high))
    assert intervals.welch_error(gap, *deviation, 0.0)[0] == pytest.approx(test.pvalue)


def test_one_value_has_no_interval():
    assert np.isnan(intervals.mean(np.array([3.0]), np.array([1]), np.array([np.nan]), 0.05)).all()
    assert np.isnan(
        intervals.welch(
            np.array([1.0]),
            *intervals.standard_error(np.array([1]), np.array([np.nan]), np.array([9]), np.array([2.0])),
            0.05,
        )
    ).all()


def test_holm_steps_down_and_stops():
    levels = intervals.holm(np.array([0.3, 0.001, 0.02, 0.04]), 0.05, 4)
    assert levels.tolist() == pytest.approx([0.05 / 3, 0.05 / 4, 0.05 / 3, 0.05 / 3])
    assert intervals.holm(np.array([0.001, 0.002]), 0.05, 2).tolist() == pytest.approx([0.025, 0.05])
    assert intervals.holm(np.array([]), 0.05, 1).tolist() == []


@given(errors=st.lists(st.floats(0, 1), min_size=1, max_size=12), data=st.data())
def test_holm_does_not_care_about_order(errors, data):
    errors = [round(error, 3) for error in dict.fromkeys(errors)]
    errors = list(dict.fromkeys(errors))
    order = data.draw(st.permutations(range(len(errors))))
    levels = intervals.holm(np.array(errors), 0.05, len(errors))
    moved = intervals.holm(np.array([errors[place] for place in order]), 0.05, len(errors))
    assert moved.tolist() == [levels[place] for place in order]
    assert (levels >= 0.05 / len(errors) - 1e-15).all()


def test_a_detectable_gap_is_detected_about_four_times_out_of_five():
    rng = np.random.default_rng(11)
    n, rest, base = 400.0, 1600.0, 0.3
    gap = float(intervals.detectable(np.sqrt(base * 0.7), n, rest, 0.05, 0.05))
    hits = rng.binomial(int(n), base + gap, 4000).astype(float)
    others = rng.binomial(int(rest), base, 4000).astype(float)
    low, _ = intervals.newcombe(hits, np.full(4000, n), others, np.full(4000, rest), 0.05)
    assert (low > 0.05).mean() == pytest.approx(0.8, abs=0.06)


def test_intervals_of_a_gap_cover_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(7)
    hits, others = rng.binomial(60, 0.25, 20000).astype(float), rng.binomial(900, 0.2, 20000).astype(float)
    low, high = intervals.newcombe(hits, np.full(20000, 60.0), others, np.full(20000, 900.0), 0.05)
    assert ((low <= 0.05) & (high >= 0.05)).mean() == pytest.approx(0.95, abs=0.012)
