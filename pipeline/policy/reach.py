"""Gates that can never matter, proved over every file that the registers could hold: dead conditions, idle exemptions."""

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import z3

from pipeline.core.expressions import Expression
from pipeline.gates.book import TOTALS
from pipeline.gates.rulebook import File
from pipeline.policy.findings import Finding, Severity
from pipeline.policy.formulas import Reading
from pipeline.policy.possible import Files

Formula = Callable[[Reading], z3.BoolRef]


def _dead(found: Sequence[Finding]) -> bool:
    return any(finding.kind == "dead gate" for finding in found)


class Reach:
    """What can be proved about one gate, whichever file it is asked about."""

    def __init__(self, files: Files, readings: Sequence[Reading], file: File) -> None:
        """`readings`: the gate in each of its spans."""
        self.files, self.readings, self.file = files, readings, file
        self.rule = readings[0].gate.rule

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong. A gate whose values are UNKNOWN on every day is accused of nothing."""
        if not any(reading.settled for reading in self.readings):
            return
        whole = [*self._applies(), *self._vague()]
        if not _dead(whole):
            whole += self._passes()
        if not _dead(whole):  # whom a dead gate excuses says nothing
            whole += self._exemptions()
        yield from whole
        spoken = {finding.line for finding in whole if finding.severity != "note"}
        for finding in self._comparisons():
            if finding.kind != "idle condition" or finding.line not in spoken:
                yield finding

    def never(self, formula: Formula) -> bool:
        """Whether it is proved that no file meets `formula` on any day."""
        return all(self.files.solver.impossible(each.day.during, formula(each)) for each in self.readings)

    def fails(self) -> bool:
        """Whether a FAIL is possible, as far as can be proved."""
        return not self.never(lambda each: each.broken)

    def _tell(self, steps: Sequence[Any], kind: str, severity: Severity, sentence: str) -> Finding:
        return Finding(self.file.path, self.file.line(*steps), kind, severity, sentence)

    def _applies(self) -> Iterator[Finding]:
        condition = self.rule.applies_when
        if condition is None:
            return
        if self.never(lambda each: each.applies.true):
            said = f"`{condition.text}` never holds, so {self.rule.code} is asked of nobody."
            yield self._tell(["applies_when"], "dead gate", "error", said)
        elif self.never(lambda each: each.applies.false):
            said = f"`{condition.text}` never leaves a file out; take it away."
            yield self._tell(["applies_when"], "idle condition", "warning", said)

    def _vague(self) -> Iterator[Finding]:
        condition = self.rule.unknown_when
        if condition is None:
            return
        if self.never(lambda each: each.vague.true):
            said = f"`{condition.text}` never holds; take it away."
            yield self._tell(["unknown_when"], "idle condition", "warning", said)
        elif self.never(lambda each: each.vague.false):
            said = f"`{condition.text}` is never false, so {self.rule.code} answers neither PASS nor FAIL."
            yield self._tell(["unknown_when"], "dead gate", "error", said)

    def _passes(self) -> Iterator[Finding]:
        code, text = self.rule.code, self.rule.pass_when.text
        told: tuple[str, Severity, str]
        if self.never(lambda each: each.met.true):
            told = "dead gate", "error", f"`{text}` never holds, so no file can pass {code}."
        elif self.never(lambda each: each.passes):
            told = (
                "dead gate",
                "error",
                f"`{text}` holds only where {code} is not asked or not settled, so no file can pass it.",
            )
        elif self.never(lambda each: z3.And(z3.Not(each.holds), z3.Not(each.out))):
            told = "dead gate", "error", f"`{text}` always holds, so {code} asks nothing."
        elif self.never(lambda each: each.met.false):
            told = "never fails", "warning", f"`{text}` is never false, so {code} can ask for papers and cannot fail."
        elif self.never(lambda each: each.broken):
            told = (
                "never fails",
                "note",
                f"{code} cannot fail: where `{text}` is false, the gate is UNKNOWN or not asked.",
            )
        else:
            return
        yield self._tell(["pass_when"], *told)

    def _exemptions(self) -> Iterator[Finding]:
        names = list(self.rule.exempt)
        for place, name in enumerate(names):
            why = self._idle(name, names[:place])
            if why:
                said = f"the exemption `{name}` (`{self.rule.exempt[name].when.text}`) changes no answer: {why}."
                yield self._tell(["exempt", name, "when"], "exemption of nothing", "error", said)

    def _idle(self, name: str, earlier: Sequence[str]) -> str:
        """Why the exemption excuses nobody who needs it; empty where it may."""

        def met(each: Reading) -> z3.BoolRef:
            return each.exemptions[name].true

        def asked(each: Reading) -> z3.BoolRef:
            return z3.And(met(each), z3.Not(each.applies.false))

        def first(each: Reading) -> z3.BoolRef:
            return z3.And(asked(each), *(z3.Not(each.exemptions[other].true) for other in earlier))

        def needed(each: Reading) -> z3.BoolRef:
            return z3.And(first(each), z3.Not(each.holds))

        if self.never(met):
            return "no file can meet it"
        if self.never(asked):
            return f"it holds only where {self.rule.code} does not apply"
        if self.never(first):
            return f"whoever meets it is excused already by {' or '.join(earlier)}"
        return f"whoever meets it passes {self.rule.code} without it" if self.never(needed) else ""

    def _comparisons(self) -> Iterator[Finding]:
        """Codes and numbers that no file has, and comparisons that no file can answer both ways."""
        for steps, condition in self.rule.conditions.items():
            for node in ast.walk(ast.parse(condition.text, mode="eval")):
                if isinstance(node, ast.Compare):
                    found = list(self._entries(steps, node))
                    yield from found or self._comparison(steps, node)

    def _entries(self, steps: Sequence[Any], node: ast.Compare) -> Iterator[Finding]:
        """The codes and numbers that `node` looks for."""
        [op], [right] = node.ops, node.comparators
        entries: list[tuple[Sequence[Any], str]] = []
        if isinstance(op, ast.Eq | ast.NotEq) and isinstance(right, ast.Constant):
            entries = [(steps, ast.unparse(right))]
        elif isinstance(right, ast.List):
            entries = [(steps, ast.unparse(each)) for each in right.elts]
        elif isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.Name):
            items = enumerate(self.rule.values.get(right.id, ()))
            entries = [
                (("values", right.id, place), repr(text))
                for place, item in items if isinstance(item.value, list) for text in item.value
            ]  # fmt: skip
        left = ast.unparse(node.left)
        for where, entry in entries:
            part = Expression(f"{left} == {entry}")
            if self._asks(part) and self._never(part, lambda term: term.true):
                yield self._tell(
                    where, "impossible code", "error", f"`{left}` is never `{entry}`: no file can have it."
                )

    def _comparison(self, steps: Sequence[Any], node: ast.Compare) -> Iterator[Finding]:
        part = Expression(ast.unparse(node))
        if not self._asks(part):
            return
        if self._never(part, lambda term: term.true):
            said = f"`{part.text}` never holds: no file can have such a value."
        elif self._never(part, lambda term: term.false):
            said = f"`{part.text}` holds for every file that has the value."
        else:
            return
        yield self._tell(steps, "idle condition", "warning", said)

    def _asks(self, part: Expression) -> bool:
        """Whether `part` is about the file (the law alone may switch on a day), in every span with values that are known."""
        if not part.names & {*self.files.facts, *TOTALS}:
            return False
        law = part.names & set(self.readings[0].gate.values)
        return all(z3.is_true(each.scope[name].known) for each in self.readings for name in law)

    def _never(self, part: Expression, formula: Callable[[Any], z3.BoolRef]) -> bool:
        return self.never(lambda each: formula(self.files.solver.translate(part, each.scope)))
