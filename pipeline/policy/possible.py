"""Every file that the registers could hold, as one term a fact: codes, patterns and bounds of the columns are kept."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import z3

from pipeline.core.programme import Programme, Take
from pipeline.gates.book import Rulebook
from pipeline.policy.solver import YES, Solver, Term


class Files:
    """The facts of a programme as terms, and a solver that knows what the columns say of them."""

    def __init__(self, programme: Programme, book: Rulebook, optional: bool = False) -> None:
        """`optional`: any fact may be missing, as in the cases; else a required column of the case table never is."""
        self.solver = Solver(sorted(set(_texts(programme, book))))
        self.kinds = {name: book.kinds[name] for name in book.facts}
        self.facts: dict[str, Term] = {}
        for name in book.facts:
            take = programme.facts[name]
            required = programme.tables[take.source].columns[take.column].required
            always = required and take.source == programme.cases.source and not optional
            known = YES if always else z3.Bool(f"{name} is known")
            self.facts[name] = Term(self._data(name, take, programme), known)
        self._part_of_all({name: programme.facts[name] for name in book.facts})

    def _data(self, name: str, take: Take, programme: Programme) -> Any:
        column = programme.tables[take.source].columns[take.column]
        kind = self.kinds[name]
        if kind == "boolean":
            return z3.Bool(name)
        if kind == "text":
            self.solver.add(self._worded(z3.Int(name), column.codes, column.pattern))
            return z3.Int(name)
        if kind == "date":
            self.solver.add(z3.Int(name) >= date.min.toordinal(), z3.Int(name) <= date.max.toordinal())
            self._bound(z3.Int(name), column.low, column.high, lambda text: date.fromisoformat(text).toordinal())
            return z3.Int(name)
        whole = take.take == "count" or column.kind == "integer"
        number = z3.ToReal(z3.Int(name)) if whole else z3.Real(name)
        if take.take == "count":
            self._bound(number, 0, None, Fraction)
        elif take.take == "sum":  # of any number of rows, none included
            self._bound(number, 0 if isinstance(column.low, int | float) and column.low >= 0 else None, None, Fraction)
        else:
            self._bound(number, column.low, column.high, Fraction)
        return number

    def _bound(self, data: z3.ArithRef, low: Any, high: Any, read: Callable[[Any], Any]) -> None:
        if low is not None:
            self.solver.add(data >= read(low))
        if high is not None:
            self.solver.add(data <= read(high))

    def _worded(self, data: z3.ArithRef, codes: Sequence[str], pattern: str) -> z3.BoolRef:
        """A code is one of its codes; any other text is one that the law names and the pattern allows, or any further one."""
        texts = self.solver.texts
        if codes:
            return z3.Or([data == texts[code] for code in codes])
        fits = [place for text, place in texts.items() if not pattern or re.fullmatch(pattern, text)]
        return z3.Or([data < 0, *(data == place for place in fits)])

    def _part_of_all(self, takes: dict[str, Take]) -> None:
        """Some of the rows of a register are never more than all of them."""
        counts = {name: take for name, take in takes.items() if take.take == "count"}
        for part, some in counts.items():
            for whole, every in counts.items():
                if some.where is not None and every.where is None and some.source == every.source:
                    one, other = self.facts[part], self.facts[whole]
                    self.solver.add(z3.Implies(z3.And(one.known, other.known), one.data <= other.data))

    def described(self, model: z3.ModelRef, names: Iterable[str]) -> dict[str, Any]:
        """The file of `model` as a case would write it; an unknown fact is left out, a text the law does not name made up."""
        words = {place: text for text, place in self.solver.texts.items()}
        found: dict[str, Any] = {}
        for name in sorted(names):
            term = self.facts[name]
            if not z3.is_true(model.evaluate(term.known, model_completion=True)):
                continue
            data = model.evaluate(term.data, model_completion=True)
            kind = self.kinds[name]
            if kind == "boolean":
                found[name] = z3.is_true(data)
            elif kind == "text":
                found[name] = words.get(data.as_long(), f"another {-data.as_long()}")
            elif kind == "date":
                found[name] = date.fromordinal(data.as_long())
            else:
                found[name] = _number(data)
        return found


def _number(data: Any) -> int | float:
    exact = data if z3.is_rational_value(data) else data.approx(20)  # a root is written by its first digits
    number = Fraction(exact.numerator_as_long(), exact.denominator_as_long())
    return int(number) if number.denominator == 1 else float(number)


def _texts(programme: Programme, book: Rulebook) -> Iterator[str]:
    """Every text that a condition, a dated value or a column of the facts names."""
    conditions = [condition for gate in book.gates for condition in gate.rule.conditions.values()]
    if book.points is not None:
        conditions += [each for part in book.points.criteria.values() for each in part.conditions.values()]
    for condition in conditions:
        for node in ast.walk(ast.parse(condition.text, mode="eval")):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    for gate in book.gates:
        for items in gate.values.values():
            for item in items:
                yield from (
                    item.value if isinstance(item.value, list) else [item.value] if isinstance(item.value, str) else []
                )
    for name in book.facts:
        take = programme.facts[name]
        yield from programme.tables[take.source].columns[take.column].codes
