"""The gates beside `zen-engine` (a rule engine in Rust): the same rules, the same rows, one run, CPU seconds."""

import ast
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core import clock
from pipeline.core import programme as programmes
from pipeline.core.errors import Problem
from pipeline.core.expressions import Expression, Values, column, constant
from pipeline.core.programme import Programme
from pipeline.gates import rulebook
from pipeline.gates.book import TODAY, Gate, Rulebook, on_day
from pipeline.gates.evaluate import evaluate
from pipeline.gates.records import ANSWERS

ROWS, ZEN_ROWS = 1_000_000, 3_000
DAY = date(2026, 6, 30)
SEED = 20260213


def section(rows: int = ROWS, zen_rows: int = ZEN_ROWS) -> str:
    """A Markdown section with both speeds and their ratio; raises Problem where the two answer differently.

    Every fact is known here, because zen's comparisons stop at a missing value. Complete years and added years are
    computed for zen beforehand, which favours it; gates on the points total are left out on both sides.
    """
    programme = programmes.load("kz_2026")
    book = rulebook.load(programme)
    gates = [gate for gate in book.gates if not gate.scored]
    facts = draw(programme, book, rows)
    ours = min(_ours(gates, facts) for _ in range(3))
    zens = _zen(gates, facts.iloc[:zen_rows].reset_index(drop=True))
    a_row, zen_row = ours / rows, zens / zen_rows
    return "\n".join([
        "## Gates beside zen-engine",
        "",
        f"{len(gates)} gates of `kz_2026`, {len(facts.columns)} facts, complete made-up rows, one run, CPU seconds (one thread",
        "each). `zen-engine` from PyPI evaluates the same rules as one expression node, row by row; its answers are compared",
        "with ours row by row and are the same.",
        "",
        "| | rows | CPU s | rows/s of CPU |",
        "|---|---:|---:|---:|",
        f"| Qonys, whole columns | {rows:,} | {ours:.2f} | {1 / a_row:,.0f} |",
        f"| zen-engine, row by row | {zen_rows:,} | {zens:.2f} | {1 / zen_row:,.0f} |",
        "",
        f"Ratio: {zen_row / a_row:,.0f}. Per 20 rules and a million files: {ours / len(gates) * 20 / rows * 1e6:.2f} s of CPU.",
        "",
    ])  # fmt: skip


def draw(programme: Programme, book: Rulebook, rows: int) -> pd.DataFrame:
    """Made-up facts, every one known, spread over the codes and the days; of the dtypes that the stage reads."""
    rng = np.random.default_rng(SEED)
    made: dict[str, Any] = {}
    for name in book.facts:
        take = programme.facts[name]
        described = programme.tables[take.source].columns[take.column]
        kind = book.kinds[name]
        if kind == "text":
            codes = [*described.codes] or ["UZB", "CHN", "RUS", "XXA"]
            made[name] = pd.Categorical.from_codes(rng.integers(0, len(codes), rows), categories=pd.Index(codes))
        elif kind == "boolean":
            made[name] = pd.array(rng.random(rows) < 0.3, dtype="boolean")
        elif kind == "date":
            days = np.datetime64("2008-01-01") + rng.integers(0, 8000, rows).astype("timedelta64[D]")
            made[name] = days.astype("datetime64[s]")
        else:
            made[name] = rng.integers(0, 41, rows).astype("float64")
    return pd.DataFrame(made)


def _ours(gates: list[Gate], facts: pd.DataFrame) -> float:
    started = clock.cpu_seconds()
    evaluate(gates, None, facts, DAY)
    return clock.cpu_seconds() - started


def _zen(gates: list[Gate], facts: pd.DataFrame) -> float:
    try:
        import zen
    except ImportError:
        raise Problem("zen-engine is not installed; it belongs to the group `dev` (`make setup`).") from None
    rules = _Translator(facts)
    texts = {gate.code: rules.gate(gate) for gate in gates}
    expressions = [{"id": code, "key": code, "value": text} for code, text in texts.items()]
    place = {"x": 0, "y": 0}
    decision = zen.ZenEngine().create_decision(json.dumps({
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": place},
            {"id": "rules", "type": "expressionNode", "name": "rules", "position": place, "content": {"expressions": expressions}},
            {"id": "out", "type": "outputNode", "name": "out", "position": place},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "rules"},
            {"id": "b", "type": "edge", "sourceId": "rules", "targetId": "out"},
        ],
    }))  # fmt: skip
    rows = rules.rows()
    decision.evaluate(rows[0])
    started = clock.cpu_seconds()
    found = [decision.evaluate(row)["result"] for row in rows]
    spent = clock.cpu_seconds() - started
    answers = evaluate(gates, None, facts, DAY).answers
    for place_, gate in enumerate(gates):
        theirs = [result[gate.code] for result in found]
        differ = [row for row, answer in enumerate(answers[place_]) if ANSWERS[answer] != theirs[row]]
        if differ:
            raise Problem(f"{gate.code}: zen answers {len(differ)} of {len(rows)} rows differently: {texts[gate.code]}")
    return spent


