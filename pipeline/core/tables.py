"""Tables on disk: folders of Parquet parts. All rows of one person lie in the part of the same number."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.core.errors import Problem

PATTERN = "part-{:04d}.parquet"
GROUP = 1 << 16  # rows in a row group


def part_path(folder: Path, part: int) -> Path:
    """Where part number `part` (from 0) of the table in `folder` lies."""
    return folder / PATTERN.format(part)


def count_parts(folder: Path) -> int:
    """How many parts the table in `folder` has; raises Problem where there is none."""
    count = len(list(folder.glob("part-*.parquet")))
    if count == 0:
        raise Problem(f"{folder}: no table here; run the stage that writes it first.")
    return count


def read_part(folder: Path, part: int, columns: Sequence[str] | None = None, coded: Sequence[str] = ()) -> pd.DataFrame:
    """Part `part` of the table in `folder` as a frame (strings stay Arrow-backed `str`, dates `datetime64`).

    Texts among `coded` become categories, as they lie in the file: columns of few different texts are read and compared
    much faster so. The order of the categories means nothing.
    """
    wanted = list(columns) if columns is not None else None
    return pd.read_parquet(part_path(folder, part), columns=wanted, read_dictionary=list(coded) or None)


def read_table(folder: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The whole table; for tables known to be small (reference data, the queue)."""
    frames = list(read_parts(folder, columns))
    return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]


def read_parts(folder: Path, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
    """The parts in order, one frame at a time."""
    for part in range(count_parts(folder)):
        yield read_part(folder, part, columns)


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """One Parquet file with the same bytes for the same frame."""
    write_table(pa.Table.from_pandas(frame, preserve_index=False), path)


def write_table(table: pa.Table, path: Path) -> None:
    """One Parquet file with the same bytes for the same table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")


class PartWriter:
    """Appends chunks of rows to the parts of one table; memory stays at one row group a part.

    Row groups have a fixed size, so the bytes of a part depend on its rows alone, not on the chunks they came in.
    """

    def __init__(self, folder: Path, parts: int, schema: pa.Schema) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._schema = schema
        self._writers = [pq.ParquetWriter(part_path(folder, part), schema, compression="zstd") for part in range(parts)]
        self._waiting: list[list[pa.Table]] = [[] for _ in range(parts)]

    def add(self, frame: pd.DataFrame, parts: np.ndarray) -> None:
        """Adds the rows of `frame` to the parts that `parts` (one number a row) names; order is kept."""
        table = pa.Table.from_pandas(frame, schema=self._schema, preserve_index=False)
        if len(self._writers) == 1:
            self._append(0, table)
            return
        order = np.argsort(parts, kind="stable")
        bounds = np.searchsorted(parts[order], np.arange(len(self._writers) + 1))
        table = table.take(pa.array(order))
        for part in range(len(self._writers)):
            if bounds[part + 1] > bounds[part]:
                self._append(part, table.slice(bounds[part], bounds[part + 1] - bounds[part]))

    def _append(self, part: int, rows: pa.Table) -> None:
        waiting = self._waiting[part]
        waiting.append(rows)
        while sum(table.num_rows for table in waiting) >= GROUP:
            joined = pa.concat_tables(waiting).combine_chunks()
            self._writers[part].write_table(joined.slice(0, GROUP))
            waiting[:] = [joined.slice(GROUP)]

    def close(self) -> None:
        """Finishes every part; a part that got no rows is an empty table with the right columns."""
        for writer, waiting in zip(self._writers, self._waiting, strict=True):
            if waiting and (rows := pa.concat_tables(waiting).combine_chunks()).num_rows:
                writer.write_table(rows)
            writer.close()


def hash_keys(keys: pd.Series) -> np.ndarray:
    """A stable 64-bit hash a key (SipHash with a fixed key, as pandas computes it)."""
    return pd.util.hash_array(keys.to_numpy(dtype=object, na_value=""), categorize=False)


def part_of(hashes: np.ndarray, parts: int) -> np.ndarray:
    """The part of each hash: all rows of one key fall into the same part."""
    return (hashes % np.uint64(parts)).astype(np.int32)
