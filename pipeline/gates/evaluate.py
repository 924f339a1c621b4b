"""Asks every gate about every row of a table of facts, column by column, on one day."""

from collections.abc import Iterator, Mapping, Sequence
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
from pipeline.gates.trace import build, decode

# What stands in for a value that is unknown on the day, so that both sides of a comparison stay of one kind.
_PLACEHOLDER: dict[str, Any] = {
    "text": "", "boolean": False, "number": np.nan, "date": np.datetime64("NaT", "D"), "list of text": [],
}  # fmt: skip


@dataclass(frozen=True)
class Verdicts:
    """The answers: `answers` and `exempted` are int8 `(gates, rows)`; the latter is the place of the exemption or -1."""

    gates: Sequence[Gate]
    answers: np.ndarray
    exempted: np.ndarray
    score: Score | None
    facts: pd.DataFrame
    today: date

    @property
    def overall(self) -> np.ndarray:
        """FAIL where any gate fails, else UNKNOWN where any is unknown, else PASS; int8 `(rows,)`."""
        out = np.full(len(self.facts), PASS, dtype=np.int8)
        out[(self.answers == UNKNOWN).any(axis=0)] = UNKNOWN
        out[(self.answers == FAIL).any(axis=0)] = FAIL
        return out

    def table(self, case_id: pd.Series) -> pd.DataFrame:
        """case_id, one column a gate, points (NaN where not known exactly) and verdict; one row a case."""
        columns: dict[str, Any] = {"case_id": pa.array(case_id)}
        for gate, answer in zip(self.gates, self.answers, strict=True):
            columns[gate.code] = decode(answer, ANSWERS)
        columns["points"] = np.full(len(case_id), np.nan) if self.score is None else self.score.total
        columns["verdict"] = decode(self.overall, ANSWERS)
        return pa.table(columns).to_pandas()

    def trace(self, case_id: pd.Series) -> Iterator[pa.Table]:
        """One row a case and gate, also for gates that did not apply: one table a gate (`pipeline.gates.trace.SCHEMA`)."""
        return build(
            self.gates,
            self.answers,
            self.exempted,
            score=self.score,
            facts=self.facts,
            today=self.today,
            case_id=case_id,
        )

    def counts(self) -> dict[str, dict[str, int]]:
        """Gate -> answer -> number of files."""
        return {
            gate.code: dict(zip(ANSWERS, np.bincount(answer, minlength=len(ANSWERS)).tolist(), strict=True))
            for gate, answer in zip(self.gates, self.answers, strict=True)
        }


def evaluate(gates: Sequence[Gate], points: Table | None, facts: pd.DataFrame, today: date) -> Verdicts:
    """The answers of `gates` for every row of `facts` on the day `today`.

    `facts` has one column a fact that the gates and the points table name. A missing fact is unknown, never a default.
    """
    rows = len(facts)
    columns = {str(name): _column(facts[name]) for name in facts.columns}
    columns[TODAY] = constant(today)
    result = score(points, columns, rows, today) if points is not None else None
    if result is not None and points is not None:
        known = np.full(rows, points.effective.covers(today))
        columns |= dict(zip(TOTALS, (Values(result.total_least, known), Values(result.total_most, known)), strict=True))
    answers = np.empty((len(gates), rows), dtype=np.int8)
    exempted = np.full((len(gates), rows), -1, dtype=np.int8)
    for place, gate in enumerate(gates):
        _answer(gate, columns, today, answers[place], exempted[place])
    return Verdicts(gates, answers, exempted, result, facts, today)


def _answer(gate: Gate, columns: Mapping[str, Values], today: date, answer: np.ndarray, exempted: np.ndarray) -> None:
    """Fills `answer` (and `exempted`) for one gate. Adding an exemption can take a FAIL or a PASS away, never make one."""
    rule = gate.rule
    if not rule.effective.covers(today):
        answer[:] = NOT_APPLICABLE
        return
    scope = {**columns, **{name: _on_day(items, today) for name, items in gate.values.items()}}
    met = _ask(rule.pass_when, scope)
    holds, broken = met.true, met.false
    if rule.unknown_when is not None:
        settled = _ask(rule.unknown_when, scope).false
        holds, broken = holds & settled, broken & settled
    if rule.applies_when is not None:
        applies = _ask(rule.applies_when, scope)
        broken = broken & applies.true
    excused = np.zeros(len(answer), dtype=bool)
    for place, exemption in enumerate(rule.exempt.values()):
        found = _ask(exemption.when, scope)
        exempted[found.true & ~excused] = place
        excused |= found.true
        broken = broken & found.false
    answer[:] = UNKNOWN
    answer[broken] = FAIL
    answer[holds] = PASS
    answer[excused] = NOT_APPLICABLE
    if rule.applies_when is not None:
        answer[applies.false] = NOT_APPLICABLE
        exempted[applies.false] = -1


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


def _column(series: pd.Series) -> Values:
    """As `column`, but texts share one object a distinct text, which makes reading and comparing them much faster."""
    if pd.api.types.is_string_dtype(series.dtype):
        texts_ = pa.array(series)
        coded = (texts_.combine_chunks() if isinstance(texts_, pa.ChunkedArray) else texts_).dictionary_encode()
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        texts = np.array([*coded.dictionary.to_pylist(), ""], dtype=object)
        return Values(texts[codes], codes >= 0)
    return column(series)
