import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.validate.keys import Seen, combine, first_time


@given(st.lists(st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.booleans()), max_size=15), max_size=6))
def test_a_row_repeats_only_what_a_good_row_said_before(blocks: list[list[tuple[int, bool, bool]]]):
    """Against the plain reading of the rule, one row after the other."""
    seen, before = Seen(), set()
    for block in blocks:
        keys = np.array([key for key, _, _ in block], dtype=np.uint64)
        compared = np.array([compare for _, compare, _ in block], dtype=bool)
        eligible = np.array([good for _, _, good in block], dtype=bool)
        wanted = []
        for key, compare, good in block:
            wanted.append(not (compare and key in before))
            if compare and good:
                before.add(key)
        found = first_time(seen, keys, compared, eligible)
        assert found.tolist() == wanted
        new = compared & eligible & found
        seen.add(keys[new], np.zeros(int(new.sum()), dtype=np.int32))


@given(st.lists(st.lists(st.integers(0, 10**6), max_size=40, unique=True), max_size=8))
def test_parts_are_found_again(blocks: list[list[int]]):
    seen, known = Seen(), {}
    for number, block in enumerate(blocks):
        new = [key for key in block if key not in known]
        known |= dict.fromkeys(new, number)
        seen.add(np.array(new, dtype=np.uint64), np.full(len(new), number, dtype=np.int32))
    asked = [*known, 10**7]
    assert seen.part(np.array(asked, dtype=np.uint64)).tolist() == [*known.values(), -1]


def test_rows_with_a_gap_are_not_compared():
    frame = pd.DataFrame({"a": pd.Series(["x", "x", None], dtype="str"), "b": pd.to_datetime(["2000-01-01"] * 3)})
    hashes, present = combine(frame, ["a", "b"])
    assert present.tolist() == [True, True, False]
    assert hashes[0] == hashes[1]