class _Translator:
    """Our conditions in zen's language; days are numbers, and a few functions become columns of their own."""

    def __init__(self, facts: pd.DataFrame) -> None:
        self.columns = {str(name): column(facts[name]) for name in facts.columns} | {TODAY: constant(DAY)}
        self.made = {str(name): _plain(facts[name]) for name in facts.columns}
        self.size = len(facts)
        self.constants: Mapping[str, Any] = {}

    def rows(self) -> list[dict[str, Any]]:
        return [dict(zip(self.made, values, strict=True)) for values in zip(*self.made.values(), strict=True)]

    def gate(self, gate: Gate) -> str:
        rule = gate.rule
        self.constants = {name: on_day(items, DAY) for name, items in gate.values.items()}
        if not rule.effective.covers(DAY):
            return "'NOT_APPLICABLE'"
        text = f"({self.of(rule.pass_when)}) ? 'PASS' : 'FAIL'"
        if rule.unknown_when is not None:
            text = f"({self.of(rule.unknown_when)}) ? 'UNKNOWN' : ({text})"
        for exemption in rule.exempt.values():
            text = f"({self.of(exemption.when)}) ? 'NOT_APPLICABLE' : ({text})"
        if rule.applies_when is not None:
            text = f"({self.of(rule.applies_when)}) ? ({text}) : 'NOT_APPLICABLE'"
        return text

    def of(self, condition: Expression) -> str:
        return self._node(ast.parse(condition.text, mode="eval").body)

    def _node(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=bool() as value):
                return str(value).lower()
            case ast.Constant(value=str() as value):
                return f"'{value}'"
            case ast.Constant(value=value):
                return repr(value)
            case ast.Name(id="true" | "false" as word):
                return word
            case ast.Name(id=name) if name == TODAY:
                return str(_number(DAY))
            case ast.Name(id=name) if name in self.constants:
                return self._constant(self.constants[name])
            case ast.Name(id=name):
                return name
            case ast.List(elts=parts):
                return "[" + ", ".join(self._node(part) for part in parts) + "]"
            case ast.BoolOp(op=op, values=parts):
                return "(" + (" and " if isinstance(op, ast.And) else " or ").join(map(self._node, parts)) + ")"
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return f"not ({self._node(part)})"
            case ast.UnaryOp(operand=part):
                return f"(-{self._node(part)})"
            case ast.BinOp(left=left, op=op, right=right):
                return f"({self._node(left)} {_SIGNS[type(op)]} {self._node(right)})"
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return f"({self._node(left)} {_SIGNS[type(op)]} {self._node(right)})"
            case ast.Call(func=ast.Name(id="date"), args=[ast.Constant(value=str(text))]):
                return str(_number(date.fromisoformat(text)))
            case ast.Call(func=ast.Name(id="days"), args=[start, end]):
                return f"({self._node(end)} - {self._node(start)})"
            case ast.Call(func=ast.Name(id="known"), args=[part]):
                return f"({self._node(part)} != null)"
            case ast.Call():
                return self._beforehand(node)
        raise AssertionError("the language of conditions has no other parts")

    def _beforehand(self, node: ast.expr) -> str:
        """A function that zen does not have, as a column computed for it."""
        text = ast.unparse(node)
        scope = self.columns | {name: constant(value) for name, value in self.constants.items()}
        found: Values = Expression(text).evaluate(scope)
        name = f"made_{len(self.made)}"
        self.made[name] = _plain(pd.Series(np.broadcast_to(found.data, self.size)))
        return name

    def _constant(self, value: Any) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(f"'{item}'" for item in value) + "]"
        if isinstance(value, date):
            return str(_number(value))
        return f"'{value}'" if isinstance(value, str) else str(value).lower()


_SIGNS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=",
    ast.Gt: ">", ast.GtE: ">=", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


def _number(day: date) -> int:
    return int(np.datetime64(day, "D").astype(int))


def _plain(values: pd.Series) -> list[Any]:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.to_numpy().astype("datetime64[D]").astype(int).tolist()
    return values.tolist()
