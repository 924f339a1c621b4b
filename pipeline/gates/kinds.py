"""What kind of value each part of a condition has, found without data: a date is never compared with a number."""

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from features.columns import Column
from pipeline.core.expressions import Expression
from pipeline.core.programme import Programme, Take

_COLUMN = {"id": "text", "text": "text", "code": "text", "integer": "number", "number": "number"}
EXACT = 2**53  # a float64 holds every whole number below it
_WORDS = ("true", "false", "date")  # names of the language
_DTYPE = {"text": "str", "number": "float64", "date": "datetime64[s]", "boolean": "boolean"}


class Mismatch(ValueError):
    """Two parts of a condition do not fit; the text is the middle of a sentence."""


def of_fact(programme: Programme, take: Take) -> str:
    """`text`, `number`, `date` or `boolean`."""
    if take.take in ("count", "sum"):
        return "number"
    return of_column(programme.tables[take.source].columns[take.column])


def of_column(column: Column) -> str:
    """The kind of a column's values."""
    return _COLUMN.get(column.kind, column.kind)


def of_value(value: Any) -> str:
    """The kind of a value read from YAML; a list is of the kind of its entries, with `list of ` in front."""
    if isinstance(value, list):
        return "list of text"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, date):
        return "date"
    return "number" if isinstance(value, int | float) else "text"


def dtype(kind: str) -> Any:
    """The dtype that a column of facts of this kind has."""
    return _DTYPE[kind]


def check(
    expression: Expression,
    kinds: Mapping[str, str],
    codes: Mapping[str, Sequence[str]],
    lists: Mapping[str, Sequence[str]],
) -> str:
    """The kind of the whole expression.

    `kinds` gives the kind of every name, `codes` the codes that a fact can have, `lists` the entries of dated lists.
    Raises Mismatch where kinds differ or a text is none of the codes of the fact it is compared with.
    """
    tree = ast.parse(expression.text, mode="eval").body
    return _Walk(kinds, codes, lists).kind(tree)


def divisors(expression: Expression) -> list[Expression]:
    """Everything that the expression divides by."""
    tree = ast.parse(expression.text, mode="eval").body
    return [
        Expression(ast.unparse(node.right), expression.where)
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
    ]


class _Walk:
    def __init__(
        self, kinds: Mapping[str, str], codes: Mapping[str, Sequence[str]], lists: Mapping[str, Sequence[str]]
    ) -> None:
        self.kinds, self.codes, self.lists = kinds, codes, lists

    def kind(self, node: ast.AST) -> str:
        match node:
            case ast.Constant(value=value):
                if isinstance(value, int | float) and not (math.isfinite(value) and abs(value) < EXACT):
                    raise Mismatch(f"`{ast.unparse(node)}` is too large a number to be compared exactly")
                return of_value(value)
            case ast.Name(id="true" | "false"):
                return "boolean"
            case ast.Name(id=name):
                return self.kinds[name]
            case ast.BoolOp(values=parts):
                for part in parts:
                    self._want(part, "boolean")
                return "boolean"
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return self._want(part, "boolean")
            case ast.UnaryOp(operand=part):
                return self._want(part, "number")
            case ast.BinOp(left=left, right=right):
                self._want(left, "number")
                return self._want(right, "number")
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(left, op, right)
            case ast.Call(func=ast.Name(id="date")):
                return "date"
            case ast.Call(func=ast.Name(id=name), args=args):
                return _CALLS[name](self, args)
        raise AssertionError("the language of conditions has no other parts")

    def _want(self, node: ast.AST, kind: str) -> str:
        found = self.kind(node)
        if found != kind:
            raise Mismatch(f"`{ast.unparse(node)}` is a {found}, here a {kind} is needed")
        return kind

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> str:
        if isinstance(op, ast.In | ast.NotIn):
            if isinstance(right, ast.List):
                for part in right.elts:
                    if any(isinstance(inner, ast.Name) and inner.id not in _WORDS for inner in ast.walk(part)):
                        raise Mismatch(f"`{ast.unparse(part)}` in a list is no text, number or date")
                    self._same(left, part)
            elif not self.kind(right).startswith("list of "):
                raise Mismatch(f"`{ast.unparse(right)}` is no list")
            else:
                self._want(left, "text")
                self._coded(left, self.lists.get(ast.unparse(right), []))
            return "boolean"
        kind = self._same(left, right)
        if kind in ("text", "boolean") and not isinstance(op, ast.Eq | ast.NotEq):
            raise Mismatch(f"`{ast.unparse(left)}` is a {kind}, which has no order; compare it with == or !=")
        return "boolean"

    def _same(self, left: ast.expr, right: ast.expr) -> str:
        kind = self.kind(left)
        if kind.startswith("list of ") or kind != self.kind(right):
            raise Mismatch(
                f"`{ast.unparse(left)}` is a {kind} and `{ast.unparse(right)}` a {self.kind(right)}; they cannot be compared"
            )
        for one, other in ((left, right), (right, left)):
            if isinstance(other, ast.Constant) and isinstance(other.value, str):
                self._coded(one, [other.value])
        return kind

    def _coded(self, node: ast.expr, texts: Sequence[str]) -> None:
        known = self.codes.get(node.id, ()) if isinstance(node, ast.Name) else ()
        for text in texts:
            if known and text not in known:
                raise Mismatch(f"`{ast.unparse(node)}` is never `{text}`; its codes are {', '.join(known)}")

    def dates(self, args: list[ast.expr]) -> str:
        for part in args:
            self._want(part, "date")
        return "number"

    def add_years(self, args: list[ast.expr]) -> str:
        self._want(args[0], "date")
        self._want(args[1], "number")
        return "date"

    def known(self, args: list[ast.expr]) -> str:
        if not isinstance(args[0], ast.Name):  # of a formula nobody could say whether a row set aside bears on it
            raise Mismatch(f"`known({ast.unparse(args[0])})` asks about a formula; ask about one fact")
        self.kind(args[0])
        return "boolean"

    def larger(self, args: list[ast.expr]) -> str:
        if self.kind(args[0]) not in ("number", "date"):
            self._want(args[0], "number")
        return self._want(args[1], self.kind(args[0]))


_CALLS: dict[str, Callable[[_Walk, list[ast.expr]], str]] = {
    "days": _Walk.dates, "years": _Walk.dates, "add_years": _Walk.add_years,
    "known": _Walk.known, "larger": _Walk.larger, "smaller": _Walk.larger,
}  # fmt: skip
