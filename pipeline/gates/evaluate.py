"""Asks every gate about every row of a table of facts, column by column, on one day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.core.expressions import Expression, Values, column, constant
from pipeline.core.law import Dated
from pipeline.gates.book import TODAY, TOTALS, Gate, kind_of, on_day
from pipeline.gates.points import Score, score
from pipeline.gates.records import ANSWERS, FAIL, NOT_APPLICABLE, PASS, UNKNOWN, Table
from pipeline.gates.trace import decode, table

# What stands in for a value that is unknown on the day, so that both sides of a comparison stay of one kind.
_PLACEHOLDER: dict[str, Any] = {
    "text": "", "boolean": False, "number": np.nan, "date": np.datetime64("NaT", "D"), "list of text": [],
}  # fmt: skip

BLOCK = 1 << 16  # rows asked at once: the columns of a gate then stay in the processor's cache
_BITS = 31  # marks packed into one number beside a row number below 2^31


@dataclass(frozen=True)
class Verdicts:
    """The answers, each `(gates, rows)`: `answers` int8; `exempted` int8, the place of the exemption or -1; `waits` bool.

    `waits` marks an UNKNOWN that holds the file up; elsewhere nobody has recorded a finding, and the file goes on.
    """

    gates: Sequence[Gate]
    answers: np.ndarray
    exempted: np.ndarray
    waits: np.ndarray
    score: Score | None
    facts: pd.DataFrame
    today: date

    @property
    def overall(self) -> np.ndarray:
        """FAIL where any gate fails, else UNKNOWN where any waits, else PASS; int8 `(rows,)`."""
        out = np.full(len(self.facts), PASS, dtype=np.int8)
        out[self.waits.any(axis=0)] = UNKNOWN
        out[(self.answers == FAIL).any(axis=0)] = FAIL
        return out

    def table(self, case_id: pd.Series) -> pd.DataFrame:
        """One row a case: case_id, one column a gate, `waiting` (codes of the gates that hold the file up, separated by
        spaces), points (NaN where not known exactly) and verdict."""
        columns: dict[str, Any] = {"case_id": pa.array(case_id)}
        for gate, answer in zip(self.gates, self.answers, strict=True):
            columns[gate.code] = decode(answer, ANSWERS).cast(pa.string())
        columns["waiting"] = _listed(self.waits, [gate.code for gate in self.gates])
        columns["points"] = np.full(len(case_id), np.nan) if self.score is None else self.score.total
        columns["verdict"] = decode(self.overall, ANSWERS).cast(pa.string())
        return pa.table(columns).to_pandas()

    def trace(self, case_id: pd.Series) -> pa.Table:
        """One row a case with its facts and every gate's answer (`pipeline.gates.trace`)."""
        return table(self.gates, self.answers, self.exempted, score=self.score, facts=self.facts, case_id=case_id)

    def counts(self) -> dict[str, dict[str, int]]:
        """Gate -> answer -> number of files."""
        return {
            gate.code: dict(zip(ANSWERS, np.bincount(answer, minlength=len(ANSWERS)).tolist(), strict=True))
            for gate, answer in zip(self.gates, self.answers, strict=True)
        }


def _listed(marks: np.ndarray, codes: Sequence[str]) -> pa.Array:
    """For each row the `codes` that `marks` `(codes, rows)` marks, sorted; equal rows share one text."""
    order = sorted(range(len(codes)), key=codes.__getitem__)
    marks, codes = marks[order], [codes[place] for place in order]
    key = np.zeros(marks.shape[1], dtype=np.int64)
    for start in range(0, len(marks), _BITS):
        bits = sum(
            (mark.astype(np.int64) << place for place, mark in enumerate(marks[start : start + _BITS])), key << _BITS
        )
        key = pd.factorize(bits)[0]
    first = pd.Series(key).drop_duplicates().index  # factorize numbers rows by their first appearance
    texts = [" ".join(code for code, marked in zip(codes, marks[:, row], strict=True) if marked) for row in first]
    return pa.array(texts, pa.string()).take(pa.array(key))


