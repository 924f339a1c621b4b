import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.drift import bins

COUNTS = st.lists(st.integers(0, 400), min_size=2, max_size=8).filter(lambda counts: sum(counts) > 0)


def test_numbers_get_quantiles_and_every_reference_value_a_bin():
    values = pd.Series(np.arange(1000.0))
    fixed = bins.fit(values, "number", 10)
    assert fixed.count(values).tolist() == [100] * 10 + [0]
    assert fixed.count(pd.Series([-5.0, 99.0, 100.0, 5000.0])).tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0]


def test_few_values_and_codes_are_bins_of_their_own_and_a_new_one_is_another():
    fixed = bins.fit(pd.Series([0.0, 1.0, 1.0]), "number", 10)
    assert fixed.values == (0.0, 1.0) and fixed.count(pd.Series([1.0, 7.0])).tolist() == [0, 1, 1]
    codes = bins.fit(pd.Series(["b", "a", "a"], dtype="str"), "category", 2)
    assert codes.count(pd.Series(["a", "z", "z"], dtype="str")).tolist() == [1, 0, 2]


def test_a_number_that_is_nearly_always_its_largest_value_still_has_two_bins():
    values = pd.Series([float(i) for i in range(20)] + [99.0] * 980)
    assert bins.fit(values, "number", 10).count(values).tolist() == [20, 980, 0]


def test_psi_is_the_published_sum():
    before, now = np.array([500, 300, 200, 0]), np.array([300, 300, 400, 0])
    p, q = now[:3] / 1000, before[:3] / 1000
    assert bins.shift(before, now, 0.05).psi == pytest.approx(float(((p - q) * np.log(p / q)).sum()))
    assert bins.shift(before, now, 0.05).noise == pytest.approx(stats.chi2.isf(0.05, 2) * 0.002)


def test_a_value_never_seen_counts_and_rare_ones_are_pooled():
    found = bins.shift(np.array([900, 98, 2, 0]), np.array([600, 98, 2, 300]), 0.05)
    assert found.bins == 3 and found.psi > 0.5 and found.p < 1e-6


@given(COUNTS)
@settings(deadline=None)
def test_the_same_counts_have_no_shift(counts):
    found = bins.shift(np.array([*counts, 0]), np.array([*counts, 0]), 0.05)
    assert found.psi == 0 and found.p > 0.999


@given(st.data())
@settings(deadline=None)
def test_psi_is_never_below_0_and_p_is_a_probability(data):
    before = data.draw(COUNTS)
    now = data.draw(st.lists(st.integers(0, 400), min_size=len(before), max_size=len(before)).filter(any))
    found = bins.shift(np.array(before), np.array(now), 0.05)
    assert found.psi >= 0 and 0 <= found.p <= 1


@pytest.mark.parametrize(("n", "m"), [(100, 7000), (350, 7000), (350, 500)])
def test_without_drift_p_is_not_too_small_too_often(n, m):
    rng, times = np.random.default_rng(7), 3000
    share = [0.1] * 10
    small = sum(
        bins.shift(np.append(rng.multinomial(m, share), 0), np.append(rng.multinomial(n, share), 0), 0.05).p < 0.01
        for _ in range(times)
    )
    assert small < 0.01 * times + 4 * np.sqrt(0.01 * times)
