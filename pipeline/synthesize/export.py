"""The exports on disk: CSV, gzipped CSV and NDJSON, appended chunk by chunk, with planted lines and their places."""

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

NEWLINE = 10


@dataclass(frozen=True)
class Planted:
    """One line to put behind row `after` (from 0) of a chunk; `kind` says what is wrong with it."""

    after: int
    text: str
    kind: str


class Export:
    """One file being written; `line` is the number of physical lines so far."""

    def __init__(self, path: Path, header: str | None) -> None:
        self.line = 0
        self._file = path.open("wb")
        # Level 1 and a fixed time: the same rows give the same bytes, and compression does not dominate.
        self._out: IO[bytes] = self._file
        if path.suffix == ".gz":
            self._out = gzip.GzipFile(filename="", mode="wb", fileobj=self._file, mtime=0, compresslevel=1)  # type: ignore[assignment]
        if header is not None:
            self.last(header + "\n")

    def add(self, body: "Body", planted: list[Planted]) -> list[tuple[int, str]]:
        """Appends the rows of `body` with the planted lines among them; the line and kind of each planted one."""
        places: list[tuple[int, str]] = []
        start = 0
        for extra, line in enumerate(sorted(planted, key=lambda item: item.after)):
            end = int(body.ends[line.after])
            self._out.write(body.data[start:end])
            self._out.write(line.text.encode("utf-8") + b"\n")
            places.append((self.line + line.after + extra + 2, line.kind))
            start = end
        self._out.write(body.data[start:])
        self.line += len(body.ends) + len(planted)
        return places

    def last(self, text: str) -> int:
        """Appends `text` as it is (one line, finished or not); the number of its line."""
        self._out.write(text.encode("utf-8"))
        self.line += 1
        return self.line

    def close(self) -> None:
        """Finishes the file."""
        self._out.close()
        self._file.close()


class Body:
    """Rows as they stand in a file: their bytes, and where each row ends."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == NEWLINE) + 1

    def row(self, number: int) -> str:
        """Row `number` (from 0), without its newline."""
        start = int(self.ends[number - 1]) if number else 0
        return bytes(self.data[start : int(self.ends[number]) - 1]).decode("utf-8")


def csv(table: pa.Table) -> Body:
    """Rows of `table` as CSV: no quotes (no value needs them), missing values empty, dates as ISO."""
    sink = pa.BufferOutputStream()
    options = pa.csv.WriteOptions(include_header=False, quoting_style="none")
    pa.csv.write_csv(table, sink, options)
    return Body(memoryview(sink.getvalue()))


def ndjson(table: pa.Table, answers: list[str], without: np.ndarray) -> Body:
    """Rows of `table` as one JSON object a line; the columns `answers` stand nested, and not at all where `without`."""

    def fields(names: list[str]) -> list[pa.Array | str]:
        pieces: list[pa.Array | str] = []
        for position, name in enumerate(names):
            column = table.column(name).combine_chunks()
            quote = "" if pa.types.is_integer(column.type) or pa.types.is_boolean(column.type) else '"'
            value = pc.cast(column, pa.string())
            if quote:
                value = pc.binary_join_element_wise(quote, value, quote, "")
            pieces += [f'{"," if position else ""}"{name}":', pc.fill_null(value, "null")]
        return pieces

    plain = [name for name in table.column_names if name not in answers]
    head = pc.binary_join_element_wise("{", *fields(plain), "")
    full = pc.binary_join_element_wise(',"answers":{', *fields(answers), "}}\n", "")
    text = pc.binary_join_element_wise(head, pc.if_else(pa.array(without), "}\n", full), "")
    _, offsets, data = text.buffers()
    end = int(np.frombuffer(offsets, dtype=np.int32)[len(text)])
    return Body(memoryview(data)[:end])