def evaluate(
    gates: Sequence[Gate], points: Table | None, facts: pd.DataFrame, today: date, hidden: pd.DataFrame | None = None
) -> Verdicts:
    """The answers of `gates` for every row of `facts` on the day `today`.

    `facts` has one column a fact that the gates and the points table name. A missing fact is unknown, never a default.
    """
    rows = len(facts)
    columns = {str(name): column(facts[name]) for name in facts.columns}
    veiled = _veiled(hidden)
    columns |= {name: replace(columns[name], hidden=marks) for name, marks in veiled.items() if name in columns}
    columns[TODAY] = constant(today)
    result = score(points, columns, rows, today) if points is not None else None
    if result is not None:
        every = np.ones(rows, dtype=bool)
        columns |= {
            name: Values(total, every)
            for name, total in zip(TOTALS, (result.total_least, result.total_most), strict=True)
        }
    answers = np.empty((len(gates), rows), dtype=np.int8)
    exempted = np.full((len(gates), rows), -1, dtype=np.int8)
    waits = np.zeros((len(gates), rows), dtype=bool)
    for place, gate in enumerate(gates):
        for marks in (veiled[name] for name in gate.facts if name in veiled):
            waits[place] |= marks
    values = [{name: _on_day(items, today) for name, items in gate.values.items()} for gate in gates]
    for start in range(0, rows, BLOCK):
        block = slice(start, start + BLOCK)
        some = {name: _part(column, block) for name, column in columns.items()}
        for place, gate in enumerate(gates):
            scope = {**some, **values[place]}
            _answer(gate, scope, today, answers[place, block], exempted[place, block], waits[place, block])
    return Verdicts(gates, answers, exempted, waits, result, facts, today)


def _veiled(hidden: pd.DataFrame | None) -> dict[str, np.ndarray]:
    """The facts with a hidden row, and which rows those are."""
    if hidden is None:
        return {}
    marks = {str(name): hidden[name].to_numpy(dtype=bool) for name in hidden.columns}
    return {name: rows for name, rows in marks.items() if rows.any()}


def _part(values: Values, block: slice) -> Values:
    if not np.ndim(values.known):
        return values
    veil = None if values.hidden is None else values.hidden[block]
    return Values(values.data[block], values.known[block], values.words, veil)


def _answer(
    gate: Gate, scope: Mapping[str, Values], today: date, answer: np.ndarray, exempted: np.ndarray, waits: np.ndarray
) -> None:
    """Fills one gate's rows; `waits` comes with the rows on which a row set aside bears on its facts. Adding an exemption can take a FAIL or a PASS away, never make one."""
    rule = gate.rule
    if not rule.effective.covers(today):
        answer[:] = NOT_APPLICABLE
        waits[:] = False
        return
    met = _ask(rule.pass_when, scope)
    holds, broken = met.true, met.false
    vague = None
    if rule.unknown_when is not None:
        vague = _ask(rule.unknown_when, scope)
        holds, broken = holds & vague.false, broken & vague.false
    out: np.ndarray | np.bool_ = np.bool_(False)  # rows the gate is not asked about
    if rule.applies_when is not None:
        applies = _ask(rule.applies_when, scope)
        broken, out = broken & applies.true, applies.false
    for place, exemption in enumerate(rule.exempt.values()):
        found = _ask(exemption.when, scope)
        np.copyto(exempted, np.int8(place), where=found.true & ~out)
        out = out | found.true
        broken = broken & found.false
    # PASS 0, FAIL 1, UNKNOWN 2, NOT_APPLICABLE 3, two bits of a number: whole columns without a branch.
    open_ = ~(holds | broken) | out
    np.add(_bits(broken | out), _bits(open_) << 1, out=answer)
    if rule.consequence.unknown == "wait":
        waits[:] = answer == UNKNOWN
    else:  # a finding that nobody recorded is noted; what stands against the file, or may, is not passed over
        waits |= met.false if vague is None else met.false | vague.true
        waits &= answer == UNKNOWN


def _bits(marks: np.ndarray) -> np.ndarray:
    return np.asarray(marks).view(np.int8)


def _ask(condition: Expression, scope: Mapping[str, Values]) -> Values:
    """The condition on every row; a list of the law that is unknown on the day leaves it unknown."""
    for name in condition.names:
        if isinstance(scope[name].data, list) and not scope[name].known:
            return Values(np.bool_(False), np.bool_(False))
    return condition.evaluate(scope)


def _on_day(items: Sequence[Dated], today: date) -> Values:
    value = on_day(items, today)
    if value is not None:
        return constant(value)
    return Values(_PLACEHOLDER[kind_of(items)], np.bool_(False))
