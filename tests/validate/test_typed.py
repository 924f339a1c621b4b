import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.core.programme import Source
from pipeline.validate import typed

SOURCE = Source.model_validate({
    "name": "t", "file": "t.csv", "title": "T", "key": "id",
    "columns": {
        "id": {"kind": "id", "meaning": "Number"}, "n": {"kind": "integer", "meaning": "N"},
        "x": {"kind": "number", "meaning": "X"}, "day": {"kind": "date", "meaning": "Day"},
        "yes": {"kind": "boolean", "meaning": "Yes"},
    },
})  # fmt: skip


def parse(**columns: list[str | None]) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    size = len(next(iter(columns.values())))
    text = pd.DataFrame({name: pd.Series(columns.get(name, [None] * size), dtype="str") for name in SOURCE.columns})
    return typed.parse(text, SOURCE)


def test_values_that_are_not_of_their_kind_are_marked_not_guessed():
    rows, readable = parse(
        n=["1", "1.5", "many", "-3", None, "inf", "2.0"],
        x=["1.5", "x", "nan", "-2", None, "inf", "1e3"],
        day=["2024-02-29", "2023-02-29", "2026-02-31", "13.02.2026", None, "2026-2-3x", "2026-02-13"],
        yes=["true", "false", "yes", "1", None, "TRUE", "true"],
    )
    assert readable["n"].tolist() == [True, False, False, True, True, False, True]
    assert readable["x"].tolist() == [True, False, False, True, True, False, True]
    assert readable["day"].tolist() == [True, False, False, False, True, False, True]
    assert readable["yes"].tolist() == [True, True, False, False, True, False, True]
    assert rows["n"].tolist()[0] == 1 and rows["n"].isna().tolist() == [False, True, True, False, True, True, False]


def test_the_fast_and_the_careful_way_of_numbers_agree():
    fast, _ = parse(x=["1.5", "-2", "1e3", None])
    careful, _ = parse(x=["1.5", "-2", "1e3", "not"])
    assert fast["x"].tolist()[:3] == careful["x"].tolist()[:3]


def test_a_whole_number_too_large_to_be_exact_is_not_read():
    rows, readable = parse(n=["9223372036854775807", "123456789012345678901234567890", "7"])
    assert readable["n"].tolist() == [False, False, True]
    assert rows["n"].isna().tolist() == [True, True, False]


def test_types_survive_parquet():
    rows, _ = parse(n=["1", None], x=["1.5", None], day=["2024-02-29", None], yes=["true", None])
    table = pa.Table.from_pandas(rows, schema=typed.schema(SOURCE), preserve_index=False)
    assert table.to_pandas().dtypes.astype(str).tolist() == ["str", "Int64", "float64", "datetime64[ms]", "boolean"]
