"""One exported file as chunks of text columns with line numbers; a line that cannot be read is turned away.

A block is parsed at once, lines with a wrong number of fields left out by the parser; where that fails the block is
halved until the bad lines stand alone, so a few bad lines cost little and every other line takes the fast path.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.json as pajson

from pipeline.core.errors import Problem
from pipeline.core.programme import Source
from pipeline.sources.lines import Block, blocks

_ARROW = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
# Lines -> the rows and the positions of lines that are no row; None: look closer, line by line.
Parse = Callable[[list[bytes]], tuple[pa.Table, list[int]] | None]


class Chunk(NamedTuple):
    """Rows of one source as text (missing where the file has nothing), and the lines turned away."""

    frame: pd.DataFrame  # columns of the source in its order, dtype str
    lines: np.ndarray  # line number of each row in the file, int64
    unreadable: list[tuple[int, str]]  # (line, reason code)


def read(path: Path, source: Source, block_bytes: int) -> Iterator[Chunk]:
    """The rows of `path` in order, about `block_bytes` at a time.

    Raises Problem for a file that cannot be read at all or whose columns are not those described.
    """
    parts = blocks(path, block_bytes)
    if source.format == "csv":
        header, parts = _header(path, source, parts)
        parse, one = _csv(header, source), _csv_line(header, source)
    else:
        parse, one = _ndjson(source), ndjson_line(source)
    for block in parts:
        tables: list[pa.Table] = []
        numbers: list[np.ndarray] = []
        unreadable: list[tuple[int, str]] = []
        _bisect(block.lines, block.first, parse, one, tables, numbers, unreadable)
        if block.cut and unreadable and unreadable[-1][0] == block.first + len(block.lines) - 1:
            unreadable[-1] = (unreadable[-1][0], "cut_off")
        empty = pa.table({name: pa.array([], pa.string()) for name in source.columns if name not in source.derive})
        table = pa.concat_tables(tables) if tables else empty
        lines = np.concatenate(numbers) if numbers else np.empty(0, dtype=np.int64)
        yield Chunk(derived(_text(table), source), lines, unreadable)


def _bisect(
    lines: list[bytes], first: int, parse: Parse, one: Callable[[bytes], dict[str, str | None] | None],
    tables: list[pa.Table], numbers: list[np.ndarray], unreadable: list[tuple[int, str]],
) -> None:  # fmt: skip
    parsed = parse(lines)
    if parsed is not None:
        table, left_out = parsed
        tables.append(table)
        numbers.append(np.delete(np.arange(first, first + len(lines), dtype=np.int64), left_out))
        unreadable += [(first + at, "unreadable") for at in left_out]
    elif len(lines) == 1:
        if not lines[0].strip():
            return  # a blank line is no row
        row = one(lines[0])
        if row is None:
            unreadable.append((first, "unreadable"))
        else:
            tables.append(pa.table({name: pa.array([value], pa.string()) for name, value in row.items()}))
            numbers.append(np.array([first], dtype=np.int64))
    else:
        half = len(lines) // 2
        _bisect(lines[:half], first, parse, one, tables, numbers, unreadable)
        _bisect(lines[half:], first + half, parse, one, tables, numbers, unreadable)


def _header(path: Path, source: Source, parts: Iterator[Block]) -> tuple[list[str], Iterator[Block]]:
    block = next(parts)
    try:
        header = next(csv.reader([block.lines[0].decode()], strict=True), [])
    except csv.Error:
        raise Problem(
            f"{path}: line 1 cannot be read as a header; export with one header line and \\n or \\r\\n line ends."
        ) from None
    wanted = [name for name in source.columns if name not in source.derive]
    missing = [name for name in wanted if name not in header]
    extra = [name for name in header if name not in wanted and name not in source.ignore]
    if len(header) == 1 and len(source.columns) > 1 and (";" in header[0] or "\t" in header[0]):
        raise Problem(f"{path}: line 1 holds no comma; export the columns separated by commas.")
    if missing:
        raise Problem(
            f"{path}: line 1 lacks the column {', '.join(missing)}; export it, or describe the file as it is."
        )
    if extra:
        raise Problem(
            f"{path}: line 1 has the column {', '.join(extra)}, which is neither described nor ignored by name."
        )
    if len(set(header)) != len(header):
        raise Problem(f"{path}: line 1 names a column twice.")

    def rest() -> Iterator[Block]:
        yield Block(block.lines[1:], 2, block.cut)
        yield from parts

    return header, rest()


def _csv(header: list[str], source: Source) -> Parse:
    wanted = [name for name in source.columns if name not in source.derive]
    convert = pacsv.ConvertOptions(
        column_types=dict.fromkeys(header, pa.string()), include_columns=wanted, strings_can_be_null=False
    )

    def parse(lines: list[bytes]) -> tuple[pa.Table, list[int]] | None:
        if not lines:
            return _nothing(wanted), []
        if b"" in lines:
            return None
        left_out: list[int] = []

        def wrong(row: pacsv.InvalidRow) -> str:
            left_out.append(row.number - 1)
            return "skip"

        data = b"\n".join(lines) + b"\n"
        if b"\0" in data:
            return None
        reading = pacsv.ReadOptions(column_names=header, block_size=len(data) + 1, use_threads=False)
        parsing = pacsv.ParseOptions(ignore_empty_lines=False, invalid_row_handler=wrong)
        try:
            table = pacsv.read_csv(io.BytesIO(data), reading, parsing, convert)
        except pa.ArrowInvalid:
            return None
        # A quoted line break would make one row of two lines: fewer rows than lines, so look closer.
        whole = table.num_rows + len(left_out) == len(lines) and not (left_out and b'"' in data)
        return (table, left_out) if whole and table.num_rows else None

    return parse


def _csv_line(header: list[str], source: Source) -> Callable[[bytes], dict[str, str | None] | None]:
    wanted = [name for name in source.columns if name not in source.derive]

    def one(line: bytes) -> dict[str, str | None] | None:
        if b"\0" in line:
            return None
        try:
            rows = list(csv.reader([line.decode()], strict=True))
        except csv.Error:
            return None
        if len(rows) != 1 or len(rows[0]) != len(header):
            return None
        row = dict(zip(header, rows[0], strict=True))
        return {name: row[name] for name in wanted}

    return one


def _ndjson(source: Source) -> Parse:
    schema = _schema(source)
    options = pajson.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")

    def parse(lines: list[bytes]) -> tuple[pa.Table, list[int]] | None:
        if not lines:
            return _nothing(list(source.columns)), []
        data = b"\n".join(lines) + b"\n"
        reading = pajson.ReadOptions(block_size=len(data) + 1, use_threads=False)
        try:
            table = pajson.read_json(io.BytesIO(data), reading, options)
        except pa.ArrowInvalid:
            return None
        if table.num_rows != len(lines):
            return None
        while any(pa.types.is_struct(field.type) for field in table.schema):
            table = table.flatten()
        return pa.table(
            {name: pc.cast(table[column.path or name], pa.string()) for name, column in source.columns.items()}
        ), []

    return parse


def _schema(source: Source) -> pa.Schema:
    """The nested record that the columns' paths describe."""
    tree: dict[str, Any] = {}
    for name, column in source.columns.items():
        *folders, leaf = (column.path or name).split(".")
        node = tree
        for folder in folders:
            node = node.setdefault(folder, {})
        node[leaf] = _ARROW.get(column.kind, pa.string())

    def struct(node: dict[str, Any]) -> list[pa.Field]:
        return [
            pa.field(key, pa.struct(struct(value)) if isinstance(value, dict) else value) for key, value in node.items()
        ]

    return pa.schema(struct(tree))


