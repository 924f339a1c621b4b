"""Columns of text made at once: numbers with leading zeros, dates, picks from lists."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

ZERO = ord("0")


def digits(numbers: np.ndarray, width: int) -> np.ndarray:
    """Decimal digits of non-negative `numbers`, most significant first; uint8 of shape (rows, width)."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (np.asarray(numbers, dtype=np.int64)[:, None] // powers % 10).astype(np.uint8)


def from_bytes(matrix: np.ndarray, missing: np.ndarray | None = None) -> pa.StringArray:
    """ASCII codes of shape (rows, width) as texts; missing where `missing` is true."""
    rows, width = matrix.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * width
    data = np.ascontiguousarray(matrix, dtype=np.uint8)
    if missing is not None and missing.any():
        bitmap = pa.py_buffer(np.packbits(~missing, bitorder="little").tobytes())
        return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data), bitmap, int(missing.sum()))
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data))


def numbered(prefix: str, numbers: np.ndarray, width: int, missing: np.ndarray | None = None) -> pa.StringArray:
    """`prefix` and each number with leading zeros: `numbered("A", [7], 3)` is `A007`; missing where `missing` is true."""
    matrix = np.empty((len(numbers), len(prefix) + width), dtype=np.uint8)
    matrix[:, : len(prefix)] = np.frombuffer(prefix.encode("ascii"), dtype=np.uint8)
    matrix[:, len(prefix) :] = digits(numbers, width) + ZERO
    return from_bytes(matrix, missing)


def pick(words: Sequence[str], which: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """`words[which]`; missing where `missing` is true."""
    return pa.array(words, type=pa.string()).take(pa.array(which.astype(np.int32), mask=missing))


def dates(days: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Days since 1970-01-01 as dates; missing where `missing` is true."""
    return pa.array(days.astype(np.int32), mask=missing).view(pa.date32())


def integers(values: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Whole numbers; missing where `missing` is true."""
    return pa.array(np.asarray(values).astype(np.int64), mask=missing)


def booleans(values: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """`true` and `false`; missing where `missing` is true."""
    return pa.array(np.asarray(values, dtype=bool), mask=missing)


def yymmdd(days: np.ndarray) -> np.ndarray:
    """The digits YYMMDD of days since 1970-01-01; uint8 of shape (rows, 6)."""
    when = days.astype("datetime64[D]")
    months = when.astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(int) + 1970
    month = months.astype(int) % 12 + 1
    day = (when - months.astype("datetime64[D]")).astype(int) + 1
    return digits(year % 100 * 10000 + month * 100 + day, 6)


def years_of(days: np.ndarray) -> np.ndarray:
    """The calendar year of days since 1970-01-01."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970


def add_months(days: np.ndarray, months: int) -> np.ndarray:
    """Days since 1970-01-01, `months` calendar months later (29 February becomes 1 March where there is none)."""
    when = days.astype("datetime64[D]")
    month = when.astype("datetime64[M]")
    rest = when - month.astype("datetime64[D]")
    return ((month + months).astype("datetime64[D]") + rest).astype(int)
