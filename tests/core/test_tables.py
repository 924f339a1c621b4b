from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core import tables
from pipeline.core.errors import Problem


def frame(size: int) -> pd.DataFrame:
    return pd.DataFrame({
        "key": pd.Series([f"P{n % 7}" for n in range(size)], dtype="str"),
        "n": pd.Series([n if n % 3 else None for n in range(size)], dtype="Int64"),
        "day": pd.Series(pd.to_datetime(["2026-01-01"] * size)).astype("datetime64[ms]"),
    })  # fmt: skip


@given(st.integers(1, 40), st.integers(1, 5), st.integers(1, 40))
def test_rows_are_kept_with_their_types_and_one_key_is_in_one_part(
    tmp_path_factory: pytest.TempPathFactory, size: int, parts: int, chunk: int
):
    folder = tmp_path_factory.mktemp("table")
    rows = frame(size)
    writer = tables.PartWriter(folder, parts, pa.Schema.from_pandas(rows, preserve_index=False))
    for start in range(0, size, chunk):
        block = rows.iloc[start : start + chunk]
        writer.add(block, tables.part_of(tables.hash_keys(block["key"]), parts))
    writer.close()
    assert tables.count_parts(folder) == parts
    found = tables.read_table(folder)
    assert found.dtypes.to_dict() == rows.dtypes.to_dict()
    pd.testing.assert_frame_equal(
        found.sort_values(list(found), ignore_index=True), rows.sort_values(list(rows), ignore_index=True)
    )
    where = [set(part["key"]) for part in tables.read_parts(folder)]
    assert sum(len(keys) for keys in where) == len(set().union(*where))


def test_the_same_frame_has_the_same_bytes(tmp_path: Path):
    for name in ("a", "b"):
        tables.write_frame(frame(10), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_missing_table_says_what_to_do(tmp_path: Path):
    with pytest.raises(Problem, match="run the stage"):
        tables.count_parts(tmp_path)


def test_the_hash_of_a_key_is_fixed_for_good():
    assert (
        tables.hash_keys(pd.Series(["P00000001", None], dtype="str")).tolist()
        == tables.hash_keys(pd.Series(["P00000001", ""], dtype="str")).tolist()
    )
    assert tables.part_of(np.array([5, 6], dtype=np.uint64), 2).tolist() == [1, 0]
