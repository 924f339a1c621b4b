"""Text columns to typed columns; a value that cannot be read as its kind is marked, never guessed."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.columns import Column
from pipeline.core.programme import Source

DTYPES = {
    "id": "str", "text": "str", "code": "str",
    "integer": "Int64", "number": "float64", "date": "datetime64[ms]", "boolean": "boolean",
}  # fmt: skip
LARGEST = 2**53  # beyond it a whole number is no longer exact as it is read
# The reason a value of this kind could not be read.
REASONS = {"integer": "not_a_number", "number": "not_a_number", "date": "not_a_date", "boolean": "not_a_boolean"}


def schema(source: Source, columns: Sequence[str] | None = None) -> pa.Schema:
    """The Arrow schema of the accepted rows (or some of their columns), with what pandas needs to give the dtypes back."""
    names = source.columns if columns is None else columns
    empty = pd.DataFrame({name: pd.Series([], dtype=DTYPES[source.columns[name].kind]) for name in names})
    return pa.Schema.from_pandas(empty, preserve_index=False)


def parse(text: pd.DataFrame, source: Source) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """`text` with each column as its kind, and for each non-text column which rows could be read.

    A missing value counts as read. Shapes: the frame keeps its rows; each mask is `(rows,)`.
    """
    typed, readable = {}, {}
    for name, column in source.columns.items():
        if column.kind in REASONS:
            typed[name] = _parse(text[name], column)
            readable[name] = (typed[name].notna() | text[name].isna()).to_numpy()
        else:
            typed[name] = text[name]
    return pd.DataFrame(typed, index=text.index), readable


def _parse(text: pd.Series, column: Column) -> pd.Series:
    if column.kind == "date":
        return pd.to_datetime(text, format=column.format, errors="coerce").astype("datetime64[ms]")
    if column.kind == "boolean":
        return text.map({"true": True, "false": False}).astype("boolean")
    numbers = _numbers(text)
    numbers = numbers.where(np.isfinite(numbers))
    if column.kind == "number":
        return numbers
    whole = numbers.where((numbers % 1 == 0) & (numbers.abs() < LARGEST))
    return whole.astype("Int64")


def _numbers(text: pd.Series) -> pd.Series:
    values: Any = pa.array(text, from_pandas=True)
    try:  # a column without one bad value goes through Arrow's parser, several times faster
        return pd.Series(pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False), index=text.index)
    except pa.ArrowInvalid:
        return pd.to_numeric(text, errors="coerce").astype("float64")
