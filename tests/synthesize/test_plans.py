"""Chunks and the files in them."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.synthesize import plans

DAY = 20_634  # 2026-06-30


@given(st.integers(100, 400_000), st.integers(10, 150_000), st.integers(1, 8))
def test_chunks_add_up_and_numbers_follow_on(past: int, open_: int, years: int):
    parts = plans.plan(past, open_, years, DAY)
    assert sum(len(part.applications) for part in parts) == past + open_
    assert sum(len(part.undecided) for part in parts) == open_
    assert parts[0].applications[0] == 1
    for before, after in pairwise(parts):
        assert after.applications[0] == before.applications[-1] + 1
        assert after.person == before.person + before.files
    assert all(part.earlier <= part.files <= plans.FILES_A_CHUNK for part in parts)


@settings(max_examples=15, deadline=None)
@given(st.integers(100, 3000), st.integers(1, 6), st.integers(0, 99), st.booleans())
def test_files_are_in_order_and_earlier_ones_are_well_before(size: int, years: int, seed: int, open_: bool):
    part = next(part for part in plans.plan(size, size, years, DAY) if part.open_ == open_)
    files = plans.draw(np.random.default_rng(seed), part)
    assert (np.diff(files.lodged) >= 0).all()
    assert files.last.sum() == part.files
    assert sorted(files.who[files.last]) == list(range(part.files))
    earlier = ~files.last
    assert (files.person_last[files.who[earlier]] - files.lodged[earlier] >= plans.APART).all()
    assert (files.person_first <= files.person_last).all()
    assert files.lodged[files.last].min() >= part.start
    assert files.lodged.max() <= part.end
    if open_:
        assert set(files.number[files.last]) == set(part.undecided)