def ndjson_line(source: Source) -> Callable[[bytes], dict[str, str | None] | None]:
    """A reader of one line: its texts by column, or None where it is no row of the source."""
    known = {column.path or name for name, column in source.columns.items()}

    def one(line: bytes) -> dict[str, str | None] | None:
        try:
            flat = _flat(json.loads(line, object_pairs_hook=_once))
            json.dumps(flat, ensure_ascii=False).encode()
        except (ValueError, RecursionError):  # no JSON, half a character, an answer twice, or nested without end
            return None
        if flat is None or not set(flat) <= known:
            return None
        return {name: _words(flat.get(column.path or name)) for name, column in source.columns.items()}

    return one


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs as a record; ValueError where a name stands twice: nobody can say which answer was meant."""
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _flat(record: Any, prefix: str = "") -> dict[str, Any] | None:
    if not isinstance(record, dict):
        return None
    found: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.") or {}
        elif value is not None:
            found[prefix + key] = value
    return found


def _words(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _nothing(names: list[str]) -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in names})


def _text(table: pa.Table) -> pd.DataFrame:
    """Arrow text as pandas `str`; empty text is missing."""
    columns = {
        name: pc.if_else(pc.equal(table[name], ""), pa.scalar(None, pa.string()), table[name])
        for name in table.column_names
    }
    return pa.table(columns).to_pandas(types_mapper={pa.string(): pd.StringDtype(na_value=np.nan)}.get)


def derived(frame: pd.DataFrame, source: Source) -> pd.DataFrame:
    """`frame` (text columns of the file) with the columns made from others, all in the order of the source."""
    for name, rule in source.derive.items():
        text = frame[rule.from_]
        frame[name] = text.str.extract(rule.pattern, expand=False) if rule.pattern else text
    return frame[list(source.columns)]
