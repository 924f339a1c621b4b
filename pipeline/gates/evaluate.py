"""Asks every gate about every row of a table of facts, column by column, on one day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.core.expressions import Expression, Values, column, constant
from pipeline.gates.book import TODAY, TOTALS, Gate, kind_of, on_day
from pipeline.gates.points import Score, score
from pipeline.gates.records import ANSWERS, FAIL, NOT_APPLICABLE, PASS, UNKNOWN, Dated, Table
from pipeline.gates.trace import decode, table

# What stands in for a value that is unknown on the day, so that both sides of a comparison stay of one kind.
_PLACEHOLDER: dict[str, Any] = {
    "text": "", "boolean": False, "number": np.nan, "date": np.datetime64("NaT", "D"), "list of text": [],
}  # fmt: skip

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
        bits = sum((mark.astype(np.int64) << place for place, mark in enumerate(marks[start : start + _BITS])), key << _BITS)
        key = pd.factorize(bits)[0]
    first = pd.Series(key).drop_duplicates().index  # factorize numbers rows by their first appearance
    texts = [" ".join(code for code, marked in zip(codes, marks[:, row], strict=True) if marked) for row in first]
    return pa.array(texts, pa.string()).take(pa.array(key))


def evaluate(gates: Sequence[Gate], points: Table | None, facts: pd.DataFrame, today: date) -> Verdicts:
    """The answers of `gates` for every row of `facts` on the day `today`.

    `facts` has one column a fact that the gates and the points table name. A missing fact is unknown, never a default.
    """
    rows = len(facts)
    columns = {str(name): column(facts[name]) for name in facts.columns}
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
        _answer(gate, columns, today, answers[place], exempted[place], waits[place])
    return Verdicts(gates, answers, exempted, waits, result, facts, today)


def _answer(
    gate: Gate, columns: Mapping[str, Values], today: date, answer: np.ndarray, exempted: np.ndarray, waits: np.ndarray
) -> None:
    """Fills one gate's rows. Adding an exemption can take a FAIL or a PASS away, never make one."""
    rule = gate.rule
    if not rule.effective.covers(today):
        answer[:] = NOT_APPLICABLE
        return
    scope = {**columns, **{name: _on_day(items, today) for name, items in gate.values.items()}}
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
        exempted[found.true & ~out] = place
        out = out | found.true
        broken = broken & found.false
    answer.fill(UNKNOWN)
    for code, rows in ((FAIL, broken), (PASS, holds), (NOT_APPLICABLE, out)):
        np.copyto(answer, np.int8(code), where=rows)
    waits[:] = answer == UNKNOWN
    if rule.consequence.unknown == "note":
        waits &= False if vague is None else vague.true


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
