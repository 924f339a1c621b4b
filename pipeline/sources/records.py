"""Rows of one source that are already in memory, read as strictly as those of an exported file."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.errors import Problem
from pipeline.core.programme import Source
from pipeline.sources import reader
from pipeline.sources.reader import Chunk


def read(rows: Sequence[Any], source: Source) -> Chunk:
    """`rows` as the reader of exports gives them: text columns of the source in its order; row i has line i, from 1.

    A row of a CSV source is an object {column: text}, a gap being empty or null; a row of an NDJSON source is the
    object that its line holds. Raises Problem, without any value, for a row that the described file could not hold.
    """
    one = _line(source) if source.format == "ndjson" else _row(source)
    wanted = [name for name in source.columns if name not in source.derive or source.format == "ndjson"]
    texts = [one(row, number) for number, row in enumerate(rows, start=1)]
    empty = pd.StringDtype(na_value=np.nan)
    frame = pd.DataFrame({name: pd.Series([text[name] or None for text in texts], dtype=empty) for name in wanted})
    return Chunk(reader.derived(frame, source), np.arange(1, len(rows) + 1, dtype=np.int64), [])


def _row(source: Source) -> Any:
    wanted = {name for name in source.columns if name not in source.derive}

    def one(row: Any, number: int) -> dict[str, str | None]:
        if not isinstance(row, dict):
            raise Problem(f"{source.name}, row {number}: is not an object with a text for every column.")
        if missing := sorted(wanted - set(row)):
            raise Problem(
                f"{source.name}, row {number}: lacks the column {', '.join(missing)}; send it, empty if need be."
            )
        if extra := sorted(set(row) - wanted - set(source.ignore)):
            raise Problem(
                f"{source.name}, row {number}: has the column {', '.join(extra)}, which is neither described nor ignored by name."
            )
        if wrong := sorted(name for name in wanted if not isinstance(row[name], str | None)):
            raise Problem(f"{source.name}, row {number}: {', '.join(wrong)} should be text, as in the export.")
        return {name: row[name] for name in wanted}

    return one


def _line(source: Source) -> Any:
    parse = reader.ndjson_line(source)

    def one(row: Any, number: int) -> dict[str, str | None]:
        found = parse(json.dumps(row).encode())
        if found is None:
            raise Problem(f"{source.name}, row {number}: is not an object with the described names.")
        return found

    return one
