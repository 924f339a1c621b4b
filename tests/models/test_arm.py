"""The review arm: anyone with the published seed draws the same files."""

import hashlib

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from models.arm import chance, drawn

IDS = pd.Series([f"A{number:08d}" for number in range(20_000)], dtype="str")


def test_the_number_is_the_published_formula():
    digest = hashlib.sha256(b"a seed|A00000007").hexdigest()
    assert chance(pd.Series(["A00000007"]), "a seed")[0] == (int(digest[:16], 16) >> 11) / 2**53


def test_numbers_are_even_over_the_unit_interval_and_seeds_are_independent():
    one, other = chance(IDS, "one"), chance(IDS, "other")
    assert one.min() >= 0 and one.max() < 1
    share = np.bincount((one * 10).astype(int), minlength=10) / len(IDS)
    assert np.abs(share - 0.1).max() < 0.011  # five standard errors
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.036


@settings(deadline=None)
@given(st.permutations(range(40)), st.integers(1, 39))
def test_order_and_parts_change_nothing(order, cut):
    some = IDS.iloc[:40].iloc[order]
    whole = pd.Series(chance(some, "s"), index=some)
    parts = np.concatenate([chance(some.iloc[:cut], "s"), chance(some.iloc[cut:], "s")])
    np.testing.assert_array_equal(whole.to_numpy(), parts)
    np.testing.assert_array_equal(whole.sort_index().to_numpy(), chance(IDS.iloc[:40], "s"))


def test_the_share_is_kept_and_a_larger_arm_holds_the_smaller_one():
    lodged = pd.Series(pd.Timestamp("2024-05-05"), index=IDS.index)
    small, large = (drawn(IDS, lodged, share=share, seed="s", since="2024-01-01") for share in (0.05, 0.2))
    assert abs(small.mean() - 0.05) < 0.008 and abs(large.mean() - 0.2) < 0.015
    assert large[small].all()


def test_nobody_is_drawn_before_the_arm_began():
    lodged = pd.Series(pd.to_datetime(["2023-12-31", "2024-01-01", None] * 1000))
    arm = drawn(IDS.iloc[:3000], lodged, share=0.9, seed="s", since="2024-01-01")
    assert not arm[0::3].any() and arm[1::3].mean() > 0.8 and not arm[2::3].any()
