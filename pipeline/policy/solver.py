"""Conditions of the law as formulas for an SMT solver (z3), so that "no file can ever ..." can be proved.

Three-valued logic becomes two formulas a term: its value, and whether it is known. Calendar years and divisions by zero,
which have no simple exact formula, may give more than they do give. So "impossible" is true of every real file, while
"possible" has still to be tried with the evaluator itself. Numbers are exact here and float64 there.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import z3

from pipeline.core.expressions import Expression, Values

EFFORT = 3_000_000  # z3's own unit of work a question, not seconds: the same question always ends the same way
YES, NO = z3.BoolVal(True), z3.BoolVal(False)
_EPOCH = date(1970, 1, 1).toordinal()
_YEARS = z3.Function("years", z3.IntSort(), z3.IntSort(), z3.IntSort())
_ADD_YEARS = z3.Function("add_years", z3.IntSort(), z3.IntSort(), z3.IntSort())
_EXACT_YEARS, _EXACT_ADD_YEARS = Expression("years(a, b)"), Expression("add_years(a, b)")
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: lambda a, b: a == b, ast.NotEq: lambda a, b: a != b, ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b, ast.Gt: lambda a, b: a > b, ast.GtE: lambda a, b: a >= b,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b, ast.Div: lambda a, b: a / b,
}  # fmt: skip


@dataclass(frozen=True)
class Term:
    """A value and whether it is known: conditions Bool, numbers Real, dates Int (ordinal days), texts Int (their number).

    `data` of a dated list is the list itself. Where `wild` holds, a division by zero may have made the value anything.
    """

    data: Any
    known: z3.BoolRef = YES
    wild: z3.BoolRef = NO

    @property
    def true(self) -> z3.BoolRef:
        """Files for which a condition is known to hold."""
        return z3.And(self.data, self.known)

    @property
    def false(self) -> z3.BoolRef:
        """Files for which a condition is known not to hold."""
        return z3.And(z3.Not(self.data), self.known)


class Solver:
    """One z3 solver and the numbers of the texts it is asked about; a text that has no number is any negative one."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = {text: place for place, text in enumerate(texts)}
        self._solver = z3.Solver()
        self._solver.set("rlimit", EFFORT)
        self._used: set[int] = set()
        self._fresh = 0

    def add(self, *rules: z3.BoolRef) -> None:
        """What holds for every file."""
        self._solver.add(*rules)

    def model(self, *formulas: z3.BoolRef) -> z3.ModelRef | bool | None:
        """A file for which all `formulas` hold; False where there is none, None where z3 could not tell."""
        self._solver.push()
        self._solver.add(*formulas)
        answer = self._solver.check()
        found = self._solver.model() if answer == z3.sat else False if answer == z3.unsat else None
        self._solver.pop()
        return found

    def impossible(self, *formulas: z3.BoolRef) -> bool:
        """Whether it is proved that no file meets all `formulas`."""
        return self.model(*formulas) is False

    def clash(self, formulas: Mapping[str, z3.BoolRef]) -> list[str]:
        """The names of a smallest set of `formulas` that no file meets together; empty where that is not proved."""
        self._solver.push()
        for name, formula in formulas.items():
            self._solver.assert_and_track(formula, name)
        core = sorted(str(name) for name in self._solver.unsat_core()) if self._solver.check() == z3.unsat else []
        self._solver.pop()
        for name in list(core):
            if self.impossible(*(formulas[other] for other in core if other != name)):
                core.remove(name)
        return core

    def value(self, value: Any) -> Term:
        """A constant of the law."""
        if isinstance(value, list):
            return Term(value)
        if isinstance(value, bool):
            return Term(z3.BoolVal(value))
        if isinstance(value, date):
            return Term(z3.IntVal(value.toordinal()))
        if isinstance(value, str):
            return Term(z3.IntVal(self.texts[value]))
        return Term(z3.RealVal(str(Fraction(value))))

    def translate(self, expression: Expression, scope: Mapping[str, Term]) -> Term:
        """The expression as a term; `scope` holds every one of its names."""
        return self._walk(ast.parse(expression.text, mode="eval").body, scope)

    def _walk(self, node: ast.expr, scope: Mapping[str, Term]) -> Term:
        match node:
            case ast.Constant(value=value):
                return self.value(value)
            case ast.Name(id="true" | "false" as word):
                return self.value(word == "true")
            case ast.Name(id=name):
                return scope[name]
            case ast.BoolOp(op=op, values=parts):
                return _join(isinstance(op, ast.And), [self._walk(part, scope) for part in parts])
            case ast.UnaryOp(op=ast.Not(), operand=part):
                inner = self._walk(part, scope)
                return Term(z3.Not(inner.data), inner.known)
            case ast.UnaryOp(operand=part):
                inner = self._walk(part, scope)
                return Term(-inner.data, inner.known, inner.wild)
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[right]):
                return self._member(self._walk(left, scope), isinstance(op, ast.In), right, scope)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                first, second = self._walk(left, scope), self._walk(right, scope)
                return self._settle(_COMPARE[type(op)](first.data, second.data), [first, second])
            case ast.BinOp(left=left, op=op, right=right):
                first, second = self._walk(left, scope), self._walk(right, scope)
                result = _both(_ARITHMETIC[type(op)](first.data, second.data), first, second)
                zero = z3.simplify(second.data == 0) if isinstance(op, ast.Div) else NO
                return result if z3.is_false(zero) else Term(result.data, result.known, z3.Or(result.wild, zero))
            case ast.Call(func=ast.Name(id="date"), args=[ast.Constant(value=str(text))]):
                return self.value(date.fromisoformat(text))
            case ast.Call(func=ast.Name(id=name), args=args):
                return getattr(self, f"_{name}")(*(self._walk(part, scope) for part in args))
        raise AssertionError("the language of conditions has no other parts")

    def _settle(self, holds: z3.BoolRef, parts: Sequence[Term]) -> Term:
        """A comparison; with a value that may be anything it may hold or not."""
        wild = z3.Or([part.wild for part in parts])
        if not z3.is_false(z3.simplify(wild)):
            self._fresh += 1
            holds = z3.If(wild, z3.Bool(f"anything {self._fresh}"), holds)
        return Term(holds, z3.And([part.known for part in parts]))

    def _member(self, first: Term, inside: bool, right: ast.expr, scope: Mapping[str, Term]) -> Term:
        if isinstance(right, ast.List):
            listed, known = [self._walk(part, scope).data for part in right.elts], YES
        else:
            term = self._walk(right, scope)
            listed, known = [self.texts[text] for text in term.data], term.known
        found = z3.Or([first.data == each for each in listed])
        settled = self._settle(found if inside else z3.Not(found), [first])
        return Term(settled.data, z3.And(settled.known, known))

    def _known(self, value: Term) -> Term:
        return Term(value.known)

    def _larger(self, first: Term, second: Term) -> Term:
        return _both(z3.If(first.data >= second.data, first.data, second.data), first, second)

    def _smaller(self, first: Term, second: Term) -> Term:
        return _both(z3.If(first.data <= second.data, first.data, second.data), first, second)

    def _days(self, start: Term, end: Term) -> Term:
        return _both(z3.ToReal(end.data - start.data), start, end)

    def _years(self, start: Term, end: Term) -> Term:
        days = z3.simplify(start.data), z3.simplify(end.data)
        if all(z3.is_int_value(day) for day in days):
            exact = _EXACT_YEARS.evaluate({"a": _day(days[0]), "b": _day(days[1])}).data
            return _both(z3.RealVal(int(exact)), start, end)
        years, gap = _YEARS(start.data, end.data), end.data - start.data
        forwards = z3.And(gap >= 365 * years, 4 * gap <= 1461 * years + 1465)
        backwards = z3.And(gap >= 366 * years - 1, gap <= 365 * years + 366)
        self._once(years, z3.If(years >= 0, forwards, backwards))
        return _both(z3.ToReal(years), start, end)

    def _add_years(self, start: Term, years: Term) -> Term:
        number, day = z3.simplify(years.data), z3.simplify(start.data)
        if not z3.is_rational_value(number):
            whole: Any = z3.If(number >= 0, z3.ToInt(number), -z3.ToInt(-number))
            moved = _ADD_YEARS(start.data, whole)
            gap = moved - start.data
            forwards = z3.And(gap >= 365 * whole, gap <= 366 * whole)
            backwards = z3.And(gap >= 366 * whole - 1, gap <= 365 * whole + 1)
            self._once(moved, z3.If(whole >= 0, forwards, backwards))
            return _both(moved, start, years)
        n = int(Fraction(number.numerator_as_long(), number.denominator_as_long()))
        if z3.is_int_value(day):
            exact = _EXACT_ADD_YEARS.evaluate({"a": _day(day), "b": Values(n, np.bool_(True))}).data
            return _both(z3.IntVal(int(exact.astype("datetime64[D]").astype("int64")) + _EPOCH), start, years)
        moved = _ADD_YEARS(start.data, n)
        # Among n years in a row at most every fourth begun one has a 29 February, and few others than each fourth lack it.
        most, least = 365 * abs(n) + -(-abs(n) // 4), 365 * abs(n) + max(0, abs(n) // 4 - abs(n) // 100 - 2)
        gap = moved - start.data if n >= 0 else start.data - moved
        self._once(moved, z3.And(gap >= least, gap <= most))
        return _both(moved, start, years)

    def _once(self, result: z3.ExprRef, rule: z3.BoolRef) -> None:
        """What is sure about one use of a function whose formula is not spelt out."""
        if result.get_id() not in self._used:
            self._used.add(result.get_id())
            self._solver.add(rule)


def _both(data: Any, first: Term, second: Term) -> Term:
    wild = NO if z3.is_false(first.wild) and z3.is_false(second.wild) else z3.Or(first.wild, second.wild)
    return Term(data, z3.And(first.known, second.known), wild)


def _join(every: bool, parts: Sequence[Term]) -> Term:
    """`and` and `or` of Kleene: one part that settles the whole is enough to know it."""
    decided = z3.Or([part.false if every else part.true for part in parts])
    known = z3.Or(z3.And([part.known for part in parts]), decided)
    return Term(z3.Not(decided) if every else decided, known)


def _day(ordinal: z3.IntNumRef) -> Values:
    return Values(np.datetime64(ordinal.as_long() - _EPOCH, "D"), np.bool_(True))
