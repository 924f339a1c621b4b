import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.tally import EVERYBODY, Cell, Tally


def tally(groups: list[str], values: list[float], cuts: list[int], step: float = 1e-6) -> Tally:
    total = Tally()
    for start, end in zip([0, *cuts], [*cuts, len(groups)], strict=True):
        frame = pd.DataFrame({"sex": pd.Series(groups[start:end], dtype="str")})
        total.add(frame, {"score": np.array(values[start:end])}, {"score": step})
    return total


def test_counts_by_hand():
    found = tally(["f", "m", "f", "f"], [0.5, 0.25, np.nan, 0.125], [])
    assert found.rows == {EVERYBODY: {EVERYBODY: 4}, "sex": {"f": 3, "m": 1}}
    assert found.cells["score"]["sex"] == {"f": Cell(2, 625000, 500000**2 + 125000**2), "m": Cell(1, 250000, 250000**2)}
    assert found.cells["score"][EVERYBODY][EVERYBODY].n == 3


def test_expected_groups_stay_without_a_case():
    found = Tally()
    found.expect("sex", ["f", "m"])
    found.add(pd.DataFrame({"sex": ["f"]}), {}, {})
    assert found.rows["sex"] == {"f": 1, "m": 0}


@given(
    rows=st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1) | st.just(float("nan"))), min_size=1, max_size=40),
    data=st.data(),
)
def test_order_and_parts_do_not_matter(rows, data):
    whole = tally([group for group, _ in rows], [value for _, value in rows], [])
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    parts = tally([group for group, _ in shuffled], [value for _, value in shuffled], [cut])
    assert parts == whole


def test_many_large_squares_do_not_overflow():
    total = Tally()
    for _ in range(3):
        total.add(pd.DataFrame({"g": ["a"] * 20}), {"days": np.full(20, 2.0**30)}, {"days": 1.0})
    assert total.cells["days"]["g"]["a"] == Cell(60, 60 * 2**30, 60 * 2**60)
