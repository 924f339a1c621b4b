"""The trace: for every case and gate the facts used, the values compared and the version, as JSON built by columns."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.gates.book import TODAY, TOTALS, Gate, on_day
from pipeline.gates.points import Score
from pipeline.gates.records import ANSWERS

TEXT = pa.large_string()
SCHEMA = pa.schema([(name, TEXT) for name in ("case_id", "gate", "verdict", "exemption", "facts", "values", "version")])


def decode(codes: np.ndarray, words: Sequence[str]) -> pa.Array:
    """`words[codes]` as an Arrow text column."""
    return pa.array(words, TEXT).take(pa.array(codes))


def build(
    gates: Sequence[Gate], answers: np.ndarray, exempted: np.ndarray, *,
    score: Score | None, facts: pd.DataFrame, today: date, case_id: pd.Series,
) -> Iterator[pa.Table]:  # fmt: skip
    """One table of SCHEMA a gate, with one row a case in the order given, so memory stays at one gate."""
    rows = len(facts)
    ids = pa.array(case_id).cast(TEXT)
    written: dict[str, pa.Array] = {}
    points = _points(score) if score is not None and any(gate.scored for gate in gates) else []
    for place, gate in enumerate(gates):
        for name in gate.facts:
            if name not in written:
                written[name] = _json(pa.array(facts[name]))
        fields = [(name, written[name]) for name in gate.facts] + (points if gate.scored else [])
        exemptions = [*gate.rule.exempt, ""]  # the last one, reached by -1, is none
        yield pa.table(
            {
                "case_id": ids,
                "gate": _same(gate.code, rows),
                "verdict": decode(answers[place], ANSWERS),
                "exemption": decode(exempted[place] % len(exemptions), exemptions),
                "facts": _object(fields, rows),
                "values": _same(_values(gate, today), rows),
                "version": _same(gate.version, rows),
            },
            schema=SCHEMA,
        )


def _same(text: str, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, TEXT), rows)


def _values(gate: Gate, today: date) -> str:
    """The dated values of the day, and the day itself where a condition asks for it; an unknown value is null."""
    found: dict[str, Any] = {name: on_day(items, today) for name, items in sorted(gate.values.items())}
    if any(TODAY in condition.names for condition in gate.rule.conditions.values()):
        found[TODAY] = today
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)


def _json(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Each value as JSON text; missing stays missing."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    kind = column.type
    if pa.types.is_timestamp(kind):
        return _quoted(column.cast(pa.date32()).cast(TEXT))
    if pa.types.is_boolean(kind):
        return column.cast(TEXT)
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_finite(column), column, None)
        whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 2.0**53))
        return column.cast(pa.int64()).cast(TEXT) if pc.all(whole).as_py() is not False else column.cast(TEXT)
    if pa.types.is_integer(kind):
        return column.cast(TEXT)
    coded = column.dictionary_encode()
    words = [json.dumps(text, ensure_ascii=False) for text in coded.dictionary.to_pylist()]
    return pa.array(words, TEXT).take(coded.indices)


def _quoted(text: pa.Array) -> pa.Array:
    quote = pa.scalar('"', TEXT)
    return pc.binary_join_element_wise(quote, text, quote, pa.scalar("", TEXT))


def _object(fields: Sequence[tuple[str, pa.Array]], rows: int) -> pa.Array:
    """One JSON object a row; a missing value is null."""
    if not fields:
        return _same("{}", rows)
    pieces: list[Any] = []
    for place, (name, column) in enumerate(fields):
        pieces += [pa.scalar(("{" if place == 0 else ",") + json.dumps(name) + ":", TEXT), column]
    return pc.binary_join_element_wise(
        *pieces, pa.scalar("}", TEXT), pa.scalar("", TEXT), null_handling="replace", null_replacement="null"
    )


def _points(score: Score) -> list[tuple[str, pa.Array]]:
    """The breakdown: points per criterion (a pair of least and most where a fact is missing), then the totals."""
    fields = [(name, _interval(score.least[name], score.most[name])) for name in score.least]
    rows = len(score.total_least)
    totals = zip(TOTALS, (score.total_least, score.total_most), strict=True)
    return [("points", _object(fields, rows)), *((name, _whole(values)) for name, values in totals)]


def _whole(values: np.ndarray) -> pa.Array:
    return pa.array(values.astype(np.int64)).cast(TEXT)


def _interval(least: np.ndarray, most: np.ndarray) -> pa.Array:
    low = _whole(least)
    if (least == most).all():
        return low
    pair = pc.binary_join_element_wise(
        pa.scalar("[", TEXT), low, pa.scalar(",", TEXT), _whole(most), pa.scalar("]", TEXT), pa.scalar("", TEXT)
    )
    return pc.if_else(pa.array(least == most), low, pair)
