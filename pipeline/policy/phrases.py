"""Conditions of the law in words, in one language: `solvency_kzt >= sum_in_mci * mci` as people read it."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.core.expressions import Expression
from pipeline.core.messages import Words
from pipeline.core.programme import Programme
from pipeline.gates.book import TODAY, TOTALS, Gate
from pipeline.policy.told import plain

QUOTES = {"en": ("\u201c", "\u201d"), "kk": ("\u00ab", "\u00bb"), "ru": ("\u00ab", "\u00bb")}
SIGNS: dict[type[ast.AST], str] = {
    ast.Eq: "=", ast.NotEq: "\u2260", ast.Lt: "<", ast.LtE: "\u2264", ast.Gt: ">", ast.GtE: "\u2265",
    ast.Add: "+", ast.Sub: "\u2212", ast.Mult: "\u00d7", ast.Div: "/",
}  # fmt: skip
STARTS_ON = "starts_on"  # the day on which a clock starts, in conditions of clocks

Names = Mapping[str, Mapping[Any, str]]


@dataclass(frozen=True)
class Vocabulary:
    """What the names of a condition are called, in three languages: facts and dated values, and the codes of facts."""

    titles: Names
    codes: Mapping[str, Names]

    def fact(self, name: str, words: Words) -> str:
        """The title of a name; the name itself where it has none."""
        return words.name(self.titles[name]) if name in self.titles else name.replace("_", " ")

    def code(self, fact: str, code: str, words: Words) -> str:
        """The name of one of a fact's codes; the code itself where it has none."""
        names = self.codes.get(fact, {})
        return words.name(names[code]) if code in names else code


def vocabulary(programme: Programme, gate: Gate | None = None) -> Vocabulary:
    """What the programme's facts, their codes and the gate's dated values are called."""
    titles: dict[str, Mapping[Any, str]] = {
        name: take.title for name, take in programme.facts.items() if take.title is not None
    }
    if gate is not None:
        titles |= gate.rule.value_titles
    return Vocabulary(titles, {name: take.names for name, take in programme.facts.items()})


def say(condition: Expression, known: Vocabulary, words: Words) -> str:
    """The condition as a phrase; `say` and the condition itself stand side by side, for no phrase is exact."""
    return _Phrase(known, words).truth(ast.parse(condition.text, mode="eval").body)


def measured(expression: Expression, known: Vocabulary, words: Words) -> str:
    """What an expression that is no condition gives, as a phrase."""
    return _Phrase(known, words).value(ast.parse(expression.text, mode="eval").body)


def compared(gate: Gate, value: str) -> str | None:
    """The fact whose codes the dated list `value` of the gate holds; None where no condition says."""
    for condition in gate.rule.conditions.values():
        for node in ast.walk(ast.parse(condition.text, mode="eval")):
            match node:
                case ast.Compare(left=ast.Name(id=fact), comparators=[ast.Name(id=name)]) if name == value:
                    return fact
    return None


class _Phrase:
    def __init__(self, known: Vocabulary, words: Words) -> None:
        self.known, self.words = known, words

    def truth(self, node: ast.expr) -> str:
        """A part that holds or does not."""
        words = self.words
        match node:
            case ast.BoolOp(op=op, values=parts):
                joint = words("and") if isinstance(op, ast.And) else words("or")
                return f" {joint} ".join(self._inner(part) for part in parts)
            case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)) if name not in ("true", "false"):
                return words("{what}: no", what=self._quoted(name))
            case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Name(id="known"), args=[part])):
                return words("{what} is not known", what=self.value(part))
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return words("not so: {what}", what=f"({self.truth(part)})")
            case ast.Call(func=ast.Name(id="known"), args=[part]):
                return words("{what} is known", what=self.value(part))
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[right]):
                return self._member(left, isinstance(op, ast.In), right)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return f"{self.value(left, right)} {SIGNS[type(op)]} {self.value(right, left)}"
            case ast.Name(id="true" | "false"):
                return self.value(node)
            case ast.Name(id=name):
                return words("{what}: yes", what=self._quoted(name))
        return self.value(node)

    def _inner(self, part: ast.expr) -> str:
        return f"({self.truth(part)})" if isinstance(part, ast.BoolOp) else self.truth(part)

    def _member(self, left: ast.expr, inside: bool, right: ast.expr) -> str:
        what = self.value(left)
        if isinstance(right, ast.List):
            listed = ", ".join(self.value(part, left) for part in right.elts)
            if len(right.elts) == 1:
                return f"{what} {SIGNS[ast.Eq if inside else ast.NotEq]} {listed}"
        else:
            listed = self.value(right)
        if inside:
            return self.words("{what} is one of: {listed}", what=what, listed=listed)
        return self.words("{what} is none of: {listed}", what=what, listed=listed)

    def value(self, node: ast.expr, beside: ast.expr | None = None) -> str:
        """A part that has a value; `beside` is what it is compared with, whose codes it may be."""
        words = self.words
        match node:
            case ast.Name(id="true" | "false" as name):
                return plain(name == "true", words)
            case ast.Name(id=name):
                return self._quoted(name)
            case ast.Constant(value=str() as text):
                fact = beside.id if isinstance(beside, ast.Name) else ""
                return self._marked(self.known.code(fact, text, words))
            case ast.Constant(value=value):
                return plain(value, words)
            case ast.UnaryOp(operand=part):
                return f"{SIGNS[ast.Sub]}{self.value(part)}"
            case ast.BinOp(left=left, op=op, right=right):
                return f"{self._factor(left, op)} {SIGNS[type(op)]} {self._factor(right, op)}"
            case ast.Call(func=ast.Name(id="date"), args=[ast.Constant(value=text)]):
                return plain(date.fromisoformat(str(text)).isoformat(), words)
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._call(name, [self.value(part) for part in args])
        return self.truth(node)

    def _factor(self, node: ast.expr, op: ast.operator) -> str:
        loose = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
        return f"({self.value(node)})" if loose and not isinstance(op, ast.Add) else self.value(node)

    def _call(self, name: str, args: list[str]) -> str:
        one, other = [*args, ""][:2]
        told = {
            "days": self.words("the days from {one} to {other}", one=one, other=other),
            "years": self.words("the full years from {one} to {other}", one=one, other=other),
            "add_years": self.words("{one} plus years: {other}", one=one, other=other),
            "larger": self.words("the larger of {one} and {other}", one=one, other=other),
            "smaller": self.words("the smaller of {one} and {other}", one=one, other=other),
        }
        return told[name]

    def _quoted(self, name: str) -> str:
        fixed = {
            TODAY: self.words("the day of the check"), STARTS_ON: self.words("the day on which the term starts"),
            TOTALS[0]: self.words("the points that are certain"), TOTALS[1]: self.words("the most points still possible"),
        }  # fmt: skip
        return fixed[name] if name in fixed else self._marked(self.known.fact(name, self.words))

    def _marked(self, text: str) -> str:
        return text.join(QUOTES[self.words.lang])
