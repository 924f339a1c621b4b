"""The trace: for every file the facts looked at and every gate's answer, and beside it, once, the law that was asked.

A part of the trace has one row a file, with its facts as they were (typed, missing is null), the points by criterion and
each gate's answer and exemption; `law.json` in the same folder says which facts each gate reads, the values of the day
and the version of the rule. Together they hold everything that is needed to ask again; `record` joins them for one file.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.gates.book import TODAY, TOTALS, Gate, Rulebook, on_day
from pipeline.gates.points import Score
from pipeline.gates.records import ANSWERS

LAW = "law.json"
FACT, POINTS, GATE, EXEMPTION = "fact.", "points.", "gate.", "exemption."


def decode(codes: np.ndarray, words: Sequence[str]) -> pa.Array:
    """`words[codes]` as an Arrow dictionary column."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(words, pa.string()))


def table(
    gates: Sequence[Gate], answers: np.ndarray, exempted: np.ndarray, *,
    score: Score | None, facts: pd.DataFrame, case_id: pd.Series,
) -> pa.Table:  # fmt: skip
    """One row a file in the order given: case_id, `fact.*`, `points.*` (least and most), `gate.*`, `exemption.*`."""
    columns: dict[str, Any] = {"case_id": pa.array(case_id).cast(pa.string())}
    columns |= {FACT + str(name): _fact(facts[name]) for name in facts.columns}
    if score is not None:
        for name in score.least:
            columns[f"{POINTS}{name}.least"] = pa.array(score.least[name])
            columns[f"{POINTS}{name}.most"] = pa.array(score.most[name])
        for name, total in zip(TOTALS, (score.total_least, score.total_most), strict=True):
            columns[name] = pa.array(total)
    for place, gate in enumerate(gates):
        columns[GATE + gate.code] = decode(answers[place], ANSWERS)
        if gate.rule.exempt:
            exemptions = [*gate.rule.exempt, ""]  # the last one, reached by -1, is none
            columns[EXEMPTION + gate.code] = decode(exempted[place] % len(exemptions), exemptions)
    return pa.table(columns)


def _fact(column: pd.Series) -> pa.Array:
    found = pa.array(column)
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    if pa.types.is_timestamp(found.type):
        return found.cast(pa.date32())
    if pa.types.is_large_string(found.type):
        return found.cast(pa.string())
    return found


def law(book: Rulebook, today: date) -> dict[str, Any]:
    """What `law.json` holds: the day, and for each gate its version, article, facts and the values of the day."""
    return {
        "today": today.isoformat(),
        "facts": list(book.facts),
        "points": None if book.points is None else {"criteria": list(book.points.criteria)},
        "gates": {
            gate.code: {
                "version": gate.version,
                "act": dict(gate.rule.law.act),
                "article": gate.rule.law.article,
                "in_force": gate.rule.effective.covers(today),
                "facts": list(gate.facts),
                "values": values(gate, today),
                "points": gate.scored,
            }
            for gate in book.gates
        },
    }


def values(gate: Gate, today: date) -> dict[str, Any]:
    """The dated values of the day as JSON can hold them, and the day itself where a condition asks for it."""
    found: dict[str, Any] = {name: plain(on_day(items, today)) for name, items in sorted(gate.values.items())}
    if any(TODAY in condition.names for condition in gate.rule.conditions.values()):
        found[TODAY] = today.isoformat()
    return found


def plain(value: Any) -> Any:
    """A value as JSON can hold it: days as text, whole numbers without a fraction, missing or endless as null."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, datetime | date | np.datetime64):
        return pd.Timestamp(value).date().isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        if not np.isfinite(value):
            return None
        return int(value) if value.is_integer() else value
    return value


def record(row: Mapping[str, Any], said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The trace of one file, gate by gate: `row` of a part joined with `said`, the document of `law.json`.

    One dict a gate: gate, verdict, exemption, facts, values, version, act, article; and points where it asks for them.
    """
    found = []
    for code, gate in said["gates"].items():
        entry = {
            "gate": code,
            "verdict": row[GATE + code],
            "exemption": row.get(EXEMPTION + code, ""),
            "facts": {name: plain(row[FACT + name]) for name in gate["facts"]},
            **{name: gate[name] for name in ("values", "version", "act", "article", "in_force")},
        }
        if gate["points"]:
            entry["points"] = {
                name: [plain(row[f"{POINTS}{name}.{end}"]) for end in ("least", "most")]
                for name in said["points"]["criteria"]
            } | {name: plain(row[name]) for name in TOTALS}
        found.append(entry)
    return found
